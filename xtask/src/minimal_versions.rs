//! The stage `minimal-versions` of `cargo xtask ci`: the published crates build with the oldest versions of their direct
//! dependencies that they permit.

use std::os::unix::fs::symlink;
use std::path::Path;

use fs_err as fs;

use crate::project;
use crate::stage::{Run, Stage};

pub(crate) const MINIMAL_VERSIONS: Stage = Stage {
    name: "minimal-versions",
    about: "the published crates and their tests build with the minimal versions of their direct dependencies",
    minutes: 20,
    slow: true,
    run,
};

/// The members of the root workspace.
const MEMBERS: [&str; 5] = [
    "gnutls-sys",
    "gnutls-macros",
    "gnutls",
    "tokio-gnutls",
    "testing",
];

/// The optional dependencies are built too.
const FEATURES: &str = "gnutls-sys/bindgen,gnutls/dane,gnutls/tracing,tokio-gnutls/dtls,tokio-gnutls/hyper,tokio-gnutls/listener,tokio-gnutls/rt-multi-thread";

fn run(run: &mut Run) -> anyhow::Result<()> {
    if run.options.offline {
        run.skip("cargo reads the minimal versions in the registry, which --offline forbids");
        return Ok(());
    }
    let folder = project::target().join("minimal-versions");
    workspace(project::root(), &folder)?;
    let mut resolve = project::cargo();
    resolve
        .args(["update", "--quiet", "-Zdirect-minimal-versions"])
        .current_dir(&folder)
        // The option is unstable. The build itself does not use it, since build scripts examine the variable.
        .env("RUSTC_BOOTSTRAP", "1");
    run.program(resolve)?;
    let mut check = project::cargo();
    check
        .args(["check", "--workspace", "--all-targets", "--locked"])
        .args(["--features", FEATURES])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", folder.join("target"));
    run.program(check)
}

/// Creates a copy of the root workspace with a lock file of its own.
fn workspace(project: &Path, folder: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(folder)?;
    fs::copy(project.join("Cargo.toml"), folder.join("Cargo.toml"))?;
    for member in MEMBERS {
        let link = folder.join(member);
        project::remove(&link)?;
        symlink(project.join(member), link)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_copy_has_all_members_of_the_workspace() {
        let folder = tempfile::tempdir().unwrap();
        // A second run replaces the links.
        for _ in 0..2 {
            workspace(project::root(), folder.path()).unwrap();
        }
        let manifest = fs::read_to_string(folder.path().join("Cargo.toml")).unwrap();
        let members = manifest
            .lines()
            .find_map(|line| line.strip_prefix("members = "));
        assert_eq!(members, Some(format!("{MEMBERS:?}").as_str()));
        for member in MEMBERS {
            assert!(folder.path().join(member).join("Cargo.toml").is_file());
        }
    }
}
