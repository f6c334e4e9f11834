//! Trust in the certificates of pinned public keys.

use std::sync::Arc;

use gnutls_macros::corresponds;

use crate::error::{Error, Result};
use crate::trust::Trust;

/// The start of a pin.
const SHA256: &str = "sha256//";

impl Trust {
    /// Trusts only the peers whose certificate contains this public key. Its pin is that of
    /// [`Certificate::pin`](crate::x509::Certificate::pin), as in `--pinnedpubkey` of curl: `sha256//` and the SHA-256
    /// digest of the SubjectPublicKeyInfo in base64.
    ///
    /// The key identifies the peer: the issuer, the names, the dates and the purposes of the certificate are not
    /// verified, and neither is its revocation. A session needs no [name](crate::session::PeerName::Unnamed). To require
    /// a pin in addition to a trusted chain, compare the pin in a [`verifier`](crate::ConfigBuilder::verifier).
    ///
    /// ```
    /// use gnutls::session::PeerName;
    /// use gnutls::x509::Certificate;
    /// use gnutls::{ClientConfig, Trust};
    ///
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/server.pem");
    /// // Printed once, where the certificate is.
    /// let pin = Certificate::from_pem_file(path)?.pin()?;
    ///
    /// let config = ClientConfig::builder().trust(Trust::pinned_key(&pin)?).build()?;
    /// let session = config.session(PeerName::Unnamed)?;
    /// # let _ = session;
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the text is not a pin.
    #[corresponds(alias(gnutls_x509_crt_get_key_id))]
    pub fn pinned_key(pin: &str) -> Result<Self> {
        Self::none().and_pinned_key(pin)
    }

    /// Also trusts the certificates with this public key; see [`pinned_key`](Self::pinned_key). Keys of different peers
    /// belong into different configurations, except for a key that replaces another.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the text is not a pin.
    pub fn and_pinned_key(mut self, pin: &str) -> Result<Self> {
        if !is_pin(pin) {
            return Err(Error::invalid_input(format!(
                "{pin:?} is not a pin: use `sha256//` and the SHA-256 digest of the public key in base64, as \
                 `Certificate::pin` returns it"
            )));
        }
        self.pinned_keys.push(pin.into());
        Ok(self)
    }

    /// Returns the pins of the trusted keys.
    pub(crate) fn pinned_keys(&self) -> Vec<Arc<str>> {
        self.pinned_keys.clone()
    }
}

/// Returns `true` for the only base64 text of 32 bytes, which makes pins comparable as text.
fn is_pin(text: &str) -> bool {
    let Some(digits) = text
        .strip_prefix(SHA256)
        .and_then(|base64| base64.strip_suffix('='))
    else {
        return false;
    };
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/';
    // The last digit has two bits that are not used.
    digits.len() == 43
        && digits.bytes().all(is_digit)
        && digits.ends_with(|last| "AEIMQUYcgkosw048".contains(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bug_class_17_only_pins_are_accepted() {
        let digest = format!("{}A=", "A".repeat(42));
        assert!(is_pin(&format!("sha256//{digest}")));
        for text in [
            digest.clone(),
            format!("sha256/{digest}"),
            format!("SHA256//{digest}"),
            format!("sha256//{digest};sha256//{digest}"),
            format!("sha256//{digest} "),
            format!("sha256//{}", digest.trim_end_matches('=')),
            format!("sha256//{}B=", "A".repeat(42)),
            format!("sha256//{}-A=", "A".repeat(41)),
            format!("sha256//{}\0A=", "A".repeat(41)),
            String::new(),
        ] {
            assert!(!is_pin(&text), "{text:?}");
        }
    }
}
