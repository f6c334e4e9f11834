//! Scenarios that run through a C program and through the safe crate, and what compares the two.

pub mod compare;
pub mod driver;
pub mod generate;
pub mod outcome;
pub mod scenario;
pub mod shrink;
pub mod transcript;
pub mod wire;
