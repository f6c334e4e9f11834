//! Authentication after the handshake: a server of TLS 1.3 asks its client for a certificate.

use std::task::Poll;

#[cfg(gnutls_3_6_3)]
use gnutls_sys as sys;

#[cfg(gnutls_3_6_3)]
use crate::crypto::Side;
#[cfg(gnutls_3_6_3)]
use crate::crypto::parameters::Protocol;
use crate::error::Result;
use crate::error::unsupported::requires;
#[cfg(gnutls_3_6_3)]
use crate::error::{Error, ErrorKind};
use crate::session::Session;
#[cfg(gnutls_3_6_3)]
use crate::session::{callbacks::handshake_hook, handshake::ROUNDS, output::Flush, ready};
#[cfg(gnutls_3_6_3)]
use crate::session_core::{lifecycle::Operation, send_queue::PendingSend};
use crate::transport::Transport;

/// With so many bytes that the server has not taken, it gets no further answer: longer chains than any are among them.
#[cfg(gnutls_3_6_3)]
const UNSENT: usize = 256 * 1024;

impl Session {
    /// On a server of TLS 1.3: asks the client for a certificate (RFC 8446, section 4.6.2), and waits for the answer.
    /// `Ready(true)` once the client has proven who it is and its certificate has been verified, `Ready(false)` where it has
    /// sent none, and `Pending` while the transport blocks: the call is then to be made again until it is ready.
    ///
    /// The configuration has to say [`ClientAuth::AfterHandshake`](crate::ClientAuth::AfterHandshake), and the client to
    /// allow it, which [`flags`](crate::SessionRef::flags) tell. Nothing can be read until the answer has come, so that no
    /// data of an unknown client are taken for those of a known one; to write is possible. A certificate that is not
    /// trusted ends the session.
    ///
    /// C: [`gnutls_reauth`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005freauth), since 3.6.3. GnuTLS does not
    /// have the certificate verified in a session that was resumed; this does.
    ///
    /// ```
    /// use std::task::Poll;
    /// use gnutls::{Result, Session, Transport};
    ///
    /// /// Asks who the client is, before it is let at what not everybody may see.
    /// fn ask<T: Transport>(session: &mut Session, io: &mut T) -> Result<Poll<Option<Vec<u8>>>> {
    ///     Ok(session.request_authentication(io)?.map(|proven| {
    ///         let mut chain = session.peer_certificates().filter(|_| proven)?;
    ///         chain.next().map(<[u8]>::to_vec)
    ///     }))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidState`](crate::ErrorKind::InvalidState) where the client cannot be asked. With the code
    /// [`GOT_APPLICATION_DATA`](crate::ErrorCode::GOT_APPLICATION_DATA) (`InvalidState`, not fatal) data which
    /// the client had sent before are to be [read](Self::read) first, as those of someone unknown.
    /// [`Verification`](crate::ErrorKind::Verification) with the verdict.
    #[doc(alias = "gnutls_reauth")]
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(unused_variables, reason = "refused, whatever it is")
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
                    "only a server of TLS 1.3 can ask for a certificate after the handshake",
                ));
            }
            let config = self.state().config.server();
            let allowed = config.is_some_and(|config| config.0.post_handshake_auth);
            if !allowed || !self.flags().post_handshake_auth() {
                return Err(Error::invalid_state(
                    "the configuration or the client does not allow authentication after the handshake",
                ));
            }
            ready!(self.poll_flush(io, Flush::Queue));
            // SAFETY: stores a number in the session.
            unsafe {
                sys::gnutls_certificate_server_set_request(self.handle(), sys::GNUTLS_CERT_REQUEST);
            }
            handshake_hook::install(self.handle());
            let core = self.core_mut();
            let status = core.verification_status.take();
            core.lifecycle.begin_client_auth(status);
        }
        self.core_mut().lifecycle.set_data_first(false);
        for _ in 0..ROUNDS {
            if self.poll_flush(io, Flush::Queue)?.is_pending() && self.uses_descriptors() {
                return Ok(Poll::Pending);
            }
            // SAFETY: writes the request and reads the answer, and runs all callbacks. The handshake has agreed on TLS 1.3;
            // before one it reads a version that is not there. Nothing is borrowed from the session.
            let code = self.call(io, |session| unsafe { sys::gnutls_reauth(session, 0) }
                as isize) as std::ffi::c_int;
            match code {
                _ if code >= 0 => return self.finish_authentication(io),
                sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED => {
                    if self.keep_pending(PendingSend::Record) {
                        return Ok(Poll::Pending);
                    }
                    if self.core().call.would_block {
                        ready!(self.poll_flush(io, Flush::Transport));
                        return Ok(Poll::Pending);
                    }
                }
                sys::GNUTLS_E_GOT_APPLICATION_DATA => {
                    self.core_mut().lifecycle.set_data_first(true);
                    return Err(Error::from_code(code)
                        .with_kind(ErrorKind::InvalidState)
                        .with_message("the client sent data before its certificate: read them, then ask again")
                        .not_fatal());
                }
                sys::GNUTLS_E_WARNING_ALERT_RECEIVED => {
                    self.note_alert();
                }
                _ => return self.fail(io, code),
            }
        }
        Ok(Poll::Pending)
    }

    #[cfg(gnutls_3_6_3)]
    fn finish_authentication<T: Transport + ?Sized>(&mut self, io: &mut T) -> Result<Poll<bool>> {
        let proven = self.core().lifecycle.has_client_proof();
        if proven {
            // GnuTLS passes over sessions in which a pre-shared key was selected (_gnutls_run_verify_callback in
            // lib/handshake.c), and 3.7.9 calls the verify function of a resumed one all the same: without a verdict nobody
            // is let in.
            let code = self.verify_unless_done();
            if code != 0 {
                return self.fail(io, code);
            }
        }
        let core = self.core_mut();
        let status_before = core.lifecycle.end_client_auth();
        if !proven {
            // What the client had proven before is as it was.
            core.verification_status = status_before;
        }
        self.flush_behind(io);
        Ok(Poll::Ready(proven))
    }

    /// On a client: answers the server, which has asked for a certificate. Returns a code of GnuTLS.
    #[cfg(gnutls_3_6_3)]
    pub(crate) fn answer_request<T: Transport + ?Sized>(&mut self, io: &mut T) -> std::ffi::c_int {
        // A server that asks on and on and does not read the answers cannot fill the memory.
        if self.unsent_bytes() > UNSENT {
            return sys::GNUTLS_E_TOO_MANY_HANDSHAKE_PACKETS;
        }
        for _ in 0..ROUNDS {
            // SAFETY: writes the answer to the request that has come. The push function takes everything, so that it is not
            // interrupted.
            let code = unsafe { self.send_in_turn(io, PendingSend::ClientCertificate) };
            if !matches!(code, sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED) {
                return code;
            }
        }
        sys::GNUTLS_E_INTERNAL_ERROR
    }
}

// Since 3.6.4 a library has TLS 1.3, which all of this is part of.
#[cfg(all(test, gnutls_3_6_4))]
mod tests {
    use ErrorKind;

    use super::*;
    use crate::config::{ClientAuth, ClientConfig, ServerConfig};
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
        let client = ClientConfig::builder()
            .priority(tls1_3())
            .trust(trust())
            .identity(identity("client").unwrap())
            .post_handshake_auth(true)
            .build()
            .unwrap();
        let server = ServerConfig::builder()
            .priority(tls1_3())
            .identity(identity("server").unwrap())
            .client_auth(ClientAuth::AfterHandshake(trust()))
            .build()
            .unwrap();
        for (unsent, answers) in [(UNSENT, true), (UNSENT + 1, false)] {
            let (mut near, mut far) = MemoryTransport::stream();
            let mut one = client.session("localhost").unwrap();
            let mut other = server.session().unwrap();
            while one.handshake(&mut near).unwrap().is_pending()
                | other.handshake(&mut far).unwrap().is_pending()
            {}
            assert!(other.request_authentication(&mut far).unwrap().is_pending());
            near.set_capacity(Some(0));
            one.core_mut().output.buffer.keep(&vec![0; unsent]);
            let read = one.read(&mut near, &mut [0; 9]);
            assert!(read.unwrap().is_pending());
            let more = one.unsent_bytes() - unsent;
            assert_eq!(more > 1000, answers, "{more}");
            // The error waits until the alert has left.
            near.set_capacity(None);
            let read = one.read(&mut near, &mut [0; 9]);
            match read {
                Ok(poll) => assert!(answers && poll.is_pending()),
                Err(error) => assert_eq!((error.kind(), answers), (ErrorKind::Limit, false)),
            }
        }
    }
}
