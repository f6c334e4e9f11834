//! The connection in memory between two sessions, which injects one fault. The safe crate and C use the same one.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ffi::{c_int, c_void};
use std::io;
use std::rc::Rc;
use std::slice;

use gnutls::{Side, Transport};

/// The calls of a transport that one turn of a session may make: more is a busy loop.
const CALLS: usize = 20_000;

/// A fault in one direction. Positions are those of bytes in the stream, or numbers of datagrams, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// Sending blocks once at this byte.
    SendBlocks(usize),
    /// Receiving blocks once at this byte.
    ReceiveBlocks(usize),
    /// Each call sends one byte. If `true`, every second call blocks.
    SmallSends(bool),
    /// Each call receives one byte. If `true`, every second call blocks.
    SmallReceives(bool),
    /// The stream ends at this byte.
    End(usize),
    /// All bits of this byte are inverted.
    Modify(usize),
    /// The lowest bit of this byte is inverted.
    Flip(usize),
    /// This byte is lost.
    Drop(usize),
    /// This byte arrives twice.
    Duplicate(usize),
    /// A byte of this value arrives before this byte.
    Insert(usize, u8),
    /// Sending is interrupted once at this byte.
    SendInterrupted(usize),
    /// Sending fails with this error number from this byte on. The connection ends then in both directions.
    SendFails(usize, c_int),
    /// Receiving fails with this error number once at this byte.
    ReceiveFails(usize, c_int),
    /// The call that sends this byte returns a length that exceeds the buffer. The connection ends then.
    SendsTooMuch(usize),
    /// The call that receives this byte returns a length that exceeds the buffer.
    ReceivesTooMuch(usize),
    /// The call that sends this byte panics.
    SendPanics(usize),
    /// The call that receives this byte panics.
    ReceivePanics(usize),
    /// The first call of `flush_buffer` after this byte panics.
    FlushPanics(usize),
    /// All bits of a byte of a datagram are inverted.
    ModifyDatagram(usize, usize),
    /// Only the first bytes of a datagram arrive.
    TruncateDatagram(usize, usize),
    /// A datagram is lost.
    LoseDatagram(usize),
    /// A datagram arrives twice.
    RepeatDatagram(usize),
    /// A datagram arrives after the following one.
    DelayDatagram(usize),
    /// A datagram arrives again after this many others.
    ReplayDatagram(usize, usize),
    /// Sending a datagram fails once with this error number.
    SendDatagramFails(usize, c_int),
    /// Receiving blocks once before a datagram.
    ReceiveDatagramBlocks(usize),
    /// An empty datagram arrives before a datagram.
    EmptyDatagram(usize),
    /// Receiving a datagram fails once with this error number, before it arrives.
    ReceiveDatagramFails(usize, c_int),
}

/// One direction of a connection.
struct Direction {
    fault: Fault,
    /// The fault has happened, if it happens once.
    spent: bool,
    /// Every second call blocks, and the next one does.
    blocks: bool,
    waiting: VecDeque<Vec<u8>>,
    /// The bytes or datagrams that were sent.
    sent: usize,
    /// The bytes or datagrams that were received.
    received: usize,
    /// The lengths of the calls that sent something.
    lengths: Vec<usize>,
    ended: bool,
    delayed: Option<Vec<u8>>,
    replayed: Option<Vec<u8>>,
}

/// A connection.
pub(crate) struct Wire {
    datagram: bool,
    to_client: Direction,
    to_server: Direction,
    /// Grows whenever anything happens.
    progress: usize,
    calls: usize,
    busy: bool,
}

/// One end of a connection.
#[derive(Clone)]
pub(crate) struct End {
    wire: Rc<RefCell<Wire>>,
    side: Side,
}

impl Direction {
    fn new(fault: Fault) -> Self {
        Self {
            fault,
            spent: false,
            blocks: false,
            waiting: VecDeque::new(),
            sent: 0,
            received: 0,
            lengths: Vec::new(),
            ended: false,
            delayed: None,
            replayed: None,
        }
    }

    fn once(&mut self) -> bool {
        !std::mem::replace(&mut self.spent, true)
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut length = bytes.len();
        let start = self.sent;
        // The number of bytes before a position that these bytes contain.
        let end = start + length;
        let before = move |at: usize| (start <= at && at < end).then(|| at - start);
        let fault = self.fault;
        match fault {
            Fault::SendBlocks(at) => match before(at) {
                Some(0) if self.once() => return Err(io::ErrorKind::WouldBlock.into()),
                Some(first @ 1..) => length = first,
                _ => {}
            },
            Fault::SmallSends(blocks) => {
                self.blocks = blocks && !self.blocks;
                if self.blocks {
                    return Err(io::ErrorKind::WouldBlock.into());
                }
                length = 1;
            }
            Fault::SendInterrupted(at) => match before(at) {
                Some(0) if self.once() => return Err(io::ErrorKind::Interrupted.into()),
                Some(first @ 1..) => length = first,
                _ => {}
            },
            Fault::SendFails(at, number) => match before(at) {
                Some(0) => {
                    self.spent = true;
                    self.ended = true;
                    return Err(io::Error::from_raw_os_error(number));
                }
                Some(first) => length = first,
                None => {}
            },
            Fault::SendsTooMuch(at) if before(at).is_some() => {
                self.ended = true;
                return Ok(length + 1);
            }
            Fault::SendPanics(at) if before(at).is_some() && self.once() => {
                panic!("{INJECTED}")
            }
            _ => {}
        }
        self.sent += length;
        self.lengths.push(length);
        let mut bytes = bytes[..length].to_vec();
        let fault = self.fault;
        match fault {
            Fault::Modify(at) | Fault::Flip(at) if (start..self.sent).contains(&at) => {
                bytes[at - start] ^= if matches!(self.fault, Fault::Flip(_)) {
                    1
                } else {
                    0xff
                };
            }
            Fault::Drop(at) if (start..self.sent).contains(&at) => {
                bytes.remove(at - start);
            }
            Fault::Duplicate(at) if (start..self.sent).contains(&at) => {
                bytes.insert(at - start, bytes[at - start]);
            }
            Fault::Insert(at, value) if (start..self.sent).contains(&at) => {
                bytes.insert(at - start, value);
            }
            Fault::End(at) if self.sent >= at => {
                bytes.truncate(at.saturating_sub(start));
                self.ended = true;
            }
            _ => {}
        }
        if !bytes.is_empty() {
            self.waiting.push_back(bytes);
        }
        Ok(length)
    }

    fn send_datagram(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let number = self.sent;
        if let Fault::SendDatagramFails(at, error) = self.fault {
            if at == number && self.once() {
                // After an interruption the datagram is sent again, after any other error it is lost.
                self.sent += usize::from(error != libc::EINTR);
                return Err(io::Error::from_raw_os_error(error));
            }
        }
        self.sent += 1;
        self.lengths.push(bytes.len());
        let mut datagram = bytes.to_vec();
        let fault = self.fault;
        match fault {
            Fault::ModifyDatagram(at, position) if at == number => {
                if let Some(byte) = datagram.get_mut(position) {
                    *byte ^= 0xff;
                }
            }
            Fault::TruncateDatagram(at, length) if at == number => datagram.truncate(length),
            Fault::LoseDatagram(at) if at == number => return Ok(bytes.len()),
            Fault::RepeatDatagram(at) if at == number => self.waiting.push_back(datagram.clone()),
            Fault::DelayDatagram(at) if at == number => {
                self.delayed = Some(datagram);
                return Ok(bytes.len());
            }
            Fault::ReplayDatagram(at, _) if at == number => self.replayed = Some(datagram.clone()),
            Fault::ReplayDatagram(at, distance) if at + distance == number => {
                self.waiting.extend(self.replayed.take());
            }
            _ => {}
        }
        self.waiting.push_back(datagram);
        self.waiting.extend(self.delayed.take());
        Ok(bytes.len())
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.waiting.is_empty() {
            return match self.ended {
                true => Ok(0),
                false => Err(io::ErrorKind::WouldBlock.into()),
            };
        }
        let available: usize = self.waiting.iter().map(Vec::len).sum();
        let mut length = buffer.len().min(available);
        let start = self.received;
        let end = start + length;
        let before = move |at: usize| (start <= at && at < end).then(|| at - start);
        let fault = self.fault;
        match fault {
            Fault::ReceiveBlocks(at) => match before(at) {
                Some(0) if self.once() => return Err(io::ErrorKind::WouldBlock.into()),
                Some(first @ 1..) => length = first,
                _ => {}
            },
            Fault::SmallReceives(blocks) => {
                self.blocks = blocks && !self.blocks;
                if self.blocks {
                    return Err(io::ErrorKind::WouldBlock.into());
                }
                length = 1;
            }
            Fault::ReceiveFails(at, number) => match before(at) {
                Some(0) if self.once() => return Err(io::Error::from_raw_os_error(number)),
                Some(first @ 1..) => length = first,
                _ => {}
            },
            Fault::ReceivesTooMuch(at) if before(at).is_some() => return Ok(buffer.len() + 1),
            Fault::ReceivePanics(at) if before(at).is_some() && self.once() => {
                panic!("{INJECTED}")
            }
            _ => {}
        }
        let mut filled = 0;
        while filled < length {
            let part = self.waiting.front_mut().expect("the bytes are available");
            let count = part.len().min(length - filled);
            buffer[filled..filled + count].copy_from_slice(&part[..count]);
            filled += count;
            part.drain(..count);
            if part.is_empty() {
                self.waiting.pop_front();
            }
        }
        self.received += length;
        Ok(length)
    }

    fn receive_datagram(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let Fault::ReceiveDatagramFails(at, error) = self.fault {
            if at == self.received && !self.waiting.is_empty() && self.once() {
                return Err(io::Error::from_raw_os_error(error));
            }
        }
        let fault = self.fault;
        match fault {
            Fault::ReceiveDatagramBlocks(at)
                if at == self.received && !self.waiting.is_empty() && self.once() =>
            {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            Fault::EmptyDatagram(at)
                if at == self.received && !self.waiting.is_empty() && self.once() =>
            {
                return Ok(0);
            }
            _ => {}
        }
        let Some(datagram) = self.waiting.pop_front() else {
            return Err(io::ErrorKind::WouldBlock.into());
        };
        self.received += 1;
        // As on a socket, the bytes that do not fit are lost.
        let length = datagram.len().min(buffer.len());
        buffer[..length].copy_from_slice(&datagram[..length]);
        Ok(length)
    }
}

/// The message of injected panics.
pub(crate) const INJECTED: &str = "a panic of the gauntlet";

impl Wire {
    /// Returns both ends of a connection, the client's first, with a fault in the direction to a side.
    pub(crate) fn connect(datagram: bool, to: Side, fault: Fault) -> (End, End) {
        let fault_to = |side| if side == to { fault } else { Fault::None };
        let wire = Rc::new(RefCell::new(Wire {
            datagram,
            to_client: Direction::new(fault_to(Side::Client)),
            to_server: Direction::new(fault_to(Side::Server)),
            progress: 0,
            calls: 0,
            busy: false,
        }));
        let end = |side| End {
            wire: Rc::clone(&wire),
            side,
        };
        (end(Side::Client), end(Side::Server))
    }

    fn to(&mut self, side: Side) -> &mut Direction {
        match side {
            Side::Client => &mut self.to_client,
            _ => &mut self.to_server,
        }
    }

    /// Counts a call of a transport. Fails in a busy loop.
    fn count(&mut self) -> io::Result<()> {
        self.calls += 1;
        if self.calls > CALLS {
            self.busy = true;
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(())
    }

    /// Counts what is not the state of a connection at rest.
    fn note(&mut self, to: Side, had_happened: bool, result: &io::Result<usize>) {
        let direction = self.to(to);
        let blocked = matches!(result, Err(error) if error.kind() == io::ErrorKind::WouldBlock);
        let alternates = blocked && direction.blocks;
        if !blocked && !matches!(result, Ok(0)) || alternates || direction.spent != had_happened {
            self.progress += 1;
        }
    }
}

fn other(side: Side) -> Side {
    match side {
        Side::Client => Side::Server,
        _ => Side::Client,
    }
}

impl End {
    /// Returns a number that grows whenever anything happens on the connection.
    pub(crate) fn progress(&self) -> usize {
        self.wire.borrow().progress
    }

    /// Begins a turn of a session, in which it makes a limited number of calls.
    pub(crate) fn begin_turn(&self) {
        self.wire.borrow_mut().calls = 0;
    }

    /// Returns whether a session made too many calls in a turn.
    pub(crate) fn was_busy(&self) -> bool {
        self.wire.borrow().busy
    }

    /// Ends the stream to the peer behind the bytes that were sent.
    pub(crate) fn shut_down(&self) {
        let mut wire = self.wire.borrow_mut();
        wire.progress += 1;
        let peer = other(self.side);
        wire.to(peer).ended = true;
    }

    /// Returns whether nothing can be received any more.
    pub(crate) fn is_at_end(&self) -> bool {
        let mut wire = self.wire.borrow_mut();
        let direction = wire.to(self.side);
        direction.ended && direction.waiting.is_empty()
    }

    /// Returns whether a fault that happens once has happened.
    pub(crate) fn is_spent(&self) -> bool {
        let wire = self.wire.borrow();
        wire.to_client.spent || wire.to_server.spent
    }

    /// Returns the lengths of the sends of this end.
    pub(crate) fn lengths(&self) -> Vec<usize> {
        let peer = other(self.side);
        self.wire.borrow_mut().to(peer).lengths.clone()
    }

    fn send_bytes(&self, bytes: &[u8]) -> io::Result<usize> {
        let wire = &mut *self.wire.borrow_mut();
        wire.count()?;
        let (to, datagram) = (other(self.side), wire.datagram);
        let direction = wire.to(to);
        let spent = direction.spent;
        let result = match datagram {
            true => direction.send_datagram(bytes),
            false => direction.send(bytes),
        };
        wire.note(to, spent, &result);
        let broken = matches!(
            wire.to(to).fault,
            Fault::SendFails(..) | Fault::SendsTooMuch(_)
        );
        if broken && wire.to(to).ended {
            wire.to(self.side).ended = true;
        }
        result
    }

    fn receive_bytes(&self, buffer: &mut [u8]) -> io::Result<usize> {
        let wire = &mut *self.wire.borrow_mut();
        wire.count()?;
        let (to, datagram) = (self.side, wire.datagram);
        let direction = wire.to(to);
        let spent = direction.spent;
        let result = match datagram {
            true => direction.receive_datagram(buffer),
            false => direction.receive(buffer),
        };
        wire.note(to, spent, &result);
        result
    }
}

impl Transport for End {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.send_bytes(bytes)
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.receive_bytes(buffer)
    }

    fn flush_buffer(&mut self) -> io::Result<()> {
        let wire = &mut *self.wire.borrow_mut();
        let direction = wire.to(other(self.side));
        if let Fault::FlushPanics(at) = direction.fault {
            if direction.sent > at && direction.once() {
                panic!("{INJECTED}");
            }
        }
        Ok(())
    }
}

/// Returns the number of an error that C understands.
fn number(error: &io::Error) -> isize {
    let number = error.raw_os_error().unwrap_or(match error.kind() {
        io::ErrorKind::WouldBlock => libc::EAGAIN,
        io::ErrorKind::Interrupted => libc::EINTR,
        _ => libc::EIO,
    });
    -(number as isize)
}

/// The push function of C.
///
/// # Safety
///
/// `end` is a live [`End`], and `size` bytes can be read from `data`.
#[unsafe(no_mangle)]
unsafe extern "C" fn gauntlet_send(end: *const End, data: *const c_void, size: usize) -> isize {
    // SAFETY: by the contract of this function.
    #[expect(clippy::disallowed_methods, reason = "GnuTLS passes no NULL")]
    let (end, bytes) = unsafe { (&*end, slice::from_raw_parts(data.cast(), size)) };
    end.send_bytes(bytes)
        .map_or_else(|error| number(&error), |length| length as isize)
}

/// The pull function of C.
///
/// # Safety
///
/// `end` is a live [`End`], and `size` bytes can be written to `data`.
#[unsafe(no_mangle)]
unsafe extern "C" fn gauntlet_receive(end: *const End, data: *mut c_void, size: usize) -> isize {
    // SAFETY: by the contract of this function. The bytes are initialized first.
    #[expect(clippy::disallowed_methods, reason = "GnuTLS passes no NULL")]
    let (end, bytes) = unsafe {
        data.cast::<u8>().write_bytes(0, size);
        (&*end, slice::from_raw_parts_mut(data.cast(), size))
    };
    end.receive_bytes(bytes)
        .map_or_else(|error| number(&error), |length| length as isize)
}

/// The function of C that returns whether something can be received.
///
/// # Safety
///
/// `end` is a live [`End`].
#[unsafe(no_mangle)]
unsafe extern "C" fn gauntlet_can_receive(end: *const End) -> c_int {
    // SAFETY: by the contract of this function.
    let end = unsafe { &*end };
    let mut wire = end.wire.borrow_mut();
    let direction = wire.to(end.side);
    let blocks = match direction.fault {
        Fault::ReceiveDatagramBlocks(at) => {
            at == direction.received && !direction.waiting.is_empty() && direction.once()
        }
        _ => false,
    };
    (!blocks && (direction.ended || !direction.waiting.is_empty())).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the bytes that arrive at the server.
    fn sent(fault: Fault) -> Vec<u8> {
        let (mut near, mut far) = Wire::connect(false, Side::Server, fault);
        let mut received = Vec::new();
        for byte in [b"ab", b"cd"] {
            let mut rest = &byte[..];
            while !rest.is_empty() {
                if let Ok(length) = near.send(rest) {
                    rest = &rest[length..];
                }
            }
        }
        let mut buffer = [0; 8];
        for _ in 0..20 {
            if let Ok(length) = far.receive(&mut buffer) {
                received.extend_from_slice(&buffer[..length]);
            }
        }
        received
    }

    #[test]
    fn faults_change_the_byte_at_their_position() {
        assert_eq!(sent(Fault::None), b"abcd");
        assert_eq!(sent(Fault::Flip(2)), b"abbd");
        assert_eq!(sent(Fault::Modify(3)), b"abc\x9b");
        assert_eq!(sent(Fault::Drop(1)), b"acd");
        assert_eq!(sent(Fault::Duplicate(2)), b"abccd");
        assert_eq!(sent(Fault::Insert(0, b'x')), b"xabcd");
        assert_eq!(sent(Fault::End(3)), b"abc");
        for harmless in [
            Fault::SendBlocks(1),
            Fault::ReceiveBlocks(2),
            Fault::SmallSends(true),
            Fault::SmallReceives(true),
            Fault::SendInterrupted(3),
        ] {
            assert_eq!(sent(harmless), b"abcd", "{harmless:?}");
        }
    }

    #[test]
    fn a_busy_loop_is_noticed() {
        let (near, mut far) = Wire::connect(false, Side::Server, Fault::None);
        near.begin_turn();
        for _ in 0..CALLS {
            assert_eq!(
                far.receive(&mut [0]).unwrap_err().kind(),
                io::ErrorKind::WouldBlock
            );
        }
        assert!(!near.was_busy());
        assert!(far.receive(&mut [0]).is_err() && near.was_busy());
    }
}
