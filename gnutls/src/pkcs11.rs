//! PKCS #11 tokens: the PINs that protect the objects on them.
//!
//! [`Identity::from_pkcs11`](crate::Identity::from_pkcs11) uses a key that stays on a token, and [`Trust`](crate::Trust) the
//! certificates on one. Both take URLs (RFC 7512) and a [`PinSource`].
//!
//! ```
//! use gnutls::pkcs11::{Pin, PinSource};
//!
//! // A PIN that is known, or a closure that is called for each token.
//! let fixed = PinSource::from(Pin::new("1234")?);
//! let prompt = PinSource::ask(|request| {
//!     eprintln!("PIN for {}?", request.token_label());
//!     None // no PIN: the operation fails
//! });
//! # let _ = (fixed, prompt);
//! # Ok::<(), gnutls::Error>(())
//! ```

use std::borrow::Cow;
use std::ffi::{CStr, CString, c_char, c_int, c_uint, c_void};
use std::sync::Arc;
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::error::{Error, ErrorKind, Result, argument};
use crate::support::panic::PanicSlot;
use crate::support::secret::Secret;

/// The PIN of a token. It is never printed, and overwritten before its memory is released.
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
    /// Takes over the bytes of a PIN, which tokens want in UTF-8. A `&str` is copied; a `String` or a `Vec<u8>` leaves no
    /// copy behind.
    ///
    /// # Errors
    ///
    /// Of kind [`InvalidInput`](ErrorKind::InvalidInput) for one with a NUL in it, which would be cut off there.
    pub fn new(pin: impl Into<Vec<u8>>) -> Result<Self> {
        let pin = Secret::from_vec(pin.into());
        argument::refuse_nul(&pin, "the PIN")?;
        Ok(Self(pin))
    }
}

impl fmt::Debug for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pin(..)")
    }
}

/// Where the PIN of a token comes from. Clones are cheap.
///
/// GnuTLS asks for it when it has to log in: when an [`Identity`](crate::Identity) is made, but also later, in any thread
/// that runs a handshake, where a token asks again for each use of a key, where the session with the token was lost, and in
/// a child process after a fork.
///
/// ```no_run
/// use gnutls::Identity;
/// use gnutls::pkcs11::{Pin, PinSource};
///
/// let asking = PinSource::ask(|request| {
///     if request.is_final_try() {
///         return None; // The token would be locked by another mistake.
///     }
///     eprintln!("PIN of {}:", request.token_label());
///     let mut line = String::new();
///     std::io::stdin().read_line(&mut line).ok()?;
///     Pin::new(line.trim_end()).ok()
/// });
/// let identity = Identity::from_pkcs11(
///     "pkcs11:token=server;object=server;type=cert",
///     "pkcs11:token=server;object=server;type=private",
///     asking,
/// )?;
/// # let _ = identity;
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
pub struct PinSource(Arc<Asker>);

/// A box of its own: the address of a closure is wider than what C keeps.
struct Asker(Box<Ask>);

type Ask = dyn Fn(&PinRequest<'_>) -> Option<Pin> + Send + Sync + 'static;

/// How often in a row a closure is asked that gives nothing but wrong PINs. Tokens usually lock themselves before; one that
/// does not would be tried for ever.
const MAX_ATTEMPTS: c_int = 16;

impl PinSource {
    /// Asks the closure each time. `None` gives no PIN: what needed it fails. So does a PIN that is longer than GnuTLS takes
    /// (31 bytes, 255 since 3.7.0), since no part of it may reach the token.
    ///
    /// As long as a PIN is wrong, the closure is asked again: one that gives the same again may lock the token. It runs in
    /// the middle of what uses the key, such as a handshake, with the key locked: it must not use tokens by itself. A panic
    /// goes on in the call that needed the PIN, and ends its session.
    ///
    /// GnuTLS does not overwrite the PIN in the buffer on its stack.
    #[corresponds(
        gnutls_privkey_set_pin_function,
        gnutls_pin_callback_t,
        alias(gnutls_certificate_set_pin_function)
    )]
    pub fn ask(ask: impl Fn(&PinRequest<'_>) -> Option<Pin> + Send + Sync + 'static) -> Self {
        Self(Arc::new(Asker(Box::new(ask))))
    }

    /// No PIN: for tokens that want none, or have a keypad of their own, and URLs that name a file with it (`pin-source`,
    /// RFC 7512, section 2.4).
    pub fn none() -> Self {
        Self::ask(|_| None)
    }

    /// The source as C gets it. The pointer is good for as long as the source, or a clone of it, lives.
    pub(crate) fn as_userdata(&self) -> *mut c_void {
        Arc::as_ptr(&self.0).cast_mut().cast()
    }
}

impl From<Pin> for PinSource {
    /// This PIN. So that it locks no token it is given only once each time: not after the token has refused it, and not where
    /// the token would be locked by a wrong one.
    fn from(pin: Pin) -> Self {
        Self::ask(move |request| {
            let harmless = request.attempt == 0 && !request.is_wrong() && !request.is_final_try();
            harmless.then(|| pin.clone())
        })
    }
}

impl fmt::Debug for PinSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PinSource").finish_non_exhaustive()
    }
}

/// What is known when a PIN is wanted: lent to the closure of [`PinSource::ask`](crate::pkcs11::PinSource::ask).
pub struct PinRequest<'a> {
    attempt: u32,
    token_url: Cow<'a, str>,
    token_label: Cow<'a, str>,
    flags: c_uint,
}

impl PinRequest<'_> {
    /// How many PINs have been wrong just before: 0 the first time.
    pub fn attempt(&self) -> u32 {
        self.attempt
    }

    /// The URL of the token (RFC 7512).
    pub fn token_url(&self) -> &str {
        &self.token_url
    }

    /// The label of the token.
    pub fn token_label(&self) -> &str {
        &self.token_label
    }

    /// Whether the PIN before was wrong.
    #[corresponds(alias(GNUTLS_PIN_WRONG))]
    pub fn is_wrong(&self) -> bool {
        self.has(sys::GNUTLS_PIN_WRONG)
    }

    /// Whether few attempts are left before the token is locked.
    #[corresponds(alias(GNUTLS_PIN_COUNT_LOW))]
    pub fn is_count_low(&self) -> bool {
        self.has(sys::GNUTLS_PIN_COUNT_LOW)
    }

    /// Whether this is the last attempt: with a wrong PIN the token is locked.
    #[corresponds(alias(GNUTLS_PIN_FINAL_TRY))]
    pub fn is_final_try(&self) -> bool {
        self.has(sys::GNUTLS_PIN_FINAL_TRY)
    }

    /// Whether the PIN is for this one use of the key alone, as a token wants it whose key has `CKA_ALWAYS_AUTHENTICATE`.
    #[corresponds(alias(GNUTLS_PIN_CONTEXT_SPECIFIC))]
    pub fn is_for_one_use(&self) -> bool {
        self.has(sys::GNUTLS_PIN_CONTEXT_SPECIFIC)
    }

    /// Whether it is the PIN of the token's security officer that is wanted, and not that of its user.
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
    /// The panic of a PIN closure: C names no session when it asks, but it asks in the thread that called it.
    static PANIC: PanicSlot = const { PanicSlot::new() };
}

/// Whether a PIN closure has panicked in this thread.
pub(crate) fn has_panicked() -> bool {
    PANIC.with(PanicSlot::is_set)
}

/// Resumes the panic of a PIN closure, if there was one: to be called once C has returned.
pub(crate) fn resume_panic() {
    PANIC.with(PanicSlot::resume);
}

/// Asks a [`PinSource`](crate::pkcs11::PinSource), whose pointer `source` is, and copies the PIN with a NUL to `pin`, where there is room for
/// `room` bytes.
pub(crate) unsafe extern "C" fn ask(
    source: *mut c_void,
    attempt: c_int,
    token_url: *const c_char,
    token_label: *const c_char,
    flags: c_uint,
    pin: *mut c_char,
    room: usize,
) -> c_int {
    const REFUSED: c_int = sys::GNUTLS_E_PKCS11_PIN_ERROR;
    let answer = |slot: &PanicSlot| {
        if slot.is_set() || attempt >= MAX_ATTEMPTS {
            return REFUSED;
        }
        slot.catch(REFUSED, || {
            // SAFETY: what `as_userdata` gave. The source lives: whoever has an object with this function keeps a clone until
            // the object is gone.
            let source = unsafe { &*source.cast::<Asker>() };
            // SAFETY: strings that end in NUL and live as long as the call, or NULL.
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
            if value.len() >= room {
                return REFUSED;
            }
            // SAFETY: `room` bytes can be written, one more than is copied. They need not be initialised, so that no
            // reference is made to them.
            unsafe {
                ptr::copy_nonoverlapping(value.as_ptr(), pin.cast::<u8>(), value.len());
                pin.add(value.len()).write(0);
            }
            0
        })
    };
    // In a thread that is ending there may be no place left for a panic.
    PANIC.try_with(answer).unwrap_or(REFUSED)
}

/// A string of C that need not be UTF-8, empty for NULL.
unsafe fn text<'a>(text: *const c_char) -> Cow<'a, str> {
    if text.is_null() {
        return Cow::Borrowed("");
    }
    // SAFETY: not NULL; it ends in NUL, as the caller says.
    unsafe { CStr::from_ptr(text) }.to_string_lossy()
}

/// A URL for C, if it is one of PKCS #11.
pub(crate) fn url(text: &str) -> Result<CString> {
    let scheme = text.split_at_checked("pkcs11:".len());
    if !scheme.is_some_and(|(scheme, _)| scheme.eq_ignore_ascii_case("pkcs11:")) {
        // What it is instead may be a secret.
        return Err(Error::invalid_input(
            "what does not begin with \"pkcs11:\" is no URL of a token",
        ));
    }
    let url = CString::new(text).map_err(|_| Error::invalid_input("a URL with a NUL byte"))?;
    // SAFETY: looks at the beginning of a string that ends in NUL.
    if unsafe { sys::gnutls_url_is_supported(url.as_ptr()) } == 0 {
        return Err(Error::new(
            ErrorKind::Unsupported,
            "tokens: this GnuTLS was built without PKCS #11",
        ));
    }
    Ok(url)
}

/// A URL as it may be shown: without its query, which may have a PIN in it (RFC 7512, section 2.4).
pub(crate) fn shown(url: &CStr) -> String {
    let text = url.to_string_lossy();
    text.split('?').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Asks as C does, with room for so many bytes; gives the code and the room.
    fn asked(source: &PinSource, attempt: c_int, flags: c_uint, room: usize) -> (c_int, Vec<u8>) {
        let mut place = vec![0xee_u8; room + 1];
        // SAFETY: a source that lives, strings that end in NUL, and a place with at least so much room.
        let code = unsafe {
            ask(
                source.as_userdata(),
                attempt,
                c"pkcs11:token=t".as_ptr(),
                ptr::null(),
                flags,
                place.as_mut_ptr().cast(),
                room,
            )
        };
        assert_eq!(place.pop(), Some(0xee), "nothing is written behind the end");
        (code, place)
    }

    #[test]
    fn bug_class_10_a_pin_is_never_longer_than_its_place() {
        let source = PinSource::ask(|_| Pin::new("1234").ok());
        assert_eq!(asked(&source, 0, 0, 5), (0, b"1234\0".to_vec()));
        for room in [0, 1, 4] {
            let (code, place) = asked(&source, 0, 0, room);
            assert_eq!(code, sys::GNUTLS_E_PKCS11_PIN_ERROR);
            // Nor does a part of it reach the token.
            assert_eq!(place, vec![0xee; room]);
        }
    }

    #[test]
    fn a_pin_that_was_refused_is_not_given_again() {
        let source = PinSource::from(Pin::new("1234").unwrap());
        let refused = sys::GNUTLS_E_PKCS11_PIN_ERROR;
        assert_eq!(asked(&source, 0, sys::GNUTLS_PIN_USER, 32).0, 0);
        assert_eq!(asked(&source, 0, sys::GNUTLS_PIN_COUNT_LOW, 32).0, 0);
        assert_eq!(asked(&source, 1, sys::GNUTLS_PIN_WRONG, 32).0, refused);
        assert_eq!(asked(&source, 0, sys::GNUTLS_PIN_WRONG, 32).0, refused);
        assert_eq!(asked(&source, 0, sys::GNUTLS_PIN_FINAL_TRY, 32).0, refused);
    }

    #[test]
    fn bug_class_19_wrong_pins_are_not_tried_for_ever() {
        let source = PinSource::ask(|_| Pin::new("wrong").ok());
        let wrong = sys::GNUTLS_PIN_WRONG;
        assert_eq!(asked(&source, MAX_ATTEMPTS - 1, wrong, 32).0, 0);
        assert_ne!(asked(&source, MAX_ATTEMPTS, wrong, 32).0, 0);
    }

    #[test]
    fn bug_class_13_a_panic_waits_until_c_has_returned() {
        let source = PinSource::ask(|_| panic!("no PIN"));
        assert_eq!(asked(&source, 0, 0, 32).0, sys::GNUTLS_E_PKCS11_PIN_ERROR);
        assert!(has_panicked());
        // Nobody is asked any more until then.
        let other = PinSource::ask(|_| Pin::new("1234").ok());
        assert_ne!(asked(&other, 0, 0, 32).0, 0);
        let payload = std::panic::catch_unwind(resume_panic).unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&"no PIN"));
        assert_eq!(asked(&other, 0, 0, 32).0, 0);
    }

    #[test]
    fn the_request_tells_what_c_tells() {
        let source = PinSource::ask(|request| {
            assert_eq!(request.attempt(), 2);
            assert_eq!(request.token_url(), "pkcs11:token=t");
            assert_eq!(request.token_label(), "");
            assert!(request.is_wrong() && request.is_count_low() && request.is_final_try());
            assert!(!request.is_for_one_use() && !request.is_for_security_officer());
            None
        });
        let flags = sys::GNUTLS_PIN_WRONG | sys::GNUTLS_PIN_COUNT_LOW | sys::GNUTLS_PIN_FINAL_TRY;
        asked(&source, 2, flags, 32);
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
            let error = url(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{text:?}");
        }
        assert!(Pin::new("12\u{0}34").is_err());
    }

    #[test]
    fn no_pin_shows_in_a_message() {
        assert_eq!(shown(c"pkcs11:token=a?pin-value=1234"), "pkcs11:token=a");
        let source = PinSource::from(Pin::new("1234").unwrap());
        assert!(!format!("{source:?} {:?}", Pin::new("1234")).contains("1234"));
    }
}
