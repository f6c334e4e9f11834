//! Where a client keeps the sessions that it can resume: the trait, and a store in memory.

use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::crypto::parameters::Protocol;
use crate::resumption::session_data::SessionData;

/// Where a client keeps sessions to resume them later. It is given them by itself, as soon as they can be resumed: after
/// the handshake up to TLS 1.2, and whenever the server has sent a ticket in TLS 1.3, which comes with the first reads.
///
/// The functions are called by whatever connects, shakes hands and reads, from any thread, several at the same time. They
/// should be quick.
///
/// ```
/// use std::sync::Arc;
/// use gnutls::{ClientConfig, MemoryStore, Trust};
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
    /// Keeps a session. There may be others under the same key.
    fn insert(&self, key: &SessionKey, session: SessionData);

    /// Takes a session out, so that nobody gets it again: a ticket of TLS 1.3 that is used twice lets an observer link two
    /// connections (RFC 8446, appendix C.4). Sessions of older protocols are given back after they were resumed.
    fn take(&self, key: &SessionKey) -> Option<SessionData>;
}

impl<T: SessionStore + ?Sized> SessionStore for Arc<T> {
    fn insert(&self, key: &SessionKey, session: SessionData) {
        (**self).insert(key, session);
    }

    fn take(&self, key: &SessionKey) -> Option<SessionData> {
        (**self).take(key)
    }
}

/// What a session in a [`SessionStore`] is good for: a server, under one configuration. Sessions are never resumed under
/// another one, even where both share a store.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SessionKey {
    pub(crate) server_name: Option<Box<str>>,
    pub(crate) scope: Option<Arc<str>>,
    pub(crate) datagram: bool,
    pub(crate) configuration: Configuration,
}

impl SessionKey {
    /// The name or address of the server, in lower case. `None` for a session without one.
    pub fn server_name(&self) -> Option<&str> {
        self.server_name.as_deref()
    }

    /// What was given to [`ClientConfig::resumption_scope`].
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }
}

/// Tells configurations apart for as long as the program runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Configuration(u64);

impl Configuration {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// A store in memory, bounded: where it is full the oldest session goes. What it gives up is overwritten.
///
/// It keeps several tickets of a server that uses TLS 1.3, since each is good for one connection.
pub struct MemoryStore {
    capacity: usize,
    /// Oldest first. There are few enough to look through them.
    sessions: Mutex<VecDeque<(SessionKey, SessionData)>>,
}

/// How many tickets of one server are kept.
const TICKETS: usize = 4;

impl MemoryStore {
    /// A store of at most `capacity` sessions.
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            sessions: Mutex::default(),
        }
    }

    /// The number of sessions in the store.
    pub fn len(&self) -> usize {
        self.with(|sessions| sessions.len())
    }

    /// Whether there is no session in the store.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets all sessions.
    pub fn clear(&self) {
        self.with(VecDeque::clear);
    }

    fn with<R>(&self, run: impl FnOnce(&mut VecDeque<(SessionKey, SessionData)>) -> R) -> R {
        run(&mut self.sessions.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl SessionStore for MemoryStore {
    fn insert(&self, key: &SessionKey, session: SessionData) {
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

    fn take(&self, key: &SessionKey) -> Option<SessionData> {
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

/// What a builder knows of it.
#[derive(Clone, Default)]
pub(crate) enum Resumption {
    /// A store of its own for the configuration.
    #[default]
    Own,
    None,
    Store(Arc<dyn SessionStore>),
}

/// How many sessions a configuration keeps that was not given a store.
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
