//! A root file system, and running programs inside it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::cache::{Lock, RootMetadata};

/// The script that does the mounts; it is run in new namespaces.
const ENTER: &str = include_str!("enter.sh");

/// A finished root file system. It is not removed or made anew while this value lives.
pub(crate) struct Root {
    pub(crate) folder: PathBuf,
    pub(crate) metadata: RootMetadata,
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

/// A command that runs a program in a root file system, in a folder, with this variables and nothing else of this
/// machine's.
pub(crate) fn enter(
    root: &Path,
    mounts: &[Mount],
    folder: &Path,
    variables: impl IntoIterator<Item = (OsString, OsString)>,
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
    for (name, value) in variables {
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::thread;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::process::{Ended, run};

    /// Runs a script on this machine's own files with two folders mounted; none where namespaces are not allowed, as in
    /// a plain chroot or most containers.
    fn script(folder: &Path, script: &str, deadline: Duration) -> Option<Ended> {
        let root = rustix::process::geteuid().is_root();
        let mut probe = namespaces(root);
        if !probe
            .arg("true")
            .output()
            .is_ok_and(|output| output.status.success())
        {
            eprintln!("not tested: namespaces are not allowed here");
            return None;
        }
        for name in ["readable", "writable"] {
            fs::create_dir_all(folder.join(name)).unwrap();
        }
        let mounts = [
            Mount::read_only(folder.join("readable"), "readable"),
            Mount::writable(folder.join("writable"), "writable"),
        ];
        let variables = [("PATH", "/usr/bin:/bin"), ("COLOUR", "blue")]
            .map(|(name, value)| (name.into(), value.into()));
        let mut command = enter(
            Path::new("/"),
            &mounts,
            Path::new("/mnt/readable"),
            variables,
            &["sh", "-c", script],
        );
        // As a user of some distributions has it: without the folder of chroot.
        command.env("PATH", "/usr/bin:/bin");
        Some(run(command, &folder.join("log"), deadline, &|_| ()).unwrap())
    }

    const SOON: Duration = Duration::from_secs(20);

    #[test]
    fn only_what_is_mounted_for_writing_can_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let text = "pwd; env | grep -v -e PWD -e _ -e SHLVL; touch /mnt/writable/new; touch new || echo refused; exit 7";
        let Some(ended) = script(folder.path(), text, SOON) else {
            return;
        };
        assert!(
            ended.status.unwrap().code() == Some(7),
            "{}",
            ended.output()
        );
        let output = ended.output();
        assert!(
            output.starts_with("/mnt/readable\n")
                && output.contains("COLOUR=blue\n")
                && output.contains("refused"),
            "{output}"
        );
        assert!(!output.contains("CARGO"), "{output}");
        assert!(
            folder.path().join("writable/new").exists()
                && !folder.path().join("readable/new").exists()
        );
        // The mounts were never this machine's.
        assert!(
            !fs::read_to_string("/proc/mounts")
                .unwrap()
                .contains("/mnt/writable")
        );
    }

    #[test]
    fn what_is_stopped_leaves_no_process_and_no_mount() {
        let folder = tempfile::tempdir().unwrap();
        // Even what has left its session and its group is stopped.
        let text = "setsid sh -c 'while :; do touch /mnt/writable/alive; sleep 0.05; done' & wait";
        let Some(ended) = script(folder.path(), text, Duration::from_secs(2)) else {
            return;
        };
        assert!(ended.status.is_none(), "{}", ended.output());
        let alive = folder.path().join("writable/alive");
        assert!(alive.exists());
        let start = Instant::now();
        loop {
            let _ = fs::remove_file(&alive);
            thread::sleep(Duration::from_millis(300));
            if !alive.exists() {
                break;
            }
            assert!(start.elapsed() < SOON, "it runs on");
        }
        assert!(
            !fs::read_to_string("/proc/mounts")
                .unwrap()
                .contains("/mnt/writable")
        );
    }

    #[test]
    fn a_program_that_ends_itself_by_a_signal_is_seen_to_fail() {
        let folder = tempfile::tempdir().unwrap();
        let Some(ended) = script(folder.path(), "kill -ABRT $$; exit 0", SOON) else {
            return;
        };
        assert!(!ended.success());
    }
}
