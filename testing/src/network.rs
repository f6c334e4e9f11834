//! A network in memory between many DTLS clients and one server, which loses, repeats and delays datagrams in a way that
//! a seed determines.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::task::Poll;
use std::time::{Duration, Instant};

use gnutls::dtls::{Limits, Peer, Received, Server};
use gnutls::transport::MemoryTransport;
use gnutls::{ClientConfig, ServerConfig, Session};

/// A sequence of numbers that its seed determines (xorshift).
#[derive(Debug)]
pub struct Numbers(u64);

impl Numbers {
    /// Begins the sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Returns the next number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % bound
    }
}

/// The faults of a network.
#[derive(Clone, Copy, Debug)]
pub struct Faults {
    /// The seed of the faults.
    pub seed: u64,
    /// The percentage of lost datagrams.
    pub loss: u64,
    /// The percentage of repeated datagrams.
    pub repetition: u64,
    /// The maximum number of rounds by which a datagram is delayed, so that it is overtaken.
    pub delay: u64,
}

/// A datagram on its way, to the server or to a client.
struct Flying {
    round: u64,
    to_server: bool,
    client: usize,
    bytes: Vec<u8>,
}

/// The datagrams with data in one direction, each with its number.
#[derive(Debug, Default)]
pub struct Account {
    /// The datagrams that were sent: the client, the number, and `true` if the network lost it.
    pub sent: Vec<(usize, u32, bool)>,
    /// How often each datagram was received.
    pub received: HashMap<(usize, u32), usize>,
}

impl Account {
    /// Asserts that each datagram that was not lost was received once, and no other. Returns the numbers of received and
    /// lost datagrams.
    pub fn check(&self) -> (usize, usize) {
        let mut expected = HashMap::new();
        let mut lost = 0;
        for (client, number, is_lost) in &self.sent {
            if *is_lost {
                lost += 1;
            } else {
                expected.insert((*client, *number), 1);
            }
        }
        assert_eq!(self.received, expected);
        (expected.len(), lost)
    }
}

/// A client of the network.
struct Client {
    session: Session,
    io: MemoryTransport,
    /// The end of the network.
    network: MemoryTransport,
    connected: bool,
    written: u32,
}

/// Clients and a server, connected by a network with faults.
pub struct Network {
    /// The server.
    pub server: Server,
    /// The datagrams to the server.
    pub there: Account,
    /// The datagrams of the server.
    pub back: Account,
    /// Waits while nothing is on its way. Returns the time that has passed only for GnuTLS, if its clock is virtual.
    pub wait: fn() -> Duration,
    passed: Duration,
    clients: Vec<Client>,
    accepted: HashMap<SocketAddr, (Session, Peer)>,
    flying: Vec<Flying>,
    round: u64,
    numbers: Numbers,
    faults: Faults,
}

/// Returns the address of a client.
pub fn address(client: usize) -> SocketAddr {
    let [_, high, middle, low] = (client as u32 / 1000).to_be_bytes();
    let port = 10_000 + (client % 1000) as u16;
    (Ipv4Addr::new(10, high, middle, low), port).into()
}

impl Network {
    /// Creates a number of clients and a server.
    pub fn new(
        client: &ClientConfig,
        server: &ServerConfig,
        clients: usize,
        limits: Limits,
        faults: Faults,
    ) -> Self {
        let new_client = |_| {
            let mut session = client.datagram_session("localhost").unwrap();
            session
                .set_retransmission_timeout(limits.retransmission)
                .unwrap();
            let (io, network) = MemoryTransport::datagram();
            Client {
                session,
                io,
                network,
                connected: false,
                written: 0,
            }
        };
        Self {
            clients: (0..clients).map(new_client).collect(),
            server: Server::new(server, limits).unwrap(),
            wait: || {
                std::thread::sleep(Duration::from_millis(2));
                Duration::ZERO
            },
            passed: Duration::ZERO,
            there: Account::default(),
            back: Account::default(),
            accepted: HashMap::new(),
            flying: Vec::new(),
            round: 0,
            numbers: Numbers::new(faults.seed),
            faults,
        }
    }

    /// Sends a datagram. Returns `true` if the network loses it.
    fn send(&mut self, to_server: bool, client: usize, bytes: &[u8]) -> bool {
        if self.numbers.below(100) < self.faults.loss {
            return true;
        }
        let copies = if self.numbers.below(100) < self.faults.repetition {
            2
        } else {
            1
        };
        for _ in 0..copies {
            self.flying.push(Flying {
                round: self.round + self.numbers.below(self.faults.delay + 1),
                to_server,
                client,
                bytes: bytes.to_vec(),
            });
        }
        false
    }

    /// Sends what a client has written. Returns `true` if the last datagram was lost.
    fn send_from(&mut self, client: usize) -> bool {
        let mut buffer = [0; 4096];
        let mut lost = false;
        while let Ok(length) = self.clients[client].network.read(&mut buffer) {
            lost = self.send(true, client, &buffer[..length]);
        }
        lost
    }

    /// Sends the handshake messages of the server.
    fn send_from_server(&mut self) {
        while let Some((address, datagram)) = self.server.next_datagram() {
            self.send(false, client_at(address), &datagram);
        }
    }

    /// Completes all handshakes, then sends `datagrams` from each client, to which the server responds with the same
    /// data. Ends once nothing is on its way.
    pub fn run(&mut self, datagrams: u32) {
        let end = Instant::now() + Duration::from_secs(120);
        loop {
            assert!(Instant::now() < end, "not at rest: {}", self.unfinished());
            self.round += 1;
            for client in 0..self.clients.len() {
                self.run_client(client, datagrams);
            }
            self.deliver();
            let now = self.now();
            if self.server.next_timeout().is_some_and(|time| time <= now) {
                self.server.handle_timeout(now);
            }
            self.send_from_server();
            while let Some((session, peer)) = self.server.accept() {
                self.accepted.insert(peer.address(), (session, peer));
            }
            self.respond();
            let at_rest = |client: &Client| {
                client.connected && client.written == datagrams && client.io.available() == 0
            };
            if self.flying.is_empty() {
                if self.clients.iter().all(at_rest) {
                    return;
                }
                // Lost messages are sent again later.
                self.passed += (self.wait)();
            }
        }
    }

    fn now(&self) -> Instant {
        Instant::now() + self.passed
    }

    /// Describes what is on its way and the clients that have not finished.
    fn unfinished(&self) -> String {
        let mut text = format!("{} datagrams on their way", self.flying.len());
        for (index, client) in self.clients.iter().enumerate() {
            if !client.connected || client.io.available() > 0 {
                let accepted = self.accepted.contains_key(&address(index));
                text += &format!(
                    "; client {index}: connected {}, accepted {accepted}, unread {}, last message {:?}",
                    client.connected,
                    client.io.available(),
                    client.session.last_handshake_in(),
                );
            }
        }
        text
    }

    fn run_client(&mut self, index: usize, datagrams: u32) {
        let client = &mut self.clients[index];
        if !client.connected {
            let result = client.session.handshake(&mut client.io).unwrap();
            client.connected = result.is_ready();
            self.send_from(index);
            return;
        }
        let mut buffer = [0; 64];
        while let Poll::Ready(length) = client.session.read(&mut client.io, &mut buffer).unwrap() {
            *self
                .back
                .received
                .entry(parse(&buffer[..length]))
                .or_default() += 1;
        }
        if client.written < datagrams {
            let number = client.written;
            client.written += 1;
            let written = client.session.write(&mut client.io, &format(index, number));
            assert!(written.unwrap().is_ready());
            let lost = self.send_from(index);
            self.there.sent.push((index, number, lost));
        }
        self.send_from(index);
    }

    /// Delivers the datagrams whose round has come.
    fn deliver(&mut self) {
        let (due, later) = std::mem::take(&mut self.flying)
            .into_iter()
            .partition::<Vec<_>, _>(|flying| flying.round <= self.round);
        self.flying = later;
        for flying in due {
            if !flying.to_server {
                let network = &mut self.clients[flying.client].network;
                network.write_all(&flying.bytes).unwrap();
                continue;
            }
            let (address, now) = (address(flying.client), self.now());
            let received = self.server.handle_datagram(now, address, &flying.bytes);
            if let Received::Reply(reply) = received.unwrap() {
                self.send(false, flying.client, &reply);
            }
        }
    }

    /// Reads the data of the accepted clients, and responds to it.
    fn respond(&mut self) {
        let mut accepted = std::mem::take(&mut self.accepted);
        for (address, (session, peer)) in &mut accepted {
            let mut buffer = [0; 64];
            while peer.is_readable() {
                let Poll::Ready(length) = session.read(peer, &mut buffer).unwrap() else {
                    continue;
                };
                let data = &buffer[..length];
                let (client, number) = parse(data);
                assert_eq!(client_at(*address), client);
                *self.there.received.entry((client, number)).or_default() += 1;
                // The last flight of the server may have been sent again.
                self.send_from_server();
                assert!(session.write(peer, data).unwrap().is_ready());
                let (_, datagram) = self.server.next_datagram().unwrap();
                let lost = self.send(false, client, &datagram);
                self.back.sent.push((client, number, lost));
            }
        }
        self.accepted = accepted;
        self.send_from_server();
    }

    /// Returns the number of accepted clients.
    pub fn accepted(&self) -> usize {
        self.accepted.len()
    }
}

/// Returns the client with an address.
fn client_at(address: SocketAddr) -> usize {
    let IpAddr::V4(ip) = address.ip() else {
        panic!("{address} is not an address of a client");
    };
    (u32::from(ip) & 0xff_ffff) as usize * 1000 + usize::from(address.port() - 10_000)
}

fn format(client: usize, number: u32) -> [u8; 12] {
    let mut data = [0; 12];
    data[..8].copy_from_slice(&(client as u64).to_be_bytes());
    data[8..].copy_from_slice(&number.to_be_bytes());
    data
}

fn parse(data: &[u8]) -> (usize, u32) {
    let (client, number) = data.split_at(8);
    (
        u64::from_be_bytes(client.try_into().unwrap()) as usize,
        u32::from_be_bytes(number.try_into().unwrap()),
    )
}
