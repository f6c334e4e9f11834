//! Tickets that a server sends on request, the lifetime of sessions, and the properties of early data.

use std::io::Write;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::thread::sleep;
use std::time::Duration;

use gnutls::early_data::{AntiReplay, MemoryReplayStore};
use gnutls::psk::PreSharedKey;
use gnutls::resumption::{MemoryStore, SessionCache, TicketKey};
use gnutls::transport::Descriptors;
use gnutls::{
    ClientAuth, ClientConfig, ClientConfigBuilder, ErrorKind, HelloAnswer, ServerConfig,
    ServerConfigBuilder, Session, SessionRef, Side, handshake, psk,
};
use gnutls_testing::fixtures::{client_identity, trust};
use gnutls_testing::pair::*;
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::skip_unless;

fn key() -> TicketKey {
    TicketKey::from_bytes(&[7; 64]).unwrap()
}

/// Returns a client and its store.
fn keeping(builder: ClientConfigBuilder) -> (ClientConfig, Arc<MemoryStore>) {
    let store = Arc::new(MemoryStore::new(100));
    (
        builder.resumption(Arc::clone(&store)).build().unwrap(),
        store,
    )
}

#[test]
fn tickets_are_sent_on_request() {
    skip_unless!(requirement::AUTOMATIC_TICKETS);
    for limit in [None, Some(1)] {
        let (client, store) = keeping(client(TLS1_3));
        let server = server(TLS1_3)
            .tickets(key())
            .automatic_tickets(false)
            .build()
            .unwrap();
        let mut pair = Pair::open(&client, &server, false);
        pair.near.set_limit(limit);
        pair.far.set_limit(limit);
        pair.handshake().unwrap();
        assert_eq!(pair.back(b"none yet"), b"none yet");
        assert_eq!(store.len(), 0);
        // Corked data is sent before the tickets, and nothing is lost if the transport blocks.
        pair.server.cork();
        assert_eq!(
            pair.server.write(&mut pair.far, b"first").unwrap(),
            Poll::Ready(5)
        );
        while pair
            .server
            .send_tickets(&mut pair.far, 3)
            .unwrap()
            .is_pending()
        {}
        let _ = pair.server.uncork(&mut pair.far).unwrap();
        let mut buffer = [0; 100];
        let mut received = Vec::new();
        for _ in 0..10_000 {
            let _ = pair.server.flush(&mut pair.far).unwrap();
            if let Poll::Ready(length) = pair.client.read(&mut pair.near, &mut buffer).unwrap() {
                received.extend_from_slice(&buffer[..length]);
            }
        }
        assert_eq!(received, b"first");
        assert_eq!(store.len(), 3);
        for _ in 0..3 {
            assert!(Pair::connect(&client, &server, false).client.is_resumed());
        }
        assert!(
            !Pair::connect(&client, &server, false).client.is_resumed(),
            "a ticket was used twice"
        );
    }
}

#[test]
fn any_number_of_tickets_can_be_sent() {
    skip_unless!(requirement::SENDING_TICKETS);
    let server = server(TLS1_3).tickets(key()).build().unwrap();
    let mut pair = Pair::connect(&client(TLS1_3).build().unwrap(), &server, false);
    pair.far.set_record(true);
    assert!(
        pair.server
            .send_tickets(&mut pair.far, 0)
            .unwrap()
            .is_ready()
    );
    assert!(pair.far.take_record().is_empty());
    assert!(
        pair.server
            .send_tickets(&mut pair.far, u8::MAX)
            .unwrap()
            .is_ready()
    );
    assert!(!pair.far.take_record().is_empty());
    assert_eq!(pair.back(b"x"), b"x");
}

#[test]
fn hazard_40_tickets_that_take_several_records_can_be_sent() {
    skip_unless!(requirement::SENDING_TICKETS);
    skip_unless!(requirement::VERIFIED_RESUMPTION);
    // A ticket contains the certificate of the client.
    let server = server(TLS1_3)
        .tickets(key())
        .client_auth(ClientAuth::Required(trust()));
    let client = client(TLS1_3).identity(client_identity());
    let mut pair = Pair::build(client, server, false);
    pair.client.set_max_record_size(512).unwrap();
    pair.handshake().unwrap();
    assert_eq!(pair.server.max_send_size(), Some(512));
    let before = pair.near.available();
    let sent = pair.server.send_tickets(&mut pair.far, 16).unwrap();
    assert!(sent.is_ready());
    assert!(pair.near.available() - before > 31 * 512);
    assert_eq!(pair.back(b"x"), b"x");
}

#[test]
fn hazard_1_tickets_that_cannot_be_sent_are_refused() {
    for (priority, datagram) in protocols() {
        let with_key = server(priority).tickets(key()).build().unwrap();
        let without = server(priority).build().unwrap();
        for server in [with_key, without] {
            let has_key = format!("{server:?}").contains("tickets: true");
            let mut pair = Pair::open(&client(priority).build().unwrap(), &server, datagram);
            for done in [false, true] {
                if done {
                    pair.handshake().unwrap();
                }
                for (session, io) in [
                    (&mut pair.client, &mut pair.near),
                    (&mut pair.server, &mut pair.far),
                ] {
                    let server = session.side() == Side::Server;
                    let result = session.send_tickets(io, 1);
                    if done
                        && server
                        && priority == TLS1_3
                        && has_key
                        && requirement::SENDING_TICKETS.is_present()
                    {
                        assert!(result.unwrap().is_ready());
                        continue;
                    }
                    let error = result.unwrap_err();
                    let kind = if requirement::SENDING_TICKETS.has_functions() {
                        ErrorKind::InvalidState
                    } else {
                        error.kind()
                    };
                    assert_eq!(error.kind(), kind, "{priority} {done}: {error}");
                    assert!(!error.is_fatal());
                }
            }
            assert_eq!(pair.there(b"x"), b"x");
            pair.server.close(&mut pair.far).unwrap().is_ready();
            let error = pair.server.send_tickets(&mut pair.far, 1).unwrap_err();
            assert_ne!(error.kind(), ErrorKind::InvalidState, "{error}");
        }
    }
}

#[test]
fn the_selected_configuration_determines_the_ticket_key() {
    skip_unless!(requirement::SENDING_TICKETS);
    let with_key = server(TLS1_3).tickets(key()).build().unwrap();
    let without = server(TLS1_3).build().unwrap();
    for (own, chosen, sends) in [(&with_key, &without, false), (&without, &with_key, true)] {
        let _ = own;
        let chosen = chosen.clone();
        let mut builder = server(TLS1_3);
        if !sends {
            builder = builder.tickets(key());
        }
        let server = builder
            .on_client_hello(move |_, _| HelloAnswer::Use(chosen.clone()))
            .build()
            .unwrap();
        let mut pair = Pair::connect(&client(TLS1_3).build().unwrap(), &server, false);
        assert_eq!(pair.server.send_tickets(&mut pair.far, 1).is_ok(), sends);
    }
}

#[test]
fn a_ticket_contains_the_post_handshake_certificate() {
    skip_unless!(requirement::AUTOMATIC_TICKETS);
    let (client, store) = keeping(
        client(TLS1_3)
            .identity(client_identity())
            .post_handshake_auth(true),
    );
    let server = server(TLS1_3)
        .tickets(key())
        .automatic_tickets(false)
        .client_auth(ClientAuth::AfterHandshake(trust()))
        .build()
        .unwrap();
    let mut pair = Pair::connect(&client, &server, false);
    let mut asked = false;
    for _ in 0..100 {
        if let Poll::Ready(came) = pair.server.request_authentication(&mut pair.far).unwrap() {
            asked = came;
            break;
        }
        let _ = pair.client.read(&mut pair.near, &mut [0; 9]).unwrap();
    }
    assert!(asked);
    assert!(
        pair.server
            .send_tickets(&mut pair.far, 1)
            .unwrap()
            .is_ready()
    );
    let _ = pair.client.read(&mut pair.near, &mut [0; 9]).unwrap();
    assert_eq!(store.len(), 1);
    let pair = Pair::connect(&client, &server, false);
    assert!(pair.server.is_resumed());
    assert_eq!(pair.server.peer_certificates().unwrap().len(), 1);
}

#[test]
fn tickets_are_sent_with_updated_keys() {
    skip_unless!(requirement::AUTOMATIC_TICKETS);
    let (client, store) = keeping(client(TLS1_3));
    let server = server(TLS1_3)
        .tickets(key())
        .automatic_tickets(false)
        .build()
        .unwrap();
    let mut pair = Pair::connect(&client, &server, false);
    let _ = pair
        .server
        .update_key(&mut pair.far, gnutls::record::KeyUpdate::NotRequested)
        .unwrap();
    let _ = pair.server.send_tickets(&mut pair.far, 2).unwrap();
    assert_eq!(pair.back(b"x"), b"x");
    // Since 3.8.11, a client cannot save a session after a key update.
    if !requirement::KEY_UPDATE_PREVENTS_SAVING.is_present() {
        assert_eq!(store.len(), 2);
        assert!(Pair::connect(&client, &server, false).client.is_resumed());
    }
}

fn lasting(builder: ServerConfigBuilder, seconds: u64) -> ServerConfig {
    builder
        .session_lifetime(Duration::from_secs(seconds))
        .build()
        .unwrap()
}

#[test]
fn sessions_are_resumed_during_their_lifetime() {
    let mut later = Vec::new();
    for (priority, datagram) in resumable_protocols() {
        for (seconds, resumed) in [(1, false), (3600, true)] {
            let (client, _) = keeping(client(priority));
            let server = lasting(server(priority).tickets(key()), seconds);
            let mut pair = Pair::connect(&client, &server, datagram);
            if priority == TLS1_3 {
                pair.back(b"the tickets");
            }
            later.push((client, server, datagram, resumed));
        }
    }
    sleep(Duration::from_millis(2200));
    for (client, server, datagram, resumed) in later {
        let pair = Pair::connect(&client, &server, datagram);
        assert_eq!(pair.client.is_resumed(), resumed, "{client:?}");
        assert_eq!(pair.server.is_resumed(), resumed, "{server:?}");
    }
}

#[derive(Default)]
struct Told(Mutex<Vec<Duration>>);

impl SessionCache for Told {
    fn store(&self, _: &[u8], _: &[u8], lifetime: Duration) {
        self.0.lock().unwrap().push(lifetime);
    }
    fn retrieve(&self, _: &[u8]) -> Option<Vec<u8>> {
        None
    }
    fn remove(&self, _: &[u8]) {}
}

#[test]
fn a_cache_receives_the_lifetime() {
    let told = Arc::new(Told::default());
    let client = client(TLS1_2).tickets(false).build().unwrap();
    let builder = || server(TLS1_2).session_cache(Arc::clone(&told));
    Pair::connect(&client, &lasting(builder(), 77), false);
    Pair::connect(&client, &builder().build().unwrap(), false);
    let told = told.0.lock().unwrap();
    assert_eq!(told[0], Duration::from_secs(77));
    assert!(told[1] >= Duration::from_secs(3600), "{:?}", told[1]);
}

#[test]
fn an_invalid_lifetime_is_refused() {
    for lifetime in [Duration::ZERO, Duration::from_secs(604_801)] {
        let error = server(TLS1_2)
            .tickets(key())
            .session_lifetime(lifetime)
            .build()
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}

const LABEL: &str = "EXPERIMENTAL early";

/// Returns the early keying material of the session, if any.
fn early(session: &SessionRef) -> Option<[u8; 32]> {
    let mut output = [0; 32];
    match session.export_early_keying_material(LABEL, Some(b"context"), &mut output) {
        Ok(()) => Some(output),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::InvalidState, "{error}");
            assert!(!error.is_fatal());
            assert_eq!(output, [0; 32]);
            None
        }
    }
}

type Seen = Arc<Mutex<Vec<(handshake::MessageType, bool, [u8; 32])>>>;

/// Exports early keying material at every message, and records the results.
fn watch(session: &mut Session) -> Seen {
    let seen = Seen::default();
    let noted = Arc::clone(&seen);
    session.set_handshake_hook(move |session, message| {
        if let Some(output) = early(session) {
            let mut noted = noted.lock().unwrap();
            noted.push((message.message_type, message.processed, output));
        }
    });
    seen
}

fn early_server(builder: ServerConfigBuilder) -> ServerConfig {
    builder
        .tickets(key())
        .early_data(100, AntiReplay::new(MemoryReplayStore::new(100)))
        .build()
        .unwrap()
}

/// Returns a pair in which the client resumes a session.
fn resuming(client: &ClientConfig, server: &ServerConfig) -> Pair {
    let mut first = Pair::connect(client, server, false);
    first.back(b"the tickets");
    Pair::open(client, server, false)
}

#[test]
fn both_sides_export_the_same_early_and_only_early() {
    skip_unless!(requirement::EARLY_EXPORTER);
    skip_unless!(requirement::EARLY_DATA);
    // A key log function is called at many points of the handshake.
    let logged = Arc::new(Mutex::new(0));
    let count = Arc::clone(&logged);
    let has_log = requirement::KEY_LOG.is_present();
    let log = move |session: &SessionRef, _: &gnutls::key_log::Line<'_>| {
        assert_eq!(early(session), None);
        *count.lock().unwrap() += 1;
    };
    let (mut near, mut far) = (client(TLS1_3), server(TLS1_3));
    if has_log {
        (near, far) = (
            near.dangerous_key_log(log.clone()),
            far.dangerous_key_log(log),
        );
    }
    let (client, _) = keeping(near);
    let server = early_server(far);
    let mut pair = resuming(&client, &server);
    let seen = [watch(&mut pair.client), watch(&mut pair.server)];
    pair.client.write_early_data(b"early").unwrap();
    assert_eq!((early(&pair.client), early(&pair.server)), (None, None));
    assert!(pair.client.handshake(&mut pair.near).unwrap().is_pending());
    let value = early(&pair.client).expect("the ClientHello is sent");
    assert!(pair.server.handshake(&mut pair.far).unwrap().is_pending());
    assert_eq!(
        early(&pair.server),
        Some(value),
        "both sides must export the same value"
    );
    let has_names = requirement::EARLY_CIPHER.is_present();
    for session in [&pair.client, &pair.server] {
        if has_names {
            assert!(session.early_cipher().unwrap().is_some());
            assert!(session.early_prf_hash().unwrap().is_some());
        }
        let mut other = [0; 32];
        session
            .export_early_keying_material(LABEL, None, &mut other)
            .unwrap();
        assert_ne!(other, value, "the context was ignored");
        let mut empty = [0; 32];
        session
            .export_early_keying_material(LABEL, Some(b""), &mut empty)
            .unwrap();
        assert_eq!(empty, other, "no context must equal an empty one");
        session
            .export_early_keying_material(LABEL, None, &mut [])
            .unwrap();
    }
    // With the rest of the handshake byte by byte, the result is the same at any moment.
    pair.near.set_limit(Some(1));
    pair.far.set_limit(Some(1));
    for _ in 0..100_000 {
        let (client, server) = pair.step();
        for session in [&pair.client, &pair.server] {
            assert!(early(session).is_none_or(|output| output == value));
        }
        if client.unwrap().is_ready() & server.unwrap().is_ready() {
            break;
        }
    }
    assert!(pair.client.is_resumed() && pair.client.early_data_accepted());
    assert_eq!((early(&pair.client), early(&pair.server)), (None, None));
    if has_names {
        let cipher = pair.server.cipher();
        assert!(cipher.is_some());
        for session in [&pair.client, &pair.server] {
            assert_eq!(session.early_cipher().unwrap(), None);
            assert_eq!(session.early_prf_hash().unwrap(), None);
        }
    }
    for seen in seen {
        assert_eq!(
            *seen.lock().unwrap(),
            [(handshake::MessageType::CLIENT_HELLO, true, value)]
        );
    }
    let mut later = [0; 32];
    pair.client
        .export_keying_material(LABEL, Some(b"context"), &mut later)
        .unwrap();
    assert_ne!(later, value);
    assert_eq!(*logged.lock().unwrap() > 0, has_log);
}

#[test]
fn callbacks_on_descriptors_export_early_only_in_the_hook() {
    skip_unless!(requirement::EARLY_EXPORTER);
    skip_unless!(requirement::EARLY_DATA);
    skip_unless!(requirement::KEY_LOG);
    // C would export a value of an all-zero secret to a key log function, which is called during the derivation.
    let exported = Arc::new(Mutex::new(Vec::new()));
    let logged = |side| {
        let exported = Arc::clone(&exported);
        move |session: &SessionRef, line: &gnutls::key_log::Line<'_>| {
            let value = early(session);
            exported
                .lock()
                .unwrap()
                .push((side, line.label.to_owned(), value));
        }
    };
    let (client, _) = keeping(client(TLS1_3).dangerous_key_log(logged(Side::Client)));
    let server = early_server(server(TLS1_3).dangerous_key_log(logged(Side::Server)));
    let mut pair = resuming(&client, &server);
    let seen = [watch(&mut pair.client), watch(&mut pair.server)];
    pair.client.write_early_data(b"early").unwrap();
    let (near, far) = UnixStream::pair().unwrap();
    handshake(
        &mut pair.client,
        &mut Descriptors::new(near).unwrap(),
        &mut pair.server,
        &mut Descriptors::new(far).unwrap(),
    )
    .unwrap();
    assert!(pair.server.is_resumed() && pair.server.early_data_accepted());
    let [client, server] = seen.map(|seen| seen.lock().unwrap().clone());
    assert_eq!(client.len(), 1);
    assert_eq!(client, server, "both sides must export the same value");
    let exported = exported.lock().unwrap();
    assert!(!exported.is_empty());
    for (side, label, value) in &*exported {
        assert_eq!(*value, None, "{side:?}, {label}");
    }
}

#[test]
fn without_early_data_a_server_exports_early_only_in_its_hook() {
    skip_unless!(requirement::EARLY_EXPORTER);
    let (client, _) = keeping(client(TLS1_3));
    let server = server(TLS1_3).tickets(key()).build().unwrap();
    let mut pair = resuming(&client, &server);
    let seen = watch(&mut pair.server);
    let _ = pair.client.handshake(&mut pair.near).unwrap();
    let value = early(&pair.client).unwrap();
    let _ = pair.server.handshake(&mut pair.far).unwrap();
    assert_eq!(
        early(&pair.server),
        None,
        "C would compute a different value now"
    );
    pair.handshake().unwrap();
    assert!(pair.server.is_resumed());
    assert_eq!(
        *seen.lock().unwrap(),
        [(handshake::MessageType::CLIENT_HELLO, true, value)]
    );
}

#[test]
fn nothing_is_exported_early_where_nothing_is_shared_before() {
    skip_unless!(requirement::EARLY_EXPORTER);
    for (priority, datagram) in protocols() {
        let client = client(priority).build().unwrap();
        let server = server(priority).build().unwrap();
        let mut pair = Pair::open(&client, &server, datagram);
        let seen = [watch(&mut pair.client), watch(&mut pair.server)];
        for _ in 0..20 {
            let _ = pair.step();
            assert_eq!((early(&pair.client), early(&pair.server)), (None, None));
        }
        assert!(pair.client.handshake_done() && pair.server.handshake_done());
        for seen in seen {
            assert!(seen.lock().unwrap().is_empty(), "{priority}");
        }
    }
}

#[test]
fn a_pre_shared_key_is_sufficient() {
    skip_unless!(requirement::EARLY_EXPORTER, requirement::PSK);
    let key = || PreSharedKey::new("identity", psk::Key::new([1; 32]).unwrap()).unwrap();
    let client = ClientConfig::builder()
        .without_resumption()
        .psk(key())
        .priority(gnutls::Priority::new(TLS1_3).unwrap())
        .build()
        .unwrap();
    let server = server(TLS1_3)
        .psk(psk::Server::keys([key()]))
        .build()
        .unwrap();
    let mut pair = Pair::open(&client, &server, false);
    let seen = watch(&mut pair.server);
    let _ = pair.client.handshake(&mut pair.near).unwrap();
    let value = early(&pair.client).unwrap();
    pair.handshake().unwrap();
    assert_eq!(
        *seen.lock().unwrap(),
        [(handshake::MessageType::CLIENT_HELLO, true, value)]
    );
}

#[test]
fn nothing_is_exported_early_once_the_handshake_has_failed() {
    skip_unless!(requirement::EARLY_EXPORTER);
    skip_unless!(requirement::EARLY_DATA);
    let (client, _) = keeping(client(TLS1_3));
    let server = early_server(server(TLS1_3));
    for fails in [Side::Client, Side::Server] {
        let mut pair = resuming(&client, &server);
        pair.client.write_early_data(b"early").unwrap();
        let _ = pair.client.handshake(&mut pair.near).unwrap();
        // An unencrypted fatal alert, which a client accepts at this point. For a server it is an invalid record.
        let alert = [21, 3, 3, 0, 2, 2, 80];
        if fails == Side::Client {
            assert!(early(&pair.client).is_some());
            pair.far.write_all(&alert).unwrap();
            let error = pair.client.handshake(&mut pair.near).unwrap_err();
            assert_eq!(error.alert(), Some(gnutls::Alert::INTERNAL_ERROR));
            assert_eq!(early(&pair.client), None);
        } else {
            let _ = pair.server.handshake(&mut pair.far).unwrap();
            assert!(early(&pair.server).is_some());
            pair.near.write_all(&alert).unwrap();
            let _ = pair.server.handshake(&mut pair.far).unwrap_err();
            assert_eq!(early(&pair.server), None);
        }
    }
}
