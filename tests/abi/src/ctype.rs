//! Spells Rust types as C types: typedefs and tags have the same names in both languages.

use syn::{Expr, GenericArgument, Lit, PathArguments, ReturnType, Type};

/// The reason why a Rust type has no C spelling here.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SpellError {
    /// The headers have no type of this name.
    Unknown(String),
    /// A C function cannot take the type.
    Foreign(String),
}

/// Spells types; `named` returns the C spelling of a type that the bindings or the C library define.
pub(crate) struct Speller<'a> {
    pub(crate) named: &'a dyn Fn(&str) -> Option<String>,
}

impl Speller<'_> {
    /// The C type, always in a form to which ` *` and ` const` can be added on the right.
    pub(crate) fn spell(&self, ty: &Type) -> Result<String, SpellError> {
        match ty {
            Type::Ptr(pointer) => {
                let target = self.spell(&pointer.elem)?;
                let constness = if pointer.const_token.is_some() {
                    " const"
                } else {
                    ""
                };
                Ok(format!("{target}{constness} *"))
            }
            Type::Array(array) => {
                let element = self.spell(&array.elem)?;
                Ok(format!("__typeof__({element} [{}])", length(&array.len)?))
            }
            Type::BareFn(function) => {
                let parameters: Vec<Type> = function
                    .inputs
                    .iter()
                    .map(|input| input.ty.clone())
                    .collect();
                let result = match &function.output {
                    ReturnType::Default => None,
                    ReturnType::Type(_, ty) => Some(&**ty),
                };
                Ok(format!(
                    "__typeof__({}) *",
                    self.function(&parameters, result)?
                ))
            }
            Type::Path(path) => {
                let segment = path.path.segments.last().ok_or_else(|| foreign(ty))?;
                let name = segment.ident.to_string();
                match &segment.arguments {
                    PathArguments::None => self.name(&name),
                    // A C function pointer that may be null.
                    PathArguments::AngleBracketed(arguments) if name == "Option" => {
                        match arguments.args.first() {
                            Some(GenericArgument::Type(function @ Type::BareFn(_))) => {
                                self.spell(function)
                            }
                            _ => Err(foreign(ty)),
                        }
                    }
                    _ => Err(foreign(ty)),
                }
            }
            Type::Paren(inner) => self.spell(&inner.elem),
            _ => Err(foreign(ty)),
        }
    }

    /// Returns the type of a function.
    pub(crate) fn function(
        &self,
        parameters: &[Type],
        result: Option<&Type>,
    ) -> Result<String, SpellError> {
        let result = result.map_or_else(|| Ok("void".to_owned()), |ty| self.spell(ty))?;
        let parameters = parameters
            .iter()
            .map(|ty| self.spell(ty))
            .collect::<Result<Vec<_>, _>>()?;
        let parameters = if parameters.is_empty() {
            "void".to_owned()
        } else {
            parameters.join(", ")
        };
        Ok(format!("{result} ({parameters})"))
    }

    fn name(&self, name: &str) -> Result<String, SpellError> {
        primitive(name)
            .map(str::to_owned)
            .or_else(|| (self.named)(name))
            .ok_or_else(|| SpellError::Unknown(name.to_owned()))
    }
}

/// Returns the C type of a primitive type of Rust, or of `core::ffi`.
pub(crate) fn primitive(name: &str) -> Option<&'static str> {
    Some(match name {
        "c_void" => "void",
        "c_char" => "char",
        "c_schar" => "signed char",
        "c_uchar" => "unsigned char",
        "c_short" => "short",
        "c_ushort" => "unsigned short",
        "c_int" => "int",
        "c_uint" => "unsigned int",
        "c_long" => "long",
        "c_ulong" => "unsigned long",
        "c_longlong" => "long long",
        "c_ulonglong" => "unsigned long long",
        "c_float" | "f32" => "float",
        "c_double" | "f64" => "double",
        "bool" => "_Bool",
        "usize" => "size_t",
        "isize" => "ssize_t",
        "i8" => "int8_t",
        "u8" => "uint8_t",
        "i16" => "int16_t",
        "u16" => "uint16_t",
        "i32" => "int32_t",
        "u32" => "uint32_t",
        "i64" => "int64_t",
        "u64" => "uint64_t",
        _ => return None,
    })
}

fn length(expression: &Expr) -> Result<usize, SpellError> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number
                .base10_parse()
                .map_err(|_| SpellError::Foreign(number.to_string())),
            _ => Err(SpellError::Foreign("an array's length".to_owned())),
        },
        _ => Err(SpellError::Foreign("an array's length".to_owned())),
    }
}

fn foreign(ty: &Type) -> SpellError {
    SpellError::Foreign(quote::quote!(#ty).to_string())
}

/// Returns whether a typedef is one of a function pointer.
pub(crate) fn is_callback(ty: &Type) -> bool {
    match ty {
        Type::BareFn(_) => true,
        Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|last| last.ident == "Option"),
        _ => false,
    }
}

/// Returns whether a constant of this type is a text.
pub(crate) fn is_text(ty: &Type) -> bool {
    matches!(ty, Type::Reference(_))
}

/// Returns whether this is `&str`: a constant of Rust that C does not have.
pub(crate) fn is_str(ty: &Type) -> bool {
    matches!(ty, Type::Reference(reference) if last_name(&reference.elem).is_some_and(|name| name == "str"))
}

/// Returns whether this is a primitive integer type.
pub(crate) fn is_integer(ty: &Type) -> bool {
    let floating = ["void", "float", "double", "_Bool"];
    last_name(ty)
        .and_then(|name| primitive(&name))
        .is_some_and(|primitive| !floating.contains(&primitive))
}

/// Returns the last name of a path.
pub(crate) fn last_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spell(text: &str) -> Result<String, SpellError> {
        let named = |name: &str| match name {
            "gnutls_session_t" | "gnutls_datum_t" => Some(name.to_owned()),
            "gnutls_session_int" => Some("struct gnutls_session_int".to_owned()),
            _ => None,
        };
        Speller { named: &named }.spell(&syn::parse_str(text).unwrap())
    }

    #[test]
    fn primitive_types() {
        assert_eq!(spell("::core::ffi::c_uint").unwrap(), "unsigned int");
        assert_eq!(spell("c_uchar").unwrap(), "unsigned char");
        assert_eq!(spell("usize").unwrap(), "size_t");
        assert_eq!(spell("u64").unwrap(), "uint64_t");
    }

    #[test]
    fn const_belongs_to_what_is_pointed_to() {
        assert_eq!(
            spell("*const gnutls_datum_t").unwrap(),
            "gnutls_datum_t const *"
        );
        assert_eq!(spell("*mut *const c_char").unwrap(), "char const * *");
        assert_eq!(spell("*const *mut c_char").unwrap(), "char * const *");
    }

    #[test]
    fn names_are_those_of_c() {
        assert_eq!(spell("gnutls_session_t").unwrap(), "gnutls_session_t");
        assert_eq!(
            spell("*mut gnutls_session_int").unwrap(),
            "struct gnutls_session_int *"
        );
        assert_eq!(spell("libc::gnutls_datum_t").unwrap(), "gnutls_datum_t");
    }

    #[test]
    fn arrays_and_pointers_to_them() {
        assert_eq!(
            spell("[c_uchar; 8usize]").unwrap(),
            "__typeof__(unsigned char [8])"
        );
        assert_eq!(spell("*mut [u8; 8]").unwrap(), "__typeof__(uint8_t [8]) *");
    }

    #[test]
    fn function_pointers() {
        let callback = "::core::option::Option<unsafe extern \"C\" fn(a: gnutls_session_t, *const c_void) -> isize>";
        assert_eq!(
            spell(callback).unwrap(),
            "__typeof__(ssize_t (gnutls_session_t, void const *)) *"
        );
        assert_eq!(
            spell("unsafe extern \"C\" fn()").unwrap(),
            "__typeof__(void (void)) *"
        );
        assert_eq!(
            spell("*mut unsafe extern \"C\" fn()").unwrap(),
            "__typeof__(void (void)) * *"
        );
    }

    #[test]
    fn what_c_does_not_have_is_refused() {
        assert_eq!(
            spell("*mut gnutls_new_t"),
            Err(SpellError::Unknown("gnutls_new_t".to_owned()))
        );
        assert!(matches!(
            spell("&gnutls_datum_t"),
            Err(SpellError::Foreign(_))
        ));
        assert!(matches!(spell("(u8, u8)"), Err(SpellError::Foreign(_))));
        assert!(matches!(
            spell("Option<gnutls_session_t>"),
            Err(SpellError::Foreign(_))
        ));
        assert!(matches!(spell("[u8; N]"), Err(SpellError::Foreign(_))));
    }
}
