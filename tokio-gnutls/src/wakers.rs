//! Who waits for the transport: a reader and a writer, either of which may wait for either direction of it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};

/// Which task a call is made by. The two are one task, or two that each have a half of the stream.
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

/// One direction of the transport, and the tasks that wait for it.
///
/// A transport keeps one waker for each direction, the last that it was given. Reading sends and, during a handshake,
/// writing receives: were the transport given the waker of the task, the reader's would replace that of the writer, which
/// then would sleep for ever. So it is always given the same one, which wakes whoever waits.
pub(crate) struct Direction {
    tasks: Arc<Tasks>,
    /// Wakes the tasks. Made once, so that a poll neither allocates nor counts references.
    waker: Waker,
}

#[derive(Default)]
struct Tasks(Mutex<[Task; 2]>);

#[derive(Default)]
struct Task {
    /// Kept while nobody waits, to be used again: most often it is the same one.
    waker: Option<Waker>,
    waits: bool,
}

impl Direction {
    pub(crate) fn new() -> Self {
        let tasks = Arc::<Tasks>::default();
        let waker = Waker::from(Arc::clone(&tasks));
        Self { tasks, waker }
    }

    /// What the transport is to wake.
    pub(crate) fn waker(&self) -> &Waker {
        &self.waker
    }

    /// Has the task woken by this direction. To be called before the transport is asked: it may wake at once.
    pub(crate) fn wait(&self, role: Role, waker: &Waker) {
        let task = &mut self.tasks.lock()[role as usize];
        task.waits = true;
        match &mut task.waker {
            Some(kept) => kept.clone_from(waker),
            None => task.waker = Some(waker.clone()),
        }
    }

    /// The transport did not block.
    pub(crate) fn go_on(&self, role: Role) {
        self.tasks.lock()[role as usize].waits = false;
    }

    /// Wakes the other task if it waits: the transport owes no wake for what this one has found out by itself.
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
    /// The lock, also after a panic: nothing that runs while it is held leaves the tasks half changed.
    fn lock(&self) -> MutexGuard<'_, [Task; 2]> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Tasks {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // The lock is free again when they are woken, since a waker may do anything.
        let [reader, writer] = self.lock().each_mut().map(Task::take);
        for waker in [reader, writer].into_iter().flatten() {
            waker.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

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
            "both wait, and the second has not replaced the first"
        );
        direction.waker().wake_by_ref();
        assert_eq!(woken(), [1, 1], "nobody waits any more");

        direction.wait(Role::Reader, &reader);
        direction.go_on(Role::Reader);
        direction.wait(Role::Writer, &writer);
        direction.waker().wake_by_ref();
        assert_eq!(woken(), [1, 2], "the reader has gone on");

        direction.wait(Role::Reader, &reader);
        direction.wait(Role::Writer, &writer);
        direction.wake_other(Role::Reader);
        assert_eq!(woken(), [1, 3]);
        direction.wake_other(Role::Writer);
        assert_eq!(woken(), [2, 3]);
    }
}
