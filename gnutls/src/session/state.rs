//! The state of a session in addition to its handle, to which the callbacks of GnuTLS have access.

use std::ffi::c_int;
use std::ptr::NonNull;

use gnutls_sys::gnutls_session_t;

use crate::alert::Alert;
use crate::config::{ClientConfig, CommonParts, ServerConfig};
use crate::crypto::Side;
use crate::early_data::anti_replay::EnabledWindow;
use crate::identity::Identity;
use crate::resumption::cache::InstalledCache;
use crate::session::callbacks::extension::ExchangedExtensions;
use crate::session::callbacks::handshake_hook::HandshakeHook;
use crate::session::fragments::Fragments;
use crate::session::heartbeat::PingState;
use crate::session::peek_hello::PeekedHello;
use crate::session::quic::QuicState;
use crate::session::read_ahead::ReadAhead;
use crate::session::record::packet::Owned;
use crate::session_core::core::Core;
use crate::session_core::session_ref::SessionRef;
use crate::support::panic::PanicSlot;
use crate::transport::DynTransport;

/// The part of a session to which callbacks have access, at an address that never changes.
///
/// It is behind a raw pointer, and in a `Box` only when it is created and released: a `Box` or a `&mut` that is alive
/// while GnuTLS runs would promise the compiler exclusive access.
#[repr(C)]
pub(crate) struct State {
    /// The first field, so that a pointer to the state is also one to the core.
    pub(crate) core: Core,
    /// The transport of the running call, `None` between calls.
    pub(crate) transport: Option<NonNull<dyn DynTransport>>,
    pub(crate) received_datagram: ReceivedDatagram,
    /// The examination of received handshake messages, if GnuTLS requires it.
    pub(crate) fragments: Option<Fragments>,
    /// A datagram that was received and not been read, because the buffer of the program was too small.
    pub(crate) kept: Option<Owned>,
    /// GnuTLS connects the descriptors by itself (TCP Fast Open).
    pub(crate) connects: bool,
    /// The result of a handshake that has continued in order to send its last message.
    pub(crate) handshake_result: Option<c_int>,
    pub(crate) config: SessionConfig,
    /// The hello that was read before the handshake.
    pub(crate) peeked: PeekedHello,
    /// The alert with which the program refuses the client.
    pub(crate) refusal_of_client: Option<Alert>,
    /// The ticket key of a server must be set when the ClientHello arrives.
    pub(crate) key_depends_on_hello: bool,
    /// The records of a stream that are received ahead of GnuTLS.
    pub(crate) read_ahead: ReadAhead,
    /// The session cache, which GnuTLS does not call after the session has been released.
    pub(crate) cache: Option<InstalledCache>,
    /// The anti-replay window of a server that accepts early data, during a handshake.
    #[cfg_attr(
        not(gnutls_3_6_5),
        allow(dead_code, reason = "no server accepts early data")
    )]
    pub(crate) window: Option<EnabledWindow>,
    /// The identities that a resolver has chosen, the latest last: GnuTLS has pointers to them.
    pub(crate) chosen: Vec<Identity>,
    pub(crate) extensions: ExchangedExtensions,
    /// The length of the identity in the last ClientKeyExchange, if the client uses RSA-PSK.
    #[cfg(gnutls_3_6_13)]
    pub(crate) rsa_psk_identity: Option<usize>,
    pub(crate) ping: PingState,
    /// The number of earlier pings on a stream whose answers may still arrive.
    pub(crate) late_pongs: u32,
    pub(crate) hook: Option<Box<HandshakeHook>>,
    /// The hook of the program is running for a ClientHello that has been processed.
    pub(crate) hello_processed: bool,
    /// The library's own key log function.
    #[cfg(gnutls_3_6_13)]
    pub(crate) library_key_log: gnutls_sys::gnutls_keylog_func,
    /// A session that can be resumed has been received and not been stored yet.
    pub(crate) resumable: bool,
    /// The handshake for QUIC, which has no records.
    pub(crate) quic: Option<Box<QuicState>>,
}

/// The configuration of a session, which keeps the objects alive to which the handle has pointers.
pub(crate) struct SessionConfig {
    own: Config,
    /// The configuration that a server has chosen instead of its own.
    replacement: Option<ServerConfig>,
    /// The configuration has been applied to the handle.
    pub(crate) applied: bool,
}

/// The configuration with which a session was created.
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

    /// Returns the options of the current configuration.
    pub(crate) fn common(&self) -> &CommonParts {
        match (&self.replacement, &self.own) {
            (Some(config), _) | (None, Config::Server(config)) => &config.0.common,
            (None, Config::Client(config)) => &config.0.common,
        }
    }

    /// Returns the configuration of a client.
    pub(crate) fn client(&self) -> Option<&ClientConfig> {
        match &self.own {
            Config::Client(config) => Some(config),
            Config::Server(_) => None,
        }
    }

    /// Returns the current configuration of a server.
    #[cfg(gnutls_3_6_3)]
    pub(crate) fn server(&self) -> Option<&ServerConfig> {
        self.replacement.as_ref().or(self.own_server())
    }

    /// Returns the configuration with which a server's session was created.
    pub(crate) fn own_server(&self) -> Option<&ServerConfig> {
        match &self.own {
            Config::Server(config) => Some(config),
            Config::Client(_) => None,
        }
    }

    /// Returns the configuration that a server has chosen instead of its own.
    pub(crate) fn replacement(&self) -> Option<&ServerConfig> {
        self.replacement.as_ref()
    }

    pub(crate) fn replace(&mut self, config: ServerConfig) {
        self.replacement = Some(config);
    }
}

/// A datagram that was received when GnuTLS checked for one.
#[derive(Default)]
pub(crate) struct ReceivedDatagram {
    pub(crate) buffer: Vec<u8>,
    pub(crate) length: Option<usize>,
    /// The number of bytes that GnuTLS has received.
    pub(crate) start: usize,
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
            fragments: datagram.then(Fragments::new).flatten(),
            kept: None,
            connects: false,
            handshake_result: None,
            config: SessionConfig::new(config),
            peeked: PeekedHello::default(),
            refusal_of_client: None,
            key_depends_on_hello: false,
            read_ahead: ReadAhead::default(),
            cache: None,
            window: None,
            chosen: Vec::new(),
            extensions: ExchangedExtensions::default(),
            #[cfg(gnutls_3_6_13)]
            rsa_psk_identity: None,
            ping: PingState::default(),
            late_pongs: 0,
            hook: None,
            hello_processed: false,
            #[cfg(gnutls_3_6_13)]
            library_key_log: None,
            resumable: false,
            quic: None,
        }
    }

    /// Returns the place where callbacks store a panic, which is valid until the session is released. The pointer is
    /// derived from the one in the handle: a pointer derived from a reference would not outlive the reference.
    pub(crate) fn panics(&self) -> *const PanicSlot {
        // SAFETY: the state does not move and lives as long as the session. Nothing is read.
        unsafe { &raw const (*state_of(self.core.session)).core.panic }
    }

    /// Returns `true` if a key for this side is on a token.
    pub(crate) fn has_token_keys(&self) -> bool {
        self.config.common().credentials.has_token_keys()
            || self.chosen.iter().any(Identity::is_on_token)
    }

    /// Runs the body of a callback. Stores a panic, which is resumed once GnuTLS has returned, and returns `fallback`
    /// then.
    #[inline]
    pub(crate) fn guarded<R>(&mut self, fallback: R, callback: impl FnOnce(&mut Self) -> R) -> R {
        PanicSlot::run(|| callback(self)).unwrap_or_else(|panic| {
            self.core.panic.take_over(panic);
            fallback
        })
    }
}

impl SessionRef {
    pub(crate) fn state(&self) -> &State {
        // SAFETY: the constructor has set the pointer, and the state lives as long as the session. It is changed only
        // by methods that take the session exclusively and by callbacks, which do not run during a method of a shared
        // reference.
        unsafe { &*state_of(self.as_ptr()) }
    }
}

/// Returns the state of a session that this crate has created.
pub(crate) fn state_of(session: gnutls_session_t) -> *mut State {
    // SAFETY: reads a pointer from the session, which is live, since it is borrowed or has called the callback.
    unsafe { gnutls_sys::gnutls_session_get_ptr(session).cast() }
}
