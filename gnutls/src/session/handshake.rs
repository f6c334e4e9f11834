//! The handshake: the first one, further ones, and what happens when one fails.

use std::ffi::c_int;
use std::task::Poll;
use std::time::Instant;

use gnutls_sys as sys;

use crate::alert::Alert;
use crate::crypto::Side;
use crate::crypto::parameters::Protocol;
use crate::error::{Error, ErrorKind, Result};
use crate::session::output::Flush;
use crate::session::{Session, ready};
use crate::session_core::lifecycle::Operation;
use crate::session_core::send_queue::PendingSend;
use crate::transport::Transport;

/// How often a call goes on by itself after something that is no result, before it lets others have their turn: a peer
/// that sends an endless row of tickets or discarded datagrams does not hold the thread.
pub(crate) const ROUNDS: usize = 64;

impl Session {
    /// Runs the handshake as far as it gets: `Ready` once it is over, `Pending` while the transport blocks. To be called
    /// until it is ready; once it is, a further call only sends what is left to be sent.
    ///
    /// When it is ready, the peer has been verified: by its certificate, or after resumption by the certificate that was
    /// saved, against the name and the trust of *this* session; by a key or password; or not at all, where the configuration
    /// says so by something that is `dangerous`. When it fails, the alert that says why has been sent to
    /// the peer before the error is returned, and the session is of no further use.
    ///
    /// With [false start](crate::ClientConfigBuilder::false_start) a client is ready before the server has finished; the
    /// rest of the handshake runs in [`read`](Self::read).
    ///
    /// C: [`gnutls_handshake`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fhandshake).
    ///
    /// ```
    /// use std::task::Poll;
    ///
    /// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
    /// # let identity = gnutls::Identity::from_pem(&pem("server"), &pem("server-key"))?;
    /// # let server = gnutls::ServerConfig::builder().identity(identity).build()?;
    /// # let client = gnutls::ClientConfig::builder().trust(gnutls::Trust::pem(&pem("ca"))?).build()?;
    /// # let (mut near, mut far) = gnutls::MemoryTransport::stream();
    /// # let (mut client, mut server) = (client.session("localhost")?, server.session()?);
    /// loop {
    ///     match (client.handshake(&mut near)?, server.handshake(&mut far)?) {
    ///         (Poll::Ready(()), Poll::Ready(())) => break,
    ///         _ => {} // Both are called again: what one has sent is there for the other.
    ///     }
    /// }
    /// assert!(client.verification_status().is_some_and(|status| status.is_trusted()));
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Verification`](ErrorKind::Verification) with the verdict, [`Alert`](ErrorKind::Alert) where the peer refuses,
    /// [`Protocol`](ErrorKind::Protocol) where the two have nothing in common, [`UnexpectedEof`](ErrorKind::UnexpectedEof)
    /// and [`Io`](ErrorKind::Io) for the transport. Two of a further handshake are not fatal: an `Alert` of
    /// [`NO_RENEGOTIATION`](Alert::NO_RENEGOTIATION) says that the peer goes on without it, and
    /// [`GOT_APPLICATION_DATA`](crate::ErrorCode::GOT_APPLICATION_DATA) (`InvalidState`) that data which
    /// the peer had sent before are to be [read](Self::read) first.
    #[doc(alias = "gnutls_handshake")]
    pub fn handshake<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        ready!(self.begin_call(io));
        self.core_mut().lifecycle.set_data_first(false);
        self.permit(Operation::Handshake)?;
        let lifecycle = &self.core().lifecycle;
        if lifecycle.is_fresh() {
            self.apply_config_unless_chosen()?;
            let timeout = self.config().handshake.timeout;
            let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
            self.core_mut().lifecycle.begin_handshake(deadline);
        } else if lifecycle.has_requested_hello() {
            self.begin_rehandshake();
        } else if lifecycle.handshake_done() {
            return self.poll_flush(io, Flush::Transport);
        }
        for _ in 0..ROUNDS {
            self.require_time()?;
            // Receiving goes on while sending blocks: if both sides waited for the other to receive, they would for ever.
            // What is kept is bounded by what a handshake sends. Datagrams need no such thing, and are sent again by time.
            // On descriptors it is the handshake itself that sends the rest of its last message.
            let output = &mut self.core_mut().output;
            if output.pending == Some(PendingSend::Handshake) {
                output.pending = None;
            }
            if self.poll_flush(io, Flush::Queue)?.is_pending()
                && (self.is_datagram() || self.uses_descriptors())
            {
                return Ok(Poll::Pending);
            }
            let code = match self.state_mut().handshake_result.take() {
                Some(code) => code,
                // SAFETY: runs the handshake, and with it all callbacks of the session. Nothing is borrowed from the session,
                // since this has it exclusively. Not called in a finished session of TLS 1.3, where it would update keys.
                None => self.call(io, |session| unsafe { sys::gnutls_handshake(session) }
                    as isize) as c_int,
            };
            match code {
                _ if code >= 0 => return self.finish_handshake(io),
                sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED => {
                    if self.keep_pending(PendingSend::Handshake) {
                        return Ok(Poll::Pending);
                    }
                    if self.core().call.would_block {
                        ready!(self.poll_flush(io, Flush::Transport));
                        return Ok(Poll::Pending);
                    }
                }
                sys::GNUTLS_E_WARNING_ALERT_RECEIVED => {
                    let alert = self.note_alert();
                    if alert == Alert::NO_RENEGOTIATION {
                        // In the middle of a handshake C begins anew (_gnutls_abort_handshake in lib/handshake.c), and keeps
                        // the certificates that have not been proven.
                        let first = self.core().lifecycle.is_handshaking();
                        if first || self.last_handshake_in().is_some() {
                            return self.fail(io, sys::GNUTLS_E_UNEXPECTED_PACKET);
                        }
                        self.abandon_rehandshake();
                        return Err(Error::from_code(code).with_alert(alert));
                    }
                }
                sys::GNUTLS_E_GOT_APPLICATION_DATA => {
                    self.core_mut().lifecycle.set_data_first(true);
                    return Err(Error::from_code(code)
                        .with_kind(ErrorKind::InvalidState)
                        .with_message("the peer sent data before its handshake: read them, then call handshake again")
                        .not_fatal());
                }
                _ => return self.fail(io, code),
            }
        }
        self.yield_now()
    }

    /// When the first handshake is to be over, once it has begun, if the configuration
    /// [sets a limit](crate::ClientConfigBuilder::handshake_timeout): then [`handshake`](Self::handshake) is to be called
    /// although nothing came, and fails.
    pub fn handshake_deadline(&self) -> Option<Instant> {
        self.core().lifecycle.deadline()
    }

    fn require_time(&mut self) -> Result<()> {
        if self
            .handshake_deadline()
            .is_none_or(|deadline| Instant::now() < deadline)
        {
            return Ok(());
        }
        self.core_mut().lifecycle.end();
        Err(Error::from_code(sys::GNUTLS_E_TIMEDOUT).with_message("the handshake takes too long"))
    }

    /// Begins a further handshake, or asks the peer for one. Up to TLS 1.2 this is a renegotiation (RFC 5246, section
    /// 7.4.1.1), which both sides have to agree to:
    ///
    /// - A client begins it, as if [`handshake`](Self::handshake) were called, which is to be called until it is ready.
    /// - A server sends a request. It is ready once that is written; the handshake itself is run by `handshake`, or begins
    ///   when [`read`](Self::read) fails with [`ErrorKind::Rehandshake`].
    ///
    /// TLS 1.3 has no renegotiation, so that this is an error there (`InvalidState`). C updates keys instead, which is
    /// [`update_key`](Self::update_key). A server of DTLS cannot ask either: C then waits for the client inside
    /// `gnutls_rehandshake`, and where the answer comes in by another call, `gnutls_handshake` succeeds without one.
    ///
    /// C: [`gnutls_rehandshake`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005frehandshake), and
    /// `gnutls_handshake` on a client.
    #[doc(alias = "gnutls_rehandshake")]
    pub fn rehandshake<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        ready!(self.begin(io, Operation::Rehandshake));
        if self.core().lifecycle.is_rehandshaking() {
            return self.handshake(io);
        }
        if self.protocol() == Some(Protocol::TLS1_3) {
            return Err(Error::invalid_state(
                "TLS 1.3 has no renegotiation, update the keys instead",
            ));
        }
        if self.side() == Side::Server && self.is_datagram() {
            return Err(Error::invalid_state(
                "a server of DTLS cannot ask for a new handshake",
            ));
        }
        ready!(self.poll_flush(io, Flush::Corked));
        if self.side() == Side::Client {
            self.begin_rehandshake();
            return self.handshake(io);
        }
        // SAFETY: writes a HelloRequest. The handshake is over, so that the protocol is known, without which this crashes.
        let code = unsafe { self.send_message(io, PendingSend::HelloRequest) };
        if code < 0 {
            return self.fail(io, code);
        }
        self.core_mut().lifecycle.request_hello();
        Ok(Poll::Ready(self.flush_behind(io)))
    }

    /// Begins a further handshake: what was verified counts no longer.
    pub(crate) fn begin_rehandshake(&mut self) {
        self.state_mut().forget_extensions();
        let core = self.core_mut();
        let status = core.verification_status.take();
        core.lifecycle.begin_rehandshake(status);
    }

    /// Abandons a further handshake: everything is as it was before.
    fn abandon_rehandshake(&mut self) {
        let core = self.core_mut();
        core.verification_status = core.lifecycle.abandon_rehandshake();
    }

    fn finish_handshake<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        let code = self.verify_unless_done();
        if code != 0 {
            return self.fail(io, code);
        }
        if self.side() == Side::Client {
            let srtp = self.config().extensions.srtp_for(self.is_datagram());
            if srtp.is_some_and(|srtp| self.srtp_mki_differs(srtp)) {
                let code = sys::GNUTLS_E_RECEIVED_ILLEGAL_PARAMETER;
                return self.fail(io, code);
            }
        }
        self.core_mut().lifecycle.complete_handshake();
        self.take_window_back();
        self.store_after_handshake();
        self.poll_flush(io, Flush::Transport)
    }

    /// Ends the session for a code that is fatal: sends the alert that GnuTLS has for it, and gives the error once the
    /// alert has left. Until then the result is `Pending`, and so is that of whatever is called next.
    pub(crate) fn fail<T: Transport + ?Sized, R>(
        &mut self,
        io: &mut T,
        code: c_int,
    ) -> Result<Poll<R>> {
        if let Some(error) = self.core_mut().refusal.take() {
            let alert = error.alert().unwrap_or(Alert::INTERNAL_ERROR);
            let message = PendingSend::Alert(sys::GNUTLS_AL_FATAL, alert.as_raw());
            // SAFETY: writes an alert, also in a session that has become invalid. The constructor has set priorities.
            unsafe { self.send_in_turn(io, message) };
            self.core_mut().lifecycle.fail(error.fatal());
            return self.begin_call(io).map(|_| Poll::Pending);
        }
        let mut error = self.failure(code);
        let informed = matches!(error.kind(), ErrorKind::Io | ErrorKind::UnexpectedEof)
            || matches!(
                code,
                sys::GNUTLS_E_FATAL_ALERT_RECEIVED | sys::GNUTLS_E_INVALID_SESSION
            );
        if !informed {
            let mut level = 0;
            // SAFETY: looks the code up in a table and writes the level.
            let alert = unsafe { sys::gnutls_error_to_alert(code, &mut level) };
            let (level, alert) = (level as sys::gnutls_alert_level_t, alert as _);
            error = error.with_alert(Alert::from_raw(alert));
            // SAFETY: writes an alert, also in a session that has become invalid. Priorities were set by the constructor. A
            // failure to send it changes nothing.
            unsafe { self.send_in_turn(io, PendingSend::Alert(level, alert)) };
            self.core_mut().call.error = None;
        }
        self.core_mut().lifecycle.fail(error);
        self.begin_call(io).map(|_| Poll::Pending)
    }
}
