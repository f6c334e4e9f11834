//! Pre-shared keys on both sides, in TLS 1.2 and 1.3.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use gnutls::crypto::KeyExchange;
use gnutls::psk::{PreSharedKey, imported_identity};
use gnutls::resumption::{MemoryCache, MemoryStore, SessionData, TicketKey};
use gnutls::{
    Alert, ClientAuth, ClientConfig, ClientConfigBuilder, Error, ErrorKind, Priority, ServerConfig,
    ServerConfigBuilder, psk,
};
use gnutls_testing::directory::TemporaryDirectory;
use gnutls_testing::fixtures::{fixture_path, server_identity, trust};
use gnutls_testing::pair::*;
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::skip_unless;

fn key(byte: u8) -> psk::Key {
    psk::Key::new([byte; 32]).unwrap()
}

fn alice() -> PreSharedKey {
    PreSharedKey::new("alice", key(1)).unwrap()
}

fn psk_client(priority: &str) -> ClientConfigBuilder {
    ClientConfig::builder().priority(Priority::new(priority).unwrap())
}

fn psk_server(priority: &str) -> ServerConfigBuilder {
    ServerConfig::builder()
        .dangerous_allow_forgeable_tickets()
        .priority(Priority::new(priority).unwrap())
}

fn keys() -> psk::Server {
    psk::Server::keys([alice(), PreSharedKey::new([0, 255, 58], key(2)).unwrap()])
}

#[test]
fn a_shared_key_authenticates_both_sides() {
    skip_unless!(requirement::PSK);
    for (priority, datagram) in protocols() {
        let (mut pair, client, server) = tried(
            psk_client(priority).psk(alice()),
            psk_server(priority).psk(keys()),
            datagram,
        );
        client.unwrap();
        server.unwrap();
        assert_eq!(pair.server.psk_identity(), Some(&b"alice"[..]));
        assert_eq!(
            pair.client.psk_identity(),
            None,
            "hazard 26: a client has no PSK username"
        );
        assert_eq!(pair.client.psk_hint(), None);
        // Forward secrecy is the default.
        let exchange = pair.client.key_exchange().unwrap();
        assert!(
            [KeyExchange::ECDHE_PSK, KeyExchange::DHE_PSK].contains(&exchange),
            "{exchange}"
        );
        assert!(pair.client.peer_certificates().is_none());
        assert_eq!(pair.there(b"hello"), b"hello");
        assert_eq!(pair.back(b"hello"), b"hello");
    }
}

#[test]
fn an_identity_is_bytes() {
    skip_unless!(requirement::PSK);
    for (priority, datagram) in protocols() {
        let bytes = PreSharedKey::new([0, 255, 58], key(2)).unwrap();
        let (pair, client, server) = tried(
            psk_client(priority).psk(bytes),
            psk_server(priority).psk(keys()),
            datagram,
        );
        client.unwrap();
        server.unwrap();
        assert_eq!(pair.server.psk_identity(), Some(&[0, 255, 58][..]));
    }
}

/// GnuTLS truncates the identity at the NUL byte in RSA-PSK, unless it has the fix of 3.8.13.
#[test]
fn hazard_44_cve_2026_42010_an_rsa_psk_identity_is_authenticated_by_its_own_key_only() {
    skip_unless!(requirement::PSK);
    let priority = format!("{TLS1_2}:-KX-ALL:+RSA-PSK");
    let connect = |identity: &[u8], secret: psk::Key| {
        let own = PreSharedKey::new(identity, secret).unwrap();
        let admin = PreSharedKey::new(b"alice\0admin", key(3)).unwrap();
        tried(
            psk_client(&priority).psk(own).trust(trust()),
            psk_server(&priority)
                .psk(psk::Server::keys([alice(), admin]))
                .identity(server_identity()),
            false,
        )
    };
    let (pair, client, server) = connect(b"alice", key(1));
    client.unwrap();
    server.unwrap();
    assert_eq!(pair.server.key_exchange(), Some(KeyExchange::RSA_PSK));
    assert_eq!(pair.server.psk_identity(), Some(&b"alice"[..]));
    // Alice does not become another user by her key.
    let (pair, _, server) = connect(b"alice\0admin", key(1));
    assert_eq!(pair.server.psk_identity(), None);
    let truncates = server.is_err_and(|error| error.alert() == Some(Alert::UNKNOWN_PSK_IDENTITY));
    let (pair, _, server) = connect(b"alice\0admin", key(3));
    if truncates {
        let error = server.unwrap_err();
        assert_eq!(error.alert(), Some(Alert::UNKNOWN_PSK_IDENTITY));
        assert!(error.to_string().contains("NUL"), "{error}");
    } else {
        server.unwrap();
        assert_eq!(pair.server.psk_identity(), Some(&b"alice\0admin"[..]));
    }
}

#[test]
fn plain_psk_is_used_only_if_the_priorities_name_it() {
    skip_unless!(requirement::PSK);
    for (priority, datagram) in protocols() {
        let priority = format!("{priority}:+PSK");
        let (pair, client, server) = tried(
            psk_client(&priority).psk(alice()),
            psk_server(&priority).psk(keys()),
            datagram,
        );
        client.unwrap();
        server.unwrap();
        assert_eq!(pair.client.key_exchange(), Some(KeyExchange::PSK));
    }
}

#[test]
fn a_wrong_key_and_an_unknown_identity_fail_alike() {
    skip_unless!(requirement::PSK);
    for (priority, datagram) in protocols() {
        if datagram {
            // DTLS silently drops a record that it cannot decrypt.
            continue;
        }
        let outcome = |psk: PreSharedKey| {
            let (_, client, server) = tried(
                psk_client(priority).psk(psk),
                psk_server(priority).psk(keys()),
                datagram,
            );
            let tell = |error: Error| (error.kind(), error.code(), error.alert());
            (tell(client.unwrap_err()), tell(server.unwrap_err()))
        };
        let wrong = outcome(PreSharedKey::new("alice", key(9)).unwrap());
        let unknown = outcome(PreSharedKey::new("mallory", key(1)).unwrap());
        assert_eq!(wrong, unknown);
        assert_eq!(wrong.0.0, ErrorKind::Alert);
    }
}

#[test]
fn a_client_with_a_key_refuses_a_server_with_a_certificate() {
    skip_unless!(requirement::PSK);
    for (priority, datagram) in protocols() {
        let (_, client, server) = tried(
            psk_client(priority).psk(alice()),
            server(priority),
            datagram,
        );
        assert!(client.is_err());
        assert!(server.is_err());
        if datagram {
            // DTLS silently drops a record that is encrypted with a different key.
            continue;
        }
        // The client also refuses a server that does not have its key, but has other PSK credentials.
        let (_, client, _) = tried(
            psk_client(priority).psk(alice()),
            server_with_both(priority).psk(psk::Server::keys([])),
            datagram,
        );
        assert!(client.is_err(), "{priority}");
    }
}

fn server_with_both(priority: &str) -> ServerConfigBuilder {
    psk_server(priority).identity(server_identity())
}

/// Without certificate credentials on the server, C would select the client's first cipher suite, which requires a
/// certificate.
#[test]
fn a_server_with_only_keys_accepts_a_client_that_also_accepts_certificates() {
    skip_unless!(requirement::PSK);
    for (priority, datagram) in protocols() {
        let both = psk_client(priority).psk(alice()).trust(trust());
        let (pair, client, server) = tried(both, psk_server(priority).psk(keys()), datagram);
        client.unwrap();
        server.unwrap();
        assert_eq!(pair.server.psk_identity(), Some(&b"alice"[..]));
    }
}

#[test]
fn a_server_with_keys_refuses_a_client_without() {
    skip_unless!(requirement::PSK);
    for (priority, datagram) in protocols() {
        let (_, client, server) =
            tried(client(priority), psk_server(priority).psk(keys()), datagram);
        assert!(client.is_err());
        assert!(server.is_err());
    }
}

#[test]
fn a_server_can_accept_keys_and_certificates() {
    skip_unless!(requirement::PSK);
    for (priority, datagram) in protocols() {
        let both = || {
            server_with_both(priority)
                .psk(keys())
                .client_auth(ClientAuth::Required(trust()))
        };
        // A client that has proven possession of its key does not require a certificate, unlike other clients.
        let (pair, client_result, server_result) =
            tried(psk_client(priority).psk(alice()), both(), datagram);
        client_result.unwrap();
        server_result.unwrap();
        assert_eq!(pair.server.psk_identity(), Some(&b"alice"[..]));
        let (_, _, server_result) = tried(client(priority), both(), datagram);
        assert!(server_result.is_err());
        let (pair, client_result, server_result) =
            tried(client(priority).psk(alice()), server(priority), datagram);
        client_result.unwrap();
        server_result.unwrap();
        assert!(pair.client.verification_status().unwrap().is_trusted());
        assert_eq!(pair.server.psk_identity(), None);
    }
}

#[test]
fn callbacks_are_called_with_the_hint() {
    skip_unless!(requirement::PSK);
    let asked = Arc::new(Mutex::new(Vec::new()));
    let hints = Arc::new(Mutex::new(Vec::new()));
    let (seen, told) = (Arc::clone(&asked), Arc::clone(&hints));
    let server = psk_server(TLS1_2).psk(
        psk::Server::lookup(move |_, identity| {
            seen.lock().unwrap().push(identity.to_vec());
            (identity == b"alice").then(|| key(1))
        })
        .hint("the first one"),
    );
    let client = psk_client(TLS1_2).psk(psk::Client::lookup(move |_, hint| {
        told.lock().unwrap().push(hint.map(str::to_owned));
        Some(alice())
    }));
    let (pair, client, server) = tried(client, server, false);
    client.unwrap();
    server.unwrap();
    assert_eq!(*asked.lock().unwrap(), [b"alice".to_vec()]);
    assert_eq!(*hints.lock().unwrap(), [Some("the first one".to_owned())]);
    assert_eq!(pair.client.psk_hint(), Some(c"the first one"));
    assert_eq!(pair.server.psk_hint(), None);
}

#[test]
fn a_callback_without_a_key_ends_the_handshake() {
    skip_unless!(requirement::PSK);
    for (priority, datagram) in protocols() {
        let (_, client, _) = {
            let client = psk_client(priority)
                .psk(psk::Client::lookup(|_, _| None))
                .build()
                .unwrap();
            let server = psk_server(priority).psk(keys()).build().unwrap();
            let mut pair = Pair::open(&client, &server, datagram);
            let mut result = Ok(());
            for _ in 0..10 {
                if let (Err(error), _) = pair.step() {
                    result = Err(error);
                    break;
                }
            }
            (pair, result, ())
        };
        assert_eq!(
            client.unwrap_err().code(),
            Some(gnutls::ErrorCode::from_raw(-32))
        );
    }
}

#[test]
fn bug_class_13_a_panic_of_a_callback_goes_on_in_the_call() {
    skip_unless!(requirement::PSK);
    for (priority, datagram) in protocols() {
        let client = psk_client(priority).psk(alice()).build().unwrap();
        let server = psk_server(priority)
            .psk(psk::Server::lookup(|_, _| panic!("in the lookup")))
            .build()
            .unwrap();
        let mut pair = Pair::open(&client, &server, datagram);
        let payload = catch_unwind(AssertUnwindSafe(|| {
            for _ in 0..10 {
                let _ = pair.client.handshake(&mut pair.near);
                let _ = pair.server.handshake(&mut pair.far);
            }
        }))
        .unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&"in the lookup"));
        assert_eq!(
            pair.server.handshake(&mut pair.far).unwrap_err().kind(),
            ErrorKind::Closed
        );
    }
}

#[test]
fn keys_come_from_a_file() {
    skip_unless!(requirement::PSK);
    for (priority, datagram) in protocols() {
        let file = || psk::Server::file(fixture_path("keys.psk"));
        let alice = PreSharedKey::new(
            "alice",
            psk::Key::from_hex("9e32cf7786321a828ef7668f09fb35db").unwrap(),
        );
        let (pair, client, server) = tried(
            psk_client(priority).psk(alice.unwrap()),
            psk_server(priority).psk(file()),
            datagram,
        );
        client.unwrap();
        server.unwrap();
        assert_eq!(pair.server.psk_identity(), Some(&b"alice"[..]));
    }
    let missing = psk_server(TLS1_2)
        .psk(psk::Server::file("no such file"))
        .build();
    assert_eq!(missing.unwrap_err().kind(), ErrorKind::InvalidInput);
}

/// Before 3.8.13, GnuTLS also accepts the beginning of an identity, if the byte behind it in the ClientHello is right.
#[test]
fn bug_class_16_a_key_in_a_file_belongs_to_the_whole_identity() {
    skip_unless!(requirement::PSK);
    let directory = TemporaryDirectory::new();
    let path = directory.path().join("keys.psk");
    // DTLS silently drops a record that it cannot decrypt.
    for priority in stream_protocols() {
        let digits = "01".repeat(32);
        let connect = |lines: String, identity: &[u8]| {
            std::fs::write(&path, lines).unwrap();
            let (pair, _, server) = tried(
                psk_client(priority).psk(PreSharedKey::new(identity, key(1)).unwrap()),
                psk_server(priority).psk(psk::Server::file(&path)),
                false,
            );
            let identity = pair.server.psk_identity().map(<[u8]>::to_vec);
            server.is_ok().then_some(identity).flatten()
        };
        let alice = || format!("\n#616c0069:{digits}\nalice:{digits}\n");
        for identity in [&b"alice"[..], b"al\0i"] {
            assert_eq!(connect(alice(), identity).as_deref(), Some(identity));
        }
        for identity in [&b"alice:"[..], b"alice:01", b"al", b"#616c0069"] {
            assert_eq!(connect(alice(), identity), None, "{identity:?}");
        }
    }
}

#[test]
fn hazard_26_identity_and_hint_can_be_asked_for_at_any_time() {
    skip_unless!(requirement::PSK);
    for (priority, datagram) in protocols() {
        let client = psk_client(priority).psk(alice()).build().unwrap();
        let server = psk_server(priority)
            .psk(keys().hint("hint"))
            .build()
            .unwrap();
        let mut pair = Pair::open(&client, &server, datagram);
        pair.server.set_handshake_hook(|session, _| {
            assert_eq!(session.psk_identity(), None);
            assert_eq!(session.psk_hint(), None);
        });
        pair.client.set_handshake_hook(|session, _| {
            assert_eq!(session.psk_identity(), None);
            assert_eq!(session.psk_hint(), None);
        });
        for _ in 0..20 {
            assert_eq!(pair.client.psk_identity(), None);
            let done = pair.server.handshake_done();
            assert_eq!(pair.server.psk_identity().is_some(), done);
            let _ = pair.step();
        }
        assert!(pair.server.handshake_done());
    }
}

#[test]
fn a_session_with_a_key_is_resumed() {
    skip_unless!(requirement::PSK);
    let ticket_key = TicketKey::generate().unwrap();
    for (priority, datagram) in protocols() {
        let client = psk_client(priority).psk(alice()).build().unwrap();
        for cache in [false, true] {
            if cache && priority == TLS1_3 {
                continue;
            }
            let server = psk_server(priority).psk(keys());
            let server = if cache {
                server.session_cache(MemoryCache::new(8))
            } else {
                server.tickets(ticket_key.clone())
            };
            let server = server.build().unwrap();
            let mut pair = Pair::connect(&client, &server, datagram);
            pair.back(b"the ticket comes with this");
            let saved = pair.client.session_data().unwrap();
            let saved = SessionData::from_bytes("localhost", saved.as_bytes()).unwrap();
            let mut again = Pair::resume(&client, &server, &saved, datagram);
            assert!(again.client.is_resumed() && again.server.is_resumed());
            assert_eq!(again.there(b"hello"), b"hello");
        }
    }
}

#[test]
fn hazard_27_resumption_does_not_stand_in_for_the_key() {
    skip_unless!(requirement::PSK);
    let ticket_key = TicketKey::generate().unwrap();
    for (priority, datagram) in protocols() {
        // A ticket from a server that accepts all clients and one from a server that requires a PSK, encrypted with the
        // same ticket key.
        let open = server(priority)
            .tickets(ticket_key.clone())
            .build()
            .unwrap();
        let closed = psk_server(priority)
            .psk(keys())
            .tickets(ticket_key.clone())
            .build()
            .unwrap();
        let without = client(priority).build().unwrap();
        let mut pair = Pair::connect(&without, &open, datagram);
        pair.back(b"the ticket comes with this");
        let saved = pair.client.session_data().unwrap();
        let mut again = Pair::resuming(&without, &closed, &saved, datagram);
        for _ in 0..20 {
            let _ = again.step();
        }
        assert!(!again.server.handshake_done(), "{priority}");

        // A client that requires a PSK does not resume a session that was saved without one.
        let with = psk_client(priority).psk(alice()).build().unwrap();
        let mut again = Pair::resuming(&with, &open, &saved, datagram);
        for _ in 0..20 {
            let _ = again.step();
        }
        assert!(!again.client.handshake_done(), "{priority}");
    }
}

#[test]
fn keys_are_imported() {
    let identity = imported_identity(b"alice", b"context", psk::Hash::Sha256);
    if !requirement::IMPORTED_PSK.is_present() {
        let release = Some(requirement::IMPORTED_PSK.release());
        let error = identity.as_ref().unwrap_err();
        assert_eq!(error.required_release(), release);
        if requirement::PSK.is_present() {
            let imported = PreSharedKey::new("alice", key(1).imported(psk::Hash::Sha256)).unwrap();
            let error = psk_client(TLS1_2).psk(imported).build().unwrap_err();
            assert_eq!(error.required_release(), release);
        }
    }
    skip_unless!(requirement::IMPORTED_PSK);
    let identity = identity.unwrap();
    assert_eq!(identity, b"\0\x05alice\0\x07context\x03\x04\0\x01");
    let imported = || PreSharedKey::new(&identity, key(1).imported(psk::Hash::Sha256)).unwrap();
    let (_, client, server) = tried(
        psk_client(TLS1_3).psk(imported()),
        psk_server(TLS1_3).psk(psk::Server::keys([imported()])),
        false,
    );
    client.unwrap();
    server.unwrap();
    // The same bytes without an import are a different key.
    let plain = PreSharedKey::new(&identity, key(1)).unwrap();
    let (_, client, server) = tried(
        psk_client(TLS1_3).psk(plain),
        psk_server(TLS1_3).psk(psk::Server::keys([imported()])),
        false,
    );
    assert!(client.is_err() && server.is_err());
    // GnuTLS would send a truncated ClientHello.
    let other = PreSharedKey::new(&identity, key(1).imported(psk::Hash::Sha384)).unwrap();
    let error = psk_client(TLS1_3).psk(other).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
fn the_hash_function_is_chosen() {
    skip_unless!(requirement::PSK, requirement::TLS1_3);
    let client = |hash| psk_client(TLS1_3).psk(psk::Client::from(alice()).hash(hash));
    if !requirement::PSK_HASH.is_present() {
        let release = Some(requirement::PSK_HASH.release());
        let error = client(psk::Hash::Sha384).build().unwrap_err();
        assert_eq!(error.required_release(), release);
        let error = psk_server(TLS1_3)
            .psk(keys().hash(None))
            .build()
            .unwrap_err();
        assert_eq!(error.required_release(), release);
    }
    skip_unless!(requirement::PSK_HASH);
    for hash in [psk::Hash::Sha256, psk::Hash::Sha384] {
        for (accepted, works) in [
            (Some(hash), true),
            (None, true),
            (
                Some(match hash {
                    psk::Hash::Sha256 => psk::Hash::Sha384,
                    _ => psk::Hash::Sha256,
                }),
                false,
            ),
        ] {
            let (_, client, server) = tried(
                client(hash),
                psk_server(TLS1_3).psk(keys().hash(accepted)),
                false,
            );
            assert_eq!(
                client.is_ok() && server.is_ok(),
                works,
                "{hash:?} {accepted:?}"
            );
        }
    }
}

#[test]
fn invalid_arguments_are_refused_immediately() {
    assert!(psk::Key::new([]).is_err());
    assert!(psk::Key::new(vec![1; 65_536]).is_err());
    for text in ["", "abc", "0g", "0x10", "ab cd "] {
        assert_eq!(
            psk::Key::from_hex(text).unwrap_err().kind(),
            ErrorKind::InvalidInput,
            "{text}"
        );
    }
    for length in [0, 129] {
        assert!(PreSharedKey::new(vec![b'a'; length], key(1)).is_err());
    }
    let text = format!("{:?}", alice());
    assert!(text.contains("alice") && !text.contains('1'), "{text}");
    if !requirement::PSK.is_present() {
        let error = psk_client(TLS1_2).psk(alice()).build().unwrap_err();
        assert_eq!(error.required_release(), Some(requirement::PSK.release()));
    }
    skip_unless!(requirement::PSK);
    for hint in ["a\0b".to_owned(), "a".repeat(129)] {
        let error = psk_server(TLS1_2)
            .psk(keys().hint(hint))
            .build()
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}

/// A saved session of this kind could not be verified when it is resumed, so it is not stored.
#[test]
fn a_client_with_a_key_reconnects_to_a_server_with_a_certificate() {
    skip_unless!(requirement::PSK);
    let key = || TicketKey::from_bytes(&[7; 64]).unwrap();
    for (priority, datagram) in protocols() {
        let client = psk_client(priority)
            .psk(alice())
            .trust(trust())
            .resumption(MemoryStore::new(4))
            .build()
            .unwrap();
        let server = server(priority).tickets(key()).build().unwrap();
        for _ in 0..3 {
            let mut pair = Pair::connect(&client, &server, datagram);
            assert!(pair.client.verification_status().unwrap().is_trusted());
            assert_eq!(pair.back(b"the tickets"), b"the tickets");
        }
    }
}
