//! curl with its TLS library.

use anyhow::{Result, ensure};

use crate::case::{Aspect, Case, HYPER, Role, page_words};
use crate::lab::{Lab, NAME};
use crate::peer::{self, Outcome, Peer};
use crate::process;

pub(crate) struct Curl;

impl Peer for Curl {
    fn name(&self) -> &'static str {
        "curl"
    }

    fn version(&self) -> Result<String> {
        process::first_line("curl", &["--version"])
    }

    fn cases(&self) -> Vec<Case> {
        let aspects = [
            Aspect::Full,
            Aspect::Resumed,
            Aspect::ClientCertificate,
            Aspect::Http2,
        ];
        let mut cases = Case::all(Role::Client, &aspects);
        cases.push(HYPER);
        cases
    }

    fn run(&self, lab: &Lab, case: Case) -> Result<Outcome> {
        peer::as_client(lab, case, |address| {
            let port = address.port();
            let mut command = process::program("curl");
            command.args([
                "--disable",
                "--silent",
                "--show-error",
                "--noproxy",
                "*",
                "--max-time",
                "20",
            ]);
            command
                .arg("--resolve")
                .arg(format!("{NAME}:{port}:{}", address.ip()));
            command.arg(format!("--tlsv{}", case.version.number()));
            command.args(["--tls-max", case.version.number()]);
            command.arg("--cacert").arg(lab.fixture("ca.pem"));
            if case.has_client_certificate() {
                command.arg("--cert").arg(lab.fixture("client.pem"));
                command.arg("--key").arg(lab.fixture("client-key.pem"));
            }
            command.arg(if case.alpn().is_some() {
                "--http2"
            } else {
                "--http1.1"
            });
            command.args([
                "--write-out",
                "HTTP/%{http_version} verified: %{ssl_verify_result}\\n",
            ]);
            for _ in 0..case.connections() {
                command.arg(format!("https://{NAME}:{port}/"));
            }
            let said = process::start(&mut command)?.finish()?;
            let http = if case.alpn().is_some() {
                "HTTP/2 verified: 0"
            } else {
                "HTTP/1.1 verified: 0"
            };
            for words in [page_words(case).as_str(), http] {
                let count = said.matches(words).count();
                ensure!(
                    count == case.connections(),
                    "the output has \"{words}\" {count} times: {said}"
                );
            }
            Ok(())
        })
    }
}
