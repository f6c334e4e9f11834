//! A listener and its clients over UDP sockets, in a network namespace whose interface has faults.

use std::collections::HashMap;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use gnutls::dtls::{Connection, Limits, Listener, UdpTransport};
use gnutls::{ClientConfig, Stream};
use gnutls_testing::namespace::{NETEM, NFTABLES, is_alone_with};
use gnutls_testing::{skip_unless, test_name};

use crate::{client, server};

const CLIENTS: usize = 20;

/// The datagrams of each client for which a response must arrive.
const DATAGRAMS: usize = 20;

/// The time before messages are sent again.
const RETRANSMISSION: Duration = Duration::from_millis(50);

#[test]
fn each_datagram_is_accounted_for_with_netem() {
    skip_unless!(NETEM);
    if is_alone_with(&test_name!(), &NETEM) {
        let lost = exchange();
        assert!(lost > 0, "the network has lost nothing");
    }
}

#[test]
fn each_datagram_is_accounted_for_with_nftables() {
    skip_unless!(NFTABLES);
    if is_alone_with(&test_name!(), &NFTABLES) {
        let lost = exchange();
        assert!(lost > 0, "the network has lost nothing");
    }
}

/// Connects the clients, each of which sends datagrams until it has enough responses. No datagram may arrive twice, or
/// that was not sent. Returns the number of datagrams from clients that were lost.
fn exchange() -> usize {
    let limits = Limits {
        retransmission: RETRANSMISSION,
        ..Limits::default()
    };
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let config = server().build().unwrap();
    let mut listener = Listener::with_limits(socket, &config, limits).unwrap();
    listener.set_timeout(Some(RETRANSMISSION));
    let address = listener.local_addr().unwrap();
    let config = client().build().unwrap();
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        let server = scope.spawn(|| {
            let mut peers = Vec::new();
            while !done.load(Ordering::Relaxed) {
                if let Ok((stream, _)) = listener.accept() {
                    peers.push(scope.spawn(|| respond(stream, &done)));
                }
            }
            let received = peers.into_iter().map(|peer| peer.join().unwrap());
            received.collect::<Vec<_>>()
        });
        let clients: Vec<_> = (0..CLIENTS)
            .map(|number| {
                let config = &config;
                scope.spawn(move || visit(config, address, number))
            })
            .collect();
        let sent = clients.into_iter().map(|client| client.join());
        let sent: Vec<_> = sent.collect();
        // The server ends also if a client has panicked.
        done.store(true, Ordering::Relaxed);
        let sent: Vec<_> = sent.into_iter().map(|sent| sent.unwrap()).collect();
        let received = server.join().unwrap();
        assert_eq!(received.len(), CLIENTS, "each client has one session");
        let mut arrived = 0;
        for datagrams in received {
            for (datagram, count) in datagrams {
                let text = String::from_utf8(datagram).unwrap();
                let (client, number) = text.split_once(' ').unwrap();
                let (client, number): (usize, usize) =
                    (client.parse().unwrap(), number.parse().unwrap());
                assert_eq!(count, 1, "{text} has arrived twice");
                assert!(number < sent[client], "{text} was not sent");
                arrived += 1;
            }
        }
        sent.iter().sum::<usize>() - arrived
    })
}

/// Sends each datagram of a peer back. Returns how often each datagram has arrived.
fn respond(mut stream: Stream<Connection>, done: &AtomicBool) -> HashMap<Vec<u8>, usize> {
    stream.get_mut().set_timeout(Some(RETRANSMISSION));
    let mut received = HashMap::new();
    let mut buffer = [0; 100];
    while !done.load(Ordering::Relaxed) {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => {
                *received.entry(buffer[..length].to_vec()).or_default() += 1;
                stream.write_all(&buffer[..length]).unwrap();
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::TimedOut, "{error}"),
        }
    }
    received
}

/// Sends numbered datagrams until enough responses have arrived, none of them twice. Returns the number that was sent.
fn visit(config: &ClientConfig, address: SocketAddr, client: usize) -> usize {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(address).unwrap();
    let mut session = config.datagram_session("localhost").unwrap();
    session.set_retransmission_timeout(RETRANSMISSION).unwrap();
    let mut stream = Stream::new(session, UdpTransport::new(socket).unwrap());
    stream.handshake().unwrap();
    stream.get_mut().set_timeout(Some(RETRANSMISSION));
    let mut responses = HashMap::new();
    let mut sent = 0;
    let mut buffer = [0; 100];
    while responses.len() < DATAGRAMS {
        let data = format!("{client} {sent}");
        stream.write_all(data.as_bytes()).unwrap();
        sent += 1;
        match stream.read(&mut buffer) {
            Ok(length) => {
                let text = String::from_utf8(buffer[..length].to_vec()).unwrap();
                let (own, number) = text.split_once(' ').unwrap();
                assert_eq!(own, client.to_string());
                assert!(
                    number.parse::<usize>().unwrap() < sent,
                    "{text} was not sent"
                );
                assert_eq!(responses.insert(text.clone(), ()), None, "{text} twice");
            }
            Err(error) => assert_eq!(error.kind(), ErrorKind::TimedOut, "{error}"),
        }
    }
    sent
}
