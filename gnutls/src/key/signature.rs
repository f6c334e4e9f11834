//! The encoding of ECDSA and DSA signatures.

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::error::argument::bytes;
use crate::error::{Error, Result};
use crate::support::datum;
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
    let mut s = datum::empty();
    // SAFETY: the signature is only read. Both outputs are owned by the caller after success.
    let r = Output::filled_by(|r| unsafe { sys::gnutls_decode_rs_value(&signature, r, &mut s) })?;
    let s = Output::filled_by(|output| {
        // SAFETY: `output` is exclusive and empty, and receives the ownership of the number.
        unsafe { output.write(s) };
        0
    })?;
    Ok((r.as_bytes().to_vec(), s.as_bytes().to_vec()))
}
