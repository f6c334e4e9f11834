//! FIPS 140: whether the library keeps to it, and whether what was done was approved.

use std::ffi::c_uint;
use std::fmt;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::numbers::raw;
use crate::error::Result;
use crate::error::unsupported::requires;

/// How the library keeps to FIPS 140, see [`fips_mode`](crate::library::fips_mode).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FipsMode(sys::gnutls_fips_mode_t);

/// What was done under FIPS 140, see [`fips_operation`](crate::library::fips_operation).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FipsOperation(sys::gnutls_fips140_operation_state_t);

macro_rules! values {
    ($type:ident: $raw:ty; $($name:ident = $value:ident, $doc:literal;)*) => {
        raw!($type($raw): "The value with this number in C.", "The number in C.");

        impl $type {
            $(#[doc = concat!("`", stringify!($value), "`: ", $doc)]
            pub const $name: Self = Self(sys::$value);)*
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match *self {
                    $(Self::$name => f.write_str(concat!(stringify!($type), "::", stringify!($name))),)*
                    Self(number) => write!(f, "{}(unknown ({number}))", stringify!($type)),
                }
            }
        }
    };
}

values! {
    FipsMode: sys::gnutls_fips_mode_t;
    DISABLED = GNUTLS_FIPS140_DISABLED, "it does not.";
    STRICT = GNUTLS_FIPS140_STRICT, "what is forbidden fails.";
    SELFTESTS = GNUTLS_FIPS140_SELFTESTS, "what is forbidden is possible: the library tests itself.";
    LAX = GNUTLS_FIPS140_LAX, "what is forbidden is possible.";
    LOG = GNUTLS_FIPS140_LOG, "what is forbidden is possible, and logged.";
}

values! {
    FipsOperation: sys::gnutls_fips140_operation_state_t;
    INITIAL = GNUTLS_FIPS140_OP_INITIAL, "nothing that counts was done, or the library does not keep to FIPS 140.";
    APPROVED = GNUTLS_FIPS140_OP_APPROVED, "all that was done was approved.";
    NOT_APPROVED = GNUTLS_FIPS140_OP_NOT_APPROVED, "something was not approved.";
    ERROR = GNUTLS_FIPS140_OP_ERROR, "something has failed.";
}

/// How the library keeps to FIPS 140 in this thread.
///
/// ```
/// if gnutls::library::fips_mode() == gnutls::library::FipsMode::STRICT {
///     println!("only what FIPS 140 approves of");
/// }
/// ```
#[corresponds(gnutls_fips140_mode_enabled)]
pub fn fips_mode() -> FipsMode {
    // SAFETY: reads variables of the library and of this thread.
    let mode: c_uint = unsafe { sys::gnutls_fips140_mode_enabled() };
    FipsMode(mode as sys::gnutls_fips_mode_t)
}

/// Runs `work`, and tells whether what GnuTLS did within it, in this thread, was approved by FIPS 140.
///
/// # Errors
///
/// [`Unsupported`](crate::ErrorKind::Unsupported) with a library that is too old or was built without FIPS 140; `work` is not
/// run then.
#[corresponds(
    gnutls_fips140_push_context,
    gnutls_fips140_get_operation_state,
    alias(
        gnutls_fips140_context_init,
        gnutls_fips140_context_deinit,
        gnutls_fips140_pop_context
    )
)]
#[cfg_attr(
    not(gnutls_3_7_3),
    allow(unused_variables, reason = "refused, whatever it is")
)]
pub fn fips_operation<R>(work: impl FnOnce() -> R) -> Result<(R, FipsOperation)> {
    requires!(
        gnutls_3_7_3,
        "what FIPS 140 approves of",
        context::run(work)
    )
}

#[cfg(gnutls_3_7_3)]
mod context {
    use std::ptr;

    use gnutls_sys as sys;

    use super::FipsOperation;
    use crate::error::{ErrorKind, Result, check};

    /// Owns a context that is on this thread's stack, or not yet.
    struct Context {
        raw: sys::gnutls_fips140_context_t,
        pushed: bool,
    }

    impl Drop for Context {
        fn drop(&mut self) {
            // SAFETY: the topmost context of this thread is this one, since what was pushed after it has been dropped
            // before. Nobody has it once it has been taken off.
            unsafe {
                if self.pushed {
                    sys::gnutls_fips140_pop_context();
                }
                sys::gnutls_fips140_context_deinit(self.raw);
            }
        }
    }

    pub(crate) fn run<R>(work: impl FnOnce() -> R) -> Result<(R, FipsOperation)> {
        let mut raw = ptr::null_mut();
        // SAFETY: writes the pointer; after a failure there is nothing to release.
        check(unsafe { sys::gnutls_fips140_context_init(&mut raw) })?;
        let mut context = Context { raw, pushed: false };
        // SAFETY: the context lives until it is taken off, also after a panic. Where the mode is off this does nothing.
        check(unsafe { sys::gnutls_fips140_push_context(raw) }).map_err(|error| {
            error
                .with_kind(ErrorKind::Unsupported)
                .with_message("the library was built without FIPS 140")
        })?;
        context.pushed = true;
        let result = work();
        // SAFETY: reads a field.
        let state = unsafe { sys::gnutls_fips140_get_operation_state(raw) };
        Ok((result, FipsOperation(state)))
    }
}
