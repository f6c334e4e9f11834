//! Early data (0-RTT) in a session.

#[cfg(gnutls_3_6_5)]
use std::ffi::c_int;

use gnutls_macros::corresponds;

use crate::crypto::Side;
use crate::early_data::EarlyData;
#[cfg(gnutls_3_6_5)]
use crate::early_data::anti_replay::EnabledWindow;
#[cfg(gnutls_3_6_5)]
use crate::error::check;
use crate::error::{Error, ErrorKind, Result};
use crate::session::Session;
#[cfg(gnutls_3_6_5)]
use crate::session::quic;
use crate::session::state::State;
use crate::session_core::lifecycle::Operation;
use crate::session_core::session_ref::SessionRef;

impl State {
    /// Accepts early data in a server session.
    pub(crate) fn accept_early_data(&mut self, early_data: &EarlyData) -> Result<()> {
        #[cfg(gnutls_3_6_5)]
        {
            // QUIC itself limits early data (RFC 9001, section 4.6.1).
            let max_size = match &self.quic {
                Some(_) if !quic::server_accepts_early_data() => return Ok(()),
                Some(_) => u32::MAX,
                None => early_data.max_size,
            };
            let session = self.core.session;
            // SAFETY: stores a number in the session.
            check(unsafe {
                gnutls_sys::gnutls_record_set_max_early_data_size(session, max_size as usize)
            })?;
            // SAFETY: the session is live. It has the window until it is released or until `take_window_back`, and the
            // state is released after it.
            let window =
                unsafe { EnabledWindow::enable(&early_data.windows, session, self.panics())? };
            self.window = Some(window);
        }
        // With an older library no configuration accepts early data.
        #[cfg(not(gnutls_3_6_5))]
        let _ = early_data;
        Ok(())
    }
}

impl Session {
    /// Writes data that a client sends with its first message, before the handshake begins. The client has to resume a
    /// TLS 1.3 session. May be called more than once.
    ///
    /// **An attacker on the network can replay early data**, which the server may not detect: send only requests that
    /// may be processed twice (RFC 8446, section 8). It is protected by the keys of the session that is resumed,
    /// without forward secrecy.
    ///
    /// After the handshake [`early_data_accepted`](SessionRef::early_data_accepted) returns `true` if the server has
    /// accepted it. Otherwise the server has received none of it, and it has to be written again. If the server accepts
    /// it for another application protocol than that of the resumed session, the handshake fails.
    ///
    /// Before GnuTLS 3.7.2 the client sends it only after it has received the first messages of the server, so that it
    /// does not save a round trip.
    ///
    /// The C function returns 0 instead of a count: all data is accepted, or none.
    ///
    /// ```
    /// use gnutls::{ClientConfig, Result, Session};
    /// use gnutls::resumption::SessionData;
    ///
    /// /// Opens a session that sends a request with its first message, if the server accepts early data.
    /// fn request(config: &ClientConfig, saved: &SessionData) -> Result<Session> {
    ///     let mut session = config.resume("example.org", saved)?;
    ///     let request = b"GET / HTTP/1.0\r\nHost: example.org\r\n\r\n";
    ///     if session.max_early_data_size() >= request.len() {
    ///         session.write_early_data(request)?;
    ///     }
    ///     Ok(session)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`InvalidState`](ErrorKind::InvalidState) unless this is a client whose handshake has not begun, and that
    ///   resumes a TLS 1.3 session of the same configuration and server name, whose ticket allows early data. A session
    ///   that was loaded by [`SessionData::from_bytes`](crate::resumption::SessionData::from_bytes) belongs to no
    ///   configuration.
    /// - [`Limit`](ErrorKind::Limit) for more than [`max_early_data_size`](SessionRef::max_early_data_size).
    #[corresponds(gnutls_record_send_early_data)]
    pub fn write_early_data(&mut self, data: &[u8]) -> Result<()> {
        self.permit(Operation::WriteEarlyData)?;
        if self.side() == Side::Server || !self.resumption.may_send_early_data() {
            return Err(Error::invalid_state(
                "early data requires a client that resumes a TLS 1.3 session of the same configuration: write it after the handshake",
            ));
        }
        if self.max_early_data_size() == 0 {
            return Err(Error::invalid_state(
                "the server does not accept early data: write it after the handshake",
            ));
        }
        if data.is_empty() {
            return Ok(());
        }
        #[cfg(gnutls_3_6_5)]
        {
            // SAFETY: copies the data into the session, or returns an error; sends nothing.
            let code = unsafe {
                gnutls_sys::gnutls_record_send_early_data(
                    self.handle(),
                    data.as_ptr().cast(),
                    data.len(),
                )
            };
            if code < 0 {
                return Err(Error::from_code(code as c_int)
                    .with_kind(ErrorKind::Limit)
                    .not_fatal());
            }
        }
        Ok(())
    }

    /// Reads early data that this server has accepted. Returns 0 if there is none, or none yet during the handshake.
    /// Early data precedes the data that [`read`](Self::read) returns.
    ///
    /// It can be read while a call of [`handshake`](Self::handshake) is pending, so that the response can be prepared
    /// and written as soon as the handshake is complete. A server that verifies its clients can read it only after the
    /// handshake.
    ///
    /// **It may be a replay** of the early data of another connection, see
    /// [`early_data`](crate::ServerConfigBuilder::early_data).
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](ErrorKind::InvalidState) on a client, before the handshake has begun,
    /// and before it is complete if the server verifies its clients, and of kind [`Closed`](ErrorKind::Closed) if the
    /// handshake has failed.
    #[corresponds(gnutls_record_recv_early_data)]
    pub fn read_early_data(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.permit(Operation::ReadEarlyData)?;
        let lifecycle = &self.core().lifecycle;
        if lifecycle.is_handshaking() && lifecycle.has_ended() {
            return Err(Error::new(
                ErrorKind::Closed,
                "the handshake has failed: its early data must not be used",
            ));
        }
        let unverified = lifecycle.is_handshaking() && !self.core().accepts_any_peer();
        if self.side() == Side::Client || unverified {
            return Err(Error::invalid_state(
                "only a server reads early data, and after the handshake if it verifies its clients",
            ));
        }
        if buffer.is_empty() {
            return Ok(0);
        }
        #[cfg(gnutls_3_6_5)]
        {
            // SAFETY: copies at most the length of the buffer from the session, which is live; no call of C is running.
            let code = unsafe {
                gnutls_sys::gnutls_record_recv_early_data(
                    self.handle(),
                    buffer.as_mut_ptr().cast(),
                    buffer.len(),
                )
            };
            match code as c_int {
                gnutls_sys::GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE => Ok(0),
                code if code < 0 => Err(Error::from_code(code).not_fatal()),
                _ => Ok(code as usize),
            }
        }
        #[cfg(not(gnutls_3_6_5))]
        Ok(0)
    }
}

impl SessionRef {
    /// Returns the number of bytes of early data that can be sent: on a client the limit in the ticket of the session
    /// that it resumes, on a server the limit of its configuration. 0 if there can be none.
    #[corresponds(gnutls_record_get_max_early_data_size)]
    pub fn max_early_data_size(&self) -> usize {
        #[cfg(gnutls_3_6_5)]
        {
            // SAFETY: reads a number (lib/ext/early_data.c).
            let size = unsafe { gnutls_sys::gnutls_record_get_max_early_data_size(self.as_ptr()) };
            // A client begins with a number that means no limit, which a ticket without a limit does not change.
            // Without a limit in the ticket there is no early data (RFC 8446, section 4.2.10).
            if self.side() == Side::Client && size >= u32::MAX as usize {
                0
            } else {
                size
            }
        }
        #[cfg(not(gnutls_3_6_5))]
        0
    }

    /// Returns `true` if early data was sent and the server has accepted it. `false` before the handshake is complete.
    #[corresponds(gnutls_session_get_flags(GNUTLS_SFLAGS_EARLY_DATA))]
    pub fn early_data_accepted(&self) -> bool {
        self.handshake_done() && self.flags().early_data()
    }
}
impl Session {
    /// Takes the window back after the handshake. Without one GnuTLS refuses all early data.
    pub(crate) fn take_window_back(&mut self) {
        #[cfg(gnutls_3_6_5)]
        if let Some(lent) = self.state_mut().window.take() {
            // SAFETY: stores NULL in the session, which is live. No callback of it is running.
            unsafe {
                gnutls_sys::gnutls_anti_replay_enable(self.handle(), std::ptr::null_mut());
            }
            drop(lent);
        }
    }
}
