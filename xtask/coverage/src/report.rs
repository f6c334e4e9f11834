//! The output: the table of families with the missing functions of each, one family function by function, and the last
//! line.

use std::fmt::Write;

use anyhow::ensure;
use gnutls_command_lines::WrongUsage;
use textwrap::Options;

use crate::account::{Account, Family, State};

/// The width of the output.
const WIDTH: usize = 80;

/// The width of the names in the table of families.
const NAME: usize = 44;

/// Returns the table of all families, with the missing functions below it.
pub(crate) fn table(account: &Account) -> String {
    let mut text = String::new();
    let mut line = |name: &str, columns: [String; 4]| {
        let [functions, wrapped, reasoned, missing] = columns;
        let mut lines = textwrap::wrap(name, Options::new(NAME).subsequent_indent("  "));
        let last = lines.pop().unwrap_or_default();
        for line in lines {
            let _ = writeln!(text, "{line}");
        }
        let _ = writeln!(
            text,
            "{last:NAME$} {functions:>9} {wrapped:>7} {reasoned:>9} {missing:>7}"
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
        .families
        .iter()
        .filter(|family| family.missing().next().is_some())
    {
        let names: Vec<_> = family.missing().collect();
        let heading = textwrap::fill(&format!("missing in {}:", family.name), WIDTH);
        let _ = writeln!(text, "\n{heading}\n  {}", names.join("\n  "));
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
            let head = format!("  {:<52} {:<7}", function.name, function.release);
            let options = Options::new(WIDTH).subsequent_indent("      ");
            let said = textwrap::fill(&format!("{head} {said}"), options);
            let _ = writeln!(text, "{said}");
        }
    }
    ensure!(
        !text.is_empty(),
        WrongUsage(format!(
            "there is no family {number}; xtask/coverage/families.tsv lists them"
        ))
    );
    Ok(text + "\n")
}

/// The sums.
pub(crate) fn last_line(account: &Account) -> String {
    let families = || account.families.iter();
    let count = |state| -> usize { families().map(|family| family.count(state)).sum() };
    let all: usize = families().map(|family| family.functions.len()).sum();
    let (wrapped, reasoned) = (count(State::Wrapped), count(State::Reasoned));
    let of = account.release.as_ref();
    let of = of.map_or_else(String::new, |release| {
        format!("functions of GnuTLS {release}:\n")
    });
    format!(
        "{of}coverage: families 01-31 {}/{all} accounted for ({wrapped} wrapped, {reasoned} reasoned)\n",
        wrapped + reasoned
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::tables::Tables;

    #[test]
    fn the_output_has_at_most_80_columns() {
        let tables = Tables::read(crate::project()).unwrap();
        let mut account = Account::new(&tables, &BTreeSet::new());
        let numbers = account.families.iter();
        let numbers = numbers.filter_map(|family| family.name.split(' ').next());
        let families: String = numbers
            .map(|number| family(&account, number).unwrap())
            .collect();
        let mut text = table(&account) + &families + &last_line(&account);
        account.keep("3.8.13".parse().unwrap());
        text += &last_line(&account);
        let wide = text.lines().find(|line| line.chars().count() > WIDTH);
        assert_eq!(wide, None);
        let error = family(&account, "99").unwrap_err();
        assert!(error.is::<WrongUsage>());
    }
}
