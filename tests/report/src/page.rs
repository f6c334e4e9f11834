//! The matrix as one self-contained HTML page.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;
use gnutls_conformance::compare::Difference;
use serde::Serialize;

use crate::matrix::{Cell, Changes, Library, Matrix, Row, State};

const TEMPLATE: &str = include_str!("page.html");
const PLACE: &str = "\"@DATA@\"";

/// The whole page.
pub fn text(matrix: &Matrix) -> Result<String> {
    // A script element must not contain its end tag or the beginning of a comment.
    let data = serde_json::to_string(&Data::of(matrix))?
        .replace("</", "<\\/")
        .replace("<!--", "<\\u0021--");
    debug_assert_eq!(TEMPLATE.matches(PLACE).count(), 1);
    Ok(TEMPLATE.replace(PLACE, &data))
}

/// The data of the page: each text occurs once, and a cell is one character.
#[derive(Serialize)]
struct Data<'a> {
    /// The time, the commit and the machine.
    origin: String,
    /// True for two builds, on which only the C driver ran.
    builds: bool,
    texts: Vec<&'a str>,
    libraries: &'a [Library],
    scenarios: Vec<Scenario<'a>>,
    changes: &'a [Changes],
}

#[derive(Serialize)]
struct Scenario<'a> {
    name: &'a str,
    /// Indices of texts.
    lines: Vec<usize>,
    cells: String,
    /// The indices of the steps' texts, for each library.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    steps: Vec<Vec<usize>>,
    /// By library.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    differences: BTreeMap<usize, &'a [Difference]>,
}

#[derive(Default)]
struct Texts<'a> {
    all: Vec<&'a str>,
    places: HashMap<&'a str, usize>,
}

impl<'a> Texts<'a> {
    fn place(&mut self, text: &'a str) -> usize {
        *self.places.entry(text).or_insert_with(|| {
            self.all.push(text);
            self.all.len() - 1
        })
    }

    fn places(&mut self, texts: &'a [String]) -> Vec<usize> {
        texts.iter().map(|text| self.place(text)).collect()
    }
}

impl<'a> Data<'a> {
    fn of(matrix: &'a Matrix) -> Self {
        let mut texts = Texts::default();
        let scenarios = matrix.scenarios.iter();
        let scenarios = scenarios.map(|row| Scenario::of(row, &mut texts)).collect();
        Self {
            origin: matrix.origin.line(),
            builds: matrix.builds,
            scenarios,
            texts: texts.all,
            libraries: &matrix.libraries,
            changes: &matrix.changes,
        }
    }
}

impl<'a> Scenario<'a> {
    fn of(row: &'a Row, texts: &mut Texts<'a>) -> Self {
        let known = row.cells.iter().any(|cell| !cell.steps.is_empty());
        let cells = row.cells.iter();
        let steps = cells.clone().filter(|_| known);
        Self {
            name: &row.name,
            lines: texts.places(&row.lines),
            steps: steps.map(|cell| texts.places(&cell.steps)).collect(),
            differences: cells
                .clone()
                .enumerate()
                .filter(|(_, cell)| !cell.differences.is_empty())
                .map(|(at, cell)| (at, &cell.differences[..]))
                .collect(),
            cells: cells.map(mark).collect(),
        }
    }
}

fn mark(cell: &Cell) -> char {
    match cell.state {
        State::Same => '=',
        State::Different => '!',
        State::NotSupported => '-',
        State::NotCompared => '.',
        State::Unknown => ' ',
    }
}
