//! One run over all versions: what is done where, in which order, and what came out.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use anyhow::{Context, anyhow, ensure};
use clap::ArgMatches;

use super::cache::Cache;
use super::digest;
use super::entry::Entry;
use super::make::Maker;
use super::outcome::{Outcome, Outcomes};
use super::place::{Place, Workshop};
use super::progress::Progress;
use super::release::Release;
use super::steps::{self, STEPS, Step, Tools};
use super::vendor::vendor;
use crate::project;

/// The step that makes or finds a root file system.
const ROOT: &str = "root file system";

/// A version to run on.
enum Target<'a> {
    Entry(&'a Entry),
    Prefix(&'a PathBuf),
}

pub(super) fn run(
    entries: &[Entry],
    cache: &Cache,
    offline: bool,
    arguments: &ArgMatches,
) -> anyhow::Result<ExitCode> {
    let start = Instant::now();
    let steps = selected_steps(arguments)?;
    let prefixes: Vec<&PathBuf> = arguments.get_many("prefix").into_iter().flatten().collect();
    let mut targets = Vec::new();
    let mut older = None;
    for entry in entries {
        targets.push((Target::Entry(entry), older));
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
        compilers: cores.div_ceil(jobs),
        patience: arguments
            .get_one::<u16>("patience")
            .map_or(1, |&times| times.into()),
        work,
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
    let queue = Mutex::new(targets.iter().enumerate());
    let outcomes = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                loop {
                    // The first is taken first, so the others never wait for something that has not begun.
                    let next = lock(&queue).next();
                    let Some((number, (target, older))) = next else {
                        break;
                    };
                    let outcome = run.target(target, *older, number == 0);
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
    /// All steps on one version, with the release of the version before it; the first version also builds what the others run.
    fn target(&self, target: &Target<'_>, older: Option<Release>, first: bool) -> Outcome {
        let (name, title) = match target {
            Target::Entry(entry) => (entry.name.clone(), entry.title.clone()),
            Target::Prefix(folder) => (folder.display().to_string(), folder.display().to_string()),
        };
        let mut outcome = Outcome::new(name, title);
        let place = match target {
            Target::Entry(entry) => self.step(&mut outcome, ROOT, |watch| {
                let make =
                    |entry: &Entry, folder: &std::path::Path| self.maker.make(entry, folder, watch);
                let root = self
                    .cache
                    .root(entry, &digest(entry), self.offline, watch, &make)?;
                let place = Place::root(&self.workshop, entry, root, older)?;
                Ok((place.gnutls.clone(), place))
            }),
            Target::Prefix(folder) => self.step(&mut outcome, "prefix", |_| {
                let place = Place::prefix(&self.workshop, folder, older)?;
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
        if first && self.steps.iter().any(|step| step.needs_tools) {
            let tools = self.step(&mut outcome, steps::TOOLS, |watch| {
                let tools = steps::build_tools(&place, watch)?;
                Ok((tools.to_string(), tools))
            });
            self.tools
                .set(tools.ok_or_else(|| "they did not build in the first version".into()));
        }
        for step in &self.steps {
            self.step(&mut outcome, step.name, |watch| {
                let tools = match step.needs_tools {
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
        let start = Instant::now();
        let result = work(&|line| bar.say(line));
        let (text, value) = match result {
            Ok((text, value)) => (Ok(text), Some(value)),
            Err(error) => (Err(format!("{error:#}")), None),
        };
        match &text {
            Ok(text) => bar.done(text),
            Err(why) => bar.failed(why),
        }
        outcome.add(name, start.elapsed(), text);
        value
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
