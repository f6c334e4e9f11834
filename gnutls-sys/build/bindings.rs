//! Generates the bindings from the C headers with bindgen and corrects its output.
//!
//! The generator of the committed bindings and the feature `bindgen` both run this file, so that both
//! produce the same names and types.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{fs, panic};

use bindgen::callbacks::{ImplementsTrait, IntKind, ParseCallbacks};
use quote::{format_ident, quote};
use syn::{ForeignItem, Item};

use super::aliases;
use super::releases::Releases;
use super::version::{OLDEST, Version};

/// The items that `src/platform.rs` and `src/version.rs` define by hand: types whose width depends on
/// how the library was built, and the version, which is that of the library and not of the headers.
const BY_HAND: &str = "time_t|off_t|giovec_t|iovec|socklen_t|sockaddr\
    |GNUTLS_VERSION|LIBGNUTLS_.*VERSION.*|GNUTLS_VERSION_(MAJOR|MINOR|PATCH|NUMBER)\
    |GNUTLS_X509_NO_WELL_DEFINED_EXPIRATION";

/// Returns the bindings for the headers in `include`, as source that is not formatted.
///
/// A function is marked with the release that introduced it. A name that the table lacks counts as
/// introduced by `headers`, the version of the headers. `scratch` is a directory for temporary files.
pub fn generate(
    include: &[&Path],
    headers: Version,
    releases: &Releases,
    scratch: &Path,
) -> Result<String, String> {
    let paths = aliases::present(include)?;
    let source = bindgen_output(include, &paths, scratch)?;
    let file =
        syn::parse_file(&source).map_err(|e| format!("cannot parse bindgen's output: {e}"))?;
    let aliases = aliases::read(&paths)?;
    let since = |name: &str| {
        releases
            .names
            .get(name)
            .map_or(headers, |entry| entry.release)
    };
    let items = Bindings::collect(file.items, &aliases)?.into_items(&since);
    Ok(quote!(#(#items)*).to_string())
}

/// Configures bindgen, except for the options that require a second pass.
fn bindgen_output(
    include: &[&Path],
    headers: &[PathBuf],
    scratch: &Path,
) -> Result<String, String> {
    // bindgen evaluates macros that are expressions only for headers that are files.
    let wrapper = scratch.join("gnutls-all.h");
    let names = headers.iter().filter_map(|path| path.file_name()?.to_str());
    let lines: String = names
        .map(|name| format!("#include <gnutls/{name}>\n"))
        .collect();
    fs::write(&wrapper, lines).map_err(|e| format!("{}: {e}", wrapper.display()))?;

    load_libclang()?;
    let bindings = bindgen::Builder::default()
        .header(
            wrapper
                .to_str()
                .ok_or("the path of the scratch folder is not UTF-8")?,
        )
        .clang_args(include.iter().map(|path| format!("-I{}", path.display())))
        .clang_macro_fallback()
        .clang_macro_fallback_build_dir(scratch)
        .allowlist_file(r".*[/\\]gnutls[/\\][^/\\]+\.h")
        .allowlist_recursively(false)
        .blocklist_item(BY_HAND)
        // The macros that the headers define for the C compiler.
        .blocklist_item("_[A-Z_].*")
        .parse_callbacks(Box::new(Choices))
        .rust_target(bindgen::RustTarget::stable(85, 0).map_err(|e| e.to_string())?)
        .use_core()
        .default_enum_style(bindgen::EnumVariation::Consts)
        .prepend_enum_name(false)
        // The text of the headers is under the LGPL, and layout assertions would hold on only one
        // platform.
        .generate_comments(false)
        .layout_tests(false)
        .formatter(bindgen::Formatter::None)
        .generate()
        .map_err(|problem| match problem.to_string() {
            text if text.contains("file not found") => format!("{text}\n\n{NO_CLANG_HEADERS}"),
            text => text,
        })?;
    Ok(bindings
        .to_string()
        .replace(":: core :: ffi :: ", "")
        .replace(":: core :: option :: ", ""))
}

const NO_LIBCLANG: &str = "Install libclang:
  Debian, Ubuntu  apt install libclang-dev
  Fedora, RHEL    dnf install clang-devel
  Alpine          apk add clang-dev
  Arch            pacman -S clang
  openSUSE        zypper install clang-devel
  Nix             nix-shell -p rustPlatform.bindgenHook
  Homebrew        brew install llvm
  MSYS2           pacman -S mingw-w64-ucrt-x86_64-clang
or set LIBCLANG_PATH to the folder that it is in.";

const NO_CLANG_HEADERS: &str = "If this is a header of the compiler or of the C library, their development files are missing: \
    on Debian and Ubuntu, libclang-dev brings the former, and libc6-dev has the latter.";

/// bindgen panics if it finds no libclang.
fn load_libclang() -> Result<(), String> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let loaded = panic::catch_unwind(bindgen::clang_version);
    panic::set_hook(hook);
    loaded.map(drop).map_err(|cause| {
        let why = cause
            .downcast::<String>()
            .map_or_else(|_| String::new(), |why| *why);
        format!("{why}\n\n{NO_LIBCLANG}")
    })
}

#[derive(Debug)]
struct Choices;

impl ParseCallbacks for Choices {
    fn int_macro(&self, name: &str, value: i64) -> Option<IntKind> {
        // Functions return `int`, and take flags as `unsigned int`.
        let is_code = name.starts_with("GNUTLS_E_") || name.starts_with("DANE_E_");
        if is_code || value < 0 {
            Some(IntKind::Int)
        } else if u32::try_from(value).is_ok() {
            Some(IntKind::UInt)
        } else {
            None
        }
    }

    fn blocklisted_type_implements_trait(
        &self,
        name: &str,
        _: bindgen::callbacks::DeriveTrait,
    ) -> Option<ImplementsTrait> {
        matches!(name, "time_t" | "off_t" | "socklen_t").then_some(ImplementsTrait::Yes)
    }
}

/// The items of the bindings, by the way they are processed.
#[derive(Default)]
struct Bindings {
    types: Vec<Item>,
    constants: Vec<syn::ItemConst>,
    /// The new name, the name it stands for, and the item at the end of the chain.
    aliases: Vec<(String, String, String)>,
    gnutls: Vec<ForeignItem>,
    dane: Vec<ForeignItem>,
}

impl Bindings {
    fn collect(items: Vec<Item>, aliases: &BTreeMap<String, String>) -> Result<Self, String> {
        let mut all = Bindings::default();
        for item in items {
            match item {
                Item::Const(constant) => all.constants.push(constant),
                Item::ForeignMod(block) => {
                    for item in block.items {
                        let dane = foreign_name(&item).starts_with("dane_");
                        if dane {
                            all.dane.push(item)
                        } else {
                            all.gnutls.push(item)
                        }
                    }
                }
                Item::Struct(item) => all.types.push(Item::Struct(opaque(item))),
                Item::Type(_) | Item::Union(_) => all.types.push(item),
                Item::Use(item) => all.types.push(second_name(&item)?),
                other => {
                    return Err(format!(
                        "unexpected in bindgen's output: {}",
                        quote!(#other)
                    ));
                }
            }
        }
        all.constants = one_of_each(all.constants)?;
        all.add_aliases(aliases);
        Ok(all)
    }

    /// An alias has the type of its item, which a macro that bindgen evaluated has not.
    fn add_aliases(&mut self, aliases: &BTreeMap<String, String>) {
        let foreign = self.gnutls.iter().chain(&self.dane).map(foreign_name);
        let types = self.types.iter().filter_map(type_name);
        let fixed: BTreeSet<String> = foreign.chain(types).collect();
        let constants: BTreeSet<String> = self
            .constants
            .iter()
            .map(|constant| constant.ident.to_string())
            .collect();
        let names = |name: &str| fixed.contains(name) || constants.contains(name);
        self.aliases = aliases
            .iter()
            .filter(|(name, _)| !fixed.contains(*name))
            .map(|(name, target)| (name.clone(), target.clone(), last(aliases, target)))
            .filter(|(_, _, last)| names(last))
            .collect();
        let named: BTreeSet<&str> = self
            .aliases
            .iter()
            .map(|(name, ..)| name.as_str())
            .collect();
        self.constants
            .retain(|constant| !named.contains(constant.ident.to_string().as_str()));
    }

    fn into_items(self, since: &dyn Fn(&str) -> Version) -> Vec<Item> {
        let Bindings {
            types,
            constants,
            aliases,
            mut gnutls,
            mut dane,
        } = self;
        let symbols: BTreeSet<String> = gnutls.iter().chain(&dane).map(foreign_name).collect();
        let named: BTreeSet<String> = constants.iter().map(|c| c.ident.to_string()).collect();
        let aliases = aliases.into_iter().map(|(name, target, last)| {
            // A function that some libraries lack is marked, and so is any alias of it.
            let mark = match () {
                () if symbols.contains(&last) => cfg_line(since(&last)),
                () if named.contains(&last) => since_line(since(&name)),
                () => None,
            };
            let (name, target) = (format_ident!("{name}"), format_ident!("{target}"));
            syn::parse_quote!(#mark pub use self::#target as #name;)
        });
        let constants = constants.into_iter().map(|mut constant| {
            if let Some(text) = c_string(&constant.expr) {
                constant.ty = Box::new(syn::parse_quote!(&CStr));
                constant.expr = Box::new(syn::parse_quote!(#text));
            }
            constant
                .attrs
                .extend(since_line(since(&constant.ident.to_string())));
            Item::Const(constant)
        });
        for item in gnutls.iter_mut().chain(&mut dane) {
            let name = foreign_name(item);
            let lines = symbol_lines(&name, matches!(item, ForeignItem::Fn(_)), since(&name));
            let attributes = match item {
                ForeignItem::Fn(function) => &mut function.attrs,
                ForeignItem::Static(variable) => &mut variable.attrs,
                _ => continue,
            };
            attributes.splice(0..0, lines);
        }
        let mut items: Vec<Item> = vec![
            syn::parse_quote!(
                use core::ffi::*;
            ),
            syn::parse_quote!(
                use core::marker::{PhantomData, PhantomPinned};
            ),
            syn::parse_quote!(
                use crate::platform::*;
            ),
        ];
        items.extend(types);
        items.extend(constants);
        items.extend(aliases);
        items.push(syn::parse_quote!(unsafe extern "C" { #(#gnutls)* }));
        if !dane.is_empty() {
            items.push(syn::parse_quote!(
                #[cfg(feature = "dane")]
                unsafe extern "C" { #(#dane)* }
            ));
        }
        items
    }
}

/// Returns the item at the end of a chain of aliases.
fn last(aliases: &BTreeMap<String, String>, name: &str) -> String {
    let mut name = name;
    // Ends even if the aliases form a circle.
    for _ in 0..aliases.len() {
        match aliases.get(name) {
            Some(target) => name = target,
            None => break,
        }
    }
    name.to_owned()
}

fn foreign_name(item: &ForeignItem) -> String {
    match item {
        ForeignItem::Fn(function) => function.sig.ident.to_string(),
        ForeignItem::Static(variable) => variable.ident.to_string(),
        _ => String::new(),
    }
}

fn type_name(item: &Item) -> Option<String> {
    match item {
        Item::Struct(item) => Some(item.ident.to_string()),
        Item::Type(item) => Some(item.ident.to_string()),
        Item::Union(item) => Some(item.ident.to_string()),
        _ => None,
    }
}

/// Some names are both an enum constant and a macro: keeps the one with the type of the enum.
fn one_of_each(constants: Vec<syn::ItemConst>) -> Result<Vec<syn::ItemConst>, String> {
    let mut place: BTreeMap<String, usize> = BTreeMap::new();
    let mut kept: Vec<syn::ItemConst> = Vec::new();
    for constant in constants {
        let name = constant.ident.to_string();
        let Some(&at) = place.get(&name) else {
            place.insert(name, kept.len());
            kept.push(constant);
            continue;
        };
        let (first, second) = (&kept[at].expr, &constant.expr);
        if quote!(#first).to_string() != quote!(#second).to_string() {
            return Err(format!("{name} is two constants with different values"));
        }
        // bindgen writes macros first.
        kept[at] = constant;
    }
    Ok(kept)
}

/// Turns the second name of an enum, which bindgen writes as an import, into a type.
fn second_name(item: &syn::ItemUse) -> Result<Item, String> {
    if let syn::UseTree::Path(path) = &item.tree {
        if let syn::UseTree::Rename(names) = &*path.tree {
            let (first, second) = (&names.ident, &names.rename);
            return Ok(syn::parse_quote!(pub type #second = #first;));
        }
    }
    Err(format!("unexpected in bindgen's output: {}", quote!(#item)))
}

/// Turns a type that C declares and does not define into one that is neither `Send`, `Sync`, `Unpin`
/// nor `Copy`.
fn opaque(item: syn::ItemStruct) -> syn::ItemStruct {
    let mut fields = item.fields.iter();
    let first = fields.next().and_then(|field| field.ident.as_ref());
    if first.is_none_or(|name| name != "_unused") || fields.next().is_some() {
        return item;
    }
    let name = item.ident;
    syn::parse_quote! {
        #[repr(C)]
        #[derive(Debug)]
        pub struct #name {
            _data: [u8; 0],
            _marker: PhantomData<(*mut u8, PhantomPinned)>,
        }
    }
}

/// Returns the literal `c"text"` for `b"text\0"`.
fn c_string(expr: &syn::Expr) -> Option<proc_macro2::Literal> {
    let syn::Expr::Lit(syn::ExprLit {
        lit: syn::Lit::ByteStr(bytes),
        ..
    }) = expr
    else {
        return None;
    };
    let text = std::ffi::CString::from_vec_with_nul(bytes.value()).ok()?;
    Some(proc_macro2::Literal::c_string(&text))
}

fn symbol_lines(name: &str, is_function: bool, since: Version) -> Vec<syn::Attribute> {
    let mut lines = Vec::new();
    if is_function {
        // The anchors of the manual encode an underscore.
        let anchor = name.replace('_', "_005f");
        let text = format!(" [Manual](https://www.gnutls.org/manual/gnutls.html#{anchor}).");
        lines.push(syn::parse_quote!(#[doc = #text]));
    }
    lines.extend(since_line(since).into_iter().chain(cfg_line(since)));
    lines
}

fn since_line(since: Version) -> Option<syn::Attribute> {
    let text = format!(" Since GnuTLS {since}.");
    (since > OLDEST).then(|| syn::parse_quote!(#[doc = #text]))
}

fn cfg_line(since: Version) -> Option<syn::Attribute> {
    let cfg = format_ident!("{}", since.cfg());
    (since > OLDEST).then(|| syn::parse_quote!(#[cfg(#cfg)]))
}
