//! Runs programs with a log and a deadline. Nothing of a program remains after its end.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use fs_err::{self as fs, File};

/// A program that has ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// The exit status, `None` if the program was stopped at its deadline.
    pub(crate) status: Option<ExitStatus>,
    /// The file with everything that the program printed.
    pub(crate) log: PathBuf,
}

/// The time that a program may take to end after SIGTERM.
#[cfg(target_os = "linux")]
const GRACE: Duration = Duration::from_secs(5);

/// Runs a program with its output in the log, until it ends or until its deadline. Every 100 ms `watch` gets the lines
/// that were printed since its last call, which may be none.
///
/// On Linux, the program leads a process group of its own, which is ended as a whole. It gets SIGKILL if the thread
/// that called this dies with the process, so that an interrupted job leaves nothing running.
pub(crate) fn run(
    command: Command,
    log: &Path,
    deadline: Duration,
    watch: &dyn Fn(&str),
) -> anyhow::Result<Ended> {
    let name = command.get_program().to_string_lossy().into_owned();
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder)?;
    }
    let out = File::create(log)?.into_file();
    let mut lines = Lines {
        file: File::open(log)?,
        partial: Vec::new(),
    };
    let mut command = contained(command);
    command
        .stdin(Stdio::null())
        .stdout(out.try_clone()?)
        .stderr(out);
    let start = Instant::now();
    let mut group = Group(
        command
            .spawn()
            .with_context(|| format!("cannot run {name}"))?,
    );
    loop {
        let has_ended = group.has_ended()?;
        watch(&lines.complete()?);
        let late = start.elapsed() >= deadline;
        if !has_ended && !late {
            let left = deadline.saturating_sub(start.elapsed());
            thread::sleep(Duration::from_millis(100).min(left));
            continue;
        }
        let status = if has_ended {
            Some(group.0.wait()?)
        } else {
            group.end()?;
            None
        };
        watch(&lines.rest()?);
        return Ok(Ended {
            status,
            log: log.to_owned(),
        });
    }
}

impl Ended {
    pub(crate) fn success(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// Returns everything that the program printed.
    pub(crate) fn output(&self) -> String {
        let bytes = fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Returns the program's last lines that are not empty.
    pub(crate) fn tail(&self, lines: usize) -> Vec<String> {
        last_lines(&self.output(), lines)
    }

    /// Fails with the exit status and the last lines unless the program succeeded.
    #[cfg(feature = "matrix")]
    pub(crate) fn ok(self) -> anyhow::Result<Self> {
        let end = match self.status {
            Some(status) if status.success() => return Ok(self),
            Some(status) => status.to_string(),
            None => "stopped at the deadline".to_owned(),
        };
        anyhow::bail!("{end}{}", self.excerpt(30))
    }

    /// Returns the last lines for an error message, and the place of all others.
    #[cfg(feature = "matrix")]
    pub(crate) fn excerpt(&self, lines: usize) -> String {
        let text = crate::matrix::text(&self.output());
        let last = last_lines(&text, lines).join("\n    ");
        format!(
            "\n    {last}\n    (complete output: {})",
            self.log.display()
        )
    }
}

fn last_lines(output: &str, lines: usize) -> Vec<String> {
    let last = output.split(['\n', '\r']).rev();
    let mut last: Vec<_> = last
        .map(|line| line.trim_end().to_owned())
        .filter(|line| !line.is_empty())
        .take(lines)
        .collect();
    last.reverse();
    last
}

/// The lines of a log, in the order in which a program writes them.
struct Lines {
    file: File,
    partial: Vec<u8>,
}

impl Lines {
    /// Returns the new lines that are complete.
    fn complete(&mut self) -> io::Result<String> {
        self.file.read_to_end(&mut self.partial)?;
        let end = self.partial.iter().rposition(|&byte| byte == b'\n');
        let rest = self.partial.split_off(end.map_or(0, |end| end + 1));
        let lines = std::mem::replace(&mut self.partial, rest);
        Ok(String::from_utf8_lossy(&lines).into_owned())
    }

    /// Returns all that is left.
    fn rest(&mut self) -> io::Result<String> {
        self.file.read_to_end(&mut self.partial)?;
        Ok(String::from_utf8_lossy(&self.partial).into_owned())
    }
}

/// A child that, on Linux, leads a process group. The group ends with this value.
struct Group(Child);

#[cfg(not(target_os = "linux"))]
impl Group {
    fn has_ended(&mut self) -> io::Result<bool> {
        Ok(self.0.try_wait()?.is_some())
    }

    fn end(&mut self) -> io::Result<()> {
        self.0.kill()
    }
}

#[cfg(not(target_os = "linux"))]
fn contained(command: Command) -> Command {
    command
}

#[cfg(target_os = "linux")]
use linux::contained;
#[cfg(all(target_os = "linux", feature = "matrix"))]
pub(crate) use linux::processor_time;

#[cfg(target_os = "linux")]
mod linux {
    use std::cell::Cell;
    use std::fs;
    use std::io;
    use std::os::unix::process::CommandExt;
    use std::process::{Command, Stdio};
    use std::sync::OnceLock;
    use std::thread;
    use std::time::{Duration, Instant};

    use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

    use super::{GRACE, Group};

    thread_local! {
        static USED: Cell<Duration> = const { Cell::new(Duration::ZERO) };
    }

    /// Returns the processor time of all programs that this thread has run so far, including their children.
    #[cfg(feature = "matrix")]
    pub(crate) fn processor_time() -> Duration {
        USED.get()
    }

    impl Group {
        fn pid(&self) -> Pid {
            Pid::from_child(&self.0)
        }

        /// Returns whether the program has ended. Its processor time is read before the kernel forgets it.
        pub(super) fn has_ended(&self) -> io::Result<bool> {
            let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
            let ended = waitid(WaitId::Pid(self.pid()), options)?.is_some();
            if ended {
                USED.set(USED.get() + used(self.0.id()).unwrap_or_default());
            }
            Ok(ended)
        }

        /// Sends SIGTERM to the group, since some programs clean up after themselves, and SIGKILL after a while.
        pub(super) fn end(&mut self) -> io::Result<()> {
            self.signal(Signal::TERM);
            let start = Instant::now();
            while !self.has_ended()? && start.elapsed() < GRACE {
                thread::sleep(Duration::from_millis(50));
            }
            self.signal(Signal::KILL);
            self.0.kill()?;
            self.0.wait().map(drop)
        }

        fn signal(&self, signal: Signal) {
            // It fails if the group has ended by itself.
            let _ = kill_process_group(self.pid(), signal);
        }
    }

    impl Drop for Group {
        fn drop(&mut self) {
            // After a regular end too: what the program left running in its group is stopped. The number of a group
            // cannot be reused while the group has a member, and without a member there is nothing to stop.
            self.signal(Signal::KILL);
            let _ = self.0.wait();
        }
    }

    /// Returns the processor time of a process and of its children that have ended, which `/proc` counts in ticks.
    fn used(pid: u32) -> Option<Duration> {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name, in parentheses, may contain anything; the times are the 12th to the 15th word after it.
        let (_, rest) = stat.rsplit_once(") ")?;
        let times = rest.split(' ').skip(11).take(4);
        let ticks: u64 = times.filter_map(|word| word.parse::<u64>().ok()).sum();
        let per_second = rustix::param::clock_ticks_per_second();
        Some(Duration::from_millis(ticks * 1000 / per_second.max(1)))
    }

    /// Returns the command as the leader of a process group, under `setpriv --pdeathsig`: the kernel kills it when this
    /// process is gone. Without such a `setpriv` the command stays in this group, so that Ctrl-C reaches it.
    pub(super) fn contained(command: Command) -> Command {
        static AVAILABLE: OnceLock<bool> = OnceLock::new();
        const OPTIONS: [&str; 3] = ["--pdeathsig", "KILL", "--"];
        let is_available = AVAILABLE.get_or_init(|| {
            let mut probe = Command::new("setpriv");
            probe.args(OPTIONS).arg("true").stderr(Stdio::null());
            probe.status().is_ok_and(|status| status.success())
        });
        if !is_available {
            return command;
        }
        let mut wrapped = Command::new("setpriv");
        wrapped
            .args(OPTIONS)
            .arg(command.get_program())
            .args(command.get_args())
            .process_group(0);
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => wrapped.env(name, value),
                None => wrapped.env_remove(name),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            wrapped.current_dir(folder);
        }
        wrapped
    }
}

#[cfg(all(test, target_os = "linux", feature = "matrix"))]
mod tests {
    use std::cell::RefCell;

    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    /// Returns whether a process that was killed disappears soon.
    fn dies(pid: &str) -> bool {
        let state = || fs::read_to_string(format!("/proc/{}/stat", pid.trim())).unwrap_or_default();
        let gone = |stat: String| {
            stat.rsplit(") ")
                .next()
                .is_none_or(|rest| rest.is_empty() || rest.starts_with('Z'))
        };
        (0..50).any(|_| {
            thread::sleep(Duration::from_millis(20));
            gone(state())
        })
    }

    #[test]
    fn output_and_status_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("logs/one.log");
        let ended = run(
            shell("echo out; echo err >&2; exit 3"),
            &log,
            Duration::from_secs(10),
            &|_| (),
        )
        .unwrap();
        assert!(!ended.success());
        assert!(ended.status.unwrap().code() == Some(3));
        assert_eq!(ended.output(), "out\nerr\n");
        assert_eq!(ended.tail(1), ["err"]);
        let error = ended.ok().unwrap_err().to_string();
        assert!(
            error.starts_with("exit status: 3\n    out\n    err\n"),
            "{error}"
        );
    }

    #[test]
    fn a_deadline_ends_the_whole_group() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("late.log");
        let start = Instant::now();
        let ended = run(
            shell("sleep 60 & echo $!; wait"),
            &log,
            Duration::from_millis(500),
            &|_| (),
        )
        .unwrap();
        assert!(ended.status.is_none());
        assert!(start.elapsed() < Duration::from_secs(10));
        assert!(dies(&ended.output()));
    }

    #[test]
    fn a_program_can_clean_up_at_its_deadline() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("late.log");
        let ended = run(
            shell("trap 'sleep 0.3; echo cleaned; exit 1' TERM; sleep 60 & wait"),
            &log,
            Duration::from_millis(500),
            &|_| (),
        )
        .unwrap();
        assert!(ended.status.is_none());
        assert_eq!(ended.output(), "cleaned\n");
    }

    #[test]
    fn a_deadline_also_ends_what_does_not_listen() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("deaf.log");
        let start = Instant::now();
        let ended = run(
            shell("trap '' TERM; echo $$; while :; do sleep 1; done"),
            &log,
            Duration::from_millis(500),
            &|_| (),
        )
        .unwrap();
        assert!(ended.status.is_none());
        assert!(start.elapsed() < Duration::from_secs(20));
        assert!(dies(&ended.output()));
    }

    #[test]
    fn nothing_of_a_program_that_ended_stays_behind() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("rest.log");
        let ended = run(
            shell("sleep 60 & echo $!"),
            &log,
            Duration::from_secs(10),
            &|_| (),
        )
        .unwrap();
        assert!(ended.success());
        assert!(dies(&ended.output()));
    }

    #[test]
    fn the_environment_and_the_folder_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let mut command = shell("echo $COLOUR; pwd -P; echo ${HOME-none}");
        command
            .env("COLOUR", "blue")
            .env_remove("HOME")
            .current_dir("/");
        let ended = run(
            command,
            &folder.path().join("log"),
            Duration::from_secs(10),
            &|_| (),
        )
        .unwrap();
        assert_eq!(ended.output(), "blue\n/\nnone\n");
    }

    #[test]
    fn the_processor_time_is_that_of_all_that_ran() {
        let folder = tempfile::tempdir().unwrap();
        let before = processor_time();
        let busy = "sh -c 'i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done'; sleep 0.3";
        let start = Instant::now();
        run(
            shell(busy),
            &folder.path().join("log"),
            Duration::from_secs(60),
            &|_| (),
        )
        .unwrap();
        let used = processor_time() - before;
        assert!(
            used > Duration::from_millis(20) && used < start.elapsed(),
            "{used:?}"
        );
    }

    #[test]
    fn lines_come_as_they_are_printed() {
        let folder = tempfile::tempdir().unwrap();
        let seen = RefCell::new(Vec::new());
        let watch = |lines: &str| {
            if !lines.is_empty() {
                seen.borrow_mut().push(lines.to_owned());
            }
        };
        let script = "printf 'one\ntwo'; sleep 0.4; printf 's\nthree'";
        let log = folder.path().join("log");
        run(shell(script), &log, Duration::from_secs(10), &watch).unwrap();
        assert_eq!(*seen.borrow(), ["one\n", "twos\n", "three"]);
    }

    #[test]
    fn a_missing_program_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let ended = run(
            Command::new("no-such-program"),
            &folder.path().join("log"),
            Duration::from_secs(10),
            &|_| (),
        );
        let ended = ended.unwrap();
        assert!(
            !ended.success() && ended.output().contains("no-such-program"),
            "{ended:?}"
        );
    }
}
