//! gnutls-cli and gnutls-serv, the programs of GnuTLS: C callers of the library under test.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use gnutls::srp;
use tempfile::TempDir;

use crate::case::{Aspect, Case, LINE, OTHER_ALPN, PSK, Role, SRP, Version};
use crate::lab::{Lab, NAME};
use crate::peer::{self, ASPECTS_WITH_PSK, OLDER_ASPECTS, Outcome, Peer};
use crate::process::{self, Running};

pub(crate) struct Client;
pub(crate) struct Serv;

impl Peer for Client {
    fn name(&self) -> &'static str {
        "gnutls-cli"
    }

    fn version(&self) -> Result<String> {
        process::first_line("gnutls-cli", &["--version"])
    }

    fn cases(&self) -> Vec<Case> {
        [
            Case::all(Role::Client, &ASPECTS_WITH_PSK),
            Case::all(Role::Client, &[Aspect::RawPublicKeys]),
            Case::older(Role::Client, &OLDER_ASPECTS),
            Case::datagram(Role::Client, &ASPECTS_WITH_PSK),
            Case::datagram(Role::Client, &[Aspect::RawPublicKeys, Aspect::Anonymous]),
        ]
        .concat()
    }

    fn run(&self, lab: &Lab, case: Case) -> Result<Outcome> {
        peer::as_client(lab, case, |address| {
            let mut command = process::program("gnutls-cli");
            if case.is_datagram() {
                command.arg("--udp");
            }
            command.arg("--port").arg(address.port().to_string());
            command
                .arg("--x509cafile")
                .arg(lab.fixture(case.authority()));
            command.args(["--verify-hostname", NAME, "--sni-hostname", NAME]);
            // gnutls-cli 3.7.9 crashes when it describes a TLS 1.2 session whose key exchange is ECDHE-PSK or DHE-PSK.
            let key_exchange = match (case.aspect, case.version) {
                (Aspect::PreSharedKey, Version::Tls12 | Version::Dtls12) => ":+PSK",
                (Aspect::PreSharedKey, Version::Tls13) => ":+ECDHE-PSK:+DHE-PSK",
                _ => key_exchange(case),
            };
            command
                .arg("--priority")
                .arg(case.priority_string() + key_exchange);
            match case.aspect {
                Aspect::Resumed => {
                    command.args(["--resume", "--waitresumption"]);
                }
                Aspect::ClientCertificate => {
                    command.arg("--x509certfile").arg(lab.fixture("client.pem"));
                    command
                        .arg("--x509keyfile")
                        .arg(lab.fixture("client-key.pem"));
                }
                Aspect::Alpn | Aspect::Http2 | Aspect::Hyper => {
                    for name in [Some(OTHER_ALPN), case.alpn()].into_iter().flatten() {
                        command.arg("--alpn").arg(name);
                    }
                }
                Aspect::PreSharedKey => {
                    command.args(["--pskusername", PSK.0, "--pskkey", PSK.1]);
                }
                Aspect::Password | Aspect::WrongPassword => {
                    command.args(["--srpusername", SRP.0, "--srppasswd", case.password()]);
                }
                Aspect::RawPublicKeys => {
                    raw_public_key(&mut command, lab, "client");
                    // It has no option for the expected key.
                    command.arg("--insecure");
                }
                Aspect::Full | Aspect::Anonymous | Aspect::UnknownAuthority => {}
            }
            let mut client = process::start(command.arg(address.ip().to_string()))?;
            let simple = "- Simple Client Mode:";
            client.wait_for(simple, |said| said.contains(simple).then_some(()))?;
            client.write(LINE)?;
            client.wait_for("the line", |said| said.contains(LINE).then_some(()))?;
            let said = client.finish()?;
            let trusted = "The certificate is trusted";
            anyhow::ensure!(
                case.aspect == Aspect::Resumed
                    || !case.has_server_certificate()
                    || said.contains(trusted),
                "the output does not contain \"{trusted}\""
            );
            Ok(())
        })
    }
}

impl Peer for Serv {
    fn name(&self) -> &'static str {
        "gnutls-serv"
    }

    fn version(&self) -> Result<String> {
        process::first_line("gnutls-serv", &["--version"])
    }

    fn cases(&self) -> Vec<Case> {
        [
            Case::all(Role::Server, &ASPECTS_WITH_PSK),
            Case::all(Role::Server, &[Aspect::RawPublicKeys]),
            Case::older(Role::Server, &OLDER_ASPECTS),
            Case::datagram(Role::Server, &ASPECTS_WITH_PSK),
            Case::datagram(Role::Server, &[Aspect::RawPublicKeys, Aspect::Anonymous]),
        ]
        .concat()
    }

    fn run(&self, lab: &Lab, case: Case) -> Result<Outcome> {
        if let Some(skipped) = peer::missing(case) {
            return Ok(skipped);
        }
        let (_running, _folder, address) = start(lab, case)?;
        peer::as_server(lab, case, address, str::to_owned)
    }
}

/// Returns the additions to the priorities for capabilities that are not enabled by default.
fn key_exchange(case: Case) -> &'static str {
    match case.aspect {
        Aspect::Anonymous => ":+ANON-ECDH:+ANON-DH",
        // Each side offers its preferred type first, even if it has no such certificate.
        Aspect::RawPublicKeys => ":-CTYPE-ALL:+CTYPE-CLI-RAWPK:+CTYPE-SRV-RAWPK",
        Aspect::Password | Aspect::WrongPassword => ":+SRP",
        _ => "",
    }
}

/// A key pair without a certificate.
fn raw_public_key(command: &mut Command, lab: &Lab, name: &str) {
    for (option, kind) in [("--rawpkkeyfile", "key"), ("--rawpkfile", "public")] {
        command
            .arg(option)
            .arg(lab.fixture(&format!("{name}-{kind}.pem")));
    }
}

/// A file of users and one of groups.
fn srp_files(folder: &Path) -> Result<(PathBuf, PathBuf)> {
    let verifier = srp::Verifier::new(SRP.0, SRP.1, srp::Group::BITS_2048)?;
    let (users, groups) = (folder.join("users"), folder.join("groups"));
    let encode = srp::base64_encode;
    let (number, salt) = (encode(verifier.verifier())?, encode(verifier.salt())?);
    std::fs::write(&users, format!("{}:{number}:{salt}:1\n", SRP.0))?;
    let group = verifier.group();
    let (prime, generator) = (encode(group.prime()?)?, encode(group.generator()?)?);
    std::fs::write(&groups, format!("1:{prime}:{generator}\n"))?;
    Ok((users, groups))
}

/// It has no option for a port that the system selects. If another program takes the port that was free a moment ago,
/// there is another attempt.
fn start(lab: &Lab, case: Case) -> Result<(Running, TempDir, SocketAddr)> {
    let folder = lab.folder()?;
    let mut attempts = 3;
    loop {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let mut command = process::program("gnutls-serv");
        command
            .args(["--echo", "--port"])
            .arg(address.port().to_string());
        if case.is_datagram() {
            command.arg("--udp");
        }
        if case.has_server_certificate() {
            command.arg("--priority").arg(case.priority_string());
            command.arg("--x509certfile").arg(lab.fixture("server.pem"));
            command
                .arg("--x509keyfile")
                .arg(lab.fixture("server-key.pem"));
        } else if case.aspect == Aspect::RawPublicKeys {
            command
                .arg("--priority")
                .arg(case.priority_string() + key_exchange(case));
            raw_public_key(&mut command, lab, "server");
        } else if case.has_password() || case.aspect == Aspect::Anonymous {
            command
                .arg("--priority")
                .arg(case.priority_string() + key_exchange(case));
            if case.has_password() {
                let (users, groups) = srp_files(folder.path())?;
                command.arg("--srppasswd").arg(users);
                command.arg("--srppasswdconf").arg(groups);
            }
        } else {
            let key_exchange = ":+ECDHE-PSK:+DHE-PSK";
            command
                .arg("--priority")
                .arg(case.priority_string() + key_exchange);
            let keys = folder.path().join("keys");
            std::fs::write(
                &keys,
                format!(
                    "{}:{}
",
                    PSK.0, PSK.1
                ),
            )?;
            command.arg("--pskpasswd").arg(keys);
        }
        if case.has_client_certificate() {
            command.args(["--require-client-cert", "--verify-client-cert"]);
            command.arg("--x509cafile").arg(lab.fixture("ca.pem"));
        } else if case.aspect == Aspect::RawPublicKeys {
            command.arg("--require-client-cert");
        } else {
            command.arg("--disable-client-cert");
        }
        if let Some(name) = case.alpn() {
            command.arg("--alpn").arg(name);
        }
        let mut running = process::start(&mut command)?;
        if case.is_datagram() {
            running.wait_for("its address", |said| {
                let line = said
                    .lines()
                    .find(|line| line.contains("listening on IPv4"))?;
                line.ends_with("done").then_some(())
            })?;
            return Ok((running, folder, address));
        }
        for _ in 0..250 {
            if TcpStream::connect(address).is_ok() {
                return Ok((running, folder, address));
            }
            thread::sleep(Duration::from_millis(20));
        }
        attempts -= 1;
        if attempts == 0 {
            return Err(running
                .finish()
                .err()
                .context("no error")
                .unwrap_or_else(|error| error))
            .context("gnutls-serv accepts no connections");
        }
    }
}
