//! A session for asking the library what it accepts.

use std::ptr;

use gnutls_sys as sys;

use crate::error::{Result, check};

/// Passes a session to `probe` with which no handshake is ever run.
pub(crate) fn with_scratch_session<R>(probe: impl FnOnce(sys::gnutls_session_t) -> R) -> Result<R> {
    let mut handle = ptr::null_mut();
    // SAFETY: writes the pointer. After a failure there is nothing to release: before 3.8.0 the library has freed the session
    // and left the pointer as it was.
    check(unsafe { sys::gnutls_init(&mut handle, sys::GNUTLS_CLIENT | sys::GNUTLS_NONBLOCK) })?;
    let answer = probe(handle);
    // SAFETY: initialised above, and nothing has kept it.
    unsafe { sys::gnutls_deinit(handle) };
    Ok(answer)
}
