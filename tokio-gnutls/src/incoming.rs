//! A client that has not been answered yet, so that the answer can be chosen by its hello.

use gnutls::{ClientHello, Result, ServerConfig};
use tokio::io::{AsyncRead, AsyncWrite};

use crate::TlsStream;

/// A client that wants to connect. Its hello can be read, and what is chosen by it may be waited for, before the handshake
/// goes on.
///
/// Where nothing has to be waited for, [`on_client_hello`](gnutls::ServerConfigBuilder::on_client_hello) does the same in a
/// callback, and [`accept`](crate::accept) suffices.
///
/// ```no_run
/// use gnutls::ServerConfig;
/// use tokio_gnutls::Incoming;
///
/// # async fn look_up(_: Option<&str>) -> Option<ServerConfig> { None }
/// # async fn serve(config: ServerConfig, tcp: tokio::net::TcpStream) -> std::io::Result<()> {
/// let mut incoming = Incoming::new(&config, tcp)?;
/// let hello = incoming.client_hello().await?;
/// let tls = match look_up(hello.server_name()).await {
///     Some(other) => incoming.accept_with(&other).await?,
///     None => incoming.accept().await?,
/// };
/// # let _ = tls;
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Incoming<T>(TlsStream<T>);

impl<T: AsyncRead + AsyncWrite + Unpin> Incoming<T> {
    /// A client at the other end of `io`, to be answered by `config` unless another is chosen.
    pub fn new(config: &ServerConfig, io: T) -> Result<Self> {
        Ok(Self(TlsStream::new(config.session()?, io)?))
    }

    /// Reads the client's hello. A call that is dropped before it is ready has lost nothing; a further one gives the same
    /// hello again.
    ///
    /// # Errors
    ///
    /// See [`Session::client_hello`](gnutls::Session::client_hello). After one that is not fatal,
    /// [`accept`](Self::accept) fails and tells the client why.
    pub async fn client_hello(&mut self) -> Result<ClientHello<'_>> {
        self.0.client_hello().await
    }

    /// Does the handshake as configured.
    pub async fn accept(self) -> Result<TlsStream<T>> {
        self.0.handshaken().await
    }

    /// Does the handshake by another configuration, see [`Session::set_config`](gnutls::Session::set_config).
    pub async fn accept_with(mut self, config: &ServerConfig) -> Result<TlsStream<T>> {
        self.0.set_config(config)?;
        self.accept().await
    }
}
