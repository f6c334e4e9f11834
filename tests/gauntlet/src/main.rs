//! Runs the safe crate under faults, hostile peers and load: one part for each subcommand.
//!
//! `cargo xtask gauntlet` runs all of them. A part prints each fault that it finds with the command that reproduces it,
//! and ends with a line in the format of cargo's test runner, which the job counts.

mod allocations;
mod bugs;
mod callbacks;
mod callers;
mod configurations;
mod datagrams;
mod endpoint;
mod exchange;
mod faults;
mod memory;
mod mutations;
mod native;
mod report;
mod safe;
mod scenario;
mod soak;
mod threads;
mod volume;
mod wire;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::report::Report;

/// Run the safe crate under faults, hostile peers and load
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    part: Part,
    #[command(flatten)]
    options: Options,
}

/// The options of all parts.
#[derive(clap::Args)]
struct Options {
    /// Run a sample of the cases, which takes less than a minute
    #[arg(long, global = true)]
    quick: bool,
    /// Seed of the samples
    #[arg(long, global = true, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Run only cases with TEXT in their name
    #[arg(long, global = true, value_name = "TEXT")]
    case: Option<String>,
}

/// The parts. The names are those of the stages of `cargo xtask gauntlet`.
#[derive(Clone, Copy, Subcommand)]
enum Part {
    /// Inject a fault at each place of each scenario, and compare the result with that of C
    Faults,
    /// Fail each allocation of GnuTLS, and compare the result with that of C
    Memory,
    /// Put known bugs into a copy of the sources, and require that a test detects each
    Bugs,
    /// Panic in each call of each callback, and use sessions in destructors
    Callbacks,
    /// Receive thousands of small, empty or useless messages in flat memory
    Volume,
    /// Share configurations between threads, and move sessions from one to another
    Threads,
    /// Complete many handshakes, and keep many sessions open, in one process
    Soak,
    /// Make random calls on both sides, and compare the results with a model
    Callers,
    /// Compare who is admitted by each combination of configurations with a table
    Configurations,
    /// Account for each datagram of many DTLS peers on one socket
    Datagrams,
    /// Parse mutated certificates, keys and other files, and compare the results with those of C
    Mutations,
}

impl Part {
    fn run(self, options: &Options, report: &mut Report) -> Result<()> {
        match self {
            Part::Faults => faults::run(options, report),
            Part::Bugs => bugs::run(options, report),
            Part::Volume => volume::run(options, report),
            Part::Memory => memory::run(options, report),
            Part::Threads => threads::run(options, report),
            Part::Callbacks => callbacks::run(options, report),
            Part::Soak => soak::run(options, report),
            Part::Callers => callers::run(options, report),
            Part::Configurations => configurations::run(options, report),
            Part::Datagrams => datagrams::run(options, report),
            Part::Mutations => mutations::run(options, report),
        }
    }
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let name = std::env::args().nth(1).unwrap_or_default();
    let mut report = Report::new(name, &arguments.options);
    let result = arguments.part.run(&arguments.options, &mut report);
    if let Err(error) = result {
        eprintln!("error: {error:#}");
        report.summary();
        return ExitCode::FAILURE;
    }
    report.summary()
}
