//! A session: the handle, what it keeps alive, and how calls into GnuTLS are made.

pub(crate) mod alert;
pub(crate) mod apply_config;
pub(crate) mod callbacks;
pub(crate) mod descriptor_io;
pub(crate) mod dtls;
pub(crate) mod early_secrets;
pub(crate) mod handshake;
pub(crate) mod open;
pub(crate) mod peek_hello;
pub(crate) mod pending_send;
pub(crate) mod post_handshake_auth;
pub(crate) mod readiness;
pub(crate) mod record;
pub(crate) mod state;
pub(crate) mod sync;
pub(crate) mod verify;

use std::ffi::c_int;
use std::fmt;
use std::ops::Deref;
use std::ptr::NonNull;
use std::task::Poll;
use std::time::Instant;

use gnutls_sys as sys;
use gnutls_sys::gnutls_session_t;

use crate::alert::Alert;
use crate::config::extensions::ExtensionOptions;
use crate::config::handshake::HandshakeOptions;
use crate::config::{ClientConfig, CommonParts, ServerConfig};
use crate::crypto::Side;
use crate::error::code::ErrorCode;
use crate::error::{Error, ErrorKind, Result};
use crate::pkcs11;
use crate::session::record::cork::Cork;
use crate::session::state::{Carrier, Phase, State};
use crate::session_core::session_ref::SessionRef;
use crate::transport::{Lent, Link, Moved, Transport};
use crate::verify::status::VerificationStatus;

/// Goes on with what is ready, and returns where it is pending or an error.
macro_rules! ready {
    ($poll:expr) => {
        match $poll? {
            std::task::Poll::Ready(value) => value,
            std::task::Poll::Pending => return Ok(std::task::Poll::Pending),
        }
    };
}
pub(crate) use ready;

/// A session of TLS or DTLS.
///
/// It has no transport of its own: each call that does I/O is given one, and it must be the same one for the life of the
/// session. A [`Stream`](crate::Stream) is the two put together. A session never blocks by itself; where its transport
/// would block, the result is [`Poll::Pending`], and the call is to be made again. What can be asked of a session without
/// changing it is in [`SessionRef`], which it derefs to.
///
/// A session can be sent to another thread. Several threads can ask it at a time, while what changes it, such as reading
/// and writing, needs it exclusively.
///
/// ```
/// use std::task::Poll;
/// use gnutls::{ClientConfig, Identity, MemoryTransport, ServerConfig, Trust};
///
/// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
/// let identity = Identity::from_pem(&pem("server"), &pem("server-key"))?;
/// let server = ServerConfig::builder().identity(identity).build()?;
/// let client = ClientConfig::builder().trust(Trust::pem(&pem("ca"))?).build()?;
///
/// let (mut near, mut far) = MemoryTransport::stream();
/// let mut one = client.session("localhost")?;
/// let mut other = server.session()?;
/// while one.handshake(&mut near)?.is_pending() | other.handshake(&mut far)?.is_pending() {}
///
/// assert_eq!(one.write(&mut near, b"hello")?, Poll::Ready(5));
/// let mut buffer = [0; 16];
/// assert_eq!(other.read(&mut far, &mut buffer)?, Poll::Ready(5));
/// println!("{} with identifier {}", one.description().unwrap(), one.id());
/// # Ok::<(), gnutls::Error>(())
/// ```
#[doc(alias = "gnutls_session_t")]
pub struct Session {
    handle: NonNull<sys::gnutls_session_int>,
    state: NonNull<State>,
    /// What is resumed allows early data.
    pub(crate) may_send_early: bool,
    config: Config,
    /// This side is closed.
    pub(crate) closed: bool,
    /// A fatal alert is being sent, and then the session ends.
    pub(crate) ends_by_alert: bool,
    /// The peer has been asked for a new handshake.
    pub(crate) asked: bool,
    /// Another session is to be resumed.
    pub(crate) resumes: bool,
    /// A new handshake was refused just now.
    pub(crate) refused: bool,
    /// Data of the peer are in front of its new handshake.
    pub(crate) data_first: bool,
    /// The verdict before the new handshake that is under way.
    pub(crate) verdict_before: Option<VerificationStatus>,
    /// When the first handshake is to be over.
    pub(crate) deadline: Option<Instant>,
    /// The transport has got bytes that it may hold in a buffer of its own.
    pub(crate) flush_wanted: bool,
    /// Data that wait for more, or to be put together.
    pub(crate) cork: Cork,
    /// The name of the server, as it was given.
    peer_name: Option<Box<str>>,
    ended: bool,
    /// Why the session has ended, until it has been said.
    ending: Option<Error>,
}

/// The configuration that a session was made from. It keeps alive what the handle has pointers to.
enum Config {
    Client(ClientConfig),
    Server(ServerConfig),
}

impl Config {
    fn common(&self) -> &CommonParts {
        match self {
            Self::Client(config) => &config.0.common,
            Self::Server(config) => &config.0.common,
        }
    }
}

// SAFETY: a session of GnuTLS belongs to no thread: it has no thread-local state, and its locks are held within calls
// alone. The state is reached through this value only, and what it holds can be sent: the hook and the panic by their
// types, the transport is there during calls alone. Why it is `Sync` as well is told in sync.rs.
unsafe impl Send for Session {}

impl Session {
    pub(crate) fn handle(&self) -> gnutls_session_t {
        self.handle.as_ptr()
    }

    pub(crate) fn state_mut(&mut self) -> &mut State {
        // SAFETY: the state lives as long as the session. This borrows the session exclusively, so that neither GnuTLS
        // nor another reference is at it.
        unsafe { self.state.as_mut() }
    }

    pub(crate) fn phase(&self) -> Phase {
        self.state().phase
    }

    pub(crate) fn set_phase(&mut self, phase: Phase) {
        let state = self.state_mut();
        state.phase = phase;
        state.concluded = phase == Phase::Done;
        state.finished |= state.concluded;
    }

    /// Whether the transport would not receive during the last call.
    pub(crate) fn blocked(&self) -> bool {
        self.state().blocked
    }

    pub(crate) fn has_finished(&self) -> bool {
        self.state().finished
    }

    pub(crate) fn server_name_of_peer(&self) -> Option<Box<str>> {
        self.peer_name.clone()
    }

    pub(crate) fn outgoing_is_empty(&self) -> bool {
        self.state().outgoing.is_empty() && self.state().unfinished.is_none()
    }

    pub(crate) fn client_config(&self) -> Option<ClientConfig> {
        match &self.config {
            Config::Client(config) => Some(config.clone()),
            Config::Server(_) => None,
        }
    }

    pub(crate) fn allows_rehandshake(&self) -> bool {
        match &self.state().other_config {
            Some(config) => config.0.common.renegotiation,
            None => self.config.common().renegotiation,
        }
    }

    /// The configuration that the session goes by.
    pub(crate) fn options(&self) -> &HandshakeOptions {
        match &self.state().other_config {
            Some(config) => &config.0.common.handshake,
            None => &self.config.common().handshake,
        }
    }

    /// The configuration of a server that the session goes by.
    #[cfg(gnutls_3_6_3)]
    fn server_config(&self) -> Option<&ServerConfig> {
        match (&self.state().other_config, &self.config) {
            (Some(config), _) | (None, Config::Server(config)) => Some(config),
            (None, Config::Client(_)) => None,
        }
    }

    /// Whether the server can make tickets.
    #[cfg(gnutls_3_6_3)]
    pub(crate) fn has_ticket_key(&self) -> bool {
        self.server_config()
            .is_some_and(|config| config.0.ticket_key.is_some())
    }

    pub(crate) fn extension_options(&self) -> &ExtensionOptions {
        match &self.state().other_config {
            Some(config) => &config.0.common.extensions,
            None => &self.config.common().extensions,
        }
    }

    /// Whether a client may be asked for a certificate after the handshake.
    #[cfg(gnutls_3_6_3)]
    pub(crate) fn may_request_authentication(&self) -> bool {
        self.server_config()
            .is_some_and(|config| config.0.post_handshake_auth)
    }

    /// Has this crate see all handshake messages.
    #[cfg(gnutls_3_6_3)]
    pub(crate) fn watch_messages(&mut self) {
        crate::session::callbacks::handshake_hook::install(self.handle());
    }

    /// Calls a function of GnuTLS that may use the transport, and resumes the panic of a callback if there was one.
    pub(crate) fn call<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        function: impl FnOnce(gnutls_session_t) -> isize,
    ) -> isize {
        let state = self.state_mut();
        (state.blocked, state.end, state.wrote, state.error) = (false, false, false, None);
        state.held = false;
        let code = if self.is_native() {
            self.call_native(io.descriptors(), function)
        } else {
            self.call_lent(io, function)
        };
        let state = self.state_mut();
        let (wrote, failed) = (state.wrote, state.error.is_some());
        self.flush_wanted |= wrote;
        self.resume_panic();
        // When it only asks whether something is there to be received, the library passes over a failure.
        if failed && matches!(code as c_int, sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_TIMEDOUT) {
            return sys::GNUTLS_E_PULL_ERROR as isize;
        }
        if code >= 0 {
            if let Some(error) = self.state_mut().error.take() {
                self.end_with(Error::io(error));
            }
        }
        if self.state().resumable {
            self.keep();
        }
        code
    }

    /// Calls a function that uses the transport which it is lent.
    fn call_lent<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        function: impl FnOnce(gnutls_session_t) -> isize,
    ) -> isize {
        let mut lent = Lent(io);
        let link: *mut (dyn Link + '_) = &mut lent;
        // SAFETY: the two types differ in the lifetime alone. The pointer is taken back before the transport is.
        let link: *mut (dyn Link + 'static) = unsafe { std::mem::transmute(link) };
        self.state_mut().link = NonNull::new(link);
        let code = function(self.handle.as_ptr());
        self.state_mut().link = None;
        code
    }

    /// Settles who sends and receives, or sees to it that it stays as it was.
    fn settle_carrier<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<()> {
        let descriptors = io.descriptors().filter(|_| !self.is_datagram());
        let carrier = match descriptors {
            Some(_) => Carrier::Native,
            None => Carrier::Link,
        };
        if self.state().carrier != Carrier::None {
            if self.state().carrier == carrier {
                return Ok(());
            }
            return Err(Error::invalid_input(
                "the session has been used with another kind of transport",
            ));
        }
        let fast_open = descriptors.is_some_and(|descriptors| descriptors.address().is_some());
        if fast_open && self.side() == Side::Server {
            return Err(Error::invalid_input("a server does not connect"));
        }
        self.state_mut().carrier = carrier;
        self.state_mut().connects = fast_open;
        // SAFETY: the session is live, and no reference to its state lives while GnuTLS runs.
        unsafe {
            match carrier {
                Carrier::Native => crate::session::descriptor_io::install(self.handle()),
                _ => crate::session::callbacks::transport::install(
                    self.handle(),
                    self.state.as_ptr(),
                ),
            }
        }
        Ok(())
    }

    /// Resumes the panic of a callback, if there was one. The session has ended: GnuTLS has seen a transport that fails, or a
    /// handshake broken off.
    fn resume_panic(&mut self) {
        if self.state().panic.is_set() || pkcs11::has_panicked() {
            (self.ended, self.ending) = (true, None);
            self.state().panic.resume();
            pkcs11::resume_panic();
        }
    }

    /// After a handshake: verifies, unless this handshake has done so already or nothing is to be verified. Gives 0, or the
    /// code that the handshake is to fail with.
    ///
    /// A handshake that resumes a session sends no certificates, and GnuTLS calls no verify function: what the saved
    /// session was verified for, and by whom, it does not ask.
    pub(crate) fn verify_unless_done(&mut self) -> c_int {
        if self.state().verdict.is_some() {
            return 0;
        }
        // SAFETY: the session is live, and this has it exclusively.
        let code = unsafe { crate::session::verify::verify(self.handle()) };
        self.resume_panic();
        code
    }

    /// Lets a call begin, unless the session has ended. The first call after the end gives the reason; it waits until the
    /// alert has left that tells the peer.
    pub(crate) fn usable<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        self.begin_call();
        if !self.ended {
            self.settle_carrier(io)?;
            return Ok(Poll::Ready(()));
        }
        if let Some(error) = self.ending.take() {
            if let Ok(Poll::Pending) = self.send_rest(io) {
                self.ending = Some(error);
                return Ok(Poll::Pending);
            }
            return Err(error);
        }
        Err(Error::new(
            ErrorKind::Closed,
            "an earlier failure has ended the session",
        ))
    }

    /// Ends the session with this error, to be given by [`usable`](Self::usable).
    pub(crate) fn end_with(&mut self, error: Error) {
        if !self.ended {
            (self.ended, self.ending) = (true, Some(error));
            self.state_mut().concluded = true;
        }
    }

    /// Ends the session without a reason that is still to be given.
    pub(crate) fn end(&mut self) {
        (self.ended, self.ending) = (true, None);
        self.state_mut().concluded = true;
    }

    /// Sends what the transport would not take before: `Ready` once nothing is left of it.
    pub(crate) fn drain<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        if self.state().unfinished.is_some() {
            let result = self.finish(io);
            self.ended |= result.is_err();
            return result;
        }
        match self.state_mut().outgoing.drain(io) {
            Ok(moved) => self.flush_wanted |= moved,
            Err(error) => {
                self.ended = true;
                return Err(Error::io(error));
            }
        }
        Ok(if self.outgoing_is_empty() {
            Poll::Ready(())
        } else {
            Poll::Pending
        })
    }

    /// Like [`drain`](Self::drain), and flushes the transport.
    pub(crate) fn settle<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        let result = self.send_rest(io);
        self.ended |= result.is_err();
        result
    }

    fn send_rest<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        ready!(self.finish(io));
        self.flush_wanted |= self.state_mut().outgoing.drain(io)?;
        if !self.outgoing_is_empty() {
            return Ok(Poll::Pending);
        }
        if self.flush_wanted {
            if let Moved::Blocked = crate::transport::flush(io)? {
                self.state_mut().flush_blocked = true;
                return Ok(Poll::Pending);
            }
            self.flush_wanted = false;
        }
        Ok(Poll::Ready(()))
    }

    /// Like [`settle`](Self::settle), where there is a result to be given first: a failure is kept for the next call.
    pub(crate) fn settle_in_passing<T: Transport + ?Sized>(&mut self, io: &mut T) {
        if self.flush_wanted || !self.outgoing_is_empty() {
            if let Err(error) = self.send_rest(io) {
                self.end_with(error);
            }
        }
    }

    /// The error for a code that is fatal.
    pub(crate) fn failure(&mut self, code: c_int) -> Error {
        if code == sys::GNUTLS_E_FATAL_ALERT_RECEIVED {
            let alert = self.note_alert();
            return Error::from_code(code).with_alert(alert);
        }
        let state = self.state_mut();
        let error = Error::from_code(code);
        if let Some(source) = state.error.take() {
            return error.with_kind(ErrorKind::Io).with_source(source);
        }
        match code {
            // Within a record the library calls the end of the stream a wrong length.
            sys::GNUTLS_E_PREMATURE_TERMINATION | sys::GNUTLS_E_UNEXPECTED_PACKET_LENGTH
                if state.end =>
            {
                error.with_kind(ErrorKind::UnexpectedEof)
            }
            sys::GNUTLS_E_CERTIFICATE_ERROR if state.not_verified.is_some() => {
                let reason = ErrorCode::from_raw(state.not_verified.unwrap_or(code));
                error
                    .with_kind(ErrorKind::Verification)
                    .with_message(reason.description())
            }
            sys::GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR => {
                Error::untrusted(state.verdict.unwrap_or_default())
            }
            _ => error,
        }
    }

    /// Keeps the alert that has just been received.
    pub(crate) fn note_alert(&mut self) -> Alert {
        // SAFETY: reads a number.
        let alert = Alert::from_raw(unsafe { sys::gnutls_alert_get(self.handle()) });
        self.state_mut().alert = Some(alert);
        alert
    }

    /// Notes that the peer has closed its side.
    pub(crate) fn note_close(&mut self) {
        self.state_mut().alert = Some(Alert::CLOSE_NOTIFY);
    }
}

impl Deref for Session {
    type Target = SessionRef;

    fn deref(&self) -> &SessionRef {
        // SAFETY: the handle is live as long as this value, and whatever changes the session needs it exclusively.
        unsafe { SessionRef::from_ptr(self.handle.as_ptr()) }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // SAFETY: both were made by `open` and are released once. The handle goes first, since it has pointers to the
        // state; the state has the cache in it and a configuration, and the session's own goes after this function. gnutls_deinit runs no callback.
        unsafe {
            sys::gnutls_deinit(self.handle.as_ptr());
            drop(Box::from_raw(self.state.as_ptr()));
        }
    }
}
