//! Profiles and flags of the verification of certificates.

use std::ffi::c_uint;
use std::fmt;
use std::str::FromStr;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::numbers::raw;
use crate::error::unsupported::requires;
use crate::error::{Error, Result};
use crate::support::flag_set::flag_set;

/// The required security of the signatures and keys of a chain; see [`Trust::profile`](crate::Trust::profile).
///
/// A number of a newer library that this crate does not define is preserved.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[corresponds(alias(gnutls_certificate_verification_profiles_t))]
pub struct VerificationProfile(sys::gnutls_certificate_verification_profiles_t);

macro_rules! profiles {
    ($($name:ident = $value:ident, $doc:literal;)*) => {
        impl VerificationProfile {
            $(#[doc = concat!("`", stringify!($value), "`: ", $doc, ".")]
            pub const $name: Self = Self(sys::$value);)*
        }
    };
}

profiles! {
    DANGEROUS_VERY_WEAK = GNUTLS_PROFILE_VERY_WEAK, "64 bits, which can be broken";
    LOW = GNUTLS_PROFILE_LOW, "80 bits";
    LEGACY = GNUTLS_PROFILE_LEGACY, "96 bits";
    MEDIUM = GNUTLS_PROFILE_MEDIUM, "112 bits, such as RSA with 2048 bits";
    HIGH = GNUTLS_PROFILE_HIGH, "128 bits, such as RSA with 3072 bits, or Ed25519";
    ULTRA = GNUTLS_PROFILE_ULTRA, "192 bits";
    FUTURE = GNUTLS_PROFILE_FUTURE, "256 bits";
    SUITEB128 = GNUTLS_PROFILE_SUITEB128, "Suite B with 128 bits (RFC 6460)";
    SUITEB192 = GNUTLS_PROFILE_SUITEB192, "Suite B with 192 bits (RFC 6460)";
}

raw!(VerificationProfile(sys::gnutls_certificate_verification_profiles_t):
    "Returns the profile with this number in C.", "Returns the number in C.");

impl VerificationProfile {
    /// Returns GnuTLS' name, such as `Medium`, or `None` if the running library does not know the profile.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old.
    #[corresponds(gnutls_certificate_verification_profile_get_name)]
    pub fn name(self) -> Result<Option<&'static str>> {
        requires!(gnutls_3_6_12, "the name of a verification profile", {
            // SAFETY: looks up the number in a constant table, and returns NULL or a string constant.
            let name = unsafe { sys::gnutls_certificate_verification_profile_get_name(self.0) };
            Ok(crate::support::datum::constant(name))
        })
    }

    /// Returns the profile as verification flags (`GNUTLS_PROFILE_TO_VFLAGS`).
    pub(crate) fn as_flags(self) -> c_uint {
        sys::GNUTLS_PROFILE_TO_VFLAGS(self.0 as c_uint)
    }
}

impl FromStr for VerificationProfile {
    type Err = Error;

    /// Returns the profile with this name, such as `medium`, in upper or lower case.
    #[corresponds(gnutls_certificate_verification_profile_get_id)]
    #[cfg_attr(
        not(gnutls_3_6_12),
        allow(unused_variables, reason = "older libraries lack the function")
    )]
    fn from_str(name: &str) -> Result<Self> {
        requires!(gnutls_3_6_12, "a verification profile by its name", {
            let unknown =
                || Error::invalid_input(format!("{name:?} is not a verification profile"));
            let text = std::ffi::CString::new(name).map_err(|_| unknown())?;
            // SAFETY: compares the string, which ends in NUL, with those in a constant table.
            match unsafe { sys::gnutls_certificate_verification_profile_get_id(text.as_ptr()) } {
                sys::GNUTLS_PROFILE_UNKNOWN => Err(unknown()),
                number => Ok(Self(number)),
            }
        })
    }
}

impl fmt::Debug for VerificationProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Ok(Some(name)) => write!(f, "VerificationProfile({name})"),
            _ => write!(f, "VerificationProfile({})", self.0),
        }
    }
}

/// Changes to the verification; see [`Trust::verify_flags`](crate::Trust::verify_flags). The names of flags that accept
/// more than the default start with `DANGEROUS`.
///
/// ```
/// use gnutls::verify::VerificationFlags;
///
/// let flags = VerificationFlags::DO_NOT_ALLOW_WILDCARDS | VerificationFlags::DO_NOT_ALLOW_UNSORTED_CHAIN;
/// assert!(flags.contains(VerificationFlags::DO_NOT_ALLOW_WILDCARDS));
/// assert_eq!(flags - VerificationFlags::DO_NOT_ALLOW_WILDCARDS, VerificationFlags::DO_NOT_ALLOW_UNSORTED_CHAIN);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[corresponds(alias(gnutls_certificate_verify_flags))]
pub struct VerificationFlags(c_uint);

macro_rules! flags {
    ($($name:ident = $value:ident, $doc:literal;)*) => {
        impl VerificationFlags {
            $(#[doc = concat!("`", stringify!($value), "`: ", $doc, ".")]
            pub const $name: Self = Self(sys::$value as c_uint);)*
        }
    };
}

flags! {
    DO_NOT_ALLOW_IP_MATCHES = GNUTLS_VERIFY_DO_NOT_ALLOW_IP_MATCHES, "does not match server names that are IP addresses with IP addresses in certificates";
    DO_NOT_ALLOW_SAME = GNUTLS_VERIFY_DO_NOT_ALLOW_SAME, "does not trust a certificate only because it is itself among the trust anchors";
    DO_NOT_ALLOW_X509_V1_CA_CRT = GNUTLS_VERIFY_DO_NOT_ALLOW_X509_V1_CA_CRT, "refuses version 1 certificates of authorities, including trust anchors";
    DO_NOT_ALLOW_UNSORTED_CHAIN = GNUTLS_VERIFY_DO_NOT_ALLOW_UNSORTED_CHAIN, "refuses unsorted chains";
    DO_NOT_ALLOW_WILDCARDS = GNUTLS_VERIFY_DO_NOT_ALLOW_WILDCARDS, "does not match wildcards in certificates";
    DANGEROUS_DISABLE_CA_SIGN = GNUTLS_VERIFY_DISABLE_CA_SIGN, "accepts any certificate as that of an authority";
    DANGEROUS_ALLOW_ANY_X509_V1_CA_CRT = GNUTLS_VERIFY_ALLOW_ANY_X509_V1_CA_CRT, "accepts any version 1 certificate as that of an authority";
    DANGEROUS_ALLOW_SIGN_RSA_MD2 = GNUTLS_VERIFY_ALLOW_SIGN_RSA_MD2, "accepts signatures with MD2";
    DANGEROUS_ALLOW_SIGN_RSA_MD5 = GNUTLS_VERIFY_ALLOW_SIGN_RSA_MD5, "accepts signatures with MD5";
    DANGEROUS_ALLOW_SIGN_WITH_SHA1 = GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1, "accepts signatures with SHA-1";
    DANGEROUS_ALLOW_BROKEN = GNUTLS_VERIFY_ALLOW_BROKEN, "accepts signatures with MD2 and MD5";
    DANGEROUS_DISABLE_TIME_CHECKS = GNUTLS_VERIFY_DISABLE_TIME_CHECKS, "accepts certificates that have expired or are not yet valid";
    DANGEROUS_DISABLE_TRUSTED_TIME_CHECKS = GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS, "accepts trust anchors that have expired";
    DANGEROUS_DISABLE_CRL_CHECKS = GNUTLS_VERIFY_DISABLE_CRL_CHECKS, "ignores revocation lists and OCSP responses";
    DANGEROUS_IGNORE_UNKNOWN_CRITICAL_EXTENSIONS = GNUTLS_VERIFY_IGNORE_UNKNOWN_CRIT_EXTENSIONS, "accepts certificates with critical extensions that GnuTLS does not support";
}

impl VerificationFlags {
    /// Returns the flags with these bits in C, which may weaken the verification.
    pub const fn dangerous_from_raw(bits: c_uint) -> Self {
        Self(bits)
    }

    /// Returns the bits in C.
    pub const fn as_raw(self) -> c_uint {
        self.0
    }

    /// Returns `true` if no flag is set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

flag_set!(VerificationFlags);
