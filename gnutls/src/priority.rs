//! Priorities: the protocol versions and algorithms that a session may use, and their order.
//!
//! [`Priority`] is the argument of [`ConfigBuilder::priority`](crate::ConfigBuilder::priority); this module has
//! the algorithms that one enables.
//!
//! ```
//! use gnutls::{Priority, Protocol};
//!
//! let priority: Priority = "NORMAL:-VERS-ALL:+VERS-TLS1.2".parse()?;
//! assert_eq!(priority.enabled()?.protocols, [Protocol::TLS1_2]);
//! # Ok::<(), gnutls::Error>(())
//! ```

pub(crate) mod list;

use std::cell::Cell;
use std::ffi::{CStr, CString};
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys::{gnutls_priority_t, gnutls_session_t};

pub use self::list::EnabledAlgorithms;
#[cfg(gnutls_3_6_6)]
use crate::crypto::parameters::CertificateType;
use crate::crypto::parameters::Protocol;
use crate::error::code::ErrorCode;
use crate::error::unsupported::requires;
use crate::error::{Error, ErrorKind, Result, check};
use crate::version::Version;

/// Which protocol versions and algorithms a session may use: a cheap, immutable value that many configurations can share.
///
/// The default is [`Priority::system`]. The language of the strings is described in the manual under
/// [priority strings](https://www.gnutls.org/manual/gnutls.html#Priority-Strings).
///
/// ```
/// use gnutls::Priority;
///
/// let modern = Priority::new("NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2")?;
/// # let _ = modern;
/// let error = Priority::new("NORMAL:+WRONG").unwrap_err();
/// assert!(error.to_string().contains("\"+WRONG\""));
/// # Ok::<(), gnutls::Error>(())
/// ```
#[corresponds(alias(gnutls_priority_t, gnutls_priority_deinit))]
#[derive(Clone)]
pub struct Priority {
    base: Base,
    /// The string; behind the system's own, where that is the base.
    text: Arc<str>,
    /// None for the system's own string with nothing appended: each session asks the library for that.
    cache: Option<Arc<Cache>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Base {
    System,
    Text,
}

impl Priority {
    /// The default of the library, which follows the system's policy where the distribution has one.
    #[corresponds(gnutls_set_default_priority)]
    pub fn system() -> Self {
        Self {
            base: Base::System,
            text: "".into(),
            cache: None,
        }
    }

    /// Reads a priority string.
    ///
    /// # Errors
    ///
    /// Of kind [`Priority`](ErrorKind::Priority), with the place in the string: an unknown word, nothing that could be
    /// used, or `@SYSTEM` where no such policy is configured.
    #[corresponds(gnutls_priority_init)]
    pub fn new(text: &str) -> Result<Self> {
        let cache = Cache::parse(Base::Text, text)?;
        Ok(Self {
            base: Base::Text,
            text: text.into(),
            cache: Some(Arc::new(cache)),
        })
    }

    /// These priorities with `text` appended, as in `Priority::system().append("-VERS-TLS1.2")`.
    ///
    /// The flag `GNUTLS_PRIORITY_INIT_DEF_APPEND` appends to the priorities of the system.
    ///
    /// # Errors
    ///
    /// As for [`new`](Self::new). Appending to the system's priorities needs GnuTLS 3.6.3.
    #[corresponds(gnutls_priority_init2, alias(gnutls_set_default_priority_append))]
    pub fn append(&self, text: &str) -> Result<Self> {
        let text = if self.text.is_empty() {
            text.to_owned()
        } else {
            format!("{}:{text}", self.text)
        };
        let cache = Cache::parse(self.base, &text)?;
        Ok(Self {
            base: self.base,
            text: text.into(),
            cache: Some(Arc::new(cache)),
        })
    }

    /// What the string enables, in the order of preference: for tools and logs, and to see what a policy comes to.
    ///
    /// # Errors
    ///
    /// Of kind [`Priority`](ErrorKind::Priority) where the system's own string cannot be used.
    ///
    /// ```
    /// use gnutls::{Priority, Protocol};
    ///
    /// let enabled = Priority::new("NORMAL:-VERS-ALL:+VERS-TLS1.2")?.enabled()?;
    /// assert_eq!(enabled.protocols, [Protocol::TLS1_2]);
    /// for suite in &enabled.cipher_suites {
    ///     println!("{suite}");
    /// }
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    pub fn enabled(&self) -> Result<EnabledAlgorithms> {
        match &self.cache {
            Some(cache) => Ok(cache.enabled()),
            None => Ok(Cache::system()?.enabled()),
        }
    }

    /// The words that a priority string can begin with, such as `NORMAL`.
    #[corresponds(gnutls_priority_string_list)]
    pub fn keywords() -> impl Iterator<Item = &'static str> {
        list::strings(gnutls_sys::GNUTLS_PRIORITY_LIST_INIT_KEYWORDS)
    }

    /// The words for special behaviour, which a string has behind a `%`, such as `SERVER_PRECEDENCE`.
    #[corresponds(gnutls_priority_string_list)]
    pub fn options() -> impl Iterator<Item = &'static str> {
        list::strings(gnutls_sys::GNUTLS_PRIORITY_LIST_SPECIAL)
    }

    /// Gives the priorities to a session that has just been made.
    ///
    /// # Safety
    ///
    /// `session` is alive and has not begun a handshake, and this value outlives it (see [`Cache`]).
    pub(crate) unsafe fn apply(&self, session: gnutls_session_t) -> Result<()> {
        let code = match &self.cache {
            // SAFETY: the session is the caller's promise. The session's reference to the cache is counted in C.
            Some(cache) => unsafe { gnutls_sys::gnutls_priority_set(session, cache.0) },
            None => {
                let _guard = policy_guard();
                // SAFETY: as above; the library parses its own string into an object that the session owns alone.
                unsafe { gnutls_sys::gnutls_set_default_priority(session) }
            }
        };
        check(code).map_err(|error| error.with_kind(ErrorKind::Priority))?;
        Ok(())
    }

    /// These priorities, with key exchanges for pre-shared keys unless they have some.
    pub(crate) fn with_psk(&self) -> Result<Self> {
        use gnutls_sys::*;
        self.with(
            &[
                GNUTLS_KX_PSK,
                GNUTLS_KX_DHE_PSK,
                GNUTLS_KX_ECDHE_PSK,
                GNUTLS_KX_RSA_PSK,
            ],
            "+ECDHE-PSK:+DHE-PSK",
        )
    }

    /// These priorities, with key exchanges for passwords unless they have some.
    pub(crate) fn with_srp(&self, certificates: bool) -> Result<Self> {
        use gnutls_sys::*;
        self.with(
            &[GNUTLS_KX_SRP, GNUTLS_KX_SRP_RSA, GNUTLS_KX_SRP_DSS],
            if certificates {
                "+SRP:+SRP-RSA"
            } else {
                "+SRP"
            },
        )
    }

    /// These priorities, with anonymous key exchanges unless they have some.
    pub(crate) fn with_anonymous(&self) -> Result<Self> {
        use gnutls_sys::*;
        self.with(
            &[GNUTLS_KX_ANON_DH, GNUTLS_KX_ANON_ECDH],
            "+ANON-ECDH:+ANON-DH",
        )
    }

    /// These priorities, with `words` appended unless they have one of the key exchanges.
    fn with(&self, exchanges: &[gnutls_sys::gnutls_kx_algorithm_t], words: &str) -> Result<Self> {
        match &self.cache {
            Some(cache) if cache.has_any(exchanges) => Ok(self.clone()),
            _ => self.append(words),
        }
    }

    /// Whether this version is among the priorities.
    pub(crate) fn enables(&self, protocol: Protocol) -> Result<bool> {
        Ok(self.enabled()?.protocols.contains(&protocol))
    }

    /// Whether one of the sides may show a raw public key.
    #[cfg(gnutls_3_6_6)]
    pub(crate) fn has_raw_public_keys(&self) -> bool {
        let cache = self.cache.as_ref();
        cache.is_some_and(|cache| cache.has_certificate_type(CertificateType::RAW_PUBLIC_KEY))
    }

    /// What may be used when `running` is loaded: 3.6.3 spoke a draft of TLS 1.3 which is not the standard.
    pub(crate) fn without_draft(&self, running: Version) -> Result<Self> {
        const STANDARD: &str = "-VERS-TLS1.3";
        if !speaks_draft(running) {
            return Ok(self.clone());
        }
        match self.append(STANDARD) {
            // Built for something older still: the default string cannot be asked for, so its usual values are tried.
            Err(error) if self.base == Base::System && error.kind() == ErrorKind::Unsupported => {
                Self::new("@SYSTEM:-VERS-TLS1.3").or_else(|_| Self::new("NORMAL:-VERS-TLS1.3"))
            }
            other => other,
        }
    }
}

/// Whether what this release calls TLS 1.3 is a draft of it.
pub(crate) fn speaks_draft(running: Version) -> bool {
    running == Version::new(3, 6, 3)
}

impl Default for Priority {
    fn default() -> Self {
        Self::system()
    }
}

impl FromStr for Priority {
    type Err = Error;

    /// Parses a priority string, as [`new`](Self::new) does.
    fn from_str(priorities: &str) -> Result<Self> {
        Self::new(priorities)
    }
}

impl fmt::Display for Priority {
    /// The string, `SYSTEM` standing for the library's default.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.base, &*self.text) {
            (Base::System, "") => f.write_str("SYSTEM"),
            (Base::System, text) => write!(f, "SYSTEM:{text}"),
            (Base::Text, text) => f.write_str(text),
        }
    }
}

impl fmt::Debug for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Priority({:?})", self.to_string())
    }
}

/// Owns a `gnutls_priority_t`.
struct Cache(gnutls_priority_t);

// SAFETY: after gnutls_priority_init, GnuTLS changes two things in the object. `usage_cnt` counts the sessions that hold
// it; it is an atomic, and since every session of this crate is gone before its configuration is, the last reference is
// always this one (gnutls_priority_deinit reads the counter and then decrements it, which would not do for two threads
// that drop the last two references). `no_status_request` is written by gnutls_ocsp_status_request_enable_client since
// 3.8.0 through the session's pointer: this crate never calls that on a session that has been given a shared cache.
unsafe impl Send for Cache {}
// SAFETY: as above; all else is only read.
unsafe impl Sync for Cache {}

impl Cache {
    /// The system's own.
    fn system() -> Result<Self> {
        let mut priority = ptr::null_mut();
        let _guard = policy_guard();
        // SAFETY: NULL asks for the default string; the output is written. The place of an error is not wanted.
        let code = unsafe {
            gnutls_sys::gnutls_priority_init(&mut priority, ptr::null(), ptr::null_mut())
        };
        check(code).map_err(|error| error.with_kind(ErrorKind::Priority))?;
        Ok(Self(priority))
    }

    fn parse(base: Base, text: &str) -> Result<Self> {
        let string = CString::new(text).map_err(|_| {
            Error::new(
                ErrorKind::Priority,
                "the priority string contains a NUL byte",
            )
        })?;
        let mut priority = ptr::null_mut();
        let mut position = ptr::null();
        let code = match base {
            Base::Text => {
                let _guard = policy_guard();
                // SAFETY: the string ends in NUL and is only read during the call; both outputs are written.
                unsafe {
                    gnutls_sys::gnutls_priority_init(&mut priority, string.as_ptr(), &mut position)
                }
            }
            Base::System => requires!(gnutls_3_6_3, "appending to the default priorities", {
                let _guard = policy_guard();
                // SAFETY: as above.
                Ok(unsafe {
                    gnutls_sys::gnutls_priority_init2(
                        &mut priority,
                        string.as_ptr(),
                        &mut position,
                        gnutls_sys::GNUTLS_PRIORITY_INIT_DEF_APPEND,
                    )
                })
            })?,
        };
        // After an error GnuTLS has freed what it began, and the pointer must not be used.
        match check(code) {
            Ok(_) => Ok(Self(priority)),
            Err(error) => {
                let place = if error.code() == Some(ErrorCode::INVALID_REQUEST) {
                    place(&string, position)
                } else {
                    None
                };
                let error = error.with_position(place.map(|(at, _)| at));
                Err(error.with_kind(ErrorKind::Priority).with_message(match place {
                    Some((at, word)) if word.starts_with('@') => {
                        format!("priority string {text:?}: no policy for {word:?} (byte {at}) is configured here")
                    }
                    Some((at, word)) => format!("priority string {text:?}: cannot use {word:?} (byte {at})"),
                    None => format!("priority string {text:?}"),
                }))
            }
        }
    }
}

impl Cache {
    /// Whether one of these key exchanges is among the priorities.
    fn has_any(&self, exchanges: &[gnutls_sys::gnutls_kx_algorithm_t]) -> bool {
        let mut list = ptr::null();
        // SAFETY: stores the address of an array inside the object, which is never changed, and returns its length.
        let count = unsafe { gnutls_sys::gnutls_priority_kx_list(self.0, &mut list) };
        // SAFETY: as above; a negative code means that there is no array.
        let kinds =
            unsafe { crate::support::datum::array(list, usize::try_from(count).unwrap_or(0)) };
        kinds.iter().any(|kind| exchanges.contains(kind))
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        // SAFETY: made by gnutls_priority_init and released once. The sessions that used it have been released before,
        // since each keeps the configuration (and so this) until it has gone.
        unsafe { gnutls_sys::gnutls_priority_deinit(self.0) }
    }
}

/// Where in the string GnuTLS stopped, and the word there.
fn place(string: &CStr, position: *const std::ffi::c_char) -> Option<(usize, &str)> {
    // By address: GnuTLS reports a place in this string, but nothing is read through its pointer.
    let at = (position as usize).checked_sub(string.as_ptr() as usize)?;
    let rest = string.to_str().ok()?.get(at..)?;
    let word = rest.split(':').next().filter(|word| !word.is_empty())?;
    Some((at, word))
}

/// Held while GnuTLS may read the system's policy again, which it does without a lock of its own before 3.7.3 whenever
/// the file has changed. It logs what it does then, and a log function may ask for priorities in its turn: what this
/// thread holds already it need not wait for.
struct PolicyGuard {
    _lock: MutexGuard<'static, ()>,
}

thread_local! {
    static POLICY_HELD: Cell<bool> = const { Cell::new(false) };
}

fn policy_guard() -> Option<PolicyGuard> {
    let unlocked = crate::version().running < Version::new(3, 7, 3);
    unlocked.then(PolicyGuard::new).flatten()
}

impl PolicyGuard {
    /// `None` where this thread has one.
    fn new() -> Option<Self> {
        static POLICY: Mutex<()> = Mutex::new(());
        if POLICY_HELD.get() {
            return None;
        }
        let _lock = POLICY.lock().unwrap_or_else(PoisonError::into_inner);
        POLICY_HELD.set(true);
        Some(Self { _lock })
    }
}

impl Drop for PolicyGuard {
    fn drop(&mut self) {
        POLICY_HELD.set(false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_holds_the_policy_does_not_wait_for_itself() {
        let held = PolicyGuard::new();
        assert!(held.is_some() && PolicyGuard::new().is_none());
        let other = std::thread::spawn(|| PolicyGuard::new().is_some());
        assert!(!other.is_finished());
        drop(held);
        assert!(other.join().unwrap());
        assert!(PolicyGuard::new().is_some());
    }

    #[test]
    fn the_place_of_an_error_is_told() {
        let error = Priority::new("NORMAL:+VERS-TLS1.2:+WRONG:-RSA").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Priority);
        assert_eq!(error.code(), Some(ErrorCode::INVALID_REQUEST));
        assert_eq!(error.position(), Some(20));
        assert!(
            error.to_string().contains("\"+WRONG\" (byte 20)"),
            "{error}"
        );
    }

    #[test]
    fn bug_class_17_only_what_the_language_has_is_accepted() {
        for text in [
            "",
            "NORMAL:",
            "NORMAL\0:-VERS-TLS1.3",
            "\0",
            "@NO-SUCH-POLICY",
            "normal mode",
            "é",
        ] {
            let error = Priority::new(text)
                .err()
                .unwrap_or_else(|| panic!("{text:?} was accepted"));
            assert_eq!(error.kind(), ErrorKind::Priority, "{text:?}");
        }
    }

    #[test]
    fn a_string_that_enables_nothing_is_refused() {
        let error = Priority::new("NONE").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Priority, "{error}");
    }

    #[test]
    fn appending_adds_to_the_string() {
        let priority = Priority::new("NORMAL")
            .unwrap()
            .append("-VERS-TLS1.0")
            .unwrap();
        assert_eq!(priority.to_string(), "NORMAL:-VERS-TLS1.0");
        assert!(priority.append("+WRONG").is_err());
        match Priority::system().append("-VERS-TLS1.0") {
            Ok(priority) => assert_eq!(priority.to_string(), "SYSTEM:-VERS-TLS1.0"),
            Err(error) => assert_eq!(error.required_release(), Some(Version::new(3, 6, 3))),
        }
    }

    #[test]
    fn hazard_31_the_draft_of_tls_1_3_is_left_out_on_3_6_3_alone() {
        let priority = Priority::new("NORMAL").unwrap();
        for (running, expected) in [
            (Version::new(3, 6, 2), "NORMAL"),
            (Version::new(3, 6, 3), "NORMAL:-VERS-TLS1.3"),
            (Version::new(3, 6, 4), "NORMAL"),
            (Version::new(3, 8, 13), "NORMAL"),
        ] {
            assert_eq!(
                priority.without_draft(running).unwrap().to_string(),
                expected,
                "{running}"
            );
        }
        // Whatever the library was built for, the default keeps working.
        assert!(
            Priority::system()
                .without_draft(Version::new(3, 6, 3))
                .is_ok()
        );
    }
}
