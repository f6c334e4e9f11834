//! DTLS: the cookie of the client, the time of retransmission, and the size of datagrams.

use std::ffi::c_uint;
use std::time::Duration;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::config::ServerConfig;
use crate::crypto::Side;
use crate::error::{Error, Result, check};
use crate::session::Session;

/// The smallest MTU, into which a fragment of a handshake message fits.
const MINIMUM_MTU: u16 = 128;

/// The total time of a handshake in GnuTLS by default (RFC 6347, section 4.2.4.1).
const TOTAL: Duration = Duration::from_secs(60);

impl ServerConfig {
    /// Creates a DTLS session with a client that has returned a cookie.
    #[corresponds(gnutls_dtls_prestate_set)]
    pub(crate) fn session_after_cookie(
        &self,
        mut prestate: sys::gnutls_dtls_prestate_st,
    ) -> Result<Session> {
        let session = self.datagram_session()?;
        // SAFETY: stores three numbers in the live session, which is new.
        unsafe { sys::gnutls_dtls_prestate_set(session.handle(), &mut prestate) };
        Ok(session)
    }
}

impl Session {
    /// Returns the time after which [`handshake`](Self::handshake) has to be called in DTLS even if nothing was
    /// received, so that lost messages are sent again. `None` while no handshake is under way, and on a server that has
    /// not responded to a ClientHello yet.
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
        // GnuTLS would return 0 although there is nothing to send again.
        if self.side() == Side::Server && self.last_handshake_out().is_none() {
            return None;
        }
        // SAFETY: computes from the clock and fields of the session (lib/dtls.c).
        let milliseconds = unsafe { sys::gnutls_dtls_get_timeout(self.handle()) };
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
        self.require_datagrams()?;
        require_minimum(bytes)?;
        // SAFETY: stores the number.
        unsafe { sys::gnutls_dtls_set_mtu(self.handle(), c_uint::from(bytes)) };
        Ok(())
    }

    /// Sets the MTU so that a datagram has space for this number of bytes of data with the parameters of the session.
    /// Block ciphers may leave space for a few bytes more.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](crate::ErrorKind::InvalidState) unless this is a DTLS session whose
    /// handshake is complete; of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) if the MTU would be less than
    /// 128 bytes.
    #[corresponds(gnutls_dtls_set_data_mtu)]
    pub fn set_data_mtu(&mut self, bytes: u16) -> Result<()> {
        self.require_datagrams()?;
        if !self.handshake_done() {
            return Err(Error::invalid_state(
                "the overhead of a datagram is unknown before the handshake is complete: use `set_mtu`",
            ));
        }
        require_minimum(bytes)?;
        // SAFETY: computes the overhead of the cipher and stores the number. The handshake is complete, so that there
        // is a cipher.
        check(unsafe { sys::gnutls_dtls_set_data_mtu(self.handle(), c_uint::from(bytes)) })?;
        Ok(())
    }

    /// Sets the time after which the handshake messages of a DTLS session are sent again if the peer does not respond.
    /// It doubles with each repetition. The default is one second. The total time remains 60 seconds; the limit of the
    /// configuration is [`handshake_timeout`](crate::ServerConfigBuilder::handshake_timeout).
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](crate::ErrorKind::InvalidState) unless this is a DTLS session; of kind
    /// [`InvalidInput`](crate::ErrorKind::InvalidInput) for less than a millisecond or more than 60 seconds.
    #[corresponds(gnutls_dtls_set_timeouts)]
    pub fn set_retransmission_timeout(&mut self, timeout: Duration) -> Result<()> {
        self.require_datagrams()?;
        if !(Duration::from_millis(1)..=TOTAL).contains(&timeout) {
            return Err(Error::invalid_input(format!(
                "a retransmission timeout of {timeout:?} is not usable: choose between 1 ms and 60 s"
            )));
        }
        let milliseconds = |time: Duration| time.as_millis() as c_uint;
        // SAFETY: stores two numbers.
        unsafe {
            sys::gnutls_dtls_set_timeouts(self.handle(), milliseconds(timeout), milliseconds(TOTAL))
        };
        Ok(())
    }

    /// Returns an error unless this is a DTLS session.
    fn require_datagrams(&self) -> Result<()> {
        if self.is_datagram() {
            return Ok(());
        }
        Err(Error::invalid_state(
            "only a DTLS session has an MTU and timers: use `set_max_record_size` for TLS",
        ))
    }

    /// Returns the size in bytes of the largest datagram that the session sends, without the UDP and IP headers. `None`
    /// for TLS.
    #[corresponds(gnutls_dtls_get_mtu)]
    pub fn mtu(&self) -> Option<usize> {
        // SAFETY: reads a number from the live session.
        self.is_datagram()
            .then(|| unsafe { sys::gnutls_dtls_get_mtu(self.handle()) } as usize)
    }

    /// Returns the number of DTLS records that were discarded because they are invalid, repeated or of an unknown
    /// epoch. Anybody can send such records.
    #[corresponds(gnutls_record_get_discarded)]
    pub fn discarded_records(&self) -> u32 {
        // SAFETY: reads a number from the live session.
        unsafe { sys::gnutls_record_get_discarded(self.handle()) }
    }

    /// Returns the number of bytes of data that fit into one datagram, once the handshake is complete.
    #[corresponds(gnutls_dtls_get_data_mtu)]
    pub fn data_mtu(&self) -> Option<usize> {
        if !self.is_datagram() || !self.handshake_done() {
            return None;
        }
        // SAFETY: computes from fields of the session (lib/dtls.c); the handshake is complete, so that there is a
        // cipher.
        Some(unsafe { sys::gnutls_dtls_get_data_mtu(self.handle()) } as usize)
    }
}

fn require_minimum(bytes: u16) -> Result<()> {
    if bytes < MINIMUM_MTU {
        return Err(Error::invalid_input(format!(
            "an MTU of {bytes} bytes is too small: choose at least {MINIMUM_MTU}"
        )));
    }
    Ok(())
}
