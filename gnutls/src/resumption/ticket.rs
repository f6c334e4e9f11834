//! Session tickets of a server: the key that protects them, and sending them.

use std::fmt;
use std::task::Poll;

use gnutls_sys::gnutls_datum_t;

use crate::error::unsupported::requires;
use crate::error::{Error, Result, argument};
use crate::session::Session;
use crate::support::datum::Output;
use crate::support::secret::{Secret, wipe};
use crate::transport::Transport;

/// The key that a server protects its session tickets with (RFC 5077; RFC 8446, section 4.6.1).
///
/// Servers that are to resume each other's sessions share a key. Since 3.6.4 it protects no ticket by itself: GnuTLS derives
/// from it, and from the time, the keys that do. Each of them is for three times the lifetime of a session (6 hours unless
/// [`session_lifetime`](crate::ServerConfigBuilder::session_lifetime) says otherwise), and tickets under the one before are
/// accepted still. So servers with the same key and the same lifetime change theirs at the same time, and nothing has to be
/// sent between them.
///
/// A session that is resumed is not asked for its pre-shared key or its password again: servers that share a key, or a
/// [cache](crate::SessionCache), have to have the same users, and one whose key was taken away comes back until its tickets
/// are too old, or the ticket key is replaced. Certificates are verified again, by the server that resumes.
///
/// Whoever learns this key can work out all that were derived from it. To retire it, make a new configuration with another:
/// tickets under a key that the server does not have lead to a full handshake. The key is overwritten before its memory
/// is released, and never printed.
///
/// ```
/// use gnutls::TicketKey;
///
/// let key = TicketKey::generate()?;
/// let same = TicketKey::from_bytes(key.as_bytes())?;
/// assert_eq!(key.as_bytes(), same.as_bytes());
/// # Ok::<(), gnutls::Error>(())
/// ```
#[derive(Clone)]
pub struct TicketKey(Secret);

impl TicketKey {
    /// The number of bytes of a key.
    pub const LEN: usize = 64;

    /// A new key from GnuTLS' random generator.
    ///
    /// C: [`gnutls_session_ticket_key_generate`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsession_005fticket_005fkey_005fgenerate).
    #[doc(alias = "gnutls_session_ticket_key_generate")]
    pub fn generate() -> Result<Self> {
        // SAFETY: the function fills the datum in with memory from gnutls_malloc, or fails.
        let mut key = Output::filled_by(|key| unsafe {
            gnutls_sys::gnutls_session_ticket_key_generate(key)
        })?;
        let copy = Self::from_bytes(key.as_bytes());
        wipe(key.as_mut_bytes());
        copy
    }

    /// A key from its bytes, which must be 64 random ones. Whoever has them can read and forge tickets.
    ///
    /// # Errors
    ///
    /// Of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) for any other number of bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        if bytes.len() == Self::LEN {
            Ok(Self(Secret::new(bytes)))
        } else {
            Err(Error::invalid_input(format!(
                "a ticket key has {} bytes, not {}",
                Self::LEN,
                bytes.len()
            )))
        }
    }

    /// The bytes, to share the key with another server.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The key as a datum that is valid as long as this value.
    pub(crate) fn as_datum(&self) -> Result<gnutls_datum_t> {
        argument::bytes(&self.0)
    }
}

impl Session {
    /// On a server of TLS 1.3: sends `count` tickets, each of which lets the client resume the session once (RFC 8446,
    /// section 4.6.1). `Ready` once they are written; what is corked goes first.
    ///
    /// GnuTLS sends two with each handshake. Further ones are for a client that is going to open several connections, and
    /// for one that has been [authenticated](Self::request_authentication) since: the certificate that it has shown by then
    /// is part of the ticket. To send none before, turn
    /// [`automatic_tickets`](crate::ServerConfigBuilder::automatic_tickets) off.
    ///
    /// None is sent to a client that offers no way to resume which the server takes (`psk_key_exchange_modes`), nor in a
    /// session that was resumed and has outlived the one that it resumes; that is no error.
    ///
    /// C: [`gnutls_session_ticket_send`](https://www.gnutls.org/manual/gnutls.html#index-gnutls_005fsession_005fticket_005fsend),
    /// since 3.6.3. It fails for 32 tickets and more, which is why they are sent in groups here.
    ///
    /// ```
    /// # use gnutls::{Session, Transport};
    /// # use std::task::Poll;
    /// /// For a browser, which opens six connections.
    /// fn six<T: Transport>(session: &mut Session, io: &mut T) -> gnutls::Result<Poll<()>> {
    ///     session.send_tickets(io, 4)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`InvalidState`](crate::ErrorKind::InvalidState) before the handshake is over, on a client, in older protocols, and
    /// where the configuration has no [ticket key](crate::ServerConfigBuilder::tickets);
    /// [`Unsupported`](crate::ErrorKind::Unsupported) with a library that is too old.
    #[doc(alias = "gnutls_session_ticket_send")]
    #[cfg_attr(
        not(gnutls_3_6_3),
        allow(unused_variables, reason = "refused, whatever they are")
    )]
    pub fn send_tickets<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        count: u8,
    ) -> Result<Poll<()>> {
        requires!(
            gnutls_3_6_3,
            "sending tickets",
            self.send_tickets_of_tls1_3(io, count)
        )
    }

    #[cfg(gnutls_3_6_3)]
    fn send_tickets_of_tls1_3<T: Transport + ?Sized>(
        &mut self,
        io: &mut T,
        count: u8,
    ) -> Result<Poll<()>> {
        use crate::crypto::Side;
        use crate::crypto::parameters::Protocol;
        use crate::session::pending_send::Unfinished;
        use crate::session::ready;

        ready!(self.usable(io));
        self.require_open("sending tickets")?;
        if self.side() != Side::Server || self.protocol() != Some(Protocol::TLS1_3) {
            return Err(Error::invalid_state(
                "only a server of TLS 1.3 sends tickets after the handshake",
            ));
        }
        if !self.has_ticket_key() {
            return Err(Error::invalid_state(
                "the configuration of the server has no ticket key",
            ));
        }
        ready!(self.release(io));
        if count == 0 {
            return Ok(Poll::Ready(()));
        }
        // SAFETY: writes handshake messages. Nothing is left to be sent before them. The handshake is over and has agreed on TLS
        // 1.3: before that C reads a version that is not there, and a secret that has not been derived.
        let code = unsafe { self.send_message(io, Unfinished::Tickets(count)) };
        if code < 0 {
            return self.fail(io, code);
        }
        self.accepted(io)
    }
}

impl fmt::Debug for TicketKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TicketKey").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorKind;

    #[test]
    fn keys_are_64_bytes_and_differ() {
        let (one, two) = (
            TicketKey::generate().unwrap(),
            TicketKey::generate().unwrap(),
        );
        assert_eq!(one.as_bytes().len(), 64);
        assert_ne!(one.as_bytes(), two.as_bytes());
        assert_ne!(one.as_bytes(), [0; 64]);
    }

    #[test]
    fn bug_class_9_a_key_of_another_length_is_refused() {
        for length in [0, 32, 63, 65, 128] {
            assert_eq!(
                TicketKey::from_bytes(&vec![1; length]).unwrap_err().kind(),
                ErrorKind::InvalidInput
            );
        }
    }

    #[test]
    fn the_key_is_not_printed() {
        let key = TicketKey::from_bytes(&[0xab; 64]).unwrap();
        let text = format!("{key:?}").to_lowercase();
        assert!(!text.contains("ab") && !text.contains("171"), "{text}");
    }
}
