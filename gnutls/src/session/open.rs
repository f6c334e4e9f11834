//! Making sessions of a configuration.

use std::ffi::c_int;
use std::ptr;
use std::ptr::NonNull;

use gnutls_sys as sys;

use crate::config::{ClientConfig, ServerConfig, Verification};
use crate::crypto::Side;
use crate::error::{Error, ErrorKind, Result, check};
use crate::resumption::store;
use crate::session::callbacks::handshake_hook as hook;
use crate::session::record::cork::Cork;
use crate::session::state::State;
use crate::session::verify::{PeerCheck, ServerName};
use crate::session::{Config, Session};

impl ClientConfig {
    /// A session with the server of this name, or with this address. The name is sent to the server (SNI, RFC 6066, section
    /// 3), an address is not; the certificate has to be for it.
    ///
    /// C: [`gnutls_init`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005finit),
    /// [`gnutls_server_name_set`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fserver_005fname_005fset).
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
    #[doc(alias = "gnutls_init")]
    #[doc(alias = "gnutls_server_name_set")]
    #[doc(alias = "gnutls_session_set_verify_cert")]
    pub fn session(&self, server_name: &str) -> Result<Session> {
        self.open(Some(server_name), false)
    }

    /// A session of DTLS, as [`session`](Self::session).
    #[doc(alias = "GNUTLS_DATAGRAM")]
    pub fn datagram_session(&self, server_name: &str) -> Result<Session> {
        self.open(Some(server_name), true)
    }

    /// A session with a server that has no name. Only for a configuration that accepts any certificate, or needs none.
    pub fn session_without_name(&self) -> Result<Session> {
        self.open(None, false)
    }

    /// A session of DTLS, as [`session_without_name`](Self::session_without_name).
    pub fn datagram_session_without_name(&self) -> Result<Session> {
        self.open(None, true)
    }

    fn open(&self, name: Option<&str>, datagram: bool) -> Result<Session> {
        let saved = self.stored(name, datagram);
        store::open_resuming(
            saved,
            || self.open_new(name, datagram),
            |session, saved| session.resuming(name, saved),
        )
    }

    /// A session that resumes nothing by itself.
    pub(crate) fn open_new(&self, name: Option<&str>, datagram: bool) -> Result<Session> {
        let text = name.map(Box::from);
        let name = name.map(ServerName::parse).transpose()?;
        let check = match (self.0.common.verification, &name) {
            (Verification::Off, _) => PeerCheck::None,
            (Verification::Key, _) => PeerCheck::Key,
            (Verification::Anonymous, _) => PeerCheck::Anonymous,
            (_, Some(name)) => PeerCheck::Server(name.clone()),
            (_, None) => {
                return Err(Error::invalid_input(
                    "a server whose certificate is to be verified needs a name",
                ));
            }
        };
        let mut session = Session::open(Config::Client(self.clone()), datagram, check)?;
        session.peer_name = text;
        if self.0.common.srp.is_some() || self.0.common.extensions.watches() {
            // It sees each message, and the tickets with them.
            crate::session::callbacks::handshake_hook::install(session.handle());
        } else if self.0.store.is_some() {
            // SAFETY: the session is live and new.
            unsafe { crate::session::callbacks::handshake_hook::note_tickets(session.handle()) };
        }
        if let Some(ServerName::Dns(name)) = &name {
            let (name, length) = (name.as_ptr().cast(), name.as_bytes().len());
            // SAFETY: copies the name into the session.
            let code = unsafe {
                sys::gnutls_server_name_set(session.handle(), sys::GNUTLS_NAME_DNS, name, length)
            };
            check_name(code)?;
        }
        Ok(session)
    }
}

fn check_name(code: c_int) -> Result<()> {
    check(code).map_err(|error| {
        error
            .with_kind(ErrorKind::InvalidInput)
            .with_message("the name of the server")
    })?;
    Ok(())
}

impl ServerConfig {
    /// A session with a client.
    ///
    /// C: [`gnutls_init`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005finit).
    pub fn session(&self) -> Result<Session> {
        self.open(false)
    }

    /// A session of DTLS with a client.
    pub fn datagram_session(&self) -> Result<Session> {
        self.open(true)
    }

    fn open(&self, datagram: bool) -> Result<Session> {
        let mut session = Session::open(Config::Server(self.clone()), datagram, PeerCheck::None)?;
        session.state_mut().own_config = Some(self.clone());
        if self.0.on_hello.is_some() {
            hook::install(session.handle());
        }
        Ok(session)
    }
}

impl Session {
    fn open(config: Config, datagram: bool, peer: PeerCheck) -> Result<Self> {
        let common = config.common();
        let (side, entity) = match config {
            Config::Client(_) => (Side::Client, sys::GNUTLS_CLIENT),
            Config::Server(_) => (Side::Server, sys::GNUTLS_SERVER),
        };
        let transport = if datagram { sys::GNUTLS_DATAGRAM } else { 0 };
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
            | common.init_flags;
        let mut handle = ptr::null_mut();
        // SAFETY: writes the pointer. After a failure there is nothing to release: before 3.8.0 the library has freed the
        // session and left the pointer as it was.
        check(unsafe { sys::gnutls_init(&mut handle, flags) })?;
        let handle =
            NonNull::new(handle).ok_or_else(|| Error::from_code(sys::GNUTLS_E_INTERNAL_ERROR))?;
        let state = State::new(handle.as_ptr(), side, datagram, peer);
        let state = NonNull::from(Box::leak(Box::new(state)));
        // From here on the handle is released by Drop.
        let session = Self {
            handle,
            state,
            may_send_early: false,
            config,
            closed: false,
            ends_by_alert: false,
            asked: false,
            resumes: false,
            refused: false,
            data_first: false,
            verdict_before: None,
            deadline: None,
            flush_wanted: false,
            cork: Cork::default(),
            peer_name: None,
            ended: false,
            ending: None,
        };
        let common = session.config.common();
        // SAFETY: the session is new. The state and the configuration are kept until it is gone. A server's session gets the
        // rest once it is settled by which configuration it goes on.
        unsafe {
            sys::gnutls_session_set_ptr(session.handle(), state.as_ptr().cast());
            common.priority.apply(session.handle())?;
            if side == Side::Client {
                (*state.as_ptr()).furnish(common)?;
            }
        }
        Ok(session)
    }
}

/// Lends a session that nothing is done with but to ask the library what it takes.
#[cfg(gnutls_3_6_3)]
pub(crate) fn with_scratch<R>(ask: impl FnOnce(sys::gnutls_session_t) -> R) -> Result<R> {
    let mut handle = ptr::null_mut();
    // SAFETY: as in `Session::open`.
    check(unsafe { sys::gnutls_init(&mut handle, sys::GNUTLS_CLIENT | sys::GNUTLS_NONBLOCK) })?;
    let answer = ask(handle);
    // SAFETY: made above, and nothing has kept it.
    unsafe { sys::gnutls_deinit(handle) };
    Ok(answer)
}
