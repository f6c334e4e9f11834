//! Stores that block do not block the other tasks of the runtime.

use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gnutls::early_data::ReplayStore;
use gnutls::resumption::{
    MemoryCache, MemoryStore, SessionCache, SessionData, SessionStore, StoreKey,
};
use gnutls_testing::pair::{TLS1_2, client, server};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};
use tokio_gnutls::BlockInPlace;

/// The patience of a store with the other tasks, which end it in a moment.
const PATIENCE: Duration = Duration::from_secs(60);

/// A store whose methods wait for another task of the runtime.
struct Waiting<S> {
    store: S,
    begun: SyncSender<()>,
    other: Mutex<Receiver<()>>,
}

impl<S> Waiting<S> {
    fn wait(&self) -> &S {
        self.begun.send(()).unwrap();
        let other = self.other.lock().unwrap();
        other
            .recv_timeout(PATIENCE)
            .expect("the other tasks of the runtime run");
        &self.store
    }
}

/// Returns a store, and a task that answers its calls and ends with the store.
fn waiting<S>(store: S) -> (BlockInPlace<Waiting<S>>, impl Future<Output = usize>) {
    let (begun, calls) = sync_channel(16);
    let (answer, other) = sync_channel(16);
    let answers = async move {
        let mut count = 0;
        loop {
            match calls.try_recv() {
                Ok(()) => {
                    count += 1;
                    answer.send(()).unwrap();
                }
                Err(TryRecvError::Empty) => tokio::task::yield_now().await,
                Err(TryRecvError::Disconnected) => return count,
            }
        }
    };
    let other = Mutex::new(other);
    let store = Waiting {
        store,
        begun,
        other,
    };
    (BlockInPlace(store), answers)
}

impl<S: SessionCache> SessionCache for Waiting<S> {
    fn store(&self, key: &[u8], data: &[u8], lifetime: Duration) {
        self.wait().store(key, data, lifetime);
    }

    fn retrieve(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.wait().retrieve(key)
    }

    fn remove(&self, key: &[u8]) {
        self.wait().remove(key);
    }
}

impl<S: SessionStore> SessionStore for Waiting<S> {
    fn insert(&self, key: &StoreKey, session: SessionData) {
        self.wait().insert(key, session);
    }

    fn take(&self, key: &StoreKey) -> Option<SessionData> {
        self.wait().take(key)
    }
}

/// Connects twice, and returns whether the second session was resumed. All stores and configurations are released.
async fn resumes(cache: impl SessionCache, store: impl SessionStore) -> bool {
    let client = client(TLS1_2).tickets(false).resumption(store);
    let client = client.build().unwrap();
    let server = server(TLS1_2).session_cache(cache).build().unwrap();
    let mut resumed = false;
    for _ in 0..2 {
        let (near, far) = duplex(1 << 16);
        let (client, server) = (client.clone(), server.clone());
        let accepting = tokio::spawn(async move {
            let mut stream = tokio_gnutls::accept(&server, far).await.unwrap();
            stream.write_all(b"data").await.unwrap();
            stream.shutdown().await.unwrap();
            let mut rest = Vec::new();
            stream.read_to_end(&mut rest).await.unwrap();
        });
        let connecting = tokio::spawn(async move {
            let stream = tokio_gnutls::connect(&client, "localhost", near).await;
            let mut stream = stream.unwrap();
            let mut data = Vec::new();
            stream.read_to_end(&mut data).await.unwrap();
            stream.shutdown().await.unwrap();
            assert_eq!(data, b"data");
            stream.session().is_resumed()
        });
        resumed = connecting.await.unwrap();
        accepting.await.unwrap();
    }
    resumed
}

/// One thread runs all tasks. The store waits for a task that could not run if the store blocked the thread.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_other_tasks_run_while_a_store_blocks() {
    let (cache, of_cache) = waiting(MemoryCache::new(8));
    let (store, of_store) = waiting(MemoryStore::new(8));
    let (of_cache, of_store) = (tokio::spawn(of_cache), tokio::spawn(of_store));
    assert!(tokio::spawn(resumes(cache, store)).await.unwrap());
    let (of_cache, of_store) = (of_cache.await.unwrap(), of_store.await.unwrap());
    assert!(of_cache >= 2 && of_store >= 2, "{of_cache}, {of_store}");
}

#[tokio::test(flavor = "current_thread")]
async fn a_store_is_called_in_a_runtime_with_one_thread() {
    let cache = BlockInPlace(Arc::new(MemoryCache::new(8)));
    let store = BlockInPlace(Arc::new(MemoryStore::new(8)));
    assert!(resumes(cache, store).await);
}

#[test]
fn a_store_is_called_without_a_runtime() {
    struct Refusing;
    impl ReplayStore for Refusing {
        fn add(&self, key: &[u8], _lifetime: Duration) -> bool {
            key != b"known"
        }
    }
    let store = BlockInPlace(Refusing);
    assert!(store.add(b"new", PATIENCE) && !store.add(b"known", PATIENCE));
}
