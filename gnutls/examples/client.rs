//! Connects to HOST:PORT, and prints the negotiated parameters and the session identifier.
//!
//! ```text
//! cargo run --example client -- HOST:PORT [AUTHORITY.pem]
//! ```

use std::error::Error;
use std::net::TcpStream;
use std::time::Duration;
use std::{env, process};

use gnutls::{ClientConfig, Trust};

/// The time to wait for the server to close the session.
const PATIENCE: Duration = Duration::from_secs(5);

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
    describe(&config, host, TcpStream::connect(&arguments[0])?)
}

/// Prints the parameters of a connection, and closes it.
pub fn describe(config: &ClientConfig, host: &str, tcp: TcpStream) -> Result<(), Box<dyn Error>> {
    let mut stream = config.connect(host, tcp)?;
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
    // The server may have sent data that was not read, such as tickets.
    stream.get_ref().set_read_timeout(Some(PATIENCE))?;
    if let Err(error) = stream.close_both() {
        eprintln!("the server does not close the session: {error}");
    }
    Ok(())
}
