//! Runs the safe crate against other TLS software, as client and as server, and prints a table of the results.

mod case;
mod chromium;
mod client;
mod curl;
mod gnutls_tools;
mod http;
mod hyper_example;
mod lab;
mod openssl;
mod peer;
mod process;
mod python;
mod rustls_peer;
mod server;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;

use crate::case::{Case, Role};
use crate::lab::Lab;
use crate::peer::{Outcome, PEERS, Peer};

/// Run the safe crate against other TLS software: both directions, TLS 1.2 and 1.3.
///
/// Connections stay on this machine. A peer that is not installed is skipped; with CI=true that is a failure.
#[derive(Parser)]
#[command(name = "cargo xtask interop")]
struct Arguments {
    /// Run only pairings whose line in the list contains TEXT (repeatable: all of them)
    #[arg(long, value_name = "TEXT")]
    only: Vec<String>,
    /// List the pairings and run nothing
    #[arg(long)]
    list: bool,
}

/// One row of the table.
struct Pairing {
    peer: &'static dyn Peer,
    case: Case,
}

fn main() -> ExitCode {
    run(&Arguments::parse()).unwrap_or_else(|problem| {
        eprintln!("error: {problem:#}");
        ExitCode::from(2)
    })
}

fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let pairings: Vec<_> = PEERS
        .iter()
        .flat_map(|peer| {
            peer.cases()
                .into_iter()
                .map(|case| Pairing { peer: *peer, case })
        })
        .filter(|pairing| {
            arguments
                .only
                .iter()
                .all(|text| pairing.line().contains(text.as_str()))
        })
        .collect();
    anyhow::ensure!(
        !pairings.is_empty(),
        "no pairing has all of these words in its line; --list prints all pairings"
    );
    if arguments.list {
        for pairing in &pairings {
            say(&pairing.line())?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let strict = std::env::var("CI").is_ok_and(|value| value == "true");
    let lab = Lab::new()?;
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    let mut present = None;
    for pairing in &pairings {
        // Determined once for all pairings of a peer, which are consecutive.
        let name = pairing.peer.name();
        if present.as_ref().is_none_or(|(of, _)| *of != name) {
            present = Some((name, pairing.peer.version()));
        }
        let start = Instant::now();
        let result = match &present {
            Some((_, Err(missing))) if strict => Err(anyhow::anyhow!("missing: {missing:#}")),
            Some((_, Err(missing))) => Ok(Outcome::Skipped(format!("{missing:#}"))),
            _ => pairing.peer.run(&lab, pairing.case),
        };
        let seconds = start.elapsed().as_secs_f64();
        let words = match result {
            Ok(Outcome::Passed) => {
                passed += 1;
                format!("passed   {seconds:.1} s")
            }
            Ok(Outcome::Skipped(reason)) => {
                skipped += 1;
                format!("skipped  {reason}")
            }
            Err(problem) => {
                failed += 1;
                format!("FAILED   {problem:#}")
            }
        };
        say(&format!("{}{words}", pairing.line()))?;
    }
    say(&format!(
        "interop: {passed} pairings passed, {failed} failed, {skipped} skipped"
    ))?;
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

impl Pairing {
    /// Returns the beginning of the row: the peer and the case.
    fn line(&self) -> String {
        let who = match self.case.role {
            Role::Client => format!("{} -> gnutls", self.peer.name()),
            Role::Server => format!("gnutls -> {}", self.peer.name()),
        };
        format!(
            "{who:<32} {:<8} {:<22} ",
            self.case.version.to_string(),
            self.case.aspect.to_string()
        )
    }
}

/// Prints a line; a closed pipe, as behind `head`, is ignored.
fn say(line: &str) -> io::Result<()> {
    match writeln!(io::stdout(), "{line}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}
