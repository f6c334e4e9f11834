//! Network block devices (NBD) over TLS, as client and as server. Its README has the command lines.

mod client;
mod credentials;
mod protocol;
mod server;

use std::env;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match &arguments[..] {
        ["copy", address, export, file, credentials @ ..] => {
            client::copy(&credentials::client(credentials)?, address, export, file)
        }
        ["serve", address, file, credentials @ ..] => {
            server::serve(&credentials::server(credentials)?, address, file)
        }
        _ => bail!(
            "usage: nbd copy HOST:PORT EXPORT FILE CREDENTIALS | nbd serve ADDRESS:PORT FILE CREDENTIALS"
        ),
    }
}
