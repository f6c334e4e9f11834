//! Servers that react to the ClientHello, either in a callback or by reading it before the session is created.

use std::ffi::c_uint;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use gnutls::early_data::{AntiReplay, MemoryReplayStore};
use gnutls::resumption::TicketKey;
use gnutls::transport::MemoryTransport;
use gnutls::{
    Alert, ClientAuth, ErrorKind, HelloAnswer, Priority, Protocol, ServerConfig, Session, handshake,
};
use gnutls_testing::fixtures::{certificate, client_identity, identity, trust};
use gnutls_testing::pair::*;
use gnutls_testing::{requirement, skip_unless};

const RETRY: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-SECP384R1";

/// Returns a server with another name and certificate.
fn other(priority: &str) -> gnutls::ServerConfigBuilder {
    ServerConfig::builder()
        .identity(identity("server-ed25519"))
        .priority(Priority::new(priority).unwrap())
}

fn pair(priority: &str, server: &ServerConfig) -> Pair {
    let client = client(priority).alpn(["h2", "http/1.1"]).build().unwrap();
    Pair::open(&client, server, priority == DTLS1_2)
}

#[test]
fn hazard_34_another_configuration_counts_for_all_of_the_handshake() {
    for (priority, datagram) in protocols() {
        let chosen = other(priority)
            .alpn(["http/1.1"])
            .client_auth(ClientAuth::Required(trust()))
            .build()
            .unwrap();
        let config = server(priority)
            .alpn(["something else"])
            .on_client_hello(move |_, hello| {
                assert_eq!(hello.server_name(), Some("localhost"));
                assert_eq!(hello.alpn().next(), Some(&b"h2"[..]));
                assert!(hello.cipher_suites().count() > 1);
                HelloAnswer::Use(chosen.clone())
            })
            .build()
            .unwrap();
        let client = client(priority)
            .alpn(["h2", "http/1.1"])
            .identity(client_identity())
            .build()
            .unwrap();
        let mut pair = Pair::open(&client, &config, datagram);
        // The session keeps everything that it uses, after all other owners are dropped.
        drop(config);
        pair.handshake().unwrap();
        assert_eq!(pair.server.alpn(), Some(&b"http/1.1"[..]));
        assert_eq!(pair.server.peer_certificates().unwrap().len(), 1);
        let own = pair.client.peer_certificate().unwrap();
        let expected = certificate("server-ed25519");
        assert_eq!(own, expected);
        assert_eq!(pair.there(b"x"), b"x");
    }
}

#[test]
fn the_selected_configuration_determines_the_protocol() {
    skip_unless!(requirement::TLS1_3);
    const BOTH: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2";
    for (own, chosen, expected) in [
        (BOTH, TLS1_2, Protocol::TLS1_2),
        (TLS1_2, BOTH, Protocol::TLS1_3),
        (TLS1_2, TLS1_3, Protocol::TLS1_3),
        (TLS1_3, TLS1_2, Protocol::TLS1_2),
    ] {
        let chosen = server(chosen).build().unwrap();
        let config = server(own)
            .on_client_hello(move |_, hello| {
                assert_eq!(hello.versions(), [Protocol::TLS1_3, Protocol::TLS1_2]);
                HelloAnswer::Use(chosen.clone())
            })
            .build()
            .unwrap();
        let mut pair = pair(BOTH, &config);
        pair.handshake().unwrap();
        assert_eq!(pair.server.protocol(), Some(expected), "{own}");
        assert_eq!(pair.client.protocol(), Some(expected));
    }
}

#[test]
fn continuing_uses_the_initial_configuration() {
    for (priority, _) in protocols() {
        let config = server(priority)
            .alpn(["h2"])
            .tickets(TicketKey::from_bytes(&[7; 64]).unwrap())
            .on_client_hello(|_, _| HelloAnswer::Continue)
            .build()
            .unwrap();
        let mut pair = pair(priority, &config);
        pair.handshake().unwrap();
        assert_eq!(pair.client.alpn(), Some(&b"h2"[..]));
        pair.back(b"x");
        assert!(pair.client.session_data().is_ok(), "no ticket was saved");
    }
}

#[test]
fn hazard_32_a_client_that_is_refused_is_told_so() {
    for (priority, _) in protocols() {
        let config = server(priority)
            .on_client_hello(|_, _| HelloAnswer::Refuse(Alert::UNRECOGNIZED_NAME))
            .build()
            .unwrap();
        let mut pair = pair(priority, &config);
        let (client, server) = pair.handshake_both();
        let (client, server) = (client.unwrap_err(), server.unwrap_err());
        assert_eq!(client.kind(), ErrorKind::Alert);
        assert_eq!(client.alert(), Some(Alert::UNRECOGNIZED_NAME), "{client}");
        assert_eq!(server.kind(), ErrorKind::Protocol);
        assert_eq!(server.alert(), Some(Alert::UNRECOGNIZED_NAME), "{server}");
        assert!(server.is_fatal());
        let again = pair.server.handshake(&mut pair.far).unwrap_err();
        assert_eq!(again.kind(), ErrorKind::Closed);
    }
}

#[test]
fn bug_class_13_a_panic_goes_on_in_the_call() {
    for (priority, _) in protocols() {
        let config = server(priority)
            .on_client_hello(|_, _| panic!("no such luck"))
            .build()
            .unwrap();
        let mut pair = pair(priority, &config);
        let _ = pair.client.handshake(&mut pair.near).unwrap();
        let result = catch_unwind(AssertUnwindSafe(|| pair.server.handshake(&mut pair.far)));
        assert_eq!(
            result.unwrap_err().downcast_ref(),
            Some(&"no such luck"),
            "{priority}"
        );
        let error = pair.server.handshake(&mut pair.far).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Closed);
    }
}

/// Returns a pair that requires a second ClientHello, and the number of calls of the callback.
fn retrying() -> (Pair, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let config = server(RETRY)
        .on_client_hello(move |_, _| {
            counted.fetch_add(1, Ordering::Relaxed);
            HelloAnswer::Continue
        })
        .build()
        .unwrap();
    let pair = pair(
        "NORMAL:-VERS-ALL:+VERS-TLS1.3:-GROUP-ALL:+GROUP-X25519:+GROUP-SECP256R1:+GROUP-SECP384R1",
        &config,
    );
    (pair, calls)
}

#[test]
fn the_callback_is_not_called_for_a_second_hello() {
    skip_unless!(requirement::TLS1_3);
    let (mut pair, calls) = retrying();
    let hellos = Arc::new(AtomicUsize::new(0));
    let sent = Arc::clone(&hellos);
    pair.client.set_handshake_hook(move |_, message| {
        if message.message_type == handshake::MessageType::CLIENT_HELLO && message.processed {
            sent.fetch_add(1, Ordering::Relaxed);
        }
    });
    pair.handshake().unwrap();
    assert_eq!(hellos.load(Ordering::Relaxed), 2);
    assert_eq!(calls.load(Ordering::Relaxed), 1);
}

/// Transfers one message from one pair of transports to another, and modifies it.
fn carry(from: &mut MemoryTransport, to: &mut MemoryTransport, change: impl FnOnce(&mut Vec<u8>)) {
    use std::io::{Read, Write};
    let mut bytes = vec![0; from.available()];
    from.read_exact(&mut bytes).unwrap();
    change(&mut bytes);
    to.write_all(&bytes).unwrap();
}

/// Returns the alert of a server to a second ClientHello for another name.
fn alert_to_other_name(mut pair: Pair, ahead: bool) -> Option<Alert> {
    // A man-in-the-middle is between the two ends.
    let (mut near, mut near_end) = MemoryTransport::stream();
    let (mut far, mut far_end) = MemoryTransport::stream();
    let _ = pair.client.handshake(&mut near).unwrap();
    carry(&mut near_end, &mut far_end, |_| {});
    if ahead {
        assert!(pair.server.client_hello(&mut far).unwrap().is_ready());
    }
    assert!(pair.server.handshake(&mut far).unwrap().is_pending());
    carry(&mut far_end, &mut near_end, |_| {});
    let _ = pair.client.handshake(&mut near).unwrap();
    carry(&mut near_end, &mut far_end, |hello| {
        *name_in(hello) = b'm';
    });
    pair.server.handshake(&mut far).unwrap_err().alert()
}

#[test]
fn a_second_hello_for_another_name_is_refused() {
    skip_unless!(requirement::TLS1_3);
    for ahead in [false, true] {
        let (mut pair, _) = retrying();
        if ahead {
            pair.server = server(RETRY).build().unwrap().session().unwrap();
        }
        let alert = alert_to_other_name(pair, ahead);
        assert_eq!(alert, Some(Alert::ILLEGAL_PARAMETER));
    }
}

#[test]
fn hazard_39_a_second_hello_does_not_change_the_names_of_a_ticket() {
    skip_unless!(requirement::EARLY_DATA);
    let (mut pair, _) = retrying();
    let anti_replay = AntiReplay::new(MemoryReplayStore::new(10));
    let server = server(RETRY)
        .tickets(TicketKey::generate().unwrap())
        .early_data(100, anti_replay);
    pair.server = server.build().unwrap().session().unwrap();
    let alert = alert_to_other_name(pair, false);
    assert_eq!(alert, Some(Alert::ILLEGAL_PARAMETER));
}

/// Returns the first letter of the server name in a ClientHello.
fn name_in(hello: &mut [u8]) -> &mut u8 {
    let at = hello.windows(9).position(|window| window == b"localhost");
    &mut hello[at.expect("the ClientHello contains the name")]
}

#[test]
fn a_hook_does_not_change_the_error_for_an_invalid_hello() {
    let [without, with] = [false, true].map(|hook| {
        let mut pair = pair(TLS1_2, &server(TLS1_2).build().unwrap());
        if hook {
            pair.server.set_handshake_hook(|_, _| {});
        }
        let (mut near, mut near_end) = MemoryTransport::stream();
        let (mut far, mut far_end) = MemoryTransport::stream();
        let _ = pair.client.handshake(&mut near).unwrap();
        carry(&mut near_end, &mut far_end, |hello| {
            *name_in(hello) = b' ';
        });
        let error = pair.server.handshake(&mut far).unwrap_err();
        (error.code(), error.alert())
    });
    assert_eq!(with, without);
}

#[test]
fn hazard_27_a_session_of_another_name_is_not_resumed() {
    // GnuTLS verifies the name since 3.6.1. A TLS 1.3 ticket contains only keys and no name.
    skip_unless!(requirement::RESUMPTION_BY_NAME);
    for (priority, datagram) in [(TLS1_2, false), (DTLS1_2, true)] {
        for (name, resumes) in [("localhost", true), ("elsewhere", false)] {
            let config = server(priority)
                .tickets(TicketKey::from_bytes(&[7; 64]).unwrap())
                .on_client_hello(|_, _| HelloAnswer::Continue)
                .build()
                .unwrap();
            let client = client(priority).build().unwrap();
            let mut first = Pair::connect(&client, &config, datagram);
            first.back(b"x");
            let saved = first.client.session_data().unwrap();
            let client = if datagram {
                client.resume_datagram("localhost", &saved).unwrap()
            } else {
                client.resume("localhost", &saved).unwrap()
            };
            // SAFETY: copies the name into the session, which is live and has not started its handshake.
            unsafe {
                gnutls_sys::gnutls_server_name_set(
                    client.as_ptr(),
                    gnutls_sys::GNUTLS_NAME_DNS as c_uint,
                    name.as_ptr().cast(),
                    name.len(),
                );
            }
            let session = if datagram {
                config.datagram_session().unwrap()
            } else {
                config.session().unwrap()
            };
            let mut pair = Pair::new(client, session);
            pair.handshake().unwrap();
            assert_eq!(pair.server.is_resumed(), resumes, "{priority} {name}");
            assert_eq!(pair.server.server_name().as_deref(), Some(name));
        }
    }
}

/// Reads the ClientHello before the handshake, with at most `limit` bytes at a time.
fn read_ahead(pair: &mut Pair, limit: Option<usize>) -> Option<String> {
    pair.near.set_limit(limit);
    pair.far.set_limit(limit);
    for _ in 0..100_000 {
        let _ = pair.client.handshake(&mut pair.near).unwrap();
        if let Poll::Ready(hello) = pair.server.client_hello(&mut pair.far).unwrap() {
            return hello.server_name().map(str::to_owned);
        }
    }
    panic!("the ClientHello did not arrive")
}

#[test]
fn the_selection_can_be_delayed() {
    for (priority, datagram) in protocols() {
        if datagram {
            continue;
        }
        for limit in [None, Some(1)] {
            let mut pair = pair(priority, &server(priority).build().unwrap());
            assert!(
                pair.server
                    .client_hello(&mut pair.far)
                    .unwrap()
                    .is_pending()
            );
            assert_eq!(read_ahead(&mut pair, limit).as_deref(), Some("localhost"));
            // It can be read again, without another read from the transport.
            assert_eq!(read_ahead(&mut pair, limit).as_deref(), Some("localhost"));
            let chosen = other(priority).alpn(["http/1.1"]).build().unwrap();
            pair.server.set_config(&chosen).unwrap();
            drop(chosen);
            let error = pair
                .server
                .set_config(&server(priority).build().unwrap())
                .unwrap_err();
            assert_eq!(
                error.kind(),
                ErrorKind::InvalidState,
                "the configuration was set twice"
            );
            pair.handshake().unwrap();
            assert_eq!(pair.client.alpn(), Some(&b"http/1.1"[..]));
            assert_eq!(pair.there(b"x"), b"x");
        }
    }
}

#[test]
fn a_hello_read_ahead_without_a_selection_continues() {
    for (priority, datagram) in protocols() {
        if !datagram {
            let mut pair = pair(priority, &server(priority).alpn(["h2"]).build().unwrap());
            read_ahead(&mut pair, None);
            pair.handshake().unwrap();
            assert_eq!(pair.client.alpn(), Some(&b"h2"[..]));
        }
    }
}

#[test]
fn an_invalid_hello_is_reported_and_refused() {
    use std::io::Write;
    let mut session = server(TLS1_2).build().unwrap().session().unwrap();
    let (mut near, mut far) = MemoryTransport::stream();
    near.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
    let error = session.client_hello(&mut far).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    assert!(!error.is_fatal());
    assert!(session.handshake(&mut far).unwrap_err().is_fatal());

    let mut session = server(TLS1_2).build().unwrap().session().unwrap();
    let (near, mut far) = MemoryTransport::stream();
    drop(near);
    let error = session.client_hello(&mut far).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
}

#[test]
fn only_a_server_can_select_and_only_before_the_handshake() {
    for (priority, datagram) in protocols() {
        let config = server(priority).build().unwrap();
        let mut pair = pair(priority, &config);
        let refuse = |session: &mut Session| {
            let result = session.refuse_client_hello(Alert::ACCESS_DENIED);
            result.unwrap_err().kind()
        };
        let kinds = [
            pair.client.set_config(&config).unwrap_err().kind(),
            pair.client.client_hello(&mut pair.near).unwrap_err().kind(),
            refuse(&mut pair.client),
        ];
        assert_eq!(kinds, [ErrorKind::InvalidState; 3]);
        if datagram {
            let error = pair.server.client_hello(&mut pair.far).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidState);
        }
        pair.handshake().unwrap();
        let kinds = [
            pair.server.set_config(&config).unwrap_err().kind(),
            pair.server.client_hello(&mut pair.far).unwrap_err().kind(),
            refuse(&mut pair.server),
        ];
        assert_eq!(kinds, [ErrorKind::InvalidState; 3]);
    }
}

#[test]
fn a_server_refuses_a_client_with_an_alert_of_its_choice() {
    for (priority, datagram) in protocols() {
        // Also with a callback that would accept the client.
        for has_callback in [false, true] {
            let mut config = server(priority);
            if has_callback {
                config = config.on_client_hello(|_, _| HelloAnswer::Continue);
            }
            let mut pair = pair(priority, &config.build().unwrap());
            if !datagram {
                assert!(pair.client.handshake(&mut pair.near).unwrap().is_pending());
                let Poll::Ready(hello) = pair.server.client_hello(&mut pair.far).unwrap() else {
                    panic!("the hello is complete");
                };
                assert_eq!(hello.server_name(), Some("localhost"));
            }
            pair.server
                .refuse_client_hello(Alert::ACCESS_DENIED)
                .unwrap();
            let (of_client, of_server) = loop {
                let of_client = pair.client.handshake(&mut pair.near);
                let of_server = pair.server.handshake(&mut pair.far);
                if let Err(of_server) = of_server {
                    break (
                        pair.client.handshake(&mut pair.near).and(of_client),
                        of_server,
                    );
                }
            };
            assert_eq!(of_server.kind(), ErrorKind::Protocol);
            assert_eq!(of_server.alert(), Some(Alert::ACCESS_DENIED));
            let of_client = of_client.unwrap_err();
            assert_eq!(of_client.kind(), ErrorKind::Alert, "{of_client}");
            assert_eq!(of_client.alert(), Some(Alert::ACCESS_DENIED));
        }
    }
}

/// Returns the records of a ClientHello with this many additional bytes of cipher suites and compression methods, and
/// with an additional extension.
fn enlarged(record: &[u8], suites: usize, methods: usize, number: u16, content: &[u8]) -> Vec<u8> {
    let counted = |bytes: &[u8]| [&(bytes.len() as u16).to_be_bytes()[..], bytes].concat();
    let (head, rest) = record[9..].split_at(35 + usize::from(record[43]));
    let (old_suites, rest) =
        rest[2..].split_at(usize::from(u16::from_be_bytes([rest[0], rest[1]])));
    let (old_methods, extensions) = rest[1..].split_at(usize::from(rest[0]));
    let suites = [old_suites, &vec![0x0a; suites]].concat();
    let methods = [old_methods, &vec![0; methods]].concat();
    let more = [&number.to_be_bytes()[..], &counted(content)].concat();
    let body = [
        head,
        &counted(&suites),
        &[methods.len() as u8],
        &methods,
        &counted(&[&extensions[2..], &more].concat()),
    ]
    .concat();
    let length = (body.len() as u32).to_be_bytes();
    let message = [&[1][..], &length[1..], &body].concat();
    let records = message
        .chunks(16_000)
        .map(|part| [&record[..3], &counted(part)].concat());
    records.collect::<Vec<_>>().concat()
}

/// ClientHellos in forms that this crate does not parse but GnuTLS may accept: they cannot bypass the selection of a
/// configuration.
#[test]
fn bug_class_16_a_hello_that_is_not_read_is_not_answered() {
    use std::io::{Read, Write};
    type Form = fn(&[u8]) -> Vec<u8>;
    let forms: [Form; 5] = [
        // Longer than GnuTLS accepts by default, and with a truncated list of versions.
        |record| enlarged(record, 65_400, 254, 21, &[0; 65_300]),
        |record| enlarged(record, 0, 0, 43, &[2, 3]),
        // With an empty record before it, and with an empty record in the middle of it.
        |record| [&[22, 3, 1, 0, 0], record].concat(),
        |record| {
            let half = [&[22, 3, 1, 0, 100], &record[5..105]].concat();
            let left = (record.len() - 105) as u16;
            let rest = [&[22, 3, 1], &left.to_be_bytes()[..], &record[105..]].concat();
            [half, vec![22, 3, 1, 0, 0], rest].concat()
        },
        // After a harmless warning alert.
        |record| [&[21, 3, 1, 0, 2, 1, 90], record].concat(),
    ];
    for form in forms {
        let server = server(TLS1_2).max_handshake_message(1 << 20).build();
        let mut pair = pair(TLS1_2, &server.unwrap());
        assert!(pair.client.handshake(&mut pair.near).unwrap().is_pending());
        let mut hello = vec![0; pair.far.available()];
        pair.far.read_exact(&mut hello).unwrap();
        let (mut near, mut far) = MemoryTransport::stream();
        near.write_all(&form(&hello)).unwrap();
        match pair.server.client_hello(&mut far) {
            Ok(hello) => assert!(hello.is_ready()),
            Err(error) => {
                assert!(!error.is_fatal(), "{error}");
                let result = pair.server.handshake(&mut far);
                assert!(result.unwrap_err().is_fatal());
            }
        }
    }
}
