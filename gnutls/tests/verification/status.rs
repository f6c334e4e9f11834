//! The verification status of a session: it does not depend on how the session ends.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::Poll;

use gnutls::transport::MemoryTransport;
use gnutls::verify::VerificationStatus;
use gnutls::{
    Alert, AlertLevel, ClientConfig, ErrorKind, ServerConfig, Session, Transport, handshake,
};
use gnutls_testing::fixtures::{fixture, trust};
use gnutls_testing::pair::{TLS1_2, client, handshake, protocols, server};

const TRUSTED: Option<VerificationStatus> = Some(VerificationStatus::from_raw(0));

/// A transport that can fail.
struct Fragile {
    io: MemoryTransport,
    fails: bool,
}

impl Fragile {
    fn check(&self) -> io::Result<()> {
        if self.fails {
            Err(io::ErrorKind::ConnectionReset.into())
        } else {
            Ok(())
        }
    }
}

impl Transport for Fragile {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.check()?;
        self.io.send(bytes)
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.check()?;
        self.io.receive(buffer)
    }
}

/// A client that is observed, and its server. The server's transport is `None` once it has been dropped.
struct Connection {
    client: Session,
    client_io: Fragile,
    server: Session,
    server_io: Option<MemoryTransport>,
}

impl Connection {
    fn open(client: &ClientConfig, server: &ServerConfig) -> Self {
        let (io, server_io) = MemoryTransport::stream();
        Self {
            client: client.session("localhost").unwrap(),
            client_io: Fragile { io, fails: false },
            server: server.session().unwrap(),
            server_io: Some(server_io),
        }
    }

    fn complete(&mut self) {
        let server_io = self.server_io.as_mut().unwrap();
        let (client, server) = (&mut self.client, &mut self.server);
        handshake(client, &mut self.client_io, server, server_io).unwrap();
    }

    /// Continues the handshake of the client, which does not complete.
    fn step_client(&mut self) {
        let poll = self.client.handshake(&mut self.client_io).unwrap();
        assert!(poll.is_pending());
    }

    fn step_server(&mut self) {
        let io = self.server_io.as_mut().unwrap();
        let _ = self.server.handshake(io).unwrap();
    }
}

/// A way in which the session of a client ends.
type End = (&'static str, fn(&mut Connection));

const FAILED_FLUSH: &str = "the transport fails to flush";

/// The ways in which a session ends, in the middle of a handshake as well as after it.
const ENDS: &[End] = &[
    ("the peer disappears", |connection| {
        connection.server_io = None;
        let error = connection.receive().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "{error}");
    }),
    ("the transport fails to receive", |connection| {
        connection.client_io.fails = true;
        let error = connection.receive().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{error}");
    }),
    ("the transport fails to send what is left", |connection| {
        // More output is left: during the handshake the client's messages, after it this warning.
        connection.client_io.io.set_capacity(Some(0));
        let (level, alert) = (AlertLevel::Warning, Alert::USER_CANCELED);
        let (client, io) = (&mut connection.client, &mut connection.client_io);
        let _ = client.send_alert(io, level, alert).unwrap();
        assert!(connection.client.unsent_bytes() > 0);
        connection.client_io.fails = true;
        let error = connection.receive().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{error}");
    }),
    (FAILED_FLUSH, |connection| {
        connection.client_io.io.set_capacity(Some(0));
        let (level, alert) = (AlertLevel::Warning, Alert::USER_CANCELED);
        let (client, io) = (&mut connection.client, &mut connection.client_io);
        let _ = client.send_alert(io, level, alert).unwrap();
        io.fails = true;
        let error = client.flush(io).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{error}");
    }),
    ("the peer sends a fatal alert", |connection| {
        let io = connection.server_io.as_mut().unwrap();
        let (level, alert) = (AlertLevel::Fatal, Alert::ACCESS_DENIED);
        let sent = connection.server.send_alert(io, level, alert);
        assert!(sent.unwrap().is_ready());
        let error = connection.receive().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Alert, "{error}");
    }),
    ("the program sends a fatal alert", |connection| {
        let (client, io) = (&mut connection.client, &mut connection.client_io);
        let (level, alert) = (AlertLevel::Fatal, Alert::ACCESS_DENIED);
        assert!(client.send_alert(io, level, alert).unwrap().is_ready());
    }),
    ("the peer sends no record", |connection| {
        let io = connection.server_io.as_mut().unwrap();
        assert_eq!(io.send(&[0xff; 64]).unwrap(), 64);
        assert!(connection.receive().unwrap_err().is_fatal());
    }),
    ("the transport panics", |connection| {
        struct Panicking;
        impl Transport for Panicking {
            fn send(&mut self, _: &[u8]) -> io::Result<usize> {
                panic!("sending")
            }
            fn receive(&mut self, _: &mut [u8]) -> io::Result<usize> {
                panic!("receiving")
            }
        }
        let client = &mut connection.client;
        let handshake_done = client.handshake_done();
        let result = catch_unwind(AssertUnwindSafe(|| {
            if handshake_done {
                client.read(&mut Panicking, &mut [0; 9]).map(|_| ())
            } else {
                client.handshake(&mut Panicking).map(|_| ())
            }
        }));
        result.unwrap_err();
    }),
];

impl Connection {
    /// Calls the method that receives.
    fn receive(&mut self) -> gnutls::Result<Poll<()>> {
        if self.client.handshake_done() {
            let read = self.client.read(&mut self.client_io, &mut [0; 9]);
            read.map(|poll| poll.map(drop))
        } else {
            self.client.handshake(&mut self.client_io)
        }
    }

    /// Checks that the session has ended, and its status. A failed flush ends an open session only for sending.
    fn check(&mut self, status: Option<VerificationStatus>, context: &str) {
        for _ in 0..2 {
            assert_eq!(self.client.verification_status(), status, "{context}");
            self.client_io.fails = false;
            let error = self.client.flush(&mut self.client_io).unwrap_err();
            let sending = self.client.handshake_done() && context.ends_with(FAILED_FLUSH);
            let kind = if sending {
                ErrorKind::Io
            } else {
                ErrorKind::Closed
            };
            assert_eq!(error.kind(), kind, "{context}: {error}");
        }
    }
}

#[test]
fn the_status_of_an_open_session_stays_however_it_ends() {
    for (priority, datagram) in protocols() {
        if datagram {
            continue;
        }
        let (client, server) = (client(priority).build().unwrap(), server(priority).build());
        let server = server.unwrap();
        for (name, end) in ENDS {
            let mut connection = Connection::open(&client, &server);
            connection.complete();
            assert_eq!(connection.client.verification_status(), TRUSTED);
            end(&mut connection);
            connection.check(TRUSTED, &format!("{priority}: {name}"));
        }
        let mut connection = Connection::open(&client, &server);
        connection.complete();
        let closed = connection.client.close(&mut connection.client_io);
        assert!(closed.unwrap().is_ready());
        assert_eq!(connection.client.verification_status(), TRUSTED);
    }
}

#[test]
fn the_status_is_the_same_however_a_handshake_ends() {
    let (client, server) = (client(TLS1_2).build().unwrap(), server(TLS1_2).build());
    let server = server.unwrap();
    for (name, end) in ENDS {
        let mut connection = Connection::open(&client, &server);
        connection.step_client();
        connection.step_server();
        // The client verifies the certificate, and waits for the last messages of the server.
        connection.step_client();
        assert_eq!(connection.client.verification_status(), None, "{name}");
        end(&mut connection);
        connection.check(TRUSTED, name);

        // Before the certificate has come there is nothing to verify.
        let mut connection = Connection::open(&client, &server);
        connection.step_client();
        if *name == "the peer sends a fatal alert" {
            // A server sends no alert before its handshake begins, with which it answers the hello.
            continue;
        }
        end(&mut connection);
        connection.check(None, name);
    }
}

#[test]
fn the_status_is_the_same_if_a_callback_panics() {
    let server = server(TLS1_2).build().unwrap();
    let config = client(TLS1_2).build().unwrap();
    let mut connection = Connection::open(&config, &server);
    connection.client.set_handshake_hook(|_, message| {
        assert!(!message.incoming || message.message_type != handshake::MessageType::FINISHED);
    });
    connection.step_client();
    connection.step_server();
    connection.step_client();
    connection.step_server();
    let client = &mut connection.client;
    let io = &mut connection.client_io;
    catch_unwind(AssertUnwindSafe(|| client.handshake(io))).unwrap_err();
    connection.check(TRUSTED, "a panic");
}

#[test]
fn the_status_of_a_failed_verification_stays() {
    for (priority, datagram) in protocols() {
        if datagram {
            continue;
        }
        let other = gnutls::Trust::pem(&fixture("other-ca.pem")).unwrap();
        let client = client(priority).trust(other).build().unwrap();
        let server = server(priority).build().unwrap();
        let mut connection = Connection::open(&client, &server);
        connection.step_client();
        connection.step_server();
        let error = connection.client.handshake(&mut connection.client_io);
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verification, "{error}");
        let status = error.verification();
        assert!(status.is_some_and(|status| !status.is_trusted()));
        connection.check(status, priority);
        // Every later call repeats the cause.
        let later = connection.client.flush(&mut connection.client_io);
        let later = later.unwrap_err();
        assert!(later.to_string().contains(&error.to_string()), "{later}");
    }
}

#[test]
fn the_status_of_a_new_handshake_takes_the_place_of_the_one_before() {
    let client = client(TLS1_2).trust(trust()).build().unwrap();
    let server = server(TLS1_2).dangerous_allow_renegotiation();
    let server = server.build().unwrap();
    let begun = || {
        let mut connection = Connection::open(&client, &server);
        connection.complete();
        assert_eq!(connection.client.verification_status(), TRUSTED);
        let poll = connection.client.rehandshake(&mut connection.client_io);
        assert!(poll.unwrap().is_pending());
        assert_eq!(connection.client.verification_status(), None);
        connection
    };
    let server_reads = |connection: &mut Connection| {
        let io = connection.server_io.as_mut().unwrap();
        let error = connection.server.read(io, &mut [0; 9]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rehandshake, "{error}");
    };
    let mut connection = begun();
    server_reads(&mut connection);
    connection.complete();
    assert_eq!(connection.client.verification_status(), TRUSTED);
    for (name, end) in ENDS {
        let mut connection = begun();
        end(&mut connection);
        connection.check(None, name);

        let mut connection = begun();
        server_reads(&mut connection);
        connection.step_server();
        connection.step_client();
        assert_eq!(connection.client.verification_status(), None, "{name}");
        end(&mut connection);
        connection.check(TRUSTED, name);
    }
}
