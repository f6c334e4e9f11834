//! Finding out early data that were sent before: the store, and the windows of time through which GnuTLS uses it.

use std::collections::{HashSet, VecDeque};
use std::ffi::c_uint;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

#[cfg(gnutls_3_6_5)]
use crate::early_data::anti_replay::window::Window;
use crate::error::unsupported::requires;
use crate::error::{Error, Result};

/// Where servers remember the first messages that came with early data. Servers that share a ticket key share the store
/// too, or a replay to another one of them is not noticed.
///
/// `add` is called during handshakes, from the threads that run them, several at the same time, also in several processes.
/// A panic in it goes on in the call that ran the handshake.
///
/// C: [`gnutls_anti_replay_set_add_function`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fanti_005freplay_005fset_005fadd_005ffunction).
#[doc(alias = "gnutls_anti_replay_set_add_function")]
#[doc(alias = "gnutls_anti_replay_set_ptr")]
#[doc(alias = "gnutls_db_add_func")]
pub trait ReplayStore: Send + Sync + 'static {
    /// Remembers `key` for at least `lifetime`, and tells whether it is new. Looking and adding must be one step, so that of
    /// two that ask at the same time one alone is told so. `false` refuses the early data, which is also the answer where
    /// the store cannot be reached.
    ///
    /// The key is what identifies the message, the same for every process. (The one of C begins with the time when the
    /// process started, which this crate leaves out.)
    fn add(&self, key: &[u8], lifetime: Duration) -> bool;
}

impl<T: ReplayStore + ?Sized> ReplayStore for Arc<T> {
    fn add(&self, key: &[u8], lifetime: Duration) -> bool {
        (**self).add(key, lifetime)
    }
}

/// A store in memory, for one process. Where it is full it refuses all until something in it has aged: to forget would let
/// a replay through.
pub struct MemoryReplayStore {
    capacity: usize,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    keys: HashSet<Arc<[u8]>>,
    /// When each may be forgotten.
    order: VecDeque<(Instant, Arc<[u8]>)>,
}

impl MemoryReplayStore {
    /// A store of at most `capacity` messages. Within a window of 10 seconds so many connections can have early data.
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
        // Lifetimes may differ where the store is shared: one that is short waits for those before it.
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

/// How a server finds out early data that were sent before, see
/// [`ServerConfigBuilder::early_data`](crate::ServerConfigBuilder::early_data).
///
/// ```
/// use std::time::Duration;
/// use gnutls::{AntiReplay, Identity, MemoryReplayStore, ServerConfig, TicketKey};
///
/// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
/// # let identity = Identity::from_pem(&pem("server"), &pem("server-key"))?;
/// # let version = gnutls::version();
/// # let too_old = version.built < gnutls::Version::new(3, 6, 14) || version.running == gnutls::Version::new(3, 7, 1);
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
#[doc(alias = "gnutls_anti_replay_t")]
#[doc(alias = "gnutls_anti_replay_init")]
pub struct AntiReplay {
    store: Arc<dyn ReplayStore>,
    window: Duration,
}

impl AntiReplay {
    /// Remembers in this store, in a window of 10 seconds.
    pub fn new(store: impl ReplayStore) -> Self {
        Self {
            store: Arc::new(store),
            window: Duration::from_secs(10),
        }
    }

    /// By how much the time that a client's message says to have passed since it got its ticket, and the time that has
    /// passed here, may differ. Messages are remembered for as long. It covers the time that messages travel; all servers
    /// that share a store should have the same.
    ///
    /// GnuTLS begins a new window when it is asked after the last one has ended, and refuses the early data of tickets that
    /// it gave out before.
    ///
    /// C: [`gnutls_anti_replay_set_window`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fanti_005freplay_005fset_005fwindow).
    #[doc(alias = "gnutls_anti_replay_set_window")]
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

/// The windows of a configuration that no session is using. GnuTLS writes the start of a window without a lock, so each
/// belongs to one session at a time, for the length of a handshake. All of them ask the same store, by keys that do not
/// depend on the window.
pub(crate) struct Windows {
    anti_replay: AntiReplay,
    #[cfg(gnutls_3_6_5)]
    idle: Mutex<Vec<Window>>,
}

impl Windows {
    pub(crate) fn new(anti_replay: AntiReplay) -> Result<Arc<Self>> {
        milliseconds(anti_replay.window)?;
        requires!(gnutls_3_6_5, "accepting early data", {
            // The window begins now, so that tickets count which are given out from now on.
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
            Error::invalid_input("a window of anti-replay is between a millisecond and a day")
        })
}

/// A window that a session has.
pub(crate) struct LentWindow {
    #[cfg(gnutls_3_6_5)]
    windows: Arc<Windows>,
    /// There until it is given back.
    #[cfg(gnutls_3_6_5)]
    window: Option<Window>,
}

#[cfg(gnutls_3_6_5)]
impl LentWindow {
    /// Takes a window for a session and enables it there.
    ///
    /// # Safety
    ///
    /// The session is live. It keeps the value until its own end, or until another is enabled, and `panics` is valid for
    /// longer.
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
        // SAFETY: the session is live, and keeps the window and the slot for long enough, by the contract of this function.
        unsafe { window.enable(session, panics) };
        Ok(Self {
            windows: Arc::clone(windows),
            window: Some(window),
        })
    }
}

#[cfg(gnutls_3_6_5)]
impl Drop for LentWindow {
    /// Gives the window back. The session is gone, or does not have it any more.
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
    //! The object of GnuTLS, and its callback.

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

    /// How much of a key is the start of the window: 8 bytes of seconds, 4 of nanoseconds.
    const START: usize = 12;

    pub(crate) struct Window {
        raw: gnutls_anti_replay_t,
        asked: NonNull<Asked>,
    }

    // SAFETY: both objects are owned by this value alone, and used by the thread that has it, or has the session which it
    // was lent to. The store is Send + Sync.
    unsafe impl Send for Window {}

    /// What the callback reaches.
    struct Asked {
        store: Arc<dyn ReplayStore>,
        lifetime: Duration,
        /// Of the session that has the window.
        panics: Cell<*const PanicSlot>,
    }

    impl Window {
        pub(crate) fn new(anti_replay: &AntiReplay) -> Result<Self> {
            let milliseconds = crate::early_data::anti_replay::milliseconds(anti_replay.window)?;
            let mut raw = ptr::null_mut();
            // SAFETY: writes the pointer on success; on failure there is nothing to release.
            check(unsafe { gnutls_sys::gnutls_anti_replay_init(&mut raw) })?;
            let asked = NonNull::from(Box::leak(Box::new(Asked {
                store: Arc::clone(&anti_replay.store),
                // Longer than the window: C counts whole seconds, and would forget too early.
                lifetime: anti_replay.window + Duration::from_secs(1),
                panics: Cell::new(ptr::null()),
            })));
            // SAFETY: each stores a value in the object.
            unsafe {
                gnutls_sys::gnutls_anti_replay_set_window(raw, milliseconds);
                gnutls_sys::gnutls_anti_replay_set_ptr(raw, asked.as_ptr().cast());
                gnutls_sys::gnutls_anti_replay_set_add_function(raw, Some(add));
            }
            Ok(Self { raw, asked })
        }

        /// Has a session ask this window.
        ///
        /// # Safety
        ///
        /// `session` is live, and this value and `panics` stay until it has another window or none, or is gone.
        pub(crate) unsafe fn enable(&self, session: gnutls_session_t, panics: *const PanicSlot) {
            // SAFETY: the state was made by `new`, and no session is using it.
            unsafe {
                self.asked.as_ref().panics.set(panics);
                gnutls_sys::gnutls_anti_replay_enable(session, self.raw);
            }
        }
    }

    impl Drop for Window {
        fn drop(&mut self) {
            // SAFETY: both were made by `new`, and no session has them.
            unsafe {
                gnutls_sys::gnutls_anti_replay_deinit(self.raw);
                drop(Box::from_raw(self.asked.as_ptr()));
            }
        }
    }

    /// Asks the store, by the part of the key that is the same in each process and window.
    unsafe extern "C" fn add(
        asked: *mut c_void,
        _expires: gnutls_sys::time_t,
        key: *const gnutls_datum_t,
        _data: *const gnutls_datum_t,
    ) -> c_int {
        // SAFETY: the pointer that `new` has set; the session that calls has the window, and its slot. The key is lent for
        // the time of the call.
        unsafe {
            let Some(asked) = asked.cast::<Asked>().as_ref() else {
                return gnutls_sys::GNUTLS_E_DB_ERROR;
            };
            let (Some(panics), Some(key)) = (asked.panics.get().as_ref(), key.as_ref()) else {
                return gnutls_sys::GNUTLS_E_DB_ERROR;
            };
            panics.catch(gnutls_sys::GNUTLS_E_DB_ERROR, || {
                let key = datum::slice(key.data, key.size as usize);
                match key.get(START..) {
                    Some(message) if !message.is_empty() => {
                        if asked.store.add(message, asked.lifetime) {
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
