//! A DTLS server for many peers on a UDP socket of the standard library.

use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::config::ServerConfig;
use crate::dtls::limits::Limits;
use crate::dtls::peer::Peer;
use crate::dtls::server::{Counts, Received, Server};
use crate::error::{Error, Result};
use crate::stream::Stream;
use crate::transport::poll::{entry, poll};
use crate::transport::{Transport, is_too_large};

/// The maximum length of a UDP datagram.
const DATAGRAM: usize = 65_535;

/// The number of datagrams that are received before other threads can continue.
const BATCH: usize = 64;

/// The MTUs that are attempted one after another if the network rejects larger datagrams of a handshake: without the
/// headers of UDP and IPv6 in Ethernet, the minimum of IPv6, and the minimum of IPv4.
const SMALLER_MTUS: [u16; 3] = [1452, 1200, 508];

/// A DTLS server for many peers on one UDP socket.
///
/// [`accept`](Self::accept) returns a stream for each peer, whose handshake is complete. All methods can be called by
/// several threads at the same time. Any thread that waits, in `accept` or in a stream, also receives the datagrams of
/// the other peers and continues their handshakes; no thread of its own is required. One thread can serve all peers one
/// after another; with a second thread in `accept`, handshakes never wait for the first one.
///
/// The streams can be used after the listener has been dropped.
///
/// ```no_run
/// use std::io::{Read, Write};
/// use std::net::UdpSocket;
/// use gnutls::ServerConfig;
/// use gnutls::dtls::{Limits, Listener};
///
/// /// Responds to one datagram of each peer, in one thread.
/// fn serve(config: &ServerConfig) -> std::io::Result<()> {
///     let limits = Limits { peers: 100, ..Limits::default() };
///     let listener = Listener::with_limits(UdpSocket::bind("[::]:4433")?, config, limits)?;
///     loop {
///         let (mut stream, _) = listener.accept()?;
///         let mut buffer = [0; 16_384];
///         let length = stream.read(&mut buffer)?;
///         stream.write_all(&buffer[..length])?;
///         stream.close()?;
///     }
/// }
/// ```
#[derive(Debug)]
pub struct Listener {
    shared: Arc<Shared>,
    timeout: Option<Duration>,
}

#[derive(Debug)]
struct Shared {
    socket: UdpSocket,
    state: Mutex<State>,
    /// A thread has stopped receiving, or has received.
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    server: Server,
    /// A thread receives from the socket.
    receiving: bool,
    /// The error of the server or of the socket, which `accept` returns.
    error: Option<Error>,
}

/// The transport of one peer of a [`Listener`].
#[derive(Debug)]
pub struct Connection {
    shared: Arc<Shared>,
    peer: Peer,
    timeout: Option<Duration>,
    blocking: bool,
}

impl Listener {
    /// Creates a server on a bound socket, with the default limits.
    pub fn new(socket: UdpSocket, config: &ServerConfig) -> Result<Self> {
        Self::with_limits(socket, config, Limits::default())
    }

    /// Creates a server on a bound socket.
    pub fn with_limits(socket: UdpSocket, config: &ServerConfig, limits: Limits) -> Result<Self> {
        socket.set_nonblocking(true)?;
        let state = State {
            server: Server::new(config, limits)?,
            receiving: false,
            error: None,
        };
        Ok(Self {
            shared: Arc::new(Shared {
                socket,
                state: Mutex::new(state),
                changed: Condvar::new(),
            }),
            timeout: None,
        })
    }

    /// Returns a stream to the next peer whose handshake is complete, and the address of the peer.
    ///
    /// # Errors
    ///
    /// Returns an error if the socket or the library fails, and of kind [`Io`](crate::ErrorKind::Io) with
    /// [`TimedOut`](io::ErrorKind::TimedOut) after the [timeout](Self::set_timeout). A handshake that fails is not an
    /// error, see [`next_failure`](Self::next_failure).
    pub fn accept(&self) -> Result<(Stream<Connection>, SocketAddr)> {
        let until = self
            .timeout
            .and_then(|time| Instant::now().checked_add(time));
        let accepted = self.shared.receive_until(until, |state| {
            if let Some(error) = state.error.take() {
                return Some(Err(error));
            }
            state.server.accept().map(Ok)
        });
        let (session, peer) =
            accepted.ok_or_else(|| Error::io(io::ErrorKind::TimedOut.into()))??;
        let address = peer.address();
        let connection = Connection {
            shared: Arc::clone(&self.shared),
            peer,
            timeout: None,
            blocking: true,
        };
        Ok((Stream::new(session, connection), address))
    }

    /// Sets the time after which [`accept`](Self::accept) fails. `None`, the default, means no limit.
    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.timeout = timeout;
    }

    /// Returns the address of the socket.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.shared.socket.local_addr()
    }

    /// Replaces the configuration of future sessions.
    pub fn set_config(&self, config: &ServerConfig) {
        self.shared.lock().server.set_config(config);
    }

    /// Replaces the key of the cookies, see [`Server::rotate_cookie_key`].
    pub fn rotate_cookie_key(&self) -> Result<()> {
        self.shared.lock().server.rotate_cookie_key()
    }

    /// Returns the address and the error of the next handshake that has failed, see [`Server::next_failure`].
    pub fn next_failure(&self) -> Option<(SocketAddr, Error)> {
        self.shared.lock().server.next_failure()
    }

    /// Returns the number of peers, including those whose handshake is not complete.
    pub fn peers(&self) -> usize {
        self.shared.lock().server.peers()
    }

    /// Returns the numbers of events.
    pub fn counts(&self) -> Counts {
        self.shared.lock().server.counts()
    }
}

impl Shared {
    /// Locks the state. A poisoned lock is valid: a callback of the program has panicked in a session, which has ended.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Receives datagrams for all peers, or waits for the thread that does, until `ready` returns a value. Returns
    /// `None` at the time `until`.
    fn receive_until<R>(
        &self,
        until: Option<Instant>,
        mut ready: impl FnMut(&mut State) -> Option<R>,
    ) -> Option<R> {
        let mut state = self.lock();
        loop {
            if let Some(value) = ready(&mut state) {
                return Some(value);
            }
            let now = Instant::now();
            if until.is_some_and(|until| until <= now) {
                return None;
            }
            if state.receiving {
                state = match until {
                    Some(until) => {
                        let waited = self.changed.wait_timeout(state, until - now);
                        waited.unwrap_or_else(PoisonError::into_inner).0
                    }
                    None => {
                        let waited = self.changed.wait(state);
                        waited.unwrap_or_else(PoisonError::into_inner)
                    }
                };
                continue;
            }
            state.receiving = true;
            let timer = state.server.next_timeout();
            drop(state);
            let until = [until, timer].into_iter().flatten().min();
            let readable = self.wait(libc::POLLIN, until);
            state = self.lock();
            state.receiving = false;
            if let Err(error) = readable.and_then(|()| self.receive(&mut state)) {
                state.error.get_or_insert(Error::io(error));
                // A socket that fails permanently must not occupy the processor.
                std::thread::sleep(Duration::from_millis(10));
            }
            state.server.handle_timeout(Instant::now());
            self.send_output(&mut state);
            self.changed.notify_all();
        }
    }

    /// Waits until the socket is ready, or until a time.
    fn wait(&self, events: i16, until: Option<Instant>) -> io::Result<()> {
        let time = until.map(|until| until.saturating_duration_since(Instant::now()));
        poll(&mut [entry(self.socket.as_fd(), events)], time).map(drop)
    }

    /// Receives the datagrams that have arrived.
    fn receive(&self, state: &mut State) -> io::Result<()> {
        let mut buffer = vec![0; DATAGRAM];
        for _ in 0..BATCH {
            let (length, address) = match self.socket.recv_from(&mut buffer) {
                Ok(received) => received,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                // A message of the network about a datagram that was sent.
                Err(error)
                    if matches!(
                        error.kind(),
                        io::ErrorKind::ConnectionRefused
                            | io::ErrorKind::ConnectionReset
                            | io::ErrorKind::HostUnreachable
                            | io::ErrorKind::NetworkUnreachable
                            | io::ErrorKind::Interrupted
                    ) =>
                {
                    continue;
                }
                Err(error) => return Err(error),
            };
            let datagram = &buffer[..length];
            match state
                .server
                .handle_datagram(Instant::now(), address, datagram)
            {
                // A reply that is lost is requested again.
                Ok(Received::Reply(reply)) => drop(self.socket.send_to(&reply, address)),
                Ok(_) => {}
                Err(error) => {
                    state.error.get_or_insert(error);
                }
            }
        }
        Ok(())
    }

    /// Sends the messages of handshakes. The session sends a message again that is lost.
    fn send_output(&self, state: &mut State) {
        while let Some((address, datagram)) = state.server.next_datagram() {
            if let Err(error) = self.socket.send_to(&datagram, address) {
                let smaller = SMALLER_MTUS
                    .into_iter()
                    .find(|mtu| usize::from(*mtu) < datagram.len());
                if let Some(mtu) = smaller.filter(|_| is_too_large(&error)) {
                    // The address is that of a DTLS session, and the MTU is valid.
                    let _ = state.server.set_mtu(address, mtu);
                }
            }
        }
    }
}

impl Connection {
    /// Returns the address of the peer.
    pub fn address(&self) -> SocketAddr {
        self.peer.address()
    }

    /// Sets the time that a [`Stream`] waits for the peer before it fails with [`io::ErrorKind::TimedOut`], after which
    /// it can be used again. `None`, the default, means no limit other than [`Limits::idle`].
    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.timeout = timeout;
    }

    /// Sets if a [`Stream`] fails with [`io::ErrorKind::WouldBlock`] instead of waiting for the peer.
    pub fn set_nonblocking(&mut self, nonblocking: bool) {
        self.blocking = !nonblocking;
    }
}

impl Transport for Connection {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.peer.keep_alive();
        self.shared.socket.send_to(bytes, self.peer.address())
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.peer.receive(buffer)
    }

    fn wait(&mut self, read: bool, write: bool, until: Option<Instant>) -> io::Result<()> {
        if !self.blocking {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let end = self
            .timeout
            .and_then(|time| Instant::now().checked_add(time));
        let limit = [until, end].into_iter().flatten().min();
        if write {
            // The socket soon accepts datagrams again, and received ones wait in it.
            self.shared.wait(libc::POLLOUT, limit)?;
        } else if read {
            let peer = &self.peer;
            let ready = |_: &mut State| peer.is_readable().then_some(());
            if self.shared.receive_until(limit, ready).is_some() {
                return Ok(());
            }
        }
        match end {
            Some(end) if Instant::now() >= end => Err(io::ErrorKind::TimedOut.into()),
            _ => Ok(()),
        }
    }
}

impl AsFd for Listener {
    /// Returns the socket. It is readable if a datagram of any peer has arrived.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.shared.socket.as_fd()
    }
}
