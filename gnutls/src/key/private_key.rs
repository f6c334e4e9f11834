//! Private keys, in memory or on a token.

use std::ffi::c_uint;
use std::ptr;

use gnutls_sys as sys;
use gnutls_sys::gnutls_privkey_t;

use crate::error::{Result, check};
use crate::pkcs11;
use crate::pkcs11::{PinSource, Url};
use crate::x509::private_key::X509PrivateKey;

/// A private key. GnuTLS overwrites a key in memory before the memory is released.
pub(crate) struct PrivateKey {
    /// NULL only in [`release`](Self::release).
    raw: gnutls_privkey_t,
    /// The location of a key on a token. C stores a pointer to the source of the PIN.
    token: Option<Token>,
}

/// The location of a key on a token.
#[derive(Clone)]
struct Token {
    url: Url,
    pin: PinSource,
}

// SAFETY: the object is memory without ties to a thread (`type`, `pk_algorithm`, `key`, `flags`, `pin`;
// lib/abstract_int.h). Its release frees the key in `key`. The source of the PIN, to which `pin` points, is `Send` and
// `Sync`.
unsafe impl Send for PrivateKey {}
// SAFETY: nothing writes to the object after its import: signing and decrypting only read it, as they do for all
// sessions that share credentials. A key on a token contains a session with the token, which each operation locks
// (`mutex` in lib/pkcs11_privkey.c, since 3.5.11); after a fork, the first operation on any token opens new sessions
// under a lock of the library.
unsafe impl Sync for PrivateKey {}

impl PrivateKey {
    /// Converts a parsed key.
    pub(crate) fn from_x509(key: X509PrivateKey) -> Result<Self> {
        let this = Self::new()?;
        // SAFETY: both objects are initialised, and nothing else uses them. With AUTO_RELEASE the first one owns the
        // second one after success; after a failure both are still owned by `this` and `key`. The import fails only for
        // an object that already contains a key (lib/privkey.c).
        check(unsafe {
            sys::gnutls_privkey_import_x509(
                this.raw,
                key.as_ptr(),
                sys::GNUTLS_PRIVKEY_IMPORT_AUTO_RELEASE as c_uint,
            )
        })?;
        key.release();
        Ok(this)
    }

    /// Opens the key on a token that a PKCS #11 URL identifies.
    pub(crate) fn from_url(url: Url, pin: PinSource) -> Result<Self> {
        pkcs11::refuse_in_callback()?;
        let token = Token { url, pin };
        // Declared after `token`, so that a failure drops it first.
        let mut key = Self::new()?;
        // SAFETY: the object is initialised and used by nothing else. It stores the function and the pointer to the
        // source of the PIN, which lives until after the object is released. The URL ends in NUL and is copied.
        let code = unsafe {
            let source = token.pin.as_userdata();
            sys::gnutls_privkey_set_pin_function(key.raw, Some(pkcs11::ask), source);
            sys::gnutls_privkey_import_url(key.raw, token.url.as_ptr(), 0)
        };
        pkcs11::resume_panic();
        check(code)?;
        key.token = Some(token);
        Ok(key)
    }

    fn new() -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_privkey_init(&mut raw) })?;
        Ok(Self { raw, token: None })
    }

    /// Copies a key in memory, or opens a further session with the token of a key.
    pub(crate) fn try_clone(&self) -> Result<Self> {
        // PKCS #11 requires no PIN while another session, here that of `self`, is logged in.
        if let Some(Token { url, pin }) = self.token.clone() {
            return Self::from_url(url, pin);
        }
        let mut key = ptr::null_mut();
        // SAFETY: reads the key, and writes a pointer to a copy on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_privkey_export_x509(self.raw, &mut key) })?;
        // SAFETY: the call above succeeded and created the copy, which nothing else uses.
        Self::from_x509(unsafe { X509PrivateKey::from_ptr(key) })
    }

    /// Returns the source of the PIN of a key on a token.
    pub(crate) fn pin(&self) -> Option<&PinSource> {
        self.token.as_ref().map(|token| &token.pin)
    }

    /// Returns the C object, for functions that only read it, or that take ownership of it before
    /// [`release`](Self::release).
    pub(crate) fn as_ptr(&self) -> gnutls_privkey_t {
        self.raw
    }

    /// Transfers the ownership of the C object to C, without releasing it. The new owner must keep the source of the
    /// [PIN](Self::pin) alive.
    pub(crate) fn release(mut self) {
        self.raw = ptr::null_mut();
    }
}

impl Drop for PrivateKey {
    fn drop(&mut self) {
        if !self.raw.is_null() {
            // SAFETY: the object is initialised, owned by this value, and released once. The source of the PIN, to
            // which it points, is dropped afterwards.
            unsafe { sys::gnutls_privkey_deinit(self.raw) }
        }
    }
}
