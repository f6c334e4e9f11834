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

/// What became of the last ping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum PingState {
    #[default]
    None,
    Sent,
    Answered,
}

impl SessionRef {
    /// Whether this side may send pings: the handshake is over, and the peer has allowed it. In a resumed session of TLS and
    /// DTLS up to 1.2 it has not, since GnuTLS does not settle it again there.
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

    /// Whether the last [`ping`](Session::ping) has been answered. The answer is seen by [`read`](Session::read).
    pub fn ping_answered(&self) -> bool {
        self.state().ping == PingState::Answered
    }

    /// How long the answer to the last [`ping`](Session::ping) may take, from now on, before another one is due: zero once
    /// that time is over. `None` while no answer is waited for.
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
    /// Sends a ping with this many random bytes, 1 to 16,365: `Ready` once it is written. The peer's answer
    /// shows in [`ping_answered`](SessionRef::ping_answered) after a [`read`](Self::read), and until then
    /// [`heartbeat_timeout`](SessionRef::heartbeat_timeout) tells when to send another one: in DTLS both can be lost.
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
    /// [`InvalidState`](crate::ErrorKind::InvalidState) unless this side [may](SessionRef::can_ping),
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for another number of bytes (one without any is answered by nobody), [`Limit`](crate::ErrorKind::Limit) for one that does not
    /// fit into a datagram.
    #[corresponds(gnutls_heartbeat_ping)]
    pub fn ping<T: Transport + ?Sized>(&mut self, io: &mut T, length: usize) -> Result<Poll<()>> {
        ready!(self.begin(io, Operation::Ping));
        if !(1..=PAYLOAD).contains(&length) {
            return Err(Error::invalid_input(format!(
                "a ping with {length} bytes; it may have 1 to {PAYLOAD}"
            )));
        }
        if !self.can_ping() {
            return Err(Error::invalid_state("the peer has not allowed pings"));
        }
        if self.is_datagram() && self.data_mtu().is_some_and(|mtu| length + OVERHEAD > mtu) {
            // C sends it all the same, for the network to drop.
            return Err(Error::from_code(sys::GNUTLS_E_LARGE_PACKET)
                .with_message("a ping that is longer than a datagram"));
        }
        ready!(self.poll_flush(io, Flush::Corked));
        // SAFETY: writes a record, with bytes that it makes itself. The handshake is over, and nothing is left to be sent.
        let code = unsafe { self.send_message(io, PendingSend::Ping(length + PADDING)) };
        if code < 0 {
            return self.fail(io, code);
        }
        self.state_mut().ping = PingState::Sent;
        self.core_mut().output.flush_wanted = true;
        Ok(Poll::Ready(self.flush_behind(io)))
    }

    /// After which time without an answer another ping is due, and after which the peer counts as gone, both in whole
    /// milliseconds. GnuTLS begins with 1 and 60 seconds. The second counts only where C waits, which it does not here.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for more than 49 days, which C cannot count.
    #[corresponds(gnutls_heartbeat_set_timeouts)]
    pub fn set_heartbeat_timeouts(
        &mut self,
        retransmission: Duration,
        total: Duration,
    ) -> Result<()> {
        let milliseconds = |time: Duration| {
            c_uint::try_from(time.as_millis())
                .map_err(|_| Error::invalid_input("a timeout of more than 49 days"))
        };
        let (retransmission, total) = (milliseconds(retransmission)?, milliseconds(total)?);
        // SAFETY: stores the numbers in the session.
        unsafe { sys::gnutls_heartbeat_set_timeouts(self.handle(), retransmission, total) };
        Ok(())
    }

    /// Answers the ping that was just received. A peer that pings on and on without reading cannot fill the memory: while an
    /// answer waits to be sent there is no other, as if the ping had been lost.
    pub(crate) fn pong<T: Transport + ?Sized>(&mut self, io: &mut T) -> c_int {
        if self.core().lifecycle.is_closed() || !self.core().output.is_empty() {
            return 0;
        }
        self.core_mut().output.flush_wanted = true;
        // SAFETY: writes a record with the bytes of the ping, which are in the session. Nothing is left to be sent.
        let code = unsafe { self.send_message(io, PendingSend::Pong) };
        // A ping without content: C keeps its length, and takes 0 for none to be answered.
        if code == sys::GNUTLS_E_INVALID_REQUEST {
            0
        } else {
            code
        }
    }

    pub(crate) fn note_pong(&mut self) {
        self.state_mut().ping = PingState::Answered;
    }

    /// Whether a heartbeat that makes no sense may have come, which "MUST be discarded silently" (RFC 6520, section 4). In
    /// DTLS GnuTLS returns these codes for nothing else, and the session is as good as before (`record_add_to_buffers` in
    /// `lib/record.c`); an answer that comes late is such a one.
    pub(crate) fn discards_heartbeat(&self, code: c_int) -> bool {
        self.is_datagram()
            && self.config().extensions.heartbeat.is_some()
            && matches!(
                code,
                sys::GNUTLS_E_UNEXPECTED_PACKET | sys::GNUTLS_E_UNEXPECTED_PACKET_LENGTH
            )
    }
}
