//! The stream: a session and its transport together, read from and written to by tokio.

use std::fmt;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use gnutls::{
    ClientHello, Error, ErrorKind, KeyUpdate, Result, ServerConfig, Session, SessionData,
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::transport::{Directions, Polled};
use crate::wakers::Role;

/// How many new handshakes a read goes through before others have their turn.
pub(crate) const ROUNDS: usize = 16;

/// A stream that is protected by TLS. Its handshake is over, and its peer has been verified.
///
/// # Reading
///
/// The stream has ended once the peer has closed it (close_notify). One that ends without that fails with
/// [`io::ErrorKind::UnexpectedEof`], since the data may have been cut off (RFC 8446, section 6.1). A read that is dropped
/// before it is ready has lost nothing.
///
/// # Writing
///
/// A write is ready once its bytes are in a record of their own; that record may still wait for the transport, and then no
/// further write is ready before it has gone. So what is kept is bounded by one record, and
/// `flush` is what makes sure that everything is on its way. A write that is dropped
/// before it is ready has taken nothing: another one, with other bytes, takes its place. Small slices of a vectored write
/// share a record.
///
/// # Closing
///
/// `shutdown` sends what is left, then close_notify, and shuts the sending side of
/// the transport down. Reading goes on until the peer closes its side. Dropping a stream sends nothing: its peer cannot
/// tell then whether something is missing.
///
/// # Two tasks
///
/// One task may read while another writes: by [`into_split`](Self::into_split), or by `tokio::io::split`. Reading also
/// sends what TLS has to send by itself, and during a handshake writing receives. Each task is woken for what it waits for,
/// whichever side of the transport that is.
///
/// ```
/// use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
/// use tokio_gnutls::TlsStream;
///
/// /// Asks one question and reads the answer to its end.
/// async fn ask<T>(mut tls: TlsStream<T>, question: &[u8]) -> std::io::Result<Vec<u8>>
/// where
///     T: AsyncRead + AsyncWrite + Unpin,
/// {
///     tls.write_all(question).await?;
///     tls.shutdown().await?;
///     let mut answer = Vec::new();
///     tls.read_to_end(&mut answer).await?;
///     Ok(answer)
/// }
/// ```
pub struct TlsStream<T> {
    session: Session,
    io: T,
    directions: Directions,
    /// The sending side of the transport is shut down.
    shut_down: bool,
}

impl<T: AsyncRead + AsyncWrite + Unpin> TlsStream<T> {
    /// A stream that has its handshake still to do.
    pub(crate) fn new(session: Session, io: T) -> Result<Self> {
        if session.is_datagram() {
            let message = "a session of DTLS, while this is a stream";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message).into());
        }
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
        // All of it is there by now, so that nothing is asked of the transport.
        let mut io = Polled::new(&mut self.io, &self.directions, Role::Reader, Waker::noop());
        match self.session.client_hello(&mut io)? {
            Poll::Ready(hello) => Ok(hello),
            Poll::Pending => unreachable!("a hello that was read stays read"),
        }
    }

    pub(crate) fn set_config(&mut self, config: &ServerConfig) -> Result<()> {
        self.session.set_config(config)
    }

    /// Makes a call on the session, with the transport as this task sees it.
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
                // The session could go on, and only lets others have their turn.
                let blocked = self.session.wants_read() || self.session.wants_write();
                if !blocked && !io.waits_elsewhere() {
                    context.waker().wake_by_ref();
                }
            }
            // The other task has to hear of it, whatever it waits for.
            Err(_) => io.changes_everything(),
        }
        io.tell_other();
        match result {
            Ok(poll) => poll.map(Ok),
            Err(error) => Poll::Ready(Err(error)),
        }
    }

    /// Changes the keys, see [`Session::update_key`]. The message goes with what is written next, or by
    /// `flush`. A call that is dropped before it is ready has changed nothing.
    #[doc(alias = "gnutls_session_key_update")]
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

impl<T> TlsStream<T> {
    /// The session, to be asked. To change it, there are functions of the stream.
    pub fn session(&self) -> &Session {
        &self.session
    }

    pub(crate) fn session_mut(&mut self) -> &mut Session {
        &mut self.session
    }

    /// Reads data that came with the client's first message, see [`Session::read_early_data`]. On a client they are given
    /// to the session before the [`handshake`](crate::handshake).
    #[doc(alias = "gnutls_record_recv_early_data")]
    pub fn read_early_data(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.session.read_early_data(buffer)
    }

    /// Saves the session to be resumed, see [`Session::session_data`]. Under TLS 1.3 there is something to be saved once
    /// something has been read.
    #[doc(alias = "gnutls_session_get_data2")]
    pub fn save_session(&mut self) -> Result<SessionData> {
        self.session.session_data()
    }

    /// The transport.
    pub fn get_ref(&self) -> &T {
        &self.io
    }

    /// The transport, for its settings. Whoever reads from it, writes to it or replaces it breaks the connection.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.io
    }

    /// Gives the transport back and ends the session. Nothing more is sent: `shutdown`
    /// comes before, and reading to the end, where the connection is to be used further without TLS.
    pub fn into_inner(self) -> T {
        self.io
    }

    /// Takes the stream apart. Bytes that were written and not sent yet stay in the session, see [`Session::flush`];
    /// [`handshake`](crate::handshake) puts the two together again.
    pub fn into_parts(self) -> (Session, T) {
        (self.session, self.io)
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncRead for TlsStream<T> {
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

/// Reads, and goes through the new handshakes that the peer begins where the configuration allows them.
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
                // The peer goes on without it, or has sent data before it.
                Err(error) if !error.is_fatal() => {}
                Err(error) => return Err(error),
            },
            // The peer does not want the handshake that it was asked for.
            Err(error) if is_refusal(&error) => {}
            Ok(Poll::Ready(length)) => {
                io.has_read();
                return Ok(Poll::Ready(length));
            }
            result => return result,
        }
    }
    io.give_way();
    Ok(Poll::Pending)
}

/// Writes, and goes through the new handshake that is under way, if there is one.
pub(crate) fn write<T: AsyncRead + AsyncWrite + Unpin>(
    session: &mut Session,
    io: &mut Polled<'_, T>,
    mut write: impl FnMut(&mut Session, &mut Polled<'_, T>) -> Result<Poll<usize>>,
) -> Result<Poll<usize>> {
    for _ in 0..ROUNDS {
        match write(session, io) {
            Err(error) if error.kind() == ErrorKind::Rehandshake => {
                // Data that came before the peer's handshake have to be read first, and that is not for a writer to do.
                if session.pending_bytes() > 0 {
                    io.wait_for_other();
                    return Ok(Poll::Pending);
                }
                match session.handshake(io) {
                    Ok(Poll::Ready(())) => {}
                    Ok(Poll::Pending) => return Ok(Poll::Pending),
                    Err(error) if !error.is_fatal() => {}
                    Err(error) => return Err(error),
                }
            }
            result => return result,
        }
    }
    io.give_way();
    Ok(Poll::Pending)
}

pub(crate) fn is_refusal(error: &Error) -> bool {
    error.kind() == ErrorKind::Alert && !error.is_fatal()
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncWrite for TlsStream<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll(Role::Writer, context, |session, io| {
            write(session, io, |session, io| session.write(io, data))
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

impl<T: fmt::Debug> fmt::Debug for TlsStream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsStream")
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

    /// Bug class 5, said where a change breaks the build.
    const _: () = {
        shared::<TlsStream<tokio::io::DuplexStream>>();
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
