//! Message authentication codes.

use std::ffi::c_void;
use std::{fmt, io, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::constant_time_eq;
use crate::crypto::parameters::Mac;
use crate::crypto::public_key::Digest;
use crate::error::unsupported::requires;
use crate::error::{Error, ErrorKind, Result, check};

/// The computation of a message authentication code: HMAC, and the other algorithms of [`Mac`].
///
/// ```
/// use gnutls::crypto::{Hmac, Mac};
///
/// # let key = b"secret";
/// let mut state = Hmac::new(Mac::SHA256, key)?;
/// state.update(b"message")?;
/// let code = state.finish();
///
/// let mut state = Hmac::new(Mac::SHA256, key)?;
/// state.update(b"message")?;
/// assert!(state.verify(&code));
/// # Ok::<(), gnutls::Error>(())
/// ```
#[corresponds(gnutls_hmac_hd_t, alias(gnutls_hmac_init, gnutls_hmac_deinit))]
pub struct Hmac {
    /// Never NULL.
    raw: sys::gnutls_hmac_hd_t,
    mac: Mac,
}

// SAFETY: the object is memory without ties to a thread: the state of the algorithm (lib/nettle/mac.c).
unsafe impl Send for Hmac {}
// SAFETY: with a shared reference the object can only be copied, which reads it.
unsafe impl Sync for Hmac {}

impl Hmac {
    /// Starts a code with an algorithm that requires no nonce. HMAC accepts a key of any length.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the algorithm requires a nonce, or a
    /// key of another length, and an error if the library does not support the algorithm, or does not permit it.
    #[corresponds(gnutls_hmac_init, gnutls_mac_get_nonce_size)]
    pub fn new(mac: Mac, key: &[u8]) -> Result<Self> {
        match mac.nonce_size() {
            0 => Self::init(mac, key),
            size => Err(Error::invalid_input(format!(
                "{mac} requires a nonce of {size} bytes: call `with_nonce`"
            ))),
        }
    }

    /// Starts a code with an algorithm that requires a nonce, such as UMAC. A nonce must be used only once with a key.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the algorithm requires no nonce, or
    /// if the key or the nonce has another length than the algorithm requires, and an error if the library does not
    /// support the algorithm, or does not permit it.
    #[corresponds(gnutls_hmac_init, gnutls_hmac_set_nonce, gnutls_mac_get_nonce_size)]
    pub fn with_nonce(mac: Mac, key: &[u8], nonce: &[u8]) -> Result<Self> {
        let size = mac.nonce_size();
        if size == 0 && mac.name().is_some() {
            return Err(Error::invalid_input(format!(
                "{mac} has no nonce: call `new`"
            )));
        }
        if size != 0 && nonce.len() != size {
            return Err(Error::invalid_input(format!(
                "the nonce has {} bytes: {mac} requires {size}",
                nonce.len()
            )));
        }
        let state = Self::init(mac, key)?;
        // SAFETY: the object is initialised and used by nothing else. The nonce is copied, and has the length that the
        // algorithm requires.
        unsafe { sys::gnutls_hmac_set_nonce(state.raw, nonce.as_ptr().cast(), nonce.len()) };
        Ok(state)
    }

    fn init(mac: Mac, key: &[u8]) -> Result<Self> {
        // C loses the memory of an algorithm that it does not support.
        if mac.name().is_none() || mac.output_size() == 0 {
            let text = format!("the library lacks the code {mac}: use another algorithm");
            return Err(Error::new(ErrorKind::Unsupported, text));
        }
        // The numbers of digests are those of their HMAC. The other algorithms abort the process if the key has another
        // length (lib/nettle/mac.c).
        let is_hmac = Digest::from_raw(mac.as_raw()).name().is_some();
        let size = mac.key_size();
        if !is_hmac && key.len() != size {
            return Err(Error::invalid_input(format!(
                "the key has {} bytes: {mac} requires {size}",
                key.len()
            )));
        }
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release. The key is only read.
        check(unsafe {
            sys::gnutls_hmac_init(
                &mut raw,
                mac.as_raw(),
                key.as_ptr().cast::<c_void>(),
                key.len(),
            )
        })?;
        Ok(Self { raw, mac })
    }

    /// Adds data.
    ///
    /// # Errors
    ///
    /// Returns an error if the implementation of the algorithm fails.
    #[corresponds(gnutls_hmac)]
    pub fn update(&mut self, data: &[u8]) -> Result<()> {
        // SAFETY: the object is initialised and used by nothing else; the data is only read.
        check(unsafe { sys::gnutls_hmac(self.raw, data.as_ptr().cast(), data.len()) }).map(drop)
    }

    /// Returns the code of all data.
    #[corresponds(gnutls_hmac_output, alias(gnutls_hmac_fast))]
    pub fn finish(self) -> Vec<u8> {
        let mut output = vec![0; self.mac.output_size()];
        // SAFETY: the object is initialised and used by nothing else. C writes as many bytes as the algorithm has.
        unsafe { sys::gnutls_hmac_output(self.raw, output.as_mut_ptr().cast()) };
        output
    }

    /// Returns `true` if this is the code of all data. The comparison takes constant time.
    #[must_use]
    pub fn verify(self, code: &[u8]) -> bool {
        constant_time_eq(&self.finish(), code)
    }

    /// Copies the state, for codes of data with the same beginning.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old, or if the
    /// implementation of the algorithm cannot be copied.
    #[corresponds(gnutls_hmac_copy)]
    pub fn try_clone(&self) -> Result<Self> {
        requires!(gnutls_3_6_9, "copying the state of a code", {
            // SAFETY: the object is initialised and only read. The result is NULL or a new object.
            let raw = unsafe { sys::gnutls_hmac_copy(self.raw) };
            if raw.is_null() {
                return Err(Error::from_code(sys::GNUTLS_E_UNIMPLEMENTED_FEATURE));
            }
            Ok(Self { raw, mac: self.mac })
        })
    }
}

impl io::Write for Hmac {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.update(data)?;
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Hmac {
    fn drop(&mut self) {
        // SAFETY: the object is initialised, owned by this value, and released once. NULL requests no output.
        unsafe { sys::gnutls_hmac_deinit(self.raw, ptr::null_mut()) }
    }
}

impl fmt::Debug for Hmac {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hmac").field(&self.mac).finish()
    }
}
