//! Sending alerts on behalf of the program.

use std::task::Poll;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::alert::{Alert, AlertLevel};
use crate::error::{Error, Result};
use crate::session::output::Flush;
use crate::session::{Session, ready};
use crate::session_core::lifecycle::{Operation, WriteHalf};
use crate::session_core::send_queue::PendingSend;
use crate::transport::Transport;

impl Session {
    /// Sends an alert and returns `Ready` once the transport has accepted it. A fatal alert ends the session, which
    /// cannot be used afterwards.
    ///
    /// A failed handshake sends its alert automatically. This method is for reasons that only the program can
    /// determine, such as [`ACCESS_DENIED`](Alert::ACCESS_DENIED) for a client with a valid certificate that lacks
    /// authorization.
    ///
    /// ```
    /// use std::task::Poll;
    /// use gnutls::{Alert, AlertLevel, Session, Transport};
    ///
    /// /// Rejects a client that has a valid certificate but no authorization.
    /// fn refuse<T: Transport>(session: &mut Session, io: &mut T) -> gnutls::Result<Poll<()>> {
    ///     session.send_alert(io, AlertLevel::Fatal, Alert::ACCESS_DENIED)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](crate::ErrorKind::InvalidState) if the handshake has not begun, and of
    /// kind [`InvalidInput`](crate::ErrorKind::InvalidInput) for close_notify, which [`close`](Self::close) sends, and
    /// for a number that is not a valid alert.
    #[corresponds(gnutls_alert_send)]
    pub fn send_alert<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        level: AlertLevel,
        alert: Alert,
    ) -> Result<Poll<()>> {
        ready!(self.begin_call(io));
        if !self.core().lifecycle.has_sent_fatal_alert() {
            self.permit(Operation::SendAlert)?;
            if alert == Alert::CLOSE_NOTIFY {
                return Err(Error::invalid_input(
                    "close_notify cannot be sent by `send_alert`: call `close`",
                ));
            }
            if u8::try_from(alert.as_raw()).is_err() {
                return Err(Error::invalid_input(format!(
                    "{} is not an alert: use a number from 0 to 255",
                    alert.as_raw()
                )));
            }
            ready!(self.poll_flush(io, Flush::Corked));
            let raw_level = match level {
                AlertLevel::Warning => sys::GNUTLS_AL_WARNING,
                AlertLevel::Fatal => sys::GNUTLS_AL_FATAL,
            };
            let message = PendingSend::Alert(raw_level, alert.as_raw());
            // SAFETY: writes an alert. It requires the priorities, which the constructor has set. The send queue is
            // empty, so that this call sends the alert and no earlier message.
            let code = unsafe { self.send_message(io, message) };
            if code < 0 {
                return self.fail(io, code);
            }
            self.core_mut().output.flush_wanted = true;
            if level == AlertLevel::Warning {
                self.flush_behind(io);
                return Ok(Poll::Ready(()));
            }
            self.core_mut().lifecycle.close_write(WriteHalf::FatalAlert);
        }
        ready!(self.poll_flush(io, Flush::Transport));
        self.core_mut().lifecycle.end();
        Ok(Poll::Ready(()))
    }
}
