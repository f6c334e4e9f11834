//! Complete handshakes: messages by level, keys, transport parameters, resumption, tickets.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use gnutls::quic::{Connection, EncryptionLevel, KeyChange, Keys, Version};
use gnutls::resumption::{MemoryStore, TicketKey};
use gnutls::{Alert, ClientAuth, ErrorKind, HelloAnswer, Priority, Protocol};
use gnutls_testing::fixtures::{client_identity, trust};
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::{pair, skip_unless};

use crate::*;

/// Encrypts a packet with the keys of one side, and decrypts it with those of the other one.
fn assert_same_keys(sender: &mut Keys, receiver: &mut Keys) {
    let (mut payload, header) = (b"payload of a packet".to_vec(), b"header");
    let packet = &mut sender.local.packet;
    let tag = packet.encrypt_in_place(7, header, &mut payload).unwrap();
    payload.extend(tag);
    let (mut first, mut number) = (0x41, [0, 7]);
    let sample = &payload[..16];
    let key = &mut sender.local.header;
    key.encrypt_in_place(sample, &mut first, &mut number)
        .unwrap();
    let mut received = [number[0], number[1], 0xaa, 0xbb];
    let key = &mut receiver.remote.header;
    key.decrypt_in_place(sample, &mut first, &mut received)
        .unwrap();
    assert_eq!((first, received), (0x41, [0, 7, 0xaa, 0xbb]));
    let packet = &mut receiver.remote.packet;
    let plain = packet.decrypt_in_place(7, header, &mut payload).unwrap();
    assert_eq!(plain, b"payload of a packet");
}

#[test]
fn both_sides_complete_the_handshake_with_the_same_keys() {
    skip_unless!(requirement::QUIC);
    for version in [Version::V1, Version::V2] {
        for cipher in [
            "AES-128-GCM",
            "AES-256-GCM",
            "CHACHA20-POLY1305",
            "AES-128-CCM",
        ] {
            let priority = format!("NORMAL:-CIPHER-ALL:+{cipher}");
            let client = client().priority(Priority::new(&priority).unwrap());
            let (client, server) = (client.build().unwrap(), server().build().unwrap());
            let mut pair = Pair::with_version(&client, &server, version);
            pair.exchange().unwrap();
            let (client, server) = (&mut pair.client, &mut pair.server);
            assert!(!client.is_handshaking() && !server.is_handshaking());
            assert_eq!(client.protocol(), Some(Protocol::TLS1_3));
            let (mut client_handshake, mut client_keys, mut client_next) = all_keys(client);
            let (mut server_handshake, mut server_keys, mut server_next) = all_keys(server);
            assert_same_keys(&mut client_handshake, &mut server_handshake);
            assert_same_keys(&mut server_handshake, &mut client_handshake);
            assert_same_keys(&mut client_keys, &mut server_keys);
            assert_same_keys(&mut server_keys, &mut client_keys);
            for _ in 0..3 {
                for (keys, next) in [
                    (&mut client_keys, &mut client_next),
                    (&mut server_keys, &mut server_next),
                ] {
                    let updated = next.next_packet_keys().unwrap();
                    (keys.local.packet, keys.remote.packet) = (updated.local, updated.remote);
                }
                assert_same_keys(&mut client_keys, &mut server_keys);
                assert_same_keys(&mut server_keys, &mut client_keys);
            }
            let (mut one, mut other) = ([0; 32], [0; 32]);
            client
                .export_keying_material("EXPORTER-test", Some(b"context"), &mut one)
                .unwrap();
            server
                .export_keying_material("EXPORTER-test", Some(b"context"), &mut other)
                .unwrap();
            assert_eq!(one, other);
        }
    }
}

#[test]
fn keys_of_a_key_update_differ_from_those_before() {
    skip_unless!(requirement::QUIC);
    let mut pair = Pair::connect(&client().build().unwrap(), &server().build().unwrap());
    let (_, mut keys, mut next) = all_keys(&mut pair.client);
    let mut updated = next.next_packet_keys().unwrap();
    let mut once_more = next.next_packet_keys().unwrap();
    let encrypt = |key: &mut gnutls::quic::PacketKey| {
        let mut payload = [0; 16];
        key.encrypt_in_place(0, b"", &mut payload).unwrap();
        payload
    };
    let payloads = [
        encrypt(&mut keys.local.packet),
        encrypt(&mut updated.local),
        encrypt(&mut updated.remote),
        encrypt(&mut once_more.local),
    ];
    for (at, payload) in payloads.iter().enumerate() {
        assert!(!payloads[..at].contains(payload), "{at}");
    }
}

#[test]
fn messages_are_returned_by_level_and_keys_as_early_as_possible() {
    skip_unless!(requirement::QUIC);
    let key = TicketKey::generate().unwrap();
    let server = server().tickets(key).build().unwrap();
    let mut pair = Pair::new(&client().build().unwrap(), &server);
    let (client, server) = (&mut pair.client, &mut pair.server);
    assert!(server.key_change().unwrap().is_none() && server.write_handshake().is_none());

    let hello = initial_flight(client);
    assert_eq!(hello[0], 1, "the client begins with its hello");
    assert!(client.key_change().unwrap().is_none());
    server
        .read_handshake(EncryptionLevel::Initial, &hello)
        .unwrap();
    assert_eq!(server.read_level(), EncryptionLevel::Handshake);
    // A server can send data before the last message of the client.
    let (mut server_handshake, mut server_keys, _) = all_keys(server);

    let mut levels = Vec::new();
    while let Some((level, bytes)) = server.write_handshake() {
        assert_ne!(bytes[0], 20, "a ChangeCipherSpec is no message of QUIC");
        levels.push(level);
        client.read_handshake(level, &bytes).unwrap();
        if level == EncryptionLevel::Initial {
            assert_eq!(client.read_level(), EncryptionLevel::Handshake);
            let Some(KeyChange::Handshake { mut keys }) = client.key_change().unwrap() else {
                panic!("the hello of the server determines the keys of the handshake")
            };
            assert_same_keys(&mut keys, &mut server_handshake);
            assert!(client.key_change().unwrap().is_none());
        }
    }
    // The server requests no certificate, so that its tickets do not depend on the answer.
    let all = [
        EncryptionLevel::Initial,
        EncryptionLevel::Handshake,
        EncryptionLevel::Application,
    ];
    assert_eq!(levels, all);
    assert!(!client.is_handshaking() && server.is_handshaking());
    let Some(KeyChange::Application { mut keys, .. }) = client.key_change().unwrap() else {
        panic!("the client has completed the handshake")
    };
    assert_same_keys(&mut keys, &mut server_keys);
    assert_same_keys(&mut server_keys, &mut keys);

    let (level, finished) = client.write_handshake().unwrap();
    assert_eq!((level, finished[0]), (EncryptionLevel::Handshake, 20));
    server.read_handshake(level, &finished).unwrap();
    assert!(!server.is_handshaking());
    assert_eq!(server.read_level(), EncryptionLevel::Application);
    assert!(
        server.key_change().unwrap().is_none(),
        "keys are returned once"
    );
}

#[test]
fn transport_parameters_are_exchanged() {
    skip_unless!(requirement::QUIC);
    for (ours, theirs) in [
        (&b""[..], &b""[..]),
        (b"\0", b"parameters"),
        (&[7; 5000], &[8; 3000]),
    ] {
        let (client, server) = (client().build().unwrap(), server().build().unwrap());
        let mut client = Connection::client(&client, Version::V1, "localhost", ours).unwrap();
        let mut server = Connection::server(&server, Version::V1, theirs).unwrap();
        assert_eq!(client.peer_transport_parameters(), None);
        assert_eq!(client.remembered_transport_parameters(), None);
        deliver(&mut client, &mut server).unwrap();
        assert_eq!(server.peer_transport_parameters(), Some(ours));
        deliver(&mut server, &mut client).unwrap();
        assert_eq!(client.peer_transport_parameters(), Some(theirs));
    }
    let config = client().build().unwrap();
    let error = Connection::client(&config, Version::V1, "localhost", &[0; 65_536]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
fn peers_authenticate_each_other() {
    skip_unless!(requirement::QUIC);
    let server = server().client_auth(ClientAuth::Required(trust()));
    let client = client().identity(client_identity());
    let pair = Pair::connect(&client.build().unwrap(), &server.build().unwrap());
    assert!(pair.server.peer_certificates().is_some());
    assert!(pair.client.peer_certificates().is_some());
    for side in [&pair.client, &pair.server] {
        assert!(side.verification_status().unwrap().is_trusted());
        assert_eq!(side.alpn(), Some(&b"h3"[..]));
    }
    assert_eq!(pair.server.server_name().as_deref(), Some("localhost"));
}

#[test]
fn a_server_for_another_name_is_refused() {
    skip_unless!(requirement::QUIC);
    let (client, server) = (client().build().unwrap(), server().build().unwrap());
    let mut client = Connection::client(&client, Version::V1, "example.org", b"").unwrap();
    let mut server = Connection::server(&server, Version::V1, b"").unwrap();
    deliver(&mut client, &mut server).unwrap();
    let error = deliver(&mut server, &mut client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verification);
    let alert = error.alert().unwrap();
    assert_eq!(client.alert().map(|(_, alert)| alert), Some(alert));
    assert!(client.is_handshaking());
    assert!(
        client.key_change().unwrap().is_none(),
        "no keys of a failed handshake"
    );
    let again = client.read_handshake(EncryptionLevel::Handshake, b"x");
    assert_eq!(again.unwrap_err().kind(), ErrorKind::Closed);
}

#[test]
fn a_client_without_a_certificate_is_refused() {
    skip_unless!(requirement::QUIC);
    let server = server().client_auth(ClientAuth::Required(trust()));
    let mut pair = Pair::new(&client().build().unwrap(), &server.build().unwrap());
    let error = pair.exchange().unwrap_err();
    assert!(error.alert().is_some(), "{error}");
    assert!(pair.server.alert().is_some() && pair.server.is_handshaking());
}

#[test]
fn sides_without_a_common_application_protocol_do_not_connect() {
    skip_unless!(requirement::QUIC);
    for (client, server) in [(&["h3"][..], &["hq"][..]), (&["h3"], &[]), (&[], &["h3"])] {
        let client = pair::client(PRIORITY).alpn(client.iter().copied());
        let server = pair::server(PRIORITY).alpn(server.iter().copied());
        let mut pair = Pair::new(&client.build().unwrap(), &server.build().unwrap());
        let error = pair.exchange().unwrap_err();
        assert_eq!(error.alert(), Some(Alert::NO_APPLICATION_PROTOCOL));
    }
    let mut pair = Pair::new(
        &pair::client(PRIORITY).build().unwrap(),
        &pair::server(PRIORITY).build().unwrap(),
    );
    pair.exchange().unwrap();
}

#[test]
fn tls_1_2_is_neither_offered_nor_accepted() {
    skip_unless!(requirement::QUIC);
    let old = Priority::new(pair::TLS1_2).unwrap();
    let error = Connection::client(
        &client().priority(old.clone()).build().unwrap(),
        Version::V1,
        "localhost",
        b"",
    )
    .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Priority);
    assert!(error.to_string().contains("TLS 1.3"), "{error}");
    let config = server().priority(old).build().unwrap();
    let error = Connection::server(&config, Version::V1, b"").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Priority);

    // The supported versions of the hello are only TLS 1.3.
    let config = client().build().unwrap();
    let mut client = Connection::client(&config, Version::V1, "localhost", b"").unwrap();
    let hello = initial_flight(&mut client);
    let versions = [0, 43, 0, 3, 2, 3, 4];
    assert!(hello.windows(versions.len()).any(|bytes| bytes == versions));
    // RFC 9001, section 8.4: no compatibility mode. The length of the session identifier follows the random.
    assert_eq!(hello[4 + 2 + 32], 0);
}

#[test]
fn a_hello_selects_the_configuration() {
    skip_unless!(requirement::QUIC);
    let chosen = server().client_auth(ClientAuth::Requested(trust())).build();
    let chosen = chosen.unwrap();
    let server = server().on_client_hello(move |_, hello| {
        assert_eq!(hello.server_name(), Some("localhost"));
        HelloAnswer::Use(chosen.clone())
    });
    let client = client().identity(client_identity());
    let pair = Pair::connect(&client.build().unwrap(), &server.build().unwrap());
    assert!(pair.server.peer_certificates().is_some());
    assert_eq!(pair.server.protocol(), Some(Protocol::TLS1_3));
}

#[test]
fn the_selected_configuration_is_used_with_tls_1_3_only() {
    skip_unless!(requirement::QUIC);
    let old = server().priority(Priority::new(pair::TLS1_2).unwrap());
    let old = old.build().unwrap();
    let server = server().on_client_hello(move |_, _| HelloAnswer::Use(old.clone()));
    let mut pair = Pair::new(&client().build().unwrap(), &server.build().unwrap());
    let error = pair.exchange().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Priority, "{error}");
    assert_eq!(error.alert(), Some(Alert::INTERNAL_ERROR));
}

#[test]
fn another_group_is_requested_at_the_initial_level() {
    skip_unless!(requirement::QUIC);
    let priority = "NORMAL:-GROUP-ALL:+GROUP-SECP384R1";
    let server = server().priority(Priority::new(priority).unwrap());
    let mut pair = Pair::new(&client().build().unwrap(), &server.build().unwrap());
    let hello = initial_flight(&mut pair.client);
    pair.server
        .read_handshake(EncryptionLevel::Initial, &hello)
        .unwrap();
    let (level, request) = pair.server.write_handshake().unwrap();
    assert_eq!(level, EncryptionLevel::Initial);
    assert_eq!(pair.server.write_handshake(), None);
    assert_eq!(pair.server.read_level(), EncryptionLevel::Initial);
    pair.client.read_handshake(level, &request).unwrap();
    pair.exchange().unwrap();
    assert!(!pair.client.is_handshaking() && !pair.server.is_handshaking());
    let parameters = pair.server.peer_transport_parameters();
    assert_eq!(parameters, Some(CLIENT_PARAMETERS));
}

#[test]
fn sessions_are_resumed() {
    skip_unless!(requirement::QUIC);
    let store = Arc::new(MemoryStore::new(10));
    let client = client().resumption(Arc::clone(&store)).build().unwrap();
    let key = TicketKey::generate().unwrap();
    let server = server().tickets(key).build().unwrap();
    let mut first = Pair::connect(&client, &server);
    assert!(!first.client.is_resumed());
    assert!(!store.is_empty(), "the tickets have been stored");
    let saved = first.client.session_data().unwrap();
    let second = Pair::connect(&client, &server);
    assert!(second.client.is_resumed() && second.server.is_resumed());
    assert!(!second.client.early_data_accepted());

    let resuming = Connection::resume(&client, Version::V1, "localhost", b"", &saved).unwrap();
    assert!(resuming.early_keys().unwrap().is_none());
    let mut pair = Pair {
        client: resuming,
        server: Connection::server(&server, Version::V1, b"").unwrap(),
    };
    pair.exchange().unwrap();
    assert!(pair.client.is_resumed());
    let error = Connection::resume(&client, Version::V1, "example.org", b"", &saved).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
fn a_server_sends_tickets_at_any_time() {
    skip_unless!(requirement::QUIC);
    let store = Arc::new(MemoryStore::new(10));
    let client = client().resumption(Arc::clone(&store)).build().unwrap();
    let server = server()
        .tickets(TicketKey::generate().unwrap())
        .automatic_tickets(false)
        .build()
        .unwrap();
    let mut pair = Pair::new(&client, &server);
    assert!(pair.server.send_tickets(1).is_err(), "before the handshake");
    pair.exchange().unwrap();
    assert!(store.is_empty());
    pair.server.send_tickets(3).unwrap();
    let (level, bytes) = pair.server.write_handshake().unwrap();
    assert_eq!(level, EncryptionLevel::Application);
    for byte in bytes {
        pair.client.read_handshake(level, &[byte]).unwrap();
    }
    assert_eq!(store.len(), 3);
    assert!(pair.client.send_tickets(1).is_err(), "a client has none");
    assert!(Pair::connect(&client, &server).client.is_resumed());
}

#[test]
fn sessions_of_records_are_resumed_without_early_data() {
    skip_unless!(requirement::QUIC);
    let store = Arc::new(MemoryStore::new(10));
    let client = client().resumption(Arc::clone(&store)).build().unwrap();
    let key = TicketKey::generate().unwrap();
    let server = server().tickets(key).build().unwrap();
    let mut records = pair::Pair::connect(&client, &server, false);
    records.back(b"the tickets come with this");
    let pair = Pair::connect(&client, &server);
    assert!(pair.client.is_resumed());
    assert_eq!(pair.client.remembered_transport_parameters(), None);
}

#[test]
fn secrets_reach_the_key_log() {
    skip_unless!(requirement::QUIC);
    let labels = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&labels);
    let client = client()
        .dangerous_key_log(move |_, line| seen.lock().unwrap().push(line.label.to_owned()))
        .build()
        .unwrap();
    let mut pair = Pair::connect(&client, &server().build().unwrap());
    let labels = labels.lock().unwrap();
    for label in ["CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_TRAFFIC_SECRET_0"] {
        assert!(labels.iter().any(|seen| seen == label), "{label}");
    }
    all_keys(&mut pair.client);
}

#[test]
fn a_panic_of_a_closure_continues_in_the_call_and_ends_the_connection() {
    skip_unless!(requirement::QUIC);
    let panicking = server().on_client_hello(|_, _| panic!("the closure panics"));
    let mut pair = Pair::new(&client().build().unwrap(), &panicking.build().unwrap());
    let hello = initial_flight(&mut pair.client);
    let server = &mut pair.server;
    let panic = catch_unwind(AssertUnwindSafe(|| {
        server.read_handshake(EncryptionLevel::Initial, &hello)
    }));
    assert_eq!(
        panic.unwrap_err().downcast_ref::<&str>(),
        Some(&"the closure panics")
    );
    let error = server.read_handshake(EncryptionLevel::Initial, &hello);
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Closed);
    assert!(server.key_change().unwrap().is_none());
}

#[test]
fn an_old_library_is_named_in_the_error() {
    let config = client().build().unwrap();
    let result = Connection::client(&config, Version::V1, "localhost", b"");
    if requirement::QUIC.is_present() {
        assert!(result.unwrap().is_handshaking());
    } else {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        let release = requirement::QUIC.release();
        assert_eq!(error.required_release(), Some(release));
    }
}
