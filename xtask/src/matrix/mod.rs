//! `cargo xtask matrix`: everything that has to hold on every version of GnuTLS, on every version at hand.

mod cache;
mod entry;
mod make;
mod process;
mod progress;
mod root;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

use anyhow::{Context, ensure};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::job::Job;
use crate::project;
use cache::{Cache, Stale};
use entry::Entry;
use make::{Maker, RECIPE};
use progress::Progress;

pub(crate) const MATRIX: Job = Job {
    command: || {
        Command::new("matrix").about("Run everything on each version of GnuTLS in ci/matrix.toml").args([
            Arg::new("list").long("list").action(ArgAction::SetTrue).help("List the versions and what is cached of them"),
            Arg::new("only")
                .long("only")
                .value_name("PATTERN")
                .action(ArgAction::Append)
                .help("Run only on versions whose name, title, suite or GnuTLS version contains it (repeatable)"),
            Arg::new("prepare").long("prepare").action(ArgAction::SetTrue).help("Only make the root file systems"),
            Arg::new("mirror").long("mirror").value_name("URL").help("Take Debian from there, not from where apt does"),
            Arg::new("jobs")
                .long("jobs")
                .value_name("N")
                .value_parser(value_parser!(u16).range(1..))
                .help("Versions to work on at a time"),
            Arg::new("offline").long("offline").action(ArgAction::SetTrue).help("Touch no network: use what is cached"),
            Arg::new("cache")
                .long("cache")
                .value_name("DIR")
                .value_parser(value_parser!(PathBuf))
                .help("Where the root file systems are kept"),
        ])
    },
    run,
};

fn run(arguments: &ArgMatches) -> anyhow::Result<ExitCode> {
    let entries = selected(arguments)?;
    let cache = Cache::open(cache_folder(arguments)?)?;
    if arguments.get_flag("list") {
        list(&entries, &cache);
        return Ok(ExitCode::SUCCESS);
    }
    let offline = arguments.get_flag("offline");
    let jobs = arguments
        .get_one::<u16>("jobs")
        .map_or_else(default_jobs, |&jobs| usize::from(jobs));
    let maker = Maker::here(
        arguments.get_one("mirror").cloned(),
        project::root().join("target/matrix/logs"),
    );
    let progress = Progress::new();
    let queue = std::sync::Mutex::new(entries.iter());
    let failed = std::sync::atomic::AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..jobs.min(entries.len()) {
            scope.spawn(|| {
                while let Some(entry) = {
                    let next = queue.lock().unwrap().next();
                    next
                } {
                    let bar = progress.start(&entry.title, "root file system");
                    let watch = |line: &str| bar.say(line);
                    let root =
                        cache.root(entry, &digest(entry), offline, &watch, &|entry, folder| {
                            maker.make(entry, folder, &watch)
                        });
                    match root {
                        Ok(root) => bar.done(&root.stamp.gnutls),
                        Err(error) => {
                            failed.store(true, std::sync::atomic::Ordering::Relaxed);
                            bar.failed(&format!("{error:#}"));
                        }
                    }
                }
            });
        }
    });
    Ok(if failed.into_inner() {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// The versions that `--only` leaves.
fn selected(arguments: &ArgMatches) -> anyhow::Result<Vec<Entry>> {
    let mut entries = entry::read(&project::root().join("ci/matrix.toml"))?;
    if let Some(patterns) = arguments.get_many::<String>("only") {
        let patterns: Vec<_> = patterns.collect();
        entries.retain(|entry| patterns.iter().any(|pattern| entry.matches(pattern)));
        ensure!(
            !entries.is_empty(),
            "no version in ci/matrix.toml matches: `cargo xtask matrix --list` lists them"
        );
    }
    Ok(entries)
}

/// `--cache`, or a folder of this project in the user's cache.
fn cache_folder(arguments: &ArgMatches) -> anyhow::Result<PathBuf> {
    if let Some(folder) = arguments.get_one::<PathBuf>("cache") {
        return Ok(folder.clone());
    }
    let variable = |name| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    let caches =
        variable("XDG_CACHE_HOME").or_else(|| variable("HOME").map(|home| home.join(".cache")));
    Ok(caches
        .context("neither XDG_CACHE_HOME nor HOME is set: give a folder with --cache")?
        .join("gnutls-rust/matrix"))
}

fn default_jobs() -> usize {
    thread::available_parallelism().map_or(1, |cores| cores.get().div_ceil(2))
}

/// What a root file system of an entry is made of.
fn digest(entry: &Entry) -> String {
    entry.digest(&[RECIPE, &[env::consts::ARCH]].concat())
}

fn list(entries: &[Entry], cache: &Cache) {
    for entry in entries {
        let state = match cache.state(entry, &digest(entry)) {
            Ok(stamp) => format!("cached, GnuTLS {}", stamp.gnutls),
            Err(Stale::Missing) => "not cached".into(),
            Err(Stale::Different(why)) => format!("has to be made anew: {why}"),
            Err(Stale::Old(days)) => format!("has to be made anew: {days} days old"),
        };
        println!(
            "{:<16} {:<16} GnuTLS {:<8} {state}",
            entry.name, entry.title, entry.gnutls
        );
    }
}
