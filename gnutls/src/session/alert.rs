//! Sending alerts that the library would not send by itself.

use std::task::Poll;

use gnutls_sys as sys;

use crate::alert::Alert;
use crate::error::{Error, Result};
use crate::session::output::Flush;
use crate::session::{Session, ready};
use crate::session_core::lifecycle::{Operation, WriteHalf};
use crate::session_core::send_queue::PendingSend;
use crate::transport::Transport;

/// How grave an alert is. Under TLS 1.3 the level counts for nothing, and GnuTLS takes each alert for fatal but
/// close_notify (RFC 8446, section 6).
#[doc(alias = "gnutls_alert_level_t")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AlertLevel {
    /// The peer may go on.
    Warning,
    /// The connection ends.
    Fatal,
}

impl Session {
    /// Sends an alert: `Ready` once it is on its way. A fatal one ends the session, and nothing can be done with it
    /// afterwards.
    ///
    /// When a handshake fails, the alert that says why is sent by itself; this is for what the library knows nothing of,
    /// such as [`ACCESS_DENIED`](Alert::ACCESS_DENIED) for a client whose certificate is good, but whom the program does
    /// not let in.
    ///
    /// C: [`gnutls_alert_send`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005falert_005fsend).
    ///
    /// ```
    /// use std::task::Poll;
    /// use gnutls::{Alert, AlertLevel, Session, Transport};
    ///
    /// /// Turns a client away whose certificate is good, but whom the program does not let in.
    /// fn refuse<T: Transport>(session: &mut Session, io: &mut T) -> gnutls::Result<Poll<()>> {
    ///     session.send_alert(io, AlertLevel::Fatal, Alert::ACCESS_DENIED)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidState`](ErrorKind::InvalidState) before the handshake has begun,
    /// [`InvalidInput`](ErrorKind::InvalidInput) for close_notify, which is sent by [`close`](Self::close), and for a number
    /// that is no alert.
    #[doc(alias = "gnutls_alert_send")]
    pub fn send_alert<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        level: AlertLevel,
        alert: Alert,
    ) -> Result<Poll<()>> {
        ready!(self.begin_call(io));
        if self.core().lifecycle.write_half() != WriteHalf::FatalAlert {
            self.permit(Operation::SendAlert)?;
            if alert == Alert::CLOSE_NOTIFY {
                return Err(Error::invalid_input(
                    "close_notify is sent by closing the session",
                ));
            }
            if u8::try_from(alert.as_raw()).is_err() {
                return Err(Error::invalid_input("no alert has such a number"));
            }
            ready!(self.poll_flush(io, Flush::Corked));
            let raw_level = match level {
                AlertLevel::Warning => sys::GNUTLS_AL_WARNING,
                AlertLevel::Fatal => sys::GNUTLS_AL_FATAL,
            };
            let message = PendingSend::Alert(raw_level, alert.as_raw());
            // SAFETY: writes an alert. Priorities were set by the constructor, without which this crashes. Nothing is left to
            // be sent, so that it is the alert that is.
            let code = unsafe { self.send_message(io, message) };
            if code < 0 {
                return self.fail(io, code);
            }
            self.core_mut().output.flush_wanted = true;
            if level == AlertLevel::Warning {
                return Ok(Poll::Ready(self.flush_behind(io)));
            }
            self.core_mut().lifecycle.close_write(WriteHalf::FatalAlert);
        }
        ready!(self.poll_flush(io, Flush::Transport));
        self.core_mut().lifecycle.end();
        Ok(Poll::Ready(()))
    }
}
