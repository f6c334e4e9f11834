//! The files that the generator writes: the bindings, and names that are new to the table of releases.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow, bail};

use crate::census::{Census, Declared};
use crate::project;
use crate::releases::{Entry, Kind, Releases};
use crate::version::Version;
use crate::{bindings, headers};

const BINDINGS: &str = "gnutls-sys/src/bindings.rs";
const TABLE: &str = "gnutls-sys/releases.tsv";

pub struct Output {
    pub version: Version,
    pub census: Census,
    bindings: String,
    table: String,
}

pub struct Change {
    pub name: &'static str,
    pub path: PathBuf,
    pub committed: String,
    pub new: String,
}

impl Output {
    pub fn from_headers(include: &Path) -> anyhow::Result<Self> {
        let header = headers::find(&[include])
            .with_context(|| format!("there is no gnutls/gnutls.h in {}", include.display()))?;
        let text = fs::read_to_string(&header)
            .with_context(|| format!("cannot read {}", header.display()))?;
        let version =
            headers::version(&text).map_err(|why| anyhow!("{}: {why}", header.display()))?;

        let table = read(TABLE)?;
        let releases = Releases::parse(&table).map_err(|why| anyhow!(why))?;
        let scratch = tempfile::tempdir().context("cannot make a temporary folder")?;
        let source = bindings::generate(&[include], version, &releases, scratch.path())
            .map_err(|why| anyhow!(why))?;
        let bindings = first_lines(version) + &source;

        let declared = Declared::read(&bindings, &project().join("gnutls-sys/src"))?;
        let census = Census::take(&header, &declared)?;
        agree(&releases, &declared)?;
        let table = with_new_names(table, &releases, &declared, version);
        Ok(Output {
            version,
            census,
            bindings,
            table,
        })
    }

    /// The files whose committed text is another.
    pub fn changes(&self) -> anyhow::Result<Vec<Change>> {
        let mut changes = Vec::new();
        for (name, new) in [(BINDINGS, &self.bindings), (TABLE, &self.table)] {
            let committed = read(name)?;
            if committed != *new {
                let path = project().join(name);
                changes.push(Change {
                    name,
                    path,
                    committed,
                    new: new.clone(),
                });
            }
        }
        Ok(changes)
    }
}

/// The version of the headers that the committed bindings come from.
pub fn committed_version() -> anyhow::Result<Option<Version>> {
    let text = read(BINDINGS)?;
    let line = text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix(FIRST));
    let version = line.and_then(|line| line.split([',', ' ']).next());
    version
        .map(|version| version.parse().map_err(|why: String| anyhow!(why)))
        .transpose()
}

const FIRST: &str = "// From the headers of GnuTLS ";

fn first_lines(version: Version) -> String {
    format!(
        "{FIRST}{version}, by `cargo xtask bindgen` with bindgen 0.71.1. Not to be edited by hand.\n\n"
    )
}

fn read(name: &str) -> anyhow::Result<String> {
    let path = project().join(name);
    fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))
}

/// Fails if the table has something that is not in the bindings, or is something else there.
fn agree(releases: &Releases, declared: &Declared) -> anyhow::Result<()> {
    let wrong = |(name, entry): &(&String, &Entry)| declared.names.get(*name) != Some(&entry.kind);
    let wrong: Vec<&str> = releases
        .names
        .iter()
        .filter(wrong)
        .map(|(name, _)| name.as_str())
        .collect();
    if !wrong.is_empty() {
        bail!(
            "{TABLE} has names that the headers do not have so: {}",
            wrong.join(", ")
        );
    }
    Ok(())
}

/// The table with a line for each name that it lacks: what is new is as new as the headers.
fn with_new_names(
    mut table: String,
    releases: &Releases,
    declared: &Declared,
    version: Version,
) -> String {
    let all: BTreeMap<(Kind, &str), ()> = declared
        .names
        .iter()
        .map(|(name, &kind)| ((kind, name.as_str()), ()))
        .collect();
    for (kind, name) in all
        .keys()
        .filter(|(_, name)| !releases.names.contains_key(*name))
    {
        let kind = match kind {
            Kind::Constant => "constant",
            Kind::Function => "function",
            Kind::Variable => "variable",
        };
        table.push_str(&format!("{version}\t{kind}\t{name}\n"));
    }
    table
}
