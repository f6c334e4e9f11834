//! A server against a hostile client.

use gnutls::Side;

/// Runs a server, see [`crate::hostile`].
pub fn run(data: &[u8]) {
    crate::hostile::run(Side::Server, data);
}
