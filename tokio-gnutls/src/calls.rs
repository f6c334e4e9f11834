//! What a stream can do besides reading, writing and closing: authentication, alerts, tickets, and records of other kinds.

use std::future::poll_fn;
use std::ops::RangeInclusive;
use std::task::{Context, Poll};

use gnutls::{Alert, AlertLevel, ErrorKind, Packet, Result, Session};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::TlsStream;
use crate::stream::{ROUNDS, is_refusal, write};
use crate::transport::Polled;
use crate::wakers::Role;

/// What the session says of each of these holds here as well. None blocks; `send_file`, which reads from a file, would, and
/// so there is none: `tokio::io::copy` sends what a `tokio::fs::File` has.
impl<T: AsyncRead + AsyncWrite + Unpin> TlsStream<T> {
    /// On a server of TLS 1.3: asks the client for a certificate and waits for the answer, which is whether it has proven
    /// who it is, or sent none; see [`Session::request_authentication`].
    ///
    /// Nothing can be read meanwhile. A call that is dropped before it is ready has asked, or will have with what is sent
    /// next: call it again for the answer. Where it fails since the client has sent data before its answer
    /// ([`GOT_APPLICATION_DATA`](gnutls::ErrorCode::GOT_APPLICATION_DATA), not fatal), read them, then call it again.
    ///
    /// ```
    /// # use tokio::io::{AsyncRead, AsyncWrite};
    /// /// Whose certificate the client has shown, for what not everybody may see.
    /// async fn who<T: AsyncRead + AsyncWrite + Unpin>(
    ///     tls: &mut tokio_gnutls::TlsStream<T>,
    /// ) -> gnutls::Result<Option<Vec<u8>>> {
    ///     if !tls.request_authentication().await? {
    ///         return Ok(None);
    ///     }
    ///     let mut chain = tls.session().peer_certificates().into_iter().flatten();
    ///     Ok(chain.next().map(<[u8]>::to_vec))
    /// }
    /// ```
    #[doc(alias = "gnutls_reauth")]
    pub async fn request_authentication(&mut self) -> Result<bool> {
        poll_fn(|context| self.poll_request_authentication(context)).await
    }

    pub(crate) fn poll_request_authentication(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Result<bool>> {
        self.poll(Role::Reader, context, |session, io| {
            session.request_authentication(io)
        })
    }

    /// Sends an alert, see [`Session::send_alert`]. A warning goes with what is written next, or by `flush`; a fatal one,
    /// which ends the session, has gone when this is ready. A call that is dropped before has sent nothing, or ends the
    /// session all the same.
    #[doc(alias = "gnutls_alert_send")]
    pub async fn send_alert(&mut self, level: AlertLevel, alert: Alert) -> Result<()> {
        poll_fn(|context| self.poll_send_alert(context, level, alert)).await
    }

    pub(crate) fn poll_send_alert(
        &mut self,
        context: &mut Context<'_>,
        level: AlertLevel,
        alert: Alert,
    ) -> Poll<Result<()>> {
        self.poll(Role::Writer, context, |session, io| {
            session.send_alert(io, level, alert)
        })
    }

    /// On a server of TLS 1.3: sends tickets by which the client can resume, see [`Session::send_tickets`]. They go with
    /// what is written next, or by `flush`. A call that is dropped before it is ready has sent none.
    #[doc(alias = "gnutls_session_ticket_send")]
    pub async fn send_tickets(&mut self, count: u8) -> Result<()> {
        poll_fn(|context| self.poll_send_tickets(context, count)).await
    }

    pub(crate) fn poll_send_tickets(
        &mut self,
        context: &mut Context<'_>,
        count: u8,
    ) -> Poll<Result<()>> {
        self.poll(Role::Writer, context, |session, io| {
            session.send_tickets(io, count)
        })
    }

    /// Asks whether the peer is still there, see [`Session::ping`]; a read sees the answer. The question goes with what is
    /// written next, or by `flush`. A call that is dropped before it is ready has asked nothing.
    #[doc(alias = "gnutls_heartbeat_ping")]
    pub async fn ping(&mut self, length: usize) -> Result<()> {
        poll_fn(|context| {
            self.poll(Role::Writer, context, |session, io| {
                session.ping(io, length)
            })
        })
        .await
    }

    /// Up to TLS 1.2: begins a further handshake, or on a server asks for one, which the reads that follow then do; see
    /// [`Session::rehandshake`]. A call that is dropped before it is ready goes on in the reads and writes that follow.
    ///
    /// # Errors
    ///
    /// [`Alert`](ErrorKind::Alert), not fatal, where the peer goes on without it.
    #[doc(alias = "gnutls_rehandshake")]
    pub async fn rehandshake(&mut self) -> Result<()> {
        poll_fn(|context| self.poll(Role::Writer, context, |session, io| session.rehandshake(io)))
            .await
    }

    /// From now on keeps what is written, so that many small writes make few records, see [`Session::cork`]. `flush` sends
    /// what is kept.
    pub fn cork(&mut self) {
        self.session_mut().cork();
    }

    /// Ends what [`cork`](Self::cork) began, and sends what was kept. A call that is dropped before it is ready has ended
    /// it, and what is left goes with the next write, or by `flush`.
    pub async fn uncork(&mut self) -> Result<()> {
        poll_fn(|context| self.poll(Role::Writer, context, |session, io| session.uncork(io))).await
    }

    /// Reads one record without copying it, and lends it to `look`: `None` is the end of the stream. See
    /// [`Session::read_packet`]. A call that is dropped before it is ready has lost nothing.
    ///
    /// ```
    /// # use tokio::io::{AsyncRead, AsyncWrite};
    /// # async fn count<T: AsyncRead + AsyncWrite + Unpin>(tls: &mut tokio_gnutls::TlsStream<T>) -> gnutls::Result<usize> {
    /// let mut sum = 0;
    /// while let Some(length) = tls.read_packet(|packet| packet.map(|packet| packet.len())).await? {
    ///     sum += length;
    /// }
    /// # Ok(sum)
    /// # }
    /// ```
    #[doc(alias = "gnutls_record_recv_packet")]
    pub async fn read_packet<R>(
        &mut self,
        look: impl FnOnce(Option<Packet<'_>>) -> R,
    ) -> Result<R> {
        let mut look = Some(look);
        poll_fn(|context| {
            self.poll(Role::Reader, context, |session, io| {
                read_packet(session, io, &mut look)
            })
        })
        .await
    }

    /// Writes some of `data` as one record with this much padding, and gives how much that is: see
    /// [`Session::write_padded`]. A call that is dropped before it is ready has taken nothing.
    #[doc(alias = "gnutls_record_send2")]
    pub async fn write_padded(&mut self, data: &[u8], padding: usize) -> Result<usize> {
        poll_fn(|context| {
            self.poll(Role::Writer, context, |session, io| {
                write(session, io, |session, io| {
                    session.write_padded(io, data, padding)
                })
            })
        })
        .await
    }

    /// Writes all of `data` and hides how long they are, see [`Session::write_hiding_length`]. A call that is dropped
    /// before it is ready has taken nothing.
    #[doc(alias = "gnutls_record_send_range")]
    pub async fn write_hiding_length(
        &mut self,
        data: &[u8],
        lengths: RangeInclusive<usize>,
    ) -> Result<()> {
        poll_fn(|context| {
            self.poll(Role::Writer, context, |session, io| {
                write(session, io, |session, io| {
                    session.write_hiding_length(io, data, lengths.clone())
                })
            })
        })
        .await
        .map(drop)
    }
}

/// Reads a packet, and goes through the new handshakes that the peer begins where the configuration allows them.
fn read_packet<T: AsyncRead + AsyncWrite + Unpin, R>(
    session: &mut Session,
    io: &mut Polled<'_, T>,
    look: &mut Option<impl FnOnce(Option<Packet<'_>>) -> R>,
) -> Result<Poll<R>> {
    for _ in 0..ROUNDS {
        let refused = match session.read_packet(io) {
            Ok(Poll::Ready(packet)) => {
                io.has_read();
                let Some(look) = look.take() else {
                    unreachable!("a future that was ready is not polled again");
                };
                return Ok(Poll::Ready(look(packet)));
            }
            Ok(Poll::Pending) => return Ok(Poll::Pending),
            Err(error) if error.kind() == ErrorKind::Rehandshake => false,
            // The peer does not want the handshake that it was asked for.
            Err(error) if is_refusal(&error) => true,
            Err(error) => return Err(error),
        };
        if !refused {
            match session.handshake(io) {
                Ok(Poll::Ready(())) => {}
                Ok(Poll::Pending) => return Ok(Poll::Pending),
                // The peer goes on without it, or has sent data before it.
                Err(error) if !error.is_fatal() => {}
                Err(error) => return Err(error),
            }
        }
    }
    io.give_way();
    Ok(Poll::Pending)
}
