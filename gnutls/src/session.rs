//! Properties of a session that have types of their own.
//!
//! The session itself is [`Session`], with the methods of [`SessionRef`].
//!
//! ```
//! use gnutls::{ClientConfig, Trust};
//! use gnutls::session::{Flags, PeerName};
//!
//! let config = ClientConfig::builder().dangerous_accept_any_certificate().build()?;
//! let client = config.session(PeerName::Unnamed)?;
//! assert!(!client.flags().contains(Flags::EARLY_DATA));
//! # Ok::<(), gnutls::Error>(())
//! ```

pub(crate) mod alert;
pub(crate) mod apply_config;
pub(crate) mod callbacks;
mod data;
pub(crate) mod descriptor_io;
pub(crate) mod dtls;
pub(crate) mod early_data;
pub(crate) mod early_secrets;
pub(crate) mod fragments;
pub(crate) mod handshake;
pub(crate) mod heartbeat;
pub(crate) mod open;
pub(crate) mod output;
pub(crate) mod peek_hello;
pub(crate) mod post_handshake_auth;
pub(crate) mod quic;
pub(crate) mod read_ahead;
pub(crate) mod readiness;
pub(crate) mod record;
pub(crate) mod resume;
pub(crate) mod state;
pub(crate) mod sync;
#[cfg(test)]
mod tests;
pub(crate) mod tickets;
pub(crate) mod verify;

use std::ffi::c_int;
use std::fmt;
use std::ops::Deref;
use std::ptr::NonNull;
use std::task::Poll;

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::gnutls_session_t;

use crate::alert::Alert;
use crate::config::CommonParts;
use crate::crypto::Side;
use crate::error::code::ErrorCode;
use crate::error::{Error, ErrorKind, Result, callback};
use crate::pkcs11;
use crate::session::output::Flush;
use crate::session::read_ahead::Next;
use crate::session::record::cork::Cork;
use crate::session::resume::ResumptionAttempt;
use crate::session::state::State;
use crate::session_core::core::{CallState, Core, TransportKind};
pub use crate::session_core::flags::{CredentialsType, Flags};
pub use crate::session_core::kernel_tls::KernelTls;
use crate::session_core::lifecycle::Operation;
pub use crate::session_core::secrets::ChannelBinding;
pub use crate::session_core::server_name::PeerName;
pub use crate::session_core::session_ref::PeerCertificates;
use crate::session_core::session_ref::SessionRef;
use crate::support::panic::PanicSlot;
use crate::transport::descriptors::Descriptors;
use crate::transport::{DynTransport, Transport, TransportRef};

/// Evaluates to the value that is ready. Returns from the function if it is pending or an error.
macro_rules! ready {
    ($poll:expr) => {
        match $poll? {
            std::task::Poll::Ready(value) => value,
            std::task::Poll::Pending => return Ok(std::task::Poll::Pending),
        }
    };
}
pub(crate) use ready;

/// A TLS or DTLS session.
///
/// A session does not own its transport: each call that does I/O takes one, which must be the same for the life of the
/// session. A [`Stream`](crate::Stream) combines the two. A session never blocks by itself: if its transport would
/// block, the result is [`Poll::Pending`], and the call has to be repeated. The getters are methods of [`SessionRef`],
/// to which a session derefs.
///
/// A session can be sent to another thread. Several threads can call its getters at the same time; methods that change
/// it, such as reading and writing, require exclusive access.
///
/// ```
/// use std::task::Poll;
/// use gnutls::{ClientConfig, Identity, ServerConfig, Trust};
/// use gnutls::transport::MemoryTransport;
///
/// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
/// let identity = Identity::from_pem(&pem("server"), &pem("server-key"))?;
/// let server = ServerConfig::builder().identity(identity).build()?;
/// let client = ClientConfig::builder().trust(Trust::pem(&pem("ca"))?).build()?;
///
/// let (mut client_io, mut server_io) = MemoryTransport::stream();
/// let mut client = client.session("localhost")?;
/// let mut server = server.session()?;
/// while client.handshake(&mut client_io)?.is_pending() | server.handshake(&mut server_io)?.is_pending() {}
///
/// assert_eq!(client.write(&mut client_io, b"hello")?, Poll::Ready(5));
/// let mut buffer = [0; 16];
/// assert_eq!(server.read(&mut server_io, &mut buffer)?, Poll::Ready(5));
/// println!("{} with identifier {}", client.description().unwrap(), client.id());
/// # Ok::<(), gnutls::Error>(())
/// ```
#[corresponds(alias(
    gnutls_session_t,
    gnutls_deinit,
    gnutls_session_get_ptr,
    gnutls_session_set_ptr
))]
pub struct Session {
    handle: NonNull<sys::gnutls_session_int>,
    state: NonNull<State>,
    /// The data that has been written and is not yet part of a record.
    pub(crate) cork: Cork,
    /// The client's attempt to resume another session.
    pub(crate) resumption: ResumptionAttempt,
}

// SAFETY: a GnuTLS session belongs to no thread: it has no thread-local state, and holds locks only within a call. Only
// this value, and the handle, the cache and the window that it owns, have pointers to the state. Everything in the
// state can be sent: the closures and the panic by their types, and the transport is present only during calls.
unsafe impl Send for Session {}

impl Session {
    pub(crate) fn handle(&self) -> gnutls_session_t {
        self.handle.as_ptr()
    }

    /// Like [`SessionRef::state`], without a call into C.
    pub(crate) fn state(&self) -> &State {
        // SAFETY: the state lives as long as the session. It is changed only by methods that take the session
        // exclusively and by callbacks, which do not run during a method of a shared reference.
        unsafe { self.state.as_ref() }
    }

    /// Like [`SessionRef::core`], without a call into C.
    pub(crate) fn core(&self) -> &Core {
        &self.state().core
    }

    pub(crate) fn state_mut(&mut self) -> &mut State {
        // SAFETY: the state lives as long as the session. This borrows the session exclusively, so that neither GnuTLS
        // nor another reference uses it.
        unsafe { self.state.as_mut() }
    }

    pub(crate) fn core_mut(&mut self) -> &mut Core {
        &mut self.state_mut().core
    }

    /// Returns the options of the session's current configuration.
    pub(crate) fn config(&self) -> &CommonParts {
        self.state().config.common()
    }

    /// Returns an error unless the table of the lifecycle permits the operation.
    #[inline]
    pub(crate) fn permit(&self, operation: Operation) -> Result<()> {
        let lifecycle = &self.core().lifecycle;
        lifecycle.permit(operation, || self.has_data_first())
    }

    /// Returns `true` if data that the peer sent before its handshake message has to be read first.
    pub(crate) fn has_data_first(&self) -> bool {
        self.core().lifecycle.data_first()
            && (self.pending_bytes() > 0 || self.state().read_ahead.is_filled())
    }

    /// Begins an operation that may use the transport, if the session has not ended and the table permits it.
    #[inline(always)]
    pub(crate) fn begin<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        operation: Operation,
    ) -> Result<Poll<()>> {
        ready!(self.begin_call(io));
        self.permit(operation)?;
        if operation != Operation::Handshake {
            self.core_mut().lifecycle.end_handshake_time();
        }
        Ok(Poll::Ready(()))
    }

    /// Begins a call, unless the session has ended. The first call after a failure returns the error, as soon as the
    /// alert for the peer has been sent or the time for the handshake is over. Later calls repeat it as the cause.
    ///
    /// A panic of the program that the last call has deferred is resumed first.
    #[inline(always)]
    pub(crate) fn begin_call<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        self.core().panic.resume();
        self.core_mut().call = CallState::default();
        if self.core().lifecycle.has_ended() {
            return self.report_end(io);
        }
        if pkcs11::is_in_callback() && self.state().has_token_keys() {
            pkcs11::refuse_in_callback()?;
        }
        self.settle_transport_kind(io)?;
        Ok(Poll::Ready(()))
    }

    /// Returns the error of a session that has ended.
    #[cold]
    fn report_end<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        if let Some(error) = self.core_mut().lifecycle.take_failure() {
            let blocked = matches!(self.poll_flush(io, Flush::Transport), Ok(Poll::Pending));
            if blocked && !self.is_past_deadline() {
                self.core_mut().lifecycle.put_failure_back(error);
                return Ok(Poll::Pending);
            }
            return Err(error);
        }
        Err(self.core().lifecycle.ended())
    }

    /// Calls a function of GnuTLS that may use the transport, and resumes the panic of a callback if there was one. If
    /// the function has returned data or a count, the next call resumes the panic, so that the data is not lost. The
    /// messages of a stream that GnuTLS sends in this call are sent together.
    pub(crate) fn call<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        function: impl FnOnce(gnutls_session_t) -> isize,
    ) -> isize {
        let call = self.gathering_call();
        self.call_with(io, call, function)
    }

    /// Calls a function of GnuTLS that sends one record, which is not copied.
    pub(crate) fn call_to_send_record<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        function: impl FnOnce(gnutls_session_t) -> isize,
    ) -> isize {
        self.call_with(io, CallState::default(), function)
    }

    /// Calls a function of GnuTLS that receives a record with data, and only as much as the action permits.
    pub(crate) fn call_to_receive_data<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        next: Next,
        function: impl FnOnce(gnutls_session_t) -> isize,
    ) -> isize {
        let call = CallState {
            receives_data: true,
            limit: self.limit(next),
            ..self.gathering_call()
        };
        self.call_with(io, call, function)
    }

    /// Returns the state of a call in which the messages of a stream are sent together.
    pub(crate) fn gathering_call(&self) -> CallState {
        CallState {
            gathers: !self.core().datagram,
            ..CallState::default()
        }
    }

    #[inline(always)]
    pub(crate) fn call_with<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        call: CallState,
        function: impl FnOnce(gnutls_session_t) -> isize,
    ) -> isize {
        self.state_mut().drop_replaced_identities();
        self.core_mut().call = CallState {
            running: true,
            ..call
        };
        let code = if self.uses_descriptors() {
            self.call_on_descriptors(io.descriptors(), function)
        } else {
            self.call_on_transport(io, function)
        };
        let core = self.core_mut();
        core.call.running = false;
        core.output.flush_wanted |= core.call.wrote;
        let failed = core.call.error.is_some() || core.call.send_failed;
        if failed || self.has_panicked() || self.state().resumable {
            return self.finish_call(code);
        }
        code
    }

    /// Handles the events of a call besides its code, and returns the code of the call.
    #[cold]
    fn finish_call(&mut self, code: isize) -> isize {
        self.note_panic();
        let failed = self.core().call.error.is_some();
        let send_failed = self.core().call.send_failed;
        if code <= 0 {
            self.core().panic.resume();
        }
        if send_failed && self.uses_descriptors() && code < 0 {
            if code as c_int == sys::GNUTLS_E_AGAIN {
                self.continue_on_failed_descriptors();
                return code;
            }
            // GnuTLS has several codes for a failure to send to descriptors.
            return sys::GNUTLS_E_PUSH_ERROR as isize;
        }
        // While it only checks whether there is data to receive, the library ignores a failure of the transport.
        if failed && matches!(code as c_int, sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_TIMEDOUT) {
            return sys::GNUTLS_E_PULL_ERROR as isize;
        }
        if code >= 0 {
            let core = self.core_mut();
            if let Some(error) = core.call.error.take() {
                core.lifecycle.fail(Error::io(error));
            }
        }
        if self.state().resumable {
            if code > 0 {
                self.defer_panic(Self::store);
            } else {
                self.store();
            }
        }
        code
    }

    /// Calls a function that uses the transport through the push and pull functions.
    #[inline]
    fn call_on_transport<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        function: impl FnOnce(gnutls_session_t) -> isize,
    ) -> isize {
        let mut transport = TransportRef(io);
        let transport: *mut (dyn DynTransport + '_) = &mut transport;
        // SAFETY: the two types differ only in the lifetime. The pointer is taken back before the borrow of the
        // transport ends.
        let transport: *mut (dyn DynTransport + 'static) =
            unsafe { std::mem::transmute(transport) };
        // SAFETY: a pointer to a variable is not NULL.
        self.state_mut().transport = Some(unsafe { NonNull::new_unchecked(transport) });
        let code = function(self.handle.as_ptr());
        let state = self.state_mut();
        state.send_gathered(false);
        state.transport = None;
        code
    }

    /// Stores the kind of the transport at the first call, and fails if a later transport is of another kind.
    #[inline]
    fn settle_transport_kind<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<()> {
        let descriptors = io.descriptors().filter(|_| !self.core().datagram);
        let kind = match descriptors {
            Some(_) => TransportKind::Descriptors,
            None => TransportKind::Callbacks,
        };
        if let Some(settled) = self.core().transport_kind {
            if settled.is_on_descriptors() == kind.is_on_descriptors() {
                return Ok(());
            }
            return Err(other_transport_kind());
        }
        self.set_transport_kind(kind, descriptors)
    }

    fn set_transport_kind(
        &mut self,
        kind: TransportKind,
        descriptors: Option<&mut Descriptors>,
    ) -> Result<()> {
        let fast_open = descriptors.is_some_and(|descriptors| descriptors.address().is_some());
        if fast_open && self.side() == Side::Server {
            return Err(Error::invalid_input(
                "a server does not connect: give it descriptors that are connected",
            ));
        }
        self.core_mut().transport_kind = Some(kind);
        self.state_mut().connects = fast_open;
        match kind {
            // SAFETY: the session is live.
            TransportKind::Descriptors => unsafe { descriptor_io::install(self.handle()) },
            _ => self.install_callbacks(),
        }
        Ok(())
    }

    fn install_callbacks(&mut self) {
        // SAFETY: the session is live, its state is released after it, and no reference to the state lives while GnuTLS
        // runs.
        unsafe { callbacks::transport::install(self.handle(), self.state.as_ptr()) };
    }

    /// Continues a handshake on descriptors that have failed to send: like any other transport they are still received
    /// from, and the output is discarded. GnuTLS itself would end the session and discard an alert of the peer.
    fn continue_on_failed_descriptors(&mut self) {
        self.core_mut().transport_kind = Some(TransportKind::FailedDescriptors);
        self.install_callbacks();
        let call = &mut self.core_mut().call;
        (call.send_incomplete, call.would_block) = (false, false);
    }

    /// Returns `true` if a callback has panicked, or one to which C passes no session has failed.
    #[inline]
    fn has_panicked(&self) -> bool {
        callback::has_failed() || self.core().panic.is_set()
    }

    /// Ends the session if a callback has panicked, since GnuTLS has seen a failure of the transport, or has aborted the
    /// handshake.
    fn note_panic(&mut self) {
        if let Some(failure) = callback::take_failure() {
            self.note_failure(failure);
        }
        let core = self.core_mut();
        if core.panic.is_set() {
            core.lifecycle.end();
        }
    }

    /// Stores the failure of a callback to which C passes no session.
    #[cold]
    fn note_failure(&mut self, failure: callback::Failure) {
        let core = self.core_mut();
        core.panic.take_over(failure.panic);
        core.key_error = failure.error;
    }

    /// Ends the session if a callback or the transport has panicked, and resumes the panic.
    pub(crate) fn resume_panic(&mut self) {
        self.note_panic();
        self.core().panic.resume();
    }

    /// Runs code of the program after data has been received. The next call resumes its panic, so that the data is not
    /// lost.
    pub(crate) fn defer_panic(&mut self, function: impl FnOnce(&mut Self)) {
        let slot = PanicSlot::new();
        slot.catch((), || function(self));
        self.core().panic.take_over(slot);
    }

    /// Verifies the peer after a handshake, unless the handshake has done so already or nothing is to be verified.
    /// Returns 0, or the code that the handshake fails with.
    ///
    /// A handshake that resumes a session sends no certificates, and GnuTLS calls no verify function: it does not check
    /// for whom and by whom the saved session was verified.
    pub(crate) fn verify_unless_done(&mut self) -> c_int {
        if self.core().verification_status.is_some() {
            return 0;
        }
        // SAFETY: the session is live, and this has it exclusively.
        let code = unsafe { verify::verify(self.handle()) };
        self.resume_panic();
        code
    }

    /// Ends a call that could continue, so that it does not occupy the thread.
    pub(crate) fn yield_now<R>(&mut self) -> Result<Poll<R>> {
        self.core_mut().call.yielded = true;
        Ok(Poll::Pending)
    }

    /// Returns the error for a code that is fatal.
    pub(crate) fn failure(&mut self, code: c_int) -> Error {
        if code == sys::GNUTLS_E_FATAL_ALERT_RECEIVED {
            let alert = self.note_alert();
            return Error::from_code(code).with_alert(alert);
        }
        let core = self.core_mut();
        let error = Error::from_code(code);
        if let (sys::GNUTLS_E_PK_SIGN_FAILED, Some(source)) = (code, core.key_error.take()) {
            return error.with_source(source);
        }
        if let Some(source) = core.call.error.take() {
            return error.with_kind(ErrorKind::Io).with_source(source);
        }
        if let (sys::GNUTLS_E_PUSH_ERROR | sys::GNUTLS_E_INVALID_SESSION, Some(error)) =
            (code, core.lifecycle.write_error())
        {
            return error.clone();
        }
        match code {
            // Within a record the library reports the end of the stream as a wrong length.
            sys::GNUTLS_E_PREMATURE_TERMINATION | sys::GNUTLS_E_UNEXPECTED_PACKET_LENGTH
                if core.call.end_of_stream =>
            {
                error.with_kind(ErrorKind::UnexpectedEof)
            }
            sys::GNUTLS_E_CERTIFICATE_ERROR if core.not_verified.is_some() => {
                let reason = ErrorCode::from_raw(core.not_verified.unwrap_or(code));
                error
                    .with_kind(ErrorKind::Verification)
                    // The text of the error follows the message.
                    .with_message(reason.description().trim_end_matches('.').to_owned())
            }
            sys::GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR => {
                Error::untrusted(core.verification_status.unwrap_or_default())
            }
            _ => error,
        }
    }

    /// Stores the alert that has just been received, and returns it.
    pub(crate) fn note_alert(&mut self) -> Alert {
        // SAFETY: reads a number of the live session.
        let alert = Alert::from_raw(unsafe { sys::gnutls_alert_get(self.handle()) });
        self.core_mut().alert = Some(alert);
        alert
    }

    /// Stores close_notify as the last alert of the peer.
    pub(crate) fn note_close(&mut self) {
        self.core_mut().alert = Some(Alert::CLOSE_NOTIFY);
    }
}

#[cold]
fn other_transport_kind() -> Error {
    Error::invalid_input(
        "the session has been used with another kind of transport: give each call the same one",
    )
}

impl Deref for Session {
    type Target = SessionRef;

    fn deref(&self) -> &SessionRef {
        // SAFETY: the handle is live as long as this value, and every method that changes the session takes it
        // exclusively.
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
        // SAFETY: `open` has created both, and they are released once. The handle is released first, since it has
        // pointers to the state and to the configuration in it. gnutls_deinit calls no callback of the session; it may
        // log.
        unsafe {
            sys::gnutls_deinit(self.handle.as_ptr());
            drop(Box::from_raw(self.state.as_ptr()));
        }
    }
}
