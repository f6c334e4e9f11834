//! Making sessions of a configuration.

use std::ffi::{c_int, c_uint};
use std::ptr::{self, NonNull};

use gnutls_sys as sys;

use super::verification::{self, PeerCheck, ServerName};
use super::{Config, Session, State, io};
use crate::cache::InstalledCache;
use crate::config::Verification;
use crate::error::check;
use crate::record::Cork;
use crate::store;
use crate::{ClientConfig, Error, ErrorKind, Result, ServerConfig, Side, datum, packed};

impl ClientConfig {
    /// A session with the server of this name, or with this address. The name is sent to the server (SNI, RFC 6066, section
    /// 3), an address is not; the certificate has to be for it.
    ///
    /// C: [`gnutls_init`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005finit),
    /// [`gnutls_server_name_set`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fserver_005fname_005fset).
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

    /// A session with a server that has no name. Only for a configuration that accepts any certificate, or none.
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
            (_, Some(name)) => PeerCheck::Server(name.clone()),
            (_, None) => {
                return Err(Error::invalid_input(
                    "a server whose certificate is to be verified needs a name",
                ));
            }
        };
        let mut session = Session::open(Config::Client(self.clone()), datagram, check)?;
        session.peer_name = text;
        if self.0.store.is_some() {
            // SAFETY: the session is live and new.
            unsafe { super::hook::note_tickets(session.handle()) };
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
        let parts = &*self.0;
        let check = match parts.common.verification {
            Verification::Off => PeerCheck::None,
            Verification::Key => PeerCheck::Key,
            Verification::IfPresent => PeerCheck::Client { required: false },
            Verification::Required => PeerCheck::Client { required: true },
        };
        let mut session = Session::open(Config::Server(self.clone()), datagram, check)?;
        // SAFETY: these store numbers in the session.
        unsafe {
            sys::gnutls_certificate_server_set_request(session.handle(), parts.request);
            let hide = parts.hide_authorities.into();
            sys::gnutls_certificate_send_x509_rdn_sequence(session.handle(), hide);
        }
        if let Some(key) = &parts.ticket_key {
            let key = key.as_datum()?;
            // SAFETY: copies the key into the session.
            check_code(unsafe {
                sys::gnutls_session_ticket_enable_server(session.handle(), &key)
            })?;
        }
        if let Some(early_data) = parts.early_data.as_ref().filter(|_| !datagram) {
            early_data.apply(&mut session)?;
        }
        if let Some(cache) = &parts.cache {
            // SAFETY: the session has not begun its handshake. The slot and the value outlive it, see `Drop`.
            session._cache = Some(unsafe {
                let panics = &raw const (*session.state.as_ptr()).panic;
                InstalledCache::install(
                    session.handle(),
                    cache.clone(),
                    packed::is_sound_for_server,
                    panics,
                )
            });
        }
        Ok(session)
    }
}

fn check_code(code: c_int) -> Result<()> {
    check(code).map(|_| ())
}

impl Session {
    fn open(config: Config, datagram: bool, peer: PeerCheck) -> Result<Self> {
        let common = config.common();
        let (side, entity) = match config {
            Config::Client(_) => (Side::Client, sys::GNUTLS_CLIENT),
            Config::Server(_) => (Side::Server, sys::GNUTLS_SERVER),
        };
        let transport = if datagram { sys::GNUTLS_DATAGRAM } else { 0 };
        let flags =
            entity | transport | sys::GNUTLS_NONBLOCK | sys::GNUTLS_NO_SIGNAL | common.init_flags;
        let mut handle = ptr::null_mut();
        // SAFETY: writes the pointer. After a failure there is nothing to release: before 3.8.0 the library has freed the
        // session and left the pointer as it was.
        check(unsafe { sys::gnutls_init(&mut handle, flags) })?;
        let handle =
            NonNull::new(handle).ok_or_else(|| Error::from_code(sys::GNUTLS_E_INTERNAL_ERROR))?;
        let verifies = !matches!(peer, PeerCheck::None);
        let credentials = &raw const common.credentials;
        let state = State::new(handle.as_ptr(), side, datagram, peer, credentials);
        let state = NonNull::from(Box::leak(Box::new(state)));
        // From here on the handle is released by Drop.
        let session = Self {
            handle,
            state,
            _cache: None,
            window: None,
            may_send_early: false,
            config,
            closed: false,
            ends_by_alert: false,
            asked: false,
            resumes: false,
            refused: false,
            data_first: false,
            verdict_before: None,
            flush_wanted: false,
            cork: Cork::default(),
            peer_name: None,
            ended: false,
            ending: None,
        };
        let common = session.config.common();
        // SAFETY: the session is new. The state, the credentials and the priorities are kept until it is gone: by this
        // value, and by the configuration in it. gnutls_credentials_set keeps the pointer, gnutls_alpn_set_protocols copies.
        unsafe {
            sys::gnutls_session_set_ptr(session.handle(), state.as_ptr().cast());
            io::install(session.handle(), state.as_ptr());
            common.priority.apply(session.handle())?;
            if verifies {
                verification::install(session.handle(), common.credentials.profile());
            }
            // A server without an object for certificates would choose a cipher suite that needs one from a client that
            // offers both, and then fail (`_gnutls_select_server_cert` in lib/auth/cert.c); with an empty one it does not.
            if common.certificates || side == Side::Server {
                check(sys::gnutls_credentials_set(
                    session.handle(),
                    sys::GNUTLS_CRD_CERTIFICATE,
                    common.credentials.as_ptr().cast(),
                ))?;
            }
            if let Some(psk) = &common.psk {
                (*state.as_ptr()).psk = psk;
                psk.apply(session.handle())?;
            }
        }
        session.offer(&common.alpn)?;
        Ok(session)
    }

    /// Sets the application protocols.
    fn offer(&self, alpn: &[Vec<u8>]) -> Result<()> {
        if alpn.is_empty() {
            return Ok(());
        }
        let protocols = alpn
            .iter()
            .map(|protocol| datum::lend(protocol))
            .collect::<Result<Vec<_>>>()?;
        let count = c_uint::try_from(protocols.len())
            .map_err(|_| Error::invalid_input("too many protocols"))?;
        // A server that has none of those that are offered fails the handshake (RFC 7301, section 3.2).
        let flags = if self.side() == Side::Client {
            0
        } else {
            sys::GNUTLS_ALPN_MANDATORY as c_uint
        };
        // SAFETY: copies the names into the session.
        check_code(unsafe {
            sys::gnutls_alpn_set_protocols(self.handle(), protocols.as_ptr(), count, flags)
        })
    }
}
