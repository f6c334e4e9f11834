//! Each function's state, counted by family, and what is wrong with the tables.

use std::collections::{BTreeMap, BTreeSet};

use gnutls_releases::{OLDEST, Version};
use serde::{Serialize, Serializer};

use crate::tables::Tables;

/// The beginning of the reason of a function that is not wrapped yet. It counts as missing, and fails no check.
const NOT_YET: &str = "not done yet";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// A safe crate calls it.
    Wrapped,
    /// It has a reason not to be called.
    Reasoned,
    Missing,
}

#[derive(Serialize)]
pub(crate) struct Function {
    pub(crate) name: String,
    /// The release that first had it, 3.6.0 if it is older.
    #[serde(serialize_with = "as_text")]
    pub(crate) release: Version,
    pub(crate) state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct Family {
    pub(crate) name: String,
    pub(crate) functions: Vec<Function>,
}

impl Family {
    pub(crate) fn count(&self, state: State) -> usize {
        self.functions
            .iter()
            .filter(|function| function.state == state)
            .count()
    }

    pub(crate) fn missing(&self) -> impl Iterator<Item = &str> {
        self.functions
            .iter()
            .filter(|function| function.state == State::Missing)
            .map(|function| function.name.as_str())
    }
}

fn as_text<S: Serializer>(version: &Version, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(version)
}

#[derive(Serialize)]
pub(crate) struct Account {
    /// The release whose functions alone are left, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) release: Option<String>,
    pub(crate) families: Vec<Family>,
    pub(crate) problems: Vec<String>,
}

impl Account {
    /// Looks up each function of the tables among the names that the sources have.
    pub(crate) fn new(tables: &Tables, calls: &BTreeSet<String>) -> Self {
        let mut families: BTreeMap<&str, Vec<Function>> = BTreeMap::new();
        for (name, family) in &tables.families {
            let reason = tables.reasons.get(name).cloned();
            let state = match &reason {
                _ if calls.contains(name) => State::Wrapped,
                Some(reason) if !reason.starts_with(NOT_YET) => State::Reasoned,
                _ => State::Missing,
            };
            let release = tables.releases.get(name).copied().unwrap_or(OLDEST);
            families.entry(family).or_default().push(Function {
                name: name.clone(),
                release,
                state,
                reason,
            });
        }
        let families: Vec<_> = families
            .into_iter()
            .map(|(name, functions)| Family {
                name: name.to_owned(),
                functions,
            })
            .collect();
        let problems = disagreements(tables)
            .chain(unknown_in_rust(tables, calls))
            .chain(missing(&families))
            .chain(needless(&families))
            .collect();
        Account {
            release: None,
            families,
            problems,
        }
    }

    /// Leaves what this release has.
    pub(crate) fn keep(&mut self, release: Version) {
        for family in &mut self.families {
            family
                .functions
                .retain(|function| function.release <= release);
        }
        self.families.retain(|family| !family.functions.is_empty());
        self.release = Some(release.to_string());
    }
}

/// Names that one table has and another has not.
fn disagreements(tables: &Tables) -> impl Iterator<Item = String> + '_ {
    let lacks = |name: &String| !tables.families.contains_key(name);
    let nowhere = tables
        .families
        .keys()
        .filter(|name| !tables.releases.contains_key(*name));
    let homeless = tables.releases.keys().filter(move |name| lacks(name));
    let unknown = tables.reasons.keys().filter(move |name| lacks(name));
    let instead = tables
        .reasons
        .iter()
        .flat_map(|(name, reason)| words(reason).map(move |word| (name, word)))
        .filter(move |(_, word)| lacks(word));
    nowhere
        .map(|name| format!("families.tsv: {name} is not in the table of releases"))
        .chain(homeless.map(|name| format!("families.tsv: {name} has no family")))
        .chain(unknown.map(|name| format!("reasons.tsv: there is no function {name}")))
        .chain(
            instead.map(|(name, word)| format!("reasons.tsv: {name}: there is no function {word}")),
        )
}

/// Returns the names in backquotes in a reason that are not in the sources.
fn unknown_in_rust<'a>(
    tables: &'a Tables,
    names: &'a BTreeSet<String>,
) -> impl Iterator<Item = String> + 'a {
    tables.reasons.iter().flat_map(move |(name, reason)| {
        let quoted = reason.split('`').skip(1).step_by(2);
        let words =
            quoted.flat_map(|text| text.split(|c: char| c != '_' && !c.is_ascii_alphanumeric()));
        words
            .filter(|word| !word.is_empty() && !names.contains(*word))
            .map(move |word| {
                format!("reasons.tsv: {name}: there is no `{word}` in the safe crates")
            })
    })
}

/// The names of C functions in a reason.
fn words(reason: &str) -> impl Iterator<Item = String> {
    let words = reason.split(|c: char| c != '_' && !c.is_ascii_alphanumeric());
    words
        .filter(|word| word.starts_with("gnutls_"))
        .map(str::to_owned)
}

/// Returns the families with functions that are neither called nor have a reason.
fn missing(families: &[Family]) -> impl Iterator<Item = String> + '_ {
    families.iter().filter_map(|family| {
        let functions = family.functions.iter();
        let unsaid = functions
            .filter(|function| function.state == State::Missing && function.reason.is_none())
            .count();
        (unsaid > 0).then(|| {
            format!(
                "{}: {unsaid} neither called nor given a reason",
                family.name
            )
        })
    })
}

/// Exceptions that have had their time.
fn needless(families: &[Family]) -> impl Iterator<Item = String> + '_ {
    families
        .iter()
        .flat_map(|family| &family.functions)
        .filter(|function| function.state == State::Wrapped && function.reason.is_some())
        .map(|function| {
            format!(
                "reasons.tsv: {} has a reason not to be called, and is called",
                function.name
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tables(reasons: &[(&str, &str)]) -> Tables {
        let table = |rows: &[(&str, &str)]| {
            rows.iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect()
        };
        Tables {
            families: table(&[
                ("gnutls_a", "01 One"),
                ("gnutls_b", "16 Next"),
                ("gnutls_c", "31 Last"),
            ]),
            reasons: table(reasons),
            notes: BTreeMap::new(),
            releases: [("gnutls_a", 0), ("gnutls_b", 3), ("gnutls_c", 0)]
                .map(|(name, patch)| (name.to_owned(), Version::new(3, 6, patch)))
                .into(),
        }
    }

    fn problems(tables: &Tables, calls: &[&str]) -> Vec<String> {
        let calls = calls.iter().map(|name| (*name).to_owned()).collect();
        Account::new(tables, &calls).problems
    }

    #[test]
    fn calls_and_reasons_account_for_functions() {
        let tables = tables(&[("gnutls_b", "superseded by gnutls_a")]);
        let calls = ["gnutls_a", "gnutls_c"];
        assert!(problems(&tables, &calls).is_empty());
        let account = Account::new(&tables, &calls.map(str::to_owned).into());
        let states: Vec<_> = account
            .families
            .iter()
            .map(|family| family.functions[0].state)
            .collect();
        assert_eq!(states, [State::Wrapped, State::Reasoned, State::Wrapped]);
    }

    #[test]
    fn a_release_is_counted_by_what_it_has() {
        let mut account = Account::new(&tables(&[]), &["gnutls_a".to_owned()].into());
        account.keep(Version::new(3, 6, 2));
        let names: Vec<_> = account
            .families
            .iter()
            .map(|family| &*family.name)
            .collect();
        assert_eq!(names, ["01 One", "31 Last"]);
        // As numbers: 10 is more than 3.
        account = Account::new(&tables(&[]), &["gnutls_a".to_owned()].into());
        account.keep(Version::new(3, 6, 10));
        assert_eq!(account.families.len(), 3);
    }

    #[test]
    fn a_missing_function_of_any_family_is_a_problem() {
        assert_eq!(
            problems(&tables(&[]), &["gnutls_a"]),
            [
                "16 Next: 1 neither called nor given a reason",
                "31 Last: 1 neither called nor given a reason"
            ]
        );
    }

    #[test]
    fn what_is_not_done_yet_is_missing_and_no_problem() {
        let tables = tables(&[("gnutls_b", "not done yet: needs an object of its own")]);
        let calls = ["gnutls_a", "gnutls_c"];
        assert!(problems(&tables, &calls).is_empty());
        let account = Account::new(&tables, &calls.map(str::to_owned).into());
        assert_eq!(account.families[1].count(State::Missing), 1);
    }

    #[test]
    fn a_reason_for_what_is_called_is_a_problem() {
        assert_eq!(
            problems(
                &tables(&[("gnutls_a", "no use")]),
                &["gnutls_a", "gnutls_b", "gnutls_c"]
            ),
            ["reasons.tsv: gnutls_a has a reason not to be called, and is called"]
        );
    }

    #[test]
    fn unknown_and_forgotten_names_are_problems() {
        let mut tables = tables(&[("gnutls_x", "superseded by gnutls_y: use `Gone`")]);
        tables
            .releases
            .insert("gnutls_new".into(), Version::new(3, 9, 0));
        tables
            .families
            .insert("gnutls_old".into(), "31 Last".into());
        assert_eq!(
            problems(&tables, &["gnutls_a", "gnutls_b", "gnutls_c", "gnutls_old"]),
            [
                "families.tsv: gnutls_old is not in the table of releases",
                "families.tsv: gnutls_new has no family",
                "reasons.tsv: there is no function gnutls_x",
                "reasons.tsv: gnutls_x: there is no function gnutls_y",
                "reasons.tsv: gnutls_x: there is no `Gone` in the safe crates"
            ]
        );
    }
}
