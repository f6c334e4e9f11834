//! The known behaviour of session identifiers, row by row, compared with the facts of the C driver.
//!
//! The comparison shows that Rust and C agree. This shows that the scenarios reach their subject: a server that never
//! resumes would agree as well.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result};
use gnutls_releases::Version;
use serde::Deserialize;
use serde_json::Value;

use crate::baseline::Transcript;
use crate::release;
use crate::scenario::Scenario;

/// One known behaviour.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    pub says: String,
    pub scenario: String,
    /// The line of the scenario after which it holds.
    pub after: String,
    /// The number of the line among equal ones, from 1.
    #[serde(default = "first")]
    pub occurrence: usize,
    #[serde(default)]
    pub facts: BTreeMap<String, toml::Value>,
    /// Facts that are equal.
    #[serde(default)]
    pub equal: Vec<[String; 2]>,
    /// Facts that differ.
    #[serde(default)]
    pub differ: Vec<[String; 2]>,
    /// Byte strings that were first seen after this line.
    #[serde(default)]
    pub new: Vec<String>,
    /// Facts that are the same as before this line.
    #[serde(default)]
    pub kept: Vec<String>,
    /// The first release that it holds for.
    #[serde(default, deserialize_with = "release::deserialize")]
    pub since: Option<Version>,
    /// The first release that it no longer holds for.
    #[serde(default, deserialize_with = "release::deserialize")]
    pub before: Option<Version>,
}

fn first() -> usize {
    1
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    row: Vec<Row>,
}

/// The rows of a file.
pub fn read(file: &Path) -> Result<Vec<Row>> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let File { row } = toml::from_str(&text).with_context(|| file.display().to_string())?;
    Ok(row)
}

impl Row {
    /// Returns whether the row is about this release.
    pub fn is_about(&self, version: &str) -> bool {
        let version = version.parse().ok();
        self.since <= version && self.before.is_none_or(|before| version < Some(before))
    }

    /// Returns the violations of the row. Rows about scenarios that were not run, or that the version cannot run, hold.
    pub fn check(&self, scenarios: &[Scenario], transcripts: &[Transcript]) -> Vec<String> {
        let Some(scenario) = scenarios
            .iter()
            .find(|scenario| scenario.name == self.scenario)
        else {
            return vec![format!(
                "{}: there is no scenario {}",
                self.says, self.scenario
            )];
        };
        let mut lines = (0..scenario.lines.len()).filter(|at| scenario.lines[*at] == self.after);
        let Some(line) = lines.nth(self.occurrence.saturating_sub(1)) else {
            return vec![format!(
                "{}: {} has no such line {:?}",
                self.says, self.scenario, self.after
            )];
        };
        let Some(transcript) = transcripts
            .iter()
            .find(|transcript| transcript.scenario == self.scenario)
        else {
            return Vec::new();
        };
        if transcript
            .steps
            .iter()
            .any(|step| step.status == "unsupported")
        {
            return Vec::new();
        }
        let mut facts = BTreeMap::new();
        let mut before = BTreeMap::new();
        for step in transcript
            .steps
            .iter()
            .take_while(|step| step.line as usize <= line)
        {
            before = facts.clone();
            facts.extend(&step.facts);
        }
        let fact = |path: &String| {
            facts
                .get(path)
                .map_or(Value::Null, |value| (*value).clone())
        };
        let mut wrong = Vec::new();
        for (path, expected) in &self.facts {
            let expected = serde_json::to_value(expected).unwrap_or_default();
            if fact(path) != expected {
                wrong.push(format!("{path} is {} and not {expected}", fact(path)));
            }
        }
        for [one, other] in &self.equal {
            if fact(one).is_null() || fact(one) != fact(other) {
                wrong.push(format!(
                    "{one} is {} and {other} is {}",
                    fact(one),
                    fact(other)
                ));
            }
        }
        for [one, other] in &self.differ {
            if fact(one).is_null() || fact(one) == fact(other) {
                wrong.push(format!("{one} and {other} are both {}", fact(one)));
            }
        }
        for path in &self.new {
            let place = format!("{line}:");
            if !fact(path)
                .as_str()
                .is_some_and(|value| value.starts_with(&place))
            {
                wrong.push(format!("{path} is not new but {}", fact(path)));
            }
        }
        for path in &self.kept {
            if fact(path).is_null() || before.get(path) != facts.get(path) {
                wrong.push(format!("{path} is not what it was but {}", fact(path)));
            }
        }
        wrong
            .into_iter()
            .map(|wrong| format!("{} ({}): {wrong}", self.says, self.scenario))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::Step;
    use serde_json::json;

    fn row(text: &str) -> Row {
        toml::from_str(&format!(
            "says = 'it is so'\nscenario = 'a'\nafter = 'handshake 1'\n{text}"
        ))
        .unwrap()
    }

    fn check(text: &str) -> usize {
        let scenarios =
            crate::scenario::parse("scenario a\nopen 1 c s\nhandshake 1\nclose 1").unwrap();
        let step = |line: u32, size: u32| Step {
            line,
            facts: BTreeMap::from([
                ("1c.id2.size".into(), json!(size)),
                ("1c.id2.bytes".into(), json!(format!("{line}:1c.id2.bytes"))),
                ("1s.id2.size".into(), json!(32)),
                ("1s.id2.bytes".into(), json!("1:1s.id2.bytes")),
            ]),
            ..Step::default()
        };
        let steps = vec![step(1, 0), step(2, 32), step(3, 7)];
        row(text)
            .check(
                &scenarios,
                &[Transcript {
                    scenario: "a".into(),
                    steps,
                }],
            )
            .len()
    }

    #[test]
    fn a_row_is_about_the_facts_after_its_line() {
        assert_eq!(check("facts = { '1c.id2.size' = 32 }"), 0);
        assert_eq!(check("facts = { '1c.id2.size' = 0 }"), 1);
        assert_eq!(check("facts = { '2c.id2.size' = 32 }"), 1);
        assert_eq!(check("equal = [['1c.id2.size', '1s.id2.size']]"), 0);
        assert_eq!(check("differ = [['1c.id2.size', '1s.id2.size']]"), 1);
        assert_eq!(check("equal = [['1c.nothing', '1s.nothing']]"), 1);
    }

    #[test]
    fn new_and_kept_facts_are_distinguished() {
        assert_eq!(check("kept = ['1s.id2.size']"), 0);
        assert_eq!(check("kept = ['1c.id2.size']"), 1);
        assert_eq!(check("new = ['1c.id2.bytes']"), 0);
        assert_eq!(check("new = ['1s.id2.bytes']"), 1);
    }

    #[test]
    fn a_row_is_about_its_releases() {
        let row = row("since = '3.6.4'\nbefore = '3.7.1'");
        assert!(!row.is_about("3.6.3"));
        assert!(row.is_about("3.6.4") && row.is_about("3.6.16") && row.is_about("3.7.0"));
        assert!(!row.is_about("3.7.1") && !row.is_about("3.10.0"));
    }
}
