//! Heartbeats (RFC 6520): whether the peer of a session is still reachable, without sending data.
//!
//! They are off by default, and a library may have been built without them. See
//! [`ConfigBuilder::heartbeat`](crate::ConfigBuilder::heartbeat) and [`Session::ping`](crate::Session::ping).
//!
//! ```
//! use gnutls::heartbeat::Mode;
//! use gnutls::{ClientConfig, ErrorKind, Trust};
//!
//! let config = ClientConfig::builder().trust(Trust::none()).heartbeat(Mode::AnswerPings).build();
//! assert!(config.is_ok() || config.is_err_and(|error| error.kind() == ErrorKind::Unsupported));
//! ```

use std::ffi::c_uint;

use gnutls_sys as sys;
use gnutls_sys::gnutls_session_t;

use crate::error::{Error, ErrorKind, Result};

/// The heartbeat mode of a side, see [`ClientConfigBuilder::heartbeat`](crate::ClientConfigBuilder::heartbeat).
///
/// Heartbeats are intended for DTLS, in which nothing else distinguishes an unreachable peer from a silent one.
///
/// ```no_run
/// use gnutls::{ClientConfig, heartbeat};
/// # use std::task::Poll;
///
/// let config = ClientConfig::builder().heartbeat(heartbeat::Mode::AnswerPings).build()?;
/// let mut session = config.datagram_session("example.org")?;
/// # let (mut io, _) = gnutls::transport::MemoryTransport::datagram();
/// // ... the handshake ...
/// if session.can_ping() {
///     let _ = session.ping(&mut io, 16)?;
///     let wait = session.heartbeat_timeout();
///     // ... read meanwhile; if no answer came within `wait`, send another ping ...
///     println!("{}", session.ping_answered());
/// }
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// The peer can send pings, which [`read`](crate::Session::read) answers. This side can send pings too if the peer
    /// allows it.
    #[doc(alias = "GNUTLS_HB_PEER_ALLOWED_TO_SEND")]
    AnswerPings,
    /// Only this side can send pings, if the peer allows it.
    #[doc(alias = "GNUTLS_HB_PEER_NOT_ALLOWED_TO_SEND")]
    SendOnly,
}

/// The number of the extension (RFC 6520, section 2).
const EXTENSION: c_uint = 15;

/// The length of a message without its payload: type, length and padding (RFC 6520, section 4).
pub(crate) const OVERHEAD: usize = 1 + 2 + PADDING;

/// The length of the padding, which the length argument of GnuTLS includes.
pub(crate) const PADDING: usize = 16;

/// The maximum length of a payload: a message is one record.
pub(crate) const PAYLOAD: usize = 16_384 - OVERHEAD;

/// Fails if the library was built without heartbeats. Its heartbeat functions exist but have no effect.
pub(crate) fn check() -> Result<()> {
    // SAFETY: looks the number up in a table.
    if unsafe { sys::gnutls_ext_get_name(EXTENSION) }.is_null() {
        return Err(Error::new(
            ErrorKind::Unsupported,
            "GnuTLS was built without heartbeats: use a library that includes them",
        ));
    }
    Ok(())
}

/// Enables heartbeats in a session.
///
/// # Safety
///
/// `session` must be live and not have started a handshake.
pub(crate) unsafe fn apply(session: gnutls_session_t, heartbeat: Mode) {
    // GNUTLS_HB_LOCAL_ALLOWED_TO_SEND would assume the peer's consent before the negotiation (lib/ext/heartbeat.c).
    let policy = match heartbeat {
        Mode::AnswerPings => sys::GNUTLS_HB_PEER_ALLOWED_TO_SEND,
        Mode::SendOnly => sys::GNUTLS_HB_PEER_NOT_ALLOWED_TO_SEND,
    };
    // SAFETY: the session is live by the contract of this function, which stores the number in it.
    unsafe { sys::gnutls_heartbeat_enable(session, policy as c_uint) };
}
