//! `cargo xtask semver`: the changes of the public API since a revision, and the version that they require.

use std::process::{Command, ExitCode};

use clap::Arg;

use crate::job::Job;
use crate::project;
use crate::setup::{self, SetupOptions};

pub(crate) const SEMVER: Job = Job::Own {
    command: || {
        clap::Command::new("semver")
            .about("Compare the public API with that of an earlier revision (cargo-semver-checks)")
            .long_about(
                "Compares the public API of the published crates with that of a revision, and fails if the change requires \
                 a higher version number than the manifest states. A release is compared with the tag of the one before \
                 it. There is no earlier release yet, so that no stage of `cargo xtask ci` runs this job.",
            )
            .after_help("Example:\n  cargo xtask semver v0.2.0")
            .arg(
                Arg::new("revision")
                    .value_name("REVISION")
                    .required(true)
                    .help("The git revision to compare with"),
            )
            .args(gnutls_command_lines::setup())
    },
    run: |arguments| {
        let revision = arguments.get_one::<String>("revision").expect("required");
        if !is_installed() {
            let options = SetupOptions::from(arguments);
            if !options.install || options.offline {
                eprintln!(
                    "cargo-semver-checks is not installed: run `cargo install --locked cargo-semver-checks`, or this job with \
                     --install"
                );
                return Ok(ExitCode::from(setup::MISSING));
            }
            let mut install = project::cargo();
            install
                .args(["install", "--locked", "cargo-semver-checks"])
                .env_remove("CARGO_TARGET_DIR");
            if !install.status()?.success() {
                return Ok(ExitCode::FAILURE);
            }
        }
        // Compares all crates, even if one fails.
        let mut failed = false;
        for (name, features) in CRATES {
            failed |= !compare(name, features, revision).status()?.success();
        }
        Ok(match failed {
            true => ExitCode::FAILURE,
            false => ExitCode::SUCCESS,
        })
    },
};

/// The published crates with the features that add to their API. The tool does not support procedural macros.
const CRATES: [(&str, &str); 3] = [
    ("gnutls-sys", "dane"),
    ("gnutls", "dane,tracing"),
    ("tokio-gnutls", "dtls,hyper,listener"),
];

fn is_installed() -> bool {
    let mut command = project::cargo();
    let output = command.args(["semver-checks", "--version"]).output();
    output.is_ok_and(|output| output.status.success())
}

/// Returns the command that compares a crate. Both builds are those of documentation, so that the functions of the newest
/// release are compared with any library.
fn compare(name: &str, features: &str, revision: &str) -> Command {
    let mut command = project::cargo();
    command
        .args(["semver-checks", "--package", name])
        .args(["--only-explicit-features", "--features", features])
        .args(["--baseline-rev", revision])
        .env("DOCS_RS", "1");
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_features_exist() {
        for (name, features) in CRATES {
            let manifest = project::root().join(name).join("Cargo.toml");
            let text = fs_err::read_to_string(manifest).unwrap();
            for feature in features.split(',') {
                let is_feature = |line: &str| {
                    let key = line.split_once(" = ").map(|(key, _)| key);
                    key == Some(feature)
                };
                assert!(text.lines().any(is_feature), "{name}: {feature}");
            }
        }
    }
}
