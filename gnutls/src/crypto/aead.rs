//! Authenticated encryption with associated data (AEAD, RFC 5116).

use std::ffi::{c_int, c_void};
use std::io::{IoSlice, IoSliceMut};
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::parameters::Cipher;
use crate::error::argument::bytes;
use crate::error::unsupported::requires;
use crate::error::{Error, ErrorKind, Result, check};
use crate::support::secret::wipe;

/// A key of an AEAD cipher, which encrypts messages and authenticates them together with associated data.
///
/// No nonce is chosen implicitly. **A nonce must be used only once with a key**: two messages with the same nonce
/// reveal each other and the key of the authentication.
///
/// ```
/// use gnutls::crypto::{Aead, Cipher, random_key};
///
/// let mut key = [0; 32];
/// random_key(&mut key)?;
/// let mut aead = Aead::new(Cipher::AES_256_GCM, &key)?;
/// // The number of the message.
/// let nonce = [0; 12];
///
/// let mut message = b"message".to_vec();
/// aead.seal_in_place(&nonce, b"header", &mut message)?;
/// assert_eq!(message.len(), 7 + 16);
/// aead.open_in_place(&nonce, b"header", &mut message)?;
/// assert_eq!(message, b"message");
/// # Ok::<(), gnutls::Error>(())
/// ```
#[corresponds(
    gnutls_aead_cipher_hd_t,
    alias(gnutls_aead_cipher_init, gnutls_aead_cipher_deinit)
)]
pub struct Aead {
    /// Never NULL.
    raw: sys::gnutls_aead_cipher_hd_t,
    cipher: Cipher,
}

// SAFETY: the object is memory without ties to a thread: the state of the cipher (lib/nettle/cipher.c, lib/accelerated).
unsafe impl Send for Aead {}
// SAFETY: nothing can be done with a shared reference except for printing the cipher, which is in Rust.
unsafe impl Sync for Aead {}

/// The ciphers whose input and output may be the same memory. The output of other ciphers, such as SIV, is shifted.
const IN_PLACE: [Cipher; 10] = [
    Cipher::AES_128_GCM,
    Cipher::AES_192_GCM,
    Cipher::AES_256_GCM,
    Cipher::CAMELLIA_128_GCM,
    Cipher::CAMELLIA_256_GCM,
    Cipher::AES_128_CCM,
    Cipher::AES_256_CCM,
    Cipher::AES_128_CCM_8,
    Cipher::AES_256_CCM_8,
    Cipher::CHACHA20_POLY1305,
];

impl Aead {
    /// Creates a cipher with its key.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the key does not have the
    /// [length](Cipher::key_size) that the cipher requires, or if the cipher is no AEAD cipher, of kind
    /// [`Unsupported`](ErrorKind::Unsupported) if the library lacks the cipher, and an error if it does not permit it.
    #[corresponds(gnutls_aead_cipher_init)]
    pub fn new(cipher: Cipher, key: &[u8]) -> Result<Self> {
        if cipher.name().is_none() {
            let text = format!("the library lacks {cipher}: use another cipher");
            return Err(Error::new(ErrorKind::Unsupported, text));
        }
        if cipher.tag_size() == 0 {
            return Err(Error::invalid_input(format!(
                "{cipher} is not an AEAD cipher: use another"
            )));
        }
        require_length("key", key, cipher, cipher.key_size())?;
        let key = bytes(key)?;
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release. The key is copied.
        check(unsafe { sys::gnutls_aead_cipher_init(&mut raw, cipher.as_raw(), &key) })?;
        Ok(Self { raw, cipher })
    }

    /// Encrypts a message, and returns the encrypted message with its tag.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the nonce does not have the
    /// [length](Cipher::iv_size) that the cipher requires.
    #[corresponds(gnutls_aead_cipher_encrypt)]
    pub fn seal(&mut self, nonce: &[u8], associated: &[u8], message: &[u8]) -> Result<Vec<u8>> {
        require_length("nonce", nonce, self.cipher, self.cipher.iv_size())?;
        let mut output = vec![0; message.len() + self.cipher.tag_size()];
        let mut length = output.len();
        // SAFETY: the object is initialised and used by nothing else. The inputs are only read, and C writes at most
        // `length` bytes to the output, which does not overlap them. The tag has its full length.
        check(unsafe {
            self.call(
                sys::gnutls_aead_cipher_encrypt,
                nonce,
                associated,
                (message.as_ptr(), message.len()),
                (output.as_mut_ptr(), &mut length),
            )
        })?;
        output.truncate(length);
        Ok(output)
    }

    /// Decrypts a message that [`seal`](Self::seal) has encrypted with the same nonce and associated data.
    ///
    /// # Errors
    ///
    /// Returns an error with the code [`DECRYPTION_FAILED`](crate::ErrorCode::DECRYPTION_FAILED) if the message is not
    /// authentic, and of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the nonce does not have the
    /// [length](Cipher::iv_size) that the cipher requires.
    #[corresponds(gnutls_aead_cipher_decrypt)]
    pub fn open(&mut self, nonce: &[u8], associated: &[u8], encrypted: &[u8]) -> Result<Vec<u8>> {
        require_length("nonce", nonce, self.cipher, self.cipher.iv_size())?;
        let Some(length) = encrypted.len().checked_sub(self.cipher.tag_size()) else {
            return Err(Error::from_code(sys::GNUTLS_E_DECRYPTION_FAILED));
        };
        let mut output = vec![0; length];
        let mut length = output.len();
        // SAFETY: the object is initialised and used by nothing else. The inputs are only read, and C writes at most
        // `length` bytes to the output, which does not overlap them. The tag has its full length.
        let code = unsafe {
            self.call(
                sys::gnutls_aead_cipher_decrypt,
                nonce,
                associated,
                (encrypted.as_ptr(), encrypted.len()),
                (output.as_mut_ptr(), &mut length),
            )
        };
        if code < 0 {
            // C may have decrypted data that is not authentic.
            wipe(&mut output);
        }
        check(code)?;
        output.truncate(length);
        Ok(output)
    }

    /// Encrypts a message in its buffer, and appends the tag.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`seal`](Self::seal). The buffer is unchanged if the nonce is refused, and otherwise empty.
    #[corresponds(gnutls_aead_cipher_encrypt)]
    pub fn seal_in_place(
        &mut self,
        nonce: &[u8],
        associated: &[u8],
        message: &mut Vec<u8>,
    ) -> Result<()> {
        require_length("nonce", nonce, self.cipher, self.cipher.iv_size())?;
        if !IN_PLACE.contains(&self.cipher) {
            let sealed = self.seal(nonce, associated, message);
            wipe(message);
            message.clear();
            *message = sealed?;
            return Ok(());
        }
        message.resize(message.len() + self.cipher.tag_size(), 0);
        let result = self.seal_slice(nonce, associated, message);
        if result.is_err() {
            message.clear();
        }
        result
    }

    /// Encrypts a message in a buffer whose last bytes are the place of the tag. It requires a cipher of [`IN_PLACE`] and a
    /// nonce of the right length. After a failure the buffer is overwritten.
    pub(crate) fn seal_slice(
        &mut self,
        nonce: &[u8],
        associated: &[u8],
        buffer: &mut [u8],
    ) -> Result<()> {
        let mut sealed = buffer.len();
        let Some(length) = sealed.checked_sub(self.cipher.tag_size()) else {
            return Err(Error::invalid_input("the buffer has no place for the tag"));
        };
        let start = buffer.as_mut_ptr();
        // SAFETY: the object is initialised and used by nothing else. C reads `length` bytes of the buffer, and writes
        // at most `sealed` bytes to it; these ciphers permit that both are the same memory. The other inputs are only
        // read. The tag has its full length.
        let code = unsafe {
            self.call(
                sys::gnutls_aead_cipher_encrypt,
                nonce,
                associated,
                (start, length),
                (start, &mut sealed),
            )
        };
        if code < 0 {
            wipe(buffer);
        }
        check(code).map(drop)
    }

    /// Decrypts a message in its buffer, and removes the tag.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`open`](Self::open). The buffer is unchanged if the nonce is refused, and otherwise empty.
    #[corresponds(gnutls_aead_cipher_decrypt)]
    pub fn open_in_place(
        &mut self,
        nonce: &[u8],
        associated: &[u8],
        encrypted: &mut Vec<u8>,
    ) -> Result<()> {
        require_length("nonce", nonce, self.cipher, self.cipher.iv_size())?;
        if !IN_PLACE.contains(&self.cipher) {
            let opened = self.open(nonce, associated, encrypted);
            encrypted.clear();
            *encrypted = opened?;
            return Ok(());
        }
        let result = self.open_slice(nonce, associated, encrypted);
        encrypted.truncate(*result.as_ref().unwrap_or(&0));
        result.map(drop)
    }

    /// Decrypts a message with its tag in a buffer, and returns the length of the message. It requires a cipher of
    /// [`IN_PLACE`] and a nonce of the right length. After a failure the buffer is overwritten.
    pub(crate) fn open_slice(
        &mut self,
        nonce: &[u8],
        associated: &[u8],
        buffer: &mut [u8],
    ) -> Result<usize> {
        let length = buffer.len();
        let Some(mut opened) = length.checked_sub(self.cipher.tag_size()) else {
            wipe(buffer);
            return Err(Error::from_code(sys::GNUTLS_E_DECRYPTION_FAILED));
        };
        let start = buffer.as_mut_ptr();
        // SAFETY: the object is initialised and used by nothing else. C reads `length` bytes of the buffer, and writes
        // at most `opened` bytes to it; these ciphers permit that both are the same memory. The other inputs are only
        // read. The tag has its full length.
        let code = unsafe {
            self.call(
                sys::gnutls_aead_cipher_decrypt,
                nonce,
                associated,
                (start, length),
                (start, &mut opened),
            )
        };
        if code < 0 {
            // C may have decrypted data that is not authentic.
            wipe(buffer);
        }
        check(code)?;
        Ok(opened)
    }

    /// Encrypts a message that consists of several buffers, each in its place, with associated data in several buffers.
    /// Returns the tag.
    ///
    /// ```
    /// use std::io::{IoSlice, IoSliceMut};
    /// use gnutls::crypto::{Aead, Cipher};
    ///
    /// # let (key, nonce) = ([1; 32], [2; 12]);
    /// let (mut first, mut second) = (*b"several ", *b"parts");
    /// let mut aead = Aead::new(Cipher::AES_256_GCM, &key)?;
    /// let mut parts = [IoSliceMut::new(&mut first), IoSliceMut::new(&mut second)];
    /// match aead.seal_vectored(&nonce, &[IoSlice::new(b"header")], &mut parts) {
    ///     Ok(tag) => {
    ///         let sealed = [&first[..], &second, &tag].concat();
    ///         assert_eq!(aead.open(&nonce, b"header", &sealed)?, b"several parts");
    ///     }
    ///     // The library is too old.
    ///     Err(error) => assert_eq!(error.kind(), gnutls::ErrorKind::Unsupported),
    /// }
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the errors of [`seal`](Self::seal), and one of kind [`Unsupported`](ErrorKind::Unsupported) if the library is
    /// too old, or for a cipher whose tag precedes the message, such as SIV. The buffers are unchanged if the call is refused, and otherwise overwritten.
    #[corresponds(gnutls_aead_cipher_encryptv2, alias(gnutls_aead_cipher_encryptv))]
    #[cfg_attr(
        not(gnutls_3_6_10),
        allow(unused_variables, reason = "only newer libraries have the function")
    )]
    pub fn seal_vectored(
        &mut self,
        nonce: &[u8],
        associated: &[IoSlice<'_>],
        message: &mut [IoSliceMut<'_>],
    ) -> Result<Vec<u8>> {
        requires!(gnutls_3_6_10, "encrypting several buffers", {
            self.require_order()?;
            require_length("nonce", nonce, self.cipher, self.cipher.iv_size())?;
            let mut tag = vec![0; self.cipher.tag_size()];
            let mut length = tag.len();
            let (auth, auth_count) = (associated.as_ptr().cast(), count(associated.len())?);
            let (data, data_count) = (message.as_ptr().cast(), count(message.len())?);
            // SAFETY: the object is initialised and used by nothing else. `IoSlice` and `IoSliceMut` have the representation of
            // `iovec` on Unix. The nonce and the associated data are only read, the buffers of the message are exclusive, and C
            // writes at most `length` bytes to the tag.
            let code = unsafe {
                sys::gnutls_aead_cipher_encryptv2(
                    self.raw,
                    nonce.as_ptr().cast(),
                    nonce.len(),
                    auth,
                    auth_count,
                    data,
                    data_count,
                    tag.as_mut_ptr().cast(),
                    &mut length,
                )
            };
            if code < 0 {
                message.iter_mut().for_each(|part| wipe(part));
            }
            check(code)?;
            tag.truncate(length);
            Ok(tag)
        })
    }

    /// Decrypts a message that [`seal_vectored`](Self::seal_vectored) has encrypted, each buffer in its place. The buffers may
    /// have other lengths than those that were encrypted.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`open`](Self::open), and one of kind [`Unsupported`](ErrorKind::Unsupported) if the library is
    /// too old, or for a cipher whose tag precedes the message, such as SIV. The buffers are unchanged if the call is refused, and otherwise overwritten.
    #[corresponds(gnutls_aead_cipher_decryptv2)]
    #[cfg_attr(
        not(gnutls_3_6_10),
        allow(unused_variables, reason = "only newer libraries have the function")
    )]
    pub fn open_vectored(
        &mut self,
        nonce: &[u8],
        associated: &[IoSlice<'_>],
        encrypted: &mut [IoSliceMut<'_>],
        tag: &[u8],
    ) -> Result<()> {
        requires!(gnutls_3_6_10, "encrypting several buffers", {
            self.require_order()?;
            require_length("nonce", nonce, self.cipher, self.cipher.iv_size())?;
            // C accepts a shorter tag, which is easier to forge.
            require_length("tag", tag, self.cipher, self.cipher.tag_size())?;
            let (auth, auth_count) = (associated.as_ptr().cast(), count(associated.len())?);
            let (data, data_count) = (encrypted.as_ptr().cast(), count(encrypted.len())?);
            // SAFETY: the object is initialised and used by nothing else. `IoSlice` and `IoSliceMut` have the representation of
            // `iovec` on Unix. The nonce, the associated data and the tag are only read, and the buffers of the message are
            // exclusive.
            let code = unsafe {
                sys::gnutls_aead_cipher_decryptv2(
                    self.raw,
                    nonce.as_ptr().cast(),
                    nonce.len(),
                    auth,
                    auth_count,
                    data,
                    data_count,
                    tag.as_ptr().cast_mut().cast(),
                    tag.len(),
                )
            };
            if code < 0 {
                // C may have decrypted data that is not authentic.
                encrypted.iter_mut().for_each(|part| wipe(part));
            }
            check(code).map(drop)
        })
    }

    /// Rejects a cipher whose tag precedes the encrypted message, such as SIV: C decrypts several buffers to other places.
    #[cfg(gnutls_3_6_10)]
    fn require_order(&self) -> Result<()> {
        if IN_PLACE.contains(&self.cipher) {
            return Ok(());
        }
        let text = format!(
            "{} supports no message in several buffers: use `seal` and `open`",
            self.cipher
        );
        Err(Error::new(ErrorKind::Unsupported, text))
    }

    /// Calls a C function with tags of full length, and returns its code.
    ///
    /// # Safety
    ///
    /// The input is readable and the output writable for their lengths. They overlap only if the cipher permits that both
    /// are the same memory.
    unsafe fn call(
        &mut self,
        function: CipherFunction,
        nonce: &[u8],
        associated: &[u8],
        (input, length): (*const u8, usize),
        (output, capacity): (*mut u8, &mut usize),
    ) -> c_int {
        // SAFETY: the object is initialised and used by nothing else. Nonce and associated data are only read. C reads
        // `length` bytes of the input and writes at most `capacity` bytes to the output, which is permitted by the contract
        // of this function.
        unsafe {
            function(
                self.raw,
                nonce.as_ptr().cast(),
                nonce.len(),
                associated.as_ptr().cast(),
                associated.len(),
                self.cipher.tag_size(),
                input.cast(),
                length,
                output.cast(),
                capacity,
            )
        }
    }
}

/// The type of both C functions.
type CipherFunction = unsafe extern "C" fn(
    sys::gnutls_aead_cipher_hd_t,
    *const c_void,
    usize,
    *const c_void,
    usize,
    usize,
    *const c_void,
    usize,
    *mut c_void,
    *mut usize,
) -> c_int;

/// Returns the number of buffers for C.
#[cfg(gnutls_3_6_10)]
fn count(count: usize) -> Result<c_int> {
    c_int::try_from(count)
        .map_err(|_| Error::invalid_input(format!("{count} are too many buffers: use fewer")))
}

pub(crate) fn require_length(
    what: &str,
    value: &[u8],
    cipher: Cipher,
    length: usize,
) -> Result<()> {
    if value.len() == length {
        Ok(())
    } else {
        Err(Error::invalid_input(format!(
            "the {what} has {} bytes: {cipher} requires {length}",
            value.len()
        )))
    }
}

impl Drop for Aead {
    fn drop(&mut self) {
        // SAFETY: the object is initialised, owned by this value, and released once.
        unsafe { sys::gnutls_aead_cipher_deinit(self.raw) }
    }
}

impl fmt::Debug for Aead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Aead").field(&self.cipher).finish()
    }
}
