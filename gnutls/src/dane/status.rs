//! Results of queries and verifications, and the flags of a verification.

use std::ffi::c_uint;
use std::fmt;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::numbers::raw;
use crate::support::datum::Output;
use crate::support::flag_set::flag_set;

/// The authenticity of TLSA records, by DNSSEC.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[corresponds(alias(dane_query_status_t))]
pub struct DnssecStatus(sys::dane_query_status_t);

impl DnssecStatus {
    /// `DANE_QUERY_DNSSEC_VERIFIED`: a trust anchor authenticates the records.
    pub const VERIFIED: Self = Self(sys::DANE_QUERY_DNSSEC_VERIFIED);
    /// `DANE_QUERY_BOGUS`: a signature is required, and is wrong or missing.
    pub const BOGUS: Self = Self(sys::DANE_QUERY_BOGUS);
    /// `DANE_QUERY_NO_DNSSEC`: the records are not signed.
    pub const INSECURE: Self = Self(sys::DANE_QUERY_NO_DNSSEC);
}

raw!(DnssecStatus(sys::dane_query_status_t): "Returns the status with this number in C.", "Returns the number in C.");

impl fmt::Debug for DnssecStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::VERIFIED => f.write_str("DnssecStatus(VERIFIED)"),
            Self::BOGUS => f.write_str("DnssecStatus(BOGUS)"),
            Self::INSECURE => f.write_str("DnssecStatus(INSECURE)"),
            Self(number) => write!(f, "DnssecStatus({number})"),
        }
    }
}

impl fmt::Display for DnssecStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::VERIFIED => f.pad("verified"),
            Self::BOGUS => f.pad("bogus"),
            Self::INSECURE => f.pad("not signed"),
            Self(number) => write!(f, "unknown ({number})"),
        }
    }
}

/// The result of a verification: no flag, or the reasons why no record matches.
///
/// ```
/// use gnutls::dane::VerificationStatus;
///
/// let status = VerificationStatus::CERT_DIFFERS;
/// assert!(!status.is_match());
/// assert_eq!(status.to_string(), "Verification failed. The certificate differs.");
/// assert_eq!(VerificationStatus::default().to_string(), "Certificate matches.");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[corresponds(alias(dane_verify_status_t))]
#[must_use]
pub struct VerificationStatus(c_uint);

impl VerificationStatus {
    /// `DANE_VERIFY_CA_CONSTRAINTS_VIOLATED`: no authority of the chain matches a record, or the chain is not one.
    pub const CA_CONSTRAINTS_VIOLATED: Self = Self(sys::DANE_VERIFY_CA_CONSTRAINTS_VIOLATED);
    /// `DANE_VERIFY_CERT_DIFFERS`: the certificate of the server does not match a record.
    pub const CERT_DIFFERS: Self = Self(sys::DANE_VERIFY_CERT_DIFFERS);
    /// `DANE_VERIFY_UNKNOWN_DANE_INFO`: there is no record that can be used for the chain.
    pub const UNKNOWN_DANE_INFO: Self = Self(sys::DANE_VERIFY_UNKNOWN_DANE_INFO);

    /// Returns `true` if a record matches: no flag is set.
    pub const fn is_match(self) -> bool {
        self.0 == 0
    }
}

raw!(VerificationStatus(c_uint): "Returns the status with these bits in C.", "Returns the bits in C.");
flag_set!(VerificationStatus);

impl fmt::Display for VerificationStatus {
    /// Writes the description of libgnutls-dane, in the language of the program.
    #[corresponds(dane_verification_status_print)]
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SAFETY: writes a description of the number into the output, which `Output` owns after success.
        let text = Output::fill(|output| unsafe {
            sys::dane_verification_status_print(self.0, output, 0)
        });
        match text {
            Ok(text) => f.pad(text.to_text().trim_end()),
            Err(_) => write!(f, "{self:?}"),
        }
    }
}

impl fmt::Debug for VerificationStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VerificationStatus({:#x})", self.0)
    }
}

/// Options of a verification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[corresponds(alias(dane_verify_flags_t))]
pub struct VerifyFlags(c_uint);

impl VerifyFlags {
    /// `DANE_VFLAG_FAIL_IF_NOT_CHECKED`: the verification returns an error, with the code
    /// [`REQUESTED_DATA_NOT_AVAILABLE`](crate::dane::ErrorCode::REQUESTED_DATA_NOT_AVAILABLE), instead of
    /// [`UNKNOWN_DANE_INFO`](VerificationStatus::UNKNOWN_DANE_INFO).
    pub const FAIL_IF_NOT_CHECKED: Self = Self(sys::DANE_VFLAG_FAIL_IF_NOT_CHECKED);
    /// `DANE_VFLAG_ONLY_CHECK_EE_USAGE`: ignores records about authorities. Required if the chain is not verified with
    /// authorities, too.
    pub const ONLY_CHECK_EE_USAGE: Self = Self(sys::DANE_VFLAG_ONLY_CHECK_EE_USAGE);
    /// `DANE_VFLAG_ONLY_CHECK_CA_USAGE`: ignores records about the certificate of the server.
    pub const ONLY_CHECK_CA_USAGE: Self = Self(sys::DANE_VFLAG_ONLY_CHECK_CA_USAGE);
}

raw!(VerifyFlags(c_uint): "Returns the flags with these bits in C.", "Returns the bits in C.");
flag_set!(VerifyFlags);
