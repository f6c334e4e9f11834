//! Tests of sessions that require their private state.

mod deadline;
mod encrypted_fragments;
mod every_state;
mod kernel_tls;
mod output;
mod panics;
mod resources;
#[cfg(gnutls_3_7_3)]
mod verdicts;

use crate::config::{ClientAuth, ClientConfig, ServerConfig};
use crate::identity::Identity;
use crate::priority::Priority;
use crate::resumption::ticket::TicketKey;
use crate::session::Session;
use crate::transport::memory::MemoryTransport;
use crate::trust::Trust;

const TLS1_2: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.2";
const TLS1_3: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.3";
const DTLS1_2: &str = "NORMAL:-VERS-ALL:+VERS-DTLS1.2";

fn fixture(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn identity(name: &str) -> Identity {
    Identity::from_pem(&fixture(name), &fixture(&format!("{name}-key"))).unwrap()
}

fn trust() -> Trust {
    Trust::pem(&fixture("ca")).unwrap()
}

/// The configurations of a client and a server that allow every operation which the protocol has.
fn configs(priority: &str) -> (ClientConfig, ServerConfig) {
    let tls1_3 = priority == TLS1_3;
    let client = ClientConfig::builder()
        .without_resumption()
        .priority(Priority::new(priority).unwrap())
        .trust(trust())
        .identity(identity("client"))
        .dangerous_allow_renegotiation();
    let server = ServerConfig::builder()
        .priority(Priority::new(priority).unwrap())
        .identity(identity("server"))
        .dangerous_allow_forgeable_tickets()
        .tickets(TicketKey::generate().unwrap())
        .dangerous_allow_renegotiation();
    let (client, server) = if tls1_3 {
        let server = server.client_auth(ClientAuth::AfterHandshake(trust()));
        (client.post_handshake_auth(true), server)
    } else {
        (client, server)
    };
    (client.build().unwrap(), server.build().unwrap())
}

/// Both sides of a connection.
struct Pair {
    client: Session,
    server: Session,
    client_io: MemoryTransport,
    server_io: MemoryTransport,
}

impl Pair {
    fn open(client: &ClientConfig, server: &ServerConfig, datagram: bool) -> Self {
        let (client_io, server_io) = if datagram {
            MemoryTransport::datagram()
        } else {
            MemoryTransport::stream()
        };
        let (client, server) = if datagram {
            (
                client.datagram_session("localhost").unwrap(),
                server.datagram_session().unwrap(),
            )
        } else {
            (
                client.session("localhost").unwrap(),
                server.session().unwrap(),
            )
        };
        Self {
            client,
            server,
            client_io,
            server_io,
        }
    }

    fn handshake(&mut self) {
        for _ in 0..1000 {
            let client = self.client.handshake(&mut self.client_io).unwrap();
            let server = self.server.handshake(&mut self.server_io).unwrap();
            if client.is_ready() && server.is_ready() {
                return;
            }
        }
        panic!("the handshake does not end")
    }
}
