//! The measures, their results, and the tables.

use std::io::{self, Write};
use std::{env, fmt, fs, thread};

use anyhow::{Context, Result};
use clap::ValueEnum;
use comfy_table::Table;
use comfy_table::presets::{ASCII_MARKDOWN, UTF8_HORIZONTAL_ONLY};
use serde::{Serialize, Serializer};

use crate::case::{Case, Work};
use crate::certificates::Certificates;
use crate::counts::{Progress, Subject};
use crate::library::Library;
use crate::measure::Effort;
use crate::network;

/// A quantity of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Measure {
    /// The time of a repetition.
    Time,
    /// The instructions of a repetition, without the kernel's.
    Instructions,
    /// The system calls of a repetition that send and receive.
    SystemCalls,
    /// The memory that an idle connection keeps.
    Memory,
    /// The time and the memory of a pair, of 1 to 10,000 that are open.
    Growth,
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = self.to_possible_value().expect("no measure is hidden");
        f.pad(value.get_name())
    }
}

/// The unit of ratios.
pub(crate) const RATIO: &str = "of the first";

/// The figure of a library: the median of all rounds, and its range.
#[derive(Serialize)]
pub(crate) struct Figure {
    #[serde(serialize_with = "as_text")]
    pub(crate) library: Library,
    pub(crate) median: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// The figures of a case.
#[derive(Serialize)]
pub(crate) struct Outcome {
    #[serde(serialize_with = "as_text")]
    pub(crate) case: Case,
    #[serde(serialize_with = "as_text")]
    pub(crate) measure: Measure,
    /// The unit of the figures.
    pub(crate) unit: String,
    pub(crate) figures: Vec<Figure>,
}

fn as_text<T: fmt::Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

impl Measure {
    fn title(self) -> &'static str {
        match self {
            Measure::Time => "Time",
            Measure::Instructions => "Instructions",
            Measure::SystemCalls => "System calls",
            Measure::Memory => "Memory of an idle connection, both sides",
            Measure::Growth => "Growth to 10,000 connections",
        }
    }

    pub(crate) fn applies_to(self, case: Case) -> bool {
        match self {
            Measure::Time => !matches!(case.work(), Work::Hold | Work::Open),
            Measure::Instructions => !case.is_loopback() && case.work() != Work::Open,
            Measure::SystemCalls => case.is_loopback() && case.work() != Work::Hold,
            Measure::Memory => matches!(case.work(), Work::Hold | Work::Open),
            Measure::Growth => case.work() == Work::Open,
        }
    }

    /// Measures a case in all libraries to which it applies.
    pub(crate) fn run(
        self,
        case: Case,
        certificates: &Certificates,
        quick: bool,
    ) -> Result<Vec<Outcome>> {
        let mut libraries = Vec::new();
        let mut repeats = Vec::new();
        for library in Library::value_variants().iter().copied() {
            let prepared = library.prepare(case, certificates);
            if let Some(repeat) = prepared.with_context(|| format!("preparing {library}"))? {
                libraries.push(library);
                repeats.push(repeat);
            }
        }
        let subjects = libraries.iter().map(|&library| Subject {
            case,
            library,
            certificates,
        });
        Ok(match self {
            Measure::Time => {
                let seconds = Effort::new(quick).measure(&mut repeats)?;
                let mut outcomes = Vec::new();
                // A connection also waits, which a ratio hides.
                if matches!(case.work(), Work::Exchange { .. } | Work::FirstByte) {
                    let mut add = |unit: &str, factor: f64| {
                        let scaled = seconds
                            .iter()
                            .map(|rounds| rounds.iter().map(|time| time * factor).collect());
                        outcomes.push(outcome(case, self, unit, libraries.clone(), scaled));
                    };
                    add("ms", 1e3);
                    if let Some(delay) = network::delay() {
                        add("round trips", 0.5 / delay.as_secs_f64());
                    }
                }
                let reference = seconds[0].clone();
                let ratios = seconds.into_iter().map(|rounds| {
                    let pairs = rounds.iter().zip(&reference);
                    pairs.map(|(time, reference)| time / reference).collect()
                });
                outcomes.insert(0, outcome(case, self, RATIO, libraries, ratios));
                outcomes
            }
            Measure::Instructions => {
                let (few, many) = repetitions(case, quick);
                let counts = subjects
                    .map(|subject| subject.instructions(few, many))
                    .collect::<Result<Vec<_>>>()?;
                let reference = counts[0];
                let ratios = counts.into_iter().map(|count| vec![count / reference]);
                vec![outcome(case, self, RATIO, libraries, ratios)]
            }
            Measure::SystemCalls => {
                let counts = subjects
                    .map(|subject| subject.system_calls(5, if quick { 15 } else { 55 }))
                    .collect::<Result<Vec<_>>>()?;
                let sends: Vec<_> = counts.iter().map(|calls| vec![calls.sends]).collect();
                let receives = counts.iter().map(|calls| vec![calls.receives]);
                vec![
                    outcome(case, self, "sends", libraries.clone(), sends.into_iter()),
                    outcome(case, self, "receives", libraries, receives),
                ]
            }
            Measure::Memory => {
                let (few, many) = if quick { (50, 200) } else { (100, 1000) };
                let bytes = subjects
                    .map(|subject| subject.memory(few, many))
                    .collect::<Result<Vec<_>>>()?;
                let kib = bytes.into_iter().map(|bytes| vec![bytes / 1024.0]);
                vec![outcome(case, self, "KiB", libraries, kib)]
            }
            Measure::Growth => {
                let most = if quick { 1000 } else { 10_000 };
                let runs = subjects
                    .map(|subject| subject.progress(most))
                    .collect::<Result<Vec<_>>>()?;
                let points = runs.iter().map(Vec::len).min().unwrap_or_default();
                let mut outcomes = Vec::new();
                for point in 1..points {
                    let count = runs[0][point].count;
                    let since = |run: &Vec<Progress>, from: usize| {
                        let (from, to) = (&run[from], &run[point]);
                        let number = (to.count - from.count) as f64;
                        let milliseconds = (to.seconds - from.seconds) * 1e3 / number;
                        (milliseconds, (to.bytes - from.bytes) / 1024.0 / number)
                    };
                    let time = runs.iter().map(|run| vec![since(run, point - 1).0]);
                    let memory = runs.iter().map(|run| vec![since(run, 0).1]);
                    let unit = |unit| format!("{unit} of {count}");
                    outcomes.push(outcome(
                        case,
                        self,
                        unit("ms each"),
                        libraries.clone(),
                        time,
                    ));
                    outcomes.push(outcome(
                        case,
                        self,
                        unit("KiB each"),
                        libraries.clone(),
                        memory,
                    ));
                }
                outcomes
            }
        })
    }
}

/// Returns two numbers of repetitions whose difference is large enough for a stable count.
pub(crate) fn repetitions(case: Case, quick: bool) -> (u64, u64) {
    let many = match case.work() {
        Work::Record(_) | Work::Id => 1000,
        _ if quick => 10,
        _ => 30,
    };
    (many / 10, many + many / 10)
}

fn outcome(
    case: Case,
    measure: Measure,
    unit: impl Into<String>,
    libraries: Vec<Library>,
    figures: impl Iterator<Item = Vec<f64>>,
) -> Outcome {
    let figures = libraries.into_iter().zip(figures);
    let figures = figures.map(|(library, mut rounds)| {
        rounds.sort_by(f64::total_cmp);
        Figure {
            library,
            median: rounds[rounds.len() / 2],
            low: rounds[0],
            high: rounds[rounds.len() - 1],
        }
    });
    Outcome {
        case,
        measure,
        unit: unit.into(),
        figures: figures.collect(),
    }
}

/// All results of a run.
#[derive(Serialize)]
pub(crate) struct Report {
    /// The processor, the number of its cores that this program can use, and the system.
    machine: String,
    /// The versions of the libraries and the compiler.
    versions: Vec<String>,
    command: String,
    pub(crate) outcomes: Vec<Outcome>,
}

impl Report {
    pub(crate) fn new() -> Self {
        Self {
            machine: machine(),
            versions: versions(),
            command: command(),
            outcomes: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, outcomes: Vec<Outcome>) {
        self.outcomes.extend(outcomes);
    }

    fn table(&self, measure: Measure, preset: &str) -> Option<Table> {
        let outcomes: Vec<_> = self
            .outcomes
            .iter()
            .filter(|outcome| outcome.measure == measure)
            .collect();
        if outcomes.is_empty() {
            return None;
        }
        let shown = |library: &Library| {
            let mut figures = outcomes.iter().flat_map(|outcome| &outcome.figures);
            figures.any(|figure| figure.library == *library)
        };
        let libraries: Vec<_> = Library::value_variants()
            .iter()
            .copied()
            .filter(shown)
            .collect();
        let mut table = Table::new();
        table.load_preset(preset);
        let mut header = vec![measure.to_string()];
        header.extend(libraries.iter().map(Library::to_string));
        table.set_header(header);
        for outcome in outcomes {
            let title = match outcome.unit.as_str() {
                RATIO => outcome.case.to_string(),
                unit => format!("{}, {unit}", outcome.case),
            };
            let mut row = vec![title];
            row.extend(libraries.iter().map(|library| {
                let mut figures = outcome.figures.iter();
                figures
                    .find(|figure| figure.library == *library)
                    .map_or("-".to_owned(), Figure::to_string)
            }));
            table.add_row(row);
        }
        Some(table)
    }

    fn tables(&self, preset: &str) -> impl Iterator<Item = (Measure, Table)> {
        let measures = Measure::value_variants().iter();
        measures.filter_map(move |measure| Some((*measure, self.table(*measure, preset)?)))
    }

    /// Returns the report as a Markdown page.
    pub(crate) fn markdown(&self) -> String {
        let Self {
            machine, command, ..
        } = self;
        let versions = self.versions.join(", ");
        let mut page = format!(
            "# Benchmarks\n\n\
             The last run of `{command}`, which writes this page. `cargo xtask bench --list` describes the cases. \
             {EXPLANATION}\n\n\
             - Machine: {machine}\n\
             - Versions: {versions}\n"
        );
        for (measure, table) in self.tables(ASCII_MARKDOWN) {
            page += &format!("\n## {}\n\n{table}\n", measure.title());
        }
        page
    }
}

const EXPLANATION: &str = "Times and instructions are ratios to the first library, with the range of all rounds; other \
                           figures have their unit.";

/// Returns the class of the machine.
fn machine() -> String {
    let information = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = information
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("an unknown processor", |(_, model)| model);
    let cores = thread::available_parallelism().map_or(1, Into::into);
    let system = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let delay = network::delay().map_or_else(String::new, |delay| {
        format!(", packets delayed by {} ms", delay.as_millis())
    });
    format!("{model}, {cores} cores, Linux {}{delay}", system.trim())
}

/// Returns the versions of the libraries and the compiler.
fn versions() -> Vec<String> {
    let mut versions = vec![
        format!("GnuTLS {}", gnutls::version().running),
        openssl::version::version().to_owned(),
    ];
    let lock: toml::Table = include_str!("../Cargo.lock").parse().unwrap_or_default();
    let packages = lock.get("package").and_then(toml::Value::as_array);
    for name in [
        "openssl",
        "tokio-openssl",
        "rustls",
        "ring",
        "tokio-rustls",
        "tokio",
    ] {
        let mut packages = packages.into_iter().flatten();
        let version = packages
            .find(|package| package.get("name").and_then(toml::Value::as_str) == Some(name))
            .and_then(|package| package.get("version")?.as_str());
        versions.extend(version.map(|version| format!("crate {name} {version}")));
    }
    versions.push(env!("BENCH_RUSTC").to_owned());
    versions
}

/// Returns the command line of the job.
fn command() -> String {
    let words = env::args().skip(1);
    words.fold("cargo xtask bench".to_owned(), |line, word| {
        line + " " + &word
    })
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.median)?;
        if self.low != self.high {
            write!(f, " ({:.2}-{:.2})", self.low, self.high)?;
        }
        Ok(())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (_, table) in self.tables(UTF8_HORIZONTAL_ONLY) {
            writeln!(f, "{table}")?;
        }
        write!(
            f,
            "{EXPLANATION} {}. {}.",
            self.machine,
            self.versions.join(", ")
        )
    }
}

/// Prints to the standard output; a closed pipe, as behind `head`, is ignored.
pub(crate) fn print(text: &str) -> Result<()> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
