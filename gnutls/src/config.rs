//! Configurations: the options shared by all sessions of a client or of a server. A builder creates them; they are
//! immutable.

pub(crate) mod authentication;
pub(crate) mod builder;
pub(crate) mod certificates;
pub(crate) mod client;
pub(crate) mod client_hello;
pub(crate) mod extensions;
pub(crate) mod handshake;
pub(crate) mod raw_public_key;
pub(crate) mod resumption;
pub(crate) mod server;

use std::ffi::{c_int, c_uint};
use std::fmt;
use std::sync::{Arc, OnceLock};

use gnutls_sys as sys;

use crate::anonymous::AnonymousCredentials;
use crate::config::builder::{ClientConfigBuilder, ServerConfigBuilder};
use crate::config::client_hello::ClientHelloCallback;
use crate::config::extensions::ExtensionOptions;
use crate::config::handshake::HandshakeOptions;
use crate::credentials::Credentials;
use crate::crypto::parameters::Protocol;
use crate::dh::ServerDh;
use crate::early_data::EarlyData;
use crate::error::{Error, ErrorKind, Result};
use crate::identity::resolver::{IdentityResolverCallback, OcspResponderCallback};
use crate::priority::Priority;
use crate::psk::credentials::PskCredentials;
use crate::resumption::cache::SessionCache;
use crate::resumption::store::{Configuration, SessionStore};
use crate::resumption::ticket::TicketKey;
use crate::srp::credentials::SrpCredentials;
use crate::trust::Trust;
use crate::verify::policy::PeerPolicy;
use crate::verify::verdicts::Verdicts;

/// The configuration of client sessions. It is cheap to clone and can be shared between threads.
///
/// The defaults are safe: the system's priorities and trust anchors, a verified certificate and server name, and no
/// renegotiation. Options that weaken them have names that start with `dangerous`.
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

/// The configuration of server sessions. It is cheap to clone and can be shared between threads.
///
/// ```no_run
/// use gnutls::{Identity, ServerConfig};
/// use gnutls::resumption::TicketKey;
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

/// The parts of a configuration that both sides use.
pub(crate) struct CommonParts {
    pub(crate) credentials: Credentials,
    /// `true` if this side or the peer can use certificates.
    pub(crate) uses_certificates: bool,
    /// The number of identities in the credentials.
    pub(crate) identities: c_uint,
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(dead_code, reason = "only GnuTLS 3.6.3 and newer call it")
    )]
    pub(crate) identity_resolver: Option<Arc<IdentityResolverCallback>>,
    pub(crate) ocsp_responder: Option<Arc<OcspResponderCallback>>,
    pub(crate) peers: PeerPolicy,
    pub(crate) psk: Option<PskCredentials>,
    pub(crate) srp: Option<SrpCredentials>,
    pub(crate) anonymous: Option<AnonymousCredentials>,
    pub(crate) priority: Priority,
    /// The priorities for QUIC, derived when the first session for it is created.
    pub(crate) quic_priority: OnceLock<Result<Priority>>,
    /// The names of application protocols that GnuTLS accepts, in order of preference.
    pub(crate) alpn: Vec<Vec<u8>>,
    pub(crate) verification: Verification,
    pub(crate) handshake: HandshakeOptions,
    pub(crate) extensions: ExtensionOptions,
    /// The flags for `gnutls_init` other than side, datagram and `GNUTLS_NONBLOCK`.
    pub(crate) init_flags: c_uint,
    /// `true` if renegotiation is allowed in TLS and DTLS up to 1.2.
    pub(crate) renegotiation: bool,
    /// The result of installing the callbacks of the credentials, set when the first session is created.
    pub(crate) callbacks: OnceLock<Result<(), c_int>>,
}

pub(crate) struct ClientParts {
    pub(crate) common: CommonParts,
    /// `true` if a session needs no name to verify its server.
    pub(crate) unnamed_servers: bool,
    /// The identity of this configuration in a session store.
    pub(crate) configuration: Configuration,
    pub(crate) store: Option<Arc<dyn SessionStore>>,
    /// The verdicts on the servers of resumed sessions.
    pub(crate) verdicts: Verdicts,
}

pub(crate) struct ServerParts {
    pub(crate) common: CommonParts,
    /// The value for `gnutls_certificate_server_set_request`.
    pub(crate) request: sys::gnutls_certificate_request_t,
    /// `true` if the server can request a certificate after the handshake.
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(dead_code, reason = "the library has no post-handshake authentication")
    )]
    pub(crate) post_handshake_auth: bool,
    /// `true` if a certificate request does not name the trusted authorities.
    pub(crate) hide_authorities: bool,
    pub(crate) ticket_key: Option<TicketKey>,
    pub(crate) cache: Option<Arc<dyn SessionCache>>,
    /// The number of seconds in which a session can be resumed, or `None` for the library's default.
    pub(crate) lifetime: Option<u32>,
    pub(crate) on_hello: Option<Arc<ClientHelloCallback>>,
    pub(crate) early_data: Option<EarlyData>,
    /// The parameters to which the credentials in `common` have pointers; fields are dropped in their order.
    #[expect(dead_code, reason = "only C reads it")]
    pub(crate) dh: Option<ServerDh>,
}

/// The verification of the peer's certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verification {
    /// The certificate is not verified.
    Off,
    /// A certificate is verified if the peer sends one.
    IfPresent,
    /// The peer must send a certificate, which is verified.
    Required,
    /// The peer must authenticate with a pre-shared key or a password.
    Key,
    /// The server must be anonymous.
    Anonymous,
}

/// The certificate requests of a server.
#[derive(Clone, Debug, Default)]
pub enum ClientAuth {
    /// The server does not request a certificate.
    #[default]
    None,
    /// The server requests a certificate. A client without one is accepted; an untrusted one ends the handshake.
    Requested(Trust),
    /// The server requires a trusted certificate. Otherwise the handshake fails.
    Required(Trust),
    /// The server requests a certificate only when [`request_authentication`](crate::Session::request_authentication)
    /// is called after a TLS 1.3 handshake. Requires GnuTLS 3.6.3.
    AfterHandshake(Trust),
}

impl ClientConfig {
    /// Creates a builder with safe defaults.
    pub fn builder() -> ClientConfigBuilder {
        ClientConfigBuilder::default()
    }
}

impl ServerConfig {
    /// Creates a builder with safe defaults. A server requires an [`identity`](ServerConfigBuilder::identity),
    /// [pre-shared keys](ServerConfigBuilder::psk) or [passwords](ServerConfigBuilder::srp).
    pub fn builder() -> ServerConfigBuilder {
        ServerConfigBuilder::default()
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

impl CommonParts {
    /// Returns the priorities for QUIC, which permits only TLS 1.3, without the ciphers that cannot protect packets (RFC
    /// 9001, section 5.3) and without the compatibility mode (section 8.4).
    pub(crate) fn quic_priority(&self) -> Result<&Priority> {
        let derived = self.quic_priority.get_or_init(|| {
            if !self.priority.enables(Protocol::TLS1_3)? {
                return Err(Error::new(
                    ErrorKind::Priority,
                    format!(
                        "the priorities \"{}\" do not enable TLS 1.3, which QUIC requires: enable it",
                        self.priority
                    ),
                ));
            }
            self.priority
                .append("-VERS-ALL:+VERS-TLS1.3:-AES-128-CCM-8:%DISABLE_TLS13_COMPAT_MODE")
        });
        derived.as_ref().map_err(Error::clone)
    }

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
