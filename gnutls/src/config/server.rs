//! The options of a server, and its configuration built from all options.

use std::ffi::c_uint;
use std::fmt;
use std::sync::Arc;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::config::builder::{
    Authentication, CommonOptions, ServerConfigBuilder, flag, forges_tickets,
};
use crate::config::client_hello::ClientHelloCallback;
use crate::config::handshake::HandshakeOptions;
use crate::config::resumption::ResumptionOptions;
use crate::config::{ClientAuth, CommonParts, ServerConfig, ServerParts, Verification};
use crate::crypto::Side;
use crate::crypto::parameters::Protocol;
use crate::crypto::public_key::SecurityLevel;
use crate::dh::{DhParams, ServerDh};
use crate::early_data::EarlyData;
use crate::early_data::anti_replay::AntiReplay;
use crate::error::{Error, Result};
use crate::psk::credentials::PskCredentials;
use crate::resumption::cache::SessionCache;
use crate::resumption::session_format::CERTIFICATE_TYPES_ALWAYS;
use crate::resumption::ticket::TicketKey;
use crate::srp::credentials::SrpCredentials;
use crate::trust::Trust;
use crate::version::{Version, version};
use crate::{psk, srp};

/// The options of a server.
#[derive(Clone, Default)]
pub struct ServerOptions {
    /// `true` if a certificate request does not name the trusted authorities.
    pub(crate) hide_authorities: bool,
    pub(crate) psk: Option<psk::Server>,
    pub(crate) srp: Option<srp::Server>,
    pub(crate) early_data: Option<(u32, AntiReplay)>,
    pub(crate) client_auth: ClientAuth,
    pub(crate) ticket_key: Option<TicketKey>,
    pub(crate) cache: Option<Arc<dyn SessionCache>>,
    pub(crate) resumption: ResumptionOptions,
    pub(crate) on_hello: Option<Arc<ClientHelloCallback>>,
    pub(crate) dh: Option<ServerDh>,
    pub(crate) forgeable_tickets: bool,
}

impl fmt::Debug for ServerOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerOptions")
            .field("client_auth", &self.client_auth)
            .field("tickets", &self.ticket_key.is_some())
            .field("session_cache", &self.cache.is_some())
            .finish_non_exhaustive()
    }
}

/// The settings of a server that `gnutls_init` receives as flags, with their names.
const INIT_SETTINGS: [(c_uint, &str); 4] = [
    (sys::GNUTLS_NO_AUTO_SEND_TICKET, "`automatic_tickets`"),
    (sys::GNUTLS_ENABLE_EARLY_DATA, "`early_data`"),
    (
        sys::GNUTLS_POST_HANDSHAKE_AUTH,
        "`client_auth` with `ClientAuth::AfterHandshake`",
    ),
    (
        sys::GNUTLS_ENABLE_RAWPK,
        "the use of raw public keys (`identity`, `client_auth` or `priority`)",
    ),
];

impl ServerParts {
    /// Returns an error if this configuration cannot replace the one that a session was created with: GnuTLS cannot
    /// change the settings that `gnutls_init` has received.
    pub(crate) fn require_init_settings_of(&self, own: &Self, datagram: bool) -> Result<()> {
        let (own, new) = (own.common.init_flags, self.common.init_flags);
        let mut different = own ^ new;
        // A session that can request a certificate after the handshake does not have to.
        different &= !(own & sys::GNUTLS_POST_HANDSHAKE_AUTH);
        if datagram {
            // The other settings are those of TLS 1.3.
            different &= sys::GNUTLS_ENABLE_RAWPK;
        }
        let setting = INIT_SETTINGS.iter().find(|(flag, _)| different & flag != 0);
        match setting {
            None => Ok(()),
            Some((_, name)) => Err(Error::invalid_input(format!(
                "the configuration differs from that of the session in {name}, which cannot be changed in a session: configure it equally in both"
            ))),
        }
    }
}

impl ServerConfigBuilder {
    /// Sets the certificate requests to clients. By default the server requests no certificate.
    ///
    /// ```
    /// use gnutls::{ClientAuth, Identity, ServerConfig, Trust};
    ///
    /// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
    /// # let identity = Identity::from_pem(&pem("server"), &pem("server-key"))?;
    /// let authority = Trust::pem(&pem("ca"))?;
    /// let config = ServerConfig::builder()
    ///     .identity(identity)
    ///     .client_auth(ClientAuth::Required(authority))
    ///     .build()?;
    /// # let _ = config;
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(gnutls_certificate_server_set_request)]
    pub fn client_auth(mut self, client_auth: ClientAuth) -> Self {
        self.side.client_auth = client_auth;
        self
    }

    /// Enables session tickets, which are protected by this key. By default there are no tickets.
    #[corresponds(gnutls_session_ticket_enable_server)]
    pub fn tickets(mut self, key: TicketKey) -> Self {
        self.side.ticket_key = Some(key);
        self
    }

    /// Sets the cache of sessions that clients of TLS and DTLS up to 1.2 can resume. Pass an `Arc` to retain access to
    /// the cache, or to share it between configurations.
    pub fn session_cache(mut self, cache: impl SessionCache) -> Self {
        self.side.cache = Some(Arc::new(cache));
        self
    }

    /// Allows tickets with GnuTLS 3.6.4 to 3.6.13. These releases protect tickets with a key of zeros until the first
    /// key rotation, so that anybody can forge and decrypt them (CVE-2020-13777). It has no effect with any other
    /// release.
    ///
    /// Use it only if the distribution has corrected the library.
    pub fn dangerous_allow_forgeable_tickets(mut self) -> Self {
        self.side.forgeable_tickets = true;
        self
    }

    /// Sets the security level of Diffie-Hellman groups for clients that do not send groups (RFC 7919). The server uses
    /// the smallest group of this level that its [priorities](Self::priority) enable. Without it, it selects no DHE
    /// cipher suite for these clients. It replaces [`dh_params`](Self::dh_params).
    ///
    /// ```
    /// use gnutls::crypto::SecurityLevel;
    /// use gnutls::ServerConfig;
    ///
    /// let builder = ServerConfig::builder().known_dh_params(SecurityLevel::MEDIUM);
    /// # drop(builder);
    /// ```
    #[corresponds(
        gnutls_certificate_set_known_dh_params,
        alias(
            gnutls_anon_set_server_known_dh_params,
            gnutls_psk_set_server_known_dh_params
        )
    )]
    pub fn known_dh_params(mut self, level: SecurityLevel) -> Self {
        self.side.dh = Some(ServerDh::Known(level));
        self
    }

    /// Sets the Diffie-Hellman parameters for clients that do not send groups (RFC 7919). It replaces
    /// [`known_dh_params`](Self::known_dh_params), which is preferable.
    ///
    /// GnuTLS 3.6.0 and later prefers a group of RFC 7919 with the same security level. It uses the parameters only if
    /// the [priorities](Self::priority) disable these groups.
    #[corresponds(
        gnutls_certificate_set_dh_params,
        alias(gnutls_anon_set_server_dh_params, gnutls_psk_set_server_dh_params)
    )]
    pub fn dh_params(mut self, params: DhParams) -> Self {
        self.side.dh = Some(ServerDh::Params(params));
        self
    }

    /// Builds the configuration.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the server has no identity,
    /// pre-shared keys or passwords, if an application protocol is empty or longer than 31 bytes, if there are more
    /// than 8 of them, if early data is enabled without tickets, or if the [lifetime](Self::session_lifetime) is out of
    /// range. Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) for tickets with a release whose
    /// tickets can be forged, for tickets together with TLS 1.3 client certificates with GnuTLS 3.6.4, which cannot
    /// verify resumed sessions, and of kind [`Certificate`](crate::ErrorKind::Certificate) if the system's trust anchors
    /// are required and missing.
    pub fn build(self) -> Result<ServerConfig> {
        let certificates = self.common.certificates.has_identity();
        let has_shared_secret = self.side.psk.is_some() || self.side.srp.is_some();
        if !certificates && !has_shared_secret && !self.common.anonymous {
            return Err(Error::invalid_input(
                "a server requires `identity`, `identity_resolver`, `psk`, `srp` or `dangerous_anonymous`",
            ));
        }
        if !certificates
            && self.common.anonymous
            && matches!(self.side.client_auth, ClientAuth::Required(_))
        {
            return Err(Error::invalid_input(
                "an anonymous server cannot require a client certificate: add `identity`, or remove `dangerous_anonymous` or `client_auth`",
            ));
        }
        if self.side.ticket_key.is_some()
            && forges_tickets(version().running)
            && !self.side.forgeable_tickets
        {
            return Err(Error::unsupported(
                "session tickets that cannot be forged",
                Version::new(3, 6, 14),
            ));
        }
        let post_handshake_auth =
            matches!(self.side.client_auth, ClientAuth::AfterHandshake(_)) && certificates;
        let (trust, verification, request) = match self.side.client_auth {
            // Clients without authentication are accepted too.
            _ if !certificates && self.common.anonymous => {
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
        let resumption = self.side.resumption.checked()?;
        let common = CommonOptions {
            handshake: HandshakeOptions {
                post_handshake_auth,
                ..self.common.handshake
            },
            ..self.common
        }
        .build(
            Side::Server,
            trust,
            Authentication {
                uses_certificates: certificates,
                verification,
                psk: self.side.psk.map(PskCredentials::server).transpose()?,
                srp: self.side.srp.map(SrpCredentials::server).transpose()?,
            },
            resumption.init_flags
                | flag(
                    self.side.early_data.is_some(),
                    sys::GNUTLS_ENABLE_EARLY_DATA,
                ),
        )?;
        if self.side.ticket_key.is_some()
            && matches!(
                verification,
                Verification::IfPresent | Verification::Required
            )
            && version().running < CERTIFICATE_TYPES_ALWAYS
            && common.priority.enables(Protocol::TLS1_3)?
        {
            return Err(Error::unsupported(
                "verifying the certificate of a resumed TLS 1.3 session",
                CERTIFICATE_TYPES_ALWAYS,
            ));
        }
        if self.side.early_data.is_some() && self.side.ticket_key.is_none() {
            return Err(Error::invalid_input(
                "early data requires resumed sessions: configure `tickets`",
            ));
        }
        if let Some(dh) = &self.side.dh {
            let CommonParts {
                credentials,
                psk,
                anonymous,
                ..
            } = &common;
            // SAFETY: the credentials have just been built, so that no session uses them. The configuration keeps the
            // parameters in a field behind them.
            unsafe { dh.apply(credentials, psk.as_ref(), anonymous.as_ref())? };
        }
        Ok(ServerConfig(Arc::new(ServerParts {
            common,
            dh: self.side.dh,
            request,
            post_handshake_auth,
            hide_authorities: self.side.hide_authorities,
            ticket_key: self.side.ticket_key,
            cache: self.side.cache,
            lifetime: resumption.lifetime,
            on_hello: self.side.on_hello,
            early_data: self
                .side
                .early_data
                .map(|(max_size, anti_replay)| EarlyData::new(max_size, anti_replay))
                .transpose()?,
        })))
    }
}
