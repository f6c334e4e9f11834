//! Protocol versions, algorithms and alerts: numbers of GnuTLS with a name, open to those that come with newer releases.

pub(crate) mod cipher_suite;
pub(crate) mod numbers;
pub(crate) mod parameters;
pub(crate) mod policy;
pub(crate) mod public_key;

use std::fmt;

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
