//! The declarations of the bindings, read from their Rust source.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use gnutls_releases::Version;
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Attribute, ForeignItem, Ident, Item, Meta, Type, UseTree, Visibility};

/// Every public item of the crate, by the kind of its checks.
#[derive(Default)]
pub(crate) struct Bindings {
    pub(crate) functions: Vec<Function>,
    pub(crate) variables: Vec<Variable>,
    pub(crate) constants: Vec<Constant>,
    pub(crate) layouts: Vec<Layout>,
    pub(crate) typedefs: Vec<Typedef>,
    pub(crate) aliases: Vec<Alias>,
    /// Structs without visible fields, known in C by their tag.
    pub(crate) opaque: BTreeSet<String>,
    /// Functions with a body: the function-like macros of C.
    pub(crate) macros: Vec<Declared>,
    /// Types of the C library: `pub use libc::off_t`.
    pub(crate) c_library_types: Vec<Declared>,
}

/// The common part of all declarations.
#[derive(Clone)]
pub(crate) struct Declared {
    pub(crate) name: String,
    /// The release that first had it, if it is marked with one.
    pub(crate) since: Option<Version>,
    /// The source text on one line.
    pub(crate) text: String,
    /// File and line.
    pub(crate) place: String,
}

pub(crate) struct Function {
    pub(crate) declared: Declared,
    pub(crate) parameters: Vec<Type>,
    pub(crate) result: Option<Type>,
}

pub(crate) struct Variable {
    pub(crate) declared: Declared,
    pub(crate) mutable: bool,
    pub(crate) ty: Type,
}

pub(crate) struct Constant {
    pub(crate) declared: Declared,
    pub(crate) ty: Type,
}

/// A struct or union with visible fields.
pub(crate) struct Layout {
    pub(crate) declared: Declared,
    pub(crate) fields: Vec<Field>,
}

pub(crate) struct Field {
    pub(crate) in_rust: String,
    pub(crate) in_c: String,
    /// The source text on one line.
    pub(crate) text: String,
    pub(crate) ty: Type,
}

pub(crate) struct Typedef {
    pub(crate) declared: Declared,
    pub(crate) ty: Type,
}

/// `pub use target as name`.
pub(crate) struct Alias {
    pub(crate) declared: Declared,
    pub(crate) target: String,
}

impl Bindings {
    /// Reads a crate from its first file, following `mod` and `include!`.
    pub(crate) fn read(first: &Path) -> anyhow::Result<Bindings> {
        let mut bindings = Bindings::default();
        bindings.file(first)?;
        Ok(bindings)
    }

    /// Returns the names of types.
    pub(crate) fn type_names(&self) -> impl Iterator<Item = &str> {
        let layouts = self.layouts.iter().map(|layout| &layout.declared);
        let typedefs = self.typedefs.iter().map(|typedef| &typedef.declared);
        let declared = layouts
            .chain(typedefs)
            .chain(&self.c_library_types)
            .map(|declared| declared.name.as_str());
        declared.chain(self.opaque.iter().map(String::as_str))
    }

    /// Returns every name of the bindings.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let functions = self.functions.iter().map(|function| &function.declared);
        let variables = self.variables.iter().map(|variable| &variable.declared);
        let constants = self.constants.iter().map(|constant| &constant.declared);
        let aliases = self.aliases.iter().map(|alias| &alias.declared);
        let declared = functions
            .chain(variables)
            .chain(constants)
            .chain(aliases)
            .chain(&self.macros);
        declared
            .map(|declared| declared.name.as_str())
            .chain(self.type_names())
    }

    fn file(&mut self, path: &Path) -> anyhow::Result<()> {
        let text =
            fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let file = syn::parse_file(&text)
            .with_context(|| format!("{} is not valid Rust", path.display()))?;
        self.items(&file.items, &Source { path, text: &text })
    }

    fn items(&mut self, items: &[Item], source: &Source<'_>) -> anyhow::Result<()> {
        items.iter().try_for_each(|item| self.item(item, source))
    }

    fn item(&mut self, item: &Item, source: &Source<'_>) -> anyhow::Result<()> {
        if !possible(attributes(item)) {
            return Ok(());
        }
        let public = |visibility: &Visibility| matches!(visibility, Visibility::Public(_));
        match item {
            Item::ForeignMod(block) => {
                block
                    .items
                    .iter()
                    .try_for_each(|item| self.foreign(item, source))?;
            }
            Item::Const(item) if public(&item.vis) => self.constants.push(Constant {
                declared: source.declared(&item.ident, &item.attrs, item),
                ty: (*item.ty).clone(),
            }),
            Item::Type(item) if public(&item.vis) => self.typedefs.push(Typedef {
                declared: source.declared(&item.ident, &item.attrs, item),
                ty: (*item.ty).clone(),
            }),
            Item::Struct(item) if public(&item.vis) => {
                let fields: Vec<_> = item
                    .fields
                    .iter()
                    .filter(|field| public(&field.vis))
                    .collect();
                if fields.is_empty() {
                    self.opaque.insert(item.ident.to_string());
                } else {
                    let declared = source.declared(&item.ident, &item.attrs, item);
                    self.layouts.push(Layout {
                        declared,
                        fields: fields.into_iter().map(field).collect(),
                    });
                }
            }
            Item::Union(item) if public(&item.vis) => {
                let declared = source.declared(&item.ident, &item.attrs, item);
                self.layouts.push(Layout {
                    declared,
                    fields: item.fields.named.iter().map(field).collect(),
                });
            }
            Item::Fn(item) if public(&item.vis) => {
                self.macros
                    .push(source.declared(&item.sig.ident, &item.attrs, &item.sig));
            }
            Item::Use(item) if public(&item.vis) => {
                let mut names = Vec::new();
                used(&item.tree, &mut names);
                let of_libc = matches!(&item.tree, UseTree::Path(path) if path.ident == "libc");
                for (target, name) in names {
                    if of_libc {
                        self.c_library_types
                            .push(source.declared(&name, &item.attrs, item));
                    } else if target != name {
                        let declared = source.declared(&name, &item.attrs, item);
                        self.aliases.push(Alias {
                            declared,
                            target: target.to_string(),
                        });
                    }
                }
            }
            Item::Mod(item) => match &item.content {
                Some((_, items)) => self.items(items, source)?,
                None => self.file(&source.module(&item.ident.to_string()))?,
            },
            Item::Macro(syn::ItemMacro {
                ident: Some(name),
                attrs,
                mac,
                ..
            }) if mac.path.is_ident("macro_rules") => {
                self.macros.push(source.declared(name, attrs, item));
            }
            Item::Macro(item) if item.mac.path.is_ident("include") => {
                // Only a plain file name: `include!(concat!(env!("OUT_DIR"), ...))` is generated at build time.
                if let Ok(name) = item.mac.parse_body::<syn::LitStr>() {
                    self.file(&source.path.with_file_name(name.value()))?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn foreign(&mut self, item: &ForeignItem, source: &Source<'_>) -> anyhow::Result<()> {
        match item {
            ForeignItem::Fn(item) => {
                let parameters = item.sig.inputs.iter().map(|input| match input {
                    syn::FnArg::Typed(input) => Ok((*input.ty).clone()),
                    syn::FnArg::Receiver(_) => bail!("{} takes self", item.sig.ident),
                });
                let parameters = parameters.collect::<anyhow::Result<Vec<_>>>()?;
                let result = match &item.sig.output {
                    syn::ReturnType::Default => None,
                    syn::ReturnType::Type(_, ty) => Some((**ty).clone()),
                };
                let declared = source.declared(&item.sig.ident, &item.attrs, &item.sig);
                self.functions.push(Function {
                    declared,
                    parameters,
                    result,
                });
            }
            ForeignItem::Static(item) => {
                let declared = source.declared(&item.ident, &item.attrs, item);
                let mutable = matches!(item.mutability, syn::StaticMutability::Mut(_));
                self.variables.push(Variable {
                    declared,
                    mutable,
                    ty: (*item.ty).clone(),
                });
            }
            _ => {}
        }
        Ok(())
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn field(field: &syn::Field) -> Field {
    let in_rust = field
        .ident
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    // bindgen adds an underscore to a keyword of Rust.
    let in_c = plain(in_rust.strip_suffix('_').unwrap_or(&in_rust));
    Field {
        in_rust,
        in_c,
        text: one_line(&field.to_token_stream().to_string()),
        ty: field.ty.clone(),
    }
}

/// Returns a name without the addition to keywords of Rust.
fn plain(name: &str) -> String {
    name.strip_prefix("r#").unwrap_or(name).to_owned()
}

/// Returns the names of a `use`: the original and the new one.
fn used(tree: &UseTree, names: &mut Vec<(Ident, Ident)>) {
    match tree {
        UseTree::Path(path) => used(&path.tree, names),
        UseTree::Group(group) => group.items.iter().for_each(|tree| used(tree, names)),
        UseTree::Rename(rename) => names.push((rename.ident.clone(), rename.rename.clone())),
        UseTree::Name(name) => names.push((name.ident.clone(), name.ident.clone())),
        UseTree::Glob(_) => {}
    }
}

/// Returns the condition of a `#[cfg(...)]`.
fn condition(attribute: &Attribute) -> Option<Meta> {
    attribute
        .path()
        .is_ident("cfg")
        .then(|| attribute.parse_args().ok())
        .flatten()
}

/// Returns the conditions within `any(...)`, `all(...)` or `not(...)`.
fn inner(list: &syn::MetaList) -> Vec<Meta> {
    let parser = Punctuated::<Meta, syn::Token![,]>::parse_terminated;
    list.parse_args_with(parser)
        .map(|metas| metas.into_iter().collect())
        .unwrap_or_default()
}

/// Returns whether an item can exist: not with a condition that no library and no target of this machine meets.
fn possible(attributes: &[Attribute]) -> bool {
    /// Returns `None` if it depends on the target or the library.
    fn holds(meta: &Meta) -> Option<bool> {
        match meta {
            Meta::Path(path) if path.is_ident("unix") => Some(cfg!(unix)),
            Meta::Path(path) if path.is_ident("windows") => Some(cfg!(windows)),
            Meta::Path(path) if path.is_ident("test") || path.is_ident("docsrs") => Some(false),
            Meta::List(list) if list.path.is_ident("not") => {
                inner(list).first().and_then(holds).map(|held| !held)
            }
            _ => None,
        }
    }
    attributes
        .iter()
        .filter_map(condition)
        .all(|meta| holds(&meta) != Some(false))
}

/// Returns the release of `#[cfg(gnutls_3_6_3)]`, or of such a condition within `any(...)`.
fn since(attributes: &[Attribute]) -> Option<Version> {
    fn of(meta: &Meta) -> Option<Version> {
        match meta {
            Meta::Path(path) => {
                let name = path.get_ident()?.to_string();
                name.strip_prefix("gnutls_")?.replace('_', ".").parse().ok()
            }
            Meta::List(list) if list.path.is_ident("any") => {
                inner(list).iter().filter_map(of).min()
            }
            _ => None,
        }
    }
    attributes
        .iter()
        .filter_map(condition)
        .filter_map(|meta| of(&meta))
        .max()
}

/// The file being read.
struct Source<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Source<'_> {
    fn declared(&self, name: &Ident, attributes: &[Attribute], item: &impl Spanned) -> Declared {
        let span = item.span();
        let start = span.byte_range().start;
        let text = self.text.get(span.byte_range()).unwrap_or_default();
        // The span of an item begins with its documentation and attributes.
        let end = attributes
            .last()
            .map_or(0, |last| last.span().byte_range().end.saturating_sub(start));
        let text = text.get(end..).unwrap_or(text);
        let file = self.path.file_name().unwrap_or_default().to_string_lossy();
        Declared {
            name: plain(&name.to_string()),
            since: since(attributes),
            text: one_line(text),
            place: format!("{file}:{}", name.span().start().line),
        }
    }

    fn module(&self, name: &str) -> PathBuf {
        let stem = self.path.file_stem().unwrap_or_default();
        let folder = if matches!(stem.to_str(), Some("lib" | "mod" | "main")) {
            self.path.with_file_name("")
        } else {
            self.path.with_extension("")
        };
        let file = folder.join(format!("{name}.rs"));
        if file.exists() {
            file
        } else {
            folder.join(name).join("mod.rs")
        }
    }
}

/// Returns source text with every run of blanks as one, without the paths of the primitive types.
pub(crate) fn one_line(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    text.replace("::core::ffi::", "")
        .replace("::core::option::", "")
        .replace("( ", "(")
        .replace(", )", ")")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Bindings {
        let file = syn::parse_file(text).unwrap();
        let mut bindings = Bindings::default();
        bindings
            .items(
                &file.items,
                &Source {
                    path: Path::new("test.rs"),
                    text,
                },
            )
            .unwrap();
        bindings
    }

    #[test]
    fn declarations_are_sorted_by_kind() {
        let bindings = read(
            r#"
            pub const GNUTLS_A: u32 = 1;
            const PRIVATE: u32 = 1;
            pub type gnutls_t = *mut gnutls_opaque_st;
            #[repr(C)] pub struct gnutls_opaque_st { _unused: [u8; 0] }
            #[repr(C)] pub struct gnutls_st { pub type_: u32, pub r#in: u32 }
            pub union gnutls_u { pub a: u32, pub b: u8 }
            pub use self::gnutls_t as gnutls_other_t;
            unsafe extern "C" {
                #[doc = " Pub text."]
                #[cfg(gnutls_3_6_13)]
                pub fn gnutls_f(
                    a: ::core::ffi::c_int,
                ) -> u32;
                pub static mut gnutls_v: u32;
            }
            "#,
        );
        assert_eq!(bindings.constants.len(), 1);
        assert_eq!(bindings.typedefs[0].declared.name, "gnutls_t");
        assert!(bindings.opaque.contains("gnutls_opaque_st"));
        let layouts: Vec<_> = bindings
            .layouts
            .iter()
            .map(|layout| layout.declared.name.as_str())
            .collect();
        assert_eq!(layouts, ["gnutls_st", "gnutls_u"]);
        assert_eq!(bindings.layouts[0].fields[1].in_c, "in");
        assert_eq!(bindings.aliases[0].target, "gnutls_t");
        assert!(bindings.variables[0].mutable);
        let function = &bindings.functions[0];
        assert_eq!(function.declared.since, Some(Version::new(3, 6, 13)));
        assert_eq!(function.declared.text, "fn gnutls_f(a: c_int) -> u32");
        assert_eq!(function.declared.place, "test.rs:12");
    }

    #[test]
    fn the_release_of_a_condition_is_the_earliest_that_meets_it() {
        let since = |text: &str| read(text).constants[0].declared.since;
        assert_eq!(
            since("#[cfg(any(gnutls_3_7_0, docsrs))] pub const A: u32 = 1;"),
            Some(Version::new(3, 7, 0))
        );
        assert_eq!(
            since("#[cfg(target_os = \"linux\")] pub const A: u32 = 1;"),
            None
        );
        assert_eq!(since("pub const A: u32 = 1;"), None);
    }
}
