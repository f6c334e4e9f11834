//! The bags of a container, and their elements.

use std::ffi::{CStr, c_char, c_uint};
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::gnutls_pkcs12_bag_t;

use crate::error::{Error, ErrorKind, Result, argument, check};
use crate::key::pkcs8::{EncryptionInfo, EncryptionScheme};
use crate::key::private_key::{PrivateKey, secret};
use crate::support::datum;
use crate::support::secret::Secret;
use crate::x509::certificate::Certificate;
use crate::x509::revocation_list::CertificateRevocationList;

/// The number of elements that C reads from a bag (`MAX_BAG_ELEMENTS` in lib/x509/x509_int.h): it ignores the others.
pub(crate) const MAX_READ: usize = 32;

/// A bag of a container: one encrypted element, or several others.
#[corresponds(
    gnutls_pkcs12_bag_t,
    alias(gnutls_pkcs12_bag_init, gnutls_pkcs12_bag_deinit)
)]
pub struct Bag {
    /// Never NULL.
    raw: gnutls_pkcs12_bag_t,
}

// SAFETY: the object is memory without ties to a thread: its elements (`element`; lib/x509/x509_int.h). Its release frees
// only these. It is not `Sync`.
unsafe impl Send for Bag {}

/// An element of a container.
#[derive(Debug)]
#[non_exhaustive]
pub struct Element {
    /// The object.
    pub content: Content,
    /// The attributes.
    pub attributes: Attributes,
}

/// The object in an element of a container.
#[corresponds(alias(gnutls_pkcs12_bag_type_t))]
#[non_exhaustive]
pub enum Content {
    /// A private key.
    #[corresponds(alias(GNUTLS_BAG_PKCS8_KEY, GNUTLS_BAG_PKCS8_ENCRYPTED_KEY))]
    PrivateKey(PrivateKey),
    /// A certificate.
    #[corresponds(alias(GNUTLS_BAG_CERTIFICATE))]
    Certificate(Certificate),
    /// A revocation list.
    #[corresponds(alias(GNUTLS_BAG_CRL))]
    RevocationList(CertificateRevocationList),
    /// Other secret bytes, which should be overwritten after use.
    #[corresponds(alias(GNUTLS_BAG_SECRET))]
    Secret(Vec<u8>),
    /// An element of a type that GnuTLS does not support. It does not read the elements after this one.
    #[corresponds(alias(GNUTLS_BAG_UNKNOWN, GNUTLS_BAG_EMPTY))]
    Unknown,
}

impl fmt::Debug for Content {
    /// Writes the type and no secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PrivateKey(key) => f.debug_tuple("PrivateKey").field(key).finish(),
            Self::Certificate(certificate) => {
                f.debug_tuple("Certificate").field(certificate).finish()
            }
            Self::RevocationList(list) => f.debug_tuple("RevocationList").field(list).finish(),
            Self::Secret(_) => f.write_str("Secret(..)"),
            Self::Unknown => f.write_str("Unknown"),
        }
    }
}

/// The attributes of an element of a container.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Attributes {
    /// The name that programs show to users.
    pub friendly_name: Option<String>,
    /// The identifier that a key and its certificate share.
    pub key_id: Option<Vec<u8>>,
}

impl Attributes {
    /// Creates no attributes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the name that programs show to users. GnuTLS writes only the characters of ISO 8859-1.
    #[must_use]
    #[corresponds(alias(gnutls_pkcs12_bag_set_friendly_name))]
    pub fn friendly_name(mut self, name: impl Into<String>) -> Self {
        self.friendly_name = Some(name.into());
        self
    }

    /// Sets the identifier that a key and its certificate share.
    #[must_use]
    #[corresponds(alias(gnutls_pkcs12_bag_set_key_id))]
    pub fn key_id(mut self, id: impl Into<Vec<u8>>) -> Self {
        self.key_id = Some(id.into());
        self
    }
}

impl Bag {
    /// Creates an empty bag.
    pub(crate) fn new() -> Result<Self> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_pkcs12_bag_init(&mut raw) })?;
        Ok(Self { raw })
    }

    /// Takes ownership of a C object.
    ///
    /// # Safety
    ///
    /// `raw` is an initialised bag, and nothing else uses or releases it.
    pub unsafe fn from_raw(raw: gnutls_pkcs12_bag_t) -> Self {
        Self { raw }
    }

    /// Returns the C object, for functions of `gnutls-sys`. It lives as long as `self`.
    pub fn as_ptr(&self) -> gnutls_pkcs12_bag_t {
        self.raw
    }

    /// Returns the number of elements.
    #[corresponds(gnutls_pkcs12_bag_get_count)]
    pub fn len(&self) -> usize {
        // SAFETY: the object is initialised and only read.
        let count = unsafe { sys::gnutls_pkcs12_bag_get_count(self.raw) };
        usize::try_from(count).unwrap_or(0)
    }

    /// Returns `true` if the bag has no elements.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns `true` if the bag is encrypted as a whole.
    #[corresponds(alias(GNUTLS_BAG_ENCRYPTED))]
    pub fn is_encrypted(&self) -> bool {
        !self.is_empty() && self.kind(0) == Ok(sys::GNUTLS_BAG_ENCRYPTED)
    }

    /// Returns the parameters of the encryption of the bag, which are readable without the password, or `None` if it is not
    /// encrypted.
    ///
    /// ```
    /// use gnutls::pkcs12::Pkcs12;
    ///
    /// # let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/server.p12");
    /// for bag in Pkcs12::from_der_file(path)?.bags()? {
    ///     println!("{:?}", bag.encryption()?);
    /// }
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the library does not support the encryption.
    #[corresponds(gnutls_pkcs12_bag_enc_info)]
    pub fn encryption(&self) -> Result<Option<EncryptionInfo>> {
        if !self.is_encrypted() {
            return Ok(None);
        }
        let (mut scheme, mut iterations) = (0, 0);
        let mut salt = vec![0; 256];
        let mut length = salt.len() as c_uint;
        let mut oid: *mut c_char = ptr::null_mut();
        // SAFETY: the object is initialised and only read. C writes at most `length` bytes to the salt, and the numbers. The
        // identifier is NULL or owned by the caller, with any code.
        let code = unsafe {
            let code = sys::gnutls_pkcs12_bag_enc_info(
                self.raw,
                &mut scheme,
                ptr::null_mut(),
                salt.as_mut_ptr().cast(),
                &mut length,
                &mut iterations,
                &mut oid,
            );
            datum::free(oid.cast());
            code
        };
        check(code).map_err(|error| error.with_kind(ErrorKind::Certificate))?;
        salt.truncate(length as usize);
        Ok(Some(EncryptionInfo {
            scheme: EncryptionScheme::from_raw(scheme),
            salt,
            iterations,
        }))
    }

    /// Decrypts the bag with the password of the container.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Certificate`](ErrorKind::Certificate) if the password is wrong or the content damaged, and
    /// of kind [`InvalidInput`](ErrorKind::InvalidInput) if the bag is not encrypted or the password contains a NUL byte.
    #[corresponds(gnutls_pkcs12_bag_decrypt)]
    pub fn decrypt(self, password: &str) -> Result<Self> {
        if !self.is_encrypted() {
            return Err(Error::invalid_input(
                "the bag is not encrypted: read its elements",
            ));
        }
        let password = secret(password)?;
        let text = argument::string(&password)?.data.cast_const().cast();
        // SAFETY: the object is initialised and used by nothing else; the password ends in NUL and is only read. After a
        // failure the object is released, since the function owns it.
        check(unsafe { sys::gnutls_pkcs12_bag_decrypt(self.raw, text) })
            .map_err(|error| error.with_kind(ErrorKind::Certificate))?;
        Ok(self)
    }

    /// Returns the elements of a bag that is not encrypted, or that was [decrypted](Self::decrypt). The password decrypts
    /// the private keys.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the bag is encrypted, of kind
    /// [`Certificate`](ErrorKind::Certificate) if an element cannot be parsed or the password is wrong, and of kind
    /// [`Limit`](ErrorKind::Limit) if the bag has more than 31 elements: GnuTLS ignores those after the 32nd.
    #[corresponds(
        gnutls_pkcs12_bag_get_data,
        gnutls_pkcs12_bag_get_friendly_name,
        gnutls_pkcs12_bag_get_key_id,
        gnutls_pkcs12_bag_get_type
    )]
    pub fn elements(&self, password: &str) -> Result<Vec<Element>> {
        if self.is_encrypted() {
            return Err(Error::invalid_input(
                "the bag is encrypted: call `decrypt` first",
            ));
        }
        if self.len() >= MAX_READ {
            return Err(Error::new(
                ErrorKind::Limit,
                "the bag has more than 31 elements, of which GnuTLS ignores some: split the bag",
            ));
        }
        (0..self.len() as c_uint)
            .map(|index| {
                Ok(Element {
                    content: self.content(index, password)?,
                    attributes: self.attributes(index)?,
                })
            })
            .collect()
    }

    /// Returns the type of an element.
    fn kind(&self, index: c_uint) -> std::result::Result<sys::gnutls_pkcs12_bag_type_t, i32> {
        // SAFETY: the object is initialised and only read.
        let kind = unsafe { sys::gnutls_pkcs12_bag_get_type(self.raw, index) };
        sys::gnutls_pkcs12_bag_type_t::try_from(kind).map_err(|_| kind as i32)
    }

    fn content(&self, index: c_uint, password: &str) -> Result<Content> {
        let mut data = datum::empty();
        // SAFETY: the object is initialised and only read. After success the data belongs to it.
        check(unsafe { sys::gnutls_pkcs12_bag_get_data(self.raw, index, &mut data) })?;
        // SAFETY: the data is NULL or belongs to the object, which lives until the end of the function and is not modified.
        let data = unsafe { datum::slice(data.data, data.size as usize) };
        Ok(match self.kind(index).map_err(Error::from_code)? {
            sys::GNUTLS_BAG_PKCS8_KEY => Content::PrivateKey(PrivateKey::from_der(data, None)?),
            sys::GNUTLS_BAG_PKCS8_ENCRYPTED_KEY => {
                Content::PrivateKey(PrivateKey::from_der(data, Some(password))?)
            }
            sys::GNUTLS_BAG_CERTIFICATE => Content::Certificate(Certificate::from_der(data)?),
            sys::GNUTLS_BAG_CRL => {
                Content::RevocationList(CertificateRevocationList::from_der(data)?)
            }
            sys::GNUTLS_BAG_SECRET => Content::Secret(data.to_vec()),
            _ => Content::Unknown,
        })
    }

    /// Returns the attributes of an element, which must exist: C does not check the index of an empty bag.
    fn attributes(&self, index: c_uint) -> Result<Attributes> {
        let (mut name, mut id) = (ptr::null_mut(), datum::empty());
        // SAFETY: the object is initialised and only read, and has this element. After success both belong to it.
        unsafe {
            check(sys::gnutls_pkcs12_bag_get_friendly_name(
                self.raw, index, &mut name,
            ))?;
            check(sys::gnutls_pkcs12_bag_get_key_id(self.raw, index, &mut id))?;
        }
        // SAFETY: both are NULL or belong to the object, which lives until the end of the function and is not modified. The
        // name ends in NUL.
        unsafe {
            let name = (!name.is_null()).then(|| CStr::from_ptr(name).to_string_lossy().into());
            let id = datum::slice(id.data, id.size as usize);
            Ok(Attributes {
                friendly_name: name,
                key_id: (!id.is_empty()).then(|| id.to_vec()),
            })
        }
    }

    /// Adds an element to a bag that is created.
    pub(crate) fn add(
        &mut self,
        kind: sys::gnutls_pkcs12_bag_type_t,
        data: &[u8],
        attributes: &Attributes,
    ) -> Result<()> {
        let data = argument::bytes(data)?;
        // SAFETY: the object is initialised and used by nothing else; C copies the data.
        let index = check(unsafe { sys::gnutls_pkcs12_bag_set_data(self.raw, kind, &data) })?;
        let index = index as c_uint;
        if let Some(name) = &attributes.friendly_name {
            let name = latin_1(name)?;
            // SAFETY: the object is initialised and used by nothing else, and has this element. C copies the name, which
            // ends in NUL.
            check(unsafe {
                let name = name.as_ptr().cast();
                sys::gnutls_pkcs12_bag_set_friendly_name(self.raw, index, name)
            })?;
        }
        if let Some(id) = &attributes.key_id {
            let id = argument::bytes(id)?;
            // SAFETY: the object is initialised and used by nothing else, and has this element. C copies the identifier.
            check(unsafe { sys::gnutls_pkcs12_bag_set_key_id(self.raw, index, &id) })?;
        }
        Ok(())
    }

    /// Encrypts a bag that is created. The password ends in NUL.
    pub(crate) fn encrypt(&mut self, password: &Secret, scheme: EncryptionScheme) -> Result<()> {
        let flags = scheme.require()?;
        let password = argument::string(password)?.data.cast_const().cast();
        // SAFETY: the object is initialised and used by nothing else; the password ends in NUL and is only read.
        check(unsafe { sys::gnutls_pkcs12_bag_encrypt(self.raw, password, flags) }).map(drop)
    }
}

/// Returns the name in the encoding that C expects, with a NUL at its end: C takes each byte for a character, and does not
/// decode UTF-8.
fn latin_1(name: &str) -> Result<Vec<u8>> {
    let bytes = name.chars().map(|character| {
        u8::try_from(u32::from(character))
            .ok()
            .filter(|&byte| byte != 0)
    });
    let bytes: Option<Vec<u8>> = bytes.chain([Some(0)]).collect();
    bytes.filter(|bytes| bytes.len() > 1).ok_or_else(|| {
        Error::invalid_input(format!(
            "the friendly name {name:?} must have characters, and only those of ISO 8859-1 without NUL, which GnuTLS supports"
        ))
    })
}

impl Drop for Bag {
    fn drop(&mut self) {
        // SAFETY: the object is initialised, owned by this value, and released once.
        unsafe { sys::gnutls_pkcs12_bag_deinit(self.raw) }
    }
}

impl fmt::Debug for Bag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bag")
            .field("len", &self.len())
            .field("is_encrypted", &self.is_encrypted())
            .finish_non_exhaustive()
    }
}
