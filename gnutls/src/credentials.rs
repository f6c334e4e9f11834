//! Certificate credentials: the C object with the identities and trust anchors of a configuration.

use std::ffi::{c_int, c_uint};
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use gnutls_sys as sys;
use gnutls_sys::{
    GNUTLS_X509_FMT_DER, GNUTLS_X509_FMT_PEM, gnutls_certificate_credentials_t, gnutls_datum_t,
    gnutls_x509_crt_fmt_t,
};

use crate::error::{ErrorKind, Result, argument, check};
use crate::library::logging;
use crate::pkcs11;
use crate::pkcs11::{PinSource, Url};
use crate::support::reentrant_lock::{ReentrantGuard, ReentrantLock};
use crate::support::secret::Secret;
use crate::version::Version;
use crate::x509::certificate::Certificate;
use crate::x509::trust_list::authorities;

/// Certificates or revocation lists: PEM that ends in NUL, or DER.
#[derive(Clone)]
pub(crate) struct Data {
    /// The file can also contain a private key.
    pub(crate) bytes: Arc<Secret>,
    pub(crate) format: gnutls_x509_crt_fmt_t,
}

impl Data {
    pub(crate) fn pem(text: &[u8], name: &str) -> Result<Self> {
        argument::refuse_other_than_pem(text, name)?;
        Ok(Self {
            bytes: Arc::new(Secret::with_nul(text)),
            format: GNUTLS_X509_FMT_PEM,
        })
    }

    pub(crate) fn der(bytes: &[u8]) -> Self {
        Self {
            bytes: Arc::new(Secret::new(bytes)),
            format: GNUTLS_X509_FMT_DER,
        }
    }
}

/// The use of the trust store of the system, for [`refuse_inside`](logging::refuse_inside).
const SYSTEM_TRUST: &str = "using the trust store of the system";

/// Owns a `gnutls_certificate_credentials_t`, which is not written to after it has been built.
pub(crate) struct Credentials {
    raw: gnutls_certificate_credentials_t,
    /// The lock of [`verification_guard`](Self::verification_guard).
    verifying: ReentrantLock,
    /// `true` if trust anchors are on tokens.
    token_trust: AtomicBool,
    /// `true` if the trust store of the system, which may be a token, is trusted.
    system_trust: AtomicBool,
    /// `true` if there are revocation lists.
    revocation_lists: AtomicBool,
    /// The sources of the PINs of keys on tokens, to which the C object points.
    pins: Mutex<Vec<PinSource>>,
    /// A key is on a token: `pins` is not empty.
    token_keys: AtomicBool,
}

// SAFETY: the object is memory without ties to a thread (`certs`, `sorted_cert_idx`, `tlist`, the keys), and its
// release frees only this memory. The sources of PINs that the keys point to are `Send` and `Sync`.
unsafe impl Send for Credentials {}
// SAFETY: all setters are called before `build` returns, by one thread, except for those of `callbacks::install`, which
// run once, before the first session uses the object; other functions read none of their fields. Afterwards GnuTLS only
// reads the object (`certs`, `sorted_cert_idx`, `tlist`, the keys, the callbacks), with one exception: before 3.7.3,
// verification with trust anchors in a PKCS #11 module appends to `tlist->keep_certs` without a lock
// (gnutls_x509_trust_list_verify_crt2 calls gnutls_x509_trust_list_get_issuer without GNUTLS_TL_GET_COPY). Only the
// release of the object reads that list, so that it is sufficient that every verification holds `verification_guard`.
unsafe impl Sync for Credentials {}

impl Credentials {
    /// Creates empty credentials.
    pub(crate) fn new() -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_certificate_allocate_credentials(&mut raw) })?;
        // SAFETY: stores a number in the object, which is initialised. With the flag the functions that add a chain
        // return its index.
        unsafe { sys::gnutls_certificate_set_flags(raw, sys::GNUTLS_CERTIFICATE_API_V2 as c_uint) };
        Ok(Self {
            raw,
            verifying: ReentrantLock::default(),
            token_trust: AtomicBool::new(false),
            system_trust: AtomicBool::new(false),
            revocation_lists: AtomicBool::new(false),
            pins: Mutex::default(),
            token_keys: AtomicBool::new(false),
        })
    }

    /// Keeps the source of a PIN alive as long as the credentials.
    pub(crate) fn keep(&self, pin: PinSource) {
        self.pins
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(pin);
        self.token_keys.store(true, Ordering::Release);
    }

    /// Returns `true` if a key is on a token.
    pub(crate) fn has_token_keys(&self) -> bool {
        self.token_keys.load(Ordering::Acquire)
    }

    /// Returns the C object, for example for `gnutls_credentials_set`, which stores the pointer until `gnutls_deinit`
    /// of the session.
    pub(crate) fn as_ptr(&self) -> gnutls_certificate_credentials_t {
        self.raw
    }

    /// Returns the guard that every verification with these credentials must hold, or an error inside a callback during
    /// which GnuTLS may hold a lock that the verification acquires. The guard is a lock only before 3.7.3, which writes
    /// to the trust list without one. A verification can be observed by a closure that verifies, too.
    pub(crate) fn verification_guard(&self) -> Result<Option<ReentrantGuard<'_>>> {
        if self.token_trust.load(Ordering::Relaxed) {
            pkcs11::refuse_in_callback()?;
        }
        if self.system_trust.load(Ordering::Relaxed) {
            logging::refuse_inside(SYSTEM_TRUST)?;
        }
        let unlocked = crate::version().running < Version::new(3, 7, 3);
        Ok(unlocked.then(|| self.verifying.lock()))
    }

    /// Returns `true` if the result of a verification can change while all certificates remain valid: a token can change
    /// its trust anchors, and a revocation list is superseded.
    pub(crate) fn has_changing_trust(&self) -> bool {
        [
            &self.token_trust,
            &self.system_trust,
            &self.revocation_lists,
        ]
        .iter()
        .any(|flag| flag.load(Ordering::Relaxed))
    }

    /// Returns the trusted certificate that issued `certificate`, both in DER.
    pub(crate) fn issuer_of(&self, certificate: &[u8]) -> Result<Option<Vec<u8>>> {
        let subject = Certificate::from_der(certificate).map_err(|error| {
            error
                .with_kind(ErrorKind::Certificate)
                .with_message("the certificate cannot be parsed")
        })?;
        let _guard = self.verification_guard()?;
        let mut issuer = ptr::null_mut();
        // SAFETY: the credentials and the certificate are only read. With GET_COPY the issuer is a new object after
        // success, and the trust list is not written to.
        let found = unsafe {
            let flags = sys::GNUTLS_TL_GET_COPY as c_uint;
            sys::gnutls_certificate_get_issuer(self.raw, subject.as_ptr(), &mut issuer, flags)
        };
        if found == sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE {
            return Ok(None);
        }
        check(found)?;
        // SAFETY: the call above succeeded and created the object, which nothing else uses.
        let issuer = unsafe { Certificate::from_raw(issuer) };
        issuer.to_der().map(Some)
    }

    /// Returns the trust anchors in DER.
    pub(crate) fn trust_anchors(&self) -> Result<Vec<Vec<u8>>> {
        let _guard = self.verification_guard()?;
        let mut list = ptr::null_mut();
        // SAFETY: writes the address of the list, which the credentials own. Nothing writes to it meanwhile, since the
        // guard excludes verifications that do.
        let anchors = unsafe {
            sys::gnutls_certificate_get_trust_list(self.raw, &mut list);
            authorities(list)?
        };
        anchors.iter().map(Certificate::to_der).collect()
    }

    /// Adds trust anchors. Returns their number.
    pub(crate) fn add_trust(&self, anchors: &Data) -> Result<c_int> {
        let data = datum(anchors)?;
        // SAFETY: the data is only read, and only during the call; PEM ends in NUL. No other thread uses this object,
        // since it is still being built.
        check(unsafe {
            sys::gnutls_certificate_set_x509_trust_mem(self.raw, &data, anchors.format)
        })
    }

    /// Adds the certificates or the token that a PKCS #11 URL identifies as trust anchors. Returns their number.
    pub(crate) fn add_token(&self, url: &Url) -> Result<c_int> {
        pkcs11::refuse_in_callback()?;
        self.token_trust.store(true, Ordering::Relaxed);
        // SAFETY: the URL ends in NUL, and it or the certificates that it identifies are copied. No other thread uses
        // this object, since it is still being built.
        check(unsafe {
            sys::gnutls_certificate_set_x509_trust_file(self.raw, url.as_ptr(), GNUTLS_X509_FMT_PEM)
        })
    }

    /// Adds certificate revocation lists. Returns their number.
    pub(crate) fn add_crl(&self, list: &Data) -> Result<c_int> {
        self.revocation_lists.store(true, Ordering::Relaxed);
        let data = datum(list)?;
        // SAFETY: the data is only read, and only during the call; PEM ends in NUL. No other thread uses this object,
        // since it is still being built.
        check(unsafe { sys::gnutls_certificate_set_x509_crl_mem(self.raw, &data, list.format) })
    }

    /// Sets the verification flags, and the limits of key bits and of certificates.
    pub(crate) fn set_verification(&self, flags: c_uint, limits: Option<(c_uint, c_uint)>) {
        // SAFETY: stores numbers in the object (lib/cert-session.c). No other thread uses it, since it is still being
        // built.
        unsafe {
            sys::gnutls_certificate_set_verify_flags(self.raw, flags);
            if let Some((bits, certificates)) = limits {
                sys::gnutls_certificate_set_verify_limits(self.raw, bits, certificates);
            }
        }
    }

    /// Adds the trust anchors of the system. Returns their number.
    pub(crate) fn add_system_trust(&self) -> Result<c_int> {
        logging::refuse_inside(SYSTEM_TRUST)?;
        self.system_trust.store(true, Ordering::Relaxed);
        // SAFETY: reads the trust store of the system into the object. No other thread uses it, since it is still being
        // built.
        check(unsafe { sys::gnutls_certificate_set_x509_system_trust(self.raw) })
    }
}

impl Drop for Credentials {
    fn drop(&mut self) {
        // SAFETY: the object was allocated by gnutls_certificate_allocate_credentials and is released once. No session
        // stores the pointer any more: each session keeps its configuration, which owns these credentials, until after
        // its gnutls_deinit.
        unsafe { sys::gnutls_certificate_free_credentials(self.raw) }
    }
}

/// Returns the data as an argument for C.
fn datum(data: &Data) -> Result<gnutls_datum_t> {
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
    fn hazard_28_gnutls_sa_2022_01_17_verification_is_locked_where_gnutls_does_not() {
        let credentials = Credentials::new().unwrap();
        let guard = credentials.verification_guard().unwrap();
        assert_eq!(
            guard.is_some(),
            crate::version().running < Version::new(3, 7, 3)
        );
    }
}
