//! The stream: a session and its transport together, read from and written to by tokio.

use std::fmt;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use gnutls::handshake::ClientHello;
use gnutls::record::KeyUpdate;
use gnutls::resumption::SessionData;
use gnutls::{Alert, Error, ErrorKind, Result, ServerConfig, Session};
use gnutls_macros::corresponds;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::connection_info::ConnectionInfo;
use crate::transport::{Directions, Polled};
use crate::wakers::Role;

/// How many new handshakes a read goes through before others have their turn.
pub(crate) const ROUNDS: usize = 16;

/// A stream protected by TLS. Its handshake is complete and its peer verified.
///
/// # Reading
///
/// The stream ends when the peer closes it (close_notify). A stream that ends without close_notify fails with
/// [`io::ErrorKind::UnexpectedEof`], since the data may be truncated (RFC 8446, section 6.1). A read that is dropped
/// before completion loses no data.
///
/// # Writing
///
/// A write completes when its bytes form records, up to 64 KiB, which are sent together. They may still wait for the
/// transport, and no further write completes before they are sent. `flush` completes when everything is sent. A write
/// that is dropped before completion has accepted nothing, and any other write may follow. Small slices of a vectored
/// write share a record.
///
/// # Closing
///
/// `shutdown` sends pending output, then close_notify, and shuts down the sending side of the transport. Reading
/// continues until the peer closes its side. Dropping a stream sends nothing, so the peer cannot detect missing data.
///
/// # Two tasks
///
/// One task may read while another one writes, with [`into_split`](Self::into_split) or `tokio::io::split`. A read also
/// sends messages that TLS requires, and a write receives during a handshake. If a write finds data that the peer sent
/// before its handshake, it fails with the code
/// [`GOT_APPLICATION_DATA`](gnutls::ErrorCode::GOT_APPLICATION_DATA), which is not fatal: read the data first. Either
/// task is woken for the event it waits for, in either direction of the transport.
///
/// ```
/// use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
/// use tokio_gnutls::Stream;
///
/// /// Sends a request and reads the whole response.
/// async fn request<T>(mut client: Stream<T>, request: &[u8]) -> std::io::Result<Vec<u8>>
/// where
///     T: AsyncRead + AsyncWrite + Unpin,
/// {
///     client.write_all(request).await?;
///     client.shutdown().await?;
///     let mut response = Vec::new();
///     client.read_to_end(&mut response).await?;
///     Ok(response)
/// }
/// ```
pub struct Stream<T> {
    session: Session,
    io: T,
    directions: Directions,
    /// The sending side of the transport is shut down.
    shut_down: bool,
}

impl<T: AsyncRead + AsyncWrite + Unpin> Stream<T> {
    /// Creates a stream whose handshake has not completed.
    pub(crate) fn new(mut session: Session, io: T) -> Result<Self> {
        if session.is_datagram() {
            let message = "a DTLS session cannot be used as a stream: create a TLS session";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message).into());
        }
        session.delay_tickets();
        Ok(Self {
            session,
            io,
            directions: Directions::new(),
            shut_down: false,
        })
    }

    pub(crate) async fn handshaken(mut self) -> Result<Self> {
        poll_fn(|context| self.poll(Role::Writer, context, |session, io| session.handshake(io)))
            .await?;
        Ok(self)
    }

    pub(crate) async fn client_hello(&mut self) -> Result<ClientHello<'_>> {
        poll_fn(|context| {
            self.poll(Role::Reader, context, |session, io| {
                Ok(session.client_hello(io)?.map(|_| ()))
            })
        })
        .await?;
        // The hello is complete, so the transport is not used.
        let mut io = Polled::new(&mut self.io, &self.directions, Role::Reader, Waker::noop());
        match self.session.client_hello(&mut io)? {
            Poll::Ready(hello) => Ok(hello),
            Poll::Pending => unreachable!("the hello is complete"),
        }
    }

    pub(crate) fn set_config(&mut self, config: &ServerConfig) -> Result<()> {
        self.session.set_config(config)
    }

    pub(crate) fn refuse_client_hello(&mut self, alert: Alert) -> Result<()> {
        self.session.refuse_client_hello(alert)
    }

    /// Calls a method of the session with the transport of this task.
    pub(crate) fn poll<R>(
        &mut self,
        role: Role,
        context: &mut Context<'_>,
        call: impl FnOnce(&mut Session, &mut Polled<'_, T>) -> Result<Poll<R>>,
    ) -> Poll<Result<R>> {
        let mut io = Polled::new(&mut self.io, &self.directions, role, context.waker());
        let result = call(&mut self.session, &mut io);
        match &result {
            Ok(Poll::Ready(_)) => {}
            Ok(Poll::Pending) => {
                // The session only yielded.
                let blocked = self.session.wants_read() || self.session.wants_write();
                if !blocked && !io.waits_elsewhere() {
                    context.waker().wake_by_ref();
                }
            }
            // The other task has to return the error too.
            Err(_) => io.wakes_all(),
        }
        io.wake_other();
        match result {
            Ok(poll) => poll.map(Ok),
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    /// Updates the keys, see [`Session::update_key`]. The next write or `flush` sends the message. A call that is
    /// dropped before completion changes nothing.
    #[corresponds(alias(gnutls_session_key_update))]
    pub async fn update_key(&mut self, update: KeyUpdate) -> Result<()> {
        poll_fn(|context| self.poll_update_key(context, update)).await
    }

    pub(crate) fn poll_update_key(
        &mut self,
        context: &mut Context<'_>,
        update: KeyUpdate,
    ) -> Poll<Result<()>> {
        self.poll(Role::Writer, context, |session, io| {
            session.update_key(io, update)
        })
    }
}

impl<T: AsFd> AsFd for Stream<T> {
    /// Returns the descriptor of the transport, for its settings.
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.io.as_fd()
    }
}

impl<T: AsRawFd> AsRawFd for Stream<T> {
    /// Returns the descriptor of the transport, for its settings.
    fn as_raw_fd(&self) -> RawFd {
        self.io.as_raw_fd()
    }
}

impl<T> Stream<T> {
    /// Returns the session. Methods of the stream change it.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Returns the properties of the connection, for request handlers that have no access to the stream.
    pub fn info(&self) -> ConnectionInfo {
        ConnectionInfo::new(&self.session)
    }

    pub(crate) fn session_mut(&mut self) -> &mut Session {
        &mut self.session
    }

    /// Reads data from the client's first message, see [`Session::read_early_data`]. A client passes early data to the
    /// session before the [`handshake`](crate::handshake).
    #[corresponds(alias(gnutls_record_recv_early_data))]
    pub fn read_early_data(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.session.read_early_data(buffer)
    }

    /// Returns the session data for resumption, see [`Session::session_data`]. With TLS 1.3 it is available after a
    /// read.
    #[corresponds(alias(gnutls_session_get_data2))]
    pub fn save_session(&mut self) -> Result<SessionData> {
        self.session.session_data()
    }

    /// Returns the transport.
    pub fn get_ref(&self) -> &T {
        &self.io
    }

    /// Returns the transport, for its settings. Reading, writing or replacing it breaks the connection.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.io
    }

    /// Ends the session, and returns the transport and the bytes that have been received from it and not been decrypted.
    /// Nothing more is sent: to continue the connection without TLS, first call `shutdown` and read to the end. The
    /// bytes are then the beginning of the input that follows.
    pub fn into_inner(mut self) -> (T, Vec<u8>) {
        let unread = self.session.take_unread_bytes();
        (self.io, unread)
    }

    /// Returns the session and the transport. Output that is not sent yet stays in the session, see [`Session::flush`],
    /// and so does input that is not read yet, see [`Session::unread_bytes`](gnutls::SessionRef::unread_bytes);
    /// [`handshake`](crate::handshake) combines both again.
    pub fn into_parts(self) -> (Session, T) {
        (self.session, self.io)
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncRead for Stream<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if buffer.remaining() == 0 {
            return Poll::Ready(Ok(()));
        }
        let unfilled = buffer.initialize_unfilled();
        self.poll(Role::Reader, context, |session, io| {
            read(session, io, unfilled)
        })
        .map_ok(|length| buffer.advance(length))
        .map_err(io::Error::from)
    }
}

/// Reads, and performs the handshakes that the peer starts if the configuration permits them.
fn read<T: AsyncRead + AsyncWrite + Unpin>(
    session: &mut Session,
    io: &mut Polled<'_, T>,
    buffer: &mut [u8],
) -> Result<Poll<usize>> {
    for _ in 0..ROUNDS {
        match session.read(io, buffer) {
            Err(error) if error.kind() == ErrorKind::Rehandshake => match session.handshake(io) {
                Ok(Poll::Ready(())) => {}
                Ok(Poll::Pending) => return Ok(Poll::Pending),
                // The peer continues without it, or sent data before it.
                Err(error) if !error.is_fatal() => {}
                Err(error) => return Err(error),
            },
            // The peer refuses the requested handshake.
            Err(error) if is_refusal(&error) => {}
            result => return result,
        }
    }
    io.yield_now();
    Ok(Poll::Pending)
}

/// Writes, and continues a handshake in progress.
pub(crate) fn write<T: AsyncRead + AsyncWrite + Unpin>(
    session: &mut Session,
    io: &mut Polled<'_, T>,
    mut write: impl FnMut(&mut Session, &mut Polled<'_, T>) -> Result<Poll<usize>>,
) -> Result<Poll<usize>> {
    for _ in 0..ROUNDS {
        match write(session, io) {
            // If data before the peer's handshake has to be read first, this fails: no other task may read it.
            Err(error) if error.kind() == ErrorKind::Rehandshake => match session.handshake(io) {
                Ok(Poll::Ready(())) => {}
                Ok(Poll::Pending) => return Ok(Poll::Pending),
                // The peer continues without it.
                Err(error) if is_refusal(&error) => {}
                Err(error) => return Err(error),
            },
            result => return result,
        }
    }
    io.yield_now();
    Ok(Poll::Pending)
}

pub(crate) fn is_refusal(error: &Error) -> bool {
    error.kind() == ErrorKind::Alert && !error.is_fatal()
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Stream<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll(Role::Writer, context, |session, io| {
            write(session, io, |session, io| session.write_batch(io, data))
        })
        .map_err(io::Error::from)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll(Role::Writer, context, |session, io| {
            write(session, io, |session, io| {
                session.write_vectored(io, slices)
            })
        })
        .map_err(io::Error::from)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll(Role::Writer, context, |session, io| session.flush(io))
            .map_err(io::Error::from)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.shut_down {
            return Poll::Ready(Ok(()));
        }
        let result = self.poll(Role::Writer, context, |session, io| {
            match session.close(io)? {
                Poll::Ready(()) => io.shut_down(),
                Poll::Pending => Ok(Poll::Pending),
            }
        });
        self.shut_down = matches!(result, Poll::Ready(Ok(())));
        result.map_err(io::Error::from)
    }
}

impl<T: fmt::Debug> fmt::Debug for Stream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream")
            .field("session", &self.session)
            .field("io", &self.io)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ReadHalf, WriteHalf};

    const fn shared<T: Send + Sync + Unpin + 'static>() {}

    /// Bug class 5 as a compile-time assertion.
    const _: () = {
        shared::<Stream<tokio::io::DuplexStream>>();
        shared::<ReadHalf<tokio::io::DuplexStream>>();
        shared::<WriteHalf<tokio::io::DuplexStream>>();
    };

    #[test]
    fn futures_can_be_sent() {
        fn sent<T: Send>(_: T) {}
        let config = gnutls::ClientConfig::builder()
            .trust(gnutls::Trust::none())
            .build()
            .unwrap();
        sent(crate::connect(&config, "localhost", tokio::io::duplex(1).0));
    }
}
