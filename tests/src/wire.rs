//! The bytes on the wire, parsed into records, handshake messages and hello fields without random parts.
//!
//! One value stands for one record. Byte strings that may be compared with an identifier are given as
//! `{"bytes": "hex"}`: the comparison replaces them by the place where they were first seen.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};

/// The state that is necessary to parse the next bytes of one scenario.
#[derive(Debug, Default)]
pub struct Wire {
    connections: BTreeMap<String, Connection>,
}

/// One connection in both directions: the server's choice determines how the client's records are parsed.
#[derive(Debug, Default)]
struct Connection {
    tls13: bool,
    /// True if the key exchange sends numbers without leading zeros, so that one in 256 is shorter.
    numbers: bool,
    directions: BTreeMap<String, Direction>,
}

#[derive(Debug, Default)]
struct Direction {
    /// Bytes of a stream that are not a whole record yet.
    records: Vec<u8>,
    /// Bytes of plaintext handshake records that are not a whole message yet.
    messages: Vec<u8>,
    encrypted: bool,
}

impl Wire {
    /// Parses the bytes that the endpoint `from` (`1c`, `2s`) passed to its transport, and returns the records that
    /// they complete.
    pub fn read(&mut self, from: &str, bytes: &[u8]) -> Vec<Value> {
        let number = from.trim_end_matches(['c', 's']);
        let connection = self.connections.entry(number.to_owned()).or_default();
        if bytes.get(1) == Some(&0xfe) && !connection.is_inside_record(from) {
            return connection.read_datagram(bytes);
        }
        connection.read_stream(from, bytes)
    }

    /// Parses a handshake message that the endpoint `from` sent without a record, at an encryption level of QUIC.
    pub fn read_message(&mut self, from: &str, level: &str, bytes: &[u8]) -> Value {
        let number = from.trim_end_matches(['c', 's']);
        let connection = self.connections.entry(number.to_owned()).or_default();
        let message = match bytes {
            [kind, _, _, _, body @ ..] => connection.read_message(*kind, body, false),
            _ => Value::Null,
        };
        json!({"record": "crypto", "level": level, "length": bytes.len(), "messages": [message]})
    }

    /// Forgets a connection: its number may be used again.
    pub fn forget(&mut self, number: &str) {
        self.connections.remove(number);
    }
}

impl Connection {
    fn is_inside_record(&self, from: &str) -> bool {
        self.directions
            .get(from)
            .is_some_and(|direction| !direction.records.is_empty())
    }

    fn read_stream(&mut self, from: &str, bytes: &[u8]) -> Vec<Value> {
        let mut direction = self.directions.remove(from).unwrap_or_default();
        direction.records.extend_from_slice(bytes);
        let mut values = Vec::new();
        while let Some(length) = direction
            .records
            .get(3..5)
            .map(|length| number(length) as usize)
        {
            if direction.records.len() < 5 + length {
                break;
            }
            let rest = direction.records.split_off(5 + length);
            let record = std::mem::replace(&mut direction.records, rest);
            values.push(self.read_record(
                &mut direction,
                record[0],
                number(&record[1..3]),
                &record[5..],
            ));
        }
        self.directions.insert(from.to_owned(), direction);
        values
    }

    fn read_record(
        &mut self,
        direction: &mut Direction,
        content: u8,
        version: u64,
        fragment: &[u8],
    ) -> Value {
        let mut record = record(content, version, fragment.len());
        match content {
            20 => {
                // In TLS 1.3 it is only for middleboxes and changes nothing (RFC 8446, D.4).
                direction.encrypted = !self.tls13;
            }
            _ if direction.encrypted => {
                record.insert("encrypted".into(), true.into());
            }
            21 => {
                record.insert("alert".into(), alert(fragment));
            }
            22 => {
                direction.messages.extend_from_slice(fragment);
                record.insert("messages".into(), self.read_messages(direction).into());
                mask_length(&mut record);
            }
            _ => {}
        }
        record.into()
    }

    fn read_messages(&mut self, direction: &mut Direction) -> Vec<Value> {
        let mut values = Vec::new();
        while let Some(length) = direction
            .messages
            .get(1..4)
            .map(|length| number(length) as usize)
        {
            if direction.messages.len() < 4 + length {
                break;
            }
            let rest = direction.messages.split_off(4 + length);
            let message = std::mem::replace(&mut direction.messages, rest);
            values.push(self.read_message(message[0], &message[4..], false));
        }
        values
    }

    fn read_message(&mut self, kind: u8, body: &[u8], datagram: bool) -> Value {
        let mut message = Map::new();
        message.insert("message".into(), message_name(kind).into());
        let varies = self.numbers && [12, 16].contains(&kind);
        let length: Value = if varies {
            VARIES.into()
        } else {
            body.len().into()
        };
        message.insert("length".into(), length);
        let hello = match kind {
            1 => client_hello(body, datagram),
            2 => server_hello(body),
            8 => encrypted_extensions(body),
            _ => None,
        };
        if let Some(hello) = hello {
            self.tls13 |= kind == 2
                && hello
                    .get("selected_version")
                    .is_some_and(|version| version == "0304");
            if let (2, Some(suite)) = (kind, hello.get("cipher_suite")) {
                self.numbers = suite.as_str().is_some_and(sends_numbers);
            }
            message.extend(hello);
        }
        message.into()
    }

    /// A datagram holds whole records (RFC 6347, 4.1); those of a later epoch are encrypted.
    fn read_datagram(&mut self, datagram: &[u8]) -> Vec<Value> {
        let mut reader = Reader(datagram);
        let mut values = Vec::new();
        while let (Some(content), Some(version), Some(epoch), Some(_sequence), Some(fragment)) = (
            reader.number(1),
            reader.number(2),
            reader.number(2),
            reader.take(6),
            reader.vector(2),
        ) {
            let mut record = record(content as u8, version, fragment.len());
            record.insert("epoch".into(), epoch.into());
            match content {
                _ if epoch > 0 => {
                    record.insert("encrypted".into(), true.into());
                }
                21 => {
                    record.insert("alert".into(), alert(fragment));
                }
                22 => {
                    record.insert(
                        "messages".into(),
                        self.read_datagram_messages(fragment).into(),
                    );
                    mask_length(&mut record);
                }
                _ => {}
            }
            values.push(record.into());
        }
        if !reader.0.is_empty() {
            values.push(json!({"record": "malformed", "length": reader.0.len()}));
        }
        values
    }

    fn read_datagram_messages(&mut self, fragment: &[u8]) -> Vec<Value> {
        let mut reader = Reader(fragment);
        let mut values = Vec::new();
        while let (Some(kind), Some(length), Some(sequence), Some(offset), Some(body)) = (
            reader.number(1),
            reader.number(3),
            reader.number(2),
            reader.number(3),
            reader.vector(3),
        ) {
            let whole = body.len() as u64 == length;
            let mut value = if whole {
                self.read_message(kind as u8, body, true)
            } else {
                json!({"message": message_name(kind as u8), "length": length, "offset": offset, "part": body.len()})
            };
            value["sequence"] = sequence.into();
            values.push(value);
        }
        values
    }
}

/// The placeholder for a random length.
const VARIES: &str = "varies";

/// The cipher suites of GnuTLS that exchange numbers of finite fields: `DH_anon`, `DHE_DSS`, `DHE_RSA` and `DHE_PSK`
/// (RFC 5246, section 7.4.3; RFC 4279, section 3), and those with SRP (RFC 5054, section 2.7).
const WITH_NUMBERS: [RangeInclusive<u16>; 31] = [
    0x0013..=0x0013,
    0x0016..=0x0016,
    0x0018..=0x0018,
    0x001b..=0x001b,
    0x002d..=0x002d,
    0x0032..=0x0034,
    0x0038..=0x003a,
    0x0040..=0x0040,
    0x0044..=0x0046,
    0x0066..=0x006d,
    0x0087..=0x0089,
    0x008e..=0x0091,
    0x009e..=0x009f,
    0x00a2..=0x00a3,
    0x00a6..=0x00a7,
    0x00aa..=0x00ab,
    0x00b2..=0x00b5,
    0x00bd..=0x00bf,
    0x00c3..=0x00c5,
    0xc01a..=0xc022,
    0xc07c..=0xc07d,
    0xc080..=0xc081,
    0xc084..=0xc085,
    0xc090..=0xc091,
    0xc096..=0xc097,
    0xc09e..=0xc09f,
    0xc0a2..=0xc0a3,
    0xc0a6..=0xc0a7,
    0xc0aa..=0xc0ab,
    0xccaa..=0xccaa,
    0xccad..=0xccad,
];

/// Returns whether the key exchange of a cipher suite sends numbers; in TLS 1.3 they all have the length of the field.
fn sends_numbers(suite: &str) -> bool {
    u16::from_str_radix(suite, 16)
        .is_ok_and(|suite| WITH_NUMBERS.iter().any(|range| range.contains(&suite)))
}

/// The length of a record is that of its content.
fn mask_length(record: &mut Map<String, Value>) {
    let varies = |message: &Value| message["length"] == VARIES;
    let messages = record.get("messages").and_then(Value::as_array);
    if messages.is_some_and(|messages| messages.iter().any(varies)) {
        record.insert("length".into(), VARIES.into());
    }
}

fn record(content: u8, version: u64, length: usize) -> Map<String, Value> {
    let name = match content {
        20 => "change_cipher_spec",
        21 => "alert",
        22 => "handshake",
        23 => "application_data",
        24 => "heartbeat",
        _ => "unknown",
    };
    let mut record = Map::new();
    record.insert("record".into(), name.into());
    record.insert("version".into(), format!("{version:04x}").into());
    record.insert("length".into(), length.into());
    record
}

fn alert(fragment: &[u8]) -> Value {
    match fragment {
        [level, description] => json!({"level": level, "description": description}),
        _ => Value::Null,
    }
}

fn message_name(kind: u8) -> String {
    let name = match kind {
        0 => "hello_request",
        1 => "client_hello",
        2 => "server_hello",
        3 => "hello_verify_request",
        4 => "new_session_ticket",
        5 => "end_of_early_data",
        8 => "encrypted_extensions",
        11 => "certificate",
        12 => "server_key_exchange",
        13 => "certificate_request",
        14 => "server_hello_done",
        15 => "certificate_verify",
        16 => "client_key_exchange",
        20 => "finished",
        22 => "certificate_status",
        24 => "key_update",
        254 => "message_hash",
        other => return format!("unknown {other}"),
    };
    name.to_owned()
}

/// The random value that marks a server hello as a request to retry (RFC 8446, 4.1.3).
const HELLO_RETRY_REQUEST: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];

fn client_hello(body: &[u8], datagram: bool) -> Option<Map<String, Value>> {
    let mut reader = Reader(body);
    let mut hello = Map::new();
    hello.insert("hello_version".into(), hex::encode(reader.take(2)?).into());
    reader.take(32)?;
    hello.insert("session_id".into(), bytes(reader.vector(1)?));
    if datagram {
        hello.insert("cookie_length".into(), reader.vector(1)?.len().into());
    }
    let suites: Vec<String> = reader.vector(2)?.chunks(2).map(hex::encode).collect();
    hello.insert("cipher_suites".into(), suites.join(" ").into());
    hello.insert("compression".into(), hex::encode(reader.vector(1)?).into());
    hello.insert("extensions".into(), extensions(&mut reader, |_, _| {})?);
    Some(hello)
}

fn server_hello(body: &[u8]) -> Option<Map<String, Value>> {
    let mut reader = Reader(body);
    let mut hello = Map::new();
    hello.insert("hello_version".into(), hex::encode(reader.take(2)?).into());
    let random = reader.take(32)?;
    hello.insert("retry".into(), (random == HELLO_RETRY_REQUEST).into());
    // The random value of a server that supports a newer version (RFC 8446, 4.1.3).
    let downgrade = match &random[24..] {
        b"DOWNGRD\x01" => Some("TLS1.2"),
        b"DOWNGRD\x00" => Some("TLS1.1"),
        _ => None,
    };
    hello.insert("downgrade".into(), downgrade.into());
    hello.insert("session_id".into(), bytes(reader.vector(1)?));
    hello.insert("cipher_suite".into(), hex::encode(reader.take(2)?).into());
    hello.insert("compression".into(), hex::encode(reader.take(1)?).into());
    let mut selected = None;
    let extensions = extensions(&mut reader, |kind, data| {
        if kind == SUPPORTED_VERSIONS {
            selected = Some(hex::encode(data));
        }
    })?;
    hello.insert("selected_version".into(), selected.into());
    hello.insert("extensions".into(), extensions);
    Some(hello)
}

fn encrypted_extensions(body: &[u8]) -> Option<Map<String, Value>> {
    let extensions = extensions(&mut Reader(body), |_, _| {})?;
    Some(Map::from_iter([("extensions".into(), extensions)]))
}

const SESSION_TICKET: u64 = 35;
const PRE_SHARED_KEY: u64 = 41;
const SUPPORTED_VERSIONS: u64 = 43;
const COOKIE: u64 = 44;
const KEY_SHARE: u64 = 51;
const RENEGOTIATION_INFO: u64 = 65281;

/// The extensions by number (some releases send them in random order), each with its length and, unless it is random,
/// its content. The pre-shared key must come last, so its position is a fact.
fn extensions(reader: &mut Reader<'_>, mut seen: impl FnMut(u64, &[u8])) -> Option<Value> {
    if reader.0.is_empty() {
        return Some(json!([]));
    }
    let mut inner = Reader(reader.vector(2)?);
    let mut list = Vec::new();
    while !inner.0.is_empty() {
        let kind = inner.number(2)?;
        let data = inner.vector(2)?;
        seen(kind, data);
        let mut extension = Map::new();
        extension.insert("extension".into(), kind.into());
        extension.insert("length".into(), data.len().into());
        match kind {
            KEY_SHARE => {
                extension.insert("groups".into(), key_share_groups(data).into());
            }
            PRE_SHARED_KEY => {
                extension.insert("last".into(), inner.0.is_empty().into());
            }
            SESSION_TICKET | COOKIE | RENEGOTIATION_INFO => {}
            _ => {
                extension.insert("data".into(), hex::encode(data).into());
            }
        }
        list.push((kind, extension));
    }
    list.sort_by_key(|(kind, _)| *kind);
    Some(
        list.into_iter()
            .map(|(_, extension)| Value::from(extension))
            .collect(),
    )
}

/// The groups of a key share: a list in a client hello, one in a server hello, a bare group in a request to retry.
fn key_share_groups(data: &[u8]) -> Vec<String> {
    if let [high, low] = data {
        return vec![hex::encode([*high, *low])];
    }
    let listed = number(&data[..data.len().min(2)]) as usize + 2 == data.len();
    let mut reader = Reader(if listed { &data[2..] } else { data });
    let mut groups = Vec::new();
    while let (Some(group), Some(_share)) = (reader.take(2), reader.vector(2)) {
        groups.push(hex::encode(group));
    }
    groups
}

fn bytes(bytes: &[u8]) -> Value {
    json!({"bytes": hex::encode(bytes)})
}

fn number(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Takes a byte string apart from the front; `None` if it is too short.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self, length: usize) -> Option<u64> {
        self.take(length).map(number)
    }

    /// Returns the bytes that follow a length of this many bytes.
    fn vector(&mut self, length: usize) -> Option<&'a [u8]> {
        let length = self.number(length)?;
        self.take(length as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let mut message = vec![kind, 0, 0, 0];
        message[2..4].copy_from_slice(&(body.len() as u16).to_be_bytes());
        message.extend_from_slice(body);
        message
    }

    fn record(content: u8, fragment: &[u8]) -> Vec<u8> {
        let mut record = vec![content, 3, 3, 0, 0];
        record[3..5].copy_from_slice(&(fragment.len() as u16).to_be_bytes());
        record.extend_from_slice(fragment);
        record
    }

    fn hello(random: [u8; 32], id: &[u8], tail: &[u8]) -> Vec<u8> {
        let mut body = vec![3, 3];
        body.extend_from_slice(&random);
        body.push(id.len() as u8);
        body.extend_from_slice(id);
        body.extend_from_slice(tail);
        body
    }

    #[test]
    fn a_message_without_a_record_has_its_level_and_its_extensions() {
        let mut wire = Wire::default();
        let bytes = message(8, &[0, 7, 0, 0x39, 0, 3, 1, 2, 3]);
        let value = wire.read_message("1s", "handshake", &bytes);
        let extension = json!({"extension": 0x39, "length": 3, "data": "010203"});
        let message =
            json!({"message": "encrypted_extensions", "length": 9, "extensions": [extension]});
        let expected =
            json!({"record": "crypto", "level": "handshake", "length": 13, "messages": [message]});
        assert_eq!(value, expected);
    }

    #[test]
    fn the_length_of_a_key_exchange_with_numbers_is_left_out() {
        let hello = |suite: [u8; 2]| {
            let body = [&[3, 3][..], &[7; 32], &[0], &suite, &[0]].concat();
            record(22, &message(2, &body))
        };
        let lengths = |suite| {
            let mut wire = Wire::default();
            let mut bytes = hello(suite);
            bytes.extend(record(22, &message(12, &[1; 9])));
            bytes.extend(record(22, &message(14, &[])));
            let values = wire.read("1s", &bytes);
            let of = |at: usize| {
                (
                    values[at]["length"].clone(),
                    values[at]["messages"][0]["length"].clone(),
                )
            };
            (of(1), of(2))
        };
        let plain = (json!(4), json!(0));
        assert_eq!(
            lengths([0xc0, 0x2f]),
            ((json!(13), json!(9)), plain.clone())
        );
        for with_numbers in [[0xc0, 0x1d], [0x00, 0xa6], [0x00, 0xaa], [0xcc, 0xad]] {
            let varies = (json!(VARIES), json!(VARIES));
            assert_eq!(lengths(with_numbers), (varies, plain.clone()));
        }
    }

    #[test]
    fn a_client_hello_gives_its_session_id_and_its_extensions_by_number() {
        let tail = [
            0, 2, 0x13, 0x01, 1, 0, 0, 10, 0, 23, 0, 0, 0, 10, 0, 2, 0xab, 0xcd,
        ];
        let hello = record(22, &message(1, &hello([7; 32], &[1, 2, 3], &tail)));
        let values = Wire::default().read("1c", &hello);
        let read = &values[0]["messages"][0];
        assert_eq!(read["session_id"], json!({"bytes": "010203"}));
        assert_eq!(read["cipher_suites"], "1301");
        assert_eq!(
            read["extensions"][0],
            json!({"extension": 10, "length": 2, "data": "abcd"})
        );
        assert_eq!(read["extensions"][1]["extension"], 23);
        assert!(
            !values[0].to_string().contains("0707"),
            "the random value must not be shown"
        );
    }

    #[test]
    fn a_record_that_comes_byte_by_byte_is_read_once_when_it_is_whole() {
        let bytes = record(21, &[2, 40]);
        let mut wire = Wire::default();
        let values: Vec<Value> = bytes
            .iter()
            .flat_map(|byte| wire.read("1s", &[*byte]))
            .collect();
        assert_eq!(values.len(), 1);
        assert_eq!(values[0]["alert"], json!({"level": 2, "description": 40}));
    }

    #[test]
    fn after_change_cipher_spec_tls12_is_encrypted_and_tls13_is_not() {
        let plain = record(22, &message(1, &hello([0; 32], &[], &[0, 2, 0, 1, 1, 0])));
        let mut wire = Wire::default();
        wire.read("1c", &record(20, &[1]));
        assert_eq!(wire.read("1c", &plain)[0]["encrypted"], true);

        let chosen = hello(
            HELLO_RETRY_REQUEST,
            &[],
            &[0x13, 1, 0, 0, 6, 0, 43, 0, 2, 3, 4],
        );
        let mut wire = Wire::default();
        let retry = wire.read("1s", &record(22, &message(2, &chosen)));
        assert_eq!(retry[0]["messages"][0]["retry"], true);
        wire.read("1c", &record(20, &[1]));
        assert_eq!(
            wire.read("1c", &plain)[0]["messages"][0]["message"],
            "client_hello"
        );
    }

    #[test]
    fn a_datagram_is_read_by_epoch_and_sequence() {
        let mut datagram = vec![22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12];
        datagram.extend_from_slice(&[14, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0]);
        datagram.extend_from_slice(&[22, 0xfe, 0xfd, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 9, 9]);
        let values = Wire::default().read("1s", &datagram);
        assert_eq!(
            values[0]["messages"][0],
            json!({"message": "server_hello_done", "length": 0, "sequence": 5})
        );
        assert_eq!(values[1]["encrypted"], true);
        assert_eq!(values.len(), 2);
    }

    #[test]
    fn damaged_bytes_are_never_a_panic() {
        let whole = record(
            22,
            &message(
                1,
                &hello([7; 32], &[1; 32], &[0, 2, 0x13, 1, 1, 0, 0, 4, 0, 51, 0, 0]),
            ),
        );
        for at in 0..whole.len() {
            for value in [0, 1, 0x7f, 0xfe, 0xff] {
                let mut damaged = whole.clone();
                damaged[at] = value;
                Wire::default().read("1c", &damaged);
            }
        }
    }
}
