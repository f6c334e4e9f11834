//! The core of a session: the handle seen through a reference, and properties that are read from it. It knows no
//! feature.

pub(crate) mod certificates;
pub(crate) mod core;
pub(crate) mod data;
pub(crate) mod flags;
pub(crate) mod kernel_tls;
pub(crate) mod lifecycle;
pub(crate) mod raw_public_key;
#[cfg(gnutls_3_6_3)]
pub(crate) mod scratch;
pub(crate) mod secrets;
pub(crate) mod send_queue;
pub(crate) mod server_name;
pub(crate) mod session_ref;
