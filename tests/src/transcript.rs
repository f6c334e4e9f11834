//! The output of a driver, and the same with each byte string replaced by the place where it was first seen.
//!
//! The second form is compared, stored in baselines and shown in reports: it contains nothing that differs between two
//! runs of the same program.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::wire::Wire;

/// One line of a driver's output, as `FORMAT.md` describes it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Printed {
    pub scenario: String,
    #[serde(default)]
    pub line: u32,
    #[serde(default)]
    pub verb: String,
    #[serde(default)]
    pub status: String,
    #[serde(default)]
    pub needs: Option<String>,
    #[serde(default)]
    pub calls: Vec<Map<String, Value>>,
    #[serde(default)]
    pub observations: BTreeMap<String, Value>,
    #[serde(default)]
    pub wire: Vec<Sent>,
    #[serde(default)]
    pub end: u8,
}

/// Bytes that an endpoint passed to its transport.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sent {
    pub from: String,
    /// The encryption level of a handshake message of QUIC.
    #[serde(default)]
    pub level: Option<String>,
    pub bytes: String,
}

/// One step of a scenario: its calls, and every fact that is known after it by its path (`1c.id2.size`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub line: u32,
    pub verb: String,
    pub status: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub needs: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<Map<String, Value>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub facts: BTreeMap<String, Value>,
}

/// Replaces byte strings by places, for one scenario of one driver.
#[derive(Debug, Default)]
pub struct Canonical {
    places: HashMap<String, String>,
    wire: Wire,
}

impl Canonical {
    /// Returns the step of a printed line. Lines must come in the order in which they were printed.
    pub fn step(&mut self, printed: &Printed) -> Step {
        if printed.verb == "open" {
            // The number of a connection that was closed may be used again.
            for endpoint in printed.observations.keys() {
                self.wire.forget(endpoint.trim_end_matches(['c', 's']));
            }
        }
        let mut facts = BTreeMap::new();
        for (endpoint, observation) in &printed.observations {
            self.flatten(printed.line, endpoint, observation, &mut facts);
        }
        self.read_wire(printed, &mut facts);
        Step {
            line: printed.line,
            verb: printed.verb.clone(),
            status: printed.status.clone(),
            needs: printed.needs.clone(),
            calls: printed.calls.clone(),
            facts,
        }
    }

    fn read_wire(&mut self, printed: &Printed, facts: &mut BTreeMap<String, Value>) {
        let mut records: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        for sent in &printed.wire {
            let bytes = hex::decode(&sent.bytes).unwrap_or_default();
            let read = match &sent.level {
                None => self.wire.read(&sent.from, &bytes),
                Some(level) => vec![self.wire.read_message(&sent.from, level, &bytes)],
            };
            records.entry(&sent.from).or_default().extend(read);
        }
        for (endpoint, records) in records {
            for (at, record) in records.iter().enumerate() {
                let path = format!("{endpoint}.wire.{}", at + 1);
                self.flatten(printed.line, &path, record, facts);
            }
        }
    }

    fn flatten(
        &mut self,
        line: u32,
        path: &str,
        value: &Value,
        facts: &mut BTreeMap<String, Value>,
    ) {
        match value {
            Value::Object(object) => {
                if let (1, Some(Value::String(bytes))) = (object.len(), object.get("bytes")) {
                    facts.insert(path.to_owned(), self.place(line, path, bytes));
                    return;
                }
                for (key, value) in object {
                    self.flatten(line, &format!("{path}.{key}"), value, facts);
                }
            }
            Value::Array(list) if list.iter().any(Value::is_object) => {
                for (at, value) in list.iter().enumerate() {
                    self.flatten(line, &format!("{path}.{}", at + 1), value, facts);
                }
            }
            Value::String(text) if is_bytes(path) => {
                facts.insert(path.to_owned(), self.place(line, path, text));
            }
            value => {
                facts.insert(path.to_owned(), value.clone());
            }
        }
    }

    /// Returns the place where these bytes were first seen: one mechanism for "as the peer", "as the last connection"
    /// and "as before".
    fn place(&mut self, line: u32, path: &str, bytes: &str) -> Value {
        if bytes.is_empty() {
            return "empty".into();
        }
        if bytes.bytes().all(|digit| digit == b'0') {
            return "zero".into();
        }
        let place = self.places.entry(bytes.to_owned());
        place
            .or_insert_with(|| {
                // Both calls that read an identifier must agree, whichever came first.
                let path = path
                    .trim_end_matches(".id2.bytes")
                    .trim_end_matches(".id.exact");
                let path = if path.contains('.') {
                    path.to_owned()
                } else {
                    format!("{path}.id2")
                };
                format!("{line}:{path}")
            })
            .clone()
            .into()
    }
}

/// The facts whose bytes differ between two runs.
fn is_bytes(path: &str) -> bool {
    [
        ".id2.bytes",
        ".id.exact",
        ".exporter",
        ".client_random",
        ".server_random",
        ".unique",
    ]
    .iter()
    .any(|end| path.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn printed(line: u32, client: &str, server: &str) -> Printed {
        let observation = |bytes: &str| json!({"id2": {"size": bytes.len() / 2, "bytes": bytes}, "resumed": false});
        serde_json::from_value(json!({
            "scenario": "a", "line": line, "verb": "observe", "status": "done",
            "observations": {"1c": observation(client), "1s": observation(server)},
        }))
        .expect("the line has the format")
    }

    #[test]
    fn bytes_are_known_by_the_place_where_they_were_first_seen() {
        let mut canonical = Canonical::default();
        let first = canonical.step(&printed(1, "", "aa01"));
        assert_eq!(first.facts["1c.id2.bytes"], "empty");
        assert_eq!(first.facts["1s.id2.bytes"], "1:1s.id2");
        let second = canonical.step(&printed(2, "aa01", "0000"));
        assert_eq!(second.facts["1c.id2.bytes"], "1:1s.id2");
        assert_eq!(second.facts["1s.id2.bytes"], "zero");
        assert_eq!(second.facts["1s.id2.size"], 2);
    }

    #[test]
    fn two_runs_with_other_random_values_are_equal_and_a_swapped_side_is_not() {
        let run = |lines: [Printed; 2]| lines.map(|line| Canonical::default().step(&line));
        let one = run([printed(1, "01", "02"), printed(2, "01", "02")]);
        let other = run([printed(1, "0a", "0b"), printed(2, "0a", "0b")]);
        assert_eq!(one, other);
        let mut canonical = Canonical::default();
        let mut swapped = Canonical::default();
        canonical.step(&printed(1, "01", "02"));
        swapped.step(&printed(1, "0a", "0b"));
        assert_ne!(
            canonical.step(&printed(2, "01", "02")),
            swapped.step(&printed(2, "0b", "0a"))
        );
    }

    #[test]
    fn what_the_wire_carries_is_tied_to_what_the_sessions_say() {
        let mut hello = vec![3, 3];
        hello.extend([9; 32]);
        hello.extend([2, 0xaa, 0x01, 0, 2, 0x13, 1, 1, 0]);
        let mut record = vec![
            22,
            3,
            1,
            0,
            hello.len() as u8 + 4,
            1,
            0,
            0,
            hello.len() as u8,
        ];
        record.extend(hello);
        let mut line = printed(1, "aa01", "");
        line.wire = vec![Sent {
            from: "1c".into(),
            level: None,
            bytes: hex::encode(record),
        }];
        let step = Canonical::default().step(&line);
        assert_eq!(step.facts["1c.wire.1.messages.1.session_id"], "1:1c.id2");
    }
}
