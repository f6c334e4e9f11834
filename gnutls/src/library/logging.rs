//! Logging: the library's log messages, for the whole process.

use std::cell::Cell;
use std::ffi::{CStr, c_char, c_int};
use std::sync::{Arc, Mutex, Once, PoisonError, RwLock};

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::error::{Error, Result};
use crate::support::panic::contain;

type Log = dyn Fn(u32, &str) + Send + Sync;
type AuditLog = dyn Fn(&str) + Send + Sync;

static LOG: RwLock<Option<Arc<Log>>> = RwLock::new(None);
static AUDIT_LOG: RwLock<Option<Arc<AuditLog>>> = RwLock::new(None);

/// The log level that was last set in the library, if any.
static LEVEL: Mutex<Option<c_int>> = Mutex::new(None);

thread_local! {
    /// `true` while a log function runs in this thread.
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

/// Sets the function that receives the library's log messages, and the maximum level. The function replaces any other.
/// It is called with the level and the message, without the newline at its end.
///
/// - Level 0 disables logging.
/// - Level 1 contains the messages for auditors, unless an [audit log function](set_audit_log_function) receives them.
/// - Level 2 contains errors.
/// - Level 3 contains their locations in the source.
/// - Level 4 contains the handshake.
/// - Level 5 contains records.
/// - Level 9 contains everything.
///
/// **Messages from level 9 on contain keys**; lower levels can contain application data.
///
/// The log function is shared by all users of GnuTLS in the process. Set it when the program starts: GnuTLS reads the
/// level without a lock, so other threads may use the old level for a moment. The first call installs the function in
/// GnuTLS. Later calls replace only the closure, and set the level in GnuTLS only if it differs from that of the call
/// before, so C code in the same process should set neither. `log` is called in the thread of the operation and during
/// it. Operations of GnuTLS inside `log` are not logged, and panics of `log` are discarded.
///
/// GnuTLS logs while it holds locks. Operations that could wait for such a lock return an error of kind
/// [`InvalidState`](crate::ErrorKind::InvalidState) inside `log`: parsing [priorities](crate::Priority), loading the
/// trust store of the system and verifying with it, using a [token](crate::pkcs11), and using
/// [known hosts](crate::verify::KnownHosts). `log` must not wait for another thread that performs one of them.
///
/// ```
/// gnutls::library::set_log_function(2, |level, message| eprintln!("gnutls <{level}> {message}"));
/// ```
#[corresponds(gnutls_global_set_log_function, gnutls_global_set_log_level)]
pub fn set_log_function(level: u32, log: impl Fn(u32, &str) + Send + Sync + 'static) {
    static INSTALL: Once = Once::new();
    replace(&LOG, Arc::new(log));
    // SAFETY: stores a function pointer in a variable that GnuTLS reads without a lock, sometimes twice in a row. It is
    // stored once, so that a reader finds the pointer that was there before or this one, which stays. Both are valid.
    INSTALL.call_once(|| unsafe { sys::gnutls_global_set_log_function(Some(log_function)) });
    let level = c_int::try_from(level).unwrap_or(c_int::MAX);
    let mut current = LEVEL.lock().unwrap_or_else(PoisonError::into_inner);
    if current.replace(level) != Some(level) {
        // SAFETY: stores a number that GnuTLS reads without a lock, which is a data race in the memory model of C. In
        // the compiled library, the store and the reads are instructions that access a whole aligned `int`, and no
        // read depends on another one: a reader sees the old level or the new one. The lock excludes a second store.
        unsafe { sys::gnutls_global_set_log_level(level) };
    }
}

/// Sets the function that receives the library's messages for auditors, for example about rejected or discarded records
/// and about peers that violate the protocol. Otherwise like [`set_log_function`](crate::library::set_log_function).
///
/// The session that the C function receives is not passed on, because it may not belong to this crate.
#[corresponds(gnutls_global_set_audit_log_function)]
pub fn set_audit_log_function(log: impl Fn(&str) + Send + Sync + 'static) {
    static INSTALL: Once = Once::new();
    replace(&AUDIT_LOG, Arc::new(log));
    // SAFETY: stores a function pointer in a variable that GnuTLS reads without a lock, sometimes twice in a row. It is
    // stored once, so that a reader finds the pointer that was there before or this one, which stays. Both are valid.
    INSTALL.call_once(|| unsafe {
        sys::gnutls_global_set_audit_log_function(Some(audit_log_function));
    });
}

/// Sends the library's messages up to `level` to the [`tracing`](https://docs.rs/tracing) crate, as events with the
/// target `gnutls`. Level 1 becomes a warning, levels 2 and 3 become debug events, higher levels become traces.
/// Messages for auditors become warnings with the target `gnutls::audit`.
/// [`set_log_function`](crate::library::set_log_function) describes the levels. The setting affects the whole process.
///
/// Requires the feature `tracing`.
///
/// ```
/// gnutls::library::log_to_tracing(4);
/// ```
#[cfg(feature = "tracing")]
pub fn log_to_tracing(level: u32) {
    set_log_function(level, |level, message| match level {
        0 | 1 => tracing::warn!(target: "gnutls", "{message}"),
        2 | 3 => tracing::debug!(target: "gnutls", "{message}"),
        _ => tracing::trace!(target: "gnutls", level, "{message}"),
    });
    set_audit_log_function(|message| tracing::warn!(target: "gnutls::audit", "{message}"));
}

/// Replaces a function. The old one is dropped after the lock is released, because its captures can use the library,
/// which logs.
pub(crate) fn replace<T: ?Sized>(place: &RwLock<Option<Arc<T>>>, new: Arc<T>) {
    let old = place
        .write()
        .unwrap_or_else(PoisonError::into_inner)
        .replace(new);
    drop(old);
}

unsafe extern "C" fn log_function(level: c_int, message: *const c_char) {
    // SAFETY: GnuTLS passes a string that ends with NUL and is valid during the call; the result is a copy.
    let message = unsafe { text(message) };
    let log = LOG.read().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(log) = log {
        quietly(move || log(level.unsigned_abs(), &message));
    }
}

unsafe extern "C" fn audit_log_function(_: sys::gnutls_session_t, message: *const c_char) {
    // SAFETY: GnuTLS passes a string that ends with NUL and is valid during the call; the result is a copy.
    let message = unsafe { text(message) };
    let log = AUDIT_LOG
        .read()
        .unwrap_or_else(PoisonError::into_inner)
        .clone();
    if let Some(log) = log {
        quietly(move || log(&message));
    }
}

/// # Safety
///
/// `message` must be NULL or a string that ends with NUL and is valid during the call.
unsafe fn text(message: *const c_char) -> String {
    if message.is_null() {
        return String::new();
    }
    // SAFETY: `message` is not NULL, and by the contract of this function it is a valid string that ends with NUL.
    let text = unsafe { CStr::from_ptr(message) }.to_string_lossy();
    text.trim_end_matches('\n').to_owned()
}

/// Returns `true` while this thread runs a log function.
#[inline]
pub(crate) fn is_inside() -> bool {
    BUSY.try_with(Cell::get).unwrap_or(true)
}

/// Returns an error inside a log function, for an operation that may acquire a lock which GnuTLS holds while it logs.
/// No such lock can be acquired twice by a thread.
pub(crate) fn refuse_inside(operation: &str) -> Result<()> {
    if is_inside() {
        return Err(Error::invalid_state(format!(
            "{operation} is not possible inside a log function, because GnuTLS may hold a lock: do so after it has \
             returned"
        )));
    }
    Ok(())
}

/// Runs a log function, unless one is running in this thread. A panic is discarded after the panic hook has reported
/// it: the C frames of the caller, which can be any, cannot unwind. `log` contains the reference to the function, which
/// is the last one if the function has been replaced meanwhile: the destructors of its captures can panic too.
fn quietly(log: impl FnOnce()) {
    // On systems without thread-local variables, the value may be gone in a thread that is ending.
    let busy = BUSY.try_with(|busy| busy.replace(true)).unwrap_or(true);
    if busy {
        contain(move || drop(log));
        return;
    }
    contain(log);
    let _ = BUSY.try_with(|busy| busy.set(false));
}
