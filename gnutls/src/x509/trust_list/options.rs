//! The options of a verification: a name, a purpose, a time, flags and a profile.

use std::ffi::{CString, c_uint};
use std::net::IpAddr;
use std::time::SystemTime;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::error::{Error, Result};
use crate::verify::profile::{VerificationFlags, VerificationProfile};
use crate::verify::status::VerificationStatus;
use crate::x509::certificate::Certificate;
use crate::x509::trust_list::whole_seconds;

/// The options of [`TrustList::verify`](crate::x509::TrustList::verify).
///
/// ```
/// use gnutls::verify::VerificationProfile;
/// use gnutls::x509::{VerifyOptions, oid};
///
/// let options = VerifyOptions::new()
///     .hostname("example.org")
///     .purpose(oid::PURPOSE_SERVER)
///     .profile(VerificationProfile::MEDIUM);
/// # let _ = options;
/// ```
#[derive(Clone, Debug, Default)]
#[corresponds(alias(gnutls_vdata_types_t))]
pub struct VerifyOptions {
    name: Option<Name>,
    purpose: Option<String>,
    time: Option<SystemTime>,
    flags: VerificationFlags,
    profile: Option<VerificationProfile>,
}

/// The expected name of the peer.
#[derive(Clone, Debug)]
enum Name {
    Host(String),
    Ip(IpAddr),
    Email(String),
}

impl VerifyOptions {
    /// Creates options without a name and a purpose: only the chain is verified, at the present time.
    pub fn new() -> Self {
        Self::default()
    }

    /// Requires a certificate for this DNS name or IP address. The last call of `hostname`, `ip` and `email` counts.
    #[corresponds(alias(GNUTLS_DT_DNS_HOSTNAME))]
    pub fn hostname(mut self, name: impl Into<String>) -> Self {
        self.name = Some(Name::Host(name.into()));
        self
    }

    /// Requires a certificate for this IP address.
    #[corresponds(alias(GNUTLS_DT_IP_ADDRESS))]
    pub fn ip(mut self, address: IpAddr) -> Self {
        self.name = Some(Name::Ip(address));
        self
    }

    /// Requires a certificate for this e-mail address.
    #[corresponds(alias(GNUTLS_DT_RFC822NAME))]
    pub fn email(mut self, address: impl Into<String>) -> Self {
        self.name = Some(Name::Email(address.into()));
        self
    }

    /// Requires a certificate for this purpose, such as [`PURPOSE_SERVER`](crate::x509::oid::PURPOSE_SERVER).
    #[corresponds(alias(GNUTLS_DT_KEY_PURPOSE_OID))]
    pub fn purpose(mut self, oid: impl Into<String>) -> Self {
        self.purpose = Some(oid.into());
        self
    }

    /// Verifies the dates of the certificates at this time instead of the present. The dates of revocation lists are not
    /// affected.
    pub fn at(mut self, time: SystemTime) -> Self {
        self.time = Some(time);
        self
    }

    /// Adds verification flags to those that are already set.
    #[corresponds(alias(gnutls_certificate_verify_flags))]
    pub fn flags(mut self, flags: VerificationFlags) -> Self {
        self.flags |= flags;
        self
    }

    /// Sets the security profile that all signatures and keys of the chain must satisfy.
    #[corresponds(alias(GNUTLS_PROFILE_TO_VFLAGS))]
    pub fn profile(mut self, profile: VerificationProfile) -> Self {
        self.profile = Some(profile);
        self
    }

    /// Returns `true` if a name in the form of a DNS name is required.
    pub(super) fn has_hostname(&self) -> bool {
        matches!(self.name, Some(Name::Host(_)))
    }

    /// Returns the time at which the certificates must be valid, if it is not the present.
    pub(super) fn time(&self) -> Option<SystemTime> {
        self.time
    }

    /// Returns the flags for C, which always verifies the dates at the present.
    pub(super) fn raw_flags(&self) -> c_uint {
        let mut flags = self.flags;
        if self.time.is_some() {
            flags |= VerificationFlags::DANGEROUS_DISABLE_TIME_CHECKS
                | VerificationFlags::DANGEROUS_DISABLE_TRUSTED_TIME_CHECKS;
        }
        flags.as_raw() | self.profile.map_or(0, VerificationProfile::as_flags)
    }

    /// Returns the status of the dates of a path, whose last certificate is the trust anchor.
    pub(super) fn status_of_times(
        &self,
        time: SystemTime,
        path: &[Certificate],
    ) -> Result<VerificationStatus> {
        let mut status = VerificationStatus::default();
        let now = whole_seconds(time);
        for (index, certificate) in path.iter().enumerate() {
            let unchecked = if index + 1 == path.len() {
                VerificationFlags::DANGEROUS_DISABLE_TRUSTED_TIME_CHECKS
                    | VerificationFlags::DANGEROUS_DISABLE_TIME_CHECKS
            } else {
                VerificationFlags::DANGEROUS_DISABLE_TIME_CHECKS
            };
            if self.flags.intersects(unchecked) {
                continue;
            }
            if now < whole_seconds(certificate.not_before()?) {
                status |= VerificationStatus::NOT_ACTIVATED | VerificationStatus::INVALID;
            }
            if now > whole_seconds(certificate.not_after()?) {
                status |= VerificationStatus::EXPIRED | VerificationStatus::INVALID;
            }
        }
        Ok(status)
    }

    /// Returns the name and the purpose for C.
    pub(super) fn data(&self) -> Result<Data> {
        let text = |text: &str, what: &str| {
            CString::new(text)
                .map(CString::into_bytes_with_nul)
                .map_err(|_| Error::invalid_input(format!("{what} {text:?} contains a NUL byte")))
        };
        let mut data = Vec::new();
        match &self.name {
            Some(Name::Host(name)) => {
                data.push((sys::GNUTLS_DT_DNS_HOSTNAME, text(name, "the host name")?));
            }
            Some(Name::Email(address)) => {
                data.push((
                    sys::GNUTLS_DT_RFC822NAME,
                    text(address, "the e-mail address")?,
                ));
            }
            Some(Name::Ip(IpAddr::V4(address))) => {
                data.push((sys::GNUTLS_DT_IP_ADDRESS, address.octets().to_vec()));
            }
            Some(Name::Ip(IpAddr::V6(address))) => {
                data.push((sys::GNUTLS_DT_IP_ADDRESS, address.octets().to_vec()));
            }
            None => {}
        }
        if let Some(purpose) = &self.purpose {
            data.push((
                sys::GNUTLS_DT_KEY_PURPOSE_OID,
                text(purpose, "the purpose")?,
            ));
        }
        Ok(Data(data))
    }
}

/// The name and the purpose for C. Texts end in NUL.
pub(super) struct Data(Vec<(sys::gnutls_vdata_types_t, Vec<u8>)>);

impl Data {
    /// Returns the elements, which contain pointers into `self`. The length 0 stands for a text that ends in NUL.
    pub(super) fn typed(&mut self) -> Vec<sys::gnutls_typed_vdata_st> {
        let elements = self
            .0
            .iter_mut()
            .map(|(kind, value)| sys::gnutls_typed_vdata_st {
                type_: *kind,
                size: if *kind == sys::GNUTLS_DT_IP_ADDRESS {
                    value.len() as c_uint
                } else {
                    0
                },
                data: value.as_mut_ptr(),
            });
        elements.collect()
    }
}
