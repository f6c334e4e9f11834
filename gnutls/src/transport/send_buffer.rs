//! What the transport would not take yet: bytes of a stream, or whole datagrams.

use std::collections::VecDeque;
use std::io;
use std::task::Poll;

use crate::transport;
use crate::transport::Transport;

/// Keeps what the transport refused, in order, in one buffer that is used again and again.
///
/// GnuTLS is told that these bytes are written. Its own way, to return `GNUTLS_E_AGAIN` and be called again, sends the
/// wrong record if another function is called in between.
pub(crate) struct SendBuffer {
    bytes: Vec<u8>,
    /// How many of `bytes` have gone.
    sent: usize,
    /// The lengths of the datagrams that are left; `None` for a stream.
    datagrams: Option<VecDeque<usize>>,
}

/// As many bytes of datagrams are kept; what is beyond is dropped, as a network may do. A peer that makes a session send
/// its handshake again and again cannot fill the memory.
const DATAGRAM_BYTES: usize = 256 * 1024;

impl SendBuffer {
    pub(crate) fn new(datagram: bool) -> Self {
        Self {
            bytes: Vec::new(),
            sent: 0,
            datagrams: datagram.then(VecDeque::new),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.sent == self.bytes.len()
    }

    /// How many bytes the transport would not take yet.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() - self.sent
    }

    /// Keeps `bytes` behind what is there. For datagrams, `bytes` is one.
    pub(crate) fn keep(&mut self, bytes: &[u8]) {
        if let Some(datagrams) = &mut self.datagrams {
            if self.bytes.len() - self.sent + bytes.len() > DATAGRAM_BYTES {
                return;
            }
            datagrams.push_back(bytes.len());
        }
        // What has gone takes no room while a slow peer keeps the rest from going.
        if self.sent > self.bytes.len() / 2 {
            self.bytes.drain(..self.sent);
            self.sent = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Sends what is kept, until the transport blocks or all has gone. Returns whether anything went.
    pub(crate) fn drain<T: Transport + ?Sized>(&mut self, transport: &mut T) -> io::Result<bool> {
        let mut moved = false;
        while !self.is_empty() {
            let left = &self.bytes[self.sent..];
            let datagram = self
                .datagrams
                .as_ref()
                .and_then(|datagrams| datagrams.front().copied());
            match transport::send(transport, &left[..datagram.unwrap_or(left.len())])? {
                Poll::Ready(length) => {
                    moved = true;
                    // A datagram goes as a whole, whatever length the transport reports.
                    self.sent += datagram.unwrap_or(length);
                    if let Some(datagrams) = &mut self.datagrams {
                        datagrams.pop_front();
                    }
                }
                Poll::Pending => return Ok(moved),
            }
        }
        self.bytes.clear();
        self.sent = 0;
        Ok(moved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes `room` bytes a call, `calls` times, and then blocks.
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
            unreachable!("nothing is received here")
        }
    }

    #[test]
    fn what_has_gone_takes_no_room_though_the_rest_stays() {
        let mut outgoing = SendBuffer::new(false);
        outgoing.keep(&[0; 1000]);
        for _ in 0..1000 {
            let mut narrow = Narrow {
                room: 1000,
                calls: 1,
                taken: Vec::new(),
            };
            outgoing.keep(&[0; 1000]);
            outgoing.drain(&mut narrow).unwrap();
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
        assert!(outgoing.drain(&mut narrow).unwrap());
        assert_eq!(outgoing.len(), 1);
        outgoing.keep(b"de");
        assert!(!outgoing.drain(&mut narrow).unwrap());
        narrow.calls = 9;
        assert!(outgoing.drain(&mut narrow).unwrap());
        assert!(outgoing.is_empty());
        assert_eq!(narrow.taken.concat(), b"abcde");
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
        outgoing.drain(&mut narrow).unwrap();
        narrow.calls = 9;
        outgoing.drain(&mut narrow).unwrap();
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
        // What has gone makes room.
        let mut narrow = Narrow {
            room: 2000,
            calls: 2,
            taken: Vec::new(),
        };
        assert!(outgoing.drain(&mut narrow).unwrap());
        for _ in 0..3 {
            outgoing.keep(&[0; 1024]);
        }
        assert_eq!(outgoing.len(), DATAGRAM_BYTES);
    }
}
