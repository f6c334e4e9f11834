//! The checklist of this project: traps of the C API, and bugs that others made in such a crate, each by its number. Each
//! has a test that names it, as `hazard_12_...`, `hazards_1_and_26_...` or `bug_class_6_...`. What must not compile names
//! it in its documentation: `(bug class 1)`.

use std::collections::BTreeSet;
use std::path::Path;

use proc_macro2::{TokenStream, TokenTree};

use crate::source;

/// What the numbers count, and the last of each.
const LISTS: [(&str, u32); 2] = [("hazard", 35), ("bug class", 20)];

/// Where tests are.
const FOLDERS: [&str; 5] = [
    "gnutls/src",
    "gnutls/tests",
    "gnutls-sys/tests",
    "tokio-gnutls/src",
    "tokio-gnutls/tests",
];

/// Entries that no test names, and numbers that are none.
pub(crate) fn problems(project: &Path) -> anyhow::Result<Vec<String>> {
    let mut said = Vec::new();
    for folder in FOLDERS.map(|folder| project.join(folder)) {
        // The tests may be left out of a copy of the sources.
        if folder.is_dir() {
            for file in source::files(&folder)? {
                let documentation = file.to_string_lossy().contains("compile_fail");
                read(source::tokens(&file)?, documentation, &mut said);
            }
        }
    }
    Ok(compare(&said))
}

fn compare(said: &[String]) -> Vec<String> {
    let mut problems = Vec::new();
    for (list, last) in LISTS {
        let named: BTreeSet<_> = said.iter().flat_map(|text| numbers(text, list)).collect();
        let missing = (1..=last).filter(|number| !named.contains(number));
        problems.extend(missing.map(|number| format!("no test names {list} {number}")));
        let strange = named.iter().filter(|number| !(1..=last).contains(*number));
        problems.extend(strange.map(|number| format!("a test names {list} {number}, of {last}")));
    }
    problems
}

/// The names of the tests in a file, with blanks between their words, and its documentation where that counts.
fn read(tokens: TokenStream, documentation: bool, said: &mut Vec<String>) {
    let mut tokens = tokens.into_iter().peekable();
    let mut test = false;
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(sign) if sign.as_char() == '#' => {
                let Some(TokenTree::Group(attribute)) = tokens.peek() else {
                    continue;
                };
                let text = attribute.stream().to_string();
                let path = text.split('(').next().unwrap_or_default().replace(' ', "");
                test |= path == "test" || path.ends_with("::test");
                if documentation && path.starts_with("doc=") {
                    said.push(text.to_lowercase());
                }
                tokens.next();
            }
            TokenTree::Ident(word) if word == "fn" => {
                if let (Some(name), true) = (tokens.next(), std::mem::take(&mut test)) {
                    said.push(name.to_string().replace('_', " "));
                }
            }
            TokenTree::Group(group) => read(group.stream(), documentation, said),
            _ => {}
        }
    }
}

/// The numbers behind each mention of a list: `hazard 3`, `hazards 1 and 26`.
fn numbers(text: &str, list: &str) -> Vec<u32> {
    let mut found = Vec::new();
    for rest in text.split(list).skip(1) {
        let rest = rest.strip_prefix("es").unwrap_or(rest);
        let rest = rest.strip_prefix('s').unwrap_or(rest);
        for word in rest.split(|sign: char| !sign.is_ascii_alphanumeric()) {
            match word.parse() {
                Ok(number) => found.push(number),
                Err(_) if word.is_empty() || word == "and" => {}
                Err(_) => break,
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(source: &str, documentation: bool) -> Vec<String> {
        let mut said = Vec::new();
        read(source.parse().unwrap(), documentation, &mut said);
        said
    }

    #[test]
    fn names_of_tests_count_and_nothing_else() {
        let source = r#"
            /// Hazard 1.
            fn hazard_2_is_no_test() {}
            #[test]
            #[cfg(unix)]
            fn hazards_3_and_26_at_once() { fn hazard_4() {} }
            mod tests { #[tokio::test(flavor = "multi_thread")] async fn hazard_23_and_bug_class_19_2_bytes() {} }
        "#;
        let names = said(source, false);
        let find = |list| {
            names
                .iter()
                .flat_map(|name| numbers(name, list))
                .collect::<Vec<_>>()
        };
        assert_eq!(find("hazard"), [3, 26, 23]);
        assert_eq!(find("bug class"), [19, 2]);
    }

    #[test]
    fn documentation_counts_where_it_is_compiled() {
        let source = "/// It is lent no longer (bug class 1).\nstruct Lent;";
        assert!(said(source, false).is_empty());
        assert_eq!(numbers(&said(source, true)[0], "bug class"), [1]);
    }

    #[test]
    fn what_is_missing_and_what_is_too_much_are_told() {
        let all: Vec<_> = LISTS
            .iter()
            .flat_map(|(list, last)| (1..=*last).map(move |number| format!("{list} {number} x")))
            .collect();
        assert!(compare(&all).is_empty());
        assert_eq!(compare(&all[1..]), ["no test names hazard 1"]);
        let more = [&all[..], &["bug class 21 x".to_owned()]].concat();
        assert_eq!(compare(&more), ["a test names bug class 21, of 20"]);
    }
}
