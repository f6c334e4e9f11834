//! Prints the certificates in a PEM file, as `certtool --certificate-info` does.
//!
//! ```sh
//! cargo run -p gnutls --example certificate_show -- chain.pem
//! ```

use std::error::Error;
use std::io::Write;
use std::{env, io};

use gnutls::x509::{Certificate, PrintFormat};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let [path] = arguments.as_slice() else {
        return Err("usage: certificate_show FILE".into());
    };
    show(path, &mut io::stdout())
}

/// Writes the description and the PEM text of each certificate.
pub fn show(path: &str, output: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    for certificate in Certificate::list_from_pem_file(path)? {
        write!(
            output,
            "{}\n{}",
            certificate.print(PrintFormat::FULL)?,
            certificate.to_pem()?
        )?;
    }
    Ok(())
}
