//! The halves of a stream: one thread reads, another one writes.

use std::fmt;
use std::io::{self, IoSlice, Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant};

use crate::alert::{Alert, AlertLevel};
use crate::error::{Error, Result};
use crate::resumption::session_data::SessionData;
use crate::session::Session;
use crate::session::record::KeyUpdate;
use crate::stream::Stream;
use crate::stream::blocking::{Blocking, Waits, has_data_first, waits};
use crate::support::fair_mutex::FairMutex;
use crate::support::panic::PanicSlot;
use crate::transport::Transport;
use crate::transport::descriptors::Descriptors;
use crate::transport::poll::{entry, make_blocking, make_nonblocking, poll};
use crate::transport::receive_buffer::ReceiveBuffer;

/// The reading half of a stream, see [`Stream::into_split`].
pub struct ReadHalf<T>(Half<T>);

/// The writing half of a stream, see [`Stream::into_split`].
///
/// Dropping it sends nothing: [`close`](Self::close) closes the sending side.
pub struct WriteHalf<T>(Half<T>);

/// The halves of two streams, returned by [`ReadHalf::unsplit`].
pub struct UnsplitError<T>(pub ReadHalf<T>, pub WriteHalf<T>);

struct Half<T> {
    shared: Arc<Shared<T>>,
    role: Role,
    /// The events for which the last step waits.
    waits: Option<HalfWaits>,
    timeout: Option<Duration>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Reader,
    Writer,
}

/// The events for which a half waits, besides an action of the other half.
#[derive(Clone, Copy)]
enum HalfWaits {
    Transport(Waits),
    /// The handshake of the writer continues once the reader has read data.
    Reader,
}

/// The part that both halves own.
///
/// GnuTLS permits one sending and one receiving thread only under conditions that it does not check: a KeyUpdate of the
/// peer changes the keys of the sender without a lock, and both directions use the handshake state. Therefore a half
/// locks the session for each step. A step never waits: the descriptors are non-blocking, and a half waits for them
/// after it has released the lock. The lock is fair, so that a half which is always ready does not keep the other one
/// from it.
struct Shared<T> {
    state: FairMutex<State<T>>,
    // Declared after the state, so that the mode is restored after the last use.
    descriptors: NonBlocking,
    /// The ends that wake the reader and the writer: a byte written to one end wakes the half at the other end. A half
    /// that receives for the other one, or ends the session, wakes it, because the descriptors do not.
    ends: [UnixStream; 2],
    reader_dropped: AtomicBool,
}

struct State<T> {
    session: Session,
    io: Recording<T>,
    /// The events for which the reader and the writer wait.
    waits: [Option<HalfWaits>; 2],
}

/// A transport that records that it was received from.
struct Recording<T> {
    io: T,
    received: bool,
}

/// The descriptors of a transport in non-blocking mode, and their previous mode, which is restored when this is
/// dropped.
struct NonBlocking {
    receive: OwnedFd,
    /// The descriptor to send to, if it is another one.
    send: Option<OwnedFd>,
    receive_was_blocking: bool,
    send_was_blocking: bool,
}

impl<T: Transport + AsFd> Stream<T> {
    /// Splits the stream into a reading and a writing half, for two threads that read and write at the same time. The
    /// halves block, also if the transport does not: a half waits for the descriptor of the transport while the other
    /// one uses the session, and neither waits for the other.
    ///
    /// The descriptor, which becomes non-blocking for all its owners until the halves are dropped or
    /// [combined](ReadHalf::unsplit), must be the one that the transport reads and writes, as that of a `TcpStream` or
    /// of [`Descriptors`]. Its timeouts become those of the halves, see
    /// [`ReadHalf::set_timeout`].
    ///
    /// A read also sends messages that TLS requires. A write receives during a handshake; it waits until the other half
    /// has read data that the peer sent before its handshake. An error that ends the session ends both halves.
    ///
    /// ```no_run
    /// use std::io::{self, Write};
    /// use std::net::TcpStream;
    /// use std::thread;
    ///
    /// /// Sends everything back without waiting for either direction.
    /// fn echo(server: gnutls::Stream<TcpStream>) -> io::Result<()> {
    ///     let (mut reader, mut writer) = server.into_split()?;
    ///     let (send, receive) = std::sync::mpsc::channel::<Vec<u8>>();
    ///     thread::scope(|scope| {
    ///         let writing = scope.spawn(move || {
    ///             for data in receive {
    ///                 writer.write_all(&data)?;
    ///             }
    ///             writer.close().map_err(io::Error::from)
    ///         });
    ///         let mut buffer = [0; 16_384];
    ///         loop {
    ///             match io::Read::read(&mut reader, &mut buffer)? {
    ///                 0 => break,
    ///                 length => send.send(buffer[..length].to_vec()).map_err(io::Error::other)?,
    ///             }
    ///         }
    ///         drop(send);
    ///         writing.join().expect("the writer does not panic")
    ///     })
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the error of the system if it provides no further descriptors: the halves own four in addition to that of
    /// the transport. The stream is dropped.
    pub fn into_split(mut self) -> Result<(ReadHalf<T>, WriteHalf<T>)> {
        let (descriptors, timeouts) = NonBlocking::of(self.get_mut())?;
        let (first, second) = UnixStream::pair()?;
        for end in [&first, &second] {
            end.set_nonblocking(true)?;
        }
        let (session, io) = self.into_parts();
        let shared = Arc::new(Shared {
            state: FairMutex::new(State {
                session,
                io: Recording {
                    io,
                    received: false,
                },
                waits: [None; 2],
            }),
            descriptors,
            ends: [first, second],
            reader_dropped: AtomicBool::new(false),
        });
        let half = |role| Half {
            shared: Arc::clone(&shared),
            role,
            waits: None,
            timeout: timeouts[role as usize],
        };
        Ok((ReadHalf(half(Role::Reader)), WriteHalf(half(Role::Writer))))
    }
}

impl<T> ReadHalf<T> {
    /// Combines the two halves again. Returns both as an error if they belong to different streams.
    pub fn unsplit(self, other: WriteHalf<T>) -> std::result::Result<Stream<T>, UnsplitError<T>> {
        if !self.is_pair_of(&other) {
            return Err(UnsplitError(self, other));
        }
        let shared = Arc::clone(&self.0.shared);
        drop((self, other));
        match Arc::try_unwrap(shared) {
            Ok(shared) => {
                let State { session, io, .. } = shared.state.into_inner();
                Ok(Stream { session, io: io.io })
            }
            Err(_) => unreachable!("a stream has two halves, and this function owns both"),
        }
    }

    /// Returns `true` if both halves belong to the same stream.
    pub fn is_pair_of(&self, other: &WriteHalf<T>) -> bool {
        Arc::ptr_eq(&self.0.shared, &other.0.shared)
    }

    /// Calls `read` with the session, which neither half can use meanwhile.
    pub fn with_session<R>(&self, read: impl FnOnce(&Session) -> R) -> R {
        self.0.with_session(read)
    }

    /// Sets the time that a read waits before it fails with [`io::ErrorKind::TimedOut`], after which it can be repeated.
    /// `None` means no limit. The initial value is the read timeout of the socket.
    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.0.timeout = timeout;
    }

    /// Saves the session for resumption, see [`Session::session_data`].
    pub fn save_session(&mut self) -> Result<SessionData> {
        self.0.shared.state.lock().session.session_data()
    }
}

impl<T: Transport> ReadHalf<T> {
    /// Requests the client's certificate and waits for the answer, see [`Stream::request_authentication`]. The other
    /// half can write meanwhile.
    pub fn request_authentication(&mut self) -> Result<bool> {
        self.0
            .complete(|session, io| session.request_authentication(io))
    }
}

impl<T> WriteHalf<T> {
    /// Returns `true` if both halves belong to the same stream.
    pub fn is_pair_of(&self, other: &ReadHalf<T>) -> bool {
        other.is_pair_of(self)
    }

    /// Calls `read` with the session, which neither half can use meanwhile.
    pub fn with_session<R>(&self, read: impl FnOnce(&Session) -> R) -> R {
        self.0.with_session(read)
    }

    /// Sets the time that a write waits before it fails with [`io::ErrorKind::TimedOut`], after which it can be
    /// repeated. `None` means no limit. The initial value is the write timeout of the socket.
    pub fn set_timeout(&mut self, timeout: Option<Duration>) {
        self.0.timeout = timeout;
    }
}

impl<T: Transport> WriteHalf<T> {
    /// Closes the sending side: sends what was written, then close_notify. The other half continues to read until the
    /// peer closes its side.
    pub fn close(&mut self) -> Result<()> {
        self.0.complete(|session, io| session.close(io))
    }

    /// Updates the keys, see [`Session::update_key`].
    pub fn update_key(&mut self, update: KeyUpdate) -> Result<()> {
        self.0
            .complete(|session, io| session.update_key(io, update))
    }

    /// Sends an alert, see [`Session::send_alert`]. A fatal one ends both halves.
    pub fn send_alert(&mut self, level: AlertLevel, alert: Alert) -> Result<()> {
        self.0
            .complete(|session, io| session.send_alert(io, level, alert))
    }

    /// Sends tickets with which the client can resume, see [`Session::send_tickets`].
    pub fn send_tickets(&mut self, count: u8) -> Result<()> {
        self.0
            .complete(|session, io| session.send_tickets(io, count))
    }
}

impl<T: Transport> Read for ReadHalf<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        Ok(self
            .0
            .complete_receive(|session, io| session.read(io, buffer))?)
    }
}

impl<T: Transport> Write for WriteHalf<T> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if data.is_empty() {
            return Ok(0);
        }
        Ok(self
            .0
            .complete_send(|session, io| session.write_batch(io, data))?)
    }

    fn write_vectored(&mut self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        if buffers.iter().all(|buffer| buffer.is_empty()) {
            return Ok(0);
        }
        Ok(self
            .0
            .complete_send(|session, io| session.write_vectored(io, buffers))?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(self.0.complete(|session, io| session.flush(io))?)
    }
}

impl<T> Half<T> {
    fn with_session<R>(&self, read: impl FnOnce(&Session) -> R) -> R {
        read(&self.shared.state.lock().session)
    }

    /// Wakes the other half, or lets it wait no longer when it next waits.
    fn wake_other(&self) {
        // If the buffer is full, the other half will wake anyway.
        let _ = (&self.shared.ends[self.role as usize]).write(&[0]);
    }

    /// Returns `true` if the writer can wait for the reader.
    fn has_reader(&self) -> bool {
        self.role == Role::Writer && !self.shared.reader_dropped.load(Ordering::SeqCst)
    }
}

impl<T: Transport> Blocking for Half<T> {
    type Io = Recording<T>;

    fn step<R>(
        &mut self,
        operation: &mut impl FnMut(&mut Session, &mut Recording<T>) -> Result<Poll<R>>,
    ) -> Result<Poll<R>> {
        let (own, other) = match self.role {
            Role::Reader => (0, 1),
            Role::Writer => (1, 0),
        };
        let mut guard = self.shared.state.lock();
        let state = &mut *guard;
        state.io.received = false;
        let began_open = state.session.handshake_done();
        let result = PanicSlot::run(|| operation(&mut state.session, &mut state.io));
        self.waits = match &result {
            Ok(Ok(Poll::Pending)) => waits(&state.session).map(HalfWaits::Transport),
            Ok(Err(error)) if has_data_first(error) && self.has_reader() => Some(HalfWaits::Reader),
            _ => None,
        };
        state.waits[own] = self.waits;
        let may_have_received = match state.io.io.descriptors() {
            None => state.io.received,
            // GnuTLS itself receives: for a writer only during a handshake.
            Some(_) => self.role == Role::Reader || !began_open || !state.session.handshake_done(),
        };
        let ended = state.session.core().lifecycle.has_ended();
        let wakes = match (state.waits[other], &result) {
            (None, _) => false,
            _ if ended => true,
            (Some(_), Err(_) | Ok(Err(_))) => true,
            (Some(HalfWaits::Reader), Ok(Ok(poll))) => poll.is_ready(),
            (Some(HalfWaits::Transport(waits)), Ok(Ok(poll))) => {
                let completed = self.role == Role::Reader && poll.is_ready();
                waits.read && (may_have_received || completed)
            }
        };
        drop(guard);
        if wakes {
            self.wake_other();
        }
        result.unwrap_or_else(|panic| {
            panic.resume();
            unreachable!("a panic was caught")
        })
    }

    fn block(&mut self) -> Result<()> {
        let Some(waits) = self.waits.take() else {
            return Ok(());
        };
        let end = &self.shared.ends[self.role as usize];
        let mut entries = vec![entry(end.as_fd(), libc::POLLIN)];
        let mut until = None;
        if let HalfWaits::Transport(waits) = waits {
            let descriptors = &self.shared.descriptors;
            if waits.read {
                entries.push(entry(descriptors.receive.as_fd(), libc::POLLIN));
            }
            if waits.write {
                entries.push(entry(descriptors.send(), libc::POLLOUT));
            }
            until = waits.until;
        }
        let left = until.map(|until| until.saturating_duration_since(Instant::now()));
        let time = [left, self.timeout].into_iter().flatten().min();
        if poll(&mut entries, time)? == 0 && (left.is_none() || time != left) {
            return Err(io::Error::from(io::ErrorKind::TimedOut).into());
        }
        if entries[0].revents != 0 {
            // Several wakes count as one.
            let _ = (&mut &*end).read(&mut [0; 64]);
        }
        Ok(())
    }

    fn wait_for_reader(&mut self, error: Error) -> Result<()> {
        match self.waits {
            Some(HalfWaits::Reader) => self.block(),
            _ => Err(error),
        }
    }
}

impl<T> Drop for Half<T> {
    fn drop(&mut self) {
        if self.role == Role::Reader {
            self.shared.reader_dropped.store(true, Ordering::SeqCst);
            self.wake_other();
        }
    }
}

impl NonBlocking {
    /// Makes the descriptors of a transport non-blocking. Also returns the times that the transport waits to receive and
    /// to send.
    fn of<T: Transport + AsFd>(io: &mut T) -> io::Result<(Self, [Option<Duration>; 2])> {
        let (receive, send, timeouts) = match io.descriptors() {
            Some(descriptors) => {
                let send = descriptors.send_fd().try_clone_to_owned()?;
                let receive = descriptors.as_fd().try_clone_to_owned()?;
                (receive, Some(send), [descriptors.timeout(); 2])
            }
            None => {
                let socket = UnixStream::from(io.as_fd().try_clone_to_owned()?);
                // A descriptor that is not a socket has no timeouts.
                let timeouts = [socket.read_timeout(), socket.write_timeout()];
                (
                    socket.into(),
                    None,
                    timeouts.map(|time| time.ok().flatten()),
                )
            }
        };
        let receive_was_blocking = make_nonblocking(receive.as_fd())?;
        let mut descriptors = Self {
            receive,
            send,
            receive_was_blocking,
            send_was_blocking: false,
        };
        descriptors.send_was_blocking = make_nonblocking(descriptors.send())?;
        Ok((descriptors, timeouts))
    }

    fn send(&self) -> BorrowedFd<'_> {
        self.send.as_ref().unwrap_or(&self.receive).as_fd()
    }
}

impl Drop for NonBlocking {
    fn drop(&mut self) {
        // The descriptors are open, so that this does not fail.
        if self.receive_was_blocking {
            let _ = make_blocking(self.receive.as_fd());
        }
        if self.send_was_blocking {
            let _ = make_blocking(self.send());
        }
    }
}

impl<T: Transport> Transport for Recording<T> {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.io.send(bytes)
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let result = self.io.receive(buffer);
        self.received |= result.is_ok();
        result
    }

    fn receive_into(&mut self, buffer: &mut ReceiveBuffer<'_>) -> io::Result<()> {
        let result = self.io.receive_into(buffer);
        self.received |= result.is_ok();
        result
    }

    fn receives_ahead(&self) -> bool {
        self.io.receives_ahead()
    }

    fn descriptors(&mut self) -> Option<&mut Descriptors> {
        self.io.descriptors()
    }

    fn flush_buffer(&mut self) -> io::Result<()> {
        self.io.flush_buffer()
    }
}

impl<T> fmt::Debug for ReadHalf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadHalf").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for WriteHalf<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteHalf").finish_non_exhaustive()
    }
}

impl<T> fmt::Debug for UnsplitError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnsplitError").finish_non_exhaustive()
    }
}

impl<T> fmt::Display for UnsplitError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the two halves belong to different streams: combine halves of the same one")
    }
}

impl<T> std::error::Error for UnsplitError<T> {}
