//! The items, imports and paths of one file, read with `syn`. Documentation and code for tests are left out.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Item, Meta, Token, UseTree, Visibility};

use crate::modules::{Id, Modules};

/// A path in the code of a module.
pub(crate) struct Reference {
    pub(crate) path: Vec<String>,
    pub(crate) line: usize,
    /// A glob import of everything in the target.
    pub(crate) glob: bool,
}

/// Adds the contents of a file to its module. Returns the modules that are in files of their own.
pub(crate) fn collect(modules: &mut Modules, id: Id, file: &syn::File) -> Vec<Id> {
    let mut collector = Collector {
        modules,
        id,
        in_block: false,
        files: Vec::new(),
    };
    collector.visit_file(file);
    collector.files
}

struct Collector<'a> {
    modules: &'a mut Modules,
    /// The module that is read.
    id: Id,
    /// Inside a function, whose items are not those of the module.
    in_block: bool,
    files: Vec<Id>,
}

impl Collector<'_> {
    fn define(&mut self, name: &syn::Ident) {
        if !self.in_block {
            let items = &mut self.modules.all[self.id].items;
            items.insert(name.to_string());
        }
    }

    fn refer(&mut self, path: Vec<String>, line: usize, glob: bool) {
        let references = &mut self.modules.all[self.id].references;
        references.push(Reference { path, line, glob });
    }

    fn import(&mut self, tree: &UseTree, mut path: Vec<String>, is_public: bool) {
        let line = tree.span().start().line;
        match tree {
            UseTree::Path(next) => {
                path.push(next.ident.to_string());
                self.import(&next.tree, path, is_public);
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, path.clone(), is_public);
                }
            }
            UseTree::Name(name) => self.bind(path, &name.ident, &name.ident, line, is_public),
            UseTree::Rename(name) => self.bind(path, &name.ident, &name.rename, line, is_public),
            UseTree::Glob(_) => self.refer(path, line, true),
        }
    }

    fn bind(
        &mut self,
        mut path: Vec<String>,
        name: &syn::Ident,
        alias: &syn::Ident,
        line: usize,
        is_public: bool,
    ) {
        let mut alias = alias.to_string();
        if name == "self" {
            if alias == "self" {
                alias = path.last().cloned().unwrap_or_default();
            }
        } else {
            path.push(name.to_string());
        }
        // A re-export is an import only if the module itself uses the name.
        if !is_public {
            self.refer(path.clone(), line, false);
        }
        let uses = &mut self.modules.all[self.id].uses;
        uses.entry(alias).or_insert((path, is_public));
    }

    /// Reads the paths in the tokens of a macro; each begins with `prefix`.
    fn tokens(&mut self, tokens: TokenStream, prefix: &[String]) {
        let mut tokens = tokens.into_iter().peekable();
        let mut path = prefix.to_vec();
        let mut after_dot = false;
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Ident(name) if !after_dot => {
                    path.push(name.to_string());
                    let mut separated = false;
                    while tokens.next_if(|token| is(token, ':')).is_some() {
                        separated = true;
                    }
                    match tokens.peek() {
                        Some(TokenTree::Ident(_)) if separated => continue,
                        Some(TokenTree::Group(group))
                            if separated && group.delimiter() == Delimiter::Brace =>
                        {
                            let inner = group.stream();
                            tokens.next();
                            self.tokens(inner, &path);
                        }
                        _ => self.refer(path, name.span().start().line, false),
                    }
                    path = prefix.to_vec();
                }
                TokenTree::Group(group) => self.tokens(group.stream(), &[]),
                // An attribute.
                TokenTree::Punct(sign) if sign.as_char() == '#' => {
                    let is_attribute = |token: &TokenTree| matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket);
                    tokens.next_if(is_attribute);
                }
                ref token => {
                    after_dot = is(token, '.');
                    continue;
                }
            }
            after_dot = false;
        }
    }
}

fn is(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        if is_for_tests(attributes(item)) {
            return;
        }
        match item {
            Item::Const(item) => self.define(&item.ident),
            Item::Enum(item) => self.define(&item.ident),
            Item::Fn(item) => self.define(&item.sig.ident),
            Item::Macro(item) => item.ident.iter().for_each(|name| self.define(name)),
            Item::Static(item) => self.define(&item.ident),
            Item::Struct(item) => self.define(&item.ident),
            Item::Trait(item) => self.define(&item.ident),
            Item::TraitAlias(item) => self.define(&item.ident),
            Item::Type(item) => self.define(&item.ident),
            Item::Union(item) => self.define(&item.ident),
            Item::Use(item) => {
                let is_public = !matches!(item.vis, Visibility::Inherited);
                return self.import(&item.tree, Vec::new(), is_public);
            }
            Item::Mod(item) => {
                let child = self.modules.add(self.id, &item.ident.to_string());
                match &item.content {
                    None => self.files.push(child),
                    Some((_, items)) => {
                        let parent = std::mem::replace(&mut self.id, child);
                        items.iter().for_each(|item| self.visit_item(item));
                        self.id = parent;
                    }
                }
                return;
            }
            _ => {}
        }
        visit::visit_item(self, item);
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        let attributes = match item {
            syn::ImplItem::Const(item) => &item.attrs[..],
            syn::ImplItem::Fn(item) => &item.attrs,
            syn::ImplItem::Type(item) => &item.attrs,
            syn::ImplItem::Macro(item) => &item.attrs,
            _ => &[],
        };
        if !is_for_tests(attributes) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_field(&mut self, field: &'ast syn::Field) {
        if !is_for_tests(&field.attrs) {
            visit::visit_field(self, field);
        }
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        let outside = std::mem::replace(&mut self.in_block, true);
        visit::visit_block(self, block);
        self.in_block = outside;
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names = path.segments.iter().map(|part| part.ident.to_string());
        self.refer(names.collect(), path.span().start().line, false);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, invoked: &'ast syn::Macro) {
        self.visit_path(&invoked.path);
        self.tokens(invoked.tokens.clone(), &[]);
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    /// `pub(in crate::session)` imports nothing.
    fn visit_visibility(&mut self, _: &'ast Visibility) {}
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::ExternCrate(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::ForeignMod(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::TraitAlias(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Returns whether these attributes restrict an item to tests: `cfg(test)`, `cfg(doctest)` or a combination of them.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    fn holds(meta: &Meta) -> bool {
        let Meta::List(list) = meta else {
            return meta.path().is_ident("test") || meta.path().is_ident("doctest");
        };
        let inner = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
        let inner = inner.unwrap_or_default();
        match list.path.get_ident().map(ToString::to_string).as_deref() {
            Some("all" | "cfg") => inner.iter().any(holds),
            Some("any") => !inner.is_empty() && inner.iter().all(holds),
            _ => false,
        }
    }
    let mut attributes = attributes.iter();
    attributes.any(|attribute| attribute.path().is_ident("cfg") && holds(&attribute.meta))
}
