//! Two sessions that a sequence uses, and the model of what may happen to them: accepted data arrives once and in order,
//! an exchange that both sides continue ends, and every error has its cause in the sequence.

use std::io::{self, IoSlice};
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::task::Poll;
use std::time::{Duration, Instant};

use gnutls::heartbeat::Mode;
use gnutls::record::KeyUpdate;
use gnutls::resumption::{MemoryCache, TicketKey};
use gnutls::transport::{Descriptors, MemoryTransport};
use gnutls::{
    Alert, AlertLevel, ClientAuth, Error, ErrorCode, ErrorKind, Protocol, Session, Transport,
};
use gnutls_testing::fixtures::{client_identity, trust};
use gnutls_testing::pair::{Pair, client, server};
use gnutls_testing::requirement::{self, Requirement as _};

use crate::callers::operation::{End, Operation, Sequence, Setup};

/// The key updates that GnuTLS accepts within a second.
const KEY_UPDATES: usize = 8;

/// The most rounds until both sides have read everything.
const ROUNDS: usize = 200_000;

/// One end of a connection.
enum Io {
    Memory(MemoryTransport),
    Descriptors(Descriptors),
}

impl Transport for Io {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Memory(io) => io.send(bytes),
            Self::Descriptors(io) => io.send(bytes),
        }
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Memory(io) => io.receive(buffer),
            Self::Descriptors(io) => io.receive(buffer),
        }
    }

    fn descriptors(&mut self) -> Option<&mut Descriptors> {
        match self {
            Self::Memory(_) => None,
            Self::Descriptors(io) => Some(io),
        }
    }
}

/// One side: its session, and the model of it.
struct Side {
    session: Session,
    io: Io,
    /// The bytes that the session has accepted.
    written: usize,
    /// The bytes of the peer that it has returned.
    received: Vec<u8>,
    /// The first handshake is complete.
    open: bool,
    /// Another handshake is under way, or has to run.
    rehandshakes: bool,
    /// It has requested another handshake, and the peer has not answered.
    requested: bool,
    /// It has requested a certificate, and the peer has not answered.
    authenticates: bool,
    /// `close` has been called.
    closing: bool,
    /// `close` has returned that close_notify is written.
    closed: bool,
    /// It was closed during another handshake, which the peer may continue under new keys.
    abandoned: bool,
    saw_end: bool,
    /// `rehandshake` has been called.
    asked: bool,
    /// The peer has refused a handshake, after which GnuTLS cannot begin another one on a client.
    refused: bool,
    /// An error that the model permits has ended the session.
    ended: bool,
    key_updates: usize,
}

impl Side {
    fn new(session: Session, io: Io) -> Self {
        Self {
            session,
            io,
            written: 0,
            received: Vec::new(),
            open: false,
            rehandshakes: false,
            requested: false,
            authenticates: false,
            closing: false,
            closed: false,
            abandoned: false,
            saw_end: false,
            asked: false,
            refused: false,
            ended: false,
            key_updates: 0,
        }
    }

    /// Returns `true` if an exchange of handshake messages is under way.
    fn is_busy(&self) -> bool {
        // A peer that has closed its side does not answer a request.
        !self.open || self.rehandshakes || self.requested && !self.saw_end || self.authenticates
    }
}

/// The byte at a position of the data: words that count.
fn byte(position: usize) -> u8 {
    ((position / 4) as u32).to_be_bytes()[position % 4]
}

fn data(position: usize, length: usize) -> Vec<u8> {
    (position..position + length).map(byte).collect()
}

/// Both sides.
pub(crate) struct World {
    client: Side,
    server: Side,
    setup: Setup,
    datagram: bool,
    /// A handshake after the first one has been requested.
    renegotiated: bool,
}

impl World {
    /// Runs a sequence. Returns the first violation of the model.
    pub(crate) fn run(sequence: &Sequence) -> Result<(), String> {
        let run = || {
            let mut world = Self::open(sequence)?;
            for (number, (end, operation)) in sequence.calls.iter().enumerate() {
                world
                    .call(*end, *operation)
                    .map_err(|fault| format!("call {number}, {end:?} {operation:?}: {fault}"))?;
            }
            world
                .settle()
                .map_err(|fault| format!("afterwards: {fault}"))
        };
        catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            Err(format!("a panic: {}", text.unwrap_or_default()))
        })
    }

    fn open(sequence: &Sequence) -> Result<Self, String> {
        static KEY: OnceLock<TicketKey> = OnceLock::new();
        let (setup, profile) = (sequence.setup, &sequence.profile);
        let mut client = client(profile.priority);
        let mut server = server(profile.priority);
        if setup.client_certificate {
            client = client.identity(client_identity());
        }
        let tls13 = profile.priority == gnutls_testing::pair::TLS1_3;
        if setup.client_auth {
            server = server.client_auth(match tls13 {
                true => ClientAuth::AfterHandshake(trust()),
                false => ClientAuth::Requested(trust()),
            });
        }
        if tls13 {
            client = client.post_handshake_auth(setup.client_auth);
        }
        if setup.client_renegotiates {
            client = client.dangerous_allow_renegotiation();
        }
        if setup.server_renegotiates {
            server = server.dangerous_allow_renegotiation();
        }
        if setup.heartbeat && requirement::HEARTBEAT.is_present() {
            client = client.heartbeat(Mode::AnswerPings);
            server = server.heartbeat(Mode::AnswerPings);
        }
        if setup.tickets {
            let key = KEY.get_or_init(|| TicketKey::generate().expect("a random key"));
            server = server.tickets(key.clone());
        } else {
            server = server.session_cache(MemoryCache::new(4));
        }
        let (client, server) = (client.build().unwrap(), server.build().unwrap());
        let saved = match setup.resumes && (setup.tickets || !tls13) {
            true => Some(Pair::connect(&client, &server, profile.datagram).save()),
            false => None,
        };
        let mut pair = match &saved {
            Some(saved) => Pair::resuming(&client, &server, saved, profile.datagram),
            None => Pair::open(&client, &server, profile.datagram),
        };
        for (session, size) in [&mut pair.client, &mut pair.server]
            .into_iter()
            .zip(setup.record_sizes)
        {
            if let Some(size) = size {
                session.set_max_record_size(size).unwrap();
            }
        }
        let (near, far) = match profile.descriptors {
            false => (Io::Memory(pair.near), Io::Memory(pair.far)),
            true => {
                let (near, far) = UnixStream::pair().unwrap();
                let end = |socket: UnixStream| Io::Descriptors(Descriptors::new(socket).unwrap());
                (end(near), end(far))
            }
        };
        let mut world = Self {
            client: Side::new(pair.client, near),
            server: Side::new(pair.server, far),
            setup,
            datagram: profile.datagram,
            renegotiated: false,
        };
        if setup.connected {
            for _ in 0..20 {
                world.call(End::Client, Operation::Handshake)?;
                world.call(End::Server, Operation::Handshake)?;
                if world.client.open && world.server.open {
                    break;
                }
            }
        }
        Ok(world)
    }

    fn side(&mut self, end: End) -> &mut Side {
        match end {
            End::Client => &mut self.client,
            End::Server => &mut self.server,
        }
    }

    fn view(&self, end: End) -> &Side {
        match end {
            End::Client => &self.client,
            End::Server => &self.server,
        }
    }

    /// Makes one call, and checks its result.
    fn call(&mut self, end: End, operation: Operation) -> Result<(), String> {
        let resumed_datagrams = self.datagram && self.setup.resumes;
        let peer_refused = self.view(end.other()).refused;
        let in_handshake = [end, end.other()].into_iter().any(|end| {
            let side = self.view(end);
            side.rehandshakes || side.requested
        });
        let refused_datagrams = self.datagram && self.view(end).refused;
        let crosses_on_descriptors = !self.is_in_memory() && self.view(end.other()).asked;
        let side = self.side(end);
        if side.ended {
            return Ok(());
        }
        let position = side.written;
        let Side { session, io, .. } = side;
        let unit = |result: gnutls::Result<Poll<()>>| result.map(|poll| poll.map(|()| 0));
        let result = match operation {
            Operation::Handshake => unit(session.handshake(io)),
            Operation::Read(length) => {
                let mut buffer = vec![0; length];
                let result = session.read(io, &mut buffer);
                if let Ok(Poll::Ready(length)) = result {
                    side.received.extend_from_slice(&buffer[..length]);
                }
                result
            }
            Operation::ReadPacket => {
                let result = session.read_packet(io);
                let packet = |packet: Option<gnutls::record::Packet<'_>>| {
                    packet.map(|packet| packet.to_vec()).unwrap_or_default()
                };
                let result = result.map(|poll| poll.map(packet));
                result.map(|poll| {
                    poll.map(|packet| {
                        side.received.extend_from_slice(&packet);
                        packet.len()
                    })
                })
            }
            Operation::Write(length) => session.write(io, &data(position, length)),
            Operation::WriteVectored(first, second) => {
                let (first, second) = (data(position, first), data(position + first, second));
                session.write_vectored(io, &[IoSlice::new(&first), IoSlice::new(&second)])
            }
            Operation::WritePadded(length, padding) => {
                session.write_padded(io, &data(position, length), padding)
            }
            Operation::WriteHidingLength(length, more) => {
                session.write_hiding_length(io, &data(position, length), length..=length + more)
            }
            Operation::Cork => {
                session.cork();
                Ok(Poll::Ready(0))
            }
            Operation::Uncork => unit(session.uncork(io)),
            Operation::Flush => unit(session.flush(io)),
            Operation::UpdateKey { requested } => {
                let update = match requested {
                    true => KeyUpdate::Requested,
                    false => KeyUpdate::NotRequested,
                };
                if !self.may_update_key(end, requested) {
                    return Ok(());
                }
                let side = self.side(end);
                let result = side.session.update_key(&mut side.io, update);
                if matches!(result, Ok(Poll::Ready(()))) {
                    side.key_updates += 1;
                    if requested {
                        self.side(end.other()).key_updates += 1;
                    }
                }
                unit(result)
            }
            // After a resumed DTLS handshake, GnuTLS sends no ClientHello for a minute, while it could have to repeat the
            // client's last flight (_dtls_transmit in lib/dtls.c).
            Operation::Rehandshake if resumed_datagrams => return Ok(()),
            // After a refusal, GnuTLS fails with GNUTLS_E_UNEXPECTED_PACKET for a request and for a heartbeat.
            Operation::Rehandshake | Operation::Ping(_) if peer_refused => return Ok(()),
            // A DTLS server does not answer the next ClientHello after a refusal.
            Operation::Rehandshake if refused_datagrams => return Ok(()),
            // A side that is closed during a further handshake receives GNUTLS_E_REHANDSHAKE and cannot complete it.
            Operation::Close if in_handshake => return Ok(()),
            // On descriptors a request that crosses a ClientHello ends the session, as `rehandshake` documents.
            Operation::Rehandshake if crosses_on_descriptors => return Ok(()),
            Operation::Rehandshake => {
                side.asked = true;
                let result = session.rehandshake(io);
                let begun = |error: &Error| {
                    error.is_fatal() || error.code() == Some(ErrorCode::GOT_APPLICATION_DATA)
                };
                self.renegotiated |= result.as_ref().map_or_else(begun, |_| true);
                unit(result)
            }
            Operation::RequestAuthentication => {
                let result = session.request_authentication(io);
                result.map(|poll| poll.map(usize::from))
            }
            Operation::Ping(length) => unit(session.ping(io, length)),
            Operation::SendTickets(count) => unit(session.send_tickets(io, count)),
            Operation::SaveSession => session.session_data().map(|_| Poll::Ready(0)),
            // In TLS 1.3 every alert ends the session of the peer (RFC 8446, section 6.2).
            Operation::Warning if !side.open || session.protocol() == Some(Protocol::TLS1_3) => {
                return Ok(());
            }
            Operation::Warning => {
                unit(session.send_alert(io, AlertLevel::Warning, Alert::USER_CANCELED))
            }
            Operation::Close => unit(session.close(io)),
            Operation::Getters => {
                getters(session);
                Ok(Poll::Ready(0))
            }
            Operation::Limit(limit) => {
                if let Io::Memory(io) = io {
                    io.set_limit(limit);
                }
                return Ok(());
            }
            Operation::Capacity(capacity) => {
                if let Io::Memory(io) = io {
                    io.set_capacity(capacity);
                }
                return Ok(());
            }
        };
        match result {
            Ok(poll) => self.note(end, operation, poll)?,
            Err(error) => self.note_error(end, operation, &error)?,
        }
        self.check_data(end)
    }

    /// Returns `true` if GnuTLS accepts another key update of this side: it limits their rate, and fails if both sides
    /// request one at the same time.
    fn may_update_key(&self, end: End, requested: bool) -> bool {
        let both = self.client.key_updates + self.server.key_updates;
        if self.view(end).authenticates || self.view(end.other()).authenticates {
            return self.is_in_memory() && both < KEY_UPDATES / 2 && !requested;
        }
        both < KEY_UPDATES / 2 && !(requested && end == End::Server)
    }

    fn is_in_memory(&self) -> bool {
        matches!(self.client.io, Io::Memory(_))
    }

    /// Notes a call that was successful, or has to be repeated.
    fn note(&mut self, end: End, operation: Operation, poll: Poll<usize>) -> Result<(), String> {
        let tls12_server = end == End::Server;
        let side = self.side(end);
        let ready = match poll {
            Poll::Ready(value) => Some(value),
            Poll::Pending => None,
        };
        match (operation, ready) {
            (Operation::Handshake, Some(_)) => {
                if !side.open {
                    side.open = true;
                } else if !side.requested || side.session.handshake_done() {
                    side.rehandshakes = false;
                    side.requested = false;
                }
            }
            (Operation::Handshake, None) if side.open && side.requested => {
                side.requested = false;
                side.rehandshakes = true;
            }
            (Operation::Rehandshake, Some(_)) if tls12_server => side.requested = true,
            (Operation::Rehandshake, Some(_)) => side.rehandshakes = false,
            (Operation::Rehandshake, None) if !tls12_server => side.rehandshakes = true,
            (Operation::RequestAuthentication, Some(_)) => side.authenticates = false,
            (Operation::RequestAuthentication, None) => side.authenticates = true,
            (Operation::Read(_) | Operation::ReadPacket, Some(0)) => side.saw_end = true,
            (
                Operation::Write(_)
                | Operation::WriteVectored(..)
                | Operation::WritePadded(..)
                | Operation::WriteHidingLength(..),
                Some(length),
            ) => side.written += length,
            (Operation::Close, ready) => {
                side.closing = true;
                side.closed |= ready.is_some();
                side.abandoned |= side.rehandshakes;
            }
            _ => {}
        }
        if matches!(operation, Operation::Read(_) | Operation::ReadPacket)
            && ready == Some(0)
            && !self.view(end.other()).closing
        {
            return Err("the end of the stream, although the peer has not closed it".to_owned());
        }
        Ok(())
    }

    /// Checks that the sequence is the cause of an error.
    fn note_error(&mut self, end: End, operation: Operation, error: &Error) -> Result<(), String> {
        let unexpected = || {
            Err(format!(
                "{:?}, {error} (fatal: {})",
                error.kind(),
                error.is_fatal()
            ))
        };
        let peer_closed = self.view(end.other()).closing || self.view(end.other()).ended;
        let peer_refused = self.view(end.other()).refused;
        let renegotiated = self.renegotiated;
        let setup = self.setup;
        let in_memory = self.is_in_memory();
        let side = self.side(end);
        // An exchange ends with the sending side.
        let by_peer = error.code() == Some(ErrorCode::from_raw(gnutls_sys::GNUTLS_E_SESSION_EOF));
        if error.kind() == ErrorKind::Closed && side.closing && !by_peer {
            side.abandoned |= side.rehandshakes;
            side.rehandshakes = false;
            side.authenticates &= operation != Operation::RequestAuthentication;
            return Ok(());
        }
        if error.is_fatal() {
            // The peer does not answer any more.
            let exchanges = matches!(
                operation,
                Operation::Rehandshake | Operation::RequestAuthentication | Operation::Handshake
            );
            if peer_closed && (exchanges || side.is_busy()) || side.abandoned {
                side.ended = true;
                return Ok(());
            }
            // The peer's session has ended for such a reason, and its alert arrives.
            if error.kind() == ErrorKind::Alert && self.view(end.other()).ended {
                self.side(end).ended = true;
                return Ok(());
            }
            // Documented for descriptors: GnuTLS ends the session if a message crosses the request.
            if !in_memory
                && (self.view(end).authenticates || exchanges || self.view(end).rehandshakes)
            {
                self.side(end).ended = true;
                return Ok(());
            }
            return unexpected();
        }
        match error.kind() {
            ErrorKind::Rehandshake if renegotiated => {
                if side.closed {
                    return unexpected();
                }
                if !side.rehandshakes {
                    side.rehandshakes = true;
                    side.requested = false;
                }
                Ok(())
            }
            ErrorKind::Alert if error.alert() == Some(Alert::NO_RENEGOTIATION) => {
                let asked = side.rehandshakes || side.requested;
                let peer_permits = match end {
                    End::Client => setup.server_renegotiates,
                    End::Server => setup.client_renegotiates && !peer_refused,
                };
                side.rehandshakes = false;
                side.requested = false;
                side.refused = true;
                // On descriptors, a server does not recognize a ClientHello after a refusal.
                if asked && (!peer_permits || peer_closed || !in_memory) {
                    return Ok(());
                }
                unexpected()
            }
            ErrorKind::InvalidState if error.code() == Some(ErrorCode::GOT_APPLICATION_DATA) => {
                if side.open && side.requested {
                    side.requested = false;
                    side.rehandshakes = true;
                }
                if operation == Operation::Rehandshake {
                    side.rehandshakes = true;
                }
                if operation == Operation::RequestAuthentication {
                    side.authenticates = true;
                }
                match side.rehandshakes || side.authenticates {
                    true => Ok(()),
                    false => unexpected(),
                }
            }
            ErrorKind::InvalidState | ErrorKind::InvalidInput | ErrorKind::Limit => {
                match self.is_invalid(end, operation) {
                    true => Ok(()),
                    false => unexpected(),
                }
            }
            _ => unexpected(),
        }
    }

    /// Returns `true` if the documentation excludes the call in this state.
    fn is_invalid(&self, end: End, operation: Operation) -> bool {
        let side = self.view(end);
        let session = &side.session;
        let tls13 = session.protocol() == Some(Protocol::TLS1_3);
        let too_early = !side.open;
        match operation {
            Operation::Handshake | Operation::Flush => false,
            Operation::Uncork => too_early,
            Operation::Read(length) => {
                // A datagram is not divided.
                let is_short = self.datagram && session.pending_bytes() > length;
                too_early || side.authenticates || is_short
            }
            Operation::ReadPacket => too_early || side.authenticates,
            Operation::Write(_) | Operation::WriteVectored(..) => {
                // Corked data fills a datagram.
                too_early || self.datagram
            }
            Operation::WritePadded(..) => too_early || !tls13,
            Operation::WriteHidingLength(..) => {
                too_early || !session.can_hide_length() || !self.is_in_memory()
            }
            Operation::UpdateKey { .. } => too_early || !tls13,
            Operation::Rehandshake => {
                // After a refusal, a client cannot begin another handshake, and a server not without limit.
                too_early || tls13 || self.datagram || self.renegotiated
            }
            Operation::RequestAuthentication => {
                too_early || end == End::Client || !tls13 || !self.setup.client_auth
            }
            Operation::Ping(length) => {
                let size = session
                    .max_send_size()
                    .unwrap_or(0)
                    .min(session.max_receive_size());
                too_early || !session.can_ping() || length + 19 > size
            }
            Operation::SendTickets(_) => {
                too_early || end == End::Client || !tls13 || !self.setup.tickets
            }
            // Not before a ticket has arrived, and since 3.8.11 not after a key update.
            Operation::SaveSession => {
                too_early || end == End::Server || tls13 || side.rehandshakes || side.abandoned
            }
            Operation::Warning => too_early,
            Operation::Close => too_early,
            Operation::Cork | Operation::Getters | Operation::Limit(_) | Operation::Capacity(_) => {
                false
            }
        }
    }

    /// Checks that a side has received what the other one has written.
    fn check_data(&self, end: End) -> Result<(), String> {
        let (side, peer) = (self.view(end), self.view(end.other()));
        if side.received.len() > peer.written {
            return Err(format!(
                "{} bytes were received, but only {} written",
                side.received.len(),
                peer.written
            ));
        }
        if self.is_lossy() {
            let words: Vec<_> = side.received.chunks(4).collect();
            return match words.is_sorted() && words.windows(2).all(|pair| pair[0] != pair[1]) {
                true => Ok(()),
                false => Err("datagrams were reordered or repeated".to_owned()),
            };
        }
        let wrong = (0..side.received.len()).rfind(|&at| side.received[at] != byte(at));
        match wrong {
            Some(at) => Err(format!("byte {at} of {} is wrong", side.received.len())),
            None => Ok(()),
        }
    }

    /// Lets both sides continue as careful programs until everything has arrived, and closes the connection.
    fn settle(&mut self) -> Result<(), String> {
        for end in [End::Client, End::Server] {
            self.call(end, Operation::Limit(None))?;
            self.call(end, Operation::Capacity(None))?;
        }
        let closed_before = self.client.closing || self.server.closing;
        self.drive(|world| !world.client.is_busy() && !world.server.is_busy())?;
        if !closed_before && !self.client.ended && !self.server.ended {
            for end in [End::Client, End::Server] {
                self.call(end, Operation::Uncork)?;
                let before = self.view(end).written;
                self.call(end, Operation::Write(8))?;
                if self.view(end).written != before + 8 {
                    return Err(format!("{end:?} cannot write"));
                }
            }
            self.drive(|_| true)?;
        }
        for end in [End::Client, End::Server] {
            self.call(end, Operation::Close)?;
        }
        self.drive(|world| world.client.saw_end && world.server.saw_end)
    }

    /// Returns `true` if data can be lost: GnuTLS discards datagrams that arrive during a handshake.
    fn is_lossy(&self) -> bool {
        self.datagram && self.renegotiated
    }

    /// Returns `true` if everything that was written has been received.
    fn has_arrived(&self) -> bool {
        let all = |end: End| {
            let (side, peer) = (self.view(end), self.view(end.other()));
            let lossy = self.is_lossy();
            lossy || side.ended || peer.ended || side.received.len() == peer.written
        };
        all(End::Client) && all(End::Server)
    }

    /// Continues both sides until all data has arrived and the condition holds.
    fn drive(&mut self, done: impl Fn(&Self) -> bool) -> Result<(), String> {
        let start = Instant::now();
        let mut idle = 0;
        for _ in 0..ROUNDS {
            let ended = self.client.ended || self.server.ended;
            if ended || self.has_arrived() && done(self) {
                return Ok(());
            }
            let before = (self.client.received.len(), self.server.received.len());
            for end in [End::Client, End::Server] {
                self.step(end)?;
            }
            let after = (self.client.received.len(), self.server.received.len());
            idle = if before == after { idle + 1 } else { 0 };
            if idle > 300 {
                // Only a timer can continue.
                if self.datagram && start.elapsed() < Duration::from_secs(3) {
                    std::thread::sleep(Duration::from_millis(100));
                    continue;
                }
                break;
            }
        }
        Err(format!(
            "stuck: client {}, server {}",
            self.client.state(&self.server),
            self.server.state(&self.client)
        ))
    }

    /// Makes the calls of one side with which a careful program continues.
    fn step(&mut self, end: End) -> Result<(), String> {
        let side = self.view(end);
        if !side.open || side.rehandshakes {
            self.call(end, Operation::Handshake)?;
        } else if side.authenticates {
            self.call(end, Operation::RequestAuthentication)?;
        }
        if self.view(end).open && !self.view(end).saw_end {
            self.call(
                end,
                Operation::Read(if self.datagram { 20_000 } else { 3000 }),
            )?;
        }
        if !self.view(end).rehandshakes {
            self.call(end, Operation::Flush)?;
        }
        Ok(())
    }
}

impl Side {
    /// Describes a side that is stuck.
    fn state(&self, peer: &Self) -> String {
        format!(
            "has received {} of {} bytes (open {}, rehandshakes {}, requested {}, authenticates {}, closed {}, saw the end \
             {}, unsent {}, corked {})",
            self.received.len(),
            peer.written,
            self.open,
            self.rehandshakes,
            self.requested,
            self.authenticates,
            self.closed,
            self.saw_end,
            self.session.unsent_bytes(),
            self.session.corked_bytes()
        )
    }
}

/// Calls all getters, which are allowed in every state.
fn getters(session: &Session) {
    assert!(session.id2().len() <= 32);
    assert_eq!(session.id2(), session.id().as_bytes());
    let _ = format!("{session:?}");
    let _ = (
        session.is_resumed(),
        session.handshake_done(),
        session.side(),
        session.protocol(),
    );
    let _ = (
        session.cipher(),
        session.mac(),
        session.key_exchange(),
        session.group(),
    );
    let _ = (
        session.description(),
        session.cipher_suite(),
        session.alpn(),
        session.server_name(),
    );
    let _ = session.peer_certificates().map(Iterator::count);
    let _ = (
        session.peer_certificate(),
        session.own_certificate(),
        session.verification_status(),
    );
    let _ = (
        session.pending_bytes(),
        session.unsent_bytes(),
        session.corked_bytes(),
    );
    let _ = (
        session.received_alert(),
        session.flags(),
        session.certificate_requested(),
    );
    let _ = (
        session.client_credentials_type(),
        session.server_credentials_type(),
    );
    let _ = (
        session.peer_credentials_type(),
        session.resumption_requested(),
    );
    let _ = (session.last_handshake_in(), session.last_handshake_out());
    let _ = (
        session.client_random(),
        session.server_random(),
        session.dangerous_master_secret(),
    );
    let _ = (
        session.uses_extended_master_secret(),
        session.uses_encrypt_then_mac(),
    );
    let _ = (
        session.uses_safe_renegotiation(),
        session.can_ping(),
        session.ping_answered(),
    );
    let _ = (
        session.heartbeat_timeout(),
        session.datagram_timeout(),
        session.data_mtu(),
    );
    let _ = (
        session.max_receive_size(),
        session.max_send_size(),
        session.record_overhead(),
    );
    let _ = (
        session.can_hide_length(),
        session.kernel_tls(),
        session.handshake_deadline(),
    );
    let _ = (
        session.psk_identity(),
        session.psk_hint(),
        session.srp_username(),
    );
    let _ = (
        session.wants_read(),
        session.wants_write(),
        session.early_data_accepted(),
    );
    let _ = (
        session.ocsp_response(),
        session.ocsp_checked(),
        session.peer_expiration_time(),
    );
    let _ = session.export_keying_material("EXPORTER-test", None, &mut [0; 16]);
}
