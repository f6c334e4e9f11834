//! Bytes that are overwritten before their memory is given back.

use std::ops::Deref;

/// Secret bytes: keys, passwords, cached sessions. Never printed.
#[derive(Clone)]
pub(crate) struct Secret(Vec<u8>);

impl Secret {
    /// A copy of `bytes`.
    pub(crate) fn new(bytes: &[u8]) -> Self {
        // Exactly as long as it needs to be: a vector that grows leaves copies behind.
        Self(bytes.to_vec())
    }

    /// Takes over a vector, which must not have been reallocated with the secret in it.
    pub(crate) fn from_vec(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// A copy of `bytes` with a NUL behind them.
    pub(crate) fn with_nul(bytes: &[u8]) -> Self {
        let mut copy = Vec::with_capacity(bytes.len() + 1);
        copy.extend_from_slice(bytes);
        copy.push(0);
        Self(copy)
    }
}

impl Deref for Secret {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        wipe(&mut self.0);
    }
}

/// Overwrites `bytes` with zeros, which the compiler may not leave out: it does not see into `gnutls_memset`.
pub(crate) fn wipe(bytes: &mut [u8]) {
    if !bytes.is_empty() {
        // SAFETY: gnutls_memset writes that many bytes at an exclusive borrow of as many.
        unsafe { gnutls_sys::gnutls_memset(bytes.as_mut_ptr().cast(), 0, bytes.len()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wiping_leaves_zeros() {
        let mut bytes = [7; 5];
        wipe(&mut bytes[1..4]);
        assert_eq!(bytes, [7, 0, 0, 0, 7]);
        wipe(&mut []);
    }

    #[test]
    fn a_copy_with_nul_ends_in_one() {
        assert_eq!(*Secret::with_nul(b"pem"), *b"pem\0");
        assert_eq!(*Secret::new(b"pem"), *b"pem");
    }
}
