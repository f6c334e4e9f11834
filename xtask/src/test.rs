//! `cargo xtask test`: every test there is, in stages.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, bail, ensure};

use crate::job::Job;
use crate::project;
use crate::setup::{self, SetupOptions};
use crate::stage::{self, Run, Stage};

pub(crate) const TEST: Job = Job {
    command: || {
        clap::Command::new("test")
            .about("Run all tests: unit, documentation, compile-fail, ABI and conformance")
            .long_about(
                "Runs every test: unit and integration tests of the published crates, their documentation tests \
                 (with the error codes of those that must not compile), the checks of the bindings by the C compiler, \
                 the conformance suite with its written and 2,000 generated scenarios, the deliberate faults of both, \
                 and the tests of these jobs.\n\n\
                 All stages run, also after a failure. The last line is `N passed, N failed`: what cargo's test runner \
                 counts, and one for each run of the ABI check and of the conformance suite.",
            )
            .after_help("Examples:\n  cargo xtask test --install\n  cargo xtask test --only unit --only documentation")
            .args(stage::options())
            .args(SetupOptions::options())
    },
    run: |arguments| {
        let stages = stage::selected(STAGES, arguments, false)?;
        if arguments.get_flag("list") {
            stage::list(STAGES);
            return Ok(ExitCode::SUCCESS);
        }
        let options = SetupOptions::from(arguments);
        let needs = if stages.iter().any(|stage| stage.name == "unit") {
            [setup::BUILD, setup::tokens(options)].concat()
        } else {
            setup::BUILD.to_vec()
        };
        Ok(match setup::prepare(&needs, options) {
            Ok(()) => stage::run(&stages, false, options),
            Err(code) => code,
        })
    },
};

/// The stages, those first that are over soonest.
pub(crate) const STAGES: &[Stage] = &[
    Stage {
        name: "unit",
        about: "unit and integration tests of the published crates",
        minutes: 20,
        slow: false,
        run: |run| {
            let tests = [
                "test",
                "--workspace",
                "--lib",
                "--bins",
                "--tests",
                "--examples",
                "--no-fail-fast",
            ];
            run.cargo(&[&tests, FEATURES].concat())
        },
    },
    Stage {
        name: "documentation",
        about: "examples in the documentation, and what must not compile",
        minutes: 20,
        slow: false,
        run: documentation,
    },
    Stage {
        name: "tools",
        about: "tests of the comparer, the ABI check and the demonstration",
        minutes: 20,
        slow: false,
        run: |run| {
            run.cargo(&[
                "test",
                "--manifest-path",
                "tests/Cargo.toml",
                "--workspace",
                "--no-fail-fast",
            ])
        },
    },
    Stage {
        name: "jobs",
        about: "tests of these jobs",
        minutes: 20,
        slow: false,
        run: |run| {
            run.cargo(&[
                "test",
                "--manifest-path",
                "xtask/Cargo.toml",
                "--no-fail-fast",
            ])
        },
    },
    Stage {
        name: "abi",
        about: "the bindings, checked by the C compiler",
        minutes: 20,
        slow: false,
        run: |run| {
            let mut check = program("gnutls-abi", &["--json"]);
            check.arg(result("abi.json")?);
            run.comparison(check, "the ABI check")
        },
    },
    Stage {
        name: "abi-faults",
        about: "faults put into the bindings must be caught",
        minutes: 20,
        slow: true,
        run: |run| run.comparison(program("gnutls-abi", &["--self-test"]), "the ABI check"),
    },
    Stage {
        name: "conformance",
        about: "Rust against C, on written and 2,000 generated scenarios",
        minutes: 20,
        slow: false,
        run: |run| {
            let generated = if run.quick { "200" } else { "2000" };
            let mut suite = program(
                "gnutls-conformance",
                &["--generated", generated, "--seed", "1", "--json"],
            );
            suite.arg(result("conformance.json")?);
            run.comparison(suite, "the conformance suite")
        },
    },
    Stage {
        name: "conformance-faults",
        about: "faults put into the drivers must be caught",
        minutes: 20,
        slow: true,
        run: |run| {
            run.comparison(
                program("gnutls-conformance", &["--self-test"]),
                "the conformance suite",
            )
        },
    },
];

/// The features of the published crates, none of which is on by default.
pub(crate) const FEATURES: &[&str] = &["--features", "gnutls/tracing"];

/// A program of the tests' workspace.
pub(crate) fn program(package: &str, arguments: &[&str]) -> Command {
    let mut command = project::cargo();
    command
        .args([
            "run",
            "--quiet",
            "--manifest-path",
            "tests/Cargo.toml",
            "--package",
            package,
            "--",
        ])
        .args(arguments);
    command
}

/// Where what a stage has found is put, for `cargo xtask report`. What an earlier run has left there is removed.
fn result(name: &str) -> anyhow::Result<PathBuf> {
    let folder = project::root().join("target/results/here");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let file = folder.join(name);
    match fs::remove_file(&file) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", file.display()))
        }
        _ => Ok(file),
    }
}

/// Runs documentation tests in the one way in which rustdoc compares error codes.
fn documentation(run: &mut Run) -> anyhow::Result<()> {
    let mut command = project::cargo();
    command
        .args(["test", "--workspace", "--doc", "--no-fail-fast"])
        .args(FEATURES)
        .env("RUSTC_BOOTSTRAP", "1");
    let result = run.program(command);
    result.and(codes_count())
}

/// A stable rustdoc takes any error for the expected one. This shows that the setting used above changes that: a wrong
/// code must be noticed.
fn codes_count() -> anyhow::Result<()> {
    let folder = project::target().join("xtask");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let file = folder.join("wrong_code.rs");
    fs::write(
        &file,
        "//! ```compile_fail,E0597\n//! let number: u8 = \"text\";\n//! ```\n",
    )?;
    let output = Command::new(project::tool("RUSTDOC", "rustdoc"))
        .args(["--test", "--edition", "2024", "--crate-name", "wrong_code"])
        .arg(&file)
        .env("RUSTC_BOOTSTRAP", "1")
        .current_dir(project::root())
        .stdin(Stdio::null())
        .output()
        .context("cannot run rustdoc")?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(
        !output.status.success(),
        "rustdoc does not compare the error codes of compile_fail"
    );
    if !said.contains("E0597") {
        bail!(
            "rustdoc failed for another reason than a wrong error code:\n{said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    println!("A compile_fail test with a wrong error code is noticed.");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The programs of the readme of `gnutls` are compiled with its documentation; those of the project's are the same.
    #[test]
    fn the_readme_shows_programs_that_are_compiled() {
        let read = |name: &str| fs::read_to_string(project::root().join(name)).unwrap();
        let (readme, compiled) = (read("README.md"), read("gnutls/README.md"));
        let programs: Vec<_> = readme
            .split("```rust")
            .skip(1)
            .filter_map(|rest| rest.split("```").next())
            .collect();
        assert_eq!(programs.len(), 2);
        for program in programs {
            assert!(
                compiled.contains(program),
                "not in gnutls/README.md:\n{program}"
            );
        }
    }

    #[test]
    fn stages_have_names_of_their_own() {
        let names: std::collections::BTreeSet<_> = STAGES.iter().map(|stage| stage.name).collect();
        assert_eq!(names.len(), STAGES.len());
        assert!(names.iter().all(|name| name.len() < 20));
    }
}
