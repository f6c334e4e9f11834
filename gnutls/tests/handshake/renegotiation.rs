//! Renegotiation in TLS and DTLS up to 1.2, which is refused unless it is allowed.

use std::os::unix::net::UnixStream;
use std::task::Poll;

use gnutls::transport::{Descriptors, MemoryTransport};
use gnutls::verify::VerificationStatus;
use gnutls::{Alert, Error, ErrorCode, ErrorKind, SessionId, Side, Transport};
use gnutls_testing::pair::*;
use gnutls_testing::{requirement, skip_unless};

/// The protocols with renegotiation.
const OLD: [(&str, bool); 2] = [(TLS1_2, false), (DTLS1_2, true)];

fn connected(priority: &str, datagram: bool, client_allows: bool, server_allows: bool) -> Pair {
    let mut client = client(priority);
    let mut server = server(priority);
    if client_allows {
        client = client.dangerous_allow_renegotiation();
    }
    if server_allows {
        server = server.dangerous_allow_renegotiation();
    }
    Pair::connect(&client.build().unwrap(), &server.build().unwrap(), datagram)
}

fn ids(pair: &Pair) -> (SessionId, SessionId) {
    (pair.client.id(), pair.server.id())
}

fn is_refusal(error: &Error) -> bool {
    error.kind() == ErrorKind::Alert
        && !error.is_fatal()
        && error.alert() == Some(Alert::NO_RENEGOTIATION)
        && error
            .to_string()
            .starts_with("the peer refuses a new handshake: continue with the current session: ")
}

#[test]
fn a_client_begins_a_new_handshake_that_the_server_allows() {
    for (priority, datagram) in OLD {
        let mut pair = connected(priority, datagram, false, true);
        let before = ids(&pair);
        assert!(
            pair.client
                .rehandshake(&mut pair.near)
                .unwrap()
                .is_pending()
        );
        // No other data is sent before the handshake is complete.
        assert_eq!(
            pair.client.write(&mut pair.near, b"x").unwrap_err().kind(),
            ErrorKind::Rehandshake
        );
        let error = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rehandshake, "{error}");
        assert!(!error.is_fatal());
        // Another read would discard the client's message, so it returns the same error.
        let error = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rehandshake, "{error}");
        pair.handshake().unwrap();
        assert_ne!(before.0, pair.client.id(), "{priority}");
        assert_ne!(before.1, pair.server.id());
        assert_eq!(
            pair.client.verification_status(),
            Some(VerificationStatus::default())
        );
        assert_eq!(pair.there(b"x"), b"x");
        assert_eq!(pair.back(b"y"), b"y");
    }
}

#[test]
fn a_server_asks_for_a_new_handshake_that_the_client_allows() {
    {
        let mut pair = connected(TLS1_2, false, true, false);
        let before = ids(&pair);
        assert!(pair.server.rehandshake(&mut pair.far).unwrap().is_ready());
        let error = pair.client.read(&mut pair.near, &mut [0; 9]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rehandshake, "{error}");
        // The server requested the handshake, and therefore accepts it although it refuses those of clients.
        assert!(pair.client.handshake(&mut pair.near).unwrap().is_pending());
        let error = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rehandshake, "{error}");
        pair.handshake().unwrap();
        assert_ne!(before, ids(&pair));
        assert_eq!(pair.there(b"x"), b"x");
    }
}

#[test]
fn a_server_can_wait_for_a_requested_rehandshake() {
    let mut pair = connected(TLS1_2, false, true, false);
    assert!(pair.server.rehandshake(&mut pair.far).unwrap().is_ready());
    assert!(pair.server.handshake(&mut pair.far).unwrap().is_pending());
    assert_eq!(
        pair.client
            .read(&mut pair.near, &mut [0; 9])
            .unwrap_err()
            .kind(),
        ErrorKind::Rehandshake
    );
    pair.handshake().unwrap();
    assert_eq!(pair.back(b"x"), b"x");
}

#[test]
fn hazard_11_a_server_refuses_a_new_handshake_and_goes_on() {
    for (priority, datagram) in OLD {
        let mut pair = connected(priority, datagram, false, false);
        let before = ids(&pair);
        // In DTLS, another ClientHello is not sent before the retransmission timeout of the refused one.
        for round in 0..if datagram { 1 } else { 40 } {
            let begun = pair.client.rehandshake(&mut pair.near);
            if round == 0 {
                assert!(begun.unwrap().is_pending());
                let read = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap();
                assert!(read.is_pending(), "{priority}");
                let error = pair.client.handshake(&mut pair.near).unwrap_err();
                assert!(is_refusal(&error), "{priority}: {error}");
            } else {
                // GnuTLS cannot complete another handshake, and ends the session at the 17th refusal.
                let error = begun.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidState, "{error}");
                assert!(!error.is_fatal());
            }
            // The session is unchanged.
            assert_eq!(before, ids(&pair));
            assert_eq!(
                pair.client.verification_status(),
                Some(VerificationStatus::default())
            );
            assert_eq!(pair.there(b"x"), b"x", "{priority}");
            assert_eq!(pair.back(b"y"), b"y", "{priority}");
        }
    }
}

#[test]
fn hazard_11_a_server_receives_any_number_of_refusals() {
    // GnuTLS does not count the refusals, because the server has not begun the handshake.
    let mut pair = connected(TLS1_2, false, false, false);
    for round in 0..40 {
        assert!(pair.server.rehandshake(&mut pair.far).unwrap().is_ready());
        assert!(pair.server.handshake(&mut pair.far).unwrap().is_pending());
        let read = pair.client.read(&mut pair.near, &mut [0; 9]).unwrap();
        assert!(read.is_pending());
        let error = pair.server.handshake(&mut pair.far).unwrap_err();
        assert!(is_refusal(&error), "{round}: {error}");
        assert_eq!(pair.there(b"x"), b"x");
        assert_eq!(pair.back(b"y"), b"y");
    }
}

#[test]
fn a_client_that_has_refused_a_handshake_can_begin_one() {
    for server_allows in [false, true] {
        let mut pair = connected(TLS1_2, false, false, server_allows);
        assert!(pair.server.rehandshake(&mut pair.far).unwrap().is_ready());
        assert!(pair.server.handshake(&mut pair.far).unwrap().is_pending());
        let read = pair.client.read(&mut pair.near, &mut [0; 9]).unwrap();
        assert!(read.is_pending());
        let error = pair.server.handshake(&mut pair.far).unwrap_err();
        assert!(is_refusal(&error), "{error}");
        let begun = pair.client.rehandshake(&mut pair.near).unwrap();
        assert!(begun.is_pending());
        let read = pair.server.read(&mut pair.far, &mut [0; 9]);
        if server_allows {
            assert_eq!(read.unwrap_err().kind(), ErrorKind::Rehandshake);
            pair.handshake().unwrap();
        } else {
            assert!(read.unwrap().is_pending());
            let error = pair.client.handshake(&mut pair.near).unwrap_err();
            assert!(is_refusal(&error), "{error}");
        }
        assert_eq!(pair.there(b"x"), b"x");
        assert_eq!(pair.back(b"y"), b"y");
    }
}

#[test]
fn a_server_on_descriptors_refuses_a_hello_that_it_has_missed() {
    // GnuTLS itself receives the refusal of the client in its handshake.
    let Pair {
        mut client,
        mut server,
        ..
    } = Pair::build(client(TLS1_2), server(TLS1_2), false);
    let (near, far) = UnixStream::pair().unwrap();
    let mut near = Descriptors::new(near).unwrap();
    let mut far = Descriptors::new(far).unwrap();
    handshake(&mut client, &mut near, &mut server, &mut far).unwrap();
    for round in 0..=16 {
        assert!(server.rehandshake(&mut far).unwrap().is_ready());
        if round < 16 {
            assert!(server.handshake(&mut far).unwrap().is_pending());
            assert!(client.read(&mut near, &mut [0; 9]).unwrap().is_pending());
            let error = server.handshake(&mut far).unwrap_err();
            assert!(is_refusal(&error), "{error}");
        } else {
            // GnuTLS ends the session at the 17th refusal.
            let error = server.handshake(&mut far).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidState, "{error}");
            assert!(!error.is_fatal());
            assert!(client.read(&mut near, &mut [0; 9]).unwrap().is_pending());
            let error = server.read(&mut far, &mut [0; 9]).unwrap_err();
            assert!(is_refusal(&error), "{error}");
        }
    }
    assert!(client.rehandshake(&mut near).unwrap().is_pending());
    assert!(server.read(&mut far, &mut [0; 9]).unwrap().is_pending());
    let error = client.handshake(&mut near).unwrap_err();
    assert!(is_refusal(&error), "{error}");
    assert_eq!(client.write(&mut near, b"x").unwrap(), Poll::Ready(1));
    let read = server.read(&mut far, &mut [0; 9]).unwrap();
    assert_eq!(read, Poll::Ready(1));
}

#[test]
fn hazard_11_a_client_refuses_a_new_handshake_and_goes_on() {
    {
        let mut pair = connected(TLS1_2, false, false, false);
        let before = ids(&pair);
        for _ in 0..3 {
            assert!(pair.server.rehandshake(&mut pair.far).unwrap().is_ready());
            assert!(
                pair.client
                    .read(&mut pair.near, &mut [0; 9])
                    .unwrap()
                    .is_pending()
            );
            let error = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap_err();
            assert!(is_refusal(&error), "{error}");
            assert_eq!(before, ids(&pair));
            assert_eq!(pair.there(b"x"), b"x");
            assert_eq!(pair.back(b"y"), b"y");
        }
    }
}

#[test]
fn hazard_11_refusals_that_nobody_reads_do_not_fill_the_memory() {
    let mut pair = connected(TLS1_2, false, false, false);
    pair.near.set_capacity(Some(0));
    let mut kept = 0;
    for round in 0..50 {
        assert!(pair.server.rehandshake(&mut pair.far).unwrap().is_ready());
        assert!(
            pair.client
                .read(&mut pair.near, &mut [0; 9])
                .unwrap()
                .is_pending()
        );
        if round == 0 {
            kept = pair.client.unsent_bytes();
            assert!(kept > 0);
        }
        assert_eq!(pair.client.unsent_bytes(), kept);
    }
}

#[test]
fn a_refusal_is_sent_after_the_output_before_it() {
    let mut pair = connected(TLS1_2, false, false, false);
    for blocks in [false, true, false, true, true] {
        if blocks {
            pair.near.set_capacity(Some(0));
        }
        assert!(pair.client.write(&mut pair.near, b"x").unwrap().is_ready());
        for _ in 0..2 {
            assert!(pair.server.rehandshake(&mut pair.far).unwrap().is_ready());
        }
        let read = pair.client.read(&mut pair.near, &mut [0; 9]).unwrap();
        assert!(read.is_pending());
        pair.near.set_capacity(None);
        assert!(pair.client.flush(&mut pair.near).unwrap().is_ready());
        let read = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap();
        assert_eq!(read, Poll::Ready(1));
        let error = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap_err();
        assert!(is_refusal(&error), "{blocks}: {error}");
    }
}

#[test]
fn a_request_that_crosses_the_hello_of_the_client_is_ignored() {
    for (client_allows, server_allows) in
        [(true, true), (false, true), (true, false), (false, false)]
    {
        for data in [false, true] {
            let mut pair = connected(TLS1_2, false, client_allows, server_allows);
            let before = ids(&pair);
            if data {
                assert!(pair.server.write(&mut pair.far, b"x").unwrap().is_ready());
            }
            assert!(pair.server.rehandshake(&mut pair.far).unwrap().is_ready());
            let mut begun = pair.client.rehandshake(&mut pair.near);
            if data {
                let error = begun.unwrap_err();
                assert_eq!(
                    error.code(),
                    Some(ErrorCode::GOT_APPLICATION_DATA),
                    "{error}"
                );
                let read = pair.client.read(&mut pair.near, &mut [0; 9]).unwrap();
                assert_eq!(read, Poll::Ready(1));
                begun = pair.client.handshake(&mut pair.near);
            }
            assert!(begun.unwrap().is_pending());
            // The server requested the handshake, and therefore accepts it.
            let error = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Rehandshake, "{error}");
            pair.handshake().unwrap();
            assert_ne!(before, ids(&pair));
            assert_eq!(pair.there(b"x"), b"x");
            assert_eq!(pair.back(b"y"), b"y");
        }
    }
}

#[test]
fn a_peer_that_has_closed_its_side_is_not_waited_for() {
    let mut pair = connected(TLS1_2, false, true, true);
    assert!(pair.client.close(&mut pair.near).unwrap().is_ready());
    assert!(pair.server.rehandshake(&mut pair.far).unwrap().is_ready());
    let read = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap();
    assert_eq!(read, Poll::Ready(0));
    let error = pair.server.handshake(&mut pair.far).unwrap_err();
    assert_eq!(
        (error.kind(), error.is_fatal()),
        (ErrorKind::Closed, true),
        "{error}"
    );
}

#[test]
fn a_hello_of_several_records_is_refused_once() {
    // A ClientHello of more than 700 bytes, in records of at most 512.
    let protocols = (0..8).map(|number| format!("{number:031}"));
    let client = client(TLS1_2)
        .dangerous_accept_any_certificate()
        .alpn(protocols);
    let (client, server) = (client.build().unwrap(), server(TLS1_2).build().unwrap());
    let name = vec!["a".repeat(60); 4].join(".");
    let mut pair = Pair::open_with_name(&client, &server, &name, false);
    pair.client.set_max_record_size(512).unwrap();
    pair.handshake().unwrap();
    assert!(
        pair.client
            .rehandshake(&mut pair.near)
            .unwrap()
            .is_pending()
    );
    let read = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap();
    assert!(read.is_pending());
    let error = pair.client.handshake(&mut pair.near).unwrap_err();
    assert!(is_refusal(&error), "{error}");
    assert!(
        pair.client
            .read(&mut pair.near, &mut [0; 9])
            .unwrap()
            .is_pending()
    );
    assert_eq!(pair.there(b"x"), b"x");
    assert_eq!(pair.back(b"y"), b"y");
}

#[test]
fn data_in_transit_is_read_before_a_rehandshake() {
    let mut pair = connected(TLS1_2, false, true, true);
    assert_eq!(
        pair.client.write(&mut pair.near, b"early").unwrap(),
        Poll::Ready(5)
    );
    assert!(pair.server.rehandshake(&mut pair.far).unwrap().is_ready());
    // The server waits for the ClientHello, and the client's data arrives first.
    let error = pair.server.handshake(&mut pair.far).unwrap_err();
    assert!(!error.is_fatal(), "{error}");
    assert_eq!(error.kind(), ErrorKind::InvalidState, "{error}");
    // Another call neither loses the data nor ends the session.
    let again = pair.server.handshake(&mut pair.far).unwrap_err();
    assert_eq!(
        (again.code(), again.is_fatal()),
        (error.code(), false),
        "{again}"
    );
    let mut buffer = [0; 9];
    assert_eq!(
        pair.server.read(&mut pair.far, &mut buffer).unwrap(),
        Poll::Ready(5)
    );
    assert_eq!(
        pair.server
            .read(&mut pair.far, &mut buffer)
            .unwrap_err()
            .kind(),
        ErrorKind::Rehandshake
    );
    assert_eq!(
        pair.client
            .read(&mut pair.near, &mut buffer)
            .unwrap_err()
            .kind(),
        ErrorKind::Rehandshake
    );
    pair.handshake().unwrap();
    assert_eq!(pair.there(b"x"), b"x");
}

#[test]
fn data_that_is_partly_read_survives_a_rehandshake() {
    for alert in [false, true] {
        let mut pair = connected(TLS1_2, false, true, true);
        let written = pair.client.write(&mut pair.near, b"early").unwrap();
        assert_eq!(written, Poll::Ready(5));
        let mut buffer = [0; 9];
        let read = pair.server.read(&mut pair.far, &mut buffer[..2]).unwrap();
        assert_eq!(read, Poll::Ready(2));
        assert!(pair.server.rehandshake(&mut pair.far).unwrap().is_ready());
        if alert {
            let sent = pair.client.send_alert(
                &mut pair.near,
                gnutls::AlertLevel::Warning,
                Alert::USER_CANCELED,
            );
            assert!(sent.unwrap().is_ready());
        }
        let error = pair.client.read(&mut pair.near, &mut [0; 9]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rehandshake);
        assert!(pair.client.handshake(&mut pair.near).unwrap().is_pending());
        let error = pair.server.handshake(&mut pair.far).unwrap_err();
        assert_eq!(
            error.code(),
            Some(ErrorCode::GOT_APPLICATION_DATA),
            "{alert}: {error}"
        );
        let read = pair.server.read(&mut pair.far, &mut buffer).unwrap();
        assert_eq!((read, &buffer[..3]), (Poll::Ready(3), &b"rly"[..]));
        pair.handshake().unwrap();
        assert_eq!(pair.there(b"x"), b"x");
    }
}

#[test]
fn a_client_reads_data_in_transit_and_sends_one_hello() {
    let mut pair = connected(TLS1_2, false, false, true);
    pair.near.set_record(true);
    let begun = pair.client.rehandshake(&mut pair.near).unwrap();
    assert!(begun.is_pending());
    let hello = pair.near.take_record();
    // The server sends data before it reads the ClientHello.
    for data in [b"first", b"other"] {
        let written = pair.server.write(&mut pair.far, data).unwrap();
        assert_eq!(written, Poll::Ready(5));
    }
    let error = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rehandshake, "{error}");
    assert!(pair.server.handshake(&mut pair.far).unwrap().is_pending());
    for data in [b"first", b"other"] {
        for _ in 0..2 {
            let error = pair.client.handshake(&mut pair.near).unwrap_err();
            assert_eq!(error.code(), Some(ErrorCode::GOT_APPLICATION_DATA));
            assert!(!error.is_fatal(), "{error}");
        }
        let mut buffer = [0; 9];
        let read = pair.client.read(&mut pair.near, &mut buffer).unwrap();
        assert_eq!(read, Poll::Ready(5));
        assert_eq!(&buffer[..5], data);
    }
    let error = pair.client.read(&mut pair.near, &mut [0; 9]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rehandshake, "{error}");
    assert_eq!(pair.near.take_record(), [] as [Vec<u8>; 0], "{hello:?}");
    pair.handshake().unwrap();
    assert_eq!(pair.there(b"x"), b"x");
    assert_eq!(pair.back(b"y"), b"y");
}

/// Returns the bytes that have arrived.
fn arrived(io: &mut MemoryTransport) -> Vec<u8> {
    let mut bytes = Vec::new();
    while io.available() > 0 {
        let mut part = vec![0; io.available()];
        let length = io.receive(&mut part).unwrap();
        bytes.extend_from_slice(&part[..length]);
    }
    bytes
}

#[test]
fn data_under_keys_that_are_not_authenticated_is_not_read() {
    let Pair {
        mut client,
        mut server,
        mut near,
        mut far,
    } = Pair::build(
        client(TLS1_2),
        server(TLS1_2).dangerous_allow_renegotiation(),
        false,
    );
    // The test forwards the bytes of the client.
    let (mut from_client, mut to_server) = (MemoryTransport::stream(), MemoryTransport::stream());
    std::mem::swap(&mut near, &mut from_client.0);
    std::mem::swap(&mut far, &mut to_server.1);
    let mut forward = |change: &dyn Fn(Vec<u8>) -> Vec<u8>| {
        let bytes = change(arrived(&mut from_client.1));
        if !bytes.is_empty() {
            assert_eq!(to_server.0.send(&bytes).unwrap(), bytes.len());
        }
        let bytes = arrived(&mut to_server.0);
        if !bytes.is_empty() {
            assert_eq!(from_client.1.send(&bytes).unwrap(), bytes.len());
        }
    };
    for _ in 0..10 {
        let _ = client.handshake(&mut near).unwrap();
        forward(&|bytes| bytes);
        let _ = server.handshake(&mut far).unwrap();
        forward(&|bytes| bytes);
    }
    assert!(client.rehandshake(&mut near).unwrap().is_pending());
    forward(&|bytes| bytes);
    let error = server.read(&mut far, &mut [0; 9]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rehandshake, "{error}");
    assert!(server.handshake(&mut far).unwrap().is_pending());
    forward(&|bytes| bytes);
    assert!(client.handshake(&mut near).unwrap().is_pending());
    // The record after ChangeCipherSpec becomes one with data.
    forward(&|mut bytes| {
        let (mut position, mut changed) = (0, false);
        while position < bytes.len() {
            if changed {
                bytes[position] = 23;
            }
            changed = bytes[position] == 20;
            let length = [bytes[position + 3], bytes[position + 4]];
            position += 5 + usize::from(u16::from_be_bytes(length));
        }
        assert!(bytes.contains(&23));
        bytes
    });
    let error = server.handshake(&mut far).unwrap_err();
    assert!(error.is_fatal(), "{error}");
}

/// Begins a handshake on the other side of a session with corked data.
fn corked_across_a_rehandshake(side: Side, uncork: bool) -> Pair {
    let mut pair = connected(TLS1_2, false, true, true);
    let (session, io) = match side {
        Side::Client => {
            assert!(pair.server.rehandshake(&mut pair.far).unwrap().is_ready());
            (&mut pair.client, &mut pair.near)
        }
        Side::Server => {
            let begun = pair.client.rehandshake(&mut pair.near).unwrap();
            assert!(begun.is_pending());
            (&mut pair.server, &mut pair.far)
        }
    };
    session.cork();
    assert_eq!(session.write(io, b"corked").unwrap(), Poll::Ready(6));
    let error = session.read(io, &mut [0; 9]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rehandshake, "{error}");
    if uncork {
        let error = session.uncork(io).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rehandshake, "{error}");
    }
    // Nothing pretends to have sent the data.
    let error = session.flush(io).unwrap_err();
    assert_eq!(
        (error.kind(), error.is_fatal()),
        (ErrorKind::Rehandshake, false)
    );
    assert_eq!(session.corked_bytes(), 6);
    pair.handshake().unwrap();
    pair
}

#[test]
fn data_that_was_corked_before_a_rehandshake_is_sent_after_it() {
    for side in [Side::Client, Side::Server] {
        let mut pair = corked_across_a_rehandshake(side, true);
        let (sender, session, io) = match side {
            Side::Client => (&pair.client, &mut pair.server, &mut pair.far),
            Side::Server => (&pair.server, &mut pair.client, &mut pair.near),
        };
        assert_eq!(sender.corked_bytes(), 0);
        let mut buffer = [0; 9];
        assert_eq!(session.read(io, &mut buffer).unwrap(), Poll::Ready(6));
        assert_eq!(&buffer[..6], b"corked");
        // A session that is still corked waits for a full record.
        let pair = corked_across_a_rehandshake(side, false);
        let corked = match side {
            Side::Client => pair.client.corked_bytes(),
            Side::Server => pair.server.corked_bytes(),
        };
        assert_eq!(corked, 6);
    }
}

#[test]
fn a_server_does_not_repeat_its_request() {
    let mut pair = connected(TLS1_2, false, true, true);
    assert!(pair.server.rehandshake(&mut pair.far).unwrap().is_ready());
    let requested = pair.near.available();
    assert!(pair.server.rehandshake(&mut pair.far).unwrap().is_ready());
    assert_eq!(pair.near.available(), requested);
    let error = pair.client.read(&mut pair.near, &mut [0; 9]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rehandshake, "{error}");
    pair.handshake().unwrap();
    assert_eq!(pair.there(b"x"), b"x");
}

#[test]
fn a_closed_server_reads_past_the_hello_of_a_new_handshake() {
    let mut pair = connected(TLS1_2, false, false, true);
    // The client does not receive close_notify before it has sent its hello.
    pair.far.set_capacity(Some(0));
    assert!(pair.server.close(&mut pair.far).unwrap().is_pending());
    let begun = pair.client.rehandshake(&mut pair.near).unwrap();
    assert!(begun.is_pending());
    let read = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap();
    assert!(read.is_pending());
    pair.far.set_capacity(None);
    assert!(pair.server.close(&mut pair.far).unwrap().is_ready());
    drop(pair.near);
    let error = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "{error}");
}

/// The parts of the refused ClientHello are freed, which the leak detector verifies.
#[test]
fn a_hello_is_refused_while_packets_are_read() {
    for (priority, datagram) in OLD {
        let mut pair = connected(priority, datagram, false, false);
        assert!(
            pair.client
                .rehandshake(&mut pair.near)
                .unwrap()
                .is_pending()
        );
        assert!(pair.server.read_packet(&mut pair.far).unwrap().is_pending());
        let error = pair.client.handshake(&mut pair.near).unwrap_err();
        assert!(is_refusal(&error), "{error}");
        let written = pair.client.write(&mut pair.near, b"data").unwrap();
        assert_eq!(written, Poll::Ready(4));
        let packet = pair.server.read_packet(&mut pair.far).unwrap();
        let Poll::Ready(Some(packet)) = packet else {
            panic!("the packet is available")
        };
        assert_eq!(&packet[..], b"data");
    }
}

#[test]
fn tls1_3_has_no_renegotiation() {
    skip_unless!(requirement::TLS1_3);
    let mut pair = Pair::connected(TLS1_3, false);
    for side in [Side::Client, Side::Server] {
        let (session, io) = match side {
            Side::Client => (&mut pair.client, &mut pair.near),
            Side::Server => (&mut pair.server, &mut pair.far),
        };
        assert_eq!(
            session.rehandshake(io).unwrap_err().kind(),
            ErrorKind::InvalidState
        );
        // An additional call of `handshake`, which would update the keys in C, does not start one either.
        assert!(session.handshake(io).unwrap().is_ready());
    }
    assert_eq!((pair.near.available(), pair.far.available()), (0, 0));
    assert_eq!(pair.there(b"x"), b"x");
}

#[test]
fn hazard_26_a_new_handshake_needs_one_that_is_over() {
    for (priority, datagram) in protocols() {
        let client = client(priority).build().unwrap();
        let server = server(priority).build().unwrap();
        let mut pair = Pair::open(&client, &server, datagram);
        assert_eq!(
            pair.client.rehandshake(&mut pair.near).unwrap_err().kind(),
            ErrorKind::InvalidState
        );
        assert_eq!(
            pair.server.rehandshake(&mut pair.far).unwrap_err().kind(),
            ErrorKind::InvalidState
        );
        pair.handshake().unwrap();
    }
}
