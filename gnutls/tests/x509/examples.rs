//! The example programs, whose results are those of certtool.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};
use std::{fs, str};

use gnutls::key::PrivateKey;
use gnutls::x509::Certificate;
use gnutls_testing::directory::TemporaryDirectory;
use gnutls_testing::fixtures::fixture_path;
use gnutls_testing::process::system_program;
use gnutls_testing::requirement::{CERTTOOL, KEY_USAGE_IN_DER, running};
use gnutls_testing::skip_unless;

#[path = "../../examples/certificate_create.rs"]
#[allow(dead_code, reason = "the function `main` is not called")]
mod certificate_create;
#[path = "../../examples/certificate_request.rs"]
#[allow(dead_code, reason = "the function `main` is not called")]
mod certificate_request;
#[path = "../../examples/certificate_show.rs"]
#[allow(dead_code, reason = "the function `main` is not called")]
mod certificate_show;
#[path = "../../examples/certificate_verify.rs"]
#[allow(dead_code, reason = "the function `main` is not called")]
mod certificate_verify;
#[path = "../../examples/pkcs12.rs"]
#[allow(dead_code, reason = "the function `main` is not called")]
mod pkcs12;

/// Runs certtool, and returns its output. A chain that is not trusted is a failure of certtool.
fn certtool(arguments: &[&str]) -> String {
    let output = certtool_command(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

fn certtool_command(arguments: &[&str]) -> Command {
    let mut command = system_program("certtool");
    command
        .env("LC_ALL", "C")
        .args(arguments)
        .stdin(Stdio::null());
    command
}

/// Returns `true` if certtool is of the release of the library, so that it writes the same text.
fn is_same_release() -> bool {
    let (major, minor, patch) = running();
    let version = certtool(&["--version"]);
    let first = version.lines().next().unwrap_or_default();
    first.ends_with(&format!(" {major}.{minor}.{patch}"))
}

fn path(name: &str) -> String {
    fixture_path(name).to_str().unwrap().to_owned()
}

fn written(
    write: impl FnOnce(&mut dyn std::io::Write) -> Result<(), Box<dyn std::error::Error>>,
) -> String {
    let mut output = Vec::new();
    write(&mut output).unwrap();
    String::from_utf8(output).unwrap()
}

/// The validity in the templates: 2024-01-01 until 2037-12-31.
fn validity() -> (SystemTime, SystemTime) {
    let time = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    (time(1_704_067_200), time(2_145_830_400))
}

const VALIDITY: &str = "activation_date = \"2024-01-01 00:00:00 UTC\"\n\
                        expiration_date = \"2037-12-31 00:00:00 UTC\"\n";

fn template(directory: &Path, name: &str, lines: &str) -> String {
    let file = directory.join(name);
    fs::write(&file, format!("{VALIDITY}{lines}")).unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn shown_certificates_are_those_of_certtool() {
    skip_unless!(CERTTOOL);
    for name in ["server.pem", "fields.pem", "server-ed25519.pem"] {
        let shown = written(|output| certificate_show::show(&path(name), output));
        let expected = certtool(&["--certificate-info", "--infile", &path(name)]);
        if is_same_release() {
            assert_eq!(shown, expected, "{name}");
        } else {
            let pem = Certificate::from_pem_file(path(name))
                .unwrap()
                .to_pem()
                .unwrap();
            assert!(
                shown.ends_with(&pem) && expected.contains(pem.trim()),
                "{name}"
            );
        }
    }
}

#[test]
fn verified_chains_are_those_of_certtool() {
    skip_unless!(CERTTOOL);
    for (authority, chain) in [
        ("ca.pem", "server.pem"),
        ("ca.pem", "chain.pem"),
        ("other-ca.pem", "server.pem"),
        ("ca.pem", "expired.pem"),
    ] {
        let (authority, chain) = (path(authority), path(chain));
        let mut output = Vec::new();
        let trusted = certificate_verify::verify(&authority, &chain, None, &mut output).unwrap();
        let expected = certtool(&[
            "--verify",
            "--verify-profile",
            "low",
            "--load-ca-certificate",
            &authority,
            "--infile",
            &chain,
        ]);
        assert_eq!(
            trusted,
            expected.contains("Chain verification output: Verified."),
            "{expected}"
        );
        let own = str::from_utf8(&output).unwrap();
        let last = |text: &str| {
            let line = text
                .lines()
                .rfind(|line| line.starts_with("Chain verification output:"));
            line.unwrap_or_else(|| panic!("{text}"))
                .trim_end()
                .to_owned()
        };
        if is_same_release() {
            assert_eq!(last(own), last(&expected), "{chain}");
        }
    }
    let verify = |name| {
        let mut output = Vec::new();
        certificate_verify::verify(
            &path("ca.pem"),
            &path("server.pem"),
            Some(name),
            &mut output,
        )
        .unwrap()
    };
    assert!(verify("localhost") && !verify("other.example"));
}

#[test]
fn created_certificates_are_those_of_certtool() {
    skip_unless!(CERTTOOL, KEY_USAGE_IN_DER);
    let directory = TemporaryDirectory::new();
    let file = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let (from, until) = validity();
    let key = |name: &str| PrivateKey::from_pem_file(path(name), None).unwrap();
    let (ca_key, server_key) = (key("server-key.pem"), key("client-key.pem"));
    let ca = certificate_create::authority("Example CA", from, until).unwrap();
    let ca = ca.serial(&[1]).self_signed(&ca_key).unwrap();
    let server = certificate_create::server("server.example", &server_key, from, until).unwrap();
    let server = server.serial(&[2]).signed_by(&ca, &ca_key).unwrap();

    let lines =
        "cn = \"Example CA\"\nserial = 1\nca\npath_len = 0\ncert_signing_key\ncrl_signing_key\n";
    let ca_template = template(directory.path(), "ca.cfg", lines);
    certtool(&[
        "--generate-self-signed",
        "--load-privkey",
        &path("server-key.pem"),
        "--template",
        &ca_template,
        "--outfile",
        &file("ca.pem"),
    ]);
    let expected = Certificate::from_pem_file(file("ca.pem")).unwrap();
    assert_eq!(ca.to_pem().unwrap(), expected.to_pem().unwrap());

    let lines = "cn = \"server.example\"\nserial = 2\ndns_name = \"server.example\"\ntls_www_server\nsigning_key\n";
    let server_template = template(directory.path(), "server.cfg", lines);
    certtool(&[
        "--generate-certificate",
        "--load-privkey",
        &path("client-key.pem"),
        "--load-ca-certificate",
        &file("ca.pem"),
        "--load-ca-privkey",
        &path("server-key.pem"),
        "--template",
        &server_template,
        "--outfile",
        &file("server.pem"),
    ]);
    let expected = Certificate::from_pem_file(file("server.pem")).unwrap();
    assert_eq!(server.to_pem().unwrap(), expected.to_pem().unwrap());
}

#[test]
fn created_files_are_accepted_by_certtool() {
    skip_unless!(CERTTOOL);
    let directory = TemporaryDirectory::new();
    let file = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    certificate_create::create(directory.path(), "server.example").unwrap();
    let verified = certtool(&[
        "--verify",
        "--verify-profile",
        "low",
        "--verify-hostname",
        "server.example",
        "--load-ca-certificate",
        &file("ca.pem"),
        "--infile",
        &file("server.pem"),
    ]);
    assert!(
        verified.contains("Chain verification output: Verified."),
        "{verified}"
    );
    // No file is overwritten.
    let error = certificate_create::create(directory.path(), "server.example").unwrap_err();
    assert!(error.to_string().contains("ca.pem"), "{error}");
}

#[test]
fn created_requests_are_those_of_certtool() {
    skip_unless!(CERTTOOL, KEY_USAGE_IN_DER);
    let directory = TemporaryDirectory::new();
    let key = path("client-key.pem");
    let lines = "cn = \"server.example\"\ndns_name = \"server.example\"\nsigning_key\n";
    let template = template(directory.path(), "request.cfg", lines);
    let expected = certtool(&[
        "--generate-request",
        "--load-privkey",
        &key,
        "--template",
        &template,
    ]);
    let request = written(|output| certificate_request::request(&key, "server.example", output));
    let pem = |text: &str| {
        text[text.find("-----BEGIN").unwrap()..]
            .trim_end()
            .to_owned()
    };
    assert_eq!(pem(&request), pem(&expected));
}

#[test]
fn containers_are_those_of_certtool() {
    skip_unless!(CERTTOOL);
    let directory = TemporaryDirectory::new();
    let file = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let shown = |file: &str, password: &str| {
        let text = written(|output| pkcs12::show(file, password, output));
        assert_eq!(text.matches("Type: PKCS #8 Encrypted key").count(), 1);
        text
    };
    // The lines about the elements, except their order.
    let lines = |text: &str| {
        let lines = text.lines().map(str::trim);
        let names = ["Type: Certificate", "Friendly name:", "Key ID:"];
        let mut lines: Vec<_> = lines
            .filter(|line| names.iter().any(|name| line.starts_with(name)))
            .map(str::to_owned)
            .collect();
        lines.sort();
        lines
    };
    let created = file("server.p12");
    let (certificate, key) = (path("server.pem"), path("server-key.pem"));
    pkcs12::create(&certificate, &key, "server", "secret", &created).unwrap();
    for container in [created, path("server.p12")] {
        let expected = certtool(&[
            "--p12-info",
            "--inder",
            "--infile",
            &container,
            "--password",
            "secret",
        ]);
        let own = shown(&container, "secret");
        assert_eq!(lines(&own), lines(&expected), "{container}");
        let pem = Certificate::from_pem_file(&certificate)
            .unwrap()
            .to_pem()
            .unwrap();
        assert!(
            own.contains(&pem) && expected.contains(pem.trim()),
            "{expected}"
        );
    }
    assert!(pkcs12::show(&path("server.p12"), "wrong", &mut Vec::new()).is_err());
}
