//! A peer that sends thousands of small, empty or useless messages: the memory stays flat, and the calls of the transport
//! grow in proportion.

use std::io;
use std::task::Poll;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use gnutls::record::KeyUpdate;
use gnutls::resumption::TicketKey;
use gnutls::transport::MemoryTransport;
use gnutls::{Alert, AlertLevel, Priority, ServerConfigBuilder, Session, Transport};
use gnutls_testing::pair::{self, DTLS1_2, Pair, TLS1_2, TLS1_3};

use crate::Options;
use crate::allocations;
use crate::exchange;
use crate::report::{Report, result};

/// Memory that does not depend on the volume.
const SLACK: usize = 16 << 10;

/// A transport that counts its calls.
struct Counted {
    inner: MemoryTransport,
    calls: usize,
}

impl Transport for Counted {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.calls += 1;
        self.inner.send(bytes)
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.calls += 1;
        self.inner.receive(buffer)
    }
}

/// The cost of a volume.
struct Cost {
    /// The most bytes that were allocated in addition.
    peak: usize,
    /// The calls of the transport of the session under test.
    calls: usize,
    time: Duration,
}

/// A connection: the hostile peer, and the session under test.
struct Connection {
    peer: Session,
    peer_io: MemoryTransport,
    session: Session,
    io: Counted,
}

/// Sends one part of the volume.
type Send = fn(&mut Connection, usize) -> Result<()>;

/// A kind of volume.
struct Volume {
    name: &'static str,
    open: fn() -> Result<Connection>,
    send: Send,
    /// The number of parts.
    count: usize,
}

const VOLUMES: &[Volume] = &[
    Volume {
        name: "one-byte-records/tls13",
        open: || open(TLS1_3, false, false),
        send: one_byte,
        count: 20_000,
    },
    Volume {
        name: "one-byte-records/tls12",
        open: || open(TLS1_2, false, false),
        send: one_byte,
        count: 20_000,
    },
    Volume {
        name: "one-byte-records/dtls12",
        open: || open(DTLS1_2, true, false),
        send: one_byte,
        count: 20_000,
    },
    Volume {
        name: "empty-records/tls13",
        open: || open(TLS1_3, false, true),
        send: empty,
        count: 20_000,
    },
    Volume {
        name: "tickets/tls13",
        open: || open(TLS1_3, false, false),
        send: ticket,
        count: 4_000,
    },
    Volume {
        name: "key-updates/tls13",
        open: || open(TLS1_3, false, true),
        send: |connection, number| key_update(connection, number, KeyUpdate::NotRequested),
        count: 4_000,
    },
    Volume {
        name: "requested-key-updates/tls13",
        open: || open(TLS1_3, false, true),
        send: |connection, number| key_update(connection, number, KeyUpdate::Requested),
        count: 4_000,
    },
    Volume {
        name: "warnings/tls12",
        open: || open(TLS1_2, false, true),
        send: warning,
        count: 4_000,
    },
    Volume {
        name: "hello-requests/tls12",
        open: || open(TLS1_2, false, false),
        send: hello_request,
        count: 4_000,
    },
    Volume {
        name: "record-size-limit-64/tls13",
        open: || open_with_limit(TLS1_3, 64),
        send: limited,
        count: 200,
    },
    Volume {
        name: "record-size-limit-64/tls12",
        open: || open_with_limit(TLS1_2, 64),
        send: limited,
        count: 200,
    },
    Volume {
        name: "record-size-limit-512/tls13",
        open: || open_with_limit(TLS1_3, 512),
        send: limited,
        count: 200,
    },
];

pub(crate) fn run(options: &Options, report: &mut Report) -> Result<()> {
    let scale = if options.quick { 10 } else { 1 };
    for volume in VOLUMES {
        report.case(volume.name, || {
            check(volume, volume.count / scale).map_err(|error| format!("{error:#}"))
        });
    }
    for records in [1, 100, 16_000] {
        let name = format!("hello-of-1-mb/records-of-{records}");
        report.case(&name, || {
            hello(&name, records, options.quick).map_err(|error| format!("{error:#}"))
        });
    }
    Ok(())
}

/// Compares the cost of a volume with that of four times the volume.
fn check(volume: &Volume, count: usize) -> Result<()> {
    let name = volume.name;
    // The first measurement pays for what is allocated once.
    measure(volume, count)?;
    let (once, four) = (measure(volume, count)?, measure(volume, 4 * count)?);
    let time = four.time.as_secs_f64() / once.time.as_secs_f64().max(1e-6);
    result(format_args!(
        "{name}: {} bytes at most for {count}, {} for {}; {} and {} calls; {time:.1} times the CPU time",
        once.peak,
        four.peak,
        4 * count,
        once.calls,
        four.calls
    ));
    ensure!(
        four.peak <= once.peak + SLACK,
        "the memory grows from {} to {} bytes with four times the volume",
        once.peak,
        four.peak
    );
    ensure!(
        four.calls <= 5 * once.calls,
        "the calls of the transport grow from {} to {} with four times the volume",
        once.calls,
        four.calls
    );
    Ok(())
}

fn measure(volume: &Volume, count: usize) -> Result<Cost> {
    exchange::reset_clock();
    let mut connection = (volume.open)()?;
    connection.io.calls = 0;
    let start = cpu_time();
    let (done, peak) = allocations::peak(|| {
        (0..count).try_for_each(|number| {
            (volume.send)(&mut connection, number).with_context(|| format!("part {number}"))
        })
    });
    done?;
    // The session can still be used.
    transfer(&mut connection, b"the end")?;
    Ok(Cost {
        peak,
        calls: connection.io.calls,
        time: cpu_time() - start,
    })
}

fn open(priority: &str, datagram: bool, from_client: bool) -> Result<Connection> {
    let client = pair::client(priority).build()?;
    let server = pair::server(priority)
        .tickets(TicketKey::generate()?)
        .build()?;
    Ok(connection(
        Pair::connect(&client, &server, datagram),
        from_client,
    ))
}

/// Opens a connection whose client accepts only small records.
fn open_with_limit(priority: &str, limit: usize) -> Result<Connection> {
    let priority = Priority::new(&format!("{priority}:%ALLOW_SMALL_RECORDS"))?;
    let client = pair::client(TLS1_3).priority(priority.clone()).build()?;
    let server = pair::server(TLS1_3).priority(priority).build()?;
    let mut pair = Pair::open(&client, &server, false);
    pair.client.set_max_receive_size(limit)?;
    pair.handshake()?;
    Ok(connection(pair, true))
}

fn connection(pair: Pair, from_client: bool) -> Connection {
    let Pair {
        client,
        server,
        near,
        far,
    } = pair;
    let (peer, peer_io, session, inner) = match from_client {
        true => (client, near, server, far),
        false => (server, far, client, near),
    };
    Connection {
        peer,
        peer_io,
        session,
        io: Counted { inner, calls: 0 },
    }
}

/// Sends data from the peer, and requires that the session reads it.
fn transfer(connection: &mut Connection, data: &[u8]) -> Result<()> {
    write(connection, data)?;
    let mut received = 0;
    let mut buffer = [0; 1024];
    for _ in 0..10_000 {
        if let Poll::Ready(length) = connection.session.read(&mut connection.io, &mut buffer)? {
            ensure!(
                data[received..].starts_with(&buffer[..length]),
                "wrong data"
            );
            received += length;
        }
        if received == data.len() {
            return Ok(());
        }
        read_nothing(&mut connection.peer, &mut connection.peer_io)?;
    }
    bail!("the data does not arrive")
}

fn write(connection: &mut Connection, data: &[u8]) -> Result<()> {
    let mut written = 0;
    while written < data.len() {
        match connection
            .peer
            .write(&mut connection.peer_io, &data[written..])?
        {
            Poll::Ready(length) => written += length,
            Poll::Pending => bail!("the memory blocks"),
        }
    }
    Ok(())
}

/// Reads on a side to which no data was sent.
fn read_nothing(session: &mut Session, io: &mut impl Transport) -> Result<()> {
    match session.read(io, &mut [0; 16]) {
        Ok(Poll::Pending) => Ok(()),
        Ok(Poll::Ready(length)) => bail!("{length} bytes that nobody sent"),
        Err(error) if !error.is_fatal() => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Reads on the session under test, which receives no data, and then on the peer.
fn settle(connection: &mut Connection) -> Result<()> {
    read_nothing(&mut connection.session, &mut connection.io)?;
    read_nothing(&mut connection.peer, &mut connection.peer_io)
}

fn one_byte(connection: &mut Connection, number: usize) -> Result<()> {
    transfer(connection, &[number as u8])
}

fn empty(connection: &mut Connection, _: usize) -> Result<()> {
    let written = connection
        .peer
        .write_hiding_length(&mut connection.peer_io, b"", 0..=0)?;
    ensure!(written.is_ready(), "the memory blocks");
    settle(connection)
}

fn ticket(connection: &mut Connection, _: usize) -> Result<()> {
    let sent = connection.peer.send_tickets(&mut connection.peer_io, 1)?;
    ensure!(sent.is_ready(), "the memory blocks");
    settle(connection)
}

fn key_update(connection: &mut Connection, number: usize, update: KeyUpdate) -> Result<()> {
    // GnuTLS accepts 8 within a second.
    if number % 8 == 0 {
        exchange::advance_clock();
        exchange::advance_clock();
    }
    let sent = connection
        .peer
        .update_key(&mut connection.peer_io, update)?;
    ensure!(sent.is_ready(), "the memory blocks");
    settle(connection)
}

fn warning(connection: &mut Connection, _: usize) -> Result<()> {
    let sent = connection.peer.send_alert(
        &mut connection.peer_io,
        AlertLevel::Warning,
        Alert::UNRECOGNIZED_NAME,
    )?;
    ensure!(sent.is_ready(), "the memory blocks");
    settle(connection)
}

/// Sends a HelloRequest, which the client refuses. The peer is a C program that ignores refusals.
fn hello_request(connection: &mut Connection, _: usize) -> Result<()> {
    // SAFETY: the session is live, and its handshake is complete. Without a transport the output is kept in the session.
    let code = unsafe { gnutls_sys::gnutls_rehandshake(connection.peer.as_ptr()) };
    ensure!(code >= 0, "gnutls_rehandshake returned {code}");
    let flushed = connection.peer.flush(&mut connection.peer_io)?;
    ensure!(flushed.is_ready(), "the memory blocks");
    settle(connection)
}

/// Writes on the session under test to a peer that accepts only small records.
fn limited(connection: &mut Connection, _: usize) -> Result<()> {
    let data = [7; 5_000];
    let mut buffer = [0; 1024];
    let (mut written, mut received) = (0, 0);
    while received < data.len() {
        if written < data.len() {
            let step = connection
                .session
                .write(&mut connection.io, &data[written..])?;
            if let Poll::Ready(length) = step {
                written += length;
            }
        }
        if let Poll::Ready(length) = connection.peer.read(&mut connection.peer_io, &mut buffer)? {
            ensure!(buffer[..length].iter().all(|byte| *byte == 7), "wrong data");
            received += length;
        }
    }
    ensure!(received == data.len(), "too much data");
    Ok(())
}

/// Sends a ClientHello of 1 MB to a server, in records of this size. A server with the default limit refuses it early. If
/// the limit permits it, the memory is proportional to its records.
fn hello(name: &str, size: usize, quick: bool) -> Result<()> {
    let total = if quick { 1 << 17 } else { 1 << 20 };
    let refused = send_hello(pair::server(TLS1_3), 1 << 20, size)?;
    ensure!(
        refused.peak <= (1 << 18) + SLACK,
        "{} bytes are allocated for a message that is too long",
        refused.peak
    );
    let server = || pair::server(TLS1_3).max_handshake_message(2 << 20);
    let quarter = send_hello(server(), total / 4, size)?;
    let whole = send_hello(server(), total, size)?;
    let time = whole.time.as_secs_f64() / quarter.time.as_secs_f64().max(1e-6);
    result(format_args!(
        "{name}: {} bytes at most until it is refused, {} for {total} if it is permitted; {} and {} calls for a \
         quarter and all; {time:.1} times the CPU time",
        refused.peak, whole.peak, quarter.calls, whole.calls
    ));
    // The records are kept as they are until GnuTLS processes them.
    let sent = total + total.div_ceil(size) * 5;
    ensure!(
        whole.peak <= 4 * sent + SLACK && whole.calls <= 5 * quarter.calls,
        "{} bytes and {} calls for {total} bytes",
        whole.peak,
        whole.calls
    );
    Ok(())
}

/// Sends a malformed ClientHello of this length in records of this size, until the server fails.
fn send_hello(server: ServerConfigBuilder, total: usize, size: usize) -> Result<Cost> {
    let server = server.build()?;
    let (mut near, inner) = MemoryTransport::stream();
    let mut io = Counted { inner, calls: 0 };
    let mut session = server.session()?;
    let length = (total as u32).to_be_bytes();
    let mut message = vec![3; total + 4];
    message[..4].copy_from_slice(&[1, length[1], length[2], length[3]]);
    let start = cpu_time();
    let (failed, peak) = allocations::peak(|| -> Result<bool> {
        for part in message.chunks(size) {
            let length = (part.len() as u16).to_be_bytes();
            near.send(&[&[22, 3, 1, length[0], length[1]], part].concat())?;
            match session.client_hello(&mut io) {
                Ok(Poll::Pending) => {}
                Ok(Poll::Ready(_)) => bail!("a malformed ClientHello is accepted"),
                Err(_) => return Ok(true),
            }
        }
        Ok(false)
    });
    ensure!(failed?, "the ClientHello neither ends nor fails");
    Ok(Cost {
        peak,
        calls: io.calls,
        time: cpu_time() - start,
    })
}

/// Returns the CPU time of this process.
fn cpu_time() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the time is writable.
    let code = unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    assert_eq!(code, 0, "the system has a clock of the CPU time");
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
