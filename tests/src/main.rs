//! Compares the safe crate with C: the same scenarios through a C program and through a Rust program, fact by fact.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use gnutls_conformance::baseline::{self, Baseline, Key, Transcript};
use gnutls_conformance::baselines;
use gnutls_conformance::builds::{Comparison, Listing, Settings};
use gnutls_conformance::driver::{Driver, PATIENCE};
use gnutls_conformance::installation::{self, Installation};
use gnutls_conformance::outcome::Outcomes;
use gnutls_conformance::report::{BaselineStatus, Finding, NotSupported, Report};
use gnutls_conformance::scenario::{self, Scenario};
use gnutls_conformance::self_test::{Outcome, Tried};
use gnutls_conformance::suite::Suite;
use gnutls_conformance::verdict::{self, Verdict};
use gnutls_conformance::{environment, expectation, generate, not_supported, self_test, token};
use indicatif::{ProgressBar, ProgressStyle};

/// The number of generated scenarios by default.
const GENERATED: u64 = 2000;
/// The number of findings in generated scenarios that are shrunk.
const SHRUNK: usize = 3;
/// The greatest part of the steps of generated scenarios that may be idle, in percent.
const IDLE: u64 = 25;
/// The greatest number of changed steps of a baseline in the report.
const SHOWN: usize = 20;
/// The greatest number of scenarios that a comparison of two builds describes in full.
const DETAILED: usize = 5;

/// The options, which [`gnutls_command_lines::conformance`] describes.
struct Arguments {
    compare: Option<Vec<String>>,
    output: Option<PathBuf>,
    accept: Option<PathBuf>,
    prefix: Option<PathBuf>,
    scenario: Option<String>,
    every: usize,
    generated: Option<u64>,
    seed: u64,
    json: Option<PathBuf>,
    self_test: bool,
    list: bool,
    write_baseline: bool,
    add_baseline: Option<PathBuf>,
    remove_baseline: Option<String>,
    jobs: Option<usize>,
    c_driver: Option<PathBuf>,
    rust_driver: Option<PathBuf>,
    runner: Option<String>,
    tests: PathBuf,
}

impl Arguments {
    fn parse() -> Self {
        let mut matches = gnutls_command_lines::conformance().get_matches();
        let tests = matches.remove_one("tests");
        let compare = matches.remove_many("compare");
        Self {
            compare: compare.map(Iterator::collect),
            output: matches.remove_one("output"),
            accept: matches.remove_one("accept"),
            prefix: matches.remove_one("prefix"),
            scenario: matches.remove_one("scenario"),
            every: matches
                .remove_one("every")
                .map_or(1, |every: u16| every.into()),
            generated: matches.remove_one("generated"),
            seed: matches.remove_one("seed").expect("it has a default"),
            json: matches.remove_one("json"),
            self_test: matches.get_flag("self-test"),
            list: matches.get_flag("list"),
            write_baseline: matches.get_flag("write-baseline"),
            add_baseline: matches.remove_one("add-baseline"),
            remove_baseline: matches.remove_one("remove-baseline"),
            jobs: matches.remove_one("jobs"),
            c_driver: matches.remove_one("c-driver"),
            rust_driver: matches.remove_one("rust-driver"),
            runner: matches.remove_one("runner"),
            tests: tests.unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into()),
        }
    }
}

impl Arguments {
    /// Returns the number of batches that run at the same time.
    fn jobs(&self) -> usize {
        let processors = || std::thread::available_parallelism().map_or(1, usize::from);
        self.jobs.unwrap_or_else(processors)
    }
}

fn main() -> ExitCode {
    gnutls_command_lines::exit_status(run(&Arguments::parse()), 2)
}

fn run(arguments: &Arguments) -> Result<ExitCode> {
    if let Some(file) = &arguments.add_baseline {
        return add_baseline(&arguments.tests, file);
    }
    if let Some(name) = &arguments.remove_baseline {
        let folder = arguments.tests.join("baselines");
        let path = baselines::remove(&folder, name, &files(&arguments.tests)?)?;
        say(&format!("wrote {}", path.display()))?;
        return Ok(ExitCode::SUCCESS);
    }
    let all = scenario::read(&arguments.tests.join("scenarios"))?;
    let wanted = |scenario: &Scenario| {
        arguments
            .scenario
            .as_deref()
            .is_none_or(|pattern| scenario::matches(pattern, &scenario.name))
    };
    let written: Vec<Scenario> = all
        .iter()
        .filter(|scenario| wanted(scenario))
        .step_by(arguments.every)
        .cloned()
        .collect();
    let generated: Vec<Scenario> = (0..made_up(arguments))
        .map(|number| generate::scenario(arguments.seed, number))
        .filter(wanted)
        .collect();
    if arguments.list {
        for scenario in written.iter().chain(&generated) {
            say(&scenario.name)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    ensure!(
        !(written.is_empty() && generated.is_empty()),
        "no scenario has a name that contains the pattern; --list prints all names"
    );

    if let Some([old, new]) = arguments.compare.as_deref() {
        let scenarios = [written, generated].concat();
        return compare_builds(arguments, [old, new], &scenarios);
    }
    let mut suite = suite(arguments)?;
    if arguments.self_test {
        return run_self_test(&mut suite, &written);
    }
    let report = compare(arguments, &suite, &all, &written, &generated)?;
    if let Some(file) = &arguments.json {
        let text = serde_json::to_string_pretty(&report)?;
        std::fs::write(file, text + "\n").with_context(|| file.display().to_string())?;
    }
    say(&report.to_string())?;
    Ok(if report.is_clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Returns the number of generated scenarios; with a pattern only some of them are run.
fn made_up(arguments: &Arguments) -> u64 {
    let few = arguments.scenario.is_some() || arguments.self_test || arguments.compare.is_some();
    arguments
        .generated
        .unwrap_or(if few { 0 } else { GENERATED })
}

/// Prints a line. A closed pipe is an error, not a panic.
fn say(text: &str) -> Result<()> {
    writeln!(std::io::stdout(), "{text}").context("cannot print")
}

fn suite(arguments: &Arguments) -> Result<Suite> {
    let installation = match &arguments.prefix {
        Some(prefix) => Installation::under(prefix)?,
        None => Installation::system(),
    };
    let target = target_folder()?;
    // The crates that the Rust driver is built with are beside this folder, and not beside a copy of it.
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let build = |given: &Option<PathBuf>, build: &dyn Fn() -> Result<PathBuf>| match given {
        Some(path) => path
            .canonicalize()
            .with_context(|| path.display().to_string()),
        None => build(),
    };
    let c = build(&arguments.c_driver, &|| {
        installation
            .build_native_driver(&project.join("c"), &target)
            .context("building the C driver")
    })?;
    let rust = build(&arguments.rust_driver, &|| {
        installation
            .build_rust_driver(project, &target)
            .context("building the Rust driver")
    })?;
    let driver = |program: PathBuf| {
        let runner = arguments.runner.as_deref().unwrap_or_default();
        let mut command: Vec<PathBuf> =
            runner.split_ascii_whitespace().map(PathBuf::from).collect();
        command.push(program);
        Driver {
            command,
            fixtures: arguments.tests.join("fixtures"),
            library_path: installation.library_path(),
            token: token::module(),
            patience: PATIENCE,
        }
    };
    let c = driver(c);
    let release = c.probe()?.running.parse().ok();
    Ok(Suite {
        c,
        rust: driver(rust),
        outcomes: Outcomes::read(&arguments.tests.join("outcomes.toml"), release)?,
        jobs: arguments.jobs(),
    })
}

/// Compares two builds of GnuTLS.
fn compare_builds(
    arguments: &Arguments,
    builds: [&str; 2],
    scenarios: &[Scenario],
) -> Result<ExitCode> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = match &arguments.output {
        Some(folder) => std::path::absolute(folder)?,
        None => target_folder()?.join("compare"),
    };
    let settings = Settings {
        tests: &arguments.tests,
        sources: &project.join("c"),
        output: &output,
        runner: arguments.runner.as_deref().unwrap_or_default(),
        jobs: arguments.jobs(),
    };
    let progress = progress(2 * scenarios.len());
    let done = |count: usize| progress.inc(count as u64);
    let comparison = Comparison::run(builds, scenarios, &settings, done)?;
    progress.finish_and_clear();
    let accepted = match &arguments.accept {
        Some(file) => std::fs::read_to_string(file).with_context(|| file.display().to_string())?,
        None => String::new(),
    };
    let names = accepted.lines().map(str::trim);
    let names: Vec<&str> = names
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();
    let mut changes = comparison.changes();
    let (accepted, unknown) = changes.accept(&names);
    let listing = Listing {
        comparison: &comparison,
        changes: &changes,
        accepted,
        unknown,
    };
    say(listing.to_string().trim_end())?;
    let changes = &changes.changes;
    if let Some(file) = &arguments.json {
        let text = serde_json::to_string_pretty(changes)?;
        std::fs::write(file, text + "\n").with_context(|| file.display().to_string())?;
    }
    if changes.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    if arguments.scenario.is_some() {
        let shown = |scenario: &&Scenario| {
            let mut scenarios = changes.iter().flat_map(|change| &change.scenarios);
            scenarios.any(|(name, _)| *name == scenario.name)
        };
        for scenario in scenarios.iter().filter(shown).take(DETAILED) {
            say(&format!("\n{}", comparison.detail(scenario, &settings)?))?;
        }
    } else {
        let [old, new] = [&comparison.old, &comparison.new].map(|side| side.recording.display());
        let files = [old.to_string(), new.to_string()];
        let builds = shlex::try_join(builds)?;
        let files = shlex::try_join(files.iter().map(String::as_str))?;
        say(&format!(
            "\nto reproduce a change: cargo xtask conformance --compare {builds} --scenario NAME\n\
             to write it as a page: cargo xtask report --builds {files}"
        ))?;
    }
    Ok(ExitCode::FAILURE)
}

/// Returns the folder in which the drivers are built: that of this program.
fn target_folder() -> Result<PathBuf> {
    if let Some(folder) = std::env::var_os("CARGO_TARGET_DIR") {
        return Ok(folder.into());
    }
    let program = std::env::current_exe()?;
    let folder = program.parent().and_then(Path::parent);
    Ok(folder
        .context("this program is in no target folder")?
        .to_owned())
}

fn run_self_test(suite: &mut Suite, scenarios: &[Scenario]) -> Result<ExitCode> {
    let results = self_test::run(suite, scenarios)?;
    let (mut caught, mut not_supported) = (0, 0);
    for Tried { fault, outcome } in &results {
        match outcome {
            Outcome::Caught { proof, differences } => {
                caught += 1;
                say(&format!(
                    "{fault}: caught, {differences} differences; {} step {}: {} {}: C {}, Rust {}",
                    proof.scenario, proof.step, proof.side, proof.fact, proof.c, proof.rust
                ))?;
            }
            Outcome::NotCaught { differences } => {
                say(&format!("{fault}: NOT caught ({differences} differences)"))?;
            }
            Outcome::NotSupported { needs } => {
                not_supported += 1;
                say(&format!(
                    "{fault}: not supported, its scenarios need {needs}"
                ))?;
            }
        }
    }
    let total = results.len();
    say(&format!(
        "conformance self-test: {total} faults, {caught} caught, {not_supported} not supported"
    ))?;
    Ok(if caught > 0 && caught + not_supported == total {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn compare(
    arguments: &Arguments,
    suite: &Suite,
    all: &[Scenario],
    written: &[Scenario],
    generated: &[Scenario],
) -> Result<Report> {
    let began = Instant::now();
    let probe = suite.c.probe()?;
    let rust_probe = suite.rust.probe()?;
    ensure!(
        probe.running == rust_probe.running,
        "the C driver runs on GnuTLS {}, the Rust driver on {}",
        probe.running,
        rust_probe.running
    );
    let progress = progress(written.len() + generated.len());
    let done = |count: usize| progress.inc(count as u64);
    let mut report = Report {
        key: Key {
            library: probe.running.clone(),
            package: probe.library.as_deref().and_then(installation::package_of),
            behaviour: baseline::behaviour(&suite.c)?,
        },
        environment: environment::fixed(),
        baseline: BaselineStatus::NotCompared,
        built: rust_probe.built,
        written: written.len(),
        generated: generated.len(),
        seed: arguments.seed,
        pattern: arguments.scenario.clone(),
        below: arguments.scenario.as_ref().map(|_| made_up(arguments)),
        facts: 0,
        steps: 0,
        idle_steps: 0,
        findings: Vec::new(),
        not_supported: Vec::new(),
        problems: Vec::new(),
        seconds: 0.0,
    };

    let mut missing_entries: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut note_missing = |scenario: &Scenario, entries: BTreeSet<String>| {
        for entry in entries {
            let scenarios = missing_entries.entry(entry).or_default();
            scenarios.push(scenario.name.clone());
        }
    };
    let mut transcripts = Vec::new();
    for (scenario, comparison) in written.iter().zip(suite.run(written, true, done)?) {
        report.facts += comparison.facts;
        report.steps += comparison.steps.len() as u64;
        report.idle_steps += comparison.idle;
        note_missing(scenario, comparison.missing_entries);
        if !comparison.differences.is_empty() {
            report
                .findings
                .push(Finding::new(scenario, comparison.differences));
        }
        if let Some(needs) = comparison.needs {
            report.not_supported.push(NotSupported {
                scenario: scenario.name.clone(),
                needs,
            });
        }
        transcripts.push(Transcript {
            scenario: scenario.name.clone(),
            steps: comparison.steps,
        });
    }

    // A generated scenario may show an outcome by chance; each must be shown by a written one.
    let unused = suite.outcomes.unused();
    let (mut steps, mut idle, mut shrunk) = (0, 0, 0);
    for (scenario, comparison) in generated.iter().zip(suite.run(generated, false, done)?) {
        report.facts += comparison.facts;
        steps += scenario.lines.len() as u64 - 1;
        idle += comparison.idle;
        note_missing(scenario, comparison.missing_entries);
        if let Some(needs) = comparison.needs {
            report.not_supported.push(NotSupported {
                scenario: scenario.name.clone(),
                needs,
            });
        }
        if let Some(first) = comparison.differences.first().cloned() {
            let mut finding = Finding::new(scenario, comparison.differences);
            if shrunk < SHRUNK {
                shrunk += 1;
                finding.smallest = Some(suite.shrink(scenario, &first));
            }
            report.findings.push(finding);
        }
    }
    progress.finish_and_clear();
    report.steps += steps;
    report.idle_steps += idle;
    if idle * 100 > steps * IDLE {
        report.problems.push(format!(
            "{idle} of {steps} generated steps do nothing, more than {IDLE} %"
        ));
    }

    let missing = missing_entries.into_iter();
    report
        .problems
        .extend(missing.map(|(entry, scenarios)| missing_entry(&entry, &scenarios)));
    for row in expectation::read(&arguments.tests.join("session-id.toml"))? {
        if row.is_about(&report.key.library) {
            report.problems.extend(row.check(all, &transcripts));
        }
    }
    if arguments.scenario.is_none() {
        check_whole(arguments, unused, &mut report, all, written, transcripts)?;
    }
    report.seconds = began.elapsed().as_secs_f64();
    Ok(report)
}

/// Describes an entry that `outcomes.toml` lacks, with the scenarios that show it.
fn missing_entry(entry: &str, scenarios: &[String]) -> String {
    let others = match scenarios.len() {
        0 | 1 => String::new(),
        2 => " and 1 other scenario".to_owned(),
        count => format!(" and {} other scenarios", count - 1),
    };
    let first = scenarios.first().map_or("", String::as_str);
    format!(
        "outcomes.toml: no entry for {entry}, as in {first}{others}; add it if both mean the same"
    )
}

/// Features that only some builds of the library have, and whose scenarios show no outcome that others do not.
const WITHOUT_OUTCOMES: [&str; 6] = [
    "zlib",
    "brotli",
    "zstd",
    "srtp-gcm",
    "psk-import",
    "early-names",
];

/// Checks that require all written scenarios.
fn check_whole(
    arguments: &Arguments,
    unused: Vec<String>,
    report: &mut Report,
    all: &[Scenario],
    written: &[Scenario],
    transcripts: Vec<Transcript>,
) -> Result<()> {
    let found: BTreeSet<String> = report
        .not_supported
        .iter()
        .map(|entry| entry.scenario.clone())
        .filter(|name| {
            transcripts
                .iter()
                .any(|transcript| transcript.scenario == *name)
        })
        .collect();
    // If scenarios are not run, an outcome may not occur. Those about objects have no outcomes.
    let of_sessions: BTreeSet<&str> = written
        .iter()
        .filter(|scenario| !scenario.is_about_objects())
        .map(|scenario| scenario.name.as_str())
        .collect();
    let has_outcomes = |entry: &NotSupported| {
        of_sessions.contains(entry.scenario.as_str())
            && !WITHOUT_OUTCOMES.contains(&entry.needs.as_str())
    };
    let built_elsewhere = report.built != report.key.library;
    let is_whole = written.len() == all.len();
    if is_whole && !built_elsewhere && !report.not_supported.iter().any(has_outcomes) {
        report.problems.extend(
            unused
                .into_iter()
                .map(|entry| format!("outcomes.toml: no scenario shows {entry}")),
        );
    }

    // It is the machine that cannot run these, not the version.
    let without_token: BTreeSet<String> = written
        .iter()
        .filter(|scenario| scenario.uses_token() && token::module().is_none())
        .map(|scenario| scenario.name.clone())
        .collect();
    let found = &found - &without_token;
    let mut transcripts = transcripts;
    transcripts.retain(|transcript| !without_token.contains(&transcript.scenario));

    let list = not_supported::list(&arguments.tests, &report.key.library);
    let folder = arguments.tests.join("baselines");
    let baseline = Baseline {
        key: report.key.clone(),
        transcripts,
    };
    if arguments.write_baseline {
        ensure!(
            without_token.is_empty(),
            "no baseline is written without a token: install SoftHSM"
        );
        ensure!(
            report.findings.is_empty(),
            "no baseline is written while there are differences:\n{report}"
        );
        let files = files(&arguments.tests)?;
        let path = baselines::write(&folder, &baseline.text(), &files)?;
        report.baseline = BaselineStatus::Written;
        say(&format!(
            "wrote {} into {}",
            baseline.key.name(),
            path.display()
        ))?;
        if not_supported::write(&list, &found)? {
            say(&format!("wrote {}", list.display()))?;
        }
        return Ok(());
    }

    let names = |scenarios: &[Scenario]| -> BTreeSet<String> {
        let names = scenarios.iter().map(|scenario| scenario.name.clone());
        names.collect()
    };
    let not_run = &(&names(all) - &names(written)) | &without_token;
    let known = &not_supported::read(&list)? - &not_run;
    let of_build = not_supported::read(&not_supported::list(&arguments.tests, &report.built))?;
    let of_build = &(&of_build - &known) - &not_run;
    let left_out = &(&found & &of_build) | &not_run;
    report.baseline = hold(&baseline, &folder, &left_out, &mut report.problems)?;
    let problems = not_supported::problems(report.baseline, &list, &found, &known, &of_build);
    report.problems.extend(problems);
    if report.baseline == BaselineStatus::New && !found.is_empty() {
        say(&format!(
            "it does not support {} of the written scenarios, which are listed below",
            found.len()
        ))?;
    }
    Ok(())
}

/// Returns the file of each written scenario, without its ending.
fn files(tests: &Path) -> Result<BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for (file, scenarios) in scenario::read_files(&tests.join("scenarios"))? {
        files.extend(
            scenarios
                .into_iter()
                .map(|scenario| (scenario.name, file.clone())),
        );
    }
    Ok(files)
}

/// Stores the baseline of a file, which another machine has written.
fn add_baseline(tests: &Path, file: &Path) -> Result<ExitCode> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let path = baselines::write(&tests.join("baselines"), &text, &files(tests)?)
        .with_context(|| file.display().to_string())?;
    say(&format!("wrote {}", path.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// Compares a run with the baselines. One of a new key is stored in the target folder, from which it can be added.
fn hold(
    baseline: &Baseline,
    baselines: &Path,
    left_out: &BTreeSet<String>,
    problems: &mut Vec<String>,
) -> Result<BaselineStatus> {
    let (changes, status) = match verdict::check(baseline, baselines, left_out)? {
        Verdict::Same => return Ok(BaselineStatus::Same),
        Verdict::New(changes) => {
            let path = baseline.write(&target_folder()?.join("conformance/baselines"))?;
            say(&format!(
                "a new key: its baseline is {}; --write-baseline makes it the project's",
                path.display()
            ))?;
            (changes, BaselineStatus::New)
        }
        Verdict::Different(changes) => (Some(changes), BaselineStatus::Different),
    };
    let Some(changes) = changes else {
        return Ok(status);
    };
    // The changes that no other library has come first.
    let (known, new): (Vec<_>, Vec<_>) = changes
        .changes
        .iter()
        .partition(|change| change.known.is_some());
    let shown = new.into_iter().chain(known).take(SHOWN);
    let lines =
        std::iter::once(changes.to_string()).chain(shown.map(|change| format!("  {change}")));
    if status == BaselineStatus::Different {
        problems.push(format!("C differs from its baseline: {changes}"));
        problems.extend(lines.skip(1));
    } else {
        for line in lines {
            say(&line)?;
        }
    }
    Ok(status)
}

fn progress(length: usize) -> ProgressBar {
    // Only on a terminal.
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} scenarios, {elapsed}");
    let progress = ProgressBar::new(length as u64);
    match style {
        Ok(style) => progress.with_style(style),
        Err(_) => progress,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_entry_names_its_scenarios() {
        let text = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
            missing_entry("recv: \"ready\" for n", &names)
        };
        assert_eq!(
            text(&["a"]),
            "outcomes.toml: no entry for recv: \"ready\" for n, as in a; add it if both mean the same"
        );
        assert!(text(&["a", "b"]).contains("as in a and 1 other scenario;"));
        assert!(text(&["a", "b", "c"]).contains("as in a and 2 other scenarios;"));
    }
}
