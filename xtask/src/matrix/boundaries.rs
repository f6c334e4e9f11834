//! `cargo xtask boundaries`: built for a release, the safe crate asks for nothing that a later one added.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use clap::{Arg, ArgMatches, value_parser};
use gnutls_releases::{Entry, Kind, Releases, Version};
use object::read::archive::ArchiveFile;
use object::{Object, ObjectSymbol};

use super::messages::{Message, messages};
use super::progress::Progress;
use crate::job::Job;
use crate::process;
use crate::project;
use crate::summary::Counts;
use crate::terminal::duration;

pub(crate) const BOUNDARIES: Job = Job {
    command: || {
        clap::Command::new("boundaries")
            .about("Build the safe crate for each release that added functions, and see what it asks for")
            .long_about(
                "For each release of GnuTLS from 3.6.0 that added functions or variables, the safe crate is built as for \
                 that release, and all the symbols that it then asks for have to be in it, by the table of releases of \
                 gnutls-sys; nothing may be left that is not used. Where the installed library is not older, calls that are too new for the release are made \
                 too: each has to be refused with the release that it needs. `cargo xtask matrix` does that for the rest.",
            )
            .arg(
                Arg::new("jobs")
                    .long("jobs")
                    .value_name("N")
                    .value_parser(value_parser!(u16).range(1..))
                    .help("Releases to work on at a time"),
            )
    },
    run,
};

/// How long one release may take.
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

/// Building for one release: what the commands differ in between this machine and a root file system.
pub(crate) struct Build<'a> {
    pub(crate) cargo: Cargo<'a>,
    /// Where this machine sees a file that cargo names.
    pub(crate) file: &'a dyn Fn(&Path) -> PathBuf,
    /// Whether there is a library of that release or a newer one to run with.
    pub(crate) runs: bool,
}

/// What came out for a release.
pub(crate) struct Checked {
    /// The symbols of GnuTLS that are asked for.
    pub(crate) symbols: usize,
    /// The tests of calls that are too new, where they ran.
    pub(crate) tests: Counts,
}

/// Builds for a release and looks at what came out.
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
        // Nothing is linked, so the library need not be there.
        variables.push(("DOCS_RS", "1".to_owned()));
        arguments.splice(0..0, ["build", "--lib"]);
    }
    let output = (build.cargo)(&variables, &arguments)?;
    let messages = messages(&output);
    let unused: Vec<_> = messages.iter().filter_map(Message::unused).collect();
    ensure!(
        unused.is_empty(),
        "built for {release}, there are names that nothing uses:\n{}",
        unused.concat()
    );
    let library = messages
        .iter()
        .find_map(|message| message.library("gnutls"));
    let library = library.context("cargo did not say where the library is")?;
    let programs = messages
        .iter()
        .filter_map(|message| message.executable.as_ref());
    let mut symbols = BTreeSet::new();
    for file in programs.chain([library]) {
        symbols.extend(undefined(&(build.file)(file))?);
    }
    ensure!(
        symbols.len() > 50,
        "only {} symbols of GnuTLS were found in {}",
        symbols.len(),
        library.display()
    );
    let missing = table.missing(release, &symbols);
    ensure!(
        missing.is_empty(),
        "built for {release}, it asks for what is not there: {}",
        missing.join(", ")
    );
    let tests = Counts::of(&output);
    ensure!(tests.passed > 0 || !build.runs, "no test ran");
    Ok(Checked {
        symbols: symbols.len(),
        tests,
    })
}

/// The symbols of GnuTLS that a program or a library asks for.
fn undefined(file: &Path) -> anyhow::Result<BTreeSet<String>> {
    let wrong = || format!("cannot read {}", file.display());
    let bytes = fs::read(file).with_context(wrong)?;
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
            // A program names the version of a symbol too.
            let name = name.split('@').next().unwrap_or(name);
            if name.starts_with("gnutls_") || name.starts_with("dane_") {
                names.insert(name.to_owned());
            }
        }
    }
    Ok(names)
}

fn run(arguments: &ArgMatches) -> anyhow::Result<ExitCode> {
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
    let queue = Mutex::new(releases.iter());
    let failed = Mutex::new(0);
    thread::scope(|scope| {
        for job in 0..jobs {
            let (work, progress, queue, failed, table) =
                (&work, &progress, &queue, &failed, &table);
            scope.spawn(move || {
                loop {
                    let next = queue.lock().expect("no holder panics").next();
                    let Some(&release) = next else { break };
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
                            let ended =
                                process::run(command, &log, DEADLINE, &|line| bar.say(line))?;
                            Ok(ended.ok()?.output())
                        },
                        file: &Path::to_owned,
                        runs: installed.is_some_and(|installed| release <= installed),
                    };
                    match check(table, release, &build) {
                        Ok(checked) => bar.done(&checked.to_string()),
                        Err(error) => {
                            *failed.lock().expect("no holder panics") += 1;
                            bar.failed(&format!("{error:#}"));
                        }
                    }
                }
            });
        }
    });
    let failed: usize = failed.into_inner().expect("no holder panics");
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

/// The GnuTLS that pkg-config finds here.
fn installed() -> Option<Version> {
    let mut command = Command::new(project::tool("PKG_CONFIG", "pkg-config"));
    let output = command.args(["--modversion", "gnutls"]).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

impl std::fmt::Display for Checked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "asks for {} symbols, all there", self.symbols)?;
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
        // 3.6.7 and 3.8.0 added constants only.
        assert!(
            ["3.6.7", "3.8.0"]
                .iter()
                .all(|text| !releases.contains(&text.parse().unwrap()))
        );
    }

    #[test]
    fn what_a_program_asks_for_is_found() {
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
