//! The committed tables: families, reasons, and the names that the table of releases has.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};

/// What the tables say.
#[derive(Default)]
pub(crate) struct Tables {
    /// The functions, each with its family.
    pub(crate) families: BTreeMap<String, String>,
    /// Functions that are not called, each with what a user does instead.
    pub(crate) reasons: BTreeMap<String, String>,
    /// The functions of the table of releases, each with the release that first had it.
    pub(crate) releases: BTreeMap<String, String>,
}

impl Tables {
    pub(crate) fn read(project: &Path) -> anyhow::Result<Self> {
        let mut tables = Tables::default();
        for [family, function] in rows(&project.join("xtask/coverage/families.tsv"))? {
            once(&mut tables.families, function, family)?;
        }
        for [function, reason] in rows(&project.join("xtask/coverage/reasons.tsv"))? {
            once(&mut tables.reasons, function, reason)?;
        }
        for [release, kind, name] in rows(&project.join("gnutls-sys/releases.tsv"))? {
            if kind == "function" {
                once(&mut tables.releases, name, release)?;
            }
        }
        Ok(tables)
    }
}

fn once(table: &mut BTreeMap<String, String>, key: String, value: String) -> anyhow::Result<()> {
    ensure!(!value.trim().is_empty(), "nothing is said of {key}");
    ensure!(!table.contains_key(&key), "{key} is in its table twice");
    table.insert(key, value);
    Ok(())
}

/// The lines of a table that are no comments, split at tabs.
fn rows<const COLUMNS: usize>(path: &Path) -> anyhow::Result<Vec<[String; COLUMNS]>> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let lines = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|(index, line)| {
            let columns: Vec<_> = line.split('\t').map(str::to_owned).collect();
            columns.try_into().map_err(|_| {
                anyhow::anyhow!(
                    "{}, line {}: {COLUMNS} columns are expected",
                    path.display(),
                    index + 1
                )
            })
        })
        .collect()
}
