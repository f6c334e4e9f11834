//! The failures of callbacks to which C passes no session: each is stored for its thread, and reported by the function
//! that called GnuTLS.

use std::cell::Cell;
use std::io;

use crate::error::{Error, Result};
use crate::support::panic::PanicSlot;

thread_local! {
    /// A callback has failed: one of the other variables is set. It has no destructor, so that reading it, after every
    /// call of C, takes one instruction.
    static FAILED: Cell<bool> = const { Cell::new(false) };

    /// The panic of a callback. C calls it in the thread that called C.
    static PANIC: PanicSlot = const { PanicSlot::new() };

    /// The error that a callback returned, for which C has only a code.
    static ERROR: Cell<Option<io::Error>> = const { Cell::new(None) };
}

/// Runs a callback and returns its value, or `fallback` if it panics, or if an earlier callback of the same call has
/// panicked.
pub(crate) fn catch<R: Copy>(fallback: R, callback: impl FnOnce() -> R) -> R {
    let run = |slot: &PanicSlot| {
        if slot.is_set() {
            fallback
        } else {
            let value = slot.catch(fallback, callback);
            FAILED.set(slot.is_set() || FAILED.get());
            value
        }
    };
    // In a thread that is ending, the slot may be gone.
    PANIC.try_with(run).unwrap_or(fallback)
}

/// Stores the error that a callback returned.
pub(crate) fn store_error(error: io::Error) {
    // In a thread that is ending, the error is lost, and only its code remains.
    let _ = ERROR.try_with(|slot| slot.set(Some(error)));
    FAILED.set(true);
}

/// The failures of the callbacks of a call.
pub(crate) struct Failure {
    pub(crate) panic: PanicSlot,
    pub(crate) error: Option<io::Error>,
}

/// Returns `true` if a callback has failed in this thread.
#[inline]
pub(crate) fn has_failed() -> bool {
    FAILED.get()
}

/// Takes the failures of callbacks in this thread, if there are any.
#[inline]
pub(crate) fn take_failure() -> Option<Failure> {
    FAILED.replace(false).then(|| Failure {
        panic: take_panic(),
        error: take_error(),
    })
}

/// Takes the panic of a callback in this thread.
fn take_panic() -> PanicSlot {
    // In a thread that is ending, the slot may be gone. No callback is run then.
    PANIC.try_with(PanicSlot::take).unwrap_or_default()
}

/// Takes the error of a callback in this thread.
fn take_error() -> Option<io::Error> {
    ERROR.try_with(Cell::take).ok().flatten()
}

/// Resumes the panic of a callback, or returns its error. It must be called after C has returned.
pub(crate) fn resume_panic() -> Option<io::Error> {
    let Failure { panic, error } = take_failure()?;
    panic.resume();
    error
}

/// Resumes the panic of a callback, and adds its error as the source of a failure. It must be called after C has
/// returned.
pub(crate) fn finish<T>(result: Result<T>) -> Result<T> {
    let source = resume_panic();
    result.map_err(|error| match source {
        Some(source) => error.with_source(source),
        None => error,
    })
}

/// Like [`finish`], for a function of C that ignores the error of a callback.
pub(crate) fn succeed<T>(result: Result<T>) -> Result<T> {
    match (resume_panic(), result) {
        (Some(source), Ok(_)) => {
            Err(Error::from_code(gnutls_sys::GNUTLS_E_PK_SIGN_FAILED).with_source(source))
        }
        (Some(source), Err(error)) => Err(error.with_source(source)),
        (None, result) => result,
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;
    use crate::error::check;

    #[test]
    fn bug_class_13_a_panic_of_a_callback_is_resumed_once() {
        assert_eq!(catch(-1, || panic!("first")), -1);
        assert_eq!(
            catch(-1, || unreachable!("an earlier callback panicked")),
            -1
        );
        let outcome = catch_unwind(AssertUnwindSafe(|| finish(check(-1))));
        assert_eq!(outcome.unwrap_err().downcast_ref(), Some(&"first"));
        assert_eq!(catch(-1, || 7), 7);
        finish(Ok(())).unwrap();
    }

    #[test]
    fn an_error_becomes_the_source_of_one_failure() {
        store_error(io::ErrorKind::NotFound.into());
        let error = finish(check(-1)).unwrap_err();
        assert_eq!(
            io::Error::from(error.with_kind(crate::ErrorKind::Io)).kind(),
            io::ErrorKind::NotFound
        );
        assert!(std::error::Error::source(&finish(check(-1)).unwrap_err()).is_none());
        store_error(io::ErrorKind::NotFound.into());
        let error = succeed(Ok(())).unwrap_err();
        assert_eq!(
            error.code().map(|code| code.as_raw()),
            Some(gnutls_sys::GNUTLS_E_PK_SIGN_FAILED)
        );
        succeed(Ok(())).unwrap();
        // A success discards the error of an attempt that C has repeated.
        store_error(io::ErrorKind::NotFound.into());
        finish(Ok(())).unwrap();
        assert!(take_error().is_none());
    }
}
