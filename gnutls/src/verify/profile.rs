//! How strictly certificates are judged: profiles and flags.

use std::ffi::c_uint;
use std::fmt;
use std::ops::{BitOr, BitOrAssign};
use std::str::FromStr;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::numbers::raw;
use crate::error::unsupported::requires;
use crate::error::{Error, Result};

/// How much security the signatures and keys of a chain have to have, see [`Trust::profile`](crate::Trust::profile).
///
/// A number that a newer library has and this crate does not know is kept as it is.
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
    "The profile with this number in C.", "The number in C.");

impl VerificationProfile {
    /// GnuTLS' name, such as `Medium`, or `None` for a profile that the running library does not know.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) with a library that is too old.
    #[corresponds(gnutls_certificate_verification_profile_get_name)]
    pub fn name(self) -> Result<Option<&'static str>> {
        requires!(gnutls_3_6_12, "the name of a verification profile", {
            // SAFETY: looks the number up in a constant table; returns NULL or a string constant.
            let name = unsafe { sys::gnutls_certificate_verification_profile_get_name(self.0) };
            Ok(crate::support::datum::constant(name))
        })
    }

    /// As part of the flags for a verification: `GNUTLS_PROFILE_TO_VFLAGS`.
    pub(crate) fn as_flags(self) -> c_uint {
        sys::GNUTLS_PROFILE_TO_VFLAGS(self.0 as c_uint)
    }
}

impl FromStr for VerificationProfile {
    type Err = Error;

    /// The profile of a name such as `medium`, in letters of any case.
    #[corresponds(gnutls_certificate_verification_profile_get_id)]
    #[cfg_attr(
        not(gnutls_3_6_12),
        allow(unused_variables, reason = "refused, whatever it is")
    )]
    fn from_str(name: &str) -> Result<Self> {
        requires!(gnutls_3_6_12, "a verification profile by its name", {
            let unknown = || Error::invalid_input(format!("{name:?} is no verification profile"));
            let text = std::ffi::CString::new(name).map_err(|_| unknown())?;
            // SAFETY: compares the string with those in a constant table.
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

/// What verification does differently, see [`Trust::verify_flags`](crate::Trust::verify_flags). Those that accept more than
/// is usual have names that begin with `DANGEROUS`.
///
/// ```
/// use gnutls::verify;
///
/// let flags = verify::VerificationFlags::DO_NOT_ALLOW_WILDCARDS | verify::VerificationFlags::DO_NOT_ALLOW_UNSORTED_CHAIN;
/// assert!(flags.contains(verify::VerificationFlags::DO_NOT_ALLOW_WILDCARDS));
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
    DO_NOT_ALLOW_IP_MATCHES = GNUTLS_VERIFY_DO_NOT_ALLOW_IP_MATCHES, "a name that reads as an address matches no address in a certificate";
    DO_NOT_ALLOW_SAME = GNUTLS_VERIFY_DO_NOT_ALLOW_SAME, "a certificate is not trusted because it is among the trusted ones itself";
    DO_NOT_ALLOW_X509_V1_CA_CRT = GNUTLS_VERIFY_DO_NOT_ALLOW_X509_V1_CA_CRT, "refuses authorities of version 1 also among the trusted ones";
    DO_NOT_ALLOW_UNSORTED_CHAIN = GNUTLS_VERIFY_DO_NOT_ALLOW_UNSORTED_CHAIN, "refuses chains that are not in order";
    DO_NOT_ALLOW_WILDCARDS = GNUTLS_VERIFY_DO_NOT_ALLOW_WILDCARDS, "a wildcard in a certificate matches no name";
    DANGEROUS_DISABLE_CA_SIGN = GNUTLS_VERIFY_DISABLE_CA_SIGN, "takes any certificate for that of an authority";
    DANGEROUS_ALLOW_ANY_X509_V1_CA_CRT = GNUTLS_VERIFY_ALLOW_ANY_X509_V1_CA_CRT, "takes any certificate of version 1 for that of an authority";
    DANGEROUS_ALLOW_SIGN_RSA_MD2 = GNUTLS_VERIFY_ALLOW_SIGN_RSA_MD2, "accepts signatures with MD2";
    DANGEROUS_ALLOW_SIGN_RSA_MD5 = GNUTLS_VERIFY_ALLOW_SIGN_RSA_MD5, "accepts signatures with MD5";
    DANGEROUS_ALLOW_SIGN_WITH_SHA1 = GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1, "accepts signatures with SHA-1";
    DANGEROUS_ALLOW_BROKEN = GNUTLS_VERIFY_ALLOW_BROKEN, "accepts signatures with MD2 and MD5";
    DANGEROUS_DISABLE_TIME_CHECKS = GNUTLS_VERIFY_DISABLE_TIME_CHECKS, "accepts what has expired, or is not yet valid";
    DANGEROUS_DISABLE_TRUSTED_TIME_CHECKS = GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS, "accepts trusted authorities that have expired";
    DANGEROUS_DISABLE_CRL_CHECKS = GNUTLS_VERIFY_DISABLE_CRL_CHECKS, "asks neither revocation lists nor OCSP responses";
    DANGEROUS_IGNORE_UNKNOWN_CRITICAL_EXTENSIONS = GNUTLS_VERIFY_IGNORE_UNKNOWN_CRIT_EXTENSIONS, "accepts certificates with conditions that GnuTLS does not understand";
}

impl VerificationFlags {
    /// The flags with these bits in C, which may be any: what they weaken is for the caller to know.
    pub const fn dangerous_from_raw(bits: c_uint) -> Self {
        Self(bits)
    }

    /// The bits in C.
    pub const fn as_raw(self) -> c_uint {
        self.0
    }

    /// Whether all of `other` are set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl BitOr for VerificationFlags {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitOrAssign for VerificationFlags {
    fn bitor_assign(&mut self, other: Self) {
        self.0 |= other.0;
    }
}
