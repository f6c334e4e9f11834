//! QUIC (RFC 9000, RFC 9001): the TLS handshake of a QUIC connection, and the protection of its packets.
//!
//! The module is needed for implementations of QUIC. It performs no I/O, and has neither packets nor streams: the QUIC
//! implementation transports the messages of the handshake in CRYPTO frames, and protects its packets with the keys that
//! the handshake provides.
//!
//! - [`Connection`] is the TLS part of a connection: [`read_handshake`](Connection::read_handshake) processes received
//!   bytes, [`write_handshake`](Connection::write_handshake) returns those to be sent, and
//!   [`key_change`](Connection::key_change) returns the keys of the next encryption level. It dereferences to
//!   [`SessionRef`](crate::SessionRef), for the getters of a session: application protocol, certificates of the peer,
//!   exported keying material.
//! - [`Keys`] protect the packets of one encryption level. [`Keys::initial`] derives those of Initial packets, and
//!   [`Secrets`] those of key updates.
//! - [`retry_integrity_tag`] authenticates Retry packets.
//!
//! A configuration is that of any session: [`ClientConfig`](crate::ClientConfig) and
//! [`ServerConfig`](crate::ServerConfig), with [`alpn`](crate::ConfigBuilder::alpn), which QUIC requires. Only its TLS 1.3
//! part is used.
//!
//! A failed call returns an [`Error`](crate::Error) with the [alert](crate::Error::alert) for the peer. QUIC sends it in a
//! CONNECTION_CLOSE frame, with the code of the alert plus 0x100 (RFC 9001, section 4.8).
//!
//! Requires GnuTLS 3.7.2. Servers accept early data with GnuTLS 3.8.4 and newer, and reject it otherwise. A client of
//! GnuTLS before 3.8.11 that has announced early data fails if the server requests another group.
//!
//! ```
//! use gnutls::quic::{Connection, KeyChange, Version};
//! use gnutls::{ClientConfig, Identity, ServerConfig, Trust};
//!
//! # if gnutls::version().running < gnutls::library::Version::new(3, 7, 2) { return Ok(()); }
//! # if gnutls::version().built < gnutls::library::Version::new(3, 7, 2) { return Ok(()); }
//! # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
//! let identity = Identity::from_pem(&pem("server"), &pem("server-key"))?;
//! let server = ServerConfig::builder().identity(identity).alpn(["h3"]).build()?;
//! let client = ClientConfig::builder().trust(Trust::pem(&pem("ca"))?).alpn(["h3"]).build()?;
//!
//! let mut client = Connection::client(&client, Version::V1, "localhost", b"parameters of the client")?;
//! let mut server = Connection::server(&server, Version::V1, b"parameters of the server")?;
//! while client.is_handshaking() || server.is_handshaking() {
//!     while let Some((level, bytes)) = client.write_handshake() {
//!         server.read_handshake(level, &bytes)?;
//!     }
//!     while let Some((level, bytes)) = server.write_handshake() {
//!         client.read_handshake(level, &bytes)?;
//!     }
//! }
//! assert_eq!(server.peer_transport_parameters(), Some(&b"parameters of the client"[..]));
//! assert_eq!(client.alpn(), Some(&b"h3"[..]));
//!
//! let Some(KeyChange::Handshake { .. }) = client.key_change()? else { panic!() };
//! let Some(KeyChange::Application { mut keys, .. }) = client.key_change()? else { panic!() };
//! let mut payload = b"data of the application".to_vec();
//! let tag = keys.local.packet.encrypt_in_place(0, b"header", &mut payload)?;
//! # let _ = tag;
//! # Ok::<(), gnutls::Error>(())
//! ```

pub(crate) mod connection;
pub(crate) mod keys;
pub(crate) mod protection;

pub use self::connection::{Connection, KeyChange};
pub use self::keys::{DirectionalKeys, Keys, PacketKeySet, Secrets, Version, retry_integrity_tag};
pub use self::protection::{HeaderProtectionKey, PacketKey};
pub use crate::session::quic::EncryptionLevel;
