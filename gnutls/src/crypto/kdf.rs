//! Derivation of keys: HKDF (RFC 5869) and PBKDF2 (RFC 8018).

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::public_key::Digest;
use crate::error::unsupported::requires;
use crate::error::{Error, Result};
#[cfg(gnutls_3_6_13)]
use crate::error::{argument::bytes, check};

/// Extracts a pseudorandom key from input that may not be uniformly random, such as a shared secret.
///
/// ```
/// use gnutls::crypto::{Digest, hkdf_expand, hkdf_extract};
/// use gnutls::ErrorKind;
///
/// # let shared_secret = [1; 32];
/// match hkdf_extract(Digest::SHA256, &shared_secret, b"salt") {
///     Ok(key) => {
///         let mut client_key = [0; 16];
///         hkdf_expand(Digest::SHA256, &key, b"client", &mut client_key)?;
///     }
///     // The library is too old.
///     Err(error) => assert_eq!(error.kind(), ErrorKind::Unsupported),
/// }
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// # Errors
///
/// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old, and an error if it
/// does not support the digest, or does not permit it.
#[corresponds(gnutls_hkdf_extract)]
#[cfg_attr(
    not(gnutls_3_6_13),
    allow(unused_variables, reason = "only newer libraries have the function")
)]
pub fn hkdf_extract(digest: Digest, input: &[u8], salt: &[u8]) -> Result<Vec<u8>> {
    requires!(gnutls_3_6_13, "HKDF", {
        let mac = hmac(digest)?;
        let (input, salt) = (bytes(input)?, bytes(salt)?);
        let mut output = vec![0; digest.output_size()];
        // SAFETY: the inputs are only read, and C writes as many bytes as the digest has.
        check(unsafe { sys::gnutls_hkdf_extract(mac, &input, &salt, output.as_mut_ptr().cast()) })?;
        Ok(output)
    })
}

/// Derives key material for a context from a pseudorandom key.
///
/// # Errors
///
/// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the output is longer than 255 digests, of
/// kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old, and an error if it does not support the
/// digest, or does not permit it.
#[corresponds(gnutls_hkdf_expand)]
#[cfg_attr(
    not(gnutls_3_6_13),
    allow(unused_variables, reason = "only newer libraries have the function")
)]
pub fn hkdf_expand(digest: Digest, key: &[u8], info: &[u8], output: &mut [u8]) -> Result<()> {
    requires!(gnutls_3_6_13, "HKDF", {
        let mac = hmac(digest)?;
        let maximum = 255 * digest.output_size();
        if output.len() > maximum {
            return Err(Error::invalid_input(format!(
                "the output has {} bytes: HKDF with {digest} derives at most {maximum}",
                output.len()
            )));
        }
        let (key, info) = (bytes(key)?, bytes(info)?);
        // SAFETY: the inputs are only read, and C writes `output.len()` bytes.
        let code = unsafe {
            sys::gnutls_hkdf_expand(mac, &key, &info, output.as_mut_ptr().cast(), output.len())
        };
        check(code).map(drop)
    })
}

/// Derives key material from a password. The number of iterations determines the effort of an attacker who guesses
/// passwords, and that of this call.
///
/// ```
/// use gnutls::crypto::{Digest, pbkdf2, random_nonce};
/// use gnutls::ErrorKind;
///
/// let mut salt = [0; 16];
/// random_nonce(&mut salt)?;
/// let mut key = [0; 32];
/// match pbkdf2(Digest::SHA256, b"password", &salt, 10_000, &mut key) {
///     Ok(()) => assert_ne!(key, [0; 32]),
///     // The library is too old.
///     Err(error) => assert_eq!(error.kind(), ErrorKind::Unsupported),
/// }
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// # Errors
///
/// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the number of iterations is 0, of kind
/// [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old, and an error if it does not support the
/// digest, or does not permit it.
#[corresponds(gnutls_pbkdf2)]
#[cfg_attr(
    not(gnutls_3_6_13),
    allow(unused_variables, reason = "only newer libraries have the function")
)]
pub fn pbkdf2(
    digest: Digest,
    password: &[u8],
    salt: &[u8],
    iterations: u32,
    output: &mut [u8],
) -> Result<()> {
    requires!(gnutls_3_6_13, "PBKDF2", {
        let mac = hmac(digest)?;
        // The implementation aborts the process.
        if iterations == 0 {
            return Err(Error::invalid_input(
                "PBKDF2 requires at least one iteration",
            ));
        }
        let (password, salt) = (bytes(password)?, bytes(salt)?);
        // SAFETY: the inputs are only read, and C writes `output.len()` bytes.
        let code = unsafe {
            sys::gnutls_pbkdf2(
                mac,
                &password,
                &salt,
                iterations,
                output.as_mut_ptr().cast(),
                output.len(),
            )
        };
        check(code).map(drop)
    })
}

/// Returns the number of the HMAC with this digest, which is that of the digest.
#[cfg_attr(
    not(gnutls_3_6_13),
    allow(dead_code, reason = "only newer libraries have the functions")
)]
fn hmac(digest: Digest) -> Result<sys::gnutls_mac_algorithm_t> {
    if digest.output_size() == 0 {
        return Err(Error::invalid_input(format!(
            "{digest} has no HMAC: use another digest"
        )));
    }
    Ok(digest.as_raw())
}
