//! The table of jobs, and the command line made of it.

use std::process::ExitCode;

use clap::{ArgMatches, Command};

use crate::forward::{self, Program};
use crate::{ci, gauntlet, semver, test};

pub(crate) enum Job {
    /// A job of this program: its command line, and the function that runs it and returns the exit code.
    Own {
        command: fn() -> Command,
        run: fn(&ArgMatches) -> anyhow::Result<ExitCode>,
    },
    /// A job that is a program of its own.
    Program(Program),
}

/// Every job, in the order in which `--help` lists them.
const JOBS: &[Job] = &[
    Job::Program(forward::DEMO),
    test::TEST,
    ci::CI,
    gauntlet::GAUNTLET,
    Job::Program(forward::CONFORMANCE),
    Job::Program(forward::ABI),
    Job::Program(forward::BINDGEN),
    Job::Program(forward::COVERAGE),
    Job::Program(forward::LAYERS),
    Job::Program(forward::INTEROP),
    Job::Program(forward::EXAMPLES),
    Job::Program(forward::BENCH),
    Job::Program(forward::CHANGES),
    Job::Program(forward::REPORT),
    semver::SEMVER,
    #[cfg(all(target_os = "linux", feature = "matrix"))]
    crate::matrix::MATRIX,
    #[cfg(all(target_os = "linux", feature = "matrix"))]
    crate::matrix::BOUNDARIES,
    #[cfg(all(target_os = "linux", feature = "matrix"))]
    crate::package::PACKAGE,
    #[cfg(all(target_os = "linux", not(feature = "matrix")))]
    Job::Program(forward::MATRIX),
    #[cfg(all(target_os = "linux", not(feature = "matrix")))]
    Job::Program(forward::BOUNDARIES),
    #[cfg(all(target_os = "linux", not(feature = "matrix")))]
    Job::Program(forward::PACKAGE),
];

impl Job {
    pub(crate) fn command(&self) -> Command {
        match self {
            Job::Own { command, .. } => command(),
            Job::Program(program) => program.command(),
        }
    }
}

/// Returns the command line of `cargo xtask`.
pub(crate) fn cli() -> Command {
    Command::new("xtask")
        .bin_name("cargo xtask")
        .about("The jobs of this project: `cargo xtask JOB --help` explains each of them")
        .after_help(
            "Examples:\n  cargo xtask demo --install   # installs what is missing, runs TLS sessions\n  \
             cargo xtask test --install   # the same for all tests\n  \
             cargo xtask ci --quick       # the fast checks, for use while working\n\n\
             Exit status: 0 success, 1 a failure or difference, 2 wrong usage, 3 something is missing on the machine.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand_value_name("JOB")
        .subcommand_help_heading("Jobs")
        .disable_help_subcommand(true)
        .max_term_width(80)
        .subcommands(JOBS.iter().map(Job::command))
}

/// Runs the job of that name.
pub(crate) fn run(name: &str, arguments: &ArgMatches) -> anyhow::Result<ExitCode> {
    let mut jobs = JOBS.iter();
    let job = jobs.find(|job| job.command().get_name() == name);
    match job.expect("clap accepts only these names") {
        Job::Own { run, .. } => run(arguments),
        Job::Program(program) => program.run(arguments),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_texts_have_at_most_80_columns_and_show_the_options_of_set_up() {
        cli().debug_assert();
        let mut cli = cli();
        cli.build();
        let jobs = cli.get_subcommands().cloned();
        for mut command in jobs.chain([cli.clone()]) {
            for help in [command.render_help(), command.render_long_help()] {
                let help = help.to_string();
                let wide = help.lines().find(|line| line.chars().count() > 80);
                assert_eq!(wide, None);
                let is_job = command.get_name() != "xtask";
                assert!(!is_job || help.contains("--install"), "{help}");
            }
        }
    }

    #[test]
    fn wrong_options_of_programs_are_refused_before_set_up() {
        for words in [
            &["bindgen", "--nosuch"][..],
            &["conformance", "--generated", "many"],
            &["changes", "3.7.9"],
            &["demo", "--connect", "example.org"],
            &["coverage", "--release", "new"],
            &["package", "slackware"],
        ] {
            let words = [&["xtask"], words].concat();
            let error = cli().try_get_matches_from(&words).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{words:?}");
        }
    }
}
