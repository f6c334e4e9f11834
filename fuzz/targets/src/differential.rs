//! The same input for a session of the safe crate and for one that is used through the C API: both must have the same
//! results.

use std::ffi::c_int;
use std::sync::OnceLock;
use std::task::Poll;

use gnutls::{Alert, AlertLevel, ClientConfig, ServerConfig, Session, SessionRef, Side};
use gnutls_sys as sys;
use gnutls_testing::fixtures::identity;
use gnutls_testing::pair::client;
use gnutls_testing::requirement::{self, Requirement as _};

use crate::input::Input;
use crate::native::NativeSession;
use crate::wire::Wire;

/// All messages of these priorities have the same lengths in each handshake.
const PRIORITIES: [&str; 2] = [
    "NORMAL:-VERS-ALL:+VERS-TLS1.2:-GROUP-ALL:+GROUP-X25519",
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-X25519",
];

/// The result of a call, and the state after it.
#[derive(Debug, PartialEq, Eq)]
struct Step {
    call: &'static str,
    result: CallResult,
    protocol: sys::gnutls_protocol_t,
    cipher: sys::gnutls_cipher_algorithm_t,
    resumed: bool,
    identifier: usize,
    pending: usize,
    /// The types of the records that have been sent.
    sent: Vec<u8>,
}

#[derive(Debug, PartialEq, Eq)]
enum CallResult {
    Pending,
    Ready(Vec<u8>),
    /// The code, and the alert that belongs to it.
    Failed(c_int, Option<u8>),
}

/// A session under test.
trait Subject {
    fn handle(&self) -> sys::gnutls_session_t;
    fn wire(&mut self) -> &mut Wire;
    fn handshake(&mut self) -> CallResult;
    fn read(&mut self, length: usize) -> CallResult;
    fn write(&mut self, data: &[u8]) -> CallResult;
    fn close(&mut self) -> CallResult;
}

/// A session of the safe crate.
struct Safe {
    session: Session,
    wire: Wire,
}

impl Safe {
    fn result<R>(result: gnutls::Result<Poll<R>>, data: impl FnOnce(R) -> Vec<u8>) -> CallResult {
        match result {
            Ok(Poll::Pending) => CallResult::Pending,
            Ok(Poll::Ready(value)) => CallResult::Ready(data(value)),
            Err(error) => {
                let code = error.code().map_or(0, |code| code.as_raw());
                CallResult::Failed(code, error.alert().map(number))
            }
        }
    }
}

impl Subject for Safe {
    fn handle(&self) -> sys::gnutls_session_t {
        SessionRef::as_ptr(&self.session)
    }

    fn wire(&mut self) -> &mut Wire {
        &mut self.wire
    }

    fn handshake(&mut self) -> CallResult {
        Self::result(self.session.handshake(&mut self.wire), |()| Vec::new())
    }

    fn read(&mut self, length: usize) -> CallResult {
        let mut buffer = vec![0; length];
        let result = self.session.read(&mut self.wire, &mut buffer);
        Self::result(result, |length| buffer[..length].to_vec())
    }

    fn write(&mut self, data: &[u8]) -> CallResult {
        let result = self.session.write(&mut self.wire, data);
        Self::result(result, |length| vec![0; length])
    }

    fn close(&mut self) -> CallResult {
        Self::result(self.session.close(&mut self.wire), |()| Vec::new())
    }
}

/// A session in C, used as a careful C program does: a warning is no failure, a call that was not blocked is repeated,
/// and a failure sends its alert.
struct Native {
    session: NativeSession,
    /// The handshake is complete.
    open: bool,
}

impl Native {
    fn call(&mut self, mut function: impl FnMut(sys::gnutls_session_t) -> isize) -> CallResult {
        loop {
            self.session.wire().blocked = false;
            let code = function(self.handle());
            if code >= 0 {
                return CallResult::Ready(vec![0; code as usize]);
            }
            let code = code as c_int;
            match code {
                sys::GNUTLS_E_AGAIN | sys::GNUTLS_E_INTERRUPTED => {
                    if self.session.wire().blocked {
                        return CallResult::Pending;
                    }
                }
                sys::GNUTLS_E_WARNING_ALERT_RECEIVED => {
                    // In the first handshake the library would begin again (hazard 41).
                    // SAFETY: reads a number of the live session.
                    let alert = unsafe { sys::gnutls_alert_get(self.handle()) };
                    if alert == sys::GNUTLS_A_NO_RENEGOTIATION && !self.open {
                        return self.fail(sys::GNUTLS_E_UNEXPECTED_PACKET);
                    }
                }
                _ => return self.fail(code),
            }
        }
    }

    fn fail(&mut self, code: c_int) -> CallResult {
        let alert = match code {
            // SAFETY: reads a number of the live session.
            sys::GNUTLS_E_FATAL_ALERT_RECEIVED => unsafe {
                Some(sys::gnutls_alert_get(self.handle()) as u8)
            },
            sys::GNUTLS_E_INVALID_SESSION
            | sys::GNUTLS_E_PREMATURE_TERMINATION
            | sys::GNUTLS_E_PULL_ERROR => None,
            // Within a record this is the end of the stream, after which no alert can arrive.
            sys::GNUTLS_E_UNEXPECTED_PACKET_LENGTH if self.session.wire().found_end => None,
            _ => {
                let mut level = 0;
                // SAFETY: looks up the code in a table; `level` outlives the call.
                let number = unsafe { sys::gnutls_error_to_alert(code, &mut level) };
                // SAFETY: writes an alert in the live session, which has priorities.
                unsafe { sys::gnutls_alert_send(self.handle(), level as _, number as _) };
                Some(number as u8)
            }
        };
        CallResult::Failed(code, alert)
    }
}

impl Subject for Native {
    fn handle(&self) -> sys::gnutls_session_t {
        self.session.handle()
    }

    fn wire(&mut self) -> &mut Wire {
        self.session.wire()
    }

    fn handshake(&mut self) -> CallResult {
        // SAFETY: the session is live, and used by no other call.
        let result = self.call(|session| unsafe { sys::gnutls_handshake(session) as isize });
        self.open |= matches!(result, CallResult::Ready(_));
        result
    }

    fn read(&mut self, length: usize) -> CallResult {
        let mut buffer = vec![0_u8; length];
        // SAFETY: the session is live, and used by no other call; the buffer has `length` bytes.
        match self.call(|session| unsafe {
            sys::gnutls_record_recv(session, buffer.as_mut_ptr().cast(), length)
        }) {
            CallResult::Ready(received) => CallResult::Ready(buffer[..received.len()].to_vec()),
            other => other,
        }
    }

    fn write(&mut self, data: &[u8]) -> CallResult {
        // SAFETY: the session is live, and used by no other call; the pointer and the length describe the data.
        self.call(|session| unsafe {
            sys::gnutls_record_send(session, data.as_ptr().cast(), data.len())
        })
    }

    fn close(&mut self) -> CallResult {
        // SAFETY: the session is live, and used by no other call.
        self.call(|session| unsafe { sys::gnutls_bye(session, sys::GNUTLS_SHUT_WR) as isize })
    }
}

fn number(alert: Alert) -> u8 {
    alert.as_raw() as u8
}

/// The configurations of the safe crate, in the order of [`PRIORITIES`].
fn configs() -> &'static [(ClientConfig, ServerConfig)] {
    static CONFIGS: OnceLock<Vec<(ClientConfig, ServerConfig)>> = OnceLock::new();
    CONFIGS.get_or_init(|| {
        let all = PRIORITIES.map(|priority| {
            let server = ServerConfig::builder()
                .identity(identity("server-ed25519"))
                .priority(gnutls::Priority::new(priority).unwrap());
            (client(priority).build().unwrap(), server.build().unwrap())
        });
        all.into()
    })
}

/// Runs both kinds of session on one input, and compares all results. The first byte chooses the side and the protocol.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let choice = input.byte();
    let side = if choice & 1 == 0 {
        Side::Client
    } else {
        Side::Server
    };
    let version = usize::from(choice >> 1 & 1);
    if version == 1 && !requirement::TLS1_3.is_present() {
        return;
    }
    let (client, server) = &configs()[version];
    let session = |side| match side {
        Side::Client => client.session("localhost").unwrap(),
        Side::Server => server.session().unwrap(),
    };
    let other = match side {
        Side::Client => Side::Server,
        Side::Server => Side::Client,
    };
    let safe = steps(
        &mut Safe {
            session: session(side),
            wire: Wire::default(),
        },
        session(other),
        Input(input.0),
    );
    let native = steps(
        &mut Native {
            session: NativeSession::new(side, PRIORITIES[version]),
            open: false,
        },
        session(other),
        Input(input.0),
    );
    for (safe, native) in safe.iter().zip(&native) {
        assert_eq!(safe, native, "the safe crate (left) differs from C (right)");
    }
    assert_eq!(safe.len(), native.len());
}

/// Runs a session against a genuine peer, whose messages the input changes. Each byte is an event.
fn steps(subject: &mut impl Subject, mut peer: Session, mut input: Input<'_>) -> Vec<Step> {
    let mut wire = Wire::default();
    let (mut steps, mut open) = (Vec::new(), false);
    // A last call after the end of the stream.
    let mut last = false;
    while steps.len() < 60 && !last {
        last = input.is_empty();
        let event = if last { 4 } else { input.byte() };
        if last {
            subject.wire().ended = true;
        }
        let (call, result) = match event % 16 {
            // The peer runs, and its output arrives.
            0..=3 => {
                wire.incoming.append(&mut subject.wire().outgoing);
                let _ = peer.handshake(&mut wire);
                let mut buffer = [0; 2000];
                let _ = peer.read(&mut wire, &mut buffer);
                subject.wire().incoming.append(&mut wire.outgoing);
                continue;
            }
            5 => {
                if let Some(chunk) = wire.outgoing.front_mut().filter(|chunk| !chunk.is_empty()) {
                    let at = input.number() % chunk.len();
                    chunk[at] ^= input.byte();
                }
                continue;
            }
            6 => {
                wire.outgoing.pop_front();
                continue;
            }
            7 => {
                let length = usize::from(input.byte());
                let chunk = input.take(length).to_vec();
                wire.outgoing.push_front(chunk);
                continue;
            }
            8 => {
                let data = vec![event; input.number() % 500 + 1];
                let _ = peer.write(&mut wire, &data);
                continue;
            }
            9 => {
                let alert = Alert::from_raw(input.byte().into());
                let level = match event / 16 % 2 {
                    0 => AlertLevel::Warning,
                    _ => AlertLevel::Fatal,
                };
                let _ = peer.send_alert(&mut wire, level, alert);
                continue;
            }
            10 => {
                let _ = peer.close(&mut wire);
                continue;
            }
            11 => {
                // The peer produces output that the next events change.
                wire.incoming.append(&mut subject.wire().outgoing);
                let _ = peer.handshake(&mut wire);
                continue;
            }
            12 if open => ("write", subject.write(&[event; 70])),
            13 if open => ("close", subject.close()),
            _ if open => ("read", subject.read(1 + usize::from(event))),
            _ => ("handshake", subject.handshake()),
        };
        open |= call == "handshake" && matches!(result, CallResult::Ready(_));
        let ended = matches!(result, CallResult::Failed(..)) || call == "close";
        steps.push(observe(subject, call, result));
        if ended {
            break;
        }
    }
    steps
}

/// Returns a result with the state of the session, as the library sees it.
fn observe(subject: &mut impl Subject, call: &'static str, result: CallResult) -> Step {
    let session = subject.handle();
    let mut identifier = sys::gnutls_datum_t {
        data: std::ptr::null_mut(),
        size: 0,
    };
    // SAFETY: the session is live, and the functions read numbers and a datum of it.
    let (protocol, cipher, resumed, pending) = unsafe {
        sys::gnutls_session_get_id2(session, &mut identifier);
        (
            sys::gnutls_protocol_get_version(session),
            sys::gnutls_cipher_get(session),
            sys::gnutls_session_is_resumed(session) != 0,
            sys::gnutls_record_check_pending(session),
        )
    };
    let sent = record_types(&subject.wire().outgoing.make_contiguous().concat());
    Step {
        call,
        result,
        protocol,
        cipher,
        resumed,
        identifier: identifier.size as usize,
        pending,
        sent,
    }
}

/// Returns the types of records.
fn record_types(mut records: &[u8]) -> Vec<u8> {
    let mut types = Vec::new();
    while let [kind, _, _, high, low, ..] = *records {
        types.push(kind);
        let length = 5 + usize::from(u16::from_be_bytes([high, low]));
        records = records.get(length..).unwrap_or_default();
    }
    types
}
