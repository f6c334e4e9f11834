//! What GnuTLS has begun to send on descriptors that would not take all of it.
//!
//! It keeps the rest itself, as one record or several. Any function that sends would send that instead of its own (hazard
//! 24), so that the one that was stopped is called again before any other is. What was given to it counts as sent, as it does
//! where the bytes are kept in `Outgoing`.

use std::ffi::c_int;
use std::ptr;
use std::task::Poll;

use gnutls_sys as sys;
use gnutls_sys::gnutls_session_t;

use crate::error::Result;
use crate::error::code::ErrorCode;
use crate::session::Session;
use crate::transport::Transport;

/// What has to be called again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfinished {
    /// A record with data, or whatever has nothing to be done once it is sent.
    Record,
    /// A handshake. Where another function comes first, it goes on so far that its message is sent.
    Handshake,
    Alert(sys::gnutls_alert_level_t, sys::gnutls_alert_description_t),
    Close,
    HelloRequest,
    Ping(usize),
    Pong,
    #[cfg(gnutls_3_6_3)]
    KeyUpdate(std::ffi::c_uint),
    /// A client's answer to the request for its certificate.
    #[cfg(gnutls_3_6_3)]
    Answer,
    /// So many tickets.
    #[cfg(gnutls_3_6_3)]
    Tickets(u8),
}

/// How many tickets are sent in one call of C, which keeps them all in a queue that has room for 31 messages.
#[cfg(gnutls_3_6_3)]
const TICKETS: u8 = 16;

impl Unfinished {
    /// Calls the function: for the first time, or once more.
    ///
    /// # Safety
    ///
    /// The session is live, nobody else is at it, and its handshake has come as far as the function needs it.
    unsafe fn run(self, session: gnutls_session_t) -> isize {
        // SAFETY: these write a message, or the rest of the last one, and run callbacks; what each needs is the caller's
        // promise. Priorities were set by the constructor, without which most of them crash.
        let code = unsafe {
            match self {
                // Without data it sends what is left. Where the peer has asked for new keys meanwhile it sends these too, and
                // then finds that there is nothing more (GNUTLS_E_INVALID_REQUEST).
                Self::Record => match sys::gnutls_record_send(session, ptr::null(), 0) as c_int {
                    sys::GNUTLS_E_INVALID_REQUEST => 0,
                    code => code,
                },
                // Nothing else would do: it changes its keys once the message is sent.
                Self::Handshake => sys::gnutls_handshake(session),
                Self::Alert(level, alert) => sys::gnutls_alert_send(session, level, alert),
                // With GNUTLS_SHUT_WR it receives nothing.
                Self::Close => sys::gnutls_bye(session, sys::GNUTLS_SHUT_WR),
                Self::HelloRequest => sys::gnutls_rehandshake(session),
                // With neither the flag nor a timeout it receives nothing.
                Self::Ping(length) => sys::gnutls_heartbeat_ping(session, length, 1, 0),
                Self::Pong => sys::gnutls_heartbeat_pong(session, 0),
                #[cfg(gnutls_3_6_3)]
                Self::KeyUpdate(flags) => sys::gnutls_session_key_update(session, flags),
                #[cfg(gnutls_3_6_3)]
                Self::Answer => sys::gnutls_reauth(session, 0),
                #[cfg(gnutls_3_6_3)]
                Self::Tickets(count) => {
                    sys::gnutls_session_ticket_send(session, count.min(TICKETS).into(), 0)
                }
            }
        };
        code as isize
    }

    /// What is to be done once this is.
    fn next(self) -> Option<Self> {
        match self {
            #[cfg(gnutls_3_6_3)]
            Self::Tickets(count) if count > TICKETS => Some(Self::Tickets(count - TICKETS)),
            _ => None,
        }
    }
}

impl Session {
    /// Has GnuTLS write a message, and gives its code. Where descriptors do not take it now, it counts as written.
    ///
    /// # Safety
    ///
    /// The handshake has come as far as the function needs it. Nothing is left of what was written before, so that it is
    /// this message that is sent.
    pub(crate) unsafe fn send_message<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        message: Unfinished,
    ) -> c_int {
        let mut message = message;
        loop {
            // SAFETY: the caller's promise; this has the session exclusively.
            let code = self.call(io, |session| unsafe { message.run(session) }) as c_int;
            if matches!(code, sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED) && self.is_native() {
                self.state_mut().unfinished = Some(message);
                return 0;
            }
            match message.next() {
                Some(next) if code >= 0 => message = next,
                _ => return code,
            }
        }
    }

    /// Has a message sent, once what was written before has left, and gives its code.
    ///
    /// # Safety
    ///
    /// As for [`send_message`](Self::send_message), but that something may be left.
    pub(crate) unsafe fn send_in_turn<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        message: Unfinished,
    ) -> c_int {
        match self.finish(io) {
            // SAFETY: the caller's promise. Nothing is left to be sent: the push function takes everything, and what descriptors
            // did not take has been seen to.
            Ok(Poll::Ready(())) => unsafe { self.send_message(io, message) },
            Ok(Poll::Pending) => {
                self.state_mut().then = Some(message);
                0
            }
            Err(error) => error
                .code()
                .map_or(sys::GNUTLS_E_PUSH_ERROR, ErrorCode::as_raw),
        }
    }

    /// Finishes what descriptors would not take: `Ready` once there is nothing left of it.
    pub(crate) fn finish<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        // That is about receiving, and so are errors that GnuTLS gave a code for.
        let blocked = self.state().blocked;
        while let Some(message) = self.state().unfinished {
            // SAFETY: it has been called before, and the handshake has got no further back.
            let code = self.call(io, |session| unsafe { message.run(session) }) as c_int;
            let state = self.state_mut();
            state.blocked = blocked;
            if message == Unfinished::Handshake && !state.held {
                state.unfinished = state.then.take();
                let waits = matches!(code, sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED);
                state.outcome = (!waits).then_some(code);
                continue;
            }
            if matches!(code, sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED) {
                return Ok(Poll::Pending);
            }
            state.unfinished = message.next().or_else(|| state.then.take());
            if code < 0 && ErrorCode::from_raw(code).is_fatal() {
                state.unfinished = None;
                return Err(self.failure(code));
            }
        }
        Ok(Poll::Ready(()))
    }

    /// What is left of data, of which GnuTLS took so many bytes as fit into a record.
    pub(crate) fn note_unfinished(&mut self, what: Unfinished) -> bool {
        let state = self.state_mut();
        if state.held {
            state.unfinished = Some(what);
        }
        state.held
    }

    /// Whether GnuTLS itself sends and receives.
    pub(crate) fn is_native(&self) -> bool {
        self.state().carrier == crate::session::state::Carrier::Native
    }
}
