//! Which side may show a raw public key (RFC 7250): what a configuration has, or trusts, is negotiated.

use std::ffi::c_uint;

use crate::config::certificates::CertificateOptions;
use crate::crypto::Side;
use crate::error::{Error, Result};
use crate::identity::Identity;
use crate::priority::Priority;
use crate::trust::Trust;
use crate::trust::raw_public_key::RawPublicKeys;

/// The priorities of a side with these identities and this trust, and what `gnutls_init` has to be told.
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
                "a client with a raw public key and another identity: GnuTLS would take the key for a certificate",
            ));
        }
        words.push(format!("+CTYPE-{own}-RAWPK"));
    }
    match trust.takes_raw_public_keys() {
        RawPublicKeys::No => {}
        RawPublicKeys::Also => words.push(format!("+CTYPE-{peer}-RAWPK")),
        // A peer that has both is not to choose what would be refused.
        RawPublicKeys::Only => words.push(format!("-CTYPE-{peer}-X509:+CTYPE-{peer}-RAWPK")),
    }
    let priority = if words.is_empty() {
        priority
    } else {
        priority.append(&words.join(":"))?
    };
    // Without the flag C would ignore what the priorities say, also those of the program.
    #[cfg(gnutls_3_6_6)]
    if priority.has_raw_public_keys() {
        return Ok((priority, gnutls_sys::GNUTLS_ENABLE_RAWPK));
    }
    Ok((priority, 0))
}
