//! The two halves of a stream, for a task that reads and a task that writes.

use std::fmt;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use gnutls::{Alert, AlertLevel, KeyUpdate, Result, Session, SessionData};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::TlsStream;

/// The half of a stream that is read from, see [`TlsStream::into_split`].
pub struct ReadHalf<T>(Arc<Shared<T>>);

/// The half of a stream that is written to, see [`TlsStream::into_split`].
///
/// Dropping it sends nothing: `shutdown` closes the sending side.
pub struct WriteHalf<T>(Arc<Shared<T>>);

/// Two halves that are not of the same stream, given back by [`ReadHalf::unsplit`].
pub struct UnsplitError<T>(pub ReadHalf<T>, pub WriteHalf<T>);

/// GnuTLS lets one thread at a time use a session (there is no lock inside that would do for two), so each poll of a half
/// has the stream for itself. A poll does not wait for anything, and so neither half waits long for the other.
struct Shared<T>(Mutex<TlsStream<T>>);

impl<T> Shared<T> {
    /// The lock, also after a panic: a callback's panic has ended the session, which says so from then on.
    fn lock(&self) -> MutexGuard<'_, TlsStream<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> TlsStream<T> {
    /// Splits the stream into a half for reading and one for writing. In contrast to `tokio::io::split`, what concerns the
    /// session is still at hand.
    ///
    /// ```
    /// # use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
    /// # async fn copy<T: AsyncRead + AsyncWrite + Unpin>(tls: tokio_gnutls::TlsStream<T>) -> std::io::Result<()> {
    /// let (mut reader, mut writer) = tls.into_split();
    /// let copied = tokio::io::copy(&mut reader, &mut writer).await?;
    /// writer.shutdown().await?;
    /// println!("{copied} bytes, {:?}", reader.with_session(|session| session.protocol()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn into_split(self) -> (ReadHalf<T>, WriteHalf<T>) {
        let shared = Arc::new(Shared(Mutex::new(self)));
        (ReadHalf(Arc::clone(&shared)), WriteHalf(shared))
    }
}

impl<T> ReadHalf<T> {
    /// Puts the two halves together again. Fails with both where they are of different streams.
    pub fn unsplit(
        self,
        other: WriteHalf<T>,
    ) -> std::result::Result<TlsStream<T>, UnsplitError<T>> {
        if !self.is_pair_of(&other) {
            return Err(UnsplitError(self, other));
        }
        drop(other);
        match Arc::try_unwrap(self.0) {
            Ok(Shared(stream)) => Ok(stream.into_inner().unwrap_or_else(PoisonError::into_inner)),
            Err(_) => unreachable!("a stream has two halves, and both are here"),
        }
    }

    /// Whether the two are of the same stream.
    pub fn is_pair_of(&self, other: &WriteHalf<T>) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Asks the session. The other half waits meanwhile.
    pub fn with_session<R>(&self, ask: impl FnOnce(&Session) -> R) -> R {
        ask(self.0.lock().session())
    }

    /// Saves the session to be resumed, see [`TlsStream::save_session`].
    pub fn save_session(&mut self) -> Result<SessionData> {
        self.0.lock().save_session()
    }
}

impl<T> WriteHalf<T> {
    /// Whether the two are of the same stream.
    pub fn is_pair_of(&self, other: &ReadHalf<T>) -> bool {
        other.is_pair_of(self)
    }

    /// Asks the session. The other half waits meanwhile.
    pub fn with_session<R>(&self, ask: impl FnOnce(&Session) -> R) -> R {
        ask(self.0.lock().session())
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> WriteHalf<T> {
    /// Changes the keys, see [`TlsStream::update_key`].
    pub async fn update_key(&mut self, update: KeyUpdate) -> Result<()> {
        poll_fn(|context| self.0.lock().poll_update_key(context, update)).await
    }

    /// Sends an alert, see [`TlsStream::send_alert`]. A fatal one ends the session for both halves.
    pub async fn send_alert(&mut self, level: AlertLevel, alert: Alert) -> Result<()> {
        poll_fn(|context| self.0.lock().poll_send_alert(context, level, alert)).await
    }

    /// Sends tickets, see [`TlsStream::send_tickets`].
    pub async fn send_tickets(&mut self, count: u8) -> Result<()> {
        poll_fn(|context| self.0.lock().poll_send_tickets(context, count)).await
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> ReadHalf<T> {
    /// Asks the client for a certificate and waits for the answer, see [`TlsStream::request_authentication`]. The other
    /// half can write meanwhile.
    pub async fn request_authentication(&mut self) -> Result<bool> {
        poll_fn(|context| self.0.lock().poll_request_authentication(context)).await
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncRead for ReadHalf<T> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0.lock()).poll_read(context, buffer)
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> AsyncWrite for WriteHalf<T> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.0.lock()).poll_write(context, data)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut *self.0.lock()).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0.lock()).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut *self.0.lock()).poll_shutdown(context)
    }
}

impl<T> fmt::Debug for ReadHalf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadHalf").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for WriteHalf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteHalf").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for UnsplitError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnsplitError").finish_non_exhaustive()
    }
}

impl<T> fmt::Display for UnsplitError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the two halves are of different streams")
    }
}

impl<T> std::error::Error for UnsplitError<T> {}
