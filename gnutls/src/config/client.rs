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
    pub(crate) unnamed_servers: bool,
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

    /// Permits sessions [without a name](crate::session::PeerName::Unnamed), which accept every server that has a
    /// certificate of the trusted authorities: the chain and its purpose are verified, but no name. Use it with
    /// authorities that issue certificates only to the intended servers, as in ISO 15118, or with a
    /// [`verifier`](Self::verifier) that identifies the server by other contents of its certificate. Sessions with a name
    /// verify it as usual.
    ///
    /// It is not required for keys that are [pinned](Trust::pinned_key), which identify the server.
    ///
    /// ```
    /// use gnutls::session::PeerName;
    /// use gnutls::{ClientConfig, Trust};
    ///
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/ca.pem");
    /// let config = ClientConfig::builder().trust(Trust::pem_file(path)?).allow_unnamed_servers().build()?;
    /// let session = config.session(PeerName::Unnamed)?;
    /// # let _ = session;
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// [`build`](Self::build) fails with the authorities of the [system](Trust::system), who issue certificates to
    /// anybody, unless there is a verifier.
    #[corresponds(alias(gnutls_session_set_verify_cert, gnutls_certificate_verify_peers2))]
    pub fn allow_unnamed_servers(mut self) -> Self {
        self.side.unnamed_servers = true;
        self
    }

    /// Builds the configuration.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](crate::ErrorKind::Certificate) if the system's trust anchors are
    /// required and missing, and of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if an application protocol is
    /// empty or longer than 31 bytes, if there are more than 8, or if options contradict each other.
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
        let trust = self.side.trust.unwrap_or_else(default);
        if self.side.unnamed_servers
            && trust.includes_system()
            && self.common.certificates.verifier.is_none()
        {
            return Err(Error::invalid_input(
                "`allow_unnamed_servers` would accept any server, because the authorities of the system issue \
                 certificates to anybody: use `trust` with other authorities, or add `verifier`",
            ));
        }
        let unnamed_servers = self.side.unnamed_servers || trust.is_in_keys_only();
        let common = self.common.build(
            Side::Client,
            trust,
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
            unnamed_servers,
            configuration: Configuration::new(),
            store: self.side.resumption.store(),
            verdicts: Verdicts::new(),
        };
        Ok(ClientConfig(Arc::new(parts), None))
    }
}
