//! The state of a session that callbacks reach, as far as it concerns no feature.

use std::ffi::c_int;
use std::io;

use gnutls_sys::gnutls_session_t;

use crate::alert::Alert;
use crate::crypto::Side;
use crate::error::{Error, ErrorKind};
use crate::session_core::lifecycle::Lifecycle;
use crate::session_core::send_queue::SendQueue;
use crate::session_core::server_name::ServerName;
use crate::session_core::session_ref::SessionRef;
use crate::support::panic::PanicSlot;
use crate::verify::status::VerificationStatus;

/// The state that every session has besides its handle.
///
/// It is the first part of what `gnutls_session_get_ptr` points to, at an address that never changes, and is reached
/// through a raw pointer: a `Box` or a `&mut` that lives on while GnuTLS runs would promise the compiler that nobody else
/// uses it.
pub(crate) struct Core {
    /// The session that this belongs to.
    pub(crate) session: gnutls_session_t,
    pub(crate) side: Side,
    pub(crate) datagram: bool,
    /// The name that the session was opened with.
    pub(crate) server_name: Option<ServerName>,
    /// The kind of the first transport that the session was given.
    pub(crate) transport_kind: Option<TransportKind>,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) call: CallState,
    pub(crate) output: SendQueue,
    /// The panic of a callback.
    pub(crate) panic: PanicSlot,
    /// The reason why a callback of this crate has ended the handshake, with the alert for the peer.
    pub(crate) refusal: Option<Error>,
    /// The last alert that came from the peer. C has a number for it also if there was none.
    pub(crate) alert: Option<Alert>,
    pub(crate) peer_check: PeerCheck,
    /// The proof that a client has given since its last hello.
    pub(crate) client_proof: ClientProof,
    /// The result of the verification in the last handshake, `None` until there was one.
    pub(crate) verification_status: Option<VerificationStatus>,
    /// The code for which there was nothing to verify.
    pub(crate) not_verified: Option<c_int>,
}

/// The results of the running or last call into C. They are reset in one place, before each call.
#[derive(Debug, Default)]
pub(crate) struct CallState {
    /// The transport had nothing to receive.
    pub(crate) would_block: bool,
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
    /// The call could have continued, and returned so that others have their turn.
    pub(crate) yielded: bool,
    /// The failure of the transport.
    pub(crate) error: Option<io::Error>,
}

/// The two ways in which GnuTLS sends and receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TransportKind {
    /// Push and pull functions that use the transport which each call is given.
    Callbacks,
    /// GnuTLS itself, on descriptors.
    Descriptors,
}

/// The peers that a session accepts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PeerCheck {
    /// Any peer, unverified.
    None,
    /// A server that has a certificate for the name of the session.
    Server,
    /// A client with a trusted certificate, or also one without any.
    Client { required: bool },
    /// A peer that has the pre-shared key or knows the password, and no other.
    Key,
    /// An anonymous server, and no other.
    Anonymous,
}

/// The proof that a client has given of itself since its last hello.
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
            lifecycle: Lifecycle::new(),
            call: CallState::default(),
            output: SendQueue::new(datagram),
            panic: PanicSlot::new(),
            refusal: None,
            alert: None,
            peer_check: PeerCheck::None,
            client_proof: ClientProof::Nothing,
            verification_status: None,
            not_verified: None,
        }
    }

    /// Refuses the handshake from within a callback. Returns the code that the callback returns.
    pub(crate) fn refuse(&mut self, alert: Alert, reason: &'static str) -> c_int {
        self.refusal = Some(Error::new(ErrorKind::Protocol, reason).with_alert(alert));
        gnutls_sys::GNUTLS_E_INTERNAL_ERROR
    }

    /// Returns whether what the session has of its peer is what the peer has shown, in this handshake or in the one that is
    /// resumed. A client of this library never continues without what the server has to show.
    pub(crate) fn peer_has_shown_itself(&self) -> bool {
        self.side == Side::Client || self.client_proof != ClientProof::Nothing || self.is_resumed()
    }

    /// Returns whether the program may see what the session has of its peer: in a further handshake that is what the one
    /// before it has shown, until something else comes.
    pub(crate) fn may_show_peer(&self) -> bool {
        self.lifecycle.is_rehandshaking() || self.peer_has_shown_itself()
    }

    pub(crate) fn is_resumed(&self) -> bool {
        // SAFETY: the session is live. The getter calls the library only, and nothing of this state is looked at.
        unsafe { SessionRef::from_ptr(self.session) }.is_resumed()
    }

    /// Returns whether nothing of the peer is verified.
    pub(crate) fn accepts_any_peer(&self) -> bool {
        self.peer_check == PeerCheck::None
    }

    /// Returns whether the handshake is one with a pre-shared key, or resumes the session of such a one.
    pub(crate) fn has_proven_key(&self) -> bool {
        self.peer_has(gnutls_sys::GNUTLS_CRD_PSK)
    }

    /// Returns whether the handshake is one with a password and no certificate of the server, or resumes the session of such
    /// a one; on a server also with its certificate.
    pub(crate) fn has_proven_password(&self) -> bool {
        self.peer_has(gnutls_sys::GNUTLS_CRD_SRP)
    }

    pub(crate) fn peer_has(&self, wanted: gnutls_sys::gnutls_credentials_type_t) -> bool {
        // SAFETY: reads a field of the live session, which a handshake sets and resumption restores (set_auth_types in
        // lib/handshake.c).
        wanted == unsafe { gnutls_sys::gnutls_auth_get_type(self.session) }
    }
}
