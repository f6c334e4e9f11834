//! The resumption options of a server other than keys and caches: the lifetime of sessions and automatic tickets.

use std::ffi::c_uint;
use std::sync::Arc;
use std::time::Duration;

use gnutls_macros::corresponds;

use crate::config::builder::{ClientConfigBuilder, ServerConfigBuilder};
use crate::early_data::anti_replay::AntiReplay;
use crate::error::unsupported::requires;
use crate::error::{Error, Result};
use crate::resumption::store::{Resumption, SessionStore};

/// The resumption options; the methods of the builder describe them.
#[derive(Clone, Debug, Default)]
pub(crate) struct ResumptionOptions {
    lifetime: Option<Duration>,
    tickets_on_request: bool,
}

/// The checked resumption options.
pub(crate) struct Checked {
    pub(crate) lifetime: Option<u32>,
    pub(crate) init_flags: c_uint,
}

/// The longest lifetime, 7 days (RFC 8446, section 4.6.1; `lib/db.c`).
const LONGEST: u64 = 604_800;

impl ResumptionOptions {
    pub(crate) fn checked(self) -> Result<Checked> {
        // GnuTLS divides by this value (`T` in lib/stek.c), so 0 is refused. It does not check the range itself.
        let lifetime = match self.lifetime {
            None => None,
            Some(lifetime) => match (lifetime.as_secs(), lifetime.subsec_nanos()) {
                (seconds @ 1..=LONGEST, 0) => u32::try_from(seconds).ok(),
                _ => {
                    return Err(Error::invalid_input(format!(
                        "a session lifetime of {lifetime:?} is not possible: use 1 to {LONGEST} whole seconds"
                    )));
                }
            },
        };
        let init_flags = if self.tickets_on_request {
            requires!(
                gnutls_3_6_14,
                "disabling automatic tickets",
                Ok(gnutls_sys::GNUTLS_NO_AUTO_SEND_TICKET)
            )?
        } else {
            0
        };
        Ok(Checked {
            lifetime,
            init_flags,
        })
    }
}

impl ClientConfigBuilder {
    /// Sets the store of sessions, which are resumed when the client connects to the same server with the same
    /// configuration. The default is a [`MemoryStore`](crate::resumption::MemoryStore) of 256 sessions. Pass an `Arc`
    /// to retain access to the store.
    ///
    /// Resumption saves the exchange of certificates, and a round trip in TLS up to 1.2. The saved certificate is
    /// verified again. If it has expired, the handshake fails, and the next one is a full handshake.
    pub fn resumption(mut self, store: impl SessionStore) -> Self {
        self.side.resumption = Resumption::Store(Arc::new(store));
        self
    }

    /// Disables automatic resumption. [`ClientConfig::resume`](crate::ClientConfig::resume) still resumes a session.
    pub fn without_resumption(mut self) -> Self {
        self.side.resumption = Resumption::None;
        self
    }
}

impl ServerConfigBuilder {
    /// Sets how long a session can be resumed after its full handshake: 1 second to 7 days, in whole seconds. The
    /// default is GnuTLS' own, 6 hours (one hour up to 3.6.2).
    ///
    /// The server sends this lifetime with its tickets and passes it to its [cache](crate::resumption::SessionCache).
    /// It also applies it when a client resumes a session, whatever lifetime was sent earlier. GnuTLS uses the keys
    /// that it derives from the ticket key for three times the lifetime: **servers that share a
    /// [`TicketKey`](crate::resumption::TicketKey) require the same lifetime**; otherwise they do not accept each
    /// other's tickets.
    ///
    /// A resumed session inherits the remaining lifetime, so that no client can avoid full handshakes forever.
    ///
    /// ```
    /// use std::time::Duration;
    /// use gnutls::{Identity, ServerConfig};
    /// use gnutls::resumption::TicketKey;
    ///
    /// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
    /// let config = ServerConfig::builder()
    ///     .identity(Identity::from_pem(&pem("server"), &pem("server-key"))?)
    ///     .tickets(TicketKey::generate()?)
    /// # .dangerous_allow_forgeable_tickets()
    ///     .session_lifetime(Duration::from_secs(24 * 60 * 60))
    ///     .build()?;
    /// # let _ = config;
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(
        gnutls_db_set_cache_expiration,
        alias(gnutls_db_get_default_cache_expiration)
    )]
    pub fn session_lifetime(mut self, lifetime: Duration) -> Self {
        self.side.resumption.lifetime = Some(lifetime);
        self
    }

    /// Sets whether GnuTLS sends TLS 1.3 tickets with every handshake. The default is `true`. With `false`, only
    /// [`send_tickets`](crate::Session::send_tickets) sends tickets. TLS 1.2 tickets, which are part of the handshake,
    /// are always sent.
    ///
    /// # Errors
    ///
    /// [`build`](Self::build) fails with an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if automatic
    /// tickets are disabled and the library is too old.
    #[corresponds(gnutls_init(GNUTLS_NO_AUTO_SEND_TICKET))]
    pub fn automatic_tickets(mut self, send: bool) -> Self {
        self.side.resumption.tickets_on_request = !send;
        self
    }
}

impl ServerConfigBuilder {
    /// Accepts up to `max_size` bytes of early data per connection from clients that resume a TLS 1.3 session. This
    /// requires [`tickets`](Self::tickets).
    ///
    /// # Replay protection
    ///
    /// An attacker that observes early data on the network can send it to the server again, because it is not bound to
    /// the connection (RFC 8446, section 8). `anti_replay` detects this by storing the key of every ClientHello for a
    /// limited time.
    ///
    /// - A replay is detected if the store contains its key: **all servers that have the ticket key must share the
    ///   store**. Any server with a separate store accepts a replay once.
    /// - A replay after the window is refused by its age.
    /// - A client whose early data is refused sends it again after the handshake. Then the request can be executed
    ///   twice, even without an attacker; an attacker can cause this too.
    /// - Early data has no forward secrecy: a later disclosure of the ticket key reveals it.
    ///
    /// Therefore use early data only for requests that may be executed twice, such as read requests.
    ///
    /// # Names
    ///
    /// Early data is accepted only with the server name and the application protocol of the session that is resumed
    /// (RFC 8446, section 4.2.10). GnuTLS does not compare them. Therefore a server that accepts early data protects its
    /// TLS 1.3 tickets with keys that it derives from the ticket key, the protocol and the name. A session with another
    /// protocol or name is not resumed; its handshake is a full one.
    ///
    /// Servers that share a [`TicketKey`](crate::resumption::TicketKey) resume each other's sessions if all of them
    /// accept early data, or none does. If only one of them does, it does not resume sessions of the other ones, and
    /// they resume its sessions if the client sends early data.
    ///
    /// Requires GnuTLS 3.7.2: with older releases the handshake fails if a client sends early data with a ticket that the
    /// server does not know, and with the 3.7.1 of Debian 11 the server crashes.
    #[corresponds(
        gnutls_init(GNUTLS_ENABLE_EARLY_DATA),
        gnutls_record_set_max_early_data_size,
        gnutls_anti_replay_enable
    )]
    pub fn early_data(mut self, max_size: u32, anti_replay: AntiReplay) -> Self {
        self.side.early_data = Some((max_size, anti_replay));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn a_lifetime_is_of_1_second_to_7_days() {
        for (lifetime, taken) in [
            (Duration::ZERO, None),
            (Duration::from_millis(999), None),
            (Duration::from_secs(1), Some(1)),
            (Duration::from_millis(1001), None),
            (Duration::from_secs(604_800), Some(604_800)),
            (Duration::from_secs(604_801), None),
            (Duration::from_secs(1 << 32), None),
            (Duration::MAX, None),
        ] {
            let options = ResumptionOptions {
                lifetime: Some(lifetime),
                tickets_on_request: false,
            };
            match options.checked() {
                Ok(checked) => assert_eq!(checked.lifetime, taken, "{lifetime:?}"),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::InvalidInput);
                    assert_eq!(taken, None, "{lifetime:?}");
                }
            }
        }
    }
}
