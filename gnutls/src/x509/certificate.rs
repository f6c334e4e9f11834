//! X.509 certificates (RFC 5280): the handle, import and export.

pub(crate) mod builder;
mod extensions;
pub(crate) mod fields;
mod matching;

#[cfg(gnutls_3_6_3)]
use std::ffi::c_int;
use std::ffi::c_uint;
use std::fmt;
use std::mem::ManuallyDrop;
use std::ops::RangeInclusive;
use std::path::Path;
use std::ptr;
use std::sync::Arc;

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::{
    GNUTLS_X509_FMT_DER, GNUTLS_X509_FMT_PEM, gnutls_x509_crt_fmt_t, gnutls_x509_crt_t,
};

use crate::error::code::ErrorCode;
use crate::error::unsupported::requires;
use crate::error::{Error, ErrorKind, Result, argument, check};
use crate::pkcs11::{PinSource, Url, after_login};
use crate::support::datum::Output;
use crate::support::secret::Secret;
use crate::support::{datum, file};

/// A parsed X.509 certificate.
///
/// Clones are cheap: they share one object, which never changes, and can be used in several threads at the same time.
///
/// ```
/// use gnutls::x509::Certificate;
///
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/server.pem");
/// let certificate = Certificate::from_pem_file(path)?;
/// assert_eq!(certificate.subject()?.to_string(), "CN=server");
/// assert!(certificate.matches_hostname("localhost"));
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// The methods that return `Option` return `None` if the certificate does not have the field or extension.
///
/// # Errors
///
/// The methods that read a field return an error of kind [`Certificate`](ErrorKind::Certificate) if its encoding is
/// damaged: parsing a certificate does not parse all its extensions.
#[corresponds(gnutls_x509_crt_t, alias(gnutls_x509_crt_init, gnutls_x509_crt_deinit))]
#[derive(Clone)]
pub struct Certificate(Arc<Handle>);

/// The owner of the C object.
struct Handle {
    /// Never NULL.
    raw: gnutls_x509_crt_t,
}

// SAFETY: the object is memory without ties to a thread: the parsed tree (`cert`), its encoding (`der`, with `raw_dn`,
// `raw_issuer_dn` and `raw_spki` inside it) and the alternative names (`san`, `ian`; lib/x509/x509_int.h). Its release
// frees only these. Only an import from a URL uses the source of the PIN (`pin`).
unsafe impl Send for Handle {}
// SAFETY: nothing writes to the object after its import. In 3.6.0 to 3.8.13 only the functions that import, modify or
// sign a certificate assign to its fields, and gnutls_x509_crt_get_subject and gnutls_x509_crt_get_issuer, which write to
// `dn` and `idn` and are not called with a shared reference. All other getters of lib/x509/x509.c read `der` and the
// parts of it, copy values out of the tree with asn1_read_value and asn1_der_decoding_startEnd, whose argument is
// constant, or encode a copy of the tree (asn1_der_coding, for the fingerprint). The alternative names are parsed during
// the import. The export copies `der`, since `modified` is not set. The import into a chain reads `der` and `cert`
// (lib/pcert.c), that into a public key reads `cert` and `raw_spki` (lib/pubkey.c), and the search for an issuer reads
// `raw_issuer_dn` and `cert` (lib/x509/verify-high.c).
unsafe impl Sync for Handle {}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the object is initialised, owned by this value, and released once.
        unsafe { sys::gnutls_x509_crt_deinit(self.raw) }
    }
}

impl Certificate {
    /// Parses one certificate in DER.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the data is no certificate, or one that
    /// GnuTLS rejects, for example because it contains an extension twice.
    #[corresponds(gnutls_x509_crt_import)]
    pub fn from_der(der: &[u8]) -> Result<Self> {
        Self::import(der, GNUTLS_X509_FMT_DER, 0)
    }

    /// Like [`from_der`](Self::from_der), without the checks of the contents that GnuTLS makes after parsing: the
    /// version permits extensions, no extension is contained twice (newer releases), and the dates are valid.
    ///
    /// Use it to show damaged certificates, never to decide about trust.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the data cannot be parsed.
    #[corresponds(gnutls_x509_crt_set_flags(GNUTLS_X509_CRT_FLAG_IGNORE_SANITY))]
    pub fn dangerous_from_der_without_checks(der: &[u8]) -> Result<Self> {
        let flags = sys::GNUTLS_X509_CRT_FLAG_IGNORE_SANITY as c_uint;
        Self::import(der, GNUTLS_X509_FMT_DER, flags)
    }

    /// Parses the first certificate in PEM text.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the text contains no certificate, or if
    /// GnuTLS rejects the first one.
    #[corresponds(gnutls_x509_crt_import)]
    pub fn from_pem(pem: &[u8]) -> Result<Self> {
        argument::refuse_other_than_pem(pem, "the certificate")?;
        Self::import(&Secret::with_nul(pem), GNUTLS_X509_FMT_PEM, 0)
    }

    /// Parses the first certificate in a PEM file.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Io`](ErrorKind::Io) if the file cannot be read, and otherwise those of
    /// [`from_pem`](Self::from_pem). The message contains the path.
    #[corresponds(gnutls_x509_crt_import)]
    pub fn from_pem_file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        Self::from_pem(&file::read(path)?).map_err(|error| in_file(error, path))
    }

    /// Parses all certificates in PEM text, in its order.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the text contains no certificate, or if
    /// GnuTLS rejects one, which the message identifies.
    ///
    /// ```
    /// use gnutls::x509::Certificate;
    ///
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/chain.pem");
    /// let chain = Certificate::list_from_pem(&std::fs::read(path)?)?;
    /// assert_eq!(chain.len(), 2);
    /// assert!(chain[0].is_issued_by(&chain[1]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[corresponds(gnutls_x509_crt_list_import2, alias(gnutls_x509_crt_list_import))]
    pub fn list_from_pem(pem: &[u8]) -> Result<Vec<Self>> {
        argument::refuse_other_than_pem(pem, "the certificates")?;
        Self::list(&Secret::with_nul(pem), GNUTLS_X509_FMT_PEM).map_err(|error| {
            let error = match error.code() {
                Some(ErrorCode::NO_CERTIFICATE_FOUND) => error.with_kind(ErrorKind::Certificate),
                _ => error,
            };
            match damaged_certificate(pem) {
                Some(entry) => error.with_message(format!("the certificates{entry}")),
                None => error,
            }
        })
    }

    /// Parses all certificates in a PEM file, in its order.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Io`](ErrorKind::Io) if the file cannot be read, and otherwise those of
    /// [`list_from_pem`](Self::list_from_pem). The message contains the path.
    #[corresponds(gnutls_x509_crt_list_import2)]
    pub fn list_from_pem_file(path: impl AsRef<Path>) -> Result<Vec<Self>> {
        let path = path.as_ref();
        Self::list_from_pem(&file::read(path)?).map_err(|error| in_file(error, path))
    }

    /// Reads the certificate that a PKCS #11 URL (RFC 7512) identifies.
    ///
    /// ```no_run
    /// use gnutls::pkcs11::PinSource;
    /// use gnutls::x509::Certificate;
    ///
    /// let url = "pkcs11:token=server;object=server;type=cert";
    /// println!("{}", Certificate::from_url(url, PinSource::none())?.subject()?);
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is not valid, if the object is not found, if the PIN is wrong or missing, or inside a
    /// [PIN closure](PinSource::ask) or a log function.
    #[corresponds(
        gnutls_x509_crt_import_url,
        gnutls_x509_crt_set_pin_function,
        alias(gnutls_x509_crt_import_pkcs11)
    )]
    pub fn from_url(url: &str, pin: impl Into<PinSource>) -> Result<Self> {
        let (url, pin) = (Url::new(url)?, pin.into());
        crate::pkcs11::refuse_in_callback()?;
        let import = |flags| {
            let certificate = Self::new()?;
            let raw = certificate.as_ptr();
            // SAFETY: the object is initialised and used by nothing else. The URL ends in NUL and is only read. The
            // object stores the pointer to the source of the PIN only until the next statement.
            let code = unsafe {
                sys::gnutls_x509_crt_set_pin_function(
                    raw,
                    Some(crate::pkcs11::ask),
                    pin.as_userdata(),
                );
                let code = sys::gnutls_x509_crt_import_url(raw, url.as_ptr(), flags);
                sys::gnutls_x509_crt_set_pin_function(raw, None, ptr::null_mut());
                code
            };
            crate::pkcs11::resume_panic();
            check(code).map(|_| certificate)
        };
        after_login(import)
    }

    /// Reads the certificate that a PKCS #11 URL (RFC 7512) identifies, and those of its issuers that are on the same
    /// token.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is not valid, if the object is not found, if the PIN is wrong or missing, inside a
    /// [PIN closure](PinSource::ask) or a log function, and of kind [`Unsupported`](ErrorKind::Unsupported) if the
    /// library is too old.
    #[corresponds(
        gnutls_x509_crt_list_import_url,
        alias(gnutls_x509_crt_list_import_pkcs11)
    )]
    pub fn list_from_url(url: &str, pin: impl Into<PinSource>) -> Result<Vec<Self>> {
        Self::list_from_token(&Url::new(url)?, &pin.into())
    }

    /// Takes ownership of a C object.
    ///
    /// # Safety
    ///
    /// `raw` is an initialised certificate, and nothing else uses or releases it.
    #[corresponds(alias(gnutls_x509_crt_t))]
    pub unsafe fn from_raw(raw: gnutls_x509_crt_t) -> Self {
        Self(Arc::new(Handle { raw }))
    }

    /// Returns the C object, for functions of `gnutls-sys` that only read it. It lives as long as `self` or any clone of
    /// it.
    ///
    /// Functions that modify it must not be called, nor `gnutls_x509_crt_get_subject` and `gnutls_x509_crt_get_issuer`,
    /// which write to the object: another thread may read it.
    #[corresponds(alias(gnutls_x509_crt_get_subject, gnutls_x509_crt_get_issuer))]
    pub fn as_ptr(&self) -> gnutls_x509_crt_t {
        self.0.raw
    }

    /// Returns the certificate in DER.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(
        gnutls_x509_crt_export2(GNUTLS_X509_FMT_DER),
        alias(gnutls_x509_crt_export)
    )]
    pub fn to_der(&self) -> Result<Vec<u8>> {
        // SAFETY: the object is initialised, and nothing writes to it after its import.
        unsafe { export(self.as_ptr(), GNUTLS_X509_FMT_DER) }.map(|der| der.as_bytes().to_vec())
    }

    /// Returns the certificate as PEM text.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(gnutls_x509_crt_export2(GNUTLS_X509_FMT_PEM))]
    pub fn to_pem(&self) -> Result<String> {
        // SAFETY: the object is initialised, and nothing writes to it after its import.
        unsafe { export(self.as_ptr(), GNUTLS_X509_FMT_PEM) }.map(|pem| pem.to_text())
    }

    /// Returns a new C object with the same certificate, which the caller owns.
    pub(crate) fn to_owned_ptr(&self) -> Result<gnutls_x509_crt_t> {
        let copy = Self::from_der(&self.to_der()?)?;
        // The copy has no clones.
        let handle = Arc::into_inner(copy.0).map(ManuallyDrop::new);
        handle
            .map(|handle| handle.raw)
            .ok_or_else(|| Error::from_code(sys::GNUTLS_E_INTERNAL_ERROR))
    }

    fn new() -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_x509_crt_init(&mut raw) })?;
        // SAFETY: the call above succeeded and created the object, which nothing else uses.
        Ok(unsafe { Self::from_raw(raw) })
    }

    /// Parses DER, or the first certificate in PEM text that ends in NUL.
    fn import(data: &[u8], format: gnutls_x509_crt_fmt_t, flags: c_uint) -> Result<Self> {
        let data = readable(data, format)?;
        let certificate = Self::new()?;
        // SAFETY: the object is initialised and used by nothing else; `data` is only read during the call, and PEM text
        // ends in NUL.
        check(unsafe {
            if flags != 0 {
                sys::gnutls_x509_crt_set_flags(certificate.as_ptr(), flags);
            }
            sys::gnutls_x509_crt_import(certificate.as_ptr(), &data, format)
        })?;
        Ok(certificate)
    }

    /// Parses the certificates in PEM text that ends in NUL, or one certificate in DER.
    pub(crate) fn list(data: &[u8], format: gnutls_x509_crt_fmt_t) -> Result<Vec<Self>> {
        let data = readable(data, format)?;
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
    pub(crate) fn list_from_token(url: &Url, pin: &PinSource) -> Result<Vec<Self>> {
        requires!(gnutls_3_6_3, "certificates on tokens", {
            crate::pkcs11::refuse_in_callback()?;
            after_login(|flags| {
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
            })
        })
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

    /// Takes ownership of the certificates in a list that C has allocated, and frees the list.
    ///
    /// # Safety
    ///
    /// Unless `list` is NULL, `gnutls_malloc` allocated it, it contains `count` initialised certificates, and nothing
    /// else uses or releases any of them.
    pub(crate) unsafe fn take_list(list: *mut gnutls_x509_crt_t, count: c_uint) -> Vec<Self> {
        // SAFETY: by the contract of this function `list` is NULL or contains `count` pointers, which do not change
        // until it is freed below, to certificates that nothing else uses.
        let certificates = unsafe {
            datum::array(list.cast_const(), count as usize)
                .iter()
                .map(|&raw| Self::from_raw(raw))
                .collect()
        };
        // SAFETY: by the contract of this function `gnutls_malloc` allocated the list, unless it is NULL. It is not
        // used afterwards.
        unsafe { datum::free(list.cast()) };
        certificates
    }
}

impl PartialEq for Certificate {
    /// Compares the encodings.
    #[corresponds(gnutls_x509_crt_equals, alias(gnutls_x509_crt_equals2))]
    fn eq(&self, other: &Self) -> bool {
        // SAFETY: both objects are initialised and only read (lib/x509/x509.c).
        unsafe { sys::gnutls_x509_crt_equals(self.as_ptr(), other.as_ptr()) != 0 }
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = self.subject().map(|name| name.to_string());
        f.debug_tuple("Certificate")
            .field(&subject.unwrap_or_default())
            .finish()
    }
}

/// Returns the certificate in an encoding.
///
/// # Safety
///
/// `raw` is an initialised certificate that nothing writes to or releases during the call.
pub(crate) unsafe fn export(
    raw: gnutls_x509_crt_t,
    format: gnutls_x509_crt_fmt_t,
) -> Result<Output> {
    Output::filled_by(|output| {
        // SAFETY: by the contract of this function the object is initialised, and it is only read: C copies its encoding
        // (lib/x509/x509.c). The output is owned by the caller after success.
        unsafe { sys::gnutls_x509_crt_export2(raw, format, output) }
    })
}

/// Returns a datum for DER, or for PEM text that ends in NUL.
fn readable(data: &[u8], format: gnutls_x509_crt_fmt_t) -> Result<sys::gnutls_datum_t> {
    if format == GNUTLS_X509_FMT_DER {
        argument::bytes(data)
    } else {
        argument::string(data)
    }
}

/// Adds the path of a file to an error.
pub(crate) fn in_file(error: Error, path: &Path) -> Error {
    let message = match error.message() {
        Some(message) => format!("{}: {message}", path.display()),
        None => path.display().to_string(),
    };
    error.with_message(message)
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

    const DER: &[u8] = include_bytes!("../../tests/fixtures/server.der");
    const CHAIN: &[u8] = include_bytes!("../../tests/fixtures/chain.pem");

    #[test]
    fn the_encoding_survives() {
        let certificate = Certificate::from_der(DER).unwrap();
        assert_eq!(certificate.to_der().unwrap(), DER);
        assert!(Certificate::from_der(&DER[1..]).is_err());
        assert!(Certificate::from_der(b"").is_err());
    }

    #[test]
    fn a_list_contains_every_certificate() {
        let text = [CHAIN, b"\0"].concat();
        let list = Certificate::list(&text, GNUTLS_X509_FMT_PEM).unwrap();
        assert_eq!(list.len(), 2);
        assert_ne!(list[0], list[1]);
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
    fn bug_class_6_null_is_no_list() {
        // SAFETY: NULL is permitted, with any count.
        assert!(unsafe { Certificate::take_list(ptr::null_mut(), 5) }.is_empty());
    }
}
