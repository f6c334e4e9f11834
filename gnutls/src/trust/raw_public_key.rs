//! Raw public keys (RFC 7250) that are trusted as they are.

use gnutls_macros::corresponds;

use crate::error::unsupported::requires;
use crate::error::{Result, argument};
use crate::identity::raw_public_key::check_public_key;
use crate::support::datum;
use crate::trust::{Trust, unusable};

/// What raw public keys a peer may show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RawPublicKeys {
    /// None.
    No,
    /// Some, or a certificate.
    Also,
    /// Some, and no certificate would be trusted.
    Only,
}

impl Trust {
    /// These authorities, and a peer that shows this raw public key (RFC 7250), a SubjectPublicKeyInfo in DER: it is trusted
    /// as it is, whatever the name of the server is. Give the keys of different servers to different configurations.
    ///
    /// What has such a key negotiates raw public keys with its peers, and refuses each other one. Peers that have
    /// certificates only are as good as before; where nothing but raw public keys is trusted, those are wanted first.
    ///
    /// The priorities contain `CTYPE-SRV-RAWPK` or `CTYPE-CLI-RAWPK`. GnuTLS verifies no such key
    /// (`gnutls_certificate_verify_peers` fails); this crate compares it.
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
    /// Of kind [`Certificate`](crate::ErrorKind::Certificate) for what is no public key,
    /// [`Unsupported`](crate::ErrorKind::Unsupported) with a library that is too old.
    #[corresponds(gnutls_init(GNUTLS_ENABLE_RAWPK))]
    pub fn and_raw_public_key_der(mut self, key: &[u8]) -> Result<Self> {
        possible()?;
        check_public_key(key).map_err(|error| unusable(error, "the raw public key"))?;
        self.raw_public_keys.push(key.into());
        Ok(self)
    }

    /// These authorities, and a raw public key in PEM (`PUBLIC KEY`), as
    /// [`and_raw_public_key_der`](Self::and_raw_public_key_der).
    ///
    /// # Errors
    ///
    /// As there.
    #[corresponds(gnutls_pem_base64_decode2)]
    pub fn and_raw_public_key_pem(self, key: &[u8]) -> Result<Self> {
        let data = argument::bytes(key)?;
        let decoded = datum::Output::filled_by(|output| {
            // SAFETY: reads the data, as far as the length says, and a string that ends in NUL; writes the output.
            unsafe { gnutls_sys::gnutls_pem_base64_decode2(c"PUBLIC KEY".as_ptr(), &data, output) }
        });
        let decoded = decoded.map_err(|error| unusable(error, "the raw public key"))?;
        self.and_raw_public_key_der(decoded.as_bytes())
    }

    /// Negotiates raw public keys (RFC 7250) although none is known, so that a
    /// [`dangerous_verifier`](crate::ClientConfigBuilder::dangerous_verifier) can decide by the
    /// [key](crate::SessionRef::peer_raw_public_key) whom to trust, such as on first use by
    /// [`KnownHosts`](crate::verify::KnownHosts). Without one each of them is refused.
    ///
    /// # Errors
    ///
    /// [`Unsupported`](crate::ErrorKind::Unsupported) with a library that is too old.
    pub fn and_negotiate_raw_public_keys(mut self) -> Result<Self> {
        possible()?;
        self.negotiate_raw_public_keys = true;
        Ok(self)
    }

    pub(crate) fn takes_raw_public_keys(&self) -> RawPublicKeys {
        if self.raw_public_keys.is_empty() && !self.negotiate_raw_public_keys {
            RawPublicKeys::No
        } else if self.system || !self.anchors.is_empty() || !self.tokens.is_empty() {
            RawPublicKeys::Also
        } else {
            RawPublicKeys::Only
        }
    }
}

/// Fails with a library that knows nothing of raw public keys.
fn possible() -> Result<()> {
    requires!(gnutls_3_6_6, "raw public keys", Ok(()))
}
