//! The transport below a session: what moves the bytes of TLS records or the datagrams of DTLS.
pub(crate) mod descriptors;
pub(crate) mod memory;
pub(crate) mod send_buffer;

use std::io;
use std::io::{Read, Write};
use std::task::Poll;
use std::time::Instant;

use crate::transport::descriptors::Descriptors;

/// Moves bytes to and from the peer.
///
/// Everything that is [`Read`] and [`Write`] is a transport, such as a `TcpStream`. A session does not own its transport:
/// each call that does I/O is given one, and must be given the same one for the life of the session.
///
/// - [`io::ErrorKind::WouldBlock`] means "not now". Nothing is lost: what could not be sent is kept and sent first by the
///   next call. [`io::ErrorKind::Interrupted`] is tried again at once. Any other error ends the session.
/// - A stream may take or give any number of bytes, down to one a call.
/// - Below a datagram session one call moves one whole datagram, and a transport must not block forever when it receives:
///   a datagram may be lost, and the session has to send its own again. A socket with a read timeout will do.
///
/// A UDP socket makes a transport in a few lines:
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
#[doc(alias = "gnutls_transport_set_push_function")]
#[doc(alias = "gnutls_transport_set_pull_function")]
pub trait Transport {
    /// Sends some of `bytes`, or one datagram, and returns how many bytes were taken.
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize>;

    /// Receives some bytes, or one datagram, into `buffer` and returns how many. 0 is the end of the stream; a datagram
    /// without content is passed over.
    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize>;

    /// Sockets that GnuTLS itself is to send to and receive from, which only [`Descriptors`] gives by itself. A transport that
    /// has them inside may lend them, and is asked for nothing else then.
    fn descriptors(&mut self) -> Option<&mut Descriptors> {
        None
    }

    /// Waits until something can be received, if `read`, or sent, if `write`, whichever comes first, or until it is `until`. A
    /// [`Stream`](crate::Stream) calls it where a session cannot go on. By default it fails with
    /// [`io::ErrorKind::WouldBlock`], and so the stream does: a transport that blocks does so when it sends and receives.
    fn wait(&mut self, read: bool, write: bool, until: Option<Instant>) -> io::Result<()> {
        let _ = (read, write, until);
        Err(io::ErrorKind::WouldBlock.into())
    }

    /// Hands on what [`send`](Self::send) has kept in a buffer of its own.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<T: Read + Write + ?Sized> Transport for T {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write(bytes)
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.read(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(self)
    }
}

/// [`Transport::send`], tried again where interrupted. A transport that claims to have taken nothing, or more than there
/// was, is broken.
pub(crate) fn send<T: Transport + ?Sized>(
    transport: &mut T,
    bytes: &[u8],
) -> io::Result<Poll<usize>> {
    loop {
        return match transport.send(bytes) {
            Ok(0) => Err(io::Error::new(
                io::ErrorKind::WriteZero,
                "the transport takes no bytes",
            )),
            Ok(length) if length > bytes.len() => Err(impossible("sent")),
            Ok(length) => Ok(Poll::Ready(length)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Poll::Pending),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
    }
}

/// [`Transport::receive`], tried again where interrupted. More bytes than there was room for are not believed.
pub(crate) fn receive<T: Transport + ?Sized>(
    transport: &mut T,
    buffer: &mut [u8],
) -> io::Result<Poll<usize>> {
    loop {
        return match transport.receive(buffer) {
            Ok(length) if length > buffer.len() => Err(impossible("received")),
            Ok(length) => Ok(Poll::Ready(length)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Poll::Pending),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
    }
}

/// [`Transport::flush`], tried again where interrupted.
pub(crate) fn flush<T: Transport + ?Sized>(transport: &mut T) -> io::Result<Poll<()>> {
    loop {
        return match transport.flush() {
            Ok(()) => Ok(Poll::Ready(())),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Poll::Pending),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Err(error),
        };
    }
}

fn impossible(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("the transport claims to have {what} more bytes than it was given"),
    )
}

/// A transport of any type, as the callbacks see it.
pub(crate) trait DynTransport {
    fn send(&mut self, bytes: &[u8]) -> io::Result<Poll<usize>>;
    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<Poll<usize>>;
}

/// Lends a transport, which may be unsized, as a [`DynTransport`] for the time of one call.
pub(crate) struct TransportRef<'a, T: ?Sized>(pub(crate) &'a mut T);

impl<T: Transport + ?Sized> DynTransport for TransportRef<'_, T> {
    fn send(&mut self, bytes: &[u8]) -> io::Result<Poll<usize>> {
        send(self.0, bytes)
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<Poll<usize>> {
        receive(self.0, buffer)
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
        /// Is interrupted as often as it was told to, then gives its result.
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
        assert!(matches!(
            receive(&mut Broken(Ok(4), 0), &mut [0; 4]),
            Ok(Poll::Ready(4))
        ));
    }

    #[test]
    fn an_interrupted_call_is_repeated() {
        assert!(matches!(
            receive(&mut Broken(Ok(4), 3), &mut [0; 4]),
            Ok(Poll::Ready(4))
        ));
        assert!(matches!(
            send(&mut Broken(Ok(2), 3), &[0; 4]),
            Ok(Poll::Ready(2))
        ));
    }

    #[test]
    fn bug_class_19_a_transport_that_takes_nothing_is_an_error_and_no_endless_loop() {
        assert_eq!(
            send(&mut Broken(Ok(0), 0), &[0; 4]).err().unwrap().kind(),
            io::ErrorKind::WriteZero
        );
    }
}
