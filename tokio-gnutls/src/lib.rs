//! TLS streams for [tokio](https://tokio.rs) over the GnuTLS of the system.
//!
//! This is the crate [`gnutls`] for asynchronous programs: its configurations, and sessions that are read from and written
//! to by tokio. [`connect`] and [`accept`] do the handshake over any [`AsyncRead`] and [`AsyncWrite`], and give a
//! [`TlsStream`], which is both as well.
//!
//! # A client
//!
//! ```no_run
//! use gnutls::ClientConfig;
//! use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! use tokio::net::TcpStream;
//!
//! # async fn client() -> std::io::Result<()> {
//! let config = ClientConfig::builder().build()?;
//! let tcp = TcpStream::connect("example.org:443").await?;
//! let mut tls = tokio_gnutls::connect(&config, "example.org", tcp).await?;
//! tls.write_all(b"GET / HTTP/1.0\r\nHost: example.org\r\n\r\n").await?;
//! let mut answer = Vec::new();
//! tls.read_to_end(&mut answer).await?;
//! tls.shutdown().await
//! # }
//! ```
//!
//! # A server
//!
//! ```no_run
//! use gnutls::{Identity, ServerConfig};
//! use tokio::net::TcpListener;
//!
//! # async fn server() -> std::io::Result<()> {
//! let config = ServerConfig::builder()
//!     .identity(Identity::from_pem_files("chain.pem", "key.pem")?)
//!     .build()?;
//! let listener = TcpListener::bind("localhost:4433").await?;
//! loop {
//!     let (tcp, _) = listener.accept().await?;
//!     let config = config.clone();
//!     tokio::spawn(async move {
//!         let tls = tokio_gnutls::accept(&config, tcp).await?;
//!         let (mut reader, mut writer) = tokio::io::split(tls);
//!         tokio::io::copy(&mut reader, &mut writer).await
//!     });
//! }
//! # }
//! ```
//!
//! # Time
//!
//! Nothing here has a deadline. A peer that stops in the middle of a handshake is waited for until the future is dropped,
//! which `tokio::time::timeout` does:
//!
//! ```
//! use std::time::Duration;
//! use tokio::time::timeout;
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), gnutls::Error> {
//! # let config = gnutls::ClientConfig::builder().trust(gnutls::Trust::none()).build()?;
//! let (near, _far) = tokio::io::duplex(1024); // nobody answers
//! let connecting = tokio_gnutls::connect(&config, "example.org", near);
//! assert!(timeout(Duration::from_millis(50), connecting).await.is_err());
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]

mod calls;
mod incoming;
mod split;
mod stream;
mod transport;
mod wakers;

use gnutls::{ClientConfig, Result, ServerConfig, Session};
use tokio::io::{AsyncRead, AsyncWrite};

pub use gnutls;
pub use incoming::Incoming;
pub use split::{ReadHalf, UnsplitError, WriteHalf};
pub use stream::TlsStream;

/// Does the handshake with the server of this name (or address). Its certificate has to be for it.
///
/// # Errors
///
/// Those of [`ClientConfig::session`] and [`Session::handshake`]. The alert that tells the server has been sent by then.
pub async fn connect<T>(config: &ClientConfig, server_name: &str, io: T) -> Result<TlsStream<T>>
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    handshake(config.session(server_name)?, io).await
}

/// Does the handshake with a client.
///
/// # Errors
///
/// Those of [`ServerConfig::session`] and [`Session::handshake`]. The alert that tells the client has been sent by then.
pub async fn accept<T>(config: &ServerConfig, io: T) -> Result<TlsStream<T>>
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    handshake(config.session()?, io).await
}

/// Does the handshake of a session that was made in another way than by [`connect`] and [`accept`]: one that
/// [resumes](ClientConfig::resume) another, one with a server [without a name](ClientConfig::session_without_name), or
/// one whose settings were changed. Where the handshake has begun or is over, it goes on from there.
///
/// The session has to be one of TLS: datagrams have no place in a stream of bytes.
///
/// ```no_run
/// # async fn resume(config: gnutls::ClientConfig, saved: gnutls::SessionData) -> std::io::Result<()> {
/// let tcp = tokio::net::TcpStream::connect("example.org:443").await?;
/// let session = config.resume("example.org", &saved)?;
/// let tls = tokio_gnutls::handshake(session, tcp).await?;
/// println!("resumed: {}", tls.session().is_resumed());
/// # Ok(())
/// # }
/// ```
pub async fn handshake<T>(session: Session, io: T) -> Result<TlsStream<T>>
where
    T: AsyncRead + AsyncWrite + Unpin,
{
    TlsStream::new(session, io)?.handshaken().await
}

/// Has the programs of the readme compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
