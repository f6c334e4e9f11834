//! Trust in raw public keys (RFC 7250).

use gnutls_macros::corresponds;

use crate::error::unsupported::requires;
use crate::error::{Result, argument};
use crate::key::public_key::PublicKey;
use crate::support::datum;
use crate::trust::{Trust, unusable};

/// The credentials that a peer may authenticate with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RawPublicKeys {
    /// Certificates only.
    No,
    /// Certificates or raw public keys.
    Also,
    /// Raw public keys only, since no certificate is trusted.
    Only,
}

impl Trust {
    /// Also trusts this raw public key (RFC 7250), a SubjectPublicKeyInfo in DER, for any server name. Keys of
    /// different servers belong into different configurations.
    ///
    /// A configuration with such a key negotiates raw public keys with its peers, and refuses any other raw public key.
    /// Certificates are still accepted from other peers; if no certificate is trusted, raw public keys have priority.
    ///
    /// The priorities contain `CTYPE-SRV-RAWPK` or `CTYPE-CLI-RAWPK`. GnuTLS does not verify such keys
    /// (`gnutls_certificate_verify_peers` fails): this crate compares them.
    ///
    /// ```no_run
    /// use gnutls::Trust;
    ///
    /// let trust = Trust::none().and_raw_public_key_pem(&std::fs::read("server-public-key.pem")?)?;
    /// # let _ = trust;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](crate::ErrorKind::Certificate) if the data is not a public key, and of
    /// kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old.
    #[corresponds(gnutls_init(GNUTLS_ENABLE_RAWPK))]
    pub fn and_raw_public_key_der(mut self, key: &[u8]) -> Result<Self> {
        possible()?;
        PublicKey::from_der(key).map_err(|error| unusable(error, "the raw public key"))?;
        self.raw_public_keys.push(key.into());
        Ok(self)
    }

    /// Also trusts a raw public key in PEM (`PUBLIC KEY`); see
    /// [`and_raw_public_key_der`](Self::and_raw_public_key_der).
    ///
    /// # Errors
    ///
    /// Returns the errors of [`and_raw_public_key_der`](Self::and_raw_public_key_der).
    #[corresponds(gnutls_pem_base64_decode2)]
    pub fn and_raw_public_key_pem(self, key: &[u8]) -> Result<Self> {
        argument::refuse_other_than_pem(key, "the raw public key")?;
        let data = argument::bytes(key)?;
        let decoded = datum::Output::filled_by(|output| {
            // SAFETY: reads the data up to its length, and a header that ends in NUL; writes the output on success,
            // which is then owned by `Output`.
            unsafe { gnutls_sys::gnutls_pem_base64_decode2(c"PUBLIC KEY".as_ptr(), &data, output) }
        });
        let decoded = decoded.map_err(|error| unusable(error, "the raw public key"))?;
        self.and_raw_public_key_der(decoded.as_bytes())
    }

    /// Negotiates raw public keys (RFC 7250) without trusting any, so that a
    /// [`dangerous_verifier`](crate::ClientConfigBuilder::dangerous_verifier) can accept the
    /// [key](crate::SessionRef::peer_raw_public_key), for example on first use with
    /// [`KnownHosts`](crate::verify::KnownHosts). Without a verifier, any raw public key is refused.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old.
    pub fn and_negotiate_raw_public_keys(mut self) -> Result<Self> {
        possible()?;
        self.negotiate_raw_public_keys = true;
        Ok(self)
    }

    /// Returns the credentials that peers may authenticate with.
    pub(crate) fn takes_raw_public_keys(&self) -> RawPublicKeys {
        if self.raw_public_keys.is_empty() && !self.negotiate_raw_public_keys {
            RawPublicKeys::No
        } else if self.has_anchors() || !self.pinned_keys.is_empty() {
            RawPublicKeys::Also
        } else {
            RawPublicKeys::Only
        }
    }
}

/// Returns an error if the library does not support raw public keys.
fn possible() -> Result<()> {
    requires!(gnutls_3_6_6, "raw public keys", Ok(()))
}
