//! A transport in memory: two ends that never block the thread, for tests and for protocols that carry TLS inside.

use std::collections::VecDeque;
use std::io;
use std::io::{Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One end of a transport in memory.
///
/// It does not block: without anything to read it returns [`io::ErrorKind::WouldBlock`], so that a program can take turns
/// between its two sides in one thread. The end of a stream is read once the other end has been dropped.
///
/// ```
/// use std::io::{Read, Write};
///
/// let (mut one, mut other) = gnutls::MemoryTransport::stream();
/// one.write_all(b"hello")?;
/// let mut buffer = [0; 16];
/// assert_eq!(other.read(&mut buffer)?, 5);
/// assert_eq!(other.read(&mut buffer).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct MemoryTransport {
    incoming: Arc<Mutex<Direction>>,
    outgoing: Arc<Mutex<Direction>>,
    datagram: bool,
    /// The most bytes that one call moves, after which the next call blocks.
    limit: Option<usize>,
    read_blocks: bool,
    write_blocks: bool,
    /// What was written, where it is recorded.
    record: Option<Vec<Vec<u8>>>,
}

/// What one end has written and the other not yet read.
#[derive(Debug, Default)]
struct Direction {
    chunks: VecDeque<Vec<u8>>,
    /// How many bytes of the first chunk are gone.
    offset: usize,
    /// The number of bytes that the direction holds at most.
    capacity: Option<usize>,
    length: usize,
    closed: bool,
}

impl MemoryTransport {
    /// Two ends of a stream of bytes.
    pub fn stream() -> (Self, Self) {
        Self::pair(false)
    }

    /// Two ends that carry datagrams: each write is one, each read gives one, and what has no room in the buffer is lost.
    pub fn datagram() -> (Self, Self) {
        Self::pair(true)
    }

    fn pair(datagram: bool) -> (Self, Self) {
        let there = Arc::new(Mutex::new(Direction::default()));
        let back = Arc::new(Mutex::new(Direction::default()));
        let end = |incoming: &Arc<_>, outgoing: &Arc<_>| Self {
            incoming: Arc::clone(incoming),
            outgoing: Arc::clone(outgoing),
            datagram,
            limit: None,
            read_blocks: false,
            write_blocks: false,
            record: None,
        };
        (end(&back, &there), end(&there, &back))
    }

    /// Moves at most `limit` bytes a call (a datagram still goes as a whole), and blocks once after each call that moved
    /// some. A limit of 1 is the hardest test for a program that has to get along with non-blocking I/O.
    pub fn set_limit(&mut self, limit: Option<usize>) {
        self.limit = limit;
        (self.read_blocks, self.write_blocks) = (false, false);
    }

    /// Blocks writing while `capacity` bytes are waiting to be read by the other end. A datagram is taken as long as there
    /// is any room. 0 stops the transport.
    pub fn set_capacity(&mut self, capacity: Option<usize>) {
        lock(&self.outgoing).capacity = capacity;
    }

    /// Begins to record what is written to this end, or stops and forgets it.
    pub fn set_record(&mut self, record: bool) {
        self.record = record.then(Vec::new);
    }

    /// What was written to this end since it is recorded, or since the last call: an entry for each write, and so for each
    /// datagram.
    pub fn take_record(&mut self) -> Vec<Vec<u8>> {
        self.record.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// How many bytes are there to be read from this end.
    pub fn available(&self) -> usize {
        lock(&self.incoming).length
    }

    /// Loses the next chunk that this end would read: a datagram, or what was written at once. Returns its length.
    pub fn lose(&mut self) -> Option<usize> {
        let mut incoming = lock(&self.incoming);
        let length = incoming.chunks.pop_front()?.len() - std::mem::take(&mut incoming.offset);
        incoming.length -= length;
        Some(length)
    }
}

/// The lock, also after a panic: no code that can panic runs while it is held.
fn lock(direction: &Mutex<Direction>) -> MutexGuard<'_, Direction> {
    direction.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether this call is the one that blocks after a call that moved bytes.
fn blocks(limit: Option<usize>, flag: &mut bool) -> bool {
    limit.is_some() && std::mem::take(flag)
}

impl Read for MemoryTransport {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if blocks(self.limit, &mut self.read_blocks) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let mut incoming = lock(&self.incoming);
        let Some(chunk) = incoming.chunks.front() else {
            // Datagrams have no end that could be seen.
            return if incoming.closed && !self.datagram {
                Ok(0)
            } else {
                Err(io::ErrorKind::WouldBlock.into())
            };
        };
        let left = &chunk[incoming.offset..];
        let limit = if self.datagram { None } else { self.limit };
        let length = left
            .len()
            .min(buffer.len())
            .min(limit.unwrap_or(usize::MAX));
        buffer[..length].copy_from_slice(&left[..length]);
        let gone = if self.datagram { left.len() } else { length };
        if gone == left.len() {
            incoming.chunks.pop_front();
            incoming.offset = 0;
        } else {
            incoming.offset += gone;
        }
        incoming.length -= gone;
        self.read_blocks = length > 0;
        Ok(length)
    }
}

impl Write for MemoryTransport {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if blocks(self.limit, &mut self.write_blocks) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let mut outgoing = lock(&self.outgoing);
        if outgoing.closed {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let room = outgoing.capacity.map_or(usize::MAX, |capacity| {
            capacity.saturating_sub(outgoing.length)
        });
        if room == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let length = if self.datagram {
            bytes.len()
        } else {
            bytes.len().min(room).min(self.limit.unwrap_or(usize::MAX))
        };
        if length == 0 && !self.datagram {
            return Ok(0);
        }
        let chunk = bytes[..length].to_vec();
        if let Some(record) = &mut self.record {
            record.push(chunk.clone());
        }
        outgoing.length += length;
        outgoing.chunks.push_back(chunk);
        self.write_blocks = true;
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for MemoryTransport {
    fn drop(&mut self) {
        lock(&self.outgoing).closed = true;
        lock(&self.incoming).closed = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn would_block(result: io::Result<usize>) -> bool {
        result.is_err_and(|error| error.kind() == io::ErrorKind::WouldBlock)
    }

    #[test]
    fn a_limit_moves_one_byte_and_then_blocks() {
        let (mut one, mut other) = MemoryTransport::stream();
        one.set_limit(Some(1));
        other.set_limit(Some(1));
        assert_eq!(one.write(b"ab").unwrap(), 1);
        assert!(would_block(one.write(b"b")));
        assert_eq!(one.write(b"b").unwrap(), 1);
        let mut buffer = [0; 4];
        assert_eq!(other.read(&mut buffer).unwrap(), 1);
        assert!(would_block(other.read(&mut buffer)));
        assert_eq!(other.read(&mut buffer).unwrap(), 1);
        assert_eq!(other.available(), 0);
    }

    #[test]
    fn a_datagram_is_read_as_a_whole() {
        let (mut one, mut other) = MemoryTransport::datagram();
        one.set_record(true);
        one.write_all(b"first").unwrap();
        one.write_all(b"second").unwrap();
        one.write_all(b"third").unwrap();
        let mut buffer = [0; 4];
        assert_eq!(other.read(&mut buffer).unwrap(), 4);
        assert_eq!(other.lose(), Some(6));
        assert_eq!(other.read(&mut buffer).unwrap(), 4);
        assert_eq!(&buffer, b"thir");
        assert_eq!(one.take_record(), [&b"first"[..], b"second", b"third"]);
        drop(one);
        assert!(would_block(other.read(&mut buffer)));
    }

    #[test]
    fn a_full_direction_blocks_and_a_dropped_end_is_the_end() {
        let (mut one, mut other) = MemoryTransport::stream();
        one.set_capacity(Some(3));
        assert_eq!(one.write(b"abcd").unwrap(), 3);
        assert!(would_block(one.write(b"d")));
        let mut buffer = [0; 4];
        assert_eq!(other.read(&mut buffer).unwrap(), 3);
        assert_eq!(one.write(b"d").unwrap(), 1);
        drop(one);
        assert_eq!(other.read(&mut buffer).unwrap(), 1);
        assert_eq!(other.read(&mut buffer).unwrap(), 0);
        assert_eq!(
            other.write(b"x").unwrap_err().kind(),
            io::ErrorKind::BrokenPipe
        );
    }
}
