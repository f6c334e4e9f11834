//! Counts the declarations of the headers, by reading their text and without bindgen, and looks for
//! each name in the bindings.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use gnutls_releases::Kind;
use quote::ToTokens;

use crate::aliases::{HEADERS, plain};
use crate::headers::{defines, is_name_char};

/// Headers that are installed and not bound.
const OTHER_HEADERS: [(&str, &str); 2] = [
    ("gnutlsxx.h", "it is for C++"),
    ("openssl.h", "it belongs to another library"),
];

/// Macros that are not bound.
const OTHER_MACROS: [(&str, &str); 8] = [
    (
        "gnutls_free",
        "only GnuTLS's own build has the macro; the variable of that name is bound",
    ),
    (
        "gnutls_x509_ext_export_issuer_alt_name",
        "it stands for gnutls_x509_ext_export_subject_alt_name, which does not exist",
    ),
    (
        "gnutls_x509_ext_import_issuer_alt_name",
        "it stands for gnutls_x509_ext_import_subject_alt_name, which does not exist",
    ),
    ("_SYM_EXPORT", "it marks declarations for a C compiler"),
    ("__GNUTLS_CONST__", "it marks declarations for a C compiler"),
    ("__GNUTLS_PURE__", "it marks declarations for a C compiler"),
    (
        "_GNUTLS_GCC_ATTR_DEPRECATED",
        "it marks declarations for a C compiler",
    ),
    ("_GNUTLS_GCC_VERSION", "it is the version of the C compiler"),
];

/// The names that the Rust source has.
pub struct Declared {
    /// Functions, variables and constants of C.
    pub names: BTreeMap<String, Kind>,
    /// All of these, types, and macros that are functions in Rust.
    all: BTreeSet<String>,
}

impl Declared {
    /// Reads the bindings and the hand-written files in `folder`.
    pub fn read(bindings: &str, folder: &Path) -> anyhow::Result<Self> {
        let mut declared = Declared {
            names: BTreeMap::new(),
            all: BTreeSet::new(),
        };
        declared
            .add(bindings)
            .context("cannot parse the bindings")?;
        for name in ["macros.rs", "platform.rs", "version.rs"] {
            let path = folder.join(name);
            let text = fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            declared
                .add(&text)
                .with_context(|| format!("cannot parse {}", path.display()))?;
        }
        Ok(declared)
    }

    fn add(&mut self, source: &str) -> anyhow::Result<()> {
        for item in syn::parse_file(source)?.items {
            match &item {
                syn::Item::Const(item) => self.add_symbol(&item.ident, Kind::Constant),
                syn::Item::Fn(item) => self.add_name(&item.sig.ident),
                syn::Item::Macro(item) => item.ident.iter().for_each(|name| self.add_name(name)),
                syn::Item::Struct(item) => self.add_name(&item.ident),
                syn::Item::Type(item) => self.add_name(&item.ident),
                syn::Item::Union(item) => self.add_name(&item.ident),
                syn::Item::Use(item) => self.add_use(&item.tree),
                syn::Item::ForeignMod(block) => {
                    for item in &block.items {
                        match item {
                            syn::ForeignItem::Fn(item) => {
                                self.add_symbol(&item.sig.ident, Kind::Function);
                            }
                            syn::ForeignItem::Static(item) => {
                                self.add_symbol(&item.ident, Kind::Variable);
                            }
                            other => bail!("unexpected: {}", other.to_token_stream()),
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn add_name(&mut self, name: &syn::Ident) {
        self.all.insert(name.to_string());
    }

    fn add_symbol(&mut self, name: &syn::Ident, kind: Kind) {
        self.add_name(name);
        // Constants of this crate are not C's.
        let name = name.to_string();
        if name.starts_with("GNUTLS_") || name.starts_with("DANE_") || kind != Kind::Constant {
            self.names.insert(name, kind);
        }
    }

    fn add_use(&mut self, tree: &syn::UseTree) {
        match tree {
            syn::UseTree::Path(path) => self.add_use(&path.tree),
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.add_use(tree);
                }
            }
            syn::UseTree::Name(name) => self.add_name(&name.ident),
            syn::UseTree::Rename(names) => {
                // Only constants are written in capitals.
                let is_constant = !names
                    .rename
                    .to_string()
                    .contains(|c: char| c.is_lowercase());
                match is_constant {
                    true => self.names.insert(names.rename.to_string(), Kind::Constant),
                    false => None,
                };
                self.add_name(&names.rename);
            }
            syn::UseTree::Glob(_) => {}
        }
    }
}

/// The declarations of the headers, by name.
#[derive(Default)]
pub struct Census {
    functions: BTreeSet<String>,
    variables: BTreeSet<String>,
    types: BTreeSet<String>,
    enum_constants: BTreeSet<String>,
    object_macros: BTreeSet<String>,
    function_macros: BTreeSet<String>,
    guards: usize,
    left_out: Vec<(String, &'static str)>,
}

impl Census {
    /// Reads the folder of `gnutls.h`, and fails if a name is neither declared nor on the list of
    /// exceptions.
    pub fn take(gnutls_h: &Path, declared: &Declared) -> anyhow::Result<Self> {
        let folder = gnutls_h.parent().context("the header is not in a folder")?;
        let mut census = Census::default();
        for entry in fs::read_dir(folder).context("cannot list the headers")? {
            let path = entry.context("cannot list the headers")?.path();
            let name = path
                .file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            if HEADERS.contains(&name.as_str()) {
                let text = fs::read_to_string(&path)
                    .with_context(|| format!("cannot read {}", path.display()))?;
                census.add_header(&text);
            } else if let Some(&(_, why)) = OTHER_HEADERS.iter().find(|(other, _)| *other == name) {
                census.left_out.push((name, why));
            } else {
                bail!("{name} is new: bind it, or list it with the reason why not");
            }
        }
        for (name, why) in OTHER_MACROS {
            if census.object_macros.remove(name) || census.function_macros.remove(name) {
                census.left_out.push((name.to_owned(), why));
            }
        }
        let names = census.groups().into_iter().flat_map(|(_, names)| names);
        let missing: Vec<&str> = names
            .filter(|name| !declared.all.contains(*name))
            .map(String::as_str)
            .collect();
        if !missing.is_empty() {
            bail!(
                "in the headers, but not in the bindings: {}",
                missing.join(", ")
            );
        }
        Ok(census)
    }

    fn groups(&self) -> [(&'static str, &BTreeSet<String>); 6] {
        [
            ("functions", &self.functions),
            ("variables", &self.variables),
            ("types", &self.types),
            ("enum constants", &self.enum_constants),
            ("object-like macros", &self.object_macros),
            ("function-like macros", &self.function_macros),
        ]
    }

    fn add_header(&mut self, text: &str) {
        let text = without_if_0(&plain(text));
        for (name, value) in defines(&text) {
            if value.is_empty() && name.ends_with("_H") {
                self.guards += 1;
            } else {
                self.object_macros.insert(name.to_owned());
            }
        }
        let (directives, code): (Vec<&str>, Vec<&str>) = text
            .lines()
            .partition(|line| line.trim_start().starts_with('#'));
        let defined = directives.iter().filter_map(|line| {
            line.trim_start()
                .strip_prefix('#')?
                .trim_start()
                .strip_prefix("define")
        });
        for line in defined {
            let line = line.trim();
            let end = line.find(|c: char| !is_name_char(c)).unwrap_or(line.len());
            if line[end..].starts_with('(') {
                self.function_macros.insert(line[..end].to_owned());
            }
        }
        self.add_code(&code.join("\n").replace("extern \"C\" {", ""));
    }

    /// Adds the declarations in C without directives and comments.
    fn add_code(&mut self, code: &str) {
        let mut statement = String::new();
        let mut rest = code;
        while let Some(at) = rest.find(['{', '}', ';']) {
            statement.push_str(&rest[..at]);
            let sign = rest.as_bytes()[at];
            rest = &rest[at + 1..];
            if sign == b'{' {
                let (body, after) = block(rest);
                if words(&statement).any(|word| word == "enum") {
                    self.enum_constants.extend(enum_names(body));
                }
                rest = after;
                // The body of a function is not followed by a semicolon.
                if words(&statement).next() == Some("static") {
                    self.add_statement(&statement);
                    statement.clear();
                }
            } else {
                self.add_statement(&statement);
                statement.clear();
            }
        }
    }

    fn add_statement(&mut self, statement: &str) {
        let attribute =
            |word: &&str| *word == "_GNUTLS_GCC_ATTR_DEPRECATED" || word.starts_with("__");
        let first = words(statement).next().unwrap_or_default();
        if first == "typedef" {
            // A pointer to a function has its name inside the first parentheses, all others before
            // brackets of any kind.
            let name = match statement.split_once("(*") {
                Some((_, rest)) => words(rest).next(),
                None => {
                    let end = statement.find(['[', '(']).unwrap_or(statement.len());
                    words(&statement[..end])
                        .filter(|word| !attribute(word))
                        .last()
                }
            };
            self.types.extend(name.map(str::to_owned));
        } else if first == "extern" {
            let name = match statement.split_once("(*") {
                Some((_, rest)) => words(rest).next(),
                None => words(statement).last(),
            };
            self.variables.extend(name.map(str::to_owned));
        } else if let Some((before, _)) = statement.split_once('(') {
            let name = words(before).last();
            self.functions.extend(name.map(str::to_owned));
        }
    }
}

impl fmt::Display for Census {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, names) in self.groups() {
            writeln!(f, "{:>6} {what}", names.len())?;
        }
        let both = self
            .enum_constants
            .intersection(&self.object_macros)
            .count();
        writeln!(
            f,
            "All of these are bound; {both} names are an enum constant as well as a macro."
        )?;
        write!(f, "Not bound: {} include guards", self.guards)?;
        for (name, why) in &self.left_out {
            write!(f, "\n  {name}: {why}")?;
        }
        Ok(())
    }
}

/// Returns C without the lines that `#if 0` hides.
fn without_if_0(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut hidden = 0;
    for line in text.lines() {
        let directive = line
            .trim_start()
            .strip_prefix('#')
            .unwrap_or_default()
            .trim_start();
        if hidden > 0 {
            hidden += usize::from(directive.starts_with("if"));
            hidden -= usize::from(directive.starts_with("endif"));
        } else if directive == "if 0" {
            hidden = 1;
        } else {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

/// Returns the contents of a block that has just been opened, and the text after it.
fn block(text: &str) -> (&str, &str) {
    let mut depth = 1;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return (&text[..at], &text[at + 1..]);
        }
    }
    (text, "")
}

fn enum_names(body: &str) -> impl Iterator<Item = String> {
    body.split(',')
        .filter_map(|entry| words(entry).next())
        .map(str::to_owned)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_name_char(c))
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Census, Declared};

    const HEADER: &str = r#"
        #ifndef GNUTLS_GNUTLS_H
        #define GNUTLS_GNUTLS_H
        /* int gnutls_comment(void); */
        #define GNUTLS_NUMBER 1
        #define gnutls_macro(a, b) \
            gnutls_function(a, b, 0)
        #if 0
        int gnutls_hidden(void);
        #endif
        extern "C" {
        typedef enum gnutls_e { GNUTLS_A = 1, GNUTLS_B } gnutls_e;
        typedef struct gnutls_s { int field; } gnutls_s;
        typedef int (*gnutls_callback)(int (*inner)(void));
        typedef int gnutls_plain_callback(int);
        extern _SYM_EXPORT const int gnutls_variable;
        const char *gnutls_function(int a, int b) __GNUTLS_CONST__;
        static inline int gnutls_inline(void) { int a; return a; }
        int gnutls_last(void);
        }
        #endif
    "#;

    const BINDINGS: &str = r#"
        pub type gnutls_e = c_uint;
        pub type gnutls_callback = Option<unsafe extern "C" fn()>;
        pub type gnutls_plain_callback = Option<unsafe extern "C" fn()>;
        pub struct gnutls_s { field: c_int }
        pub const GNUTLS_NUMBER: c_uint = 1;
        pub const GNUTLS_A: gnutls_e = 1;
        pub use self::GNUTLS_A as GNUTLS_B;
        unsafe extern "C" {
            pub static gnutls_variable: c_int;
            pub fn gnutls_function(a: c_int, b: c_int) -> *const c_char;
            pub fn gnutls_last() -> c_int;
        }
        pub fn gnutls_inline() {}
        pub fn gnutls_macro() {}
    "#;

    /// Returns the census of these bindings for that header.
    fn take(header: &str, bindings: &str) -> Result<Census, String> {
        let folder = tempfile::tempdir().unwrap();
        for name in ["macros.rs", "platform.rs", "version.rs"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let include = tempfile::tempdir().unwrap();
        let header_path = include.path().join("gnutls.h");
        fs::write(&header_path, header).unwrap();
        let declared = Declared::read(bindings, folder.path()).unwrap();
        Census::take(&header_path, &declared).map_err(|problem| problem.to_string())
    }

    #[test]
    fn everything_that_is_bound_is_counted() {
        let census = take(HEADER, BINDINGS).unwrap();
        let counts = census.groups().map(|(_, names)| names.len());
        assert_eq!(counts, [3, 1, 4, 2, 1, 1]);
        assert_eq!(census.guards, 1);
    }

    #[test]
    fn each_kind_of_name_is_missed_when_it_is_not_bound() {
        for name in [
            "gnutls_e",
            "gnutls_s",
            "gnutls_callback",
            "gnutls_plain_callback",
            "GNUTLS_NUMBER",
            "GNUTLS_B",
            "gnutls_variable",
            "gnutls_function",
            "gnutls_inline",
            "gnutls_last",
            "gnutls_macro",
        ] {
            let others = BINDINGS.replace(&format!(" {name}"), " other");
            let problem = take(HEADER, &others).map(drop).unwrap_err();
            assert_eq!(
                problem,
                format!("in the headers, but not in the bindings: {name}")
            );
        }
    }
}
