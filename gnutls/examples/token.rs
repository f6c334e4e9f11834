//! Generates a key that stays on a PKCS #11 token, with its certificate, and serves with it.
//!
//! ```text
//! cargo run --example token -- create pkcs11:token=NAME HOSTNAME > CERTIFICATE.pem
//! cargo run --example token -- serve pkcs11:token=NAME HOSTNAME ADDRESS:PORT
//! cargo run --example client -- HOSTNAME:PORT CERTIFICATE.pem
//! ```

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::net::TcpListener;
use std::time::{Duration, SystemTime};

use gnutls::crypto::{PublicKeyAlgorithm, random};
use gnutls::key::{PrivateKey, PublicKey};
use gnutls::pkcs11::{ObjectOptions, Pin, PinSource, Token};
use gnutls::x509::{Certificate, CertificateBuilder, Extensions, GeneralName, Name, oid};
use gnutls::{Identity, ServerConfig};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["create", token, hostname] => {
            print!("{}", create(token, hostname, prompt())?.to_pem()?);
            Ok(())
        }
        ["serve", token, hostname, address] => {
            let config = config(token, hostname, prompt())?;
            for tcp in TcpListener::bind(address)?.incoming() {
                // A client that fails does not end the server.
                let greeted = config.accept(tcp?).map_err(io::Error::from);
                let greeted = greeted.and_then(|mut stream| {
                    stream.write_all(b"signed by a token\n")?;
                    Ok(stream.close_both()?)
                });
                greeted.unwrap_or_else(|error| eprintln!("{error}"));
            }
            Ok(())
        }
        _ => Err(
            "usage: token create TOKEN HOSTNAME | token serve TOKEN HOSTNAME ADDRESS:PORT".into(),
        ),
    }
}

/// Returns a source that reads the PIN from the standard input whenever the token requires it. A wrong PIN is not
/// repeated: the token counts the attempts.
fn prompt() -> PinSource {
    PinSource::ask(|request| {
        if request.is_wrong() {
            return None;
        }
        eprintln!("PIN of {}:", request.token_label());
        let mut line = String::new();
        io::stdin().read_line(&mut line).ok()?;
        Pin::new(line.trim_end()).ok()
    })
}

/// Generates a key on the token, and stores its certificate beside it.
pub fn create(token: &str, hostname: &str, pin: PinSource) -> Result<Certificate, Box<dyn Error>> {
    let url = key_url(token, hostname);
    let token = Token::from_url(token)?.with_pin(pin.clone());
    let mut id = [0; 8];
    random(&mut id)?;
    // The same identifier connects the key with the certificate.
    let options = ObjectOptions::new().label(hostname).id(id);
    let public = token.generate_key(PublicKeyAlgorithm::RSA, 2048, &options)?;
    let key = PrivateKey::from_pkcs11(&url, pin)?;
    let now = SystemTime::now();
    let names = [GeneralName::Dns(hostname.into())];
    let subject = Name::default().with_attribute(oid::COMMON_NAME, hostname)?;
    let certificate = CertificateBuilder::new(&subject)
        .public_key(PublicKey::from_der(&public)?)
        .validity(now - DAY, now + 365 * DAY)
        .extensions(Extensions::new().subject_alt_names(&names))
        .self_signed(&key)?;
    token.copy_certificate(&certificate, &options)?;
    Ok(certificate)
}

/// Returns the configuration of a server whose handshakes the token signs.
pub fn config(token: &str, hostname: &str, pin: PinSource) -> gnutls::Result<ServerConfig> {
    let certificate = format!("{token};object={hostname};type=cert");
    let identity = Identity::from_pkcs11(&certificate, &key_url(token, hostname), pin)?;
    ServerConfig::builder().identity(identity).build()
}

fn key_url(token: &str, hostname: &str) -> String {
    format!("{token};object={hostname};type=private")
}
