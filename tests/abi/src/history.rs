//! The changes between releases: the tables for checking the bindings of the newest release against an older one.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, bail};
use gnutls_releases::{Releases, Version};
use syn::{Type, TypePtr};

use crate::bindings::Function;

/// Every table that a check consults.
pub(crate) struct History {
    releases: Releases,
    signatures: HashMap<String, Vec<(Version, Change)>>,
    values: HashMap<String, Vec<(Version, i128)>>,
    /// Those of one release, or of any.
    exceptions: HashMap<(String, Option<Version>), Exception>,
}

/// The difference of a signature before a release.
#[derive(Debug, PartialEq, Eq)]
enum Change {
    /// It returned `int`.
    ReturnedInt,
    /// The target of this parameter (counted from 1) was not const.
    NotConst(usize),
}

/// A name that the table of releases does not account for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Exception {
    /// By a distribution: the release itself does not have it.
    Added { by: String },
    /// Earlier and later releases have it.
    LeftOut,
    /// The newest headers, and so the bindings, no longer have it.
    Removed,
    /// A struct with these fields instead of a type of the C library.
    Struct { fields: Vec<String> },
}

impl History {
    pub(crate) fn read(project: &Path) -> anyhow::Result<History> {
        History::parse(
            Releases::read(project)?,
            include_str!("../signatures.tsv"),
            include_str!("../values.tsv"),
            include_str!("../exceptions.tsv"),
        )
    }

    fn parse(
        releases: Releases,
        signatures: &str,
        values: &str,
        exceptions: &str,
    ) -> anyhow::Result<History> {
        let mut history = History {
            releases,
            signatures: HashMap::new(),
            values: HashMap::new(),
            exceptions: HashMap::new(),
        };
        for [release, name, change] in rows("signatures.tsv", signatures)? {
            let change = match change.split_once(' ') {
                Some(("returned", "int")) => Change::ReturnedInt,
                Some(("not-const", parameter)) => Change::NotConst(parameter.parse()?),
                _ => bail!("{name}: `{change}` is not a change of a signature"),
            };
            history
                .signatures
                .entry(name.to_owned())
                .or_default()
                .push((release.parse()?, change));
        }
        for [release, name, value] in rows("values.tsv", values)? {
            history
                .values
                .entry(name.to_owned())
                .or_default()
                .push((release.parse()?, value.parse()?));
        }
        for [release, name, exception] in rows("exceptions.tsv", exceptions)? {
            let exception = if let Some(fields) = exception.strip_prefix("struct with ") {
                let fields = fields.split(' ').map(str::to_owned).collect();
                Exception::Struct { fields }
            } else {
                match exception.split_once(" by ") {
                    Some(("added", by)) => Exception::Added { by: by.to_owned() },
                    None if exception == "left-out" => Exception::LeftOut,
                    None if exception == "removed" => Exception::Removed,
                    _ => bail!("{name}: `{exception}` is not an exception"),
                }
            };
            let release = if release == "any" {
                None
            } else {
                Some(release.parse()?)
            };
            history
                .exceptions
                .insert((name.to_owned(), release), exception);
        }
        history.values.values_mut().for_each(|values| values.sort());
        Ok(history)
    }

    /// Returns the newest release of the bindings.
    pub(crate) fn newest(&self) -> anyhow::Result<Version> {
        self.releases
            .newest()
            .context("the table of releases is empty")
    }

    /// Returns the release that first had a function, variable or constant.
    pub(crate) fn first(&self, name: &str) -> Option<Version> {
        self.releases.first(name)
    }

    /// Returns the exception for a name in the headers of this release.
    pub(crate) fn exception(&self, name: &str, release: Version) -> Option<&Exception> {
        let exceptions =
            [Some(release), None].map(|release| self.exceptions.get(&(name.to_owned(), release)));
        exceptions.into_iter().flatten().next()
    }

    /// Returns the value that a constant had in this release, if the bindings have another one.
    pub(crate) fn value(&self, name: &str, release: Version) -> Option<i128> {
        let changes = self.values.get(name)?;
        changes
            .iter()
            .find(|(changed, _)| release < *changed)
            .map(|(_, before)| *before)
    }

    /// Returns the signature that a function had in this release, if the bindings have another one.
    pub(crate) fn signature(
        &self,
        function: &Function,
        release: Version,
    ) -> anyhow::Result<Option<(Vec<Type>, Option<Type>)>> {
        let changes = self
            .signatures
            .get(&function.declared.name)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let mut changes = changes
            .iter()
            .filter(|(changed, _)| release < *changed)
            .peekable();
        if changes.peek().is_none() {
            return Ok(None);
        }
        let (mut parameters, mut result) = (function.parameters.clone(), function.result.clone());
        for (_, change) in changes {
            match change {
                Change::ReturnedInt => result = Some(syn::parse_quote!(c_int)),
                Change::NotConst(number) => {
                    let parameter = number
                        .checked_sub(1)
                        .and_then(|index| parameters.get_mut(index));
                    let name = &function.declared.name;
                    let parameter =
                        parameter.with_context(|| format!("{name} has no parameter {number}"))?;
                    *parameter = not_const(parameter)
                        .with_context(|| format!("parameter {number} of {name}"))?;
                }
            }
        }
        Ok(Some((parameters, result)))
    }
}

/// Converts the type of a pointer to const to that of a pointer without const.
fn not_const(ty: &Type) -> anyhow::Result<Type> {
    match ty {
        Type::Ptr(TypePtr {
            elem,
            const_token: Some(_),
            ..
        }) => Ok(syn::parse_quote!(*mut #elem)),
        // A typedef: `gnutls_ocsp_req_const_t` is `gnutls_ocsp_req_t` with const.
        Type::Path(path) => {
            let name = path.path.require_ident()?.to_string();
            let name = name
                .strip_suffix("_const_t")
                .with_context(|| format!("{name} does not point to const"))?;
            let name = quote::format_ident!("{name}_t");
            Ok(syn::parse_quote!(#name))
        }
        _ => bail!("does not point to const"),
    }
}

/// Reads the rows of one of the three tables of this program.
fn rows<'a>(file: &str, table: &'a str) -> anyhow::Result<Vec<[&'a str; 3]>> {
    gnutls_releases::rows(file, table).map_err(anyhow::Error::msg)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RELEASES: &str = "# A comment\n3.6.0\tfunction\tgnutls_f\n3.8.13\tfunction\tgnutls_g\n";

    fn releases() -> Releases {
        Releases::parse(RELEASES).unwrap()
    }

    fn function(text: &str) -> Function {
        let item: syn::ForeignItemFn = syn::parse_str(text).unwrap();
        let declared = crate::bindings::Declared {
            name: item.sig.ident.to_string(),
            since: None,
            text: text.to_owned(),
            place: String::new(),
        };
        let parameters = item.sig.inputs.into_iter().map(|input| match input {
            syn::FnArg::Typed(input) => *input.ty,
            syn::FnArg::Receiver(_) => unreachable!(),
        });
        let syn::ReturnType::Type(_, result) = item.sig.output else {
            unreachable!()
        };
        Function {
            declared,
            parameters: parameters.collect(),
            result: Some(*result),
        }
    }

    fn text(ty: &Type) -> String {
        quote::quote!(#ty).to_string()
    }

    #[test]
    fn an_older_release_has_the_signature_of_before() {
        let changes = "3.6.3\tgnutls_f\treturned int\n3.6.12\tgnutls_f\tnot-const 1\n";
        let history = History::parse(releases(), changes, "", "").unwrap();
        let function = function("fn gnutls_f(a: *const gnutls_datum_t) -> c_uint;");
        let at = |release| history.signature(&function, release).unwrap();
        let (parameters, result) = at(Version::new(3, 6, 2)).unwrap();
        assert_eq!(
            [text(&parameters[0]), text(&result.unwrap())],
            ["* mut gnutls_datum_t", "c_int"]
        );
        let (parameters, result) = at(Version::new(3, 6, 11)).unwrap();
        assert_eq!(
            [text(&parameters[0]), text(&result.unwrap())],
            ["* mut gnutls_datum_t", "c_uint"]
        );
        assert!(at(Version::new(3, 6, 12)).is_none());
    }

    #[test]
    fn a_typedef_can_hide_the_const() {
        let found = not_const(&syn::parse_quote!(gnutls_ocsp_req_const_t)).unwrap();
        assert_eq!(text(&found), "gnutls_ocsp_req_t");
        assert!(not_const(&syn::parse_quote!(gnutls_ocsp_req_t)).is_err());
        assert!(not_const(&syn::parse_quote!(*mut gnutls_datum_t)).is_err());
    }

    #[test]
    fn an_older_release_has_the_value_of_before() {
        let history = History::parse(
            releases(),
            "",
            "3.6.6\tGNUTLS_A\t9\n3.6.4\tGNUTLS_A\t0\n",
            "",
        )
        .unwrap();
        let at = |patch| history.value("GNUTLS_A", Version::new(3, 6, patch));
        assert_eq!(
            [at(3), at(4), at(5), at(6)],
            [Some(0), Some(9), Some(9), None]
        );
        assert_eq!(history.value("GNUTLS_B", Version::new(3, 6, 0)), None);
    }

    #[test]
    fn an_exception_is_of_one_release_or_of_any() {
        let exceptions = "3.8.1\tGNUTLS_A\tleft-out\nany\tGNUTLS_B\tadded by a distribution\n";
        let history = History::parse(releases(), "", "", exceptions).unwrap();
        assert_eq!(
            history.exception("GNUTLS_A", Version::new(3, 8, 1)),
            Some(&Exception::LeftOut)
        );
        assert_eq!(history.exception("GNUTLS_A", Version::new(3, 8, 2)), None);
        let by = "a distribution".to_owned();
        assert_eq!(
            history.exception("GNUTLS_B", Version::new(3, 7, 9)),
            Some(&Exception::Added { by })
        );
    }

    #[test]
    fn a_damaged_table_is_refused() {
        assert!(History::parse(releases(), "3.6.3\tgnutls_f\n", "", "").is_err());
        assert!(History::parse(releases(), "3.6.3\tgnutls_f\treturned long\n", "", "").is_err());
        assert!(History::parse(releases(), "", "3.6.3\tGNUTLS_A\tmany\n", "").is_err());
        assert!(History::parse(releases(), "", "", "3.7.9\tGNUTLS_A\tnew\n").is_err());
        assert!(History::parse(releases(), "", "", "all\tGNUTLS_A\tleft-out\n").is_err());
        assert!(
            History::parse(Releases::parse("").unwrap(), "", "", "")
                .unwrap()
                .newest()
                .is_err()
        );
        assert_eq!(
            History::parse(releases(), "", "", "")
                .unwrap()
                .newest()
                .unwrap(),
            Version::new(3, 8, 13)
        );
    }
}
