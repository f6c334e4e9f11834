//! Syslog over TLS (RFC 5425), as client and as server. Its README has the command lines.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};

use anyhow::{Context, Result, bail, ensure};
use gnutls::{ClientAuth, ClientConfig, Identity, ServerConfig, Stream, Trust};

/// The length of a message that is accepted: twice the minimum of RFC 5425, section 4.3.1.
const LIMIT: usize = 16_384;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["send", address, authorities, certificate, key] => {
            send(address, authorities, certificate, key)
        }
        ["collect", address, authorities, certificate, key] => {
            collect(address, authorities, certificate, key)
        }
        _ => bail!(
            "usage: syslog send HOST:PORT AUTHORITIES.pem CERTIFICATE.pem KEY.pem < LINES\n       \
             syslog collect ADDRESS:PORT AUTHORITIES.pem CERTIFICATE.pem KEY.pem"
        ),
    }
}

/// Sends each line of the standard input as a message.
fn send(address: &str, authorities: &str, certificate: &str, key: &str) -> Result<()> {
    let (host, _) = address
        .rsplit_once(':')
        .context("the address must have the form HOST:PORT")?;
    let config = ClientConfig::builder()
        .trust(Trust::pem_file(authorities)?)
        .identity(Identity::from_pem_files(certificate, key)?)
        .build()?;
    let mut stream = config.connect(host, TcpStream::connect(address)?)?;
    let mut count = 0;
    for line in std::io::stdin().lines() {
        // Facility user, severity notice, without a time, a process and structured data (RFC 5424).
        let message = format!("<13>1 - {host} gnutls-example - - - {}", line?);
        write!(stream, "{} {message}", message.len())?;
        count += 1;
    }
    stream.flush()?;
    // The collector does not close its side before the connection ends.
    stream.close()?;
    println!(
        "sent {count} messages over {}",
        stream.session().description().unwrap_or_default()
    );
    Ok(())
}

/// Prints the messages of one client after the other, each with the name in the client's certificate.
fn collect(address: &str, authorities: &str, certificate: &str, key: &str) -> Result<()> {
    let config = ServerConfig::builder()
        .identity(Identity::from_pem_files(certificate, key)?)
        .client_auth(ClientAuth::Required(Trust::pem_file(authorities)?))
        .build()?;
    let listener = TcpListener::bind(address)?;
    println!("listening on {}", listener.local_addr()?);
    for tcp in listener.incoming() {
        // A client that fails does not end the server.
        if let Err(error) = receive(&config, tcp?) {
            println!("error: {error:#}");
        }
    }
    Ok(())
}

fn receive(config: &ServerConfig, tcp: TcpStream) -> Result<()> {
    let stream = config.accept(tcp)?;
    let certificate = stream.session().peer_x509_certificate()?;
    let client = certificate
        .context("the client has no certificate")?
        .subject()?
        .to_string();
    let mut reader = BufReader::new(stream);
    while let Some(message) = message(&mut reader)? {
        println!("{client}: {}", String::from_utf8_lossy(&message).trim_end());
    }
    Ok(())
}

/// Reads a message: its length, a space, and as many bytes. `None` is the end of the stream.
fn message(reader: &mut BufReader<Stream<TcpStream>>) -> Result<Option<Vec<u8>>> {
    let mut prefix = Vec::new();
    // The longest prefix has the digits of the limit and a space.
    reader.take(6).read_until(b' ', &mut prefix)?;
    if prefix.is_empty() {
        return Ok(None);
    }
    let digits = prefix
        .strip_suffix(b" ")
        .context("the length of a message does not end")?;
    let length: usize = std::str::from_utf8(digits)?.parse()?;
    ensure!(
        length <= LIMIT,
        "a message has {length} bytes; {LIMIT} are permitted"
    );
    let mut message = vec![0; length];
    reader.read_exact(&mut message)?;
    Ok(Some(message))
}
