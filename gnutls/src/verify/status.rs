//! The verdict on a peer's certificate.

use std::fmt;
use std::ops::{BitOr, BitOrAssign};

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::numbers::raw;
use crate::support::datum::Output;

/// The outcome of verifying a peer's certificate: nothing set means trusted, each flag is a reason why not.
///
/// A flag that a newer library sets and this crate does not define is kept, and counts as a reason.
///
/// ```
/// use gnutls::verify::VerificationStatus;
///
/// let status = VerificationStatus::INVALID | VerificationStatus::UNEXPECTED_OWNER;
/// assert!(!status.is_trusted());
/// assert!(status.contains(VerificationStatus::UNEXPECTED_OWNER));
/// assert_eq!(status.to_string(), "the name does not match");
/// ```
#[corresponds(gnutls_certificate_status_t, alias(gnutls_certificate_verify_peers3))]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct VerificationStatus(sys::gnutls_certificate_status_t);

macro_rules! flags {
    ($($constant:ident = $value:ident, $text:literal;)*) => {
        impl VerificationStatus {
            $(#[doc = concat!("`", stringify!($value), "`: ", $text, ".")]
            pub const $constant: Self = Self(sys::$value);)*

            /// Each flag with its name and text.
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
    REVOCATION_DATA_SUPERSEDED = GNUTLS_CERT_REVOCATION_DATA_SUPERSEDED, "the revocation data are too old";
    REVOCATION_DATA_ISSUED_IN_FUTURE = GNUTLS_CERT_REVOCATION_DATA_ISSUED_IN_FUTURE,
        "the revocation data come from the future";
    MISSING_OCSP_STATUS = GNUTLS_CERT_MISSING_OCSP_STATUS, "a status (OCSP) is required and missing";
    INVALID_OCSP_STATUS = GNUTLS_CERT_INVALID_OCSP_STATUS, "the status (OCSP) is not valid";
    UNEXPECTED_OWNER = GNUTLS_CERT_UNEXPECTED_OWNER, "the name does not match";
    MISMATCH = GNUTLS_CERT_MISMATCH, "it is not the one that is expected";
    PURPOSE_MISMATCH = GNUTLS_CERT_PURPOSE_MISMATCH, "it is not meant for this purpose";
    UNKNOWN_CRITICAL_EXTENSIONS = GNUTLS_CERT_UNKNOWN_CRIT_EXTENSIONS, "it has unknown critical extensions";
    INVALID = GNUTLS_CERT_INVALID, "it is not valid";
}

raw!(VerificationStatus(sys::gnutls_certificate_status_t): "The status with these bits in C.", "The bits in C.");

impl VerificationStatus {
    /// Whether the certificate is trusted: no flag is set.
    pub const fn is_trusted(self) -> bool {
        self.0 == 0
    }

    /// Whether all flags of `other` are set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// What GnuTLS says about it, in sentences of the program's language. ([`Display`](fmt::Display) is shorter, always in
    /// English, and knows all flags.)
    #[corresponds(gnutls_certificate_verification_status_print)]
    pub fn description(self) -> String {
        // SAFETY: writes text about the number into the output, which is ours to free after success.
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

    /// The names in C of the flags that are set, in a fixed order. Flags that this crate does not know are left out.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        self.known().map(|(_, name, _)| name)
    }

    fn known(self) -> impl Iterator<Item = (Self, &'static str, &'static str)> {
        Self::KNOWN
            .iter()
            .copied()
            .filter(move |&(flag, ..)| self.contains(flag))
    }

    /// The bits that have no name here.
    fn unknown(self) -> sys::gnutls_certificate_status_t {
        Self::KNOWN
            .iter()
            .fold(self.0, |bits, (flag, ..)| bits & !flag.0)
    }
}

impl BitOr for VerificationStatus {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for VerificationStatus {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}

impl fmt::Display for VerificationStatus {
    /// The reasons in words.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_trusted() {
            return f.write_str("trusted");
        }
        // GnuTLS sets INVALID along with each reason, so it says something only where it stands alone.
        let reasons = if *self == Self::INVALID {
            *self
        } else {
            Self(self.0 & !Self::INVALID.0)
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
