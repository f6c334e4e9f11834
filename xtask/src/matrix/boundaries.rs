//! `cargo xtask boundaries`: built for a release, the safe crate requires no symbol that a later one added.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::ArgMatches;
use fs_err as fs;
use gnutls_releases::{Entry, Kind, Releases, Version};
use object::read::archive::ArchiveFile;
use object::{Object, ObjectSymbol};

use super::messages::{artifacts, library, unused};
use super::progress::Progress;
use super::run::on_threads;
use crate::job::Job;
use crate::process;
use crate::project;
use crate::setup::{self, SetupOptions};
use crate::summary::Counts;
use crate::terminal::duration;

pub(crate) const BOUNDARIES: Job = Job::Own {
    command: || gnutls_command_lines::boundaries().args(gnutls_command_lines::setup()),
    run,
};

/// The time that one release may take.
const DEADLINE: Duration = Duration::from_secs(5 * 60);

/// The functions and variables in the table of releases.
pub(crate) struct Symbols(Releases);

impl Symbols {
    pub(crate) fn read() -> anyhow::Result<Self> {
        let mut releases = Releases::read(project::root())?;
        let is_symbol = |entry: &mut Entry| entry.kind != Kind::Constant;
        releases.names.retain(|_, entry| is_symbol(entry));
        Ok(Symbols(releases))
    }

    /// Returns the releases that added symbols.
    pub(crate) fn releases(&self) -> BTreeSet<Version> {
        let entries = self.0.names.values();
        entries.map(|entry| entry.release).collect()
    }

    /// Returns the number of symbols that a release added.
    fn added(&self, release: Version) -> usize {
        let entries = self.0.names.values();
        entries.filter(|entry| entry.release == release).count()
    }

    /// Returns those of `symbols` that a release does not have, with the reason.
    fn missing<'a>(&self, release: Version, symbols: &'a BTreeSet<String>) -> Vec<String> {
        let why = |name: &'a String| match self.0.first(name) {
            Some(first) if first <= release => None,
            Some(first) => Some(format!("{name} is of {first}")),
            None => Some(format!("{name} is in no release")),
        };
        symbols.iter().filter_map(why).collect()
    }
}

/// Runs cargo with these variables and arguments, and returns what it printed.
type Cargo<'a> = &'a dyn Fn(&[(&str, String)], &[&str]) -> anyhow::Result<String>;

/// The commands for one release, which differ between this machine and a root file system.
pub(crate) struct Build<'a> {
    pub(crate) cargo: Cargo<'a>,
    /// Returns the path on this machine of a file that cargo names.
    pub(crate) file: &'a dyn Fn(&Path) -> PathBuf,
    /// There is a library of that release or a newer one to run with.
    pub(crate) runs: bool,
}

/// The result for a release.
pub(crate) struct Checked {
    /// The number of undefined symbols of GnuTLS.
    pub(crate) symbols: usize,
    /// The tests of calls that are too new, if they ran.
    pub(crate) tests: Counts,
}

/// Builds for a release and checks the result.
pub(crate) fn check(
    table: &Symbols,
    release: Version,
    build: &Build<'_>,
) -> anyhow::Result<Checked> {
    let mut variables = vec![
        ("GNUTLS_SYS_ASSUME_VERSION", release.to_string()),
        ("CARGO_PROFILE_DEV_DEBUG", "none".to_owned()),
    ];
    let mut arguments = vec!["--package", "gnutls", "--message-format=json"];
    if build.runs {
        arguments.splice(0..0, ["test", "--test", "releases"]);
    } else {
        // Nothing is linked, so no library is required.
        variables.push(("DOCS_RS", "1".to_owned()));
        arguments.splice(0..0, ["build", "--lib"]);
    }
    let output = (build.cargo)(&variables, &arguments)?;
    let unused = unused(&output);
    ensure!(
        unused.is_empty(),
        "built for {release}, there are unused names:\n{}",
        unused.concat()
    );
    let artifacts = artifacts(&output);
    let mut libraries = artifacts.iter().filter_map(|file| library(file, "gnutls"));
    let library = libraries
        .next()
        .context("cargo did not print the path of the library")?;
    let programs = artifacts.iter().filter_map(|file| file.executable.as_ref());
    let mut symbols = BTreeSet::new();
    for file in programs.chain([library]) {
        symbols.extend(undefined(&(build.file)(file.as_std_path()))?);
    }
    ensure!(
        symbols.len() > 50,
        "only {} symbols of GnuTLS were found in {}",
        symbols.len(),
        library
    );
    let missing = table.missing(release, &symbols);
    ensure!(
        missing.is_empty(),
        "built for {release}, it requires symbols that the release does not have: {}",
        missing.join(", ")
    );
    let tests = Counts::of(&output);
    ensure!(tests.passed > 0 || !build.runs, "no test ran");
    Ok(Checked {
        symbols: symbols.len(),
        tests,
    })
}

/// Returns the undefined symbols of GnuTLS in a program or a library.
fn undefined(file: &Path) -> anyhow::Result<BTreeSet<String>> {
    let wrong = || format!("cannot read {}", file.display());
    let bytes = fs::read(file)?;
    let mut objects = Vec::new();
    if bytes.starts_with(b"!<arch>") {
        let archive = ArchiveFile::parse(&*bytes).with_context(wrong)?;
        for member in archive.members() {
            let member = member.with_context(wrong)?;
            if member.name().ends_with(b".o") {
                objects.push(member.data(&*bytes).with_context(wrong)?);
            }
        }
    } else {
        objects.push(&*bytes);
    }
    let mut names = BTreeSet::new();
    for object in objects {
        let object = object::File::parse(object).with_context(wrong)?;
        for symbol in object
            .symbols()
            .chain(object.dynamic_symbols())
            .filter(ObjectSymbol::is_undefined)
        {
            let name = symbol.name().with_context(wrong)?;
            // In a program, the version of the symbol follows.
            let name = name.split('@').next().unwrap_or(name);
            if name.starts_with("gnutls_") || name.starts_with("dane_") {
                names.insert(name.to_owned());
            }
        }
    }
    Ok(names)
}

fn run(arguments: &ArgMatches) -> anyhow::Result<ExitCode> {
    let options = SetupOptions::from(arguments);
    if let Err(code) = setup::prepare(setup::BUILD, options) {
        return Ok(code);
    }
    let start = Instant::now();
    let table = Symbols::read()?;
    let releases: Vec<_> = table.releases().into_iter().collect();
    let installed = installed();
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let jobs = arguments
        .get_one::<u16>("jobs")
        .map_or(cores, |&jobs| jobs.into())
        .min(releases.len());
    let work = project::target().join("boundaries");
    let progress = Progress::new();
    let failed = AtomicUsize::new(0);
    on_threads(jobs, releases.iter().copied(), |job, release| {
        let bar = progress.start(
            &format!("GnuTLS {release}"),
            &format!("{} added", table.added(release)),
        );
        let log = work.join(format!("logs/{release}.log"));
        let target = work.join(job.to_string());
        let build = Build {
            cargo: &|variables, arguments| {
                let mut command = project::cargo();
                command.args(arguments).env("CARGO_TARGET_DIR", &target);
                command.envs(variables.iter().map(|(name, value)| (name, value)));
                if options.offline {
                    command.env("CARGO_NET_OFFLINE", "true");
                }
                let ended = process::run(command, &log, DEADLINE, &|lines| bar.say(lines))?;
                Ok(ended.ok()?.output())
            },
            file: &Path::to_owned,
            runs: installed.is_some_and(|installed| release <= installed),
        };
        match check(&table, release, &build) {
            Ok(checked) => bar.done(&checked.to_string()),
            Err(error) => {
                failed.fetch_add(1, Ordering::Relaxed);
                bar.failed(&format!("{error:#}"));
            }
        }
    });
    let failed = failed.into_inner();
    println!(
        "boundaries: {} releases, {failed} differences, {}",
        releases.len(),
        duration(start.elapsed())
    );
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Returns the version of GnuTLS that pkg-config finds here.
fn installed() -> Option<Version> {
    let mut command = Command::new(project::tool("PKG_CONFIG", "pkg-config"));
    let output = command.args(["--modversion", "gnutls"]).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

impl std::fmt::Display for Checked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "requires {} symbols, all of the release", self.symbols)?;
        match self.tests.passed {
            0 => write!(f, "; not run, as the library here is older"),
            _ => write!(f, "; too new calls: {}", self.tests),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbols(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_symbol_of_a_later_release_or_of_none_is_seen() {
        let table = Symbols::read().unwrap();
        let asked = symbols(&["gnutls_init", "gnutls_session_key_update", "gnutls_malloc"]);
        let release = |text: &str| text.parse::<Version>().unwrap();
        assert_eq!(
            table.missing(release("3.6.3"), &asked),
            Vec::<String>::new()
        );
        assert_eq!(
            table.missing(release("3.6.2"), &asked),
            ["gnutls_session_key_update is of 3.6.3"]
        );
        assert_eq!(
            table.missing(release("3.8.13"), &symbols(&["gnutls_x"])),
            ["gnutls_x is in no release"]
        );
    }

    #[test]
    fn every_release_that_added_functions_is_a_boundary() {
        let table = Symbols::read().unwrap();
        let releases = table.releases();
        let first = releases.first().unwrap();
        assert_eq!(
            (first.to_string().as_str(), table.added(*first) > 1000),
            ("3.6.0", true)
        );
        assert!(releases.len() > 20);
        // 3.6.7 and 3.8.0 added only constants.
        assert!(
            ["3.6.7", "3.8.0"]
                .iter()
                .all(|text| !releases.contains(&text.parse().unwrap()))
        );
    }

    #[test]
    fn the_undefined_symbols_of_a_program_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("a.c");
        fs::write(&source, "int gnutls_init(void); int other(void); int f(void) { return gnutls_init() + other(); }").unwrap();
        let object = folder.path().join("a.o");
        let compiled = Command::new("cc")
            .arg("-c")
            .arg(&source)
            .arg("-o")
            .arg(&object)
            .status()
            .unwrap();
        assert!(compiled.success());
        assert_eq!(undefined(&object).unwrap(), symbols(&["gnutls_init"]));
        assert!(undefined(&source).is_err());
    }
}
