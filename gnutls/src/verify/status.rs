//! The verification status of a peer's certificate.

use std::fmt;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::numbers::raw;
use crate::support::datum::Output;
use crate::support::flag_set::flag_set;

/// The verification status of a peer's certificate: each flag is a reason not to trust it. Without flags, it is
/// trusted.
///
/// A flag of a newer library that this crate does not define is preserved and counts as a reason.
///
/// ```
/// use gnutls::verify::VerificationStatus;
///
/// let status = VerificationStatus::INVALID | VerificationStatus::UNEXPECTED_OWNER;
/// assert!(!status.is_trusted());
/// assert!(status.contains(VerificationStatus::UNEXPECTED_OWNER));
/// assert_eq!(status.to_string(), "the name does not match");
///
/// // GnuTLS sets `INVALID` together with any other reason.
/// let reasons = status - VerificationStatus::INVALID;
/// assert_eq!(reasons, VerificationStatus::UNEXPECTED_OWNER);
/// assert!(!reasons.intersects(VerificationStatus::EXPIRED | VerificationStatus::REVOKED));
/// ```
#[corresponds(gnutls_certificate_status_t, alias(gnutls_certificate_verify_peers3))]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct VerificationStatus(sys::gnutls_certificate_status_t);

macro_rules! flags {
    ($($constant:ident = $value:ident, $text:literal;)*) => {
        impl VerificationStatus {
            $(#[doc = concat!("`", stringify!($value), "`: ", $text, ".")]
            pub const $constant: Self = Self(sys::$value);)*

            /// The flags with their names and texts.
            const KNOWN: &'static [(Self, &'static str, &'static str)] = &[
                $((Self::$constant, stringify!($value), $text),)*
            ];
        }
    };
}

flags! {
    SIGNER_NOT_FOUND = GNUTLS_CERT_SIGNER_NOT_FOUND, "the issuer is not known";
    SIGNER_NOT_CA = GNUTLS_CERT_SIGNER_NOT_CA, "the issuer is not a certificate authority";
    SIGNER_CONSTRAINTS_FAILURE = GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE, "it violates the constraints of its issuer";
    SIGNATURE_FAILURE = GNUTLS_CERT_SIGNATURE_FAILURE, "the signature is wrong";
    INSECURE_ALGORITHM = GNUTLS_CERT_INSECURE_ALGORITHM, "an algorithm or key size is not secure";
    NOT_ACTIVATED = GNUTLS_CERT_NOT_ACTIVATED, "it is not yet valid";
    EXPIRED = GNUTLS_CERT_EXPIRED, "it has expired";
    REVOKED = GNUTLS_CERT_REVOKED, "it has been revoked";
    REVOCATION_DATA_SUPERSEDED = GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED, "the revocation data is too old";
    REVOCATION_DATA_ISSUED_IN_FUTURE = GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE,
        "the revocation data was issued in the future";
    MISSING_OCSP_STATUS = GNUTLS_CERT_MISSING_OCSP_STATUS, "a required OCSP response is missing";
    INVALID_OCSP_STATUS = GNUTLS_CERT_INVALID_OCSP_STATUS, "the OCSP response is not valid";
    UNEXPECTED_OWNER = GNUTLS_CERT_UNEXPECTED_OWNER, "the name does not match";
    MISMATCH = GNUTLS_CERT_MISMATCH, "it is not the one that is expected";
    PURPOSE_MISMATCH = GNUTLS_CERT_PURPOSE_MISMATCH, "it is not meant for this purpose";
    UNKNOWN_CRITICAL_EXTENSIONS = GNUTLS_CERT_UNKNOWN_CRIT_EXTENSIONS, "it has unknown critical extensions";
    INVALID = GNUTLS_CERT_INVALID, "it is not valid";
}

raw!(VerificationStatus(sys::gnutls_certificate_status_t): "Returns the status with these bits in C.", "Returns the bits in C.");

impl VerificationStatus {
    /// Returns `true` if the certificate is trusted: no flag is set.
    pub const fn is_trusted(self) -> bool {
        self.0 == 0
    }

    /// Returns GnuTLS' description in sentences, in the language of the program. ([`Display`](fmt::Display) is shorter,
    /// always in English, and includes all flags.)
    #[corresponds(gnutls_certificate_verification_status_print)]
    pub fn description(self) -> String {
        // SAFETY: writes a description of the number into the output, which `Output` owns after success.
        let text = Output::fill(|output| unsafe {
            sys::gnutls_certificate_verification_status_print(
                self.0,
                sys::GNUTLS_CRT_X509,
                output,
                0,
            )
        });
        text.map_or_else(
            |_| self.to_string(),
            |text| {
                let text = String::from_utf8_lossy(text.as_bytes());
                text.trim_end_matches(['\0', ' ']).to_owned()
            },
        )
    }

    /// Returns the C names of the flags that are set, in a fixed order. Flags that this crate does not define are
    /// omitted.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        self.known().map(|(_, name, _)| name)
    }

    fn known(self) -> impl Iterator<Item = (Self, &'static str, &'static str)> {
        Self::KNOWN
            .iter()
            .copied()
            .filter(move |&(flag, ..)| self.contains(flag))
    }

    /// Returns the flags that this crate does not define.
    fn unknown(self) -> sys::gnutls_certificate_status_t {
        Self::KNOWN
            .iter()
            .fold(self.0, |bits, (flag, ..)| bits & !flag.0)
    }
}

flag_set!(VerificationStatus);

impl fmt::Display for VerificationStatus {
    /// Writes the reasons in words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_trusted() {
            return f.write_str("trusted");
        }
        // GnuTLS sets INVALID together with any other reason, so that it is a reason only if it is the only flag.
        let reasons = if *self == Self::INVALID {
            *self
        } else {
            *self - Self::INVALID
        };
        let mut separator = "";
        for (.., text) in reasons.known() {
            write!(f, "{separator}{text}")?;
            separator = ", ";
        }
        match reasons.unknown() {
            0 => Ok(()),
            bits => write!(f, "{separator}reason {bits:#x}"),
        }
    }
}

impl fmt::Debug for VerificationStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerificationStatus({:#x}", self.0)?;
        self.names().try_for_each(|name| write!(f, " {name}"))?;
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bug_class_18_an_unknown_flag_survives_and_means_not_trusted() {
        let status = VerificationStatus::from_raw(1 << 31);
        assert!(!status.is_trusted());
        assert_eq!(status.as_raw(), 1 << 31);
        assert_eq!(status.to_string(), "reason 0x80000000");
        assert_eq!(status.names().count(), 0);
    }

    #[test]
    fn gnutls_has_sentences_for_it() {
        let text = VerificationStatus::EXPIRED.description();
        assert!(text.len() > 10 && !text.ends_with([' ', '\0']), "{text:?}");
        assert_ne!(text, VerificationStatus::default().description());
    }

    #[test]
    fn reasons_are_put_into_words() {
        assert_eq!(VerificationStatus::default().to_string(), "trusted");
        assert_eq!(VerificationStatus::INVALID.to_string(), "it is not valid");
        let status = VerificationStatus::INVALID
            | VerificationStatus::SIGNER_NOT_FOUND
            | VerificationStatus::EXPIRED;
        assert_eq!(
            status.to_string(),
            "the issuer is not known, it has expired"
        );
        assert_eq!(
            status.names().collect::<Vec<_>>(),
            [
                "GNUTLS_CERT_SIGNER_NOT_FOUND",
                "GNUTLS_CERT_EXPIRED",
                "GNUTLS_CERT_INVALID"
            ]
        );
    }
}
