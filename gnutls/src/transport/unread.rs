//! Bytes of a stream that have been received before they are needed.

use std::io;

use crate::transport::receive_buffer::ReceiveBuffer;
use crate::transport::{self, Transport};

/// The number of bytes that are received at once: two records.
const CAPACITY: usize = 32 * 1024;

/// The bytes that have been received and not been used, in order. Without any it uses no memory.
#[derive(Default)]
pub(crate) struct Unread {
    bytes: Vec<u8>,
    /// The number of `bytes` that have been used.
    used: usize,
}

impl Unread {
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() - self.used
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Moves bytes into a buffer, and returns their number.
    pub(crate) fn read(&mut self, buffer: &mut ReceiveBuffer<'_>) -> usize {
        let length = buffer.append(&self.bytes[self.used..]);
        self.used += length;
        if self.is_empty() {
            *self = Self::default();
        }
        length
    }

    /// Removes all bytes.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        let mut taken = std::mem::take(self);
        taken.bytes.drain(..taken.used);
        taken.bytes
    }

    /// Moves unread bytes into a buffer, or receives. A transport that permits it is received from ahead.
    #[inline]
    pub(crate) fn receive<T: Transport + ?Sized>(
        &mut self,
        transport: &mut T,
        buffer: &mut ReceiveBuffer<'_>,
    ) -> io::Result<usize> {
        if self.is_empty() && (!transport.receives_ahead() || buffer.remaining() >= CAPACITY) {
            return transport::receive_into(transport, buffer);
        }
        self.receive_ahead(transport, buffer)
    }

    fn receive_ahead<T: Transport + ?Sized>(
        &mut self,
        transport: &mut T,
        buffer: &mut ReceiveBuffer<'_>,
    ) -> io::Result<usize> {
        if self.is_empty() {
            let mut bytes = Vec::with_capacity(CAPACITY);
            let mut ahead = ReceiveBuffer::new(bytes.spare_capacity_mut());
            let length = transport::receive_into(transport, &mut ahead)?;
            // SAFETY: the buffer has initialized this many bytes of the spare capacity.
            unsafe { bytes.set_len(length) };
            self.bytes = bytes;
        }
        Ok(self.read(buffer))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::mem::MaybeUninit;

    use super::*;

    /// Returns the parts of a stream, and then blocks.
    struct Parts {
        parts: VecDeque<Vec<u8>>,
        ahead: bool,
        receives: usize,
    }

    impl Transport for Parts {
        fn send(&mut self, _: &[u8]) -> io::Result<usize> {
            unreachable!("the test sends nothing")
        }

        fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.receives += 1;
            let part = self.parts.front_mut();
            let part = part.ok_or(io::ErrorKind::WouldBlock)?;
            let length = part.len().min(buffer.len());
            buffer[..length].copy_from_slice(&part[..length]);
            part.drain(..length);
            if part.is_empty() {
                self.parts.pop_front();
            }
            Ok(length)
        }

        fn receives_ahead(&self) -> bool {
            self.ahead
        }
    }

    fn parts(ahead: bool) -> Parts {
        Parts {
            parts: [vec![1; 10], vec![2; 50_000], vec![3; 10]].into(),
            ahead,
            receives: 0,
        }
    }

    /// Receives until the transport blocks, in pieces of a size.
    fn receive_all(transport: &mut Parts, size: usize) -> Vec<u8> {
        let mut unread = Unread::default();
        let mut all = Vec::new();
        let mut memory = vec![MaybeUninit::uninit(); size];
        loop {
            let mut buffer = ReceiveBuffer::new(&mut memory);
            let received = unread.receive(transport, &mut buffer);
            match received {
                Ok(length) => {
                    assert_eq!(length, buffer.filled().len());
                    all.extend_from_slice(buffer.filled());
                }
                Err(error) => {
                    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
                    break;
                }
            }
        }
        assert_eq!(unread.bytes.capacity(), 0, "no memory is used when idle");
        all
    }

    #[test]
    fn bytes_are_received_ahead_in_order() {
        let expected = Vec::from(parts(true).parts).concat();
        for size in [1, 5, 10, 4096, CAPACITY, 100_000] {
            let mut transport = parts(true);
            assert!(receive_all(&mut transport, size) == expected, "{size}");
            // The parts, the second of which exceeds the capacity, and the end.
            let receives = if size == 100_000 { 4 } else { 5 };
            assert_eq!(transport.receives, receives, "{size}");
        }
        let mut transport = parts(false);
        assert!(receive_all(&mut transport, 10_000) == expected);
        assert_eq!(transport.receives, 1 + 5 + 1 + 1, "not ahead");
    }

    #[test]
    fn unread_bytes_can_be_taken() {
        let mut unread = Unread::default();
        let mut memory = [0; 4];
        let mut buffer = ReceiveBuffer::from(&mut memory[..]);
        let received = unread.receive(&mut parts(true), &mut buffer);
        assert!(matches!(received, Ok(4)));
        assert_eq!(unread.len(), 6);
        assert_eq!(unread.take(), [1; 6]);
        assert!(unread.is_empty());
    }
}
