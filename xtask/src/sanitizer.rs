//! The tests and the conformance suite under AddressSanitizer with leak detection, which requires a nightly toolchain.
//!
//! GnuTLS is not instrumented, but its allocations are: its accesses through functions of the C library, its leaks, and
//! every access of Rust to its memory are checked. There are no suppressions, but a few tests are skipped.

pub(crate) mod library;
pub(crate) mod miri;
pub(crate) mod valgrind;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail, ensure};
use fs_err as fs;

use crate::project;
use crate::stage::{Run, Stage};
use crate::test;

pub(crate) const ADDRESS: Stage = Stage {
    name: "address-sanitizer",
    about: "tests and conformance without a leak or a wrong access to memory",
    minutes: 20,
    slow: true,
    run: address,
};

/// Tests in which GnuTLS leaks 16 bytes: `_gnutls_srp_send_params` in lib/ext/srp.c does not free them if the password
/// callback of a client fails.
const LEAKS_OF_GNUTLS: [&str; 2] = [
    "bug_class_13_a_panic_of_a_password_callback_goes_on_in_the_call",
    "no_user_of_the_callback_ends_the_handshake",
];

/// The compiler flag.
const FLAG: &str = "-Zsanitizer=address";

fn address(run: &mut Run) -> anyhow::Result<()> {
    let mut toolchains = project::toolchains().into_iter();
    let Some(nightly) = toolchains.find(|name| name.starts_with("nightly")) else {
        run.skip("no nightly toolchain is installed, which the sanitizer requires");
        return Ok(());
    };
    let host = host(&nightly)?;
    if !host.ends_with("linux-gnu") {
        run.skip(format!("no leak detection on {host}"));
        return Ok(());
    }
    let reports = Reports::new()?;
    planted(&nightly, &reports)?;
    run.note("an injected leak and an injected use after free are found");

    let cargo = |arguments: &[&str]| {
        let mut command = project::toolchain(&nightly, "cargo");
        command
            .arg(arguments[0])
            .args(["--target", &host])
            .args(&arguments[1..])
            .env("RUSTFLAGS", FLAG)
            .env("CARGO_TARGET_DIR", folder())
            .env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only")
            .env("CARGO_INCREMENTAL", "0");
        reports.of(command)
    };
    let tests = [
        "test",
        "--package",
        "gnutls",
        "--package",
        "tokio-gnutls",
        "--lib",
        "--tests",
        "--no-fail-fast",
        "--",
    ];
    let skips = LEAKS_OF_GNUTLS.iter().flat_map(|test| ["--skip", test]);
    let tests: Vec<_> = tests.into_iter().chain(skips).collect();
    let tested = run.program(cargo(&tests));
    reports.none()?;
    tested?;

    let driver = [
        "build",
        "--manifest-path",
        "tests/Cargo.toml",
        "--package",
        "gnutls-conformance-driver",
    ];
    run.program(cargo(&driver))?;
    let driver = folder().join(&host).join("debug/driver");
    let driver = driver
        .to_str()
        .context("the path of the project is not UTF-8")?;
    let suite = test::program(
        "gnutls-conformance",
        &["--rust-driver", driver, "--generated", "200", "--seed", "1"],
    );
    let compared = run.comparison(reports.of(suite), "the conformance suite");
    reports.none()?;
    compared
}

fn folder() -> PathBuf {
    project::target().join("address-sanitizer")
}

/// Returns the target that this toolchain builds for by default.
fn host(toolchain: &str) -> anyhow::Result<String> {
    let output = project::toolchain(toolchain, "rustc")
        .arg("-vV")
        .output()
        .context("cannot run rustc")?;
    let printed = String::from_utf8_lossy(&output.stdout);
    let host = printed.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc -vV names no host")?.to_owned())
}

/// The directory for reports of the sanitizer: some programs are run by others that discard their output.
struct Reports(PathBuf);

impl Reports {
    fn new() -> anyhow::Result<Self> {
        let reports = Self(folder().join("reports"));
        reports.clear()?;
        Ok(reports)
    }

    fn clear(&self) -> anyhow::Result<()> {
        project::remove(&self.0)?;
        Ok(fs::create_dir_all(&self.0)?)
    }

    /// Returns the command with its reports in this directory.
    fn of(&self, mut command: Command) -> Command {
        let path = self.0.join("report");
        command.env(
            "ASAN_OPTIONS",
            // Without quotes, a space ends the path.
            format!("detect_leaks=1:log_path=\"{}\"", path.display()),
        );
        command
    }

    /// Returns all reports.
    fn read(&self) -> anyhow::Result<Vec<String>> {
        let entries = fs::read_dir(&self.0)?.collect::<Result<Vec<_>, _>>()?;
        entries.iter().map(|entry| read(&entry.path())).collect()
    }

    /// Prints all reports, and fails if there are any.
    fn none(&self) -> anyhow::Result<()> {
        let reports = self.read()?;
        for report in &reports {
            println!("{report}");
        }
        ensure!(
            reports.is_empty(),
            "AddressSanitizer wrote {} reports",
            reports.len()
        );
        Ok(())
    }
}

fn read(path: &Path) -> anyhow::Result<String> {
    let bytes = fs::read(path)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Checks that the sanitizer is active: it finds injected faults, and nothing without one.
fn planted(nightly: &str, reports: &Reports) -> anyhow::Result<()> {
    let program = folder().join("planted");
    let source = project::root().join("xtask/src/sanitizer/planted.rs");
    let mut compiler = project::toolchain(nightly, "rustc");
    compiler
        .args(["--edition", "2024", FLAG, "-o"])
        .arg(&program)
        .arg(source);
    ensure!(
        compiler.status().context("cannot run rustc")?.success(),
        "the injected faults do not compile"
    );
    for (fault, words) in [
        ("none", None),
        ("leak", Some("LeakSanitizer: detected memory leaks")),
        ("use-after-free", Some("heap-use-after-free")),
    ] {
        let mut command = reports.of(Command::new(&program));
        let status = command
            .arg(fault)
            .stdin(Stdio::null())
            .status()
            .context("cannot run the injected faults")?;
        let found = reports.read()?.concat();
        match words {
            None if status.success() && found.is_empty() => {}
            Some(words) if !status.success() && found.contains(words) => {}
            _ => bail!(
                "injected fault {fault}: the program ended with {status}, and the reports are: {found:?}"
            ),
        }
        reports.clear()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_reports_may_contain_spaces() {
        let reports = Reports("/a b/reports".into());
        let command = reports.of(Command::new("true"));
        let (_, options) = command.get_envs().next().unwrap();
        let expected = "detect_leaks=1:log_path=\"/a b/reports/report\"";
        assert_eq!(options, Some(expected.as_ref()));
    }
}
