//! X.509 objects outside a session.

mod authorization;
mod certtool;
mod compared_with_c;
mod fields;
mod import;
mod matching;
mod names;
mod threads;
mod trust_list;
