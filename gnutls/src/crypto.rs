//! Cryptography without a session, and the algorithms as newtypes over GnuTLS's numbers.
//!
//! Use this module for digests ([`hash`], [`struct@Hash`]), message authentication codes ([`Hmac`]), authenticated
//! encryption ([`Aead`]), derived keys ([`hkdf_extract`], [`pbkdf2`]) and [`random`] numbers under the policy of the
//! system, for ciphers without authentication
//! ([`low_level`]), to name the algorithms that a session negotiated, to list those of the library, and to change the set that
//! the library accepts. To observe if FIPS 140 approves an operation, run it in
//! [`fips_operation`](crate::library::fips_operation).
//!
//! ```
//! use gnutls::crypto::{Cipher, Group};
//!
//! assert_eq!(Cipher::AES_256_GCM.key_size(), 32);
//! assert!(Group::list().contains(&Group::SECP256R1));
//! ```
//!
//! # Hash a file under FIPS 140
//!
//! In FIPS 140 mode, the library reports for the operations of a closure whether they are approved:
//!
//! ```
//! use std::fs::File;
//! use std::io;
//!
//! use gnutls::ErrorKind;
//! use gnutls::crypto::{Digest, Hash};
//! use gnutls::library::{FipsOperation, fips_operation};
//!
//! fn sha256(path: &str) -> io::Result<Vec<u8>> {
//!     let mut hash = Hash::new(Digest::SHA256)?;
//!     io::copy(&mut File::open(path)?, &mut hash)?;
//!     Ok(hash.finish())
//! }
//!
//! # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/ca.pem");
//! match fips_operation(|| sha256(path)) {
//!     Ok((digest, FipsOperation::APPROVED)) => println!("{:02x?}", digest?),
//!     // The mode is disabled, or the operation is not approved or failed.
//!     Ok((digest, state)) => println!("{:02x?} ({state:?})", digest?),
//!     // The library is too old, or was built without FIPS 140.
//!     Err(error) => assert_eq!(error.kind(), ErrorKind::Unsupported),
//! }
//! # Ok::<(), io::Error>(())
//! ```
//!
//! # Not included
//!
//! GnuTLS has no functions for key wrapping (RFC 3394). HPKE (RFC 9180) is not wrapped: GnuTLS implements it since 3.8.13,
//! and only if it is configured with `--enable-hpke`, which Debian's is not. The crate `hpke` implements it.

pub(crate) mod aead;
pub(crate) mod cipher_suite;
pub(crate) mod hash;
pub(crate) mod hmac;
pub(crate) mod kdf;
pub mod low_level;
pub(crate) mod numbers;
pub(crate) mod parameters;
pub(crate) mod policy;
pub(crate) mod public_key;
pub(crate) mod random;
pub(crate) mod self_test;

use std::fmt;

use gnutls_macros::corresponds;

pub use self::aead::Aead;
pub use self::cipher_suite::CipherSuite;
pub use self::hash::{Hash, hash};
pub use self::hmac::Hmac;
pub use self::kdf::{hkdf_expand, hkdf_extract, pbkdf2};
pub use self::parameters::{CertificateType, Cipher, Group, KeyExchange, Mac};
pub use self::public_key::{Curve, Digest, PublicKeyAlgorithm, SecurityLevel, SignatureAlgorithm};
pub use self::random::{random, random_key, random_nonce, random_refresh};
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

/// Returns `true` if two byte strings are equal. The time depends only on their lengths. Use it to compare secrets such
/// as passwords and tokens: a comparison that stops at the first difference reveals to an attacker how much of a guess
/// is correct.
///
/// ```
/// assert!(gnutls::crypto::constant_time_eq(b"token", b"token"));
/// assert!(!gnutls::crypto::constant_time_eq(b"token", b"tokem"));
/// assert!(!gnutls::crypto::constant_time_eq(b"token", b"token2"));
/// ```
#[corresponds(gnutls_memcmp)]
#[must_use]
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    left.len() == right.len()
        // SAFETY: reads `left.len()` bytes of both slices, whose lengths are equal.
        && unsafe {
            gnutls_sys::gnutls_memcmp(left.as_ptr().cast(), right.as_ptr().cast(), left.len()) == 0
        }
}
