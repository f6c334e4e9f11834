//! The error codes of libgnutls-dane, whose numbers are not those of GnuTLS.

use std::ffi::c_int;
use std::{error, fmt, io};

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::numbers::raw;
use crate::error::{Error, ErrorKind, Result};
use crate::support::datum::constant;

/// An error code of libgnutls-dane.
///
/// [`of`](Self::of) extracts it from an [`Error`]. A code of a newer library that this crate does not define is
/// preserved.
///
/// ```
/// use gnutls::dane::{DnssecStatus, ErrorCode, TlsaRecords};
///
/// let error = TlsaRecords::from_records(&[], DnssecStatus::BOGUS).unwrap_err();
/// assert_eq!(ErrorCode::of(&error), Some(ErrorCode::INVALID_DNSSEC_SIG));
/// assert_eq!(error.kind(), gnutls::ErrorKind::Verification);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ErrorCode(c_int);

macro_rules! codes {
    ($($name:ident = $value:ident, $kind:ident;)*) => {
        impl ErrorCode {
            $(#[doc = concat!("`", stringify!($value), "`, of kind [`", stringify!($kind), "`](ErrorKind::",
                stringify!($kind), ")")]
            #[corresponds(alias($value))]
            pub const $name: Self = Self(sys::$value);)*

            /// Returns the kind of an error with this code, and the name of the code.
            fn known(self) -> Option<(ErrorKind, &'static str)> {
                match self {
                    $(Self::$name => Some((ErrorKind::$kind, stringify!($value))),)*
                    _ => None,
                }
            }
        }
    };
}

codes! {
    INITIALIZATION_ERROR = DANE_E_INITIALIZATION_ERROR, Other;
    RESOLVING_ERROR = DANE_E_RESOLVING_ERROR, Other;
    NO_DANE_DATA = DANE_E_NO_DANE_DATA, Other;
    RECEIVED_CORRUPT_DATA = DANE_E_RECEIVED_CORRUPT_DATA, Protocol;
    INVALID_DNSSEC_SIG = DANE_E_INVALID_DNSSEC_SIG, Verification;
    NO_DNSSEC_SIG = DANE_E_NO_DNSSEC_SIG, Verification;
    MEMORY_ERROR = DANE_E_MEMORY_ERROR, Limit;
    REQUESTED_DATA_NOT_AVAILABLE = DANE_E_REQUESTED_DATA_NOT_AVAILABLE, Other;
    INVALID_REQUEST = DANE_E_INVALID_REQUEST, InvalidInput;
    PUBKEY_ERROR = DANE_E_PUBKEY_ERROR, Certificate;
    NO_CERT = DANE_E_NO_CERT, Verification;
    FILE_ERROR = DANE_E_FILE_ERROR, InvalidInput;
    CERT_ERROR = DANE_E_CERT_ERROR, Certificate;
    UNKNOWN_DANE_DATA = DANE_E_UNKNOWN_DANE_DATA, Protocol;
}

raw!(ErrorCode(c_int): "Returns the code with this number in C.", "Returns the number in C.");

impl ErrorCode {
    /// Returns the code of an error that a function of this module returned, or `None` if the error has another cause.
    pub fn of(error: &Error) -> Option<Self> {
        let source = error::Error::source(error)?.downcast_ref::<io::Error>()?;
        source.get_ref()?.downcast_ref::<Self>().copied()
    }

    /// Returns the description of libgnutls-dane, in the language of the program.
    #[corresponds(dane_strerror)]
    pub fn description(self) -> &'static str {
        // SAFETY: looks the number up in a constant table, and returns a string constant.
        constant(unsafe { sys::dane_strerror(self.0) }).unwrap_or_default()
    }

    /// Converts the code into an error.
    pub(crate) fn into_error(self) -> Error {
        let kind = self.known().map_or(ErrorKind::Other, |(kind, _)| kind);
        Error::new(kind, "")
            .with_source(io::Error::other(self))
            .not_fatal()
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.description().trim_end_matches('.'))?;
        match self.known() {
            Some((_, name)) => write!(f, " ({name})"),
            None => write!(f, " ({})", self.0),
        }
    }
}

impl fmt::Debug for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.known() {
            Some((_, name)) => f.write_str(name),
            None => write!(f, "ErrorCode({})", self.0),
        }
    }
}

impl error::Error for ErrorCode {}

/// Converts a negative return value of libgnutls-dane into an error.
pub(crate) fn check(code: c_int) -> Result<()> {
    if code < 0 {
        Err(ErrorCode(code).into_error())
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_contains_the_code_and_its_text() {
        let error = check(sys::DANE_E_NO_DNSSEC_SIG).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verification);
        assert_eq!(
            error.to_string(),
            "No DNSSEC signature was found (DANE_E_NO_DNSSEC_SIG)"
        );
        assert_eq!(ErrorCode::of(&error), Some(ErrorCode::NO_DNSSEC_SIG));
        assert!(!error.is_fatal());
        // The number has another meaning in GnuTLS.
        assert_eq!(error.code(), None);
        assert!(check(sys::DANE_E_SUCCESS).is_ok());

        let other = Error::invalid_input("no code");
        assert_eq!(ErrorCode::of(&other), None);
        let unknown = ErrorCode::from_raw(-99);
        assert_eq!(format!("{unknown:?}"), "ErrorCode(-99)");
        assert_eq!(unknown.into_error().kind(), ErrorKind::Other);
    }
}
