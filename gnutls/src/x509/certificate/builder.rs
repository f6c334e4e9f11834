//! The creation of certificates.

use std::ffi::c_uint;
use std::sync::Arc;
use std::time::SystemTime;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::public_key::{Digest, PublicKeyAlgorithm};
use crate::crypto::random::random_nonce;
use crate::error::argument::{bytes, pointer};
use crate::error::{Error, Result, check};
use crate::key::private_key::PrivateKey;
use crate::key::public_key::PublicKey;
use crate::support::time;
use crate::x509::certificate::Certificate;
use crate::x509::extension::encode::{c_oid, positive};
use crate::x509::extension::list::Extensions;
use crate::x509::extension::{AuthorityKeyId, Extension};
use crate::x509::name::Name;
use crate::x509::oid;
use crate::x509::request::CertificateRequest;
use crate::x509::signing::{Signing, require_key_of, same_key, without_usage};
use crate::x509::spki::{RsaPssParameters, Spki};

/// The maximum number of bytes in a serial number (RFC 5280, section 4.1.2.2).
const MAX_SERIAL: usize = 20;

/// A certificate that is created. The builder can be used for several certificates.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use gnutls::crypto::{PublicKeyAlgorithm, SecurityLevel};
/// use gnutls::key::PrivateKey;
/// use gnutls::x509::{
///     BasicConstraints, CertificateBuilder, Extensions, GeneralName, KeyUsage, TrustList, VerifyOptions, oid,
/// };
///
/// // Clocks differ: the certificates are valid since an hour ago.
/// let hour = Duration::from_secs(60 * 60);
/// let now = SystemTime::now();
/// let year = Duration::from_secs(365 * 24 * 60 * 60);
/// let generate = || PrivateKey::generate(PublicKeyAlgorithm::ED25519, SecurityLevel::HIGH);
///
/// // An authority.
/// let ca_key = generate()?;
/// let ca = CertificateBuilder::new(&"CN=Example CA".parse()?)
///     .validity(now - hour, now + year)
///     .extensions(
///         Extensions::new()
///             .basic_constraints(BasicConstraints::authority(Some(0)))
///             .key_usage(KeyUsage::KEY_CERT_SIGN | KeyUsage::CRL_SIGN),
///     )
///     .key_ids()
///     .self_signed(&ca_key)?;
///
/// // A server.
/// let server_key = generate()?;
/// let server = CertificateBuilder::new(&"CN=server.example".parse()?)
///     .validity(now - hour, now + year)
///     .extensions(
///         Extensions::new()
///             .basic_constraints(BasicConstraints::END_ENTITY)
///             .key_usage(KeyUsage::DIGITAL_SIGNATURE)
///             .key_purposes(&[oid::PURPOSE_SERVER])
///             .subject_alt_names(&[GeneralName::Dns("server.example".into())]),
///     )
///     .key_ids()
///     .public_key(server_key.public_key()?)
///     .signed_by(&ca, &ca_key)?;
///
/// let mut authorities = TrustList::new()?;
/// authorities.add_certificates(&[ca])?;
/// let options = VerifyOptions::new().hostname("server.example").purpose(oid::PURPOSE_SERVER);
/// assert!(authorities.verify(&[server], &options)?.status().is_trusted());
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// With the same key, serial number and times, RSA and EdDSA certificates are the same each time.
#[derive(Clone, Debug)]
#[must_use]
pub struct CertificateBuilder {
    subject: Subject,
    serial: Option<Vec<u8>>,
    not_before: Option<SystemTime>,
    not_after: Option<SystemTime>,
    expires: bool,
    extensions: Extensions,
    key_ids: bool,
    issuer_unique_id: Option<Vec<u8>>,
    subject_unique_id: Option<Vec<u8>>,
    rsa_pss: Option<RsaPssParameters>,
    signing: Signing,
}

/// The name and the key of the certificate.
#[derive(Clone, Debug)]
enum Subject {
    Name(Name, Option<Arc<PublicKey>>),
    Request(CertificateRequest),
}

impl CertificateBuilder {
    /// Starts a certificate with this subject.
    pub fn new(subject: &Name) -> Self {
        Self::of(Subject::Name(subject.clone(), None))
    }

    /// Starts a certificate with the subject and the public key of a request. The signature of the request is verified when
    /// the certificate is created. Of the requested extensions, only those that are passed to
    /// [`extensions`](Self::extensions) become part of the certificate.
    #[corresponds(alias(
        gnutls_x509_crt_set_crq,
        gnutls_x509_crt_set_crq_extensions,
        gnutls_x509_crt_set_crq_extension_by_oid
    ))]
    pub fn from_request(request: &CertificateRequest) -> Self {
        Self::of(Subject::Request(request.clone()))
    }

    fn of(subject: Subject) -> Self {
        Self {
            subject,
            serial: None,
            not_before: None,
            not_after: None,
            expires: true,
            extensions: Extensions::new(),
            key_ids: false,
            issuer_unique_id: None,
            subject_unique_id: None,
            rsa_pss: None,
            signing: Signing::default(),
        }
    }

    /// Sets the public key of the subject. A self-signed certificate does not require it, and that of a
    /// [request](Self::from_request) contains its own key.
    pub fn public_key(mut self, key: impl Into<Arc<PublicKey>>) -> Self {
        if let Subject::Name(_, own) = &mut self.subject {
            *own = Some(key.into());
        }
        self
    }

    /// Returns the public key of the subject, if it is set.
    fn subject_key(&self) -> Result<Option<Arc<PublicKey>>> {
        match &self.subject {
            Subject::Name(_, key) => Ok(key.clone()),
            Subject::Request(request) => request.public_key().map(|key| Some(Arc::new(key))),
        }
    }

    /// Sets the serial number, the bytes of a positive integer. By default, each certificate has a random number of 20
    /// bytes.
    pub fn serial(mut self, serial: &[u8]) -> Self {
        self.serial = Some(serial.to_vec());
        self
    }

    /// Sets the times from which and until which the certificate is valid.
    ///
    /// Begin before the present time: the clocks of peers differ, and `time(2)`, with which GnuTLS verifies, can be behind
    /// [`SystemTime::now`] on the same machine.
    pub fn validity(mut self, not_before: SystemTime, not_after: SystemTime) -> Self {
        self.not_before = Some(not_before);
        self.not_after = Some(not_after);
        self.expires = true;
        self
    }

    /// Sets the time from which the certificate is valid, and no well-defined end of its validity (RFC 5280, section
    /// 4.1.2.5): the end of the year 9999.
    #[corresponds(alias(GNUTLS_X509_NO_WELL_DEFINED_EXPIRATION))]
    pub fn valid_from(mut self, not_before: SystemTime) -> Self {
        self.not_before = Some(not_before);
        self.expires = false;
        self
    }

    /// Sets the extensions.
    pub fn extensions(mut self, extensions: Extensions) -> Self {
        self.extensions = extensions;
        self
    }

    /// Adds the identifiers of the keys of the subject and of the issuer, as certtool does: the SHA-1 digest of the key,
    /// and the identifier that the issuer's certificate contains. An identifier that is already among the extensions
    /// remains.
    pub fn key_ids(mut self) -> Self {
        self.key_ids = true;
        self
    }

    /// Sets the unique identifier of the issuer, which RFC 5280 does not permit in new certificates.
    #[corresponds(alias(gnutls_x509_crt_set_issuer_unique_id))]
    pub fn issuer_unique_id(mut self, id: &[u8]) -> Self {
        self.issuer_unique_id = Some(id.to_vec());
        self
    }

    /// Sets the unique identifier of the subject, which RFC 5280 does not permit in new certificates.
    #[corresponds(alias(gnutls_x509_crt_set_subject_unique_id))]
    pub fn subject_unique_id(mut self, id: &[u8]) -> Self {
        self.subject_unique_id = Some(id.to_vec());
        self
    }

    /// Restricts the subject's RSA key to RSA-PSS signatures with these parameters.
    #[corresponds(alias(gnutls_x509_crt_set_spki, gnutls_x509_spki_set_rsa_pss_params))]
    pub fn rsa_pss(mut self, parameters: RsaPssParameters) -> Self {
        self.rsa_pss = Some(parameters);
        self
    }

    /// Sets the digest of the signature. By default, it depends on the issuer's key.
    pub fn digest(mut self, digest: Digest) -> Self {
        self.signing.digest = Some(digest);
        self
    }

    /// Signs by RSA-PSS although the issuer's RSA key also permits other signatures.
    #[corresponds(alias(GNUTLS_PRIVKEY_SIGN_FLAG_RSA_PSS))]
    pub fn rsa_pss_signature(mut self) -> Self {
        let flag = sys::GNUTLS_PRIVKEY_SIGN_FLAG_RSA_PSS as c_uint;
        self.signing = self.signing.with_flag(flag);
        self
    }

    /// Signs in the same way each time, also with ECDSA, DSA (RFC 6979) and RSA-PSS keys, if the library supports it.
    #[corresponds(alias(GNUTLS_PRIVKEY_FLAG_REPRODUCIBLE))]
    pub fn reproducible(mut self) -> Self {
        let flag = sys::GNUTLS_PRIVKEY_FLAG_REPRODUCIBLE as c_uint;
        self.signing = self.signing.with_flag(flag);
        self
    }

    /// Creates the certificate and signs it with its own key.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if a value is missing or not valid, or if
    /// the key is not the [public key](Self::public_key), of kind [`Limit`](crate::ErrorKind::Limit) if a time is before
    /// 1970 or exceeds the clock of the library, and an error if the key cannot sign with this digest.
    #[corresponds(gnutls_x509_crt_privkey_sign)]
    pub fn self_signed(&self, key: &PrivateKey) -> Result<Certificate> {
        let public = key.public_key()?;
        if let Some(own) = self.subject_key()? {
            if !same_key(&own, &public)? {
                return Err(Error::invalid_input(
                    "the private key does not belong to the public key of the certificate: omit `public_key`, or use \
                     `signed_by`",
                ));
            }
        }
        let certificate = self.unsigned(&public, None)?;
        let mut signing = self.signing;
        // Only this digest is permitted.
        signing.digest = signing.digest.or(self.rsa_pss.map(|pss| pss.digest));
        sign(&certificate, &certificate, &public, key, signing)
    }

    /// Creates the certificate and signs it with the key of an authority.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if a value is missing or not valid, or if
    /// the key is not that of the authority's certificate, of kind [`Limit`](crate::ErrorKind::Limit) if a time is before
    /// 1970 or exceeds the clock of the library, and an error if the key cannot sign with this digest.
    #[corresponds(
        gnutls_x509_crt_privkey_sign,
        alias(gnutls_x509_crt_sign, gnutls_x509_crt_sign2)
    )]
    pub fn signed_by(&self, issuer: &Certificate, issuer_key: &PrivateKey) -> Result<Certificate> {
        let issuer_public = PublicKey::from_certificate(issuer)?;
        require_key_of(&issuer_public, issuer_key)?;
        let public = self.subject_key()?.ok_or_else(|| {
            Error::invalid_input("the certificate has no public key: call `public_key`")
        })?;
        let certificate = self.unsigned(&public, Some(issuer))?;
        sign(
            &certificate,
            issuer,
            &issuer_public,
            issuer_key,
            self.signing,
        )
    }

    /// Creates the C object with all values. It is never shared: it is replaced by its signed encoding.
    #[corresponds(
        gnutls_x509_crt_set_version,
        gnutls_x509_crt_set_serial,
        gnutls_x509_crt_set_activation_time,
        gnutls_x509_crt_set_expiration_time,
        gnutls_x509_crt_set_pubkey,
        gnutls_x509_crt_set_extension_by_oid,
        gnutls_x509_crt_set_dn_by_oid,
        gnutls_x509_crt_set_crq,
        gnutls_x509_crt_set_spki,
        gnutls_x509_crt_set_issuer_unique_id,
        gnutls_x509_crt_set_subject_unique_id
    )]
    fn unsigned(&self, public: &PublicKey, issuer: Option<&Certificate>) -> Result<Certificate> {
        let certificate = Certificate::new()?;
        let raw = certificate.as_ptr();
        let (not_before, not_after) = self.times()?;
        let serial = self.serial_or_random()?;
        // SAFETY: the object is initialised and used by nothing else. The serial number is only read, up to its length.
        unsafe {
            check(sys::gnutls_x509_crt_set_version(raw, 3))?;
            check(sys::gnutls_x509_crt_set_serial(
                raw,
                serial.as_ptr().cast(),
                serial.len(),
            ))?;
            check(sys::gnutls_x509_crt_set_activation_time(raw, not_before))?;
            check(sys::gnutls_x509_crt_set_expiration_time(raw, not_after))?;
        }
        self.set_subject(&certificate, public)?;
        if let Some(parameters) = self.rsa_pss {
            // C releases memory that it has not initialised if the key has another algorithm (3.8.4 to 3.8.13).
            let algorithm = public.algorithm();
            if !matches!(
                algorithm,
                Some(PublicKeyAlgorithm::RSA | PublicKeyAlgorithm::RSA_PSS)
            ) {
                return Err(Error::invalid_input(
                    "RSA-PSS parameters require an RSA key: omit them, or use another key",
                ));
            }
            let spki = Spki::rsa_pss(parameters)?;
            // SAFETY: both objects are initialised; the certificate is used by nothing else, and the parameters are copied.
            check(unsafe { sys::gnutls_x509_crt_set_spki(raw, spki.as_ptr(), 0) })?;
        }
        for extension in self.all_extensions(public, issuer)? {
            let oid = c_oid(&extension.oid)?;
            let value = bytes(&extension.value)?;
            // SAFETY: the object is initialised and used by nothing else. C copies the identifier, which ends in NUL, and
            // the value.
            check(unsafe {
                sys::gnutls_x509_crt_set_extension_by_oid(
                    raw,
                    oid.as_ptr(),
                    value.data.cast(),
                    extension.value.len(),
                    extension.critical.into(),
                )
            })?;
        }
        if let Some(id) = &self.issuer_unique_id {
            // SAFETY: the object is initialised and used by nothing else; C copies `id.len()` bytes.
            check(unsafe {
                sys::gnutls_x509_crt_set_issuer_unique_id(raw, pointer(id).cast(), id.len())
            })?;
        }
        if let Some(id) = &self.subject_unique_id {
            // SAFETY: the object is initialised and used by nothing else; C copies `id.len()` bytes.
            check(unsafe {
                sys::gnutls_x509_crt_set_subject_unique_id(raw, pointer(id).cast(), id.len())
            })?;
        }
        Ok(certificate)
    }

    /// Returns the times of the validity for C, where -1 is the end of the year 9999.
    fn times(&self) -> Result<(sys::time_t, sys::time_t)> {
        let missing = || {
            Error::invalid_input(
                "the validity of the certificate is missing: call `validity` or `valid_from`",
            )
        };
        let start = self.not_before.ok_or_else(missing)?;
        let not_before = time::to_c_exactly(start)?;
        if !self.expires {
            return Ok((not_before, -1));
        }
        let end = self.not_after.ok_or_else(missing)?;
        if end < start {
            return Err(Error::invalid_input(
                "the validity of the certificate ends before it begins: exchange the times",
            ));
        }
        Ok((not_before, time::to_c_exactly(end)?))
    }

    fn serial_or_random(&self) -> Result<Vec<u8>> {
        let Some(serial) = &self.serial else {
            let mut serial = vec![0; MAX_SERIAL];
            random_nonce(&mut serial)?;
            // A positive number that always has the same length.
            serial[0] = serial[0] & 0x7f | 0x40;
            return Ok(serial);
        };
        let serial = positive(serial)?;
        if serial.len() > MAX_SERIAL {
            return Err(Error::invalid_input(format!(
                "the serial number has {} bytes, but RFC 5280 permits at most {MAX_SERIAL}",
                serial.len()
            )));
        }
        Ok(serial.to_vec())
    }

    fn set_subject(&self, certificate: &Certificate, public: &PublicKey) -> Result<()> {
        let name = match &self.subject {
            Subject::Name(name, _) => name,
            Subject::Request(request) => {
                // SAFETY: both objects are initialised; the certificate is used by nothing else. C verifies the signature of
                // the request and copies its name and key.
                let code =
                    unsafe { sys::gnutls_x509_crt_set_crq(certificate.as_ptr(), request.as_ptr()) };
                return check(code).map(drop);
            }
        };
        set_name(name, |oid, value, length| {
            // SAFETY: the certificate is initialised and used by nothing else. C copies the identifier, which ends in NUL,
            // and `length` bytes of the encoded value.
            unsafe {
                sys::gnutls_x509_crt_set_dn_by_oid(certificate.as_ptr(), oid, 1, value, length)
            }
        })?;
        without_usage(public, |public| {
            // SAFETY: both objects are initialised; the certificate is used by nothing else, and the key is only read.
            let code =
                unsafe { sys::gnutls_x509_crt_set_pubkey(certificate.as_ptr(), public.as_ptr()) };
            check(code).map(drop)
        })
    }

    /// Returns the extensions, and the key identifiers that are not among them.
    fn all_extensions(
        &self,
        public: &PublicKey,
        issuer: Option<&Certificate>,
    ) -> Result<Vec<Extension>> {
        let mut extensions = self.extensions.clone();
        if self.key_ids {
            if !extensions.contains(oid::SUBJECT_KEY_ID) {
                extensions = extensions.subject_key_id(&public.key_id(Digest::SHA1)?);
            }
            if let Some(issuer) = issuer {
                if !extensions.contains(oid::AUTHORITY_KEY_ID) {
                    if let Some(id) = issuer.subject_key_id()? {
                        extensions = extensions.authority_key_id(&AuthorityKeyId::new(id));
                    }
                }
            }
        }
        extensions.to_vec()
    }
}

/// Passes the attributes of a name to a function of C, which receives an object identifier that ends in NUL, an encoded
/// value and its length.
pub(crate) fn set_name(
    name: &Name,
    set: impl Fn(*const std::ffi::c_char, *const std::ffi::c_void, c_uint) -> std::ffi::c_int,
) -> Result<()> {
    for (oid, value) in name.single_attributes()? {
        let oid = c_oid(&oid)?;
        let value = bytes(&value)?;
        check(set(oid.as_ptr(), value.data.cast(), value.size))?;
    }
    Ok(())
}

/// Signs a certificate, and returns a new object with its encoding: C does not update the values that it has stored of the
/// old one.
fn sign(
    certificate: &Certificate,
    issuer: &Certificate,
    issuer_public: &PublicKey,
    key: &PrivateKey,
    signing: Signing,
) -> Result<Certificate> {
    signing.sign(issuer_public, |digest, flags| {
        // SAFETY: all objects are initialised. The certificate is used by nothing else; its issuer, which can be the same
        // object, and the key are only read.
        unsafe {
            sys::gnutls_x509_crt_privkey_sign(
                certificate.as_ptr(),
                issuer.as_ptr(),
                key.as_ptr(),
                digest,
                flags,
            )
        }
    })?;
    Certificate::from_der(&certificate.to_der()?)
}
