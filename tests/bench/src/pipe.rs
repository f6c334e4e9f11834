//! A connection in memory for one thread, as cheap as that of the C program.

use std::cell::RefCell;
use std::io::{self, Read, Write};
use std::rc::Rc;

#[derive(Default)]
struct Direction {
    bytes: Vec<u8>,
    start: usize,
    datagram: bool,
}

/// The length in front of a datagram.
const LENGTH: usize = size_of::<usize>();

/// One end of a connection in memory.
pub(crate) struct Pipe {
    incoming: Rc<RefCell<Direction>>,
    outgoing: Rc<RefCell<Direction>>,
}

/// Creates both ends of a connection, which keeps the boundaries of datagrams if `datagram`.
pub(crate) fn pair(datagram: bool) -> (Pipe, Pipe) {
    let direction = || {
        Rc::new(RefCell::new(Direction {
            datagram,
            ..Direction::default()
        }))
    };
    let (up, down) = (direction(), direction());
    let client = Pipe {
        incoming: Rc::clone(&down),
        outgoing: Rc::clone(&up),
    };
    let server = Pipe {
        incoming: up,
        outgoing: down,
    };
    (client, server)
}

impl Pipe {
    /// Passes the available bytes, or one datagram, to a closure that returns how many of them it has copied.
    pub(crate) fn receive(&mut self, copy: impl FnOnce(&[u8]) -> usize) -> io::Result<usize> {
        let mut incoming = self.incoming.borrow_mut();
        let mut available = &incoming.bytes[incoming.start..];
        if available.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let mut consumed = 0;
        if incoming.datagram {
            let (length, rest) = available.split_first_chunk().expect("a length precedes");
            let length = usize::from_ne_bytes(*length);
            available = &rest[..length];
            consumed = LENGTH + length;
        }
        let length = copy(available);
        incoming.start += consumed.max(length);
        if incoming.start == incoming.bytes.len() {
            incoming.bytes.clear();
            incoming.start = 0;
        }
        Ok(length)
    }
}

impl Read for Pipe {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.receive(|bytes| {
            let length = bytes.len().min(buffer.len());
            buffer[..length].copy_from_slice(&bytes[..length]);
            length
        })
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut outgoing = self.outgoing.borrow_mut();
        if outgoing.datagram {
            outgoing.bytes.extend_from_slice(&bytes.len().to_ne_bytes());
        }
        outgoing.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
