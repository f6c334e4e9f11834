//! Sends a file to HOST:PORT over a socket that GnuTLS uses directly, and prints whether the kernel encrypts the data
//! (kTLS). This requires `ktls = true` in the system's configuration of GnuTLS, and a library built with kTLS.
//!
//! ```text
//! cargo run --example descriptors -- HOST:PORT FILE [AUTHORITY.pem]
//! ```

use std::error::Error;
use std::fs::File;
use std::net::{Shutdown, TcpStream};
use std::time::Duration;
use std::{env, io, process};

use gnutls::transport::Descriptors;
use gnutls::{ClientConfig, Trust};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [address, file, authority @ ..] = &arguments[..] else {
        eprintln!("usage: descriptors HOST:PORT FILE [AUTHORITY.pem]");
        process::exit(2);
    };
    let trust = match authority.first() {
        Some(file) => Trust::pem_file(file)?,
        None => Trust::system(),
    };
    let host = address.rsplit_once(':').map_or("", |(host, _)| host);
    let config = ClientConfig::builder().trust(trust).build()?;
    let mut socket = Descriptors::new(TcpStream::connect(address)?)?;
    socket.set_timeout(Some(Duration::from_secs(30)));
    let mut stream = config.connect(host.trim_matches(['[', ']']), socket)?;
    println!("{}", stream.session().description().unwrap_or_default());
    let kernel = stream.session().kernel_tls();
    println!(
        "kernel TLS: send {}, receive {}",
        kernel.send, kernel.receive
    );

    let sent = stream.send_file(&File::open(file)?, &mut 0, u64::MAX)?;
    println!("{sent} bytes sent");
    // Sends the written data, then closes the TLS session and the TCP connection for writing. The server can still
    // respond.
    stream.close()?;
    stream.get_ref().shutdown(Shutdown::Write)?;
    let received = io::copy(&mut stream, &mut io::stdout())?;
    eprintln!("{received} bytes received");
    Ok(())
}
