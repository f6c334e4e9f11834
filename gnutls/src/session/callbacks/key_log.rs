//! The key log function, which GnuTLS calls with each secret.

use std::ffi::{CStr, c_char, c_int};
use std::ptr;

use gnutls_sys as sys;
use gnutls_sys::{gnutls_datum_t, gnutls_session_t};

use crate::key_log;
#[cfg(gnutls_3_7_2)]
use crate::session::callbacks;
use crate::session::callbacks::with_session;
use crate::session::state::State;
use crate::session_core::session_ref::SessionRef;
use crate::support::datum;

/// Makes a session call the closure of its configuration, and store the secrets of QUIC, in addition to the key log
/// function of GnuTLS. It must be called once per session.
pub(crate) fn install(state: &mut State) {
    // SAFETY: reads and stores a function pointer in the session, which is live.
    unsafe {
        state.library_key_log = sys::gnutls_session_get_keylog_function(state.core.session);
        sys::gnutls_session_set_keylog_function(state.core.session, Some(function));
    }
}

unsafe extern "C" fn function(
    session: gnutls_session_t,
    label: *const c_char,
    secret: *const gnutls_datum_t,
) -> c_int {
    let log = |session: &SessionRef| {
        let state = session.state();
        if let Some(library) = state.library_key_log {
            // SAFETY: the key log function of GnuTLS gets the arguments that GnuTLS has passed to this function.
            unsafe { library(session.as_ptr(), label, secret) };
        }
        let mut random = gnutls_datum_t {
            data: ptr::null_mut(),
            size: 0,
        };
        // SAFETY: stores the address and the size of the random, which is part of the session since its ClientHello.
        unsafe { sys::gnutls_session_get_random(session.as_ptr(), &mut random, ptr::null_mut()) };
        // SAFETY: the string and the secret are valid during the call (_gnutls_call_keylog_func in lib/kx.c), and the
        // random is part of the live session.
        let line = unsafe {
            key_log::Line {
                label: CStr::from_ptr(label).to_str().unwrap_or_default(),
                client_random: datum::slice(random.data, random.size as usize),
                secret: datum::slice((*secret).data, (*secret).size as usize),
            }
        };
        if let Some(key_log) = &state.config.common().handshake.key_log {
            key_log(session, &line);
        }
    };
    #[cfg(gnutls_3_7_2)]
    // SAFETY: the session is live and of this crate, because it is calling this function. The string and the secret are
    // valid during the call (_gnutls_call_keylog_func in lib/kx.c).
    unsafe {
        let label = CStr::from_ptr(label).to_str().unwrap_or_default();
        let secret = datum::slice((*secret).data, (*secret).size as usize);
        callbacks::quic::store_secret(session, label, secret);
    }
    // SAFETY: the session is live and of this crate, because it is calling this function. No reference to its state
    // exists while GnuTLS runs callbacks of the session.
    match unsafe { with_session(session, |session, _| log(session)) } {
        Some(()) => 0,
        None => sys::GNUTLS_E_INTERNAL_ERROR,
    }
}
