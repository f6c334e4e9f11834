//! The parameters of RSA-PSS and RSA-OAEP keys, which restrict their use.

use std::ffi::c_uint;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::public_key::{Digest, PublicKeyAlgorithm};
#[cfg(gnutls_3_8_4)]
use crate::error::argument::bytes;
use crate::error::argument::optional;
use crate::error::unsupported::requires;
use crate::error::{Result, check};
use crate::key::private_key::PrivateKey;
use crate::key::public_key::PublicKey;
#[cfg(gnutls_3_8_4)]
use crate::support::datum::Output;
use crate::x509::spki::{RsaPssParameters, Spki};

/// The parameters of an RSA-OAEP key (RFC 8017, section 7.1), which restrict its encryption.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RsaOaepParameters {
    /// The digest of the label, and of the padding.
    pub digest: Digest,
    /// The label, which is usually empty.
    pub label: Vec<u8>,
}

impl RsaOaepParameters {
    /// Creates parameters.
    pub fn new(digest: Digest, label: impl Into<Vec<u8>>) -> Self {
        Self {
            digest,
            label: label.into(),
        }
    }

    /// Returns the object for C.
    fn to_spki(&self) -> Result<Spki> {
        requires!(gnutls_3_8_4, "the parameters of RSA-OAEP keys", {
            let (spki, label) = (Spki::new()?, bytes(&self.label)?);
            // SAFETY: the object is initialised and used by nothing else; the label is copied.
            check(unsafe {
                let digest = self.digest.as_raw();
                sys::gnutls_x509_spki_set_rsa_oaep_params(spki.as_ptr(), digest, &label)
            })?;
            Ok(spki)
        })
    }

    /// Returns the parameters in an object, if any.
    #[cfg_attr(
        not(gnutls_3_8_4),
        allow(unused_variables, reason = "only newer libraries have the function")
    )]
    fn from_spki(spki: &Spki) -> Result<Option<Self>> {
        requires!(gnutls_3_8_4, "the parameters of RSA-OAEP keys", {
            let mut digest = sys::GNUTLS_DIG_UNKNOWN;
            // SAFETY: the object is initialised and only read; the number is written. The output is owned by the caller after
            // success.
            let label = Output::filled_by(|label| unsafe {
                sys::gnutls_x509_spki_get_rsa_oaep_params(spki.as_ptr(), &mut digest, label)
            });
            let found = optional(label)?.filter(|_| digest != sys::GNUTLS_DIG_UNKNOWN);
            Ok(found.map(|label| Self::new(Digest::from_raw(digest), label.as_bytes())))
        })
    }
}

impl PrivateKey {
    /// Generates an RSA-PSS key with this number of bits, which signs only with these parameters.
    ///
    /// ```
    /// use gnutls::crypto::{Digest, SignatureAlgorithm};
    /// use gnutls::key::PrivateKey;
    /// use gnutls::x509::RsaPssParameters;
    ///
    /// let parameters = RsaPssParameters::new(Digest::SHA256, 32);
    /// let key = PrivateKey::generate_rsa_pss(2048, parameters)?;
    /// assert!(key.sign(SignatureAlgorithm::RSA_PSS_SHA256, b"message").is_ok());
    /// assert!(key.sign(SignatureAlgorithm::RSA_PSS_SHA384, b"message").is_err());
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the library does not support the number of bits or the parameters.
    #[corresponds(gnutls_privkey_generate2(GNUTLS_KEYGEN_SPKI))]
    pub fn generate_rsa_pss(bits: u32, parameters: RsaPssParameters) -> Result<Self> {
        let spki = Spki::rsa_pss(parameters)?;
        let data = sys::gnutls_keygen_data_st {
            type_: sys::GNUTLS_KEYGEN_SPKI,
            data: spki.as_ptr().cast(),
            size: 0,
        };
        let key = Self::new()?;
        // SAFETY: the object is initialised, contains no key, and is used by nothing else. The parameters are copied.
        check(unsafe {
            let algorithm = PublicKeyAlgorithm::RSA_PSS.as_raw();
            sys::gnutls_privkey_generate2(key.as_ptr(), algorithm, bits, 0, &data, 1)
        })?;
        Ok(key)
    }

    /// Restricts an RSA key in memory to RSA-PSS with these parameters.
    ///
    /// # Errors
    ///
    /// Returns an error if this is no RSA key in memory, or if the parameters are not possible.
    #[corresponds(gnutls_x509_privkey_set_spki, alias(gnutls_privkey_set_spki))]
    pub fn with_rsa_pss_parameters(self, parameters: RsaPssParameters) -> Result<Self> {
        self.with_spki(&Spki::rsa_pss(parameters)?)
    }

    /// Restricts an RSA key in memory to RSA-OAEP with these parameters.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old, and an error if this is
    /// no RSA key in memory, or if the parameters are not possible.
    #[corresponds(gnutls_x509_privkey_set_spki, gnutls_x509_spki_set_rsa_oaep_params)]
    pub fn with_rsa_oaep_parameters(self, parameters: &RsaOaepParameters) -> Result<Self> {
        self.with_spki(&parameters.to_spki()?)
    }

    /// C does not change the algorithm of the abstract key, so that the inner key is changed and imported again.
    fn with_spki(self, spki: &Spki) -> Result<Self> {
        self.require_memory()?;
        let key = self.to_x509()?;
        // SAFETY: both objects are initialised; the key is used by nothing else, and the parameters are copied.
        check(unsafe { sys::gnutls_x509_privkey_set_spki(key.as_ptr(), spki.as_ptr(), 0) })?;
        Self::from_x509(key)
    }

    /// Returns the parameters of an RSA-PSS key in memory, if it has any.
    ///
    /// # Errors
    ///
    /// Returns an error if the key is on a token or [external](Self::external).
    #[corresponds(gnutls_privkey_get_spki, alias(gnutls_x509_privkey_get_spki))]
    pub fn rsa_pss_parameters(&self) -> Result<Option<RsaPssParameters>> {
        match self.spki(PublicKeyAlgorithm::RSA_PSS)? {
            Some(spki) => spki.rsa_pss_parameters(),
            None => Ok(None),
        }
    }

    /// Returns the parameters of an RSA-OAEP key in memory, if it has any.
    ///
    /// # Errors
    ///
    /// Returns an error if the key is on a token or [external](Self::external).
    #[corresponds(gnutls_privkey_get_spki, gnutls_x509_spki_get_rsa_oaep_params)]
    pub fn rsa_oaep_parameters(&self) -> Result<Option<RsaOaepParameters>> {
        match self.spki(PublicKeyAlgorithm::RSA_OAEP)? {
            Some(spki) => RsaOaepParameters::from_spki(&spki),
            None => Ok(None),
        }
    }

    fn spki(&self, algorithm: PublicKeyAlgorithm) -> Result<Option<Spki>> {
        self.require_memory()?;
        if self.algorithm() != Some(algorithm) {
            return Ok(None);
        }
        let spki = Spki::new()?;
        // SAFETY: both objects are initialised; the parameters are used by nothing else, and the key, which is in memory, is only
        // read.
        let found = check(unsafe { sys::gnutls_privkey_get_spki(self.as_ptr(), spki.as_ptr(), 0) });
        Ok(optional(found)?.map(|_| spki))
    }
}

impl PublicKey {
    /// Restricts an RSA key to RSA-PSS with these parameters, for example in a certificate that is created for the key.
    ///
    /// # Errors
    ///
    /// Returns an error if this is no RSA key.
    #[corresponds(gnutls_pubkey_set_spki)]
    pub fn with_rsa_pss_parameters(self, parameters: RsaPssParameters) -> Result<Self> {
        self.with_spki(&Spki::rsa_pss(parameters)?)
    }

    /// Restricts an RSA key to RSA-OAEP with these parameters.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old, and an error if this is
    /// no RSA key.
    #[corresponds(gnutls_pubkey_set_spki, gnutls_x509_spki_set_rsa_oaep_params)]
    pub fn with_rsa_oaep_parameters(self, parameters: &RsaOaepParameters) -> Result<Self> {
        self.with_spki(&parameters.to_spki()?)
    }

    fn with_spki(self, spki: &Spki) -> Result<Self> {
        let flags: c_uint = 0;
        // SAFETY: both objects are initialised, and used by nothing else; the parameters are copied.
        check(unsafe { sys::gnutls_pubkey_set_spki(self.as_ptr(), spki.as_ptr(), flags) })?;
        Ok(self)
    }

    /// Returns the parameters of an RSA-PSS key, if it has any.
    ///
    /// # Errors
    ///
    /// Returns an error if GnuTLS fails.
    #[corresponds(gnutls_pubkey_get_spki)]
    pub fn rsa_pss_parameters(&self) -> Result<Option<RsaPssParameters>> {
        match self.spki(PublicKeyAlgorithm::RSA_PSS)? {
            Some(spki) => spki.rsa_pss_parameters(),
            None => Ok(None),
        }
    }

    /// Returns the parameters of an RSA-OAEP key, if it has any.
    ///
    /// # Errors
    ///
    /// Returns an error if GnuTLS fails.
    #[corresponds(gnutls_pubkey_get_spki, gnutls_x509_spki_get_rsa_oaep_params)]
    pub fn rsa_oaep_parameters(&self) -> Result<Option<RsaOaepParameters>> {
        match self.spki(PublicKeyAlgorithm::RSA_OAEP)? {
            Some(spki) => RsaOaepParameters::from_spki(&spki),
            None => Ok(None),
        }
    }

    fn spki(&self, algorithm: PublicKeyAlgorithm) -> Result<Option<Spki>> {
        if self.algorithm() != Some(algorithm) {
            return Ok(None);
        }
        let spki = Spki::new()?;
        // SAFETY: both objects are initialised; the parameters are used by nothing else, and the key is only read.
        let found = check(unsafe { sys::gnutls_pubkey_get_spki(self.as_ptr(), spki.as_ptr(), 0) });
        Ok(optional(found)?.map(|_| spki))
    }
}
