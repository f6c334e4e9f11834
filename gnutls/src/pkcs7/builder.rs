//! The creation of signed data.

use std::ffi::c_uint;
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::GNUTLS_X509_FMT_DER;

use crate::crypto::public_key::Digest;
use crate::error::{Error, Result, argument, check};
use crate::key::private_key::PrivateKey;
use crate::key::public_key::PublicKey;
use crate::pkcs7::Pkcs7;
use crate::support::datum::Output;
use crate::x509::certificate::Certificate;
use crate::x509::der;
use crate::x509::der::{element, expect, tag};
use crate::x509::extension::encode::c_oid;
use crate::x509::request::Attribute;
use crate::x509::revocation_list::CertificateRevocationList;
use crate::x509::signing::{Signing, require_key_of};

/// Signed data that is created.
///
/// Without signers, it is a collection of certificates and revocation lists:
///
/// ```
/// use gnutls::pkcs7::Pkcs7Builder;
/// use gnutls::x509::Certificate;
///
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/chain.pem");
/// let chain = Certificate::list_from_pem_file(path)?;
/// let mut builder = Pkcs7Builder::new();
/// for certificate in &chain {
///     builder = builder.certificate(certificate);
/// }
/// let mut read = builder.build()?.certificates()?;
/// // The encoding is that of a set.
/// read.sort_by_key(|certificate| certificate != &chain[0]);
/// assert_eq!(read, chain);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Default)]
#[must_use]
pub struct Pkcs7Builder<'a> {
    certificates: Vec<Certificate>,
    revocation_lists: Vec<CertificateRevocationList>,
    data: Option<&'a [u8]>,
    is_embedded: bool,
    signers: Vec<Signer<'a>>,
}

/// The signer of data: its certificate and key, and the parameters of the signature.
#[must_use]
pub struct Signer<'a> {
    certificate: &'a Certificate,
    key: &'a PrivateKey,
    signing: Signing,
    signed_attributes: Vec<Attribute>,
    unsigned_attributes: Vec<Attribute>,
}

impl<'a> Signer<'a> {
    /// Creates a signer. The certificate becomes part of the signed data.
    #[corresponds(alias(GNUTLS_PKCS7_INCLUDE_CERT))]
    pub fn new(certificate: &'a Certificate, key: &'a PrivateKey) -> Self {
        Self {
            certificate,
            key,
            signing: Signing::default().with_flag(sys::GNUTLS_PKCS7_INCLUDE_CERT),
            signed_attributes: Vec::new(),
            unsigned_attributes: Vec::new(),
        }
    }

    /// Omits the certificate, so that those who verify the signature need it beforehand.
    pub fn without_certificate(mut self) -> Self {
        self.signing.flags &= !sys::GNUTLS_PKCS7_INCLUDE_CERT;
        self
    }

    /// Includes the time of the signature in the signed attributes.
    #[corresponds(alias(GNUTLS_PKCS7_INCLUDE_TIME))]
    pub fn signing_time(mut self) -> Self {
        self.signing = self.signing.with_flag(sys::GNUTLS_PKCS7_INCLUDE_TIME);
        self
    }

    /// Sets the digest of the signature. By default, it depends on the key.
    pub fn digest(mut self, digest: Digest) -> Self {
        self.signing.digest = Some(digest);
        self
    }

    /// Adds an attribute that is signed.
    #[corresponds(alias(gnutls_pkcs7_add_attr))]
    pub fn signed_attribute(mut self, attribute: Attribute) -> Self {
        self.signed_attributes.push(attribute);
        self
    }

    /// Adds an attribute that is not signed.
    #[corresponds(alias(gnutls_pkcs7_add_attr))]
    pub fn unsigned_attribute(mut self, attribute: Attribute) -> Self {
        self.unsigned_attributes.push(attribute);
        self
    }
}

impl<'a> Pkcs7Builder<'a> {
    /// Starts without data and signers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a certificate, for example an intermediate one.
    #[corresponds(alias(gnutls_pkcs7_set_crt))]
    pub fn certificate(mut self, certificate: &Certificate) -> Self {
        self.certificates.push(certificate.clone());
        self
    }

    /// Adds a revocation list.
    #[corresponds(alias(gnutls_pkcs7_set_crl))]
    pub fn revocation_list(mut self, list: &CertificateRevocationList) -> Self {
        self.revocation_lists.push(list.clone());
        self
    }

    /// Sets the data that is signed and becomes part of the result.
    #[corresponds(alias(GNUTLS_PKCS7_EMBED_DATA))]
    pub fn embedded_data(mut self, data: &'a [u8]) -> Self {
        self.data = Some(data);
        self.is_embedded = true;
        self
    }

    /// Sets the data that is signed and does not become part of the result.
    pub fn detached_data(mut self, data: &'a [u8]) -> Self {
        self.data = Some(data);
        self.is_embedded = false;
        self
    }

    /// Adds a signer.
    pub fn signer(mut self, signer: Signer<'a>) -> Self {
        self.signers.push(signer);
        self
    }

    /// Creates the signed data.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if there is a signer and no data or data
    /// without a signer, if the data is empty, if there is nothing at all, if a key is not that of its certificate, or if an
    /// attribute is not valid, and an error if a key cannot sign with this digest.
    #[corresponds(
        gnutls_pkcs7_sign,
        gnutls_pkcs7_export2,
        alias(gnutls_pkcs7_set_crt_raw, gnutls_pkcs7_set_crl_raw)
    )]
    pub fn build(&self) -> Result<Pkcs7> {
        let mut certificates = encoded(&self.certificates, Certificate::to_der)?;
        let lists = encoded(&self.revocation_lists, CertificateRevocationList::to_der)?;
        let data = self.data.unwrap_or_default();
        if self.signers.is_empty() {
            if self.data.is_some() || (certificates.is_empty() && lists.is_empty()) {
                return Err(Error::invalid_input(
                    "the signed data has no signer: add one, or only certificates and revocation lists",
                ));
            }
            return collection(&certificates, &lists);
        }
        if data.is_empty() {
            return Err(Error::invalid_input(
                "the signed data is empty, which GnuTLS does not verify: call `embedded_data` or `detached_data`",
            ));
        }
        let object = Pkcs7::new()?;
        for signer in &self.signers {
            signer.sign(&object, data, self.is_embedded)?;
        }
        // SAFETY: the object is initialised and used by nothing else, so that C may change it. The output is owned by the
        // caller after success.
        let der = Output::filled_by(|output| unsafe {
            sys::gnutls_pkcs7_export2(object.as_ptr(), GNUTLS_X509_FMT_DER, output)
        })?;
        let included = Pkcs7::from_der(der.as_bytes())?.certificates()?;
        certificates.extend(encoded(&included, Certificate::to_der)?);
        let der = with_sets(der.as_bytes(), certificates, lists)
            .ok_or_else(|| Error::from_code(sys::GNUTLS_E_ASN1_DER_ERROR))?;
        Pkcs7::from_der(&der)
    }
}

/// Returns the encodings of objects.
fn encoded<T>(objects: &[T], encode: fn(&T) -> Result<Vec<u8>>) -> Result<Vec<Vec<u8>>> {
    objects.iter().map(encode).collect()
}

/// Creates signed data without signatures.
fn collection(certificates: &[Vec<u8>], lists: &[Vec<u8>]) -> Result<Pkcs7> {
    let object = Pkcs7::new()?;
    for certificate in certificates {
        let certificate = argument::bytes(certificate)?;
        // SAFETY: the object is initialised and used by nothing else; C copies the data.
        check(unsafe { sys::gnutls_pkcs7_set_crt_raw(object.as_ptr(), &certificate) })?;
    }
    for list in lists {
        let list = argument::bytes(list)?;
        // SAFETY: the object is initialised and used by nothing else; C copies the data.
        check(unsafe { sys::gnutls_pkcs7_set_crl_raw(object.as_ptr(), &list) })?;
    }
    // SAFETY: the object is initialised and used by nothing else, so that C may change it. The output is owned by the caller
    // after success.
    let der = Output::filled_by(|output| unsafe {
        sys::gnutls_pkcs7_export2(object.as_ptr(), GNUTLS_X509_FMT_DER, output)
    })?;
    Pkcs7::from_der(der.as_bytes())
}

/// Replaces the certificates and revocation lists in signed data (RFC 5652, section 5.1), which no signature includes. C
/// cannot add them to embedded data, nor after the signature.
fn with_sets(signed: &[u8], certificates: Vec<Vec<u8>>, lists: Vec<Vec<u8>>) -> Option<Vec<u8>> {
    const CERTIFICATES: u8 = tag::CONTEXT_CONSTRUCTED;
    const LISTS: u8 = tag::CONTEXT_CONSTRUCTED | 1;

    let (content_info, _) = expect(signed, tag::SEQUENCE)?;
    let (content_type, rest) = expect(content_info, tag::OBJECT_IDENTIFIER)?;
    let (explicit, _) = expect(rest, tag::CONTEXT_CONSTRUCTED)?;
    let (mut fields, _) = expect(explicit, tag::SEQUENCE)?;
    let mut content = Vec::new();
    let mut number = 0;
    while !fields.is_empty() {
        let (kind, value, rest) = element(fields)?;
        fields = rest;
        if kind == CERTIFICATES || kind == LISTS {
            continue;
        }
        content.extend(der::encode(kind, value));
        number += 1;
        // After the version, the digest algorithms and the signed data.
        if number == 3 {
            for (kind, mut set) in [(CERTIFICATES, certificates.clone()), (LISTS, lists.clone())] {
                set.sort();
                set.dedup();
                if !set.is_empty() {
                    content.extend(der::encode(kind, &set.concat()));
                }
            }
        }
    }
    let signed_data = der::encode(tag::SEQUENCE, &content);
    let content_info = [
        der::encode(tag::OBJECT_IDENTIFIER, content_type),
        der::encode(tag::CONTEXT_CONSTRUCTED, &signed_data),
    ];
    Some(der::encode(tag::SEQUENCE, &content_info.concat()))
}

impl Signer<'_> {
    /// Adds the signature to signed data that is created.
    fn sign(&self, object: &Pkcs7, data: &[u8], is_embedded: bool) -> Result<()> {
        let public = PublicKey::from_certificate(self.certificate)?;
        require_key_of(&public, self.key)?;
        let data = argument::bytes(data)?;
        let signed = AttributeList::new(&self.signed_attributes)?;
        let unsigned = AttributeList::new(&self.unsigned_attributes)?;
        let mut signing = self.signing;
        if is_embedded {
            signing = signing.with_flag(sys::GNUTLS_PKCS7_EMBED_DATA);
        }
        signing.sign(&public, |digest, flags| {
            // SAFETY: all objects are initialised. The signed data is used by nothing else; the certificate, the key, the
            // message and the attributes are only read.
            unsafe {
                sys::gnutls_pkcs7_sign(
                    object.as_ptr(),
                    self.certificate.as_ptr(),
                    self.key.as_ptr(),
                    &data,
                    signed.0,
                    unsigned.0,
                    digest,
                    flags,
                )
            }
        })
    }
}

/// A list of attributes in C, or NULL.
struct AttributeList(sys::gnutls_pkcs7_attrs_t);

impl AttributeList {
    fn new(attributes: &[Attribute]) -> Result<Self> {
        let mut list = Self(ptr::null_mut());
        // C prepends each attribute.
        for attribute in attributes.iter().rev() {
            let Attribute { oid, value } = attribute;
            if element(value).is_none_or(|(_, _, rest)| !rest.is_empty()) {
                return Err(Error::invalid_input(format!(
                    "the value of the attribute {oid} is not DER: encode it first"
                )));
            }
            let oid = c_oid(oid)?;
            let mut value = argument::bytes(value)?;
            // SAFETY: the list is NULL or valid, and owned by this value. C copies the identifier, which ends in NUL, and the
            // value.
            let code = unsafe {
                sys::gnutls_pkcs7_add_attr(&mut list.0, oid.as_ptr(), &mut value, 0 as c_uint)
            };
            if code < 0 {
                // C has released the list.
                list.0 = ptr::null_mut();
            }
            check(code)?;
        }
        Ok(list)
    }
}

impl Drop for AttributeList {
    fn drop(&mut self) {
        // SAFETY: the list is NULL or valid, owned by this value, and released once.
        unsafe { sys::gnutls_pkcs7_attrs_deinit(self.0) }
    }
}

impl fmt::Debug for Signer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer")
            .field("certificate", &self.certificate)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Pkcs7Builder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pkcs7Builder")
            .field("is_embedded", &self.is_embedded)
            .field("signers", &self.signers)
            .finish_non_exhaustive()
    }
}
