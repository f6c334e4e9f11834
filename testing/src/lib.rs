//! Helpers for the tests of `gnutls` and `tokio-gnutls`.
//!
//! The published crates do not contain this one: it is a development dependency with only a path, which cargo removes
//! when it packages a crate. For the same reason the packages contain no integration tests, and the unit tests in `src`
//! do not use this crate.
//!
//! `gnutls/tests/README.md` describes where to add a test.

pub mod directory;
pub mod emulation;
pub mod fixtures;
pub mod namespace;
pub mod network;
pub mod pair;
pub mod process;
pub mod requirement;
pub mod skip;
pub mod sources;
pub mod token;
