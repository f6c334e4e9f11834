//! Jobs made of stages. Each prints a heading, the output of its programs and its time, and is a row of the table at
//! the end.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::Path;
use std::process::{Command, ExitCode, id};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use clap::{Arg, ArgAction, ArgMatches};
use fs_err as fs;
use gnutls_command_lines::WrongUsage;

use crate::process::{self, Ended};
use crate::project;
use crate::setup::SetupOptions;
use crate::summary::{self, Counts};
use crate::terminal::{SILENCE, Style, duration, paint, wrap};

/// A part of a job that succeeds or fails by itself.
#[derive(Clone, Copy)]
pub(crate) struct Stage {
    pub(crate) name: &'static str,
    /// The property that it checks, in a few words.
    pub(crate) about: &'static str,
    /// The time that it may take.
    pub(crate) minutes: u64,
    /// `--quick` skips it.
    pub(crate) slow: bool,
    pub(crate) run: fn(&mut Run) -> anyhow::Result<()>,
}

/// A running stage.
pub(crate) struct Run {
    name: &'static str,
    deadline: Instant,
    counts: Counts,
    /// The remarks for the table at the end.
    notes: Vec<String>,
    skipped: bool,
    /// The stage runs as part of a quick run.
    pub(crate) quick: bool,
    /// The options of set-up.
    pub(crate) options: SetupOptions,
    /// The arguments of the job for the programs that its stages run.
    arguments: Vec<String>,
}

/// A finished stage.
pub(crate) struct Finished {
    pub(crate) name: &'static str,
    pub(crate) time: Duration,
    pub(crate) counts: Counts,
    pub(crate) notes: Vec<String>,
    pub(crate) verdict: Verdict,
}

#[derive(PartialEq, Eq)]
pub(crate) enum Verdict {
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

    /// Runs a program of this project that prints its result in the last line, which goes into the table. The program
    /// counts as one test.
    pub(crate) fn comparison(&mut self, command: Command, name: &str) -> anyhow::Result<()> {
        let ended = self.run(command)?;
        self.counts.add(ended.success());
        self.notes.extend(ended.tail(1));
        check(ended).with_context(|| format!("{name} found a difference or did not run"))
    }

    /// Runs a program. The tests that it counts are added to those of the stage, and the table gets the reasons of
    /// those that it skips.
    pub(crate) fn program(&mut self, command: Command) -> anyhow::Result<()> {
        let ended = self.run(command)?;
        let output = ended.output();
        self.counts += Counts::of(&output);
        let mut reasons = BTreeMap::<_, usize>::new();
        for reason in output.lines().filter_map(summary::skipped) {
            *reasons.entry(reason.to_owned()).or_default() += 1;
        }
        let notes = reasons.into_iter();
        self.notes.extend(
            notes.map(|(reason, number)| format!("{} skipped: {reason}", plural(number, "test"))),
        );
        check(ended)
    }

    /// Runs a program that prints the numbers of its cases as cargo's test runner does, with the arguments of the job.
    /// Its lines `result: TEXT` are added to the table.
    pub(crate) fn cases(&mut self, mut command: Command) -> anyhow::Result<()> {
        command.args(&self.arguments);
        let ended = self.run(command)?;
        let output = ended.output();
        self.counts += Counts::of(&output);
        let results = output
            .lines()
            .filter_map(|line| line.strip_prefix("result: "));
        self.notes.extend(results.map(str::to_owned));
        check(ended)
    }

    /// Adds a result to the table.
    pub(crate) fn note(&mut self, text: impl Into<String>) {
        let text = text.into();
        println!("{text}");
        self.notes.push(text);
    }

    /// Marks the stage as skipped. The table shows the reason.
    pub(crate) fn skip(&mut self, reason: impl Into<String>) {
        self.skipped = true;
        self.note(reason);
    }

    /// Runs a program and prints its output as it comes, and the elapsed time while there is none.
    fn run(&mut self, mut command: Command) -> anyhow::Result<Ended> {
        if self.options.offline {
            command.env("CARGO_NET_OFFLINE", "true");
        }
        let name = short(command.get_program());
        let arguments: Vec<_> = command.get_args().map(OsStr::to_string_lossy).collect();
        let line = format!("$ {name} {}", arguments.join(" "));
        println!("{}", paint(Style::Faint, line));
        static PROGRAMS: AtomicU32 = AtomicU32::new(0);
        let number = PROGRAMS.fetch_add(1, Ordering::Relaxed);
        let log = format!("xtask/logs/{}-{}-{number}.log", self.name, id());
        let left = self.deadline.saturating_duration_since(Instant::now());
        let (start, printed) = (Instant::now(), Cell::new(Instant::now()));
        let watch = |lines: &str| {
            if !lines.is_empty() {
                print!("{lines}");
            } else if printed.get().elapsed() >= SILENCE {
                println!("  {name} still runs after {}", duration(start.elapsed()));
            } else {
                return;
            }
            printed.set(Instant::now());
            // It fails if nobody reads it.
            let _ = io::stdout().flush();
        };
        process::run(command, &project::target().join(log), left, &watch)
    }
}

/// Fails unless the program succeeded. The log of one that did is removed.
fn check(ended: Ended) -> anyhow::Result<()> {
    match ended.status {
        Some(status) if status.success() => Ok(fs::remove_file(ended.log)?),
        Some(status) => bail!("{status}, see {}", ended.log.display()),
        None => bail!("stopped at the deadline of this stage"),
    }
}

/// Returns the name of a program without its folder.
fn short(program: &OsStr) -> String {
    let name = Path::new(program).file_stem().unwrap_or(program);
    name.to_string_lossy().into_owned()
}

/// Returns the options of every job made of stages.
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
            .help("Run only this stage (repeatable)"),
    ]
}

/// Returns the stages that the command line selects.
pub(crate) fn selected(
    stages: &[Stage],
    arguments: &ArgMatches,
    quick: bool,
) -> anyhow::Result<Vec<Stage>> {
    let only = named(arguments, "only", stages.iter().map(|stage| stage.name))?;
    let chosen = |stage: &&Stage| match only.is_empty() {
        true => !(quick && stage.slow),
        false => only.contains(&stage.name),
    };
    Ok(stages.iter().filter(chosen).copied().collect())
}

/// Returns the values of an option, each of which must be one of these names.
pub(crate) fn named<'a>(
    arguments: &'a ArgMatches,
    option: &str,
    names: impl Iterator<Item = &'static str>,
) -> anyhow::Result<Vec<&'a str>> {
    let names: Vec<_> = names.collect();
    let values = arguments.get_many::<String>(option).into_iter().flatten();
    let values: Vec<_> = values.map(String::as_str).collect();
    if let Some(unknown) = values.iter().find(|value| !names.contains(value)) {
        bail!(WrongUsage(format!(
            "--{option} {unknown} does not exist; the names are: {}",
            names.join(", ")
        )));
    }
    Ok(values)
}

/// Prints the stages.
pub(crate) fn list(stages: &[Stage]) {
    print!("{}", listed(stages));
}

fn listed(stages: &[Stage]) -> String {
    let line = |stage: &Stage| format!("{:<20}{}\n", stage.name, wrap(stage.about, 20));
    stages.iter().map(line).collect()
}

/// Runs all stages one after the other and prints the table. The last line is `N passed, N failed`.
pub(crate) fn run(stages: &[Stage], quick: bool, options: SetupOptions) -> ExitCode {
    print_table(&run_all(stages, quick, options, &[]))
}

/// Runs all stages one after the other. The programs that [`Run::cases`] runs receive the arguments.
pub(crate) fn run_all(
    stages: &[Stage],
    quick: bool,
    options: SetupOptions,
    arguments: &[String],
) -> Vec<Finished> {
    let stages = stages.iter();
    stages
        .map(|stage| run_one(stage, quick, options, arguments))
        .collect()
}

/// Prints the table of finished stages. The last line is `N passed, N failed`.
pub(crate) fn print_table(finished: &[Finished]) -> ExitCode {
    println!("\n{}", paint(Style::Heading, "Stages"));
    let mut counts = Counts::default();
    for stage in finished {
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
            println!("      {}", wrap(note, 6));
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
        duration(finished.iter().map(|stage| stage.time).sum())
    );
    if counts.skipped > 0 {
        println!("{} skipped", plural(counts.skipped as usize, "test"));
    }
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

fn run_one(stage: &Stage, quick: bool, options: SetupOptions, arguments: &[String]) -> Finished {
    println!(
        "\n{}",
        paint(
            Style::Heading,
            format!("== {}: {}", stage.name, stage.about)
        )
    );
    let start = Instant::now();
    let mut run = Run {
        name: stage.name,
        deadline: start + Duration::from_secs(60 * stage.minutes),
        counts: Counts::default(),
        notes: Vec::new(),
        skipped: false,
        quick,
        options,
        arguments: arguments.to_vec(),
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
        // A stage that fails without a failed test, such as a build error, counts as a failure.
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
            SetupOptions::default(),
            &[],
        );
        assert_eq!((finished.counts.passed, finished.counts.failed), (4, 2));
        assert!(finished.verdict == Verdict::Failed);
    }

    #[test]
    fn skipped_tests_are_counted_and_their_reasons_are_in_the_table() {
        let run = |run: &mut Run| {
            run.program(shell(
                "echo 'skipped test a: no curl'; echo 'test b ... skipped test c: no curl'; \
                 echo 'skipped test d: too old'; echo 'test result: ok. 5 passed; 0 failed; 0 ignored'",
            ))
        };
        let finished = run_one(&stage(run), false, SetupOptions::default(), &[]);
        let counts = finished.counts;
        assert_eq!((counts.passed, counts.failed, counts.skipped), (2, 0, 3));
        assert_eq!(
            finished.notes,
            ["2 tests skipped: no curl", "1 test skipped: too old"]
        );
        assert!(finished.verdict == Verdict::Passed);
    }

    #[test]
    fn a_failure_without_a_failed_test_counts_as_one() {
        let finished = run_one(
            &stage(|run| run.program(shell("exit 7"))),
            false,
            SetupOptions::default(),
            &[],
        );
        assert_eq!((finished.counts.passed, finished.counts.failed), (0, 1));
        assert!(finished.notes[0].starts_with("exit status: 7, see "));
    }

    #[test]
    fn a_comparison_is_one_test_and_leaves_its_last_line() {
        let run =
            |run: &mut Run| run.comparison(shell("echo a; echo 'abi: 0 differences'; echo"), "abi");
        let finished = run_one(&stage(run), false, SetupOptions::default(), &[]);
        assert_eq!((finished.counts.passed, finished.counts.failed), (1, 0));
        assert_eq!(finished.notes, ["abi: 0 differences"]);
        assert!(finished.verdict == Verdict::Passed);
    }

    #[test]
    fn cases_receive_the_arguments_and_leave_their_results() {
        let run = |run: &mut Run| {
            let script =
                "echo \"result: $0 $1\"; echo 'test result: ok. 2 passed; 0 failed; 0 ignored'";
            run.cases(shell(script))
        };
        let arguments = ["--seed".to_owned(), "3".to_owned()];
        let finished = run_one(&stage(run), false, SetupOptions::default(), &arguments);
        assert_eq!((finished.counts.passed, finished.counts.failed), (2, 0));
        assert_eq!(finished.notes, ["--seed 3"]);
    }

    #[test]
    fn a_skipped_stage_says_why() {
        let skip = |run: &mut Run| {
            run.skip("nothing here");
            Ok(())
        };
        let finished = run_one(&stage(skip), false, SetupOptions::default(), &[]);
        assert!(finished.verdict == Verdict::Skipped);
        assert_eq!(finished.notes, ["nothing here"]);
    }

    #[test]
    fn offline_is_handed_on_to_cargo() {
        let ask = |run: &mut Run| run.program(shell(r#"[ "$CARGO_NET_OFFLINE" = true ]"#));
        let offline = SetupOptions {
            offline: true,
            ..SetupOptions::default()
        };
        assert!(run_one(&stage(ask), false, offline, &[]).verdict == Verdict::Passed);
        assert!(
            run_one(
                &stage(|run| run.program(shell("[ -z \"$CARGO_NET_OFFLINE\" ]"))),
                false,
                SetupOptions::default(),
                &[]
            )
            .verdict
                == Verdict::Passed
        );
    }

    #[test]
    fn the_list_has_at_most_80_columns() {
        let stage = Stage {
            about: "a property that takes more words than there are columns in one line of the list of all stages",
            ..stage(|_| Ok(()))
        };
        let list = listed(&[stage]);
        let wide = list.lines().find(|line| line.chars().count() > 80);
        assert_eq!(wide, None);
        assert_eq!(list.lines().count(), 2);
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
        let error = names(&["x", "--only", "fast"], true).unwrap_err();
        assert!(error.is::<WrongUsage>());
        let error = error.to_string();
        assert!(
            error.contains("--only fast does not exist") && error.contains("test, slow"),
            "{error}"
        );
    }
}
