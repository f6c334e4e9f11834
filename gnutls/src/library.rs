//! The library as a whole: its version, configuration and policy, logging, auditing, FIPS state and clock.
//!
//! The module is needed at the start of a program (logging), and to find out what the installed library is.
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

use std::ffi::c_long;
use std::path::PathBuf;

use gnutls_macros::corresponds;

pub use self::clock::dangerous_set_time_function;
pub use self::fips::{FipsMode, FipsOperation, fips_mode, fips_operation};
#[cfg(feature = "tracing")]
pub use self::logging::log_to_tracing;
pub use self::logging::{set_audit_log_function, set_log_function};
use crate::error::Result;
use crate::error::unsupported::requires;
pub use crate::version::{LibraryVersions, Version};

/// How the library was built and what it found when it was loaded, by name: `libgnutls-soname`, `fips-module-name` and
/// the like. The manual says which there are.
///
/// # Errors
///
/// [`Unsupported`](crate::ErrorKind::Unsupported) with a library that is too old.
#[corresponds(gnutls_get_library_config)]
pub fn config() -> Result<Vec<(&'static str, &'static str)>> {
    requires!(
        gnutls_3_7_3,
        "how the library was built",
        Ok(library_config_entries())
    )
}

#[cfg(gnutls_3_7_3)]
fn library_config_entries() -> Vec<(&'static str, &'static str)> {
    use crate::support::datum::constant;
    let mut entries = Vec::new();
    // SAFETY: returns an array inside the library that ends with a NULL name; its strings are constants, or set once when
    // the library was loaded (lib/global.c).
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

/// The file with the policy of the system, whether it is there or not: where the library was built to look, or what the
/// environment has in `GNUTLS_SYSTEM_PRIORITY_FILE`. `None` where it was built without.
///
/// # Errors
///
/// [`Unsupported`](crate::ErrorKind::Unsupported) with a library that is too old.
#[corresponds(gnutls_get_system_config_file)]
pub fn system_config_file() -> Result<Option<PathBuf>> {
    requires!(
        gnutls_3_6_9,
        "the name of the system's configuration file",
        {
            use std::ffi::{CStr, OsStr};
            use std::os::unix::ffi::OsStrExt;
            // SAFETY: returns NULL, a string constant, or a value of the environment, which stays where it is unless the
            // environment is changed; that is unsafe by itself.
            let name = unsafe { gnutls_sys::gnutls_get_system_config_file() };
            if name.is_null() {
                Ok(None)
            } else {
                // SAFETY: as above.
                let name = unsafe { CStr::from_ptr(name) };
                Ok(Some(OsStr::from_bytes(name.to_bytes()).into()))
            }
        }
    )
}

/// Runs `work` in a context of its own for tools that audit the use of cryptography: what GnuTLS does within it, in this
/// thread, is reported under this number. Contexts can be nested. A library that was built without such auditing, as
/// Debian's is, has no contexts: it does nothing but the work.
///
/// # Errors
///
/// [`Unsupported`](crate::ErrorKind::Unsupported) with a library that is too old; `work` is not run then.
#[corresponds(gnutls_audit_push_context, gnutls_audit_pop_context)]
#[cfg_attr(
    not(gnutls_3_8_11),
    allow(unused_variables, reason = "refused, whatever they are")
)]
pub fn with_audit_context<R>(context: c_long, work: impl FnOnce() -> R) -> Result<R> {
    requires!(gnutls_3_8_11, "contexts for auditing", {
        /// Takes the context off, also after a panic.
        struct Pushed;
        impl Drop for Pushed {
            fn drop(&mut self) {
                // SAFETY: takes the topmost number off this thread's stack, which is the one that was pushed.
                unsafe { gnutls_sys::gnutls_audit_pop_context() }
            }
        }
        // SAFETY: puts a number on a stack of this thread, in which the oldest makes room where it is full.
        unsafe { gnutls_sys::gnutls_audit_push_context(context) };
        let _pushed = Pushed;
        Ok(work())
    })
}

/// The context for auditing that this thread is in, see [`with_audit_context`]; -1 outside of any, and always with a
/// library that was built without such auditing.
///
/// # Errors
///
/// [`Unsupported`](crate::ErrorKind::Unsupported) with a library that is too old.
#[corresponds(gnutls_audit_current_context)]
pub fn audit_context() -> Result<c_long> {
    requires!(
        gnutls_3_8_11,
        "contexts for auditing",
        // SAFETY: reads the top of this thread's stack.
        Ok(unsafe { gnutls_sys::gnutls_audit_current_context() })
    )
}
