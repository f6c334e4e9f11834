//! `cargo xtask JOB`: the jobs of this project. `cargo xtask --help` explains each of them.

mod ci;
mod demo;
mod forward;
mod job;
#[cfg(all(target_os = "linux", feature = "matrix"))]
mod matrix;
mod process;
mod project;
mod sanitizer;
mod setup;
mod stage;
mod summary;
mod terminal;
mod test;

use std::process::ExitCode;

fn main() -> ExitCode {
    let matches = job::cli().get_matches();
    let (name, arguments) = matches.subcommand().expect("clap requires a job");
    match job::run(name, arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
