//! The functions that GnuTLS calls for pre-shared keys.

use std::ffi::{CStr, c_int, c_uint};

use gnutls_sys::{gnutls_datum_t, gnutls_psk_key_flags, gnutls_session_t};

use crate::alert::Alert;
use crate::error::{Error, ErrorKind, Result};
use crate::psk;
use crate::psk::credentials::PskCredentials;
use crate::session::callbacks::run_with_session;
use crate::session::state::{State, state_of};
use crate::session_core::session_ref::SessionRef;
use crate::support::datum;

/// Installs the key callback of a configuration.
pub(crate) fn install(credentials: &PskCredentials) {
    // SAFETY: these functions store a pointer in live credentials that no session uses yet. The callbacks find the keys
    // through the configuration of the calling session.
    unsafe {
        match credentials {
            PskCredentials::Client(raw, _) => {
                #[cfg(gnutls_3_8_1)]
                gnutls_sys::gnutls_psk_set_client_credentials_function3(
                    *raw,
                    Some(client_function3),
                );
                #[cfg(not(gnutls_3_8_1))]
                gnutls_sys::gnutls_psk_set_client_credentials_function2(
                    *raw,
                    Some(client_function2),
                );
            }
            PskCredentials::Server(raw, _) => {
                #[cfg(gnutls_3_8_1)]
                gnutls_sys::gnutls_psk_set_server_credentials_function3(
                    *raw,
                    Some(server_function3),
                );
                #[cfg(not(gnutls_3_8_1))]
                gnutls_sys::gnutls_psk_set_server_credentials_function2(
                    *raw,
                    Some(server_function2),
                );
            }
        }
    }
}

/// Runs a callback of a session with the keys of its configuration. A panic is stored in the state of the session, and
/// resumed once GnuTLS has returned.
///
/// # Safety
///
/// `session` is a live session of this crate that is calling one of these callbacks.
unsafe fn run(
    session: gnutls_session_t,
    callback: impl FnOnce(&SessionRef, &PskCredentials) -> Result<c_int>,
) -> c_int {
    // SAFETY: the session is live and of this crate, and no reference to its state exists while GnuTLS runs its
    // callbacks. Nothing changes it while the closure runs, which gets only shared references.
    unsafe {
        run_with_session(session, |session, config| match &config.psk {
            Some(keys) => callback(session, keys),
            None => Ok(gnutls_sys::GNUTLS_E_INTERNAL_ERROR),
        })
    }
}

impl State {
    /// Records the length of the identity in the ClientKeyExchange of a client that uses RSA-PSK (RFC 4279, section 4).
    /// Before 3.8.13, GnuTLS passes on the identity only up to a NUL byte, and so the key of another identity would
    /// authenticate the one that the session reports.
    pub(crate) fn note_rsa_psk_identity(&mut self, body: &[u8]) {
        // SAFETY: reads the cipher suite of the live session, which the server has selected before this message
        // (lib/state.c).
        let exchange = unsafe { gnutls_sys::gnutls_kx_get(self.core.session) };
        let length = body.split_first_chunk().map(|(length, _)| *length);
        self.rsa_psk_identity = length
            .filter(|_| exchange == gnutls_sys::GNUTLS_KX_RSA_PSK)
            .map(|length| u16::from_be_bytes(length).into());
    }
}

/// Returns the error for an identity that GnuTLS has truncated.
fn truncated() -> Error {
    Error::new(
        ErrorKind::Protocol,
        "the PSK identity of the client contains a NUL byte, at which this release of GnuTLS truncates it in RSA-PSK: \
         use identities without NUL bytes, or another key exchange",
    )
    .with_alert(Alert::UNKNOWN_PSK_IDENTITY)
}

/// Returns the C flags of a key.
fn flags_of(key: &psk::Key) -> gnutls_psk_key_flags {
    if key.imported.is_some() {
        gnutls_sys::GNUTLS_PSK_KEY_EXT as c_uint
    } else {
        0
    }
}

/// Looks up a key on a server. The code 1 means an unknown identity: GnuTLS then continues with a random key.
///
/// # Safety
///
/// `session` is a live session of this crate that is calling one of these callbacks. `identity` is valid for reads, or
/// NULL, and `key` is valid for writes.
unsafe fn answer_server(
    session: gnutls_session_t,
    identity: *const gnutls_datum_t,
    key: *mut gnutls_datum_t,
    flags: &mut gnutls_psk_key_flags,
) -> c_int {
    // SAFETY: the session and the pointers are valid, by the contract of this function. GnuTLS frees the copy of the
    // key. No reference to the state of the session exists while GnuTLS runs callbacks of the session.
    unsafe {
        let sent_length = (*state_of(session)).rsa_psk_identity;
        run(session, |session, keys| {
            let Some(identity) = identity.as_ref() else {
                return Ok(gnutls_sys::GNUTLS_E_INTERNAL_ERROR);
            };
            let identity = datum::slice(identity.data, identity.size as usize);
            if sent_length.is_some_and(|length| length != identity.len()) {
                return Err(truncated());
            }
            let Some(found) = keys.key_of(session, identity)? else {
                return Ok(1);
            };
            let Some(copy) = datum::hand_over(&found.secret) else {
                return Ok(gnutls_sys::GNUTLS_E_MEMORY_ERROR);
            };
            *flags = flags_of(&found);
            key.write(copy);
            Ok(0)
        })
    }
}

/// Looks up the key and the identity of a client.
///
/// # Safety
///
/// `session` is a live session of this crate that is calling one of these callbacks. `identity` and `key` are valid for
/// writes.
unsafe fn answer_client(
    session: gnutls_session_t,
    identity: *mut gnutls_datum_t,
    key: *mut gnutls_datum_t,
    flags: &mut gnutls_psk_key_flags,
) -> c_int {
    // SAFETY: the session and the outputs are valid, by the contract of this function. The hint is a string inside the
    // session, or NULL if it has none or has not negotiated a PSK key exchange (yet). GnuTLS frees the outputs, which
    // are not written after a failure.
    unsafe {
        let hint = gnutls_sys::gnutls_psk_client_get_hint(session);
        let hint = (!hint.is_null())
            .then(|| CStr::from_ptr(hint).to_str().ok())
            .flatten();
        run(session, |session, keys| {
            let hint = hint.filter(|hint| !hint.is_empty());
            let Some(found) = keys.own_key(session, hint) else {
                return Ok(gnutls_sys::GNUTLS_E_INSUFFICIENT_CREDENTIALS);
            };
            let Some(name) = datum::hand_over(&found.identity) else {
                return Ok(gnutls_sys::GNUTLS_E_MEMORY_ERROR);
            };
            let Some(copy) = datum::hand_over(&found.key.secret) else {
                datum::take_back(name);
                return Ok(gnutls_sys::GNUTLS_E_MEMORY_ERROR);
            };
            *flags = flags_of(&found.key);
            identity.write(name);
            key.write(copy);
            Ok(0)
        })
    }
}

#[cfg(all(gnutls_3_6_13, not(gnutls_3_8_1)))]
unsafe extern "C" fn server_function2(
    session: gnutls_session_t,
    identity: *const gnutls_datum_t,
    key: *mut gnutls_datum_t,
) -> c_int {
    // SAFETY: called by GnuTLS for a live session with pointers that are valid during the call. There are no flags
    // because imported keys are rejected with this version.
    unsafe { answer_server(session, identity, key, &mut 0) }
}

#[cfg(all(gnutls_3_6_13, not(gnutls_3_8_1)))]
unsafe extern "C" fn client_function2(
    session: gnutls_session_t,
    identity: *mut gnutls_datum_t,
    key: *mut gnutls_datum_t,
) -> c_int {
    // SAFETY: called by GnuTLS for a live session with pointers that are valid during the call. There are no flags
    // because imported keys are rejected with this version.
    unsafe { answer_client(session, identity, key, &mut 0) }
}

#[cfg(gnutls_3_8_1)]
unsafe extern "C" fn server_function3(
    session: gnutls_session_t,
    identity: *const gnutls_datum_t,
    key: *mut gnutls_datum_t,
    flags: *mut gnutls_psk_key_flags,
) -> c_int {
    // GnuTLS reads the flags of TLS 1.3 even for an unknown identity. In TLS 1.2 the pointer is NULL.
    let mut found = 0;
    // SAFETY: called by GnuTLS for a live session with pointers that are valid during the call.
    let code = unsafe { answer_server(session, identity, key, &mut found) };
    if !flags.is_null() {
        // SAFETY: the pointer is not NULL, and GnuTLS passes one that is valid for writes.
        unsafe { flags.write(found) };
    }
    code
}

#[cfg(gnutls_3_8_1)]
unsafe extern "C" fn client_function3(
    session: gnutls_session_t,
    identity: *mut gnutls_datum_t,
    key: *mut gnutls_datum_t,
    flags: *mut gnutls_psk_key_flags,
) -> c_int {
    let mut found = 0;
    // SAFETY: called by GnuTLS for a live session with pointers that are valid during the call.
    let code = unsafe { answer_client(session, identity, key, &mut found) };
    if !flags.is_null() {
        // SAFETY: the pointer is not NULL, and GnuTLS passes one that is valid for writes.
        unsafe { flags.write(found) };
    }
    code
}
