//! Supplemental data: exchanged if both sides have agreed to it, and never read beyond the end of its message.

use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use gnutls::extension::SupplementalData;
use gnutls::transport::MemoryTransport;
use gnutls::{Alert, ErrorKind, Protocol, Session, extension};
use gnutls_testing::fixtures::trust;
use gnutls_testing::pair::*;
use gnutls_testing::{requirement, skip_unless};

const NUMBER: u16 = 65_300;
const FORMAT: u16 = 65_301;

fn extension(data: SupplementalData) -> extension::HelloExtension {
    extension::HelloExtension::new(NUMBER)
        .on_send(|_, _| Ok(Some(Vec::new())))
        .supplemental_data(data)
}

/// Returns supplemental data that is sent, and required from the peer.
fn both(data: &'static [u8]) -> SupplementalData {
    SupplementalData::new(FORMAT)
        .on_send(move |_| Ok(data.to_vec()))
        .on_receive(|_, _| Ok(()))
}

fn open(priority: &str, datagram: bool, one: SupplementalData, other: SupplementalData) -> Pair {
    Pair::build(
        client(priority).extension(extension(one)),
        server(priority).extension(extension(other)),
        datagram,
    )
}

#[test]
fn both_sides_receive_the_data() {
    skip_unless!(requirement::EXTENSIONS);
    for priority in [TLS1_2, "NORMAL"] {
        let mut pair = open(priority, false, both(b"from the client"), both(b"server"));
        assert_eq!(pair.client.received_supplemental_data(FORMAT), None);
        pair.handshake().unwrap();
        assert_ne!(
            pair.client.protocol(),
            Some(Protocol::TLS1_3),
            "TLS 1.3 has no supplemental data"
        );
        let received = pair.server.received_supplemental_data(FORMAT);
        assert_eq!(received, Some(&b"from the client"[..]), "{priority}");
        let received = pair.client.received_supplemental_data(FORMAT);
        assert_eq!(received, Some(&b"server"[..]), "{priority}");
        assert_eq!(pair.client.received_supplemental_data(NUMBER), None);
        assert_eq!(pair.there(b"x"), b"x");
    }
}

#[test]
fn one_side_can_send_without_the_other() {
    skip_unless!(requirement::EXTENSIONS);
    let sends = || SupplementalData::new(FORMAT).on_send(|_| Ok(b"data".to_vec()));
    let takes = || SupplementalData::new(FORMAT).on_receive(|_, _| Ok(()));
    for client_sends in [false, true] {
        let mut pair = if client_sends {
            open(TLS1_2, false, sends(), takes())
        } else {
            open(TLS1_2, false, takes(), sends())
        };
        pair.handshake().unwrap();
        let received = [&pair.client, &pair.server]
            .map(|session| session.received_supplemental_data(FORMAT).is_some());
        assert_eq!(received, [!client_sends, client_sends]);
        assert_eq!(pair.there(b"x"), b"x");
    }
    // A side that requires supplemental data does not continue without it.
    let mut pair = open(TLS1_2, false, takes(), takes());
    let (client, server) = pair.handshake_both();
    assert_eq!(client.unwrap_err().kind(), ErrorKind::Protocol);
    assert_eq!(server.unwrap_err().kind(), ErrorKind::Alert);
}

#[test]
fn without_agreement_no_data_is_sent() {
    skip_unless!(requirement::EXTENSIONS);
    let server = server(TLS1_2).build().unwrap();
    let client = client(TLS1_2)
        .extension(extension(both(b"x")))
        .build()
        .unwrap();
    let mut pair = Pair::connect(&client, &server, false);
    assert_eq!(pair.client.received_supplemental_data(FORMAT), None);
    assert_eq!(pair.there(b"x"), b"x");
}

#[test]
fn a_refusal_ends_the_handshake_with_its_alert() {
    skip_unless!(requirement::EXTENSIONS);
    let refuses = || both(b"x").on_receive(|_, _| Err(Alert::ACCESS_DENIED));
    let cannot = || both(b"x").on_send(|_| Err(Alert::ACCESS_DENIED));
    for (one, other, client_fails) in [
        (both(b"x"), refuses(), false),
        (refuses(), both(b"x"), true),
        (both(b"x"), cannot(), false),
        (cannot(), both(b"x"), true),
    ] {
        let mut pair = open(TLS1_2, false, one, other);
        let (client, server) = pair.handshake_both();
        let (own, told) = if client_fails {
            (client, server)
        } else {
            (server, client)
        };
        let (own, told) = (own.unwrap_err(), told.unwrap_err());
        assert_eq!(
            (own.kind(), own.alert()),
            (ErrorKind::Protocol, Some(Alert::ACCESS_DENIED))
        );
        assert_eq!(
            (told.kind(), told.alert()),
            (ErrorKind::Alert, Some(Alert::ACCESS_DENIED))
        );
    }
}

#[test]
fn bug_class_10_lengths_that_cannot_be_sent_are_an_error() {
    skip_unless!(requirement::EXTENSIONS);
    for length in [0, 65_536] {
        let wrong = both(b"x").on_send(move |_| Ok(vec![7; length]));
        let mut pair = open(TLS1_2, false, both(b"x"), wrong);
        let (_, server) = pair.handshake_both();
        let error = server.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    let long = || both(b"x").on_send(|_| Ok(vec![7; 40_000]));
    let mut pair = open(TLS1_2, false, long(), long());
    pair.handshake().unwrap();
    let received = pair.client.received_supplemental_data(FORMAT).unwrap();
    assert_eq!(received, [7; 40_000]);
}

#[test]
fn bug_class_13_a_panic_goes_on_in_the_call() {
    skip_unless!(requirement::EXTENSIONS);
    let panics = both(b"x").on_receive(|_, _| panic!("received"));
    let mut pair = open(TLS1_2, false, panics, both(b"x"));
    let result = catch_unwind(AssertUnwindSafe(|| pair.handshake()));
    assert_eq!(result.unwrap_err().downcast_ref(), Some(&"received"));
}

/// In DTLS, GnuTLS sends supplemental data at the wrong time, and both sides wait forever.
#[test]
fn datagram_sessions_have_no_supplemental_data() {
    skip_unless!(requirement::EXTENSIONS);
    let client = client(DTLS1_2)
        .extension(extension(both(b"x")))
        .build()
        .unwrap();
    let error = client.datagram_session("localhost").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    let server = server(DTLS1_2)
        .extension(extension(both(b"x")))
        .build()
        .unwrap();
    // The session must not continue with a part of its configuration.
    let own = server.datagram_session().unwrap();
    let mut other = gnutls_testing::pair::server(DTLS1_2)
        .build()
        .unwrap()
        .datagram_session()
        .unwrap();
    let error = other.set_config(&server).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    for (mut session, kind) in [(own, ErrorKind::InvalidInput), (other, ErrorKind::Closed)] {
        let mut io = MemoryTransport::datagram().0;
        let error = session.handshake(&mut io).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.is_fatal());
        let later = session.handshake(&mut io).unwrap_err();
        assert_eq!(later.kind(), ErrorKind::Closed, "{later}");
    }
}

#[test]
fn two_formats_require_two_numbers() {
    skip_unless!(requirement::EXTENSIONS);
    let second = |format| {
        extension::HelloExtension::new(NUMBER + 9).supplemental_data(SupplementalData::new(format))
    };
    let builder = |format| {
        client(TLS1_2)
            .extension(extension(both(b"x")))
            .extension(second(format))
    };
    assert_eq!(
        builder(FORMAT).build().unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    assert!(builder(FORMAT + 1).build().is_ok());
}

#[test]
fn supplemental_data_is_verified_with_a_session_store_too() {
    skip_unless!(requirement::EXTENSIONS);
    // A client that stores its sessions also observes tickets.
    let client = gnutls::ClientConfig::builder()
        .trust(trust())
        .priority(gnutls::Priority::new(TLS1_2).unwrap())
        .extension(extension(both(b"x")))
        .build()
        .unwrap();
    let server = server(TLS1_2)
        .extension(extension(both(b"x")))
        .build()
        .unwrap();
    let mut pair = Pair::open(&client, &server, false);
    assert_eq!(
        tampered(&mut pair.client, &mut pair.server, &mut pair.far),
        Some(-9)
    );
}

/// A transport with preset incoming bytes.
#[derive(Default)]
struct Given {
    incoming: Vec<u8>,
    outgoing: Vec<u8>,
}

impl Read for Given {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.incoming.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let length = buffer.len().min(self.incoming.len());
        buffer[..length].copy_from_slice(&self.incoming[..length]);
        self.incoming.drain(..length);
        Ok(length)
    }
}

impl Write for Given {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.outgoing.extend_from_slice(data);
        Ok(data.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Changes the length in the server's supplemental data to 65,535 bytes, and returns the client's code.
fn tampered(client: &mut Session, server: &mut Session, far: &mut MemoryTransport) -> Option<i32> {
    let mut wire = Given::default();
    let _ = client.handshake(&mut wire).unwrap();
    let (mut near, mut other) = MemoryTransport::stream();
    std::mem::swap(far, &mut other);
    near.write_all(&wire.outgoing).unwrap();
    let _ = server.handshake(far).unwrap();
    let mut bytes = vec![0; near.available()];
    near.read_exact(&mut bytes).unwrap();
    // The header of the message, the total length, the format, and the length of the entry.
    let message = [23, 0, 0, 8, 0, 0, 5, 255, 21, 0, 1];
    let at = bytes
        .windows(message.len())
        .position(|window| window == message)
        .expect("the server sent no supplemental data");
    bytes[at + 9..at + 11].copy_from_slice(&[255, 255]);
    wire.incoming = bytes;
    let error = client.handshake(&mut wire).unwrap_err();
    assert_eq!(client.received_supplemental_data(FORMAT), None);
    error.code().map(gnutls::ErrorCode::as_raw)
}

#[test]
fn bug_class_9_a_length_beyond_the_message_is_not_believed() {
    skip_unless!(requirement::EXTENSIONS);
    let mut pair = open(
        TLS1_2,
        false,
        both(b"x").on_receive(|_, data| panic!("{} bytes", data.len())),
        both(b"x"),
    );
    assert_eq!(
        tampered(&mut pair.client, &mut pair.server, &mut pair.far),
        Some(-9)
    );
}
