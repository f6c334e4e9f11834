//! The subject of a pairing: the side of the peer, the version of TLS, and one capability.

use std::fmt;

use gnutls::{Priority, Protocol};

/// The side of the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Client,
    Server,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    Tls12,
    Tls13,
    Dtls12,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aspect {
    Full,
    /// A second connection resumes the session of the first.
    Resumed,
    ClientCertificate,
    Alpn,
    /// A page over HTTP/2, negotiated by ALPN.
    Http2,
    /// The same, served by the example of tokio-gnutls.
    Hyper,
    /// Both sides have a pre-shared key and no certificate.
    PreSharedKey,
    /// Neither side has any credentials.
    Anonymous,
    /// Both sides have a raw public key (RFC 7250) and no certificate.
    RawPublicKeys,
    /// The client has a password, the server its verifier (SRP), and neither has a certificate.
    Password,
    /// The client has a different password.
    WrongPassword,
    /// The client does not trust the authority of the server.
    UnknownAuthority,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Case {
    pub(crate) role: Role,
    pub(crate) version: Version,
    pub(crate) aspect: Aspect,
}

/// The protocol that ALPN must select.
pub(crate) const ALPN: &str = "x-interop";

/// The first protocol in the client's list, which servers do not support.
pub(crate) const OTHER_ALPN: &str = "x-other";

/// The identity of the pre-shared key, and the key.
pub(crate) const PSK: (&str, &str) = (
    "interop",
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff",
);

/// The user of SRP, and the password.
pub(crate) const SRP: (&str, &str) = ("interop", "correct horse battery staple");

/// The line that clients send, and that servers send back.
pub(crate) const LINE: &str = "interoperation of 1 line\n";

impl Case {
    /// These aspects in both versions.
    pub(crate) fn all(role: Role, aspects: &[Aspect]) -> Vec<Case> {
        let versions = [Version::Tls12, Version::Tls13];
        let with = |version| {
            aspects.iter().map(move |&aspect| Case {
                role,
                version,
                aspect,
            })
        };
        versions.into_iter().flat_map(with).collect()
    }

    /// These aspects in TLS 1.2.
    pub(crate) fn older(role: Role, aspects: &[Aspect]) -> Vec<Case> {
        Self::only(Version::Tls12, role, aspects)
    }

    /// These aspects in DTLS 1.2.
    pub(crate) fn datagram(role: Role, aspects: &[Aspect]) -> Vec<Case> {
        Self::only(Version::Dtls12, role, aspects)
    }

    fn only(version: Version, role: Role, aspects: &[Aspect]) -> Vec<Case> {
        let with = |&aspect| Case {
            role,
            version,
            aspect,
        };
        aspects.iter().map(with).collect()
    }

    pub(crate) fn is_datagram(self) -> bool {
        self.version == Version::Dtls12
    }

    /// Returns the number of connections of the client.
    pub(crate) fn connections(self) -> usize {
        if self.aspect == Aspect::Resumed { 2 } else { 1 }
    }

    /// Returns the negotiated protocol.
    pub(crate) fn alpn(self) -> Option<&'static str> {
        match self.aspect {
            Aspect::Alpn => Some(ALPN),
            Aspect::Http2 | Aspect::Hyper => Some("h2"),
            _ => None,
        }
    }

    pub(crate) fn has_client_certificate(self) -> bool {
        self.aspect == Aspect::ClientCertificate
    }

    /// Returns whether the server has a certificate.
    pub(crate) fn has_server_certificate(self) -> bool {
        !matches!(
            self.aspect,
            Aspect::PreSharedKey
                | Aspect::Anonymous
                | Aspect::RawPublicKeys
                | Aspect::Password
                | Aspect::WrongPassword
        )
    }

    pub(crate) fn has_password(self) -> bool {
        matches!(self.aspect, Aspect::Password | Aspect::WrongPassword)
    }

    /// Returns the password of the client.
    pub(crate) fn password(self) -> &'static str {
        match self.aspect {
            Aspect::WrongPassword => "correct horse battery stable",
            _ => SRP.1,
        }
    }

    /// Returns whether one side must refuse the other.
    pub(crate) fn fails(self) -> bool {
        matches!(
            self.aspect,
            Aspect::UnknownAuthority | Aspect::WrongPassword
        )
    }

    /// Returns the file with the authority that the client trusts.
    pub(crate) fn authority(self) -> &'static str {
        match self.aspect {
            Aspect::UnknownAuthority => "other-ca.pem",
            _ => "ca.pem",
        }
    }

    /// Returns a priority string with only this version.
    pub(crate) fn priority_string(self) -> String {
        format!("NORMAL:-VERS-ALL:+VERS-{}", self.version.word())
    }

    pub(crate) fn priority(self) -> gnutls::Result<Priority> {
        let text = self.priority_string();
        match self.aspect {
            Aspect::PreSharedKey => Priority::new(&(text + ":+ECDHE-PSK:+DHE-PSK:+PSK")),
            _ => Priority::new(&text),
        }
    }
}

/// Returns the text of the page that a server sends.
pub(crate) fn page_words(case: Case) -> String {
    let version = case.version.word();
    match case.aspect {
        Aspect::Hyper => format!("HTTP/2.0 over ({version})"),
        Aspect::Http2 => format!("served by gnutls: {version}, h2"),
        _ => format!("served by gnutls: {version}, no ALPN"),
    }
}

/// Returns the text of the example's page; the example uses the priorities of the system.
pub(crate) const HYPER: Case = Case {
    role: Role::Client,
    version: Version::Tls13,
    aspect: Aspect::Hyper,
};

impl Version {
    pub(crate) fn protocol(self) -> Protocol {
        match self {
            Version::Tls12 => Protocol::TLS1_2,
            Version::Tls13 => Protocol::TLS1_3,
            Version::Dtls12 => Protocol::DTLS1_2,
        }
    }

    /// `TLS1.2`, the name in GnuTLS.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Version::Tls12 => "TLS1.2",
            Version::Tls13 => "TLS1.3",
            Version::Dtls12 => "DTLS1.2",
        }
    }

    /// `1.2`
    pub(crate) fn number(self) -> &'static str {
        match self {
            Version::Tls12 | Version::Dtls12 => "1.2",
            Version::Tls13 => "1.3",
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = match self {
            Version::Tls12 | Version::Tls13 => "TLS",
            Version::Dtls12 => "DTLS",
        };
        write!(f, "{protocol} {}", self.number())
    }
}

impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Aspect::Full => "full handshake",
            Aspect::Resumed => "resumed",
            Aspect::ClientCertificate => "client certificate",
            Aspect::Alpn => "ALPN",
            Aspect::Http2 => "page over HTTP/2",
            Aspect::Hyper => "hyper's page, HTTP/2",
            Aspect::PreSharedKey => "pre-shared key",
            Aspect::Anonymous => "anonymous",
            Aspect::RawPublicKeys => "raw public keys",
            Aspect::Password => "password",
            Aspect::WrongPassword => "wrong password",
            Aspect::UnknownAuthority => "unknown authority",
        })
    }
}
