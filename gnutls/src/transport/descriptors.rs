//! Sockets that GnuTLS itself uses, so that the kernel can encrypt and decrypt the records (kTLS).

use std::ffi::c_int;
use std::net::{Shutdown, SocketAddr};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::time::{Duration, Instant};
use std::{fmt, io, mem};

use gnutls_macros::corresponds;

use crate::transport::Transport;
use crate::transport::poll::{self, check, entry, poll};

/// The socket of a connection, or one socket to receive and another one to send, as a transport.
///
/// In a TLS session GnuTLS itself calls `recv` and `sendmsg`. It requires this before it passes the keys of a
/// connection to the kernel (kTLS: `ktls = true` in the system configuration of GnuTLS, since 3.7.3), see
/// [`SessionRef::kernel_tls`](crate::SessionRef::kernel_tls). Otherwise it behaves like any transport: accepted data is
/// sent, and no data is lost or sent twice. In a DTLS session, which kTLS does not support, this crate uses the
/// sockets.
///
/// The sockets are owned, and closed when this value is dropped. They become non-blocking, also for other owners of the
/// same socket. A [`Stream`](crate::Stream) still blocks if the sockets were blocking before, or as
/// [`set_nonblocking`](Self::set_nonblocking) sets, and no longer than [`set_timeout`](Self::set_timeout) permits. A
/// [`Session`](crate::Session) never blocks. Sending to a closed connection is an error and raises no signal
/// (`SIGPIPE`).
///
/// ```no_run
/// use std::io::{Read, Write};
/// use std::net::TcpStream;
/// use gnutls::ClientConfig;
/// use gnutls::transport::Descriptors;
///
/// let config = ClientConfig::builder().build()?;
/// let socket = Descriptors::new(TcpStream::connect("example.org:443")?)?;
/// let mut stream = config.connect("example.org", socket)?;
/// println!("by the kernel: {:?}", stream.session().kernel_tls());
/// stream.write_all(b"GET / HTTP/1.0\r\nHost: example.org\r\n\r\n")?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[corresponds(alias(
    gnutls_transport_set_int,
    gnutls_transport_set_int2,
    gnutls_transport_get_int2,
    gnutls_transport_get_int
))]
#[doc(alias = "kTLS")]
pub struct Descriptors {
    receive: OwnedFd,
    /// The socket to send to, if it is another one.
    send: Option<OwnedFd>,
    blocking: bool,
    timeout: Option<Duration>,
    fast_open: FastOpen,
}

/// The state of a connection by TCP Fast Open.
enum FastOpen {
    No,
    To(SocketAddr),
    /// A connection attempt that must not be repeated before the socket can be written to.
    Begun(SocketAddr),
}

impl Descriptors {
    /// Creates a transport from a connected socket, such as a `TcpStream`, a `UnixStream` or a `UdpSocket`.
    ///
    /// # Errors
    ///
    /// Returns an [`io::Error`] if the descriptor is not a socket, because GnuTLS uses `recv`.
    pub fn new(socket: impl Into<OwnedFd>) -> io::Result<Self> {
        Self::open(socket.into(), None)
    }

    /// Creates a transport from two sockets: one to receive from and one to send to.
    ///
    /// # Errors
    ///
    /// Returns an [`io::Error`] if a descriptor is not a socket, because GnuTLS uses `recv` and `sendmsg`.
    pub fn pair(receive: impl Into<OwnedFd>, send: impl Into<OwnedFd>) -> io::Result<Self> {
        Self::open(receive.into(), Some(send.into()))
    }

    /// Creates a transport from a TCP socket that is not connected yet. A client connects it to `address` and sends its
    /// first flight with the connection request (TCP Fast Open, RFC 7413) if the system and the server support it, and
    /// otherwise after connecting. If the server is unreachable, the handshake fails. kTLS is not possible on this
    /// transport.
    ///
    /// TCP Fast Open and early data each save a round trip. An attacker can replay the data that is sent before the
    /// connection is established: the warning about early data also applies here.
    ///
    /// # Errors
    ///
    /// Returns an [`io::Error`] if the descriptor is not a socket. A server session or a DTLS session with this
    /// transport fails with an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput).
    #[corresponds(gnutls_transport_set_fastopen)]
    pub fn fast_open(socket: impl Into<OwnedFd>, address: SocketAddr) -> io::Result<Self> {
        let mut descriptors = Self::open(socket.into(), None)?;
        descriptors.fast_open = FastOpen::To(address);
        Ok(descriptors)
    }

    fn open(receive: OwnedFd, send: Option<OwnedFd>) -> io::Result<Self> {
        let mut blocking = false;
        for descriptor in [Some(&receive), send.as_ref()].into_iter().flatten() {
            check_socket(descriptor.as_fd())?;
            blocking |= poll::make_nonblocking(descriptor.as_fd())?;
        }
        Ok(Self {
            receive,
            send,
            blocking,
            timeout: None,
            fast_open: FastOpen::No,
        })
    }

    /// Returns the socket to send to, which may be the one to receive from. [`as_fd`](AsFd::as_fd) returns the latter.
    pub fn send_fd(&self) -> BorrowedFd<'_> {
        self.send.as_ref().unwrap_or(&self.receive).as_fd()
    }

    /// Sets whether a [`Stream`](crate::Stream) fails with [`io::ErrorKind::WouldBlock`] instead of waiting for the
    /// sockets.
    pub fn set_nonblocking(&mut self, nonblocking: bool) {
        self.blocking = !nonblocking;
    }

    /// Sets the time that a [`Stream`](crate::Stream) waits for the sockets before it fails with
    /// [`io::ErrorKind::TimedOut`], after which it can be used again. `None` means no limit.
    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.timeout = timeout;
    }

    /// Closes the connection in one direction or both, as `TcpStream::shutdown` does. The peer reads a truncated stream
    /// unless the session was [closed](crate::Session::close) before.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        let shutdown = |socket: BorrowedFd<'_>, how| {
            // SAFETY: only takes a number, and the borrowed descriptor is open.
            check(unsafe { libc::shutdown(socket.as_raw_fd(), how) }).map(drop)
        };
        match (how, &self.send) {
            (Shutdown::Both, None) => shutdown(self.as_fd(), libc::SHUT_RDWR),
            (Shutdown::Both, Some(_)) => {
                shutdown(self.as_fd(), libc::SHUT_RD).and(shutdown(self.send_fd(), libc::SHUT_WR))
            }
            (Shutdown::Read, _) => shutdown(self.as_fd(), libc::SHUT_RD),
            (Shutdown::Write, _) => shutdown(self.send_fd(), libc::SHUT_WR),
        }
    }

    /// Returns the time that a blocking stream waits for the sockets.
    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    pub(crate) fn numbers(&self) -> (RawFd, RawFd) {
        (self.receive.as_raw_fd(), self.send_fd().as_raw_fd())
    }

    /// Returns the address that GnuTLS connects to when it first sends.
    pub(crate) fn address(&self) -> Option<&SocketAddr> {
        match &self.fast_open {
            FastOpen::No => None,
            FastOpen::To(address) | FastOpen::Begun(address) => Some(address),
        }
    }

    /// Returns `true` while the connection is being established. A second attempt would fail (`EALREADY`).
    pub(crate) fn is_connecting(&self) -> bool {
        matches!(self.fast_open, FastOpen::Begun(_)) && !self.can(libc::POLLOUT)
    }

    /// Updates the state after an attempt to connect.
    pub(crate) fn note_connect(&mut self, begun: bool) {
        self.fast_open = match mem::replace(&mut self.fast_open, FastOpen::No) {
            FastOpen::To(address) if begun => FastOpen::Begun(address),
            // After the second attempt the socket is connected, or the attempt has failed.
            _ => FastOpen::No,
        };
    }

    /// Returns `true` if the socket has data, the end of the stream or an error to receive.
    pub(crate) fn can_receive(&self) -> bool {
        self.can(libc::POLLIN)
    }

    fn can(&self, events: i16) -> bool {
        let socket = if events == libc::POLLIN {
            self.as_fd()
        } else {
            self.send_fd()
        };
        let mut entries = [entry(socket, events)];
        // If this fails, the following call returns the error.
        !matches!(poll(&mut entries, Some(Duration::ZERO)), Ok(0))
    }

    /// Returns `true` if the end of the stream comes next.
    pub(crate) fn is_at_end(&self) -> bool {
        let mut byte = [0u8];
        // SAFETY: writes at most one byte to `byte`, and leaves it in the socket. The descriptor is open.
        let length = unsafe {
            libc::recv(
                self.receive.as_raw_fd(),
                byte.as_mut_ptr().cast(),
                1,
                libc::MSG_PEEK | libc::MSG_DONTWAIT,
            )
        };
        length == 0
    }
}

impl Transport for Descriptors {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // SAFETY: reads `bytes` during the call. The descriptor is open.
        let length = unsafe {
            libc::send(
                self.send_fd().as_raw_fd(),
                bytes.as_ptr().cast(),
                bytes.len(),
                libc::MSG_NOSIGNAL,
            )
        };
        usize::try_from(length).map_err(|_| io::Error::last_os_error())
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // SAFETY: writes at most the length of `buffer` to it. The descriptor is open.
        let length = unsafe {
            libc::recv(
                self.receive.as_raw_fd(),
                buffer.as_mut_ptr().cast(),
                buffer.len(),
                0,
            )
        };
        usize::try_from(length).map_err(|_| io::Error::last_os_error())
    }

    fn descriptors(&mut self) -> Option<&mut Descriptors> {
        Some(self)
    }

    fn wait(&mut self, read: bool, write: bool, until: Option<Instant>) -> io::Result<()> {
        if !self.blocking {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        let mut entries = Vec::with_capacity(2);
        if read {
            entries.push(entry(self.as_fd(), libc::POLLIN));
        }
        if write {
            entries.push(entry(self.send_fd(), libc::POLLOUT));
        }
        let time = [left, self.timeout].into_iter().flatten().min();
        if poll(&mut entries, time)? == 0 && (left.is_none() || time != left) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(())
    }
}

impl AsFd for Descriptors {
    /// Returns the socket to receive from. An event loop that waits for both directions also needs
    /// [`send_fd`](Descriptors::send_fd) if there are two sockets.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.receive.as_fd()
    }
}

impl fmt::Debug for Descriptors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Descriptors")
            .field("receive", &self.receive)
            .field("send", &self.send_fd())
            .field("blocking", &self.blocking)
            .finish_non_exhaustive()
    }
}

/// Fails if the descriptor is not a socket.
fn check_socket(descriptor: BorrowedFd<'_>) -> io::Result<()> {
    let (mut kind, mut length): (c_int, _) = (0, size_of::<c_int>() as libc::socklen_t);
    // SAFETY: writes a number to `kind`, whose size is in `length`. The borrowed descriptor is open.
    check(unsafe {
        libc::getsockopt(
            descriptor.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_TYPE,
            (&raw mut kind).cast(),
            &mut length,
        )
    })
    .map(drop)
}
