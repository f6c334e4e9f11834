//! Session tickets of a server: the key that protects them, and sending them.

use std::fmt;

use gnutls_sys::gnutls_datum_t;

use crate::error::{Error, Result, argument};
use crate::support::datum::Output;
use crate::support::secret::{Secret, wipe};

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
