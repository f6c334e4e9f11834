//! QUIC: the handshake without records, its keys, and hostile peers.

mod early_data;
mod handshake;
mod hostile;
mod keys;

use gnutls::quic::{Connection, EncryptionLevel, KeyChange, Keys, Secrets, Version};
use gnutls::{ClientConfig, ClientConfigBuilder, Result, ServerConfig, ServerConfigBuilder};
use gnutls_testing::pair;

/// The transport parameters of both sides, which only the QUIC implementation interprets.
const CLIENT_PARAMETERS: &[u8] = b"parameters of the client";
const SERVER_PARAMETERS: &[u8] = b"parameters of the server";

const PRIORITY: &str = "NORMAL";

fn client() -> ClientConfigBuilder {
    pair::client(PRIORITY).alpn(["h3"])
}

fn server() -> ServerConfigBuilder {
    pair::server(PRIORITY).alpn(["h3"])
}

/// Both sides of a connection.
struct Pair {
    client: Connection,
    server: Connection,
}

impl Pair {
    fn new(client: &ClientConfig, server: &ServerConfig) -> Self {
        Self::with_version(client, server, Version::V1)
    }

    fn with_version(client: &ClientConfig, server: &ServerConfig, version: Version) -> Self {
        let server = Connection::server(server, version, SERVER_PARAMETERS);
        Self {
            client: Connection::client(client, version, "localhost", CLIENT_PARAMETERS).unwrap(),
            server: server.unwrap(),
        }
    }

    fn of_fixtures() -> Self {
        Self::new(&client().build().unwrap(), &server().build().unwrap())
    }

    /// Delivers all messages in both directions, until there are no more. The first failure ends it.
    fn exchange(&mut self) -> Result<()> {
        loop {
            let sent = deliver(&mut self.client, &mut self.server)?;
            let answered = deliver(&mut self.server, &mut self.client)?;
            if !sent && !answered {
                return Ok(());
            }
        }
    }

    fn connect(client: &ClientConfig, server: &ServerConfig) -> Self {
        let mut pair = Self::new(client, server);
        pair.exchange().unwrap();
        assert!(!pair.client.is_handshaking() && !pair.server.is_handshaking());
        pair
    }
}

/// Delivers the messages of one side. Returns `true` if there were any.
fn deliver(from: &mut Connection, to: &mut Connection) -> Result<bool> {
    let mut any = false;
    while let Some((level, bytes)) = from.write_handshake() {
        to.read_handshake(level, &bytes)?;
        any = true;
    }
    Ok(any)
}

/// Returns the messages of a client up to its first flight, which are those of the Initial level.
fn initial_flight(client: &mut Connection) -> Vec<u8> {
    let (level, bytes) = client.write_handshake().unwrap();
    assert_eq!(level, EncryptionLevel::Initial);
    assert_eq!(client.write_handshake(), None);
    bytes
}

/// Returns the keys of a completed handshake.
fn all_keys(connection: &mut Connection) -> (Keys, Keys, Secrets) {
    let Some(KeyChange::Handshake { keys: handshake }) = connection.key_change().unwrap() else {
        panic!("the keys of the handshake come first")
    };
    let Some(KeyChange::Application { keys, next }) = connection.key_change().unwrap() else {
        panic!("the keys of the application follow")
    };
    assert!(connection.key_change().unwrap().is_none());
    (handshake, keys, next)
}
