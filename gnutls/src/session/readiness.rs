//! Readiness: the events for which a pending call waits.

use gnutls_macros::corresponds;

use crate::session::Session;

impl Session {
    /// Returns `true` if the last call waits for the transport to become readable.
    ///
    /// After a call was [`Pending`](std::task::Poll::Pending), wait until the transport is readable if `wants_read`
    /// returns `true`, or writable if [`wants_write`](Self::wants_write) does, whichever comes first, and repeat the
    /// call. Both can be `true`: reading also sends, and a handshake does both. If **neither** is `true`, the transport
    /// did not block: the call has processed many messages without a result (tickets, key updates, discarded
    /// datagrams), and returned so that it does not occupy the thread. Repeat it without waiting for the transport.
    ///
    /// ```
    /// # use gnutls::{ClientConfig, Trust};
    /// # use gnutls::transport::MemoryTransport;
    /// let (mut client_io, _server_io) = MemoryTransport::stream();
    /// let config = ClientConfig::builder().trust(Trust::none()).build()?;
    /// let mut session = config.session("example.org")?;
    ///
    /// assert!(session.handshake(&mut client_io)?.is_pending());
    /// assert!(session.wants_read()); // the ServerHello
    /// assert!(!session.wants_write());
    ///
    /// client_io.set_capacity(Some(0));
    /// # let mut session = config.session("example.org")?;
    /// assert!(session.handshake(&mut client_io)?.is_pending());
    /// assert!(session.wants_write()); // the transport is full
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// The C function returns only one direction.
    #[corresponds(instead(gnutls_record_get_direction))]
    pub fn wants_read(&self) -> bool {
        let call = &self.core().call;
        call.would_block && !call.yielded
    }

    /// Returns `true` if the last call waits for the transport to become writable, or to be flushed; see
    /// [`wants_read`](Self::wants_read).
    ///
    /// It also returns `true` after a call that was ready, while [`unsent_bytes`](crate::SessionRef::unsent_bytes) is
    /// not 0.
    #[corresponds(alias(gnutls_record_get_direction))]
    pub fn wants_write(&self) -> bool {
        let core = self.core();
        let call = &core.call;
        (call.flush_blocked || !core.output.is_empty() || call.send_incomplete) && !call.yielded
    }
}
