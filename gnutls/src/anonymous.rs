//! Anonymous key exchange: encryption with whoever is at the other end.

use std::ptr;

use gnutls_sys::gnutls_session_t;

use crate::config::{ClientConfigBuilder, ServerConfigBuilder};
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

impl ClientConfigBuilder {
    /// Exchanges keys with a server that does not say who it is. **Nobody is authenticated**: whoever is on the way can be
    /// the server for the client and the client for the server, and read and change everything (RFC 5246, appendix F.1.1.1).
    /// It is of use where something else proves who the peer is, such as
    /// [exported keying material](crate::SessionRef::export_keying_material) that both sides sign.
    ///
    /// Only servers that are anonymous are good then; one with a certificate is refused, since there is nothing to measure
    /// it against. With [`dangerous_accept_any_certificate`](Self::dangerous_accept_any_certificate) both are. The names that
    /// sessions are given are sent, and not verified; a session needs none. A [verifier](Self::verifier) is not
    /// asked. What [`verification_status`](crate::SessionRef::verification_status) gives is `None`, and
    /// [`peer_credentials_type`](crate::SessionRef::peer_credentials_type) says
    /// [`ANONYMOUS`](crate::CredentialsType::ANONYMOUS).
    ///
    /// Unless the priorities name an anonymous key exchange, `ANON-ECDH` and `ANON-DH` are appended to them. TLS 1.3 has
    /// none, and is left out, so that priorities with nothing else are an error.
    ///
    /// ```
    /// use gnutls::{ClientConfig, CredentialsType, MemoryTransport, ServerConfig};
    ///
    /// # if gnutls::version().built < gnutls::Version::new(3, 6, 3) { return Ok(()); }
    /// let client = ClientConfig::builder().dangerous_anonymous().build()?;
    /// let server = ServerConfig::builder().dangerous_anonymous().build()?;
    ///
    /// let (mut near, mut far) = MemoryTransport::stream();
    /// let (mut one, mut other) = (client.session_without_name()?, server.session()?);
    /// while one.handshake(&mut near)?.is_pending() | other.handshake(&mut far)?.is_pending() {}
    /// assert_eq!(one.peer_credentials_type(), Some(CredentialsType::ANONYMOUS));
    /// assert_eq!(one.verification_status(), None);
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) fails, as [`InvalidInput`](crate::ErrorKind::InvalidInput), with [`trust`](Self::trust), a
    /// [pre-shared key](Self::psk) or a [password](Self::srp) besides: whoever is on the way would choose to be anonymous,
    /// and what the others promise would be worth nothing.
    #[doc(alias = "gnutls_anon_allocate_client_credentials")]
    pub fn dangerous_anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }
}

impl ServerConfigBuilder {
    /// Serves clients that do not ask who the server is. **Such a client may be anybody in between**, who passes on what
    /// another client sends: do not take what it says for the words of whoever knows a password (RFC 5246, appendix F.1.1.1).
    ///
    /// With an [`identity`](Self::identity) clients that ask for a certificate get one. Which of both it was is told by
    /// [`server_credentials_type`](crate::SessionRef::server_credentials_type). Where
    /// [`client_auth`](Self::client_auth) requires a certificate of the client, anonymous clients fail, for they have none.
    /// A server without an identity takes everybody: with [pre-shared keys](Self::psk) or [passwords](Self::srp) besides, it
    /// takes those that know none, too.
    ///
    /// What is appended to the priorities is told in [`ClientConfigBuilder::dangerous_anonymous`]. A server with neither
    /// identity nor pre-shared keys leaves TLS 1.3 out, where it has nothing to offer.
    #[doc(alias = "gnutls_anon_allocate_server_credentials")]
    pub fn dangerous_anonymous(mut self) -> Self {
        self.anonymous = true;
        self
    }
}
