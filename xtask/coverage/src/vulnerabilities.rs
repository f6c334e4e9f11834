//! The table of published vulnerabilities in `SECURITY.md`, from the list of the safe crate. The tests of a protection carry
//! the CVE identifier in their names (`..._cve_2020_13777_...`).

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::Context;
use gnutls_releases::read_rows;

use crate::checklist;

const LIST: &str = "gnutls/src/library/vulnerability/list.tsv";
const DOCUMENT: &str = "SECURITY.md";

/// The start of the table.
const HEAD: &str =
    "| vulnerability | releases | effect | protection | tests |\n|---|---|---|---|---|\n";

/// Returns the differences between the document and the list, and the protections without a test.
pub(crate) fn problems(project: &Path) -> anyhow::Result<Vec<String>> {
    let rows = rows(project)?;
    let mut problems = Vec::new();
    for row in rows
        .iter()
        .filter(|row| row.is_protected() && row.tests.is_empty())
    {
        problems.push(format!(
            "{LIST}: {} has a protection, but no test has `{}` in its name",
            row.name, row.mark
        ));
    }
    let text = read(project)?;
    if replace(&text, &table(&rows))? != text {
        problems.push(format!(
            "{DOCUMENT} differs from {LIST}: run `cargo xtask coverage --write`"
        ));
    }
    Ok(problems)
}

/// Updates the table in the document.
pub(crate) fn write(project: &Path) -> anyhow::Result<()> {
    let text = replace(&read(project)?, &table(&rows(project)?))?;
    fs::write(project.join(DOCUMENT), text).with_context(|| format!("cannot write {DOCUMENT}"))
}

fn read(project: &Path) -> anyhow::Result<String> {
    fs::read_to_string(project.join(DOCUMENT)).with_context(|| format!("cannot read {DOCUMENT}"))
}

struct Row {
    name: String,
    /// The part of the names of its tests.
    mark: String,
    releases: String,
    effect: String,
    protection: String,
    tests: BTreeSet<String>,
}

impl Row {
    fn is_protected(&self) -> bool {
        !self.protection.starts_with("none")
    }
}

fn rows(project: &Path) -> anyhow::Result<Vec<Row>> {
    let tests: Vec<String> = checklist::test_names(project)?;
    let rows = read_rows(&project.join(LIST))?.into_iter().map(
        |[advisory, cve, first, fixed, effect, protection]| {
            let name = match cve.as_str() {
                "-" => advisory,
                cve => format!("{cve} ({advisory})"),
            };
            let id = name.split(' ').next().unwrap_or_default();
            let mark = id.to_lowercase().replace('-', "_");
            let named = tests.iter().filter(|test| mentions(test, &mark));
            let tests = named.cloned().collect();
            Row {
                releases: format!("{first} until {fixed}"),
                name,
                mark,
                effect,
                protection,
                tests,
            }
        },
    );
    Ok(rows.collect())
}

/// Returns `true` if `test` contains `mark` and the number in it does not continue.
fn mentions(test: &str, mark: &str) -> bool {
    test.match_indices(mark).any(|(start, _)| {
        !test[start + mark.len()..].starts_with(|sign: char| sign.is_ascii_digit())
    })
}

fn table(rows: &[Row]) -> String {
    let mut table = HEAD.to_owned();
    for row in rows {
        let tests: Vec<_> = row.tests.iter().map(|test| format!("`{test}`")).collect();
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} | {} |",
            row.name,
            row.releases,
            row.effect,
            row.protection,
            tests.join(", ")
        );
    }
    table
}

/// Replaces the table in `text`.
fn replace(text: &str, table: &str) -> anyhow::Result<String> {
    let (before, rest) = text
        .split_once(HEAD)
        .with_context(|| format!("{DOCUMENT} has no table of vulnerabilities"))?;
    let after: String = rest
        .split_inclusive('\n')
        .skip_while(|line| line.starts_with('|'))
        .collect();
    Ok(format!("{before}{table}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(protection: &str) -> Row {
        Row {
            name: "CVE-2020-1 (GNUTLS-SA-1)".to_owned(),
            mark: "cve_2020_1".to_owned(),
            releases: "3.6.0 until 3.6.1".to_owned(),
            effect: "an effect".to_owned(),
            protection: protection.to_owned(),
            tests: BTreeSet::from(["cve_2020_1_is_refused".to_owned()]),
        }
    }

    #[test]
    fn the_table_replaces_the_old_one_only() {
        let text = format!("# Title\n\n{HEAD}| old | | | | |\n\n## Next\n");
        let new = replace(&text, &table(&[row("refused")])).unwrap();
        let line = "| CVE-2020-1 (GNUTLS-SA-1) | 3.6.0 until 3.6.1 | an effect | refused | `cve_2020_1_is_refused` |";
        assert_eq!(new, format!("# Title\n\n{HEAD}{line}\n\n## Next\n"));
        assert!(replace("# Title\n", "").is_err());
    }

    #[test]
    fn a_longer_number_is_another_vulnerability() {
        assert!(mentions("hazard_3_cve_2020_1_is_refused", "cve_2020_1"));
        assert!(!mentions("cve_2020_13_is_refused", "cve_2020_1"));
    }

    #[test]
    fn a_remedy_is_no_protection() {
        assert!(row("refused").is_protected());
        assert!(!row("none: update the library").is_protected());
    }
}
