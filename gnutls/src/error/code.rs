//! The codes of GnuTLS, and the kind of error for any of them.

use std::borrow::Cow;
use std::ffi::{CStr, c_int};
use std::fmt;

use gnutls_macros::corresponds;

use crate::alert::Alert;
use crate::crypto::numbers::raw;
use crate::error::ErrorKind;
use crate::support::datum::constant;

/// A code that GnuTLS returned, such as `GNUTLS_E_PREMATURE_TERMINATION` (-110).
///
/// Codes of newer libraries that this crate does not define are preserved.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct ErrorCode(pub(crate) c_int);

macro_rules! codes {
    ($($name:ident = $value:ident, $doc:literal;)*) => {
        impl ErrorCode {
            $(#[doc = concat!("`", stringify!($value), "`: ", $doc)]
            pub const $name: Self = Self(gnutls_sys::$value);)*
        }
    };
}

codes! {
    SUCCESS = GNUTLS_E_SUCCESS, "no error.";
    AGAIN = GNUTLS_E_AGAIN, "the call would block.";
    INTERRUPTED = GNUTLS_E_INTERRUPTED, "the call was interrupted.";
    REHANDSHAKE = GNUTLS_E_REHANDSHAKE, "the peer requests a new handshake.";
    GOT_APPLICATION_DATA = GNUTLS_E_GOT_APPLICATION_DATA, "the peer sent application data during the handshake.";
    WARNING_ALERT_RECEIVED = GNUTLS_E_WARNING_ALERT_RECEIVED, "the peer sent a warning alert.";
    FATAL_ALERT_RECEIVED = GNUTLS_E_FATAL_ALERT_RECEIVED, "the peer sent a fatal alert.";
    PREMATURE_TERMINATION = GNUTLS_E_PREMATURE_TERMINATION, "the transport ended without close_notify.";
    CERTIFICATE_VERIFICATION_ERROR = GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR, "the peer's certificate is not trusted.";
    NO_CERTIFICATE_FOUND = GNUTLS_E_NO_CERTIFICATE_FOUND, "the peer sent no certificate, or none was found.";
    CERTIFICATE_KEY_MISMATCH = GNUTLS_E_CERTIFICATE_KEY_MISMATCH, "the certificate and the key do not match.";
    EXPIRED = GNUTLS_E_EXPIRED, "something has expired.";
    NO_APPLICATION_PROTOCOL = GNUTLS_E_NO_APPLICATION_PROTOCOL, "no application protocol (ALPN) in common.";
    NO_CIPHER_SUITES = GNUTLS_E_NO_CIPHER_SUITES, "no cipher suite in common.";
    UNSUPPORTED_VERSION_PACKET = GNUTLS_E_UNSUPPORTED_VERSION_PACKET, "no protocol version in common.";
    PUSH_ERROR = GNUTLS_E_PUSH_ERROR, "the transport failed to send.";
    PULL_ERROR = GNUTLS_E_PULL_ERROR, "the transport failed to receive.";
    TIMEDOUT = GNUTLS_E_TIMEDOUT, "the operation timed out.";
    INVALID_SESSION = GNUTLS_E_INVALID_SESSION, "the session is no longer usable.";
    LARGE_PACKET = GNUTLS_E_LARGE_PACKET, "the datagram is too large.";
    INVALID_REQUEST = GNUTLS_E_INVALID_REQUEST, "the request is invalid.";
    MEMORY_ERROR = GNUTLS_E_MEMORY_ERROR, "memory allocation failed.";
    DECRYPTION_FAILED = GNUTLS_E_DECRYPTION_FAILED, "decryption failed because of a wrong key, a wrong password or damaged data.";
    REQUESTED_DATA_NOT_AVAILABLE = GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE, "the requested data is not available.";
    UNAVAILABLE_DURING_HANDSHAKE = GNUTLS_E_UNAVAILABLE_DURING_HANDSHAKE, "the operation is not available during the handshake.";
    SHORT_MEMORY_BUFFER = GNUTLS_E_SHORT_MEMORY_BUFFER, "the buffer is too short.";
    PK_SIG_VERIFY_FAILED = GNUTLS_E_PK_SIG_VERIFY_FAILED, "the signature is wrong.";
    INTERNAL_ERROR = GNUTLS_E_INTERNAL_ERROR, "an internal error of GnuTLS.";
}

raw!(ErrorCode(c_int): "Returns the code with this number.", "Returns the number.");

impl ErrorCode {
    /// Returns the C name of the code, or `None` if the running library does not recognize it.
    #[corresponds(gnutls_strerror_name)]
    pub fn name(self) -> Option<&'static str> {
        // SAFETY: returns NULL or a string constant of the library; it looks the number up in a constant table.
        constant(unsafe { gnutls_sys::gnutls_strerror_name(self.0) })
    }

    /// Returns GnuTLS's description of the code, in English or in the language of the program's locale.
    #[corresponds(gnutls_strerror)]
    pub fn description(self) -> Cow<'static, str> {
        // SAFETY: returns a string constant of the library or, through gettext, of the message catalog. Neither is ever
        // freed. The result is not NULL, even for an unknown code.
        let text = unsafe { gnutls_sys::gnutls_strerror(self.0) };
        if text.is_null() {
            return Cow::Borrowed("unknown error");
        }
        // SAFETY: the pointer is not NULL, and the string ends with NUL and is never freed: it is a constant of the
        // library or of the message catalog. The catalog can have any encoding, so the conversion is lossy.
        unsafe { CStr::from_ptr(text) }.to_string_lossy()
    }

    /// Returns `true` if a session is no longer usable after this code.
    #[corresponds(gnutls_error_is_fatal)]
    pub fn is_fatal(self) -> bool {
        // SAFETY: looks the number up in a constant table.
        unsafe { gnutls_sys::gnutls_error_is_fatal(self.0) != 0 }
    }

    /// Returns the alert that reports this code to the peer, or `None` if there is nothing to report: the code is not
    /// fatal, or the peer itself sent an alert.
    ///
    /// All these alerts are fatal except [`NO_RENEGOTIATION`](Alert::NO_RENEGOTIATION), the response to
    /// [`REHANDSHAKE`](Self::REHANDSHAKE).
    ///
    /// ```
    /// use gnutls::{Alert, ErrorCode};
    ///
    /// assert_eq!(ErrorCode::NO_APPLICATION_PROTOCOL.alert_to_send(), Some(Alert::NO_APPLICATION_PROTOCOL));
    /// assert_eq!(ErrorCode::AGAIN.alert_to_send(), None);
    /// ```
    #[corresponds(gnutls_error_to_alert, alias(gnutls_alert_send_appropriate))]
    pub fn alert_to_send(self) -> Option<Alert> {
        let silent = !self.is_fatal() || self == Self::FATAL_ALERT_RECEIVED;
        if silent && self != Self::REHANDSHAKE {
            return None;
        }
        let mut level = 0;
        // SAFETY: looks the code up in a constant table and writes the alert level into `level`.
        let alert = unsafe { gnutls_sys::gnutls_error_to_alert(self.0, &mut level) };
        alert.try_into().ok().map(Alert::from_raw)
    }

    /// Returns all codes that have a name in the running library, in descending order from [`SUCCESS`](Self::SUCCESS).
    /// C has no such list, so all possible numbers are tried.
    pub fn list() -> impl Iterator<Item = Self> {
        const LAST: c_int = -1000;
        (LAST..=0)
            .rev()
            .map(Self)
            .filter(|code| code.name().is_some())
    }

    /// Returns the kind of error for the code.
    pub(crate) fn kind(self) -> ErrorKind {
        use gnutls_sys::*;
        #[allow(non_upper_case_globals, reason = "names of C constants")]
        match self.0 {
            GNUTLS_E_PUSH_ERROR | GNUTLS_E_PULL_ERROR | GNUTLS_E_FILE_ERROR => ErrorKind::Io,
            GNUTLS_E_INVALID_SESSION | GNUTLS_E_SESSION_EOF => ErrorKind::Closed,
            GNUTLS_E_PREMATURE_TERMINATION => ErrorKind::UnexpectedEof,
            GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR
            | GNUTLS_E_NO_CERTIFICATE_FOUND
            | GNUTLS_E_CERTIFICATE_REQUIRED
            | GNUTLS_E_NO_CERTIFICATE_STATUS
            | GNUTLS_E_OCSP_RESPONSE_ERROR
            | GNUTLS_E_OCSP_MISMATCH_WITH_CERTS
            | GNUTLS_E_CRL_VERIFICATION_ERROR
            | GNUTLS_E_AUTH_ERROR
            | GNUTLS_E_SESSION_USER_ID_CHANGED => ErrorKind::Verification,
            GNUTLS_E_FATAL_ALERT_RECEIVED | GNUTLS_E_WARNING_ALERT_RECEIVED => ErrorKind::Alert,
            GNUTLS_E_REHANDSHAKE | GNUTLS_E_REAUTH_REQUEST => ErrorKind::Rehandshake,
            GNUTLS_E_UNIMPLEMENTED_FEATURE => ErrorKind::Unsupported,
            GNUTLS_E_INVALID_REQUEST
            | GNUTLS_E_MALFORMED_CIDR
            | GNUTLS_E_IDNA_ERROR
            | GNUTLS_E_INVALID_UTF8_STRING
            | GNUTLS_E_INVALID_UTF8_EMAIL
            | GNUTLS_E_INVALID_PASSWORD_STRING => ErrorKind::InvalidInput,
            GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE
            | GNUTLS_E_UNAVAILABLE_DURING_HANDSHAKE
            | GNUTLS_E_HANDSHAKE_DURING_FALSE_START
            | GNUTLS_E_CHANNEL_BINDING_NOT_AVAILABLE => ErrorKind::InvalidState,
            GNUTLS_E_NO_PRIORITIES_WERE_SET => ErrorKind::Priority,
            GNUTLS_E_CERTIFICATE_ERROR
            | GNUTLS_E_CERTIFICATE_KEY_MISMATCH
            | GNUTLS_E_CERTIFICATE_LIST_UNSORTED
            | GNUTLS_E_CERTIFICATE_TIME_ERROR
            | GNUTLS_E_UNSUPPORTED_CERTIFICATE_TYPE
            | GNUTLS_E_X509_UNSUPPORTED_CRITICAL_EXTENSION
            | GNUTLS_E_X509_UNSUPPORTED_ATTRIBUTE
            | GNUTLS_E_X509_UNSUPPORTED_EXTENSION
            | GNUTLS_E_X509_UNSUPPORTED_OID
            | GNUTLS_E_X509_DUPLICATE_EXTENSION
            | GNUTLS_E_X509_UNKNOWN_SAN
            | GNUTLS_E_KEY_USAGE_VIOLATION
            | GNUTLS_E_KEYFILE_ERROR
            | GNUTLS_E_KEYFILE_PARSING_ERROR
            | GNUTLS_E_KEY_IMPORT_FAILED
            | GNUTLS_E_INSUFFICIENT_CREDENTIALS
            | GNUTLS_E_INCOMPATIBLE_SIG_WITH_KEY
            | GNUTLS_E_BASE64_DECODING_ERROR
            | GNUTLS_E_BASE64_UNEXPECTED_HEADER_ERROR
            | GNUTLS_E_PARSING_ERROR
            | GNUTLS_E_ASN1_ELEMENT_NOT_FOUND
            | GNUTLS_E_ASN1_IDENTIFIER_NOT_FOUND
            | GNUTLS_E_ASN1_DER_ERROR
            | GNUTLS_E_ASN1_VALUE_NOT_FOUND
            | GNUTLS_E_ASN1_GENERIC_ERROR
            | GNUTLS_E_ASN1_VALUE_NOT_VALID
            | GNUTLS_E_ASN1_TAG_ERROR
            | GNUTLS_E_ASN1_TAG_IMPLICIT
            | GNUTLS_E_ASN1_TYPE_ANY_ERROR
            | GNUTLS_E_ASN1_SYNTAX_ERROR
            | GNUTLS_E_ASN1_DER_OVERFLOW
            | GNUTLS_E_ASN1_EMBEDDED_NULL_IN_STRING
            | GNUTLS_E_ASN1_TIME_ERROR
            | GNUTLS_E_PK_INVALID_PRIVKEY
            | GNUTLS_E_PK_INVALID_PUBKEY
            | GNUTLS_E_PK_INVALID_PUBKEY_PARAMS
            | GNUTLS_E_PRIVKEY_VERIFICATION_ERROR
            | GNUTLS_E_UNKNOWN_PK_ALGORITHM
            | GNUTLS_E_INVALID_PASSWORD => ErrorKind::Certificate,
            GNUTLS_E_UNSUPPORTED_VERSION_PACKET
            | GNUTLS_E_UNEXPECTED_PACKET_LENGTH
            | GNUTLS_E_UNEXPECTED_PACKET
            | GNUTLS_E_UNEXPECTED_HANDSHAKE_PACKET
            | GNUTLS_E_UNEXPECTED_EXTENSIONS_LENGTH
            | GNUTLS_E_ERROR_IN_FINISHED_PACKET
            | GNUTLS_E_UNKNOWN_CIPHER_SUITE
            | GNUTLS_E_UNKNOWN_COMPRESSION_ALGORITHM
            | GNUTLS_E_UNWANTED_ALGORITHM
            | GNUTLS_E_UNKNOWN_ALGORITHM
            | GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM
            | GNUTLS_E_DECRYPTION_FAILED
            | GNUTLS_E_DECOMPRESSION_FAILED
            | GNUTLS_E_MAC_VERIFY_FAILED
            | GNUTLS_E_PK_SIG_VERIFY_FAILED
            | GNUTLS_E_PK_DECRYPTION_FAILED
            | GNUTLS_E_GOT_APPLICATION_DATA
            | GNUTLS_E_RECEIVED_ILLEGAL_PARAMETER
            | GNUTLS_E_RECEIVED_DISALLOWED_NAME
            | GNUTLS_E_ILLEGAL_PARAMETER
            | GNUTLS_E_RECEIVED_ILLEGAL_EXTENSION
            | GNUTLS_E_MISSING_EXTENSION
            | GNUTLS_E_UNRECOGNIZED_NAME
            | GNUTLS_E_DH_PRIME_UNACCEPTABLE
            | GNUTLS_E_INSUFFICIENT_SECURITY
            | GNUTLS_E_INAPPROPRIATE_FALLBACK
            | GNUTLS_E_NO_APPLICATION_PROTOCOL
            | GNUTLS_E_NO_CIPHER_SUITES
            | GNUTLS_E_NO_COMMON_KEY_SHARE
            | GNUTLS_E_ECC_NO_SUPPORTED_CURVES
            | GNUTLS_E_ECC_UNSUPPORTED_CURVE
            | GNUTLS_E_SAFE_RENEGOTIATION_FAILED
            | GNUTLS_E_UNSAFE_RENEGOTIATION_DENIED
            | GNUTLS_E_BAD_COOKIE
            | GNUTLS_E_EARLY_DATA_REJECTED
            | GNUTLS_E_UNKNOWN_SRP_USERNAME
            | GNUTLS_E_ILLEGAL_SRP_USERNAME
            | GNUTLS_E_INCOMPAT_DSA_KEY_WITH_TLS_PROTOCOL => ErrorKind::Protocol,
            GNUTLS_E_TIMEDOUT
            | GNUTLS_E_EXPIRED
            | GNUTLS_E_MEMORY_ERROR
            | GNUTLS_E_LARGE_PACKET
            | GNUTLS_E_RECORD_OVERFLOW
            | GNUTLS_E_RECORD_LIMIT_REACHED
            | GNUTLS_E_HANDSHAKE_TOO_LARGE
            | GNUTLS_E_TOO_MANY_EMPTY_PACKETS
            | GNUTLS_E_TOO_MANY_HANDSHAKE_PACKETS
            | GNUTLS_E_TOO_MANY_MATCHES
            | GNUTLS_E_SHORT_MEMORY_BUFFER => ErrorKind::Limit,
            _ => ErrorKind::Other,
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "GnuTLS error {}", self.0),
        }
    }
}

impl fmt::Debug for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} ({})", self.0)
    }
}
