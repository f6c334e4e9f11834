//! Certificate chains, in the form in which GnuTLS sends them.

use std::ffi::c_uint;
use std::ptr;

use gnutls_sys as sys;
use gnutls_sys::{GNUTLS_X509_FMT_DER, gnutls_pcert_st};

use crate::error::unsupported::requires;
use crate::error::{Error, Result, check};
use crate::key::private_key::PrivateKey;
use crate::key::public_key;
#[cfg(gnutls_3_6_6)]
use crate::key::public_key::PublicKey;
use crate::support::datum;
use crate::support::datum::Output;
use crate::x509::certificate::Certificate;

/// Certificates in the order in which they are sent, or a raw public key (RFC 7250) instead.
pub(crate) struct CertificateChain(Vec<gnutls_pcert_st>);

// SAFETY: each element is owned memory without ties to a thread: the encoding (`cert`) and the public key (`pubkey`).
// Their release frees only these.
unsafe impl Send for CertificateChain {}
// SAFETY: nothing writes to the elements after their import: GnuTLS reads the encoding and the public key, as it does
// for all sessions that share credentials.
unsafe impl Sync for CertificateChain {}

impl CertificateChain {
    /// Copies certificates, and sorts them so that the issuer of each one follows it.
    pub(crate) fn from_certificates(certificates: &[Certificate]) -> Result<Self> {
        let certificates: Vec<_> = certificates.iter().map(|own| own.as_ptr()).collect();
        if certificates.is_empty() {
            return Err(Error::from_code(sys::GNUTLS_E_NO_CERTIFICATE_FOUND));
        }
        let mut count = c_uint::try_from(certificates.len())
            .map_err(|_| Error::invalid_input("the chain has too many certificates: use fewer"))?;
        let mut chain = vec![empty(sys::GNUTLS_CRT_X509); certificates.len()];
        // SAFETY: reads `count` certificates, writes at most as many elements, of which there are as many, and sets the
        // count to the number that is left after sorting. After a failure nothing has to be released. C declares the
        // flags as an integer.
        check(unsafe {
            sys::gnutls_pcert_import_x509_list(
                chain.as_mut_ptr(),
                certificates.as_ptr().cast_mut(),
                &mut count,
                sys::GNUTLS_X509_CRT_LIST_SORT as c_uint,
            )
        })?;
        chain.truncate(count as usize);
        Ok(Self(chain))
    }

    /// Creates a chain that consists of the raw public key that belongs to a private key.
    #[cfg_attr(
        not(gnutls_3_6_6),
        allow(unused_variables, reason = "only newer libraries have the function")
    )]
    pub(crate) fn raw_public_key(key: &PrivateKey) -> Result<Self> {
        requires!(gnutls_3_6_6, "raw public keys", {
            PublicKey::from_private_key(key)
                .and_then(raw_public_key)
                .map(|element| Self(vec![element]))
        })
    }

    /// Copies the chain.
    pub(crate) fn try_clone(&self) -> Result<Self> {
        let mut copy = Self(Vec::with_capacity(self.0.len()));
        for certificate in &self.0 {
            #[cfg(gnutls_3_6_6)]
            if certificate.type_ == sys::GNUTLS_CRT_RAWPK {
                copy.0
                    .push(raw_public_key(PublicKey::from_der(der(certificate))?)?);
                continue;
            }
            let mut element = empty(certificate.type_);
            // SAFETY: reads the DER and writes the element; after a failure nothing has to be released.
            check(unsafe {
                sys::gnutls_pcert_import_x509_raw(
                    &mut element,
                    &certificate.cert,
                    GNUTLS_X509_FMT_DER,
                    0,
                )
            })?;
            copy.0.push(element);
        }
        Ok(copy)
    }

    /// Returns `true` if the chain is a raw public key.
    pub(crate) fn is_raw_public_key(&self) -> bool {
        let own = self.0.first();
        own.is_some_and(|own| own.type_ == sys::GNUTLS_CRT_RAWPK)
    }

    /// Returns the certificates in DER. A raw public key is not a certificate.
    pub(crate) fn certificates(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        let chain: &[gnutls_pcert_st] = if self.is_raw_public_key() {
            &[]
        } else {
            &self.0
        };
        chain.iter().map(der)
    }

    /// Returns the public key of the first certificate, or the raw public key, in DER.
    pub(crate) fn public_key_der(&self) -> Result<Output> {
        let own = self.0.first();
        let own = own.ok_or_else(|| Error::from_code(sys::GNUTLS_E_INTERNAL_ERROR))?;
        // SAFETY: the element owns the key, and nothing writes to it after its import; both live as long as `self`.
        unsafe { public_key::export(own.pubkey, GNUTLS_X509_FMT_DER) }
    }

    /// Returns the elements for functions that only read them.
    pub(crate) fn as_slice(&self) -> &[gnutls_pcert_st] {
        &self.0
    }

    /// Returns the elements for functions that take ownership of them before [`release`](Self::release).
    pub(crate) fn as_mut_slice(&mut self) -> &mut [gnutls_pcert_st] {
        &mut self.0
    }

    /// Transfers the ownership of the C objects in the elements to C, without releasing them.
    pub(crate) fn release(mut self) {
        self.0.clear();
    }
}

impl Drop for CertificateChain {
    fn drop(&mut self) {
        for certificate in &mut self.0 {
            // SAFETY: an import filled the element in, this value owns it, and it is released once.
            unsafe { sys::gnutls_pcert_deinit(certificate) }
        }
    }
}

/// An element for an import to fill in.
fn empty(kind: sys::gnutls_certificate_type_t) -> gnutls_pcert_st {
    gnutls_pcert_st {
        pubkey: ptr::null_mut(),
        cert: datum::empty(),
        type_: kind,
    }
}

/// Returns the encoding of an element.
fn der(certificate: &gnutls_pcert_st) -> &[u8] {
    // SAFETY: the data belongs to the element, which lives as long as the reference and is not written to after its
    // import.
    unsafe { datum::slice(certificate.cert.data, certificate.cert.size as usize) }
}

/// Creates an element that consists of a public key. (`gnutls_pcert_import_rawpk_raw` leaks the key or leaves a
/// dangling pointer if it fails.)
#[cfg(gnutls_3_6_6)]
fn raw_public_key(key: PublicKey) -> Result<gnutls_pcert_st> {
    let mut element = empty(sys::GNUTLS_CRT_RAWPK);
    // SAFETY: writes the element, which owns the key after success; after a failure `key` still owns it, and nothing
    // else has to be released (lib/pcert.c).
    check(unsafe { sys::gnutls_pcert_import_rawpk(&mut element, key.as_ptr(), 0) })?;
    key.release();
    Ok(element)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(gnutls_3_6_6)]
    use crate::support::secret::Secret;
    #[cfg(gnutls_3_6_6)]
    use crate::x509::private_key::X509PrivateKey;

    const CERTIFICATE: &[u8] = include_bytes!("../tests/fixtures/server.der");
    #[cfg(gnutls_3_6_6)]
    const KEY: &[u8] = include_bytes!("../tests/fixtures/server-key.der");

    fn chain() -> CertificateChain {
        let certificates = [Certificate::from_der(CERTIFICATE).unwrap()];
        CertificateChain::from_certificates(&certificates).unwrap()
    }

    #[cfg(gnutls_3_6_6)]
    fn key() -> PrivateKey {
        let key = X509PrivateKey::parse(&Secret::new(KEY), GNUTLS_X509_FMT_DER, None);
        PrivateKey::from_x509(key.unwrap()).unwrap()
    }

    #[test]
    fn a_copy_outlives_the_chain() {
        let copy = chain().try_clone().unwrap();
        assert_eq!(copy.certificates().collect::<Vec<_>>(), [CERTIFICATE]);
        assert!(!copy.is_raw_public_key());
        assert!(CertificateChain::from_certificates(&[]).is_err());
    }

    #[cfg(gnutls_3_6_6)]
    #[test]
    fn a_raw_public_key_is_that_of_the_certificate() {
        let copy = key().try_clone().unwrap();
        let raw = CertificateChain::raw_public_key(&copy).unwrap();
        drop(copy);
        let raw = raw.try_clone().unwrap();
        assert!(raw.is_raw_public_key());
        assert_eq!(raw.certificates().len(), 0);
        let der = |chain: &CertificateChain| {
            let key = chain.public_key_der().unwrap();
            key.as_bytes().to_vec()
        };
        assert_eq!(der(&raw), der(&chain()));
        let parsed = PublicKey::from_der(&der(&raw)).unwrap();
        assert_eq!(parsed.to_der().unwrap(), der(&raw));
    }
}
