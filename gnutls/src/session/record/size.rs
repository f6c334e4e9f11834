//! The maximum size of records, and their overhead.

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::parameters::{Cipher, Mac, Protocol};
use crate::error::unsupported::requires;
use crate::error::{ErrorKind, Result, check};
use crate::session::Session;
use crate::session_core::lifecycle::Operation;
use crate::session_core::session_ref::SessionRef;

impl Session {
    /// Sets the maximum length of the data in a record, for both directions. Before the handshake it also requests this
    /// from the peer. The length is between 512 and 16384. The request uses the max_fragment_length extension (RFC
    /// 6066, section 4), which only permits 512, 1024, 2048 and 4096, and since 3.6.4 also the record_size_limit
    /// extension (RFC 8449). A peer may support neither.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) for any other length: before 3.6.4 for all
    /// except these four, and on a server for all. The kind is [`InvalidState`](ErrorKind::InvalidState) during a
    /// handshake.
    #[corresponds(gnutls_record_set_max_size)]
    pub fn set_max_record_size(&mut self, bytes: usize) -> Result<()> {
        self.permit(Operation::SetRecordSize)?;
        // SAFETY: stores numbers in the live session.
        accepted(
            unsafe { sys::gnutls_record_set_max_size(self.handle(), bytes) },
            bytes,
        )
    }

    /// Sets the maximum length of the data in a received record. Before the handshake it also requests this from the
    /// peer by the record_size_limit extension (RFC 8449). The minimum is 512, or 64 with the priority
    /// `%ALLOW_SMALL_RECORDS`, and the maximum is 16384.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) for any other length,
    /// [`InvalidState`](ErrorKind::InvalidState) during a handshake, and [`Unsupported`](ErrorKind::Unsupported) with a
    /// GnuTLS version before 3.6.8.
    #[corresponds(gnutls_record_set_max_recv_size)]
    #[cfg_attr(
        not(gnutls_3_6_8),
        allow(unused_variables, reason = "the limit is an error before GnuTLS 3.6.8")
    )]
    pub fn set_max_receive_size(&mut self, bytes: usize) -> Result<()> {
        self.permit(Operation::SetRecordSize)?;
        requires!(
            gnutls_3_6_8,
            "limiting the size of received records",
            // SAFETY: stores a number in the live session.
            accepted(
                unsafe { sys::gnutls_record_set_max_recv_size(self.handle(), bytes) },
                bytes
            )
        )
    }
}

fn accepted(code: isize, bytes: usize) -> Result<()> {
    // GnuTLS codes are in the range of an int.
    check(code as std::ffi::c_int).map_err(|error| {
        error
            .with_kind(ErrorKind::InvalidInput)
            .with_message(format!(
                "{bytes} bytes are not a supported record size: use 512, 1024, 2048 or 4096"
            ))
            .not_fatal()
    })?;
    Ok(())
}

impl SessionRef {
    /// Returns the maximum length of the data in a received record.
    #[corresponds(gnutls_record_get_max_size)]
    pub fn max_receive_size(&self) -> usize {
        // SAFETY: reads a field of the live session (lib/ext/max_record.c).
        unsafe { sys::gnutls_record_get_max_size(self.as_ptr()) }
    }

    /// Returns the negotiated maximum length of the data in a sent record, once the handshake is complete. In a
    /// datagram session it is the maximum length of the data in a datagram.
    ///
    /// With an older library, the size is the part of a long record that `gnutls_range_split` leaves.
    #[corresponds(gnutls_record_get_max_send_size, gnutls_range_split)]
    pub fn max_send_size(&self) -> Option<usize> {
        if !self.handshake_done() {
            return None;
        }
        #[cfg(gnutls_3_8_11)]
        {
            // SAFETY: computes the length from fields of the live session (lib/gnutls_int.h). The handshake is
            // complete.
            Some(unsafe { sys::gnutls_record_get_max_send_size(self.as_ptr()) })
        }
        #[cfg(not(gnutls_3_8_11))]
        {
            const LONG: usize = 1 << 16;
            let (next, _) = self.split_length(LONG..=LONG).ok()?;
            Some(*next.end())
        }
    }

    /// Returns the maximum number of bytes of a record in addition to its data, once the handshake is complete.
    #[corresponds(gnutls_record_overhead_size)]
    pub fn record_overhead(&self) -> Option<usize> {
        if !self.handshake_done() {
            return None;
        }
        // SAFETY: computes the size from the version and the cipher of the live session (lib/dtls.c). It requires a
        // negotiated version, which the complete handshake has set.
        Some(unsafe { sys::gnutls_record_overhead_size(self.as_ptr()) })
    }
}

impl Protocol {
    /// Returns the maximum number of bytes of a record with these algorithms in addition to its data, without
    /// extensions. `None` means that GnuTLS does not support an algorithm.
    ///
    /// ```
    /// use gnutls::Protocol;
    /// use gnutls::crypto::{Cipher, Mac};
    ///
    /// let bytes = Protocol::TLS1_2.record_overhead(Cipher::AES_128_GCM, Mac::AEAD);
    /// assert_eq!(bytes, Some(5 + 8 + 16)); // Header, explicit nonce, tag.
    /// ```
    #[corresponds(gnutls_est_record_overhead_size)]
    pub fn record_overhead(self, cipher: Cipher, mac: Mac) -> Option<usize> {
        // SAFETY: searches constant tables. It ignores the compression method. The flags must be 0, which they are.
        let bytes = unsafe {
            sys::gnutls_est_record_overhead_size(
                self.as_raw(),
                cipher.as_raw(),
                mac.as_raw(),
                sys::GNUTLS_COMP_NULL,
                0,
            )
        };
        (bytes != 0).then_some(bytes)
    }
}
