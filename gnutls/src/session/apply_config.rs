//! Applying a configuration to a session: on a client when the session is created, on a server once its configuration
//! has been selected.

use std::ffi::{c_int, c_uint};

use gnutls_sys as sys;
use gnutls_sys::gnutls_session_t;

use crate::alert::Alert;
use crate::config::client_hello::HelloAnswer;
use crate::config::extensions::ExtensionOptions;
use crate::config::{CommonParts, ServerConfig, ServerParts, Verification};
use crate::crypto::Side;
#[cfg(gnutls_3_6_5)]
use crate::crypto::parameters::Protocol;
use crate::error::{Error, ErrorKind, Result, argument, check};
use crate::extension::certificate_compression;
use crate::handshake::client_hello::ClientHello;
use crate::priority::Priority;
use crate::resumption::cache::InstalledCache;
use crate::resumption::session_format;
use crate::resumption::ticket::TicketKey;
use crate::session::callbacks::{self, handshake_hook, with_session};
use crate::session::state::{State, state_of};
use crate::session::{Session, verify};
use crate::session_core::core::PeerCheck;
use crate::session_core::lifecycle::Operation;
use crate::{heartbeat, srtp};

impl State {
    /// Applies the client configuration except for the priorities.
    pub(crate) fn apply_client_config(&mut self) -> Result<()> {
        let Some(config) = self.config.client().cloned() else {
            return Ok(());
        };
        // SAFETY: the configuration belongs to this session, which keeps it behind an `Arc` until it is freed.
        unsafe { self.apply_common(&config.0.common) }
    }

    /// Applies the options that both sides have, except for the priorities. It must be called once per session: options
    /// cannot be removed from a session, and GnuTLS appends application protocols to the earlier ones, beyond the end
    /// of its array.
    ///
    /// # Safety
    ///
    /// `common` belongs to the configuration of the session, which keeps it at its address until the session is freed.
    unsafe fn apply_common(&mut self, common: &CommonParts) -> Result<()> {
        self.config.applied = true;
        callbacks::install(common)?;
        let session = self.core.session;
        // SAFETY: the session is live. The credentials and keys outlive it, by the contract of this function.
        unsafe {
            if !self.core.accepts_any_peer() {
                verify::install(session, common.peers.profile);
            }
            // Without a certificate object a server would select a cipher suite that needs a certificate for a client
            // that offers both kinds, and then fail (`_gnutls_select_server_cert` in lib/auth/cert.c). An empty object
            // prevents this.
            if common.uses_certificates || self.core.side == Side::Server {
                check(sys::gnutls_credentials_set(
                    session,
                    sys::GNUTLS_CRD_CERTIFICATE,
                    common.credentials.as_ptr().cast(),
                ))?;
            }
            if let Some(psk) = &common.psk {
                psk.apply(session)?;
            }
            if let Some(srp) = &common.srp {
                srp.apply(session)?;
            }
            if let Some(anonymous) = &common.anonymous {
                anonymous.apply(session)?;
            }
        }
        if let Some(max) = common.handshake.max_message {
            // SAFETY: stores a number in the live session.
            unsafe { sys::gnutls_handshake_set_max_packet_length(session, max) };
        }
        #[cfg(gnutls_3_6_13)]
        if common.handshake.key_log.is_some() || self.quic.is_some() {
            callbacks::key_log::install(self);
        }
        self.apply_extensions(&common.extensions)?;
        if common.extensions.exchanges_supplemental_data() {
            handshake_hook::install(session);
        }
        self.offer(&common.alpn)
    }

    fn apply_extensions(&mut self, extensions: &ExtensionOptions) -> Result<()> {
        let datagram = self.core.datagram;
        if datagram && extensions.exchanges_supplemental_data() {
            // The message ends its flight, and both sides wait for the message of the other (`_gnutls_send_handshake`
            // in lib/handshake.c, up to 3.8.13).
            return Err(Error::invalid_input(
                "supplemental data cannot be exchanged over DTLS: use a TLS session",
            ));
        }
        let session = self.core.session;
        // SAFETY: the session is live and new, and keeps its configuration, which contains the extensions, until it is
        // freed.
        unsafe {
            certificate_compression::apply(session, &extensions.compression)?;
            if let Some(srtp) = extensions.srtp_for(datagram) {
                srtp::apply(session, srtp)?;
            }
            if let Some(heartbeat) = extensions.heartbeat {
                heartbeat::apply(session, heartbeat);
            }
            callbacks::extension::register(session, &extensions.custom)
        }
    }

    /// Applies the server configuration except for the priorities.
    ///
    /// # Safety
    ///
    /// `parts` belongs to the configuration of the session, which keeps it at its address until the session is freed.
    unsafe fn apply_server_config(&mut self, parts: &ServerParts) -> Result<()> {
        self.core.peer_check = match parts.common.verification {
            Verification::Off => PeerCheck::None,
            Verification::Key => PeerCheck::Key,
            Verification::Anonymous => PeerCheck::Anonymous,
            Verification::IfPresent => PeerCheck::Client { required: false },
            Verification::Required => PeerCheck::Client { required: true },
        };
        let session = self.core.session;
        // SAFETY: `parts.common` is part of the configuration of this session, which keeps it at its address until the
        // session is freed, by the contract of this function.
        unsafe { self.apply_common(&parts.common)? };
        // SAFETY: these functions store numbers in the live session.
        unsafe {
            sys::gnutls_certificate_server_set_request(session, parts.request);
            let hide = parts.hide_authorities.into();
            sys::gnutls_certificate_send_x509_rdn_sequence(session, hide);
        }
        let resumes = parts.ticket_key.is_some() || parts.cache.is_some();
        let asks = parts.request != sys::GNUTLS_CERT_IGNORE;
        if resumes || asks || parts.common.psk.is_some() {
            // The hook observes the proof of the client (`ClientProof`), and its PSK identity.
            handshake_hook::install(session);
        }
        if let Some(lifetime) = parts.lifetime {
            // Set before the ticket key, because it changes that key. The lifetime is at most 7 days, so that it fits.
            let lifetime = c_int::try_from(lifetime).unwrap_or(c_int::MAX);
            // SAFETY: stores the number in the live session.
            unsafe { sys::gnutls_db_set_cache_expiration(session, lifetime) };
        }
        // Sessions with SRTP cannot be resumed, see `ConfigBuilder::srtp`.
        let datagram = self.core.datagram;
        let resumable = parts.common.extensions.srtp_for(datagram).is_none();
        if let Some(key) = parts.ticket_key.as_ref().filter(|_| resumable) {
            // No DTLS session and no older library has early data.
            if datagram || cfg!(not(gnutls_3_6_5)) {
                self.enable_tickets(key)?;
            } else {
                self.key_depends_on_hello = true;
            }
        }
        if let Some(early_data) = parts.early_data.as_ref().filter(|_| !datagram) {
            self.accept_early_data(early_data)?;
        }
        if let Some(cache) = parts.cache.as_ref().filter(|_| resumable) {
            // SAFETY: GnuTLS has not processed any part of the ClientHello. The panic slot and the cache are part of
            // this value, which never moves and is dropped after the session.
            self.cache = Some(unsafe {
                InstalledCache::install(
                    session,
                    cache.clone(),
                    parts.lifetime,
                    session_format::is_sound_for_server,
                    self.panics(),
                )
            });
        }
        Ok(())
    }

    /// Enables session tickets, which are protected by this key.
    fn enable_tickets(&self, key: &TicketKey) -> Result<()> {
        let key = key.as_datum()?;
        // SAFETY: copies the key into the live session.
        check_code(unsafe { sys::gnutls_session_ticket_enable_server(self.core.session, &key) })
    }

    /// Enables session tickets for a received ClientHello that GnuTLS has not processed yet.
    ///
    /// GnuTLS accepts early data without comparing the application protocol and the server name with those of the
    /// ticket (RFC 8446, section 4.2.10), and a ticket does not contain them. Therefore a server that accepts early data
    /// protects its TLS 1.3 tickets with a key for one protocol and name: with another one the handshake is a full one.
    /// If a ClientHello offers early data, its ticket is from such a server. Other servers with the same ticket key then
    /// use the key for these names too, so that they can resume the session.
    #[cfg(gnutls_3_6_5)]
    fn enable_tickets_for(&mut self, hello: Option<&ClientHello<'_>>) -> Result<()> {
        // GnuTLS does not accept another key after it has used one, as for a second ClientHello.
        if !std::mem::take(&mut self.key_depends_on_hello) {
            return Ok(());
        }
        let Some(config) = self.config.server() else {
            return Ok(());
        };
        let Some(key) = &config.0.ticket_key else {
            return Ok(());
        };
        let offers_tls1_3 = |hello: &&ClientHello<'_>| hello.versions().contains(&Protocol::TLS1_3);
        let early_data =
            |hello: &&ClientHello<'_>| config.0.early_data.is_some() || hello.offers_early_data();
        let Some(hello) = hello.filter(offers_tls1_3).filter(early_data) else {
            return self.enable_tickets(key);
        };
        // The first protocol of the client that the server supports (lib/ext/alpn.c).
        let own = &config.0.common.alpn;
        let alpn = hello
            .alpn()
            .find(|protocol| own.iter().any(|own| own == protocol));
        self.enable_tickets(&key.for_names(alpn, hello.server_name())?)?;
        self.peeked.requested = Some(hello.requested_names());
        Ok(())
    }

    #[cfg(not(gnutls_3_6_5))]
    fn enable_tickets_for(&mut self, _hello: Option<&ClientHello<'_>>) -> Result<()> {
        Ok(())
    }

    /// Enables session tickets, or refuses the handshake. Returns the code that the callback returns.
    fn enable_tickets_or_refuse(&mut self, hello: Option<&ClientHello<'_>>) -> c_int {
        match self.enable_tickets_for(hello) {
            Ok(()) => 0,
            Err(error) => self.core.refuse_with(error),
        }
    }

    /// Returns `true` if a server must parse the ClientHello before GnuTLS processes it.
    fn depends_on_hello(&self, own: &ServerConfig, body: Option<&[u8]>) -> bool {
        let peeked = &self.peeked;
        let replaced = self.config.replacement();
        let early_data = replaced.unwrap_or(own).0.early_data.is_some() && !self.core.datagram;
        own.0.on_hello.is_some()
            || replaced.is_some()
            || peeked.hello.is_some()
            || peeked.requested.is_some()
            // The SSL 2.0 format cannot negotiate TLS 1.3.
            || early_data && body.is_some()
    }

    /// Sets the application protocols.
    fn offer(&self, alpn: &[Vec<u8>]) -> Result<()> {
        if alpn.is_empty() {
            return Ok(());
        }
        let protocols = alpn
            .iter()
            .map(|protocol| argument::bytes(protocol))
            .collect::<Result<Vec<_>>>()?;
        let count = c_uint::try_from(protocols.len())
            .map_err(|_| Error::invalid_input("too many application protocols: offer fewer"))?;
        // A server that supports none of the offered protocols fails the handshake (RFC 7301, section 3.2).
        let flags = if self.core.side == Side::Client {
            0
        } else {
            sys::GNUTLS_ALPN_MANDATORY as c_uint
        };
        // SAFETY: copies the names into the live session. The pointer and the count describe `protocols`.
        check_code(unsafe {
            sys::gnutls_alpn_set_protocols(self.core.session, protocols.as_ptr(), count, flags)
        })
    }

    /// Returns the priorities of a configuration for the transport of this session.
    pub(crate) fn priority_of<'a>(&self, common: &'a CommonParts) -> Result<&'a Priority> {
        match self.quic {
            Some(_) => common.quic_priority(),
            None => Ok(&common.priority),
        }
    }

    /// Replaces the configuration that the session was created with. Only the priorities of the old one have been used.
    fn replace_config(&mut self, config: &ServerConfig) -> Result<()> {
        self.config.replace(config.clone());
        // SAFETY: the session keeps the configuration behind an `Arc` until it is freed. GnuTLS counts the references
        // to the priorities. It negotiates the version only when it processes the ClientHello
        // (_gnutls_negotiate_version in lib/handshake.c, after the hook in _gnutls_recv_handshake).
        unsafe {
            let session = self.core.session;
            self.priority_of(&config.0.common)?.apply(session)?;
            self.apply_server_config(&config.0)
        }
    }
}

/// Selects the configuration of a server session by a received ClientHello that GnuTLS has not processed yet. Returns
/// 0, or the code that the handshake must fail with.
///
/// # Safety
///
/// `session` is a live session of this crate that is calling its hook.
pub(crate) unsafe fn hello_has_come(session: gnutls_session_t, body: Option<&[u8]>) -> c_int {
    // SAFETY: the pointer is valid because the state outlives the session. No reference to the state exists while
    // GnuTLS runs callbacks of the session.
    let state = unsafe { &mut *state_of(session) };
    let Some(own) = state.config.own_server().cloned() else {
        return 0;
    };
    if let Some(alert) = state.refusal_of_client {
        let error = Error::new(ErrorKind::Protocol, "the program refused the ClientHello");
        return state.core.refuse_with(error.with_alert(alert));
    }
    let datagram = state.core.datagram;
    let parse = || body.and_then(|body| ClientHello::parse(body, datagram));
    if !state.depends_on_hello(&own, body) {
        // Without tickets, only GnuTLS processes the ClientHello.
        let hello = state.key_depends_on_hello.then(parse).flatten();
        return state.enable_tickets_or_refuse(hello.as_ref());
    }
    let peeked = state.peeked.hello.take();
    if peeked.is_some() && peeked.as_deref() != body {
        return state.core.refuse(
            Alert::DECODE_ERROR,
            "the ClientHello differs from the one that was read before the handshake",
        );
    }
    // The SSL 2.0 format has no extensions to select by.
    let Some(hello) = parse() else {
        return state
            .core
            .refuse(Alert::DECODE_ERROR, "the ClientHello is malformed");
    };
    let requested = hello.requested_names();
    match &state.peeked.requested {
        None => state.peeked.requested = Some(requested),
        // Without this check a server would use the configuration for one name in a session that reports another name.
        Some(before) if *before != requested => {
            return state.core.refuse(
                Alert::ILLEGAL_PARAMETER,
                "the second ClientHello requests another server name or other protocols",
            );
        }
        Some(_) => {}
    }
    let callback = own.0.on_hello.as_ref();
    let Some(callback) = callback.filter(|_| !state.config.applied) else {
        return state.enable_tickets_or_refuse(Some(&hello));
    };
    // SAFETY: the session is live and of this crate, and nothing uses its state or changes it while the callback runs,
    // which gets only shared references.
    let answer = unsafe { with_session(session, |session, _| callback(session, &hello)) };
    // The callback panicked, and the panic is resumed once GnuTLS has returned.
    let Some(answer) = answer else {
        return sys::GNUTLS_E_INTERNAL_ERROR;
    };
    // SAFETY: the state outlives the session. The callback has returned, so that no other reference to it is left.
    let state = unsafe { &mut *state_of(session) };
    // The configuration can be dropped here, and its destructor can panic.
    let result = state.guarded(None, |state| {
        Some(match answer {
            // SAFETY: the configuration belongs to this session, which keeps it behind an `Arc` until it is freed.
            HelloAnswer::Continue => unsafe { state.apply_server_config(&own.0) },
            HelloAnswer::Use(config) => config
                .0
                .require_init_settings_of(&own.0, state.core.datagram)
                .and_then(|()| state.replace_config(&config)),
            HelloAnswer::Refuse(alert) => Err(Error::new(
                ErrorKind::Protocol,
                "the callback rejected the ClientHello",
            )
            .with_alert(alert)),
        })
    });
    match result {
        Some(Ok(())) => state.enable_tickets_or_refuse(Some(&hello)),
        None => sys::GNUTLS_E_INTERNAL_ERROR,
        Some(Err(error)) => state.core.refuse_with(error),
    }
}

impl Session {
    /// Applies the server configuration, unless the ClientHello selects it.
    pub(crate) fn apply_config_unless_chosen(&mut self) -> Result<()> {
        let Some(config) = self.state().config.own_server().cloned() else {
            return Ok(());
        };
        if self.state().config.applied || config.0.on_hello.is_some() {
            return Ok(());
        }
        // SAFETY: the configuration belongs to this session, which keeps it behind an `Arc` until it is freed.
        let applied = unsafe { self.state_mut().apply_server_config(&config.0) };
        self.end_unless_applied(applied)
    }

    /// Ends the session if its configuration has been applied only in part: a handshake would lack the rest, for
    /// example the request for the client's certificate.
    fn end_unless_applied(&mut self, applied: Result<()>) -> Result<()> {
        applied.map_err(|error| self.core_mut().lifecycle.end_with(error.fatal()))
    }

    /// Replaces the configuration of a server session by `config`. It must be called before the handshake, and at most
    /// once. No [callback](crate::ServerConfigBuilder::on_client_hello) is called afterwards.
    ///
    /// ```
    /// use std::task::Poll;
    /// use gnutls::{Result, ServerConfig, Session, Transport};
    ///
    /// /// Reads the ClientHello and selects the configuration for it.
    /// fn choose<T: Transport>(session: &mut Session, io: &mut T, modern: &ServerConfig) -> Result<Poll<()>> {
    ///     let Poll::Ready(hello) = session.client_hello(io)? else {
    ///         return Ok(Poll::Pending);
    ///     };
    ///     if hello.alpn().any(|protocol| protocol == b"h2") {
    ///         session.set_config(modern)?;
    ///     }
    ///     session.handshake(io)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](ErrorKind::InvalidState) on a client, once the handshake has begun,
    /// and if a configuration has already been set. The kind is [`InvalidInput`](ErrorKind::InvalidInput) if the
    /// configurations differ in a setting that a session cannot change (see
    /// [`on_client_hello`](crate::ServerConfigBuilder::on_client_hello)); the session then has its configuration still.
    /// Any other error ends the session, because the configuration was applied only in part.
    pub fn set_config(&mut self, config: &ServerConfig) -> Result<()> {
        self.permit_choice(Operation::SetConfig)?;
        if self.state().config.applied {
            return Err(Error::invalid_state(
                "the session already has its configuration: call `set_config` once",
            ));
        }
        if let Some(own) = self.state().config.own_server() {
            config
                .0
                .require_init_settings_of(&own.0, self.is_datagram())?;
        }
        handshake_hook::install(self.handle());
        let applied = self.state_mut().replace_config(config);
        self.end_unless_applied(applied)
    }

    /// Refuses the client of a server before the handshake: [`handshake`](Self::handshake) sends this alert in response to
    /// the ClientHello, such as [`Alert::UNRECOGNIZED_NAME`], and fails with an error of kind
    /// [`Protocol`](ErrorKind::Protocol) that has it.
    ///
    /// ```
    /// use std::task::Poll;
    /// use gnutls::{Alert, Result, Session, Transport};
    ///
    /// /// Refuses clients that do not request this name.
    /// fn require_name<T: Transport>(session: &mut Session, io: &mut T, name: &str) -> Result<Poll<()>> {
    ///     let Poll::Ready(hello) = session.client_hello(io)? else {
    ///         return Ok(Poll::Pending);
    ///     };
    ///     if hello.server_name() != Some(name) {
    ///         session.refuse_client_hello(Alert::UNRECOGNIZED_NAME)?;
    ///     }
    ///     session.handshake(io)
    /// }
    /// # let _ = require_name::<std::net::TcpStream>;
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](ErrorKind::InvalidState) on a client, and once the handshake has begun.
    pub fn refuse_client_hello(&mut self, alert: Alert) -> Result<()> {
        self.permit_choice(Operation::RefuseClientHello)?;
        handshake_hook::install(self.handle());
        self.state_mut().refusal_of_client = Some(alert);
        Ok(())
    }

    /// Returns an error unless this is a server session before its handshake.
    pub(crate) fn permit_choice(&self, operation: Operation) -> Result<()> {
        if self.side() == Side::Client {
            return Err(Error::invalid_state(format!(
                "{} is only possible on a server session",
                operation.name()
            )));
        }
        self.permit(operation)
    }
}

fn check_code(code: c_int) -> Result<()> {
    check(code).map(|_| ())
}
