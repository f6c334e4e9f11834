//! Anonymous key exchange: encryption without authentication.

use std::ptr;

use gnutls_sys::gnutls_session_t;

use crate::crypto::Side;
use crate::error::{Result, check};

/// Owns the credentials of one side. They are empty and only enable the key exchange.
pub(crate) enum AnonymousCredentials {
    Client(gnutls_sys::gnutls_anon_client_credentials_t),
    Server(gnutls_sys::gnutls_anon_server_credentials_t),
}

// SAFETY: a client's object is a constant of the library. A server's object is not modified after the configuration has
// been built (lib/anon_cred.c, every release since 3.6.0): handshakes only read its parameters.
unsafe impl Send for AnonymousCredentials {}
// SAFETY: a client's object is a constant of the library, and a server's object is not modified after the configuration
// has been built (lib/anon_cred.c, every release since 3.6.0), so concurrent handshakes only read it.
unsafe impl Sync for AnonymousCredentials {}

impl AnonymousCredentials {
    pub(crate) fn new(side: Side) -> Result<Self> {
        if side == Side::Client {
            let mut raw = ptr::null_mut();
            // SAFETY: writes the address of a constant into `raw`.
            check(unsafe { gnutls_sys::gnutls_anon_allocate_client_credentials(&mut raw) })?;
            return Ok(Self::Client(raw));
        }
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { gnutls_sys::gnutls_anon_allocate_server_credentials(&mut raw) })?;
        Ok(Self::Server(raw))
    }

    /// Returns the C object of a server.
    pub(crate) fn server_object(&self) -> Option<gnutls_sys::gnutls_anon_server_credentials_t> {
        match self {
            Self::Server(raw) => Some(*raw),
            Self::Client(_) => None,
        }
    }

    /// Sets the credentials in a session.
    ///
    /// # Safety
    ///
    /// `session` must be live and on the side of the credentials, and this value must outlive it: GnuTLS keeps the
    /// pointer until `gnutls_deinit`.
    pub(crate) unsafe fn apply(&self, session: gnutls_session_t) -> Result<()> {
        let object = match self {
            Self::Client(raw) => raw.cast(),
            Self::Server(raw) => raw.cast(),
        };
        // SAFETY: `session` is live and on the side of the credentials, and this value outlives it, by the contract of
        // this function. The object has the type that `GNUTLS_CRD_ANON` requires on this side.
        check(unsafe {
            gnutls_sys::gnutls_credentials_set(session, gnutls_sys::GNUTLS_CRD_ANON, object)
        })?;
        Ok(())
    }
}

impl Drop for AnonymousCredentials {
    fn drop(&mut self) {
        // SAFETY: the object was allocated by `new` and is released once (for a client this has no effect). No session
        // has the pointer any more: every session keeps the configuration until after its gnutls_deinit.
        unsafe {
            match self {
                Self::Client(raw) => gnutls_sys::gnutls_anon_free_client_credentials(*raw),
                Self::Server(raw) => gnutls_sys::gnutls_anon_free_server_credentials(*raw),
            }
        }
    }
}
