//! Hiding how long data are: padding.

use std::ops::RangeInclusive;
use std::task::Poll;

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
    /// Writes some of `data` as one record with `padding` bytes of zeros behind them, which TLS 1.3 encrypts (RFC 8446,
    /// section 5.4) and the peer throws away. See [`write`](Self::write) for the rest. What is corked goes first.
    ///
    /// Data and padding together are no more than a record carries ([`max_send_size`](SessionRef::max_send_size)), so that
    /// of long data less is taken. C would make a record that is too long for the peer.
    ///
    /// **One record goes without its padding**: the one that follows when the peer has updated its keys and wants ours
    /// updated too, since GnuTLS forgets it there. [`write_hiding_length`](Self::write_hiding_length) has no such gap.
    ///
    /// C: [`gnutls_record_send2`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005frecord_005fsend2), since 3.6.3.
    ///
    /// ```
    /// use std::task::Poll;
    /// use gnutls::{Result, Session, Transport};
    ///
    /// /// Sends a short answer, so that nobody sees which of them it is.
    /// fn answer<T: Transport>(session: &mut Session, io: &mut T, text: &[u8]) -> Result<Poll<usize>> {
    ///     session.write_padded(io, text, 100usize.saturating_sub(text.len()))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidState`](crate::ErrorKind::InvalidState) in older protocols and with [kTLS](SessionRef::kernel_tls), [`InvalidInput`](crate::ErrorKind::InvalidInput)
    /// for more padding than a record has room for, [`Unsupported`](crate::ErrorKind::Unsupported) with a library that is
    /// too old.
    #[doc(alias = "gnutls_record_send2")]
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(unused_variables, reason = "refused, whatever they are")
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
            return Err(Error::invalid_state("only TLS 1.3 pads any record"));
        }
        if self.kernel_tls().send {
            // C would leave the padding out.
            return Err(Error::invalid_state("the kernel does not pad records"));
        }
        let limit = self
            .max_send_size()
            .unwrap_or(0)
            .min(self.max_receive_size());
        let limit = limit.saturating_sub(self.record_overhead().unwrap_or(limit));
        if padding > limit {
            return Err(Error::invalid_input(format!(
                "{padding} bytes of padding: here a record has room for {limit}"
            )));
        }
        if data.is_empty() {
            return Ok(Poll::Ready(0));
        }
        ready!(self.poll_flush(io, Flush::Corked));
        let room = self.max_send_size().unwrap_or(0).saturating_sub(padding);
        let data = &data[..data.len().min(room)];
        self.send(io, data.len(), |session| {
            // SAFETY: reads the data during the call. It may run callbacks; this has the session exclusively. Nothing is
            // pending in C, so that it is these data that are sent.
            unsafe {
                sys::gnutls_record_send2(session, data.as_ptr().cast(), data.len(), padding, 0)
            }
        })
    }

    /// Writes all of `data` so that an observer learns no more of their length than that it is in this range: they are
    /// padded to its end. Ready with the length of `data`; what the transport does not take is kept, as with
    /// [`write`](Self::write), and that may be as much as the end of the range. What is corked goes first.
    ///
    /// How many records it makes depends on the protocol: those of TLS 1.3 can be padded to their full size, those of TLS
    /// 1.2 with a cipher of blocks by up to 255 bytes, others not at all.
    ///
    /// C: [`gnutls_record_send_range`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005frecord_005fsend_005frange).
    ///
    /// # Errors
    ///
    /// [`InvalidState`](crate::ErrorKind::InvalidState) where lengths [cannot be hidden](SessionRef::can_hide_length), and on
    /// [descriptors](crate::Descriptors), where [`write_padded`](Self::write_padded) does it record by record;
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for a range that the data are not in.
    #[doc(alias = "gnutls_record_send_range")]
    pub fn write_hiding_length<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        data: &[u8],
        lengths: RangeInclusive<usize>,
    ) -> Result<Poll<usize>> {
        ready!(self.begin(io, Operation::Write));
        if !self.can_hide_length() {
            return Err(Error::invalid_state(
                "records of this protocol and cipher cannot be padded",
            ));
        }
        if self.uses_descriptors() {
            // C repeats what was interrupted, without a pause, until the peer reads.
            return Err(Error::invalid_state(
                "on descriptors write_padded hides lengths",
            ));
        }
        let range = range_for(&lengths)?;
        if !lengths.contains(&data.len()) {
            return Err(Error::invalid_input(format!(
                "{} bytes are not within {lengths:?}",
                data.len()
            )));
        }
        if range.high == 0 {
            return Ok(Poll::Ready(0));
        }
        ready!(self.poll_flush(io, Flush::Corked));
        self.send(io, data.len(), |session| {
            // SAFETY: reads the data and the range during the call. It may run callbacks; this has the session exclusively.
            // It goes on by itself after EAGAIN, forever, but the push function has none.
            unsafe {
                sys::gnutls_record_send_range(session, data.as_ptr().cast(), data.len(), &range)
            }
        })
    }
}

impl SessionRef {
    /// Whether records can be padded, so that [`Session::write_hiding_length`] can be used: in TLS 1.3, and before that with
    /// ciphers of blocks (CBC). Only once the handshake is over.
    ///
    /// C: [`gnutls_record_can_use_length_hiding`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005frecord_005fcan_005fuse_005flength_005fhiding).
    #[doc(alias = "gnutls_record_can_use_length_hiding")]
    pub fn can_hide_length(&self) -> bool {
        // SAFETY: reads the version and the cipher of the session (lib/range.c); the handshake is over.
        self.handshake_done()
            && unsafe { sys::gnutls_record_can_use_length_hiding(self.as_ptr()) } != 0
    }

    /// Splits a range of lengths into one that fits into a record and the rest, to write long data piece by piece with
    /// [`Session::write_hiding_length`].
    ///
    /// C: [`gnutls_range_split`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005frange_005fsplit).
    ///
    /// # Errors
    ///
    /// [`InvalidState`](crate::ErrorKind::InvalidState) unless the handshake is over, and for a range with more than one
    /// length where lengths cannot be hidden; [`InvalidInput`](crate::ErrorKind::InvalidInput) for a range that ends before
    /// it begins.
    #[doc(alias = "gnutls_range_split")]
    pub fn split_length(
        &self,
        lengths: RangeInclusive<usize>,
    ) -> Result<(RangeInclusive<usize>, RangeInclusive<usize>)> {
        if !self.handshake_done() {
            return Err(Error::invalid_state(
                "there are no records before the handshake is over",
            ));
        }
        let range = range_for(&lengths)?;
        if range.low != range.high && !self.can_hide_length() {
            return Err(Error::invalid_state(
                "records of this protocol and cipher cannot be padded",
            ));
        }
        let (mut next, mut rest) = (range, range);
        // SAFETY: computes from the cipher and the limits of the session and writes the two ranges (lib/range.c).
        check(unsafe { sys::gnutls_range_split(self.as_ptr(), &range, &mut next, &mut rest) })?;
        Ok((next.low..=next.high, rest.low..=rest.high))
    }
}

/// The range for C, which counts with an int in between.
fn range_for(lengths: &RangeInclusive<usize>) -> Result<gnutls_range_st> {
    let (low, high) = (*lengths.start(), *lengths.end());
    if low > high || i32::try_from(high).is_err() {
        return Err(Error::invalid_input(format!(
            "{lengths:?} is no range of lengths"
        )));
    }
    Ok(gnutls_range_st { low, high })
}
