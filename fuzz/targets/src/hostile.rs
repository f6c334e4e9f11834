//! A session against a hostile peer: arbitrary bytes, and a genuine peer whose messages are changed, dropped, repeated
//! and cut.

use std::collections::HashSet;
use std::sync::OnceLock;
use std::task::Poll;

use gnutls::record::KeyUpdate;
use gnutls::resumption::{MemoryCache, TicketKey};
use gnutls::{Alert, AlertLevel, ClientAuth, ClientConfig, ServerConfig, Session, Side};
use gnutls_testing::fixtures::{client_identity, trust};
use gnutls_testing::pair::{DTLS1_2, TLS1_2, TLS1_3, client, server};
use gnutls_testing::requirement::{self, Requirement as _};

use crate::input::Input;
use crate::wire::Wire;

/// A client and a server configuration of one protocol.
struct Setup {
    client: ClientConfig,
    server: ServerConfig,
    datagram: bool,
}

fn setups() -> &'static [Setup] {
    static SETUPS: OnceLock<Vec<Setup>> = OnceLock::new();
    SETUPS.get_or_init(|| {
        let mut setups = Vec::new();
        for (priority, datagram) in [(TLS1_2, false), (TLS1_3, false), (DTLS1_2, true)] {
            if priority == TLS1_3 && !requirement::TLS1_3.is_present() {
                continue;
            }
            for renegotiation in [false, true] {
                let mut client = client(priority).identity(client_identity());
                let mut server = server(priority)
                    .client_auth(match priority {
                        TLS1_3 => ClientAuth::AfterHandshake(trust()),
                        _ => ClientAuth::Requested(trust()),
                    })
                    .session_cache(MemoryCache::new(4))
                    .tickets(TicketKey::generate().unwrap());
                if priority == TLS1_3 {
                    client = client.post_handshake_auth(true);
                }
                if renegotiation {
                    client = client.dangerous_allow_renegotiation();
                    server = server.dangerous_allow_renegotiation();
                }
                setups.push(Setup {
                    client: client.build().unwrap(),
                    server: server.build().unwrap(),
                    datagram,
                });
            }
        }
        setups
    })
}

/// One side of the connection: a session, its end, and what it has done.
struct End {
    session: Session,
    wire: Wire,
    done: bool,
    failed: bool,
}

impl End {
    fn new(session: Session, datagram: bool) -> Self {
        Self {
            session,
            wire: Wire::new(datagram),
            done: false,
            failed: false,
        }
    }

    fn handshake(&mut self) {
        let result = self.session.handshake(&mut self.wire);
        self.done |= matches!(result, Ok(Poll::Ready(())));
        self.failed |= result.is_err_and(|error| error.is_fatal());
    }
}

/// The number of calls of one input.
const CALLS: usize = 300;

/// Runs a session of `side` against the peer that the input describes. The first byte chooses the protocol; each
/// following one is an event.
///
/// The session never delivers a byte that the genuine peer has not written, nor in another order, and a client never
/// completes a handshake with an unverified peer.
pub fn run(side: Side, data: &[u8]) {
    let mut input = Input(data);
    let setups = setups();
    let setup = &setups[usize::from(input.byte()) % setups.len()];
    let datagram = setup.datagram;
    let client = match datagram {
        true => setup.client.datagram_session("localhost").unwrap(),
        false => setup.client.session("localhost").unwrap(),
    };
    let server = match datagram {
        true => setup.server.datagram_session().unwrap(),
        false => setup.server.session().unwrap(),
    };
    let (session, genuine) = match side {
        Side::Client => (client, server),
        Side::Server => (server, client),
    };
    let mut session = End::new(session, datagram);
    let mut peer = End::new(genuine, datagram);
    let (mut written, mut received) = (Vec::new(), Vec::new());
    let (mut sent, mut seen) = (0_u32, HashSet::new());
    for _ in 0..CALLS {
        if input.is_empty() {
            break;
        }
        let event = input.byte();
        match event % 24 {
            // Both sides run as usual.
            0..=3 => {
                run_handshake(&mut session);
                run_handshake(&mut peer);
                let count = usize::from(event / 24) + 1;
                deliver(&mut session.wire, &mut peer.wire, count);
                deliver(&mut peer.wire, &mut session.wire, count);
            }
            // The peer sends anything.
            4 => {
                let length = usize::from(input.byte());
                session.wire.incoming.push_back(input.take(length).to_vec());
            }
            // The next chunk of the peer is changed.
            5 => {
                if let Some(chunk) = peer
                    .wire
                    .outgoing
                    .front_mut()
                    .filter(|chunk| !chunk.is_empty())
                {
                    let at = input.number() % chunk.len();
                    chunk[at] ^= input.byte();
                }
            }
            6 => drop(peer.wire.outgoing.pop_front()),
            7 => {
                if let Some(chunk) = peer.wire.outgoing.front().cloned() {
                    peer.wire.outgoing.push_front(chunk);
                }
            }
            8 => {
                if let Some(chunk) = peer.wire.outgoing.front_mut() {
                    chunk.truncate(input.number());
                }
            }
            9 => {
                if peer.wire.outgoing.len() > 1 {
                    peer.wire.outgoing.swap(0, 1);
                }
            }
            10 => {
                let length = usize::from(input.byte());
                let chunk = input.take(length).to_vec();
                peer.wire.outgoing.push_front(chunk);
            }
            11 => session.wire.ended = true,
            // The genuine peer uses its session.
            12 | 13 => {
                let length = input.number() % 3000 + 4;
                sent += 1;
                let data: Vec<u8> = sent
                    .to_be_bytes()
                    .into_iter()
                    .cycle()
                    .take(length)
                    .collect();
                if let Ok(Poll::Ready(length)) = peer.session.write(&mut peer.wire, &data) {
                    written.extend_from_slice(&data[..length]);
                }
            }
            14 => drop(
                peer.session
                    .update_key(&mut peer.wire, KeyUpdate::Requested),
            ),
            15 => drop(peer.session.rehandshake(&mut peer.wire)),
            16 => {
                let alert = Alert::from_raw(input.byte().into());
                let level = match event / 24 % 2 {
                    0 => AlertLevel::Warning,
                    _ => AlertLevel::Fatal,
                };
                let _ = peer.session.send_alert(&mut peer.wire, level, alert);
            }
            17 => drop(peer.session.send_tickets(&mut peer.wire, event / 24)),
            18 => drop(peer.session.request_authentication(&mut peer.wire)),
            19 => drop(peer.session.close(&mut peer.wire)),
            // The session under test is used.
            20 => {
                let _ = session.session.write(&mut session.wire, &[event; 100]);
                let mut buffer = [0; 1000];
                let _ = peer.session.read(&mut peer.wire, &mut buffer);
            }
            21 => match event / 24 {
                0 => drop(session.session.rehandshake(&mut session.wire)),
                1 => drop(
                    session
                        .session
                        .update_key(&mut session.wire, KeyUpdate::NotRequested),
                ),
                2 => drop(session.session.request_authentication(&mut session.wire)),
                3 => drop(session.session.close(&mut session.wire)),
                4 => drop(session.session.session_data()),
                _ => drop(session.session.flush(&mut session.wire)),
            },
            _ => {
                // Several reads return the parts of a datagram that does not fit into the buffer.
                let length = if datagram {
                    4096
                } else {
                    1 + usize::from(event) * 8
                };
                let mut buffer = vec![0; length];
                if let Ok(Poll::Ready(length)) =
                    session.session.read(&mut session.wire, &mut buffer)
                {
                    if datagram && length > 0 {
                        let number = &buffer[..length.min(4)];
                        assert!(
                            seen.insert(number.to_vec()),
                            "datagram {number:?} was delivered twice"
                        );
                    }
                    received.extend_from_slice(&buffer[..length]);
                }
            }
        }
        assert!(session.session.id2().len() <= 32);
        if !datagram {
            assert!(
                written.starts_with(&received),
                "the session delivered other data than the peer has sent"
            );
        }
        if side == Side::Client && session.session.handshake_done() {
            let status = session.session.verification_status();
            assert!(
                status.is_some_and(|status| status.is_trusted()),
                "{status:?}"
            );
        }
    }
    if datagram {
        let numbers = 1..=sent;
        for number in &seen {
            let known = numbers
                .clone()
                .any(|sent| sent.to_be_bytes().starts_with(number));
            assert!(known, "datagram {number:?} was never sent");
        }
    }
}

/// Continues the handshake of one side, unless it has failed.
fn run_handshake(end: &mut End) {
    if !end.failed {
        end.handshake();
    }
}

/// Moves up to `count` chunks from one end to the other.
fn deliver(from: &mut Wire, to: &mut Wire, count: usize) {
    let count = count.min(from.outgoing.len());
    to.incoming.extend(from.outgoing.drain(..count));
}
