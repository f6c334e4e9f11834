//! The functions that GnuTLS calls for pre-shared keys.

use std::ffi::{CStr, c_int, c_uint};

use gnutls_sys::{gnutls_datum_t, gnutls_psk_key_flags, gnutls_session_t};

use crate::psk::credentials::PskCredentials;
use crate::psk::{PskKey, ServerSource};
use crate::session::state::state_of;
use crate::support::datum;

/// Installs the callback for the keys of a configuration.
pub(crate) fn install(credentials: &PskCredentials) {
    // SAFETY: these store a pointer in an object that no session uses yet. The callbacks find the keys through the
    // configuration of their session.
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
            // GnuTLS reads the file by itself.
            PskCredentials::Server(_, psk) if matches!(psk.source, ServerSource::File(_)) => {}
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

/// Runs a callback of a session with the keys of its configuration. A panic is kept in the session's state, to be resumed
/// once GnuTLS has returned.
///
/// # Safety
///
/// `session` is a live session of this crate, in a call of one of these callbacks.
unsafe fn run(session: gnutls_session_t, callback: impl FnOnce(&PskCredentials) -> c_int) -> c_int {
    // SAFETY: the state outlives the session, and no reference to it lives while GnuTLS runs. The keys are part of the
    // configuration that the session keeps.
    unsafe {
        let state = &mut *state_of(session);
        state.guarded(gnutls_sys::GNUTLS_E_USER_ERROR, |state| {
            match &state.config.common().psk {
                Some(keys) => callback(keys),
                None => gnutls_sys::GNUTLS_E_INTERNAL_ERROR,
            }
        })
    }
}

/// What the flags of a key are in C.
fn flags_of(key: &PskKey) -> gnutls_psk_key_flags {
    if key.imported.is_some() {
        gnutls_sys::GNUTLS_PSK_KEY_EXT as c_uint
    } else {
        0
    }
}

/// Looks up a key for a server. Returns 0, or 1 for an identity that is not known: GnuTLS goes on with a random key.
///
/// # Safety
///
/// As for [`run`]; `identity` is read, and `key` written to, as GnuTLS lends them.
unsafe fn answer_server(
    session: gnutls_session_t,
    identity: *const gnutls_datum_t,
    key: *mut gnutls_datum_t,
    flags: &mut gnutls_psk_key_flags,
) -> c_int {
    // SAFETY: GnuTLS lends the identity for the time of the call, and what is handed over is freed by GnuTLS.
    unsafe {
        run(session, |keys| {
            let Some(identity) = identity.as_ref() else {
                return gnutls_sys::GNUTLS_E_INTERNAL_ERROR;
            };
            let Some(found) = keys.key_of(datum::slice(identity.data, identity.size as usize))
            else {
                return 1;
            };
            let Some(copy) = datum::hand_over(&found.secret) else {
                return gnutls_sys::GNUTLS_E_MEMORY_ERROR;
            };
            *flags = flags_of(&found);
            key.write(copy);
            0
        })
    }
}

/// Looks up the key of a client and its identity.
///
/// # Safety
///
/// As for [`run`]; both outputs can be written to.
unsafe fn answer_client(
    session: gnutls_session_t,
    identity: *mut gnutls_datum_t,
    key: *mut gnutls_datum_t,
    flags: &mut gnutls_psk_key_flags,
) -> c_int {
    // SAFETY: the hint is a string inside the session, or NULL where it has none or the key exchange is not one with
    // pre-shared keys (yet). What is handed over is freed by GnuTLS; after a failure nothing is.
    unsafe {
        let hint = gnutls_sys::gnutls_psk_client_get_hint(session);
        let hint = (!hint.is_null())
            .then(|| CStr::from_ptr(hint).to_str().ok())
            .flatten();
        run(session, |keys| {
            let Some(found) = keys.own_key(hint.filter(|hint| !hint.is_empty())) else {
                return gnutls_sys::GNUTLS_E_INSUFFICIENT_CREDENTIALS;
            };
            let Some(name) = datum::hand_over(&found.identity) else {
                return gnutls_sys::GNUTLS_E_MEMORY_ERROR;
            };
            let Some(copy) = datum::hand_over(&found.key.secret) else {
                datum::free(name.data.cast());
                return gnutls_sys::GNUTLS_E_MEMORY_ERROR;
            };
            *flags = flags_of(&found.key);
            identity.write(name);
            key.write(copy);
            0
        })
    }
}

#[cfg(all(gnutls_3_6_13, not(gnutls_3_8_1)))]
unsafe extern "C" fn server_function2(
    session: gnutls_session_t,
    identity: *const gnutls_datum_t,
    key: *mut gnutls_datum_t,
) -> c_int {
    // SAFETY: called by GnuTLS with what it lends. There are no flags without imported keys, which are refused here.
    unsafe { answer_server(session, identity, key, &mut 0) }
}

#[cfg(all(gnutls_3_6_13, not(gnutls_3_8_1)))]
unsafe extern "C" fn client_function2(
    session: gnutls_session_t,
    identity: *mut gnutls_datum_t,
    key: *mut gnutls_datum_t,
) -> c_int {
    // SAFETY: as above.
    unsafe { answer_client(session, identity, key, &mut 0) }
}

#[cfg(gnutls_3_8_1)]
unsafe extern "C" fn server_function3(
    session: gnutls_session_t,
    identity: *const gnutls_datum_t,
    key: *mut gnutls_datum_t,
    flags: *mut gnutls_psk_key_flags,
) -> c_int {
    // GnuTLS reads the flags of TLS 1.3 also for an identity that is not known; there are none to write in TLS 1.2.
    let mut found = 0;
    // SAFETY: called by GnuTLS with what it lends.
    let code = unsafe { answer_server(session, identity, key, &mut found) };
    if !flags.is_null() {
        // SAFETY: not NULL, and GnuTLS' own.
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
    // SAFETY: called by GnuTLS with what it lends.
    let code = unsafe { answer_client(session, identity, key, &mut found) };
    if !flags.is_null() {
        // SAFETY: not NULL, and GnuTLS' own.
        unsafe { flags.write(found) };
    }
    code
}
