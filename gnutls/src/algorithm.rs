//! Protocol versions, algorithms and alerts: numbers of GnuTLS with a name, open to those that come with newer releases.

use std::fmt;

use crate::error::constant;

/// Declares a newtype over a C enum. It is no Rust enum, since a newer library may return a value that is not known here.
macro_rules! numbers {
    (
        $(#[$attribute:meta])*
        $type:ident($raw:ty), $name_function:ident, $alias:literal, $manual:literal;
        $($(#[$constant_attribute:meta])* $constant:ident = $value:ident;)*
    ) => {
        $(#[$attribute])*
        ///
        /// A value that a newer library returns and this crate does not know is kept as it is.
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $type($raw);

        impl $type {
            $($(#[$constant_attribute])*
            #[doc = concat!("`", stringify!($value), "`")]
            pub const $constant: Self = Self(gnutls_sys::$value);)*

            /// The value with this number in C.
            pub const fn from_raw(number: $raw) -> Self {
                Self(number)
            }

            /// The number in C.
            pub const fn as_raw(self) -> $raw {
                self.0
            }

            /// GnuTLS' name, or `None` for a value that the running library does not know.
            ///
            #[doc = concat!("C: [`", stringify!($name_function), "`](https://www.gnutls.org/manual/gnutls.html#index-", $manual, ").")]
            #[doc(alias = $alias)]
            pub fn name(self) -> Option<&'static str> {
                // SAFETY: looks the number up in a constant table; returns NULL or a string constant.
                constant(unsafe { gnutls_sys::$name_function(self.0) })
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.name() {
                    Some(name) => f.pad(name),
                    None => write!(f, "unknown ({})", self.0),
                }
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($type))
            }
        }
    };
}

numbers! {
    /// A version of TLS or DTLS.
    Protocol(gnutls_sys::gnutls_protocol_t), gnutls_protocol_get_name, "gnutls_protocol_get_name", "gnutls_005fprotocol_005fget_005fname";
    SSL3_0 = GNUTLS_SSL3;
    TLS1_0 = GNUTLS_TLS1_0;
    TLS1_1 = GNUTLS_TLS1_1;
    TLS1_2 = GNUTLS_TLS1_2;
    TLS1_3 = GNUTLS_TLS1_3;
    DTLS0_9 = GNUTLS_DTLS0_9;
    DTLS1_0 = GNUTLS_DTLS1_0;
    DTLS1_2 = GNUTLS_DTLS1_2;
}

numbers! {
    /// A cipher.
    Cipher(gnutls_sys::gnutls_cipher_algorithm_t), gnutls_cipher_get_name, "gnutls_cipher_get_name", "gnutls_005fcipher_005fget_005fname";
    NULL = GNUTLS_CIPHER_NULL;
    THREE_DES_CBC = GNUTLS_CIPHER_3DES_CBC;
    AES_128_CBC = GNUTLS_CIPHER_AES_128_CBC;
    AES_256_CBC = GNUTLS_CIPHER_AES_256_CBC;
    AES_128_GCM = GNUTLS_CIPHER_AES_128_GCM;
    AES_256_GCM = GNUTLS_CIPHER_AES_256_GCM;
    AES_128_CCM = GNUTLS_CIPHER_AES_128_CCM;
    AES_256_CCM = GNUTLS_CIPHER_AES_256_CCM;
    AES_128_CCM_8 = GNUTLS_CIPHER_AES_128_CCM_8;
    AES_256_CCM_8 = GNUTLS_CIPHER_AES_256_CCM_8;
    CAMELLIA_128_CBC = GNUTLS_CIPHER_CAMELLIA_128_CBC;
    CAMELLIA_256_CBC = GNUTLS_CIPHER_CAMELLIA_256_CBC;
    CAMELLIA_128_GCM = GNUTLS_CIPHER_CAMELLIA_128_GCM;
    CAMELLIA_256_GCM = GNUTLS_CIPHER_CAMELLIA_256_GCM;
    CHACHA20_POLY1305 = GNUTLS_CIPHER_CHACHA20_POLY1305;
}

numbers! {
    /// A message authentication code; [`AEAD`](Mac::AEAD) where the cipher brings its own.
    Mac(gnutls_sys::gnutls_mac_algorithm_t), gnutls_mac_get_name, "gnutls_mac_get_name", "gnutls_005fmac_005fget_005fname";
    NULL = GNUTLS_MAC_NULL;
    MD5 = GNUTLS_MAC_MD5;
    SHA1 = GNUTLS_MAC_SHA1;
    SHA256 = GNUTLS_MAC_SHA256;
    SHA384 = GNUTLS_MAC_SHA384;
    SHA512 = GNUTLS_MAC_SHA512;
    AEAD = GNUTLS_MAC_AEAD;
}

numbers! {
    /// A key exchange of TLS up to 1.2. What TLS 1.3 does is reported by GnuTLS as the nearest of these.
    KeyExchange(gnutls_sys::gnutls_kx_algorithm_t), gnutls_kx_get_name, "gnutls_kx_get_name", "gnutls_005fkx_005fget_005fname";
    RSA = GNUTLS_KX_RSA;
    DHE_RSA = GNUTLS_KX_DHE_RSA;
    ECDHE_RSA = GNUTLS_KX_ECDHE_RSA;
    ECDHE_ECDSA = GNUTLS_KX_ECDHE_ECDSA;
    ANON_DH = GNUTLS_KX_ANON_DH;
    ANON_ECDH = GNUTLS_KX_ANON_ECDH;
    PSK = GNUTLS_KX_PSK;
    RSA_PSK = GNUTLS_KX_RSA_PSK;
    DHE_PSK = GNUTLS_KX_DHE_PSK;
    ECDHE_PSK = GNUTLS_KX_ECDHE_PSK;
    SRP = GNUTLS_KX_SRP;
    SRP_RSA = GNUTLS_KX_SRP_RSA;
}

numbers! {
    /// A group for the key exchange: an elliptic curve or a finite field.
    Group(gnutls_sys::gnutls_group_t), gnutls_group_get_name, "gnutls_group_get_name", "gnutls_005fgroup_005fget_005fname";
    SECP256R1 = GNUTLS_GROUP_SECP256R1;
    SECP384R1 = GNUTLS_GROUP_SECP384R1;
    SECP521R1 = GNUTLS_GROUP_SECP521R1;
    X25519 = GNUTLS_GROUP_X25519;
    X448 = GNUTLS_GROUP_X448;
    FFDHE2048 = GNUTLS_GROUP_FFDHE2048;
    FFDHE3072 = GNUTLS_GROUP_FFDHE3072;
    FFDHE4096 = GNUTLS_GROUP_FFDHE4096;
    FFDHE6144 = GNUTLS_GROUP_FFDHE6144;
    FFDHE8192 = GNUTLS_GROUP_FFDHE8192;
}

numbers! {
    /// What an alert says (RFC 8446, section 6).
    Alert(gnutls_sys::gnutls_alert_description_t), gnutls_alert_get_strname, "gnutls_alert_get_strname", "gnutls_005falert_005fget_005fstrname";
    CLOSE_NOTIFY = GNUTLS_A_CLOSE_NOTIFY;
    UNEXPECTED_MESSAGE = GNUTLS_A_UNEXPECTED_MESSAGE;
    BAD_RECORD_MAC = GNUTLS_A_BAD_RECORD_MAC;
    RECORD_OVERFLOW = GNUTLS_A_RECORD_OVERFLOW;
    HANDSHAKE_FAILURE = GNUTLS_A_HANDSHAKE_FAILURE;
    BAD_CERTIFICATE = GNUTLS_A_BAD_CERTIFICATE;
    UNSUPPORTED_CERTIFICATE = GNUTLS_A_UNSUPPORTED_CERTIFICATE;
    CERTIFICATE_REVOKED = GNUTLS_A_CERTIFICATE_REVOKED;
    CERTIFICATE_EXPIRED = GNUTLS_A_CERTIFICATE_EXPIRED;
    CERTIFICATE_UNKNOWN = GNUTLS_A_CERTIFICATE_UNKNOWN;
    ILLEGAL_PARAMETER = GNUTLS_A_ILLEGAL_PARAMETER;
    UNKNOWN_CA = GNUTLS_A_UNKNOWN_CA;
    ACCESS_DENIED = GNUTLS_A_ACCESS_DENIED;
    DECODE_ERROR = GNUTLS_A_DECODE_ERROR;
    DECRYPT_ERROR = GNUTLS_A_DECRYPT_ERROR;
    PROTOCOL_VERSION = GNUTLS_A_PROTOCOL_VERSION;
    INSUFFICIENT_SECURITY = GNUTLS_A_INSUFFICIENT_SECURITY;
    INTERNAL_ERROR = GNUTLS_A_INTERNAL_ERROR;
    INAPPROPRIATE_FALLBACK = GNUTLS_A_INAPPROPRIATE_FALLBACK;
    USER_CANCELED = GNUTLS_A_USER_CANCELED;
    NO_RENEGOTIATION = GNUTLS_A_NO_RENEGOTIATION;
    MISSING_EXTENSION = GNUTLS_A_MISSING_EXTENSION;
    UNSUPPORTED_EXTENSION = GNUTLS_A_UNSUPPORTED_EXTENSION;
    UNRECOGNIZED_NAME = GNUTLS_A_UNRECOGNIZED_NAME;
    UNKNOWN_PSK_IDENTITY = GNUTLS_A_UNKNOWN_PSK_IDENTITY;
    CERTIFICATE_REQUIRED = GNUTLS_A_CERTIFICATE_REQUIRED;
    NO_APPLICATION_PROTOCOL = GNUTLS_A_NO_APPLICATION_PROTOCOL;
}

impl Alert {
    /// A readable text for the alert.
    ///
    /// C: [`gnutls_alert_get_name`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005falert_005fget_005fname).
    #[doc(alias = "gnutls_alert_get_name")]
    pub fn description(self) -> Option<&'static str> {
        // SAFETY: looks the number up in a constant table; returns NULL or a string constant.
        constant(unsafe { gnutls_sys::gnutls_alert_get_name(self.0) })
    }
}

/// A side of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The side that connects.
    Client,
    /// The side that accepts.
    Server,
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Client => "client",
            Self::Server => "server",
        })
    }
}
