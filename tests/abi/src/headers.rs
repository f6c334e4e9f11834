//! The declarations of the installed headers, read from the preprocessor's output.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, ensure};
use gnutls_releases::{OLDEST, Version};

use crate::compiler;

/// Headers for other languages, or of other libraries.
const LEFT_OUT: [&str; 2] = ["gnutlsxx.h", "openssl.h"];

/// The public C headers of one GnuTLS.
#[derive(Default)]
pub(crate) struct Headers {
    /// File names, in alphabetical order.
    pub(crate) files: Vec<String>,
    /// Macros of GnuTLS.
    pub(crate) macros: BTreeMap<String, Macro>,
    /// Declarations of GnuTLS, each up to its semicolon.
    statements: Vec<Statement>,
    /// The header that declares a name.
    declared: HashMap<String, usize>,
    /// Every identifier in them, with the header that first uses it.
    identifiers: HashMap<String, String>,
    /// `struct NAME`, `union NAME` and `enum NAME`, those of the C library included.
    tags: HashSet<String>,
    /// Every identifier in the headers of the C library.
    system: HashSet<String>,
}

pub(crate) struct Macro {
    pub(crate) header: String,
    /// `NAME(...)`.
    pub(crate) takes_arguments: bool,
    pub(crate) body: String,
}

struct Statement {
    header: String,
    text: String,
}

impl Headers {
    /// Preprocesses every header under `include/gnutls`.
    pub(crate) fn read(include: &Path) -> anyhow::Result<Headers> {
        let folder = include.join("gnutls");
        let mut files = Vec::new();
        for entry in
            fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?
        {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.ends_with(".h") && !LEFT_OUT.contains(&name.as_str()) {
                files.push(name);
            }
        }
        files.sort();
        let text = compiler::preprocess(&includes(&files), include)?;
        let mut headers = parse(&text, &folder);
        headers.files = files;
        Ok(headers)
    }

    /// Returns lines that include all of them.
    pub(crate) fn includes(&self) -> String {
        includes(&self.files)
    }

    /// Returns the release of the headers.
    pub(crate) fn release(&self) -> anyhow::Result<Version> {
        let version = self
            .macros
            .get("GNUTLS_VERSION")
            .context("the headers do not define GNUTLS_VERSION")?;
        let release: Version = version.body.trim_matches('"').parse()?;
        ensure!(
            release >= OLDEST,
            "GnuTLS {release} is older than 3.6.0, the oldest that is supported"
        );
        Ok(release)
    }

    /// Returns the header that declares a name, or defines it as a macro.
    pub(crate) fn header_of(&self, name: &str) -> Option<&str> {
        let declared = self
            .declared
            .get(name)
            .map(|at| &self.statements[*at].header);
        let defined = || self.macros.get(name).map(|defined| &defined.header);
        // Constants of enums and tags, not names that the headers of GnuTLS only use.
        let mentioned = || {
            self.identifiers
                .get(name)
                .filter(|_| !self.system.contains(name))
        };
        declared
            .or_else(defined)
            .or_else(mentioned)
            .map(String::as_str)
    }

    /// Returns the C spelling of a type by its name in Rust.
    pub(crate) fn spelling(&self, name: &str) -> Option<String> {
        let tag = ["struct", "union", "enum"]
            .iter()
            .map(|kind| format!("{kind} {name}"))
            .find(|tag| self.tags.contains(tag));
        tag.or_else(|| {
            (self.header_of(name).is_some() || self.system.contains(name)).then(|| name.to_owned())
        })
    }

    /// Returns the declaration of a function, variable or type, for reports.
    pub(crate) fn declaration(&self, name: &str) -> Option<&str> {
        self.declared
            .get(name)
            .map(|at| self.statements[*at].text.as_str())
    }
}

impl Headers {
    /// Returns whether the declaration of a struct or union mentions a field. Without a declaration it may have it.
    pub(crate) fn has_field(&self, name: &str, field: &str) -> bool {
        self.declaration(name)
            .is_none_or(|text| words(text).any(|word| word == field))
    }

    /// Returns a constant as an expression.
    pub(crate) fn expression<'a>(&'a self, name: &'a str) -> &'a str {
        // One macro has a comma after its value.
        let body = self
            .macros
            .get(name)
            .and_then(|defined| defined.body.strip_suffix(','));
        body.unwrap_or(name)
    }

    /// Returns the final name for which a macro stands, if it only renames.
    pub(crate) fn expand<'a>(&'a self, name: &'a str) -> &'a str {
        let mut name = name;
        for _ in 0..self.macros.len() {
            match self.macros.get(name) {
                Some(defined) if !defined.takes_arguments => name = &defined.body,
                _ => break,
            }
        }
        name
    }

    /// Returns functions, variables, typedefs, enum constants and macros: name, text and header of each.
    pub(crate) fn public_names(&self) -> Vec<(String, String, String)> {
        let mut names = Vec::new();
        for Statement { header, text } in &self.statements {
            let mut add = |name: &str, text: &str| {
                names.push((name.to_owned(), text.to_owned(), header.clone()))
            };
            if let Some(body) = text
                .split_once('{')
                .filter(|(before, _)| before.contains("enum"))
            {
                let body = body.1.rsplit_once('}').map_or(body.1, |(body, _)| body);
                body.split(',')
                    .filter_map(|constant| words(constant).next())
                    .for_each(|name| add(name, "an enum constant"));
            }
            if let Some(name) = declared_name(text) {
                add(name, text);
            }
        }
        for (name, defined) in &self.macros {
            let own = ["GNUTLS_", "DANE_", "gnutls_", "dane_"]
                .iter()
                .any(|start| name.starts_with(start));
            // One macro is the definition of a function, and some stand for names that do not exist.
            let definition = !defined.takes_arguments && defined.body.contains('{');
            let target = self.expand(name);
            let dangling = target.starts_with("gnutls_")
                && words(target).eq([target])
                && self.header_of(target).is_none();
            if own && !defined.body.is_empty() && !definition && !dangling {
                names.push((
                    name.clone(),
                    format!("#define {name} {}", defined.body),
                    defined.header.clone(),
                ));
            }
        }
        names
    }
}

/// Returns the name that a declaration, without its semicolon, declares.
fn declared_name(text: &str) -> Option<&str> {
    let own = |word: &&str| word.starts_with("gnutls_") || word.starts_with("dane_");
    let text = text.split("__attribute__").next().unwrap_or(text);
    // `RESULT (*name)(...)`, `RESULT name(...)`, and else `TYPE name` or `TYPE name[n]`.
    let outside = text.rsplit_once('}').map_or(text, |(_, after)| after);
    let pointer = outside
        .split_once("(*")
        .and_then(|(_, after)| words(after).next());
    if let Some(name) = pointer.filter(own) {
        return Some(name);
    }
    let before = outside.split(['(', '[']).next().unwrap_or(outside);
    words(before).last().filter(own)
}

fn includes(files: &[String]) -> String {
    files
        .iter()
        .map(|file| format!("#include <gnutls/{file}>\n"))
        .collect()
}

/// Reads preprocessed text that still has its `#define` lines and line markers.
fn parse(text: &str, folder: &Path) -> Headers {
    let mut headers = Headers::default();
    let mut own: Option<String> = None;
    let mut declarations: BTreeMap<String, String> = BTreeMap::new();
    for line in text.lines() {
        if let Some(directive) = line.strip_prefix('#') {
            let directive = directive.trim_start();
            if let Some(definition) = directive.strip_prefix("define ") {
                if let Some(header) = &own {
                    headers.define(definition, header);
                }
            } else if let Some(name) = directive.strip_prefix("undef ") {
                headers.macros.remove(name.trim());
            } else if directive.starts_with(|c: char| c.is_ascii_digit()) {
                let path = directive.split('"').nth(1).unwrap_or_default();
                own = own_header(Path::new(path), folder);
            }
        } else if let Some(header) = &own {
            let text = declarations.entry(header.clone()).or_default();
            text.push_str(line);
            text.push('\n');
        } else {
            headers.system.extend(words(line).map(str::to_owned));
        }
        if !line.starts_with('#') {
            headers.note_tags(line);
        }
    }
    for (header, text) in declarations {
        for word in words(&text) {
            headers
                .identifiers
                .entry(word.to_owned())
                .or_insert_with(|| header.clone());
        }
        headers.split(&text, &header);
    }
    headers
}

impl Headers {
    fn define(&mut self, definition: &str, header: &str) {
        let end = definition
            .find(|c: char| !is_word(c))
            .unwrap_or(definition.len());
        let (name, rest) = definition.split_at(end);
        let takes_arguments = rest.starts_with('(');
        let header = header.to_owned();
        self.macros.insert(
            name.to_owned(),
            Macro {
                header,
                takes_arguments,
                body: rest.trim().to_owned(),
            },
        );
    }

    fn note_tags(&mut self, line: &str) {
        let mut kind = None;
        for word in words(line) {
            if let Some(kind) = kind {
                self.tags.insert(format!("{kind} {word}"));
            }
            kind = matches!(word, "struct" | "union" | "enum").then_some(word);
        }
    }

    /// Splits declarations at the semicolons outside of braces.
    fn split(&mut self, text: &str, header: &str) {
        let mut depth = 0usize;
        let mut start = 0;
        for (at, byte) in text.bytes().enumerate() {
            match byte {
                b'{' => depth += 1,
                b'}' => depth = depth.saturating_sub(1),
                b';' if depth == 0 => {
                    let text = text[start..at]
                        .split_whitespace()
                        .collect::<Vec<_>>()
                        .join(" ");
                    if let Some(name) = declared_name(&text) {
                        self.declared
                            .entry(name.to_owned())
                            .or_insert(self.statements.len());
                    }
                    self.statements.push(Statement {
                        header: header.to_owned(),
                        text,
                    });
                    start = at + 1;
                }
                _ => {}
            }
        }
    }
}

fn own_header(path: &Path, folder: &Path) -> Option<String> {
    let inside = path.parent() == Some(folder);
    inside.then(|| {
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    })
}

fn is_word(c: char) -> bool {
    c == '_' || c.is_ascii_alphanumeric()
}

/// Returns the identifiers (and numbers) of C text.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_word(c))
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_declaration() {
        assert_eq!(
            declared_name("int gnutls_init(gnutls_session_t *session)"),
            Some("gnutls_init")
        );
        assert_eq!(
            declared_name("const char *gnutls_strerror(int error) __attribute__((const))"),
            Some("gnutls_strerror")
        );
        assert_eq!(
            declared_name("extern gnutls_free_function gnutls_free"),
            Some("gnutls_free")
        );
        assert_eq!(
            declared_name("extern char *(*gnutls_strdup)(const char *)"),
            Some("gnutls_strdup")
        );
        assert_eq!(
            declared_name("typedef struct { int gnutls_a; } gnutls_datum_t"),
            Some("gnutls_datum_t")
        );
        assert_eq!(
            declared_name("typedef unsigned char gnutls_keyid_t[8]"),
            Some("gnutls_keyid_t")
        );
        assert_eq!(
            declared_name("typedef ssize_t (*gnutls_push_func)(gnutls_transport_ptr_t)"),
            Some("gnutls_push_func")
        );
        assert_eq!(
            declared_name("typedef int gnutls_params_function(gnutls_session_t)"),
            Some("gnutls_params_function")
        );
        assert_eq!(declared_name("struct mbuffer_st"), None);
    }

    #[test]
    fn preprocessed_text_is_sorted_into_declarations_and_macros() {
        let text = r#"# 1 "<stdin>"
# 1 "/usr/include/time.h" 1 3 4
#define SYSTEM 1
typedef long time_t;
struct iovec { int a; };
# 30 "/opt/include/gnutls/gnutls.h" 2
#define GNUTLS_VERSION "3.7.9"
#define GNUTLS_FLAG (1<<2)
#define GNUTLS_MAKE(x) ((x) << 8)
#define GNUTLS_GONE 1
#undef GNUTLS_GONE
typedef struct { int size; } gnutls_datum_t;
struct gnutls_session_int;
const char *
gnutls_check_version(const char *required)
  __attribute__((pure));
"#;
        let headers = parse(text, Path::new("/opt/include/gnutls"));
        assert_eq!(headers.release().unwrap(), Version::new(3, 7, 9));
        assert_eq!(headers.macros.len(), 3);
        assert_eq!(headers.macros["GNUTLS_FLAG"].body, "(1<<2)");
        assert!(headers.macros["GNUTLS_MAKE"].takes_arguments);
        assert_eq!(headers.header_of("gnutls_check_version"), Some("gnutls.h"));
        assert_eq!(headers.header_of("time_t"), None);
        assert_eq!(headers.spelling("iovec").unwrap(), "struct iovec");
        assert_eq!(
            headers.spelling("gnutls_datum_t").unwrap(),
            "gnutls_datum_t"
        );
        assert_eq!(
            headers.spelling("gnutls_session_int").unwrap(),
            "struct gnutls_session_int"
        );
        assert_eq!(headers.spelling("gnutls_new_t"), None);
        assert!(
            headers
                .declaration("gnutls_check_version")
                .unwrap()
                .starts_with("const char * gnutls_check_version(")
        );
        assert_eq!(
            headers.declaration("gnutls_datum_t").unwrap(),
            "typedef struct { int size; } gnutls_datum_t"
        );
    }
}
