//! Certificate credentials: identities and trust anchors in the form that GnuTLS wants, built once for a configuration.

use std::ffi::{CStr, c_int, c_uint};
use std::ptr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use gnutls_sys as sys;
use gnutls_sys::{
    GNUTLS_X509_FMT_DER, GNUTLS_X509_FMT_PEM, gnutls_certificate_credentials_t, gnutls_datum_t,
    gnutls_x509_crt_fmt_t,
};

use crate::error::{ErrorKind, Result, argument, check};
use crate::pkcs11::PinSource;
use crate::support::datum;
use crate::version::Version;

/// Certificates, or lists of revoked ones: PEM that ends in NUL, or DER.
#[derive(Clone)]
pub(crate) struct Data {
    pub(crate) bytes: Arc<[u8]>,
    pub(crate) format: gnutls_x509_crt_fmt_t,
}

impl Data {
    pub(crate) fn pem(text: &[u8], name: &str) -> Result<Self> {
        argument::refuse_nul(text, name)?;
        Ok(Self {
            bytes: [text, &[0]].concat().into(),
            format: GNUTLS_X509_FMT_PEM,
        })
    }

    pub(crate) fn der(bytes: &[u8]) -> Self {
        Self {
            bytes: bytes.into(),
            format: GNUTLS_X509_FMT_DER,
        }
    }
}

/// Owns a `gnutls_certificate_credentials_t` that is never written to once it has been built.
pub(crate) struct Credentials {
    raw: gnutls_certificate_credentials_t,
    /// See [`verification_guard`](Self::verification_guard).
    verifying: Mutex<()>,
    /// What keys on tokens ask for their PINs: GnuTLS has pointers to it until the credentials are gone.
    pins: Mutex<Vec<PinSource>>,
}

// SAFETY: everything that sets something is called before `build` returns, from one thread. Later GnuTLS only reads the
// object (certs, sorted_cert_idx, tlist, the keys), with one exception: before 3.7.3, verification with trust anchors
// that live in a PKCS#11 module appends to `tlist->keep_certs` without a lock (gnutls_x509_trust_list_verify_crt2 calls
// gnutls_x509_trust_list_get_issuer without GNUTLS_TL_GET_COPY). Nothing but the release of the object reads that list,
// so it is enough that verification holds `verification_guard`.
unsafe impl Send for Credentials {}
// SAFETY: as above.
unsafe impl Sync for Credentials {}

impl Credentials {
    /// Empty credentials.
    pub(crate) fn new() -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_certificate_allocate_credentials(&mut raw) })?;
        // SAFETY: stores the number. With the flag the functions that add a chain return its index.
        unsafe { sys::gnutls_certificate_set_flags(raw, sys::GNUTLS_CERTIFICATE_API_V2 as c_uint) };
        Ok(Self {
            raw,
            verifying: Mutex::new(()),
            pins: Mutex::default(),
        })
    }

    /// Keeps the source of a PIN for as long as the object lives.
    pub(crate) fn keep(&self, pin: PinSource) {
        self.pins
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(pin);
    }

    /// The object, for `gnutls_credentials_set`, which keeps the pointer until the session's `gnutls_deinit`.
    pub(crate) fn as_ptr(&self) -> gnutls_certificate_credentials_t {
        self.raw
    }

    /// To be held by whatever verifies a chain with these credentials. It locks before 3.7.3 alone, where GnuTLS would
    /// write to the trust list without a lock.
    pub(crate) fn verification_guard(&self) -> Option<MutexGuard<'_, ()>> {
        let unlocked = crate::version().running < Version::new(3, 7, 3);
        unlocked.then(|| {
            self.verifying
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        })
    }

    /// The trusted certificate that has issued this one.
    pub(crate) fn issuer_of(&self, certificate: &[u8]) -> Result<Option<Vec<u8>>> {
        let data = argument::bytes(certificate)?;
        let _guard = self.verification_guard();
        let (mut subject, mut issuer) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_x509_crt_init(&mut subject) })?;
        // SAFETY: the certificate is initialised, the data are only read, and the trust list is. With GET_COPY the issuer is
        // ours after success, and the list is not written to.
        let (parsed, found) = unsafe {
            let parsed = sys::gnutls_x509_crt_import(subject, &data, sys::GNUTLS_X509_FMT_DER);
            let flags = sys::GNUTLS_TL_GET_COPY as c_uint;
            let found = if parsed < 0 {
                parsed
            } else {
                sys::gnutls_certificate_get_issuer(self.raw, subject, &mut issuer, flags)
            };
            sys::gnutls_x509_crt_deinit(subject);
            (parsed, found)
        };
        check(parsed).map_err(|error| {
            error
                .with_kind(ErrorKind::Certificate)
                .with_message("the certificate")
        })?;
        if found == sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE {
            return Ok(None);
        }
        check(found)?;
        // SAFETY: writes the output, which is ours after success; the issuer is released once.
        let der = datum::Output::filled_by(|output| unsafe {
            let code = sys::gnutls_x509_crt_export2(issuer, sys::GNUTLS_X509_FMT_DER, output);
            sys::gnutls_x509_crt_deinit(issuer);
            code
        })?;
        Ok(Some(der.as_bytes().to_vec()))
    }

    /// The trust anchors, in DER.
    pub(crate) fn trust_anchors(&self) -> Result<Vec<Vec<u8>>> {
        let _guard = self.verification_guard();
        let (mut list, mut iterator) = (ptr::null_mut(), ptr::null_mut());
        let mut anchors = Vec::new();
        // SAFETY: stores the address of the list, which belongs to the credentials.
        unsafe { sys::gnutls_certificate_get_trust_list(self.raw, &mut list) };
        loop {
            let mut certificate = ptr::null_mut();
            // SAFETY: the list is only read, and so is a token that it stands for. At the end, and where it can make none, the
            // iterator is NULL; each certificate is a copy, and ours to release.
            let code = unsafe {
                sys::gnutls_x509_trust_list_iter_get_ca(list, &mut iterator, &mut certificate)
            };
            if code == sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE {
                return Ok(anchors);
            }
            let der = check(code).and_then(|_| {
                // SAFETY: writes the output, which is ours after success; the copy is released once.
                datum::Output::filled_by(|output| unsafe {
                    let format = sys::GNUTLS_X509_FMT_DER;
                    let code = sys::gnutls_x509_crt_export2(certificate, format, output);
                    sys::gnutls_x509_crt_deinit(certificate);
                    code
                })
            });
            match der {
                Ok(der) => anchors.push(der.as_bytes().to_vec()),
                Err(error) => {
                    if !iterator.is_null() {
                        // SAFETY: was not at the end, and is released once.
                        unsafe { sys::gnutls_x509_trust_list_iter_deinit(iterator) };
                    }
                    return Err(error);
                }
            }
        }
    }

    /// Adds trust anchors. Gives their number.
    pub(crate) fn add_trust(&self, anchors: &Data) -> Result<c_int> {
        let data = lend(anchors)?;
        // SAFETY: the data are only read, and only during the call; PEM ends in NUL. No other thread has this object yet,
        // since `build` has not returned.
        check(unsafe {
            sys::gnutls_certificate_set_x509_trust_mem(self.raw, &data, anchors.format)
        })
    }

    /// Adds what a URL of PKCS #11 names as trusted. Gives the number.
    pub(crate) fn add_token(&self, url: &CStr) -> Result<c_int> {
        // SAFETY: the URL is copied, or the certificates are that it names. As above, one thread.
        check(unsafe {
            sys::gnutls_certificate_set_x509_trust_file(self.raw, url.as_ptr(), GNUTLS_X509_FMT_PEM)
        })
    }

    /// Adds lists of revoked certificates. Gives their number.
    pub(crate) fn add_crl(&self, list: &Data) -> Result<c_int> {
        let data = lend(list)?;
        // SAFETY: as above.
        check(unsafe { sys::gnutls_certificate_set_x509_crl_mem(self.raw, &data, list.format) })
    }

    /// Sets flags for the verification, and the limits of bits and of certificates.
    pub(crate) fn set_verification(&self, flags: c_uint, limits: Option<(c_uint, c_uint)>) {
        // SAFETY: stores numbers (lib/cert-session.c). As above, one thread.
        unsafe {
            sys::gnutls_certificate_set_verify_flags(self.raw, flags);
            if let Some((bits, certificates)) = limits {
                sys::gnutls_certificate_set_verify_limits(self.raw, bits, certificates);
            }
        }
    }

    /// Adds the trust anchors of the system. Gives their number.
    pub(crate) fn add_system_trust(&self) -> Result<c_int> {
        // SAFETY: reads the system's store into an object that, as above, one thread has.
        check(unsafe { sys::gnutls_certificate_set_x509_system_trust(self.raw) })
    }
}

impl Drop for Credentials {
    fn drop(&mut self) {
        // SAFETY: allocated by gnutls_certificate_allocate_credentials and released once. The sessions that have the
        // pointer are gone: each keeps the configuration until after its gnutls_deinit.
        unsafe { sys::gnutls_certificate_free_credentials(self.raw) }
    }
}

fn lend(data: &Data) -> Result<gnutls_datum_t> {
    if data.format == GNUTLS_X509_FMT_PEM {
        argument::string(&data.bytes)
    } else {
        argument::bytes(&data.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hazard_28_verification_is_locked_where_gnutls_does_not() {
        let credentials = Credentials::new().unwrap();
        let guard = credentials.verification_guard();
        assert_eq!(
            guard.is_some(),
            crate::version().running < Version::new(3, 7, 3)
        );
        assert_eq!(guard.is_some(), credentials.verifying.try_lock().is_err());
    }
}
