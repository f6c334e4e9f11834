//! A root file system, and the command that runs a program inside it with `bwrap`.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::cache::{Lock, RootMetadata};

/// A finished root file system. It is neither removed nor replaced while this value exists.
pub(crate) struct Root {
    pub(crate) folder: PathBuf,
    pub(crate) metadata: RootMetadata,
    pub(super) _lock: Lock,
}

/// A directory of this machine that programs inside find as `/mnt/NAME`.
#[derive(Clone, Debug)]
pub(crate) struct Mount {
    source: PathBuf,
    name: String,
    option: &'static str,
}

impl Mount {
    pub(crate) fn read_only(source: impl Into<PathBuf>, name: &str) -> Self {
        Mount {
            source: source.into(),
            name: name.into(),
            option: "--ro-bind",
        }
    }

    pub(crate) fn writable(source: impl Into<PathBuf>, name: &str) -> Self {
        Mount {
            option: "--bind",
            ..Mount::read_only(source, name)
        }
    }
}

/// Returns a command that runs a program in a root file system, in a directory, with only these variables. Everything
/// except the writable mounts is read-only there. With `/` for the root the program has this machine and the mounts.
pub(crate) fn enter(
    root: &Path,
    mounts: &[Mount],
    folder: &Path,
    variables: impl IntoIterator<Item = (OsString, OsString)>,
    program: &[impl AsRef<OsStr>],
) -> Command {
    let mut command = contained(root, rustix::process::geteuid().is_root());
    command.args(["--tmpfs", "/mnt"]);
    for mount in mounts {
        command
            .arg(mount.option)
            .arg(&mount.source)
            .arg(Path::new("/mnt").join(&mount.name));
    }
    command.arg("--chdir").arg(folder).arg("--clearenv");
    for (name, value) in variables {
        command.arg("--setenv").arg(name).arg(value);
    }
    command.args(FIRST).args(program);
    command
}

/// The end of the options and the first process inside. As the parent of the program it adds up its processor time,
/// and lets it die of its own signals.
pub(crate) const FIRST: [&str; 5] = ["--", "sh", "-c", "\"$@\"; exit \"$?\"", "sh"];

/// Returns `bwrap` with that root and with private mounts and processes: the kernel kills everything inside and removes
/// the mounts when it ends. Without root it requires a user namespace, in which this user is root.
pub(crate) fn contained(root: &Path, is_root: bool) -> Command {
    contained_with(root, "--ro-bind", is_root)
}

/// Returns the command of [`contained`] for a root file system that is discarded afterwards: programs can write to it.
pub(crate) fn contained_writable(root: &Path, is_root: bool) -> Command {
    contained_with(root, "--bind", is_root)
}

fn contained_with(root: &Path, bind: &str, is_root: bool) -> Command {
    let mut command = Command::new("bwrap");
    command.args([
        "--die-with-parent",
        "--unshare-pid",
        "--as-pid-1",
        "--unshare-ipc",
    ]);
    if !is_root {
        command.args(["--unshare-user", "--uid", "0", "--gid", "0"]);
    }
    if root == Path::new("/") {
        command.args(["--dev-bind", "/", "/"]);
    } else {
        command.arg(bind).arg(root).arg("/");
        command.args(["--dev-bind", "/dev", "/dev", "--tmpfs", "/run"]);
        command.args(["--perms", "1777", "--tmpfs", "/tmp"]);
    }
    command.args(["--proc", "/proc"]);
    command
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::thread;
    use std::time::{Duration, Instant};

    use super::*;
    use crate::process::{Ended, processor_time, run};
    use crate::summary;

    /// Runs a script on the files of this machine with two directories mounted. Returns `None` if namespaces are not
    /// allowed, as in a plain chroot and most containers.
    fn script(folder: &Path, script: &str, deadline: Duration) -> Option<Ended> {
        let mut probe = contained(Path::new("/"), rustix::process::geteuid().is_root());
        let probe = probe.args(FIRST).arg("true").output();
        if !probe.is_ok_and(|output| output.status.success()) {
            let test = thread::current()
                .name()
                .unwrap_or("of bubblewrap")
                .to_owned();
            summary::print_skipped(
                &test,
                "bubblewrap is not installed or namespaces are not permitted",
            );
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
        let command = enter(
            Path::new("/"),
            &mounts,
            Path::new("/mnt/readable"),
            variables,
            &["sh", "-c", script],
        );
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
    fn the_processor_time_inside_is_counted() {
        let folder = tempfile::tempdir().unwrap();
        let before = processor_time();
        let busy = "sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done'; true";
        if script(folder.path(), busy, SOON).is_some() {
            assert!(processor_time() - before > Duration::from_millis(20));
        }
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
