//! The steps for another architecture.

use std::ffi::OsString;

use anyhow::{Context, ensure};
use fs_err as fs;

use super::{ABI, CONFORMANCE, DRIVER, Work};
use crate::matrix::architecture::Architecture;
use crate::matrix::environment::{Compiler, PROJECT};
use crate::process::Ended;
use crate::summary::Counts;
use crate::test::FEATURES;

/// Tests that cannot pass under qemu-user.
const NOT_UNDER_EMULATION: [&str; 4] = [
    // It emulates `vfork` by `fork`, so that the error of a program that cannot be started is lost.
    "it_says_when_pkg_config_is_not_there",
    // In Debian 12 it is linked with GnuTLS, which initialises itself and reads the environment variables of the test.
    "initialisation_is_left_to_the_program",
    // It does not translate the socket option `IP_MTU`.
    "the_largest_datagram_of_a_path_is_determined",
    // It returns no value for the socket option `SO_RCVTIMEO`, so that the half waits without a limit.
    "a_half_waits_no_longer_than_its_timeout",
];

/// The packages with tests of sessions.
const SAFE: [&str; 4] = ["--package", "gnutls", "--package", "tokio-gnutls"];

/// Builds and runs a test of the bindings, once with the pkg-config of the architecture and once with the directories.
/// Without either, the error must state the variables.
pub(super) fn compilation(work: &Work<'_>) -> anyhow::Result<String> {
    let architecture = architecture(work)?;
    let test = ["test", "--package", "gnutls-sys", "--test", "link"];
    let folders = architecture.folders();
    let mut passed = 0;
    for variables in [&[architecture.pkg_config()][..], &folders] {
        let counts = Counts::of(&separately(work, variables, &test)?.ok()?.output());
        ensure!(counts.passed > 0, "no test ran with {variables:?}");
        passed += counts.passed;
    }
    let ended = separately(work, &[], &["check", "--package", "gnutls-sys"])?;
    ensure!(
        !ended.success(),
        "the build succeeds without a library for {}",
        architecture.name
    );
    let output = ended.output();
    for (name, _) in folders.iter().chain([&architecture.pkg_config()]) {
        ensure!(
            output.contains(name.as_str()),
            "the error without variables does not name {name}{}",
            ended.excerpt(12)
        );
    }
    Ok(format!(
        "with pkg-config and with directories {passed} passed; the error without names the variables"
    ))
}

/// Runs cargo for the architecture with only these variables, in a target directory of this environment.
fn separately(
    work: &Work<'_>,
    variables: &[(String, String)],
    arguments: &[&str],
) -> anyhow::Result<Ended> {
    let target = work.environment.inside().join("cross");
    let target = ("CARGO_TARGET_DIR".to_owned(), target.display().to_string());
    let words = words([variables, &[target]].concat(), arguments);
    work.run_to_the_end(Compiler::Cross, PROJECT, &words)
}

/// Runs cargo for the architecture, with its pkg-config.
fn cargo(work: &Work<'_>, arguments: &[&str]) -> anyhow::Result<Ended> {
    let words = words(vec![architecture(work)?.pkg_config()], arguments);
    work.run(Compiler::Cross, PROJECT, &words)
}

/// Returns the command that runs cargo with these variables.
fn words(variables: Vec<(String, String)>, arguments: &[&str]) -> Vec<OsString> {
    let variables = variables
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"));
    let cargo = ["cargo", arguments[0], "--locked", "--offline"];
    let rest = cargo.iter().chain(&arguments[1..]).map(OsString::from);
    [OsString::from("env")]
        .into_iter()
        .chain(variables.map(OsString::from))
        .chain(rest)
        .collect()
}

/// Runs the tests of `gnutls-sys` and the unit tests of the other published crates.
pub(super) fn unit_tests(work: &Work<'_>) -> anyhow::Result<String> {
    let mut counts = tests(work, &["--package", "gnutls-sys", "--tests"])?;
    counts += tests(work, &[&SAFE[..], &FEATURES, &["--lib"]].concat())?;
    Ok(counts.to_string())
}

/// Runs the other tests of the published crates.
pub(super) fn integration_tests(work: &Work<'_>) -> anyhow::Result<String> {
    Ok(tests(work, &[&SAFE[..], &FEATURES, &["--test", "*"]].concat())?.to_string())
}

fn tests(work: &Work<'_>, packages: &[&str]) -> anyhow::Result<Counts> {
    let mut arguments = [&["test", "--no-fail-fast"], packages].concat();
    if architecture(work)?.emulator().is_some() {
        arguments.push("--");
        arguments.extend(NOT_UNDER_EMULATION.iter().flat_map(|name| ["--skip", name]));
    }
    let counts = Counts::of(&cargo(work, &arguments)?.output());
    ensure!(counts.passed > 0, "no test ran");
    Ok(counts)
}

/// Checks the bindings against the headers of the environment with the C compiler of the architecture.
pub(super) fn abi(work: &Work<'_>) -> anyhow::Result<String> {
    let target = architecture(work)?.target;
    work.comparison(&[work.tools.program(ABI), "--target".into(), target.into()])
}

/// Compares both drivers, built for the architecture, on the written scenarios. Their facts must be those of the
/// baseline, which has been written on another architecture.
pub(super) fn conformance(work: &Work<'_>) -> anyhow::Result<String> {
    let architecture = architecture(work)?;
    let build = ["build", "--manifest-path", "tests/Cargo.toml"];
    cargo(work, &[&build[..], &["--package", DRIVER[0]]].concat())?;
    let target = work.environment.cross_target().join(architecture.target);
    let driver = target.join("debug").join(DRIVER[1]);
    let mut words: Vec<OsString> = vec![
        work.tools.program(CONFORMANCE),
        "--rust-driver".into(),
        driver.into(),
    ];
    words.extend_from_slice(&work.environment.context.sample);
    if let Some(emulator) = architecture.emulator() {
        words.extend(["--runner".into(), emulator.into()]);
    }
    let summary = work.comparison(&words)?;
    let file = work.environment.folder().join("results/conformance.json");
    let report: serde_json::Value = serde_json::from_str(&fs::read_to_string(file)?)?;
    ensure!(
        report["baseline"] == "same",
        "the facts were not compared with those of other architectures: {summary}"
    );
    Ok(summary)
}

fn architecture(work: &Work<'_>) -> anyhow::Result<&'static Architecture> {
    let architecture = work.environment.architecture;
    architecture.context("this step is for another architecture")
}
