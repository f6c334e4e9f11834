//! Selection of identities by name and by a closure.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, RwLock};

use gnutls::{ClientAuth, ClientConfig, ErrorKind, Identity, Priority, ServerConfig, Side};
use gnutls_testing::fixtures::{client_identity, identity, server_identity, trust};
use gnutls_testing::pair::{Pair, TLS1_2, client, protocols, server};
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::skip_unless;

fn anyone(priority: &str) -> ClientConfig {
    ClientConfig::builder()
        .priority(Priority::new(priority).unwrap())
        .dangerous_accept_any_certificate()
        .build()
        .unwrap()
}

/// Returns the certificate that a client receives for this server name.
fn certificate_for(name: &str, server: &ServerConfig, priority: &str, datagram: bool) -> Vec<u8> {
    let (client, server) = if datagram {
        (
            anyone(priority).datagram_session(name).unwrap(),
            server.datagram_session().unwrap(),
        )
    } else {
        (
            anyone(priority).session(name).unwrap(),
            server.session().unwrap(),
        )
    };
    let mut pair = Pair::new(client, server);
    pair.handshake().unwrap();
    let certificate = pair.client.peer_certificate().unwrap();
    assert_eq!(pair.server.own_certificate(), Some(certificate));
    certificate.to_vec()
}

fn der(identity: &Identity) -> Vec<u8> {
    identity.certificates().next().unwrap().to_vec()
}

#[test]
fn the_name_selects_the_identity() {
    let server = |names| {
        ServerConfig::builder()
            .priority(Priority::new(names).unwrap())
            .identity(identity("server-ed25519"))
            .identity(identity("names"))
            .identity(
                identity("purpose")
                    .with_names(["Other.Example", "*.wild.example", "bücher.example"])
                    .unwrap(),
            )
            .build()
            .unwrap()
    };
    for (priority, datagram) in protocols() {
        let server = server(priority);
        for (name, expected) in [
            ("localhost", "server-ed25519"),
            ("one.example", "names"),
            ("two.example", "names"),
            ("other.example", "purpose"),
            ("bücher.example", "purpose"),
            // Names are sent in lower case, and as they are compared with the certificate.
            ("TWO.Example.", "names"),
            ("OTHER.example", "purpose"),
            ("BÜCHER\u{3002}example\u{ff61}", "purpose"),
            // Names are compared literally.
            ("a.wild.example", "server-ed25519"),
            ("nobody.example", "server-ed25519"),
            ("127.0.0.1", "server-ed25519"),
        ] {
            assert_eq!(
                certificate_for(name, &server, priority, datagram),
                der(&identity(expected)),
                "{name} {priority}"
            );
        }
    }
}

#[test]
fn a_server_rejects_a_name_with_an_underscore() {
    for (priority, datagram) in protocols() {
        let server = server(priority).build().unwrap();
        let (client, server) = if datagram {
            (
                anyone(priority).datagram_session("host_name.example"),
                server.datagram_session(),
            )
        } else {
            (
                anyone(priority).session("host_name.example"),
                server.session(),
            )
        };
        let error = Pair::new(client.unwrap(), server.unwrap())
            .handshake()
            .unwrap_err();
        let code = error.code().unwrap();
        let expected = if requirement::DISALLOWED_NAME.is_present() {
            "GNUTLS_E_RECEIVED_DISALLOWED_NAME"
        } else {
            "GNUTLS_E_RECEIVED_ILLEGAL_PARAMETER"
        };
        assert_eq!(code.name(), Some(expected), "{priority}");
    }
}

#[test]
fn hazard_34_what_a_closure_chooses_lives_as_long_as_the_session() {
    skip_unless!(requirement::IDENTITY_RESOLVER);
    for (priority, datagram) in protocols() {
        // Every handshake uses an identity that nothing else holds.
        let server = ServerConfig::builder()
            .priority(Priority::new(priority).unwrap())
            .identity_resolver(|request| {
                assert_eq!(request.session().side(), Side::Server);
                assert_eq!(request.authorities().len(), 0);
                assert!(request.signature_algorithms().count() > 1);
                match request.session().server_name().as_deref() {
                    Some("one.example") => Some(identity("names")),
                    _ => Some(server_identity()),
                }
            })
            .build()
            .unwrap();
        for (name, expected) in [("one.example", "names"), ("localhost", "server")] {
            assert_eq!(
                certificate_for(name, &server, priority, datagram),
                der(&identity(expected))
            );
        }
    }
}

#[test]
fn an_identity_is_replaced_while_a_server_runs() {
    skip_unless!(requirement::IDENTITY_RESOLVER);
    let current = Arc::new(RwLock::new(server_identity()));
    let chosen = Arc::clone(&current);
    let server = ServerConfig::builder()
        .priority(Priority::new(TLS1_2).unwrap())
        .identity_resolver(move |_| Some(chosen.read().unwrap().clone()))
        .build()
        .unwrap();
    let mut before = Pair::new(
        anyone(TLS1_2).session("localhost").unwrap(),
        server.session().unwrap(),
    );
    before.handshake().unwrap();
    *current.write().unwrap() = identity("server-ed25519");
    assert_eq!(
        certificate_for("localhost", &server, TLS1_2, false),
        der(&identity("server-ed25519"))
    );
    // The earlier session still has its own identity.
    assert_eq!(
        before.server.own_certificate(),
        Some(&der(&server_identity())[..])
    );
    assert_eq!(before.there(b"hello"), b"hello");
}

#[test]
fn a_client_selects_by_the_certificate_request() {
    skip_unless!(requirement::IDENTITY_RESOLVER);
    for (priority, datagram) in protocols() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&seen);
        let client = client(priority)
            .identity_resolver(move |request| {
                let names: Vec<_> = request.authorities().map(<[u8]>::to_vec).collect();
                let known = names.is_empty() || names.iter().any(|name| !name.is_empty());
                keep.lock().unwrap().push(names);
                known.then(client_identity)
            })
            .build()
            .unwrap();
        for (named, count) in [(true, 1), (false, 0)] {
            let server = server(priority)
                .client_auth(ClientAuth::Required(trust()))
                .name_authorities(named)
                .build()
                .unwrap();
            let pair = Pair::connect(&client, &server, datagram);
            assert!(pair.client.certificate_requested());
            assert!(!pair.server.certificate_requested());
            assert_eq!(
                pair.client.own_certificate(),
                Some(&der(&client_identity())[..])
            );
            assert_eq!(
                seen.lock().unwrap().pop().unwrap().len(),
                count,
                "{priority}"
            );
        }
    }
}

#[test]
fn hazard_36_without_a_selected_identity_there_is_no_certificate() {
    skip_unless!(requirement::IDENTITY_RESOLVER);
    for (priority, datagram) in protocols() {
        let without = client(priority)
            .identity_resolver(|_| None)
            .build()
            .unwrap();
        let asking = server(priority)
            .client_auth(ClientAuth::Requested(trust()))
            .build()
            .unwrap();
        let pair = Pair::connect(&without, &asking, datagram);
        assert_eq!(pair.client.own_certificate(), None);
        assert!(pair.client.certificate_requested());

        let nobody = ServerConfig::builder()
            .priority(Priority::new(priority).unwrap())
            .identity_resolver(|_| None)
            .build()
            .unwrap();
        let (told, refused) =
            Pair::open(&client(priority).build().unwrap(), &nobody, datagram).handshake_both();
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Protocol);
        assert_eq!(told.unwrap_err().kind(), ErrorKind::Alert);
    }
}

#[test]
fn an_identity_and_a_resolver_cannot_be_combined() {
    skip_unless!(requirement::IDENTITY_RESOLVER);
    let error = server(TLS1_2)
        .identity_resolver(|_| None)
        .build()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
fn bug_class_13_a_panic_of_a_resolver_goes_on_in_the_handshake() {
    skip_unless!(requirement::IDENTITY_RESOLVER);
    let server = ServerConfig::builder()
        .priority(Priority::new(TLS1_2).unwrap())
        .identity_resolver(|_| panic!("no identity today"))
        .build()
        .unwrap();
    let mut pair = Pair::open(&client(TLS1_2).build().unwrap(), &server, false);
    let payload = catch_unwind(AssertUnwindSafe(|| pair.handshake_both())).unwrap_err();
    assert_eq!(payload.downcast_ref(), Some(&"no identity today"));
    let error = pair.server.handshake(&mut pair.far).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
}
