//! What a server can do with its stream besides reading and writing: choose by the hello, ask for a certificate, send tickets.

use std::io;

use crate::config::ServerConfig;
use crate::error::Result;
use crate::handshake::client_hello::ClientHello;
use crate::stream::Stream;
use crate::transport::Transport;

impl<T: Transport> Stream<T> {
    /// Reads the client's hello before the handshake, so that [`set_config`](Self::set_config) can be given what was chosen
    /// by it; see [`Session::client_hello`](crate::Session::client_hello). A further call gives the same hello again.
    ///
    /// ```no_run
    /// # fn look_up(_: Option<&str>) -> Option<gnutls::ServerConfig> { None }
    /// # fn serve(config: gnutls::ServerConfig, tcp: std::net::TcpStream) -> std::io::Result<()> {
    /// let mut stream = config.stream(tcp)?;
    /// if let Some(other) = look_up(stream.client_hello()?.server_name()) {
    ///     stream.set_config(&other)?;
    /// }
    /// stream.handshake()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn client_hello(&mut self) -> io::Result<ClientHello<'_>> {
        loop {
            let read = self.session.client_hello(&mut self.io);
            let read = read.map(|poll| poll.map(drop));
            if self.done(read)?.is_some() {
                break;
            }
        }
        // It has been read, so that nothing is asked of the transport.
        match self.session.client_hello(&mut self.io)? {
            std::task::Poll::Ready(hello) => Ok(hello),
            std::task::Poll::Pending => unreachable!("a hello that was read stays read"),
        }
    }

    /// Puts another configuration in the place of the one that the stream was made from, see
    /// [`Session::set_config`](crate::Session::set_config).
    pub fn set_config(&mut self, config: &ServerConfig) -> Result<()> {
        self.session.set_config(config)
    }

    /// Asks the client for a certificate after the handshake and waits for the answer: whether it has proven who it is, or
    /// sent none. See [`Session::request_authentication`](crate::Session::request_authentication).
    ///
    /// On a blocking transport this waits for a client that has to read before it can answer. Where it fails since the
    /// client has sent data before its answer ([`GOT_APPLICATION_DATA`](crate::ErrorCode::GOT_APPLICATION_DATA), not fatal),
    /// read them, then call this again.
    pub fn request_authentication(&mut self) -> io::Result<bool> {
        loop {
            let result = self.session.request_authentication(&mut self.io);
            if let Some(came) = self.done(result)? {
                return Ok(came);
            }
        }
    }

    /// Sends tickets by which the client can resume, see [`Session::send_tickets`](crate::Session::send_tickets).
    pub fn send_tickets(&mut self, count: u8) -> io::Result<()> {
        loop {
            let result = self.session.send_tickets(&mut self.io, count);
            if let Some(()) = self.done(result)? {
                return Ok(());
            }
        }
    }
}
