//! `cargo xtask gauntlet`: the safe crate under faults, hostile peers and load, and under sanitizers.

use std::fmt::Write;
use std::process::{Command, ExitCode};

use clap::{Arg, ArgAction, ArgMatches, value_parser};
use fs_err as fs;

use crate::fuzz;
use crate::job::Job;
use crate::project;
use crate::sanitizer::{self, library, miri, valgrind};
use crate::setup::{self, SetupOptions};
use crate::stage::{self, Finished, Run, Stage, Verdict};
use crate::terminal::duration;
use crate::test;

pub(crate) const GAUNTLET: Job = Job::Own {
    command: || {
        clap::Command::new("gauntlet")
            .about("Run the safe crate under faults, hostile peers, load and sanitizers")
            .long_about(
                "Runs the safe crate under injected faults, hostile peers and load, and under sanitizers, each of which \
                 first detects a planted fault. A case that fails is printed with the command that reproduces it.\n\n\
                 All parts run, even after a failure. The table at the end contains for each part the cases that passed \
                 and the faults that were found.",
            )
            .after_help(
                "Examples:\n  cargo xtask gauntlet --install --quick\n  \
                 cargo xtask gauntlet --only soak --case idle\n  \
                 cargo xtask gauntlet --write",
            )
            .args([
                Arg::new("quick")
                    .long("quick")
                    .action(ArgAction::SetTrue)
                    .help("Run samples of the fast parts: less than a minute each"),
                Arg::new("list")
                    .long("list")
                    .action(ArgAction::SetTrue)
                    .help("List the parts and do nothing"),
                Arg::new("only")
                    .long("only")
                    .value_name("PART")
                    .action(ArgAction::Append)
                    .help("Run only this part (repeatable)"),
                Arg::new("seed")
                    .long("seed")
                    .value_name("N")
                    .value_parser(value_parser!(u64))
                    .default_value("1")
                    .help("Seed of everything that is chosen at random"),
                Arg::new("case")
                    .long("case")
                    .value_name("TEXT")
                    .help("Run only cases with TEXT in their name"),
                Arg::new("write")
                    .long("write")
                    .action(ArgAction::SetTrue)
                    .conflicts_with_all(["only", "case"])
                    .help("Write the table to docs/gauntlet.md"),
            ])
            .args(gnutls_command_lines::setup())
    },
    run,
};

/// The parts.
pub(crate) const PARTS: &[Stage] = &[
    Stage {
        name: "faults",
        about: "a fault at each byte of each connection ends as in C, without a leak",
        minutes: 120,
        slow: false,
        run: |run| part(run, "faults"),
    },
    Stage {
        name: "memory",
        about: "each failed allocation of GnuTLS ends as in C, without a leak",
        minutes: 60,
        slow: false,
        run: |run| part(run, "memory"),
    },
    Stage {
        name: "callbacks",
        about: "a panic in each call of each callback continues in the caller",
        minutes: 10,
        slow: false,
        run: |run| part(run, "callbacks"),
    },
    Stage {
        name: "volume",
        about: "thousands of small, empty or useless messages take flat memory",
        minutes: 20,
        slow: false,
        run: |run| part(run, "volume"),
    },
    Stage {
        name: "threads",
        about: "shared configurations and sessions that move between threads",
        minutes: 10,
        slow: false,
        run: |run| part(run, "threads"),
    },
    Stage {
        name: "soak",
        about: "100,000 handshakes and 10,000 idle sessions without a leak",
        minutes: 60,
        slow: false,
        run: |run| part(run, "soak"),
    },
    Stage {
        name: "callers",
        about: "random public calls on both sides, compared with a model",
        minutes: 60,
        slow: false,
        run: |run| part(run, "callers"),
    },
    Stage {
        name: "configurations",
        about: "who is admitted by each combination of configurations, full and resumed",
        minutes: 60,
        slow: false,
        run: |run| part(run, "configurations"),
    },
    Stage {
        name: "datagrams",
        about: "each datagram of 1,000 DTLS peers with losses is accounted for",
        minutes: 10,
        slow: false,
        run: |run| part(run, "datagrams"),
    },
    Stage {
        name: "mutations",
        about: "mutated certificates, keys and other files are parsed as in C",
        minutes: 60,
        slow: false,
        run: |run| part(run, "mutations"),
    },
    Stage {
        name: "bugs",
        about: "a test detects each known bug that is put back into a copy of the sources",
        minutes: 60,
        slow: false,
        run: |run| part(run, "bugs"),
    },
    fuzz::FUZZ,
    sanitizer::ADDRESS,
    library::LIBRARY,
    valgrind::MEMCHECK,
    valgrind::HELGRIND,
    miri::MIRI,
];

/// The file of the last complete run.
const RESULT: &str = "docs/gauntlet.md";

fn run(arguments: &ArgMatches) -> anyhow::Result<ExitCode> {
    let quick = arguments.get_flag("quick");
    let chosen = stage::selected(PARTS, arguments, quick)?;
    if arguments.get_flag("list") {
        stage::list(PARTS);
        return Ok(ExitCode::SUCCESS);
    }
    let options = SetupOptions::from(arguments);
    if let Err(code) = setup::prepare(setup::BUILD, options) {
        return Ok(code);
    }
    let finished = stage::run_all(&chosen, quick, options, &words(arguments));
    if arguments.get_flag("write") {
        fs::write(project::root().join(RESULT), markdown(&finished, quick))?;
    }
    Ok(stage::print_table(&finished))
}

/// Returns the arguments of the job for the programs of its parts.
fn words(arguments: &ArgMatches) -> Vec<String> {
    let seed = arguments.get_one::<u64>("seed").expect("it has a default");
    let mut words = vec!["--seed".to_owned(), seed.to_string()];
    if arguments.get_flag("quick") {
        words.push("--quick".to_owned());
    }
    if let Some(case) = arguments.get_one::<String>("case") {
        words.extend(["--case".to_owned(), case.clone()]);
    }
    words
}

/// Runs a part of the program in `tests/gauntlet`.
fn part(run: &mut Run, name: &str) -> anyhow::Result<()> {
    run.cases(program(name))
}

/// Returns the program in `tests/gauntlet` with a part.
fn program(name: &str) -> Command {
    test::program("gnutls-gauntlet", &[name])
}

/// Returns the file of results.
fn markdown(finished: &[Finished], quick: bool) -> String {
    let (command, sample) = match quick {
        true => ("--quick --write", ", a sample of the fast parts"),
        false => ("--write", ""),
    };
    let mut text = format!(
        "# Gauntlet\n\nThe last run of `cargo xtask gauntlet {command}`{sample}: version {} with {}. A case that fails is a \
         fault.\n\n| part | cases | faults | duration |\n|---|---|---|---|\n",
        project::version().unwrap_or_default(),
        library(),
    );
    for stage in finished {
        let (cases, faults) = match stage.verdict {
            Verdict::Skipped => ("skipped".to_owned(), String::new()),
            _ => (
                (stage.counts.passed + stage.counts.failed).to_string(),
                stage.counts.failed.to_string(),
            ),
        };
        let time = duration(stage.time);
        // A string accepts all text.
        let _ = writeln!(text, "| {} | {cases} | {faults} | {time} |", stage.name);
    }
    text.push_str("\n## Measurements\n\n");
    for stage in finished {
        for note in &stage.notes {
            let _ = writeln!(text, "- {}: {note}", stage.name);
        }
    }
    text
}

/// Returns the name and the version of the library.
fn library() -> String {
    let output = Command::new("pkg-config")
        .args(["--modversion", "gnutls"])
        .output();
    let version = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    format!("GnuTLS {}", version.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_programs_receive_the_arguments() {
        let Job::Own { command, .. } = GAUNTLET else {
            panic!("a job made of stages")
        };
        let matches =
            command().get_matches_from(["gauntlet", "--quick", "--seed", "7", "--case", "a b"]);
        assert_eq!(words(&matches), ["--seed", "7", "--quick", "--case", "a b"]);
        let matches = command().get_matches_from(["gauntlet"]);
        assert_eq!(words(&matches), ["--seed", "1"]);
    }

    #[test]
    fn only_all_parts_are_written() {
        let Job::Own { command, .. } = GAUNTLET else {
            panic!("a job made of stages")
        };
        for option in [&["--only", "soak"], &["--case", "x"]] {
            let words = [&["gauntlet", "--write"], &option[..]].concat();
            assert!(command().try_get_matches_from(words).is_err());
        }
    }
}
