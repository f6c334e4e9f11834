//! The store in which a client keeps sessions, and from which it resumes them automatically.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use gnutls::resumption::{MemoryCache, MemoryStore, SessionData, SessionStore, TicketKey};
use gnutls::{ClientConfig, ErrorKind, Priority, ServerConfig, Trust, resumption};
use gnutls_testing::fixtures::trust;
use gnutls_testing::pair::*;
use gnutls_testing::{requirement, skip_unless};

fn config(priority: &str, store: impl SessionStore) -> ClientConfig {
    client(priority).resumption(store).build().unwrap()
}

fn ticket_server(priority: &str) -> ServerConfig {
    server(priority)
        .tickets(TicketKey::generate().unwrap())
        .build()
        .unwrap()
}

/// Connects and transfers data in both directions. Returns `true` if the session was resumed.
fn connect(client: &ClientConfig, server: &ServerConfig, datagram: bool) -> bool {
    let mut pair = Pair::connect(client, server, datagram);
    assert_eq!(pair.there(b"there"), b"there");
    assert_eq!(pair.back(b"back"), b"back");
    assert_eq!(pair.client.is_resumed(), pair.server.is_resumed());
    assert!(pair.client.verification_status().unwrap().is_trusted());
    pair.client.is_resumed()
}

#[test]
fn the_default_resumes() {
    for (priority, datagram) in protocols() {
        let client = ClientConfig::builder()
            .trust(trust())
            .priority(Priority::new(priority).unwrap())
            .build()
            .unwrap();
        let server = ticket_server(priority);
        let resumes = resumable_protocols().contains(&(priority, datagram));
        assert!(!connect(&client, &server, datagram));
        for _ in 0..4 {
            assert_eq!(connect(&client, &server, datagram), resumes, "{priority}");
        }
    }
}

#[test]
fn without_resumption_there_is_none() {
    for (priority, datagram) in protocols() {
        let client = client(priority).without_resumption().build().unwrap();
        let server = ticket_server(priority);
        for _ in 0..3 {
            assert!(!connect(&client, &server, datagram));
        }
    }
}

#[test]
fn the_cache_of_the_server_is_sufficient() {
    for (priority, datagram) in protocols() {
        if priority == TLS1_3 {
            continue;
        }
        let client = config(priority, MemoryStore::new(4));
        let server = server(priority)
            .session_cache(MemoryCache::new(4))
            .build()
            .unwrap();
        assert!(!connect(&client, &server, datagram));
        assert!(connect(&client, &server, datagram));
        assert!(connect(&client, &server, datagram));
    }
}

/// A store that records its calls, and keeps sessions.
#[derive(Default)]
struct Watched {
    taken: Mutex<Vec<Vec<u8>>>,
    sessions: Mutex<Vec<(resumption::StoreKey, SessionData)>>,
}

impl SessionStore for Watched {
    fn insert(&self, key: &resumption::StoreKey, session: SessionData) {
        self.sessions.lock().unwrap().push((key.clone(), session));
    }

    fn take(&self, key: &resumption::StoreKey) -> Option<SessionData> {
        let mut sessions = self.sessions.lock().unwrap();
        let found = sessions.iter().position(|(other, _)| other == key)?;
        let session = sessions.remove(found).1;
        self.taken.lock().unwrap().push(session.as_bytes().to_vec());
        Some(session)
    }
}

#[test]
fn a_ticket_of_tls_1_3_is_used_once() {
    skip_unless!(requirement::TLS1_3);
    skip_unless!(requirement::VERIFIED_RESUMPTION);
    let store = Arc::new(Watched::default());
    let client = config(TLS1_3, Arc::clone(&store));
    let server = ticket_server(TLS1_3);
    assert!(!connect(&client, &server, false));
    // Concurrent connections, one more than there are tickets.
    let kept = store.sessions.lock().unwrap().len();
    let mut pairs: Vec<_> = (0..=kept)
        .map(|_| Pair::open(&client, &server, false))
        .collect();
    for pair in &mut pairs {
        pair.handshake().unwrap();
    }
    assert_eq!(
        pairs.iter().filter(|pair| pair.client.is_resumed()).count(),
        kept
    );
    for _ in 0..5 {
        let _ = connect(&client, &server, false);
    }
    let mut taken = store.taken.lock().unwrap().clone();
    let count = taken.len();
    taken.sort();
    taken.dedup();
    assert_eq!(taken.len(), count, "a ticket was used twice");
}

#[test]
fn tickets_received_with_reads_are_stored_despite_a_hook() {
    for (priority, datagram) in resumable_protocols() {
        let store = Arc::new(MemoryStore::new(8));
        let client = config(priority, Arc::clone(&store));
        let mut pair = Pair::open(&client, &ticket_server(priority), datagram);
        pair.client.set_handshake_hook(|_, _| {});
        pair.handshake().unwrap();
        assert_eq!(store.is_empty(), priority == TLS1_3);
        assert_eq!(pair.back(b"data"), b"data");
        assert!((1..=2).contains(&store.len()), "{priority}");
    }
}

#[test]
fn hazard_27_nothing_is_resumed_across_names_scopes_and_configurations() {
    for (priority, datagram) in resumable_protocols() {
        let store = Arc::new(MemoryStore::new(64));
        let server = ticket_server(priority);
        let one = config(priority, Arc::clone(&store));
        let same_trust = config(priority, Arc::clone(&store));
        let no_trust = client(priority)
            .trust(Trust::none())
            .resumption(Arc::clone(&store))
            .build()
            .unwrap();
        assert!(!connect(&one, &server, datagram));
        assert!(!connect(&same_trust, &server, datagram));
        assert!(!connect(&one.resumption_scope("8443"), &server, datagram));
        assert!(connect(&one.resumption_scope("8443"), &server, datagram));
        let mut pair = Pair::open(&no_trust, &server, datagram);
        let (client, _) = pair.handshake_both();
        assert_eq!(client.unwrap_err().kind(), ErrorKind::Verification);
        // A different name of the same server.
        let session = if datagram {
            one.datagram_session("127.0.0.1")
        } else {
            one.session("127.0.0.1")
        };
        let other = if datagram {
            server.datagram_session()
        } else {
            server.session()
        };
        let mut pair = Pair::new(session.unwrap(), other.unwrap());
        pair.handshake().unwrap();
        assert!(!pair.client.is_resumed());
        // A clone is the same configuration, and the case of a name does not matter.
        assert!(connect(&one.clone(), &server, datagram), "{priority}");
    }
}

#[test]
fn a_ticket_with_a_retired_key_results_in_a_full_handshake() {
    skip_unless!(requirement::UNFORGEABLE_TICKETS);
    for (priority, datagram) in protocols() {
        let client = config(priority, MemoryStore::new(8));
        assert!(!connect(&client, &ticket_server(priority), datagram));
        assert!(!connect(&client, &ticket_server(priority), datagram));
    }
}

#[test]
fn a_failed_handshake_stores_nothing() {
    for (priority, datagram) in protocols() {
        let store = Arc::new(MemoryStore::new(8));
        let client = client(priority)
            .trust(Trust::none())
            .resumption(Arc::clone(&store))
            .build()
            .unwrap();
        let mut pair = Pair::open(&client, &ticket_server(priority), datagram);
        let _ = pair.handshake_both();
        assert!(store.is_empty());
    }
}

#[test]
fn false_start_stores_the_session_when_it_is_complete() {
    let store = Arc::new(MemoryStore::new(8));
    let client = client(TLS1_2)
        .false_start(true)
        .resumption(Arc::clone(&store))
        .build()
        .unwrap();
    let server = ticket_server(TLS1_2);
    for resumed in [false, true] {
        let mut pair = Pair::connect(&client, &server, false);
        assert_eq!(pair.back(b"data"), b"data");
        assert_eq!(store.len(), 1);
        assert_eq!(pair.client.is_resumed(), resumed);
    }
}

struct Panicking;

impl SessionStore for Panicking {
    fn insert(&self, _: &resumption::StoreKey, _: SessionData) {
        panic!("in the store");
    }

    fn take(&self, _: &resumption::StoreKey) -> Option<SessionData> {
        None
    }
}

#[test]
fn bug_class_13_a_panic_of_the_store_goes_on_in_the_call() {
    for (priority, datagram) in resumable_protocols() {
        let client = config(priority, Panicking);
        let mut pair = Pair::open(&client, &ticket_server(priority), datagram);
        let payload = catch_unwind(AssertUnwindSafe(|| {
            pair.handshake().unwrap();
            pair.back(b"data");
        }))
        .unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&"in the store"));
    }
}

#[test]
fn bug_class_13_a_panic_of_the_store_loses_no_data() {
    let client = client(TLS1_2)
        .false_start(true)
        .resumption(Panicking)
        .build()
        .unwrap();
    let reads: [fn(&mut Pair) -> Vec<u8>; 2] = [
        |pair| {
            let mut buffer = [0; 9];
            match pair.client.read(&mut pair.near, &mut buffer).unwrap() {
                Poll::Ready(length) => buffer[..length].to_vec(),
                Poll::Pending => Vec::new(),
            }
        },
        |pair| match pair.client.read_packet(&mut pair.near).unwrap() {
            Poll::Ready(packet) => packet.unwrap().to_vec(),
            Poll::Pending => Vec::new(),
        },
    ];
    for read in reads {
        let mut pair = Pair::connect(&client, &ticket_server(TLS1_2), false);
        assert!(pair.client.flags().false_start());
        for data in [b"first", b"other"] {
            let written = pair.server.write(&mut pair.far, data).unwrap();
            assert_eq!(written, Poll::Ready(5));
        }
        // The rest of the handshake runs in the first read, which stores the session.
        assert_eq!(read(&mut pair), b"first");
        let payload = catch_unwind(AssertUnwindSafe(|| read(&mut pair))).unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&"in the store"));
        assert_eq!(read(&mut pair), b"other");
        assert_eq!(read(&mut pair), b"");
    }
}

#[test]
fn the_store_in_memory_is_bounded() {
    let store = Arc::new(MemoryStore::new(3));
    let server = ticket_server(TLS1_2);
    let client = config(TLS1_2, Arc::clone(&store));
    for scope in 0..10 {
        connect(&client.resumption_scope(&scope.to_string()), &server, false);
    }
    assert_eq!(store.len(), 3);
    assert!(connect(&client.resumption_scope("9"), &server, false));
    assert!(!connect(&client.resumption_scope("1"), &server, false));
    store.clear();
    assert!(store.is_empty());
    let none = config(TLS1_2, MemoryStore::new(0));
    assert!(!connect(&none, &server, false));
    assert!(!connect(&none, &server, false));
}
