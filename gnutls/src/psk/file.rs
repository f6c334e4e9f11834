//! The files that `psktool` creates: identities and keys.

use std::path::Path;

use crate::error::{Error, ErrorKind, Result};
use crate::psk::Key;
use crate::support::file::FileKind;

pub(crate) const FILE: FileKind = FileKind("PSK file");

/// Returns the key of the first line with this identity.
///
/// GnuTLS could search the file itself. Before 3.8.13 its comparison also accepts an identity that is the beginning of
/// one in the file, or that continues with a part of the key: the session would report an identity that does not belong
/// to the key.
pub(crate) fn find(path: &Path, identity: &[u8]) -> Result<Option<Key>> {
    find_in(&FILE.read(path)?, identity)
}

fn find_in(text: &[u8], identity: &[u8]) -> Result<Option<Key>> {
    for line in text.split(|&byte| byte == b'\n') {
        let mut parts = line.splitn(2, |&byte| byte == b':');
        let (Some(name), Some(key)) = (parts.next(), parts.next()) else {
            continue;
        };
        let found = match name.strip_prefix(b"#") {
            Some(digits) => is_hex_of(digits, identity),
            None => name == identity,
        };
        if found {
            let digits = std::str::from_utf8(key.trim_ascii_end()).unwrap_or_default();
            return Key::from_hex(digits).map(Some).map_err(|_| {
                Error::new(
                    ErrorKind::Other,
                    "a line of a PSK file is malformed: create it by `psktool`",
                )
            });
        }
    }
    Ok(None)
}

/// Returns `true` if `digits` are the hexadecimal digits of `bytes`.
fn is_hex_of(digits: &[u8], bytes: &[u8]) -> bool {
    let value = |digit: u8| char::from(digit).to_digit(16);
    digits.len() == 2 * bytes.len()
        && digits.chunks_exact(2).zip(bytes).all(|(pair, &byte)| {
            value(pair[0]) == Some(u32::from(byte >> 4))
                && value(pair[1]) == Some(u32::from(byte & 15))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, identity: &[u8]) -> Option<Vec<u8>> {
        let key = find_in(text.as_bytes(), identity).unwrap();
        key.map(|key| key.secret.to_vec())
    }

    #[test]
    fn an_identity_is_compared_as_a_whole() {
        let text = "alice:0102\n\nno colon\nal:03\n#616C0069:04\r\nalice:05\n";
        assert_eq!(found(text, b"alice"), Some(vec![1, 2]));
        assert_eq!(found(text, b"al"), Some(vec![3]));
        assert_eq!(found(text, b"al\0i"), Some(vec![4]));
        for unknown in [
            &b""[..],
            b"ali",
            b"alice\0",
            b"alice:",
            b"alice:01",
            b"no colon",
            b"#616C0069",
        ] {
            assert_eq!(found(text, unknown), None, "{unknown:?}");
        }
    }

    #[test]
    fn a_malformed_key_is_an_error_for_its_identity_only() {
        let text = "alice:01 02\nbob:03 \ncarol:\n";
        assert_eq!(found(text, b"bob"), Some(vec![3]));
        for damaged in ["alice", "carol"] {
            assert!(find_in(text.as_bytes(), damaged.as_bytes()).is_err());
        }
    }
}
