//! The transport of a client: a UDP socket that is connected to the server.

use std::io;
use std::net::UdpSocket;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

use crate::transport::Transport;
use crate::transport::poll::{entry, poll};

/// A connected UDP socket as the transport of a DTLS session, which waits without a busy loop.
///
/// On Linux it forbids the network to fragment datagrams, and determines the [largest
/// datagram](Transport::largest_datagram) that the path to the server carries. If a datagram is larger, the MTU of the
/// session becomes this size.
///
/// ```no_run
/// use std::io::{Read, Write};
/// use std::net::UdpSocket;
/// use gnutls::dtls::UdpTransport;
/// use gnutls::{ClientConfig, Stream};
///
/// let config = ClientConfig::builder().build()?;
/// let socket = UdpSocket::bind("[::]:0")?;
/// socket.connect("example.org:4433")?;
/// let session = config.datagram_session("example.org")?;
/// let mut stream = Stream::new(session, UdpTransport::new(socket)?);
/// stream.write_all(b"one datagram")?;
/// let mut buffer = [0; 16_384];
/// let length = stream.read(&mut buffer)?;
/// stream.close()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct UdpTransport {
    socket: UdpSocket,
    timeout: Option<Duration>,
    blocking: bool,
}

impl UdpTransport {
    /// Creates a transport from a connected socket.
    ///
    /// # Errors
    ///
    /// Returns an [`io::Error`] of kind [`NotConnected`](io::ErrorKind::NotConnected) if the socket is not connected.
    pub fn new(socket: UdpSocket) -> io::Result<Self> {
        socket.peer_addr()?;
        socket.set_nonblocking(true)?;
        path::forbid_fragmentation(socket.as_fd())?;
        Ok(Self {
            socket,
            timeout: None,
            blocking: true,
        })
    }

    /// Sets the time that a [`Stream`](crate::Stream) waits for the server before it fails with
    /// [`io::ErrorKind::TimedOut`], after which it can be used again. `None`, the default, means no limit.
    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.timeout = timeout;
    }

    /// Sets if a [`Stream`](crate::Stream) fails with [`io::ErrorKind::WouldBlock`] instead of waiting for the server.
    pub fn set_nonblocking(&mut self, nonblocking: bool) {
        self.blocking = !nonblocking;
    }

    /// Returns the socket.
    pub fn socket(&self) -> &UdpSocket {
        &self.socket
    }
}

impl Transport for UdpTransport {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.send(bytes)
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.socket.recv(buffer)
    }

    fn wait(&mut self, read: bool, write: bool, until: Option<Instant>) -> io::Result<()> {
        if !self.blocking {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let now = Instant::now();
        let end = self.timeout.and_then(|time| now.checked_add(time));
        let limit = [until, end].into_iter().flatten().min();
        let time = limit.map(|limit| limit.saturating_duration_since(now));
        let events = if read { libc::POLLIN } else { 0 } | if write { libc::POLLOUT } else { 0 };
        let ready = poll(&mut [entry(self.socket.as_fd(), events)], time)?;
        match end {
            Some(end) if ready == 0 && Instant::now() >= end => Err(io::ErrorKind::TimedOut.into()),
            _ => Ok(()),
        }
    }

    fn largest_datagram(&self) -> Option<usize> {
        path::largest_datagram(self.socket.as_fd())
    }
}

impl AsFd for UdpTransport {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

#[cfg(any(target_os = "linux", target_os = "android"))]
mod path {
    //! The options of a socket about the MTU of its path (`ip(7)`).

    use std::ffi::c_int;
    use std::io;
    use std::os::fd::{AsRawFd, BorrowedFd};

    /// The length of the headers of UDP and IPv4.
    const IPV4_HEADERS: usize = 28;

    /// The length of the headers of UDP and IPv6.
    const IPV6_HEADERS: usize = 48;

    /// Forbids the system and the network to fragment datagrams. A datagram that is too large then fails with `EMSGSIZE`.
    pub(super) fn forbid_fragmentation(socket: BorrowedFd<'_>) -> io::Result<()> {
        let value: c_int = libc::IP_PMTUDISC_DO;
        let set = |level, option| {
            // SAFETY: reads the number, whose size is passed. The descriptor is open.
            match unsafe {
                libc::setsockopt(
                    socket.as_raw_fd(),
                    level,
                    option,
                    (&raw const value).cast(),
                    size_of::<c_int>() as libc::socklen_t,
                )
            } {
                0 => Ok(()),
                _ => Err(io::Error::last_os_error()),
            }
        };
        // The path of a socket for IPv6 can be that of an IPv4 address.
        if is_ipv6(socket) {
            set(libc::IPPROTO_IPV6, libc::IPV6_MTU_DISCOVER)?;
        }
        set(libc::IPPROTO_IP, libc::IP_MTU_DISCOVER)
    }

    /// Returns the largest payload of a datagram on the path of a connected socket, if it is known.
    pub(super) fn largest_datagram(socket: BorrowedFd<'_>) -> Option<usize> {
        if is_ipv6(socket) {
            let mtu = get(socket, libc::IPPROTO_IPV6, libc::IPV6_MTU)?;
            return mtu.checked_sub(IPV6_HEADERS);
        }
        get(socket, libc::IPPROTO_IP, libc::IP_MTU)?.checked_sub(IPV4_HEADERS)
    }

    fn is_ipv6(socket: BorrowedFd<'_>) -> bool {
        get(socket, libc::SOL_SOCKET, libc::SO_DOMAIN) == usize::try_from(libc::AF_INET6).ok()
    }

    fn get(socket: BorrowedFd<'_>, level: c_int, option: c_int) -> Option<usize> {
        let (mut value, mut length): (c_int, _) = (0, size_of::<c_int>() as libc::socklen_t);
        // SAFETY: writes a number to `value`, whose size is in `length`. The descriptor is open.
        let code = unsafe {
            libc::getsockopt(
                socket.as_raw_fd(),
                level,
                option,
                (&raw mut value).cast(),
                &mut length,
            )
        };
        usize::try_from(value).ok().filter(|_| code == 0)
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod path {
    //! Other systems fragment datagrams.

    use std::io;
    use std::os::fd::BorrowedFd;

    pub(super) fn forbid_fragmentation(_: BorrowedFd<'_>) -> io::Result<()> {
        Ok(())
    }

    pub(super) fn largest_datagram(_: BorrowedFd<'_>) -> Option<usize> {
        None
    }
}
