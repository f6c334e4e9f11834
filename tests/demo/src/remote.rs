//! The server of `--connect`.

use std::net::ToSocketAddrs;
use std::path::PathBuf;

use gnutls::{ClientConfig, Trust};
use gnutls_command_lines::Target;

pub(crate) use crate::exchange::Visit;
use crate::exchange::{Failure, While, connect, visit};

/// Connects twice: a full handshake, and one that resumes it if the server permits it.
pub(crate) fn run(target: &Target, ca: Option<PathBuf>) -> Result<(Visit, Option<Visit>), Failure> {
    let trust = match ca {
        Some(file) => Trust::pem_file(file).during("reading the trusted certificates")?,
        None => Trust::system(),
    };
    let config = ClientConfig::builder()
        .trust(trust)
        .build()
        .during("configuring the client")?;
    let addresses: Vec<_> = (target.host.as_str(), target.port)
        .to_socket_addrs()
        .during("looking the host up")?
        .collect();
    let request = format!("HEAD / HTTP/1.0\r\nHost: {}\r\n\r\n", target.host);
    let once = |saved| {
        let io = connect(&addresses).during("connecting")?;
        visit(&config, &target.host, io, saved, request.as_bytes())
    };
    let full = once(None)?;
    let again = full
        .saved
        .as_ref()
        .map(|saved| once(Some(saved)))
        .transpose()?;
    Ok((full, again))
}
