//! Creates an authority and the certificate of a server, as `certtool --generate-self-signed` and
//! `certtool --generate-certificate` do. The files `ca.pem`, `ca-key.pem`, `server.pem` and `server-key.pem` must not exist.
//!
//! ```sh
//! cargo run -p gnutls --example certificate_create -- directory server.example
//! ```

use std::env;
use std::error::Error;
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

use gnutls::crypto::{PublicKeyAlgorithm, SecurityLevel};
use gnutls::key::PrivateKey;
use gnutls::x509::{
    BasicConstraints, CertificateBuilder, Extensions, GeneralName, KeyUsage, Name, oid,
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [directory, name] = arguments.as_slice() else {
        return Err("usage: certificate_create DIRECTORY HOSTNAME".into());
    };
    create(Path::new(directory), name)
}

/// Creates both certificates and their keys.
pub fn create(directory: &Path, name: &str) -> Result<(), Box<dyn Error>> {
    let generate = || PrivateKey::generate(PublicKeyAlgorithm::ED25519, SecurityLevel::HIGH);
    let (ca_key, server_key) = (generate()?, generate()?);
    // The clocks of others may be behind.
    let from = SystemTime::now() - DAY;
    let until = from + 365 * DAY;
    let ca = authority("Example CA", from, until)?.self_signed(&ca_key)?;
    let server = server(name, &server_key, from, until)?.signed_by(&ca, &ca_key)?;
    for (file, certificate, key) in [("ca", ca, ca_key), ("server", server, server_key)] {
        write(
            &directory.join(format!("{file}.pem")),
            &certificate.to_pem()?,
            0o644,
        )?;
        write(
            &directory.join(format!("{file}-key.pem")),
            &key.to_pem(None)?,
            0o600,
        )?;
    }
    Ok(())
}

/// Writes a file that does not exist.
fn write(path: &Path, text: &str, mode: u32) -> Result<(), Box<dyn Error>> {
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(mode)
        .open(path);
    let mut file = file.map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(file.write_all(text.as_bytes())?)
}

/// Returns the certificate of an authority without intermediates, to be signed.
pub fn authority(
    name: &str,
    from: SystemTime,
    until: SystemTime,
) -> gnutls::Result<CertificateBuilder> {
    let name = Name::default().with_attribute(oid::COMMON_NAME, name)?;
    let extensions = Extensions::new()
        .basic_constraints(BasicConstraints::authority(Some(0)))
        .key_usage(KeyUsage::KEY_CERT_SIGN | KeyUsage::CRL_SIGN);
    Ok(CertificateBuilder::new(&name)
        .validity(from, until)
        .extensions(extensions)
        .key_ids())
}

/// Returns the certificate of a server, to be signed.
pub fn server(
    name: &str,
    key: &PrivateKey,
    from: SystemTime,
    until: SystemTime,
) -> gnutls::Result<CertificateBuilder> {
    let subject = Name::default().with_attribute(oid::COMMON_NAME, name)?;
    let extensions = Extensions::new()
        .basic_constraints(BasicConstraints::END_ENTITY)
        .subject_alt_names(&[GeneralName::Dns(name.into())])
        .key_purposes(&[oid::PURPOSE_SERVER])
        .key_usage(KeyUsage::DIGITAL_SIGNATURE);
    Ok(CertificateBuilder::new(&subject)
        .validity(from, until)
        .extensions(extensions)
        .key_ids()
        .public_key(key.public_key()?))
}
