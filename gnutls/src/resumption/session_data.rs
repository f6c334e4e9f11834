//! Saving a client's session, and resuming it in a new one.

use std::fmt;

use crate::crypto::Side;
use crate::crypto::parameters::Protocol;
use crate::error::{Error, Result};
use crate::resumption::session_format;
use crate::resumption::store::Configuration;
use crate::session_core::server_name::ServerName;
use crate::support::secret::Secret;

/// What a client saves of a session so that a later one can resume it, by [`ClientConfig::resume`].
///
/// It holds secrets: whoever has it can read what the resumed session protects, and after a handshake with
/// [SRP](crate::ClientConfigBuilder::srp) the password is in it. It is good for one server, and for the
/// release of GnuTLS that made it. Under TLS 1.3 use it once, so that connections cannot be linked (RFC 8446, appendix
/// C.4).
///
/// ```
/// use gnutls::{ClientConfig, Result, Session, SessionData};
///
/// /// What can be written to a file that nobody else may read.
/// fn save(session: &mut Session) -> Result<Vec<u8>> {
///     Ok(session.session_data()?.as_bytes().to_vec())
/// }
///
/// /// A session that goes on from there; a full handshake where the library has changed since.
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
    data: Secret,
    protocol: Protocol,
    /// Under which configuration of this program the session was, if it is known.
    configuration: Option<Configuration>,
}

impl SessionData {
    /// Takes saved data that were kept somewhere, made by [`as_bytes`](Self::as_bytes) of a session with the server of this
    /// name.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) unless the running library would have made data of this form. The library
    /// itself trusts them: some releases copy an identifier of any length into 32 bytes. So they are taken apart here first.
    pub fn from_bytes(server_name: &str, data: &[u8]) -> Result<Self> {
        ServerName::parse(server_name)?;
        Self::new(Some(server_name.into()), data, None).ok_or_else(|| {
            Error::invalid_input(
                "these are no data of a client's session, as this release of GnuTLS packs them",
            )
        })
    }

    pub(crate) fn new(
        server_name: Option<Box<str>>,
        data: &[u8],
        configuration: Option<Configuration>,
    ) -> Option<Self> {
        let protocol = session_format::walk(data, Side::Client)?.protocol;
        Some(Self {
            server_name,
            data: Secret::new(data),
            protocol,
            configuration,
        })
    }

    /// The bytes, to be kept as a secret. Their form is GnuTLS' own, and changes with each release.
    pub fn as_bytes(&self) -> &[u8] {
        &self.data
    }

    /// The name of the server, as it was given to [`ClientConfig::session`]. `None` for a session without one.
    pub fn server_name(&self) -> Option<&str> {
        self.server_name.as_deref()
    }

    /// The protocol of the session.
    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    pub(crate) fn configuration(&self) -> Option<Configuration> {
        self.configuration
    }

    /// Whether a server of this name may be given these data.
    pub(crate) fn is_for(&self, name: Option<&ServerName>) -> bool {
        match (self.server_name(), name) {
            (Some(saved), Some(name)) => {
                ServerName::parse(saved).is_ok_and(|saved| saved.matches(name))
            }
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
        assert!(SessionData::new(None, &[0; 4], None).is_none());
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
                data: Secret::new(b""),
                protocol: Protocol::TLS1_3,
                configuration: None,
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
