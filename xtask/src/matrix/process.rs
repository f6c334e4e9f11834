//! Programs that run with a log, a deadline, and nothing left of them afterwards.

use std::cell::Cell;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};

/// How a program ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) end: End,
    /// All that it printed.
    pub(crate) log: PathBuf,
}

#[derive(Debug)]
pub(crate) enum End {
    Status(ExitStatus),
    /// It was stopped at its deadline.
    Late,
}

/// How long a program that was asked to end may take for it.
const GRACE: Duration = Duration::from_secs(5);

thread_local! {
    static USED: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// The processor time of all programs that this thread has run so far, with all that they ran.
pub(crate) fn processor_time() -> Duration {
    USED.get()
}

/// Runs a program, its output in the log, until it ends or its deadline; `watch` is called with the log's last line.
///
/// The program leads a process group of its own, which is ended as a whole. It gets SIGKILL when the thread that called
/// this dies with the process, so an interrupted job leaves nothing running.
pub(crate) fn run(
    command: Command,
    log: &Path,
    deadline: Duration,
    watch: &dyn Fn(&str),
) -> anyhow::Result<Ended> {
    let name = command.get_program().to_string_lossy().into_owned();
    if let Some(folder) = log.parent() {
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let out = File::create(log).with_context(|| format!("cannot write {}", log.display()))?;
    let mut command = dying_with_us(command);
    command
        .stdin(Stdio::null())
        .stdout(out.try_clone()?)
        .stderr(out)
        .process_group(0);
    let start = Instant::now();
    let mut group = Group(
        command
            .spawn()
            .with_context(|| format!("cannot run {name}"))?,
    );
    loop {
        if group.has_ended() {
            let status = group.0.wait()?;
            return Ok(Ended {
                end: End::Status(status),
                log: log.to_owned(),
            });
        }
        if start.elapsed() >= deadline {
            group.end();
            return Ok(Ended {
                end: End::Late,
                log: log.to_owned(),
            });
        }
        watch(&last_line(log));
        thread::sleep(Duration::from_millis(100).min(deadline.saturating_sub(start.elapsed())));
    }
}

impl Ended {
    pub(crate) fn success(&self) -> bool {
        matches!(self.end, End::Status(status) if status.success())
    }

    /// All that the program printed.
    pub(crate) fn output(&self) -> String {
        fs::read(&self.log)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }
}

/// A child that leads a process group; nothing of the group outlives this value.
struct Group(Child);

impl Group {
    fn pid(&self) -> Option<Pid> {
        self.0.id().try_into().ok().and_then(Pid::from_raw)
    }

    /// Whether the program has ended. Its time is read while the kernel still knows it.
    fn has_ended(&self) -> bool {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        let ended = self
            .pid()
            .and_then(|pid| waitid(WaitId::Pid(pid), options).ok().flatten());
        if ended.is_some() {
            let used = used(self.0.id()).unwrap_or_default();
            USED.set(USED.get() + used);
        }
        ended.is_some()
    }

    /// Asks the group to end, and kills what has not done so after a while: some clean up after themselves.
    fn end(&mut self) {
        if let Some(pid) = self.pid() {
            // It fails where the group has ended by itself, which is as good.
            let _ = kill_process_group(pid, Signal::TERM);
        }
        let start = Instant::now();
        while !self.has_ended() && start.elapsed() < GRACE {
            thread::sleep(Duration::from_millis(50));
        }
        self.kill();
    }

    fn kill(&mut self) {
        if let Some(pid) = self.pid() {
            // It fails where the group has ended by itself, which is as good.
            let _ = kill_process_group(pid, Signal::KILL);
        }
        let _ = self.0.wait();
    }
}

/// The processor time of a process and of its children that have ended, which `/proc` counts in ticks.
fn used(pid: u32) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name, in parentheses, may hold anything; the times are the 12th to the 15th word after it.
    let (_, rest) = stat.rsplit_once(") ")?;
    let ticks: u64 = rest
        .split(' ')
        .skip(11)
        .take(4)
        .filter_map(|word| word.parse::<u64>().ok())
        .sum();
    let a_second = rustix::param::clock_ticks_per_second();
    Some(Duration::from_millis(ticks * 1000 / a_second.max(1)))
}

impl Drop for Group {
    fn drop(&mut self) {
        // Also after a regular end: what the program left running in its group is stopped. The number of a group
        // cannot be given to another process while the group has a member, and no member means nothing to stop.
        self.kill();
    }
}

/// The command under `setpriv --pdeathsig`, which has the kernel kill it when this process is gone.
fn dying_with_us(command: Command) -> Command {
    let mut wrapped = Command::new("setpriv");
    wrapped
        .args(["--pdeathsig", "KILL", "--"])
        .arg(command.get_program())
        .args(command.get_args());
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

/// The last line of a log that is not empty.
fn last_line(log: &Path) -> String {
    tail(log, 1).unwrap_or_default().pop().unwrap_or_default()
}

/// The last lines of a log that are not empty.
pub(crate) fn tail(log: &Path, lines: usize) -> io::Result<Vec<String>> {
    let mut file = File::open(log)?;
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(
        length.saturating_sub(200 * lines as u64 + 1000),
    ))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes);
    let mut last: Vec<_> = text
        .split(['\n', '\r'])
        .rev()
        .filter(|line| !line.trim().is_empty())
        .take(lines)
        .collect();
    last.reverse();
    Ok(last
        .into_iter()
        .map(|line| line.trim_end().to_owned())
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    /// Whether a process that was killed is gone soon.
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
        assert!(matches!(ended.end, End::Status(status) if status.code() == Some(3)));
        assert_eq!(ended.output(), "out\nerr\n");
        assert_eq!(tail(&log, 1).unwrap(), ["err"]);
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
        assert!(matches!(ended.end, End::Late));
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
        assert!(matches!(ended.end, End::Late));
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
        assert!(matches!(ended.end, End::Late));
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
