//! Safe TLS and DTLS over the GnuTLS of the system.
//!
//! This crate wraps the [GnuTLS](https://www.gnutls.org) library that is installed, from release 3.6.0 on. The session
//! identifiers, priorities, certificates and errors are GnuTLS' own, under Rust's rules: what borrows a session cannot
//! outlive it, and what the C library leaves to the care of its caller is checked here.
//!
//! # A client
//!
//! The server's certificate is verified against the authorities that the system trusts, and for the name.
//!
//! ```no_run
//! use std::io::{Read, Write};
//! use std::net::TcpStream;
//! use gnutls::ClientConfig;
//!
//! let config = ClientConfig::builder().build()?;
//! let tcp = TcpStream::connect("example.org:443")?;
//! let mut stream = config.connect("example.org", tcp)?;
//! println!("{}, session {}", stream.session().description().unwrap_or_default(), stream.session().id());
//!
//! stream.write_all(b"GET / HTTP/1.0\r\nHost: example.org\r\n\r\n")?;
//! let mut answer = String::new();
//! stream.read_to_string(&mut answer)?;
//! stream.close()?;
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # A server
//!
//! ```no_run
//! use std::io::{Read, Write};
//! use std::net::TcpListener;
//! use gnutls::{Identity, ServerConfig, TicketKey};
//!
//! let config = ServerConfig::builder()
//!     .identity(Identity::from_pem_files("chain.pem", "key.pem")?)
//!     .tickets(TicketKey::generate()?)
//!     .build()?;
//! for tcp in TcpListener::bind("localhost:4433")?.incoming() {
//!     let mut stream = config.accept(tcp?)?;
//!     let mut buffer = [0; 1024];
//!     let length = stream.read(&mut buffer)?;
//!     stream.write_all(&buffer[..length])?;
//!     stream.close()?;
//! }
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # What there is
//!
//! - [`ClientConfig`] and [`ServerConfig`] are what sessions have in common: an [`Identity`] (in files, in memory or on a
//!   PKCS #11 token, with a certificate or a raw public key), whom to [`Trust`],
//!   [`Priority`], a [`TicketKey`], a [`SessionCache`]. They are cheap to clone and can be used from any thread.
//! - [`Session`] is one connection's TLS or DTLS. It has no I/O of its own: each call that needs some is given a
//!   [`Transport`], and says [`Pending`](std::task::Poll::Pending) where that would block.
//! - [`Descriptors`] are sockets that GnuTLS itself sends to and receives from, so that the kernel can take over (kTLS).
//! - [`Stream`] is a session and its transport together, with [`Read`](std::io::Read) and [`Write`](std::io::Write).
//! - [`SessionData`] is a saved session, from which a client resumes.
//! - [`Error`] has a [kind](ErrorKind), GnuTLS' [code](ErrorCode), the alert and the verdict on the certificate.
//!
//! What is called what for those who know `openssl`, `rustls` or `native-tls` is told in [`coming_from`].
//!
//! # Session identifiers
//!
//! [`SessionRef::id2`] is `gnutls_session_get_id2`: the identifier as a slice that borrows the session, of 0 to 32 bytes.
//! Whatever may change it (a handshake, but also reading) needs the session exclusively, so the compiler sees to it that
//! nobody holds the slice meanwhile. [`SessionRef::id`] is a copy, a [`SessionId`], to keep and compare. What both are worth
//! depends on side, protocol and release, and is told in [`SessionRef::id2`].
//!
//! # Releases of GnuTLS
//!
//! The interface is the same whatever the library. What an installed release is too old for is an error of kind
//! [`Unsupported`](ErrorKind::Unsupported) that names the release which is needed ([`Error::required_release`]); no program
//! has to be built differently. A program that was built for an old release runs with each newer one; [`version`] tells
//! both. Numbers of C that a newer library returns and this crate does not know yet (codes, ciphers, flags of a verdict)
//! are kept as they are.
//!
//! # Safe by default
//!
//! Certificates and names are verified, also when a session is resumed. Priorities are those of the system. A server
//! whose application protocols a client does not share refuses it. Renegotiation is refused, and so are the draft of
//! TLS 1.3 in GnuTLS 3.6.3 and the tickets of 3.6.4 to 3.6.13, which can be forged. What weakens any of this has a name
//! that begins with `dangerous`, as has [anonymous key exchange](ClientConfigBuilder::dangerous_anonymous).

#![cfg_attr(docsrs, feature(doc_cfg))]

pub(crate) mod alert;
pub(crate) mod anonymous;
pub(crate) mod config;
pub(crate) mod credentials;
pub(crate) mod crypto;
pub(crate) mod early_data;
pub(crate) mod error;
pub(crate) mod extension;
pub(crate) mod handshake;
pub(crate) mod heartbeat;
pub(crate) mod identity;
pub(crate) mod key_log;
pub(crate) mod library;
pub(crate) mod pkcs11;
pub(crate) mod priority;
pub(crate) mod psk;
pub(crate) mod resumption;
pub(crate) mod session;
pub(crate) mod session_core;
pub(crate) mod session_id;
pub(crate) mod srp;
pub(crate) mod srtp;
pub(crate) mod stream;
pub(crate) mod support;
pub(crate) mod transport;
pub(crate) mod trust;
pub(crate) mod verify;
pub(crate) mod version;

#[cfg(doctest)]
mod compile_fail;

pub use self::alert::Alert;
pub use self::config::builder::{ClientConfigBuilder, ConfigBuilder, ServerConfigBuilder};
pub use self::config::client_hello::HelloAnswer;
pub use self::config::{ClientAuth, ClientConfig, ServerConfig};
pub use self::crypto::Side;
pub use self::crypto::cipher_suite::CipherSuite;
pub use self::crypto::parameters::{CertificateType, Cipher, Group, KeyExchange, Mac, Protocol};
pub use self::crypto::public_key::{
    Curve, Digest, PublicKeyAlgorithm, SecurityLevel, SignatureAlgorithm,
};
pub use self::early_data::anti_replay::{AntiReplay, MemoryReplayStore, ReplayStore};
pub use self::error::code::ErrorCode;
pub use self::error::{Error, ErrorKind, Result};
pub use self::extension::certificate_compression::CompressionMethod;
pub use self::extension::supplemental::SupplementalData;
pub use self::extension::{Extension, ExtensionMessage, extension_name};
pub use self::handshake::client_hello::ClientHello;
pub use self::handshake::message::{HandshakeMessage, HandshakeType};
pub use self::heartbeat::Heartbeat;
pub use self::identity::Identity;
pub use self::identity::resolver::CertificateRequest;
pub use self::key_log::KeyLogLine;
pub use self::library::clock::dangerous_set_time_function;
pub use self::library::fips::{FipsMode, FipsOperation, fips_mode, fips_operation};
#[cfg(feature = "tracing")]
pub use self::library::logging::log_to_tracing;
pub use self::library::logging::{set_audit_log_function, set_log_function};
pub use self::library::{
    audit_context, constant_time_eq, library_config, system_config_file, with_audit_context,
};
pub use self::pkcs11::{Pin, PinRequest, PinSource};
pub use self::priority::Priority;
pub use self::priority::list::Enabled;
pub use self::psk::{ClientPsk, PreSharedKey, PskHash, PskKey, ServerPsk, imported_identity};
pub use self::resumption::cache::{MemoryCache, SessionCache};
pub use self::resumption::session_data::SessionData;
pub use self::resumption::store::{MemoryStore, SessionKey, SessionStore};
pub use self::resumption::ticket::TicketKey;
pub use self::session::Session;
pub use self::session::alert::AlertLevel;
pub use self::session::record::KeyUpdate;
pub use self::session::record::packet::Packet;
pub use self::session_core::flags::{CredentialsType, SessionFlags};
pub use self::session_core::kernel_tls::KernelTls;
pub use self::session_core::secrets::ChannelBinding;
pub use self::session_core::session_ref::{PeerCertificates, SessionRef};
pub use self::session_id::SessionId;
pub use self::srp::base64::{srp_base64_decode, srp_base64_encode};
pub use self::srp::group::SrpGroup;
pub use self::srp::verifier::SrpVerifier;
pub use self::srp::{ClientSrp, ServerSrp, SrpUser};
pub use self::srtp::{Srtp, SrtpKeys, SrtpProfile};
pub use self::stream::Stream;
pub use self::transport::Transport;
pub use self::transport::descriptors::Descriptors;
pub use self::transport::memory::MemoryTransport;
pub use self::trust::Trust;
pub use self::verify::known_hosts::{KnownHost, KnownHosts};
pub use self::verify::profile::{VerificationProfile, VerifyFlags};
pub use self::verify::status::VerificationStatus;
pub use self::verify::step::VerificationStep;
pub use self::verify::verifier::PeerVerification;
pub use self::version::{LibraryVersions, Version, version};

#[doc = include_str!("../docs/coming-from.md")]
pub mod coming_from {}

#[doc = include_str!("../docs/from-c.md")]
pub mod from_c {}

#[doc = include_str!("../docs/session-id.md")]
pub mod session_identifiers {}

/// Has the programs of the readme compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
