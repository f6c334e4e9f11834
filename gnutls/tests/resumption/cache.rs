//! The session cache of a server, tested by handshakes: it resumes sessions, is bounded, and cannot cause harm by its
//! results or failures.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gnutls::resumption::{MemoryCache, SessionCache, SessionData};
use gnutls::{ClientConfig, ServerConfig};
use gnutls_testing::pair::{DTLS1_2, Pair, TLS1_2, TLS1_3, client, server};
use gnutls_testing::{requirement, skip_unless};

/// Returns a client and a server that resume only by the cache.
fn configurations(priority: &str, cache: impl SessionCache) -> (ClientConfig, ServerConfig) {
    (
        client(priority).tickets(false).build().unwrap(),
        server(priority).session_cache(cache).build().unwrap(),
    )
}

/// Performs a full handshake and returns the session saved by the client.
fn full(client: &ClientConfig, server: &ServerConfig, datagram: bool) -> SessionData {
    let mut pair = Pair::connect(client, server, datagram);
    assert!(!pair.client.is_resumed() && !pair.server.is_resumed());
    pair.client.session_data().unwrap()
}

/// Returns `true` if the client resumes the session, and asserts that both sides agree.
fn resumes(
    client: &ClientConfig,
    server: &ServerConfig,
    saved: &SessionData,
    datagram: bool,
) -> bool {
    let mut pair = Pair::resume(client, server, saved, datagram);
    assert_eq!(pair.client.is_resumed(), pair.server.is_resumed());
    assert_eq!(pair.there(b"data"), b"data");
    pair.client.is_resumed()
}

#[test]
fn a_client_resumes_while_the_session_is_in_the_cache() {
    for (priority, datagram) in [(TLS1_2, false), (DTLS1_2, true)] {
        let cache = Arc::new(MemoryCache::new(4));
        let (client, server) = configurations(priority, Arc::clone(&cache));
        let saved = full(&client, &server, datagram);
        assert_eq!(cache.len(), 1);
        assert!(resumes(&client, &server, &saved, datagram));
        assert!(resumes(&client, &server, &saved, datagram));
        let (_, other) = configurations(priority, MemoryCache::new(4));
        assert!(!resumes(&client, &other, &saved, datagram));
    }
}

#[test]
fn an_evicted_session_is_not_resumed() {
    let (client, server) = configurations(TLS1_2, MemoryCache::new(1));
    let first = full(&client, &server, false);
    let second = full(&client, &server, false);
    assert!(resumes(&client, &server, &second, false));
    assert!(!resumes(&client, &server, &first, false));
}

/// A cache that returns the result of `answer` for a stored session.
struct Answering<F> {
    stored: Mutex<Vec<u8>>,
    calls: Arc<AtomicUsize>,
    answer: F,
}

fn answering<F: Fn(&[u8]) -> Option<Vec<u8>>>(answer: F) -> (Answering<F>, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    (
        Answering {
            stored: Mutex::default(),
            calls: Arc::clone(&calls),
            answer,
        },
        calls,
    )
}

impl<F: Fn(&[u8]) -> Option<Vec<u8>> + Send + Sync + 'static> SessionCache for Answering<F> {
    fn store(&self, key: &[u8], data: &[u8], lifetime: Duration) {
        self.calls.fetch_add(1, SeqCst);
        assert_eq!(key.len(), 32);
        assert!(lifetime >= Duration::from_secs(60));
        *self.stored.lock().unwrap() = data.to_vec();
    }

    fn retrieve(&self, _: &[u8]) -> Option<Vec<u8>> {
        self.calls.fetch_add(1, SeqCst);
        // The lock is released first, because `answer` can panic.
        let stored = self.stored.lock().unwrap().clone();
        (self.answer)(&stored)
    }

    fn remove(&self, _: &[u8]) {
        self.calls.fetch_add(1, SeqCst);
    }
}

#[test]
fn hazard_12_whatever_a_cache_returns_does_no_harm() {
    // With an unmodified session the cache resumes, so that the modifications below are the cause of any difference.
    let (cache, calls) = answering(|stored: &[u8]| Some(stored.to_vec()));
    let (client, server) = configurations(TLS1_2, cache);
    let saved = full(&client, &server, false);
    assert!(resumes(&client, &server, &saved, false));
    assert_eq!(calls.load(SeqCst), 2);

    type Answer = fn(&[u8]) -> Option<Vec<u8>>;
    let answers: [Answer; 7] = [
        |_| None,
        |_| Some(Vec::new()),
        |_| Some(vec![0xff; 5000]),
        |_| Some(b"garbage".to_vec()),
        |stored| Some(stored[..stored.len() / 2].to_vec()),
        |stored| Some([stored, b"more"].concat()),
        // Replaces all lengths of 32, including that of the session identifier, by 0xff.
        |stored| {
            Some(
                stored
                    .iter()
                    .map(|&byte| if byte == 32 { 0xff } else { byte })
                    .collect(),
            )
        },
    ];
    for (number, answer) in answers.into_iter().enumerate() {
        let (cache, calls) = answering(answer);
        let (client, server) = configurations(TLS1_2, cache);
        let saved = full(&client, &server, false);
        assert!(!resumes(&client, &server, &saved, false), "answer {number}");
        assert!(
            calls.load(SeqCst) >= 2,
            "answer {number}: the cache was not called"
        );
    }
}

#[test]
fn bug_class_13_a_panic_in_a_cache_goes_on_in_the_handshake() {
    let (cache, _) = answering(|_| panic!("the cache is out of order"));
    let (client, server) = configurations(TLS1_2, cache);
    let saved = full(&client, &server, false);
    let mut pair = Pair::resuming(&client, &server, &saved, false);
    let payload = catch_unwind(AssertUnwindSafe(|| pair.handshake())).unwrap_err();
    assert_eq!(payload.downcast_ref(), Some(&"the cache is out of order"));
    // The pair can be dropped, and the configuration is still usable.
    drop(pair);
    full(&client, &server, false);
}

#[test]
fn hazard_19_tls_1_3_never_touches_the_cache() {
    skip_unless!(requirement::TLS1_3);
    let (cache, calls) = answering(|_| None);
    let (client, server) = configurations(TLS1_3, cache);
    Pair::connect(&client, &server, false);
    assert_eq!(calls.load(SeqCst), 0);
}

#[test]
fn bug_class_20_the_session_keeps_its_cache() {
    let dropped = Arc::new(());
    struct Watched(MemoryCache, #[allow(dead_code, reason = "counted")] Arc<()>);
    impl SessionCache for Watched {
        fn store(&self, key: &[u8], data: &[u8], lifetime: Duration) {
            self.0.store(key, data, lifetime);
        }
        fn retrieve(&self, key: &[u8]) -> Option<Vec<u8>> {
            self.0.retrieve(key)
        }
        fn remove(&self, key: &[u8]) {
            self.0.remove(key);
        }
    }
    let (client, server) =
        configurations(TLS1_2, Watched(MemoryCache::new(4), Arc::clone(&dropped)));
    let mut pair = Pair::open(&client, &server, false);
    drop((client, server));
    assert_eq!(Arc::strong_count(&dropped), 2);
    pair.handshake().unwrap();
    drop(pair);
    assert_eq!(Arc::strong_count(&dropped), 1);
}
