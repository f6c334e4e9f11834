//! The fuzz targets: a smoke run on any compiler, and libFuzzer with AddressSanitizer.

use std::env;
use std::process::{Command, Stdio};

use anyhow::{Context, ensure};
use fs_err as fs;

use crate::project;
use crate::stage::{Run, Stage};

pub(crate) const SMOKE: Stage = Stage {
    name: "fuzz",
    about: "each fuzz target on its corpus, and on seeded mutations of it",
    minutes: 10,
    slow: false,
    run: |run| {
        let cargo = |arguments: &[&str]| {
            let mut command = project::cargo();
            command
                .arg(arguments[0])
                .args(["--manifest-path", MANIFEST]);
            command.args(&arguments[1..]);
            command
        };
        run.program(cargo(&["fmt", "--all", "--check"]))?;
        // The programs of libFuzzer, which only call the targets, require a C++ compiler.
        let deny = ["--all-targets", "--", "-D", "warnings"];
        run.program(cargo(
            &[&["clippy", "--quiet", "--package", TARGETS], &deny[..]].concat(),
        ))?;
        smoke(run)
    },
};

pub(crate) const FUZZ: Stage = Stage {
    name: "fuzz",
    about: "each fuzz target under libFuzzer with AddressSanitizer, for GNUTLS_FUZZ_SECONDS (60)",
    minutes: 120,
    slow: false,
    run: |run| match run.quick {
        true => smoke(run),
        false => fuzz(run),
    },
};

const MANIFEST: &str = "fuzz/Cargo.toml";

/// The package with the functions.
const TARGETS: &str = "gnutls-fuzz-targets";

fn smoke(run: &mut Run) -> anyhow::Result<()> {
    let mut command = project::cargo();
    command.args(["run", "--quiet", "--manifest-path", MANIFEST]);
    command.args(["--package", TARGETS]);
    run.program(command)
}

fn fuzz(run: &mut Run) -> anyhow::Result<()> {
    let mut toolchains = project::toolchains().into_iter();
    let Some(nightly) = toolchains.find(|name| name.starts_with("nightly")) else {
        run.skip("no nightly toolchain is installed, which the sanitizer requires");
        return Ok(());
    };
    let cargo_fuzz = |arguments: &[&str]| {
        let mut command = project::toolchain(&nightly, "cargo");
        command.arg("fuzz").args(arguments);
        command
    };
    let mut version = cargo_fuzz(&["--version"]);
    let found = version.stdout(Stdio::null()).stderr(Stdio::null()).status();
    if !found.is_ok_and(|status| status.success()) {
        run.skip("cargo-fuzz is not installed: cargo install cargo-fuzz");
        return Ok(());
    }
    let seconds = env::var("GNUTLS_FUZZ_SECONDS").unwrap_or_else(|_| "60".to_owned());
    let folder = project::target().join("fuzz");
    let mut failed = Vec::new();
    for target in targets()? {
        // libFuzzer writes what it finds to the first directory.
        let found = folder.join("corpus").join(&target);
        fs::create_dir_all(&found)?;
        let mut command: Command = cargo_fuzz(&["run", "--target-dir"]);
        command.arg(&folder).arg(&target).arg(&found);
        command.arg(format!("fuzz/corpus/{target}"));
        command.args(["--", "-timeout=60", "-print_final_stats=1"]);
        command.arg(format!("-max_total_time={seconds}"));
        if run.program(command).is_err() {
            failed.push(target);
        }
    }
    ensure!(
        failed.is_empty(),
        "fuzzing failed for {}: the inputs are in fuzz/artifacts",
        failed.join(", ")
    );
    Ok(())
}

/// Returns the names of the targets, which are those of the directories of their corpora.
fn targets() -> anyhow::Result<Vec<String>> {
    let folder = project::root().join("fuzz/corpus");
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            let name = entry.file_name().into_string();
            names.push(name.ok().context("the name of a target is not UTF-8")?);
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_target_has_a_program_and_a_corpus() {
        let manifest = fs::read_to_string(project::root().join(MANIFEST)).unwrap();
        let programs = manifest.lines().filter_map(|line| {
            let path = line.strip_prefix("path = \"fuzz_targets/")?;
            path.strip_suffix(".rs\"")
        });
        let mut programs: Vec<_> = programs.collect();
        programs.sort();
        assert_eq!(targets().unwrap(), programs);
    }
}
