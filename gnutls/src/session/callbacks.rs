//! How callbacks of the credentials get at the session that is calling, and at what it keeps.
pub(crate) mod credentials;
pub(crate) mod extension;
pub(crate) mod handshake_hook;
#[cfg(gnutls_3_6_13)]
pub(crate) mod key_log;
#[cfg(gnutls_3_6_13)]
pub(crate) mod psk;
pub(crate) mod srp;
pub(crate) mod transport;

use gnutls_sys::gnutls_session_t;

use crate::config::CommonParts;
use crate::error::{Error, Result};
#[cfg(gnutls_3_6_3)]
use crate::identity::Identity;
use crate::session::state::state_of;
use crate::session_core::session_ref::SessionRef;
use crate::support::panic::PanicSlot;

/// Installs the callbacks in the credentials of a configuration, once in its life.
///
/// The credentials are built with the configuration, which does not have the callbacks. They are written to here, before the
/// first session uses them: whoever opens a session at the same time waits.
pub(crate) fn install(common: &CommonParts) -> Result<()> {
    let installed = common.callbacks.get_or_init(|| {
        #[cfg(gnutls_3_6_13)]
        if let Some(psk) = &common.psk {
            psk::install(psk);
        }
        if let Some(srp) = &common.srp {
            srp::install(srp);
        }
        credentials::install(common)
    });
    (*installed).map_err(Error::from_code)
}

/// Passes the session and its configuration to a closure of the program. A panic is kept, to be resumed once GnuTLS has
/// returned, and `None` takes the place of the result.
///
/// # Safety
///
/// `session` is live and was made by this crate, no mutable reference to its state lives, and nothing changes the session
/// as long as the closure runs.
pub(crate) unsafe fn with_session<R>(
    session: gnutls_session_t,
    closure: impl FnOnce(&SessionRef, &CommonParts) -> R,
) -> Option<R> {
    let slot = PanicSlot::new();
    let result = slot.catch(None, || {
        // SAFETY: the session is live and nothing changes it as long as the closure runs, by the contract of this function.
        // The closure can only read from the session.
        let session = unsafe { SessionRef::from_ptr(session) };
        Some(closure(session, session.state().config.common()))
    });
    if slot.is_set() {
        // SAFETY: the session is live, and the borrow of the closure has ended.
        unsafe { (*state_of(session)).core.panic.take_over(slot) };
    }
    result
}

/// Keeps an identity until the session is gone, and lends it.
///
/// # Safety
///
/// As for [`with_session`], and the reference is not used after the next call of this.
#[cfg(gnutls_3_6_3)]
pub(crate) unsafe fn keep<'a>(session: gnutls_session_t, identity: Identity) -> &'a Identity {
    // SAFETY: the caller's promise.
    let kept = unsafe { &mut (*state_of(session)).chosen };
    // A peer that asks again and again does not fill the memory.
    let place = kept.iter().position(|kept| kept.is(&identity));
    let place = place.unwrap_or_else(|| {
        kept.push(identity);
        kept.len() - 1
    });
    &kept[place]
}
