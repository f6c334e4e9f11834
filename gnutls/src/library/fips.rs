//! FIPS 140: the mode of the library, and the approval of its operations.

use std::ffi::c_uint;
use std::fmt;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::numbers::raw;
use crate::error::Result;
use crate::error::unsupported::requires;

/// The FIPS 140 mode, see [`fips_mode`](crate::library::fips_mode).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FipsMode(sys::gnutls_fips_mode_t);

/// The approval of operations under FIPS 140, see [`fips_operation`](crate::library::fips_operation).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FipsOperation(sys::gnutls_fips140_operation_state_t);

macro_rules! values {
    ($type:ident: $raw:ty; $($name:ident = $value:ident, $doc:literal;)*) => {
        raw!($type($raw): "Returns the value with this number in C.", "Returns the number in C.");

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
    DISABLED = GNUTLS_FIPS140_DISABLED, "FIPS 140 is disabled.";
    STRICT = GNUTLS_FIPS140_STRICT, "operations that are not approved fail.";
    SELFTESTS = GNUTLS_FIPS140_SELFTESTS, "operations that are not approved are possible; the library runs its self-tests.";
    LAX = GNUTLS_FIPS140_LAX, "operations that are not approved are possible.";
    LOG = GNUTLS_FIPS140_LOG, "operations that are not approved are possible and logged.";
}

values! {
    FipsOperation: sys::gnutls_fips140_operation_state_t;
    INITIAL = GNUTLS_FIPS140_OP_INITIAL, "there was no relevant operation, or FIPS 140 is disabled.";
    APPROVED = GNUTLS_FIPS140_OP_APPROVED, "all operations were approved.";
    NOT_APPROVED = GNUTLS_FIPS140_OP_NOT_APPROVED, "an operation was not approved.";
    ERROR = GNUTLS_FIPS140_OP_ERROR, "an operation failed.";
}

/// Returns the FIPS 140 mode of this thread.
///
/// ```
/// if gnutls::library::fips_mode() == gnutls::library::FipsMode::STRICT {
///     println!("only operations that FIPS 140 approves");
/// }
/// ```
#[corresponds(gnutls_fips140_mode_enabled)]
pub fn fips_mode() -> FipsMode {
    // SAFETY: reads variables of the library and of this thread.
    let mode: c_uint = unsafe { sys::gnutls_fips140_mode_enabled() };
    FipsMode(mode as sys::gnutls_fips_mode_t)
}

/// Runs `work`, and also returns whether FIPS 140 approves the operations of GnuTLS in this thread meanwhile.
///
/// # Errors
///
/// Returns an error of kind [`Unsupported`](crate::ErrorKind::Unsupported) before GnuTLS 3.7.3, or if the library was
/// built without FIPS 140; `work` is not run then.
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
    allow(unused_variables, reason = "an older library has no contexts")
)]
pub fn fips_operation<R>(work: impl FnOnce() -> R) -> Result<(R, FipsOperation)> {
    requires!(
        gnutls_3_7_3,
        "the state of FIPS 140 operations",
        context::run(work)
    )
}

/// Runs `work` with another FIPS 140 mode of this thread: [`STRICT`](FipsMode::STRICT), [`LAX`](FipsMode::LAX) or
/// [`LOG`](FipsMode::LOG). Without FIPS 140 mode of the library, the mode does not change.
///
/// The name is that of a weakened default, because the mode of the system is usually strict.
///
/// ```
/// use gnutls::crypto::{Digest, hash};
/// use gnutls::library::{FipsMode, dangerous_with_fips_mode};
///
/// // The checksum of an old file, which is no use of cryptography.
/// let checksum = dangerous_with_fips_mode(FipsMode::LAX, || hash(Digest::MD5, b"content"));
/// # let _ = checksum;
/// ```
///
/// # Errors
///
/// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) for any other mode, which could not be left
/// again, and of kind [`Unsupported`](crate::ErrorKind::Unsupported) before GnuTLS 3.6.3; `work` is not run then.
#[corresponds(gnutls_fips140_set_mode(GNUTLS_FIPS140_SET_MODE_THREAD))]
#[cfg_attr(
    not(gnutls_3_6_3),
    allow(unused_variables, reason = "an older library has no such function")
)]
pub fn dangerous_with_fips_mode<R>(mode: FipsMode, work: impl FnOnce() -> R) -> Result<R> {
    requires!(gnutls_3_6_3, "the FIPS 140 mode of a thread", {
        if ![FipsMode::STRICT, FipsMode::LAX, FipsMode::LOG].contains(&mode) {
            return Err(crate::error::Error::invalid_input(format!(
                "{mode:?} is no mode of a thread: use STRICT, LAX or LOG"
            )));
        }
        let restored = ThreadMode(fips_mode());
        ThreadMode::set(mode);
        let result = work();
        drop(restored);
        Ok(result)
    })
}

/// Restores the mode of this thread when it is dropped, also after a panic.
#[cfg(gnutls_3_6_3)]
struct ThreadMode(FipsMode);

#[cfg(gnutls_3_6_3)]
impl ThreadMode {
    fn set(mode: FipsMode) {
        // SAFETY: writes a variable of this thread. Without FIPS 140 mode of the library, the call has no effect.
        unsafe { sys::gnutls_fips140_set_mode(mode.0, sys::GNUTLS_FIPS140_SET_MODE_THREAD) }
    }
}

#[cfg(gnutls_3_6_3)]
impl Drop for ThreadMode {
    fn drop(&mut self) {
        Self::set(self.0);
    }
}

/// Runs the self-tests of FIPS 140 again. If they fail in FIPS 140 mode, the library refuses to work from then on.
///
/// # Errors
///
/// Returns an error if a test fails, and of kind [`Unsupported`](crate::ErrorKind::Unsupported) before GnuTLS 3.7.7.
///
/// # Safety
///
/// No other thread may use GnuTLS during the call, through this crate or otherwise: it changes the state of the library
/// without a lock, and some algorithms are not random meanwhile.
#[corresponds(gnutls_fips140_run_self_tests)]
pub unsafe fn fips_run_self_tests() -> Result<()> {
    requires!(gnutls_3_7_7, "running the self-tests of FIPS 140", {
        // SAFETY: no other thread uses GnuTLS during the call, by the contract of this function.
        crate::error::check(unsafe { sys::gnutls_fips140_run_self_tests() }).map(drop)
    })
}

#[cfg(gnutls_3_7_3)]
mod context {
    use std::ptr;

    use gnutls_sys as sys;

    use super::FipsOperation;
    use crate::error::{ErrorKind, Result, check};

    /// Owns a context, which may be on this thread's stack.
    struct Context {
        raw: sys::gnutls_fips140_context_t,
        pushed: bool,
    }

    impl Drop for Context {
        fn drop(&mut self) {
            // SAFETY: this context is the topmost one of this thread if it is on the stack, because contexts pushed
            // later are dropped earlier. Once it is removed from the stack, nothing else refers to it.
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
        // SAFETY: writes the pointer on success; on failure there is nothing to release.
        check(unsafe { sys::gnutls_fips140_context_init(&mut raw) })?;
        let mut context = Context { raw, pushed: false };
        // SAFETY: the context lives until `Context` removes it from the stack, also after a panic. If the mode is off,
        // the call has no effect.
        check(unsafe { sys::gnutls_fips140_push_context(raw) }).map_err(|error| {
            error
                .with_kind(ErrorKind::Unsupported)
                .with_message("the library was built without FIPS 140")
        })?;
        context.pushed = true;
        let result = work();
        // SAFETY: reads a field of the context, which is live.
        let state = unsafe { sys::gnutls_fips140_get_operation_state(raw) };
        Ok((result, FipsOperation(state)))
    }
}
