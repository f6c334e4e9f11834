//! Putting data together before they become records: corking, and writing from several buffers at once.
//!
//! The cork of C is not used: with a record pending it encrypts memory that is not its own, and `gnutls_bye` drops what it
//! holds.

use std::io::IoSlice;
use std::task::Poll;

use gnutls_sys as sys;

use crate::error::{Error, Result};
use crate::session::output::Flush;
use crate::session::record::RECORD;
use crate::session::{Session, ready};
use crate::session_core::lifecycle::Operation;
use crate::transport::Transport;

/// Data that have been taken to be written and are no record yet, in a buffer that is used again and again.
#[derive(Default)]
pub(crate) struct Cork {
    on: bool,
    bytes: Vec<u8>,
    /// How many of `bytes` have become records.
    sent: usize,
}

impl Cork {
    pub(crate) fn is_on(&self) -> bool {
        self.on
    }

    fn len(&self) -> usize {
        self.bytes.len() - self.sent
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.sent = 0;
    }
}

impl Session {
    /// From now on keeps what is written, so that many small writes make few records: one is sent whenever it is full.
    /// [`uncork`](Self::uncork) sends the rest. So do [`flush`](Self::flush), after which the cork stays in, and whatever
    /// changes the keys or closes the session, so that nothing is lost.
    ///
    /// In a datagram session all that is written until then makes one datagram. A write for which that has no room is
    /// refused with the error [`Limit`](crate::ErrorKind::Limit).
    ///
    /// C: instead of [`gnutls_record_cork`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005frecord_005fcork).
    ///
    /// ```
    /// # use gnutls::{Session, Transport};
    /// # use std::task::Poll;
    /// /// Sends a header and a body as one record.
    /// fn send<T: Transport>(session: &mut Session, io: &mut T, header: &[u8], body: &[u8]) -> gnutls::Result<Poll<()>> {
    ///     session.cork();
    ///     let _ = session.write(io, header)?;
    ///     let _ = session.write(io, body)?;
    ///     session.uncork(io) // Where this is pending, `uncork` or `flush` is to be called again.
    /// }
    /// ```
    #[doc(alias = "gnutls_record_cork")]
    pub fn cork(&mut self) {
        self.cork.on = true;
    }

    /// Ends what [`cork`](Self::cork) began and sends what was kept: `Ready` once that is written. Where it is `Pending`,
    /// the next write or [`flush`](Self::flush) goes on with it.
    ///
    /// C: instead of [`gnutls_record_uncork`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005frecord_005funcork).
    #[doc(alias = "gnutls_record_uncork")]
    pub fn uncork<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        self.cork.on = false;
        ready!(self.begin_call(io));
        if self.cork.len() > 0 {
            self.permit(Operation::Write)?;
        }
        self.poll_flush(io, Flush::Corked)
    }

    /// How many bytes wait for the cork to be drawn.
    ///
    /// C: instead of [`gnutls_record_check_corked`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005frecord_005fcheck_005fcorked).
    #[doc(alias = "gnutls_record_check_corked")]
    pub fn corked_bytes(&self) -> usize {
        self.cork.len()
    }

    /// Writes from several buffers, in their order, as if they were one: see [`write`](Self::write). What fits into one
    /// record is copied together, unless it is in one buffer already.
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
        self.fits(wanted, room)?;
        let before = self.cork.bytes.len();
        for buffer in buffers {
            let left = room - (self.cork.bytes.len() - before);
            self.cork
                .bytes
                .extend_from_slice(&buffer[..buffer.len().min(left)]);
        }
        self.kept(io)?;
        Ok(Poll::Ready(wanted.min(room)))
    }

    /// Keeps some of `data`; sends what is kept first where there is no more room.
    pub(crate) fn write_corked<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        data: &[u8],
    ) -> Result<Poll<usize>> {
        let room = ready!(self.room(io));
        self.fits(data.len(), room)?;
        let taken = data.len().min(room);
        self.cork.bytes.extend_from_slice(&data[..taken]);
        Ok(Poll::Ready(taken))
    }

    /// How many bytes there is room for in the record, or datagram, that is being put together. Without a cork it is a new
    /// one, and so it is where the last one is full.
    pub(crate) fn room<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<usize>> {
        let size = self.data_mtu().unwrap_or(RECORD);
        if !self.cork.on || (self.cork.len() >= size && !self.is_datagram()) {
            ready!(self.poll_flush(io, Flush::Corked));
        }
        Ok(Poll::Ready(size.saturating_sub(self.cork.len())))
    }

    /// Refuses what a datagram has no room for. A stream takes less.
    pub(crate) fn fits(&self, wanted: usize, room: usize) -> Result<()> {
        if self.is_datagram() && wanted > room {
            return Err(Error::from_code(sys::GNUTLS_E_LARGE_PACKET)
                .with_message("the datagram that is being put together"));
        }
        Ok(())
    }

    /// Appends what `fill` writes into the buffer that it is lent, of which it returns the length.
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

    /// Keeps so many of the data as a record has room for.
    pub(crate) fn keep_record(&mut self, data: &[u8]) -> usize {
        let length = data.len().min(RECORD);
        self.cork.bytes.extend_from_slice(&data[..length]);
        length
    }

    /// Sends what has just been kept, unless there is a cork. Where the transport blocks it goes with the next call.
    pub(crate) fn kept<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<()> {
        if !self.cork.on {
            let _ = self.poll_flush(io, Flush::Corked)?;
        }
        Ok(())
    }

    /// Makes records of corked data, if data can be sent now: `Ready` once there is no more of it.
    pub(crate) fn send_corked<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        while self.cork.len() > 0 && self.handshake_done() && !self.core().lifecycle.is_closed() {
            ready!(self.poll_flush(io, Flush::Queue));
            // Taken out, since sending needs the session as a whole.
            let bytes = std::mem::take(&mut self.cork.bytes);
            let result = self.send_record(io, &bytes[self.cork.sent..]);
            self.cork.bytes = bytes;
            match result {
                Ok(Poll::Ready(length)) => self.cork.sent += length,
                Ok(Poll::Pending) => return Ok(Poll::Pending),
                // The session has ended, or the datagram is larger than what may be sent by now.
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
