//! A mutex that threads acquire in the order in which they request it.

use std::ops::{Deref, DerefMut};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Serves threads in their order, unlike a [`Mutex`], which a thread that acquires it again and again can keep from
/// others. It is not poisoned by a panic.
pub(crate) struct FairMutex<T> {
    value: Mutex<T>,
    queue: Mutex<Queue>,
    moved: Condvar,
}

/// The tickets of the threads.
struct Queue {
    /// The ticket of the next thread that arrives.
    next: u64,
    /// The ticket of the thread that may hold the value.
    served: u64,
}

/// Releases a [`FairMutex`] when dropped.
pub(crate) struct FairGuard<'a, T> {
    // Declared first, so that it is released before the next thread is served.
    value: MutexGuard<'a, T>,
    _turn: Turn<'a>,
}

/// Serves the next thread when dropped.
struct Turn<'a> {
    queue: &'a Mutex<Queue>,
    moved: &'a Condvar,
}

impl<T> FairMutex<T> {
    pub(crate) fn new(value: T) -> Self {
        Self {
            value: Mutex::new(value),
            queue: Mutex::new(Queue { next: 0, served: 0 }),
            moved: Condvar::new(),
        }
    }

    /// Waits for the threads that have requested the value before, and locks it.
    pub(crate) fn lock(&self) -> FairGuard<'_, T> {
        let mut queue = lock(&self.queue);
        let ticket = queue.next;
        queue.next += 1;
        let waited = self
            .moved
            .wait_while(queue, |queue| queue.served != ticket)
            .unwrap_or_else(PoisonError::into_inner);
        drop(waited);
        let turn = Turn {
            queue: &self.queue,
            moved: &self.moved,
        };
        FairGuard {
            value: lock(&self.value),
            _turn: turn,
        }
    }

    pub(crate) fn into_inner(self) -> T {
        let value = self.value.into_inner();
        value.unwrap_or_else(PoisonError::into_inner)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        lock(self.queue).served += 1;
        self.moved.notify_all();
    }
}

impl<T> Deref for FairGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for FairGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::thread;

    use super::*;

    /// Waits until this many threads have requested the value or hold it.
    fn wait_for<T>(mutex: &FairMutex<T>, threads: u64) {
        loop {
            let queue = lock(&mutex.queue);
            if queue.next - queue.served >= threads {
                return;
            }
            drop(queue);
            thread::yield_now();
        }
    }

    #[test]
    fn bug_class_19_a_thread_that_locks_again_and_again_lets_the_others_pass() {
        let mutex = FairMutex::new(Vec::new());
        thread::scope(|scope| {
            let mut first = mutex.lock();
            first.push("first");
            scope.spawn(|| mutex.lock().push("other"));
            wait_for(&mutex, 2);
            drop(first);
            // The other thread may not have run since.
            mutex.lock().push("first again");
        });
        assert_eq!(mutex.into_inner(), ["first", "other", "first again"]);
    }

    #[test]
    fn a_panic_releases_the_lock() {
        let mutex = FairMutex::new(1);
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            let mut value = mutex.lock();
            *value = 2;
            panic!("in the lock");
        }));
        assert!(panicked.is_err());
        assert_eq!(*mutex.lock(), 2);
        assert_eq!(mutex.into_inner(), 2);
    }
}
