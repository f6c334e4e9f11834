//! Identities that consist of a raw public key (RFC 7250) and its private key.

use std::path::Path;

use gnutls_macros::corresponds;
use gnutls_sys::{GNUTLS_X509_FMT_DER, GNUTLS_X509_FMT_PEM, gnutls_x509_crt_fmt_t};

use crate::certificate_chain::CertificateChain;
use crate::error::{ErrorKind, Result};
use crate::identity::material::Material;
use crate::identity::{Identity, Named, key_of, read_key, unusable};
use crate::key::private_key::PrivateKey;
use crate::pkcs11::{PinSource, Url};
use crate::support::file;

impl Identity {
    /// Parses a private key in PEM, plain or encrypted with a password, and sends its raw public key (RFC 7250) instead
    /// of a certificate. The peer must expect that key; see
    /// [`Trust::and_raw_public_key_pem`](crate::Trust::and_raw_public_key_pem).
    ///
    /// A configuration with such an identity negotiates raw public keys for its side. A server may also have
    /// certificates, in which case the client chooses. A server uses one raw public key for all names, unless names are
    /// set by [`with_names`](Self::with_names). A client with a raw public key has no other identity. Its handshake
    /// fails if the server requests a certificate and names certificate authorities, since GnuTLS then treats the key
    /// as a certificate.
    ///
    /// ```
    /// use gnutls::{ClientConfig, Identity, ServerConfig, Trust};
    ///
    /// # let key = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/server-key.pem")).unwrap();
    /// # if gnutls::version().built < gnutls::library::Version::new(3, 6, 6) { return Ok(()) }
    /// let identity = Identity::raw_public_key_pem(&key, None)?;
    /// let public = identity.public_key()?;
    /// let server = ServerConfig::builder().identity(identity).build()?;
    ///
    /// // The public key is part of the configuration of each client.
    /// let client = ClientConfig::builder().trust(Trust::none().and_raw_public_key_der(&public)?).build()?;
    /// # let _ = (server, client);
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the key cannot be used, and of kind
    /// [`Unsupported`](ErrorKind::Unsupported) if the library is too old.
    #[corresponds(
        gnutls_certificate_set_key,
        gnutls_pcert_import_rawpk,
        instead(gnutls_certificate_set_rawpk_key_mem)
    )]
    pub fn raw_public_key_pem(key: &[u8], password: Option<&str>) -> Result<Self> {
        Self::load_raw(&key_of(key), GNUTLS_X509_FMT_PEM, password)
    }

    /// Parses a private key in DER; see [`raw_public_key_pem`](Self::raw_public_key_pem).
    ///
    /// # Errors
    ///
    /// Returns the errors of [`raw_public_key_pem`](Self::raw_public_key_pem).
    pub fn raw_public_key_der(key: &[u8]) -> Result<Self> {
        Self::load_raw(&key_of(key), GNUTLS_X509_FMT_DER, None)
    }

    /// Reads a private key from a PEM file; see [`raw_public_key_pem`](Self::raw_public_key_pem).
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Io`](ErrorKind::Io) if the file cannot be read, and the errors of
    /// [`raw_public_key_pem`](Self::raw_public_key_pem). The message names the file.
    #[corresponds(alias(gnutls_certificate_set_rawpk_key_file))]
    pub fn raw_public_key_pem_file(key: impl AsRef<Path>, password: Option<&str>) -> Result<Self> {
        let path = key.as_ref();
        let data = file::read(path)?;
        let key = Named {
            data: &data,
            name: format!("private key {}", path.display()),
        };
        Self::load_raw(&key, GNUTLS_X509_FMT_PEM, password)
    }

    /// Uses a private key on a PKCS #11 token. [`from_pkcs11`](Self::from_pkcs11) describes tokens,
    /// [`raw_public_key_pem`](Self::raw_public_key_pem) raw public keys. For some algorithms the public key must also
    /// be on the token.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`from_pkcs11`](Self::from_pkcs11) and [`raw_public_key_pem`](Self::raw_public_key_pem).
    pub fn raw_public_key_pkcs11(key: &str, pin: impl Into<PinSource>) -> Result<Self> {
        let url = Url::new(key)?;
        let name = format!("private key {}", url.shown());
        let key =
            PrivateKey::from_url(url, pin.into()).map_err(|error| unusable(error, name.clone()))?;
        Self::of_key(key, name)
    }

    fn load_raw(
        key: &Named<'_>,
        format: gnutls_x509_crt_fmt_t,
        password: Option<&str>,
    ) -> Result<Self> {
        Self::of_key(read_key(key, format, password)?, key.name.clone())
    }

    fn of_key(key: PrivateKey, name: String) -> Result<Self> {
        let chain = CertificateChain::raw_public_key(&key).map_err(|error| match error.kind() {
            ErrorKind::Unsupported => error,
            _ => unusable(error, name.clone()),
        })?;
        Self::checked(Material { chain, key }, name)
    }

    /// Returns the public key of this identity (a SubjectPublicKeyInfo of RFC 5280, section 4.1, in DER), for the
    /// configuration of peers.
    #[corresponds(gnutls_pubkey_export2)]
    pub fn public_key(&self) -> Result<Vec<u8>> {
        let key = self.material.chain.public_key_der()?;
        Ok(key.as_bytes().to_vec())
    }

    /// Returns `true` if the identity is a raw public key (RFC 7250) and not a certificate.
    pub fn is_raw_public_key(&self) -> bool {
        self.material.chain.is_raw_public_key()
    }
}
