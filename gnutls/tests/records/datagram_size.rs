//! The sizes of datagrams: set, discovered and reported, and buffers that are too small.

use std::io;
use std::task::Poll;
use std::time::Duration;

use gnutls::{ErrorCode, ErrorKind, Transport};
use gnutls_testing::pair::{DTLS1_2, Pair, TLS1_2, client, server};

#[test]
fn the_mtu_for_a_number_of_bytes_of_data_is_set() {
    let mut pair = Pair::build(client(DTLS1_2), server(DTLS1_2), true);
    let error = pair.client.set_data_mtu(500).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidState);
    assert_eq!(pair.client.mtu(), Some(1200));
    pair.handshake().unwrap();
    for bytes in [128, 500, 1400, 16_000] {
        pair.client.set_data_mtu(bytes).unwrap();
        let mtu = pair.client.mtu().unwrap();
        let data = pair.client.data_mtu().unwrap();
        assert!(mtu > data && data >= usize::from(bytes), "{mtu} {data}");
        assert_eq!(pair.there(&vec![1; data]).len(), data);
    }
    let error = pair.client.set_data_mtu(10).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
fn a_stream_session_has_neither_an_mtu_nor_retransmissions() {
    let mut pair = Pair::connected(TLS1_2, false);
    assert_eq!(pair.client.mtu(), None);
    assert_eq!(pair.client.discarded_records(), 0);
    let second = Duration::from_secs(1);
    for error in [
        pair.client.set_data_mtu(500).unwrap_err(),
        pair.client.set_retransmission_timeout(second).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidState);
    }
}

#[test]
fn the_retransmission_timeout_is_set() {
    let mut pair = Pair::build(client(DTLS1_2), server(DTLS1_2), true);
    for invalid in [Duration::ZERO, Duration::from_secs(61)] {
        let error = pair.client.set_retransmission_timeout(invalid).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    let timeout = Duration::from_secs(50);
    pair.client.set_retransmission_timeout(timeout).unwrap();
    assert!(pair.client.handshake(&mut pair.near).unwrap().is_pending());
    let wait = pair.client.datagram_timeout().unwrap();
    assert!(
        wait > Duration::from_secs(20) && wait <= timeout,
        "{wait:?}"
    );
    // A server has nothing to send again before it has received a hello.
    assert_eq!(pair.server.datagram_timeout(), None);
    pair.handshake().unwrap();
}

#[test]
fn invalid_records_are_counted() {
    let mut pair = Pair::connected(DTLS1_2, true);
    let before = pair.server.discarded_records();
    for _ in 0..3 {
        let header = [23, 254, 253, 0, 1, 0, 0, 0, 0, 0, 9, 0, 50];
        let record = [&header[..], &[0; 50]].concat();
        io::Write::write_all(&mut pair.near, &record).unwrap();
    }
    let read = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap();
    assert!(read.is_pending());
    assert_eq!(pair.server.discarded_records(), before + 3);
}

#[test]
fn an_error_for_data_that_is_too_long_contains_the_limit() {
    let mut pair = Pair::connected(DTLS1_2, true);
    let limit = pair.client.data_mtu().unwrap();
    let error = pair
        .client
        .write(&mut pair.near, &vec![1; limit + 1])
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert_eq!(error.code(), Some(ErrorCode::LARGE_PACKET));
    assert!(!error.is_fatal());
    let text = format!(
        "{} bytes do not fit into a datagram: write at most {limit},",
        limit + 1
    );
    assert!(error.to_string().starts_with(&text), "{error}");
    assert_eq!(pair.there(&vec![2; limit]), vec![2; limit]);
}

/// A transport that knows the largest datagram of its path.
struct Path {
    inner: gnutls::transport::MemoryTransport,
    largest: usize,
    sent: Vec<usize>,
}

impl Path {
    fn new(transport: &mut gnutls::transport::MemoryTransport, largest: usize) -> Self {
        let unused = gnutls::transport::MemoryTransport::datagram().0;
        Self {
            inner: std::mem::replace(transport, unused),
            largest,
            sent: Vec::new(),
        }
    }
}

impl Transport for Path {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if bytes.len() > self.largest {
            return Err(io::Error::from_raw_os_error(libc::EMSGSIZE));
        }
        self.sent.push(bytes.len());
        io::Write::write(&mut self.inner, bytes)
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        io::Read::read(&mut self.inner, buffer)
    }

    fn largest_datagram(&self) -> Option<usize> {
        Some(self.largest)
    }
}

#[test]
fn hazard_47_the_mtu_becomes_that_of_the_path() {
    let mut pair = Pair::connected(DTLS1_2, true);
    let mut near = Path::new(&mut pair.near, 700);
    let error = pair.client.write(&mut near, &[1; 1000]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert!(!error.is_fatal());
    assert_eq!(pair.client.mtu(), Some(700));
    let limit = pair.client.data_mtu().unwrap();
    let text = format!("the MTU is now 700 bytes, write at most {limit}");
    assert!(error.to_string().contains(&text), "{error}");
    let written = pair.client.write(&mut near, &vec![1; limit]).unwrap();
    assert_eq!(written, Poll::Ready(limit));
    assert_eq!(near.sent, [700]);
    let read = pair.server.read(&mut pair.far, &mut [0; 1000]).unwrap();
    assert_eq!(read, Poll::Ready(limit));
    // A larger limit of the path does not change the MTU.
    near.largest = 600;
    pair.client.set_mtu(650).unwrap();
    near.largest = 690;
    let limit = pair.client.data_mtu().unwrap();
    let _ = pair.client.write(&mut near, &vec![1; limit]).unwrap();
    assert_eq!(pair.client.mtu(), Some(650));
}

#[test]
fn hazard_47_a_handshake_adapts_to_the_path_without_an_error() {
    let mut pair = Pair::build(client(DTLS1_2), server(DTLS1_2), true);
    let retransmission = Duration::from_millis(5);
    for session in [&mut pair.client, &mut pair.server] {
        session.set_retransmission_timeout(retransmission).unwrap();
    }
    let mut far = Path::new(&mut pair.far, 400);
    for _ in 0..10_000 {
        let client = pair.client.handshake(&mut pair.near).unwrap();
        let server = pair.server.handshake(&mut far).unwrap();
        if client.is_ready() && server.is_ready() {
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    assert!(pair.server.handshake_done() && pair.client.handshake_done());
    assert_eq!(pair.server.mtu(), Some(400));
    assert!(far.sent.iter().all(|length| *length <= 400));
}

#[test]
fn bug_class_10_a_datagram_is_never_truncated_or_divided() {
    let mut pair = Pair::connected(DTLS1_2, true);
    for data in [&[1; 1000][..], &[2; 10], &[3; 500]] {
        let written = pair.client.write(&mut pair.near, data).unwrap();
        assert_eq!(written, Poll::Ready(data.len()));
    }
    for _ in 0..2 {
        let error = pair.server.read(&mut pair.far, &mut [0; 999]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
        assert_eq!(error.code(), Some(ErrorCode::SHORT_MEMORY_BUFFER));
        assert!(!error.is_fatal());
        let text = "the datagram has 1000 bytes and the buffer only 999";
        assert!(error.to_string().starts_with(text), "{error}");
        assert_eq!(pair.server.pending_bytes(), 1000);
    }
    let mut buffer = [0; 20_000];
    let read = pair.server.read(&mut pair.far, &mut buffer).unwrap();
    assert_eq!(read, Poll::Ready(1000));
    assert_eq!(&buffer[..1000], &[1; 1000]);
    assert_eq!(pair.server.pending_bytes(), 0);
    let read = pair.server.read(&mut pair.far, &mut buffer[..10]).unwrap();
    assert_eq!(read, Poll::Ready(10));
    // A packet returns the datagram as well.
    let _ = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap_err();
    let Poll::Ready(Some(packet)) = pair.server.read_packet(&mut pair.far).unwrap() else {
        panic!("the datagram is lost");
    };
    assert_eq!(&packet[..], &[3; 500]);
}
