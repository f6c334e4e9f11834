//! Echoes the datagrams of many clients on one UDP socket.
//!
//! ```text
//! cargo run --example dtls_server -- ADDRESS:PORT CHAIN.pem KEY.pem
//! gnutls-cli --udp --x509cafile CA.pem --port PORT ADDRESS
//! ```

use std::error::Error;
use std::io::{self, Read, Write};
use std::net::UdpSocket;
use std::{env, process, thread};

use gnutls::dtls::{Connection, Listener};
use gnutls::resumption::TicketKey;
use gnutls::{Identity, ServerConfig, Stream};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [address, chain, key] = &arguments[..] else {
        eprintln!("usage: dtls_server ADDRESS:PORT CHAIN.pem KEY.pem");
        process::exit(2);
    };
    let config = ServerConfig::builder()
        .identity(Identity::from_pem_files(chain, key)?)
        .tickets(TicketKey::generate()?)
        .build()?;
    let listener = Listener::new(UdpSocket::bind(address)?, &config)?;
    println!("listening on {}", listener.local_addr()?);
    loop {
        serve_next(&listener)?;
        // A client that fails does not end the server.
        while let Some((client, error)) = listener.next_failure() {
            eprintln!("{client}: {error}");
        }
    }
}

/// Accepts a client, and serves it in a thread of its own. The thread that waits in `accept` performs the handshakes.
pub fn serve_next(listener: &Listener) -> gnutls::Result<()> {
    let (mut stream, client) = listener.accept()?;
    thread::spawn(move || match echo(&mut stream) {
        Ok(count) => println!("{client}: {count} datagrams"),
        Err(error) => eprintln!("{client}: {error}"),
    });
    Ok(())
}

/// Sends each datagram of a client back until the client closes. Returns the number of datagrams.
fn echo(stream: &mut Stream<Connection>) -> io::Result<u64> {
    let mut buffer = [0; 16_384];
    let mut count = 0;
    loop {
        match stream.read(&mut buffer)? {
            0 => break,
            length => stream.write_all(&buffer[..length])?,
        }
        count += 1;
    }
    stream.close()?;
    Ok(count)
}
