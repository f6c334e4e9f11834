//! The steps in each environment.

mod cross;

use std::cell::Cell;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use cargo_metadata::Message;
use fs_err as fs;
use gnutls_releases::Version;

use super::bindings;
use super::boundaries::{self, Build};
use super::environment::{Compiler, Environment, PROJECT};
use super::messages::{artifacts, messages};
use crate::process::Ended;
use crate::project;
use crate::summary::Counts;

/// A check in each environment.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    minutes: u64,
    /// Performs the step and returns the result in a few words.
    run: fn(&Work<'_>) -> anyhow::Result<String>,
    pub(crate) needs: Needs,
    /// The name of its JSON result.
    pub(crate) result: Option<&'static str>,
}

/// The programs of the first environment that a step requires.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Needs {
    Nothing,
    Programs,
    /// The programs and the tests of the published crates.
    Tests,
}

/// A running step.
struct Work<'a> {
    environment: &'a Environment<'a>,
    step: &'static str,
    result: Option<&'static str>,
    until: Cell<Instant>,
    tools: &'a Tools,
    watch: &'a dyn Fn(&str),
    /// The number of programs that it has run. Each has a log.
    programs: Cell<u32>,
}

impl<'a> Work<'a> {
    fn new(
        environment: &'a Environment<'a>,
        (step, result): (&'static str, Option<&'static str>),
        minutes: u64,
        tools: &'a Tools,
        watch: &'a dyn Fn(&str),
    ) -> Self {
        let until =
            Instant::now() + Duration::from_secs(60 * minutes) * environment.context.patience;
        Work {
            environment,
            step,
            result,
            until: Cell::new(until),
            tools,
            watch,
            programs: Cell::new(0),
        }
    }
}

/// The programs that are built in the first environment, as paths inside.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tools {
    /// The directory of the programs.
    folder: PathBuf,
    c_driver: PathBuf,
    /// The test programs of the published crates, each after the directory of its package.
    tests: Vec<(String, PathBuf)>,
    /// The number of programs, without the tests.
    programs: usize,
}

/// All steps, in their order.
pub(crate) const STEPS: &[Step] = &[
    step("crates", 20, crates, Needs::Nothing, None),
    step("boundaries", 10, releases, Needs::Nothing, None),
    step("bindings", 10, generated_bindings, Needs::Nothing, None),
    step("rust driver", 10, rust_driver, Needs::Nothing, None),
    step("tests built once", 5, tests_built_once, Needs::Tests, None),
    step("abi", 5, abi, Needs::Programs, Some("abi.json")),
    step(
        "conformance",
        10,
        conformance,
        Needs::Programs,
        Some("conformance.json"),
    ),
    step("faults", 5, faults, Needs::Programs, None),
    step("one binary", 5, one_binary, Needs::Programs, None),
    step("demo built once", 2, demo, Needs::Programs, None),
];

/// The steps for another architecture, in their order.
pub(crate) const CROSS_STEPS: &[Step] = &[
    step(
        "cross compilation",
        10,
        cross::compilation,
        Needs::Nothing,
        None,
    ),
    step("unit tests", 15, cross::unit_tests, Needs::Nothing, None),
    step(
        "integration tests",
        30,
        cross::integration_tests,
        Needs::Nothing,
        None,
    ),
    step("abi", 5, cross::abi, Needs::Programs, Some("abi.json")),
    step(
        "conformance",
        15,
        cross::conformance,
        Needs::Programs,
        Some("conformance.json"),
    ),
];

const fn step(
    name: &'static str,
    minutes: u64,
    run: fn(&Work<'_>) -> anyhow::Result<String>,
    needs: Needs,
    result: Option<&'static str>,
) -> Step {
    Step {
        name,
        minutes,
        run,
        needs,
        result,
    }
}

/// The program that compares the two drivers.
const CONFORMANCE: &str = "gnutls-conformance";

/// The program that checks the bindings with the C compiler.
const ABI: &str = "gnutls-abi";

/// The demonstration.
const DEMO: &str = "gnutls-demo";

/// The Rust driver: its package and its program.
const DRIVER: [&str; 2] = ["gnutls-conformance-driver", "driver"];

/// The C driver.
const C_DRIVER: &str = "native-driver";

/// Lists built files as JSON, and diagnostics as text.
const JSON: &str = "--message-format=json-render-diagnostics";

/// The packages whose builds depend on the version of GnuTLS.
const DEPENDENT: [&str; 4] = ["gnutls-sys", "gnutls", DRIVER[0], DEMO];

/// The name of the step that builds the programs for all environments.
pub(crate) const TOOLS: &str = "programs for all";

impl Step {
    pub(crate) fn run(
        &self,
        environment: &Environment<'_>,
        tools: &Tools,
        watch: &dyn Fn(&str),
    ) -> anyhow::Result<String> {
        let step = (self.name, self.result);
        (self.run)(&Work::new(environment, step, self.minutes, tools, watch))
    }
}

/// Builds, in the first environment, the programs for all.
pub(crate) fn build_tools(
    environment: &Environment<'_>,
    needs: Needs,
    watch: &dyn Fn(&str),
) -> anyhow::Result<Tools> {
    let nothing = Tools::default();
    let work = Work::new(environment, (TOOLS, None), 15, &nothing, watch);
    let mut tools = Tools {
        folder: environment.inside().join("programs"),
        c_driver: environment.inside().join("programs").join(C_DRIVER),
        tests: Vec::new(),
        programs: 0,
    };
    // The others are built for another architecture.
    let programs = match environment.architecture {
        Some(_) => &[[CONFORMANCE; 2], [ABI; 2]][..],
        None => &[[CONFORMANCE; 2], [ABI; 2], [DEMO; 2], DRIVER],
    };
    tools.programs = programs.len();
    work.shared(|| {
        let mut build = vec!["build", "--bins", "--manifest-path", "tests/Cargo.toml"];
        build.extend(
            programs
                .iter()
                .flat_map(|[package, _]| ["--package", package]),
        );
        work.cargo(Compiler::Shared, &build)?;
        for [_, name] in programs {
            work.keep(&Path::new("debug").join(name), name)?;
        }
        if needs < Needs::Tests {
            return Ok(());
        }
        // The tests of a procedural macro are linked to the compiler's libraries, which the other environments lack.
        let macros = ["--exclude", "gnutls-macros"];
        let test = [&["test", "--workspace", "--no-run", JSON][..], &macros].concat();
        let built = work.cargo(Compiler::Shared, &test)?;
        let artifacts = artifacts(&built.output()).into_iter();
        for artifact in artifacts.filter(|artifact| artifact.profile.test) {
            let (Some(program), Some(folder)) = (
                artifact.executable.as_deref(),
                artifact.manifest_path.parent(),
            ) else {
                continue;
            };
            let name = program.file_name().context("a program without a name")?;
            work.keep(&Path::new("debug/deps").join(name), name)?;
            tools
                .tests
                .push((folder.to_string(), tools.folder.join(name)));
        }
        Ok(())
    })?;
    ensure!(
        needs < Needs::Tests || !tools.tests.is_empty(),
        "cargo built no tests"
    );
    if environment.architecture.is_some() {
        return Ok(tools);
    }
    // The program that runs the C driver compiles it. One scenario is enough for that.
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
            "--rust-driver".as_ref(),
            tools.program(DRIVER[1]).as_os_str(),
        ],
    )?;
    // Each comparison here replaces it, while other environments may run it.
    let built = environment.folder().join("target/conformance/system");
    let [from, to] =
        [built, environment.folder().join("programs")].map(|folder| folder.join(C_DRIVER));
    fs::copy(&from, &to)?;
    Ok(tools)
}

/// Builds and tests the published crates with the compiler of the environment. If it has none, and the tests for all
/// environments are built here, those are run.
fn crates(work: &Work<'_>) -> anyhow::Result<String> {
    let counts = if built_here(work.environment) && !work.tools.tests.is_empty() {
        let mut counts = built_tests(work)?;
        work.environment.done.tests.set(true);
        let documentation = ["test", "--workspace", "--doc", "--no-fail-fast"];
        counts += Counts::of(
            &work
                .shared(|| work.cargo(Compiler::Shared, &documentation))?
                .output(),
        );
        counts
    } else {
        let all = ["test", "--workspace", "--no-fail-fast"];
        Counts::of(&work.cargo(Compiler::Own, &all)?.output())
    };
    ensure!(counts.passed > 0, "no test ran");
    Ok(counts.to_string())
}

/// Returns whether the tests of the environment are those for all environments.
fn built_here(environment: &Environment<'_>) -> bool {
    environment.rank.first && !environment.own_rust
}

/// Runs the tests of the published crates that were built in the first environment.
fn tests_built_once(work: &Work<'_>) -> anyhow::Result<String> {
    if work.environment.done.tests.get() {
        return Ok("have run as `crates`".into());
    }
    let counts = built_tests(work)?;
    ensure!(counts.passed > 0, "no test ran");
    Ok(counts.to_string())
}

fn built_tests(work: &Work<'_>) -> anyhow::Result<Counts> {
    let mut counts = Counts::default();
    let mut failures = String::new();
    for (folder, program) in &work.tools.tests {
        match work.program(folder, &[program]) {
            Ok(ended) => counts += Counts::of(&ended.output()),
            Err(error) => failures += &format!("\n{}: {error:#}", program.display()),
        }
    }
    ensure!(failures.is_empty(), "not all tests passed{failures}");
    Ok(counts)
}

/// Builds the safe crate for each release up to this version, from the version before it.
fn releases(work: &Work<'_>) -> anyhow::Result<String> {
    let table = boundaries::Symbols::read()?;
    let (older, this) = (work.environment.rank.older, work.environment.release()?);
    let new = |release: &Version| older.is_none_or(|older| *release > older) && *release <= this;
    let target = work.environment.inside().join("boundaries");
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
        file: &|file| work.environment.outside(file),
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

/// Checks the bindings against the headers of the environment with the C compiler.
fn abi(work: &Work<'_>) -> anyhow::Result<String> {
    work.comparison(&[work.tools.program(ABI)])
}

/// Builds the Rust driver for this version.
fn rust_driver(work: &Work<'_>) -> anyhow::Result<String> {
    let environment = work.environment;
    if environment.rank.first && work.tools.folder.starts_with(environment.inside()) {
        environment.done.driver.set(true);
        return Ok("built with the programs for all".into());
    }
    work.shared(|| {
        let build = ["build", "--manifest-path", "tests/Cargo.toml"];
        let build = [&build[..], &["--package", DRIVER[0]]].concat();
        work.cargo(Compiler::Shared, &build)?;
        work.keep(&Path::new("debug").join(DRIVER[1]), DRIVER[1])
    })?;
    environment.done.driver.set(true);
    Ok(format!("built for {}", environment.release()?))
}

/// Returns the command that compares the drivers of this version.
fn drivers(work: &Work<'_>) -> anyhow::Result<Vec<OsString>> {
    let environment = work.environment;
    if !environment.done.driver.get() {
        rust_driver(work)?;
    }
    let driver = environment.inside().join("programs").join(DRIVER[1]);
    Ok(vec![
        work.tools.program(CONFORMANCE),
        "--rust-driver".into(),
        driver.into(),
    ])
}

/// Checks on a few scenarios that the drivers of this version detect every injected fault of the Rust driver, such as a
/// client's identifier that is read from the server.
fn faults(work: &Work<'_>) -> anyhow::Result<String> {
    let mut words = drivers(work)?;
    words.push("--self-test".into());
    work.comparison(&words)
}

/// Compares both drivers, built for this version, on the scenarios.
fn conformance(work: &Work<'_>) -> anyhow::Result<String> {
    let environment = work.environment;
    environment.forget_new_baselines()?;
    let mut words = drivers(work)?;
    words.extend(["--seed".into(), environment.context.seed.to_string().into()]);
    words.extend_from_slice(&environment.context.sample);
    if environment.context.write_baselines {
        words.push("--write-baseline".into());
    }
    let result = work.comparison(&words);
    environment.publish_new_baselines()?;
    environment
        .done
        .drivers
        .set(environment.rank.first && result.is_ok());
    result
}

/// Compares both drivers, built for the first version, on the scenarios and on other generated ones.
fn one_binary(work: &Work<'_>) -> anyhow::Result<String> {
    if work.environment.done.drivers.get() {
        return Ok("has run as `conformance`".into());
    }
    let Tools { c_driver, .. } = work.tools;
    let [program, rust] = [CONFORMANCE, DRIVER[1]].map(|name| work.tools.program(name));
    let context = &work.environment.context;
    let words = [
        program,
        "--c-driver".into(),
        c_driver.into(),
        "--rust-driver".into(),
        rust,
        "--seed".into(),
        (context.seed + 1).to_string().into(),
    ];
    work.comparison(&[&words[..], &context.sample].concat())
}

/// Runs the demonstration that was built for the first version.
fn demo(work: &Work<'_>) -> anyhow::Result<String> {
    work.comparison(&[work.tools.program(DEMO)])
}

/// Compares the bindings that the feature `bindgen` generates from the headers of the environment with the committed
/// ones, and builds the safe crate with them.
fn generated_bindings(work: &Work<'_>) -> anyhow::Result<String> {
    work.shared(|| {
        let build = ["build", "--package", "gnutls"];
        let build = [&build[..], &["--features", "gnutls-sys/bindgen", JSON]].concat();
        let ended = work.cargo(Compiler::Shared, &build)?;
        let output = ended.output();
        let out = messages(&output).find_map(|message| match message {
            Message::BuildScriptExecuted(script)
                if script.package_id.repr.contains("gnutls-sys") =>
            {
                Some(script.out_dir)
            }
            _ => None,
        });
        let out = out.context("cargo did not print the path of the bindings")?;
        let folder = work.environment.outside(out.as_std_path());
        bindings::compare(project::root(), &folder, work.environment.release()?)
    })
}

impl fmt::Display for Tools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} programs, {} of tests",
            self.programs,
            self.tests.len()
        )
    }
}

impl Tools {
    /// Returns the path of a program.
    fn program(&self, name: &str) -> OsString {
        self.folder.join(name).into()
    }
}

impl Work<'_> {
    /// Runs cargo in the project.
    fn cargo(&self, compiler: Compiler, arguments: &[&str]) -> anyhow::Result<Ended> {
        let words = ["cargo"]
            .iter()
            .chain(&arguments[..1])
            .chain(&["--locked", "--offline"])
            .chain(&arguments[1..]);
        self.run(compiler, PROJECT, &words.collect::<Vec<_>>())
    }

    /// Uses the target directory that all environments share, exclusively. Crates that were built there for another
    /// version are removed first.
    fn shared<T>(&self, build: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
        (self.watch)("waits for another version to build");
        let start = Instant::now();
        let shared = self.environment.shared();
        let mut last = shared.lock().unwrap_or_else(PoisonError::into_inner);
        self.until.set(self.until.get() + start.elapsed());
        if last.as_ref() != Some(&self.environment.name) {
            let packages = DEPENDENT.map(|name| ["--package", name]);
            let clean = ["clean", "--quiet", "--manifest-path", "tests/Cargo.toml"];
            self.cargo(
                Compiler::Shared,
                &[&clean[..], packages.as_flattened()].concat(),
            )?;
            *last = Some(self.environment.name.clone());
        }
        build()
    }

    /// Copies a program from the shared target directory, where the next version replaces it, to this environment.
    fn keep(&self, built: &Path, name: &str) -> anyhow::Result<()> {
        let from = self
            .environment
            .context
            .shared_folder(self.environment.rank.group)
            .join(built);
        let to = self.environment.folder().join("programs").join(name);
        fs::copy(&from, &to)?;
        Ok(())
    }

    fn program(&self, folder: &str, program: &[impl AsRef<OsStr>]) -> anyhow::Result<Ended> {
        self.run(Compiler::Own, folder, program)
    }

    fn run(
        &self,
        compiler: Compiler,
        folder: &str,
        program: &[impl AsRef<OsStr>],
    ) -> anyhow::Result<Ended> {
        self.run_to_the_end(compiler, folder, program)?.ok()
    }

    /// Runs a program that may fail.
    fn run_to_the_end(
        &self,
        compiler: Compiler,
        folder: &str,
        program: &[impl AsRef<OsStr>],
    ) -> anyhow::Result<Ended> {
        self.programs.set(self.programs.get() + 1);
        let log = match self.programs.get() {
            1 => self.step.replace(' ', "-"),
            number => format!("{}-{number}", self.step.replace(' ', "-")),
        };
        let left = self.until.get().saturating_duration_since(Instant::now());
        self.environment
            .run(&log, compiler, left, folder, program, self.watch)
    }

    /// Runs a program of this project and returns its last line, which is its result. Its JSON is copied to the
    /// results, even if it found differences.
    fn comparison(&self, program: &[OsString]) -> anyhow::Result<String> {
        let mut words = program.to_vec();
        if let Some(name) = self.result {
            let file = self.environment.inside().join("results").join(name);
            words.extend(["--json".into(), file.into()]);
            // The result of an earlier run is not that of this one.
            let _ = fs::remove_file(self.environment.folder().join("results").join(name));
        }
        let ended = self.program(PROJECT, &words);
        if let Some(name) = self.result {
            self.environment
                .publish(&Path::new("results").join(name), name)?;
        }
        ended?.tail(1).pop().context("it printed nothing")
    }
}
