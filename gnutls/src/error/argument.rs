//! Arguments and results of C functions: borrowed bytes and text, and returned memory.

use std::ffi::{c_int, c_uint};

use gnutls_sys::gnutls_datum_t;

use crate::error::{Error, ErrorKind, Result};
use crate::support::datum::Output;

/// Returns a datum that borrows `bytes`, for a function that only reads them during the call.
pub(crate) fn bytes(bytes: &[u8]) -> Result<gnutls_datum_t> {
    let size = c_uint::try_from(bytes.len()).map_err(|_| {
        Error::invalid_input("the data has 4 GiB or more, which GnuTLS does not accept: use less")
    })?;
    Ok(gnutls_datum_t {
        data: bytes.as_ptr().cast_mut(),
        size,
    })
}

/// Like [`bytes`], for text that ends with NUL: some functions treat the data as a C string, regardless of its length.
/// The length excludes the NUL.
pub(crate) fn string(text: &[u8]) -> Result<gnutls_datum_t> {
    match text.split_last() {
        Some((0, _)) => bytes(text).map(|datum| gnutls_datum_t {
            size: datum.size - 1,
            ..datum
        }),
        _ => Err(Error::invalid_input("the text must end with a NUL byte")),
    }
}

/// Rejects text that contains a NUL byte, at which C would silently truncate it.
pub(crate) fn refuse_nul(text: &[u8], what: &str) -> Result<()> {
    if text.contains(&0) {
        Err(Error::invalid_input(format!("{what} contains a NUL byte")))
    } else {
        Ok(())
    }
}

/// Rejects data that is not PEM: C would silently truncate it at a NUL byte. `name` describes the data.
pub(crate) fn refuse_other_than_pem(data: &[u8], name: &str) -> Result<()> {
    let problem = match data {
        [0x30, 0x80..=0xff, ..] => {
            "this is DER, not PEM: use the method for DER, or convert the data"
        }
        _ if data.contains(&0) => "PEM contains no NUL byte: convert UTF-16 text to UTF-8",
        _ => return Ok(()),
    };
    Err(Error::new(ErrorKind::Certificate, format!("{name}: {problem}")).not_fatal())
}

impl Output {
    /// Like [`fill`](Self::fill), but converts the code into an [`Error`].
    pub(crate) fn filled_by(fill: impl FnOnce(*mut gnutls_datum_t) -> c_int) -> Result<Self> {
        Self::fill(fill).map_err(Error::from_code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hazard_9_text_without_nul_is_not_lent() {
        let datum = string(b"pem\0").unwrap();
        assert_eq!(datum.size, 3);
        assert!(string(b"pem").is_err());
        assert!(string(b"").is_err());
        assert!(refuse_nul(b"p\0em", "it").is_err());
    }
}
