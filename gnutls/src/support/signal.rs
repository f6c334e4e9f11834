//! Keeping `SIGPIPE` from a program whose peer is gone.

use std::mem::MaybeUninit;
use std::ptr;

use libc::sigset_t;

/// As long as this lives, a write to a socket whose peer is gone sends this thread no signal.
pub(crate) struct Unsignalled {
    before: sigset_t,
    /// One was waiting already, and is somebody else's.
    waiting: bool,
}

impl Unsignalled {
    pub(crate) fn begin() -> Self {
        let mut before = MaybeUninit::uninit();
        // SAFETY: these write sets of signals, and change which ones this thread holds back.
        unsafe {
            let mut pending = MaybeUninit::uninit();
            libc::sigpending(pending.as_mut_ptr());
            let waiting = libc::sigismember(pending.as_ptr(), libc::SIGPIPE) == 1;
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
        // SAFETY: takes the signal away that has come meanwhile, if one has, and holds back what was held back before.
        unsafe {
            if !self.waiting {
                let now = libc::timespec {
                    tv_sec: 0,
                    tv_nsec: 0,
                };
                libc::sigtimedwait(&broken_pipe(), ptr::null_mut(), &now);
            }
            libc::pthread_sigmask(libc::SIG_SETMASK, &self.before, ptr::null_mut());
        }
    }
}

fn broken_pipe() -> sigset_t {
    let mut set = MaybeUninit::uninit();
    // SAFETY: writes the set, and adds to it.
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
        // SAFETY: the handler adds to a number, and the signal goes to this thread alone. Nothing else in these tests is sent it.
        let raise = || unsafe { libc::pthread_kill(libc::pthread_self(), libc::SIGPIPE) };
        // SAFETY: as above.
        unsafe { libc::signal(libc::SIGPIPE, count as *const () as libc::sighandler_t) };
        raise();
        assert_eq!(SIGNALS.load(Ordering::Relaxed), 1);
        let outer = Unsignalled::begin();
        raise();
        // The signal that waits belongs to the outer one.
        let inner = Unsignalled::begin();
        raise();
        drop(inner);
        drop(outer);
        assert_eq!(SIGNALS.load(Ordering::Relaxed), 1);
        raise();
        assert_eq!(SIGNALS.load(Ordering::Relaxed), 2);
    }
}
