//! The scenarios of a folder: their names and lines. What a verb means is the drivers' business.

use std::collections::HashSet;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

/// A scenario: the lines between two `scenario` lines, the first of them included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    pub name: String,
    /// `scenario NAME`, then one line a verb. Without comments and blank lines, so the verb with number `n` is `lines[n]`.
    pub lines: Vec<String>,
}

impl Scenario {
    /// A scenario from its lines; the first one names it.
    pub fn from_lines(lines: Vec<String>) -> Result<Self> {
        let first = lines.first().context("a scenario without a line")?;
        let name = first
            .strip_prefix("scenario ")
            .with_context(|| format!("{first:?} does not begin a scenario"))?
            .to_owned();
        Ok(Self { name, lines })
    }

    /// What the drivers read.
    pub fn text(&self) -> String {
        let mut text = self.lines.join("\n");
        text.push('\n');
        text
    }

    /// The line with this number, as `FORMAT.md` counts them.
    pub fn line(&self, number: u32) -> &str {
        self.lines.get(number as usize).map_or("", String::as_str)
    }
}

/// The scenarios of a text.
pub fn parse(text: &str) -> Result<Vec<Scenario>> {
    let mut scenarios: Vec<Scenario> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let words: Vec<&str> = line
            .split('#')
            .next()
            .unwrap_or_default()
            .split_ascii_whitespace()
            .collect();
        match (words.as_slice(), scenarios.last_mut()) {
            ([], _) => {}
            (["scenario", name], _) => scenarios.push(Scenario {
                name: (*name).to_owned(),
                lines: vec![words.join(" ")],
            }),
            (["scenario", ..], _) => {
                bail!(
                    "line {}: a scenario has one name without blanks",
                    number + 1
                )
            }
            (_, None) => bail!("line {}: no scenario has begun", number + 1),
            (_, Some(scenario)) => scenario.lines.push(words.join(" ")),
        }
    }
    Ok(scenarios)
}

/// All scenarios of the folder, in the order of their files' names. No two may have the same name.
pub fn read(folder: &Path) -> Result<Vec<Scenario>> {
    let mut files = Vec::new();
    let entries = std::fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    for entry in entries {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "scenario")
        {
            files.push(path);
        }
    }
    files.sort();
    let mut scenarios = Vec::new();
    for file in files {
        let read = || parse(&std::fs::read_to_string(&file)?);
        scenarios.extend(read().with_context(|| file.display().to_string())?);
    }
    let mut names = HashSet::new();
    for scenario in &scenarios {
        ensure!(
            names.insert(&scenario.name),
            "two scenarios are called {}",
            scenario.name
        );
    }
    Ok(scenarios)
}

/// Whether a name contains the pattern, in which `*` stands for anything.
pub fn matches(pattern: &str, name: &str) -> bool {
    let mut rest = name;
    pattern.split('*').all(|part| match rest.find(part) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_into_scenarios_without_what_is_not_a_verb() {
        let scenarios =
            parse("# all\nscenario a # first\n\n  make cache  c\nscenario b\n").unwrap();
        assert_eq!(scenarios.len(), 2);
        assert_eq!(scenarios[0].name, "a");
        assert_eq!(scenarios[0].lines, ["scenario a", "make cache c"]);
        assert_eq!(scenarios[0].line(1), "make cache c");
        assert_eq!(scenarios[1].text(), "scenario b\n");
    }

    #[test]
    fn what_stands_outside_of_a_scenario_is_an_error() {
        assert!(parse("make cache c").is_err());
        assert!(parse("scenario a b").is_err());
    }

    #[test]
    fn a_pattern_is_a_part_of_the_name() {
        assert!(matches("tickets", "tls13-tickets-full"));
        assert!(matches("tls13*full", "tls13-tickets-full"));
        assert!(!matches("full*tls13", "tls13-tickets-full"));
        assert!(matches("", "anything"));
    }
}
