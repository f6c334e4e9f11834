//! The table of releases: the GnuTLS release that introduced each function, variable and constant.

use std::collections::BTreeMap;

use super::version::{InvalidVersion, Version};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Constant,
    Function,
    Variable,
}

impl Kind {
    fn parse(word: &str) -> Option<Self> {
        match word {
            "constant" => Some(Kind::Constant),
            "function" => Some(Kind::Function),
            "variable" => Some(Kind::Variable),
            _ => None,
        }
    }
}

pub struct Entry {
    pub kind: Kind,
    /// The release that introduced the name; 3.6.0 if it is older.
    pub release: Version,
}

pub struct Releases {
    pub names: BTreeMap<String, Entry>,
}

impl Releases {
    /// Reads lines of `release <tab> kind <tab> name`; lines that start with `#` are comments.
    pub fn parse(table: &str) -> Result<Self, String> {
        let mut names = BTreeMap::new();
        for [release, kind, name] in rows("releases.tsv", table)? {
            let problem = |problem: &str| format!("releases.tsv: {name}: {problem}");
            let entry = Entry {
                kind: Kind::parse(kind)
                    .ok_or_else(|| problem(&format!("\"{kind}\" is not a kind")))?,
                release: release
                    .parse()
                    .map_err(|why: InvalidVersion| problem(&why.to_string()))?,
            };
            if names.insert(name.to_owned(), entry).is_some() {
                return Err(problem("the table lists it twice"));
            }
        }
        Ok(Releases { names })
    }

    /// Returns the newest release that added something.
    pub fn newest(&self) -> Option<Version> {
        self.names.values().map(|entry| entry.release).max()
    }
}

/// Splits a table into rows of `N` columns separated by tabs. Empty lines and lines that start with `#` are skipped.
pub fn rows<'a, const N: usize>(file: &str, table: &'a str) -> Result<Vec<[&'a str; N]>, String> {
    let lines = table.lines().enumerate();
    let rows = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let row = |(index, line): (usize, &'a str)| {
        let columns: Vec<_> = line.split('\t').collect();
        let problem = |_| format!("{file}, line {}: {N} columns are expected", index + 1);
        columns.try_into().map_err(problem)
    };
    rows.map(row).collect()
}
