//! A client that resumes the session of one server on another, and an attacker that repeats its early data.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use gnutls::{ClientConfig, Priority, Stream, Transport, Trust};

use crate::store::Store;

/// The name in the certificate of all servers.
const NAME: &str = "localhost";

fn config(authorities: &str, mode: &str) -> Result<ClientConfig> {
    let (version, tickets) = match mode {
        "tls1.2-cache" => ("TLS1.2", false),
        "tls1.2-ticket" => ("TLS1.2", true),
        "tls1.3" => ("TLS1.3", true),
        _ => bail!("{mode} is none of tls1.2-cache, tls1.2-ticket and tls1.3"),
    };
    Ok(ClientConfig::builder()
        .trust(Trust::pem_file(authorities)?)
        .priority(Priority::new(&format!("NORMAL:-VERS-ALL:+VERS-{version}"))?)
        .tickets(tickets)
        .build()?)
}

fn connect(address: &str) -> io::Result<TcpStream> {
    let tcp = TcpStream::connect(address)?;
    tcp.set_read_timeout(Some(Duration::from_secs(20)))?;
    Ok(tcp)
}

/// Sends a line and returns the answer. Tickets arrive with it.
fn exchange<T: Transport>(stream: Stream<T>) -> Result<String> {
    let mut reader = BufReader::new(stream);
    reader.get_mut().write_all(b"hello\n")?;
    let mut answer = String::new();
    reader.read_line(&mut answer)?;
    reader.into_inner().close_both()?;
    Ok(answer)
}

/// Opens a session with the first server, and resumes it on the second one. The configuration stores the session.
pub(crate) fn resume(first: &str, second: &str, authorities: &str, mode: &str) -> Result<()> {
    let config = config(authorities, mode)?;
    for address in [first, second] {
        let stream = config.connect(NAME, connect(address)?)?;
        let resumed = stream.session().is_resumed();
        print!("resumed {resumed}: {}", exchange(stream)?);
    }
    Ok(())
}

/// Opens one session, and resumes one of an earlier process if the store has it.
pub(crate) fn connect_once(address: &str, authorities: &str, store: Arc<Store>) -> Result<()> {
    let config = ClientConfig::builder()
        .trust(Trust::pem_file(authorities)?)
        .resumption(store)
        .build()?
        // Names this configuration in other processes.
        .resumption_scope("the fleet's client");
    let stream = config.connect(NAME, connect(address)?)?;
    let resumed = stream.session().is_resumed();
    print!("resumed {resumed}: {}", exchange(stream)?);
    Ok(())
}

/// Sends early data to the second server with a ticket of the first one, and repeats the same bytes to both.
pub(crate) fn early_data(first: &str, second: &str, authorities: &str) -> Result<()> {
    let config = config(authorities, "tls1.3")?;
    exchange(config.connect(NAME, connect(first)?)?)?;
    let io = Recorder {
        tcp: connect(second)?,
        flight: Vec::new(),
        receives: false,
    };
    let mut stream = config.stream(NAME, io)?;
    stream
        .write_early_data(b"an order")
        .context("no ticket permits early data")?;
    stream.handshake()?;
    println!(
        "early data accepted: {}",
        stream.session().early_data_accepted()
    );
    let flight = stream.get_ref().flight.clone();
    print!("{}", exchange(stream)?);
    for address in [first, second] {
        let mut tcp = connect(address)?;
        tcp.write_all(&flight)?;
        // The server has processed the flight when it closes the connection, whatever it sends before.
        let _ = io::copy(&mut tcp, &mut io::sink());
    }
    println!("repeated {} bytes", flight.len());
    Ok(())
}

/// A socket that stores the bytes that the client sends before it receives.
struct Recorder {
    tcp: TcpStream,
    flight: Vec<u8>,
    receives: bool,
}

impl Read for Recorder {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.receives = true;
        self.tcp.read(buffer)
    }
}

impl Write for Recorder {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        let length = self.tcp.write(data)?;
        if !self.receives {
            self.flight.extend_from_slice(&data[..length]);
        }
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.tcp.flush()
    }
}
