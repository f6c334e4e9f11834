//! Runs the examples against the software that they are for, and prints a table of the results.

mod coap;
mod fleet;
mod lab;
mod mail;
mod mqtt;
mod nbd;
mod postgres;
mod proxy;
mod quinn;
mod redis;
mod syslog;
mod web;

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Result, ensure};
use clap::ArgMatches;

use crate::lab::Lab;

/// An example, and the software that it is for.
struct Example {
    name: &'static str,
    /// Returns the version of the software. An error describes what is missing.
    version: fn() -> Result<String>,
    run: fn(&Lab, &mut Checks) -> Result<()>,
}

const EXAMPLES: &[Example] = &[
    web::EXAMPLE,
    proxy::EXAMPLE,
    redis::EXAMPLE,
    postgres::EXAMPLE,
    mail::SMTP,
    mail::IMAP,
    syslog::STREAMS,
    syslog::DATAGRAMS,
    coap::EXAMPLE,
    nbd::EXAMPLE,
    mqtt::EXAMPLE,
    fleet::EXAMPLE,
    quinn::EXAMPLE,
];

/// The results of an example, a line for each check.
struct Checks {
    name: &'static str,
    passed: usize,
    failed: usize,
}

impl Checks {
    /// Performs a check and prints its result.
    fn check(&mut self, what: &str, check: impl FnOnce() -> Result<()>) -> Result<()> {
        let start = Instant::now();
        let result = match check() {
            Ok(()) => {
                self.passed += 1;
                format!("passed   {:.1} s", start.elapsed().as_secs_f64())
            }
            Err(error) => {
                self.failed += 1;
                format!("FAILED   {}", format!("{error:#}").replace('\n', " | "))
            }
        };
        say(&format!("{:<11} {what:<58} {result}", self.name))
    }
}

fn main() -> ExitCode {
    let arguments = gnutls_command_lines::examples().get_matches();
    gnutls_command_lines::exit_status(run(&arguments), 2)
}

fn run(arguments: &ArgMatches) -> Result<ExitCode> {
    let only: Vec<&String> = arguments.get_many("only").into_iter().flatten().collect();
    let is_selected =
        |example: &&Example| only.is_empty() || only.iter().any(|name| *name == example.name);
    let selected: Vec<_> = EXAMPLES.iter().filter(is_selected).collect();
    ensure!(
        !selected.is_empty(),
        "no example has this name; --list prints all of them"
    );
    if arguments.get_flag("list") {
        for example in selected {
            say(example.name)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    lab::build()?;
    let strict = std::env::var("CI").is_ok_and(|value| value == "true");
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for example in selected {
        let name = example.name;
        match (example.version)() {
            Ok(version) => say(&format!("{name:<11} {version}"))?,
            Err(missing) if strict => {
                failed += 1;
                say(&format!("{name:<11} FAILED   missing: {missing:#}"))?;
                continue;
            }
            Err(missing) => {
                skipped += 1;
                say(&format!("{name:<11} skipped  {missing:#}"))?;
                continue;
            }
        }
        let mut checks = Checks {
            name,
            passed: 0,
            failed: 0,
        };
        let result = Lab::new().and_then(|lab| (example.run)(&lab, &mut checks));
        if let Err(error) = result {
            checks.failed += 1;
            say(&format!("{name:<11} FAILED   {error:#}"))?;
        }
        passed += checks.passed;
        failed += checks.failed;
    }
    say(&format!(
        "examples: {passed} checks passed, {failed} failed, {skipped} examples skipped"
    ))?;
    Ok(match failed {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// Prints a line. A closed pipe is an error, not a panic.
fn say(line: &str) -> Result<()> {
    Ok(writeln!(io::stdout(), "{line}")?)
}
