//! The session store of a client: the trait, and a store in memory.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::crypto::parameters::Protocol;
use crate::resumption::session_data::SessionData;

/// A store of a client's sessions, which later sessions resume. Sessions are inserted automatically as soon as they can
/// be resumed: after the handshake in TLS up to 1.2, and on any ticket in TLS 1.3, which arrives with the first reads.
///
/// The methods are called by connecting, handshaking and reading sessions, by any thread and concurrently. They should
/// be fast.
///
/// ```
/// use std::sync::Arc;
/// use gnutls::{ClientConfig, Trust};
/// use gnutls::resumption::MemoryStore;
///
/// let store = Arc::new(MemoryStore::new(1000));
/// let config = ClientConfig::builder()
///     .trust(Trust::none())
///     .resumption(Arc::clone(&store))
///     .build()?;
/// assert!(store.is_empty());
/// # let _ = config;
/// # Ok::<(), gnutls::Error>(())
/// ```
pub trait SessionStore: Send + Sync + 'static {
    /// Stores a session. There can be other sessions under the same key.
    fn insert(&self, key: &StoreKey, session: SessionData);

    /// Removes and returns a session, so that it is not returned again: if a TLS 1.3 ticket is used twice, an observer
    /// can link the connections (RFC 8446, appendix C.4). Sessions of older protocols are inserted again after they
    /// have been resumed.
    fn take(&self, key: &StoreKey) -> Option<SessionData>;
}

impl<T: SessionStore + ?Sized> SessionStore for Arc<T> {
    fn insert(&self, key: &StoreKey, session: SessionData) {
        (**self).insert(key, session);
    }

    fn take(&self, key: &StoreKey) -> Option<SessionData> {
        (**self).take(key)
    }
}

/// The scope of a session in a [`SessionStore`]: a server, and a configuration. Sessions are never resumed with another
/// configuration, even if both share a store.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StoreKey {
    pub(crate) server_name: Option<Box<str>>,
    pub(crate) scope: Option<Arc<str>>,
    pub(crate) datagram: bool,
    pub(crate) configuration: Configuration,
}

impl StoreKey {
    /// Returns the server name or address in lower case, or `None` for a session without one.
    pub fn server_name(&self) -> Option<&str> {
        self.server_name.as_deref()
    }

    /// Returns the argument of [`ClientConfig::resumption_scope`](crate::ClientConfig::resumption_scope).
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }
}

/// The identity of a configuration, unique in the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Configuration(u64);

impl Configuration {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// A bounded store in memory. If it is full, the oldest session is evicted. Evicted sessions are overwritten.
///
/// It stores several tickets of a TLS 1.3 server, because a ticket is valid for one connection.
pub struct MemoryStore {
    capacity: usize,
    /// The sessions, oldest first. They are few enough for a linear search.
    sessions: Mutex<VecDeque<(StoreKey, SessionData)>>,
}

/// The maximum number of tickets of one server.
const TICKETS: usize = 4;

impl MemoryStore {
    /// Creates a store of at most `capacity` sessions.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            sessions: Mutex::default(),
        }
    }

    /// Returns the number of sessions in the store.
    pub fn len(&self) -> usize {
        self.with(|sessions| sessions.len())
    }

    /// Returns `true` if the store is empty.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Removes all sessions.
    pub fn clear(&self) {
        self.with(VecDeque::clear);
    }

    fn with<R>(&self, run: impl FnOnce(&mut VecDeque<(StoreKey, SessionData)>) -> R) -> R {
        run(&mut self.sessions.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl SessionStore for MemoryStore {
    fn insert(&self, key: &StoreKey, session: SessionData) {
        let allowed = if session.protocol() == Protocol::TLS1_3 {
            TICKETS
        } else {
            1
        };
        self.with(|sessions| {
            let mut same = sessions.iter().filter(|(other, _)| other == key).count();
            sessions.retain(|(other, _)| {
                let goes = other == key && same >= allowed;
                same -= usize::from(goes);
                !goes
            });
            sessions.push_back((key.clone(), session));
            while sessions.len() > self.capacity {
                sessions.pop_front();
            }
        });
    }

    fn take(&self, key: &StoreKey) -> Option<SessionData> {
        self.with(|sessions| {
            let newest = sessions.iter().rposition(|(other, _)| other == key)?;
            sessions.remove(newest).map(|(_, session)| session)
        })
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore")
            .field("capacity", &self.capacity)
            .field("len", &self.len())
            .finish()
    }
}

/// The resumption options of a client.
#[derive(Clone, Default)]
pub(crate) enum Resumption {
    /// A separate store for the configuration.
    #[default]
    Own,
    None,
    Store(Arc<dyn SessionStore>),
}

/// The capacity of the default store.
const SESSIONS: usize = 256;

impl Resumption {
    pub(crate) fn store(self) -> Option<Arc<dyn SessionStore>> {
        match self {
            Self::Own => Some(Arc::new(MemoryStore::new(SESSIONS))),
            Self::None => None,
            Self::Store(store) => Some(store),
        }
    }
}

impl fmt::Debug for Resumption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Own => "Own",
            Self::None => "None",
            Self::Store(_) => "Store",
        })
    }
}
