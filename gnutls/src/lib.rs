//! TLS and DTLS with the system's GnuTLS.
//!
//! This crate wraps the installed [GnuTLS](https://www.gnutls.org) library, from release 3.6.0. Session identifiers,
//! priorities, certificates and errors are those of GnuTLS, under Rust's rules: a borrow of a session cannot outlive
//! it, and the crate checks what the C library leaves to its caller.
//!
//! # A client
//!
//! The certificate of the server is verified against the authorities that the system trusts, and for its name.
//!
//! ```no_run
//! use std::io::{Read, Write};
//! use std::net::TcpStream;
//! use gnutls::ClientConfig;
//!
//! let config = ClientConfig::builder().build()?;
//! let tcp = TcpStream::connect("example.org:443")?;
//! let mut client = config.connect("example.org", tcp)?;
//! println!("{}", client.session().description().unwrap_or_default());
//! println!("session {}", client.session().id());
//!
//! client.write_all(b"GET / HTTP/1.0\r\nHost: example.org\r\n\r\n")?;
//! let mut response = String::new();
//! client.read_to_string(&mut response)?;
//! client.close_both()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # A server
//!
//! ```no_run
//! use std::io::{self, Read, Write};
//! use std::net::{TcpListener, TcpStream};
//! use gnutls::{Identity, ServerConfig};
//! use gnutls::resumption::TicketKey;
//!
//! /// Sends the first message of a client back.
//! fn answer(config: &ServerConfig, client: io::Result<TcpStream>) -> io::Result<()> {
//!     let mut server = config.accept(client?)?;
//!     let mut buffer = [0; 1024];
//!     let length = server.read(&mut buffer)?;
//!     server.write_all(&buffer[..length])?;
//!     Ok(server.close_both()?)
//! }
//!
//! let config = ServerConfig::builder()
//!     .identity(Identity::from_pem_files("chain.pem", "key.pem")?)
//!     .tickets(TicketKey::generate()?)
//!     .build()?;
//! for client in TcpListener::bind("localhost:4433")?.incoming() {
//!     // A client that fails does not end the server.
//!     if let Err(error) = answer(&config, client) {
//!         eprintln!("{error}");
//!     }
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Overview
//!
//! - [`ClientConfig`] and [`ServerConfig`] hold what sessions have in common: an [`Identity`] (in files, in memory or
//!   on a PKCS #11 token, with a certificate or a raw public key), the [`Trust`] in peers, the [`Priority`], ticket
//!   keys and caches. They are cheap to clone and can be used from any thread.
//! - [`Session`] is one TLS or DTLS connection. It performs no I/O by itself: each call that needs I/O receives a
//!   [`Transport`], and returns [`Pending`](std::task::Poll::Pending) if the transport would block.
//! - [`Stream`] is a session with its transport, for [`Read`](std::io::Read) and [`Write`](std::io::Write). Its
//!   [halves](Stream::into_split) belong to two threads.
//! - [`SessionRef`] is a session that can only be read from; callbacks receive one.
//! - [`Error`] has a [kind](ErrorKind), GnuTLS' [code](ErrorCode), the alert and the verification status of the peer.
//!
//! | for | see |
//! |---|---|
//! | resuming sessions, tickets, data in the first message | [`resumption`], [`early_data`] |
//! | choosing by the ClientHello, observing the handshake | [`handshake`] |
//! | results of the verification, own checks, known hosts | [`verify`] |
//! | peers without certificates | [`psk`], [`srp`] |
//! | extensions, heartbeats, SRTP | [`extension`], [`heartbeat`], [`srtp`] |
//! | names of algorithms, priorities | [`crypto`], [`priority`] |
//! | certificates, their contents and names | [`x509`] |
//! | private and public keys | [`key`] |
//! | groups for clients that only support finite field Diffie-Hellman | [`dh`] |
//! | requests for the status of certificates, and responses | [`ocsp`] |
//! | keys on tokens | [`pkcs11`] |
//! | encrypted files with keys and certificates | [`pkcs12`] |
//! | signed files, collections of certificates | [`pkcs7`] |
//! | certificates verified with records of the DNS (feature `dane`) | `dane` |
//! | text with binary data | [`pem`] |
//! | own transports, kTLS | [`transport`] |
//! | DTLS servers, cookies, UDP | [`dtls`] |
//! | QUIC: handshake, packet protection | [`quic`] |
//! | records | [`record`] |
//! | logging, FIPS, configuration of the library | [`library`], [`key_log`] |
//!
//! Guides: for users of [`openssl`, `rustls` and `native-tls`](coming_from), for users of [GnuTLS in C](from_c),
//! [DTLS](datagrams), [keys on tokens](tokens), [fleets of servers](fleet), and [session
//! identifiers](session_identifiers).
//!
//! # Releases of GnuTLS
//!
//! The API is the same with any library. A feature that the installed release is too old for returns an error of kind
//! [`Unsupported`](ErrorKind::Unsupported) that names the [required release](Error::required_release). A program that
//! was built for an old release runs with any newer one; [`version`] returns both. Numbers of C that a newer library
//! returns and this crate does not name (codes, ciphers, flags) are kept as they are.
//!
//! # Safe by default
//!
//! Certificates and names are verified, also when a session is resumed. Priorities are those of the system. A server
//! refuses a client with which it shares no application protocol. Renegotiation is refused, and so are the draft of TLS
//! 1.3 in GnuTLS 3.6.3 and the tickets of 3.6.4 to 3.6.13, which can be forged. Every method that weakens a default has
//! a name that begins with `dangerous`, such as [`dangerous_anonymous`](ClientConfigBuilder::dangerous_anonymous).

#[cfg(not(unix))]
compile_error!(
    "this target is not Unix, which gnutls requires: build for Linux, macOS, FreeBSD or a similar system"
);

mod alert;
mod anonymous;
mod certificate_chain;
mod config;
mod credentials;
pub mod crypto;
#[cfg(feature = "dane")]
pub mod dane;
pub mod dh;
pub mod dtls;
pub mod early_data;
mod error;
pub mod extension;
pub mod handshake;
pub mod heartbeat;
mod identity;
pub mod key;
pub mod key_log;
pub mod library;
pub mod ocsp;
pub mod pem;
pub mod pkcs11;
pub mod pkcs12;
pub mod pkcs7;
pub mod priority;
pub mod psk;
pub mod quic;
pub mod resumption;
pub mod session;
mod session_core;
mod session_id;
pub mod srp;
pub mod srtp;
pub mod stream;
mod support;
pub mod transport;
mod trust;
pub mod verify;
mod version;
pub mod x509;

#[cfg(doctest)]
mod compile_fail;

pub use self::alert::{Alert, AlertLevel};
pub use self::config::builder::{ClientConfigBuilder, ConfigBuilder, ServerConfigBuilder};
pub use self::config::client_hello::HelloAnswer;
pub use self::config::{ClientAuth, ClientConfig, ServerConfig};
#[doc(inline)]
pub use self::crypto::Side;
pub use self::crypto::parameters::Protocol;
pub use self::error::code::ErrorCode;
pub use self::error::{Error, ErrorKind, Result};
pub use self::identity::Identity;
#[doc(inline)]
pub use self::priority::Priority;
#[doc(inline)]
pub use self::session::Session;
pub use self::session_core::session_ref::SessionRef;
pub use self::session_id::SessionId;
#[doc(inline)]
pub use self::stream::Stream;
#[doc(inline)]
pub use self::transport::Transport;
pub use self::trust::Trust;
pub use self::version::version;

/// Records: packets that are read without a copy, updates of the keys, and the keys themselves.
///
/// The module is needed for [`Session::read_packet`], [`Session::update_key`] and [`SessionRef::record_state`].
///
/// ```
/// use gnutls::record::KeyUpdate;
/// use gnutls::{Result, Session, Transport};
/// use std::task::Poll;
///
/// /// Updates the keys of both sides.
/// fn update<T: Transport>(session: &mut Session, io: &mut T) -> Result<Poll<()>> {
///     session.update_key(io, KeyUpdate::Requested)
/// }
/// # let _ = update::<std::net::TcpStream>;
/// ```
pub mod record {
    pub use crate::session::record::KeyUpdate;
    pub use crate::session::record::packet::Packet;
    pub use crate::session::record::state::{Direction, RecordState};
}

#[doc = include_str!("../docs/coming-from.md")]
pub mod coming_from {}

#[doc = include_str!("../docs/dtls.md")]
pub mod datagrams {}

#[doc = include_str!("../docs/fleet.md")]
pub mod fleet {}

#[doc = include_str!("../docs/from-c.md")]
#[cfg_attr(
    not(feature = "dane"),
    allow(
        rustdoc::broken_intra_doc_links,
        reason = "the guide links to the module `dane`"
    )
)]
pub mod from_c {}

#[doc = include_str!("../docs/session-id.md")]
pub mod session_identifiers {}

#[doc = include_str!("../docs/tokens.md")]
pub mod tokens {}

/// Compiles the programs of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
