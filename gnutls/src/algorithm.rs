//! Protocol versions, algorithms and alerts: numbers of GnuTLS with a name, open to those that come with newer releases.

mod alert;
mod cipher_suite;
mod numbers;
mod policy;
mod public_key;
mod session;

use std::fmt;

pub use self::alert::Alert;
pub use self::cipher_suite::CipherSuite;
pub(crate) use self::numbers::{numbers, raw};
pub use self::public_key::{Curve, Digest, PublicKeyAlgorithm, SecurityLevel, SignatureAlgorithm};
pub use self::session::{CertificateType, Cipher, Group, KeyExchange, Mac, Protocol};

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
