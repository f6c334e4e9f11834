//! The decryption of a record before GnuTLS receives it, which has no effect on the session.

use gnutls_sys as sys;

use crate::crypto::aead::Aead;
use crate::crypto::low_level::CipherState;
use crate::crypto::parameters::{Cipher, Mac};
use crate::session::fragments::RECORD_HEADER;
use crate::session::record::state::Direction;
use crate::session_core::session_ref::SessionRef;

/// The length of the part of the nonce that is in each record with AES-GCM and AES-CCM (RFC 5288, section 3).
const EXPLICIT_NONCE: usize = 8;

/// The content of an encrypted record.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    Plain(Vec<u8>),
    /// GnuTLS discards the record as well.
    Invalid,
    /// The record cannot be examined.
    Unknown,
}

/// Decrypts a record up to DTLS 1.2 with the keys with which GnuTLS receives now. A record with CBC is not authenticated.
pub(super) fn decrypt(session: &SessionRef, record: &[u8]) -> Content {
    // SAFETY: look up the epoch that is read with, and read its cipher and its MAC (lib/state.c); the session is live while
    // it is borrowed.
    let (cipher, mac) = unsafe {
        (
            sys::gnutls_cipher_get(session.as_ptr()),
            sys::gnutls_mac_get(session.as_ptr()),
        )
    };
    let is_null = cipher == sys::GNUTLS_CIPHER_NULL;
    if is_null && matches!(mac, sys::GNUTLS_MAC_NULL | sys::GNUTLS_MAC_UNKNOWN) {
        // The handshake has not changed the keys yet, and GnuTLS accepts only records of the first epoch.
        return Content::Invalid;
    }
    let (cipher, mac) = (Cipher::from_raw(cipher), Mac::from_raw(mac));
    let Ok(keys) = session.current_record_state(Direction::Receive) else {
        return Content::Unknown;
    };
    let (header, content) = record.split_at(RECORD_HEADER);
    if is_null {
        return part(content.to_vec(), mac.output_size());
    }
    if cipher.tag_size() > 0 {
        return open(cipher, keys.iv(), keys.cipher_key(), header, content);
    }
    let encrypts_first = session.uses_encrypt_then_mac();
    let code = mac.output_size();
    let encrypted = content.len()
        - if encrypts_first {
            code.min(content.len())
        } else {
            0
        };
    let Some((iv, blocks)) = content[..encrypted].split_at_checked(cipher.iv_size()) else {
        return Content::Invalid;
    };
    let mut plain = blocks.to_vec();
    let decrypted = CipherState::new(cipher, keys.cipher_key(), iv).map(|mut state| {
        let is_whole = plain.len() % cipher.block_size() == 0;
        is_whole && state.decrypt(&mut plain).is_ok()
    });
    match (decrypted, plain.last()) {
        (Err(_), _) => Content::Unknown,
        (Ok(true), Some(&padding)) => {
            let code = if encrypts_first { 0 } else { code };
            part(plain, usize::from(padding) + 1 + code)
        }
        _ => Content::Invalid,
    }
}

/// Returns the content in front of a MAC or padding of this length.
fn part(mut content: Vec<u8>, trailer: usize) -> Content {
    match content.len().checked_sub(trailer) {
        Some(length) => {
            content.truncate(length);
            Content::Plain(content)
        }
        None => Content::Invalid,
    }
}

/// Decrypts a record with authentication (RFC 5246, section 6.2.3.3, and RFC 7905).
fn open(cipher: Cipher, iv: &[u8], key: &[u8], header: &[u8], content: &[u8]) -> Content {
    let number = &header[3..11];
    let mut nonce = iv.to_vec();
    let encrypted = if nonce.len() == cipher.iv_size() {
        for (byte, number) in nonce.iter_mut().rev().zip(number.iter().rev()) {
            *byte ^= number;
        }
        content
    } else {
        let Some((explicit, encrypted)) = content.split_at_checked(EXPLICIT_NONCE) else {
            return Content::Invalid;
        };
        nonce.extend_from_slice(explicit);
        encrypted
    };
    let Some(length) = encrypted.len().checked_sub(cipher.tag_size()) else {
        return Content::Invalid;
    };
    let mut associated = number.to_vec();
    associated.extend_from_slice(&header[..3]);
    associated.extend_from_slice(&(length as u16).to_be_bytes());
    let Ok(mut aead) = Aead::new(cipher, key) else {
        return Content::Unknown;
    };
    aead.open(&nonce, &associated, encrypted)
        .map_or(Content::Invalid, Content::Plain)
}
