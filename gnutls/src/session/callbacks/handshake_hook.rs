//! The handshake hook: a closure that is called with each handshake message.

use std::ffi::{c_int, c_uint};

use gnutls_macros::corresponds;
use gnutls_sys::{gnutls_datum_t, gnutls_session_t};

use crate::crypto::Side;
use crate::crypto::parameters::Protocol;
use crate::handshake::message;
use crate::handshake::message::MessageType;
use crate::session::state::{State, state_of};
use crate::session::{Session, apply_config};
use crate::session_core::core::ClientProof;
use crate::session_core::session_ref::SessionRef;
use crate::support::datum;

/// A closure that is called with handshake messages, see [`Session::set_handshake_hook`].
pub(crate) type HandshakeHook = dyn FnMut(&SessionRef, message::Message<'_>) + Send + 'static;

impl Session {
    /// Sets the closure that is called before and after each handshake message is processed or sent. The hook gets a
    /// shared reference to the session in its current state. It cannot keep parts of the session, because the handshake
    /// changes them.
    ///
    /// A panic of the hook ends the session and is resumed in the call that ran the handshake.
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
    #[corresponds(gnutls_handshake_set_hook_function)]
    pub fn set_handshake_hook(
        &mut self,
        hook: impl FnMut(&SessionRef, message::Message<'_>) + Send + 'static,
    ) {
        self.state_mut().hook = Some(Box::new(hook));
        install(self.handle());
    }
}

/// Makes the session call [`hook_function`] for all messages.
pub(crate) fn install(session: gnutls_session_t) {
    // SAFETY: stores the pointer and two numbers in the session, which is live, and calls nothing. The hook finds its
    // closure through the pointer that the session has to its state.
    unsafe {
        gnutls_sys::gnutls_handshake_set_hook_function(
            session,
            gnutls_sys::GNUTLS_HANDSHAKE_ANY as c_uint,
            gnutls_sys::GNUTLS_HOOK_BOTH as c_int,
            Some(hook_function),
        );
    }
}

/// Makes the session call [`hook_function`] after each ticket from the server, which the state then records. A later
/// call of [`install`] replaces this and includes tickets.
///
/// # Safety
///
/// `session` is a live session of this crate.
pub(crate) unsafe fn note_tickets(session: gnutls_session_t) {
    // SAFETY: stores the pointer and two numbers in the session, which is live by the contract of this function, and
    // calls nothing.
    unsafe {
        gnutls_sys::gnutls_handshake_set_hook_function(
            session,
            MessageType::NEW_SESSION_TICKET.as_raw(),
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
    if message_type == MessageType::NEW_SESSION_TICKET.as_raw() && incoming != 0 && processed != 0 {
        // SAFETY: the state outlives the calling session, and no reference to it exists while GnuTLS runs callbacks of
        // the session.
        unsafe { (*state_of(session)).resumable = true };
    }
    let body = if body.is_null() {
        &[][..]
    } else {
        // SAFETY: the message is valid during the call (_gnutls_call_hook_func in lib/handshake.c).
        unsafe { datum::slice((*body).data, (*body).size as usize) }
    };
    let message_type = MessageType::from_raw(message_type);
    if incoming != 0 && processed == 0 {
        // SAFETY: the state outlives the calling session, and no reference to it exists while GnuTLS runs callbacks of
        // the session.
        let code = unsafe { (*state_of(session)).note_client_proof(message_type, body) };
        if code != 0 {
            return code;
        }
    }
    // A client without a certificate sends an empty list, which may be compressed, and no CertificateVerify (RFC 8446,
    // section 4.4.3). GnuTLS verifies the signature in this message, or fails.
    if incoming != 0 && message_type == MessageType::CERTIFICATE_VERIFY {
        // SAFETY: the state outlives the calling session, and no reference to it exists while GnuTLS runs callbacks of
        // the session.
        unsafe { (*state_of(session)).core.lifecycle.note_client_proof() };
    }
    if incoming != 0 && processed == 0 && message_type == MessageType::SERVER_KEY_EXCHANGE {
        // SAFETY: the state outlives the calling session, and no reference to it exists while GnuTLS runs callbacks of
        // the session.
        let code = unsafe { (*state_of(session)).check_srp_group(body) };
        if code != 0 {
            return code;
        }
    }
    #[cfg(gnutls_3_6_13)]
    if incoming != 0 && processed == 0 && message_type == MessageType::CLIENT_KEY_EXCHANGE {
        // SAFETY: the state outlives the calling session, and no reference to it exists while GnuTLS runs callbacks of
        // the session.
        unsafe { (*state_of(session)).note_rsa_psk_identity(body) };
    }
    if incoming != 0
        && processed == 0
        && message_type == MessageType::SUPPLEMENTAL
        && !crate::extension::supplemental::is_sound(body)
    {
        // The code that GnuTLS returns for a malformed message that it detects.
        return gnutls_sys::GNUTLS_E_UNEXPECTED_PACKET_LENGTH;
    }
    if incoming != 0 && processed == 0 {
        let hello = match message_type {
            MessageType::CLIENT_HELLO => Some(Some(body)),
            MessageType::CLIENT_HELLO_V2 => Some(None),
            _ => None,
        };
        if let Some(hello) = hello {
            // SAFETY: the session is live and of this crate, and is calling its hook.
            let code = unsafe { apply_config::hello_has_come(session, hello) };
            if code != 0 {
                return code;
            }
        }
    }
    // SAFETY: the state outlives the calling session, and no reference to it exists while GnuTLS runs callbacks of the
    // session. The closure is taken out during its call, so that the session that it gets can refer to the state.
    let state = unsafe { &mut *state_of(session) };
    let Some(mut hook) = state.hook.take() else {
        return 0;
    };
    state.hello_processed = processed != 0 && message_type == MessageType::CLIENT_HELLO;
    let message = message::Message {
        message_type,
        incoming: incoming != 0,
        processed: processed != 0,
        body,
    };
    let panic = crate::support::panic::PanicSlot::new();
    let code = panic.catch(gnutls_sys::GNUTLS_E_INTERNAL_ERROR, || {
        // SAFETY: the session is live, and the closure can only read from it.
        hook(unsafe { SessionRef::from_ptr(session) }, message);
        0
    });
    // SAFETY: the state outlives the calling session, and the borrow of the session by the closure has ended.
    let state = unsafe { &mut *state_of(session) };
    state.core.panic.take_over(panic);
    (state.hook, state.hello_processed) = (Some(hook), false);
    code
}

impl State {
    /// Records the authentication of a client on a server. A chain must belong to the client before its Finished is
    /// processed, because afterwards the session can be stored or resumed.
    fn note_client_proof(&mut self, message_type: MessageType, body: &[u8]) -> c_int {
        if self.core.side == Side::Client {
            return 0;
        }
        match message_type {
            MessageType::CLIENT_HELLO | MessageType::CLIENT_HELLO_V2 => {
                self.core.client_proof = ClientProof::Nothing;
            }
            MessageType::CERTIFICATE if !self.is_tls1_3() => {
                // The body begins with the length of the list (RFC 5246, section 7.4.2), or of the key (RFC 7250,
                // section 3).
                let empty = body.iter().take(3).all(|byte| *byte == 0);
                self.core.client_proof = if empty {
                    ClientProof::Nothing
                } else {
                    ClientProof::Certificate
                };
            }
            MessageType::CERTIFICATE_VERIFY => self.core.client_proof = ClientProof::Verified,
            MessageType::FINISHED
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
        // SAFETY: the session is live. Only the protocol is read from it, and nothing from this state.
        unsafe { SessionRef::from_ptr(self.core.session) }.protocol() == Some(Protocol::TLS1_3)
    }
}

// Since 3.6.3 a server can request the certificate of its client after the handshake.
#[cfg(all(test, gnutls_3_6_3))]
mod tests {
    use super::*;
    use crate::config::ClientConfig;
    use crate::trust::Trust;

    #[test]
    fn bug_class_16_a_list_of_certificates_proves_nothing() {
        let config = ClientConfig::builder().trust(Trust::none()).build();
        let mut session = config.unwrap().session("localhost").unwrap();
        session.core_mut().lifecycle.begin_client_auth(None);
        let receive = |session: &Session, message: MessageType| {
            let body = datum::empty();
            // SAFETY: the session is live and of this crate, and nothing is borrowed from it. The body is valid during
            // the call.
            unsafe { hook_function(session.handle(), message.as_raw(), 0, 1, &body) };
            session.core().lifecycle.has_client_proof()
        };
        // An empty list comes without a CertificateVerify. A compressed list may be empty, too.
        for message in [
            MessageType::CERTIFICATE,
            MessageType::COMPRESSED_CERTIFICATE,
        ] {
            assert!(!receive(&session, message));
        }
        let proof = MessageType::CERTIFICATE_VERIFY;
        assert!(receive(&session, proof));
    }
}
