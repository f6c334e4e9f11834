//! The crypto provider: configurations and sessions of quinn on `gnutls::quic`.

use std::any::Any;
use std::io::Cursor;
use std::sync::Arc;

use gnutls::Side;
use gnutls::quic::{self, EncryptionLevel, KeyChange, Secrets, Version};
use quinn_proto::crypto::{
    self, ExportKeyingMaterialError, HeaderKey, KeyPair, Keys, PacketKey, UnsupportedVersion,
};
use quinn_proto::transport_parameters::TransportParameters;
use quinn_proto::{ConnectError, ConnectionId, TransportError, TransportErrorCode};

use crate::keys;

/// Returns the version of QUIC with this number.
fn version(number: u32) -> Result<Version, UnsupportedVersion> {
    match number {
        1 => Ok(Version::V1),
        0x6b33_43cf => Ok(Version::V2),
        _ => Err(UnsupportedVersion),
    }
}

fn encoded(parameters: &TransportParameters) -> Vec<u8> {
    let mut bytes = Vec::new();
    parameters.write(&mut bytes);
    bytes
}

fn side(side: Side) -> quinn_proto::Side {
    match side {
        Side::Client => quinn_proto::Side::Client,
        Side::Server => quinn_proto::Side::Server,
    }
}

/// A client configuration for [`quinn::ClientConfig::new`].
pub(crate) struct ClientConfig(pub(crate) gnutls::ClientConfig);

impl crypto::ClientConfig for ClientConfig {
    fn start_session(
        self: Arc<Self>,
        number: u32,
        server_name: &str,
        parameters: &TransportParameters,
    ) -> Result<Box<dyn crypto::Session>, ConnectError> {
        let version = version(number)?;
        let parameters = encoded(parameters);
        let connection = quic::Connection::client(&self.0, version, server_name, &parameters)
            .map_err(|_| ConnectError::InvalidServerName(server_name.to_owned()))?;
        Ok(Box::new(Session::new(connection, version)))
    }
}

/// A server configuration for [`quinn::ServerConfig::new`].
pub(crate) struct ServerConfig(gnutls::ServerConfig);

impl ServerConfig {
    /// Returns an error if the configuration or the library does not support QUIC.
    pub(crate) fn new(config: gnutls::ServerConfig) -> gnutls::Result<Self> {
        quic::Connection::server(&config, Version::V1, &[])?;
        Ok(Self(config))
    }
}

impl crypto::ServerConfig for ServerConfig {
    fn initial_keys(&self, number: u32, id: &ConnectionId) -> Result<Keys, UnsupportedVersion> {
        let keys = quic::Keys::initial(version(number)?, Side::Server, id);
        keys.map(keys::pairs).map_err(|_| UnsupportedVersion)
    }

    fn retry_tag(&self, number: u32, id: &ConnectionId, packet: &[u8]) -> [u8; 16] {
        let version = version(number).expect("initial_keys has accepted the version");
        quic::retry_integrity_tag(version, id, packet).expect("a connection identifier is short")
    }

    fn start_session(
        self: Arc<Self>,
        number: u32,
        parameters: &TransportParameters,
    ) -> Box<dyn crypto::Session> {
        let version = version(number).expect("initial_keys has accepted the version");
        let connection = quic::Connection::server(&self.0, version, &encoded(parameters));
        let connection = connection.expect("the constructor has created a connection, too");
        Box::new(Session::new(connection, version))
    }
}

/// The properties of a connection after its handshake, returned by [`quinn::Connection::handshake_data`].
pub(crate) struct HandshakeData {
    /// The application protocol.
    pub(crate) protocol: Option<Vec<u8>>,
}

/// The TLS session of a connection.
struct Session {
    connection: quic::Connection,
    version: Version,
    /// The level of the handshake messages that are sent.
    level: EncryptionLevel,
    /// Handshake messages of a later level.
    pending: Option<(EncryptionLevel, Vec<u8>)>,
    next: Option<Secrets>,
    has_handshake_data: bool,
}

impl Session {
    fn new(connection: quic::Connection, version: Version) -> Self {
        Self {
            connection,
            version,
            level: EncryptionLevel::Initial,
            pending: None,
            next: None,
            has_handshake_data: false,
        }
    }
}

impl crypto::Session for Session {
    fn initial_keys(&self, id: &ConnectionId, side: quinn_proto::Side) -> Keys {
        let side = if side.is_client() {
            Side::Client
        } else {
            Side::Server
        };
        let keys = quic::Keys::initial(self.version, side, id);
        keys::pairs(keys.expect("the library has the algorithms of QUIC"))
    }

    fn handshake_data(&self) -> Option<Box<dyn Any>> {
        self.has_handshake_data.then(|| -> Box<dyn Any> {
            Box::new(HandshakeData {
                protocol: self.connection.alpn().map(<[u8]>::to_vec),
            })
        })
    }

    /// The certificates in DER, as a `Vec<Vec<u8>>`.
    fn peer_identity(&self) -> Option<Box<dyn Any>> {
        let certificates = self.connection.peer_certificates()?;
        let certificates: Vec<_> = certificates.map(<[u8]>::to_vec).collect();
        Some(Box::new(certificates))
    }

    fn early_crypto(&self) -> Option<(Box<dyn HeaderKey>, Box<dyn PacketKey>)> {
        let keys = self.connection.early_keys().ok()??;
        Some((keys::header(keys.header), keys::packet(keys.packet)))
    }

    fn early_data_accepted(&self) -> Option<bool> {
        let is_client = self.connection.side() == Side::Client;
        is_client.then(|| self.connection.early_data_accepted())
    }

    fn is_handshaking(&self) -> bool {
        self.connection.is_handshaking()
    }

    fn read_handshake(&mut self, bytes: &[u8]) -> Result<bool, TransportError> {
        let level = self.connection.read_level();
        self.connection
            .read_handshake(level, bytes)
            .map_err(|error| {
                let alert = error
                    .alert()
                    .and_then(|alert| alert.as_raw().try_into().ok());
                TransportError {
                    code: alert.map_or(
                        TransportErrorCode::PROTOCOL_VIOLATION,
                        TransportErrorCode::crypto,
                    ),
                    frame: None,
                    reason: error.to_string(),
                }
            })?;
        let is_new = !self.has_handshake_data
            && (self.connection.alpn().is_some() || !self.connection.is_handshaking());
        self.has_handshake_data |= is_new;
        Ok(is_new)
    }

    /// The parameters of the peer, or before a client has received them, those that limit its early data.
    fn transport_parameters(&self) -> Result<Option<TransportParameters>, TransportError> {
        let connection = &self.connection;
        let parameters = connection
            .peer_transport_parameters()
            .or_else(|| connection.remembered_transport_parameters());
        parameters
            .map(|bytes| {
                let side = side(connection.side());
                Ok(TransportParameters::read(side, &mut Cursor::new(bytes))?)
            })
            .transpose()
    }

    fn write_handshake(&mut self, buffer: &mut Vec<u8>) -> Option<Keys> {
        loop {
            let next = self.pending.take();
            match next.or_else(|| self.connection.write_handshake()) {
                Some((level, bytes)) if level == self.level => buffer.extend(bytes),
                later => {
                    self.pending = later;
                    break;
                }
            }
        }
        // Without keys the connection ends by its timeout.
        let keys = match self.connection.key_change().ok()?? {
            KeyChange::Handshake { keys } => {
                self.level = EncryptionLevel::Handshake;
                keys
            }
            KeyChange::Application { keys, next } => {
                self.level = EncryptionLevel::Application;
                self.next = Some(next);
                keys
            }
        };
        Some(keys::pairs(keys))
    }

    fn next_1rtt_keys(&mut self) -> Option<KeyPair<Box<dyn PacketKey>>> {
        let keys = self.next.as_mut()?.next_packet_keys().ok()?;
        Some(KeyPair {
            local: keys::packet(keys.local),
            remote: keys::packet(keys.remote),
        })
    }

    fn is_valid_retry(&self, id: &ConnectionId, header: &[u8], payload: &[u8]) -> bool {
        let packet = [header, payload].concat();
        let Some((packet, tag)) = packet.split_last_chunk::<16>() else {
            return false;
        };
        let expected = quic::retry_integrity_tag(self.version, id, packet);
        expected.is_ok_and(|expected| gnutls::crypto::constant_time_eq(&expected, tag))
    }

    fn export_keying_material(
        &self,
        output: &mut [u8],
        label: &[u8],
        context: &[u8],
    ) -> Result<(), ExportKeyingMaterialError> {
        let label = std::str::from_utf8(label).map_err(|_| ExportKeyingMaterialError)?;
        self.connection
            .export_keying_material(label, Some(context), output)
            .map_err(|_| ExportKeyingMaterialError)
    }
}
