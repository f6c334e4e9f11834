//! Baselines: the facts that the C driver observed in the written scenarios, stored for each library by its key.
//!
//! A baseline is a text that reads well in a diff. It begins as follows:
//!
//! ```text
//! gnutls-conformance baseline, format 2
//! library 3.7.9
//! package libgnutls30 3.7.9-2+deb12u7
//! behaviour 01234567
//! environment GNUTLS_FORCE_FIPS_MODE=0 GNUTLS_SYSTEM_PRIORITY_FILE=/dev/null LC_ALL=C
//! ```
//!
//! `package` is missing if the library is of no package. `environment` (since format 2) is the environment of the
//! drivers; `SSLKEYLOGFILE` and all other variables of GnuTLS are not set.
//!
//! The scenarios follow in the order of their names, each a `scenario NAME` line, and for each step a line with its
//! number, verb, status and calls. Indented below it are the facts of each endpoint that differ from those after the
//! step before (`-` for one that no longer exists), and one line for each record on the wire. At first nothing is
//! known, no number is greater than 0, and every call succeeds; `id` is left out as long as it agrees with `id2`. A
//! value that is longer than 80 characters is replaced by the first digits of its digest (`#0123456789ab`).
//!
//! The hellos that the records mention (`hello=01234567`) come last, each once (since format 2): a line `hello
//! 01234567`, and indented below it its fields.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Error, Result};
use gnutls_releases::Version;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::compare::show_call;
use crate::driver::{Driver, Run};
use crate::environment;
use crate::scenario::{self, Scenario};
use crate::transcript::{Canonical, Step};

/// The first line. The number changes whenever a reader has to change.
pub const FORMAT: &str = "gnutls-conformance baseline, format 2";
/// The greatest length of a value that is stored as it is.
const LONGEST: usize = 80;

/// The key of a library: two libraries with the same key behave alike as far as is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// The version that the library reports.
    pub library: String,
    /// The distribution's package with its version, if there is one.
    pub package: Option<String>,
    /// The digest of the facts about session ids in `behaviour.scenario`.
    pub behaviour: String,
}

impl Key {
    /// The version that the library reports, for comparisons.
    pub fn version(&self) -> Option<Version> {
        self.library.parse().ok()
    }

    /// The version of the package, or of a library of no package, followed by the behaviour.
    pub fn name(&self) -> String {
        let version = self
            .package
            .as_deref()
            .and_then(|package| package.split(' ').next_back());
        format!("{}-{}", version.unwrap_or(&self.library), self.behaviour)
    }
}

/// The steps of one scenario as the C driver observed them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transcript {
    pub scenario: String,
    pub steps: Vec<Step>,
}

impl Transcript {
    /// Returns the steps of a run. The step in which the driver crashed or stopped has the status `failed`.
    pub fn new(scenario: &Scenario, run: &Run) -> Self {
        let mut canonical = Canonical::default();
        let mut steps: Vec<Step> = run.lines.iter().map(|line| canonical.step(line)).collect();
        if let Some(failure) = &run.failure {
            let line = steps.last().map_or(0, |step| step.line) + 1;
            let text = scenario.lines.get(line as usize).map(String::as_str);
            let verb = text.and_then(|text| text.split(' ').next());
            // Without its error output, which may contain addresses.
            let parts: Vec<&str> = failure.splitn(3, ": ").take(2).collect();
            let failure = parts.join(": ");
            steps.push(Step {
                line,
                verb: verb.unwrap_or("end").to_owned(),
                status: "failed".to_owned(),
                needs: Some(failure.replace(['|', '\n'], " ")),
                ..Step::default()
            });
        }
        Self {
            scenario: scenario.name.clone(),
            steps,
        }
    }
}

/// A library and its steps in all scenarios.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    pub key: Key,
    pub transcripts: Vec<Transcript>,
}

impl Baseline {
    /// Writes this run as a file of one library.
    pub fn write(&self, folder: &Path) -> Result<PathBuf> {
        let path = folder.join(format!("{}.txt", self.key.name()));
        std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        std::fs::write(&path, self.text()).with_context(|| path.display().to_string())?;
        Ok(path)
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        let mut text = format!("{FORMAT}\nlibrary {}\n", self.key.library);
        if let Some(package) = &self.key.package {
            text += &format!("package {package}\n");
        }
        text += &format!("behaviour {}\n", self.key.behaviour);
        text += "environment";
        for (name, value) in environment::fixed() {
            text += &format!(" {name}={value}");
        }
        text.push('\n');
        let mut transcripts: Vec<&Transcript> = self.transcripts.iter().collect();
        transcripts.sort_by(|a, b| a.scenario.cmp(&b.scenario));
        let mut hellos = BTreeMap::new();
        for transcript in transcripts {
            text += &format!("\nscenario {}\n", transcript.scenario);
            let mut before = BTreeMap::new();
            for step in &transcript.steps {
                text += &step_text(step, &mut before, &mut hellos);
            }
        }
        for (digest, fields) in hellos {
            text += &format!("\nhello {digest}\n{fields}");
        }
        text
    }
}

/// Returns the digest that distinguishes the library of this driver from others of the same version.
pub fn behaviour(driver: &Driver) -> Result<String> {
    let scenarios = scenario::parse(include_str!("behaviour.scenario")).map_err(Error::msg)?;
    let runs = driver.run(&scenarios)?;
    let transcripts: Vec<Transcript> = scenarios
        .iter()
        .zip(&runs)
        .map(|(scenario, run)| Transcript::new(scenario, run))
        .collect();
    Ok(behaviour_digest(&transcripts))
}

/// The digest that is part of a key.
pub fn behaviour_digest(transcripts: &[Transcript]) -> String {
    let mut digest = Sha256::new();
    for transcript in transcripts {
        digest.update(&transcript.scenario);
        for step in &transcript.steps {
            digest.update(format!("{} {} {:?}", step.line, step.status, step.needs));
            for call in &step.calls {
                digest.update(serde_json::to_string(call).unwrap_or_default());
            }
            for (path, value) in &step.facts {
                if path.contains(".id2.")
                    || path.ends_with(".resumed")
                    || path.ends_with(".session_id")
                {
                    digest.update(format!("{path}={value};"));
                }
            }
        }
    }
    hex::encode(&digest.finalize()[..4])
}

fn step_text(
    step: &Step,
    before: &mut BTreeMap<String, Value>,
    hellos: &mut BTreeMap<String, String>,
) -> String {
    let mut text = format!("{} {} {}", step.line, step.verb, step.status);
    if let Some(needs) = &step.needs {
        text += &format!(" {needs}");
    }
    for call in &step.calls {
        let endpoint = call.get("e").and_then(Value::as_str).unwrap_or("-");
        text += &format!(" | {endpoint} {}", show_call(call));
        for key in ["size", "alert", "data"] {
            if let Some(value) = call.get(key) {
                text += &format!(" {key}={}", short(value));
            }
        }
    }
    text.push('\n');

    let mut changed: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut records: BTreeMap<(&str, u32), Vec<(&str, &Value)>> = BTreeMap::new();
    let mut now = BTreeMap::new();
    let mut endpoints = BTreeSet::new();
    for (path, value) in &step.facts {
        let Some((endpoint, fact)) = path.split_once('.') else {
            continue;
        };
        if let Some((number, fact)) = fact
            .strip_prefix("wire.")
            .and_then(|rest| rest.split_once('.'))
        {
            let number = number.parse().unwrap_or(0);
            records
                .entry((endpoint, number))
                .or_default()
                .push((fact, value));
            continue;
        }
        endpoints.insert(endpoint);
        now.insert(path.clone(), value.clone());
        let known = match before.get(path) {
            Some(known) => known == value,
            None => is_initial(fact, value),
        };
        let left_out = known || (fact.starts_with("id.") && agrees(step, endpoint));
        if !left_out {
            changed
                .entry(endpoint)
                .or_default()
                .push(format!("{fact}={}", short(value)));
        }
    }
    let others = std::mem::take(before);
    for (path, value) in others {
        match path.split_once('.') {
            Some((endpoint, _)) if !endpoints.contains(endpoint) => {
                now.insert(path, value);
            }
            Some((_, fact)) if fact.starts_with("id.") || is_initial(fact, &value) => {}
            Some((endpoint, fact)) if !now.contains_key(&path) => {
                let endpoint = endpoints.get(endpoint).copied().unwrap_or_default();
                changed
                    .entry(endpoint)
                    .or_default()
                    .push(format!("{fact}=-"));
            }
            _ => {}
        }
    }
    *before = now;
    for (endpoint, facts) in changed {
        text += &format!("  {endpoint} {}\n", facts.join(" "));
    }
    for ((endpoint, _), facts) in records {
        text += &format!("  {endpoint} > {}\n", record_text(&facts, hellos));
    }
    text
}

/// Returns whether a fact has the value that is left out when it is first observed.
fn is_initial(fact: &str, value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Bool(value) => *value == (fact == "id2.stable"),
        Value::Number(number) => number.as_u64() == Some(0),
        Value::String(text) => text == "empty" || text == "GNUTLS_E_SUCCESS",
        _ => false,
    }
}

/// Returns whether both calls that read the identifier of an endpoint agree.
fn agrees(step: &Step, endpoint: &str) -> bool {
    let fact = |name: &str| step.facts.get(&format!("{endpoint}.{name}"));
    let short = fact("id.short").is_none_or(|code| code == "GNUTLS_E_SHORT_MEMORY_BUFFER");
    fact("id.exact") == fact("id2.bytes") && fact("id.query") == fact("id2.size") && short
}

/// A record: its type, length and messages, the session id and the fields of the hello in them, and a digest of
/// everything.
fn record_text(facts: &[(&str, &Value)], hellos: &mut BTreeMap<String, String>) -> String {
    let mut text = String::new();
    let mut all = Sha256::new();
    for (fact, value) in facts {
        all.update(format!("{fact}={value};"));
    }
    let of = |name: &str| {
        facts
            .iter()
            .find(|(fact, _)| *fact == name)
            .map(|(_, value)| short(value))
    };
    for name in ["record", "level", "length", "encrypted"] {
        if let Some(value) = of(name) {
            text += &match name {
                "record" => value,
                "encrypted" => " encrypted".to_owned(),
                _ => format!(" {value}"),
            };
        }
    }
    for (fact, value) in facts {
        let name = fact.rsplit('.').next().unwrap_or_default();
        if fact.starts_with("alert.") || ["message", "session_id"].contains(&name) {
            text += &format!(" {name}={}", short(value));
        }
    }
    let fields = hello_text(facts);
    if !fields.is_empty() {
        let digest = hex::encode(&Sha256::digest(&fields)[..4]);
        text += &format!(" hello={digest}");
        hellos.insert(digest, fields);
    }
    format!("{text} #{}", &hex::encode(all.finalize())[..12])
}

/// The fields of the hello in a record, a line each. The session id is part of the record, since its origin differs.
fn hello_text(facts: &[(&str, &Value)]) -> String {
    let mut fields: Vec<String> = Vec::new();
    let mut extensions: BTreeMap<u32, String> = BTreeMap::new();
    for (fact, value) in facts {
        let Some((_, fact)) = fact
            .strip_prefix("messages.")
            .and_then(|rest| rest.split_once('.'))
        else {
            continue;
        };
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Array(list) => list
                .iter()
                .filter_map(Value::as_str)
                .collect::<Vec<_>>()
                .join(","),
            value => value.to_string(),
        };
        let extension = fact
            .strip_prefix("extensions.")
            .and_then(|rest| rest.split_once('.'));
        match extension {
            Some((number, name)) => {
                let text = extensions.entry(number.parse().unwrap_or(0)).or_default();
                match name {
                    "extension" => text.insert_str(0, &format!("  extension {value}")),
                    _ => *text += &format!(" {name}={value}"),
                }
            }
            None if ["message", "length", "session_id", "sequence"].contains(&fact) => {}
            None if ["extensions", "part", "offset"].contains(&fact) => {}
            None => fields.push(format!("  {fact} {value}\n")),
        }
    }
    for text in extensions.into_values() {
        fields.push(text + "\n");
    }
    fields.concat()
}

/// A value without blanks, or its digest if it is long.
fn short(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.clone(),
        value => value.to_string(),
    };
    if text.len() > LONGEST || text.contains(char::is_whitespace) || text.is_empty() {
        return format!("#{}", &hex::encode(Sha256::digest(text.as_bytes()))[..12]);
    }
    text
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use serde_json::json;

    pub(crate) fn baseline(size: u32) -> Baseline {
        let step = |line: u32, size: u32| Step {
            line,
            verb: "observe".into(),
            status: "done".into(),
            facts: BTreeMap::from([
                ("1c.id2.size".to_owned(), json!(size)),
                ("1c.version".to_owned(), json!("TLS1.3")),
                ("1s.wire.1.record".to_owned(), json!("handshake")),
                ("1s.wire.1.length".to_owned(), json!(7)),
            ]),
            ..Step::default()
        };
        Baseline {
            key: Key {
                library: "3.7.9".into(),
                package: Some("libgnutls30 3.7.9-2".into()),
                behaviour: "01234567".into(),
            },
            transcripts: vec![Transcript {
                scenario: "a".into(),
                steps: vec![step(1, 0), step(2, size)],
            }],
        }
    }

    #[test]
    fn only_what_changes_is_written() {
        let text = baseline(32).text();
        let expected = "scenario a\n1 observe done\n  1c version=TLS1.3\n  1s > handshake 7 #";
        assert!(text.contains(expected), "{text}");
        assert!(
            text.contains("\n2 observe done\n  1c id2.size=32\n"),
            "{text}"
        );
    }

    #[test]
    fn the_digest_is_of_identifiers_and_not_of_all_else() {
        let digest = |baseline: &Baseline| behaviour_digest(&baseline.transcripts);
        assert_ne!(digest(&baseline(32)), digest(&baseline(0)));
        let mut other = baseline(32);
        other.transcripts[0].steps[0]
            .facts
            .insert("1c.desc".into(), json!("other"));
        assert_eq!(digest(&baseline(32)), digest(&other));
    }
}
