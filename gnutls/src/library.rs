//! The library as a whole: version, configuration, policy, logging, auditing, FIPS 140 state and clock.
//!
//! Use this module when a program starts (to configure logging), and to examine the installed library.
//!
//! ```
//! use gnutls::library::FipsMode;
//!
//! let versions = gnutls::version();
//! println!("built for GnuTLS {}, running {}", versions.built, versions.running);
//! gnutls::library::set_log_function(2, |level, message| eprint!("{level}: {message}"));
//! assert_ne!(gnutls::library::fips_mode(), FipsMode::STRICT);
//! ```

pub(crate) mod clock;
pub(crate) mod fips;
pub(crate) mod logging;
pub(crate) mod vulnerability;

use std::ffi::c_long;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::sync::OnceLock;

use gnutls_macros::corresponds;

pub use self::clock::dangerous_set_time_function;
pub use self::fips::{
    FipsMode, FipsOperation, dangerous_with_fips_mode, fips_mode, fips_operation,
    fips_run_self_tests,
};
#[cfg(feature = "tracing")]
pub use self::logging::log_to_tracing;
pub use self::logging::{set_audit_log_function, set_log_function};
pub use self::vulnerability::{Vulnerability, VulnerabilityStatus, vulnerabilities};
use crate::error::Result;
use crate::error::unsupported::requires;
pub use crate::version::{LibraryVersions, Version};

/// Returns the settings from the build and the loading of the library by name, for example `libgnutls-soname` and
/// `fips-module-name`. The manual lists the names.
///
/// # Errors
///
/// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) before GnuTLS 3.7.3.
#[corresponds(gnutls_get_library_config)]
pub fn config() -> Result<Vec<(&'static str, &'static str)>> {
    requires!(
        gnutls_3_7_3,
        "the configuration of the library",
        Ok(library_config_entries())
    )
}

#[cfg(gnutls_3_7_3)]
fn library_config_entries() -> Vec<(&'static str, &'static str)> {
    use crate::support::datum::constant;
    let mut entries = Vec::new();
    // SAFETY: returns an array inside the library that ends with a NULL name. Its strings are constants or were set
    // once when the library was loaded (lib/global.c).
    unsafe {
        let mut next = gnutls_sys::gnutls_get_library_config();
        while !next.is_null() && !(*next).name.is_null() {
            if let (Some(name), Some(value)) = (constant((*next).name), constant((*next).value)) {
                entries.push((name, value));
            }
            next = next.add(1);
        }
    }
    entries
}

/// Returns the path of the file with the system's policy: the value of the environment variable
/// `GNUTLS_SYSTEM_PRIORITY_FILE`, or the path from the build of the library. The file need not exist. Returns `None` if
/// the library was built without such a path. Before GnuTLS 3.7.3, also returns `None` unless the file sets a
/// priority string.
///
/// # Errors
///
/// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) before GnuTLS 3.6.9.
#[corresponds(gnutls_get_system_config_file)]
pub fn system_config_file() -> Result<Option<PathBuf>> {
    requires!(
        gnutls_3_6_9,
        "the name of the system's configuration file",
        {
            use std::ffi::{CStr, OsStr};
            use std::os::unix::ffi::OsStrExt;
            // SAFETY: returns NULL, a string constant, or a value of the environment. That value stays valid unless the
            // program changes the environment, which is itself unsafe.
            let name = unsafe { gnutls_sys::gnutls_get_system_config_file() };
            if name.is_null() {
                Ok(None)
            } else {
                // SAFETY: the pointer is not NULL. It is a string constant or a value of the environment, ends with
                // NUL, and stays valid unless the program changes the environment, which is itself unsafe.
                let name = unsafe { CStr::from_ptr(name) };
                Ok(Some(OsStr::from_bytes(name.to_bytes()).into()))
            }
        }
    )
}

/// Returns `true` if the file with the system's policy, which GnuTLS reloads when it parses priorities, is as it was at
/// the first call in this process. `false` if its name cannot be determined.
pub(crate) fn system_policy_is_unchanged() -> bool {
    type State = (u64, u64, u64, (i64, i64), (i64, i64));
    /// The state of the file, or `None` if it does not exist.
    static FIRST: OnceLock<Option<State>> = OnceLock::new();
    // Earlier releases only return the name if the file sets a priority string.
    if !cfg!(gnutls_3_7_3) {
        return false;
    }
    let Ok(name) = system_config_file() else {
        return false;
    };
    let current = name.and_then(|name| fs::metadata(name).ok()).map(|file| {
        let modified = (file.mtime(), file.mtime_nsec());
        let changed = (file.ctime(), file.ctime_nsec());
        (file.dev(), file.ino(), file.size(), modified, changed)
    });
    *FIRST.get_or_init(|| current) == current
}

/// Runs `work` in a new context for tools that audit the use of cryptography: the operations of GnuTLS in this thread
/// are reported with this number. Contexts can be nested. A library that was built without auditing, such as Debian's,
/// has no contexts: the function then only runs `work`.
///
/// # Errors
///
/// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) before GnuTLS 3.8.11; `work` is not run
/// then.
#[corresponds(gnutls_audit_push_context, gnutls_audit_pop_context)]
#[cfg_attr(
    not(gnutls_3_8_11),
    allow(unused_variables, reason = "an older library has no contexts")
)]
pub fn with_audit_context<R>(context: c_long, work: impl FnOnce() -> R) -> Result<R> {
    requires!(gnutls_3_8_11, "audit contexts", {
        /// Removes the context when dropped, also after a panic.
        struct Pushed;
        impl Drop for Pushed {
            fn drop(&mut self) {
                // SAFETY: removes the topmost number from this thread's stack. It is the number pushed below, because
                // nested contexts are removed earlier.
                unsafe { gnutls_sys::gnutls_audit_pop_context() }
            }
        }
        // SAFETY: pushes a number onto a stack of this thread. If the stack is full, the oldest number is discarded.
        unsafe { gnutls_sys::gnutls_audit_push_context(context) };
        let _pushed = Pushed;
        Ok(work())
    })
}

/// Returns the auditing context of this thread, see [`with_audit_context`]. The result is -1 outside of any context,
/// and always if the library was built without auditing.
///
/// # Errors
///
/// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) before GnuTLS 3.8.11.
#[corresponds(gnutls_audit_current_context)]
pub fn audit_context() -> Result<c_long> {
    requires!(
        gnutls_3_8_11,
        "audit contexts",
        // SAFETY: reads the topmost number of this thread's stack.
        Ok(unsafe { gnutls_sys::gnutls_audit_current_context() })
    )
}
