//! Access of GnuTLS callbacks to the calling session and its state.
pub(crate) mod credentials;
pub(crate) mod extension;
pub(crate) mod handshake_hook;
#[cfg(gnutls_3_6_13)]
pub(crate) mod key_log;
#[cfg(gnutls_3_6_13)]
pub(crate) mod psk;
#[cfg(gnutls_3_7_2)]
pub(crate) mod quic;
pub(crate) mod srp;
pub(crate) mod transport;

use std::ffi::c_int;

use gnutls_sys::gnutls_session_t;

use crate::config::CommonParts;
use crate::error::{Error, Result};
use crate::identity::Identity;
use crate::session::state::{State, state_of};
use crate::session_core::session_ref::SessionRef;
use crate::support::panic::PanicSlot;

/// Installs the callbacks in the credentials of a configuration, once per configuration.
///
/// The credentials are built with the configuration, but without the callbacks. They are modified here, before the
/// first session uses them: another thread that opens a session at the same time is blocked.
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

/// Calls a closure of the program with the session and its configuration. A panic is stored and resumed once GnuTLS has
/// returned, and the result is `None`.
///
/// # Safety
///
/// `session` is a live session of this crate, no mutable reference to its state exists, and nothing changes the session
/// while the closure runs.
pub(crate) unsafe fn with_session<R>(
    session: gnutls_session_t,
    closure: impl FnOnce(&SessionRef, &CommonParts) -> R,
) -> Option<R> {
    let slot = PanicSlot::new();
    let result = slot.catch(None, || {
        // SAFETY: the session is live and nothing changes it while the closure runs, by the contract of this function.
        // The closure can only read from the session.
        let session = unsafe { SessionRef::from_ptr(session) };
        Some(closure(session, session.state().config.common()))
    });
    if slot.is_set() {
        // SAFETY: the session is live by the contract of this function, and the borrow of the closure has ended.
        unsafe { (*state_of(session)).core.panic.take_over(slot) };
    }
    result
}

/// Calls a closure that looks up a key or a password, and returns its code. An error refuses the handshake.
///
/// # Safety
///
/// `session` is a live session of this crate, no mutable reference to its state exists, and nothing changes the session
/// while the closure runs.
pub(crate) unsafe fn run_with_session(
    session: gnutls_session_t,
    closure: impl FnOnce(&SessionRef, &CommonParts) -> Result<c_int>,
) -> c_int {
    // SAFETY: the session is live and of this crate, no mutable reference to its state exists, and nothing changes it
    // while the closure runs, by the contract of this function.
    let answer = unsafe { with_session(session, closure) };
    match answer {
        Some(Ok(code)) => code,
        // SAFETY: the state is live, because it outlives the session, and the borrow of the closure has ended.
        Some(Err(error)) => unsafe { (*state_of(session)).core.refuse_with(error) },
        None => gnutls_sys::GNUTLS_E_USER_ERROR,
    }
}

/// Stores an identity as long as GnuTLS has pointers to it, and returns a reference to it.
///
/// # Safety
///
/// `session` is a live session of this crate, and no mutable reference to its state exists. The returned reference is
/// not used after the next call of this function.
#[cfg(gnutls_3_6_3)]
pub(crate) unsafe fn keep<'a>(session: gnutls_session_t, identity: Identity) -> &'a Identity {
    // SAFETY: the state is live because it outlives the session, and no other reference to it exists, by the contract
    // of this function.
    let kept = unsafe { &mut (*state_of(session)).chosen };
    let known = kept.iter().position(|kept| kept.is(&identity));
    let latest = known.map_or(identity, |place| kept.remove(place));
    kept.push(latest);
    &kept[kept.len() - 1]
}

impl State {
    /// Drops the identities to which GnuTLS has no pointers any more, so that a peer that sends repeated requests cannot
    /// exhaust the memory. It replaces the pointers when another identity is selected, or fails and retains those of the
    /// selection before (`call_get_cert_callback` in lib/auth/cert.c).
    ///
    /// They are dropped between the calls into C, because a destructor can panic.
    #[inline]
    pub(crate) fn drop_replaced_identities(&mut self) {
        if self.chosen.len() > 2 {
            drop(self.replaced_identities());
        }
    }

    #[cold]
    fn replaced_identities(&mut self) -> Vec<Identity> {
        self.chosen.drain(..self.chosen.len() - 2).collect()
    }
}
