//! The objects on tokens.

use std::collections::BTreeSet;
use std::ffi::c_uint;
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;
use gnutls_sys::gnutls_pkcs11_obj_t;

use crate::crypto::numbers::raw;
use crate::crypto::public_key::PublicKeyAlgorithm;
use crate::error::argument::{buffer_filled_by, optional, text_filled_by};
use crate::error::unsupported::requires;
use crate::error::{Error, Result, check};
use crate::pkcs11::token::url_filled_by;
use crate::pkcs11::{PinSource, Url, with_pin};
use crate::support::datum::{Output, array, constant, free};
use crate::support::flag_set::flag_set;

/// The kind of an object on a token.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[corresponds(alias(gnutls_pkcs11_obj_type_t))]
pub struct ObjectType(sys::gnutls_pkcs11_obj_type_t);

raw!(ObjectType(sys::gnutls_pkcs11_obj_type_t):
    "Returns the kind with this number in C.", "Returns the number in C.");

impl ObjectType {
    /// `GNUTLS_PKCS11_OBJ_X509_CRT`: a certificate.
    pub const CERTIFICATE: Self = Self(sys::GNUTLS_PKCS11_OBJ_X509_CRT);
    /// `GNUTLS_PKCS11_OBJ_PUBKEY`: a public key.
    pub const PUBLIC_KEY: Self = Self(sys::GNUTLS_PKCS11_OBJ_PUBKEY);
    /// `GNUTLS_PKCS11_OBJ_PRIVKEY`: a private key.
    pub const PRIVATE_KEY: Self = Self(sys::GNUTLS_PKCS11_OBJ_PRIVKEY);
    /// `GNUTLS_PKCS11_OBJ_SECRET_KEY`: a symmetric key.
    pub const SECRET_KEY: Self = Self(sys::GNUTLS_PKCS11_OBJ_SECRET_KEY);
    /// `GNUTLS_PKCS11_OBJ_DATA`: other data.
    pub const DATA: Self = Self(sys::GNUTLS_PKCS11_OBJ_DATA);
    /// `GNUTLS_PKCS11_OBJ_X509_CRT_EXTENSION`: an extension that the trust module attaches to a certificate.
    pub const CERTIFICATE_EXTENSION: Self = Self(sys::GNUTLS_PKCS11_OBJ_X509_CRT_EXTENSION);

    /// Returns GnuTLS's name.
    #[corresponds(gnutls_pkcs11_type_get_name)]
    pub fn name(self) -> Option<&'static str> {
        // SAFETY: looks the number up in a constant table; returns NULL or a string constant.
        constant(unsafe { sys::gnutls_pkcs11_type_get_name(self.0) })
    }
}

impl fmt::Debug for ObjectType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectType({})", self.name().unwrap_or("unknown"))
    }
}

/// The flags of objects and of searches for them.
///
/// Bits that this crate does not define are preserved.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[corresponds(alias(gnutls_pkcs11_obj_flags_get_str))]
pub struct ObjectFlags(c_uint);

macro_rules! flags {
    ($($name:ident = $value:ident, $doc:literal;)*) => {
        impl ObjectFlags {
            $(#[doc = concat!("`", stringify!($value), "`: ", $doc, ".")]
            pub const $name: Self = Self(sys::$value as c_uint);)*
        }

        impl fmt::Debug for ObjectFlags {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "ObjectFlags({:#x}", self.0)?;
                $(if self.contains(Self::$name) {
                    write!(f, " {}", stringify!($name))?;
                })*
                f.write_str(")")
            }
        }
    };
}

flags! {
    LOGIN = GNUTLS_PKCS11_OBJ_FLAG_LOGIN, "logs in as the user, so that private objects are visible";
    LOGIN_SO = GNUTLS_PKCS11_OBJ_FLAG_LOGIN_SO, "logs in as the security officer";
    MARK_TRUSTED = GNUTLS_PKCS11_OBJ_FLAG_MARK_TRUSTED, "the certificate is trusted; a search finds only trusted ones";
    MARK_DISTRUSTED = GNUTLS_PKCS11_OBJ_FLAG_MARK_DISTRUSTED, "the certificate is distrusted; a search finds only such ones";
    MARK_SENSITIVE = GNUTLS_PKCS11_OBJ_FLAG_MARK_SENSITIVE, "the key cannot be read";
    MARK_NOT_SENSITIVE = GNUTLS_PKCS11_OBJ_FLAG_MARK_NOT_SENSITIVE, "the key can be read, if it is also extractable";
    MARK_PRIVATE = GNUTLS_PKCS11_OBJ_FLAG_MARK_PRIVATE, "the object is visible only after a login";
    MARK_NOT_PRIVATE = GNUTLS_PKCS11_OBJ_FLAG_MARK_NOT_PRIVATE, "the object is visible without a login";
    MARK_CA = GNUTLS_PKCS11_OBJ_FLAG_MARK_CA, "the certificate is that of an authority";
    MARK_KEY_WRAP = GNUTLS_PKCS11_OBJ_FLAG_MARK_KEY_WRAP, "the key encrypts other keys";
    MARK_ALWAYS_AUTHENTICATE = GNUTLS_PKCS11_OBJ_FLAG_MARK_ALWAYS_AUTH, "the key requires the PIN for each use";
    MARK_EXTRACTABLE = GNUTLS_PKCS11_OBJ_FLAG_MARK_EXTRACTABLE, "the key can be extracted in encrypted form";
    NEVER_EXTRACTABLE = GNUTLS_PKCS11_OBJ_FLAG_NEVER_EXTRACTABLE, "the key was never extractable";
    RETRIEVE_ANY = GNUTLS_PKCS11_OBJ_FLAG_RETRIEVE_ANY, "a search for an issuer finds any certificate";
    COMPARE = GNUTLS_PKCS11_OBJ_FLAG_COMPARE, "a search compares complete certificates";
    COMPARE_KEY = GNUTLS_PKCS11_OBJ_FLAG_COMPARE_KEY, "a search compares the keys of certificates";
    PRESENT_IN_TRUSTED_MODULE = GNUTLS_PKCS11_OBJ_FLAG_PRESENT_IN_TRUSTED_MODULE, "a search is limited to trusted modules";
    CERTIFICATE = GNUTLS_PKCS11_OBJ_FLAG_CRT, "a list contains certificates";
    WITH_PRIVATE_KEY = GNUTLS_PKCS11_OBJ_FLAG_WITH_PRIVKEY, "a list contains only objects with the identifier of a private key on the same token";
    PUBLIC_KEY = GNUTLS_PKCS11_OBJ_FLAG_PUBKEY, "a list contains public keys; a generated key leaves no public key on the token";
    PRIVATE_KEY = GNUTLS_PKCS11_OBJ_FLAG_PRIVKEY, "a list contains private keys";
}

raw!(ObjectFlags(c_uint): "Returns the flags with these bits in C.", "Returns the bits in C.");
flag_set!(ObjectFlags);

/// An object on a token: its properties at the time when it was found. Keys are used with
/// [`PrivateKey::from_pkcs11`](crate::key::PrivateKey::from_pkcs11) and the [URL](Object::url) of the object.
///
/// ```no_run
/// use gnutls::pkcs11::{Object, ObjectFlags, Pin};
///
/// // Private objects are visible after a login.
/// for object in Object::list("pkcs11:token=server", ObjectFlags::LOGIN, Pin::new("1234")?)? {
///     println!("{:?} {} {}", object.kind(), object.label()?, object.url()?);
/// }
/// # Ok::<(), gnutls::Error>(())
/// ```
#[corresponds(
    gnutls_pkcs11_obj_t,
    alias(gnutls_pkcs11_obj_init, gnutls_pkcs11_obj_deinit)
)]
pub struct Object {
    /// Never NULL.
    raw: gnutls_pkcs11_obj_t,
    pin: PinSource,
}

// SAFETY: the object is memory without ties to a thread: a parsed URL, the encoding of a certificate or key, and flags
// (lib/pkcs11_int.h). No PIN function is set. It is not `Sync`, because p11-kit does not state that its URLs may be read by
// several threads.
unsafe impl Send for Object {}

impl Object {
    /// Returns the objects that a PKCS #11 URL (RFC 7512) matches, in any of the tokens that it matches. The flags select the
    /// kinds of objects, and [`LOGIN`](ObjectFlags::LOGIN) includes private objects.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is not valid, if the PIN is wrong or missing, or inside a [PIN closure](PinSource::ask) or a
    /// log function.
    #[corresponds(
        gnutls_pkcs11_obj_list_import_url4,
        alias(gnutls_pkcs11_obj_list_import_url3)
    )]
    pub fn list(url: &str, flags: ObjectFlags, pin: impl Into<PinSource>) -> Result<Vec<Self>> {
        let pin = pin.into();
        if !flags.contains(ObjectFlags::WITH_PRIVATE_KEY) {
            return Self::list_all(url, flags, &pin);
        }
        // GnuTLS leaks the identifiers of the keys and compares them without effect (`find_multi_objs_cb` in
        // lib/pkcs11.c).
        let once = pin.once();
        let mut objects = Self::list_all(url, flags - ObjectFlags::WITH_PRIVATE_KEY, &once)?;
        let logins = ObjectFlags::LOGIN | ObjectFlags::LOGIN_SO;
        let of_keys = (flags & logins) | ObjectFlags::PRIVATE_KEY;
        let keys = Self::list_all(&token_url(url), of_keys, &once)?;
        let keys: BTreeSet<_> = keys.iter().filter_map(Self::token_and_id).collect();
        objects.retain(|object| {
            let identity = object.token_and_id();
            identity.is_some_and(|identity| keys.contains(&identity))
        });
        for object in &mut objects {
            object.pin = pin.clone();
        }
        Ok(objects)
    }

    /// Returns the attributes of the token and the identifier of an object that has one.
    fn token_and_id(&self) -> Option<(String, Vec<u8>)> {
        let id = self.id().ok().filter(|id| !id.is_empty())?;
        Some((token_url(&self.url().ok()?), id))
    }

    fn list_all(url: &str, flags: ObjectFlags, pin: &PinSource) -> Result<Vec<Self>> {
        let url = Url::new(url)?;
        let (mut list, mut count) = (ptr::null_mut(), 0);
        with_pin(pin, || {
            // SAFETY: the URL ends in NUL and is only read. After success the caller owns the list and its elements.
            check(unsafe {
                let url = url.as_ptr();
                sys::gnutls_pkcs11_obj_list_import_url4(&mut list, &mut count, url, flags.0)
            })
        })?;
        // SAFETY: the call succeeded: `list` has `count` initialised objects, which nothing else uses. The list itself is memory
        // from GnuTLS's allocator.
        unsafe {
            let elements = array(list, count as usize).iter();
            let owned = |&raw| Self {
                raw,
                pin: pin.clone(),
            };
            let objects = elements.map(owned).collect();
            free(list.cast());
            Ok(objects)
        }
    }

    /// Returns the first object that a PKCS #11 URL (RFC 7512) matches.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`list`](Self::list), and one with the code
    /// [`REQUESTED_DATA_NOT_AVAILABLE`](crate::ErrorCode::REQUESTED_DATA_NOT_AVAILABLE) if there is none.
    #[corresponds(gnutls_pkcs11_obj_init, gnutls_pkcs11_obj_import_url)]
    pub fn find(url: &str, flags: ObjectFlags, pin: impl Into<PinSource>) -> Result<Self> {
        let (url, pin) = (Url::new(url)?, pin.into());
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_pkcs11_obj_init(&mut raw) })?;
        let object = Self { raw, pin };
        with_pin(&object.pin, || {
            // SAFETY: the object is initialised and used by nothing else. The URL ends in NUL and is only read.
            check(unsafe { sys::gnutls_pkcs11_obj_import_url(raw, url.as_ptr(), flags.0) })
        })?;
        Ok(object)
    }

    /// Takes ownership of a C object, whose token requires no PIN.
    ///
    /// # Safety
    ///
    /// `raw` is an initialised object with its contents, and nothing else uses or releases it. If it uses a PIN function, the user
    /// data of that function lives as long as the object, and both can be used in any thread.
    pub unsafe fn from_raw(raw: gnutls_pkcs11_obj_t) -> Self {
        let pin = PinSource::none();
        Self { raw, pin }
    }

    /// Returns the C object. It lives as long as `self`.
    pub fn as_ptr(&self) -> gnutls_pkcs11_obj_t {
        self.raw
    }

    /// Returns the kind of the object.
    #[corresponds(gnutls_pkcs11_obj_get_type)]
    pub fn kind(&self) -> ObjectType {
        // SAFETY: the object is initialised and only read.
        ObjectType(unsafe { sys::gnutls_pkcs11_obj_get_type(self.raw) })
    }

    /// Returns the flags of the object.
    ///
    /// # Errors
    ///
    /// Returns an error if GnuTLS fails.
    #[corresponds(gnutls_pkcs11_obj_get_flags)]
    pub fn flags(&self) -> Result<ObjectFlags> {
        let mut flags = 0;
        // SAFETY: the object is initialised and only read; the flags are written.
        check(unsafe { sys::gnutls_pkcs11_obj_get_flags(self.raw, &mut flags) })?;
        Ok(ObjectFlags(flags))
    }

    /// Returns the URL of the object.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(gnutls_pkcs11_obj_export_url)]
    pub fn url(&self) -> Result<String> {
        // SAFETY: the object is initialised and only read. The URL is owned by the caller after success.
        url_filled_by(|url| unsafe {
            sys::gnutls_pkcs11_obj_export_url(self.raw, sys::GNUTLS_PKCS11_URL_GENERIC, url)
        })
    }

    /// Returns the label, which is empty if the object has none.
    ///
    /// # Errors
    ///
    /// Returns an error if the label is no UTF-8.
    #[corresponds(gnutls_pkcs11_obj_get_info(GNUTLS_PKCS11_OBJ_LABEL))]
    pub fn label(&self) -> Result<String> {
        self.text(sys::GNUTLS_PKCS11_OBJ_LABEL)
    }

    /// Returns the identifier, which a key and its certificate have in common. It is empty if the object has none.
    ///
    /// # Errors
    ///
    /// Returns an error if memory is exhausted.
    #[corresponds(gnutls_pkcs11_obj_get_info(GNUTLS_PKCS11_OBJ_ID))]
    pub fn id(&self) -> Result<Vec<u8>> {
        // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, and the length of the
        // identifier.
        let id = buffer_filled_by(|buffer, length| unsafe {
            sys::gnutls_pkcs11_obj_get_info(self.raw, sys::GNUTLS_PKCS11_OBJ_ID, buffer, length)
        });
        optional(id).map(Option::unwrap_or_default)
    }

    /// Returns the label of the token, which is empty if the object has none.
    ///
    /// # Errors
    ///
    /// Returns an error if the label is no UTF-8.
    #[corresponds(gnutls_pkcs11_obj_get_info(GNUTLS_PKCS11_OBJ_TOKEN_LABEL))]
    pub fn token_label(&self) -> Result<String> {
        let label = self.text(sys::GNUTLS_PKCS11_OBJ_TOKEN_LABEL)?;
        // C fills the field with NUL bytes if the object has no information about its token.
        Ok(label.split('\0').next().unwrap_or_default().to_owned())
    }

    fn text(&self, kind: sys::gnutls_pkcs11_obj_info_t) -> Result<String> {
        // SAFETY: the object is initialised and only read. C writes at most the length of the buffer, and the length of the text.
        let text = text_filled_by(|buffer, length| unsafe {
            sys::gnutls_pkcs11_obj_get_info(self.raw, kind, buffer, length)
        });
        optional(text).map(Option::unwrap_or_default)
    }

    /// Returns the certificate or the public key (SubjectPublicKeyInfo) in DER, or other data.
    ///
    /// # Errors
    ///
    /// Returns an error if the object has no contents, like a private key.
    #[corresponds(
        gnutls_pkcs11_obj_export3,
        alias(gnutls_pkcs11_obj_export, gnutls_pkcs11_obj_export2)
    )]
    pub fn to_der(&self) -> Result<Vec<u8>> {
        // SAFETY: the object is initialised and only read. The output is owned by the caller after success.
        Output::filled_by(|output| unsafe {
            sys::gnutls_pkcs11_obj_export3(self.raw, sys::GNUTLS_X509_FMT_DER, output)
        })
        .map(|der| der.as_bytes().to_vec())
    }

    /// Returns the algorithm of a key, and its size in bits.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old, and an error if the
    /// object is no key.
    #[corresponds(gnutls_pkcs11_obj_get_pk_algorithm)]
    pub fn algorithm(&self) -> Result<(PublicKeyAlgorithm, u32)> {
        requires!(gnutls_3_8_13, "the algorithm of an object on a token", {
            let mut bits = 0;
            // SAFETY: the object is initialised and only read; the number of bits is written.
            let number =
                check(unsafe { sys::gnutls_pkcs11_obj_get_pk_algorithm(self.raw, &mut bits) })?;
            Ok((PublicKeyAlgorithm::from_raw(number.unsigned_abs()), bits))
        })
    }

    /// Changes the label on the token.
    ///
    /// # Errors
    ///
    /// Returns an error if the token refuses the change or the PIN, or if the URL of this object matches several objects.
    #[corresponds(gnutls_pkcs11_obj_set_info(GNUTLS_PKCS11_OBJ_LABEL))]
    pub fn set_label(&mut self, label: &str) -> Result<()> {
        self.set(sys::GNUTLS_PKCS11_OBJ_LABEL, label.as_bytes())
    }

    /// Changes the identifier on the token.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`set_label`](Self::set_label).
    #[corresponds(gnutls_pkcs11_obj_set_info(GNUTLS_PKCS11_OBJ_ID))]
    pub fn set_id(&mut self, id: &[u8]) -> Result<()> {
        self.set(sys::GNUTLS_PKCS11_OBJ_ID, id)
    }

    fn set(&mut self, kind: sys::gnutls_pkcs11_obj_info_t, value: &[u8]) -> Result<()> {
        let raw = self.raw;
        with_pin(&self.pin, || {
            // SAFETY: the object is initialised and used by nothing else; the value is only read.
            check(unsafe {
                let (data, length) = (value.as_ptr().cast(), value.len());
                let login = ObjectFlags::LOGIN.0;
                sys::gnutls_pkcs11_obj_set_info(raw, kind, data, length, login)
            })
        })
        .map(drop)
    }

    /// Deletes the object from its token.
    ///
    /// # Errors
    ///
    /// Returns an error if the object has neither a label nor an identifier, since C would delete all objects of its kind, and an
    /// error if the token refuses the deletion or the PIN.
    #[corresponds(gnutls_pkcs11_delete_url)]
    pub fn delete(self) -> Result<()> {
        if self.label()?.is_empty() && self.id()?.is_empty() {
            return Err(Error::invalid_input(
                "the object has neither a label nor an identifier: set one before it is deleted",
            ));
        }
        let url = Url::new(&self.url()?)?;
        let deleted = with_pin(&self.pin, || {
            // SAFETY: the URL ends in NUL and is only read.
            check(unsafe { sys::gnutls_pkcs11_delete_url(url.as_ptr(), ObjectFlags::LOGIN.0) })
        })?;
        if deleted == 0 {
            let code = sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE;
            return Err(Error::from_code(code).with_message("the object is not on the token"));
        }
        Ok(())
    }
}

/// Returns a PKCS #11 URL without the attributes of an object (RFC 7512, section 2.3), with the older names that p11-kit
/// accepts.
fn token_url(url: &str) -> String {
    let of_object = ["id=", "object=", "type=", "objecttype=", "object-type="];
    let (path, query) = url.split_at(url.find('?').unwrap_or(url.len()));
    let (scheme, attributes) = path.split_at(path.find(':').map_or(0, |at| at + 1));
    let attributes = attributes.split(';');
    let kept = attributes.filter(|attribute| {
        let is_of_object = |name| attribute.starts_with(name);
        !of_object.into_iter().any(is_of_object)
    });
    let kept: Vec<_> = kept.collect();
    [scheme, &kept.join(";"), query].concat()
}

impl Drop for Object {
    fn drop(&mut self) {
        // SAFETY: the object is initialised, owned by this value, and released once.
        unsafe { sys::gnutls_pkcs11_obj_deinit(self.raw) }
    }
}

impl fmt::Debug for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Object")
            .field("kind", &self.kind())
            .field("label", &self.label())
            .finish_non_exhaustive()
    }
}
