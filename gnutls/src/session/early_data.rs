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
use crate::error::{Error, Result};
use crate::session::Session;
use crate::session::state::State;
use crate::session_core::lifecycle::Operation;
use crate::session_core::session_ref::SessionRef;

impl State {
    /// Accepts early data in the session of a server.
    pub(crate) fn accept_early_data(&mut self, early_data: &EarlyData) -> Result<()> {
        #[cfg(gnutls_3_6_5)]
        {
            let session = self.core.session;
            // SAFETY: stores a number in the session.
            check(unsafe {
                gnutls_sys::gnutls_record_set_max_early_data_size(
                    session,
                    early_data.max_size as usize,
                )
            })?;
            // SAFETY: the session is live. It keeps the window until its own end or `take_window_back`, and its state for
            // longer.
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
    /// On a client that resumes a session of TLS 1.3, before the handshake begins: gives data to be sent with the first
    /// message. May be called more than once.
    ///
    /// **Whoever sees them on the network can send them to the server again**, which may or may not notice: send only what
    /// may happen twice (RFC 8446, section 8). They are protected by the session that is resumed, without forward secrecy.
    ///
    /// Whether the server has taken them is known after the handshake, by [`early_data_accepted`](SessionRef::early_data_accepted).
    /// If not, nothing of them has arrived, and they are to be written again.
    ///
    /// The C function returns 0 instead of a count: all data is accepted, or none.
    ///
    /// ```
    /// use gnutls::{ClientConfig, Result, Session};
    /// use gnutls::resumption::SessionData;
    ///
    /// /// A session that asks with its first message, where the server has said before that it may.
    /// fn ask(config: &ClientConfig, saved: &SessionData) -> Result<Session> {
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
    /// - [`InvalidState`](crate::ErrorKind::InvalidState) unless this is a client that has not begun and that resumes a
    ///   session of TLS 1.3 which was made under the same configuration, with a server of the same name, whose ticket says
    ///   that it takes early data. Data that were kept
    ///   outside of the program, and come from [`SessionData::from_bytes`](crate::resumption::SessionData::from_bytes), do not say which
    ///   configuration they are from.
    /// - [`Limit`](crate::ErrorKind::Limit) for more than [`max_early_data_size`](SessionRef::max_early_data_size).
    #[corresponds(gnutls_record_send_early_data)]
    pub fn write_early_data(&mut self, data: &[u8]) -> Result<()> {
        self.permit(Operation::WriteEarlyData)?;
        if self.side() == Side::Server || !self.resumption.may_send_early_data() {
            return Err(Error::invalid_state(
                "early data are for a client that has not begun and resumes a session of TLS 1.3 of its own configuration",
            ));
        }
        if self.max_early_data_size() == 0 {
            return Err(Error::invalid_state(
                "the server has not said that it takes early data",
            ));
        }
        if data.is_empty() {
            return Ok(());
        }
        #[cfg(gnutls_3_6_5)]
        {
            // SAFETY: copies the data into the session, or refuses them; sends nothing.
            let code = unsafe {
                gnutls_sys::gnutls_record_send_early_data(
                    self.handle(),
                    data.as_ptr().cast(),
                    data.len(),
                )
            };
            if code < 0 {
                return Err(Error::from_code(code as c_int)
                    .with_kind(crate::error::ErrorKind::Limit)
                    .not_fatal());
            }
        }
        Ok(())
    }

    /// On a server: reads early data that were accepted. 0 means that there are none, or during the handshake none yet. They
    /// come before everything that [`read`](Self::read) gives.
    ///
    /// They can be read during the handshake, which is what they are for: while a call of [`handshake`](Self::handshake) is
    /// pending the answer can be made, to be written once the handshake is over. A server that verifies its clients reads
    /// them only then.
    ///
    /// **They may be a replay** of what another connection has sent already, see
    /// [`early_data`](crate::ServerConfigBuilder::early_data).
    ///
    /// # Errors
    ///
    /// [`InvalidState`](crate::ErrorKind::InvalidState) on a client, and before the handshake is over where the client is to
    /// be verified: only then is it certain who it is.
    #[corresponds(gnutls_record_recv_early_data)]
    pub fn read_early_data(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.permit(Operation::ReadEarlyData)?;
        let unverified = self.core().lifecycle.is_handshaking() && !self.core().accepts_any_peer();
        if self.side() == Side::Client || unverified {
            return Err(Error::invalid_state(
                "early data are read by a server, and where clients are verified after the handshake",
            ));
        }
        if buffer.is_empty() {
            return Ok(0);
        }
        #[cfg(gnutls_3_6_5)]
        {
            // SAFETY: copies no more than the length out of the session, also between the calls of a handshake.
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
    /// How many bytes of early data can be sent: on a client what the ticket of the session that it resumes allows, on a
    /// server what its configuration says. 0 where there can be none.
    #[corresponds(gnutls_record_get_max_early_data_size)]
    pub fn max_early_data_size(&self) -> usize {
        #[cfg(gnutls_3_6_5)]
        {
            // SAFETY: reads a number (lib/ext/early_data.c).
            let size = unsafe { gnutls_sys::gnutls_record_get_max_early_data_size(self.as_ptr()) };
            // A client begins with a number that stands for no limit, and a ticket that says nothing leaves it at that.
            // But then there may be none (RFC 8446, section 4.2.10).
            if self.side() == Side::Client && size >= u32::MAX as usize {
                0
            } else {
                size
            }
        }
        #[cfg(not(gnutls_3_6_5))]
        0
    }

    /// Whether early data were sent and the server has accepted them; known once the handshake is over.
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
