//! PKCS #12 containers (RFC 7292): private keys, certificates and revocation lists in an encrypted file.
//!
//! Use this module to read and create files with the extension `p12` or `pfx`, which browsers and other programs export and
//! import. An [`Identity`](crate::Identity::from_pkcs12) can be read from one directly.
//!
//! ```
//! use gnutls::key::PrivateKey;
//! use gnutls::pkcs12::{Attributes, Content, Pkcs12, Pkcs12Builder};
//! use gnutls::x509::Certificate;
//!
//! # let file = |name| format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"));
//! let key = PrivateKey::from_pem_file(file("server-key"), None)?;
//! let certificate = Certificate::from_pem_file(file("server"))?;
//! let attributes = Attributes::new().friendly_name("server").key_id([1]);
//! let der = Pkcs12Builder::new()
//!     .private_key(&key, attributes.clone())
//!     .certificate(&certificate, attributes)
//!     .build("password")?
//!     .to_der()?;
//!
//! for element in Pkcs12::from_der(&der)?.open("password")? {
//!     let name = element.attributes.friendly_name.unwrap_or_default();
//!     match element.content {
//!         Content::PrivateKey(key) => println!("{name}: a key, {:?}", key.algorithm()),
//!         Content::Certificate(certificate) => println!("{name}: {}", certificate.subject()?),
//!         other => println!("{name}: {other:?}"),
//!     }
//! }
//! # Ok::<(), gnutls::Error>(())
//! ```

pub(crate) mod bag;
pub(crate) mod builder;

use std::ffi::{c_char, c_int, c_uint};
use std::path::Path;
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::{GNUTLS_X509_FMT_DER, gnutls_pkcs12_t};

pub use self::bag::{Attributes, Bag, Content, Element};
pub use self::builder::Pkcs12Builder;
use crate::crypto::parameters::Mac;
use crate::error::argument::items;
use crate::error::{ErrorKind, Result, argument, check};
use crate::key::private_key::secret;
use crate::support::datum::{Output, free};
use crate::support::file;
use crate::support::secret::Secret;
use crate::x509::certificate::{Certificate, in_file};
use crate::x509::private_key::X509PrivateKey;

/// A parsed PKCS #12 container.
#[corresponds(gnutls_pkcs12_t, alias(gnutls_pkcs12_init, gnutls_pkcs12_deinit))]
pub struct Pkcs12 {
    /// Never NULL.
    raw: gnutls_pkcs12_t,
}

// SAFETY: the object is memory without ties to a thread: only the parsed tree (`pkcs12`; lib/x509/x509_int.h), which its
// release frees.
unsafe impl Send for Pkcs12 {}
// SAFETY: nothing writes to the object after its import or creation. Through a shared reference C only copies values out of
// the tree with asn1_read_value, whose argument is constant, into new trees, or encodes a copy of it (lib/x509/pkcs12.c).
unsafe impl Sync for Pkcs12 {}

/// The private key in a PKCS #12 container, and its certificates.
pub(crate) struct Contents {
    pub(crate) key: Option<X509PrivateKey>,
    /// The certificate of the key and its issuers, without the root.
    pub(crate) certificates: Vec<Certificate>,
}

/// The parameters of the MAC of a container, which authenticates it by the password.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MacInfo {
    /// The algorithm.
    pub mac: Mac,
    /// The salt of the derivation of the key.
    pub salt: Vec<u8>,
    /// The number of iterations of the derivation of the key.
    pub iterations: u32,
}

impl Pkcs12 {
    /// Parses a container in DER. Nothing is verified or decrypted.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the data is no container.
    #[corresponds(gnutls_pkcs12_import)]
    pub fn from_der(der: &[u8]) -> Result<Self> {
        let data = argument::bytes(der)?;
        let container = Self::new()?;
        // SAFETY: the object is initialised and used by nothing else; `data` is only read during the call.
        check(unsafe { sys::gnutls_pkcs12_import(container.raw, &data, GNUTLS_X509_FMT_DER, 0) })
            .map_err(|error| error.with_kind(ErrorKind::Certificate))?;
        // C accepts no data, and some that ends too early, as a container without any field.
        container
            .bags()
            .map_err(|error| error.with_kind(ErrorKind::Certificate))?;
        Ok(container)
    }

    /// Parses a container in a file. Nothing is verified or decrypted.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Io`](ErrorKind::Io) if the file cannot be read, and otherwise those of
    /// [`from_der`](Self::from_der). The message contains the path.
    #[corresponds(gnutls_pkcs12_import)]
    pub fn from_der_file(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        Self::from_der(&file::read(path)?).map_err(|error| in_file(error, path))
    }

    /// Takes ownership of a C object.
    ///
    /// # Safety
    ///
    /// `raw` is an initialised container, and nothing else uses or releases it.
    pub unsafe fn from_raw(raw: gnutls_pkcs12_t) -> Self {
        Self { raw }
    }

    /// Returns the C object, for functions of `gnutls-sys` that only read it. It lives as long as `self`. Functions that
    /// modify it must not be called: another thread may read it.
    pub fn as_ptr(&self) -> gnutls_pkcs12_t {
        self.raw
    }

    /// Returns the container in DER.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(gnutls_pkcs12_export2, alias(gnutls_pkcs12_export))]
    pub fn to_der(&self) -> Result<Vec<u8>> {
        // SAFETY: the object is initialised and only read: C encodes a copy of the tree. The output is owned by the caller
        // after success.
        let der = Output::filled_by(|output| unsafe {
            sys::gnutls_pkcs12_export2(self.raw, GNUTLS_X509_FMT_DER, output)
        })?;
        Ok(der.as_bytes().to_vec())
    }

    /// Returns the parameters of the MAC, which are readable without the password, or `None` if the container has no MAC.
    ///
    /// ```
    /// use gnutls::crypto::Mac;
    /// use gnutls::pkcs12::Pkcs12;
    ///
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/server.p12");
    /// let mac = Pkcs12::from_der_file(path)?.mac()?.unwrap();
    /// println!("{} with {} iterations", mac.mac, mac.iterations);
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the MAC is damaged, and an error if the library
    /// does not support its algorithm.
    #[corresponds(gnutls_pkcs12_mac_info)]
    pub fn mac(&self) -> Result<Option<MacInfo>> {
        const ABSENT: [c_int; 3] = [
            // The only one of current releases.
            sys::GNUTLS_E_INVALID_REQUEST,
            sys::GNUTLS_E_ASN1_ELEMENT_NOT_FOUND,
            sys::GNUTLS_E_ASN1_VALUE_NOT_FOUND,
        ];
        let (mut mac, mut iterations): (c_uint, c_uint) = (0, 0);
        let mut salt: Vec<u8> = Vec::new();
        loop {
            let mut length = salt.len() as c_uint;
            let mut oid: *mut c_char = ptr::null_mut();
            // SAFETY: the object is initialised and only read. C writes the numbers, at most `length` bytes to the salt, and
            // its length. The object identifier is NULL or owned by the caller, with any code: without a place for it, C
            // leaks that of an unknown algorithm.
            let code = unsafe {
                let code = sys::gnutls_pkcs12_mac_info(
                    self.raw,
                    &mut mac,
                    salt.as_mut_ptr().cast(),
                    &mut length,
                    &mut iterations,
                    &mut oid,
                );
                free(oid.cast());
                code
            };
            let required = length as usize;
            match code {
                sys::GNUTLS_E_SHORT_MEMORY_BUFFER if required > salt.len() => {
                    salt = vec![0; required];
                }
                code if ABSENT.contains(&code) => return Ok(None),
                code => {
                    check(code)?;
                    salt.truncate(required);
                    return Ok(Some(MacInfo {
                        mac: Mac::from_raw(mac),
                        salt,
                        iterations,
                    }));
                }
            }
        }
    }

    /// Verifies the MAC with the password.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the password is wrong, or if the container was
    /// modified or has no MAC, and of kind [`InvalidInput`](ErrorKind::InvalidInput) if the password contains a NUL byte.
    #[corresponds(gnutls_pkcs12_verify_mac)]
    pub fn verify_mac(&self, password: &str) -> Result<()> {
        self.verify(&secret(password)?)
            .map_err(|error| error.with_kind(ErrorKind::Certificate))
    }

    /// Like [`verify_mac`](Self::verify_mac), with a password that ends in NUL.
    fn verify(&self, password: &Secret) -> Result<()> {
        let password = argument::string(password)?.data.cast_const().cast();
        // SAFETY: the object is initialised and only read; the password ends in NUL and is only read during the call.
        check(unsafe { sys::gnutls_pkcs12_verify_mac(self.raw, password) }).map(drop)
    }

    /// Verifies the MAC, decrypts all bags, and returns their elements in the order of the container.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the password is wrong, if the container was
    /// modified or has no MAC, or if an element cannot be parsed, of kind [`InvalidInput`](ErrorKind::InvalidInput) if the
    /// password contains a NUL byte, and of kind [`Limit`](ErrorKind::Limit) if a bag has more than 31 elements.
    #[corresponds(gnutls_pkcs12_verify_mac, gnutls_pkcs12_get_bag)]
    pub fn open(&self, password: &str) -> Result<Vec<Element>> {
        self.verify_mac(password)?;
        self.dangerous_open_without_mac(password)
    }

    /// Like [`open`](Self::open), without the MAC: anybody can have modified the container. Use it only for containers that
    /// have none, and whose source is authenticated.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`open`](Self::open).
    #[corresponds(gnutls_pkcs12_get_bag)]
    pub fn dangerous_open_without_mac(&self, password: &str) -> Result<Vec<Element>> {
        let mut elements = Vec::new();
        for bag in self.bags()? {
            let bag = if bag.is_encrypted() {
                bag.decrypt(password)?
            } else {
                bag
            };
            elements.extend(bag.elements(password)?);
        }
        Ok(elements)
    }

    /// Returns the bags of the container, which can be encrypted. Nothing is verified.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if a bag is damaged.
    #[corresponds(gnutls_pkcs12_get_bag)]
    pub fn bags(&self) -> Result<Vec<Bag>> {
        items(|index| {
            let bag = Bag::new()?;
            // SAFETY: the container is initialised and only read; the bag is empty and used by nothing else.
            check(unsafe { sys::gnutls_pkcs12_get_bag(self.raw, index as c_int, bag.as_ptr()) })?;
            Ok(bag)
        })
    }

    fn new() -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_pkcs12_init(&mut raw) })?;
        Ok(Self { raw })
    }

    /// Verifies the MAC of the container, and returns its first key with the certificates that belong to it. The password
    /// ends in NUL.
    pub(crate) fn identity(&self, password: &Secret) -> Result<Contents> {
        self.verify(password)?;
        let password = argument::string(password)?.data.cast_const().cast();
        let (mut key, mut list, mut count) = (ptr::null_mut(), ptr::null_mut(), 0);
        // SAFETY: the object is initialised and only read; the password ends in NUL and is only read during the call.
        // On success the key, the list and its length are written; on failure nothing has to be released. NULL omits
        // the other contents.
        check(unsafe {
            sys::gnutls_pkcs12_simple_parse(
                self.raw,
                password,
                &mut key,
                &mut list,
                &mut count,
                ptr::null_mut(),
                ptr::null_mut(),
                ptr::null_mut(),
                0,
            )
        })?;
        // SAFETY: the call above succeeded: the key is NULL or a new object, the list is NULL or contains `count` new
        // objects, and nothing else uses them.
        unsafe {
            Ok(Contents {
                key: (!key.is_null()).then(|| X509PrivateKey::from_ptr(key)),
                certificates: Certificate::take_list(list, count),
            })
        }
    }
}

impl Drop for Pkcs12 {
    fn drop(&mut self) {
        // SAFETY: the object is initialised, owned by this value, and released once.
        unsafe { sys::gnutls_pkcs12_deinit(self.raw) }
    }
}

impl fmt::Debug for Pkcs12 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pkcs12").finish_non_exhaustive()
    }
}
