//! A session for checking which values the library accepts.

use std::ptr;

use gnutls_sys as sys;

use crate::error::{Result, check};

/// Calls `probe` with a new session, which is released afterwards.
pub(crate) fn with_scratch_session<R>(probe: impl FnOnce(sys::gnutls_session_t) -> R) -> Result<R> {
    let mut handle = ptr::null_mut();
    // SAFETY: writes the pointer. After a failure there is nothing to release: before 3.8.0 the library has freed the
    // session and left the pointer as it was.
    check(unsafe { sys::gnutls_init(&mut handle, sys::GNUTLS_CLIENT | sys::GNUTLS_NONBLOCK) })?;
    let answer = probe(handle);
    // SAFETY: `gnutls_init` has created the session, and nothing has a pointer to it any more.
    unsafe { sys::gnutls_deinit(handle) };
    Ok(answer)
}
