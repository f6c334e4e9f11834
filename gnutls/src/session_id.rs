//! The owned session identifier.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use gnutls_macros::corresponds;

use crate::error::Error;

/// A session identifier of 0 to 32 bytes, stored inline.
///
/// [`SessionRef::id`](crate::SessionRef::id) returns this copy, which can be stored, compared, hashed and printed,
/// while the slice from [`SessionRef::id2`](crate::SessionRef::id2) borrows the session. The meaning of an identifier
/// depends on side, protocol and release, and is described there. An identifier is not secret and does not
/// authenticate, and equal identifiers do not imply that a session was resumed.
///
/// ```
/// use gnutls::SessionId;
///
/// let id: SessionId = "00ff10".parse()?;
/// assert_eq!(id.as_ref(), [0x00, 0xff, 0x10]);
/// assert_eq!(id.to_string(), "00ff10");
/// assert_eq!(SessionId::try_from(&[0x00, 0xff, 0x10][..])?, id);
/// assert!(SessionId::default().is_empty());
/// # Ok::<(), gnutls::Error>(())
/// ```
#[corresponds(alias(gnutls_session_get_id2))]
#[derive(Clone, Copy, Default)]
pub struct SessionId {
    length: u8,
    /// The bytes of the identifier, followed by zeros.
    bytes: [u8; SessionId::MAX_LEN],
}

impl SessionId {
    /// The maximum length, 32 bytes (`legacy_session_id` in RFC 8446, section 4.1.2).
    #[corresponds(alias(GNUTLS_MAX_SESSION_ID_SIZE))]
    pub const MAX_LEN: usize = gnutls_sys::GNUTLS_MAX_SESSION_ID_SIZE as usize;

    /// Returns the bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// Returns the number of bytes.
    pub fn len(&self) -> usize {
        usize::from(self.length)
    }

    /// Returns `true` if the identifier is empty: before a handshake, and on some sides of some protocols also
    /// afterwards.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }
}

impl AsRef<[u8]> for SessionId {
    fn as_ref(&self) -> &[u8] {
        self.as_bytes()
    }
}

impl TryFrom<&[u8]> for SessionId {
    type Error = Error;

    /// Returns an error if there are more than [`MAX_LEN`](Self::MAX_LEN) bytes.
    fn try_from(slice: &[u8]) -> Result<Self, Error> {
        let mut id = Self::default();
        let room = id.bytes.get_mut(..slice.len()).ok_or_else(|| {
            Error::invalid_input(format!(
                "a session identifier has at most 32 bytes, not {}",
                slice.len()
            ))
        })?;
        room.copy_from_slice(slice);
        id.length = slice.len() as u8;
        Ok(id)
    }
}

impl FromStr for SessionId {
    type Err = Error;

    /// Parses hexadecimal digits, two per byte, as written by [`Display`](fmt::Display).
    fn from_str(text: &str) -> Result<Self, Error> {
        let invalid = || {
            Error::invalid_input(
                "a session identifier must be an even number of hexadecimal digits, at most 64",
            )
        };
        let digits = text.as_bytes();
        let mut id = Self::default();
        if digits.len() % 2 != 0 || digits.len() / 2 > id.bytes.len() {
            return Err(invalid());
        }
        let digit = |byte: u8| {
            char::from(byte)
                .to_digit(16)
                .map(|value| value as u8)
                .ok_or_else(invalid)
        };
        for (byte, pair) in id.bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        id.length = (digits.len() / 2) as u8;
        Ok(id)
    }
}

impl PartialEq for SessionId {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for SessionId {}

impl Ord for SessionId {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl PartialOrd for SessionId {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for SessionId {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_bytes().hash(state);
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes()
            .iter()
            .try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionId({self})")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn bug_class_9_more_than_32_bytes_are_refused() {
        assert_eq!(SessionId::try_from(&[7; 32][..]).unwrap().len(), 32);
        assert!(SessionId::try_from(&[7; 33][..]).is_err());
        assert!("07".repeat(32).parse::<SessionId>().is_ok());
        assert!("07".repeat(33).parse::<SessionId>().is_err());
    }

    #[test]
    fn text_is_read_as_it_was_written() {
        for length in 0..=SessionId::MAX_LEN {
            let bytes: Vec<u8> = (0..length).map(|at| (at * 37) as u8).collect();
            let id = SessionId::try_from(&bytes[..]).unwrap();
            assert_eq!(id.as_bytes(), bytes);
            assert_eq!(id.to_string().parse::<SessionId>().unwrap(), id);
        }
        assert_eq!("aB".parse::<SessionId>().unwrap().as_bytes(), [0xab]);
        for text in ["0", "0g", "+1", "é", "0 1"] {
            assert!(text.parse::<SessionId>().is_err(), "{text}");
        }
    }

    #[test]
    fn comparison_and_hash_go_by_the_bytes() {
        let id = |bytes: &[u8]| SessionId::try_from(bytes).unwrap();
        // Trailing zero bytes are significant: identifiers of different lengths differ.
        assert_ne!(id(&[1]), id(&[1, 0]));
        assert!(id(&[1]) < id(&[1, 0]) && id(&[1, 0]) < id(&[2]));
        assert_eq!(HashSet::from([id(&[1]), id(&[1, 0]), id(&[1])]).len(), 2);
        assert!(SessionId::default().is_empty());
    }
}
