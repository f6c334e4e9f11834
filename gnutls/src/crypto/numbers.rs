//! The macros that declare a newtype over a C enum, and the functions they use: C lists that end with the number 0.

use std::ffi::{CStr, CString};
use std::sync::{Mutex, PoisonError};

/// Implements the conversions between a newtype and its number in C, which may be from a newer release.
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

/// Declares a newtype over a C enum. It is not a Rust enum, because a newer library can return values that are unknown
/// here.
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
        /// Values of newer libraries that this crate does not define are preserved.
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $type($raw);

        $crate::crypto::numbers::raw!($type($raw): "Returns the value with this number in C.", "Returns the number in C.");

        impl $type {
            $($(#[$constant_attribute])*
            #[doc = concat!("`", stringify!($value), "`")]
            pub const $constant: Self = Self(gnutls_sys::$value);)*

            /// Returns GnuTLS's name, or `None` if the running library does not recognize the value.
            #[gnutls_macros::corresponds($name_function)]
            pub fn name(self) -> Option<&'static str> {
                // SAFETY: looks the number up in a constant table; returns NULL or a string constant.
                let name = crate::support::datum::constant(unsafe { gnutls_sys::$name_function(self.0) });
                name.filter(|&name| name != "Unknown")
            }

            $(
                /// Returns the value with this name, or `None` if the running library does not recognize the name or
                /// lacks the algorithm. Most types ignore the case.
                #[gnutls_macros::corresponds($id_function)]
                pub fn from_name(name: &str) -> Option<Self> {
                    let name = std::ffi::CString::new(name).ok()?;
                    // SAFETY: compares the string, which ends with NUL, with those of a constant table.
                    let number = unsafe { gnutls_sys::$id_function(name.as_ptr()) };
                    (number != gnutls_sys::$unknown).then_some(Self(number))
                }

                /// Returns all values of the running library.
                #[gnutls_macros::corresponds($list_function)]
                pub fn list() -> &'static [Self] {
                    static LIST: std::sync::OnceLock<Vec<$type>> = std::sync::OnceLock::new();
                    LIST.get_or_init(|| {
                        // SAFETY: the function returns an array of the library that ends with 0, and `listed` calls it
                        // under a lock.
                        let mut list = unsafe {
                            $crate::crypto::numbers::listed(gnutls_sys::$list_function, Self)
                        };
                        // The library lists -1 for key exchanges of which it only has the name.
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

/// Copies a C list.
///
/// # Safety
///
/// `list` must return an array that ends with 0 and lives as long as the library. Only this function may call it.
pub(crate) unsafe fn listed<R: Copy + Default + PartialEq, T>(
    list: unsafe extern "C" fn() -> *const R,
    make: impl Fn(R) -> T,
) -> Vec<T> {
    // C initializes the array during the first call, without a lock (lib/algorithms). Two concurrent first calls could
    // see a partial array.
    static FIRST_CALL: Mutex<()> = Mutex::new(());
    let _guard = FIRST_CALL.lock().unwrap_or_else(PoisonError::into_inner);
    let mut values = Vec::new();
    // SAFETY: `list` returns an array that ends with 0, by the contract of this function. The pointer advances only
    // over elements before that 0.
    unsafe {
        let mut next = list();
        while !next.is_null() && *next != R::default() {
            values.push(make(*next));
            next = next.add(1);
        }
    }
    values
}

/// Returns the number that a C function returns for an object identifier, for example `2.16.840.1.101.3.4.2.1`.
pub(crate) fn by_oid<R: Default + PartialEq>(
    oid: &str,
    find: impl FnOnce(&CStr) -> R,
) -> Option<R> {
    let oid = CString::new(oid).ok()?;
    Some(find(&oid)).filter(|number| *number != R::default())
}
