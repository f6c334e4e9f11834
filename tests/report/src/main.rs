//! Reports baselines and results of runs as a change list, as a page and as JUnit XML.

mod baseline;
mod changes;
mod junit;
mod matrix;
mod page;
mod results;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, Parser, Subcommand};
use gnutls_conformance::scenario;

use baseline::Baseline;
use matrix::{Matrix, State};
use results::Results;

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    job: Job,
}

#[derive(Subcommand)]
enum Job {
    Changes(Changes),
    Report(Report),
}

/// Print each fact that changed from one GnuTLS to the next, from the baselines
///
/// Without FROM and TO, each library is compared with the one before it. A library is named by its version, its
/// package's version or the digest of its behaviour, or it is the file of a baseline (tests/baselines/README.md
/// describes both).
#[derive(Args)]
struct Changes {
    /// The older library
    #[arg(requires = "to")]
    from: Option<String>,
    /// The newer library
    to: Option<String>,
    /// Read the baselines in DIR
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../baselines"))]
    baselines: PathBuf,
}

/// Write one self-contained HTML page: scenarios by versions, changes, ABI counts
///
/// `cargo xtask matrix` puts its results into target/results, and the option --json of `cargo xtask conformance` and
/// `cargo xtask abi` writes such files. Scenarios that no run has compared are shown from the baselines. Exit status 1
/// if there is a difference, 2 if a file cannot be read.
#[derive(Args)]
struct Report {
    /// Read every JSON file under DIR [default: target/results in the project, if it exists]
    #[arg(long, value_name = "DIR")]
    results: Option<PathBuf>,
    /// Write the page to FILE [default: target/report.html in the project]
    #[arg(long, value_name = "FILE", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/report.html"), hide_default_value = true)]
    output: PathBuf,
    /// Also write FILE as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Read the baselines in DIR
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../baselines"))]
    baselines: PathBuf,
    /// Read the scenarios in DIR
    #[arg(long, value_name = "DIR", default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios"))]
    scenarios: PathBuf,
}

fn main() -> ExitCode {
    let result = match Arguments::parse().job {
        Job::Changes(arguments) => print_changes(&arguments),
        Job::Report(arguments) => write_report(&arguments),
    };
    result.unwrap_or_else(|error| {
        // The reader of the pipe has read enough.
        let pipe = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
        if error.downcast_ref().is_some_and(pipe) {
            return ExitCode::SUCCESS;
        }
        eprintln!("error: {error:#}");
        ExitCode::from(2)
    })
}

fn print_changes(arguments: &Changes) -> Result<ExitCode> {
    let all = Baseline::read_folder(&arguments.baselines)?;
    let pairs: Vec<(Baseline, Baseline)> = match (&arguments.from, &arguments.to) {
        (Some(from), Some(to)) => vec![(find(&all, from)?, find(&all, to)?)],
        _ => all
            .windows(2)
            .map(|pair| (pair[0].clone(), pair[1].clone()))
            .collect(),
    };
    ensure!(
        !pairs.is_empty(),
        "{} has only one baseline; a comparison requires two",
        arguments.baselines.display()
    );
    let mut out = io::stdout().lock();
    for (from, to) in pairs {
        let changes = changes::between(&from, &to);
        let both = to
            .scenarios
            .keys()
            .filter(|name| from.scenarios.contains_key(*name))
            .count();
        writeln!(
            out,
            "GnuTLS {} -> {}: {}, {both} scenarios compared",
            from.long_title(),
            to.long_title(),
            match changes.len() {
                0 => "no change".to_owned(),
                1 => "1 change".to_owned(),
                count => format!("{count} changes"),
            },
        )?;
        for (baseline, other) in [(&from, &to), (&to, &from)] {
            let only = baseline.scenarios.len() - both;
            if only > 0 {
                writeln!(
                    out,
                    "({only} scenarios are in the baseline of {} and not in that of {})",
                    baseline.title, other.title
                )?;
            }
        }
        for change in &changes {
            writeln!(out, "{change}")?;
        }
        writeln!(out)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns the baseline that a word means: a file, or one of those in the folder.
fn find(all: &[Baseline], word: &str) -> Result<Baseline> {
    let path = Path::new(word);
    if path.is_file() {
        return Baseline::read(path);
    }
    let mut found = all.iter().filter(|baseline| baseline.is_called(word));
    match (found.next(), found.next()) {
        (Some(baseline), None) => Ok(baseline.clone()),
        (Some(_), Some(_)) => {
            bail!("more than one baseline is called {word}; use the version of the package")
        }
        (None, _) => {
            let known: Vec<String> = all.iter().map(Baseline::long_title).collect();
            bail!(
                "{word} is neither a file nor the name of a baseline; the baselines are {}",
                known.join(", ")
            )
        }
    }
}

fn write_report(arguments: &Report) -> Result<ExitCode> {
    let baseline = Baseline::read_folder(&arguments.baselines)?;
    let written = scenario::read(&arguments.scenarios)?;
    let usual = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/results"));
    let results = match &arguments.results {
        Some(folder) => Results::read(folder)?,
        None if usual.is_dir() => Results::read(usual)?,
        None => Results::default(),
    };
    let matrix = Matrix::new(&written, &baseline, results);
    write(&arguments.output, &page::text(&matrix)?)?;
    println!("wrote {}", plain(&arguments.output).display());
    if let Some(file) = &arguments.junit {
        write(file, &junit::text(&matrix)?)?;
        println!("wrote {}", plain(file).display());
    }
    let different = matrix.count(State::Different);
    println!(
        "report: {} libraries, {} scenarios, {} cells compared, {different} with differences, {} changes",
        matrix.libraries.len(),
        matrix.scenarios.len(),
        matrix.count(State::Same) + different,
        matrix
            .changes
            .iter()
            .map(|step| step.changes.len())
            .sum::<usize>()
    );
    let problems = matrix
        .libraries
        .iter()
        .any(|library| !library.problems.is_empty());
    Ok(if different > 0 || problems {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// Returns the canonical path of a file.
fn plain(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    }
    fs::write(path, text).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_put_into_the_project_wherever_one_stands() {
        let Job::Report(report) = Arguments::parse_from(["cargo xtask", "report"]).job else {
            panic!("another job")
        };
        assert!(report.output.is_absolute(), "{}", report.output.display());
        assert!(report.output.ends_with("target/report.html"));
    }
}
