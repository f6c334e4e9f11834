//! DTLS: datagrams that are lost, repeated, empty, too large, or refused by the transport.

use std::io::{self, Read, Write};
use std::task::Poll;
use std::time::{Duration, Instant};

use gnutls::transport::MemoryTransport;
use gnutls::{Error, ErrorCode, ErrorKind, Session, Stream, Transport};
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

/// A transport that rejects datagrams above a size, or the next datagram in either direction.
struct Rejecting {
    inner: MemoryTransport,
    largest: usize,
    send: Option<io::Error>,
    receive: Option<io::Error>,
}

impl Rejecting {
    /// Wraps the transport of a pair.
    fn new(transport: &mut MemoryTransport, largest: usize) -> Self {
        let unused = MemoryTransport::datagram().0;
        Self {
            inner: std::mem::replace(transport, unused),
            largest,
            send: None,
            receive: None,
        }
    }
}

impl Transport for Rejecting {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(error) = self.send.take() {
            return Err(error);
        }
        if bytes.len() > self.largest {
            return Err(io::Error::from_raw_os_error(libc::EMSGSIZE));
        }
        self.inner.write(bytes)
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.receive.take() {
            Some(error) => Err(error),
            None => self.inner.read(buffer),
        }
    }
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

/// Checks the error for a datagram above the largest size with the default MTU, and returns the length in its text.
fn rejected_length(error: &Error) -> usize {
    assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
    assert_eq!(error.code(), Some(ErrorCode::LARGE_PACKET));
    assert!(!error.is_fatal());
    let text = error.to_string();
    let length = text.strip_prefix("the transport rejected a datagram of ");
    let (length, remedy) = length.unwrap().split_once(" bytes: ").unwrap();
    let remedy_begin = "set a smaller MTU than 1200 bytes with `set_mtu`: Message too long";
    assert!(remedy.starts_with(remedy_begin), "{text}");
    length.parse().unwrap()
}

/// Writes one datagram from the client, and reads it on the server as the next one.
fn assert_next(pair: &mut Pair, near: &mut impl Transport, data: &[u8]) {
    let written = pair.client.write(near, data).unwrap();
    assert_eq!(written, Poll::Ready(data.len()));
    let mut buffer = [0; 2000];
    let read = pair.server.read(&mut pair.far, &mut buffer).unwrap();
    assert_eq!(read, Poll::Ready(data.len()));
    assert!(buffer.starts_with(data));
}

#[test]
fn hazard_47_data_that_the_transport_rejects_as_too_large_does_not_end_the_session() {
    let mut pair = Pair::connected(DTLS1_2, true);
    let mut near = Rejecting::new(&mut pair.near, 600);
    let error = pair.client.write(&mut near, &[1; 1000]).unwrap_err();
    assert!((1001..1200).contains(&rejected_length(&error)), "{error}");
    assert_next(&mut pair, &mut near, b"next");
    pair.client.set_mtu(600).unwrap();
    let fits = pair.client.data_mtu().unwrap();
    let error = pair.client.write(&mut near, &[1; 1000]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
    assert_next(&mut pair, &mut near, &vec![2; fits]);
}

#[test]
fn hazard_47_a_queued_datagram_that_the_transport_rejects_is_reported_by_the_next_call_that_sends()
{
    type Call = fn(&mut Session, &mut Rejecting) -> Option<Error>;
    let calls: [(&str, Call); 3] = [
        ("write", |session, io| session.write(io, b"lost").err()),
        ("flush", |session, io| session.flush(io).err()),
        ("close", |session, io| session.close(io).err()),
    ];
    for (name, call) in calls {
        for while_reading in [false, true] {
            let mut pair = Pair::connected(DTLS1_2, true);
            let mut near = Rejecting::new(&mut pair.near, usize::MAX);
            near.send = Some(io::ErrorKind::WouldBlock.into());
            let written = pair.client.write(&mut near, &[1; 1000]).unwrap();
            assert_eq!(written, Poll::Ready(1000));
            near.largest = 600;
            if while_reading {
                // Reading sends the queue, and continues.
                let read = pair.client.read(&mut near, &mut [0; 9]).unwrap();
                assert!(read.is_pending());
                assert!(!pair.client.wants_write());
            }
            let error = call(&mut pair.client, &mut near).expect(name);
            assert!(rejected_length(&error) > 1000, "{name}: {error}");
            // The error is reported once.
            assert_next(&mut pair, &mut near, b"next");
        }
    }
}

#[test]
fn hazard_47_a_handshake_continues_after_the_transport_has_rejected_a_datagram_as_too_large() {
    let mut pair = unfinished();
    let mut far = Rejecting::new(&mut pair.far, 600);
    let mut rejected = 0;
    let begin = Instant::now();
    loop {
        assert!(begin.elapsed() < Duration::from_secs(20));
        let client = pair.client.handshake(&mut pair.near).unwrap();
        match pair.server.handshake(&mut far) {
            Ok(server) if server.is_ready() & client.is_ready() => break,
            Ok(_) => {}
            Err(error) => {
                assert!((601..=1200).contains(&rejected_length(&error)), "{error}");
                pair.server.set_mtu(600).unwrap();
                rejected += 1;
            }
        }
        if rejected > 0 {
            // The server retransmits its flight after a second.
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    assert_eq!(rejected, 1);
    let written = pair.server.write(&mut far, b"x").unwrap();
    assert_eq!(written, Poll::Ready(1));
    let read = pair.client.read(&mut pair.near, &mut [0; 9]).unwrap();
    assert_eq!(read, Poll::Ready(1));
}

/// The errors of a socket for a datagram that was not delivered, which anybody can cause by a forged message.
const UNDELIVERED: [io::ErrorKind; 4] = [
    io::ErrorKind::ConnectionRefused,
    io::ErrorKind::HostUnreachable,
    io::ErrorKind::NetworkUnreachable,
    io::ErrorKind::NetworkDown,
];

fn assert_undelivered(error: &Error, kind: io::ErrorKind) {
    assert_eq!(error.kind(), ErrorKind::Io, "{error}");
    assert!(!error.is_fatal(), "{error}");
    assert_eq!(error.code(), Some(ErrorCode::PUSH_ERROR));
    let source = std::error::Error::source(error).unwrap();
    let source: &io::Error = source.downcast_ref().unwrap();
    assert_eq!(source.kind(), kind);
}

#[test]
fn a_datagram_that_is_not_delivered_does_not_end_the_session() {
    for kind in UNDELIVERED {
        let mut pair = Pair::connected(DTLS1_2, true);
        let mut near = Rejecting::new(&mut pair.near, usize::MAX);
        near.send = Some(kind.into());
        let error = pair.client.write(&mut near, b"lost").unwrap_err();
        assert_undelivered(&error, kind);
        near.receive = Some(kind.into());
        let error = pair.client.read(&mut near, &mut [0; 9]).unwrap_err();
        assert_undelivered(&error, kind);
        near.receive = Some(kind.into());
        let error = pair.client.read_packet(&mut near).unwrap_err();
        assert_undelivered(&error, kind);
        assert_next(&mut pair, &mut near, b"next");
        let written = pair.server.write(&mut pair.far, b"answer").unwrap();
        assert_eq!(written, Poll::Ready(6));
        let read = pair.client.read(&mut near, &mut [0; 9]).unwrap();
        assert_eq!(read, Poll::Ready(6));
    }
}

#[test]
fn a_handshake_continues_after_a_datagram_was_not_delivered() {
    for sending in [true, false] {
        let kind = io::ErrorKind::ConnectionRefused;
        let mut pair = unfinished();
        let mut near = Rejecting::new(&mut pair.near, usize::MAX);
        match sending {
            true => near.send = Some(kind.into()),
            false => near.receive = Some(kind.into()),
        }
        let error = pair.client.handshake(&mut near).unwrap_err();
        assert_undelivered(&error, kind);
        let begin = Instant::now();
        while pair.client.handshake(&mut near).unwrap().is_pending()
            | pair.server.handshake(&mut pair.far).unwrap().is_pending()
        {
            assert!(begin.elapsed() < Duration::from_secs(20));
            std::thread::sleep(Duration::from_millis(50));
        }
        assert_next(&mut pair, &mut near, b"next");
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

/// A transport that receives nothing before each datagram, or an empty datagram.
struct Late {
    inner: MemoryTransport,
    empty: bool,
    is_due: bool,
}

impl Transport for Late {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.inner.write(bytes)
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.is_due = !self.is_due;
        match (self.is_due, self.empty) {
            (false, _) => self.inner.read(buffer),
            (true, true) => Ok(0),
            (true, false) => Err(io::ErrorKind::WouldBlock.into()),
        }
    }
}

#[test]
fn a_datagram_that_arrives_between_two_calls_of_the_transport_completes_the_handshake() {
    for empty in [false, true] {
        let mut pair = unfinished();
        let (near, far) = MemoryTransport::datagram();
        let late = |inner| Late {
            inner,
            empty,
            is_due: false,
        };
        let (mut near, mut far) = (late(near), late(far));
        handshake(&mut pair.client, &mut near, &mut pair.server, &mut far).unwrap();
    }
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
