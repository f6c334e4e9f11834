//! Creates a PKCS #12 file from the PEM files of a certificate and its key, as `certtool --to-p12` does, or prints its
//! contents, as `certtool --p12-info` does. The password is read from the standard input.
//!
//! ```sh
//! cargo run -p gnutls --example pkcs12 -- create server.pem server-key.pem server server.p12
//! cargo run -p gnutls --example pkcs12 -- show server.p12
//! ```

use std::error::Error;
use std::io::{BufRead, Write};
use std::{env, fs, io};

use gnutls::crypto::Digest;
use gnutls::key::PrivateKey;
use gnutls::pkcs12::{Attributes, Content, Pkcs12, Pkcs12Builder};
use gnutls::x509::Certificate;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let mut password = String::new();
    io::stdin().lock().read_line(&mut password)?;
    let password = password.trim_end_matches(['\r', '\n']);
    match arguments.as_slice() {
        ["create", certificate, key, name, path] => create(certificate, key, name, password, path),
        ["show", path] => show(path, password, &mut io::stdout()),
        _ => Err("usage: pkcs12 create CERTIFICATE KEY NAME FILE, or pkcs12 show FILE".into()),
    }
}

/// Creates a file with a key and the certificates of its chain.
pub fn create(
    certificates: &str,
    key: &str,
    name: &str,
    password: &str,
    path: &str,
) -> Result<(), Box<dyn Error>> {
    let key = PrivateKey::from_pem_file(key, None)?;
    let id = key.public_key()?.key_id(Digest::SHA1)?;
    let attributes = Attributes::new().friendly_name(name).key_id(id);
    let mut builder = Pkcs12Builder::new().private_key(&key, attributes.clone());
    let chain = Certificate::list_from_pem_file(certificates)?;
    for (index, certificate) in chain.iter().enumerate() {
        let attributes = if index == 0 {
            attributes.clone()
        } else {
            Attributes::new()
        };
        builder = builder.certificate(certificate, attributes);
    }
    Ok(fs::write(path, builder.build(password)?.to_der()?)?)
}

/// Writes the contents of a file, without its keys.
pub fn show(path: &str, password: &str, output: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let container = Pkcs12::from_der_file(path)?;
    if let Some(mac) = container.mac()? {
        writeln!(output, "MAC info:\n\tMAC: {}", mac.mac)?;
        writeln!(output, "\tIteration count: {}\n", mac.iterations)?;
    }
    for element in container.open(password)? {
        let text = match &element.content {
            Content::PrivateKey(_) => "Type: PKCS #8 Encrypted key".to_owned(),
            Content::Certificate(certificate) => {
                format!("Type: Certificate\n{}", certificate.to_pem()?)
            }
            other => format!("Type: {other:?}"),
        };
        let (kind, pem) = text.split_once('\n').unwrap_or((&text, ""));
        writeln!(output, "\t{kind}")?;
        if let Some(name) = &element.attributes.friendly_name {
            writeln!(output, "\tFriendly name: {name}")?;
        }
        if let Some(id) = &element.attributes.key_id {
            let id: Vec<_> = id.iter().map(|byte| format!("{byte:02X}")).collect();
            writeln!(output, "\tKey ID: {}", id.join(":"))?;
        }
        write!(output, "{pem}")?;
    }
    Ok(())
}
