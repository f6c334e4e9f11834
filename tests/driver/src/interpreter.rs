//! Runs scenarios: one line, one verb, one JSON object.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::io::{self, BufRead, Write};
use std::sync::Arc;

use gnutls::dtls::CookieKey;
use gnutls::early_data::MemoryReplayStore;
use gnutls::resumption::MemoryCache;
use gnutls::{Session, Side};
use gnutls_conformance_scenario::{self as scenario, ObjectStep, Options, Verb};

use crate::clock;
use crate::connection::{Connection, Endpoint};
use crate::fault::Fault;
use crate::features::has;
use crate::lists;
use crate::names::{self, Built, Fixtures, Names, Saved};
use crate::objects::{self, Buffers};
use crate::observe::Observation;
use crate::outcome::Call;
use crate::output::{self, End, Line, Seen, Sent, Touched};
use crate::quic::{Opened, QuicConnection};
use crate::transport::{self, Network};

/// The result of a verb.
pub enum Status {
    Done,
    Skipped,
    /// The version under test lacks this.
    Unsupported(String),
}

/// The current scenario.
struct Scenario {
    name: String,
    verbs: u32,
    /// True if a missing feature ended it.
    ended: bool,
    names: Names,
    connections: HashMap<String, Connection>,
    quic: HashMap<String, QuicConnection>,
    buffers: Buffers,
}

/// Reads scenarios and prints the result of each verb.
pub struct Interpreter<W> {
    output: W,
    fixtures: Fixtures,
    fault: Option<Fault>,
    scenario: Option<Scenario>,
}

/// Returns an endpoint, or skips the verb if there is none.
macro_rules! endpoint {
    ($scenario:expr, $endpoint:expr, $touched:expr) => {{
        match $scenario.connections.get_mut(&$endpoint.connection) {
            Some(connection) => {
                *$touched = Some($endpoint.connection.clone());
                connection.endpoint($endpoint.client)
            }
            None => return Ok(Status::Skipped),
        }
    }};
}

/// As `endpoint`, and skips the verb unless this is a datagram session.
macro_rules! datagram_endpoint {
    ($scenario:expr, $endpoint:expr, $touched:expr) => {{
        let endpoint = endpoint!($scenario, $endpoint, $touched);
        if !endpoint.end().is_datagram() {
            return Ok(Status::Skipped);
        }
        endpoint
    }};
}

/// As `endpoint`, and skips the verb unless data can be sent and received there now.
macro_rules! open_endpoint {
    ($scenario:expr, $endpoint:expr, $touched:expr) => {{
        let endpoint = endpoint!($scenario, $endpoint, $touched);
        if !endpoint.is_open() {
            return Ok(Status::Skipped);
        }
        endpoint
    }};
}

impl<W: Write> Interpreter<W> {
    pub fn new(output: W, fixtures: Fixtures, fault: Option<Fault>) -> Self {
        Self {
            output,
            fixtures,
            fault,
            scenario: None,
        }
    }

    /// Runs the whole input.
    pub fn run(&mut self, input: impl BufRead) -> Result<(), String> {
        for (number, line) in input.lines().enumerate() {
            let place = |error: String| format!("line {}: {error}", number + 1);
            let line = line.map_err(|error| place(error.to_string()))?;
            match line.parse().map_err(place)? {
                scenario::Line::Nothing => {}
                scenario::Line::Scenario(name) => {
                    self.end().map_err(|error| error.to_string())?;
                    let (names, connections, quic, buffers) = Default::default();
                    self.scenario = Some(Scenario {
                        name,
                        verbs: 0,
                        ended: false,
                        names,
                        connections,
                        quic,
                        buffers,
                    });
                }
                scenario::Line::Verb(verb) => self.verb(&verb).map_err(place)?,
                scenario::Line::Object(step) => self.object(&step).map_err(place)?,
            }
        }
        self.end().map_err(|error| error.to_string())
    }

    fn end(&mut self) -> io::Result<()> {
        let Some(scenario) = self.scenario.take() else {
            return Ok(());
        };
        clock::reset();
        output::print(
            &mut self.output,
            &End {
                scenario: &scenario.name,
                end: 1,
            },
        )
    }

    fn verb(&mut self, verb: &Verb) -> Result<(), String> {
        let scenario = self.scenario.as_mut().ok_or("no scenario has begun")?;
        scenario.verbs += 1;
        if scenario.ended {
            return Ok(());
        }
        let mut calls = Vec::new();
        let mut touched = None;
        let status = scenario.run(
            verb,
            &mut self.fixtures,
            self.fault,
            &mut calls,
            &mut touched,
        )?;
        let seen = matches!(status, Status::Done).then(|| Seen {
            calls,
            connection: touched.and_then(|number| scenario.look(&number, self.fault)),
            objects: None,
        });
        self.print(verb.name(), status, seen)
    }

    /// Runs a verb about objects.
    fn object(&mut self, step: &ObjectStep) -> Result<(), String> {
        let scenario = self.scenario.as_mut().ok_or("no scenario has begun")?;
        scenario.verbs += 1;
        if scenario.ended {
            return Ok(());
        }
        let directory = self.fixtures.directory();
        let (status, facts) = objects::run(step, &mut scenario.buffers, directory, self.fault)?;
        let seen = facts.map(|facts| Seen {
            calls: Vec::new(),
            connection: None,
            objects: Some(facts),
        });
        self.print(step.verb, status, seen)
    }

    fn print(
        &mut self,
        verb: &'static str,
        status: Status,
        seen: Option<Seen>,
    ) -> Result<(), String> {
        let scenario = self.scenario.as_ref().ok_or("no scenario has begun")?;
        let line = Line {
            scenario: &scenario.name,
            line: scenario.verbs,
            verb,
            status: match status {
                Status::Done => "done",
                Status::Skipped => "skipped",
                Status::Unsupported(_) => "unsupported",
            },
            seen,
            needs: match status {
                Status::Unsupported(needs) => Some(needs),
                _ => None,
            },
        };
        output::print(&mut self.output, &line).map_err(|error| error.to_string())
    }
}

/// The observations of both sides, and the bytes that they sent.
type Facts = (BTreeMap<String, Observation>, Vec<Sent>);

/// Observes both sides of a connection.
fn observe(connection: &mut Connection) -> Facts {
    let sent = connection.client.end().take_sent();
    let mut name = |side| connection.endpoint(side == Side::Client).name().to_owned();
    let wire = sent.into_iter();
    let wire = wire.map(|(side, bytes)| Sent::new(name(side), &bytes));
    let wire = wire.collect();
    let endpoints = [&mut connection.client, &mut connection.server];
    let observations = endpoints.map(|endpoint| (endpoint.name().to_owned(), endpoint.observe()));
    (observations.into(), wire)
}

/// Observes both sides of a connection for QUIC.
fn observe_quic(connection: &mut QuicConnection) -> Facts {
    let sent = connection.take_sent();
    let mut name = |side| connection.endpoint(side == Side::Client).name().to_owned();
    let wire = sent.into_iter();
    let wire = wire.map(|(side, level, bytes)| Sent::message(name(side), level, &bytes));
    let wire = wire.collect();
    let endpoints = [&mut connection.client, &mut connection.server];
    let observations = endpoints.map(|endpoint| (endpoint.name().to_owned(), endpoint.observe()));
    (observations.into(), wire)
}

impl Scenario {
    /// Observes both sides of a connection, and applies the fault, if any.
    fn look(&mut self, number: &str, fault: Option<Fault>) -> Option<Touched> {
        let observed = self.connections.get_mut(number).map(observe);
        let observed = observed.or_else(|| self.quic.get_mut(number).map(observe_quic));
        let (mut observations, mut wire) = observed?;
        if let Some(fault) = fault {
            fault.distort(&mut observations, &mut wire);
        }
        Some(Touched { observations, wire })
    }

    /// Runs a verb of a connection for QUIC: one of its own, or another one that names such a connection.
    fn run_quic(
        &mut self,
        verb: &Verb,
        fault: Option<Fault>,
        calls: &mut Vec<Call>,
        touched: &mut Option<String>,
    ) -> Result<Option<Status>, String> {
        let (number, client) = match verb {
            Verb::Quic {
                connection,
                client,
                server,
                options,
            } => {
                let status = self.open_quic(connection, client, server, options, calls, touched);
                return status.map(Some);
            }
            Verb::Exchange { connection, .. } | Verb::Secrets { connection } => (connection, true),
            Verb::Crypto { endpoint, .. }
            | Verb::Level { endpoint, .. }
            | Verb::Message { endpoint, .. }
            | Verb::Strip { endpoint }
            | Verb::Parameters { endpoint } => (&endpoint.connection, endpoint.client),
            Verb::Close { connection } if self.quic.contains_key(connection) => (connection, true),
            Verb::Deliver { endpoint, .. }
            | Verb::Corrupt { endpoint, .. }
            | Verb::Tickets { endpoint, .. }
            | Verb::Save { endpoint, .. }
            | Verb::Observe { endpoint }
                if self.quic.contains_key(&endpoint.connection) =>
            {
                (&endpoint.connection, endpoint.client)
            }
            _ => return Ok(None),
        };
        let Some(connection) = self.quic.get_mut(number) else {
            return Ok(Some(Status::Skipped));
        };
        *touched = Some(number.clone());
        let endpoint = connection.endpoint(client);
        let done = match verb {
            Verb::Crypto { size, .. } => connection.crypto(calls, client, *size),
            Verb::Exchange { size, .. } => {
                connection.exchange(calls, *size);
                true
            }
            Verb::Level { number, level, .. } => {
                fault == Some(Fault::KeptLevel) || endpoint.set_level(*number, *level)
            }
            Verb::Message { level, bytes, .. } => {
                endpoint.wait(*level, bytes);
                true
            }
            Verb::Strip { .. } => {
                endpoint.strip();
                true
            }
            Verb::Secrets { .. } => {
                let listed = connection.secrets(calls);
                listed.map_err(|error| error.to_string())?;
                true
            }
            Verb::Parameters { .. } => {
                endpoint.list_parameters(calls);
                true
            }
            Verb::Deliver { numbers, .. } => {
                endpoint.select(numbers);
                true
            }
            Verb::Corrupt {
                number, at, xor, ..
            } => endpoint.corrupt(*number, *at, *xor),
            Verb::Tickets { count, .. } => {
                connection.tickets(calls, client, *count);
                true
            }
            Verb::Save { name, .. } if client => {
                if let Some(data) = endpoint.save(calls) {
                    self.names.saved.insert(name.clone(), Saved::new(data));
                }
                true
            }
            Verb::Save { .. } => false,
            Verb::Close { .. } => self.quic.remove(number).is_some(),
            _ => true,
        };
        Ok(Some(if done { Status::Done } else { Status::Skipped }))
    }

    fn open_quic(
        &mut self,
        number: &str,
        client: &str,
        server: &str,
        options: &Options,
        calls: &mut Vec<Call>,
        touched: &mut Option<String>,
    ) -> Result<Status, String> {
        let name = Some(options.get("name").unwrap_or("localhost")).filter(|name| *name != "none");
        let length = options.number("parameters")?;
        let (Some(client), Some(server)) = (
            self.names.clients.get(client),
            self.names.servers.get(server),
        ) else {
            return Ok(Status::Skipped);
        };
        let saved = options.get("resume").map(|name| self.names.saved.get(name));
        if matches!(saved, Some(None)) || self.has_connection(number) {
            return Ok(Status::Skipped);
        }
        let saved = saved.flatten();
        match QuicConnection::open(number, client, server, name, length, saved, calls) {
            Opened::Connection(connection) => {
                self.quic.insert(number.to_owned(), *connection);
                *touched = Some(number.to_owned());
            }
            Opened::Failed(call) => calls.push(call),
            Opened::Unsupported(needs) => return Ok(Status::Unsupported(needs)),
        }
        Ok(Status::Done)
    }

    /// Returns whether the number is that of a connection.
    fn has_connection(&self, number: &str) -> bool {
        self.connections.contains_key(number) || self.quic.contains_key(number)
    }

    fn run(
        &mut self,
        verb: &Verb,
        fixtures: &mut Fixtures,
        fault: Option<Fault>,
        calls: &mut Vec<Call>,
        touched: &mut Option<String>,
    ) -> Result<Status, String> {
        if let Some(status) = self.run_quic(verb, fault, calls, touched)? {
            return Ok(status);
        }
        match verb {
            Verb::Requires { features } => {
                let missing = features.iter().find(|feature| !has(**feature));
                if let Some(missing) = missing {
                    self.ended = true;
                    return Ok(Status::Unsupported(missing.name().to_owned()));
                }
            }
            Verb::MakeTicketKey { name, seed } => {
                self.names
                    .ticket_keys
                    .insert(name.clone(), names::ticket_key(*seed)?);
            }
            Verb::MakeCache { name, size } => {
                self.names
                    .caches
                    .insert(name.clone(), Arc::new(MemoryCache::new(*size)));
            }
            Verb::MakeReplay { name } => {
                self.names
                    .replays
                    .insert(name.clone(), Arc::new(MemoryReplayStore::new(64)));
            }
            Verb::Client { name, options } => {
                let verifies = fault != Some(Fault::OmittedDefault);
                match names::client(options, fixtures, verifies)? {
                    Built::Config(config) => drop(self.names.clients.insert(name.clone(), config)),
                    Built::Missing => return Ok(Status::Skipped),
                    Built::Failed(call) => calls.push(call),
                    Built::Unsupported(needs) => return Ok(Status::Unsupported(needs)),
                }
            }
            Verb::Server { name, options } => {
                match names::server(options, &self.names, fixtures)? {
                    Built::Config(config) => drop(self.names.servers.insert(name.clone(), config)),
                    Built::Missing => return Ok(Status::Skipped),
                    Built::Failed(call) => calls.push(call),
                    Built::Unsupported(needs) => return Ok(Status::Unsupported(needs)),
                }
            }
            Verb::Open {
                connection,
                client,
                server,
                options,
            } => {
                return self.open(connection, client, server, options, calls, touched);
            }
            Verb::Set { endpoint, id } => endpoint!(self, endpoint, touched).set_id(calls, id),
            Verb::Step { endpoint } => {
                let endpoint = endpoint!(self, endpoint, touched);
                if !endpoint.is_underway() {
                    return Ok(Status::Skipped);
                }
                endpoint.step(calls);
            }
            Verb::Handshake { connection } => {
                let Some(found) = self.connections.get_mut(connection) else {
                    return Ok(Status::Skipped);
                };
                *touched = Some(connection.clone());
                found.handshake(calls);
            }
            Verb::Send { endpoint, len } => endpoint!(self, endpoint, touched).send(calls, *len),
            Verb::Recv { endpoint } => endpoint!(self, endpoint, touched).receive(calls),
            Verb::Early { endpoint, len } => {
                endpoint!(self, endpoint, touched).write_early(calls, *len);
            }
            Verb::ReadEarly { endpoint } => endpoint!(self, endpoint, touched).read_early(calls),
            Verb::Replay { endpoint, from } => {
                let Some(flight) = self
                    .connections
                    .get(from)
                    .map(|connection| connection.client.end().first_flight())
                else {
                    return Ok(Status::Skipped);
                };
                let end = endpoint!(self, endpoint, touched).end();
                if endpoint.client || !end.deliver(flight) {
                    return Ok(Status::Skipped);
                }
            }
            Verb::Rekey { endpoint, peer } => {
                if let Some(needs) = endpoint!(self, endpoint, touched).rekey(calls, *peer) {
                    return Ok(Status::Unsupported(needs));
                }
            }
            Verb::Rehandshake { endpoint } => endpoint!(self, endpoint, touched).rehandshake(calls),
            Verb::Save { endpoint, name } => {
                if !endpoint.client {
                    return Ok(Status::Skipped);
                }
                if let Some(data) = endpoint!(self, endpoint, touched).save(calls) {
                    self.names.saved.insert(name.clone(), Saved::new(data));
                }
            }
            Verb::Damage { name, at, xor } => match self.names.saved.get_mut(name) {
                Some(saved) => saved.damage(*at, *xor),
                None => return Ok(Status::Skipped),
            },
            Verb::Advance { seconds } => clock::advance(*seconds),
            Verb::Wait { milliseconds } => clock::wait(*milliseconds),
            Verb::MakeCookieKey { name } => {
                let key = CookieKey::generate().map_err(|error| error.to_string())?;
                self.names.cookie_keys.insert(name.clone(), key);
            }
            Verb::Rotate { name } => match self.names.cookie_keys.get_mut(name) {
                Some(key) => key.rotate().map_err(|error| error.to_string())?,
                None => return Ok(Status::Skipped),
            },
            Verb::Greet {
                endpoint,
                key,
                port,
            } => {
                let (Some(key), false) = (self.names.cookie_keys.get(key), endpoint.client) else {
                    return Ok(Status::Skipped);
                };
                let Some(connection) = self.connections.get_mut(&endpoint.connection) else {
                    return Ok(Status::Skipped);
                };
                *touched = Some(endpoint.connection.clone());
                if !connection.server.is_datagram_before_the_handshake() {
                    return Ok(Status::Skipped);
                }
                let any = fault == Some(Fault::AnyCookie);
                connection
                    .greet(calls, key, *port, any)
                    .map_err(|error| error.to_string())?;
            }
            Verb::Deliver { endpoint, numbers } => {
                let endpoint = datagram_endpoint!(self, endpoint, touched);
                if fault != Some(Fault::KeptDatagram) {
                    endpoint.deliver(numbers);
                }
            }
            Verb::Corrupt {
                endpoint,
                number,
                at,
                xor,
            } => {
                let endpoint = datagram_endpoint!(self, endpoint, touched);
                let changed = endpoint.change_datagram(*number, |datagram| {
                    let at = at % datagram.len();
                    datagram[at] ^= xor;
                });
                if !changed {
                    return Ok(Status::Skipped);
                }
            }
            Verb::Truncate {
                endpoint,
                number,
                len,
            } => {
                let endpoint = datagram_endpoint!(self, endpoint, touched);
                if !endpoint.change_datagram(*number, |datagram| datagram.truncate(*len)) {
                    return Ok(Status::Skipped);
                }
            }
            Verb::Capture {
                endpoint,
                number,
                name,
            } => {
                let endpoint = datagram_endpoint!(self, endpoint, touched);
                let mut copy = Vec::new();
                if !endpoint.change_datagram(*number, |datagram| copy.clone_from(datagram)) {
                    return Ok(Status::Skipped);
                }
                self.names.datagrams.insert(name.clone(), copy);
            }
            Verb::Inject { endpoint, name } => {
                let endpoint = datagram_endpoint!(self, endpoint, touched);
                let Some(datagram) = self.names.datagrams.get(name) else {
                    return Ok(Status::Skipped);
                };
                let waits = |queue: &mut VecDeque<_>| queue.push_back(datagram.clone());
                endpoint.end().with_waiting(waits);
            }
            Verb::Path { endpoint, size } => {
                datagram_endpoint!(self, endpoint, touched).set_path(*size);
            }
            Verb::Mtu { endpoint, size } => {
                datagram_endpoint!(self, endpoint, touched).set_mtu(calls, *size);
            }
            Verb::DataMtu { endpoint, size } => {
                datagram_endpoint!(self, endpoint, touched).set_data_mtu(calls, *size);
            }
            Verb::Mtus { endpoint } => datagram_endpoint!(self, endpoint, touched).mtus(calls),
            Verb::Timers {
                endpoint,
                milliseconds,
            } => datagram_endpoint!(self, endpoint, touched).set_timers(calls, *milliseconds),
            Verb::Timeout { endpoint } => {
                let endpoint = datagram_endpoint!(self, endpoint, touched);
                if endpoint.failed {
                    return Ok(Status::Skipped);
                }
                endpoint.timeout(calls);
            }
            Verb::Keys { connection } => {
                let Some(found) = self.connections.get_mut(connection) else {
                    return Ok(Status::Skipped);
                };
                *touched = Some(connection.clone());
                found.keys(calls);
            }
            Verb::Renumber {
                endpoint,
                by,
                receive,
            } => open_endpoint!(self, endpoint, touched).renumber(calls, *by, *receive),
            Verb::Discarded { endpoint } => {
                datagram_endpoint!(self, endpoint, touched).discarded(calls);
            }
            Verb::Bye { endpoint } => {
                let endpoint = endpoint!(self, endpoint, touched);
                if endpoint.is_closed() {
                    return Ok(Status::Skipped);
                }
                endpoint.bye(calls);
            }
            Verb::Close { connection } => {
                if self.connections.remove(connection).is_none() {
                    return Ok(Status::Skipped);
                }
            }
            Verb::Packet { endpoint } => {
                open_endpoint!(self, endpoint, touched).packets(calls);
            }
            Verb::Gather { endpoint, lengths } => {
                open_endpoint!(self, endpoint, touched).gather(calls, lengths);
            }
            Verb::Corked { endpoint, lengths } => {
                open_endpoint!(self, endpoint, touched).corked(calls, lengths);
            }
            Verb::Hide {
                endpoint,
                len,
                low,
                high,
            } => open_endpoint!(self, endpoint, touched).hide(calls, *len, *low, *high),
            Verb::Pad {
                endpoint,
                len,
                padding,
            } => {
                let needs = open_endpoint!(self, endpoint, touched).pad(calls, *len, *padding);
                if let Some(needs) = needs {
                    return Ok(Status::Unsupported(needs));
                }
            }
            Verb::Limit {
                endpoint,
                size,
                receive,
            } => {
                let endpoint = endpoint!(self, endpoint, touched);
                if endpoint.has_begun() {
                    return Ok(Status::Skipped);
                }
                if let Some(needs) = endpoint.limit(calls, *size, *receive) {
                    return Ok(Status::Unsupported(needs));
                }
            }
            Verb::Alert {
                endpoint,
                fatal,
                number,
            } => endpoint!(self, endpoint, touched).alert(calls, *fatal, *number),
            Verb::Heard { endpoint } => endpoint!(self, endpoint, touched).heard(calls),
            Verb::Kernel { endpoint } => endpoint!(self, endpoint, touched).kernel(calls),
            Verb::Cut { endpoint } => {
                if !endpoint!(self, endpoint, touched).end().cut() {
                    return Ok(Status::Skipped);
                }
            }
            Verb::Tickets { endpoint, count } => {
                if let Some(needs) = endpoint!(self, endpoint, touched).tickets(calls, *count) {
                    return Ok(Status::Unsupported(needs));
                }
            }
            Verb::Authenticate { endpoint } => {
                if let Some(needs) = endpoint!(self, endpoint, touched).authenticate(calls) {
                    return Ok(Status::Unsupported(needs));
                }
            }
            Verb::EarlyExport { connection } => {
                let Some(found) = self.connections.get_mut(connection) else {
                    return Ok(Status::Skipped);
                };
                *touched = Some(connection.clone());
                if let Some(needs) = found.early_export(calls) {
                    return Ok(Status::Unsupported(needs));
                }
            }
            Verb::EarlyNames { endpoint } => {
                if let Some(needs) = endpoint!(self, endpoint, touched).early_names(calls) {
                    return Ok(Status::Unsupported(needs));
                }
            }
            Verb::Ping { endpoint, len } => {
                open_endpoint!(self, endpoint, touched).ping(calls, *len);
            }
            Verb::Sizes { endpoint } => open_endpoint!(self, endpoint, touched).sizes(calls),
            Verb::Priority { text } => {
                if let Some(needs) = lists::priority(calls, text) {
                    return Ok(Status::Unsupported(needs));
                }
            }
            Verb::Algorithms {} => lists::algorithms(calls),
            Verb::Observe { endpoint } => drop(endpoint!(self, endpoint, touched)),
            Verb::Quic { .. }
            | Verb::Crypto { .. }
            | Verb::Exchange { .. }
            | Verb::Level { .. }
            | Verb::Message { .. }
            | Verb::Strip { .. }
            | Verb::Secrets { .. }
            | Verb::Parameters { .. } => unreachable!("`run_quic` runs these verbs"),
        }
        Ok(Status::Done)
    }

    fn open(
        &mut self,
        number: &str,
        client: &str,
        server: &str,
        options: &Options,
        calls: &mut Vec<Call>,
        touched: &mut Option<String>,
    ) -> Result<Status, String> {
        let name = Some(options.get("name").unwrap_or("localhost")).filter(|name| *name != "none");
        let datagram = options.switch("datagram")?.unwrap_or(false);
        let descriptor = options.switch("descriptor")?.unwrap_or(false);
        let chunk = options.number("chunk")?;
        let mtu: Option<u16> = options.number("mtu")?;
        let (Some(client), Some(server)) = (
            self.names.clients.get(client),
            self.names.servers.get(server),
        ) else {
            return Ok(Status::Skipped);
        };
        let percent = |key| Ok::<_, String>(options.number(key)?.unwrap_or(0));
        let network = Network {
            lose: percent("lose")?,
            spoil: percent("spoil")?,
            repeat: percent("repeat")?,
            swap: percent("swap")?,
            state: options.number("seed")?.unwrap_or(1),
        };
        let config = server.clone();
        let saved = match options
            .get("resume")
            .map(|saved| self.names.saved.get(saved))
        {
            Some(None) => return Ok(Status::Skipped),
            saved => saved.flatten(),
        };
        if self.has_connection(number) {
            return Ok(Status::Skipped);
        }

        let resumed = saved.map(|saved| saved.resume(client, name, datagram));
        let set_data = resumed
            .as_ref()
            .map(|resumed| Call::done("set_data", resumed));
        let sessions = resumed
            .and_then(Result::ok)
            .map_or_else(
                || match (name, datagram) {
                    (Some(name), false) => client.session(name),
                    (Some(name), true) => client.datagram_session(name),
                    (None, false) => client.session(gnutls::session::PeerName::Unnamed),
                    (None, true) => client.datagram_session(gnutls::session::PeerName::Unnamed),
                },
                Ok,
            )
            .and_then(|client| {
                let server = if datagram {
                    server.datagram_session()
                } else {
                    server.session()
                }?;
                Ok([client, server])
            })
            .and_then(|sessions| with_mtu(sessions, mtu.filter(|_| datagram)));
        let [client, server] = match sessions {
            Ok(sessions) => sessions,
            Err(error) => {
                calls.push(Call::error("open", &error));
                return Ok(Status::Done);
            }
        };

        let (near, far) = if descriptor && !datagram {
            transport::descriptors().map_err(|error| error.to_string())?
        } else {
            transport::pair(datagram, chunk)
        };
        if datagram {
            near.set_network(&network);
        }
        let mut client = Endpoint::new(format!("{number}c"), client, near);
        let server = Endpoint::new(format!("{number}s"), server, far);
        if let Some(set_data) = set_data {
            client.list(calls, set_data);
        }
        self.connections.insert(
            number.to_owned(),
            Connection {
                client,
                server,
                config,
                mtu,
            },
        );
        *touched = Some(number.to_owned());
        Ok(Status::Done)
    }
}

fn with_mtu(mut sessions: [Session; 2], mtu: Option<u16>) -> gnutls::Result<[Session; 2]> {
    if let Some(mtu) = mtu {
        for session in &mut sessions {
            session.set_mtu(mtu)?;
        }
    }
    Ok(sessions)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::names::testing::FIXTURES;
    use serde_json::Value;

    const SCENARIO: &str = "scenario one\n\
        client c tickets=0\n\
        server s\n\
        open 1 c s chunk=700\n\
        handshake 1\n\
        send 1c 20000\n\
        recv 1s\n\
        handshake 2\n\
        bye 1c\n\
        recv 1s\n";

    fn run(input: &str, fault: Option<Fault>) -> Vec<Value> {
        let _turn = clock::TURN.lock();
        let mut output = Vec::new();
        let mut interpreter = Interpreter::new(&mut output, Fixtures::new(FIXTURES), fault);
        interpreter
            .run(input.as_bytes())
            .expect("the scenario is well-formed");
        let text = String::from_utf8(output).expect("JSON is UTF-8");
        text.lines()
            .map(|line| serde_json::from_str(line).expect("a line is JSON"))
            .collect()
    }

    fn sizes(line: &Value) -> [&Value; 2] {
        ["1c", "1s"].map(|endpoint| &line["observations"][endpoint]["id2"]["size"])
    }

    #[test]
    fn each_verb_prints_a_line_and_each_scenario_an_end() {
        let lines = run(SCENARIO, None);
        assert_eq!(lines.len(), 10);
        assert_eq!(lines[9], serde_json::json!({"scenario": "one", "end": 1}));
        for (number, line) in lines[..9].iter().enumerate() {
            assert_eq!(line["line"], number + 1);
            assert_eq!(line["status"], if number == 6 { "skipped" } else { "done" });
        }
        assert!(lines[0].get("observations").is_none());
        assert_eq!(sizes(&lines[2]), [0, 0]);
        assert_eq!(sizes(&lines[3])[1], 32);
        assert_eq!(lines[4]["calls"][0]["n"], 16_384);
        assert_eq!(lines[5]["calls"][0]["n"], 16_384);
        assert_eq!(lines[5]["calls"][1]["outcome"], "pending");
        assert_eq!(lines[8]["calls"][0]["n"], 0);
        let shims = lines
            .iter()
            .flat_map(|line| [&line["observations"]["1c"], &line["observations"]["1s"]]);
        assert!(
            shims
                .clone()
                .all(|observation| observation.get("shim").is_none())
        );
    }

    #[test]
    fn a_malformed_line_is_reported_with_its_number() {
        let _turn = clock::TURN.lock();
        let refused = |input: &str| {
            let mut interpreter = Interpreter::new(Vec::new(), Fixtures::new(FIXTURES), None);
            interpreter
                .run(input.as_bytes())
                .expect_err("the input is wrong")
        };
        assert!(refused("advance 1\n").contains("line 1: no scenario"));
        assert!(refused("scenario a\n\nclient c colour=red\n").contains("line 3"));
        assert!(refused("scenario a\nclient c identity=nobody\n").contains("line 2"));
        assert!(refused("scenario a\nrequires time-travel\n").contains("time-travel"));
    }

    #[test]
    fn each_fault_changes_what_is_printed() {
        let bytes =
            |line: &Value, endpoint: &str| line["observations"][endpoint]["id2"]["bytes"].clone();
        let sent = |lines: &[Value]| lines[8 - 1]["wire"][0]["bytes"].as_str().map(str::len);
        let truth = run(SCENARIO, None);

        let swapped = run(SCENARIO, Some(Fault::SwappedSide));
        assert!(truth[3]["observations"]["1s"]["sni"].is_string());
        assert!(swapped[3]["observations"]["1c"]["sni"].is_string());
        let constant = run(SCENARIO, Some(Fault::ConstantId));
        assert_eq!(bytes(&constant[3], "1s"), "42".repeat(32));
        let lost = run(SCENARIO, Some(Fault::LostByte));
        assert_eq!(sent(&lost).map(|length| length + 2), sent(&truth));
        let omitted = run(SCENARIO, Some(Fault::OmittedDefault));
        assert!(truth[3]["observations"]["1c"]["verified"].is_array());
        assert!(omitted[3]["observations"]["1c"]["verified"].is_null());
        let datagrams = "scenario two\n\
            make cookiekey k\n\
            make cookiekey l\n\
            client c priority=NORMAL:-VERS-ALL:+VERS-DTLS1.2\n\
            server s priority=NORMAL:-VERS-ALL:+VERS-DTLS1.2\n\
            open 1 c s datagram=1\n\
            step 1c\n\
            greet 1s k\n\
            step 1c\n\
            greet 1s l\n\
            open 2 c s datagram=1\n\
            step 2c\n\
            deliver 2s 0\n\
            step 2s\n";
        let count = |lines: &[Value]| lines[8]["calls"][0]["n"].as_u64();
        let sent = |lines: &[Value]| lines[12]["wire"].as_array().map(Vec::len);
        let truth = run(datagrams, None);
        assert_eq!((count(&truth), sent(&truth)), (Some(0), Some(0)));
        assert_eq!(count(&run(datagrams, Some(Fault::AnyCookie))), Some(1));
        assert_eq!(sent(&run(datagrams, Some(Fault::KeptDatagram))), Some(1));
        // The identifier of a TLS 1.2 server is in its hello, so the fault shows on the wire.
        let old = SCENARIO.replace(
            "tickets=0",
            "tickets=0 priority=NORMAL:-VERS-ALL:+VERS-TLS1.2",
        );
        let wrong = run(&old, Some(Fault::WrongId));
        assert_ne!(bytes(&wrong[3], "1s"), bytes(&wrong[3], "1c"));
        let right = run(&old, None);
        assert_eq!(bytes(&right[3], "1s"), bytes(&right[3], "1c"));
    }
}
