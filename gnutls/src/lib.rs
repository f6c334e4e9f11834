//! Safe TLS and DTLS over the GnuTLS of the system.

mod algorithm;
mod cache;
mod config;
mod credentials;
mod datum;
mod error;
mod file;
mod identity;
mod panic;
mod priority;
mod secret;
mod session_id;
mod ticket;
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
pub use priority::Priority;
pub use session_id::SessionId;
pub use ticket::TicketKey;
pub use trust::Trust;
pub use verify::VerificationStatus;
pub use version::{LibraryVersions, Version, version};
