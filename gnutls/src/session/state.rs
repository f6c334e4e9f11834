//! What a session keeps besides the handle: everything that the callbacks of GnuTLS reach.

use std::ffi::c_int;
use std::io;
use std::ptr::NonNull;

use gnutls_sys::gnutls_session_t;

use crate::alert::Alert;
use crate::config::ServerConfig;
use crate::credentials::Credentials;
use crate::crypto::Side;
use crate::early_data::anti_replay::LentWindow;
use crate::error::Error;
use crate::extension::Extension;
use crate::handshake::client_hello::AskedFor;
use crate::heartbeat::Ping;
use crate::identity::Identity;
use crate::psk::credentials::PskCredentials;
use crate::resumption::cache::InstalledCache;
use crate::session::callbacks::extension::Exchanged;
use crate::session::callbacks::handshake_hook::Hook;
use crate::session::pending_send::Unfinished;
use crate::session::verify::PeerCheck;
use crate::srp::credentials::SrpCredentials;
use crate::support::panic::PanicSlot;
use crate::transport::Link;
use crate::transport::send_buffer::Outgoing;
use crate::verify::status::VerificationStatus;

/// How far the session has come. Whatever C does not check, or checks by crashing, is decided on this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Nothing has been sent or received.
    Fresh,
    /// The first handshake is under way.
    Handshaking,
    /// A handshake is over, and none is under way.
    Done,
    /// A further handshake is under way, or has been asked for by the peer.
    Rehandshaking,
}

/// Who sends and receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Carrier {
    /// It is not settled yet,
    None,
    /// the transport that each call is given,
    Link,
    /// GnuTLS itself.
    Native,
}

/// How far a server has come that asks for a certificate after the handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Authentication {
    /// It does not ask.
    None,
    /// It has asked,
    #[cfg_attr(not(gnutls_3_6_3), allow(dead_code, reason = "no library to ask with"))]
    Asked,
    /// and the proof for a certificate has come.
    Came,
}

/// What a client has shown of itself since its last hello.
///
/// GnuTLS keeps what it has of a peer until something else of the same kind takes its place: the chain of a ticket, or of a
/// cached session, that was looked at and is not resumed, and the chain of a handshake that began anew. A client that sends
/// an empty list then is taken for the one whose chain it is (`_gnutls_session_unpack` in lib/session_pack.c,
/// `_gnutls_proc_crt` in lib/auth/cert.c), and gets a ticket with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// No certificate.
    Nothing,
    /// A certificate, or a raw public key, up to TLS 1.2; GnuTLS demands the proof of it.
    Certificate,
    /// The proof as well, a CertificateVerify, without which there is no certificate in TLS 1.3.
    Proof,
}

/// The part of a session that callbacks reach, at an address that never changes.
///
/// It lives behind a raw pointer, in a `Box` no more than at its birth and death: a `Box` or a `&mut` that lives on while
/// GnuTLS runs would tell the compiler that nobody else looks at it.
pub(crate) struct State {
    /// The session that this belongs to.
    pub(crate) session: gnutls_session_t,
    /// Settled by the first transport that the session is given.
    pub(crate) carrier: Carrier,
    /// The transport that the running call was given, for as long as the call runs.
    pub(crate) link: Option<NonNull<dyn Link>>,
    pub(crate) outgoing: Outgoing,
    /// On descriptors: what GnuTLS has begun to send,
    pub(crate) unfinished: Option<Unfinished>,
    /// what is to follow that,
    pub(crate) then: Option<Unfinished>,
    /// what became of a handshake that was gone on with to finish it,
    pub(crate) outcome: Option<std::ffi::c_int>,
    /// and whether GnuTLS connects by itself. During the running or last call: it has not sent all,
    pub(crate) connects: bool,
    pub(crate) held: bool,
    /// because it was told that the socket takes no more.
    pub(crate) send_blocked: bool,
    /// For datagrams: what was received when GnuTLS asked whether there is something.
    pub(crate) waiting: Waiting,
    pub(crate) side: Side,
    pub(crate) datagram: bool,
    /// During the running or last call: the transport had nothing to give,
    pub(crate) blocked: bool,
    /// its end was seen,
    pub(crate) end: bool,
    /// GnuTLS has written something,
    pub(crate) wrote: bool,
    /// the transport would not flush,
    pub(crate) flush_blocked: bool,
    /// it could have gone on, and lets others have their turn,
    pub(crate) paused: bool,
    /// the transport failed.
    pub(crate) error: Option<io::Error>,
    /// A callback panicked.
    pub(crate) panic: PanicSlot,
    pub(crate) phase: Phase,
    /// A handshake has been finished, this one or one before it.
    pub(crate) finished: bool,
    /// The last handshake has come to an end, good or bad.
    pub(crate) concluded: bool,
    pub(crate) check: PeerCheck,
    /// On a server.
    pub(crate) shown: Shown,
    /// On a server: the configuration that the session was made from,
    pub(crate) own_config: Option<ServerConfig>,
    /// and the one that took its place. GnuTLS has pointers into it.
    pub(crate) other_config: Option<ServerConfig>,
    /// The session has got what it takes from its configuration.
    pub(crate) furnished: bool,
    /// What the client's hello asked for, where it is watched.
    pub(crate) asked_for: Option<AskedFor>,
    /// Why a callback of this crate has ended the handshake, and with which alert.
    pub(crate) refusal: Option<Error>,
    /// What was read ahead of the handshake, and the hello in it: none in what is no hello, so that it is not answered.
    pub(crate) ahead: Vec<u8>,
    pub(crate) hello: Option<Vec<u8>>,
    /// Reached by the callbacks of the cache, which GnuTLS calls no more once this goes.
    pub(crate) cache: Option<InstalledCache>,
    /// Lent for a handshake of a server that accepts early data.
    #[cfg_attr(
        not(gnutls_3_6_5),
        allow(dead_code, reason = "no server accepts early data")
    )]
    pub(crate) window: Option<LentWindow>,
    /// The credentials of the configuration, which the session keeps. NULL until it has them.
    pub(crate) credentials: *const Credentials,
    /// What a resolver has chosen: GnuTLS has pointers to it until the session is gone.
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(dead_code, reason = "only a callback of newer libraries asks")
    )]
    pub(crate) chosen: Vec<Identity>,
    /// Its pre-shared keys, if it has any; else NULL.
    pub(crate) psk: *const PskCredentials,
    /// Its users and passwords, as the keys.
    pub(crate) srp: *const SrpCredentials,
    /// The extensions of the program, which the configuration has, and what came in them.
    pub(crate) custom: *const [Extension],
    pub(crate) exchanged: Exchanged,
    /// What became of the last heartbeat.
    pub(crate) ping: Ping,
    /// What the verification of the last handshake came to. `None` until there was one.
    pub(crate) verdict: Option<VerificationStatus>,
    /// Why there was nothing to verify.
    pub(crate) not_verified: Option<c_int>,
    /// The last alert that came from the peer. C has a number for it also where there was none.
    pub(crate) alert: Option<Alert>,
    pub(crate) hook: Option<Box<Hook>>,
    /// The hook is being shown a client's hello that has been processed.
    pub(crate) hello_processed: bool,
    /// Who is told the secrets, and the library's own function for them.
    #[cfg(gnutls_3_6_13)]
    pub(crate) key_log: Option<std::sync::Arc<crate::config::handshake::KeyLog>>,
    #[cfg(gnutls_3_6_13)]
    pub(crate) library_key_log: gnutls_sys::gnutls_keylog_func,
    pub(crate) authentication: Authentication,
    /// There is something new that can be resumed, which has not been kept.
    pub(crate) resumable: bool,
}

/// A datagram that was received ahead of its time.
#[derive(Default)]
pub(crate) struct Waiting {
    pub(crate) buffer: Vec<u8>,
    pub(crate) length: Option<usize>,
}

impl State {
    pub(crate) fn new(
        session: gnutls_session_t,
        side: Side,
        datagram: bool,
        check: PeerCheck,
    ) -> Self {
        Self {
            session,
            carrier: Carrier::None,
            link: None,
            outgoing: Outgoing::new(datagram),
            unfinished: None,
            then: None,
            outcome: None,
            connects: false,
            held: false,
            send_blocked: false,
            waiting: Waiting::default(),
            side,
            datagram,
            blocked: false,
            end: false,
            wrote: false,
            flush_blocked: false,
            paused: false,
            error: None,
            panic: PanicSlot::new(),
            phase: Phase::Fresh,
            finished: false,
            concluded: false,
            check,
            shown: Shown::Nothing,
            own_config: None,
            other_config: None,
            furnished: false,
            asked_for: None,
            refusal: None,
            ahead: Vec::new(),
            hello: None,
            cache: None,
            window: None,
            credentials: std::ptr::null(),
            chosen: Vec::new(),
            psk: std::ptr::null(),
            srp: std::ptr::null(),
            custom: &[],
            exchanged: Exchanged::default(),
            ping: Ping::None,
            verdict: None,
            not_verified: None,
            alert: None,
            hook: None,
            hello_processed: false,
            #[cfg(gnutls_3_6_13)]
            key_log: None,
            #[cfg(gnutls_3_6_13)]
            library_key_log: None,
            authentication: Authentication::None,
            resumable: false,
        }
    }

    /// Where callbacks keep a panic, for as long as the session lives. The pointer is made of the one that GnuTLS has: one
    /// that is made of a reference is good for no longer than the reference.
    pub(crate) fn panics(&self) -> *const PanicSlot {
        // SAFETY: the state is at its place for as long as the session lives. Nothing is read.
        unsafe { &raw const (*crate::session::callbacks::state_of(self.session)).panic }
    }

    pub(crate) fn is_datagram(&self) -> bool {
        self.datagram
    }

    /// Runs what a callback does. A panic is kept, to be resumed once GnuTLS has returned, and `fallback` takes its place.
    pub(crate) fn guarded<R>(&mut self, fallback: R, callback: impl FnOnce(&mut Self) -> R) -> R {
        let slot = PanicSlot::new();
        let value = slot.catch(fallback, || callback(self));
        self.panic.take_over(slot);
        value
    }
}
