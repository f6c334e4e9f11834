//! Streams: blocking over TCP and non-blocking in memory.

use std::io::{ErrorKind as IoErrorKind, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::task::Poll;
use std::thread;
use std::time::Duration;

use gnutls::resumption::{SessionData, TicketKey};
use gnutls::session::KernelTls;
use gnutls::transport::MemoryTransport;
use gnutls::{
    Alert, AlertLevel, ClientAuth, ClientConfig, Error, ErrorKind, Protocol, ServerConfig, Session,
    Stream, Transport,
};
use gnutls_testing::fixtures::{client_identity, trust};
use gnutls_testing::pair::*;
use gnutls_testing::{requirement, skip_unless};

/// Runs `there` on the client's end of a TCP connection and `here` on the server's. A read that waits in vain fails.
fn over_tcp<A: Send, B: Send>(
    client: &ClientConfig,
    server: &ServerConfig,
    there: impl FnOnce(Stream<TcpStream>) -> A + Send,
    here: impl FnOnce(Stream<TcpStream>) -> B + Send,
) -> (A, B) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let near = TcpStream::connect(address).unwrap();
    let (far, _) = listener.accept().unwrap();
    for socket in [&near, &far] {
        socket
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
    }
    thread::scope(|scope| {
        let far = scope.spawn(move || here(server.accept(far).unwrap()));
        let near = there(client.connect("localhost", near).unwrap());
        (near, far.join().unwrap())
    })
}

/// A session with a Rust transport never transfers its records to the kernel, regardless of the system's configuration.
#[test]
fn hazard_22_the_kernel_does_no_tls_below_a_transport() {
    for priority in stream_protocols() {
        over_tcp(
            &client(priority).build().unwrap(),
            &server(priority).build().unwrap(),
            |mut stream| {
                stream.write_all(b"data").unwrap();
                // The socket blocks, and so does a read: it does not fail with `WouldBlock`.
                assert_eq!(stream.read(&mut [0; 9]).unwrap(), 4);
                assert_eq!(stream.session().kernel_tls(), KernelTls::default());
            },
            |mut stream| {
                assert_eq!(stream.read(&mut [0; 9]).unwrap(), 4);
                thread::sleep(Duration::from_millis(50));
                stream.write_all(b"data").unwrap();
                assert_eq!(stream.session().kernel_tls(), KernelTls::default());
            },
        );
    }
}

#[test]
fn a_stream_over_tcp_reads_writes_and_ends() {
    for priority in stream_protocols() {
        let data: Vec<u8> = (0..300_000u32).map(|i| (i % 251) as u8).collect();
        let (echo, ()) = over_tcp(
            &client(priority).build().unwrap(),
            &server(priority).build().unwrap(),
            |mut stream| {
                let mut echo = Vec::new();
                for part in data.chunks(30_000) {
                    stream.write_all(part).unwrap();
                    let begin = echo.len();
                    echo.resize(begin + part.len(), 0);
                    stream.read_exact(&mut echo[begin..]).unwrap();
                }
                stream.close().unwrap();
                assert_eq!(stream.read(&mut [0; 9]).unwrap(), 0);
                assert_eq!(
                    stream.write(b"x").unwrap_err().kind(),
                    IoErrorKind::BrokenPipe
                );
                echo
            },
            |mut stream| {
                let mut buffer = [0; 10_000];
                loop {
                    match stream.read(&mut buffer).unwrap() {
                        0 => break,
                        length => stream.write_all(&buffer[..length]).unwrap(),
                    }
                }
                stream.close().unwrap();
            },
        );
        assert!(echo == data, "{priority}");
    }
}

#[test]
fn a_stream_that_closes_both_sides_resets_no_connection() {
    for priority in stream_protocols() {
        let ((), sent) = over_tcp(
            &client(priority).build().unwrap(),
            &server(priority).build().unwrap(),
            |mut stream| {
                stream.write_all(b"that is all").unwrap();
                stream.close_both().unwrap();
            },
            |mut stream| {
                let mut words = String::new();
                stream.read_to_string(&mut words).unwrap();
                assert_eq!(words, "that is all");
                // The client discards this.
                let sent = (0..20).map(|_| stream.write_all(&[7; 30_000]));
                let sent = sent.collect::<Result<Vec<_>, _>>();
                sent.and_then(|_| Ok(stream.close_both()?))
            },
        );
        sent.unwrap();
    }
}

#[test]
fn closing_both_sides_accepts_a_peer_that_only_closes_its_transport() {
    for priority in stream_protocols() {
        over_tcp(
            &client(priority).build().unwrap(),
            &server(priority).build().unwrap(),
            |mut stream| stream.close_both().unwrap(),
            |mut stream| assert_eq!(stream.read(&mut [0; 9]).unwrap(), 0),
        );
    }
}

#[test]
fn closing_both_sides_discards_a_bounded_amount() {
    for priority in stream_protocols() {
        let (closed, ()) = over_tcp(
            &client(priority).build().unwrap(),
            &server(priority).build().unwrap(),
            |mut stream| stream.close_both(),
            // Until the client drops its socket.
            |mut stream| while stream.write_all(&[7; 30_000]).is_ok() {},
        );
        let error = closed.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit);
        assert!(error.to_string().contains("1 MiB"), "{error}");
    }
}

#[test]
fn a_stream_saves_and_resumes() {
    for (priority, _) in resumable_protocols()
        .into_iter()
        .filter(|(_, datagram)| !datagram)
    {
        let config = client(priority).build().unwrap();
        let server = server(priority)
            .tickets(TicketKey::generate().unwrap())
            .build()
            .unwrap();
        let greet = |mut stream: Stream<TcpStream>| {
            stream.write_all(b"hello").unwrap();
            stream.close().unwrap();
            stream.session().is_resumed()
        };
        let (saved, _) = over_tcp(
            &config,
            &server,
            |mut stream| {
                stream.read_to_end(&mut Vec::new()).unwrap();
                stream.save_session().unwrap()
            },
            greet,
        );
        let resume = |saved: &SessionData, io| {
            let mut stream = Stream::new(config.resume("localhost", saved).unwrap(), io);
            stream.read_to_end(&mut Vec::new()).unwrap();
            stream.session().is_resumed()
        };
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::scope(|scope| {
            let far = scope.spawn(|| greet(server.accept(listener.accept().unwrap().0).unwrap()));
            assert!(
                resume(&saved, TcpStream::connect(address).unwrap()),
                "{priority}"
            );
            assert!(far.join().unwrap());
        });
    }
}

#[test]
fn hazard_5_a_stream_that_is_cut_off_fails() {
    let (error, ()) = over_tcp(
        &client(TLS1_2).build().unwrap(),
        &server(TLS1_2).build().unwrap(),
        |mut stream| stream.read_to_end(&mut Vec::new()).unwrap_err(),
        |mut stream| {
            stream.write_all(b"the beginning").unwrap();
            // The stream is dropped without being closed.
        },
    );
    assert_eq!(error.kind(), IoErrorKind::UnexpectedEof);
    assert_eq!(Error::from(error).kind(), ErrorKind::UnexpectedEof);
}

#[test]
fn an_untrusted_server_is_an_error_with_all_details() {
    let client = ClientConfig::builder()
        .trust(gnutls::Trust::none())
        .build()
        .unwrap();
    let server = server("NORMAL").build().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::scope(|scope| {
        let far = scope.spawn(|| {
            server
                .accept(listener.accept().unwrap().0)
                .map(|mut stream| stream.read(&mut [0; 9]))
        });
        // The socket stays open, because closing it with unread data would discard the alert to the server.
        let socket = TcpStream::connect(address).unwrap();
        let error = client
            .connect("localhost", socket.try_clone().unwrap())
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verification);
        assert!(error.verification().is_some());
        // The server receives the alert during its handshake or during its first read.
        let told = match far.join().unwrap() {
            Err(error) => error,
            Ok(read) => read.unwrap_err().into(),
        };
        assert_eq!(told.kind(), ErrorKind::Alert, "{told}");
    });
}

fn in_memory(priority: &str) -> (Stream<MemoryTransport>, Stream<MemoryTransport>) {
    let (near, far) = MemoryTransport::stream();
    let client = client(priority)
        .dangerous_allow_renegotiation()
        .build()
        .unwrap();
    let server = server(priority)
        .dangerous_allow_renegotiation()
        .build()
        .unwrap();
    (
        client.stream("localhost", near).unwrap(),
        server.stream(far).unwrap(),
    )
}

/// Returns `true` if the call would block. Any other error is a failure of the test.
fn blocks<R>(result: Result<R, impl Into<Error>>) -> bool {
    match result.map_err(Into::into) {
        Ok(_) => false,
        Err(error) if error.kind() == ErrorKind::WouldBlock => true,
        Err(error) => panic!("{error}"),
    }
}

#[test]
fn a_handshake_on_a_transport_that_blocks_is_repeated() {
    for priority in stream_protocols() {
        let (mut one, mut other) = in_memory(priority);
        one.get_mut().set_limit(Some(1));
        other.get_mut().set_limit(Some(1));
        let mut rounds = 0;
        while blocks(one.handshake()) | blocks(other.handshake()) {
            rounds += 1;
        }
        assert!(rounds > 100, "{rounds}");
        assert!(one.session().handshake_done());
        assert_eq!(one.get_ref().available(), 0);
    }
}

#[test]
fn reading_and_writing_do_the_handshake() {
    for priority in stream_protocols() {
        let (mut one, mut other) = in_memory(priority);
        let mut buffer = [0; 9];
        let mut written = false;
        let read = loop {
            if !written {
                written = !blocks(one.write(b"data"));
            }
            match other.read(&mut buffer) {
                Ok(length) => break length,
                Err(error) => assert_eq!(error.kind(), IoErrorKind::WouldBlock),
            }
        };
        assert_eq!(&buffer[..read], b"data", "{priority}");
    }
}

#[test]
fn an_accepted_write_is_sent_exactly_once() {
    for priority in stream_protocols() {
        let (mut one, mut other) = in_memory(priority);
        while blocks(one.handshake()) | blocks(other.handshake()) {}
        one.get_mut().set_capacity(Some(1000));
        let data: Vec<u8> = (0..60_000u32).map(|i| (i % 251) as u8).collect();
        let (mut accepted, mut received, mut length) = (0, Vec::new(), 1);
        let mut buffer = [0; 700];
        while received.len() < data.len() {
            // The length changes every time, as with a caller that retries with a different buffer.
            length = length * 7 % 20_011;
            let end = (accepted + length).min(data.len());
            match one.write(&data[accepted..end]) {
                Ok(length) => accepted += length,
                Err(error) => assert_eq!(error.kind(), IoErrorKind::WouldBlock),
            }
            if accepted == data.len() {
                blocks(one.flush());
            }
            while let Ok(length) = other.read(&mut buffer) {
                received.extend_from_slice(&buffer[..length]);
            }
        }
        assert!(received == data, "{priority}");
    }
}

#[test]
fn reads_and_writes_continue_a_rehandshake() {
    let (mut one, mut other) = in_memory(TLS1_2);
    while blocks(one.handshake()) | blocks(other.handshake()) {}
    let before = one.session().id();
    let mut buffer = [0; 9];

    // The client starts the handshake, and the server continues it while it reads.
    assert!(blocks(one.rehandshake()));
    while blocks(one.handshake()) {
        assert!(blocks(other.read(&mut buffer)));
    }
    assert!(blocks(other.read(&mut buffer)));
    let between = one.session().id();
    assert_ne!(before, between);
    assert!(!blocks(one.write(b"one")));
    assert_eq!(other.read(&mut buffer).unwrap(), 3);

    // The server requests the handshake while the client's data is in transit.
    assert!(!blocks(one.write(b"early")));
    other.rehandshake().unwrap();
    assert_eq!(other.read(&mut buffer).unwrap(), 5);
    while one.session().id() == between {
        assert!(blocks(one.read(&mut buffer)));
        assert!(blocks(other.read(&mut buffer)));
    }
    assert!(blocks(one.read(&mut buffer)));
    assert!(!blocks(other.write(b"two")));
    assert_eq!(one.read(&mut buffer).unwrap(), 3);
    assert_eq!(&buffer[..3], b"two");
}

#[test]
fn a_refused_handshake_does_not_disturb_a_stream() {
    for by_client in [true, false] {
        let (near, far) = MemoryTransport::stream();
        let mut one = client(TLS1_2)
            .build()
            .unwrap()
            .stream("localhost", near)
            .unwrap();
        let mut other = server(TLS1_2).build().unwrap().stream(far).unwrap();
        while blocks(one.handshake()) | blocks(other.handshake()) {}
        let mut buffer = [0; 9];
        if by_client {
            assert!(blocks(one.rehandshake()));
            assert!(blocks(other.read(&mut buffer)));
            one.handshake().unwrap();
        } else {
            other.rehandshake().unwrap();
            assert!(blocks(one.read(&mut buffer)));
            assert!(blocks(other.read(&mut buffer)));
        }
        assert!(!blocks(one.write(b"data")));
        assert_eq!(other.read(&mut buffer).unwrap(), 4);
        assert!(!blocks(other.write(b"back")));
        assert_eq!(one.read(&mut buffer).unwrap(), 4);
    }
}

#[test]
fn a_stream_can_be_split_into_its_parts_and_rebuilt() {
    let (mut one, mut other) = in_memory(TLS1_2);
    while blocks(one.handshake()) | blocks(other.handshake()) {}
    one.get_mut().set_capacity(Some(0));
    assert!(!blocks(one.write(b"data")));
    let (session, io) = one.into_parts();
    assert!(session.unsent_bytes() > 0);
    let mut one = Stream::new(session, io);
    one.get_mut().set_capacity(None);
    one.flush().unwrap();
    let mut buffer = [0; 9];
    assert_eq!(other.read(&mut buffer).unwrap(), 4);
    assert!(format!("{one:?}").contains("TLS1.2"), "{one:?}");
}

#[test]
fn a_stream_can_move_to_another_thread() {
    let (mut one, mut other) = in_memory("NORMAL");
    while blocks(one.handshake()) | blocks(other.handshake()) {}
    let mut other = thread::spawn(move || {
        other.write_all(b"from afar").unwrap();
        other
    })
    .join()
    .unwrap();
    let mut buffer = [0; 9];
    one.read_exact(&mut buffer).unwrap();
    assert_eq!(&buffer, b"from afar");
    other.close().unwrap();
    assert_eq!(one.read(&mut buffer).unwrap(), 0);
}

#[test]
fn a_server_selects_by_the_hello_of_a_stream() {
    for priority in stream_protocols() {
        let (near, far) = MemoryTransport::stream();
        let config = client(priority).alpn(["h2", "echo"]).build().unwrap();
        let mut near = config.stream("localhost", near).unwrap();
        let own = server(priority).alpn(["h2"]).build().unwrap();
        let mut far = own.stream(far).unwrap();
        assert!(blocks(far.client_hello().map(drop)));
        assert!(blocks(near.handshake()));
        for _ in 0..2 {
            let hello = far.client_hello().unwrap();
            assert_eq!(hello.server_name(), Some("localhost"));
            assert_eq!(hello.alpn().count(), 2);
        }
        let other = server(priority).alpn(["echo"]).build().unwrap();
        far.set_config(&other).unwrap();
        while blocks(far.handshake()) | blocks(near.handshake()) {}
        assert_eq!(near.session().alpn(), Some(&b"echo"[..]));
        let error = far.client_hello().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidState);
        assert_eq!(
            far.set_config(&other).unwrap_err().kind(),
            ErrorKind::InvalidState
        );
    }
}

#[test]
fn a_stream_requests_a_certificate_and_sends_tickets_over_tcp() {
    skip_unless!(requirement::KEY_UPDATE);
    skip_unless!(requirement::VERIFIED_RESUMPTION);
    let client = client(TLS1_3)
        .post_handshake_auth(true)
        .identity(client_identity())
        .build()
        .unwrap();
    let server = server(TLS1_3)
        .tickets(TicketKey::generate().unwrap())
        .client_auth(ClientAuth::AfterHandshake(trust()))
        .build()
        .unwrap();
    let ((), certificates) = over_tcp(
        &client,
        &server,
        |mut stream| {
            let mut text = String::new();
            stream.read_to_string(&mut text).unwrap();
            assert_eq!(text, "welcome");
            assert!(stream.save_session().is_ok());
        },
        |mut stream| {
            assert!(stream.request_authentication().unwrap());
            stream.send_tickets(2).unwrap();
            assert_eq!(stream.write_padded(b"welcome", 100).unwrap(), 7);
            stream.close().unwrap();
            stream.session().peer_certificates().unwrap().len()
        },
    );
    assert_eq!(certificates, 1);
}

#[test]
fn a_stream_renegotiates_over_tcp() {
    let client = client(TLS1_2).dangerous_allow_renegotiation();
    let server = server(TLS1_2).dangerous_allow_renegotiation();
    let (client, server) = (client.build().unwrap(), server.build().unwrap());
    over_tcp(
        &client,
        &server,
        |mut stream| {
            stream.rehandshake().unwrap();
            stream.write_all(b"one").unwrap();
            // The server requests a handshake, which this read performs.
            let mut text = [0; 5];
            stream.read_exact(&mut text).unwrap();
            assert_eq!(&text, b"three");
        },
        |mut stream| {
            let mut text = [0; 3];
            stream.read_exact(&mut text).unwrap();
            assert_eq!(&text, b"one");
            stream.rehandshake().unwrap();
            stream.handshake().unwrap();
            stream.write_all(b"three").unwrap();
        },
    );
}

/// The handshake that the server requests is no longer possible. This is an error and not a reason to retry forever.
#[test]
fn a_stream_that_was_closed_does_not_wait_for_a_handshake() {
    let client = client(TLS1_2).dangerous_allow_renegotiation();
    let mut pair = Pair::connect(
        &client.build().unwrap(),
        &server(TLS1_2).build().unwrap(),
        false,
    );
    assert!(pair.server.rehandshake(&mut pair.far).unwrap().is_ready());
    let mut stream = Stream::new(pair.client, pair.near);
    // The request is followed by data in transit.
    let written = pair.server.write(&mut pair.far, b"data").unwrap();
    assert_eq!(written, Poll::Ready(4));
    let mut buffer = [0; 9];
    assert_eq!(stream.read(&mut buffer).unwrap(), 4);
    stream.close().unwrap();
    let error = gnutls::Error::from(stream.read(&mut buffer).unwrap_err());
    assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
}

#[test]
fn a_stream_has_all_session_methods_with_a_transport() {
    let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let read = |path: &std::path::Path| std::fs::read_to_string(path).unwrap();
    let stream = read(&sources.join("stream.rs")) + &read(&sources.join("stream/server.rs"));
    let mut folders = vec![sources];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = read(&path);
            for after in text.split(" pub fn ").skip(1) {
                let Some((name, rest)) = after.split_once("<T: Transport") else {
                    continue;
                };
                // Only functions with a transport argument count, except those that create a stream.
                if !rest.starts_with(" + ?Sized>(") || name.contains('(') {
                    continue;
                }
                seen += 1;
                // `Write::write` writes a batch.
                assert!(
                    stream.contains(&format!("fn {name}("))
                        || stream.contains(&format!("session.{name}(io, ")),
                    "Stream has no method {name}"
                );
            }
        }
    }
    assert!(seen >= 15, "found only {seen} functions");
}

#[test]
fn flushing_is_unambiguous_with_both_traits_in_scope() {
    let (mut one, mut other) = in_memory(TLS1_2);
    while blocks(one.handshake()) | blocks(other.handshake()) {}
    one.write_all(b"data").unwrap();
    one.flush().unwrap();
    one.get_mut().flush_buffer().unwrap();
    let mut buffer = [0; 9];
    assert_eq!(other.read(&mut buffer).unwrap(), 4);
}

#[test]
fn a_stream_has_the_descriptor_of_its_transport() {
    use std::os::fd::{AsFd, AsRawFd};

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let tcp = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let descriptor = tcp.as_raw_fd();
    let client = client("NORMAL").build().unwrap();
    let stream = client.stream("localhost", tcp).unwrap();
    assert_eq!(stream.as_raw_fd(), descriptor);
    assert_eq!(stream.as_fd().as_raw_fd(), descriptor);
}

/// A server answers and closes the connection, with unread input, so that the client's next write fails.
#[test]
fn an_answer_is_read_after_a_failed_write() {
    for priority in stream_protocols() {
        over_tcp(
            &client(priority).build().unwrap(),
            &server(priority).build().unwrap(),
            |mut stream| {
                // The answer arrives first, so that the reset does not discard it.
                let mut byte = [0];
                stream.read_exact(&mut byte).unwrap();
                let error = loop {
                    if let Err(error) = stream.write(&[b'x'; 16_000]) {
                        break error;
                    }
                };
                let kinds = [IoErrorKind::BrokenPipe, IoErrorKind::ConnectionReset];
                assert!(kinds.contains(&error.kind()), "{priority}: {error}");
                let mut rest = Vec::new();
                stream.read_to_end(&mut rest).unwrap();
                assert_eq!([&byte[..], &rest].concat(), b"413", "{priority}");
                let again = stream.write(b"x").unwrap_err();
                assert_eq!(again.to_string(), error.to_string(), "{priority}");
            },
            |mut stream| {
                stream.write_all(b"413").unwrap();
                stream.close().unwrap();
            },
        );
    }
}

/// A transport from a server that sends records without data as long as it is received from.
struct Endless {
    near: MemoryTransport,
    server: Session,
    far: MemoryTransport,
    records: usize,
}

impl Transport for Endless {
    fn send(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.near.write(bytes)
    }

    fn receive(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.near.available() == 0 {
            assert!(
                self.records < 20_000,
                "the stream is received from endlessly"
            );
            self.records += 1;
            let sent = match self.server.protocol() {
                Some(Protocol::TLS1_3) => self.server.send_tickets(&mut self.far, 1),
                _ => {
                    let alert = Alert::USER_CANCELED;
                    self.server
                        .send_alert(&mut self.far, AlertLevel::Warning, alert)
                }
            };
            assert!(sent.unwrap().is_ready());
        }
        self.near.read(buffer)
    }
}

#[test]
fn bug_class_19_closing_both_sides_does_not_follow_endless_records() {
    for (priority, _) in resumable_protocols()
        .into_iter()
        .filter(|(_, datagram)| !datagram)
    {
        let pair = Pair::connect(
            &client(priority).without_resumption().build().unwrap(),
            &server(priority)
                .tickets(TicketKey::generate().unwrap())
                .build()
                .unwrap(),
            false,
        );
        let io = Endless {
            near: pair.near,
            server: pair.server,
            far: pair.far,
            records: 0,
        };
        let mut stream = Stream::new(pair.client, io);
        let error = stream.close_both().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit, "{priority}: {error}");
        assert!(stream.get_ref().records > 1000, "{priority}");
    }
}
