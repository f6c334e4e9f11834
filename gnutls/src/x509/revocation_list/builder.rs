//! The creation of revocation lists.

use std::time::SystemTime;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::public_key::Digest;
use crate::error::argument::pointer;
use crate::error::{Error, Result, check};
use crate::key::private_key::PrivateKey;
use crate::key::public_key::PublicKey;
use crate::support::time;
use crate::x509::certificate::Certificate;
use crate::x509::extension::encode::positive;
use crate::x509::revocation_list::CertificateRevocationList;
use crate::x509::signing::{Signing, require_key_of};

/// A revocation list that is created.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use gnutls::key::PrivateKey;
/// use gnutls::x509::{Certificate, RevocationListBuilder};
///
/// # let file = |name| format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"));
/// let authority = Certificate::from_pem_file(file("ca"))?;
/// let key = PrivateKey::from_pem_file(file("ca-key"), None)?;
/// let server = Certificate::from_pem_file(file("server"))?;
/// let now = SystemTime::now();
/// let list = RevocationListBuilder::new(now)
///     .next_update(now + Duration::from_secs(7 * 24 * 60 * 60))
///     .number(&[1])
///     .key_id()
///     .revoke(&server, now)?
///     .signed_by(&authority, &key)?;
/// assert!(server.is_revoked_by(&[list])?);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct RevocationListBuilder {
    this_update: SystemTime,
    next_update: Option<SystemTime>,
    number: Option<Vec<u8>>,
    authority_key_id: Option<Vec<u8>>,
    key_id: bool,
    revoked: Vec<(Vec<u8>, SystemTime)>,
    signing: Signing,
}

impl RevocationListBuilder {
    /// Starts a list with the time at which it is issued.
    pub fn new(this_update: SystemTime) -> Self {
        Self {
            this_update,
            next_update: None,
            number: None,
            authority_key_id: None,
            key_id: false,
            revoked: Vec::new(),
            signing: Signing::default(),
        }
    }

    /// Sets the time until which the next list will be issued, which RFC 5280 requires.
    pub fn next_update(mut self, time: SystemTime) -> Self {
        self.next_update = Some(time);
        self
    }

    /// Sets the number of the list, the bytes of a positive integer, which is higher in each list of the issuer.
    pub fn number(mut self, number: &[u8]) -> Self {
        self.number = Some(number.to_vec());
        self
    }

    /// Sets the identifier of the issuer's key.
    pub fn authority_key_id(mut self, id: &[u8]) -> Self {
        self.authority_key_id = Some(id.to_vec());
        self
    }

    /// Adds the identifier of the issuer's key that the issuer's certificate contains.
    pub fn key_id(mut self) -> Self {
        self.key_id = true;
        self
    }

    /// Revokes a certificate.
    ///
    /// # Errors
    ///
    /// Returns an error if the serial number of the certificate cannot be read.
    #[corresponds(alias(gnutls_x509_crl_set_crt))]
    pub fn revoke(self, certificate: &Certificate, time: SystemTime) -> Result<Self> {
        Ok(self.revoke_serial(&certificate.serial()?, time))
    }

    /// Revokes the certificate of the issuer with this serial number, the bytes of an integer.
    #[corresponds(alias(gnutls_x509_crl_set_crt_serial))]
    pub fn revoke_serial(mut self, serial: &[u8], time: SystemTime) -> Self {
        self.revoked.push((serial.to_vec(), time));
        self
    }

    /// Sets the digest of the signature. By default, it depends on the issuer's key.
    pub fn digest(mut self, digest: Digest) -> Self {
        self.signing.digest = Some(digest);
        self
    }

    /// Creates the list and signs it with the key of its issuer.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if a value is not valid, or if the key is
    /// not that of the issuer's certificate, of kind [`Limit`](crate::ErrorKind::Limit) if a time is before 1970 or exceeds
    /// the clock of the library, and an error if the key cannot sign with this digest.
    #[corresponds(
        gnutls_x509_crl_privkey_sign,
        gnutls_x509_crl_set_version,
        gnutls_x509_crl_set_this_update,
        gnutls_x509_crl_set_next_update,
        gnutls_x509_crl_set_number,
        gnutls_x509_crl_set_authority_key_id,
        gnutls_x509_crl_set_crt_serial,
        alias(gnutls_x509_crl_sign, gnutls_x509_crl_sign2)
    )]
    pub fn signed_by(
        &self,
        issuer: &Certificate,
        issuer_key: &PrivateKey,
    ) -> Result<CertificateRevocationList> {
        let issuer_public = PublicKey::from_certificate(issuer)?;
        require_key_of(&issuer_public, issuer_key)?;
        let list = CertificateRevocationList::new()?;
        let raw = list.as_ptr();
        let this_update = time::to_c_exactly(self.this_update)?;
        // SAFETY: the object is initialised and used by nothing else.
        unsafe {
            check(sys::gnutls_x509_crl_set_version(raw, 2))?;
            check(sys::gnutls_x509_crl_set_this_update(raw, this_update))?;
        }
        if let Some(next_update) = self.next_update {
            if next_update < self.this_update {
                return Err(Error::invalid_input(
                    "the next revocation list is issued before this one: exchange the times",
                ));
            }
            let next_update = time::to_c_exactly(next_update)?;
            // SAFETY: the object is initialised and used by nothing else.
            check(unsafe { sys::gnutls_x509_crl_set_next_update(raw, next_update) })?;
        }
        for (serial, time) in &self.revoked {
            // C reads beyond an empty number. Any other certificate can exist, even with a negative number.
            if serial.is_empty() {
                return Err(Error::invalid_input(
                    "the serial number of a revoked certificate is empty: use the bytes of an integer",
                ));
            }
            let time = time::to_c_exactly(*time)?;
            // SAFETY: the object is initialised and used by nothing else. C copies `serial.len()` bytes.
            check(unsafe {
                let length = serial.len();
                sys::gnutls_x509_crl_set_crt_serial(raw, serial.as_ptr().cast(), length, time)
            })?;
        }
        let authority_key_id = match &self.authority_key_id {
            None if self.key_id => issuer.subject_key_id()?,
            id => id.clone(),
        };
        if let Some(id) = authority_key_id {
            // SAFETY: the object is initialised and used by nothing else. C copies `id.len()` bytes.
            check(unsafe {
                sys::gnutls_x509_crl_set_authority_key_id(raw, pointer(&id).cast(), id.len())
            })?;
        }
        if let Some(number) = &self.number {
            let number = positive(number)?;
            // SAFETY: the object is initialised and used by nothing else. C copies `number.len()` bytes.
            check(unsafe {
                sys::gnutls_x509_crl_set_number(raw, number.as_ptr().cast(), number.len())
            })?;
        }
        self.signing.sign(&issuer_public, |digest, flags| {
            // SAFETY: all objects are initialised. The list is used by nothing else; the issuer and the key are only read.
            unsafe {
                sys::gnutls_x509_crl_privkey_sign(
                    raw,
                    issuer.as_ptr(),
                    issuer_key.as_ptr(),
                    digest,
                    flags,
                )
            }
        })?;
        // C does not update the values that it stores of a parsed list.
        CertificateRevocationList::from_der(&list.to_der()?)
    }
}
