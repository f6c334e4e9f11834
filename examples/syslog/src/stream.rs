//! Syslog over TLS (RFC 5425).

use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};

use anyhow::Result;
use gnutls::{ClientConfig, ServerConfig};

use crate::{frame, host, name};

/// Sends each line of the standard input as a message.
pub(crate) fn send(config: &ClientConfig, address: &str) -> Result<()> {
    let host = host(address)?;
    let mut stream = config.connect(host, TcpStream::connect(address)?)?;
    let mut count = 0;
    for line in std::io::stdin().lines() {
        stream.write_all(frame::frame(host, &line?).as_bytes())?;
        count += 1;
    }
    stream.flush()?;
    // The collector does not close its side before the connection ends.
    stream.close()?;
    let description = stream.session().description().unwrap_or_default();
    println!("sent {count} messages over {description}");
    Ok(())
}

/// Prints the messages of one client after the other, each with the name in the client's certificate.
pub(crate) fn collect(config: &ServerConfig, address: &str) -> Result<()> {
    let listener = TcpListener::bind(address)?;
    println!("listening on {}", listener.local_addr()?);
    for tcp in listener.incoming() {
        // A client that fails does not end the server.
        if let Err(error) = receive(config, tcp?) {
            println!("error: {error:#}");
        }
    }
    Ok(())
}

fn receive(config: &ServerConfig, tcp: TcpStream) -> Result<()> {
    let stream = config.accept(tcp)?;
    let client = name(stream.session())?;
    let mut reader = BufReader::new(stream);
    while let Some(message) = frame::message(&mut reader)? {
        frame::print(&client, &message);
    }
    Ok(())
}
