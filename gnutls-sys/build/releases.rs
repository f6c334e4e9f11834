//! The table of releases: which GnuTLS first had each function, variable and constant.

use std::collections::BTreeMap;

use super::version::Version;

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
    /// The release that first had it; 3.6.0 where it is as old as that or older.
    pub release: Version,
}

pub struct Releases {
    pub names: BTreeMap<String, Entry>,
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
            if names
                .insert(name.to_owned(), Entry { kind, release })
                .is_some()
            {
                return Err(at(format!("{name} is there twice")));
            }
        }
        Ok(Releases { names })
    }
}
