//! The options of a client, and its configuration built from all options.

use std::sync::Arc;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::config::builder::{Authentication, ClientConfigBuilder, flag};
use crate::config::{ClientConfig, ClientParts, Verification};
use crate::crypto::Side;
use crate::error::{Error, Result};
use crate::psk::credentials::PskCredentials;
use crate::resumption::store::{Configuration, Resumption};
use crate::srp::credentials::SrpCredentials;
use crate::trust::Trust;
use crate::verify::verdicts::Verdicts;
use crate::{psk, srp};

/// The options of a client.
#[derive(Clone, Debug, Default)]
pub struct ClientOptions {
    pub(crate) trust: Option<Trust>,
    pub(crate) psk: Option<psk::Client>,
    pub(crate) srp: Option<srp::Client>,
    pub(crate) resumption: Resumption,
    pub(crate) no_tickets: bool,
    pub(crate) false_start: bool,
    pub(crate) any_certificate: bool,
}

impl ClientConfigBuilder {
    /// Sets the trust anchors that verify the server, instead of [the system's](Trust::system).
    ///
    /// ```no_run
    /// use gnutls::{ClientConfig, Trust};
    ///
    /// let config = ClientConfig::builder().trust(Trust::pem_file("authority.pem")?).build()?;
    /// # let _ = config;
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    pub fn trust(mut self, trust: Trust) -> Self {
        self.side.trust = Some(trust);
        self
    }

    /// Sets whether session tickets are accepted. The default is `true`. Without tickets a TLS 1.3 session cannot be
    /// resumed.
    #[corresponds(
        gnutls_init(GNUTLS_NO_TICKETS),
        alias(gnutls_session_ticket_enable_client)
    )]
    pub fn tickets(mut self, accept: bool) -> Self {
        self.side.no_tickets = !accept;
        self
    }

    /// Sets whether data can be sent before the server's part of a TLS 1.2 handshake is verified (False Start, RFC
    /// 7918), which saves a round trip. The default is `false`.
    #[corresponds(gnutls_init(GNUTLS_ENABLE_FALSE_START))]
    pub fn false_start(mut self, allow: bool) -> Self {
        self.side.false_start = allow;
        self
    }

    /// Accepts any certificate of the server: a man-in-the-middle can read and modify all data. Use it for tests, or if
    /// the program verifies the certificate itself after the handshake.
    pub fn dangerous_accept_any_certificate(mut self) -> Self {
        self.side.any_certificate = true;
        self
    }

    /// Builds the configuration.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](crate::ErrorKind::Certificate) if the system's trust anchors are
    /// required and missing, and of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if an application protocol is
    /// empty or longer than 31 bytes, or if there are more than 8.
    pub fn build(self) -> Result<ClientConfig> {
        let has_shared_secret = self.side.psk.is_some() || self.side.srp.is_some();
        if self.common.anonymous && (has_shared_secret || self.side.trust.is_some()) {
            return Err(Error::invalid_input(
                "`dangerous_anonymous` cannot be combined with trust, PSK or SRP: remove one of them",
            ));
        }
        if self.side.any_certificate && self.common.certificates.is_watched() {
            return Err(Error::invalid_input(
                "`dangerous_accept_any_certificate` cannot be combined with `verifier`: use `dangerous_verifier` instead",
            ));
        }
        let verification = if self.side.any_certificate {
            Verification::Off
        } else if self.common.anonymous {
            Verification::Anonymous
        } else if has_shared_secret && self.side.trust.is_none() {
            Verification::Key
        } else {
            Verification::Required
        };
        // The trust anchors can be missing if they verify no certificate.
        let default = if verification == Verification::Required {
            Trust::system
        } else {
            Trust::none
        };
        let common = self.common.build(
            Side::Client,
            self.side.trust.unwrap_or_else(default),
            Authentication {
                uses_certificates: !matches!(
                    verification,
                    Verification::Key | Verification::Anonymous
                ),
                verification,
                psk: self.side.psk.map(PskCredentials::client).transpose()?,
                srp: self.side.srp.map(SrpCredentials::client).transpose()?,
            },
            flag(self.side.no_tickets, sys::GNUTLS_NO_TICKETS)
                | flag(self.side.false_start, sys::GNUTLS_ENABLE_FALSE_START),
        )?;
        let parts = ClientParts {
            common,
            configuration: Configuration::new(),
            store: self.side.resumption.store(),
            verdicts: Verdicts::new(),
        };
        Ok(ClientConfig(Arc::new(parts), None))
    }
}
