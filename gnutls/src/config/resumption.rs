//! What a server's configuration says about resumption besides keys and caches: for how long, and when tickets are sent.

use std::ffi::c_uint;
use std::sync::Arc;
use std::time::Duration;

use crate::config::builder::{ClientConfigBuilder, ServerConfigBuilder};
use crate::early_data::anti_replay::AntiReplay;
use crate::error::unsupported::requires;
use crate::error::{Error, Result};
use crate::resumption::store::{Resumption, SessionStore};

/// See the methods of the builder.
#[derive(Clone, Debug, Default)]
pub(crate) struct ResumptionOptions {
    lifetime: Option<Duration>,
    tickets_on_request: bool,
}

/// The same, found to be possible.
pub(crate) struct Checked {
    pub(crate) lifetime: Option<u32>,
    pub(crate) init_flags: c_uint,
}

/// The longest lifetime, 7 days (RFC 8446, section 4.6.1; `lib/db.c`).
const LONGEST: u64 = 604_800;

impl ResumptionOptions {
    pub(crate) fn checked(self) -> Result<Checked> {
        // Where it is 0, the library divides by it (`T` in lib/stek.c); below, it takes any number.
        let lifetime = match self.lifetime {
            None => None,
            Some(lifetime) => match (lifetime.as_secs(), lifetime.subsec_nanos()) {
                (seconds @ 1..=LONGEST, 0) => u32::try_from(seconds).ok(),
                _ => {
                    return Err(Error::invalid_input(format!(
                        "sessions that can be resumed for {lifetime:?}; GnuTLS takes 1 to {LONGEST} whole seconds"
                    )));
                }
            },
        };
        let init_flags = if self.tickets_on_request {
            requires!(
                gnutls_3_6_14,
                "sending no tickets by itself",
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
    /// Keeps sessions here, and resumes them when the same server is connected to again under the same configuration. By
    /// default there is a [`MemoryStore`] of 256 sessions. Give an `Arc` to keep hold of the store.
    ///
    /// Resuming saves the exchange of certificates, and a round trip up to TLS 1.2. The certificate that was saved is
    /// verified again; should it have expired meanwhile, that one handshake fails, and the next one is a full one.
    pub fn resumption(mut self, store: impl SessionStore) -> Self {
        self.side.resumption = Resumption::Store(Arc::new(store));
        self
    }

    /// Resumes no session by itself. [`ClientConfig::resume`] still does so.
    pub fn without_resumption(mut self) -> Self {
        self.side.resumption = Resumption::None;
        self
    }
}

impl ServerConfigBuilder {
    /// How long a session can be resumed, counted from its full handshake: 1 second to 7 days, in whole seconds. By default
    /// it is what GnuTLS says, which is 6 hours (one hour up to 3.6.2).
    ///
    /// It is what the server promises with its tickets and tells its [cache](crate::SessionCache), and what it goes by when
    /// a client comes back, whatever was promised before. A third of how long a key for tickets is in use follows from it:
    /// **servers that share a [`TicketKey`](crate::TicketKey) need the same lifetime**, else they do not accept each
    /// other's tickets.
    ///
    /// A session that was resumed hands on what is left of its time, so that nobody resumes for ever without a full
    /// handshake.
    ///
    /// C: [`gnutls_db_set_cache_expiration`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fdb_005fset_005fcache_005fexpiration).
    ///
    /// ```
    /// use std::time::Duration;
    /// use gnutls::{Identity, ServerConfig, TicketKey};
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
    #[doc(alias = "gnutls_db_set_cache_expiration")]
    pub fn session_lifetime(mut self, lifetime: Duration) -> Self {
        self.side.resumption.lifetime = Some(lifetime);
        self
    }

    /// Whether GnuTLS sends tickets of TLS 1.3 by itself, with each handshake (it does by default). Without that it is
    /// [`send_tickets`](crate::Session::send_tickets) alone that sends some. Tickets of TLS 1.2, which are part of the
    /// handshake, are sent all the same.
    ///
    /// C: `GNUTLS_NO_AUTO_SEND_TICKET` of [`gnutls_init`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005finit),
    /// since 3.6.14.
    ///
    /// # Errors
    ///
    /// With a library that is too old [`build`](Self::build) fails with the kind
    /// [`Unsupported`](crate::ErrorKind::Unsupported) where they are turned off.
    #[doc(alias = "GNUTLS_NO_AUTO_SEND_TICKET")]
    pub fn automatic_tickets(mut self, send: bool) -> Self {
        self.side.resumption.tickets_on_request = !send;
        self
    }
}

impl ServerConfigBuilder {
    /// Accepts early data from clients that resume a session of TLS 1.3, up to so many bytes a connection. Sessions are
    /// resumed by [`tickets`](Self::tickets), which this needs.
    ///
    /// # What is safe against replay
    ///
    /// Early data can be sent to the server again by whoever has seen them on the network: they are not bound to this
    /// connection (RFC 8446, section 8). `anti_replay` is what stops that, by remembering each first message for a while.
    ///
    /// - A replay is found out where the store remembers: **all servers that have the ticket key must share the store**. A
    ///   replay to a server with a store of its own is accepted, once for each such server.
    /// - A replay later than the window is refused by its age.
    /// - A client whose early data are refused sends them again after the handshake. Then what they ask for may happen twice,
    ///   also without any attacker; and an attacker can make it so.
    /// - Early data lack forward secrecy: they can be read by whoever gets the ticket key later.
    ///
    /// So accept in them only what may happen twice, such as a request that reads.
    ///
    /// C: `GNUTLS_ENABLE_EARLY_DATA`,
    /// [`gnutls_record_set_max_early_data_size`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005frecord_005fset_005fmax_005fearly_005fdata_005fsize),
    /// [`gnutls_anti_replay_enable`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fanti_005freplay_005fenable).
    /// Needs GnuTLS 3.6.5; refused with 3.7.1, which any client can crash then (as Debian 11 has it).
    #[doc(alias = "GNUTLS_ENABLE_EARLY_DATA")]
    #[doc(alias = "gnutls_record_set_max_early_data_size")]
    #[doc(alias = "gnutls_anti_replay_enable")]
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
