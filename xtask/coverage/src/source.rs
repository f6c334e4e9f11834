//! Reads Rust sources as tokens and finds the C functions that they name, in macros too. Comments are no tokens;
//! attributes, imports and what is compiled for tests alone are left aside.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The names in all files of that folder.
pub(crate) fn names(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let mut tests = Vec::new();
    let mut read = Vec::new();
    for path in files(folder)? {
        let mut names = Names::default();
        names.read(tokens(&path)?);
        // `mod x;` in y.rs is y/x.rs, in lib.rs or mod.rs it is beside it.
        let stem = path.file_stem().unwrap_or_default();
        let beside = stem == "lib" || stem == "main" || stem == "mod";
        let below = if beside {
            path.with_file_name("")
        } else {
            path.with_extension("")
        };
        tests.extend(names.test_modules.iter().map(|name| below.join(name)));
        read.push((path, names.found));
    }
    for (path, names) in read {
        let only_for_tests = tests
            .iter()
            .any(|test| path.starts_with(test) || path == test.with_extension("rs"));
        if !only_for_tests {
            found.extend(names);
        }
    }
    Ok(found)
}

/// The sources in a folder and below it, in order.
pub(crate) fn files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut folders = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

/// The functions that this file defines, each with the names in its body: macros of C are functions in Rust, which call
/// others.
pub(crate) fn functions(file: &Path) -> anyhow::Result<BTreeMap<String, BTreeSet<String>>> {
    let mut functions = BTreeMap::new();
    let mut current = None;
    let mut previous = String::new();
    for token in tokens(file)? {
        match token {
            TokenTree::Ident(name) => {
                let name = name.to_string();
                if previous == "fn" {
                    current = Some(name.clone());
                }
                previous = name;
            }
            TokenTree::Group(body) if body.delimiter() == Delimiter::Brace => {
                if let Some(function) = current.take() {
                    let mut names = Names::default();
                    names.read(body.stream());
                    functions.insert(function, names.found);
                }
            }
            _ => {}
        }
    }
    Ok(functions)
}

/// Names, and what is named by those of them that are `functions`.
pub(crate) fn follow(
    names: BTreeSet<String>,
    functions: &BTreeMap<String, BTreeSet<String>>,
) -> BTreeSet<String> {
    let inner: Vec<_> = names
        .iter()
        .filter_map(|name| functions.get(name))
        .flatten()
        .cloned()
        .collect();
    names.into_iter().chain(inner).collect()
}

pub(crate) fn tokens(file: &Path) -> anyhow::Result<TokenStream> {
    let text =
        fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    text.parse()
        .map_err(|why| anyhow!("{}: {why}", file.display()))
}

#[derive(Default)]
struct Names {
    found: BTreeSet<String>,
    /// Modules in files of their own that only tests have.
    test_modules: Vec<String>,
}

impl Names {
    fn read(&mut self, tokens: TokenStream) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(sign) if sign.as_char() == '#' => {
                    tokens.next_if(|token| is(token, '!'));
                    if let Some(TokenTree::Group(attribute)) = tokens.peek() {
                        if attribute.delimiter() == Delimiter::Bracket {
                            let test = is_test(attribute.stream());
                            tokens.next();
                            if test {
                                self.skip_item(&mut tokens);
                            }
                        }
                    }
                }
                // The captures of a type, `use<'a>`, are no import.
                TokenTree::Ident(word)
                    if word == "use" && !tokens.peek().is_some_and(|token| is(token, '<')) =>
                {
                    while tokens.next_if(|token| !is(token, ';')).is_some() {}
                }
                TokenTree::Ident(word) => {
                    self.found.insert(word.to_string());
                }
                TokenTree::Group(group) => self.read(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => {}
            }
        }
    }

    /// Passes over an item: it ends with braces or with a semicolon.
    fn skip_item(&mut self, tokens: &mut impl Iterator<Item = TokenTree>) {
        let mut module = None;
        let mut previous = String::new();
        for token in tokens {
            match &token {
                TokenTree::Ident(word) => {
                    if previous == "mod" {
                        module = Some(word.to_string());
                    }
                    previous = word.to_string();
                }
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => return,
                _ if is(&token, ';') => {
                    self.test_modules.extend(module);
                    return;
                }
                _ => {}
            }
        }
    }
}

fn is(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

/// Returns true for `cfg(test)` and `cfg(all(test, ...))`.
pub(crate) fn is_test(attribute: TokenStream) -> bool {
    let text = attribute.to_string().replace(' ', "");
    text == "cfg(test)" || text.starts_with("cfg(all(test,")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> Vec<String> {
        let mut names = Names::default();
        names.read(source.parse().unwrap());
        names
            .found
            .into_iter()
            .filter(|name| name.starts_with("gnutls_") && name != "gnutls_sys")
            .collect()
    }

    #[test]
    fn calls_count_in_functions_and_in_macros() {
        let source = r#"
            fn f() { unsafe { gnutls_sys::gnutls_init(a, b) }; g.map(sys::gnutls_deinit); }
            requires!(cfg_3_6_3, "gnutls_not_this", { unsafe { gnutls_sys::gnutls_reauth(s, 0) } })
            names! { Cipher, gnutls_cipher_get_name }
        "#;
        assert_eq!(
            found(source),
            [
                "gnutls_cipher_get_name",
                "gnutls_deinit",
                "gnutls_init",
                "gnutls_reauth"
            ]
        );
    }

    #[test]
    fn what_is_no_call_does_not_count() {
        let source = r#"
            //! gnutls_a
            use gnutls_sys::{gnutls_b, gnutls_c};
            fn captures<'a>(n: &'a u8) -> impl Sized + use<'a> { unsafe { gnutls_captures() } }
            /// See [`gnutls_d`].
            #[doc(alias = "gnutls_e")]
            #[cfg(gnutls_3_6_3)]
            fn f() { /* gnutls_f(); */ "gnutls_g"; }
            #[cfg(test)]
            fn t() { gnutls_h(); }
            #[cfg(test)]
            #[allow(unused)]
            mod tests { fn x() { gnutls_i(); } }
            #[cfg(test)] use gnutls_j;
            fn kept() { gnutls_kept(); }
        "#;
        assert_eq!(found(source), ["gnutls_captures", "gnutls_kept"]);
    }

    #[test]
    fn files_of_tests_do_not_count() {
        let folder = std::env::temp_dir().join(format!("gnutls-coverage-{}", std::process::id()));
        fs::create_dir_all(folder.join("a")).unwrap();
        for (name, text) in [
            ("lib.rs", "mod a; #[cfg(test)] mod b;"),
            ("a.rs", "#[cfg(test)] mod c; mod d;"),
            ("b.rs", "fn f() { gnutls_b(); }"),
            ("a/c.rs", "fn f() { gnutls_c(); }"),
            ("a/d.rs", "fn f() { gnutls_d(); }"),
        ] {
            fs::write(folder.join(name), text).unwrap();
        }
        let names = names(&folder).unwrap();
        fs::remove_dir_all(&folder).unwrap();
        assert!(names.contains("gnutls_d"));
        assert!(
            !names.contains("gnutls_b") && !names.contains("gnutls_c"),
            "{names:?}"
        );
    }

    #[test]
    fn a_macro_of_c_stands_for_what_it_calls() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../gnutls-sys/src/macros.rs");
        let functions = functions(&file).unwrap();
        let names = follow(["gnutls_transport_set_int".to_owned()].into(), &functions);
        assert!(names.contains("gnutls_transport_set_int2"), "{names:?}");
    }
}
