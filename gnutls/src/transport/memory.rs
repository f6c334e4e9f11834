//! A transport in memory, for tests and for protocols that carry TLS messages.

use std::collections::VecDeque;
use std::io;
use std::io::{Read, Write};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// One end of a transport in memory.
///
/// It never blocks the thread: if there is nothing to read it returns [`io::ErrorKind::WouldBlock`], so that one thread
/// can run both sides alternately. A read returns 0 once the other end has been dropped.
///
/// ```
/// use std::io::{Read, Write};
///
/// let (mut client_io, mut server_io) = gnutls::transport::MemoryTransport::stream();
/// client_io.write_all(b"hello")?;
/// let mut buffer = [0; 16];
/// assert_eq!(server_io.read(&mut buffer)?, 5);
/// assert_eq!(server_io.read(&mut buffer).unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct MemoryTransport {
    incoming: Arc<Mutex<Direction>>,
    outgoing: Arc<Mutex<Direction>>,
    datagram: bool,
    /// The maximum number of bytes per call, after which the next call blocks.
    limit: Option<usize>,
    read_blocks: bool,
    write_blocks: bool,
    /// The recorded writes, if recording is enabled.
    record: Option<Vec<Vec<u8>>>,
}

/// The data that one end has written and the other has not read yet.
#[derive(Debug, Default)]
struct Direction {
    chunks: VecDeque<Vec<u8>>,
    /// The number of bytes of the first chunk that have been read.
    offset: usize,
    /// The maximum number of bytes in this direction.
    capacity: Option<usize>,
    length: usize,
    closed: bool,
}

impl MemoryTransport {
    /// Creates two connected ends that carry a stream of bytes.
    pub fn stream() -> (Self, Self) {
        Self::pair(false)
    }

    /// Creates two connected ends that carry datagrams. A write sends one, a read receives one, and the part that
    /// exceeds the buffer is lost.
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

    /// Limits a call to `limit` bytes, except for datagrams, which are never split. After a call that has transferred
    /// bytes, the next one blocks. A limit of 1 is the hardest test of a program with non-blocking I/O. A limit of 0
    /// blocks all calls.
    pub fn set_limit(&mut self, limit: Option<usize>) {
        self.limit = limit;
        (self.read_blocks, self.write_blocks) = (false, false);
    }

    /// Blocks writing while the other end has `capacity` unread bytes. A datagram is accepted while any space is left.
    /// A capacity of 0 blocks all writes.
    pub fn set_capacity(&mut self, capacity: Option<usize>) {
        lock(&self.outgoing).capacity = capacity;
    }

    /// Enables recording of the data that is written to this end, or disables it and discards the record.
    pub fn set_record(&mut self, record: bool) {
        self.record = record.then(Vec::new);
    }

    /// Returns the writes to this end since the last call or since recording was enabled, with one entry per write, and
    /// therefore per datagram.
    pub fn take_record(&mut self) -> Vec<Vec<u8>> {
        self.record.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Returns the number of bytes that can be read from this end.
    pub fn available(&self) -> usize {
        lock(&self.incoming).length
    }

    /// Discards the next chunk that this end would read, which is a datagram or the data of one write. Returns its
    /// length.
    pub fn lose(&mut self) -> Option<usize> {
        let mut incoming = lock(&self.incoming);
        let length = incoming.chunks.pop_front()?.len() - std::mem::take(&mut incoming.offset);
        incoming.length -= length;
        Some(length)
    }
}

/// Locks a direction. A poisoned lock is valid, because no code that can panic runs while it is held.
fn lock(direction: &Mutex<Direction>) -> MutexGuard<'_, Direction> {
    direction.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns `true` if this call must block: the last one has transferred bytes, or the limit permits none.
fn blocks(limit: Option<usize>, flag: &mut bool) -> bool {
    limit.is_some() && std::mem::take(flag) || limit == Some(0)
}

impl Read for MemoryTransport {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if blocks(self.limit, &mut self.read_blocks) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let mut incoming = lock(&self.incoming);
        let Some(chunk) = incoming.chunks.front() else {
            // A datagram transport has no end of stream.
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
        let (mut client, mut server) = MemoryTransport::stream();
        client.set_limit(Some(1));
        server.set_limit(Some(1));
        assert_eq!(client.write(b"ab").unwrap(), 1);
        assert!(would_block(client.write(b"b")));
        assert_eq!(client.write(b"b").unwrap(), 1);
        let mut buffer = [0; 4];
        assert_eq!(server.read(&mut buffer).unwrap(), 1);
        assert!(would_block(server.read(&mut buffer)));
        assert_eq!(server.read(&mut buffer).unwrap(), 1);
        assert_eq!(server.available(), 0);
    }

    #[test]
    fn a_limit_of_0_blocks() {
        for (mut client, mut server) in [MemoryTransport::stream(), MemoryTransport::datagram()] {
            client.write_all(b"ab").unwrap();
            client.set_limit(Some(0));
            server.set_limit(Some(0));
            let mut buffer = [0; 4];
            for _ in 0..2 {
                assert!(would_block(client.write(b"c")));
                assert!(would_block(server.read(&mut buffer)));
            }
            server.set_limit(None);
            assert_eq!(server.read(&mut buffer).unwrap(), 2);
        }
    }

    #[test]
    fn a_datagram_is_read_as_a_whole() {
        let (mut client, mut server) = MemoryTransport::datagram();
        client.set_record(true);
        client.write_all(b"first").unwrap();
        client.write_all(b"second").unwrap();
        client.write_all(b"third").unwrap();
        let mut buffer = [0; 4];
        assert_eq!(server.read(&mut buffer).unwrap(), 4);
        assert_eq!(server.lose(), Some(6));
        assert_eq!(server.read(&mut buffer).unwrap(), 4);
        assert_eq!(&buffer, b"thir");
        assert_eq!(client.take_record(), [&b"first"[..], b"second", b"third"]);
        drop(client);
        assert!(would_block(server.read(&mut buffer)));
    }

    #[test]
    fn a_full_direction_blocks_and_a_dropped_end_is_the_end() {
        let (mut client, mut server) = MemoryTransport::stream();
        client.set_capacity(Some(3));
        assert_eq!(client.write(b"abcd").unwrap(), 3);
        assert!(would_block(client.write(b"d")));
        let mut buffer = [0; 4];
        assert_eq!(server.read(&mut buffer).unwrap(), 3);
        assert_eq!(client.write(b"d").unwrap(), 1);
        drop(client);
        assert_eq!(server.read(&mut buffer).unwrap(), 1);
        assert_eq!(server.read(&mut buffer).unwrap(), 0);
        assert_eq!(
            server.write(b"x").unwrap_err().kind(),
            io::ErrorKind::BrokenPipe
        );
    }
}
