//! Measures the safe crate and tokio-gnutls beside C, OpenSSL and rustls, and prints ratios.

mod case;
mod certificates;
mod counts;
mod gate;
mod gnutls_crate;
mod library;
mod loopback;
mod measure;
mod native;
mod network;
mod openssl_crate;
mod pipe;
mod plot;
mod report;
mod rustls_crate;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{ArgMatches, Parser, ValueEnum};
use gnutls_command_lines::WrongUsage;

use crate::case::Case;
use crate::certificates::Certificates;
use crate::counts::Repetitions;
use crate::library::Library;
use crate::report::{Measure, Report};

fn main() -> ExitCode {
    // The programs that count run this one with `repeat`.
    let result = if std::env::args_os()
        .nth(1)
        .is_some_and(|word| word == "repeat")
    {
        let repetitions = Repetitions::parse_from(std::env::args_os().skip(1));
        repetitions.run().map(|()| ExitCode::SUCCESS)
    } else {
        run(&gnutls_command_lines::bench().get_matches())
    };
    gnutls_command_lines::exit_status(result, 2)
}

fn run(arguments: &ArgMatches) -> Result<ExitCode> {
    let only: Vec<&String> = arguments.get_many("only").into_iter().flatten().collect();
    let selected = |case: &Case| {
        let name = case.to_string();
        only.is_empty() || only.iter().any(|text| name.contains(text.as_str()))
    };
    let cases = Case::value_variants().iter().copied();
    let cases: Vec<Case> = cases.filter(selected).collect();
    if cases.is_empty() {
        let message = "no case has one of these texts in its name; --list prints all cases";
        return Err(WrongUsage(message.to_owned()).into());
    }
    if arguments.get_flag("list") {
        return report::print(&list(&cases)).map(|()| ExitCode::SUCCESS);
    }
    let delay = arguments.get_one::<u64>("delay").copied();
    match (delay, network::delay()) {
        (Some(delay), None) => return network::run_delayed(delay),
        (_, Some(delay)) => network::create_link(delay).context("creating the delayed link")?,
        (None, None) => {}
    }
    let directory = tempfile::tempdir().context("creating a directory for certificates")?;
    let certificates = Certificates::create(directory.path())?;
    if arguments.get_flag("gate") {
        return gate::run(&cases, &certificates);
    }
    let names: Vec<&String> = arguments
        .get_many("measure")
        .into_iter()
        .flatten()
        .collect();
    let measures = Measure::value_variants().iter().copied();
    let measures =
        measures.filter(|measure| names.is_empty() || names.contains(&&measure.to_string()));
    let measures: Vec<Measure> = measures.collect();
    let mut report = Report::new();
    for case in cases {
        if delay.is_some() && !case.is_loopback() {
            continue;
        }
        for measure in measures.iter().filter(|measure| measure.applies_to(case)) {
            eprintln!("{case}: {measure}");
            report.add(measure.run(case, &certificates, arguments.get_flag("quick"))?);
        }
    }
    report::print(&report.to_string())?;
    if let Some(file) = arguments.get_one::<PathBuf>("json") {
        let json = serde_json::to_string_pretty(&report)?;
        fs::write(file, json + "\n").with_context(|| format!("writing {}", file.display()))?;
    }
    if let Some(file) = arguments.get_one::<PathBuf>("markdown") {
        let written = fs::write(file, report.markdown());
        written.with_context(|| format!("writing {}", file.display()))?;
    }
    if let Some(file) = arguments.get_one::<PathBuf>("plot") {
        let drawn = plot::draw(&report, file);
        drawn.with_context(|| format!("drawing {}", file.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn list(cases: &[Case]) -> String {
    let mut lines = vec!["Cases:".to_owned()];
    lines.extend(
        cases
            .iter()
            .map(|case| format!("  {case:<22} {}", case.title())),
    );
    lines.push("Libraries:".to_owned());
    lines.extend(
        Library::value_variants()
            .iter()
            .map(|library| format!("  {library}")),
    );
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_accepts_each_measure() {
        for measure in Measure::value_variants() {
            let words = ["bench".to_owned(), format!("--measure={measure}")];
            assert!(
                gnutls_command_lines::bench()
                    .try_get_matches_from(words)
                    .is_ok()
            );
        }
        let words = ["bench", "--measure=heat"];
        assert!(
            gnutls_command_lines::bench()
                .try_get_matches_from(words)
                .is_err()
        );
    }

    #[test]
    fn every_case_runs_twice_in_every_library_that_has_it() {
        let directory = tempfile::tempdir().unwrap();
        let certificates = Certificates::create(directory.path()).unwrap();
        for case in Case::value_variants() {
            for library in Library::value_variants() {
                let Some(mut repeat) = library.prepare(*case, &certificates).unwrap() else {
                    assert_ne!(*library, Library::C, "{case}: the ratios are relative to C");
                    continue;
                };
                for _ in 0..2 {
                    repeat().unwrap_or_else(|error| panic!("{case}, {library}: {error:#}"));
                }
            }
        }
    }

    #[test]
    fn the_limits_are_those_of_cases() {
        assert!(!gate::limits().unwrap().is_empty());
    }
}
