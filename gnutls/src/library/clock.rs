//! The library's clock, which tests can replace.

use std::sync::{Arc, Once, PoisonError, RwLock};
use std::time::SystemTime;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::error::Result;
use crate::error::unsupported::require;
use crate::library::logging::replace;
use crate::support::panic::contain;
use crate::support::time::to_c;
use crate::version::Version;

type Clock = dyn Fn() -> SystemTime + Send + Sync;

static CLOCK: RwLock<Option<Arc<Clock>>> = RwLock::new(None);

/// Sets the function that returns the library's current time, which determines if certificates, tickets and cached
/// sessions have expired. **Use it only in tests**: the clock is shared by the process, and turning it back makes
/// expired certificates valid again. Call it while no other thread uses GnuTLS. `SystemTime::now` restores the default.
///
/// If `now` panics, the system time is used. A time that is not representable in the library's clock is replaced by the
/// nearest that is. This crate uses the clock only to end the reuse of a verdict on a certificate.
///
/// ```no_run
/// use std::time::{Duration, SystemTime};
///
/// // In a month all tickets have expired.
/// gnutls::library::dangerous_set_time_function(|| SystemTime::now() + Duration::from_secs(30 * 86_400))?;
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// # Errors
///
/// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) before GnuTLS 3.8.1, in which the function
/// changes only one of the library's two clocks.
#[corresponds(gnutls_global_set_time_function)]
pub fn dangerous_set_time_function(
    now: impl Fn() -> SystemTime + Send + Sync + 'static,
) -> Result<()> {
    require("replacing the clock", Version::new(3, 8, 1))?;
    static INSTALL: Once = Once::new();
    replace(&CLOCK, Arc::new(now));
    // SAFETY: stores function pointers in two variables that GnuTLS reads without a lock, each on its own. They are
    // stored once, so that a reader finds the default or the function that stays, and both are valid.
    INSTALL.call_once(|| unsafe { sys::gnutls_global_set_time_function(Some(time_function)) });
    Ok(())
}

/// Returns the time of the clock that the program has set, or of the system.
pub(crate) fn now() -> SystemTime {
    let clock = CLOCK.read().unwrap_or_else(PoisonError::into_inner).clone();
    clock
        // The clock is dropped inside, because it may have replaced itself and its captures may panic.
        .and_then(|clock| contain(move || clock()))
        .unwrap_or_else(SystemTime::now)
}

unsafe extern "C" fn time_function(time: *mut sys::time_t) -> sys::time_t {
    let seconds = to_c(now()).unwrap_or(sys::time_t::MAX);
    if !time.is_null() {
        // SAFETY: the pointer is not NULL. GnuTLS passes NULL or a writable location for the time, like time(2).
        unsafe { time.write(seconds) };
    }
    seconds
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::support::alone::is_alone;

    /// The captures of a clock that replaces itself are dropped below the C function that reads the time. A panic that
    /// leaves `time_function` aborts the process.
    #[test]
    fn bug_class_13_a_clock_that_replaces_itself_may_panic_when_dropped() {
        // The clock is that of the process.
        let name = "::bug_class_13_a_clock_that_replaces_itself_may_panic_when_dropped";
        if !is_alone(&(module_path!().to_owned() + name), &[]) {
            return;
        }
        struct Panics;
        impl Drop for Panics {
            fn drop(&mut self) {
                std::panic::resume_unwind(Box::new("a destructor"));
            }
        }
        let panics = Panics;
        replace(
            &CLOCK,
            Arc::new(move || {
                std::hint::black_box(&panics);
                replace(&CLOCK, Arc::new(|| UNIX_EPOCH + Duration::from_secs(7)));
                UNIX_EPOCH
            }),
        );
        // SAFETY: the function accepts NULL.
        let time = || unsafe { time_function(std::ptr::null_mut()) };
        // The panic of the destructor discards the time, so that the system's is returned.
        assert!(time() > 7);
        assert_eq!(time(), 7);
    }
}
