//! Runs the safe crate against other TLS software, as client and as server, and prints a table of the results.

mod case;
mod chromium;
mod client;
mod curl;
mod gnutls_tools;
mod http;
mod hyper_example;
mod lab;
mod nss;
mod openssl;
mod peer;
mod process;
mod python;
mod rustls_peer;
mod server;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

use clap::ArgMatches;

use crate::case::{Case, Role};
use crate::lab::Lab;
use crate::peer::{Outcome, PEERS, Peer};

/// One row of the table.
struct Pairing {
    peer: &'static dyn Peer,
    case: Case,
}

fn main() -> ExitCode {
    let arguments = gnutls_command_lines::interop().get_matches();
    gnutls_command_lines::exit_status(run(&arguments), 2)
}

fn run(arguments: &ArgMatches) -> anyhow::Result<ExitCode> {
    let only: Vec<&String> = arguments.get_many("only").into_iter().flatten().collect();
    let pairings: Vec<_> = PEERS
        .iter()
        .flat_map(|peer| {
            peer.cases()
                .into_iter()
                .map(|case| Pairing { peer: *peer, case })
        })
        .filter(|pairing| only.iter().all(|text| pairing.line().contains(*text)))
        .collect();
    anyhow::ensure!(
        !pairings.is_empty(),
        "no pairing has all of these words in its line; --list prints all pairings"
    );
    if arguments.get_flag("list") {
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

/// Prints a line. A closed pipe is an error, not a panic.
fn say(line: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{line}")
}
