//! Two sessions and the transport between them, and the calls on each, as `FORMAT.md` specifies them.

use std::task::Poll;

use gnutls::record::KeyUpdate;
use gnutls::resumption::SessionData;
use gnutls::{Alert, ErrorKind, Result, ServerConfig, Session, SessionRef, Side};

use crate::observe::Observation;
use crate::outcome::Call;
use crate::transport::End;

/// The greatest number of handshake calls in one turn after errors that are not fatal.
const MAX_TURN: usize = 16;
/// The greatest number of calls of `recv` that do not block.
const MAX_RECEIVES: usize = 64;
/// More repetitions than the largest write requires in chunks of one byte.
const MAX_REPETITIONS: usize = 1_000_000;

/// Two endpoints.
pub struct Connection {
    pub client: Endpoint,
    pub server: Endpoint,
    /// The configuration of the server, and the size of its datagrams.
    pub config: ServerConfig,
    pub mtu: Option<u16>,
}

/// The name of an endpoint, and what its output depends on.
pub struct Listing {
    name: String,
    /// The size of the identifier when a call was last listed.
    id_len: usize,
    /// The address of the identifier when it was first seen.
    first_id: Option<*const u8>,
}

impl Listing {
    pub fn new(name: String) -> Self {
        Self {
            name,
            id_len: 0,
            first_id: None,
        }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn observe(&mut self, session: &SessionRef, failed: bool) -> Observation {
        Observation::of(session, &mut self.first_id, failed)
    }

    /// Returns whether the size of the identifier differs from that at the last listed call.
    fn id_changed(&self, session: &SessionRef) -> bool {
        session.id2().len() != self.id_len
    }

    /// Lists a call, with the size of the identifier if it changed.
    pub fn list(&mut self, session: &SessionRef, calls: &mut Vec<Call>, call: Call) {
        let len = session.id2().len();
        let size = (len != std::mem::replace(&mut self.id_len, len)).then_some(len);
        calls.push(Call {
            e: Some(self.name.clone()),
            size,
            ..call
        });
    }
}

/// One side of a connection.
pub struct Endpoint {
    listing: Listing,
    pub(crate) session: Session,
    pub(crate) end: End,
    /// True if a handshake is due or under way.
    pub(crate) underway: bool,
    /// True if a handshake has begun.
    begun: bool,
    /// True if the sending direction is closed.
    closed: bool,
    /// True if a handshake failed for good.
    pub(crate) failed: bool,
}

impl Endpoint {
    pub fn new(name: String, session: Session, end: End) -> Self {
        Self {
            listing: Listing::new(name),
            session,
            end,
            underway: true,
            begun: false,
            closed: false,
            failed: false,
        }
    }

    pub fn name(&self) -> &str {
        self.listing.name()
    }

    pub fn end(&self) -> &End {
        &self.end
    }

    pub fn observe(&mut self) -> Observation {
        self.listing.observe(&self.session, self.failed)
    }

    /// Returns whether a handshake is due or under way.
    pub fn is_underway(&self) -> bool {
        self.underway
    }

    /// Returns the session.
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Replaces the session, of which nothing was used.
    pub(crate) fn replace(&mut self, session: Session) {
        self.session = session;
        self.listing.first_id = None;
    }

    /// Returns whether a handshake has begun.
    pub fn has_begun(&self) -> bool {
        self.begun
    }

    /// Returns whether data can be sent and received now.
    pub fn is_open(&self) -> bool {
        self.session.handshake_done() && !self.failed && !self.closed && !self.underway
    }

    /// Returns whether the sending direction is closed.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Lists a call, with the size of the identifier if it changed.
    pub fn list(&mut self, calls: &mut Vec<Call>, call: Call) {
        self.listing.list(&self.session, calls, call);
    }

    /// Repeats a call until its output is sent: while the transport blocks sending, as every caller does, and flushes
    /// the output that was accepted.
    pub(crate) fn through<T>(
        &mut self,
        call: impl FnMut(&mut Session, &mut End) -> Result<Poll<T>>,
    ) -> Result<Poll<T>> {
        self.through_until(|_, _| false, call)
    }

    /// Repeats a call as `through` does, but only up to a repetition that has to be listed.
    fn through_listed<T>(
        &mut self,
        call: impl FnMut(&mut Session, &mut End) -> Result<Poll<T>>,
    ) -> Result<Poll<T>> {
        self.through_until(
            |endpoint, result| endpoint.is_again(result) && endpoint.id_changed(),
            call,
        )
    }

    fn through_until<T>(
        &mut self,
        stop: impl Fn(&Self, &Result<Poll<T>>) -> bool,
        mut call: impl FnMut(&mut Session, &mut End) -> Result<Poll<T>>,
    ) -> Result<Poll<T>> {
        self.end.relay();
        let mut result = call(&mut self.session, &mut self.end);
        for _ in 0..MAX_REPETITIONS {
            self.end.relay();
            if self.session.unsent_bytes() == 0 || stop(self, &result) {
                break;
            }
            if let Ok(Poll::Pending) = result {
                result = call(&mut self.session, &mut self.end);
            } else {
                let _ = self.session.flush(&mut self.end)?;
            }
        }
        result
    }

    fn handshake_once(&mut self) -> Result<Poll<()>> {
        self.begun = true;
        let result = self.through_listed(|session, end| session.handshake(end));
        self.note_handshake(&result);
        result
    }

    /// Ends a handshake that is over, has failed for good, or was refused by the peer.
    fn note_handshake(&mut self, result: &Result<Poll<()>>) {
        self.failed |= matches!(result, Err(error) if error.is_fatal());
        self.underway = match result {
            Ok(Poll::Ready(())) => false,
            Ok(Poll::Pending) => true,
            Err(error) => !error.is_fatal() && error.alert() != Some(Alert::NO_RENEGOTIATION),
        };
    }

    /// Returns whether a call would block although bytes are waiting for it.
    pub(crate) fn is_again<T>(&self, result: &Result<Poll<T>>) -> bool {
        matches!(result, Ok(Poll::Pending)) && self.end.has_waiting()
    }

    fn id_changed(&self) -> bool {
        self.listing.id_changed(&self.session)
    }

    /// The verb `step`.
    pub fn step(&mut self, calls: &mut Vec<Call>) {
        let mut result = self.handshake_once();
        while self.is_again(&result) {
            if self.id_changed() {
                self.list(calls, Call::of("handshake", &result));
            }
            result = self.handshake_once();
        }
        self.list(calls, Call::of("handshake", &result));
    }

    /// A turn of the verb `handshake`.
    pub fn turn(&mut self, calls: &mut Vec<Call>) {
        let mut left = MAX_TURN;
        while self.underway && left > 0 {
            let result = self.handshake_once();
            let again = self.is_again(&result);
            if !again || self.id_changed() {
                self.list(calls, Call::of("handshake", &result));
            }
            if !again {
                if let Ok(Poll::Pending) = result {
                    break;
                }
                left -= 1;
            }
        }
    }

    pub fn set_id(&mut self, calls: &mut Vec<Call>, id: &[u8]) {
        let result = self.session.set_id(id);
        self.list(calls, Call::done("set_id", &result));
    }

    pub fn send(&mut self, calls: &mut Vec<Call>, len: usize) {
        let data: Vec<u8> = (0..len).map(|i| (i % 251) as u8).collect();
        let result = self.through(|session, end| session.write(end, &data));
        self.list(calls, Call::counted("send", &result));
    }

    pub fn receive(&mut self, calls: &mut Vec<Call>) {
        let mut buffer = vec![0; 16_384];
        let mut receives = 0;
        while receives < MAX_RECEIVES {
            let result = self.through_listed(|session, end| session.read(end, &mut buffer));
            if self.is_again(&result) {
                if self.id_changed() {
                    self.list(calls, Call::counted("recv", &result));
                }
                continue;
            }
            receives += 1;
            let call = Call::counted("recv", &result);
            match result {
                Ok(Poll::Ready(n)) if n > 0 => self.list(calls, call.with_data(&buffer[..n])),
                Ok(_) => {
                    self.list(calls, call);
                    break;
                }
                Err(error) => {
                    if error.is_fatal() && error.code().is_some() {
                        self.failed |= std::mem::take(&mut self.underway);
                    }
                    self.underway |= error.kind() == ErrorKind::Rehandshake;
                    self.list(calls, call);
                    if error.kind() == ErrorKind::Rehandshake
                        || error.is_fatal()
                        || error.code().is_none()
                    {
                        break;
                    }
                }
            }
        }
    }

    pub fn write_early(&mut self, calls: &mut Vec<Call>, len: usize) {
        let data: Vec<u8> = (0..len).map(|i| (i % 251) as u8).collect();
        let result = self.session.write_early_data(&data);
        self.list(calls, Call::done("early", &result));
    }

    /// Receives all data.
    pub fn read_early(&mut self, calls: &mut Vec<Call>) {
        let mut buffer = vec![0; 16_384];
        for _ in 0..MAX_RECEIVES {
            let result = self.session.read_early_data(&mut buffer);
            let n = result.as_ref().map_or(0, |n| *n);
            let call = Call::counted("readearly", &result.map(Poll::Ready));
            if n == 0 {
                self.list(calls, call);
                break;
            }
            self.list(calls, call.with_data(&buffer[..n]));
        }
    }

    pub fn rekey(&mut self, calls: &mut Vec<Call>, peer: bool) -> Option<String> {
        let update = if peer {
            KeyUpdate::Requested
        } else {
            KeyUpdate::NotRequested
        };
        let result = self.through(|session, end| session.update_key(end, update));
        if let Err(error) = &result {
            if error.kind() == ErrorKind::Unsupported {
                return Some(
                    error
                        .required_release()
                        .map(|release| release.to_string())
                        .unwrap_or_default(),
                );
            }
        }
        self.list(calls, Call::of("rekey", &result));
        None
    }

    pub fn rehandshake(&mut self, calls: &mut Vec<Call>) {
        let result = self.through(|session, end| session.rehandshake(end));
        // A refusal by the crate does not change the handshake.
        let made = !matches!(&result, Err(error) if error.code().is_none());
        if self.session.side() == Side::Client && made {
            self.note_handshake(&result);
        }
        self.list(calls, Call::of("rehandshake", &result));
    }

    pub fn save(&mut self, calls: &mut Vec<Call>) -> Option<SessionData> {
        let result = self.session.session_data();
        self.list(calls, Call::saved(&result));
        result.ok()
    }

    pub fn ping(&mut self, calls: &mut Vec<Call>, len: usize) {
        let result = self.through(|session, end| session.ping(end, len));
        self.list(calls, Call::of("ping", &result));
    }

    pub fn bye(&mut self, calls: &mut Vec<Call>) {
        let result = self.through(|session, end| session.close(end));
        self.closed = matches!(result, Ok(Poll::Ready(())));
        self.list(calls, Call::of("bye", &result));
    }
}

impl Connection {
    /// The verb `handshake`.
    pub fn handshake(&mut self, calls: &mut Vec<Call>) {
        loop {
            let before = self.client.end.moved();
            self.client.turn(calls);
            self.server.turn(calls);
            if self.client.end.moved() == before {
                break;
            }
        }
    }

    /// Returns one of the two.
    pub fn endpoint(&mut self, client: bool) -> &mut Endpoint {
        if client {
            &mut self.client
        } else {
            &mut self.server
        }
    }
}
