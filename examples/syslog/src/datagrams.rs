//! Syslog over DTLS (RFC 6012).

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs, UdpSocket};
use std::thread;

use anyhow::{Context, Result};
use gnutls::dtls::{Connection, Listener, UdpTransport};
use gnutls::{ClientConfig, ServerConfig, Stream};

use crate::{frame, host, name};

/// Sends each line of the standard input as a message, each in a datagram. Those that the network loses are not repeated.
pub(crate) fn send(config: &ClientConfig, address: &str) -> Result<()> {
    let host = host(address)?;
    let server = address.to_socket_addrs()?.next();
    let server = server.context("the host has no address")?;
    let socket = match server {
        SocketAddr::V4(_) => UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)),
        SocketAddr::V6(_) => UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)),
    }?;
    socket.connect(server)?;
    let session = config.datagram_session(host)?;
    let mut stream = Stream::new(session, UdpTransport::new(socket)?);
    stream.handshake()?;
    let mut count = 0;
    for line in std::io::stdin().lines() {
        // A message that is longer than a datagram is an error that contains the limit.
        stream
            .write_all(frame::frame(host, &line?).as_bytes())
            .with_context(|| format!("message {}", count + 1))?;
        count += 1;
    }
    stream.close()?;
    let description = stream.session().description().unwrap_or_default();
    println!("sent {count} messages over {description}");
    Ok(())
}

/// Prints the messages of all clients, each with the name in the client's certificate.
pub(crate) fn collect(config: &ServerConfig, address: &str) -> Result<()> {
    let listener = Listener::new(UdpSocket::bind(address)?, config)?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        let (stream, client) = listener.accept()?;
        thread::spawn(move || {
            // A client that fails does not end the server.
            if let Err(error) = receive(stream) {
                println!("{client}: {error:#}");
            }
        });
        while let Some((client, error)) = listener.next_failure() {
            println!("{client}: {error}");
        }
    }
}

fn receive(mut stream: Stream<Connection>) -> Result<()> {
    let client = name(stream.session())?;
    let mut buffer = [0; 16_384];
    loop {
        let mut datagram = match stream.read(&mut buffer)? {
            0 => return Ok(stream.close()?),
            length => &buffer[..length],
        };
        // rsyslog sends a message without its length.
        if datagram.starts_with(b"<") {
            frame::print(&client, datagram);
            continue;
        }
        while let Some(message) = frame::message(&mut datagram)? {
            frame::print(&client, &message);
        }
    }
}
