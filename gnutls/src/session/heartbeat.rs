//! Heartbeats in a session: sending pings, and answering those of the peer.

use std::ffi::{c_int, c_uint};
use std::task::Poll;
use std::time::Duration;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::error::{Error, Result};
use crate::heartbeat::{OVERHEAD, PADDING, PAYLOAD};
use crate::session::output::Flush;
use crate::session::{Session, ready};
use crate::session_core::lifecycle::Operation;
use crate::session_core::send_queue::PendingSend;
use crate::session_core::session_ref::SessionRef;
use crate::transport::Transport;

/// The state of the last ping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum PingState {
    #[default]
    None,
    Sent,
    Answered,
}

impl SessionRef {
    /// Returns `true` if this side may send pings: the handshake is complete, and the peer has allowed it. In a resumed
    /// session up to (D)TLS 1.2 it has not, since GnuTLS does not negotiate it again.
    #[corresponds(gnutls_heartbeat_allowed)]
    pub fn can_ping(&self) -> bool {
        // SAFETY: reads the extension's data (lib/ext/heartbeat.c).
        self.handshake_done()
            && unsafe {
                sys::gnutls_heartbeat_allowed(
                    self.as_ptr(),
                    sys::GNUTLS_HB_LOCAL_ALLOWED_TO_SEND as c_uint,
                )
            } != 0
    }

    /// Returns `true` if the last [`ping`](Session::ping) has been answered. [`read`](Session::read) receives the
    /// answer.
    pub fn ping_answered(&self) -> bool {
        self.state().ping == PingState::Answered
    }

    /// Returns the time until the next [`ping`](Session::ping) is due if the last one is not answered: zero once that
    /// time is over. `None` if no answer is outstanding.
    #[corresponds(gnutls_heartbeat_get_timeout)]
    pub fn heartbeat_timeout(&self) -> Option<Duration> {
        if self.state().ping != PingState::Sent {
            return None;
        }
        // SAFETY: computes from the clock and fields of the session (lib/ext/heartbeat.c).
        let milliseconds = unsafe { sys::gnutls_heartbeat_get_timeout(self.as_ptr()) };
        Some(Duration::from_millis(milliseconds.into()))
    }
}

impl Session {
    /// Sends a ping with `length` random bytes, 1 to 16,365: `Ready` once it is written. Once [`read`](Self::read) has
    /// received the answer, [`ping_answered`](SessionRef::ping_answered) returns `true`; until then
    /// [`heartbeat_timeout`](SessionRef::heartbeat_timeout) returns when to send another ping: in DTLS both can be
    /// lost.
    ///
    /// The flag `GNUTLS_HEARTBEAT_WAIT`, which blocks, is not set.
    ///
    /// ```
    /// use std::task::Poll;
    /// use gnutls::{Result, Session, Transport};
    ///
    /// /// Sends a ping if the peer permits it.
    /// fn keep_alive<T: Transport>(session: &mut Session, io: &mut T) -> Result<Poll<()>> {
    ///     if session.can_ping() { session.ping(io, 16) } else { Ok(Poll::Ready(())) }
    /// }
    /// # let _ = keep_alive::<std::net::TcpStream>;
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](crate::ErrorKind::InvalidState) unless
    /// [`can_ping`](SessionRef::can_ping) returns `true`; of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) for
    /// any other length (GnuTLS does not answer an empty ping); of kind [`Limit`](crate::ErrorKind::Limit) if the ping
    /// does not fit into a record or datagram.
    #[corresponds(gnutls_heartbeat_ping)]
    pub fn ping<T: Transport + ?Sized>(&mut self, io: &mut T, length: usize) -> Result<Poll<()>> {
        ready!(self.begin(io, Operation::Ping));
        if !(1..=PAYLOAD).contains(&length) {
            return Err(Error::invalid_input(format!(
                "a ping of {length} bytes is not possible: choose 1 to {PAYLOAD}"
            )));
        }
        if !self.can_ping() {
            return Err(Error::invalid_state(
                "the peer has not allowed pings: check `can_ping` first",
            ));
        }
        // The answer has the same length.
        let room = self
            .max_send_size()
            .unwrap_or(0)
            .min(self.max_receive_size());
        let room = room.saturating_sub(OVERHEAD);
        if length > room {
            // C would fail, or send a part of the message.
            return Err(
                Error::from_code(sys::GNUTLS_E_LARGE_PACKET).with_message(format!(
                    "a ping of {length} bytes exceeds the size of a record: send at most {room} bytes"
                )),
            );
        }
        ready!(self.poll_flush(io, Flush::Corked));
        // SAFETY: writes a record with random bytes. The handshake is complete, and nothing is left to be sent.
        let code = unsafe { self.send_message(io, PendingSend::Ping(length + PADDING)) };
        if code < 0 {
            return self.fail(io, code);
        }
        let state = self.state_mut();
        state.late_pongs += u32::from(state.ping == PingState::Sent);
        state.ping = PingState::Sent;
        self.core_mut().output.flush_wanted = true;
        self.flush_behind(io);
        Ok(Poll::Ready(()))
    }

    /// Sets the time after which an unanswered ping is repeated, and the time after which the peer counts as
    /// unreachable, both in whole milliseconds. The defaults are 1 and 60 seconds. The second has an effect only in C
    /// functions that wait, which this crate does not call.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) for more than 49 days, the maximum of
    /// C.
    #[corresponds(gnutls_heartbeat_set_timeouts)]
    pub fn set_heartbeat_timeouts(
        &mut self,
        retransmission: Duration,
        total: Duration,
    ) -> Result<()> {
        let milliseconds = |time: Duration| {
            c_uint::try_from(time.as_millis())
                .map_err(|_| Error::invalid_input("a heartbeat timeout is at most 49 days"))
        };
        let (retransmission, total) = (milliseconds(retransmission)?, milliseconds(total)?);
        // SAFETY: stores the numbers in the session.
        unsafe { sys::gnutls_heartbeat_set_timeouts(self.handle(), retransmission, total) };
        Ok(())
    }

    /// Answers the ping that has just been received. While output waits to be sent it sends no answer, as if the ping
    /// had been lost, so that a peer which repeats pings without reading cannot fill the memory.
    pub(crate) fn pong<T: Transport + ?Sized>(&mut self, io: &mut T) -> c_int {
        if self.core().lifecycle.is_closed() || !self.core().output.is_empty() {
            return 0;
        }
        self.core_mut().output.flush_wanted = true;
        // SAFETY: writes a record with the bytes of the ping, which the session has stored. Nothing is left to be sent.
        let code = unsafe { self.send_message(io, PendingSend::Pong) };
        match code {
            // For an empty ping C stores the length 0, which also means that there is no ping to answer.
            sys::GNUTLS_E_INVALID_REQUEST => 0,
            // The answer exceeds the size of a datagram.
            sys::GNUTLS_E_LARGE_PACKET => 0,
            code => code,
        }
    }

    pub(crate) fn note_pong(&mut self) {
        let state = self.state_mut();
        state.ping = PingState::Answered;
        // The answers on a stream arrive in order.
        state.late_pongs = 0;
    }

    /// Returns `true` if the code is for an invalid heartbeat, which "MUST be discarded silently" (RFC 6520, section 4).
    /// GnuTLS returns these codes for heartbeats without an effect on the session (`record_add_to_buffers` in
    /// `lib/record.c`). In DTLS it returns them only for heartbeats. On a stream it also does so for other records, so
    /// that this method discards only as many as there are answers to earlier pings.
    pub(crate) fn discards_heartbeat(&mut self, code: c_int) -> bool {
        let invalid = self.config().extensions.heartbeat.is_some()
            && matches!(
                code,
                sys::GNUTLS_E_UNEXPECTED_PACKET | sys::GNUTLS_E_UNEXPECTED_PACKET_LENGTH
            );
        if !invalid || self.is_datagram() {
            return invalid;
        }
        let late_pongs = &mut self.state_mut().late_pongs;
        let is_late = *late_pongs > 0;
        *late_pongs = late_pongs.saturating_sub(1);
        is_late
    }
}
