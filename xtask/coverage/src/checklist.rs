//! The checklists of the project: `docs/hazards.md`, traps of the C API, and `docs/bug-classes.md`, mistakes of other
//! wrappers. Every entry lists the tests that hold it. A test carries the number in its name (`hazard_12_...`,
//! `hazards_1_and_26_...`, `bug_class_6_...`); a program that must not compile mentions it in its documentation:
//! `(bug class 1)`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use proc_macro2::{TokenStream, TokenTree};

use crate::source;

/// The name of an entry in tests, and the document that lists the entries.
const LISTS: [(&str, &str); 2] = [
    ("hazard", "docs/hazards.md"),
    ("bug class", "docs/bug-classes.md"),
];

/// The folders that contain tests.
const FOLDERS: [&str; 5] = [
    "gnutls/src",
    "gnutls/tests",
    "gnutls-sys/tests",
    "tokio-gnutls/src",
    "tokio-gnutls/tests",
];

/// The line above the list of tests of an entry.
const TESTS: &str = "Tests:";

/// The start of the line that explains why an entry has no test.
const NO_TEST: &str = "No test: ";

/// Returns the differences between the documents and the tests.
pub(crate) fn problems(project: &Path) -> anyhow::Result<Vec<String>> {
    let tests = tests(project)?;
    let mut problems = Vec::new();
    for (list, path) in LISTS {
        problems.extend(Document::read(project, path)?.problems(list, path, &tests));
    }
    Ok(problems)
}

/// Updates the lists of tests in the documents.
pub(crate) fn write(project: &Path) -> anyhow::Result<()> {
    let tests = tests(project)?;
    for (list, path) in LISTS {
        let mut document = Document::read(project, path)?;
        document.update(list, &tests);
        fs::write(project.join(path), document.to_string())
            .with_context(|| format!("cannot write {path}"))?;
    }
    Ok(())
}

/// Returns the names of all tests.
pub(crate) fn test_names(project: &Path) -> anyhow::Result<Vec<String>> {
    Ok(tests(project)?.into_iter().map(|test| test.name).collect())
}

/// A test.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Test {
    /// The name of the function, or the file of a program that must not compile.
    name: String,
    /// The text that may mention entries.
    text: String,
}

fn tests(project: &Path) -> anyhow::Result<BTreeSet<Test>> {
    let mut tests = BTreeSet::new();
    for folder in FOLDERS.map(|folder| project.join(folder)) {
        for file in source::files(&folder)? {
            let name = file.strip_prefix(project).map(PathBuf::from)?;
            let name = name.to_string_lossy();
            let program = name.contains("compile_fail").then_some(&*name);
            read(source::tokens(&file)?, program, &mut tests);
        }
    }
    Ok(tests)
}

/// Collects the tests of a file. The documentation counts if the file is a `program` that must not compile.
fn read(tokens: TokenStream, program: Option<&str>, tests: &mut BTreeSet<Test>) {
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
                if let (Some(name), true) = (program, path.starts_with("doc=")) {
                    tests.insert(Test {
                        name: name.to_owned(),
                        text: text.to_lowercase(),
                    });
                }
                tokens.next();
            }
            TokenTree::Ident(word) if word == "fn" => {
                if let (Some(name), true) = (tokens.next(), std::mem::take(&mut test)) {
                    let name = name.to_string();
                    let text = name.replace('_', " ");
                    tests.insert(Test { name, text });
                }
            }
            TokenTree::Group(group) => read(group.stream(), program, tests),
            _ => {}
        }
    }
}

/// Returns the numbers after each mention of a list: `hazard 3`, `hazards 1 and 26`.
fn numbers(text: &str, list: &str) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    for rest in text.split(list).skip(1) {
        let rest = rest.strip_prefix("es").unwrap_or(rest);
        let rest = rest.strip_prefix('s').unwrap_or(rest);
        for word in rest.split(|sign: char| !sign.is_ascii_alphanumeric()) {
            match word.parse() {
                Ok(number) => drop(found.insert(number)),
                Err(_) if word.is_empty() || word == "and" => {}
                Err(_) => break,
            }
        }
    }
    found
}

/// A document with numbered entries.
struct Document {
    /// The text before the first entry.
    head: String,
    entries: Vec<Entry>,
}

struct Entry {
    number: usize,
    /// The heading and the description.
    text: String,
    tests: BTreeSet<String>,
}

impl Document {
    fn read(project: &Path, path: &str) -> anyhow::Result<Self> {
        let text = fs::read_to_string(project.join(path))
            .with_context(|| format!("cannot read {path}"))?;
        Self::parse(&text).with_context(|| format!("{path} is not a checklist"))
    }

    fn parse(text: &str) -> anyhow::Result<Self> {
        let mut parts = text.split("\n## ");
        let head = parts.next().unwrap_or_default().to_owned();
        let entries: Vec<_> = parts.map(Entry::parse).collect::<Result<_, _>>()?;
        for (index, entry) in entries.iter().enumerate() {
            ensure!(
                entry.number == index + 1,
                "entry {} has the number {}: number the entries from 1 without a gap",
                index + 1,
                entry.number
            );
        }
        Ok(Self { head, entries })
    }

    fn problems(&self, list: &str, path: &str, tests: &BTreeSet<Test>) -> Vec<String> {
        let mut problems = Vec::new();
        let exists = |name: &String| tests.iter().any(|test| test.name == *name);
        for entry in &self.entries {
            let number = entry.number;
            let lacks = |problem| format!("{path}: entry {number} {problem}");
            if entry.tests.is_empty() == entry.reason().is_none() {
                let problem = "needs either a test or one line `No test: REASON`";
                problems.push(lacks(problem.to_owned()));
            }
            let gone = entry.tests.iter().filter(|name| !exists(name));
            problems
                .extend(gone.map(|name| lacks(format!("lists `{name}`, which does not exist"))));
            let missing = named(tests, list, number).filter(|name| !entry.tests.contains(*name));
            let missing: BTreeSet<_> = missing.collect();
            problems.extend(missing.into_iter().map(|name| {
                lacks(format!(
                    "does not list `{name}`: run `cargo xtask coverage --write`"
                ))
            }));
        }
        let last = self.entries.len();
        for test in tests {
            let unknown = numbers(&test.text, list);
            let unknown = unknown.iter().filter(|number| !(1..=last).contains(number));
            problems.extend(
                unknown.map(|number| format!("{}: {path} has no entry {number}", test.name)),
            );
        }
        problems
    }

    /// Adds the tests that carry the number of an entry and removes those that carried it and are gone. A test that was
    /// added by hand stays.
    fn update(&mut self, list: &str, tests: &BTreeSet<Test>) {
        for entry in &mut self.entries {
            let number = entry.number;
            entry
                .tests
                .retain(|name| !numbers(&name.replace('_', " "), list).contains(&number));
            let named = named(tests, list, number).map(str::to_owned);
            entry.tests.extend(named);
        }
    }
}

/// Returns the names of the tests that mention an entry.
fn named<'a>(
    tests: &'a BTreeSet<Test>,
    list: &'a str,
    number: usize,
) -> impl Iterator<Item = &'a str> {
    tests
        .iter()
        .filter(move |test| numbers(&test.text, list).contains(&number))
        .map(|test| test.name.as_str())
}

impl Entry {
    fn parse(text: &str) -> anyhow::Result<Self> {
        let number = text.split('.').next().unwrap_or_default();
        let number = number.parse().with_context(|| {
            let title = text.lines().next().unwrap_or_default();
            format!("the heading `{title}` does not start with a number and a point")
        })?;
        let (text, list) = text
            .split_once(&format!("\n{TESTS}\n"))
            .unwrap_or((text, ""));
        let names = list.lines().filter_map(|line| line.strip_prefix("- `"));
        let names = names.filter_map(|line| line.strip_suffix('`'));
        Ok(Self {
            number,
            text: text.trim_end().to_owned(),
            tests: names.map(str::to_owned).collect(),
        })
    }

    /// Returns the reason for the absence of a test.
    fn reason(&self) -> Option<&str> {
        let mut lines = self.text.lines();
        lines.find_map(|line| line.strip_prefix(NO_TEST))
    }
}

impl std::fmt::Display for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.head.trim_end())?;
        for entry in &self.entries {
            writeln!(f, "\n## {}", entry.text)?;
            if !entry.tests.is_empty() {
                writeln!(f, "\n{TESTS}\n")?;
            }
            for name in &entry.tests {
                writeln!(f, "- `{name}`")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str, program: Option<&str>) -> BTreeSet<Test> {
        let mut tests = BTreeSet::new();
        read(source.parse().unwrap(), program, &mut tests);
        tests
    }

    fn all(tests: &BTreeSet<Test>, list: &str) -> Vec<usize> {
        let numbers = tests.iter().flat_map(|test| numbers(&test.text, list));
        numbers.collect()
    }

    const LIST: &str =
        "# Traps\n\n## 1. One\n\nText.\n\n## 2. Two\n\nTests:\n\n- `by_hand`\n- `trap_2_gone`\n";

    #[test]
    fn only_names_of_tests_count() {
        let tests = found(
            r#"
            /// Hazard 1.
            fn hazard_2_is_no_test() {}
            #[test]
            #[cfg(unix)]
            fn hazards_3_and_26_at_once() { fn hazard_4() {} }
            mod tests { #[tokio::test(flavor = "multi_thread")] async fn hazard_23_and_bug_class_19_2_bytes() {} }
            "#,
            None,
        );
        assert_eq!(all(&tests, "hazard"), [23, 3, 26]);
        assert_eq!(all(&tests, "bug class"), [2, 19]);
    }

    #[test]
    fn documentation_counts_in_programs_that_must_not_compile() {
        let source = "/// The borrow ends (bug class 1).\nstruct Borrowed;";
        assert!(found(source, None).is_empty());
        let tests = found(source, Some("compile_fail/borrowed.rs"));
        assert_eq!(all(&tests, "bug class"), [1]);
        assert_eq!(tests.first().unwrap().name, "compile_fail/borrowed.rs");
    }

    #[test]
    fn every_entry_has_a_test_or_a_reason() {
        let tests = found(
            "#[test] fn by_hand() {} #[test] fn trap_2_new() {} #[test] fn trap_3_x() {}",
            None,
        );
        let problems = Document::parse(LIST).unwrap().problems("trap", "L", &tests);
        assert_eq!(
            problems,
            [
                "L: entry 1 needs either a test or one line `No test: REASON`",
                "L: entry 2 lists `trap_2_gone`, which does not exist",
                "L: entry 2 does not list `trap_2_new`: run `cargo xtask coverage --write`",
                "trap_3_x: L has no entry 3",
            ]
        );
        let reasoned = LIST.replace("Text.", "No test: only an update helps.");
        let problems = Document::parse(&reasoned)
            .unwrap()
            .problems("trap", "L", &tests);
        assert!(!problems[0].contains("entry 1"), "{problems:?}");
    }

    #[test]
    fn an_update_keeps_what_was_added_by_hand() {
        let tests = found("#[test] fn traps_1_and_2_new() {}", None);
        let mut document = Document::parse(LIST).unwrap();
        document.update("trap", &tests);
        assert_eq!(
            document.to_string(),
            "# Traps\n\n## 1. One\n\nText.\n\nTests:\n\n- `traps_1_and_2_new`\n\n## 2. Two\n\nTests:\n\n- `by_hand`\n- \
             `traps_1_and_2_new`\n"
        );
        let again = Document::parse(&document.to_string()).unwrap();
        assert_eq!(again.to_string(), document.to_string());
    }

    #[test]
    fn numbers_have_no_gap() {
        assert!(Document::parse("# Traps\n\n## 2. Two\n").is_err());
        assert!(Document::parse("# Traps\n\n## Two\n").is_err());
    }
}
