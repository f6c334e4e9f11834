//! The matrix as JUnit XML, for other continuous integration systems: a suite for each library, a case for each
//! scenario.
//!
//! It is valid by the schema of Ant's reports as well as by that of Jenkins' xUnit plugin. Both are stricter than
//! `quick-junit`: they permit no fraction in a time stamp and no number of skipped cases in the root element.

use std::time::Duration;

use anyhow::{Context, Result};
use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use crate::matrix::{Cell, Library, Matrix, State};
use crate::origin::Origin;

/// The whole file.
pub fn text(matrix: &Matrix) -> Result<String> {
    let mut report = Report::unnamed();
    for (at, library) in matrix.libraries.iter().enumerate() {
        let mut suite = TestSuite::new(format!("GnuTLS {}", library.title));
        for (name, value) in [
            ("id", at.to_string().as_str()),
            ("package", "conformance"),
            ("hostname", &matrix.origin.host),
            ("timestamp", &matrix.origin.time),
        ] {
            suite.extra.insert(name.into(), value.into());
        }
        suite.set_time(Duration::from_secs_f64(library.seconds));
        add_properties(&mut suite, library, &matrix.origin);
        let class = format!("conformance.{}", library.title);
        let mut add = |name: &str, status| {
            let mut case = TestCase::new(name, status);
            case.set_classname(class.as_str()).set_time(Duration::ZERO);
            suite.add_test_case(case);
        };
        for row in &matrix.scenarios {
            if let Some(status) = status(&row.cells[at]) {
                add(&row.name, status);
            }
        }
        if !library.problems.is_empty() {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_type("problem");
            status.set_description(library.problems.join("\n"));
            add("the run itself", status);
        }
        suite.set_system_out("").set_system_err("");
        report.add_test_suite(suite);
    }
    let text = report.to_string()?;
    // The root element without its attributes.
    let tag = text.find("<testsuites").context("no root element")?;
    let (before, rest) = text.split_at(tag);
    let (_, after) = rest.split_once('>').context("no root element")?;
    Ok(format!("{before}<testsuites>{after}"))
}

fn status(cell: &Cell) -> Option<TestCaseStatus> {
    let skipped = |message: &str| {
        let mut status = TestCaseStatus::skipped();
        status.set_message(message);
        status
    };
    Some(match cell.state {
        State::Same => TestCaseStatus::success(),
        State::Different => {
            let lines = cell.differences.iter().map(|d| {
                format!(
                    "step {} ({}), {} {}: C {}, Rust {}\n",
                    d.step, d.verb, d.side, d.fact, d.c, d.rust
                )
            });
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type("difference");
            status.set_message(match cell.differences.len() {
                1 => "1 difference".to_owned(),
                count => format!("{count} differences"),
            });
            status.set_description(lines.collect::<String>());
            status
        }
        State::NotSupported => skipped("not supported by this version"),
        State::NotCompared => skipped("no run has compared this"),
        State::Unknown => return None,
    })
}

fn add_properties(suite: &mut TestSuite, library: &Library, origin: &Origin) {
    let known = [
        ("version", Some(&library.version)),
        ("package", library.package.as_ref()),
        ("behaviour", Some(&library.behaviour)),
        ("environment", library.environment.as_ref()),
        ("summary", library.summary.as_ref()),
        ("commit", Some(&origin.commit)),
        ("machine", Some(&origin.machine)),
    ];
    for (name, value) in known {
        if let Some(value) = value {
            suite.add_property(Property::new(name, value.as_str()));
        }
    }
}
