//! The macro that makes a type of a C enum, and what it needs: lists of C that end in a value for "unknown".

use std::ffi::{CStr, CString};
use std::sync::{Mutex, PoisonError};

/// The ways between a newtype and its number in C, which may be one that nobody knows yet.
macro_rules! raw {
    ($type:ident($raw:ty): $from:literal, $as:literal) => {
        impl $type {
            #[doc = $from]
            pub const fn from_raw(raw: $raw) -> Self {
                Self(raw)
            }

            #[doc = $as]
            pub const fn as_raw(self) -> $raw {
                self.0
            }
        }
    };
}
pub(crate) use raw;

/// Declares a newtype over a C enum. It is no Rust enum, since a newer library may return a value that is not known here.
macro_rules! numbers {
    (
        $(#[$attribute:meta])*
        $type:ident($raw:ty);
        name: $name_function:ident;
        $(
            id: $id_function:ident, $unknown:ident;
            list: $list_function:ident;
        )?
        values:
        $($(#[$constant_attribute:meta])* $constant:ident = $value:ident;)*
    ) => {
        $(#[$attribute])*
        ///
        /// A value that a newer library returns and this crate does not know is kept as it is.
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $type($raw);

        $crate::crypto::numbers::raw!($type($raw): "The value with this number in C.", "The number in C.");

        impl $type {
            $($(#[$constant_attribute])*
            #[doc = concat!("`", stringify!($value), "`")]
            pub const $constant: Self = Self(gnutls_sys::$value);)*

            /// GnuTLS' name, or `None` for a value that the running library does not know.
            #[gnutls_macros::corresponds($name_function)]
            pub fn name(self) -> Option<&'static str> {
                // SAFETY: looks the number up in a constant table; returns NULL or a string constant.
                let name = crate::support::datum::constant(unsafe { gnutls_sys::$name_function(self.0) });
                name.filter(|&name| name != "Unknown")
            }

            $(
                /// The value with this name, or `None` for a name that the running library does not know, or whose
                /// algorithm it does not have. Of most types the case of letters does not matter.
                #[gnutls_macros::corresponds($id_function)]
                pub fn from_name(name: &str) -> Option<Self> {
                    let name = std::ffi::CString::new(name).ok()?;
                    // SAFETY: compares the string, which ends in NUL, with those of a constant table.
                    let number = unsafe { gnutls_sys::$id_function(name.as_ptr()) };
                    (number != gnutls_sys::$unknown).then_some(Self(number))
                }

                /// All that the running library has.
                #[gnutls_macros::corresponds($list_function)]
                pub fn list() -> &'static [Self] {
                    static LIST: std::sync::OnceLock<Vec<$type>> = std::sync::OnceLock::new();
                    LIST.get_or_init(|| {
                        // SAFETY: an array of the library that ends in 0.
                        let mut list = unsafe {
                            $crate::crypto::numbers::listed(gnutls_sys::$list_function, Self)
                        };
                        // The library lists -1 for key exchanges of which it knows no more than the name.
                        list.retain(|value| value.0 != !0);
                        list
                    })
                }
            )?
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self.name() {
                    Some(name) => f.pad(name),
                    None => write!(f, "unknown ({})", self.0),
                }
            }
        }

        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({self})", stringify!($type))
            }
        }
    };
}
pub(crate) use numbers;

/// Copies a list of C.
///
/// # Safety
///
/// `list` returns an array that ends in 0, and may be called when nothing else of this crate calls such a function.
pub(crate) unsafe fn listed<R: Copy + Default + PartialEq, T>(
    list: unsafe extern "C" fn() -> *const R,
    make: impl Fn(R) -> T,
) -> Vec<T> {
    // C fills the array in at the first call, without a lock (lib/algorithms): two threads that both make the first call
    // could see a part of it.
    static FIRST_CALL: Mutex<()> = Mutex::new(());
    let _guard = FIRST_CALL.lock().unwrap_or_else(PoisonError::into_inner);
    let mut values = Vec::new();
    // SAFETY: the caller's promise.
    unsafe {
        let mut next = list();
        while !next.is_null() && *next != R::default() {
            values.push(make(*next));
            next = next.add(1);
        }
    }
    values
}

/// The number that a function of C finds for an object identifier such as `2.16.840.1.101.3.4.2.1`.
pub(crate) fn by_oid<R: Default + PartialEq>(
    oid: &str,
    find: impl FnOnce(&CStr) -> R,
) -> Option<R> {
    let oid = CString::new(oid).ok()?;
    Some(find(&oid)).filter(|number| *number != R::default())
}
