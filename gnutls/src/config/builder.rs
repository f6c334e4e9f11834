//! The builder of both configurations, and the options of both sides.

use std::ffi::c_uint;
use std::fmt;
use std::sync::OnceLock;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::anonymous::AnonymousCredentials;
use crate::config::certificates::CertificateOptions;
use crate::config::client::ClientOptions;
use crate::config::extensions::ExtensionOptions;
use crate::config::handshake::HandshakeOptions;
use crate::config::server::ServerOptions;
use crate::config::{CommonParts, Verification, raw_public_key};
use crate::crypto::Side;
use crate::crypto::parameters::Protocol;
use crate::error::{Error, Result};
use crate::priority::Priority;
use crate::psk::credentials::PskCredentials;
use crate::srp::credentials::SrpCredentials;
use crate::trust::Trust;
use crate::version::{Version, version};

/// Builds a [`ClientConfig`](crate::ClientConfig) or a [`ServerConfig`](crate::ServerConfig). These are the options of
/// both sides.
///
/// [`ClientConfigBuilder`] and [`ServerConfigBuilder`] add the options of one side.
///
/// ```
/// use gnutls::{ClientConfig, Priority, Trust};
///
/// let builder = ClientConfig::builder().trust(Trust::none()).priority("NORMAL:-VERS-TLS1.1".parse()?);
/// let web = builder.clone().alpn(["h2", "http/1.1"]).build()?;
/// let mail = builder.alpn(["imap"]).build()?;
/// # let _ = (web, mail, Priority::system());
/// # Ok::<(), gnutls::Error>(())
/// ```
#[corresponds(alias(
    gnutls_certificate_allocate_credentials,
    gnutls_certificate_credentials_t,
    gnutls_credentials_set
))]
#[must_use]
#[derive(Clone, Default)]
pub struct ConfigBuilder<S> {
    pub(crate) common: CommonOptions,
    pub(crate) side: S,
}

/// Builds a [`ClientConfig`](crate::ClientConfig).
pub type ClientConfigBuilder = ConfigBuilder<ClientOptions>;

/// Builds a [`ServerConfig`](crate::ServerConfig).
pub type ServerConfigBuilder = ConfigBuilder<ServerOptions>;

/// The options of both sides.
#[derive(Clone, Debug, Default)]
pub(crate) struct CommonOptions {
    pub(crate) certificates: CertificateOptions,
    pub(crate) anonymous: bool,
    pub(crate) alpn: Vec<Vec<u8>>,
    pub(crate) priority: Priority,
    pub(crate) handshake: HandshakeOptions,
    pub(crate) extensions: ExtensionOptions,
    pub(crate) renegotiation: bool,
    pub(crate) draft: bool,
}

/// The way in which one side authenticates itself and its peer.
pub(crate) struct Authentication {
    /// See [`CommonParts::uses_certificates`].
    pub(crate) uses_certificates: bool,
    pub(crate) verification: Verification,
    pub(crate) psk: Option<PskCredentials>,
    pub(crate) srp: Option<SrpCredentials>,
}

impl CommonOptions {
    /// Creates the part of a configuration that both sides have. `init_flags` are the flags for `gnutls_init` that only
    /// this side has.
    pub(crate) fn build(
        self,
        side: Side,
        trust: Trust,
        authentication: Authentication,
        init_flags: c_uint,
    ) -> Result<CommonParts> {
        let Authentication {
            uses_certificates,
            verification,
            psk,
            srp,
        } = authentication;
        let handshake = self.handshake.checked()?;
        let priority = standard(self.priority, self.draft)?;
        let (priority, raw_public_keys) =
            raw_public_key::negotiated(priority, side, &self.certificates, &trust)?;
        let anonymous = self
            .anonymous
            .then(|| AnonymousCredentials::new(side))
            .transpose()?;
        let priority = with_key_exchanges(
            priority,
            uses_certificates,
            psk.is_some(),
            srp.is_some(),
            anonymous.is_some(),
        )?;
        let parts = self.certificates.build(&trust)?;
        Ok(CommonParts {
            credentials: parts.credentials,
            uses_certificates,
            identities: parts.identities,
            identity_resolver: parts.identity_resolver,
            ocsp_responder: parts.ocsp_responder,
            peers: parts.peers,
            callbacks: OnceLock::new(),
            priority,
            quic_priority: OnceLock::new(),
            psk,
            srp,
            anonymous,
            alpn: checked(self.alpn)?,
            verification,
            init_flags: init_flags
                | raw_public_keys
                | flag(
                    handshake.post_handshake_auth,
                    sys::GNUTLS_POST_HANDSHAKE_AUTH,
                ),
            handshake,
            extensions: self.extensions.checked()?,
            renegotiation: self.renegotiation,
        })
    }
}

/// Returns the flag if it is set, or else 0.
pub(crate) fn flag(set: bool, flag: c_uint) -> c_uint {
    if set { flag } else { 0 }
}

impl<S> ConfigBuilder<S> {
    /// Sets the application protocols (ALPN, RFC 7301), in order of preference.
    ///
    /// If the client and the server both have application protocols but none in common, the handshake fails.
    #[corresponds(gnutls_alpn_set_protocols)]
    pub fn alpn<P: AsRef<[u8]>>(mut self, protocols: impl IntoIterator<Item = P>) -> Self {
        self.common.alpn = protocols
            .into_iter()
            .map(|protocol| protocol.as_ref().to_vec())
            .collect();
        self
    }

    /// Uses these priorities instead of [the system's](Priority::system).
    #[corresponds(gnutls_priority_set, alias(gnutls_priority_set_direct))]
    pub fn priority(mut self, priority: Priority) -> Self {
        self.common.priority = priority;
        self
    }

    /// Allows renegotiation in TLS and DTLS up to 1.2, which is refused by default. The peer's identity can change in
    /// it, and it costs a server more than a client.
    pub fn dangerous_allow_renegotiation(mut self) -> Self {
        self.common.renegotiation = true;
        self
    }

    /// Keeps TLS 1.3 enabled with GnuTLS 3.6.3, which implements a draft of it. It has no effect with any other
    /// release.
    pub fn dangerous_allow_draft_tls1_3(mut self) -> Self {
        self.common.draft = true;
        self
    }
}

impl<S: fmt::Debug> fmt::Debug for ConfigBuilder<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigBuilder")
            .field("common", &self.common)
            .field("side", &self.side)
            .finish()
    }
}

/// Appends the key exchanges of the configured credentials to the priorities.
fn with_key_exchanges(
    mut priority: Priority,
    certificates: bool,
    psk: bool,
    srp: bool,
    anonymous: bool,
) -> Result<Priority> {
    if psk {
        priority = priority.with_psk()?;
    }
    if srp {
        priority = priority.with_srp(certificates)?;
    }
    if anonymous {
        priority = priority.with_anonymous()?;
    }
    // A server chooses the version before it checks its credentials, and a client would send a ClientHello that no
    // server can answer.
    if !certificates && !psk && priority.enables(Protocol::TLS1_3)? {
        priority = priority.append("-VERS-TLS1.3")?;
    }
    Ok(priority)
}

/// Returns `true` if session tickets of this release can be forged.
pub(crate) fn forges_tickets(running: Version) -> bool {
    (Version::new(3, 6, 4)..Version::new(3, 6, 14)).contains(&running)
}

/// Disables TLS 1.3 if the running release implements a draft of it, unless the draft is allowed.
fn standard(priority: Priority, draft: bool) -> Result<Priority> {
    if draft {
        Ok(priority)
    } else {
        priority.without_draft(version().running)
    }
}

/// The maximum number of application protocols and the maximum length of a name in GnuTLS (`lib/ext/alpn.c`, every
/// release since 3.6.0). Otherwise `gnutls_alpn_set_protocols` would fail only when a session is created.
const ALPN_PROTOCOLS: usize = 8;
const ALPN_NAME: usize = 31;

/// Returns the names of application protocols if GnuTLS accepts them.
fn checked(alpn: Vec<Vec<u8>>) -> Result<Vec<Vec<u8>>> {
    if alpn.len() > ALPN_PROTOCOLS {
        return Err(Error::invalid_input(format!(
            "{} application protocols (ALPN) are too many: use at most {ALPN_PROTOCOLS}",
            alpn.len()
        )));
    }
    let fits = |protocol: &Vec<u8>| (1..=ALPN_NAME).contains(&protocol.len());
    match alpn.iter().find(|protocol| !fits(protocol)) {
        None => Ok(alpn),
        Some(protocol) => Err(Error::invalid_input(format!(
            "an application protocol (ALPN) of {} bytes is not possible: use 1 to {ALPN_NAME} bytes",
            protocol.len()
        ))),
    }
}

#[cfg(test)]
mod tests {
    use gnutls_sys as sys;

    use super::*;
    use crate::config::{ClientConfig, ServerConfig, Verification};
    use crate::error::ErrorKind;
    use crate::trust::Trust;

    #[test]
    fn hazards_14_and_31_releases_whose_tickets_can_be_forged() {
        for (running, forges) in [
            ("3.6.0", false),
            ("3.6.3", false),
            ("3.6.4", true),
            ("3.6.9", true),
            ("3.6.13", true),
            ("3.6.14", false),
            ("3.7.0", false),
            ("3.8.13", false),
        ] {
            assert_eq!(
                forges_tickets(running.parse().unwrap()),
                forges,
                "{running}"
            );
        }
    }

    #[test]
    fn application_protocols_have_1_to_31_bytes() {
        for (length, fits) in [(0, false), (1, true), (31, true), (32, false)] {
            let result = checked(vec![b"h2".to_vec(), vec![b'x'; length]]);
            assert_eq!(result.is_ok(), fits, "{length}");
        }
    }

    #[test]
    fn bug_class_16_the_defaults_are_safe() {
        let builder = ClientConfig::builder();
        assert!(
            !builder.side.any_certificate
                && !builder.common.renegotiation
                && !builder.common.draft
                && !builder.side.false_start
        );
        assert_eq!(builder.common.priority.to_string(), "SYSTEM");
        let config = ClientConfig::builder()
            .trust(Trust::none())
            .build()
            .unwrap();
        assert_eq!(config.0.common.verification, Verification::Required);
        assert!(!config.0.common.renegotiation);
        let builder = ServerConfig::builder();
        assert!(
            !builder.common.renegotiation
                && !builder.common.draft
                && !builder.side.forgeable_tickets
        );
    }

    #[test]
    fn hazard_2_a_client_loads_the_anchors_of_the_system() {
        match ClientConfig::builder().build() {
            Ok(config) => assert!(!config.trust_anchors().unwrap().is_empty()),
            Err(error) => assert_eq!(error.kind(), ErrorKind::Certificate),
        }
        let config = ClientConfig::builder()
            .dangerous_accept_any_certificate()
            .build()
            .unwrap();
        assert_eq!(config.0.common.verification, Verification::Off);
        assert!(config.trust_anchors().unwrap().is_empty());
    }

    #[test]
    fn options_become_flags() {
        let flags = |builder: ClientConfigBuilder| {
            builder
                .trust(Trust::none())
                .build()
                .unwrap()
                .0
                .common
                .init_flags
        };
        assert_eq!(flags(ClientConfig::builder()), 0);
        assert_eq!(
            flags(ClientConfig::builder().tickets(false)),
            sys::GNUTLS_NO_TICKETS
        );
        assert_eq!(
            flags(ClientConfig::builder().false_start(true)),
            sys::GNUTLS_ENABLE_FALSE_START
        );
    }
}
