//! The parts that the tests of `gnutls` and of `tokio-gnutls` share.
//!
//! Neither published crate contains this one: it is a development dependency by its path only, which cargo removes when it
//! packages a crate. For the same reason the packages contain no integration tests, and the unit tests in `src` do not use
//! this crate.
//!
//! `gnutls/tests/README.md` describes where a new test goes.

pub mod directory;
pub mod fixtures;
pub mod pair;
pub mod process;
pub mod requirement;
pub mod skip;
pub mod token;
