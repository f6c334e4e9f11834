//! Sockets that GnuTLS itself sends to and receives from, so that the kernel can take over the records (kTLS).

use std::ffi::c_int;
use std::net::{Shutdown, SocketAddr};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::time::{Duration, Instant};
use std::{fmt, io, mem};

use crate::transport::Transport;

/// The socket of a connection, or one to receive and another one to send, as a transport.
///
/// Below a session of TLS it is GnuTLS that calls `recv` and `sendmsg`. That is what it asks for before it hands the keys of
/// a connection to the kernel (kTLS: `ktls = true` in the system's configuration of GnuTLS, since 3.7.3); see
/// [`SessionRef::kernel_tls`](crate::SessionRef::kernel_tls). Everything else is as with any other transport, and so are
/// the functions: a write that was taken is sent, and nothing is lost or sent twice. With DTLS, which the kernel does not
/// know, the sockets are used from here.
///
/// The sockets are owned, and are closed when this is dropped. They are made non-blocking, also for whoever shares them.
/// Whether *this* blocks is another matter, which [`Stream`](crate::Stream) sees to: it waits for them where they were
/// blocking to begin with, or [`set_nonblocking`](Self::set_nonblocking) says so, and as long as
/// [`set_timeout`](Self::set_timeout) allows. A [`Session`](crate::Session) never blocks. A peer that is gone is an error,
/// never a signal (`SIGPIPE`).
///
/// ```no_run
/// use std::io::{Read, Write};
/// use std::net::TcpStream;
/// use gnutls::{ClientConfig, Descriptors};
///
/// let config = ClientConfig::builder().build()?;
/// let socket = Descriptors::new(TcpStream::connect("example.org:443")?)?;
/// let mut stream = config.connect("example.org", socket)?;
/// println!("by the kernel: {:?}", stream.session().kernel_tls());
/// stream.write_all(b"GET / HTTP/1.0\r\nHost: example.org\r\n\r\n")?;
/// # Ok::<(), std::io::Error>(())
/// ```
#[doc(alias = "gnutls_transport_set_int")]
#[doc(alias = "gnutls_transport_set_int2")]
#[doc(alias = "gnutls_transport_get_int2")]
#[doc(alias = "kTLS")]
pub struct Descriptors {
    receive: OwnedFd,
    /// Where it is another one.
    send: Option<OwnedFd>,
    blocking: bool,
    timeout: Option<Duration>,
    fast_open: FastOpen,
}

/// Whether GnuTLS is to connect.
enum FastOpen {
    No,
    To(SocketAddr),
    /// It has begun to, and is not to be asked again before the socket can be written to.
    Begun(SocketAddr),
}

impl Descriptors {
    /// A socket that is connected, such as a `TcpStream`, a `UnixStream` or a `UdpSocket`.
    ///
    /// # Errors
    ///
    /// [`io::Error`] where it is no socket: GnuTLS uses `recv`, which knows nothing else.
    pub fn new(socket: impl Into<OwnedFd>) -> io::Result<Self> {
        Self::open(socket.into(), None)
    }

    /// Two sockets: one to receive from and one to send to.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new).
    pub fn pair(receive: impl Into<OwnedFd>, send: impl Into<OwnedFd>) -> io::Result<Self> {
        Self::open(receive.into(), Some(send.into()))
    }

    /// A TCP socket that is not connected yet: a client connects it to `address` and sends its first message along with that
    /// (TCP Fast Open, RFC 7413), where the system and the server know how; else it connects first. Where the server cannot
    /// be reached it is the handshake that fails. No kTLS comes of it.
    ///
    /// With early data both save a round trip each. What is sent before the connection stands can be sent by anybody once
    /// more: the same warning holds as for early data.
    ///
    /// C: [`gnutls_transport_set_fastopen`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005ftransport_005fset_005ffastopen).
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new). A server, or a session of DTLS, that is given it fails with
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput).
    #[doc(alias = "gnutls_transport_set_fastopen")]
    pub fn fast_open(socket: impl Into<OwnedFd>, address: SocketAddr) -> io::Result<Self> {
        let mut descriptors = Self::open(socket.into(), None)?;
        descriptors.fast_open = FastOpen::To(address);
        Ok(descriptors)
    }

    fn open(receive: OwnedFd, send: Option<OwnedFd>) -> io::Result<Self> {
        let mut blocking = false;
        for descriptor in [Some(&receive), send.as_ref()].into_iter().flatten() {
            blocking |= make_nonblocking(descriptor.as_fd())?;
        }
        Ok(Self {
            receive,
            send,
            blocking,
            timeout: None,
            fast_open: FastOpen::No,
        })
    }

    /// The socket to send to, which may be the one to receive from; [`as_fd`](AsFd::as_fd) is that one.
    pub fn send_fd(&self) -> BorrowedFd<'_> {
        self.send.as_ref().unwrap_or(&self.receive).as_fd()
    }

    /// Whether a [`Stream`](crate::Stream) fails with [`io::ErrorKind::WouldBlock`] instead of waiting for the sockets.
    pub fn set_nonblocking(&mut self, nonblocking: bool) {
        self.blocking = !nonblocking;
    }

    /// How long a [`Stream`](crate::Stream) waits for the sockets in one go, before it fails with
    /// [`io::ErrorKind::TimedOut`]. It can go on after that. `None` is for ever.
    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.timeout = timeout;
    }

    /// Closes the connection below the session in one direction or both, as `TcpStream::shutdown` does. The peer reads a
    /// truncated stream unless the session was [closed](crate::Session::close) before.
    pub fn shutdown(&self, how: Shutdown) -> io::Result<()> {
        let shutdown = |socket: BorrowedFd<'_>, how| {
            // SAFETY: a call on a descriptor that is open.
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

    pub(crate) fn numbers(&self) -> (RawFd, RawFd) {
        (self.receive.as_raw_fd(), self.send_fd().as_raw_fd())
    }

    /// Where GnuTLS is to connect to, with whatever it sends first.
    pub(crate) fn address(&self) -> Option<&SocketAddr> {
        match &self.fast_open {
            FastOpen::No => None,
            FastOpen::To(address) | FastOpen::Begun(address) => Some(address),
        }
    }

    /// Whether it has begun to connect and that is still under way. Asked again now it would fail (`EALREADY`).
    pub(crate) fn is_connecting(&self) -> bool {
        matches!(self.fast_open, FastOpen::Begun(_)) && !self.can(libc::POLLOUT)
    }

    /// Notes what became of the attempt to connect.
    pub(crate) fn note_connect(&mut self, begun: bool) {
        self.fast_open = match mem::replace(&mut self.fast_open, FastOpen::No) {
            FastOpen::To(address) if begun => FastOpen::Begun(address),
            // Once it has been asked again it is connected, or has failed.
            _ => FastOpen::No,
        };
    }

    /// Whether there is something to be received: data, the end, or an error.
    pub(crate) fn can_receive(&self) -> bool {
        self.can(libc::POLLIN)
    }

    fn can(&self, events: i16) -> bool {
        let socket = if events == libc::POLLIN {
            self.as_fd()
        } else {
            self.send_fd()
        };
        let mut poll = [entry(socket, events)];
        // Where that fails, the call that follows tells why.
        !matches!(wait(&mut poll, Some(Duration::ZERO)), Ok(0))
    }

    /// Whether the end of the stream is what comes next.
    pub(crate) fn is_at_end(&self) -> bool {
        let mut byte = [0u8];
        // SAFETY: writes up to one byte into the buffer, and leaves it in the socket.
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
        // SAFETY: reads the bytes.
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
        // SAFETY: writes no more than the length into the buffer.
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
        let mut poll = Vec::with_capacity(2);
        if read {
            poll.push(entry(self.as_fd(), libc::POLLIN));
        }
        if write {
            poll.push(entry(self.send_fd(), libc::POLLOUT));
        }
        let time = [left, self.timeout].into_iter().flatten().min();
        if wait(&mut poll, time)? == 0 && (left.is_none() || time != left) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(())
    }
}

impl AsFd for Descriptors {
    /// The socket to receive from. An event loop that waits for both directions also needs
    /// [`send_fd`](Descriptors::send_fd), where there are two.
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

/// Sees to it that a socket does not block, and tells whether it did before.
fn make_nonblocking(socket: BorrowedFd<'_>) -> io::Result<bool> {
    let descriptor = socket.as_raw_fd();
    let (mut kind, mut length): (c_int, _) = (0, size_of::<c_int>() as libc::socklen_t);
    // SAFETY: writes a number.
    check(unsafe {
        let kind = (&raw mut kind).cast();
        libc::getsockopt(
            descriptor,
            libc::SOL_SOCKET,
            libc::SO_TYPE,
            kind,
            &mut length,
        )
    })?;
    // SAFETY: reads and sets flags of a descriptor that is open.
    unsafe {
        let flags = check(libc::fcntl(descriptor, libc::F_GETFL))?;
        if flags & libc::O_NONBLOCK == 0 {
            check(libc::fcntl(
                descriptor,
                libc::F_SETFL,
                flags | libc::O_NONBLOCK,
            ))?;
        }
        Ok(flags & libc::O_NONBLOCK == 0)
    }
}

fn entry(socket: BorrowedFd<'_>, events: i16) -> libc::pollfd {
    libc::pollfd {
        fd: socket.as_raw_fd(),
        events,
        revents: 0,
    }
}

/// Waits until one of the entries is ready, and tells how many are.
fn wait(entries: &mut [libc::pollfd], time: Option<Duration>) -> io::Result<c_int> {
    let end = time.and_then(|time| Instant::now().checked_add(time));
    loop {
        let left = end.map(|end| end.saturating_duration_since(Instant::now()));
        // Rounded up, so that nothing is woken up for nothing.
        let milliseconds = left.map_or(-1, |left| {
            c_int::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(c_int::MAX)
        });
        // SAFETY: writes into the entries.
        let ready = unsafe {
            libc::poll(
                entries.as_mut_ptr(),
                entries.len() as libc::nfds_t,
                milliseconds,
            )
        };
        match check(ready) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // It does not wait for longer than fits into its number.
            Ok(0) if left.is_some_and(|left| left.as_millis() >= c_int::MAX as u128) => {}
            result => return result,
        }
    }
}

fn check(result: c_int) -> io::Result<c_int> {
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(result)
    }
}
