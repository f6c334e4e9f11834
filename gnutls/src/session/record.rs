//! Application data: reading, writing, closing, and key updates.

pub(crate) mod cork;
pub(crate) mod file;
pub(crate) mod packet;
pub(crate) mod padding;
pub(crate) mod size;
pub(crate) mod state;

use std::ffi::c_int;
use std::task::Poll;

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::gnutls_session_t;

use crate::alert::Alert;
use crate::crypto::Side;
use crate::error::code::ErrorCode;
use crate::error::unsupported::requires;
use crate::error::{Error, ErrorKind, Result};
use crate::session::handshake::ROUNDS;
use crate::session::output::Flush;
use crate::session::{Session, ready};
use crate::session_core::lifecycle::{Operation, WriteHalf, rehandshake, renegotiation_refused};
use crate::session_core::send_queue::PendingSend;
use crate::transport::Transport;

/// The request to the peer in a KeyUpdate message (`KeyUpdateRequest` in RFC 8446, section 4.6.3), see
/// [`Session::update_key`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyUpdate {
    /// The peer need not update its own keys.
    NotRequested,
    /// The peer has to update its own keys as well.
    #[doc(alias = "GNUTLS_KU_PEER")]
    Requested,
}

/// The maximum length of the data in a record (RFC 8446, section 5.1).
const RECORD: usize = 16_384;

/// The maximum length of the data that [`Session::write_batch`] accepts in a call.
const BATCH: usize = 4 * RECORD;

impl Session {
    /// Reads data. Returns `Ready` with its length, which is 0 once the peer has sent close_notify, and `Pending` while
    /// the transport blocks. Reading into an empty buffer returns 0 without reading.
    ///
    /// A stream that ends without close_notify is an error of kind [`UnexpectedEof`](crate::ErrorKind::UnexpectedEof),
    /// because the data may be truncated (RFC 8446, section 6.1). The call also sends pending output and processes
    /// other messages: tickets, key updates and heartbeats.
    ///
    /// ```
    /// use std::task::Poll;
    /// use gnutls::{Result, Session, Transport};
    ///
    /// /// Reads all available data. Returns `Ready` once the peer has closed its side.
    /// fn read_all<T: Transport>(session: &mut Session, io: &mut T, data: &mut Vec<u8>) -> Result<Poll<()>> {
    ///     let mut buffer = [0; 16_384];
    ///     loop {
    ///         match session.read(io, &mut buffer)? {
    ///             Poll::Ready(0) => return Ok(Poll::Ready(())),
    ///             Poll::Ready(length) => data.extend_from_slice(&buffer[..length]),
    ///             Poll::Pending => return Ok(Poll::Pending),
    ///         }
    ///     }
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// In a datagram session a read returns one datagram. If the buffer is too small for it, the call returns an error of
    /// kind [`Limit`](crate::ErrorKind::Limit), which is not fatal. The next call returns the datagram, whose length
    /// [`pending_bytes`](crate::SessionRef::pending_bytes) returns.
    ///
    /// Returns an error of kind [`Rehandshake`](crate::ErrorKind::Rehandshake), which is not fatal, if the peer
    /// requests a handshake and the configuration permits it: call [`handshake`](Self::handshake). If it does not,
    /// which is the default, the peer gets a `no_renegotiation` alert and reading continues.
    ///
    /// Returns an error of kind [`Alert`](crate::ErrorKind::Alert) with [`NO_RENEGOTIATION`](Alert::NO_RENEGOTIATION),
    /// which is not fatal, if the peer rejects the handshake that [`rehandshake`](Self::rehandshake) has requested.
    #[corresponds(gnutls_record_recv)]
    pub fn read<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        buffer: &mut [u8],
    ) -> Result<Poll<usize>> {
        ready!(self.begin(io, Operation::Read));
        if buffer.is_empty() {
            return Ok(Poll::Ready(0));
        }
        if self.core().datagram && (buffer.len() < RECORD || self.state().kept.is_some()) {
            return self.read_datagram(io, buffer);
        }
        self.receive(io, |session| {
            // SAFETY: writes at most the length of the buffer. It may run handshake code and all callbacks of the
            // session. The exclusive reference to the session excludes other borrows of it.
            unsafe { sys::gnutls_record_recv(session, buffer.as_mut_ptr().cast(), buffer.len()) }
        })
    }

    /// Reads a datagram into a buffer that may be too small for it. GnuTLS would return the rest as another datagram.
    #[inline(never)]
    fn read_datagram<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        buffer: &mut [u8],
    ) -> Result<Poll<usize>> {
        let packet = ready!(self.receive_packet(io));
        let data = packet.data();
        let Some(place) = buffer.get_mut(..data.len()) else {
            let message = format!(
                "the datagram has {} bytes and the buffer only {}: read it with a larger buffer",
                data.len(),
                buffer.len()
            );
            self.core_mut().kept_bytes = data.len();
            self.state_mut().kept = Some(packet);
            let error = Error::from_code(sys::GNUTLS_E_SHORT_MEMORY_BUFFER);
            return Err(error
                .with_kind(ErrorKind::Limit)
                .with_message(message)
                .not_fatal());
        };
        place.copy_from_slice(data);
        Ok(Poll::Ready(data.len()))
    }

    /// Calls a GnuTLS function that receives data until it returns data, and returns its result.
    fn receive<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        mut function: impl FnMut(gnutls_session_t) -> isize,
    ) -> Result<Poll<usize>> {
        for _ in 0..ROUNDS {
            // Reading continues while writing blocks, and after it has failed.
            let _ = self.poll_flush_to_receive(io, Flush::Queue)?;
            let could_send = self.core().lifecycle.write_error().is_none();
            let Some(next) = self.next_in_read() else {
                return Err(rehandshake());
            };
            let code = self.call_to_receive_data(io, next, &mut function);
            if code >= 0 {
                self.core_mut().discards_hello = false;
                if code == 0 && self.is_truncated() {
                    self.core_mut().call.end_of_stream = true;
                    return self.fail(io, sys::GNUTLS_E_PREMATURE_TERMINATION);
                }
                if code == 0 && self.handshake_done() {
                    self.note_close();
                }
                self.flush_behind(io);
                return Ok(Poll::Ready(code as usize));
            }
            let code = code as c_int;
            match code {
                sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED => {
                    self.keep_pending(PendingSend::Record);
                    self.report_undelivered()?;
                    if self.core().call.would_block {
                        self.flush_behind(io);
                        return Ok(Poll::Pending);
                    }
                }
                _ if code == sys::GNUTLS_E_REHANDSHAKE || self.has_missed_hello(code) => {
                    // A side that is closed cannot take part in a handshake, but continues to read.
                    let lifecycle = &self.core().lifecycle;
                    let wanted = self.config().renegotiation || lifecycle.has_requested_hello();
                    let server = self.side() == Side::Server;
                    let missed = code != sys::GNUTLS_E_REHANDSHAKE;
                    if wanted && !missed && !lifecycle.is_closed() {
                        self.begin_rehandshake();
                        if server {
                            self.state_mut().read_ahead.note_answer();
                        }
                        return Err(rehandshake());
                    }
                    self.refuse_rehandshake(io);
                    if server && !missed {
                        let code = self.discard_hello(io);
                        if code < 0 {
                            return self.fail(io, code);
                        }
                        self.core_mut().discards_hello = !self.is_datagram();
                    }
                }
                sys::GNUTLS_E_UNEXPECTED_PACKET if self.core().discards_hello => {}
                #[cfg(gnutls_3_6_3)]
                // The session can send no answer any more, but the following data can still be read.
                sys::GNUTLS_E_REAUTH_REQUEST if self.core().lifecycle.is_closed() => {}
                #[cfg(gnutls_3_6_3)]
                sys::GNUTLS_E_REAUTH_REQUEST => {
                    let code = self.answer_request(io);
                    if code < 0 && !self.core().call.send_failed {
                        return self.fail(io, code);
                    }
                }
                sys::GNUTLS_E_WARNING_ALERT_RECEIVED => {
                    let alert = self.note_alert();
                    let lifecycle = &mut self.core_mut().lifecycle;
                    if alert == Alert::NO_RENEGOTIATION && lifecycle.has_requested_hello() {
                        lifecycle.end_interruption();
                        return Err(renegotiation_refused());
                    }
                }
                sys::GNUTLS_E_HEARTBEAT_PING_RECEIVED => {
                    let code = self.pong(io);
                    if code < 0 && !self.core().call.send_failed {
                        return self.fail(io, code);
                    }
                }
                sys::GNUTLS_E_HEARTBEAT_PONG_RECEIVED => self.note_pong(),
                // GnuTLS itself could not send a message to descriptors.
                sys::GNUTLS_E_PUSH_ERROR if could_send && self.core().call.send_failed => {}
                _ if self.discards_heartbeat(code) => {}
                _ if !is_fatal(code) => {}
                _ => return self.fail(io, code),
            }
        }
        self.yield_now()
    }

    /// Writes some of `data`. Returns `Ready` with the number of bytes that were accepted, and `Pending` while the
    /// transport blocks. An empty write returns 0 immediately.
    ///
    /// A call makes one record. Accepted bytes are never lost: the session queues output that the transport does not
    /// accept, and sends it in the next call or in [`flush`](Self::flush). It accepts no more data before the queue is
    /// empty.
    ///
    /// In a datagram session `data` is one datagram. Data that is too long for it is an error of kind
    /// [`Limit`](crate::ErrorKind::Limit).
    #[corresponds(gnutls_record_send)]
    pub fn write<T: Transport + ?Sized>(&mut self, io: &mut T, data: &[u8]) -> Result<Poll<usize>> {
        ready!(self.begin(io, Operation::Write));
        if data.is_empty() {
            return Ok(Poll::Ready(0));
        }
        if self.cork.is_on() {
            return self.write_corked(io, data);
        }
        ready!(self.poll_flush(io, Flush::Corked));
        let written = self.send_record(io, data)?;
        if written.is_pending() && self.kernel_tls().send {
            // During a key update GnuTLS copies the data, but loses the copy if the kernel accepts nothing. Therefore
            // the next call must pass the same data.
            return Ok(Poll::Ready(self.keep_record(data)));
        }
        Ok(written)
    }

    /// Removes the bytes that have been [received ahead](crate::Transport::receives_ahead) and not been decrypted. After
    /// the close_notify of the peer they follow the session on the transport, for example in plain text. Earlier the
    /// session cannot continue without them.
    ///
    /// ```
    /// # use gnutls::{ClientConfig, Trust};
    /// # let config = ClientConfig::builder().trust(Trust::none()).build()?;
    /// let mut session = config.session("localhost")?;
    /// assert_eq!(session.unread_bytes(), 0);
    /// assert!(session.take_unread_bytes().is_empty());
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    pub fn take_unread_bytes(&mut self) -> Vec<u8> {
        self.core_mut().unread.take()
    }

    /// Writes some of `data` like [`write`](Self::write), but a call makes as many records as 64 KiB of data require,
    /// and sends them together: a transport is called once instead of once per record. The records are copied. Unsent
    /// records are queued, and the session accepts no more data before the queue is empty.
    ///
    /// In a datagram session, with a cork and on descriptors it is the same as `write`.
    ///
    /// ```
    /// use gnutls::{ClientConfig, Identity, ServerConfig, Trust};
    /// use gnutls::transport::MemoryTransport;
    ///
    /// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
    /// # let identity = Identity::from_pem(&pem("server"), &pem("server-key"))?;
    /// let server = ServerConfig::builder().identity(identity).build()?;
    /// let client = ClientConfig::builder().trust(Trust::pem(&pem("ca"))?).build()?;
    /// let (mut client_io, mut server_io) = MemoryTransport::stream();
    /// let mut client = client.session("localhost")?;
    /// let mut server = server.session()?;
    /// while client.handshake(&mut client_io)?.is_pending() | server.handshake(&mut server_io)?.is_pending() {}
    ///
    /// let written = client.write_batch(&mut client_io, &[0; 40_000])?;
    /// assert_eq!(written, std::task::Poll::Ready(40_000));
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(gnutls_record_send)]
    pub fn write_batch<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        data: &[u8],
    ) -> Result<Poll<usize>> {
        ready!(self.begin(io, Operation::Write));
        let gathers = !self.core().datagram && !self.uses_descriptors() && !self.cork.is_on();
        if data.len() <= RECORD || !gathers {
            return self.write(io, data);
        }
        ready!(self.poll_flush(io, Flush::Corked));
        let data = &data[..data.len().min(BATCH)];
        self.send_with(io, data.len(), true, |session| {
            let mut sent = 0;
            while sent < data.len() {
                let next = &data[sent..data.len().min(sent + RECORD)];
                // SAFETY: reads the data during the call. It may run callbacks of the session. The exclusive reference
                // to the session excludes other borrows of it.
                let code =
                    unsafe { sys::gnutls_record_send(session, next.as_ptr().cast(), next.len()) };
                match usize::try_from(code) {
                    Ok(length) if length > 0 => sent += length,
                    _ if sent > 0 => break,
                    // A code for the whole call.
                    _ => return code,
                }
            }
            sent as isize
        })
    }

    /// Sends some of `data` as one record.
    #[inline(always)]
    fn send_record<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        data: &[u8],
    ) -> Result<Poll<usize>> {
        // After a key update that the peer has requested, GnuTLS first copies all of the data. One record is
        // sufficient.
        let data = if self.core().datagram {
            data
        } else {
            &data[..data.len().min(RECORD)]
        };
        self.send(io, data.len(), |session| {
            // SAFETY: reads the data during the call. It may run callbacks of the session. The exclusive reference to
            // the session excludes other borrows of it.
            unsafe { sys::gnutls_record_send(session, data.as_ptr().cast(), data.len()) }
        })
    }

    /// Calls a GnuTLS function that sends data of this length as one record, and returns the number of bytes that it
    /// has accepted.
    #[inline(always)]
    fn send<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        length: usize,
        function: impl FnMut(gnutls_session_t) -> isize,
    ) -> Result<Poll<usize>> {
        self.send_with(io, length, false, function)
    }

    /// Like [`send`](Self::send), for several records, which are gathered, or for one.
    #[inline(always)]
    fn send_with<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        length: usize,
        gathers: bool,
        mut function: impl FnMut(gnutls_session_t) -> isize,
    ) -> Result<Poll<usize>> {
        ready!(self.flush_queue(io));
        let flush_wanted = self.core().output.flush_wanted;
        for _ in 0..ROUNDS {
            let code = if gathers {
                self.call(io, &mut function)
            } else {
                self.call_to_send_record(io, &mut function)
            };
            if self.core().call.send_failed {
                return self.fail(io, sys::GNUTLS_E_PUSH_ERROR);
            }
            self.report_rejected()?;
            if code >= 0 {
                // Flushing is left to `flush`, so that the transport can combine small records.
                self.core_mut().output.flush_wanted = flush_wanted;
                return Ok(Poll::Ready(code as usize));
            }
            let code = code as c_int;
            match code {
                // The push function accepts all output, so that this code does not come from the transport.
                sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED if !self.uses_descriptors() => {}
                // GnuTLS has made a record of the data, or of its copy of the data, which becomes a record.
                sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED => {
                    if self.keep_pending(PendingSend::Record) {
                        self.core_mut().output.flush_wanted = flush_wanted;
                        let room = self.max_send_size().unwrap_or(length);
                        return Ok(Poll::Ready(length.min(room)));
                    }
                    // The kernel has accepted nothing.
                    self.core_mut().call.send_incomplete = true;
                    return Ok(Poll::Pending);
                }
                sys::GNUTLS_E_LARGE_PACKET if self.core().datagram => {
                    return Err(self.too_large(length));
                }
                _ if !is_fatal(code) => return Err(Error::from_code(code)),
                _ => return self.fail(io, code),
            }
        }
        self.yield_now()
    }

    /// Returns the error for data that does not fit into one datagram.
    #[cold]
    fn too_large(&self, length: usize) -> Error {
        let limits = [self.data_mtu(), self.max_send_size()];
        let limit = limits.into_iter().flatten().min().unwrap_or_default();
        Error::from_code(sys::GNUTLS_E_LARGE_PACKET).with_message(format!(
            "{length} bytes do not fit into a datagram: write at most {limit}, or set a larger MTU"
        ))
    }

    /// Sends the pending output and flushes the transport. Returns `Ready` once the transport has accepted everything.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Rehandshake`](crate::ErrorKind::Rehandshake), which is not fatal, if accepted data
    /// cannot be sent before the end of a new handshake: call [`handshake`](Self::handshake), which sends it.
    pub fn flush<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        ready!(self.begin(io, Operation::Flush));
        if self.core().lifecycle.is_rehandshaking() && self.corked_bytes() > 0 {
            return Err(rehandshake());
        }
        self.core_mut().output.flush_wanted = true;
        ready!(self.poll_flush(io, Flush::Corked));
        self.poll_flush(io, Flush::Transport)
    }

    /// Closes the sending side: sends the pending output, then close_notify. Returns `Ready` once the transport has
    /// accepted it.
    ///
    /// The peer can continue to send, and [`read`](Self::read) returns its data until it closes its side. To detect
    /// truncation, read to the end before closing the transport. Before the handshake is complete this is an error of
    /// kind [`InvalidState`](crate::ErrorKind::InvalidState): drop the session and its transport instead.
    ///
    /// Sends close_notify only, which is `GNUTLS_SHUT_WR` in C; `GNUTLS_SHUT_RDWR` discards data that the peer has
    /// sent.
    #[corresponds(gnutls_bye)]
    pub fn close<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        ready!(self.begin(io, Operation::Close));
        if !self.core().lifecycle.is_closed() {
            if self.core().lifecycle.is_rehandshaking() && self.corked_bytes() > 0 {
                return Err(rehandshake());
            }
            ready!(self.poll_flush(io, Flush::Corked));
            let core = self.core_mut();
            core.lifecycle.close_write(WriteHalf::CloseNotify);
            core.output.flush_wanted = true;
            // SAFETY: writes an alert. The handshake is complete, and the send queue is empty, so that this call sends
            // the alert and no earlier message.
            let code = unsafe { self.send_message(io, PendingSend::CloseNotify) };
            if code < 0 {
                return self.fail(io, code);
            }
        }
        self.poll_flush(io, Flush::Transport)
    }

    /// Updates the keys of a TLS 1.3 session (RFC 8446, section 4.6.3). Returns `Ready` once the message is written.
    ///
    /// GnuTLS fails if it receives more than 8 key updates within a second (before 3.6.8: more than one), and if both
    /// sides request an update at the same time.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](crate::ErrorKind::InvalidState) before the handshake is complete and
    /// in older protocols, and of kind [`Unsupported`](crate::ErrorKind::Unsupported) with a GnuTLS version before
    /// 3.6.3.
    #[corresponds(gnutls_session_key_update)]
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(
            unused_variables,
            reason = "key updates are an error before GnuTLS 3.6.3"
        )
    )]
    pub fn update_key<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        update: KeyUpdate,
    ) -> Result<Poll<()>> {
        requires!(
            gnutls_3_6_3,
            "updating keys",
            self.update_key_in_tls1_3(io, update)
        )
    }

    #[cfg(gnutls_3_6_3)]
    fn update_key_in_tls1_3<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        update: KeyUpdate,
    ) -> Result<Poll<()>> {
        ready!(self.begin(io, Operation::UpdateKey));
        if self.protocol() != Some(crate::crypto::parameters::Protocol::TLS1_3) {
            return Err(Error::invalid_state(
                "only a TLS 1.3 session can update its keys: use `rehandshake` in older protocols",
            ));
        }
        ready!(self.poll_flush(io, Flush::Corked));
        let flags = match update {
            KeyUpdate::NotRequested => 0,
            KeyUpdate::Requested => sys::GNUTLS_KU_PEER,
        };
        // SAFETY: writes a KeyUpdate and changes the keys. It requires a negotiated TLS 1.3 version, which the
        // handshake has set. The send queue is empty, so that this call sends the KeyUpdate and no earlier message.
        let code = unsafe { self.send_message(io, PendingSend::KeyUpdate(flags)) };
        if code < 0 {
            self.fail(io, code)
        } else {
            self.flush_behind(io);
            Ok(Poll::Ready(()))
        }
    }

    /// Returns `true` if the code is for a ClientHello that GnuTLS has discarded. After a refusal in `gnutls_handshake` it
    /// does not recognize one (`handshake_in_progress` in lib/record.c).
    fn has_missed_hello(&self, code: c_int) -> bool {
        code == sys::GNUTLS_E_UNEXPECTED_PACKET
            && self.core().handshake_warnings > 0
            && self.side() == Side::Server
            && !self.is_datagram()
    }

    /// Refuses a new handshake that the peer has begun or requested.
    fn refuse_rehandshake<T: Transport + ?Sized>(&mut self, io: &mut T) {
        if self.core().lifecycle.is_closed() {
            return;
        }
        // At most one refusal waits to be sent, so that a peer which repeats its request without reading cannot fill
        // the memory.
        if self.core().output.refusal_waits {
            return;
        }
        let message = PendingSend::Alert(sys::GNUTLS_AL_WARNING, sys::GNUTLS_A_NO_RENEGOTIATION);
        // SAFETY: writes an alert; the handshake is complete. The earlier output is sent first.
        unsafe { self.send_in_turn(io, message) };
        let output = &mut self.core_mut().output;
        output.refusal_waits = !output.is_empty();
    }

    /// Discards the ClientHello that was refused, which is the next of the received records. Returns a code of GnuTLS.
    ///
    /// `gnutls_record_recv_packet` would discard it as well, but leaks its memory (_gnutls_record_buffer_get_packet in
    /// lib/buffers.c).
    fn discard_hello<T: Transport + ?Sized>(&mut self, io: &mut T) -> c_int {
        let mut byte = [0_u8];
        let code = self.call(io, |session| {
            // SAFETY: writes no more than a byte. It may run callbacks; this has the session exclusively.
            unsafe { sys::gnutls_record_recv(session, byte.as_mut_ptr().cast(), byte.len()) }
        });
        match code as c_int {
            // DTLS returns GNUTLS_E_AGAIN for any record of another type (_gnutls_recv_int in lib/record.c).
            sys::GNUTLS_E_UNEXPECTED_PACKET | sys::GNUTLS_E_AGAIN => 0,
            // The record was not the hello: its data must not be lost silently.
            0.. => sys::GNUTLS_E_INTERNAL_ERROR,
            code => code,
        }
    }
}

fn is_fatal(code: c_int) -> bool {
    ErrorCode::from_raw(code).is_fatal()
}
