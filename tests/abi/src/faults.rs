//! The faults of the self-test, one of each kind that a check can find.

use syn::{Fields, File, ForeignItem, Item, ItemConst, ItemStruct, ItemType, ItemUse, parse_quote};

use crate::report::{Difference, Kind};

/// A change to the bindings that makes them wrong.
pub(crate) struct Fault {
    pub(crate) what: &'static str,
    /// The file of the bindings.
    pub(crate) file: &'static str,
    /// The name under which it must be reported.
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// True if it changes the size of other types too.
    pub(crate) spreads: bool,
    /// Makes the change; `None` if its subject does not exist.
    pub(crate) put: fn(&mut File) -> Option<()>,
}

impl Fault {
    /// Returns whether this fault causes a difference.
    pub(crate) fn explains(&self, difference: &Difference) -> bool {
        let rest = difference.name.strip_prefix(self.name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

const fn fault(
    kind: Kind,
    name: &'static str,
    what: &'static str,
    put: fn(&mut File) -> Option<()>,
) -> Fault {
    Fault {
        what,
        file: "bindings.rs",
        name,
        kind,
        spreads: false,
        put,
    }
}

pub(crate) const FAULTS: &[Fault] = &[
    fault(
        Kind::Function,
        "gnutls_bye",
        "a function that returns an unsigned number",
        |file| {
            function(file, "gnutls_bye")?.sig.output = parse_quote!(-> c_uint);
            Some(())
        },
    ),
    fault(
        Kind::Function,
        "gnutls_record_send",
        "a parameter that does not point to const",
        |file| parameter(file, "gnutls_record_send", 1, parse_quote!(*mut c_void)),
    ),
    fault(
        Kind::Function,
        "gnutls_alert_send",
        "a parameter of another enum",
        |file| {
            parameter(
                file,
                "gnutls_alert_send",
                1,
                parse_quote!(gnutls_alert_description_t),
            )
        },
    ),
    fault(
        Kind::Function,
        "gnutls_handshake_set_timeout",
        "a function without its last parameter",
        |file| {
            function(file, "gnutls_handshake_set_timeout")?
                .sig
                .inputs
                .pop()
                .map(drop)
        },
    ),
    fault(
        Kind::Variable,
        "gnutls_free",
        "a variable of another type",
        |file| {
            *variable(file, "gnutls_free")?.ty = parse_quote!(gnutls_alloc_function);
            Some(())
        },
    ),
    fault(
        Kind::Variable,
        "gnutls_srp_1024_group_prime",
        "a variable that is not const",
        |file| {
            variable(file, "gnutls_srp_1024_group_prime")?.mutability = parse_quote!(mut);
            Some(())
        },
    ),
    fault(
        Kind::Constant,
        "GNUTLS_E_AGAIN",
        "an error code with another value",
        |file| {
            *constant(file, "GNUTLS_E_AGAIN")?.expr = parse_quote!(-27);
            Some(())
        },
    ),
    fault(
        Kind::Constant,
        "GNUTLS_E_SUCCESS_FAULT",
        "a constant that C does not have",
        |file| {
            file.items.push(parse_quote!(
                pub const GNUTLS_E_SUCCESS_FAULT: c_int = 0;
            ));
            Some(())
        },
    ),
    fault(
        Kind::Constant,
        "GNUTLS_SHUT_WR",
        "an enum constant with another value",
        |file| {
            *constant(file, "GNUTLS_SHUT_WR")?.expr = parse_quote!(2);
            Some(())
        },
    ),
    fault(
        Kind::Constant,
        "GNUTLS_OID_X520_COMMON_NAME",
        "a text with one more character",
        |file| {
            *constant(file, "GNUTLS_OID_X520_COMMON_NAME")?.expr = parse_quote!(c"2.5.4.30");
            Some(())
        },
    ),
    fault(
        Kind::Constant,
        "GNUTLS_HANDSHAKE_ANY",
        "a number with another sign",
        |file| {
            let constant = constant(file, "GNUTLS_HANDSHAKE_ANY")?;
            *constant.ty = parse_quote!(c_int);
            *constant.expr = parse_quote!(-1);
            Some(())
        },
    ),
    fault(
        Kind::Layout,
        "gnutls_range_st",
        "a struct without its last field",
        |file| match &mut structure(file, "gnutls_range_st")?.fields {
            Fields::Named(fields) => fields.named.pop().map(drop),
            _ => None,
        },
    ),
    fault(
        Kind::Layout,
        "gnutls_typed_vdata_st",
        "a struct with two fields in each other's place",
        |file| {
            let Fields::Named(fields) = &mut structure(file, "gnutls_typed_vdata_st")?.fields
            else {
                return None;
            };
            let name = fields.named.first()?.ident.clone();
            fields.named.first_mut()?.ident = fields.named.last()?.ident.clone();
            fields.named.last_mut()?.ident = name;
            Some(())
        },
    ),
    fault(
        Kind::Callback,
        "gnutls_push_func",
        "a callback that returns nothing",
        |file| {
            *typedef(file, "gnutls_push_func")?.ty = parse_quote!(
                Option<
                    unsafe extern "C" fn(
                        arg1: gnutls_transport_ptr_t,
                        arg2: *const c_void,
                        arg3: usize,
                    ),
                >
            );
            Some(())
        },
    ),
    fault(
        Kind::Typedef,
        "gnutls_rnd_level",
        "an enum of another width",
        |file| {
            *typedef(file, "gnutls_rnd_level")?.ty = parse_quote!(u64);
            Some(())
        },
    ),
    fault(
        Kind::Typedef,
        "gnutls_priority_t",
        "a handle that points to something else",
        |file| {
            *typedef(file, "gnutls_priority_t")?.ty = parse_quote!(*mut c_void);
            Some(())
        },
    ),
    fault(
        Kind::Alias,
        "gnutls_read",
        "another name of another function",
        |file| {
            *alias(file, "gnutls_read")? = parse_quote!(
                pub use self::gnutls_record_send as gnutls_read;
            );
            Some(())
        },
    ),
    fault(
        Kind::Symbol,
        "gnutls_cred_set",
        "a function that the shared object does not export",
        |file| {
            let signature = function(file, "gnutls_credentials_set")?.sig.clone();
            alias(file, "gnutls_cred_set").map(drop)?;
            file.items.retain(|item| !is_alias(item, "gnutls_cred_set"));
            let name = syn::Ident::new("gnutls_cred_set", signature.ident.span());
            let signature = syn::Signature {
                ident: name,
                ..signature
            };
            file.items
                .push(parse_quote!(unsafe extern "C" { pub #signature; }));
            Some(())
        },
    ),
    fault(
        Kind::Release,
        "gnutls_session_key_update",
        "a newer function without its mark",
        |file| {
            function(file, "gnutls_session_key_update")?.attrs.clear();
            Some(())
        },
    ),
    fault(
        Kind::Release,
        "gnutls_rehandshake",
        "an old function with the mark of a newer one",
        |file| {
            function(file, "gnutls_rehandshake")?.attrs = vec![parse_quote!(#[cfg(gnutls_3_8_13)])];
            Some(())
        },
    ),
    fault(
        Kind::Missing,
        "gnutls_handshake",
        "a function that is left out",
        |file| {
            foreign(file, |items| {
                let count = items.len();
                items.retain(|item| !matches!(item, ForeignItem::Fn(item) if item.sig.ident == "gnutls_handshake"));
                (items.len() < count).then_some(())
            })
        },
    ),
    Fault {
        file: "platform.rs",
        spreads: true,
        ..fault(
            Kind::Typedef,
            "time_t",
            "a time_t of another width",
            |file| {
                *typedef(file, "time_t")?.ty = parse_quote!(i16);
                Some(())
            },
        )
    },
];

/// Applies `find` to the `extern` blocks, up to the first in which it finds something.
fn foreign<'a, T>(
    file: &'a mut File,
    find: impl Fn(&'a mut Vec<ForeignItem>) -> Option<T>,
) -> Option<T> {
    file.items.iter_mut().find_map(|item| match item {
        Item::ForeignMod(block) => find(&mut block.items),
        _ => None,
    })
}

fn function<'a>(file: &'a mut File, name: &str) -> Option<&'a mut syn::ForeignItemFn> {
    foreign(file, |items| {
        items.iter_mut().find_map(|item| match item {
            ForeignItem::Fn(item) if item.sig.ident == name => Some(item),
            _ => None,
        })
    })
}

/// Changes the type of the parameter at this index (from 0).
fn parameter(file: &mut File, name: &str, index: usize, ty: syn::Type) -> Option<()> {
    match function(file, name)?.sig.inputs.get_mut(index)? {
        syn::FnArg::Typed(input) => *input.ty = ty,
        syn::FnArg::Receiver(_) => return None,
    }
    Some(())
}

fn variable<'a>(file: &'a mut File, name: &str) -> Option<&'a mut syn::ForeignItemStatic> {
    foreign(file, |items| {
        items.iter_mut().find_map(|item| match item {
            ForeignItem::Static(item) if item.ident == name => Some(item),
            _ => None,
        })
    })
}

fn constant<'a>(file: &'a mut File, name: &str) -> Option<&'a mut ItemConst> {
    file.items.iter_mut().find_map(|item| match item {
        Item::Const(item) if item.ident == name => Some(item),
        _ => None,
    })
}

fn structure<'a>(file: &'a mut File, name: &str) -> Option<&'a mut ItemStruct> {
    file.items.iter_mut().find_map(|item| match item {
        Item::Struct(item) if item.ident == name => Some(item),
        _ => None,
    })
}

fn typedef<'a>(file: &'a mut File, name: &str) -> Option<&'a mut ItemType> {
    file.items.iter_mut().find_map(|item| match item {
        Item::Type(item) if item.ident == name => Some(item),
        _ => None,
    })
}

fn alias<'a>(file: &'a mut File, name: &str) -> Option<&'a mut ItemUse> {
    file.items
        .iter_mut()
        .filter(|item| is_alias(item, name))
        .find_map(|item| match item {
            Item::Use(item) => Some(item),
            _ => None,
        })
}

fn is_alias(item: &Item, name: &str) -> bool {
    let Item::Use(item) = item else { return false };
    let mut tree = &item.tree;
    while let syn::UseTree::Path(path) = tree {
        tree = &path.tree;
    }
    matches!(tree, syn::UseTree::Rename(rename) if rename.rename == name)
}
