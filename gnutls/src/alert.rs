//! Alerts: the messages that report an error to the peer or close the connection.

use gnutls_macros::corresponds;

use crate::crypto::numbers::numbers;
use crate::support::datum::constant;

numbers! {
    /// The description of an alert (RFC 8446, section 6).
    ///
    /// ```
    /// use gnutls::Alert;
    ///
    /// let alert = Alert::CERTIFICATE_EXPIRED;
    /// assert_eq!(alert.name(), Some("GNUTLS_A_CERTIFICATE_EXPIRED"));
    /// println!("{}", alert.description().unwrap_or_default());
    /// ```
    Alert(gnutls_sys::gnutls_alert_description_t);
    name: gnutls_alert_get_strname;
    values:
    CLOSE_NOTIFY = GNUTLS_A_CLOSE_NOTIFY;
    UNEXPECTED_MESSAGE = GNUTLS_A_UNEXPECTED_MESSAGE;
    BAD_RECORD_MAC = GNUTLS_A_BAD_RECORD_MAC;
    RECORD_OVERFLOW = GNUTLS_A_RECORD_OVERFLOW;
    HANDSHAKE_FAILURE = GNUTLS_A_HANDSHAKE_FAILURE;
    BAD_CERTIFICATE = GNUTLS_A_BAD_CERTIFICATE;
    UNSUPPORTED_CERTIFICATE = GNUTLS_A_UNSUPPORTED_CERTIFICATE;
    CERTIFICATE_REVOKED = GNUTLS_A_CERTIFICATE_REVOKED;
    CERTIFICATE_EXPIRED = GNUTLS_A_CERTIFICATE_EXPIRED;
    CERTIFICATE_UNKNOWN = GNUTLS_A_CERTIFICATE_UNKNOWN;
    ILLEGAL_PARAMETER = GNUTLS_A_ILLEGAL_PARAMETER;
    UNKNOWN_CA = GNUTLS_A_UNKNOWN_CA;
    ACCESS_DENIED = GNUTLS_A_ACCESS_DENIED;
    DECODE_ERROR = GNUTLS_A_DECODE_ERROR;
    DECRYPT_ERROR = GNUTLS_A_DECRYPT_ERROR;
    PROTOCOL_VERSION = GNUTLS_A_PROTOCOL_VERSION;
    INSUFFICIENT_SECURITY = GNUTLS_A_INSUFFICIENT_SECURITY;
    INTERNAL_ERROR = GNUTLS_A_INTERNAL_ERROR;
    INAPPROPRIATE_FALLBACK = GNUTLS_A_INAPPROPRIATE_FALLBACK;
    USER_CANCELED = GNUTLS_A_USER_CANCELED;
    NO_RENEGOTIATION = GNUTLS_A_NO_RENEGOTIATION;
    MISSING_EXTENSION = GNUTLS_A_MISSING_EXTENSION;
    UNSUPPORTED_EXTENSION = GNUTLS_A_UNSUPPORTED_EXTENSION;
    UNRECOGNIZED_NAME = GNUTLS_A_UNRECOGNIZED_NAME;
    UNKNOWN_PSK_IDENTITY = GNUTLS_A_UNKNOWN_PSK_IDENTITY;
    CERTIFICATE_REQUIRED = GNUTLS_A_CERTIFICATE_REQUIRED;
    NO_APPLICATION_PROTOCOL = GNUTLS_A_NO_APPLICATION_PROTOCOL;
}

impl Alert {
    /// Returns GnuTLS's text for the alert, or `None` if the running library does not recognize it.
    #[corresponds(gnutls_alert_get_name)]
    pub fn description(self) -> Option<&'static str> {
        // SAFETY: looks the number up in a constant table; returns NULL or a string constant.
        constant(unsafe { gnutls_sys::gnutls_alert_get_name(self.0) })
    }
}

/// The level of an alert. TLS 1.3 ignores the level: GnuTLS treats every alert except close_notify as fatal (RFC 8446,
/// section 6).
#[corresponds(alias(gnutls_alert_level_t))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AlertLevel {
    /// A warning, after which the connection can continue.
    Warning,
    /// A fatal alert, which ends the connection.
    Fatal,
}
