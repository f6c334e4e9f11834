//! Heartbeats: permission to send them, responses, and late or missing responses.

use std::io::{self, Read};
use std::task::Poll;
use std::time::Duration;

use gnutls::transport::MemoryTransport;
use gnutls::{ClientAuth, ErrorKind, Transport, Trust, heartbeat, session};
use gnutls_testing::pair::*;
use gnutls_testing::{requirement, skip_unless};

fn open(
    client_policy: Option<heartbeat::Mode>,
    server_policy: Option<heartbeat::Mode>,
    datagram: bool,
) -> Pair {
    let priority = if datagram { DTLS1_2 } else { TLS1_2 };
    let (mut client, mut server) = (client(priority), server(priority));
    if let Some(policy) = client_policy {
        client = client.heartbeat(policy);
    }
    if let Some(policy) = server_policy {
        server = server.heartbeat(policy);
    }
    let mut pair = Pair::build(client, server, datagram);
    assert!(!pair.client.can_ping() && !pair.server.can_ping());
    pair.handshake().unwrap();
    pair
}

/// Reads the available records, which contain no data.
macro_rules! read {
    ($session:expr, $io:expr) => {
        assert!($session.read(&mut $io, &mut [0; 9]).unwrap().is_pending())
    };
}

#[test]
fn hazard_4_a_ping_is_answered_and_breaks_no_reader() {
    skip_unless!(requirement::HEARTBEAT);
    let answers = Some(heartbeat::Mode::AnswerPings);
    for datagram in [true, false] {
        let mut pair = open(answers, answers, datagram);
        for length in [1, 100, 1000] {
            assert_eq!(pair.client.heartbeat_timeout(), None);
            assert!(pair.client.can_ping() && pair.server.can_ping());
            let sent = pair.client.ping(&mut pair.near, length).unwrap();
            assert_eq!(sent, Poll::Ready(()));
            assert!(!pair.client.ping_answered());
            let wait = pair.client.heartbeat_timeout().unwrap();
            assert!(
                wait > Duration::ZERO && wait <= Duration::from_secs(1),
                "{wait:?}"
            );
            read!(pair.server, pair.far);
            read!(pair.client, pair.near);
            assert!(pair.client.ping_answered());
            assert_eq!(pair.client.heartbeat_timeout(), None);
            // A heartbeat between data records.
            assert!(pair.server.ping(&mut pair.far, length).unwrap().is_ready());
            assert_eq!(pair.back(b"data"), b"data");
            read!(pair.server, pair.far);
            assert!(pair.server.ping_answered());
        }
    }
}

#[test]
fn the_permission_to_ping_is_negotiated() {
    skip_unless!(requirement::HEARTBEAT);
    use heartbeat::Mode::{AnswerPings, SendOnly};
    for (client_policy, server_policy, client_may, server_may) in [
        (Some(AnswerPings), Some(SendOnly), false, true),
        (Some(SendOnly), Some(AnswerPings), true, false),
        (Some(SendOnly), Some(SendOnly), false, false),
        (Some(AnswerPings), None, false, false),
        (None, Some(AnswerPings), false, false),
        (None, None, false, false),
    ] {
        let mut pair = open(client_policy, server_policy, true);
        assert_eq!(pair.client.can_ping(), client_may);
        assert_eq!(pair.server.can_ping(), server_may);
        let flags: session::Flags = pair.client.flags();
        assert_eq!(flags.may_send_heartbeats(), client_may, "{flags:?}");
        if !client_may {
            let error = pair.client.ping(&mut pair.near, 9).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidState);
            assert!(!error.is_fatal());
        }
        assert_eq!(pair.there(b"x"), b"x");
    }
}

#[test]
fn a_late_response_is_discarded() {
    skip_unless!(requirement::HEARTBEAT);
    let answers = Some(heartbeat::Mode::AnswerPings);
    for datagram in [true, false] {
        let mut pair = open(answers, answers, datagram);
        assert!(pair.client.ping(&mut pair.near, 20).unwrap().is_ready());
        read!(pair.server, pair.far);
        // The client sends another ping, of a different length, before the response to the first one arrives.
        assert!(pair.client.ping(&mut pair.near, 30).unwrap().is_ready());
        read!(pair.client, pair.near);
        assert!(!pair.client.ping_answered());
        read!(pair.server, pair.far);
        read!(pair.client, pair.near);
        assert!(pair.client.ping_answered());
        assert_eq!(pair.there(b"x"), b"x");
        assert_eq!(pair.back(b"x"), b"x");
    }
}

#[test]
fn lengths_without_a_response_are_refused() {
    skip_unless!(requirement::HEARTBEAT);
    let answers = Some(heartbeat::Mode::AnswerPings);
    for datagram in [true, false] {
        let mut pair = open(answers, answers, datagram);
        for length in [0, 16_366, usize::MAX] {
            let error = pair.client.ping(&mut pair.near, length).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        }
        let longest = pair.client.ping(&mut pair.near, 16_365);
        if datagram {
            let error = longest.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
            assert!(!error.is_fatal());
            let mtu = pair.client.data_mtu().unwrap();
            assert!(pair.client.ping(&mut pair.near, mtu - 19 + 1).is_err());
            assert!(
                pair.client
                    .ping(&mut pair.near, mtu - 19)
                    .unwrap()
                    .is_ready()
            );
        } else {
            assert!(longest.unwrap().is_ready());
        }
        read!(pair.server, pair.far);
        read!(pair.client, pair.near);
        assert!(pair.client.ping_answered());
        assert_eq!(pair.there(b"x"), b"x");
    }
}

#[test]
fn bug_class_19_pings_without_end_do_not_fill_the_memory() {
    skip_unless!(requirement::HEARTBEAT);
    let answers = Some(heartbeat::Mode::AnswerPings);
    let mut pair = open(answers, answers, true);
    pair.far.set_capacity(Some(0));
    for _ in 0..100 {
        assert!(pair.client.ping(&mut pair.near, 500).unwrap().is_ready());
        let _ = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap();
    }
    let unsent = pair.server.unsent_bytes();
    assert!(unsent > 0 && unsent < 1000, "{unsent}");
    pair.far.set_capacity(None);
    assert!(pair.server.flush(&mut pair.far).unwrap().is_ready());
    assert_eq!(pair.there(b"x"), b"x");
}

#[test]
fn timeouts_are_milliseconds() {
    skip_unless!(requirement::HEARTBEAT);
    let answers = Some(heartbeat::Mode::AnswerPings);
    let mut pair = open(answers, answers, true);
    let minute = Duration::from_secs(60);
    pair.client
        .set_heartbeat_timeouts(Duration::from_millis(1_500), minute)
        .unwrap();
    assert!(pair.client.ping(&mut pair.near, 9).unwrap().is_ready());
    let wait = pair.client.heartbeat_timeout().unwrap();
    assert!(wait > Duration::from_secs(1) && wait <= Duration::from_millis(1_500));
    let error = pair
        .client
        .set_heartbeat_timeouts(minute, Duration::MAX)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    pair.client
        .set_heartbeat_timeouts(Duration::ZERO, minute)
        .unwrap();
    assert!(pair.client.ping(&mut pair.near, 9).unwrap().is_ready());
    assert_eq!(pair.client.heartbeat_timeout(), Some(Duration::ZERO));
}

#[test]
fn a_closed_session_sends_no_ping() {
    skip_unless!(requirement::HEARTBEAT);
    let answers = Some(heartbeat::Mode::AnswerPings);
    let mut pair = open(answers, answers, true);
    assert!(pair.server.ping(&mut pair.far, 9).unwrap().is_ready());
    assert!(pair.client.close(&mut pair.near).unwrap().is_ready());
    let error = pair.client.ping(&mut pair.near, 9).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
    // It does not respond to a ping either.
    let before = pair.far.available();
    read!(pair.client, pair.near);
    assert_eq!(pair.far.available(), before);
}

/// A transport that receives, and fails to send.
struct ReceiveOnly(MemoryTransport);

impl Transport for ReceiveOnly {
    fn send(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::BrokenPipe.into())
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }
}

#[test]
fn a_response_that_cannot_be_sent_loses_no_data() {
    skip_unless!(requirement::HEARTBEAT);
    let answers = Some(heartbeat::Mode::AnswerPings);
    for datagram in [true, false] {
        let mut pair = open(answers, answers, datagram);
        let mut far = ReceiveOnly(pair.far);
        assert!(pair.client.ping(&mut pair.near, 20).unwrap().is_ready());
        let written = pair.client.write(&mut pair.near, b"data").unwrap();
        assert_eq!(written, Poll::Ready(4));
        let read = pair.server.read(&mut far, &mut [0; 9]).unwrap();
        assert_eq!(read, Poll::Ready(4));
        let error = pair.server.ping(&mut far, 20).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{error}");
    }
}

#[test]
fn a_ping_has_at_most_the_size_of_a_record() {
    skip_unless!(requirement::HEARTBEAT);
    skip_unless!(requirement::MAX_RECEIVE_SIZE);
    for (priority, datagram) in [(TLS1_2, false), (DTLS1_2, true)] {
        let answers = heartbeat::Mode::AnswerPings;
        let (client, server) = (client(priority), server(priority));
        let (client, server) = (client.heartbeat(answers), server.heartbeat(answers));
        let mut pair = Pair::build(client, server, datagram);
        pair.server.set_max_receive_size(512).unwrap();
        pair.handshake().unwrap();
        // The type, the length and the padding have 19 bytes, and an answer is as long as the ping.
        for (session, io) in [
            (&mut pair.client, &mut pair.near),
            (&mut pair.server, &mut pair.far),
        ] {
            let error = session.ping(io, 494).unwrap_err();
            assert_eq!((error.kind(), error.is_fatal()), (ErrorKind::Limit, false));
            assert!(session.ping(io, 493).unwrap().is_ready());
        }
        read!(pair.server, pair.far);
        read!(pair.client, pair.near);
        read!(pair.server, pair.far);
        assert!(pair.client.ping_answered() && pair.server.ping_answered());
        if datagram {
            // An answer that exceeds the datagrams of this side is not sent.
            pair.client.set_mtu(300).unwrap();
            assert!(pair.server.ping(&mut pair.far, 400).unwrap().is_ready());
            read!(pair.client, pair.near);
            read!(pair.server, pair.far);
            assert!(!pair.server.ping_answered());
        }
        assert_eq!(pair.there(b"data"), b"data", "{priority}");
        assert_eq!(pair.back(b"data"), b"data", "{priority}");
    }
}

#[test]
fn a_ping_that_crosses_a_request_for_a_handshake_is_discarded() {
    skip_unless!(requirement::HEARTBEAT);
    let mode = heartbeat::Mode::AnswerPings;
    let client = client(TLS1_2).heartbeat(mode);
    let server = server(TLS1_2).heartbeat(mode);
    let client = client.dangerous_allow_renegotiation();
    let mut pair = Pair::build(client, server, false);
    pair.handshake().unwrap();
    let before = pair.client.id();
    assert!(pair.server.rehandshake(&mut pair.far).unwrap().is_ready());
    assert!(pair.client.ping(&mut pair.near, 9).unwrap().is_ready());
    assert!(pair.server.handshake(&mut pair.far).unwrap().is_pending());
    let error = pair.client.read(&mut pair.near, &mut [0; 9]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rehandshake);
    pair.handshake().unwrap();
    assert_ne!(before, pair.client.id());
    assert_eq!(pair.there(b"x"), b"x");
    assert_eq!(pair.back(b"y"), b"y");
}

#[test]
fn a_ping_that_crosses_a_certificate_request_is_discarded() {
    skip_unless!(requirement::HEARTBEAT);
    skip_unless!(requirement::POST_HANDSHAKE_AUTH);
    let mode = heartbeat::Mode::AnswerPings;
    let client = client(TLS1_3).heartbeat(mode).post_handshake_auth(true);
    let auth = ClientAuth::AfterHandshake(Trust::none());
    let server = server(TLS1_3).heartbeat(mode).client_auth(auth);
    let mut pair = Pair::build(client, server, false);
    pair.handshake().unwrap();
    assert!(pair.client.can_ping());
    assert!(pair.client.ping(&mut pair.near, 9).unwrap().is_ready());
    let request = pair.server.request_authentication(&mut pair.far);
    assert!(request.unwrap().is_pending());
    assert!(
        pair.client
            .read(&mut pair.near, &mut [0; 9])
            .unwrap()
            .is_pending()
    );
    let answer = pair.server.request_authentication(&mut pair.far).unwrap();
    assert_eq!(answer, Poll::Ready(false));
    assert_eq!(pair.there(b"x"), b"x");
}

/// RFC 6520, section 3: the peer discards a HeartbeatRequest that arrives during a handshake.
#[test]
fn heartbeats_that_arrive_during_a_renegotiation_are_discarded() {
    skip_unless!(requirement::HEARTBEAT);
    let mode = heartbeat::Mode::AnswerPings;
    for datagram in [false, true] {
        let priority = if datagram { DTLS1_2 } else { TLS1_2 };
        let client = client(priority).heartbeat(mode);
        let server = server(priority).heartbeat(mode);
        let mut pair = Pair::build(
            client.dangerous_allow_renegotiation(),
            server.dangerous_allow_renegotiation(),
            datagram,
        );
        pair.handshake().unwrap();
        let before = pair.client.id();

        // A request and a response of the server cross the ClientHello.
        assert!(pair.client.ping(&mut pair.near, 9).unwrap().is_ready());
        assert!(pair.server.ping(&mut pair.far, 9).unwrap().is_ready());
        read!(pair.server, pair.far);
        assert!(
            pair.client
                .rehandshake(&mut pair.near)
                .unwrap()
                .is_pending()
        );
        let error = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rehandshake, "{priority}");
        pair.handshake().unwrap();
        assert_ne!(before, pair.client.id(), "{priority}");
        assert!(!pair.client.ping_answered() && !pair.server.ping_answered());
        assert!(pair.client.ping(&mut pair.near, 9).unwrap().is_ready());
        read!(pair.server, pair.far);
        read!(pair.client, pair.near);
        assert!(pair.client.ping_answered(), "{priority}");
        assert_eq!(pair.there(b"x"), b"x");
        assert_eq!(pair.back(b"y"), b"y");
    }
}

#[test]
fn a_forged_heartbeat_does_not_end_a_datagram_handshake() {
    let mut pair = Pair::build(client(DTLS1_2), server(DTLS1_2), true);
    let heartbeat = [24, 254, 253, 0, 0, 0, 0, 0, 0, 0, 99, 0, 3, 1, 0, 0];
    for _ in 0..3 {
        for io in [&mut pair.near, &mut pair.far] {
            assert_eq!(io.send(&heartbeat).unwrap(), heartbeat.len());
        }
        let (client, server) = pair.step();
        assert!(client.is_ok() && server.is_ok(), "{client:?}, {server:?}");
    }
    pair.handshake().unwrap();
    assert_eq!(pair.there(b"x"), b"x");
}
