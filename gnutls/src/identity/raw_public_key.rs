//! Identities without a certificate: a key pair alone, whose public key is shown as it is (RFC 7250).

use std::path::Path;

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::{GNUTLS_X509_FMT_DER, GNUTLS_X509_FMT_PEM, gnutls_x509_crt_fmt_t};

use crate::error::{ErrorKind, Result, argument, check};
use crate::identity::material::{Chain, Key, Material};
use crate::identity::{Identity, Named, key_of, read_key, unusable};
use crate::pkcs11;
use crate::pkcs11::PinSource;
use crate::support::secret::Secret;
use crate::support::{datum, file};

impl Identity {
    /// A private key in PEM, plain or encrypted with a password, without a certificate: the peer is shown the raw public key
    /// (RFC 7250). It has to expect that key, see [`Trust::and_raw_public_key_pem`](crate::Trust::and_raw_public_key_pem).
    ///
    /// A configuration with such an identity negotiates raw public keys for its side. A server may have a certificate as
    /// well; then the client chooses. It uses one such key for all names, unless [`with_names`](Self::with_names) has given
    /// some. A client that has such a key has no other identity. Its handshake fails with a server that asks for certificates
    /// and names authorities, since GnuTLS takes the key for a certificate then.
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
    /// // Whoever is to talk to this server has been told its public key.
    /// let client = ClientConfig::builder().trust(Trust::none().and_raw_public_key_der(&public)?).build()?;
    /// # let _ = (server, client);
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Of kind [`Certificate`](ErrorKind::Certificate) for a key that cannot be read,
    /// [`Unsupported`](ErrorKind::Unsupported) with a library that is too old.
    #[corresponds(
        gnutls_certificate_set_key,
        gnutls_pcert_import_rawpk,
        instead(gnutls_certificate_set_rawpk_key_mem)
    )]
    pub fn raw_public_key_pem(key: &[u8], password: Option<&str>) -> Result<Self> {
        Self::load_raw(&key_of(key), GNUTLS_X509_FMT_PEM, password)
    }

    /// A private key in DER without a certificate, as [`raw_public_key_pem`](Self::raw_public_key_pem).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn raw_public_key_der(key: &[u8]) -> Result<Self> {
        Self::load_raw(&key_of(key), GNUTLS_X509_FMT_DER, None)
    }

    /// A private key in a PEM file without a certificate, as [`raw_public_key_pem`](Self::raw_public_key_pem).
    ///
    /// # Errors
    ///
    /// As there, and of kind [`Io`](ErrorKind::Io) for a file that cannot be read; the text names the file.
    #[corresponds(alias(gnutls_certificate_set_rawpk_key_file))]
    pub fn raw_public_key_pem_file(key: impl AsRef<Path>, password: Option<&str>) -> Result<Self> {
        let path = key.as_ref();
        let data = Secret::from_vec(file::read(path)?);
        let key = Named {
            data: &data,
            name: format!("private key {}", path.display()),
        };
        Self::load_raw(&key, GNUTLS_X509_FMT_PEM, password)
    }

    /// A private key on a PKCS #11 token without a certificate: [`from_pkcs11`](Self::from_pkcs11) tells about tokens,
    /// [`raw_public_key_pem`](Self::raw_public_key_pem) about raw public keys. Of some algorithms the public key has to be
    /// on the token as well.
    ///
    /// # Errors
    ///
    /// As for these two.
    pub fn raw_public_key_pkcs11(key: &str, pin: impl Into<PinSource>) -> Result<Self> {
        let url = pkcs11::url(key)?;
        let name = format!("private key {}", pkcs11::shown(&url));
        let key = Key::from_url(url, pin.into()).map_err(|error| unusable(error, name.clone()))?;
        Self::of_key(key, name)
    }

    fn load_raw(
        key: &Named<'_>,
        format: gnutls_x509_crt_fmt_t,
        password: Option<&str>,
    ) -> Result<Self> {
        Self::of_key(read_key(key, format, password)?, key.name.clone())
    }

    fn of_key(key: Key, name: String) -> Result<Self> {
        let chain = Chain::of_key(&key).map_err(|error| match error.kind() {
            ErrorKind::Unsupported => error,
            _ => unusable(error, name.clone()),
        })?;
        Self::checked(Material::new(chain, key), name)
    }

    /// The public key of this identity (the SubjectPublicKeyInfo of RFC 5280, section 4.1, in DER): what the other side can
    /// be told to expect.
    #[corresponds(gnutls_pubkey_export2)]
    pub fn public_key(&self) -> Result<Vec<u8>> {
        let Some(own) = self.material.chain().first() else {
            return Err(crate::error::Error::from_code(sys::GNUTLS_E_INTERNAL_ERROR));
        };
        let key = datum::Output::filled_by(|output| {
            // SAFETY: encodes a key that the identity owns and nobody changes, and writes the output.
            unsafe { sys::gnutls_pubkey_export2(own.pubkey, GNUTLS_X509_FMT_DER, output) }
        })?;
        Ok(key.as_bytes().to_vec())
    }

    /// Whether this is a key without a certificate.
    pub fn is_raw_public_key(&self) -> bool {
        self.material.is_raw_public_key()
    }
}

/// Whether data are a public key in DER.
pub(crate) fn check_public_key(der: &[u8]) -> Result<()> {
    let data = argument::bytes(der)?;
    let mut key = std::ptr::null_mut();
    // SAFETY: writes the pointer on success; on failure there is nothing to release.
    check(unsafe { sys::gnutls_pubkey_init(&mut key) })?;
    // SAFETY: the key is initialised, and released once; the data are only read.
    check(unsafe {
        let code = sys::gnutls_pubkey_import(key, &data, GNUTLS_X509_FMT_DER);
        sys::gnutls_pubkey_deinit(key);
        code
    })?;
    Ok(())
}
