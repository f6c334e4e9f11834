//! A connection before the response to the ClientHello, so that the configuration can depend on it.

use gnutls::handshake::ClientHello;
use gnutls::{Alert, ErrorKind, Result, ServerConfig};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::Stream;

/// A connection whose ClientHello can be read before the handshake continues, to select a configuration asynchronously.
///
/// If the selection needs no waiting, the callback [`on_client_hello`](gnutls::ServerConfigBuilder::on_client_hello)
/// and [`accept`](crate::accept) suffice.
///
/// ```no_run
/// use gnutls::ServerConfig;
/// use tokio_gnutls::Incoming;
///
/// # async fn look_up(_: Option<&str>) -> Option<ServerConfig> { None }
/// # async fn serve(config: ServerConfig, tcp: tokio::net::TcpStream) -> std::io::Result<()> {
/// let mut incoming = Incoming::new(&config, tcp)?;
/// let hello = incoming.client_hello().await?;
/// let server = match look_up(hello.server_name()).await {
///     Some(other) => incoming.accept_with(&other).await?,
///     None => incoming.accept().await?,
/// };
/// # let _ = server;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Incoming<T>(Stream<T>);

impl<T: AsyncRead + AsyncWrite + Unpin> Incoming<T> {
    /// Creates a connection with a client over `io`, which uses `config` unless another one is selected.
    pub fn new(config: &ServerConfig, io: T) -> Result<Self> {
        Ok(Self(Stream::new(config.session()?, io)?))
    }

    /// Reads the ClientHello. A call that is dropped before completion loses no data; another call returns the same
    /// hello.
    ///
    /// # Errors
    ///
    /// See [`Session::client_hello`](gnutls::Session::client_hello). After an error that is not fatal,
    /// [`accept`](Self::accept) fails and sends the alert to the client.
    pub async fn client_hello(&mut self) -> Result<ClientHello<'_>> {
        self.0.client_hello().await
    }

    /// Performs the handshake with the initial configuration.
    pub async fn accept(self) -> Result<Stream<T>> {
        self.0.handshaken().await
    }

    /// Refuses the client: sends this alert, such as [`Alert::UNRECOGNIZED_NAME`], and completes when it has been sent.
    ///
    /// ```
    /// use gnutls::Alert;
    /// # use tokio::io::{AsyncRead, AsyncWrite};
    /// # use tokio_gnutls::{Incoming, Stream};
    ///
    /// # async fn accept<T: AsyncRead + AsyncWrite + Unpin>(
    /// #     mut incoming: Incoming<T>,
    /// # ) -> gnutls::Result<Option<Stream<T>>> {
    /// if incoming.client_hello().await?.server_name() != Some("www.example.org") {
    ///     incoming.refuse(Alert::UNRECOGNIZED_NAME).await?;
    ///     return Ok(None);
    /// }
    /// # incoming.accept().await.map(Some)
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the handshake, for example if the transport fails or the client sends no ClientHello.
    pub async fn refuse(mut self, alert: Alert) -> Result<()> {
        self.0.refuse_client_hello(alert)?;
        match self.0.handshaken().await {
            Err(error) if error.kind() == ErrorKind::Protocol && error.alert() == Some(alert) => {
                Ok(())
            }
            Err(error) => Err(error),
            Ok(_) => unreachable!("a session that refuses its client completes no handshake"),
        }
    }

    /// Performs the handshake with another configuration, see [`Session::set_config`](gnutls::Session::set_config).
    pub async fn accept_with(mut self, config: &ServerConfig) -> Result<Stream<T>> {
        self.0.set_config(config)?;
        self.accept().await
    }
}
