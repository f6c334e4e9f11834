//! Logging: what the library tells of what it does, for the whole process.

use std::cell::Cell;
use std::ffi::{CStr, c_char, c_int};
use std::sync::{Arc, PoisonError, RwLock};

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::support::panic::contain;

type Log = dyn Fn(u32, &str) + Send + Sync;
type AuditLog = dyn Fn(&str) + Send + Sync;

static LOG: RwLock<Option<Arc<Log>>> = RwLock::new(None);
static AUDIT_LOG: RwLock<Option<Arc<AuditLog>>> = RwLock::new(None);

thread_local! {
    /// A function of this module is running in this thread.
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

/// Gives each message of the library up to `level` to `log`, instead of whatever had them before: with its own level, and
/// without the newline at its end. Level 0 ends it; 1 are messages for an auditor, where no
/// [audit function](set_audit_log_function) has them, 2 is about what goes wrong, 3 tells the place in the source, 4 is the
/// handshake, 5 are records, and 9 is all there is. **From level 9 on keys are among it**, and data may be before.
///
/// It is one function for the process, for whatever else uses GnuTLS in it, and best set when the program starts: C reads
/// the level without a lock, so that other threads may go on with the old one for a moment. `log` runs in the thread and in
/// the middle of the call that the message is about. What it does with GnuTLS is not logged, and its panics end in it.
///
/// ```
/// gnutls::library::set_log_function(2, |level, message| eprintln!("gnutls <{level}> {message}"));
/// ```
#[corresponds(gnutls_global_set_log_function, gnutls_global_set_log_level)]
pub fn set_log_function(level: u32, log: impl Fn(u32, &str) + Send + Sync + 'static) {
    replace(&LOG, Arc::new(log));
    // SAFETY: store a function pointer, always the same, and a number in variables of the library, which its other threads
    // read as they are: each is one aligned word.
    unsafe {
        sys::gnutls_global_set_log_function(Some(log_function));
        sys::gnutls_global_set_log_level(c_int::try_from(level).unwrap_or(c_int::MAX));
    }
}

/// Gives messages about what an auditor wants to know of to `log`: records that are refused or discarded, peers that break
/// the protocol. Otherwise as [`set_log_function`](crate::library::set_log_function).
///
/// The function does not receive the session that GnuTLS passes, which another binding may have created.
#[corresponds(gnutls_global_set_audit_log_function)]
pub fn set_audit_log_function(log: impl Fn(&str) + Send + Sync + 'static) {
    replace(&AUDIT_LOG, Arc::new(log));
    // SAFETY: as above.
    unsafe { sys::gnutls_global_set_audit_log_function(Some(audit_log_function)) }
}

/// Makes events of the [`tracing`](https://docs.rs/tracing) crate of the library's messages up to `level`, with `gnutls` as
/// their target: at level 1 a warning, at 2 and 3 for debugging, above that a trace. What is for an auditor is a warning for
/// `gnutls::audit`. See [`set_log_function`](crate::library::set_log_function) for the levels, and for what is to be said of it being one for the process.
///
/// With the feature `tracing`.
///
/// ```
/// gnutls::library::log_to_tracing(4);
/// ```
#[cfg(feature = "tracing")]
#[cfg_attr(docsrs, doc(cfg(feature = "tracing")))]
pub fn log_to_tracing(level: u32) {
    set_log_function(level, |level, message| match level {
        0 | 1 => tracing::warn!(target: "gnutls", "{message}"),
        2 | 3 => tracing::debug!(target: "gnutls", "{message}"),
        _ => tracing::trace!(target: "gnutls", level, "{message}"),
    });
    set_audit_log_function(|message| tracing::warn!(target: "gnutls::audit", "{message}"));
}

/// Puts a function in the place of another, which is dropped when the lock is free: what it owns may use the library, which
/// logs.
pub(crate) fn replace<T: ?Sized>(place: &RwLock<Option<Arc<T>>>, new: Arc<T>) {
    let old = place
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .replace(new);
    drop(old);
}

unsafe extern "C" fn log_function(level: c_int, message: *const c_char) {
    // SAFETY: the library lends a string for the time of the call.
    let message = unsafe { text(message) };
    let log = LOG.read().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(log) = log {
        quietly(|| log(level.unsigned_abs(), &message));
    }
}

unsafe extern "C" fn audit_log_function(_: sys::gnutls_session_t, message: *const c_char) {
    // SAFETY: as above.
    let message = unsafe { text(message) };
    let log = AUDIT_LOG
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    if let Some(log) = log {
        quietly(|| log(&message));
    }
}

/// # Safety
///
/// NULL, or a string that lives as long as the result is used.
unsafe fn text(message: *const c_char) -> String {
    if message.is_null() {
        return String::new();
    }
    // SAFETY: not NULL; the rest is the caller's promise.
    let text = unsafe { CStr::from_ptr(message) }.to_string_lossy();
    text.trim_end_matches('\n').to_owned()
}

/// Runs a function of the user, but not inside itself. A panic has said what it has to say; the C frames around this, of
/// which there may be any, know nothing of it.
fn quietly(log: impl FnOnce()) {
    // At the end of a thread there is no more thread-local memory.
    let busy = BUSY.try_with(|busy| busy.replace(true)).unwrap_or(true);
    if busy {
        return;
    }
    contain(log);
    let _ = BUSY.try_with(|busy| busy.set(false));
}
