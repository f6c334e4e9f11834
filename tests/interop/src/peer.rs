//! Peers, and the checks of every pairing.

use std::net::SocketAddr;

use anyhow::{Context, Result, bail, ensure};

use crate::case::{Aspect, Case, LINE, PSK, Role, SRP};
use crate::client;
use crate::hyper_example::Example;
use crate::lab::Lab;
use crate::server::{Facts, Server};
use crate::{chromium, curl, gnutls_tools, nss, openssl, python, rustls_peer};

pub(crate) enum Outcome {
    Passed,
    /// With the reason.
    Skipped(String),
}

/// Other TLS software.
pub(crate) trait Peer: Sync {
    fn name(&self) -> &'static str;

    /// Returns its version, or the reason why it cannot run.
    fn version(&self) -> Result<String>;

    /// Returns its cases.
    fn cases(&self) -> Vec<Case>;

    fn run(&self, lab: &Lab, case: Case) -> Result<Outcome>;
}

/// All peers, in the order of the table.
pub(crate) const PEERS: &[&dyn Peer] = &[
    &gnutls_tools::Client,
    &gnutls_tools::Serv,
    &openssl::SClient,
    &openssl::SServer,
    &curl::Curl,
    &python::Client,
    &python::Server,
    &nss::Tstclnt,
    &nss::Selfserv,
    &rustls_peer::Client,
    &rustls_peer::Server,
    &chromium::Chromium,
];

/// The aspects for peers that exchange lines.
pub(crate) const ASPECTS: [Aspect; 5] = [
    Aspect::Full,
    Aspect::Resumed,
    Aspect::ClientCertificate,
    Aspect::Alpn,
    Aspect::UnknownAuthority,
];

/// The aspects for peers that support pre-shared keys.
pub(crate) const ASPECTS_WITH_PSK: [Aspect; 6] = [
    Aspect::Full,
    Aspect::Resumed,
    Aspect::ClientCertificate,
    Aspect::Alpn,
    Aspect::PreSharedKey,
    Aspect::UnknownAuthority,
];

/// The aspects that only TLS up to 1.2 has.
pub(crate) const OLDER_ASPECTS: [Aspect; 3] =
    [Aspect::Anonymous, Aspect::Password, Aspect::WrongPassword];

/// Returns the feature of the case that this library lacks, if any.
pub(crate) fn missing(case: Case) -> Option<Outcome> {
    let error = gnutls::srp::base64_encode(b"").err()?;
    case.has_password()
        .then(|| Outcome::Skipped(error.to_string()))
}

/// Runs a peer that is the client: `visit` connects it to the address as often as the case requires, and checks its
/// output.
pub(crate) fn as_client(
    lab: &Lab,
    case: Case,
    visit: impl FnOnce(SocketAddr) -> Result<()>,
) -> Result<Outcome> {
    debug_assert_eq!(case.role, Role::Client);
    if case.aspect == Aspect::Hyper {
        let example = Example::start(lab)?;
        visit(example.address)?;
        return Ok(Outcome::Passed);
    }
    if let Some(skipped) = missing(case) {
        return Ok(skipped);
    }
    let server = Server::start(lab, case)?;
    let visited = visit(server.address());
    let (facts, problems) = server.finish();
    if case.aspect == Aspect::WrongPassword {
        ensure!(facts.is_empty(), "our server accepts the client");
    }
    if case.fails() {
        return refused(case, visited);
    }
    visited.with_context(|| format!("our server failed: {}", summary(&problems)))?;
    ensure!(
        facts.len() >= case.connections(),
        "our server had {} connections and failed: {}",
        facts.len(),
        summary(&problems)
    );
    check(case, &facts)?;
    Ok(Outcome::Passed)
}

/// Connects our client to a peer that is the server at this address, as often as the case requires. `answer` is the
/// peer's answer to a line.
pub(crate) fn as_server(
    lab: &Lab,
    case: Case,
    address: SocketAddr,
    answer: impl Fn(&str) -> String,
) -> Result<Outcome> {
    as_server_of(lab, case, address, LINE, &answer(LINE))
}

/// Connects our client to a peer that answers this request with a line that begins like this.
pub(crate) fn as_server_of(
    lab: &Lab,
    case: Case,
    address: SocketAddr,
    request: &str,
    answer: &str,
) -> Result<Outcome> {
    debug_assert_eq!(case.role, Role::Server);
    let visited = client::visit(lab, case, address, request, answer);
    if case.fails() {
        return refused(case, visited.map(drop));
    }
    check(case, &visited?)?;
    Ok(Outcome::Passed)
}

/// Checks that a client ends the handshake because of the certificate, or fails with a wrong password.
fn refused(case: Case, visited: Result<()>) -> Result<Outcome> {
    match visited {
        Ok(()) => bail!("the handshake succeeds, but one side must refuse it"),
        Err(_) if case.aspect == Aspect::WrongPassword => Ok(Outcome::Passed),
        Err(problem) => {
            let words = format!("{problem:#}");
            let reason = ["certificate", "UnknownIssuer", "UNKNOWN_ISSUER"]
                .iter()
                .any(|word| words.contains(word));
            ensure!(reason, "the client fails for another reason: {words}");
            Ok(Outcome::Passed)
        }
    }
}

/// Checks the facts on our side: those of the last connection, and that the first one was not resumed.
fn check(case: Case, facts: &[Facts]) -> Result<()> {
    let (first, last) = (&facts[0], &facts[facts.len() - 1]);
    ensure!(!first.resumed, "the first connection is resumed");
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
    let certificate = match case.role {
        Role::Client => case.has_client_certificate(),
        Role::Server => case.has_server_certificate(),
    };
    ensure!(
        last.peer_certificates == certificate,
        "there is {} certificate of the peer",
        if last.peer_certificates { "a" } else { "no" }
    );
    ensure!(
        last.anonymous == (case.aspect == Aspect::Anonymous),
        "the peer is {}anonymous",
        if last.anonymous { "" } else { "not " }
    );
    ensure!(
        last.raw_public_key == (case.aspect == Aspect::RawPublicKeys),
        "the peer has {} raw public key",
        if last.raw_public_key { "a" } else { "no" }
    );
    let user = (case.aspect == Aspect::Password && case.role == Role::Client).then_some(SRP.0);
    ensure!(
        last.srp_username.as_deref() == user,
        "the SRP user is {:?}",
        last.srp_username
    );
    let key = (case.aspect == Aspect::PreSharedKey).then_some(PSK.0);
    // GnuTLS returns the identity only to servers.
    ensure!(
        case.role == Role::Server || last.psk_identity.as_deref() == key,
        "the identity of the pre-shared key is {:?}",
        last.psk_identity
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
