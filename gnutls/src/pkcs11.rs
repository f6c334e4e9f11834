//! PKCS #11 tokens, the objects on them, and the PINs that protect them.
//!
//! [`Identity::from_pkcs11`](crate::Identity::from_pkcs11) uses a key that stays on a token, and
//! [`Trust`](crate::Trust) the certificates on one. Both take URLs (RFC 7512) and a [`PinSource`]. [`Token`] generates keys
//! and creates objects, and [`Object`] finds and deletes them.
//!
//! ```
//! use gnutls::pkcs11::{Pin, PinSource};
//!
//! // A fixed PIN, or a closure that is called whenever a PIN is required.
//! let fixed = PinSource::from(Pin::new("1234")?);
//! let prompt = PinSource::ask(|request| {
//!     eprintln!("PIN for {}?", request.token_label());
//!     None // Without a PIN, the operation fails.
//! });
//! # let _ = (fixed, prompt);
//! # Ok::<(), gnutls::Error>(())
//! ```

pub(crate) mod object;
pub(crate) mod token;

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::ffi::{CStr, CString, c_char, c_int, c_uint, c_void};
use std::sync::{Arc, Mutex, PoisonError};
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;

pub use self::object::{Object, ObjectFlags, ObjectType};
pub use self::token::{ObjectOptions, Token, TokenFlags};

use crate::error::code::ErrorCode;
use crate::error::unsupported::require_running;
use crate::error::{Error, ErrorKind, Result, argument, callback, check};
use crate::library::logging;
use crate::support::secret::Secret;
use crate::version::Version;

/// The PIN of a token. It is never printed and is overwritten before its memory is released.
///
/// ```
/// use gnutls::pkcs11::Pin;
///
/// let pin = Pin::new("1234")?;
/// assert_eq!(format!("{pin:?}"), "Pin(..)");
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
pub struct Pin(Secret);

impl Pin {
    /// Creates a PIN from its bytes, which tokens expect in UTF-8. A `&str` is copied; a `String` or a `Vec<u8>` is
    /// moved, so that no copy remains.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if the PIN contains a NUL byte, at which C
    /// would truncate it.
    pub fn new(pin: impl Into<Vec<u8>>) -> Result<Self> {
        let pin = Secret::from_vec(pin.into());
        argument::refuse_nul(&pin, "the PIN")?;
        Ok(Self(pin))
    }

    /// Returns a copy that ends in NUL.
    pub(crate) fn with_nul(&self) -> Secret {
        Secret::with_nul(&self.0)
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(..)")
    }
}

/// The source of a token's PIN. Clones are cheap.
///
/// GnuTLS requires the PIN whenever it logs in: during the creation of an [`Identity`](crate::Identity), but also later
/// in any thread that runs a handshake, if the token requires the PIN for each use of a key or the session with the
/// token was lost, and in a child process after a fork.
///
/// ```no_run
/// use gnutls::Identity;
/// use gnutls::pkcs11::{Pin, PinSource};
///
/// let prompt = PinSource::ask(|request| {
///     if request.is_final_try() {
///         return None; // Another wrong PIN would lock the token.
///     }
///     eprintln!("PIN of {}:", request.token_label());
///     let mut line = String::new();
///     std::io::stdin().read_line(&mut line).ok()?;
///     Pin::new(line.trim_end()).ok()
/// });
/// let identity = Identity::from_pkcs11(
///     "pkcs11:token=server;object=server;type=cert",
///     "pkcs11:token=server;object=server;type=private",
///     prompt,
/// )?;
/// # let _ = identity;
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
pub struct PinSource(Arc<PinCallback>);

/// The closure in a box, since C stores a thin pointer and a pointer to a closure is wide.
struct PinCallback(Box<PinFn>);

type PinFn = dyn Fn(&PinRequest<'_>) -> Option<Pin> + Send + Sync + 'static;

/// The maximum number of wrong PINs in a row. Most tokens lock themselves earlier; for any other, the attempts would
/// never end.
const MAX_ATTEMPTS: c_int = 16;

impl PinSource {
    /// Calls the closure whenever a PIN is required. If it returns `None`, the operation that requires the PIN fails.
    /// The same applies to a PIN that is longer than GnuTLS accepts (31 bytes, 255 since 3.7.0), since no part of it
    /// may reach the token.
    ///
    /// If the PIN is wrong, the closure is called again; returning the same PIN may lock the token. The closure runs
    /// during the operation that uses the key, such as a handshake, while the key is locked. Inside the closure, an
    /// operation that uses a token returns an error of kind [`InvalidState`](ErrorKind::InvalidState). A panic is
    /// resumed in the call that required the PIN, and ends its session.
    ///
    /// GnuTLS does not overwrite the buffer on its stack that receives the PIN.
    #[corresponds(
        gnutls_privkey_set_pin_function,
        gnutls_pin_callback_t,
        alias(gnutls_certificate_set_pin_function)
    )]
    pub fn ask(ask: impl Fn(&PinRequest<'_>) -> Option<Pin> + Send + Sync + 'static) -> Self {
        Self(Arc::new(PinCallback(Box::new(ask))))
    }

    /// Creates a source without a PIN, for tokens that require none or have a keypad, and for URLs that name a file
    /// that contains the PIN (`pin-source`, RFC 7512, section 2.4).
    pub fn none() -> Self {
        Self::ask(|_| None)
    }

    /// Returns a source that asks this one once for each token, for several operations that are one for the caller.
    pub(crate) fn once(&self) -> Self {
        let source = self.clone();
        let known = Mutex::new(BTreeMap::<String, Pin>::new());
        Self::ask(move |request| {
            let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
            let pin = match known.get(request.token_url()) {
                Some(pin) if request.attempt() == 0 => return Some(pin.clone()),
                _ => (source.0.0)(request)?,
            };
            known.insert(request.token_url().to_owned(), pin.clone());
            Some(pin)
        })
    }

    /// Returns the pointer that C stores. It is valid as long as the source or a clone of it lives.
    pub(crate) fn as_userdata(&self) -> *mut c_void {
        Arc::as_ptr(&self.0).cast_mut().cast()
    }
}

impl From<Pin> for PinSource {
    /// Creates a source that returns this PIN, but not after the token has refused it and not if a wrong PIN would lock
    /// the token.
    fn from(pin: Pin) -> Self {
        Self::ask(move |request| {
            let is_safe = request.attempt == 0 && !request.is_wrong() && !request.is_final_try();
            is_safe.then(|| pin.clone())
        })
    }
}

impl fmt::Debug for PinSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PinSource").finish_non_exhaustive()
    }
}

/// The context in which a PIN is required; see [`PinSource::ask`](crate::pkcs11::PinSource::ask).
pub struct PinRequest<'a> {
    attempt: u32,
    token_url: Cow<'a, str>,
    token_label: Cow<'a, str>,
    flags: c_uint,
}

impl PinRequest<'_> {
    /// Returns the number of preceding attempts with a wrong PIN, 0 at first.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Returns the URL of the token (RFC 7512).
    pub fn token_url(&self) -> &str {
        &self.token_url
    }

    /// Returns the label of the token.
    pub fn token_label(&self) -> &str {
        &self.token_label
    }

    /// Returns `true` if the previous PIN was wrong.
    #[corresponds(alias(GNUTLS_PIN_WRONG))]
    pub fn is_wrong(&self) -> bool {
        self.has(sys::GNUTLS_PIN_WRONG)
    }

    /// Returns `true` if few attempts are left before the token is locked.
    #[corresponds(alias(GNUTLS_PIN_COUNT_LOW))]
    pub fn is_count_low(&self) -> bool {
        self.has(sys::GNUTLS_PIN_COUNT_LOW)
    }

    /// Returns `true` if this is the last attempt: a wrong PIN locks the token.
    #[corresponds(alias(GNUTLS_PIN_FINAL_TRY))]
    pub fn is_final_try(&self) -> bool {
        self.has(sys::GNUTLS_PIN_FINAL_TRY)
    }

    /// Returns `true` if the PIN permits only one use of the key, as for a key with `CKA_ALWAYS_AUTHENTICATE`.
    #[corresponds(alias(GNUTLS_PIN_CONTEXT_SPECIFIC))]
    pub fn is_for_one_use(&self) -> bool {
        self.has(sys::GNUTLS_PIN_CONTEXT_SPECIFIC)
    }

    /// Returns `true` if the PIN of the token's security officer is required, and not that of its user.
    #[corresponds(alias(GNUTLS_PIN_SO))]
    pub fn is_for_security_officer(&self) -> bool {
        self.has(sys::GNUTLS_PIN_SO)
    }

    fn has(&self, flag: sys::gnutls_pin_flag_t) -> bool {
        self.flags & flag != 0
    }
}

impl fmt::Debug for PinRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PinRequest")
            .field("attempt", &self.attempt)
            .field("token_url", &self.token_url)
            .field("flags", &self.flags)
            .finish_non_exhaustive()
    }
}

thread_local! {
    /// `true` while a PIN closure runs in this thread.
    static ASKING: Cell<bool> = const { Cell::new(false) };
}

/// Returns `true` inside a closure for which [`refuse_in_callback`] returns an error.
#[inline]
pub(crate) fn is_in_callback() -> bool {
    logging::is_inside() || ASKING.try_with(Cell::get).unwrap_or(true)
}

/// Returns an error inside a closure that GnuTLS may call while it holds the lock of its modules or that of a key on a
/// token: a log function, or a PIN closure. An operation that uses a token would wait for its own thread.
pub(crate) fn refuse_in_callback() -> Result<()> {
    logging::refuse_inside("using a token")?;
    if ASKING.try_with(Cell::get).unwrap_or(true) {
        return Err(Error::invalid_state(
            "using a token is not possible inside a PIN closure, because GnuTLS may hold a lock: do so after it has \
             returned",
        ));
    }
    Ok(())
}

/// Resumes the panic of a PIN closure, if there was one. It must be called after C has returned.
pub(crate) fn resume_panic() {
    // No key of the program is used, so that there is no error.
    let _ = callback::resume_panic();
}

/// The PIN function that was installed for the process before that of this crate.
struct GlobalPin {
    function: sys::gnutls_pin_callback_t,
    userdata: *mut c_void,
}

// SAFETY: the function and its user data are those of other code of the process, which GnuTLS calls in any thread.
unsafe impl Send for GlobalPin {}

/// The function that [`ask_current`] calls in threads without a source.
static PREVIOUS: Mutex<Option<GlobalPin>> = Mutex::new(None);

thread_local! {
    /// The source for the function of C that this thread is calling, which takes no PIN function.
    static CURRENT: Cell<*mut c_void> = const { Cell::new(ptr::null_mut()) };
}

/// Calls a function of C that uses a token, and takes the PIN function of the process. Returns an error inside a callback, and
/// resumes the panic of the closure.
pub(crate) fn with_pin<R>(source: &PinSource, call: impl FnOnce() -> Result<R>) -> Result<R> {
    refuse_in_callback()?;
    install_global_function();
    /// Restores the source when it is dropped, also after a panic.
    struct Restored(*mut c_void);
    impl Drop for Restored {
        fn drop(&mut self) {
            CURRENT.set(self.0);
        }
    }
    let restored = Restored(CURRENT.replace(source.as_userdata()));
    let result = call();
    drop(restored);
    callback::finish(result)
}

/// Imports an object from a token, after login if it is not visible before.
pub(crate) fn after_login<T>(import: impl Fn(c_uint) -> Result<T>) -> Result<T> {
    match import(0) {
        // A private object is visible only after login.
        Err(error) if error.code() == Some(ErrorCode::REQUESTED_DATA_NOT_AVAILABLE) => {
            import(sys::GNUTLS_PKCS11_OBJ_FLAG_LOGIN as c_uint)
        }
        result => result,
    }
}

/// Installs the PIN function of this crate for the process. It calls the one that was installed before in threads that do not
/// use a token through this crate.
fn install_global_function() {
    let mut previous = PREVIOUS.lock().unwrap_or_else(PoisonError::into_inner);
    let own: sys::gnutls_pin_callback_t = Some(ask_current);
    let mut userdata = ptr::null_mut();
    // SAFETY: reads both variables of the library, and writes them only if other code has replaced the function. GnuTLS reads
    // them without a lock. A reader sees the old function, which remains valid, or the new one, and in any case the user data
    // of the old one, which does not change and which the new one ignores.
    unsafe {
        let function = sys::gnutls_pkcs11_get_pin_function(&mut userdata);
        if function.map(|function| function as usize) == own.map(|function| function as usize) {
            return;
        }
        sys::gnutls_pkcs11_set_pin_function(own, userdata);
        *previous = Some(GlobalPin { function, userdata });
    }
}

/// The PIN function of the process: calls that of the source of this thread, or the function that was installed before.
unsafe extern "C" fn ask_current(
    _: *mut c_void,
    attempt: c_int,
    token_url: *const c_char,
    token_label: *const c_char,
    flags: c_uint,
    pin: *mut c_char,
    capacity: usize,
) -> c_int {
    let source = CURRENT.get();
    if !source.is_null() {
        // SAFETY: `with_pin` has stored the pointer of a source that lives during the call, and C passes valid arguments.
        return unsafe {
            ask(
                source,
                attempt,
                token_url,
                token_label,
                flags,
                pin,
                capacity,
            )
        };
    }
    let previous = PREVIOUS.lock().unwrap_or_else(PoisonError::into_inner);
    let Some((function, userdata)) = previous
        .as_ref()
        .and_then(|previous| Some((previous.function?, previous.userdata)))
    else {
        return sys::GNUTLS_E_PKCS11_PIN_ERROR;
    };
    drop(previous);
    // SAFETY: other code has installed the function with this user data for the whole process, and C passes valid arguments.
    unsafe {
        function(
            userdata,
            attempt,
            token_url,
            token_label,
            flags,
            pin,
            capacity,
        )
    }
}

/// Uses only these PKCS #11 modules, instead of those in the configuration of p11-kit. Certificates in a module can be trusted
/// anchors of TLS only if it is marked as trusted.
///
/// ```no_run
/// use gnutls::pkcs11::{Token, use_modules};
///
/// // SAFETY: the program has only started, and no other thread uses GnuTLS.
/// unsafe { use_modules(&[("/usr/lib/softhsm/libsofthsm2.so", false)]) }?;
/// assert!(!Token::list()?.is_empty());
/// # Ok::<(), gnutls::Error>(())
/// ```
///
/// # Errors
///
/// Returns an error of kind [`InvalidInput`](ErrorKind::InvalidInput) if a path contains a NUL byte, and an error if a module
/// cannot be loaded.
///
/// # Safety
///
/// No other thread may use GnuTLS during the call, through this crate or otherwise: GnuTLS changes its list of modules without
/// a lock for readers. Call it when the program starts.
#[corresponds(
    gnutls_pkcs11_init(GNUTLS_PKCS11_FLAG_MANUAL),
    gnutls_pkcs11_add_provider
)]
pub unsafe fn use_modules(modules: &[(&str, bool)]) -> Result<()> {
    refuse_in_callback()?;
    // SAFETY: no other thread uses GnuTLS during the call, by the contract of this function. NULL names no configuration.
    check(unsafe { sys::gnutls_pkcs11_init(sys::GNUTLS_PKCS11_FLAG_MANUAL, ptr::null()) })?;
    for (path, trusted) in modules {
        let path = CString::new(*path)
            .map_err(|_| Error::invalid_input("the path of a module contains a NUL byte"))?;
        let parameters = if *trusted {
            c"trusted".as_ptr()
        } else {
            ptr::null()
        };
        // SAFETY: no other thread uses GnuTLS during the call, by the contract of this function. Both strings end in NUL, or the
        // second one is NULL, and are only read.
        check(unsafe { sys::gnutls_pkcs11_add_provider(path.as_ptr(), parameters) })?;
    }
    Ok(())
}

/// The callback for C: calls the closure of the [`PinSource`](crate::pkcs11::PinSource) at `source`, and copies the PIN
/// and a NUL to the `capacity` bytes at `pin`.
pub(crate) unsafe extern "C" fn ask(
    source: *mut c_void,
    attempt: c_int,
    token_url: *const c_char,
    token_label: *const c_char,
    flags: c_uint,
    pin: *mut c_char,
    capacity: usize,
) -> c_int {
    const REFUSED: c_int = sys::GNUTLS_E_PKCS11_PIN_ERROR;
    if attempt >= MAX_ATTEMPTS {
        return REFUSED;
    }
    let outer = ASKING.try_with(|asking| asking.replace(true));
    let code = callback::catch(REFUSED, || {
        // SAFETY: the pointer came from `as_userdata`, and the source lives: the owner of a C object that stores
        // this function keeps a clone until the object is released.
        let source = unsafe { &*source.cast::<PinCallback>() };
        // SAFETY: C passes NULL, or strings that end in NUL and live as long as the call.
        let (token_url, token_label) = unsafe { (text(token_url), text(token_label)) };
        let request = PinRequest {
            attempt: u32::try_from(attempt).unwrap_or(0),
            token_url,
            token_label,
            flags,
        };
        let Some(Pin(value)) = (source.0)(&request) else {
            return REFUSED;
        };
        if value.len() >= capacity {
            return REFUSED;
        }
        // SAFETY: C passes a buffer of `capacity` bytes, which is more than `value.len()`. It may be uninitialised,
        // so that no reference to it is created.
        unsafe {
            ptr::copy_nonoverlapping(value.as_ptr(), pin.cast::<u8>(), value.len());
            pin.add(value.len()).write(0);
        }
        0
    });
    let _ = ASKING.try_with(|asking| asking.set(outer.unwrap_or(true)));
    code
}

/// Converts a C string that need not be UTF-8. NULL becomes an empty string.
///
/// # Safety
///
/// Unless `text` is NULL, it ends in NUL and does not change for `'a`.
unsafe fn text<'a>(text: *const c_char) -> Cow<'a, str> {
    if text.is_null() {
        return Cow::Borrowed("");
    }
    // SAFETY: `text` is not NULL; by the contract of this function it ends in NUL and does not change for `'a`.
    unsafe { CStr::from_ptr(text) }.to_string_lossy()
}

/// A PKCS #11 URL, which may contain a PIN (`pin-value`, RFC 7512, section 2.4).
#[derive(Clone)]
pub(crate) struct Url(Secret);

impl Url {
    pub(crate) fn new(text: &str) -> Result<Self> {
        let scheme = text.split_at_checked("pkcs11:".len());
        if !scheme.is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("pkcs11:")) {
            // The text may be a secret and is not part of the message.
            return Err(Error::invalid_input(
                "a PKCS #11 URL must begin with \"pkcs11:\"",
            ));
        }
        argument::refuse_nul(text.as_bytes(), "the PKCS #11 URL")?;
        // A library before 3.6.3 tries a wrong PIN of a URL until the token locks it, and endlessly if it does not
        // (`pkcs11_login` in lib/pkcs11.c).
        if ["pin-value=", "pin-source=", "pinfile="]
            .iter()
            .any(|name| text.contains(name))
        {
            require_running("PINs in PKCS #11 URLs", Version::new(3, 6, 3))?;
        }
        let url = Self(Secret::with_nul(text.as_bytes()));
        // Up to 3.6.4 the function supports the scheme in lower case only.
        // SAFETY: compares the beginning of a string that ends in NUL.
        if unsafe { sys::gnutls_url_is_supported(c"pkcs11:".as_ptr()) } == 0 {
            return Err(Error::new(
                ErrorKind::Unsupported,
                "PKCS #11 URLs require a GnuTLS that was built with PKCS #11",
            ));
        }
        Ok(url)
    }

    /// Returns the URL as a string that ends in NUL and lives as long as this value.
    pub(crate) fn as_ptr(&self) -> *const c_char {
        self.0.as_ptr().cast()
    }

    /// Returns the URL for messages: without its query, which may contain a PIN.
    pub(crate) fn shown(&self) -> String {
        let end = self.0.iter().position(|byte| matches!(byte, b'?' | 0));
        String::from_utf8_lossy(&self.0[..end.unwrap_or(0)]).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Calls the callback as C does, with a buffer of `capacity` bytes. Returns the code and the buffer.
    fn called(
        source: &PinSource,
        attempt: c_int,
        flags: c_uint,
        capacity: usize,
    ) -> (c_int, Vec<u8>) {
        let mut buffer = vec![0xee_u8; capacity + 1];
        // SAFETY: the source lives, the string ends in NUL, and the buffer has more than `capacity` bytes.
        let code = unsafe {
            ask(
                source.as_userdata(),
                attempt,
                c"pkcs11:token=t".as_ptr(),
                ptr::null(),
                flags,
                buffer.as_mut_ptr().cast(),
                capacity,
            )
        };
        assert_eq!(
            buffer.pop(),
            Some(0xee),
            "nothing is written behind the end"
        );
        (code, buffer)
    }

    #[test]
    fn bug_class_10_a_pin_is_never_longer_than_its_place() {
        let source = PinSource::ask(|_| Pin::new("1234").ok());
        assert_eq!(called(&source, 0, 0, 5), (0, b"1234\0".to_vec()));
        for capacity in [0, 1, 4] {
            let (code, buffer) = called(&source, 0, 0, capacity);
            assert_eq!(code, sys::GNUTLS_E_PKCS11_PIN_ERROR);
            // No part of it reaches the token.
            assert_eq!(buffer, vec![0xee; capacity]);
        }
    }

    #[test]
    fn a_pin_that_was_refused_is_not_given_again() {
        let source = PinSource::from(Pin::new("1234").unwrap());
        let refused = sys::GNUTLS_E_PKCS11_PIN_ERROR;
        assert_eq!(called(&source, 0, sys::GNUTLS_PIN_USER, 32).0, 0);
        assert_eq!(called(&source, 0, sys::GNUTLS_PIN_COUNT_LOW, 32).0, 0);
        assert_eq!(called(&source, 1, sys::GNUTLS_PIN_WRONG, 32).0, refused);
        assert_eq!(called(&source, 0, sys::GNUTLS_PIN_WRONG, 32).0, refused);
        assert_eq!(called(&source, 0, sys::GNUTLS_PIN_FINAL_TRY, 32).0, refused);
    }

    #[test]
    fn bug_class_19_wrong_pins_are_not_tried_for_ever() {
        let source = PinSource::ask(|_| Pin::new("wrong").ok());
        let wrong = sys::GNUTLS_PIN_WRONG;
        assert_eq!(called(&source, MAX_ATTEMPTS - 1, wrong, 32).0, 0);
        assert_ne!(called(&source, MAX_ATTEMPTS, wrong, 32).0, 0);
    }

    #[test]
    fn bug_class_13_a_panic_waits_until_c_has_returned() {
        let source = PinSource::ask(|_| panic!("no PIN"));
        assert_eq!(called(&source, 0, 0, 32).0, sys::GNUTLS_E_PKCS11_PIN_ERROR);
        // No closure is called until the panic has been resumed.
        let other = PinSource::ask(|_| Pin::new("1234").ok());
        assert_ne!(called(&other, 0, 0, 32).0, 0);
        let payload = std::panic::catch_unwind(resume_panic).unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&"no PIN"));
        assert_eq!(called(&other, 0, 0, 32).0, 0);
    }

    #[test]
    fn the_request_contains_the_arguments_of_c() {
        let source = PinSource::ask(|request| {
            assert_eq!(request.attempt(), 2);
            assert_eq!(request.token_url(), "pkcs11:token=t");
            assert_eq!(request.token_label(), "");
            assert!(request.is_wrong() && request.is_count_low() && request.is_final_try());
            assert!(!request.is_for_one_use() && !request.is_for_security_officer());
            None
        });
        let flags = sys::GNUTLS_PIN_WRONG | sys::GNUTLS_PIN_COUNT_LOW | sys::GNUTLS_PIN_FINAL_TRY;
        called(&source, 2, flags, 32);
        resume_panic();
    }

    #[test]
    fn bug_class_17_only_urls_of_tokens_are_urls() {
        for text in [
            "",
            "pkcs11",
            "system:id",
            "tpmkey:file=a",
            "/a/file",
            "pkcs12:a",
            "pkcs11:a\0b",
        ] {
            let error = Url::new(text).err().unwrap();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{text:?}");
        }
        assert!(Pin::new("12\u{0}34").is_err());
    }

    #[test]
    fn no_pin_shows_in_a_message() {
        for text in ["pkcs11:token=a?pin-value=1234", "pkcs11:token=a"] {
            let url = Url(Secret::with_nul(text.as_bytes()));
            assert_eq!(url.shown(), "pkcs11:token=a");
        }
        let source = PinSource::from(Pin::new("1234").unwrap());
        assert!(!format!("{source:?} {:?}", Pin::new("1234")).contains("1234"));
    }
}
