//! What is done in each place.

use std::cell::Cell;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use gnutls_releases::Version;

use super::bindings;
use super::boundaries::{self, Build};
use super::environment::{Compiler, Environment, PROJECT};
use super::messages::{Message, messages};
use crate::process::Ended;
use crate::project;
use crate::summary::Counts;

/// One thing that has to hold in each place.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    minutes: u64,
    /// Does it, and returns the result in a few words.
    run: fn(&Work<'_>) -> anyhow::Result<String>,
    pub(crate) needs: Needs,
    /// What it puts among the results, as JSON.
    pub(crate) result: Option<&'static str>,
}

/// What a step needs of what is built in the first place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Needs {
    Nothing,
    Programs,
    /// The tests of the published crates too.
    Tests,
}

/// A step while it runs.
struct Work<'a> {
    environment: &'a Environment<'a>,
    step: &'static str,
    result: Option<&'static str>,
    until: Cell<Instant>,
    tools: &'a Tools,
    watch: &'a dyn Fn(&str),
    /// How many programs it has run: each has a log of its own.
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

/// What is built in the first place, as programs see it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tools {
    /// Where the programs are.
    folder: PathBuf,
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
        needs: Needs::Nothing,
        result: None,
    },
    Step {
        name: "boundaries",
        minutes: 10,
        run: releases,
        needs: Needs::Nothing,
        result: None,
    },
    Step {
        name: "bindings",
        minutes: 10,
        run: generated_bindings,
        needs: Needs::Nothing,
        result: None,
    },
    Step {
        name: "rust driver",
        minutes: 10,
        run: rust_driver,
        needs: Needs::Nothing,
        result: None,
    },
    Step {
        name: "tests built once",
        minutes: 5,
        run: tests_built_once,
        needs: Needs::Tests,
        result: None,
    },
    Step {
        name: "abi",
        minutes: 5,
        run: abi,
        needs: Needs::Programs,
        result: Some("abi.json"),
    },
    Step {
        name: "conformance",
        minutes: 10,
        run: conformance,
        needs: Needs::Programs,
        result: Some("conformance.json"),
    },
    Step {
        name: "faults",
        minutes: 5,
        run: faults,
        needs: Needs::Programs,
        result: None,
    },
    Step {
        name: "one binary",
        minutes: 5,
        run: one_binary,
        needs: Needs::Programs,
        result: None,
    },
    Step {
        name: "demo built once",
        minutes: 2,
        run: demo,
        needs: Needs::Programs,
        result: None,
    },
];

/// The program that compares the two drivers.
const CONFORMANCE: &str = "gnutls-conformance";

/// The program that has the C compiler check the bindings.
const ABI: &str = "gnutls-abi";

/// The demonstration.
const DEMO: &str = "gnutls-demo";

/// The Rust driver: its package, and the program.
const DRIVER: [&str; 2] = ["gnutls-conformance-driver", "driver"];

/// The C driver.
const C_DRIVER: &str = "native-driver";

/// The packages whose builds depend on the version of GnuTLS.
const DEPENDENT: [&str; 4] = ["gnutls-sys", "gnutls", DRIVER[0], DEMO];

/// The name of what is built first.
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

/// Builds, in the first place, what runs in all of them.
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
    };
    work.shared(|| {
        let packages = [CONFORMANCE, ABI, DEMO, DRIVER[0]].map(|name| ["--package", name]);
        let mut build = vec!["build", "--bins", "--manifest-path", "tests/Cargo.toml"];
        build.extend(packages.as_flattened());
        work.cargo(Compiler::Shared, &build)?;
        for name in [CONFORMANCE, ABI, DEMO, DRIVER[1]] {
            work.keep(&Path::new("debug").join(name), name)?;
        }
        if needs < Needs::Tests {
            return Ok(());
        }
        let test = ["test", "--workspace", "--no-run", "--message-format=json"];
        let built = work.cargo(Compiler::Shared, &test)?;
        for message in messages(&built.output())
            .into_iter()
            .filter(Message::is_test)
        {
            if let (Some(program), Some(manifest)) = (message.executable, message.manifest_path) {
                let name = program.file_name().context("a program without a name")?;
                let name = name.to_string_lossy().into_owned();
                work.keep(&Path::new("debug/deps").join(&name), &name)?;
                let folder = manifest.parent().context("a manifest without a folder")?;
                tools.tests.push((
                    folder.to_string_lossy().into_owned(),
                    tools.folder.join(name),
                ));
            }
        }
        Ok(())
    })?;
    ensure!(
        needs < Needs::Tests || !tools.tests.is_empty(),
        "cargo built no tests"
    );
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
            "--rust-driver".as_ref(),
            tools.program(DRIVER[1]).as_os_str(),
        ],
    )?;
    // It compiles another one for each comparison here, in the place of this one, while others may run it.
    let built = environment.folder().join("target/conformance/system");
    let [from, to] =
        [built, environment.folder().join("programs")].map(|folder| folder.join(C_DRIVER));
    fs::copy(&from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(tools)
}

/// The published crates, built and tested with the place's own compiler. Where it has none, and their tests are built
/// here for all places, those are the tests.
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

/// Whether the place's tests are those that all places run.
fn built_here(environment: &Environment<'_>) -> bool {
    environment.first && !environment.own_rust
}

/// The tests of the published crates that were built in the first place.
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

/// The safe crate built for each release that is older than this version, and not older than the version before it.
fn releases(work: &Work<'_>) -> anyhow::Result<String> {
    let table = boundaries::Symbols::read()?;
    let (older, this) = (work.environment.older, work.environment.release()?);
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

/// The bindings against the place's headers, by the C compiler.
fn abi(work: &Work<'_>) -> anyhow::Result<String> {
    work.comparison(&[work.tools.program(ABI)])
}

/// The Rust driver, built for this version.
fn rust_driver(work: &Work<'_>) -> anyhow::Result<String> {
    let environment = work.environment;
    if environment.first && work.tools.folder.starts_with(environment.inside()) {
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

/// The comparison of this version's own drivers.
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

/// Deliberate faults of the Rust driver, such as a client's identifier that is read from the server: this version's own
/// drivers show each of them, on a few scenarios.
fn faults(work: &Work<'_>) -> anyhow::Result<String> {
    let mut words = drivers(work)?;
    words.extend(["--self-test", "--scenario", "plain"].map(Into::into));
    work.comparison(&words)
}

/// The scenarios, with both drivers built for this version.
fn conformance(work: &Work<'_>) -> anyhow::Result<String> {
    let environment = work.environment;
    environment.forget_new_baselines()?;
    let mut words = drivers(work)?;
    words.extend(["--seed".into(), environment.context.seed.to_string().into()]);
    if environment.context.write_baselines {
        words.push("--write-baseline".into());
    }
    let result = work.comparison(&words);
    environment.publish_new_baselines()?;
    environment
        .done
        .drivers
        .set(environment.first && result.is_ok());
    result
}

/// The scenarios, with both drivers as the first version built them; the generated ones are others.
fn one_binary(work: &Work<'_>) -> anyhow::Result<String> {
    if work.environment.done.drivers.get() {
        return Ok("has run as `conformance`".into());
    }
    let Tools { c_driver, .. } = work.tools;
    let [program, rust] = [CONFORMANCE, DRIVER[1]].map(|name| work.tools.program(name));
    let words = [
        program,
        "--c-driver".into(),
        c_driver.into(),
        "--rust-driver".into(),
        rust,
        "--seed".into(),
        (work.environment.context.seed + 1).to_string().into(),
    ];
    work.comparison(&words)
}

/// The demonstration, as the first version built it.
fn demo(work: &Work<'_>) -> anyhow::Result<String> {
    work.comparison(&[work.tools.program(DEMO)])
}

/// The bindings that the feature `bindgen` makes of the place's headers, against the committed ones.
fn generated_bindings(work: &Work<'_>) -> anyhow::Result<String> {
    work.shared(|| {
        let build = ["build", "--package", "gnutls-sys", "--features", "bindgen"];
        let build = [&build[..], &["--message-format=json"]].concat();
        let ended = work.cargo(Compiler::Shared, &build)?;
        let messages = messages(&ended.output());
        let mut of_gnutls = messages
            .iter()
            .filter(|message| message.package_id.contains("gnutls-sys"));
        let out = of_gnutls.find_map(|message| message.out_dir.as_deref());
        let out = out.context("cargo did not say where the bindings are")?;
        let file = work.environment.outside(out).join("bindings.rs");
        bindings::compare(project::root(), &file, work.environment.release()?)
    })
}

impl fmt::Display for Tools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "4 programs, {} of tests", self.tests.len())
    }
}

impl Tools {
    /// A program that was built once.
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

    /// Does something with the target folder that all places share, while no other place does. What was built there for
    /// another version is built anew.
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

    /// Keeps a program out of the shared target folder, where the next version replaces it, in one of this place.
    fn keep(&self, built: &Path, name: &str) -> anyhow::Result<()> {
        let from = self
            .environment
            .context
            .shared_folder(self.environment.group)
            .join(built);
        let to = self.environment.folder().join("programs").join(name);
        fs::copy(&from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
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
        self.programs.set(self.programs.get() + 1);
        let log = match self.programs.get() {
            1 => self.step.replace(' ', "-"),
            number => format!("{}-{number}", self.step.replace(' ', "-")),
        };
        let left = self.until.get().saturating_duration_since(Instant::now());
        let ended = self
            .environment
            .run(&log, compiler, left, folder, program, self.watch)?;
        ended.ok()
    }

    /// Runs a program of ours, and returns the last line that it prints, which is its result. What it writes as JSON is
    /// put among the results, also where it has found differences.
    fn comparison(&self, program: &[OsString]) -> anyhow::Result<String> {
        let mut words = program.to_vec();
        if let Some(name) = self.result {
            let file = self.environment.inside().join("results").join(name);
            words.extend(["--json".into(), file.into()]);
            // What an earlier run has left is not the result of this one.
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
