//! A root file system, and running programs inside it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::cache::{Lock, Stamp};

/// The script that does the mounts; it is run in new namespaces.
const ENTER: &str = include_str!("enter.sh");

/// A finished root file system. It is not removed or made anew while this value lives.
pub(crate) struct Root {
    pub(crate) folder: PathBuf,
    pub(crate) stamp: Stamp,
    pub(super) _lock: Lock,
}

/// A folder of this machine that programs inside see as `/mnt/NAME`.
#[derive(Clone, Debug)]
pub(crate) struct Mount {
    pub(crate) source: PathBuf,
    pub(crate) name: String,
    pub(crate) writable: bool,
}

impl Mount {
    pub(crate) fn read_only(source: impl Into<PathBuf>, name: &str) -> Self {
        Mount {
            source: source.into(),
            name: name.into(),
            writable: false,
        }
    }

    pub(crate) fn writable(source: impl Into<PathBuf>, name: &str) -> Self {
        Mount {
            writable: true,
            ..Mount::read_only(source, name)
        }
    }
}

/// A command that runs a program in a root file system, in a folder, with this environment and nothing else of this
/// machine's.
pub(crate) fn enter(
    root: &Path,
    mounts: &[Mount],
    folder: &Path,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
    program: &[impl AsRef<OsStr>],
) -> Command {
    let mut command = namespaces(rustix::process::geteuid().is_root());
    command.args(["sh", "-c", ENTER, "enter.sh"]).arg(root);
    for mount in mounts {
        command
            .arg(if mount.writable { "rw" } else { "ro" })
            .arg(&mount.source)
            .arg(&mount.name);
    }
    command.arg("--").arg(folder);
    for (name, value) in environment {
        let mut word = name;
        word.push("=");
        word.push(value);
        command.arg(word);
    }
    command.args(program);
    command
}

/// `unshare` with private mounts and processes: the kernel kills all that runs inside, and takes the mounts away, when
/// it dies. Without root it needs a user namespace, in which this user is root.
pub(crate) fn namespaces(is_root: bool) -> Command {
    let mut command = Command::new("unshare");
    if !is_root {
        command.args(["--user", "--map-root-user"]);
    }
    command.args([
        "--mount",
        "--propagation",
        "private",
        "--ipc",
        "--pid",
        "--mount-proc",
        "--fork",
        "--kill-child=KILL",
        "--",
    ]);
    command
}
