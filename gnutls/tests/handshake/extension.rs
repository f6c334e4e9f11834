//! Extensions of the program: their messages, errors and panics in callbacks, and refused arguments.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use gnutls::resumption::TicketKey;
use gnutls::{
    Alert, ClientConfig, ClientConfigBuilder, ErrorKind, HelloAnswer, SessionRef, extension,
};
use gnutls_testing::fixtures::trust;
use gnutls_testing::pair::*;
use gnutls_testing::{requirement, skip_unless};

const NUMBER: u16 = 65_300;

fn sends(data: &'static [u8]) -> extension::HelloExtension {
    extension::HelloExtension::new(NUMBER).on_send(move |_, _| Ok(Some(data.to_vec())))
}

fn open(
    priority: &str,
    datagram: bool,
    one: Option<extension::HelloExtension>,
    other: Option<extension::HelloExtension>,
) -> Pair {
    let (mut client, mut server) = (client(priority), server(priority));
    if let Some(extension) = one {
        client = client.extension(extension);
    }
    if let Some(extension) = other {
        server = server.extension(extension);
    }
    Pair::build(client, server, datagram)
}

#[test]
fn both_sides_receive_the_extension() {
    skip_unless!(requirement::EXTENSIONS);
    for (priority, datagram) in protocols() {
        for (question, answer) in [
            (&b"question"[..], &b"answer"[..]),
            (b"", b""),
            (b"q", &[7; 9000]),
        ] {
            let mut pair = open(
                priority,
                datagram,
                Some(sends(question)),
                Some(sends(answer)),
            );
            assert_eq!(pair.client.received_extension(NUMBER), None);
            pair.handshake().unwrap();
            assert_eq!(
                pair.server.received_extension(NUMBER),
                Some(question),
                "{priority}"
            );
            assert_eq!(
                pair.client.received_extension(NUMBER),
                Some(answer),
                "{priority}"
            );
            assert_eq!(pair.client.received_extension(NUMBER + 1), None);
            assert_eq!(pair.there(b"x"), b"x");
        }
    }
}

#[test]
fn a_side_without_the_extension_ignores_it() {
    skip_unless!(requirement::EXTENSIONS);
    for (priority, datagram) in protocols() {
        let silent = || extension::HelloExtension::new(NUMBER);
        for (one, other) in [
            (Some(sends(b"q")), None),
            (None, Some(sends(b"a"))),
            (Some(silent()), Some(sends(b"a"))),
            (Some(sends(b"q")), Some(silent())),
        ] {
            let asked = one.is_some() && other.is_some();
            let mut pair = open(priority, datagram, one, other);
            pair.handshake().unwrap();
            assert_eq!(pair.client.received_extension(NUMBER), None);
            assert!(pair.server.received_extension(NUMBER).is_none() || asked);
            assert_eq!(pair.there(b"x"), b"x");
        }
    }
}

#[test]
fn closures_receive_the_message_type() {
    skip_unless!(requirement::EXTENSIONS);
    for (priority, datagram) in protocols() {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let watched = || {
            let (sent, received) = (Arc::clone(&seen), Arc::clone(&seen));
            extension::HelloExtension::new(NUMBER)
                .on_send(move |session: &SessionRef, message| {
                    sent.lock().unwrap().push((session.side(), message));
                    Ok(Some(b"x".to_vec()))
                })
                .on_receive(move |session, message, data| {
                    assert_eq!(data, b"x");
                    assert_eq!(session.received_extension(NUMBER), Some(data));
                    received.lock().unwrap().push((session.side(), message));
                    Ok(())
                })
        };
        let mut pair = open(priority, datagram, Some(watched()), Some(watched()));
        pair.handshake().unwrap();
        let mut seen = seen.lock().unwrap().clone();
        // In DTLS the client repeats its ClientHello with the cookie, if the server requires one.
        seen.dedup();
        use gnutls::Side::{Client, Server};
        let answer = if priority == TLS1_3 {
            extension::Message::EncryptedExtensions
        } else {
            extension::Message::Tls12ServerHello
        };
        let hello = extension::Message::ClientHello;
        assert_eq!(
            seen,
            [
                (Client, hello),
                (Server, hello),
                (Server, answer),
                (Client, answer)
            ]
        );
    }
}

#[test]
fn a_refusal_ends_the_handshake_with_its_alert() {
    skip_unless!(requirement::EXTENSIONS);
    let refuses = || {
        extension::HelloExtension::new(NUMBER)
            .on_send(|_, _| Ok(Some(b"x".to_vec())))
            .on_receive(|_, _, _| Err(Alert::ACCESS_DENIED))
    };
    let sends_none =
        || extension::HelloExtension::new(NUMBER).on_send(|_, _| Err(Alert::USER_CANCELED));
    for (priority, datagram) in protocols() {
        for (one, other, client_fails, alert) in [
            (sends(b"q"), refuses(), false, Alert::ACCESS_DENIED),
            (refuses(), sends(b"a"), true, Alert::ACCESS_DENIED),
            (sends(b"q"), sends_none(), false, Alert::USER_CANCELED),
        ] {
            let mut pair = open(priority, datagram, Some(one), Some(other));
            let (client, server) = pair.handshake_both();
            let (own, told) = if client_fails {
                (client, server)
            } else {
                (server, client)
            };
            let (own, told) = (own.unwrap_err(), told.unwrap_err());
            assert_eq!(
                (own.kind(), own.alert()),
                (ErrorKind::Protocol, Some(alert)),
                "{own}"
            );
            assert!(own.is_fatal());
            assert_eq!(
                (told.kind(), told.alert()),
                (ErrorKind::Alert, Some(alert)),
                "{told}"
            );
        }
        let mut pair = open(priority, datagram, Some(sends_none()), None);
        let error = pair.client.handshake(&mut pair.near).unwrap_err();
        assert_eq!(error.alert(), Some(Alert::USER_CANCELED));
    }
}

#[test]
fn bug_class_13_a_panic_goes_on_in_the_call() {
    skip_unless!(requirement::EXTENSIONS);
    for (priority, datagram) in protocols() {
        let panics =
            extension::HelloExtension::new(NUMBER).on_receive(|_, _, _| panic!("received"));
        let mut pair = open(priority, datagram, Some(sends(b"q")), Some(panics));
        let _ = pair.client.handshake(&mut pair.near).unwrap();
        let result = catch_unwind(AssertUnwindSafe(|| {
            while pair.server.handshake(&mut pair.far).unwrap().is_pending() {
                let _ = pair.client.handshake(&mut pair.near);
            }
        }));
        assert_eq!(result.unwrap_err().downcast_ref(), Some(&"received"));
        assert!(
            pair.server.handshake(&mut pair.far).is_err(),
            "the session must have ended"
        );

        let panics = extension::HelloExtension::new(NUMBER).on_send(|_, _| panic!("sending"));
        let mut pair = open(priority, datagram, Some(panics), None);
        let result = catch_unwind(AssertUnwindSafe(|| pair.client.handshake(&mut pair.near)));
        assert_eq!(result.unwrap_err().downcast_ref(), Some(&"sending"));
    }
}

#[test]
fn bug_class_10_more_bytes_than_there_is_room_for_are_an_error() {
    skip_unless!(requirement::EXTENSIONS);
    for (length, kind) in [
        (65_536, ErrorKind::InvalidInput),
        // One such extension fits, but not together with the others.
        (65_535, ErrorKind::Limit),
    ] {
        let long =
            extension::HelloExtension::new(NUMBER).on_send(move |_, _| Ok(Some(vec![7; length])));
        let mut pair = open(TLS1_2, false, Some(long.clone()), None);
        let error = pair.client.handshake(&mut pair.near).unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert!(error.is_fatal());
        let mut pair = open(TLS1_2, false, Some(sends(b"q")), Some(long));
        let (client, server) = pair.handshake_both();
        assert_eq!(client.unwrap_err().alert(), server.unwrap_err().alert());
    }
    let long = extension::HelloExtension::new(NUMBER).on_send(|_, _| Ok(Some(vec![7; 60_000])));
    let mut pair = open(TLS1_2, false, Some(long.clone()), Some(long));
    pair.handshake().unwrap();
    assert_eq!(
        pair.client.received_extension(NUMBER),
        Some(&[7; 60_000][..])
    );
}

#[test]
fn extensions_of_gnutls_are_refused() {
    skip_unless!(requirement::EXTENSIONS);
    // Server names, ALPN, session tickets and supported versions.
    for number in [0, 16, 35, 43] {
        for extension in [
            extension::HelloExtension::new(number),
            extension::HelloExtension::new(number).dangerous_override(),
        ] {
            let error = client(TLS1_2)
                .extension(extension.clone())
                .build()
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{number}: {error}");
            assert!(server(TLS1_2).extension(extension).build().is_err());
        }
    }
    // Certificate compression (RFC 8879), which the library only sends if it is configured.
    let taken = extension::HelloExtension::new(27).on_send(|_, _| Ok(Some(vec![2, 0, 99])));
    if gnutls::extension::name(27).is_some() {
        assert!(client(TLS1_2).extension(taken.clone()).build().is_err());
        let taken = taken.dangerous_override();
        let mut pair = open(TLS1_2, false, Some(taken.clone()), Some(taken));
        pair.handshake().unwrap();
        assert_eq!(pair.server.received_extension(27), Some(&[2, 0, 99][..]));
        assert_eq!(pair.client.received_extension(27), Some(&[2, 0, 99][..]));
    }
}

/// Returns a client that sends these extensions, with their numbers as data.
fn numbered(numbers: std::ops::Range<u16>) -> ClientConfigBuilder {
    numbers.fold(client(TLS1_2), |builder, number| {
        builder.extension(
            extension::HelloExtension::new(number)
                .on_send(move |_, _| Ok(Some(number.to_be_bytes().to_vec()))),
        )
    })
}

#[test]
fn invalid_lists_are_refused() {
    skip_unless!(requirement::EXTENSIONS);
    let error = numbered(65_300..65_317).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    let twice = numbered(65_300..65_302).extension(extension::HelloExtension::new(65_301));
    assert_eq!(twice.build().unwrap_err().kind(), ErrorKind::InvalidInput);
    let error = client(TLS1_2)
        .extension(extension::HelloExtension::new(NUMBER).name("a\0b"))
        .build()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
fn every_extension_has_its_own_functions() {
    skip_unless!(requirement::SIXTEEN_EXTENSIONS);
    let client = numbered(65_300..65_316).build().unwrap();
    let server = (65_300..65_316)
        .rev()
        .fold(server(TLS1_2), |builder, number| {
            builder.extension(extension::HelloExtension::new(number).on_receive(
                move |_, _, data| {
                    assert_eq!(data, number.to_be_bytes());
                    Ok(())
                },
            ))
        });
    let pair = Pair::connect(&client, &server.build().unwrap(), false);
    for number in 65_300_u16..65_316 {
        let data = number.to_be_bytes();
        assert_eq!(pair.server.received_extension(number), Some(&data[..]));
    }
}

#[test]
fn the_name_is_the_librarys_or_the_programs() {
    assert_eq!(gnutls::extension::name(16).as_deref(), Some("ALPN"));
    assert_eq!(gnutls::extension::name(NUMBER), None);
    skip_unless!(requirement::EXTENSION_NAMES);
    let pair = open(
        TLS1_2,
        false,
        Some(extension::HelloExtension::new(NUMBER).name("own")),
        None,
    );
    assert_eq!(pair.client.extension_name(NUMBER).unwrap(), Some("own"));
    assert_eq!(pair.client.extension_name(16).unwrap(), Some("ALPN"));
    assert_eq!(pair.server.extension_name(NUMBER).unwrap(), None);
}

#[test]
fn the_extension_applies_to_resumed_sessions_if_configured() {
    skip_unless!(requirement::EXTENSIONS);
    for (priority, datagram) in resumable_protocols() {
        for when_resumed in [false, true] {
            let extension = || sends(b"x").when_resumed(when_resumed);
            let client = ClientConfig::builder()
                .trust(trust())
                .priority(gnutls::Priority::new(priority).unwrap())
                .extension(extension())
                .build()
                .unwrap();
            let server = server(priority)
                .tickets(TicketKey::generate().unwrap())
                .extension(extension())
                .build()
                .unwrap();
            for resumed in [false, true] {
                let mut pair = Pair::connect(&client, &server, datagram);
                assert_eq!(pair.back(b"x"), b"x");
                assert_eq!(pair.client.is_resumed(), resumed, "{priority}");
                let counts = !resumed || when_resumed || priority == TLS1_3;
                assert_eq!(
                    pair.client.received_extension(NUMBER).is_some(),
                    counts,
                    "{priority}"
                );
                // A server reads the extension before it processes the ticket and resumes.
                let received = pair.server.received_extension(NUMBER);
                assert_eq!(received, Some(&b"x"[..]), "{priority}");
            }
        }
    }
}

#[test]
fn a_selected_configuration_has_its_own_extensions() {
    skip_unless!(requirement::EXTENSIONS);
    for (priority, datagram) in protocols() {
        let other = server(priority).extension(sends(b"other")).build().unwrap();
        let chooses = server(priority)
            .extension(sends(b"first"))
            .on_client_hello(move |_, _| HelloAnswer::Use(other.clone()))
            .build()
            .unwrap();
        let client = client(priority).extension(sends(b"q")).build().unwrap();
        let pair = Pair::connect(&client, &chooses, datagram);
        assert_eq!(pair.client.received_extension(NUMBER), Some(&b"other"[..]));
    }
}

#[test]
fn a_rehandshake_starts_without_received_extensions() {
    skip_unless!(requirement::EXTENSIONS);
    let count = Arc::new(Mutex::new(0));
    let once = extension::HelloExtension::new(NUMBER).on_send(move |_, _| {
        let mut count = count.lock().unwrap();
        *count += 1;
        Ok((*count == 1).then(|| b"first".to_vec()))
    });
    let client = client(TLS1_2)
        .dangerous_allow_renegotiation()
        .extension(once)
        .build()
        .unwrap();
    let server = server(TLS1_2)
        .dangerous_allow_renegotiation()
        .extension(extension::HelloExtension::new(NUMBER))
        .build()
        .unwrap();
    let mut pair = Pair::connect(&client, &server, false);
    assert_eq!(pair.server.received_extension(NUMBER), Some(&b"first"[..]));
    assert!(
        pair.client
            .rehandshake(&mut pair.near)
            .unwrap()
            .is_pending()
    );
    let error = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rehandshake);
    pair.handshake().unwrap();
    assert_eq!(pair.server.received_extension(NUMBER), None);
}
