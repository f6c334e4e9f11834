//! Prints the published vulnerabilities of the running GnuTLS, and ends with exit code 1 if the library was examined and
//! has one.
//!
//! ```text
//! cargo run --example vulnerabilities
//! ```

use std::process::ExitCode;

use gnutls::library::{VulnerabilityStatus, vulnerabilities};

fn main() -> ExitCode {
    println!("GnuTLS {}", gnutls::version().running);
    let mut exit_code = ExitCode::SUCCESS;
    for vulnerability in vulnerabilities() {
        let status = match vulnerability.status() {
            VulnerabilityStatus::Absent => continue,
            VulnerabilityStatus::Present => {
                exit_code = ExitCode::FAILURE;
                "present"
            }
            _ => "possible, unless corrected by the distribution",
        };
        println!(
            "{vulnerability}: {status}\n  effect: {}\n  protection: {}",
            vulnerability.effect(),
            vulnerability.protection()
        );
    }
    exit_code
}
