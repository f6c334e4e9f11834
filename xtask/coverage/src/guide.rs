//! The tables of the guide for users of GnuTLS in C, `gnutls/docs/from-c.md`: each function of a family with the items
//! that have its name as an alias, or the reason that none has. The text around the tables is written by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use gnutls_releases::OLDEST;

use crate::account::{Account, Family, Function, State};
use crate::rustdoc::Items;

const PATH: &str = "gnutls/docs/from-c.md";

/// The line before the table of a family, with its number.
const BEGIN: &str = "<!-- functions of family ";

/// The line after a table.
const END: &str = "<!-- end -->";

/// Returns the differences between the committed guide and the one that [`write`] creates, and what the guide lacks.
pub(crate) fn problems(
    project: &Path,
    account: &Account,
    notes: &BTreeMap<String, String>,
) -> anyhow::Result<Vec<String>> {
    let items = Items::read(project)?;
    let guide = Guide {
        account,
        items: &items,
        notes,
    };
    let text = read(project)?;
    let mut problems = guide.problems(&text);
    if guide.update(&text)? != text {
        problems.push(format!(
            "{PATH} is out of date: run `cargo xtask coverage --write`"
        ));
    }
    Ok(problems)
}

/// Updates the tables of the guide.
pub(crate) fn write(
    project: &Path,
    account: &Account,
    notes: &BTreeMap<String, String>,
) -> anyhow::Result<()> {
    let items = Items::read(project)?;
    let guide = Guide {
        account,
        items: &items,
        notes,
    };
    let text = guide.update(&read(project)?)?;
    fs::write(project.join(PATH), text).with_context(|| format!("cannot write {PATH}"))
}

fn read(project: &Path) -> anyhow::Result<String> {
    fs::read_to_string(project.join(PATH)).with_context(|| format!("cannot read {PATH}"))
}

struct Guide<'a> {
    account: &'a Account,
    items: &'a Items,
    /// Remarks on functions, by their names.
    notes: &'a BTreeMap<String, String>,
}

impl Guide<'_> {
    /// Replaces all tables in a text.
    fn update(&self, text: &str) -> anyhow::Result<String> {
        let mut parts = text.split(BEGIN);
        let mut updated = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let number = part.split(' ').next().unwrap_or_default();
            let (_, rest) = part
                .split_once(END)
                .with_context(|| format!("{PATH}: the table of family {number} has no `{END}`"))?;
            let table = self.table(number)?;
            write!(updated, "{BEGIN}{number} -->\n\n{table}\n{END}{rest}")?;
        }
        Ok(updated)
    }

    /// The table of the families with a number.
    fn table(&self, number: &str) -> anyhow::Result<String> {
        let families = self.account.families.iter();
        let families = families.filter(|family| number_of(family) == number);
        let functions: Vec<_> = families.flat_map(|family| &family.functions).collect();
        ensure!(!functions.is_empty(), "{PATH}: there is no family {number}");
        let mut table = "| C | Rust | remarks |\n|---|---|---|\n".to_owned();
        for function in functions {
            let remarks = self.remarks(function);
            writeln!(
                table,
                "| `{}` | {} | {remarks} |",
                function.name,
                self.links(function)
            )?;
        }
        Ok(table)
    }

    /// Links to the items that have the function as an alias.
    fn links(&self, function: &Function) -> String {
        let items = self.items.aliases.get(&function.name);
        let links = items.into_iter().flatten().map(|item| {
            let signature = item.signature.as_deref().unwrap_or_default();
            let name = short(&item.path);
            format!("[`{name}{signature}`](crate::{})", item.path)
        });
        links.collect::<Vec<_>>().join("<br>")
    }

    fn remarks(&self, function: &Function) -> String {
        let reason = (function.state == State::Reasoned)
            .then_some(function.reason.as_deref())
            .flatten();
        let note = self.notes.get(&function.name).map(String::as_str);
        let release = (function.release != OLDEST && function.state == State::Wrapped)
            .then(|| format!("since {}", function.release));
        let remarks = [reason, note, release.as_deref()];
        let remarks = remarks.into_iter().flatten().map(|text| self.linked(text));
        remarks.collect::<Vec<_>>().join("; ")
    }

    /// Makes links of the names between backquotes that are paths of items.
    fn linked(&self, text: &str) -> String {
        let mut linked = String::new();
        for (index, part) in text.split('`').enumerate() {
            if index % 2 == 0 {
                linked += part;
                continue;
            }
            let path = part.split('(').next().unwrap_or_default();
            match self
                .items
                .paths
                .binary_search_by(|known| known.as_str().cmp(path))
            {
                Ok(_) => linked += &format!("[`{part}`](crate::{path})"),
                Err(_) => linked += &format!("`{part}`"),
            }
        }
        linked
    }

    fn problems(&self, text: &str) -> Vec<String> {
        let tables: BTreeSet<_> = text
            .split(BEGIN)
            .skip(1)
            .filter_map(|part| part.split(' ').next())
            .collect();
        let mut problems = Vec::new();
        for family in &self.account.families {
            if !tables.contains(number_of(family)) {
                problems.push(format!("{PATH} has no table of the family {}", family.name));
            }
            for function in &family.functions {
                let is_called = function.state == State::Wrapped;
                let has_note = self.notes.contains_key(&function.name);
                if is_called && self.links(function).is_empty() && !has_note {
                    problems.push(format!(
                        "{} is called, but no public item has it as an alias: add one, or a remark to guide.tsv",
                        function.name
                    ));
                }
            }
        }
        let families = &self.account.families;
        let known: BTreeSet<_> = families
            .iter()
            .flat_map(|family| family.functions.iter().map(|function| &function.name))
            .collect();
        let unknown = self.notes.keys().filter(|name| !known.contains(name));
        problems.extend(unknown.map(|name| format!("guide.tsv: there is no function {name}")));
        problems
    }
}

fn number_of(family: &Family) -> &str {
    family.name.split(' ').next().unwrap_or_default()
}

/// The last two parts of a path: a type and its member, or a module and its item.
fn short(path: &str) -> &str {
    let mut ends = path
        .rmatch_indices("::")
        .map(|(index, sign)| index + sign.len());
    ends.nth(1).map_or(path, |start| &path[start..])
}

#[cfg(test)]
mod tests {
    use gnutls_releases::Version;

    use super::*;
    use crate::rustdoc::Item;

    fn function(name: &str, state: State, reason: Option<&str>) -> Function {
        Function {
            name: name.to_owned(),
            release: if name == "gnutls_new" {
                Version::new(3, 6, 3)
            } else {
                OLDEST
            },
            state,
            reason: reason.map(str::to_owned),
        }
    }

    fn account() -> Account {
        let family = |name: &str, functions| Family {
            name: name.to_owned(),
            functions,
        };
        Account {
            release: None,
            families: vec![family(
                "01 One",
                vec![
                    function("gnutls_new", State::Wrapped, None),
                    function(
                        "gnutls_old",
                        State::Reasoned,
                        Some("use `session::Open::read` or `else`"),
                    ),
                ],
            )],
            problems: Vec::new(),
        }
    }

    fn items() -> Items {
        let item = Item {
            path: "session::Open::read".to_owned(),
            signature: Some("(&self)".to_owned()),
        };
        Items {
            aliases: [("gnutls_new".to_owned(), vec![item])].into(),
            paths: vec!["session::Open::read".to_owned()],
        }
    }

    const EMPTY: &str = "Text.\n\n<!-- functions of family 01 -->\n<!-- end -->\n";
    const FULL: &str = "Text.\n\n<!-- functions of family 01 -->\n\n| C | Rust | remarks |\n|---|---|---|\n\
        | `gnutls_new` | [`Open::read(&self)`](crate::session::Open::read) | quick; since 3.6.3 |\n\
        | `gnutls_old` |  | use [`session::Open::read`](crate::session::Open::read) or `else` |\n\n<!-- end -->\n";

    #[test]
    fn tables_are_replaced_and_text_stays() {
        let (account, items) = (account(), items());
        let notes = [("gnutls_new".to_owned(), "quick".to_owned())].into();
        let guide = Guide {
            account: &account,
            items: &items,
            notes: &notes,
        };
        assert_eq!(guide.update(EMPTY).unwrap(), FULL);
        assert_eq!(guide.update(FULL).unwrap(), FULL);
        assert!(guide.problems(FULL).is_empty());
        assert!(
            guide
                .update("<!-- functions of family 17 -->\n<!-- end -->")
                .is_err()
        );
        assert!(guide.update("<!-- functions of family 01 -->").is_err());
    }

    #[test]
    fn a_missing_table_a_missing_alias_and_an_unknown_name_are_problems() {
        let account = account();
        let notes = [("gnutls_gone".to_owned(), "x".to_owned())].into();
        let guide = Guide {
            account: &account,
            items: &Items::default(),
            notes: &notes,
        };
        // The remark about its release says nothing about the function.
        let problems = guide.problems("no table");
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert!(problems[0].contains("01 One"));
        assert!(problems[1].contains("gnutls_new"));
        assert!(problems[2].contains("gnutls_gone"));
    }
}
