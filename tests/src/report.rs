//! The result of a run, as text and as JSON.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use serde::{Deserialize, Serialize};

use crate::baseline::Key;
use crate::compare::Difference;
use crate::scenario::Scenario;

/// The result of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    pub key: Key,
    /// The environment of the drivers.
    #[serde(default)]
    pub environment: BTreeMap<String, String>,
    /// The comparison with the baseline of its key.
    #[serde(default)]
    pub baseline: BaselineStatus,
    /// The version that the Rust driver was built for.
    pub built: String,
    pub written: usize,
    pub generated: usize,
    pub seed: u64,
    /// The pattern that selected the scenarios, unless all were run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pattern: Option<String>,
    /// The number of generated scenarios before a pattern selected some of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<u64>,
    pub facts: u64,
    pub steps: u64,
    /// Steps that did nothing, because they were skipped or guarded.
    pub idle_steps: u64,
    pub findings: Vec<Finding>,
    pub not_supported: Vec<NotSupported>,
    /// Problems other than differences, such as an unused table entry or a baseline that no longer holds.
    pub problems: Vec<String>,
    pub seconds: f64,
}

/// The comparison of a run with the baseline of its key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BaselineStatus {
    Same,
    Different,
    /// There is no baseline yet.
    New,
    /// This run has become the baseline.
    Written,
    /// Not all written scenarios were run.
    #[default]
    NotCompared,
}

/// The differences that one scenario has shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Finding {
    pub scenario: String,
    pub lines: Vec<String>,
    pub differences: Vec<Difference>,
    /// The smallest scenario with the first of these differences.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smallest: Option<Vec<String>>,
}

/// A scenario that the version cannot run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotSupported {
    pub scenario: String,
    pub needs: String,
}

impl Finding {
    pub fn new(scenario: &Scenario, differences: Vec<Difference>) -> Self {
        let (name, lines) = (scenario.name.clone(), scenario.lines.clone());
        Self {
            scenario: name,
            lines,
            differences,
            smallest: None,
        }
    }
}

impl Report {
    /// Returns the number of differences.
    pub fn differences(&self) -> usize {
        self.findings
            .iter()
            .map(|finding| finding.differences.len())
            .sum()
    }

    /// Returns the number that is greater than those of all generated scenarios.
    pub fn range(&self) -> u64 {
        self.below.unwrap_or(self.generated as u64)
    }

    /// Returns whether there is neither a difference nor a problem.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.problems.is_empty()
    }

    /// Returns the last line.
    pub fn summary(&self) -> String {
        format!(
            "conformance: GnuTLS {}: {} scenarios, {} facts, {}, {} not supported{}",
            self.key.library,
            self.written + self.generated,
            self.facts,
            match self.differences() {
                1 => "1 difference".to_owned(),
                count => format!("{count} differences"),
            },
            self.not_supported.len(),
            match self.baseline {
                BaselineStatus::Same => ", as its baseline",
                BaselineStatus::Different => ", other than its baseline",
                BaselineStatus::New => ", a new key without a baseline",
                BaselineStatus::Written => ", now its baseline",
                BaselineStatus::NotCompared => "",
            }
        )
    }
}

impl Display for Report {
    /// Writes the problems last, since the end of a long text is what remains visible.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for NotSupported { scenario, needs } in &self.not_supported {
            writeln!(f, "not supported: {scenario} needs {needs}")?;
        }
        for finding in &self.findings {
            writeln!(f, "{finding}")?;
        }
        for problem in &self.problems {
            writeln!(f, "problem: {problem}")?;
        }
        writeln!(
            f,
            "{} written and {} generated scenarios (seed {}), {} steps, {} of them idle, in {:.1} s",
            self.written, self.generated, self.seed, self.steps, self.idle_steps, self.seconds
        )?;
        write!(f, "{}", self.summary())
    }
}

impl Display for Finding {
    /// Writes the differences of the first step that has one; those of later steps often follow from them.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let first = self
            .differences
            .iter()
            .map(|difference| difference.step)
            .min()
            .unwrap_or(0);
        let (now, later): (Vec<_>, Vec<_>) = self
            .differences
            .iter()
            .partition(|difference| difference.step == first);
        let line = self
            .lines
            .get(first as usize)
            .map_or("the end", String::as_str);
        writeln!(f, "scenario {}, step {first}: {line}", self.scenario)?;
        for difference in now {
            let side = if difference.side.is_empty() {
                String::new()
            } else {
                format!("{} ", difference.side)
            };
            writeln!(f, "  {side}{}", difference.fact)?;
            writeln!(f, "    C:    {}", difference.c)?;
            writeln!(f, "    Rust: {}", difference.rust)?;
        }
        if !later.is_empty() {
            writeln!(f, "  and {} more in later steps", later.len())?;
        }
        if let Some(smallest) = &self.smallest {
            writeln!(f, "  the smallest scenario with the same difference:")?;
            for line in smallest {
                writeln!(f, "    {line}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(step: u32, fact: &str) -> Difference {
        Difference {
            scenario: "a".into(),
            step,
            verb: "handshake".into(),
            side: "1s".into(),
            fact: fact.into(),
            c: "32".into(),
            rust: "0".into(),
        }
    }

    #[test]
    fn a_difference_has_everything_to_find_it() {
        let finding = Finding {
            scenario: "a".into(),
            lines: vec!["scenario a".into(), "handshake 1".into()],
            differences: vec![difference(1, "id2.size"), difference(2, "resumed")],
            smallest: None,
        };
        let text = finding.to_string();
        assert_eq!(
            text,
            "scenario a, step 1: handshake 1\n  1s id2.size\n    C:    32\n    Rust: 0\n  and 1 more in later steps\n"
        );
    }

    #[test]
    fn the_last_line_has_the_numbers() {
        let report = Report {
            key: Key {
                library: "3.7.9".into(),
                package: None,
                behaviour: String::new(),
            },
            environment: BTreeMap::new(),
            baseline: BaselineStatus::Same,
            built: "3.7.9".into(),
            written: 80,
            generated: 20,
            seed: 1,
            pattern: None,
            below: None,
            facts: 1234,
            steps: 10,
            idle_steps: 1,
            findings: Vec::new(),
            not_supported: Vec::new(),
            problems: Vec::new(),
            seconds: 1.0,
        };
        assert!(report.is_clean());
        assert_eq!(
            report.summary(),
            "conformance: GnuTLS 3.7.9: 100 scenarios, 1234 facts, 0 differences, 0 not supported, as its baseline"
        );
    }
}
