//! Raw bindings to the C API of GnuTLS.
#![allow(non_camel_case_types, non_upper_case_globals, non_snake_case, missing_docs, clippy::all)]
include!("bindings.rs");
