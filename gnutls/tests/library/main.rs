//! The library as a whole: algorithms, configurations, errors and the state of the process.

mod algorithm;
mod config;
mod cryptography;
mod error;
mod library;
mod low_level;
mod send_sync;
