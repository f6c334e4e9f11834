//! `cargo xtask test`: every test, in stages.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, bail, ensure};
use fs_err as fs;

use crate::job::Job;
use crate::project;
use crate::setup::{self, SetupOptions};
use crate::stage::{self, Run, Stage};

pub(crate) const TEST: Job = Job::Own {
    command: || {
        clap::Command::new("test")
            .about("Run all tests: unit, documentation, compile-fail, ABI and conformance")
            .long_about(
                "Runs every test: unit and integration tests of the published crates, their documentation tests \
                 (with the error codes of those that must not compile), the checks of the bindings by the C compiler, \
                 the conformance suite with its written and 2,000 generated scenarios, the injected faults of both, \
                 and the tests of these jobs.\n\n\
                 All stages run, even after a failure. The last line is `N passed, N failed`: the tests of cargo's test \
                 runner, and one for each run of the ABI check and of the conformance suite.",
            )
            .after_help("Examples:\n  cargo xtask test --install\n  cargo xtask test --only unit --only documentation")
            .args(stage::options())
            .args(gnutls_command_lines::setup())
    },
    run: |arguments| {
        let stages = stage::selected(STAGES, arguments, false)?;
        if arguments.get_flag("list") {
            stage::list(STAGES);
            return Ok(ExitCode::SUCCESS);
        }
        let options = SetupOptions::from(arguments);
        let mut requirements = setup::BUILD.to_vec();
        if stages.iter().any(|stage| stage.name == "unit") {
            requirements.extend_from_slice(setup::optional(setup::TEST_PROGRAMS, options));
        }
        Ok(match setup::prepare(&requirements, options) {
            Ok(()) => stage::run(&stages, false, options),
            Err(code) => code,
        })
    },
};

/// The stages, the fastest first.
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
            run.cargo(&[&tests, features()].concat())
        },
    },
    Stage {
        name: "documentation",
        about: "examples in the documentation, and code that must not compile",
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
            let mut command = project::cargo();
            command.args([
                "test",
                "--manifest-path",
                "tests/Cargo.toml",
                "--workspace",
                "--no-fail-fast",
            ]);
            match vectors(run) {
                Ok(folder) => drop(command.env("GNUTLS_VECTORS", folder)),
                Err(error) => run.skip(format!("no test vectors: {error:#}")),
            }
            run.program(command)
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
                "--package",
                "xtask",
                "--package",
                "gnutls-releases",
                "--package",
                "gnutls-command-lines",
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
        about: "injected faults of the bindings are detected",
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
        about: "injected faults of the drivers are detected",
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

/// The features of the published crates, none of which is a default.
pub(crate) const FEATURES: [&str; 4] = [
    "--features",
    "gnutls/dane",
    "--features",
    "gnutls/tracing,tokio-gnutls/dtls,tokio-gnutls/hyper,tokio-gnutls/listener,tokio-gnutls/rt-multi-thread",
];

/// Returns [`FEATURES`], without `dane` if libgnutls-dane is not installed: some systems have no package for it.
pub(crate) fn features() -> &'static [&'static str] {
    if setup::has_dane() {
        &FEATURES
    } else {
        println!("libgnutls-dane is not installed: the feature `dane` is not tested.");
        &FEATURES[2..]
    }
}

/// Returns a program of the workspace of tests.
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

/// Returns the file for the results of a stage, which `cargo xtask report` reads, without those of an earlier run.
fn result(name: &str) -> anyhow::Result<PathBuf> {
    let folder = project::root().join("target/results/here");
    fs::create_dir_all(&folder)?;
    let file = folder.join(name);
    project::remove(&file)?;
    Ok(file)
}

/// Returns the directory of the test vectors of the Python package in `tests/vectors/requirements.txt`, which contains its
/// digest. They are downloaded once.
fn vectors(run: &Run) -> anyhow::Result<PathBuf> {
    let requirements = project::root().join("tests/vectors/requirements.txt");
    let name = fs::read_to_string(&requirements)?;
    let name = name.split_whitespace().next().unwrap_or_default();
    let folder = project::target().join("vectors").join(name);
    if folder.exists() {
        return Ok(folder);
    }
    ensure!(!run.options.offline, "--offline forbids to download {name}");
    let download = folder.with_extension("download");
    project::remove(&download)?;
    let python = |arguments: &[&str], paths: &[&Path]| {
        let mut command = Command::new("python3");
        let output = command.arg("-m").args(arguments).args(paths).output()?;
        let text = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{command:?} failed: {text}");
        Ok(())
    };
    let pip = [
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "--dest",
    ];
    python(
        &pip,
        &[&download, Path::new("--requirement"), &requirements],
    )?;
    let unpacked = download.join("unpacked");
    for entry in fs::read_dir(&download)? {
        python(&["zipfile", "--extract"], &[&entry?.path(), &unpacked])?;
    }
    fs::rename(&unpacked, &folder)?;
    project::remove(&download)?;
    Ok(folder)
}

/// Runs documentation tests with a rustdoc that compares error codes.
fn documentation(run: &mut Run) -> anyhow::Result<()> {
    let folder = project::target().join("xtask");
    fs::create_dir_all(&folder)?;
    let mut command = project::cargo();
    command
        .args(["test", "--workspace", "--doc", "--no-fail-fast"])
        .args(features());
    bootstrap(&mut command, &folder)?;
    let result = run.program(command);
    result.and(error_codes_are_compared(&folder))
}

/// Sets `RUSTC_BOOTSTRAP` for rustdoc only: for cargo, it would rebuild every dependency whose build script reads it.
#[cfg(unix)]
fn bootstrap(command: &mut Command, folder: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    let script = folder.join("rustdoc");
    let rustdoc = project::tool("RUSTDOC", "rustdoc");
    let text = "#!/bin/sh\nRUSTC_BOOTSTRAP=1 exec \"$REAL_RUSTDOC\" \"$@\"\n";
    fs::write(&script, text)?;
    fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755))?;
    command.env("RUSTDOC", script).env("REAL_RUSTDOC", rustdoc);
    Ok(())
}

#[cfg(not(unix))]
fn bootstrap(command: &mut Command, _: &Path) -> anyhow::Result<()> {
    command.env("RUSTC_BOOTSTRAP", "1");
    Ok(())
}

/// Fails unless a wrong error code is noticed. Without `RUSTC_BOOTSTRAP`, a stable rustdoc accepts any error.
fn error_codes_are_compared(folder: &Path) -> anyhow::Result<()> {
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
    let printed = String::from_utf8_lossy(&output.stdout);
    ensure!(
        !output.status.success(),
        "rustdoc does not compare the error codes of compile_fail"
    );
    if !printed.contains("E0597") {
        bail!(
            "rustdoc failed for another reason than a wrong error code:\n{printed}{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    println!("A compile_fail test with a wrong error code is noticed.");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The programs in the README of `gnutls` are compiled with its documentation. Those of the project are the same.
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

    /// An older cargo fails at the configuration of the project, with an error that names no version.
    #[test]
    fn the_readme_states_the_requirements_before_the_first_command() {
        let readme = fs::read_to_string(project::root().join("README.md")).unwrap();
        let (before, _) = readme.split_once("cargo xtask").unwrap();
        let rust = format!("Rust {} or later", project::rust_version().unwrap());
        for text in [&rust, "a C compiler", "headers of its C library"] {
            assert!(before.contains(text), "{before}");
        }
    }

    #[test]
    fn stages_have_names_of_their_own() {
        let names: std::collections::BTreeSet<_> = STAGES.iter().map(|stage| stage.name).collect();
        assert_eq!(names.len(), STAGES.len());
        assert!(names.iter().all(|name| name.len() < 20));
    }
}
