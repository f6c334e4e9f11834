//! PKCS #12 containers (RFC 7292).

use std::ptr;

use gnutls_sys as sys;
use gnutls_sys::{GNUTLS_X509_FMT_DER, gnutls_pkcs12_t};

use crate::error::{Result, argument, check};
use crate::support::secret::Secret;
use crate::x509::certificate::Certificate;
use crate::x509::private_key::X509PrivateKey;

/// A PKCS #12 container.
pub(crate) struct Pkcs12 {
    /// Never NULL.
    raw: gnutls_pkcs12_t,
}

/// The private key in a PKCS #12 container, and its certificates.
pub(crate) struct Contents {
    pub(crate) key: Option<X509PrivateKey>,
    /// The certificate of the key and its issuers, without the root.
    pub(crate) certificates: Vec<Certificate>,
}

impl Pkcs12 {
    /// Parses DER.
    pub(crate) fn from_der(der: &[u8]) -> Result<Self> {
        let data = argument::bytes(der)?;
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_pkcs12_init(&mut raw) })?;
        let container = Self { raw };
        // SAFETY: the object is initialised and used by nothing else; `data` is only read during the call.
        check(unsafe { sys::gnutls_pkcs12_import(raw, &data, GNUTLS_X509_FMT_DER, 0) })?;
        Ok(container)
    }

    /// Verifies the MAC of the container and decrypts its contents. The password ends in NUL.
    pub(crate) fn decrypt(&self, password: &Secret) -> Result<Contents> {
        let password = argument::string(password)?.data.cast_const().cast();
        // SAFETY: the object is initialised and only read; the password ends in NUL and is only read during the call.
        check(unsafe { sys::gnutls_pkcs12_verify_mac(self.raw, password) })?;
        let (mut key, mut list, mut count) = (ptr::null_mut(), ptr::null_mut(), 0);
        // SAFETY: the object is initialised and only read; the password ends in NUL and is only read during the call.
        // On success the key, the list and its length are written; on failure nothing has to be released. NULL omits
        // the other contents.
        check(unsafe {
            sys::gnutls_pkcs12_simple_parse(
                self.raw,
                password,
                &mut key,
                &mut list,
                &mut count,
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null_mut(),
                0,
            )
        })?;
        // SAFETY: the call above succeeded: the key is NULL or a new object, the list is NULL or contains `count` new
        // objects, and nothing else uses them.
        unsafe {
            Ok(Contents {
                key: (!key.is_null()).then(|| X509PrivateKey::from_ptr(key)),
                certificates: Certificate::take_list(list, count),
            })
        }
    }
}

impl Drop for Pkcs12 {
    fn drop(&mut self) {
        // SAFETY: the object is initialised, owned by this value, and released once.
        unsafe { sys::gnutls_pkcs12_deinit(self.raw) }
    }
}
