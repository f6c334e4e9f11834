//! Jobs that are programs of their own: they are built, and given every argument as it is.

use std::ffi::{OsStr, OsString};
use std::process::{self, ExitCode};

use anyhow::Context;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::job::Job;
use crate::project;
use crate::setup::{self, SetupOptions};

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

pub(crate) const INTEROP: Job = Job {
    command: || {
        program("interop")
            .about("Run the safe crate against TLS software of others, in both directions")
    },
    run: |arguments| {
        let needs = [setup::BUILD, setup::peers(SetupOptions::from(arguments))].concat();
        with_set_up("tests/Cargo.toml", "gnutls-interop", &needs, arguments)
    },
};

pub(crate) const COVERAGE: Job = Job {
    command: || {
        program("coverage")
            .about("Count the C functions that the safe crates call, and say why not the others")
    },
    // It reads sources and needs no GnuTLS.
    run: |arguments| {
        run(
            "xtask/Cargo.toml",
            "gnutls-coverage",
            given(arguments),
            SetupOptions::from(arguments),
        )
    },
};

pub(crate) const LAYERS: Job = Job {
    command: || program("layers").about("Check the imports between the files of the safe crate"),
    // It reads sources and needs no GnuTLS.
    run: |arguments| {
        run(
            "xtask/Cargo.toml",
            "gnutls-layers",
            given(arguments),
            SetupOptions::from(arguments),
        )
    },
};

/// The job of that name of a build of these jobs that has it.
#[cfg(all(target_os = "linux", not(feature = "matrix")))]
pub(crate) const MATRIX: Job = Job {
    command: || {
        handed_on(
            Command::new("matrix")
                .about("Run everything on each version of GnuTLS in ci/matrix.toml"),
        )
    },
    run: |arguments| whole_xtask("matrix", arguments),
};

#[cfg(all(target_os = "linux", not(feature = "matrix")))]
pub(crate) const BOUNDARIES: Job = Job {
    command: || {
        handed_on(Command::new("boundaries").about(
            "Build the safe crate for each release that added functions, and see what it asks for",
        ))
    },
    run: |arguments| whole_xtask("boundaries", arguments),
};

/// Runs a job that only a build with the feature `matrix` has.
#[cfg(all(target_os = "linux", not(feature = "matrix")))]
fn whole_xtask(job: &str, arguments: &ArgMatches) -> anyhow::Result<ExitCode> {
    let arguments = [OsString::from(job)]
        .into_iter()
        .chain(given(arguments).cloned());
    run(
        "xtask/Cargo.toml",
        "xtask",
        arguments,
        SetupOptions::default(),
    )
}

pub(crate) const CHANGES: Job = Job {
    command: || {
        program("changes")
            .about("Print what changed from one GnuTLS to the next, from the baselines")
    },
    run: |arguments| report("changes", arguments),
};

pub(crate) const REPORT: Job = Job {
    command: || {
        program("report")
            .about("Write a page that shows every scenario on every version, and JUnit XML")
    },
    run: |arguments| report("report", arguments),
};

/// Neither needs a GnuTLS.
fn report(job: &str, arguments: &ArgMatches) -> anyhow::Result<ExitCode> {
    let rest = arguments
        .get_many::<OsString>("arguments")
        .into_iter()
        .flatten();
    let words = std::iter::once(OsStr::new(job)).chain(rest.map(OsString::as_os_str));
    run(
        "tests/Cargo.toml",
        "gnutls-report",
        words,
        SetupOptions::from(arguments),
    )
}

/// A job whose options, `--help` included, are those of the program that it runs; those of set-up go before them.
fn program(name: &'static str) -> Command {
    handed_on(Command::new(name).args(SetupOptions::options()))
}

fn handed_on(command: Command) -> Command {
    command.disable_help_flag(true).arg(
        Arg::new("arguments")
            .value_name("ARGUMENTS")
            .action(ArgAction::Append)
            .num_args(0..)
            .trailing_var_arg(true)
            .allow_hyphen_values(true)
            .value_parser(value_parser!(OsString)),
    )
}

fn given(arguments: &ArgMatches) -> impl Iterator<Item = &OsString> {
    arguments.get_many("arguments").into_iter().flatten()
}

fn with_set_up(
    manifest: &str,
    package: &str,
    needs: &[&setup::Requirement],
    arguments: &ArgMatches,
) -> anyhow::Result<ExitCode> {
    let options = SetupOptions::from(arguments);
    if !given(arguments).any(|word| word == "--help" || word == "-h") {
        if let Err(code) = setup::prepare(needs, options) {
            return Ok(code);
        }
    }
    run(manifest, package, given(arguments), options)
}

/// Builds a program and runs it; its exit status is the job's.
pub(crate) fn run(
    manifest: &str,
    package: &str,
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
    options: SetupOptions,
) -> anyhow::Result<ExitCode> {
    // Built apart, so that a long build shows what it does, and a program that fails is not taken for one that does not
    // compile.
    if !cargo(manifest, package, &["build"], options)
        .status()
        .context("cannot run cargo")?
        .success()
    {
        anyhow::bail!("{package} does not build");
    }
    let status = running(manifest, package, options)
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

/// Cargo on a package of one of the project's workspaces.
fn cargo(manifest: &str, package: &str, verb: &[&str], options: SetupOptions) -> process::Command {
    let mut command = project::cargo();
    command
        .args(verb)
        .arg("--manifest-path")
        .arg(project::root().join(manifest))
        .args(["--package", package]);
    if options.offline {
        command.env("CARGO_NET_OFFLINE", "true");
    }
    command
}

/// Runs a program, whose arguments follow. Files among them are named as whoever called it sees them.
fn running(manifest: &str, package: &str, options: SetupOptions) -> process::Command {
    let mut command = cargo(manifest, package, &["run", "--quiet"], options);
    command.current_dir(".").arg("--");
    command
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn programs_run_where_their_caller_stands() {
        let command = running("tests/Cargo.toml", "gnutls-report", SetupOptions::default());
        assert_eq!(command.get_current_dir(), Some(Path::new(".")));
        let manifest = project::root().join("tests/Cargo.toml");
        assert!(manifest.is_absolute());
        assert!(command.get_args().any(|word| word == manifest.as_os_str()));
    }
}
