//! The table of jobs, and the command line made of it.

use std::process::ExitCode;

use clap::{ArgMatches, Command};

use crate::{ci, demo, forward, test};

/// One job: its command line, and what runs it.
pub(crate) struct Job {
    /// The name, help text and options.
    pub(crate) command: fn() -> Command,
    /// Runs it; the exit code is that of `cargo xtask`.
    pub(crate) run: fn(&ArgMatches) -> anyhow::Result<ExitCode>,
}

/// Every job, in the order in which `--help` lists them.
const JOBS: &[Job] = &[
    demo::DEMO,
    test::TEST,
    ci::CI,
    forward::CONFORMANCE,
    forward::ABI,
    forward::BINDGEN,
    forward::COVERAGE,
    forward::LAYERS,
    forward::INTEROP,
    forward::CHANGES,
    forward::REPORT,
    #[cfg(all(target_os = "linux", feature = "matrix"))]
    crate::matrix::MATRIX,
    #[cfg(all(target_os = "linux", feature = "matrix"))]
    crate::matrix::BOUNDARIES,
    #[cfg(all(target_os = "linux", not(feature = "matrix")))]
    forward::MATRIX,
    #[cfg(all(target_os = "linux", not(feature = "matrix")))]
    forward::BOUNDARIES,
];

/// The command line of `cargo xtask`.
pub(crate) fn cli() -> Command {
    Command::new("xtask")
        .bin_name("cargo xtask")
        .about("The jobs of this project: `cargo xtask JOB --help` explains each of them")
        .after_help(
            "Examples:\n  cargo xtask demo --install     # install what is missing, run TLS sessions, show their ids\n  \
             cargo xtask test --install     # the same for all tests\n  \
             cargo xtask ci --quick         # what one runs while working\n\n\
             Exit status: 0 success, 1 a failure or difference, 2 wrong usage, 3 something is missing on the machine.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand_value_name("JOB")
        .subcommand_help_heading("Jobs")
        .disable_help_subcommand(true)
        .max_term_width(80)
        .subcommands(JOBS.iter().map(|job| (job.command)()))
}

/// Runs the job of that name.
pub(crate) fn run(name: &str, arguments: &ArgMatches) -> anyhow::Result<ExitCode> {
    let job = JOBS
        .iter()
        .find(|job| (job.command)().get_name() == name)
        .expect("clap knows only these names");
    (job.run)(arguments)
}
