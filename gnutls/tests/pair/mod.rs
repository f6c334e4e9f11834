//! What the tests of sessions share: configurations over the fixtures, and two sides that take turns in memory.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::task::Poll;

use crate::common::{server_identity, trust};

use gnutls::{
    ClientConfig, ClientConfigBuilder, MemoryTransport, Priority, Result, ServerConfig,
    ServerConfigBuilder, Session, SessionData,
};

pub const TLS1_2: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.2";
pub const TLS1_3: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.3";
pub const DTLS1_2: &str = "NORMAL:-VERS-ALL:+VERS-DTLS1.2";

/// A client that trusts the authority of the fixtures. It resumes what a test tells it to.
pub fn client(priority: &str) -> ClientConfigBuilder {
    ClientConfig::builder()
        .without_resumption()
        .trust(trust())
        .priority(Priority::new(priority).unwrap())
}

/// A server that is `localhost`. What is tested with it is not how safe the tickets of a release are.
pub fn server(priority: &str) -> ServerConfigBuilder {
    ServerConfig::builder()
        .dangerous_allow_forgeable_tickets()
        .identity(server_identity())
        .priority(Priority::new(priority).unwrap())
}

/// Whether the library that runs knows TLS 1.3, and not a draft of it.
pub fn has_tls1_3() -> bool {
    gnutls::version().running >= gnutls::Version::new(3, 6, 4) && Priority::new(TLS1_3).is_ok()
}

/// Whether the crate was built for a library whose servers accept early data; 3.7.1 can be crashed then.
pub fn has_early_data() -> bool {
    let version = gnutls::version();
    has_tls1_3()
        && version.built >= gnutls::Version::new(3, 6, 5)
        && version.running != gnutls::Version::new(3, 7, 1)
}

/// Whether keys can be updated: in TLS 1.3, by a crate that was built for a library that can.
pub fn has_key_update() -> bool {
    has_tls1_3() && gnutls::version().built >= gnutls::Version::new(3, 6, 3)
}

/// The protocols to be tested: the priority, and whether it is for datagrams.
pub fn protocols() -> Vec<(&'static str, bool)> {
    let mut protocols = vec![(TLS1_2, false), (DTLS1_2, true)];
    if has_tls1_3() {
        protocols.push((TLS1_3, false));
    }
    protocols
}

/// Both sides of a connection.
pub struct Pair {
    pub client: Session,
    pub server: Session,
    pub near: MemoryTransport,
    pub far: MemoryTransport,
}

impl Pair {
    pub fn new(client: Session, server: Session) -> Self {
        let (near, far) = if client.is_datagram() {
            MemoryTransport::datagram()
        } else {
            MemoryTransport::stream()
        };
        Self {
            client,
            server,
            near,
            far,
        }
    }

    pub fn open(client: &ClientConfig, server: &ServerConfig, datagram: bool) -> Self {
        if datagram {
            Self::new(
                client.datagram_session("localhost").unwrap(),
                server.datagram_session().unwrap(),
            )
        } else {
            Self::new(
                client.session("localhost").unwrap(),
                server.session().unwrap(),
            )
        }
    }

    /// Two sessions of which the client wants to resume what was saved.
    pub fn resuming(
        client: &ClientConfig,
        server: &ServerConfig,
        saved: &SessionData,
        datagram: bool,
    ) -> Self {
        if datagram {
            Self::new(
                client.resume_datagram("localhost", saved).unwrap(),
                server.datagram_session().unwrap(),
            )
        } else {
            Self::new(
                client.resume("localhost", saved).unwrap(),
                server.session().unwrap(),
            )
        }
    }

    /// A finished handshake with these priorities.
    pub fn connected(priority: &str, datagram: bool) -> Self {
        let mut pair = Self::open(
            &client(priority).build().unwrap(),
            &server(priority).build().unwrap(),
            datagram,
        );
        pair.handshake().unwrap();
        pair
    }

    /// Lets each side go on once.
    pub fn step(&mut self) -> (Result<Poll<()>>, Result<Poll<()>>) {
        (
            self.client.handshake(&mut self.near),
            self.server.handshake(&mut self.far),
        )
    }

    /// Takes turns until both sides are done; the first failure ends it.
    pub fn handshake(&mut self) -> Result<()> {
        for _ in 0..100_000 {
            let (client, server) = self.step();
            if client?.is_ready() & server?.is_ready() {
                return Ok(());
            }
        }
        panic!("the handshake does not come to an end")
    }

    /// Takes turns until both sides are done or have failed.
    pub fn handshake_both(&mut self) -> (Result<()>, Result<()>) {
        let (mut client, mut server) = (None, None);
        for _ in 0..1000 {
            for (session, io, result) in [
                (&mut self.client, &mut self.near, &mut client),
                (&mut self.server, &mut self.far, &mut server),
            ] {
                if result.is_none() {
                    match session.handshake(io) {
                        Ok(Poll::Pending) => {}
                        Ok(Poll::Ready(())) => *result = Some(Ok(())),
                        Err(error) => *result = Some(Err(error)),
                    }
                }
            }
            if client.is_some() && server.is_some() {
                break;
            }
        }
        (
            client.expect("the client comes to an end"),
            server.expect("the server comes to an end"),
        )
    }

    /// Sends `data` from the client, and gives what the server reads of it.
    pub fn there(&mut self, data: &[u8]) -> Vec<u8> {
        transfer(
            &mut self.client,
            &mut self.near,
            &mut self.server,
            &mut self.far,
            data,
        )
    }

    /// Sends `data` from the server, and gives what the client reads of it.
    pub fn back(&mut self, data: &[u8]) -> Vec<u8> {
        transfer(
            &mut self.server,
            &mut self.far,
            &mut self.client,
            &mut self.near,
            data,
        )
    }
}

/// A pair of these configurations, and how the handshake ends on both sides.
pub fn tried(
    client: ClientConfigBuilder,
    server: ServerConfigBuilder,
    datagram: bool,
) -> (Pair, Result<()>, Result<()>) {
    let mut pair = Pair::open(&client.build().unwrap(), &server.build().unwrap(), datagram);
    let (client, server) = pair.handshake_both();
    (pair, client, server)
}

/// As `tried`, where one side may be through before the other one fails.
pub fn tried_until_over(
    client: ClientConfigBuilder,
    server: ServerConfigBuilder,
    datagram: bool,
) -> (Pair, Result<()>, Result<()>) {
    let mut pair = Pair::open(&client.build().unwrap(), &server.build().unwrap(), datagram);
    let (mut one, mut other) = (Ok(()), Ok(()));
    for _ in 0..20 {
        let (client, server) = pair.step();
        one = one.and(client.map(drop));
        other = other.and(server.map(drop));
    }
    (pair, one, other)
}

/// Writes all of `data` on one side and reads as much on the other.
pub fn transfer(
    from: &mut Session,
    out: &mut MemoryTransport,
    to: &mut Session,
    into: &mut MemoryTransport,
    data: &[u8],
) -> Vec<u8> {
    let (mut written, mut received) = (0, Vec::new());
    let mut buffer = [0; 20_000];
    for _ in 0..300_000 {
        if written < data.len() {
            if let Poll::Ready(length) = from.write(out, &data[written..]).unwrap() {
                written += length;
            }
        } else {
            let _ = from.flush(out).unwrap();
        }
        if let Poll::Ready(length) = to.read(into, &mut buffer).unwrap() {
            assert!(length > 0, "the stream has ended");
            received.extend_from_slice(&buffer[..length]);
        }
        if received.len() == data.len() {
            return received;
        }
    }
    panic!("the data do not arrive")
}
