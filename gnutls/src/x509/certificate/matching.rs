//! Comparisons of a certificate with a name, a purpose and an issuer.

use std::ffi::{CString, c_uint};
use std::net::IpAddr;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::error::{Result, check};
use crate::verify::profile::VerificationFlags;
use crate::verify::status::VerificationStatus;
use crate::x509::certificate::Certificate;

impl Certificate {
    /// Returns `true` if the certificate is valid for a server with this DNS name or IP address.
    ///
    /// A wildcard in the certificate matches one label. An internationalized name may be passed in UTF-8. The common name
    /// is compared only if the certificate has no alternative name.
    ///
    /// This does not verify the certificate: anybody can create one for any name.
    ///
    /// ```
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/server.pem");
    /// let certificate = gnutls::x509::Certificate::from_pem_file(path)?;
    /// assert!(certificate.matches_hostname("LOCALHOST"));
    /// assert!(!certificate.matches_hostname("example.org"));
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    #[corresponds(gnutls_x509_crt_check_hostname2, alias(gnutls_x509_crt_check_hostname))]
    pub fn matches_hostname(&self, name: &str) -> bool {
        self.matches_hostname_with(name, VerificationFlags::default())
    }

    /// Like [`matches_hostname`](Self::matches_hostname), with flags:
    /// [`DO_NOT_ALLOW_WILDCARDS`](VerificationFlags::DO_NOT_ALLOW_WILDCARDS) and
    /// [`DO_NOT_ALLOW_IP_MATCHES`](VerificationFlags::DO_NOT_ALLOW_IP_MATCHES).
    #[corresponds(gnutls_x509_crt_check_hostname2)]
    pub fn matches_hostname_with(&self, name: &str, flags: VerificationFlags) -> bool {
        // A name with a NUL byte is that of no certificate: C would compare the bytes before it.
        let Ok(name) = CString::new(name) else {
            return false;
        };
        // SAFETY: the object is initialised and only read, as is the name, which ends in NUL.
        let matches = unsafe {
            sys::gnutls_x509_crt_check_hostname2(self.as_ptr(), name.as_ptr(), flags.as_raw()) != 0
        };
        matches && !self.common_name_is_accepted_wrongly()
    }

    /// Returns `true` if the certificate is valid for a server with this IP address.
    #[corresponds(gnutls_x509_crt_check_ip)]
    pub fn matches_ip(&self, address: IpAddr) -> bool {
        let matches = |bytes: &[u8]| {
            // SAFETY: the object is initialised and only read, as is the address, whose length is passed. The flags are
            // not used.
            unsafe {
                let length = bytes.len() as c_uint;
                sys::gnutls_x509_crt_check_ip(self.as_ptr(), bytes.as_ptr(), length, 0) != 0
            }
        };
        match address {
            IpAddr::V4(address) => matches(&address.octets()),
            IpAddr::V6(address) => matches(&address.octets()),
        }
    }

    /// Returns `true` if the certificate is valid for this e-mail address.
    #[corresponds(gnutls_x509_crt_check_email)]
    pub fn matches_email(&self, address: &str) -> bool {
        // An address with a NUL byte is that of no certificate: C would compare the bytes before it.
        let Ok(address) = CString::new(address) else {
            return false;
        };
        // SAFETY: the object is initialised and only read, as is the address, which ends in NUL. The flags are not used.
        unsafe { sys::gnutls_x509_crt_check_email(self.as_ptr(), address.as_ptr(), 0) != 0 }
    }

    /// Returns `true` if the key may be used for this purpose, such as
    /// [`PURPOSE_SERVER`](crate::x509::oid::PURPOSE_SERVER): the certificate contains the purpose, the purpose "any", or
    /// no purposes.
    #[corresponds(gnutls_x509_crt_check_key_purpose)]
    pub fn permits_purpose(&self, purpose: &str) -> bool {
        let Ok(purpose) = CString::new(purpose) else {
            return false;
        };
        // SAFETY: the object is initialised and only read, as is the purpose, which ends in NUL.
        unsafe { sys::gnutls_x509_crt_check_key_purpose(self.as_ptr(), purpose.as_ptr(), 0) != 0 }
    }

    /// Returns `true` if `issuer` has the name and, if both certificates contain it, the key identifier of the issuer of
    /// this certificate. The signature is not verified; see [`verify`](Self::verify).
    #[corresponds(gnutls_x509_crt_check_issuer)]
    pub fn is_issued_by(&self, issuer: &Self) -> bool {
        // SAFETY: both objects are initialised and only read.
        unsafe { sys::gnutls_x509_crt_check_issuer(self.as_ptr(), issuer.as_ptr()) != 0 }
    }

    /// Verifies the signature, the dates and the constraints of this certificate with those of its possible issuers.
    /// Nothing is verified about the issuers, except that they are authorities.
    ///
    /// ```
    /// use gnutls::verify::VerificationFlags;
    /// use gnutls::x509::Certificate;
    ///
    /// # let file = |name| format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"));
    /// let certificate = Certificate::from_pem_file(file("server"))?;
    /// let issuer = Certificate::from_pem_file(file("ca"))?;
    /// let status = certificate.verify(&[issuer], VerificationFlags::default())?;
    /// assert!(status.is_trusted(), "{status}");
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the verification is not possible. A certificate that is not valid is not an error.
    #[corresponds(gnutls_x509_crt_verify)]
    pub fn verify(&self, issuers: &[Self], flags: VerificationFlags) -> Result<VerificationStatus> {
        let issuers: Vec<_> = issuers.iter().map(Self::as_ptr).collect();
        let mut status: c_uint = 0;
        // SAFETY: all objects are initialised and only read, and the number is that of the issuers.
        check(unsafe {
            sys::gnutls_x509_crt_verify(
                self.as_ptr(),
                issuers.as_ptr(),
                issuers.len() as c_uint,
                flags.as_raw(),
                &mut status,
            )
        })?;
        Ok(VerificationStatus::from_raw(status))
    }
}
