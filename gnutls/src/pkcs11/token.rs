//! Tokens: their properties, and the objects that are created on them.

use std::ffi::{CString, c_char, c_int, c_uint, c_ulong};
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::numbers::raw;
use crate::crypto::public_key::PublicKeyAlgorithm;
use crate::error::argument::{bytes, items, text_filled_by};
use crate::error::{Error, ErrorKind, Result, argument, check};
use crate::pkcs11::object::ObjectFlags;
use crate::pkcs11::{Pin, PinSource, Url, with_pin};
use crate::support::datum::{Output, free};
use crate::support::flag_set::flag_set;
use crate::x509::certificate::Certificate;
use crate::x509::extension::KeyUsage;

/// A PKCS #11 token: a smart card, a hardware security module, or their emulation in software.
///
/// An operation that changes the token logs in with the [PIN](Token::with_pin).
///
/// ```no_run
/// use gnutls::crypto::PublicKeyAlgorithm;
/// use gnutls::key::PrivateKey;
/// use gnutls::pkcs11::{ObjectOptions, Pin, Token};
///
/// for token in Token::list()? {
///     println!("{} {} ({})", token.label()?, token.serial()?, token.url());
/// }
/// // A key that never leaves the token.
/// let pin = Pin::new("1234")?;
/// let token = Token::from_url("pkcs11:token=server")?.with_pin(pin.clone());
/// let options = ObjectOptions::new().label("server");
/// let public = token.generate_key(PublicKeyAlgorithm::ECDSA, 256, &options)?;
/// let key = PrivateKey::from_pkcs11("pkcs11:token=server;object=server;type=private", pin)?;
/// # let _ = (public, key);
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
pub struct Token {
    url: Url,
    pin: PinSource,
}

/// Properties of a token, see [`Token::flags`].
///
/// Bits that this crate does not define are preserved.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct TokenFlags(c_uint);

macro_rules! flags {
    ($($name:ident = $value:ident;)*) => {
        impl TokenFlags {
            $(#[doc = concat!("`", stringify!($value), "`")]
            pub const $name: Self = Self(sys::$value as c_uint);)*
        }

        impl fmt::Debug for TokenFlags {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "TokenFlags({:#x}", self.0)?;
                $(if self.contains(Self::$name) {
                    write!(f, " {}", stringify!($name))?;
                })*
                f.write_str(")")
            }
        }
    };
}

flags! {
    HARDWARE = GNUTLS_PKCS11_TOKEN_HW;
    TRUSTED = GNUTLS_PKCS11_TOKEN_TRUSTED;
    RNG = GNUTLS_PKCS11_TOKEN_RNG;
    LOGIN_REQUIRED = GNUTLS_PKCS11_TOKEN_LOGIN_REQUIRED;
    PROTECTED_AUTHENTICATION_PATH = GNUTLS_PKCS11_TOKEN_PROTECTED_AUTHENTICATION_PATH;
    INITIALIZED = GNUTLS_PKCS11_TOKEN_INITIALIZED;
    USER_PIN_COUNT_LOW = GNUTLS_PKCS11_TOKEN_USER_PIN_COUNT_LOW;
    USER_PIN_FINAL_TRY = GNUTLS_PKCS11_TOKEN_USER_PIN_FINAL_TRY;
    USER_PIN_LOCKED = GNUTLS_PKCS11_TOKEN_USER_PIN_LOCKED;
    SO_PIN_COUNT_LOW = GNUTLS_PKCS11_TOKEN_SO_PIN_COUNT_LOW;
    SO_PIN_FINAL_TRY = GNUTLS_PKCS11_TOKEN_SO_PIN_FINAL_TRY;
    SO_PIN_LOCKED = GNUTLS_PKCS11_TOKEN_SO_PIN_LOCKED;
    USER_PIN_INITIALIZED = GNUTLS_PKCS11_TOKEN_USER_PIN_INITIALIZED;
    ERROR_STATE = GNUTLS_PKCS11_TOKEN_ERROR_STATE;
}

raw!(TokenFlags(c_uint): "Returns the flags with these bits in C.", "Returns the bits in C.");
flag_set!(TokenFlags);

/// The properties of an object that is created on a token.
///
/// ```
/// use gnutls::pkcs11::{ObjectFlags, ObjectOptions};
///
/// let options = ObjectOptions::new()
///     .label("server")
///     .id([1])
///     .flags(ObjectFlags::MARK_ALWAYS_AUTHENTICATE);
/// # let _ = options;
/// ```
#[derive(Clone, Debug, Default)]
pub struct ObjectOptions {
    label: Option<String>,
    id: Vec<u8>,
    usage: KeyUsage,
    flags: ObjectFlags,
}

impl ObjectOptions {
    /// Creates options without a label, with an identifier that follows from the key, and with the default usage.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the label.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Sets the identifier, which a key and its certificate have in common.
    #[must_use]
    pub fn id(mut self, id: impl Into<Vec<u8>>) -> Self {
        self.id = id.into();
        self
    }

    /// Sets the usage of a key. The default depends on the algorithm, and includes signatures.
    #[must_use]
    pub fn usage(mut self, usage: KeyUsage) -> Self {
        self.usage = usage;
        self
    }

    /// Sets flags, such as [`MARK_TRUSTED`](ObjectFlags::MARK_TRUSTED).
    #[must_use]
    pub fn flags(mut self, flags: ObjectFlags) -> Self {
        self.flags = flags;
        self
    }

    /// Returns the label for C, which is NULL if there is none.
    fn c_label(&self) -> Result<Option<CString>> {
        let label = self.label.as_deref().map(CString::new).transpose();
        label.map_err(|_| Error::invalid_input("the label contains a NUL byte"))
    }

    fn raw_flags(&self) -> c_uint {
        let login = if self.flags.contains(ObjectFlags::LOGIN_SO) {
            ObjectFlags::default()
        } else {
            ObjectFlags::LOGIN
        };
        (self.flags | login).as_raw()
    }
}

fn label_ptr(label: &Option<CString>) -> *const c_char {
    label.as_ref().map_or(ptr::null(), |label| label.as_ptr())
}

/// Returns a URL that a function of C has allocated.
pub(crate) fn url_filled_by(fill: impl FnOnce(*mut *mut c_char) -> c_int) -> Result<String> {
    let mut url: *mut c_char = ptr::null_mut();
    check(fill(&mut url))?;
    if url.is_null() {
        return Ok(String::new());
    }
    // SAFETY: the call succeeded: the URL ends in NUL, and comes from GnuTLS's allocator. Nothing else uses it.
    unsafe {
        let text = std::ffi::CStr::from_ptr(url).to_string_lossy().into_owned();
        free(url.cast());
        Ok(text)
    }
}

impl Token {
    /// Returns all tokens of the modules in the configuration of p11-kit.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Unsupported`](ErrorKind::Unsupported) if the library was built without PKCS #11, and an
    /// error inside a [PIN closure](PinSource::ask) or a log function, like all other methods that use a token.
    #[corresponds(gnutls_pkcs11_token_get_url)]
    pub fn list() -> Result<Vec<Self>> {
        super::refuse_in_callback()?;
        items(|index| {
            // SAFETY: writes the pointer to the URL on success.
            let url = url_filled_by(|url| unsafe {
                sys::gnutls_pkcs11_token_get_url(index, sys::GNUTLS_PKCS11_URL_GENERIC, url)
            })?;
            Self::from_url(&url)
        })
    }

    /// Uses the token that a PKCS #11 URL (RFC 7512) identifies, without access to it.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the text is no PKCS #11 URL.
    pub fn from_url(url: &str) -> Result<Self> {
        Ok(Self {
            url: Url::new(url)?,
            pin: PinSource::none(),
        })
    }

    /// Sets the source of the PIN of the user or of the security officer.
    #[must_use]
    pub fn with_pin(mut self, pin: impl Into<PinSource>) -> Self {
        self.pin = pin.into();
        self
    }

    /// Returns the URL, without its query, which may contain a PIN.
    pub fn url(&self) -> String {
        self.url.shown()
    }

    /// Returns the label in the URL, which is empty if the URL has none.
    #[corresponds(gnutls_pkcs11_token_get_info(GNUTLS_PKCS11_TOKEN_LABEL))]
    pub fn label(&self) -> Result<String> {
        self.info(sys::GNUTLS_PKCS11_TOKEN_LABEL)
    }

    /// Returns the serial number in the URL, which is empty if the URL has none.
    #[corresponds(gnutls_pkcs11_token_get_info(GNUTLS_PKCS11_TOKEN_SERIAL))]
    pub fn serial(&self) -> Result<String> {
        self.info(sys::GNUTLS_PKCS11_TOKEN_SERIAL)
    }

    /// Returns the manufacturer in the URL, which is empty if the URL has none.
    #[corresponds(gnutls_pkcs11_token_get_info(GNUTLS_PKCS11_TOKEN_MANUFACTURER))]
    pub fn manufacturer(&self) -> Result<String> {
        self.info(sys::GNUTLS_PKCS11_TOKEN_MANUFACTURER)
    }

    /// Returns the model in the URL, which is empty if the URL has none.
    #[corresponds(gnutls_pkcs11_token_get_info(GNUTLS_PKCS11_TOKEN_MODEL))]
    pub fn model(&self) -> Result<String> {
        self.info(sys::GNUTLS_PKCS11_TOKEN_MODEL)
    }

    /// Returns the name or the file of the module, which is empty for a module that is not in the configuration of p11-kit.
    #[corresponds(gnutls_pkcs11_token_get_info(GNUTLS_PKCS11_TOKEN_MODNAME))]
    pub fn module_name(&self) -> Result<String> {
        self.info(sys::GNUTLS_PKCS11_TOKEN_MODNAME)
    }

    fn info(&self, kind: sys::gnutls_pkcs11_token_info_t) -> Result<String> {
        super::refuse_in_callback()?;
        // SAFETY: the URL ends in NUL and is only read. C writes at most the length of the buffer, and the length of the text.
        let text = text_filled_by(|buffer, length| unsafe {
            sys::gnutls_pkcs11_token_get_info(self.url.as_ptr(), kind, buffer, length)
        })?;
        // C fills the field with NUL bytes if the URL lacks the attribute.
        Ok(text.split('\0').next().unwrap_or_default().to_owned())
    }

    /// Returns the properties of the token.
    ///
    /// # Errors
    ///
    /// Returns an error if the token is not present.
    #[corresponds(gnutls_pkcs11_token_get_flags)]
    pub fn flags(&self) -> Result<TokenFlags> {
        super::refuse_in_callback()?;
        let mut flags = 0;
        // SAFETY: the URL ends in NUL and is only read; the flags are written.
        check(unsafe { sys::gnutls_pkcs11_token_get_flags(self.url.as_ptr(), &mut flags) })?;
        Ok(TokenFlags(flags))
    }

    /// Returns the mechanisms (`CKM_...`) that the token supports.
    ///
    /// # Errors
    ///
    /// Returns an error if the token is not present.
    #[corresponds(gnutls_pkcs11_token_get_mechanism)]
    pub fn mechanisms(&self) -> Result<Vec<c_ulong>> {
        super::refuse_in_callback()?;
        items(|index| {
            let mut mechanism = 0;
            // SAFETY: the URL ends in NUL and is only read; the number is written.
            check(unsafe {
                sys::gnutls_pkcs11_token_get_mechanism(self.url.as_ptr(), index, &mut mechanism)
            })?;
            Ok(mechanism)
        })
    }

    /// Returns `true` if the token is present and supports a mechanism (`CKM_...`).
    #[corresponds(gnutls_pkcs11_token_check_mechanism)]
    pub fn supports_mechanism(&self, mechanism: c_ulong) -> bool {
        // SAFETY: the URL ends in NUL and is only read. NULL requests no details. An error is a negative number, which C
        // returns as an unsigned one.
        let supported = || unsafe {
            let (url, none) = (self.url.as_ptr(), ptr::null_mut());
            sys::gnutls_pkcs11_token_check_mechanism(url, mechanism, none, 0, 0) == 1
        };
        super::refuse_in_callback().is_ok() && supported()
    }

    /// Fills the buffer with random bytes from the token.
    ///
    /// # Errors
    ///
    /// Returns an error if the token is not present, or has no random number generator.
    #[corresponds(gnutls_pkcs11_token_get_random)]
    pub fn random(&self, buffer: &mut [u8]) -> Result<()> {
        with_pin(&self.pin, || {
            // SAFETY: the URL ends in NUL and is only read. C writes `buffer.len()` bytes.
            check(unsafe {
                let (data, length) = (buffer.as_mut_ptr().cast(), buffer.len());
                sys::gnutls_pkcs11_token_get_random(self.url.as_ptr(), data, length)
            })
        })
        .map(drop)
    }

    /// Initializes the token with the PIN of its security officer and a label. **All objects on the token are lost.**
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the label is longer than 32 bytes, and an error if
    /// the token refuses the PIN.
    #[corresponds(gnutls_pkcs11_token_init)]
    pub fn initialize(&self, security_officer: &Pin, label: &str) -> Result<()> {
        // C copies the label to an array of this size on its stack, without a check.
        if label.len() > 32 {
            return Err(Error::invalid_input(format!(
                "the label has {} bytes: use at most 32",
                label.len()
            )));
        }
        let label = CString::new(label)
            .map_err(|_| Error::invalid_input("the label contains a NUL byte"))?;
        let pin = security_officer.with_nul();
        with_pin(&self.pin, || {
            // SAFETY: the URL, the PIN and the label end in NUL and are only read. The label has at most 32 bytes.
            check(unsafe {
                let (url, pin) = (self.url.as_ptr(), pin.as_ptr().cast());
                sys::gnutls_pkcs11_token_init(url, pin, label.as_ptr())
            })
        })
        .map(drop)
    }

    /// Sets the first PIN of the user, or replaces a PIN that the user has forgotten. The [PIN](Self::with_pin) is that of the
    /// security officer.
    ///
    /// # Errors
    ///
    /// Returns an error if the token refuses a PIN.
    #[corresponds(gnutls_pkcs11_token_set_pin(GNUTLS_PIN_USER))]
    pub fn reset_user_pin(&self, new: &Pin) -> Result<()> {
        with_pin(&self.pin, || self.set_pin(None, new, sys::GNUTLS_PIN_USER))
    }

    /// Changes the PIN of the user.
    ///
    /// # Errors
    ///
    /// Returns an error if the token refuses a PIN.
    #[corresponds(gnutls_pkcs11_token_set_pin(GNUTLS_PIN_USER))]
    pub fn change_user_pin(&self, old: &Pin, new: &Pin) -> Result<()> {
        with_pin(&PinSource::from(old.clone()), || {
            self.set_pin(Some(old), new, sys::GNUTLS_PIN_USER)
        })
    }

    /// Changes the PIN of the security officer.
    ///
    /// # Errors
    ///
    /// Returns an error if the token refuses a PIN.
    #[corresponds(gnutls_pkcs11_token_set_pin(GNUTLS_PIN_SO))]
    pub fn change_security_officer_pin(&self, old: &Pin, new: &Pin) -> Result<()> {
        with_pin(&PinSource::from(old.clone()), || {
            self.set_pin(Some(old), new, sys::GNUTLS_PIN_SO)
        })
    }

    /// C reads memory that it has released if there is no old PIN of the security officer.
    fn set_pin(&self, old: Option<&Pin>, new: &Pin, kind: sys::gnutls_pin_flag_t) -> Result<()> {
        let (old, new) = (old.map(Pin::with_nul), new.with_nul());
        let old = old.as_ref().map_or(ptr::null(), |old| old.as_ptr().cast());
        // SAFETY: the URL and both PINs end in NUL, or the old one is NULL; they are only read. The old one is NULL only for
        // the PIN of the user.
        check(unsafe {
            let (url, new) = (self.url.as_ptr(), new.as_ptr().cast());
            sys::gnutls_pkcs11_token_set_pin(url, old, new, kind as c_uint)
        })
        .map(drop)
    }

    /// Generates a key that never leaves the token, unless it is marked as extractable, and returns its public key
    /// (SubjectPublicKeyInfo) in DER, for [`PublicKey::from_der`](crate::key::PublicKey::from_der).
    ///
    /// # Errors
    ///
    /// Returns an error if the token does not support the algorithm or the size, or refuses the PIN.
    #[corresponds(gnutls_pkcs11_privkey_generate3)]
    pub fn generate_key(
        &self,
        algorithm: PublicKeyAlgorithm,
        bits: u32,
        options: &ObjectOptions,
    ) -> Result<Vec<u8>> {
        let (label, id) = (options.c_label()?, bytes(&options.id)?);
        with_pin(&self.pin, || {
            // SAFETY: the URL and the label end in NUL, or the label is NULL; they and the identifier are only read. The
            // output is owned by the caller after success.
            Output::filled_by(|output| unsafe {
                sys::gnutls_pkcs11_privkey_generate3(
                    self.url.as_ptr(),
                    algorithm.as_raw(),
                    bits,
                    label_ptr(&label),
                    &id,
                    sys::GNUTLS_X509_FMT_DER,
                    output,
                    options.usage.as_raw(),
                    options.raw_flags(),
                )
            })
            .map(|public| public.as_bytes().to_vec())
        })
    }

    /// Copies a certificate to the token.
    ///
    /// # Errors
    ///
    /// Returns an error if the token refuses the object or the PIN.
    #[corresponds(gnutls_pkcs11_copy_x509_crt2)]
    pub fn copy_certificate(
        &self,
        certificate: &Certificate,
        options: &ObjectOptions,
    ) -> Result<()> {
        let (label, id) = (options.c_label()?, bytes(&options.id)?);
        with_pin(&self.pin, || {
            // SAFETY: the URL and the label end in NUL, or the label is NULL; they, the certificate and the identifier are only
            // read.
            check(unsafe {
                sys::gnutls_pkcs11_copy_x509_crt2(
                    self.url.as_ptr(),
                    certificate.as_ptr(),
                    label_ptr(&label),
                    &id,
                    options.raw_flags(),
                )
            })
        })
        .map(drop)
    }

    /// Copies a symmetric key to the token.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the key is empty, and an error if the token refuses
    /// the object or the PIN.
    #[corresponds(gnutls_pkcs11_copy_secret_key)]
    pub fn copy_secret_key(&self, key: &[u8], options: &ObjectOptions) -> Result<()> {
        if key.is_empty() {
            return Err(Error::invalid_input("the key is empty"));
        }
        let (label, mut key) = (options.c_label()?, bytes(key)?);
        with_pin(&self.pin, || {
            // SAFETY: the URL and the label end in NUL, or the label is NULL; they and the key are only read.
            check(unsafe {
                sys::gnutls_pkcs11_copy_secret_key(
                    self.url.as_ptr(),
                    &mut key,
                    label_ptr(&label),
                    options.usage.as_raw(),
                    options.raw_flags(),
                )
            })
        })
        .map(drop)
    }

    /// Returns the issuer of a certificate that is on the token, in DER. It is one that the token marks as trusted, unless the
    /// flags contain [`RETRIEVE_ANY`](ObjectFlags::RETRIEVE_ANY).
    ///
    /// # Errors
    ///
    /// Returns an error if the token cannot be read.
    #[corresponds(gnutls_pkcs11_get_raw_issuer)]
    pub fn find_issuer(
        &self,
        certificate: &Certificate,
        flags: ObjectFlags,
    ) -> Result<Option<Certificate>> {
        let issuer = with_pin(&self.pin, || {
            // SAFETY: the URL ends in NUL; it and the certificate are only read. The output is owned by the caller after
            // success.
            Output::filled_by(|output| unsafe {
                let (url, der) = (self.url.as_ptr(), sys::GNUTLS_X509_FMT_DER);
                let certificate = certificate.as_ptr();
                sys::gnutls_pkcs11_get_raw_issuer(url, certificate, output, der, flags.as_raw())
            })
        });
        let issuer = argument::optional(issuer)?;
        issuer
            .map(|der| Certificate::from_der(der.as_bytes()))
            .transpose()
    }

    /// Returns a trusted certificate with this subject, in DER, and this subject key identifier if there is one.
    ///
    /// # Errors
    ///
    /// Returns an error if the token cannot be read.
    #[corresponds(
        gnutls_pkcs11_get_raw_issuer_by_dn,
        gnutls_pkcs11_get_raw_issuer_by_subject_key_id
    )]
    pub fn find_by_subject(
        &self,
        subject: &[u8],
        key_id: Option<&[u8]>,
        flags: ObjectFlags,
    ) -> Result<Option<Certificate>> {
        let (name, key_id) = (bytes(subject)?, key_id.map(bytes).transpose()?);
        let found = with_pin(&self.pin, || {
            Output::filled_by(|output| {
                let (url, der) = (self.url.as_ptr(), sys::GNUTLS_X509_FMT_DER);
                let flags = flags.as_raw();
                // SAFETY: the URL ends in NUL; it, the name and the identifier are only read. The output is owned by the caller
                // after success.
                unsafe {
                    match &key_id {
                        None => {
                            sys::gnutls_pkcs11_get_raw_issuer_by_dn(url, &name, output, der, flags)
                        }
                        Some(id) => sys::gnutls_pkcs11_get_raw_issuer_by_subject_key_id(
                            url, &name, id, output, der, flags,
                        ),
                    }
                }
            })
        });
        let found = argument::optional(found)?;
        found
            .map(|der| Certificate::from_der(der.as_bytes()))
            .transpose()
    }

    /// Returns `true` if the certificate is on the token. With [`MARK_TRUSTED`](ObjectFlags::MARK_TRUSTED) it must also be
    /// marked as trusted.
    ///
    /// # Errors
    ///
    /// Returns an error inside a closure that GnuTLS may call while it holds a lock.
    #[corresponds(gnutls_pkcs11_crt_is_known)]
    pub fn contains(&self, certificate: &Certificate, flags: ObjectFlags) -> Result<bool> {
        let flags = (flags | ObjectFlags::COMPARE).as_raw();
        with_pin(&self.pin, || {
            // SAFETY: the URL ends in NUL; it and the certificate are only read.
            let known = unsafe {
                let (url, certificate) = (self.url.as_ptr(), certificate.as_ptr());
                sys::gnutls_pkcs11_crt_is_known(url, certificate, flags)
            };
            Ok(known == 1)
        })
    }

    /// Returns the URL for C.
    pub(crate) fn location(&self) -> (&Url, &PinSource) {
        (&self.url, &self.pin)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}

impl ObjectOptions {
    /// Calls a function of C that creates an object from a key, and passes the URL, the label, the identifier, the usage and the
    /// flags.
    pub(crate) fn create(
        &self,
        token: &Token,
        create: impl FnOnce(
            *const c_char,
            *const c_char,
            *const sys::gnutls_datum_t,
            c_uint,
            c_uint,
        ) -> c_int,
    ) -> Result<()> {
        let (label, id) = (self.c_label()?, bytes(&self.id)?);
        let (url, pin) = token.location();
        with_pin(pin, || {
            let (usage, flags) = (self.usage.as_raw(), self.raw_flags());
            check(create(url.as_ptr(), label_ptr(&label), &id, usage, flags))
        })
        .map(drop)
        .map_err(|error| match error.kind() {
            ErrorKind::InvalidInput => error.with_message("the token does not support the key"),
            _ => error,
        })
    }
}
