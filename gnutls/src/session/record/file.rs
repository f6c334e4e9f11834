//! Sending a file.
//!
//! `gnutls_record_send_file` is not used: without kernel TLS it reads and sends, too, but counts from the wrong place where
//! an offset is given, and loses what it has read where it is interrupted or a record takes less.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::task::Poll;

use crate::error::{Error, Result};
use crate::session::{Session, ready};
use crate::session_core::lifecycle::Operation;
use crate::transport::Transport;

impl Session {
    /// Sends up to `count` bytes of a file from `offset` on, which is moved on behind what was sent. Ready with their
    /// number: less than `count` where the transport blocks, and 0 at the end of the file. Where nothing at all could be
    /// sent it is pending. The file's own position is neither used nor changed.
    ///
    /// Each byte that counts as sent has been taken, as with [`write`](Self::write). After an error `offset` tells how far it
    /// came.
    ///
    /// C: instead of [`gnutls_record_send_file`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005frecord_005fsend_005ffile).
    ///
    /// ```
    /// use std::fs::File;
    /// use std::task::Poll;
    /// use gnutls::{Result, Session, Transport};
    ///
    /// /// Sends what is left of a file, as far as the transport takes it.
    /// fn send<T: Transport>(session: &mut Session, io: &mut T, file: &File, at: &mut u64) -> Result<Poll<u64>> {
    ///     session.send_file(io, file, at, u64::MAX)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Io`](crate::ErrorKind::Io) where the file cannot be read, which leaves the session as it was; and those of `write`.
    #[doc(alias = "gnutls_record_send_file")]
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
            // Nothing is read that could not be sent.
            let room = match self.room(io)? {
                Poll::Ready(room) => room,
                Poll::Pending if sent > 0 => break,
                Poll::Pending => return Ok(Poll::Pending),
            };
            self.fits(1, room)?;
            let wanted = usize::try_from(count - sent).unwrap_or(room).min(room);
            let length = self
                .keep_from(wanted, |buffer| read_at(file, buffer, *offset))
                .map_err(|error| Error::io(error).not_fatal())?;
            if length == 0 {
                break;
            }
            self.kept(io)?;
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
