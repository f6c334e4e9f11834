//! A lock that a thread can acquire again while it holds it.

use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Serializes calls of GnuTLS that run closures of the program, which can make the same calls.
#[derive(Default)]
pub(crate) struct ReentrantLock {
    mutex: Mutex<()>,
    /// The thread that holds the mutex, or 0.
    owner: AtomicUsize,
}

/// Releases a [`ReentrantLock`] when dropped, unless an outer guard of the thread does.
pub(crate) struct ReentrantGuard<'a> {
    lock: &'a ReentrantLock,
    outermost: Option<MutexGuard<'a, ()>>,
}

impl ReentrantLock {
    pub(crate) fn lock(&self) -> ReentrantGuard<'_> {
        let thread = current_thread();
        // Only the thread itself stores its number, so that it cannot be read too late.
        let outermost = (self.owner.load(Ordering::Relaxed) != thread).then(|| {
            let guard = self.mutex.lock().unwrap_or_else(PoisonError::into_inner);
            self.owner.store(thread, Ordering::Relaxed);
            guard
        });
        ReentrantGuard {
            lock: self,
            outermost,
        }
    }
}

impl Drop for ReentrantGuard<'_> {
    fn drop(&mut self) {
        if self.outermost.is_some() {
            self.lock.owner.store(0, Ordering::Relaxed);
        }
    }
}

/// Returns a number that no other running thread has.
fn current_thread() -> usize {
    thread_local! {
        static THREAD: u8 = const { 0 };
    }
    THREAD.with(|thread| ptr::from_ref(thread).addr())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bug_class_19_a_thread_that_holds_the_lock_does_not_wait_for_itself() {
        let lock = ReentrantLock::default();
        let outer = lock.lock();
        drop(lock.lock());
        // The inner guard has not released the lock.
        assert!(lock.mutex.try_lock().is_err());
        std::thread::scope(|scope| {
            let other = scope.spawn(|| drop(lock.lock()));
            assert!(!other.is_finished());
            drop(outer);
            other.join().unwrap();
        });
        assert!(lock.mutex.try_lock().is_ok());
    }
}
