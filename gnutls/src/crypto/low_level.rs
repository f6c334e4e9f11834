//! Ciphers without authentication, for formats and protocols that require them.
//!
//! **Encryption alone does not protect data.** An attacker can change what is encrypted, and can decrypt it with the help of
//! a program that reports errors about its content. Use [`Aead`](crate::crypto::Aead) for anything new, and with these
//! ciphers a [`Hmac`](crate::crypto::Hmac) over the encrypted data.
//!
//! ```
//! use gnutls::crypto::Cipher;
//! use gnutls::crypto::low_level::CipherState;
//!
//! # let (key, iv) = ([1; 16], [2; 16]);
//! let mut data = *b"exactly 32 bytes, or two blocks!";
//! CipherState::new(Cipher::AES_128_CBC, &key, &iv)?.encrypt(&mut data)?;
//! CipherState::new(Cipher::AES_128_CBC, &key, &iv)?.decrypt(&mut data)?;
//! assert_eq!(&data, b"exactly 32 bytes, or two blocks!");
//! # Ok::<(), gnutls::Error>(())
//! ```

#[cfg(gnutls_3_7_7)]
use std::ffi::c_uint;
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::aead::require_length;
use crate::crypto::parameters::Cipher;
use crate::error::argument::bytes;
use crate::error::unsupported::requires;
use crate::error::{Error, ErrorKind, Result, check};
#[cfg(gnutls_3_7_7)]
use crate::support::secret::wipe;

/// The lengths of data that a cipher accepts. C has no function that returns them, and the implementations abort the process
/// for others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lengths {
    /// Multiples of the block.
    Blocks,
    /// Any length from one block.
    FromBlock,
    /// Any length.
    Any,
}

impl Lengths {
    /// Returns `None` for a cipher with authentication, and for one that this crate does not know.
    fn of(cipher: Cipher) -> Option<Self> {
        match cipher {
            Cipher::THREE_DES_CBC
            | Cipher::AES_128_CBC
            | Cipher::AES_192_CBC
            | Cipher::AES_256_CBC
            | Cipher::CAMELLIA_128_CBC
            | Cipher::CAMELLIA_192_CBC
            | Cipher::CAMELLIA_256_CBC => Some(Self::Blocks),
            Cipher::AES_128_XTS | Cipher::AES_256_XTS => Some(Self::FromBlock),
            Cipher::AES_128_CFB8
            | Cipher::AES_192_CFB8
            | Cipher::AES_256_CFB8
            | Cipher::ARCFOUR_128
            | Cipher::CHACHA20_32
            | Cipher::CHACHA20_64
            | Cipher::SALSA20_256 => Some(Self::Any),
            _ => None,
        }
    }
}

/// A cipher with its key and its state.
///
/// No initialization vector is chosen implicitly. Each encryption requires another one, which must be unpredictable in CBC
/// mode. Calls continue the stream of the preceding ones; with ChaCha20 and Salsa20 only after multiples of 64 bytes, and
/// with XTS each call is for a sector of its own.
#[corresponds(gnutls_cipher_hd_t, alias(gnutls_cipher_init, gnutls_cipher_deinit))]
pub struct CipherState {
    /// Never NULL.
    raw: sys::gnutls_cipher_hd_t,
    cipher: Cipher,
    lengths: Lengths,
}

// SAFETY: the object is memory without ties to a thread: the state of the cipher (lib/nettle/cipher.c, lib/accelerated).
unsafe impl Send for CipherState {}
// SAFETY: nothing can be done with a shared reference except for printing the cipher, which is in Rust.
unsafe impl Sync for CipherState {}

impl CipherState {
    /// Creates a cipher with its key and its initialization vector, which is empty for ARCFOUR.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the key or the vector does not have the length
    /// that the cipher requires, of kind [`Unsupported`](ErrorKind::Unsupported) if the library lacks the cipher, or if it is
    /// none of this module, and an error if the library does not permit it.
    #[corresponds(gnutls_cipher_init)]
    pub fn new(cipher: Cipher, key: &[u8], iv: &[u8]) -> Result<Self> {
        let unsupported = |text: String| Error::new(ErrorKind::Unsupported, text);
        if cipher.name().is_none() {
            return Err(unsupported(format!(
                "the library lacks {cipher}: use another cipher"
            )));
        }
        let Some(lengths) = Lengths::of(cipher) else {
            return Err(unsupported(format!(
                "{cipher} is no cipher without authentication that this crate supports: use `Aead`, or another cipher"
            )));
        };
        require_length("key", key, cipher, cipher.key_size())?;
        require_length("initialization vector", iv, cipher, cipher.iv_size())?;
        let (key, vector) = (bytes(key)?, bytes(iv)?);
        let vector = if iv.is_empty() { ptr::null() } else { &vector };
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release. The key and the vector are copied,
        // and have the length that the cipher requires.
        check(unsafe { sys::gnutls_cipher_init(&mut raw, cipher.as_raw(), &key, vector) })?;
        Ok(Self {
            raw,
            cipher,
            lengths,
        })
    }

    /// Sets another initialization vector.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if it does not have the length that the cipher
    /// requires, or if the cipher has none.
    #[corresponds(gnutls_cipher_set_iv)]
    pub fn set_iv(&mut self, iv: &[u8]) -> Result<()> {
        if self.cipher.iv_size() == 0 {
            return Err(Error::invalid_input(format!(
                "{} has no initialization vector",
                self.cipher
            )));
        }
        require_length(
            "initialization vector",
            iv,
            self.cipher,
            self.cipher.iv_size(),
        )?;
        // SAFETY: the object is initialised and used by nothing else. The vector is only read, and has the length that the
        // cipher requires: after a failure, the whole library would refuse to work.
        unsafe { sys::gnutls_cipher_set_iv(self.raw, iv.as_ptr().cast_mut().cast(), iv.len()) };
        Ok(())
    }

    /// Encrypts data in its buffer.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the length is no multiple of the block (CBC), or
    /// less than one block (XTS).
    #[corresponds(gnutls_cipher_encrypt, alias(gnutls_cipher_encrypt2))]
    pub fn encrypt(&mut self, data: &mut [u8]) -> Result<()> {
        self.require(data.len())?;
        if data.is_empty() {
            return Ok(());
        }
        // SAFETY: the object is initialised and used by nothing else. C reads and writes the `data.len()` bytes of the buffer,
        // a length that the cipher accepts.
        check(unsafe { sys::gnutls_cipher_encrypt(self.raw, data.as_mut_ptr().cast(), data.len()) })
            .map(drop)
    }

    /// Decrypts data in its buffer.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`encrypt`](Self::encrypt).
    #[corresponds(gnutls_cipher_decrypt, alias(gnutls_cipher_decrypt2))]
    pub fn decrypt(&mut self, data: &mut [u8]) -> Result<()> {
        self.require(data.len())?;
        if data.is_empty() {
            return Ok(());
        }
        // SAFETY: the object is initialised and used by nothing else. C reads and writes the `data.len()` bytes of the buffer,
        // a length that the cipher accepts.
        check(unsafe { sys::gnutls_cipher_decrypt(self.raw, data.as_mut_ptr().cast(), data.len()) })
            .map(drop)
    }

    /// Encrypts data of any length with the padding of PKCS #7 (CBC).
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](ErrorKind::Unsupported) if the library is too old, and of kind
    /// [`InvalidInput`](ErrorKind::InvalidInput) if the cipher requires no padding.
    #[corresponds(gnutls_cipher_encrypt3(GNUTLS_CIPHER_PADDING_PKCS7))]
    #[cfg_attr(
        not(gnutls_3_7_7),
        allow(unused_variables, reason = "only newer libraries have the function")
    )]
    pub fn encrypt_padded(&mut self, data: &[u8]) -> Result<Vec<u8>> {
        requires!(gnutls_3_7_7, "padding of PKCS #7", {
            self.require_blocks()?;
            let block = self.cipher.block_size();
            let mut output = vec![0; data.len() / block * block + block];
            let mut length = output.len();
            // SAFETY: the object is initialised and used by nothing else. The data is only read, and C writes at most `length`
            // bytes to the output, which does not overlap it.
            check(unsafe {
                sys::gnutls_cipher_encrypt3(
                    self.raw,
                    data.as_ptr().cast(),
                    data.len(),
                    output.as_mut_ptr().cast(),
                    &mut length,
                    sys::GNUTLS_CIPHER_PADDING_PKCS7 as c_uint,
                )
            })?;
            output.truncate(length);
            Ok(output)
        })
    }

    /// Decrypts data with the padding of PKCS #7 (CBC).
    ///
    /// An attacker who can distinguish a wrong padding from other errors can decrypt the data: authenticate it before.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](ErrorKind::Unsupported) if the library is too old, of kind
    /// [`InvalidInput`](ErrorKind::InvalidInput) if the cipher requires no padding, or if the length is 0 or no multiple of the
    /// block, and with the code [`DECRYPTION_FAILED`](crate::ErrorCode::DECRYPTION_FAILED) if the padding is wrong.
    #[corresponds(gnutls_cipher_decrypt3)]
    #[cfg_attr(
        not(gnutls_3_7_7),
        allow(unused_variables, reason = "only newer libraries have the function")
    )]
    pub fn decrypt_padded(&mut self, data: &[u8]) -> Result<Vec<u8>> {
        requires!(gnutls_3_7_7, "padding of PKCS #7", {
            self.require_blocks()?;
            self.require(data.len())?;
            // C reads the last byte.
            if data.is_empty() {
                return Err(Error::invalid_input("the encrypted data is empty"));
            }
            let mut output = vec![0; data.len()];
            let mut length = output.len();
            // SAFETY: the object is initialised and used by nothing else. The data is only read, and C writes at most `length`
            // bytes to the output, which does not overlap it. There is at least one block.
            let code = unsafe {
                sys::gnutls_cipher_decrypt3(
                    self.raw,
                    data.as_ptr().cast(),
                    data.len(),
                    output.as_mut_ptr().cast(),
                    &mut length,
                    sys::GNUTLS_CIPHER_PADDING_PKCS7 as c_uint,
                )
            };
            if code < 0 {
                wipe(&mut output);
            }
            check(code)?;
            // Before 3.8.13 C compares only the last byte of the padding. The time depends only on the lengths.
            let padding = &output[length..];
            let expected = u8::try_from(padding.len()).unwrap_or_default();
            if padding.iter().fold(0, |all, byte| all | (byte ^ expected)) != 0 {
                wipe(&mut output);
                return Err(Error::from_code(sys::GNUTLS_E_DECRYPTION_FAILED));
            }
            output.truncate(length);
            Ok(output)
        })
    }

    #[cfg_attr(
        not(gnutls_3_7_7),
        allow(dead_code, reason = "only newer libraries have the function")
    )]
    fn require_blocks(&self) -> Result<()> {
        if self.lengths == Lengths::Blocks {
            return Ok(());
        }
        Err(Error::invalid_input(format!(
            "{} requires no padding: call `encrypt` or `decrypt`",
            self.cipher
        )))
    }

    fn require(&self, length: usize) -> Result<()> {
        let block = self.cipher.block_size();
        let (is_valid, required) = match self.lengths {
            Lengths::Any => (true, ""),
            Lengths::Blocks => (length % block == 0, "a multiple of"),
            Lengths::FromBlock => (length >= block, "at least"),
        };
        if is_valid {
            return Ok(());
        }
        Err(Error::invalid_input(format!(
            "the data has {length} bytes: {} requires {required} {block}",
            self.cipher
        )))
    }
}

impl Drop for CipherState {
    fn drop(&mut self) {
        // SAFETY: the object is initialised, owned by this value, and released once.
        unsafe { sys::gnutls_cipher_deinit(self.raw) }
    }
}

impl fmt::Debug for CipherState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CipherState").field(&self.cipher).finish()
    }
}
