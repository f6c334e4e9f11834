//! Connects to HOST:PORT, and prints the negotiated parameters and the session identifier.
//!
//! ```text
//! cargo run --example client -- HOST:PORT [AUTHORITY.pem]
//! ```

use std::error::Error;
use std::net::TcpStream;
use std::{env, process};

use gnutls::{ClientConfig, Trust};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some((host, _)) = arguments
        .first()
        .and_then(|address| address.rsplit_once(':'))
    else {
        eprintln!("usage: client HOST:PORT [AUTHORITY.pem]");
        process::exit(2);
    };
    let trust = match arguments.get(1) {
        Some(file) => Trust::pem_file(file)?,
        None => Trust::system(),
    };
    let config = ClientConfig::builder().trust(trust).build()?;
    let host = host.trim_matches(['[', ']']);
    let mut stream = config.connect(host, TcpStream::connect(&arguments[0])?)?;
    let session = stream.session();
    println!(
        "GnuTLS {}, {}",
        gnutls::version().running,
        session.description().unwrap_or_default()
    );
    println!(
        "session identifier: {} ({} bytes)",
        session.id(),
        session.id2().len()
    );
    stream.close()?;
    Ok(())
}
