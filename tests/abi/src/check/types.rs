//! Questions about types: layouts, enums, callbacks, and types of the C library.

use std::collections::HashSet;

use super::{Check, Item};
use crate::bindings::{Declared, Layout};
use crate::ctype;
use crate::history::Exception;
use crate::pending::Expectation;
use crate::report::Kind;

impl<'a> Check<'a> {
    pub(super) fn layouts(&mut self) {
        for layout in &self.input.bindings.layouts {
            let Some((item, spelled)) = self.type_item(Kind::Layout, &layout.declared) else {
                continue;
            };
            self.size_and_alignment(item, &spelled);
            self.fields(item, layout, &spelled);
            self.report.layouts += 1;
        }
    }

    fn size_and_alignment(&mut self, item: Item<'_>, spelled: &str) {
        let name = &item.declared.name;
        let rust = self.rust.number(format!("size_of::<sys::{name}>()"));
        let c = self.c.number(format!("sizeof({spelled})"));
        self.expect(item, "size", Expectation::Same { rust, c });
        let rust = self.rust.number(format!("align_of::<sys::{name}>()"));
        let c = self.c.number(format!("_Alignof({spelled})"));
        self.expect(item, "alignment", Expectation::Same { rust, c });
    }

    fn fields(&mut self, item: Item<'_>, layout: &Layout, spelled: &str) {
        let name = &item.declared.name;
        for field in &layout.fields {
            let declared = Declared {
                name: format!("{name}.{}", field.in_c),
                text: field.text.clone(),
                ..item.declared.clone()
            };
            let item = Item {
                declared: &declared,
                ..item
            };
            if !self
                .input
                .headers
                .has_field(self.names.outer(name), &field.in_c)
            {
                self.differ(item, &declared.text, "no such field");
                continue;
            }
            self.offset(
                item,
                &format!("{name}, {}", field.in_rust),
                &format!("{spelled}, {}", field.in_c),
            );
            let ty = self.speller(|speller| speller.spell(&field.ty));
            self.compatible(
                item,
                &format!("__typeof__((({spelled} *)0)->{})", field.in_c),
                ty,
            );
        }
    }

    /// Compares the offset of a field, given with its type in both languages.
    fn offset(&mut self, item: Item<'_>, in_rust: &str, in_c: &str) {
        let rust = self
            .rust
            .number(format!("core::mem::offset_of!(sys::{in_rust})"));
        let c = self.c.number(format!("__builtin_offsetof({in_c})"));
        self.expect(item, "offset", Expectation::Same { rust, c });
    }

    pub(super) fn typedefs(&mut self) {
        let mut seen = HashSet::new();
        for typedef in &self.input.bindings.typedefs {
            if !seen.insert(&typedef.declared.name) {
                continue;
            }
            let kind = if ctype::is_callback(&typedef.ty) {
                Kind::Callback
            } else {
                Kind::Typedef
            };
            let Some((item, spelled)) = self.type_item(kind, &typedef.declared) else {
                continue;
            };
            let name = &typedef.declared.name;
            let history = self.input.history;
            if let Some(Exception::Struct { fields }) = history.exception(name, self.report.release)
            {
                self.size_and_alignment(item, &spelled);
                for field in fields {
                    self.offset(
                        item,
                        &format!("{name}, {field}"),
                        &format!("{spelled}, {field}"),
                    );
                }
            } else if self.names.is_integer(&typedef.ty) {
                self.integer(item, &spelled);
            } else {
                let ty = self.speller(|speller| speller.spell(&typedef.ty));
                self.compatible(item, &spelled, ty);
            }
            *if kind == Kind::Callback {
                &mut self.report.callbacks
            } else {
                &mut self.report.typedefs
            } += 1;
        }
    }

    /// Compares the width and sign of an enum or an integer, which is another name of a primitive type in Rust.
    fn integer(&mut self, item: Item<'_>, spelled: &str) {
        self.size_and_alignment(item, spelled);
        let rust = self
            .rust
            .number(format!("(sys::{}::MIN != 0)", item.declared.name));
        let c = self.c.number(format!("(({spelled})-1 < 1)"));
        self.expect(item, "signed", Expectation::Same { rust, c });
    }

    /// Compares `time_t` and the other types that the bindings take from the C library.
    pub(super) fn c_library_types(&mut self) {
        for declared in &self.input.bindings.c_library_types {
            let Some((item, spelled)) = self.type_item(Kind::Typedef, declared) else {
                continue;
            };
            self.size_and_alignment(item, &spelled);
            self.report.typedefs += 1;
        }
    }

    /// Returns a type to compare and its C spelling. Types have no release: one that the headers lack is newer.
    pub(super) fn type_item(
        &mut self,
        kind: Kind,
        declared: &'a Declared,
    ) -> Option<(Item<'a>, String)> {
        if self.lacks_dane(declared) {
            return None;
        }
        let header = self.names.header_of(&declared.name);
        if let Some(spelled) = self.names.spell(&declared.name) {
            return Some((
                Item {
                    kind,
                    declared,
                    header,
                },
                spelled,
            ));
        }
        if self.report.release < self.report.bindings {
            self.report.newer += 1;
        } else {
            self.differ(
                Item {
                    kind,
                    declared,
                    header: "no header",
                },
                &declared.text,
                "not declared",
            );
        }
        None
    }
}
