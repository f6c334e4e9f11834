//! The requirements for the documentation of the safe crates: in each file with a public item an example that is
//! compiled, and on each public function that calls C the name of that function in `#[corresponds(...)]`.

use std::collections::BTreeSet;
use std::iter::Peekable;
use std::path::Path;

use proc_macro2::{Delimiter, TokenStream, TokenTree, token_stream};

use crate::{corresponds, source};

/// Functions that are only called as part of another operation, which the documentation need not mention.
const BESIDE: [&str; 1] = ["gnutls_rnd"];

/// Returns the omissions in the files of these folders. `functions` are those of C.
pub(crate) fn problems(
    project: &Path,
    folders: &[&str],
    functions: &BTreeSet<String>,
) -> anyhow::Result<Vec<String>> {
    let mut problems = Vec::new();
    for folder in folders {
        for file in source::files(&project.join(folder).join("src"))? {
            let name = file.strip_prefix(project).unwrap_or(&file);
            let mut found = File::default();
            found.read(source::tokens(&file)?);
            let lacks = found.lacks(functions);
            problems.extend(lacks.map(|lack| format!("{}: {lack}", name.display())));
        }
    }
    Ok(problems)
}

/// The contents of a file.
#[derive(Default)]
struct File {
    /// It has a public item.
    public: bool,
    examples: usize,
    functions: Vec<Function>,
    /// Within a piece of code in the documentation.
    code: bool,
}

/// A public function.
struct Function {
    name: String,
    /// The C functions in the attribute `corresponds`, to each of which the documentation links.
    documented: BTreeSet<String>,
    /// The names in its body.
    names: BTreeSet<String>,
}

impl File {
    fn lacks<'a>(&'a self, functions: &'a BTreeSet<String>) -> impl Iterator<Item = String> + 'a {
        let example = (self.public && self.examples == 0)
            .then(|| "nothing in it has an example that is compiled".to_owned());
        let called = self.functions.iter().flat_map(move |function| {
            let called = function.names.intersection(functions);
            called.filter_map(|name| function.lacks(name))
        });
        example.into_iter().chain(called)
    }

    fn read(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        let mut documented = BTreeSet::new();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(sign) if sign.as_char() == '#' => {
                    tokens.next_if(
                        |token| matches!(token, TokenTree::Punct(sign) if sign.as_char() == '!'),
                    );
                    if let Some(TokenTree::Group(attribute)) =
                        tokens.next_if(|token| is_group(token, Delimiter::Bracket))
                    {
                        let attribute = attribute.stream();
                        self.note_code(&attribute.to_string());
                        if let Some(Ok(names)) = corresponds::parse(&attribute) {
                            documented.extend(corresponds::stated(&names).cloned());
                        }
                    }
                }
                TokenTree::Punct(sign) if matches!(sign.as_char(), ';' | ',') => documented.clear(),
                TokenTree::Ident(word) if word == "macro_rules" => {
                    // Its visibility depends on the caller.
                    let public = self.public;
                    let body = tokens.find(|token| matches!(token, TokenTree::Group(_)));
                    if let Some(TokenTree::Group(body)) = body {
                        self.read(body.stream());
                    }
                    self.public = public;
                }
                TokenTree::Ident(word)
                    if word == "pub"
                        && !tokens
                            .peek()
                            .is_some_and(|token| is_group(token, Delimiter::Parenthesis)) =>
                {
                    self.public |= self.read_item(&mut tokens, &documented);
                    documented.clear();
                }
                TokenTree::Group(group) => {
                    if group.delimiter() == Delimiter::Brace {
                        documented.clear();
                    }
                    self.read(group.stream());
                }
                _ => {}
            }
        }
    }

    /// Reads what follows `pub`. Gives whether it is something by itself, and no import or field.
    fn read_item(
        &mut self,
        tokens: &mut Peekable<token_stream::IntoIter>,
        documented: &BTreeSet<String>,
    ) -> bool {
        const BEFORE: [&str; 4] = ["const", "unsafe", "async", "extern"];
        while let Some(TokenTree::Ident(word)) = tokens.peek() {
            let word = word.to_string();
            if word == "fn" {
                tokens.next();
                let name = tokens.next().map(|name| name.to_string());
                let body = tokens.find(|token| is_group(token, Delimiter::Brace));
                if let Some(TokenTree::Group(body)) = body {
                    let mut names = BTreeSet::new();
                    collect(body.stream(), &mut names);
                    self.functions.push(Function {
                        name: name.unwrap_or_default(),
                        documented: documented.clone(),
                        names,
                    });
                }
                return true;
            }
            if !BEFORE.contains(&word.as_str()) {
                return matches!(word.as_str(), "struct" | "enum" | "trait" | "type");
            }
            tokens.next();
        }
        false
    }

    /// Counts the pieces of code that begin in a line of documentation, unless they are not compiled, or must not.
    fn note_code(&mut self, attribute: &str) {
        let line = attribute.split_once("doc = ").map_or("", |(_, line)| line);
        let Some(kind) = line.trim_matches(['"', ' ']).strip_prefix("```") else {
            return;
        };
        self.code = !self.code;
        let compiled = matches!(
            kind,
            "" | "no_run" | "should_panic" | "rust" | "rust,no_run"
        );
        self.examples += usize::from(self.code && compiled);
    }
}

impl Function {
    /// Returns the problem with a C function that this one calls, if its documentation does not name it.
    fn lacks(&self, called: &str) -> Option<String> {
        let is_documented = BESIDE.contains(&called) || self.documented.contains(called);
        (!is_documented).then(|| {
            format!(
                "`{}` calls {called}: add it to `#[corresponds(...)]`",
                self.name
            )
        })
    }
}

fn collect(tokens: TokenStream, names: &mut BTreeSet<String>) {
    for token in tokens {
        match token {
            TokenTree::Ident(word) => {
                names.insert(word.to_string());
            }
            TokenTree::Group(group) => collect(group.stream(), names),
            _ => {}
        }
    }
}

fn is_group(token: &TokenTree, delimiter: Delimiter) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lacks(source: &str) -> Vec<String> {
        let mut file = File::default();
        file.read(source.parse().unwrap());
        let functions = ["gnutls_init", "gnutls_deinit"].map(str::to_owned).into();
        file.lacks(&functions).collect()
    }

    const EXAMPLE: &str = "//! ```\n//! f();\n//! ```\n";

    #[test]
    fn a_file_with_something_public_has_an_example_that_is_compiled() {
        assert!(lacks("struct Own; impl Own { pub(crate) fn f() {} }").is_empty());
        for source in [
            "pub struct Open;",
            "impl Own { pub const unsafe fn f() {} }",
            "//! ```text\n//! not compiled\n//! ```\npub enum Open {}",
            "/// ```compile_fail,E0597\n/// f();\n/// ```\npub trait Open {}",
        ] {
            assert_eq!(lacks(source).len(), 1, "{source}");
            assert!(lacks(&format!("{EXAMPLE}{source}")).is_empty(), "{source}");
        }
        let macros = "macro_rules! make { () => { pub struct Open; } }";
        assert!(lacks(macros).is_empty());
    }

    #[test]
    fn a_public_function_names_what_it_calls() {
        let function = |before: &str| {
            lacks(&format!(
                "{EXAMPLE} impl Session {{ {before} pub fn f(&self) {{ unsafe {{ gnutls_sys::gnutls_init(1) }} }} }}"
            ))
        };
        for attribute in [
            "#[corresponds(gnutls_init)]",
            "#[corresponds(gnutls_init(GNUTLS_SERVER), gnutls_bye)]",
            "/// Text.\n#[inline] #[corresponds(instead(gnutls_init))] #[must_use]",
        ] {
            assert!(function(attribute).is_empty(), "{attribute}");
        }
        let problem = ["`f` calls gnutls_init: add it to `#[corresponds(...)]`"];
        for attribute in [
            "",
            "#[corresponds(gnutls_bye)]",
            "#[corresponds(alias(gnutls_init))]",
            // The attribute of the function before.
            "#[corresponds(gnutls_init)] pub fn e() {}",
        ] {
            assert_eq!(function(attribute), problem, "{attribute}");
        }
        assert!(lacks("fn own() { gnutls_init() }").is_empty());
    }
}
