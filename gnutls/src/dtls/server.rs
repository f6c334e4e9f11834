//! A DTLS server for many peers, without I/O.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use crate::config::ServerConfig;
use crate::dtls::cookie::{CookieKey, CookieReply, FirstHello, HelloIdentity};
use crate::dtls::limits::Limits;
use crate::dtls::peer::{End, Output, Peer, PeerQueue};
use crate::error::{Error, ErrorKind, Result};
use crate::session::Session;

/// The number of failed handshakes that are kept until the program has retrieved them.
const FAILURES: usize = 64;

/// The least time between two attempts to send again.
const MINIMUM_WAIT: Duration = Duration::from_millis(1);

/// The time before another attempt to send if the output is full.
const FULL_OUTPUT_WAIT: Duration = Duration::from_millis(50);

/// A DTLS server for many peers, without I/O and without a clock.
///
/// The program receives datagrams and passes them to [`handle_datagram`](Self::handle_datagram), which finds the peer by
/// its address, performs its handshake and verifies its cookie before. At the time that
/// [`next_timeout`](Self::next_timeout) returns, it calls [`handle_timeout`](Self::handle_timeout). After each of these
/// calls it sends the datagrams that [`next_datagram`](Self::next_datagram) returns, and [accepts](Self::accept) the
/// peers whose handshake is complete. [`Listener`](crate::dtls::Listener) does this with a `UdpSocket`.
///
/// The datagrams for an accepted peer wait in its [`Peer`], the transport of its session. A client that begins again at
/// the same address, with a new hello and a valid cookie, is a new peer; the transport of the previous session then
/// fails with [`ConnectionReset`](std::io::ErrorKind::ConnectionReset). A client whose address or port changes is also a
/// new peer, and the previous one expires.
///
/// ```
/// use std::net::SocketAddr;
/// use std::task::Poll;
/// use std::time::Instant;
/// use gnutls::dtls::{Limits, Received, Server};
/// use gnutls::transport::MemoryTransport;
/// use gnutls::{ClientConfig, Identity, ServerConfig, Transport, Trust};
///
/// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
/// # let identity = Identity::from_pem(&pem("server"), &pem("server-key"))?;
/// let config = ServerConfig::builder().identity(identity).build()?;
/// let mut server = Server::new(&config, Limits::default())?;
///
/// let client = ClientConfig::builder().trust(Trust::pem(&pem("ca"))?).build()?;
/// let mut client = client.datagram_session("localhost")?;
/// let (mut client_io, mut network) = MemoryTransport::datagram();
/// let address: SocketAddr = ([192, 0, 2, 1], 5684).into();
/// let mut buffer = [0; 2048];
/// let (mut session, mut peer) = loop {
///     let _ = client.handshake(&mut client_io)?;
///     while let Ok(length) = network.receive(&mut buffer) {
///         let received = server.handle_datagram(Instant::now(), address, &buffer[..length])?;
///         if let Received::Reply(cookie) = received {
///             network.send(&cookie)?;
///         }
///     }
///     while let Some((_, datagram)) = server.next_datagram() {
///         network.send(&datagram)?;
///     }
///     if let Some(accepted) = server.accept() {
///         break accepted;
///     }
/// };
/// assert_eq!(peer.address(), address);
///
/// while client.handshake(&mut client_io)?.is_pending() {}
/// assert_eq!(client.write(&mut client_io, b"hello")?, Poll::Ready(5));
/// let length = network.receive(&mut buffer)?;
/// server.handle_datagram(Instant::now(), address, &buffer[..length])?;
/// assert_eq!(session.read(&mut peer, &mut buffer)?, Poll::Ready(5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Server {
    config: ServerConfig,
    limits: Limits,
    key: CookieKey,
    key_expires: Option<Instant>,
    entries: HashMap<SocketAddr, Entry>,
    timers: BTreeSet<(Instant, SocketAddr)>,
    /// The peers that can be accepted, the first one next.
    ready: VecDeque<(Session, Peer)>,
    /// The number of entries whose handshake is not complete.
    handshaking: usize,
    output: Arc<Output>,
    failures: VecDeque<(SocketAddr, Error)>,
    counts: Counts,
}

/// A peer in the table.
struct Entry {
    queue: Arc<PeerQueue>,
    /// The hello with which the session began.
    hello: HelloIdentity,
    timer: Instant,
    stage: Stage,
}

enum Stage {
    Handshake {
        session: Box<Session>,
        peer: Peer,
        deadline: Instant,
    },
    /// The handshake is complete, and the program has not accepted the peer.
    Ready,
    Accepted,
}

/// The result of [`Server::handle_datagram`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "a reply must be sent"]
pub enum Received {
    /// A ClientHello without a valid cookie: send the reply to its address. Nothing was stored.
    Reply(CookieReply),
    /// A ClientHello with a valid cookie, which begins a new session. It replaces an earlier session with the address.
    New,
    /// A datagram for a session that exists.
    Known,
    /// The datagram was discarded.
    Discarded(DiscardReason),
}

/// The reason why a [`Server`] discarded a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DiscardReason {
    /// The datagram is neither a ClientHello nor from the address of a peer.
    UnknownPeer,
    /// Too many bytes wait for the peer, see [`Limits::queued_bytes`].
    QueueFull,
    /// There are too many peers, see [`Limits::peers`].
    TooManyPeers,
    /// Too many handshakes are not complete, or too many peers are not accepted, see [`Limits::handshakes`].
    TooManyHandshakes,
}

/// The numbers of events of a [`Server`] since its creation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Counts {
    /// Replies with a cookie.
    pub replies: u64,
    /// Sessions that were begun.
    pub begun: u64,
    /// Handshakes that were completed.
    pub completed: u64,
    /// Handshakes that failed, or that exceeded [`Limits::handshake`].
    pub failed: u64,
    /// Sessions that a new session at the same address has replaced.
    pub replaced: u64,
    /// Peers that were removed because they were idle.
    pub expired: u64,
    /// Datagrams that were discarded.
    pub discarded: u64,
}

impl Server {
    /// Creates a server whose sessions have this configuration.
    pub fn new(config: &ServerConfig, limits: Limits) -> Result<Self> {
        Ok(Self {
            config: config.clone(),
            key: CookieKey::generate()?,
            key_expires: None,
            entries: HashMap::new(),
            timers: BTreeSet::new(),
            ready: VecDeque::new(),
            handshaking: 0,
            output: Output::new(limits.output_bytes),
            failures: VecDeque::new(),
            counts: Counts::default(),
            limits,
        })
    }

    /// Replaces the configuration of future sessions, for example because a certificate was renewed.
    pub fn set_config(&mut self, config: &ServerConfig) {
        self.config = config.clone();
    }

    /// Processes a datagram that was received from an address. `now` is the current time.
    ///
    /// # Errors
    ///
    /// Returns an error if the library has no memory or random numbers, or if the configuration cannot be applied. A
    /// failed handshake is not an error of the server, see [`next_failure`](Self::next_failure).
    pub fn handle_datagram(
        &mut self,
        now: Instant,
        address: SocketAddr,
        datagram: &[u8],
    ) -> Result<Received> {
        self.remove_dropped();
        let received = self.receive(now, address, datagram)?;
        match received {
            Received::Reply(_) => self.counts.replies += 1,
            Received::Discarded(_) => self.counts.discarded += 1,
            Received::New | Received::Known => self.run_handshake(now, address),
        }
        Ok(received)
    }

    fn receive(&mut self, now: Instant, address: SocketAddr, datagram: &[u8]) -> Result<Received> {
        let entry = self.entries.get(&address);
        let hello = FirstHello::parse(datagram).filter(|hello| {
            // A hello of the session is a repetition, unless the cookie is requested again.
            hello.cookie.is_empty() || entry.is_none_or(|entry| entry.hello != hello.identity)
        });
        if let Some(hello) = hello {
            return self.receive_hello(now, address, datagram, &hello);
        }
        Ok(match entry {
            None => Received::Discarded(DiscardReason::UnknownPeer),
            Some(entry) if entry.queue.push(datagram, self.limits.queued_bytes) => Received::Known,
            Some(_) => Received::Discarded(DiscardReason::QueueFull),
        })
    }

    fn receive_hello(
        &mut self,
        now: Instant,
        address: SocketAddr,
        datagram: &[u8],
        hello: &FirstHello<'_>,
    ) -> Result<Received> {
        self.rotate_expired_key(now)?;
        let Some(mut session) = self.key.session_for(&self.config, address, hello)? else {
            return Ok(Received::Reply(self.key.reply_to(address, hello)?));
        };
        let replaces = self.entries.contains_key(&address);
        if !replaces && self.entries.len() >= self.limits.peers {
            return Ok(Received::Discarded(DiscardReason::TooManyPeers));
        }
        if self.handshaking + self.ready.len() >= self.limits.handshakes {
            return Ok(Received::Discarded(DiscardReason::TooManyHandshakes));
        }
        session.set_mtu(self.limits.mtu)?;
        session.set_retransmission_timeout(self.limits.retransmission)?;
        if replaces {
            self.counts.replaced += 1;
            self.remove(address, End::Replaced);
        }
        let queue = Arc::new(PeerQueue::default());
        // The first datagram is accepted whatever its size is.
        queue.push(datagram, usize::MAX);
        let deadline = now + self.limits.handshake;
        let peer = Peer::new(address, Arc::clone(&queue), Arc::clone(&self.output));
        self.timers.insert((deadline, address));
        self.entries.insert(
            address,
            Entry {
                queue,
                hello: hello.identity,
                timer: deadline,
                stage: Stage::Handshake {
                    session: Box::new(session),
                    peer,
                    deadline,
                },
            },
        );
        self.handshaking += 1;
        self.counts.begun += 1;
        Ok(Received::New)
    }

    /// Continues the handshake of a peer, if it has one.
    fn run_handshake(&mut self, now: Instant, address: SocketAddr) {
        let Some(entry) = self.entries.get_mut(&address) else {
            return;
        };
        let Stage::Handshake {
            session,
            peer,
            deadline,
        } = &mut entry.stage
        else {
            return;
        };
        if now >= *deadline {
            let error = Error::new(
                ErrorKind::Limit,
                "the handshake exceeded its time limit: increase `Limits::handshake`",
            );
            return self.fail(address, error);
        }
        let result = loop {
            let result = session.handshake(peer);
            let yielded = matches!(result, Ok(Poll::Pending))
                && !session.wants_read()
                && !session.wants_write();
            if !yielded {
                break result;
            }
        };
        match result {
            Ok(Poll::Ready(())) => self.complete(now, address),
            Err(error) if error.is_fatal() => self.fail(address, error),
            // The session sends a datagram again that the transport has rejected.
            Ok(Poll::Pending) | Err(_) => {
                let wait = session.datagram_timeout();
                let minimum = if session.wants_write() {
                    FULL_OUTPUT_WAIT
                } else {
                    MINIMUM_WAIT
                };
                let timer = match wait {
                    Some(wait) => (*deadline).min(now + wait.max(minimum)),
                    None => *deadline,
                };
                self.set_timer(address, timer);
            }
        }
    }

    fn complete(&mut self, now: Instant, address: SocketAddr) {
        let Some(entry) = self.entries.get_mut(&address) else {
            return;
        };
        let stage = std::mem::replace(&mut entry.stage, Stage::Ready);
        if let Stage::Handshake { session, peer, .. } = stage {
            self.handshaking -= 1;
            self.counts.completed += 1;
            self.ready.push_back((*session, peer));
        }
        self.set_timer(address, now + self.limits.idle);
    }

    fn fail(&mut self, address: SocketAddr, error: Error) {
        self.counts.failed += 1;
        if self.failures.len() == FAILURES {
            self.failures.pop_front();
        }
        self.failures.push_back((address, error));
        self.remove(address, End::Closed);
    }

    fn set_timer(&mut self, address: SocketAddr, timer: Instant) {
        if let Some(entry) = self.entries.get_mut(&address) {
            self.timers.remove(&(entry.timer, address));
            self.timers.insert((timer, address));
            entry.timer = timer;
        }
    }

    fn remove(&mut self, address: SocketAddr, end: End) {
        let Some(entry) = self.entries.remove(&address) else {
            return;
        };
        self.timers.remove(&(entry.timer, address));
        entry.queue.end(end);
        match entry.stage {
            Stage::Handshake { .. } => self.handshaking -= 1,
            Stage::Ready => self.ready.retain(|(_, peer)| !peer.has_ended()),
            Stage::Accepted => {}
        }
    }

    /// Removes the peers whose transports the program has dropped.
    fn remove_dropped(&mut self) {
        for (address, queue) in self.output.take_dropped() {
            let entry = self.entries.get(&address);
            if entry.is_some_and(|entry| Arc::ptr_eq(&entry.queue, &queue)) {
                self.remove(address, End::Closed);
            }
        }
    }

    /// Returns the time at which [`handle_timeout`](Self::handle_timeout) must be called, or `None` if there are no
    /// peers.
    pub fn next_timeout(&self) -> Option<Instant> {
        self.timers.first().map(|(time, _)| *time)
    }

    /// Sends handshake messages again whose time has come, and removes peers that were idle or did not complete their
    /// handshake.
    pub fn handle_timeout(&mut self, now: Instant) {
        self.remove_dropped();
        while let Some(&(time, address)) = self.timers.first().filter(|(time, _)| *time <= now) {
            let Some(entry) = self.entries.get(&address) else {
                self.timers.remove(&(time, address));
                continue;
            };
            if matches!(entry.stage, Stage::Handshake { .. }) {
                self.run_handshake(now, address);
            } else if entry.queue.take_activity() {
                self.set_timer(address, now + self.limits.idle);
            } else {
                self.counts.expired += 1;
                self.remove(address, End::Idle);
            }
        }
    }

    /// Returns the next datagram to be sent, and its address.
    pub fn next_datagram(&mut self) -> Option<(SocketAddr, Vec<u8>)> {
        self.output.pop()
    }

    /// Returns the session and the transport of the next peer whose handshake is complete.
    pub fn accept(&mut self) -> Option<(Session, Peer)> {
        let (session, peer) = self.ready.pop_front()?;
        if let Some(entry) = self.entries.get_mut(&peer.address()) {
            entry.stage = Stage::Accepted;
        }
        Some((session, peer))
    }

    /// Returns the address and the error of the next handshake that has failed. The 64 latest failures are kept.
    pub fn next_failure(&mut self) -> Option<(SocketAddr, Error)> {
        self.failures.pop_front()
    }

    /// Sets the MTU of a peer whose handshake is not complete, because the network rejected a larger datagram. The
    /// messages are sent again in datagrams of this size. Other addresses are ignored.
    pub fn set_mtu(&mut self, address: SocketAddr, bytes: u16) -> Result<()> {
        match self.entries.get_mut(&address).map(|entry| &mut entry.stage) {
            Some(Stage::Handshake { session, .. }) => session.set_mtu(bytes),
            _ => Ok(()),
        }
    }

    /// Replaces the key of the cookies, which also happens regularly, see [`Limits::cookie`]. Cookies of the replaced
    /// key remain valid until the next replacement.
    pub fn rotate_cookie_key(&mut self) -> Result<()> {
        self.key.rotate()
    }

    fn rotate_expired_key(&mut self, now: Instant) -> Result<()> {
        match self.key_expires {
            Some(time) if now < time => return Ok(()),
            Some(time) => {
                self.key.rotate()?;
                // No hello has arrived for the lifetime of a cookie.
                if now >= time + self.limits.cookie {
                    self.key.rotate()?;
                }
            }
            None => {}
        }
        self.key_expires = Some(now + self.limits.cookie);
        Ok(())
    }

    /// Returns the number of peers, including those whose handshake is not complete.
    pub fn peers(&self) -> usize {
        self.entries.len()
    }

    /// Returns the numbers of events.
    pub fn counts(&self) -> Counts {
        self.counts
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for entry in self.entries.values() {
            entry.queue.end(End::Closed);
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("limits", &self.limits)
            .field("peers", &self.entries.len())
            .field("handshaking", &self.handshaking)
            .field("ready", &self.ready.len())
            .field("counts", &self.counts)
            .finish_non_exhaustive()
    }
}
