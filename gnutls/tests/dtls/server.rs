//! The server without I/O: its table of peers, limits, timers, and the ways of authentication.

use std::io;
use std::task::Poll;
use std::time::{Duration, Instant};

use gnutls::dtls::{DiscardReason, Limits, Received, Server};
use gnutls::psk::{self, PreSharedKey};
use gnutls::resumption::TicketKey;
use gnutls::{ClientConfig, ErrorKind, Identity, Priority, ServerConfig, Transport, Trust};
use gnutls_testing::fixtures::fixture;
use gnutls_testing::pair::{self, DTLS1_2};
use gnutls_testing::{requirement, skip_unless};

use crate::{Client, address, client, new_server, server};

/// Returns a server with this retransmission timeout that has accepted the hello of a client, and the client.
fn with_new_peer(retransmission: Duration) -> (Server, Client) {
    let mut server = new_server(Limits {
        retransmission,
        ..Limits::default()
    });
    let mut client = Client::of_fixtures(address(1));
    let (_, first) = client.handshake();
    let _ = client.exchange(&mut server, &first);
    let (_, second) = client.handshake();
    let received = server.handle_datagram(Instant::now(), address(1), &second[0]);
    assert_eq!(received.unwrap(), Received::New);
    (server, client)
}

/// The error of the transport that the session returns.
fn io_kind(error: &gnutls::Error) -> Option<io::ErrorKind> {
    let source = std::error::Error::source(error)?;
    source.downcast_ref::<io::Error>().map(io::Error::kind)
}

#[test]
fn peers_are_served_at_the_same_time() {
    let mut server = new_server(Limits::default());
    let mut peers = Vec::new();
    for port in 1..=5 {
        let mut client = Client::of_fixtures(address(port));
        let (session, peer) = client.connect(&mut server);
        peers.push((client, session, peer));
    }
    assert_eq!(server.peers(), 5);
    for round in 0..3_u8 {
        for (client, session, peer) in &mut peers {
            client.send(&mut server, session, peer, &[round; 100]);
        }
    }
    assert_eq!(server.counts().completed, 5);
}

#[test]
fn a_client_that_begins_again_is_a_new_peer() {
    let mut server = new_server(Limits::default());
    let mut first = Client::of_fixtures(address(1));
    let (mut old, mut old_peer) = first.connect(&mut server);
    // Without a cookie the earlier session continues.
    let mut second = Client::of_fixtures(address(1));
    let (_, hello) = second.handshake();
    let received = second.exchange(&mut server, &hello);
    assert!(matches!(received, Some(Received::Reply(_))));
    first.send(&mut server, &mut old, &mut old_peer, b"still here");

    let (mut new, mut peer) = second.connect(&mut server);
    assert_eq!(server.peers(), 1);
    assert_eq!(server.counts().replaced, 1);
    second.send(&mut server, &mut new, &mut peer, b"again");
    let error = old.read(&mut old_peer, &mut [0; 9]).unwrap_err();
    assert_eq!(io_kind(&error), Some(io::ErrorKind::ConnectionReset));
    assert!(error.is_fatal());
    // Dropping the old transport does not remove the new peer.
    drop(old_peer);
    second.send(&mut server, &mut new, &mut peer, b"and again");
}

#[test]
fn a_repeated_hello_does_not_replace_its_session() {
    let mut server = new_server(Limits::default());
    let mut client = Client::of_fixtures(address(1));
    let (_, first) = client.handshake();
    let _ = client.exchange(&mut server, &first);
    let (_, second) = client.handshake();
    assert_eq!(client.exchange(&mut server, &second), Some(Received::New));
    assert_eq!(client.exchange(&mut server, &second), Some(Received::Known));
    let (mut session, mut peer) = client.connect(&mut server);
    // A repetition that arrives late.
    assert_eq!(client.exchange(&mut server, &second), Some(Received::Known));
    client.send(&mut server, &mut session, &mut peer, b"x");
    let received = client.exchange(&mut server, &first);
    assert!(matches!(received, Some(Received::Reply(_))));
    client.send(&mut server, &mut session, &mut peer, b"y");
    assert_eq!(server.counts().begun, 1);
}

#[test]
fn a_client_whose_port_changes_begins_again_and_the_old_peer_expires() {
    let limits = Limits::default();
    let idle = limits.idle;
    let mut server = new_server(limits);
    let mut client = Client::of_fixtures(address(1));
    let (mut session, mut peer) = client.connect(&mut server);
    client.address = address(2);
    let written = client.session.write(&mut client.io, b"lost").unwrap();
    assert_eq!(written, Poll::Ready(4));
    let lost = client.sent();
    let received = client.exchange(&mut server, &lost);
    let unknown = Received::Discarded(DiscardReason::UnknownPeer);
    assert_eq!(received, Some(unknown));

    let mut again = Client::of_fixtures(address(2));
    let (mut new, mut new_peer) = again.connect(&mut server);
    assert_eq!(server.peers(), 2);
    // Within the second interval only the new peer is active.
    let now = Instant::now();
    server.handle_timeout(now + idle + Duration::from_secs(1));
    assert_eq!(server.peers(), 2);
    again.send(&mut server, &mut new, &mut new_peer, b"active");
    server.handle_timeout(now + 2 * idle + Duration::from_secs(2));
    assert_eq!(server.peers(), 1);
    assert_eq!(server.counts().expired, 1);
    let error = session.read(&mut peer, &mut [0; 9]).unwrap_err();
    assert_eq!(io_kind(&error), Some(io::ErrorKind::TimedOut));
    server.handle_timeout(now + 4 * idle);
    assert_eq!(server.peers(), 0);
    assert_eq!(server.next_timeout(), None);
}

#[test]
fn sending_postpones_the_expiry() {
    let limits = Limits::default();
    let idle = limits.idle;
    let mut server = new_server(limits);
    let mut client = Client::of_fixtures(address(1));
    let (mut session, mut peer) = client.connect(&mut server);
    let mut now = Instant::now();
    for _ in 0..5 {
        now += idle + Duration::from_secs(1);
        let written = session.write(&mut peer, b"notice").unwrap();
        assert_eq!(written, Poll::Ready(6));
        server.handle_timeout(now);
        assert_eq!(server.peers(), 1);
    }
}

#[test]
fn an_unfinished_handshake_expires() {
    let limits = Limits::default();
    let handshake = limits.handshake;
    let mut server = new_server(limits);
    let mut client = Client::of_fixtures(address(1));
    for _ in 0..2 {
        let (_, hello) = client.handshake();
        let _ = client.exchange(&mut server, &hello);
    }
    assert_eq!(server.peers(), 1);
    let timeout = server.next_timeout().unwrap();
    assert!(timeout <= Instant::now() + Duration::from_secs(1));
    server.handle_timeout(Instant::now() + handshake);
    assert_eq!(server.peers(), 0);
    assert_eq!(server.counts().failed, 1);
    let (from, error) = server.next_failure().unwrap();
    assert_eq!((from, error.kind()), (address(1), ErrorKind::Limit));
    assert!(server.next_failure().is_none());
}

#[test]
fn hazard_16_a_lost_flight_is_sent_again_at_the_timeout() {
    let (mut server, _client) = with_new_peer(Duration::from_millis(20));
    let flight = |server: &mut Server| {
        std::iter::from_fn(|| server.next_datagram())
            .map(|(_, datagram)| datagram.len())
            .collect()
    };
    let lost: Vec<usize> = flight(&mut server);
    assert!(!lost.is_empty());
    let time = server.next_timeout().unwrap();
    std::thread::sleep(time.saturating_duration_since(Instant::now()));
    let end = Instant::now() + Duration::from_secs(10);
    let again: Vec<usize> = loop {
        assert!(Instant::now() < end);
        server.handle_timeout(Instant::now());
        let flight: Vec<usize> = flight(&mut server);
        if !flight.is_empty() {
            break flight;
        }
        std::thread::sleep(Duration::from_millis(1));
    };
    assert_eq!(again, lost);
    assert!(server.next_timeout().unwrap() > Instant::now());
}

#[test]
fn a_failed_handshake_is_reported_and_removed() {
    let mut server = new_server(Limits::default());
    let config = pair::client(DTLS1_2).trust(Trust::none()).build().unwrap();
    let mut client = Client::new(&config, address(1));
    for _ in 0..10 {
        let failed = client.session.handshake(&mut client.io).is_err();
        let datagrams = client.sent();
        let _ = client.exchange(&mut server, &datagrams);
        if failed {
            break;
        }
    }
    let (from, error) = server.next_failure().unwrap();
    assert_eq!(
        (from, error.kind()),
        (address(1), ErrorKind::Alert),
        "{error}"
    );
    assert_eq!(server.peers(), 0);
    assert_eq!(server.counts().failed, 1);
}

#[test]
fn bug_class_19_the_numbers_of_peers_and_handshakes_are_limited() {
    let mut server = new_server(Limits {
        peers: 2,
        handshakes: 1,
        ..Limits::default()
    });
    let begin = |server: &mut Server, port| {
        let mut client = Client::of_fixtures(address(port));
        let (_, first) = client.handshake();
        let _ = client.exchange(server, &first);
        let (_, second) = client.handshake();
        let received = client.exchange(server, &second).unwrap();
        (client, received)
    };
    let too_many_handshakes = Received::Discarded(DiscardReason::TooManyHandshakes);
    let too_many_peers = Received::Discarded(DiscardReason::TooManyPeers);
    let (mut one, received) = begin(&mut server, 1);
    assert_eq!(received, Received::New);
    assert_eq!(begin(&mut server, 2).1, too_many_handshakes);
    let accepted = one.connect(&mut server);
    let mut two = Client::of_fixtures(address(2));
    let other = two.connect(&mut server);
    assert_eq!(begin(&mut server, 3).1, too_many_peers);
    // A peer that begins again needs no further place.
    let mut again = Client::of_fixtures(address(2));
    let _again = again.connect(&mut server);
    // A dropped transport frees its place.
    drop(accepted);
    drop(other);
    let (_, received) = begin(&mut server, 3);
    assert_eq!(received, Received::New);
    assert_eq!(server.peers(), 2);
}

#[test]
fn bug_class_19_a_peer_that_is_not_read_fills_only_its_queue() {
    const CAPACITY: usize = 4000;
    let mut server = new_server(Limits {
        queued_bytes: CAPACITY,
        ..Limits::default()
    });
    let mut client = Client::of_fixtures(address(1));
    let (mut session, mut peer) = client.connect(&mut server);
    let mut queued = 0;
    for _ in 0..100 {
        let written = client.session.write(&mut client.io, &[1; 200]).unwrap();
        assert_eq!(written, Poll::Ready(200));
        let datagrams = client.sent();
        match client.exchange(&mut server, &datagrams).unwrap() {
            Received::Known => queued += 1,
            received => assert_eq!(received, Received::Discarded(DiscardReason::QueueFull)),
        }
    }
    assert!((10..CAPACITY / 200).contains(&queued), "{queued}");
    // Empty datagrams count as well.
    let known = |server: &mut Server| {
        let received = server.handle_datagram(Instant::now(), address(1), b"");
        received.unwrap() == Received::Known
    };
    let empty = (0..10_000).filter(|_| known(&mut server)).count();
    assert!(empty < CAPACITY / 8, "{empty}");
    let mut buffer = [0; 500];
    for _ in 0..queued {
        let read = session.read(&mut peer, &mut buffer).unwrap();
        assert_eq!(read, Poll::Ready(200));
    }
    client.send(&mut server, &mut session, &mut peer, b"space again");
}

#[test]
fn bug_class_19_output_that_nobody_sends_is_limited() {
    let mut server = new_server(Limits {
        output_bytes: 10_000,
        ..Limits::default()
    });
    let mut client = Client::of_fixtures(address(1));
    let (mut session, mut peer) = client.connect(&mut server);
    let mut written = 0;
    while session.write(&mut peer, &[1; 1000]).unwrap().is_ready() {
        written += 1;
        assert!(written < 100);
    }
    assert!(session.wants_write());
    let sent = std::iter::from_fn(|| server.next_datagram()).count();
    assert!((8..=10).contains(&sent), "{sent}");
    while session.flush(&mut peer).unwrap().is_pending() {}
    let rest = std::iter::from_fn(|| server.next_datagram()).count();
    assert_eq!(sent + rest, written);
}

#[test]
fn a_cookie_expires_with_its_key() {
    let limits = Limits::default();
    let lifetime = limits.cookie;
    for (after, accepted) in [
        (lifetime / 2, true),
        (lifetime, true),
        (2 * lifetime, false),
    ] {
        let mut server = new_server(limits.clone());
        let mut client = Client::of_fixtures(address(1));
        let begin = Instant::now();
        let (_, first) = client.handshake();
        let received = server
            .handle_datagram(begin, address(1), &first[0])
            .unwrap();
        let Received::Reply(reply) = received else {
            panic!("{received:?}");
        };
        client.receive(&reply);
        let (_, second) = client.handshake();
        let received = server.handle_datagram(begin + after, address(1), &second[0]);
        let is_new = received.unwrap() == Received::New;
        assert_eq!(is_new, accepted, "{after:?}");
    }
    let mut server = new_server(limits);
    let mut client = Client::of_fixtures(address(1));
    let (_, first) = client.handshake();
    let _ = client.exchange(&mut server, &first);
    let (_, second) = client.handshake();
    for _ in 0..2 {
        server.rotate_cookie_key().unwrap();
    }
    let received = client.exchange(&mut server, &second);
    assert!(matches!(received, Some(Received::Reply(_))));
}

#[test]
fn a_dropped_server_ends_its_peers() {
    let mut server = new_server(Limits::default());
    let mut client = Client::of_fixtures(address(1));
    let (mut session, mut peer) = client.connect(&mut server);
    drop(server);
    assert!(peer.is_readable());
    let error = session.read(&mut peer, &mut [0; 9]).unwrap_err();
    assert_eq!(io_kind(&error), Some(io::ErrorKind::ConnectionAborted));
    let error = peer.receive(&mut [0; 9]).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionAborted);
}

#[test]
fn a_peer_closes_its_session() {
    let mut server = new_server(Limits::default());
    let mut client = Client::of_fixtures(address(1));
    let (mut session, mut peer) = client.connect(&mut server);
    assert!(client.session.close(&mut client.io).unwrap().is_ready());
    let datagrams = client.sent();
    let _ = client.exchange(&mut server, &datagrams);
    let read = session.read(&mut peer, &mut [0; 9]).unwrap();
    assert_eq!(read, Poll::Ready(0));
    assert!(session.close(&mut peer).unwrap().is_ready());
    let _ = client.exchange(&mut server, &[]);
    let read = client.session.read(&mut client.io, &mut [0; 9]).unwrap();
    assert_eq!(read, Poll::Ready(0));
    drop(peer);
    let received = server.handle_datagram(Instant::now(), address(1), b"late");
    let unknown = Received::Discarded(DiscardReason::UnknownPeer);
    assert_eq!(received.unwrap(), unknown);
    assert_eq!(server.peers(), 0);
}

#[test]
fn clients_resume_at_any_port() {
    let tickets = TicketKey::generate().unwrap();
    let config = server().tickets(tickets).build().unwrap();
    let mut server = Server::new(&config, Limits::default()).unwrap();
    let client_config = client().build().unwrap();
    let mut client = Client::new(&client_config, address(1));
    let (mut session, mut peer) = client.connect(&mut server);
    client.send(&mut server, &mut session, &mut peer, b"x");
    assert!(!client.session.is_resumed());
    let saved = client.session.session_data().unwrap();
    let resuming = client_config.resume_datagram("localhost", &saved).unwrap();
    let mut client = Client::with_session(resuming, address(2));
    let (mut session, mut peer) = client.connect(&mut server);
    assert!(client.session.is_resumed() && session.is_resumed());
    client.send(&mut server, &mut session, &mut peer, b"resumed");
}

#[test]
fn pre_shared_keys_authenticate_peers() {
    skip_unless!(requirement::PSK);
    let key = |name, byte| PreSharedKey::new(name, psk::Key::new([byte; 32]).unwrap()).unwrap();
    let priority = Priority::new(DTLS1_2).unwrap();
    let config = ServerConfig::builder()
        .priority(priority.clone())
        .psk(psk::Server::keys([key("one", 1), key("two", 2)]))
        .build()
        .unwrap();
    let mut server = Server::new(&config, Limits::default()).unwrap();
    for (port, name, byte) in [(1, "one", 1), (2, "two", 2)] {
        let config = ClientConfig::builder()
            .priority(priority.clone())
            .psk(key(name, byte))
            .build()
            .unwrap();
        let mut client = Client::new(&config, address(port));
        let (mut session, mut peer) = client.connect(&mut server);
        assert_eq!(session.psk_identity(), Some(name.as_bytes()));
        client.send(&mut server, &mut session, &mut peer, b"x");
    }
}

#[test]
fn raw_public_keys_authenticate_peers() {
    skip_unless!(requirement::RAW_PUBLIC_KEYS);
    let identity = Identity::raw_public_key_pem(&fixture("server-key.pem"), None).unwrap();
    let key = identity.public_key().unwrap();
    let config = ServerConfig::builder()
        .dangerous_allow_forgeable_tickets()
        .priority(Priority::new(DTLS1_2).unwrap())
        .identity(identity)
        .build()
        .unwrap();
    let mut server = Server::new(&config, Limits::default()).unwrap();
    let trust = Trust::none().and_raw_public_key_der(&key).unwrap();
    let config = pair::client(DTLS1_2).trust(trust).build().unwrap();
    let mut client = Client::new(&config, address(1));
    let (mut session, mut peer) = client.connect(&mut server);
    client.send(&mut server, &mut session, &mut peer, b"x");
    let status = client.session.verification_status();
    assert!(status.is_some_and(|status| status.is_trusted()));
}

#[test]
fn a_configuration_for_new_sessions_replaces_the_first_one() {
    let mut server = new_server(Limits::default());
    let mut client = Client::of_fixtures(address(1));
    let _first = client.connect(&mut server);
    let config = crate::server().alpn([&b"coap"[..]]).build().unwrap();
    server.set_config(&config);
    let config = crate::client().alpn([&b"coap"[..]]).build().unwrap();
    let mut client = Client::new(&config, address(2));
    let (session, _peer) = client.connect(&mut server);
    assert_eq!(session.alpn(), Some(&b"coap"[..]));
}

#[test]
fn the_mtu_of_a_handshake_can_be_reduced() {
    let (mut server, mut client) = with_new_peer(Duration::from_millis(5));
    let mut largest = 0;
    while let Some((_, datagram)) = server.next_datagram() {
        largest = largest.max(datagram.len());
    }
    assert!(largest > 300);
    server.set_mtu(address(1), 300).unwrap();
    server.set_mtu(address(2), 300).unwrap();
    let (mut session, mut peer) = 'connected: {
        let end = Instant::now() + Duration::from_secs(20);
        while Instant::now() < end {
            server.handle_timeout(Instant::now());
            while let Some((_, datagram)) = server.next_datagram() {
                assert!(datagram.len() <= 300, "{}", datagram.len());
                client.receive(&datagram);
            }
            let (_, datagrams) = client.handshake();
            let _ = client.exchange(&mut server, &datagrams);
            if let Some(accepted) = server.accept() {
                break 'connected accepted;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        panic!("the handshake did not end");
    };
    assert_eq!(session.mtu(), Some(300));
    while !client.handshake().0 {}
    client.send(&mut server, &mut session, &mut peer, b"x");
}
