//! The base64 encoding of SRP password files.

use gnutls_macros::corresponds;

use crate::error::{Error, Result, argument};
use crate::support::datum::Output;
use crate::support::secret::Secret;

/// Encodes bytes as in SRP password files: a base64 encoding with a different alphabet and order, which treats the
/// bytes as a number. If the number of bytes is not a multiple of three, leading zeros are lost.
///
/// ```
/// # if gnutls::srp::base64_encode(b"").is_err() { return Ok(()); } // built without SRP
/// assert_eq!(gnutls::srp::base64_encode(b"salt")?, "1pOMnq");
/// assert_eq!(gnutls::srp::base64_decode("1pOMnq")?, b"salt");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// # Errors
///
/// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library was built without SRP.
#[corresponds(gnutls_srp_base64_encode2, alias(gnutls_srp_base64_encode))]
pub fn base64_encode(bytes: &[u8]) -> Result<String> {
    let data = argument::bytes(bytes)?;
    // SAFETY: reads the data and allocates the result (lib/auth/srp_sb64.c).
    let text =
        Output::filled_by(|text| unsafe { gnutls_sys::gnutls_srp_base64_encode2(&data, text) })?;
    Ok(String::from_utf8_lossy(text.as_bytes()).into_owned())
}

/// Decodes the encoding of [`srp::base64_encode`](crate::srp::base64_encode).
///
/// The C function ignores some characters that are not in the alphabet.
///
/// # Errors
///
/// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if a character is not in the alphabet, and
/// of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library was built without SRP.
#[corresponds(gnutls_srp_base64_decode2, alias(gnutls_srp_base64_decode))]
pub fn base64_decode(text: &str) -> Result<Vec<u8>> {
    decode(text).map(Secret::into_vec)
}

/// Decodes text that may be a verifier.
pub(crate) fn decode(text: &str) -> Result<Secret> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'/';
    if !text.bytes().all(known) {
        return Err(Error::invalid_input(
            "the text is not in the base64 encoding of SRP",
        ));
    }
    let data = argument::bytes(text.as_bytes())?;
    // SAFETY: reads the data up to its length, and allocates the result (lib/auth/srp_sb64.c).
    let bytes =
        Output::filled_by(|bytes| unsafe { gnutls_sys::gnutls_srp_base64_decode2(&data, bytes) })?;
    Ok(Secret::new(bytes.as_bytes()))
}
