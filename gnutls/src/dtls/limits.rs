//! The limits of a server for many peers.

use std::time::Duration;

/// The limits of a [`Server`](crate::dtls::Server) and a [`Listener`](crate::dtls::Listener).
///
/// ```
/// use std::time::Duration;
/// use gnutls::dtls::Limits;
///
/// let limits = Limits {
///     peers: 100_000,
///     idle: Duration::from_secs(30),
///     ..Limits::default()
/// };
/// assert_eq!(limits.handshakes, Limits::default().handshakes);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The maximum number of peers, including those whose handshake is not complete. The default is 10,000.
    pub peers: usize,
    /// The maximum number of peers whose handshake is not complete or that have not been accepted. The default is 1,000.
    pub handshakes: usize,
    /// The maximum number of received bytes that wait for one peer. Further datagrams are discarded. The default is 64
    /// KiB.
    pub queued_bytes: usize,
    /// The maximum number of bytes that wait to be sent to all peers. The default is 1 MiB.
    pub output_bytes: usize,
    /// The maximum duration of a handshake. The default is 30 seconds.
    pub handshake: Duration,
    /// The time after which a peer that neither sends nor receives is removed. The default is 5 minutes. It is removed at
    /// the latest after twice this time.
    pub idle: Duration,
    /// The time before the messages of a handshake are sent again, see
    /// [`set_retransmission_timeout`](crate::Session::set_retransmission_timeout). The default is 1 second.
    pub retransmission: Duration,
    /// The time after which the key of the cookies is replaced. A cookie is valid for at most twice this time. The
    /// default is 1 minute.
    pub cookie: Duration,
    /// The MTU of new sessions, see [`set_mtu`](crate::Session::set_mtu). The default is 1200 bytes.
    pub mtu: u16,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            peers: 10_000,
            handshakes: 1000,
            queued_bytes: 64 * 1024,
            output_bytes: 1024 * 1024,
            handshake: Duration::from_secs(30),
            idle: Duration::from_secs(300),
            retransmission: Duration::from_secs(1),
            cookie: Duration::from_secs(60),
            mtu: 1200,
        }
    }
}
