//! Private keys, in memory or on a token.

use std::ffi::c_uint;
use std::path::Path;
use std::sync::Arc;
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::{
    GNUTLS_X509_FMT_DER, GNUTLS_X509_FMT_PEM, gnutls_privkey_t, gnutls_x509_crt_fmt_t,
};

use crate::crypto::public_key::{Curve, PublicKeyAlgorithm, SecurityLevel, SignatureAlgorithm};
use crate::error::argument::{bytes, refuse_nul, refuse_other_than_pem, refuse_tpm_key, string};
use crate::error::unsupported::{require_running, requires};
use crate::error::{Error, ErrorKind, Result, callback, check};
use crate::key::external;
use crate::key::external::{External, ExternalKey};
use crate::key::pkcs8::EncryptionScheme;
use crate::key::public_key::PublicKey;
use crate::pkcs11;
use crate::pkcs11::token::{ObjectOptions, Token};
use crate::pkcs11::{PinSource, Url};
use crate::support::datum::Output;
use crate::support::file;
use crate::support::secret::Secret;
use crate::version::Version;
use crate::x509::private_key::X509PrivateKey;

/// A private key. GnuTLS overwrites a key in memory before the memory is released.
///
/// A key can be used in several threads at the same time.
///
/// ```
/// use gnutls::crypto::{PublicKeyAlgorithm, SecurityLevel, SignatureAlgorithm};
/// use gnutls::key::PrivateKey;
///
/// let key = PrivateKey::generate(PublicKeyAlgorithm::ED25519, SecurityLevel::HIGH)?;
/// let signature = key.sign(SignatureAlgorithm::ED25519, b"message")?;
/// key.public_key()?.verify(SignatureAlgorithm::ED25519, b"message", &signature)?;
/// # Ok::<(), gnutls::Error>(())
/// ```
#[corresponds(gnutls_privkey_t, alias(gnutls_privkey_init, gnutls_privkey_deinit))]
pub struct PrivateKey {
    /// NULL only in [`release`](Self::release).
    raw: gnutls_privkey_t,
    origin: Origin,
}

/// The place of a key.
#[derive(Clone)]
enum Origin {
    /// The C object contains the key.
    Memory,
    /// C stores a pointer to the source of the PIN.
    Token(Location),
    /// The program implements the key, of which the C object owns a reference.
    External(Arc<External>),
}

/// The location of a key on a token.
#[derive(Clone)]
struct Location {
    url: Url,
    pin: PinSource,
}

// SAFETY: the object is memory without ties to a thread (`type`, `pk_algorithm`, `key`, `flags`, `pin`;
// lib/abstract_int.h). Its release frees the key in `key`. The source of the PIN, to which `pin` points, is `Send` and
// `Sync`, and so is an external key, to which `key` points.
unsafe impl Send for PrivateKey {}
// SAFETY: nothing writes to the object after its import: signing and decrypting only read it, as they do for all
// sessions that share credentials. A key on a token contains a session with the token, which each operation locks
// (`mutex` in lib/pkcs11_privkey.c, since 3.5.11); after a fork, the first operation on any token opens new sessions
// under a lock of the library. An external key is `Sync`, and C only calls it.
unsafe impl Sync for PrivateKey {}

impl PrivateKey {
    /// Generates a key with the size that a security level requires.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the library has no size of this algorithm
    /// for the level, and an error if it does not support the algorithm, or does not permit it.
    #[corresponds(gnutls_privkey_generate2, alias(gnutls_privkey_generate))]
    pub fn generate(algorithm: PublicKeyAlgorithm, level: SecurityLevel) -> Result<Self> {
        match algorithm.bits_for(level) {
            0 => Err(Error::invalid_input(format!(
                "{algorithm} has no key size for the level {level}: use another level"
            ))),
            bits => Self::generate_with_bits(algorithm, bits),
        }
    }

    /// Generates a key with this number of bits.
    ///
    /// # Errors
    ///
    /// Returns an error if the library does not support the algorithm or the size, or does not permit them.
    #[corresponds(gnutls_privkey_generate2)]
    pub fn generate_with_bits(algorithm: PublicKeyAlgorithm, bits: u32) -> Result<Self> {
        let key = Self::new()?;
        // SAFETY: the object is initialised, contains no key, and is used by nothing else. No further data is passed.
        check(unsafe {
            sys::gnutls_privkey_generate2(key.raw, algorithm.as_raw(), bits, 0, ptr::null(), 0)
        })?;
        Ok(key)
    }

    /// Generates an ECDSA key on a curve.
    ///
    /// # Errors
    ///
    /// Returns an error if the library does not support the curve, or does not permit it.
    #[corresponds(gnutls_privkey_generate2)]
    pub fn generate_on_curve(curve: Curve) -> Result<Self> {
        let bits = sys::GNUTLS_CURVE_TO_BITS(curve.as_raw());
        Self::generate_with_bits(PublicKeyAlgorithm::ECDSA, bits)
    }

    /// Parses a key in PEM text, which is decrypted if there is a password.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the text contains no key, or one that cannot
    /// be parsed or decrypted, of kind [`InvalidInput`](ErrorKind::InvalidInput) if the password contains a NUL byte, and
    /// of kind [`Unsupported`](ErrorKind::Unsupported) if the key is that of a TPM 2.0.
    #[corresponds(gnutls_x509_privkey_import2, alias(gnutls_privkey_import_x509_raw))]
    pub fn from_pem(pem: &[u8], password: Option<&str>) -> Result<Self> {
        refuse_other_than_pem(pem, "the private key")?;
        refuse_tpm_key(pem, "the private key")?;
        Self::parse(&Secret::with_nul(pem), GNUTLS_X509_FMT_PEM, password)
    }

    /// Parses a key in a PEM file, which is decrypted if there is a password.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Io`](ErrorKind::Io) if the file cannot be read, and otherwise those of
    /// [`from_pem`](Self::from_pem).
    #[corresponds(gnutls_x509_privkey_import2)]
    pub fn from_pem_file(path: impl AsRef<Path>, password: Option<&str>) -> Result<Self> {
        Self::from_pem(&file::read(path.as_ref())?, password)
    }

    /// Parses a key in DER, which is decrypted if there is a password.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`from_pem`](Self::from_pem).
    #[corresponds(gnutls_x509_privkey_import2)]
    pub fn from_der(der: &[u8], password: Option<&str>) -> Result<Self> {
        Self::parse(&Secret::new(der), GNUTLS_X509_FMT_DER, password)
    }

    fn parse(data: &Secret, format: gnutls_x509_crt_fmt_t, password: Option<&str>) -> Result<Self> {
        let password = password.map(secret).transpose()?;
        X509PrivateKey::parse(data, format, password.as_ref())
            .and_then(Self::from_x509)
            .map_err(|error| error.with_kind(ErrorKind::Certificate))
    }

    /// Opens the key on a token that a PKCS #11 URL (RFC 7512) identifies. The key stays on the token.
    ///
    /// ```no_run
    /// use gnutls::crypto::SignatureAlgorithm;
    /// use gnutls::key::PrivateKey;
    /// use gnutls::pkcs11::Pin;
    ///
    /// let url = "pkcs11:token=server;object=server;type=private";
    /// let key = PrivateKey::from_pkcs11(url, Pin::new("1234")?)?;
    /// let signature = key.sign(SignatureAlgorithm::ECDSA_SHA256, b"message")?;
    /// # let _ = signature;
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is not valid, if the key is not found, if the PIN is wrong or missing, or inside a
    /// [PIN closure](PinSource::ask) or a log function.
    #[corresponds(gnutls_privkey_import_url, gnutls_privkey_set_pin_function)]
    pub fn from_pkcs11(url: &str, pin: impl Into<PinSource>) -> Result<Self> {
        Self::from_url(Url::new(url)?, pin.into())
    }

    /// Copies a key in memory to a token.
    ///
    /// # Errors
    ///
    /// Returns an error if the key is not in memory, and an error if the token does not support the algorithm, or refuses the object
    /// or the PIN.
    #[corresponds(gnutls_pkcs11_copy_x509_privkey2)]
    pub fn copy_to_token(&self, token: &Token, options: &ObjectOptions) -> Result<()> {
        let key = self.to_x509()?;
        options.create(token, |url, label, id, usage, flags| {
            // SAFETY: the URL and the label end in NUL, or the label is NULL; all arguments are only read.
            unsafe {
                let key = key.as_ptr();
                sys::gnutls_pkcs11_copy_x509_privkey2(url, key, label, id, usage, flags)
            }
        })
    }

    /// Takes ownership of a C object.
    ///
    /// # Safety
    ///
    /// `raw` is an initialised key, and nothing else uses or releases it. If it uses a PIN function, the user data of
    /// that function lives as long as the key, and both can be used in any thread.
    pub unsafe fn from_raw(raw: gnutls_privkey_t) -> Self {
        let origin = Origin::Memory;
        Self { raw, origin }
    }

    /// Creates a key whose operations are those of `key`, which can be in another process, on another machine, or in a
    /// device. The key can be used like any other, for example in an [`Identity`](crate::Identity), but not exported.
    ///
    /// The public key determines the algorithm and the size, and is returned by [`public_key`](Self::public_key).
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if GnuTLS does not recognize the algorithm of
    /// the public key, and of kind [`Unsupported`](ErrorKind::Unsupported) for an ECDSA key before GnuTLS 3.6.4, which
    /// loses the curve of a copied public key.
    #[corresponds(
        gnutls_privkey_import_ext4,
        alias(
            gnutls_privkey_import_ext,
            gnutls_privkey_import_ext2,
            gnutls_privkey_import_ext3
        )
    )]
    pub fn external(public: &PublicKey, key: impl ExternalKey) -> Result<Self> {
        Self::from_external(Arc::new(External::new(public, key)?))
    }

    /// Returns the algorithm of the key, or `None` if GnuTLS does not recognize it.
    #[corresponds(gnutls_privkey_get_pk_algorithm)]
    pub fn algorithm(&self) -> Option<PublicKeyAlgorithm> {
        // SAFETY: the object is initialised and only read. NULL requests no size.
        PublicKeyAlgorithm::from_result(unsafe {
            sys::gnutls_privkey_get_pk_algorithm(self.raw, ptr::null_mut())
        })
    }

    /// Returns the public key.
    ///
    /// # Errors
    ///
    /// Returns an error if a token cannot be read.
    #[corresponds(gnutls_pubkey_import_privkey)]
    pub fn public_key(&self) -> Result<PublicKey> {
        if let Origin::External(key) = &self.origin {
            return key.public.try_clone();
        }
        self.refuse_in_callback()?;
        PublicKey::from_private_key(self)
    }

    /// Signs a message.
    ///
    /// # Errors
    ///
    /// Returns an error if the key does not support the algorithm, if the library does not permit it, or if a token fails.
    #[corresponds(gnutls_privkey_sign_data2, alias(gnutls_privkey_sign_data))]
    pub fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>> {
        let message = bytes(message)?;
        // SAFETY: the key is initialised and only read, as is the message. The output is owned by the caller after
        // success.
        self.output(|output| unsafe {
            sys::gnutls_privkey_sign_data2(self.raw, algorithm.as_raw(), 0, &message, output)
        })
    }

    /// Signs the digest of a message. Algorithms that sign the message itself, such as Ed25519, do not support this.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the digest does not have the length of the
    /// algorithm's digest, and otherwise those of [`sign`](Self::sign).
    #[corresponds(gnutls_privkey_sign_hash2, alias(gnutls_privkey_sign_hash))]
    pub fn sign_hash(&self, algorithm: SignatureAlgorithm, hash: &[u8]) -> Result<Vec<u8>> {
        require_digest(algorithm, hash)?;
        let hash = bytes(hash)?;
        // SAFETY: the key is initialised and only read, as is the digest. The output is owned by the caller after
        // success.
        self.output(|output| unsafe {
            sys::gnutls_privkey_sign_hash2(self.raw, algorithm.as_raw(), 0, &hash, output)
        })
    }

    /// Signs a message reproducibly: with a nonce that follows from the message and the key (ECDSA and DSA, RFC 6979), or
    /// with an empty salt (RSA-PSS), which verifiers that require the usual salt refuse, such as GnuTLS. All other algorithms
    /// always do so.
    ///
    /// Use it for reproducible builds. Against an attacker who injects faults, [`sign`](Self::sign) is safer.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](ErrorKind::Unsupported) before GnuTLS 3.6.10, which ignores the request, of
    /// kind [`InvalidInput`](ErrorKind::InvalidInput) if the key is on a token or external, and otherwise those of
    /// [`sign`](Self::sign). FIPS 140 does not permit reproducible signatures of ECDSA and DSA.
    #[corresponds(gnutls_privkey_sign_data2(GNUTLS_PRIVKEY_FLAG_REPRODUCIBLE))]
    pub fn sign_reproducibly(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
    ) -> Result<Vec<u8>> {
        let flags = self.reproducible()?;
        let message = bytes(message)?;
        // SAFETY: the key is initialised and only read, as is the message. The output is owned by the caller after
        // success.
        self.output(|output| unsafe {
            sys::gnutls_privkey_sign_data2(self.raw, algorithm.as_raw(), flags, &message, output)
        })
    }

    /// Signs the digest of a message reproducibly; see [`sign_reproducibly`](Self::sign_reproducibly).
    ///
    /// # Errors
    ///
    /// Returns the errors of [`sign_reproducibly`](Self::sign_reproducibly) and [`sign_hash`](Self::sign_hash).
    #[corresponds(gnutls_privkey_sign_hash2(GNUTLS_PRIVKEY_FLAG_REPRODUCIBLE))]
    pub fn sign_hash_reproducibly(
        &self,
        algorithm: SignatureAlgorithm,
        hash: &[u8],
    ) -> Result<Vec<u8>> {
        let flags = self.reproducible()?;
        require_digest(algorithm, hash)?;
        let hash = bytes(hash)?;
        // SAFETY: the key is initialised and only read, as is the digest. The output is owned by the caller after
        // success.
        self.output(|output| unsafe {
            sys::gnutls_privkey_sign_hash2(self.raw, algorithm.as_raw(), flags, &hash, output)
        })
    }

    /// Returns the flags of a reproducible signature, which tokens, external keys and old releases ignore.
    fn reproducible(&self) -> Result<c_uint> {
        require_running("reproducible signatures", Version::new(3, 6, 10))?;
        self.require_memory()?;
        Ok(sys::GNUTLS_PRIVKEY_FLAG_REPRODUCIBLE as c_uint)
    }

    /// Signs a DigestInfo, or other data, with RSA in the padding of PKCS #1 version 1.5, without a digest. Use it to
    /// implement the interfaces of others, such as `CKM_RSA_PKCS`; see [`encode_digest_info`].
    ///
    /// [`encode_digest_info`]: crate::key::encode_digest_info
    ///
    /// # Errors
    ///
    /// Returns an error if the key is no RSA key, if the data is too long for it, or if a token fails.
    #[corresponds(gnutls_privkey_sign_hash(GNUTLS_PRIVKEY_SIGN_FLAG_TLS1_RSA))]
    pub fn sign_digest_info(&self, info: &[u8]) -> Result<Vec<u8>> {
        if self.algorithm() != Some(PublicKeyAlgorithm::RSA) {
            return Err(Error::invalid_input(
                "only RSA signs a DigestInfo: call `sign` or `sign_hash`",
            ));
        }
        let info = bytes(info)?;
        // SAFETY: the key is initialised and only read, as is the data. The output is owned by the caller after success.
        self.output(|output| unsafe {
            sys::gnutls_privkey_sign_hash(
                self.raw,
                sys::GNUTLS_DIG_UNKNOWN,
                sys::GNUTLS_PRIVKEY_SIGN_FLAG_TLS1_RSA as c_uint,
                &info,
                output,
            )
        })
    }

    /// Decrypts data that was encrypted with the public key (RSA) into a buffer of exactly the expected length. For a key in
    /// memory, neither the time nor the accessed memory depends on the success, so that an attacker who observes them learns
    /// nothing about the padding (Bleichenbacher).
    ///
    /// On an error the buffer contains arbitrary bytes. A protocol should continue with a random key then, as TLS does.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](ErrorKind::Unsupported) if the library is too old, and an error if the key
    /// does not support decryption, if the data cannot be decrypted or has another length, or if a token fails.
    #[corresponds(gnutls_privkey_decrypt_data2)]
    #[cfg_attr(
        not(gnutls_3_6_5),
        allow(unused_variables, reason = "only newer libraries have the function")
    )]
    pub fn decrypt_into(&self, encrypted: &[u8], output: &mut [u8]) -> Result<()> {
        requires!(gnutls_3_6_5, "decrypting in constant time", {
            self.refuse_in_callback()?;
            let encrypted = bytes(encrypted)?;
            // SAFETY: the key is initialised and only read, as is the data. C writes at most `output.len()` bytes.
            let code = unsafe {
                let (data, length) = (output.as_mut_ptr(), output.len());
                sys::gnutls_privkey_decrypt_data2(self.raw, 0, &encrypted, data, length)
            };
            callback::finish(check(code)).map(drop)
        })
    }

    /// Derives the secret that the owner of this key shares with the owner of another one: ECDH with an ECDSA, X25519 or X448
    /// key, or Diffie-Hellman. The secret is not uniformly random: derive keys from it, for example with
    /// [`hkdf_extract`](crate::crypto::hkdf_extract).
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](ErrorKind::Unsupported) if the library is too old, and an error if the keys
    /// are not of the same algorithm and group, or if the key is on a token or external.
    #[corresponds(gnutls_privkey_derive_secret)]
    #[cfg_attr(
        not(gnutls_3_8_2),
        allow(unused_variables, reason = "only newer libraries have the function")
    )]
    pub fn derive_secret(&self, peer: &PublicKey) -> Result<Vec<u8>> {
        requires!(gnutls_3_8_2, "deriving a shared secret", {
            self.require_memory()?;
            // SAFETY: both keys are initialised and only read. NULL stands for no nonce. The output is owned by the caller
            // after success.
            self.output(|output| unsafe {
                sys::gnutls_privkey_derive_secret(self.raw, peer.as_ptr(), ptr::null(), output, 0)
            })
        })
    }

    /// Returns `true` if the key can be used: the token of a key on a token is inserted. Any other key is always available.
    #[corresponds(gnutls_privkey_status, alias(gnutls_pkcs11_privkey_status))]
    pub fn is_available(&self) -> bool {
        // SAFETY: the key is initialised and only read. For a key on a token C locks the session with the token.
        self.refuse_in_callback().is_ok() && unsafe { sys::gnutls_privkey_status(self.raw) } != 0
    }

    /// Decrypts data that was encrypted with the public key (RSA).
    ///
    /// # Errors
    ///
    /// Returns an error if the key does not support decryption, if the data cannot be decrypted, or if a token fails.
    #[corresponds(gnutls_privkey_decrypt_data)]
    pub fn decrypt(&self, encrypted: &[u8]) -> Result<Vec<u8>> {
        let encrypted = bytes(encrypted)?;
        // SAFETY: the key is initialised and only read, as is the data. The output is owned by the caller after success.
        self.output(|output| unsafe {
            sys::gnutls_privkey_decrypt_data(self.raw, 0, &encrypted, output)
        })
    }

    /// Checks that the numbers of the key belong together.
    ///
    /// # Errors
    ///
    /// Returns an error if they do not, or if the key is on a token.
    #[corresponds(gnutls_privkey_verify_params)]
    pub fn verify_parameters(&self) -> Result<()> {
        // SAFETY: the key is initialised and only read.
        check(unsafe { sys::gnutls_privkey_verify_params(self.raw) }).map(drop)
    }

    /// Returns the key as PEM text (PKCS #8), encrypted with AES-256 if there is a password. The text of a key that is
    /// not encrypted should be overwritten after use.
    ///
    /// # Errors
    ///
    /// Returns an error if the key is on a token, and of kind [`InvalidInput`](ErrorKind::InvalidInput) if the password
    /// contains a NUL byte.
    #[corresponds(
        gnutls_privkey_export_x509,
        gnutls_x509_privkey_export2_pkcs8(GNUTLS_PKCS_PBES2_AES_256),
        alias(gnutls_x509_privkey_export_pkcs8)
    )]
    pub fn to_pem(&self, password: Option<&str>) -> Result<String> {
        self.export(GNUTLS_X509_FMT_PEM, password)
            .map(|pem| pem.to_text())
    }

    /// Returns the key in DER (PKCS #8); see [`to_pem`](Self::to_pem).
    ///
    /// # Errors
    ///
    /// Returns the errors of [`to_pem`](Self::to_pem).
    #[corresponds(gnutls_privkey_export_x509, gnutls_x509_privkey_export2_pkcs8)]
    pub fn to_der(&self, password: Option<&str>) -> Result<Vec<u8>> {
        self.export(GNUTLS_X509_FMT_DER, password)
            .map(|der| der.as_bytes().to_vec())
    }

    /// Returns the key as PEM text (PKCS #8), encrypted with any scheme, for readers that do not support that of
    /// [`to_pem`](Self::to_pem).
    ///
    /// # Errors
    ///
    /// Returns an error if the library does not support the scheme, and otherwise those of [`to_pem`](Self::to_pem).
    #[corresponds(gnutls_x509_privkey_export2_pkcs8)]
    pub fn to_encrypted_pem(&self, password: &str, scheme: EncryptionScheme) -> Result<String> {
        self.encrypt_as(GNUTLS_X509_FMT_PEM, Some(password), scheme.require()?)
            .map(|pem| pem.to_text())
    }

    /// Returns the key in DER (PKCS #8), encrypted with any scheme; see [`to_encrypted_pem`](Self::to_encrypted_pem).
    ///
    /// # Errors
    ///
    /// Returns the errors of [`to_encrypted_pem`](Self::to_encrypted_pem).
    #[corresponds(gnutls_x509_privkey_export2_pkcs8)]
    pub fn to_encrypted_der(&self, password: &str, scheme: EncryptionScheme) -> Result<Vec<u8>> {
        self.encrypt_as(GNUTLS_X509_FMT_DER, Some(password), scheme.require()?)
            .map(|der| der.as_bytes().to_vec())
    }

    /// Returns the key as PEM text in the format of its algorithm, such as `RSA PRIVATE KEY` (PKCS #1) or `EC PRIVATE KEY`
    /// (SEC 1), for readers that do not support PKCS #8. The text should be overwritten after use.
    ///
    /// # Errors
    ///
    /// Returns an error if the key is on a token or external, or if its algorithm has no such format.
    #[corresponds(gnutls_x509_privkey_export2, gnutls_x509_privkey_set_flags)]
    pub fn to_traditional_pem(&self) -> Result<String> {
        self.export_traditional(GNUTLS_X509_FMT_PEM)
            .map(|pem| pem.to_text())
    }

    /// Returns the key in DER in the format of its algorithm; see [`to_traditional_pem`](Self::to_traditional_pem).
    ///
    /// # Errors
    ///
    /// Returns the errors of [`to_traditional_pem`](Self::to_traditional_pem).
    #[corresponds(gnutls_x509_privkey_export2)]
    pub fn to_traditional_der(&self) -> Result<Vec<u8>> {
        self.export_traditional(GNUTLS_X509_FMT_DER)
            .map(|der| der.as_bytes().to_vec())
    }

    fn export_traditional(&self, format: gnutls_x509_crt_fmt_t) -> Result<Output> {
        let key = self.to_x509()?;
        // SAFETY: the copy is initialised and used by nothing else. The flag omits the seed of a provable key, which only
        // GnuTLS reads. The output is owned by the caller after success.
        Output::filled_by(|output| unsafe {
            let flags = sys::GNUTLS_PRIVKEY_FLAG_EXPORT_COMPAT as c_uint;
            sys::gnutls_x509_privkey_set_flags(key.as_ptr(), flags);
            sys::gnutls_x509_privkey_export2(key.as_ptr(), format, output)
        })
    }

    fn export(&self, format: gnutls_x509_crt_fmt_t, password: Option<&str>) -> Result<Output> {
        let scheme = match password {
            Some(_) => sys::GNUTLS_PKCS_PBES2_AES_256,
            None => sys::GNUTLS_PKCS_PLAIN,
        };
        self.encrypt_as(format, password, scheme as c_uint)
    }

    fn encrypt_as(
        &self,
        format: gnutls_x509_crt_fmt_t,
        password: Option<&str>,
        flags: c_uint,
    ) -> Result<Output> {
        let key = self.to_x509()?;
        let password = password.map(secret).transpose()?;
        let password = match &password {
            Some(password) => string(password)?.data.cast_const().cast(),
            None => ptr::null(),
        };
        // SAFETY: the key is initialised and only read, as is the password, which is NULL or ends in NUL. The output is
        // owned by the caller after success.
        Output::filled_by(|output| unsafe {
            sys::gnutls_x509_privkey_export2_pkcs8(key.as_ptr(), format, password, flags, output)
        })
    }

    /// Returns a copy of a key in memory.
    pub(crate) fn to_x509(&self) -> Result<X509PrivateKey> {
        let mut key = ptr::null_mut();
        // SAFETY: reads the key, and writes a pointer to a copy on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_privkey_export_x509(self.raw, &mut key) })?;
        // SAFETY: the call above succeeded and created the copy, which nothing else uses.
        Ok(unsafe { X509PrivateKey::from_ptr(key) })
    }

    /// Returns the output of a function that uses the key, which may be on a token.
    fn output(&self, fill: impl FnOnce(*mut sys::gnutls_datum_t) -> i32) -> Result<Vec<u8>> {
        self.refuse_in_callback()?;
        callback::finish(Output::filled_by(fill)).map(|output| output.as_bytes().to_vec())
    }

    /// Rejects a key that is not in memory, for a function that C implements only for those in memory.
    pub(crate) fn require_memory(&self) -> Result<()> {
        let place = match self.origin {
            Origin::Memory => return Ok(()),
            Origin::Token(_) => "on a token",
            Origin::External(_) => "external",
        };
        Err(Error::invalid_input(format!(
            "the key is {place}: only a key in memory supports this"
        )))
    }

    fn refuse_in_callback(&self) -> Result<()> {
        if let Origin::Token(_) = self.origin {
            pkcs11::refuse_in_callback()
        } else {
            Ok(())
        }
    }

    /// Converts a parsed key.
    pub(crate) fn from_x509(key: X509PrivateKey) -> Result<Self> {
        let this = Self::new()?;
        // SAFETY: both objects are initialised, and nothing else uses them. With AUTO_RELEASE the first one owns the
        // second one after success; after a failure both are still owned by `this` and `key`. The import fails only for
        // an object that already contains a key (lib/privkey.c).
        check(unsafe {
            sys::gnutls_privkey_import_x509(
                this.raw,
                key.as_ptr(),
                sys::GNUTLS_PRIVKEY_IMPORT_AUTO_RELEASE as c_uint,
            )
        })?;
        key.release();
        Ok(this)
    }

    /// Opens the key on a token that a PKCS #11 URL identifies.
    pub(crate) fn from_url(url: Url, pin: PinSource) -> Result<Self> {
        pkcs11::refuse_in_callback()?;
        let token = Location { url, pin };
        // Declared after `token`, so that a failure drops it first.
        let mut key = Self::new()?;
        // SAFETY: the object is initialised and used by nothing else. It stores the function and the pointer to the
        // source of the PIN, which lives until after the object is released. The URL ends in NUL and is copied.
        let code = unsafe {
            let source = token.pin.as_userdata();
            sys::gnutls_privkey_set_pin_function(key.raw, Some(pkcs11::ask), source);
            sys::gnutls_privkey_import_url(key.raw, token.url.as_ptr(), 0)
        };
        pkcs11::resume_panic();
        check(code)?;
        key.origin = Origin::Token(token);
        Ok(key)
    }

    fn from_external(key: Arc<External>) -> Result<Self> {
        let mut this = Self::new()?;
        // SAFETY: the object is initialised, contains no key, and is used by nothing else.
        unsafe { external::import(this.raw, &key) }?;
        this.origin = Origin::External(key);
        Ok(this)
    }

    pub(crate) fn new() -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_privkey_init(&mut raw) })?;
        let origin = Origin::Memory;
        Ok(Self { raw, origin })
    }

    /// Copies a key in memory, opens a further session with the token of a key, or shares an external key.
    pub(crate) fn try_clone(&self) -> Result<Self> {
        match self.origin.clone() {
            Origin::Memory => self.to_x509().and_then(Self::from_x509),
            // PKCS #11 requires no PIN while another session, here that of `self`, is logged in.
            Origin::Token(Location { url, pin }) => Self::from_url(url, pin),
            Origin::External(key) => Self::from_external(key),
        }
    }

    /// Returns the source of the PIN of a key on a token.
    pub(crate) fn pin(&self) -> Option<&PinSource> {
        match &self.origin {
            Origin::Token(token) => Some(&token.pin),
            Origin::Memory | Origin::External(_) => None,
        }
    }

    /// Returns the C object, for functions of `gnutls-sys` that only read it. It lives as long as `self`.
    pub fn as_ptr(&self) -> gnutls_privkey_t {
        self.raw
    }

    /// Transfers the ownership of the C object to C, without releasing it. The new owner must keep the source of the
    /// [PIN](Self::pin) alive.
    pub(crate) fn release(mut self) {
        self.raw = ptr::null_mut();
    }
}

impl Drop for PrivateKey {
    fn drop(&mut self) {
        if !self.raw.is_null() {
            // SAFETY: the object is initialised, owned by this value, and released once. The source of the PIN, to
            // which it points, is dropped afterwards.
            unsafe { sys::gnutls_privkey_deinit(self.raw) }
        }
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PrivateKey")
            .field("algorithm", &self.algorithm())
            .field("token", &matches!(self.origin, Origin::Token(_)))
            .field("external", &matches!(self.origin, Origin::External(_)))
            .finish_non_exhaustive()
    }
}

/// Normalizes a password so that the same characters have the same bytes on any keyboard (RFC 7613, OpaqueString). The
/// functions of this crate do so for the passwords of files; use this function for passwords that the program itself
/// compares or derives keys from. The result should be overwritten after use.
///
/// ```
/// use gnutls::key::normalize_password;
///
/// // A letter with an accent, as one character and as two.
/// assert_eq!(normalize_password("e\u{301}t\u{e9}")?, "\u{e9}t\u{e9}");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// # Errors
///
/// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the password is empty, or contains a NUL byte or a
/// character that passwords do not permit.
#[corresponds(gnutls_utf8_password_normalize)]
pub fn normalize_password(password: &str) -> Result<String> {
    refuse_nul(password.as_bytes(), "the password")?;
    if password.is_empty() {
        return Err(Error::invalid_input("the password is empty"));
    }
    let text = bytes(password.as_bytes())?;
    // SAFETY: the password is only read. The output is owned by the caller after success.
    Output::filled_by(|output| unsafe {
        sys::gnutls_utf8_password_normalize(text.data, text.size, output, 0)
    })
    .map(|normalized| normalized.to_text())
    .map_err(|error| error.with_kind(ErrorKind::InvalidInput))
}

/// Returns a password that ends in NUL.
pub(crate) fn secret(password: &str) -> Result<Secret> {
    refuse_nul(password.as_bytes(), "the password")?;
    Ok(Secret::with_nul(password.as_bytes()))
}

/// Rejects a digest of another length than that of the algorithm.
pub(crate) fn require_digest(algorithm: SignatureAlgorithm, hash: &[u8]) -> Result<()> {
    let required = algorithm.digest().map_or(0, |digest| digest.output_size());
    if required == 0 {
        return Err(Error::invalid_input(format!(
            "{algorithm} does not sign a digest: pass the message"
        )));
    }
    if hash.len() != required {
        return Err(Error::invalid_input(format!(
            "the digest has {} bytes: {algorithm} requires {required}",
            hash.len()
        )));
    }
    Ok(())
}
