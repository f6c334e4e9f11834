//! The sources of all crates for builds inside root file systems, which have no network.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::bail;
use fs_err as fs;
use sha2::{Digest, Sha256};

use crate::process;
use crate::project;

/// The lock files of the workspaces that are built.
const LOCKS: [&str; 2] = ["Cargo.lock", "tests/Cargo.lock"];

/// The time that the download may take. With everything cached it takes a second.
const DEADLINE: Duration = Duration::from_secs(5 * 60);

/// Returns the directory with the sources that the lock files name, and fills it if necessary.
pub(crate) fn vendor(work: &Path, offline: bool, watch: &dyn Fn(&str)) -> anyhow::Result<PathBuf> {
    let mut hash = Sha256::new();
    for lock in LOCKS {
        let path = project::root().join(lock);
        hash.update(fs::read(&path)?);
    }
    let folder = work.join("vendor");
    let digest = hex::encode(hash.finalize());
    // The digest is written last, so that an incomplete directory has none.
    let mark = work.join("vendor.digest");
    if fs::read_to_string(&mark).is_ok_and(|text| text == digest) {
        return Ok(folder);
    }
    let _ = fs::remove_file(&mark);
    fs::create_dir_all(work)?;
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
    fs::write(&mark, digest)?;
    Ok(folder)
}
