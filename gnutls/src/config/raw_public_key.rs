//! The negotiation of raw public keys (RFC 7250) from the identities and the trust of a configuration.

use std::ffi::c_uint;

use crate::config::certificates::CertificateOptions;
use crate::crypto::Side;
use crate::error::{Error, Result};
use crate::identity::Identity;
use crate::priority::Priority;
use crate::trust::Trust;
use crate::trust::raw_public_key::RawPublicKeys;

/// Returns the priorities for these identities and this trust, and the flag for `gnutls_init`.
pub(crate) fn negotiated(
    priority: Priority,
    side: Side,
    options: &CertificateOptions,
    trust: &Trust,
) -> Result<(Priority, c_uint)> {
    let (own, peer) = match side {
        Side::Client => ("CLI", "SRV"),
        Side::Server => ("SRV", "CLI"),
    };
    let mut words = Vec::new();
    let identities = &options.identities;
    if identities.iter().any(Identity::is_raw_public_key) {
        if side == Side::Client && identities.len() > 1 {
            return Err(Error::invalid_input(
                "a client with a raw public key cannot have another identity, because GnuTLS would treat the key as a certificate: remove one of them",
            ));
        }
        words.push(format!("+CTYPE-{own}-RAWPK"));
    }
    match trust.takes_raw_public_keys() {
        RawPublicKeys::No => {}
        RawPublicKeys::Also => words.push(format!("+CTYPE-{peer}-RAWPK")),
        // A peer that has both types must not choose a certificate, which would be refused.
        RawPublicKeys::Only => words.push(format!("-CTYPE-{peer}-X509:+CTYPE-{peer}-RAWPK")),
    }
    let priority = if words.is_empty() {
        priority
    } else {
        priority.append(&words.join(":"))?
    };
    // Without the flag GnuTLS would ignore the certificate types in the priorities, including those of the program.
    #[cfg(gnutls_3_6_6)]
    if priority.has_raw_public_keys() {
        return Ok((priority, gnutls_sys::GNUTLS_ENABLE_RAWPK));
    }
    Ok((priority, 0))
}
