//! The library's clock, for tests that need another time.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::error::Result;
use crate::error::unsupported::require;
use crate::library::logging::replace;
use crate::support::panic::contain;
use crate::version::Version;

type Clock = dyn Fn() -> SystemTime + Send + Sync;

static CLOCK: RwLock<Option<Arc<Clock>>> = RwLock::new(None);

/// Makes the library take the time from `now`: whether certificates, tickets and cached sessions have expired is decided by
/// it. **For tests alone**: it is one clock for the process, whoever moves it back makes what has expired valid again, and it
/// is to be set while no other thread uses GnuTLS. With `SystemTime::now` all is as it was.
///
/// Where `now` panics it is the time of the system. This crate takes no time from it for what it does by itself.
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
/// [`Unsupported`](crate::ErrorKind::Unsupported) before 3.8.1, where it moves one of the library's two clocks and not the
/// other.
#[corresponds(gnutls_global_set_time_function)]
pub fn dangerous_set_time_function(
    now: impl Fn() -> SystemTime + Send + Sync + 'static,
) -> Result<()> {
    require("a clock of one's own", Version::new(3, 8, 1))?;
    replace(&CLOCK, Arc::new(now));
    // SAFETY: stores function pointers, always the same, in variables of the library.
    unsafe { sys::gnutls_global_set_time_function(Some(time_function)) };
    Ok(())
}

unsafe extern "C" fn time_function(time: *mut sys::time_t) -> sys::time_t {
    let clock = CLOCK.read().unwrap_or_else(PoisonError::into_inner).clone();
    let now = clock
        .and_then(|clock| contain(|| clock()))
        .unwrap_or_else(SystemTime::now);
    let seconds = now
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs());
    let seconds = sys::time_t::try_from(seconds).unwrap_or(sys::time_t::MAX);
    if !time.is_null() {
        // SAFETY: as with time(2), the caller wants it there.
        unsafe { time.write(seconds) };
    }
    seconds
}
