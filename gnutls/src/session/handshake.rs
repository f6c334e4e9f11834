//! The handshake: the first one, later ones, and failure.

use std::ffi::c_int;
use std::task::Poll;
use std::time::Instant;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::alert::Alert;
use crate::crypto::Side;
use crate::crypto::parameters::Protocol;
use crate::error::{Error, ErrorKind, Result};
use crate::session::output::Flush;
use crate::session::read_ahead::Next;
use crate::session::{Session, ready};
use crate::session_core::lifecycle::{Operation, renegotiation_refused};
use crate::session_core::send_queue::PendingSend;
use crate::transport::Transport;

/// The maximum number of events that a call processes without a result. It prevents a peer that sends an endless
/// sequence of tickets or discarded datagrams from occupying the thread.
pub(crate) const ROUNDS: usize = 64;

const DATA_FIRST: &str = "the peer sent data before its handshake: read it, then repeat the call";

/// The error for data that the peer sent before the handshake message which is received next.
pub(crate) fn data_first(message: &'static str) -> Error {
    Error::from_code(sys::GNUTLS_E_GOT_APPLICATION_DATA)
        .with_kind(ErrorKind::InvalidState)
        .with_message(message)
        .not_fatal()
}

impl Session {
    /// Runs the handshake as far as possible. Returns `Ready` once it is complete, and `Pending` while the transport
    /// blocks. Call it until it returns `Ready`; a later call only sends pending output.
    ///
    /// After success the peer has been verified: by its certificate, by a key or by a password. A resumed session
    /// verifies the saved certificate against the name and the trust of *this* session. The peer is not verified if a
    /// `dangerous` option of the configuration disables verification. After a failure the session cannot be used any
    /// more. The alert with the reason is sent to the peer before the error is returned.
    ///
    /// If the transport fails to send, the handshake continues with the messages that have been received, so that an
    /// alert of the peer is reported instead. If nothing more is required of the peer, the handshake succeeds, the next
    /// operation that sends returns the failure, and reading continues. A blocking transport is then received from only
    /// if the connection was reset or closed, since it could wait forever otherwise.
    ///
    /// With [false start](crate::ClientConfigBuilder::false_start) a client is ready before the server has finished;
    /// the rest of the handshake runs in [`read`](Self::read).
    ///
    /// ```
    /// use std::task::Poll;
    ///
    /// # let pem = |name: &str| std::fs::read(format!("{}/tests/fixtures/{name}.pem", env!("CARGO_MANIFEST_DIR"))).unwrap();
    /// # let identity = gnutls::Identity::from_pem(&pem("server"), &pem("server-key"))?;
    /// # let server = gnutls::ServerConfig::builder().identity(identity).build()?;
    /// # let client = gnutls::ClientConfig::builder().trust(gnutls::Trust::pem(&pem("ca"))?).build()?;
    /// # let (mut client_io, mut server_io) = gnutls::transport::MemoryTransport::stream();
    /// # let (mut client, mut server) = (client.session("localhost")?, server.session()?);
    /// loop {
    ///     match (client.handshake(&mut client_io)?, server.handshake(&mut server_io)?) {
    ///         (Poll::Ready(()), Poll::Ready(())) => break,
    ///         _ => {} // Both are called again, because each has received output of the other.
    ///     }
    /// }
    /// assert!(client.verification_status().is_some_and(|status| status.is_trusted()));
    /// # Ok::<(), gnutls::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`Verification`](ErrorKind::Verification) with the verification status,
    /// [`Alert`](ErrorKind::Alert) if the peer sends a fatal alert, [`Protocol`](ErrorKind::Protocol) if the peers
    /// support no common parameters, and [`UnexpectedEof`](ErrorKind::UnexpectedEof) or [`Io`](ErrorKind::Io) if the
    /// transport fails.
    ///
    /// In a datagram session an error that concerns one datagram is not fatal: [`Limit`](ErrorKind::Limit) if it is too
    /// large for the transport (see [`set_mtu`](Self::set_mtu)), and `Io` if it was not delivered, for example because
    /// no process listens at the address of the peer. Call `handshake` again to continue.
    ///
    /// Two errors of a later handshake are not fatal. An `Alert` error with
    /// [`NO_RENEGOTIATION`](Alert::NO_RENEGOTIATION) means that the peer continues without the handshake. An
    /// `InvalidState` error with the code [`GOT_APPLICATION_DATA`](crate::ErrorCode::GOT_APPLICATION_DATA) means that
    /// earlier data of the peer must be [read](Self::read) first. A peer that has closed its side takes part in no
    /// handshake, which fails with a fatal error of kind [`Closed`](ErrorKind::Closed).
    #[corresponds(gnutls_handshake)]
    pub fn handshake<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        let result = self.run_handshake(io)?;
        // The session sends the datagram again when its time has come.
        self.report_rejected_in_handshake()?;
        Ok(result)
    }

    fn run_handshake<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        ready!(self.begin(io, Operation::Handshake));
        let lifecycle = &self.core().lifecycle;
        if lifecycle.is_fresh() {
            self.apply_config_unless_chosen()?;
            self.core_mut().lifecycle.begin_handshake();
        } else if lifecycle.has_requested_hello() {
            self.require_no_refusal()?;
            self.begin_rehandshake();
            self.put_unread_data_first();
        } else if lifecycle.handshake_done() {
            return self.poll_last_message(io);
        }
        self.require_data_read(DATA_FIRST)?;
        if self.core().lifecycle.is_rehandshaking() && self.has_peer_closed() {
            return self.fail(io, sys::GNUTLS_E_SESSION_EOF);
        }
        for _ in 0..ROUNDS {
            self.require_time()?;
            // The handshake continues to receive while sending blocks: if both sides first had to send, neither would
            // receive. The size of a handshake bounds the queued output. Datagrams do not need this, because a timer
            // retransmits them. On descriptors GnuTLS itself sends the rest of its last message.
            let output = &mut self.core_mut().output;
            if output.pending == Some(PendingSend::Handshake) {
                output.pending = None;
            }
            // After sending has failed, it continues until nothing is left to receive, since the peer may have sent an
            // alert.
            if self.poll_flush_to_receive(io, Flush::Queue)?.is_pending()
                && (self.is_datagram() || self.uses_descriptors())
            {
                return Ok(Poll::Pending);
            }
            let next = if self.core().lifecycle.is_rehandshaking() {
                self.next_in_rehandshake(io)?
            } else {
                Next::Stream
            };
            let code = match (next, self.state_mut().handshake_result.take()) {
                (_, Some(code)) => code,
                (Next::Read, None) => sys::GNUTLS_E_GOT_APPLICATION_DATA,
                (Next::Process | Next::Discard, None) => self.process_record(io),
                (Next::Repeat, None) => sys::GNUTLS_E_INTERRUPTED,
                // If GnuTLS has begun to wait, it does not recognize a later ClientHello after a refusal.
                (Next::Wait, None) if self.side() == Side::Server && !self.is_answered() => {
                    self.core_mut().call.would_block = true;
                    sys::GNUTLS_E_AGAIN
                }
                // SAFETY: runs the handshake, and with it all callbacks of the session. The exclusive reference to the
                // session excludes other borrows of it. It is not called in a TLS 1.3 session after the handshake,
                // where it would update the keys.
                (next, None) => self.call_for(io, next, |session| unsafe {
                    sys::gnutls_handshake(session) as isize
                }) as c_int,
            };
            match code {
                _ if code >= 0 => return self.finish_handshake(io),
                sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED => {
                    ready!(self.poll_after_interruption(io, PendingSend::Handshake));
                }
                sys::GNUTLS_E_WARNING_ALERT_RECEIVED => {
                    let alert = self.note_alert();
                    if next != Next::Process {
                        self.core_mut().handshake_warnings += 1;
                    }
                    if alert == Alert::NO_RENEGOTIATION {
                        // In the middle of a handshake GnuTLS would restart it (_gnutls_abort_handshake in
                        // lib/handshake.c), and keep certificates that have not been authenticated.
                        let first = self.core().lifecycle.is_handshaking();
                        if first || self.last_handshake_in().is_some() {
                            return self.fail(io, sys::GNUTLS_E_UNEXPECTED_PACKET);
                        }
                        self.abandon_rehandshake();
                        return Err(renegotiation_refused());
                    }
                }
                sys::GNUTLS_E_HEARTBEAT_PING_RECEIVED => {}
                sys::GNUTLS_E_HEARTBEAT_PONG_RECEIVED => self.note_pong(),
                // From the ClientHello to the end of the handshake GnuTLS accepts neither a heartbeat nor a HelloRequest.
                // The code has no effect on the session (record_add_to_buffers in lib/record.c).
                sys::GNUTLS_E_REHANDSHAKE
                | sys::GNUTLS_E_UNEXPECTED_PACKET
                | sys::GNUTLS_E_UNEXPECTED_PACKET_LENGTH
                    if next == Next::Discard => {}
                sys::GNUTLS_E_GOT_APPLICATION_DATA => {
                    self.core_mut().lifecycle.set_data_first(true);
                    return Err(data_first(DATA_FIRST));
                }
                _ => return self.fail(io, code),
            }
        }
        self.yield_now()
    }

    /// Sends the output of an exchange of messages that GnuTLS has interrupted: `Ready` if the call is to be repeated
    /// immediately. After a failure to send it is repeated until nothing is left to receive, and then fails.
    pub(crate) fn poll_after_interruption<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        message: PendingSend,
    ) -> Result<Poll<()>> {
        if self.keep_pending(message) {
            return Ok(Poll::Pending);
        }
        self.report_undelivered()?;
        if !self.core().call.would_block {
            return Ok(Poll::Ready(()));
        }
        if self.core().lifecycle.write_error().is_some() {
            return self.fail(io, sys::GNUTLS_E_PUSH_ERROR);
        }
        ready!(self.poll_flush_to_receive(io, Flush::Transport));
        let send_failed = self.core().lifecycle.write_error().is_some();
        Ok(if send_failed {
            Poll::Ready(())
        } else {
            Poll::Pending
        })
    }

    /// Returns the deadline of the first handshake, if the configuration [limits its
    /// duration](crate::ClientConfigBuilder::handshake_timeout) and it has begun. At the deadline call
    /// [`handshake`](Self::handshake) even if nothing was received: it then fails. Returns `None` once the last message
    /// of the handshake has been sent, such as the tickets of a server.
    pub fn handshake_deadline(&self) -> Option<Instant> {
        let since = self.core().lifecycle.handshaking_since()?;
        since.checked_add(self.config().handshake.timeout?)
    }

    /// Requires that the program reads the data that has been received before it begins an exchange: otherwise GnuTLS
    /// would end the session.
    pub(crate) fn put_unread_data_first(&mut self) {
        let unread = self.pending_bytes() > 0;
        self.core_mut().lifecycle.set_data_first(unread);
    }

    /// Returns `true` if the peer has sent close_notify, so that it answers no message.
    pub(crate) fn has_peer_closed(&self) -> bool {
        self.core().alert == Some(Alert::CLOSE_NOTIFY)
    }

    /// Returns an error if data that the peer sent before its handshake message has not been read. GnuTLS would discard
    /// the data and fail.
    pub(crate) fn require_data_read(&mut self, message: &'static str) -> Result<()> {
        if self.has_data_first() {
            return Err(data_first(message));
        }
        self.core_mut().lifecycle.set_data_first(false);
        Ok(())
    }

    pub(crate) fn is_past_deadline(&self) -> bool {
        self.handshake_deadline()
            .is_some_and(|deadline| Instant::now() >= deadline)
    }

    pub(crate) fn require_time(&mut self) -> Result<()> {
        if !self.is_past_deadline() {
            return Ok(());
        }
        let error = Error::from_code(sys::GNUTLS_E_TIMEDOUT)
            .with_message("the handshake exceeded its time limit: open a new session, or increase `handshake_timeout`");
        Err(self.core_mut().lifecycle.end_with(error))
    }

    /// Returns an error if GnuTLS would end the session because the peer has refused handshakes.
    fn require_no_refusal(&self) -> Result<()> {
        let limit = if self.side() == Side::Client && !self.is_datagram() {
            // The messages of a refused handshake remain in the transcript, so that no other one can succeed
            // (_gnutls_abort_handshake in lib/handshake.c).
            1
        } else {
            // GnuTLS ends the session at the next warning (IMED_RET in lib/handshake.h).
            16
        };
        if self.core().handshake_warnings < limit {
            return Ok(());
        }
        Err(Error::invalid_state(
            "GnuTLS cannot begin a new handshake after a refusal of the peer: continue with the current session, or \
             open a new one",
        ))
    }

    /// Begins another handshake, or requests it from the client. Up to TLS 1.2 this is a renegotiation (RFC 5246,
    /// section 7.4.1.1), which both sides must accept:
    ///
    /// - A client begins the handshake, as [`handshake`](Self::handshake) does. Call `handshake` until it returns
    ///   `Ready`.
    /// - A server sends a HelloRequest and returns `Ready` once it is written. The handshake itself runs in
    ///   `handshake`, or begins when [`read`](Self::read) fails with [`ErrorKind::Rehandshake`].
    ///
    /// A client calls `gnutls_handshake`.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](ErrorKind::InvalidState) in a TLS 1.3 session, which has no
    /// renegotiation. C updates the keys there, as [`update_key`](Self::update_key) does. The error is the same on a
    /// DTLS server: C waits for the client inside `gnutls_rehandshake`, and if another call receives the answer,
    /// `gnutls_handshake` succeeds without a handshake.
    ///
    /// The error is also the same on a TLS client whose server has refused a handshake: GnuTLS cannot complete another
    /// one.
    ///
    /// On [descriptors](crate::transport::Descriptors) GnuTLS ends the session if a heartbeat, or a request of the
    /// server, crosses the handshake of the client.
    #[corresponds(gnutls_rehandshake)]
    pub fn rehandshake<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        ready!(self.begin(io, Operation::Rehandshake));
        if self.core().lifecycle.is_rehandshaking() {
            return self.handshake(io);
        }
        if self.protocol() == Some(Protocol::TLS1_3) {
            return Err(Error::invalid_state(
                "TLS 1.3 has no renegotiation: use `update_key` instead",
            ));
        }
        if self.side() == Side::Server && self.is_datagram() {
            return Err(Error::invalid_state(
                "a DTLS server cannot request a handshake: begin it on the client",
            ));
        }
        if self.side() == Side::Client {
            self.require_no_refusal()?;
        }
        ready!(self.poll_flush(io, Flush::Corked));
        if self.side() == Side::Client {
            self.begin_rehandshake();
            self.put_unread_data_first();
            return self.handshake(io);
        }
        // A server does not repeat a request (RFC 5246, section 7.4.1.1), which GnuTLS clients would fail for.
        if self.core().lifecycle.has_requested_hello() {
            self.flush_behind(io);
            return Ok(Poll::Ready(()));
        }
        // SAFETY: writes a HelloRequest. It requires a negotiated protocol version, which the completed handshake has
        // set.
        let code = unsafe { self.send_message(io, PendingSend::HelloRequest) };
        if code < 0 {
            return self.fail(io, code);
        }
        self.core_mut().lifecycle.request_hello();
        self.flush_behind(io);
        Ok(Poll::Ready(()))
    }

    /// Begins another handshake, which invalidates the verification status.
    pub(crate) fn begin_rehandshake(&mut self) {
        self.state_mut().forget_extensions();
        self.state_mut().read_ahead.begin_exchange();
        if let Some(fragments) = &mut self.state_mut().fragments {
            fragments.begin_handshake();
        }
        let core = self.core_mut();
        let status = core.verification_status.take();
        core.lifecycle.begin_rehandshake(status);
    }

    /// Abandons another handshake and restores the earlier verification status.
    fn abandon_rehandshake(&mut self) {
        let core = self.core_mut();
        core.verification_status = core.lifecycle.end_interruption();
    }

    pub(crate) fn finish_handshake<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
    ) -> Result<Poll<()>> {
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
            if self.flags().early_data() && self.resumption.is_for_other_protocol(self.alpn()) {
                // The server must refuse this early data (RFC 8446, section 4.2.10), which GnuTLS does not check.
                let code = self.core_mut().refuse(
                    Alert::ILLEGAL_PARAMETER,
                    "the server has accepted early data for another application protocol than that of the resumed session",
                );
                return self.fail(io, code);
            }
        }
        let core = self.core_mut();
        core.lifecycle.complete_handshake();
        core.output.buffer.send_held();
        core.handshake_warnings = 0;
        // A ClientHello of SSL 2.0 is not a record.
        self.state_mut().read_ahead.begin_record();
        self.take_window_back();
        self.store_after_handshake();
        self.poll_last_message(io)
    }

    /// Sends the last message of a complete handshake within its time. If it cannot be sent, the peer's answer can still
    /// be received.
    fn poll_last_message<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<()>> {
        let sent = self.poll_flush_to_receive(io, Flush::Transport)?;
        match sent {
            Poll::Ready(()) => self.core_mut().lifecycle.end_handshake_time(),
            Poll::Pending => self.require_time()?,
        }
        Ok(sent)
    }

    /// Ends the session for a fatal code: sends the alert for it, and returns the error once the alert has been sent.
    /// Until then this call and the following ones return `Pending`. After a handshake a failure to send ends sending
    /// only.
    pub(crate) fn fail<T: Transport + ?Sized, R>(
        &mut self,
        io: &mut T,
        code: c_int,
    ) -> Result<Poll<R>> {
        if let Some(error) = self.core_mut().refusal.take() {
            let alert = error.alert().unwrap_or(Alert::INTERNAL_ERROR);
            let message = PendingSend::Alert(sys::GNUTLS_AL_FATAL, alert.as_raw());
            // SAFETY: writes an alert, which is also valid in an invalidated session. The constructor has set the
            // priorities that it requires.
            unsafe { self.send_in_turn(io, message) };
            self.core_mut().lifecycle.fail(error.fatal());
            return self.begin_call(io).map(|_| Poll::Pending);
        }
        // GnuTLS returns the code of a failure to send also for a datagram that could not be received.
        let only_sending = code == sys::GNUTLS_E_PUSH_ERROR && self.core().call.error.is_none();
        let mut error = self.failure(code);
        let lifecycle = &self.core().lifecycle;
        if let Some(write_error) = lifecycle.write_error() {
            if !lifecycle.handshake_done() {
                // The first failure of the transport is the cause of the handshake's failure.
                if matches!(error.kind(), ErrorKind::Io | ErrorKind::UnexpectedEof) {
                    error = write_error.clone();
                }
            } else if only_sending {
                return Err(error);
            }
        }
        let informed = matches!(error.kind(), ErrorKind::Io | ErrorKind::UnexpectedEof)
            || matches!(
                code,
                sys::GNUTLS_E_FATAL_ALERT_RECEIVED | sys::GNUTLS_E_INVALID_SESSION
            );
        if !informed {
            let mut level = 0;
            // SAFETY: looks up the code in a table and writes to `level`, which outlives the call.
            let alert = unsafe { sys::gnutls_error_to_alert(code, &mut level) };
            let (level, alert) = (level as sys::gnutls_alert_level_t, alert as _);
            error = error.with_alert(Alert::from_raw(alert));
            // SAFETY: writes an alert, which is also valid in an invalidated session. The constructor has set the
            // priorities that it requires. A failure to send it is ignored, because the session ends in any case.
            unsafe { self.send_in_turn(io, PendingSend::Alert(level, alert)) };
            self.core_mut().call.error = None;
        }
        self.core_mut().lifecycle.fail(error);
        self.begin_call(io).map(|_| Poll::Pending)
    }
}
