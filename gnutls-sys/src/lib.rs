//! Raw bindings to the C API of [GnuTLS](https://www.gnutls.org): all of it, as C has it. The crate
//! `gnutls` is the safe API.
//!
//! # Which functions are there
//!
//! The declarations come from the newest headers. A function that came after GnuTLS 3.6.0 is there
//! only if the library found when building has it; its documentation names the release. To use one
//! that an older library may lack, let a build script ask `DEP_GNUTLS_VERSION` (cargo passes it on
//! to crates that depend directly on this one) and set a cfg. Constants and types are always all
//! there.
//!
//! # How C looks here
//!
//! - Error codes are [`c_int`](core::ffi::c_int), flags [`c_uint`](core::ffi::c_uint). An `enum` is
//!   an integer type, with its values as constants of that type, because a newer library may return
//!   values that no header knows yet.
//! - Strings that are macros are [`&CStr`](core::ffi::CStr).
//! - Function-like macros are functions. Macros that only rename something are imports under the
//!   second name.
//! - [`time_t`] and [`off_t`] are as wide as in the library, which is not always what the `libc`
//!   crate has.
//! - Functions of libgnutls-dane need the feature `dane`.
#![no_std]
#![allow(non_camel_case_types, non_upper_case_globals, non_snake_case)]

// Written as the generator formats it. What bindgen generates when building has the same
// attributes.
#[cfg(not(feature = "bindgen"))]
#[allow(missing_docs, clippy::all)]
#[rustfmt::skip]
mod bindings;
#[cfg(feature = "bindgen")]
#[allow(missing_docs, clippy::all)]
mod bindings {
    include!(concat!(env!("OUT_DIR"), "/bindings.rs"));
}
mod macros;
mod platform;
mod version;

pub use bindings::*;
pub use macros::*;
pub use platform::*;
pub use version::*;
