//! `cargo xtask matrix`: all checks that depend on the version of GnuTLS, on every available version.

pub(crate) mod architecture;
mod bindings;
mod boundaries;
pub(crate) mod cache;
pub(crate) mod entry;
pub(crate) mod environment;
pub(crate) mod make;
mod messages;
mod outcome;
pub(crate) mod progress;
pub(crate) mod root;
mod run;
mod steps;
mod vendor;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, ensure};
use clap::ArgMatches;
use gnutls_command_lines::{self as command_lines, WrongUsage};

use crate::job::Job;
use crate::project;
use crate::setup::{self, SetupOptions};
use architecture::{ARCHITECTURES, Architecture};
pub(crate) use boundaries::BOUNDARIES;
use cache::{Cache, Stale};
use entry::Entry;
use make::RECIPE;
pub(crate) use messages::text;

pub(crate) const MATRIX: Job = Job::Own {
    command: || command_lines::matrix().args(command_lines::setup()),
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

/// Returns the versions that `--only` selects, for the architectures of `--arch`.
fn selected(arguments: &ArgMatches) -> anyhow::Result<Vec<Entry>> {
    let file = project::root().join("ci/matrix.toml");
    let mut entries = entry::read(&file, &architectures(arguments)?)?;
    if let Some(patterns) = arguments.get_many::<String>("only") {
        let patterns: Vec<_> = patterns.collect();
        entries.retain(|entry| patterns.iter().any(|pattern| entry.matches(pattern)));
        let none = arguments.contains_id("prefix") && patterns == ["none"];
        ensure!(
            none || !entries.is_empty(),
            WrongUsage(
                "no version in ci/matrix.toml matches: `cargo xtask matrix --list` lists them"
                    .into()
            )
        );
    }
    Ok(entries)
}

/// Returns the architectures of `--arch`.
fn architectures(arguments: &ArgMatches) -> anyhow::Result<Vec<&'static Architecture>> {
    let names: Vec<&String> = arguments.get_many("arch").into_iter().flatten().collect();
    ensure!(
        names.is_empty() || env::consts::ARCH == "x86_64",
        "--arch requires an x86_64 machine: the root file systems contain compilers for it"
    );
    let find = |name: &&String| {
        let known = ARCHITECTURES.iter().find(|known| known.name == **name);
        known.with_context(|| {
            let all: Vec<_> = ARCHITECTURES.iter().map(|known| known.name).collect();
            let text = format!(
                "there is no architecture `{name}`: choose from {}",
                all.join(", ")
            );
            WrongUsage(text)
        })
    };
    names.iter().map(find).collect()
}

/// Returns the directory of `--cache`, or the default in the user's cache.
pub(crate) fn cache_folder(arguments: &ArgMatches) -> anyhow::Result<PathBuf> {
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
pub(crate) fn digest(entry: &Entry) -> String {
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
            "{:<20} {:<21} GnuTLS {:<8} {state}",
            entry.name, entry.title, entry.gnutls
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn architectures_have_their_names_in_debian() {
        let named = |names: &str| {
            let matches = MATRIX
                .command()
                .get_matches_from(["matrix", "--arch", names]);
            architectures(&matches)
        };
        if env::consts::ARCH != "x86_64" {
            assert!(named("i386").unwrap_err().to_string().contains("x86_64"));
        } else {
            let found = named("s390x,i386").unwrap();
            let names: Vec<_> = found.iter().map(|found| found.name).collect();
            assert_eq!(names, ["s390x", "i386"]);
            let error = named("riscv64").unwrap_err().to_string();
            assert!(
                error.contains("choose from i386, armhf, arm64, s390x"),
                "{error}"
            );
        }
    }
}
