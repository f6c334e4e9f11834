//! The creation of certificate requests.

use std::ffi::{CString, c_uint};

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::public_key::Digest;
use crate::error::argument::{pointer, refuse_nul};
use crate::error::{Error, Result, check};
use crate::key::private_key::PrivateKey;
use crate::support::secret::Secret;
use crate::x509::certificate::builder::set_name;
use crate::x509::der;
use crate::x509::extension::encode::c_oid;
use crate::x509::extension::list::Extensions;
use crate::x509::name::Name;
use crate::x509::request::{Attribute, CertificateRequest};
use crate::x509::signing::Signing;

/// The object identifier of the attribute with the requested extensions (RFC 2985, section 5.4.2).
const EXTENSION_REQUEST: &str = "1.2.840.113549.1.9.14";

/// A certificate request that is created.
///
/// ```
/// use gnutls::crypto::{PublicKeyAlgorithm, SecurityLevel};
/// use gnutls::key::PrivateKey;
/// use gnutls::x509::{CertificateRequestBuilder, Extensions, GeneralName};
///
/// let key = PrivateKey::generate(PublicKeyAlgorithm::ED25519, SecurityLevel::HIGH)?;
/// let names = [GeneralName::Dns("server.example".into())];
/// let request = CertificateRequestBuilder::new(&"CN=server.example".parse()?)
///     .extensions(Extensions::new().subject_alt_names(&names))
///     .signed_by(&key)?;
/// assert_eq!(request.subject_alt_names()?, names);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct CertificateRequestBuilder {
    subject: Name,
    extensions: Extensions,
    challenge_password: Option<Secret>,
    attributes: Vec<Attribute>,
    signing: Signing,
}

impl CertificateRequestBuilder {
    /// Starts a request with this subject.
    pub fn new(subject: &Name) -> Self {
        Self {
            subject: subject.clone(),
            extensions: Extensions::new(),
            challenge_password: None,
            attributes: Vec::new(),
            signing: Signing::default(),
        }
    }

    /// Sets the requested extensions.
    pub fn extensions(mut self, extensions: Extensions) -> Self {
        self.extensions = extensions;
        self
    }

    /// Sets the challenge password, with which the creator can request the revocation of the certificate. It is readable
    /// for everybody who receives the request.
    #[corresponds(alias(gnutls_x509_crq_set_challenge_password))]
    pub fn challenge_password(mut self, password: &str) -> Self {
        self.challenge_password = Some(Secret::new(password.as_bytes()));
        self
    }

    /// Adds an attribute in its encoding.
    #[corresponds(alias(gnutls_x509_crq_set_attribute_by_oid))]
    pub fn attribute(mut self, attribute: Attribute) -> Self {
        self.attributes.push(attribute);
        self
    }

    /// Sets the digest of the signature. By default, it depends on the key.
    pub fn digest(mut self, digest: Digest) -> Self {
        self.signing.digest = Some(digest);
        self
    }

    /// Signs in the same way each time, also with ECDSA and DSA keys (RFC 6979), if the library supports it.
    #[corresponds(alias(GNUTLS_PRIVKEY_FLAG_REPRODUCIBLE))]
    pub fn reproducible(mut self) -> Self {
        let flag = sys::GNUTLS_PRIVKEY_FLAG_REPRODUCIBLE as c_uint;
        self.signing = self.signing.with_flag(flag);
        self
    }

    /// Creates the request for the public key that belongs to this private key, which signs it.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if a value is not valid, and an error if the
    /// key cannot sign with this digest.
    #[corresponds(
        gnutls_x509_crq_privkey_sign,
        gnutls_x509_crq_set_version,
        gnutls_x509_crq_set_pubkey,
        gnutls_x509_crq_set_dn_by_oid,
        gnutls_x509_crq_set_extension_by_oid,
        gnutls_x509_crq_set_challenge_password,
        gnutls_x509_crq_set_attribute_by_oid,
        alias(gnutls_x509_crq_sign, gnutls_x509_crq_sign2, gnutls_x509_crq_set_key)
    )]
    pub fn signed_by(&self, key: &PrivateKey) -> Result<CertificateRequest> {
        let public = key.public_key()?;
        let request = CertificateRequest::new()?;
        let raw = request.as_ptr();
        // SAFETY: both objects are initialised; the request is used by nothing else, and the key is only read. It has no
        // usage, which C would add as an extension.
        unsafe {
            check(sys::gnutls_x509_crq_set_version(raw, 1))?;
            check(sys::gnutls_x509_crq_set_pubkey(raw, public.as_ptr()))?;
        }
        set_name(&self.subject, |oid, value, length| {
            // SAFETY: the request is initialised and used by nothing else. C copies the identifier, which ends in NUL, and
            // `length` bytes of the encoded value.
            unsafe { sys::gnutls_x509_crq_set_dn_by_oid(raw, oid, 1, value, length) }
        })?;
        if let Some(password) = &self.challenge_password {
            refuse_nul(password, "the challenge password")?;
            let password = Secret::with_nul(password);
            // SAFETY: the object is initialised and used by nothing else. C copies the text, which ends in NUL.
            check(unsafe {
                sys::gnutls_x509_crq_set_challenge_password(raw, password.as_ptr().cast())
            })?;
        }
        for attribute in &self.attributes {
            let oid = attribute_oid(attribute)?;
            // SAFETY: the object is initialised and used by nothing else. C copies the identifier, which ends in NUL, and
            // the value, up to its length.
            check(unsafe {
                sys::gnutls_x509_crq_set_attribute_by_oid(
                    raw,
                    oid.as_ptr(),
                    attribute.value.as_ptr().cast_mut().cast(),
                    attribute.value.len(),
                )
            })?;
        }
        for extension in self.extensions.to_vec()? {
            let oid = c_oid(&extension.oid)?;
            // SAFETY: the object is initialised and used by nothing else. C copies the identifier, which ends in NUL, and
            // the value, up to its length.
            check(unsafe {
                sys::gnutls_x509_crq_set_extension_by_oid(
                    raw,
                    oid.as_ptr(),
                    pointer(&extension.value).cast(),
                    extension.value.len(),
                    extension.critical.into(),
                )
            })?;
        }
        self.signing.sign(&public, |digest, flags| {
            // SAFETY: both objects are initialised; the request is used by nothing else, and the key is only read.
            unsafe { sys::gnutls_x509_crq_privkey_sign(raw, key.as_ptr(), digest, flags) }
        })?;
        CertificateRequest::from_der(&request.to_der()?)
    }
}

/// Returns the object identifier of an attribute for C, or an error if the attribute is not valid.
fn attribute_oid(attribute: &Attribute) -> Result<CString> {
    let Attribute { oid, value } = attribute;
    if oid == EXTENSION_REQUEST {
        return Err(Error::invalid_input(format!(
            "the attribute {oid} contains the extensions: call `extensions` instead"
        )));
    }
    if der::element(value).is_none_or(|(_, _, rest)| !rest.is_empty()) {
        return Err(Error::invalid_input(format!(
            "the value of the attribute {oid} is not DER: encode it first"
        )));
    }
    c_oid(oid)
}

impl std::fmt::Debug for CertificateRequestBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CertificateRequestBuilder")
            .field("subject", &self.subject)
            .field("extensions", &self.extensions)
            .finish_non_exhaustive()
    }
}
