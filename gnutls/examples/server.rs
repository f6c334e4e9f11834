//! Echoes the data of its clients over TLS.
//!
//! ```text
//! cargo run --example server -- ADDRESS:PORT CHAIN.pem KEY.pem
//! ```

use std::error::Error;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::{env, process, thread};

use gnutls::resumption::TicketKey;
use gnutls::{Identity, ServerConfig};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [address, chain, key] = &arguments[..] else {
        eprintln!("usage: server ADDRESS:PORT CHAIN.pem KEY.pem");
        process::exit(2);
    };
    let config = ServerConfig::builder()
        .identity(Identity::from_pem_files(chain, key)?)
        .tickets(TicketKey::generate()?)
        .build()?;
    for client in TcpListener::bind(address)?.incoming() {
        let config = config.clone();
        // A client that fails does not end the server.
        thread::spawn(move || echo(&config, client).unwrap_or_else(|error| eprintln!("{error}")));
    }
    Ok(())
}

/// Sends the data of a client back until the client closes its side.
pub fn echo(config: &ServerConfig, client: io::Result<TcpStream>) -> Result<(), Box<dyn Error>> {
    let mut stream = config.accept(client?)?;
    println!(
        "session identifier: {}, resumed: {}",
        stream.session().id(),
        stream.session().is_resumed()
    );
    let mut buffer = [0; 16_384];
    loop {
        match stream.read(&mut buffer)? {
            0 => break,
            length => stream.write_all(&buffer[..length])?,
        }
    }
    stream.close_both()?;
    Ok(())
}
