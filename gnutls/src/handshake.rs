//! Handshake messages: their types, and the ClientHello.

pub(crate) mod client_hello;
pub(crate) mod message;
