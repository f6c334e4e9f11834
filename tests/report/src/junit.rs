//! The matrix as JUnit XML, for other people's CI: a suite for each library, a case for each scenario.
//!
//! It is valid by the schema of Ant's reports as well as by that of Jenkins' xUnit plugin.

use std::fmt::Write;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::matrix::{Library, Matrix, State};

/// The whole file.
pub fn text(matrix: &Matrix) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let timestamp = timestamp(now.map_or(0, |since| since.as_secs()));
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
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
        let problems = usize::from(!library.problems.is_empty());
        let _ = writeln!(
            text,
            "  <testsuite id=\"{at}\" package=\"conformance\" name=\"GnuTLS {}\" hostname=\"localhost\" \
             timestamp=\"{timestamp}\" time=\"{:.3}\" tests=\"{}\" failures=\"{}\" skipped=\"{}\" errors=\"{problems}\">",
            escaped(&library.title),
            library.seconds,
            cells.len() + problems,
            count(&[State::Different]),
            count(&[State::NotSupported, State::NotCompared]),
        );
        text += &properties(library);
        for (row, cell) in cells {
            let _ = write!(
                text,
                "    <testcase classname=\"conformance.{}\" name=\"{}\" time=\"0\"",
                escaped(&library.title),
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
                    let message = match cell.differences.len() {
                        1 => "1 difference".to_owned(),
                        count => format!("{count} differences"),
                    };
                    let _ = writeln!(
                        text,
                        ">\n      <failure type=\"difference\" message=\"{message}\">{}</failure>\n    </testcase>",
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
                "    <testcase classname=\"conformance.{}\" name=\"the run itself\" time=\"0\">\n      \
                 <error type=\"problem\">{}</error>\n    </testcase>",
                escaped(&library.title),
                escaped(&library.problems.join("\n"))
            );
        }
        text += "    <system-out/>\n    <system-err/>\n  </testsuite>\n";
    }
    text + "</testsuites>\n"
}

fn properties(library: &Library) -> String {
    let known = [
        ("version", Some(&library.version)),
        ("package", library.package.as_ref()),
        ("behaviour", Some(&library.behaviour)),
        ("environment", library.environment.as_ref()),
        ("summary", library.summary.as_ref()),
    ];
    let mut text = String::from("    <properties>\n");
    for (name, value) in known {
        if let Some(value) = value {
            let value = escaped(value);
            text += &format!("      <property name=\"{name}\" value=\"{value}\"/>\n");
        }
    }
    text + "    </properties>\n"
}

/// A time in UTC as XML has it, of seconds since 1970.
fn timestamp(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    // Years that begin in March have their odd day at the end; 719,468 days lie between such a year 0 and 1970.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, later) = if month < 10 {
        (month + 3, 0)
    } else {
        (month - 9, 1)
    };
    let year = era * 400 + year + later;
    let (hour, minute, second) = (rest / 3_600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_by_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00"),
            (951_782_399, "2000-02-28T23:59:59"),
            (951_782_400, "2000-02-29T00:00:00"),
            (1_748_736_000, "2025-06-01T00:00:00"),
            (1_798_761_599, "2026-12-31T23:59:59"),
        ] {
            assert_eq!(timestamp(seconds), text);
        }
    }

    #[test]
    fn what_xml_cannot_have_is_left_out() {
        assert_eq!(
            escaped("<a & \"b\">\u{7}"),
            "&lt;a &amp; &quot;b&quot;&gt;\u{fffd}"
        );
    }
}
