//! The committed tables: families, reasons, and the names that the table of releases has.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::ensure;
use gnutls_releases::{Kind, Releases, Version, read_rows};

/// The contents of the tables.
#[derive(Default)]
pub(crate) struct Tables {
    /// The functions, each with its family.
    pub(crate) families: BTreeMap<String, String>,
    /// Functions that are not called, each with what a user does instead.
    pub(crate) reasons: BTreeMap<String, String>,
    /// Remarks of the guide for users of C, by function.
    pub(crate) notes: BTreeMap<String, String>,
    /// The functions of the table of releases, each with the release that first had it.
    pub(crate) releases: BTreeMap<String, Version>,
}

impl Tables {
    pub(crate) fn read(project: &Path) -> anyhow::Result<Self> {
        let mut tables = Tables::default();
        for [family, function] in read_rows(&project.join("xtask/coverage/families.tsv"))? {
            once(&mut tables.families, function, family)?;
        }
        for [function, reason] in read_rows(&project.join("xtask/coverage/reasons.tsv"))? {
            once(&mut tables.reasons, function, reason)?;
        }
        for [function, note] in read_rows(&project.join("xtask/coverage/guide.tsv"))? {
            once(&mut tables.notes, function, note)?;
        }
        let functions = Releases::read(project)?.names.into_iter();
        let functions = functions.filter(|(_, entry)| entry.kind == Kind::Function);
        tables.releases = functions
            .map(|(name, entry)| (name, entry.release))
            .collect();
        Ok(tables)
    }
}

fn once(table: &mut BTreeMap<String, String>, key: String, value: String) -> anyhow::Result<()> {
    ensure!(!value.trim().is_empty(), "nothing is said of {key}");
    ensure!(!table.contains_key(&key), "{key} is in its table twice");
    table.insert(key, value);
    Ok(())
}
