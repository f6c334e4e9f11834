//! Resumption: saved sessions and the format that GnuTLS packs them in, stores, caches and tickets.

pub(crate) mod cache;
pub(crate) mod session_data;
pub(crate) mod session_format;
pub(crate) mod store;
pub(crate) mod ticket;
