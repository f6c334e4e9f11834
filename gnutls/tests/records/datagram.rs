//! DTLS: datagrams that are lost, repeated, empty, too large, or refused by the transport.

use std::io::{self, Write};
use std::task::Poll;
use std::time::{Duration, Instant};

use gnutls::{ErrorKind, Stream, Transport};
use gnutls_testing::pair::*;

fn unfinished() -> Pair {
    Pair::build(client(DTLS1_2), server(DTLS1_2), true)
}

#[test]
fn hazard_16_lost_messages_are_sent_again_after_their_time() {
    let mut pair = unfinished();
    assert!(pair.client.handshake(&mut pair.near).unwrap().is_pending());
    assert!(pair.far.lose().is_some());
    let wait = pair.client.datagram_timeout().unwrap();
    assert!(
        wait > Duration::ZERO && wait <= Duration::from_secs(1),
        "{wait:?}"
    );
    assert!(pair.client.handshake(&mut pair.near).unwrap().is_pending());
    assert_eq!(pair.far.available(), 0, "sent before the timeout");
    std::thread::sleep(wait + Duration::from_millis(20));
    assert!(pair.client.handshake(&mut pair.near).unwrap().is_pending());
    assert!(pair.far.available() > 0, "not sent again");
    pair.handshake().unwrap();
    assert_eq!(pair.client.datagram_timeout(), None);
    assert_eq!(pair.there(b"x"), b"x");
}

/// A transport that sends nothing, whose `wait` sleeps and records how long it was to wait.
#[derive(Default)]
struct Full(Vec<Duration>);

impl Transport for Full {
    fn send(&mut self, _: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::WouldBlock.into())
    }

    fn receive(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::WouldBlock.into())
    }

    fn wait(&mut self, _: bool, write: bool, until: Option<Instant>) -> io::Result<()> {
        assert!(write, "the transport accepts nothing");
        let time = until.expect("a handshake has a time limit") - Instant::now();
        self.0.push(time);
        if self.0.len() == 3 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        std::thread::sleep(time);
        Ok(())
    }
}

#[test]
fn a_stream_waits_for_a_full_transport_without_spinning() {
    let client = client(DTLS1_2).build().unwrap();
    let session = client.datagram_session("localhost").unwrap();
    let mut stream = Stream::new(session, Full::default());
    let error = stream.handshake().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    let waits = &stream.get_ref().0;
    assert_eq!(waits.len(), 3);
    assert!(
        waits.iter().all(|wait| *wait > Duration::from_millis(100)),
        "{waits:?}"
    );
}

#[test]
fn a_lost_last_flight_is_sent_again() {
    let mut pair = unfinished();
    let begin = Instant::now();
    loop {
        let _ = pair.client.handshake(&mut pair.near).unwrap();
        if pair.server.handshake(&mut pair.far).unwrap().is_ready() {
            break;
        }
    }
    // The server has completed the handshake, and all its last messages are lost.
    while pair.near.lose().is_some() {}
    let mut buffer = [0; 9];
    while pair.client.handshake(&mut pair.near).unwrap().is_pending() {
        assert!(begin.elapsed() < Duration::from_secs(20));
        std::thread::sleep(Duration::from_millis(50));
        assert!(
            pair.server
                .read(&mut pair.far, &mut buffer)
                .unwrap()
                .is_pending()
        );
    }
    assert_eq!(pair.there(b"x"), b"x");
}

#[test]
fn datagrams_stay_complete_if_the_transport_blocks() {
    let mut pair = unfinished();
    pair.near.set_limit(Some(1));
    pair.far.set_limit(Some(1));
    pair.handshake().unwrap();
    let mut buffer = [0; 2000];
    for length in [1, 10, 1000] {
        let data = vec![7; length];
        while pair
            .client
            .write(&mut pair.near, &data)
            .unwrap()
            .is_pending()
        {}
        while pair.client.flush(&mut pair.near).unwrap().is_pending() {}
        let read = loop {
            if let Poll::Ready(read) = pair.server.read(&mut pair.far, &mut buffer).unwrap() {
                break read;
            }
        };
        assert_eq!(read, length);
    }
}

#[test]
fn a_datagram_that_is_too_large_is_refused() {
    let mut pair = unfinished();
    pair.client.set_mtu(600).unwrap();
    pair.server.set_mtu(600).unwrap();
    pair.near.set_record(true);
    pair.far.set_record(true);
    pair.handshake().unwrap();
    let longest = [pair.near.take_record(), pair.far.take_record()]
        .concat()
        .iter()
        .map(Vec::len)
        .max();
    assert!(longest.unwrap() <= 600, "{longest:?}");
    let fits = pair.client.data_mtu().unwrap();
    assert!(fits < 600);
    let error = pair
        .client
        .write(&mut pair.near, &vec![1; fits + 1000])
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
    assert!(!error.is_fatal());
    assert_eq!(
        pair.client.write(&mut pair.near, &vec![1; fits]).unwrap(),
        Poll::Ready(fits)
    );
    assert_eq!(pair.near.take_record()[0].len(), 600);
    assert_eq!(
        pair.server.read(&mut pair.far, &mut [0; 2000]).unwrap(),
        Poll::Ready(fits)
    );
}

#[test]
fn hazard_23_and_bug_class_19_datagrams_of_anybody_neither_end_nor_stall_the_session() {
    let mut pair = Pair::connected(DTLS1_2, true);
    assert_eq!(
        pair.client.write(&mut pair.near, b"first").unwrap(),
        Poll::Ready(5)
    );
    assert_eq!(pair.near.write(b"").unwrap(), 0);
    pair.near.write_all(b"garbage").unwrap();
    pair.near.write_all(&[23; 200]).unwrap();
    // The datagram looks like a record of this session.
    pair.near
        .write_all(&[&[23, 254, 253, 0, 1, 0, 0, 0, 0, 0, 9, 0, 50][..], &[0; 50]].concat())
        .unwrap();
    assert_eq!(pair.near.write(b"").unwrap(), 0);
    assert_eq!(
        pair.client.write(&mut pair.near, b"second").unwrap(),
        Poll::Ready(6)
    );
    let mut buffer = [0; 9];
    assert_eq!(
        pair.server.read(&mut pair.far, &mut buffer).unwrap(),
        Poll::Ready(5)
    );
    // One call skips the empty datagram and returns the next record.
    assert_eq!(
        pair.server.read(&mut pair.far, &mut buffer).unwrap(),
        Poll::Ready(6)
    );
    assert_eq!(&buffer[..6], b"second");
    // If there are more empty datagrams than one call skips, the call returns pending and the next one continues.
    for _ in 0..500 {
        assert_eq!(pair.near.write(b"").unwrap(), 0);
    }
    assert_eq!(
        pair.client.write(&mut pair.near, b"third").unwrap(),
        Poll::Ready(5)
    );
    let mut pending = 0;
    while pair
        .server
        .read(&mut pair.far, &mut buffer)
        .unwrap()
        .is_pending()
    {
        pending += 1;
    }
    assert!((1..10).contains(&pending), "{pending}");
    assert_eq!(&buffer[..5], b"third");
}

#[test]
fn a_repeated_datagram_is_read_once() {
    let mut pair = Pair::connected(DTLS1_2, true);
    pair.near.set_record(true);
    assert_eq!(
        pair.client.write(&mut pair.near, b"once").unwrap(),
        Poll::Ready(4)
    );
    let datagram = pair.near.take_record().remove(0);
    pair.near.write_all(&datagram).unwrap();
    let mut buffer = [0; 9];
    assert_eq!(
        pair.server.read(&mut pair.far, &mut buffer).unwrap(),
        Poll::Ready(4)
    );
    assert!(
        pair.server
            .read(&mut pair.far, &mut buffer)
            .unwrap()
            .is_pending()
    );
    assert_eq!(pair.far.available(), 0);
}

#[test]
fn a_stream_session_has_no_datagrams() {
    let mut pair = Pair::connected(TLS1_2, false);
    assert_eq!(
        pair.client.set_mtu(1400).unwrap_err().kind(),
        ErrorKind::InvalidState
    );
    assert_eq!(pair.client.datagram_timeout(), None);
    assert_eq!(pair.client.data_mtu(), None);
    let mut pair = unfinished();
    assert_eq!(
        pair.client.set_mtu(10).unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    assert_eq!(pair.client.data_mtu(), None);
}
