//! Combining data before it becomes a record: corking, and writing from several buffers.
//!
//! `gnutls_record_cork` is not used: with a pending record it encrypts memory outside its buffer, and `gnutls_bye`
//! discards the corked data.

use std::io::IoSlice;
use std::task::Poll;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::error::{Error, Result};
use crate::session::output::Flush;
use crate::session::record::RECORD;
use crate::session::{Session, ready};
use crate::session_core::lifecycle::Operation;
use crate::transport::Transport;

/// The accepted data that is not yet a record, in a buffer that is reused.
#[derive(Default)]
pub(crate) struct Cork {
    on: bool,
    bytes: Vec<u8>,
    /// The number of `bytes` that have become records.
    sent: usize,
}

impl Cork {
    #[inline]
    pub(crate) fn is_on(&self) -> bool {
        self.on
    }

    #[inline]
    fn len(&self) -> usize {
        self.bytes.len() - self.sent
    }

    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.sent = 0;
    }
}

impl Session {
    /// Corks the session: written data is buffered, so that many small writes make few records. A full record is sent
    /// immediately. [`uncork`](Self::uncork) sends the rest. So do [`flush`](Self::flush), after which the session
    /// remains corked, and all calls that change the keys or close the session, so that no data is lost.
    ///
    /// In a datagram session all corked data makes one datagram. A write that exceeds its size is an error of kind
    /// [`Limit`](crate::ErrorKind::Limit).
    ///
    /// ```
    /// # use gnutls::{Session, Transport};
    /// # use std::task::Poll;
    /// /// Sends a header and a body as one record.
    /// fn send<T: Transport>(session: &mut Session, io: &mut T, header: &[u8], body: &[u8]) -> gnutls::Result<Poll<()>> {
    ///     session.cork();
    ///     let _ = session.write(io, header)?;
    ///     let _ = session.write(io, body)?;
    ///     session.uncork(io) // After `Pending` call `flush` until it returns `Ready`.
    /// }
    /// ```
    #[corresponds(instead(gnutls_record_cork))]
    pub fn cork(&mut self) {
        self.cork.on = true;
    }

    /// Uncorks the session and sends the corked data. Returns `Ready` once it is written. After `Pending`, and after an
    /// error of kind [`Rehandshake`](crate::ErrorKind::Rehandshake), the next call of any kind continues.
    #[corresponds(instead(gnutls_record_uncork))]
    pub fn uncork<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        self.cork.on = false;
        ready!(self.begin_call(io));
        if self.cork.len() > 0 {
            self.permit(Operation::Write)?;
        }
        self.poll_flush(io, Flush::Corked)
    }

    /// Returns the number of corked bytes.
    #[corresponds(instead(gnutls_record_check_corked))]
    #[inline]
    pub fn corked_bytes(&self) -> usize {
        self.cork.len()
    }

    /// Writes from several buffers in order, as if they were one. See [`write`](Self::write). The data for one record
    /// is copied, unless it is in one buffer.
    pub fn write_vectored<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        buffers: &[IoSlice<'_>],
    ) -> Result<Poll<usize>> {
        let mut filled = buffers.iter().filter(|buffer| !buffer.is_empty());
        let first = filled.next().map_or(&[][..], |buffer| buffer);
        if filled.next().is_none() || (first.len() >= RECORD && !self.is_datagram()) {
            return self.write(io, first);
        }
        ready!(self.begin(io, Operation::Write));
        let room = ready!(self.room(io));
        let wanted = buffers
            .iter()
            .map(|buffer| buffer.len())
            .fold(0, usize::saturating_add);
        self.check_room(wanted, room)?;
        let before = self.cork.bytes.len();
        for buffer in buffers {
            let left = room - (self.cork.bytes.len() - before);
            self.cork
                .bytes
                .extend_from_slice(&buffer[..buffer.len().min(left)]);
        }
        self.send_unless_corked(io)?;
        Ok(Poll::Ready(wanted.min(room)))
    }

    /// Buffers some of `data`. If the record is full, it is sent first.
    pub(crate) fn write_corked<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        data: &[u8],
    ) -> Result<Poll<usize>> {
        let room = ready!(self.room(io));
        self.check_room(data.len(), room)?;
        let taken = data.len().min(room);
        self.cork.bytes.extend_from_slice(&data[..taken]);
        Ok(Poll::Ready(taken))
    }

    /// Returns the free space in the record or datagram that is being assembled. Without a cork, or if the last one is
    /// full, it is that of a new one.
    pub(crate) fn room<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<usize>> {
        let size = if self.is_datagram() {
            self.max_send_size().unwrap_or(0)
        } else {
            RECORD
        };
        if !self.cork.on || (self.cork.len() >= size && !self.is_datagram()) {
            ready!(self.poll_flush(io, Flush::Corked));
        }
        Ok(Poll::Ready(size.saturating_sub(self.cork.len())))
    }

    /// Returns an error if a datagram does not have room for the data. A stream accepts a part of it instead.
    pub(crate) fn check_room(&self, wanted: usize, room: usize) -> Result<()> {
        if self.is_datagram() && wanted > room {
            return Err(
                Error::from_code(sys::GNUTLS_E_LARGE_PACKET).with_message(format!(
                    "{wanted} bytes exceed the {room} bytes left in the datagram: write fewer bytes"
                )),
            );
        }
        Ok(())
    }

    /// Appends the data that `fill` writes into its buffer. `fill` returns the length of the data.
    pub(crate) fn keep_from(
        &mut self,
        room: usize,
        fill: impl FnOnce(&mut [u8]) -> std::io::Result<usize>,
    ) -> std::io::Result<usize> {
        let before = self.cork.bytes.len();
        self.cork.bytes.resize(before + room, 0);
        let filled = fill(&mut self.cork.bytes[before..]);
        let length = filled.as_ref().map_or(0, |length| (*length).min(room));
        self.cork.bytes.truncate(before + length);
        filled.map(|_| length)
    }

    /// Buffers the data of one record.
    pub(crate) fn keep_record(&mut self, data: &[u8]) -> usize {
        let length = data.len().min(RECORD);
        self.cork.bytes.extend_from_slice(&data[..length]);
        length
    }

    /// Sends the buffered data unless the session is corked. If the transport blocks, the next call sends it.
    pub(crate) fn send_unless_corked<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<()> {
        if !self.cork.on {
            let _ = self.poll_flush(io, Flush::Corked)?;
        }
        Ok(())
    }

    /// Makes records of the corked data if data can be sent now. Returns `Ready` once none is left.
    pub(crate) fn send_corked<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        while self.cork.len() > 0 && self.handshake_done() && !self.core().lifecycle.is_closed() {
            ready!(self.flush_queue(io));
            // The buffer is taken out, because sending borrows the whole session.
            let bytes = std::mem::take(&mut self.cork.bytes);
            let result = self.send_record(io, &bytes[self.cork.sent..]);
            self.cork.bytes = bytes;
            match result {
                Ok(Poll::Ready(length)) => self.cork.sent += length,
                Ok(Poll::Pending) => return Ok(Poll::Pending),
                // The session has ended, or the datagram exceeds the present maximum size.
                Err(error) => {
                    self.cork.clear();
                    return Err(error);
                }
            }
            if self.cork.len() == 0 {
                self.cork.clear();
            }
        }
        Ok(Poll::Ready(()))
    }
}
