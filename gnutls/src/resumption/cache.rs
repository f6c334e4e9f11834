//! The session cache of a server: the trait, a cache in memory, and the callbacks through which GnuTLS uses one.

use std::collections::{HashMap, VecDeque};
use std::ffi::{c_int, c_void};
use std::ptr::NonNull;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{fmt, ptr};

use gnutls_sys::{GNUTLS_E_DB_ERROR, gnutls_datum_t, gnutls_session_t};

use crate::support::datum;
use crate::support::panic::PanicSlot;
use crate::support::secret::Secret;

/// Where a server keeps sessions so that clients can resume them: TLS and DTLS up to 1.2 by their session identifier.
/// TLS 1.3 never uses a cache, only tickets.
///
/// The data contain the secrets of the session. Keep them where only the server can read and write them, and no longer
/// than their lifetime. GnuTLS checks the age as well when a session is resumed.
///
/// The functions are called during handshakes, from the threads that run them, several at the same time. They should be
/// quick. A panic in one goes on in the call that ran the handshake.
///
/// C: [`gnutls_db_set_store_function`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fdb_005fset_005fstore_005ffunction)
/// and its two companions.
///
/// ```
/// use std::time::Duration;
/// use gnutls::{MemoryCache, SessionCache};
///
/// let cache = MemoryCache::new(2);
/// let hour = Duration::from_secs(3600);
/// cache.store(b"one", b"1", hour);
/// cache.store(b"two", b"2", hour);
/// cache.store(b"three", b"3", hour);
/// assert_eq!(cache.retrieve(b"one"), None); // the oldest had to go
/// assert_eq!(cache.retrieve(b"three").as_deref(), Some(&b"3"[..]));
/// ```
#[doc(alias = "gnutls_db_set_store_function")]
#[doc(alias = "gnutls_db_set_retrieve_function")]
#[doc(alias = "gnutls_db_set_remove_function")]
#[doc(alias = "gnutls_db_set_ptr")]
pub trait SessionCache: Send + Sync + 'static {
    /// Keeps `data` under `key`. After `lifetime`, which the configuration
    /// [sets](crate::ServerConfigBuilder::session_lifetime), it is of no further use.
    fn store(&self, key: &[u8], data: &[u8], lifetime: Duration);

    /// What is kept under `key`. `None` means that the client goes through a full handshake.
    fn retrieve(&self, key: &[u8]) -> Option<Vec<u8>>;

    /// Forgets what is kept under `key`.
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

/// A session cache in memory, bounded: where it is full the oldest session goes. What it gives up is overwritten.
pub struct MemoryCache {
    capacity: usize,
    sessions: Mutex<Sessions>,
}

#[derive(Default)]
struct Sessions {
    /// The data, and the number that `order` has for it.
    by_key: HashMap<Box<[u8]>, (u64, Secret)>,
    /// Oldest first. An entry whose number is not the current one of its key counts for nothing.
    order: VecDeque<(u64, Box<[u8]>)>,
    next: u64,
}

impl MemoryCache {
    /// A cache of at most `capacity` sessions.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            sessions: Mutex::default(),
        }
    }

    /// The number of sessions in the cache.
    pub fn len(&self) -> usize {
        self.with(|sessions| sessions.by_key.len())
    }

    /// Whether there is no session in the cache.
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
        // Replacing and removing leave entries behind; they may not outgrow the sessions for good.
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

/// What the callbacks of one session reach, behind a raw pointer.
struct State {
    cache: Arc<dyn SessionCache>,
    lifetime: Duration,
    /// Tells whether data can be given to GnuTLS, which before some patches trusts them (a session identifier that is
    /// longer than 32 bytes overflowed a buffer).
    is_sound: fn(&[u8]) -> bool,
    panics: *const PanicSlot,
}

/// A cache that has been given to a session. Dropped after the session's `gnutls_deinit`.
pub(crate) struct InstalledCache(NonNull<State>);

// SAFETY: the state is reached by the session's callbacks alone, which run inside calls on that session, on whatever
// thread the session is. The cache is Send + Sync; the slot belongs to the session.
unsafe impl Send for InstalledCache {}

impl InstalledCache {
    /// Gives `cache` to a server session that has not begun its handshake.
    ///
    /// Sessions can be resumed for `lifetime` seconds, or for as long as is GnuTLS' default, as the session has been told.
    /// `is_sound` is asked about what the cache returns before GnuTLS sees it. A panic is kept in `panics`.
    ///
    /// # Safety
    ///
    /// `session` is alive, `panics` stays valid until its `gnutls_deinit` has returned, and the value that is returned
    /// is dropped after that.
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
        // SAFETY: the session is alive; each call stores a pointer in it. The state lives until after gnutls_deinit.
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
        // SAFETY: made by Box::leak in `install`; the session that had the pointer is gone.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

/// How long GnuTLS accepts a stored session unless it is told otherwise, in seconds.
fn default_lifetime() -> u32 {
    // SAFETY: returns a constant.
    unsafe { gnutls_sys::gnutls_db_get_default_cache_expiration() }
}

/// Runs a callback with its state; a panic is kept, and `fallback` returned to GnuTLS.
///
/// # Safety
///
/// `state` is what `install` gave to the session, and the session is alive.
unsafe fn with_state<R: Copy>(state: *mut c_void, fallback: R, run: impl FnOnce(&State) -> R) -> R {
    // SAFETY: the caller's promise; nobody has the state exclusively while the session is alive.
    let Some(state) = (unsafe { state.cast::<State>().as_ref() }) else {
        return fallback;
    };
    // SAFETY: valid as long as the session, as `install` demands.
    let panics = unsafe { &*state.panics };
    panics.catch(fallback, || run(state))
}

unsafe extern "C" fn store(state: *mut c_void, key: gnutls_datum_t, data: gnutls_datum_t) -> c_int {
    // SAFETY: GnuTLS passes the pointer that `install` set, on a live session. Key and data are its own and stay as they
    // are during the call.
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
    // SAFETY: as for `store`.
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
    // SAFETY: as for `store`.
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
        // SAFETY: the state outlives the calls; the datums are only read.
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
        // SAFETY: the state outlives the calls; the datums are only read; what is retrieved is freed once.
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
        // SAFETY: as above.
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
        // SAFETY: as above.
        unsafe {
            assert_eq!(store(ptr::from_mut(&mut state).cast(), nothing, nothing), 0);
            assert_eq!(store(ptr::null_mut(), nothing, nothing), GNUTLS_E_DB_ERROR);
        }
    }
}
