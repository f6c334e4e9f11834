//! Jobs that are programs of their own: they are built, and given every argument as it is.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::job::Job;
use crate::project;

pub(crate) const CONFORMANCE: Job = Job {
    command: || program("conformance").about("Compare id2() and every other fact with a C program on the same scenarios"),
    run: |arguments| run("tests/Cargo.toml", "gnutls-conformance", arguments),
};

pub(crate) const ABI: Job = Job {
    command: || program("abi").about("Let the C compiler check the bindings against the installed headers"),
    run: |arguments| run("tests/Cargo.toml", "gnutls-abi", arguments),
};

pub(crate) const BINDGEN: Job = Job {
    command: || program("bindgen").about("Regenerate the committed bindings, or check them"),
    run: |arguments| run("xtask/Cargo.toml", "gnutls-bindgen", arguments),
};

/// A job whose options, `--help` included, are those of the program that it runs.
fn program(name: &'static str) -> Command {
    Command::new(name).disable_help_flag(true).arg(
        Arg::new("arguments")
            .value_name("ARGUMENTS")
            .action(ArgAction::Append)
            .num_args(0..)
            .trailing_var_arg(true)
            .allow_hyphen_values(true)
            .value_parser(value_parser!(OsString)),
    )
}

fn run(manifest: &str, package: &str, arguments: &ArgMatches) -> anyhow::Result<ExitCode> {
    let arguments = arguments.get_many::<OsString>("arguments").into_iter().flatten();
    let status = project::cargo()
        .args(["run", "--quiet", "--manifest-path", manifest, "--package", package, "--"])
        .args(arguments)
        .status()
        .context("cannot run cargo")?;
    Ok(ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)))
}
