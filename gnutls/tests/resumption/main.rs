//! Session resumption: saved sessions, tickets, caches and early data.

mod cache;
mod early_data;
mod id2;
mod resumption;
mod stale;
mod store;
mod tickets;
