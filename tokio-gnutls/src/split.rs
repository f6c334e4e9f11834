//! The two halves of a stream, for a task that reads and a task that writes.

use std::fmt;
use std::future::poll_fn;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use gnutls::record::KeyUpdate;
use gnutls::resumption::SessionData;
use gnutls::{Alert, AlertLevel, Result, Session};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::Stream;

/// The reading half of a stream, see [`Stream::into_split`].
pub struct ReadHalf<T>(Arc<Shared<T>>);

/// The writing half of a stream, see [`Stream::into_split`].
///
/// Dropping it sends nothing: `shutdown` closes the sending side.
pub struct WriteHalf<T>(Arc<Shared<T>>);

/// The halves of two streams, returned by [`ReadHalf::unsplit`].
pub struct UnsplitError<T>(pub ReadHalf<T>, pub WriteHalf<T>);

/// Only one thread at a time may use a GnuTLS session, which has no sufficient lock of its own. Each poll of a half
/// therefore locks the stream. A poll never waits, so neither half blocks the other for long.
struct Shared<T>(Mutex<Stream<T>>);

impl<T> Shared<T> {
    /// Locks the stream, also after a panic: a panic in a callback ended the session, and each call returns the error.
    fn lock(&self) -> MutexGuard<'_, Stream<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Stream<T> {
    /// Splits the stream into a reading and a writing half, which, unlike those of `tokio::io::split`, provide access
    /// to the session.
    ///
    /// ```
    /// # use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
    /// # async fn copy<T: AsyncRead + AsyncWrite + Unpin>(server: tokio_gnutls::Stream<T>) -> std::io::Result<()> {
    /// let (mut reader, mut writer) = server.into_split();
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
    /// Combines the two halves again. Returns both as an error if they belong to different streams.
    pub fn unsplit(self, other: WriteHalf<T>) -> std::result::Result<Stream<T>, UnsplitError<T>> {
        if !self.is_pair_of(&other) {
            return Err(UnsplitError(self, other));
        }
        drop(other);
        match Arc::try_unwrap(self.0) {
            Ok(Shared(stream)) => Ok(stream.into_inner().unwrap_or_else(PoisonError::into_inner)),
            Err(_) => unreachable!("a stream has two halves, and this function owns both"),
        }
    }

    /// Returns true if both halves belong to the same stream.
    pub fn is_pair_of(&self, other: &WriteHalf<T>) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Calls `read` with the session, which the other half cannot use meanwhile.
    pub fn with_session<R>(&self, read: impl FnOnce(&Session) -> R) -> R {
        read(self.0.lock().session())
    }

    /// Returns the session data for resumption, see [`Stream::save_session`].
    pub fn save_session(&mut self) -> Result<SessionData> {
        self.0.lock().save_session()
    }
}

impl<T> WriteHalf<T> {
    /// Returns true if both halves belong to the same stream.
    pub fn is_pair_of(&self, other: &ReadHalf<T>) -> bool {
        other.is_pair_of(self)
    }

    /// Calls `read` with the session, which the other half cannot use meanwhile.
    pub fn with_session<R>(&self, read: impl FnOnce(&Session) -> R) -> R {
        read(self.0.lock().session())
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> WriteHalf<T> {
    /// Updates the keys, see [`Stream::update_key`].
    pub async fn update_key(&mut self, update: KeyUpdate) -> Result<()> {
        poll_fn(|context| self.0.lock().poll_update_key(context, update)).await
    }

    /// Sends an alert, see [`Stream::send_alert`]. A fatal one ends the session for both halves.
    pub async fn send_alert(&mut self, level: AlertLevel, alert: Alert) -> Result<()> {
        poll_fn(|context| self.0.lock().poll_send_alert(context, level, alert)).await
    }

    /// Issues tickets, see [`Stream::send_tickets`].
    pub async fn send_tickets(&mut self, count: u8) -> Result<()> {
        poll_fn(|context| self.0.lock().poll_send_tickets(context, count)).await
    }
}

impl<T: AsyncRead + AsyncWrite + Unpin> ReadHalf<T> {
    /// Requests a certificate from the client and waits for it, see [`Stream::request_authentication`]. The other half
    /// can write meanwhile.
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
        f.write_str("the two halves belong to different streams")
    }
}

impl<T> std::error::Error for UnsplitError<T> {}
