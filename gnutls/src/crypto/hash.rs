//! Digests of data.

use std::{fmt, io, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::public_key::Digest;
use crate::error::unsupported::requires;
use crate::error::{Error, ErrorKind, Result, check};

/// Returns the digest of data.
///
/// ```
/// use gnutls::crypto::{Digest, hash};
///
/// let digest = hash(Digest::SHA256, b"abc")?;
/// assert_eq!(digest[..4], [0xba, 0x78, 0x16, 0xbf]);
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// # Errors
///
/// Returns an error if the library does not support the algorithm, or does not permit it, for example in FIPS mode.
#[corresponds(gnutls_hash_fast)]
pub fn hash(digest: Digest, data: &[u8]) -> Result<Vec<u8>> {
    let mut output = vec![0; digest.output_size()];
    // SAFETY: reads the data, and writes as many bytes to the output as the algorithm has.
    check(unsafe {
        sys::gnutls_hash_fast(
            digest.as_raw(),
            data.as_ptr().cast(),
            data.len(),
            output.as_mut_ptr().cast(),
        )
    })?;
    Ok(output)
}

/// The computation of a digest from several parts.
///
/// It implements [`Write`](io::Write), so that a file can be copied to it. To observe if FIPS 140 approves the
/// computation, run it in [`fips_operation`](crate::library::fips_operation).
///
/// ```
/// use gnutls::crypto::{Digest, Hash, hash};
///
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/ca.pem");
/// let mut state = Hash::new(Digest::SHA256)?;
/// std::io::copy(&mut std::fs::File::open(path)?, &mut state)?;
/// assert_eq!(state.finish(), hash(Digest::SHA256, &std::fs::read(path)?)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[corresponds(gnutls_hash_hd_t, alias(gnutls_hash_init, gnutls_hash_deinit))]
pub struct Hash {
    /// Never NULL.
    raw: sys::gnutls_hash_hd_t,
    digest: Digest,
    /// `true` after output of SHAKE: its state does not accept data any more.
    squeezed: bool,
}

// SAFETY: the object is memory without ties to a thread: the state of the algorithm (lib/nettle/mac.c).
unsafe impl Send for Hash {}
// SAFETY: with a shared reference the object can only be copied, which reads it.
unsafe impl Sync for Hash {}

impl Hash {
    /// Starts a digest.
    ///
    /// # Errors
    ///
    /// Returns an error if the library does not support the algorithm, or does not permit it, for example in FIPS mode.
    #[corresponds(gnutls_hash_init)]
    pub fn new(digest: Digest) -> Result<Self> {
        // C loses the memory of a digest that it does not recognize.
        if digest.name().is_none() {
            let text = format!("the library lacks {digest}: use another digest");
            return Err(Error::new(ErrorKind::Unsupported, text));
        }
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_hash_init(&mut raw, digest.as_raw()) })?;
        Ok(Self {
            raw,
            digest,
            squeezed: false,
        })
    }

    /// Adds data.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](crate::ErrorKind::InvalidState) after [`squeeze`](Self::squeeze), and an
    /// error if the implementation of the algorithm fails.
    #[corresponds(gnutls_hash)]
    pub fn update(&mut self, data: &[u8]) -> Result<()> {
        if self.squeezed {
            return Err(Error::invalid_state(
                "data cannot be added after output of SHAKE: create another `Hash`",
            ));
        }
        // SAFETY: the object is initialised and used by nothing else; the data is only read.
        check(unsafe { sys::gnutls_hash(self.raw, data.as_ptr().cast(), data.len()) }).map(drop)
    }

    /// Returns the digest of all data. It is empty for SHAKE, whose length is that of [`squeeze`](Self::squeeze).
    #[corresponds(gnutls_hash_output)]
    pub fn finish(self) -> Vec<u8> {
        let mut output = vec![0; self.digest.output_size()];
        if !output.is_empty() {
            // SAFETY: the object is initialised and used by nothing else. C writes as many bytes as the algorithm has.
            unsafe { sys::gnutls_hash_output(self.raw, output.as_mut_ptr().cast()) };
        }
        output
    }

    /// Fills the buffer with output of SHAKE. Further calls return further output, and no data can be added after the
    /// first one.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old, and of kind
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for an algorithm with a fixed length.
    #[corresponds(gnutls_hash_squeeze)]
    #[cfg_attr(
        not(gnutls_3_8_6),
        allow(unused_variables, reason = "only newer libraries have the function")
    )]
    pub fn squeeze(&mut self, output: &mut [u8]) -> Result<()> {
        requires!(gnutls_3_8_6, "digests of any length", {
            if self.digest != Digest::SHAKE_128 && self.digest != Digest::SHAKE_256 {
                return Err(Error::invalid_input(format!(
                    "{} has a fixed length: call `finish`",
                    self.digest
                )));
            }
            self.squeezed = true;
            // SAFETY: the object is initialised and used by nothing else. C writes `output.len()` bytes.
            let code = unsafe {
                sys::gnutls_hash_squeeze(self.raw, output.as_mut_ptr().cast(), output.len())
            };
            check(code).map(drop)
        })
    }

    /// Copies the state, for digests of data with the same beginning.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old, or if the
    /// implementation of the algorithm cannot be copied.
    #[corresponds(gnutls_hash_copy)]
    pub fn try_clone(&self) -> Result<Self> {
        requires!(gnutls_3_6_9, "copying the state of a digest", {
            // SAFETY: the object is initialised and only read. The result is NULL or a new object.
            let raw = unsafe { sys::gnutls_hash_copy(self.raw) };
            if raw.is_null() {
                return Err(Error::from_code(sys::GNUTLS_E_UNIMPLEMENTED_FEATURE));
            }
            Ok(Self {
                raw,
                digest: self.digest,
                squeezed: self.squeezed,
            })
        })
    }
}

impl io::Write for Hash {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.update(data)?;
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Hash {
    fn drop(&mut self) {
        // SAFETY: the object is initialised, owned by this value, and released once. NULL requests no output.
        unsafe { sys::gnutls_hash_deinit(self.raw, ptr::null_mut()) }
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Hash").field(&self.digest).finish()
    }
}
