//! Early data (0-RTT): what a client sends with its first message when it resumes a session of TLS 1.3.

#![cfg_attr(
    not(gnutls_3_6_5),
    allow(
        dead_code,
        reason = "built for an older library, no server accepts any"
    )
)]

pub(crate) mod anti_replay;

use std::sync::Arc;

use crate::early_data::anti_replay::{AntiReplay, Windows};
use crate::error::{Error, Result};
use crate::version::Version;

/// What a server has of it.
pub(crate) struct EarlyData {
    pub(crate) max_size: u32,
    pub(crate) windows: Arc<Windows>,
}

impl EarlyData {
    pub(crate) fn new(max_size: u32, anti_replay: AntiReplay) -> Result<Self> {
        if max_size == 0 {
            return Err(Error::invalid_input("early data of at most 0 bytes"));
        }
        let windows = Windows::new(anti_replay)?;
        if crashes(crate::version().running) {
            return Err(Error::unsupported(
                "accepting early data",
                Version::new(3, 7, 2),
            ));
        }
        Ok(Self { max_size, windows })
    }
}

/// Whether a server of this release reads through a null pointer when a client sends early data with a ticket that it does
/// not know. Debian's 3.7.1 does (measured): it has 3.7.2's change to when early data are sent, and not the one by which
/// 3.7.2 accepts none before it has found the ticket.
fn crashes(running: Version) -> bool {
    running == Version::new(3, 7, 1)
}
