//! The functions that GnuTLS calls in a session for QUIC, instead of those that send records.

use std::ffi::{c_int, c_void};

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::{gnutls_buffer_t, gnutls_session_t};

use crate::alert::Alert;
use crate::crypto::Side;
use crate::crypto::parameters::Cipher;
use crate::crypto::public_key::Digest;
use crate::error::Result;
use crate::extension::{self, ExtensionFunctions, HelloExtension, Message};
use crate::session::callbacks::extension::append;
use crate::session::quic::{EarlySecret, EncryptionLevel, QuicState};
use crate::session::state::state_of;
use crate::support::datum;
use crate::support::secret::Secret;

/// The number of the extension `quic_transport_parameters` (RFC 9001, section 8.2).
const TRANSPORT_PARAMETERS: u16 = 0x39;

/// The functions of the extension, which exchanges no supplemental data.
const PARAMETERS: ExtensionFunctions = ExtensionFunctions {
    receive: receive_parameters,
    send: send_parameters,
    receive_supplemental: receive_parameters,
    send_supplemental: send_parameters,
};

/// Makes a session exchange messages, secrets and alerts through its state instead of records, and transport
/// parameters.
///
/// # Safety
///
/// `session` is a live session of this crate in which no handshake has begun, and which has the state of QUIC.
#[corresponds(
    gnutls_handshake_set_read_function,
    gnutls_handshake_set_secret_function,
    gnutls_alert_set_read_function
)]
pub(crate) unsafe fn install(session: gnutls_session_t) -> Result<()> {
    // SAFETY: stores pointers to functions in the session, which is live by the contract of this function, and calls
    // nothing.
    unsafe {
        sys::gnutls_handshake_set_read_function(session, Some(send_message));
        sys::gnutls_handshake_set_secret_function(session, Some(change_level));
        sys::gnutls_alert_set_read_function(session, Some(send_alert));
    }
    let parameters = HelloExtension::new(TRANSPORT_PARAMETERS)
        .name("QUIC transport parameters")
        .in_messages([Message::ClientHello, Message::EncryptedExtensions]);
    // SAFETY: the session is live and new, and has the state that the functions use, by the contract of this function.
    unsafe { extension::register(session, &[parameters], &[PARAMETERS]) }
}

/// Runs the body of a callback. It runs no code of the program.
///
/// # Safety
///
/// `session` is a live session of this crate that is calling the callback.
unsafe fn with_quic(
    session: gnutls_session_t,
    callback: impl FnOnce(&mut QuicState) -> Option<c_int>,
) -> c_int {
    // SAFETY: the state outlives the calling session, and no reference to it exists while GnuTLS runs callbacks of the
    // session.
    let state = unsafe { &mut *state_of(session) };
    let code = state.quic.as_deref_mut().and_then(callback);
    code.unwrap_or(sys::GNUTLS_E_INTERNAL_ERROR)
}

/// Stores a handshake message to be sent.
unsafe extern "C" fn send_message(
    session: gnutls_session_t,
    level: sys::gnutls_record_encryption_level_t,
    message_type: sys::gnutls_handshake_description_t,
    data: *const c_void,
    length: usize,
) -> c_int {
    // QUIC has no ChangeCipherSpec (RFC 9001, section 8.4).
    if message_type == sys::GNUTLS_HANDSHAKE_CHANGE_CIPHER_SPEC {
        return 0;
    }
    // SAFETY: the message is valid during the call (_gnutls_handshake_io_write_flush in lib/buffers.c).
    let message = unsafe { datum::slice(data.cast(), length) };
    // SAFETY: the session is live and of this crate, because it is calling this function.
    unsafe {
        with_quic(session, |quic| {
            quic.send(EncryptionLevel::from_raw(level)?, message);
            Some(0)
        })
    }
}

/// Stores the level of the messages that are received from now on, and the secret of early data. The other secrets come
/// from the key log: here a client with early data would receive the secret for sending handshake messages only after
/// the last message of the server, so that it could not acknowledge the messages before.
unsafe extern "C" fn change_level(
    session: gnutls_session_t,
    level: sys::gnutls_record_encryption_level_t,
    read: *const c_void,
    write: *const c_void,
    length: usize,
) -> c_int {
    let early = || {
        let secret = if read.is_null() { write } else { read };
        // SAFETY: the secret is part of the session and valid during the call (_gnutls_call_secret_func in
        // lib/constate.c).
        let secret = Secret::new(unsafe { datum::slice(secret.cast(), length) });
        // SAFETY: these functions read the cipher suite and the hash of the session that is resumed (lib/state.c).
        unsafe {
            EarlySecret {
                secret,
                cipher: Cipher::from_raw(sys::gnutls_early_cipher_get(session)),
                digest: Digest::from_raw(sys::gnutls_early_prf_hash_get(session)),
            }
        }
    };
    // SAFETY: the session is live and of this crate, because it is calling this function.
    unsafe {
        with_quic(session, |quic| {
            match EncryptionLevel::from_raw(level)? {
                // Handshake messages are not sent with early data.
                EncryptionLevel::Early => quic.early = Some(early()),
                level if !read.is_null() => quic.read_level = level,
                _ => {}
            }
            Some(0)
        })
    }
}

/// Stores the alert of a failure.
unsafe extern "C" fn send_alert(
    session: gnutls_session_t,
    level: sys::gnutls_record_encryption_level_t,
    severity: sys::gnutls_alert_level_t,
    alert: sys::gnutls_alert_description_t,
) -> c_int {
    // SAFETY: the session is live and of this crate, because it is calling this function.
    unsafe {
        with_quic(session, |quic| {
            if severity == sys::GNUTLS_AL_FATAL && quic.alert.is_none() {
                quic.alert = Some((EncryptionLevel::from_raw(level)?, Alert::from_raw(alert)));
            }
            Some(0)
        })
    }
}

/// Stores a secret of the key log.
///
/// # Safety
///
/// `session` is a live session of this crate that is calling its key log function.
pub(crate) unsafe fn store_secret(session: gnutls_session_t, label: &str, secret: &[u8]) {
    // SAFETY: the state outlives the calling session, and no reference to it exists while GnuTLS runs callbacks of the
    // session.
    let Some(quic) = (unsafe { (*state_of(session)).quic.as_deref_mut() }) else {
        return;
    };
    match label {
        "CLIENT_HANDSHAKE_TRAFFIC_SECRET" => quic.handshake.set(Side::Client, secret),
        "SERVER_HANDSHAKE_TRAFFIC_SECRET" => quic.handshake.set(Side::Server, secret),
        "CLIENT_TRAFFIC_SECRET_0" => quic.application.set(Side::Client, secret),
        "SERVER_TRAFFIC_SECRET_0" => quic.application.set(Side::Server, secret),
        _ => {}
    }
}

/// Stores the transport parameters of the peer.
unsafe extern "C" fn receive_parameters(
    session: gnutls_session_t,
    data: *const u8,
    length: usize,
) -> c_int {
    // SAFETY: the bytes are valid during the call, and GnuTLS has checked their length (_gnutls_extv_parse in
    // lib/extv.c).
    let parameters = unsafe { datum::slice(data, length) };
    // SAFETY: the session is live and of this crate, because it is calling this function.
    unsafe {
        with_quic(session, |quic| {
            quic.peer_parameters = Some(parameters.to_vec());
            Some(0)
        })
    }
}

/// Sends the transport parameters of this side.
unsafe extern "C" fn send_parameters(session: gnutls_session_t, buffer: gnutls_buffer_t) -> c_int {
    // SAFETY: the session is live and of this crate, because it is calling this function. The buffer is valid during
    // the call.
    unsafe { with_quic(session, |quic| Some(append(buffer, &quic.parameters))) }
}
