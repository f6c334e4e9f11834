//! The push and pull functions, which GnuTLS calls to send and receive.

use std::collections::VecDeque;
use std::ffi::{c_int, c_uint, c_void};
use std::io;
use std::ptr::NonNull;

use gnutls_sys::{gnutls_session_t, gnutls_transport_ptr_t};

use crate::crypto::Side;
use crate::error::{Error, ErrorKind};
use crate::session::fragments::RECORD_HEADER;
use crate::session::read_ahead::HEARTBEAT;
use crate::session::state::State;
use crate::session_core::session_ref::SessionRef;
use crate::support::datum;
use crate::transport::receive_buffer::ReceiveBuffer;
use crate::transport::{DynTransport, is_blocked, is_interruption, rejects_datagram};

/// The maximum payload of a UDP datagram, so that no datagram is truncated.
const DATAGRAM: usize = 65_535;

/// Makes GnuTLS send and receive through `state`.
///
/// # Safety
///
/// `session` is a live session, `state` is valid until the session is deinitialized, and no reference to `*state`
/// exists while GnuTLS runs.
pub(crate) unsafe fn install(session: gnutls_session_t, state: *mut State) {
    // SAFETY: these functions store the pointers in the session, which is live by the contract of this function, and
    // call nothing. The state is valid. Setting the push function also removes the vectored push function
    // (gnutls_transport_set_push_function in lib/system_override.c).
    unsafe {
        gnutls_sys::gnutls_transport_set_ptr(session, state.cast());
        gnutls_sys::gnutls_transport_set_push_function(session, Some(push));
        let pull = if (*state).core.datagram {
            pull_datagram
        } else {
            pull
        };
        gnutls_sys::gnutls_transport_set_pull_function(session, Some(pull));
        gnutls_sys::gnutls_transport_set_pull_timeout_function(session, Some(pull_timeout));
    }
}

/// The failure of a transport function.
enum Failed {
    /// The transport blocks: `EAGAIN`.
    Blocked,
    /// The transport failed, and its error is in the state: the number of the error, or `EIO` if it has none.
    Error(c_int),
}

/// Converts the result of a callback to its C representation: a count, or -1 and an error number.
///
/// # Safety
///
/// `session` is a live session that is calling one of its transport functions.
unsafe fn answer(session: gnutls_session_t, outcome: Result<usize, Failed>) -> isize {
    let number = match outcome {
        // The length is at most that of the buffer, and therefore fits into isize.
        Ok(length) => return length as isize,
        Err(Failed::Blocked) => libc::EAGAIN,
        Err(Failed::Error(number)) => number,
    };
    // SAFETY: stores the number in the session, which is live by the contract of this function. GnuTLS reads it as soon
    // as the callback has returned -1.
    unsafe { gnutls_sys::gnutls_transport_set_errno(session, number) };
    -1
}

/// Runs a callback on the state. A panic is stored, and is a failure of the transport for GnuTLS.
///
/// # Safety
///
/// `pointer` is the state that was passed to [`install`], and its session is calling one of its transport functions.
unsafe fn run(
    pointer: gnutls_transport_ptr_t,
    callback: impl FnOnce(&mut State) -> Result<usize, Failed>,
) -> isize {
    // SAFETY: the state is valid until after gnutls_deinit. Sessions keep no reference to it during calls into C that
    // run callbacks, and GnuTLS runs one callback of a session at a time, in the thread that called it.
    let state = unsafe { &mut *pointer.cast::<State>() };
    let session = state.core.session;
    let outcome = state.guarded(Err(Failed::Error(libc::EIO)), callback);
    // SAFETY: the session is live, because it is calling one of its transport functions.
    unsafe { answer(session, outcome) }
}

/// Sends or gathers the bytes, and queues those that the transport does not accept: the result is never `EAGAIN`.
///
/// After the transport has failed to send, all output is discarded and counts as sent: a failure would end the
/// handshake or the call that receives, together with data that GnuTLS has already received.
unsafe extern "C" fn push(
    pointer: gnutls_transport_ptr_t,
    data: *const c_void,
    length: usize,
) -> isize {
    // SAFETY: GnuTLS passes `length` bytes of a record that are valid during the call.
    let bytes = unsafe { datum::slice(data.cast(), length) };
    // SAFETY: `pointer` is the one that `install` has set, and the session of the state is calling.
    unsafe {
        run(pointer, |state| {
            if state.core.lifecycle.write_error().is_some() {
                return Ok(length);
            }
            state.core.call.wrote = true;
            match state.transport {
                Some(transport) if !state.core.call.gathers => {
                    let transport = &mut *transport.as_ptr();
                    if let Err(error) = state.core.output.buffer.send(transport, bytes) {
                        state.core.fail_write(push_error(error));
                    }
                }
                Some(_) if state.delays_ticket() => state.core.output.buffer.hold(bytes),
                // Calls without a transport write nothing. If one ever does, no output is lost.
                _ => state.core.output.buffer.keep(bytes),
            }
            Ok(length)
        })
    }
}

/// Returns the error for a failure of the transport to send, with the code that GnuTLS has for it (`errno_to_gerr` in
/// lib/buffers.c).
pub(crate) fn push_error(source: io::Error) -> Error {
    let code = match source.kind() {
        io::ErrorKind::ConnectionReset => gnutls_sys::GNUTLS_E_PREMATURE_TERMINATION,
        _ => gnutls_sys::GNUTLS_E_PUSH_ERROR,
    };
    Error::from_code(code)
        .with_kind(ErrorKind::Io)
        .with_source(source)
}

impl State {
    /// Returns `true` if the message is a ticket of a TLS 1.3 handshake that is not complete, and tickets are delayed.
    fn delays_ticket(&self) -> bool {
        // SAFETY: reads two fields of the session, which is live (lib/handshake.c, lib/state.c).
        self.core.delays_tickets
            && self.core.lifecycle.is_handshaking()
            && self.core.side == Side::Server
            && unsafe {
                gnutls_sys::gnutls_handshake_get_last_out(self.core.session)
                    == gnutls_sys::GNUTLS_HANDSHAKE_NEW_SESSION_TICKET
                    && gnutls_sys::gnutls_protocol_get_version(self.core.session)
                        == gnutls_sys::GNUTLS_TLS1_3
            }
    }

    /// Sends the gathered output of the running call. Before the session receives it also flushes the transport, which
    /// may block then. A panic of the transport is stored.
    #[inline]
    pub(crate) fn send_gathered(&mut self, before_receiving: bool) {
        if self.core.call.gathers && self.core.call.wrote {
            self.send_written(before_receiving);
        }
    }

    fn send_written(&mut self, before_receiving: bool) {
        // The peer may answer the gathered output, but not a ChangeCipherSpec, which a TLS 1.3 client sends before it has
        // received the last message of the server (RFC 8446, appendix D.4).
        if before_receiving && self.core.output.buffer.is_change_cipher_spec() {
            return;
        }
        self.guarded((), |state| {
            let Some(transport) = state.transport else {
                return;
            };
            // SAFETY: the running call has borrowed the transport exclusively, and no callback uses it now.
            let transport = unsafe { &mut *transport.as_ptr() };
            let core = &mut state.core;
            match core.output.buffer.drain(transport) {
                Ok(_) => core.output.buffer.release(),
                // The next call sends the rest.
                Err(error) if is_interruption(&error) => return,
                Err(error) => {
                    core.fail_write(push_error(error));
                    return;
                }
            }
            if before_receiving && core.output.buffer.is_empty() {
                match transport.flush() {
                    Ok(()) => core.call.wrote = false,
                    Err(error) if is_blocked(&error) || is_interruption(&error) => {}
                    Err(error) => {
                        core.fail_write(push_error(error));
                    }
                }
            }
        });
    }
}

/// Receives bytes of a stream into a buffer of GnuTLS.
pub(in crate::session) unsafe extern "C" fn pull(
    pointer: gnutls_transport_ptr_t,
    data: *mut c_void,
    length: usize,
) -> isize {
    // SAFETY: GnuTLS passes `length` bytes that are valid for writes. They may be uninitialized.
    let mut buffer = ReceiveBuffer::new(unsafe { datum::uninit_slice(data.cast(), length) });
    // SAFETY: `pointer` is the one that `install` has set, and the session of the state is calling.
    unsafe {
        run(pointer, |state| {
            fill(state, &mut buffer)?;
            let received = buffer.filled();
            state.read_ahead.follow(received);
            Ok(received.len())
        })
    }
}

/// Receives a datagram, or a record of one, into a buffer of GnuTLS.
unsafe extern "C" fn pull_datagram(
    pointer: gnutls_transport_ptr_t,
    data: *mut c_void,
    length: usize,
) -> isize {
    // SAFETY: GnuTLS passes `length` bytes that are valid for writes. They may be uninitialized.
    let mut buffer = ReceiveBuffer::new(unsafe { datum::uninit_slice(data.cast(), length) });
    // SAFETY: `pointer` is the one that `install` has set, and the session of the state is calling.
    unsafe { run(pointer, |state| fill_with_datagram(state, &mut buffer)) }
}

/// Fills a buffer of GnuTLS with bytes of a stream that have been received before, or from the transport.
///
/// # Safety
///
/// The transport of the state is `None` or that of the running call.
#[inline]
unsafe fn fill(state: &mut State, buffer: &mut ReceiveBuffer<'_>) -> Result<usize, Failed> {
    if state.has_received() {
        return state.deliver_received(buffer);
    }
    let Some(transport) = state.transport else {
        return Err(state.note_block());
    };
    state.send_gathered(true);
    if state.core.may_wait_in_vain() {
        return Err(state.note_block());
    }
    // SAFETY: the running call has borrowed the transport exclusively, and only one callback runs at a time.
    let transport = unsafe { &mut *transport.as_ptr() };
    match transport.receive(&mut state.core.unread, buffer) {
        Ok(0) => {
            state.core.call.end_of_stream = true;
            Ok(0)
        }
        Ok(length) => Ok(length),
        Err(error) => Err(state.note_error(error)),
    }
}

/// Fills a buffer of GnuTLS with a datagram, or with a record of one that must be examined.
///
/// # Safety
///
/// The transport of the state is `None` or that of the running call.
unsafe fn fill_with_datagram(
    state: &mut State,
    buffer: &mut ReceiveBuffer<'_>,
) -> Result<usize, Failed> {
    if state.received_datagram.length.is_some() {
        return state.deliver_datagram(buffer);
    }
    let Some(transport) = state.transport else {
        return Err(state.note_block());
    };
    if state.fragments.is_none() {
        // SAFETY: the transport is that of the running call, by the contract of this function.
        return unsafe { receive_from(transport, state, buffer) };
    }
    // SAFETY: the transport is that of the running call, by the contract of this function.
    unsafe { receive_datagram(transport, state) }?;
    state.deliver_datagram(buffer)
}

/// Receives a datagram, which GnuTLS receives later.
///
/// # Safety
///
/// `transport` is the transport of the running call.
unsafe fn receive_datagram(
    transport: NonNull<dyn DynTransport>,
    state: &mut State,
) -> Result<(), Failed> {
    let mut buffer = std::mem::take(&mut state.received_datagram.buffer);
    buffer.resize(DATAGRAM, 0);
    // SAFETY: the transport is that of the running call, by the contract of this function.
    let received =
        unsafe { receive_from(transport, state, &mut ReceiveBuffer::from(&mut buffer[..])) };
    state.received_datagram.buffer = buffer;
    state.received_datagram.start = 0;
    state.received_datagram.length = Some(received?);
    Ok(())
}

/// Receives a datagram, and retains the records that GnuTLS may receive.
///
/// # Safety
///
/// `transport` is the transport of the running call.
unsafe fn receive_from(
    transport: NonNull<dyn DynTransport>,
    state: &mut State,
    buffer: &mut ReceiveBuffer<'_>,
) -> Result<usize, Failed> {
    // SAFETY: the running call has borrowed the transport exclusively, and only one callback runs at a time.
    let transport = unsafe { &mut *transport.as_ptr() };
    if let Err(error) = transport.receive_datagram(buffer) {
        return Err(state.note_error(error));
    }
    let length = state.retain_acceptable(buffer.filled());
    buffer.truncate(length);
    match length {
        // An empty datagram is not the end of the stream: an attacker could end the session with one. It is reported as
        // EAGAIN, and because the transport did not block, GnuTLS is called again.
        0 => Err(Failed::Blocked),
        length => Ok(length),
    }
}

impl State {
    /// Notes that the transport has nothing to receive.
    fn note_block(&mut self) -> Failed {
        self.core.call.would_block = true;
        Failed::Blocked
    }

    /// Stores the error with which the transport has failed to receive.
    #[cold]
    fn note_error(&mut self, error: io::Error) -> Failed {
        if is_blocked(&error) {
            self.core.receives_in_time = true;
            return self.note_block();
        }
        // The transport did not block, so that GnuTLS is called again.
        if is_interruption(&error) {
            return Failed::Blocked;
        }
        // The session continues, and GnuTLS is not called again before the error has been returned.
        if self.core.datagram && rejects_datagram(&error) {
            self.core.call.undelivered = Some(error);
            return Failed::Blocked;
        }
        let number = errno(&error);
        self.core.call.error = Some(error);
        Failed::Error(number)
    }

    /// Returns `true` if GnuTLS may not receive from the transport yet.
    #[inline]
    fn has_received(&self) -> bool {
        !self.peeked.records.is_empty()
            || self.read_ahead.is_filled()
            || self.core.call.limit.is_some()
            || !self.core.unread.is_empty()
    }

    /// Passes bytes to GnuTLS that have been received before.
    fn deliver_received(&mut self, buffer: &mut ReceiveBuffer<'_>) -> Result<usize, Failed> {
        if !self.peeked.records.is_empty() {
            let length = buffer.append(self.peeked.records.as_slices().0);
            self.peeked.records.drain(..length);
            if self.peeked.records.is_empty() {
                self.peeked.records = VecDeque::new();
            }
            return Ok(length);
        }
        match self.read_ahead.take(buffer, &mut self.core.call.limit) {
            // The transport has not blocked, and the call continues with the next record.
            Some(0) => Err(Failed::Blocked),
            Some(length) => Ok(length),
            None => Ok(self.core.unread.read(buffer)),
        }
    }

    /// Passes the received datagram to GnuTLS: its records, or one that must be examined just before.
    fn deliver_datagram(&mut self, buffer: &mut ReceiveBuffer<'_>) -> Result<usize, Failed> {
        let received = &mut self.received_datagram;
        let Some(end) = received.length.take() else {
            return Err(Failed::Blocked);
        };
        let rest = &received.buffer[received.start..end];
        let Some(fragments) = &mut self.fragments else {
            buffer.append(rest);
            // The buffer may be shorter than the datagram, whose last record is incomplete then.
            let length = retain_records(buffer.filled(), |_| true);
            buffer.truncate(length);
            return if length == 0 {
                Err(Failed::Blocked)
            } else {
                Ok(length)
            };
        };
        // Only whole records are received.
        let length = u16::from_be_bytes([rest[RECORD_HEADER - 2], rest[RECORD_HEADER - 1]]);
        let record = &rest[..RECORD_HEADER + usize::from(length)];
        received.start += record.len();
        if received.start < end {
            received.length = Some(end);
        }
        // SAFETY: the session of the state is live, and the reference is dropped before GnuTLS continues.
        let session = unsafe { SessionRef::from_ptr(self.core.session) };
        let is_open = self.core.lifecycle.handshake_done();
        if record.len() > buffer.remaining()
            || !fragments.accept_encrypted(session, record, is_open)
        {
            return Err(Failed::Blocked);
        }
        Ok(buffer.append(record))
    }

    /// Removes the records from a datagram that GnuTLS must not receive, and returns the remaining length: incomplete
    /// records, inconsistent handshake fragments and, during a handshake, heartbeats. Heartbeats "SHOULD" then be discarded
    /// (RFC 6520, section 3). GnuTLS would end the handshake, also because of one that is not authenticated (IMED_RET in
    /// lib/handshake.h).
    fn retain_acceptable(&mut self, datagram: &mut [u8]) -> usize {
        let handshake = !self.core.lifecycle.handshake_done();
        let fragments = &mut self.fragments;
        retain_records(datagram, |record| {
            !(handshake && record[0] == HEARTBEAT)
                && fragments
                    .as_mut()
                    .is_none_or(|fragments| fragments.accept(record))
        })
    }
}

/// Removes the records from a datagram that are incomplete or not to be retained, and returns the remaining length.
///
/// GnuTLS would complete a record with the beginning of the next datagram, although no record spans datagrams (RFC 6347,
/// section 4.1.1), and the result was never examined.
fn retain_records(datagram: &mut [u8], mut retain: impl FnMut(&[u8]) -> bool) -> usize {
    let (mut position, mut kept) = (0, 0);
    while let Some(&[high, low]) =
        datagram.get(position + RECORD_HEADER - 2..position + RECORD_HEADER)
    {
        let end = position + RECORD_HEADER + usize::from(u16::from_be_bytes([high, low]));
        if end > datagram.len() {
            break;
        }
        if retain(&datagram[position..end]) {
            datagram.copy_within(position..end, kept);
            kept += end - position;
        }
        position = end;
    }
    kept
}

/// Returns the number of a failure to receive. GnuTLS distinguishes ECONNRESET in a datagram session.
fn errno(error: &io::Error) -> c_int {
    match (error.kind(), error.raw_os_error()) {
        (io::ErrorKind::ConnectionReset, _) => libc::ECONNRESET,
        (_, Some(number)) if number > 0 => number,
        _ => libc::EIO,
    }
}

/// Returns 1 if data can be received. GnuTLS calls this with a timeout of 0, because the session is non-blocking
/// (`_gnutls_io_check_recv` in lib/buffers.c), and only in a datagram session.
///
/// Within a call of GnuTLS a datagram does not arrive after the result was 0: if the second result differed,
/// `_dtls_wait_and_retransmit` (lib/dtls.c) would receive the message as an acknowledgement of its own flight, and then
/// wait for another one.
unsafe extern "C" fn pull_timeout(pointer: gnutls_transport_ptr_t, _milliseconds: c_uint) -> c_int {
    // SAFETY: `pointer` is the one that `install` has set, and the session of the state is calling.
    let outcome = unsafe {
        run(pointer, |state| {
            if !state.core.datagram || state.received_datagram.length.is_some() {
                return Ok(1);
            }
            let Some(transport) = state.transport.filter(|_| !state.core.call.no_datagram) else {
                return Ok(0);
            };
            match receive_datagram(transport, state) {
                Ok(()) => Ok(1),
                Err(Failed::Blocked) => {
                    state.core.call.no_datagram = true;
                    Ok(0)
                }
                Err(failed) => Err(failed),
            }
        })
    };
    outcome as c_int
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A DTLS record with two bytes of content.
    fn record(kind: u8) -> [u8; 15] {
        [kind, 254, 253, 0, 1, 0, 0, 0, 0, 0, 9, 0, 2, kind, kind]
    }

    #[test]
    fn a_datagram_keeps_all_whole_records_but_heartbeats() {
        let parts = [22, HEARTBEAT, 20, HEARTBEAT, HEARTBEAT, 22];
        for end in 0..=15 * parts.len() {
            let all = parts.map(record).concat();
            let mut datagram = all[..end].to_vec();
            let mut expected = Vec::new();
            for part in datagram.chunks(15) {
                if part[0] != HEARTBEAT && part.len() == 15 {
                    expected.extend_from_slice(part);
                }
            }
            let kept = retain_records(&mut datagram, |record| record[0] != HEARTBEAT);
            assert_eq!(datagram[..kept], expected, "{end}");
        }
    }
}
