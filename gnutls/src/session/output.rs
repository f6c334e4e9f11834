//! Output: sending messages, and the one function that flushes the output.
//!
//! If descriptors do not take all of a message, GnuTLS keeps the rest itself, as one record or several. Any function
//! that sends would send this rest instead of its own message (hazard 24), so the function that was interrupted is
//! called again before any other. Its message counts as sent, as it does if the bytes are kept in the
//! [`SendBuffer`](crate::transport::send_buffer::SendBuffer).

use std::ffi::c_int;
use std::task::Poll;
use std::{io, ptr};

use gnutls_sys as sys;
use gnutls_sys::gnutls_session_t;

use crate::error::code::ErrorCode;
use crate::error::{Error, ErrorKind, Result};
use crate::session::{Session, ready};
use crate::session_core::core::{Core, TransportKind};
use crate::session_core::send_queue::{PendingSend, SendQueue};
use crate::support::panic::PanicSlot;
use crate::transport::send_buffer::RejectedDatagram;
use crate::transport::{self, Transport, TransportRef};

/// The extent of a flush.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flush {
    /// The output in GnuTLS and in the send buffer, after accepted data has become records unless it is corked.
    Queue,
    /// The queue, after corked data has become records as well.
    Corked,
    /// The queue, and the buffer of the transport.
    Transport,
}

impl Session {
    /// Sends the remaining output: `Ready` once none is left. A fatal error ends the session, but a failure of the
    /// transport ends only sending, unless a handshake is under way.
    #[inline]
    pub(crate) fn poll_flush<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        flush: Flush,
    ) -> Result<Poll<()>> {
        if self.is_flushed(flush) {
            return Ok(Poll::Ready(()));
        }
        let result = self.try_flush(io, flush);
        match &result {
            Ok(_) => self.report_rejected()?,
            Err(error) => self.end_after_flush(error),
        }
        result
    }

    /// Returns `true` if a flush has nothing to do or to report.
    #[inline]
    fn is_flushed(&self, flush: Flush) -> bool {
        let Core {
            lifecycle, output, ..
        } = self.core();
        self.corked_bytes() == 0
            && output.is_empty()
            && !output.buffer.has_rejected()
            && lifecycle.write_error().is_none()
            && !(flush == Flush::Transport && output.flush_wanted)
    }

    /// Returns the error for a datagram that the transport has rejected, once. The session continues.
    #[inline]
    pub(crate) fn report_rejected(&mut self) -> Result<()> {
        if !self.core().output.buffer.has_rejected() {
            return Ok(());
        }
        self.report_rejected_datagram()
    }

    #[cold]
    fn report_rejected_datagram(&mut self) -> Result<()> {
        match self.core_mut().output.buffer.take_rejected() {
            Some(rejected) => {
                let reduced = self.reduce_mtu(&rejected);
                let RejectedDatagram { length, source, .. } = rejected;
                let datagram = format!("a datagram of {length} bytes");
                Err(self.datagram_error(&datagram, source, reduced))
            }
            None => Ok(()),
        }
    }

    /// Reduces the MTU to the largest datagram of the path, if the transport knows it. Returns `true` if it was
    /// reduced.
    fn reduce_mtu(&mut self, rejected: &RejectedDatagram) -> bool {
        let limit = rejected
            .limit
            .filter(|_| transport::is_too_large(&rejected.source));
        let Some(limit) = limit.and_then(|limit| u16::try_from(limit).ok()) else {
            return false;
        };
        self.mtu().is_some_and(|mtu| usize::from(limit) < mtu) && self.set_mtu(limit).is_ok()
    }

    /// Returns the error for a datagram that the transport has rejected during a handshake, unless the MTU could be
    /// reduced: the session sends its messages again in smaller datagrams when the time has come.
    pub(crate) fn report_rejected_in_handshake(&mut self) -> Result<()> {
        let rejected = self.core_mut().output.buffer.take_rejected();
        match rejected {
            Some(rejected) if self.reduce_mtu(&rejected) => Ok(()),
            rejected => {
                self.core_mut().output.buffer.put_rejected(rejected);
                self.report_rejected()
            }
        }
    }

    /// Returns the error for a datagram that was sent earlier, if the transport has reported one in the last call.
    #[inline]
    pub(crate) fn report_undelivered(&mut self) -> Result<()> {
        match self.core_mut().call.undelivered.take() {
            Some(source) => Err(self.datagram_error("an earlier datagram", source, false)),
            None => Ok(()),
        }
    }

    fn datagram_error(&self, datagram: &str, source: io::Error, reduced: bool) -> Error {
        let error = if transport::is_too_large(&source) {
            let mtu = self.mtu().unwrap_or_default();
            let remedy = if reduced {
                match self.data_mtu() {
                    Some(data) => format!("the MTU is now {mtu} bytes, write at most {data}"),
                    None => format!("the MTU is now {mtu} bytes"),
                }
            } else {
                format!("set a smaller MTU than {mtu} bytes with `set_mtu`")
            };
            Error::from_code(sys::GNUTLS_E_LARGE_PACKET)
                .with_message(format!("the transport rejected {datagram}: {remedy}"))
        } else {
            // In C this is the end of the session. The transport reports it because of a message that is not
            // authenticated, so that anybody could end the session.
            Error::from_code(sys::GNUTLS_E_PUSH_ERROR)
                .with_kind(ErrorKind::Io)
                .with_message(format!(
                    "{datagram} was not delivered: repeat the call, or close the session"
                ))
        };
        error.with_source(source).not_fatal()
    }

    /// Ends the session after a failed flush.
    fn end_after_flush(&mut self, error: &Error) {
        let lifecycle = &mut self.core_mut().lifecycle;
        let only_sending = lifecycle.write_error().is_some() && lifecycle.handshake_done();
        if error.is_fatal() && !only_sending && !lifecycle.has_ended() {
            lifecycle.end_with(error.clone());
        }
    }

    /// Sends the remaining output before the session receives, which continues after sending has failed: `Ready` once
    /// no output is left.
    #[inline]
    pub(crate) fn poll_flush_to_receive<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        flush: Flush,
    ) -> Result<Poll<()>> {
        if self.is_flushed(flush) {
            return Ok(Poll::Ready(()));
        }
        match self.try_flush(io, flush) {
            Err(_) if self.core().lifecycle.write_error().is_some() => Ok(Poll::Ready(())),
            Err(error) => {
                self.end_after_flush(&error);
                Err(error)
            }
            result => result,
        }
    }

    /// Sends the remaining output after a result that is returned first. A later call returns a failure, and the next
    /// one resumes a panic of the transport.
    #[inline]
    pub(crate) fn flush_behind<T: Transport + ?Sized>(&mut self, io: &mut T) {
        let output = &self.core().output;
        if output.flush_wanted || !output.is_empty() {
            self.defer_panic(|session| {
                if let Err(error) = session.try_flush(io, Flush::Transport) {
                    let lifecycle = &mut session.core_mut().lifecycle;
                    if lifecycle.write_error().is_none() {
                        lifecycle.fail(error);
                    }
                }
            });
        }
    }

    fn try_flush<T: Transport + ?Sized>(&mut self, io: &mut T, flush: Flush) -> Result<Poll<()>> {
        if let Some(error) = self.core().lifecycle.write_error() {
            return Err(error.clone());
        }
        // Without a cork, data is left here only if it could not become a record when it was written.
        if flush == Flush::Corked || !self.cork.is_on() {
            ready!(self.send_corked(io));
        }
        ready!(self.flush_queue(io));
        if flush == Flush::Transport && self.core().output.flush_wanted {
            let flushed = self.end_sending_if_panics(|_| transport::flush(io));
            let core = self.core_mut();
            match flushed {
                Ok(()) => core.output.flush_wanted = false,
                Err(error) if transport::is_blocked(&error) => {
                    core.call.flush_blocked = true;
                    return Ok(Poll::Pending);
                }
                Err(error) if transport::is_interruption(&error) => return self.yield_now(),
                Err(error) => return Err(core.fail_write(Error::io(error))),
            }
        }
        Ok(Poll::Ready(()))
    }

    /// Sends the output in GnuTLS and in the send buffer: `Ready` once none is left.
    #[inline]
    pub(crate) fn flush_queue<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        if self.core().output.is_empty() {
            return Ok(Poll::Ready(()));
        }
        self.send_queue(io)
    }

    fn send_queue<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        ready!(self.resume_send(io));
        let drained = self.end_sending_if_panics(|queue| queue.buffer.drain(&mut TransportRef(io)));
        let core = self.core_mut();
        match drained {
            Ok(sent) => core.output.flush_wanted |= sent,
            Err(error) if transport::is_interruption(&error) => {
                core.output.flush_wanted = true;
                return self.yield_now();
            }
            Err(error) => return Err(core.fail_write(Error::io(error))),
        }
        Ok(if core.output.is_empty() {
            core.output.refusal_waits = false;
            Poll::Ready(())
        } else {
            Poll::Pending
        })
    }

    /// Uses the transport to send. A panic ends sending: the transport may have sent some of the queue, which must not be
    /// sent again.
    fn end_sending_if_panics<R>(&mut self, send: impl FnOnce(&mut SendQueue) -> R) -> R {
        let core = self.core_mut();
        let slot = PanicSlot::new();
        let sent = slot.catch(None, || Some(send(&mut core.output)));
        if slot.is_set() {
            core.fail_write(Error::new(
                ErrorKind::Closed,
                "a panic of the transport has ended sending: open a new session to send more",
            ));
            slot.resume();
        }
        sent.expect("the transport has not panicked")
    }

    /// Continues to send the message that descriptors did not take: `Ready` once none is left.
    fn resume_send<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        // It describes the last attempt to receive, which sending must not change.
        let would_block = self.core().call.would_block;
        while let Some(message) = self.core().output.pending {
            // SAFETY: the function has been called before, and the handshake has not gone back since.
            let code = self.call(io, |session| unsafe { message.run(session) }) as c_int;
            let interrupted = matches!(code, sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED);
            let state = self.state_mut();
            state.core.call.would_block = would_block;
            let incomplete = state.core.call.send_incomplete;
            let output = &mut state.core.output;
            if message == PendingSend::Handshake && !incomplete {
                output.pending = output.next.take();
                state.handshake_result = (!interrupted).then_some(code);
                continue;
            }
            if interrupted {
                return Ok(Poll::Pending);
            }
            output.pending = message.next().or_else(|| output.next.take());
            if code < 0 && ErrorCode::from_raw(code).is_fatal() {
                output.pending = None;
                return Err(self.failure(code));
            }
        }
        Ok(Poll::Ready(()))
    }

    /// Writes a message with GnuTLS and returns the code. If descriptors do not take it now, it counts as written.
    ///
    /// # Safety
    ///
    /// The handshake has come as far as the function requires. Nothing is left of what was written before, so that it
    /// is this message that is sent.
    pub(crate) unsafe fn send_message<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        mut message: PendingSend,
    ) -> c_int {
        loop {
            // SAFETY: the handshake has come as far as the function requires, by the contract of this function, which
            // has the session exclusively.
            let code = self.call(io, |session| unsafe { message.run(session) }) as c_int;
            if matches!(code, sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED)
                && self.uses_descriptors()
            {
                self.core_mut().output.pending = Some(message);
                return 0;
            }
            if self.core().call.send_failed {
                return sys::GNUTLS_E_PUSH_ERROR;
            }
            match message.next() {
                Some(next) if code >= 0 => message = next,
                _ => return code,
            }
        }
    }

    /// Writes a message once the messages before it have been sent, and returns the code.
    ///
    /// # Safety
    ///
    /// The handshake has come as far as the function requires.
    pub(crate) unsafe fn send_in_turn<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        message: PendingSend,
    ) -> c_int {
        match self.resume_send(io) {
            // SAFETY: the handshake has come as far as the function requires, by the contract of this function. Nothing
            // is left to be sent: the push function takes everything, and what descriptors did not take has been sent.
            Ok(Poll::Ready(())) => unsafe { self.send_message(io, message) },
            Ok(Poll::Pending) => {
                self.core_mut().output.next = Some(message);
                0
            }
            Err(error) => error
                .code()
                .map_or(sys::GNUTLS_E_PUSH_ERROR, ErrorCode::as_raw),
        }
    }

    /// Stores the function that has to be called again if GnuTLS has not sent all of its message. Returns `true` if so.
    pub(crate) fn keep_pending(&mut self, message: PendingSend) -> bool {
        let core = self.core_mut();
        if core.call.send_incomplete {
            core.output.pending = Some(message);
        }
        core.call.send_incomplete
    }

    /// Returns `true` if GnuTLS itself sends and receives.
    #[inline]
    pub(crate) fn uses_descriptors(&self) -> bool {
        self.core().transport_kind == Some(TransportKind::Descriptors)
    }
}

impl PendingSend {
    /// Calls the function: for the first time, or again.
    ///
    /// # Safety
    ///
    /// The session is live and used by nobody else, and its handshake has come as far as the function requires.
    unsafe fn run(self, session: gnutls_session_t) -> isize {
        // SAFETY: these write a message, or the rest of the last one, and run callbacks. The session is live, is used
        // by nobody else and has come far enough, by the contract of this function. Its constructor has set priorities,
        // without which most of these functions crash.
        let code = unsafe {
            match self {
                // Without data it sends the rest. If the peer has requested new keys meanwhile, it sends a KeyUpdate as
                // well, and then returns GNUTLS_E_INVALID_REQUEST, since there is no more data.
                Self::Record => match sys::gnutls_record_send(session, ptr::null(), 0) as c_int {
                    sys::GNUTLS_E_INVALID_REQUEST => 0,
                    code => code,
                },
                // Only this function changes the keys once the message has been sent.
                Self::Handshake => sys::gnutls_handshake(session),
                Self::Alert(level, alert) => sys::gnutls_alert_send(session, level, alert),
                // With GNUTLS_SHUT_WR it receives nothing.
                Self::CloseNotify => sys::gnutls_bye(session, sys::GNUTLS_SHUT_WR),
                Self::HelloRequest => sys::gnutls_rehandshake(session),
                // With neither the flag nor a timeout it receives nothing.
                Self::Ping(length) => sys::gnutls_heartbeat_ping(session, length, 1, 0),
                Self::Pong => sys::gnutls_heartbeat_pong(session, 0),
                #[cfg(gnutls_3_6_3)]
                Self::KeyUpdate(flags) => sys::gnutls_session_key_update(session, flags),
                #[cfg(gnutls_3_6_3)]
                Self::ClientCertificate => sys::gnutls_reauth(session, 0),
                // The queue of C has room for 31 records. Several tickets may exceed it if the peer accepts only short
                // records.
                #[cfg(gnutls_3_6_3)]
                Self::Tickets(_) => sys::gnutls_session_ticket_send(session, 1, 0),
            }
        };
        code as isize
    }

    /// The message that follows once this one has been sent.
    fn next(self) -> Option<Self> {
        match self {
            #[cfg(gnutls_3_6_3)]
            Self::Tickets(count) if count > 1 => Some(Self::Tickets(count - 1)),
            _ => None,
        }
    }
}
