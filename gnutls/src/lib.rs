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

mod alert;
mod algorithm;
mod anonymous;
mod authentication;
mod cache;
mod certificate_compression;
mod client_hello;
mod clock;
#[cfg(doctest)]
mod compile_fail;
mod config;
mod credentials;
mod datagram;
mod datum;
mod descriptors;
mod early_data;
mod error;
mod extension;
mod file;
mod fips;
mod handshake;
mod heartbeat;
mod identity;
mod key_log;
mod known_hosts;
mod library;
mod logging;
mod memory_transport;
mod outgoing;
mod packed;
mod panic;
mod pkcs11;
mod priority;
mod psk;
mod record;
mod resumption;
mod retrieve;
mod secret;
mod session;
mod session_id;
mod srp;
mod srtp;
mod store;
mod stream;
mod ticket;
mod transport;
mod trust;
mod verifier;
mod verify;
mod version;

pub use alert::AlertLevel;
pub use algorithm::{
    Alert, CertificateType, Cipher, CipherSuite, Curve, Digest, Group, KeyExchange, Mac, Protocol,
    PublicKeyAlgorithm, SecurityLevel, Side, SignatureAlgorithm,
};
pub use cache::{MemoryCache, SessionCache};
pub use certificate_compression::CompressionMethod;
pub use client_hello::{ClientHello, HelloAnswer};
pub use clock::dangerous_set_time_function;
pub use config::{
    ClientAuth, ClientConfig, ClientConfigBuilder, ServerConfig, ServerConfigBuilder,
};
pub use descriptors::Descriptors;
pub use early_data::{AntiReplay, MemoryReplayStore, ReplayStore};
pub use error::{Error, ErrorCode, ErrorKind, Result};
pub use extension::{Extension, ExtensionMessage, SupplementalData, extension_name};
pub use fips::{FipsMode, FipsOperation, fips_mode, fips_operation};
pub use heartbeat::Heartbeat;
pub use identity::Identity;
pub use key_log::KeyLogLine;
pub use known_hosts::{KnownHost, KnownHosts};
pub use library::{
    audit_context, constant_time_eq, library_config, system_config_file, with_audit_context,
};
#[cfg(feature = "tracing")]
pub use logging::log_to_tracing;
pub use logging::{set_audit_log_function, set_log_function};
pub use memory_transport::MemoryTransport;
pub use pkcs11::{Pin, PinRequest, PinSource};
pub use priority::{Enabled, Priority};
pub use psk::{ClientPsk, PreSharedKey, PskHash, PskKey, ServerPsk, imported_identity};
pub use record::{KeyUpdate, Packet};
pub use resumption::SessionData;
pub use retrieve::CertificateRequest;
pub use session::{
    ChannelBinding, CredentialsType, HandshakeMessage, HandshakeType, KernelTls, PeerCertificates,
    Session, SessionFlags, SessionRef, VerificationStep,
};
pub use session_id::SessionId;
pub use srp::{
    ClientSrp, ServerSrp, SrpGroup, SrpUser, SrpVerifier, srp_base64_decode, srp_base64_encode,
};
pub use srtp::{Srtp, SrtpKeys, SrtpProfile};
pub use store::{MemoryStore, SessionKey, SessionStore};
pub use stream::Stream;
pub use ticket::TicketKey;
pub use transport::Transport;
pub use trust::{Trust, VerificationProfile, VerifyFlags};
pub use verifier::PeerVerification;
pub use verify::VerificationStatus;
pub use version::{LibraryVersions, Version, version};

#[doc = include_str!("../docs/coming-from.md")]
pub mod coming_from {}

/// Has the programs of the readme compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
