//! What a call that was pending waits for: what an event loop or a runtime has to know.

use gnutls_macros::corresponds;

use crate::session::Session;

impl Session {
    /// Whether the last call waits for the transport to have something to be received.
    ///
    /// After a call was [`Pending`](std::task::Poll::Pending), wait until the transport can be read from if `wants_read`, or written
    /// to if [`wants_write`](Self::wants_write), whichever comes first, and make the call again. Both can be the case:
    /// reading also sends, and a handshake does both. **Neither** means that the transport did not block: the call has
    /// handled many messages that were no result (tickets, key updates, discarded datagrams) and lets others have their
    /// turn. Make it again without waiting for the transport.
    ///
    /// ```
    /// # use gnutls::{ClientConfig, Trust};
    /// # use gnutls::transport::MemoryTransport;
    /// let (mut near, _far) = MemoryTransport::stream();
    /// let config = ClientConfig::builder().trust(Trust::none()).build()?;
    /// let mut session = config.session("example.org")?;
    ///
    /// assert!(session.handshake(&mut near)?.is_pending());
    /// assert!(session.wants_read()); // the answer of the server
    /// assert!(!session.wants_write());
    ///
    /// near.set_capacity(Some(0));
    /// # let mut session = config.session("example.org")?;
    /// assert!(session.handshake(&mut near)?.is_pending());
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

    /// Whether the last call waits for the transport to take what is to be sent, or to flush it; see
    /// [`wants_read`](Self::wants_read).
    ///
    /// So it is also after a call that was ready, while [`unsent_bytes`](crate::SessionRef::unsent_bytes) are left.
    #[corresponds(alias(gnutls_record_get_direction))]
    pub fn wants_write(&self) -> bool {
        let core = self.core();
        let call = &core.call;
        (call.flush_blocked || !core.output.is_empty() || call.send_incomplete) && !call.yielded
    }
}
