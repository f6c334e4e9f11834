//! A hostile peer that sends inconsistent fragments of handshake messages.
//!
//! A library before 3.8.13 overwrites its memory with some of them unless they are discarded before. A corrected library
//! ends the handshake or discards them itself.

use std::io::{Read, Write};

use gnutls::Session;
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
    for size in [1, 5, 12] {
        let mut pair = waiting();
        let mut datagrams = Vec::new();
        let fragments = [(20, 0, 10)]
            .into_iter()
            .chain((0..60).map(|part| (65_000, 10 + part * 20, 20)));
        for (number, (total, offset, length)) in (0..).zip(fragments) {
            let fragment = Fragment(CLIENT_HELLO, 0, total, offset, length, length as usize);
            let record = record(number, &[fragment]);
            // The header of the record, and its content in datagrams that are shorter than a header.
            let (header, content) = record.split_at(13);
            datagrams.push(header.to_vec());
            datagrams.extend(content.chunks(size).map(<[u8]>::to_vec));
        }
        attack(&mut pair, &datagrams);
        connect_others();
    }
}

#[test]
fn hazard_78_a_part_of_a_record_does_not_damage_the_next_datagram() {
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
fn hazard_78_a_datagram_of_any_length_is_cut_between_records() {
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
