//! The creation of containers.

use std::fmt;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::parameters::Mac;
use crate::error::unsupported::requires;
use crate::error::{Error, Result, argument, check};
use crate::key::pkcs8::EncryptionScheme;
use crate::key::private_key::{PrivateKey, secret};
use crate::pkcs12::Pkcs12;
use crate::pkcs12::bag::{Attributes, Bag, MAX_READ};
use crate::support::secret::Secret;
use crate::x509::certificate::Certificate;
use crate::x509::revocation_list::CertificateRevocationList;

/// A PKCS #12 container that is created.
///
/// Keys and other elements are encrypted with AES-256, and the MAC uses SHA-256, unless other algorithms are set for old
/// readers:
///
/// ```
/// use gnutls::crypto::Mac;
/// use gnutls::key::{EncryptionScheme, PrivateKey};
/// use gnutls::pkcs12::{Attributes, Pkcs12Builder};
///
/// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/server-key.pem");
/// let key = PrivateKey::from_pem_file(path, None)?;
/// let container = Pkcs12Builder::new()
///     .private_key(&key, Attributes::new())
///     .encryption(EncryptionScheme::PKCS12_3DES)
///     .mac(Mac::SHA1)
///     .build("password")?;
/// assert_eq!(container.mac()?.unwrap().mac, Mac::SHA1);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[must_use]
pub struct Pkcs12Builder<'a> {
    keys: Vec<(&'a PrivateKey, Attributes)>,
    certificates: Vec<(Certificate, Attributes)>,
    revocation_lists: Vec<(CertificateRevocationList, Attributes)>,
    secrets: Vec<(Secret, Attributes)>,
    scheme: EncryptionScheme,
    mac: Mac,
    pbmac1: bool,
}

impl Default for Pkcs12Builder<'_> {
    fn default() -> Self {
        Self {
            keys: Vec::new(),
            certificates: Vec::new(),
            revocation_lists: Vec::new(),
            secrets: Vec::new(),
            scheme: EncryptionScheme::PBES2_AES_256,
            mac: Mac::SHA256,
            pbmac1: false,
        }
    }
}

impl<'a> Pkcs12Builder<'a> {
    /// Starts an empty container.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a private key.
    #[corresponds(alias(gnutls_pkcs12_bag_set_privkey))]
    pub fn private_key(mut self, key: &'a PrivateKey, attributes: Attributes) -> Self {
        self.keys.push((key, attributes));
        self
    }

    /// Adds a certificate. The first one should be that of the private key.
    #[corresponds(alias(gnutls_pkcs12_bag_set_crt))]
    pub fn certificate(mut self, certificate: &Certificate, attributes: Attributes) -> Self {
        self.certificates.push((certificate.clone(), attributes));
        self
    }

    /// Adds a revocation list.
    #[corresponds(alias(gnutls_pkcs12_bag_set_crl))]
    pub fn revocation_list(
        mut self,
        list: &CertificateRevocationList,
        attributes: Attributes,
    ) -> Self {
        self.revocation_lists.push((list.clone(), attributes));
        self
    }

    /// Adds other secret bytes.
    #[corresponds(alias(GNUTLS_BAG_SECRET))]
    pub fn secret(mut self, secret: &[u8], attributes: Attributes) -> Self {
        self.secrets.push((Secret::new(secret), attributes));
        self
    }

    /// Sets the encryption.
    pub fn encryption(mut self, scheme: EncryptionScheme) -> Self {
        self.scheme = scheme;
        self
    }

    /// Sets the algorithm of the MAC.
    pub fn mac(mut self, mac: Mac) -> Self {
        self.mac = mac;
        self
    }

    /// Derives the key of the MAC by PBMAC1 (RFC 9579), which FIPS 140 permits and old readers do not support.
    #[corresponds(alias(GNUTLS_PKCS12_USE_PBMAC1))]
    pub fn pbmac1(mut self) -> Self {
        self.pbmac1 = true;
        self
    }

    /// Creates the container, encrypts it, and authenticates it with the MAC.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if there are no elements, if the password
    /// contains a NUL byte, or if a name is empty or contains characters that are not in ISO 8859-1, of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old for
    /// [`pbmac1`](Self::pbmac1) or lacks the encryption, and an error if a key cannot be exported or an algorithm is not
    /// supported.
    #[corresponds(
        gnutls_pkcs12_set_bag,
        gnutls_pkcs12_generate_mac2,
        alias(
            gnutls_pkcs12_bag_set_data,
            gnutls_pkcs12_bag_encrypt,
            gnutls_pkcs12_generate_mac,
            gnutls_pkcs12_generate_mac3
        )
    )]
    pub fn build(&self, password: &str) -> Result<Pkcs12> {
        let secret_password = secret(password)?;
        let container = Pkcs12::new()?;
        let mut others = Vec::new();
        for (certificate, attributes) in &self.certificates {
            let der = Secret::from_vec(certificate.to_der()?);
            others.push((sys::GNUTLS_BAG_CERTIFICATE, der, attributes));
        }
        for (list, attributes) in &self.revocation_lists {
            let der = Secret::from_vec(list.to_der()?);
            others.push((sys::GNUTLS_BAG_CRL, der, attributes));
        }
        for (secret, attributes) in &self.secrets {
            others.push((sys::GNUTLS_BAG_SECRET, secret.clone(), attributes));
        }
        // C reads all elements only of a smaller bag.
        for elements in others.chunks(MAX_READ - 2) {
            let mut bag = Bag::new()?;
            for (kind, data, attributes) in elements {
                bag.add(*kind, data, attributes)?;
            }
            bag.encrypt(&secret_password, self.scheme)?;
            container.add(&bag)?;
        }
        for (key, attributes) in &self.keys {
            let der = Secret::from_vec(key.to_encrypted_der(password, self.scheme)?);
            let mut bag = Bag::new()?;
            bag.add(sys::GNUTLS_BAG_PKCS8_ENCRYPTED_KEY, &der, attributes)?;
            container.add(&bag)?;
        }
        if others.is_empty() && self.keys.is_empty() {
            return Err(Error::invalid_input(
                "the container has no elements: add a private key or a certificate",
            ));
        }
        self.authenticate(&container, &secret_password)?;
        Pkcs12::from_der(&container.to_der()?)
    }

    /// Writes the MAC.
    fn authenticate(&self, container: &Pkcs12, password: &Secret) -> Result<()> {
        let password = argument::string(password)?.data.cast_const().cast();
        let mac = self.mac.as_raw();
        if self.pbmac1 {
            return requires!(gnutls_3_8_6, "PBMAC1 in PKCS #12", {
                // SAFETY: the object is initialised and used by nothing else; the password ends in NUL and is only read.
                let code = unsafe {
                    let flags = sys::GNUTLS_PKCS12_USE_PBMAC1 as std::ffi::c_uint;
                    sys::gnutls_pkcs12_generate_mac3(container.as_ptr(), mac, password, flags)
                };
                check(code).map(drop)
            });
        }
        // SAFETY: the object is initialised and used by nothing else; the password ends in NUL and is only read.
        check(unsafe { sys::gnutls_pkcs12_generate_mac2(container.as_ptr(), mac, password) })
            .map(drop)
    }
}

impl Pkcs12 {
    /// Adds a bag to a container that is created, which copies it.
    fn add(&self, bag: &Bag) -> Result<()> {
        // SAFETY: both objects are initialised and used by nothing else; the bag is only read.
        check(unsafe { sys::gnutls_pkcs12_set_bag(self.as_ptr(), bag.as_ptr()) }).map(drop)
    }
}

impl fmt::Debug for Pkcs12Builder<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pkcs12Builder")
            .field("keys", &self.keys.len())
            .field("certificates", &self.certificates.len())
            .field("revocation_lists", &self.revocation_lists.len())
            .field("secrets", &self.secrets.len())
            .finish_non_exhaustive()
    }
}
