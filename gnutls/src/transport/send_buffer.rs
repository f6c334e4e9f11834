//! The output that the transport has not accepted yet: bytes of a stream, or whole datagrams.

use std::collections::VecDeque;
use std::io;

use crate::transport::{DynTransport, is_blocked, is_interruption, rejects_datagram};

/// The unsent output in order, in one buffer that is reused.
///
/// GnuTLS treats these bytes as sent. The alternative, returning `GNUTLS_E_AGAIN` and repeating the call, sends the
/// wrong record if another function is called in between.
pub(crate) struct SendBuffer {
    bytes: Vec<u8>,
    /// The number of `bytes` that have been sent.
    sent: usize,
    /// The number of `bytes` at the end that are not sent yet although the transport may accept them.
    held: usize,
    /// The lengths of the queued datagrams, or `None` for a stream.
    datagrams: Option<VecDeque<usize>>,
    /// The first datagram that the transport has rejected, until this is reported.
    rejected: Option<RejectedDatagram>,
}

/// A datagram that the transport has rejected, while it accepts others.
pub(crate) struct RejectedDatagram {
    pub(crate) length: usize,
    /// The size of the largest datagram, if the transport knows it.
    pub(crate) limit: Option<usize>,
    pub(crate) source: io::Error,
}

/// The maximum number of queued datagram bytes. Further datagrams are dropped, as by a network, so that a peer that
/// causes many retransmissions cannot exhaust the memory.
const DATAGRAM_BYTES: usize = 256 * 1024;

impl SendBuffer {
    pub(crate) fn new(datagram: bool) -> Self {
        Self {
            bytes: Vec::new(),
            sent: 0,
            held: 0,
            datagrams: datagram.then(VecDeque::new),
            rejected: None,
        }
    }

    /// Returns `true` if the transport has rejected a datagram, and this has not been reported.
    #[inline]
    pub(crate) fn has_rejected(&self) -> bool {
        self.rejected.is_some()
    }

    /// Returns the datagram that the transport has rejected, unless this has been reported.
    pub(crate) fn take_rejected(&mut self) -> Option<RejectedDatagram> {
        self.rejected.take()
    }

    /// Stores the result of [`take_rejected`](Self::take_rejected) again.
    pub(crate) fn put_rejected(&mut self, rejected: Option<RejectedDatagram>) {
        self.rejected = rejected;
    }

    /// Returns `true` if there is nothing to be sent now.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the number of bytes to be sent.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() - self.sent - self.held
    }

    /// Appends bytes of a stream that are not sent before further bytes are appended, or [`send_held`](Self::send_held)
    /// is called.
    pub(crate) fn hold(&mut self, bytes: &[u8]) {
        let held = self.held;
        self.keep(bytes);
        self.held = held + bytes.len();
    }

    /// Sends the held bytes with the next output.
    pub(crate) fn send_held(&mut self) {
        self.held = 0;
    }

    /// Appends `bytes`, which is one datagram in a datagram session.
    pub(crate) fn keep(&mut self, bytes: &[u8]) {
        self.send_held();
        if let Some(datagrams) = &mut self.datagrams {
            if self.bytes.len() - self.sent + bytes.len() > DATAGRAM_BYTES {
                return;
            }
            datagrams.push_back(bytes.len());
        }
        // Sent bytes are removed early, so that they use no memory while a slow peer blocks the rest.
        if self.sent > self.bytes.len() / 2 {
            self.bytes.drain(..self.sent);
            self.sent = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Sends `bytes`, which is one datagram in a datagram session, and queues the rest that the transport does not accept.
    pub(crate) fn send(
        &mut self,
        transport: &mut dyn DynTransport,
        mut bytes: &[u8],
    ) -> io::Result<()> {
        self.send_held();
        let datagram = self.datagrams.is_some();
        while !bytes.is_empty() && self.is_empty() {
            match send(transport, bytes, datagram, &mut self.rejected) {
                Ok(length) => bytes = &bytes[length..],
                Err(error) if is_blocked(&error) || is_interruption(&error) => break,
                Err(error) => return Err(error),
            }
        }
        if !bytes.is_empty() {
            self.keep(bytes);
        }
        Ok(())
    }

    /// Returns `true` if the only queued record is a ChangeCipherSpec.
    pub(crate) fn is_change_cipher_spec(&self) -> bool {
        matches!(
            self.bytes[self.sent..self.bytes.len() - self.held],
            [20, 3, _, 0, 1, 1]
        )
    }

    /// Releases the memory of the buffer if it is empty.
    pub(crate) fn release(&mut self) {
        if self.sent == self.bytes.len() {
            self.bytes = Vec::new();
        }
    }

    /// Sends the queued output until the transport blocks or the queue is empty. Returns `true` if anything was sent.
    pub(crate) fn drain(&mut self, transport: &mut dyn DynTransport) -> io::Result<bool> {
        let datagram = self.datagrams.is_some();
        let mut moved = false;
        while !self.is_empty() {
            let datagrams = self.datagrams.as_ref();
            let length = datagrams.map_or(self.len(), |datagrams| datagrams[0]);
            let next = &self.bytes[self.sent..][..length];
            let length = match send(transport, next, datagram, &mut self.rejected) {
                Err(error) if is_blocked(&error) => return Ok(moved),
                result => result?,
            };
            moved = true;
            self.sent += length;
            if let Some(datagrams) = &mut self.datagrams {
                datagrams.pop_front();
            }
        }
        self.bytes.drain(..self.sent);
        self.sent = 0;
        Ok(moved)
    }
}

/// Sends some of `bytes`, or one datagram, and returns the number of bytes that need not be sent again. A datagram is
/// sent as a whole, whatever length the transport returns, or rejected.
#[inline]
fn send(
    transport: &mut dyn DynTransport,
    bytes: &[u8],
    datagram: bool,
    rejected: &mut Option<RejectedDatagram>,
) -> io::Result<usize> {
    match transport.send(bytes) {
        Ok(_) if datagram => Ok(bytes.len()),
        Err(source) if datagram && rejects_datagram(&source) => {
            note_rejected(transport, bytes.len(), rejected, source);
            Ok(bytes.len())
        }
        result => result,
    }
}

/// Stores the first datagram that the transport has rejected.
#[cold]
fn note_rejected(
    transport: &dyn DynTransport,
    length: usize,
    rejected: &mut Option<RejectedDatagram>,
    source: io::Error,
) {
    rejected.get_or_insert_with(|| RejectedDatagram {
        length,
        limit: transport.largest_datagram(),
        source,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::{Transport, TransportRef};

    /// Accepts `room` bytes per call for `calls` calls, and then blocks.
    struct Narrow {
        room: usize,
        calls: usize,
        taken: Vec<Vec<u8>>,
    }

    impl Transport for Narrow {
        fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.calls == 0 {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            self.calls -= 1;
            let length = bytes.len().min(self.room);
            self.taken.push(bytes[..length].to_vec());
            Ok(length)
        }

        fn receive(&mut self, _: &mut [u8]) -> io::Result<usize> {
            unreachable!("the test receives nothing")
        }
    }

    #[test]
    fn sent_bytes_are_freed_while_the_rest_stays() {
        let mut outgoing = SendBuffer::new(false);
        outgoing.keep(&[0; 1000]);
        for _ in 0..1000 {
            let mut narrow = Narrow {
                room: 1000,
                calls: 1,
                taken: Vec::new(),
            };
            outgoing.keep(&[0; 1000]);
            outgoing.drain(&mut TransportRef(&mut narrow)).unwrap();
            assert_eq!(outgoing.len(), 1000);
        }
        assert!(outgoing.bytes.len() <= 4000, "{}", outgoing.bytes.len());
    }

    #[test]
    fn a_stream_goes_byte_by_byte_and_in_order() {
        let mut outgoing = SendBuffer::new(false);
        let mut narrow = Narrow {
            room: 1,
            calls: 2,
            taken: Vec::new(),
        };
        outgoing.keep(b"abc");
        assert!(outgoing.drain(&mut TransportRef(&mut narrow)).unwrap());
        assert_eq!(outgoing.len(), 1);
        outgoing.keep(b"de");
        assert!(!outgoing.drain(&mut TransportRef(&mut narrow)).unwrap());
        narrow.calls = 9;
        assert!(outgoing.drain(&mut TransportRef(&mut narrow)).unwrap());
        assert!(outgoing.is_empty());
        assert_eq!(narrow.taken.concat(), b"abcde");
    }

    #[test]
    fn held_bytes_are_sent_in_order() {
        for further in [&b""[..], b"fg"] {
            let mut outgoing = SendBuffer::new(false);
            let mut narrow = Narrow {
                room: 9,
                calls: 9,
                taken: Vec::new(),
            };
            outgoing.keep(b"ab");
            outgoing.hold(b"cd");
            outgoing.hold(b"e");
            assert_eq!(outgoing.len(), 2);
            assert!(outgoing.drain(&mut TransportRef(&mut narrow)).unwrap());
            assert!(outgoing.is_empty());
            outgoing.release();
            assert!(!outgoing.drain(&mut TransportRef(&mut narrow)).unwrap());
            match further {
                b"" => outgoing.send_held(),
                _ => outgoing
                    .send(&mut TransportRef(&mut narrow), further)
                    .unwrap(),
            }
            assert_eq!(outgoing.len(), 3 + further.len());
            assert!(outgoing.drain(&mut TransportRef(&mut narrow)).unwrap());
            assert_eq!(narrow.taken, [b"ab", &[b"cde", further].concat()[..]]);
        }
    }

    #[test]
    fn datagrams_keep_their_boundaries() {
        let mut outgoing = SendBuffer::new(true);
        let mut narrow = Narrow {
            room: 9,
            calls: 1,
            taken: Vec::new(),
        };
        for datagram in [&b"one"[..], b"three", b"2"] {
            outgoing.keep(datagram);
        }
        outgoing.drain(&mut TransportRef(&mut narrow)).unwrap();
        narrow.calls = 9;
        outgoing.drain(&mut TransportRef(&mut narrow)).unwrap();
        assert_eq!(narrow.taken, [&b"one"[..], b"three", b"2"]);
        assert!(outgoing.is_empty());
    }

    #[test]
    fn bug_class_19_datagrams_that_nobody_takes_do_not_fill_the_memory() {
        let mut outgoing = SendBuffer::new(true);
        for _ in 0..1000 {
            outgoing.keep(&[0; 1024]);
        }
        assert_eq!(outgoing.len(), DATAGRAM_BYTES);
        // Sent datagrams free their space.
        let mut narrow = Narrow {
            room: 2000,
            calls: 2,
            taken: Vec::new(),
        };
        assert!(outgoing.drain(&mut TransportRef(&mut narrow)).unwrap());
        for _ in 0..3 {
            outgoing.keep(&[0; 1024]);
        }
        assert_eq!(outgoing.len(), DATAGRAM_BYTES);
    }
}
