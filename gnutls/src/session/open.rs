//! Creating sessions from a configuration.

use std::ptr::{self, NonNull};

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::config::{ClientConfig, ServerConfig, Verification};
use crate::crypto::Side;
use crate::error::{Error, Result, check};
use crate::session::Session;
use crate::session::callbacks::handshake_hook;
use crate::session::quic::{self, QuicState};
use crate::session::record::cork::Cork;
use crate::session::resume::ResumptionAttempt;
use crate::session::state::{Config, State};
use crate::session_core::core::PeerCheck;
use crate::session_core::server_name::{PeerName, ServerName};

/// The transport of a session.
pub(crate) enum Kind {
    Stream,
    Datagram,
    /// QUIC, which transports the messages of the handshake itself. On a client, `early_data` announces early data.
    Quic {
        state: Box<QuicState>,
        early_data: bool,
    },
}

impl Kind {
    pub(crate) fn new(datagram: bool) -> Self {
        if datagram {
            Self::Datagram
        } else {
            Self::Stream
        }
    }
}

impl ClientConfig {
    /// Creates a TLS session with the server that has this name or IP address. A name is sent to the server (SNI, RFC
    /// 6066, section 3), an address is not. The certificate of the server must be valid for the name or address. A
    /// session [without a name](PeerName::Unnamed) requires a configuration that permits it. If the store of the
    /// configuration has a session with the same server, the new one offers to resume it.
    ///
    /// A name is sent, compared and returned as A-labels (IDNA) in lower case, without a trailing dot. It may contain
    /// underscores, but a GnuTLS server ends the handshake if it receives such a name. A name whose last label is a
    /// number is refused, since GnuTLS would compare it with addresses.
    ///
    /// ```
    /// use gnutls::{ClientConfig, Trust};
    ///
    /// let config = ClientConfig::builder().trust(Trust::none()).build()?;
    /// let by_name = config.session("example.org")?;
    /// let by_address = config.session("192.0.2.1")?;
    /// assert!(by_name.id2().is_empty() && by_address.id2().is_empty());
    /// assert!(config.session("no name").is_err());
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) for text that is neither a host name
    /// nor an address, and for a session without a name if the configuration requires one.
    #[corresponds(
        gnutls_init,
        gnutls_server_name_set,
        gnutls_idna_map,
        alias(gnutls_session_set_verify_cert)
    )]
    pub fn session<'a>(&self, server_name: impl Into<PeerName<'a>>) -> Result<Session> {
        self.open(server_name.into(), false)
    }

    /// Creates a DTLS session. See [`session`](Self::session).
    #[corresponds(alias(GNUTLS_DATAGRAM))]
    pub fn datagram_session<'a>(&self, server_name: impl Into<PeerName<'a>>) -> Result<Session> {
        self.open(server_name.into(), true)
    }

    fn open(&self, name: PeerName<'_>, datagram: bool) -> Result<Session> {
        let name = name.parse()?;
        let Some(saved) = self.stored(name.as_ref(), datagram) else {
            return self.open_new(name, Kind::new(datagram));
        };
        // Data that GnuTLS rejects makes its session unusable.
        let session = self.open_new(name.clone(), Kind::new(datagram))?;
        session
            .resuming(&saved)
            .or_else(|_| self.open_new(name, Kind::new(datagram)))
    }

    /// Opens a session that does not resume a stored session.
    pub(crate) fn open_new(&self, name: Option<ServerName>, kind: Kind) -> Result<Session> {
        let peer_check = match self.0.common.verification {
            Verification::Off => PeerCheck::None,
            Verification::Key => PeerCheck::Key,
            Verification::Anonymous => PeerCheck::Anonymous,
            _ if name.is_some() || self.0.unnamed_servers => PeerCheck::Server,
            _ => {
                return Err(Error::invalid_input(
                    "verifying the certificate of the server requires its name: use `session` with a server name, \
                     `Trust::pinned_key`, or `allow_unnamed_servers`",
                ));
            }
        };
        let sni = match &name {
            Some(ServerName::Dns(name)) => Some(name.clone()),
            _ => None,
        };
        let session = Session::open(Config::Client(self.clone()), kind, name, peer_check)?;
        let common = session.config();
        if common.srp.is_some() || common.extensions.exchanges_supplemental_data() {
            // The hook receives each message, including tickets.
            handshake_hook::install(session.handle());
        } else if self.0.store.is_some() {
            // SAFETY: the session is live, new and of this crate.
            unsafe { handshake_hook::note_tickets(session.handle()) };
        }
        if let Some(name) = sni {
            let (name, length) = (name.as_ptr().cast(), name.as_bytes().len());
            // SAFETY: copies the name into the live session. The pointer and the length describe `name`.
            let code = unsafe {
                sys::gnutls_server_name_set(session.handle(), sys::GNUTLS_NAME_DNS, name, length)
            };
            check(code)?;
        }
        Ok(session)
    }
}

impl ServerConfig {
    /// Creates a TLS session with a client.
    #[corresponds(gnutls_init)]
    pub fn session(&self) -> Result<Session> {
        self.open(Kind::Stream)
    }

    /// Creates a DTLS session with a client.
    pub fn datagram_session(&self) -> Result<Session> {
        self.open(Kind::Datagram)
    }

    pub(crate) fn open(&self, kind: Kind) -> Result<Session> {
        let config = Config::Server(self.clone());
        let session = Session::open(config, kind, None, PeerCheck::None)?;
        if self.0.on_hello.is_some() {
            handshake_hook::install(session.handle());
        }
        Ok(session)
    }
}

impl Session {
    fn open(
        config: Config,
        kind: Kind,
        server_name: Option<ServerName>,
        peer_check: PeerCheck,
    ) -> Result<Self> {
        let (common, side, entity) = match &config {
            Config::Client(config) => (&config.0.common, Side::Client, sys::GNUTLS_CLIENT),
            Config::Server(config) => (&config.0.common, Side::Server, sys::GNUTLS_SERVER),
        };
        let datagram = matches!(kind, Kind::Datagram);
        let transport = if datagram { sys::GNUTLS_DATAGRAM } else { 0 };
        let init_flags = match &kind {
            Kind::Quic { early_data, .. } => quic::init_flags(side, common.init_flags, *early_data),
            _ => common.init_flags,
        };
        // Sessions with SRTP cannot be resumed, see `ClientConfigBuilder::srtp`.
        let tickets = match common.extensions.srtp_for(datagram) {
            Some(_) => sys::GNUTLS_NO_TICKETS,
            None => 0,
        };
        let flags = entity
            | transport
            | sys::GNUTLS_NONBLOCK
            | sys::GNUTLS_NO_SIGNAL
            | tickets
            | init_flags;
        let mut handle = ptr::null_mut();
        // SAFETY: writes the pointer to `handle`. After a failure there is nothing to release: before 3.8.0 the library
        // has freed the session and left the pointer unchanged.
        check(unsafe { sys::gnutls_init(&mut handle, flags) })?;
        let handle =
            NonNull::new(handle).ok_or_else(|| Error::from_code(sys::GNUTLS_E_INTERNAL_ERROR))?;
        let mut state = State::new(handle.as_ptr(), side, datagram, config);
        state.core.server_name = server_name;
        state.core.peer_check = peer_check;
        if let Kind::Quic { state: quic, .. } = kind {
            state.quic = Some(quic);
        }
        let state = NonNull::from(Box::leak(Box::new(state)));
        // From here on `Drop` frees the handle.
        let mut session = Self {
            handle,
            state,
            cork: Cork::default(),
            resumption: ResumptionAttempt::None,
        };
        // SAFETY: stores the pointer in the live session. The state is kept until the session is freed.
        unsafe { sys::gnutls_session_set_ptr(session.handle(), state.as_ptr().cast()) };
        session.install_quic()?;
        // SAFETY: the session is live and new, and keeps the configuration until it is freed.
        unsafe {
            let priority = session.state().priority_of(session.config())?;
            priority.apply(session.handle())?;
        }
        // A server session gets the rest once its configuration has been selected.
        if side == Side::Client {
            session.state_mut().apply_client_config()?;
        }
        Ok(session)
    }
}
