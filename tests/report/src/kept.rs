//! Reading baselines back: the facts that one library showed, for each step of each scenario.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use gnutls_conformance::baseline::FORMAT;

/// One baseline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Kept {
    /// The version that the library gives itself.
    pub library: String,
    /// The distribution's package with its version.
    pub package: Option<String>,
    /// The digest of what the library was probed to do.
    pub behaviour: String,
    /// The environment that it was made in.
    pub environment: String,
    /// Steps by the name of their scenario.
    pub scenarios: BTreeMap<String, Vec<Step>>,
}

/// One step of a scenario.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    pub number: u32,
    pub verb: String,
    pub status: String,
    /// What was called and what came of it: endpoint and text.
    pub calls: Vec<(String, String)>,
    /// All facts as they stand after the step, by endpoint and name (`1c`, `id2.size`).
    pub facts: BTreeMap<(String, String), String>,
    /// What went over the wire: endpoint and text.
    pub records: Vec<(String, String)>,
    /// The step as it stands in the file.
    pub text: String,
}

impl Kept {
    /// Every baseline in a folder, oldest library first.
    pub fn read_folder(folder: &Path) -> Result<Vec<Self>> {
        let entries = fs::read_dir(folder)
            .with_context(|| format!("no baselines in {}", folder.display()))?;
        let mut all = Vec::new();
        for entry in entries {
            let path = entry?.path();
            if path.extension().is_some_and(|extension| extension == "txt") {
                let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
                all.push(Self::parse(&text).with_context(|| path.display().to_string())?);
            }
        }
        all.sort_by_key(|kept| {
            (
                numbers(&kept.library),
                kept.package.clone(),
                kept.behaviour.clone(),
            )
        });
        Ok(all)
    }

    /// Reads the text of a baseline.
    pub fn parse(text: &str) -> Result<Self> {
        let mut lines = text.lines();
        let first = lines.next().unwrap_or_default();
        ensure!(
            first == FORMAT,
            "the first line is {first:?} and not {FORMAT:?}"
        );
        let mut kept = Self::default();
        let mut scenario: Option<&mut Vec<Step>> = None;
        for (at, line) in lines.enumerate() {
            let problem = || format!("line {}: {line:?}", at + 2);
            let steps = scenario.as_deref_mut();
            if line.is_empty() {
            } else if let Some(name) = line.strip_prefix("scenario ") {
                scenario = Some(kept.scenarios.entry(name.to_owned()).or_default());
            } else if let Some(steps) = steps {
                match line.strip_prefix("  ") {
                    None => steps.push(Step::begin(line, steps.last()).with_context(problem)?),
                    Some(rest) => steps
                        .last_mut()
                        .with_context(problem)?
                        .add(rest)
                        .with_context(problem)?,
                }
            } else {
                let (key, value) = line.split_once(' ').with_context(problem)?;
                match key {
                    "library" => kept.library = value.to_owned(),
                    "package" => kept.package = Some(value.to_owned()),
                    "behaviour" => kept.behaviour = value.to_owned(),
                    "environment" => kept.environment = value.to_owned(),
                    _ => anyhow::bail!(problem()),
                }
            }
        }
        ensure!(
            !kept.library.is_empty(),
            "the version of the library is not said"
        );
        Ok(kept)
    }

    /// What tells this library from others: its version, and its package where two have the same.
    pub fn title(&self) -> &str {
        &self.library
    }

    /// Whether a word on the command line means this library.
    pub fn is_called(&self, word: &str) -> bool {
        self.library == word
            || self.behaviour == word
            || self
                .package
                .as_deref()
                .is_some_and(|package| package.split(' ').any(|part| part == word))
    }
}

impl Step {
    fn begin(line: &str, before: Option<&Self>) -> Result<Self> {
        let mut parts = line.split(" | ");
        let mut words = parts.next().unwrap_or_default().split(' ');
        let number = words
            .next()
            .and_then(|word| word.parse().ok())
            .context("a step begins with its number")?;
        let verb = words.next().context("no verb")?.to_owned();
        let status = words.collect::<Vec<_>>().join(" ");
        let calls = parts
            .filter_map(|part| part.split_once(' '))
            .map(|(endpoint, call)| (endpoint.into(), call.into()));
        Ok(Self {
            number,
            verb,
            status,
            calls: calls.collect(),
            facts: before.map(|step| step.facts.clone()).unwrap_or_default(),
            records: Vec::new(),
            text: line.to_owned(),
        })
    }

    fn add(&mut self, line: &str) -> Result<()> {
        self.text += &format!("\n  {line}");
        let (endpoint, rest) = line.split_once(' ').context("no endpoint")?;
        if let Some(record) = rest.strip_prefix("> ") {
            self.records.push((endpoint.to_owned(), record.to_owned()));
            return Ok(());
        }
        for word in rest.split(' ') {
            let (name, value) = word
                .split_once('=')
                .with_context(|| format!("{word:?} is not name=value"))?;
            let key = (endpoint.to_owned(), name.to_owned());
            if value == "-" {
                self.facts.remove(&key);
            } else {
                self.facts.insert(key, value.to_owned());
            }
        }
        Ok(())
    }
}

/// A version as numbers, so that 3.6.10 comes after 3.6.9.
pub fn numbers(version: &str) -> Vec<u32> {
    version
        .split('.')
        .map(|part| part.parse().unwrap_or(0))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use gnutls_conformance::baseline::{Baseline, Key, Transcript};
    use serde_json::json;

    #[test]
    fn what_the_conformance_suite_writes_is_read() {
        let step = |line, size, extra: Option<&str>| {
            let mut facts = json!({"1c.id2.size": size, "1c.resumed": true, "1c.wire.1.record": "alert", "1c.wire.1.length": 2});
            if let Some(name) = extra {
                facts[name] = "TLS1.3".into();
            }
            serde_json::from_value(json!({
                "line": line, "verb": "handshake", "status": "done",
                "calls": [{"e": "1c", "call": "handshake", "code": "GNUTLS_E_SUCCESS"}], "facts": facts,
            }))
            .expect("a step")
        };
        let baseline = Baseline {
            key: Key {
                library: "3.7.9".into(),
                package: Some("libgnutls30 3.7.9-2".into()),
                behaviour: "0a".into(),
            },
            transcripts: vec![Transcript {
                scenario: "one".into(),
                steps: vec![step(4, 16, Some("1c.version")), step(5, 32, None)],
            }],
        };
        let kept = Kept::parse(&baseline.text()).unwrap();
        assert_eq!(kept.library, "3.7.9");
        assert!(kept.is_called("3.7.9-2") && kept.is_called("0a") && !kept.is_called("3.7"));
        let [first, second] = &kept.scenarios["one"][..] else {
            panic!("two steps")
        };
        let fact = |step: &Step, name: &str| step.facts.get(&("1c".into(), name.into())).cloned();
        assert_eq!(fact(first, "id2.size").as_deref(), Some("16"));
        assert_eq!(fact(first, "version").as_deref(), Some("TLS1.3"));
        assert_eq!(fact(second, "id2.size").as_deref(), Some("32"));
        assert_eq!(
            fact(second, "resumed").as_deref(),
            Some("true"),
            "a fact that did not change is still there"
        );
        assert_eq!(fact(second, "version"), None, "a fact that is gone is gone");
        assert_eq!(first.calls[0].0, "1c");
        assert!(
            first.records[0].1.starts_with("alert 2"),
            "{:?}",
            first.records
        );
    }

    #[test]
    fn another_format_is_refused() {
        assert!(Kept::parse("gnutls-conformance baseline, format 1\nlibrary 3.9.0\n").is_err());
        assert!(Kept::parse("").is_err());
        let text = format!("{FORMAT}\nlibrary 3.9.0\nscenario a\nnot a step\n");
        assert!(format!("{:#}", Kept::parse(&text).unwrap_err()).contains("line 4"));
    }
}
