//! What is done in each place.

use std::cell::Cell;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};

use super::bindings;
use super::boundaries::{self, Build};
use super::messages::{Message, messages};
use super::place::{PROJECT, Place};
use super::process::{self, End, Ended};
use super::release::Release;
use crate::project;
use crate::summary::Counts;

/// One thing that has to hold in each place.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    minutes: u64,
    /// Does it, and returns the result in a few words.
    run: fn(&Work<'_>) -> anyhow::Result<String>,
    /// Whether it needs what is built in the first place.
    pub(crate) needs_tools: bool,
}

/// A step while it runs.
struct Work<'a> {
    place: &'a Place<'a>,
    step: &'static str,
    until: Instant,
    tools: &'a Tools,
    watch: &'a dyn Fn(&str),
    /// How many programs it has run: each has a log of its own.
    programs: Cell<u32>,
}

impl<'a> Work<'a> {
    fn new(
        place: &'a Place<'a>,
        step: &'static str,
        minutes: u64,
        tools: &'a Tools,
        watch: &'a dyn Fn(&str),
    ) -> Self {
        let until = Instant::now() + Duration::from_secs(60 * minutes) * place.workshop.patience;
        Work {
            place,
            step,
            until,
            tools,
            watch,
            programs: Cell::new(0),
        }
    }
}

/// What is built in the first place, as programs see it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tools {
    /// Where the first place builds.
    target: PathBuf,
    c_driver: PathBuf,
    /// The tests of the published crates: their package, and the program.
    tests: Vec<(String, PathBuf)>,
}

/// All steps, in their order.
pub(crate) const STEPS: &[Step] = &[
    Step {
        name: "crates",
        minutes: 10,
        run: crates,
        needs_tools: false,
    },
    Step {
        name: "bindings",
        minutes: 10,
        run: generated_bindings,
        needs_tools: false,
    },
    Step {
        name: "tests built once",
        minutes: 5,
        run: tests_built_once,
        needs_tools: true,
    },
    Step {
        name: "abi",
        minutes: 5,
        run: abi,
        needs_tools: true,
    },
    Step {
        name: "conformance",
        minutes: 10,
        run: conformance,
        needs_tools: true,
    },
    Step {
        name: "one binary",
        minutes: 5,
        run: one_binary,
        needs_tools: true,
    },
    Step {
        name: "boundaries",
        minutes: 10,
        run: releases,
        needs_tools: false,
    },
    Step {
        name: "demo built once",
        minutes: 2,
        run: demo,
        needs_tools: true,
    },
];

/// The program that compares the two drivers.
const CONFORMANCE: &str = "gnutls-conformance";

/// The name of what is built first.
pub(crate) const TOOLS: &str = "programs for all";

impl Step {
    pub(crate) fn run(
        &self,
        place: &Place<'_>,
        tools: &Tools,
        watch: &dyn Fn(&str),
    ) -> anyhow::Result<String> {
        (self.run)(&Work::new(place, self.name, self.minutes, tools, watch))
    }
}

/// Builds, in the first place, what runs in all of them.
pub(crate) fn build_tools(place: &Place<'_>, watch: &dyn Fn(&str)) -> anyhow::Result<Tools> {
    let nothing = Tools::default();
    let work = Work::new(place, TOOLS, 10, &nothing, watch);
    work.cargo(&[
        "build",
        "--workspace",
        "--bins",
        "--manifest-path",
        "tests/Cargo.toml",
    ])?;
    let built = work.cargo(&["test", "--workspace", "--no-run", "--message-format=json"])?;
    let mut tests = Vec::new();
    for message in messages(&built.output())
        .into_iter()
        .filter(Message::is_test)
    {
        if let (Some(program), Some(manifest)) = (message.executable, message.manifest_path) {
            let folder = manifest.parent().context("a manifest without a folder")?;
            tests.push((folder.to_string_lossy().into_owned(), program));
        }
    }
    ensure!(!tests.is_empty(), "cargo built no tests");
    let target = place.inside().join("target");
    let tools = Tools {
        c_driver: target.join("conformance/system/native-driver"),
        target,
        tests,
    };
    // The C driver is compiled by the program that runs it; one scenario is enough for that.
    let conformance = tools.program(CONFORMANCE);
    let list = work
        .program(PROJECT, &[conformance.as_os_str(), "--list".as_ref()])?
        .output();
    let first = list.lines().next().context("there is no scenario")?;
    work.program(
        PROJECT,
        &[
            conformance.as_os_str(),
            "--scenario".as_ref(),
            first.as_ref(),
        ],
    )?;
    Ok(tools)
}

/// The published crates, built and tested with the place's own compiler.
fn crates(work: &Work<'_>) -> anyhow::Result<String> {
    let ended = work.cargo(&["test", "--workspace", "--no-fail-fast"])?;
    let counts = counts(&ended);
    ensure!(counts.passed > 0, "no test ran");
    Ok(counts.to_string())
}

/// The tests of the published crates that were built in the first place.
fn tests_built_once(work: &Work<'_>) -> anyhow::Result<String> {
    let mut counts = Counts::default();
    let mut failures = String::new();
    for (folder, program) in &work.tools.tests {
        match work.program(folder, &[program]) {
            Ok(ended) => counts += self::counts(&ended),
            Err(error) => failures += &format!("\n{}: {error:#}", program.display()),
        }
    }
    ensure!(failures.is_empty(), "not all tests passed{failures}");
    ensure!(counts.passed > 0, "no test ran");
    Ok(counts.to_string())
}

/// The safe crate built for each release that is older than this version, and not older than the version before it.
fn releases(work: &Work<'_>) -> anyhow::Result<String> {
    let table = boundaries::Table::read()?;
    let (older, this) = (work.place.older, work.place.release()?);
    let new = |release: &Release| older.is_none_or(|older| *release > older) && *release <= this;
    let target = work.place.inside().join("boundaries");
    let build = Build {
        cargo: &|variables, arguments| {
            let mut words = vec![OsString::from("env"), "cargo".into()];
            let target = ("CARGO_TARGET_DIR", target.display().to_string());
            let variables = variables
                .iter()
                .chain([&target])
                .map(|(name, value)| format!("{name}={value}").into());
            words.splice(1..1, variables);
            words.extend(
                arguments
                    .iter()
                    .chain(&["--locked", "--offline"])
                    .map(Into::into),
            );
            Ok(work.program(PROJECT, &words)?.output())
        },
        file: &|file| work.place.outside(file),
        runs: true,
    };
    let (mut releases, mut tests) = (0, Counts::default());
    for release in table.releases().into_iter().filter(new) {
        let checked = boundaries::check(&table, release, &build)
            .with_context(|| format!("built for {release}"))?;
        tests += checked.tests;
        releases += 1;
    }
    Ok(format!(
        "{releases} releases, 0 differences; too new calls: {tests}"
    ))
}

/// The bindings against the place's headers, by the C compiler.
fn abi(work: &Work<'_>) -> anyhow::Result<String> {
    work.last_line(&[work.tools.program("gnutls-abi")])
}

/// The scenarios, with both drivers built for this version.
fn conformance(work: &Work<'_>) -> anyhow::Result<String> {
    work.last_line(&[work.tools.program(CONFORMANCE)])
}

/// The scenarios, with both drivers as the first version built them.
fn one_binary(work: &Work<'_>) -> anyhow::Result<String> {
    let Tools { c_driver, .. } = work.tools;
    let [program, rust] = [CONFORMANCE, "driver"].map(|name| work.tools.program(name));
    work.last_line(&[
        program,
        "--c-driver".into(),
        c_driver.into(),
        "--rust-driver".into(),
        rust,
    ])
}

/// The demonstration, as the first version built it.
fn demo(work: &Work<'_>) -> anyhow::Result<String> {
    work.last_line(&[work.tools.program("gnutls-demo")])
}

/// The bindings that the feature `bindgen` makes of the place's headers, against the committed ones.
fn generated_bindings(work: &Work<'_>) -> anyhow::Result<String> {
    let ended = work.cargo(&[
        "build",
        "--package",
        "gnutls-sys",
        "--features",
        "bindgen",
        "--message-format=json",
    ])?;
    let messages = messages(&ended.output());
    let mut of_gnutls = messages
        .iter()
        .filter(|message| message.package_id.contains("gnutls-sys"));
    let out = of_gnutls.find_map(|message| message.out_dir.as_deref());
    let out = out.context("cargo did not say where the bindings are")?;
    let file = work.place.outside(out).join("bindings.rs");
    bindings::compare(project::root(), &file, work.place.release()?)
}

fn counts(ended: &Ended) -> Counts {
    let mut counts = Counts::default();
    ended.output().lines().for_each(|line| counts.read(line));
    counts
}

impl fmt::Display for Tools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} test programs", self.tests.len())
    }
}

impl Tools {
    /// A program of the workspace `tests`.
    fn program(&self, name: &str) -> OsString {
        self.target.join("debug").join(name).into()
    }
}

impl Work<'_> {
    /// Runs cargo in the project.
    fn cargo(&self, arguments: &[&str]) -> anyhow::Result<Ended> {
        let words = ["cargo"]
            .iter()
            .chain(&arguments[..1])
            .chain(&["--locked", "--offline"])
            .chain(&arguments[1..]);
        self.program(PROJECT, &words.collect::<Vec<_>>())
    }

    fn program(&self, folder: &str, program: &[impl AsRef<OsStr>]) -> anyhow::Result<Ended> {
        self.programs.set(self.programs.get() + 1);
        let log = match self.programs.get() {
            1 => self.step.replace(' ', "-"),
            number => format!("{}-{number}", self.step.replace(' ', "-")),
        };
        let left = self.until.saturating_duration_since(Instant::now());
        let ended = self
            .place
            .run(&log, &self.tools.target, left, folder, program, self.watch)?;
        match ended.end {
            End::Late => bail!("stopped at the deadline of this step{}", last_words(&ended)),
            End::Status(status) if !status.success() => bail!("{status}{}", last_words(&ended)),
            End::Status(_) => Ok(ended),
        }
    }

    /// The last line that a program of ours prints, which is its result.
    fn last_line(&self, program: &[impl AsRef<OsStr>]) -> anyhow::Result<String> {
        let ended = self.program(PROJECT, program)?;
        process::tail(&ended.log, 1)?
            .pop()
            .context("it printed nothing")
    }
}

/// The end of a log, and where the rest is.
fn last_words(ended: &Ended) -> String {
    let last = process::tail(&ended.log, 12)
        .unwrap_or_default()
        .join("\n    ");
    format!("\n    {last}\n    (all of it: {})", ended.log.display())
}
