//! Arguments and results of C functions: borrowed bytes and text, and returned memory.

use std::ffi::{c_int, c_uint, c_void};

use gnutls_sys as sys;
use gnutls_sys::gnutls_datum_t;

use crate::error::code::ErrorCode;
use crate::error::{Error, ErrorKind, Result, check};
use crate::support::datum::Output;

/// Returns a datum that borrows `bytes`, for a function that only reads them during the call.
pub(crate) fn bytes(bytes: &[u8]) -> Result<gnutls_datum_t> {
    let size = c_uint::try_from(bytes.len()).map_err(|_| {
        Error::invalid_input("the data has 4 GiB or more, which GnuTLS does not accept: use less")
    })?;
    Ok(gnutls_datum_t {
        data: pointer(bytes).cast_mut(),
        size,
    })
}

/// Returns a pointer to bytes for a function that also receives their number. libtasn1 reads a value of the length 0 as a
/// string that ends in NUL, so that no bytes are represented by the pointer to a NUL.
pub(crate) fn pointer(bytes: &[u8]) -> *const u8 {
    if bytes.is_empty() {
        c"".as_ptr().cast()
    } else {
        bytes.as_ptr()
    }
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

/// Rejects a private key that only a TPM can use. `name` describes the data.
pub(crate) fn refuse_tpm_key(pem: &[u8], name: &str) -> Result<()> {
    const LABEL: &[u8] = b"-----BEGIN TSS2 ";
    if pem.windows(LABEL.len()).any(|window| window == LABEL) {
        return Err(Error::new(
            ErrorKind::Unsupported,
            format!(
                "{name} is a key of a TPM 2.0, which this crate does not open: use it as a token, with tpm2-pkcs11 and \
                 `from_pkcs11`"
            ),
        ));
    }
    Ok(())
}

impl Output {
    /// Like [`fill`](Self::fill), but converts the code into an [`Error`].
    pub(crate) fn filled_by(fill: impl FnOnce(*mut gnutls_datum_t) -> c_int) -> Result<Self> {
        Self::fill(fill).map_err(Error::from_code)
    }
}

/// Returns the bytes that a function writes to a buffer. The function receives the buffer and its length, writes the
/// length of the result, and returns `GNUTLS_E_SHORT_MEMORY_BUFFER` if that is more.
pub(crate) fn buffer_filled_by(
    mut fill: impl FnMut(*mut c_void, *mut usize) -> c_int,
) -> Result<Vec<u8>> {
    let mut buffer = vec![0; 64];
    loop {
        let mut length = buffer.len();
        match fill(buffer.as_mut_ptr().cast(), &mut length) {
            // Some functions of older releases report a buffer that is too short as a success.
            code if (code >= 0 || code == sys::GNUTLS_E_SHORT_MEMORY_BUFFER)
                && length > buffer.len() =>
            {
                buffer.resize(length, 0);
            }
            code => {
                check(code)?;
                buffer.truncate(length);
                return Ok(buffer);
            }
        }
    }
}

/// Like [`buffer_filled_by`], for text in ASCII or UTF-8, which may end with a NUL.
pub(crate) fn text_filled_by(fill: impl FnMut(*mut c_void, *mut usize) -> c_int) -> Result<String> {
    let mut text = buffer_filled_by(fill)?;
    if text.last() == Some(&0) {
        text.pop();
    }
    String::from_utf8(text).map_err(|_| {
        Error::from_code(sys::GNUTLS_E_INVALID_UTF8_STRING).with_kind(ErrorKind::Certificate)
    })
}

/// Returns `None` if the data was not available, which is no error of an optional field.
pub(crate) fn optional<T>(result: Result<T>) -> Result<Option<T>> {
    match result {
        Err(error) if error.code() == Some(ErrorCode::REQUESTED_DATA_NOT_AVAILABLE) => Ok(None),
        result => result.map(Some),
    }
}

/// Returns the items of a list until the data is not available.
pub(crate) fn items<T>(item: impl FnMut(c_uint) -> Result<T>) -> Result<Vec<T>> {
    (0..)
        .map(item)
        .map(optional)
        .map_while(Result::transpose)
        .collect()
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

    #[test]
    fn a_buffer_grows_to_the_required_length() {
        for wanted in [0, 64, 65, 500] {
            let mut calls = 0;
            let bytes = buffer_filled_by(|_, length| {
                calls += 1;
                // SAFETY: the pointer is exclusive and the length initialised.
                let capacity = unsafe { std::mem::replace(&mut *length, wanted) };
                if capacity < wanted {
                    sys::GNUTLS_E_SHORT_MEMORY_BUFFER
                } else {
                    0
                }
            });
            assert_eq!(bytes.unwrap(), vec![0; wanted]);
            assert_eq!(calls, if wanted > 64 { 2 } else { 1 });
        }
        // A function that requires no more than it got would be called for ever.
        let error = buffer_filled_by(|_, _| sys::GNUTLS_E_SHORT_MEMORY_BUFFER).unwrap_err();
        assert_eq!(error.code(), Some(ErrorCode::SHORT_MEMORY_BUFFER));
    }

    #[test]
    fn hazard_67_no_bytes_are_represented_by_a_nul() {
        let empty = bytes(&[]).unwrap();
        assert_eq!(empty.size, 0);
        // SAFETY: the pointer is that of a static NUL byte.
        assert_eq!(unsafe { *empty.data }, 0);
        assert_eq!(bytes(b"a").unwrap().size, 1);
    }

    #[test]
    fn hazard_66_a_buffer_that_is_too_short_is_no_success() {
        let bytes = buffer_filled_by(|buffer, length| {
            // SAFETY: the pointer is exclusive and the length initialised.
            let capacity = unsafe { std::mem::replace(&mut *length, 300) };
            if capacity >= 300 {
                // SAFETY: the buffer has at least 300 bytes.
                unsafe { buffer.cast::<u8>().write_bytes(7, 300) };
            }
            0
        });
        assert_eq!(bytes.unwrap(), [7; 300]);
    }

    #[test]
    fn a_list_ends_where_no_data_is_available() {
        let end = || Error::from_code(sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE);
        assert_eq!(
            items(|i| if i < 3 { Ok(i) } else { Err(end()) }).unwrap(),
            [0, 1, 2]
        );
        let damaged = |_| -> Result<()> { Err(Error::from_code(sys::GNUTLS_E_ASN1_DER_ERROR)) };
        assert!(items(damaged).is_err());
        assert!(optional(damaged(0)).is_err());
        assert_eq!(optional::<()>(Err(end())).unwrap(), None);
    }
}
