//! Private keys as they are encoded in files and PKCS #12 containers.

use std::ptr;

use gnutls_sys as sys;
use gnutls_sys::{GNUTLS_X509_FMT_DER, gnutls_x509_crt_fmt_t, gnutls_x509_privkey_t};

use crate::error::{Result, argument, check};
use crate::support::secret::Secret;

/// A parsed private key. GnuTLS overwrites it before its memory is released.
///
/// Sessions use the more general [`PrivateKey`](crate::key::private_key::PrivateKey), which takes ownership of it.
pub(crate) struct X509PrivateKey {
    /// Never NULL.
    raw: gnutls_x509_privkey_t,
}

impl X509PrivateKey {
    /// Parses PEM text that ends in NUL, or DER; plain, or encrypted with a password that ends in NUL.
    pub(crate) fn parse(
        data: &[u8],
        format: gnutls_x509_crt_fmt_t,
        password: Option<&Secret>,
    ) -> Result<Self> {
        let data = if format == GNUTLS_X509_FMT_DER {
            argument::bytes(data)?
        } else {
            argument::string(data)?
        };
        let password = match password {
            None => ptr::null(),
            Some(password) => argument::string(password)?.data.cast_const().cast(),
        };
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_x509_privkey_init(&mut raw) })?;
        let key = Self { raw };
        // SAFETY: the object is initialised and used by nothing else; the data and the password (NULL, or ending in
        // NUL) are only read during the call.
        check(unsafe { sys::gnutls_x509_privkey_import2(raw, &data, format, password, 0) })?;
        Ok(key)
    }

    /// Takes ownership of a C object.
    ///
    /// # Safety
    ///
    /// `raw` is an initialised key, and nothing else uses or releases it.
    pub(crate) unsafe fn from_ptr(raw: gnutls_x509_privkey_t) -> Self {
        Self { raw }
    }

    /// Returns the C object.
    pub(crate) fn as_ptr(&self) -> gnutls_x509_privkey_t {
        self.raw
    }

    /// Transfers the ownership of the C object to C, without releasing it.
    pub(crate) fn release(self) {
        std::mem::forget(self);
    }
}

impl Drop for X509PrivateKey {
    fn drop(&mut self) {
        // SAFETY: the object is initialised, owned by this value, and released once.
        unsafe { sys::gnutls_x509_privkey_deinit(self.raw) }
    }
}
