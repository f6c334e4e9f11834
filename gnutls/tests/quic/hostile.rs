//! Peers that violate the protocol.

use gnutls::quic::{Connection, EncryptionLevel, Version};
use gnutls::resumption::TicketKey;
use gnutls::{Alert, Error, ErrorKind, Result};
use gnutls_testing::requirement;
use gnutls_testing::{pair, skip_unless};

use crate::*;

/// Returns a pair whose server has not received the first flight of its client, and the flight.
fn with_hello() -> (Pair, Vec<u8>) {
    let mut pair = Pair::of_fixtures();
    let hello = initial_flight(&mut pair.client);
    (pair, hello)
}

/// Requires that a call has failed with this alert, and that the connection has ended.
fn assert_ended(connection: &mut Connection, result: Result<()>, alert: Alert) -> Error {
    let error = result.expect_err("the peer is refused");
    assert_eq!(error.alert(), Some(alert), "{error}");
    assert!(error.is_fatal());
    assert_eq!(connection.alert().map(|(_, alert)| alert), Some(alert));
    let level = connection.read_level();
    let again = connection.read_handshake(level, b"more").unwrap_err();
    assert_eq!(again.kind(), ErrorKind::Closed, "{again}");
    assert!(connection.key_change().unwrap().is_none());
    assert!(connection.early_keys().unwrap().is_none());
    error
}

#[test]
fn messages_can_be_divided_in_any_way() {
    skip_unless!(requirement::QUIC);
    for size in [1, 2, 3, 5, 100, 1000] {
        let mut pair = Pair::of_fixtures();
        let (client, server) = (&mut pair.client, &mut pair.server);
        while client.is_handshaking() || server.is_handshaking() {
            while let Some((level, bytes)) = client.write_handshake() {
                for part in bytes.chunks(size) {
                    server.read_handshake(level, part).unwrap();
                    server.read_handshake(level, &[]).unwrap();
                }
            }
            while let Some((level, bytes)) = server.write_handshake() {
                for part in bytes.chunks(size) {
                    client.read_handshake(level, part).unwrap();
                }
            }
        }
    }
}

#[test]
fn bytes_of_another_level_end_the_connection() {
    skip_unless!(requirement::QUIC);
    for level in [
        EncryptionLevel::Early,
        EncryptionLevel::Handshake,
        EncryptionLevel::Application,
    ] {
        let (mut pair, hello) = with_hello();
        let result = pair.server.read_handshake(level, &hello);
        assert_ended(&mut pair.server, result, Alert::UNEXPECTED_MESSAGE);
    }
    for level in [
        EncryptionLevel::Initial,
        EncryptionLevel::Early,
        EncryptionLevel::Application,
    ] {
        let (mut pair, hello) = with_hello();
        pair.server
            .read_handshake(EncryptionLevel::Initial, &hello)
            .unwrap();
        deliver(&mut pair.server, &mut pair.client).unwrap();
        let (_, finished) = pair.client.write_handshake().unwrap();
        let result = pair.server.read_handshake(level, &finished);
        assert_ended(&mut pair.server, result, Alert::UNEXPECTED_MESSAGE);
    }
}

#[test]
fn hazard_63_messages_after_the_last_one_of_a_level_are_not_processed_at_the_next() {
    skip_unless!(requirement::QUIC);
    // The rest of the handshake, which belongs to Handshake packets, follows the hello of the server in Initial packets,
    // which anybody can create.
    let mut pair = Pair::of_fixtures();
    deliver(&mut pair.client, &mut pair.server).unwrap();
    let mut all = Vec::new();
    while let Some((_, bytes)) = pair.server.write_handshake() {
        all.extend(bytes);
    }
    let result = pair
        .client
        .read_handshake(EncryptionLevel::Initial, &all)
        .map(drop);
    assert_ended(&mut pair.client, result, Alert::UNEXPECTED_MESSAGE);

    let (mut pair, mut hello) = with_hello();
    hello.push(20);
    let result = pair.server.read_handshake(EncryptionLevel::Initial, &hello);
    assert_ended(&mut pair.server, result, Alert::UNEXPECTED_MESSAGE);
}

#[test]
fn hazard_64_a_key_update_or_a_request_after_the_handshake_ends_the_connection() {
    skip_unless!(requirement::QUIC);
    let key_update = [24, 0, 0, 1, 0];
    let certificate_request = [13, 0, 0, 3, 0, 0, 0];
    let finished = [20, 0, 0, 0];
    let level = EncryptionLevel::Application;
    for message in [&key_update[..], &certificate_request, &finished] {
        let config = client().post_handshake_auth(true);
        let mut pair = Pair::connect(&config.build().unwrap(), &server().build().unwrap());
        let result = pair.client.read_handshake(level, message);
        assert_ended(&mut pair.client, result, Alert::UNEXPECTED_MESSAGE);
        let result = pair.server.read_handshake(level, message);
        assert_ended(&mut pair.server, result, Alert::UNEXPECTED_MESSAGE);
    }
    // A ticket from a client.
    let mut pair = Pair::connect(&client().build().unwrap(), &server().build().unwrap());
    let result = pair.server.read_handshake(level, &[4, 0, 0, 0]);
    assert_ended(&mut pair.server, result, Alert::UNEXPECTED_MESSAGE);
}

#[test]
fn a_malformed_ticket_ends_the_connection() {
    skip_unless!(requirement::QUIC);
    let mut pair = Pair::connect(&client().build().unwrap(), &server().build().unwrap());
    let level = EncryptionLevel::Application;
    let result = pair.client.read_handshake(level, &[4, 0, 0, 1, 0]);
    let alert = result.as_ref().unwrap_err().alert().unwrap();
    assert_ended(&mut pair.client, result, alert);
}

#[test]
fn a_ticket_that_limits_early_data_ends_the_connection() {
    skip_unless!(requirement::QUIC);
    let mut pair = Pair::connect(&client().build().unwrap(), &server().build().unwrap());
    let mut ticket = vec![4, 0, 0, 25];
    ticket.extend([0, 0, 0, 100, 0, 0, 0, 0, 1, 0]); // lifetime, age, nonce
    ticket.extend([0, 3, 7, 7, 7]);
    ticket.extend([0, 8, 0, 42, 0, 4, 0, 0, 1, 0]);
    assert_eq!(ticket.len(), 4 + 25);
    let level = EncryptionLevel::Application;
    let result = pair.client.read_handshake(level, &ticket);
    assert_ended(&mut pair.client, result, Alert::ILLEGAL_PARAMETER);
}

#[test]
fn a_message_that_is_too_long_is_refused_by_its_header() {
    skip_unless!(requirement::QUIC);
    let (mut pair, _) = with_hello();
    let level = EncryptionLevel::Initial;
    let result = pair.server.read_handshake(level, &[1, 255, 255, 255]);
    assert_ended(&mut pair.server, result, Alert::DECODE_ERROR);

    let config = server().max_handshake_message(100).build().unwrap();
    let (_, hello) = with_hello();
    let mut server = Connection::server(&config, Version::V1, b"").unwrap();
    let result = server.read_handshake(EncryptionLevel::Initial, &hello);
    assert_ended(&mut server, result, Alert::DECODE_ERROR);
}

#[test]
fn peers_without_transport_parameters_are_refused() {
    skip_unless!(requirement::QUIC);
    // A client of records sends the same hello, except for the transport parameters.
    let mut records = pair::Pair::open(
        &client().build().unwrap(),
        &server().build().unwrap(),
        false,
    );
    records.near.set_record(true);
    assert!(
        records
            .client
            .handshake(&mut records.near)
            .unwrap()
            .is_pending()
    );
    let record = records.near.take_record().concat();
    let (mut pair, _) = with_hello();
    let level = EncryptionLevel::Initial;
    let result = pair.server.read_handshake(level, &record[5..]);
    assert_ended(&mut pair.server, result, Alert::MISSING_EXTENSION);
}

#[test]
fn garbage_ends_the_connection_without_a_crash() {
    skip_unless!(requirement::QUIC);
    let (_, hello) = with_hello();
    let config = server().build().unwrap();
    let level = EncryptionLevel::Initial;
    // Every byte of the hello is changed once.
    let mut refused = 0;
    for at in 0..hello.len() {
        let mut server = Connection::server(&config, Version::V1, b"").unwrap();
        let mut changed = hello.clone();
        changed[at] ^= 0xff;
        if let Err(error) = server.read_handshake(level, &changed) {
            assert!(error.is_fatal(), "{error}");
            refused += 1;
        }
        // A client with another hello does not complete the handshake.
        assert!(server.is_handshaking());
    }
    assert!(refused > 20, "{refused}");
    for kind in 0..=255 {
        let message = [kind, 0, 0, 2, 3, 3];
        let mut server = Connection::server(&config, Version::V1, b"").unwrap();
        let result = server.read_handshake(level, &message);
        assert!(result.unwrap_err().is_fatal(), "{kind}");
    }
    let config = client().build().unwrap();
    for kind in 0..=255 {
        let message = [kind, 0, 0, 2, 3, 3];
        let mut client = Connection::client(&config, Version::V1, "localhost", b"").unwrap();
        let result = client.read_handshake(level, &message);
        assert!(result.unwrap_err().is_fatal(), "{kind}");
    }
}

#[test]
fn a_handshake_that_was_changed_fails_on_both_sides() {
    skip_unless!(requirement::QUIC);
    let key = TicketKey::generate().unwrap();
    let server_config = server().tickets(key).build().unwrap();
    let mut failures = 0;
    for at in (0..2000).step_by(61) {
        let mut pair = Pair::new(&client().build().unwrap(), &server_config);
        deliver(&mut pair.client, &mut pair.server).unwrap();
        let mut result = Ok(());
        while let Some((level, mut bytes)) = pair.server.write_handshake() {
            if level == EncryptionLevel::Handshake {
                let Some(byte) = bytes.get_mut(at) else { break };
                *byte ^= 1;
            }
            result = pair.client.read_handshake(level, &bytes);
            if result.is_err() || level == EncryptionLevel::Handshake {
                break;
            }
        }
        assert!(pair.client.is_handshaking(), "{at}");
        failures += usize::from(result.is_err());
    }
    assert!(failures > 10, "{failures}");
}
