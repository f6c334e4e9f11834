//! The options that only a client has, and its configuration built from all of them.

use std::sync::{Arc, OnceLock};

use gnutls_sys as sys;

use crate::anonymous::AnonymousCredentials;
use crate::config::builder::{ClientConfigBuilder, checked, standard, with_key_exchanges};
use crate::config::{ClientConfig, ClientParts, CommonParts, Verification, raw_public_key};
use crate::crypto::Side;
use crate::error::{Error, Result};
use crate::psk::ClientPsk;
use crate::psk::credentials::PskCredentials;
use crate::resumption::store::{Configuration, Resumption};
use crate::srp::ClientSrp;
use crate::srp::credentials::SrpCredentials;
use crate::trust::Trust;

/// The options that only a client has.
#[derive(Clone, Debug, Default)]
pub struct ClientOptions {
    pub(crate) trust: Option<Trust>,
    pub(crate) psk: Option<ClientPsk>,
    pub(crate) srp: Option<ClientSrp>,
    pub(crate) resumption: Resumption,
    pub(crate) no_tickets: bool,
    pub(crate) false_start: bool,
    pub(crate) any_certificate: bool,
}

impl ClientConfigBuilder {
    /// Verifies the server against these authorities instead of [the system's](Trust::system).
    pub fn trust(mut self, trust: Trust) -> Self {
        self.side.trust = Some(trust);
        self
    }

    /// Whether session tickets are accepted (they are by default). Without them a session of TLS 1.3 is not resumed.
    ///
    /// C: `GNUTLS_NO_TICKETS` of [`gnutls_init`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005finit).
    #[doc(alias = "GNUTLS_NO_TICKETS")]
    pub fn tickets(mut self, accept: bool) -> Self {
        self.side.no_tickets = !accept;
        self
    }

    /// Whether data may be sent before the server's part of a TLS 1.2 handshake has been checked (RFC 7918), which saves a
    /// round trip. It is not by default.
    ///
    /// C: `GNUTLS_ENABLE_FALSE_START` of [`gnutls_init`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005finit).
    #[doc(alias = "GNUTLS_ENABLE_FALSE_START")]
    pub fn false_start(mut self, allow: bool) -> Self {
        self.side.false_start = allow;
        self
    }

    /// Accepts whatever certificate the server has: anybody on the way can read and change everything. For tests, or
    /// where the program checks the certificate by itself after the handshake.
    pub fn dangerous_accept_any_certificate(mut self) -> Self {
        self.side.any_certificate = true;
        self
    }

    /// The configuration.
    ///
    /// # Errors
    ///
    /// Of kind [`Certificate`](crate::ErrorKind::Certificate) where the system's trust anchors are wanted and there are none, of
    /// kind [`InvalidInput`](crate::ErrorKind::InvalidInput) for an application protocol that is empty or longer than 31 bytes, and for more than 8.
    pub fn build(self) -> Result<ClientConfig> {
        let proves = self.side.psk.is_some() || self.side.srp.is_some();
        if self.common.anonymous && (proves || self.side.trust.is_some()) {
            return Err(Error::invalid_input(
                "an anonymous server beside one that is authenticated: whoever is on the way would choose to be anonymous",
            ));
        }
        if self.side.any_certificate && self.common.certificates.is_watched() {
            return Err(Error::invalid_input(
                "a verifier beside any certificate, where it would not be asked: `dangerous_verifier` alone decides by itself",
            ));
        }
        let verification = if self.side.any_certificate {
            Verification::Off
        } else if self.common.anonymous {
            Verification::Anonymous
        } else if proves && self.side.trust.is_none() {
            Verification::Key
        } else {
            Verification::Required
        };
        // Anchors that nobody is measured against need not be there.
        let default = if verification == Verification::Required {
            Trust::system
        } else {
            Trust::none
        };
        let flag = |set, flag| if set { flag } else { 0 };
        let handshake = self.common.handshake.checked()?;
        let priority = standard(self.common.priority, self.common.draft)?;
        let certificates = !matches!(verification, Verification::Key | Verification::Anonymous);
        let trust = self.side.trust.unwrap_or_else(default);
        let (priority, raw_public_keys) =
            raw_public_key::negotiated(priority, Side::Client, &self.common.certificates, &trust)?;
        let psk = self.side.psk.map(PskCredentials::client).transpose()?;
        let srp = self.side.srp.map(SrpCredentials::client).transpose()?;
        let anonymous = self
            .common
            .anonymous
            .then(|| AnonymousCredentials::new(Side::Client))
            .transpose()?;
        let parts = self.common.certificates.build(&trust)?;
        let common = CommonParts {
            credentials: parts.credentials,
            uses_certificates: certificates,
            identities: parts.identities,
            identity_resolver: parts.identity_resolver,
            ocsp_responder: parts.ocsp_responder,
            peers: parts.peers,
            callbacks: OnceLock::new(),
            priority: with_key_exchanges(
                priority,
                certificates,
                psk.is_some(),
                srp.is_some(),
                anonymous.is_some(),
            )?,
            psk,
            srp,
            anonymous,
            alpn: checked(self.common.alpn)?,
            verification,
            init_flags: raw_public_keys
                | flag(self.side.no_tickets, sys::GNUTLS_NO_TICKETS)
                | flag(self.side.false_start, sys::GNUTLS_ENABLE_FALSE_START)
                | flag(
                    handshake.post_handshake_auth,
                    sys::GNUTLS_POST_HANDSHAKE_AUTH,
                ),
            handshake,
            extensions: self.common.extensions.checked()?,
            renegotiation: self.common.renegotiation,
        };
        let parts = ClientParts {
            common,
            configuration: Configuration::new(),
            store: self.side.resumption.store(),
        };
        Ok(ClientConfig(Arc::new(parts), None))
    }
}
