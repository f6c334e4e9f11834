//! Stores of sessions that do not block the threads of the runtime.

use std::time::Duration;

use gnutls::early_data::ReplayStore;
use gnutls::resumption::{SessionCache, SessionData, SessionStore, StoreKey};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task;

/// A store whose methods may block, such as one in a database: while they run, another thread runs the other tasks of the
/// runtime (`tokio::task::block_in_place`).
///
/// GnuTLS calls stores inside the handshake, which waits for them. With a `current_thread` runtime, which has no other
/// thread, all tasks wait.
///
/// # Panics
///
/// The methods panic inside a `tokio::task::LocalSet` of a runtime with several threads, whose tasks cannot continue on
/// another one.
///
/// ```
/// use std::time::Duration;
/// use gnutls::resumption::SessionCache;
/// use gnutls::{Identity, ServerConfig};
/// use tokio_gnutls::BlockInPlace;
///
/// struct Database; // A pool of blocking connections.
/// # impl Database {
/// #     fn set(&self, _: &[u8], _: &[u8], _: Duration) {}
/// #     fn get(&self, _: &[u8]) -> Option<Vec<u8>> { None }
/// #     fn delete(&self, _: &[u8]) {}
/// # }
///
/// impl SessionCache for Database {
///     fn store(&self, key: &[u8], data: &[u8], lifetime: Duration) {
///         self.set(key, data, lifetime);
///     }
///     fn retrieve(&self, key: &[u8]) -> Option<Vec<u8>> {
///         self.get(key)
///     }
///     fn remove(&self, key: &[u8]) {
///         self.delete(key);
///     }
/// }
///
/// # fn configure(identity: Identity) -> gnutls::Result<()> {
/// let config = ServerConfig::builder()
///     .identity(identity)
///     .session_cache(BlockInPlace(Database))
///     .build()?;
/// # drop(config);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct BlockInPlace<S>(
    /// The store.
    pub S,
);

/// Runs `operation`, and other tasks on another thread meanwhile.
fn block_in_place<R>(operation: impl FnOnce() -> R) -> R {
    let flavor = Handle::try_current().map(|handle| handle.runtime_flavor());
    match flavor {
        Ok(RuntimeFlavor::CurrentThread) => operation(),
        _ => task::block_in_place(operation),
    }
}

impl<S: SessionCache> SessionCache for BlockInPlace<S> {
    fn store(&self, key: &[u8], data: &[u8], lifetime: Duration) {
        block_in_place(|| self.0.store(key, data, lifetime));
    }

    fn retrieve(&self, key: &[u8]) -> Option<Vec<u8>> {
        block_in_place(|| self.0.retrieve(key))
    }

    fn remove(&self, key: &[u8]) {
        block_in_place(|| self.0.remove(key));
    }
}

impl<S: SessionStore> SessionStore for BlockInPlace<S> {
    fn insert(&self, key: &StoreKey, session: SessionData) {
        block_in_place(|| self.0.insert(key, session));
    }

    fn take(&self, key: &StoreKey) -> Option<SessionData> {
        block_in_place(|| self.0.take(key))
    }
}

impl<S: ReplayStore> ReplayStore for BlockInPlace<S> {
    fn add(&self, key: &[u8], lifetime: Duration) -> bool {
        block_in_place(|| self.0.add(key, lifetime))
    }
}
