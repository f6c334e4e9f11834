//! Heartbeats (RFC 6520): whether the peer of a session is still there, without data being sent.

use std::ffi::c_uint;

use gnutls_sys as sys;
use gnutls_sys::gnutls_session_t;

use crate::error::{Error, ErrorKind, Result};

/// How a side uses heartbeats, see [`ClientConfigBuilder::heartbeat`](crate::ClientConfigBuilder::heartbeat).
///
/// They are meant for DTLS, where nothing else tells a peer that has gone from one that is silent.
///
/// ```no_run
/// use gnutls::{ClientConfig, Heartbeat};
/// # use std::task::Poll;
///
/// let config = ClientConfig::builder().heartbeat(Heartbeat::AnswerPings).build()?;
/// let mut session = config.datagram_session("example.org")?;
/// # let (mut io, _) = gnutls::MemoryTransport::datagram();
/// // ... the handshake ...
/// if session.can_ping() {
///     let _ = session.ping(&mut io, 16)?;
///     let wait = session.heartbeat_timeout();
///     // ... read meanwhile; if nothing came after `wait`, ping once more ...
///     println!("{}", session.ping_answered());
/// }
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Heartbeat {
    /// The peer may send pings, which [`read`](Session::read) answers by itself. So may this side, if the peer allows it.
    #[doc(alias = "GNUTLS_HB_PEER_ALLOWED_TO_SEND")]
    AnswerPings,
    /// Only this side may send pings, if the peer allows it.
    #[doc(alias = "GNUTLS_HB_PEER_NOT_ALLOWED_TO_SEND")]
    SendOnly,
}

/// The number of the extension (RFC 6520, section 2).
const EXTENSION: c_uint = 15;

/// What a message has besides its payload: type, length, padding (RFC 6520, section 4).
pub(crate) const OVERHEAD: usize = 1 + 2 + PADDING;

/// C takes a length with the padding.
pub(crate) const PADDING: usize = 16;

/// The longest payload: a message is one record.
pub(crate) const PAYLOAD: usize = 16_384 - OVERHEAD;

/// Fails where the library was built without heartbeats: all its functions for them are there then, and do nothing.
pub(crate) fn check() -> Result<()> {
    // SAFETY: looks the number up in a table.
    if unsafe { sys::gnutls_ext_get_name(EXTENSION) }.is_null() {
        return Err(Error::new(
            ErrorKind::Unsupported,
            "this GnuTLS was built without heartbeats",
        ));
    }
    Ok(())
}

/// Has a session offer or accept heartbeats.
///
/// # Safety
///
/// The session is live, and its hello has been neither sent nor looked at.
pub(crate) unsafe fn apply(session: gnutls_session_t, heartbeat: Heartbeat) {
    // Not GNUTLS_HB_LOCAL_ALLOWED_TO_SEND, which counts as the peer's consent before it was asked (lib/ext/heartbeat.c).
    let policy = match heartbeat {
        Heartbeat::AnswerPings => sys::GNUTLS_HB_PEER_ALLOWED_TO_SEND,
        Heartbeat::SendOnly => sys::GNUTLS_HB_PEER_NOT_ALLOWED_TO_SEND,
    };
    // SAFETY: stores the number in the session.
    unsafe { sys::gnutls_heartbeat_enable(session, policy as c_uint) };
}
