//! DTLS over the UDP sockets of tokio: a server for many peers, and clients (feature `dtls`).
//!
//! [`Listener`] accepts peers on one socket: a peer is accepted after its cookie and its handshake, see
//! [`gnutls::dtls`]. [`connect`] performs the handshake of a client. Both return a [`Connection`], which sends and
//! receives datagrams.
//!
//! ```no_run
//! use gnutls::{Identity, ServerConfig};
//! use tokio::net::UdpSocket;
//! use tokio_gnutls::dtls::Listener;
//!
//! # async fn run() -> gnutls::Result<()> {
//! let config = ServerConfig::builder()
//!     .identity(Identity::from_pem_files("chain.pem", "key.pem")?)
//!     .build()?;
//! let listener = Listener::new(UdpSocket::bind("[::]:4433").await?, &config)?;
//! loop {
//!     let (mut connection, address) = listener.accept().await?;
//!     tokio::spawn(async move {
//!         let mut buffer = [0; 16_384];
//!         loop {
//!             match connection.receive(&mut buffer).await? {
//!                 0 => break,
//!                 length => connection.send(&buffer[..length]).await?,
//!             }
//!         }
//!         println!("{address} has closed");
//!         connection.close().await
//!     });
//! }
//! # }
//! ```

use std::fmt;
use std::future::{Future, pending, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use gnutls::dtls::{Counts, Limits, Peer, Received, Server};
use gnutls::session::PeerName;
use gnutls::{ClientConfig, Error, ErrorKind, Result, ServerConfig, Session, Transport};
use tokio::io::ReadBuf;
use tokio::net::UdpSocket;
use tokio::sync::Notify;
use tokio::time::sleep_until;

/// The maximum length of a UDP datagram.
const DATAGRAM: usize = 65_535;

/// The time after which a failed socket is used again.
const FAILED_SOCKET_WAIT: Duration = Duration::from_millis(10);

/// A DTLS server for many peers on one UDP socket.
///
/// A task of the runtime receives the datagrams of all peers and performs their handshakes. It ends when the listener and
/// all its connections have been dropped. Several tasks can call [`accept`](Self::accept) at the same time.
///
/// ```no_run
/// # async fn run(config: gnutls::ServerConfig) -> gnutls::Result<()> {
/// use gnutls::dtls::Limits;
/// use tokio::net::UdpSocket;
/// use tokio_gnutls::dtls::Listener;
///
/// let limits = Limits { peers: 100, ..Limits::default() };
/// let listener = Listener::with_limits(UdpSocket::bind("[::]:4433").await?, &config, limits)?;
/// let (connection, address) = listener.accept().await?;
/// println!("{address}: {}", connection.session().description().unwrap_or_default());
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Listener(Arc<User>);

/// A DTLS session with one peer, which sends and receives datagrams.
///
/// The futures of all methods can be dropped before completion: no received datagram is lost, and the datagram to be sent
/// is sent completely or not at all. Dropping a connection sends nothing; call [`close`](Self::close) before.
///
/// ```no_run
/// # async fn run() -> gnutls::Result<()> {
/// use gnutls::ClientConfig;
/// use tokio::net::UdpSocket;
///
/// let config = ClientConfig::builder().build()?;
/// let socket = UdpSocket::bind("[::]:0").await?;
/// socket.connect("example.org:4433").await?;
/// let mut client = tokio_gnutls::dtls::connect(&config, "example.org", socket).await?;
/// client.send(b"one datagram").await?;
/// let mut buffer = [0; 16_384];
/// let length = client.receive(&mut buffer).await?;
/// println!("{} bytes", length);
/// client.close().await
/// # }
/// ```
#[derive(Debug)]
pub struct Connection {
    session: Session,
    io: Io,
}

/// The transport of a connection.
#[derive(Debug)]
enum Io {
    /// A connected socket of its own.
    Socket(UdpSocket),
    /// A part of the socket of a listener.
    Peer { peer: Peer, user: Arc<User> },
}

/// A user of the socket of a listener: the listener or its connections. The task ends with the last one.
#[derive(Debug)]
struct User(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    socket: UdpSocket,
    server: Mutex<Server>,
    /// The error that `accept` returns.
    error: Mutex<Option<Error>>,
    /// A peer can be accepted, or there is an error.
    acceptable: Notify,
    /// The last user has been dropped.
    unused: Notify,
}

/// Performs the handshake with the server of this name (or address) over a connected socket.
///
/// # Errors
///
/// Those of [`ClientConfig::datagram_session`] and [`handshake`].
pub async fn connect<'a>(
    config: &ClientConfig,
    server_name: impl Into<PeerName<'a>>,
    socket: UdpSocket,
) -> Result<Connection> {
    handshake(config.datagram_session(server_name)?, socket).await
}

/// Performs the handshake of a DTLS session that [`connect`] cannot create, such as one that
/// [resumes](ClientConfig::resume_datagram) another, over a connected socket. Messages that are lost are sent again. The
/// future has no deadline, unless the configuration has a
/// [`handshake_timeout`](gnutls::ClientConfigBuilder::handshake_timeout); GnuTLS itself fails after a minute.
///
/// # Errors
///
/// Those of [`Session::handshake`], and an error of kind [`InvalidInput`](io::ErrorKind::InvalidInput) for a TLS
/// session.
///
/// ```no_run
/// # async fn resume(
/// #     config: gnutls::ClientConfig,
/// #     saved: gnutls::resumption::SessionData,
/// #     socket: tokio::net::UdpSocket,
/// # ) -> gnutls::Result<()> {
/// let session = config.resume_datagram("example.org", &saved)?;
/// let client = tokio_gnutls::dtls::handshake(session, socket).await?;
/// println!("resumed: {}", client.session().is_resumed());
/// # Ok(())
/// # }
/// ```
pub async fn handshake(session: Session, socket: UdpSocket) -> Result<Connection> {
    if !session.is_datagram() {
        let message =
            "a TLS session cannot be used over UDP: create a session with `datagram_session`";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message).into());
    }
    let mut connection = Connection {
        session,
        io: Io::Socket(socket),
    };
    connection.handshake().await?;
    Ok(connection)
}

impl Listener {
    /// Creates a server on a bound socket, with the default limits.
    ///
    /// # Panics
    ///
    /// Panics outside a tokio runtime.
    pub fn new(socket: UdpSocket, config: &ServerConfig) -> Result<Self> {
        Self::with_limits(socket, config, Limits::default())
    }

    /// Creates a server on a bound socket.
    ///
    /// # Panics
    ///
    /// Panics outside a tokio runtime.
    pub fn with_limits(socket: UdpSocket, config: &ServerConfig, limits: Limits) -> Result<Self> {
        let shared = Arc::new(Shared {
            socket,
            server: Mutex::new(Server::new(config, limits)?),
            error: Mutex::default(),
            acceptable: Notify::new(),
            unused: Notify::new(),
        });
        tokio::spawn(Arc::clone(&shared).run());
        Ok(Self(Arc::new(User(shared))))
    }

    /// Waits for the next peer whose handshake is complete. If the future is dropped, no peer is lost.
    ///
    /// # Errors
    ///
    /// Returns an error if the socket or the library fails. A handshake that fails is not an error, see
    /// [`next_failure`](Self::next_failure).
    pub async fn accept(&self) -> Result<(Connection, SocketAddr)> {
        let shared = &self.0.0;
        loop {
            // Before the queue is examined, so that no notification is missed.
            let acceptable = shared.acceptable.notified();
            let mut acceptable = pin!(acceptable);
            acceptable.as_mut().enable();
            if let Some(error) = lock(&shared.error).take() {
                return Err(error);
            }
            let accepted = lock(&shared.server).accept();
            if let Some((session, peer)) = accepted {
                let address = peer.address();
                let user = Arc::clone(&self.0);
                let io = Io::Peer { peer, user };
                return Ok((Connection { session, io }, address));
            }
            acceptable.await;
        }
    }

    /// Returns the address of the socket.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.0.socket.local_addr()
    }

    /// Replaces the configuration of future sessions.
    pub fn set_config(&self, config: &ServerConfig) {
        lock(&self.0.0.server).set_config(config);
    }

    /// Replaces the key of the cookies, see [`Server::rotate_cookie_key`].
    pub fn rotate_cookie_key(&self) -> Result<()> {
        lock(&self.0.0.server).rotate_cookie_key()
    }

    /// Returns the address and the error of the next handshake that has failed, see [`Server::next_failure`].
    pub fn next_failure(&self) -> Option<(SocketAddr, Error)> {
        lock(&self.0.0.server).next_failure()
    }

    /// Returns the number of peers, including those whose handshake is not complete.
    pub fn peers(&self) -> usize {
        lock(&self.0.0.server).peers()
    }

    /// Returns the numbers of events.
    pub fn counts(&self) -> Counts {
        lock(&self.0.0.server).counts()
    }
}

/// An event for which the task of a listener waits.
enum Event {
    Datagram(io::Result<(usize, SocketAddr)>),
    Timer,
    Unused,
}

impl Shared {
    /// Receives the datagrams of all peers and performs their handshakes until there is no user any more.
    async fn run(self: Arc<Self>) {
        let mut buffer = vec![0; DATAGRAM];
        let mut unused = pin!(self.unused.notified());
        loop {
            let timer = lock(&self.server).next_timeout();
            let mut timer = pin!(sleep_to(timer));
            let event = poll_fn(|context| {
                if unused.as_mut().poll(context).is_ready() {
                    return Poll::Ready(Event::Unused);
                }
                if timer.as_mut().poll(context).is_ready() {
                    return Poll::Ready(Event::Timer);
                }
                let mut buffer = ReadBuf::new(&mut buffer);
                let received = self.socket.poll_recv_from(context, &mut buffer);
                received.map(|result| {
                    Event::Datagram(result.map(|address| (buffer.filled().len(), address)))
                })
            });
            let event = event.await;
            let before = lock(&self.server).counts().completed;
            match event {
                Event::Unused => return,
                Event::Timer => lock(&self.server).handle_timeout(Instant::now()),
                Event::Datagram(Ok((length, address))) => {
                    self.receive(&buffer[..length], address);
                }
                Event::Datagram(Err(error)) if is_undelivered(&error) => {}
                Event::Datagram(Err(error)) => {
                    self.fail(error.into());
                    sleep_until((Instant::now() + FAILED_SOCKET_WAIT).into()).await;
                }
            }
            self.send_output();
            let after = lock(&self.server).counts().completed;
            (before..after).for_each(|_| self.acceptable.notify_one());
        }
    }

    fn receive(&self, datagram: &[u8], address: SocketAddr) {
        let received = lock(&self.server).handle_datagram(Instant::now(), address, datagram);
        match received {
            // A reply that is lost is requested again.
            Ok(Received::Reply(reply)) => drop(self.socket.try_send_to(&reply, address)),
            Ok(_) => {}
            Err(error) => self.fail(error),
        }
    }

    fn fail(&self, error: Error) {
        lock(&self.error).get_or_insert(error);
        self.acceptable.notify_one();
    }

    /// Sends the messages of handshakes. A message that is lost is sent again.
    fn send_output(&self) {
        loop {
            // The lock is not held while sending.
            let next = lock(&self.server).next_datagram();
            let Some((address, datagram)) = next else {
                return;
            };
            let _ = self.socket.try_send_to(&datagram, address);
        }
    }
}

impl Drop for User {
    fn drop(&mut self) {
        self.0.unused.notify_one();
    }
}

impl Connection {
    /// Returns the session, for reading its properties.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Returns the address of the peer.
    pub fn peer_addr(&self) -> io::Result<SocketAddr> {
        match &self.io {
            Io::Socket(socket) => socket.peer_addr(),
            Io::Peer { peer, .. } => Ok(peer.address()),
        }
    }

    /// Receives a datagram and returns its length, or 0 once the peer has closed the session.
    ///
    /// # Errors
    ///
    /// Those of [`Session::read`]. If the buffer is too small, the error is of kind [`Limit`](ErrorKind::Limit), and the
    /// next call returns the datagram.
    pub async fn receive(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            let read = self.complete(|session, io| session.read(io, buffer)).await;
            match read {
                Err(error) if error.kind() == ErrorKind::Rehandshake => self.handshake().await?,
                result => return result,
            }
        }
    }

    /// Sends data as one datagram.
    ///
    /// # Errors
    ///
    /// Those of [`Session::write`]. If the data does not fit into a datagram, the error is of kind
    /// [`Limit`](ErrorKind::Limit) and contains the limit.
    pub async fn send(&mut self, data: &[u8]) -> Result<()> {
        self.complete(|session, io| session.write(io, data)).await?;
        self.complete(Session::flush).await
    }

    /// Closes the sending side, see [`Session::close`]. The peer may not receive it.
    pub async fn close(&mut self) -> Result<()> {
        self.complete(Session::close).await
    }

    /// Sets the size of the largest datagram, see [`Session::set_mtu`].
    pub fn set_mtu(&mut self, bytes: u16) -> Result<()> {
        self.session.set_mtu(bytes)
    }

    /// Sets the MTU for a number of bytes of data, see [`Session::set_data_mtu`].
    pub fn set_data_mtu(&mut self, bytes: u16) -> Result<()> {
        self.session.set_data_mtu(bytes)
    }

    /// Returns the session without its transport, for example to [save](Session::session_data) it.
    pub fn into_session(self) -> Session {
        self.session
    }

    async fn handshake(&mut self) -> Result<()> {
        self.complete(Session::handshake).await
    }

    /// Repeats an operation until it is ready, and waits for the transport in between.
    async fn complete<R>(
        &mut self,
        mut operation: impl FnMut(&mut Session, &mut Io) -> Result<Poll<R>>,
    ) -> Result<R> {
        loop {
            if let Poll::Ready(value) = operation(&mut self.session, &mut self.io)? {
                return Ok(value);
            }
            self.wait().await?;
        }
    }

    /// Waits until the last operation can continue.
    async fn wait(&self) -> Result<()> {
        let (read, write) = (self.session.wants_read(), self.session.wants_write());
        if !read && !write {
            tokio::task::yield_now().await;
            return Ok(());
        }
        let retransmission = self.session.datagram_timeout();
        let retransmission = retransmission.and_then(|time| Instant::now().checked_add(time));
        let deadline = self.session.handshake_deadline();
        let timer = [retransmission, deadline].into_iter().flatten().min();
        let mut timer = pin!(sleep_to(timer));
        let mut readable = pin!(async {
            match read {
                true => self.io.readable().await,
                false => pending().await,
            }
        });
        let mut writable = pin!(async {
            match write {
                true => self.io.socket().writable().await,
                false => pending().await,
            }
        });
        poll_fn(|context: &mut Context<'_>| {
            let sockets: [Pin<&mut dyn Future<Output = io::Result<()>>>; 2] =
                [readable.as_mut(), writable.as_mut()];
            for socket in sockets {
                if let Poll::Ready(result) = socket.poll(context) {
                    return Poll::Ready(result.map_err(Error::from));
                }
            }
            timer.as_mut().poll(context).map(Ok)
        })
        .await
    }
}

impl Io {
    fn socket(&self) -> &UdpSocket {
        match self {
            Self::Socket(socket) => socket,
            Self::Peer { user, .. } => &user.0.socket,
        }
    }

    async fn readable(&self) -> io::Result<()> {
        match self {
            Self::Socket(socket) => socket.readable().await,
            Self::Peer { peer, .. } => {
                poll_fn(|context| peer.poll_readable(context)).await;
                Ok(())
            }
        }
    }
}

impl Transport for Io {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Socket(socket) => socket.try_send(bytes),
            Self::Peer { peer, user } => {
                peer.keep_alive();
                user.0.socket.try_send_to(bytes, peer.address())
            }
        }
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Socket(socket) => socket.try_recv(buffer),
            Self::Peer { peer, .. } => peer.receive(buffer),
        }
    }
}

/// Sleeps until a time, or forever.
async fn sleep_to(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time.into()).await,
        None => pending().await,
    }
}

/// Returns `true` for a message of the network about a datagram that was sent.
fn is_undelivered(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
            | io::ErrorKind::Interrupted
    )
}

/// Locks a value. A poisoned lock is valid: a callback of the program has panicked in a session, which has ended.
fn lock<T: fmt::Debug>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
