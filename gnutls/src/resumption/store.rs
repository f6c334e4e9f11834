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

    /// Returns bytes for a store that processes share: the scope, the server name, and TLS or DTLS. They are the same in
    /// any process and with any release. `None` without a scope.
    ///
    /// A configuration has no name of its own in other processes, so that the scope has to distinguish configurations
    /// which must not resume the sessions of each other, such as those with different client certificates. A resumed
    /// session is verified with the trust of its own configuration in any case. Early data is sent only in a session
    /// of the same process.
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use std::sync::Mutex;
    /// use gnutls::resumption::{SessionData, SessionStore, StoreKey};
    ///
    /// /// A database with tables of bytes.
    /// # #[derive(Default)]
    /// struct Database(Mutex<HashMap<Vec<u8>, Vec<u8>>>);
    ///
    /// impl SessionStore for Database {
    ///     fn insert(&self, key: &StoreKey, session: SessionData) {
    ///         if let Some(key) = key.to_bytes() {
    ///             self.0.lock().unwrap().insert(key, session.as_bytes().to_vec());
    ///         }
    ///     }
    ///     fn take(&self, key: &StoreKey) -> Option<SessionData> {
    ///         let data = self.0.lock().unwrap().remove(&key.to_bytes()?)?;
    ///         // Another release of GnuTLS may have stored it.
    ///         SessionData::from_bytes(key.server_name()?, &data).ok()
    ///     }
    /// }
    /// # let config = gnutls::ClientConfig::builder()
    /// #     .trust(gnutls::Trust::none())
    /// #     .resumption(Database::default())
    /// #     .build()?
    /// #     .resumption_scope("my-program, user alice");
    /// # let _ = config.session("example.org")?;
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    pub fn to_bytes(&self) -> Option<Vec<u8>> {
        let scope = self.scope()?.as_bytes();
        let mut bytes = vec![
            u8::from(self.datagram),
            u8::from(self.server_name.is_some()),
        ];
        // The length separates the scope from the name.
        bytes.extend_from_slice(&(scope.len() as u64).to_be_bytes());
        bytes.extend_from_slice(scope);
        bytes.extend_from_slice(self.server_name().unwrap_or_default().as_bytes());
        Some(bytes)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn key(server_name: Option<&str>, scope: Option<&str>, datagram: bool) -> StoreKey {
        StoreKey {
            server_name: server_name.map(Into::into),
            scope: scope.map(Into::into),
            datagram,
            configuration: Configuration::new(),
        }
    }

    #[test]
    fn the_bytes_of_a_key_are_the_same_in_any_process_and_unambiguous() {
        let bytes = key(Some("a.example"), Some("s"), false).to_bytes().unwrap();
        assert_eq!(bytes, b"\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01sa.example");
        // Another configuration, as in another process.
        assert_eq!(
            key(Some("a.example"), Some("s"), false).to_bytes().unwrap(),
            bytes
        );
        let different = [
            key(Some("a.example"), Some("s"), true),
            key(Some("b.example"), Some("s"), false),
            key(Some("a.example"), Some("t"), false),
            key(Some(".example"), Some("sa"), false),
            key(Some(""), Some("s"), false),
            key(None, Some("s"), false),
            key(None, Some("sa.example"), false),
        ];
        let mut all: Vec<_> = different
            .iter()
            .map(|key| key.to_bytes().unwrap())
            .collect();
        all.push(bytes);
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
        assert_eq!(key(Some("a.example"), None, false).to_bytes(), None);
    }
}
