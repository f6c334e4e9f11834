//! The session cache of a server: the trait, a cache in memory, and the callbacks for GnuTLS.

use std::collections::{HashMap, VecDeque};
use std::ffi::{c_int, c_void};
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{fmt, ptr};

use gnutls_macros::corresponds;
use gnutls_sys::{GNUTLS_E_DB_ERROR, gnutls_datum_t, gnutls_session_t};

use crate::support::datum;
use crate::support::panic::PanicSlot;
use crate::support::secret::Secret;

/// A store of a server's sessions, which clients of TLS and DTLS up to 1.2 can resume by their session identifier. TLS
/// 1.3 uses only tickets, never a cache.
///
/// The data contains the secrets of the session. Store it where only the server can read and write it, and no longer
/// than its lifetime. GnuTLS checks the age of a session too when it is resumed.
///
/// The methods are called during handshakes, by any thread and concurrently. They should be fast. A panic ends the
/// session and resumes in the call that runs the handshake.
///
/// ```
/// use std::time::Duration;
/// use gnutls::resumption::{MemoryCache, SessionCache};
///
/// let cache = MemoryCache::new(2);
/// let hour = Duration::from_secs(3600);
/// cache.store(b"one", b"1", hour);
/// cache.store(b"two", b"2", hour);
/// cache.store(b"three", b"3", hour);
/// assert_eq!(cache.retrieve(b"one"), None); // The oldest session was evicted.
/// assert_eq!(cache.retrieve(b"three").as_deref(), Some(&b"3"[..]));
/// ```
#[corresponds(
    gnutls_db_set_store_function,
    gnutls_db_set_retrieve_function,
    gnutls_db_set_remove_function,
    alias(gnutls_db_set_ptr, gnutls_db_get_ptr)
)]
pub trait SessionCache: Send + Sync + 'static {
    /// Stores `data` under `key`. It can be discarded after `lifetime`, which
    /// [`session_lifetime`](crate::ServerConfigBuilder::session_lifetime) sets.
    fn store(&self, key: &[u8], data: &[u8], lifetime: Duration);

    /// Returns the data under `key`, or `None` for a full handshake.
    fn retrieve(&self, key: &[u8]) -> Option<Vec<u8>>;

    /// Removes the data under `key`.
    fn remove(&self, key: &[u8]);
}

impl<T: SessionCache + ?Sized> SessionCache for Arc<T> {
    fn store(&self, key: &[u8], data: &[u8], lifetime: Duration) {
        (**self).store(key, data, lifetime);
    }

    fn retrieve(&self, key: &[u8]) -> Option<Vec<u8>> {
        (**self).retrieve(key)
    }

    fn remove(&self, key: &[u8]) {
        (**self).remove(key);
    }
}

/// A bounded session cache in memory. If it is full, the oldest session is evicted. Evicted sessions are overwritten.
pub struct MemoryCache {
    capacity: usize,
    sessions: Mutex<Sessions>,
}

#[derive(Default)]
struct Sessions {
    /// The data under each key, and its number in `order`.
    by_key: HashMap<Box<[u8]>, (u64, Secret)>,
    /// The keys, oldest first. An entry is obsolete if its number differs from the current number of its key.
    order: VecDeque<(u64, Box<[u8]>)>,
    next: u64,
}

impl MemoryCache {
    /// Creates a cache of at most `capacity` sessions.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            sessions: Mutex::default(),
        }
    }

    /// Returns the number of sessions in the cache.
    pub fn len(&self) -> usize {
        self.with(|sessions| sessions.by_key.len())
    }

    /// Returns `true` if the cache is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn with<R>(&self, run: impl FnOnce(&mut Sessions) -> R) -> R {
        run(&mut self.sessions.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Sessions {
    fn is_current(&self, number: u64, key: &[u8]) -> bool {
        self.by_key
            .get(key)
            .is_some_and(|&(current, _)| current == number)
    }

    fn evict_down_to(&mut self, capacity: usize) {
        while self.by_key.len() > capacity {
            let Some((number, key)) = self.order.pop_front() else {
                return;
            };
            if self.is_current(number, &key) {
                self.by_key.remove(&key);
            }
        }
        // Replacements and removals leave obsolete entries behind, whose number must stay bounded.
        if self.order.len() > 2 * self.by_key.len() + 16 {
            let order = std::mem::take(&mut self.order);
            self.order = order
                .into_iter()
                .filter(|(number, key)| self.is_current(*number, key))
                .collect();
        }
    }
}

impl SessionCache for MemoryCache {
    fn store(&self, key: &[u8], data: &[u8], _lifetime: Duration) {
        self.with(|sessions| {
            let number = sessions.next;
            sessions.next += 1;
            sessions.order.push_back((number, key.into()));
            sessions
                .by_key
                .insert(key.into(), (number, Secret::new(data)));
            sessions.evict_down_to(self.capacity);
        });
    }

    fn retrieve(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.with(|sessions| sessions.by_key.get(key).map(|(_, data)| data.to_vec()))
    }

    fn remove(&self, key: &[u8]) {
        self.with(|sessions| {
            sessions.by_key.remove(key);
            sessions.evict_down_to(self.capacity);
        });
    }
}

impl fmt::Debug for MemoryCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryCache")
            .field("capacity", &self.capacity)
            .field("len", &self.len())
            .finish()
    }
}

/// The data of the callbacks of one session, behind a raw pointer.
struct State {
    cache: Arc<dyn SessionCache>,
    lifetime: Duration,
    /// Returns `true` if GnuTLS can parse the data. Some releases do not check it: a session identifier longer than 32
    /// bytes overflowed a buffer.
    is_sound: fn(&[u8]) -> bool,
    panics: *const PanicSlot,
}

/// A cache that is installed in a session, and dropped after the session's `gnutls_deinit`.
pub(crate) struct InstalledCache(NonNull<State>);

// SAFETY: only the session's callbacks use the state. They run inside calls on that session, in the thread that owns
// the session. The cache is `Send` and `Sync`, and the panic slot belongs to the session.
unsafe impl Send for InstalledCache {}

impl InstalledCache {
    /// Installs `cache` in a server session that has not started its handshake.
    ///
    /// Sessions can be resumed for `lifetime` seconds, or for GnuTLS' default; the caller sets the same lifetime in the
    /// session. `is_sound` checks the data from the cache before GnuTLS parses it. `panics` stores a panic.
    ///
    /// # Safety
    ///
    /// `session` must be live, `panics` must stay valid until its `gnutls_deinit` has returned, and the returned value
    /// must be dropped after that.
    pub(crate) unsafe fn install(
        session: gnutls_session_t,
        cache: Arc<dyn SessionCache>,
        lifetime: Option<u32>,
        is_sound: fn(&[u8]) -> bool,
        panics: *const PanicSlot,
    ) -> Self {
        let state = NonNull::from(Box::leak(Box::new(State {
            cache,
            lifetime: Duration::from_secs(lifetime.unwrap_or_else(default_lifetime).into()),
            is_sound,
            panics,
        })));
        // SAFETY: the session is live by the contract of this function. Each function stores a pointer in it. The state
        // lives until the returned value is dropped, after gnutls_deinit.
        unsafe {
            gnutls_sys::gnutls_db_set_ptr(session, state.as_ptr().cast());
            gnutls_sys::gnutls_db_set_store_function(session, Some(store));
            gnutls_sys::gnutls_db_set_retrieve_function(session, Some(retrieve));
            gnutls_sys::gnutls_db_set_remove_function(session, Some(remove));
        }
        Self(state)
    }
}

impl Drop for InstalledCache {
    fn drop(&mut self) {
        // SAFETY: the pointer was created by Box::leak in `install`. The session that had it has been freed.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

/// Returns GnuTLS' default for how long it accepts a stored session, in seconds.
fn default_lifetime() -> u32 {
    // SAFETY: returns a constant.
    unsafe { gnutls_sys::gnutls_db_get_default_cache_expiration() }
}

/// Runs a callback with its state. After a panic, which is stored, it returns `fallback` to GnuTLS.
///
/// # Safety
///
/// `state` must be null or the pointer that `install` set in the session, and the session must be live.
unsafe fn with_state<R: Copy>(state: *mut c_void, fallback: R, run: impl FnOnce(&State) -> R) -> R {
    // SAFETY: `state` is null or points to the state of a live session, by the contract of this function. The state is
    // only accessed by shared references until it is dropped, after the session.
    let Some(state) = (unsafe { state.cast::<State>().as_ref() }) else {
        return fallback;
    };
    // SAFETY: `panics` is valid until the session's `gnutls_deinit` has returned, by the contract of `install`.
    let panics = unsafe { &*state.panics };
    panics.catch(fallback, || run(state))
}

unsafe extern "C" fn store(state: *mut c_void, key: gnutls_datum_t, data: gnutls_datum_t) -> c_int {
    // SAFETY: GnuTLS calls this with the pointer that `install` set, on a live session. `key` and `data` refer to
    // memory of GnuTLS that does not change during the call.
    unsafe {
        with_state(state, GNUTLS_E_DB_ERROR, |state| {
            let (key, data) = (
                datum::slice(key.data, key.size as usize),
                datum::slice(data.data, data.size as usize),
            );
            state.cache.store(key, data, state.lifetime);
            0
        })
    }
}

unsafe extern "C" fn retrieve(state: *mut c_void, key: gnutls_datum_t) -> gnutls_datum_t {
    let nothing = gnutls_datum_t {
        data: ptr::null_mut(),
        size: 0,
    };
    // SAFETY: GnuTLS calls this with the pointer that `install` set, on a live session. `key` refers to memory of
    // GnuTLS that does not change during the call.
    unsafe {
        with_state(state, nothing, |state| {
            let found = state
                .cache
                .retrieve(datum::slice(key.data, key.size as usize))
                .map(Secret::from_vec);
            match found {
                Some(data) if (state.is_sound)(&data) => datum::hand_over(&data).unwrap_or(nothing),
                _ => nothing,
            }
        })
    }
}

unsafe extern "C" fn remove(state: *mut c_void, key: gnutls_datum_t) -> c_int {
    // SAFETY: GnuTLS calls this with the pointer that `install` set, on a live session. `key` refers to memory of
    // GnuTLS that does not change during the call.
    unsafe {
        with_state(state, GNUTLS_E_DB_ERROR, |state| {
            state
                .cache
                .remove(datum::slice(key.data, key.size as usize));
            0
        })
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};

    use super::*;
    use crate::error::argument;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn the_cache_is_bounded_and_evicts_the_oldest() {
        let cache = MemoryCache::new(3);
        for number in 0u32..10 {
            cache.store(&number.to_be_bytes(), b"data", HOUR);
        }
        assert_eq!(cache.len(), 3);
        assert_eq!(cache.retrieve(&6u32.to_be_bytes()), None);
        assert_eq!(
            cache.retrieve(&7u32.to_be_bytes()).as_deref(),
            Some(&b"data"[..])
        );
        MemoryCache::new(0).store(b"key", b"data", HOUR);
    }

    #[test]
    fn a_session_that_is_stored_again_is_young_again() {
        let cache = MemoryCache::new(2);
        cache.store(b"one", b"1", HOUR);
        cache.store(b"two", b"2", HOUR);
        cache.store(b"one", b"again", HOUR);
        cache.store(b"three", b"3", HOUR);
        assert_eq!(cache.retrieve(b"one").as_deref(), Some(&b"again"[..]));
        assert_eq!(cache.retrieve(b"two"), None);
    }

    #[test]
    fn what_is_left_behind_does_not_grow() {
        let cache = MemoryCache::new(4);
        for number in 0u32..1000 {
            cache.store(b"same", b"data", HOUR);
            cache.store(&number.to_be_bytes(), b"data", HOUR);
            cache.remove(&number.to_be_bytes());
        }
        assert_eq!(cache.len(), 1);
        assert!(cache.with(|sessions| sessions.order.len()) <= 18);
    }

    struct Panicking;

    impl SessionCache for Panicking {
        fn store(&self, _: &[u8], _: &[u8], _: Duration) {
            panic!("store");
        }
        fn retrieve(&self, _: &[u8]) -> Option<Vec<u8>> {
            panic!("retrieve");
        }
        fn remove(&self, _: &[u8]) {
            panic!("remove");
        }
    }

    fn state(cache: impl SessionCache, panics: &PanicSlot) -> State {
        State {
            cache: Arc::new(cache),
            lifetime: HOUR,
            is_sound: |data| data != b"crafted",
            panics,
        }
    }

    #[test]
    fn bug_class_13_a_panic_does_not_cross_the_c_frame() {
        let panics = PanicSlot::new();
        let mut state = state(Panicking, &panics);
        let pointer = ptr::from_mut(&mut state).cast();
        let key = argument::bytes(b"key").unwrap();
        let resumed = || {
            let payload = catch_unwind(AssertUnwindSafe(|| panics.resume())).unwrap_err();
            *payload.downcast::<&str>().unwrap()
        };
        // SAFETY: the state outlives the calls, and the datums are only read.
        unsafe {
            assert_eq!(store(pointer, key, key), GNUTLS_E_DB_ERROR);
            assert_eq!(resumed(), "store");
            assert!(retrieve(pointer, key).data.is_null());
            assert_eq!(resumed(), "retrieve");
            assert_eq!(remove(pointer, key), GNUTLS_E_DB_ERROR);
            assert_eq!(resumed(), "remove");
        }
    }

    #[test]
    fn hazard_17_what_is_handed_over_comes_from_the_allocator_of_gnutls() {
        let panics = PanicSlot::new();
        let mut state = state(MemoryCache::new(4), &panics);
        let pointer = ptr::from_mut(&mut state).cast();
        let (key, data) = (
            argument::bytes(b"key").unwrap(),
            argument::bytes(b"data").unwrap(),
        );
        // SAFETY: the state outlives the calls, the datums are only read, and the retrieved data is freed once.
        unsafe {
            assert!(retrieve(pointer, key).data.is_null());
            assert_eq!(store(pointer, key, data), 0);
            let found = retrieve(pointer, key);
            assert_eq!(datum::slice(found.data, found.size as usize), b"data");
            datum::free(found.data.cast());
            assert_eq!(remove(pointer, key), 0);
            assert!(retrieve(pointer, key).data.is_null());
        }
    }

    #[test]
    fn hazard_12_data_that_are_not_sound_do_not_reach_gnutls() {
        let panics = PanicSlot::new();
        let mut state = state(MemoryCache::new(4), &panics);
        let pointer = ptr::from_mut(&mut state).cast();
        let key = argument::bytes(b"key").unwrap();
        // SAFETY: the state outlives the calls, and the datums are only read. The data is never handed over, so nothing
        // must be freed.
        unsafe {
            for data in [&b"crafted"[..], b""] {
                assert_eq!(store(pointer, key, argument::bytes(data).unwrap()), 0);
                assert!(retrieve(pointer, key).data.is_null());
            }
        }
    }

    #[test]
    fn bug_class_6_a_null_datum_is_an_empty_slice() {
        let panics = PanicSlot::new();
        let mut state = state(MemoryCache::new(4), &panics);
        let nothing = gnutls_datum_t {
            data: ptr::null_mut(),
            size: 0,
        };
        // SAFETY: the state outlives the calls, and the datums are only read.
        unsafe {
            assert_eq!(store(ptr::from_mut(&mut state).cast(), nothing, nothing), 0);
            assert_eq!(store(ptr::null_mut(), nothing, nothing), GNUTLS_E_DB_ERROR);
        }
    }
}
