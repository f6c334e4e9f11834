//! TLS 1.3 early data, and its replays.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::thread::sleep;
use std::time::Duration;

use gnutls::early_data::{AntiReplay, MemoryReplayStore, ReplayStore};
use gnutls::resumption::{MemoryStore, SessionData, TicketKey};
use gnutls::transport::MemoryTransport;
use gnutls::{Alert, ClientAuth, ClientConfig, ErrorKind, ServerConfig, Session};
use gnutls_testing::fixtures::{client_identity, trust};
use gnutls_testing::pair::{self, *};
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::skip_unless;

fn resuming_client() -> ClientConfig {
    client(TLS1_3)
        .resumption(MemoryStore::new(16))
        .build()
        .unwrap()
}

fn early_server(key: &TicketKey, anti_replay: AntiReplay) -> ServerConfig {
    server(TLS1_3)
        .tickets(key.clone())
        .early_data(100, anti_replay)
        .build()
        .unwrap()
}

fn memory() -> AntiReplay {
    AntiReplay::new(MemoryReplayStore::new(100))
}

/// Performs a first connection, which receives the tickets.
fn connect(client: &ClientConfig, server: &ServerConfig) {
    let mut pair = Pair::connect(client, server, false);
    pair.back(b"the tickets come with this");
}

/// Returns a session that starts with early data, and its first flight.
fn first_flight(client: &ClientConfig, data: &[u8]) -> (Session, Vec<u8>) {
    let mut session = client.session("localhost").unwrap();
    session.write_early_data(data).unwrap();
    let (mut near, _far) = MemoryTransport::stream();
    near.set_record(true);
    let _ = session.handshake(&mut near).unwrap();
    (session, near.take_record().concat())
}

/// Returns the early data that a server reads from a client's first flight.
fn received(server: &ServerConfig, flight: &[u8]) -> Vec<u8> {
    let (mut near, mut far) = MemoryTransport::stream();
    near.write_all(flight).unwrap();
    let mut session = server.session().unwrap();
    assert!(session.handshake(&mut far).unwrap().is_pending());
    let mut buffer = [0; 200];
    let length = session.read_early_data(&mut buffer).unwrap();
    assert_eq!(session.read_early_data(&mut [0]).unwrap(), 0);
    buffer[..length].to_vec()
}

#[test]
fn early_data_arrives() {
    skip_unless!(requirement::EARLY_DATA);
    let key = TicketKey::generate().unwrap();
    let (client, server) = (resuming_client(), early_server(&key, memory()));
    connect(&client, &server);
    for _ in 0..2 {
        let mut pair = Pair::open(&client, &server, false);
        assert_eq!(pair.client.max_early_data_size(), 100);
        pair.client.write_early_data(b"early ").unwrap();
        pair.client.write_early_data(b"").unwrap();
        pair.client.write_early_data(b"data").unwrap();
        assert!(!pair.client.early_data_accepted());
        pair.handshake().unwrap();
        assert!(pair.client.early_data_accepted() && pair.server.early_data_accepted());
        let mut buffer = [0; 4];
        let mut all = Vec::new();
        assert_eq!(pair.server.read_early_data(&mut []).unwrap(), 0);
        loop {
            match pair.server.read_early_data(&mut buffer).unwrap() {
                0 => break,
                length => all.extend_from_slice(&buffer[..length]),
            }
        }
        assert_eq!(all, b"early data");
        assert_eq!(pair.there(b"there"), b"there");
        assert_eq!(pair.back(b"back"), b"back");
    }
}

#[test]
fn hazard_10_what_is_written_is_taken_whole_or_not_at_all() {
    skip_unless!(requirement::EARLY_DATA);
    let key = TicketKey::generate().unwrap();
    let (client, server) = (resuming_client(), early_server(&key, memory()));
    connect(&client, &server);
    let mut pair = Pair::open(&client, &server, false);
    let error = pair.client.write_early_data(&[7; 101]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert!(!error.is_fatal());
    pair.client.write_early_data(&[7; 60]).unwrap();
    assert!(pair.client.write_early_data(&[7; 41]).is_err());
    pair.client.write_early_data(&[8; 40]).unwrap();
    pair.handshake().unwrap();
    let mut buffer = [0; 200];
    let mut length = 0;
    while let count @ 1.. = pair.server.read_early_data(&mut buffer[length..]).unwrap() {
        length += count;
    }
    assert_eq!(buffer[..length], [[7; 60].as_slice(), &[8; 40]].concat());
}

#[test]
fn a_replay_to_the_same_process_is_refused() {
    skip_unless!(requirement::EARLY_DATA);
    let key = TicketKey::generate().unwrap();
    let (client, server) = (resuming_client(), early_server(&key, memory()));
    connect(&client, &server);
    let (_session, flight) = first_flight(&client, b"pay");
    assert_eq!(received(&server, &flight), b"pay");
    assert_eq!(received(&server, &flight), b"");
    assert_eq!(received(&server, &flight), b"");
}

#[test]
fn hazard_29_a_replay_to_another_process_is_refused_where_both_share_a_store() {
    skip_unless!(requirement::EARLY_DATA);
    let key = TicketKey::generate().unwrap();
    let store = Arc::new(MemoryReplayStore::new(100));
    // The configurations have separate windows that start at different times, like those of two processes.
    let one = early_server(&key, AntiReplay::new(Arc::clone(&store)));
    let other = early_server(&key, AntiReplay::new(Arc::clone(&store)));
    let apart = early_server(&key, memory());
    let client = resuming_client();
    connect(&client, &one);
    let (_session, flight) = first_flight(&client, b"pay");
    assert_eq!(received(&one, &flight), b"pay");
    assert_eq!(received(&other, &flight), b"");
    // A separate store does not detect the replay, as documented.
    assert_eq!(received(&apart, &flight), b"pay");
}

#[test]
fn hazard_29_a_replay_after_the_window_has_rolled_is_refused() {
    skip_unless!(requirement::EARLY_DATA);
    let key = TicketKey::generate().unwrap();
    let window = Duration::from_secs(2);
    let server = early_server(&key, memory().window(window));
    let client = resuming_client();
    connect(&client, &server);
    sleep(window * 3 / 4);
    let (_session, flight) = first_flight(&client, b"pay");
    assert_eq!(received(&server, &flight), b"pay");
    // The first window has ended and the next call starts another one. The ClientHello is younger than a window.
    sleep(window / 2);
    assert_eq!(received(&server, &flight), b"");
    // Later, the ClientHello is refused because of its age.
    sleep(window);
    assert_eq!(received(&server, &flight), b"");
}

#[test]
fn hazard_28_handshakes_at_the_same_time_have_windows_of_their_own() {
    skip_unless!(requirement::EARLY_DATA);
    let key = TicketKey::generate().unwrap();
    let server = early_server(&key, memory());
    let client = resuming_client();
    connect(&client, &server);
    // Every open session uses a window until its handshake is complete; the first window is reused afterwards.
    let open: Vec<_> = (0..3).map(|_| server.session().unwrap()).collect();
    drop(open);
    let handles: Vec<_> = (0..4)
        .map(|_| {
            let (client, server) = (resuming_client(), server.clone());
            std::thread::spawn(move || {
                connect(&client, &server);
                let (_session, flight) = first_flight(&client, b"early");
                [(); 3].map(|()| received(&server, &flight))
            })
        })
        .collect();
    for handle in handles {
        // A window that started after the ticket was issued refuses early data without storing the message, so that a
        // repetition can be the first to be accepted. No message is accepted twice.
        let mut accepted = Vec::from(handle.join().unwrap());
        accepted.retain(|data| !data.is_empty());
        assert!(
            accepted.is_empty() || accepted == [b"early"],
            "{accepted:?}"
        );
    }
}

#[test]
fn refused_early_data_can_be_written_again() {
    skip_unless!(requirement::EARLY_DATA);
    let key = TicketKey::generate().unwrap();
    let client = resuming_client();
    connect(&client, &early_server(&key, memory()));
    // A server without the key, and a server that no longer accepts early data.
    let retired = early_server(&TicketKey::generate().unwrap(), memory());
    connect(&client, &early_server(&key, memory()));
    let never = server(TLS1_3).tickets(key.clone()).build().unwrap();
    for (server, resumes) in [(retired, false), (never, true)] {
        let mut pair = Pair::open(&client, &server, false);
        pair.client.write_early_data(b"early").unwrap();
        pair.handshake().unwrap();
        assert_eq!(pair.client.is_resumed(), resumes);
        assert!(!pair.client.early_data_accepted() && !pair.server.early_data_accepted());
        assert_eq!(pair.server.read_early_data(&mut [0; 10]).unwrap(), 0);
        assert_eq!(pair.there(b"early"), b"early");
        connect(&client, &early_server(&key, memory()));
    }
}

/// Creates servers that share a ticket key and a store, one for each application protocol.
fn servers_with_protocols<const N: usize>(protocols: [Option<&str>; N]) -> [ServerConfig; N] {
    let key = TicketKey::generate().unwrap();
    let store = Arc::new(MemoryReplayStore::new(100));
    protocols.map(|protocol| {
        server(TLS1_3)
            .tickets(key.clone())
            .early_data(100, AntiReplay::new(Arc::clone(&store)))
            .alpn(protocol)
            .build()
            .unwrap()
    })
}

/// Completes a handshake with early data, and returns `true` if the server accepts it.
fn is_accepted(pair: &mut Pair) -> bool {
    pair.client.write_early_data(b"early").unwrap();
    pair.handshake().unwrap();
    let accepted = pair.server.early_data_accepted();
    assert_eq!(pair.client.early_data_accepted(), accepted);
    let mut buffer = [0; 10];
    let length = pair.server.read_early_data(&mut buffer).unwrap();
    assert_eq!(buffer[..length], b"early"[..if accepted { 5 } else { 0 }]);
    // The connection works in any case.
    assert_eq!(pair.there(b"there"), b"there");
    assert_eq!(pair.back(b"back"), b"back");
    accepted
}

#[test]
fn hazard_39_early_data_is_for_the_application_protocol_of_its_ticket() {
    skip_unless!(requirement::EARLY_DATA);
    let protocols = [Some("h2"), Some("http/1.1"), None];
    let servers = servers_with_protocols(protocols);
    let client = client(TLS1_3).alpn(["h2", "http/1.1"]).build().unwrap();
    for (first, before) in protocols.iter().zip(&servers) {
        for (second, now) in protocols.iter().zip(&servers) {
            let saved = Pair::connect(&client, before, false).save();
            let mut pair = Pair::resuming(&client, now, &saved, false);
            let accepted = is_accepted(&mut pair);
            assert_eq!(accepted, first == second, "{first:?}, {second:?}");
            assert_eq!(pair.server.is_resumed(), accepted);
            assert_eq!(pair.server.alpn(), second.map(str::as_bytes));
        }
    }
}

#[test]
fn hazard_39_early_data_is_for_the_server_name_of_its_ticket() {
    skip_unless!(requirement::EARLY_DATA);
    let [server] = servers_with_protocols([None]);
    let client = client(TLS1_3).build().unwrap();
    for (name, accepted) in [("localhost", true), ("other.example.org", false)] {
        let saved = Pair::connect(&client, &server, false).save();
        let mut pair = Pair::resuming(&client, &server, &saved, false);
        // SAFETY: copies the name into the live session. The pointer and the length describe `name`.
        let code = unsafe {
            gnutls_sys::gnutls_server_name_set(
                pair.client.as_ptr(),
                gnutls_sys::GNUTLS_NAME_DNS,
                name.as_ptr().cast(),
                name.len(),
            )
        };
        assert_eq!(code, 0);
        assert_eq!(is_accepted(&mut pair), accepted, "{name}");
        assert_eq!(pair.server.server_name().as_deref(), Some(name));
    }
}

#[test]
fn hazard_39_a_server_without_early_data_resumes_its_sessions() {
    skip_unless!(requirement::EARLY_DATA);
    let key = TicketKey::generate().unwrap();
    let early = server(TLS1_3)
        .tickets(key.clone())
        .alpn(["h2"])
        .early_data(100, memory())
        .build()
        .unwrap();
    let never = server(TLS1_3).tickets(key).alpn(["h2"]).build().unwrap();
    let client = client(TLS1_3).alpn(["h2"]).build().unwrap();
    let saved = Pair::connect(&client, &early, false).save();
    let mut pair = Pair::resuming(&client, &never, &saved, false);
    assert!(!is_accepted(&mut pair) && pair.server.is_resumed());
}

#[test]
fn hazard_39_a_client_refuses_another_application_protocol_than_that_of_its_early_data() {
    skip_unless!(requirement::EARLY_DATA);
    let [server] = servers_with_protocols([None]);
    let client = client(TLS1_3).alpn(["h2"]).build().unwrap();
    let saved = Pair::connect(&client, &server, false).save();
    let mut pair = Pair::resuming(&client, &server, &saved, false);
    // A server that does not compare the protocols, because its configuration has none.
    let protocol = gnutls_sys::gnutls_datum_t {
        data: b"h2".as_ptr().cast_mut(),
        size: 2,
    };
    let session = pair.server.as_ptr();
    // SAFETY: copies the name into the live session.
    let code = unsafe { gnutls_sys::gnutls_alpn_set_protocols(session, &protocol, 1, 0) };
    assert_eq!(code, 0);
    pair.client.write_early_data(b"early").unwrap();
    // The server completes its handshake before the alert arrives.
    let error = pair.handshake().unwrap_err();
    assert_eq!(error.alert(), Some(Alert::ILLEGAL_PARAMETER), "{error}");
    let error = pair.server.read(&mut pair.far, &mut [0; 10]).unwrap_err();
    assert_eq!(error.alert(), Some(Alert::ILLEGAL_PARAMETER), "{error}");
    // Early data that the server refuses does not matter.
    let [refusing] = servers_with_protocols([Some("h2")]);
    let mut pair = Pair::resuming(&client, &refusing, &saved, false);
    assert!(!is_accepted(&mut pair));
}

#[test]
fn no_early_data_but_for_the_same_name_and_configuration() {
    skip_unless!(requirement::EARLY_DATA);
    let key = TicketKey::generate().unwrap();
    let server = early_server(&key, memory());
    let client = resuming_client();
    let fresh = client.session("localhost").unwrap();
    assert_eq!(fresh.max_early_data_size(), 0);
    let refused = |session: gnutls::Result<Session>| {
        let error = session.unwrap().write_early_data(b"early").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidState);
    };
    refused(Ok(fresh));
    refused(server.session());
    let mut pair = Pair::connect(&client, &server, false);
    pair.back(b"the tickets come with this");
    let saved = pair.client.session_data().unwrap();
    let stored = SessionData::from_bytes("localhost", saved.as_bytes()).unwrap();
    refused(client.resume("localhost", &stored));
    refused(resuming_client().resume("localhost", &saved));
    assert!(client.resume("127.0.0.1", &saved).is_err());
    // Early data cannot be written after the handshake has started.
    let mut session = client.resume("localhost", &saved).unwrap();
    let (mut near, _far) = MemoryTransport::stream();
    let _ = session.handshake(&mut near).unwrap();
    refused(Ok(session));
    // The same session accepts early data before its handshake.
    let mut session = client.resume("localhost", &saved).unwrap();
    session.write_early_data(b"early").unwrap();
    // A server whose tickets do not allow early data.
    let silent = pair::server(TLS1_3).tickets(key.clone()).build().unwrap();
    let polite = resuming_client();
    connect(&polite, &silent);
    refused(polite.session("localhost"));
    // A TLS 1.2 session has no early data.
    let old = pair::client(TLS1_2)
        .resumption(MemoryStore::new(4))
        .build()
        .unwrap();
    let old_server = pair::server(TLS1_2).tickets(key.clone()).build().unwrap();
    connect(&old, &old_server);
    refused(old.session("localhost"));
}

#[test]
fn a_server_that_verifies_its_clients_reads_early_data_after_the_handshake() {
    skip_unless!(requirement::EARLY_DATA);
    let key = TicketKey::generate().unwrap();
    let server = server(TLS1_3)
        .tickets(key)
        .client_auth(ClientAuth::Required(trust()))
        .early_data(100, memory())
        .build()
        .unwrap();
    let client = pair::client(TLS1_3)
        .identity(client_identity())
        .resumption(MemoryStore::new(4))
        .build()
        .unwrap();
    connect(&client, &server);
    let mut pair = Pair::open(&client, &server, false);
    pair.client.write_early_data(b"early").unwrap();
    let _ = pair.step();
    let error = pair.server.read_early_data(&mut [0; 10]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidState);
    pair.handshake().unwrap();
    let mut buffer = [0; 10];
    assert_eq!(pair.server.read_early_data(&mut buffer).unwrap(), 5);
    assert!(pair.server.verification_status().unwrap().is_trusted());
    let error = pair.client.read_early_data(&mut [0; 10]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidState);
}

#[test]
fn early_data_of_a_failed_handshake_is_not_returned() {
    skip_unless!(requirement::EARLY_DATA);
    let key = TicketKey::generate().unwrap();
    let (client, server) = (resuming_client(), early_server(&key, memory()));
    connect(&client, &server);
    let (_, flight) = first_flight(&client, b"early");
    let (mut near, mut far) = MemoryTransport::stream();
    near.write_all(&flight).unwrap();
    let mut session = server.session().unwrap();
    assert!(session.handshake(&mut far).unwrap().is_pending());
    // A record that no key decrypts, in place of the end of early data.
    near.write_all(&[23, 3, 3, 0, 32]).unwrap();
    near.write_all(&[0; 32]).unwrap();
    assert!(session.handshake(&mut far).unwrap_err().is_fatal());
    let error = session.read_early_data(&mut [0; 10]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed);
}

/// A store that records its arguments.
#[derive(Default)]
struct Watched(Mutex<Vec<(Vec<u8>, Duration)>>);

impl ReplayStore for Watched {
    fn add(&self, key: &[u8], lifetime: Duration) -> bool {
        self.0.lock().unwrap().push((key.to_vec(), lifetime));
        true
    }
}

#[test]
fn the_lifetime_in_the_store_exceeds_the_window() {
    skip_unless!(requirement::EARLY_DATA);
    let store = Arc::new(Watched::default());
    let key = TicketKey::generate().unwrap();
    let window = Duration::from_millis(1500);
    let server = early_server(&key, AntiReplay::new(Arc::clone(&store)).window(window));
    let client = resuming_client();
    connect(&client, &server);
    assert!(store.0.lock().unwrap().is_empty());
    let (_session, flight) = first_flight(&client, b"early");
    received(&server, &flight);
    received(&server, &flight);
    let asked = store.0.lock().unwrap();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].0, asked[1].0);
    assert!(asked[0].0.len() >= 32 && asked[0].1 >= window);
}

struct Panicking;

impl ReplayStore for Panicking {
    fn add(&self, _: &[u8], _: Duration) -> bool {
        panic!("in the store");
    }
}

#[test]
fn bug_class_13_a_panic_of_the_store_goes_on_in_the_call() {
    skip_unless!(requirement::EARLY_DATA);
    let key = TicketKey::generate().unwrap();
    let server = early_server(&key, AntiReplay::new(Panicking));
    let client = resuming_client();
    connect(&client, &server);
    let (_session, flight) = first_flight(&client, b"early");
    let payload = catch_unwind(AssertUnwindSafe(|| received(&server, &flight))).unwrap_err();
    assert_eq!(payload.downcast_ref(), Some(&"in the store"));
}

#[test]
fn invalid_options_are_refused_by_the_builder() {
    let build = |size, window, tickets: bool| {
        let mut builder = server(TLS1_2).early_data(size, memory().window(window));
        if tickets {
            builder = builder.tickets(TicketKey::generate().unwrap());
        }
        builder.build().map(drop)
    };
    let second = Duration::from_secs(1);
    for result in [
        build(0, second, true),
        build(100, second, false),
        build(100, Duration::ZERO, true),
        build(100, Duration::MAX, true),
    ] {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::InvalidInput);
    }
    assert_eq!(
        build(100, second, true).is_ok(),
        requirement::EARLY_DATA.is_present()
    );
}
