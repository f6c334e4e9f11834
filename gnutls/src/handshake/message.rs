//! Handshake messages and their types.

use std::ffi::c_uint;
use std::fmt;

use gnutls_macros::corresponds;

use crate::crypto::numbers::raw;
use crate::support::datum::constant;

/// The type of a handshake message (RFC 8446, section 4; RFC 5246, section 7.4).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct MessageType(c_uint);

macro_rules! types {
    ($($name:ident = $value:ident;)*) => {
        impl MessageType {
            $(#[doc = concat!("`", stringify!($value), "`")]
            pub const $name: Self = Self(gnutls_sys::$value as c_uint);)*
        }
    };
}

types! {
    HELLO_REQUEST = GNUTLS_HANDSHAKE_HELLO_REQUEST;
    CLIENT_HELLO = GNUTLS_HANDSHAKE_CLIENT_HELLO;
    SERVER_HELLO = GNUTLS_HANDSHAKE_SERVER_HELLO;
    HELLO_VERIFY_REQUEST = GNUTLS_HANDSHAKE_HELLO_VERIFY_REQUEST;
    NEW_SESSION_TICKET = GNUTLS_HANDSHAKE_NEW_SESSION_TICKET;
    ENCRYPTED_EXTENSIONS = GNUTLS_HANDSHAKE_ENCRYPTED_EXTENSIONS;
    CERTIFICATE = GNUTLS_HANDSHAKE_CERTIFICATE_PKT;
    SERVER_KEY_EXCHANGE = GNUTLS_HANDSHAKE_SERVER_KEY_EXCHANGE;
    CERTIFICATE_REQUEST = GNUTLS_HANDSHAKE_CERTIFICATE_REQUEST;
    SERVER_HELLO_DONE = GNUTLS_HANDSHAKE_SERVER_HELLO_DONE;
    CERTIFICATE_VERIFY = GNUTLS_HANDSHAKE_CERTIFICATE_VERIFY;
    CLIENT_KEY_EXCHANGE = GNUTLS_HANDSHAKE_CLIENT_KEY_EXCHANGE;
    FINISHED = GNUTLS_HANDSHAKE_FINISHED;
    CERTIFICATE_STATUS = GNUTLS_HANDSHAKE_CERTIFICATE_STATUS;
    SUPPLEMENTAL = GNUTLS_HANDSHAKE_SUPPLEMENTAL;
    KEY_UPDATE = GNUTLS_HANDSHAKE_KEY_UPDATE;
    CLIENT_HELLO_V2 = GNUTLS_HANDSHAKE_CLIENT_HELLO_V2;
    COMPRESSED_CERTIFICATE = GNUTLS_HANDSHAKE_COMPRESSED_CERTIFICATE_PKT;
}

raw!(MessageType(c_uint):
    "The type with this number.",
    "The number on the wire. GnuTLS defines additional numbers above 255, for example for a HelloRetryRequest.");

impl MessageType {
    /// Returns GnuTLS' name, or `None` for an unknown type.
    #[corresponds(gnutls_handshake_description_get_name)]
    pub fn name(self) -> Option<&'static str> {
        // SAFETY: looks the number up in a constant table; returns NULL or a string constant.
        constant(unsafe { gnutls_sys::gnutls_handshake_description_get_name(self.0) })
    }
}

impl fmt::Display for MessageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None => write!(f, "unknown ({})", self.0),
        }
    }
}

impl fmt::Debug for MessageType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageType({self})")
    }
}

/// A handshake message, passed to the [hook](crate::Session::set_handshake_hook).
///
/// ```
/// use gnutls::handshake::{Message, MessageType};
///
/// /// Returns `true` for a certificate that has been received and not been processed.
/// fn is_certificate(message: &Message<'_>) -> bool {
///     message.message_type == MessageType::CERTIFICATE && message.incoming && !message.processed
/// }
/// # let _ = is_certificate;
/// ```
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Message<'a> {
    /// The type of the message.
    pub message_type: MessageType,
    /// `true` if the message comes from the peer.
    pub incoming: bool,
    /// `true` if the message has already been processed or sent. The hook is called for any message before and after.
    pub processed: bool,
    /// The content without the header.
    pub body: &'a [u8],
}
