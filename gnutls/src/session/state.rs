//! The state of a session besides its handle: everything that the callbacks of GnuTLS reach.

use std::ffi::c_int;
use std::ptr::NonNull;

use gnutls_sys::gnutls_session_t;

use crate::config::{ClientConfig, CommonParts, ServerConfig};
use crate::crypto::Side;
use crate::early_data::anti_replay::EnabledWindow;
use crate::identity::Identity;
use crate::resumption::cache::InstalledCache;
use crate::session::callbacks::extension::ExchangedExtensions;
use crate::session::callbacks::handshake_hook::HandshakeHook;
use crate::session::heartbeat::PingState;
use crate::session::peek_hello::PeekedHello;
use crate::session_core::core::Core;
use crate::session_core::session_ref::SessionRef;
use crate::support::panic::PanicSlot;
use crate::transport::DynTransport;

/// The part of a session that callbacks reach, at an address that never changes.
///
/// It lives behind a raw pointer, in a `Box` only at its birth and death: a `Box` or a `&mut` that lives on while GnuTLS
/// runs would promise the compiler that nobody else uses it.
#[repr(C)]
pub(crate) struct State {
    /// The first field, so that a pointer to the state is also one to the core.
    pub(crate) core: Core,
    /// The transport that the running call was given, for as long as the call runs.
    pub(crate) transport: Option<NonNull<dyn DynTransport>>,
    pub(crate) received_datagram: ReceivedDatagram,
    /// GnuTLS connects the descriptors by itself (TCP Fast Open).
    pub(crate) connects: bool,
    /// The result of a handshake that ran on in order to send its last message.
    pub(crate) handshake_result: Option<c_int>,
    pub(crate) config: SessionConfig,
    /// The hello that was read before the handshake.
    pub(crate) peeked: PeekedHello,
    /// The store of the session, which GnuTLS calls no more once the session is gone.
    pub(crate) cache: Option<InstalledCache>,
    /// The anti-replay window of a server that accepts early data, for the time of a handshake.
    #[cfg_attr(
        not(gnutls_3_6_5),
        allow(dead_code, reason = "no server accepts early data")
    )]
    pub(crate) window: Option<EnabledWindow>,
    /// The identities that a resolver has chosen: GnuTLS has pointers to them until the session is gone.
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(dead_code, reason = "only a callback of newer libraries chooses")
    )]
    pub(crate) chosen: Vec<Identity>,
    pub(crate) extensions: ExchangedExtensions,
    pub(crate) ping: PingState,
    pub(crate) hook: Option<Box<HandshakeHook>>,
    /// The hook of the program is running for a client's hello that has been processed.
    pub(crate) hello_processed: bool,
    /// The library's own key log function.
    #[cfg(gnutls_3_6_13)]
    pub(crate) library_key_log: gnutls_sys::gnutls_keylog_func,
    /// There is something new that can be resumed and has not been stored.
    pub(crate) resumable: bool,
}

/// The configuration of a session. It keeps alive what the handle has pointers to.
pub(crate) struct SessionConfig {
    own: Config,
    /// The configuration that a server has taken instead of its own.
    replacement: Option<ServerConfig>,
    /// The session has been given what it takes from its configuration.
    pub(crate) applied: bool,
}

/// The configuration that a session was made from.
pub(crate) enum Config {
    Client(ClientConfig),
    Server(ServerConfig),
}

impl SessionConfig {
    pub(crate) fn new(own: Config) -> Self {
        Self {
            own,
            replacement: None,
            applied: false,
        }
    }

    /// The options of the configuration that counts.
    pub(crate) fn common(&self) -> &CommonParts {
        match (&self.replacement, &self.own) {
            (Some(config), _) | (None, Config::Server(config)) => &config.0.common,
            (None, Config::Client(config)) => &config.0.common,
        }
    }

    /// The configuration of a client.
    pub(crate) fn client(&self) -> Option<&ClientConfig> {
        match &self.own {
            Config::Client(config) => Some(config),
            Config::Server(_) => None,
        }
    }

    /// The configuration of a server that counts.
    #[cfg(gnutls_3_6_3)]
    pub(crate) fn server(&self) -> Option<&ServerConfig> {
        self.replacement.as_ref().or(self.own_server())
    }

    /// The configuration that a server's session was made from.
    pub(crate) fn own_server(&self) -> Option<&ServerConfig> {
        match &self.own {
            Config::Server(config) => Some(config),
            Config::Client(_) => None,
        }
    }

    pub(crate) fn is_replaced(&self) -> bool {
        self.replacement.is_some()
    }

    pub(crate) fn replace(&mut self, config: ServerConfig) {
        self.replacement = Some(config);
    }
}

/// A datagram that was received when GnuTLS asked if there is one.
#[derive(Default)]
pub(crate) struct ReceivedDatagram {
    pub(crate) buffer: Vec<u8>,
    pub(crate) length: Option<usize>,
}

impl State {
    pub(crate) fn new(
        session: gnutls_session_t,
        side: Side,
        datagram: bool,
        config: Config,
    ) -> Self {
        Self {
            core: Core::new(session, side, datagram),
            transport: None,
            received_datagram: ReceivedDatagram::default(),
            connects: false,
            handshake_result: None,
            config: SessionConfig::new(config),
            peeked: PeekedHello::default(),
            cache: None,
            window: None,
            chosen: Vec::new(),
            extensions: ExchangedExtensions::default(),
            ping: PingState::default(),
            hook: None,
            hello_processed: false,
            #[cfg(gnutls_3_6_13)]
            library_key_log: None,
            resumable: false,
        }
    }

    /// The place where callbacks keep a panic, for as long as the session lives. The pointer is made from the one that
    /// GnuTLS has: one that is made from a reference is valid for no longer than the reference.
    pub(crate) fn panics(&self) -> *const PanicSlot {
        // SAFETY: the state is at its place for as long as the session lives. Nothing is read.
        unsafe { &raw const (*state_of(self.core.session)).core.panic }
    }

    /// Runs the body of a callback. A panic is kept, to be resumed once GnuTLS has returned, and `fallback` is returned in
    /// its place.
    pub(crate) fn guarded<R>(&mut self, fallback: R, callback: impl FnOnce(&mut Self) -> R) -> R {
        let slot = PanicSlot::new();
        let value = slot.catch(fallback, || callback(self));
        self.core.panic.take_over(slot);
        value
    }
}

impl SessionRef {
    pub(crate) fn state(&self) -> &State {
        // SAFETY: the constructor has set the pointer, and the state lives as long as the session. Whoever changes it has
        // the session exclusively or is a callback, none of which runs while a method of a shared reference does.
        unsafe { &*state_of(self.as_ptr()) }
    }
}

/// Returns the state of a session that this crate has made.
pub(crate) fn state_of(session: gnutls_session_t) -> *mut State {
    // SAFETY: reads a pointer out of the session, which is live since it is borrowed or is calling.
    unsafe { gnutls_sys::gnutls_session_get_ptr(session).cast() }
}
