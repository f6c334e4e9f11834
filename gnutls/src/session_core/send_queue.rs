//! The output of a session that is still to be sent.

use crate::transport::send_buffer::SendBuffer;

/// The output that has been taken and is still to be sent.
pub(crate) struct SendQueue {
    /// The bytes that the transport would not take.
    pub(crate) buffer: SendBuffer,
    /// The function of GnuTLS that has to be called again, because descriptors would not take all of its message.
    pub(crate) pending: Option<PendingSend>,
    /// The message that follows the pending one.
    pub(crate) next: Option<PendingSend>,
    /// The transport has been given bytes that it may hold in a buffer of its own.
    pub(crate) flush_wanted: bool,
    /// The output includes a refusal of a new handshake.
    pub(crate) refusal_waits: bool,
}

impl SendQueue {
    pub(crate) fn new(datagram: bool) -> Self {
        Self {
            buffer: SendBuffer::new(datagram),
            pending: None,
            next: None,
            flush_wanted: false,
            refusal_waits: false,
        }
    }

    /// Returns whether GnuTLS and the transport hold nothing that is still to be sent.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.buffer.is_empty() && self.pending.is_none()
    }
}

/// A function of GnuTLS that sends a message, and that has to be called again if it was interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PendingSend {
    /// A record with data, or any message that requires no further call.
    Record,
    /// A handshake. If another function comes first, it continues until its message has been sent.
    Handshake,
    Alert(
        gnutls_sys::gnutls_alert_level_t,
        gnutls_sys::gnutls_alert_description_t,
    ),
    CloseNotify,
    HelloRequest,
    Ping(usize),
    Pong,
    #[cfg(gnutls_3_6_3)]
    KeyUpdate(std::ffi::c_uint),
    /// A client's answer to the request for its certificate.
    #[cfg(gnutls_3_6_3)]
    ClientCertificate,
    /// This many tickets.
    #[cfg(gnutls_3_6_3)]
    Tickets(u8),
}
