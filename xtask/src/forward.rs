//! Jobs that are programs of their own: they are built, and given every argument as it is.

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::job::Job;
use crate::project;
use crate::setup::{self, Wish};

pub(crate) const CONFORMANCE: Job = Job {
    command: || {
        program("conformance")
            .about("Compare id2() and every other fact with a C program on the same scenarios")
    },
    run: |arguments| {
        with_set_up(
            "tests/Cargo.toml",
            "gnutls-conformance",
            setup::BUILD,
            arguments,
        )
    },
};

pub(crate) const ABI: Job = Job {
    command: || {
        program("abi").about("Let the C compiler check the bindings against the installed headers")
    },
    run: |arguments| with_set_up("tests/Cargo.toml", "gnutls-abi", setup::BUILD, arguments),
};

pub(crate) const BINDGEN: Job = Job {
    command: || program("bindgen").about("Regenerate the committed bindings, or check them"),
    run: |arguments| {
        with_set_up(
            "xtask/Cargo.toml",
            "gnutls-bindgen",
            setup::BINDGEN,
            arguments,
        )
    },
};

/// A job whose options, `--help` included, are those of the program that it runs; those of set-up go before them.
fn program(name: &'static str) -> Command {
    Command::new(name)
        .disable_help_flag(true)
        .args(Wish::options())
        .arg(
            Arg::new("arguments")
                .value_name("ARGUMENTS")
                .action(ArgAction::Append)
                .num_args(0..)
                .trailing_var_arg(true)
                .allow_hyphen_values(true)
                .value_parser(value_parser!(OsString)),
        )
}

fn with_set_up(
    manifest: &str,
    package: &str,
    needs: &[&setup::Need],
    arguments: &ArgMatches,
) -> anyhow::Result<ExitCode> {
    let wish = Wish::from(arguments);
    let arguments: Vec<_> = arguments
        .get_many::<OsString>("arguments")
        .into_iter()
        .flatten()
        .collect();
    if !arguments
        .iter()
        .any(|word| *word == "--help" || *word == "-h")
    {
        if let Err(code) = setup::prepare(needs, wish) {
            return Ok(code);
        }
    }
    run(manifest, package, arguments, wish)
}

/// Builds a program and runs it; its exit status is the job's.
pub(crate) fn run(
    manifest: &str,
    package: &str,
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
    wish: Wish,
) -> anyhow::Result<ExitCode> {
    let cargo = |verb: &[&str]| {
        let mut command = project::cargo();
        command
            .args(verb)
            .args(["--manifest-path", manifest, "--package", package]);
        if wish.offline {
            command.env("CARGO_NET_OFFLINE", "true");
        }
        command
    };
    // Built apart, so that a long build shows what it does, and a program that fails is not taken for one that does not
    // compile.
    if !cargo(&["build"])
        .status()
        .context("cannot run cargo")?
        .success()
    {
        anyhow::bail!("{package} does not build");
    }
    let status = cargo(&["run", "--quiet"])
        .arg("--")
        .args(arguments)
        .status()
        .context("cannot run cargo")?;
    Ok(ExitCode::from(
        status
            .code()
            .and_then(|code| u8::try_from(code).ok())
            .unwrap_or(1),
    ))
}
