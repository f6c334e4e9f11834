//! The server of `--connect`.

use std::net::ToSocketAddrs;

use gnutls::{ClientConfig, Trust};

pub(crate) use crate::exchange::Visit;
use crate::exchange::{Failure, While, connect, visit};

/// A host name or address, and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    pub(crate) host: String,
    pub(crate) port: u16,
}

impl Target {
    /// Reads `HOST:PORT`, with an IPv6 address in brackets.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not HOST:PORT");
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        let host = bare.unwrap_or(host);
        let port = port.parse().map_err(|_| wrong())?;
        if host.is_empty() || bare.is_none() && host.contains([':', '[', ']']) {
            return Err(wrong());
        }
        Ok(Self {
            host: host.into(),
            port,
        })
    }
}

/// Connects twice: a full handshake, and one that resumes it if the server permits it.
pub(crate) fn run(target: &Target, ca: Option<&str>) -> Result<(Visit, Option<Visit>), Failure> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets() {
        let target = |host: &str, port| {
            Ok(Target {
                host: host.into(),
                port,
            })
        };
        assert_eq!(Target::parse("example.org:443"), target("example.org", 443));
        assert_eq!(Target::parse("192.0.2.1:1"), target("192.0.2.1", 1));
        assert_eq!(
            Target::parse("[2001:db8::1]:443"),
            target("2001:db8::1", 443)
        );
        for wrong in [
            "example.org",
            ":443",
            "example.org:",
            "example.org:99999",
            "2001:db8::1:443",
            "[]:443",
            "[x:1",
        ] {
            assert!(Target::parse(wrong).is_err(), "{wrong}");
        }
    }
}
