//! The table of the outcomes of the safe crate and the results of C that they stand for.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use gnutls_releases::Version;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::release;

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
    /// The first release that has these results.
    #[serde(default, deserialize_with = "release::deserialize")]
    pub since: Option<Version>,
    /// The first later release that never has these results.
    #[serde(default, deserialize_with = "release::deserialize")]
    pub before: Option<Version>,
}

impl Outcome {
    /// Returns whether a release can have these results. An unknown release is older than any other.
    fn holds_for(&self, release: Option<Version>) -> bool {
        self.since.is_none_or(|since| release >= Some(since))
            && self.before.is_none_or(|before| release < Some(before))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    outcome: Vec<Outcome>,
}

/// The result of comparing a call in Rust with the one in C.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Agreement {
    Agrees,
    Differs,
    /// Both succeed, both would block or both fail, but the table has no such entry.
    NoEntry(String),
}

/// The table, with a record of the entries that were used.
#[derive(Debug)]
pub struct Outcomes {
    entries: Vec<Outcome>,
    used: Mutex<BTreeSet<(usize, String)>>,
}

impl Outcomes {
    /// Reads the entries about a release.
    pub fn read(file: &Path, release: Option<Version>) -> Result<Self> {
        let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
        Self::parse(&text, release).with_context(|| file.display().to_string())
    }

    pub fn parse(text: &str, release: Option<Version>) -> Result<Self> {
        let File {
            outcome: mut entries,
        } = toml::from_str(text)?;
        entries.retain(|entry| entry.holds_for(release));
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

    /// Compares the result of a call in Rust with that in C. Other facts are ignored.
    pub fn judge(&self, c: &Map<String, Value>, rust: &Map<String, Value>) -> Agreement {
        let call = text(c, "call");
        let counted = c.contains_key("n");
        let result = if counted { "n" } else { text(c, "code") };
        let outcome = text(rust, "outcome");
        let refused = rust.get("refused").is_some();
        // A code from C must be the same.
        if !refused && rust.contains_key("code") && text(rust, "code") != result {
            return Agreement::Differs;
        }
        if call != text(rust, "call") || c.get("n") != rust.get("n") {
            return Agreement::Differs;
        }
        let entry = self.entries.iter().position(|entry| {
            entry.rust == outcome
                && entry.refused == refused
                && entry.calls.iter().any(|name| name == call)
                && entry.c.iter().any(|name| name == result)
        });
        if let Some(entry) = entry {
            self.lock().insert((entry, call.to_owned()));
            return Agreement::Agrees;
        }
        let c_succeeds = counted || result == "GNUTLS_E_SUCCESS";
        let same = match outcome {
            "ready" => c_succeeds,
            "pending" => result == "GNUTLS_E_AGAIN",
            _ => !c_succeeds && result != "GNUTLS_E_AGAIN",
        };
        if !same {
            return Agreement::Differs;
        }
        let refused = if refused { ", refused before C" } else { "" };
        Agreement::NoEntry(format!("{call}: {outcome:?} for {result}{refused}"))
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

    fn judge(outcomes: &Outcomes, c: Value, rust: Value) -> Agreement {
        outcomes.judge(c.as_object().unwrap(), rust.as_object().unwrap())
    }

    fn agree(outcomes: &Outcomes, c: Value, rust: Value) -> bool {
        judge(outcomes, c, rust) == Agreement::Agrees
    }

    #[test]
    fn an_outcome_stands_for_the_codes_of_its_entry_and_no_other() {
        let table = Outcomes::parse(TABLE, None).unwrap();
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
    fn an_entry_holds_for_its_releases() {
        let releases = "c = [\"n\"]\nsince = \"3.6.3\"\nbefore = \"3.6.4\"";
        let text = TABLE.replace("c = [\"n\"]", releases);
        let of = |release: &str| Outcomes::parse(&text, release.parse().ok()).unwrap();
        let ten = || json!({"call": "recv", "n": 10, "outcome": "ready"});
        assert!(!agree(&of("3.6.2"), ten(), ten()));
        assert!(agree(&of("3.6.3"), ten(), ten()));
        assert!(!agree(&of("3.6.4"), ten(), ten()));
        assert_eq!(of("3.6.3").unused().len(), of("3.6.4").unused().len() + 1);
    }

    #[test]
    fn counts_and_codes_have_to_be_the_same() {
        let table = Outcomes::parse(TABLE, None).unwrap();
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
    fn a_missing_entry_is_no_difference() {
        let table = Outcomes::parse(TABLE, None).unwrap();
        let missing = |c, rust, entry: &str| {
            assert_eq!(judge(&table, c, rust), Agreement::NoEntry(entry.to_owned()));
        };
        missing(
            json!({"call": "recv", "code": "GNUTLS_E_DECRYPTION_FAILED"}),
            json!({"call": "recv", "outcome": "error Limit", "code": "GNUTLS_E_DECRYPTION_FAILED"}),
            "recv: \"error Limit\" for GNUTLS_E_DECRYPTION_FAILED",
        );
        missing(
            json!({"call": "recv", "code": "guarded"}),
            json!({"call": "recv", "outcome": "error Closed", "refused": 1}),
            "recv: \"error Closed\" for guarded, refused before C",
        );
        missing(
            json!({"call": "bye", "code": "GNUTLS_E_SUCCESS"}),
            json!({"call": "bye", "outcome": "ready"}),
            "bye: \"ready\" for GNUTLS_E_SUCCESS",
        );
        for (c, rust) in [
            (
                json!({"call": "bye", "code": "GNUTLS_E_SUCCESS"}),
                json!({"call": "bye", "outcome": "error Closed", "refused": 1}),
            ),
            (
                json!({"call": "bye", "code": "GNUTLS_E_AGAIN"}),
                json!({"call": "bye", "outcome": "ready"}),
            ),
            (
                json!({"call": "bye", "code": "GNUTLS_E_PUSH_ERROR"}),
                json!({"call": "bye", "outcome": "pending"}),
            ),
        ] {
            assert_eq!(judge(&table, c, rust), Agreement::Differs);
        }
    }

    #[test]
    fn unused_entries_are_reported() {
        let table = Outcomes::parse(TABLE, None).unwrap();
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
