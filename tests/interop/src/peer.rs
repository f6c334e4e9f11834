//! Peers, and what every pairing checks whoever the peer is.

use std::net::SocketAddr;

use anyhow::{Context, Result, ensure};

use crate::case::{Aspect, Case, LINE, Role};
use crate::client;
use crate::lab::Lab;
use crate::server::{Facts, Server};
use crate::{chromium, curl, gnutls_tools, openssl, python, rustls_peer};

pub(crate) enum Outcome {
    Passed,
    /// With the reason.
    Skipped(String),
}

/// Software that speaks TLS.
pub(crate) trait Peer: Sync {
    fn name(&self) -> &'static str;

    /// Its version, or what is missing.
    fn version(&self) -> Result<String>;

    /// What is tried with it.
    fn cases(&self) -> Vec<Case>;

    fn run(&self, lab: &Lab, case: Case) -> Result<Outcome>;
}

/// All of them, in the order of the table.
pub(crate) const PEERS: &[&dyn Peer] = &[
    &gnutls_tools::Client,
    &gnutls_tools::Serv,
    &openssl::SClient,
    &openssl::SServer,
    &curl::Curl,
    &python::Client,
    &python::Server,
    &rustls_peer::Client,
    &rustls_peer::Server,
    &chromium::Chromium,
];

/// What is tried with peers that exchange lines.
pub(crate) const ASPECTS: [Aspect; 4] = [
    Aspect::Full,
    Aspect::Resumed,
    Aspect::ClientCertificate,
    Aspect::Alpn,
];

/// The peer is the client: `visit` lets it connect to the address as often as the case says, and checks what it tells.
pub(crate) fn as_client(
    lab: &Lab,
    case: Case,
    visit: impl FnOnce(SocketAddr) -> Result<()>,
) -> Result<Outcome> {
    debug_assert_eq!(case.role, Role::Client);
    let server = Server::start(lab, case)?;
    let visited = visit(server.address());
    let (facts, problems) = server.finish();
    visited.with_context(|| format!("our server met: {}", summary(&problems)))?;
    ensure!(
        facts.len() >= case.connections(),
        "our server saw {} connections and met: {}",
        facts.len(),
        summary(&problems)
    );
    check(case, &facts)?;
    Ok(Outcome::Passed)
}

/// The peer is the server at that address: our client connects as often as the case says. `answer` is what the peer makes
/// of a line.
pub(crate) fn as_server(
    lab: &Lab,
    case: Case,
    address: SocketAddr,
    answer: impl Fn(&str) -> String,
) -> Result<Outcome> {
    debug_assert_eq!(case.role, Role::Server);
    let facts = client::visit(lab, case, address, &answer(LINE))?;
    check(case, &facts)?;
    Ok(Outcome::Passed)
}

/// What our side has to see: on the last connection, and that the first was none that resumed.
fn check(case: Case, facts: &[Facts]) -> Result<()> {
    let (first, last) = (&facts[0], &facts[facts.len() - 1]);
    ensure!(
        !first.resumed,
        "the first connection says that it is resumed"
    );
    ensure!(
        last.protocol == Some(case.version.protocol()),
        "the protocol is {:?}",
        last.protocol
    );
    ensure!(
        last.resumed == (case.aspect == Aspect::Resumed),
        "the last connection is {}resumed",
        if last.resumed { "" } else { "not " }
    );
    ensure!(
        last.alpn.as_deref() == case.alpn(),
        "ALPN chose {:?}",
        last.alpn
    );
    let certificate = case.role == Role::Server || case.has_client_certificate();
    ensure!(
        last.peer_certificates == certificate,
        "there is {} certificate of the peer",
        if last.peer_certificates { "a" } else { "no" }
    );
    Ok(())
}

fn summary(problems: &[String]) -> String {
    if problems.is_empty() {
        "no error".to_owned()
    } else {
        problems.join("; ")
    }
}
