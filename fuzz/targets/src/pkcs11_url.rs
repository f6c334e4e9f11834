//! PKCS #11 URLs, without a token.

use gnutls::pkcs11::PinSource;
use gnutls::{Identity, Trust};

/// The PIN in every URL, which no message contains.
const PIN: &str = "hunter2-secret";

/// Uses a text as the URL of an identity, of a raw public key and of trust anchors.
pub fn run(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let separator = if text.contains('?') { '&' } else { '?' };
    let url = format!("{text}{separator}pin-value={PIN}");
    for error in [
        Identity::from_pkcs11(&url, &url, PinSource::none()).err(),
        Identity::raw_public_key_pkcs11(&url, PinSource::none()).err(),
        Trust::pkcs11(&url).err(),
    ]
    .into_iter()
    .flatten()
    {
        let message = format!("{error} {error:?}");
        assert!(
            !message.contains(PIN),
            "an error contains the PIN of {text:?}: {message}"
        );
    }
}
