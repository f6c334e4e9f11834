//! Scenarios that run through a C program and through the safe crate, and what compares the two.

pub mod baseline;
pub mod baselines;
pub mod builds;
pub mod changes;
pub mod compare;
pub mod driver;
pub mod environment;
pub mod expectation;
pub mod generate;
pub mod installation;
pub mod not_supported;
pub mod outcome;
pub mod release;
pub mod report;
pub mod scenario;
pub mod self_test;
pub mod shrink;
pub mod suite;
pub mod token;
pub mod transcript;
pub mod verdict;
pub mod wire;
