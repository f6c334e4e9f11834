//! `cargo xtask ci`: what has to hold before a change is taken.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, bail, ensure};
use clap::{Arg, ArgAction};

use crate::job::Job;
use crate::project;
use crate::sanitizer;
use crate::setup::{self, SetupOptions};
use crate::stage::{self, Run, Stage};
use crate::test;

pub(crate) const CI: Job = Job {
    command: || {
        clap::Command::new("ci")
            .about("Run what has to hold before a change is taken: tests, formatting, lints, ...")
            .long_about(
                "Runs formatting, lints and documentation with warnings denied, all of `cargo xtask test`, a build with \
                 the minimum Rust version (where such a toolchain is at hand), the comparison of the committed bindings \
                 with those that the generator writes, the dependencies of the published crates, their packages, and \
                 `cargo xtask matrix`, which does what `cargo xtask boundaries` does too.",
            )
            .after_help("Examples:\n  cargo xtask ci --quick\n  cargo xtask ci --only clippy --only format")
            .arg(
                Arg::new("quick")
                    .long("quick")
                    .action(ArgAction::SetTrue)
                    .help("Leave out what is slow: for use while working"),
            )
            .args(stage::options())
            .args(SetupOptions::options())
    },
    run: |arguments| {
        let quick = arguments.get_flag("quick");
        let stages = [BEFORE, test::STAGES, AFTER].concat();
        let chosen = stage::selected(&stages, arguments, quick)?;
        if arguments.get_flag("list") {
            stage::list(&stages);
            return Ok(ExitCode::SUCCESS);
        }
        let options = SetupOptions::from(arguments);
        let has = |name| chosen.iter().any(|stage| stage.name == name);
        let needs = [
            if has("bindings") {
                setup::EVERYTHING
            } else {
                setup::BUILD
            },
            if has("unit") {
                setup::tokens(options)
            } else {
                &[]
            },
            if has("interop") {
                setup::peers(options)
            } else {
                &[]
            },
            if has("page") {
                setup::browser(options)
            } else {
                &[]
            },
        ]
        .concat();
        Ok(match setup::prepare(&needs, options) {
            Ok(()) => stage::run(&chosen, quick, options),
            Err(code) => code,
        })
    },
};

/// What is over soonest and fails most often.
const BEFORE: &[Stage] = &[
    Stage {
        name: "format",
        about: "every file is as rustfmt writes it",
        minutes: 2,
        slow: false,
        run: |run| {
            each_workspace(run, |manifest| {
                vec!["fmt", "--all", "--check", "--manifest-path", manifest]
            })
        },
    },
    Stage {
        name: "clippy",
        about: "no lint has anything to say",
        minutes: 20,
        slow: false,
        run: |run| {
            each_workspace(run, |manifest| {
                let all = [
                    "clippy",
                    "--quiet",
                    "--workspace",
                    "--all-targets",
                    "--manifest-path",
                    manifest,
                ];
                [
                    &all[..],
                    &["--", "-D", "warnings", "-D", "clippy::incompatible_msrv"],
                ]
                .concat()
            })?;
            let all = ["clippy", "--quiet", "--workspace", "--all-targets"];
            let deny = ["--", "-D", "warnings"];
            run.cargo(&[&all[..], test::FEATURES, &deny].concat())
        },
    },
    Stage {
        name: "rustdoc",
        about: "documentation without a warning, also where there is no GnuTLS",
        minutes: 20,
        slow: false,
        run: |run| {
            for docs_rs in [false, true] {
                let mut command = project::cargo();
                command
                    .args(["doc", "--quiet", "--workspace", "--no-deps"])
                    .env("RUSTDOCFLAGS", "-D warnings");
                if docs_rs {
                    // As docs.rs builds it: with all features, without the library, in a folder of its own.
                    command
                        .args(test::FEATURES)
                        .env("DOCS_RS", "1")
                        .env("CARGO_TARGET_DIR", project::target().join("docs-rs"));
                }
                run.program(command)?;
            }
            Ok(())
        },
    },
];

/// What takes longer, or changes seldom.
const AFTER: &[Stage] = &[
    Stage {
        name: "minimum-rust",
        about: "the published crates build with the oldest Rust they promise",
        minutes: 20,
        slow: true,
        run: minimum_rust,
    },
    Stage {
        name: "bindings",
        about: "the committed bindings are what the generator writes",
        minutes: 20,
        slow: true,
        run: |run| {
            run.cargo(&[
                "test",
                "--manifest-path",
                "xtask/Cargo.toml",
                "--package",
                "gnutls-bindgen",
                "--no-fail-fast",
            ])?;
            let check = ["--package", "gnutls-bindgen", "--", "--check"];
            run.cargo(
                &[
                    &["run", "--quiet", "--manifest-path", "xtask/Cargo.toml"],
                    &check[..],
                ]
                .concat(),
            )
        },
    },
    Stage {
        name: "coverage",
        about: "each C function of the areas done is called, or has a reason not to be",
        minutes: 10,
        slow: false,
        run: |run| {
            let of_package = |verb| {
                let package = ["--package", "gnutls-coverage"];
                [
                    &[verb, "--quiet", "--manifest-path", "xtask/Cargo.toml"],
                    &package[..],
                ]
                .concat()
            };
            run.cargo(&of_package("test"))?;
            let mut check = project::cargo();
            check.args(of_package("run")).args(["--", "--check"]);
            run.comparison(check, "cargo xtask coverage")
        },
    },
    Stage {
        name: "interop",
        about: "the safe crate against TLS software of others, in both directions",
        minutes: 20,
        slow: true,
        run: |run| run.comparison(test::program("gnutls-interop", &[]), "cargo xtask interop"),
    },
    sanitizer::ADDRESS,
    Stage {
        name: "page",
        about: "the page of `cargo xtask report`, opened in Chromium",
        minutes: 10,
        slow: true,
        run: page,
    },
    Stage {
        name: "dependencies",
        about: "the published crates need libc, pkg-config and, for its streams, tokio and nothing else",
        minutes: 2,
        slow: false,
        run: dependencies,
    },
    Stage {
        name: "package",
        about: "the published crates can be packaged, and build from their packages",
        minutes: 20,
        slow: true,
        run: package,
    },
    #[cfg(target_os = "linux")]
    Stage {
        name: "matrix",
        about: "everything, release boundaries too, on every version in ci/matrix.toml",
        minutes: 40,
        slow: true,
        run: |run| run.comparison(matrix(run.options), "cargo xtask matrix"),
    },
];

/// These jobs with nothing left out, which the alias `cargo xtask` does.
#[cfg(target_os = "linux")]
fn whole_xtask(job: &str) -> Command {
    let mut command = project::cargo();
    command.args([
        "run",
        "--quiet",
        "--manifest-path",
        "xtask/Cargo.toml",
        "--package",
        "xtask",
        "--",
        job,
    ]);
    command
}

/// The matrix, which installs what it needs where this job was told to. That it may touch no network is in its environment.
fn matrix(options: SetupOptions) -> Command {
    let mut matrix = whole_xtask("matrix");
    matrix.args(options.install.then_some("--install"));
    matrix
}

/// Runs cargo on the workspaces of the project, all of them even where one fails.
fn each_workspace(
    run: &mut Run,
    arguments: impl Fn(&'static str) -> Vec<&'static str>,
) -> anyhow::Result<()> {
    let failed: Vec<_> = ["Cargo.toml", "tests/Cargo.toml", "xtask/Cargo.toml"]
        .into_iter()
        .filter(|manifest| run.cargo(&arguments(manifest)).is_err())
        .collect();
    ensure!(failed.is_empty(), "failed for {}", failed.join(", "));
    Ok(())
}

fn minimum_rust(run: &mut Run) -> anyhow::Result<()> {
    let version = project::rust_version()?;
    let Some(mut command) = toolchain(&version) else {
        run.skip(format!(
            "no Rust {version} at hand; clippy's incompatible_msrv alone has looked"
        ));
        return Ok(());
    };
    command
        .current_dir(project::root())
        .args(["check", "--workspace", "--all-targets"]);
    command.env("CARGO_TARGET_DIR", project::target().join("minimum-rust"));
    run.program(command)
}

/// Cargo of that Rust version: one of rustup's toolchains, or the system's.
fn toolchain(version: &str) -> Option<Command> {
    let output = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output().ok()?;
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let is_it =
        |said: Option<String>| said.is_some_and(|said| said.contains(&format!(" {version}.")));
    let listed = output("rustup", &["toolchain", "list"]).unwrap_or_default();
    for name in listed
        .lines()
        .filter_map(|line| line.split_whitespace().next())
    {
        if is_it(output("rustup", &["run", name, "rustc", "--version"])) {
            return Some(project::toolchain(name, "cargo"));
        }
    }
    let (rustc, cargo) = ("/usr/bin/rustc", "/usr/bin/cargo");
    if is_it(output(rustc, &["--version"])) && Path::new(cargo).exists() {
        let mut command = Command::new(cargo);
        command
            .env("RUSTC", rustc)
            .env_remove("RUSTDOC")
            .env_remove("CARGO")
            .env_remove("RUSTUP_TOOLCHAIN");
        return Some(command);
    }
    None
}

fn dependencies(run: &mut Run) -> anyhow::Result<()> {
    for (package, allowed) in [
        ("gnutls-sys", &["gnutls-sys", "libc", "pkg-config"][..]),
        ("gnutls", &["gnutls", "gnutls-sys", "libc", "pkg-config"]),
        (
            "tokio-gnutls",
            &[
                "gnutls",
                "gnutls-sys",
                "libc",
                "pin-project-lite",
                "pkg-config",
                "tokio",
                "tokio-gnutls",
            ],
        ),
    ] {
        let output = project::cargo()
            .args([
                "tree",
                "--package",
                package,
                "--edges",
                "normal,build",
                "--target",
                "all",
                "--prefix",
                "none",
            ])
            .args(["--format", "{p}"])
            .output()
            .context("cannot run cargo tree")?;
        ensure!(
            output.status.success(),
            "cargo tree: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let said = String::from_utf8_lossy(&output.stdout);
        let found: BTreeSet<_> = said
            .lines()
            .filter_map(|line| line.split_whitespace().next())
            .collect();
        let allowed: BTreeSet<_> = allowed.iter().copied().collect();
        if found != allowed {
            bail!("{package} needs {found:?}, but is to need {allowed:?}");
        }
        let list: Vec<_> = found.into_iter().filter(|name| *name != package).collect();
        run.note(format!("{package} needs {} alone", list.join(", ")));
    }
    Ok(())
}

fn page(run: &mut Run) -> anyhow::Result<()> {
    if let Some(missing) = setup::lacks_browser()? {
        run.skip(format!("{missing}; --install brings it"));
        return Ok(());
    }
    run.cargo(&[
        "test",
        "--manifest-path",
        "tests/Cargo.toml",
        "--package",
        "gnutls-report",
        "--features",
        "browser",
        "--test",
        "browser",
    ])
}

fn package(run: &mut Run) -> anyhow::Result<()> {
    let manifests = ["gnutls-sys", "gnutls", "tokio-gnutls"].map(|name| project::root().join(name));
    for folder in &manifests {
        for file in ["LICENSE-MIT", "LICENSE-APACHE", "README.md"] {
            ensure!(
                folder.join(file).is_file(),
                "{} is missing",
                folder.join(file).display()
            );
        }
    }
    // A crate that depends on one that is packaged with it: cargo can do that since 1.90.
    let mut command = project::cargo();
    command
        .args(["package", "--workspace", "--allow-dirty", "--quiet"])
        .args(["--exclude", "gnutls-testing"])
        .env("CARGO_TARGET_DIR", project::target().join("package-check"));
    run.program(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_matrix_may_install_what_this_job_may_install() {
        let last = |install| {
            let options = SetupOptions {
                install,
                ..SetupOptions::default()
            };
            matrix(options).get_args().last().map(ToOwned::to_owned)
        };
        assert_eq!(last(true), Some("--install".into()));
        assert_eq!(last(false), Some("matrix".into()));
    }
}
