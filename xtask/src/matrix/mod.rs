//! `cargo xtask matrix`: all checks that depend on the version of GnuTLS, on every available version.

mod bindings;
mod boundaries;
mod cache;
mod entry;
mod environment;
mod make;
mod messages;
mod outcome;
mod progress;
mod root;
mod run;
mod steps;
mod vendor;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::job::Job;
use crate::project;
use crate::setup::{self, SetupOptions};
pub(crate) use boundaries::BOUNDARIES;
use cache::{Cache, Stale};
use entry::Entry;
use make::RECIPE;
pub(crate) use messages::text;

pub(crate) const MATRIX: Job = Job::Own {
    command: || {
        let flag = |name: &'static str, help: &'static str| {
            Arg::new(name)
                .long(name)
                .action(ArgAction::SetTrue)
                .help(help)
        };
        let value = |name: &'static str, value: &'static str, help: &'static str| {
            Arg::new(name).long(name).value_name(value).help(help)
        };
        Command::new("matrix")
            .about("Run everything on each version of GnuTLS in ci/matrix.toml")
            .long_about(
                "Run everything on each version of GnuTLS in ci/matrix.toml, and on those under --prefix.\n\n\
                 Each version is a Debian release in a root file system made by mmdebstrap, from the mirror that this \
                 machine's apt uses. In each, the published crates are built and tested with the release's own compiler \
                 where it is new enough, the bindings are compared with its headers, and what was built on the oldest \
                 runs unchanged. Prefixes older than all of these run what was built for the oldest prefix: programs of \
                 this machine do not run in older releases.",
            )
            .after_help(
                "Examples:\n  cargo xtask matrix --install\n  cargo xtask matrix --only 3.8 --step conformance\n  \
                 cargo xtask matrix --only none --prefix /opt/gnutls-3.6.16\n\n\
                 Exit status: 0 no difference, 1 a difference or a version that could not be made or run, 2 wrong usage, \
                 3 something is missing on the machine.",
            )
            .args([
                flag("list", "List the versions and the state of the cache"),
                value("only", "PATTERN", "Run on versions whose name, title, suite or GnuTLS version contains it (repeatable)")
                    .action(ArgAction::Append),
                value("prefix", "DIR", "Run also on the GnuTLS installed there (repeatable); with --only none, only on that")
                    .action(ArgAction::Append)
                    .value_parser(value_parser!(PathBuf)),
                value("step", "STEP", "Perform only this step (repeatable)").action(ArgAction::Append),
                flag("prepare", "Only make the root file systems"),
                value("mirror", "URL", "Use this mirror of Debian, not that of APT"),
                value("jobs", "N", "Versions to work on at a time").value_parser(value_parser!(u16).range(1..)),
                value("patience", "N", "Give each step N times its usual time (for a busy machine)")
                    .value_parser(value_parser!(u16).range(1..)),
                value("seed", "S", "Generate scenarios from this seed, and those of the one binary from the next [default: 1]")
                    .value_parser(value_parser!(u64).range(..u64::MAX)),
                value("json", "FILE", "Also write the table to FILE").value_parser(value_parser!(PathBuf)),
                value("results", "DIR", "Write the results of the conformance suite and the ABI check there, for `cargo xtask report` [default: target/results]")
                    .value_parser(value_parser!(PathBuf)),
                flag("write-baselines", "Make each version's run the baseline of its library, in tests/baselines"),
                value("cache", "DIR", "The cache of root file systems").value_parser(value_parser!(PathBuf)),
            ])
            .args(SetupOptions::options())
    },
    run: |arguments| {
        let entries = selected(arguments)?;
        let cache = Cache::open(cache_folder(arguments)?)?;
        if arguments.get_flag("list") {
            list(&entries, &cache);
            return Ok(ExitCode::SUCCESS);
        }
        let mut options = SetupOptions::from(arguments);
        options.offline |= env::var_os("CARGO_NET_OFFLINE").is_some_and(|value| value == "true");
        // Root file systems in the cache and prefixes require no mmdebstrap.
        let requirements = if entries.is_empty() || options.offline {
            setup::ENTER_ROOTS
        } else {
            setup::MAKE_ROOTS
        };
        match setup::prepare(requirements, options) {
            Ok(()) => run::run(&entries, &cache, options.offline, arguments),
            Err(code) => Ok(code),
        }
    },
};

/// Returns the versions that `--only` selects.
fn selected(arguments: &ArgMatches) -> anyhow::Result<Vec<Entry>> {
    let mut entries = entry::read(&project::root().join("ci/matrix.toml"))?;
    if let Some(patterns) = arguments.get_many::<String>("only") {
        let patterns: Vec<_> = patterns.collect();
        entries.retain(|entry| patterns.iter().any(|pattern| entry.matches(pattern)));
        let none = arguments.contains_id("prefix") && patterns == ["none"];
        ensure!(
            none || !entries.is_empty(),
            "no version in ci/matrix.toml matches: `cargo xtask matrix --list` lists them"
        );
    }
    Ok(entries)
}

/// Returns the directory of `--cache`, or the default in the user's cache.
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
        .context("neither XDG_CACHE_HOME nor HOME is set: name a directory with --cache")?
        .join("gnutls-rust/matrix"))
}

/// Returns the digest of everything that determines the root file system of an entry.
fn digest(entry: &Entry) -> String {
    entry.digest(&[RECIPE, &[env::consts::ARCH]].concat())
}

fn list(entries: &[Entry], cache: &Cache) {
    for entry in entries {
        let state = match cache.state(entry, &digest(entry)) {
            Ok(metadata) => format!("cached, GnuTLS {}", metadata.gnutls),
            Err(Stale::Missing) => "not cached".into(),
            Err(Stale::Different(why)) => format!("to be made again: {why}"),
            Err(Stale::Old(days)) => format!("to be made again: {days} days old"),
        };
        println!(
            "{:<16} {:<16} GnuTLS {:<8} {state}",
            entry.name, entry.title, entry.gnutls
        );
    }
}
