//! Sending a file.
//!
//! `gnutls_record_send_file` is not used: without kTLS it also reads and sends, but counts from the wrong position if
//! it gets an offset, and loses data if it is interrupted or a record accepts less.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::task::Poll;

use gnutls_macros::corresponds;

use crate::error::{Error, Result};
use crate::session::{Session, ready};
use crate::session_core::lifecycle::Operation;
use crate::transport::Transport;

impl Session {
    /// Sends up to `count` bytes of a file from `offset` on, and advances `offset`. Returns `Ready` with the number of
    /// sent bytes, which is less than `count` if the transport blocks or the file ends, and 0 at its end. Returns
    /// `Pending` if the transport blocks and nothing was sent. The position of the file itself is neither used nor
    /// changed.
    ///
    /// Sent bytes have been accepted as by [`write`](Self::write). After an error `offset` is the position after them.
    ///
    /// ```
    /// use std::fs::File;
    /// use std::task::Poll;
    /// use gnutls::{Result, Session, Transport};
    ///
    /// /// Sends the rest of a file, until the transport blocks.
    /// fn send<T: Transport>(session: &mut Session, io: &mut T, file: &File, at: &mut u64) -> Result<Poll<u64>> {
    ///     session.send_file(io, file, at, u64::MAX)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Io`](crate::ErrorKind::Io) if the file cannot be read, after which the session can
    /// still be used, and the errors of [`write`](Self::write).
    #[corresponds(instead(gnutls_record_send_file))]
    pub fn send_file<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        file: &File,
        offset: &mut u64,
        count: u64,
    ) -> Result<Poll<u64>> {
        let mut sent = 0;
        while sent < count {
            ready!(self.begin(io, Operation::SendFile));
            // The file is not read further than data can be sent.
            let room = match self.room(io)? {
                Poll::Ready(room) => room,
                Poll::Pending if sent > 0 => break,
                Poll::Pending => return Ok(Poll::Pending),
            };
            self.check_room(1, room)?;
            let wanted = usize::try_from(count - sent).unwrap_or(room).min(room);
            let length = self
                .keep_from(wanted, |buffer| read_at(file, buffer, *offset))
                .map_err(|error| Error::io(error).not_fatal())?;
            if length == 0 {
                break;
            }
            self.send_unless_corked(io)?;
            sent += length as u64;
            *offset += length as u64;
        }
        Ok(Poll::Ready(sent))
    }
}

fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    loop {
        match file.read_at(buffer, offset) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}
