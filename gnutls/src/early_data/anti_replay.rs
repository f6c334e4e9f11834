//! Replay detection of early data: the store, and GnuTLS' time windows that use it.

use std::collections::{HashSet, VecDeque};
use std::ffi::c_uint;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use gnutls_macros::corresponds;

#[cfg(gnutls_3_6_5)]
use crate::early_data::anti_replay::window::Window;
use crate::error::unsupported::requires;
use crate::error::{Error, Result};

/// A store of the ClientHello messages with early data. Servers that share a ticket key must share the store, because
/// otherwise a replay to another server is not detected.
///
/// `add` is called during handshakes, by any thread and concurrently, and by several processes if they share the store.
/// A panic ends the session and resumes in the call that runs the handshake.
#[corresponds(
    gnutls_anti_replay_set_add_function,
    alias(gnutls_anti_replay_set_ptr, gnutls_db_add_func)
)]
pub trait ReplayStore: Send + Sync + 'static {
    /// Stores `key` for at least `lifetime`, and returns `true` if it is new. The operation must be atomic: of two
    /// concurrent calls with the same key only one can return `true`. `false` refuses the early data; return it also if
    /// the store is unavailable.
    ///
    /// The key identifies the message in any process. (In C it starts with the start time of the process, which this
    /// crate removes.)
    fn add(&self, key: &[u8], lifetime: Duration) -> bool;
}

impl<T: ReplayStore + ?Sized> ReplayStore for Arc<T> {
    fn add(&self, key: &[u8], lifetime: Duration) -> bool {
        (**self).add(key, lifetime)
    }
}

/// A store in memory for one process. If it is full, it refuses all early data until an entry expires, because eviction
/// would allow a replay.
pub struct MemoryReplayStore {
    capacity: usize,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    keys: HashSet<Arc<[u8]>>,
    /// The keys with their expiry times, oldest first.
    order: VecDeque<(Instant, Arc<[u8]>)>,
}

impl MemoryReplayStore {
    /// Creates a store of at most `capacity` messages, the maximum number of connections with early data in a window
    /// (10 seconds by default).
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            known: Mutex::default(),
        }
    }

    fn add_at(&self, key: &[u8], lifetime: Duration, now: Instant) -> bool {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Known { keys, order } = &mut *known;
        while order.front().is_some_and(|(until, _)| *until < now) {
            if let Some((_, key)) = order.pop_front() {
                keys.remove(&key);
            }
        }
        if keys.contains(key) || keys.len() >= self.capacity {
            return false;
        }
        let Some(until) = now.checked_add(lifetime) else {
            return false;
        };
        let key: Arc<[u8]> = key.into();
        keys.insert(Arc::clone(&key));
        // Lifetimes can differ if the store is shared: a short one then waits for the entries before it.
        order.push_back((until, key));
        true
    }
}

impl ReplayStore for MemoryReplayStore {
    fn add(&self, key: &[u8], lifetime: Duration) -> bool {
        self.add_at(key, lifetime, Instant::now())
    }
}

impl fmt::Debug for MemoryReplayStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryReplayStore")
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}

/// The replay detection of a server's early data, see
/// [`ServerConfigBuilder::early_data`](crate::ServerConfigBuilder::early_data).
///
/// ```
/// use std::time::Duration;
/// use gnutls::{Identity, ServerConfig};
/// use gnutls::early_data::{AntiReplay, MemoryReplayStore};
/// use gnutls::resumption::TicketKey;
///
/// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
/// # let identity = Identity::from_pem(&pem("server"), &pem("server-key"))?;
/// # let version = gnutls::version();
/// # let too_old = version.built < gnutls::library::Version::new(3, 6, 5) || version.running < gnutls::library::Version::new(3, 7, 2);
/// # if too_old { return Ok(()); }
/// let anti_replay = AntiReplay::new(MemoryReplayStore::new(100_000)).window(Duration::from_secs(10));
/// let server = ServerConfig::builder()
///     .identity(identity)
///     .tickets(TicketKey::generate()?)
///     .early_data(16_384, anti_replay)
///     .build()?;
/// # let _ = server;
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
#[corresponds(alias(
    gnutls_anti_replay_t,
    gnutls_anti_replay_init,
    gnutls_anti_replay_deinit
))]
pub struct AntiReplay {
    store: Arc<dyn ReplayStore>,
    window: Duration,
}

impl AntiReplay {
    /// Creates replay detection with this store and a window of 10 seconds.
    pub fn new(store: impl ReplayStore) -> Self {
        Self {
            store: Arc::new(store),
            window: Duration::from_secs(10),
        }
    }

    /// Sets the maximum difference between the ticket age that a client reports and the age that the server measures.
    /// Messages are stored for the same time. The window must cover the network latency, and should be equal for all
    /// servers that share a store.
    ///
    /// When a window has ended, GnuTLS starts a new one at the next early data, and refuses early data with tickets
    /// that were sent before its start.
    #[corresponds(gnutls_anti_replay_set_window)]
    pub fn window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }
}

impl fmt::Debug for AntiReplay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AntiReplay")
            .field("window", &self.window)
            .finish_non_exhaustive()
    }
}

/// The idle windows of a configuration. GnuTLS writes the start time of a window without a lock, so a window belongs to
/// only one session at a time, during its handshake. All windows use the same store, with keys that do not depend on
/// the window.
pub(crate) struct Windows {
    anti_replay: AntiReplay,
    #[cfg(gnutls_3_6_5)]
    idle: Mutex<Vec<Window>>,
}

impl Windows {
    pub(crate) fn new(anti_replay: AntiReplay) -> Result<Arc<Self>> {
        milliseconds(anti_replay.window)?;
        requires!(gnutls_3_6_5, "accepting early data", {
            // The window starts now, so that tickets sent from now on are valid.
            let first = Window::new(&anti_replay)?;
            Ok(Arc::new(Self {
                anti_replay,
                idle: Mutex::new(vec![first]),
            }))
        })
    }
}

pub(crate) fn milliseconds(window: Duration) -> Result<c_uint> {
    c_uint::try_from(window.as_millis())
        .ok()
        .filter(|milliseconds| (1..=86_400_000).contains(milliseconds))
        .ok_or_else(|| {
            Error::invalid_input("the anti-replay window must be between a millisecond and a day")
        })
}

/// A window that a session uses.
pub(crate) struct EnabledWindow {
    #[cfg(gnutls_3_6_5)]
    windows: Arc<Windows>,
    /// The window, present until it is returned.
    #[cfg(gnutls_3_6_5)]
    window: Option<Window>,
}

#[cfg(gnutls_3_6_5)]
impl EnabledWindow {
    /// Takes an idle window and enables it in a session.
    ///
    /// # Safety
    ///
    /// `session` must be live. It must keep the returned value until it is freed, or until another window is enabled.
    /// `panics` must be valid for longer.
    pub(crate) unsafe fn enable(
        windows: &Arc<Windows>,
        session: gnutls_sys::gnutls_session_t,
        panics: *const crate::support::panic::PanicSlot,
    ) -> Result<Self> {
        let idle = windows
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        let window = match idle {
            Some(window) => window,
            None => Window::new(&windows.anti_replay)?,
        };
        // SAFETY: the session is live and keeps the window, and `panics` is valid for longer, by the contract of this
        // function.
        unsafe { window.enable(session, panics) };
        Ok(Self {
            windows: Arc::clone(windows),
            window: Some(window),
        })
    }
}

#[cfg(gnutls_3_6_5)]
impl Drop for EnabledWindow {
    /// Returns the window. The session has been freed or does not use it any more.
    fn drop(&mut self) {
        let mut idle = self
            .windows
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        idle.extend(self.window.take());
    }
}

#[cfg(gnutls_3_6_5)]
mod window {
    //! GnuTLS' anti-replay object and its callback.

    use std::cell::Cell;
    use std::ffi::{c_int, c_void};
    use std::ptr;
    use std::ptr::NonNull;
    use std::sync::Arc;
    use std::time::Duration;

    use gnutls_sys::{gnutls_anti_replay_t, gnutls_datum_t, gnutls_session_t};

    use super::{AntiReplay, ReplayStore};
    use crate::error::{Result, check};
    use crate::support::datum;
    use crate::support::panic::PanicSlot;

    /// The length of the start time of the window in a key: 8 bytes of seconds, 4 of nanoseconds.
    const START: usize = 12;

    pub(crate) struct Window {
        raw: gnutls_anti_replay_t,
        state: NonNull<State>,
    }

    // SAFETY: this value owns both objects exclusively. Only the thread uses them that owns this value, or the session
    // in which it is enabled. The store is `Send` and `Sync`.
    unsafe impl Send for Window {}

    /// The data of the callback.
    struct State {
        store: Arc<dyn ReplayStore>,
        lifetime: Duration,
        /// The panic slot of the session that uses the window.
        panics: Cell<*const PanicSlot>,
    }

    impl Window {
        pub(crate) fn new(anti_replay: &AntiReplay) -> Result<Self> {
            let milliseconds = crate::early_data::anti_replay::milliseconds(anti_replay.window)?;
            let mut raw = ptr::null_mut();
            // SAFETY: writes the pointer on success; on failure there is nothing to release.
            check(unsafe { gnutls_sys::gnutls_anti_replay_init(&mut raw) })?;
            let state = NonNull::from(Box::leak(Box::new(State {
                store: Arc::clone(&anti_replay.store),
                // Longer than the window, because GnuTLS counts whole seconds and entries would expire too early.
                lifetime: anti_replay.window + Duration::from_secs(1),
                panics: Cell::new(ptr::null()),
            })));
            // SAFETY: `raw` was just created. Each function stores a value in it. The state lives until `Drop` has
            // released `raw`.
            unsafe {
                gnutls_sys::gnutls_anti_replay_set_window(raw, milliseconds);
                gnutls_sys::gnutls_anti_replay_set_ptr(raw, state.as_ptr().cast());
                gnutls_sys::gnutls_anti_replay_set_add_function(raw, Some(add));
            }
            Ok(Self { raw, state })
        }

        /// Enables this window in a session.
        ///
        /// # Safety
        ///
        /// `session` must be live. This value and `panics` must stay valid until the session uses another window or
        /// none, or is freed.
        pub(crate) unsafe fn enable(&self, session: gnutls_session_t, panics: *const PanicSlot) {
            // SAFETY: the state was created by `new`, and no session uses it. The session is live and this value stays
            // valid for as long as the session uses it, by the contract of this function.
            unsafe {
                self.state.as_ref().panics.set(panics);
                gnutls_sys::gnutls_anti_replay_enable(session, self.raw);
            }
        }
    }

    impl Drop for Window {
        fn drop(&mut self) {
            // SAFETY: both were created by `new` and are released once; no session uses them.
            unsafe {
                gnutls_sys::gnutls_anti_replay_deinit(self.raw);
                drop(Box::from_raw(self.state.as_ptr()));
            }
        }
    }

    /// Calls the store with the part of the key that does not depend on the process and the window.
    unsafe extern "C" fn add(
        state: *mut c_void,
        _expires: gnutls_sys::time_t,
        key: *const gnutls_datum_t,
        _data: *const gnutls_datum_t,
    ) -> c_int {
        // SAFETY: GnuTLS calls this with the pointer that `new` set. The session of the call uses the window, so its
        // panic slot is valid. The key is valid for the duration of the call.
        unsafe {
            let Some(state) = state.cast::<State>().as_ref() else {
                return gnutls_sys::GNUTLS_E_DB_ERROR;
            };
            let (Some(panics), Some(key)) = (state.panics.get().as_ref(), key.as_ref()) else {
                return gnutls_sys::GNUTLS_E_DB_ERROR;
            };
            panics.catch(gnutls_sys::GNUTLS_E_DB_ERROR, || {
                let key = datum::slice(key.data, key.size as usize);
                match key.get(START..) {
                    Some(message) if !message.is_empty() => {
                        if state.store.add(message, state.lifetime) {
                            0
                        } else {
                            gnutls_sys::GNUTLS_E_DB_ENTRY_EXISTS
                        }
                    }
                    _ => gnutls_sys::GNUTLS_E_DB_ERROR,
                }
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_new_once() {
        let store = MemoryReplayStore::new(2);
        let second = Duration::from_secs(1);
        let now = Instant::now();
        assert!(store.add_at(b"one", second, now));
        assert!(!store.add_at(b"one", second, now));
        assert!(store.add_at(b"two", second, now));
        assert!(!store.add_at(b"three", second, now), "it is full");
        assert!(!store.add_at(b"one", second, now + second));
        assert!(store.add_at(b"three", second, now + 2 * second));
        assert!(store.add_at(b"one", second, now + 2 * second));
    }

    #[test]
    fn windows_have_a_length() {
        assert!(milliseconds(Duration::ZERO).is_err());
        assert!(milliseconds(Duration::from_micros(1)).is_err());
        assert!(milliseconds(Duration::MAX).is_err());
        assert_eq!(milliseconds(Duration::from_secs(10)).unwrap(), 10_000);
    }
}
