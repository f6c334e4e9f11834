//! `cargo xtask ci`: all checks that a change must pass.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, ensure};
use clap::{Arg, ArgAction};

use crate::fuzz;
use crate::job::Job;
#[cfg(unix)]
use crate::minimal_versions;
use crate::project;
use crate::sanitizer;
use crate::setup::{self, SetupOptions};
use crate::stage::{self, Run, Stage};
use crate::{archives, semver, targets, test};

pub(crate) const CI: Job = Job::Own {
    command: || {
        clap::Command::new("ci")
            .about("Run all checks that a change must pass: tests, formatting, lints, ...")
            .long_about(
                "Runs formatting, lints and documentation with warnings denied, all of `cargo xtask test`, a build with \
                 the minimum Rust version (if such a toolchain is installed), the comparison of the committed bindings \
                 with the output of the generator, the layers of the safe crate, the dependencies of the published crates, \
                 their archives, their version numbers, a smoke run of the fuzz targets, the examples against the software that they are for, the instruction counts of `cargo xtask bench`, `cargo xtask package debian` and `recipes`, \
                 `cargo xtask matrix`, which includes `cargo xtask boundaries`, and `cargo xtask matrix --arch` for i386 and s390x.",
            )
            .after_help("Examples:\n  cargo xtask ci --quick\n  cargo xtask ci --only clippy --only format")
            .arg(
                Arg::new("quick")
                    .long("quick")
                    .action(ArgAction::SetTrue)
                    .help("Skip the slow stages: for use while working"),
            )
            .args(stage::options())
            .args(gnutls_command_lines::setup())
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
        let mut requirements = setup::BUILD.to_vec();
        for (name, of_stage) in [
            ("unit", setup::TEST_PROGRAMS),
            ("interop", setup::PEERS),
            ("examples", setup::COUNTERPARTS),
            ("static", setup::STATIC_LIBRARIES),
            ("page", setup::BROWSER),
        ] {
            if has(name) {
                requirements.extend_from_slice(setup::optional(of_stage, options));
            }
        }
        if has("bindings") {
            requirements.extend_from_slice(setup::BINDGEN);
        }
        if has("instructions") {
            requirements.extend_from_slice(setup::BENCH);
        }
        Ok(match setup::prepare(&requirements, options) {
            Ok(()) => stage::run(&chosen, quick, options),
            Err(code) => code,
        })
    },
};

/// The workspace of the benchmarks, which requires the libraries that it compares.
const BENCH: &str = "tests/bench/Cargo.toml";

/// The workspace of the examples, which use the libraries of other projects.
const EXAMPLES: &str = "examples/Cargo.toml";

/// The stages that are fast and fail most often.
const BEFORE: &[Stage] = &[
    Stage {
        name: "format",
        about: "every file is formatted by rustfmt",
        minutes: 2,
        slow: false,
        run: |run| {
            each_workspace(run, |manifest| {
                vec!["fmt", "--all", "--check", "--manifest-path", manifest]
            })?;
            run.cargo(&["fmt", "--check", "--manifest-path", BENCH])
        },
    },
    Stage {
        name: "clippy",
        about: "no lint has a warning",
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
            run.cargo(&[&all[..], test::features(), &deny].concat())
        },
    },
    Stage {
        name: "rustdoc",
        about: "documentation without a warning, with and without an installed GnuTLS",
        minutes: 20,
        slow: false,
        run: |run| {
            let doc = || {
                let mut command = project::cargo();
                command
                    .args(["doc", "--quiet", "--workspace", "--no-deps"])
                    .env("RUSTDOCFLAGS", "-D warnings");
                command
            };
            run.program(doc())?;
            // As docs.rs builds it: without the library, in a separate directory, with and without features.
            for features in [&[][..], &test::FEATURES, &["--all-features"]] {
                let mut command = doc();
                command
                    .args(features)
                    .env("RUSTDOCFLAGS", "-D warnings --cfg docsrs")
                    .env("DOCS_RS", "1")
                    .env("PKG_CONFIG", "none")
                    .env("CARGO_TARGET_DIR", project::target().join("docs-rs"));
                run.program(command)?;
            }
            Ok(())
        },
    },
];

/// The stages that take longer or change seldom.
const AFTER: &[Stage] = &[
    Stage {
        name: "minimum-rust",
        about: "the published crates build with their minimum Rust version",
        minutes: 20,
        slow: true,
        run: minimum_rust,
    },
    #[cfg(unix)]
    minimal_versions::MINIMAL_VERSIONS,
    targets::TARGETS,
    Stage {
        name: "static",
        about: "GNUTLS_STATIC links GnuTLS and its dependencies statically",
        minutes: 10,
        slow: true,
        run: static_linking,
    },
    Stage {
        name: "bindings",
        about: "the committed bindings are the output of the generator, and generated ones have the same names",
        minutes: 20,
        slow: true,
        run: |run| {
            tool(run, "gnutls-bindgen", &["--check"])?;
            // Any crate of a program can enable the feature for all others.
            run.cargo(&[
                "check",
                "--package",
                "gnutls",
                "--features",
                "gnutls-sys/bindgen",
            ])
        },
    },
    Stage {
        name: "coverage",
        about: "each C function of the finished areas is called, or has a reason not to be",
        minutes: 10,
        slow: false,
        run: |run| tool(run, "gnutls-coverage", &["--check"]),
    },
    Stage {
        name: "layers",
        about: "no file of the safe crate imports from a layer below it or through a re-export",
        minutes: 10,
        slow: false,
        run: |run| tool(run, "gnutls-layers", &[]),
    },
    Stage {
        name: "interop",
        about: "the safe crate against other TLS software, in both directions",
        minutes: 20,
        slow: true,
        run: |run| run.comparison(test::program("gnutls-interop", &[]), "cargo xtask interop"),
    },
    Stage {
        name: "examples",
        about: "the examples against the software that they are for, such as PostgreSQL and Redis",
        minutes: 20,
        slow: true,
        run: |run| {
            let mut program = project::cargo();
            program.args([
                "run",
                "--quiet",
                "--manifest-path",
                EXAMPLES,
                "--package",
                "gnutls-example-check",
            ]);
            run.comparison(program, "cargo xtask examples")
        },
    },
    Stage {
        name: "instructions",
        about: "the safe crate executes only a few more instructions than a C program",
        minutes: 30,
        slow: true,
        run: instructions,
    },
    fuzz::SMOKE,
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
        about: "the published crates depend only on libc, pkg-config and, for the streams, tokio",
        minutes: 2,
        slow: false,
        run: dependencies,
    },
    archives::ARCHIVES,
    semver::STAGE,
    #[cfg(target_os = "linux")]
    Stage {
        name: "debian-packages",
        about: "the packages of Debian 13, built twice with its crates, checked by lintian, installed and tested",
        minutes: 60,
        slow: true,
        run: |run| {
            run.comparison(
                whole_xtask(&["package", "debian"], run.options),
                "cargo xtask package debian",
            )
        },
    },
    #[cfg(target_os = "linux")]
    Stage {
        name: "recipes",
        about: "the recipes of Alpine, Arch and Nix are valid",
        minutes: 30,
        slow: true,
        run: |run| {
            run.comparison(
                whole_xtask(&["package", "recipes"], run.options),
                "cargo xtask package recipes",
            )
        },
    },
    #[cfg(target_os = "linux")]
    Stage {
        name: "matrix",
        about: "everything, including release boundaries, on every version in ci/matrix.toml",
        minutes: 40,
        slow: true,
        // The stage `conformance` has run more generated scenarios on the library of this machine.
        run: |run| {
            let mut command = whole_xtask(&["matrix"], run.options);
            command.args(["--generated", "500"]);
            run.comparison(command, "cargo xtask matrix")
        },
    },
    #[cfg(target_os = "linux")]
    Stage {
        name: "architectures",
        about: "cross compilation, unit tests, bindings and every third written scenario on i386 and s390x of Debian 13",
        minutes: 30,
        slow: true,
        run: architectures,
    },
];

/// Runs the tests of a program of this workspace, and then the program.
fn tool(run: &mut Run, package: &str, arguments: &[&str]) -> anyhow::Result<()> {
    let of_package = |verb| {
        let mut command = project::cargo();
        command.args([
            verb,
            "--manifest-path",
            "xtask/Cargo.toml",
            "--package",
            package,
        ]);
        command
    };
    run.program(of_package("test"))?;
    let mut program = of_package("run");
    program.arg("--").args(arguments);
    run.comparison(program, package)
}

/// Checks the program that measures, which only this stage builds, and compares instruction counts.
fn instructions(run: &mut Run) -> anyhow::Result<()> {
    let bench = |verb: &str, arguments: &[&str]| {
        let mut command = project::cargo();
        command
            .args([verb, "--release", "--manifest-path", BENCH])
            .args(arguments);
        command
    };
    run.program(bench(
        "clippy",
        &["--quiet", "--all-targets", "--", "-D", "warnings"],
    ))?;
    run.program(bench("test", &[]))?;
    let gate = bench("run", &["--quiet", "--", "--gate"]);
    run.comparison(gate, "cargo xtask bench --gate")
}

/// Returns a job of a build with all features, unlike that of the alias `cargo xtask`. The job installs its requirements if
/// this one does. Its environment contains `--offline`.
#[cfg(target_os = "linux")]
fn whole_xtask(job: &[&str], options: SetupOptions) -> Command {
    let mut command = project::cargo();
    command.args([
        "run",
        "--quiet",
        "--manifest-path",
        "xtask/Cargo.toml",
        "--package",
        "xtask",
        "--",
    ]);
    command.args(job);
    command.args(options.install.then_some("--install"));
    command
}

/// Runs the matrix for a little-endian architecture of 32 bits and a big-endian one. The integration tests and all written
/// scenarios take too long under emulation; `cargo xtask matrix --arch` runs them.
#[cfg(target_os = "linux")]
fn architectures(run: &mut Run) -> anyhow::Result<()> {
    if std::env::consts::ARCH != "x86_64" {
        run.skip("the root file systems contain compilers for x86_64");
        return Ok(());
    }
    let mut command = whole_xtask(&["matrix"], run.options);
    command.args([
        "--arch",
        "i386,s390x",
        "--only",
        "debian-13",
        "--every",
        "3",
    ]);
    for step in ["cross compilation", "unit tests", "abi", "conformance"] {
        command.args(["--step", step]);
    }
    run.comparison(command, "cargo xtask matrix --arch")
}

/// Runs cargo on all workspaces of the project, even if it fails on one.
fn each_workspace(
    run: &mut Run,
    arguments: impl Fn(&'static str) -> Vec<&'static str>,
) -> anyhow::Result<()> {
    let failed: Vec<_> = [
        "Cargo.toml",
        "tests/Cargo.toml",
        "xtask/Cargo.toml",
        EXAMPLES,
    ]
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
            "no Rust {version} is installed; only clippy's incompatible_msrv has checked"
        ));
        return Ok(());
    };
    command
        .current_dir(project::root())
        .args(["check", "--workspace", "--all-targets"]);
    command.env("CARGO_TARGET_DIR", project::target().join("minimum-rust"));
    run.program(command)
}

/// Returns cargo of that Rust version: one of rustup's toolchains, or the one of the system.
fn toolchain(version: &str) -> Option<Command> {
    let has_version = |mut rustc: Command| {
        let output = rustc.arg("--version").output();
        let version = format!(" {version}.");
        output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(&version))
    };
    let mut toolchains = project::toolchains().into_iter();
    if let Some(name) = toolchains.find(|name| has_version(project::toolchain(name, "rustc"))) {
        return Some(project::toolchain(&name, "cargo"));
    }
    let (rustc, cargo) = ("/usr/bin/rustc", "/usr/bin/cargo");
    if !has_version(Command::new(rustc)) || !Path::new(cargo).exists() {
        return None;
    }
    let mut command = Command::new(cargo);
    command.env("RUSTC", rustc);
    for variable in ["RUSTDOC", "CARGO", "RUSTUP_TOOLCHAIN"] {
        command.env_remove(variable);
    }
    Some(command)
}

fn static_linking(run: &mut Run) -> anyhow::Result<()> {
    let mut pkg_config = Command::new("pkg-config");
    let output = pkg_config
        .args(["--variable=libdir", "gnutls"])
        .output()
        .context("cannot run pkg-config")?;
    let folder = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if !Path::new(&folder).join("libgnutls.a").is_file() {
        run.skip(format!("{folder} contains no libgnutls.a"));
        return Ok(());
    }
    let mut command = project::cargo();
    command
        .args(["test", "--package", "gnutls-sys", "--test", "link"])
        .env("GNUTLS_STATIC", "1")
        .env("CARGO_TARGET_DIR", project::target().join("static"));
    run.program(command)
}

fn dependencies(run: &mut Run) -> anyhow::Result<()> {
    for (package, allowed) in [
        ("gnutls-sys", "libc pkg-config"),
        ("gnutls-macros", ""),
        ("gnutls", "gnutls-macros gnutls-sys libc pkg-config"),
        (
            "tokio-gnutls",
            "gnutls gnutls-macros gnutls-sys libc pin-project-lite pkg-config tokio",
        ),
    ] {
        let mut tree = project::cargo();
        tree.args(["tree", "--package", package, "--edges", "normal,build"]);
        tree.args(["--target", "all", "--prefix", "none", "--format", "{p}"]);
        let output = tree.output().context("cannot run cargo tree")?;
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "cargo tree: {errors}");
        let printed = String::from_utf8_lossy(&output.stdout);
        let names = printed
            .lines()
            .filter_map(|line| line.split_whitespace().next());
        let found: BTreeSet<_> = names.filter(|name| *name != package).collect();
        let allowed: BTreeSet<_> = allowed.split_whitespace().collect();
        ensure!(
            found == allowed,
            "{package} depends on {found:?}; only {allowed:?} are allowed"
        );
        let list: Vec<_> = found.into_iter().collect();
        match list.is_empty() {
            true => run.note(format!("{package} depends on nothing")),
            false => run.note(format!("{package} depends only on {}", list.join(", "))),
        }
    }
    Ok(())
}

fn page(run: &mut Run) -> anyhow::Result<()> {
    if let Some(missing) = setup::missing_browser()? {
        run.skip(format!("{missing}; --install installs it"));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn the_matrix_may_install_what_this_job_may_install() {
        let last = |install| {
            let options = SetupOptions {
                install,
                ..SetupOptions::default()
            };
            whole_xtask(&["matrix"], options)
                .get_args()
                .last()
                .map(ToOwned::to_owned)
        };
        assert_eq!(last(true), Some("--install".into()));
        assert_eq!(last(false), Some("matrix".into()));
    }
}
