//! A hostile peer that sends inconsistent fragments of handshake messages.
//!
//! A library before 3.8.13 overwrites its memory with some of them unless they are discarded before. A corrected library
//! ends the handshake or discards them itself.

use std::io::{Read, Write};

use gnutls::crypto::{Aead, Cipher};
use gnutls::record::Direction;
use gnutls::{ErrorKind, Session};
use gnutls_sys as sys;
use gnutls_testing::pair::{DTLS1_2, Pair, client, server};
use gnutls_testing::process::is_alone;
use gnutls_testing::test_name;

const CLIENT_HELLO: u8 = 1;

/// A fragment of a handshake message: its type, number, total length, offset and length, and the number of its bytes.
#[derive(Clone, Copy)]
struct Fragment(u8, u16, u32, u32, u32, usize);

/// Returns a datagram with a record of epoch 0.
fn record(sequence: u8, fragments: &[Fragment]) -> Vec<u8> {
    let mut content = Vec::new();
    for Fragment(kind, number, total, offset, length, bytes) in fragments {
        content.push(*kind);
        content.extend_from_slice(&total.to_be_bytes()[1..]);
        content.extend_from_slice(&number.to_be_bytes());
        content.extend_from_slice(&offset.to_be_bytes()[1..]);
        content.extend_from_slice(&length.to_be_bytes()[1..]);
        content.resize(content.len() + bytes, 0x41);
    }
    let mut record = vec![22, 254, 253, 0, 0, 0, 0, 0, 0, 0, sequence];
    record.extend_from_slice(&(content.len() as u16).to_be_bytes());
    record.extend(content);
    record
}

/// A server that waits for a hello. The client's end is that of the attacker.
fn waiting() -> Pair {
    Pair::build(client(DTLS1_2), server(DTLS1_2), true)
}

/// Sends datagrams to the server, which neither crashes nor completes the handshake.
fn attack(pair: &mut Pair, datagrams: &[Vec<u8>]) {
    let accepted = [
        sys::GNUTLS_E_UNEXPECTED_PACKET_LENGTH,
        sys::GNUTLS_E_UNEXPECTED_HANDSHAKE_PACKET,
        sys::GNUTLS_E_TOO_MANY_HANDSHAKE_PACKETS,
    ];
    for datagram in datagrams {
        pair.near.write_all(datagram).unwrap();
        match pair.server.handshake(&mut pair.far) {
            Ok(result) => assert!(result.is_pending()),
            Err(error) => {
                let code = error.code().map(gnutls::ErrorCode::as_raw);
                assert!(code.is_some_and(|code| accepted.contains(&code)), "{error}");
                break;
            }
        }
    }
}

/// Uses the memory next to that of the session, so that damage is noticed.
fn connect_others() {
    let sessions: Vec<Session> = (0..5)
        .map(|_| Pair::connected(DTLS1_2, true).server)
        .collect();
    drop(sessions);
}

#[test]
fn hazard_42_cve_2026_33846_a_longer_message_does_not_overwrite_memory() {
    if !is_alone(&test_name!(), &[]) {
        return;
    }
    for _ in 0..5 {
        let mut pair = waiting();
        let mut datagrams = vec![record(0, &[Fragment(CLIENT_HELLO, 0, 20, 0, 10, 10)])];
        for part in 0..60 {
            let fragment = Fragment(CLIENT_HELLO, 0, 65_000, 10 + part * 1000, 1000, 1000);
            datagrams.push(record(part as u8 + 1, &[fragment]));
        }
        attack(&mut pair, &datagrams);
        connect_others();
    }
}

#[test]
fn hazard_42_cve_2026_33846_another_epoch_is_no_way_around_the_examination() {
    if !is_alone(&test_name!(), &[]) {
        return;
    }
    for _ in 0..5 {
        let mut pair = waiting();
        assert!(pair.server.handshake(&mut pair.far).unwrap().is_pending());
        let mut datagrams = vec![record(0, &[Fragment(CLIENT_HELLO, 0, 20, 0, 10, 10)])];
        for part in 0..60 {
            let fragment = Fragment(CLIENT_HELLO, 0, 65_000, 10 + part * 1000, 1000, 1000);
            datagrams.push(record(part as u8 + 1, &[fragment]));
        }
        for datagram in &mut datagrams {
            datagram[4] = 1;
        }
        attack(&mut pair, &datagrams);
        connect_others();
    }
}

#[test]
fn hazard_42_cve_2026_33846_a_record_in_parts_is_no_way_around_the_examination() {
    if !is_alone(&test_name!(), &[]) {
        return;
    }
    let fragments = (0..40).map(|part| (65_000, 10 + part * 1000, 1000));
    let fragments = [(20, 0, 10)].into_iter().chain(fragments);
    let mut datagrams = Vec::new();
    for (number, (total, offset, length)) in (0..).zip(fragments) {
        let fragment = Fragment(CLIENT_HELLO, 0, total, offset, length, length as usize);
        let record = record(number, &[fragment]);
        // The header of the record, and its content in datagrams that are shorter than a header.
        let (header, content) = record.split_at(13);
        datagrams.push(header.to_vec());
        datagrams.extend(content.chunks(12).map(<[u8]>::to_vec));
    }
    for _ in 0..5 {
        attack(&mut waiting(), &datagrams);
        connect_others();
    }
}

/// An attacker that has the keys of the client, with AES-GCM.
struct Attacker {
    aead: Aead,
    iv: Vec<u8>,
    number: u64,
}

impl Attacker {
    fn of(client: &Session) -> Self {
        let state = client.record_state(Direction::Send).unwrap();
        assert_eq!(state.cipher_key().len(), 32);
        Self {
            aead: Aead::new(Cipher::AES_256_GCM, state.cipher_key()).unwrap(),
            iv: state.iv().to_vec(),
            number: state.sequence_number(),
        }
    }

    /// Encrypts fragments (RFC 5288, section 3).
    fn record(&mut self, fragments: &[Fragment]) -> Vec<u8> {
        let plain = &record(0, fragments)[13..];
        let number = self.number.to_be_bytes();
        self.number += 1;
        let mut associated = number.to_vec();
        associated.extend_from_slice(&[22, 254, 253]);
        associated.extend_from_slice(&(plain.len() as u16).to_be_bytes());
        let nonce = [&self.iv[..], &number].concat();
        let encrypted = self.aead.seal(&nonce, &associated, plain).unwrap();
        let mut record = vec![22, 254, 253];
        record.extend_from_slice(&number);
        record.extend_from_slice(&((8 + encrypted.len()) as u16).to_be_bytes());
        record.extend_from_slice(&number);
        record.extend(encrypted);
        record
    }

    /// Returns records that overwrite memory, with a message of this type and number.
    fn longer_message(&mut self, kind: u8, number: u16, length: u32) -> Vec<Vec<u8>> {
        let begin = Fragment(kind, number, length, 0, length / 2, length as usize / 2);
        let mut datagrams = vec![self.record(&[begin])];
        for part in 0..60 {
            let fragment = Fragment(kind, number, 65_000, length / 2 + part * 1000, 1000, 1000);
            datagrams.push(self.record(&[fragment]));
        }
        datagrams
    }
}

#[test]
fn hazard_42_cve_2026_33846_an_encrypted_hello_does_not_overwrite_memory() {
    if !is_alone(&test_name!(), &[]) {
        return;
    }
    for _ in 0..5 {
        let server = server(DTLS1_2).dangerous_allow_renegotiation();
        let mut pair = Pair::connect(
            &client(DTLS1_2).build().unwrap(),
            &server.build().unwrap(),
            true,
        );
        let mut datagrams = Attacker::of(&pair.client).longer_message(CLIENT_HELLO, 0, 20);
        pair.near.write_all(&datagrams.remove(0)).unwrap();
        let error = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rehandshake, "{error}");
        attack(&mut pair, &datagrams);
        connect_others();
    }
}

/// A client that is not authenticated has the keys of the session before the server has received its last message.
#[test]
fn hazard_42_cve_2026_33846_an_encrypted_finished_message_does_not_overwrite_memory() {
    if !is_alone(&test_name!(), &[]) {
        return;
    }
    for _ in 0..5 {
        let client = client(DTLS1_2).false_start(true);
        let mut pair = Pair::build(client, server(DTLS1_2), true);
        while !pair.client.handshake(&mut pair.near).unwrap().is_ready() {
            assert!(pair.server.handshake(&mut pair.far).unwrap().is_pending());
        }
        let mut flight = Vec::new();
        let mut buffer = [0; 4096];
        while let Ok(length) = pair.far.read(&mut buffer) {
            flight.push(buffer[..length].to_vec());
        }
        // The Finished message is lost.
        assert_eq!(flight.pop().map(|finished| finished[0]), Some(22));
        let mut datagrams = flight;
        datagrams.extend(Attacker::of(&pair.client).longer_message(20, 2, 12));
        attack(&mut pair, &datagrams);
        connect_others();
    }
}

#[test]
fn hazard_71_a_part_of_a_record_does_not_damage_the_next_datagram() {
    let hello = record(0, &[Fragment(CLIENT_HELLO, 0, 500, 0, 500, 500)]);
    for length in [1, 12, 13, 14, 25, 40, 300] {
        let part = &hello[..length];
        let mut pair = waiting();
        pair.near.write_all(part).unwrap();
        assert!(pair.client.handshake(&mut pair.near).unwrap().is_pending());
        assert!(pair.server.handshake(&mut pair.far).unwrap().is_pending());
        pair.far.write_all(part).unwrap();
        pair.handshake().unwrap();
        for _ in 0..3 {
            pair.near.write_all(part).unwrap();
            assert_eq!(pair.there(b"x"), b"x");
            pair.far.write_all(part).unwrap();
            assert_eq!(pair.back(b"y"), b"y");
        }
    }
}

/// The datagram is longer than the buffer of GnuTLS, which receives the records that fit.
#[test]
fn hazard_71_a_datagram_of_any_length_is_cut_between_records() {
    let hello = record(0, &[Fragment(CLIENT_HELLO, 0, 500, 0, 500, 500)]);
    let mut data = record(0, &[]);
    data[0] = 23;
    data[11..13].copy_from_slice(&7000_u16.to_be_bytes());
    data.resize(13 + 7000, 0x41);
    for copies in [3, 8] {
        let mut pair = Pair::connected(DTLS1_2, true);
        let mut long = data.repeat(copies);
        long.extend_from_slice(&hello);
        pair.near.write_all(&long).unwrap();
        assert_eq!(pair.there(b"x"), b"x");
        assert_eq!(pair.there(b"y"), b"y");
    }
}

#[test]
fn a_flight_in_one_datagram_completes_the_handshake() {
    let mut pair = waiting();
    for _ in 0..20 {
        let client = pair.client.handshake(&mut pair.near).unwrap();
        // All records of a flight in one datagram.
        let mut buffer = [0; 4096];
        let mut flight = Vec::new();
        while let Ok(length) = pair.far.read(&mut buffer) {
            flight.extend_from_slice(&buffer[..length]);
        }
        if !flight.is_empty() {
            pair.near.write_all(&flight).unwrap();
        }
        let server = pair.server.handshake(&mut pair.far).unwrap();
        if client.is_ready() && server.is_ready() {
            break;
        }
    }
    assert!(pair.server.handshake_done());
    assert_eq!(pair.there(b"x"), b"x");
}

#[test]
fn hazard_42_cve_2026_33845_an_empty_fragment_reads_no_foreign_memory() {
    if !is_alone(&test_name!(), &[]) {
        return;
    }
    for (total, offset) in [(0xff_ffff, 2), (0xff_ffff, 0xff_fffe), (60_000, 3), (1, 0)] {
        let mut pair = waiting();
        let empty = Fragment(CLIENT_HELLO, 0, total, offset, 0, 0);
        attack(&mut pair, &[record(0, &[empty]), record(1, &[empty])]);
        connect_others();
    }
}

#[test]
fn hazard_42_cve_2026_42009_messages_with_the_same_number_are_not_sorted() {
    if !is_alone(&test_name!(), &[]) {
        return;
    }
    for number in [0, 1] {
        let mut pair = waiting();
        let fragments = [CLIENT_HELLO, 2, 11, 12, 16]
            .map(|kind| record(kind, &[Fragment(kind, number, 3000, 0, 1000, 1000)]));
        attack(&mut pair, &fragments);
        connect_others();
    }
}

#[test]
fn a_handshake_completes_after_fragments_that_are_out_of_range() {
    let mut pair = waiting();
    let datagrams = [
        Fragment(CLIENT_HELLO, 0, 100, 99, 2, 2),
        Fragment(CLIENT_HELLO, 0, 100, 0, 101, 101),
        Fragment(CLIENT_HELLO, 0, 100, 0, 50, 49),
        Fragment(CLIENT_HELLO, 0, 100, 0xff_ffff, 1, 1),
        Fragment(CLIENT_HELLO, 0, 100, 1, 0xff_ffff, 10),
        Fragment(2, 1, 1, 1, 1, 1),
    ];
    // The numbers are within the replay window of those that the client uses.
    let datagrams: Vec<_> = (40..)
        .zip(datagrams)
        .map(|(sequence, fragment)| record(sequence, &[fragment]))
        .collect();
    attack(&mut pair, &datagrams);
    pair.handshake().unwrap();
    assert_eq!(pair.there(b"x"), b"x");
}

#[test]
fn a_handshake_in_fragments_of_any_size_completes() {
    for mtu in [128, 150, 255, 600, 4000] {
        let mut pair = waiting();
        pair.client.set_mtu(mtu).unwrap();
        pair.server.set_mtu(mtu).unwrap();
        pair.handshake().unwrap();
        assert_eq!(pair.there(b"x"), b"x");
    }
}
