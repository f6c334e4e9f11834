//! Keys whose primes follow from a seed (FIPS 186-4, Shawe-Taylor).

use std::ffi::c_uint;
use std::ptr;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::public_key::PublicKeyAlgorithm;
use crate::error::argument::buffer_filled_by;
use crate::error::code::ErrorCode;
use crate::error::{Error, Result, check};
use crate::key::private_key::PrivateKey;

/// The maximum length of a seed. C ignores a longer one.
const MAXIMUM_SEED: usize = 255;

fn require_seed(seed: &[u8]) -> Result<()> {
    if seed.is_empty() || seed.len() > MAXIMUM_SEED {
        return Err(Error::invalid_input(format!(
            "the seed has {} bytes: pass 1 to {MAXIMUM_SEED}",
            seed.len()
        )));
    }
    Ok(())
}

impl PrivateKey {
    /// Generates an RSA or DSA key with this number of bits whose primes follow from a seed, so that anybody who has the
    /// [`seed`](Self::seed) can [verify](Self::verify_seed) how they were generated. Without a seed, GnuTLS generates
    /// one.
    ///
    /// The key contains its seed, also if it is exported. The seed is as secret as the key.
    ///
    /// ```
    /// use gnutls::crypto::PublicKeyAlgorithm;
    /// use gnutls::key::PrivateKey;
    ///
    /// let key = PrivateKey::generate_provable(PublicKeyAlgorithm::RSA, 2048, None)?;
    /// assert!(key.seed()?.is_some());
    /// key.verify_seed(None)?;
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) for any other algorithm and for a seed that
    /// is empty or longer than 255 bytes, and an error if the library does not support the number of bits or the length
    /// of the seed: that of RSA is fixed, 28 bytes for 2048 bits and 32 bytes for 3072 bits.
    #[corresponds(gnutls_privkey_generate2(GNUTLS_PRIVKEY_FLAG_PROVABLE, GNUTLS_KEYGEN_SEED))]
    pub fn generate_provable(
        algorithm: PublicKeyAlgorithm,
        bits: u32,
        seed: Option<&[u8]>,
    ) -> Result<Self> {
        if ![PublicKeyAlgorithm::RSA, PublicKeyAlgorithm::DSA].contains(&algorithm) {
            return Err(Error::invalid_input(format!(
                "{algorithm} has no provable keys: use RSA or DSA"
            )));
        }
        seed.map(require_seed).transpose()?;
        let data = seed.map(|seed| sys::gnutls_keygen_data_st {
            type_: sys::GNUTLS_KEYGEN_SEED,
            data: seed.as_ptr().cast_mut(),
            size: seed.len() as c_uint,
        });
        let (pointer, count) = match &data {
            None => (ptr::null(), 0),
            Some(data) => (ptr::from_ref(data), 1),
        };
        let key = Self::new()?;
        // SAFETY: the object is initialised, contains no key, and is used by nothing else. The seed is only read, and is
        // shorter than the array to which C copies it.
        check(unsafe {
            sys::gnutls_privkey_generate2(
                key.as_ptr(),
                algorithm.as_raw(),
                bits,
                sys::GNUTLS_PRIVKEY_FLAG_PROVABLE as c_uint,
                pointer,
                count,
            )
        })?;
        Ok(key)
    }

    /// Returns the seed of a [provable](Self::generate_provable) key, or `None` for any other key in memory.
    ///
    /// # Errors
    ///
    /// Returns an error if the key is on a token or [external](Self::external).
    #[corresponds(gnutls_privkey_get_seed, alias(gnutls_x509_privkey_get_seed))]
    pub fn seed(&self) -> Result<Option<Vec<u8>>> {
        self.require_memory()?;
        let mut digest = sys::GNUTLS_DIG_UNKNOWN;
        // SAFETY: the key is initialised and only read. C writes at most the length of the buffer, its own length, and the
        // number of the digest.
        let seed = buffer_filled_by(|buffer, length| unsafe {
            sys::gnutls_privkey_get_seed(self.as_ptr(), &mut digest, buffer, length)
        });
        match seed {
            Ok(seed) => Ok(Some(seed)),
            // The only reason, since the key is in memory.
            Err(error) if error.code() == Some(ErrorCode::INVALID_REQUEST) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Verifies that the key was generated from a seed, by default the one that it contains.
    ///
    /// # Errors
    ///
    /// Returns an error if the key was generated otherwise, if it contains no seed, or if it is on a token or
    /// [external](Self::external).
    #[corresponds(gnutls_privkey_verify_seed, alias(gnutls_x509_privkey_verify_seed))]
    pub fn verify_seed(&self, seed: Option<&[u8]>) -> Result<()> {
        seed.map(require_seed).transpose()?;
        // `gnutls_x509_privkey_verify_seed` does not release the key that it creates if there is no seed.
        if seed.is_none() && self.seed()?.is_none() {
            return Err(Error::from_code(sys::GNUTLS_E_PK_NO_VALIDATION_PARAMS).not_fatal());
        }
        let (data, length) = seed.map_or((ptr::null(), 0), |seed| (seed.as_ptr(), seed.len()));
        // SAFETY: the key is initialised and only read, as is the seed. NULL stands for the seed in the key. C ignores the
        // digest.
        let code = unsafe {
            let digest = sys::GNUTLS_DIG_UNKNOWN;
            sys::gnutls_privkey_verify_seed(self.as_ptr(), digest, data.cast(), length)
        };
        check(code).map(drop)
    }
}
