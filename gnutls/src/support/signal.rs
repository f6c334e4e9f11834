//! Protection of the program from `SIGPIPE` when the peer has closed a socket.

use std::mem::MaybeUninit;
use std::ptr;

use libc::sigset_t;

/// Prevents `SIGPIPE` in this thread, while it exists, for writes to a socket that the peer has closed.
pub(crate) struct Unsignalled {
    before: sigset_t,
    /// `true` if a `SIGPIPE` was already pending, which does not belong to this value.
    waiting: bool,
}

impl Unsignalled {
    pub(crate) fn begin() -> Self {
        let mut before = MaybeUninit::uninit();
        let waiting = is_pending();
        // SAFETY: the function writes the local signal set before it is read, and blocks `SIGPIPE` in this thread.
        unsafe {
            libc::pthread_sigmask(libc::SIG_BLOCK, &broken_pipe(), before.as_mut_ptr());
            Self {
                before: before.assume_init(),
                waiting,
            }
        }
    }
}

impl Drop for Unsignalled {
    fn drop(&mut self) {
        if !self.waiting {
            consume();
        }
        // SAFETY: the function reads an initialized signal set, and restores the signal mask of this thread.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &self.before, ptr::null_mut()) };
    }
}

/// Returns `true` if a `SIGPIPE` is pending.
fn is_pending() -> bool {
    let mut pending = MaybeUninit::uninit();
    // SAFETY: `sigpending` initializes the signal set before `sigismember` reads it.
    unsafe {
        libc::sigpending(pending.as_mut_ptr());
        libc::sigismember(pending.as_ptr(), libc::SIGPIPE) == 1
    }
}

/// Consumes a pending `SIGPIPE`, which must be blocked, and does not wait for one.
#[cfg(not(any(target_vendor = "apple", target_os = "openbsd")))]
fn consume() {
    let now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the function reads an initialized signal set and a time.
    unsafe { libc::sigtimedwait(&broken_pipe(), ptr::null_mut(), &now) };
}

/// Consumes a pending `SIGPIPE`, which must be blocked, and does not wait for one.
#[cfg(any(target_vendor = "apple", target_os = "openbsd"))]
use consume_without_timeout as consume;

/// Implements `consume` for systems without `sigtimedwait`. A write sends the signal to its own thread, so that no other
/// thread consumes it between the two calls.
#[cfg(any(test, target_vendor = "apple", target_os = "openbsd"))]
fn consume_without_timeout() {
    if is_pending() {
        let mut signal = 0;
        // SAFETY: the function reads an initialized signal set and writes the number of the pending signal.
        unsafe { libc::sigwait(&broken_pipe(), &mut signal) };
    }
}

fn broken_pipe() -> sigset_t {
    let mut set = MaybeUninit::uninit();
    // SAFETY: sigemptyset initializes the set before sigaddset and `assume_init` use it.
    unsafe {
        libc::sigemptyset(set.as_mut_ptr());
        libc::sigaddset(set.as_mut_ptr(), libc::SIGPIPE);
        set.assume_init()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    static SIGNALS: AtomicUsize = AtomicUsize::new(0);

    extern "C" fn count(_: std::ffi::c_int) {
        SIGNALS.fetch_add(1, Ordering::Relaxed);
    }

    #[test]
    fn a_broken_pipe_is_not_signalled() {
        // SAFETY: the handler only increments an atomic counter, and the signal is sent only to this thread. No other
        // test sends it.
        let raise = || unsafe { libc::pthread_kill(libc::pthread_self(), libc::SIGPIPE) };
        // SAFETY: the handler only increments an atomic counter, which is async-signal-safe, and has the type that
        // `signal` requires.
        unsafe { libc::signal(libc::SIGPIPE, count as *const () as libc::sighandler_t) };
        raise();
        assert_eq!(SIGNALS.load(Ordering::Relaxed), 1);
        let outer = Unsignalled::begin();
        raise();
        // The pending signal belongs to the outer value.
        let inner = Unsignalled::begin();
        raise();
        drop(inner);
        drop(outer);
        assert_eq!(SIGNALS.load(Ordering::Relaxed), 1);
        raise();
        assert_eq!(SIGNALS.load(Ordering::Relaxed), 2);

        for consume in [consume, consume_without_timeout] {
            let outer = Unsignalled::begin();
            // Neither waits if there is no signal.
            consume();
            raise();
            assert!(is_pending());
            consume();
            assert!(!is_pending());
            drop(outer);
            assert_eq!(SIGNALS.load(Ordering::Relaxed), 2);
        }
    }
}
