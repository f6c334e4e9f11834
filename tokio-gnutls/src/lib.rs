//! TLS streams for [tokio](https://tokio.rs) with the system's GnuTLS.
//!
//! The crate [`gnutls`] provides the configurations and sessions. [`connect`] and [`accept`] perform the handshake over
//! any [`AsyncRead`] and [`AsyncWrite`] and return a [`Stream`], which implements both.
//!
//! # A client
//!
//! ```no_run
//! use gnutls::ClientConfig;
//! use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! use tokio::net::TcpStream;
//!
//! # async fn run() -> std::io::Result<()> {
//! let config = ClientConfig::builder().build()?;
//! let tcp = TcpStream::connect("example.org:443").await?;
//! let mut client = tokio_gnutls::connect(&config, "example.org", tcp).await?;
//! client.write_all(b"GET / HTTP/1.0\r\nHost: example.org\r\n\r\n").await?;
//! let mut response = Vec::new();
//! client.read_to_end(&mut response).await?;
//! client.shutdown().await
//! # }
//! ```
//!
//! # A server
//!
//! ```no_run
//! use gnutls::{Identity, ServerConfig};
//! use tokio::net::TcpListener;
//!
//! # async fn run() -> std::io::Result<()> {
//! let config = ServerConfig::builder()
//!     .identity(Identity::from_pem_files("chain.pem", "key.pem")?)
//!     .build()?;
//! let listener = TcpListener::bind("localhost:4433").await?;
//! loop {
//!     let (tcp, _) = listener.accept().await?;
//!     let config = config.clone();
//!     tokio::spawn(async move {
//!         let server = tokio_gnutls::accept(&config, tcp).await?;
//!         let (mut reader, mut writer) = tokio::io::split(server);
//!         tokio::io::copy(&mut reader, &mut writer).await
//!     });
//! }
//! # }
//! ```
//!
//! # Features
//!
//! No feature is enabled by default.
//!
//! - `dtls`: the module `dtls`, a server for many peers on one UDP socket, and clients.
//! - `hyper`: `HttpsConnector` for the client of hyper-util, and its trait `Connection` for [`Stream`].
//! - `listener`: `Listener`, which accepts TLS connections from a TCP socket and reloads its configuration.
//! - `rt-multi-thread`: `BlockInPlace`, for stores of sessions that block, such as databases.
//!
//! # Timeouts
//!
//! No future of this crate, except for those of `Listener`, has a deadline. If a peer stops during the handshake, the future stays pending until it is
//! dropped, for example by `tokio::time::timeout`:
//!
//! ```
//! use std::time::Duration;
//! use tokio::time::timeout;
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), gnutls::Error> {
//! # let config = gnutls::ClientConfig::builder().trust(gnutls::Trust::none()).build()?;
//! let (client, _server) = tokio::io::duplex(1024); // The server never responds.
//! let connecting = tokio_gnutls::connect(&config, "example.org", client);
//! assert!(timeout(Duration::from_millis(50), connecting).await.is_err());
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]

#[cfg(feature = "rt-multi-thread")]
mod block_in_place;
mod calls;
mod connection_info;
#[cfg(feature = "hyper")]
mod connector;
#[cfg(feature = "dtls")]
pub mod dtls;
mod incoming;
#[cfg(feature = "listener")]
mod listener;
mod split;
mod stream;
mod transport;
mod wakers;

#[cfg(feature = "rt-multi-thread")]
pub use block_in_place::BlockInPlace;
pub use connection_info::ConnectionInfo;
#[cfg(feature = "hyper")]
pub use connector::HttpsConnector;
pub use gnutls;
use gnutls::session::PeerName;
use gnutls::{ClientConfig, Result, ServerConfig, Session};
pub use incoming::Incoming;
#[cfg(feature = "listener")]
pub use listener::Listener;
pub use split::{ReadHalf, UnsplitError, WriteHalf};
pub use stream::Stream;
use tokio::io::{AsyncRead, AsyncWrite};

/// Performs the handshake with the server of this name (or address), which its certificate must contain.
///
/// # Errors
///
/// Those of [`ClientConfig::session`] and [`Session::handshake`]. The alert has been sent to the server when the future
/// completes.
pub async fn connect<'a, T>(
    config: &ClientConfig,
    server_name: impl Into<PeerName<'a>>,
    io: T,
) -> Result<Stream<T>>
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    handshake(config.session(server_name)?, io).await
}

/// Performs the handshake with a client.
///
/// # Errors
///
/// Those of [`ServerConfig::session`] and [`Session::handshake`]. The alert has been sent to the client when the future
/// completes.
pub async fn accept<T>(config: &ServerConfig, io: T) -> Result<Stream<T>>
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    handshake(config.session()?, io).await
}

/// Performs the handshake of a session that [`connect`] and [`accept`] cannot create: one that
/// [resumes](ClientConfig::resume) another, or one with modified settings. A handshake that has started or completed is
/// continued.
///
/// A DTLS session is an error, since datagrams have no place in a stream of bytes.
///
/// ```no_run
/// # async fn resume(config: gnutls::ClientConfig, saved: gnutls::resumption::SessionData) -> std::io::Result<()> {
/// let tcp = tokio::net::TcpStream::connect("example.org:443").await?;
/// let session = config.resume("example.org", &saved)?;
/// let tls = tokio_gnutls::handshake(session, tcp).await?;
/// println!("resumed: {}", tls.session().is_resumed());
/// # Ok(())
/// # }
/// ```
pub async fn handshake<T>(session: Session, io: T) -> Result<Stream<T>>
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    Stream::new(session, io)?.handshaken().await
}

/// Compiles the programs of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
