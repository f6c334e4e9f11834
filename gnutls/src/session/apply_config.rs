//! What a session takes from its configuration: on a client when it is made, on a server when it is settled which
//! configuration it is.

use std::ffi::{c_int, c_uint};

use gnutls_sys as sys;
use gnutls_sys::gnutls_session_t;

use crate::alert::Alert;
use crate::config::client_hello::HelloAnswer;
use crate::config::{CommonParts, ServerConfig, ServerParts, Verification};
use crate::crypto::Side;
use crate::error::{Error, ErrorKind, Result, argument, check};
use crate::handshake::client_hello::ClientHello;
use crate::resumption::cache::InstalledCache;
use crate::resumption::session_format as packed;
use crate::session::callbacks::{handshake_hook as hook, state_of};
use crate::session::state::{Phase, State};
use crate::session::verify::PeerCheck;
use crate::session::{Config, Session, verify as verification};

impl State {
    /// Gives the session what both sides have, besides the priorities. Once in the life of a session: what a session is
    /// given stays with it, and GnuTLS appends application protocols to those that were set before, beyond its array.
    ///
    /// # Safety
    ///
    /// `common` is kept until the session is gone, and lives at its address until then.
    pub(crate) unsafe fn furnish(&mut self, common: &CommonParts) -> Result<()> {
        self.credentials = &raw const common.credentials;
        // SAFETY: the session is live; the credentials and keys outlive it, as the caller promises.
        unsafe {
            if !matches!(self.check, PeerCheck::None) {
                verification::install(self.session, common.credentials.profile());
            }
            // A server without an object for certificates would choose a cipher suite that needs one from a client that
            // offers both, and then fail (`_gnutls_select_server_cert` in lib/auth/cert.c); with an empty one it does not.
            if common.certificates || self.side == Side::Server {
                check(sys::gnutls_credentials_set(
                    self.session,
                    sys::GNUTLS_CRD_CERTIFICATE,
                    common.credentials.as_ptr().cast(),
                ))?;
            }
            if let Some(psk) = &common.psk {
                self.psk = psk;
                psk.apply(self.session)?;
            }
            if let Some(srp) = &common.srp {
                self.srp = srp;
                srp.apply(self.session)?;
            }
            if let Some(anonymous) = &common.anonymous {
                anonymous.apply(self.session)?;
            }
        }
        if let Some(max) = common.handshake.max_message {
            // SAFETY: stores a number in the session.
            unsafe { sys::gnutls_handshake_set_max_packet_length(self.session, max) };
        }
        #[cfg(gnutls_3_6_13)]
        if let Some(key_log) = &common.handshake.key_log {
            crate::key_log::callback::install(self, std::sync::Arc::clone(key_log));
        }
        // SAFETY: the caller's promise.
        unsafe { common.extensions.apply(self)? };
        if common.extensions.watches() {
            hook::install(self.session);
        }
        self.offer(&common.alpn)
    }

    /// Gives a server's session what it has of its configuration, besides the priorities.
    ///
    /// # Safety
    ///
    /// As for [`furnish`](Self::furnish).
    unsafe fn furnish_server(&mut self, parts: &ServerParts) -> Result<()> {
        self.furnished = true;
        self.check = match parts.common.verification {
            Verification::Off => PeerCheck::None,
            Verification::Key => PeerCheck::Key,
            Verification::Anonymous => PeerCheck::Anonymous,
            Verification::IfPresent => PeerCheck::Client { required: false },
            Verification::Required => PeerCheck::Client { required: true },
        };
        // SAFETY: the caller's promise.
        unsafe { self.furnish(&parts.common)? };
        // SAFETY: these store numbers in the session.
        unsafe {
            sys::gnutls_certificate_server_set_request(self.session, parts.request);
            let hide = parts.hide_authorities.into();
            sys::gnutls_certificate_send_x509_rdn_sequence(self.session, hide);
        }
        let resumes = parts.ticket_key.is_some() || parts.cache.is_some();
        if resumes || parts.request != sys::GNUTLS_CERT_IGNORE {
            // Sees what the client proves (`Shown`).
            hook::install(self.session);
        }
        if let Some(lifetime) = parts.lifetime {
            // Before the ticket key, which is changed by it. At most 7 days, so that it fits.
            let lifetime = c_int::try_from(lifetime).unwrap_or(c_int::MAX);
            // SAFETY: stores the number in the session.
            unsafe { sys::gnutls_db_set_cache_expiration(self.session, lifetime) };
        }
        // Sessions with SRTP cannot be resumed, see `ServerConfigBuilder::srtp`.
        let resumable = parts.common.extensions.srtp_for(self.datagram).is_none();
        if let Some(key) = parts.ticket_key.as_ref().filter(|_| resumable) {
            let key = key.as_datum()?;
            // SAFETY: copies the key into the session.
            check_code(unsafe { sys::gnutls_session_ticket_enable_server(self.session, &key) })?;
        }
        if let Some(early_data) = parts.early_data.as_ref().filter(|_| !self.datagram) {
            early_data.apply(self)?;
        }
        if let Some(cache) = parts.cache.as_ref().filter(|_| resumable) {
            // SAFETY: nothing of the client's hello has been looked at. The slot is part of this value, which never moves
            // and goes after the session, and the cache with it.
            self.cache = Some(unsafe {
                InstalledCache::install(
                    self.session,
                    cache.clone(),
                    parts.lifetime,
                    packed::is_sound_for_server,
                    self.panics(),
                )
            });
        }
        Ok(())
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
            .map_err(|_| Error::invalid_input("too many protocols"))?;
        // A server that has none of those that are offered fails the handshake (RFC 7301, section 3.2).
        let flags = if self.side == Side::Client {
            0
        } else {
            sys::GNUTLS_ALPN_MANDATORY as c_uint
        };
        // SAFETY: copies the names into the session.
        check_code(unsafe {
            sys::gnutls_alpn_set_protocols(self.session, protocols.as_ptr(), count, flags)
        })
    }

    /// Puts another configuration in the place of the session's own, before anything of either has been used but the
    /// priorities.
    fn replace_config(&mut self, config: ServerConfig) -> Result<()> {
        // SAFETY: the configuration is kept behind an `Arc`, below, until the session is gone. GnuTLS counts who has the
        // priorities. It negotiates the version only when it looks at the hello (_gnutls_negotiate_version in
        // lib/handshake.c, after the hook in _gnutls_recv_handshake).
        let result = unsafe {
            config
                .0
                .common
                .priority
                .apply(self.session)
                .and_then(|()| self.furnish_server(&config.0))
        };
        self.other_config = Some(config);
        result
    }
}

/// Settles the configuration of a server's session by a hello that has come and that GnuTLS has not looked at yet. Returns
/// 0, or the code that the handshake is to fail with.
///
/// # Safety
///
/// `session` is a live session of this crate, in a call of its hook.
pub(crate) unsafe fn hello_has_come(session: gnutls_session_t, body: Option<&[u8]>) -> c_int {
    // SAFETY: the state, which outlives the session. No reference to it lives while GnuTLS runs.
    let state = unsafe { &mut *state_of(session) };
    let Some(own) = state.own_config.clone() else {
        return 0;
    };
    // Where nothing is chosen by it, a hello is for GnuTLS alone to judge.
    if own.0.on_hello.is_none() && state.other_config.is_none() && state.hello.is_none() {
        return 0;
    }
    let first = state.asked_for.is_none();
    if first && state.hello.is_some() && state.hello.as_deref() != body {
        return state.refuse(
            Alert::DECODE_ERROR,
            "the client's hello is not the one that was read ahead",
        );
    }
    // The form of SSL 2.0 has no extensions to choose by.
    let Some(hello) = body.and_then(|body| ClientHello::parse(body, state.datagram)) else {
        return state.refuse(Alert::DECODE_ERROR, "the client's hello is malformed");
    };
    let asked_for = hello.asks_for();
    match &state.asked_for {
        None => state.asked_for = Some(asked_for),
        // Else a server would go on by what was chosen for one name, and take the client for one that asked for another.
        Some(before) if *before != asked_for => {
            return state.refuse(
                Alert::ILLEGAL_PARAMETER,
                "the client's second hello asks for something else",
            );
        }
        Some(_) => {}
    }
    if state.furnished {
        return 0;
    }
    let Some(callback) = &own.0.on_hello else {
        return 0;
    };
    let result = state.guarded(None, |state| {
        Some(match callback(&hello) {
            // SAFETY: the configuration is the session's own, which keeps it.
            HelloAnswer::Continue => unsafe { state.furnish_server(&own.0) },
            HelloAnswer::Use(config) => state.replace_config(config),
            HelloAnswer::Refuse(alert) => Err(Error::new(
                ErrorKind::Protocol,
                "the client's hello was refused",
            )
            .with_alert(alert)),
        })
    });
    match result {
        Some(Ok(())) => 0,
        // A panic, which goes on once GnuTLS has returned.
        None => sys::GNUTLS_E_INTERNAL_ERROR,
        Some(Err(error)) => {
            let alert = error.alert().unwrap_or(Alert::INTERNAL_ERROR);
            state.refusal = Some(error.with_alert(alert));
            sys::GNUTLS_E_INTERNAL_ERROR
        }
    }
}

impl State {
    pub(crate) fn refuse(&mut self, alert: Alert, why: &'static str) -> c_int {
        self.refusal = Some(Error::new(ErrorKind::Protocol, why).with_alert(alert));
        sys::GNUTLS_E_INTERNAL_ERROR
    }
}

impl Session {
    /// On a server: gives the session what it has of its configuration, unless a hello is to decide which that is.
    pub(crate) fn furnish_unless_chosen(&mut self) -> Result<()> {
        let Config::Server(config) = &self.config else {
            return Ok(());
        };
        let config = config.clone();
        if self.state().furnished || config.0.on_hello.is_some() {
            return Ok(());
        }
        // SAFETY: the configuration is the session's own, which keeps it.
        unsafe { self.state_mut().furnish_server(&config.0) }
    }

    /// On a server, before its handshake: puts `config` in the place of the configuration that the session was made from.
    /// Once in the life of a session. Its [callback](crate::ServerConfigBuilder::on_client_hello) is not called.
    ///
    /// ```
    /// use std::task::Poll;
    /// use gnutls::{Result, ServerConfig, Session, Transport};
    ///
    /// /// Reads the hello and answers with the configuration that is for it.
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
    /// [`InvalidState`](ErrorKind::InvalidState) on a client, once the handshake has begun, and where a configuration has
    /// been set before.
    pub fn set_config(&mut self, config: &ServerConfig) -> Result<()> {
        self.require_choice("setting the configuration")?;
        if self.state().furnished {
            return Err(Error::invalid_state(
                "the session has been given its configuration",
            ));
        }
        hook::install(self.handle());
        self.state_mut().replace_config(config.clone())
    }

    pub(crate) fn require_choice(&self, what: &'static str) -> Result<()> {
        if self.side() == Side::Server && self.phase() == Phase::Fresh {
            return Ok(());
        }
        Err(Error::invalid_state(format!(
            "{what} is for servers, before the handshake has begun"
        )))
    }
}

fn check_code(code: c_int) -> Result<()> {
    check(code).map(|_| ())
}
