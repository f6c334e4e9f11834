//! The state of the records: their keys, for programs that process records themselves.

use std::fmt;
use std::ptr;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

#[cfg(gnutls_3_8_11)]
use crate::crypto::parameters::Protocol;
use crate::error::unsupported::requires;
use crate::error::{Error, Result, check};
use crate::session::Session;
use crate::session_core::lifecycle::Operation;
use crate::session_core::session_ref::SessionRef;
use crate::support::datum;
use crate::support::secret::Secret;

/// A direction of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The records that the session receives.
    Receive,
    /// The records that the session sends.
    Send,
}

impl Direction {
    /// The argument `read` of the C functions.
    fn is_read(self) -> u32 {
        match self {
            Self::Receive => 1,
            Self::Send => 0,
        }
    }
}

/// The keys and the sequence number of the records in one direction, see [`SessionRef::record_state`]. It is overwritten
/// when it is dropped, and its keys are not printed.
#[derive(Clone)]
pub struct RecordState {
    mac_key: Secret,
    iv: Secret,
    cipher_key: Secret,
    sequence_number: u64,
}

impl RecordState {
    /// Returns the key of the MAC, which is empty for a cipher with authentication (AEAD).
    pub fn mac_key(&self) -> &[u8] {
        &self.mac_key
    }

    /// Returns the initialization vector: in TLS 1.3 it is combined with the sequence number (RFC 8446, section 5.3), in TLS
    /// 1.2 an AEAD cipher uses it as the implicit part of the nonce, and with CBC it is not used since TLS 1.1.
    pub fn iv(&self) -> &[u8] {
        &self.iv
    }

    /// Returns the key of the cipher.
    pub fn cipher_key(&self) -> &[u8] {
        &self.cipher_key
    }

    /// Returns the sequence number of the next record. In DTLS the epoch is its first two bytes.
    pub fn sequence_number(&self) -> u64 {
        self.sequence_number
    }
}

impl fmt::Debug for RecordState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecordState")
            .field("sequence_number", &self.sequence_number)
            .finish_non_exhaustive()
    }
}

impl SessionRef {
    /// Returns a copy of the keys and of the sequence number of the records in one direction, for a program that continues
    /// without this session, such as one that passes the connection to a device or to another process.
    ///
    /// **The keys decrypt and forge the records of the session.** Before the program sends records itself, the session must have
    /// sent its output ([`Session::flush`]), and before it receives them, the session must have returned the data that it has
    /// received ([`pending_bytes`](Self::pending_bytes), [`Session::take_unread_bytes`]). The session must not be used for the
    /// same direction afterwards, except after
    /// [`dangerous_set_sequence_number`](Session::dangerous_set_sequence_number): two records with the same number reveal each
    /// other.
    ///
    /// The cipher and the MAC are [`cipher`](Self::cipher) and [`mac`](Self::mac). A TLS 1.3 session can receive tickets and
    /// key updates at any time, which the program has to process. For kernel TLS use
    /// [`Descriptors`](crate::transport::Descriptors) instead.
    ///
    /// ```
    /// use gnutls::record::Direction;
    /// use gnutls::{Result, Session};
    ///
    /// /// Returns the sequence number of the next record that the session sends.
    /// fn sent_records(session: &Session) -> Result<u64> {
    ///     Ok(session.record_state(Direction::Send)?.sequence_number())
    /// }
    /// # let _ = sent_records;
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](crate::ErrorKind::InvalidState) unless a handshake is complete.
    #[corresponds(gnutls_record_get_state)]
    pub fn record_state(&self, direction: Direction) -> Result<RecordState> {
        if !self.handshake_done() {
            return Err(Error::invalid_state(
                "the state of the records requires a complete handshake: call handshake until it is ready",
            ));
        }
        self.current_record_state(direction)
    }

    /// Returns the state also during a handshake, if the session has keys.
    pub(crate) fn current_record_state(&self, direction: Direction) -> Result<RecordState> {
        let empty = sys::gnutls_datum_t {
            data: ptr::null_mut(),
            size: 0,
        };
        let (mut mac_key, mut iv, mut cipher_key) = (empty, empty, empty);
        let mut sequence_number = [0; 8];
        // SAFETY: stores the addresses of parts of the session, which does not change while it is borrowed, and copies the
        // sequence number (lib/state.c, since 3.6.8 at the latest under the session's epoch lock).
        check(unsafe {
            sys::gnutls_record_get_state(
                self.as_ptr(),
                direction.is_read(),
                &mut mac_key,
                &mut iv,
                &mut cipher_key,
                sequence_number.as_mut_ptr(),
            )
        })?;
        // SAFETY: the parts are valid and do not change as long as the session is borrowed.
        let copy = |part: sys::gnutls_datum_t| unsafe {
            Secret::new(datum::slice(part.data, part.size as usize))
        };
        Ok(RecordState {
            mac_key: copy(mac_key),
            iv: copy(iv),
            cipher_key: copy(cipher_key),
            sequence_number: u64::from_be_bytes(sequence_number),
        })
    }
}

impl Session {
    /// Sets the sequence number of the next record in one direction, after the program has processed records itself with the
    /// keys of [`record_state`](SessionRef::record_state). In DTLS the epoch is its first two bytes, and the replay window begins
    /// with the number.
    ///
    /// **A sequence number that was used before reveals the content of both records**, and with some ciphers the key of the
    /// authentication. The peer refuses records with a number that it does not expect.
    ///
    /// ```
    /// use gnutls::record::Direction;
    /// use gnutls::{Result, Session};
    ///
    /// /// Continues sending, after a device has sent this many records.
    /// fn resume_sending(session: &mut Session, records: u64) -> Result<()> {
    ///     let state = session.record_state(Direction::Send)?;
    ///     session.dangerous_set_sequence_number(Direction::Send, state.sequence_number() + records)
    /// }
    /// # let _ = resume_sending;
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](crate::ErrorKind::InvalidState) unless a handshake is complete and no other
    /// exchange of messages is under way.
    #[corresponds(gnutls_record_set_state)]
    pub fn dangerous_set_sequence_number(
        &mut self,
        direction: Direction,
        sequence_number: u64,
    ) -> Result<()> {
        self.permit(Operation::SetRecordState)?;
        let number = sequence_number.to_be_bytes();
        // SAFETY: stores the number in the record state of the live session, which a complete handshake has initialized. This has
        // the session exclusively.
        let code = unsafe {
            sys::gnutls_record_set_state(self.handle(), direction.is_read(), number.as_ptr())
        };
        check(code).map(drop)
    }

    /// Updates the keys with which a TLS 1.3 session receives, after the program itself has received the KeyUpdate message of
    /// the peer (RFC 8446, section 4.6.3): [`record_state`](SessionRef::record_state) then returns the new keys, with the
    /// sequence number 0. It sends nothing. A session that receives the message by itself needs no call.
    ///
    /// **Without the message of the peer, all records that follow are refused.**
    ///
    /// ```
    /// use gnutls::record::{Direction, RecordState};
    /// use gnutls::{Result, Session};
    ///
    /// /// Returns the keys after a KeyUpdate that a device has received.
    /// fn update(session: &mut Session) -> Result<RecordState> {
    ///     session.update_receiving_key()?;
    ///     session.record_state(Direction::Receive)
    /// }
    /// # let _ = update;
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error of kind [`InvalidState`](crate::ErrorKind::InvalidState) unless a handshake is complete, and in older
    /// protocols, and of kind [`Unsupported`](crate::ErrorKind::Unsupported) if the library is too old.
    #[corresponds(gnutls_handshake_update_receiving_key)]
    pub fn update_receiving_key(&mut self) -> Result<()> {
        requires!(gnutls_3_8_11, "updating the receiving key", {
            self.permit(Operation::SetRecordState)?;
            if self.protocol() != Some(Protocol::TLS1_3) {
                return Err(Error::invalid_state(
                    "only a TLS 1.3 session updates its keys: open a new session instead",
                ));
            }
            // SAFETY: replaces the keys of the live session, which this has exclusively. The complete handshake has negotiated
            // TLS 1.3; before that C would read a NULL version.
            check(unsafe { sys::gnutls_handshake_update_receiving_key(self.handle()) }).map(drop)
        })
    }
}
