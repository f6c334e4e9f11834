//! `cargo xtask semver`: the changes of the public API since a revision, and the version that they require. The stage `semver`
//! of `cargo xtask ci` compares with the last release.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::ensure;
use clap::Arg;

use crate::job::Job;
use crate::project;
use crate::setup::{self, SetupOptions};
use crate::stage::Stage;

pub(crate) const SEMVER: Job = Job::Own {
    command: || {
        clap::Command::new("semver")
            .about("Compare the public API with that of an earlier revision (cargo-semver-checks)")
            .long_about(
                "Compares the public API of the published crates with that of a revision, and fails if the change requires \
                 a higher version number than the manifest states. The stage `semver` of `cargo xtask ci` compares with \
                 the tag of the last release.",
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
                eprintln!("{NOT_INSTALLED}, or this job with --install");
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

/// The stage that guards a release: without one before it there is nothing to compare with.
pub(crate) const STAGE: Stage = Stage {
    name: "semver",
    about: "the version number permits the changes of the public API since the last release (cargo-semver-checks)",
    minutes: 30,
    slow: true,
    run: |run| {
        let Some(release) = last_release(project::root()) else {
            run.skip("no earlier commit has the tag of a release, such as v0.2.0");
            return Ok(());
        };
        if !is_installed() {
            run.skip(NOT_INSTALLED);
            return Ok(());
        }
        let failed: Vec<_> = CRATES
            .iter()
            .filter(|(name, features)| run.program(compare(name, features, &release)).is_err())
            .map(|(name, _)| *name)
            .collect();
        ensure!(
            failed.is_empty(),
            "the version number is too low for the changes since {release} of {}",
            failed.join(", ")
        );
        Ok(())
    },
};

const NOT_INSTALLED: &str =
    "cargo-semver-checks is not installed: run `cargo install --locked cargo-semver-checks`";

/// Returns the newest tag `vX.Y.Z` before the current commit, which may be a release itself.
fn last_release(project: &Path) -> Option<String> {
    let mut describe = Command::new("git");
    describe.current_dir(project).args([
        "describe",
        "--tags",
        "--abbrev=0",
        "--match",
        "v[0-9]*",
        "HEAD^",
    ]);
    let output = describe.output().ok()?;
    let tag = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| tag.trim_end().to_owned())
}

/// The published crates with the features that add to their API. The tool does not support procedural macros.
const CRATES: [(&str, &str); 3] = [
    ("gnutls-sys", "dane"),
    ("gnutls", "dane,tracing"),
    ("tokio-gnutls", "dtls,hyper,listener,rt-multi-thread"),
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
    fn a_release_is_compared_with_the_one_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let git = |words: &str| {
            let identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org"];
            let mut command = Command::new("git");
            command.current_dir(folder.path()).args(identity);
            let output = command.args(words.split(' ')).output().unwrap();
            assert!(output.status.success(), "{words}: {output:?}");
        };
        let release = || last_release(folder.path());
        assert_eq!(release(), None);
        git("init --quiet");
        for (tag, before) in [
            ("other", None),
            ("v0.1.0", None),
            ("v0.2.0", Some("v0.1.0")),
        ] {
            git("commit --quiet --allow-empty --message change");
            git(&format!("tag {tag}"));
            assert_eq!(release().as_deref(), before, "{tag}");
        }
        git("commit --quiet --allow-empty --message change");
        assert_eq!(release().as_deref(), Some("v0.2.0"));
    }

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
