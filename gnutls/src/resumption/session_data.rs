//! Saving a client's session and resuming it.

use std::fmt;

use crate::crypto::Side;
use crate::crypto::parameters::Protocol;
use crate::error::{Error, Result};
use crate::resumption::session_format;
use crate::resumption::store::Configuration;
use crate::session_core::server_name::ServerName;
use crate::support::secret::Secret;

/// The saved state of a client's session, from which [`ClientConfig::resume`](crate::ClientConfig::resume) resumes it.
///
/// It contains secrets: anybody who has it can decrypt the resumed session, and after an
/// [SRP](crate::ClientConfigBuilder::srp) handshake it contains the password. It is valid for one server and for the
/// GnuTLS release that created it. In TLS 1.3 use it only once, so that connections cannot be linked (RFC 8446,
/// appendix C.4).
///
/// ```
/// use gnutls::{ClientConfig, Result, Session};
/// use gnutls::resumption::SessionData;
///
/// /// Returns the bytes for a file that only this user can read.
/// fn save(session: &mut Session) -> Result<Vec<u8>> {
///     Ok(session.session_data()?.as_bytes().to_vec())
/// }
///
/// /// Returns a session that resumes, or one with a full handshake if the library has changed.
/// fn resume(config: &ClientConfig, bytes: &[u8]) -> Result<Session> {
///     match SessionData::from_bytes("example.org", bytes) {
///         Ok(saved) => config.resume("example.org", &saved),
///         Err(_) => config.session("example.org"),
///     }
/// }
/// ```
#[derive(Clone)]
pub struct SessionData {
    server_name: Option<Box<str>>,
    /// The application protocol of the session, if it belongs to this process.
    alpn: Option<Box<[u8]>>,
    data: Secret,
    protocol: Protocol,
    /// The configuration of the session, if it belongs to this process.
    configuration: Option<Configuration>,
    /// The properties of a QUIC session of this process.
    quic: Option<QuicSession>,
}

/// The properties of a QUIC session that early data depends on.
#[derive(Clone)]
pub(crate) struct QuicSession {
    /// The transport parameters of the server.
    pub(crate) transport_parameters: Box<[u8]>,
    /// The ticket permits early data.
    pub(crate) permits_early_data: bool,
}

impl SessionData {
    /// Creates the saved state from bytes that [`as_bytes`](Self::as_bytes) returned for a session with this server.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) unless the bytes have the format of
    /// the running library. Some releases of the library do not check it and copy an identifier of any length into 32
    /// bytes. Therefore this crate parses the bytes first.
    pub fn from_bytes(server_name: &str, data: &[u8]) -> Result<Self> {
        let name = ServerName::parse(server_name)?;
        Self::new(Some(name.as_text().into()), None, data, None).ok_or_else(|| {
            Error::invalid_input(
                "this is not a client session of the running GnuTLS release: connect without resumption",
            )
        })
    }

    pub(crate) fn new(
        server_name: Option<Box<str>>,
        alpn: Option<Box<[u8]>>,
        data: &[u8],
        configuration: Option<Configuration>,
    ) -> Option<Self> {
        let protocol = session_format::parse(data, Side::Client)?.protocol;
        Some(Self {
            server_name,
            alpn,
            data: Secret::new(data),
            protocol,
            configuration,
            quic: None,
        })
    }

    /// Adds the properties of a QUIC session.
    pub(crate) fn with_quic(self, quic: Option<QuicSession>) -> Self {
        Self { quic, ..self }
    }

    pub(crate) fn quic(&self) -> Option<&QuicSession> {
        self.quic.as_ref()
    }

    /// Returns the bytes, which are secret. Their format is GnuTLS' own, and changes with every release.
    pub fn as_bytes(&self) -> &[u8] {
        &self.data
    }

    /// Returns the server name that was passed to [`ClientConfig::session`](crate::ClientConfig::session), as it was
    /// sent, or `None` for a session without one.
    pub fn server_name(&self) -> Option<&str> {
        self.server_name.as_deref()
    }

    /// Returns the protocol of the session.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    pub(crate) fn alpn(&self) -> Option<&[u8]> {
        self.alpn.as_deref()
    }

    pub(crate) fn configuration(&self) -> Option<Configuration> {
        self.configuration
    }

    /// Returns `true` if this data can be sent to a server with this name.
    pub(crate) fn is_for(&self, name: Option<&ServerName>) -> bool {
        match (self.server_name(), name) {
            (Some(saved), Some(name)) => ServerName::parse(saved).is_ok_and(|saved| saved == *name),
            (None, None) => true,
            _ => false,
        }
    }
}

impl fmt::Debug for SessionData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionData")
            .field("server_name", &self.server_name)
            .field("protocol", &self.protocol)
            .field("length", &self.data.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn hazard_19_the_dummy_is_not_taken_for_a_session() {
        assert!(SessionData::new(None, None, &[0; 4], None).is_none());
        assert_eq!(
            SessionData::from_bytes("localhost", &[0; 4])
                .unwrap_err()
                .kind(),
            ErrorKind::InvalidInput
        );
        assert!(SessionData::from_bytes("localhost", &[]).is_err());
    }

    #[test]
    fn hazard_27_data_are_for_the_server_that_they_are_from() {
        let is_for = |saved: Option<&str>, name: Option<&str>| {
            let saved = SessionData {
                server_name: saved.map(Box::from),
                alpn: None,
                data: Secret::new(b""),
                protocol: Protocol::TLS1_3,
                configuration: None,
                quic: None,
            };
            saved.is_for(name.map(|name| ServerName::parse(name).unwrap()).as_ref())
        };
        for (saved, name) in [
            (Some("example.org"), Some("example.org")),
            (Some("example.org"), Some("EXAMPLE.org.")),
            (Some("192.0.2.1"), Some("192.0.2.1")),
            (Some("2001:db8::1"), Some("2001:DB8:0::1")),
            (None, None),
        ] {
            assert!(is_for(saved, name), "{saved:?}, {name:?}");
        }
        for (saved, name) in [
            (Some("example.org"), Some("www.example.org")),
            (Some("192.0.2.1"), Some("192.0.2.2")),
            (Some("example.org"), Some("192.0.2.1")),
            (Some("example.org"), None),
            (None, Some("example.org")),
        ] {
            assert!(!is_for(saved, name), "{saved:?}, {name:?}");
        }
    }
}
