//! The transport below a session: it moves the bytes of TLS records, or the datagrams of DTLS.
//!
//! Any [`Read`] and [`Write`] is a [`Transport`], such as a `TcpStream`. The module is needed for tests and programs
//! that do their own I/O ([`MemoryTransport`]), and for sockets that GnuTLS itself uses, so that the kernel can take
//! over the records (kTLS): [`Descriptors`].
//!
//! ```
//! use std::io;
//! use gnutls::Transport;
//! use gnutls::transport::MemoryTransport;
//!
//! let (mut near, mut far) = MemoryTransport::stream();
//! near.send(b"bytes")?;
//! let mut buffer = [0; 16];
//! assert_eq!(far.receive(&mut buffer)?, 5);
//! assert_eq!(far.receive(&mut buffer).unwrap_err().kind(), io::ErrorKind::WouldBlock);
//! # Ok::<(), io::Error>(())
//! ```

pub(crate) mod descriptors;
pub(crate) mod memory;
pub(crate) mod poll;
pub(crate) mod receive_buffer;
pub(crate) mod send_buffer;
mod socket;
pub(crate) mod unread;

use std::io;
use std::io::{Read, Write};
use std::time::Instant;

use gnutls_macros::corresponds;

pub use self::descriptors::Descriptors;
pub use self::memory::MemoryTransport;
pub use self::receive_buffer::ReceiveBuffer;
use self::unread::Unread;

/// Sends bytes to the peer and receives them.
///
/// Any type that implements [`Read`] and [`Write`] is a transport, such as a `TcpStream`. A session does not own its
/// transport: any call that does I/O takes a reference to it, and all calls of a session require the same transport.
///
/// - [`io::ErrorKind::WouldBlock`] means that the transport blocks. No data is lost: the session queues unsent output,
///   and the next call sends it first. After [`io::ErrorKind::Interrupted`] the call is repeated; if the transport is
///   interrupted again and again, the session returns `Pending` without waiting for the transport. Any other error
///   ends the session, or only sending if it occurs after the handshake in [`send`](Self::send).
/// - A stream transport may send or receive any number of bytes, down to one per call.
/// - In a datagram session a call sends or receives one whole datagram. Receiving must not block forever, because
///   datagrams can be lost, and the session must then retransmit its own. A socket with a read timeout is sufficient.
/// - In a datagram session an error that concerns one datagram does not end the session: the error number `EMSGSIZE`
///   means that the datagram is too large, and [`io::ErrorKind::ConnectionRefused`], `HostUnreachable`,
///   `NetworkUnreachable` and `NetworkDown` that it was not delivered. The session returns the error, which is not
///   fatal, and can be used again.
/// - A panic continues in the call of the session. It ends the session, or only sending if the transport was sending
///   queued output, some of which it may have sent.
///
/// A transport for a UDP socket:
///
/// ```
/// use std::io;
/// use std::net::UdpSocket;
///
/// struct Datagrams(UdpSocket);
///
/// impl gnutls::Transport for Datagrams {
///     fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
///         self.0.send(bytes)
///     }
///     fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
///         self.0.recv(buffer)
///     }
/// }
/// ```
#[corresponds(alias(
    gnutls_transport_set_push_function,
    gnutls_transport_set_pull_function,
    gnutls_transport_get_ptr,
    gnutls_transport_set_errno,
    gnutls_transport_set_ptr,
    gnutls_transport_set_ptr2
))]
pub trait Transport {
    /// Sends some of `bytes`, or one datagram, and returns the number of bytes that were accepted.
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// Receives bytes, or one datagram, into `buffer` and returns their number. 0 is the end of the stream. An empty
    /// datagram is ignored.
    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize>;

    /// Receives bytes, or one datagram, like [`receive`](Self::receive), into memory that may be uninitialized. Nothing
    /// appended is the end of the stream. An error discards what has been appended.
    ///
    /// By default the method clears the memory, 16 KiB for a full record, and calls `receive`. For a `TcpStream` or a
    /// `UnixStream` of the standard library it receives directly.
    fn receive_into(&mut self, buffer: &mut ReceiveBuffer<'_>) -> io::Result<()> {
        buffer.append_with(|memory| self.receive(memory))
    }

    /// Returns `true` if the session may receive bytes of a stream before it needs them, up to 32 KiB at once, which
    /// requires fewer calls. By default it returns `false`: after the end of the session the transport then still has
    /// all bytes that follow. With `true` [`Session::take_unread_bytes`](crate::Session::take_unread_bytes) returns some
    /// of them.
    fn receives_ahead(&self) -> bool {
        false
    }

    /// Returns sockets that GnuTLS itself uses to send and receive. By default it returns `None`. A transport that
    /// contains [`Descriptors`] can return them, and its other methods are then not called.
    fn descriptors(&mut self) -> Option<&mut Descriptors> {
        None
    }

    /// Waits until the transport can receive (if `read`) or send (if `write`), or until the time `until`, whichever
    /// comes first. A [`Stream`](crate::Stream) calls this method when its session is blocked. By default it fails with
    /// [`io::ErrorKind::WouldBlock`], and so does the stream: a blocking transport blocks in `send` and `receive`.
    fn wait(&mut self, read: bool, write: bool, until: Option<Instant>) -> io::Result<()> {
        let _ = (read, write, until);
        Err(io::ErrorKind::WouldBlock.into())
    }

    /// Flushes output that [`send`](Self::send) has buffered.
    fn flush_buffer(&mut self) -> io::Result<()> {
        Ok(())
    }

    /// Returns the size in bytes of the largest datagram that the path to the peer carries, if the transport knows it. A
    /// datagram session calls this method after `EMSGSIZE`, and reduces its [MTU](crate::Session::mtu) to this size. By
    /// default it returns `None`.
    fn largest_datagram(&self) -> Option<usize> {
        None
    }
}

impl<T: Read + Write + ?Sized> Transport for T {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write(bytes)
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.read(buffer)
    }

    fn receive_into(&mut self, buffer: &mut ReceiveBuffer<'_>) -> io::Result<()> {
        match socket::of(self) {
            Some(socket) => buffer.append_from(socket).map(drop),
            None => buffer.append_with(|memory| self.read(memory)),
        }
    }

    fn flush_buffer(&mut self) -> io::Result<()> {
        self.flush()
    }
}

/// The number of attempts that are made at once if the transport is interrupted.
const ATTEMPTS: usize = 16;

/// Calls [`Transport::send`]. A length of 0, or one that exceeds `bytes`, is an error. After an interruption it is
/// repeated. If the transport is interrupted again and again, it fails with [`io::ErrorKind::Interrupted`], so that the
/// caller can check the time.
#[inline]
pub(crate) fn send<T: Transport + ?Sized>(transport: &mut T, bytes: &[u8]) -> io::Result<usize> {
    match repeat(|| transport.send(bytes))? {
        0 => Err(nothing_sent()),
        length if length > bytes.len() => Err(invalid_length("sent")),
        length => Ok(length),
    }
}

/// Calls [`Transport::receive`]. A length that exceeds `buffer` is an error. Interruptions are as in [`send`].
pub(crate) fn receive<T: Transport + ?Sized>(
    transport: &mut T,
    buffer: &mut [u8],
) -> io::Result<usize> {
    match repeat(|| transport.receive(buffer))? {
        length if length > buffer.len() => Err(invalid_length("received")),
        length => Ok(length),
    }
}

/// Calls [`Transport::receive_into`] with an empty buffer, and returns the number of bytes that it has received.
/// Interruptions are as in [`send`].
#[inline]
pub(crate) fn receive_into<T: Transport + ?Sized>(
    transport: &mut T,
    buffer: &mut ReceiveBuffer<'_>,
) -> io::Result<usize> {
    repeat(|| {
        transport
            .receive_into(buffer)
            .inspect_err(|_| buffer.truncate(0))?;
        Ok(buffer.len())
    })
}

/// Calls [`Transport::flush_buffer`]. Interruptions are as in [`send`].
pub(crate) fn flush<T: Transport + ?Sized>(transport: &mut T) -> io::Result<()> {
    repeat(|| transport.flush_buffer())
}

/// Repeats an operation while it is interrupted, but not endlessly.
#[inline(always)]
fn repeat<R>(mut operation: impl FnMut() -> io::Result<R>) -> io::Result<R> {
    operation().or_else(|error| repeat_interrupted(error, operation))
}

/// Repeats an operation that has failed, if it was interrupted.
#[cold]
fn repeat_interrupted<R>(
    mut error: io::Error,
    mut operation: impl FnMut() -> io::Result<R>,
) -> io::Result<R> {
    for _ in 1..ATTEMPTS {
        if !is_interruption(&error) {
            break;
        }
        match operation() {
            Err(next) => error = next,
            result => return result,
        }
    }
    Err(error)
}

/// Returns `true` if the transport blocks.
pub(crate) fn is_blocked(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::WouldBlock
}

/// Returns `true` if the transport was interrupted, after which the call is to be repeated.
pub(crate) fn is_interruption(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::Interrupted
}

/// Returns `true` if an error of the transport concerns one datagram, so that a DTLS session continues: the datagram is
/// too large, or a message of the network, which anybody can forge, reports that an earlier one was not delivered.
pub(crate) fn rejects_datagram(error: &io::Error) -> bool {
    is_too_large(error)
        || matches!(
            error.kind(),
            io::ErrorKind::ConnectionRefused
                | io::ErrorKind::HostUnreachable
                | io::ErrorKind::NetworkUnreachable
                | io::ErrorKind::NetworkDown
        )
}

/// Returns `true` if the transport cannot send a datagram of this size.
pub(crate) fn is_too_large(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::EMSGSIZE)
}

#[cold]
fn nothing_sent() -> io::Error {
    io::Error::new(
        io::ErrorKind::WriteZero,
        "the transport sent 0 bytes: return `WouldBlock` instead",
    )
}

#[cold]
fn invalid_length(action: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!(
            "the transport {action} more bytes than the buffer holds: return at most its length"
        ),
    )
}

/// A transport of any type, for the callbacks.
pub(crate) trait DynTransport {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize>;
    /// Receives bytes of a stream, of which the first may have been received before.
    fn receive(&mut self, unread: &mut Unread, buffer: &mut ReceiveBuffer<'_>)
    -> io::Result<usize>;
    fn receive_datagram(&mut self, buffer: &mut ReceiveBuffer<'_>) -> io::Result<usize>;
    fn flush(&mut self) -> io::Result<()>;
    fn largest_datagram(&self) -> Option<usize>;
}

/// Converts a transport, which may be unsized, to a [`DynTransport`] for one call.
pub(crate) struct TransportRef<'a, T: ?Sized>(pub(crate) &'a mut T);

impl<T: Transport + ?Sized> DynTransport for TransportRef<'_, T> {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        send(self.0, bytes)
    }

    fn receive(
        &mut self,
        unread: &mut Unread,
        buffer: &mut ReceiveBuffer<'_>,
    ) -> io::Result<usize> {
        unread.receive(self.0, buffer)
    }

    fn receive_datagram(&mut self, buffer: &mut ReceiveBuffer<'_>) -> io::Result<usize> {
        receive_into(self.0, buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        flush(self.0)
    }

    fn largest_datagram(&self) -> Option<usize> {
        self.0.largest_datagram()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Broken(io::Result<usize>, usize);

    impl Transport for Broken {
        fn send(&mut self, _: &[u8]) -> io::Result<usize> {
            self.next()
        }

        fn receive(&mut self, _: &mut [u8]) -> io::Result<usize> {
            self.next()
        }
    }

    impl Broken {
        /// Is interrupted the given number of times, then returns its result.
        fn next(&mut self) -> io::Result<usize> {
            if self.1 > 0 {
                self.1 -= 1;
                return Err(io::ErrorKind::Interrupted.into());
            }
            std::mem::replace(&mut self.0, Ok(0))
        }
    }

    #[test]
    fn bug_class_10_a_length_beyond_the_buffer_is_not_believed() {
        assert!(receive(&mut Broken(Ok(5), 0), &mut [0; 4]).is_err());
        assert!(send(&mut Broken(Ok(5), 0), &[0; 4]).is_err());
        assert!(matches!(receive(&mut Broken(Ok(4), 0), &mut [0; 4]), Ok(4)));
    }

    #[test]
    fn an_interrupted_call_is_repeated_but_not_endlessly() {
        assert!(matches!(
            send(&mut Broken(Ok(2), ATTEMPTS - 1), &[0; 4]),
            Ok(2)
        ));
        let interrupted = send(&mut Broken(Ok(2), ATTEMPTS), &[0; 4]).unwrap_err();
        assert!(is_interruption(&interrupted));
        let interrupted = receive(&mut Broken(Ok(4), ATTEMPTS), &mut [0; 4]).unwrap_err();
        assert!(is_interruption(&interrupted));
    }

    #[test]
    fn bug_class_19_a_transport_that_takes_nothing_is_an_error_and_no_endless_loop() {
        assert_eq!(
            send(&mut Broken(Ok(0), 0), &[0; 4]).err().unwrap().kind(),
            io::ErrorKind::WriteZero
        );
    }
}
