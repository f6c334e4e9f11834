//! Transports that are slow, full, broken or hostile: accepted data is never lost, and failures are reported.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::io::{self, BufWriter, ErrorKind as IoErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use gnutls::resumption::{MemoryStore, TicketKey};
use gnutls::transport::MemoryTransport;
use gnutls::{Alert, AlertLevel, Error, ErrorCode, ErrorKind, Session, Transport};
use gnutls_testing::emulation::repetitions;
use gnutls_testing::pair::*;
use gnutls_testing::{requirement, skip_unless};

/// Returns more data than fits into one record.
fn long() -> Vec<u8> {
    (0..50_000u32).map(|i| (i % 251) as u8).collect()
}

#[test]
fn one_byte_at_a_time_is_sufficient() {
    for (priority, datagram) in protocols() {
        let client = client(priority).build().unwrap();
        let server = server(priority).build().unwrap();
        let mut pair = Pair::open(&client, &server, datagram);
        pair.near.set_limit(Some(1));
        pair.far.set_limit(Some(1));
        pair.handshake().unwrap();
        let data = if datagram {
            b"datagram".to_vec()
        } else {
            // More than fits into one record.
            let length = 17_000 + repetitions(33_000, "further bytes");
            long()[..length].to_vec()
        };
        assert!(pair.there(&data) == data, "{priority}");
        assert!(pair.back(&data) == data, "{priority}");
    }
}

/// The two directions of a connection, the first of which is that of this end.
struct Connection(Rc<RefCell<[Direction; 2]>>, usize);

/// A direction of a connection without `TCP_NODELAY`, whose acknowledgements are delayed forever (RFC 896; RFC 1122,
/// section 4.2.3.2).
#[derive(Default)]
struct Direction {
    /// The number of sends.
    sends: usize,
    /// A segment has not been acknowledged, so that further bytes wait.
    unacknowledged: bool,
    waiting: Vec<u8>,
    received: VecDeque<u8>,
}

impl Direction {
    fn transmit(&mut self) -> bool {
        let segment = !self.unacknowledged && !self.waiting.is_empty();
        if segment {
            self.received.extend(self.waiting.drain(..));
            self.unacknowledged = true;
        }
        segment
    }
}

impl Connection {
    fn pair() -> (Self, Self) {
        let directions = Rc::<RefCell<[Direction; 2]>>::default();
        (Self(Rc::clone(&directions), 0), Self(directions, 1))
    }

    fn sends(&self) -> usize {
        self.0.borrow()[self.1].sends
    }
}

impl Read for Connection {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.borrow_mut()[1 - self.1].received.read(buffer)? {
            0 => Err(IoErrorKind::WouldBlock.into()),
            length => Ok(length),
        }
    }
}

impl Write for Connection {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut directions = self.0.borrow_mut();
        let mut index = self.1;
        directions[index].sends += 1;
        directions[index].waiting.extend_from_slice(bytes);
        // A segment acknowledges those of the other direction.
        while directions[index].transmit() {
            index = 1 - index;
            directions[index].unacknowledged = false;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn no_data_waits_for_a_delayed_acknowledgement_after_a_handshake() {
    skip_unless!(requirement::TLS1_3);
    let server = server(TLS1_3).tickets(TicketKey::generate().unwrap());
    let server = server.build().unwrap();
    let client = client(TLS1_3).resumption(MemoryStore::new(2));
    let client = client.build().unwrap();
    for resumed in [false, true] {
        let (near, far) = Connection::pair();
        let mut client = client.stream("localhost", near).unwrap();
        let mut server = server.stream(far).unwrap();
        for _ in 0..10 {
            let _ = (client.handshake(), server.handshake());
        }
        assert_eq!(client.session().is_resumed(), resumed);
        client.write_all(b"a").unwrap();
        server.read_exact(&mut [0]).expect("the data has arrived");
        server.write_all(b"b").unwrap();
        client.read_exact(&mut [0]).expect("the data has arrived");
        // The ClientHello, the last message and the data; the messages of the server, the tickets and the data.
        let sends = (client.get_ref().sends(), server.get_ref().sends());
        assert_eq!(sends, (3, 3), "resumed: {resumed}");
    }
}

/// A transport from which a session receives ahead.
struct Ahead(MemoryTransport);

impl Transport for Ahead {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }

    fn receives_ahead(&self) -> bool {
        true
    }
}

#[test]
fn records_that_were_received_ahead_are_classified_in_a_further_handshake() {
    let server = server(TLS1_2).dangerous_allow_renegotiation();
    let client = client(TLS1_2).dangerous_allow_renegotiation();
    let (client, server) = (client.build().unwrap(), server.build().unwrap());
    let mut pair = Pair::open(&client, &server, false);
    let mut near = Ahead(pair.near);
    for _ in 0..10 {
        let _ = pair.client.handshake(&mut near).unwrap();
        let _ = pair.server.handshake(&mut pair.far).unwrap();
    }
    // The client receives both records of this together.
    let data = &long()[..20_000];
    let written = pair.server.write_batch(&mut pair.far, data);
    assert_eq!(written.unwrap(), Poll::Ready(20_000));
    let mut buffer = vec![0; 20_000];
    let mut received = Vec::new();
    let mut read = |session: &mut Session, near: &mut Ahead| {
        if let Poll::Ready(length) = session.read(near, &mut buffer).unwrap() {
            received.extend_from_slice(&buffer[..length]);
        }
        received.len()
    };
    assert_eq!(read(&mut pair.client, &mut near), 16_384);
    assert!(pair.client.unread_bytes() > 0);
    let error = pair.client.rehandshake(&mut near).unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::GOT_APPLICATION_DATA));
    assert_eq!(read(&mut pair.client, &mut near), 20_000);
    assert!(received == data);
    assert!(pair.client.rehandshake(&mut near).unwrap().is_pending());
    let request = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap_err();
    assert_eq!(request.kind(), ErrorKind::Rehandshake);
    let mut done = (false, false);
    for _ in 0..10 {
        done.1 |= pair.server.handshake(&mut pair.far).unwrap().is_ready();
        done.0 |= pair.client.handshake(&mut near).unwrap().is_ready();
    }
    assert_eq!(done, (true, true));
}

/// Reads exactly as many bytes as `length`.
fn read_exactly(pair: &mut Pair, length: usize) -> Vec<u8> {
    let mut data = Vec::new();
    let mut buffer = [0; 20_000];
    while data.len() < length {
        match pair.server.read(&mut pair.far, &mut buffer).unwrap() {
            Poll::Ready(read) => data.extend_from_slice(&buffer[..read]),
            Poll::Pending => panic!("{} of {length} bytes have arrived", data.len()),
        }
    }
    data
}

#[test]
fn a_batch_of_records_is_sent_together() {
    for priority in stream_protocols() {
        let mut pair = Pair::connected(priority, false);
        pair.near.set_record(true);
        let data = long();
        let written = pair.client.write_batch(&mut pair.near, &data).unwrap();
        assert_eq!(written, Poll::Ready(50_000), "{priority}");
        assert_eq!(pair.near.take_record().len(), 1, "{priority}");
        assert!(read_exactly(&mut pair, 50_000) == data, "{priority}");
        // 4 records are the maximum, and a single record is sent as by `write`.
        let data = vec![1; 100_000];
        let written = pair.client.write_batch(&mut pair.near, &data).unwrap();
        assert_eq!(written, Poll::Ready(65_536), "{priority}");
        let written = pair.client.write_batch(&mut pair.near, b"abc").unwrap();
        assert_eq!(written, Poll::Ready(3), "{priority}");
        assert_eq!(pair.near.take_record().len(), 2, "{priority}");
        assert!(read_exactly(&mut pair, 65_536) == data[..65_536]);
        assert_eq!(read_exactly(&mut pair, 3), b"abc");
        let empty = pair.client.write_batch(&mut pair.near, b"").unwrap();
        assert_eq!(empty, Poll::Ready(0));
    }
}

#[test]
fn hazard_3_a_batch_that_blocks_is_sent_exactly_once() {
    for priority in stream_protocols() {
        let mut pair = Pair::connected(priority, false);
        pair.near.set_capacity(Some(20_000));
        let data = long();
        let written = pair.client.write_batch(&mut pair.near, &data).unwrap();
        assert_eq!(written, Poll::Ready(50_000), "{priority}");
        assert!(pair.client.unsent_bytes() > 30_000);
        let further = pair
            .client
            .write_batch(&mut pair.near, &[2; 50_000])
            .unwrap();
        assert!(further.is_pending(), "{priority}");
        pair.near.set_capacity(None);
        assert!(pair.client.flush(&mut pair.near).unwrap().is_ready());
        assert!(read_exactly(&mut pair, 50_000) == data, "{priority}");
        // Nothing of the batch that was not accepted has been sent.
        let written = pair.client.write_batch(&mut pair.near, b"end").unwrap();
        assert_eq!(written, Poll::Ready(3));
        assert_eq!(read_exactly(&mut pair, 3), b"end");
    }
}

#[test]
fn a_batch_is_collected_by_a_cork() {
    for priority in stream_protocols() {
        let mut pair = Pair::connected(priority, false);
        let data = long();
        pair.client.cork();
        let written = pair.client.write_batch(&mut pair.near, &data).unwrap();
        assert_eq!(written, Poll::Ready(16_384), "{priority}");
        assert_eq!(pair.client.corked_bytes(), 16_384);
        assert!(pair.client.uncork(&mut pair.near).unwrap().is_ready());
        assert!(read_exactly(&mut pair, 16_384) == data[..16_384]);
    }
}

#[test]
fn a_batch_whose_transport_fails_is_an_error() {
    let mut pair = Pair::connected(stream_protocols()[0], false);
    drop(std::mem::replace(
        &mut pair.far,
        MemoryTransport::stream().1,
    ));
    let error = pair
        .client
        .write_batch(&mut pair.near, &long())
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    let error = pair.client.write_batch(&mut pair.near, b"abc").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
}

#[test]
fn hazard_3_a_write_that_blocks_keeps_its_own_bytes() {
    for priority in stream_protocols() {
        let mut pair = Pair::connected(priority, false);
        pair.near.set_capacity(Some(10));
        // The data is accepted, although the transport accepted only 10 bytes of the record.
        assert_eq!(
            pair.client.write(&mut pair.near, &[1; 100]).unwrap(),
            Poll::Ready(100)
        );
        assert!(pair.client.unsent_bytes() > 0);
        // A different, shorter buffer is not accepted, and the call does not report that it is.
        assert!(
            pair.client
                .write(&mut pair.near, &[2; 3])
                .unwrap()
                .is_pending()
        );
        pair.near.set_capacity(None);
        assert_eq!(
            pair.client.write(&mut pair.near, &[2; 3]).unwrap(),
            Poll::Ready(3)
        );
        let mut buffer = [0; 200];
        assert_eq!(
            pair.server.read(&mut pair.far, &mut buffer).unwrap(),
            Poll::Ready(100)
        );
        assert_eq!(buffer[..100], [1; 100]);
        assert_eq!(
            pair.server.read(&mut pair.far, &mut buffer).unwrap(),
            Poll::Ready(3)
        );
        assert_eq!(buffer[..3], [2; 3]);
        assert_eq!(pair.client.unsent_bytes(), 0);
    }
}

#[test]
fn hazard_24_nothing_takes_the_place_of_a_record_that_waits() {
    skip_unless!(requirement::KEY_UPDATE);
    let mut pair = Pair::connected(TLS1_3, false);
    pair.near.set_capacity(Some(10));
    assert_eq!(
        pair.client.write(&mut pair.near, &[1; 100]).unwrap(),
        Poll::Ready(100)
    );
    // Neither a key update nor the end is sent before the buffered record.
    assert!(
        pair.client
            .update_key(&mut pair.near, gnutls::record::KeyUpdate::NotRequested)
            .unwrap()
            .is_pending()
    );
    assert!(pair.client.close(&mut pair.near).unwrap().is_pending());
    pair.near.set_capacity(None);
    assert!(
        pair.client
            .update_key(&mut pair.near, gnutls::record::KeyUpdate::NotRequested)
            .unwrap()
            .is_ready()
    );
    assert_eq!(
        pair.client.write(&mut pair.near, &[2; 100]).unwrap(),
        Poll::Ready(100)
    );
    assert!(pair.client.close(&mut pair.near).unwrap().is_ready());
    let mut buffer = [0; 200];
    for expected in [1, 2] {
        assert_eq!(
            pair.server.read(&mut pair.far, &mut buffer).unwrap(),
            Poll::Ready(100)
        );
        assert_eq!(buffer[..100], [expected; 100]);
    }
    assert_eq!(
        pair.server.read(&mut pair.far, &mut buffer).unwrap(),
        Poll::Ready(0)
    );
}

#[test]
fn reads_continue_while_writes_block_and_send_buffered_data() {
    let mut pair = Pair::connected(TLS1_2, false);
    pair.near.set_capacity(Some(0));
    assert_eq!(
        pair.client.write(&mut pair.near, b"later").unwrap(),
        Poll::Ready(5)
    );
    assert_eq!(pair.back(b"now"), b"now");
    assert!(pair.client.unsent_bytes() > 0);
    pair.near.set_capacity(None);
    let mut buffer = [0; 10];
    assert!(
        pair.client
            .read(&mut pair.near, &mut buffer)
            .unwrap()
            .is_pending()
    );
    assert_eq!(pair.client.unsent_bytes(), 0);
    assert_eq!(
        pair.server.read(&mut pair.far, &mut buffer).unwrap(),
        Poll::Ready(5)
    );
}

#[test]
fn a_handshake_completes_after_its_last_message_is_sent() {
    for (priority, datagram) in protocols() {
        let client = client(priority).build().unwrap();
        let server = server(priority).build().unwrap();
        let mut pair = Pair::open(&client, &server, datagram);
        // The transport of the side that sends the last message is full.
        let (mut near_done, mut far_done) = (false, false);
        for _ in 0..20 {
            near_done |= pair.client.handshake(&mut pair.near).unwrap().is_ready();
            pair.far.set_capacity(Some(0));
            let blocked = pair.server.handshake(&mut pair.far).unwrap();
            if pair.server.handshake_done() && pair.server.unsent_bytes() > 0 {
                assert!(blocked.is_pending());
            }
            pair.far.set_capacity(None);
            far_done |= pair.server.handshake(&mut pair.far).unwrap().is_ready();
        }
        assert!(near_done && far_done, "{priority}");
        assert_eq!(pair.there(b"x"), b"x");
    }
}

#[test]
fn hazard_5_a_stream_that_is_cut_off_is_not_a_stream_that_ends() {
    for priority in stream_protocols() {
        // The stream is truncated between records.
        let mut pair = Pair::connected(priority, false);
        pair.there(b"x");
        drop(pair.near);
        let error = pair.server.read(&mut pair.far, &mut [0; 10]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "{error}");
        assert!(error.is_fatal());
        let error = pair.server.read(&mut pair.far, &mut [0; 10]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Closed, "{error}");

        // The stream is truncated inside the header and inside the content of a record.
        for length in [3, 20] {
            let mut pair = Pair::connected(priority, false);
            pair.near.set_capacity(Some(length + pair.far.available()));
            assert_eq!(
                pair.client.write(&mut pair.near, &[7; 100]).unwrap(),
                Poll::Ready(100)
            );
            assert!(
                pair.server
                    .read(&mut pair.far, &mut [0; 100])
                    .unwrap()
                    .is_pending()
            );
            drop(pair.near);
            let error = pair.server.read(&mut pair.far, &mut [0; 100]).unwrap_err();
            assert_eq!(
                error.kind(),
                ErrorKind::UnexpectedEof,
                "{length} bytes: {error}"
            );
        }

        // The stream is truncated during the handshake.
        let client = client(priority).build().unwrap();
        let server = server(priority).build().unwrap();
        let mut pair = Pair::open(&client, &server, false);
        assert!(pair.client.handshake(&mut pair.near).unwrap().is_pending());
        drop(pair.far);
        let error = pair.client.handshake(&mut pair.near).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnexpectedEof, "{error}");
    }
}

/// A transport that fails, panics or returns wrong results at the call with this number, and otherwise forwards all
/// calls.
struct Faulty {
    inner: MemoryTransport,
    calls: usize,
    /// The fault struck while sending.
    struck_sending: bool,
    at: usize,
    fault: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    Fails,
    Panics,
    Lies,
    Interrupts,
}

impl Faulty {
    fn strikes(&mut self) -> bool {
        self.calls += 1;
        self.calls.checked_sub(1) == Some(self.at)
    }
}

impl Transport for Faulty {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.strikes().then_some(self.fault) {
            None => self.inner.write(bytes),
            Some(Fault::Fails) => {
                self.struck_sending = true;
                Err(io::Error::new(
                    IoErrorKind::ConnectionReset,
                    "the cable is cut",
                ))
            }
            Some(Fault::Panics) => panic!("a transport panics"),
            Some(Fault::Lies) => Ok(bytes.len() + 1),
            Some(Fault::Interrupts) => Err(IoErrorKind::Interrupted.into()),
        }
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Reads the buffer, so that valgrind reports uninitialized memory.
        assert!(buffer.iter().map(|&byte| u64::from(byte)).sum::<u64>() < u64::MAX);
        match self.strikes().then_some(self.fault) {
            None => self.inner.read(buffer),
            Some(Fault::Fails) => Err(io::Error::new(
                IoErrorKind::ConnectionReset,
                "the cable is cut",
            )),
            Some(Fault::Panics) => panic!("a transport panics"),
            Some(Fault::Lies) => Ok(buffer.len() + 1),
            Some(Fault::Interrupts) => Err(IoErrorKind::Interrupted.into()),
        }
    }
}

/// Runs a handshake, some data and the end with a client transport that fails at one call. Returns the error and the
/// transport.
fn with_fault(
    priority: &str,
    datagram: bool,
    at: usize,
    fault: Fault,
) -> (Result<(), Error>, Faulty, Session) {
    let client = client(priority).build().unwrap();
    let server = server(priority).build().unwrap();
    let Pair {
        client: mut one,
        server: mut other,
        near,
        mut far,
    } = Pair::open(&client, &server, datagram);
    let mut near = Faulty {
        inner: near,
        calls: 0,
        struck_sending: false,
        at,
        fault,
    };
    let result = (|| {
        for _ in 0..10 {
            let client_done = one.handshake(&mut near)?.is_ready();
            if client_done & other.handshake(&mut far).unwrap().is_ready() {
                break;
            }
        }
        assert!(one.write(&mut near, b"data")?.is_ready());
        let _ = other.write(&mut far, b"more").unwrap();
        let _ = one.read(&mut near, &mut [0; 10])?;
        let _ = one.close(&mut near)?;
        Ok(())
    })();
    (result, near, one)
}

#[test]
fn a_transport_that_fails_is_reported_with_its_own_error() {
    for (priority, datagram) in protocols() {
        let (result, near, _) = with_fault(priority, datagram, usize::MAX, Fault::Fails);
        let calls = near.calls;
        result.unwrap();
        assert!(calls > 10, "{calls}");
        for at in 0..calls {
            let (result, near, mut session) = with_fault(priority, datagram, at, Fault::Fails);
            let error = result
                .err()
                .unwrap_or_else(|| panic!("{priority}, call {at} of {calls}: no error"));
            assert_eq!(
                error.kind(),
                ErrorKind::Io,
                "{priority}, call {at}: {error}"
            );
            let source = std::error::Error::source(&error).unwrap().to_string();
            assert_eq!(source, "the cable is cut");
            // GnuTLS has these codes for ECONNRESET. A datagram session receives in two ways.
            if near.struck_sending {
                assert_eq!(error.code(), Some(ErrorCode::PREMATURE_TERMINATION));
            } else if !datagram {
                assert_eq!(error.code(), Some(ErrorCode::PULL_ERROR));
            }
            // A failure to receive ends the session, and so does one to send that ends the handshake. After the
            // handshake a failure to send ends sending only.
            let only_sending = near.struck_sending && session.handshake_done();
            let (mut near, _far) = MemoryTransport::stream();
            let later = session.write(&mut near, b"x").unwrap_err();
            if only_sending {
                assert_eq!(later.to_string(), error.to_string(), "{priority}, {at}");
            }
            // Every later call repeats the cause.
            let (later_text, text) = (later.to_string(), error.to_string());
            assert!(later_text.contains(&text), "{priority}, {at}: {later_text}");
            let cause = if only_sending {
                &later
            } else {
                assert_eq!(later.kind(), ErrorKind::Closed, "{priority}, {at}: {later}");
                let cause = std::error::Error::source(&later).unwrap();
                cause.downcast_ref::<Error>().unwrap()
            };
            assert_eq!(cause.kind(), ErrorKind::Io, "{priority}, {at}: {cause}");
            assert_eq!(cause.code(), error.code());
        }
    }
}

#[test]
fn bug_class_13_a_transport_that_panics_panics_in_the_call() {
    for (priority, datagram) in protocols() {
        let (_, near, _) = with_fault(priority, datagram, usize::MAX, Fault::Panics);
        let calls = near.calls;
        for at in 0..calls {
            let payload = catch_unwind(AssertUnwindSafe(|| {
                with_fault(priority, datagram, at, Fault::Panics)
            }))
            .err()
            .unwrap_or_else(|| panic!("{priority}, call {at}: no panic"));
            assert_eq!(payload.downcast_ref(), Some(&"a transport panics"));
        }
    }
}

#[test]
fn bug_class_13_a_session_is_closed_after_a_panic() {
    let mut pair = Pair::connected(TLS1_2, false);
    let mut faulty = Faulty {
        inner: pair.near,
        calls: 0,
        struck_sending: false,
        at: 0,
        fault: Fault::Panics,
    };
    catch_unwind(AssertUnwindSafe(|| pair.client.write(&mut faulty, b"x")))
        .expect_err("the panic is resumed");
    assert_eq!(
        pair.client.write(&mut faulty, b"x").unwrap_err().kind(),
        ErrorKind::Closed
    );
    assert_eq!(
        pair.client
            .read(&mut faulty, &mut [0; 9])
            .unwrap_err()
            .kind(),
        ErrorKind::Closed
    );
}

#[test]
fn bug_class_10_a_transport_that_claims_too_much_is_an_error() {
    for (priority, datagram) in protocols() {
        let (_, near, _) = with_fault(priority, datagram, usize::MAX, Fault::Lies);
        let calls = near.calls;
        for at in 0..calls {
            let (result, ..) = with_fault(priority, datagram, at, Fault::Lies);
            let error = result.unwrap_err();
            assert_eq!(
                error.kind(),
                ErrorKind::Io,
                "{priority}, call {at}: {error}"
            );
        }
    }
}

#[test]
fn an_interrupted_call_is_repeated() {
    for (priority, datagram) in protocols() {
        let (_, near, _) = with_fault(priority, datagram, usize::MAX, Fault::Interrupts);
        let calls = near.calls;
        for at in 0..calls {
            let (result, ..) = with_fault(priority, datagram, at, Fault::Interrupts);
            result.unwrap_or_else(|error| panic!("{priority}, call {at}: {error}"));
        }
    }
}

/// A transport whose calls are interrupted while `interrupts` is set.
struct Interrupted {
    inner: MemoryTransport,
    interrupts: bool,
    calls: usize,
}

impl Interrupted {
    fn new(transport: &mut MemoryTransport) -> Self {
        Self {
            inner: std::mem::replace(transport, MemoryTransport::stream().0),
            interrupts: true,
            calls: 0,
        }
    }

    fn call<R>(
        &mut self,
        call: impl FnOnce(&mut MemoryTransport) -> io::Result<R>,
    ) -> io::Result<R> {
        self.calls += 1;
        assert!(self.calls < 100_000_000, "the call does not return");
        match self.interrupts {
            true => Err(IoErrorKind::Interrupted.into()),
            false => call(&mut self.inner),
        }
    }
}

impl Transport for Interrupted {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.call(|io| io.write(bytes))
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.call(|io| io.read(buffer))
    }

    fn flush_buffer(&mut self) -> io::Result<()> {
        self.call(|io| io.flush())
    }
}

/// Checks that the call yields: it is pending, and waits for nothing.
fn assert_yields<R: std::fmt::Debug>(
    session: &mut Session,
    io: &mut Interrupted,
    name: &str,
    call: impl FnOnce(&mut Session, &mut Interrupted) -> gnutls::Result<Poll<R>>,
) {
    io.calls = 0;
    let result = call(session, io).unwrap();
    assert!(result.is_pending(), "{name}: {result:?}");
    assert!(!session.wants_read() && !session.wants_write(), "{name}");
}

#[test]
fn no_call_is_held_by_a_transport_that_is_interrupted_endlessly() {
    for (priority, datagram) in protocols() {
        let mut pair = Pair::build(client(priority), server(priority), datagram);
        let mut near = Interrupted::new(&mut pair.near);
        for _ in 0..2 {
            assert_yields(&mut pair.client, &mut near, priority, |session, io| {
                session.handshake(io)
            });
        }
        near.interrupts = false;
        handshake(&mut pair.client, &mut near, &mut pair.server, &mut pair.far).unwrap();
        near.interrupts = true;
        assert_yields(&mut pair.client, &mut near, "read", |session, io| {
            session.read(io, &mut [0; 9])
        });
        let written = pair.client.write(&mut near, b"kept").unwrap();
        assert_eq!(written, Poll::Ready(4), "{priority}");
        assert_yields(&mut pair.client, &mut near, "write", |session, io| {
            session.write(io, b"lost")
        });
        assert_yields(&mut pair.client, &mut near, "flush", |session, io| {
            session.flush(io)
        });
        assert_yields(&mut pair.client, &mut near, "close", |session, io| {
            session.close(io)
        });
        assert_yields(&mut pair.client, &mut near, "read_packet", |session, io| {
            Ok(session.read_packet(io)?.map(drop))
        });
        near.interrupts = false;
        assert!(pair.client.close(&mut near).unwrap().is_ready());
        assert_eq!(
            read_once(&mut pair.server, &mut pair.far, priority),
            b"kept"
        );
        assert_eq!(read_once(&mut pair.server, &mut pair.far, priority), b"");
    }
    let mut pair = Pair::build(client(TLS1_2), server(TLS1_2), false);
    let mut far = Interrupted::new(&mut pair.far);
    assert_yields(&mut pair.server, &mut far, "client_hello", |session, io| {
        Ok(session.client_hello(io)?.map(drop))
    });
}

#[test]
fn an_exchange_in_an_open_session_survives_a_transport_that_is_interrupted() {
    let mut pair = Pair::connect(
        &client(TLS1_2)
            .dangerous_allow_renegotiation()
            .build()
            .unwrap(),
        &server(TLS1_2).build().unwrap(),
        false,
    );
    let requested = pair.server.rehandshake(&mut pair.far).unwrap();
    assert!(requested.is_ready());
    let error = pair.client.read(&mut pair.near, &mut [0; 9]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rehandshake);
    let mut far = Interrupted::new(&mut pair.far);
    for _ in 0..2 {
        assert_yields(&mut pair.server, &mut far, "rehandshake", |session, io| {
            session.handshake(io)
        });
    }
    far.interrupts = false;
    handshake(&mut pair.client, &mut pair.near, &mut pair.server, &mut far).unwrap();
    let _ = pair.client.write(&mut pair.near, b"kept").unwrap();
    assert_eq!(read_once(&mut pair.server, &mut far, "kept"), b"kept");
}

#[test]
fn authentication_survives_a_transport_that_is_interrupted() {
    skip_unless!(requirement::POST_HANDSHAKE_AUTH);
    let mut pair = Pair::connect(
        &client(TLS1_3).post_handshake_auth(true).build().unwrap(),
        &server(TLS1_3)
            .client_auth(gnutls::ClientAuth::AfterHandshake(gnutls::Trust::none()))
            .build()
            .unwrap(),
        false,
    );
    let mut far = Interrupted::new(&mut pair.far);
    far.interrupts = false;
    let requested = pair.server.request_authentication(&mut far).unwrap();
    assert!(requested.is_pending());
    far.interrupts = true;
    for _ in 0..2 {
        assert_yields(&mut pair.server, &mut far, "request", |session, io| {
            session.request_authentication(io)
        });
    }
    far.interrupts = false;
    let read = pair.client.read(&mut pair.near, &mut [0; 9]).unwrap();
    assert!(read.is_pending());
    let answer = pair.server.request_authentication(&mut far).unwrap();
    assert_eq!(answer, Poll::Ready(false));
}

#[test]
fn a_transport_that_is_interrupted_endlessly_does_not_prevent_the_deadline() {
    let config = client(TLS1_2).handshake_timeout(Duration::from_millis(50));
    let session = config.build().unwrap().session("localhost").unwrap();
    let io = Interrupted::new(&mut MemoryTransport::stream().0);
    let mut stream = gnutls::Stream::new(session, io);
    let error = stream.handshake().unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::TIMEDOUT), "{error}");
}

#[test]
fn hazard_48_the_records_of_a_flight_are_sent_together() {
    for (priority, datagram) in protocols() {
        if datagram {
            continue;
        }
        let client = client(priority).resumption(MemoryStore::new(1));
        let server = server(priority).tickets(TicketKey::generate().unwrap());
        let mut pair = Pair::build(client, server, false);
        pair.near.set_record(true);
        pair.far.set_record(true);
        pair.handshake().unwrap();
        assert_eq!(pair.there(b"ab"), b"ab");
        assert_eq!(pair.back(b"cd"), b"cd");
        // In TLS 1.3 the server has one flight, and up to TLS 1.2 each side has two.
        let handshake = if priority == TLS1_3 { (2, 1) } else { (2, 2) };
        let sends = (pair.near.take_record().len(), pair.far.take_record().len());
        assert_eq!(sends, (handshake.0 + 1, handshake.1 + 1), "{priority}");
    }
}

/// A blocking transport that buffers its output.
struct BlockingBuffered(BufWriter<UnixStream>);

impl Read for BlockingBuffered {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.get_ref().read(buffer)
    }
}

impl Write for BlockingBuffered {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[test]
fn a_handshake_over_a_blocking_transport_flushes_it_before_it_receives() {
    for priority in stream_protocols() {
        let (near, far) = UnixStream::pair().unwrap();
        for socket in [&near, &far] {
            socket
                .set_read_timeout(Some(Duration::from_secs(20)))
                .unwrap();
        }
        let config = server(priority).build().unwrap();
        let serving = std::thread::spawn(move || {
            let mut stream = config
                .accept(BlockingBuffered(BufWriter::new(far)))
                .unwrap();
            stream.write_all(b"x").unwrap();
            stream.flush().unwrap();
        });
        let config = client(priority).build().unwrap();
        let io = BlockingBuffered(BufWriter::new(near));
        let mut stream = config.connect("localhost", io).unwrap();
        assert_eq!(stream.read(&mut [0; 9]).unwrap(), 1);
        serving.join().unwrap();
    }
}

#[test]
fn empty_reads_and_writes_do_nothing() {
    let mut pair = Pair::connected(TLS1_2, false);
    assert_eq!(
        pair.client.write(&mut pair.near, b"").unwrap(),
        Poll::Ready(0)
    );
    assert_eq!(pair.far.available(), 0);
    assert_eq!(
        pair.client.write(&mut pair.near, b"abc").unwrap(),
        Poll::Ready(3)
    );
    assert_eq!(
        pair.server.read(&mut pair.far, &mut []).unwrap(),
        Poll::Ready(0)
    );
    let mut buffer = [0; 2];
    assert_eq!(
        pair.server.read(&mut pair.far, &mut buffer).unwrap(),
        Poll::Ready(2)
    );
    assert_eq!(pair.server.pending_bytes(), 1);
    assert_eq!(
        pair.server.read(&mut pair.far, &mut buffer).unwrap(),
        Poll::Ready(1)
    );
}

/// A transport whose next calls of `send`, or of `flush_buffer`, block or panic.
struct Scripted {
    inner: MemoryTransport,
    sends: Vec<Step>,
    flushes: Vec<Step>,
}

#[derive(Clone, Copy)]
enum Step {
    Blocks,
    Panics,
}

fn play(steps: &mut Vec<Step>) -> io::Result<()> {
    match (!steps.is_empty()).then(|| steps.remove(0)) {
        None => Ok(()),
        Some(Step::Blocks) => Err(IoErrorKind::WouldBlock.into()),
        Some(Step::Panics) => panic!("a transport panics"),
    }
}

impl Transport for Scripted {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        play(&mut self.sends)?;
        self.inner.write(bytes)
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer)
    }

    fn flush_buffer(&mut self) -> io::Result<()> {
        play(&mut self.flushes)
    }
}

#[test]
fn bug_class_13_a_panic_in_a_read_that_has_received_data_loses_no_data() {
    for (priority, datagram) in protocols() {
        for sends in [true, false] {
            for packets in [true, false] {
                let context = format!("{priority}, sends: {sends}, packets: {packets}");
                let mut pair = Pair::connected(priority, datagram);
                let mut near = Scripted {
                    inner: std::mem::replace(&mut pair.near, MemoryTransport::stream().0),
                    sends: if sends { vec![Step::Blocks; 2] } else { vec![] },
                    flushes: vec![Step::Blocks],
                };
                let written = pair.client.write(&mut near, b"request").unwrap();
                assert_eq!(written, Poll::Ready(7));
                assert!(pair.client.flush(&mut near).unwrap().is_pending());
                for data in [&b"first"[..], b"second"] {
                    let written = pair.server.write(&mut pair.far, data).unwrap();
                    assert_eq!(written, Poll::Ready(data.len()));
                }
                // A read sends before and after it receives, and flushes afterwards.
                match sends {
                    true => near.sends = vec![Step::Blocks, Step::Panics],
                    false => near.flushes = vec![Step::Panics],
                }
                let read = |session: &mut Session, near: &mut Scripted| match packets {
                    true => match session.read_packet(near).unwrap() {
                        Poll::Ready(Some(packet)) => packet.to_vec(),
                        packet => panic!("{context}: {packet:?}"),
                    },
                    false => read_once(session, near, &context),
                };
                assert_eq!(read(&mut pair.client, &mut near), b"first", "{context}");
                // The next call panics, and nothing else is lost.
                let payload = catch_unwind(AssertUnwindSafe(|| pair.client.write(&mut near, b"x")))
                    .expect_err("the panic is resumed");
                assert_eq!(payload.downcast_ref(), Some(&"a transport panics"));
                assert_eq!(read(&mut pair.client, &mut near), b"second", "{context}");
                // The transport may have sent any part of the request before it panicked.
                let error = pair.client.write(&mut near, b"x").unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Closed, "{context}: {error}");
                let request = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap();
                let length = if sends { Poll::Pending } else { Poll::Ready(7) };
                assert_eq!(request, length, "{context}");
            }
        }
    }
}

/// A transport that sends, and then panics or blocks.
struct SendsAndPanics {
    inner: MemoryTransport,
    blocks: bool,
    sent: usize,
}

impl Transport for SendsAndPanics {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.blocks {
            return Err(IoErrorKind::WouldBlock.into());
        }
        self.sent += self.inner.write(bytes)?;
        panic!("a transport panics");
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer)
    }
}

#[test]
fn bug_class_13_bytes_sent_before_a_panic_are_not_sent_again() {
    for (priority, datagram) in protocols() {
        for reads in [true, false] {
            let context = format!("{priority}, reads: {reads}");
            let mut pair = Pair::connected(priority, datagram);
            let mut near = SendsAndPanics {
                inner: std::mem::replace(&mut pair.near, MemoryTransport::stream().0),
                blocks: true,
                sent: 0,
            };
            let written = pair.client.write(&mut near, b"request").unwrap();
            assert_eq!(written, Poll::Ready(7));
            let unsent = pair.client.unsent_bytes();
            near.blocks = false;
            for byte in if reads { &b"abc"[..] } else { b"" } {
                let written = pair.server.write(&mut pair.far, &[*byte]).unwrap();
                assert_eq!(written, Poll::Ready(1));
            }
            let payload = catch_unwind(AssertUnwindSafe(|| match reads {
                true => pair.client.read(&mut near, &mut [0; 9]).map(drop),
                false => pair.client.flush(&mut near).map(drop),
            }))
            .expect_err("the panic is resumed");
            assert_eq!(payload.downcast_ref(), Some(&"a transport panics"));
            for _ in 0..3 {
                let error = pair.client.flush(&mut near).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Closed, "{context}: {error}");
                let data = match reads {
                    true => Poll::Ready(1),
                    false => Poll::Pending,
                };
                let read = pair.client.read(&mut near, &mut [0]).unwrap();
                assert_eq!(read, data, "{context}");
            }
            assert_eq!((near.sent, unsent > 0), (unsent, true), "{context}");
        }
    }
}

/// A transport that stores the written data until it is flushed.
struct Buffered {
    inner: MemoryTransport,
    kept: Vec<u8>,
    refuses: bool,
}

impl Transport for Buffered {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.kept.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer)
    }

    fn flush_buffer(&mut self) -> io::Result<()> {
        if std::mem::take(&mut self.refuses) {
            return Err(IoErrorKind::WouldBlock.into());
        }
        self.inner.write_all(&self.kept)?;
        self.kept.clear();
        Ok(())
    }
}

#[test]
fn a_buffered_transport_is_flushed_when_the_peer_must_respond() {
    for priority in stream_protocols() {
        let client = client(priority).build().unwrap();
        let server = server(priority).build().unwrap();
        let Pair {
            client: mut one,
            server: mut other,
            near,
            far,
        } = Pair::open(&client, &server, false);
        let mut near = Buffered {
            inner: near,
            kept: Vec::new(),
            refuses: true,
        };
        let mut far = Buffered {
            inner: far,
            kept: Vec::new(),
            refuses: true,
        };
        for _ in 0..10 {
            if one.handshake(&mut near).unwrap().is_ready()
                & other.handshake(&mut far).unwrap().is_ready()
            {
                break;
            }
        }
        assert!(near.kept.is_empty() && far.kept.is_empty());
        // Written data waits for `flush`, which reports its completion.
        assert_eq!(one.write(&mut near, b"one").unwrap(), Poll::Ready(3));
        assert!(!near.kept.is_empty());
        near.refuses = true;
        assert!(one.flush(&mut near).unwrap().is_pending());
        assert!(one.flush(&mut near).unwrap().is_ready());
        assert!(near.kept.is_empty());
        near.refuses = true;
        assert!(one.close(&mut near).unwrap().is_pending());
        assert!(one.close(&mut near).unwrap().is_ready());
        let mut buffer = [0; 10];
        assert_eq!(other.read(&mut far, &mut buffer).unwrap(), Poll::Ready(3));
        assert_eq!(other.read(&mut far, &mut buffer).unwrap(), Poll::Ready(0));
    }
}

#[test]
fn garbage_is_a_protocol_error_with_an_alert() {
    let server = server(TLS1_2).build().unwrap();
    let (mut near, mut far) = MemoryTransport::stream();
    let mut session = server.session().unwrap();
    near.write_all(b"GET / HTTP/1.0\r\n\r\nand so on").unwrap();
    let error = session.handshake(&mut far).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
    assert_ne!(error.code(), Some(ErrorCode::AGAIN));
    let mut alert = [0; 7];
    near.read_exact(&mut alert).unwrap();
    assert_eq!(alert[0], 21, "not an alert");
    assert_eq!(alert[5], 2, "not a fatal alert");
    assert_eq!(
        Some(u32::from(alert[6])),
        error.alert().map(|alert| alert.as_raw())
    );
}

/// A transport whose sending side breaks.
struct HalfBroken {
    inner: MemoryTransport,
    broken: bool,
}

impl Transport for HalfBroken {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.broken {
            return Err(IoErrorKind::BrokenPipe.into());
        }
        self.inner.write(bytes)
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer)
    }
}

/// Checks that an operation fails because the transport cannot send.
fn assert_broken<R: std::fmt::Debug>(result: Result<R, Error>, context: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io, "{context}: {error}");
    assert_eq!(
        IoErrorKind::BrokenPipe,
        io::Error::from(error).kind(),
        "{context}"
    );
}

/// Reads from the client, and returns the data.
fn read_once(session: &mut Session, io: &mut impl Transport, context: &str) -> Vec<u8> {
    let mut buffer = [0; 100];
    match session.read(io, &mut buffer) {
        Ok(Poll::Ready(length)) => buffer[..length].to_vec(),
        result => panic!("{context}: {result:?}"),
    }
}

#[test]
fn a_failure_to_send_ends_sending_only() {
    for (priority, datagram) in protocols() {
        // The transport fails at once, when queued output is sent, and while the client reads.
        for case in ["at once", "queued", "reading"] {
            let context = format!("{priority}, {case}");
            let mut pair = Pair::connected(priority, datagram);
            let mut near = HalfBroken {
                inner: pair.near,
                broken: case == "at once",
            };
            if case != "at once" {
                near.inner.set_capacity(Some(0));
                let written = pair.client.write(&mut near, b"queued").unwrap();
                assert_eq!(written, Poll::Ready(6));
                near.broken = true;
            }
            if case != "reading" {
                assert_broken(pair.client.write(&mut near, b"lost"), &context);
            }
            let idle = pair.client.read(&mut near, &mut [0; 9]).unwrap();
            assert!(idle.is_pending(), "{context}");
            assert!(!pair.client.wants_write(), "{context}");
            let written = pair.server.write(&mut pair.far, b"answer").unwrap();
            assert_eq!(written, Poll::Ready(6));
            assert_eq!(read_once(&mut pair.client, &mut near, &context), b"answer");
            // Every operation that sends repeats the error, and none of them ends receiving.
            for _ in 0..2 {
                assert_broken(pair.client.write(&mut near, b"lost"), &context);
                assert_broken(pair.client.flush(&mut near), &context);
                assert_broken(pair.client.close(&mut near), &context);
            }
            let written = pair.server.write(&mut pair.far, b"more").unwrap();
            assert_eq!(written, Poll::Ready(4));
            let packet = pair.client.read_packet(&mut near).unwrap();
            let Poll::Ready(Some(packet)) = packet else {
                panic!("{context}: {packet:?}")
            };
            assert_eq!(&packet[..], b"more");
            drop(packet);
            let alert = gnutls::Alert::ACCESS_DENIED;
            let sent = pair
                .server
                .send_alert(&mut pair.far, gnutls::AlertLevel::Fatal, alert);
            assert!(sent.unwrap().is_ready());
            let error = pair.client.read(&mut near, &mut [0; 9]).unwrap_err();
            assert_eq!(error.alert(), Some(alert), "{context}: {error}");
        }
    }
}

#[test]
fn a_handshake_whose_output_cannot_be_sent_reports_the_alert_of_the_peer() {
    for (priority, datagram) in protocols() {
        for alert in [true, false] {
            let context = format!("{priority}, alert: {alert}");
            let mut pair = Pair::build(client(priority), server(priority), datagram);
            let mut near = HalfBroken {
                inner: pair.near,
                broken: false,
            };
            assert!(pair.client.handshake(&mut near).unwrap().is_pending());
            assert!(pair.server.handshake(&mut pair.far).unwrap().is_pending());
            if alert {
                let level = gnutls::AlertLevel::Fatal;
                let sent =
                    pair.server
                        .send_alert(&mut pair.far, level, gnutls::Alert::ACCESS_DENIED);
                assert!(sent.unwrap().is_ready());
            }
            near.broken = true;
            let mut result = pair.client.handshake(&mut near).map(drop);
            if pair.client.handshake_done() {
                // A TLS 1.3 client has received everything that it requires of the server, and can still read.
                assert_eq!(priority, TLS1_3);
                result.unwrap();
                assert_broken(pair.client.write(&mut near, b"lost"), &context);
                result = pair.client.read(&mut near, &mut [0; 9]).map(drop);
                if !alert {
                    result.unwrap();
                    continue;
                }
            }
            match alert {
                true => assert_eq!(
                    result.unwrap_err().alert(),
                    Some(gnutls::Alert::ACCESS_DENIED),
                    "{context}"
                ),
                false => assert_broken(result, &context),
            }
        }
    }
}

/// A blocking transport to a server, whose sending side fails at one call.
struct Blocking {
    near: MemoryTransport,
    server: Session,
    far: MemoryTransport,
    sends: usize,
    fails_at: usize,
    kind: IoErrorKind,
}

impl Transport for Blocking {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.sends += 1;
        if self.sends <= self.fails_at {
            return self.near.write(bytes);
        }
        if self.fails_at > 0 {
            let alert = Alert::ACCESS_DENIED;
            let _ = self
                .server
                .send_alert(&mut self.far, AlertLevel::Fatal, alert);
        }
        Err(self.kind.into())
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.near.available() == 0 {
            let _ = self.server.handshake(&mut self.far);
        }
        let received = self.near.read(buffer);
        assert!(received.is_ok(), "the transport waits forever");
        received
    }
}

#[test]
fn a_handshake_whose_output_cannot_be_sent_does_not_wait_in_a_blocking_transport() {
    for priority in stream_protocols() {
        for kind in [IoErrorKind::TimedOut, IoErrorKind::BrokenPipe] {
            for fails_at in 0.. {
                let context = format!("{priority}, {kind:?} after {fails_at}");
                if kind == IoErrorKind::BrokenPipe && fails_at == 0 {
                    continue;
                }
                let mut pair = Pair::open(
                    &client(priority).build().unwrap(),
                    &server(priority).build().unwrap(),
                    false,
                );
                let mut io = Blocking {
                    near: pair.near,
                    server: pair.server,
                    far: pair.far,
                    sends: 0,
                    fails_at,
                    kind,
                };
                let result = pair.client.handshake(&mut io);
                if io.sends <= fails_at {
                    assert!(result.unwrap().is_ready(), "{context}");
                    break;
                }
                let error = match result {
                    Err(error) => error,
                    // A TLS 1.3 client requires nothing more of the server.
                    Ok(done) => {
                        assert!(priority == TLS1_3 && done.is_ready(), "{context}");
                        pair.client.write(&mut io, b"x").unwrap_err()
                    }
                };
                let alert = error.alert();
                if priority != TLS1_3 && kind == IoErrorKind::BrokenPipe {
                    assert_eq!(alert, Some(Alert::ACCESS_DENIED), "{context}: {error}");
                } else {
                    let error = io::Error::from(error);
                    assert_eq!(error.kind(), kind, "{context}: {error}");
                }
            }
        }
    }
}

/// Writes from the client.
fn write_all(pair: &mut Pair, data: &[u8]) {
    let written = pair.client.write(&mut pair.near, data).unwrap();
    assert_eq!(written, Poll::Ready(data.len()));
}

#[test]
fn a_ticket_or_key_update_that_cannot_be_sent_loses_no_data() {
    skip_unless!(requirement::KEY_UPDATE);
    let server = server(TLS1_3).tickets(TicketKey::generate().unwrap());
    let mut pair = Pair::build(client(TLS1_3), server, false);
    assert!(pair.client.handshake(&mut pair.near).unwrap().is_pending());
    assert!(pair.server.handshake(&mut pair.far).unwrap().is_pending());
    assert!(pair.client.handshake(&mut pair.near).unwrap().is_ready());
    write_all(&mut pair, b"request");
    let unused = MemoryTransport::stream().0;
    let mut far = HalfBroken {
        inner: std::mem::replace(&mut pair.far, unused),
        broken: true,
    };
    // The server sends the tickets at the end of its handshake.
    assert!(pair.server.handshake(&mut far).unwrap().is_ready());
    assert_eq!(read_once(&mut pair.server, &mut far, "ticket"), b"request");
    let update = gnutls::record::KeyUpdate::Requested;
    let updated = pair.client.update_key(&mut pair.near, update).unwrap();
    assert!(updated.is_ready());
    write_all(&mut pair, b"rest");
    assert_eq!(read_once(&mut pair.server, &mut far, "update"), b"rest");
    assert_broken(pair.server.update_key(&mut far, update), "update");
    assert_broken(pair.server.send_tickets(&mut far, 1), "ticket");
    write_all(&mut pair, b"end");
    assert_eq!(read_once(&mut pair.server, &mut far, "end"), b"end");
}

#[test]
fn a_refusal_that_cannot_be_sent_loses_no_data() {
    for datagram in [false, true] {
        let priority = if datagram { DTLS1_2 } else { TLS1_2 };
        let client = client(priority).dangerous_allow_renegotiation();
        let mut pair = Pair::build(client, server(priority), datagram);
        pair.handshake().unwrap();
        assert!(
            pair.client
                .rehandshake(&mut pair.near)
                .unwrap()
                .is_pending()
        );
        let mut far = HalfBroken {
            inner: pair.far,
            broken: true,
        };
        let read = pair.server.read(&mut far, &mut [0; 9]).unwrap();
        assert!(read.is_pending(), "{priority}");
        assert_broken(pair.server.write(&mut far, b"lost"), priority);
        let read = pair.server.read(&mut far, &mut [0; 9]).unwrap();
        assert!(read.is_pending(), "{priority}");
    }
}
