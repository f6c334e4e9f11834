//! One run over all versions: what is done where, in which order, and what came out.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, ensure};
use clap::ArgMatches;

use super::cache::Cache;
use super::digest;
use super::entry::Entry;
use super::make::Maker;
use super::outcome::{Outcome, Outcomes, Time};
use super::place::{KEPT, Place, Workshop};
use super::process;
use super::progress::Progress;
use super::release::Release;
use super::root::Root;
use super::steps::{self, Needs, STEPS, Step, Tools};
use super::vendor::vendor;
use crate::project;

/// The step that makes or finds a root file system.
const ROOT: &str = "root file system";

/// How many root file systems are made at a time: most of it is waiting for the network.
const MAKERS: usize = 2;

/// A version to run on.
enum Target<'a> {
    /// Its root file system comes when it is made.
    Entry(&'a Entry, Receiver<Made>),
    Prefix(&'a PathBuf),
}

/// A root file system that has been made or found, or why not, and how long it took.
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
    let mut older = None;
    for entry in entries {
        let (sender, receiver) = mpsc::channel();
        orders.push((entry, sender));
        targets.push((Target::Entry(entry, receiver), older));
        older = Some(entry.gnutls.parse()?);
    }
    targets.extend(
        prefixes
            .into_iter()
            .map(|folder| (Target::Prefix(folder), older)),
    );
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let jobs = arguments
        .get_one::<u16>("jobs")
        .map_or(cores, |&jobs| jobs.into())
        .min(targets.len());

    let progress = Progress::new();
    let work = project::target().join("matrix");
    fs::create_dir_all(work.join("logs"))
        .with_context(|| format!("cannot make {}", work.display()))?;
    // Two runs that build in one folder would trip over each other.
    let bar = progress.start("all", "begin");
    let watch = |line: &str| bar.say(line);
    let _alone = Cache::open(work.clone())?.alone("run", &watch)?;
    // Making root file systems needs neither.
    let (vendor, toolchain) = match steps.is_empty() {
        true => (work.clone(), work.clone()),
        false => (vendor(&work, offline, &watch)?, toolchain()?),
    };
    let workshop = Workshop {
        project: project::root().to_owned(),
        vendor,
        toolchain,
        // What one place leaves idle, while it runs tests or waits, the other can use.
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
        write_baselines: arguments.get_flag("write-baselines"),
        shared: Mutex::new(None),
    };
    drop(bar);

    let run = Run {
        maker: Maker::here(
            arguments.get_one("mirror").cloned(),
            workshop.work.join("logs"),
        ),
        workshop,
        cache,
        offline,
        steps,
        progress,
        tools: Later::new(),
    };
    let queue = Mutex::new(targets.into_iter().enumerate());
    let orders = Mutex::new(orders.into_iter());
    let outcomes = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..MAKERS {
            scope.spawn(|| {
                loop {
                    let next = lock(&orders).next();
                    let Some((entry, sender)) = next else { break };
                    // Nobody waits for it only where its version has been given up.
                    let _ = sender.send(run.root(entry));
                }
            });
        }
        for _ in 0..jobs {
            scope.spawn(|| {
                loop {
                    // The first is taken first, so the others never wait for something that has not begun.
                    let next = lock(&queue).next();
                    let Some((number, (target, older))) = next else {
                        break;
                    };
                    let outcome = run.target(&target, older, number == 0);
                    lock(&outcomes).push((number, outcome));
                }
            });
        }
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
    if run.workshop.write_baselines {
        // Where every scenario can be run, there is nothing to list; the folder may not be empty.
        let _ = KEPT.map(|name| fs::remove_dir(project::root().join(name)));
    }
    if let Some(file) = arguments.get_one::<PathBuf>("json") {
        fs::write(file, outcomes.to_json()?)
            .with_context(|| format!("cannot write {}", file.display()))?;
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
    let only: Vec<&String> = arguments.get_many("step").into_iter().flatten().collect();
    for name in &only {
        let names = || {
            STEPS
                .iter()
                .map(|step| step.name)
                .collect::<Vec<_>>()
                .join(", ")
        };
        ensure!(
            STEPS.iter().any(|step| step.name == *name),
            "there is no step `{name}`; the steps are: {}",
            names()
        );
    }
    Ok(STEPS
        .iter()
        .filter(|step| only.is_empty() || only.iter().any(|name| *name == step.name))
        .collect())
}

/// The folder of the Rust toolchain that runs this job.
fn toolchain() -> anyhow::Result<PathBuf> {
    let output = Command::new(project::tool("RUSTC", "rustc"))
        .args(["--print", "sysroot"])
        .output();
    let output = output.context("cannot run rustc")?;
    ensure!(output.status.success(), "rustc does not say where it is");
    Ok(String::from_utf8(output.stdout)?.trim_end().into())
}

struct Run<'a> {
    workshop: Workshop,
    cache: &'a Cache,
    maker: Maker,
    offline: bool,
    steps: Vec<&'static Step>,
    progress: Progress,
    tools: Later<Result<Tools, String>>,
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
            Ok(root) => bar.done(&root.stamp.gnutls),
            Err(why) => bar.failed(why),
        }
        (clock.time(), root)
    }

    /// All steps on one version, with the release of the version before it; the first version also builds what the others run.
    fn target(&self, target: &Target<'_>, older: Option<Release>, first: bool) -> Outcome {
        let (name, title) = match target {
            Target::Entry(entry, _) => (entry.name.clone(), entry.title.clone()),
            Target::Prefix(folder) => (folder.display().to_string(), folder.display().to_string()),
        };
        let mut outcome = Outcome::new(name, title);
        let place = match target {
            Target::Entry(entry, made) => {
                let bar = self.progress.start(&entry.title, "begin");
                bar.say("waits for its root file system");
                let made = made.recv();
                drop(bar);
                // The one who makes them answers for each.
                let (time, root) = made.expect("each root file system is made or not");
                let place = root.and_then(|root| {
                    Place::root(&self.workshop, entry, root, older, first)
                        .map_err(|error| format!("{error:#}"))
                });
                let text = place.as_ref().map(|place| place.gnutls.clone());
                outcome.add(ROOT, time, text.map_err(Clone::clone));
                place.ok()
            }
            Target::Prefix(folder) => self.step(&mut outcome, "prefix", |_| {
                let place = Place::prefix(&self.workshop, folder, older, first)?;
                Ok((place.gnutls.clone(), place))
            }),
        };
        let Some(place) = place else {
            if first {
                self.tools
                    .set(Err("the first version could not be made".into()));
            }
            return outcome;
        };
        outcome.gnutls = place.gnutls.clone();
        outcome.notes = place.notes.clone();
        let needs = self.steps.iter().map(|step| step.needs).max();
        let needs = needs.filter(|&needs| first && needs > Needs::Nothing);
        if let Some(needs) = needs {
            let tools = self.step(&mut outcome, steps::TOOLS, |watch| {
                let tools = steps::build_tools(&place, needs, watch)?;
                Ok((tools.to_string(), tools))
            });
            self.tools
                .set(tools.ok_or_else(|| "they did not build in the first version".into()));
        }
        for step in &self.steps {
            self.step(&mut outcome, step.name, |watch| {
                let tools = match step.needs > Needs::Nothing || needs.is_some() {
                    false => Tools::default(),
                    true => self
                        .tools
                        .get(&|| watch("waits for the programs that the first version builds"))
                        .map_err(|why| anyhow!("its programs are not there: {why}"))?,
                };
                Ok((step.run(&place, &tools, watch)?, ()))
            });
        }
        outcome
    }

    /// Does a step, shows it, and keeps what came out.
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

/// Measures what this thread does and has done by programs.
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

/// A value that is there later.
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

    /// The value, once it is there; `wait` is called first where it is not.
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

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
