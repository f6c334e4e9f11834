//! Secret bytes, which are overwritten before their memory is freed.

use std::fs::File;
use std::io::{self, Read};
use std::ops::Deref;
use std::path::Path;

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

    /// Reads a file. Buffers that become too small are overwritten, too: a pipe has no length in advance.
    pub(crate) fn read(path: &Path) -> io::Result<Self> {
        let mut file = File::open(path)?;
        let length = usize::try_from(file.metadata()?.len()).unwrap_or(0);
        Self::read_from(&mut file, length + 1)
    }

    /// Reads everything, first into a buffer of `capacity` bytes, which is not 0.
    fn read_from(source: &mut impl Read, capacity: usize) -> io::Result<Self> {
        let mut buffer = Self(vec![0; capacity]);
        let mut length = 0;
        loop {
            if length == buffer.len() {
                let mut larger = Self(vec![0; 2 * length]);
                larger.0[..length].copy_from_slice(&buffer);
                buffer = larger;
            }
            match source.read(&mut buffer.0[length..]) {
                Ok(0) => break,
                Ok(count) => length += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        buffer.0.truncate(length);
        Ok(buffer)
    }

    /// Returns the bytes as a vector that is not overwritten.
    pub(crate) fn into_vec(mut self) -> Vec<u8> {
        std::mem::take(&mut self.0)
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
    fn everything_is_read_whatever_the_capacity() {
        let content: Vec<u8> = (0..=255).collect();
        for capacity in [1, 255, 256, 257, 1000] {
            let mut source = &content[..];
            let read = Secret::read_from(&mut source, capacity).unwrap();
            assert_eq!(read.into_vec(), content);
        }
        assert!(Secret::read(Path::new("/nowhere")).is_err());
        assert!(Secret::read(Path::new("/dev/null")).unwrap().is_empty());
    }

    #[test]
    fn a_copy_with_nul_ends_in_one() {
        assert_eq!(*Secret::with_nul(b"pem"), *b"pem\0");
        assert_eq!(*Secret::new(b"pem"), *b"pem");
    }
}
