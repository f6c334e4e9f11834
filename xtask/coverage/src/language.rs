//! The language rules of `CONTRIBUTING.md` that a program can decide: no sentence starts with a question word (rule 1),
//! and no SAFETY comment refers to another one (rule 8).

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

/// The documents and folders that follow the rules. A folder joins the list once it does.
const PATHS: [&str; 18] = [
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "README.md",
    "SECURITY.md",
    "ci",
    "docs",
    "examples",
    "gnutls",
    "gnutls-macros",
    "gnutls-sys",
    "testing",
    "tests",
    "tokio-gnutls/README.md",
    "tokio-gnutls/examples",
    "tokio-gnutls/src",
    "tokio-gnutls/tests",
    "xtask",
];

const QUESTION_WORDS: [&str; 6] = ["What", "Whether", "Where", "Who", "Whoever", "Whose"];

/// Words by which a SAFETY comment refers to another one, or to nothing.
const REFERENCES: [&str; 4] = ["as above", "as below", "as for", "caller's"];

/// Returns the violations in all documents and comments of [`PATHS`].
pub(crate) fn problems(project: &Path) -> anyhow::Result<Vec<String>> {
    let mut problems = Vec::new();
    for path in PATHS {
        for file in files(&project.join(path))? {
            let name = file.strip_prefix(project).unwrap_or(&file).display();
            let text = fs::read_to_string(&file).with_context(|| format!("cannot read {name}"))?;
            let is_document = file.extension().is_some_and(|extension| extension == "md");
            for paragraph in paragraphs(&text, is_document) {
                let line = paragraph.line;
                let violations = violations(&paragraph.text).into_iter();
                problems.extend(violations.map(|violation| format!("{name}:{line}: {violation}")));
            }
        }
    }
    Ok(problems)
}

/// The documents and sources in a folder, or the file itself. Generated bindings are no text of this project.
fn files(path: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    let entries = fs::read_dir(path).with_context(|| format!("cannot list {}", path.display()))?;
    for entry in entries {
        let path = entry?.path();
        let extension = path.extension().and_then(|extension| extension.to_str());
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if matches!(extension, Some("md" | "rs")) && !path.ends_with("src/bindings.rs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Lines that belong together.
struct Paragraph {
    /// The number of the first line.
    line: usize,
    text: String,
}

/// Splits a document, or the comments of a source, into paragraphs. List items, table rows and headings are paragraphs
/// of their own; blocks of code are left out.
fn paragraphs(text: &str, is_document: bool) -> Vec<Paragraph> {
    let mut found: Vec<Paragraph> = Vec::new();
    let mut continues = false;
    let mut code = false;
    for (index, line) in text.lines().enumerate() {
        let line = if is_document {
            line.trim()
        } else {
            comment(line).unwrap_or_default()
        };
        if line.starts_with("```") {
            code = !code;
        }
        if line.is_empty() || line.starts_with("```") || code {
            continues = false;
            continue;
        }
        let starts = line.starts_with(['-', '*', '#', '|']) || line.starts_with("1. ");
        match found.last_mut() {
            Some(last) if continues && !starts && !last.text.starts_with('#') => {
                last.text.push(' ');
                last.text += line;
            }
            _ => found.push(Paragraph {
                line: index + 1,
                text: line.to_owned(),
            }),
        }
        continues = true;
    }
    found
}

/// The text of a line that is a comment.
fn comment(line: &str) -> Option<&str> {
    let text = line.trim_start().strip_prefix("//")?;
    Some(text.trim_start_matches(['/', '!']).trim())
}

fn violations(paragraph: &str) -> Vec<String> {
    // Examples of bad language are marked as such.
    if paragraph.starts_with("- bad: ") {
        return Vec::new();
    }
    let text = without_code(paragraph);
    let mut found = Vec::new();
    for sentence in text.split(['.', '!', '?', ':', ';', '|']) {
        let start = sentence.trim_start_matches(|sign: char| !sign.is_alphabetic());
        let word = start.split(|sign: char| !sign.is_alphabetic()).next();
        // The list of the words themselves is no sentence.
        let is_list = start.contains(", Who,");
        if let Some(word) = word.filter(|word| QUESTION_WORDS.contains(word) && !is_list) {
            found.push(format!("a sentence starts with `{word}` (rule 1)"));
        }
    }
    if let Some(safety) = text.strip_prefix("SAFETY:") {
        let safety = safety.to_lowercase();
        let references = REFERENCES.iter().filter(|words| safety.contains(*words));
        found
            .extend(references.map(|words| {
                format!("a SAFETY comment refers to another one: `{words}` (rule 8)")
            }));
    }
    found
}

/// Replaces the parts between backquotes and quotation marks.
fn without_code(text: &str) -> String {
    let mut kept = String::new();
    for (index, part) in text.split(['`', '"']).enumerate() {
        kept += if index % 2 == 0 { part } else { "code" };
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_do_not_start_with_question_words() {
        for bad in [
            "What is left is sent.",
            "Sends the rest. Where it blocks, fails.",
            "- Whether it is open.",
            "| `f` | Whose key it is |",
            "It returns nothing: What else?",
        ] {
            assert_eq!(violations(bad).len(), 1, "{bad}");
        }
        for good in [
            "Returns what is left.",
            "- bad: \"What is left is sent.\"",
            "No sentence starts with What, Who, Whoever, Whose, Whether or Where.",
            "`What` is a type. Returns whether it is open.",
            "Whatever happens, closes the file.",
        ] {
            assert!(violations(good).is_empty(), "{good}");
        }
    }

    #[test]
    fn safety_comments_stand_on_their_own() {
        for bad in [
            "SAFETY: as above.",
            "SAFETY: As for `read`, and nothing else runs.",
            "SAFETY: the caller's promise.",
        ] {
            assert_eq!(violations(bad).len(), 1, "{bad}");
        }
        assert!(violations("SAFETY: the session is live. Stores a number.").is_empty());
        assert!(violations("It is called as above.").is_empty());
    }

    #[test]
    fn comments_are_joined_and_code_is_left_out() {
        let source = "/// Returns\n/// what is left.\n///\n/// ```\n/// // Where it is used.\n/// ```\nfn f() {}\n    // SAFETY: as\n    // above.\n";
        let found = paragraphs(source, false);
        let texts: Vec<_> = found.iter().map(|found| found.text.as_str()).collect();
        assert_eq!(texts, ["Returns what is left.", "SAFETY: as above."]);
        assert_eq!(found[1].line, 8);
        let document = "# Title\nText\ngoes on.\n- One\n- Two\n\n```sh\nWhat\n```\n| a |\n";
        assert_eq!(paragraphs(document, true).len(), 5);
    }
}
