//! Resumption: saved sessions, and the stores, caches and tickets that hold them.
//!
//! A session that resumes another saves the exchange of certificates, and up to TLS 1.2 a round trip. A client needs
//! nothing from this module for it: each configuration has a [`MemoryStore`] and resumes by itself. A server resumes
//! once its configuration has a [`TicketKey`], or a [`SessionCache`] for clients up to TLS 1.2.
//!
//! The module is needed to keep the sessions of a client beyond the life of a process ([`SessionData`]), to share them
//! between configurations ([`SessionStore`]), and to share the sessions of several servers.
//!
//! ```
//! use gnutls::resumption::{SessionData, TicketKey};
//! use gnutls::transport::MemoryTransport;
//! use gnutls::{ClientConfig, ServerConfig};
//!
//! # let forgeable = gnutls::library::Version::new(3, 6, 4)..gnutls::library::Version::new(3, 6, 14);
//! # if forgeable.contains(&gnutls::version().running) { return Ok(()); }
//! # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
//! # let identity = gnutls::Identity::from_pem(&pem("server"), &pem("server-key"))?;
//! # let trust = gnutls::Trust::pem(&pem("ca"))?;
//! let server_config = ServerConfig::builder()
//!     .identity(identity)
//!     .tickets(TicketKey::generate()?)
//!     .build()?;
//! let client_config = ClientConfig::builder().trust(trust).build()?;
//! let run = |mut client: gnutls::Session| -> gnutls::Result<(bool, SessionData)> {
//!     let (mut client_io, mut server_io) = MemoryTransport::stream();
//!     let mut server = server_config.session()?;
//!     while client.handshake(&mut client_io)?.is_pending()
//!         | server.handshake(&mut server_io)?.is_pending()
//!     {}
//!     // A TLS 1.3 ticket arrives with the first data.
//!     let _ = server.write(&mut server_io, b"hello")?;
//!     let _ = client.read(&mut client_io, &mut [0; 16])?;
//!     Ok((client.is_resumed(), client.session_data()?))
//! };
//!
//! let (resumed, saved) = run(client_config.session("localhost")?)?;
//! assert!(!resumed);
//! let (resumed, _) = run(client_config.resume("localhost", &saved)?)?;
//! assert!(resumed);
//! # Ok::<(), gnutls::Error>(())
//! ```

pub(crate) mod cache;
pub(crate) mod session_data;
pub(crate) mod session_format;
pub(crate) mod store;
pub(crate) mod ticket;

pub use self::cache::{MemoryCache, SessionCache};
pub use self::session_data::SessionData;
pub use self::store::{MemoryStore, SessionStore, StoreKey};
pub use self::ticket::TicketKey;
