//! Authentication without certificates: pre-shared keys, passwords and anonymous key exchange.

use gnutls_macros::corresponds;

use crate::config::builder::{ClientConfigBuilder, ServerConfigBuilder};
use crate::{psk, srp};

impl ClientConfigBuilder {
    /// Authenticates both sides by a pre-shared key (RFC 4279; RFC 8446, section 4.2.11).
    ///
    /// **A server without the key is refused**, even if it has a valid certificate. With [`trust`](Self::trust), a
    /// server with a trusted certificate is accepted too. A session does not require a server name.
    ///
    /// If the priorities name no PSK key exchange, `ECDHE-PSK` and `DHE-PSK` are appended. In TLS 1.2 and 1.3 they
    /// provide forward secrecy: a later disclosure of the key does not reveal earlier data. `PSK`, which lacks
    /// Diffie-Hellman and forward secrecy, is used only if the priorities name it.
    ///
    /// Requires GnuTLS 3.6.13, the first release with byte strings as identities.
    #[corresponds(alias(
        gnutls_psk_set_client_credentials,
        gnutls_psk_set_client_credentials2,
        gnutls_psk_allocate_client_credentials
    ))]
    pub fn psk(mut self, psk: impl Into<psk::Client>) -> Self {
        self.side.psk = Some(psk.into());
        self
    }

    /// Authenticates both sides by a password (SRP, RFC 5054). The client proves possession of the password, the server
    /// possession of the verifier. A passive attacker cannot guess passwords offline; an attacker that impersonates the
    /// server can try one password per handshake.
    ///
    /// **A server without the verifier is refused**, even if it has a valid certificate. With [`trust`](Self::trust), a
    /// server with a trusted certificate is accepted too: the server then chooses, and can omit the password. A session
    /// does not require a server name.
    ///
    /// If the priorities name no SRP key exchange, `SRP` is appended. With [`trust`](Self::trust), `SRP-RSA` is
    /// appended too, for servers that also have a certificate. TLS 1.3 has no SRP, and **GnuTLS disables TLS 1.3** if
    /// the priorities name SRP. The SRP cipher suites are old (CBC and SHA-1).
    ///
    /// [Saved sessions](crate::resumption::SessionData) contain the password, because GnuTLS stores it in them. GnuTLS
    /// does not overwrite its copies of the password before it frees them.
    ///
    /// Some libraries are built without SRP: this is the default since GnuTLS 3.8.0, and true for Debian 13 and newer.
    ///
    /// ```
    /// use gnutls::{ClientConfig, ServerConfig, srp};
    /// use gnutls::transport::MemoryTransport;
    ///
    /// # if gnutls::srp::base64_encode(b"").is_err() || gnutls::version().built < gnutls::library::Version::new(3, 6, 3) { return Ok(()); }
    /// let verifier = srp::Verifier::new("alice", "correct horse", srp::Group::BITS_2048)?;
    /// let server = ServerConfig::builder().srp(srp::Server::users([("alice", verifier)])).build()?;
    /// let client = ClientConfig::builder().srp(srp::User::new("alice", "correct horse")?).build()?;
    ///
    /// let (mut client_io, mut server_io) = MemoryTransport::stream();
    /// let (mut client, mut server) = (client.session(gnutls::session::PeerName::Unnamed)?, server.session()?);
    /// while client.handshake(&mut client_io)?.is_pending() | server.handshake(&mut server_io)?.is_pending() {}
    /// assert_eq!(server.srp_username(), Some("alice"));
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) fails with an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library
    /// was built without SRP. The error names no release, because SRP depends on the build.
    #[corresponds(alias(
        gnutls_srp_set_client_credentials,
        gnutls_srp_allocate_client_credentials
    ))]
    pub fn srp(mut self, srp: impl Into<srp::Client>) -> Self {
        self.side.srp = Some(srp.into());
        self
    }

    /// Exchanges keys with an anonymous server. **Nobody is authenticated**: a man-in-the-middle can impersonate both
    /// sides, and read and modify all data (RFC 5246, appendix F.1.1.1). Use it only if another mechanism authenticates
    /// the peer, for example signatures of [exported keying material](crate::SessionRef::export_keying_material).
    ///
    /// Only anonymous servers are accepted; a server with a certificate is refused, because nothing can verify it.
    /// [`dangerous_accept_any_certificate`](Self::dangerous_accept_any_certificate) accepts both. The server name of a
    /// session is sent but not verified, and is optional. A [verifier](Self::verifier) is not called.
    /// [`verification_status`](crate::SessionRef::verification_status) returns `None`, and
    /// [`peer_credentials_type`](crate::SessionRef::peer_credentials_type) returns
    /// [`ANONYMOUS`](crate::session::CredentialsType::ANONYMOUS).
    ///
    /// If the priorities name no anonymous key exchange, `ANON-ECDH` and `ANON-DH` are appended. TLS 1.3 has no
    /// anonymous key exchange and is disabled; priorities with no other protocol are an error.
    ///
    /// ```
    /// use gnutls::{ClientConfig, ServerConfig};
    /// use gnutls::session::CredentialsType;
    /// use gnutls::transport::MemoryTransport;
    ///
    /// # if gnutls::version().built < gnutls::library::Version::new(3, 6, 3) { return Ok(()); }
    /// let client = ClientConfig::builder().dangerous_anonymous().build()?;
    /// let server = ServerConfig::builder().dangerous_anonymous().build()?;
    ///
    /// let (mut client_io, mut server_io) = MemoryTransport::stream();
    /// let (mut client, mut server) = (client.session(gnutls::session::PeerName::Unnamed)?, server.session()?);
    /// while client.handshake(&mut client_io)?.is_pending() | server.handshake(&mut server_io)?.is_pending() {}
    /// assert_eq!(client.peer_credentials_type(), Some(CredentialsType::ANONYMOUS));
    /// assert_eq!(client.verification_status(), None);
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) fails with an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) in
    /// combination with [`trust`](Self::trust), a [pre-shared key](Self::psk) or a [password](Self::srp): a
    /// man-in-the-middle could choose to be anonymous and bypass the authentication.
    #[corresponds(alias(gnutls_anon_allocate_client_credentials))]
    pub fn dangerous_anonymous(mut self) -> Self {
        self.common.anonymous = true;
        self
    }
}

impl ServerConfigBuilder {
    /// Authenticates clients by pre-shared keys (RFC 4279; RFC 8446, section 4.2.11). A server without an
    /// [`identity`](Self::identity) accepts only clients with such a key. A server with an identity also accepts
    /// clients that authenticate the server by its certificate; [`psk_identity`](crate::SessionRef::psk_identity)
    /// returns `None` for these. A client with a pre-shared key requires no certificate, even if
    /// [`client_auth`](Self::client_auth) requires one.
    ///
    /// [`ClientConfigBuilder::psk`] describes the key exchanges that are appended to the priorities. Requires GnuTLS
    /// 3.6.13.
    #[corresponds(alias(gnutls_psk_allocate_server_credentials))]
    pub fn psk(mut self, psk: psk::Server) -> Self {
        self.side.psk = Some(psk);
        self
    }

    /// Authenticates clients by passwords (SRP, RFC 5054). A server without an [`identity`](Self::identity) accepts
    /// only clients with a valid password. A server with an identity also accepts clients that authenticate the server
    /// by its certificate; [`srp_username`](crate::SessionRef::srp_username) returns `None` for these. A client with a
    /// password requires no certificate, even if [`client_auth`](Self::client_auth) requires one.
    ///
    /// [`ClientConfigBuilder::srp`] describes the key exchanges that are appended to the priorities, and the libraries
    /// without SRP. `SRP-RSA` is appended if the server has an identity.
    #[corresponds(alias(gnutls_srp_allocate_server_credentials))]
    pub fn srp(mut self, srp: srp::Server) -> Self {
        self.side.srp = Some(srp);
        self
    }

    /// Accepts clients that do not authenticate the server. **Such a client can be a man-in-the-middle** that forwards
    /// the data of another client: a password that it sends does not authenticate it (RFC 5246, appendix F.1.1.1).
    ///
    /// With an [`identity`](Self::identity), clients that authenticate the server receive its certificate;
    /// [`server_credentials_type`](crate::SessionRef::server_credentials_type) returns the method in use. If
    /// [`client_auth`](Self::client_auth) requires a client certificate, anonymous clients fail, because they have
    /// none. A server without an identity accepts any client, even if [pre-shared keys](Self::psk) or
    /// [passwords](Self::srp) are configured; [`build`](Self::build) fails if it requires a client certificate, which
    /// it cannot request.
    ///
    /// [`ClientConfigBuilder::dangerous_anonymous`] describes the key exchanges that are appended to the priorities. A
    /// server with neither an identity nor pre-shared keys disables TLS 1.3, because it has no credentials for it.
    #[corresponds(alias(gnutls_anon_allocate_server_credentials))]
    pub fn dangerous_anonymous(mut self) -> Self {
        self.common.anonymous = true;
        self
    }
}
