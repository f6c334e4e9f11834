//! Every method that changes a session, in every state: the result is the one in the table of the lifecycle.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, IoSlice, Read, Write};
use std::path::Path;
use std::task::Poll;
use std::time::Duration;

use super::{Pair, TLS1_2, TLS1_3, configs};
use crate::alert::Alert;
use crate::alert::AlertLevel;
use crate::config::{ClientConfig, ServerConfig};
use crate::crypto::Side;
use crate::error::code::ErrorCode;
use crate::error::{Error, ErrorKind, Result};
use crate::session::Session;
use crate::session::record::KeyUpdate;
use crate::session::record::state::Direction;
use crate::session_core::lifecycle::{Operation, Permission, Stage, TABLE};
use crate::support::this_program::interval_of_cases;
use crate::transport::memory::MemoryTransport;

const COLUMNS: [Stage; 6] = [
    Stage::Fresh,
    Stage::Handshaking,
    Stage::Idle,
    Stage::HelloRequested,
    Stage::Rehandshake,
    Stage::ClientAuth,
];

type Io = MemoryTransport;

/// A public method that is an operation of the table.
struct Method {
    name: &'static str,
    operation: Operation,
    /// The method uses the transport, and so returns the error of a session that has failed.
    io: bool,
    /// The only side that has the operation.
    side: Option<Side>,
    call: fn(&mut Pair, Side) -> Result<Poll<()>>,
}

/// A method that uses the transport.
macro_rules! with_io {
    ($name:literal, $operation:ident, $side:expr, |$session:ident, $io:ident| $call:expr) => {
        Method {
            name: $name,
            operation: Operation::$operation,
            io: true,
            side: $side,
            call: |pair, side| {
                let ($session, $io) = pair.of(side);
                $call.map(|poll| poll.map(drop))
            },
        }
    };
}

/// A method that does not use the transport.
macro_rules! without_io {
    ($name:literal, $operation:ident, $side:expr, |$session:ident| $call:expr) => {
        Method {
            name: $name,
            operation: Operation::$operation,
            io: false,
            side: $side,
            call: |pair, side| {
                let ($session, _) = pair.of(side);
                $call.map(|_| Poll::Ready(()))
            },
        }
    };
}

const METHODS: &[Method] = &[
    with_io!("handshake", Handshake, None, |session, io| session
        .handshake(io)),
    with_io!("rehandshake", Rehandshake, None, |session, io| session
        .rehandshake(io)),
    with_io!("read", Read, None, |session, io| session
        .read(io, &mut [0; 100])),
    with_io!("read_packet", Read, None, |session, io| session
        .read_packet(io)),
    with_io!("write", Write, None, |session, io| session
        .write(io, b"data")),
    with_io!("write_batch", Write, None, |session, io| session
        .write_batch(io, b"data")),
    with_io!("write_vectored", Write, None, |session, io| session
        .write_vectored(io, &[IoSlice::new(b"da"), IoSlice::new(b"ta")])),
    with_io!("write_padded", Write, None, |session, io| session
        .write_padded(io, b"data", 10)),
    with_io!("write_hiding_length", Write, None, |session, io| session
        .write_hiding_length(io, b"data", 1..=100)),
    with_io!("send_file", SendFile, None, |session, io| {
        let file = File::open(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
        session.send_file(io, &file, &mut 0, 100)
    }),
    with_io!("update_key", UpdateKey, None, |session, io| session
        .update_key(io, KeyUpdate::NotRequested)),
    with_io!("ping", Ping, None, |session, io| session.ping(io, 10)),
    with_io!("send_tickets", SendTickets, None, |session, io| session
        .send_tickets(io, 2)),
    with_io!(
        "request_authentication",
        RequestAuthentication,
        None,
        |session, io| session.request_authentication(io)
    ),
    with_io!("send_alert", SendAlert, None, |session, io| session
        .send_alert(io, AlertLevel::Warning, Alert::USER_CANCELED)),
    with_io!("flush", Flush, None, |session, io| session.flush(io)),
    with_io!("close", Close, None, |session, io| session.close(io)),
    without_io!("session_data", SaveSession, Some(Side::Client), |session| {
        session.session_data()
    }),
    with_io!(
        "client_hello",
        ReadClientHello,
        Some(Side::Server),
        |session, io| session.client_hello(io)
    ),
    without_io!("set_config", SetConfig, Some(Side::Server), |session| {
        let config = session.state().config.own_server().unwrap().clone();
        session.set_config(&config)
    }),
    without_io!(
        "refuse_client_hello",
        RefuseClientHello,
        Some(Side::Server),
        |session| {
            session.refuse_client_hello(Alert::ACCESS_DENIED)?;
            // The session of this test must be able to complete its handshake.
            session.state_mut().refusal_of_client = None;
            Ok(())
        }
    ),
    without_io!("set_id", SetId, None, |session| session.set_id(&[7; 32])),
    without_io!("set_max_record_size", SetRecordSize, None, |session| {
        session.set_max_record_size(4096)
    }),
    without_io!("set_max_receive_size", SetRecordSize, None, |session| {
        session.set_max_receive_size(4096)
    }),
    without_io!(
        "dangerous_set_sequence_number",
        SetRecordState,
        None,
        |session| {
            let state = session.current_record_state(Direction::Send);
            let number = state.map_or(0, |state| state.sequence_number());
            session.dangerous_set_sequence_number(Direction::Send, number)
        }
    ),
    Method {
        name: "update_receiving_key",
        operation: Operation::SetRecordState,
        io: false,
        side: None,
        call: |pair, side| {
            pair.of(side).0.update_receiving_key()?;
            // The peer updates its key, too, and its message is not delivered.
            let (peer, io) = pair.of(peer_of(side));
            let update = peer.update_key(io, KeyUpdate::NotRequested);
            assert!(update.unwrap().is_ready());
            let mut discarded = Vec::new();
            let _ = pair.of(side).1.read_to_end(&mut discarded);
            assert!(!discarded.is_empty());
            Ok(Poll::Ready(()))
        },
    },
    without_io!("write_early_data", WriteEarlyData, None, |session| session
        .write_early_data(b"data")),
    without_io!("read_early_data", ReadEarlyData, None, |session| session
        .read_early_data(&mut [0; 9])),
];

/// The methods that every state permits, whatever they do there.
type Change = (&'static str, fn(&mut Session, &mut Io));

const ALWAYS: &[Change] = &[
    ("cork", |session, _| session.cork()),
    // With nothing that is corked it only flushes.
    ("uncork", |session, io| {
        let _ = session.uncork(io);
    }),
    ("set_handshake_hook", |session, _| {
        session.set_handshake_hook(|_, _| {})
    }),
    ("set_heartbeat_timeouts", |session, _| {
        let time = Duration::from_secs(1);
        session.set_heartbeat_timeouts(time, time).unwrap();
    }),
    ("delay_tickets", |session, _| session.delay_tickets()),
    ("insert_data", |session, _| {
        session.insert_data("of the connection");
    }),
    ("data_mut", |session, _| {
        let _ = session.data_mut::<&str>();
    }),
    ("remove_data", |session, _| {
        let _ = session.remove_data::<&str>();
    }),
    ("take_unread_bytes", |session, _| {
        assert!(session.take_unread_bytes().is_empty());
    }),
    ("set_mtu", |session, _| {
        // Only datagrams have an MTU.
        session.set_mtu(1400).unwrap_err();
    }),
    ("set_data_mtu", |session, _| {
        session.set_data_mtu(1400).unwrap_err();
    }),
    ("set_retransmission_timeout", |session, _| {
        let time = Duration::from_secs(1);
        session.set_retransmission_timeout(time).unwrap_err();
    }),
];

/// A way into a column of the table.
#[derive(Clone, Copy, Debug)]
struct State {
    column: Stage,
    protocol: &'static str,
    side: Side,
    /// The peer's data is in front of its handshake message.
    data_first: bool,
}

/// The write half and the end of the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    Open,
    CloseNotify,
    /// A fatal alert of the program waits for the transport.
    FatalAlert,
    /// The transport has failed to send.
    WriteFailed,
    /// The session has failed, and its alert waits for the transport.
    Failing,
    Ended,
}

const ENDINGS: [Ending; 6] = [
    Ending::Open,
    Ending::CloseNotify,
    Ending::FatalAlert,
    Ending::WriteFailed,
    Ending::Failing,
    Ending::Ended,
];

/// `true` if TLS 1.3 is tested. In GnuTLS 3.6.4 a server with tickets cannot authenticate clients.
const TLS1_3_STATES: bool = cfg!(gnutls_3_6_5);

/// Returns the ways into the states.
fn states() -> Vec<State> {
    let mut states = Vec::new();
    let mut add = |column, protocol, side, data_first| {
        states.push(State {
            column,
            protocol,
            side,
            data_first,
        });
    };
    let protocols = if TLS1_3_STATES {
        &[TLS1_2, TLS1_3][..]
    } else {
        &[TLS1_2]
    };
    for side in [Side::Client, Side::Server] {
        for protocol in protocols {
            add(Stage::Fresh, protocol, side, false);
            add(Stage::Handshaking, protocol, side, false);
            add(Stage::Idle, protocol, side, false);
        }
        add(Stage::Rehandshake, TLS1_2, side, false);
    }
    add(Stage::Rehandshake, TLS1_2, Side::Server, true);
    add(Stage::HelloRequested, TLS1_2, Side::Server, false);
    if TLS1_3_STATES {
        add(Stage::ClientAuth, TLS1_3, Side::Server, false);
        add(Stage::ClientAuth, TLS1_3, Side::Server, true);
    }
    states
}

impl Pair {
    fn of(&mut self, side: Side) -> (&mut Session, &mut Io) {
        match side {
            Side::Client => (&mut self.client, &mut self.client_io),
            Side::Server => (&mut self.server, &mut self.server_io),
        }
    }

    /// Brings a session into a state.
    fn enter(&mut self, state: State) {
        let State {
            column,
            side,
            data_first,
            ..
        } = state;
        match (column, side) {
            (Stage::Fresh, _) => {}
            (Stage::Handshaking, Side::Client) => {
                let poll = self.client.handshake(&mut self.client_io);
                assert!(poll.unwrap().is_pending());
            }
            (Stage::Handshaking, Side::Server) => {
                let poll = self.client.handshake(&mut self.client_io);
                assert!(poll.unwrap().is_pending());
                let poll = self.server.handshake(&mut self.server_io);
                assert!(poll.unwrap().is_pending());
            }
            _ => {
                self.handshake();
                // Tickets would be data in front of what follows.
                let poll = self.client.read(&mut self.client_io, &mut [0; 9]);
                assert!(poll.unwrap().is_pending());
            }
        }
        if data_first {
            let (peer, io) = self.of(peer_of(side));
            assert!(peer.write(io, b"data").unwrap().is_ready());
        }
        match (column, side) {
            (Stage::Fresh | Stage::Handshaking | Stage::Idle, _) => {}
            (Stage::HelloRequested, _) => {
                let poll = self.server.rehandshake(&mut self.server_io);
                assert!(poll.unwrap().is_ready());
            }
            (Stage::Rehandshake, Side::Client) => {
                let poll = self.client.rehandshake(&mut self.client_io);
                assert!(poll.unwrap().is_pending());
            }
            (Stage::Rehandshake, Side::Server) if data_first => {
                let poll = self.server.rehandshake(&mut self.server_io);
                assert!(poll.unwrap().is_ready());
                check_begun(self.server.handshake(&mut self.server_io), data_first);
            }
            (Stage::Rehandshake, Side::Server) => {
                let poll = self.client.rehandshake(&mut self.client_io);
                assert!(poll.unwrap().is_pending());
                let read = self.server.read(&mut self.server_io, &mut [0; 9]);
                assert_eq!(read.unwrap_err().kind(), ErrorKind::Rehandshake);
            }
            (Stage::ClientAuth, _) => {
                let result = self.server.request_authentication(&mut self.server_io);
                check_begun(result.map(|poll| poll.map(drop)), data_first);
            }
        }
        assert_eq!(self.of(side).0.core().lifecycle.stage(), column);
    }

    /// Closes or ends the session that is in this state. Returns whether there is such a combination.
    fn end(&mut self, state: State, ending: Ending) -> bool {
        let (column, side) = (state.column, state.side);
        let open = !matches!(column, Stage::Fresh | Stage::Handshaking);
        match ending {
            Ending::Open => return true,
            Ending::CloseNotify if open => {
                let (session, io) = self.of(side);
                assert!(session.close(io).unwrap().is_ready());
            }
            Ending::FatalAlert if column != Stage::Fresh => {
                let (session, io) = self.of(side);
                io.set_capacity(Some(0));
                let poll = session.send_alert(io, AlertLevel::Fatal, Alert::ACCESS_DENIED);
                assert!(poll.unwrap().is_pending());
            }
            Ending::WriteFailed if column != Stage::Fresh => {
                let (session, _) = self.of(side);
                let error = Error::io(io::Error::other(WRITE_FAILED));
                session.core_mut().fail_write(error);
            }
            Ending::Failing | Ending::Ended if column != Stage::Fresh => {
                let (session, io) = self.of(side);
                if ending == Ending::Failing {
                    io.set_capacity(Some(0));
                }
                // The data in front is read first, since reading continues with the garbage.
                if state.data_first {
                    let read = session.read(io, &mut [0; 100]).unwrap();
                    assert_eq!(read, Poll::Ready(4));
                }
                self.of(peer_of(side)).1.write_all(&[0xff; 64]).unwrap();
                let failed = self.receive(column, side);
                match ending {
                    Ending::Failing => assert!(failed.unwrap().is_pending()),
                    _ => assert!(failed.unwrap_err().is_fatal()),
                }
                assert!(self.of(side).0.core().lifecycle.has_ended());
            }
            _ => return false,
        }
        assert_eq!(self.of(side).0.core().lifecycle.stage(), column);
        true
    }

    /// Calls the method that receives in this column.
    fn receive(&mut self, column: Stage, side: Side) -> Result<Poll<()>> {
        let (session, io) = self.of(side);
        match column {
            Stage::Fresh | Stage::Handshaking | Stage::Rehandshake => session.handshake(io),
            Stage::Idle | Stage::HelloRequested => {
                session.read(io, &mut [0; 100]).map(|poll| poll.map(drop))
            }
            Stage::ClientAuth => session
                .request_authentication(io)
                .map(|poll| poll.map(drop)),
        }
    }

    /// Completes the exchange that is under way, and checks that data flows in both directions.
    fn complete(&mut self, context: &str) {
        for _ in 0..100 {
            for side in [Side::Client, Side::Server] {
                let (session, io) = self.of(side);
                if session.core().lifecycle.is_authenticating() {
                    step(
                        session.request_authentication(io).map(drop),
                        session,
                        io,
                        context,
                    );
                } else if !session.handshake_done() {
                    step(session.handshake(io).map(drop), session, io, context);
                } else {
                    step(Ok(()), session, io, context);
                }
            }
            let idle = [&self.client, &self.server]
                .map(|session| session.core().lifecycle.stage() == Stage::Idle);
            if idle == [true; 2] && self.client_io.available() + self.server_io.available() == 0 {
                break;
            }
        }
        for side in [Side::Client, Side::Server] {
            let (session, io) = self.of(side);
            session.cork.clear();
            assert!(session.uncork(io).unwrap().is_ready());
            assert_eq!(session.write(io, b"x").unwrap(), Poll::Ready(1));
            let (peer, io) = self.of(peer_of(side));
            let mut buffer = [0; 9];
            assert_eq!(peer.read(io, &mut buffer).unwrap(), Poll::Ready(1));
            assert_eq!(buffer[0], b'x');
        }
    }
}

/// Handles the result of a step, and reads what there is.
fn step(result: Result<()>, session: &mut Session, io: &mut Io, context: &str) {
    match result {
        Ok(()) if !session.handshake_done() || session.core().lifecycle.is_authenticating() => {
            return;
        }
        Err(error) if error.code() != Some(ErrorCode::GOT_APPLICATION_DATA) => {
            panic!("{context}: {error}")
        }
        _ => {}
    }
    loop {
        match session.read(io, &mut [0; 100]) {
            Ok(Poll::Ready(length)) => assert!(length > 0),
            Ok(Poll::Pending) => break,
            Err(error) if error.kind() == ErrorKind::Rehandshake => break,
            Err(_) if session.core().lifecycle.is_authenticating() => break,
            Err(error) => panic!("{context}: {error}"),
        }
    }
}

fn peer_of(side: Side) -> Side {
    match side {
        Side::Client => Side::Server,
        Side::Server => Side::Client,
    }
}

fn check_begun(result: Result<Poll<()>>, data_first: bool) {
    match result {
        Ok(poll) => assert!(poll.is_pending() && !data_first),
        Err(error) => {
            assert_eq!(error.code(), Some(ErrorCode::GOT_APPLICATION_DATA));
            assert!(data_first);
        }
    }
}

/// The kind and the message of a refusal.
type Refusal = (ErrorKind, String);

const CLOSED: &str = "this side of the session has been closed: open a new session to send more";
const ENDED: &str = "an earlier failure has ended the session";

const WRITE_FAILED: &str = "the transport has failed to send";

/// Returns the refusal for this entry of the table, or `None` if the operation is permitted.
fn expected(state: State, ending: Ending, method: &Method, row: &[Permission]) -> Option<Refusal> {
    let name = method.operation.name();
    let invalid = |message: String| Some((ErrorKind::InvalidState, message));
    let permission = row[state.column as usize];
    let closed = matches!(ending, Ending::CloseNotify | Ending::FatalAlert);
    match permission {
        // These send even if they are permitted without an open write half.
        Permission::Permitted if ending == Ending::WriteFailed => match method.operation {
            Operation::RequestAuthentication if state.data_first => None,
            Operation::Flush | Operation::Close | Operation::RequestAuthentication => {
                Some((ErrorKind::Io, WRITE_FAILED.into()))
            }
            _ => None,
        },
        Permission::Permitted => None,
        Permission::BufferedData if state.data_first => None,
        // The call that sends a fatal alert is repeated until it is ready.
        _ if method.operation == Operation::SendAlert && ending == Ending::FatalAlert => None,
        _ if closed && row.contains(&Permission::WhileOpen) => {
            Some((ErrorKind::Closed, CLOSED.into()))
        }
        _ if ending == Ending::WriteFailed && row.contains(&Permission::WhileOpen) => {
            Some((ErrorKind::Io, WRITE_FAILED.into()))
        }
        Permission::WhileOpen => None,
        Permission::BufferedData if state.column == Stage::ClientAuth => invalid(
            "the client's certificate has been requested: call request_authentication until it is ready".into(),
        ),
        Permission::BufferedData | Permission::HandshakeFirst => Some((
            ErrorKind::Rehandshake,
            "a new handshake is under way: call handshake until it is ready".into(),
        )),
        Permission::TooEarly => invalid(format!(
            "{name} requires a complete handshake: call handshake until it is ready"
        )),
        Permission::NotBegun => invalid(format!(
            "{name} requires that the handshake has begun: call handshake first"
        )),
        Permission::TooLate => {
            invalid(format!("{name} is only possible before the handshake has begun"))
        }
        Permission::InHandshake => invalid(format!(
            "{name} is not possible during a handshake: call handshake until it is ready"
        )),
    }
}

/// Returns the refusal that a method has returned, or `None` for any other result.
fn refusal(result: &Result<Poll<()>>, operation: Operation) -> Option<Refusal> {
    let error = result.as_ref().err()?;
    let text = error.to_string();
    let name = operation.name();
    let messages = [
        CLOSED.to_owned(),
        ENDED.to_owned(),
        WRITE_FAILED.to_owned(),
        "the client's certificate has been requested: call request_authentication until it is ready".to_owned(),
        "a new handshake is under way: call handshake until it is ready".to_owned(),
        format!("{name} requires a complete handshake: call handshake until it is ready"),
        format!("{name} requires that the handshake has begun: call handshake first"),
        format!("{name} is only possible before the handshake has begun"),
        format!("{name} is not possible during a handshake: call handshake until it is ready"),
    ];
    let message = messages
        .into_iter()
        .find(|message| text.starts_with(message))?;
    assert!(!error.is_fatal() || matches!(error.kind(), ErrorKind::Closed | ErrorKind::Io));
    Some((error.kind(), message))
}

fn is_unsupported(result: &Result<Poll<()>>, method: &Method) -> bool {
    let unsupported = matches!(result, Err(error) if error.kind() == ErrorKind::Unsupported);
    let is_recent = method.name == "update_receiving_key";
    unsupported && (!cfg!(gnutls_3_6_8) || is_recent && !cfg!(gnutls_3_8_11))
}

fn check(method: &Method, row: &[Permission], state: State, ending: Ending, pair: &mut Pair) {
    let context = format!("{} in {state:?}, {ending:?}", method.name);
    let result = (method.call)(pair, state.side);
    if is_unsupported(&result, method) {
        return;
    }
    if !method.io || !matches!(ending, Ending::Failing | Ending::Ended) {
        let expected = expected(state, ending, method, row);
        assert_eq!(
            refusal(&result, method.operation),
            expected,
            "{context}: {result:?}"
        );
    }
    match ending {
        Ending::Open => match method.operation {
            // The peer's next read returns the alert, or the end.
            Operation::SendAlert | Operation::Close if result.is_ok() => {}
            // A client that receives data behind a HelloRequest sends its hello twice (_gnutls_abort_handshake in
            // lib/handshake.c), which the server refuses.
            Operation::Write | Operation::SendFile if state.column == Stage::HelloRequested => {}
            _ => pair.complete(&context),
        },
        Ending::CloseNotify if state.column == Stage::Idle => {
            let (peer, io) = pair.of(peer_of(state.side));
            assert_eq!(peer.write(io, b"x").unwrap(), Poll::Ready(1));
            assert_eq!(
                peer.read(io, &mut [0; 9]).unwrap(),
                Poll::Ready(0),
                "{context}"
            );
            let (session, io) = pair.of(state.side);
            assert_eq!(
                session.read(io, &mut [0; 9]).unwrap(),
                Poll::Ready(1),
                "{context}"
            );
        }
        Ending::WriteFailed if state.column == Stage::Idle => {
            let (peer, io) = pair.of(peer_of(state.side));
            assert_eq!(peer.write(io, b"x").unwrap(), Poll::Ready(1));
            let (session, io) = pair.of(state.side);
            let read = session.read(io, &mut [0; 9]).unwrap();
            assert_eq!(read, Poll::Ready(1), "{context}");
        }
        Ending::CloseNotify | Ending::WriteFailed => {}
        Ending::FatalAlert => {
            let (session, io) = pair.of(state.side);
            io.set_capacity(None);
            if !session.core().lifecycle.has_ended() {
                let poll = session.send_alert(io, AlertLevel::Fatal, Alert::ACCESS_DENIED);
                assert!(poll.unwrap().is_ready(), "{context}");
            }
            check_ended(method, state, pair, &context);
        }
        Ending::Failing if method.io => {
            assert!(result.unwrap().is_pending(), "{context}");
            pair.of(state.side).1.set_capacity(None);
            let error = (method.call)(pair, state.side).unwrap_err();
            assert!(
                error.is_fatal() && error.alert().is_some(),
                "{context}: {error:?}"
            );
            check_ended(method, state, pair, &context);
        }
        Ending::Failing | Ending::Ended => check_ended(method, state, pair, &context),
    }
}

/// Checks that a method which uses the transport reports the end of the session.
fn check_ended(method: &Method, state: State, pair: &mut Pair, context: &str) {
    let ended = pair.of(state.side).0.core().lifecycle.has_ended();
    if method.io && ended {
        let result = (method.call)(pair, state.side);
        let expected = Some((ErrorKind::Closed, ENDED.to_owned()));
        assert_eq!(
            refusal(&result, method.operation),
            expected,
            "{context}: {result:?}"
        );
    }
}

#[test]
fn every_method_in_every_state_returns_what_the_table_says() {
    let all = [TLS1_2, TLS1_3].map(|priority| {
        let supported = priority == TLS1_2 || TLS1_3_STATES;
        supported.then(|| configs(priority))
    });
    let open = |state: State| -> Pair {
        let configs: &(ClientConfig, ServerConfig) = match state.protocol {
            TLS1_2 => all[0].as_ref().unwrap(),
            _ => all[1].as_ref().unwrap(),
        };
        Pair::open(&configs.0, &configs.1, false)
    };
    let states = states();
    // Under an emulator, one in several cases runs.
    let mut numbers = (0..interval_of_cases()).cycle();
    let mut runs = || numbers.next() == Some(0);
    for (index, (operation, row)) in TABLE.iter().enumerate() {
        assert_eq!(
            *operation as usize, index,
            "the rows are in the order of the operations"
        );
        let methods = METHODS
            .iter()
            .filter(|method| method.operation == *operation);
        let methods: Vec<_> = methods.collect();
        assert!(!methods.is_empty(), "{operation:?} has no method");
        for (index, column) in COLUMNS.iter().enumerate() {
            assert_eq!(
                *column as usize, index,
                "the columns are in the order of the table"
            );
            if *column == Stage::ClientAuth && !TLS1_3_STATES {
                continue;
            }
            let states = states.iter().filter(|state| state.column == *column);
            let states: Vec<_> = states.collect();
            assert!(!states.is_empty(), "{column:?} is not tested");
            for state in states {
                for ending in ENDINGS {
                    for method in &methods {
                        if method.side.is_some_and(|side| side != state.side) || !runs() {
                            continue;
                        }
                        let mut pair = open(*state);
                        pair.enter(*state);
                        if pair.end(*state, ending) {
                            check(method, row, *state, ending, &mut pair);
                        }
                    }
                }
            }
        }
    }
    for (name, change) in ALWAYS {
        for state in &states {
            for ending in ENDINGS {
                if !runs() {
                    continue;
                }
                let mut pair = open(*state);
                pair.enter(*state);
                if pair.end(*state, ending) {
                    let (session, io) = pair.of(state.side);
                    change(session, io);
                    if ending == Ending::Open {
                        pair.complete(name);
                    }
                }
            }
        }
    }
}

/// Returns the names of the public methods that take a session exclusively.
fn exclusive_methods(directory: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            exclusive_methods(&path, found);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        // Blocks begin and end at the margin, methods are indented by four.
        for block in text.split("\nimpl Session {\n").skip(1) {
            let block = block.split("\n}").next().unwrap();
            for method in block.split("    pub fn ").skip(1) {
                let signature = method.split('{').next().unwrap();
                if signature.contains("&mut self") {
                    let name = method.split(['(', '<']).next().unwrap();
                    found.insert(name.to_owned());
                }
            }
        }
    }
}

#[test]
fn every_method_that_changes_a_session_is_tested_in_every_state() {
    let mut found = BTreeSet::new();
    exclusive_methods(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
        &mut found,
    );
    let operations = METHODS.iter().map(|method| method.name);
    let tested: BTreeSet<String> = operations
        .chain(ALWAYS.iter().map(|(name, _)| *name))
        .map(str::to_owned)
        .collect();
    assert_eq!(
        tested, found,
        "each method needs an operation of the table, or is in ALWAYS"
    );
}
