//! The halves of a stream: one thread reads while another one writes.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use gnutls::record::KeyUpdate;
use gnutls::resumption::TicketKey;
use gnutls::stream::{ReadHalf, WriteHalf};
use gnutls::transport::Descriptors;
use gnutls::{
    Alert, AlertLevel, ClientAuth, ClientConfig, Error, ErrorCode, ErrorKind, ServerConfig, Stream,
    Transport,
};
use gnutls_testing::fixtures::{client_identity, trust};
use gnutls_testing::pair::*;
use gnutls_testing::{requirement, skip_unless};

use crate::data;
use crate::descriptors::small;

/// A wait that exceeds this time is a failure of the test.
const LIMIT: Option<Duration> = Some(Duration::from_secs(30));

type Halves<T> = (ReadHalf<T>, WriteHalf<T>);

fn configs(priority: &str) -> (ClientConfig, ServerConfig) {
    let client = client(priority).dangerous_allow_renegotiation();
    let server = server(priority).dangerous_allow_renegotiation();
    (client.build().unwrap(), server.build().unwrap())
}

/// Connects two streams over these transports, which fail if they wait too long.
fn connect<T: Transport + Send>(
    (client, server): &(ClientConfig, ServerConfig),
    near: T,
    far: T,
) -> (Stream<T>, Stream<T>) {
    thread::scope(|scope| {
        let far = scope.spawn(|| server.accept(far).unwrap());
        let near = client.connect("localhost", near).unwrap();
        (near, far.join().unwrap())
    })
}

/// Returns two sockets with small buffers, and a time limit.
fn sockets() -> (UnixStream, UnixStream) {
    let (near, far) = UnixStream::pair().unwrap();
    for socket in [&near, &far] {
        small(socket);
        socket.set_read_timeout(LIMIT).unwrap();
        socket.set_write_timeout(LIMIT).unwrap();
    }
    (near, far)
}

fn streams(priority: &str) -> (Stream<UnixStream>, Stream<UnixStream>) {
    let (near, far) = sockets();
    connect(&configs(priority), near, far)
}

/// Sends and receives this number of bytes at the same time on both sides, and closes them. The writers call a function
/// before each write.
fn both_ways<T: Transport + AsFd + Send>(
    halves: [Halves<T>; 2],
    bytes: usize,
    before_write: impl Fn(usize, usize, &mut WriteHalf<T>) + Sync,
) {
    thread::scope(|scope| {
        for (side, (mut reader, mut writer)) in halves.into_iter().enumerate() {
            let before_write = &before_write;
            scope.spawn(move || {
                let mut received = Vec::new();
                reader.read_to_end(&mut received).unwrap();
                assert_eq!(received.len(), bytes);
                assert!(received == data(1 - side, bytes), "the data has changed");
            });
            scope.spawn(move || {
                for (number, part) in data(side, bytes).chunks(20_000).enumerate() {
                    before_write(side, number, &mut writer);
                    writer.write_all(part).unwrap();
                }
                writer.close().unwrap();
            });
        }
    });
}

#[test]
fn hazard_18_halves_send_and_receive_at_the_same_time() {
    for priority in stream_protocols() {
        let (near, far) = streams(priority);
        let halves = [near.into_split().unwrap(), far.into_split().unwrap()];
        both_ways(halves, 3_000_000, |_, _, _| {});

        let (near, far) = sockets();
        let limited = |socket| {
            let mut descriptors = Descriptors::new(socket).unwrap();
            descriptors.set_timeout(LIMIT);
            descriptors
        };
        let (near, far) = connect(&configs(priority), limited(near), limited(far));
        let halves = [near.into_split().unwrap(), far.into_split().unwrap()];
        both_ways(halves, 3_000_000, |_, _, _| {});
    }
}

#[test]
fn hazard_18_halves_update_keys_while_both_are_busy() {
    skip_unless!(requirement::REPEATED_KEY_UPDATES);
    let (near, far) = streams(TLS1_3);
    let halves = [near.into_split().unwrap(), far.into_split().unwrap()];
    // GnuTLS fails if both sides request an update at the same time, and if it receives many within a second.
    both_ways(halves, 1_000_000, |side, number, writer| {
        if side == 0 && number % 20 == 10 {
            writer.update_key(KeyUpdate::Requested).unwrap();
        }
    });
}

#[test]
fn a_half_closes_while_the_other_one_waits() {
    for priority in stream_protocols() {
        let (near, mut far) = streams(priority);
        let (mut reader, mut writer) = near.into_split().unwrap();
        let (begin, begun) = mpsc::channel();
        let reading = thread::spawn(move || {
            begin.send(()).unwrap();
            let mut rest = Vec::new();
            reader.read_to_end(&mut rest).map(|_| rest)
        });
        begun.recv().unwrap();
        writer.write_all(b"last words").unwrap();
        writer.close().unwrap();
        let mut text = String::new();
        far.read_to_string(&mut text).unwrap();
        assert_eq!(text, "last words");
        far.write_all(b"goodbye").unwrap();
        far.close().unwrap();
        assert_eq!(reading.join().unwrap().unwrap(), b"goodbye");
        assert_eq!(
            Error::from(writer.write(b"more").unwrap_err()).kind(),
            ErrorKind::Closed
        );
    }
}

/// Lets a reader of another thread run until it waits. It holds no lock while it waits, so that this returns.
fn let_reader_wait<T>(writer: &WriteHalf<T>) {
    for _ in 0..1000 {
        writer.with_session(|session| assert!(session.handshake_done()));
        thread::yield_now();
    }
}

#[test]
fn an_error_of_one_half_ends_the_wait_of_the_other() {
    for priority in stream_protocols() {
        let (near, far) = streams(priority);
        let (mut reader, mut writer) = near.into_split().unwrap();
        let reading = thread::spawn(move || reader.read(&mut [0; 9]));
        let_reader_wait(&writer);
        // The peer does not react, so that nothing arrives for the reader.
        writer
            .send_alert(AlertLevel::Fatal, Alert::USER_CANCELED)
            .unwrap();
        let error = reading.join().unwrap().unwrap_err();
        assert_ne!(error.kind(), io::ErrorKind::TimedOut, "{error}");
        drop(far);
    }
}

/// A socket that panics if it receives once this is set.
struct Panicking(UnixStream, Arc<AtomicBool>);

impl Transport for Panicking {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        assert!(!self.1.load(Ordering::SeqCst), "the transport panics");
        self.0.read(buffer)
    }
}

impl AsFd for Panicking {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

#[test]
fn bug_class_13_a_panic_of_one_half_ends_the_other() {
    for priority in stream_protocols() {
        let panics = Arc::<AtomicBool>::default();
        let (near, far) = sockets();
        let far_panics = Arc::default();
        let (near, mut far) = connect(
            &configs(priority),
            Panicking(near, Arc::clone(&panics)),
            Panicking(far, far_panics),
        );
        let (mut reader, mut writer) = near.into_split().unwrap();
        let (begin, begun) = mpsc::channel();
        // The peer does not read, so that the writer blocks.
        let writing = thread::spawn(move || {
            let mut begin = Some(begin);
            loop {
                if let Err(error) = writer.write(&[0; 10_000]) {
                    return (error, writer);
                }
                if let Some(begin) = begin.take() {
                    begin.send(()).unwrap();
                }
            }
        });
        begun.recv().unwrap();
        panics.store(true, Ordering::SeqCst);
        far.write_all(b"data").unwrap();
        let panicked = catch_unwind(AssertUnwindSafe(|| reader.read(&mut [0; 9])));
        let text = *panicked.unwrap_err().downcast::<&str>().unwrap();
        assert_eq!(text, "the transport panics");
        let (error, writer) = writing.join().unwrap();
        assert_ne!(error.kind(), io::ErrorKind::TimedOut, "{error}");
        // The lock is not poisoned.
        assert!(reader.read(&mut [0; 9]).is_err());
        assert!(writer.with_session(|session| session.protocol().is_some()));
    }
}

#[test]
fn a_half_waits_no_longer_than_its_timeout() {
    for priority in stream_protocols() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let near = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (far, _) = listener.accept().unwrap();
        let (near, mut far) = connect(&configs(priority), near, far);
        near.get_ref()
            .set_read_timeout(Some(Duration::from_millis(20)))
            .unwrap();
        let (mut reader, mut writer) = near.into_split().unwrap();
        let mut buffer = [0; 9];
        let mut expect_timeout = |reader: &mut ReadHalf<TcpStream>| {
            let error = reader.read(&mut buffer).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        };
        // That of the socket.
        expect_timeout(&mut reader);
        reader.set_timeout(Some(Duration::from_millis(1)));
        expect_timeout(&mut reader);
        reader.set_timeout(LIMIT);
        far.write_all(b"data").unwrap();
        let mut text = [0; 4];
        reader.read_exact(&mut text).unwrap();
        assert_eq!(&text, b"data");

        writer.set_timeout(Some(Duration::from_millis(20)));
        let mut sent = 0;
        let error = loop {
            match writer.write(&[0; 10_000]) {
                Ok(length) => sent += length,
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        // Nothing was lost.
        writer.set_timeout(LIMIT);
        let reading = thread::spawn(move || {
            let mut received = 0;
            let mut buffer = [0; 20_000];
            while let length @ 1.. = far.read(&mut buffer).unwrap() {
                received += length;
            }
            received
        });
        writer.close().unwrap();
        assert_eq!(reading.join().unwrap(), sent);
    }
}

#[test]
fn hazard_11_halves_renegotiate_while_both_are_busy() {
    let (near, mut far) = streams(TLS1_2);
    let (mut reader, mut writer) = near.into_split().unwrap();
    let bytes = 400_000;
    let writing = thread::spawn(move || {
        for part in data(0, bytes).chunks(1000) {
            writer.write_all(part).unwrap();
        }
        writer.close().unwrap();
    });
    let reading = thread::spawn(move || {
        let mut received = Vec::new();
        reader.read_to_end(&mut received).unwrap();
        assert!(received == data(1, bytes));
        reader.with_session(|session| session.id())
    });
    let before = far.session().id();
    let mut received = Vec::new();
    let mut sent = 0;
    for round in 0..20 {
        let part = bytes / 20;
        let begin = received.len();
        received.resize(begin + part, 0);
        far.read_exact(&mut received[begin..]).unwrap();
        if round % 3 == 0 {
            // The halves send data before the handshake, which the reads perform.
            far.rehandshake().unwrap();
        }
        far.write_all(&data(1 + sent, part)).unwrap();
        sent += part;
    }
    far.close().unwrap();
    assert_eq!(far.read(&mut [0; 9]).unwrap(), 0);
    assert!(received == data(0, bytes));
    writing.join().unwrap();
    let after = reading.join().unwrap();
    assert_ne!(before, after);
    assert_eq!(after, far.session().id());
}

/// Returns the halves of a client that has begun a handshake, behind data of the server, and the server.
fn begun_handshake() -> (Halves<UnixStream>, Stream<UnixStream>) {
    let (mut near, mut far) = streams(TLS1_2);
    far.write_all(b"first").unwrap();
    near.get_ref().set_nonblocking(true).unwrap();
    let error = near.rehandshake().unwrap_err();
    assert!(
        error.kind() == ErrorKind::WouldBlock
            || error.code() == Some(ErrorCode::GOT_APPLICATION_DATA),
        "{error}"
    );
    (near.into_split().unwrap(), far)
}

#[test]
fn a_write_waits_until_the_data_before_the_handshake_is_read() {
    let ((mut reader, mut writer), mut far) = begun_handshake();
    let serving = thread::spawn(move || {
        let mut text = [0; 6];
        far.read_exact(&mut text).unwrap();
        far
    });
    let writing = thread::spawn(move || writer.write_all(b"second").map(|()| writer));
    let mut text = [0; 5];
    reader.read_exact(&mut text).unwrap();
    assert_eq!(&text, b"first");
    let mut writer = writing.join().unwrap().unwrap();
    let mut far = serving.join().unwrap();
    far.write_all(b"third").unwrap();
    reader.read_exact(&mut text).unwrap();
    assert_eq!(&text, b"third");
    writer.close().unwrap();
}

#[test]
fn a_write_does_not_wait_for_a_reader_that_was_dropped() {
    let ((reader, mut writer), far) = begun_handshake();
    drop(reader);
    let serving = thread::spawn(move || {
        let mut far = far;
        far.read(&mut [0; 6])
    });
    let error = Error::from(writer.write(b"second").unwrap_err());
    assert_eq!(
        error.code(),
        Some(ErrorCode::GOT_APPLICATION_DATA),
        "{error}"
    );
    drop(writer);
    assert!(serving.join().unwrap().is_err());
}

#[test]
fn halves_send_tickets_and_request_certificates() {
    skip_unless!(requirement::KEY_UPDATE);
    skip_unless!(requirement::VERIFIED_RESUMPTION);
    let client = client(TLS1_3)
        .identity(client_identity())
        .post_handshake_auth(true)
        .build()
        .unwrap();
    let server = server(TLS1_3)
        .client_auth(ClientAuth::AfterHandshake(trust()))
        .tickets(TicketKey::generate().unwrap())
        .build()
        .unwrap();
    let (near, far) = sockets();
    let (near, far) = connect(&(client, server), near, far);
    let (mut near_reader, mut near_writer) = near.into_split().unwrap();
    let (mut reader, mut writer) = far.into_split().unwrap();
    let reading = thread::spawn(move || {
        let mut text = [0; 5];
        near_reader.read_exact(&mut text).unwrap();
        (text, near_reader)
    });
    assert!(reader.request_authentication().unwrap());
    writer.send_tickets(1).unwrap();
    writer.write_all(b"hello").unwrap();
    writer.flush().unwrap();
    let (text, mut near_reader) = reading.join().unwrap();
    assert_eq!(&text, b"hello");
    assert!(near_reader.save_session().is_ok());
    assert!(writer.with_session(|session| session.peer_certificates().is_some()));
    near_writer.close().unwrap();
    assert_eq!(reader.read(&mut [0; 9]).unwrap(), 0);
}

#[test]
fn halves_exchange_datagrams() {
    let (near, far) = (
        UdpSocket::bind("127.0.0.1:0").unwrap(),
        UdpSocket::bind("127.0.0.1:0").unwrap(),
    );
    near.connect(far.local_addr().unwrap()).unwrap();
    far.connect(near.local_addr().unwrap()).unwrap();
    let [near, far] = [near, far].map(|socket| {
        let mut descriptors = Descriptors::new(socket).unwrap();
        descriptors.set_timeout(LIMIT);
        descriptors
    });
    let client = client(DTLS1_2).build().unwrap();
    let server = server(DTLS1_2).build().unwrap();
    let mut near = Stream::new(client.datagram_session("localhost").unwrap(), near);
    let mut far = Stream::new(server.datagram_session().unwrap(), far);
    thread::scope(|scope| {
        scope.spawn(|| far.handshake().unwrap());
        near.handshake().unwrap();
    });
    let (mut reader, mut writer) = near.into_split().unwrap();
    let reading = thread::spawn(move || {
        let mut buffer = [0; 100];
        reader
            .read(&mut buffer)
            .map(|length| buffer[..length].to_vec())
    });
    writer.write_all(b"there").unwrap();
    let mut buffer = [0; 100];
    assert_eq!(far.read(&mut buffer).unwrap(), 5);
    far.write_all(b"back").unwrap();
    assert_eq!(reading.join().unwrap().unwrap(), b"back");
}

fn is_blocking(socket: &impl AsFd) -> bool {
    // SAFETY: reads the flags of an open descriptor.
    let flags = unsafe { libc::fcntl(socket.as_fd().as_raw_fd(), libc::F_GETFL) };
    flags & libc::O_NONBLOCK == 0
}

#[test]
fn halves_of_one_stream_are_combined_again() {
    let (near, far) = streams(TLS1_2);
    let socket = near.get_ref().try_clone().unwrap();
    assert!(is_blocking(&socket));
    let (near_reader, near_writer) = near.into_split().unwrap();
    assert!(!is_blocking(&socket));
    let (far_reader, far_writer) = far.into_split().unwrap();
    assert!(near_reader.is_pair_of(&near_writer) && far_writer.is_pair_of(&far_reader));
    let error = near_reader.unsplit(far_writer).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the two halves belong to different streams: combine halves of the same one"
    );
    let mut near = error.0.unsplit(near_writer).unwrap();
    assert!(is_blocking(&socket));
    let mut far = far_reader.unsplit(error.1).unwrap();
    near.write_all(b"whole").unwrap();
    let mut text = [0; 5];
    far.read_exact(&mut text).unwrap();
    assert_eq!(&text, b"whole");
    // Dropping restores the mode, too.
    let halves = near.into_split().unwrap();
    assert!(!is_blocking(&socket));
    drop(halves);
    assert!(is_blocking(&socket));
}
