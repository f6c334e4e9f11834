//! Sending session tickets.

use std::task::Poll;

use gnutls_macros::corresponds;

#[cfg(gnutls_3_6_3)]
use crate::crypto::{Side, parameters::Protocol};
#[cfg(gnutls_3_6_3)]
use crate::error::Error;
use crate::error::Result;
use crate::error::unsupported::requires;
use crate::session::Session;
#[cfg(gnutls_3_6_3)]
use crate::session::{output::Flush, ready};
#[cfg(gnutls_3_6_3)]
use crate::session_core::{lifecycle::Operation, send_queue::PendingSend};
use crate::transport::Transport;

impl Session {
    /// On a server of TLS 1.3: sends `count` tickets, each of which lets the client resume the session once (RFC 8446,
    /// section 4.6.1). `Ready` once they are written; what is corked goes first.
    ///
    /// GnuTLS sends two with each handshake. Further ones are for a client that is going to open several connections, and
    /// for one that has been [authenticated](Self::request_authentication) since: the certificate that it has shown by then
    /// is part of the ticket. To send none before, turn
    /// [`automatic_tickets`](crate::ServerConfigBuilder::automatic_tickets) off.
    ///
    /// None is sent to a client that offers no way to resume which the server takes (`psk_key_exchange_modes`), nor in a
    /// session that was resumed and has outlived the one that it resumes; that is no error.
    ///
    /// The C function fails for 32 or more tickets, so they are sent in groups.
    ///
    /// ```
    /// # use gnutls::{Session, Transport};
    /// # use std::task::Poll;
    /// /// For a browser, which opens six connections.
    /// fn six<T: Transport>(session: &mut Session, io: &mut T) -> gnutls::Result<Poll<()>> {
    ///     session.send_tickets(io, 4)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidState`](crate::ErrorKind::InvalidState) before the handshake is over, on a client, in older protocols, and
    /// where the configuration has no [ticket key](crate::ServerConfigBuilder::tickets);
    /// [`Unsupported`](crate::ErrorKind::Unsupported) with a library that is too old.
    #[corresponds(gnutls_session_ticket_send)]
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(unused_variables, reason = "refused, whatever they are")
    )]
    pub fn send_tickets<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        count: u8,
    ) -> Result<Poll<()>> {
        requires!(
            gnutls_3_6_3,
            "sending tickets",
            self.send_tickets_of_tls1_3(io, count)
        )
    }

    #[cfg(gnutls_3_6_3)]
    fn send_tickets_of_tls1_3<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        count: u8,
    ) -> Result<Poll<()>> {
        ready!(self.begin(io, Operation::SendTickets));
        if self.side() != Side::Server || self.protocol() != Some(Protocol::TLS1_3) {
            return Err(Error::invalid_state(
                "only a server of TLS 1.3 sends tickets after the handshake",
            ));
        }
        let config = self.state().config.server();
        if config.is_none_or(|config| config.0.ticket_key.is_none()) {
            return Err(Error::invalid_state(
                "the configuration of the server has no ticket key",
            ));
        }
        ready!(self.poll_flush(io, Flush::Corked));
        if count == 0 {
            return Ok(Poll::Ready(()));
        }
        // SAFETY: writes handshake messages. Nothing is left to be sent before them. The handshake is over and has agreed on TLS
        // 1.3: before that C reads a version that is not there, and a secret that has not been derived.
        let code = unsafe { self.send_message(io, PendingSend::Tickets(count)) };
        if code < 0 {
            return self.fail(io, code);
        }
        Ok(Poll::Ready(self.flush_behind(io)))
    }
}
