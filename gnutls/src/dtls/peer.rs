//! The transport of one peer: a queue of received datagrams, and the common queue of those to be sent.

use std::collections::VecDeque;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::transport::Transport;

/// The transport of one peer of a [`Server`](crate::dtls::Server), for its [`Session`](crate::Session).
///
/// Sending appends a datagram to the output of the server, which
/// [`next_datagram`](crate::dtls::Server::next_datagram) returns. Receiving returns a datagram that the server has
/// received from the peer. The server removes the peer after its transport has been dropped.
///
/// ```
/// use std::task::Poll;
/// use gnutls::Session;
/// use gnutls::dtls::Peer;
///
/// /// Reads all datagrams that have arrived.
/// fn read_all(session: &mut Session, peer: &mut Peer) -> gnutls::Result<Vec<Vec<u8>>> {
///     let mut datagrams = Vec::new();
///     let mut buffer = [0; 16_384];
///     while peer.is_readable() {
///         if let Poll::Ready(length) = session.read(peer, &mut buffer)? {
///             datagrams.push(buffer[..length].to_vec());
///         }
///     }
///     Ok(datagrams)
/// }
/// ```
#[derive(Debug)]
pub struct Peer {
    address: SocketAddr,
    queue: Arc<PeerQueue>,
    output: Arc<Output>,
}

/// The datagrams that were received from a peer.
#[derive(Debug, Default)]
pub(crate) struct PeerQueue(Mutex<Queue>);

#[derive(Debug, Default)]
struct Queue {
    datagrams: VecDeque<Vec<u8>>,
    bytes: usize,
    /// The reason why the server has removed the peer.
    end: Option<End>,
    /// A datagram was sent or received since the server has last examined the peer.
    active: bool,
    /// The task that waits for a datagram.
    waker: Option<Waker>,
}

/// The reason why a server has removed a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Idle,
    Replaced,
    Closed,
}

impl End {
    fn error(self) -> io::Error {
        let (kind, text) = match self {
            Self::Idle => (
                io::ErrorKind::TimedOut,
                "the peer was idle for too long: increase `Limits::idle`, or send regularly",
            ),
            Self::Replaced => (
                io::ErrorKind::ConnectionReset,
                "the peer has begun a new session at the same address: accept it",
            ),
            Self::Closed => (
                io::ErrorKind::ConnectionAborted,
                "the server of the peer was dropped: keep it while its sessions are used",
            ),
        };
        io::Error::new(kind, text)
    }
}

/// The datagrams of all peers that are to be sent, and the peers that were dropped.
#[derive(Debug)]
pub(crate) struct Output {
    queue: Mutex<OutputQueue>,
    capacity: usize,
}

#[derive(Debug, Default)]
struct OutputQueue {
    datagrams: VecDeque<(SocketAddr, Vec<u8>)>,
    bytes: usize,
    dropped: Vec<(SocketAddr, Arc<PeerQueue>)>,
}

impl Output {
    pub(crate) fn new(capacity: usize) -> Arc<Self> {
        Arc::new(Self {
            queue: Mutex::default(),
            capacity,
        })
    }

    /// Appends a datagram, unless the queue is full.
    fn push(&self, address: SocketAddr, datagram: &[u8]) -> bool {
        let mut queue = lock(&self.queue);
        if queue.bytes > 0 && queue.bytes + cost(datagram) > self.capacity {
            return false;
        }
        queue.bytes += cost(datagram);
        queue.datagrams.push_back((address, datagram.to_vec()));
        true
    }

    pub(crate) fn pop(&self) -> Option<(SocketAddr, Vec<u8>)> {
        let mut queue = lock(&self.queue);
        let next = queue.datagrams.pop_front()?;
        queue.bytes -= cost(&next.1);
        Some(next)
    }

    /// Returns the peers that were dropped since the last call.
    pub(crate) fn take_dropped(&self) -> Vec<(SocketAddr, Arc<PeerQueue>)> {
        std::mem::take(&mut lock(&self.queue).dropped)
    }
}

impl PeerQueue {
    /// Appends a datagram, unless the queue would exceed `capacity`.
    pub(crate) fn push(&self, datagram: &[u8], capacity: usize) -> bool {
        let waker = {
            let mut queue = lock(&self.0);
            if queue.bytes + cost(datagram) > capacity {
                return false;
            }
            queue.active = true;
            queue.bytes += cost(datagram);
            queue.datagrams.push_back(datagram.to_vec());
            queue.waker.take()
        };
        // Outside the lock, since the waker is code of the program.
        if let Some(waker) = waker {
            waker.wake();
        }
        true
    }

    /// Ends receiving once the queue is empty.
    pub(crate) fn end(&self, end: End) {
        let waker = {
            let mut queue = lock(&self.0);
            queue.end.get_or_insert(end);
            queue.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Returns `true` if a datagram was sent or received since the last call.
    pub(crate) fn take_activity(&self) -> bool {
        std::mem::take(&mut lock(&self.0).active)
    }
}

impl Peer {
    pub(crate) fn new(address: SocketAddr, queue: Arc<PeerQueue>, output: Arc<Output>) -> Self {
        Self {
            address,
            queue,
            output,
        }
    }

    /// Returns the address of the peer.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns `true` if receiving returns a datagram or an error, and not
    /// [`WouldBlock`](io::ErrorKind::WouldBlock).
    pub fn is_readable(&self) -> bool {
        let queue = lock(&self.queue.0);
        !queue.datagrams.is_empty() || queue.end.is_some()
    }

    /// Returns `Ready` if the peer [is readable](Self::is_readable). Otherwise the task of the last call is woken once it
    /// is.
    pub fn poll_readable(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut queue = lock(&self.queue.0);
        if !queue.datagrams.is_empty() || queue.end.is_some() {
            return Poll::Ready(());
        }
        match &mut queue.waker {
            Some(waker) => waker.clone_from(context.waker()),
            waker => *waker = Some(context.waker().clone()),
        }
        Poll::Pending
    }

    pub(crate) fn has_ended(&self) -> bool {
        lock(&self.queue.0).end.is_some()
    }

    /// Postpones the expiry of the peer, for a transport that sends by itself and only receives with this one.
    pub fn keep_alive(&self) {
        lock(&self.queue.0).active = true;
    }
}

impl Transport for Peer {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.output.push(self.address, bytes) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        self.keep_alive();
        Ok(bytes.len())
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut queue = lock(&self.queue.0);
        let Some(datagram) = queue.datagrams.pop_front() else {
            return Err(match queue.end {
                Some(end) => end.error(),
                None => io::ErrorKind::WouldBlock.into(),
            });
        };
        queue.bytes -= cost(&datagram);
        let length = datagram.len().min(buffer.len());
        buffer[..length].copy_from_slice(&datagram[..length]);
        Ok(length)
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let dropped = (self.address, Arc::clone(&self.queue));
        lock(&self.output.queue).dropped.push(dropped);
    }
}

/// Returns the number of bytes that a datagram counts for, so that the number of datagrams is limited as well.
fn cost(datagram: &[u8]) -> usize {
    datagram.len() + size_of::<Vec<u8>>()
}

/// Locks a queue. A poisoned lock is valid, because no code that can panic runs while it is held.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
