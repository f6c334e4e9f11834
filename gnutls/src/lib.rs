//! Safe TLS and DTLS over the GnuTLS of the system.

mod algorithm;
mod cache;
mod config;
mod credentials;
mod datagram;
mod datum;
mod error;
mod file;
mod handshake;
mod identity;
mod memory_transport;
mod outgoing;
mod packed;
mod panic;
mod priority;
mod record;
mod resumption;
mod secret;
mod session;
mod session_id;
mod stream;
mod ticket;
mod transport;
mod trust;
mod verify;
mod version;

pub use algorithm::{Alert, Cipher, Group, KeyExchange, Mac, Protocol, Side};
pub use cache::{MemoryCache, SessionCache};
pub use config::{
    ClientAuth, ClientConfig, ClientConfigBuilder, ServerConfig, ServerConfigBuilder,
};
pub use error::{Error, ErrorCode, ErrorKind, Result};
pub use identity::Identity;
pub use memory_transport::MemoryTransport;
pub use priority::Priority;
pub use record::KeyUpdate;
pub use resumption::SessionData;
pub use session::{HandshakeMessage, HandshakeType, PeerCertificates, Session, SessionRef};
pub use session_id::SessionId;
pub use stream::Stream;
pub use ticket::TicketKey;
pub use transport::Transport;
pub use trust::Trust;
pub use verify::VerificationStatus;
pub use version::{LibraryVersions, Version, version};
