//! Saving the session of a client, resuming it in a new one, and storing what can be resumed.

use std::sync::Arc;

use gnutls_macros::corresponds;

use crate::config::ClientConfig;
use crate::crypto::Side;
use crate::crypto::parameters::Protocol;
use crate::error::code::ErrorCode;
use crate::error::{Error, ErrorKind, Result, argument, check};
use crate::resumption::session_data::SessionData;
use crate::resumption::store::StoreKey;
use crate::session::Session;
use crate::session_core::flags::CredentialsType;
use crate::session_core::lifecycle::Operation;
use crate::session_core::server_name::{PeerName, ServerName};
use crate::session_id::SessionId;
use crate::support::datum::Output;
use crate::support::secret::wipe;

/// The attempt of a client to resume another session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResumptionAttempt {
    None,
    /// The session offers to resume. It may send early data if what it resumes was made by the same configuration.
    Offered {
        early_data: bool,
    },
}

impl ResumptionAttempt {
    pub(crate) fn may_send_early_data(self) -> bool {
        self == Self::Offered { early_data: true }
    }
}

/// What the library gives for a session of TLS 1.3 without a ticket.
const NO_TICKET: [u8; 4] = [0; 4];

impl ClientConfig {
    /// A session that offers the server to resume what was saved. Whether it did is told by
    /// [`is_resumed`](crate::SessionRef::is_resumed); if not, the handshake is a full one.
    ///
    /// A resumed handshake transfers no certificate. The saved one is verified again, for this name and with the trust of
    /// this configuration, before the handshake is over.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) for data that were saved for another server, or of a session of the other
    /// kind (DTLS or not).
    #[corresponds(gnutls_session_set_data)]
    pub fn resume<'a>(
        &self,
        server_name: impl Into<PeerName<'a>>,
        saved: &SessionData,
    ) -> Result<Session> {
        self.open_new(server_name.into().parse()?, false)?
            .resuming(saved)
    }

    /// Opens a DTLS session that offers to resume, like [`resume`](Self::resume).
    pub fn resume_datagram<'a>(
        &self,
        server_name: impl Into<PeerName<'a>>,
        saved: &SessionData,
    ) -> Result<Session> {
        self.open_new(server_name.into().parse()?, true)?
            .resuming(saved)
    }
}

impl Session {
    /// A session whose data were refused is dropped here: an identifier that is too long stays in it all the same.
    pub(crate) fn resuming(mut self, saved: &SessionData) -> Result<Self> {
        if !saved.is_for(self.core().server_name.as_ref()) {
            return Err(Error::invalid_input(
                "the session was saved for another server",
            ));
        }
        let datagram = matches!(
            saved.protocol(),
            Protocol::DTLS0_9 | Protocol::DTLS1_0 | Protocol::DTLS1_2
        );
        if datagram != self.is_datagram() {
            return Err(Error::invalid_input(format!(
                "{} cannot be resumed by this kind of session",
                saved.protocol()
            )));
        }
        // SAFETY: copies the data. They are of the form that the running library has packed, by `SessionData::new`.
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
                .with_message("the saved session")
        })?;
        let own = self.state().config.client();
        let own = own.map(|config| config.0.configuration);
        self.resumption = ResumptionAttempt::Offered {
            early_data: saved.protocol() == Protocol::TLS1_3
                && own.is_some()
                && saved.configuration() == own,
        };
        Ok(self)
    }

    /// Saves the session of a client, to be resumed by [`ClientConfig::resume`].
    ///
    /// Under TLS 1.3 a session can be resumed once the server has sent a ticket, which comes with the data: call this after
    /// [`read`](Self::read) has returned something. It does not touch the transport.
    ///
    /// Without a ticket the C function returns four bytes that resume nothing. It reads from the network unless the
    /// session is nonblocking, as all sessions of this crate are.
    ///
    /// # Errors
    ///
    /// [`REQUESTED_DATA_NOT_AVAILABLE`](ErrorCode::REQUESTED_DATA_NOT_AVAILABLE), of the kind
    /// [`InvalidState`](ErrorKind::InvalidState), while there is no ticket; `InvalidState` without that code on a server and
    /// before the handshake is over.
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
            // GnuTLS unpacks another form than it has packed (lib/ext/srtp.c).
            return Err(Error::invalid_state(
                "a session with SRTP cannot be resumed",
            ));
        }
        let handle = self.handle();
        // SAFETY: packs the session into memory that it allocates. A non-blocking session does not receive for it; up to
        // 3.6.4 it tries to, and finds no transport, which reads as nothing there yet.
        let mut data = Output::filled_by(|data| unsafe {
            gnutls_sys::gnutls_session_get_data2(handle, data)
        })?;
        if data.as_bytes() == NO_TICKET {
            return Err(
                Error::from_code(ErrorCode::REQUESTED_DATA_NOT_AVAILABLE.as_raw())
                    .with_message("there is no ticket to save")
                    .not_fatal(),
            );
        }
        let name = self.core().server_name.as_ref();
        let name = name.map(|name| name.as_text().into());
        let config = self.state().config.client();
        let configuration = config.map(|config| config.0.configuration);
        let saved = SessionData::new(name, data.as_bytes(), configuration);
        wipe(data.as_mut_bytes());
        saved.ok_or_else(|| {
            Error::invalid_state(
                "this release of GnuTLS packs sessions in a form that is not known",
            )
        })
    }

    /// Sets the identifier that a client offers to the server up to TLS 1.2, 1 to 32 bytes. It resumes nothing by itself.
    ///
    /// It does not show in [`id2`](crate::SessionRef::id2) before the handshake.
    ///
    /// # Errors
    ///
    /// [`InvalidState`](ErrorKind::InvalidState) on a server, once the handshake has begun, and for a session that resumes
    /// another, whose parameters C would overwrite.
    #[corresponds(gnutls_session_set_id)]
    pub fn set_id(&mut self, id: &[u8]) -> Result<()> {
        if !(1..=SessionId::MAX_LEN).contains(&id.len()) {
            return Err(Error::invalid_input(
                "a session identifier that is set has 1 to 32 bytes",
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
    /// This configuration with its sessions kept apart from others: they are resumed only where the scope is the same. It may
    /// be the port, where several servers share a name, or the user on whose behalf the connections are made.
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

    /// Under which key a session with this server is kept.
    fn key(&self, server_name: Option<&ServerName>, datagram: bool) -> StoreKey {
        StoreKey {
            server_name: server_name.map(|name| name.as_text().to_ascii_lowercase().into()),
            scope: self.1.clone(),
            datagram,
            configuration: self.0.configuration,
        }
    }

    /// A session that the store has for this server.
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
    /// Gives the session to the store, if there is one and there is something new to resume.
    ///
    /// A panic of the store goes on from here, where no function of C is running.
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
        // A client that offers keys beside it loses the chain of the session (client_send_params in lib/ext/pre_shared_key.c),
        // so that what is resumed could not be verified.
        let by_certificate = self.peer_credentials_type() == Some(CredentialsType::CERTIFICATE);
        if by_certificate && config.0.common.psk.is_some() {
            return;
        }
        let key = config.key(self.core().server_name.as_ref(), self.is_datagram());
        match self.session_data() {
            Ok(data) => store.insert(&key, data),
            // With false start the rest of the handshake is still to come.
            Err(error) if error.code() == Some(ErrorCode::UNAVAILABLE_DURING_HANDSHAKE) => {
                self.state_mut().resumable = true;
            }
            // There is nothing to resume, or GnuTLS does not give it: since 3.8.11 so it is after a key update.
            Err(_) => {}
        }
    }

    /// Up to TLS 1.2 there is something to resume after each handshake; later the tickets tell.
    pub(crate) fn store_after_handshake(&mut self) {
        if self.side() == Side::Client && self.protocol() != Some(Protocol::TLS1_3) {
            self.state_mut().resumable = true;
        }
        self.store();
    }
}
