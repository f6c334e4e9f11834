//! The outcome of a run, as a table and as JSON.

use std::fmt;
use std::time::Duration;

use serde::Serialize;

use crate::terminal::{Style, duration, paint};

/// The outcome of all versions.
pub(crate) struct Outcomes {
    pub(crate) versions: Vec<Outcome>,
    pub(crate) time: Duration,
}

/// The elapsed time and the processor time of a step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Time {
    pub(crate) elapsed: Duration,
    pub(crate) processor: Duration,
}

/// The outcome of one version.
#[derive(Serialize)]
pub(crate) struct Outcome {
    pub(crate) name: String,
    pub(crate) title: String,
    /// The version of GnuTLS, including the additions of the distribution.
    pub(crate) gnutls: String,
    /// Remarks on how the version was made.
    pub(crate) notes: Vec<String>,
    steps: Vec<Step>,
}

#[derive(Serialize)]
struct Step {
    name: &'static str,
    seconds: f64,
    /// The processor time of all its programs.
    processor_seconds: f64,
    passed: bool,
    /// The result or the error.
    text: String,
}

impl Outcome {
    pub(crate) fn new(name: String, title: String) -> Self {
        Outcome {
            name,
            title,
            gnutls: String::new(),
            notes: Vec::new(),
            steps: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, name: &'static str, time: Time, text: Result<String, String>) {
        let passed = text.is_ok();
        self.steps.push(Step {
            name,
            seconds: time.elapsed.as_secs_f64(),
            processor_seconds: time.processor.as_secs_f64(),
            passed,
            text: text.unwrap_or_else(|why| why),
        });
    }

    fn processor(&self) -> Duration {
        let seconds = self.steps.iter().map(|step| step.processor_seconds).sum();
        Duration::from_secs_f64(seconds)
    }

    fn failed(&self) -> usize {
        self.steps.iter().filter(|step| !step.passed).count()
    }
}

impl Outcomes {
    pub(crate) fn success(&self) -> bool {
        self.versions.iter().all(|version| version.failed() == 0)
    }

    fn processor(&self) -> Duration {
        self.versions.iter().map(Outcome::processor).sum()
    }

    pub(crate) fn to_json(&self) -> anyhow::Result<String> {
        #[derive(Serialize)]
        struct All<'a> {
            format: u32,
            seconds: f64,
            processor_seconds: f64,
            versions: &'a [Outcome],
        }
        let all = All {
            format: 2,
            seconds: self.time.as_secs_f64(),
            processor_seconds: self.processor().as_secs_f64(),
            versions: &self.versions,
        };
        Ok(serde_json::to_string_pretty(&all)? + "\n")
    }
}

impl fmt::Display for Outcomes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\n{}", paint(Style::Heading, "Versions"))?;
        for version in &self.versions {
            let failed = version.failed();
            let verdict = match failed {
                0 => paint(Style::Good, "passed"),
                _ => paint(Style::Bad, "FAILED"),
            };
            let seconds = version.steps.iter().map(|step| step.seconds).sum();
            writeln!(
                f,
                "  {:<16} GnuTLS {:<20} {verdict}  {} steps, {failed} failed, {} (processor {})",
                version.title,
                version.gnutls,
                version.steps.len(),
                duration(Duration::from_secs_f64(seconds)),
                duration(version.processor()),
            )?;
            for note in &version.notes {
                writeln!(f, "      note: {note}")?;
            }
            for step in &version.steps {
                let time = duration(Duration::from_secs_f64(step.seconds));
                let processor = duration(Duration::from_secs_f64(step.processor_seconds));
                let first = step.text.lines().next().unwrap_or_default();
                let mark = if step.passed { "" } else { "FAILED: " };
                writeln!(
                    f,
                    "      {:<18} {time:>10} {processor:>10}  {mark}{first}",
                    step.name
                )?;
            }
        }
        let failed: usize = self.versions.iter().map(Outcome::failed).sum();
        writeln!(
            f,
            "matrix: {} versions, {failed} differences, {} (processor {})",
            self.versions.len(),
            duration(self.time),
            duration(self.processor())
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes(last: Result<String, String>) -> Outcomes {
        let mut version = Outcome::new("debian-12".into(), "Debian 12".into());
        version.gnutls = "3.7.9-2".into();
        let time = |seconds| Time {
            elapsed: Duration::from_secs(seconds),
            processor: Duration::from_secs(2 * seconds),
        };
        version.add("crates", time(3), Ok("12 passed, 0 failed".into()));
        version.add("abi", time(2), last);
        Outcomes {
            versions: vec![version],
            time: Duration::from_secs(6),
        }
    }

    #[test]
    fn a_run_without_differences_says_so() {
        let outcomes = outcomes(Ok("0 differences".into()));
        assert!(outcomes.success());
        let text = outcomes.to_string();
        assert!(
            text.contains("Debian 12        GnuTLS 3.7.9-2") && text.contains("12 passed"),
            "{text}"
        );
        assert!(
            text.ends_with("matrix: 1 versions, 0 differences, 6.0 s (processor 10 s)\n"),
            "{text}"
        );
    }

    #[test]
    fn a_difference_is_counted_and_shown() {
        let outcomes = outcomes(Err("one\ntwo".into()));
        assert!(!outcomes.success());
        let text = outcomes.to_string();
        assert!(
            text.contains("FAILED: one") && text.contains("1 versions, 1 differences"),
            "{text}"
        );
        let json: serde_json::Value = serde_json::from_str(&outcomes.to_json().unwrap()).unwrap();
        assert_eq!(json["processor_seconds"], 10.0);
        assert_eq!(json["versions"][0]["steps"][1]["passed"], false);
        assert_eq!(json["versions"][0]["steps"][1]["text"], "one\ntwo");
    }
}
