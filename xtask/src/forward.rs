//! Jobs that are programs of their own: each is built and gets the arguments as they are.

use std::ffi::{OsStr, OsString};
use std::process::{self, ExitCode};

use anyhow::Context;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::project;
use crate::setup::{self, Requirement, SetupOptions};

pub(crate) struct Program {
    name: &'static str,
    about: &'static str,
    /// The workspace of the package: `tests` or `xtask`.
    workspace: &'static str,
    package: &'static str,
    /// The first argument of the program, before those of the job.
    subcommand: Option<&'static str>,
    requirements: &'static [Requirement],
    /// Requirements that are installed on request, and not missed otherwise.
    optional: &'static [Requirement],
}

const PROGRAM: Program = Program {
    name: "",
    about: "",
    workspace: "xtask",
    package: "",
    subcommand: None,
    requirements: &[],
    optional: &[],
};

pub(crate) const CONFORMANCE: Program = Program {
    name: "conformance",
    about: "Compare id2() and every other fact with a C program on the same scenarios",
    workspace: "tests",
    package: "gnutls-conformance",
    requirements: setup::BUILD,
    ..PROGRAM
};

pub(crate) const ABI: Program = Program {
    name: "abi",
    about: "Check the bindings against the installed headers with the C compiler",
    workspace: "tests",
    package: "gnutls-abi",
    requirements: setup::BUILD,
    ..PROGRAM
};

pub(crate) const BINDGEN: Program = Program {
    name: "bindgen",
    about: "Regenerate the committed bindings, or check them",
    package: "gnutls-bindgen",
    requirements: setup::BINDGEN,
    ..PROGRAM
};

pub(crate) const COVERAGE: Program = Program {
    name: "coverage",
    about: "Count the C functions that the safe crates call, and explain why others are not called",
    package: "gnutls-coverage",
    ..PROGRAM
};

pub(crate) const LAYERS: Program = Program {
    name: "layers",
    about: "Check the imports between the files of the safe crate",
    package: "gnutls-layers",
    ..PROGRAM
};

pub(crate) const INTEROP: Program = Program {
    name: "interop",
    about: "Run the safe crate against other TLS software, in both directions",
    workspace: "tests",
    package: "gnutls-interop",
    requirements: setup::BUILD,
    optional: setup::PEERS,
    ..PROGRAM
};

pub(crate) const CHANGES: Program = Program {
    name: "changes",
    about: "Print the changes from one GnuTLS to the next, from the baselines",
    subcommand: Some("changes"),
    ..REPORT
};

pub(crate) const REPORT: Program = Program {
    name: "report",
    about: "Write a page that shows every scenario on every version, and JUnit XML",
    workspace: "tests",
    package: "gnutls-report",
    subcommand: Some("report"),
    ..PROGRAM
};

/// This job of a build that has the feature `matrix`.
#[cfg(all(target_os = "linux", not(feature = "matrix")))]
pub(crate) const MATRIX: Program = Program {
    name: "matrix",
    about: "Run everything on each version of GnuTLS in ci/matrix.toml",
    package: "xtask",
    subcommand: Some("matrix"),
    ..PROGRAM
};

/// This job of a build that has the feature `matrix`.
#[cfg(all(target_os = "linux", not(feature = "matrix")))]
pub(crate) const BOUNDARIES: Program = Program {
    name: "boundaries",
    about: "Build the safe crate for each release that added functions, and check its symbols",
    subcommand: Some("boundaries"),
    ..MATRIX
};

impl Program {
    /// Returns the command line of the job. Its options, `--help` included, are those of the program, except that the
    /// options of set-up come first.
    pub(crate) fn command(&self) -> Command {
        let command = Command::new(self.name).about(self.about);
        // The whole of xtask has these options itself.
        let command = match self.package {
            "xtask" => command,
            _ => command.args(SetupOptions::options()),
        };
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

    pub(crate) fn run(&self, arguments: &ArgMatches) -> anyhow::Result<ExitCode> {
        let options = match self.package {
            "xtask" => SetupOptions::default(),
            _ => SetupOptions::from(arguments),
        };
        let arguments = arguments.get_many::<OsString>("arguments");
        let arguments: Vec<_> = arguments.into_iter().flatten().collect();
        if !arguments
            .iter()
            .any(|word| *word == "--help" || *word == "-h")
        {
            let optional = setup::optional(self.optional, options);
            let requirements = [self.requirements, optional].concat();
            if let Err(code) = setup::prepare(&requirements, options) {
                return Ok(code);
            }
        }
        let subcommand = self.subcommand.map(OsStr::new).into_iter();
        let words = subcommand.chain(arguments.into_iter().map(OsString::as_os_str));
        run(self.workspace, self.package, words, options)
    }
}

/// Builds a program and runs it. Returns its exit status.
pub(crate) fn run(
    workspace: &str,
    package: &str,
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
    options: SetupOptions,
) -> anyhow::Result<ExitCode> {
    // The build is separate, so that a long one prints its progress and a program that fails is not reported as one
    // that does not compile.
    let mut build = cargo(workspace, package, &["build"], options);
    if !build.status().context("cannot run cargo")?.success() {
        anyhow::bail!("{package} does not build");
    }
    let mut program = running(workspace, package, options);
    let status = program.args(arguments).status();
    let code = status.context("cannot run cargo")?.code();
    let code = code.and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(1)))
}

/// Returns cargo on a package of one of the workspaces.
fn cargo(workspace: &str, package: &str, verb: &[&str], options: SetupOptions) -> process::Command {
    let mut command = project::cargo();
    command
        .args(verb)
        .arg("--manifest-path")
        .arg(project::root().join(workspace).join("Cargo.toml"))
        .args(["--package", package]);
    if options.offline {
        command.env("CARGO_NET_OFFLINE", "true");
    }
    command
}

/// Returns cargo that runs a program in the directory of the caller, so that file names among the arguments are valid.
fn running(workspace: &str, package: &str, options: SetupOptions) -> process::Command {
    let mut command = cargo(workspace, package, &["run", "--quiet"], options);
    command.current_dir(".").arg("--");
    command
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn programs_run_in_the_directory_of_the_caller() {
        let command = running("tests", "gnutls-report", SetupOptions::default());
        assert_eq!(command.get_current_dir(), Some(Path::new(".")));
        let manifest = project::root().join("tests/Cargo.toml");
        assert!(manifest.is_absolute());
        assert!(command.get_args().any(|word| word == manifest.as_os_str()));
    }
}
