//! Configurations: what all sessions of a client or of a server have in common. Made once by a builder, then immutable.

pub(crate) mod certificates;
pub(crate) mod extensions;
pub(crate) mod handshake;
pub(crate) mod raw_public_key;
pub(crate) mod resumption;

use std::ffi::c_uint;
use std::fmt;
use std::sync::Arc;

use gnutls_sys as sys;

use crate::anonymous::AnonymousCredentials;
use crate::config::certificates::CertificateOptions;
use crate::config::extensions::ExtensionOptions;
use crate::config::handshake::HandshakeOptions;
use crate::config::resumption::ResumptionOptions;
use crate::credentials::Credentials;
use crate::crypto::Side;
use crate::crypto::parameters::Protocol;
use crate::early_data::EarlyData;
use crate::early_data::anti_replay::AntiReplay;
use crate::error::{Error, Result};
use crate::handshake::client_hello::HelloCallback;
use crate::priority::Priority;
use crate::psk::credentials::PskCredentials;
use crate::psk::{ClientPsk, ServerPsk};
use crate::resumption::cache::SessionCache;
use crate::resumption::store::{Configuration, Resumption, SessionStore};
use crate::resumption::ticket::TicketKey;
use crate::srp::credentials::SrpCredentials;
use crate::srp::{ClientSrp, ServerSrp};
use crate::trust::Trust;
use crate::version;
use crate::version::Version;

/// How a client makes sessions. A clone is cheap, and can be used from any thread.
///
/// The defaults are safe: the priorities and the trust anchors of the system, certificate and name verified,
/// renegotiation refused. What weakens this has a name that begins with `dangerous`.
///
/// ```no_run
/// use gnutls::ClientConfig;
///
/// let config = ClientConfig::builder().alpn(["h2", "http/1.1"]).build()?;
/// # let _ = config;
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
pub struct ClientConfig(
    pub(crate) Arc<ClientParts>,
    /// See [`resumption_scope`](Self::resumption_scope).
    pub(crate) Option<Arc<str>>,
);

/// How a server makes sessions. A clone is cheap, and can be used from any thread.
///
/// ```no_run
/// use gnutls::{Identity, ServerConfig, TicketKey};
///
/// let config = ServerConfig::builder()
///     .identity(Identity::from_pem_files("chain.pem", "key.pem")?)
///     .tickets(TicketKey::generate()?)
///     .build()?;
/// # let _ = config;
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
pub struct ServerConfig(pub(crate) Arc<ServerParts>);

/// What both sides have.
pub(crate) struct CommonParts {
    pub(crate) credentials: Credentials,
    /// Whether certificates can be used at all, by either side.
    pub(crate) certificates: bool,
    pub(crate) psk: Option<PskCredentials>,
    pub(crate) srp: Option<SrpCredentials>,
    pub(crate) anonymous: Option<AnonymousCredentials>,
    pub(crate) priority: Priority,
    /// Names of application protocols that GnuTLS takes, most wanted first.
    pub(crate) alpn: Vec<Vec<u8>>,
    pub(crate) verification: Verification,
    pub(crate) handshake: HandshakeOptions,
    pub(crate) extensions: ExtensionOptions,
    /// Flags for `gnutls_init` besides side, datagram and NONBLOCK.
    pub(crate) init_flags: c_uint,
    /// Whether a new handshake on a connection is allowed in TLS up to 1.2.
    pub(crate) renegotiation: bool,
}

pub(crate) struct ClientParts {
    pub(crate) common: CommonParts,
    /// Tells this configuration from others.
    pub(crate) configuration: Configuration,
    pub(crate) store: Option<Arc<dyn SessionStore>>,
}

pub(crate) struct ServerParts {
    pub(crate) common: CommonParts,
    /// For `gnutls_certificate_server_set_request`.
    pub(crate) request: sys::gnutls_certificate_request_t,
    /// Clients may be asked for a certificate later.
    #[cfg_attr(not(gnutls_3_6_3), allow(dead_code, reason = "no library to ask with"))]
    pub(crate) post_handshake_auth: bool,
    /// Such a request does not name the authorities.
    pub(crate) hide_authorities: bool,
    pub(crate) ticket_key: Option<TicketKey>,
    pub(crate) cache: Option<Arc<dyn SessionCache>>,
    /// How long sessions can be resumed, in seconds; `None` for as long as the library says.
    pub(crate) lifetime: Option<u32>,
    pub(crate) on_hello: Option<Arc<HelloCallback>>,
    pub(crate) early_data: Option<EarlyData>,
}

/// What is done about the certificate of the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verification {
    /// Nothing.
    Off,
    /// It is verified if there is one.
    IfPresent,
    /// There must be one, and it is verified.
    Required,
    /// There is none: the peer is to have a pre-shared key, or a password.
    Key,
    /// There is none: the server is to be anonymous.
    Anonymous,
}

/// Whether a server asks its clients for a certificate.
#[derive(Clone, Debug, Default)]
pub enum ClientAuth {
    /// It does not.
    #[default]
    None,
    /// It does; a client without one is welcome too. One that is not trusted ends the handshake.
    Requested(Trust),
    /// It does, and without one that is trusted the handshake ends.
    Required(Trust),
    /// Not in the handshake, but later, under TLS 1.3, where
    /// [`request_authentication`](crate::Session::request_authentication) is called. Since GnuTLS 3.6.3.
    AfterHandshake(Trust),
}

/// Builds a [`ClientConfig`].
#[must_use]
#[derive(Debug, Default)]
pub struct ClientConfigBuilder {
    trust: Option<Trust>,
    pub(crate) psk: Option<ClientPsk>,
    pub(crate) srp: Option<ClientSrp>,
    pub(crate) anonymous: bool,
    pub(crate) resumption: Resumption,
    certificates: CertificateOptions,
    alpn: Vec<Vec<u8>>,
    priority: Priority,
    pub(crate) handshake: HandshakeOptions,
    extensions: ExtensionOptions,
    no_tickets: bool,
    false_start: bool,
    any_certificate: bool,
    renegotiation: bool,
    draft: bool,
}

/// Builds a [`ServerConfig`].
#[must_use]
#[derive(Default)]
pub struct ServerConfigBuilder {
    certificates: CertificateOptions,
    /// Requests for a certificate do not name the authorities.
    hide_authorities: bool,
    pub(crate) psk: Option<ServerPsk>,
    pub(crate) srp: Option<ServerSrp>,
    pub(crate) anonymous: bool,
    pub(crate) early_data: Option<(u32, AntiReplay)>,
    client_auth: ClientAuth,
    alpn: Vec<Vec<u8>>,
    priority: Priority,
    ticket_key: Option<TicketKey>,
    cache: Option<Arc<dyn SessionCache>>,
    resumption: ResumptionOptions,
    pub(crate) on_hello: Option<Arc<HelloCallback>>,
    pub(crate) handshake: HandshakeOptions,
    extensions: ExtensionOptions,
    renegotiation: bool,
    draft: bool,
    forgeable_tickets: bool,
}

impl ClientConfig {
    /// Begins with the safe defaults.
    pub fn builder() -> ClientConfigBuilder {
        ClientConfigBuilder::default()
    }
}

impl ServerConfig {
    /// Begins with the safe defaults. A server needs an [`identity`](ServerConfigBuilder::identity),
    /// [pre-shared keys](ServerConfigBuilder::psk) or [passwords](ServerConfigBuilder::srp).
    pub fn builder() -> ServerConfigBuilder {
        ServerConfigBuilder::default()
    }
}

/// What the two builders have in common.
macro_rules! common_options {
    () => {
        /// Offers these application protocols (ALPN, RFC 7301), most wanted first.
        ///
        /// Once a client has offered some and the server knows some, a handshake in which they have none in common fails.
        ///
        /// C: [`gnutls_alpn_set_protocols`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005falpn_005fset_005fprotocols).
        #[doc(alias = "gnutls_alpn_set_protocols")]
        pub fn alpn<P: AsRef<[u8]>>(mut self, protocols: impl IntoIterator<Item = P>) -> Self {
            self.alpn = protocols
                .into_iter()
                .map(|protocol| protocol.as_ref().to_vec())
                .collect();
            self
        }

        /// Uses these priorities instead of [the system's](Priority::system).
        ///
        /// C: [`gnutls_priority_set`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fpriority_005fset).
        #[doc(alias = "gnutls_priority_set")]
        pub fn priority(mut self, priority: Priority) -> Self {
            self.priority = priority;
            self
        }

        /// Allows a new handshake on a connection in TLS and DTLS up to 1.2, which is refused otherwise. The peer's
        /// identity may change with it, and it costs a server more than a client.
        pub fn dangerous_allow_renegotiation(mut self) -> Self {
            self.renegotiation = true;
            self
        }

        /// Leaves TLS 1.3 on while GnuTLS 3.6.3 is running, which spoke a draft of it. Changes nothing on any other
        /// release.
        pub fn dangerous_allow_draft_tls1_3(mut self) -> Self {
            self.draft = true;
            self
        }
    };
}

impl ClientConfigBuilder {
    common_options!();

    /// Verifies the server against these authorities instead of [the system's](Trust::system).
    pub fn trust(mut self, trust: Trust) -> Self {
        self.trust = Some(trust);
        self
    }

    /// Whether session tickets are accepted (they are by default). Without them a session of TLS 1.3 is not resumed.
    ///
    /// C: `GNUTLS_NO_TICKETS` of [`gnutls_init`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005finit).
    #[doc(alias = "GNUTLS_NO_TICKETS")]
    pub fn tickets(mut self, accept: bool) -> Self {
        self.no_tickets = !accept;
        self
    }

    /// Whether data may be sent before the server's part of a TLS 1.2 handshake has been checked (RFC 7918), which saves a
    /// round trip. It is not by default.
    ///
    /// C: `GNUTLS_ENABLE_FALSE_START` of [`gnutls_init`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005finit).
    #[doc(alias = "GNUTLS_ENABLE_FALSE_START")]
    pub fn false_start(mut self, allow: bool) -> Self {
        self.false_start = allow;
        self
    }

    /// Accepts whatever certificate the server has: anybody on the way can read and change everything. For tests, or
    /// where the program checks the certificate by itself after the handshake.
    pub fn dangerous_accept_any_certificate(mut self) -> Self {
        self.any_certificate = true;
        self
    }

    /// The configuration.
    ///
    /// # Errors
    ///
    /// Of kind [`Certificate`](crate::ErrorKind::Certificate) where the system's trust anchors are wanted and there are none, of
    /// kind [`InvalidInput`](crate::ErrorKind::InvalidInput) for an application protocol that is empty or longer than 31 bytes, and for more than 8.
    pub fn build(self) -> Result<ClientConfig> {
        let proves = self.psk.is_some() || self.srp.is_some();
        if self.anonymous && (proves || self.trust.is_some()) {
            return Err(Error::invalid_input(
                "an anonymous server beside one that is authenticated: whoever is on the way would choose to be anonymous",
            ));
        }
        if self.any_certificate && self.certificates.is_watched() {
            return Err(Error::invalid_input(
                "a verifier beside any certificate, where it would not be asked: `dangerous_verifier` alone decides by itself",
            ));
        }
        let verification = if self.any_certificate {
            Verification::Off
        } else if self.anonymous {
            Verification::Anonymous
        } else if proves && self.trust.is_none() {
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
        let handshake = self.handshake.checked()?;
        let priority = standard(self.priority, self.draft)?;
        let certificates = !matches!(verification, Verification::Key | Verification::Anonymous);
        let trust = self.trust.unwrap_or_else(default);
        let (priority, raw_public_keys) =
            raw_public_key::negotiated(priority, Side::Client, &self.certificates, &trust)?;
        let psk = self.psk.map(PskCredentials::client).transpose()?;
        let srp = self.srp.map(SrpCredentials::client).transpose()?;
        let anonymous = self
            .anonymous
            .then(|| AnonymousCredentials::new(Side::Client))
            .transpose()?;
        let common = CommonParts {
            credentials: Credentials::build(&self.certificates, &trust)?,
            certificates,
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
            alpn: checked(self.alpn)?,
            verification,
            init_flags: raw_public_keys
                | flag(self.no_tickets, sys::GNUTLS_NO_TICKETS)
                | flag(self.false_start, sys::GNUTLS_ENABLE_FALSE_START)
                | flag(
                    handshake.post_handshake_auth,
                    sys::GNUTLS_POST_HANDSHAKE_AUTH,
                ),
            handshake,
            extensions: self.extensions.checked()?,
            renegotiation: self.renegotiation,
        };
        let parts = ClientParts {
            common,
            configuration: Configuration::new(),
            store: self.resumption.store(),
        };
        Ok(ClientConfig(Arc::new(parts), None))
    }
}

impl ServerConfigBuilder {
    common_options!();

    /// Whether clients are asked for a certificate. They are not by default.
    ///
    /// C: [`gnutls_certificate_server_set_request`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fcertificate_005fserver_005fset_005frequest).
    #[doc(alias = "gnutls_certificate_server_set_request")]
    pub fn client_auth(mut self, client_auth: ClientAuth) -> Self {
        self.client_auth = client_auth;
        self
    }

    /// Lets clients resume sessions by tickets that are protected with this key. Without a key there are no tickets.
    ///
    /// C: [`gnutls_session_ticket_enable_server`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsession_005fticket_005fenable_005fserver).
    #[doc(alias = "gnutls_session_ticket_enable_server")]
    pub fn tickets(mut self, key: TicketKey) -> Self {
        self.ticket_key = Some(key);
        self
    }

    /// Lets clients of TLS and DTLS up to 1.2 resume sessions that are kept here. Give an `Arc` to keep hold of the cache
    /// or to share it between configurations.
    pub fn session_cache(mut self, cache: impl SessionCache) -> Self {
        self.cache = Some(Arc::new(cache));
        self
    }

    /// Allows tickets while GnuTLS 3.6.4 to 3.6.13 is running. Those releases protect them with a key of zeros until the
    /// first rotation: anybody can forge and read them (CVE-2020-13777). Changes nothing on any other release.
    ///
    /// Some distributions have corrected the older releases; this is for them.
    pub fn dangerous_allow_forgeable_tickets(mut self) -> Self {
        self.forgeable_tickets = true;
        self
    }

    /// The configuration.
    ///
    /// # Errors
    ///
    /// Of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) with nothing to prove itself with (an identity, pre-shared keys or passwords), or for an application protocol that is empty
    /// or longer than 31 bytes, and for more than 8; of kind [`Unsupported`](crate::ErrorKind::Unsupported) for tickets on a release whose tickets
    /// can be forged; of kind [`Certificate`](crate::ErrorKind::Certificate) where the system's trust anchors are wanted for
    /// clients and there are none. Of kind `InvalidInput` also for early data without tickets, and for a
    /// [lifetime](Self::session_lifetime) that GnuTLS does not take.
    pub fn build(self) -> Result<ServerConfig> {
        let certificates = self.certificates.has_identity();
        let proves = self.psk.is_some() || self.srp.is_some();
        if !certificates && !proves && !self.anonymous {
            return Err(Error::invalid_input("a server needs an identity"));
        }
        if self.ticket_key.is_some() && forges_tickets(version().running) && !self.forgeable_tickets
        {
            return Err(Error::unsupported(
                "session tickets that cannot be forged",
                Version::new(3, 6, 14),
            ));
        }
        let post_handshake_auth =
            matches!(self.client_auth, ClientAuth::AfterHandshake(_)) && certificates;
        let handshake = HandshakeOptions {
            post_handshake_auth,
            ..self.handshake
        }
        .checked()?;
        let (trust, verification, request) = match self.client_auth {
            // Clients that prove nothing may come as well.
            _ if !certificates && self.anonymous => {
                (Trust::none(), Verification::Off, sys::GNUTLS_CERT_IGNORE)
            }
            _ if !certificates => (Trust::none(), Verification::Key, sys::GNUTLS_CERT_IGNORE),
            ClientAuth::None => (Trust::none(), Verification::Off, sys::GNUTLS_CERT_IGNORE),
            ClientAuth::Requested(trust) => {
                (trust, Verification::IfPresent, sys::GNUTLS_CERT_REQUEST)
            }
            ClientAuth::Required(trust) => {
                (trust, Verification::Required, sys::GNUTLS_CERT_REQUIRE)
            }
            ClientAuth::AfterHandshake(trust) => {
                (trust, Verification::IfPresent, sys::GNUTLS_CERT_IGNORE)
            }
        };
        let resumption = self.resumption.checked()?;
        let priority = standard(self.priority, self.draft)?;
        let (priority, raw_public_keys) =
            raw_public_key::negotiated(priority, Side::Server, &self.certificates, &trust)?;
        let psk = self.psk.map(PskCredentials::server).transpose()?;
        let srp = self.srp.map(SrpCredentials::server).transpose()?;
        let anonymous = self
            .anonymous
            .then(|| AnonymousCredentials::new(Side::Server))
            .transpose()?;
        let priority = with_key_exchanges(
            priority,
            certificates,
            psk.is_some(),
            srp.is_some(),
            anonymous.is_some(),
        )?;
        let common = CommonParts {
            credentials: Credentials::build(&self.certificates, &trust)?,
            certificates,
            priority,
            psk,
            srp,
            anonymous,
            alpn: checked(self.alpn)?,
            verification,
            init_flags: if self.early_data.is_some() {
                sys::GNUTLS_ENABLE_EARLY_DATA
            } else {
                0
            } | if post_handshake_auth {
                sys::GNUTLS_POST_HANDSHAKE_AUTH
            } else {
                0
            } | resumption.init_flags
                | raw_public_keys,
            handshake,
            extensions: self.extensions.checked()?,
            renegotiation: self.renegotiation,
        };
        if self.early_data.is_some() && self.ticket_key.is_none() {
            return Err(Error::invalid_input(
                "early data are for resumed sessions: a server that accepts them needs a ticket key",
            ));
        }
        Ok(ServerConfig(Arc::new(ServerParts {
            common,
            request,
            post_handshake_auth,
            hide_authorities: self.hide_authorities,
            ticket_key: self.ticket_key,
            cache: self.cache,
            lifetime: resumption.lifetime,
            on_hello: self.on_hello,
            early_data: self
                .early_data
                .map(|(max_size, anti_replay)| EarlyData::new(max_size, anti_replay))
                .transpose()?,
        })))
    }
}

/// The priorities with the key exchanges that a configuration has something for.
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
    // A server chooses the version before it looks what it has for it, and a client sends a hello that nobody can answer.
    if !certificates && !psk && priority.enables(Protocol::TLS1_3)? {
        priority = priority.append("-VERS-TLS1.3")?;
    }
    Ok(priority)
}

/// Whether tickets of this release can be forged.
fn forges_tickets(running: Version) -> bool {
    (Version::new(3, 6, 4)..Version::new(3, 6, 14)).contains(&running)
}

/// The priorities without what the running release calls TLS 1.3 and is a draft, unless that is allowed.
fn standard(priority: Priority, draft: bool) -> Result<Priority> {
    if draft {
        Ok(priority)
    } else {
        priority.without_draft(version().running)
    }
}

/// The most application protocols that GnuTLS takes, and the longest name of one (`lib/ext/alpn.c`, every release since
/// 3.6.0). Beyond that `gnutls_alpn_set_protocols` fails, which would show in each session only.
const ALPN_PROTOCOLS: usize = 8;
const ALPN_NAME: usize = 31;

/// The names of application protocols, if GnuTLS takes them.
fn checked(alpn: Vec<Vec<u8>>) -> Result<Vec<Vec<u8>>> {
    if alpn.len() > ALPN_PROTOCOLS {
        return Err(Error::invalid_input(format!(
            "{} application protocols (ALPN); GnuTLS takes {ALPN_PROTOCOLS}",
            alpn.len()
        )));
    }
    let fits = |protocol: &Vec<u8>| (1..=ALPN_NAME).contains(&protocol.len());
    match alpn.iter().find(|protocol| !fits(protocol)) {
        None => Ok(alpn),
        Some(protocol) => Err(Error::invalid_input(format!(
            "an application protocol (ALPN) of {} bytes; GnuTLS takes 1 to {ALPN_NAME}",
            protocol.len()
        ))),
    }
}

impl fmt::Debug for ClientConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0
            .common
            .describe(&mut f.debug_struct("ClientConfig"))
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ServerConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = &*self.0;
        parts
            .common
            .describe(&mut f.debug_struct("ServerConfig"))
            .field("tickets", &parts.ticket_key.is_some())
            .field("session_cache", &parts.cache.is_some())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ServerConfigBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerConfigBuilder")
            .field("identities", &self.certificates.identities.len())
            .field("client_auth", &self.client_auth)
            .field("priority", &self.priority)
            .finish_non_exhaustive()
    }
}

impl CommonParts {
    fn describe<'a, 'b, 'c>(
        &self,
        debug: &'c mut fmt::DebugStruct<'a, 'b>,
    ) -> &'c mut fmt::DebugStruct<'a, 'b> {
        let alpn: Vec<_> = self
            .alpn
            .iter()
            .map(|protocol| String::from_utf8_lossy(protocol))
            .collect();
        debug
            .field("priority", &self.priority)
            .field("verification", &self.verification)
            .field("alpn", &alpn)
            .field("renegotiation", &self.renegotiation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

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
            !builder.any_certificate
                && !builder.renegotiation
                && !builder.draft
                && !builder.false_start
        );
        assert_eq!(builder.priority.to_string(), "SYSTEM");
        let config = ClientConfig::builder()
            .trust(Trust::none())
            .build()
            .unwrap();
        assert_eq!(config.0.common.verification, Verification::Required);
        assert!(!config.0.common.renegotiation);
        let builder = ServerConfig::builder();
        assert!(!builder.renegotiation && !builder.draft && !builder.forgeable_tickets);
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
