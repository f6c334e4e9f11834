//! OCSP requests.

use std::ffi::CString;
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::gnutls_ocsp_req_t;

use crate::crypto::public_key::Digest;
use crate::error::argument::{bytes, items, optional};
use crate::error::{Error, ErrorKind, Result, check};
use crate::ocsp::{CertificateId, Extension, PrintFormat, is_critical};
use crate::support::datum::Output;
use crate::x509::certificate::Certificate;

/// A request for the status of certificates.
///
/// ```
/// use gnutls::crypto::Digest;
/// use gnutls::ocsp::Request;
/// use gnutls::x509::Certificate;
///
/// # let file = |name| format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"));
/// let certificate = Certificate::from_pem_file(file("server"))?;
/// let issuer = Certificate::from_pem_file(file("ca"))?;
/// let mut request = Request::new()?;
/// request.add_certificate(Digest::SHA256, &issuer, &certificate)?;
/// request.set_random_nonce()?;
/// let der = request.to_der()?;
/// assert_eq!(Request::from_der(&der)?.nonce()?, request.nonce()?);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[corresponds(gnutls_ocsp_req_t, alias(gnutls_ocsp_req_init, gnutls_ocsp_req_deinit))]
pub struct Request {
    /// Never NULL.
    raw: gnutls_ocsp_req_t,
}

// SAFETY: the object is memory without ties to a thread: a structure of libtasn1 (lib/x509/ocsp.c). It is not `Sync`, because
// the encoding writes to the structure.
unsafe impl Send for Request {}

impl Request {
    /// Creates an empty request.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(gnutls_ocsp_req_init)]
    pub fn new() -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_ocsp_req_init(&mut raw) })?;
        Ok(Self { raw })
    }

    /// Parses a request in DER. GnuTLS omits the name and the signature of the requestor if the request is encoded again.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the data is no request.
    #[corresponds(gnutls_ocsp_req_import)]
    pub fn from_der(der: &[u8]) -> Result<Self> {
        let request = Self::new()?;
        let data = bytes(der)?;
        // SAFETY: the object is initialised and used by nothing else; the data is only read.
        check(unsafe { sys::gnutls_ocsp_req_import(request.raw, &data) })
            .map_err(|error| error.with_kind(ErrorKind::Certificate))?;
        Ok(request)
    }

    /// Takes ownership of a C object.
    ///
    /// # Safety
    ///
    /// `raw` is an initialised request, and nothing else uses or releases it.
    pub unsafe fn from_raw(raw: gnutls_ocsp_req_t) -> Self {
        Self { raw }
    }

    /// Returns the C object. It lives as long as `self`.
    pub fn as_ptr(&self) -> gnutls_ocsp_req_t {
        self.raw
    }

    /// Returns the request in DER.
    ///
    /// # Errors
    ///
    /// Returns an error if the request contains no certificate.
    #[corresponds(gnutls_ocsp_req_export)]
    pub fn to_der(&self) -> Result<Vec<u8>> {
        // SAFETY: the object is initialised, and used by one thread. C removes fields from it that it does not support. The
        // output is owned by the caller after success.
        Output::filled_by(|output| unsafe { sys::gnutls_ocsp_req_export(self.raw, output) })
            .map(|der| der.as_bytes().to_vec())
    }

    /// Returns the version of the protocol, which is 1.
    #[corresponds(gnutls_ocsp_req_get_version)]
    pub fn version(&self) -> Result<u32> {
        // SAFETY: the object is initialised and only read.
        let version = check(unsafe { sys::gnutls_ocsp_req_get_version(self.raw) })?;
        Ok(version.unsigned_abs())
    }

    /// Adds a certificate by digests of its issuer. Many responders support only SHA-1.
    ///
    /// # Errors
    ///
    /// Returns an error if the library does not support the digest.
    #[corresponds(gnutls_ocsp_req_add_cert)]
    pub fn add_certificate(
        &mut self,
        digest: Digest,
        issuer: &Certificate,
        certificate: &Certificate,
    ) -> Result<()> {
        // SAFETY: all objects are initialised; the request is used by nothing else, and the certificates are only read.
        check(unsafe {
            let (issuer, certificate) = (issuer.as_ptr(), certificate.as_ptr());
            sys::gnutls_ocsp_req_add_cert(self.raw, digest.as_raw(), issuer, certificate)
        })
        .map(drop)
    }

    /// Adds the identifier of a certificate.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if a part is empty, and an error if the library does
    /// not support the digest.
    #[corresponds(gnutls_ocsp_req_add_cert_id)]
    pub fn add_certificate_id(&mut self, id: &CertificateId) -> Result<()> {
        // C takes an empty part for a string that ends in NUL.
        let parts = [&id.issuer_name_hash, &id.issuer_key_hash, &id.serial];
        if parts.iter().any(|part| part.is_empty()) {
            return Err(Error::invalid_input(
                "a part of the identifier is empty: set all parts",
            ));
        }
        let [name, key, serial] = parts.map(|part| bytes(part));
        let (name, key, serial) = (name?, key?, serial?);
        // SAFETY: the object is initialised and used by nothing else. The parts are only read, and not empty.
        check(unsafe {
            let digest = id.digest.as_raw();
            sys::gnutls_ocsp_req_add_cert_id(self.raw, digest, &name, &key, &serial)
        })
        .map(drop)
    }

    /// Returns the identifiers of all certificates.
    ///
    /// # Errors
    ///
    /// Returns an error if the request is damaged.
    #[corresponds(gnutls_ocsp_req_get_cert_id)]
    pub fn certificate_ids(&self) -> Result<Vec<CertificateId>> {
        items(|index| {
            let mut digest = sys::GNUTLS_DIG_UNKNOWN;
            // SAFETY: the object is initialised and only read. The outputs are owned by the caller after success.
            let parts = Output::fill_all(|[name, key, serial]| unsafe {
                let digest = &mut digest;
                sys::gnutls_ocsp_req_get_cert_id(self.raw, index, digest, name, key, serial)
            });
            let parts = parts.map_err(Error::from_code)?;
            let [name, key, serial] = parts.map(|part| part.as_bytes().to_vec());
            Ok(CertificateId::new(
                Digest::from_raw(digest),
                name,
                key,
                serial,
            ))
        })
    }

    /// Sets a random nonce of 23 bytes, which the response repeats, so that it cannot be an old one.
    ///
    /// # Errors
    ///
    /// Returns an error if the generator of random numbers fails.
    #[corresponds(gnutls_ocsp_req_randomize_nonce)]
    pub fn set_random_nonce(&mut self) -> Result<()> {
        // SAFETY: the object is initialised and used by nothing else.
        check(unsafe { sys::gnutls_ocsp_req_randomize_nonce(self.raw) }).map(drop)
    }

    /// Sets the nonce.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the nonce is empty or has more than 128 bytes (RFC
    /// 9654).
    #[corresponds(gnutls_ocsp_req_set_nonce)]
    pub fn set_nonce(&mut self, nonce: &[u8], critical: bool) -> Result<()> {
        if !(1..=128).contains(&nonce.len()) {
            return Err(Error::invalid_input(format!(
                "the nonce has {} bytes: use 1 to 128",
                nonce.len()
            )));
        }
        let nonce = bytes(nonce)?;
        // SAFETY: the object is initialised and used by nothing else; the nonce is only read.
        check(unsafe { sys::gnutls_ocsp_req_set_nonce(self.raw, critical.into(), &nonce) })
            .map(drop)
    }

    /// Returns the nonce, if any.
    ///
    /// # Errors
    ///
    /// Returns an error if the extension is damaged.
    #[corresponds(gnutls_ocsp_req_get_nonce)]
    pub fn nonce(&self) -> Result<Option<Vec<u8>>> {
        let mut critical = 0;
        // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
        let nonce = Output::filled_by(|nonce| unsafe {
            sys::gnutls_ocsp_req_get_nonce(self.raw, &mut critical, nonce)
        });
        Ok(optional(nonce)?.map(|nonce| nonce.as_bytes().to_vec()))
    }

    /// Adds or replaces an extension.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the value is empty or the identifier contains a NUL
    /// byte, and an error if the identifier is not valid.
    #[corresponds(gnutls_ocsp_req_set_extension)]
    pub fn set_extension(&mut self, oid: &str, critical: bool, value: &[u8]) -> Result<()> {
        let is_oid = !oid.is_empty()
            && oid
                .bytes()
                .all(|byte| byte.is_ascii_digit() || byte == b'.');
        let oid = CString::new(oid).ok().filter(|_| is_oid).ok_or_else(|| {
            Error::invalid_input(format!(
                "{oid:?} is no object identifier: write numbers with dots between them"
            ))
        })?;
        // C takes an empty value for a string that ends in NUL.
        if value.is_empty() {
            return Err(Error::invalid_input("the value of the extension is empty"));
        }
        let value = bytes(value)?;
        // SAFETY: the object is initialised and used by nothing else. The identifier ends in NUL; it and the value are only
        // read.
        check(unsafe {
            sys::gnutls_ocsp_req_set_extension(self.raw, oid.as_ptr(), critical.into(), &value)
        })
        .map(drop)
    }

    /// Returns all extensions, including the nonce.
    ///
    /// # Errors
    ///
    /// Returns an error if an extension is damaged.
    #[corresponds(gnutls_ocsp_req_get_extension)]
    pub fn extensions(&self) -> Result<Vec<Extension>> {
        items(|index| {
            let mut critical = 0;
            // SAFETY: the object is initialised and only read. The outputs are owned by the caller after success.
            let parts = Output::fill_all(|[oid, value]| unsafe {
                sys::gnutls_ocsp_req_get_extension(self.raw, index, oid, &mut critical, value)
            });
            let [oid, value] = parts.map_err(Error::from_code)?;
            Ok(Extension {
                oid: oid.to_text(),
                critical: is_critical(critical),
                value: value.as_bytes().to_vec(),
            })
        })
    }

    /// Returns GnuTLS's description, in the language of the program.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(gnutls_ocsp_req_print)]
    pub fn print(&self, format: PrintFormat) -> Result<String> {
        // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
        Output::filled_by(|output| unsafe {
            sys::gnutls_ocsp_req_print(self.raw, format.as_raw(), output)
        })
        .map(|text| text.to_text())
    }
}

impl Drop for Request {
    fn drop(&mut self) {
        // SAFETY: the object is initialised, owned by this value, and released once.
        unsafe { sys::gnutls_ocsp_req_deinit(self.raw) }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("certificates", &self.certificate_ids())
            .finish_non_exhaustive()
    }
}
