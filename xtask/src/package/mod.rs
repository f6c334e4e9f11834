//! `cargo xtask package`: the packages of distributions, built and checked in root file systems.

mod checks;
mod control;
mod debian;
#[cfg(test)]
mod manifests;
mod recipes;
mod sandbox;

use std::env;
use std::process::ExitCode;

use anyhow::bail;
use clap::ArgMatches;
use gnutls_command_lines::{self as command_lines, WrongUsage};

use crate::job::Job;
use crate::matrix::cache::Cache;
use crate::matrix::entry::{self, Entry};
use crate::matrix::make::Maker;
use crate::matrix::{cache_folder, digest};
use crate::project;
use crate::setup::{self, SetupOptions};
use checks::Checks;
use sandbox::Sandboxes;

pub(crate) const PACKAGE: Job = Job::Own {
    command: || command_lines::package().args(command_lines::setup()),
    run: |arguments| {
        let entries = selected(arguments)?;
        let mut options = SetupOptions::from(arguments);
        options.offline |= env::var_os("CARGO_NET_OFFLINE").is_some_and(|value| value == "true");
        let requirements = match options.offline {
            true => setup::ENTER_ROOTS,
            false => setup::MAKE_ROOTS,
        };
        match setup::prepare(requirements, options) {
            Ok(()) => run(arguments, &entries, options.offline),
            Err(code) => Ok(code),
        }
    },
};

/// Returns the Debian releases that `--suite` selects.
fn selected(arguments: &ArgMatches) -> anyhow::Result<Vec<Entry>> {
    let mut entries = entry::read(&project::root().join("ci/matrix.toml"), &[])?;
    let names: Vec<_> = entries.iter().map(|entry| entry.suite.clone()).collect();
    let suites: Vec<&String> = arguments.get_many("suite").into_iter().flatten().collect();
    if let Some(unknown) = suites.iter().find(|suite| !names.contains(suite)) {
        bail!(WrongUsage(format!(
            "--suite {unknown} is not in ci/matrix.toml; the suites are: {}",
            names.join(", ")
        )));
    }
    entries.retain(|entry| suites.contains(&&entry.suite));
    Ok(entries)
}

fn run(arguments: &ArgMatches, entries: &[Entry], offline: bool) -> anyhow::Result<ExitCode> {
    let format = arguments
        .get_one::<String>("format")
        .map_or("", String::as_str);
    let work = project::target().join("package");
    fs_err::create_dir_all(&work)?;
    let cache = Cache::open(cache_folder(arguments)?)?;
    // Two runs cannot build in one directory.
    let _alone = Cache::open(work.clone())?.alone("run", &|line| eprintln!("{line}"))?;
    let sandboxes = Sandboxes {
        cache: &cache,
        maker: Maker::here(arguments.get_one("mirror").cloned(), work.join("logs")),
        offline,
        work,
    };
    let mut all = Checks::default();
    for entry in entries {
        let mut checks = Checks::new(&entry.title);
        match format {
            "debian" => debian::check(&sandboxes, entry, &mut checks)?,
            "rpm" => recipes::check_rpm(&sandboxes, entry, &mut checks)?,
            _ => recipes::check(&sandboxes, entry, &mut checks)?,
        }
        all.add(&checks);
    }
    println!("package {format}: {all}");
    Ok(all.exit_code())
}
