//! The handshake of a session for QUIC (RFC 9001): messages are exchanged without records, and secrets are returned.

#![cfg_attr(
    not(gnutls_3_7_2),
    allow(dead_code, unused_imports, reason = "an older library lacks QUIC")
)]

use std::collections::VecDeque;
use std::ffi::c_int;
use std::io;
use std::task::Poll;

use gnutls_macros::corresponds;
use gnutls_sys as sys;

use crate::alert::Alert;
use crate::crypto::Side;
use crate::crypto::parameters::Cipher;
use crate::crypto::public_key::Digest;
use crate::error::unsupported::requires;
use crate::error::{Error, ErrorKind, Result};
use crate::handshake::message::MessageType;
use crate::session::Session;
use crate::session::callbacks;
use crate::session::handshake::ROUNDS;
use crate::session_core::session_ref::SessionRef;
use crate::support::secret::Secret;
use crate::transport::Transport;
use crate::version::{Version, version};

/// The first release whose servers can accept early data without EndOfEarlyData. Before, they free an uninitialized
/// pointer (`_gnutls13_recv_end_of_early_data` in lib/tls13/early_data.c).
const EARLY_DATA_OF_SERVERS: Version = Version::new(3, 8, 4);

/// The protection of handshake messages (RFC 9001, section 4).
///
/// ```
/// use gnutls::quic::EncryptionLevel;
///
/// assert!(EncryptionLevel::Initial < EncryptionLevel::Handshake);
/// assert!(EncryptionLevel::Handshake < EncryptionLevel::Application);
/// ```
#[corresponds(alias(gnutls_record_encryption_level_t))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EncryptionLevel {
    /// Initial packets, whose keys anybody can derive.
    #[doc(alias = "GNUTLS_ENCRYPTION_LEVEL_INITIAL")]
    Initial,
    /// 0-RTT packets, which contain no handshake messages.
    #[doc(alias = "GNUTLS_ENCRYPTION_LEVEL_EARLY")]
    Early,
    /// Handshake packets.
    #[doc(alias = "GNUTLS_ENCRYPTION_LEVEL_HANDSHAKE")]
    Handshake,
    /// 1-RTT packets, with the data of the application.
    #[doc(alias = "GNUTLS_ENCRYPTION_LEVEL_APPLICATION")]
    Application,
}

impl EncryptionLevel {
    pub(crate) fn from_raw(level: sys::gnutls_record_encryption_level_t) -> Option<Self> {
        [
            Self::Initial,
            Self::Early,
            Self::Handshake,
            Self::Application,
        ]
        .into_iter()
        .find(|known| known.as_raw() == level)
    }

    fn as_raw(self) -> sys::gnutls_record_encryption_level_t {
        match self {
            Self::Initial => sys::GNUTLS_ENCRYPTION_LEVEL_INITIAL,
            Self::Early => sys::GNUTLS_ENCRYPTION_LEVEL_EARLY,
            Self::Handshake => sys::GNUTLS_ENCRYPTION_LEVEL_HANDSHAKE,
            Self::Application => sys::GNUTLS_ENCRYPTION_LEVEL_APPLICATION,
        }
    }
}

/// The state of a session for QUIC.
pub(crate) struct QuicState {
    /// The transport parameters of this side.
    pub(crate) parameters: Vec<u8>,
    /// The transport parameters of the peer.
    pub(crate) peer_parameters: Option<Vec<u8>>,
    /// The transport parameters of the server in the session that a client resumes with early data.
    pub(crate) remembered_parameters: Option<Box<[u8]>>,
    /// The level of the messages that are received next.
    pub(crate) read_level: EncryptionLevel,
    /// The first bytes of a message that is not complete.
    input: Vec<u8>,
    /// The messages to be sent.
    pub(crate) output: VecDeque<(EncryptionLevel, Vec<u8>)>,
    /// The secret of early data.
    pub(crate) early: Option<EarlySecret>,
    /// The secrets of handshake messages, until they have been returned.
    pub(crate) handshake: TrafficSecrets,
    /// The secrets of application data, until they have been returned.
    pub(crate) application: TrafficSecrets,
    /// The alert that GnuTLS has sent.
    pub(crate) alert: Option<(EncryptionLevel, Alert)>,
    /// The last ticket permits early data.
    pub(crate) ticket_permits_early_data: bool,
}

/// The secret of early data with its algorithms.
pub(crate) struct EarlySecret {
    pub(crate) secret: Secret,
    pub(crate) cipher: Cipher,
    pub(crate) digest: Digest,
}

/// The secrets of both sides at one level.
#[derive(Default)]
pub(crate) struct TrafficSecrets {
    client: Option<Secret>,
    server: Option<Secret>,
}

impl TrafficSecrets {
    /// Stores a secret.
    pub(crate) fn set(&mut self, side: Side, secret: &[u8]) {
        let place = match side {
            Side::Client => &mut self.client,
            Side::Server => &mut self.server,
        };
        *place = Some(Secret::new(secret));
    }

    /// Takes the secrets of the client and of the server, if both have been derived.
    fn take(&mut self) -> Option<(Secret, Secret)> {
        if self.client.is_none() || self.server.is_none() {
            return None;
        }
        self.client.take().zip(self.server.take())
    }
}

impl QuicState {
    pub(crate) fn new(parameters: &[u8]) -> Self {
        Self {
            parameters: parameters.to_vec(),
            peer_parameters: None,
            remembered_parameters: None,
            read_level: EncryptionLevel::Initial,
            input: Vec::new(),
            output: VecDeque::new(),
            early: None,
            handshake: TrafficSecrets::default(),
            application: TrafficSecrets::default(),
            alert: None,
            ticket_permits_early_data: false,
        }
    }

    /// Appends a message to be sent to those of the same level.
    pub(crate) fn send(&mut self, level: EncryptionLevel, message: &[u8]) {
        match self.output.back_mut() {
            Some((last, messages)) if *last == level => messages.extend_from_slice(message),
            _ => self.output.push_back((level, message.to_vec())),
        }
    }

    /// Takes the next message from the input, if it is complete.
    fn next_message(&mut self) -> Option<Vec<u8>> {
        let length = HEADER + message_length(&self.input)?;
        if self.input.len() < length {
            return None;
        }
        let rest = self.input.split_off(length);
        Some(std::mem::replace(&mut self.input, rest))
    }
}

/// The length of the header of a handshake message: its type, and the length of its body.
const HEADER: usize = 4;

/// Returns the length of the body of the first message, if its header is complete.
fn message_length(input: &[u8]) -> Option<usize> {
    let length = input.get(1..HEADER)?;
    Some(
        length
            .iter()
            .fold(0, |length, byte| length << 8 | usize::from(*byte)),
    )
}

/// Returns the maximum size of early data that a ticket permits (RFC 8446, section 4.6.1), or `None` if it permits none.
fn ticket_early_data(message: &[u8]) -> Option<u32> {
    /// Splits a vector with a length of this many bytes from the input.
    fn vector<'a>(input: &mut &'a [u8], prefix: usize) -> Option<&'a [u8]> {
        let (length, rest) = input.split_at_checked(prefix)?;
        let length = length
            .iter()
            .fold(0, |length, byte| length << 8 | usize::from(*byte));
        let (content, rest) = rest.split_at_checked(length)?;
        *input = rest;
        Some(content)
    }

    const EARLY_DATA: [u8; 2] = [0, 42];
    // The lifetime and the obfuscated age come first.
    let mut body = message.get(HEADER + 8..)?;
    let _nonce = vector(&mut body, 1)?;
    let _ticket = vector(&mut body, 2)?;
    let mut extensions = vector(&mut body, 2)?;
    while let Some((number, rest)) = extensions.split_at_checked(2) {
        let is_early_data = number == EARLY_DATA;
        extensions = rest;
        let content = vector(&mut extensions, 2)?;
        if is_early_data {
            return content.try_into().ok().map(u32::from_be_bytes);
        }
    }
    None
}

/// The flags for `gnutls_init` that a configuration cannot have with QUIC: authentication after the handshake (RFC 9001,
/// section 4.4), and handshakes that end early.
const REFUSED_FLAGS: u32 = sys::GNUTLS_POST_HANDSHAKE_AUTH
    | sys::GNUTLS_ENABLE_EARLY_START
    | sys::GNUTLS_ENABLE_FALSE_START;

/// Returns the flags for `gnutls_init`. `early_data` is `true` on a client that announces early data.
pub(crate) fn init_flags(side: Side, flags: u32, early_data: bool) -> u32 {
    let mut flags = flags & !REFUSED_FLAGS | sys::GNUTLS_NO_END_OF_EARLY_DATA;
    match side {
        Side::Client if early_data => flags |= sys::GNUTLS_ENABLE_EARLY_DATA,
        Side::Server if !server_accepts_early_data() => flags &= !sys::GNUTLS_ENABLE_EARLY_DATA,
        _ => {}
    }
    flags
}

/// Returns `true` if servers can accept early data.
pub(crate) fn server_accepts_early_data() -> bool {
    version().running >= EARLY_DATA_OF_SERVERS
}

/// The transport of a session for QUIC, which neither sends nor receives.
struct NoTransport;

impl Transport for NoTransport {
    fn send(&mut self, _bytes: &[u8]) -> io::Result<usize> {
        Err(io::Error::other("a QUIC session sends no records"))
    }

    fn receive(&mut self, _buffer: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::WouldBlock.into())
    }
}

impl Session {
    /// Prepares a new session for QUIC, unless it is for another transport.
    pub(crate) fn install_quic(&mut self) -> Result<()> {
        if self.quic_state().is_none() {
            return Ok(());
        }
        requires!(gnutls_3_7_2, "QUIC", {
            // SAFETY: the session is live, new and of this crate, and has the state of QUIC.
            unsafe { callbacks::quic::install(self.handle()) }
        })
    }

    fn quic(&mut self) -> &mut QuicState {
        let quic = self.state_mut().quic.as_deref_mut();
        quic.expect("only a session for QUIC is used by `quic::Connection`")
    }

    /// Begins or continues the handshake with the messages that have been received.
    pub(crate) fn continue_quic_handshake(&mut self) -> Result<()> {
        let io = &mut NoTransport;
        if self.core().lifecycle.is_fresh() {
            self.apply_config_unless_chosen()?;
            self.core_mut().lifecycle.begin_handshake();
        }
        self.require_time()?;
        for _ in 0..ROUNDS {
            // SAFETY: runs the handshake, and with it all callbacks of the session. The exclusive reference to the
            // session excludes other borrows of it. It is not called after the handshake.
            let code = self.call(io, |session| unsafe {
                sys::gnutls_handshake(session) as isize
            }) as c_int;
            match code {
                sys::GNUTLS_E_INTERRUPTED => continue,
                sys::GNUTLS_E_AGAIN => return self.require_quic_extensions(false),
                _ if code < 0 => return self.fail_quic(code),
                _ => {}
            }
            self.require_quic_extensions(true)?;
            let _ = self.finish_handshake(io)?;
            self.quic().early = None;
            return Ok(());
        }
        Ok(())
    }

    /// Returns an error if the peer has not sent its transport parameters (RFC 9001, section 8.2), or if no application
    /// protocol was negotiated (section 8.1). A server has the extensions of the client once it can send Handshake
    /// packets, and a client those of the server at the end.
    fn require_quic_extensions(&mut self, complete: bool) -> Result<()> {
        let answered =
            self.side() == Side::Server && self.quic().read_level > EncryptionLevel::Initial;
        if !complete && !answered {
            return Ok(());
        }
        if self.quic().peer_parameters.is_none() {
            return self.refuse_quic(
                Alert::MISSING_EXTENSION,
                "the peer has sent no QUIC transport parameters",
            );
        }
        if !self.config().alpn.is_empty() && self.alpn().is_none() {
            return self.refuse_quic(
                Alert::NO_APPLICATION_PROTOCOL,
                "no application protocol was negotiated, which QUIC requires",
            );
        }
        Ok(())
    }

    fn refuse_quic(&mut self, alert: Alert, reason: &'static str) -> Result<()> {
        let code = self.core_mut().refuse(alert, reason);
        self.fail_quic(code)
    }

    /// Ends the session for a fatal code, and returns the error.
    fn fail_quic(&mut self, code: c_int) -> Result<()> {
        let quic = self.quic();
        (quic.handshake, quic.application) = Default::default();
        quic.early = None;
        match self.fail::<_, ()>(&mut NoTransport, code) {
            Err(error) => Err(error),
            // The transport never blocks.
            Ok(_) => Err(self.core().lifecycle.ended()),
        }
    }

    /// Processes bytes of handshake messages.
    ///
    /// GnuTLS receives complete messages one by one: it checks the level only when it receives bytes, and would process
    /// further bytes at the next level.
    #[corresponds(gnutls_handshake_write)]
    pub(crate) fn read_quic_handshake(
        &mut self,
        level: EncryptionLevel,
        bytes: &[u8],
    ) -> Result<()> {
        let _ = self.begin_call(&mut NoTransport)?;
        if bytes.is_empty() {
            return Ok(());
        }
        if level != self.quic().read_level {
            return self.refuse_quic(
                Alert::UNEXPECTED_MESSAGE,
                "handshake bytes were received at another encryption level than that of the handshake",
            );
        }
        self.quic().input.extend_from_slice(bytes);
        loop {
            let maximum = self.config().handshake.max_message();
            if message_length(&self.quic().input).is_some_and(|length| length > maximum) {
                return self.fail_quic(sys::GNUTLS_E_HANDSHAKE_TOO_LARGE);
            }
            let Some(message) = self.quic().next_message() else {
                return Ok(());
            };
            self.read_message(level, &message)?;
            if self.quic().read_level != level && !self.quic().input.is_empty() {
                return self.refuse_quic(
                    Alert::UNEXPECTED_MESSAGE,
                    "handshake bytes follow the last message of their encryption level",
                );
            }
        }
    }

    fn read_message(&mut self, level: EncryptionLevel, message: &[u8]) -> Result<()> {
        let complete = self.core().lifecycle.handshake_done();
        if complete {
            self.check_post_handshake_message(message)?;
        }
        let code = self.write_to_gnutls(level, message);
        if code < 0 && code != sys::GNUTLS_E_AGAIN {
            return self.fail_quic(code);
        }
        if complete {
            return Ok(());
        }
        self.continue_quic_handshake()
    }

    /// Accepts only a ticket of a server. QUIC updates its keys without a message (RFC 9001, section 6), and requests no
    /// certificate after the handshake (section 4.4).
    fn check_post_handshake_message(&mut self, message: &[u8]) -> Result<()> {
        let ticket = message[0] as u32 == MessageType::NEW_SESSION_TICKET.as_raw();
        if !ticket || self.side() == Side::Server {
            return self.refuse_quic(
                Alert::UNEXPECTED_MESSAGE,
                "the peer has sent a handshake message other than a ticket after the handshake",
            );
        }
        let permitted = match ticket_early_data(message) {
            None => false,
            Some(u32::MAX) => true,
            // RFC 9001, section 4.6.1.
            Some(_) => {
                return self.refuse_quic(
                    Alert::ILLEGAL_PARAMETER,
                    "the ticket limits the size of early data, which QUIC prohibits",
                );
            }
        };
        self.quic().ticket_permits_early_data = permitted;
        Ok(())
    }

    fn write_to_gnutls(&mut self, level: EncryptionLevel, message: &[u8]) -> c_int {
        #[cfg(gnutls_3_7_2)]
        {
            // SAFETY: copies the message. After the handshake it also processes it, and may run callbacks of the session.
            // The exclusive reference to the session excludes other borrows of it.
            self.call(&mut NoTransport, |session| unsafe {
                sys::gnutls_handshake_write(
                    session,
                    level.as_raw(),
                    message.as_ptr().cast(),
                    message.len(),
                ) as isize
            }) as c_int
        }
        #[cfg(not(gnutls_3_7_2))]
        {
            let _ = (level, message);
            sys::GNUTLS_E_UNIMPLEMENTED_FEATURE
        }
    }

    /// Sends tickets.
    pub(crate) fn send_quic_tickets(&mut self, count: u8) -> Result<()> {
        match self.send_tickets(&mut NoTransport, count)? {
            Poll::Ready(()) => Ok(()),
            Poll::Pending => Err(Error::new(ErrorKind::Other, "the tickets were not sent")),
        }
    }

    /// Takes the messages of one level that are to be sent.
    pub(crate) fn take_quic_output(&mut self) -> Option<(EncryptionLevel, Vec<u8>)> {
        self.quic().output.pop_front()
    }

    /// Takes the secrets of the client and of the server for the next level, once both have been derived.
    pub(crate) fn take_quic_secrets(&mut self) -> Option<(EncryptionLevel, (Secret, Secret))> {
        if self.core().lifecycle.has_ended() {
            return None;
        }
        let quic = self.quic();
        if let Some(secrets) = quic.handshake.take() {
            return Some((EncryptionLevel::Handshake, secrets));
        }
        let secrets = quic.application.take()?;
        Some((EncryptionLevel::Application, secrets))
    }
}

impl SessionRef {
    /// Returns the cipher and the hash of the negotiated cipher suite, also during the handshake.
    pub(crate) fn quic_algorithms(&self) -> Result<(Cipher, Digest)> {
        // SAFETY: looks the epoch up that is read with, and reads its cipher (lib/state.c).
        let cipher = Cipher::from_raw(unsafe { sys::gnutls_cipher_get(self.as_ptr()) });
        #[cfg(gnutls_3_7_2)]
        {
            // SAFETY: reads the hash of the session (lib/state.c).
            let digest = unsafe { sys::gnutls_prf_hash_get(self.as_ptr()) };
            Ok((cipher, Digest::from_raw(digest)))
        }
        #[cfg(not(gnutls_3_7_2))]
        {
            let _ = cipher;
            Err(Error::from_code(sys::GNUTLS_E_UNIMPLEMENTED_FEATURE))
        }
    }

    pub(crate) fn quic_state(&self) -> Option<&QuicState> {
        self.state().quic.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A NewSessionTicket with this list of extensions.
    fn ticket(extensions: &[u8]) -> Vec<u8> {
        let mut message = vec![4, 0, 0, 0];
        message.extend([0; 8]);
        message.extend([1, 0xaa]);
        message.extend([0, 2, 0xbb, 0xbb]);
        message.extend((extensions.len() as u16).to_be_bytes());
        message.extend(extensions);
        message
    }

    #[test]
    fn the_early_data_of_a_ticket_is_found() {
        assert_eq!(ticket_early_data(&ticket(&[])), None);
        assert_eq!(
            ticket_early_data(&ticket(&[0, 42, 0, 4, 255, 255, 255, 255])),
            Some(u32::MAX)
        );
        assert_eq!(
            ticket_early_data(&ticket(&[0xfe, 0, 0, 1, 7, 0, 42, 0, 4, 0, 0, 1, 0])),
            Some(256)
        );
        let whole = ticket(&[0, 42, 0, 4, 255, 255, 255, 255]);
        for length in 0..whole.len() {
            assert_eq!(ticket_early_data(&whole[..length]), None, "{length}");
        }
    }

    #[test]
    fn messages_are_taken_one_by_one() {
        let bytes = [1, 0, 0, 2, 7, 7, 2, 0, 0, 0, 3, 0, 0, 1];
        for size in 1..=bytes.len() {
            let mut quic = QuicState::new(&[]);
            let mut messages = Vec::new();
            for part in bytes.chunks(size) {
                quic.input.extend_from_slice(part);
                while let Some(message) = quic.next_message() {
                    messages.push(message);
                }
            }
            assert_eq!(messages, [vec![1, 0, 0, 2, 7, 7], vec![2, 0, 0, 0]]);
            assert_eq!(quic.input, [3, 0, 0, 1]);
        }
    }
}
