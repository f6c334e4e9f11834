//! Anonymous key exchange: encryption with whoever is at the other end.

use std::ptr;

use gnutls_sys::gnutls_session_t;

use crate::crypto::Side;
use crate::error::{Result, check};

/// Owns the credentials of one side. There is nothing in them: they allow the key exchange.
pub(crate) enum AnonymousCredentials {
    Client(gnutls_sys::gnutls_anon_client_credentials_t),
    Server(gnutls_sys::gnutls_anon_server_credentials_t),
}

// SAFETY: a client's object is a constant of the library, and a server's is never written to after it was allocated
// (lib/anon_cred.c, every release since 3.6.0): handshakes read the parameters in it, of which this crate sets none.
unsafe impl Send for AnonymousCredentials {}
// SAFETY: as above.
unsafe impl Sync for AnonymousCredentials {}

impl AnonymousCredentials {
    pub(crate) fn new(side: Side) -> Result<Self> {
        if side == Side::Client {
            let mut raw = ptr::null_mut();
            // SAFETY: writes the address of a constant.
            check(unsafe { gnutls_sys::gnutls_anon_allocate_client_credentials(&mut raw) })?;
            return Ok(Self::Client(raw));
        }
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { gnutls_sys::gnutls_anon_allocate_server_credentials(&mut raw) })?;
        Ok(Self::Server(raw))
    }

    /// Gives the credentials to a session.
    ///
    /// # Safety
    ///
    /// `session` is alive, and this value outlives it: the pointer is kept until `gnutls_deinit`.
    pub(crate) unsafe fn apply(&self, session: gnutls_session_t) -> Result<()> {
        let object = match self {
            Self::Client(raw) => raw.cast(),
            Self::Server(raw) => raw.cast(),
        };
        // SAFETY: the caller's promise.
        check(unsafe {
            gnutls_sys::gnutls_credentials_set(session, gnutls_sys::GNUTLS_CRD_ANON, object)
        })?;
        Ok(())
    }
}

impl Drop for AnonymousCredentials {
    fn drop(&mut self) {
        // SAFETY: allocated by `new` and released once (for a client this does nothing). The sessions that have the pointer
        // are gone: each keeps the configuration until after its gnutls_deinit.
        unsafe {
            match self {
                Self::Client(raw) => gnutls_sys::gnutls_anon_free_client_credentials(*raw),
                Self::Server(raw) => gnutls_sys::gnutls_anon_free_server_credentials(*raw),
            }
        }
    }
}
