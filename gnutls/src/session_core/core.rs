//! The state of a session that does not belong to a single feature.

use std::ffi::c_int;
use std::io;

use gnutls_sys::gnutls_session_t;

use crate::alert::Alert;
use crate::crypto::Side;
use crate::error::{Error, ErrorKind};
use crate::session_core::data::Values;
use crate::session_core::lifecycle::Lifecycle;
use crate::session_core::send_queue::SendQueue;
use crate::session_core::server_name::ServerName;
use crate::session_core::session_ref::SessionRef;
use crate::support::panic::PanicSlot;
use crate::transport::unread::Unread;
use crate::verify::status::VerificationStatus;

/// The state that every session has besides its handle.
///
/// It is the first field of the state to which `gnutls_session_get_ptr` points, at an address that never changes, and
/// is accessed through a raw pointer: a `Box` or a `&mut` that is alive while GnuTLS runs would promise the compiler
/// exclusive access.
pub(crate) struct Core {
    /// The handle of the session.
    pub(crate) session: gnutls_session_t,
    pub(crate) side: Side,
    pub(crate) datagram: bool,
    /// The name that the session was opened with.
    pub(crate) server_name: Option<ServerName>,
    /// The kind of the transport, once there was a call with one.
    pub(crate) transport_kind: Option<TransportKind>,
    /// The transport has had nothing to receive, and returned.
    pub(crate) receives_in_time: bool,
    /// See [`Session::delay_tickets`](crate::Session::delay_tickets).
    pub(crate) delays_tickets: bool,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) call: CallState,
    pub(crate) output: SendQueue,
    /// The bytes that have been received and that neither GnuTLS nor the session has used.
    pub(crate) unread: Unread,
    /// The length of a datagram that was received and not been read.
    pub(crate) kept_bytes: usize,
    /// The panic of a callback.
    pub(crate) panic: PanicSlot,
    /// The reason why a callback of this crate has ended the handshake, with the alert for the peer.
    pub(crate) refusal: Option<Error>,
    /// The last alert of the peer. C cannot distinguish close_notify from none.
    pub(crate) alert: Option<Alert>,
    /// The number of warning alerts in handshakes since the last one that completed.
    pub(crate) handshake_warnings: u32,
    /// The server has discarded the first record of a refused ClientHello, which can have more.
    pub(crate) discards_hello: bool,
    pub(crate) peer_check: PeerCheck,
    /// The proof that a client has given since its last ClientHello.
    pub(crate) client_proof: ClientProof,
    /// The result of the verification in the last handshake, `None` until there was one.
    pub(crate) verification_status: Option<VerificationStatus>,
    /// The reason why the peer could not be verified.
    pub(crate) not_verified: Option<c_int>,
    /// The error of an external key in the last call in which it failed to sign.
    pub(crate) key_error: Option<io::Error>,
    /// The values that the program has stored in the session.
    pub(crate) values: Values,
}

/// The results of the running or last call into C. They are reset in one place, before each call.
#[derive(Debug, Default)]
pub(crate) struct CallState {
    /// GnuTLS is running: the session is seen from a callback.
    pub(crate) running: bool,
    /// The output is sent together, before the session receives or after the call.
    pub(crate) gathers: bool,
    /// The function of GnuTLS receives a record with data.
    pub(crate) receives_data: bool,
    /// The number of bytes that GnuTLS may still receive. `None` means all of the stream.
    pub(crate) limit: Option<usize>,
    /// The transport had nothing to receive.
    pub(crate) would_block: bool,
    /// The pull timeout function has reported that there is no datagram.
    pub(crate) no_datagram: bool,
    /// The end of the transport was seen.
    pub(crate) end_of_stream: bool,
    /// GnuTLS has written something.
    pub(crate) wrote: bool,
    /// GnuTLS has not sent all that it holds (descriptors).
    pub(crate) send_incomplete: bool,
    /// The socket takes no more (descriptors).
    pub(crate) send_blocked: bool,
    /// The transport would not flush.
    pub(crate) flush_blocked: bool,
    /// The call could have continued, and returned so that it does not occupy the thread.
    pub(crate) yielded: bool,
    /// The transport failed to send.
    pub(crate) send_failed: bool,
    /// The transport failed to receive.
    pub(crate) error: Option<io::Error>,
    /// The transport reported while receiving that a datagram was not delivered.
    pub(crate) undelivered: Option<io::Error>,
}

/// The ways in which GnuTLS sends and receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TransportKind {
    /// Push and pull functions that use the transport which each call is given.
    Callbacks,
    /// GnuTLS itself, on descriptors.
    Descriptors,
    /// The callbacks on descriptors, which have failed to send during a handshake.
    FailedDescriptors,
}

impl TransportKind {
    pub(crate) fn is_on_descriptors(self) -> bool {
        matches!(self, Self::Descriptors | Self::FailedDescriptors)
    }
}

/// The peers that a session accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PeerCheck {
    /// Any peer, unverified.
    None,
    /// A server that has a trusted certificate, for the name of the session if it has one.
    Server,
    /// A client with a trusted certificate, or without any unless one is required.
    Client { required: bool },
    /// Only a peer that has the pre-shared key or the password.
    Key,
    /// Only an anonymous server.
    Anonymous,
}

/// The proof of its identity that a client has given since its last ClientHello.
///
/// A chain that a session has of its peer counts only if the client has shown it, or proven it, in the same handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClientProof {
    /// No certificate.
    Nothing,
    /// A certificate or a raw public key, up to TLS 1.2. GnuTLS requires the proof that it belongs to the client.
    Certificate,
    /// A CertificateVerify as well, without which there is no certificate in TLS 1.3.
    Verified,
}

impl Core {
    pub(crate) fn new(session: gnutls_session_t, side: Side, datagram: bool) -> Self {
        Self {
            session,
            side,
            datagram,
            server_name: None,
            transport_kind: None,
            unread: Unread::default(),
            receives_in_time: false,
            delays_tickets: false,
            lifecycle: Lifecycle::new(),
            call: CallState::default(),
            output: SendQueue::new(datagram),
            kept_bytes: 0,
            panic: PanicSlot::new(),
            refusal: None,
            alert: None,
            handshake_warnings: 0,
            discards_hello: false,
            peer_check: PeerCheck::None,
            client_proof: ClientProof::Nothing,
            verification_status: None,
            not_verified: None,
            key_error: None,
            values: Values::default(),
        }
    }

    /// Ends sending, because the transport has failed to send, and discards the output. Returns the error.
    pub(crate) fn fail_write(&mut self, error: Error) -> Error {
        self.lifecycle.fail_write(error.clone());
        self.call.send_failed = true;
        self.output = SendQueue::new(self.datagram);
        error
    }

    /// Returns `true` if receiving could wait without a limit for a peer that does not receive the handshake: the
    /// transport has failed to send, but the connection has not ended, and the transport may block.
    #[inline]
    pub(crate) fn may_wait_in_vain(&self) -> bool {
        let Some(write_error) = self.lifecycle.write_error() else {
            return false;
        };
        let kind = self.transport_kind;
        let may_block =
            kind == Some(TransportKind::Callbacks) && !self.datagram && !self.receives_in_time;
        may_block && !self.lifecycle.handshake_done() && !has_lost_connection(write_error)
    }

    /// Refuses the handshake from within a callback. Returns the code that the callback returns.
    pub(crate) fn refuse(&mut self, alert: Alert, reason: &'static str) -> c_int {
        self.refuse_with(Error::new(ErrorKind::Protocol, reason).with_alert(alert))
    }

    /// Refuses the handshake from within a callback with this error and its alert, which is `internal_error` if the error
    /// has none. Returns the code that the callback returns.
    pub(crate) fn refuse_with(&mut self, error: Error) -> c_int {
        let alert = error.alert().unwrap_or(Alert::INTERNAL_ERROR);
        self.refusal = Some(error.with_alert(alert));
        gnutls_sys::GNUTLS_E_INTERNAL_ERROR
    }

    /// Returns `true` if the peer has sent the chain that the session has of it, in this handshake or in the one that
    /// is resumed. A client fails if the server does not send its chain.
    pub(crate) fn peer_has_shown_itself(&self) -> bool {
        self.side == Side::Client || self.client_proof != ClientProof::Nothing || self.is_resumed()
    }

    /// Returns `true` if getters may return the chain of the peer: in a further handshake it is the chain of the
    /// handshake before, until the peer sends another one.
    pub(crate) fn may_show_peer(&self) -> bool {
        self.lifecycle.is_rehandshaking() || self.peer_has_shown_itself()
    }

    pub(crate) fn is_resumed(&self) -> bool {
        // SAFETY: the session is live, and the getter reads only the handle, not this state.
        unsafe { SessionRef::from_ptr(self.session) }.is_resumed()
    }

    /// Returns `true` if the peer is not verified.
    pub(crate) fn accepts_any_peer(&self) -> bool {
        self.peer_check == PeerCheck::None
    }

    /// Returns `true` if the handshake used a pre-shared key, or resumed a session whose handshake did.
    pub(crate) fn has_proven_key(&self) -> bool {
        self.peer_has(gnutls_sys::GNUTLS_CRD_PSK)
    }

    /// Returns `true` if the handshake used a password and no certificate of the server, or resumed a session whose
    /// handshake did; on a server also if it used a certificate.
    pub(crate) fn has_proven_password(&self) -> bool {
        self.peer_has(gnutls_sys::GNUTLS_CRD_SRP)
    }

    pub(crate) fn peer_has(&self, wanted: gnutls_sys::gnutls_credentials_type_t) -> bool {
        // SAFETY: reads a field of the live session, which a handshake sets and resumption restores (set_auth_types in
        // lib/handshake.c).
        wanted == unsafe { gnutls_sys::gnutls_auth_get_type(self.session) }
    }
}

/// Returns `true` if the error means that the connection has ended, so that the received data is followed by the end of
/// the stream or an error.
fn has_lost_connection(error: &Error) -> bool {
    let source = std::error::Error::source(error);
    let source = source.and_then(|source| source.downcast_ref::<io::Error>());
    source.is_some_and(|error| {
        matches!(
            error.kind(),
            io::ErrorKind::BrokenPipe
                | io::ErrorKind::ConnectionAborted
                | io::ErrorKind::ConnectionReset
        )
    })
}
