//! The Rust driver of the conformance suite: interprets scenarios through the public API of the `gnutls` crate, and
//! prints the facts. See `FORMAT.md`.

mod clock;
mod connection;
mod datagrams;
mod extensions;
mod fault;
mod features;
mod interpreter;
mod lists;
mod messages;
mod names;
mod objects;
mod observe;
mod outcome;
mod output;
mod psk;
mod quic;
mod records;
mod shim;
mod srp;
mod transport;

use std::env;
use std::io;
use std::process::ExitCode;

use crate::features::Probe;
use crate::interpreter::Interpreter;
use crate::names::Fixtures;

const USAGE: &str = "usage: driver [--fixtures DIRECTORY] [--token MODULE] [--fault NAME] < SCENARIOS\n       driver --probe | --versions";

fn main() -> ExitCode {
    match run(env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("driver: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(mut arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let mut fixtures = "fixtures".to_owned();
    let mut fault = None;
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--fixtures" => fixtures = arguments.next().ok_or(USAGE)?,
            "--token" => features::load_module(&arguments.next().ok_or(USAGE)?)?,
            "--fault" => fault = Some(arguments.next().ok_or(USAGE)?.parse()?),
            "--versions" => {
                let versions = gnutls::version();
                println!("built {}, running {}", versions.built, versions.running);
                return Ok(());
            }
            "--probe" => {
                return output::print(&mut io::stdout().lock(), &Probe::new())
                    .map_err(|error| error.to_string());
            }
            _ => return Err(USAGE.to_owned()),
        }
    }
    clock::check()?;
    Interpreter::new(io::stdout().lock(), Fixtures::new(fixtures), fault).run(io::stdin().lock())
}
