//! X.509 certificates (RFC 5280).

use std::cell::UnsafeCell;
#[cfg(gnutls_3_6_3)]
use std::ffi::c_int;
use std::ffi::c_uint;
use std::marker::PhantomData;
use std::ops::{Deref, RangeInclusive};
use std::ptr;

use gnutls_sys as sys;
use gnutls_sys::{
    GNUTLS_X509_FMT_DER, GNUTLS_X509_FMT_PEM, gnutls_x509_crt_fmt_t, gnutls_x509_crt_t,
};

#[cfg(gnutls_3_6_3)]
use crate::error::code::ErrorCode;
use crate::error::unsupported::requires;
use crate::error::{Result, argument, check};
use crate::pkcs11::{PinSource, Url};
use crate::support::datum;
use crate::support::datum::Output;
use crate::support::secret::Secret;

/// A parsed certificate.
///
/// It owns the C object and dereferences to [`CertificateRef`], which contains the methods that only read.
pub(crate) struct Certificate {
    /// Never NULL.
    raw: gnutls_x509_crt_t,
}

// SAFETY: the object is memory without ties to a thread: the parsed tree (`cert`), its encoding (`der`, with `raw_dn`,
// `raw_issuer_dn` and `raw_spki` inside it) and the alternative names (`san`, `ian`; lib/x509/x509_int.h). Its release
// frees only these. Only an import from a URL uses the source of the PIN (`pin`).
unsafe impl Send for Certificate {}
// SAFETY: nothing writes to the object after its import. The C functions that are called with a shared reference only
// read it: the export copies `der`, since `modified` is not set (gnutls_x509_crt_export2 in lib/x509/x509.c), the
// import into a chain reads `der` and `cert` (lib/pcert.c), and the search for an issuer reads `raw_issuer_dn` and
// `cert` (lib/x509/verify-high.c). (gnutls_x509_crt_get_subject and gnutls_x509_crt_get_issuer write to `dn` and `idn`:
// they would require `&mut`.)
unsafe impl Sync for Certificate {}

impl Certificate {
    /// Parses one certificate in DER.
    pub(crate) fn from_der(der: &[u8]) -> Result<Self> {
        let data = argument::bytes(der)?;
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_x509_crt_init(&mut raw) })?;
        let certificate = Self { raw };
        // SAFETY: the object is initialised and used by nothing else; `data` is only read during the call.
        check(unsafe { sys::gnutls_x509_crt_import(raw, &data, GNUTLS_X509_FMT_DER) })?;
        Ok(certificate)
    }

    /// Parses the certificates in PEM text that ends in NUL, or one certificate in DER.
    pub(crate) fn list(data: &[u8], format: gnutls_x509_crt_fmt_t) -> Result<Vec<Self>> {
        let data = if format == GNUTLS_X509_FMT_DER {
            argument::bytes(data)?
        } else {
            argument::string(data)?
        };
        let (mut list, mut count) = (ptr::null_mut(), 0);
        // SAFETY: `data` is only read during the call, up to its length; PEM text also ends in NUL, for the C functions
        // that require it. The list is written on success; on failure nothing has to be released.
        check(unsafe {
            sys::gnutls_x509_crt_list_import2(&mut list, &mut count, &data, format, 0)
        })?;
        // SAFETY: the call above succeeded and allocated a list of `count` certificates, which nothing else uses.
        Ok(unsafe { Self::take_list(list, count) })
    }

    /// Reads the certificate that a PKCS #11 URL identifies, and those of its issuers that are on the same token.
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(unused_variables, reason = "only newer libraries have the function")
    )]
    pub(crate) fn list_from_url(url: &Url, pin: &PinSource) -> Result<Vec<Self>> {
        requires!(gnutls_3_6_3, "certificates on tokens", {
            crate::pkcs11::refuse_in_callback()?;
            let import = |flags| {
                let (mut list, mut count) = (ptr::null_mut(), 0);
                // SAFETY: the URL ends in NUL and is only read. The list is written on success; on failure nothing has
                // to be released. The certificates store the pointer to the source of the PIN, but only an import from
                // a URL uses it.
                let code: c_int = unsafe {
                    sys::gnutls_x509_crt_list_import_url(
                        &mut list,
                        &mut count,
                        url.as_ptr(),
                        Some(crate::pkcs11::ask),
                        pin.as_userdata(),
                        flags,
                    )
                };
                // SAFETY: after success C has allocated a list of `count` certificates, which nothing else uses.
                let list = check(code).map(|_| unsafe { Self::take_list(list, count) });
                crate::pkcs11::resume_panic();
                list
            };
            match import(0) {
                // A private object is visible only after login.
                Err(error) if error.code() == Some(ErrorCode::REQUESTED_DATA_NOT_AVAILABLE) => {
                    import(sys::GNUTLS_PKCS11_OBJ_FLAG_LOGIN as c_uint)
                }
                result => result,
            }
        })
    }

    /// Takes ownership of a C object.
    ///
    /// # Safety
    ///
    /// `raw` is an initialised certificate, and nothing else uses or releases it.
    pub(crate) unsafe fn from_ptr(raw: gnutls_x509_crt_t) -> Self {
        Self { raw }
    }

    /// Takes ownership of the certificates in a list that C has allocated, and frees the list.
    ///
    /// # Safety
    ///
    /// Unless `list` is NULL, `gnutls_malloc` allocated it, it contains `count` initialised certificates, and nothing
    /// else uses or releases any of them.
    pub(crate) unsafe fn take_list(list: *mut gnutls_x509_crt_t, count: c_uint) -> Vec<Self> {
        // SAFETY: by the contract of this function `list` is NULL or contains `count` pointers, which do not change
        // until it is freed below.
        let certificates = unsafe { datum::array(list.cast_const(), count as usize) }
            .iter()
            .map(|&raw| Self { raw })
            .collect();
        // SAFETY: by the contract of this function `gnutls_malloc` allocated the list, unless it is NULL. It is not
        // used afterwards.
        unsafe { datum::free(list.cast()) };
        certificates
    }
}

impl Deref for Certificate {
    type Target = CertificateRef;

    fn deref(&self) -> &CertificateRef {
        // SAFETY: the object is initialised and lives as long as `self`; nothing writes to it after its import.
        unsafe { &*self.raw.cast() }
    }
}

impl Drop for Certificate {
    fn drop(&mut self) {
        // SAFETY: the object is initialised, owned by this value, and released once.
        unsafe { sys::gnutls_x509_crt_deinit(self.raw) }
    }
}

/// A certificate that something else owns: a [`Certificate`], or GnuTLS during a callback.
#[repr(transparent)]
pub(crate) struct CertificateRef {
    /// The C object, whose size is not known and whose bytes C may change.
    _object: UnsafeCell<[u8; 0]>,
    /// Prevents `Send` and `Sync`, since the owner is not known.
    _thread: PhantomData<*mut ()>,
}

impl CertificateRef {
    /// Returns a reference to a C object, or `None` for NULL.
    ///
    /// # Safety
    ///
    /// Unless `raw` is NULL, it is an initialised certificate, and nothing writes to it or releases it for `'a`.
    #[cfg_attr(
        not(gnutls_3_7_0),
        allow(
            dead_code,
            reason = "only newer libraries pass certificates to callbacks"
        )
    )]
    pub(crate) unsafe fn from_ptr<'a>(raw: gnutls_x509_crt_t) -> Option<&'a Self> {
        // SAFETY: NULL becomes `None`; otherwise the object lives for `'a` by the contract of this function. The
        // reference covers no bytes.
        unsafe { raw.cast::<Self>().as_ref() }
    }

    /// Returns the C object, for functions that only read it.
    pub(crate) fn as_ptr(&self) -> gnutls_x509_crt_t {
        ptr::from_ref(self).cast_mut().cast()
    }

    /// Returns the time during which the certificate is valid, in seconds since 1970, or `None` if it cannot be read.
    pub(crate) fn validity(&self) -> Option<RangeInclusive<i64>> {
        // SAFETY: the object is initialised and only read (lib/x509/x509.c).
        let (start, end) = unsafe {
            (
                sys::gnutls_x509_crt_get_activation_time(self.as_ptr()),
                sys::gnutls_x509_crt_get_expiration_time(self.as_ptr()),
            )
        };
        #[allow(
            clippy::useless_conversion,
            reason = "the time of a library has 32 or 64 bits"
        )]
        let (start, end) = (i64::from(start), i64::from(end));
        // An error is -1.
        (start >= 0 && end >= 0).then_some(start..=end)
    }

    /// Returns the certificate in DER.
    pub(crate) fn to_der(&self) -> Result<Output> {
        Output::filled_by(|output| {
            // SAFETY: the object is initialised and only read: C copies its encoding (lib/x509/x509.c). The output is
            // owned by the caller after success.
            unsafe { sys::gnutls_x509_crt_export2(self.as_ptr(), GNUTLS_X509_FMT_DER, output) }
        })
    }
}

/// Describes the first certificate in PEM text that cannot be parsed, see [`damaged_entry`].
pub(crate) fn damaged_certificate(pem: &[u8]) -> Option<String> {
    damaged_entry(pem, "certificate", &[b"CERT", b"X509 CERT"], |entry| {
        Certificate::list(entry, GNUTLS_X509_FMT_PEM).is_ok()
    })
}

/// Describes the first entry in PEM text that cannot be parsed, if the text contains several: GnuTLS rejects the text as
/// a whole. `labels` are the beginnings of the labels of such entries; `is_valid` receives text that ends in NUL.
pub(crate) fn damaged_entry(
    pem: &[u8],
    name: &str,
    labels: &[&[u8]],
    is_valid: impl Fn(&[u8]) -> bool,
) -> Option<String> {
    const BEGIN: &[u8] = b"-----BEGIN ";
    let starts = (0..pem.len()).filter(|&at| {
        let label = pem[at..].strip_prefix(BEGIN);
        label.is_some_and(|label| labels.iter().any(|start| label.starts_with(start)))
    });
    let starts: Vec<usize> = starts.collect();
    let ends = starts.iter().copied().skip(1).chain([pem.len()]);
    let damaged = starts
        .iter()
        .zip(ends)
        .position(|(&start, end)| !is_valid(&Secret::with_nul(&pem[start..end])))?;
    (starts.len() > 1).then(|| format!(": {name} {} of {}", damaged + 1, starts.len()))
}

#[cfg(test)]
mod tests {
    use gnutls_sys::GNUTLS_X509_FMT_PEM;

    use super::*;
    use crate::error::ErrorKind;

    const DER: &[u8] = include_bytes!("../../tests/fixtures/server.der");
    const CHAIN: &[u8] = include_bytes!("../../tests/fixtures/chain.pem");

    #[test]
    fn the_encoding_survives() {
        let certificate = Certificate::from_der(DER).unwrap();
        assert_eq!(certificate.to_der().unwrap().as_bytes(), DER);
        assert!(Certificate::from_der(&DER[1..]).is_err());
        assert!(Certificate::from_der(b"").is_err());
    }

    #[test]
    fn a_list_contains_every_certificate() {
        let text = [CHAIN, b"\0"].concat();
        let list = Certificate::list(&text, GNUTLS_X509_FMT_PEM).unwrap();
        assert_eq!(list.len(), 2);
        assert_ne!(
            list[0].to_der().unwrap().as_bytes(),
            list[1].to_der().unwrap().as_bytes()
        );
        assert_eq!(
            Certificate::list(DER, GNUTLS_X509_FMT_DER).unwrap().len(),
            1
        );
        assert!(Certificate::list(b"no PEM\0", GNUTLS_X509_FMT_PEM).is_err());
        let unterminated = Certificate::list(CHAIN, GNUTLS_X509_FMT_PEM);
        assert_eq!(
            unterminated.err().map(|error| error.kind()),
            Some(ErrorKind::InvalidInput)
        );
    }

    #[test]
    fn bug_class_6_null_is_no_certificate_and_no_list() {
        // SAFETY: NULL is permitted.
        assert!(unsafe { CertificateRef::from_ptr(ptr::null_mut()) }.is_none());
        // SAFETY: NULL is permitted, with any count.
        assert!(unsafe { Certificate::take_list(ptr::null_mut(), 5) }.is_empty());
    }
}
