//! Priorities: the protocol versions and algorithms of a session, in order of preference.
//!
//! [`Priority`] is the argument of [`ConfigBuilder::priority`](crate::ConfigBuilder::priority). This module also
//! contains the type for the algorithms that a priority string enables.
//!
//! ```
//! use gnutls::{Priority, Protocol};
//!
//! let priority: Priority = "NORMAL:-VERS-ALL:+VERS-TLS1.2".parse()?;
//! assert_eq!(priority.enabled()?.protocols, [Protocol::TLS1_2]);
//! # Ok::<(), gnutls::Error>(())
//! ```

pub(crate) mod list;

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
use crate::library::logging::refuse_inside;
use crate::version::Version;

/// The protocol versions and algorithms that a session can use: an immutable value that is cheap to clone and that many
/// configurations can share.
///
/// The default is [`Priority::system`]. The manual describes the syntax of [priority
/// strings](https://www.gnutls.org/manual/gnutls.html#Priority-Strings).
///
/// ```
/// use gnutls::Priority;
///
/// # if gnutls::version().running < gnutls::library::Version::new(3, 6, 3) { return Ok(()); }
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
    /// The priority string, or the string appended to the system's if `base` is [`Base::System`].
    text: Arc<str>,
    /// `None` for the system's own string with nothing appended, which every session requests from the library.
    cache: Option<Arc<Cache>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Base {
    System,
    Text,
}

impl Priority {
    /// Returns the default priorities of the library, which follow the system's policy if the distribution has one.
    #[corresponds(gnutls_set_default_priority)]
    pub fn system() -> Self {
        Self {
            base: Base::System,
            text: "".into(),
            cache: None,
        }
    }

    /// Parses a priority string.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Priority`](ErrorKind::Priority) that contains the position in the string if a word is
    /// unknown, if nothing usable is enabled, or if the string refers to a policy such as `@SYSTEM` that is not
    /// configured.
    #[corresponds(gnutls_priority_init)]
    pub fn new(text: &str) -> Result<Self> {
        let cache = Cache::parse(Base::Text, text)?;
        Ok(Self {
            base: Base::Text,
            text: text.into(),
            cache: Some(Arc::new(cache)),
        })
    }

    /// Returns these priorities with `text` appended, as in `Priority::system().append("-VERS-TLS1.2")`.
    ///
    /// The flag `GNUTLS_PRIORITY_INIT_DEF_APPEND` appends to the priorities of the system.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`new`](Self::new). Appending to the system's priorities requires GnuTLS 3.6.3.
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

    /// Returns the enabled protocol versions and algorithms in order of preference, for tools and logs and to examine a
    /// policy.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Priority`](ErrorKind::Priority) if the system's own string is not usable.
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

    /// Returns the keywords with which a priority string can start, for example `NORMAL`.
    #[corresponds(gnutls_priority_string_list)]
    pub fn keywords() -> impl Iterator<Item = &'static str> {
        list::strings(gnutls_sys::GNUTLS_PRIORITY_LIST_INIT_KEYWORDS)
    }

    /// Returns the special keywords, which follow a `%` in a priority string, for example `SERVER_PRECEDENCE`.
    #[corresponds(gnutls_priority_string_list)]
    pub fn options() -> impl Iterator<Item = &'static str> {
        list::strings(gnutls_sys::GNUTLS_PRIORITY_LIST_SPECIAL)
    }

    /// Sets the priorities in a new session.
    ///
    /// # Safety
    ///
    /// `session` must be live and must not have started a handshake, and this value must outlive it (see [`Cache`]).
    pub(crate) unsafe fn apply(&self, session: gnutls_session_t) -> Result<()> {
        let code = match &self.cache {
            // SAFETY: `session` is live and has not started a handshake, by the contract of this function. GnuTLS
            // counts the session's reference to the cache.
            Some(cache) => unsafe { gnutls_sys::gnutls_priority_set(session, cache.0) },
            None => {
                let _guard = policy_guard()?;
                // SAFETY: `session` is live and has not started a handshake, by the contract of this function. GnuTLS
                // parses its own string into an object that only the session owns.
                unsafe { gnutls_sys::gnutls_set_default_priority(session) }
            }
        };
        check(code).map_err(|error| error.with_kind(ErrorKind::Priority))?;
        Ok(())
    }

    /// Returns these priorities with PSK key exchanges appended unless they contain one.
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

    /// Returns these priorities with SRP key exchanges appended unless they contain one.
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

    /// Returns these priorities with anonymous key exchanges appended unless they contain one.
    pub(crate) fn with_anonymous(&self) -> Result<Self> {
        use gnutls_sys::*;
        self.with(
            &[GNUTLS_KX_ANON_DH, GNUTLS_KX_ANON_ECDH],
            "+ANON-ECDH:+ANON-DH",
        )
    }

    /// Returns these priorities with `words` appended unless they contain one of the key exchanges.
    fn with(&self, exchanges: &[gnutls_sys::gnutls_kx_algorithm_t], words: &str) -> Result<Self> {
        match &self.cache {
            Some(cache) if cache.has_any(exchanges) => Ok(self.clone()),
            _ => self.append(words),
        }
    }

    /// Returns `true` if the priorities enable this protocol version.
    pub(crate) fn enables(&self, protocol: Protocol) -> Result<bool> {
        Ok(self.enabled()?.protocols.contains(&protocol))
    }

    /// Returns `true` if either side can authenticate with a raw public key.
    #[cfg(gnutls_3_6_6)]
    pub(crate) fn has_raw_public_keys(&self) -> bool {
        let cache = self.cache.as_ref();
        cache.is_some_and(|cache| cache.has_certificate_type(CertificateType::RAW_PUBLIC_KEY))
    }

    /// Returns the priorities to use with the `running` release: TLS 1.3 in 3.6.3 is a draft and not the standard.
    pub(crate) fn without_draft(&self, running: Version) -> Result<Self> {
        const STANDARD: &str = "-VERS-TLS1.3";
        if !speaks_draft(running) {
            return Ok(self.clone());
        }
        match self.append(STANDARD) {
            // The crate was built for an even older release, which cannot append to the default string, so its usual
            // values are used.
            Err(error) if self.base == Base::System && error.kind() == ErrorKind::Unsupported => {
                Self::new("@SYSTEM:-VERS-TLS1.3").or_else(|_| Self::new("NORMAL:-VERS-TLS1.3"))
            }
            other => other,
        }
    }
}

/// Returns `true` if this release implements a draft of TLS 1.3.
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

    /// Parses a priority string, like [`new`](Self::new).
    fn from_str(priorities: &str) -> Result<Self> {
        Self::new(priorities)
    }
}

impl fmt::Display for Priority {
    /// Writes the string, in which `SYSTEM` stands for the library's default.
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

// SAFETY: after gnutls_priority_init, GnuTLS only modifies two fields of the object. `usage_cnt` counts the sessions
// that hold it and is atomic. gnutls_priority_deinit reads the counter and then decrements it, which would be a race if
// two threads dropped the last two references; but every session of this crate is dropped before its configuration, so
// the last reference is always this one. `no_status_request` is written through the session's pointer by
// gnutls_ocsp_status_request_enable_client since 3.8.0: this crate never calls that function on a session with a shared
// cache.
unsafe impl Send for Cache {}
// SAFETY: GnuTLS only modifies two fields of the object after gnutls_priority_init. `usage_cnt` is atomic.
// `no_status_request` is only written by gnutls_ocsp_status_request_enable_client, which this crate never calls on a
// session with a shared cache. All other fields are only read.
unsafe impl Sync for Cache {}

impl Cache {
    /// Creates the system's priorities.
    fn system() -> Result<Self> {
        let mut priority = ptr::null_mut();
        let _guard = policy_guard()?;
        // SAFETY: NULL selects the default string. The first output is written; NULL omits the position of an error.
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
                let _guard = policy_guard()?;
                // SAFETY: the string ends with NUL and is only read during the call; both outputs are written.
                unsafe {
                    gnutls_sys::gnutls_priority_init(&mut priority, string.as_ptr(), &mut position)
                }
            }
            Base::System => requires!(gnutls_3_6_3, "appending to the default priorities", {
                let _guard = policy_guard()?;
                // SAFETY: the string ends with NUL and is only read during the call; both outputs are written.
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
        // After an error GnuTLS has freed the object, and the pointer is dangling.
        match check(code) {
            // Up to 3.6.2 GnuTLS accepts a string without any protocol, whose sessions fail.
            Ok(_) => Some(Self(priority))
                .filter(|cache| !cache.enabled().protocols.is_empty())
                .ok_or_else(|| {
                    Error::new(
                        ErrorKind::Priority,
                        format!("priority string {text:?}: it enables no protocol"),
                    )
                }),
            Err(error) => {
                let place = if error.code() == Some(ErrorCode::INVALID_REQUEST) {
                    place(&string, position)
                } else {
                    None
                };
                let error = error.with_position(place.map(|(at, _)| at));
                Err(error.with_kind(ErrorKind::Priority).with_message(match place {
                    Some((at, word)) if word.starts_with('@') => {
                        format!("priority string {text:?}: the system has no policy {word:?} (byte {at})")
                    }
                    Some((at, word)) => format!("priority string {text:?}: invalid word {word:?} (byte {at})"),
                    None => format!("priority string {text:?}"),
                }))
            }
        }
    }
}

impl Cache {
    /// Returns `true` if the priorities contain one of these key exchanges.
    fn has_any(&self, exchanges: &[gnutls_sys::gnutls_kx_algorithm_t]) -> bool {
        let mut list = ptr::null();
        // SAFETY: stores the address of an array inside the object, which is never modified, and returns its length.
        let count = unsafe { gnutls_sys::gnutls_priority_kx_list(self.0, &mut list) };
        // SAFETY: `list` is the address of an array of `count` elements inside the object, which is never modified. If
        // the code is negative, there is no array and the length is 0.
        let kinds =
            unsafe { crate::support::datum::array(list, usize::try_from(count).unwrap_or(0)) };
        kinds.iter().any(|kind| exchanges.contains(kind))
    }
}

impl Drop for Cache {
    fn drop(&mut self) {
        // SAFETY: the object was created by gnutls_priority_init and is released once. The sessions that used it have
        // been released earlier, because every session keeps the configuration (and so this value) until it is
        // released.
        unsafe { gnutls_sys::gnutls_priority_deinit(self.0) }
    }
}

/// Returns the position at which GnuTLS stopped in the string, and the word there.
fn place(string: &CStr, position: *const std::ffi::c_char) -> Option<(usize, &str)> {
    // The position is the difference of the addresses: GnuTLS's pointer is not dereferenced.
    let at = (position as usize).checked_sub(string.as_ptr() as usize)?;
    let rest = string.to_str().ok()?.get(at..)?;
    let word = rest.split(':').next().filter(|word| !word.is_empty())?;
    Some((at, word))
}

/// Acquires the lock under which GnuTLS may reload the system's policy. Before 3.7.3, GnuTLS reloads it without a lock
/// whenever the file has changed. Later releases have a lock, and log while they hold it.
fn policy_guard() -> Result<Option<MutexGuard<'static, ()>>> {
    static POLICY: Mutex<()> = Mutex::new(());
    refuse_inside("parsing priorities")?;
    let unlocked = crate::version().running < Version::new(3, 7, 3);
    Ok(unlocked.then(|| POLICY.lock().unwrap_or_else(PoisonError::into_inner)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::KeyExchange;

    #[test]
    fn the_position_of_an_error_is_reported() {
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
        let mut cases = vec![
            (Version::new(3, 6, 2), "NORMAL"),
            (Version::new(3, 6, 4), "NORMAL"),
            (Version::new(3, 8, 13), "NORMAL"),
        ];
        // Older libraries do not know the word.
        let knows_tls1_3 = crate::version().running >= Version::new(3, 6, 3);
        if knows_tls1_3 {
            cases.push((Version::new(3, 6, 3), "NORMAL:-VERS-TLS1.3"));
        }
        for (running, expected) in cases {
            assert_eq!(
                priority.without_draft(running).unwrap().to_string(),
                expected,
                "{running}"
            );
        }
        // The default must work with any release for which the crate was built.
        let default = Priority::system().without_draft(Version::new(3, 6, 3));
        assert_eq!(default.is_ok(), knows_tls1_3);
    }

    #[test]
    fn cve_2023_5981_and_cve_2024_0553_rsa_psk_requires_the_priority_string() {
        let exchanges = |priority: Priority| priority.enabled().unwrap().key_exchanges;
        let normal = Priority::new("NORMAL").unwrap();
        let with_psk = normal.with_psk().unwrap();
        for priority in [Priority::system(), normal, with_psk] {
            assert!(!exchanges(priority).contains(&KeyExchange::RSA_PSK));
        }
        let enabled = Priority::new("NORMAL:+RSA-PSK").unwrap();
        assert!(exchanges(enabled).contains(&KeyExchange::RSA_PSK));
    }
}
