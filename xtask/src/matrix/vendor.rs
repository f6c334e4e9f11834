//! The sources of all crates that builds inside root file systems need: they have no network.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use sha2::{Digest, Sha256};

use super::entry::hex;
use crate::process;
use crate::project;

/// The lock files of the workspaces that are built.
const LOCKS: [&str; 2] = ["Cargo.lock", "tests/Cargo.lock"];

/// A minute is for a slow network; with everything cached it takes a second.
const DEADLINE: Duration = Duration::from_secs(5 * 60);

/// The folder with the sources that the lock files name, filled where that is necessary.
pub(crate) fn vendor(work: &Path, offline: bool, watch: &dyn Fn(&str)) -> anyhow::Result<PathBuf> {
    let mut hash = Sha256::new();
    for lock in LOCKS {
        let path = project::root().join(lock);
        hash.update(fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?);
    }
    let folder = work.join("vendor");
    let digest = hex(&hash.finalize());
    // The digest is written last, so a half-filled folder has none.
    let mark = work.join("vendor.digest");
    if fs::read_to_string(&mark).is_ok_and(|text| text == digest) {
        return Ok(folder);
    }
    let _ = fs::remove_file(&mark);
    fs::create_dir_all(work).with_context(|| format!("cannot make {}", work.display()))?;
    let mut command = project::cargo();
    command.args([
        "vendor",
        "--quiet",
        "--locked",
        "--versioned-dirs",
        "--sync",
        "tests/Cargo.toml",
    ]);
    if offline {
        command.arg("--offline");
    }
    command.arg(&folder);
    let ended = process::run(command, &work.join("logs/vendor.log"), DEADLINE, watch)?;
    if !ended.success() {
        let advice = if offline {
            "not all crates are on this machine: run once without --offline"
        } else {
            "check that the lock files are right and that the package registry answers"
        };
        bail!(
            "cannot get the sources of the crates: {advice}{}",
            ended.excerpt(8)
        );
    }
    fs::write(&mark, digest).context("cannot write the mark of the vendored sources")?;
    Ok(folder)
}
