//! The encodings of signatures and of their inputs.

use std::ffi::c_uint;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::public_key::Digest;
use crate::error::argument::bytes;
use crate::error::{Error, Result, check};
use crate::support::datum::Output;

/// Encodes the numbers `r` and `s` of an ECDSA or DSA signature as X.509 and TLS require it: `Dss-Sig-Value` in DER (RFC
/// 3279, section 2.2.2). Hardware often returns the numbers in a row, each with the length of the key.
///
/// ```
/// use gnutls::key::{decode_rs_value, encode_rs_value};
///
/// let signature = [&[0x80; 32][..], &[0x01; 32]].concat();
/// let (r, s) = signature.split_at(32);
/// let encoded = encode_rs_value(r, s)?;
/// // A positive number starts with a zero bit.
/// assert_eq!(decode_rs_value(&encoded)?, ([&[0], r].concat(), s.to_vec()));
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// # Errors
///
/// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if a number is 0.
#[corresponds(gnutls_encode_rs_value)]
pub fn encode_rs_value(r: &[u8], s: &[u8]) -> Result<Vec<u8>> {
    let (r, s) = (bytes(positive(r)?)?, bytes(positive(s)?)?);
    // SAFETY: the numbers are only read, and are not empty: C reads their first byte. The output is owned by the caller
    // after success.
    Output::filled_by(|output| unsafe { sys::gnutls_encode_rs_value(output, &r, &s) })
        .map(|output| output.as_bytes().to_vec())
}

/// Returns the bytes of a number from its first one that is not 0.
fn positive(number: &[u8]) -> Result<&[u8]> {
    let start = number.iter().position(|&byte| byte != 0);
    start.map(|start| &number[start..]).ok_or_else(|| {
        Error::invalid_input("a number of the signature is 0: the signer has failed, sign again")
    })
}

/// Returns the numbers `r` and `s` of an encoded signature, which can begin with a 0; see [`encode_rs_value`].
///
/// # Errors
///
/// Returns an error if the encoding is damaged.
#[corresponds(gnutls_decode_rs_value)]
pub fn decode_rs_value(signature: &[u8]) -> Result<(Vec<u8>, Vec<u8>)> {
    let signature = bytes(signature)?;
    // SAFETY: the signature is only read. Both outputs are owned by the caller after success.
    let decoded =
        Output::fill_all(|[r, s]| unsafe { sys::gnutls_decode_rs_value(&signature, r, s) });
    let [r, s] = decoded.map_err(Error::from_code)?;
    Ok((r.as_bytes().to_vec(), s.as_bytes().to_vec()))
}

/// Encodes a digest as the DigestInfo that RSA signs (RFC 8017, section 9.2).
///
/// ```
/// use gnutls::crypto::{Digest, hash};
/// use gnutls::key::{decode_digest_info, encode_digest_info};
///
/// let digest = hash(Digest::SHA256, b"message")?;
/// let info = encode_digest_info(Digest::SHA256, &digest)?;
/// assert_eq!(decode_digest_info(&info)?, (Digest::SHA256, digest));
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// # Errors
///
/// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the digest does not have the length of the
/// algorithm, and an error if the library does not recognize the algorithm.
#[corresponds(gnutls_encode_ber_digest_info)]
pub fn encode_digest_info(algorithm: Digest, digest: &[u8]) -> Result<Vec<u8>> {
    if digest.len() != algorithm.output_size() {
        return Err(Error::invalid_input(format!(
            "the digest has {} bytes: {algorithm} has {}",
            digest.len(),
            algorithm.output_size()
        )));
    }
    let digest = bytes(digest)?;
    // SAFETY: the digest is only read. The output is owned by the caller after success.
    Output::filled_by(|output| unsafe {
        sys::gnutls_encode_ber_digest_info(algorithm.as_raw(), &digest, output)
    })
    .map(|output| output.as_bytes().to_vec())
}

/// Returns the algorithm and the digest in a DigestInfo; see [`encode_digest_info`].
///
/// # Errors
///
/// Returns an error if the encoding is damaged, or if the library does not recognize the algorithm.
#[corresponds(gnutls_decode_ber_digest_info)]
pub fn decode_digest_info(info: &[u8]) -> Result<(Digest, Vec<u8>)> {
    let info = bytes(info)?;
    let mut digest = vec![0; 64];
    let mut length = digest.len() as c_uint;
    let mut number = sys::GNUTLS_DIG_UNKNOWN;
    // SAFETY: the input is only read, and C writes at most `length` bytes to the digest, and both numbers.
    check(unsafe {
        sys::gnutls_decode_ber_digest_info(&info, &mut number, digest.as_mut_ptr(), &mut length)
    })?;
    digest.truncate(length as usize);
    Ok((Digest::from_raw(number), digest))
}
