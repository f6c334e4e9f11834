//! Prints a certificate request for a server, as `certtool --generate-request` does.
//!
//! ```sh
//! cargo run -p gnutls --example certificate_request -- server-key.pem server.example
//! ```

use std::error::Error;
use std::io::Write;
use std::{env, io};

use gnutls::key::PrivateKey;
use gnutls::x509::{
    BasicConstraints, CertificateRequestBuilder, Extensions, GeneralName, KeyUsage, Name, oid,
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [key, name] = arguments.as_slice() else {
        return Err("usage: certificate_request KEY HOSTNAME".into());
    };
    request(key, name, &mut io::stdout())
}

/// Writes the PEM text of a request.
pub fn request(key: &str, name: &str, output: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let key = PrivateKey::from_pem_file(key, None)?;
    let subject = Name::default().with_attribute(oid::COMMON_NAME, name)?;
    let extensions = Extensions::new()
        .subject_alt_names(&[GeneralName::Dns(name.into())])
        .basic_constraints(BasicConstraints::END_ENTITY)
        .key_usage(KeyUsage::DIGITAL_SIGNATURE);
    let request = CertificateRequestBuilder::new(&subject)
        .extensions(extensions)
        .signed_by(&key)?;
    Ok(output.write_all(request.to_pem()?.as_bytes())?)
}
