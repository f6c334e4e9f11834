//! Jobs made of stages: each prints a heading, what its programs print, its time, and counts in the table at the end.

use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use clap::{Arg, ArgAction, ArgMatches};

use crate::project;
use crate::setup::Wish;
use crate::summary::Counts;
use crate::terminal::{Style, duration, paint};

/// A part of a job that succeeds or fails by itself.
#[derive(Clone, Copy)]
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    /// What it shows, in a few words.
    pub(crate) about: &'static str,
    /// How long it may take.
    pub(crate) minutes: u64,
    /// Whether `--quick` leaves it out.
    pub(crate) slow: bool,
    pub(crate) run: fn(&mut Run) -> anyhow::Result<()>,
}

/// A stage while it runs.
pub(crate) struct Run {
    deadline: Instant,
    counts: Counts,
    /// What the table at the end says of this stage besides its counts.
    notes: Vec<String>,
    skipped: bool,
    /// Whether the stage runs as part of a quick run.
    pub(crate) quick: bool,
    /// What the command line says about set-up.
    pub(crate) wish: Wish,
}

/// What is left of a stage.
struct Finished {
    name: &'static str,
    time: Duration,
    counts: Counts,
    notes: Vec<String>,
    verdict: Verdict,
}

#[derive(PartialEq, Eq)]
enum Verdict {
    Passed,
    Failed,
    Skipped,
}

impl Run {
    /// Runs cargo with these arguments.
    pub(crate) fn cargo(&mut self, arguments: &[&str]) -> anyhow::Result<()> {
        let mut command = project::cargo();
        command.args(arguments);
        self.program(command)
    }

    /// Runs a program of ours that ends with one line of result, which goes into the table. It counts as one test.
    pub(crate) fn comparison(&mut self, mut command: Command, name: &str) -> anyhow::Result<()> {
        let mut last = None;
        let ended = self.lines(&mut command, |line| {
            if !line.trim().is_empty() {
                last = Some(line.to_owned());
            }
        });
        self.counts.add(ended.is_ok());
        self.notes.extend(last);
        ended.with_context(|| format!("{name} found a difference or did not run"))
    }

    /// Runs a program; tests that it counts are counted here too.
    pub(crate) fn program(&mut self, mut command: Command) -> anyhow::Result<()> {
        let mut counts = Counts::default();
        let ended = self.lines(&mut command, |line| counts.read(line));
        self.counts += counts;
        ended
    }

    /// Says in the table what else came out.
    pub(crate) fn note(&mut self, text: impl Into<String>) {
        let text = text.into();
        println!("{text}");
        self.notes.push(text);
    }

    /// Marks the stage as skipped; the reason is in the table.
    pub(crate) fn skip(&mut self, reason: impl Into<String>) {
        self.skipped = true;
        self.note(reason);
    }

    /// Runs a program whose output is shown as it comes, and given to `read` line by line.
    fn lines(&mut self, command: &mut Command, mut read: impl FnMut(&str)) -> anyhow::Result<()> {
        if self.wish.offline {
            command.env("CARGO_NET_OFFLINE", "true");
        }
        let program = short(command.get_program());
        let arguments: Vec<_> = command.get_args().map(OsStr::to_string_lossy).collect();
        println!(
            "{}",
            paint(Style::Faint, format!("$ {program} {}", arguments.join(" ")))
        );
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot run {program}"))?;
        let stdout = child.stdout.take().expect("standard output is piped");
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            let mut reader = BufReader::new(stdout);
            let mut line = Vec::new();
            while reader
                .read_until(b'\n', &mut line)
                .is_ok_and(|length| length > 0)
            {
                if sender
                    .send(String::from_utf8_lossy(&line).into_owned())
                    .is_err()
                {
                    break;
                }
                line.clear();
            }
        });
        loop {
            match lines.recv_timeout(self.deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    print!("{line}");
                    io::stdout().flush()?;
                    read(line.trim_end());
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    kill_with_descendants(&mut child);
                    bail!("stopped at the deadline of this stage");
                }
            }
        }
        let status = child.wait()?;
        if status.success() {
            Ok(())
        } else {
            Err(anyhow!("{program} ended with {status}"))
        }
    }
}

/// The name of a program without its folder.
fn short(program: &OsStr) -> String {
    let name = Path::new(program).file_stem().unwrap_or(program);
    name.to_string_lossy().into_owned()
}

/// Ends a program and all that it started: cargo does not take its tests with it.
fn kill_with_descendants(child: &mut Child) {
    #[cfg(target_os = "linux")]
    for pid in descendants(child.id()) {
        if let Some(pid) = pid.try_into().ok().and_then(rustix::process::Pid::from_raw) {
            // It may have ended by itself.
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        }
    }
    let _ = child.kill();
    let _ = child.wait();
}

/// The processes below this one, by the parents that `/proc` tells.
#[cfg(target_os = "linux")]
fn descendants(ancestor: u32) -> Vec<u32> {
    let mut parents = Vec::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse::<u32>().ok())
        else {
            continue;
        };
        let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
        // The name, in parentheses, may hold anything; after it come the state and the parent.
        let parent = stat
            .rsplit_once(") ")
            .and_then(|(_, rest)| rest.split(' ').nth(1)?.parse().ok());
        parents.extend(parent.map(|parent: u32| (pid, parent)));
    }
    let mut found = vec![ancestor];
    let mut next = 0;
    while next < found.len() {
        let parent = found[next];
        found.extend(
            parents
                .iter()
                .filter(|(pid, of)| *of == parent && *pid != ancestor)
                .map(|(pid, _)| *pid),
        );
        next += 1;
    }
    found.split_off(1)
}

/// The options that every job made of stages has.
pub(crate) fn options() -> [Arg; 2] {
    [
        Arg::new("list")
            .long("list")
            .action(ArgAction::SetTrue)
            .help("List the stages and do nothing"),
        Arg::new("only")
            .long("only")
            .value_name("STAGE")
            .action(ArgAction::Append)
            .help("Run this stage alone (repeatable)"),
    ]
}

/// The stages that the command line asks for.
pub(crate) fn selected(
    stages: &[Stage],
    arguments: &ArgMatches,
    quick: bool,
) -> anyhow::Result<Vec<Stage>> {
    let only: Vec<&String> = arguments.get_many("only").into_iter().flatten().collect();
    for name in &only {
        if !stages.iter().any(|stage| stage.name == *name) {
            let names: Vec<_> = stages.iter().map(|stage| stage.name).collect();
            bail!(
                "there is no stage `{name}`; the stages are: {}",
                names.join(", ")
            );
        }
    }
    let chosen = |stage: &&Stage| match only.is_empty() {
        true => !(quick && stage.slow),
        false => only.iter().any(|name| *name == stage.name),
    };
    Ok(stages.iter().filter(chosen).copied().collect())
}

/// Prints the stages.
pub(crate) fn list(stages: &[Stage]) {
    for stage in stages {
        println!("{:<20}{}", stage.name, stage.about);
    }
}

/// Runs the stages one after the other, all of them, and prints the table. The last line is `N passed, N failed`.
pub(crate) fn run(stages: &[Stage], quick: bool, wish: Wish) -> ExitCode {
    let start = Instant::now();
    let finished: Vec<_> = stages
        .iter()
        .map(|stage| run_one(stage, quick, wish))
        .collect();
    println!("\n{}", paint(Style::Heading, "Stages"));
    let mut counts = Counts::default();
    for stage in &finished {
        counts += stage.counts;
        let verdict = match stage.verdict {
            Verdict::Passed => paint(Style::Good, "passed "),
            Verdict::Failed => paint(Style::Bad, "FAILED "),
            Verdict::Skipped => paint(Style::Faint, "skipped"),
        };
        println!(
            "  {:<20}{:>12}  {verdict}  {}",
            stage.name,
            duration(stage.time),
            stage.counts
        );
        for note in &stage.notes {
            println!("      {note}");
        }
    }
    let failed = finished
        .iter()
        .filter(|stage| stage.verdict == Verdict::Failed)
        .count();
    let skipped = finished
        .iter()
        .filter(|stage| stage.verdict == Verdict::Skipped)
        .count();
    println!(
        "{} in {}: {failed} failed, {skipped} skipped",
        plural(finished.len(), "stage"),
        duration(start.elapsed())
    );
    println!("{} passed, {} failed", counts.passed, counts.failed);
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn plural(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

fn run_one(stage: &Stage, quick: bool, wish: Wish) -> Finished {
    println!(
        "\n{}",
        paint(
            Style::Heading,
            format!("== {}: {}", stage.name, stage.about)
        )
    );
    let start = Instant::now();
    let mut run = Run {
        deadline: start + Duration::from_secs(60 * stage.minutes),
        counts: Counts::default(),
        notes: Vec::new(),
        skipped: false,
        quick,
        wish,
    };
    let result = (stage.run)(&mut run);
    let time = start.elapsed();
    let verdict = match &result {
        Err(_) => Verdict::Failed,
        Ok(()) if run.skipped => Verdict::Skipped,
        Ok(()) => Verdict::Passed,
    };
    if let Err(error) = result {
        run.notes.push(format!("{error:#}"));
        println!(
            "{}",
            paint(
                Style::Bad,
                format!("{} FAILED after {}: {error:#}", stage.name, duration(time))
            )
        );
        // A stage that fails without a failed test (a build error, say) is a failure to be counted.
        if run.counts.failed == 0 {
            run.counts.add(false);
        }
    } else {
        println!(
            "{}",
            paint(
                Style::Faint,
                format!("{} took {}", stage.name, duration(time))
            )
        );
    }
    Finished {
        name: stage.name,
        time,
        counts: run.counts,
        notes: run.notes,
        verdict,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage(run: fn(&mut Run) -> anyhow::Result<()>) -> Stage {
        Stage {
            name: "test",
            about: "a test",
            minutes: 1,
            slow: false,
            run,
        }
    }

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn counts_come_from_the_summaries_of_the_runner() {
        let finished = run_one(
            &stage(|run| {
                run.program(shell("echo 'test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out'"))?;
                run.program(shell("echo 'test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured'; exit 101"))
            }),
            false,
            Wish::default(),
        );
        assert_eq!((finished.counts.passed, finished.counts.failed), (4, 2));
        assert!(finished.verdict == Verdict::Failed);
    }

    #[test]
    fn a_failure_without_a_failed_test_counts_as_one() {
        let finished = run_one(
            &stage(|run| run.program(shell("exit 7"))),
            false,
            Wish::default(),
        );
        assert_eq!((finished.counts.passed, finished.counts.failed), (0, 1));
        assert_eq!(finished.notes, ["sh ended with exit status: 7"]);
    }

    #[test]
    fn a_comparison_is_one_test_and_leaves_its_last_line() {
        let run =
            |run: &mut Run| run.comparison(shell("echo a; echo 'abi: 0 differences'; echo"), "abi");
        let finished = run_one(&stage(run), false, Wish::default());
        assert_eq!((finished.counts.passed, finished.counts.failed), (1, 0));
        assert_eq!(finished.notes, ["abi: 0 differences"]);
        assert!(finished.verdict == Verdict::Passed);
    }

    #[test]
    fn a_skipped_stage_says_why() {
        let skip = |run: &mut Run| {
            run.skip("nothing here");
            Ok(())
        };
        let finished = run_one(&stage(skip), false, Wish::default());
        assert!(finished.verdict == Verdict::Skipped);
        assert_eq!(finished.notes, ["nothing here"]);
    }

    #[test]
    fn offline_is_handed_on_to_cargo() {
        let ask = |run: &mut Run| run.program(shell(r#"[ "$CARGO_NET_OFFLINE" = true ]"#));
        let offline = Wish {
            offline: true,
            ..Wish::default()
        };
        assert!(run_one(&stage(ask), false, offline).verdict == Verdict::Passed);
        assert!(
            run_one(
                &stage(|run| run.program(shell("[ -z \"$CARGO_NET_OFFLINE\" ]"))),
                false,
                Wish::default()
            )
            .verdict
                == Verdict::Passed
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_deadline_ends_what_the_program_started_too() {
        let mut run = Run {
            deadline: Instant::now() + Duration::from_millis(300),
            counts: Counts::default(),
            notes: Vec::new(),
            skipped: false,
            quick: false,
            wish: Wish::default(),
        };
        let mut pid = String::new();
        let start = Instant::now();
        let ended = run.lines(
            &mut shell("sh -c 'echo $$; sleep 60; true'; true"),
            |line| pid = line.to_owned(),
        );
        assert!(ended.unwrap_err().to_string().contains("deadline"));
        assert!(start.elapsed() < Duration::from_secs(10));
        assert!(!pid.is_empty());
        // A process that has been killed takes a moment to go.
        let gone = || {
            let state = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
            state.is_empty() || state.contains(") Z")
        };
        while !gone() {
            assert!(
                start.elapsed() < Duration::from_secs(10),
                "{pid} still runs"
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    #[test]
    fn stages_are_chosen_by_name_or_by_haste() {
        let slow = Stage {
            name: "slow",
            slow: true,
            ..stage(|_| Ok(()))
        };
        let stages = [stage(|_| Ok(())), slow];
        let names = |arguments: &[&str], quick| {
            let matches = clap::Command::new("x")
                .args(options())
                .get_matches_from(arguments);
            selected(&stages, &matches, quick)
                .map(|stages| stages.iter().map(|stage| stage.name).collect::<Vec<_>>())
        };
        assert_eq!(names(&["x"], false).unwrap(), ["test", "slow"]);
        assert_eq!(names(&["x"], true).unwrap(), ["test"]);
        assert_eq!(names(&["x", "--only", "slow"], true).unwrap(), ["slow"]);
        let error = names(&["x", "--only", "fast"], true)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("no stage `fast`") && error.contains("test, slow"),
            "{error}"
        );
    }
}
