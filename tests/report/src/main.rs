//! Reports baselines and results of runs as a change list, as a page and as JUnit XML.

mod junit;
mod matrix;
mod origin;
mod page;
mod results;

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use clap::{ArgMatches, Command};
use gnutls_command_lines as command_lines;
use gnutls_conformance::changes::ChangeList;
use gnutls_conformance::changes::baseline::{Baseline, distinguish};
use gnutls_conformance::scenario::{self, Scenario};

use matrix::{Matrix, State};
use results::Results;

/// The options of `cargo xtask changes`, which [`gnutls_command_lines::changes`] describes.
struct Changes {
    from: Option<String>,
    to: Option<String>,
    baselines: PathBuf,
}

/// The options of `cargo xtask report`, which [`gnutls_command_lines::report`] describes.
struct Report {
    /// The recordings of two builds.
    builds: Vec<PathBuf>,
    results: Option<PathBuf>,
    output: PathBuf,
    junit: Option<PathBuf>,
    baselines: PathBuf,
    scenarios: PathBuf,
}

/// Returns the path that an option contains, or its default in the project.
fn path(matches: &mut ArgMatches, name: &str, default: &str) -> PathBuf {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
    let project = project.expect("this program is in tests/report");
    let given = matches.remove_one(name);
    given.unwrap_or_else(|| project.join(default))
}

impl Changes {
    fn from(mut matches: ArgMatches) -> Self {
        Self {
            from: matches.remove_one("FROM"),
            to: matches.remove_one("TO"),
            baselines: path(&mut matches, "baselines", "tests/baselines"),
        }
    }
}

impl Report {
    fn from(mut matches: ArgMatches) -> Self {
        let builds = matches.remove_many("builds").into_iter().flatten();
        Self {
            builds: builds.collect(),
            results: matches.remove_one("results"),
            output: path(&mut matches, "output", "target/report.html"),
            junit: matches.remove_one("junit"),
            baselines: path(&mut matches, "baselines", "tests/baselines"),
            scenarios: path(&mut matches, "scenarios", "tests/scenarios"),
        }
    }
}

/// Returns the command line of this program: the name of a job, and the options of the job.
fn command() -> Command {
    let jobs = [command_lines::changes(), command_lines::report()];
    Command::new("gnutls-report")
        .subcommand_required(true)
        .subcommands(jobs)
}

fn main() -> ExitCode {
    let result = match command().get_matches().remove_subcommand() {
        Some((job, matches)) if job == "changes" => print_changes(&Changes::from(matches)),
        Some((_, matches)) => write_report(&Report::from(matches)),
        None => unreachable!("clap requires a job"),
    };
    command_lines::exit_status(result, 2)
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
        writeln!(out, "{}", ChangeList::new(&from, &to))?;
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
    let written = scenario::read(&arguments.scenarios)?;
    let matrix = match &arguments.builds[..] {
        [old, new] => of_builds(&written, [old.as_path(), new.as_path()])?,
        _ => of_versions(&written, arguments)?,
    };
    write(&arguments.output, &page::text(&matrix)?)?;
    writeln!(io::stdout(), "wrote {}", plain(&arguments.output).display())?;
    if let Some(file) = &arguments.junit {
        write(file, &junit::text(&matrix)?)?;
        writeln!(io::stdout(), "wrote {}", plain(file).display())?;
    }
    writeln!(io::stdout(), "{}", matrix.origin.line())?;
    let changes = matrix.changes.iter().map(|step| step.changes.len());
    let changes: usize = changes.sum();
    if matrix.builds {
        let scenarios = matrix.scenarios.len();
        writeln!(
            io::stdout(),
            "report: 2 builds, {scenarios} scenarios, {changes} changes"
        )?;
        return Ok(ExitCode::SUCCESS);
    }
    let different = matrix.count(State::Different);
    writeln!(
        io::stdout(),
        "report: {} libraries, {} of {} scenarios compared in {} cells, {different} with differences, {changes} changes",
        matrix.libraries.len(),
        matrix.compared(),
        matrix.scenarios.len(),
        matrix.count(State::Same) + different
    )?;
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

fn of_versions(written: &[Scenario], arguments: &Report) -> Result<Matrix> {
    let baseline = Baseline::read_folder(&arguments.baselines)?;
    let usual = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/results"));
    let results = match &arguments.results {
        Some(folder) => Results::read(folder)?,
        None if usual.is_dir() => Results::read(usual)?,
        None => Results::default(),
    };
    Ok(Matrix::new(written, &baseline, results))
}

fn of_builds(written: &[Scenario], files: [&Path; 2]) -> Result<Matrix> {
    let (mut old, mut new) = (Baseline::read(files[0])?, Baseline::read(files[1])?);
    let names = files.map(Path::to_string_lossy);
    distinguish([&mut old, &mut new], [&names[0], &names[1]]);
    Ok(Matrix::of_builds(written, &old, &new))
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
        let report = Report::from(command_lines::report().get_matches_from(["report"]));
        assert!(report.output.is_absolute(), "{}", report.output.display());
        assert!(report.output.ends_with("target/report.html"));
    }
}
