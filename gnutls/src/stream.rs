//! A session and its transport as one stream, which reads and writes like any other, and its halves for two threads.
//!
//! [`Stream`] is also exported by the crate. The module is needed for the halves of a stream:
//!
//! ```no_run
//! use std::io::{BufRead, BufReader, Write};
//! use std::net::TcpStream;
//! use std::thread;
//!
//! let config = gnutls::ClientConfig::builder().build()?;
//! let client = config.connect("example.org", TcpStream::connect("example.org:443")?)?;
//! let (reader, mut writer) = client.into_split()?;
//! let reading = thread::spawn(move || {
//!     for line in BufReader::new(reader).lines() {
//!         println!("{}", line?);
//!     }
//!     Ok::<(), std::io::Error>(())
//! });
//! writer.write_all(b"GET / HTTP/1.0\r\nHost: example.org\r\n\r\n")?;
//! writer.close()?;
//! reading.join().expect("the reader does not panic")?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub(crate) mod blocking;
pub(crate) mod server;
pub(crate) mod split;

use std::fmt;
use std::fs::File;
use std::io::{self, IoSlice, Read, Write};
use std::ops::RangeInclusive;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::task::Poll;

pub use self::split::{ReadHalf, UnsplitError, WriteHalf};
use crate::alert::{Alert, AlertLevel};
use crate::config::{ClientConfig, ServerConfig};
use crate::error::{Error, ErrorKind, Result};
use crate::resumption::session_data::SessionData;
use crate::session::Session;
use crate::session::handshake::ROUNDS;
use crate::session::record::KeyUpdate;
use crate::session::record::packet::Packet;
use crate::session_core::server_name::PeerName;
use crate::stream::blocking::{Blocking, is_refusal};
use crate::transport::Transport;

/// The greatest number of bytes that [`Stream::close_both`] discards.
const DISCARDED: usize = 1 << 20;

/// The number of bytes that a record counts for at least, so that the number of records is limited as well.
const RECORD: usize = 64;

/// A stream that is protected by TLS.
///
/// On a blocking transport its methods block until they are done. On a non-blocking transport they fail with
/// [`ErrorKind::WouldBlock`] (as [`Read`] and [`Write`]: [`io::ErrorKind::WouldBlock`]) if the transport would block, and are
/// called again later: no data is lost, and no byte is sent twice.
///
/// The methods of the stream return a [`gnutls::Result`](crate::Result), those of the traits [`Read`] and [`Write`] an
/// [`io::Result`]. Each error converts into the other without loss.
///
/// [`Descriptors`](crate::transport::Descriptors) are sockets that GnuTLS itself uses. Over UDP sockets the stream is
/// one of datagrams: each write is one datagram, each read returns one, and lost handshake messages are retransmitted.
///
/// Reading returns 0 once the peer has closed the stream (close_notify). A stream that ends without close_notify fails
/// with [`ErrorKind::UnexpectedEof`].
///
/// Dropping a stream sends nothing, so that the peer cannot detect if data is missing: its read fails with
/// [`ErrorKind::UnexpectedEof`]. If a TCP socket with unread data is dropped, the system resets the connection, and the
/// peer may lose data that it has not read: a client that expects no response still has the tickets of the server to
/// read. Call [`close_both`](Self::close_both) before dropping a stream.
///
/// ```no_run
/// use std::io::{Read, Write};
/// use std::net::TcpStream;
///
/// let config = gnutls::ClientConfig::builder().build()?;
/// let mut client = config.connect("example.org", TcpStream::connect("example.org:443")?)?;
/// client.write_all(b"GET / HTTP/1.0\r\nHost: example.org\r\n\r\n")?;
/// let mut response = Vec::new();
/// client.read_to_end(&mut response)?;
/// client.close_both()?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Stream<T> {
    session: Session,
    io: T,
}

impl ClientConfig {
    /// Performs the handshake with the server of this name (or address) over a blocking transport.
    ///
    /// On a non-blocking transport use [`stream`](Self::stream), and call [`handshake`](Stream::handshake) until it
    /// succeeds.
    pub fn connect<'a, T: Transport>(
        &self,
        server_name: impl Into<PeerName<'a>>,
        io: T,
    ) -> Result<Stream<T>> {
        self.stream(server_name, io)?.connected()
    }

    /// Creates a stream to the server of this name (or address) that has not begun its handshake.
    pub fn stream<'a, T: Transport>(
        &self,
        server_name: impl Into<PeerName<'a>>,
        io: T,
    ) -> Result<Stream<T>> {
        Ok(Stream::new(self.session(server_name)?, io))
    }
}

impl ServerConfig {
    /// Performs the handshake with a client over a blocking transport.
    ///
    /// On a non-blocking transport use [`stream`](Self::stream), and call [`handshake`](Stream::handshake) until it
    /// succeeds.
    pub fn accept<T: Transport>(&self, io: T) -> Result<Stream<T>> {
        self.stream(io)?.connected()
    }

    /// Creates a stream to a client that has not begun its handshake.
    pub fn stream<T: Transport>(&self, io: T) -> Result<Stream<T>> {
        Ok(Stream::new(self.session()?, io))
    }
}

impl<T: Transport> Stream<T> {
    /// Combines a session with the transport that it has used so far, if it has used one.
    pub fn new(mut session: Session, io: T) -> Self {
        session.delay_tickets();
        Self { session, io }
    }

    fn connected(mut self) -> Result<Self> {
        self.handshake()?;
        Ok(self)
    }

    /// Performs the handshake, or the rest of it. Once it is complete, a further call does nothing. Reading and writing
    /// perform it as well.
    pub fn handshake(&mut self) -> Result<()> {
        self.complete_handshake()
    }

    /// Begins a new handshake, see [`Session::rehandshake`]. On a server the reads that follow perform it.
    pub fn rehandshake(&mut self) -> Result<()> {
        let mut began = false;
        let result = self.complete(|session, io| {
            let result = session.rehandshake(io);
            began |= matches!(result, Ok(Poll::Pending));
            result
        });
        match result {
            // The peer continues without a new handshake.
            Err(error) if began && is_refusal(&error) => Ok(()),
            result => result,
        }
    }

    /// Updates the keys, see [`Session::update_key`].
    pub fn update_key(&mut self, update: KeyUpdate) -> Result<()> {
        self.complete(|session, io| session.update_key(io, update))
    }

    /// Sends a heartbeat, see [`Session::ping`]. A read receives the response.
    pub fn ping(&mut self, length: usize) -> Result<()> {
        self.complete(|session, io| session.ping(io, length))
    }

    /// Sends an alert, see [`Session::send_alert`].
    pub fn send_alert(&mut self, level: AlertLevel, alert: Alert) -> Result<()> {
        self.complete(|session, io| session.send_alert(io, level, alert))
    }

    /// Stores data that is sent with the first message, see [`Session::write_early_data`].
    pub fn write_early_data(&mut self, data: &[u8]) -> Result<()> {
        self.session.write_early_data(data)
    }

    /// Reads data that came with the first message, see [`Session::read_early_data`].
    pub fn read_early_data(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.session.read_early_data(buffer)
    }

    /// Closes the sending side: sends what was written, then close_notify. Reading continues until the peer closes its
    /// side.
    pub fn close(&mut self) -> Result<()> {
        self.complete(|session, io| session.close(io))
    }

    /// Closes the sending side, then reads and discards data until the peer closes its side. Afterwards the stream can
    /// be dropped without a loss for the peer.
    ///
    /// A peer that closes its transport without close_notify is accepted, since no data is missed. A blocking transport
    /// waits for the peer as long as its timeout permits. Over datagrams this is [`close`](Self::close): close_notify
    /// of the peer may be lost.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Limit`](ErrorKind::Limit) if the peer sends more than 1 MiB instead of closing its
    /// side. A record, also one without data, counts for at least 64 bytes.
    ///
    /// ```
    /// # use std::io::Write;
    /// # use gnutls::transport::Transport;
    /// fn send_last_words<T: Transport>(stream: &mut gnutls::Stream<T>) -> std::io::Result<()> {
    ///     stream.write_all(b"goodbye")?;
    ///     Ok(stream.close_both()?)
    /// }
    /// ```
    pub fn close_both(&mut self) -> Result<()> {
        self.close()?;
        if self.session.is_datagram() {
            return Ok(());
        }
        let mut buffer = [0; 4096];
        let mut discarded = 0;
        let mut discard = |session: &mut Session, io: &mut T| {
            if discarded > DISCARDED {
                return Err(Error::new(
                    ErrorKind::Limit,
                    "the peer has sent more than 1 MiB after close_notify instead of closing its side: drop the stream",
                ));
            }
            let result = session.read(io, &mut buffer);
            discarded += match result {
                Ok(Poll::Ready(length)) => length.max(RECORD),
                Ok(Poll::Pending) if session.core().call.yielded => ROUNDS * RECORD,
                _ => RECORD,
            };
            result
        };
        loop {
            match self.complete_receive(&mut discard) {
                Ok(0) => return Ok(()),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    /// Saves the session for resumption, see [`Session::session_data`].
    pub fn save_session(&mut self) -> Result<SessionData> {
        self.session.session_data()
    }

    /// Reads one record without copying it, see [`Session::read_packet`]. `None` is the end of the stream.
    pub fn read_packet(&mut self) -> Result<Option<Packet<'_>>> {
        let packet = self.complete_receive(|session, io| session.receive_packet(io))?;
        Ok(packet.into_packet(&mut self.session))
    }

    /// Corks the stream: from now on many small writes make few records, see [`Session::cork`].
    pub fn cork(&mut self) {
        self.session.cork();
    }

    /// Sends the data that was kept since [`cork`](Self::cork).
    pub fn uncork(&mut self) -> Result<()> {
        self.complete(|session, io| session.uncork(io))
    }

    /// Sends up to `count` bytes of a file from `offset`, advances `offset`, and returns the number of bytes sent. It
    /// is less than `count` at the end of the file, and if a non-blocking transport blocks. See [`Session::send_file`].
    ///
    /// ```no_run
    /// # let config = gnutls::ClientConfig::builder().build()?;
    /// # let mut client = config.connect("example.org", std::net::TcpStream::connect("example.org:443")?)?;
    /// let file = std::fs::File::open("picture.png")?;
    /// client.send_file(&file, &mut 0, u64::MAX)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn send_file(&mut self, file: &File, offset: &mut u64, count: u64) -> Result<u64> {
        let mut sent = 0;
        while sent < count {
            let result =
                self.complete_send(|session, io| session.send_file(io, file, offset, count - sent));
            match result {
                Ok(0) => break,
                Ok(length) => sent += length,
                Err(error) if error.kind() == ErrorKind::WouldBlock && sent > 0 => break,
                Err(error) => return Err(error),
            }
        }
        Ok(sent)
    }

    /// Writes some of `data` as one record with padding, and returns the number of bytes written. See
    /// [`Session::write_padded`].
    pub fn write_padded(&mut self, data: &[u8], padding: usize) -> Result<usize> {
        self.complete_send(|session, io| session.write_padded(io, data, padding))
    }

    /// Writes all of `data` and hides its length, see [`Session::write_hiding_length`].
    pub fn write_hiding_length(
        &mut self,
        data: &[u8],
        lengths: RangeInclusive<usize>,
    ) -> Result<()> {
        self.complete_send(|session, io| session.write_hiding_length(io, data, lengths.clone()))
            .map(drop)
    }

    /// Sets the size of the largest datagram that the network carries, see [`Session::set_mtu`].
    pub fn set_mtu(&mut self, bytes: u16) -> Result<()> {
        self.session.set_mtu(bytes)
    }

    /// Sets the MTU for a number of bytes of data, see [`Session::set_data_mtu`].
    pub fn set_data_mtu(&mut self, bytes: u16) -> Result<()> {
        self.session.set_data_mtu(bytes)
    }
}

impl<T: Transport> Blocking for Stream<T> {
    type Io = T;

    fn step<R>(
        &mut self,
        operation: &mut impl FnMut(&mut Session, &mut T) -> Result<Poll<R>>,
    ) -> Result<Poll<R>> {
        operation(&mut self.session, &mut self.io)
    }

    fn block(&mut self) -> Result<()> {
        if let Some(waits) = blocking::waits(&self.session) {
            self.io.wait(waits.read, waits.write, waits.until)?;
        }
        Ok(())
    }
}

impl<T: AsFd> AsFd for Stream<T> {
    /// Returns the descriptor that an event loop waits for, see [`Session::wants_read`].
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.io.as_fd()
    }
}

impl<T: AsRawFd> AsRawFd for Stream<T> {
    /// Returns the descriptor that an event loop waits for, see [`Session::wants_read`].
    fn as_raw_fd(&self) -> RawFd {
        self.io.as_raw_fd()
    }
}

impl<T> Stream<T> {
    /// Returns the session, for reading its properties. To change it, use the methods of the stream.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Returns the transport.
    pub fn get_ref(&self) -> &T {
        &self.io
    }

    /// Returns the transport, for its settings, such as timeouts. Reading from it, writing to it or replacing it breaks
    /// the connection.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.io
    }

    /// Splits the stream into its parts. Bytes that were written and not sent yet stay in the session, see
    /// [`Session::flush`].
    pub fn into_parts(self) -> (Session, T) {
        (self.session, self.io)
    }
}

impl<T: Transport> Read for Stream<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        Ok(self.complete_receive(|session, io| session.read(io, buffer))?)
    }
}

impl<T: Transport> Write for Stream<T> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if data.is_empty() {
            return Ok(0);
        }
        Ok(self.complete_send(|session, io| session.write_batch(io, data))?)
    }

    fn write_vectored(&mut self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        if buffers.iter().all(|buffer| buffer.is_empty()) {
            return Ok(0);
        }
        Ok(self.complete_send(|session, io| session.write_vectored(io, buffers))?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(self.complete(|session, io| session.flush(io))?)
    }
}

impl<T: fmt::Debug> fmt::Debug for Stream<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream")
            .field("session", &self.session)
            .field("io", &self.io)
            .finish()
    }
}
