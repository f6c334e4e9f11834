//! Algorithms: numbers of GnuTLS with a name, open to those that come with newer releases.
//!
//! The module is needed to name an algorithm that a session has agreed on, to list those of the library, and to change what
//! the library accepts.
//!
//! ```
//! use gnutls::crypto::{Cipher, Group};
//!
//! assert_eq!(Cipher::AES_256_GCM.key_size(), 32);
//! assert!(Group::list().contains(&Group::SECP256R1));
//! ```

pub(crate) mod cipher_suite;
pub(crate) mod numbers;
pub(crate) mod parameters;
pub(crate) mod policy;
pub(crate) mod public_key;

use std::fmt;

use gnutls_macros::corresponds;

pub use self::cipher_suite::CipherSuite;
pub use self::parameters::{CertificateType, Cipher, Group, KeyExchange, Mac};
pub use self::public_key::{Curve, Digest, PublicKeyAlgorithm, SecurityLevel, SignatureAlgorithm};
use crate::crypto::numbers::numbers;

/// A side of a connection.
///
/// ```
/// assert_eq!(gnutls::Side::Client.to_string(), "client");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The side that connects.
    Client,
    /// The side that accepts.
    Server,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Client => "client",
            Self::Server => "server",
        })
    }
}

/// Whether two byte strings are equal, found out in a time that depends on their length alone: for passwords, tokens and
/// the like, where the time until the first difference would tell an attacker how far a guess is right.
///
/// ```
/// assert!(gnutls::crypto::constant_time_eq(b"token", b"token"));
/// assert!(!gnutls::crypto::constant_time_eq(b"token", b"tokem"));
/// assert!(!gnutls::crypto::constant_time_eq(b"token", b"token2"));
/// ```
#[corresponds(gnutls_memcmp)]
#[must_use]
pub fn constant_time_eq(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        // SAFETY: reads as many bytes of both as they have.
        && unsafe {
            gnutls_sys::gnutls_memcmp(one.as_ptr().cast(), other.as_ptr().cast(), one.len()) == 0
        }
}
