//! PEM: the text in which keys, certificates and other binary data is stored (RFC 7468).
//!
//! The types of this crate read and write PEM by themselves. Use this module for data of other kinds.
//!
//! ```
//! use gnutls::pem;
//!
//! let text = pem::encode("MESSAGE", b"content")?;
//! assert_eq!(text, "-----BEGIN MESSAGE-----\nY29udGVudA==\n-----END MESSAGE-----\n");
//! assert_eq!(pem::decode(Some("MESSAGE"), text.as_bytes())?, b"content");
//! # Ok::<(), gnutls::Error>(())
//! ```

use std::ffi::CString;
use std::ptr;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::error::argument::{bytes, refuse_nul, string};
use crate::error::{Error, ErrorKind, Result};
use crate::support::datum::Output;
use crate::support::secret::Secret;

/// The maximum length of a label in C.
const MAXIMUM_LABEL: usize = 50;

fn label(text: &str) -> Result<CString> {
    let is_label = |byte: u8| (0x20..0x7f).contains(&byte) && byte != b'-';
    if text.is_empty() || text.len() > MAXIMUM_LABEL || !text.bytes().all(is_label) {
        return Err(Error::invalid_input(format!(
            "{text:?} is no label of PEM: use 1 to {MAXIMUM_LABEL} printable ASCII characters without hyphens"
        )));
    }
    CString::new(text).map_err(|_| Error::invalid_input("the label contains a NUL byte"))
}

/// Encodes data as PEM text with a label, such as `CERTIFICATE`.
///
/// # Errors
///
/// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the label is empty, longer than 50 characters, or
/// contains other characters than printable ASCII without hyphens.
#[corresponds(gnutls_pem_base64_encode2, alias(gnutls_pem_base64_encode))]
pub fn encode(name: &str, data: &[u8]) -> Result<String> {
    let (label, data) = (label(name)?, bytes(data)?);
    // SAFETY: the label ends in NUL; it and the data are only read. The output is owned by the caller after success.
    Output::filled_by(|output| unsafe {
        sys::gnutls_pem_base64_encode2(label.as_ptr(), &data, output)
    })
    .map(|text| text.to_text())
}

/// Decodes the first block of PEM text with a label, or the first block if there is no label.
///
/// # Errors
///
/// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if there is no such block, or if it is damaged, and of
/// kind [`InvalidInput`](ErrorKind::InvalidInput) if the label is not valid, or the text contains a NUL byte.
#[corresponds(gnutls_pem_base64_decode2, alias(gnutls_pem_base64_decode))]
pub fn decode(name: Option<&str>, text: &[u8]) -> Result<Vec<u8>> {
    refuse_nul(text, "the PEM text")?;
    let label = name.map(label).transpose()?;
    let text = Secret::with_nul(text);
    let text = string(&text)?;
    let label = label.as_ref().map_or(ptr::null(), |label| label.as_ptr());
    // SAFETY: the label is NULL or ends in NUL; it and the text are only read. The output is owned by the caller after
    // success.
    Output::filled_by(|output| unsafe { sys::gnutls_pem_base64_decode2(label, &text, output) })
        .map(|data| data.as_bytes().to_vec())
        .map_err(|error| error.with_kind(ErrorKind::Certificate))
}
