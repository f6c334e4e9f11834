//! Configurations from the fixtures, and pairs of sessions that are connected in memory.

use std::task::Poll;

use gnutls::resumption::SessionData;
use gnutls::session::PeerName;
use gnutls::transport::MemoryTransport;
use gnutls::{
    ClientConfig, ClientConfigBuilder, Priority, Result, ServerConfig, ServerConfigBuilder,
    Session, Transport,
};

use crate::fixtures::{server_identity, trust};
use crate::requirement::{Requirement, TLS1_3 as HAS_TLS1_3, VERIFIED_RESUMPTION};

/// TLS 1.2 only.
pub const TLS1_2: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.2";
/// TLS 1.3 only.
pub const TLS1_3: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.3";
/// DTLS 1.2 only.
pub const DTLS1_2: &str = "NORMAL:-VERS-ALL:+VERS-DTLS1.2";

/// Returns a client builder that trusts the authority of the fixtures, and resumes only sessions that a test passes to
/// it.
pub fn client(priority: &str) -> ClientConfigBuilder {
    ClientConfig::builder()
        .without_resumption()
        .trust(trust())
        .priority(Priority::new(priority).unwrap())
}

/// Returns a server builder with an identity for `localhost`. It accepts releases with forgeable tickets, because its
/// tests do not depend on the security of tickets.
pub fn server(priority: &str) -> ServerConfigBuilder {
    ServerConfig::builder()
        .dangerous_allow_forgeable_tickets()
        .identity(server_identity())
        .priority(Priority::new(priority).unwrap())
}

/// Returns the priorities of the protocols that the library supports, and `true` for datagram protocols.
pub fn protocols() -> Vec<(&'static str, bool)> {
    let mut protocols = vec![(TLS1_2, false), (DTLS1_2, true)];
    if HAS_TLS1_3.is_present() {
        protocols.push((TLS1_3, false));
    }
    protocols
}

/// Returns the [`protocols`] in which the library verifies the certificates of resumed sessions.
pub fn resumable_protocols() -> Vec<(&'static str, bool)> {
    let mut protocols = protocols();
    protocols.retain(|(priority, _)| *priority != TLS1_3 || VERIFIED_RESUMPTION.is_present());
    protocols
}

/// Returns the priorities of the stream protocols that the library supports.
pub fn stream_protocols() -> Vec<&'static str> {
    let streams = protocols().into_iter().filter(|(_, datagram)| !datagram);
    streams.map(|(priority, _)| priority).collect()
}

/// Completes a handshake between two sessions, in alternation. The first failure ends it.
pub fn handshake(
    client: &mut Session,
    near: &mut impl Transport,
    server: &mut Session,
    far: &mut impl Transport,
) -> Result<()> {
    for _ in 0..100_000 {
        let (client, server) = (client.handshake(near), server.handshake(far));
        if client?.is_ready() & server?.is_ready() {
            return Ok(());
        }
    }
    panic!("the handshake did not end")
}

/// A client and a server, with their transports.
pub struct Pair {
    /// The client's session.
    pub client: Session,
    /// The server's session.
    pub server: Session,
    /// The client's transport.
    pub near: MemoryTransport,
    /// The server's transport.
    pub far: MemoryTransport,
}

impl Pair {
    /// Connects two sessions in memory.
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

    /// Creates a session from either configuration.
    pub fn open(client: &ClientConfig, server: &ServerConfig, datagram: bool) -> Self {
        Self::open_with_name(client, server, "localhost", datagram)
    }

    /// Creates a session from either configuration, the client's with this name of the server.
    pub fn open_with_name<'a>(
        client: &ClientConfig,
        server: &ServerConfig,
        name: impl Into<PeerName<'a>>,
        datagram: bool,
    ) -> Self {
        let name = name.into();
        if datagram {
            Self::new(
                client.datagram_session(name).unwrap(),
                server.datagram_session().unwrap(),
            )
        } else {
            Self::new(client.session(name).unwrap(), server.session().unwrap())
        }
    }

    /// Creates a session from either configuration. The client resumes the saved session.
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

    /// Creates a session from either configuration, and completes the handshake.
    pub fn connect(client: &ClientConfig, server: &ServerConfig, datagram: bool) -> Self {
        let mut pair = Self::open(client, server, datagram);
        pair.handshake().unwrap();
        pair
    }

    /// Builds both configurations, and creates a session from either.
    pub fn build(client: ClientConfigBuilder, server: ServerConfigBuilder, datagram: bool) -> Self {
        Self::open(&client.build().unwrap(), &server.build().unwrap(), datagram)
    }

    /// Creates a session from either configuration, and completes a handshake in which the client offers the saved
    /// session.
    pub fn resume(
        client: &ClientConfig,
        server: &ServerConfig,
        saved: &SessionData,
        datagram: bool,
    ) -> Self {
        let mut pair = Self::resuming(client, server, saved, datagram);
        pair.handshake().unwrap();
        pair
    }

    /// Returns the client's session for saving. A TLS 1.3 ticket arrives with the data.
    pub fn save(&mut self) -> SessionData {
        self.back(b"a ticket comes before this");
        self.client.session_data().unwrap()
    }

    /// Connects a client and a server of the fixtures with these priorities.
    pub fn connected(priority: &str, datagram: bool) -> Self {
        Self::connect(
            &client(priority).build().unwrap(),
            &server(priority).build().unwrap(),
            datagram,
        )
    }

    /// Continues the handshake on both sides once.
    pub fn step(&mut self) -> (Result<Poll<()>>, Result<Poll<()>>) {
        (
            self.client.handshake(&mut self.near),
            self.server.handshake(&mut self.far),
        )
    }

    /// Completes the handshake, in alternation. The first failure ends it.
    pub fn handshake(&mut self) -> Result<()> {
        handshake(
            &mut self.client,
            &mut self.near,
            &mut self.server,
            &mut self.far,
        )
    }

    /// Continues the handshake until both sides have completed it or failed.
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
            client.expect("the client's handshake ends"),
            server.expect("the server's handshake ends"),
        )
    }

    /// Sends data from the client, and returns the data that the server reads.
    pub fn there(&mut self, data: &[u8]) -> Vec<u8> {
        transfer(
            &mut self.client,
            &mut self.near,
            &mut self.server,
            &mut self.far,
            data,
        )
    }

    /// Sends data from the server, and returns the data that the client reads.
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

/// Creates a session from either configuration, and returns the results of the handshake on both sides.
pub fn tried(
    client: ClientConfigBuilder,
    server: ServerConfigBuilder,
    datagram: bool,
) -> (Pair, Result<()>, Result<()>) {
    let mut pair = Pair::build(client, server, datagram);
    let (client, server) = pair.handshake_both();
    (pair, client, server)
}

/// Like [`tried`], but continues for a number of steps, because one side can complete the handshake before the other
/// one fails.
pub fn tried_until_over(
    client: ClientConfigBuilder,
    server: ServerConfigBuilder,
    datagram: bool,
) -> (Pair, Result<()>, Result<()>) {
    let mut pair = Pair::build(client, server, datagram);
    let (mut one, mut other) = (Ok(()), Ok(()));
    for _ in 0..20 {
        let (client, server) = pair.step();
        one = one.and(client.map(drop));
        other = other.and(server.map(drop));
    }
    (pair, one, other)
}

/// Writes all of `data` on one side, and returns the data that the other side reads.
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
    panic!("the data did not arrive")
}
