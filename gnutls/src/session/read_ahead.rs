//! Receiving a record ahead of GnuTLS, so that it reaches a function that can process it.
//!
//! While GnuTLS waits for a message of a further handshake or for a certificate, other records of the peer end the
//! session or restart the handshake: data, an empty record, an alert, a heartbeat, a KeyUpdate. `gnutls_record_recv`
//! processes them, but fails for the message that is awaited. With push and pull functions the pull function decides
//! which bytes GnuTLS receives, so the session looks at the next record before it selects the function. On descriptors
//! GnuTLS receives the records itself.

use std::ffi::c_int;
use std::task::Poll;

use gnutls_sys as sys;
use gnutls_sys::gnutls_session_t;

use crate::crypto::Side;
#[cfg(gnutls_3_6_3)]
use crate::crypto::{aead::Aead, parameters::Protocol};
use crate::error::Result;
use crate::session::Session;
#[cfg(gnutls_3_6_3)]
use crate::session::record::state::Direction;
use crate::session_core::core::{CallState, Core, TransportKind};
#[cfg(gnutls_3_6_3)]
use crate::support::secret::Secret;
use crate::transport::receive_buffer::ReceiveBuffer;
use crate::transport::{Transport, is_blocked, is_interruption};

/// The length of a record header: type, version and length (RFC 8446, section 5.1).
const HEADER: usize = 5;

/// The maximum length of an encrypted record (RFC 5246, section 6.2.3).
const CIPHERTEXT: usize = 16_384 + 2048;

const CHANGE_CIPHER_SPEC: u8 = 20;
const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const APPLICATION_DATA: u8 = 23;
pub(crate) const HEARTBEAT: u8 = 24;

/// The types of the messages with a certificate (RFC 8446, section 4; RFC 8879, section 4).
#[cfg(gnutls_3_6_3)]
const CERTIFICATES: [u8; 2] = [11, 25];

/// The bytes of a stream that have been received ahead of GnuTLS.
#[derive(Default)]
pub(crate) struct ReadAhead {
    /// The beginning of a record of which GnuTLS has not received the rest.
    partial: Vec<u8>,
    /// The bytes that GnuTLS receives next.
    bytes: Vec<u8>,
    /// GnuTLS has begun the exchange that is under way, and waits for a message of the peer.
    begun: bool,
    /// A handshake message of the peer has been received in the handshake that is under way.
    answered: bool,
    /// A ChangeCipherSpec of the peer has been received in the handshake that is under way.
    keys_changed: bool,
}

impl ReadAhead {
    /// Begins an exchange of messages in an open session.
    pub(crate) fn begin_exchange(&mut self) {
        self.begun = false;
        self.answered = false;
        self.keys_changed = false;
    }

    /// Returns `true` if GnuTLS has begun the exchange that is under way.
    #[cfg(gnutls_3_6_3)]
    pub(crate) fn has_begun(&self) -> bool {
        self.begun
    }

    /// Notes that GnuTLS has received a handshake message of the exchange that is under way.
    pub(crate) fn note_answer(&mut self) {
        self.answered = true;
    }

    /// Returns `true` if there are bytes that GnuTLS has not received.
    #[inline]
    pub(crate) fn is_filled(&self) -> bool {
        !self.bytes.is_empty()
    }

    /// Moves bytes into a buffer of GnuTLS, at most `limit`, which is reduced. `None` means that GnuTLS receives from the
    /// transport.
    pub(crate) fn take(
        &mut self,
        buffer: &mut ReceiveBuffer<'_>,
        limit: &mut Option<usize>,
    ) -> Option<usize> {
        let mut length = self.bytes.len().min(buffer.remaining());
        match limit {
            None if length == 0 => return None,
            None => {}
            Some(limit) => {
                length = length.min(*limit);
                *limit -= length;
            }
        }
        buffer.append(&self.bytes[..length]);
        self.bytes.drain(..length);
        if self.bytes.is_empty() {
            self.bytes = Vec::new();
        }
        Some(length)
    }

    /// Follows the records in the bytes that GnuTLS receives: usually a header, and then the rest of the record.
    #[inline]
    pub(crate) fn follow(&mut self, bytes: &[u8]) {
        match (&self.partial[..], bytes) {
            ([], [_, _, _, high, low]) if *high | *low != 0 => {
                self.partial.extend_from_slice(bytes);
            }
            ([_, _, _, high, low], rest)
                if usize::from(u16::from_be_bytes([*high, *low])) == rest.len() =>
            {
                self.partial.clear();
            }
            _ => self.follow_any(bytes),
        }
    }

    fn follow_any(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let length = missing(&self.partial, &[]);
            let (part, rest) = bytes.split_at(length.min(bytes.len()));
            if self.partial.len() >= HEADER && part.len() == length {
                // The end of the record need not be copied.
                self.begin_record();
            } else {
                self.partial.extend_from_slice(part);
                if missing(&self.partial, &[]) == 0 {
                    self.begin_record();
                }
            }
            bytes = rest;
        }
    }

    /// Notes that GnuTLS receives a new record next.
    pub(crate) fn begin_record(&mut self) {
        self.partial.clear();
        self.partial.shrink_to(2 * HEADER);
    }

    /// Returns `false` if the header that follows has a version or a length which GnuTLS rejects.
    fn may_be_record(&self) -> bool {
        let mut header = self.partial.iter().chain(&self.bytes).skip(1);
        let version = header.next().is_none_or(|major| *major == 3);
        let length = header.nth(1).zip(header.next());
        version
            && length.is_none_or(|(high, low)| {
                usize::from(u16::from_be_bytes([*high, *low])) <= CIPHERTEXT
            })
    }

    /// Returns the number of bytes to receive before the next record or its header is complete.
    fn missing(&self) -> usize {
        missing(&self.partial, &self.bytes)
    }
}

/// Returns the number of bytes that a record or its header lacks, of which two parts have been received.
fn missing(first: &[u8], second: &[u8]) -> usize {
    let received = first.len() + second.len();
    if let [_, _, _, high, low, ..] = first {
        let length = HEADER + usize::from(u16::from_be_bytes([*high, *low]));
        return length.saturating_sub(received);
    }
    let mut length = first.iter().chain(second).skip(HEADER - 2);
    match (length.next(), length.next()) {
        (Some(&high), Some(&low)) => {
            (HEADER + usize::from(u16::from_be_bytes([high, low]))).saturating_sub(received)
        }
        _ => HEADER - received,
    }
}

/// The next record of the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Record {
    Data,
    /// A TLS 1.3 record without data.
    #[cfg(gnutls_3_6_3)]
    Empty,
    Alert,
    Heartbeat,
    ChangeCipherSpec,
    /// A handshake message, with its type in TLS 1.3.
    Handshake(Option<u8>),
    /// Another record, which GnuTLS rejects, or the end of the stream.
    Other,
    /// None is complete, because the transport was interrupted.
    Interrupted,
}

impl Record {
    fn new(kind: u8, message: Option<u8>) -> Self {
        match kind {
            CHANGE_CIPHER_SPEC => Self::ChangeCipherSpec,
            ALERT => Self::Alert,
            HEARTBEAT => Self::Heartbeat,
            HANDSHAKE => Self::Handshake(message),
            APPLICATION_DATA => Self::Data,
            _ => Self::Other,
        }
    }
}

/// The action for the next record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// GnuTLS continues the exchange with this record.
    Record,
    /// GnuTLS continues the exchange, and receives from the transport.
    Stream,
    /// GnuTLS begins the exchange, and receives nothing: a transport that blocks would wait for an answer to a message
    /// that has not been sent.
    Begin,
    /// No record is complete. GnuTLS can only send.
    Wait,
    /// No record is complete, because the transport was interrupted. It is received from again.
    Repeat,
    /// The program reads data first.
    Read,
    /// `gnutls_record_recv` processes the record, which has no data.
    Process,
    /// `gnutls_record_recv` processes a message in a handshake that is discarded: a heartbeat (RFC 6520, section 3), or a
    /// HelloRequest (RFC 5246, section 7.4.1.1). `gnutls_handshake` would end the session (IMED_RET in lib/handshake.h).
    Discard,
}

impl Session {
    /// Determines the action for the next record while a further handshake is under way.
    pub(crate) fn next_in_rehandshake<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
    ) -> Result<Next> {
        if !self.reads_ahead() {
            return Ok(Next::Stream);
        }
        let server = self.side() == Side::Server;
        let ahead = &mut self.state_mut().read_ahead;
        if (!server || ahead.answered) && !std::mem::replace(&mut ahead.begun, true) {
            return Ok(Next::Begin);
        }
        let Poll::Ready(record) = self.next_record(io)? else {
            return Ok(Next::Wait);
        };
        if !server && self.is_hello_request(record) {
            return Ok(Next::Discard);
        }
        let ahead = &mut self.state_mut().read_ahead;
        ahead.answered |= record == Record::Handshake(None);
        ahead.keys_changed |= record == Record::ChangeCipherSpec;
        Ok(match record {
            // Data under new keys is not authenticated before the end of the handshake.
            Record::Data if !ahead.keys_changed => Next::Read,
            // After a refusal in a handshake, GnuTLS does not recognize a ClientHello any more.
            Record::Alert if server && !ahead.answered => Next::Process,
            Record::Heartbeat => Next::Discard,
            Record::Other => Next::Stream,
            Record::Interrupted => Next::Repeat,
            _ => Next::Record,
        })
    }

    /// Returns `true` if the next record is a HelloRequest, which crosses the ClientHello: the answer to a ClientHello
    /// begins with a ServerHello, and its record is longer.
    fn is_hello_request(&self, record: Record) -> bool {
        /// The length of the message, which consists of its header (RFC 5246, section 7.4.1.1).
        const MESSAGE: usize = 4;
        let ahead = &self.state().read_ahead;
        if ahead.answered || record != Record::Handshake(None) {
            return false;
        }
        // SAFETY: computes the size from the version and the cipher of the live session (lib/dtls.c), which the first
        // handshake has set.
        let overhead = unsafe { sys::gnutls_record_overhead_size(self.handle()) };
        ahead.partial.len() + ahead.bytes.len() <= MESSAGE + overhead
    }

    /// Determines the action for the next record while a server waits for the certificate of the client.
    #[cfg(gnutls_3_6_3)]
    pub(crate) fn next_in_authentication<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
    ) -> Result<Next> {
        if !self.reads_ahead() || self.state().read_ahead.answered {
            self.state_mut().read_ahead.begun = true;
            return Ok(Next::Stream);
        }
        if !std::mem::replace(&mut self.state_mut().read_ahead.begun, true) {
            return Ok(Next::Begin);
        }
        let Poll::Ready(record) = self.next_record(io)? else {
            return Ok(Next::Wait);
        };
        Ok(match record {
            Record::Handshake(Some(message)) if CERTIFICATES.contains(&message) => {
                self.state_mut().read_ahead.answered = true;
                Next::Stream
            }
            Record::Handshake(_) | Record::Heartbeat | Record::Empty => Next::Process,
            Record::Other => Next::Stream,
            Record::Interrupted => Next::Repeat,
            _ => Next::Record,
        })
    }

    /// Returns `true` if the answer of the peer has begun in the exchange that is under way.
    pub(crate) fn is_answered(&self) -> bool {
        self.state().read_ahead.answered
    }

    /// Determines the action for a read. During a further handshake only the data in front of its messages is read.
    #[inline]
    pub(crate) fn next_in_read(&self) -> Option<Next> {
        if !self.core().lifecycle.is_rehandshaking() {
            return Some(Next::Stream);
        }
        self.next_in_read_while_rehandshaking()
    }

    #[cold]
    fn next_in_read_while_rehandshaking(&self) -> Option<Next> {
        if !self.reads_ahead() || self.pending_bytes() > 0 {
            return Some(Next::Stream);
        }
        self.state().read_ahead.is_filled().then_some(Next::Record)
    }

    /// Returns `true` if the session can receive ahead of GnuTLS. On descriptors GnuTLS has received a part of the
    /// stream by itself, possibly a part of a record.
    fn reads_ahead(&self) -> bool {
        let callbacks = self.core().transport_kind == Some(TransportKind::Callbacks);
        callbacks && !self.is_datagram()
    }

    /// Calls a function of GnuTLS that receives only as much as the action permits.
    pub(crate) fn call_for<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        next: Next,
        function: impl FnOnce(gnutls_session_t) -> isize,
    ) -> isize {
        let call = CallState {
            limit: self.limit(next),
            ..self.gathering_call()
        };
        let code = self.call_with(io, call, function);
        self.core_mut().call.would_block |= next == Next::Wait;
        code
    }

    /// Returns the number of bytes that GnuTLS may receive for an action. `None` means all of the stream.
    #[inline]
    pub(crate) fn limit(&self, next: Next) -> Option<usize> {
        match next {
            Next::Stream => None,
            Next::Begin | Next::Wait | Next::Repeat => Some(0),
            Next::Record | Next::Read | Next::Process | Next::Discard => {
                Some(self.state().read_ahead.bytes.len())
            }
        }
    }

    /// Lets `gnutls_record_recv` process the next record, which has no data. Returns its code.
    pub(crate) fn process_record<T: Transport + ?Sized>(&mut self, io: &mut T) -> c_int {
        let mut byte = [0_u8];
        let code = self.call_for(io, Next::Process, |session| {
            // SAFETY: writes no more than a byte. It may run callbacks of the session. The exclusive reference to the
            // session excludes other borrows of it.
            unsafe { sys::gnutls_record_recv(session, byte.as_mut_ptr().cast(), byte.len()) }
        });
        match code as c_int {
            0 => sys::GNUTLS_E_SESSION_EOF,
            // The record has data, which must not be lost silently.
            1.. => sys::GNUTLS_E_INTERNAL_ERROR,
            code => code,
        }
    }

    /// Receives the next record and classifies it.
    fn next_record<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<Record>> {
        loop {
            let ahead = &self.state().read_ahead;
            if !ahead.may_be_record() {
                return Ok(Poll::Ready(Record::Other));
            }
            let missing = ahead.missing();
            if missing == 0 {
                break;
            }
            if self.core().unread.is_empty() && self.core().may_wait_in_vain() {
                return Ok(Poll::Pending);
            }
            let mut buffer = vec![0; missing];
            // A panic of the transport ends the session, as it does below GnuTLS.
            let Core { panic, unread, .. } = self.core_mut();
            let received = panic.catch(Ok(0), || {
                let mut buffer = ReceiveBuffer::from(&mut buffer[..]);
                unread.receive(io, &mut buffer)
            });
            self.resume_panic();
            match received {
                // GnuTLS reports the end of the stream.
                Ok(0) => return Ok(Poll::Ready(Record::Other)),
                Ok(length) => {
                    let ahead = &mut self.state_mut().read_ahead;
                    ahead.bytes.extend_from_slice(&buffer[..length]);
                }
                Err(error) if is_blocked(&error) => {
                    self.core_mut().receives_in_time = true;
                    return Ok(Poll::Pending);
                }
                Err(error) if is_interruption(&error) => {
                    return Ok(Poll::Ready(Record::Interrupted));
                }
                Err(error) => {
                    self.core_mut().call.error = Some(error);
                    return self.fail(io, sys::GNUTLS_E_PULL_ERROR);
                }
            }
        }
        let ahead = &self.state().read_ahead;
        #[cfg(gnutls_3_6_3)]
        if self.protocol() == Some(Protocol::TLS1_3) {
            let record = [&ahead.partial[..], &ahead.bytes].concat();
            return Ok(Poll::Ready(self.decrypt(&record).unwrap_or(Record::Other)));
        }
        let kind = ahead.partial.first().or(ahead.bytes.first());
        Ok(Poll::Ready(
            kind.map_or(Record::Other, |kind| Record::new(*kind, None)),
        ))
    }

    /// Decrypts a TLS 1.3 record in order to classify it (RFC 8446, section 5.2), without an effect on the session.
    /// `None` means that GnuTLS does not accept it either.
    #[cfg(gnutls_3_6_3)]
    fn decrypt(&mut self, record: &[u8]) -> Option<Record> {
        let (header, content) = record.split_at(HEADER);
        if header[0] != APPLICATION_DATA {
            return None;
        }
        let state = self.current_record_state(Direction::Receive).ok()?;
        let mut nonce = state.iv().to_vec();
        let sequence = state.sequence_number().to_be_bytes();
        for (byte, number) in nonce.iter_mut().rev().zip(sequence.iter().rev()) {
            *byte ^= number;
        }
        let mut aead = Aead::new(self.cipher()?, state.cipher_key()).ok()?;
        let plain = Secret::from_vec(aead.open(&nonce, header, content).ok()?);
        // The type follows the content, and zeros follow the type.
        let end = plain.iter().rposition(|byte| *byte != 0)?;
        Some(match (plain[end], end) {
            (APPLICATION_DATA, 0) => Record::Empty,
            (kind, 0) => Record::new(kind, None),
            (kind, _) => Record::new(kind, Some(plain[0])),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_followed_however_they_are_received() {
        let records = [
            &[22, 3, 3, 0, 3, 1, 2, 3][..],
            &[23, 3, 3, 0, 0],
            &[21, 3, 3, 0, 1, 9],
        ]
        .concat();
        for size in 1..=records.len() {
            let mut ahead = ReadAhead::default();
            let mut received = 0;
            for part in records.chunks(size) {
                ahead.follow(part);
                received += part.len();
                let begins = [0, 8, 13, 19].iter().rfind(|begin| **begin <= received);
                assert_eq!(ahead.partial, records[*begins.unwrap()..received], "{size}");
            }
        }
    }

    #[test]
    fn bytes_that_are_no_record_are_not_waited_for() {
        for (bytes, record) in [
            (&[][..], true),
            (&[22, 3], true),
            (&[22, 2], false),
            (&[23, 3, 3, 72, 0], true),
            (&[23, 3, 3, 72, 1], false),
            (&[0xff; 64], false),
        ] {
            for split in 0..=bytes.len() {
                let ahead = ReadAhead {
                    partial: bytes[..split].to_vec(),
                    bytes: bytes[split..].to_vec(),
                    ..ReadAhead::default()
                };
                assert_eq!(ahead.may_be_record(), record, "{bytes:?}");
            }
        }
    }

    #[test]
    fn gnutls_receives_no_more_than_the_limit() {
        let mut ahead = ReadAhead {
            bytes: vec![1, 2, 3, 4],
            ..ReadAhead::default()
        };
        let mut limit = Some(3);
        let mut buffer = [0; 2];
        let mut take = |limit: &mut Option<usize>| {
            let taken = ahead.take(&mut ReceiveBuffer::from(&mut buffer[..]), limit);
            (taken, buffer)
        };
        assert_eq!(take(&mut limit), (Some(2), [1, 2]));
        assert_eq!(take(&mut limit), (Some(1), [3, 2]));
        assert_eq!(take(&mut limit).0, Some(0));
        assert_eq!(take(&mut None), (Some(1), [4, 2]));
        assert_eq!(take(&mut None).0, None);
    }
}
