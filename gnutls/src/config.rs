//! Configurations: what all sessions of a client or of a server have in common. Made once by a builder, then immutable.

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
use crate::early_data::EarlyData;
use crate::identity::resolver::{IdentityResolverCallback, OcspResponderCallback};
use crate::priority::Priority;
use crate::psk::credentials::PskCredentials;
use crate::resumption::cache::SessionCache;
use crate::resumption::store::{Configuration, SessionStore};
use crate::resumption::ticket::TicketKey;
use crate::srp::credentials::SrpCredentials;
use crate::trust::Trust;
use crate::verify::policy::PeerPolicy;

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
    /// Certificates can be used at all, by either side.
    pub(crate) uses_certificates: bool,
    /// The number of identities in the credentials.
    pub(crate) identities: c_uint,
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(dead_code, reason = "only a callback of newer libraries chooses")
    )]
    pub(crate) identity_resolver: Option<Arc<IdentityResolverCallback>>,
    pub(crate) ocsp_responder: Option<Arc<OcspResponderCallback>>,
    pub(crate) peers: PeerPolicy,
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
    /// A new handshake on a connection is allowed in TLS up to 1.2.
    pub(crate) renegotiation: bool,
    /// The outcome of installing the callbacks of the credentials, once the first session is opened.
    pub(crate) callbacks: OnceLock<Result<(), c_int>>,
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
    pub(crate) on_hello: Option<Arc<ClientHelloCallback>>,
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
