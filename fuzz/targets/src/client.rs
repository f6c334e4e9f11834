//! A client against a hostile server.

use gnutls::Side;

/// Runs a client, see [`crate::hostile`].
pub fn run(data: &[u8]) {
    crate::hostile::run(Side::Client, data);
}
