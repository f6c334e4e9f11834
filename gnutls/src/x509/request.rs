//! Certificate requests (PKCS #10, RFC 2986): the handle, import, contents and verification.

pub(crate) mod builder;

use std::ffi::{CString, c_uint};
use std::fmt;
use std::path::Path;
use std::ptr;
use std::sync::Arc;

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::{
    GNUTLS_X509_FMT_DER, GNUTLS_X509_FMT_PEM, gnutls_x509_crq_t, gnutls_x509_crt_fmt_t,
};

use crate::crypto::public_key::{Digest, PublicKeyAlgorithm, SignatureAlgorithm};
use crate::error::argument::{buffer_filled_by, items, optional, text_filled_by};
use crate::error::{Error, ErrorKind, Result, argument, check};
use crate::key::public_key::PublicKey;
use crate::support::datum::Output;
use crate::support::file;
use crate::support::secret::Secret;
use crate::verify::profile::VerificationFlags;
use crate::x509::certificate::fields::{PrintFormat, key_id_flags};
use crate::x509::certificate::in_file;
use crate::x509::der;
use crate::x509::der::{expect, tag};
use crate::x509::extension::{BasicConstraints, Extension, KeyUsage, PrivateKeyUsagePeriod};
use crate::x509::general_name::GeneralName;
use crate::x509::name::Name;
use crate::x509::oid;
use crate::x509::spki::{RsaPssParameters, Spki};

/// A parsed certificate request (certificate signing request, CSR).
///
/// Clones are cheap: they share one object, which never changes, and can be used in several threads at the same time.
///
/// An authority [verifies](Self::verify) a request before it issues a [certificate](crate::x509::CertificateBuilder) for it:
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use gnutls::key::PrivateKey;
/// use gnutls::x509::{Certificate, CertificateBuilder, CertificateRequest, CertificateRequestBuilder};
/// use gnutls::x509::{Extensions, GeneralName, oid};
///
/// # let file = |name| format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"));
/// // The server.
/// let key = PrivateKey::from_pem_file(file("server-key"), None)?;
/// let names = [GeneralName::Dns("server.example".into())];
/// let request = CertificateRequestBuilder::new(&"CN=server".parse()?)
///     .extensions(Extensions::new().subject_alt_names(&names))
///     .signed_by(&key)?
///     .to_pem()?;
///
/// // The authority, which decides about each extension.
/// let request = CertificateRequest::from_pem(request.as_bytes())?;
/// let names = request.subject_alt_names()?;
/// let (ca, ca_key) = (Certificate::from_pem_file(file("ca"))?, PrivateKey::from_pem_file(file("ca-key"), None)?);
/// let (now, day) = (SystemTime::now(), Duration::from_secs(24 * 60 * 60));
/// let certificate = CertificateBuilder::from_request(&request)
///     .validity(now - day, now + 90 * day)
///     .extensions(Extensions::new().subject_alt_names(&names).key_purposes(&[oid::PURPOSE_SERVER]))
///     .key_ids()
///     .signed_by(&ca, &ca_key)?;
/// assert!(certificate.matches_hostname("server.example"));
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// # Errors
///
/// The methods that read a field return an error of kind [`Certificate`](ErrorKind::Certificate) if its encoding is
/// damaged.
#[corresponds(gnutls_x509_crq_t, alias(gnutls_x509_crq_init, gnutls_x509_crq_deinit))]
#[derive(Clone)]
pub struct CertificateRequest(Arc<Handle>);

/// The owner of the C object.
struct Handle {
    /// Never NULL.
    raw: gnutls_x509_crq_t,
}

// SAFETY: the object is memory without ties to a thread: only the parsed tree (`crq`; lib/x509/x509_int.h), which its
// release frees.
unsafe impl Send for Handle {}
// SAFETY: nothing writes to the object after its import. In 3.6.0 to 3.8.13 only the import and the functions that set a
// value or sign write to the tree (lib/x509/crq.c). All getters copy values out of it with asn1_read_value, whose argument is
// constant, or encode a copy of it (asn1_der_coding, for the export and the verification).
unsafe impl Sync for Handle {}

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: the object is initialised, owned by this value, and released once.
        unsafe { sys::gnutls_x509_crq_deinit(self.raw) }
    }
}

/// An attribute of a request, in its encoding.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Attribute {
    /// The object identifier.
    pub oid: String,
    /// The first value in DER.
    pub value: Vec<u8>,
}

impl Attribute {
    /// Creates an attribute from its encoding.
    pub fn new(oid: impl Into<String>, value: impl Into<Vec<u8>>) -> Self {
        Self {
            oid: oid.into(),
            value: value.into(),
        }
    }
}

impl CertificateRequest {
    /// Parses a request in DER. The signature is not verified.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the data is no request.
    #[corresponds(gnutls_x509_crq_import)]
    pub fn from_der(der: &[u8]) -> Result<Self> {
        Self::import(&argument::bytes(der)?, GNUTLS_X509_FMT_DER)
    }

    /// Parses the first request in PEM text. The signature is not verified.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the text contains no request.
    #[corresponds(gnutls_x509_crq_import)]
    pub fn from_pem(pem: &[u8]) -> Result<Self> {
        argument::refuse_other_than_pem(pem, "the certificate request")?;
        let text = Secret::with_nul(pem);
        Self::import(&argument::string(&text)?, GNUTLS_X509_FMT_PEM)
    }

    /// Parses the first request in a PEM file. The signature is not verified.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Io`](ErrorKind::Io) if the file cannot be read, and otherwise those of
    /// [`from_pem`](Self::from_pem). The message contains the path.
    #[corresponds(gnutls_x509_crq_import)]
    pub fn from_pem_file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        Self::from_pem(&file::read(path)?).map_err(|error| in_file(error, path))
    }

    /// Takes ownership of a C object.
    ///
    /// # Safety
    ///
    /// `raw` is an initialised request, and nothing else uses or releases it.
    pub unsafe fn from_raw(raw: gnutls_x509_crq_t) -> Self {
        Self(Arc::new(Handle { raw }))
    }

    /// Returns the C object, for functions of `gnutls-sys` that only read it. It lives as long as `self` or any clone of
    /// it. Functions that modify it must not be called: another thread may read it.
    pub fn as_ptr(&self) -> gnutls_x509_crq_t {
        self.0.raw
    }

    /// Returns the request in DER.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(
        gnutls_x509_crq_export2(GNUTLS_X509_FMT_DER),
        alias(gnutls_x509_crq_export)
    )]
    pub fn to_der(&self) -> Result<Vec<u8>> {
        self.export(GNUTLS_X509_FMT_DER)
            .map(|der| der.as_bytes().to_vec())
    }

    /// Returns the request as PEM text.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(gnutls_x509_crq_export2(GNUTLS_X509_FMT_PEM))]
    pub fn to_pem(&self) -> Result<String> {
        self.export(GNUTLS_X509_FMT_PEM).map(|pem| pem.to_text())
    }

    /// Verifies the signature with the key in the request, which proves that its creator has the private key.
    ///
    /// # Errors
    ///
    /// Returns an error if the signature is wrong, if its algorithm is not secure, or if it is not supported.
    ///
    /// ```
    /// use gnutls::key::PrivateKey;
    /// use gnutls::verify::VerificationFlags;
    /// use gnutls::x509::{CertificateRequest, CertificateRequestBuilder};
    ///
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/server-key.pem");
    /// let key = PrivateKey::from_pem_file(path, None)?;
    /// let request = CertificateRequestBuilder::new(&"CN=a".parse()?).signed_by(&key)?;
    /// request.verify(VerificationFlags::default())?;
    ///
    /// let mut damaged = request.to_der()?;
    /// *damaged.last_mut().unwrap() ^= 1;
    /// assert!(CertificateRequest::from_der(&damaged)?.verify(VerificationFlags::default()).is_err());
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(gnutls_x509_crq_verify)]
    pub fn verify(&self, flags: VerificationFlags) -> Result<()> {
        // SAFETY: the object is initialised and only read.
        check(unsafe { sys::gnutls_x509_crq_verify(self.as_ptr(), flags.as_raw()) }).map(drop)
    }

    /// Returns the version, which is 1.
    #[corresponds(gnutls_x509_crq_get_version)]
    pub fn version(&self) -> Result<u32> {
        // SAFETY: the object is initialised and only read.
        let version = check(unsafe { sys::gnutls_x509_crq_get_version(self.as_ptr()) })?;
        Ok(version.unsigned_abs())
    }

    /// Returns the name of the subject.
    #[corresponds(alias(
        gnutls_x509_crq_get_dn,
        gnutls_x509_crq_get_dn2,
        gnutls_x509_crq_get_dn3,
        gnutls_x509_crq_get_dn_by_oid,
        gnutls_x509_crq_get_dn_oid
    ))]
    pub fn subject(&self) -> Result<Name> {
        let request = self.to_der()?;
        // C only returns the text.
        let name = || {
            let (request, _) = expect(&request, tag::SEQUENCE)?;
            let (info, _) = expect(request, tag::SEQUENCE)?;
            let (_, _, rest) = der::element(info)?;
            let (name, _) = expect(rest, tag::SEQUENCE)?;
            Some(der::encode(tag::SEQUENCE, name))
        };
        let name = name().ok_or_else(|| Error::from_code(sys::GNUTLS_E_ASN1_DER_ERROR))?;
        Name::from_der(&name)
    }

    /// Returns the public key, with the usage that the request contains.
    #[corresponds(
        gnutls_pubkey_import_x509_crq,
        gnutls_pubkey_init,
        alias(gnutls_x509_crq_get_key_rsa_raw)
    )]
    pub fn public_key(&self) -> Result<PublicKey> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_pubkey_init(&mut raw) })?;
        // SAFETY: the call above succeeded and created the object, which nothing else uses.
        let key = unsafe { PublicKey::from_raw(raw) };
        // SAFETY: both objects are initialised; the key is used by nothing else, and the request is only read.
        check(unsafe { sys::gnutls_pubkey_import_x509_crq(raw, self.as_ptr(), 0) })?;
        Ok(key)
    }

    /// Returns the algorithm of the public key, or `None` if GnuTLS does not recognize it.
    #[corresponds(gnutls_x509_crq_get_pk_algorithm)]
    pub fn public_key_algorithm(&self) -> Option<PublicKeyAlgorithm> {
        self.public_key_algorithm_and_bits()
            .map(|(algorithm, _)| algorithm)
    }

    /// Returns the size of the public key in bits, or `None` if GnuTLS does not recognize its algorithm.
    #[corresponds(gnutls_x509_crq_get_pk_algorithm)]
    pub fn public_key_bits(&self) -> Option<u32> {
        self.public_key_algorithm_and_bits().map(|(_, bits)| bits)
    }

    fn public_key_algorithm_and_bits(&self) -> Option<(PublicKeyAlgorithm, u32)> {
        let mut bits: c_uint = 0;
        // SAFETY: the object is initialised and only read; the number of bits is written.
        let number = unsafe { sys::gnutls_x509_crq_get_pk_algorithm(self.as_ptr(), &mut bits) };
        PublicKeyAlgorithm::from_result(number).map(|algorithm| (algorithm, bits))
    }

    /// Returns the object identifier of the algorithm of the public key.
    #[corresponds(gnutls_x509_crq_get_pk_oid)]
    pub fn public_key_oid(&self) -> Result<String> {
        // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, and the length of
        // the text.
        text_filled_by(|buffer, length| unsafe {
            sys::gnutls_x509_crq_get_pk_oid(self.as_ptr(), buffer.cast(), length)
        })
    }

    /// Returns the identifier of the public key; see [`Certificate::key_id`](crate::x509::Certificate::key_id).
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) for a digest other than SHA-1, SHA-256 and
    /// SHA-512, and of kind [`Unsupported`](ErrorKind::Unsupported) for SHA-512 if the library is too old.
    #[corresponds(gnutls_x509_crq_get_key_id)]
    pub fn key_id(&self, digest: Digest) -> Result<Vec<u8>> {
        let flags = key_id_flags(digest)?;
        // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, and the length of
        // the digest.
        buffer_filled_by(|buffer, length| unsafe {
            sys::gnutls_x509_crq_get_key_id(self.as_ptr(), flags, buffer.cast(), length)
        })
    }

    /// Returns the parameters of an RSA-PSS key, if the request contains them.
    #[corresponds(gnutls_x509_crq_get_spki)]
    pub fn rsa_pss_parameters(&self) -> Result<Option<RsaPssParameters>> {
        if self.public_key_algorithm() != Some(PublicKeyAlgorithm::RSA_PSS) {
            return Ok(None);
        }
        let spki = Spki::new()?;
        // SAFETY: both objects are initialised; the parameters are used by nothing else, and the request is only read.
        check(unsafe { sys::gnutls_x509_crq_get_spki(self.as_ptr(), spki.as_ptr(), 0) })?;
        spki.rsa_pss_parameters()
    }

    /// Returns the algorithm of the signature, or `None` if GnuTLS does not recognize it.
    #[corresponds(gnutls_x509_crq_get_signature_algorithm)]
    pub fn signature_algorithm(&self) -> Option<SignatureAlgorithm> {
        // SAFETY: the object is initialised and only read.
        SignatureAlgorithm::from_result(unsafe {
            sys::gnutls_x509_crq_get_signature_algorithm(self.as_ptr())
        })
    }

    /// Returns the object identifier of the algorithm of the signature.
    #[corresponds(gnutls_x509_crq_get_signature_oid)]
    pub fn signature_oid(&self) -> Result<String> {
        // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, and the length of
        // the text.
        text_filled_by(|buffer, length| unsafe {
            sys::gnutls_x509_crq_get_signature_oid(self.as_ptr(), buffer.cast(), length)
        })
    }

    /// Returns the challenge password, with which the creator can request the revocation of the certificate.
    #[corresponds(gnutls_x509_crq_get_challenge_password)]
    pub fn challenge_password(&self) -> Result<Option<String>> {
        // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, and the length of
        // the text.
        optional(text_filled_by(|buffer, length| unsafe {
            sys::gnutls_x509_crq_get_challenge_password(self.as_ptr(), buffer.cast(), length)
        }))
    }

    /// Returns all attributes, in the order of the request. One of them contains the requested extensions.
    #[corresponds(gnutls_x509_crq_get_attribute_info, gnutls_x509_crq_get_attribute_data)]
    pub fn attributes(&self) -> Result<Vec<Attribute>> {
        items(|index| {
            let oid = text_filled_by(|buffer, length| {
                // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, and the
                // length of the text.
                unsafe {
                    sys::gnutls_x509_crq_get_attribute_info(self.as_ptr(), index, buffer, length)
                }
            })?;
            let value = buffer_filled_by(|buffer, length| {
                // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, and the
                // length of the value.
                unsafe {
                    sys::gnutls_x509_crq_get_attribute_data(self.as_ptr(), index, buffer, length)
                }
            })?;
            Ok(Attribute { oid, value })
        })
    }

    /// Returns the value in DER of the first attribute with this object identifier.
    #[corresponds(gnutls_x509_crq_get_attribute_by_oid)]
    pub fn attribute(&self, oid: &str) -> Result<Option<Vec<u8>>> {
        let Ok(oid) = CString::new(oid) else {
            return Ok(None);
        };
        // SAFETY: the object is initialised and only read, as is the object identifier, which ends in NUL. C writes at most
        // the length of the buffer, and the length of the value.
        optional(buffer_filled_by(|buffer, length| unsafe {
            sys::gnutls_x509_crq_get_attribute_by_oid(
                self.as_ptr(),
                oid.as_ptr(),
                0,
                buffer,
                length,
            )
        }))
    }

    /// Returns the requested extension with this object identifier.
    #[corresponds(alias(
        gnutls_x509_crq_get_extension_by_oid,
        gnutls_x509_crq_get_extension_by_oid2
    ))]
    pub fn extension(&self, oid: &str) -> Result<Option<Extension>> {
        let extensions = self.extensions()?;
        Ok(extensions
            .into_iter()
            .find(|extension| extension.oid == oid))
    }

    /// Returns all requested extensions, in the order of the request. [`Extensions`](crate::x509::Extensions) can be
    /// collected from those that an authority accepts.
    #[corresponds(
        gnutls_x509_crq_get_extension_info,
        gnutls_x509_crq_get_extension_data2,
        alias(gnutls_x509_crq_get_extension_data)
    )]
    pub fn extensions(&self) -> Result<Vec<Extension>> {
        Extension::read_all(
            // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, the length of
            // the text, and the number.
            |index, buffer, length, critical| unsafe {
                let object = self.as_ptr();
                sys::gnutls_x509_crq_get_extension_info(object, index, buffer, length, critical)
            },
            // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
            |index, output| unsafe {
                sys::gnutls_x509_crq_get_extension_data2(self.as_ptr(), index, output)
            },
        )
    }

    /// Returns the requested alternative names. The list is empty without the extension.
    #[corresponds(
        gnutls_x509_ext_import_subject_alt_names,
        alias(
            gnutls_x509_crq_get_subject_alt_name,
            gnutls_x509_crq_get_subject_alt_othername_oid
        )
    )]
    pub fn subject_alt_names(&self) -> Result<Vec<GeneralName>> {
        self.parsed(oid::SUBJECT_ALT_NAME, GeneralName::parse_list)
            .map(Option::unwrap_or_default)
    }

    /// Returns the requested basic constraints.
    #[corresponds(
        gnutls_x509_ext_import_basic_constraints,
        alias(gnutls_x509_crq_get_basic_constraints)
    )]
    pub fn basic_constraints(&self) -> Result<Option<BasicConstraints>> {
        self.parsed(oid::BASIC_CONSTRAINTS, BasicConstraints::parse)
    }

    /// Returns the requested uses of the key.
    #[corresponds(gnutls_x509_ext_import_key_usage, alias(gnutls_x509_crq_get_key_usage))]
    pub fn key_usage(&self) -> Result<Option<KeyUsage>> {
        self.parsed(oid::KEY_USAGE, KeyUsage::parse)
    }

    /// Returns the object identifiers of the requested purposes of the key.
    #[corresponds(
        gnutls_x509_ext_import_key_purposes,
        alias(gnutls_x509_crq_get_key_purpose_oid)
    )]
    pub fn key_purposes(&self) -> Result<Option<Vec<String>>> {
        self.parsed(oid::EXTENDED_KEY_USAGE, Extension::parse_key_purposes)
    }

    /// Returns the requested time during which the private key may be used.
    #[corresponds(
        gnutls_x509_ext_import_private_key_usage_period,
        alias(gnutls_x509_crq_get_private_key_usage_period)
    )]
    pub fn private_key_usage_period(&self) -> Result<Option<PrivateKeyUsagePeriod>> {
        self.parsed(oid::PRIVATE_KEY_USAGE_PERIOD, PrivateKeyUsagePeriod::parse)
    }

    /// Returns the requested TLS features. The list is empty without the extension.
    #[corresponds(
        gnutls_x509_ext_import_tlsfeatures,
        alias(gnutls_x509_crq_get_tlsfeatures)
    )]
    pub fn tls_features(&self) -> Result<Vec<u16>> {
        self.parsed(oid::TLS_FEATURES, Extension::parse_tls_features)
            .map(Option::unwrap_or_default)
    }

    /// Parses the value of an extension, if the request has it.
    fn parsed<T>(&self, oid: &str, parse: fn(&[u8]) -> Result<T>) -> Result<Option<T>> {
        let name = |error: Error| error.with_message(format!("the extension {oid}"));
        let extension = self.extension(oid).map_err(name)?;
        let value = extension.map(|extension| parse(&extension.value));
        value.transpose().map_err(name)
    }

    /// Returns GnuTLS's description, in the language of the program.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the request has signed certificate timestamps of an
    /// unknown version or, before GnuTLS 3.8.13, with wrong lengths, and an error if memory is exhausted.
    #[corresponds(gnutls_x509_crq_print)]
    pub fn print(&self, format: PrintFormat) -> Result<String> {
        self.check_before_print()?;
        // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
        let text = Output::filled_by(|output| unsafe {
            sys::gnutls_x509_crq_print(self.as_ptr(), format.as_raw(), output)
        })?;
        Ok(text.to_text())
    }

    /// Returns an error if GnuTLS must not print the object.
    fn check_before_print(&self) -> Result<()> {
        Extension::check_before_print(
            // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, the length of
            // the text, and the number.
            |index, buffer, length, critical| unsafe {
                let object = self.as_ptr();
                sys::gnutls_x509_crq_get_extension_info(object, index, buffer, length, critical)
            },
            // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
            |index, output| unsafe {
                sys::gnutls_x509_crq_get_extension_data2(self.as_ptr(), index, output)
            },
        )
    }

    fn new() -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_x509_crq_init(&mut raw) })?;
        // SAFETY: the call above succeeded and created the object, which nothing else uses.
        Ok(unsafe { Self::from_raw(raw) })
    }

    /// Parses DER, or PEM text that ends in NUL.
    fn import(data: &sys::gnutls_datum_t, format: gnutls_x509_crt_fmt_t) -> Result<Self> {
        let request = Self::new()?;
        // SAFETY: the object is initialised and used by nothing else; the data is only read during the call, and PEM text
        // ends in NUL.
        check(unsafe { sys::gnutls_x509_crq_import(request.as_ptr(), data, format) })
            .map_err(|error| error.with_kind(ErrorKind::Certificate))?;
        // C accepts no data, and some that ends too early, as a request without any field.
        request.subject()?;
        Ok(request)
    }

    fn export(&self, format: gnutls_x509_crt_fmt_t) -> Result<Output> {
        // SAFETY: the object is initialised and only read: C encodes a copy of the tree. The output is owned by the caller
        // after success.
        Output::filled_by(|output| unsafe {
            sys::gnutls_x509_crq_export2(self.as_ptr(), format, output)
        })
    }
}

impl PartialEq for CertificateRequest {
    /// Compares the encodings.
    fn eq(&self, other: &Self) -> bool {
        let der = |request: &Self| request.to_der().ok();
        self.as_ptr() == other.as_ptr() || (der(self).is_some() && der(self) == der(other))
    }
}

impl Eq for CertificateRequest {}

impl fmt::Debug for CertificateRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let subject = self.subject().map(|name| name.to_string());
        f.debug_tuple("CertificateRequest")
            .field(&subject.unwrap_or_default())
            .finish()
    }
}
