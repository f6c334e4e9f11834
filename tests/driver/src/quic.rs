//! Two connections for QUIC, and the handshake messages between them, as `FORMAT.md` specifies them.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::task::Poll;

use gnutls::quic::{
    Connection as Tls, DirectionalKeys, EncryptionLevel, KeyChange, Keys, PacketKey, Secrets,
    Version,
};
use gnutls::resumption::SessionData;
use gnutls::session::PeerName;
use gnutls::{ClientConfig, Result, ServerConfig, Side};

use crate::connection::Listing;
use crate::messages::needs;
use crate::names::Saved;
use crate::observe::Observation;
use crate::outcome::{Call, count};

/// The length of the transport parameters of a client. A server has one byte more.
const PARAMETERS: usize = 20;
/// The number that is listed if there are none.
const NO_PARAMETERS: usize = 65_536;
/// The number of the extension with the transport parameters, and the one that `strip` replaces it by.
const NUMBERS: [[u8; 2]; 2] = [[0, 0x39], [0xff, 0x39]];
/// The levels in the order of their numbers, with the names in the output.
const LEVELS: [(EncryptionLevel, &str); 4] = [
    (EncryptionLevel::Initial, "initial"),
    (EncryptionLevel::Early, "early"),
    (EncryptionLevel::Handshake, "handshake"),
    (EncryptionLevel::Application, "application"),
];

fn index(level: EncryptionLevel) -> usize {
    let level = LEVELS.iter().position(|(known, _)| *known == level);
    level.expect("the list has all levels")
}

fn level(number: u8) -> EncryptionLevel {
    LEVELS[usize::from(number)].0
}

/// Returns the first bytes of those that `send` sends.
fn parameters(length: usize) -> Vec<u8> {
    (0..length).map(|i| (i % 251) as u8).collect()
}

/// A handshake message that waits.
#[derive(Clone)]
struct Message {
    level: EncryptionLevel,
    bytes: Vec<u8>,
}

/// Two endpoints.
pub struct QuicConnection {
    pub client: QuicEndpoint,
    pub server: QuicEndpoint,
    /// The messages that both have sent since they were last taken.
    sent: Vec<(Side, &'static str, Vec<u8>)>,
}

/// One side of a connection.
pub struct QuicEndpoint {
    listing: Listing,
    tls: Tls,
    /// The messages for this endpoint, in order.
    waiting: VecDeque<Message>,
    handshake: Option<Keys>,
    application: Option<(Keys, Secrets)>,
    failed: bool,
    handshake_failed: bool,
}

/// The result of opening a connection.
pub enum Opened {
    Connection(Box<QuicConnection>),
    Failed(Call),
    Unsupported(String),
}

impl QuicConnection {
    /// Creates both sessions.
    pub fn open(
        number: &str,
        client: &ClientConfig,
        server: &ServerConfig,
        name: Option<&str>,
        length: Option<usize>,
        saved: Option<&Saved>,
        calls: &mut Vec<Call>,
    ) -> Opened {
        let length = length.unwrap_or(PARAMETERS);
        let own = parameters(length);
        let name = || name.map_or(PeerName::Unnamed, PeerName::from);
        let resume = |saved: &Saved| {
            let data: Cow<'_, SessionData> = saved.data()?;
            Tls::resume(client, Version::V1, name(), &own, &data)
        };
        let resumed = saved.map(resume);
        let set_data = resumed
            .as_ref()
            .map(|resumed| Call::done("set_data", resumed));
        let sessions = resumed
            .and_then(Result::ok)
            .map_or_else(|| Tls::client(client, Version::V1, name(), &own), Ok)
            .and_then(|client| {
                let server = Tls::server(server, Version::V1, &parameters(length + 1))?;
                Ok((client, server))
            });
        if let Some(needs) = needs(&sessions) {
            return Opened::Unsupported(needs);
        }
        let (client, server) = match sessions {
            Ok(sessions) => sessions,
            Err(error) => return Opened::Failed(Call::error("quic", &error)),
        };
        let mut connection = Self {
            client: QuicEndpoint::new(format!("{number}c"), client),
            server: QuicEndpoint::new(format!("{number}s"), server),
            sent: Vec::new(),
        };
        if let Some(set_data) = set_data {
            connection.client.list(calls, set_data);
        }
        connection.collect(Side::Client);
        Opened::Connection(Box::new(connection))
    }

    /// Returns one of the two, and the other.
    fn both(&mut self, side: Side) -> (&mut QuicEndpoint, &mut QuicEndpoint) {
        match side {
            Side::Client => (&mut self.client, &mut self.server),
            Side::Server => (&mut self.server, &mut self.client),
        }
    }

    /// Returns one of the two.
    pub fn endpoint(&mut self, client: bool) -> &mut QuicEndpoint {
        let side = if client { Side::Client } else { Side::Server };
        self.both(side).0
    }

    /// Moves the messages that a side has written to the other one.
    fn collect(&mut self, side: Side) {
        let mut sent = Vec::new();
        let (from, to) = self.both(side);
        while let Some((level, bytes)) = from.tls.write_handshake() {
            let mut rest = &bytes[..];
            while let [_, a, b, c, ..] = *rest {
                let length = u32::from_be_bytes([0, a, b, c]) as usize;
                let (message, after) = rest.split_at(4 + length);
                sent.push((side, LEVELS[index(level)].1, message.to_vec()));
                to.waiting.push_back(Message {
                    level,
                    bytes: message.to_vec(),
                });
                rest = after;
            }
            assert!(rest.is_empty(), "a session sends whole messages");
        }
        self.sent.extend(sent);
    }

    /// Returns the messages that both sides have sent since the last call, in order.
    pub fn take_sent(&mut self) -> Vec<(Side, &'static str, Vec<u8>)> {
        std::mem::take(&mut self.sent)
    }

    /// The verb `crypto`. Returns `false` if no message waits.
    pub fn crypto(&mut self, calls: &mut Vec<Call>, client: bool, size: usize) -> bool {
        let side = if client { Side::Client } else { Side::Server };
        if self.both(side).0.waiting.is_empty() {
            return false;
        }
        while self.both(side).0.deliver(calls, size) {
            self.collect(side);
        }
        self.collect(side);
        true
    }

    /// The verb `exchange`.
    pub fn exchange(&mut self, calls: &mut Vec<Call>, size: usize) {
        while self.crypto(calls, true, size) | self.crypto(calls, false, size) {}
    }

    /// Sends tickets of a server.
    pub fn tickets(&mut self, calls: &mut Vec<Call>, client: bool, count: u8) {
        let endpoint = self.endpoint(client);
        let result = endpoint.tls.send_tickets(count);
        endpoint.list(calls, Call::done("tickets", &result));
        self.collect(if client { Side::Client } else { Side::Server });
    }

    /// Lists which keys both sides have, and whether they are the same.
    pub fn secrets(&mut self, calls: &mut Vec<Call>) -> Result<()> {
        let mut early = (self.client.tls.early_keys()?, self.server.tls.early_keys()?);
        self.has(calls, "early_keys", early.0.is_some(), early.1.is_some());
        let same = match &mut early {
            (Some(client), Some(server)) => opens(client, server),
            _ => false,
        };
        self.client.list(calls, count("early_same", same.into()));

        let (client, server) = (&mut self.client.handshake, &mut self.server.handshake);
        let (has, answers) = (client.is_some(), server.is_some());
        let same = match (client, server) {
            (Some(client), Some(server)) => same_keys(client, server),
            _ => false,
        };
        self.has(calls, "handshake_keys", has, answers);
        let client = &mut self.client;
        client.list(calls, count("handshake_same", same.into()));

        let (client, server) = (&mut client.application, &mut self.server.application);
        let (has, answers) = (client.is_some(), server.is_some());
        let (mut same, mut updated) = (false, false);
        if let (Some((client, next)), Some((server, answer))) = (client, server) {
            same = same_keys(client, server);
            let (mut next, mut answer) = (next.next_packet_keys()?, answer.next_packet_keys()?);
            updated = opens_packet(&mut next.local, &mut answer.remote)
                && opens_packet(&mut answer.local, &mut next.remote);
        }
        self.has(calls, "application_keys", has, answers);
        let client = &mut self.client;
        client.list(calls, count("application_same", same.into()));
        client.list(calls, count("updated_same", updated.into()));
        Ok(())
    }

    fn has(&mut self, calls: &mut Vec<Call>, call: &'static str, client: bool, server: bool) {
        self.client.list(calls, count(call, client.into()));
        self.server.list(calls, count(call, server.into()));
    }
}

/// Returns whether the receiver decrypts packets of the sender.
fn opens_packet(sender: &mut PacketKey, receiver: &mut PacketKey) -> bool {
    let mut payload = b"a packet".to_vec();
    let sealed = sender.encrypt_in_place(1, b"header", &mut payload);
    let tag = sealed.expect("a packet is encrypted");
    payload.extend(tag);
    let opened = receiver.decrypt_in_place(1, b"header", &mut payload);
    opened.is_ok_and(|plain| plain == b"a packet")
}

/// The same, also of the protection of headers.
fn opens(sender: &mut DirectionalKeys, receiver: &mut DirectionalKeys) -> bool {
    let sample = [7; 16];
    let (mut first, mut number) = (0xc3, [1, 2, 3, 4]);
    let hidden = sender
        .header
        .encrypt_in_place(&sample, &mut first, &mut number);
    hidden.expect("a header is protected");
    let shown = receiver
        .header
        .decrypt_in_place(&sample, &mut first, &mut number);
    shown.is_ok()
        && (first, number) == (0xc3, [1, 2, 3, 4])
        && opens_packet(&mut sender.packet, &mut receiver.packet)
}

fn same_keys(client: &mut Keys, server: &mut Keys) -> bool {
    opens(&mut client.local, &mut server.remote) && opens(&mut server.local, &mut client.remote)
}

impl QuicEndpoint {
    fn new(name: String, tls: Tls) -> Self {
        Self {
            listing: Listing::new(name),
            tls,
            waiting: VecDeque::new(),
            handshake: None,
            application: None,
            failed: false,
            handshake_failed: false,
        }
    }

    pub fn name(&self) -> &str {
        self.listing.name()
    }

    pub fn observe(&mut self) -> Observation {
        self.listing.observe(&self.tls, self.handshake_failed)
    }

    fn list(&mut self, calls: &mut Vec<Call>, call: Call) {
        self.listing.list(&self.tls, calls, call);
    }

    /// Delivers the messages of the first level, whole or in pieces. Returns `false` if none wait any more.
    fn deliver(&mut self, calls: &mut Vec<Call>, size: usize) -> bool {
        let Some(level) = self.waiting.front().map(|message| message.level) else {
            return false;
        };
        let of_level = self.waiting.iter();
        let of_level = of_level.take_while(|message| message.level == level);
        let messages = of_level.count();
        let bytes: Vec<u8> = self
            .waiting
            .drain(..messages)
            .flat_map(|message| message.bytes)
            .collect();
        let size = if size == 0 { bytes.len() } else { size };
        let mut pieces = bytes.chunks(size);
        let result = pieces.try_for_each(|piece| self.tls.read_handshake(level, piece));
        let result = result.and_then(|()| self.take_keys());
        let n = Ok(Poll::Ready(bytes.len()));
        let Err(error) = &result else {
            self.list(calls, Call::counted("crypto", &n));
            return true;
        };
        self.waiting.clear();
        self.list(calls, Call::error("crypto", error));
        let again = std::mem::replace(&mut self.failed, true);
        self.handshake_failed |= self.tls.is_handshaking();
        if let (Some((level, alert)), false) = (self.tls.alert(), again) {
            self.list(calls, count("alert_sent", alert.as_raw() as usize));
            self.list(calls, count("alert_level", index(level)));
        }
        false
    }

    fn take_keys(&mut self) -> Result<()> {
        while let Some(change) = self.tls.key_change()? {
            match change {
                KeyChange::Handshake { keys } => self.handshake = Some(keys),
                KeyChange::Application { keys, next } => self.application = Some((keys, next)),
            }
        }
        Ok(())
    }

    /// Changes the level of a waiting message. Returns `false` if there is none with this number.
    pub fn set_level(&mut self, place: usize, number: u8) -> bool {
        let message = self.message(place);
        message
            .map(|message| message.level = level(number))
            .is_some()
    }

    /// Changes a byte of a waiting message. Returns `false` if there is none with this number.
    pub fn corrupt(&mut self, place: usize, at: usize, xor: u8) -> bool {
        let change = |message: &mut Message| {
            let at = at % message.bytes.len();
            message.bytes[at] ^= xor;
        };
        self.message(place).map(change).is_some()
    }

    fn message(&mut self, number: usize) -> Option<&mut Message> {
        self.waiting.get_mut(number.checked_sub(1)?)
    }

    /// Replaces the waiting messages by those with these numbers.
    pub fn select(&mut self, numbers: &[usize]) {
        let selected = numbers.iter().filter_map(|n| self.message(*n).cloned());
        self.waiting = selected.collect();
    }

    /// Delivers a message behind those that wait.
    pub fn wait(&mut self, number: u8, bytes: &[u8]) {
        self.waiting.push_back(Message {
            level: level(number),
            bytes: bytes.to_vec(),
        });
    }

    /// Replaces the number of the extension with the transport parameters, wherever the number, a length, and as many
    /// bytes of parameters follow each other.
    pub fn strip(&mut self) {
        for message in &mut self.waiting {
            for at in 0..message.bytes.len() {
                if let [n, m, high, low, data @ ..] = &mut message.bytes[at..] {
                    let length = usize::from(u16::from_be_bytes([*high, *low]));
                    let sent = length > 0 && data.starts_with(&parameters(length));
                    if sent && [*n, *m] == NUMBERS[0] {
                        [*n, *m] = NUMBERS[1];
                    }
                }
            }
        }
    }

    pub fn list_parameters(&mut self, calls: &mut Vec<Call>) {
        let peer = self.tls.peer_transport_parameters();
        let remembered = self.tls.remembered_transport_parameters();
        let listed =
            [("parameters", peer), ("remembered", remembered)].map(|(call, parameters)| {
                match parameters {
                    Some(bytes) => count(call, bytes.len()).with_data(bytes),
                    None => count(call, NO_PARAMETERS),
                }
            });
        for call in listed {
            self.list(calls, call);
        }
    }

    pub fn save(&mut self, calls: &mut Vec<Call>) -> Option<SessionData> {
        let result = self.tls.session_data();
        self.list(calls, Call::saved(&result));
        result.ok()
    }
}
