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
    /// Sends the tickets of a TLS 1.3 handshake at its end. Streams do so.
    ///
    /// By default a server that requests no certificate sends the tickets together with its other messages, and nothing
    /// in response to the last message of the client. A client without `TCP_NODELAY` then keeps its data until that
    /// message has been acknowledged (RFC 896), which the system of the server delays by 40 ms or more (RFC 1122,
    /// section 4.2.3.2). Tickets at the end acknowledge the message.
    ///
    /// The method has no effect on descriptors, to which GnuTLS itself sends.
    ///
    /// ```
    /// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
    /// # let identity = gnutls::Identity::from_pem(&pem("server"), &pem("server-key"))?;
    /// # let server = gnutls::ServerConfig::builder().identity(identity).build()?;
    /// let mut session = server.session()?;
    /// session.delay_tickets();
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    pub fn delay_tickets(&mut self) {
        self.core_mut().delays_tickets = true;
    }

    /// Sends `count` tickets of a TLS 1.3 server, each of which allows the client to resume the session once (RFC 8446,
    /// section 4.6.1). `Ready` once they are written; corked data is sent first.
    ///
    /// GnuTLS sends two tickets with each handshake. More are useful for a client that opens several connections, and
    /// for a client that has been [authenticated](Self::request_authentication) after the handshake: a ticket contains
    /// the certificate of the client. [`automatic_tickets`](crate::ServerConfigBuilder::automatic_tickets) disables
    /// those of the handshake.
    ///
    /// No ticket is sent to a client whose `psk_key_exchange_modes` the server does not support, nor in a resumed
    /// session that has lasted longer than the lifetime of the session that it resumes; neither is an error.
    ///
    /// The C function fails if the tickets need 32 or more records, so they are sent one by one.
    ///
    /// ```
    /// # use gnutls::{Session, Transport};
    /// # use std::task::Poll;
    /// /// Sends tickets to a browser that opens six connections.
    /// fn send_six<T: Transport>(session: &mut Session, io: &mut T) -> gnutls::Result<Poll<()>> {
    ///     session.send_tickets(io, 4)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](crate::ErrorKind::InvalidState) before the handshake is complete, on a
    /// client, in older protocols, and if the configuration has no [ticket key](crate::ServerConfigBuilder::tickets);
    /// of kind
    /// [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old.
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
                "only a TLS 1.3 server sends tickets after the handshake",
            ));
        }
        let config = self.state().config.server();
        if config.is_none_or(|config| config.0.ticket_key.is_none()) {
            return Err(Error::invalid_state(
                "the configuration of the server has no ticket key: configure one by `tickets`",
            ));
        }
        ready!(self.poll_flush(io, Flush::Corked));
        if count == 0 {
            return Ok(Poll::Ready(()));
        }
        // SAFETY: writes handshake messages. Nothing is left to be sent before them. The handshake is complete and has
        // negotiated TLS 1.3; before that C would read a NULL version, and a secret that has not been derived.
        let code = unsafe { self.send_message(io, PendingSend::Tickets(count)) };
        if code < 0 {
            return self.fail(io, code);
        }
        self.flush_behind(io);
        Ok(Poll::Ready(()))
    }
}
