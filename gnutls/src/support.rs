//! Utilities for calling C: byte strings, secrets, panics, locks, signals, times and files.

#[cfg(test)]
pub(crate) mod alone;
pub(crate) mod datum;
pub(crate) mod fair_mutex;
pub(crate) mod file;
pub(crate) mod flag_set;
pub(crate) mod panic;
pub(crate) mod reentrant_lock;
pub(crate) mod secret;
pub(crate) mod signal;
#[cfg(test)]
pub(crate) mod this_program;
pub(crate) mod time;
