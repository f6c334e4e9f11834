//! The declarations of the committed bindings that generated ones lack.
//!
//! Any crate can enable the feature `bindgen` for all others, and the installed headers may be older than the committed
//! bindings. The names are the same in both.

use std::collections::BTreeSet;

use quote::ToTokens;
use syn::{ForeignItem, Item, UseTree};

/// Returns the items of `committed` whose names `generated` does not contain, as source.
pub fn declarations(generated: &str, committed: &str) -> Result<String, String> {
    let parse = |source| syn::parse_file(source).map_err(|e| format!("cannot parse bindings: {e}"));
    let mut names = BTreeSet::new();
    for item in &parse(generated)?.items {
        match item {
            Item::ForeignMod(block) => names.extend(block.items.iter().filter_map(foreign_name)),
            item => names.extend(name(item)),
        }
    }
    let is_new = |name: Option<String>| name.is_some_and(|name| !names.contains(&name));
    let mut file = parse(committed)?;
    file.items.retain_mut(|item| match item {
        Item::ForeignMod(block) => {
            block.items.retain(|item| is_new(foreign_name(item)));
            !block.items.is_empty()
        }
        item => is_new(name(item)),
    });
    Ok(file.into_token_stream().to_string())
}

fn name(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        Item::Use(item) => match &item.tree {
            UseTree::Path(path) => match &*path.tree {
                UseTree::Rename(names) => &names.rename,
                _ => return None,
            },
            _ => return None,
        },
        _ => return None,
    };
    Some(name.to_string())
}

fn foreign_name(item: &ForeignItem) -> Option<String> {
    match item {
        ForeignItem::Fn(function) => Some(function.sig.ident.to_string()),
        ForeignItem::Static(variable) => Some(variable.ident.to_string()),
        _ => None,
    }
}
