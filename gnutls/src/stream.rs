//! A session and its transport as one: reads and writes like any other stream.

pub(crate) mod server;

use std::fs::File;
use std::io::{IoSlice, Read, Write};
use std::ops::RangeInclusive;
use std::os::fd::{AsFd, BorrowedFd};
use std::task::Poll;
use std::time::Instant;
use std::{fmt, io};

use crate::alert::Alert;
use crate::config::{ClientConfig, ServerConfig};
use crate::error::{Error, ErrorKind, Result};
use crate::resumption::session_data::SessionData;
use crate::session::Session;
use crate::session::alert::AlertLevel;
use crate::session::record::packet::Packet;
use crate::transport::Transport;

/// A stream that is protected by TLS.
///
/// On a blocking transport its functions block until they are done. On a non-blocking one they fail with
/// [`io::ErrorKind::WouldBlock`] where the transport would block, and are to be called again; nothing is lost, and no byte
/// is sent twice.
///
/// [`Descriptors`](crate::Descriptors) are sockets that GnuTLS itself uses; over those of UDP it is a stream of datagrams, each
/// of which is one write and one read, and what is lost of a handshake is sent again.
///
/// The end of the stream is read once the peer has closed it (close_notify). A stream that ends without that fails with
/// [`io::ErrorKind::UnexpectedEof`].
///
/// Dropping a stream sends nothing: the peer cannot tell then whether something is missing. Call [`close`](Self::close).
///
/// ```no_run
/// use std::io::{Read, Write};
/// use std::net::TcpStream;
///
/// let config = gnutls::ClientConfig::builder().build()?;
/// let mut stream = config.connect("example.org", TcpStream::connect("example.org:443")?)?;
/// stream.write_all(b"GET / HTTP/1.0\r\nHost: example.org\r\n\r\n")?;
/// let mut answer = Vec::new();
/// stream.read_to_end(&mut answer)?;
/// stream.close()?;
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Stream<T> {
    session: Session,
    io: T,
}

impl ClientConfig {
    /// Does the handshake with the server of this name (or address) over a blocking transport.
    ///
    /// On a non-blocking transport use [`stream`](Self::stream), and call [`handshake`](Stream::handshake) until it is done.
    pub fn connect<T: Transport>(&self, server_name: &str, io: T) -> Result<Stream<T>> {
        self.stream(server_name, io)?.shaken()
    }

    /// A stream to the server of this name (or address) that has not begun its handshake.
    pub fn stream<T: Transport>(&self, server_name: &str, io: T) -> Result<Stream<T>> {
        Ok(Stream::new(self.session(server_name)?, io))
    }
}

impl ServerConfig {
    /// Does the handshake with a client over a blocking transport.
    ///
    /// On a non-blocking transport use [`stream`](Self::stream), and call [`handshake`](Stream::handshake) until it is done.
    pub fn accept<T: Transport>(&self, io: T) -> Result<Stream<T>> {
        self.stream(io)?.shaken()
    }

    /// A stream to a client that has not begun its handshake.
    pub fn stream<T: Transport>(&self, io: T) -> Result<Stream<T>> {
        Ok(Stream::new(self.session()?, io))
    }
}

impl<T: Transport> Stream<T> {
    /// Puts a session together with the transport that it has used so far, if it has used one.
    pub fn new(session: Session, io: T) -> Self {
        Self { session, io }
    }

    fn shaken(mut self) -> Result<Self> {
        self.handshake()?;
        Ok(self)
    }

    /// Does the handshake, or the rest of it. Once it is done, a further call does nothing. Reading and writing do it too.
    pub fn handshake(&mut self) -> io::Result<()> {
        loop {
            match self.session.handshake(&mut self.io) {
                // The peer goes on without a new handshake.
                Err(error) if is_refusal(&error) => return Ok(()),
                result => {
                    if let Some(()) = self.done(result)? {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Begins a new handshake, see [`Session::rehandshake`]. On a server it is done by the reads that follow.
    pub fn rehandshake(&mut self) -> io::Result<()> {
        let mut again = false;
        loop {
            match self.session.rehandshake(&mut self.io) {
                // The peer goes on without a new handshake.
                Err(error) if again && is_refusal(&error) => return Ok(()),
                result => {
                    if let Some(()) = self.done(result)? {
                        return Ok(());
                    }
                }
            }
            again = true;
        }
    }

    /// Changes the keys, see [`Session::update_key`].
    pub fn update_key(&mut self, update: crate::session::record::KeyUpdate) -> io::Result<()> {
        loop {
            let result = self.session.update_key(&mut self.io, update);
            if let Some(()) = self.done(result)? {
                return Ok(());
            }
        }
    }

    /// Asks whether the peer is still there, see [`Session::ping`]. A read sees the answer.
    pub fn ping(&mut self, length: usize) -> io::Result<()> {
        loop {
            let result = self.session.ping(&mut self.io, length);
            if let Some(()) = self.done(result)? {
                return Ok(());
            }
        }
    }

    /// Sends an alert, see [`Session::send_alert`].
    pub fn send_alert(&mut self, level: AlertLevel, alert: Alert) -> io::Result<()> {
        loop {
            let result = self.session.send_alert(&mut self.io, level, alert);
            if let Some(()) = self.done(result)? {
                return Ok(());
            }
        }
    }

    /// Gives data to be sent with the first message, see [`Session::write_early_data`].
    pub fn write_early_data(&mut self, data: &[u8]) -> Result<()> {
        self.session.write_early_data(data)
    }

    /// Reads data that came with the first message, see [`Session::read_early_data`].
    pub fn read_early_data(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.session.read_early_data(buffer)
    }

    /// Closes the sending side: what was written is sent, then close_notify. Reading goes on until the peer closes its side.
    pub fn close(&mut self) -> io::Result<()> {
        loop {
            let result = self.session.close(&mut self.io);
            if let Some(()) = self.done(result)? {
                return Ok(());
            }
        }
    }

    /// Saves the session to be resumed, see [`Session::session_data`].
    pub fn save_session(&mut self) -> Result<SessionData> {
        self.session.session_data()
    }

    /// Reads one record without copying it, see [`Session::read_packet`]. `None` is the end of the stream.
    pub fn read_packet(&mut self) -> io::Result<Option<Packet<'_>>> {
        loop {
            if !self.session.core().lifecycle.has_opened() {
                self.handshake()?;
            }
            match self.session.receive_packet(&mut self.io) {
                Err(error) if error.kind() == ErrorKind::Rehandshake => {
                    self.handshake_among_data()?
                }
                Err(error) if is_refusal(&error) => {}
                result => {
                    if let Some(packet) = self.done(result)? {
                        return Ok(packet.lent_by(&mut self.session));
                    }
                }
            }
        }
    }

    /// Keeps what is written from now on, so that many small writes make few records, see [`Session::cork`].
    pub fn cork(&mut self) {
        self.session.cork();
    }

    /// Sends what was kept since [`cork`](Self::cork).
    pub fn uncork(&mut self) -> io::Result<()> {
        loop {
            let result = self.session.uncork(&mut self.io);
            if let Some(()) = self.done(result)? {
                return Ok(());
            }
        }
    }

    /// Sends up to `count` bytes of a file from `offset` on, which is moved on behind what was sent, and gives their
    /// number: less than `count` at the end of the file, and where a non-blocking transport blocks. See
    /// [`Session::send_file`].
    ///
    /// ```no_run
    /// # let config = gnutls::ClientConfig::builder().build()?;
    /// # let mut stream = config.connect("example.org", std::net::TcpStream::connect("example.org:443")?)?;
    /// let file = std::fs::File::open("picture.png")?;
    /// stream.send_file(&file, &mut 0, u64::MAX)?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn send_file(&mut self, file: &File, offset: &mut u64, count: u64) -> io::Result<u64> {
        let mut sent = 0;
        while sent < count {
            if !self.session.handshake_done() {
                self.handshake()?;
            }
            let result = self
                .session
                .send_file(&mut self.io, file, offset, count - sent);
            match self.done(result) {
                Ok(Some(0)) => break,
                Ok(Some(length)) => sent += length,
                Ok(None) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock && sent > 0 => break,
                Err(error) => return Err(error),
            }
        }
        Ok(sent)
    }

    /// Writes some of `data` as one record with this much padding, and gives how much that is: see
    /// [`Session::write_padded`].
    pub fn write_padded(&mut self, data: &[u8], padding: usize) -> io::Result<usize> {
        loop {
            if !self.session.handshake_done() {
                self.handshake()?;
            }
            let result = self.session.write_padded(&mut self.io, data, padding);
            if let Some(length) = self.done(result)? {
                return Ok(length);
            }
        }
    }

    /// Writes all of `data` and hides how long they are, see [`Session::write_hiding_length`].
    pub fn write_hiding_length(
        &mut self,
        data: &[u8],
        lengths: RangeInclusive<usize>,
    ) -> io::Result<()> {
        loop {
            if !self.session.handshake_done() {
                self.handshake()?;
            }
            let result = self
                .session
                .write_hiding_length(&mut self.io, data, lengths.clone());
            if self.done(result)?.is_some() {
                return Ok(());
            }
        }
    }

    /// Makes of a result what to return: a value or an error, or nothing where the call is to be repeated, since it was not
    /// the transport that made it stop.
    fn done<R>(&mut self, result: Result<Poll<R>>) -> io::Result<Option<R>> {
        match result? {
            Poll::Ready(value) => Ok(Some(value)),
            Poll::Pending => {
                let (read, write) = (self.session.wants_read(), self.session.wants_write());
                if read || write {
                    let resend = self.session.datagram_timeout();
                    let resend = resend.and_then(|time| Instant::now().checked_add(time));
                    let until = [self.session.handshake_deadline(), resend];
                    self.io
                        .wait(read, write, until.into_iter().flatten().min())?;
                }
                Ok(None)
            }
        }
    }
}

fn is_refusal(error: &Error) -> bool {
    error.kind() == ErrorKind::Alert
        && !error.is_fatal()
        && error.alert() == Some(Alert::NO_RENEGOTIATION)
}

impl<T: AsFd> AsFd for Stream<T> {
    /// What an event loop waits for, see [`Session::wants_read`].
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.io.as_fd()
    }
}

impl<T> Stream<T> {
    /// The session, to be asked. To change it, there are functions of the stream.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// The transport.
    pub fn get_ref(&self) -> &T {
        &self.io
    }

    /// The transport, for its settings, such as timeouts. Whoever reads from it, writes to it or replaces it breaks the
    /// connection.
    pub fn get_mut(&mut self) -> &mut T {
        &mut self.io
    }

    /// Takes the stream apart. Bytes that were written and not sent yet stay in the session, see [`Session::flush`].
    pub fn into_parts(self) -> (Session, T) {
        (self.session, self.io)
    }
}

impl<T: Transport> Read for Stream<T> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.session.core().lifecycle.has_opened() {
                self.handshake()?;
            }
            match self.session.read(&mut self.io, buffer) {
                Err(error) if error.kind() == ErrorKind::Rehandshake => {
                    self.handshake_among_data()?
                }
                Err(error) if is_refusal(&error) => {}
                result => {
                    if let Some(length) = self.done(result)? {
                        return Ok(length);
                    }
                }
            }
        }
    }
}

impl<T: Transport> Stream<T> {
    /// The new handshake that the peer wants. Where its data come first, the handshake stays to be done.
    fn handshake_among_data(&mut self) -> io::Result<()> {
        match self.handshake() {
            Err(_) if self.session.core().lifecycle.data_first() => Ok(()),
            result => result,
        }
    }
}

impl<T: Transport> Write for Stream<T> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if data.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.session.handshake_done() {
                self.handshake()?;
            }
            let result = self.session.write(&mut self.io, data);
            if let Some(length) = self.done(result)? {
                return Ok(length);
            }
        }
    }

    fn write_vectored(&mut self, buffers: &[IoSlice<'_>]) -> io::Result<usize> {
        if buffers.iter().all(|buffer| buffer.is_empty()) {
            return Ok(0);
        }
        loop {
            if !self.session.handshake_done() {
                self.handshake()?;
            }
            let result = self.session.write_vectored(&mut self.io, buffers);
            if let Some(length) = self.done(result)? {
                return Ok(length);
            }
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        loop {
            let result = self.session.flush(&mut self.io);
            if let Some(()) = self.done(result)? {
                return Ok(());
            }
        }
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
