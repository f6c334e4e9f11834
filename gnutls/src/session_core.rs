//! The core of a session: the handle seen through a reference, and properties that are read from it. It knows no feature.

pub(crate) mod certificates;
pub(crate) mod flags;
pub(crate) mod kernel_tls;
pub(crate) mod raw_public_key;
pub(crate) mod secrets;
pub(crate) mod session_ref;
