//! The check: every item of the bindings becomes questions to both compilers, and the answers are compared.

mod types;

use std::collections::HashSet;
use std::path::Path;

use gnutls_releases::{OLDEST, Version};

use crate::bindings::{Bindings, Declared};
use crate::compiler::Questions;
use crate::ctype::{self, SpellError, Speller};
use crate::headers::Headers;
use crate::history::{Exception, History};
use crate::installation::{self, Installation, Symbols};
use crate::names::Names;
use crate::pending::{Expectation, Pending};
use crate::report::{Difference, Kind, Report};
use crate::sources::Sources;

/// The input of a check.
pub(crate) struct Input<'a> {
    pub(crate) bindings: &'a Bindings,
    pub(crate) headers: &'a Headers,
    pub(crate) history: &'a History,
    pub(crate) installation: &'a Installation,
    pub(crate) sources: &'a Sources,
}

/// Compares the bindings with the headers and the shared objects.
pub(crate) fn check(input: &Input<'_>) -> anyhow::Result<Report> {
    let mut check = Check {
        input,
        names: Names::new(input.bindings, input.headers),
        c: Questions::default(),
        rust: Questions::default(),
        pending: Vec::new(),
        report: Report::new(input.headers.release()?, input.history.newest()?),
        symbols: Vec::new(),
        without_dane: 0,
    };
    check.functions()?;
    check.variables();
    check.constants();
    check.layouts();
    check.typedefs();
    check.aliases();
    check.c_library_types();
    let exported = match input.installation.headers_only {
        true => Symbols::new(),
        false => installation::exported_symbols(&input.installation.gnutls()?)?,
    };
    check.missing(&exported);
    check.ask()?;
    check.look_up_symbols(&exported)?;
    check.note_dane();
    Ok(check.report)
}

struct Check<'a> {
    input: &'a Input<'a>,
    names: Names<'a>,
    c: Questions,
    rust: Questions,
    pending: Vec<Pending>,
    report: Report,
    /// The names that the shared objects must export.
    symbols: Vec<&'a Declared>,
    /// The number of items of libgnutls-dane that were not checked, since it is not installed.
    without_dane: usize,
}

/// An item with the header that declares it.
#[derive(Clone, Copy)]
struct Item<'a> {
    kind: Kind,
    declared: &'a Declared,
    header: &'a str,
}

impl<'a> Check<'a> {
    fn functions(&mut self) -> anyhow::Result<()> {
        let mut older = 0;
        for function in &self.input.bindings.functions {
            let declared = &function.declared;
            if is_of_dane(declared) && self.has_dane_header() && !self.has_dane() {
                self.without_dane += 1;
                continue;
            }
            let Some(item) = self.present(Kind::Function, declared) else {
                continue;
            };
            let (parameters, result) = match self
                .input
                .history
                .signature(function, self.report.release)?
            {
                Some(signature) => {
                    older += 1;
                    signature
                }
                None => (function.parameters.clone(), function.result.clone()),
            };
            // The type of the function, not of a pointer to it: a pointer shows __attribute__((const)).
            let ty = self.speller(|speller| speller.function(&parameters, result.as_ref()));
            self.compatible(item, &format!("__typeof__(({}))", declared.name), ty);
            self.report.functions += 1;
            self.symbols.push(declared);
        }
        if older > 0 {
            let release = self.report.release;
            self.note(format!(
                "{older} functions were compared with the signature that they had in {release}"
            ));
        }
        Ok(())
    }

    /// Returns whether the symbols of libgnutls-dane can be looked up, or are not looked up.
    fn has_dane(&self) -> bool {
        let installation = self.input.installation;
        installation.headers_only || installation.shared_object("gnutls-dane").is_some()
    }

    fn has_dane_header(&self) -> bool {
        self.input.headers.files.iter().any(|file| file == "dane.h")
    }

    /// Counts an item of libgnutls-dane if its header is not installed. Distributions package it separately.
    fn lacks_dane(&mut self, declared: &Declared) -> bool {
        let lacks = is_of_dane(declared) && !self.has_dane_header();
        self.without_dane += usize::from(lacks);
        lacks
    }

    fn note_dane(&mut self) {
        if self.without_dane > 0 {
            self.note(format!(
                "{} items of libgnutls-dane were not checked: it is not installed",
                self.without_dane
            ));
        }
    }

    fn variables(&mut self) {
        for variable in &self.input.bindings.variables {
            let declared = &variable.declared;
            let Some(item) = self.present(Kind::Variable, declared) else {
                continue;
            };
            let constness = if variable.mutable { "" } else { " const" };
            let pointer = self
                .speller(|speller| Ok(format!("{}{constness} *", speller.spell(&variable.ty)?)));
            self.compatible(item, &format!("__typeof__(&({}))", declared.name), pointer);
            self.report.variables += 1;
            self.symbols.push(declared);
        }
    }

    fn constants(&mut self) {
        let mut seen = HashSet::new();
        for constant in &self.input.bindings.constants {
            if ctype::is_str(&constant.ty) || !seen.insert(&constant.declared.name) {
                continue;
            }
            let Some(item) = self.present(Kind::Constant, &constant.declared) else {
                continue;
            };
            self.constant(item, ctype::is_text(&constant.ty));
        }
    }

    /// Compares a value, whose type may differ between C and Rust.
    fn constant(&mut self, item: Item<'_>, is_text: bool) {
        let name = &item.declared.name;
        let in_c = self.input.headers.expression(name);
        // If only one of Rust and C has a text, the result of C is a value that no constant has.
        let is_c_text = format!("_Generic(({in_c}), char *: 1, const char *: 1, default: 0)");
        let expectation = if is_text {
            let c = self.c.text(format!(
                "__builtin_choose_expr({is_c_text}, {in_c}, \"(not a text)\")"
            ));
            Expectation::SameText {
                rust: self.rust.text(format!("sys::{name}")),
                c,
            }
        } else {
            let c = self.c.number(format!(
                "__builtin_choose_expr({is_c_text}, -0x7fffffffffffffff, ({in_c}))"
            ));
            match self.input.history.value(name, self.report.release) {
                Some(rust) => Expectation::Is { rust, c },
                None => Expectation::Same {
                    rust: self.rust.number(format!("sys::{name}")),
                    c,
                },
            }
        };
        self.expect(item, "", expectation);
        self.report.constants += 1;
    }

    fn aliases(&mut self) {
        for alias in &self.input.bindings.aliases {
            let declared = &alias.declared;
            let target = self.names.resolve(&declared.name).to_owned();
            if self.names.is_type(&target) {
                let Some((item, spelled)) = self.type_item(Kind::Alias, declared) else {
                    continue;
                };
                let ty = self.names.spell(&target).ok_or(SpellError::Unknown(target));
                self.compatible(item, &spelled, ty);
                self.report.aliases += 1;
                continue;
            }
            let Some(item) = self.present(Kind::Alias, declared) else {
                continue;
            };
            if let Some(is_text) = self.names.constant(&target) {
                self.constant(
                    Item {
                        kind: Kind::Constant,
                        ..item
                    },
                    is_text,
                );
                continue;
            }
            let stands_for = self.input.headers.expand(&declared.name);
            if stands_for != target {
                self.differ(
                    item,
                    &format!("another name of {target}"),
                    &format!("stands for {stands_for}"),
                );
            }
            self.report.aliases += 1;
        }
    }

    /// Reports the names of the headers that the bindings lack, except those that are newer than the bindings: all
    /// names of a newer release, and in a development version, which reports the number of the release before it,
    /// the functions whose symbol version names a newer release.
    fn missing(&mut self, exported: &Symbols) {
        let mut missing = self.input.headers.public_names();
        let (release, newest) = (self.report.release, self.report.bindings);
        let removed =
            |name: &str| self.input.history.exception(name, release) == Some(&Exception::Removed);
        missing.retain(|(name, _, _)| !self.names.has(name) && !removed(name));
        let mut newer = Vec::new();
        for (name, text, header) in missing {
            let since = exported.get(&name).copied().flatten();
            if since.unwrap_or(release).max(release) > newest {
                newer.push(name);
                continue;
            }
            self.report.differences.push(Difference {
                kind: Kind::Missing,
                name,
                rust: "nothing".to_owned(),
                rust_place: "the bindings".to_owned(),
                c: text,
                c_place: header,
            });
        }
        if !newer.is_empty() {
            self.note(format!(
                "{} names of these headers are newer than the bindings, which are of {newest}: {}",
                newer.len(),
                newer.join(", ")
            ));
        }
    }

    /// Evaluates the questions by both compilers, and records the differences.
    fn ask(&mut self) -> anyhow::Result<()> {
        let Input {
            headers,
            installation,
            sources,
            ..
        } = self.input;
        let time_t = self.rust.number("size_of::<sys::time_t>()");
        let rust = self.rust.ask_rust(installation, sources)?;
        let c = self.c.ask_c(
            &format!("#include <time.h>\n{}", headers.includes()),
            &installation.include,
            sources,
        )?;
        self.report.time_t = rust.number(time_t);
        let pending = std::mem::take(&mut self.pending);
        self.report.differences.extend(
            pending
                .into_iter()
                .filter_map(|pending| pending.compare(&rust, &c)),
        );
        Ok(())
    }

    fn look_up_symbols(&mut self, exported: &Symbols) -> anyhow::Result<()> {
        if self.input.installation.headers_only {
            self.note("the shared objects were not checked".to_owned());
            return Ok(());
        }
        let installation = self.input.installation;
        let gnutls = installation.gnutls()?;
        let dane = installation.shared_object("gnutls-dane");
        let exported_by_dane = dane
            .as_deref()
            .map(installation::exported_symbols)
            .transpose()?
            .unwrap_or_default();
        let file = |path: &Path| {
            path.file_name()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned()
        };
        let (gnutls, dane) = (file(&gnutls), dane.as_deref().map(file).unwrap_or_default());
        for declared in std::mem::take(&mut self.symbols) {
            let (exported, header) = if is_of_dane(declared) {
                (&exported_by_dane, &dane)
            } else {
                (exported, &gnutls)
            };
            if exported.contains_key(&declared.name) {
                self.report.symbols += 1;
            } else {
                self.differ(
                    Item {
                        kind: Kind::Symbol,
                        declared,
                        header,
                    },
                    &declared.text,
                    "not exported",
                );
            }
        }
        Ok(())
    }

    /// Returns a function, variable or constant to compare. Otherwise it is newer than the headers, or reported.
    fn present(&mut self, kind: Kind, declared: &'a Declared) -> Option<Item<'a>> {
        if self.lacks_dane(declared) {
            return None;
        }
        let Input {
            headers, history, ..
        } = self.input;
        let (name, release) = (declared.name.as_str(), self.report.release);
        let table = Item {
            kind: Kind::Release,
            declared,
            header: "releases.tsv",
        };
        let first = history
            .first(name)
            .or_else(|| history.first(self.names.resolve(name)));
        // Functions and variables are marked, so that using them with an older library is an error when compiling.
        let mark = first.filter(|first| *first > OLDEST);
        if matches!(kind, Kind::Function | Kind::Variable) && declared.since != mark {
            let say = |mark: Option<Version>, without: &str| {
                mark.map_or(without.to_owned(), |mark| format!("since {mark}"))
            };
            let found = say(first, "not in the table");
            self.differ(table, &say(declared.since, "without a mark"), &found);
        }
        let since = declared.since.max(first);
        let newer = since.is_some_and(|since| since > release);
        let exception = history.exception(name, release);
        let Some(header) = headers.header_of(name) else {
            if newer {
                self.report.newer += 1;
            } else if exception == Some(&Exception::LeftOut) {
                self.note(format!("{name} was left out of {release}"));
            } else {
                let from = since.map_or("in every release".to_owned(), |since| {
                    format!("in {since} and later")
                });
                let item = Item {
                    kind,
                    declared,
                    header: "no header",
                };
                self.differ(item, &format!("{}, {from}", declared.text), "not declared");
            }
            return None;
        };
        let item = Item {
            kind,
            declared,
            header,
        };
        if newer {
            let since = since.unwrap_or(release);
            let Some(Exception::Added { by }) = exception else {
                let item = Item {
                    kind: Kind::Release,
                    ..item
                };
                self.differ(
                    item,
                    &format!("not before {since}"),
                    &format!("the headers of {release} have it"),
                );
                return None;
            };
            self.note(format!(
                "{name} of {since} is in these headers of {release}: added by {by}"
            ));
            // With its mark, Rust does not have it for this release.
            return declared.since.is_none().then_some(item);
        }
        Some(item)
    }

    fn speller<T>(&self, spell: impl FnOnce(&Speller<'_>) -> T) -> T {
        spell(&Speller {
            named: &|name| self.names.spell(name),
        })
    }

    /// Expects two C types to be the same: that of the headers, and that of the bindings spelled in C.
    fn compatible(&mut self, item: Item<'_>, actual: &str, expected: Result<String, SpellError>) {
        match expected {
            Ok(expected) => {
                let answer = self.c.number(format!(
                    "__builtin_types_compatible_p({actual}, {expected})"
                ));
                self.expect(item, "", Expectation::Yes(answer));
            }
            Err(SpellError::Unknown(name)) => {
                self.differ(item, &item.declared.text, &format!("has no type {name}"))
            }
            Err(SpellError::Foreign(ty)) => {
                self.differ(item, &item.declared.text, &format!("has nothing like {ty}"))
            }
        }
    }

    fn expect(&mut self, item: Item<'_>, label: &str, expectation: Expectation) {
        let difference = if matches!(expectation, Expectation::Yes(_)) {
            let c = self
                .input
                .headers
                .declaration(&item.declared.name)
                .unwrap_or("another type");
            difference(item, &item.declared.text, c)
        } else {
            difference(item, label, label)
        };
        self.pending.push(Pending {
            difference,
            expectation,
        });
    }

    fn differ(&mut self, item: Item<'_>, rust: &str, c: &str) {
        self.report.differences.push(difference(item, rust, c));
    }

    fn note(&mut self, text: String) {
        self.report.notes.push(text);
    }
}

/// Returns whether libgnutls-dane has an item, by its name.
fn is_of_dane(declared: &Declared) -> bool {
    let mut starts = ["dane_", "DANE_"].iter();
    starts.any(|start| declared.name.starts_with(start))
}

fn difference(item: Item<'_>, rust: &str, c: &str) -> Difference {
    Difference {
        kind: item.kind,
        name: item.declared.name.clone(),
        rust: rust.to_owned(),
        rust_place: item.declared.place.clone(),
        c: c.to_owned(),
        c_place: item.header.to_owned(),
    }
}
