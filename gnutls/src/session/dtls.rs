//! DTLS: the time of retransmission, and the size of datagrams.

use std::ffi::c_uint;
use std::time::Duration;

use gnutls_macros::corresponds;

use crate::error::{Error, Result};
use crate::session::Session;

impl Session {
    /// Returns the time after which [`handshake`](Self::handshake) has to be called in DTLS even if nothing was
    /// received, so that lost messages are sent again. `None` while no handshake is under way.
    ///
    /// ```
    /// use std::net::UdpSocket;
    /// use std::time::Duration;
    /// use gnutls::{Result, Session};
    ///
    /// struct Datagrams(UdpSocket);
    ///
    /// impl gnutls::Transport for Datagrams {
    ///     fn send(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
    ///         self.0.send(bytes)
    ///     }
    ///     fn receive(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
    ///         self.0.recv(buffer)
    ///     }
    /// }
    ///
    /// /// Completes the handshake even if datagrams are lost.
    /// fn handshake(session: &mut Session, udp: &mut Datagrams) -> Result<()> {
    ///     let mut wait = Some(Duration::from_secs(1));
    ///     loop {
    ///         udp.0.set_read_timeout(wait)?;
    ///         if session.handshake(udp)?.is_ready() {
    ///             return Ok(());
    ///         }
    ///         // A socket has no timeout of 0.
    ///         wait = session.datagram_timeout().map(|wait| wait.max(Duration::from_millis(1)));
    ///     }
    /// }
    /// ```
    #[corresponds(gnutls_dtls_get_timeout)]
    pub fn datagram_timeout(&self) -> Option<Duration> {
        let lifecycle = &self.core().lifecycle;
        if !self.is_datagram() || !(lifecycle.is_handshaking() || lifecycle.is_rehandshaking()) {
            return None;
        }
        // SAFETY: computes from the clock and fields of the session (lib/dtls.c).
        let milliseconds = unsafe { gnutls_sys::gnutls_dtls_get_timeout(self.handle()) };
        Some(Duration::from_millis(milliseconds.into()))
    }

    /// Sets the size in bytes of the largest datagram that the network carries, without the UDP and IP headers. The
    /// default is 1200.
    ///
    /// If the transport rejects a datagram as too large (`EMSGSIZE`), the call returns an error of kind
    /// [`Limit`](crate::ErrorKind::Limit), which is not fatal. Set a smaller size then. During a handshake the session
    /// sends its messages again in datagrams of this size, after the [time of
    /// retransmission](Self::datagram_timeout).
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](crate::ErrorKind::InvalidState) unless this is a DTLS session; of kind
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for less than 128 bytes, into which no handshake fits.
    #[corresponds(gnutls_dtls_set_mtu)]
    pub fn set_mtu(&mut self, bytes: u16) -> Result<()> {
        if !self.is_datagram() {
            return Err(Error::invalid_state(
                "only a DTLS session has an MTU: use `set_max_record_size` for TLS",
            ));
        }
        if bytes < 128 {
            return Err(Error::invalid_input(format!(
                "an MTU of {bytes} bytes is too small: choose at least 128"
            )));
        }
        // SAFETY: stores the number.
        unsafe { gnutls_sys::gnutls_dtls_set_mtu(self.handle(), c_uint::from(bytes)) };
        Ok(())
    }

    /// Returns the number of bytes of data that fit into one datagram, once the handshake is complete.
    #[corresponds(gnutls_dtls_get_data_mtu)]
    pub fn data_mtu(&self) -> Option<usize> {
        if !self.is_datagram() || !self.handshake_done() {
            return None;
        }
        // SAFETY: computes from fields of the session (lib/dtls.c); the handshake is complete, so that there is a
        // cipher.
        Some(unsafe { gnutls_sys::gnutls_dtls_get_data_mtu(self.handle()) } as usize)
    }
}
