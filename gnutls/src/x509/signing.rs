//! The signing of certificates, requests and revocation lists.

use std::ffi::{c_int, c_uint};
use std::ptr;

use gnutls_sys as sys;

use crate::crypto::public_key::Digest;
use crate::error::callback::finish;
use crate::error::{Error, Result, check};
use crate::key::private_key::PrivateKey;
use crate::key::public_key::PublicKey;
use crate::x509::der::{expect, tag};

/// The parameters of a signature.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Signing {
    pub(crate) digest: Option<Digest>,
    /// The flags of C, such as `GNUTLS_PRIVKEY_SIGN_FLAG_RSA_PSS`.
    pub(crate) flags: c_uint,
}

impl Signing {
    pub(crate) fn with_flag(mut self, flag: c_uint) -> Self {
        self.flags |= flag;
        self
    }

    /// Calls a function of C that signs with a private key, whose public key is `public`. The function receives the digest
    /// and the flags.
    pub(crate) fn sign(
        self,
        public: &PublicKey,
        call: impl FnOnce(sys::gnutls_digest_algorithm_t, c_uint) -> c_int,
    ) -> Result<()> {
        let digest = match self.digest {
            Some(digest) => digest.as_raw(),
            None => preferred_digest(public)?,
        };
        let code = call(digest, self.flags);
        finish(check(code)).map(drop)
    }
}

/// Returns the digest that GnuTLS prefers for signatures with a key. C does the same itself since 3.6.1.
fn preferred_digest(key: &PublicKey) -> Result<sys::gnutls_digest_algorithm_t> {
    let mut digest = sys::GNUTLS_DIG_UNKNOWN;
    // SAFETY: the key is initialised and only read. The digest is written on success, and NULL requests nothing else.
    check(unsafe {
        sys::gnutls_pubkey_get_preferred_hash_algorithm(key.as_ptr(), &mut digest, ptr::null_mut())
    })?;
    Ok(digest)
}

/// Returns the public key of a private key, or an error if it is not that of the issuer: C would create an object with a
/// wrong signature.
pub(crate) fn require_key_of(issuer: &PublicKey, key: &PrivateKey) -> Result<()> {
    if same_key(issuer, &key.public_key()?)? {
        return Ok(());
    }
    Err(Error::invalid_input(
        "the private key is not that of the issuer's certificate: pass the key that belongs to it",
    ))
}

/// Passes a key without a permitted usage to `call`. C would add the usage of a key from a certificate as an extension
/// (lib/pubkey.c).
pub(crate) fn without_usage<T>(
    key: &PublicKey,
    call: impl FnOnce(&PublicKey) -> Result<T>,
) -> Result<T> {
    let mut usage: c_uint = 0;
    // SAFETY: the key is initialised and only read; the number is written.
    check(unsafe { sys::gnutls_pubkey_get_key_usage(key.as_ptr(), &mut usage) })?;
    if usage == 0 {
        call(key)
    } else {
        call(&PublicKey::from_der(&key.to_der()?)?)
    }
}

/// Returns `true` if the numbers of both keys are equal. The parameters of the algorithm are not compared: those of an
/// RSA-PSS certificate can be more specific than those of its key.
pub(crate) fn same_key(one: &PublicKey, other: &PublicKey) -> Result<bool> {
    Ok(numbers(&one.to_der()?)? == numbers(&other.to_der()?)?)
}

/// Returns the numbers in a SubjectPublicKeyInfo (RFC 5280, section 4.1).
fn numbers(info: &[u8]) -> Result<Vec<u8>> {
    let numbers = || {
        let (info, _) = expect(info, tag::SEQUENCE)?;
        let (_, rest) = expect(info, tag::SEQUENCE)?;
        let (numbers, _) = expect(rest, tag::BIT_STRING)?;
        Some(numbers.to_vec())
    };
    numbers().ok_or_else(|| Error::from_code(sys::GNUTLS_E_ASN1_DER_ERROR))
}
