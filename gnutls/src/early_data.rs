//! Early data (0-RTT, RFC 8446, section 2.3): data that a client sends with its first message when it resumes a TLS 1.3
//! session.
//!
//! It saves a round trip, and anybody who has recorded it can send it to the server again. A server that accepts it
//! needs an [`AntiReplay`], and accepts only requests that may be executed twice. See
//! [`ServerConfigBuilder::early_data`](crate::ServerConfigBuilder::early_data) and
//! [`Session::write_early_data`](crate::Session::write_early_data).
//!
//! ```
//! use gnutls::early_data::{AntiReplay, MemoryReplayStore};
//! use gnutls::resumption::TicketKey;
//! use gnutls::{ErrorKind, ServerConfig};
//!
//! # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
//! # let identity = gnutls::Identity::from_pem(&pem("server"), &pem("server-key"))?;
//! let config = ServerConfig::builder()
//!     .identity(identity)
//!     .tickets(TicketKey::generate()?)
//!     .early_data(16_384, AntiReplay::new(MemoryReplayStore::new(100_000)))
//!     .build();
//! // Releases before 3.7.2 are refused.
//! assert!(config.is_ok() || config.is_err_and(|error| error.kind() == ErrorKind::Unsupported));
//! # Ok::<(), gnutls::Error>(())
//! ```

#![cfg_attr(
    not(gnutls_3_6_5),
    allow(dead_code, reason = "an older library does not accept early data")
)]

pub(crate) mod anti_replay;

use std::sync::Arc;

pub use self::anti_replay::{AntiReplay, MemoryReplayStore, ReplayStore};
use crate::early_data::anti_replay::Windows;
use crate::error::{Error, Result};
use crate::version::Version;

/// The early data options of a server.
pub(crate) struct EarlyData {
    pub(crate) max_size: u32,
    pub(crate) windows: Arc<Windows>,
}

impl EarlyData {
    pub(crate) fn new(max_size: u32, anti_replay: AntiReplay) -> Result<Self> {
        if max_size == 0 {
            return Err(Error::invalid_input(
                "the maximum size of early data must not be 0",
            ));
        }
        let windows = Windows::new(anti_replay)?;
        if crate::version().running < SAFE {
            return Err(Error::unsupported("accepting early data", SAFE));
        }
        Ok(Self { max_size, windows })
    }
}

/// The first release whose servers accept early data only after they have found the ticket. Older servers also accept it
/// with an unknown ticket, which has no key: the handshake fails (`server_recv_params` in lib/ext/early_data.c). Debian's
/// 3.7.1, which includes a part of the changes of 3.7.2, dereferences a null pointer (measured).
const SAFE: Version = Version::new(3, 7, 2);
