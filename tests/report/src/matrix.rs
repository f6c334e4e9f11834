//! Scenarios by libraries: what is known of each, put together from the baselines and the results of runs.

use std::collections::BTreeMap;

use gnutls_conformance::compare::Difference;
use gnutls_conformance::report::Report;
use gnutls_conformance::scenario::Scenario;
use serde::Serialize;

use crate::changes::{self, Change};
use crate::kept::{Kept, numbers};
use crate::results::{Abi, Results};

/// Everything that the report shows.
#[derive(Serialize)]
pub struct Matrix {
    pub libraries: Vec<Library>,
    pub scenarios: Vec<Row>,
    pub changes: Vec<Change>,
}

/// A column.
#[derive(Serialize)]
pub struct Library {
    pub version: String,
    pub package: Option<String>,
    pub behaviour: String,
    /// The last line of its run, if there is one.
    pub summary: Option<String>,
    /// What is wrong beside differences.
    pub problems: Vec<String>,
    pub abi: Option<Abi>,
}

/// A row.
#[derive(Serialize)]
pub struct Row {
    pub name: String,
    /// The scenario.
    pub lines: Vec<String>,
    /// One cell for each library.
    pub cells: Vec<Cell>,
}

/// One scenario on one library.
#[derive(Serialize)]
pub struct Cell {
    pub state: State,
    /// The steps with their facts, as C showed them; those of Rust are the same but for the differences.
    pub steps: Vec<String>,
    pub differences: Vec<Difference>,
}

/// What is known of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// A run has compared C and Rust and found no difference.
    Same,
    /// A run has found differences.
    Different,
    /// The library cannot run it.
    NotSupported,
    /// What C does is known, no run has compared.
    NotCompared,
    /// Nothing is known.
    Unknown,
}

impl Matrix {
    /// Puts together what is known.
    pub fn new(written: &[Scenario], kept: &[Kept], results: Results) -> Self {
        let mut columns: Vec<Column<'_>> = kept
            .iter()
            .map(|kept| Column {
                kept: Some(kept),
                run: None,
            })
            .collect();
        for run in &results.conformance {
            let same = |column: &&mut Column<'_>| {
                column.kept.is_some_and(|kept| {
                    kept.library == run.key.library && kept.behaviour == run.key.behaviour
                })
            };
            match columns.iter_mut().find(same) {
                Some(column) => column.run = Some(run),
                None => columns.push(Column {
                    kept: None,
                    run: Some(run),
                }),
            }
        }
        columns.sort_by_key(|column| numbers(column.version()));

        let mut rows: BTreeMap<&str, Row> = BTreeMap::new();
        let made_up = results.conformance.iter().flat_map(|run| &run.findings);
        let all = written
            .iter()
            .map(|scenario| (&scenario.name, &scenario.lines));
        for (name, lines) in all.chain(made_up.map(|finding| (&finding.scenario, &finding.lines))) {
            rows.entry(name).or_insert_with(|| Row {
                name: name.clone(),
                lines: lines.clone(),
                cells: columns.iter().map(|column| column.cell(name)).collect(),
            });
        }
        Self {
            changes: kept
                .windows(2)
                .flat_map(|pair| changes::between(&pair[0], &pair[1]))
                .collect(),
            libraries: columns
                .iter()
                .map(|column| column.library(&results.abi))
                .collect(),
            scenarios: rows.into_values().collect(),
        }
    }

    /// The number of cells in this state.
    pub fn count(&self, state: State) -> usize {
        self.scenarios
            .iter()
            .flat_map(|row| &row.cells)
            .filter(|cell| cell.state == state)
            .count()
    }
}

struct Column<'a> {
    kept: Option<&'a Kept>,
    run: Option<&'a Report>,
}

impl Column<'_> {
    fn version(&self) -> &str {
        match (self.kept, self.run) {
            (Some(kept), _) => &kept.library,
            (None, Some(run)) => &run.key.library,
            (None, None) => "",
        }
    }

    fn library(&self, abi: &[Abi]) -> Library {
        let package = |run: &Report| run.key.package.clone();
        let behaviour = |run: &Report| run.key.behaviour.clone();
        Library {
            version: self.version().to_owned(),
            package: self
                .kept
                .map_or_else(|| self.run.and_then(package), |kept| kept.package.clone()),
            behaviour: self
                .kept
                .map(|kept| kept.behaviour.clone())
                .or_else(|| self.run.map(behaviour))
                .unwrap_or_default(),
            summary: self.run.map(Report::summary),
            problems: self.run.map(|run| run.problems.clone()).unwrap_or_default(),
            abi: abi
                .iter()
                .find(|abi| abi.release == self.version())
                .cloned(),
        }
    }

    fn cell(&self, scenario: &str) -> Cell {
        let steps = self.kept.and_then(|kept| kept.scenarios.get(scenario));
        let finding = self.run.and_then(|run| {
            run.findings
                .iter()
                .find(|finding| finding.scenario == scenario)
        });
        let not_supported = self.run.is_some_and(|run| {
            run.not_supported
                .iter()
                .any(|entry| entry.scenario == scenario)
        }) || steps.is_some_and(|steps| {
            steps
                .iter()
                .any(|step| step.status.starts_with("unsupported"))
        });
        // A made-up scenario that showed a difference elsewhere was run here as well, but only if the same were made up.
        let state = match (finding, self.run, steps) {
            (Some(_), ..) => State::Different,
            _ if not_supported => State::NotSupported,
            (None, Some(_), Some(_)) => State::Same,
            (None, None, Some(_)) => State::NotCompared,
            (None, _, None) => State::Unknown,
        };
        Cell {
            state,
            steps: steps
                .into_iter()
                .flatten()
                .map(|step| step.text.clone())
                .collect(),
            differences: finding
                .map(|finding| finding.differences.clone())
                .unwrap_or_default(),
        }
    }
}
