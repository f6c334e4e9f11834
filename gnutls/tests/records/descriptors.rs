//! Sockets that GnuTLS uses directly: no data is lost, duplicated or reordered, and there is no signal, at whatever
//! point the sockets are full.

use std::io::{ErrorKind as IoErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::net::UnixStream;
use std::sync::mpsc;
use std::task::Poll;
use std::thread;
use std::time::{Duration, Instant};

use gnutls::record::KeyUpdate;
use gnutls::transport::{Descriptors, MemoryTransport};
use gnutls::{
    Alert, AlertLevel, ClientConfig, Error, ErrorCode, ErrorKind, ServerConfig, Session, Stream,
};
use gnutls_testing::directory::TemporaryDirectory;
use gnutls_testing::pair::*;
use gnutls_testing::process::is_alone;
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::{skip_unless, test_name};

use crate::data;

/// Two sessions over a pair of sockets with small buffers.
struct Sockets {
    client: Session,
    server: Session,
    near: Descriptors,
    far: Descriptors,
}

/// Gives a socket small buffers.
pub(crate) fn small(socket: &impl AsFd) {
    let bytes = 4608i32;
    for option in [libc::SO_SNDBUF, libc::SO_RCVBUF] {
        // SAFETY: reads an `int` from the address of a local variable, with its size.
        let result = unsafe {
            libc::setsockopt(
                socket.as_fd().as_raw_fd(),
                libc::SOL_SOCKET,
                option,
                (&raw const bytes).cast(),
                size_of::<i32>() as libc::socklen_t,
            )
        };
        assert_eq!(result, 0);
    }
}

impl Sockets {
    fn open(client: &ClientConfig, server: &ServerConfig) -> Self {
        let (near, far) = UnixStream::pair().unwrap();
        small(&near);
        small(&far);
        Self {
            client: client.session("localhost").unwrap(),
            server: server.session().unwrap(),
            near: Descriptors::new(near).unwrap(),
            far: Descriptors::new(far).unwrap(),
        }
    }

    fn connected(priority: &str) -> Self {
        let mut sockets = Self::open(
            &client(priority).build().unwrap(),
            &server(priority).build().unwrap(),
        );
        sockets.handshake();
        sockets
    }

    fn handshake(&mut self) {
        handshake(
            &mut self.client,
            &mut self.near,
            &mut self.server,
            &mut self.far,
        )
        .unwrap();
    }

    /// Writes from the client until the socket is full, and returns the number of accepted bytes.
    fn fill(&mut self) -> usize {
        let mut taken = 0;
        while let Poll::Ready(length) = self
            .client
            .write(&mut self.near, &data(taken, 1000))
            .unwrap()
        {
            assert_eq!(length, 1000);
            taken += length;
            assert!(taken < 1_000_000, "the sockets did not fill");
        }
        assert!(self.client.unsent_bytes() > 0);
        assert!(self.client.wants_write() && !self.client.wants_read());
        taken
    }

    /// Reads on the server until no more data arrives, while the client sends its buffered data.
    fn drain(&mut self) -> Vec<u8> {
        let mut received = Vec::new();
        let mut buffer = [0; 3000];
        for _ in 0..1000 {
            let flushed = self.client.flush(&mut self.near).unwrap();
            match self.server.read(&mut self.far, &mut buffer).unwrap() {
                Poll::Ready(0) => break,
                Poll::Ready(length) => received.extend_from_slice(&buffer[..length]),
                Poll::Pending if flushed.is_ready() => break,
                Poll::Pending => {}
            }
        }
        received
    }
}

#[test]
fn hazard_13_saving_a_session_does_not_receive() {
    skip_unless!(requirement::TLS1_3);
    let (client, server) = (
        client(TLS1_3).build().unwrap(),
        server(TLS1_3).build().unwrap(),
    );
    let (near, far) = UnixStream::pair().unwrap();
    let socket = near.try_clone().unwrap();
    let unread = || {
        let mut buffer = [0_u8; 256];
        let flags = libc::MSG_PEEK | libc::MSG_DONTWAIT;
        // SAFETY: writes at most the length of the buffer, which outlives the call.
        unsafe { libc::recv(socket.as_raw_fd(), buffer.as_mut_ptr().cast(), 256, flags) }
    };
    let mut sockets = Sockets {
        client: client.session("localhost").unwrap(),
        server: server.session().unwrap(),
        near: Descriptors::new(near).unwrap(),
        far: Descriptors::new(far).unwrap(),
    };
    sockets.handshake();
    let sent = sockets.server.write(&mut sockets.far, b"data").unwrap();
    assert!(sent.is_ready());
    let waiting = unread();
    assert!(waiting > 0);
    // The server has sent no ticket.
    let error = sockets.client.session_data().unwrap_err();
    assert_eq!(unread(), waiting);
    assert_eq!(error.code(), Some(ErrorCode::REQUESTED_DATA_NOT_AVAILABLE));
    let received = sockets.client.read(&mut sockets.near, &mut [0; 9]);
    assert_eq!(received.unwrap(), Poll::Ready(4));
}

#[test]
fn hazard_3_what_was_taken_arrives_once_whatever_is_written_next() {
    for priority in stream_protocols() {
        let mut sockets = Sockets::connected(priority);
        let taken = sockets.fill();
        // A shorter, longer or different buffer is not accepted while a record is buffered.
        for other in [&[0xff; 1][..], &[0xff; 20_000]] {
            let written = sockets.client.write(&mut sockets.near, other).unwrap();
            assert!(written.is_pending());
        }
        assert!(sockets.drain() == data(0, taken), "{priority}");
        assert_eq!(sockets.client.unsent_bytes(), 0);
        let written = sockets.client.write(&mut sockets.near, b"on").unwrap();
        assert_eq!(written, Poll::Ready(2));
        assert_eq!(sockets.drain(), b"on");
    }
}

#[test]
fn the_count_of_a_long_write_is_that_of_its_record() {
    for priority in stream_protocols() {
        for (size, long) in [(None, 16_384), (Some(512), 512)] {
            let mut client = client(priority)
                .build()
                .unwrap()
                .session("localhost")
                .unwrap();
            if let Some(size) = size {
                client.set_max_record_size(size).unwrap();
            }
            let mut sockets = Sockets::connected(priority);
            sockets.client = client;
            sockets.server = server(priority).build().unwrap().session().unwrap();
            let (near, far) = UnixStream::pair().unwrap();
            (sockets.near, sockets.far) = (
                Descriptors::new(near).unwrap(),
                Descriptors::new(far).unwrap(),
            );
            sockets.handshake();
            let (mut taken, mut most) = (0, 0);
            while let Poll::Ready(length) = sockets
                .client
                .write(&mut sockets.near, &data(taken, 40_000))
                .unwrap()
            {
                taken += length;
                most = most.max(length);
            }
            assert!(most <= long && taken > 40_000, "{priority} {most}");
            assert!(sockets.drain() == data(0, taken), "{priority} {long}");
        }
    }
}

/// A call that is possible while a record is buffered.
type Call = fn(&mut Session, &mut Descriptors) -> gnutls::Result<Poll<()>>;

#[test]
fn hazard_24_nothing_takes_the_place_of_a_record_that_waits_on_descriptors() {
    for priority in stream_protocols() {
        let mut calls: Vec<(&str, Call)> = vec![
            ("close", |session, io| session.close(io)),
            ("alert", |session, io| {
                session.send_alert(io, AlertLevel::Fatal, Alert::ACCESS_DENIED)
            }),
        ];
        if priority == TLS1_3 && requirement::KEY_UPDATE.is_present() {
            calls.push(("key update", |session, io| {
                session.update_key(io, KeyUpdate::NotRequested)
            }));
            calls.push(("key update of both", |session, io| {
                session.update_key(io, KeyUpdate::Requested)
            }));
        }
        for (name, call) in calls {
            let mut sockets = Sockets::connected(priority);
            let taken = sockets.fill();
            // The call waits for the buffered record, and then for its own message.
            for _ in 0..3 {
                let result = call(&mut sockets.client, &mut sockets.near).unwrap();
                assert!(result.is_pending(), "{priority} {name}");
                assert!(sockets.client.wants_write());
            }
            let mut received = Vec::new();
            let mut buffer = [0; 3000];
            let (mut done, mut end) = (false, None);
            for _ in 0..1000 {
                done = done
                    || call(&mut sockets.client, &mut sockets.near)
                        .unwrap()
                        .is_ready();
                match sockets.server.read(&mut sockets.far, &mut buffer) {
                    Ok(Poll::Ready(0)) => end = Some(Ok(())),
                    Ok(Poll::Ready(length)) => received.extend_from_slice(&buffer[..length]),
                    Ok(Poll::Pending) if done => break,
                    Ok(Poll::Pending) => {}
                    Err(error) => end = Some(Err(error.alert())),
                }
                if end.is_some() {
                    break;
                }
            }
            assert!(done, "{priority} {name}");
            assert!(received == data(0, taken), "{priority} {name}");
            match name {
                "close" => assert_eq!(end, Some(Ok(()))),
                "alert" => assert_eq!(end, Some(Err(Some(Alert::ACCESS_DENIED)))),
                _ => {
                    // The next data uses the new keys.
                    assert_eq!(end, None);
                    let written = sockets.client.write(&mut sockets.near, b"new").unwrap();
                    assert_eq!(written, Poll::Ready(3));
                    assert_eq!(sockets.drain(), b"new");
                }
            }
        }
    }
}

#[test]
fn an_interrupted_message_is_completed_first() {
    skip_unless!(requirement::KEY_UPDATE);
    skip_unless!(requirement::REPEATED_KEY_UPDATES);
    let records = Sockets::connected(TLS1_3).fill() / 1000;
    let mut stopped = 0;
    for left in 0..8.min(records) {
        let mut sockets = Sockets::connected(TLS1_3);
        let mut taken = 0;
        while taken < (records - left) * 1000 && sockets.client.unsent_bytes() == 0 {
            let written = sockets.client.write(&mut sockets.near, &data(taken, 1000));
            assert_eq!(written.unwrap(), Poll::Ready(1000));
            taken += 1000;
        }
        if sockets.client.unsent_bytes() > 0 {
            continue;
        }
        // The peer would not accept more key updates per second.
        for _ in 0..7 {
            let updated = sockets
                .client
                .update_key(&mut sockets.near, KeyUpdate::NotRequested);
            assert!(updated.unwrap().is_ready());
            if sockets.client.unsent_bytes() > 0 {
                stopped += 1;
                break;
            }
        }
        if sockets.client.unsent_bytes() > 0 {
            let written = sockets
                .client
                .write(&mut sockets.near, &[0xff; 10])
                .unwrap();
            assert!(written.is_pending());
        }
        assert!(sockets.drain() == data(0, taken), "{left}");
        assert_eq!(
            sockets.client.write(&mut sockets.near, b"new").unwrap(),
            Poll::Ready(3)
        );
        assert_eq!(sockets.drain(), b"new");
    }
    assert!(stopped > 0, "no message was interrupted");
}

#[test]
fn hazard_25_the_peer_asks_for_new_keys_while_a_record_waits() {
    skip_unless!(requirement::KEY_UPDATE);
    skip_unless!(requirement::REPEATED_KEY_UPDATES);
    let mut sockets = Sockets::connected(TLS1_3);
    let mut taken = sockets.fill();
    let asked = sockets
        .server
        .update_key(&mut sockets.far, KeyUpdate::Requested);
    assert!(asked.unwrap().is_ready());
    let read = sockets
        .client
        .read(&mut sockets.near, &mut [0; 10])
        .unwrap();
    assert!(read.is_pending());
    assert!(sockets.client.wants_read() && sockets.client.wants_write());
    assert!(sockets.drain() == data(0, taken));
    // The next write contains the new keys, and can be interrupted in the middle of them.
    for _ in 0..3 {
        let asked = sockets
            .server
            .update_key(&mut sockets.far, KeyUpdate::Requested);
        assert!(asked.unwrap().is_ready());
        let read = sockets
            .client
            .read(&mut sockets.near, &mut [0; 10])
            .unwrap();
        assert!(read.is_pending());
        let before = taken;
        while let Poll::Ready(length) = sockets
            .client
            .write(&mut sockets.near, &data(taken, 40_000))
            .unwrap()
        {
            taken += length;
        }
        assert!(taken > before);
        assert!(sockets.drain() == data(before, taken - before));
    }
}

#[test]
fn a_session_can_be_read_while_sending_blocks() {
    for priority in stream_protocols() {
        let mut sockets = Sockets::connected(priority);
        let taken = sockets.fill();
        let written = sockets.server.write(&mut sockets.far, b"answer").unwrap();
        assert_eq!(written, Poll::Ready(6));
        let mut buffer = [0; 10];
        let read = sockets.client.read(&mut sockets.near, &mut buffer).unwrap();
        assert_eq!(read, Poll::Ready(6));
        assert!(sockets.client.unsent_bytes() > 0);
        let read = sockets.client.read(&mut sockets.near, &mut buffer).unwrap();
        assert!(read.is_pending());
        assert!(sockets.client.wants_read() && sockets.client.wants_write());
        assert!(sockets.drain() == data(0, taken));
    }
}

/// A handshake in which the server has read the ClientHello, but the output of the server is blocked.
struct Stuck {
    client: Session,
    server: Session,
    near: Descriptors,
    far: Descriptors,
    /// Receives the bytes that fill the socket before the server's response, which are not a record.
    reader: UnixStream,
    junk: usize,
}

impl Stuck {
    fn new(priority: &str) -> Self {
        let (near, far) = UnixStream::pair().unwrap();
        small(&near);
        small(&far);
        far.set_nonblocking(true).unwrap();
        let mut junk = 0;
        while let Ok(length) = (&far).write(&[0; 100]) {
            junk += length;
        }
        let client = client(priority).build().unwrap();
        let mut stuck = Stuck {
            client: client.session("localhost").unwrap(),
            server: server(priority).build().unwrap().session().unwrap(),
            reader: near.try_clone().unwrap(),
            near: Descriptors::new(near).unwrap(),
            far: Descriptors::new(far).unwrap(),
            junk,
        };
        // The client sends its ClientHello, and receives from an empty socket.
        let (empty, _other) = UnixStream::pair().unwrap();
        let send = stuck.near.send_fd().try_clone_to_owned().unwrap();
        let mut only = Descriptors::pair(empty, send).unwrap();
        assert!(stuck.client.handshake(&mut only).unwrap().is_pending());
        for _ in 0..3 {
            assert!(stuck.server.handshake(&mut stuck.far).unwrap().is_pending());
            assert!(stuck.server.unsent_bytes() > 0 && stuck.server.wants_write());
        }
        stuck
    }

    /// Unblocks the output of the server.
    fn let_go(&mut self) {
        self.reader.read_exact(&mut vec![0; self.junk]).unwrap();
    }
}

#[test]
fn an_interrupted_handshake_continues() {
    for priority in stream_protocols() {
        let mut stuck = Stuck::new(priority);
        stuck.let_go();
        for _ in 0..1000 {
            let client = stuck.client.handshake(&mut stuck.near).unwrap();
            let server = stuck.server.handshake(&mut stuck.far).unwrap();
            if client.is_ready() && server.is_ready() {
                break;
            }
        }
        assert!(stuck.client.handshake_done() && stuck.server.handshake_done());
    }
}

#[test]
fn an_alert_follows_an_interrupted_handshake_message() {
    for priority in stream_protocols() {
        let mut stuck = Stuck::new(priority);
        let alert = |stuck: &mut Stuck| {
            let result =
                stuck
                    .server
                    .send_alert(&mut stuck.far, AlertLevel::Fatal, Alert::ACCESS_DENIED);
            result.unwrap()
        };
        assert!(alert(&mut stuck).is_pending());
        stuck.let_go();
        let mut sent = false;
        let mut end = None;
        for _ in 0..1000 {
            sent = sent || alert(&mut stuck).is_ready();
            // The client of TLS 1.3 may have completed its handshake.
            let mut result = stuck.client.handshake(&mut stuck.near).map(drop);
            if stuck.client.handshake_done() {
                let read = stuck.client.read(&mut stuck.near, &mut [0; 10]);
                result = read.map(drop);
            }
            if let Err(error) = result {
                end = error.alert();
                break;
            }
        }
        assert!(sent);
        assert_eq!(end, Some(Alert::ACCESS_DENIED), "{priority}");
    }
}

#[test]
fn hazard_5_a_truncated_stream_is_an_error_and_a_closed_one_the_end() {
    for priority in stream_protocols() {
        let mut sockets = Sockets::connected(priority);
        assert!(sockets.client.close(&mut sockets.near).unwrap().is_ready());
        sockets.near.shutdown(Shutdown::Write).unwrap();
        let mut buffer = [0; 100];
        let read = sockets.server.read(&mut sockets.far, &mut buffer).unwrap();
        assert_eq!(read, Poll::Ready(0));
        // The other direction is still open.
        let written = sockets.server.write(&mut sockets.far, b"late").unwrap();
        assert_eq!(written, Poll::Ready(4));
        let mut read = Poll::Pending;
        while read.is_pending() {
            read = sockets.client.read(&mut sockets.near, &mut buffer).unwrap();
        }
        assert_eq!(read, Poll::Ready(4));

        // The stream is truncated between two records, and inside one.
        for inside in [false, true] {
            let mut sockets = Sockets::connected(priority);
            if inside {
                // The data is larger than the buffer of the socket.
                let written = sockets
                    .client
                    .write(&mut sockets.near, &[7; 16_384])
                    .unwrap();
                assert_eq!(written, Poll::Ready(16_384));
                assert!(sockets.client.unsent_bytes() > 0);
            }
            drop((sockets.client, sockets.near));
            let error = loop {
                match sockets.server.read(&mut sockets.far, &mut buffer) {
                    Ok(read) => assert!(read.is_ready() && read != Poll::Ready(0)),
                    Err(error) => break error,
                }
            };
            assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "{error}");
        }
        // The connection ends in the middle of a handshake.
        let mut sockets = Sockets::open(
            &client(priority).build().unwrap(),
            &server(priority).build().unwrap(),
        );
        assert!(
            sockets
                .client
                .handshake(&mut sockets.near)
                .unwrap()
                .is_pending()
        );
        drop(sockets.far);
        let error = loop {
            match sockets.client.handshake(&mut sockets.near) {
                Ok(poll) => assert!(poll.is_pending()),
                Err(error) => break error,
            }
        };
        // Unread data on the other end can cause a connection reset instead of an end of file.
        assert!(
            matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::Io),
            "{error}"
        );
    }
}

#[test]
fn a_closed_peer_is_an_error_and_no_signal() {
    if !is_alone(&test_name!(), &[]) {
        return;
    }
    // The Rust runtime ignores the signal. Here it must terminate the process, as in other programs.
    // SAFETY: changes the signal disposition of a process that runs only this test.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
    for priority in stream_protocols() {
        let mut sockets = Sockets::connected(priority);
        drop(sockets.far);
        let error = sockets
            .client
            .write(&mut sockets.near, b"nobody")
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{error}");
        let text = error.to_string();
        let error = std::io::Error::from(error);
        assert_eq!(error.kind(), IoErrorKind::BrokenPipe, "{error}");
        // A later call repeats the error.
        let error = sockets
            .client
            .write(&mut sockets.near, b"nobody")
            .unwrap_err();
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::Io, text));
    }
}

#[test]
fn a_session_stays_with_one_kind_of_transport() {
    let mut sockets = Sockets::connected(TLS1_2);
    let (mut memory, _far) = MemoryTransport::stream();
    let error = sockets.client.write(&mut memory, b"there").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(!error.is_fatal());
    let written = sockets.client.write(&mut sockets.near, b"here").unwrap();
    assert_eq!(written, Poll::Ready(4));

    let mut session = client(TLS1_2)
        .build()
        .unwrap()
        .session("localhost")
        .unwrap();
    assert!(session.handshake(&mut memory).unwrap().is_pending());
    let error = session.handshake(&mut sockets.near).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

/// A transport that returns its descriptors only on every other call.
struct Moody {
    inner: Descriptors,
    calls: usize,
}

impl gnutls::Transport for Moody {
    fn send(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(IoErrorKind::Unsupported.into())
    }
    fn receive(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(IoErrorKind::Unsupported.into())
    }
    fn descriptors(&mut self) -> Option<&mut Descriptors> {
        self.calls += 1;
        (self.calls % 2 == 1).then_some(&mut self.inner)
    }
}

#[test]
fn bug_class_1_a_transport_that_changes_its_mind_is_an_error() {
    for calls in 0..2 {
        let mut session = client(TLS1_2)
            .build()
            .unwrap()
            .session("localhost")
            .unwrap();
        let (near, _far) = UnixStream::pair().unwrap();
        let inner = Descriptors::new(near).unwrap();
        let mut moody = Moody { inner, calls };
        let error = session.handshake(&mut moody).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{error}");
    }
}

#[test]
fn blocking_streams_wait_until_their_timeout() {
    for priority in stream_protocols() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let config = server(priority).build().unwrap();
        let serving = thread::spawn(move || {
            let socket = Descriptors::new(listener.accept().unwrap().0).unwrap();
            let mut stream = config.accept(socket).unwrap();
            let mut received = Vec::new();
            stream.read_to_end(&mut received).unwrap();
            stream.write_all(&received).unwrap();
            stream.close().unwrap();
            // Wait for the client to close the connection.
            let _ = stream.read(&mut [0]);
        });
        let socket = Descriptors::new(TcpStream::connect(address).unwrap()).unwrap();
        let config = client(priority).build().unwrap();
        let mut stream = config.connect("localhost", socket).unwrap();
        assert_eq!(
            stream.session().kernel_tls(),
            gnutls::session::KernelTls::default()
        );
        let sent = data(0, 1_000_000);
        stream.write_all(&sent).unwrap();
        // The end of the stream comes first.
        stream
            .get_mut()
            .set_timeout(Some(Duration::from_millis(20)));
        let begun = Instant::now();
        let error = stream.read(&mut [0; 10]).unwrap_err();
        assert_eq!(error.kind(), IoErrorKind::TimedOut);
        assert!(begun.elapsed() >= Duration::from_millis(20));
        stream.get_mut().set_nonblocking(true);
        let error = stream.read(&mut [0; 10]).unwrap_err();
        assert_eq!(error.kind(), IoErrorKind::WouldBlock);
        stream.get_mut().set_nonblocking(false);
        stream.get_mut().set_timeout(None);
        stream.close().unwrap();
        let mut back = Vec::new();
        stream.read_to_end(&mut back).unwrap();
        assert!(back == sent);
        drop(stream);
        serving.join().unwrap();
    }
}

#[test]
fn hazard_35_a_handshake_ends_by_its_deadline() {
    let (near, _far) = UnixStream::pair().unwrap();
    let config = client(TLS1_2)
        .handshake_timeout(Duration::from_millis(50))
        .build()
        .unwrap();
    let begun = Instant::now();
    let error = config
        .connect("localhost", Descriptors::new(near).unwrap())
        .unwrap_err();
    assert_eq!(
        error.code().map(|code| code.as_raw()),
        Some(-319),
        "{error}"
    );
    assert!((50..5000).contains(&begun.elapsed().as_millis()));
}

#[test]
fn hazard_35_a_handshake_ends_by_its_deadline_if_the_peer_does_not_read() {
    let (near, mut far) = UnixStream::pair().unwrap();
    near.set_nonblocking(true).unwrap();
    while (&near).write(&[0; 4096]).is_ok() {}
    near.set_nonblocking(false).unwrap();
    far.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
    let config = server(TLS1_2)
        .handshake_timeout(Duration::from_millis(50))
        .build()
        .unwrap();
    let (done, wait) = mpsc::channel();
    thread::spawn(move || {
        let result = config.accept(Descriptors::new(near).unwrap());
        done.send(result.map(drop)).unwrap();
    });
    let result = wait.recv_timeout(Duration::from_secs(20));
    let error = result.expect("the handshake continues").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
}

#[test]
fn files_are_sent_over_descriptors() {
    let directory = TemporaryDirectory::new();
    let sent = data(0, 300_000);
    let file = std::fs::File::open(directory.write("file", &sent)).unwrap();
    for priority in stream_protocols() {
        let mut sockets = Sockets::connected(priority);
        let mut offset = 7;
        let mut received = Vec::new();
        for _ in 0..10_000 {
            let result = sockets
                .client
                .send_file(&mut sockets.near, &file, &mut offset, u64::MAX)
                .unwrap();
            received.extend(sockets.drain());
            if result == Poll::Ready(0) {
                break;
            }
        }
        assert!(received == sent[7..], "{priority}");
        assert_eq!(offset, 300_000);
    }
}

#[test]
fn one_socket_receives_and_another_sends() {
    for priority in stream_protocols() {
        let (there, here) = UnixStream::pair().unwrap();
        let (back, forth) = UnixStream::pair().unwrap();
        let mut near = Descriptors::pair(back, there).unwrap();
        let mut far = Descriptors::pair(here, forth).unwrap();
        assert_ne!(near.as_fd().as_raw_fd(), near.send_fd().as_raw_fd());
        let mut one = client(priority)
            .build()
            .unwrap()
            .session("localhost")
            .unwrap();
        let mut other = server(priority).build().unwrap().session().unwrap();
        handshake(&mut one, &mut near, &mut other, &mut far).unwrap();
        assert_eq!(one.write(&mut near, b"there").unwrap(), Poll::Ready(5));
        let mut buffer = [0; 10];
        assert_eq!(other.read(&mut far, &mut buffer).unwrap(), Poll::Ready(5));
    }
}

#[test]
fn only_sockets_are_accepted() {
    let file = std::fs::File::open("/dev/null").unwrap();
    assert!(Descriptors::new(file).is_err());
}

#[test]
fn datagrams_are_sent_over_descriptors() {
    let (near, far) = (
        UdpSocket::bind("127.0.0.1:0").unwrap(),
        UdpSocket::bind("127.0.0.1:0").unwrap(),
    );
    near.connect(far.local_addr().unwrap()).unwrap();
    far.connect(near.local_addr().unwrap()).unwrap();
    let config = server(DTLS1_2).build().unwrap();
    let serving = thread::spawn(move || {
        let session = config.datagram_session().unwrap();
        let mut stream = Stream::new(session, Descriptors::new(far).unwrap());
        let mut buffer = [0; 100];
        // An empty datagram, which anybody can send, does not end the session.
        assert_eq!(stream.read(&mut buffer).unwrap(), 4);
        stream.write_all(&buffer[..4]).unwrap();
    });
    near.send(&[]).unwrap();
    let config = client(DTLS1_2).build().unwrap();
    let session = config.datagram_session("localhost").unwrap();
    let mut stream = Stream::new(session, Descriptors::new(near).unwrap());
    stream.write_all(b"ping").unwrap();
    let mut buffer = [0; 100];
    assert_eq!(stream.read(&mut buffer).unwrap(), 4);
    serving.join().unwrap();
}

#[test]
fn a_datagram_client_may_be_started_before_its_server() {
    let near = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr();
    let address = address.unwrap();
    near.connect(address).unwrap();
    let near_address = near.local_addr().unwrap();
    let config = client(DTLS1_2).build().unwrap();
    let session = config.datagram_session("localhost").unwrap();
    let mut stream = Stream::new(session, Descriptors::new(near).unwrap());
    let error = stream.handshake().unwrap_err();
    assert!(!error.is_fatal(), "{error}");
    let error = std::io::Error::from(error);
    assert_eq!(error.kind(), IoErrorKind::ConnectionRefused, "{error}");

    let far = UdpSocket::bind(address).unwrap();
    far.connect(near_address).unwrap();
    let config = server(DTLS1_2).build().unwrap();
    let serving = thread::spawn(move || {
        let session = config.datagram_session().unwrap();
        let mut stream = Stream::new(session, Descriptors::new(far).unwrap());
        let mut buffer = [0; 100];
        assert_eq!(stream.read(&mut buffer).unwrap(), 4);
    });
    stream.write_all(b"ping").unwrap();
    serving.join().unwrap();
}

#[test]
fn fast_open_sends_the_first_message_with_the_connection() {
    for priority in stream_protocols() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let config = server(priority).build().unwrap();
        let serving = thread::spawn(move || {
            let mut stream = config.accept(listener.accept().unwrap().0).unwrap();
            let mut buffer = [0; 100];
            let length = stream.read(&mut buffer).unwrap();
            stream.write_all(&buffer[..length]).unwrap();
        });
        let socket = Descriptors::fast_open(tcp(), address).unwrap();
        let config = client(priority).build().unwrap();
        let mut stream = config.connect("localhost", socket).unwrap();
        stream.write_all(b"ping").unwrap();
        let mut buffer = [0; 100];
        assert_eq!(stream.read(&mut buffer).unwrap(), 4);
        serving.join().unwrap();
    }
    // The listener is closed, so the address refuses connections.
    let address = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let config = client(TLS1_2).build().unwrap();
    let socket = Descriptors::fast_open(tcp(), address).unwrap();
    let error: Error = config.connect("localhost", socket).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io, "{error}");
    assert_eq!(
        std::io::Error::from(error).kind(),
        IoErrorKind::ConnectionRefused
    );
    // A server must not connect.
    let socket = Descriptors::fast_open(tcp(), address).unwrap();
    let error = server(TLS1_2).build().unwrap().accept(socket).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
}

/// Returns a TCP socket that is not connected.
fn tcp() -> std::os::fd::OwnedFd {
    use std::os::fd::FromRawFd;

    // SAFETY: `socket` creates a descriptor, which only the `OwnedFd` owns.
    unsafe {
        let socket = libc::socket(libc::AF_INET, libc::SOCK_STREAM | libc::SOCK_CLOEXEC, 0);
        assert!(socket >= 0);
        std::os::fd::OwnedFd::from_raw_fd(socket)
    }
}

#[test]
fn a_slow_connection_is_not_requested_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    // The backlog has room for one connection; the next one must wait.
    // SAFETY: changes the backlog of a listening socket, which is open.
    assert_eq!(unsafe { libc::listen(listener.as_raw_fd(), 0) }, 0);
    let first = TcpStream::connect(address).unwrap();
    let mut io = Descriptors::fast_open(tcp(), address).unwrap();
    let mut session = client(TLS1_2)
        .build()
        .unwrap()
        .session("localhost")
        .unwrap();
    for _ in 0..5 {
        assert!(session.handshake(&mut io).unwrap().is_pending());
        assert!(session.wants_write() && !session.wants_read());
    }
    drop(first);
    drop(listener.accept().unwrap());
    // The kernel repeats the connection attempt after about a second.
    let config = server(TLS1_2).build().unwrap();
    let serving = thread::spawn(move || config.accept(listener.accept().unwrap().0).map(drop));
    let mut stream = Stream::new(session, io);
    stream.handshake().unwrap();
    serving.join().unwrap().unwrap();
}

#[test]
fn a_handshake_whose_output_cannot_be_sent_reports_the_alert_of_the_peer() {
    for priority in stream_protocols() {
        for alert in [true, false] {
            let context = format!("{priority}, alert: {alert}");
            let mut sockets = Sockets::open(
                &client(priority).build().unwrap(),
                &server(priority).build().unwrap(),
            );
            let Sockets {
                client,
                server,
                near,
                far,
            } = &mut sockets;
            assert!(client.handshake(near).unwrap().is_pending());
            assert!(server.handshake(far).unwrap().is_pending());
            if alert {
                let sent = server.send_alert(far, AlertLevel::Fatal, Alert::ACCESS_DENIED);
                assert!(sent.unwrap().is_ready());
            }
            far.shutdown(Shutdown::Read).unwrap();
            let mut result = client.handshake(near).map(drop);
            if client.handshake_done() {
                // A TLS 1.3 client has received everything that it requires of the server, and can still read.
                assert_eq!(priority, TLS1_3);
                result.unwrap();
                let error = std::io::Error::from(client.write(near, b"lost").unwrap_err());
                assert_eq!(error.kind(), IoErrorKind::BrokenPipe, "{context}");
                let read = client.read(near, &mut [0; 9]);
                if !alert {
                    assert!(read.unwrap().is_pending(), "{context}");
                    continue;
                }
                result = read.map(drop);
            }
            let error = result.unwrap_err();
            if alert {
                assert_eq!(error.alert(), Some(Alert::ACCESS_DENIED), "{context}");
            } else {
                let error = std::io::Error::from(error);
                assert_eq!(error.kind(), IoErrorKind::BrokenPipe, "{context}");
            }
        }
    }
}

#[test]
fn a_failure_to_send_to_a_descriptor_ends_sending_only() {
    for priority in stream_protocols() {
        let mut sockets = Sockets::connected(priority);
        let mut buffer = [0; 9];
        let written = sockets.server.write(&mut sockets.far, b"answer").unwrap();
        assert_eq!(written, Poll::Ready(6));
        assert!(sockets.server.close(&mut sockets.far).unwrap().is_ready());
        drop(sockets.far);
        for _ in 0..2 {
            let written = sockets.client.write(&mut sockets.near, b"nobody");
            let error = std::io::Error::from(written.unwrap_err());
            assert_eq!(error.kind(), IoErrorKind::BrokenPipe, "{priority}: {error}");
        }
        let read = sockets.client.read(&mut sockets.near, &mut buffer).unwrap();
        assert_eq!(read, Poll::Ready(6), "{priority}");
        assert_eq!(&buffer[..6], b"answer");
        let read = sockets.client.read(&mut sockets.near, &mut buffer).unwrap();
        assert_eq!(read, Poll::Ready(0), "{priority}");
        let closed = sockets.client.close(&mut sockets.near);
        assert_eq!(closed.unwrap_err().kind(), ErrorKind::Io, "{priority}");
    }
}

#[test]
fn a_heartbeat_response_that_a_descriptor_does_not_take_loses_no_data() {
    skip_unless!(requirement::HEARTBEAT);
    let answers = gnutls::heartbeat::Mode::AnswerPings;
    let client = client(TLS1_2).heartbeat(answers).build().unwrap();
    let server = server(TLS1_2).heartbeat(answers).build().unwrap();
    let mut sockets = Sockets::open(&client, &server);
    sockets.handshake();
    let sent = sockets.client.ping(&mut sockets.near, 20).unwrap();
    assert!(sent.is_ready());
    let written = sockets.client.write(&mut sockets.near, b"data").unwrap();
    assert_eq!(written, Poll::Ready(4));
    drop(sockets.near);
    let read = sockets.server.read(&mut sockets.far, &mut [0; 9]).unwrap();
    assert_eq!(read, Poll::Ready(4));
    let error = sockets.server.write(&mut sockets.far, b"x").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io, "{error}");
}

/// Moves the bytes of a server on a memory transport to a socket, and back.
fn relay(memory: &mut MemoryTransport, socket: &mut UnixStream) {
    let mut buffer = [0; 20_000];
    while let Ok(length @ 1..) = socket.read(&mut buffer) {
        memory.write_all(&buffer[..length]).unwrap();
    }
    while let Ok(length @ 1..) = memory.read(&mut buffer) {
        socket.write_all(&buffer[..length]).unwrap();
    }
}

#[test]
fn descriptors_that_fail_to_send_in_a_renegotiation_are_received_from() {
    let configs = (
        client(TLS1_2)
            .dangerous_allow_renegotiation()
            .build()
            .unwrap(),
        server(TLS1_2).build().unwrap(),
    );
    // GnuTLS receives this many bytes of a record by itself, before it fails to send.
    for received in 0.. {
        let (near, mut wire) = UnixStream::pair().unwrap();
        wire.set_nonblocking(true).unwrap();
        let mut near = Descriptors::new(near).unwrap();
        let (mut memory, mut far) = MemoryTransport::stream();
        let mut client = configs.0.session("localhost").unwrap();
        let mut server = configs.1.session().unwrap();
        while client.handshake(&mut near).unwrap().is_pending()
            | server.handshake(&mut far).unwrap().is_pending()
        {
            relay(&mut memory, &mut wire);
        }
        let written = server.write(&mut far, b"data").unwrap();
        assert_eq!(written, Poll::Ready(4));
        let mut record = [0; 100];
        let length = memory.read(&mut record).unwrap();
        if received == length {
            break;
        }
        wire.write_all(&record[..received]).unwrap();
        let mut buffer = [0; 9];
        assert!(client.read(&mut near, &mut buffer).unwrap().is_pending());
        wire.shutdown(Shutdown::Read).unwrap();
        wire.write_all(&record[received..length]).unwrap();

        let error = client.rehandshake(&mut near).unwrap_err();
        assert_eq!(
            (error.code(), error.is_fatal()),
            (Some(ErrorCode::GOT_APPLICATION_DATA), false),
            "{received}: {error}"
        );
        let read = client.read(&mut near, &mut buffer).unwrap();
        assert_eq!(read, Poll::Ready(4), "{received}");
        assert_eq!(&buffer[..4], b"data");
        let error = std::io::Error::from(client.handshake(&mut near).unwrap_err());
        assert_eq!(error.kind(), IoErrorKind::BrokenPipe, "{received}: {error}");
    }
}
