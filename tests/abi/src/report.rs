//! The result of a check, as text and as JSON.

use std::fmt;
use std::path::Path;

use anyhow::Context;
use gnutls_releases::Version;
use serde_json::json;

/// The kind of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    Function,
    Variable,
    Constant,
    Layout,
    Callback,
    Typedef,
    Alias,
    Symbol,
    /// The release that an item is marked with.
    Release,
    /// A declaration of the headers that the bindings lack.
    Missing,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Kind::Function => "signature",
            Kind::Variable => "variable",
            Kind::Constant => "constant",
            Kind::Layout => "layout",
            Kind::Callback => "callback",
            Kind::Typedef => "typedef",
            Kind::Alias => "alias",
            Kind::Symbol => "symbol",
            Kind::Release => "release",
            Kind::Missing => "not in the bindings",
        })
    }
}

/// A difference between Rust and C.
#[derive(Debug)]
pub(crate) struct Difference {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) rust: String,
    /// File and line of the bindings.
    pub(crate) rust_place: String,
    pub(crate) c: String,
    /// The header, or the shared object.
    pub(crate) c_place: String,
}

/// The outcome of one check.
pub(crate) struct Report {
    /// The release of the headers.
    pub(crate) release: Version,
    /// The release that the bindings were made from.
    pub(crate) bindings: Version,
    pub(crate) functions: usize,
    pub(crate) constants: usize,
    pub(crate) layouts: usize,
    pub(crate) callbacks: usize,
    pub(crate) typedefs: usize,
    pub(crate) variables: usize,
    pub(crate) aliases: usize,
    pub(crate) symbols: usize,
    /// Items of the bindings that are newer than the headers.
    pub(crate) newer: usize,
    /// In bytes.
    pub(crate) time_t: i128,
    pub(crate) differences: Vec<Difference>,
    /// Notes about unchecked items and about this installation.
    pub(crate) notes: Vec<String>,
}

impl Report {
    pub(crate) fn new(release: Version, bindings: Version) -> Report {
        Report {
            release,
            bindings,
            functions: 0,
            constants: 0,
            layouts: 0,
            callbacks: 0,
            typedefs: 0,
            variables: 0,
            aliases: 0,
            symbols: 0,
            newer: 0,
            time_t: 0,
            differences: Vec::new(),
            notes: Vec::new(),
        }
    }

    pub(crate) fn to_json(&self, include: &Path) -> anyhow::Result<String> {
        let differences: Vec<_> = self
            .differences
            .iter()
            .map(|difference| {
                json!({
                    "kind": difference.kind.to_string(),
                    "name": difference.name,
                    "rust": difference.rust,
                    "rust_place": difference.rust_place,
                    "c": difference.c,
                    "c_place": difference.c_place,
                })
            })
            .collect();
        let report = json!({
            "check": "abi",
            "release": self.release.to_string(),
            "bindings": self.bindings.to_string(),
            "include": include,
            "functions": self.functions,
            "constants": self.constants,
            "structs": self.layouts,
            "callbacks": self.callbacks,
            "typedefs": self.typedefs,
            "variables": self.variables,
            "aliases": self.aliases,
            "symbols": self.symbols,
            "newer": self.newer,
            "time_t": i64::try_from(self.time_t)?,
            "notes": self.notes,
            "differences": differences,
        });
        serde_json::to_string_pretty(&report).context("cannot write JSON")
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "difference: {} ({})", self.name, self.kind)?;
        writeln!(f, "  Rust: {}  ({})", self.rust, self.rust_place)?;
        write!(f, "  C:    {}  ({})", self.c, self.c_place)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for difference in &self.differences {
            writeln!(f, "{difference}\n")?;
        }
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        let Report {
            callbacks,
            typedefs,
            variables,
            aliases,
            symbols,
            time_t,
            ..
        } = self;
        writeln!(
            f,
            "also: {callbacks} callbacks, {typedefs} other typedefs, {variables} variables, {aliases} aliases"
        )?;
        writeln!(
            f,
            "also: {symbols} symbols found in the shared objects; time_t has {time_t} bytes"
        )?;
        if self.newer > 0 {
            writeln!(
                f,
                "also: {} items are newer than {}, and its headers do not have them",
                self.newer, self.release
            )?;
        }
        write!(
            f,
            "abi: GnuTLS {}: {} functions, {} constants, {} structs checked, {} {}",
            self.release,
            self.functions,
            self.constants,
            self.layouts,
            self.differences.len(),
            if self.differences.len() == 1 {
                "difference"
            } else {
                "differences"
            },
        )
    }
}
