//! Watching a handshake: a closure that sees each handshake message.

use std::ffi::{c_int, c_uint};

use gnutls_sys::{gnutls_datum_t, gnutls_session_t};

use crate::crypto::Side;
use crate::crypto::parameters::Protocol;
use crate::handshake::message::{HandshakeMessage, HandshakeType};
use crate::session::state::{State, state_of};
use crate::session::{Session, apply_config};
use crate::session_core::core::ClientProof;
use crate::session_core::session_ref::SessionRef;
use crate::support::datum;

/// A closure that sees handshake messages, see [`Session::set_handshake_hook`].
pub(crate) type HandshakeHook = dyn FnMut(&SessionRef, HandshakeMessage<'_>) + Send + 'static;

impl Session {
    /// Calls `hook` before and after each handshake message is processed or sent. The session as it stands at that moment
    /// is lent to the hook to be read: nothing of it can be kept, since the handshake goes on to change it.
    ///
    /// A panic of the hook ends the session and goes on in the call that ran the handshake.
    ///
    /// C: [`gnutls_handshake_set_hook_function`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fhandshake_005fset_005fhook_005ffunction).
    ///
    /// ```
    /// use std::sync::{Arc, Mutex};
    ///
    /// # let config = gnutls::ClientConfig::builder().trust(gnutls::Trust::none()).build()?;
    /// let mut session = config.session("example.org")?;
    /// let sizes = Arc::new(Mutex::new(Vec::new()));
    /// let seen = Arc::clone(&sizes);
    /// session.set_handshake_hook(move |session, message| {
    ///     seen.lock().unwrap().push((message.message_type, session.id2().len()));
    /// });
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[doc(alias = "gnutls_handshake_set_hook_function")]
    pub fn set_handshake_hook(
        &mut self,
        hook: impl FnMut(&SessionRef, HandshakeMessage<'_>) + Send + 'static,
    ) {
        self.state_mut().hook = Some(Box::new(hook));
        install(self.handle());
    }
}

/// Has the session call [`hook_function`].
pub(crate) fn install(session: gnutls_session_t) {
    // SAFETY: stores the pointer and two numbers in the session, which is live, and calls nothing. The hook finds its
    // closure through the session's own pointer.
    unsafe {
        gnutls_sys::gnutls_handshake_set_hook_function(
            session,
            gnutls_sys::GNUTLS_HANDSHAKE_ANY as c_uint,
            gnutls_sys::GNUTLS_HOOK_BOTH as c_int,
            Some(hook_function),
        );
    }
}

/// Has the state note each ticket that the server has sent, unless a hook of the user is set, which does it as well.
///
/// # Safety
///
/// `session` is a live session of this crate.
pub(crate) unsafe fn note_tickets(session: gnutls_session_t) {
    // SAFETY: stores the pointer and two numbers in the session and calls nothing.
    unsafe {
        gnutls_sys::gnutls_handshake_set_hook_function(
            session,
            HandshakeType::NEW_SESSION_TICKET.as_raw(),
            gnutls_sys::GNUTLS_HOOK_POST as c_int,
            Some(hook_function),
        );
    }
}

unsafe extern "C" fn hook_function(
    session: gnutls_session_t,
    message_type: c_uint,
    processed: c_uint,
    incoming: c_uint,
    body: *const gnutls_datum_t,
) -> c_int {
    if message_type == HandshakeType::NEW_SESSION_TICKET.as_raw() && incoming != 0 && processed != 0
    {
        // SAFETY: as below.
        unsafe { (*state_of(session)).resumable = true };
    }
    let body = if body.is_null() {
        &[][..]
    } else {
        // SAFETY: GnuTLS lends the message for the time of the call (_gnutls_call_hook_func in lib/handshake.c).
        unsafe { datum::slice((*body).data, (*body).size as usize) }
    };
    let message_type = HandshakeType::from_raw(message_type);
    if incoming != 0 && processed == 0 {
        // SAFETY: as below.
        let code = unsafe { (*state_of(session)).note_client_proof(message_type, body) };
        if code != 0 {
            return code;
        }
    }
    // A client without a certificate sends an empty list, which may be compressed, and nothing to prove (RFC 8446, section
    // 4.4.3). What is in this message GnuTLS verifies, or fails.
    if incoming != 0 && message_type == HandshakeType::CERTIFICATE_VERIFY {
        // SAFETY: as below.
        unsafe { (*state_of(session)).core.lifecycle.note_client_proof() };
    }
    if incoming != 0 && processed == 0 && message_type == HandshakeType::SERVER_KEY_EXCHANGE {
        // SAFETY: as below.
        let code = unsafe { (*state_of(session)).check_srp_group(body) };
        if code != 0 {
            return code;
        }
    }
    if incoming != 0
        && processed == 0
        && message_type == HandshakeType::SUPPLEMENTAL
        && !crate::extension::supplemental::is_sound(body)
    {
        // The code that C has for it where it looks.
        return gnutls_sys::GNUTLS_E_UNEXPECTED_PACKET_LENGTH;
    }
    if incoming != 0 && processed == 0 {
        let hello = match message_type {
            HandshakeType::CLIENT_HELLO => Some(Some(body)),
            HandshakeType::CLIENT_HELLO_V2 => Some(None),
            _ => None,
        };
        if let Some(hello) = hello {
            // SAFETY: the session is the one that is calling.
            let code = unsafe { apply_config::hello_has_come(session, hello) };
            if code != 0 {
                return code;
            }
        }
    }
    // SAFETY: the state, which outlives the session. No reference to it lives while GnuTLS runs. The closure is taken out
    // for the time of its call, so that the session which it is lent can look at the state.
    let state = unsafe { &mut *state_of(session) };
    let Some(mut hook) = state.hook.take() else {
        return 0;
    };
    state.hello_processed = processed != 0 && message_type == HandshakeType::CLIENT_HELLO;
    let message = HandshakeMessage {
        message_type,
        incoming: incoming != 0,
        processed: processed != 0,
        body,
    };
    let panic = crate::support::panic::PanicSlot::new();
    let code = panic.catch(gnutls_sys::GNUTLS_E_INTERNAL_ERROR, || {
        // SAFETY: the session is live, and what the closure can do with it only reads.
        hook(unsafe { SessionRef::from_ptr(session) }, message);
        0
    });
    // SAFETY: as above, and the borrow of the session has ended.
    let state = unsafe { &mut *state_of(session) };
    state.core.panic.take_over(panic);
    (state.hook, state.hello_processed) = (Some(hook), false);
    code
}

impl State {
    /// On a server: notes what the client shows of itself. Before its Finished is looked at, so that nothing has been kept
    /// or sent that could be resumed, a chain has to be its own.
    fn note_client_proof(&mut self, message_type: HandshakeType, body: &[u8]) -> c_int {
        if self.core.side == Side::Client {
            return 0;
        }
        match message_type {
            HandshakeType::CLIENT_HELLO | HandshakeType::CLIENT_HELLO_V2 => {
                self.core.client_proof = ClientProof::Nothing;
            }
            HandshakeType::CERTIFICATE if !self.is_tls1_3() => {
                // It begins with the length of the list (RFC 5246, section 7.4.2), or of the key (RFC 7250, section 3).
                let empty = body.iter().take(3).all(|byte| *byte == 0);
                self.core.client_proof = if empty {
                    ClientProof::Nothing
                } else {
                    ClientProof::Certificate
                };
            }
            HandshakeType::CERTIFICATE_VERIFY => self.core.client_proof = ClientProof::Verified,
            HandshakeType::FINISHED
                if self.core.client_proof != ClientProof::Verified
                    && !self.core.is_resumed()
                    && self.has_chain() =>
            {
                return self.refuse_chain();
            }
            _ => {}
        }
        0
    }

    fn is_tls1_3(&self) -> bool {
        // SAFETY: the session is live. The library alone is asked, and nothing of this state is looked at.
        unsafe { SessionRef::from_ptr(self.core.session) }.protocol() == Some(Protocol::TLS1_3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ClientConfig;
    use crate::trust::Trust;

    #[test]
    fn bug_class_16_a_list_of_certificates_proves_nothing() {
        let config = ClientConfig::builder().trust(Trust::none()).build();
        let mut session = config.unwrap().session("localhost").unwrap();
        session.core_mut().lifecycle.begin_client_auth(None);
        let tell = |session: &Session, message: HandshakeType| {
            let body = datum::empty();
            // SAFETY: the session is live, and nothing is borrowed from it.
            unsafe { hook_function(session.handle(), message.as_raw(), 0, 1, &body) };
            session.core().lifecycle.has_client_proof()
        };
        // An empty list comes without a proof; whether a compressed one is empty cannot be seen.
        for message in [
            HandshakeType::CERTIFICATE,
            HandshakeType::COMPRESSED_CERTIFICATE,
        ] {
            assert!(!tell(&session, message));
        }
        let proof = HandshakeType::CERTIFICATE_VERIFY;
        assert!(tell(&session, proof));
    }
}
