//! The tasks that wait for the transport: a reader and a writer, either of which may wait for either direction.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};

/// The task that makes a call. Both roles belong to one task, or to two with one half of the stream each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Reader,
    Writer,
}

impl Role {
    fn other(self) -> Self {
        match self {
            Self::Reader => Self::Writer,
            Self::Writer => Self::Reader,
        }
    }
}

/// A direction of the transport and the tasks that wait for it.
///
/// A transport stores one waker per direction, the last one it received. A read also sends, and a write receives during
/// a handshake. With the waker of the task, a reader would replace the waker of the writer, which would never wake up.
/// The transport therefore always receives the same waker, which wakes all waiting tasks.
pub(crate) struct Direction {
    tasks: Arc<Tasks>,
    /// Wakes the tasks. Created once, so that a poll neither allocates nor counts references.
    waker: Waker,
}

#[derive(Default)]
struct Tasks(Mutex<[Task; 2]>);

#[derive(Default)]
struct Task {
    /// Stored even if the task does not wait, since the next waker is usually the same.
    waker: Option<Waker>,
    waits: bool,
}

impl Direction {
    pub(crate) fn new() -> Self {
        let tasks = Arc::<Tasks>::default();
        let waker = Waker::from(Arc::clone(&tasks));
        Self { tasks, waker }
    }

    /// Returns the waker for the transport.
    pub(crate) fn waker(&self) -> &Waker {
        &self.waker
    }

    /// Registers the task. Call this before the transport is polled, which may wake at once.
    pub(crate) fn wait(&self, role: Role, waker: &Waker) {
        let task = &mut self.tasks.lock()[role as usize];
        task.waits = true;
        match &mut task.waker {
            Some(kept) => kept.clone_from(waker),
            None => task.waker = Some(waker.clone()),
        }
    }

    /// Removes the task, since the transport did not block.
    pub(crate) fn stop_waiting(&self, role: Role) {
        self.tasks.lock()[role as usize].waits = false;
    }

    /// Wakes the other task if it waits. The transport does not wake it for an event that this task has consumed.
    pub(crate) fn wake_other(&self, role: Role) {
        let waker = self.tasks.lock()[role.other() as usize].take();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Task {
    fn take(&mut self) -> Option<Waker> {
        std::mem::take(&mut self.waits)
            .then(|| self.waker.take())
            .flatten()
    }
}

impl Tasks {
    /// Locks the tasks, also after a panic: no operation under the lock leaves them inconsistent.
    fn lock(&self) -> MutexGuard<'_, [Task; 2]> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Tasks {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // The lock is released before waking, since a waker may run any code.
        let [reader, writer] = self.lock().each_mut().map(Task::take);
        for waker in [reader, writer].into_iter().flatten() {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn who_waits_is_woken_once() {
        let direction = Direction::new();
        let counts = [Arc::<Count>::default(), Arc::<Count>::default()];
        let woken = || [0, 1].map(|at: usize| counts[at].0.load(Ordering::SeqCst));
        let [reader, writer] = [0, 1].map(|at: usize| Waker::from(counts[at].clone()));

        direction.wait(Role::Reader, &reader);
        direction.wait(Role::Writer, &writer);
        direction.waker().wake_by_ref();
        assert_eq!(
            woken(),
            [1, 1],
            "both wait, and the second did not replace the first"
        );
        direction.waker().wake_by_ref();
        assert_eq!(woken(), [1, 1], "no task waits any more");

        direction.wait(Role::Reader, &reader);
        direction.stop_waiting(Role::Reader);
        direction.wait(Role::Writer, &writer);
        direction.waker().wake_by_ref();
        assert_eq!(woken(), [1, 2], "the reader no longer waits");

        direction.wait(Role::Reader, &reader);
        direction.wait(Role::Writer, &writer);
        direction.wake_other(Role::Reader);
        assert_eq!(woken(), [1, 3]);
        direction.wake_other(Role::Writer);
        assert_eq!(woken(), [2, 3]);
    }
}
