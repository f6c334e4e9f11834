//! The names of the bindings in C.

use std::collections::{HashMap, HashSet};

use syn::Type;

use crate::bindings::Bindings;
use crate::ctype;
use crate::headers::Headers;

/// The names of the bindings, by kind.
pub(crate) struct Names<'a> {
    headers: &'a Headers,
    /// Typedefs of function pointers.
    callbacks: HashSet<&'a str>,
    /// Structs and unions without a name in C, with the struct that has one as a field, and that field in C.
    nested: HashMap<&'a str, (&'a str, String)>,
    /// The new name and the original one.
    aliases: HashMap<&'a str, &'a str>,
    /// Each constant, with true if it is a text.
    constants: HashMap<&'a str, bool>,
    types: HashSet<&'a str>,
    all: HashSet<&'a str>,
}

impl<'a> Names<'a> {
    pub(crate) fn new(bindings: &'a Bindings, headers: &'a Headers) -> Names<'a> {
        let layouts: HashSet<&str> = bindings
            .layouts
            .iter()
            .map(|layout| layout.declared.name.as_str())
            .collect();
        let mut nested = HashMap::new();
        for layout in &bindings.layouts {
            for field in &layout.fields {
                let (element, index) = match &field.ty {
                    Type::Array(array) => (&*array.elem, "[0]"),
                    ty => (ty, ""),
                };
                if let Some(name) =
                    ctype::last_name(element).and_then(|name| layouts.get(name.as_str()))
                {
                    let member = format!("{}{index}", field.in_c);
                    nested
                        .entry(*name)
                        .or_insert((layout.declared.name.as_str(), member));
                }
            }
        }
        let callbacks = bindings
            .typedefs
            .iter()
            .filter(|typedef| ctype::is_callback(&typedef.ty));
        let constants = bindings.constants.iter();
        let aliases = bindings.aliases.iter();
        let mut names = Names {
            headers,
            callbacks: callbacks
                .map(|typedef| typedef.declared.name.as_str())
                .collect(),
            nested,
            aliases: aliases
                .map(|alias| (alias.declared.name.as_str(), alias.target.as_str()))
                .collect(),
            constants: constants
                .map(|constant| {
                    (
                        constant.declared.name.as_str(),
                        ctype::is_text(&constant.ty),
                    )
                })
                .collect(),
            types: bindings.type_names().collect(),
            all: bindings.names().collect(),
        };
        let aliases = bindings
            .aliases
            .iter()
            .map(|alias| alias.declared.name.as_str());
        let more: Vec<&str> = aliases
            .filter(|alias| names.callbacks.contains(names.resolve(alias)))
            .collect();
        names.callbacks.extend(more);
        names
    }

    /// Returns the C type of this name.
    pub(crate) fn spell(&self, name: &str) -> Option<String> {
        if let Some(spelled) = self.headers.spelling(name) {
            // C has typedefs of functions as well as of pointers to functions; an expression is always a pointer.
            let callback = self.callbacks.contains(name);
            return Some(if callback {
                format!("__typeof__(((void)0, *({spelled} *)0))")
            } else {
                spelled
            });
        }
        let (parent, member) = self.nested.get(name)?;
        Some(format!(
            "__typeof__((({} *)0)->{member})",
            self.spell(parent)?
        ))
    }

    /// Returns the header with this type; for a nested one, the header with its outer struct.
    pub(crate) fn header_of(&self, name: &str) -> &'a str {
        match (self.headers.header_of(name), self.nested.get(name)) {
            (Some(header), _) => header,
            (None, Some((parent, _))) => self.header_of(parent),
            (None, None) => "the C library",
        }
    }

    /// Returns the outer struct of a nested one, or the name itself.
    pub(crate) fn outer<'b>(&'b self, name: &'b str) -> &'b str {
        match self.nested.get(name) {
            Some((parent, _)) if self.headers.spelling(name).is_none() => self.outer(parent),
            _ => name,
        }
    }

    /// Returns the final name for which an alias stands.
    pub(crate) fn resolve<'b>(&'b self, name: &'b str) -> &'b str {
        let mut name = name;
        for _ in 0..self.aliases.len() {
            match self.aliases.get(name) {
                Some(target) => name = target,
                None => break,
            }
        }
        name
    }

    /// Returns whether a constant of this name is a text; `None` if there is no such constant.
    pub(crate) fn constant(&self, name: &str) -> Option<bool> {
        self.constants.get(name).copied()
    }

    /// Returns whether a name is that of a type.
    pub(crate) fn is_type(&self, name: &str) -> bool {
        self.types.contains(name)
    }

    /// Returns whether this is an integer type, or a private name of one.
    pub(crate) fn is_integer(&self, ty: &Type) -> bool {
        let private = |name: &str| {
            !self.is_type(name)
                && ctype::primitive(name).is_none()
                && self.headers.spelling(name).is_none()
        };
        ctype::is_integer(ty)
            || ctype::last_name(ty).is_some_and(|name| name != "Option" && private(&name))
    }

    /// Returns whether the bindings have an item of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.all.contains(name)
    }
}
