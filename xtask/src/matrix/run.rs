//! One run over all versions: the order of the work, and the outcome.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail, ensure};
use clap::ArgMatches;
use fs_err as fs;
use gnutls_command_lines::WrongUsage;
use gnutls_releases::Version;

use super::cache::Cache;
use super::digest;
use super::entry::Entry;
use super::environment::{BuildContext, Environment, Group, KEPT, Prefix, Rank};
use super::make::Maker;
use super::outcome::{Outcome, Outcomes, Time};
use super::progress::Progress;
use super::root::Root;
use super::steps::{self, CROSS_STEPS, Needs, STEPS, Step, Tools};
use super::vendor::vendor;
use crate::process;
use crate::project;
use crate::stage;

/// The step that makes or finds a root file system.
const ROOT: &str = "root file system";

/// The number of root file systems that are made at a time. Most of the time they wait for the network.
const MAKERS: usize = 2;

/// A version to run on.
enum Target<'a> {
    /// The receiver returns the root file system when it is made.
    Entry(&'a Entry, Receiver<Made>),
    Prefix(Prefix),
}

/// The time it took to make or find a root file system, and the root file system or the reason of the failure.
type Made = (Time, Result<Root, String>);

pub(super) fn run(
    entries: &[Entry],
    cache: &Cache,
    offline: bool,
    arguments: &ArgMatches,
) -> anyhow::Result<ExitCode> {
    let start = Instant::now();
    let steps = selected_steps(arguments)?;
    let prefixes: Vec<&PathBuf> = arguments.get_many("prefix").into_iter().flatten().collect();
    let (mut targets, mut orders) = (Vec::new(), Vec::new());
    for entry in entries {
        let (sender, receiver) = mpsc::channel();
        orders.push((entry, sender));
        targets.push((entry.gnutls.parse()?, Target::Entry(entry, receiver)));
    }
    for prefix in read_prefixes(&prefixes)? {
        targets.push((prefix.release, Target::Prefix(prefix)));
    }
    targets.sort_by_key(|(release, _)| *release);
    let roots = match entries.iter().any(|entry| entry.architecture.is_some()) {
        true => Group::Architectures,
        false => Group::Roots,
    };
    let order: Vec<_> = targets
        .iter()
        .map(|(release, target)| (*release, matches!(target, Target::Entry(..))))
        .collect();
    let targets: Vec<_> = targets
        .into_iter()
        .map(|(_, target)| target)
        .zip(ranks(&order, roots))
        .collect();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let jobs = arguments
        .get_one::<u16>("jobs")
        .map_or(cores, |&jobs| jobs.into())
        .min(targets.len());

    let progress = Progress::new();
    let work = project::target().join("matrix");
    fs::create_dir_all(work.join("logs"))?;
    // Two runs cannot build in one directory.
    let bar = progress.start("all", "begin");
    let watch = |line: &str| bar.say(line);
    let _alone = Cache::open(work.clone())?.alone("run", &watch)?;
    // Making root file systems requires neither.
    let (vendor, toolchain) = match steps.is_empty() {
        true => (work.clone(), work.clone()),
        false => (vendor(&work, offline, &watch)?, toolchain()?),
    };
    let context = BuildContext {
        project: project::root().to_owned(),
        vendor,
        toolchain,
        // One environment uses the cores that another leaves idle.
        compilers: cores,
        patience: arguments
            .get_one::<u16>("patience")
            .map_or(1, |&times| times.into()),
        work,
        results: arguments
            .get_one::<PathBuf>("results")
            .cloned()
            .unwrap_or_else(|| project::root().join("target/results")),
        seed: arguments.get_one::<u64>("seed").map_or(1, |&seed| seed),
        sample: sample(arguments),
        write_baselines: arguments.get_flag("write-baselines"),
        shared: Default::default(),
    };
    drop(bar);

    let run = Run {
        maker: Maker::here(
            arguments.get_one("mirror").cloned(),
            context.work.join("logs"),
        ),
        context,
        cache,
        offline,
        steps,
        progress,
        tools: std::array::from_fn(|_| Later::new()),
    };
    let outcomes = Mutex::new(Vec::new());
    thread::scope(|scope| {
        scope.spawn(|| {
            on_threads(MAKERS, orders, |_, (entry, sender): (_, Sender<Made>)| {
                // The receiver is gone if the version has been given up.
                let _ = sender.send(run.root(entry));
            });
        });
        // The first of a group starts first, so that the others do not wait for work that has not begun.
        on_threads(
            jobs,
            targets.into_iter().enumerate(),
            |_, (number, (target, rank))| {
                let outcome = run.target(&target, rank);
                lock(&outcomes).push((number, outcome));
            },
        );
    });
    let mut outcomes = outcomes
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    outcomes.sort_by_key(|(number, _)| *number);
    let outcomes = Outcomes {
        versions: outcomes.into_iter().map(|(_, outcome)| outcome).collect(),
        time: start.elapsed(),
    };
    print!("{outcomes}");
    if run.context.write_baselines {
        // A directory without files is not committed; the others cannot be removed.
        let _ = KEPT.map(|name| fs::remove_dir(project::root().join(name)));
    }
    if let Some(file) = arguments.get_one::<PathBuf>("json") {
        fs::write(file, outcomes.to_json()?)?;
    }
    Ok(if outcomes.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn selected_steps(arguments: &ArgMatches) -> anyhow::Result<Vec<&'static Step>> {
    if arguments.get_flag("prepare") {
        return Ok(Vec::new());
    }
    let all = match arguments.contains_id("arch") {
        true => CROSS_STEPS,
        false => STEPS,
    };
    let only = stage::named(arguments, "step", all.iter().map(|step| step.name))?;
    let is_selected = |name| only.is_empty() || only.contains(&name);
    ensure!(
        is_selected("conformance") || !arguments.get_flag("write-baselines"),
        WrongUsage(
            "--write-baselines requires the step `conformance`, which --step does not select"
                .into()
        )
    );
    let steps = all.iter().filter(|step| is_selected(step.name));
    Ok(steps.collect())
}

/// Reads the prefixes on the command line. Fails if two have the same directory.
fn read_prefixes(folders: &[&PathBuf]) -> anyhow::Result<Vec<Prefix>> {
    let mut prefixes: Vec<Prefix> = Vec::new();
    for folder in folders {
        let prefix = Prefix::read(folder)?;
        let same = prefixes.iter().find(|other| other.name == prefix.name);
        if let Some(same) = same {
            bail!(
                "{} and {} would be built in the same folder, {}",
                same.title,
                prefix.title,
                prefix.name
            );
        }
        prefixes.push(prefix);
    }
    Ok(prefixes)
}

/// Returns the ranks of targets in their order. Each is given by its release, and `true` for a root file system, which
/// belongs to the group `roots`.
fn ranks(targets: &[(Version, bool)], roots: Group) -> Vec<Rank> {
    let oldest_root = targets.iter().position(|(_, is_root)| *is_root);
    // Prefixes with the release of the oldest root file system come after it.
    let prefixes = oldest_root.unwrap_or(targets.len());
    let rank = |at: usize| Rank {
        group: if at < prefixes {
            Group::Prefixes
        } else {
            roots
        },
        first: at == 0 || at == prefixes,
        older: at.checked_sub(1).map(|before| targets[before].0),
    };
    (0..targets.len()).map(rank).collect()
}

/// Returns the directory of the Rust toolchain that runs this job.
fn toolchain() -> anyhow::Result<PathBuf> {
    let output = Command::new(project::tool("RUSTC", "rustc"))
        .args(["--print", "sysroot"])
        .output();
    let output = output.context("cannot run rustc")?;
    ensure!(output.status.success(), "rustc does not print its sysroot");
    Ok(String::from_utf8(output.stdout)?.trim_end().into())
}

struct Run<'a> {
    context: BuildContext,
    cache: &'a Cache,
    maker: Maker,
    offline: bool,
    steps: Vec<&'static Step>,
    progress: Progress,
    /// The programs of each group.
    tools: [Later<Result<Tools, String>>; 3],
}

impl Run<'_> {
    /// Makes or finds the root file system of a version.
    fn root(&self, entry: &Entry) -> Made {
        let bar = self.progress.start(&entry.title, ROOT);
        let clock = Clock::start();
        let watch = |line: &str| bar.say(line);
        let make = |entry: &Entry, folder: &Path| self.maker.make(entry, folder, &watch);
        let digest = digest(entry);
        let root = self
            .cache
            .root(entry, &digest, self.offline, &watch, &make)
            .map_err(|error| format!("{error:#}"));
        match &root {
            Ok(root) => bar.done(&root.metadata.gnutls),
            Err(why) => bar.failed(why),
        }
        (clock.time(), root)
    }

    /// Performs all steps on one version. The first of a group also builds the programs for the others.
    fn target(&self, target: &Target<'_>, rank: Rank) -> Outcome {
        let (first, tools) = (rank.first, &self.tools[rank.group as usize]);
        let (name, title) = match target {
            Target::Entry(entry, _) => (entry.name.clone(), entry.title.clone()),
            Target::Prefix(prefix) => (prefix.name.clone(), prefix.title.clone()),
        };
        let mut outcome = Outcome::new(name, title);
        // The results of an earlier run are not those of this one, even if this one fails early.
        for result in self.steps.iter().filter_map(|step| step.result) {
            if let Err(error) = self.context.forget(&outcome.name, result) {
                outcome.notes.push(format!("{error:#}"));
            }
        }
        let environment = match target {
            Target::Entry(entry, made) => {
                let bar = self.progress.start(&entry.title, "begin");
                bar.say("waits for its root file system");
                let made = made.recv();
                drop(bar);
                // The maker sends a result for each.
                let (time, root) = made.expect("each root file system is made or not");
                let environment = root.and_then(|root| {
                    Environment::root(&self.context, entry, root, rank)
                        .map_err(|error| format!("{error:#}"))
                });
                let text = environment
                    .as_ref()
                    .map(|environment| environment.gnutls.clone());
                outcome.add(ROOT, time, text.map_err(Clone::clone));
                environment.ok()
            }
            Target::Prefix(prefix) => self.step(&mut outcome, "prefix", |_| {
                let environment = Environment::prefix(&self.context, prefix, rank)?;
                Ok((environment.gnutls.clone(), environment))
            }),
        };
        let Some(environment) = environment else {
            if first {
                tools.set(Err("the first version could not be made".into()));
            }
            return outcome;
        };
        outcome.gnutls = environment.gnutls.clone();
        outcome.notes.extend(environment.notes.iter().cloned());
        let needs = self.steps.iter().map(|step| step.needs).max();
        let needs = needs.filter(|&needs| first && needs > Needs::Nothing);
        if let Some(needs) = needs {
            let built = self.step(&mut outcome, steps::TOOLS, |watch| {
                let tools = steps::build_tools(&environment, needs, watch)?;
                Ok((tools.to_string(), tools))
            });
            tools.set(built.ok_or_else(|| "they did not build in the first version".into()));
        }
        for step in &self.steps {
            self.step(&mut outcome, step.name, |watch| {
                let tools = match step.needs > Needs::Nothing || needs.is_some() {
                    false => Tools::default(),
                    true => tools
                        .get(&|| watch("waits for the programs that the first version builds"))
                        .map_err(|why| anyhow!("its programs are not there: {why}"))?,
                };
                Ok((step.run(&environment, &tools, watch)?, ()))
            });
        }
        outcome
    }

    /// Performs a step, prints its progress and adds its outcome.
    fn step<T>(
        &self,
        outcome: &mut Outcome,
        name: &'static str,
        work: impl FnOnce(&dyn Fn(&str)) -> anyhow::Result<(String, T)>,
    ) -> Option<T> {
        let bar = self.progress.start(&outcome.title, name);
        let clock = Clock::start();
        let result = work(&|line| bar.say(line));
        let (text, value) = match result {
            Ok((text, value)) => (Ok(text), Some(value)),
            Err(error) => (Err(format!("{error:#}")), None),
        };
        match &text {
            Ok(text) => bar.done(text),
            Err(why) => bar.failed(why),
        }
        outcome.add(name, clock.time(), text);
        value
    }
}

/// Measures the time of this thread and the processor time of its programs.
struct Clock {
    start: Instant,
    processor: Duration,
}

impl Clock {
    fn start() -> Self {
        Clock {
            start: Instant::now(),
            processor: process::processor_time(),
        }
    }

    fn time(&self) -> Time {
        Time {
            elapsed: self.start.elapsed(),
            processor: process::processor_time() - self.processor,
        }
    }
}

/// A value that is set later.
struct Later<T> {
    value: Mutex<Option<T>>,
    set: Condvar,
}

impl<T: Clone> Later<T> {
    fn new() -> Self {
        Later {
            value: Mutex::new(None),
            set: Condvar::new(),
        }
    }

    fn set(&self, value: T) {
        *lock(&self.value) = Some(value);
        self.set.notify_all();
    }

    /// Returns the value once it is set. Calls `wait` before waiting.
    fn get(&self, wait: &dyn Fn()) -> T {
        let mut value = lock(&self.value);
        loop {
            if let Some(value) = &*value {
                return value.clone();
            }
            wait();
            value = self.set.wait(value).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Does the work for each item, on this number of threads. The work gets the number of its thread.
pub(super) fn on_threads<T>(
    threads: usize,
    items: impl IntoIterator<Item = T, IntoIter: Send>,
    work: impl Fn(usize, T) + Sync,
) {
    let queue = Mutex::new(items.into_iter());
    thread::scope(|scope| {
        for number in 0..threads {
            let (queue, work) = (&queue, &work);
            scope.spawn(move || {
                let next = || lock(queue).next();
                while let Some(item) = next() {
                    work(number, item);
                }
            });
        }
    });
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the options of the conformance suite that select a part of its scenarios. For other architectures none are
/// generated by default, since emulation takes long.
fn sample(arguments: &ArgMatches) -> Vec<OsString> {
    let generated = arguments.get_one::<u64>("generated").copied();
    let generated = generated.or_else(|| arguments.contains_id("arch").then_some(0));
    let every = arguments.get_one::<u16>("every");
    let generated = generated.map(|count| ["--generated".into(), count.to_string().into()]);
    let every = every.map(|count| ["--every".into(), count.to_string().into()]);
    generated.into_iter().chain(every).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::super::MATRIX;
    use super::*;

    #[test]
    fn older_prefixes_are_a_group_of_their_own() {
        let ranks = |targets: &[(&str, bool)]| {
            let targets: Vec<_> = targets
                .iter()
                .map(|(release, is_root)| (release.parse().unwrap(), *is_root))
                .collect();
            ranks(&targets, Group::Roots)
        };
        let rank = |group, first, older: Option<&str>| Rank {
            group,
            first,
            older: older.map(|older| older.parse().unwrap()),
        };
        let (roots, prefixes) = (Group::Roots, Group::Prefixes);
        assert_eq!(
            ranks(&[
                ("3.6.16", false),
                ("3.7.1", false),
                ("3.7.9", true),
                ("3.7.9", false),
                ("3.8.9", true)
            ]),
            [
                rank(prefixes, true, None),
                rank(prefixes, false, Some("3.6.16")),
                rank(roots, true, Some("3.7.1")),
                rank(roots, false, Some("3.7.9")),
                rank(roots, false, Some("3.7.9")),
            ]
        );
        assert_eq!(
            ranks(&[("3.7.1", false), ("3.8.9", false)]),
            [
                rank(prefixes, true, None),
                rank(prefixes, false, Some("3.7.1"))
            ]
        );
        assert_eq!(ranks(&[("3.7.1", true)]), [rank(roots, true, None)]);
    }

    #[test]
    fn a_prefix_that_is_none_or_there_twice_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let prefix = |name: &str| {
            let prefix = folder.path().join(name);
            fs::create_dir_all(prefix.join("lib/pkgconfig")).unwrap();
            fs::write(prefix.join("lib/pkgconfig/gnutls.pc"), "Version: 3.8.9\n").unwrap();
            prefix
        };
        let (one, same, other) = (prefix("a-b"), prefix("a.b"), prefix("c"));
        assert_eq!(read_prefixes(&[&one, &other]).unwrap().len(), 2);
        for twice in [[&one, &one], [&one, &same]] {
            let error = read_prefixes(&twice).unwrap_err().to_string();
            assert!(error.contains("the same folder"), "{error}");
        }
        let error = read_prefixes(&[&folder.path().to_owned()]).unwrap_err();
        assert!(error.to_string().contains("is not a GnuTLS"), "{error}");
    }

    #[test]
    fn baselines_are_written_where_scenarios_run() {
        let steps = |words: &[&str]| {
            let words = [&["matrix", "--write-baselines"], words].concat();
            selected_steps(&MATRIX.command().get_matches_from(words)).map(|steps| steps.len())
        };
        assert_eq!(steps(&[]).unwrap(), STEPS.len());
        assert_eq!(
            steps(&["--step", "abi", "--step", "conformance"]).unwrap(),
            2
        );
        let error = steps(&["--step", "abi"]).unwrap_err().to_string();
        assert!(error.contains("conformance"), "{error}");
    }

    #[test]
    fn other_architectures_have_steps_and_programs_of_their_own() {
        let steps = |words: &[&str]| {
            let words = [&["matrix", "--arch", "i386,s390x"], words].concat();
            selected_steps(&MATRIX.command().get_matches_from(words)).map(|steps| steps.len())
        };
        assert_eq!(steps(&[]).unwrap(), CROSS_STEPS.len());
        assert_eq!(steps(&["--step", "unit tests"]).unwrap(), 1);
        assert!(steps(&["--step", "boundaries"]).is_err());
        let release = |text: &str| (text.parse().unwrap(), true);
        let ranks = ranks(&[release("3.7.9"), release("3.8.9")], Group::Architectures);
        let groups: Vec<_> = ranks.iter().map(|rank| (rank.group, rank.first)).collect();
        let group = Group::Architectures;
        assert_eq!(groups, [(group, true), (group, false)]);
    }

    #[test]
    fn an_earlier_result_is_gone_where_a_version_cannot_be_worked_on() {
        let folder = tempfile::tempdir().unwrap();
        let here = |name: &str| folder.path().join(name);
        fs::create_dir_all(here("lib/pkgconfig")).unwrap();
        fs::write(here("lib/pkgconfig/gnutls.pc"), "Version: 3.8.9\n").unwrap();
        let prefix = Prefix::read(folder.path()).unwrap();
        let old = here("results").join(&prefix.name).join("abi.json");
        fs::create_dir_all(old.parent().unwrap()).unwrap();
        fs::write(&old, "{}").unwrap();
        // A file instead of the directory for builds.
        fs::write(here("work"), "").unwrap();
        let run = Run {
            context: BuildContext {
                project: here("project"),
                work: here("work"),
                vendor: here("vendor"),
                toolchain: here("toolchain"),
                compilers: 1,
                patience: 1,
                seed: 1,
                sample: Vec::new(),
                results: here("results"),
                write_baselines: false,
                shared: Default::default(),
            },
            cache: &Cache::open(here("cache")).unwrap(),
            maker: Maker::here(None, here("logs")),
            offline: true,
            steps: STEPS.iter().collect(),
            progress: Progress::new(),
            tools: std::array::from_fn(|_| Later::new()),
        };
        let rank = ranks(&[(prefix.release, false)], Group::Roots)[0];
        run.target(&Target::Prefix(prefix), rank);
        assert!(!old.exists());
    }
}
