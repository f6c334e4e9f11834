//! Verifies a chain in a PEM file with authorities in another, as `certtool --verify` does, and optionally for a host name.
//!
//! ```sh
//! cargo run -p gnutls --example certificate_verify -- ca.pem chain.pem server.example
//! ```

use std::error::Error;
use std::io::Write;
use std::{env, io};

use gnutls::verify::VerificationProfile;
use gnutls::x509::{Certificate, TrustList, VerifyOptions, oid};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let (authorities, chain, hostname) = match arguments.as_slice() {
        [authorities, chain] => (authorities, chain, None),
        [authorities, chain, hostname] => (authorities, chain, Some(hostname.as_str())),
        _ => return Err("usage: certificate_verify AUTHORITIES CHAIN [HOSTNAME]".into()),
    };
    if verify(authorities, chain, hostname, &mut io::stdout())? {
        Ok(())
    } else {
        Err("the chain is not trusted".into())
    }
}

/// Writes the path and the status of a chain. Returns `true` if it is trusted.
pub fn verify(
    authorities: &str,
    chain: &str,
    hostname: Option<&str>,
    output: &mut dyn Write,
) -> Result<bool, Box<dyn Error>> {
    let mut trust = TrustList::new()?;
    trust.add_pem_file(authorities)?;
    let chain = Certificate::list_from_pem_file(chain)?;
    let mut options = VerifyOptions::new().profile(VerificationProfile::LOW);
    if let Some(hostname) = hostname {
        options = options.hostname(hostname).purpose(oid::PURPOSE_SERVER);
    }
    let result = trust.verify(&chain, &options)?;
    for certificate in result.path() {
        writeln!(output, "\tSubject: {}", certificate.subject()?)?;
        writeln!(output, "\tIssuer: {}", certificate.issuer()?)?;
    }
    let status = result.status();
    let verdict = if status.is_trusted() {
        "Verified"
    } else {
        "Not verified"
    };
    writeln!(
        output,
        "Chain verification output: {verdict}. {}",
        status.description()
    )?;
    Ok(status.is_trusted())
}
