//! Jobs that are programs of their own: each is built and gets the arguments as they are.

use std::env;
use std::ffi::{OsStr, OsString};
use std::process::{self, ExitCode};

use anyhow::Context;
use clap::{ArgMatches, Command};
use gnutls_command_lines as command_lines;

use crate::project;
use crate::setup::{self, Requirement, SetupOptions};

pub(crate) struct Program {
    /// The command line of the program.
    command: fn() -> Command,
    /// The directory of the workspace of the package.
    workspace: &'static str,
    package: &'static str,
    /// The name of the job is the first argument of the program.
    is_named: bool,
    requirements: fn(&ArgMatches) -> &'static [Requirement],
    /// Requirements that are installed on request, and not missed otherwise.
    optional: &'static [Requirement],
    /// The program is optimised.
    release: bool,
}

/// A program of this workspace without requirements.
const fn program(command: fn() -> Command, package: &'static str) -> Program {
    Program {
        command,
        workspace: "xtask",
        package,
        is_named: false,
        requirements: |_| &[],
        optional: &[],
        release: false,
    }
}

/// A program of the tests.
const fn test_program(command: fn() -> Command, package: &'static str) -> Program {
    Program {
        workspace: "tests",
        ..program(command, package)
    }
}

pub(crate) const DEMO: Program = Program {
    requirements: |_| setup::BUILD,
    ..test_program(command_lines::demo, "gnutls-demo")
};

pub(crate) const CONFORMANCE: Program = Program {
    requirements: conformance,
    ..test_program(command_lines::conformance, "gnutls-conformance")
};

pub(crate) const ABI: Program = Program {
    requirements: |_| setup::BUILD,
    ..test_program(command_lines::abi, "gnutls-abi")
};

pub(crate) const BINDGEN: Program = Program {
    requirements: |_| setup::BINDGEN,
    ..program(command_lines::bindgen, "gnutls-bindgen")
};

pub(crate) const COVERAGE: Program = program(command_lines::coverage, "gnutls-coverage");

pub(crate) const LAYERS: Program = program(command_lines::layers, "gnutls-layers");

pub(crate) const INTEROP: Program = Program {
    requirements: |_| setup::BUILD,
    optional: setup::PEERS,
    ..test_program(command_lines::interop, "gnutls-interop")
};

pub(crate) const EXAMPLES: Program = Program {
    workspace: "examples",
    requirements: |_| setup::BUILD,
    optional: setup::COUNTERPARTS,
    ..program(command_lines::examples, "gnutls-example-check")
};

pub(crate) const BENCH: Program = Program {
    workspace: "tests/bench",
    requirements: |_| setup::BENCH,
    release: true,
    ..test_program(command_lines::bench, "gnutls-bench")
};

pub(crate) const CHANGES: Program = Program {
    is_named: true,
    ..test_program(command_lines::changes, "gnutls-report")
};

pub(crate) const REPORT: Program = Program {
    is_named: true,
    ..test_program(command_lines::report, "gnutls-report")
};

/// This job of a build that has the feature `matrix`, which also installs the requirements.
#[cfg(all(target_os = "linux", not(feature = "matrix")))]
pub(crate) const MATRIX: Program = Program {
    is_named: true,
    ..program(command_lines::matrix, "xtask")
};

/// This job of a build that has the feature `matrix`.
#[cfg(all(target_os = "linux", not(feature = "matrix")))]
pub(crate) const BOUNDARIES: Program = Program {
    is_named: true,
    ..program(command_lines::boundaries, "xtask")
};

/// Two builds of GnuTLS are compared without the crates, and without an installed GnuTLS.
fn conformance(arguments: &ArgMatches) -> &'static [Requirement] {
    match arguments.contains_id("compare") {
        true => setup::COMPILE,
        false => setup::BUILD,
    }
}

/// This job of a build that has the feature `matrix`.
#[cfg(all(target_os = "linux", not(feature = "matrix")))]
pub(crate) const PACKAGE: Program = Program {
    is_named: true,
    ..program(command_lines::package, "xtask")
};

impl Program {
    /// Returns the command line of the job: that of the program, and the options of set-up.
    pub(crate) fn command(&self) -> Command {
        (self.command)().args(command_lines::setup())
    }

    pub(crate) fn run(&self, arguments: &ArgMatches) -> anyhow::Result<ExitCode> {
        let options = SetupOptions::from(arguments);
        let installs_itself = self.package == "xtask";
        if !installs_itself {
            let optional = setup::optional(self.optional, options);
            let requirements = [(self.requirements)(arguments), optional].concat();
            if let Err(code) = setup::prepare(&requirements, options) {
                return Ok(code);
            }
        }
        let name = (self.command)().get_name().to_owned();
        let name = self.is_named.then(|| OsString::from(name));
        // The program parses the same words as this one, except for the name of the job and the options of set-up.
        let words = env::args_os().skip(2);
        let words = words.filter(|word| installs_itself || !is_setup(word));
        self.build_and_run(name.into_iter().chain(words), options)
    }

    /// Builds the program and runs it. Returns its exit status.
    fn build_and_run(
        &self,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
        options: SetupOptions,
    ) -> anyhow::Result<ExitCode> {
        // The build is separate, so that a long one prints its progress and a program that fails is not reported as
        // one that does not compile.
        let mut build = self.cargo("build", options);
        if !build.status().context("cannot run cargo")?.success() {
            anyhow::bail!("{} does not build", self.package);
        }
        let mut program = self.running(options);
        let status = program.args(arguments).status();
        let code = status.context("cannot run cargo")?.code();
        let code = code.and_then(|code| u8::try_from(code).ok());
        Ok(ExitCode::from(code.unwrap_or(1)))
    }

    /// Returns cargo on the package.
    fn cargo(&self, verb: &str, options: SetupOptions) -> process::Command {
        let mut command = project::cargo();
        command
            .arg(verb)
            .arg("--manifest-path")
            .arg(project::root().join(self.workspace).join("Cargo.toml"))
            .args(["--package", self.package]);
        if self.release {
            command.arg("--release");
        }
        if options.offline {
            command.env("CARGO_NET_OFFLINE", "true");
        }
        command
    }

    /// Returns cargo that runs the program in the directory of the caller, so that file names among the arguments are
    /// valid.
    fn running(&self, options: SetupOptions) -> process::Command {
        let mut command = self.cargo("run", options);
        command.args(["--quiet", "--"]).current_dir(".");
        command
    }
}

/// Returns whether a word of the command line is an option of set-up.
fn is_setup(word: &OsStr) -> bool {
    let options = command_lines::setup();
    let mut names = options.iter().filter_map(|option| option.get_long());
    names.any(|name| *word == *format!("--{name}"))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn programs_run_in_the_directory_of_the_caller() {
        let command = REPORT.running(SetupOptions::default());
        assert_eq!(command.get_current_dir(), Some(Path::new(".")));
        let manifest = project::root().join("tests/Cargo.toml");
        assert!(manifest.is_absolute());
        assert!(command.get_args().any(|word| word == manifest.as_os_str()));
    }

    #[test]
    fn two_builds_are_compared_without_an_installed_gnutls() {
        let names = |words: &[&str]| {
            let words = [&["conformance"], words].concat();
            let matches = CONFORMANCE.command().get_matches_from(words);
            let requirements = (CONFORMANCE.requirements)(&matches).iter();
            requirements.map(|one| one.name).collect::<Vec<_>>()
        };
        assert_eq!(names(&["--compare", "a", "b"]), ["C compiler"]);
        assert!(names(&[]).contains(&"GnuTLS"));
    }

    #[test]
    fn options_of_set_up_are_not_those_of_the_program() {
        assert!(is_setup("--install".as_ref()) && is_setup("--offline".as_ref()));
        assert!(!is_setup("--installed".as_ref()) && !is_setup("install".as_ref()));
    }
}
