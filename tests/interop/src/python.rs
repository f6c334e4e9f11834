//! Python's module `ssl`.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::case::{Aspect, Case, LINE, OTHER_ALPN, Role, Version};
use crate::lab::{Lab, NAME};
use crate::peer::{self, ASPECTS, Outcome, Peer};
use crate::process::{self, Running};

pub(crate) struct Client;
pub(crate) struct Server;

fn version() -> Result<String> {
    let words =
        "import ssl, sys; print('Python', sys.version.split()[0], 'with', ssl.OPENSSL_VERSION)";
    process::first_line("python3", &["-c", words])
}

fn version_name(case: Case) -> &'static str {
    match case.version {
        Version::Tls12 => "TLSv1_2",
        Version::Tls13 => "TLSv1_3",
        Version::Dtls12 => unreachable!("the module ssl has no DTLS"),
    }
}

fn start(script: &str, options: &Value) -> Result<Running> {
    process::start(
        process::program("python3")
            .args(["-I", "-c", script])
            .arg(options.to_string()),
    )
}

impl Peer for Client {
    fn name(&self) -> &'static str {
        "Python ssl client"
    }

    fn version(&self) -> Result<String> {
        version()
    }

    fn cases(&self) -> Vec<Case> {
        Case::all(Role::Client, &ASPECTS)
    }

    fn run(&self, lab: &Lab, case: Case) -> Result<Outcome> {
        peer::as_client(lab, case, |address| {
            let certificate = ["client.pem", "client-key.pem"].map(|name| lab.fixture(name));
            let options = json!({
                "port": address.port(),
                "name": NAME,
                "trust": lab.fixture(case.authority()),
                "version": version_name(case),
                "alpn": case.alpn().map(|name| [OTHER_ALPN, name]),
                "certificate": case.has_client_certificate().then_some(certificate),
                "connections": case.connections(),
                "line": LINE,
            });
            let said = start(include_str!("python/client.py"), &options)?.finish()?;
            let lines: Vec<Value> = said
                .lines()
                .map(serde_json::from_str)
                .collect::<Result<_, _>>()?;
            let last = lines.last().context("it prints nothing")?;
            ensure!(last["answer"] == LINE, "its answer is {}", last["answer"]);
            ensure!(
                last["resumed"] == (case.aspect == Aspect::Resumed),
                "it prints resumed: {}",
                last["resumed"]
            );
            ensure!(
                last["alpn"] == json!(case.alpn()),
                "its ALPN is {}",
                last["alpn"]
            );
            Ok(())
        })
    }
}

impl Peer for Server {
    fn name(&self) -> &'static str {
        "Python ssl server"
    }

    fn version(&self) -> Result<String> {
        version()
    }

    fn cases(&self) -> Vec<Case> {
        Case::all(Role::Server, &ASPECTS)
    }

    fn run(&self, lab: &Lab, case: Case) -> Result<Outcome> {
        let certificate = ["server.pem", "server-key.pem"].map(|name| lab.fixture(name));
        let options = json!({
            "certificate": certificate,
            "version": version_name(case),
            "alpn": case.alpn().map(|name| [name]),
            "trust": case.has_client_certificate().then(|| lab.fixture("ca.pem")),
            "connections": case.connections(),
        });
        let mut server = start(include_str!("python/server.py"), &options)?;
        let port: u16 =
            server.wait_for("its port", |said| said.split_once('\n')?.0.parse().ok())?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let outcome = peer::as_server(lab, case, address, str::to_owned)?;
        if case.aspect == Aspect::UnknownAuthority {
            let alert = "ALERT_BAD_CERTIFICATE";
            server.wait_for(alert, |said| said.contains(alert).then_some(()))?;
            return Ok(outcome);
        }
        let said = server.finish()?;
        let resumed = said.lines().last().context("it prints nothing")?;
        let expected = if case.aspect == Aspect::Resumed {
            "resumed"
        } else {
            "full"
        };
        ensure!(resumed == expected, "it prints {resumed}");
        Ok(outcome)
    }
}
