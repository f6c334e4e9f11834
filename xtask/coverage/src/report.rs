//! The output: the table of families with the missing functions of each, one family function by function, and the last
//! line.

use std::fmt::Write;

use anyhow::ensure;

use crate::account::{Account, Family, State};

/// Returns the table of all families, with the missing functions below those in scope.
pub(crate) fn table(account: &Account) -> String {
    let width = account
        .families
        .iter()
        .map(|family| family.name.chars().count())
        .max()
        .unwrap_or(0);
    let mut text = String::new();
    let mut line = |name: &str, columns: [String; 4]| {
        let [functions, wrapped, reasoned, missing] = columns;
        let _ = writeln!(
            text,
            "{name:width$} {functions:>9} {wrapped:>7} {reasoned:>9} {missing:>7}"
        );
    };
    let words = ["functions", "wrapped", "reasoned", "missing"].map(str::to_owned);
    line("family", words);
    for family in &account.families {
        let count = |state| family.count(state).to_string();
        let counts = [State::Wrapped, State::Reasoned, State::Missing].map(count);
        let [wrapped, reasoned, missing] = counts;
        line(
            &family.name,
            [
                family.functions.len().to_string(),
                wrapped,
                reasoned,
                missing,
            ],
        );
    }
    for family in account
        .in_scope()
        .filter(|family| family.missing().next().is_some())
    {
        let names: Vec<_> = family.missing().collect();
        let _ = writeln!(
            text,
            "\nmissing in {}:\n  {}",
            family.name,
            names.join("\n  ")
        );
    }
    text + "\n"
}

/// Each function of the families with that number.
pub(crate) fn family(account: &Account, number: &str) -> anyhow::Result<String> {
    let chosen = |family: &&Family| family.name.split(' ').next() == Some(number);
    let mut text = String::new();
    for family in account.families.iter().filter(chosen) {
        let _ = writeln!(text, "{}", family.name);
        for function in &family.functions {
            let said = match (function.state, &function.reason) {
                (State::Wrapped, _) => "wrapped",
                (State::Missing, _) => "MISSING",
                (State::Reasoned, reason) => reason.as_deref().unwrap_or_default(),
            };
            let _ = writeln!(
                text,
                "  {:<52} {:<7} {said}",
                function.name, function.release
            );
        }
    }
    ensure!(!text.is_empty(), "there is no family {number}");
    Ok(text + "\n")
}

/// The sums.
pub(crate) fn last_line(account: &Account) -> String {
    let sum = |families: &mut dyn Iterator<Item = &Family>| {
        families.fold((0, 0, 0), |(all, wrapped, reasoned), family| {
            (
                all + family.functions.len(),
                wrapped + family.count(State::Wrapped),
                reasoned + family.count(State::Reasoned),
            )
        })
    };
    let (scope, wrapped, reasoned) = sum(&mut account.in_scope());
    let (all, all_wrapped, _) = sum(&mut account.families.iter());
    let of = account.release.as_ref();
    let of = of.map_or_else(String::new, |release| format!("GnuTLS {release}: "));
    format!(
        "coverage: {of}families 01-16 {}/{scope} accounted for ({wrapped} wrapped), all families {all_wrapped}/{all} wrapped\n",
        wrapped + reasoned
    )
}
