//! The gate: the instruction counts of the safe crate relative to C, and their limits.

use std::process::ExitCode;

use anyhow::{Context, Result, anyhow, ensure};
use clap::ValueEnum;
use serde::Deserialize;

use crate::case::Case;
use crate::certificates::Certificates;
use crate::counts::Subject;
use crate::library::Library;
use crate::report;

#[derive(Deserialize)]
struct File {
    limit: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    case: String,
    ratio: f64,
}

/// The highest permitted ratio of a case to C.
pub(crate) struct Limit {
    case: Case,
    ratio: f64,
}

/// Reads the limits.
pub(crate) fn limits() -> Result<Vec<Limit>> {
    let file: File = toml::from_str(include_str!("../limits.toml")).context("limits.toml")?;
    let limits = file.limit.into_iter().map(|entry| {
        let case = Case::from_str(&entry.case, false)
            .map_err(|_| anyhow!("limits.toml: there is no case {}", entry.case))?;
        Ok(Limit {
            case,
            ratio: entry.ratio,
        })
    });
    limits.collect()
}

pub(crate) fn run(cases: &[Case], certificates: &Certificates) -> Result<ExitCode> {
    let (mut passed, mut failed) = (0, 0);
    for Limit { case, ratio: limit } in limits()? {
        if !cases.contains(&case) {
            continue;
        }
        let count = |library| {
            let (few, many) = report::repetitions(case, false);
            let subject = Subject {
                case,
                library,
                certificates,
            };
            subject.instructions(few, many)
        };
        let (c, ours) = (count(Library::C)?, count(Library::Gnutls)?);
        let ratio = ours / c;
        let verdict = if ratio <= limit {
            passed += 1;
            "ok"
        } else {
            failed += 1;
            "EXCEEDED"
        };
        report::print(&format!(
            "{case:<22} C {c:>12.0}  gnutls {ours:>12.0}  ratio {ratio:.4}  limit {limit:.3}  {verdict}"
        ))?;
    }
    ensure!(passed + failed > 0, "no case with a limit was chosen");
    report::print(&format!(
        "bench: {passed} instruction counts within their limits, {failed} exceeded"
    ))?;
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
