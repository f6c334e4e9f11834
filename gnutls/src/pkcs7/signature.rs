//! The signatures in signed data.

use std::ffi::CStr;
use std::ptr;
use std::time::SystemTime;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::public_key::SignatureAlgorithm;
use crate::error::argument::items;
use crate::error::unsupported::requires;
use crate::error::{Result, check};
use crate::pkcs7::{Pkcs7, index_for_c};
use crate::support::datum::Output;
use crate::support::{datum, time};
use crate::x509::certificate::Certificate;
use crate::x509::certificate::fields::PrintFormat;
use crate::x509::name::Name;
use crate::x509::request::Attribute;

/// The parameters of a signature in signed data. Nothing in it is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
#[corresponds(alias(gnutls_pkcs7_signature_info_deinit))]
#[non_exhaustive]
pub struct SignatureInfo {
    /// The algorithm.
    pub algorithm: SignatureAlgorithm,
    /// The signature.
    pub signature: Vec<u8>,
    /// The name of the issuer of the signer's certificate.
    pub issuer: Option<Name>,
    /// The serial number of the signer's certificate.
    pub serial: Option<Vec<u8>>,
    /// The identifier of the signer's key, instead of issuer and serial number.
    pub key_id: Option<Vec<u8>>,
    /// The time that the signer claims.
    pub signing_time: Option<SystemTime>,
    /// The attributes that are signed.
    pub signed_attributes: Vec<Attribute>,
    /// The attributes that are not signed.
    pub unsigned_attributes: Vec<Attribute>,
}

impl SignatureInfo {
    /// Returns `true` if the certificate is the one that the signature names.
    pub(crate) fn is_by(&self, certificate: &Certificate) -> bool {
        match (&self.issuer, &self.serial, &self.key_id) {
            (Some(issuer), Some(serial), _) => {
                certificate.issuer().is_ok_and(|name| name == *issuer)
                    && certificate.serial().is_ok_and(|number| number == *serial)
            }
            (_, _, Some(id)) => certificate
                .subject_key_id()
                .is_ok_and(|key| key.as_ref() == Some(id)),
            _ => false,
        }
    }
}

/// The parameters of a signature in C.
struct Info(sys::gnutls_pkcs7_signature_info_st);

impl Info {
    fn new(object: &Pkcs7, index: usize) -> Result<Self> {
        let index = index_for_c(index)?;
        let mut info = sys::gnutls_pkcs7_signature_info_st {
            algo: sys::GNUTLS_SIGN_UNKNOWN,
            sig: datum::empty(),
            issuer_dn: datum::empty(),
            signer_serial: datum::empty(),
            issuer_keyid: datum::empty(),
            signing_time: -1,
            signed_attrs: ptr::null_mut(),
            unsigned_attrs: ptr::null_mut(),
            pad: [0; 64],
        };
        // SAFETY: the object is initialised and only read. The structure is filled on success; after a failure C has already
        // released its contents.
        check(unsafe { sys::gnutls_pkcs7_get_signature_info(object.as_ptr(), index, &mut info) })?;
        Ok(Self(info))
    }
}

impl Drop for Info {
    fn drop(&mut self) {
        // SAFETY: the structure was filled by C, is owned by this value, and its contents are released once.
        unsafe { sys::gnutls_pkcs7_signature_info_deinit(&mut self.0) }
    }
}

impl Pkcs7 {
    /// Returns the number of signatures.
    #[corresponds(gnutls_pkcs7_get_signature_count)]
    pub fn signature_count(&self) -> usize {
        // SAFETY: the object is initialised and only read.
        let count = unsafe { sys::gnutls_pkcs7_get_signature_count(self.as_ptr()) };
        usize::try_from(count).unwrap_or(0)
    }

    /// Returns the parameters of a signature. Nothing is verified.
    ///
    /// # Errors
    ///
    /// Returns an error if there is no such signature, if it is damaged, or if the library does not recognize its algorithm.
    ///
    /// ```
    /// use gnutls::key::PrivateKey;
    /// use gnutls::pkcs7::{Pkcs7Builder, Signer};
    /// use gnutls::x509::Certificate;
    ///
    /// # let file = |name| format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"));
    /// let certificate = Certificate::from_pem_file(file("client"))?;
    /// let key = PrivateKey::from_pem_file(file("client-key"), None)?;
    /// let signed = Pkcs7Builder::new()
    ///     .detached_data(b"message")
    ///     .signer(Signer::new(&certificate, &key))
    ///     .build()?;
    /// assert_eq!(signed.signature(0)?.issuer, Some(certificate.issuer()?));
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(alias(gnutls_pkcs7_get_signature_info, gnutls_pkcs7_get_attr))]
    pub fn signature(&self, index: usize) -> Result<SignatureInfo> {
        let info = Info::new(self, index)?;
        let bytes = |data: &sys::gnutls_datum_t| {
            // SAFETY: the data is NULL or belongs to the structure, which lives until the end of the function and is not
            // modified.
            let data = unsafe { datum::slice(data.data, data.size as usize) };
            (!data.is_empty()).then(|| data.to_vec())
        };
        let issuer = bytes(&info.0.issuer_dn).map(|der| Name::from_der(&der));
        Ok(SignatureInfo {
            algorithm: SignatureAlgorithm::from_raw(info.0.algo),
            signature: bytes(&info.0.sig).unwrap_or_default(),
            issuer: issuer.transpose()?,
            serial: bytes(&info.0.signer_serial),
            key_id: bytes(&info.0.issuer_keyid),
            signing_time: time::from_c(info.0.signing_time)?,
            // SAFETY: both lists belong to the structure, which lives until the end of the function and is not modified.
            signed_attributes: unsafe { attributes(info.0.signed_attrs)? },
            // SAFETY: both lists belong to the structure, which lives until the end of the function and is not modified.
            unsigned_attributes: unsafe { attributes(info.0.unsigned_attrs)? },
        })
    }

    /// Returns GnuTLS's description of a signature, in the language of the program.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`signature`](Self::signature), and one of kind
    /// [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old.
    #[corresponds(gnutls_pkcs7_print_signature_info)]
    #[cfg_attr(
        not(gnutls_3_6_14),
        allow(unused_variables, reason = "only newer libraries have the function")
    )]
    pub fn print_signature(&self, index: usize, format: PrintFormat) -> Result<String> {
        requires!(gnutls_3_6_14, "the description of a signature", {
            let mut info = Info::new(self, index)?;
            // SAFETY: the structure was filled by C and is only read. The output is owned by the caller after success.
            let text = Output::filled_by(|output| unsafe {
                sys::gnutls_pkcs7_print_signature_info(&mut info.0, format.as_raw(), output)
            })?;
            Ok(text.to_text())
        })
    }
}

/// Returns the attributes in a list of C, in the order of the data.
///
/// # Safety
///
/// The list is NULL, or a list of C that does not change during the call.
unsafe fn attributes(list: sys::gnutls_pkcs7_attrs_t) -> Result<Vec<Attribute>> {
    let mut attributes = items(|index| {
        let mut oid = ptr::null_mut();
        // SAFETY: by the contract of this function the list is NULL or valid, and it is only read. The index exceeds its
        // length by at most 1. After success the identifier belongs to the list, and the output to the caller.
        let value = Output::filled_by(|value| unsafe {
            sys::gnutls_pkcs7_get_attr(list, index, &mut oid, value, 0)
        })?;
        // SAFETY: the identifier ends in NUL and belongs to the list, which does not change.
        let oid = unsafe { CStr::from_ptr(oid) }.to_string_lossy();
        Ok(Attribute::new(oid, value.as_bytes()))
    })?;
    // C prepends each attribute that it reads.
    attributes.reverse();
    Ok(attributes)
}
