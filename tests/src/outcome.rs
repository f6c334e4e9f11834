//! The table of the outcomes of the safe crate and the results of C that they stand for.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Map, Value};

/// One entry: in these calls, this outcome in Rust is right if C has one of these results.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    pub calls: Vec<String>,
    pub rust: String,
    /// Names of codes; `n` stands for a count, `guarded` for an unsafe call that the C driver does not make.
    pub c: Vec<String>,
    /// True if the safe crate refused the call without calling C.
    #[serde(default)]
    pub refused: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    outcome: Vec<Outcome>,
}

/// The table, with a record of the entries that were used.
#[derive(Debug)]
pub struct Outcomes {
    entries: Vec<Outcome>,
    used: Mutex<BTreeSet<(usize, String)>>,
}

impl Outcomes {
    pub fn read(file: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
        Self::parse(&text).with_context(|| file.display().to_string())
    }

    pub fn parse(text: &str) -> Result<Self> {
        let File { outcome: entries } = toml::from_str(text)?;
        for entry in &entries {
            let empty = entry.calls.is_empty() || entry.c.is_empty();
            ensure!(
                !empty,
                "the entry for {:?} has no calls or no results",
                entry.rust
            );
        }
        Ok(Self {
            entries,
            used: Mutex::default(),
        })
    }

    /// Returns whether the result of a call in Rust agrees with that in C. Other facts are ignored.
    pub fn agree(&self, c: &Map<String, Value>, rust: &Map<String, Value>) -> bool {
        let call = text(c, "call");
        let result = if c.contains_key("n") {
            "n"
        } else {
            text(c, "code")
        };
        let refused = rust.get("refused").is_some();
        // A code from C must be the same.
        if !refused && rust.contains_key("code") && text(rust, "code") != result {
            return false;
        }
        if call != text(rust, "call") || c.get("n") != rust.get("n") {
            return false;
        }
        let entry = self.entries.iter().position(|entry| {
            entry.rust == text(rust, "outcome")
                && entry.refused == refused
                && entry.calls.iter().any(|name| name == call)
                && entry.c.iter().any(|name| name == result)
        });
        if let Some(entry) = entry {
            self.lock().insert((entry, call.to_owned()));
        }
        entry.is_some()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeSet<(usize, String)>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The calls of entries that nothing has used.
    pub fn unused(&self) -> Vec<String> {
        let used = self.lock();
        let mut unused = Vec::new();
        for (at, entry) in self.entries.iter().enumerate() {
            for call in &entry.calls {
                if !used.contains(&(at, call.clone())) {
                    unused.push(format!(
                        "{call}: {:?} for {}",
                        entry.rust,
                        entry.c.join(", ")
                    ));
                }
            }
        }
        unused
    }
}

fn text<'a>(map: &'a Map<String, Value>, key: &str) -> &'a str {
    map.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const TABLE: &str = r#"
        [[outcome]]
        calls = ["handshake", "recv"]
        rust = "pending"
        c = ["GNUTLS_E_AGAIN"]

        [[outcome]]
        calls = ["recv"]
        rust = "ready"
        c = ["n"]

        [[outcome]]
        calls = ["send"]
        rust = "error InvalidState"
        c = ["GNUTLS_E_UNAVAILABLE_DURING_HANDSHAKE"]
        refused = true

        [[outcome]]
        calls = ["recv"]
        rust = "error Protocol"
        c = ["GNUTLS_E_DECRYPTION_FAILED", "GNUTLS_E_UNEXPECTED_PACKET"]
    "#;

    fn agree(outcomes: &Outcomes, c: Value, rust: Value) -> bool {
        outcomes.agree(c.as_object().unwrap(), rust.as_object().unwrap())
    }

    #[test]
    fn an_outcome_stands_for_the_codes_of_its_entry_and_no_other() {
        let table = Outcomes::parse(TABLE).unwrap();
        let again = json!({"call": "recv", "code": "GNUTLS_E_AGAIN"});
        assert!(agree(
            &table,
            again.clone(),
            json!({"call": "recv", "outcome": "pending"})
        ));
        assert!(!agree(
            &table,
            again.clone(),
            json!({"call": "recv", "outcome": "ready"})
        ));
        assert!(!agree(
            &table,
            again,
            json!({"call": "send", "outcome": "pending"})
        ));
        let sent = json!({"call": "send", "code": "GNUTLS_E_UNAVAILABLE_DURING_HANDSHAKE"});
        let refused = json!({"call": "send", "outcome": "error InvalidState", "refused": 1});
        assert!(agree(&table, sent.clone(), refused));
        let not_refused = json!({"call": "send", "outcome": "error InvalidState"});
        assert!(!agree(&table, sent, not_refused));
    }

    #[test]
    fn counts_and_codes_have_to_be_the_same() {
        let table = Outcomes::parse(TABLE).unwrap();
        let ten = json!({"call": "recv", "n": 10});
        assert!(agree(
            &table,
            ten.clone(),
            json!({"call": "recv", "outcome": "ready", "n": 10})
        ));
        assert!(!agree(
            &table,
            ten,
            json!({"call": "recv", "outcome": "ready", "n": 9})
        ));
        let failed = json!({"call": "recv", "code": "GNUTLS_E_DECRYPTION_FAILED"});
        let other = json!({"call": "recv", "outcome": "error Protocol", "code": "GNUTLS_E_UNEXPECTED_PACKET"});
        assert!(!agree(&table, failed, other));
    }

    #[test]
    fn unused_entries_are_reported() {
        let table = Outcomes::parse(TABLE).unwrap();
        agree(
            &table,
            json!({"call": "recv", "code": "GNUTLS_E_AGAIN"}),
            json!({"call": "recv", "outcome": "pending"}),
        );
        let unused = table.unused();
        assert_eq!(unused.len(), 4, "{unused:?}");
        assert!(unused[0].starts_with("handshake"));
    }
}
