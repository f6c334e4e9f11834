//! The keys and the sequence numbers of records, for programs that process records themselves.

use std::io::Read;
use std::task::Poll;

use gnutls::crypto::{Aead, Cipher, Mac};
use gnutls::record::{Direction, KeyUpdate, RecordState};
use gnutls::{ErrorKind, Session};
use gnutls_testing::pair::{self, Pair, protocols};
use gnutls_testing::requirement;
use gnutls_testing::skip_unless;

fn connected(priority: &str, datagram: bool) -> Pair {
    let client = pair::client(priority).build().unwrap();
    let server = pair::server(priority).build().unwrap();
    Pair::connect(&client, &server, datagram)
}

fn state(session: &Session, direction: Direction) -> RecordState {
    session.record_state(direction).unwrap()
}

/// Requires that what one side sends with is what the other side receives with.
fn assert_same(sender: &Session, receiver: &Session) {
    let (sent, received) = (
        state(sender, Direction::Send),
        state(receiver, Direction::Receive),
    );
    assert_eq!(sent.cipher_key(), received.cipher_key());
    assert_eq!(sent.iv(), received.iv());
    assert_eq!(sent.mac_key(), received.mac_key());
    assert_eq!(sent.sequence_number(), received.sequence_number());
}

#[test]
fn both_sides_have_the_same_keys_and_sequence_numbers() {
    for (priority, datagram) in protocols() {
        let mut pair = connected(priority, datagram);
        for _ in 0..3 {
            if !datagram {
                assert_same(&pair.client, &pair.server);
                assert_same(&pair.server, &pair.client);
            }
            let before = state(&pair.client, Direction::Send).sequence_number();
            assert_eq!(pair.there(b"there"), b"there");
            let after = state(&pair.client, Direction::Send).sequence_number();
            assert_eq!(after, before + 1, "{priority}");
            assert_eq!(pair.back(b"back"), b"back");
        }
        let client = state(&pair.client, Direction::Send);
        assert_ne!(
            client.cipher_key(),
            state(&pair.client, Direction::Receive).cipher_key()
        );
        let cipher = pair.client.cipher().unwrap();
        assert_eq!(client.cipher_key().len(), cipher.key_size());
    }
}

#[test]
fn a_cipher_without_authentication_has_a_key_for_its_mac() {
    let pair = connected(
        "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC:-MAC-ALL:+SHA256",
        false,
    );
    assert_eq!(pair.client.mac(), Some(Mac::SHA256));
    assert_same(&pair.client, &pair.server);
    assert_eq!(state(&pair.client, Direction::Send).mac_key().len(), 32);
    let pair = connected(pair::TLS1_2, false);
    assert!(
        state(&pair.client, Direction::Send).mac_key().is_empty(),
        "{:?}",
        pair.client.cipher()
    );
}

#[test]
fn records_can_be_decrypted_and_created_with_the_keys() {
    skip_unless!(requirement::TLS1_3);
    let mut pair = connected(
        "NORMAL:-VERS-ALL:+VERS-TLS1.3:-CIPHER-ALL:+AES-256-GCM",
        false,
    );
    let nonce = |state: &RecordState, sequence_number: u64| {
        let mut nonce = state.iv().to_vec();
        for (byte, number) in nonce[4..].iter_mut().zip(sequence_number.to_be_bytes()) {
            *byte ^= number;
        }
        nonce
    };

    // A record that the client sends is decrypted instead of read.
    let sent = state(&pair.client, Direction::Send);
    let number = sent.sequence_number();
    let written = pair.client.write(&mut pair.near, b"data").unwrap();
    assert_eq!(written, Poll::Ready(4));
    let mut record = [0; 100];
    let length = pair.far.read(&mut record).unwrap();
    let (header, content) = record[..length].split_at(5);
    let mut aead = Aead::new(Cipher::AES_256_GCM, sent.cipher_key()).unwrap();
    let plain = aead.open(&nonce(&sent, number), header, content).unwrap();
    assert_eq!(plain, b"data\x17");

    // The server has not received it, and continues with the next one.
    let receive = Direction::Receive;
    let server = &mut pair.server;
    server
        .dangerous_set_sequence_number(receive, number + 1)
        .unwrap();
    assert_eq!(state(server, receive).sequence_number(), number + 1);
    assert_eq!(pair.there(b"more"), b"more");

    // A record that the program creates, after which the client continues.
    let header = [23, 3, 3, 0, 5 + 16];
    let content = aead
        .seal(&nonce(&sent, number + 2), &header, b"mine\x17")
        .unwrap();
    std::io::Write::write_all(&mut pair.near, &[&header[..], &content].concat()).unwrap();
    let mut buffer = [0; 100];
    let read = pair.server.read(&mut pair.far, &mut buffer).unwrap();
    assert_eq!((read, &buffer[..4]), (Poll::Ready(4), &b"mine"[..]));
    pair.client
        .dangerous_set_sequence_number(Direction::Send, number + 3)
        .unwrap();
    assert_eq!(pair.there(b"the end"), b"the end");
}

#[test]
fn a_sequence_number_that_the_peer_does_not_expect_is_refused() {
    for priority in pair::stream_protocols() {
        let mut pair = connected(priority, false);
        let number = state(&pair.client, Direction::Send).sequence_number();
        pair.client
            .dangerous_set_sequence_number(Direction::Send, number + 1)
            .unwrap();
        let written = pair.client.write(&mut pair.near, b"data").unwrap();
        assert_eq!(written, Poll::Ready(4));
        let error = pair.server.read(&mut pair.far, &mut [0; 100]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{priority}: {error}");
    }
}

#[test]
fn datagrams_continue_with_another_sequence_number() {
    let mut pair = connected(pair::DTLS1_2, true);
    assert_eq!(pair.there(b"there"), b"there");
    let number = state(&pair.client, Direction::Send).sequence_number();
    assert_eq!(number >> 48, 1, "the epoch after the handshake");
    pair.client
        .dangerous_set_sequence_number(Direction::Send, number + 100)
        .unwrap();
    assert_eq!(pair.there(b"later"), b"later");
    let next = state(&pair.client, Direction::Send).sequence_number();
    assert_eq!(next, number + 101);
}

#[test]
fn a_key_update_changes_the_keys() {
    skip_unless!(requirement::KEY_UPDATE);
    let mut pair = connected(pair::TLS1_3, false);
    let before = state(&pair.client, Direction::Send);
    let update = KeyUpdate::NotRequested;
    assert!(
        pair.client
            .update_key(&mut pair.near, update)
            .unwrap()
            .is_ready()
    );
    assert_eq!(pair.there(b"there"), b"there");
    let after = state(&pair.client, Direction::Send);
    assert_ne!(before.cipher_key(), after.cipher_key());
    assert_ne!(before.iv(), after.iv());
    assert_eq!(after.sequence_number(), 1);
    assert_same(&pair.client, &pair.server);
}

#[test]
fn a_key_update_that_the_program_receives_updates_the_receiving_key() {
    skip_unless!(requirement::RECEIVING_KEY_UPDATE);
    let mut pair = connected(pair::TLS1_3, false);
    assert_eq!(pair.there(b"before"), b"before");
    let update = KeyUpdate::NotRequested;
    assert!(
        pair.client
            .update_key(&mut pair.near, update)
            .unwrap()
            .is_ready()
    );
    let mut message = [0; 100];
    assert!(pair.far.read(&mut message).unwrap() > 0);
    pair.server.update_receiving_key().unwrap();
    assert_eq!(state(&pair.server, Direction::Receive).sequence_number(), 0);
    assert_same(&pair.client, &pair.server);
    assert_eq!(pair.there(b"after"), b"after");
    assert_eq!(pair.back(b"back"), b"back");

    let mut old = connected(pair::TLS1_2, false);
    let error = old.server.update_receiving_key().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidState);
    assert_eq!(old.there(b"there"), b"there");
}

#[test]
fn the_state_requires_a_complete_handshake() {
    for (priority, datagram) in protocols() {
        let client = pair::client(priority).build().unwrap();
        let server = pair::server(priority).build().unwrap();
        let mut pair = Pair::open(&client, &server, datagram);
        let assert_refused = |session: &mut Session| {
            for direction in [Direction::Send, Direction::Receive] {
                let error = session.record_state(direction).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidState);
                let error = session.dangerous_set_sequence_number(direction, 7);
                assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidState);
            }
        };
        assert_refused(&mut pair.client);
        assert!(pair.client.handshake(&mut pair.near).unwrap().is_pending());
        assert_refused(&mut pair.client);
        assert_refused(&mut pair.server);
        pair.handshake().unwrap();
        assert_eq!(pair.there(b"there"), b"there");
    }
}

#[test]
fn keys_are_not_printed() {
    let pair = connected(pair::TLS1_2, false);
    let state = state(&pair.client, Direction::Send);
    let text = format!("{state:?}");
    assert!(text.contains("sequence_number: 1"), "{text}");
    assert!(!text.contains("key"), "{text}");
}
