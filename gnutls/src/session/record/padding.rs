//! Hiding the length of data by padding.

use std::ops::RangeInclusive;
use std::task::Poll;

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::gnutls_range_st;

use crate::error::unsupported::requires;
use crate::error::{Error, Result, check};
use crate::session::output::Flush;
use crate::session::{Session, ready};
use crate::session_core::lifecycle::Operation;
use crate::session_core::session_ref::SessionRef;
use crate::transport::Transport;

impl Session {
    /// Writes some of `data` as one record with `padding` bytes of zeros after it, which TLS 1.3 encrypts (RFC 8446,
    /// section 5.4) and the peer discards. Corked data is sent first. Otherwise it is like [`write`](Self::write).
    ///
    /// Data and padding together are limited to the size of a record ([`max_send_size`](SessionRef::max_send_size)), so
    /// that only a part of longer data is accepted. C would make a record that exceeds the limit of the peer.
    ///
    /// **One record is sent without its padding**: the first one after the peer has updated its keys and requested an
    /// update, because GnuTLS then omits it. [`write_hiding_length`](Self::write_hiding_length) does not have this
    /// limitation.
    ///
    /// ```
    /// use std::task::Poll;
    /// use gnutls::{Result, Session, Transport};
    ///
    /// /// Sends a short answer with padding, so that its length does not reveal its content.
    /// fn answer<T: Transport>(session: &mut Session, io: &mut T, text: &[u8]) -> Result<Poll<usize>> {
    ///     session.write_padded(io, text, 100usize.saturating_sub(text.len()))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](crate::ErrorKind::InvalidState) in older protocols and with
    /// [kTLS](SessionRef::kernel_tls), [`InvalidInput`](crate::ErrorKind::InvalidInput) if the padding exceeds the size
    /// of a record, and [`Unsupported`](crate::ErrorKind::Unsupported) with a GnuTLS version before 3.6.3.
    #[corresponds(gnutls_record_send2)]
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(unused_variables, reason = "padding is an error before GnuTLS 3.6.3")
    )]
    pub fn write_padded<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        data: &[u8],
        padding: usize,
    ) -> Result<Poll<usize>> {
        requires!(
            gnutls_3_6_3,
            "padding records",
            self.write_padded_in_tls1_3(io, data, padding)
        )
    }

    #[cfg(gnutls_3_6_3)]
    fn write_padded_in_tls1_3<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        data: &[u8],
        padding: usize,
    ) -> Result<Poll<usize>> {
        ready!(self.begin(io, Operation::Write));
        if self.protocol() != Some(crate::crypto::parameters::Protocol::TLS1_3) {
            return Err(Error::invalid_state(
                "only TLS 1.3 records can have any padding: use `write_hiding_length`",
            ));
        }
        if self.kernel_tls().send {
            // GnuTLS would omit the padding.
            return Err(Error::invalid_state(
                "records cannot be padded with kTLS: use a session without kTLS",
            ));
        }
        let limit = self
            .max_send_size()
            .unwrap_or(0)
            .min(self.max_receive_size());
        let limit = limit.saturating_sub(self.record_overhead().unwrap_or(limit));
        if padding > limit {
            return Err(Error::invalid_input(format!(
                "{padding} bytes of padding exceed a record: use at most {limit}"
            )));
        }
        if data.is_empty() {
            return Ok(Poll::Ready(0));
        }
        ready!(self.poll_flush(io, Flush::Corked));
        let room = self.max_send_size().unwrap_or(0).saturating_sub(padding);
        let data = &data[..data.len().min(room)];
        self.send(io, data.len(), |session| {
            // SAFETY: reads the data during the call. It may run callbacks of the session. The exclusive reference to
            // the session excludes other borrows of it. GnuTLS has no pending record, so that it sends this data.
            unsafe {
                sys::gnutls_record_send2(session, data.as_ptr().cast(), data.len(), padding, 0)
            }
        })
    }

    /// Writes all of `data` with padding to the end of the range `lengths`, so that an observer can only determine that
    /// its length is in this range. Returns `Ready` with the length of `data`. Corked data is sent first. As in
    /// [`write`](Self::write), the session queues output that the transport does not accept, which may be as long as
    /// the end of the range.
    ///
    /// The number of records depends on the protocol. TLS 1.3 records can be padded to their maximum size, TLS 1.2
    /// records with a block cipher by up to 255 bytes, and others not at all.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](crate::ErrorKind::InvalidState) if lengths [cannot be
    /// hidden](SessionRef::can_hide_length), and on [descriptors](crate::transport::Descriptors), for which
    /// [`write_padded`](Self::write_padded) pads single records. The kind is
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) if the length of the data is not in the range.
    #[corresponds(gnutls_record_send_range)]
    pub fn write_hiding_length<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        data: &[u8],
        lengths: RangeInclusive<usize>,
    ) -> Result<Poll<usize>> {
        ready!(self.begin(io, Operation::Write));
        if !self.can_hide_length() {
            return Err(Error::invalid_state(
                "records of this protocol and cipher cannot be padded: use TLS 1.3 or a block cipher",
            ));
        }
        if self.uses_descriptors() {
            // GnuTLS repeats an interrupted call in a busy loop until the peer reads.
            return Err(Error::invalid_state(
                "lengths cannot be hidden on descriptors: use `write_padded`",
            ));
        }
        let range = range_for(&lengths)?;
        if !lengths.contains(&data.len()) {
            return Err(Error::invalid_input(format!(
                "{} bytes are not in the range {lengths:?}: use a range with the length of the data",
                data.len()
            )));
        }
        if range.high == 0 {
            return Ok(Poll::Ready(0));
        }
        ready!(self.poll_flush(io, Flush::Corked));
        self.send(io, data.len(), |session| {
            // SAFETY: reads the data and the range during the call. It may run callbacks of the session. The exclusive
            // reference to the session excludes other borrows of it. It repeats the call after EAGAIN without end, but
            // the push function never returns EAGAIN.
            unsafe {
                sys::gnutls_record_send_range(session, data.as_ptr().cast(), data.len(), &range)
            }
        })
    }
}

impl SessionRef {
    /// Returns `true` if records can be padded, which [`Session::write_hiding_length`] requires: in TLS 1.3, and in
    /// older protocols with block ciphers (CBC). It returns `false` before the handshake is complete.
    #[corresponds(gnutls_record_can_use_length_hiding)]
    pub fn can_hide_length(&self) -> bool {
        // SAFETY: reads the version and the cipher of the live session (lib/range.c). The handshake is complete.
        self.handshake_done()
            && unsafe { sys::gnutls_record_can_use_length_hiding(self.as_ptr()) } != 0
    }

    /// Splits a range of lengths into one for the next record and the rest, to write long data in parts with
    /// [`Session::write_hiding_length`].
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](crate::ErrorKind::InvalidState) before the handshake is complete, and
    /// for a range of several lengths if lengths cannot be hidden. The kind is
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for a range that ends before it begins.
    #[corresponds(gnutls_range_split)]
    pub fn split_length(
        &self,
        lengths: RangeInclusive<usize>,
    ) -> Result<(RangeInclusive<usize>, RangeInclusive<usize>)> {
        if !self.handshake_done() {
            return Err(Error::invalid_state(
                "lengths cannot be split before the handshake is complete: call `handshake` first",
            ));
        }
        let range = range_for(&lengths)?;
        if range.low != range.high && !self.can_hide_length() {
            return Err(Error::invalid_state(
                "records of this protocol and cipher cannot be padded: use a range of one length",
            ));
        }
        let (mut next, mut rest) = (range, range);
        // SAFETY: computes the ranges from the cipher and the limits of the live session, and writes them to `next` and
        // `rest` (lib/range.c).
        check(unsafe { sys::gnutls_range_split(self.as_ptr(), &range, &mut next, &mut rest) })?;
        Ok((next.low..=next.high, rest.low..=rest.high))
    }
}

/// Converts a range for GnuTLS, which computes with an int.
fn range_for(lengths: &RangeInclusive<usize>) -> Result<gnutls_range_st> {
    let (low, high) = (*lengths.start(), *lengths.end());
    if low > high || i32::try_from(high).is_err() {
        return Err(Error::invalid_input(format!(
            "{lengths:?} is not a range of lengths: it must not be empty, nor exceed {}",
            i32::MAX
        )));
    }
    Ok(gnutls_range_st { low, high })
}
