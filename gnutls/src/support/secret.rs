//! Secret bytes, which are overwritten before their memory is freed.

use std::ops::Deref;

/// Secret bytes such as keys, passwords and cached sessions, which are never printed.
#[derive(Clone)]
pub(crate) struct Secret(Vec<u8>);

impl Secret {
    /// Copies `bytes`.
    pub(crate) fn new(bytes: &[u8]) -> Self {
        // The capacity is exact, because a vector that grows leaves copies of its content in freed memory.
        Self(bytes.to_vec())
    }

    /// Takes a vector, which must not have been reallocated while it contained the secret.
    pub(crate) fn from_vec(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Copies `bytes` and appends a NUL.
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

/// Overwrites `bytes` with zeros. The compiler cannot remove this, because `gnutls_memset` is an external function.
pub(crate) fn wipe(bytes: &mut [u8]) {
    if !bytes.is_empty() {
        // SAFETY: writes `bytes.len()` bytes into the exclusively borrowed slice.
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
