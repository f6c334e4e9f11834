//! How callbacks of the credentials get at the session that is calling, and at what it keeps.
pub(crate) mod credentials;
pub(crate) mod extension;
pub(crate) mod handshake_hook;
pub(crate) mod transport;

use gnutls_sys::gnutls_session_t;

use crate::credentials::Credentials;
#[cfg(gnutls_3_6_3)]
use crate::identity::Identity;
use crate::session::state::State;
use crate::session_core::session_ref::SessionRef;
use crate::support::panic::PanicSlot;

/// Lends the session and its credentials to a closure of the program. A panic is kept, to be resumed once GnuTLS has
/// returned, and `None` takes the place of the result.
///
/// # Safety
///
/// `session` is live and was made by this crate, no mutable reference to its state lives, and nothing changes the session
/// as long as the closure runs.
pub(crate) unsafe fn with_state<R>(
    session: gnutls_session_t,
    closure: impl FnOnce(&SessionRef, &Credentials) -> R,
) -> Option<R> {
    let slot = PanicSlot::new();
    let result = slot.catch(None, || {
        // SAFETY: the caller's promise; the credentials are part of the configuration that the session keeps. What the
        // closure can do with the session only reads.
        let (session, credentials) = unsafe {
            let session = SessionRef::from_ptr(session);
            (session, &*session.state().credentials)
        };
        Some(closure(session, credentials))
    });
    if slot.is_set() {
        // SAFETY: as above, and the closure's borrow has ended.
        unsafe { (*state_of(session)).panic.take_over(slot) };
    }
    result
}

/// Keeps an identity until the session is gone, and lends it.
///
/// # Safety
///
/// As for [`with_state`], and the reference is not used after the next call of this.
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

/// The state of a session that this crate has made.
pub(crate) fn state_of(session: gnutls_session_t) -> *mut State {
    // SAFETY: reads a pointer out of the session, which is live since it is calling.
    unsafe { gnutls_sys::gnutls_session_get_ptr(session).cast() }
}
