//! The inventory in `docs/shared-state.md`: the functions that GnuTLS calls, the destructors, and the variables of the
//! process and of its threads. Every one of them in the sources of `gnutls` has a row with its file and its name.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::Context;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::source;

const DOCUMENT: &str = "docs/shared-state.md";
const SOURCES: &str = "gnutls/src";

/// A file below [`SOURCES`], and the name of an item in it.
type Item = (String, String);

/// Returns the differences between the document and the sources.
pub(crate) fn problems(project: &Path) -> anyhow::Result<Vec<String>> {
    let folder = project.join(SOURCES);
    let mut items = BTreeSet::new();
    for path in source::files(&folder)? {
        let file = path.strip_prefix(&folder)?.to_string_lossy().into_owned();
        let mut names = BTreeSet::new();
        read(source::tokens(&path)?, &mut names);
        items.extend(names.into_iter().map(|name| (file.clone(), name)));
    }
    items.retain(|(file, _)| !is_test(file));
    let text = fs::read_to_string(project.join(DOCUMENT))
        .with_context(|| format!("cannot read {DOCUMENT}"))?;
    Ok(differences(&items, &rows(&text)))
}

fn differences(items: &BTreeSet<Item>, rows: &BTreeSet<Item>) -> Vec<String> {
    let missing = items.difference(rows).map(|(file, name)| {
        format!(
            "{DOCUMENT} has no row for `{name}` in {SOURCES}/{file}: add one with its resolution"
        )
    });
    let gone = rows.difference(items).map(|(file, name)| {
        format!(
            "{DOCUMENT} has a row for `{name}` in {SOURCES}/{file}, which does not exist: remove it"
        )
    });
    missing.chain(gone).collect()
}

/// Returns `true` for a file that only tests use.
fn is_test(file: &str) -> bool {
    file.split('/')
        .any(|part| matches!(part, "tests" | "tests.rs" | "compile_fail"))
}

/// Returns the first two cells of the rows of all tables.
fn rows(text: &str) -> BTreeSet<Item> {
    let rows = text.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split("` | `");
        let file = cells.next()?.to_owned();
        let name = cells.next()?.split('`').next()?.to_owned();
        Some((file, name))
    });
    rows.collect()
}

/// Collects the names of functions with the ABI of C, of types with a destructor, and of static variables. Tests are
/// left out.
fn read(tokens: TokenStream, names: &mut BTreeSet<String>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    let word = |at: usize| match tokens.get(at) {
        Some(TokenTree::Ident(word)) => word.to_string(),
        Some(TokenTree::Literal(text)) => text.to_string(),
        Some(TokenTree::Punct(sign)) => sign.as_char().to_string(),
        _ => String::new(),
    };
    let name = |at: usize| match tokens.get(at) {
        Some(TokenTree::Ident(name)) => Some(name.to_string()),
        _ => None,
    };
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Punct(sign) if sign.as_char() == '#' => {
                if let Some(TokenTree::Group(attribute)) = tokens.get(at + 1) {
                    at += 1;
                    if source::is_test(attribute.stream()) {
                        while at + 1 < tokens.len() && !ends_item(&tokens[at + 1]) {
                            at += 1;
                        }
                        at += 1;
                    }
                }
            }
            TokenTree::Group(group) => read(group.stream(), names),
            TokenTree::Ident(_) => match (word(at).as_str(), word(at + 1).as_str()) {
                ("extern", "\"C\"") if word(at + 2) == "fn" => names.extend(name(at + 3)),
                ("Drop", "for") => names.extend(name(at + 2)),
                ("static", _) if at == 0 || word(at - 1) != "'" => names.extend(name(at + 1)),
                _ => {}
            },
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        at += 1;
    }
}

fn ends_item(token: &TokenTree) -> bool {
    match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(sign) => sign.as_char() == ';',
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(items: &[(&str, &str)]) -> BTreeSet<Item> {
        let items = items.iter();
        items
            .map(|(file, name)| (file.to_string(), name.to_string()))
            .collect()
    }

    #[test]
    fn functions_destructors_and_variables_are_found() {
        let mut names = BTreeSet::new();
        let source = r#"
            static LOCK: Mutex<&'static str> = Mutex::new("");
            thread_local! { static BUSY: Cell<bool> = const { Cell::new(false) }; }
            struct Table { function: unsafe extern "C" fn(u8) -> &'static str }
            unsafe extern "C" fn log_function(level: c_int) { static NEXT: u8 = 0; }
            impl<T: 'static> Drop for Owner<T> { fn drop(&mut self) {} }
            #[cfg(test)]
            mod tests { static TURN: Mutex<()> = Mutex::new(()); }
            #[cfg(all(test, gnutls_3_6_3))]
            extern "C" fn test() {}
            impl Other { extern "C" fn last() {} }
        "#;
        read(source.parse().unwrap(), &mut names);
        let expected = ["BUSY", "LOCK", "NEXT", "Owner", "last", "log_function"];
        assert_eq!(names, expected.map(str::to_owned).into());
    }

    #[test]
    fn the_document_and_the_sources_agree() {
        let text = "text\n\n| file | name | why |\n|---|---|---|\n| `a.rs` | `X` | `y` |\n| `a.rs` | `Gone` |\n";
        let rows = rows(text);
        assert_eq!(rows, set(&[("a.rs", "X"), ("a.rs", "Gone")]));
        let problems = differences(&set(&[("a.rs", "X"), ("b.rs", "New")]), &rows);
        assert_eq!(problems.len(), 2, "{problems:?}");
        assert!(problems[0].contains("no row for `New` in gnutls/src/b.rs"));
        assert!(problems[1].contains("a row for `Gone` in gnutls/src/a.rs"));
    }

    #[test]
    fn files_of_tests_are_left_out() {
        assert!(is_test("session/tests.rs") && is_test("session/tests/output.rs"));
        assert!(!is_test("session/callbacks.rs"));
    }
}
