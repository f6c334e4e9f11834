//! PKCS #7 (RFC 2315) and CMS (RFC 5652) signed data: certificates, revocation lists, and signatures of attached or detached
//! data.
//!
//! Use this module to sign files and to verify such signatures, and to read the collections of certificates with the
//! extensions `p7b` and `p7c`.
//!
//! ```
//! use gnutls::key::PrivateKey;
//! use gnutls::pkcs7::{Pkcs7, Pkcs7Builder, Signer};
//! use gnutls::x509::{Certificate, TrustList, VerifyOptions};
//!
//! # let file = |name| format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"));
//! let certificate = Certificate::from_pem_file(file("client"))?;
//! let key = PrivateKey::from_pem_file(file("client-key"), None)?;
//! let signed = Pkcs7Builder::new()
//!     .embedded_data(b"message")
//!     .signer(Signer::new(&certificate, &key).signing_time())
//!     .build()?
//!     .as_der()
//!     .to_vec();
//!
//! let mut authorities = TrustList::new()?;
//! authorities.add_pem_file(file("ca"))?;
//! let signed = Pkcs7::from_der(&signed)?;
//! for index in 0..signed.signature_count() {
//!     let signature = signed.verify(index, None, &authorities, &VerifyOptions::new())?;
//!     assert!(signature.status().is_trusted(), "{}", signature.status());
//!     println!("signed by {}", signature.path()[0].subject()?);
//! }
//! assert_eq!(signed.embedded_data()?.unwrap(), b"message");
//! # Ok::<(), gnutls::Error>(())
//! ```

pub(crate) mod builder;
pub(crate) mod signature;

use std::ffi::{CStr, c_uint};
use std::path::Path;
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::{GNUTLS_X509_FMT_DER, gnutls_pkcs7_t};

pub use self::builder::{Pkcs7Builder, Signer};
pub use self::signature::SignatureInfo;
use crate::error::argument::optional;
use crate::error::{Error, ErrorKind, Result, argument, check};
use crate::key::public_key::PublicKey;
use crate::pem;
use crate::support::datum::Output;
use crate::support::file;
use crate::verify::profile::VerificationFlags;
use crate::x509::certificate::fields::PrintFormat;
use crate::x509::certificate::{Certificate, in_file};
use crate::x509::revocation_list::CertificateRevocationList;
use crate::x509::trust_list::options::VerifyOptions;
use crate::x509::trust_list::{ChainVerification, TrustList};

/// Parsed signed data.
#[corresponds(gnutls_pkcs7_t, alias(gnutls_pkcs7_init, gnutls_pkcs7_deinit))]
pub struct Pkcs7 {
    /// Never NULL.
    raw: gnutls_pkcs7_t,
    /// The encoding.
    der: Vec<u8>,
}

// SAFETY: the object is memory without ties to a thread: the parsed trees (`pkcs7`, `signed_data`), the embedded data and its
// type (`der_signed_data`, `encap_data_oid`; lib/x509/x509_int.h). Its release frees only these.
unsafe impl Send for Pkcs7 {}
// SAFETY: nothing writes to the object after its import. Only the export changes the trees (`reencode` in lib/x509/pkcs7.c),
// and it is not called through a shared reference: the encoding is stored here. All other functions that are called copy
// values out of the trees with asn1_read_value and asn1_der_decoding_startEnd, whose arguments are constant.
unsafe impl Sync for Pkcs7 {}

impl Pkcs7 {
    /// Parses signed data in DER or BER. No signature is verified.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the data is no signed data.
    #[corresponds(gnutls_pkcs7_import)]
    pub fn from_der(der: &[u8]) -> Result<Self> {
        let data = argument::bytes(der)?;
        let mut object = Self::new()?;
        // SAFETY: the object is initialised and used by nothing else; the data is only read during the call.
        check(unsafe { sys::gnutls_pkcs7_import(object.raw, &data, GNUTLS_X509_FMT_DER) })
            .map_err(|error| error.with_kind(ErrorKind::Certificate))?;
        object.der = der.to_vec();
        Ok(object)
    }

    /// Parses signed data in PEM text. No signature is verified.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the text contains no signed data.
    pub fn from_pem(pem: &[u8]) -> Result<Self> {
        argument::refuse_other_than_pem(pem, "the signed data")?;
        Self::from_der(&pem::decode(Some(PEM_LABEL), pem)?)
    }

    /// Parses signed data in a PEM file. No signature is verified.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Io`](ErrorKind::Io) if the file cannot be read, and otherwise those of
    /// [`from_pem`](Self::from_pem). The message contains the path.
    pub fn from_pem_file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        Self::from_pem(&file::read(path)?).map_err(|error| in_file(error, path))
    }

    /// Takes ownership of a C object, and encodes it.
    ///
    /// # Errors
    ///
    /// Returns an error if the object cannot be encoded. It is released nevertheless.
    ///
    /// # Safety
    ///
    /// `raw` is an initialised PKCS #7 object, and nothing else uses or releases it.
    #[corresponds(gnutls_pkcs7_export2, alias(gnutls_pkcs7_export))]
    pub unsafe fn from_raw(raw: gnutls_pkcs7_t) -> Result<Self> {
        let mut object = Self {
            raw,
            der: Vec::new(),
        };
        // SAFETY: by the contract of this function the object is initialised and used by nothing else, so that C may change
        // it. The output is owned by the caller after success.
        let der = Output::filled_by(|output| unsafe {
            sys::gnutls_pkcs7_export2(raw, GNUTLS_X509_FMT_DER, output)
        })?;
        object.der = der.as_bytes().to_vec();
        Ok(object)
    }

    /// Returns the C object, for functions of `gnutls-sys` that only read it. It lives as long as `self`.
    ///
    /// Functions that modify it must not be called, nor `gnutls_pkcs7_export` and `gnutls_pkcs7_export2`, which write to the
    /// object: another thread may read it.
    pub fn as_ptr(&self) -> gnutls_pkcs7_t {
        self.raw
    }

    /// Returns the encoding, exactly as it was parsed or created.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// Returns the encoding as PEM text.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    pub fn to_pem(&self) -> Result<String> {
        pem::encode(PEM_LABEL, &self.der)
    }

    /// Returns the certificates, in the order of the data. Certificates of another type than X.509 are omitted.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if a certificate cannot be parsed.
    #[corresponds(
        gnutls_pkcs7_get_crt_count,
        gnutls_pkcs7_get_crt_raw2,
        alias(gnutls_pkcs7_get_crt_raw)
    )]
    pub fn certificates(&self) -> Result<Vec<Certificate>> {
        // SAFETY: the object is initialised and only read.
        let count = check(unsafe { sys::gnutls_pkcs7_get_crt_count(self.raw) })?;
        let mut certificates = Vec::new();
        for index in 0..count.unsigned_abs() {
            // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
            let der = Output::fill(|output| unsafe {
                sys::gnutls_pkcs7_get_crt_raw2(self.raw, index, output)
            });
            match der {
                Ok(der) => certificates.push(Certificate::from_der(der.as_bytes())?),
                Err(sys::GNUTLS_E_UNSUPPORTED_CERTIFICATE_TYPE) => {}
                Err(code) => return Err(Error::from_code(code)),
            }
        }
        Ok(certificates)
    }

    /// Returns the revocation lists, in the order of the data.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if a list cannot be parsed.
    #[corresponds(
        gnutls_pkcs7_get_crl_count,
        gnutls_pkcs7_get_crl_raw2,
        alias(gnutls_pkcs7_get_crl_raw)
    )]
    pub fn revocation_lists(&self) -> Result<Vec<CertificateRevocationList>> {
        // SAFETY: the object is initialised and only read.
        let count = check(unsafe { sys::gnutls_pkcs7_get_crl_count(self.raw) })?;
        (0..count.unsigned_abs())
            .map(|index| {
                // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
                let der = Output::filled_by(|output| unsafe {
                    sys::gnutls_pkcs7_get_crl_raw2(self.raw, index, output)
                })?;
                CertificateRevocationList::from_der(der.as_bytes())
            })
            .collect()
    }

    /// Returns the signed data, if it is embedded. It is not trustworthy until a signature is verified.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(gnutls_pkcs7_get_embedded_data)]
    pub fn embedded_data(&self) -> Result<Option<Vec<u8>>> {
        // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
        let data = optional(Output::filled_by(|output| unsafe {
            sys::gnutls_pkcs7_get_embedded_data(self.raw, 0, output)
        }))?;
        Ok(data.map(|data| data.as_bytes().to_vec()))
    }

    /// Returns the object identifier of the type of the signed data.
    #[corresponds(gnutls_pkcs7_get_embedded_data_oid)]
    pub fn embedded_data_oid(&self) -> Option<String> {
        // SAFETY: the object is initialised and only read. The result is NULL, or belongs to the object.
        let oid = unsafe { sys::gnutls_pkcs7_get_embedded_data_oid(self.raw) };
        if oid.is_null() {
            return None;
        }
        // SAFETY: the text is not NULL, ends in NUL, and belongs to the object, which lives until the end of the function and
        // is not modified.
        let oid = unsafe { CStr::from_ptr(oid) };
        Some(oid.to_string_lossy().into_owned())
    }

    /// Verifies a signature and the chain of its signer. The certificates in the data serve as intermediates. Data without
    /// signatures is not trustworthy: verify at least one.
    ///
    /// The message is the embedded data if `data` is `None`.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the certificate of the signer is not in the data,
    /// an error with the code [`PK_SIG_VERIFY_FAILED`](crate::ErrorCode::PK_SIG_VERIFY_FAILED) if the signature is not that of
    /// the message, and an error if there is no such signature, if the message is missing, or if the verification is not
    /// possible. A signer that is not trusted is not an error, but the [status](ChainVerification::status) of the result.
    #[corresponds(gnutls_pkcs7_verify_direct, alias(gnutls_pkcs7_verify))]
    pub fn verify(
        &self,
        index: usize,
        data: Option<&[u8]>,
        authorities: &TrustList,
        options: &VerifyOptions,
    ) -> Result<ChainVerification> {
        let certificates = self.certificates()?;
        let signature = self.signature(index)?;
        let signer = certificates
            .iter()
            .find(|certificate| signature.is_by(certificate));
        let signer = signer.ok_or_else(|| {
            Error::new(
                ErrorKind::Certificate,
                "the certificate of the signer is not in the data: pass it to `verify_signature`",
            )
            .not_fatal()
        })?;
        self.verify_signature(index, signer, data, VerificationFlags::default())?;
        authorities.verify(&chain_of(signer, &certificates), options)
    }

    /// Verifies a signature with the certificate of its signer. Nothing is verified about the certificate.
    ///
    /// The message is the embedded data if `data` is `None`.
    ///
    /// # Errors
    ///
    /// Returns an error with the code [`PK_SIG_VERIFY_FAILED`](crate::ErrorCode::PK_SIG_VERIFY_FAILED) if the signature is
    /// not that of the message by this signer, and an error if there is no such signature, if the message is missing, or if
    /// the algorithm is not secure.
    #[corresponds(gnutls_pkcs7_verify_direct)]
    pub fn verify_signature(
        &self,
        index: usize,
        signer: &Certificate,
        data: Option<&[u8]>,
        flags: VerificationFlags,
    ) -> Result<()> {
        // `gnutls_x509_crt_verify_data3` does not release its object if the certificate has no usable key.
        PublicKey::from_certificate(signer)?;
        let index = index_for_c(index)?;
        let data = data.map(argument::bytes).transpose()?;
        let data = data.as_ref().map_or(ptr::null(), ptr::from_ref);
        // SAFETY: both objects are initialised and only read, as is the message, which is NULL or lives during the call.
        check(unsafe {
            sys::gnutls_pkcs7_verify_direct(self.raw, signer.as_ptr(), index, data, flags.as_raw())
        })
        .map(drop)
    }

    /// Returns GnuTLS's description, in the language of the program.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(gnutls_pkcs7_print)]
    pub fn print(&self, format: PrintFormat) -> Result<String> {
        // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
        let text = Output::filled_by(|output| unsafe {
            sys::gnutls_pkcs7_print(self.raw, format.as_raw(), output)
        })?;
        Ok(text.to_text())
    }

    fn new() -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_pkcs7_init(&mut raw) })?;
        Ok(Self {
            raw,
            der: Vec::new(),
        })
    }
}

/// The label of the PEM text.
const PEM_LABEL: &str = "PKCS7";

/// Converts the number of a signature.
fn index_for_c(index: usize) -> Result<c_uint> {
    c_uint::try_from(index)
        .ok()
        .filter(|&index| index < c_uint::MAX)
        .ok_or_else(|| Error::invalid_input(format!("there is no signature {index}")))
}

/// Returns the certificate of a signer and those of its issuers that are among the certificates.
fn chain_of(signer: &Certificate, certificates: &[Certificate]) -> Vec<Certificate> {
    let mut chain = vec![signer.clone()];
    while let Some(issuer) = certificates
        .iter()
        .find(|issuer| !chain.contains(issuer) && chain[chain.len() - 1].is_issued_by(issuer))
    {
        chain.push(issuer.clone());
    }
    chain
}

impl Drop for Pkcs7 {
    fn drop(&mut self) {
        // SAFETY: the object is initialised, owned by this value, and released once.
        unsafe { sys::gnutls_pkcs7_deinit(self.raw) }
    }
}

impl fmt::Debug for Pkcs7 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pkcs7")
            .field("signature_count", &self.signature_count())
            .finish_non_exhaustive()
    }
}
