//! Public keys.

use std::ffi::c_uint;
use std::path::Path;
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::{
    GNUTLS_X509_FMT_DER, GNUTLS_X509_FMT_PEM, gnutls_pubkey_t, gnutls_x509_crt_fmt_t,
};

use crate::crypto::public_key::{Digest, PublicKeyAlgorithm, SignatureAlgorithm};
use crate::error::argument::{buffer_filled_by, bytes, refuse_other_than_pem, string};
use crate::error::{Error, ErrorKind, Result, check};
use crate::key::private_key::{PrivateKey, require_digest};
use crate::pkcs11;
use crate::pkcs11::token::{ObjectOptions, Token};
use crate::pkcs11::{PinSource, Url};
use crate::support::datum::Output;
use crate::support::file;
use crate::support::secret::Secret;
use crate::verify::profile::VerificationFlags;
use crate::version::{Version, version};
use crate::x509::certificate::Certificate;
use crate::x509::certificate::fields::{PrintFormat, key_id_flags};
use crate::x509::extension::KeyUsage;

/// A public key, which can be used in several threads at the same time.
///
/// ```
/// use gnutls::crypto::Digest;
/// use gnutls::key::PublicKey;
/// use gnutls::x509::Certificate;
///
/// # let file = |name| format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"));
/// let certificate = Certificate::from_pem_file(file("server"))?;
/// let key = PublicKey::from_pem_file(file("server-public"))?;
/// assert_eq!(key.key_id(Digest::SHA256)?, certificate.key_id(Digest::SHA256)?);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[corresponds(gnutls_pubkey_t, alias(gnutls_pubkey_init, gnutls_pubkey_deinit))]
pub struct PublicKey {
    /// Never NULL.
    raw: gnutls_pubkey_t,
}

// SAFETY: the object is memory without ties to a thread: the numbers of the key (`params`), their size and the
// permitted usage (lib/abstract_int.h). Its release frees only these. No PIN function is set.
unsafe impl Send for PublicKey {}
// SAFETY: nothing writes to the object after its import. Through a shared reference C only encodes it, returns its
// algorithm, encrypts or verifies with it, which read `params`, `bits` and `key_usage` (lib/pubkey.c).
unsafe impl Sync for PublicKey {}

impl PublicKey {
    /// Parses a SubjectPublicKeyInfo (RFC 5280, section 4.1) in DER.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the data is no public key, and of kind
    /// [`Unsupported`](ErrorKind::Unsupported) for an ECDSA key before GnuTLS 3.6.4, which loses its curve.
    #[corresponds(gnutls_pubkey_import)]
    pub fn from_der(der: &[u8]) -> Result<Self> {
        Self::import(&bytes(der)?, GNUTLS_X509_FMT_DER)?.with_curve()
    }

    /// Parses a public key in PEM text.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the text contains no public key, and of kind
    /// [`Unsupported`](ErrorKind::Unsupported) for an ECDSA key before GnuTLS 3.6.4, which loses its curve.
    #[corresponds(gnutls_pubkey_import)]
    pub fn from_pem(pem: &[u8]) -> Result<Self> {
        refuse_other_than_pem(pem, "the public key")?;
        let text = Secret::with_nul(pem);
        Self::import(&string(&text)?, GNUTLS_X509_FMT_PEM)?.with_curve()
    }

    /// Parses a public key in a PEM file.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Io`](ErrorKind::Io) if the file cannot be read, and otherwise those of
    /// [`from_pem`](Self::from_pem).
    #[corresponds(gnutls_pubkey_import)]
    pub fn from_pem_file(path: impl AsRef<Path>) -> Result<Self> {
        Self::from_pem(&file::read(path.as_ref())?)
    }

    /// Rejects an ECDSA key of which an old release has not stored the curve, so that every use of it fails.
    fn with_curve(self) -> Result<Self> {
        const CORRECTED: Version = Version::new(3, 6, 4);
        let is_ecdsa = self.algorithm() == Some(PublicKeyAlgorithm::ECDSA);
        if is_ecdsa && version().running < CORRECTED {
            return Err(Error::unsupported(
                "an ECDSA public key without its certificate",
                CORRECTED,
            ));
        }
        Ok(self)
    }

    pub(crate) fn import(
        data: &sys::gnutls_datum_t,
        format: gnutls_x509_crt_fmt_t,
    ) -> Result<Self> {
        let key = Self::new()?;
        // SAFETY: the object is initialised and used by nothing else; `data` is only read during the call, and PEM text
        // ends in NUL.
        check(unsafe { sys::gnutls_pubkey_import(key.raw, data, format) })
            .map_err(|error| error.with_kind(ErrorKind::Certificate))?;
        Ok(key)
    }

    /// Returns the public key of a certificate, with the usage that the certificate permits.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the key is damaged.
    #[corresponds(gnutls_pubkey_import_x509)]
    pub fn from_certificate(certificate: &Certificate) -> Result<Self> {
        let key = Self::new()?;
        // SAFETY: both objects are initialised; the key is used by nothing else, and the certificate is only read.
        check(unsafe { sys::gnutls_pubkey_import_x509(key.raw, certificate.as_ptr(), 0) })?;
        Ok(key)
    }

    /// Returns the public key that belongs to a private key, permitted for every usage.
    pub(crate) fn from_private_key(private: &PrivateKey) -> Result<Self> {
        let key = Self::new()?;
        // SAFETY: the object is initialised and used by nothing else. The public part of the private key is copied,
        // from the token if the key is on one. Usage 0 is no restriction.
        let code = unsafe { sys::gnutls_pubkey_import_privkey(key.raw, private.as_ptr(), 0, 0) };
        pkcs11::resume_panic();
        check(code)?;
        Ok(key)
    }

    /// Copies the key.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](ErrorKind::Unsupported) for an ECDSA key before GnuTLS 3.6.4, which loses
    /// the curve of the copy.
    #[corresponds(gnutls_pubkey_import)]
    pub fn try_clone(&self) -> Result<Self> {
        let copy = Self::from_der(&self.to_der()?)?;
        match self.key_usage()? {
            Some(usage) => copy.with_key_usage(usage),
            None => Ok(copy),
        }
    }

    /// Takes ownership of a C object.
    ///
    /// # Safety
    ///
    /// `raw` is an initialised public key, and nothing else uses or releases it.
    pub unsafe fn from_raw(raw: gnutls_pubkey_t) -> Self {
        Self { raw }
    }

    /// Returns the C object, for functions of `gnutls-sys` that only read it. It lives as long as `self`.
    pub fn as_ptr(&self) -> gnutls_pubkey_t {
        self.raw
    }

    /// Returns the SubjectPublicKeyInfo (RFC 5280, section 4.1) in DER.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(
        gnutls_pubkey_export2(GNUTLS_X509_FMT_DER),
        alias(gnutls_pubkey_export)
    )]
    pub fn to_der(&self) -> Result<Vec<u8>> {
        // SAFETY: the object is initialised, and nothing writes to it after its import.
        unsafe { export(self.raw, GNUTLS_X509_FMT_DER) }.map(|der| der.as_bytes().to_vec())
    }

    /// Returns the SubjectPublicKeyInfo (RFC 5280, section 4.1) as PEM text.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(gnutls_pubkey_export2(GNUTLS_X509_FMT_PEM))]
    pub fn to_pem(&self) -> Result<String> {
        // SAFETY: the object is initialised, and nothing writes to it after its import.
        unsafe { export(self.raw, GNUTLS_X509_FMT_PEM) }.map(|pem| pem.to_text())
    }

    /// Returns the algorithm of the key, or `None` if GnuTLS does not recognize it.
    #[corresponds(gnutls_pubkey_get_pk_algorithm)]
    pub fn algorithm(&self) -> Option<PublicKeyAlgorithm> {
        self.algorithm_and_bits().map(|(algorithm, _)| algorithm)
    }

    /// Returns the size of the key in bits, or `None` if GnuTLS does not recognize its algorithm.
    #[corresponds(gnutls_pubkey_get_pk_algorithm)]
    pub fn bits(&self) -> Option<u32> {
        self.algorithm_and_bits().map(|(_, bits)| bits)
    }

    fn algorithm_and_bits(&self) -> Option<(PublicKeyAlgorithm, u32)> {
        let mut bits: c_uint = 0;
        // SAFETY: the object is initialised and only read; the number of bits is written.
        let number = unsafe { sys::gnutls_pubkey_get_pk_algorithm(self.raw, &mut bits) };
        PublicKeyAlgorithm::from_result(number).map(|algorithm| (algorithm, bits))
    }

    /// Returns the identifier of the key: the SHA-1, SHA-256 or SHA-512 digest of its encoding.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) for any other digest, and of kind
    /// [`Unsupported`](ErrorKind::Unsupported) for SHA-512 if the library is too old.
    #[corresponds(gnutls_pubkey_get_key_id)]
    pub fn key_id(&self, digest: Digest) -> Result<Vec<u8>> {
        let flags = key_id_flags(digest)?;
        // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, and the length of
        // the digest.
        buffer_filled_by(|buffer, length| unsafe {
            sys::gnutls_pubkey_get_key_id(self.raw, flags, buffer.cast(), length)
        })
    }

    /// Verifies the signature of a message.
    ///
    /// # Errors
    ///
    /// Returns an error with the code [`PK_SIG_VERIFY_FAILED`](crate::ErrorCode::PK_SIG_VERIFY_FAILED) if the signature
    /// is wrong, and an error if the key does not support the algorithm, or if the algorithm is not secure.
    #[corresponds(gnutls_pubkey_verify_data2)]
    pub fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<()> {
        let (message, signature) = (bytes(message)?, bytes(signature)?);
        // SAFETY: the key is initialised and only read, as are the message and the signature.
        let code = unsafe {
            let algorithm = algorithm.as_raw();
            sys::gnutls_pubkey_verify_data2(self.raw, algorithm, 0, &message, &signature)
        };
        check(code).map(drop)
    }

    /// Verifies the signature of a message of which only the digest is known.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the digest does not have the length of the
    /// algorithm's digest, and otherwise those of [`verify`](Self::verify).
    #[corresponds(gnutls_pubkey_verify_hash2)]
    pub fn verify_hash(
        &self,
        algorithm: SignatureAlgorithm,
        hash: &[u8],
        signature: &[u8],
    ) -> Result<()> {
        require_digest(algorithm, hash)?;
        let (hash, signature) = (bytes(hash)?, bytes(signature)?);
        // SAFETY: the key is initialised and only read, as are the digest and the signature.
        let code = unsafe {
            let algorithm = algorithm.as_raw();
            sys::gnutls_pubkey_verify_hash2(self.raw, algorithm, 0, &hash, &signature)
        };
        check(code).map(drop)
    }

    /// Verifies the signature of a message with [flags](VerificationFlags), for example to accept algorithms that are not
    /// secure. Only the flags about algorithms have an effect.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`verify`](Self::verify).
    #[corresponds(gnutls_pubkey_verify_data2)]
    pub fn verify_with(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
        flags: VerificationFlags,
    ) -> Result<()> {
        let (message, signature) = (bytes(message)?, bytes(signature)?);
        // SAFETY: the key is initialised and only read, as are the message and the signature.
        let code = unsafe {
            let (algorithm, flags) = (algorithm.as_raw(), flags.as_raw());
            sys::gnutls_pubkey_verify_data2(self.raw, algorithm, flags, &message, &signature)
        };
        check(code).map(drop)
    }

    /// Checks that the numbers of the key are possible, for example that a point is on its curve.
    ///
    /// # Errors
    ///
    /// Returns an error if they are not.
    #[corresponds(gnutls_pubkey_verify_params)]
    pub fn verify_parameters(&self) -> Result<()> {
        // SAFETY: the key is initialised and only read.
        check(unsafe { sys::gnutls_pubkey_verify_params(self.raw) }).map(drop)
    }

    /// Returns the digest with which signatures of the key should be created, and `true` if no other is possible.
    ///
    /// # Errors
    ///
    /// Returns an error if the key does not sign.
    #[corresponds(gnutls_pubkey_get_preferred_hash_algorithm)]
    pub fn preferred_digest(&self) -> Result<(Digest, bool)> {
        let (mut digest, mut is_mandatory) = (sys::GNUTLS_DIG_UNKNOWN, 0);
        // SAFETY: the key is initialised and only read; both numbers are written.
        check(unsafe {
            let mandatory = &mut is_mandatory;
            sys::gnutls_pubkey_get_preferred_hash_algorithm(self.raw, &mut digest, mandatory)
        })?;
        Ok((Digest::from_raw(digest), is_mandatory != 0))
    }

    /// Returns the permitted usage, or `None` if it is not restricted.
    ///
    /// # Errors
    ///
    /// Returns an error if GnuTLS fails.
    #[corresponds(gnutls_pubkey_get_key_usage)]
    pub fn key_usage(&self) -> Result<Option<KeyUsage>> {
        let mut usage = 0;
        // SAFETY: the key is initialised and only read; the flags are written.
        check(unsafe { sys::gnutls_pubkey_get_key_usage(self.raw, &mut usage) })?;
        Ok((usage != 0).then_some(KeyUsage::from_raw(usage)))
    }

    /// Restricts the usage, for example in a certificate that is created for the key.
    ///
    /// # Errors
    ///
    /// Returns an error if GnuTLS fails.
    #[corresponds(gnutls_pubkey_set_key_usage)]
    pub fn with_key_usage(self, usage: KeyUsage) -> Result<Self> {
        // SAFETY: the key is initialised, and used by nothing else since this owns it.
        check(unsafe { sys::gnutls_pubkey_set_key_usage(self.raw, usage.as_raw()) })?;
        Ok(self)
    }

    /// Returns GnuTLS's description, in the language of the program.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(gnutls_pubkey_print)]
    pub fn print(&self, format: PrintFormat) -> Result<String> {
        // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
        Output::filled_by(|output| unsafe {
            sys::gnutls_pubkey_print(self.raw, format.as_raw(), output)
        })
        .map(|text| text.to_text())
    }

    /// Returns a picture of the SHA-256 [identifier](Self::key_id), as OpenSSH and `certtool` print it, with which people
    /// compare keys.
    ///
    /// ```
    /// use gnutls::key::PublicKey;
    ///
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/server-public.pem");
    /// let picture = PublicKey::from_pem_file(path)?.random_art()?;
    /// assert!(picture.starts_with("+--[ RSA 2048]----+"));
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(gnutls_random_art)]
    pub fn random_art(&self) -> Result<String> {
        let mut id = self.key_id(Digest::SHA256)?;
        let name = self.algorithm().and_then(PublicKeyAlgorithm::name);
        let name = Secret::with_nul(name.unwrap_or("unknown").as_bytes());
        // SAFETY: the name ends in NUL; it and the identifier are only read. The output is owned by the caller after success.
        Output::filled_by(|output| unsafe {
            sys::gnutls_random_art(
                sys::GNUTLS_RANDOM_ART_OPENSSH,
                name.as_ptr().cast(),
                self.bits().unwrap_or(0),
                id.as_mut_ptr().cast(),
                id.len(),
                output,
            )
        })
        .map(|picture| picture.to_text())
    }

    /// Creates an ECDSA key from the parameters and the point of ANSI X9.62, each in DER, as PKCS #11 stores them
    /// (`CKA_EC_PARAMS`, `CKA_EC_POINT`).
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the encoding is damaged, or if the point is not on
    /// the curve.
    #[corresponds(gnutls_pubkey_import_ecc_x962)]
    pub fn from_x962(parameters: &[u8], point: &[u8]) -> Result<Self> {
        let (parameters, point) = (bytes(parameters)?, bytes(point)?);
        let key = Self::new()?;
        // SAFETY: the object is initialised and used by nothing else; both inputs are only read.
        check(unsafe { sys::gnutls_pubkey_import_ecc_x962(key.raw, &parameters, &point) })
            .map_err(|error| error.with_kind(ErrorKind::Certificate))?;
        key.verify_parameters()
            .map_err(|error| error.with_kind(ErrorKind::Certificate))?;
        Ok(key)
    }

    /// Returns the parameters and the point of an ECDSA key; see [`from_x962`](Self::from_x962).
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if this is no ECDSA key.
    #[corresponds(gnutls_pubkey_export_ecc_x962)]
    pub fn to_x962(&self) -> Result<(Vec<u8>, Vec<u8>)> {
        if self.algorithm() != Some(PublicKeyAlgorithm::ECDSA) {
            return Err(Error::invalid_input(
                "only ECDSA keys have parameters of X9.62: use DER or PEM",
            ));
        }
        // SAFETY: the object is initialised and only read. The outputs are owned by the caller after success.
        let outputs = Output::fill_all(|[parameters, point]| unsafe {
            sys::gnutls_pubkey_export_ecc_x962(self.raw, parameters, point)
        });
        let [parameters, point] = outputs.map_err(Error::from_code)?;
        Ok((parameters.as_bytes().to_vec(), point.as_bytes().to_vec()))
    }

    /// Reads the public key on a token that a PKCS #11 URL (RFC 7512) identifies. The PIN is required only if the key is
    /// not visible without a login.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is not valid, if the key is not found, if the PIN is wrong or missing, or inside a
    /// [PIN closure](PinSource::ask) or a log function.
    #[corresponds(
        gnutls_pubkey_import_url,
        gnutls_pubkey_set_pin_function,
        alias(gnutls_pubkey_import_pkcs11)
    )]
    pub fn from_pkcs11(url: &str, pin: impl Into<PinSource>) -> Result<Self> {
        pkcs11::refuse_in_callback()?;
        let (url, pin) = (Url::new(url)?, pin.into());
        pkcs11::after_login(|flags| {
            let key = Self::new()?;
            // SAFETY: the object is initialised and used by nothing else. It stores the function and the pointer to the
            // source of the PIN only until the second call of the function. The URL ends in NUL and is only read.
            let code = unsafe {
                sys::gnutls_pubkey_set_pin_function(key.raw, Some(pkcs11::ask), pin.as_userdata());
                let code = sys::gnutls_pubkey_import_url(key.raw, url.as_ptr(), flags);
                sys::gnutls_pubkey_set_pin_function(key.raw, None, ptr::null_mut());
                code
            };
            pkcs11::resume_panic();
            check(code).map(|_| key)
        })
    }

    /// Copies the key to a token.
    ///
    /// # Errors
    ///
    /// Returns an error if the token does not support the algorithm, or refuses the object or the PIN.
    #[corresponds(gnutls_pkcs11_copy_pubkey)]
    pub fn copy_to_token(&self, token: &Token, options: &ObjectOptions) -> Result<()> {
        options.create(token, |url, label, id, usage, flags| {
            // SAFETY: the URL and the label end in NUL, or the label is NULL; all arguments are only read.
            unsafe { sys::gnutls_pkcs11_copy_pubkey(url, self.raw, label, id, usage, flags) }
        })
    }

    /// Encrypts data for the owner of the private key (RSA).
    ///
    /// # Errors
    ///
    /// Returns an error if the key does not support encryption, or if the data is too long for it.
    #[corresponds(gnutls_pubkey_encrypt_data)]
    pub fn encrypt(&self, data: &[u8]) -> Result<Vec<u8>> {
        let data = bytes(data)?;
        // SAFETY: the key is initialised and only read, as is the data. The output is owned by the caller after success.
        Output::filled_by(|output| unsafe {
            sys::gnutls_pubkey_encrypt_data(self.raw, 0, &data, output)
        })
        .map(|encrypted| encrypted.as_bytes().to_vec())
    }

    pub(crate) fn new() -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_pubkey_init(&mut raw) })?;
        Ok(Self { raw })
    }

    /// Transfers the ownership of the C object to C, without releasing it.
    #[cfg(gnutls_3_6_6)]
    pub(crate) fn release(self) {
        std::mem::forget(self);
    }
}

impl Drop for PublicKey {
    fn drop(&mut self) {
        // SAFETY: the object is initialised, owned by this value, and released once.
        unsafe { sys::gnutls_pubkey_deinit(self.raw) }
    }
}

/// Returns the SubjectPublicKeyInfo (RFC 5280, section 4.1) of a key.
///
/// # Safety
///
/// `raw` is an initialised public key that nothing writes to or releases during the call.
pub(crate) unsafe fn export(raw: gnutls_pubkey_t, format: gnutls_x509_crt_fmt_t) -> Result<Output> {
    Output::filled_by(|output| {
        // SAFETY: by the contract of this function the object is initialised, and it is only read: C encodes its numbers
        // (lib/pubkey.c). The output is owned by the caller after success.
        unsafe { sys::gnutls_pubkey_export2(raw, format, output) }
    })
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey")
            .field("algorithm", &self.algorithm())
            .field("bits", &self.bits())
            .finish_non_exhaustive()
    }
}
