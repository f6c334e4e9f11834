//! The memory into which a transport receives.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd};

use crate::transport::invalid_length;

/// The memory into which [`Transport::receive_into`](crate::Transport::receive_into) receives. It may be uninitialized,
/// so that a transport can only append to it.
///
/// ```
/// use std::collections::VecDeque;
/// use std::io;
/// use gnutls::transport::ReceiveBuffer;
///
/// /// A transport that has already received bytes.
/// struct Received(VecDeque<u8>);
///
/// impl gnutls::Transport for Received {
///     fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
///         Ok(bytes.len())
///     }
///     fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
///         io::Read::read(&mut self.0, buffer)
///     }
///     fn receive_into(&mut self, buffer: &mut ReceiveBuffer<'_>) -> io::Result<()> {
///         let length = buffer.append(self.0.as_slices().0);
///         self.0.drain(..length);
///         Ok(())
///     }
/// }
/// ```
#[derive(Debug)]
pub struct ReceiveBuffer<'a> {
    memory: &'a mut [MaybeUninit<u8>],
    /// The number of bytes at the beginning of the memory that are initialized: those that have been received.
    filled: usize,
}

impl<'a> ReceiveBuffer<'a> {
    #[inline]
    pub(crate) fn new(memory: &'a mut [MaybeUninit<u8>]) -> Self {
        Self { memory, filled: 0 }
    }

    /// Returns the number of bytes that can be appended.
    #[inline]
    pub fn remaining(&self) -> usize {
        self.memory.len() - self.filled
    }

    /// Appends as many bytes as the buffer has room for, and returns their number. In a datagram session the rest is
    /// lost, like that of a datagram that is longer than its buffer.
    #[inline]
    pub fn append(&mut self, bytes: &[u8]) -> usize {
        let length = bytes.len().min(self.remaining());
        // SAFETY: both ranges have `length` bytes, and do not overlap, because `memory` is borrowed exclusively. Any
        // byte is a valid `MaybeUninit<u8>`.
        unsafe {
            let end = self.memory.as_mut_ptr().add(self.filled).cast::<u8>();
            end.copy_from_nonoverlapping(bytes.as_ptr(), length);
        }
        self.filled += length;
        length
    }

    /// Appends bytes, or one datagram, from a socket. Returns their number, which is 0 at the end of the stream. It
    /// blocks unless the socket is non-blocking.
    pub fn append_from(&mut self, socket: impl AsFd) -> io::Result<usize> {
        let room = &mut self.memory[self.filled..];
        // SAFETY: the descriptor is open while it is borrowed, and the system writes at most the length of `room`, which
        // need not be initialized.
        let length = unsafe {
            let descriptor = socket.as_fd().as_raw_fd();
            libc::recv(descriptor, room.as_mut_ptr().cast(), room.len(), 0)
        };
        // A negative length is an error.
        let length = usize::try_from(length).map_err(|_| io::Error::last_os_error())?;
        self.filled += length;
        Ok(length)
    }

    /// Appends what `receive` writes to the cleared rest of the buffer. It returns the number of bytes.
    pub(crate) fn append_with(
        &mut self,
        receive: impl FnOnce(&mut [u8]) -> io::Result<usize>,
    ) -> io::Result<()> {
        let room = &mut self.memory[self.filled..];
        // SAFETY: the pointer and the length are those of `room`, all of whose bytes are initialized afterwards. Unlike
        // `fill`, `write_bytes` is one call of `memset` in programs that are not optimized, too.
        let room = unsafe {
            room.as_mut_ptr().write_bytes(0, room.len());
            &mut *(&raw mut *room as *mut [u8])
        };
        let length = receive(room)?;
        if length > room.len() {
            return Err(invalid_length("received"));
        }
        self.filled += length;
        Ok(())
    }

    /// Returns the number of received bytes.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.filled
    }

    /// Returns the received bytes.
    #[inline]
    pub(crate) fn filled(&mut self) -> &mut [u8] {
        let filled = &mut self.memory[..self.filled];
        // SAFETY: the bytes at the beginning are initialized, since only initialized bytes have been appended.
        unsafe { &mut *(&raw mut *filled as *mut [u8]) }
    }

    /// Keeps only the first `length` bytes.
    pub(crate) fn truncate(&mut self, length: usize) {
        self.filled = self.filled.min(length);
    }
}

/// Memory that is initialized.
impl<'a> From<&'a mut [u8]> for ReceiveBuffer<'a> {
    fn from(memory: &'a mut [u8]) -> Self {
        // SAFETY: the types have the same layout, and the buffer writes only initialized bytes to its memory.
        Self::new(unsafe { &mut *(&raw mut *memory as *mut [MaybeUninit<u8>]) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_appended_bytes_are_filled() {
        let mut memory = [MaybeUninit::uninit(); 6];
        let mut buffer = ReceiveBuffer::new(&mut memory);
        assert!(buffer.filled().is_empty());
        assert_eq!(buffer.append(b"abc"), 3);
        assert_eq!(buffer.remaining(), 3);
        assert_eq!(buffer.append(b"defgh"), 3, "the rest has no room");
        assert_eq!(buffer.append(b"i"), 0);
        assert_eq!(buffer.filled(), b"abcdef");
        buffer.truncate(2);
        assert_eq!(buffer.filled(), b"ab");
    }

    #[test]
    fn bug_class_10_a_length_beyond_the_cleared_memory_is_not_believed() {
        let mut memory = [MaybeUninit::uninit(); 4];
        let mut buffer = ReceiveBuffer::new(&mut memory);
        let cleared = buffer.append_with(|room| {
            assert_eq!(room, [0; 4]);
            room[0] = 1;
            Ok(1)
        });
        assert!(cleared.is_ok());
        let error = buffer.append_with(|room| Ok(room.len() + 1)).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        assert_eq!(buffer.filled(), [1]);
    }
}
