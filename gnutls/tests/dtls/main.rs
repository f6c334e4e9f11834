//! DTLS servers for many peers, cookies, and hostile handshake fragments.

mod cookie;
mod examples;
mod fragments;
mod listener;
mod many_peers;
mod network_faults;
mod server;

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::task::Poll;
use std::time::Instant;

use gnutls::dtls::{Limits, Peer, Received, Server};
use gnutls::transport::MemoryTransport;
use gnutls::{ClientConfig, ClientConfigBuilder, ServerConfigBuilder, Session};
use gnutls_testing::pair::{self, DTLS1_2};

/// Returns the builder of a client that trusts the authority of the fixtures.
fn client() -> ClientConfigBuilder {
    pair::client(DTLS1_2)
}

/// Returns the builder of a server with an identity for `localhost`.
fn server() -> ServerConfigBuilder {
    pair::server(DTLS1_2)
}

/// Returns a server of the fixtures without I/O.
fn new_server(limits: Limits) -> Server {
    Server::new(&server().build().unwrap(), limits).unwrap()
}

fn address(port: u16) -> SocketAddr {
    ([192, 0, 2, 1], port).into()
}

/// A client with an address, connected in memory.
struct Client {
    session: Session,
    io: MemoryTransport,
    network: MemoryTransport,
    address: SocketAddr,
}

impl Client {
    fn new(config: &ClientConfig, address: SocketAddr) -> Self {
        Self::with_session(config.datagram_session("localhost").unwrap(), address)
    }

    fn with_session(session: Session, address: SocketAddr) -> Self {
        let (io, network) = MemoryTransport::datagram();
        Self {
            session,
            io,
            network,
            address,
        }
    }

    fn of_fixtures(address: SocketAddr) -> Self {
        Self::new(&client().build().unwrap(), address)
    }

    /// Continues the handshake, and returns the datagrams that the client sends.
    fn handshake(&mut self) -> (bool, Vec<Vec<u8>>) {
        let ready = self.session.handshake(&mut self.io).unwrap().is_ready();
        (ready, self.sent())
    }

    fn sent(&mut self) -> Vec<Vec<u8>> {
        let mut buffer = [0; 20_000];
        let mut sent = Vec::new();
        while let Ok(length) = self.network.read(&mut buffer) {
            sent.push(buffer[..length].to_vec());
        }
        sent
    }

    fn receive(&mut self, datagram: &[u8]) {
        self.network.write_all(datagram).unwrap();
    }

    /// Gives datagrams of the client to the server, and the server's output to the client. Returns the last result.
    fn exchange(&mut self, server: &mut Server, datagrams: &[Vec<u8>]) -> Option<Received> {
        let mut last = None;
        for datagram in datagrams {
            let received = server.handle_datagram(Instant::now(), self.address, datagram);
            let received = received.unwrap();
            if let Received::Reply(reply) = &received {
                self.receive(reply);
            }
            last = Some(received);
        }
        while let Some((to, datagram)) = server.next_datagram() {
            assert_eq!(to, self.address);
            self.receive(&datagram);
        }
        last
    }

    /// Completes the handshake, and returns the accepted session.
    fn connect(&mut self, server: &mut Server) -> (Session, Peer) {
        for _ in 0..20 {
            let (ready, datagrams) = self.handshake();
            let _ = self.exchange(server, &datagrams);
            if ready {
                let (session, peer) = server.accept().expect("the handshake is complete");
                assert_eq!(peer.address(), self.address);
                return (session, peer);
            }
        }
        panic!("the handshake did not end: {:?}", server.next_failure());
    }

    /// Sends data to the server, which reads it.
    fn send(&mut self, server: &mut Server, session: &mut Session, peer: &mut Peer, data: &[u8]) {
        let written = self.session.write(&mut self.io, data).unwrap();
        assert_eq!(written, Poll::Ready(data.len()));
        let datagrams = self.sent();
        let received = self.exchange(server, &datagrams);
        assert_eq!(received, Some(Received::Known));
        let mut buffer = [0; 20_000];
        let read = session.read(peer, &mut buffer).unwrap();
        assert_eq!(read, Poll::Ready(data.len()));
        assert_eq!(&buffer[..data.len()], data);
    }
}
