//! The parameters of RSA-PSS keys (RFC 4055), which restrict their signatures.

use std::ffi::c_uint;
use std::ptr;

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::gnutls_x509_spki_t;

use crate::crypto::public_key::{Digest, PublicKeyAlgorithm};
use crate::error::argument::optional;
use crate::error::{Result, check};
use crate::x509::certificate::Certificate;

/// The parameters of an RSA-PSS key, which restrict its signatures (RFC 4055).
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use gnutls::crypto::Digest;
/// use gnutls::key::PrivateKey;
/// use gnutls::x509::{CertificateBuilder, RsaPssParameters};
///
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/server-key.pem");
/// let key = PrivateKey::from_pem_file(path, None)?;
/// let (now, hour) = (SystemTime::now(), Duration::from_secs(60 * 60));
/// let certificate = CertificateBuilder::new(&"CN=server".parse()?)
///     .validity(now - hour, now + hour)
///     .rsa_pss(RsaPssParameters::new(Digest::SHA256, 32))
///     .self_signed(&key)?;
/// let parameters = certificate.rsa_pss_parameters()?;
/// assert_eq!(parameters.unwrap().digest, Digest::SHA256);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RsaPssParameters {
    /// The digest of all signatures.
    pub digest: Digest,
    /// The minimum length of the salt in bytes.
    pub salt_length: u32,
}

impl RsaPssParameters {
    /// Creates parameters. The length 0 stands for the length that GnuTLS chooses, that of the digest.
    pub fn new(digest: Digest, salt_length: u32) -> Self {
        Self {
            digest,
            salt_length,
        }
    }
}

/// The parameters of a public key, in C.
pub(crate) struct Spki {
    /// Never NULL.
    raw: gnutls_x509_spki_t,
}

impl Spki {
    /// Creates an object without parameters.
    pub(crate) fn new() -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_x509_spki_init(&mut raw) })?;
        Ok(Self { raw })
    }

    /// Creates an object with the parameters of an RSA-PSS key.
    pub(crate) fn rsa_pss(parameters: RsaPssParameters) -> Result<Self> {
        let spki = Self::new()?;
        // SAFETY: the object is initialised and used by nothing else.
        unsafe {
            sys::gnutls_x509_spki_set_rsa_pss_params(
                spki.raw,
                parameters.digest.as_raw(),
                parameters.salt_length,
            );
        }
        Ok(spki)
    }

    /// Returns the parameters of an RSA-PSS key, if the object contains them.
    pub(crate) fn rsa_pss_parameters(&self) -> Result<Option<RsaPssParameters>> {
        let (mut digest, mut salt_length): (_, c_uint) = (sys::GNUTLS_DIG_UNKNOWN, 0);
        // SAFETY: the object is initialised and only read; both numbers are written on success.
        let found = optional(check(unsafe {
            sys::gnutls_x509_spki_get_rsa_pss_params(self.raw, &mut digest, &mut salt_length)
        }))?;
        Ok(found
            .filter(|_| digest != sys::GNUTLS_DIG_UNKNOWN)
            .map(|_| RsaPssParameters::new(Digest::from_raw(digest), salt_length)))
    }

    /// Returns the C object.
    pub(crate) fn as_ptr(&self) -> gnutls_x509_spki_t {
        self.raw
    }
}

impl Drop for Spki {
    fn drop(&mut self) {
        // SAFETY: the object is initialised, owned by this value, and released once.
        unsafe { sys::gnutls_x509_spki_deinit(self.raw) }
    }
}

impl Certificate {
    /// Returns the parameters of an RSA-PSS key, if the certificate contains them.
    #[corresponds(
        gnutls_x509_crt_get_spki,
        alias(
            gnutls_x509_spki_t,
            gnutls_x509_spki_init,
            gnutls_x509_spki_deinit,
            gnutls_x509_spki_get_rsa_pss_params
        )
    )]
    pub fn rsa_pss_parameters(&self) -> Result<Option<RsaPssParameters>> {
        if self.public_key_algorithm() != Some(PublicKeyAlgorithm::RSA_PSS) {
            return Ok(None);
        }
        let spki = Spki::new()?;
        // SAFETY: both objects are initialised; the parameters are used by nothing else, and the certificate is only read.
        check(unsafe { sys::gnutls_x509_crt_get_spki(self.as_ptr(), spki.as_ptr(), 0) })?;
        spki.rsa_pss_parameters()
    }
}
