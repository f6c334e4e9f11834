//! Public keys.

use std::cell::UnsafeCell;
use std::marker::PhantomData;
use std::ops::Deref;
use std::ptr;

use gnutls_sys as sys;
use gnutls_sys::{GNUTLS_X509_FMT_DER, gnutls_pubkey_t};

use crate::error::{Result, argument, check};
#[cfg(gnutls_3_6_6)]
use crate::key::private_key::PrivateKey;
#[cfg(gnutls_3_6_6)]
use crate::pkcs11;
use crate::support::datum::Output;

/// A public key.
///
/// It owns the C object and dereferences to [`PublicKeyRef`], which contains the methods that only read.
pub(crate) struct PublicKey {
    /// Never NULL.
    raw: gnutls_pubkey_t,
}

// SAFETY: the object is memory without ties to a thread: the numbers of the key (`params`), their size and the
// permitted usage (lib/abstract_int.h). Its release frees only these. No PIN function is set.
unsafe impl Send for PublicKey {}
// SAFETY: nothing writes to the object after its import. Through a shared reference C only encodes it, which reads
// `params` (gnutls_pubkey_export2 in lib/pubkey.c).
unsafe impl Sync for PublicKey {}

impl PublicKey {
    /// Parses a SubjectPublicKeyInfo (RFC 5280, section 4.1) in DER.
    pub(crate) fn from_der(der: &[u8]) -> Result<Self> {
        let data = argument::bytes(der)?;
        let key = Self::new()?;
        // SAFETY: the object is initialised and used by nothing else; `data` is only read during the call.
        check(unsafe { sys::gnutls_pubkey_import(key.raw, &data, GNUTLS_X509_FMT_DER) })?;
        Ok(key)
    }

    /// Returns the public key that belongs to a private key, permitted for every usage.
    #[cfg(gnutls_3_6_6)]
    pub(crate) fn from_private_key(private: &PrivateKey) -> Result<Self> {
        let key = Self::new()?;
        // SAFETY: the object is initialised and used by nothing else. The public part of the private key is copied,
        // from the token if the key is on one. Usage 0 is no restriction.
        let code = unsafe { sys::gnutls_pubkey_import_privkey(key.raw, private.as_ptr(), 0, 0) };
        pkcs11::resume_panic();
        check(code)?;
        Ok(key)
    }

    fn new() -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_pubkey_init(&mut raw) })?;
        Ok(Self { raw })
    }

    /// Transfers the ownership of the C object to C, without releasing it.
    #[cfg(gnutls_3_6_6)]
    pub(crate) fn release(self) {
        std::mem::forget(self);
    }
}

impl Deref for PublicKey {
    type Target = PublicKeyRef;

    fn deref(&self) -> &PublicKeyRef {
        // SAFETY: the object is initialised and lives as long as `self`; nothing writes to it after its import.
        unsafe { &*self.raw.cast() }
    }
}

impl Drop for PublicKey {
    fn drop(&mut self) {
        // SAFETY: the object is initialised, owned by this value, and released once.
        unsafe { sys::gnutls_pubkey_deinit(self.raw) }
    }
}

/// A public key that something else owns, such as a [`PublicKey`] or a certificate chain.
#[repr(transparent)]
pub(crate) struct PublicKeyRef {
    /// The C object, whose size is not known and whose bytes C may change.
    _object: UnsafeCell<[u8; 0]>,
    /// Prevents `Send` and `Sync`, since the owner is not known.
    _thread: PhantomData<*mut ()>,
}

impl PublicKeyRef {
    /// Returns a reference to a C object, or `None` for NULL.
    ///
    /// # Safety
    ///
    /// Unless `raw` is NULL, it is an initialised public key, and nothing writes to it or releases it for `'a`.
    pub(crate) unsafe fn from_ptr<'a>(raw: gnutls_pubkey_t) -> Option<&'a Self> {
        // SAFETY: NULL becomes `None`; otherwise the object lives for `'a` by the contract of this function. The
        // reference covers no bytes.
        unsafe { raw.cast::<Self>().as_ref() }
    }

    /// Returns the C object, for functions that only read it, or that take ownership of it before
    /// [`release`](PublicKey::release).
    pub(crate) fn as_ptr(&self) -> gnutls_pubkey_t {
        ptr::from_ref(self).cast_mut().cast()
    }

    /// Returns the SubjectPublicKeyInfo (RFC 5280, section 4.1) in DER.
    pub(crate) fn to_der(&self) -> Result<Output> {
        Output::filled_by(|output| {
            // SAFETY: the object is initialised and only read: C encodes its numbers (lib/pubkey.c). The output is
            // owned by the caller after success.
            unsafe { sys::gnutls_pubkey_export2(self.as_ptr(), GNUTLS_X509_FMT_DER, output) }
        })
    }
}
