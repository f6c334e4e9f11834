//! How large records may be, and what each of them costs.

use gnutls_sys as sys;

use crate::crypto::parameters::{Cipher, Mac, Protocol};
use crate::error::unsupported::requires;
use crate::error::{ErrorKind, Result, check};
use crate::session::Session;
use crate::session_core::lifecycle::Operation;
use crate::session_core::session_ref::SessionRef;

impl Session {
    /// Sets how many bytes of data a record may carry, in both directions, and before the handshake asks the peer to keep
    /// to it: from 512 to 16384. Since 3.6.4 by the record size limit (RFC 8449), and by the maximum fragment length (RFC
    /// 6066, section 4), which knows 512, 1024, 2048 and 4096 only. A peer may know neither.
    ///
    /// C: [`gnutls_record_set_max_size`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005frecord_005fset_005fmax_005fsize).
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) for another size: before 3.6.4 for any but those four, and on a server for
    /// any at all. [`InvalidState`](ErrorKind::InvalidState) during a handshake.
    #[doc(alias = "gnutls_record_set_max_size")]
    pub fn set_max_record_size(&mut self, bytes: usize) -> Result<()> {
        self.permit(Operation::SetRecordSize)?;
        // SAFETY: stores numbers in the session.
        accepted(
            unsafe { sys::gnutls_record_set_max_size(self.handle(), bytes) },
            bytes,
        )
    }

    /// Sets how many bytes of data a record that is received may carry, and before the handshake asks the peer to keep to
    /// it by the record size limit (RFC 8449): from 512 to 16384, or from 64 with the priority `%ALLOW_SMALL_RECORDS`.
    ///
    /// C: [`gnutls_record_set_max_recv_size`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005frecord_005fset_005fmax_005frecv_005fsize),
    /// since 3.6.8.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) for another size, [`InvalidState`](ErrorKind::InvalidState) during a
    /// handshake, [`Unsupported`](ErrorKind::Unsupported) with a library that is too old.
    #[doc(alias = "gnutls_record_set_max_recv_size")]
    #[cfg_attr(
        not(gnutls_3_6_8),
        allow(unused_variables, reason = "refused, whatever it is")
    )]
    pub fn set_max_receive_size(&mut self, bytes: usize) -> Result<()> {
        self.permit(Operation::SetRecordSize)?;
        requires!(
            gnutls_3_6_8,
            "limiting the records that are received",
            // SAFETY: stores a number in the session.
            accepted(
                unsafe { sys::gnutls_record_set_max_recv_size(self.handle(), bytes) },
                bytes
            )
        )
    }
}

fn accepted(code: isize, bytes: usize) -> Result<()> {
    // Codes of GnuTLS are no larger than an int.
    check(code as std::ffi::c_int).map_err(|error| {
        error
            .with_kind(ErrorKind::InvalidInput)
            .with_message(format!("records of {bytes} bytes"))
            .not_fatal()
    })?;
    Ok(())
}

impl SessionRef {
    /// How many bytes of data a record may carry that is received.
    ///
    /// C: [`gnutls_record_get_max_size`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005frecord_005fget_005fmax_005fsize).
    #[doc(alias = "gnutls_record_get_max_size")]
    pub fn max_receive_size(&self) -> usize {
        // SAFETY: reads a field (lib/ext/max_record.c).
        unsafe { sys::gnutls_record_get_max_size(self.as_ptr()) }
    }

    /// How many bytes of data a record may carry that is sent, as both sides have agreed, once the handshake is over. With
    /// datagrams it is what one of them has room for.
    ///
    /// C: [`gnutls_record_get_max_send_size`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005frecord_005fget_005fmax_005fsend_005fsize),
    /// since 3.8.11; before that, what [`gnutls_range_split`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005frange_005fsplit)
    /// leaves of a long record.
    #[doc(alias = "gnutls_record_get_max_send_size")]
    pub fn max_send_size(&self) -> Option<usize> {
        if !self.handshake_done() {
            return None;
        }
        #[cfg(gnutls_3_8_11)]
        {
            // SAFETY: computes from fields of the session (lib/gnutls_int.h); the handshake is over.
            Some(unsafe { sys::gnutls_record_get_max_send_size(self.as_ptr()) })
        }
        #[cfg(not(gnutls_3_8_11))]
        {
            const LONG: usize = 1 << 16;
            let (next, _) = self.split_length(LONG..=LONG).ok()?;
            Some(*next.end())
        }
    }

    /// How many bytes a record takes beyond its data, at most, once the handshake is over.
    ///
    /// C: [`gnutls_record_overhead_size`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005frecord_005foverhead_005fsize).
    #[doc(alias = "gnutls_record_overhead_size")]
    pub fn record_overhead(&self) -> Option<usize> {
        if !self.handshake_done() {
            return None;
        }
        // SAFETY: computes from the version and the cipher of the session (lib/dtls.c); the handshake is over. Without a
        // version it crashes.
        Some(unsafe { sys::gnutls_record_overhead_size(self.as_ptr()) })
    }
}

impl Protocol {
    /// How many bytes a record with these algorithms takes beyond its data, at most, extensions left aside. `None` for an
    /// algorithm that the library does not know.
    ///
    /// C: [`gnutls_est_record_overhead_size`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fest_005frecord_005foverhead_005fsize).
    ///
    /// ```
    /// use gnutls::{Cipher, Mac, Protocol};
    ///
    /// let bytes = Protocol::TLS1_2.record_overhead(Cipher::AES_128_GCM, Mac::AEAD);
    /// assert_eq!(bytes, Some(5 + 8 + 16)); // Header, explicit nonce, tag.
    /// ```
    #[doc(alias = "gnutls_est_record_overhead_size")]
    pub fn record_overhead(self, cipher: Cipher, mac: Mac) -> Option<usize> {
        // SAFETY: searches constant tables. Compression is ignored, the flags must be 0.
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
