//! The table of releases: which GnuTLS first had each function, variable and constant.

use std::collections::{BTreeMap, BTreeSet};

use crate::version::{OLDEST, Version};

/// The one home of this knowledge, as it is kept in the package.
pub const TABLE: &str = include_str!("../releases.tsv");

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

    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Constant => "constant",
            Kind::Function => "function",
            Kind::Variable => "variable",
        }
    }
}

pub struct Releases {
    names: BTreeMap<String, (Kind, Version)>,
}

impl Releases {
    /// Reads lines of `release <tab> kind <tab> name`; lines that begin with `#` are comments.
    pub fn parse(table: &str) -> Result<Self, String> {
        let mut names = BTreeMap::new();
        for (index, line) in table.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let at = |problem: String| format!("releases.tsv, line {}: {problem}", index + 1);
            let [release, kind, name] = line.split('\t').collect::<Vec<_>>()[..] else {
                return Err(at("three columns are expected".to_owned()));
            };
            let release = release.parse().map_err(at)?;
            let kind = Kind::parse(kind).ok_or_else(|| at(format!("\"{kind}\" is not a kind")))?;
            if names.insert(name.to_owned(), (kind, release)).is_some() {
                return Err(at(format!("{name} is there twice")));
            }
        }
        Ok(Releases { names })
    }

    /// The release that first had `name`; 3.6.0 where it is as old as that or older.
    pub fn of(&self, name: &str) -> Option<Version> {
        self.names.get(name).map(|&(_, release)| release)
    }

    /// Each release after the oldest supported one that added functions or variables. What it adds can be used only where the
    /// library has it, so each of these has a cfg.
    pub fn with_new_symbols(&self) -> BTreeSet<Version> {
        let symbols = self.names.values().filter(|(kind, _)| *kind != Kind::Constant);
        symbols.map(|&(_, release)| release).filter(|&release| release > OLDEST).collect()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, Kind, Version)> {
        self.names.iter().map(|(name, &(kind, release))| (name.as_str(), kind, release))
    }
}
