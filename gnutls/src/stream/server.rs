//! The methods of a server's stream: the choice by the hello, client authentication, tickets.

use std::task::Poll;

use crate::alert::Alert;
use crate::config::ServerConfig;
use crate::error::{Error, Result};
use crate::handshake::client_hello::ClientHello;
use crate::stream::Stream;
use crate::stream::blocking::Blocking;
use crate::transport::Transport;

impl<T: Transport> Stream<T> {
    /// Reads the ClientHello before the handshake, so that [`set_config`](Self::set_config) can be called with the
    /// configuration chosen by it. A further call returns the same hello again. See
    /// [`Session::client_hello`](crate::Session::client_hello).
    ///
    /// ```no_run
    /// # fn look_up(_: Option<&str>) -> Option<gnutls::ServerConfig> { None }
    /// # fn serve(config: gnutls::ServerConfig, tcp: std::net::TcpStream) -> gnutls::Result<()> {
    /// let mut server = config.stream(tcp)?;
    /// if let Some(other) = look_up(server.client_hello()?.server_name()) {
    ///     server.set_config(&other)?;
    /// }
    /// server.handshake()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn client_hello(&mut self) -> Result<ClientHello<'_>> {
        self.complete(|session, io| Ok(session.client_hello(io)?.map(drop)))?;
        // The hello is in the session now, so that the transport is not used.
        match self.session.client_hello(&mut self.io)? {
            Poll::Ready(hello) => Ok(hello),
            Poll::Pending => Err(Error::invalid_state(
                "the hello that was read is no longer there",
            )),
        }
    }

    /// Replaces the configuration that the stream was created from, see
    /// [`Session::set_config`](crate::Session::set_config).
    pub fn set_config(&mut self, config: &ServerConfig) -> Result<()> {
        self.session.set_config(config)
    }

    /// Refuses the client before the handshake, which then sends this alert and fails, see
    /// [`Session::refuse_client_hello`](crate::Session::refuse_client_hello).
    pub fn refuse_client_hello(&mut self, alert: Alert) -> Result<()> {
        self.session.refuse_client_hello(alert)
    }

    /// Requests the client's certificate after the handshake and waits for the answer. Returns `true` if the client has
    /// authenticated, `false` if it has sent no certificate. See
    /// [`Session::request_authentication`](crate::Session::request_authentication).
    ///
    /// On a blocking transport this waits for a client, which has to read before it can answer. If the client has sent
    /// data before its answer, it fails with [`GOT_APPLICATION_DATA`](crate::ErrorCode::GOT_APPLICATION_DATA), which is
    /// not fatal: read the data, then call this again.
    pub fn request_authentication(&mut self) -> Result<bool> {
        self.complete(|session, io| session.request_authentication(io))
    }

    /// Sends tickets with which the client can resume, see [`Session::send_tickets`](crate::Session::send_tickets).
    pub fn send_tickets(&mut self, count: u8) -> Result<()> {
        self.complete(|session, io| session.send_tickets(io, count))
    }
}
