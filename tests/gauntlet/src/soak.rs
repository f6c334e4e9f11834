//! Many handshakes and many idle sessions in one process: flat memory after warm-up, no leaked descriptor, no error.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

use anyhow::{Context, Result, bail};
use gnutls::{ClientConfig, ServerConfig};
use gnutls_testing::pair;

use crate::Options;
use crate::report::{Report, result};

/// The growth of the memory that is not a leak: rounding of the allocator.
const SLACK: usize = 64 << 10;

pub(crate) fn run(options: &Options, report: &mut Report) -> Result<()> {
    let (handshakes, sessions) = if options.quick {
        (2_000, 500)
    } else {
        (100_000, 10_000)
    };
    raise_descriptor_limit()?;
    let client = pair::client("NORMAL").build()?;
    let server = pair::server("NORMAL").build()?;
    for (priority, name) in [(pair::TLS1_2, "tls12"), (pair::TLS1_3, "tls13")] {
        let client = pair::client(priority).build()?;
        let server = pair::server(priority).build()?;
        report.case(&format!("handshakes/{name}"), || {
            repeat(handshakes / 2, &client, &server).map_err(|error| format!("{error:#}"))
        });
    }
    report.case("idle", || {
        hold(sessions / 2, &client, &server).map_err(|error| format!("{error:#}"))
    });
    Ok(())
}

/// Completes handshakes over loopback one after the other, each with data in both directions.
fn repeat(count: usize, client: &ClientConfig, server: &ServerConfig) -> Result<()> {
    connections((count / 10).max(100), client, server)?;
    let before = usage()?;
    connections(count, client, server)?;
    check_growth(before, usage()?, count)
}

fn connections(count: usize, client: &ClientConfig, server: &ServerConfig) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::scope(|scope| {
        let echo = scope.spawn(|| -> Result<()> {
            for _ in 0..count {
                let mut stream = server.accept(accept(&listener)?)?;
                let mut buffer = [0; 64];
                let length = stream.read(&mut buffer)?;
                stream.write_all(&buffer[..length])?;
                stream.close()?;
            }
            Ok(())
        });
        for number in 0..count {
            let mut stream = client.connect("localhost", connect(address)?)?;
            stream.write_all(b"question")?;
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer)?;
            if answer != b"question" {
                bail!("connection {number}: the answer is {answer:?}");
            }
        }
        echo.join().expect("the server does not panic")
    })
}

fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let socket = TcpStream::connect(address)?;
    socket.set_nodelay(true)?;
    Ok(socket)
}

fn accept(listener: &TcpListener) -> io::Result<TcpStream> {
    let (socket, _) = listener.accept()?;
    socket.set_nodelay(true)?;
    Ok(socket)
}

/// Opens pairs of sessions over loopback and keeps all of them, uses each once more, and closes them.
fn hold(count: usize, client: &ClientConfig, server: &ServerConfig) -> Result<()> {
    open(count / 10, client, server)?;
    let before = usage()?;
    let per_session = open(count, client, server)?;
    result(format_args!(
        "{} idle sessions over TCP: {per_session} bytes for each",
        2 * count
    ));
    check_growth(before, usage()?, count)
}

/// Returns the bytes of each session while all are open.
fn open(count: usize, client: &ClientConfig, server: &ServerConfig) -> Result<usize> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let before = usage()?;
    let (mut near, mut far) = (Vec::new(), Vec::new());
    // GnuTLS allocates a random number generator for each thread and never frees it: one thread for all servers.
    thread::scope(|scope| -> Result<()> {
        let servers = scope.spawn(|| -> Result<()> {
            for _ in 0..count {
                let mut stream = server.accept(accept(&listener)?)?;
                stream.write_all(b"1")?;
                far.push(stream);
            }
            Ok(())
        });
        for _ in 0..count {
            let mut stream = client.connect("localhost", connect(address)?)?;
            stream.read_exact(&mut [0])?;
            near.push(stream);
        }
        servers.join().expect("the server does not panic")
    })?;
    let held = usage()?;
    for (near, far) in near.iter_mut().zip(&mut far) {
        near.write_all(b"2")?;
        far.read_exact(&mut [0])?;
    }
    Ok((held.bytes - before.bytes) / count / 2)
}

/// The resources of this process.
#[derive(Debug)]
struct Usage {
    /// The bytes that are allocated.
    bytes: usize,
    descriptors: usize,
    threads: usize,
}

fn usage() -> Result<Usage> {
    // SAFETY: the function takes no argument, and returns numbers.
    let allocated = unsafe { libc::mallinfo2() };
    let count = |directory: &str| -> Result<usize> { Ok(fs::read_dir(directory)?.count()) };
    Ok(Usage {
        bytes: allocated.uordblks + allocated.hblkhd,
        descriptors: count("/proc/self/fd")?,
        threads: count("/proc/self/task")?,
    })
}

fn check_growth(before: Usage, after: Usage, count: usize) -> Result<()> {
    let bytes = after.bytes as isize - before.bytes as isize;
    let descriptors = after.descriptors as isize - before.descriptors as isize;
    result(format_args!(
        "after {count} connections: {bytes} bytes and {descriptors} descriptors more"
    ));
    if bytes > SLACK as isize
        || after.descriptors != before.descriptors
        || after.threads != before.threads
    {
        bail!("after {count} connections: {after:?}, before: {before:?}");
    }
    Ok(())
}

/// Permits as many descriptors as the system does.
fn raise_descriptor_limit() -> Result<()> {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: `limit` is writable.
    let mut result = unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &mut limit) };
    limit.rlim_cur = limit.rlim_max;
    if result == 0 {
        // SAFETY: `limit` is readable.
        result = unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &limit) };
    }
    if result != 0 {
        return Err(std::io::Error::last_os_error()).context("the limit of descriptors");
    }
    Ok(())
}
