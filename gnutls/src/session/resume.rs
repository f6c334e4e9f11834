//! Resumption: saving a client's session, resuming it in a new one, and storing sessions that can be resumed.

use std::sync::Arc;

use gnutls_macros::corresponds;

use crate::config::ClientConfig;
use crate::crypto::Side;
use crate::crypto::parameters::Protocol;
use crate::error::code::ErrorCode;
use crate::error::{Error, ErrorKind, Result, argument, check};
use crate::resumption::session_data::{QuicSession, SessionData};
use crate::resumption::session_format::CERTIFICATE_TYPES_ALWAYS;
use crate::resumption::store::StoreKey;
use crate::session::Session;
use crate::session::open::Kind;
use crate::session_core::flags::CredentialsType;
use crate::session_core::lifecycle::Operation;
use crate::session_core::server_name::{PeerName, ServerName};
use crate::session_id::SessionId;
use crate::support::datum::Output;
use crate::version::version;

/// The attempt of a client to resume another session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ResumptionAttempt {
    None,
    /// The session offers to resume another one, with early data if that has the same configuration.
    Offered {
        early_data: bool,
        /// The application protocol of the other session, for which early data is sent.
        alpn: Option<Box<[u8]>>,
    },
}

impl ResumptionAttempt {
    pub(crate) fn may_send_early_data(&self) -> bool {
        matches!(
            self,
            Self::Offered {
                early_data: true,
                ..
            }
        )
    }

    /// Returns `true` if early data was sent for another application protocol than this one.
    pub(crate) fn is_for_other_protocol(&self, negotiated: Option<&[u8]>) -> bool {
        match self {
            Self::None => false,
            Self::Offered { alpn, .. } => alpn.as_deref() != negotiated,
        }
    }
}

impl ClientConfig {
    /// Returns a session that offers the server to resume a saved session. If the server does,
    /// [`is_resumed`](crate::SessionRef::is_resumed) returns `true` after the handshake; if not, the handshake is a
    /// full one.
    ///
    /// A resumed handshake transfers no certificate. The saved one is verified again, for this name and with the trust
    /// of this configuration, before the handshake completes.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the session was saved for another server,
    /// or is a DTLS session, and of kind [`Unsupported`](ErrorKind::Unsupported) for a TLS 1.3 session with GnuTLS
    /// 3.6.4, which cannot verify it. Sessions from a store are then not resumed.
    #[corresponds(gnutls_session_set_data)]
    pub fn resume<'a>(
        &self,
        server_name: impl Into<PeerName<'a>>,
        saved: &SessionData,
    ) -> Result<Session> {
        self.open_new(server_name.into().parse()?, Kind::Stream)?
            .resuming(saved)
    }

    /// Opens a DTLS session that offers to resume, like [`resume`](Self::resume).
    pub fn resume_datagram<'a>(
        &self,
        server_name: impl Into<PeerName<'a>>,
        saved: &SessionData,
    ) -> Result<Session> {
        self.open_new(server_name.into().parse()?, Kind::Datagram)?
            .resuming(saved)
    }
}

impl Session {
    /// Returns the session with the saved data. After a failure it is dropped: an identifier that is too long would
    /// stay in it.
    pub(crate) fn resuming(mut self, saved: &SessionData) -> Result<Self> {
        if !saved.is_for(self.core().server_name.as_ref()) {
            return Err(Error::invalid_input(
                "the session was saved for another server: connect without it",
            ));
        }
        let datagram = matches!(
            saved.protocol(),
            Protocol::DTLS0_9 | Protocol::DTLS1_0 | Protocol::DTLS1_2
        );
        if datagram != self.is_datagram() {
            return Err(Error::invalid_input(format!(
                "{} cannot be resumed by this kind of session: use `resume` for TLS and `resume_datagram` for DTLS",
                saved.protocol()
            )));
        }
        self.require_verifiable(saved.protocol())?;
        // SAFETY: copies the data, which has the format of the running library, as `SessionData::new` has checked.
        let code = unsafe {
            gnutls_sys::gnutls_session_set_data(
                self.handle(),
                saved.as_bytes().as_ptr().cast(),
                saved.as_bytes().len(),
            )
        };
        check(code).map_err(|error| {
            error
                .with_kind(ErrorKind::InvalidInput)
                .with_message("GnuTLS rejects the saved session: connect without it")
        })?;
        let own = self.state().config.client();
        let own = own.map(|config| config.0.configuration);
        self.resumption = ResumptionAttempt::Offered {
            early_data: saved.protocol() == Protocol::TLS1_3
                && own.is_some()
                && saved.configuration() == own,
            alpn: saved.alpn().map(Box::from),
        };
        Ok(self)
    }

    /// Returns an error if GnuTLS could not verify the certificate of a session that is resumed in this protocol.
    fn require_verifiable(&self, protocol: Protocol) -> Result<()> {
        if protocol == Protocol::TLS1_3
            && !self.core().accepts_any_peer()
            && version().running < CERTIFICATE_TYPES_ALWAYS
        {
            return Err(Error::unsupported(
                "verifying the certificate of a resumed TLS 1.3 session",
                CERTIFICATE_TYPES_ALWAYS,
            ));
        }
        Ok(())
    }

    /// Saves a client's session, for [`ClientConfig::resume`].
    ///
    /// A TLS 1.3 session can be resumed once the server has sent a ticket, which [`read`](Self::read) receives: call
    /// this after `read` has returned data. It does not use the transport.
    ///
    /// Without a ticket the C function returns four bytes that resume nothing. It first reads from the network, up to
    /// 3.6.9 also in a nonblocking session, so that it is not called.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](ErrorKind::InvalidState) on a server, before the handshake is
    /// complete, and with the code [`REQUESTED_DATA_NOT_AVAILABLE`](ErrorCode::REQUESTED_DATA_NOT_AVAILABLE) while
    /// there is no ticket.
    #[corresponds(gnutls_session_get_data2, alias(gnutls_session_get_data))]
    pub fn session_data(&mut self) -> Result<SessionData> {
        if self.side() == Side::Server {
            return Err(Error::invalid_state(
                "a server does not save sessions, it has tickets and a cache",
            ));
        }
        self.permit(Operation::SaveSession)?;
        let datagram = self.is_datagram();
        if self.config().extensions.srtp_for(datagram).is_some() {
            // GnuTLS unpacks another format than it packs (lib/ext/srtp.c).
            return Err(Error::invalid_state(
                "a session with SRTP cannot be resumed: run a full handshake instead",
            ));
        }
        if self.protocol() == Some(Protocol::TLS1_3) && !self.flags().session_ticket() {
            return Err(
                Error::from_code(ErrorCode::REQUESTED_DATA_NOT_AVAILABLE.as_raw())
                    .with_message("there is no ticket to save: read until the server has sent one")
                    .not_fatal(),
            );
        }
        let handle = self.handle();
        // SAFETY: packs the session into memory that it allocates. It does not receive, because it has a ticket or an
        // older protocol than TLS 1.3 (gnutls_session_get_data2 in lib/session.c).
        let data = Output::filled_by(|data| unsafe {
            gnutls_sys::gnutls_session_get_data2(handle, data)
        })?;
        let name = self.core().server_name.as_ref();
        let name = name.map(|name| name.as_text().into());
        let config = self.state().config.client();
        let configuration = config.map(|config| config.0.configuration);
        let alpn = self.alpn().map(Box::from);
        let saved = SessionData::new(name, alpn, data.as_bytes(), configuration);
        let saved = saved.map(|saved| saved.with_quic(self.quic_session()));
        saved.ok_or_else(|| {
            Error::invalid_state(
                "this release of GnuTLS packs sessions in a form that is not known: connect without resumption",
            )
        })
    }

    /// Returns the properties of a QUIC session that are saved with it.
    fn quic_session(&self) -> Option<QuicSession> {
        let quic = self.quic_state()?;
        Some(QuicSession {
            transport_parameters: quic.peer_parameters.as_deref()?.into(),
            permits_early_data: quic.ticket_permits_early_data,
        })
    }

    /// Sets the session identifier of 1 to 32 bytes that a client offers to the server up to TLS 1.2. It does not
    /// resume a session by itself.
    ///
    /// [`id2`](crate::SessionRef::id2) does not return it before the handshake.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](ErrorKind::InvalidState) on a server, once the handshake has begun,
    /// and for a session that resumes another, whose parameters C would overwrite.
    #[corresponds(gnutls_session_set_id)]
    pub fn set_id(&mut self, id: &[u8]) -> Result<()> {
        if !(1..=SessionId::MAX_LEN).contains(&id.len()) {
            return Err(Error::invalid_input(
                "a session identifier of this length cannot be set: use 1 to 32 bytes",
            ));
        }
        self.permit(Operation::SetId)?;
        if self.side() == Side::Server || self.resumption != ResumptionAttempt::None {
            return Err(Error::invalid_state(
                "the session identifier can only be set on a client that resumes no other session",
            ));
        }
        let id = argument::bytes(id)?;
        // SAFETY: copies the identifier.
        check(unsafe { gnutls_sys::gnutls_session_set_id(self.handle(), &id) })?;
        Ok(())
    }
}

impl ClientConfig {
    /// Returns this configuration with its own scope of resumption: sessions are resumed only in the same scope. The
    /// scope may be the port if several servers share a name, or the user of the connection.
    ///
    /// ```
    /// # let config = gnutls::ClientConfig::builder().trust(gnutls::Trust::none()).build()?;
    /// let mail = config.resumption_scope("993");
    /// # let _ = mail;
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    pub fn resumption_scope(&self, scope: &str) -> Self {
        Self(Arc::clone(&self.0), Some(scope.into()))
    }

    /// Returns the key under which a session with this server is stored.
    fn key(&self, server_name: Option<&ServerName>, datagram: bool) -> StoreKey {
        StoreKey {
            server_name: server_name.map(|name| name.as_text().into()),
            scope: self.1.clone(),
            datagram,
            configuration: self.0.configuration,
        }
    }

    /// Takes a session with this server from the store.
    pub(crate) fn stored(
        &self,
        server_name: Option<&ServerName>,
        datagram: bool,
    ) -> Option<SessionData> {
        let store = self.0.store.as_ref()?;
        store.take(&self.key(server_name, datagram))
    }
}

impl Session {
    /// Inserts the session into the store, if there is a store and the session has become resumable.
    ///
    /// A panic of the store unwinds from here, since no C function is running.
    pub(crate) fn store(&mut self) {
        if !self.state().resumable || !self.handshake_done() {
            return;
        }
        self.state_mut().resumable = false;
        let Some(config) = self.state().config.client().cloned() else {
            return;
        };
        let Some(store) = config.0.store.clone() else {
            return;
        };
        if self
            .protocol()
            .is_none_or(|protocol| self.require_verifiable(protocol).is_err())
        {
            return;
        }
        // A client that also offers pre-shared keys loses the chain of the session (client_send_params in
        // lib/ext/pre_shared_key.c), so that the resumed session could not be verified.
        let by_certificate = self.peer_credentials_type() == Some(CredentialsType::CERTIFICATE);
        if by_certificate && config.0.common.psk.is_some() {
            return;
        }
        let key = config.key(self.core().server_name.as_ref(), self.is_datagram());
        match self.session_data() {
            Ok(data) => store.insert(&key, data),
            // With false start the handshake continues.
            Err(error) if error.code() == Some(ErrorCode::UNAVAILABLE_DURING_HANDSHAKE) => {
                self.state_mut().resumable = true;
            }
            // The session is not resumable, or GnuTLS does not return it, as since 3.8.11 after a key update.
            Err(_) => {}
        }
    }

    /// Stores the session after a handshake. In TLS 1.3 it becomes resumable only with a ticket.
    pub(crate) fn store_after_handshake(&mut self) {
        if self.side() == Side::Client && self.protocol() != Some(Protocol::TLS1_3) {
            self.state_mut().resumable = true;
        }
        self.store();
    }
}
