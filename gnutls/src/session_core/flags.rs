//! The properties of a session as flags, and the credentials of each side.

use std::ffi::c_uint;
use std::fmt;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::crypto::Side;
use crate::crypto::numbers::raw;
use crate::handshake::message::MessageType;
use crate::session_core::session_ref::SessionRef;

/// The negotiated properties of a session: the flags of
/// `gnutls_session_get_flags`.
///
/// A flag that is set by a newer library and unknown to this crate is kept.
///
/// ```
/// use gnutls::session;
///
/// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
/// # let identity = gnutls::Identity::from_pem(&pem("server"), &pem("server-key"))?;
/// # let server = gnutls::ServerConfig::builder().identity(identity).build()?;
/// # let client = gnutls::ClientConfig::builder().trust(gnutls::Trust::pem(&pem("ca"))?).build()?;
/// # let (mut client_io, mut server_io) = gnutls::transport::MemoryTransport::stream();
/// # let (mut client, mut server) = (client.session("localhost")?, server.session()?);
/// # while client.handshake(&mut client_io)?.is_pending() | server.handshake(&mut server_io)?.is_pending() {}
/// let flags = client.flags();
/// assert!(flags.contains(session::Flags::SAFE_RENEGOTIATION) == flags.safe_renegotiation());
/// println!("{flags:?}");
/// # Ok::<(), gnutls::Error>(())
/// ```
#[corresponds(alias(gnutls_session_flags_t))]
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flags(c_uint);

macro_rules! flags {
    ($($constant:ident = $value:ident, $getter:ident, $text:literal;)*) => {
        impl Flags {
            $(#[doc = concat!("`", stringify!($value), "`: ", $text)]
            pub const $constant: Self = Self(sys::$value as c_uint);)*

            const KNOWN: &'static [(Self, &'static str)] = &[$((Self::$constant, stringify!($value)),)*];

            $(#[doc = concat!("Returns `true` if [`", stringify!($constant), "`](Self::", stringify!($constant), ") is set: ", $text)]
            pub const fn $getter(self) -> bool {
                self.contains(Self::$constant)
            })*
        }
    };
}

flags! {
    SAFE_RENEGOTIATION = GNUTLS_SFLAGS_SAFE_RENEGOTIATION, safe_renegotiation, "renegotiation is protected (RFC 5746).";
    EXTENDED_MASTER_SECRET = GNUTLS_SFLAGS_EXT_MASTER_SECRET, extended_master_secret, "the extended master secret is used (RFC 7627).";
    ENCRYPT_THEN_MAC = GNUTLS_SFLAGS_ETM, encrypt_then_mac, "encrypt-then-MAC is used (RFC 7366).";
    MAY_SEND_HEARTBEATS = GNUTLS_SFLAGS_HB_LOCAL_SEND, may_send_heartbeats, "this side may send heartbeats (RFC 6520).";
    PEER_MAY_SEND_HEARTBEATS = GNUTLS_SFLAGS_HB_PEER_SEND, peer_may_send_heartbeats, "the peer may send heartbeats (RFC 6520).";
    FALSE_START = GNUTLS_SFLAGS_FALSE_START, false_start, "false start was used (RFC 7918).";
    NEGOTIATED_FFDHE = GNUTLS_SFLAGS_RFC7919, negotiated_ffdhe, "the finite field group was negotiated (RFC 7919).";
    SESSION_TICKET = GNUTLS_SFLAGS_SESSION_TICKET, session_ticket, "a session ticket has been received. Since GnuTLS 3.6.3.";
    POST_HANDSHAKE_AUTH = GNUTLS_SFLAGS_POST_HANDSHAKE_AUTH, post_handshake_auth, "the server can request the client's certificate after the handshake (RFC 8446, section 4.2.6). Since GnuTLS 3.6.3.";
    EARLY_START = GNUTLS_SFLAGS_EARLY_START, early_start, "the server was ready before the client's last message. Since GnuTLS 3.6.4.";
    EARLY_DATA = GNUTLS_SFLAGS_EARLY_DATA, early_data, "early data was accepted. Since GnuTLS 3.6.5.";
    CLIENT_REQUESTED_OCSP = GNUTLS_SFLAGS_CLI_REQUESTED_OCSP, client_requested_ocsp, "the client requested the status of the certificate. Since GnuTLS 3.6.12.";
    SERVER_REQUESTED_OCSP = GNUTLS_SFLAGS_SERV_REQUESTED_OCSP, server_requested_ocsp, "the server requested the status of the client's certificate. Since GnuTLS 3.6.12.";
}

raw!(Flags(c_uint): "The flags with these bits in C.", "The bits in C.");

impl Flags {
    /// Returns `true` if all flags of `other` are set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Returns the C names of the flags that are set, without unknown flags.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::KNOWN
            .iter()
            .filter(move |(flag, _)| self.contains(*flag))
            .map(|&(_, name)| name)
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Flags({:#x}", self.0)?;
        self.names().try_for_each(|name| write!(f, " {name}"))?;
        f.write_str(")")
    }
}

/// The type of credentials with which a side authenticates itself. A type that is unknown to this crate is kept.
#[corresponds(alias(gnutls_credentials_type_t))]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct CredentialsType(sys::gnutls_credentials_type_t);

impl CredentialsType {
    /// `GNUTLS_CRD_CERTIFICATE`: a certificate, if any.
    pub const CERTIFICATE: Self = Self(sys::GNUTLS_CRD_CERTIFICATE);
    /// `GNUTLS_CRD_ANON`: nothing, in an anonymous key exchange.
    pub const ANONYMOUS: Self = Self(sys::GNUTLS_CRD_ANON);
    /// `GNUTLS_CRD_SRP`: a password (RFC 5054).
    pub const SRP: Self = Self(sys::GNUTLS_CRD_SRP);
    /// `GNUTLS_CRD_PSK`: a key that both sides have.
    pub const PSK: Self = Self(sys::GNUTLS_CRD_PSK);
}

raw!(CredentialsType(sys::gnutls_credentials_type_t): "The kind with this number in C.", "The number in C.");

impl fmt::Display for CredentialsType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::CERTIFICATE => f.pad("certificate"),
            Self::ANONYMOUS => f.pad("anonymous"),
            Self::SRP => f.pad("SRP"),
            Self::PSK => f.pad("PSK"),
            Self(number) => write!(f, "unknown ({number})"),
        }
    }
}

impl fmt::Debug for CredentialsType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CredentialsType({self})")
    }
}

impl SessionRef {
    /// Returns the negotiated properties of the session.
    #[corresponds(gnutls_session_get_flags)]
    pub fn flags(&self) -> Flags {
        // SAFETY: reads fields of the session, and of its extensions (lib/state.c).
        Flags(unsafe { sys::gnutls_session_get_flags(self.as_ptr()) })
    }

    /// Returns the type of the client's credentials, once a handshake is complete. In a resumed session it is the type
    /// of the original one.
    #[corresponds(gnutls_auth_client_get_type)]
    pub fn client_credentials_type(&self) -> Option<CredentialsType> {
        self.negotiated(|session| {
            // SAFETY: reads the key exchange that was negotiated (lib/auth.c).
            CredentialsType(unsafe { sys::gnutls_auth_client_get_type(session) })
        })
    }

    /// Returns the type of the server's credentials, see [`client_credentials_type`](Self::client_credentials_type).
    #[corresponds(gnutls_auth_server_get_type)]
    pub fn server_credentials_type(&self) -> Option<CredentialsType> {
        self.negotiated(|session| {
            // SAFETY: reads the key exchange that was negotiated (lib/auth.c).
            CredentialsType(unsafe { sys::gnutls_auth_server_get_type(session) })
        })
    }

    /// Returns the type of the peer's credentials, see [`client_credentials_type`](Self::client_credentials_type).
    #[corresponds(gnutls_auth_get_type)]
    pub fn peer_credentials_type(&self) -> Option<CredentialsType> {
        self.negotiated(|session| {
            // SAFETY: reads the key exchange that was negotiated (lib/auth.c).
            CredentialsType(unsafe { sys::gnutls_auth_get_type(session) })
        })
    }

    /// Returns the type of the last handshake message that was received, which shows how far a failed handshake had
    /// come.
    #[corresponds(gnutls_handshake_get_last_in)]
    pub fn last_handshake_in(&self) -> Option<MessageType> {
        // SAFETY: reads a field, which is -1 while there is none (lib/handshake.c).
        known(unsafe { sys::gnutls_handshake_get_last_in(self.as_ptr()) })
    }

    /// Returns the type of the last handshake message that was sent, see
    /// [`last_handshake_in`](Self::last_handshake_in).
    #[corresponds(gnutls_handshake_get_last_out)]
    pub fn last_handshake_out(&self) -> Option<MessageType> {
        // SAFETY: reads a field, which is -1 while there is none (lib/handshake.c).
        known(unsafe { sys::gnutls_handshake_get_last_out(self.as_ptr()) })
    }

    /// Returns `true` on a server if the client requested to resume a session, even an unknown one.
    #[corresponds(gnutls_session_resumption_requested)]
    pub fn resumption_requested(&self) -> bool {
        // SAFETY: reads a field (lib/state.c).
        self.side() == Side::Server
            && unsafe { sys::gnutls_session_resumption_requested(self.as_ptr()) } != 0
    }
}

fn known(message_type: sys::gnutls_handshake_description_t) -> Option<MessageType> {
    (message_type != sys::gnutls_handshake_description_t::MAX)
        .then_some(MessageType::from_raw(message_type as c_uint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bug_class_18_an_unknown_flag_survives() {
        let flags = Flags::from_raw(1 << 30 | Flags::EARLY_DATA.as_raw());
        assert!(flags.early_data() && !flags.false_start());
        assert_eq!(flags.as_raw() >> 30, 1);
        assert_eq!(
            format!("{flags:?}"),
            "Flags(0x40000400 GNUTLS_SFLAGS_EARLY_DATA)"
        );
        assert_eq!(CredentialsType::from_raw(99).to_string(), "unknown (99)");
    }
}
