//! The handshake: its messages, the ClientHello, and the choice of an identity while it runs.
//!
//! The module is needed by a server that chooses its configuration by the ClientHello
//! ([`ServerConfigBuilder::on_client_hello`](crate::ServerConfigBuilder::on_client_hello)), by a program that chooses
//! the identity of each session ([`ConfigBuilder::identity_resolver`](crate::ConfigBuilder::identity_resolver)), and
//! for observing handshake messages ([`Session::set_handshake_hook`](crate::Session::set_handshake_hook)).
//!
//! ```
//! use gnutls::handshake::MessageType;
//!
//! assert_eq!(MessageType::CLIENT_HELLO.as_raw(), 1);
//! assert_eq!(MessageType::CLIENT_HELLO.to_string(), "CLIENT HELLO");
//! ```

pub(crate) mod client_hello;
pub(crate) mod message;

pub use self::client_hello::ClientHello;
pub use self::message::{Message, MessageType};
pub use crate::identity::resolver::IdentityRequest;
