//! Records: received without a copy, combined from small writes, from several buffers and from files, padded, and
//! limited in size.

use std::fs::File;
use std::io::{IoSlice, Write};
use std::task::Poll;

use gnutls::crypto::{Cipher, Mac};
use gnutls::record::KeyUpdate;
use gnutls::transport::MemoryTransport;
use gnutls::{Alert, AlertLevel, ErrorKind, Priority, Protocol, Stream};
use gnutls_testing::directory::TemporaryDirectory;
use gnutls_testing::pair::*;
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::skip_unless;

const TLS1_2_CBC: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC";

/// Returns the lengths of the records in written data, without the headers.
fn records(written: &[Vec<u8>]) -> Vec<usize> {
    let bytes = written.concat();
    let (mut lengths, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let length = usize::from(u16::from_be_bytes([bytes[at + 3], bytes[at + 4]]));
        lengths.push(length);
        at += 5 + length;
    }
    assert_eq!(
        at,
        bytes.len(),
        "the data does not end with a complete record"
    );
    lengths
}

/// Returns a connection that records the data written by the client.
fn recorded(priority: &str) -> Pair {
    let mut pair = Pair::connected(priority, false);
    // Read the remaining messages of the handshake, for example tickets.
    let _ = pair.client.read(&mut pair.near, &mut [0; 100]).unwrap();
    pair.near.set_record(true);
    pair
}

/// Returns all data that the server can read.
fn drained(pair: &mut Pair) -> Vec<u8> {
    let (mut all, mut buffer) = (Vec::new(), [0; 20_000]);
    while let Poll::Ready(length) = pair.server.read(&mut pair.far, &mut buffer).unwrap() {
        assert!(length > 0);
        all.extend_from_slice(&buffer[..length]);
    }
    all
}

#[test]
fn a_packet_is_a_record_and_gives_access_to_the_session() {
    for (priority, datagram) in protocols() {
        let mut pair = Pair::connected(priority, datagram);
        let id = pair.server.id();
        let mut last = None;
        for data in [&b"one"[..], b"a second", &[7; 1000]] {
            let _ = pair.client.write(&mut pair.near, data).unwrap();
            let Poll::Ready(Some(packet)) = pair.server.read_packet(&mut pair.far).unwrap() else {
                panic!("{priority}: no packet");
            };
            assert_eq!(&packet[..], data);
            assert_eq!(packet.as_ref(), data);
            // Hazard 6: the packet and a reference into its session are usable at the same time.
            assert_eq!(packet.session().id(), id);
            let number = packet.sequence_number();
            assert!(last.is_none_or(|last| number == last + 1), "{priority}");
            last = Some(number);
            assert!(format!("{packet:?}").contains(&number.to_string()));
        }
        assert!(pair.server.read_packet(&mut pair.far).unwrap().is_pending());
        if !datagram {
            let _ = pair.client.close(&mut pair.near).unwrap();
            let end = pair.server.read_packet(&mut pair.far).unwrap();
            assert!(matches!(end, Poll::Ready(None)), "{priority}");
            assert_eq!(pair.server.received_alert(), Some(Alert::CLOSE_NOTIFY));
        }
    }
}

#[test]
fn packets_and_reads_can_be_mixed() {
    for priority in stream_protocols() {
        let mut pair = Pair::connected(priority, false);
        let _ = pair.client.write(&mut pair.near, b"halves").unwrap();
        let _ = pair.client.write(&mut pair.near, b"whole").unwrap();
        let mut half = [0; 3];
        assert_eq!(
            pair.server.read(&mut pair.far, &mut half).unwrap(),
            Poll::Ready(3)
        );
        for rest in [&b"ves"[..], b"whole"] {
            match pair.server.read_packet(&mut pair.far).unwrap() {
                Poll::Ready(Some(packet)) => assert_eq!(&*packet, rest),
                other => panic!("{priority}: {other:?}"),
            }
        }
    }
}

#[test]
fn hazard_5_a_cut_is_no_end_to_packets_either() {
    for priority in stream_protocols() {
        let Pair {
            mut server,
            mut far,
            near,
            ..
        } = Pair::connected(priority, false);
        drop(near);
        let error = server.read_packet(&mut far).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "{priority}");
        let error = server.read_packet(&mut far).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Closed);
    }
}

#[test]
fn hazard_23_packets_are_found_behind_tickets_and_key_updates() {
    for priority in stream_protocols() {
        let client = client(priority).build().unwrap();
        let server = server(priority)
            .tickets(gnutls::resumption::TicketKey::generate().unwrap())
            .build()
            .unwrap();
        let mut pair = Pair::connect(&client, &server, false);
        if requirement::KEY_UPDATE.is_present() && priority == TLS1_3 {
            let _ = pair
                .server
                .update_key(&mut pair.far, KeyUpdate::NotRequested)
                .unwrap();
        }
        let _ = pair.server.write(&mut pair.far, b"behind").unwrap();
        // The transport did not block, so the packet must be available immediately.
        match pair.client.read_packet(&mut pair.near).unwrap() {
            Poll::Ready(Some(packet)) => assert_eq!(&*packet, b"behind"),
            other => panic!("{priority}: {other:?}"),
        }
    }
}

#[test]
fn corked_writes_make_one_record() {
    for priority in stream_protocols() {
        let mut pair = recorded(priority);
        pair.client.cork();
        for _ in 0..10 {
            let written = pair.client.write(&mut pair.near, &[1; 100]).unwrap();
            assert_eq!(written, Poll::Ready(100));
        }
        assert_eq!(pair.client.corked_bytes(), 1000);
        assert!(pair.near.take_record().is_empty());
        assert!(pair.client.uncork(&mut pair.near).unwrap().is_ready());
        assert_eq!(pair.client.corked_bytes(), 0);
        assert_eq!(records(&pair.near.take_record()).len(), 1, "{priority}");
        assert_eq!(drained(&mut pair), [1; 1000]);
        // Without the cork, every write is a separate record.
        let _ = pair.client.write(&mut pair.near, b"x").unwrap();
        let _ = pair.client.write(&mut pair.near, b"y").unwrap();
        assert_eq!(records(&pair.near.take_record()).len(), 2);
    }
}

#[test]
fn a_cork_buffers_at_most_a_record() {
    let mut pair = recorded(TLS1_2);
    pair.client.cork();
    let data = vec![3; 40_000];
    let mut written = 0;
    while written < data.len() {
        let Poll::Ready(length) = pair.client.write(&mut pair.near, &data[written..]).unwrap()
        else {
            panic!("the transport must not block");
        };
        written += length;
        assert!(pair.client.corked_bytes() <= 16_384);
    }
    assert_eq!(records(&pair.near.take_record()).len(), 2);
    // A flush sends the remaining data, and the session stays corked.
    let _ = pair.client.flush(&mut pair.near).unwrap();
    assert_eq!(records(&pair.near.take_record()).len(), 1);
    assert_eq!(drained(&mut pair), data);
    let _ = pair.client.write(&mut pair.near, b"more").unwrap();
    assert_eq!(pair.client.corked_bytes(), 4);
}

#[test]
fn hazard_25_what_is_corked_is_never_lost_nor_doubled() {
    for priority in stream_protocols() {
        // In C, the sequence send with EAGAIN, cork, send, uncork crashes.
        let mut pair = Pair::connected(priority, false);
        pair.near.set_capacity(Some(0));
        let sent = pair.client.write(&mut pair.near, &[b'a'; 100]).unwrap();
        assert_eq!(sent, Poll::Ready(100));
        pair.client.cork();
        assert_eq!(
            pair.client.write(&mut pair.near, b"corked").unwrap(),
            Poll::Ready(6)
        );
        assert!(pair.client.uncork(&mut pair.near).unwrap().is_pending());
        // A key update between the writes does not duplicate the data.
        if requirement::KEY_UPDATE.is_present() && priority == TLS1_3 {
            let update = pair.client.update_key(&mut pair.near, KeyUpdate::Requested);
            assert!(update.unwrap().is_pending());
        }
        pair.near.set_capacity(None);
        if requirement::KEY_UPDATE.is_present() && priority == TLS1_3 {
            let update = pair.client.update_key(&mut pair.near, KeyUpdate::Requested);
            assert!(update.unwrap().is_ready());
        }
        assert!(pair.client.flush(&mut pair.near).unwrap().is_ready());
        assert!(pair.client.flush(&mut pair.near).unwrap().is_ready());
        let expected = [&[b'a'; 100][..], b"corked"].concat();
        assert_eq!(drained(&mut pair), expected, "{priority}");

        // In C, closing the session discards corked data.
        pair.client.cork();
        let _ = pair.client.write(&mut pair.near, b"last words").unwrap();
        assert!(pair.client.close(&mut pair.near).unwrap().is_ready());
        let mut buffer = [0; 100];
        assert_eq!(
            pair.server.read(&mut pair.far, &mut buffer).unwrap(),
            Poll::Ready(10)
        );
        assert_eq!(&buffer[..10], b"last words");
        assert_eq!(
            pair.server.read(&mut pair.far, &mut buffer).unwrap(),
            Poll::Ready(0)
        );
    }
}

#[test]
fn hazard_24_an_alert_goes_behind_what_is_corked() {
    for priority in stream_protocols() {
        let mut pair = Pair::connected(priority, false);
        pair.client.cork();
        let _ = pair.client.write(&mut pair.near, b"first").unwrap();
        let sent = pair
            .client
            .send_alert(&mut pair.near, AlertLevel::Fatal, Alert::USER_CANCELED);
        assert!(sent.unwrap().is_ready());
        let mut buffer = [0; 100];
        assert_eq!(
            pair.server.read(&mut pair.far, &mut buffer).unwrap(),
            Poll::Ready(5)
        );
        let error = pair.server.read(&mut pair.far, &mut buffer).unwrap_err();
        assert_eq!(error.alert(), Some(Alert::USER_CANCELED), "{priority}");
    }
}

#[test]
fn a_corked_datagram_is_one_datagram() {
    let mut pair = Pair::connected(DTLS1_2, true);
    pair.client.cork();
    for part in [&b"one "[..], b"datagram"] {
        let _ = pair.client.write(&mut pair.near, part).unwrap();
    }
    let error = pair.client.write(&mut pair.near, &[0; 1400]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert!(!error.is_fatal());
    assert!(pair.client.uncork(&mut pair.near).unwrap().is_ready());
    let mut buffer = [0; 100];
    let length = pair.server.read(&mut pair.far, &mut buffer).unwrap();
    assert_eq!(length, Poll::Ready(12));
    assert_eq!(&buffer[..12], b"one datagram");

    let buffers = [IoSlice::new(b"from two"), IoSlice::new(b" buffers")];
    let written = pair
        .client
        .write_vectored(&mut pair.near, &buffers)
        .unwrap();
    assert_eq!(written, Poll::Ready(16));
    let length = pair.server.read(&mut pair.far, &mut buffer).unwrap();
    assert_eq!(length, Poll::Ready(16));
    let large = [0; 1000];
    let buffers = [IoSlice::new(&large), IoSlice::new(&large)];
    let error = pair
        .client
        .write_vectored(&mut pair.near, &buffers)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert_eq!(pair.there(b"goes on"), b"goes on");
}

#[test]
fn a_corked_datagram_has_at_most_the_size_that_the_peer_accepts() {
    skip_unless!(requirement::MAX_RECEIVE_SIZE);
    let mut pair = Pair::build(client(DTLS1_2), server(DTLS1_2), true);
    pair.server.set_max_receive_size(512).unwrap();
    pair.handshake().unwrap();
    assert!(pair.client.data_mtu().unwrap() > 1000);
    pair.client.cork();
    let written = pair.client.write(&mut pair.near, &[3; 300]).unwrap();
    assert_eq!(written, Poll::Ready(300));
    let error = pair.client.write(&mut pair.near, &[4; 300]).unwrap_err();
    assert_eq!((error.kind(), error.is_fatal()), (ErrorKind::Limit, false));
    let buffers = [IoSlice::new(&[4; 100]), IoSlice::new(&[4; 200])];
    let error = pair.client.write_vectored(&mut pair.near, &buffers);
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Limit);
    let written = pair.client.write(&mut pair.near, &[5; 212]).unwrap();
    assert_eq!(written, Poll::Ready(212));
    assert!(pair.client.uncork(&mut pair.near).unwrap().is_ready());
    let mut buffer = [0; 2000];
    let read = pair.server.read(&mut pair.far, &mut buffer).unwrap();
    assert_eq!(read, Poll::Ready(512));
    assert_eq!(buffer[..512], [[3; 300].as_slice(), &[5; 212]].concat());
}

#[test]
fn several_buffers_make_one_record() {
    for priority in stream_protocols() {
        let mut pair = recorded(priority);
        let buffers = [b"a ", &b""[..], b"few ", b"parts"].map(IoSlice::new);
        let written = pair.client.write_vectored(&mut pair.near, &buffers);
        assert_eq!(written.unwrap(), Poll::Ready(11));
        assert_eq!(records(&pair.near.take_record()).len(), 1, "{priority}");
        assert_eq!(drained(&mut pair), b"a few parts");
        // A call accepts at most one record, from the first buffers.
        let (one, two) = (vec![1; 10_000], vec![2; 10_000]);
        let buffers = [IoSlice::new(&one), IoSlice::new(&two)];
        let written = pair.client.write_vectored(&mut pair.near, &buffers);
        assert_eq!(written.unwrap(), Poll::Ready(16_384));
        assert_eq!(drained(&mut pair), [&one[..], &two[..6_384]].concat());
        let written = pair.client.write_vectored(&mut pair.near, &[]);
        assert_eq!(written.unwrap(), Poll::Ready(0));
    }
}

#[test]
fn hazard_3_several_buffers_count_what_was_taken() {
    for priority in stream_protocols() {
        let mut pair = Pair::connected(priority, false);
        pair.near.set_capacity(Some(0));
        let first = [IoSlice::new(b"first"), IoSlice::new(b" and")];
        let written = pair.client.write_vectored(&mut pair.near, &first).unwrap();
        assert_eq!(written, Poll::Ready(9));
        // While the record is buffered, no more data is accepted, whatever it contains.
        let other = [IoSlice::new(b" something"), IoSlice::new(b" else")];
        for _ in 0..3 {
            let written = pair.client.write_vectored(&mut pair.near, &other).unwrap();
            assert!(written.is_pending());
        }
        pair.near.set_capacity(None);
        let second = [IoSlice::new(b" second"), IoSlice::new(b"")];
        let written = pair.client.write_vectored(&mut pair.near, &second).unwrap();
        assert_eq!(written, Poll::Ready(7));
        let _ = pair.client.flush(&mut pair.near).unwrap();
        assert_eq!(drained(&mut pair), b"first and second", "{priority}");
    }
}

/// Returns an unlinked file with this content.
fn file(content: &[u8]) -> File {
    let directory = TemporaryDirectory::new();
    File::open(directory.write("file", content)).unwrap()
}

#[test]
fn a_file_is_sent_from_its_offset_on_a_transport_that_blocks() {
    let content: Vec<u8> = (0..100_000_u32).map(|number| number as u8).collect();
    let file = file(&content);
    for priority in stream_protocols() {
        let mut pair = Pair::connected(priority, false);
        pair.near.set_capacity(Some(20_000));
        let (mut offset, mut sent, mut pending, mut received) = (100, 0, 0, Vec::new());
        loop {
            let result = pair
                .client
                .send_file(&mut pair.near, &file, &mut offset, 90_000 - sent);
            match result.unwrap() {
                Poll::Ready(0) => break,
                Poll::Ready(length) => sent += length,
                Poll::Pending => pending += 1,
            }
            assert_eq!(offset, 100 + sent);
            received.extend_from_slice(&drained(&mut pair));
        }
        while pair.client.flush(&mut pair.near).unwrap().is_pending() {
            received.extend_from_slice(&drained(&mut pair));
        }
        received.extend_from_slice(&drained(&mut pair));
        assert_eq!(sent, 90_000);
        assert_eq!(
            received,
            content[100..90_100],
            "{priority}: pending {pending} times"
        );
    }
}

#[test]
fn a_file_ends_and_one_that_cannot_be_read_leaves_the_session() {
    let file = file(b"short");
    let mut pair = Pair::connected(TLS1_2, false);
    let mut offset = 2;
    let sent = pair
        .client
        .send_file(&mut pair.near, &file, &mut offset, u64::MAX);
    assert_eq!(sent.unwrap(), Poll::Ready(3));
    assert_eq!(offset, 5);
    assert_eq!(drained(&mut pair), b"ort");
    let folder = File::open(std::env::temp_dir()).unwrap();
    let error = pair
        .client
        .send_file(&mut pair.near, &folder, &mut 0, 10)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(!error.is_fatal());
    assert_eq!(pair.there(b"goes on"), b"goes on");
    // While the session is corked, the file becomes a part of the combined record.
    pair.client.cork();
    let _ = pair.client.write(&mut pair.near, b"a ").unwrap();
    let sent = pair
        .client
        .send_file(&mut pair.near, &file, &mut 0, u64::MAX);
    assert_eq!(sent.unwrap(), Poll::Ready(5));
    assert_eq!(pair.client.corked_bytes(), 7);
    let _ = pair.client.uncork(&mut pair.near).unwrap();
    assert_eq!(drained(&mut pair), b"a short");
}

#[test]
fn a_stream_corks_sends_files_and_takes_several_buffers() {
    let (near, far) = MemoryTransport::stream();
    let client = client(TLS1_2).build().unwrap();
    let server = server(TLS1_2).build().unwrap();
    let mut one = client.stream("localhost", near).unwrap();
    let mut other = server.stream(far).unwrap();
    let blocks = |result: gnutls::Result<()>| match result {
        Err(error) if error.kind() == ErrorKind::WouldBlock => true,
        result => result.map(|()| false).unwrap(),
    };
    while blocks(one.handshake()) | blocks(other.handshake()) {}
    let file = file(b"of a file");
    let read = |other: &mut Stream<MemoryTransport>| {
        other.read_packet().unwrap().map(|packet| packet.to_vec())
    };
    one.cork();
    let parts = [IoSlice::new(b"the "), IoSlice::new(b"content ")];
    assert_eq!(one.write_vectored(&parts).unwrap(), 12);
    assert_eq!(one.send_file(&file, &mut 0, 100).unwrap(), 9);
    one.uncork().unwrap();
    assert_eq!(
        read(&mut other).as_deref(),
        Some(&b"the content of a file"[..])
    );
    assert!(
        other
            .read_packet()
            .is_err_and(|error| error.kind() == ErrorKind::WouldBlock)
    );
    one.close().unwrap();
    assert_eq!(read(&mut other), None);
}

#[test]
fn padding_hides_lengths() {
    let mut priorities = vec![TLS1_2_CBC];
    if requirement::TLS1_3.is_present() {
        priorities.push(TLS1_3);
    }
    for priority in priorities {
        let mut pair = recorded(priority);
        assert!(pair.client.can_hide_length(), "{priority}");
        let mut seen = Vec::new();
        for length in [1, 50, 200] {
            let data = vec![9; length];
            let written = pair
                .client
                .write_hiding_length(&mut pair.near, &data, 1..=200)
                .unwrap();
            assert_eq!(written, Poll::Ready(length));
            seen.push(records(&pair.near.take_record()));
            assert_eq!(drained(&mut pair), data);
        }
        assert!(
            seen.iter().all(|records| *records == seen[0]),
            "{priority}: {seen:?}"
        );
        for (data, lengths) in [(&b"four"[..], 5..=9), (b"four", 1..=3), (b"", 1..=1)] {
            let error = pair
                .client
                .write_hiding_length(&mut pair.near, data, lengths)
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
        }
        let nothing = pair
            .client
            .write_hiding_length(&mut pair.near, b"", 0..=0)
            .unwrap();
        assert_eq!(nothing, Poll::Ready(0));
        // Data that is longer than a record is accepted completely and once, even on a transport that blocks.
        pair.near.set_capacity(Some(0));
        let data = vec![5; 20_000];
        let written = pair
            .client
            .write_hiding_length(&mut pair.near, &data, 1..=40_000)
            .unwrap();
        assert_eq!(written, Poll::Ready(20_000));
        pair.near.set_capacity(None);
        let _ = pair.client.flush(&mut pair.near).unwrap();
        let mut received = Vec::new();
        for _ in 0..100 {
            received.extend_from_slice(&drained(&mut pair));
        }
        assert_eq!(received, data, "{priority}");
    }
}

#[test]
fn padding_requires_a_protocol_or_cipher_with_padding() {
    let mut pair = Pair::connected(
        "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-GCM",
        false,
    );
    assert!(!pair.client.can_hide_length());
    let error = pair
        .client
        .write_hiding_length(&mut pair.near, b"data", 1..=9)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidState);
    let error = pair
        .client
        .write_padded(&mut pair.near, b"data", 9)
        .unwrap_err();
    let kind = if requirement::RECORD_PADDING.has_functions() {
        ErrorKind::InvalidState
    } else {
        ErrorKind::Unsupported
    };
    assert_eq!(error.kind(), kind, "{error}");
    assert!(pair.client.split_length(1..=9).is_err());
    assert_eq!(
        pair.client.split_length(20_000..=20_000).unwrap(),
        (16_384..=16_384, 3_616..=3_616)
    );
    let ends_first = std::ops::RangeInclusive::new(9, 1);
    let error = pair.client.split_length(ends_first).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(pair.there(b"goes on"), b"goes on");
}

#[test]
fn hazard_24_padded_writes_take_their_own_bytes() {
    skip_unless!(requirement::KEY_UPDATE);
    let mut pair = recorded(TLS1_3);
    let plain = pair.client.write(&mut pair.near, b"data").unwrap();
    assert_eq!(plain, Poll::Ready(4));
    let padded = pair
        .client
        .write_padded(&mut pair.near, b"data", 100)
        .unwrap();
    assert_eq!(padded, Poll::Ready(4));
    let lengths = records(&pair.near.take_record());
    assert_eq!(lengths[1] - lengths[0], 100);
    assert_eq!(drained(&mut pair), b"datadata");
    // Data and padding together must not exceed a record: C would send one that the peer must reject.
    let written = pair
        .client
        .write_padded(&mut pair.near, &[1; 16_384], 1_000)
        .unwrap();
    assert_eq!(written, Poll::Ready(15_384));
    assert!(records(&pair.near.take_record())[0] <= 16_384 + 1 + 16);
    assert_eq!(drained(&mut pair).len(), 15_384);
    let error = pair
        .client
        .write_padded(&mut pair.near, b"x", 16_384)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    // While data is buffered, no more is accepted. Afterwards, the data of the current call is accepted.
    pair.near.set_capacity(Some(0));
    let _ = pair.client.write(&mut pair.near, b"waits").unwrap();
    let padded = pair
        .client
        .write_padded(&mut pair.near, b"refused", 10)
        .unwrap();
    assert!(padded.is_pending());
    pair.near.set_capacity(None);
    let padded = pair
        .client
        .write_padded(&mut pair.near, b" taken", 10)
        .unwrap();
    assert_eq!(padded, Poll::Ready(6));
    assert_eq!(drained(&mut pair), b"waits taken");
}

#[test]
fn the_record_size_is_negotiated() {
    for priority in stream_protocols() {
        let mut pair = Pair::build(client(priority), server(priority), false);
        assert_eq!(pair.client.max_receive_size(), 16_384);
        assert_eq!(pair.client.max_send_size(), None);
        assert_eq!(pair.client.record_overhead(), None);
        for wrong in [0, 511, 16_385, usize::MAX] {
            let error = pair.client.set_max_record_size(wrong).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{wrong}");
            assert!(!error.is_fatal());
        }
        pair.client.set_max_record_size(512).unwrap();
        let _ = pair.step();
        let error = pair.client.set_max_record_size(1024).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidState);
        pair.handshake().unwrap();
        for session in [&pair.client, &pair.server] {
            assert_eq!(session.max_send_size(), Some(512), "{priority}");
            assert!(session.record_overhead().unwrap() > 5);
        }
        assert_eq!(
            pair.client.write(&mut pair.near, &[1; 1000]).unwrap(),
            Poll::Ready(512)
        );
        assert_eq!(
            pair.server.write(&mut pair.far, &[1; 1000]).unwrap(),
            Poll::Ready(512)
        );
    }
}

#[test]
fn the_size_of_received_records_can_be_limited_separately() {
    skip_unless!(requirement::MAX_RECEIVE_SIZE);
    let mut pair = Pair::build(client(TLS1_2), server(TLS1_2), false);
    pair.client.set_max_receive_size(600).unwrap();
    assert!(pair.client.set_max_receive_size(16_385).is_err());
    pair.handshake().unwrap();
    assert_eq!(pair.server.max_send_size(), Some(600));
    assert_eq!(
        pair.server.write(&mut pair.far, &[1; 1000]).unwrap(),
        Poll::Ready(600)
    );
    assert_eq!(
        pair.client.write(&mut pair.near, &[1; 1000]).unwrap(),
        Poll::Ready(1000)
    );
}

#[test]
fn the_overhead_is_estimated_and_reported() {
    let gcm = Protocol::TLS1_2.record_overhead(Cipher::AES_128_GCM, Mac::AEAD);
    assert_eq!(gcm, Some(5 + 8 + 16));
    let pair = Pair::connected(
        "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-GCM",
        false,
    );
    assert_eq!(pair.client.record_overhead(), gcm);
    let unknown = Protocol::TLS1_2.record_overhead(Cipher::from_raw(54_321), Mac::AEAD);
    assert_eq!(unknown, None);
}

#[test]
fn many_small_writes_to_a_corked_stream_are_few_records_over_all_protocols() {
    for priority in stream_protocols() {
        let pair = recorded(priority);
        let Pair {
            client,
            near,
            server,
            far,
        } = pair;
        let mut one = Stream::new(client, near);
        let mut other = Stream::new(server, far);
        one.cork();
        for number in 0..1000 {
            writeln!(one, "{number}").unwrap();
        }
        one.uncork().unwrap();
        let packet = other.read_packet().unwrap().unwrap();
        assert_eq!(packet.iter().filter(|byte| **byte == b'\n').count(), 1000);
    }
}

#[test]
fn records_below_512_bytes_require_the_priorities() {
    // A limit below 512 bytes must be allowed by the priorities.
    skip_unless!(requirement::SMALL_RECORDS);
    let priority = Priority::new("NORMAL:%ALLOW_SMALL_RECORDS").unwrap();
    let config = gnutls::ClientConfig::builder()
        .trust(gnutls::Trust::none())
        .priority(priority)
        .build()
        .unwrap();
    let mut session = config.session("localhost").unwrap();
    session.set_max_receive_size(512).unwrap();
    session.set_max_receive_size(64).unwrap();
    assert!(session.set_max_receive_size(63).is_err());
}
