//! Compares the output of the two drivers for one scenario, fact by fact.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::driver::Run;
use crate::outcome::{Agreement, Outcomes};
use crate::transcript::{Canonical, Step};

/// One fact that differs between C and Rust.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    pub scenario: String,
    /// The number of the verb in the scenario.
    pub step: u32,
    pub verb: String,
    /// `1c`, `2s`, or empty if the fact is about the whole step.
    pub side: String,
    pub fact: String,
    pub c: String,
    pub rust: String,
}

impl Difference {
    /// Identifies a difference in scenarios of different length. The values, which are places, are no part of it.
    pub fn kind(&self) -> (String, String, String) {
        let side = self.side.trim_start_matches(|c: char| c.is_ascii_digit());
        let fact = self
            .fact
            .split('.')
            .filter(|part| part.parse::<u32>().is_err());
        (
            self.verb.clone(),
            side.to_owned(),
            fact.collect::<Vec<_>>().join("."),
        )
    }
}

/// The result for one scenario.
#[derive(Debug, Default)]
pub struct Comparison {
    pub facts: u64,
    pub differences: Vec<Difference>,
    /// The steps of the C driver, which baselines store.
    pub steps: Vec<Step>,
    /// Steps that did nothing: skipped or guarded.
    pub idle: u64,
    /// The feature that the version lacks according to both drivers.
    pub needs: Option<String>,
    /// Results that agree as far as is known, and that `outcomes.toml` does not list.
    pub missing_entries: BTreeSet<String>,
}

/// Compares the runs of one scenario.
pub fn compare(scenario: &str, c: &Run, rust: &Run, outcomes: &Outcomes) -> Comparison {
    let mut comparison = Comparison::default();
    let steps = |run: &Run| {
        let mut canonical = Canonical::default();
        run.lines
            .iter()
            .map(|line| canonical.step(line))
            .collect::<Vec<_>>()
    };
    let (c_steps, rust_steps) = (steps(c), steps(rust));
    let absent = Step::default();
    for at in 0..c_steps.len().max(rust_steps.len()) {
        let (c, rust) = (
            c_steps.get(at).unwrap_or(&absent),
            rust_steps.get(at).unwrap_or(&absent),
        );
        let mut facts = Facts {
            scenario,
            step: c.line.max(rust.line),
            verb: if c.verb.is_empty() {
                &rust.verb
            } else {
                &c.verb
            },
            comparison: &mut comparison,
        };
        facts.compare_steps(c, rust, outcomes);
    }
    let guarded = |step: &Step| {
        step.calls
            .iter()
            .any(|call| call.get("code") == Some(&"guarded".into()))
    };
    let idle = c_steps
        .iter()
        .filter(|step| step.status == "skipped" || guarded(step));
    comparison.idle = idle.count() as u64;
    comparison.needs = c_steps.iter().find_map(|step| step.needs.clone());
    let ends = [c, rust].map(|run| {
        let step = run.lines.last().map_or(0, |line| line.line) + 1;
        (step, run.failure.as_deref().unwrap_or_default())
    });
    let mut failed = |step: u32, c: &str, rust: &str| {
        comparison.differences.push(Difference {
            scenario: scenario.to_owned(),
            step,
            verb: String::new(),
            side: String::new(),
            fact: "driver".to_owned(),
            c: c.to_owned(),
            rust: rust.to_owned(),
        });
    };
    match ends {
        [(_, ""), (_, "")] => {}
        // The library crashes or hangs, whichever program calls it.
        [c, rust] if c == rust => failed(c.0, c.1, rust.1),
        [c, rust] => {
            if !c.1.is_empty() {
                failed(c.0, c.1, "");
            }
            if !rust.1.is_empty() {
                failed(rust.0, "", rust.1);
            }
        }
    }
    comparison.steps = c_steps;
    comparison
}

struct Facts<'a> {
    scenario: &'a str,
    step: u32,
    verb: &'a str,
    comparison: &'a mut Comparison,
}

impl Facts<'_> {
    fn compare_steps(&mut self, c: &Step, rust: &Step, outcomes: &Outcomes) {
        let status = |step: &Step| match &step.needs {
            Some(needs) => format!("{} {} {needs}", step.verb, step.status),
            None => format!("{} {}", step.verb, step.status),
        };
        self.compare("status", &status(c), &status(rust));
        self.compare_calls(&c.calls, &rust.calls, outcomes);
        let paths: BTreeSet<&String> = c.facts.keys().chain(rust.facts.keys()).collect();
        for path in paths {
            let text = |step: &Step| step.facts.get(path).map_or("absent".to_owned(), show);
            self.compare(path, &text(c), &text(rust));
        }
    }

    /// Calls are compared endpoint by endpoint, in order.
    fn compare_calls(
        &mut self,
        c: &[Map<String, Value>],
        rust: &[Map<String, Value>],
        outcomes: &Outcomes,
    ) {
        let endpoint = |call: &Map<String, Value>| {
            call.get("e")
                .and_then(Value::as_str)
                .unwrap_or("")
                .to_owned()
        };
        let endpoints: BTreeSet<String> = c.iter().chain(rust).map(endpoint).collect();
        for name in endpoints {
            let of = |calls: &[Map<String, Value>]| -> Vec<Map<String, Value>> {
                calls
                    .iter()
                    .filter(|call| endpoint(call) == name)
                    .cloned()
                    .collect()
            };
            let (c, rust) = (of(c), of(rust));
            for at in 0..c.len().max(rust.len()) {
                let number = at + 1;
                let path = if name.is_empty() {
                    format!("call.{number}")
                } else {
                    format!("{name}.call.{number}")
                };
                let (Some(c), Some(rust)) = (c.get(at), rust.get(at)) else {
                    let text = |call: Option<&Map<String, Value>>| {
                        call.map_or("absent".to_owned(), show_call)
                    };
                    self.compare(&path, &text(c.get(at)), &text(rust.get(at)));
                    continue;
                };
                self.comparison.facts += 1;
                match outcomes.judge(c, rust) {
                    Agreement::Agrees => {}
                    Agreement::Differs => self.differ(&path, &show_call(c), &show_call(rust)),
                    Agreement::NoEntry(entry) => {
                        self.comparison.missing_entries.insert(entry);
                    }
                }
                for key in ["size", "alert", "data"] {
                    if c.contains_key(key) || rust.contains_key(key) {
                        let text = |call: &Map<String, Value>| {
                            call.get(key).map_or("absent".to_owned(), show)
                        };
                        self.compare(&format!("{path}.{key}"), &text(c), &text(rust));
                    }
                }
            }
        }
    }

    fn compare(&mut self, path: &str, c: &str, rust: &str) {
        self.comparison.facts += 1;
        if c != rust {
            self.differ(path, c, rust);
        }
    }

    fn differ(&mut self, path: &str, c: &str, rust: &str) {
        let (side, fact) = match path.split_once('.') {
            Some((side, fact)) if side.starts_with(|c: char| c.is_ascii_digit()) => (side, fact),
            _ => ("", path),
        };
        self.comparison.differences.push(Difference {
            scenario: self.scenario.to_owned(),
            step: self.step,
            verb: self.verb.to_owned(),
            side: side.to_owned(),
            fact: fact.to_owned(),
            c: c.to_owned(),
            rust: rust.to_owned(),
        });
    }
}

/// A value as it is in reports: a string without its quotes.
fn show(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    }
}

/// A call of either driver as it is in reports.
pub fn show_call(call: &Map<String, Value>) -> String {
    let mut text = call.get("call").map_or_else(String::new, show);
    for key in ["outcome", "code", "n"] {
        if let Some(value) = call.get(key) {
            text += &format!(" {}", show(value));
        }
    }
    if call.contains_key("refused") {
        text += " (refused before C)";
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TABLE: &str = r#"
        [[outcome]]
        calls = ["handshake"]
        rust = "ready"
        c = ["GNUTLS_E_SUCCESS"]
    "#;

    fn run(id: &str, size: u32, result: Value) -> Run {
        let mut call = json!({"e": "1s", "call": "handshake", "size": size});
        call.as_object_mut()
            .unwrap()
            .extend(result.as_object().unwrap().clone());
        let line = json!({
            "scenario": "a", "line": 3, "verb": "handshake", "status": "done", "calls": [call],
            "observations": {"1s": {"id2": {"size": size, "bytes": id}}, "1c": {"id2": {"size": 2, "bytes": "abcd"}}},
        });
        Run {
            lines: vec![serde_json::from_value(line).unwrap()],
            failure: None,
        }
    }

    fn c(id: &str, size: u32) -> Run {
        run(id, size, json!({"code": "GNUTLS_E_SUCCESS"}))
    }

    fn rust(id: &str, size: u32) -> Run {
        run(id, size, json!({"outcome": "ready"}))
    }

    fn differences(c: &Run, rust: &Run) -> Vec<String> {
        let outcomes = Outcomes::parse(TABLE, None).unwrap();
        let comparison = compare("a", c, rust, &outcomes);
        comparison
            .differences
            .iter()
            .map(|d| format!("{} {} {} {}", d.side, d.fact, d.c, d.rust))
            .collect()
    }

    #[test]
    fn random_identifiers_are_no_difference_and_their_relations_are() {
        assert_eq!(differences(&c("01", 1), &rust("02", 1)), [""; 0]);
        assert_eq!(
            differences(&c("abcd", 2), &rust("01cd", 2)),
            ["1s id2.bytes 3:1c.id2 3:1s.id2"]
        );
    }

    #[test]
    fn sizes_and_results_are_facts() {
        assert_eq!(
            differences(&c("0102", 2), &rust("0102", 3)),
            ["1s call.1.size 2 3", "1s id2.size 2 3"]
        );
        let failed = run("01", 1, json!({"outcome": "error Protocol"}));
        assert_eq!(
            differences(&c("01", 1), &failed),
            ["1s call.1 handshake GNUTLS_E_SUCCESS handshake error Protocol"]
        );
    }

    #[test]
    fn a_step_or_a_driver_that_is_missing_is_a_difference() {
        let nothing = Run {
            lines: Vec::new(),
            failure: Some("ended with signal 11".to_owned()),
        };
        let found = differences(&c("01", 1), &nothing);
        assert!(
            found
                .iter()
                .any(|text| text.contains("status handshake done")),
            "{found:?}"
        );
        assert!(
            found.iter().any(|text| text.contains("signal 11")),
            "{found:?}"
        );
    }

    #[test]
    fn drivers_that_end_alike_are_one_difference() {
        let ends = |step: u32, failure: &str| {
            let mut run = c("01", 1);
            run.lines[0].line = step;
            run.failure = Some(failure.to_owned());
            run
        };
        let count = |c: &Run, rust: &Run| {
            let found = differences(c, rust);
            let of_drivers = found.iter().filter(|text| text.contains(" driver "));
            of_drivers.count()
        };
        let mut rust_ends = rust("01", 1);
        rust_ends.failure = Some("ended with signal 11".to_owned());
        let c_ends = ends(3, "ended with signal 11");
        assert_eq!(
            differences(&c_ends, &rust_ends),
            [" driver ended with signal 11 ended with signal 11"]
        );
        assert_eq!(count(&ends(3, "ended with signal 6"), &rust_ends), 2);
        assert_eq!(count(&ends(2, "ended with signal 11"), &rust_ends), 2);
        assert_eq!(count(&c("01", 1), &rust_ends), 1);
    }

    #[test]
    fn a_missing_entry_is_listed_and_no_difference() {
        let outcomes = Outcomes::parse(TABLE, None).unwrap();
        let c = run("01", 1, json!({"code": "GNUTLS_E_AGAIN"}));
        let rust = run("01", 1, json!({"outcome": "pending"}));
        let comparison = compare("a", &c, &rust, &outcomes);
        assert_eq!(comparison.differences, []);
        let entry = "handshake: \"pending\" for GNUTLS_E_AGAIN";
        assert!(comparison.missing_entries.contains(entry));
    }

    #[test]
    fn the_kind_of_a_difference_has_no_numbers() {
        let outcomes = Outcomes::parse(TABLE, None).unwrap();
        let comparison = compare("a", &c("0102", 2), &rust("0102", 3), &outcomes);
        let kind = comparison.differences[0].kind();
        assert_eq!(kind, ("handshake".into(), "s".into(), "call.size".into()));
    }
}
