//! Application data: reading, writing, closing, and new keys.

pub(crate) mod cork;
pub(crate) mod file;
pub(crate) mod packet;
pub(crate) mod padding;
pub(crate) mod size;

use std::ffi::c_int;
use std::task::Poll;

use gnutls_sys as sys;
use gnutls_sys::gnutls_session_t;

use crate::alert::Alert;
use crate::crypto::Side;
use crate::error::code::ErrorCode;
use crate::error::unsupported::requires;
use crate::error::{Error, Result};
use crate::session::handshake::ROUNDS;
use crate::session::output::Flush;
use crate::session::{Session, ready};
use crate::session_core::lifecycle::{Operation, WriteHalf, rehandshake};
use crate::session_core::send_queue::PendingSend;
use crate::transport::Transport;

/// Whose keys are to be updated, see [`Session::update_key`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyUpdate {
    /// Those of this side.
    Ours,
    /// Those of this side, and the peer is asked to update its own.
    #[doc(alias = "GNUTLS_KU_PEER")]
    Both,
}

/// The most bytes that a record carries (RFC 8446, section 5.1).
const RECORD: usize = 16_384;

impl Session {
    /// Reads data: `Ready` with their length, at least one byte, or with 0 once the peer has closed its side (close_notify),
    /// or `Pending` while the transport blocks. Nothing is read into an empty buffer.
    ///
    /// A stream that ends without close_notify is the error [`UnexpectedEof`](ErrorKind::UnexpectedEof): the data may have
    /// been cut off (RFC 8446, section 6.1). What is left to be sent is sent along the way, and what TLS sends beside the
    /// data (tickets, key updates, heartbeats) is dealt with.
    ///
    /// C: [`gnutls_record_recv`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005frecord_005frecv).
    ///
    /// ```
    /// use std::task::Poll;
    /// use gnutls::{Result, Session, Transport};
    ///
    /// /// Reads what there is. `Ready` once the peer has closed its side.
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
    /// [`Rehandshake`](ErrorKind::Rehandshake), not fatal: the peer wants a new handshake and the configuration allows it;
    /// [`handshake`](Self::handshake) is to be called. Where it is not allowed, which is the default, the peer is told so
    /// and reading goes on. [`Alert`](ErrorKind::Alert) with [`NO_RENEGOTIATION`](Alert::NO_RENEGOTIATION), not fatal: the
    /// peer does not want the handshake that [`rehandshake`](Self::rehandshake) asked for.
    #[doc(alias = "gnutls_record_recv")]
    pub fn read<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        buffer: &mut [u8],
    ) -> Result<Poll<usize>> {
        ready!(self.begin(io, Operation::Read));
        if buffer.is_empty() {
            return Ok(Poll::Ready(0));
        }
        self.receive(io, |session| {
            // SAFETY: writes no more than the length into the buffer. It may run handshake code and all callbacks; nothing
            // is borrowed from the session, since this has it exclusively.
            unsafe { sys::gnutls_record_recv(session, buffer.as_mut_ptr().cast(), buffer.len()) }
        })
    }

    /// Calls a function of GnuTLS that receives data until there are some, and gives what it returned.
    fn receive<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        mut function: impl FnMut(gnutls_session_t) -> isize,
    ) -> Result<Poll<usize>> {
        for _ in 0..ROUNDS {
            let discards = self.core_mut().lifecycle.take_discarded_hello();
            // Reading goes on while writing blocks.
            let _ = self.poll_flush(io, Flush::Queue)?;
            let code = if discards {
                self.discard_record(io)
            } else {
                self.call(io, &mut function)
            };
            if code >= 0 {
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
                    if self.core().call.would_block {
                        self.flush_behind(io);
                        return Ok(Poll::Pending);
                    }
                }
                sys::GNUTLS_E_REHANDSHAKE => {
                    let requested = self.core().lifecycle.has_requested_hello();
                    if self.config().renegotiation || requested {
                        self.begin_rehandshake();
                        return Err(rehandshake());
                    }
                    self.refuse_rehandshake(io);
                }
                #[cfg(gnutls_3_6_3)]
                // Nothing can be answered any more, and what follows can be read all the same.
                sys::GNUTLS_E_REAUTH_REQUEST if self.core().lifecycle.is_closed() => {}
                #[cfg(gnutls_3_6_3)]
                sys::GNUTLS_E_REAUTH_REQUEST => {
                    let code = self.answer_request(io);
                    if code < 0 {
                        return self.fail(io, code);
                    }
                }
                // The ClientHello that was refused is still among the records, and is thrown out.
                sys::GNUTLS_E_UNEXPECTED_PACKET if discards => {}
                sys::GNUTLS_E_WARNING_ALERT_RECEIVED => {
                    let alert = self.note_alert();
                    if alert == Alert::NO_RENEGOTIATION
                        && self.core_mut().lifecycle.withdraw_hello_request()
                    {
                        return Err(Error::from_code(code).with_alert(alert));
                    }
                }
                sys::GNUTLS_E_HEARTBEAT_PING_RECEIVED => {
                    let code = self.pong(io);
                    if code < 0 {
                        return self.fail(io, code);
                    }
                }
                sys::GNUTLS_E_HEARTBEAT_PONG_RECEIVED => self.note_pong(),
                _ if self.discards_heartbeat(code) => {}
                _ if !is_fatal(code) => {}
                _ => return self.fail(io, code),
            }
        }
        self.yield_now()
    }

    /// Throws out the ClientHello that was refused, which is the next of the records. `gnutls_record_recv_packet` would do so
    /// too, and forget its memory (_gnutls_record_buffer_get_packet in lib/buffers.c).
    fn discard_record<T: Transport + ?Sized>(&mut self, io: &mut T) -> isize {
        let mut byte = [0_u8];
        let code = self.call(io, |session| {
            // SAFETY: writes no more than a byte. It may run callbacks; this has the session exclusively.
            unsafe { sys::gnutls_record_recv(session, byte.as_mut_ptr().cast(), byte.len()) }
        });
        match code {
            // It was none, and its data must not be lost without a word.
            1.. => sys::GNUTLS_E_INTERNAL_ERROR as isize,
            code => code,
        }
    }

    /// Writes some of `data`: `Ready` with how many bytes were taken, or `Pending` while the transport blocks. An empty
    /// write is ready at once.
    ///
    /// One call makes one record. Bytes that were taken are never lost: what the transport would not take is kept and goes
    /// with the next call, or with [`flush`](Self::flush); until it has gone no further bytes are taken.
    ///
    /// In a datagram session `data` is one datagram, and one that is too large is refused with the error
    /// [`Limit`](ErrorKind::Limit).
    ///
    /// C: [`gnutls_record_send`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005frecord_005fsend).
    #[doc(alias = "gnutls_record_send")]
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
            // With new keys under way C has a copy of the data, but loses it where the kernel takes nothing: it is to be given
            // the same once more.
            return Ok(Poll::Ready(self.keep_record(data)));
        }
        Ok(written)
    }

    /// Sends some of `data` as one record.
    fn send_record<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        data: &[u8],
    ) -> Result<Poll<usize>> {
        // After a key update that the peer has asked for, C copies all of the data first; one record is enough.
        let data = if self.is_datagram() {
            data
        } else {
            &data[..data.len().min(RECORD)]
        };
        self.send(io, data.len(), |session| {
            // SAFETY: reads the data during the call. It may run callbacks; this has the session exclusively.
            unsafe { sys::gnutls_record_send(session, data.as_ptr().cast(), data.len()) }
        })
    }

    /// Calls a function of GnuTLS that sends data of this length, and gives what it returned: how many bytes it has taken.
    fn send<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        length: usize,
        mut function: impl FnMut(gnutls_session_t) -> isize,
    ) -> Result<Poll<usize>> {
        ready!(self.poll_flush(io, Flush::Queue));
        let flush_wanted = self.core().output.flush_wanted;
        for _ in 0..ROUNDS {
            let code = self.call(io, &mut function);
            if code >= 0 {
                // That is left to `flush`, so that small records can leave together.
                self.core_mut().output.flush_wanted = flush_wanted;
                return Ok(Poll::Ready(code as usize));
            }
            let code = code as c_int;
            match code {
                // The push function takes everything, so this does not come from the transport.
                sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED if !self.uses_descriptors() => {}
                // GnuTLS has made a record of the data, or of its own copy of them, which will be one.
                sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED => {
                    if self.keep_pending(PendingSend::Record) {
                        self.core_mut().output.flush_wanted = flush_wanted;
                        let room = self.max_send_size().unwrap_or(length);
                        return Ok(Poll::Ready(length.min(room)));
                    }
                    // The kernel has taken nothing.
                    self.core_mut().call.send_incomplete = true;
                    return Ok(Poll::Pending);
                }
                _ if !is_fatal(code) => return Err(Error::from_code(code)),
                _ => return self.fail(io, code),
            }
        }
        self.yield_now()
    }

    /// Sends what is kept, and flushes the transport: `Ready` once everything that was written is on its way.
    pub fn flush<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        ready!(self.begin(io, Operation::Flush));
        self.core_mut().output.flush_wanted = true;
        ready!(self.poll_flush(io, Flush::Corked));
        self.poll_flush(io, Flush::Transport)
    }

    /// Closes the sending side: sends what is left, then close_notify. `Ready` once that is on its way.
    ///
    /// The peer may go on sending, and [`read`](Self::read) gives what it sends until it closes its own side. Reading to
    /// the end before the transport is closed is what shows that nothing was cut off. Before the handshake is over there
    /// is nothing to close (`InvalidState`): drop the session and its transport.
    ///
    /// C: [`gnutls_bye`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fbye) with `GNUTLS_SHUT_WR`. The other
    /// way, `GNUTLS_SHUT_RDWR`, throws away data that the peer has sent.
    #[doc(alias = "gnutls_bye")]
    pub fn close<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        ready!(self.begin_call(io));
        if !self.core().lifecycle.is_closed() {
            self.permit(Operation::Close)?;
            if self.core().lifecycle.is_rehandshaking() && self.corked_bytes() > 0 {
                return Err(rehandshake());
            }
            ready!(self.poll_flush(io, Flush::Corked));
            let core = self.core_mut();
            core.lifecycle.close_write(WriteHalf::CloseNotify);
            core.output.flush_wanted = true;
            // SAFETY: writes an alert. The handshake is over, and nothing is left to be sent.
            let code = unsafe { self.send_message(io, PendingSend::CloseNotify) };
            if code < 0 {
                return self.fail(io, code);
            }
        }
        self.poll_flush(io, Flush::Transport)
    }

    /// Changes the keys of TLS 1.3 (RFC 8446, section 4.6.3). `Ready` once the message is written.
    ///
    /// GnuTLS fails when it receives more than 8 of these within a second, and when both sides ask each other at the same
    /// time.
    ///
    /// C: [`gnutls_session_key_update`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsession_005fkey_005fupdate),
    /// since 3.6.3.
    ///
    /// # Errors
    ///
    /// [`InvalidState`](ErrorKind::InvalidState) before the handshake is over and in older protocols,
    /// [`Unsupported`](ErrorKind::Unsupported) with a library that is too old.
    #[doc(alias = "gnutls_session_key_update")]
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(unused_variables, reason = "refused, whatever they are")
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
            return Err(Error::invalid_state("only TLS 1.3 can update keys"));
        }
        ready!(self.poll_flush(io, Flush::Corked));
        let flags = match update {
            KeyUpdate::Ours => 0,
            KeyUpdate::Both => sys::GNUTLS_KU_PEER,
        };
        // SAFETY: writes a KeyUpdate and changes the keys. The handshake is over and has agreed on TLS 1.3; before that it reads a
        // version that is not there. Nothing is left to be sent.
        let code = unsafe { self.send_message(io, PendingSend::KeyUpdate(flags)) };
        if code < 0 {
            self.fail(io, code)
        } else {
            Ok(Poll::Ready(self.flush_behind(io)))
        }
    }

    /// Tells the peer that there is going to be no new handshake.
    fn refuse_rehandshake<T: Transport + ?Sized>(&mut self, io: &mut T) {
        if self.side() == Side::Server {
            self.core_mut().lifecycle.discard_hello();
        }
        // One refusal that waits to be sent is enough: a peer that asks on and on without reading cannot fill the memory.
        if self.core().output.is_empty() && !self.core().lifecycle.is_closed() {
            let message =
                PendingSend::Alert(sys::GNUTLS_AL_WARNING, sys::GNUTLS_A_NO_RENEGOTIATION);
            // SAFETY: writes an alert; the handshake is over, and nothing is left to be sent.
            unsafe { self.send_message(io, message) };
        }
    }
}

fn is_fatal(code: c_int) -> bool {
    ErrorCode::from_raw(code).is_fatal()
}
