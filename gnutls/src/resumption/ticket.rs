//! The session tickets of a server: the key that protects them, and sending them.

use std::fmt;

use gnutls_macros::corresponds;
use gnutls_sys::gnutls_datum_t;

#[cfg(gnutls_3_6_5)]
use crate::error::check;
use crate::error::{Error, Result, argument};
use crate::support::datum::Output;
use crate::support::secret::Secret;

/// The key that protects a server's session tickets (RFC 5077; RFC 8446, section 4.6.1).
///
/// Servers that resume each other's sessions share a key. Since 3.6.4 it does not protect tickets directly: GnuTLS
/// derives the keys that protect them from this key and the time. A derived key is used for three times the lifetime of
/// a session (6 hours by default, see [`session_lifetime`](crate::ServerConfigBuilder::session_lifetime)), and tickets
/// of the previous one are still accepted. Therefore servers with the same key and lifetime change their derived keys
/// at the same time, without any communication.
///
/// A server that accepts early data uses a different key for each server name and application protocol, see
/// [`early_data`](crate::ServerConfigBuilder::early_data).
///
/// A resumed session does not use the pre-shared key or the password again. Servers that share a key or a
/// [cache](crate::resumption::SessionCache) must have the same users. A user whose key was removed can resume sessions
/// until the tickets expire or the ticket key is replaced. Certificates are verified again by the server that resumes.
///
/// Anybody who has this key can compute all derived keys. To retire it, create a new configuration with another key:
/// tickets of an unknown key result in a full handshake. The key is overwritten before its memory is released, and
/// never printed.
///
/// ```
/// use gnutls::resumption::TicketKey;
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

    /// Creates a key by GnuTLS' random generator.
    #[corresponds(gnutls_session_ticket_key_generate)]
    pub fn generate() -> Result<Self> {
        // SAFETY: fills in the datum with memory from gnutls_malloc, or returns an error.
        let key = Output::filled_by(|key| unsafe {
            gnutls_sys::gnutls_session_ticket_key_generate(key)
        })?;
        Self::from_bytes(key.as_bytes())
    }

    /// Creates a key from 64 bytes, which must be random. Anybody who has them can read and forge tickets.
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidInput`](crate::ErrorKind::InvalidInput) for any other number of bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self> {
        if bytes.len() == Self::LEN {
            Ok(Self(Secret::new(bytes)))
        } else {
            Err(Error::invalid_input(format!(
                "a ticket key must have {} bytes, not {}",
                Self::LEN,
                bytes.len()
            )))
        }
    }

    /// Returns the bytes, to share the key with another server.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Derives the key of tickets that are valid only for this application protocol and this server name.
    #[cfg(gnutls_3_6_5)]
    pub(crate) fn for_names(&self, alpn: Option<&[u8]>, server_name: Option<&str>) -> Result<Self> {
        let (alpn, server_name) = (alpn.unwrap_or_default(), server_name.unwrap_or_default());
        // A protocol has at most 255 bytes, and both names are empty only if they are absent.
        let names = [
            b"early data",
            &[alpn.len() as u8][..],
            alpn,
            server_name.as_bytes(),
        ]
        .concat();
        let mut key = vec![0; Self::LEN];
        // SAFETY: reads both slices of the given lengths, and writes the 64 bytes of a SHA-512 HMAC.
        check(unsafe {
            gnutls_sys::gnutls_hmac_fast(
                gnutls_sys::GNUTLS_MAC_SHA512,
                self.0.as_ptr().cast(),
                self.0.len(),
                names.as_ptr().cast(),
                names.len(),
                key.as_mut_ptr().cast(),
            )
        })?;
        Ok(Self(Secret::from_vec(key)))
    }

    /// Returns the key as a datum that is valid as long as this value.
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

    #[cfg(gnutls_3_6_5)]
    #[test]
    fn hazard_39_each_pair_of_names_has_its_own_key() {
        let key = TicketKey::generate().unwrap();
        let names = [
            (None, None),
            (None, Some("a")),
            (Some(&b"a"[..]), None),
            (Some(b"a"), Some("a")),
            (Some(b"a"), Some("b")),
            (Some(b"aa"), None),
            (Some(b"\x01a"), None),
        ];
        let derive = |(alpn, name)| key.for_names(alpn, name).unwrap();
        let mut keys: Vec<_> = names.into_iter().map(derive).collect();
        let again = derive(names[3]);
        assert_eq!(again.as_bytes(), keys[3].as_bytes());
        keys.push(key.clone());
        let different: std::collections::HashSet<_> =
            keys.iter().map(|key| key.as_bytes().to_vec()).collect();
        assert_eq!(different.len(), keys.len());
        assert!(
            keys.iter()
                .all(|key| key.as_bytes().len() == TicketKey::LEN)
        );
    }

    #[test]
    fn the_key_is_not_printed() {
        let key = TicketKey::from_bytes(&[0xab; 64]).unwrap();
        let text = format!("{key:?}").to_lowercase();
        assert!(!text.contains("ab") && !text.contains("171"), "{text}");
    }
}
