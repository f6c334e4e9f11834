//! OpenSSL's programs: `openssl s_client` and `openssl s_server`.

use std::net::SocketAddr;
use std::thread;

use anyhow::{Result, ensure};

use crate::case::{Aspect, Case, LINE, OTHER_ALPN, PSK, Role, Version};
use crate::lab::{Lab, NAME};
use crate::peer::{self, ASPECTS_WITH_PSK, Outcome, Peer};
use crate::process::{self, Running};

pub(crate) struct SClient;
pub(crate) struct SServer;

fn version() -> Result<String> {
    process::first_line("openssl", &["version"])
}

/// The cipher suites are those of TLS 1.2; TLS 1.3 has others, which any kind of key can use.
const PSK_OPTIONS: [&str; 6] = ["-psk_identity", PSK.0, "-psk", PSK.1, "-cipher", "PSK"];

/// The aspects that only TLS up to 1.2 has. With SRP both programs of 3.0.19 crash with any peer.
const OLDER_ASPECTS: [Aspect; 1] = [Aspect::Anonymous];

/// They are not enabled by default at any security level.
const ANONYMOUS_SUITES: [&str; 2] = ["-cipher", "AECDH:@SECLEVEL=0"];

/// Each side offers them for both sides.
const RAW_PUBLIC_KEYS: [&str; 2] = ["-enable_server_rpk", "-enable_client_rpk"];

/// Returns the feature of the case that OpenSSL lacks, if any.
fn missing(case: Case) -> Result<Option<Outcome>> {
    if case.aspect != Aspect::RawPublicKeys {
        return Ok(None);
    }
    let help = process::program("openssl")
        .args(["s_client", "-help"])
        .output()?;
    let supported = String::from_utf8_lossy(&help.stderr).contains(RAW_PUBLIC_KEYS[0]);
    let version = version()?;
    let number = version.split_whitespace().nth(1).unwrap_or_default();
    let reason = format!("OpenSSL {number} has no raw public keys, which 3.2 introduced");
    Ok((!supported).then_some(Outcome::Skipped(reason)))
}

fn version_option(case: Case) -> &'static str {
    match case.version {
        Version::Tls12 => "-tls1_2",
        Version::Tls13 => "-tls1_3",
        Version::Dtls12 => "-dtls1_2",
    }
}

impl Peer for SClient {
    fn name(&self) -> &'static str {
        "openssl s_client"
    }

    fn version(&self) -> Result<String> {
        version()
    }

    fn cases(&self) -> Vec<Case> {
        [
            Case::all(Role::Client, &ASPECTS_WITH_PSK),
            Case::all(Role::Client, &[Aspect::RawPublicKeys]),
            Case::older(Role::Client, &OLDER_ASPECTS),
            Case::datagram(Role::Client, &ASPECTS_WITH_PSK),
            Case::datagram(Role::Client, &[Aspect::RawPublicKeys]),
            Case::datagram(Role::Client, &OLDER_ASPECTS),
        ]
        .concat()
    }

    fn run(&self, lab: &Lab, case: Case) -> Result<Outcome> {
        if let Some(skipped) = missing(case)? {
            return Ok(skipped);
        }
        let folder = lab.folder()?;
        let session = folder.path().join("session.pem");
        peer::as_client(lab, case, |address| {
            for number in 1..=case.connections() {
                let mut command = process::program("openssl");
                command
                    .arg("s_client")
                    .arg("-connect")
                    .arg(address.to_string());
                command
                    .args(["-servername", NAME, "-CAfile"])
                    .arg(lab.fixture(case.authority()))
                    .arg(version_option(case));
                match case.aspect {
                    // It has no option for the expected key.
                    Aspect::RawPublicKeys => command.args(RAW_PUBLIC_KEYS),
                    _ => command.args(["-verify_hostname", NAME, "-verify_return_error"]),
                };
                if case.aspect == Aspect::PreSharedKey {
                    command.args(PSK_OPTIONS);
                }
                if case.aspect == Aspect::Anonymous {
                    command.args(ANONYMOUS_SUITES);
                }
                if let Some(name) = case.alpn() {
                    command.arg("-alpn").arg(format!("{OTHER_ALPN},{name}"));
                }
                if case.has_client_certificate() || case.aspect == Aspect::RawPublicKeys {
                    command.arg("-cert").arg(lab.fixture("client.pem"));
                    command.arg("-key").arg(lab.fixture("client-key.pem"));
                }
                if case.aspect == Aspect::Resumed {
                    command
                        .arg(if number == 1 { "-sess_out" } else { "-sess_in" })
                        .arg(&session);
                }
                let mut client = process::start(&mut command)?;
                client.write(LINE)?;
                client.wait_for("the line", |said| said.contains(LINE).then_some(()))?;
                let said = client.finish()?;
                let verified = "Verify return code: 0 (ok)";
                ensure!(
                    !case.has_server_certificate() || said.contains(verified),
                    "the output does not contain \"{verified}\""
                );
                // It reports every session with a pre-shared key as a resumption.
                let reused = number > 1
                    || case.aspect == Aspect::PreSharedKey && case.version == Version::Tls13;
                let word = if !reused { "New, TLSv" } else { "Reused, TLSv" };
                ensure!(
                    said.contains(word),
                    "the output does not contain \"{word}\" on connection {number}"
                );
            }
            Ok(())
        })
    }
}

impl Peer for SServer {
    fn name(&self) -> &'static str {
        "openssl s_server"
    }

    fn version(&self) -> Result<String> {
        version()
    }

    fn cases(&self) -> Vec<Case> {
        [
            Case::all(Role::Server, &ASPECTS_WITH_PSK),
            Case::all(Role::Server, &[Aspect::RawPublicKeys]),
            Case::older(Role::Server, &OLDER_ASPECTS),
            Case::datagram(Role::Server, &ASPECTS_WITH_PSK),
            Case::datagram(Role::Server, &[Aspect::RawPublicKeys]),
            Case::datagram(Role::Server, &OLDER_ASPECTS),
        ]
        .concat()
    }

    fn run(&self, lab: &Lab, case: Case) -> Result<Outcome> {
        if let Some(skipped) = missing(case)? {
            return Ok(skipped);
        }
        let mut command = process::program("openssl");
        command
            .args(["s_server", "-accept", "127.0.0.1:0"])
            .arg(version_option(case));
        // With DTLS, the option has no effect but errors.
        if !case.is_datagram() {
            command.arg("-rev");
        }
        if case.has_server_certificate() {
            command.arg("-cert").arg(lab.fixture("server.pem"));
            command.arg("-key").arg(lab.fixture("server-key.pem"));
        } else if case.aspect == Aspect::RawPublicKeys {
            command.arg("-cert").arg(lab.fixture("server.pem"));
            command.arg("-key").arg(lab.fixture("server-key.pem"));
            // It has no option for the expected key, so that it only requires one.
            command.args(RAW_PUBLIC_KEYS).args(["-Verify", "2"]);
        } else if case.aspect == Aspect::Anonymous {
            command.arg("-nocert").args(ANONYMOUS_SUITES);
        } else {
            command.arg("-nocert").args(PSK_OPTIONS);
        }
        if let Some(name) = case.alpn() {
            command.arg("-alpn").arg(name);
        }
        if case.has_client_certificate() {
            command
                .args(["-Verify", "2", "-verify_return_error", "-CAfile"])
                .arg(lab.fixture("ca.pem"));
        }
        let mut server = process::start(&mut command)?;
        let address: SocketAddr = server.wait_for("its address", |said| {
            let line = said.lines().find(|line| line.starts_with("ACCEPT "))?;
            line.strip_prefix("ACCEPT ")?.trim().parse().ok()
        })?;
        let reversed = |line: &str| line.trim_end().chars().rev().chain(['\n']).collect();
        if !case.is_datagram() {
            return peer::as_server(lab, case, address, reversed);
        }
        thread::scope(|scope| {
            if !case.fails() {
                scope.spawn(|| answer(&mut server, case.connections(), &reversed(LINE)));
            }
            peer::as_server(lab, case, address, reversed)
        })
    }
}

/// Sends the answer to each line that the server prints.
fn answer(server: &mut Running, connections: usize, answer: &str) -> Result<()> {
    for number in 1..=connections {
        server.wait_for("the line", |said| {
            (said.matches(LINE).count() >= number).then_some(())
        })?;
        server.write(answer)?;
    }
    Ok(())
}
