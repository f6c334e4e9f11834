//! The output of certtool, which contains the same values.

use std::process::Command;

use gnutls::crypto::Digest;
use gnutls::x509::{Certificate, PrintFormat};
use gnutls_testing::fixtures::fixture_path;
use gnutls_testing::process::system_program;
use gnutls_testing::requirement::{CERTTOOL, running};
use gnutls_testing::skip_unless;

fn output(command: &mut Command) -> String {
    let output = command.env("LC_ALL", "C").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn certtool_prints_the_same_values() {
    skip_unless!(CERTTOOL);
    let (major, minor, patch) = running();
    let version = output(system_program("certtool").arg("--version"));
    let same_release = version
        .lines()
        .next()
        .unwrap()
        .ends_with(&format!(" {major}.{minor}.{patch}"));
    for name in [
        "ca",
        "server",
        "client",
        "server-ed25519",
        "expired",
        "must-staple",
        "fields",
    ] {
        let path = fixture_path(&format!("{name}.pem"));
        let text = output(
            system_program("certtool")
                .arg("-i")
                .arg("--infile")
                .arg(&path),
        );
        let certificate = Certificate::from_pem_file(path).unwrap();
        let pin = certificate.pin().unwrap();
        let lines = [
            format!("Subject: {}", certificate.subject().unwrap()),
            format!("Issuer: {}", certificate.issuer().unwrap()),
            format!(
                "Serial Number (hex): {}",
                hex(&certificate.serial().unwrap())
            ),
            format!(
                "sha1:{}",
                hex(&certificate.fingerprint(Digest::SHA1).unwrap())
            ),
            format!(
                "sha256:{}",
                hex(&certificate.fingerprint(Digest::SHA256).unwrap())
            ),
            format!("sha1:{}", hex(&certificate.key_id(Digest::SHA1).unwrap())),
            format!(
                "sha256:{}",
                hex(&certificate.key_id(Digest::SHA256).unwrap())
            ),
            format!("pin-sha256:{}", pin.strip_prefix("sha256//").unwrap()),
        ];
        for line in lines {
            assert!(
                text.lines().any(|printed| printed.trim() == line),
                "{line}\n{text}"
            );
        }
        if same_release {
            let printed = certificate.print(PrintFormat::FULL).unwrap();
            assert!(text.contains(printed.trim()), "{printed}\n{text}");
        }
        assert!(
            text.contains(certificate.to_pem().unwrap().trim()),
            "{text}"
        );
    }
}
