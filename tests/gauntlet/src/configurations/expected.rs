//! The table: which combinations are admitted. It is computed from the combination only, by the rules of the RFCs and of
//! the manual, and uses nothing of the crate.

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Tls12,
    Tls13,
    Dtls12,
}

/// The credentials of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ServerKind {
    /// A valid certificate for the name.
    Good,
    Expired,
    /// A valid certificate for other names.
    OtherName,
    /// A certificate in the revocation list of the authority.
    Revoked,
    /// A certificate that is valid only for clients.
    ForClients,
    /// The raw public key that clients expect.
    RawKey,
    OtherRawKey,
    Psk,
    Anonymous,
    Srp,
}

/// The servers that a client accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClientKind {
    /// Those with a valid certificate of the authority, for the name.
    Authority,
    /// Those with a valid certificate of another authority.
    OtherAuthority,
    /// The one with the raw public key.
    RawKey,
    /// Those with any certificate.
    Anything,
    /// Only the one with the certificate [`ServerKind::Good`].
    Pinned,
    /// None with a certificate, by a verifier.
    Rejecting,
    /// All with a certificate, by a verifier that replaces the verification.
    Accepting,
    Psk,
    WrongPsk,
    Anonymous,
    Srp,
    WrongSrp,
}

/// The certificate of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClientCertificate {
    None,
    Good,
    /// A certificate that is valid only for servers.
    ForServers,
    /// An expired certificate with an Ed25519 key.
    Expired,
}

/// The request for the certificate of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Auth {
    None,
    Requested,
    Required,
}

/// The application protocols of one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Alpn {
    None,
    H2,
    Http,
}

/// A combination.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) protocol: Protocol,
    pub(crate) server: ServerKind,
    pub(crate) client: ClientKind,
    pub(crate) auth: Auth,
    pub(crate) certificate: ClientCertificate,
    /// The protocols of the client and of the server.
    pub(crate) alpn: (Alpn, Alpn),
    pub(crate) tickets: bool,
}

impl Auth {
    pub(crate) const ALL: [Self; 3] = [Self::None, Self::Requested, Self::Required];
}

impl ClientKind {
    pub(crate) const ALL: [Self; 12] = [
        Self::Authority,
        Self::OtherAuthority,
        Self::RawKey,
        Self::Anything,
        Self::Pinned,
        Self::Rejecting,
        Self::Accepting,
        Self::Psk,
        Self::WrongPsk,
        Self::Anonymous,
        Self::Srp,
        Self::WrongSrp,
    ];
}

/// The ways in which a server is authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Certificate,
    RawKey,
    Psk,
    Anonymous,
    Srp,
}

impl Case {
    pub(crate) fn all() -> Vec<Self> {
        let mut all = Vec::new();
        for protocol in [Protocol::Tls12, Protocol::Tls13, Protocol::Dtls12] {
            for server in [
                ServerKind::Good,
                ServerKind::Expired,
                ServerKind::OtherName,
                ServerKind::Revoked,
                ServerKind::ForClients,
                ServerKind::RawKey,
                ServerKind::OtherRawKey,
                ServerKind::Psk,
                ServerKind::Anonymous,
                ServerKind::Srp,
            ] {
                for client in ClientKind::ALL {
                    for auth in Auth::ALL {
                        for certificate in [
                            ClientCertificate::None,
                            ClientCertificate::Good,
                            ClientCertificate::ForServers,
                            ClientCertificate::Expired,
                        ] {
                            for alpn in [
                                (Alpn::None, Alpn::None),
                                (Alpn::H2, Alpn::None),
                                (Alpn::None, Alpn::H2),
                                (Alpn::H2, Alpn::H2),
                                (Alpn::H2, Alpn::Http),
                            ] {
                                for tickets in [false, true] {
                                    all.push(Self {
                                        protocol,
                                        server,
                                        client,
                                        auth,
                                        certificate,
                                        alpn,
                                        tickets,
                                    });
                                }
                            }
                        }
                    }
                }
            }
        }
        all
    }

    /// Returns `true` if both sides complete the handshake and exchange data.
    pub(crate) fn is_admitted(&self) -> bool {
        self.client_accepts(self.server.method()) && self.is_possible()
    }

    /// Returns `true` if the session of another client may be resumed. A client that verifies nothing also accepts a server
    /// that was authenticated in another way. The secret of a session that was authenticated by a key or a password
    /// replaces them (RFC 8446, section 2.2), so that the client need not have the right one. The certificate of the
    /// client is that of the session, which has none if the server requested none.
    pub(crate) fn may_resume(&self, session: &Self) -> bool {
        let accepts = match self.client {
            ClientKind::Anything => true,
            // The verifier also accepts a raw public key.
            ClientKind::Accepting => {
                matches!(self.server.method(), Method::Certificate | Method::RawKey)
            }
            ClientKind::WrongPsk => self.server == ServerKind::Psk,
            ClientKind::WrongSrp => self.server == ServerKind::Srp,
            _ => self.client_accepts(self.server.method()),
        };
        let certificate = match session.auth {
            Auth::None => ClientCertificate::None,
            _ => self.certificate,
        };
        let resumed = Self {
            certificate,
            ..*self
        };
        self.is_admitted() || accepts && resumed.is_possible()
    }

    /// Returns `true` unless the protocol, the server or the application protocols prevent a session.
    fn is_possible(&self) -> bool {
        let method = self.server.method();
        // TLS 1.3 has neither anonymous key exchanges nor SRP (RFC 8446, sections 1.2 and 4.2.7; the manual of GnuTLS,
        // section "Authentication methods").
        let old_only = matches!(method, Method::Anonymous | Method::Srp);
        let exists = self.protocol != Protocol::Tls13 || !old_only;
        exists && self.server_accepts(method) && self.alpn_agrees()
    }

    /// Returns `true` if a second connection of the same client resumes the session of the first one: with a ticket
    /// (RFC 5077; RFC 8446, section 2.2).
    pub(crate) fn must_resume(&self) -> bool {
        self.tickets && self.server == ServerKind::Good && self.auth == Auth::None
    }

    /// RFC 5280, section 6, and RFC 6125 for certificates; RFC 7250, section 4 for raw public keys; RFC 4279, section 2
    /// and RFC 5054, section 2.5 for keys and passwords.
    fn client_accepts(&self, method: Method) -> bool {
        match self.client {
            ClientKind::Authority | ClientKind::Pinned => self.server == ServerKind::Good,
            // No server has a certificate of this authority, and a verifier can only refuse.
            ClientKind::OtherAuthority | ClientKind::Rejecting => false,
            ClientKind::Anything | ClientKind::Accepting => method == Method::Certificate,
            ClientKind::RawKey => self.server == ServerKind::RawKey,
            ClientKind::Psk => method == Method::Psk,
            ClientKind::Srp => method == Method::Srp,
            ClientKind::WrongPsk | ClientKind::WrongSrp => false,
            ClientKind::Anonymous => method == Method::Anonymous,
        }
    }

    /// RFC 5246, section 7.4.6, and RFC 8446, section 4.4.2.4: a client may send no certificate unless one is required. A
    /// certificate that it sends is verified.
    fn server_accepts(&self, method: Method) -> bool {
        match (self.auth, method) {
            (Auth::None, _) => true,
            // A key or a password authenticates the client (`ServerConfigBuilder::psk`, `srp`).
            (_, Method::Psk | Method::Srp) => true,
            // An anonymous server cannot request a certificate (RFC 5246, section 7.4.4).
            (auth, Method::Anonymous) => auth == Auth::Requested,
            (auth, Method::Certificate | Method::RawKey) => match self.certificate {
                ClientCertificate::None => auth == Auth::Requested,
                // Up to TLS 1.2 GnuTLS sends no certificate with such a key to a server that names its authorities
                // (`ClientConfigBuilder::identity`).
                ClientCertificate::Expired if self.protocol != Protocol::Tls13 => {
                    auth == Auth::Requested
                }
                ClientCertificate::Good => true,
                ClientCertificate::ForServers | ClientCertificate::Expired => false,
            },
        }
    }

    /// RFC 7301, section 3.2: a server that shares no protocol with the client refuses it. A side without protocols does
    /// not use the extension.
    fn alpn_agrees(&self) -> bool {
        match self.alpn {
            (Alpn::None, _) | (_, Alpn::None) => true,
            (client, server) => client == server,
        }
    }
}

impl ServerKind {
    fn method(self) -> Method {
        match self {
            Self::Good | Self::Expired | Self::OtherName | Self::Revoked | Self::ForClients => {
                Method::Certificate
            }
            Self::RawKey | Self::OtherRawKey => Method::RawKey,
            Self::Psk => Method::Psk,
            Self::Anonymous => Method::Anonymous,
            Self::Srp => Method::Srp,
        }
    }
}
