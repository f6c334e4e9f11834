//! `cargo xtask JOB`: the jobs of this project. `cargo xtask --help` explains each of them.

mod archives;
mod ci;
mod forward;
mod fuzz;
mod gauntlet;
mod job;
#[cfg(all(target_os = "linux", feature = "matrix"))]
mod matrix;
#[cfg(unix)]
mod minimal_versions;
#[cfg(all(target_os = "linux", feature = "matrix"))]
mod package;
mod process;
mod project;
mod sanitizer;
mod semver;
mod setup;
mod stage;
mod summary;
mod targets;
mod terminal;
mod test;

use std::process::ExitCode;

fn main() -> ExitCode {
    // As in C: an output that nobody reads, such as a pipe to `head`, ends the job.
    sigpipe::reset();
    let matches = job::cli().get_matches();
    let (name, arguments) = matches.subcommand().expect("clap requires a job");
    gnutls_command_lines::exit_status(job::run(name, arguments), 1)
}
