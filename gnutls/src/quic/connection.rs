//! The TLS part of a QUIC connection.

use std::fmt;
use std::ops::Deref;

use gnutls_macros::corresponds;

use crate::alert::Alert;
use crate::config::{ClientConfig, ServerConfig};
use crate::crypto::Side;
use crate::error::{Error, Result};
use crate::quic::keys::{Algorithms, DirectionalKeys, Keys, Secrets, Version};
use crate::resumption::session_data::{QuicSession, SessionData};
use crate::session::Session;
use crate::session::open::Kind;
use crate::session::quic::{EncryptionLevel, QuicState};
use crate::session_core::server_name::{PeerName, ServerName};
use crate::session_core::session_ref::SessionRef;

/// The TLS part of a QUIC connection: a handshake without records, and its secrets (RFC 9001). The [module](crate::quic)
/// has an example.
///
/// It dereferences to [`SessionRef`], whose getters return the properties of the session. The peer is verified as in any
/// other session, before [`is_handshaking`](Self::is_handshaking) returns `false`.
#[corresponds(alias(
    GNUTLS_NO_END_OF_EARLY_DATA,
    gnutls_handshake_read_func,
    gnutls_handshake_secret_func,
    gnutls_alert_read_func
))]
pub struct Connection {
    session: Session,
    version: Version,
}

/// The keys of the next encryption level.
#[derive(Debug)]
pub enum KeyChange {
    /// The keys of Handshake packets.
    Handshake {
        /// The keys.
        keys: Keys,
    },
    /// The keys of 1-RTT packets. A server receives them before the end of the handshake, and must not decrypt packets with
    /// them before (RFC 9001, section 5.7).
    Application {
        /// The keys before the first key update.
        keys: Keys,
        /// The secrets from which the keys of key updates are derived.
        next: Secrets,
    },
}

impl Connection {
    /// Creates the client of a connection and begins its handshake. If the store of the configuration has a session with the
    /// same server, the connection offers to resume it.
    ///
    /// The transport parameters are those of this side (RFC 9000, section 18).
    ///
    /// ```
    /// use gnutls::quic::{Connection, EncryptionLevel, Version};
    /// use gnutls::{ClientConfig, ErrorKind, Trust};
    ///
    /// let config = ClientConfig::builder().trust(Trust::none()).alpn(["h3"]).build()?;
    /// match Connection::client(&config, Version::V1, "example.org", b"transport parameters") {
    ///     Ok(mut client) => {
    ///         let (level, client_hello) = client.write_handshake().unwrap();
    ///         assert_eq!((level, client_hello[0]), (EncryptionLevel::Initial, 1));
    ///     }
    ///     // The library is too old.
    ///     Err(error) => assert_eq!(error.kind(), ErrorKind::Unsupported),
    /// }
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the errors of [`ClientConfig::session`], an error of kind [`Priority`](crate::ErrorKind::Priority) if the
    /// configuration does not enable TLS 1.3, of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the transport
    /// parameters are too long, and of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old.
    #[corresponds(
        gnutls_handshake_set_read_function,
        gnutls_handshake_set_secret_function,
        gnutls_alert_set_read_function
    )]
    pub fn client<'a>(
        config: &ClientConfig,
        version: Version,
        server_name: impl Into<PeerName<'a>>,
        transport_parameters: &[u8],
    ) -> Result<Self> {
        let name = server_name.into().parse()?;
        if let Some(saved) = config.stored(name.as_ref(), false) {
            let resuming = Self::begin(
                config,
                version,
                name.clone(),
                transport_parameters,
                Some(&saved),
            );
            // GnuTLS may reject saved data.
            if let Ok(connection) = resuming {
                return Ok(connection);
            }
        }
        Self::begin(config, version, name, transport_parameters, None)
    }

    /// Creates a client that offers the server to resume a saved session. See [`client`](Self::client) and
    /// [`ClientConfig::resume`].
    ///
    /// If the session was saved in the same process with the same configuration, and its ticket permits early data, the client
    /// announces early data: [`early_keys`](Self::early_keys) then returns its keys.
    #[corresponds(gnutls_session_set_data)]
    pub fn resume<'a>(
        config: &ClientConfig,
        version: Version,
        server_name: impl Into<PeerName<'a>>,
        transport_parameters: &[u8],
        saved: &SessionData,
    ) -> Result<Self> {
        let name = server_name.into().parse()?;
        Self::begin(config, version, name, transport_parameters, Some(saved))
    }

    fn begin(
        config: &ClientConfig,
        version: Version,
        name: Option<ServerName>,
        transport_parameters: &[u8],
        saved: Option<&SessionData>,
    ) -> Result<Self> {
        // Early data depends on the configuration, and on the transport parameters of the server.
        let early = saved
            .filter(|saved| saved.configuration() == Some(config.0.configuration))
            .and_then(SessionData::quic)
            .filter(|quic| quic.permits_early_data);
        let begin = |early| {
            let name = name.clone();
            Self::begin_with(config, version, name, transport_parameters, saved, early)
        };
        // GnuTLS fails if it announces early data and the ticket has expired.
        begin(early).or_else(|error| match early {
            Some(_) => begin(None),
            None => Err(error),
        })
    }

    fn begin_with(
        config: &ClientConfig,
        version: Version,
        name: Option<ServerName>,
        transport_parameters: &[u8],
        saved: Option<&SessionData>,
        early: Option<&QuicSession>,
    ) -> Result<Self> {
        let mut state = quic_state(transport_parameters)?;
        state.remembered_parameters = early.map(|quic| quic.transport_parameters.clone());
        let kind = Kind::Quic {
            state,
            early_data: early.is_some(),
        };
        let mut session = config.open_new(name, kind)?;
        if let Some(saved) = saved {
            session = session.resuming(saved)?;
        }
        session.continue_quic_handshake()?;
        Ok(Self { session, version })
    }

    /// Creates the server of a connection. It can be created when the first packet of a client arrives.
    ///
    /// The transport parameters are those of this side (RFC 9000, section 18).
    ///
    /// Early data is accepted if the configuration [accepts it](crate::ServerConfigBuilder::early_data), with GnuTLS 3.8.4
    /// and newer. The maximum size in the configuration does not apply: QUIC limits early data by its transport parameters
    /// (RFC 9001, section 4.6.1). A server that has reduced its parameters must replace its
    /// [ticket key](crate::ServerConfigBuilder::tickets), so that clients do not send early data with the previous ones
    /// (RFC 9000, section 7.4.1).
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Priority`](crate::ErrorKind::Priority) if the configuration does not enable TLS 1.3, of kind
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the transport parameters are too long, and of kind
    /// [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old.
    #[corresponds(
        gnutls_handshake_set_read_function,
        gnutls_handshake_set_secret_function,
        gnutls_alert_set_read_function
    )]
    pub fn server(
        config: &ServerConfig,
        version: Version,
        transport_parameters: &[u8],
    ) -> Result<Self> {
        let kind = Kind::Quic {
            state: quic_state(transport_parameters)?,
            early_data: false,
        };
        let session = config.open(kind)?;
        Ok(Self { session, version })
    }

    fn state(&self) -> &QuicState {
        let state = self.session.quic_state();
        state.expect("the constructors open a session for QUIC")
    }

    /// Processes handshake bytes that were received in CRYPTO frames at this encryption level, in the order of the stream of
    /// the level. Messages can be divided in any way. Afterwards call [`key_change`](Self::key_change) and
    /// [`write_handshake`](Self::write_handshake).
    ///
    /// After the handshake it processes the tickets of a server, which the configuration's store receives.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Session::handshake`], with the [alert](crate::Error::alert) to send to the peer. In addition
    /// the connection fails with the alert
    ///
    /// - [`UNEXPECTED_MESSAGE`](Alert::UNEXPECTED_MESSAGE) if the bytes belong to another encryption level than
    ///   [`read_level`](Self::read_level), if bytes follow the last message of a level, and for a message other than a ticket
    ///   after the handshake, such as a KeyUpdate (RFC 9001, section 6);
    /// - [`MISSING_EXTENSION`](Alert::MISSING_EXTENSION) if the peer has sent no transport parameters;
    /// - [`NO_APPLICATION_PROTOCOL`](Alert::NO_APPLICATION_PROTOCOL) if the configuration has application protocols and none
    ///   was negotiated;
    /// - [`DECODE_ERROR`](Alert::DECODE_ERROR) if a message is too long. See
    ///   [`max_handshake_message`](crate::ConfigBuilder::max_handshake_message).
    #[corresponds(gnutls_handshake_write)]
    pub fn read_handshake(&mut self, level: EncryptionLevel, bytes: &[u8]) -> Result<()> {
        self.session.read_quic_handshake(level, bytes)
    }

    /// Returns the encryption level of the handshake bytes that are processed next. It does not decrease.
    pub fn read_level(&self) -> EncryptionLevel {
        self.state().read_level
    }

    /// Returns handshake bytes to be sent in CRYPTO frames at this encryption level, or `None` if there are none. The calls
    /// return the bytes in their order: no call returns bytes of a lower level than the call before.
    ///
    /// The keys of the level are those that [`key_change`](Self::key_change) has returned or returns next.
    #[corresponds(alias(gnutls_handshake_set_read_function))]
    pub fn write_handshake(&mut self) -> Option<(EncryptionLevel, Vec<u8>)> {
        self.session.take_quic_output()
    }

    /// Returns the keys of the next encryption level, once they have been derived: first those of Handshake packets, then
    /// those of 1-RTT packets.
    ///
    /// # Errors
    ///
    /// Returns an error if the library refuses an algorithm.
    #[corresponds(alias(gnutls_handshake_set_secret_function))]
    pub fn key_change(&mut self) -> Result<Option<KeyChange>> {
        let Some((level, (client, server))) = self.session.take_quic_secrets() else {
            return Ok(None);
        };
        let (cipher, digest) = self.session.quic_algorithms()?;
        let algorithms = Algorithms {
            version: self.version,
            cipher,
            digest,
        };
        let keys = algorithms.keys(self.side(), &client, &server)?;
        Ok(Some(if level == EncryptionLevel::Handshake {
            KeyChange::Handshake { keys }
        } else {
            let (local, remote) = match self.side() {
                Side::Client => (client, server),
                Side::Server => (server, client),
            };
            KeyChange::Application {
                keys,
                next: Secrets::new(algorithms, local, remote),
            }
        }))
    }

    /// Returns the keys of 0-RTT packets: on a client those with which it sends early data, from its creation, and on a server
    /// those with which it receives early data, from the ClientHello. `None` if the client does not announce early data, if the
    /// server rejects it, and after the handshake.
    ///
    /// **An attacker can replay early data**, see [`early_data`](crate::ServerConfigBuilder::early_data). A client calls
    /// [`early_data_accepted`](SessionRef::early_data_accepted) after the handshake: early data that the server has rejected
    /// has to be sent again.
    ///
    /// # Errors
    ///
    /// Returns an error if the library refuses an algorithm.
    #[corresponds(alias(gnutls_early_cipher_get, gnutls_early_prf_hash_get))]
    pub fn early_keys(&self) -> Result<Option<DirectionalKeys>> {
        let Some(early) = &self.state().early else {
            return Ok(None);
        };
        let algorithms = Algorithms {
            version: self.version,
            cipher: early.cipher,
            digest: early.digest,
        };
        algorithms.directional_keys(&early.secret).map(Some)
    }

    /// Returns `true` until the handshake is complete and the peer is verified.
    pub fn is_handshaking(&self) -> bool {
        !self.session.handshake_done()
    }

    /// Returns the transport parameters of the peer, once they have been received. They are authenticated when the handshake is
    /// complete.
    pub fn peer_transport_parameters(&self) -> Option<&[u8]> {
        self.state().peer_parameters.as_deref()
    }

    /// Returns the transport parameters of the server in the resumed session, which limit the early data that a client sends (RFC
    /// 9000, section 7.4.1). `None` if the client does not announce early data.
    pub fn remembered_transport_parameters(&self) -> Option<&[u8]> {
        self.state().remembered_parameters.as_deref()
    }

    /// Returns the alert with which this side has ended the connection, and the encryption level at which GnuTLS sends it.
    #[corresponds(alias(gnutls_alert_set_read_function))]
    pub fn alert(&self) -> Option<(EncryptionLevel, Alert)> {
        self.state().alert
    }

    /// Sends `count` tickets of a server, in addition to those that it sends with the handshake. See
    /// [`Session::send_tickets`].
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Session::send_tickets`].
    #[corresponds(gnutls_session_ticket_send)]
    pub fn send_tickets(&mut self, count: u8) -> Result<()> {
        self.session.send_quic_tickets(count)
    }

    /// Saves the session of a client, for [`resume`](Self::resume). See [`Session::session_data`].
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Session::session_data`].
    #[corresponds(gnutls_session_get_data2)]
    pub fn session_data(&mut self) -> Result<SessionData> {
        self.session.session_data()
    }
}

/// Returns the state of a session with these transport parameters.
fn quic_state(transport_parameters: &[u8]) -> Result<Box<QuicState>> {
    /// The maximum length of an extension.
    const LONGEST: usize = 65_535;
    if transport_parameters.len() > LONGEST {
        return Err(Error::invalid_input(format!(
            "the transport parameters have {} bytes: an extension can have at most {LONGEST}",
            transport_parameters.len()
        )));
    }
    Ok(Box::new(QuicState::new(transport_parameters)))
}

impl Deref for Connection {
    type Target = SessionRef;

    fn deref(&self) -> &SessionRef {
        &self.session
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection")
            .field("version", &self.version)
            .field("read_level", &self.read_level())
            .field("session", &self.session)
            .finish()
    }
}
