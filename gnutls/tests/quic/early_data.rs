//! Early data (0-RTT): its keys, its acceptance and its rejection.

use std::sync::Arc;

use gnutls::Priority;
use gnutls::early_data::{AntiReplay, MemoryReplayStore};
use gnutls::quic::{DirectionalKeys, EncryptionLevel};
use gnutls::resumption::{MemoryStore, TicketKey};
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::skip_unless;

use crate::*;

fn resuming_client() -> ClientConfig {
    let store = Arc::new(MemoryStore::new(10));
    client().resumption(store).build().unwrap()
}

fn early_server(key: &TicketKey) -> ServerConfig {
    let anti_replay = AntiReplay::new(MemoryReplayStore::new(100));
    server()
        .tickets(key.clone())
        .early_data(1000, anti_replay)
        .build()
        .unwrap()
}

/// Encrypts a packet with the client's keys and decrypts it with the server's.
fn assert_same_early_keys(client: &mut DirectionalKeys, server: &mut DirectionalKeys) {
    let mut payload = *b"early data";
    let tag = client.packet.encrypt_in_place(0, b"h", &mut payload);
    let mut packet = [&payload[..], &tag.unwrap()].concat();
    let plain = server
        .packet
        .decrypt_in_place(0, b"h", &mut packet)
        .unwrap();
    assert_eq!(plain, b"early data");
    let (mut first, mut number) = (0xd0, [7]);
    let sample = [3; 16];
    client
        .header
        .encrypt_in_place(&sample, &mut first, &mut number)
        .unwrap();
    server
        .header
        .decrypt_in_place(&sample, &mut first, &mut number)
        .unwrap();
    assert_eq!((first, number), (0xd0, [7]));
}

#[test]
fn early_data_is_accepted() {
    skip_unless!(requirement::QUIC_EARLY_DATA);
    let (client, server) = (
        resuming_client(),
        early_server(&TicketKey::generate().unwrap()),
    );
    let first = Pair::connect(&client, &server);
    assert!(first.client.early_keys().unwrap().is_none());
    for _ in 0..3 {
        let mut pair = Pair::new(&client, &server);
        let remembered = pair.client.remembered_transport_parameters();
        assert_eq!(remembered, Some(SERVER_PARAMETERS));
        let mut sender = pair.client.early_keys().unwrap().unwrap();
        assert!(pair.server.early_keys().unwrap().is_none());
        deliver(&mut pair.client, &mut pair.server).unwrap();
        let mut receiver = pair.server.early_keys().unwrap().unwrap();
        assert_same_early_keys(&mut sender, &mut receiver);
        assert_eq!(pair.server.read_level(), EncryptionLevel::Handshake);

        // The client can acknowledge Handshake packets before it has received the last one.
        let (level, hello) = pair.server.write_handshake().unwrap();
        pair.client.read_handshake(level, &hello).unwrap();
        let (level, messages) = pair.server.write_handshake().unwrap();
        pair.client.read_handshake(level, &messages[..10]).unwrap();
        let keys = pair.client.key_change().unwrap();
        assert!(matches!(keys, Some(KeyChange::Handshake { .. })));
        pair.client.read_handshake(level, &messages[10..]).unwrap();

        pair.exchange().unwrap();
        assert!(pair.client.early_data_accepted() && pair.server.early_data_accepted());
        assert!(pair.client.early_keys().unwrap().is_none());
        all_keys(&mut pair.server);
        let keys = pair.client.key_change().unwrap();
        assert!(matches!(keys, Some(KeyChange::Application { .. })));
    }
}

#[test]
fn a_replay_is_rejected() {
    skip_unless!(requirement::QUIC_EARLY_DATA);
    let (client, server) = (
        resuming_client(),
        early_server(&TicketKey::generate().unwrap()),
    );
    Pair::connect(&client, &server);
    let mut pair = Pair::new(&client, &server);
    let hello = initial_flight(&mut pair.client);
    let level = EncryptionLevel::Initial;
    pair.server.read_handshake(level, &hello).unwrap();
    assert!(pair.server.early_keys().unwrap().is_some());
    for _ in 0..3 {
        let mut replayed = Pair::new(&client, &server).server;
        replayed.read_handshake(level, &hello).unwrap();
        assert!(replayed.early_keys().unwrap().is_none());
    }
}

#[test]
fn early_data_that_is_rejected_does_not_end_the_connection() {
    skip_unless!(requirement::QUIC_EARLY_DATA);
    let key = TicketKey::generate().unwrap();
    let (client, accepting) = (resuming_client(), early_server(&key));
    let plain = server().tickets(key).build().unwrap();
    let unknown = early_server(&TicketKey::generate().unwrap());
    for (server, resumed) in [(&plain, true), (&unknown, false)] {
        Pair::connect(&client, &accepting);
        let mut pair = Pair::new(&client, server);
        assert!(pair.client.early_keys().unwrap().is_some());
        deliver(&mut pair.client, &mut pair.server).unwrap();
        assert!(pair.server.early_keys().unwrap().is_none());
        pair.exchange().unwrap();
        assert!(!pair.client.is_handshaking() && !pair.server.is_handshaking());
        assert_eq!(pair.client.is_resumed(), resumed);
        assert!(!pair.client.early_data_accepted() && !pair.server.early_data_accepted());
        all_keys(&mut pair.client);
        all_keys(&mut pair.server);
    }
}

#[test]
fn early_data_is_rejected_with_another_group() {
    skip_unless!(requirement::QUIC_EARLY_DATA);
    skip_unless!(requirement::QUIC_SECOND_HELLO);
    let key = TicketKey::generate().unwrap();
    let (client, accepting) = (resuming_client(), early_server(&key));
    Pair::connect(&client, &accepting);
    let group = Priority::new("NORMAL:-GROUP-ALL:+GROUP-SECP384R1").unwrap();
    let other = server()
        .priority(group)
        .tickets(key)
        .early_data(1000, AntiReplay::new(MemoryReplayStore::new(100)))
        .build()
        .unwrap();
    let mut pair = Pair::new(&client, &other);
    assert!(pair.client.early_keys().unwrap().is_some());
    pair.exchange().unwrap();
    assert!(!pair.client.is_handshaking() && !pair.server.is_handshaking());
    assert!(!pair.client.early_data_accepted() && !pair.server.early_data_accepted());
    all_keys(&mut pair.client);
    all_keys(&mut pair.server);
}

#[test]
fn a_client_without_a_permission_announces_no_early_data() {
    skip_unless!(requirement::QUIC_EARLY_DATA);
    let key = TicketKey::generate().unwrap();
    let client = resuming_client();
    let plain = server().tickets(key.clone()).build().unwrap();
    Pair::connect(&client, &plain);
    let pair = Pair::connect(&client, &plain);
    assert!(pair.client.is_resumed());
    let resuming = Pair::new(&client, &plain);
    assert!(resuming.client.early_keys().unwrap().is_none());
    assert_eq!(resuming.client.remembered_transport_parameters(), None);

    // A saved session belongs to its configuration.
    let mut pair = Pair::connect(&client, &early_server(&key));
    let saved = pair.client.session_data().unwrap();
    let resume = |config: &ClientConfig| {
        let connection =
            Connection::resume(config, Version::V1, "localhost", CLIENT_PARAMETERS, &saved);
        connection.unwrap().early_keys().unwrap().is_some()
    };
    assert!(resume(&client));
    assert!(!resume(&resuming_client()));
}

#[test]
fn hazard_65_a_server_that_cannot_accept_early_data_does_not_permit_it() {
    skip_unless!(requirement::QUIC);
    let (client, server) = (
        resuming_client(),
        early_server(&TicketKey::generate().unwrap()),
    );
    Pair::connect(&client, &server);
    let mut pair = Pair::new(&client, &server);
    let permitted = requirement::QUIC_EARLY_DATA.is_present();
    assert_eq!(pair.client.early_keys().unwrap().is_some(), permitted);
    pair.exchange().unwrap();
    assert!(pair.client.is_resumed());
    assert_eq!(pair.server.early_data_accepted(), permitted);
}
