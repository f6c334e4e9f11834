//! Further operations of a stream: authentication, alerts, tickets, corking, packets and padding.

use std::future::poll_fn;
use std::ops::RangeInclusive;
use std::task::{Context, Poll};

use gnutls::record::Packet;
use gnutls::{Alert, AlertLevel, ErrorKind, Result, Session};
use gnutls_macros::corresponds;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::Stream;
use crate::stream::{ROUNDS, is_refusal, write};
use crate::transport::Polled;
use crate::wakers::Role;

/// The documentation of the corresponding methods of [`Session`] applies. No method blocks; `send_file` would, since it
/// reads a file, so use `tokio::io::copy` with a `tokio::fs::File`.
impl<T: AsyncRead + AsyncWrite + Unpin> Stream<T> {
    /// Requests a certificate from the client of a TLS 1.3 server and waits for it. Returns true if the client has
    /// proven its identity, and false if it sent no certificate; see [`Session::request_authentication`].
    ///
    /// No data can be read meanwhile. A call that is dropped before completion leaves the request in place: call it
    /// again for the result. If it fails because the client sent data before the certificate
    /// ([`GOT_APPLICATION_DATA`](gnutls::ErrorCode::GOT_APPLICATION_DATA), not fatal), read the data, then call it
    /// again.
    ///
    /// ```
    /// # use tokio::io::{AsyncRead, AsyncWrite};
    /// /// Requests the client's certificate before a privileged operation.
    /// async fn client_certificate<T: AsyncRead + AsyncWrite + Unpin>(
    ///     server: &mut tokio_gnutls::Stream<T>,
    /// ) -> gnutls::Result<Option<Vec<u8>>> {
    ///     if !server.request_authentication().await? {
    ///         return Ok(None);
    ///     }
    ///     let mut chain = server.session().peer_certificates().into_iter().flatten();
    ///     Ok(chain.next().map(<[u8]>::to_vec))
    /// }
    /// ```
    #[corresponds(alias(gnutls_reauth))]
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

    /// Sends an alert, see [`Session::send_alert`]. The next write or `flush` sends a warning. A fatal alert, which
    /// ends the session, has been sent when the call completes; a call that is dropped before completion has sent
    /// nothing or ends the session anyway.
    #[corresponds(alias(gnutls_alert_send))]
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

    /// Issues tickets of a TLS 1.3 server, with which the client can resume; see [`Session::send_tickets`]. The next
    /// write or `flush` sends them. A call that is dropped before completion issues none.
    #[corresponds(alias(gnutls_session_ticket_send))]
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

    /// Sends a heartbeat request, see [`Session::ping`]; a read receives the response. The next write or `flush` sends
    /// the request. A call that is dropped before completion sends none.
    #[corresponds(alias(gnutls_heartbeat_ping))]
    pub async fn ping(&mut self, length: usize) -> Result<()> {
        poll_fn(|context| {
            self.poll(Role::Writer, context, |session, io| {
                session.ping(io, length)
            })
        })
        .await
    }

    /// Starts another handshake, up to TLS 1.2. A server requests it, and the following reads perform it; see
    /// [`Session::rehandshake`]. If a call is dropped before completion, the following reads and writes continue it.
    ///
    /// # Errors
    ///
    /// [`Alert`](ErrorKind::Alert), not fatal, if the peer continues without it.
    #[corresponds(alias(gnutls_rehandshake))]
    pub async fn rehandshake(&mut self) -> Result<()> {
        poll_fn(|context| self.poll(Role::Writer, context, |session, io| session.rehandshake(io)))
            .await
    }

    /// Starts collecting written data, so that many small writes form few records; see [`Session::cork`]. `flush` sends
    /// the collected data.
    pub fn cork(&mut self) {
        self.session_mut().cork();
    }

    /// Stops collecting and sends the data that was collected since [`cork`](Self::cork). If a call is dropped before
    /// completion, the next write or `flush` sends the rest.
    pub async fn uncork(&mut self) -> Result<()> {
        poll_fn(|context| self.poll(Role::Writer, context, |session, io| session.uncork(io))).await
    }

    /// Reads one record without copying it and passes it to `look`; `None` is the end of the stream. See
    /// [`Session::read_packet`]. A call that is dropped before completion loses no data.
    ///
    /// ```
    /// # use tokio::io::{AsyncRead, AsyncWrite};
    /// # async fn count<T: AsyncRead + AsyncWrite + Unpin>(client: &mut tokio_gnutls::Stream<T>) -> gnutls::Result<usize> {
    /// let mut sum = 0;
    /// while let Some(length) = client.read_packet(|packet| packet.map(|packet| packet.len())).await? {
    ///     sum += length;
    /// }
    /// # Ok(sum)
    /// # }
    /// ```
    #[corresponds(alias(gnutls_record_recv_packet))]
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

    /// Writes part of `data` as one record with this amount of padding and returns the length of the part; see
    /// [`Session::write_padded`]. A call that is dropped before completion accepts nothing.
    #[corresponds(alias(gnutls_record_send2))]
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

    /// Writes all of `data` and hides its length, see [`Session::write_hiding_length`]. A call that is dropped before
    /// completion accepts nothing.
    #[corresponds(alias(gnutls_record_send_range))]
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

/// Reads a packet, and performs the handshakes that the peer starts if the configuration permits them.
fn read_packet<T: AsyncRead + AsyncWrite + Unpin, R>(
    session: &mut Session,
    io: &mut Polled<'_, T>,
    look: &mut Option<impl FnOnce(Option<Packet<'_>>) -> R>,
) -> Result<Poll<R>> {
    for _ in 0..ROUNDS {
        let refused = match session.read_packet(io) {
            Ok(Poll::Ready(packet)) => {
                let Some(look) = look.take() else {
                    unreachable!("a completed future is not polled again");
                };
                return Ok(Poll::Ready(look(packet)));
            }
            Ok(Poll::Pending) => return Ok(Poll::Pending),
            Err(error) if error.kind() == ErrorKind::Rehandshake => false,
            // The peer refuses the requested handshake.
            Err(error) if is_refusal(&error) => true,
            Err(error) => return Err(error),
        };
        if !refused {
            match session.handshake(io) {
                Ok(Poll::Ready(())) => {}
                Ok(Poll::Pending) => return Ok(Poll::Pending),
                // The peer continues without it, or sent data before it.
                Err(error) if !error.is_fatal() => {}
                Err(error) => return Err(error),
            }
        }
    }
    io.yield_now();
    Ok(Poll::Pending)
}
