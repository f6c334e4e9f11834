//! Compares two builds of GnuTLS: the C driver runs the same scenarios on both, and the change list describes the
//! differences.

mod library;
mod machine;
mod program;

use std::fmt::{self, Display, Formatter};
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context, Result, ensure};
use gnutls_command_lines::WrongUsage;

use crate::baseline::{self, Key, Transcript};
use crate::changes::ChangeList;
use crate::changes::baseline::{Baseline, Step, distinguish};
use crate::driver::Driver;
use crate::environment;
use crate::scenario::Scenario;
use crate::suite;

use library::Library;
pub use library::installed_file;
use machine::Machine;
use program::{Builder, Program};

/// The names of both builds: of their folders, of their recordings, and in the output.
const NAMES: [&str; 2] = ["old", "new"];

/// The data and the folders of a comparison.
pub struct Settings<'a> {
    /// The folder with the scenarios and fixtures.
    pub tests: &'a Path,
    /// The folder with the sources of the C driver.
    pub sources: &'a Path,
    /// The folder for programs, unpacked packages and recordings.
    pub output: &'a Path,
    /// A command that runs the C driver.
    pub runner: &'a str,
    /// The number of batches that run at the same time.
    pub jobs: usize,
}

/// Both builds, with the facts of all scenarios.
pub struct Comparison {
    pub old: Side,
    pub new: Side,
}

/// One of two builds.
pub struct Side {
    /// The argument that means it.
    pub argument: String,
    /// The facts of all scenarios.
    pub baseline: Baseline,
    /// The file with these facts.
    pub recording: PathBuf,
    /// The library and the driver, unless the facts were recorded before.
    ran: Option<(Library, Program)>,
}

/// An argument, before anything runs.
enum Argument {
    Library(Box<Library>),
    Recording(PathBuf),
}

impl Comparison {
    /// Runs the scenarios on both builds. Calls `done` with the number of scenarios of each batch.
    pub fn run(
        arguments: [&str; 2],
        scenarios: &[Scenario],
        settings: &Settings<'_>,
        done: impl Fn(usize) + Sync,
    ) -> Result<Self> {
        let output = settings.output;
        fs::create_dir_all(output).with_context(|| output.display().to_string())?;
        let machine = Machine::of_compiler(output)?;
        let [old, new] = [0, 1].map(|at| {
            let unpacked = output.join(NAMES[at]).join("package");
            find(arguments[at], machine, &unpacked)
                .map_err(|error| anyhow::Error::new(WrongUsage(format!("{error:#}"))))
        });
        let (old, new) = (old?, new?);
        let file = |argument: &Argument| match argument {
            Argument::Library(library) => library.file.canonicalize(),
            Argument::Recording(file) => file.canonicalize(),
        };
        let both = (file(&old)?, file(&new)?);
        if both.0 == both.1 {
            return Err(anyhow::Error::new(WrongUsage(format!(
                "{} and {} are the same file, {}: give another build as OLD or NEW",
                arguments[0],
                arguments[1],
                both.0.display()
            ))));
        }
        let installed = Library::find(library::INSTALLED, machine, output).ok();
        let program = |at: usize, own: &Argument, other: &Argument| {
            let Argument::Library(library) = own else {
                return Ok(None);
            };
            let folder = output.join(NAMES[at]);
            fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
            let runner = settings.runner.split_ascii_whitespace();
            let builder = Builder {
                library,
                folder,
                tests: settings.tests,
                runner: runner.map(PathBuf::from).collect(),
            };
            let other = match other {
                Argument::Library(other) => Some(&**other),
                Argument::Recording(_) => None,
            };
            let others: Vec<&Library> = other.into_iter().chain(&installed).collect();
            builder.driver_with(&others, settings.sources).map(Some)
        };
        let (old_program, new_program) = thread::scope(|scope| {
            let other = scope.spawn(|| program(0, &old, &new));
            let own = program(1, &new, &old);
            (other.join(), own)
        });
        let old_program = old_program.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let side = |at: usize, argument: Argument, program: Option<Program>| {
            let name = arguments[at].to_owned();
            Side::run(
                name, NAMES[at], argument, program, scenarios, settings, &done,
            )
        };
        let (mut old, mut new) = (side(0, old, old_program)?, side(1, new, new_program?)?);
        distinguish([&mut old.baseline, &mut new.baseline], arguments);
        Ok(Self { old, new })
    }

    /// Returns the change list.
    pub fn changes(&self) -> ChangeList<'_> {
        ChangeList::new(&self.old.baseline, &self.new.baseline)
    }

    /// Returns the number of scenarios that neither build supports.
    pub fn not_supported(&self) -> usize {
        self.count(|step| step.status.starts_with("unsupported"))
    }

    /// Returns the number of scenarios in which both builds make the program fail.
    pub fn failed(&self) -> usize {
        self.count(|step| step.status.starts_with("failed"))
    }

    fn count(&self, is_counted: impl Fn(&Step) -> bool) -> usize {
        let in_side = |side: &Side, name: &str| {
            let steps = side.baseline.scenarios.get(name);
            steps.is_some_and(|steps| steps.iter().any(&is_counted))
        };
        let mut names = self.old.baseline.scenarios.keys();
        let in_both = |name: &&String| in_side(&self.old, name) && in_side(&self.new, name);
        names.by_ref().filter(in_both).count()
    }

    /// Writes a scenario into a file, and describes how it runs on each build and which steps differ.
    pub fn detail(&self, scenario: &Scenario, settings: &Settings<'_>) -> Result<String> {
        let file = settings.output.join(format!("{}.scenario", scenario.name));
        fs::write(&file, scenario.text()).with_context(|| file.display().to_string())?;
        let mut text = format!("{}\n", scenario.text().trim_end());
        let none = Vec::new();
        let [old, new] = [&self.old, &self.new].map(|side| {
            let steps = side.baseline.scenarios.get(&scenario.name);
            steps.unwrap_or(&none)
        });
        for at in 0..old.len().max(new.len()) {
            let lines = |steps: &[Step]| -> Vec<String> {
                let text = steps.get(at).map(|step| step.text.as_str());
                text.unwrap_or_default()
                    .lines()
                    .map(str::to_owned)
                    .collect()
            };
            let (before, after) = (lines(old), lines(new));
            if before == after {
                continue;
            }
            let number = old.get(at).or(new.get(at)).map_or(0, |step| step.number);
            text += &format!("\nstep {number} (- old, + new):\n");
            let differing = [(&before, &after), (&after, &before)].map(|(lines, others)| {
                let lines = lines.iter().map(|line| without_common_facts(line, others));
                lines.collect::<Vec<_>>()
            });
            for line in crate::verdict::differing_lines(&differing[0], &differing[1]) {
                text += &format!("  {line}\n");
            }
        }
        for (side, name) in [(&self.old, NAMES[0]), (&self.new, NAMES[1])] {
            if let Some((_, program)) = &side.ran {
                let command = shell_command(&program.driver, &file)?;
                text += &format!("\nrun it with the {name} build:\n  {command}\n");
            }
        }
        Ok(text)
    }
}

impl Side {
    fn run(
        argument: String,
        name: &str,
        found: Argument,
        program: Option<Program>,
        scenarios: &[Scenario],
        settings: &Settings<'_>,
        done: &(impl Fn(usize) + Sync),
    ) -> Result<Self> {
        let (library, program) = match (found, program) {
            (Argument::Library(library), Some(program)) => (*library, program),
            (Argument::Library(_), None) => unreachable!("each library has a driver"),
            (Argument::Recording(recording), _) => {
                let mut baseline = Baseline::read(&recording)?;
                let is_wanted = |name: &String| scenarios.iter().any(|s| s.name == *name);
                baseline.scenarios.retain(|name, _| is_wanted(name));
                done(scenarios.len());
                return Ok(Self {
                    argument,
                    baseline,
                    recording,
                    ran: None,
                });
            }
        };
        let recorded = baseline::Baseline {
            key: Key {
                library: program.version.clone(),
                package: library.package.clone(),
                behaviour: baseline::behaviour(&program.driver)?,
            },
            transcripts: observe(&program.driver, scenarios, settings.jobs, done)
                .with_context(|| format!("the C driver on {}", library.file.display()))?,
        };
        let recording = settings.output.join(format!("{name}.txt"));
        let text = recorded.text();
        fs::write(&recording, &text).with_context(|| recording.display().to_string())?;
        Ok(Self {
            argument,
            baseline: Baseline::parse(&crate::baselines::lines(&recording, &text))?,
            recording,
            ran: Some((library, program)),
        })
    }
}

/// The file and the headers.
impl Display for Side {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.ran {
            Some((library, program)) => write!(
                f,
                "{}, C driver compiled for {}",
                library.file.display(),
                program.headers
            ),
            None => write!(f, "recorded in {}", self.recording.display()),
        }
    }
}

/// A comparison as text: the builds, the change list, and what the list omits.
pub struct Listing<'a> {
    pub comparison: &'a Comparison,
    pub changes: &'a ChangeList<'a>,
    /// The number of accepted changes.
    pub accepted: usize,
    /// The accepted changes that did not occur.
    pub unknown: Vec<&'a str>,
}

impl Display for Listing<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Comparison { old, new } = self.comparison;
        write!(f, "old: {old}\nnew: {new}\n{}", self.changes)?;
        for (count, what) in [
            (self.accepted, "changes are accepted"),
            (
                self.comparison.not_supported(),
                "scenarios are supported by neither build",
            ),
            (
                self.comparison.failed(),
                "scenarios make the program fail with both builds",
            ),
        ] {
            if count > 0 {
                writeln!(f, "({count} {what})")?;
            }
        }
        for name in &self.unknown {
            writeln!(f, "(accepted, but did not occur: {name})")?;
        }
        Ok(())
    }
}

/// Runs scenarios on one build. It fails if every scenario fails: that is no behaviour of the library.
pub fn observe(
    driver: &Driver,
    scenarios: &[Scenario],
    jobs: usize,
    done: impl Fn(usize) + Sync,
) -> Result<Vec<Transcript>> {
    let run = |batch: &[Scenario]| {
        let runs = driver.run(batch)?;
        let first = runs.iter().find_map(|run| run.failure.clone());
        let pairs = batch.iter().zip(&runs);
        let transcripts =
            pairs.map(|(scenario, run)| (Transcript::new(scenario, run), first.clone()));
        Ok(transcripts.collect())
    };
    let all = suite::in_batches(scenarios, jobs, run, done)?;
    let failed = |(transcript, _): &(Transcript, Option<String>)| {
        transcript
            .steps
            .first()
            .is_none_or(|step| step.status == "failed")
    };
    if let Some((_, Some(failure))) = all.first() {
        ensure!(
            !all.iter().all(failed),
            "every scenario fails at once: it {failure}"
        );
    }
    Ok(all.into_iter().map(|(transcript, _)| transcript).collect())
}

fn find(argument: &str, machine: Machine, unpacked: &Path) -> Result<Argument> {
    let path = Path::new(argument);
    let is_recording = || {
        let text = fs::read(path).unwrap_or_default();
        text.starts_with(crate::baselines::SINGLE.as_bytes())
    };
    if path.is_file() && is_recording() {
        return Ok(Argument::Recording(path.to_owned()));
    }
    let library = Library::find(argument, machine, unpacked)?;
    Ok(Argument::Library(Box::new(library)))
}

/// Returns a line of a step; without the facts that the line of the same endpoint has in the other build.
fn without_common_facts(line: &str, others: &[String]) -> String {
    // Two blanks, the endpoint and the facts; a record has a mark in place of the first one.
    let endpoint_of = |line: &str| {
        let mut words = line.strip_prefix("  ")?.split(' ');
        let endpoint = words.next()?.to_owned();
        (words.next()? != ">").then_some(endpoint)
    };
    let Some(endpoint) = endpoint_of(line) else {
        return line.to_owned();
    };
    let mut others = others.iter();
    let other = others.find(|other| endpoint_of(other).as_ref() == Some(&endpoint));
    let known: Vec<&str> = other.map_or(Vec::new(), |other| other.split(' ').collect());
    let facts = line.split(' ').skip(3).filter(|fact| !known.contains(fact));
    let mut text = format!("  {endpoint}");
    for fact in facts {
        text += &format!(" {fact}");
    }
    text
}

/// Returns the command that runs a scenario in a shell, in the environment of the suite.
fn shell_command(driver: &Driver, scenario: &Path) -> Result<String> {
    let mut words: Vec<String> = vec!["env".into()];
    let path = std::env::join_paths(&driver.library_path)?;
    if !path.is_empty() {
        words.push(format!("LD_LIBRARY_PATH={}", path.to_string_lossy()));
    }
    words.extend(
        environment::fixed()
            .into_iter()
            .map(|(name, value)| format!("{name}={value}")),
    );
    words.extend(driver.command.iter().map(|part| part.display().to_string()));
    words.extend(["--fixtures".into(), driver.fixtures.display().to_string()]);
    let command = shlex::try_join(words.iter().map(String::as_str))?;
    let file = scenario.display().to_string();
    Ok(format!("{command} < {}", shlex::try_quote(&file)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::driver::PATIENCE;
    use crate::{baselines, scenario};

    /// A driver in shell that prints a step for each line, and crashes at the word `crash`; also at the end if that is
    /// its argument.
    const DRIVER: &str = r#"
        end() { [ -z "$name" ] || { [ "$2" != end ] || kill -SEGV $$; echo "{\"scenario\":\"$name\",\"end\":1}"; }; }
        while read -r word rest; do
            case $word in
                '') ;;
                scenario) end "$@"; name=$rest line=0 ;;
                *)
                    line=$((line + 1))
                    [ "$rest" != "$1" ] || kill -SEGV $$
                    echo "{\"scenario\":\"$name\",\"line\":$line,\"verb\":\"$word\",\"status\":\"done\"}" ;;
            esac
        done
        end "$@""#;

    fn scenarios() -> Vec<Scenario> {
        scenario::parse("scenario a\nadvance 1\nadvance 2\n\nscenario b\nadvance 1\n").unwrap()
    }

    /// Returns the facts with a driver that crashes at `advance SECONDS`, or at the end of each scenario.
    fn observed(version: &str, at: &[&str]) -> Result<Baseline> {
        let command = [&["sh", "-c", DRIVER, "driver"], at].concat();
        let driver = Driver {
            command: command.into_iter().map(PathBuf::from).collect(),
            fixtures: PathBuf::new(),
            library_path: Vec::new(),
            token: None,
            patience: PATIENCE,
        };
        let recorded = baseline::Baseline {
            key: Key {
                library: version.to_owned(),
                package: None,
                behaviour: "00".to_owned(),
            },
            transcripts: observe(&driver, &scenarios(), 1, |_| ())?,
        };
        Baseline::parse(&baselines::lines(Path::new("recorded"), &recorded.text()))
    }

    fn changes(old: &Baseline, new: &Baseline) -> Vec<String> {
        let changes = ChangeList::new(old, new).changes;
        changes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_build_that_crashes_is_a_change_at_the_step_of_the_crash() {
        let [old, new] =
            [("3.8.1", "-"), ("3.8.2", "2")].map(|(version, at)| observed(version, &[at]).unwrap());
        assert_eq!(
            changes(&old, &new),
            [
                "any protocol: can be run -> advance makes the program fail: it ended with signal: 11 (SIGSEGV) \
              (3.8.1 -> 3.8.2) [a, step 2]"
            ]
        );
        assert!(changes(&old, &old).is_empty() && changes(&new, &new).is_empty());
    }

    #[test]
    fn a_build_that_crashes_after_the_last_step_is_a_change() {
        let old = observed("3.8.1", &["-"]).unwrap();
        let new = observed("3.8.2", &["-", "end"]).unwrap();
        let found = changes(&old, &new);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(
            found[0].contains("completes -> end makes the program fail"),
            "{found:?}"
        );
        assert!(
            found[0].ends_with("[2 scenarios, first a, step 3]"),
            "{found:?}"
        );
    }

    #[test]
    fn only_the_facts_that_differ_are_shown() {
        let others = [
            "5 handshake done | 1c handshake 0",
            "  1c alpn=h2 id2.size=0",
            "  1c > record 5",
        ];
        let others = others.map(str::to_owned);
        let shown = |line| without_common_facts(line, &others);
        assert_eq!(
            shown("  1c alpn=h2 id2.size=32 sni=a"),
            "  1c id2.size=32 sni=a"
        );
        assert_eq!(shown("  1s alpn=h2"), "  1s alpn=h2");
        for line in ["5 handshake done | 1c handshake 0", "  1c > record 5"] {
            assert_eq!(shown(line), line);
        }
    }

    #[test]
    fn a_driver_that_fails_in_every_scenario_is_no_behaviour() {
        let error = observed("3.8.1", &["1"]).unwrap_err().to_string();
        assert!(
            error.contains("every scenario fails at once: it ended with signal"),
            "{error}"
        );
    }
}
