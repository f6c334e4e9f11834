//! The base64 of SRP password files, which is not the usual one.

use crate::error::{Error, Result, argument};
use crate::support::datum::Output;

/// Encodes bytes as SRP password files have them: base64 with an alphabet and an order of its own, which takes them for a
/// number. Where the number of bytes is no multiple of three, zeros at the beginning get lost.
///
/// C: [`gnutls_srp_base64_encode2`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsrp_005fbase64_005fencode2).
///
/// ```
/// # if gnutls::srp_base64_encode(b"").is_err() { return Ok(()); } // built without SRP
/// assert_eq!(gnutls::srp_base64_encode(b"salt")?, "1pOMnq");
/// assert_eq!(gnutls::srp_base64_decode("1pOMnq")?, b"salt");
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// # Errors
///
/// [`Unsupported`](crate::ErrorKind::Unsupported) with a library that was built without SRP.
#[doc(alias = "gnutls_srp_base64_encode")]
#[doc(alias = "gnutls_srp_base64_encode2")]
pub fn srp_base64_encode(bytes: &[u8]) -> Result<String> {
    let data = argument::bytes(bytes)?;
    // SAFETY: reads the data and allocates the result (lib/auth/srp_sb64.c).
    let text =
        Output::filled_by(|text| unsafe { gnutls_sys::gnutls_srp_base64_encode2(&data, text) })?;
    Ok(String::from_utf8_lossy(text.as_bytes()).into_owned())
}

/// Decodes what [`srp_base64_encode`] makes.
///
/// C: [`gnutls_srp_base64_decode2`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsrp_005fbase64_005fdecode2), which
/// passes over some of what is not in the alphabet.
///
/// # Errors
///
/// [`InvalidInput`](crate::ErrorKind::InvalidInput) for anything that is not in the alphabet;
/// [`Unsupported`](crate::ErrorKind::Unsupported) with a library that was built without SRP.
#[doc(alias = "gnutls_srp_base64_decode")]
#[doc(alias = "gnutls_srp_base64_decode2")]
pub fn srp_base64_decode(text: &str) -> Result<Vec<u8>> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'/';
    if !text.bytes().all(known) {
        return Err(Error::invalid_input("text that is not the base64 of SRP"));
    }
    let data = argument::bytes(text.as_bytes())?;
    // SAFETY: reads the data, up to their length, and allocates the result (lib/auth/srp_sb64.c).
    let mut bytes =
        Output::filled_by(|bytes| unsafe { gnutls_sys::gnutls_srp_base64_decode2(&data, bytes) })?;
    let copy = bytes.as_bytes().to_vec();
    crate::support::secret::wipe(bytes.as_mut_bytes());
    Ok(copy)
}
