//! The examination of handshake fragments before GnuTLS receives them.
//!
//! Before 3.8.13 GnuTLS trusts the lengths and ranges of fragments, and finds the fragments of a message by its type
//! instead of its number (`merge_handshake_packet` in lib/buffers.c), so that anybody who can send a datagram can
//! overwrite its memory: CVE-2026-33845, CVE-2026-33846 and CVE-2026-42009 (hazard 42). Only fragments are let through
//! for which that code is correct.
//!
//! The fragments of an encrypted message are examined too, since the peer of the key exchange need not be authenticated:
//! the server accepts the Finished message of any client. GnuTLS therefore receives one record at a time, and each is
//! decrypted with the keys that GnuTLS has then.

mod decryption;

use self::decryption::Content;
use crate::library::vulnerability;
use crate::session_core::session_ref::SessionRef;
use crate::version::{Version, version};

/// The length of a record header: type, version, epoch, sequence number and length (RFC 6347, section 4.1).
pub(crate) const RECORD_HEADER: usize = 13;

/// The length of the header of a fragment (RFC 6347, section 4.2.2).
const FRAGMENT_HEADER: usize = 12;

const HANDSHAKE: u8 = 22;

const CLIENT_HELLO: u8 = 1;

const FINISHED: u8 = 20;

/// The length of a Finished message up to TLS 1.2 (RFC 5246, section 7.4.9).
const FINISHED_LENGTH: u32 = 12;

/// The maximum number of messages in the handshakes of a session. Those of one handshake are less than half as many.
const MESSAGES: usize = 64;

/// The handshake messages of which fragments have been received.
#[derive(Debug)]
pub(crate) struct Fragments {
    messages: Vec<Message>,
    /// GnuTLS reserves memory for a message whose first fragment is a single byte, as since 3.8.1.
    accepts_first_byte: bool,
    /// The last message of the peer in the handshake.
    finished: Option<Finished>,
    /// The epoch of the last message of the peer in the handshake before.
    previous: Option<u16>,
}

/// The Finished message of the peer, with which its part of the handshake ends.
#[derive(Clone, Copy, Debug)]
struct Finished {
    epoch: u16,
    number: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Message {
    kind: u8,
    number: u16,
    length: u32,
}

/// One fragment of a message.
#[derive(Clone, Copy, Debug)]
struct Fragment {
    message: Message,
    offset: u32,
    length: u32,
}

impl Fragments {
    /// Returns the examination for a session, or `None` if the running library is not vulnerable.
    pub(crate) fn new() -> Option<Self> {
        vulnerability::fragments_are_trusted().then(|| Self {
            messages: Vec::new(),
            accepts_first_byte: version().running >= Version::new(3, 8, 1),
            finished: None,
            previous: None,
        })
    }

    /// Returns the examination for the reassembly of GnuTLS 3.7.9.
    #[cfg(test)]
    pub(crate) fn always() -> Self {
        Self {
            messages: Vec::new(),
            accepts_first_byte: false,
            finished: None,
            previous: None,
        }
    }

    /// Returns the epoch of the peer's Finished message, if it was the last one.
    #[cfg(test)]
    pub(crate) fn finished_epoch(&self) -> Option<u16> {
        self.finished.map(|finished| finished.epoch)
    }

    /// Returns `true` if a record, with its header, contains no fragment that is inconsistent in itself or with earlier
    /// ones. Encrypted records, whose epoch is not 0, are not examined: [`accept_encrypted`](Self::accept_encrypted) does so
    /// when GnuTLS receives them. GnuTLS discards a record with any epoch other than that of its current keys
    /// (`_dtls_record_check` in lib/dtls-sw.c).
    pub(crate) fn accept(&mut self, record: &[u8]) -> bool {
        let Some((header, content)) = record.split_first_chunk::<RECORD_HEADER>() else {
            return true;
        };
        header[0] != HANDSHAKE || epoch(header) != 0 || self.accept_content(content)
    }

    /// Returns `true` if GnuTLS can receive a record next, with its header, whose content may be encrypted. `is_open` means
    /// that no handshake is under way.
    pub(crate) fn accept_encrypted(
        &mut self,
        session: &SessionRef,
        record: &[u8],
        is_open: bool,
    ) -> bool {
        let Some(header) = record.first_chunk::<RECORD_HEADER>() else {
            return true;
        };
        if header[0] != HANDSHAKE || epoch(header) == 0 {
            return true;
        }
        match decryption::decrypt(session, record) {
            Content::Plain(content) => self.accept_decrypted(epoch(header), &content, is_open),
            Content::Invalid => true,
            Content::Unknown => false,
        }
    }

    fn accept_decrypted(&mut self, epoch: u16, content: &[u8], is_open: bool) -> bool {
        if is_open && self.finished.is_some() {
            // GnuTLS discards all messages but the hello with which a client begins another handshake. It may send its own
            // last messages again for a message of the last handshake.
            if content.first() != Some(&CLIENT_HELLO) {
                return true;
            }
            self.begin_handshake();
        }
        let first = Fragment::split(content).map(|(fragment, _)| fragment);
        let finished = first.filter(|fragment| fragment.message.kind == FINISHED);
        if let Some(finished) = finished {
            // One of the handshake before would count as a message of this one.
            let repeated = self.previous.is_some_and(|previous| epoch <= previous);
            if repeated || finished.message.length != FINISHED_LENGTH {
                return false;
            }
        }
        if !self.accept_content(content) {
            return false;
        }
        if let Some(finished) = finished.filter(|finished| finished.length == FINISHED_LENGTH) {
            let number = finished.message.number;
            self.finished = Some(Finished { epoch, number });
        }
        true
    }

    /// Forgets the messages of a handshake that is over: those that GnuTLS has processed. It may still have others, which
    /// only a hostile peer sends.
    pub(crate) fn begin_handshake(&mut self) {
        if let Some(Finished { epoch, number }) = self.finished.take() {
            self.messages.retain(|message| message.number > number);
            self.previous = Some(epoch);
        }
    }

    fn accept_content(&mut self, mut rest: &[u8]) -> bool {
        while !rest.is_empty() {
            let Some((fragment, next)) = Fragment::split(rest) else {
                return false;
            };
            let is_first_byte = fragment.is_first_byte() && !self.accepts_first_byte;
            if is_first_byte || !fragment.is_consistent() || !self.add(fragment.message) {
                return false;
            }
            rest = next;
        }
        true
    }

    /// Adds a message, unless it contradicts an earlier one.
    fn add(&mut self, message: Message) -> bool {
        let contradicts = |earlier: &Message| {
            // GnuTLS would write to the memory of a message with the same type.
            if earlier.kind == message.kind {
                earlier.length != message.length
            } else {
                earlier.number == message.number
            }
        };
        if self.messages.iter().any(contradicts) {
            return false;
        }
        if !self.messages.contains(&message) {
            if self.messages.len() == MESSAGES {
                return false;
            }
            self.messages.push(message);
        }
        true
    }
}

/// Returns the epoch of a record.
fn epoch(header: &[u8; RECORD_HEADER]) -> u16 {
    u16::from_be_bytes([header[3], header[4]])
}

impl Fragment {
    /// Splits off the first fragment. Returns `None` if it is incomplete.
    fn split(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (header, rest) = bytes.split_first_chunk::<FRAGMENT_HEADER>()?;
        let number = |index: usize| {
            u32::from_be_bytes([0, header[index], header[index + 1], header[index + 2]])
        };
        let fragment = Self {
            message: Message {
                kind: header[0],
                number: u16::from_be_bytes([header[4], header[5]]),
                length: number(1),
            },
            offset: number(6),
            length: number(9),
        };
        let rest = rest.get(fragment.length as usize..)?;
        Some((fragment, rest))
    }

    /// Returns `true` if only the first byte of a longer message is in the fragment.
    fn is_first_byte(&self) -> bool {
        self.offset == 0 && self.length == 1 && self.message.length > 1
    }

    fn is_consistent(&self) -> bool {
        let message = self.message.length;
        match self.length {
            // Only a message without content has an empty fragment.
            0 => message == 0 && self.offset == 0,
            length => self.offset + length <= message,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::this_program::interval_of_cases;

    /// Returns a fragment whose header has these fields, with `content` bytes.
    fn fragment(kind: u8, number: u16, fields: [u32; 3], content: usize) -> Vec<u8> {
        let [total, offset, length] = fields.map(|field| field.to_be_bytes());
        let mut bytes = vec![kind];
        bytes.extend_from_slice(&total[1..]);
        bytes.extend_from_slice(&number.to_be_bytes());
        bytes.extend_from_slice(&offset[1..]);
        bytes.extend_from_slice(&length[1..]);
        bytes.resize(FRAGMENT_HEADER + content, kind);
        bytes
    }

    fn record(epoch: u8, content: &[u8]) -> Vec<u8> {
        let mut record = vec![HANDSHAKE, 254, 253, 0, epoch, 0, 0, 0, 0, 0, 0];
        record.extend_from_slice(&(content.len() as u16).to_be_bytes());
        record.extend_from_slice(content);
        record
    }

    /// The reassembly of GnuTLS 3.7.9 in Rust, where an access out of bounds panics.
    #[derive(Default)]
    struct Vulnerable {
        entries: Vec<Entry>,
        next: u16,
    }

    struct Entry {
        kind: u8,
        number: u16,
        length: u32,
        start: u32,
        end: u32,
        data: Vec<u8>,
    }

    impl Vulnerable {
        /// The loop of `_gnutls_parse_record_buffered_msgs`.
        fn receive(&mut self, mut content: &[u8]) {
            loop {
                let Some((header, rest)) = content.split_first_chunk::<FRAGMENT_HEADER>() else {
                    return;
                };
                let number = |index: usize| {
                    u32::from_be_bytes([0, header[index], header[index + 1], header[index + 2]])
                };
                let (length, start, size) = (number(1), number(6), number(9));
                let end = if size > 0 { start + size - 1 } else { 0 };
                // parse_handshake_header
                let is_invalid = length > 0
                    && (size as usize > rest.len() || (size > 0 && end >= length))
                    || length == 0 && end != 0 && start != 0;
                if is_invalid {
                    return;
                }
                let size = length.min(end.wrapping_sub(start).wrapping_add(1)) as usize;
                let entry = Entry {
                    kind: header[0],
                    number: u16::from_be_bytes([header[4], header[5]]),
                    length,
                    start,
                    end,
                    data: rest[..size].to_vec(),
                };
                self.merge(entry);
                content = &rest[size..];
                if content.is_empty() {
                    break;
                }
            }
            for (index, entry) in self.entries.iter().enumerate() {
                let others = &self.entries[index + 1..];
                assert!(
                    others.iter().all(|other| other.number != entry.number),
                    "the order is undefined"
                );
            }
            self.entries.retain(|entry| entry.number >= self.next);
        }

        /// The function `merge_handshake_packet`.
        fn merge(&mut self, mut new: Entry) {
            let count = self.entries.len();
            let Some(entry) = self.entries.iter_mut().find(|entry| entry.kind == new.kind) else {
                if count < 6 {
                    if new.length > 0 && new.end > 0 && new.end - new.start + 1 != new.length {
                        let size = new.data.len();
                        new.data.resize(new.length as usize, 0);
                        new.data.copy_within(..size, new.start as usize);
                    }
                    self.entries.push(new);
                }
                return;
            };
            let mut copy = || {
                let start = new.start as usize;
                entry.data[start..start + new.data.len()].copy_from_slice(&new.data);
            };
            if new.start < entry.start && new.end + 1 >= entry.start {
                copy();
                (entry.start, entry.end) = (new.start, new.end.min(entry.end));
            } else if new.end > entry.end && new.start <= entry.end + 1 {
                copy();
                (entry.start, entry.end) = (new.start.min(entry.start), new.end);
            }
        }

        /// The message that the handshake processes next, whose data must be complete.
        fn process(&mut self) {
            let next = self.next;
            let place = self.entries.iter().position(|entry| entry.number == next);
            let is_complete = |entry: &Entry| {
                entry.start == 0 && entry.end.wrapping_add(1) == entry.length || entry.length == 0
            };
            if let Some(place) = place.filter(|place| is_complete(&self.entries[*place])) {
                let entry = self.entries.remove(place);
                let _ = &entry.data[..entry.length as usize];
                self.next += 1;
            }
        }
    }

    /// Returns numbers that are often equal, at a limit or contradictory.
    struct Numbers(u64);

    impl Numbers {
        fn of(&mut self, choices: &[u32]) -> u32 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            choices[(self.0 >> 13) as usize % choices.len()]
        }
    }

    /// Sends hostile records to the reassembly, and returns the number of accepted ones.
    fn attack(seed: u64, mut accept: impl FnMut(&[u8]) -> bool) -> usize {
        let mut numbers = Numbers(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let mut vulnerable = Vulnerable::default();
        let mut accepted = 0;
        for _ in 0..60 {
            let mut content = Vec::new();
            for _ in 0..numbers.of(&[1, 1, 2, 3]) {
                let size = numbers.of(&[0, 1, 2, 5, 10, 50]);
                let length = numbers.of(&[0, 1, 2, 5, 10, 50, 60, size]);
                let offset = numbers.of(&[0, 0, 0, 1, 2, 5, 10, length.saturating_sub(size)]);
                let kind = numbers.of(&[1, 1, 1, 2, 11, 20]) as u8;
                let number = numbers.of(&[0, 0, 1, 2, 3]) as u16;
                let truncated = numbers.of(&[0, 0, 0, 0, 1]).min(size);
                let fields = [length, offset, size];
                content.extend(fragment(kind, number, fields, (size - truncated) as usize));
            }
            if accept(&record(0, &content)) {
                accepted += 1;
                vulnerable.receive(&content);
            }
            if numbers.of(&[0, 1]) == 1 {
                vulnerable.process();
            }
        }
        accepted
    }

    #[test]
    fn hazard_42_cve_2026_33845_cve_2026_33846_and_cve_2026_42009_are_unreachable() {
        let (mut accepted, interval) = (0, interval_of_cases());
        for seed in (0..3000).step_by(interval) {
            let mut fragments = Fragments::always();
            accepted += attack(seed, |record| fragments.accept(record));
        }
        assert!(accepted > 3000 / interval, "{accepted}");
    }

    #[test]
    fn the_reassembly_without_examination_is_vulnerable() {
        let faults =
            (0..200).filter(|seed| std::panic::catch_unwind(|| attack(*seed, |_| true)).is_err());
        assert!(faults.count() > 100);
    }

    #[test]
    fn ordinary_messages_are_accepted_in_any_order_and_size() {
        for size in [2, 3, 7, 100] {
            let mut records = Vec::new();
            for (kind, number, length) in [(1, 1, 100_u32), (11, 2, 33), (14, 3, 0), (16, 4, 66)] {
                let mut offset = 0;
                loop {
                    let part = size.min(length - offset);
                    let content = fragment(kind, number, [length, offset, part], part as usize);
                    records.push(record(0, &content));
                    offset += part;
                    if offset == length {
                        break;
                    }
                }
            }
            for reverse in [false, true] {
                let mut fragments = Fragments::always();
                // Each record is also repeated.
                for _ in 0..2 {
                    assert!(records.iter().all(|record| fragments.accept(record)));
                    if reverse {
                        records.reverse();
                    }
                }
            }
        }
    }

    #[test]
    fn other_records_are_not_examined() {
        let content = fragment(1, 0, [1, 5, 9], 2);
        let mut fragments = Fragments::always();
        assert!(!fragments.accept(&record(0, &content)));
        assert!(fragments.accept(&record(1, &content)), "encrypted");
        let mut data = record(0, &content);
        data[0] = 23;
        assert!(fragments.accept(&data), "data");
        assert!(fragments.accept(b"short"));
    }

    #[test]
    fn hazard_42_the_messages_of_a_handshake_end_with_the_peers_finished() {
        let hello = |number, length: u32| fragment(CLIENT_HELLO, number, [length, 0, 9], 9);
        let finished = |number| fragment(FINISHED, number, [12, 0, 12], 12);
        let mut fragments = Fragments::always();
        assert!(fragments.accept(&record(0, &hello(0, 50))));
        assert!(!fragments.accept_decrypted(1, &fragment(FINISHED, 2, [13, 0, 12], 12), false));
        assert!(!fragments.accept_decrypted(1, &fragment(FINISHED, 2, [12, 0, 0], 0), false));
        assert!(
            !fragments.accept_decrypted(1, &finished(0), false),
            "the number of the hello"
        );
        assert!(fragments.accept_decrypted(1, &finished(2), false));
        assert!(!fragments.accept_decrypted(1, &hello(0, 60), false));
        // No message but a hello has an effect on an open session, and another handshake begins with it.
        assert!(fragments.accept_decrypted(1, &fragment(11, 0, [1, 5, 9], 9), true));
        assert!(fragments.accept_decrypted(1, &hello(0, 60), true));
        assert!(!fragments.accept_decrypted(1, &hello(0, 61), true));
        assert!(
            !fragments.accept_decrypted(1, &finished(2), false),
            "of the first handshake"
        );
        assert!(fragments.accept_decrypted(1, &fragment(16, 2, [9, 0, 9], 9), false));
        assert!(fragments.accept_decrypted(2, &finished(3), false));
    }

    #[test]
    fn hazard_42_a_message_that_comes_too_early_counts_in_the_next_handshake() {
        let hello = |number, length: u32| fragment(CLIENT_HELLO, number, [length, 0, 9], 9);
        let mut fragments = Fragments::always();
        assert!(fragments.accept_decrypted(1, &hello(7, 20), false));
        assert!(fragments.accept_decrypted(1, &fragment(FINISHED, 3, [12, 0, 12], 12), false));
        fragments.begin_handshake();
        assert!(!fragments.accept_decrypted(1, &hello(0, 600), false));
    }

    #[test]
    fn the_number_of_messages_is_limited() {
        let mut fragments = Fragments::always();
        for number in 0..MESSAGES as u16 {
            assert!(fragments.accept(&record(0, &fragment(3, number, [3, 0, 3], 3))));
        }
        assert!(!fragments.accept(&record(0, &fragment(3, 999, [3, 0, 3], 3))));
        assert!(fragments.accept(&record(0, &fragment(3, 0, [3, 0, 3], 3))));
    }
}
