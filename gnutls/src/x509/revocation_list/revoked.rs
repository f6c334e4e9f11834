//! The revoked certificates in a list.

use std::marker::PhantomData;
use std::ptr;
use std::time::SystemTime;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::error::argument::{buffer_filled_by, optional};
use crate::error::{Error, Result};
use crate::support::time;
use crate::x509::revocation_list::CertificateRevocationList;

/// A certificate that a list revokes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RevokedCertificate {
    /// The serial number, as the bytes of an integer in two's complement.
    pub serial: Vec<u8>,
    /// The time of the revocation, or `None` if it is not representable: a time before 1970, or one after 2037 if GnuTLS has
    /// a 32-bit clock.
    pub time: Option<SystemTime>,
}

/// The revoked certificates in a list, in its order. [`CertificateRevocationList::revoked`] returns it.
#[derive(Debug)]
pub struct Revoked<'a> {
    list: &'a CertificateRevocationList,
    /// NULL before the first element. C stores a pointer into the list.
    iterator: sys::gnutls_x509_crl_iter_t,
    /// C would start again after the end, and repeat an error.
    is_at_end: bool,
    /// The position belongs to one thread.
    not_shared: PhantomData<*const ()>,
}

impl CertificateRevocationList {
    /// Returns the revoked certificates, in the order of the list. The time for all of them grows linearly with their
    /// number.
    ///
    /// ```
    /// use gnutls::x509::CertificateRevocationList;
    ///
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/crl.pem");
    /// let list = CertificateRevocationList::from_pem_file(path)?;
    /// for revoked in list.revoked() {
    ///     let revoked = revoked?;
    ///     println!("{:02x?} since {:?}", revoked.serial, revoked.time);
    /// }
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(alias(
        gnutls_x509_crl_iter_crt_serial,
        gnutls_x509_crl_iter_deinit,
        gnutls_x509_crl_iter_t,
        gnutls_x509_crl_get_crt_serial
    ))]
    pub fn revoked(&self) -> Revoked<'_> {
        Revoked {
            list: self,
            iterator: ptr::null_mut(),
            is_at_end: false,
            not_shared: PhantomData,
        }
    }
}

impl Iterator for Revoked<'_> {
    type Item = Result<RevokedCertificate>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_at_end {
            return None;
        }
        let mut seconds = -1;
        let serial = buffer_filled_by(|buffer, length| {
            // SAFETY: the list is initialised, lives as long as the iterator, and is only read. The iterator is NULL or
            // was created by an earlier call with this list. C writes at most the length of the buffer, the length of the
            // number, and the time; if the buffer is too short, the next call returns the same element.
            unsafe {
                sys::gnutls_x509_crl_iter_crt_serial(
                    self.list.as_ptr(),
                    &mut self.iterator,
                    buffer.cast(),
                    length,
                    &mut seconds,
                )
            }
        });
        let item = optional(serial).transpose().map(|serial| {
            Ok::<_, Error>(RevokedCertificate {
                serial: serial?,
                time: time::from_c(seconds).ok().flatten(),
            })
        });
        self.is_at_end = !matches!(item, Some(Ok(_)));
        item
    }
}

impl std::iter::FusedIterator for Revoked<'_> {}

impl Drop for Revoked<'_> {
    fn drop(&mut self) {
        // SAFETY: the iterator is NULL, or was created by C, is owned by this value, and released once.
        unsafe { sys::gnutls_x509_crl_iter_deinit(self.iterator) }
    }
}
