//! The contents of an identity: a certificate chain and its private key.

use std::ffi::{CString, c_char, c_int, c_uint};
use std::ptr;

use gnutls_sys as sys;

use crate::certificate_chain::CertificateChain;
use crate::credentials::Credentials;
use crate::error::{Error, Result, callback, check};
use crate::key::private_key::PrivateKey;

/// A certificate chain and its private key.
pub(crate) struct Material {
    pub(crate) chain: CertificateChain,
    pub(crate) key: PrivateKey,
}

impl Material {
    /// Adds a copy to credentials that are being built, for `names`, or for the names in the certificate if there are
    /// none. Returns the index of the chain in the credentials.
    pub(crate) fn add_to(&self, credentials: &Credentials, names: &[CString]) -> Result<c_uint> {
        let mut chain = self.chain.try_clone()?;
        let key = self.key.try_clone()?;
        if let Some(pin) = key.pin() {
            credentials.keep(pin.clone());
        }
        let mut names: Vec<*const c_char> = names.iter().map(|name| name.as_ptr()).collect();
        let list = if names.is_empty() {
            ptr::null_mut()
        } else {
            names.as_mut_ptr()
        };
        let elements = chain.as_mut_slice();
        let (Ok(count), Ok(length)) = (
            c_int::try_from(names.len()),
            c_int::try_from(elements.len()),
        ) else {
            return Err(Error::invalid_input(
                "the identity has too many names or certificates: use fewer",
            ));
        };
        // SAFETY: copies the names, which end in NUL, and the elements of the chain. On success the credentials own the
        // key and everything that the elements point to; after a failure `chain` and `key` still own them
        // (lib/cert-cred.c, and lib/x509.c in 3.6.0). The credentials are still being built, by one thread, and keep
        // the source of the PIN alive.
        let index = check(unsafe {
            sys::gnutls_certificate_set_key(
                credentials.as_ptr(),
                list,
                count,
                elements.as_mut_ptr(),
                length,
                key.as_ptr(),
            )
        });
        if index.is_ok() {
            chain.release();
            key.release();
        }
        // The call signs data to check that key and certificate match, for which a token may have required the PIN, and
        // ignores a failure of the key.
        let index = callback::succeed(index)?;
        // Never negative, and the index because of GNUTLS_CERTIFICATE_API_V2.
        Ok(index as c_uint)
    }
}
