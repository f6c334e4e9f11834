//! Authentication without certificates: pre-shared keys, passwords, and none at all.

use crate::config::builder::{ClientConfigBuilder, ServerConfigBuilder};
use crate::psk::{ClientPsk, ServerPsk};
use crate::srp::{ClientSrp, ServerSrp};

impl ClientConfigBuilder {
    /// Authenticates both sides by a pre-shared key (RFC 4279; RFC 8446, section 4.2.11).
    ///
    /// **A server with a certificate is refused** then, as is each server that has not got the key, unless
    /// [`trust`](Self::trust) says whose certificates are good too. A session needs no name of the server.
    ///
    /// Unless the priorities name a key exchange with pre-shared keys, `ECDHE-PSK` and `DHE-PSK` are appended to them:
    /// in TLS 1.2 and 1.3 whoever learns the key later cannot read what was sent before. `PSK`, which does without
    /// Diffie-Hellman and lacks that, is used only where the priorities say so.
    ///
    /// Needs GnuTLS 3.6.13, where identities became byte strings.
    #[doc(alias = "gnutls_psk_set_client_credentials")]
    #[doc(alias = "gnutls_psk_set_client_credentials2")]
    #[doc(alias = "gnutls_psk_allocate_client_credentials")]
    pub fn psk(mut self, psk: impl Into<ClientPsk>) -> Self {
        self.side.psk = Some(psk.into());
        self
    }

    /// Authenticates both sides by a password (SRP, RFC 5054): the client proves that it knows it, the server that it has its
    /// verifier. Whoever only listens cannot try passwords; one that pretends to be the server can try one a handshake.
    ///
    /// **A server with a certificate is refused** then, as is each server that has not got the verifier, unless
    /// [`trust`](Self::trust) says whose certificates are good too: then the server chooses, and may do without the
    /// password. A session needs no name of the server.
    ///
    /// Unless the priorities name a key exchange with SRP, `SRP` is appended to them, and with [`trust`](Self::trust)
    /// `SRP-RSA`, where the server has a certificate besides. TLS 1.3 has no SRP, and **GnuTLS leaves TLS 1.3 out** once the
    /// priorities name it. Its cipher suites are old (CBC, and SHA-1).
    ///
    /// [Saved sessions](crate::SessionData) have the password in them: GnuTLS packs it with the rest. Its own copies it
    /// releases without overwriting them.
    ///
    /// GnuTLS may have been built without SRP: that is the default since 3.8.0, and what Debian has since 13.
    ///
    /// ```
    /// use gnutls::{ClientConfig, MemoryTransport, ServerConfig, ServerSrp, SrpGroup, SrpUser, SrpVerifier};
    ///
    /// # if gnutls::srp_base64_encode(b"").is_err() || gnutls::version().built < gnutls::Version::new(3, 6, 3) { return Ok(()); }
    /// let verifier = SrpVerifier::new("alice", "correct horse", SrpGroup::BITS_2048)?;
    /// let server = ServerConfig::builder().srp(ServerSrp::users([("alice", verifier)])).build()?;
    /// let client = ClientConfig::builder().srp(SrpUser::new("alice", "correct horse")?).build()?;
    ///
    /// let (mut near, mut far) = MemoryTransport::stream();
    /// let (mut one, mut other) = (client.session_without_name()?, server.session()?);
    /// while one.handshake(&mut near)?.is_pending() | other.handshake(&mut far)?.is_pending() {}
    /// assert_eq!(other.srp_username(), Some("alice"));
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) fails, as [`Unsupported`](crate::ErrorKind::Unsupported), with a library without SRP. No
    /// release is named, since none would do.
    #[doc(alias = "gnutls_srp_set_client_credentials")]
    #[doc(alias = "gnutls_srp_allocate_client_credentials")]
    pub fn srp(mut self, srp: impl Into<ClientSrp>) -> Self {
        self.side.srp = Some(srp.into());
        self
    }

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
        self.common.anonymous = true;
        self
    }
}

impl ServerConfigBuilder {
    /// Authenticates clients by pre-shared keys (RFC 4279; RFC 8446, section 4.2.11). A server that has no
    /// [`identity`](Self::identity) besides takes only clients that have such a key. With one it also takes those that want
    /// a certificate; ask [`psk_identity`](crate::SessionRef::psk_identity) which it was. A client that has proven its key
    /// needs no certificate, whatever [`client_auth`](Self::client_auth) says.
    ///
    /// What is appended to the priorities is told in [`ClientConfigBuilder::psk`]. Needs GnuTLS 3.6.13.
    #[doc(alias = "gnutls_psk_allocate_server_credentials")]
    pub fn psk(mut self, psk: ServerPsk) -> Self {
        self.side.psk = Some(psk);
        self
    }

    /// Authenticates clients by passwords (SRP, RFC 5054). A server that has no [`identity`](Self::identity) besides takes
    /// only clients that know one. With one it also takes those that want a certificate; ask
    /// [`srp_username`](crate::SessionRef::srp_username) which it was. A client that has proven its password needs no
    /// certificate, whatever [`client_auth`](Self::client_auth) says.
    ///
    /// What is appended to the priorities, and where SRP is missing, is told in [`ClientConfigBuilder::srp`]; `SRP-RSA` is
    /// appended where there is an identity.
    #[doc(alias = "gnutls_srp_allocate_server_credentials")]
    pub fn srp(mut self, srp: ServerSrp) -> Self {
        self.side.srp = Some(srp);
        self
    }

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
        self.common.anonymous = true;
        self
    }
}
