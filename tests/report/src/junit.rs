//! The matrix as JUnit XML, for other people's CI: a suite for each library, a case for each scenario.

use std::fmt::Write;

use crate::matrix::{Matrix, State};

/// The whole file.
pub fn text(matrix: &Matrix) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"gnutls conformance\">\n",
    );
    for (at, library) in matrix.libraries.iter().enumerate() {
        let cells = matrix
            .scenarios
            .iter()
            .map(|row| (row, &row.cells[at]))
            .filter(|(_, cell)| cell.state != State::Unknown);
        let cells: Vec<_> = cells.collect();
        let count = |states: &[State]| {
            cells
                .iter()
                .filter(|(_, cell)| states.contains(&cell.state))
                .count()
        };
        let _ = writeln!(
            text,
            "  <testsuite name=\"GnuTLS {}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\" errors=\"{}\">",
            escaped(library.package.as_deref().unwrap_or(&library.version)),
            cells.len() + usize::from(!library.problems.is_empty()),
            count(&[State::Different]),
            count(&[State::NotSupported, State::NotCompared]),
            usize::from(!library.problems.is_empty()),
        );
        for (row, cell) in cells {
            let _ = write!(
                text,
                "    <testcase classname=\"conformance.{}\" name=\"{}\"",
                escaped(&library.version),
                escaped(&row.name)
            );
            match cell.state {
                State::Different => {
                    let told: String = cell
                        .differences
                        .iter()
                        .map(|d| {
                            format!(
                                "step {} ({}), {} {}: C {}, Rust {}\n",
                                d.step, d.verb, d.side, d.fact, d.c, d.rust
                            )
                        })
                        .collect();
                    let message = format!("{} differences", cell.differences.len());
                    let _ = writeln!(
                        text,
                        ">\n      <failure message=\"{message}\">{}</failure>\n    </testcase>",
                        escaped(&told)
                    );
                }
                State::NotSupported => {
                    text += ">\n      <skipped message=\"not supported by this version\"/>\n    </testcase>\n"
                }
                State::NotCompared => {
                    text += ">\n      <skipped message=\"no run has compared this\"/>\n    </testcase>\n"
                }
                State::Same | State::Unknown => text += "/>\n",
            }
        }
        if !library.problems.is_empty() {
            let _ = writeln!(
                text,
                "    <testcase classname=\"conformance.{}\" name=\"the run itself\">\n      <error>{}</error>\n    </testcase>",
                escaped(&library.version),
                escaped(&library.problems.join("\n"))
            );
        }
        text += "  </testsuite>\n";
    }
    text + "</testsuites>\n"
}

/// Text as XML may have it.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars() {
        match character {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\n' | '\t' => out.push(character),
            character if character.is_control() => out.push('\u{fffd}'),
            character => out.push(character),
        }
    }
    out
}
