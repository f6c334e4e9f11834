//! The memory transport between two sessions: it records all bytes, and blocks as configured.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::rc::Rc;

use gnutls::transport::Descriptors;
use gnutls::{Side, Transport};

use crate::shim;

/// The error of a datagram that is too large, on Linux.
const EMSGSIZE: i32 = 90;

/// A network that treats datagrams badly, with the same result in each run. Streams are not affected: their networks do
/// nothing.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// The part of the datagrams that are lost, that change, that are repeated and that overtake another, in percent.
    pub lose: u32,
    pub spoil: u32,
    pub repeat: u32,
    pub swap: u32,
    /// The state of the generator.
    pub state: u32,
}

impl Network {
    /// Returns whether something happens to the next datagram (the generator is xorshift32).
    fn happens(&mut self, percent: u32) -> bool {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 17;
        self.state ^= self.state << 5;
        self.state % 100 < percent
    }

    fn carry(&mut self, bytes: &[u8], queue: &mut VecDeque<Vec<u8>>) {
        let lost = self.happens(self.lose);
        let spoilt = self.happens(self.spoil);
        let repeated = self.happens(self.repeat);
        let swapped = self.happens(self.swap);
        if lost {
            return;
        }
        let mut bytes = bytes.to_vec();
        // The epoch is not 0 once records are encrypted.
        if spoilt && bytes.get(3..5).is_some_and(|epoch| epoch != [0, 0]) {
            if let Some(last) = bytes.last_mut() {
                *last ^= 1;
            }
        }
        if repeated {
            queue.push_back(bytes.clone());
        }
        queue.push_back(bytes);
        let count = queue.len();
        if swapped && count > 1 {
            queue.swap(count - 2, count - 1);
        }
    }
}

/// One end of a connection.
pub struct End {
    side: Side,
    shared: Rc<RefCell<Shared>>,
    datagram: bool,
    /// The greatest number of bytes per call; every second call blocks.
    chunk: Option<usize>,
    send_pauses: bool,
    receive_pauses: bool,
    /// The socket that GnuTLS itself uses. Its other end is in the shared part.
    descriptors: Option<Descriptors>,
    /// The maximum size of a datagram that is sent here.
    path: Option<usize>,
}

/// The part that the two ends share.
#[derive(Default)]
struct Shared {
    to_client: VecDeque<Vec<u8>>,
    to_server: VecDeque<Vec<u8>>,
    sent: Vec<(Side, Vec<u8>)>,
    /// The bytes that the client sent before it received anything.
    first_flight: Vec<u8>,
    client_has_heard: bool,
    moved: u64,
    /// True if the stream to the client, and to the server, ends behind the waiting bytes.
    ended: [bool; 2],
    /// The far ends of the sockets, the client's first.
    sockets: Option<[UnixStream; 2]>,
    /// The networks that carry the datagrams of the client, and of the server.
    networks: [Network; 2],
}

impl Shared {
    fn to(&mut self, side: Side) -> &mut VecDeque<Vec<u8>> {
        match side {
            Side::Client => &mut self.to_client,
            Side::Server => &mut self.to_server,
        }
    }
}

fn index(side: Side) -> usize {
    usize::from(side != Side::Client)
}

impl Shared {
    /// Bytes that a side has sent.
    fn pass_on(&mut self, side: Side, bytes: &[u8]) {
        self.moved += bytes.len() as u64;
        if side == Side::Client && !self.client_has_heard {
            self.first_flight.extend_from_slice(bytes);
        }
        let network = &mut self.networks[index(side)];
        let queue = match side {
            Side::Client => &mut self.to_server,
            Side::Server => &mut self.to_client,
        };
        network.carry(bytes, queue);
        match self.sent.last_mut() {
            Some((last, sent)) if *last == side => sent.extend_from_slice(bytes),
            _ => self.sent.push((side, bytes.to_vec())),
        }
    }

    /// Moves the bytes that both sides have written to their sockets to the other one, as far as it accepts them.
    fn relay(&mut self) {
        let Some(sockets) = self.sockets.take() else {
            return;
        };
        for side in [Side::Client, Side::Server] {
            let mut bytes = [0; 4096];
            while let Ok(n @ 1..) = (&sockets[index(side)]).read(&mut bytes) {
                self.pass_on(side, &bytes[..n]);
            }
        }
        for side in [Side::Client, Side::Server] {
            let mut socket = &sockets[index(side)];
            while let Some(mut part) = self.to(side).pop_front() {
                let n = socket.write(&part).unwrap_or(0);
                self.moved += n as u64;
                self.client_has_heard |= side == Side::Client && n > 0;
                if n < part.len() {
                    part.drain(..n);
                    self.to(side).push_front(part);
                    break;
                }
            }
            if self.ended[index(side)] && self.to(side).is_empty() {
                // The other side may have closed it already.
                let _ = socket.shutdown(Shutdown::Write);
            }
        }
        self.sockets = Some(sockets);
    }
}

/// Returns the two ends of a connection, the client's first, over sockets.
pub fn descriptors() -> io::Result<(End, End)> {
    let (mut client, mut server) = pair(false, None);
    let socket = |end: &mut End| {
        let (near, far) = UnixStream::pair()?;
        shim::set_small_buffer(near.as_fd());
        shim::set_small_buffer(far.as_fd());
        far.set_nonblocking(true)?;
        end.descriptors = Some(Descriptors::new(near)?);
        Ok::<_, io::Error>(far)
    };
    let sockets = [socket(&mut client)?, socket(&mut server)?];
    client.shared.borrow_mut().sockets = Some(sockets);
    Ok((client, server))
}

/// Returns the two ends of a connection, the client's first.
pub fn pair(datagram: bool, chunk: Option<usize>) -> (End, End) {
    let shared = Rc::new(RefCell::new(Shared::default()));
    let end = |side| End {
        side,
        shared: Rc::clone(&shared),
        datagram,
        chunk: if datagram { None } else { chunk },
        send_pauses: false,
        receive_pauses: false,
        descriptors: None,
        path: None,
    };
    (end(Side::Client), end(Side::Server))
}

impl End {
    /// Returns whether bytes are waiting to be received here.
    pub fn has_waiting(&self) -> bool {
        self.relay();
        let socket = self.descriptors.as_ref();
        socket.is_some_and(|socket| shim::has_bytes(socket.as_fd()))
            || !self.shared.borrow_mut().to(self.side).is_empty()
    }

    /// Moves the bytes that were written to sockets to their other ends.
    pub fn relay(&self) {
        self.shared.borrow_mut().relay();
    }

    /// Ends the stream behind the bytes that are waiting here. Not for datagrams.
    pub fn cut(&self) -> bool {
        self.shared.borrow_mut().ended[index(self.side)] = true;
        self.relay();
        !self.datagram
    }

    /// Returns the number of bytes that either end has sent or received.
    pub fn moved(&self) -> u64 {
        self.shared.borrow().moved
    }

    /// Returns the bytes that the client of this connection sent before it received anything.
    pub fn first_flight(&self) -> Vec<u8> {
        self.shared.borrow().first_flight.clone()
    }

    /// Delivers these bytes here. Not for datagrams.
    pub fn deliver(&self, bytes: Vec<u8>) -> bool {
        if !self.datagram && !bytes.is_empty() {
            self.shared.borrow_mut().to(self.side).push_back(bytes);
        }
        !self.datagram
    }

    /// Sets the networks between both ends.
    pub fn set_network(&self, network: &Network) {
        let mut networks = [Side::Client, Side::Server].map(|_| network.clone());
        for (number, network) in (1..).zip(&mut networks) {
            network.state = 2 * network.state + number;
        }
        self.shared.borrow_mut().networks = networks;
    }

    pub fn is_datagram(&self) -> bool {
        self.datagram
    }

    /// Limits the size of datagrams that are sent here.
    pub fn set_path(&mut self, size: Option<usize>) {
        self.path = size;
    }

    /// Calls a function with the datagrams that wait here.
    pub fn with_waiting<T>(&self, function: impl FnOnce(&mut VecDeque<Vec<u8>>) -> T) -> T {
        function(self.shared.borrow_mut().to(self.side))
    }

    /// Returns the bytes that both ends have sent since the last call, in order.
    pub fn take_sent(&self) -> Vec<(Side, Vec<u8>)> {
        self.relay();
        std::mem::take(&mut self.shared.borrow_mut().sent)
    }
}

/// Returns the greatest number of bytes that a call may move, unless it must block.
fn room(chunk: Option<usize>, pauses: &mut bool, wanted: usize) -> io::Result<usize> {
    let Some(chunk) = chunk else {
        return Ok(wanted);
    };
    if std::mem::take(pauses) {
        return Err(io::ErrorKind::WouldBlock.into());
    }
    *pauses = true;
    Ok(wanted.min(chunk))
}

impl Transport for End {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.path.is_some_and(|path| bytes.len() > path) {
            return Err(io::Error::from_raw_os_error(EMSGSIZE));
        }
        let n = room(self.chunk, &mut self.send_pauses, bytes.len())?;
        let bytes = &bytes[..n];
        self.shared.borrow_mut().pass_on(self.side, bytes);
        Ok(n)
    }

    fn descriptors(&mut self) -> Option<&mut Descriptors> {
        self.descriptors.as_mut()
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut shared = self.shared.borrow_mut();
        let ended = shared.ended[index(self.side)];
        let queue = shared.to(self.side);
        if queue.is_empty() && ended {
            return Ok(0);
        }
        if queue.is_empty() {
            self.receive_pauses = false;
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let mut n = 0;
        if self.datagram {
            // As on a socket, the bytes that do not fit are lost.
            let datagram = queue.pop_front().unwrap_or_default();
            n = datagram.len().min(buffer.len());
            buffer[..n].copy_from_slice(&datagram[..n]);
        } else {
            let room = room(self.chunk, &mut self.receive_pauses, buffer.len())?;
            while n < room {
                let Some(mut part) = queue.pop_front() else {
                    break;
                };
                let take = part.len().min(room - n);
                buffer[n..n + take].copy_from_slice(&part[..take]);
                n += take;
                if take < part.len() {
                    part.drain(..take);
                    queue.push_front(part);
                }
            }
        }
        shared.moved += n as u64;
        shared.client_has_heard |= self.side == Side::Client;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_has_no_boundaries() {
        let (mut client, mut server) = pair(false, None);
        assert_eq!(client.send(b"one").unwrap(), 3);
        assert_eq!(client.send(b"two").unwrap(), 3);
        let mut buffer = [0; 4];
        assert_eq!(server.receive(&mut buffer).unwrap(), 4);
        assert_eq!(&buffer, b"onet");
        assert_eq!(server.receive(&mut buffer).unwrap(), 2);
        assert_eq!(
            server.receive(&mut buffer).unwrap_err().kind(),
            io::ErrorKind::WouldBlock
        );
        assert_eq!(server.moved(), 12);
        assert_eq!(server.take_sent(), [(Side::Client, b"onetwo".to_vec())]);
        assert_eq!(client.take_sent(), []);
    }

    #[test]
    fn datagrams_keep_their_boundaries() {
        let (mut client, mut server) = pair(true, Some(1));
        assert_eq!(client.send(b"one").unwrap(), 3);
        assert_eq!(client.send(b"three").unwrap(), 5);
        let mut buffer = [0; 4];
        assert_eq!(server.receive(&mut buffer).unwrap(), 3);
        assert_eq!(
            server.receive(&mut buffer).unwrap(),
            4,
            "what does not fit of a datagram is lost"
        );
        assert!(!server.has_waiting());
    }

    #[test]
    fn a_network_treats_datagrams_alike_in_each_run() {
        let carried = |network: Network| {
            let mut queue = VecDeque::new();
            let mut network = network;
            for number in 0..100 {
                network.carry(&[23, 254, 253, 0, 1, number], &mut queue);
            }
            queue
        };
        let network = |lose, spoil, repeat, swap| Network {
            lose,
            spoil,
            repeat,
            swap,
            state: 3,
        };
        let all = carried(network(0, 0, 0, 0));
        assert_eq!(all.len(), 100);
        assert!(carried(network(100, 100, 100, 100)).is_empty());
        let few = carried(network(20, 0, 0, 0));
        assert!((60..95).contains(&few.len()), "{}", few.len());
        assert_eq!(carried(network(20, 0, 0, 0)), few);
        assert_eq!(carried(network(0, 0, 100, 0)).len(), 200);
        let spoilt = carried(network(0, 100, 0, 0));
        assert!(
            all.iter()
                .zip(&spoilt)
                .all(|(all, one)| all[5] ^ 1 == one[5])
        );
        let swapped = carried(network(0, 0, 0, 50));
        assert!(swapped.len() == 100 && swapped != all);
    }

    #[test]
    fn a_chunk_limits_both_directions_and_every_second_call_blocks() {
        let (mut client, mut server) = pair(false, Some(2));
        assert_eq!(client.send(b"abc").unwrap(), 2);
        assert_eq!(
            client.send(b"c").unwrap_err().kind(),
            io::ErrorKind::WouldBlock
        );
        assert_eq!(client.send(b"c").unwrap(), 1);
        let mut buffer = [0; 8];
        assert_eq!(server.receive(&mut buffer).unwrap(), 2);
        assert_eq!(
            server.receive(&mut buffer).unwrap_err().kind(),
            io::ErrorKind::WouldBlock
        );
        assert_eq!(server.receive(&mut buffer).unwrap(), 1);
        assert!(!server.has_waiting());
    }
}
