//! The session identifier on both sides, and its changes.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::task::Poll;

use gnutls::SessionId;
use gnutls::record::KeyUpdate;
use gnutls::resumption::{MemoryCache, TicketKey};
use gnutls_testing::pair::*;
use gnutls_testing::requirement::{self, Requirement};

#[test]
fn the_identifier_is_empty_before_the_handshake_and_constant_afterwards() {
    for (priority, datagram) in protocols() {
        let client = client(priority).build().unwrap();
        let server = server(priority)
            .tickets(TicketKey::generate().unwrap())
            .build()
            .unwrap();
        let mut pair = Pair::open(&client, &server, datagram);
        assert!(pair.client.id2().is_empty() && pair.server.id2().is_empty());
        assert_eq!(pair.client.id(), SessionId::default());
        pair.handshake().unwrap();
        let ids = (pair.client.id(), pair.server.id());
        assert!(ids.0.len() == 32 || ids.1.len() == 32, "{priority}");
        pair.there(b"data");
        pair.back(b"data");
        if priority == TLS1_3 && requirement::KEY_UPDATE.is_present() {
            assert!(
                pair.client
                    .update_key(&mut pair.near, KeyUpdate::Requested)
                    .unwrap()
                    .is_ready()
            );
            pair.there(b"data");
            pair.back(b"data");
        }
        assert!(pair.client.close(&mut pair.near).unwrap().is_ready());
        assert_eq!(
            pair.server.read(&mut pair.far, &mut [0; 9]).unwrap(),
            Poll::Ready(0)
        );
        assert_eq!(ids, (pair.client.id(), pair.server.id()), "{priority}");
        assert_eq!(
            (pair.client.id2(), pair.server.id2()),
            (ids.0.as_ref(), ids.1.as_ref())
        );
    }
}

#[test]
fn the_server_chooses_the_identifier_without_tickets() {
    for (priority, datagram) in [(TLS1_2, false), (DTLS1_2, true)] {
        let mut seen = HashSet::new();
        for _ in 0..3 {
            let pair = Pair::connected(priority, datagram);
            assert_eq!(pair.client.id2(), pair.server.id2());
            assert_eq!(pair.client.id2().len(), 32);
            assert!(pair.client.id2().iter().any(|&byte| byte != 0));
            assert!(
                seen.insert(pair.client.id()),
                "the identifier was used before"
            );
        }
    }
}

#[test]
fn both_sides_have_their_own_identifier_with_tickets() {
    for (priority, datagram) in protocols() {
        let client = client(priority).build().unwrap();
        let server = server(priority)
            .tickets(TicketKey::generate().unwrap())
            .build()
            .unwrap();
        let pair = Pair::connect(&client, &server, datagram);
        let sides = BTreeSet::from([pair.client.id(), pair.server.id()]);
        assert_eq!(sides.len(), 2, "{priority}");
    }
}

#[test]
fn an_equal_identifier_is_not_a_resumed_session() {
    // In TLS 1.2 and older with a cache, both sides have the same identifier, resumed or not.
    let client = client(TLS1_2).tickets(false).build().unwrap();
    let server = server(TLS1_2)
        .session_cache(Arc::new(MemoryCache::new(4)))
        .build()
        .unwrap();
    let mut pair = Pair::connect(&client, &server, false);
    assert!(!pair.client.is_resumed());
    assert_eq!(pair.client.id(), pair.server.id());
    let saved = pair.client.session_data().unwrap();
    let mut again = Pair::new(
        client.resume("localhost", &saved).unwrap(),
        server.session().unwrap(),
    );
    assert!(
        again.client.id2().is_empty(),
        "saved data must not be visible before the handshake"
    );
    again.handshake().unwrap();
    assert!(again.client.is_resumed() && again.server.is_resumed());
    assert_eq!(again.client.id(), pair.client.id());
    assert_eq!(again.server.id(), pair.server.id());
}

#[test]
fn a_read_after_false_start_completes_the_handshake_and_the_identifier() {
    let client = client(TLS1_2).false_start(true).build().unwrap();
    let server = server(TLS1_2)
        .tickets(TicketKey::generate().unwrap())
        .build()
        .unwrap();
    let mut pair = Pair::open(&client, &server, false);
    assert!(pair.client.handshake(&mut pair.near).unwrap().is_pending());
    assert!(pair.server.handshake(&mut pair.far).unwrap().is_pending());
    // The client has completed the handshake (false start), although the server has not received its last flight.
    assert!(pair.client.handshake(&mut pair.near).unwrap().is_ready());
    assert!(pair.client.verification_status().unwrap().is_trusted());
    let early = pair.client.id();
    assert_eq!(
        pair.client.write(&mut pair.near, b"early").unwrap(),
        Poll::Ready(5)
    );
    assert!(pair.server.handshake(&mut pair.far).unwrap().is_ready());
    let mut buffer = [0; 9];
    assert_eq!(
        pair.server.read(&mut pair.far, &mut buffer).unwrap(),
        Poll::Ready(5)
    );
    assert_eq!(
        pair.server.write(&mut pair.far, b"late").unwrap(),
        Poll::Ready(4)
    );
    assert_eq!(
        pair.client.read(&mut pair.near, &mut buffer).unwrap(),
        Poll::Ready(4)
    );
    assert_ne!(
        pair.client.id(),
        early,
        "the ticket must change the identifier"
    );
    assert!(pair.client.session_data().is_ok());
}
