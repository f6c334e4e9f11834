//! Raw bindings to the whole C API of [GnuTLS](https://www.gnutls.org). The crate `gnutls` is the
//! safe API.
//!
//! # Available functions
//!
//! The declarations are those of the newest headers. A function that a release after GnuTLS 3.6.0
//! introduced is declared only if the library found during the build contains it; its documentation
//! names the release. To call a function that an older library may lack, read `DEP_GNUTLS_VERSION`
//! in a build script (cargo sets it for crates that depend directly on this one) and set a cfg. All
//! constants and types are always declared.
//!
//! # Representation of C
//!
//! - Error codes are [`c_int`](core::ffi::c_int), flags [`c_uint`](core::ffi::c_uint). An `enum` is
//!   an integer type with constants of that type, because a newer library may return values that no
//!   header contains yet.
//! - Macros that are strings are [`&CStr`](core::ffi::CStr).
//! - Function-like macros are functions. Macros that rename an item are re-exports under the second
//!   name.
//! - [`time_t`] and [`off_t`] have the width that the library uses, which may differ from that of
//!   the `libc` crate.
//! - Functions of libgnutls-dane require the feature `dane`.
#![no_std]
#![allow(non_camel_case_types, non_upper_case_globals, non_snake_case)]

// Formatted by the generator. The bindings that the feature `bindgen` generates have the same
// attributes. The documentation of a build with `DOCS_RS` is always that of the committed ones.
#[cfg(not(gnutls_generated))]
#[allow(missing_docs, clippy::all)]
#[rustfmt::skip]
mod bindings;
#[cfg(gnutls_generated)]
#[allow(missing_docs, clippy::all)]
mod bindings {
    include!(concat!(env!("OUT_DIR"), "/bindings.rs"));
    // The declarations that the installed headers lack.
    include!(concat!(env!("OUT_DIR"), "/newer.rs"));
}
mod macros;
mod platform;
mod version;

pub use bindings::*;
pub use macros::*;
pub use platform::*;
pub use version::*;
