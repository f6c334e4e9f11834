//! Syslog over TLS (RFC 5425) and over DTLS (RFC 6012), as client and as server. Its README has the command lines.

mod datagrams;
mod frame;
mod stream;

use std::env;

use anyhow::{Context, Result, bail};
use gnutls::{ClientAuth, ClientConfig, Identity, ServerConfig, SessionRef, Trust};

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let [job, address, authorities, certificate, key] = arguments[..] else {
        return usage();
    };
    let trust = Trust::pem_file(authorities)?;
    let identity = Identity::from_pem_files(certificate, key)?;
    let client = ClientConfig::builder();
    let client = client.trust(trust.clone()).identity(identity.clone());
    let server = ServerConfig::builder();
    let server = server
        .identity(identity)
        .client_auth(ClientAuth::Required(trust));
    match job {
        "send" => stream::send(&client.build()?, address),
        "collect" => stream::collect(&server.build()?, address),
        "send-datagrams" => datagrams::send(&client.build()?, address),
        "collect-datagrams" => datagrams::collect(&server.build()?, address),
        _ => usage(),
    }
}

fn usage() -> Result<()> {
    bail!(
        "usage: syslog JOB ADDRESS:PORT AUTHORITIES.pem CERTIFICATE.pem KEY.pem\n\
         JOB is send, collect, send-datagrams or collect-datagrams"
    )
}

/// Returns the host of the form `HOST:PORT`.
fn host(address: &str) -> Result<&str> {
    let (host, _) = address
        .rsplit_once(':')
        .context("the address must have the form HOST:PORT")?;
    Ok(host.trim_matches(['[', ']']))
}

/// Returns the name in the certificate of a client.
fn name(session: &SessionRef) -> Result<String> {
    let certificate = session.peer_x509_certificate()?;
    let certificate = certificate.context("the client has no certificate")?;
    Ok(certificate.subject()?.to_string())
}
