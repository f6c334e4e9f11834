//! DTLS servers for many peers on one UDP socket, and the transport of a client.
//!
//! - [`Listener`] is a server on a `UdpSocket` of the standard library. [`accept`](Listener::accept) returns one
//!   [`Stream`](crate::Stream) per peer.
//! - [`Server`] is the same without I/O: it processes the datagrams that the program receives, and returns those to be
//!   sent.
//! - [`UdpTransport`] is the transport of a client, which waits without a busy loop and determines the MTU of the path.
//! - [`CookieKey`] creates and verifies the cookies of clients, for a program with its own table of peers.
//!
//! # Cookies
//!
//! The source address of a datagram can be forged. A server therefore stores nothing about a client before the client
//! has returned a cookie, which proves that it receives datagrams at its address (RFC 6347, section 4.2.1). The cookie
//! is derived from a secret key, the address and the random number of the client. The key is replaced regularly, and the
//! previous one remains valid for the same time.
//!
//! # Datagrams
//!
//! A write sends one datagram, and a read returns one. Data that exceeds the [size](crate::Session::data_mtu) of a
//! datagram is an error of kind [`Limit`](crate::ErrorKind::Limit) that contains the limit, and so is a read into a
//! buffer that is too small; neither loses the data nor ends the session. Datagrams with data can be lost, repeated by
//! the network (the session discards the repetition) and received in any order. Messages of the handshake are sent
//! again until they arrive.
//!
//! ```no_run
//! use std::io::{Read, Write};
//! use std::net::UdpSocket;
//! use std::thread;
//! use gnutls::dtls::Listener;
//! use gnutls::{Identity, ServerConfig};
//!
//! let config = ServerConfig::builder()
//!     .identity(Identity::from_pem_files("chain.pem", "key.pem")?)
//!     .build()?;
//! let listener = Listener::new(UdpSocket::bind("[::]:4433")?, &config)?;
//! loop {
//!     let (mut stream, address) = listener.accept()?;
//!     thread::spawn(move || -> std::io::Result<()> {
//!         let mut buffer = [0; 16_384];
//!         loop {
//!             match stream.read(&mut buffer)? {
//!                 0 => break,
//!                 length => stream.write_all(&buffer[..length])?,
//!             }
//!         }
//!         println!("{address} has closed");
//!         Ok(stream.close()?)
//!     });
//! }
//! # #[allow(unreachable_code)]
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub(crate) mod cookie;
pub(crate) mod limits;
pub(crate) mod listener;
pub(crate) mod peer;
pub(crate) mod server;
pub(crate) mod udp;

pub use self::cookie::{CookieKey, CookieReply};
pub use self::limits::Limits;
pub use self::listener::{Connection, Listener};
pub use self::peer::Peer;
pub use self::server::{Counts, DiscardReason, Received, Server};
pub use self::udp::UdpTransport;
