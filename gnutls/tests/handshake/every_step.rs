//! Hazards 1 and 26: every function of a session is called after every step of the handshake, on both sides.
//!
//! Some of these calls crash in C. Here every call must return, and the handshake must still complete unless the call
//! ends the session.

use std::fs::File;
use std::io::IoSlice;
use std::path::Path;

use gnutls::record::{Direction, KeyUpdate};
use gnutls::session::ChannelBinding;
use gnutls::transport::MemoryTransport;
use gnutls::{
    Alert, AlertLevel, ClientConfig, ErrorKind, Priority, ServerConfig, Session, SessionRef, Side,
};
use gnutls_testing::emulation;
use gnutls_testing::fixtures::{fixture_path, identity};
use gnutls_testing::pair::*;
use gnutls_testing::sources::public_methods;

/// Calls every getter that a borrowed session has.
fn call_getters(session: &SessionRef) {
    assert!(session.id2().len() <= 32);
    assert_eq!(session.id2(), session.id().as_bytes());
    let _ = session.is_resumed();
    let _ = (
        session.side(),
        session.is_datagram(),
        session.handshake_done(),
    );
    let _ = session.protocol().map(|protocol| protocol.to_string());
    let _ = session.cipher().map(|cipher| cipher.to_string());
    let _ = session.mac().map(|mac| mac.to_string());
    let _ = session.key_exchange().map(|exchange| exchange.to_string());
    let _ = session.group().map(|group| group.to_string());
    let _ = (
        session.server_signature_algorithm(),
        session.client_signature_algorithm(),
    );
    let _ = session.cipher_suite();
    let _ = session.description();
    let _ = session.alpn().map(<[u8]>::to_vec);
    let _ = session.server_name();
    let _ = session.peer_certificate().map(<[u8]>::len);
    let _ = session.peer_x509_certificate().unwrap();
    let _ = session.peer_x509_chain().unwrap();
    if let Some(chain) = session.peer_certificates() {
        assert!(chain.map(<[u8]>::len).sum::<usize>() > 0);
    }
    let _ = session.verification_status();
    let _ = (session.pending_bytes(), session.unsent_bytes());
    let _ = (session.max_receive_size(), session.max_send_size());
    let _ = (session.record_overhead(), session.can_hide_length());
    assert_eq!(
        session.split_length(9..=9).is_ok(),
        session.handshake_done()
    );
    let _ = (session.psk_identity(), session.psk_hint());
    assert_eq!(session.srp_username(), None);
    let _ = session.uses_extended_master_secret();
    let _ = session.uses_encrypt_then_mac();
    let _ = session.uses_safe_renegotiation();
    let _ = session.received_alert();
    let _ = format!("{:?}", session.flags());
    let _ = (
        session.client_credentials_type(),
        session.server_credentials_type(),
        session.peer_credentials_type(),
    );
    let _ = (session.last_handshake_in(), session.last_handshake_out());
    let _ = session.resumption_requested();
    let _ = (session.client_random(), session.server_random());
    let _ = session.dangerous_master_secret().map(<[u8]>::to_vec);
    for binding in [
        ChannelBinding::Unique,
        ChannelBinding::ServerEndPoint,
        ChannelBinding::Exporter,
    ] {
        let _ = session.channel_binding(binding);
    }
    let _ = session
        .prf_hash()
        .map(|hash| hash.map(|hash| hash.to_string()));
    let _ = session.prf("test", false, None, &mut [0; 16]);
    let _ = session.prf_raw("test", b"seed", &mut [0; 16]);
    let _ = session
        .early_cipher()
        .map(|cipher| cipher.map(|cipher| cipher.to_string()));
    let _ = session
        .early_prf_hash()
        .map(|hash| hash.map(|hash| hash.to_string()));
    let early = session.export_early_keying_material("EXPERIMENTAL test", None, &mut [0; 16]);
    assert!(early.is_err(), "no session is resumed");
    let _ = session.certificate_compression();
    assert_eq!(session.srtp_profile(), None);
    assert!(session.srtp_mki().is_none() && session.srtp_keys().unwrap().is_none());
    assert!(!session.can_ping() && !session.ping_answered());
    assert_eq!(session.heartbeat_timeout(), None);
    assert!(session.received_extension(16).is_none());
    assert!(session.received_supplemental_data(0).is_none());
    let _ = session.extension_name(16);
    let mut output = [0; 16];
    let exported =
        session.export_keying_material("EXPERIMENTAL test", Some(b"context"), &mut output);
    assert_eq!(exported.is_ok(), session.handshake_done());
    let _ = session.own_certificate().map(<[u8]>::to_vec);
    let _ = session.certificate_requested();
    let _ = session.peer_activation_time();
    let _ = session.peer_expiration_time();
    assert_eq!(session.ocsp_response(), None, "the server has none");
    assert!(matches!(session.ocsp_response_at(0), Ok(None) | Err(_)));
    assert!(!session.ocsp_checked());
    let _ = session.kernel_tls();
    let _ = (session.dh_prime_bits(), session.dh_secret_bits());
    let _ = (session.dh_peer_public_bits(), session.dh_peer_public_key());
    let _ = session.dh_group();
    let data: Option<&()> = session.data();
    assert_eq!(data, None);
    for side in [Side::Client, Side::Server] {
        let _ = session.certificate_type(side);
    }
    assert_eq!(session.peer_raw_public_key(), None);
    let _ = session.max_early_data_size();
    assert!(!session.early_data_accepted());
    assert!(!session.as_ptr().is_null());
    assert!(!format!("{session:?}").is_empty());
}

/// Calls every getter that a session has.
fn call_all_getters(session: &Session) {
    call_getters(session);
    assert_eq!(session.corked_bytes(), 0);
    let _ = (session.wants_read(), session.wants_write());
    assert_eq!(
        session.handshake_deadline(),
        None,
        "the configuration has none"
    );
    let _ = session.datagram_timeout();
    let _ = session.data_mtu();
    let _ = session.mtu();
    let _ = session.discarded_records();
}

/// The name of a method that changes a session, and a call of it. Each call has a session of its own, since some end
/// it.
type Change = (&'static str, fn(&mut Session, &mut MemoryTransport));

const CHANGES: &[Change] = &[
    ("nothing", |_, _| {}),
    ("handshake", |session, io| drop(session.handshake(io))),
    ("read", |session, io| drop(session.read(io, &mut [0; 100]))),
    ("empty read", |session, io| drop(session.read(io, &mut []))),
    ("write", |session, io| drop(session.write(io, b"data"))),
    ("empty write", |session, io| drop(session.write(io, b""))),
    ("large write", |session, io| {
        drop(session.write(io, &[7; 100_000]))
    }),
    ("flush", |session, io| drop(session.flush(io))),
    ("close", |session, io| drop(session.close(io))),
    ("rehandshake", |session, io| drop(session.rehandshake(io))),
    ("update ours", |session, io| {
        drop(session.update_key(io, KeyUpdate::NotRequested))
    }),
    ("update both", |session, io| {
        drop(session.update_key(io, KeyUpdate::Requested))
    }),
    ("authentication", |session, io| {
        drop(session.request_authentication(io))
    }),
    ("tickets", |session, io| drop(session.send_tickets(io, 2))),
    ("client hello", |session, io| {
        let _ = session.client_hello(io).map(|_| ());
    }),
    ("late tickets", |session, io| {
        session.delay_tickets();
        drop(session.handshake(io));
    }),
    ("unread bytes", |session, _| {
        assert_eq!(session.unread_bytes(), 0);
        drop(session.take_unread_bytes());
    }),
    ("refusal", |session, _| {
        drop(session.refuse_client_hello(Alert::ACCESS_DENIED))
    }),
    ("set config", |session, _| {
        drop(session.set_config(&server(TLS1_2).build().unwrap()))
    }),
    ("warning", |session, io| {
        drop(session.send_alert(io, AlertLevel::Warning, Alert::USER_CANCELED))
    }),
    ("fatal alert", |session, io| {
        drop(session.send_alert(io, AlertLevel::Fatal, Alert::USER_CANCELED))
    }),
    ("session data", |session, _| drop(session.session_data())),
    ("record state", |session, _| {
        for direction in [Direction::Send, Direction::Receive] {
            if let Ok(state) = session.record_state(direction) {
                let number = state.sequence_number();
                drop(session.dangerous_set_sequence_number(direction, number));
            }
        }
    }),
    ("receiving key", |session, _| {
        drop(session.update_receiving_key())
    }),
    ("set id", |session, _| drop(session.set_id(&[7; 32]))),
    ("packet", |session, io| drop(session.read_packet(io))),
    ("cork", |session, io| {
        session.cork();
        let _ = session.uncork(io);
    }),
    ("corked write", |session, io| {
        session.cork();
        drop(session.write(io, b"data"));
        drop(session.uncork(io));
    }),
    ("batch write", |session, io| {
        drop(session.write_batch(io, &[0; 20_000]))
    }),
    ("vectored write", |session, io| {
        drop(session.write_vectored(io, &[IoSlice::new(b"da"), IoSlice::new(b"ta")]))
    }),
    ("padded write", |session, io| {
        drop(session.write_padded(io, b"data", 10))
    }),
    ("write that hides its length", |session, io| {
        drop(session.write_hiding_length(io, b"data", 1..=100))
    }),
    ("write of a file", |session, io| {
        let file = File::open(fixture_path("ca.pem")).unwrap();
        drop(session.send_file(io, &file, &mut 0, 100));
    }),
    ("record size", |session, _| {
        drop(session.set_max_record_size(4096))
    }),
    ("receive size", |session, _| {
        drop(session.set_max_receive_size(4096))
    }),
    ("hook", |session, _| {
        session.set_handshake_hook(|session, _| call_getters(session))
    }),
    ("early data", |session, _| {
        drop(session.write_early_data(b"data"))
    }),
    ("reading early data", |session, _| {
        drop(session.read_early_data(&mut [0; 9]))
    }),
    ("ping", |session, io| drop(session.ping(io, 10))),
    ("heartbeat timeouts", |session, _| {
        let time = std::time::Duration::from_secs(1);
        drop(session.set_heartbeat_timeouts(time, time))
    }),
    ("mtu", |session, _| drop(session.set_mtu(1400))),
    ("data", |session, _| {
        session.insert_data(7);
        let data: &mut i32 = session.data_mut().unwrap();
        *data += 1;
        assert_eq!(session.remove_data(), Some(8));
    }),
    ("data_mtu", |session, _| drop(session.set_data_mtu(1400))),
    ("retransmission", |session, _| {
        let time = std::time::Duration::from_secs(1);
        drop(session.set_retransmission_timeout(time));
    }),
];

/// Calls one function on one side after so many steps, and continues. Returns true if the handshake was over by then.
fn run(
    (client, server): (&ClientConfig, &ServerConfig),
    datagram: bool,
    side: Side,
    steps: usize,
    (name, change): Change,
) -> bool {
    let mut pair = Pair::open(client, server, datagram);
    // Few bytes at a time, so that there are many steps.
    let limit = if datagram { None } else { Some(1500) };
    pair.near.set_limit(limit);
    pair.far.set_limit(limit);
    // The states before the change are those of the other changes.
    let all_getters = name == "nothing";
    if all_getters {
        pair.client
            .set_handshake_hook(|session, _| call_getters(session));
        pair.server
            .set_handshake_hook(|session, _| call_getters(session));
    }
    for step in 0..steps {
        let result = if step % 2 == 0 {
            pair.client.handshake(&mut pair.near)
        } else {
            pair.server.handshake(&mut pair.far)
        };
        let _ = result.unwrap();
        if all_getters {
            call_all_getters(&pair.client);
            call_all_getters(&pair.server);
        }
    }
    let over = pair.client.handshake_done() && pair.server.handshake_done();
    let (session, io) = match side {
        Side::Client => (&mut pair.client, &mut pair.near),
        Side::Server => (&mut pair.server, &mut pair.far),
    };
    let open = session.handshake_done();
    change(session, io);
    call_all_getters(&pair.client);
    call_all_getters(&pair.server);
    let mut ended = false;
    for _ in 0..60 {
        let (one, two) = pair.step();
        call_all_getters(&pair.client);
        call_all_getters(&pair.server);
        ended |= one.is_err() || two.is_err();
        if ended || pair.client.handshake_done() && pair.server.handshake_done() {
            break;
        }
    }
    // The peer does not expect the data, or does not change its key.
    let disturbs = (name.contains("write") || name == "receiving key") && open;
    let harmless = !disturbs
        && !matches!(
            name,
            "close" | "rehandshake" | "warning" | "fatal alert" | "refusal" | "set config"
        );
    if harmless {
        assert!(!ended, "{side} after {steps} steps: {name}");
        assert!(pair.client.handshake_done() && pair.server.handshake_done());
        assert_eq!(pair.there(b"x"), b"x");
    }
    over
}

/// The text of a call in this file is the name of the method behind `session.`, which rustfmt may wrap.
#[test]
fn every_public_method_is_called_after_every_step() {
    let text: String = include_str!("every_step.rs").split_whitespace().collect();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let methods = public_methods(&source, &["Session", "SessionRef"]);
    assert!(methods.len() > 100, "the sources are read: {methods:?}");
    let missing: Vec<_> = methods
        .iter()
        .filter(|name| !text.contains(&format!("session.{name}(")))
        .collect();
    assert!(
        missing.is_empty(),
        "add a call of each to the getters, or to CHANGES: {missing:?}"
    );
}

#[test]
fn hazards_1_and_26_every_function_after_every_step() {
    // Each protocol in a thread of its own, since this takes longer than any other test.
    std::thread::scope(|scope| {
        for (priority, datagram) in protocols() {
            scope.spawn(move || every_function_after_every_step(priority, datagram));
        }
    });
}

fn every_function_after_every_step(priority: &str, datagram: bool) {
    let client = client(priority)
        .alpn(["h2"])
        .dangerous_allow_renegotiation()
        .build()
        .unwrap();
    let server = ServerConfig::builder()
        .identity(identity("server-ed25519"))
        .priority(Priority::new(priority).unwrap())
        .alpn(["h2"])
        .dangerous_allow_renegotiation()
        .build()
        .unwrap();
    let sides = [Side::Client, Side::Server];
    let changes = move |steps| {
        let of_side = move |side| CHANGES.iter().map(move |change| (steps, side, change));
        sides.into_iter().flat_map(of_side)
    };
    let mut last = usize::MAX;
    for (steps, side, change) in emulation::cases((0..).flat_map(changes)) {
        if steps > last {
            break;
        }
        if run((&client, &server), datagram, side, steps, *change) {
            last = steps;
        }
    }
    assert!(last >= 4, "{priority}: {last} steps");
}

#[test]
fn hazards_1_and_26_what_needs_a_handshake_says_so_before_it() {
    for (priority, datagram) in protocols() {
        let client = client(priority).build().unwrap();
        let server = server(priority).build().unwrap();
        let mut pair = Pair::open(&client, &server, datagram);
        for (session, io) in [
            (&mut pair.client, &mut pair.near),
            (&mut pair.server, &mut pair.far),
        ] {
            let errors = [
                session.read(io, &mut [0; 9]).unwrap_err(),
                session.write(io, b"x").unwrap_err(),
                session.close(io).unwrap_err(),
                session.rehandshake(io).unwrap_err(),
                session.session_data().unwrap_err(),
                session
                    .export_keying_material("x", None, &mut [0; 9])
                    .unwrap_err(),
            ];
            for error in errors {
                assert_eq!(error.kind(), ErrorKind::InvalidState, "{error}");
                assert!(!error.is_fatal());
            }
            assert!(
                session.cipher().is_none()
                    && session.group().is_none()
                    && session.description().is_none()
            );
        }
        assert_eq!(
            (pair.near.available(), pair.far.available()),
            (0, 0),
            "data was sent"
        );
        pair.handshake().unwrap();
    }
}
