//! Reads baselines: the facts of one library after each step of each scenario.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::baselines::{self, Line, SINGLE};
use anyhow::{Context, Result, bail, ensure};

/// The formats that can be read here: 1 lacks the environment and the fields of hellos.
const FORMATS: [&str; 2] = ["1", "2"];

/// The fields of each hello, by the digest that records mention.
pub type Hellos = BTreeMap<String, BTreeMap<String, String>>;

/// One baseline.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Baseline {
    /// The version that the library reports.
    pub library: String,
    /// The distribution's package with its version.
    pub package: Option<String>,
    /// The digest of the library's probed behaviour.
    pub behaviour: String,
    /// The environment of the drivers.
    pub environment: Option<String>,
    /// The name that distinguishes this library: its version, and its package if another has the same version.
    pub title: String,
    pub hellos: Hellos,
    /// Steps by the name of their scenario.
    pub scenarios: BTreeMap<String, Vec<Step>>,
}

/// One step of a scenario.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    pub number: u32,
    pub verb: String,
    pub status: String,
    /// The calls with their results: endpoint and text.
    pub calls: Vec<(String, String)>,
    /// All facts after the step, by endpoint and name (`1c`, `id2.size`).
    pub facts: BTreeMap<(String, String), String>,
    /// The records on the wire: endpoint and text.
    pub records: Vec<(String, String)>,
    /// The text of the step in the file.
    pub text: String,
}

impl Baseline {
    /// Reads every baseline in a folder, oldest library first.
    pub fn read_folder(folder: &Path) -> Result<Vec<Self>> {
        let mut all = Vec::new();
        for library in baselines::read(folder)? {
            all.push(Self::parse(&library.lines)?);
        }
        ensure!(!all.is_empty(), "no baselines in {}", folder.display());
        let versions: Vec<String> = all
            .iter()
            .map(|baseline| baseline.library.clone())
            .collect();
        for baseline in &mut all {
            if versions.iter().filter(|v| **v == baseline.library).count() > 1 {
                baseline.title = baseline.long_title();
            }
        }
        Ok(all)
    }

    /// Reads the baseline in a file of one library.
    pub fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
        Self::parse(&baselines::lines(path, &text))
    }

    /// Reads the lines of a baseline.
    pub fn parse(lines: &[Line]) -> Result<Self> {
        let (first, lines) = lines.split_first().context("the baseline is empty")?;
        let format = first.text.strip_prefix(SINGLE);
        ensure!(
            format.is_some_and(|format| FORMATS.contains(&format)),
            "{}: {:?} is not \"{SINGLE}N\" with N one of {}",
            first.place(),
            first.text,
            FORMATS.join(", ")
        );
        let mut baseline = Self::default();
        let mut part = Part::Head;
        for line in lines {
            part = baseline
                .add(part, &line.text)
                .with_context(|| format!("{}: {:?}", line.place(), line.text))?;
        }
        ensure!(
            !baseline.library.is_empty(),
            "the line \"library VERSION\" is missing"
        );
        baseline.title = baseline.library.clone();
        Ok(baseline)
    }

    /// Reads a line; returns the part to which the next one belongs.
    fn add(&mut self, part: Part, line: &str) -> Result<Part> {
        if line.is_empty() {
            return Ok(part);
        }
        if let Some(name) = line.strip_prefix("scenario ") {
            let known = self.scenarios.insert(name.to_owned(), Vec::new());
            ensure!(known.is_none(), "the scenario is there twice");
            return Ok(Part::Scenario(name.to_owned()));
        }
        if let Some(digest) = line.strip_prefix("hello ") {
            self.hellos.insert(digest.to_owned(), BTreeMap::new());
            return Ok(Part::Hello(digest.to_owned()));
        }
        match &part {
            Part::Head => {
                let (key, value) = line
                    .split_once(' ')
                    .context("the line is not a name and a value")?;
                match key {
                    "library" => self.library = value.to_owned(),
                    "package" => self.package = Some(value.to_owned()),
                    "behaviour" => self.behaviour = value.to_owned(),
                    "environment" => self.environment = Some(value.to_owned()),
                    _ => bail!("unknown name"),
                }
            }
            Part::Scenario(name) => {
                let steps = self.scenarios.get_mut(name).context("no scenario")?;
                match line.strip_prefix("  ") {
                    None => steps.push(Step::begin(line, steps.last())?),
                    Some(rest) => steps
                        .last_mut()
                        .context("there is no step above")?
                        .add(rest)?,
                }
            }
            Part::Hello(digest) => {
                let fields = self.hellos.get_mut(digest).context("no hello")?;
                let words = line.strip_prefix("  ").context("the line is not a field")?;
                // The name of an extension includes its number.
                let from = if words.starts_with("extension ") {
                    10
                } else {
                    0
                };
                let name = words[from..]
                    .find(' ')
                    .map_or(words.len(), |blank| from + blank);
                let value = words[name..].trim_start();
                fields.insert(words[..name].to_owned(), value.to_owned());
            }
        }
        Ok(part)
    }

    /// Returns the version with the package.
    pub fn long_title(&self) -> String {
        match &self.package {
            Some(package) => format!("{} ({package})", self.library),
            None => format!("{} ({})", self.library, self.behaviour),
        }
    }

    /// Returns whether a word on the command line means this library.
    pub fn is_called(&self, word: &str) -> bool {
        self.library == word
            || self.behaviour == word
            || self
                .package
                .as_deref()
                .is_some_and(|package| package.split(' ').any(|part| part == word))
    }
}

/// Gives two libraries different titles: their versions, with the packages if the versions are the same, or else these
/// names.
pub fn distinguish([old, new]: [&mut Baseline; 2], names: [&str; 2]) {
    if old.title == new.title {
        old.title = old.long_title();
        new.title = new.long_title();
    }
    if old.title == new.title {
        old.title = names[0].to_owned();
        new.title = names[1].to_owned();
    }
}

/// The part of a baseline to which a line belongs.
enum Part {
    Head,
    Scenario(String),
    Hello(String),
}

impl Step {
    fn begin(line: &str, before: Option<&Self>) -> Result<Self> {
        let mut parts = line.split(" | ");
        let mut words = parts.next().unwrap_or_default().split(' ');
        let number = words
            .next()
            .and_then(|word| word.parse().ok())
            .context("the step does not begin with its number")?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::baseline::{self, Key, Transcript};
    use serde_json::json;

    fn parse(text: &str) -> Result<Baseline> {
        Baseline::parse(&baselines::lines(Path::new("old.txt"), text))
    }

    #[test]
    fn what_the_conformance_suite_writes_is_read() {
        let step = |line, size, extra: Option<&str>| {
            let mut facts = json!({"1c.id2.size": size, "1c.resumed": true, "1c.wire.1.record": "alert", "1c.wire.1.length": 2,
                "1c.wire.2.record": "handshake", "1c.wire.2.messages.1.message": "client_hello",
                "1c.wire.2.messages.1.cipher_suites": "1301 1302",
                "1c.wire.2.messages.1.extensions.1.extension": 51,
                "1c.wire.2.messages.1.extensions.1.length": 71,
                "1c.wire.2.messages.1.extensions.1.groups": ["0017", "001d"]});
            if let Some(name) = extra {
                facts[name] = "TLS1.3".into();
            }
            serde_json::from_value(json!({
                "line": line, "verb": "handshake", "status": "done",
                "calls": [{"e": "1c", "call": "handshake", "code": "GNUTLS_E_SUCCESS"}], "facts": facts,
            }))
            .expect("a step")
        };
        let written = baseline::Baseline {
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
        let baseline = parse(&written.text()).unwrap();
        assert_eq!(baseline.library, "3.7.9");
        assert!(
            baseline.is_called("3.7.9-2") && baseline.is_called("0a") && !baseline.is_called("3.7")
        );
        let [first, second] = &baseline.scenarios["one"][..] else {
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
        let mut words = first.records[1].1.split(' ');
        let digest = words.find_map(|word| word.strip_prefix("hello="));
        let hello = &baseline.hellos[digest.expect("a hello")];
        assert_eq!(hello["cipher_suites"], "1301 1302");
        assert_eq!(hello["extension 51"], "groups=0017,001d length=71");
    }

    #[test]
    fn two_builds_of_one_version_have_different_titles() {
        let titles = |packages: [Option<&str>; 2]| {
            let mut both = packages.map(|package| Baseline {
                library: "3.7.1".to_owned(),
                title: "3.7.1".to_owned(),
                package: package.map(str::to_owned),
                ..Baseline::default()
            });
            let [old, new] = &mut both;
            distinguish([old, new], ["/a", "/b"]);
            both.map(|one| one.title)
        };
        let packages = [Some("gnutls 3.7.1-1"), Some("gnutls 3.7.1-2")];
        assert_eq!(
            titles(packages),
            ["3.7.1 (gnutls 3.7.1-1)", "3.7.1 (gnutls 3.7.1-2)"]
        );
        assert_eq!(titles([None, None]), ["/a", "/b"]);
    }

    #[test]
    fn another_format_is_refused() {
        for number in ["", "3", "1x"] {
            assert!(parse(&format!("{SINGLE}{number}\nlibrary 3.9.0\n")).is_err());
        }
        assert!(parse(&format!("{SINGLE}1\nlibrary 3.9.0\n")).is_ok());
        assert!(parse("").is_err());
        let text = format!("{SINGLE}2\nlibrary 3.9.0\nscenario a\nnot a step\n");
        let error = format!("{:#}", parse(&text).unwrap_err());
        assert!(error.contains("old.txt: line 4"), "{error}");
    }
}
