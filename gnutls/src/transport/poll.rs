//! Waiting for descriptors, and their blocking mode.

use std::ffi::c_int;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::time::{Duration, Instant};

/// Returns an entry for [`poll`].
pub(crate) fn entry(descriptor: BorrowedFd<'_>, events: i16) -> libc::pollfd {
    libc::pollfd {
        fd: descriptor.as_raw_fd(),
        events,
        revents: 0,
    }
}

/// Waits until one of the entries is ready, and returns the number of ready entries.
pub(crate) fn poll(entries: &mut [libc::pollfd], time: Option<Duration>) -> io::Result<c_int> {
    let end = time.and_then(|time| Instant::now().checked_add(time));
    loop {
        let left = end.map(|end| end.saturating_duration_since(Instant::now()));
        // The time is rounded up, so that the call does not return too early.
        let milliseconds = left.map_or(-1, |left| {
            c_int::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(c_int::MAX)
        });
        // SAFETY: writes to the entries, whose number is passed with their address.
        let ready = unsafe {
            libc::poll(
                entries.as_mut_ptr(),
                entries.len() as libc::nfds_t,
                milliseconds,
            )
        };
        match check(ready) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // A timeout that exceeds the maximum of the argument takes several calls.
            Ok(0) if left.is_some_and(|left| left.as_millis() >= c_int::MAX as u128) => {}
            result => return result,
        }
    }
}

/// Makes a descriptor non-blocking, and returns `true` if it was blocking before.
pub(crate) fn make_nonblocking(descriptor: BorrowedFd<'_>) -> io::Result<bool> {
    let flags = flags(descriptor)?;
    let blocking = flags & libc::O_NONBLOCK == 0;
    if blocking {
        set_flags(descriptor, flags | libc::O_NONBLOCK)?;
    }
    Ok(blocking)
}

/// Makes a descriptor blocking.
pub(crate) fn make_blocking(descriptor: BorrowedFd<'_>) -> io::Result<()> {
    set_flags(descriptor, flags(descriptor)? & !libc::O_NONBLOCK)
}

fn flags(descriptor: BorrowedFd<'_>) -> io::Result<c_int> {
    // SAFETY: reads the flags of a descriptor, which is open as long as it is borrowed.
    check(unsafe { libc::fcntl(descriptor.as_raw_fd(), libc::F_GETFL) })
}

fn set_flags(descriptor: BorrowedFd<'_>, flags: c_int) -> io::Result<()> {
    // SAFETY: sets the flags of a descriptor, which is open as long as it is borrowed.
    check(unsafe { libc::fcntl(descriptor.as_raw_fd(), libc::F_SETFL, flags) }).map(drop)
}

/// Returns the error of the system if a function has failed.
pub(crate) fn check(result: c_int) -> io::Result<c_int> {
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(result)
    }
}
