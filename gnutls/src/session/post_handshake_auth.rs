//! Post-handshake authentication: a TLS 1.3 server requests a certificate after the handshake.

use std::task::Poll;

use gnutls_macros::corresponds;
#[cfg(gnutls_3_6_3)]
use gnutls_sys as sys;

#[cfg(gnutls_3_6_3)]
use crate::crypto::Side;
#[cfg(gnutls_3_6_3)]
use crate::crypto::parameters::Protocol;
#[cfg(gnutls_3_6_3)]
use crate::error::Error;
use crate::error::Result;
use crate::error::unsupported::requires;
use crate::session::Session;
#[cfg(gnutls_3_6_3)]
use crate::session::handshake::{ROUNDS, data_first};
#[cfg(gnutls_3_6_3)]
use crate::session::{callbacks::handshake_hook, output::Flush, read_ahead::Next, ready};
#[cfg(gnutls_3_6_3)]
use crate::session_core::{lifecycle::Operation, send_queue::PendingSend};
use crate::transport::Transport;

/// The amount of unsent output above which a client answers no further request, which exceeds the size of any usual
/// chain.
#[cfg(gnutls_3_6_3)]
const UNSENT: usize = 256 * 1024;

#[cfg(gnutls_3_6_3)]
const DATA_FIRST: &str =
    "the client sent data before its certificate: read it, then call request_authentication again";

impl Session {
    /// Requests a certificate from the client on a TLS 1.3 server (RFC 8446, section 4.6.2), and waits for the answer.
    /// Returns `Ready(true)` once the client has authenticated and its certificate has been verified, `Ready(false)` if
    /// it has no certificate, and `Pending` while the transport blocks. Call it until it returns `Ready`.
    ///
    /// The configuration must use [`ClientAuth::AfterHandshake`](crate::ClientAuth::AfterHandshake), and the client
    /// must announce support, which [`flags`](crate::SessionRef::flags) returns. Reading fails until the answer has
    /// been received, so that data of an unauthenticated client is not taken for data of an authenticated one. Writing
    /// is possible. An untrusted certificate ends the session.
    ///
    /// GnuTLS does not verify the certificate in a resumed session; this function does. On
    /// [descriptors](crate::transport::Descriptors) GnuTLS ends the session if the client updates its keys, or sends an
    /// empty record or a heartbeat, while the server waits.
    ///
    /// ```
    /// use std::task::Poll;
    /// use gnutls::{Result, Session, Transport};
    ///
    /// /// Authenticates the client before it gets access to a restricted resource.
    /// fn authenticate<T: Transport>(session: &mut Session, io: &mut T) -> Result<Poll<Option<Vec<u8>>>> {
    ///     Ok(session.request_authentication(io)?.map(|authenticated| {
    ///         let mut chain = session.peer_certificates().filter(|_| authenticated)?;
    ///         chain.next().map(<[u8]>::to_vec)
    ///     }))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](crate::ErrorKind::InvalidState) if the configuration, the client or
    /// the protocol does not support the request. An `InvalidState` error with the code
    /// [`GOT_APPLICATION_DATA`](crate::ErrorCode::GOT_APPLICATION_DATA) is not fatal: earlier data of the client must
    /// be [read](Self::read) first, as data of an unauthenticated client. The kind is
    /// [`Verification`](crate::ErrorKind::Verification) with the verification status if the certificate is not trusted.
    #[corresponds(gnutls_reauth)]
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(
            unused_variables,
            reason = "the request is an error before GnuTLS 3.6.3"
        )
    )]
    pub fn request_authentication<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
    ) -> Result<Poll<bool>> {
        requires!(
            gnutls_3_6_3,
            "authentication after the handshake",
            self.request_in_tls1_3(io)
        )
    }

    #[cfg(gnutls_3_6_3)]
    fn request_in_tls1_3<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<bool>> {
        ready!(self.begin(io, Operation::RequestAuthentication));
        if !self.core().lifecycle.is_authenticating() {
            if self.side() != Side::Server || self.protocol() != Some(Protocol::TLS1_3) {
                return Err(Error::invalid_state(
                    "only a TLS 1.3 server can request a certificate after the handshake",
                ));
            }
            let config = self.state().config.server();
            let allowed = config.is_some_and(|config| config.0.post_handshake_auth);
            if !allowed || !self.flags().post_handshake_auth() {
                return Err(Error::invalid_state(
                    "post-handshake authentication requires `ClientAuth::AfterHandshake` and support by the client",
                ));
            }
            ready!(self.poll_flush(io, Flush::Queue));
            // SAFETY: stores a number in the live session.
            unsafe {
                sys::gnutls_certificate_server_set_request(self.handle(), sys::GNUTLS_CERT_REQUEST);
            }
            handshake_hook::install(self.handle());
            let core = self.core_mut();
            let status = core.verification_status.take();
            core.lifecycle.begin_client_auth(status);
            self.put_unread_data_first();
            self.state_mut().read_ahead.begin_exchange();
        }
        if self.core().lifecycle.is_closed() && !self.state().read_ahead.has_begun() {
            // The request can no longer be sent.
            let core = self.core_mut();
            core.verification_status = core.lifecycle.end_interruption();
            self.permit(Operation::RequestAuthentication)?;
        }
        self.require_data_read(DATA_FIRST)?;
        if self.has_peer_closed() {
            return self.fail(io, sys::GNUTLS_E_SESSION_EOF);
        }
        for _ in 0..ROUNDS {
            if self.poll_flush_to_receive(io, Flush::Queue)?.is_pending() && self.uses_descriptors()
            {
                return Ok(Poll::Pending);
            }
            let next = self.next_in_authentication(io)?;
            let code = match next {
                Next::Process => self.process_record(io),
                Next::Repeat => sys::GNUTLS_E_INTERRUPTED,
                // SAFETY: writes the request, reads the answer, and runs all callbacks. It requires a negotiated TLS
                // 1.3 version, which the handshake has set. The exclusive reference to the session excludes other
                // borrows of it.
                _ => self.call_for(io, next, |session| unsafe {
                    sys::gnutls_reauth(session, 0) as isize
                }) as std::ffi::c_int,
            };
            match code {
                _ if code >= 0 => return self.finish_authentication(io),
                sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED => {
                    ready!(self.poll_after_interruption(io, PendingSend::Record));
                }
                // A message that crosses the exchange is discarded (RFC 6520, section 3).
                sys::GNUTLS_E_HEARTBEAT_PING_RECEIVED => {}
                sys::GNUTLS_E_HEARTBEAT_PONG_RECEIVED => self.note_pong(),
                sys::GNUTLS_E_GOT_APPLICATION_DATA => {
                    self.core_mut().lifecycle.set_data_first(true);
                    return Err(data_first(DATA_FIRST));
                }
                sys::GNUTLS_E_WARNING_ALERT_RECEIVED => {
                    self.note_alert();
                }
                _ if next == Next::Process && self.discards_heartbeat(code) => {}
                _ => return self.fail(io, code),
            }
        }
        self.yield_now()
    }

    #[cfg(gnutls_3_6_3)]
    fn finish_authentication<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<bool>> {
        let proven = self.core().lifecycle.has_client_proof();
        if proven {
            // GnuTLS skips verification in a session with a selected pre-shared key (_gnutls_run_verify_callback in
            // lib/handshake.c), but 3.7.9 calls the verify function of a resumed session. Without a verification status
            // the client is not authenticated.
            let code = self.verify_unless_done();
            if code != 0 {
                return self.fail(io, code);
            }
        }
        let core = self.core_mut();
        let status_before = core.lifecycle.end_interruption();
        if !proven {
            // The earlier authentication of the client remains valid.
            core.verification_status = status_before;
        }
        self.flush_behind(io);
        Ok(Poll::Ready(proven))
    }

    /// Answers the certificate request of the server on a client. Returns a GnuTLS code.
    #[cfg(gnutls_3_6_3)]
    pub(crate) fn answer_request<T: Transport + ?Sized>(&mut self, io: &mut T) -> std::ffi::c_int {
        // A server that sends requests without reading the answers cannot exhaust the memory.
        if self.unsent_bytes() > UNSENT {
            return sys::GNUTLS_E_TOO_MANY_HANDSHAKE_PACKETS;
        }
        for _ in 0..ROUNDS {
            // SAFETY: writes the answer to the received request. The push function accepts all output, so that the call
            // is not interrupted.
            let code = unsafe { self.send_in_turn(io, PendingSend::ClientCertificate) };
            if !matches!(code, sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED) {
                return code;
            }
        }
        sys::GNUTLS_E_INTERNAL_ERROR
    }
}

// TLS 1.3, which this tests, is available since 3.6.4.
#[cfg(all(test, gnutls_3_6_4))]
mod tests {
    use super::*;
    use crate::config::{ClientAuth, ClientConfig, ServerConfig};
    use crate::error::ErrorKind;
    use crate::identity::Identity;
    use crate::priority::Priority;
    use crate::transport::memory::MemoryTransport;
    use crate::trust::Trust;

    #[test]
    fn bug_class_19_answers_that_nobody_reads_do_not_fill_the_memory() {
        let tls1_3 = || Priority::new("NORMAL:-VERS-ALL:+VERS-TLS1.3").unwrap();
        let pem = |name: &str| {
            std::fs::read(format!(
                "{}/tests/fixtures/{name}.pem",
                env!("CARGO_MANIFEST_DIR")
            ))
            .unwrap()
        };
        let trust = || Trust::pem(&pem("ca")).unwrap();
        let identity = |name: &str| Identity::from_pem(&pem(name), &pem(&format!("{name}-key")));
        let client_config = ClientConfig::builder()
            .priority(tls1_3())
            .trust(trust())
            .identity(identity("client").unwrap())
            .post_handshake_auth(true)
            .build()
            .unwrap();
        let server_config = ServerConfig::builder()
            .priority(tls1_3())
            .identity(identity("server").unwrap())
            .client_auth(ClientAuth::AfterHandshake(trust()))
            .build()
            .unwrap();
        for (unsent, answers) in [(UNSENT, true), (UNSENT + 1, false)] {
            let (mut client_io, mut server_io) = MemoryTransport::stream();
            let mut client = client_config.session("localhost").unwrap();
            let mut server = server_config.session().unwrap();
            while client.handshake(&mut client_io).unwrap().is_pending()
                | server.handshake(&mut server_io).unwrap().is_pending()
            {}
            let request = server.request_authentication(&mut server_io);
            assert!(request.unwrap().is_pending());
            client_io.set_capacity(Some(0));
            client.core_mut().output.buffer.keep(&vec![0; unsent]);
            let read = client.read(&mut client_io, &mut [0; 9]);
            assert!(read.unwrap().is_pending());
            let more = client.unsent_bytes() - unsent;
            assert_eq!(more > 1000, answers, "{more}");
            // The error is returned once the alert has been sent.
            client_io.set_capacity(None);
            let read = client.read(&mut client_io, &mut [0; 9]);
            match read {
                Ok(poll) => assert!(answers && poll.is_pending()),
                Err(error) => assert_eq!((error.kind(), answers), (ErrorKind::Limit, false)),
            }
        }
    }
}
