//! Saving a client's session, and resuming it in a new one.

use std::fmt;

use crate::config::ClientConfig;
use crate::crypto::Side;
use crate::crypto::parameters::Protocol;
use crate::error::code::ErrorCode;
use crate::error::{Error, ErrorKind, Result, argument, check};
use crate::resumption::session_format as packed;
use crate::resumption::store::Configuration;
use crate::session::Session;
use crate::session::state::Phase;
use crate::session::verify::ServerName;
use crate::support::datum::Output;
use crate::support::secret::Secret;

/// What the library gives for a session of TLS 1.3 without a ticket.
const NO_TICKET: [u8; 4] = [0; 4];

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
        Self::new(Some(server_name.into()), data).ok_or_else(|| {
            Error::invalid_input(
                "these are no data of a client's session, as this release of GnuTLS packs them",
            )
        })
    }

    fn new(server_name: Option<Box<str>>, data: &[u8]) -> Option<Self> {
        let protocol = packed::walk(data, Side::Client)?.protocol;
        Some(Self {
            server_name,
            data: Secret::new(data),
            protocol,
            configuration: None,
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
    fn is_for(&self, name: Option<&str>) -> bool {
        match (self.server_name(), name) {
            (Some(saved), Some(name)) => {
                match (ServerName::parse(saved), ServerName::parse(name)) {
                    (Ok(saved), Ok(name)) => saved == name || saved_in_other_case(&saved, &name),
                    _ => false,
                }
            }
            (saved, name) => saved == name,
        }
    }
}

fn saved_in_other_case(saved: &ServerName, name: &ServerName) -> bool {
    match (saved, name) {
        (ServerName::Dns(saved), ServerName::Dns(name)) => {
            saved.as_bytes().eq_ignore_ascii_case(name.as_bytes())
        }
        _ => false,
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

impl ClientConfig {
    /// A session that offers the server to resume what was saved. Whether it did is told by
    /// [`is_resumed`](crate::SessionRef::is_resumed); if not, the handshake is a full one.
    ///
    /// A resumed handshake transfers no certificate. The saved one is verified again, for this name and with the trust of
    /// this configuration, before the handshake is over.
    ///
    /// C: [`gnutls_session_set_data`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsession_005fset_005fdata).
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) for data that were saved for another server, or of a session of the other
    /// kind (DTLS or not).
    #[doc(alias = "gnutls_session_set_data")]
    pub fn resume(&self, server_name: &str, saved: &SessionData) -> Result<Session> {
        self.open_new(Some(server_name), false)?
            .resuming(Some(server_name), saved)
    }

    /// A session of DTLS, as [`resume`](Self::resume).
    pub fn resume_datagram(&self, server_name: &str, saved: &SessionData) -> Result<Session> {
        self.open_new(Some(server_name), true)?
            .resuming(Some(server_name), saved)
    }

    /// A session with a server that has no name, as [`resume`](Self::resume). Only for a configuration that accepts any
    /// certificate, or needs none.
    pub fn resume_without_name(&self, saved: &SessionData) -> Result<Session> {
        self.open_new(None, false)?.resuming(None, saved)
    }

    /// A session of DTLS, as [`resume_without_name`](Self::resume_without_name).
    pub fn resume_datagram_without_name(&self, saved: &SessionData) -> Result<Session> {
        self.open_new(None, true)?.resuming(None, saved)
    }
}

impl Session {
    /// A session whose data were refused is dropped here: an identifier that is too long stays in it all the same.
    pub(crate) fn resuming(mut self, name: Option<&str>, saved: &SessionData) -> Result<Self> {
        if !saved.is_for(name) {
            return Err(Error::invalid_input(
                "the session was saved for another server",
            ));
        }
        let datagram = matches!(
            saved.protocol,
            Protocol::DTLS0_9 | Protocol::DTLS1_0 | Protocol::DTLS1_2
        );
        if datagram != self.is_datagram() {
            return Err(Error::invalid_input(format!(
                "{} cannot be resumed by this kind of session",
                saved.protocol
            )));
        }
        // SAFETY: copies the data. They are of the form that the running library has packed, by `SessionData::new`.
        let code = unsafe {
            gnutls_sys::gnutls_session_set_data(
                self.handle(),
                saved.data.as_ptr().cast(),
                saved.data.len(),
            )
        };
        check(code).map_err(|error| {
            error
                .with_kind(ErrorKind::InvalidInput)
                .with_message("the saved session")
        })?;
        self.resumes = true;
        self.allow_early_data(saved);
        Ok(self)
    }

    /// Saves the session of a client, to be resumed by [`ClientConfig::resume`].
    ///
    /// Under TLS 1.3 a session can be resumed once the server has sent a ticket, which comes with the data: call this after
    /// [`read`](Self::read) has returned something. It does not touch the transport.
    ///
    /// C: [`gnutls_session_get_data2`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsession_005fget_005fdata2).
    /// Without a ticket it gives four bytes that resume nothing, and it reads from the network unless the session is
    /// non-blocking, as those of this crate are.
    ///
    /// # Errors
    ///
    /// [`REQUESTED_DATA_NOT_AVAILABLE`](ErrorCode::REQUESTED_DATA_NOT_AVAILABLE), of the kind
    /// [`InvalidState`](ErrorKind::InvalidState), while there is no ticket; `InvalidState` without that code on a server and
    /// before the handshake is over.
    #[doc(alias = "gnutls_session_get_data2")]
    #[doc(alias = "gnutls_session_get_data")]
    pub fn session_data(&mut self) -> Result<SessionData> {
        if self.side() == Side::Server {
            return Err(Error::invalid_state(
                "a server does not save sessions, it has tickets and a cache",
            ));
        }
        if self.phase() != Phase::Done {
            return Err(Error::invalid_state(
                "saving a session before the handshake is over",
            ));
        }
        if self
            .extension_options()
            .srtp_for(self.is_datagram())
            .is_some()
        {
            // GnuTLS unpacks another form than it has packed (lib/ext/srtp.c).
            return Err(Error::invalid_state(
                "a session with SRTP cannot be resumed",
            ));
        }
        let handle = self.handle();
        // SAFETY: packs the session into memory that it allocates. A non-blocking session does not receive for it; up to
        // 3.6.4 it tries to, and finds no transport, which reads as nothing there yet.
        let mut data = Output::filled_by(|data| unsafe {
            gnutls_sys::gnutls_session_get_data2(handle, data)
        })?;
        let name = self.server_name_of_peer();
        if data.as_bytes() == NO_TICKET {
            return Err(
                Error::from_code(ErrorCode::REQUESTED_DATA_NOT_AVAILABLE.as_raw())
                    .with_message("there is no ticket to save")
                    .not_fatal(),
            );
        }
        let configuration = self.client_config().map(|config| config.0.configuration);
        let saved = SessionData::new(name, data.as_bytes()).map(|saved| SessionData {
            configuration,
            ..saved
        });
        crate::support::secret::wipe(data.as_mut_bytes());
        saved.ok_or_else(|| {
            Error::invalid_state(
                "this release of GnuTLS packs sessions in a form that is not known",
            )
        })
    }

    /// Sets the identifier that a client offers to the server up to TLS 1.2, 1 to 32 bytes. It resumes nothing by itself.
    ///
    /// It does not show in [`id2`](crate::SessionRef::id2) before the handshake.
    ///
    /// C: [`gnutls_session_set_id`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsession_005fset_005fid).
    ///
    /// # Errors
    ///
    /// [`InvalidState`](ErrorKind::InvalidState) on a server, once the handshake has begun, and for a session that resumes
    /// another, whose parameters C would overwrite.
    #[doc(alias = "gnutls_session_set_id")]
    pub fn set_id(&mut self, id: &[u8]) -> Result<()> {
        if !(1..=crate::session_id::SessionId::MAX_LEN).contains(&id.len()) {
            return Err(Error::invalid_input(
                "a session identifier that is set has 1 to 32 bytes",
            ));
        }
        if self.side() == Side::Server || self.phase() != Phase::Fresh || self.resumes {
            return Err(Error::invalid_state(
                "the session identifier can only be set on a client that has not begun and resumes nothing",
            ));
        }
        let id = argument::bytes(id)?;
        // SAFETY: copies the identifier.
        check(unsafe { gnutls_sys::gnutls_session_set_id(self.handle(), &id) })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hazard_19_the_dummy_is_not_taken_for_a_session() {
        assert!(SessionData::new(None, &[0; 4]).is_none());
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
            saved.is_for(name)
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
