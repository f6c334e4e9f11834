//! Handshakes: failures that are reported to the peer, hooks, rehandshakes and key updates.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use gnutls::record::KeyUpdate;
use gnutls::verify::VerificationStatus;
use gnutls::{
    Alert, ClientAuth, ClientConfig, ErrorCode, ErrorKind, Identity, Priority, ServerConfig, Trust,
    handshake,
};
use gnutls_testing::fixtures::{client_identity, fixture, server_identity, trust};
use gnutls_testing::pair::*;
use gnutls_testing::requirement::{self};
use gnutls_testing::skip_unless;

#[test]
fn hazard_2_a_server_that_is_not_the_one_is_refused_and_told() {
    for (priority, datagram) in protocols() {
        let right = server(priority).build().unwrap();
        let expired =
            Identity::from_pem(&fixture("expired.pem"), &fixture("expired-key.pem")).unwrap();
        let expired = ServerConfig::builder()
            .identity(expired)
            .priority(Priority::new(priority).unwrap())
            .build()
            .unwrap();
        let other = ClientConfig::builder()
            .trust(Trust::pem(&fixture("other-ca.pem")).unwrap())
            .priority(Priority::new(priority).unwrap())
            .build()
            .unwrap();
        let known = client(priority).build().unwrap();
        let untrusting = ClientConfig::builder()
            .trust(Trust::none())
            .priority(Priority::new(priority).unwrap())
            .build()
            .unwrap();
        for (client, server, name, reason) in [
            (
                &known,
                &right,
                "example.org",
                VerificationStatus::UNEXPECTED_OWNER,
            ),
            (
                &known,
                &right,
                "127.0.0.2",
                VerificationStatus::UNEXPECTED_OWNER,
            ),
            (&known, &expired, "localhost", VerificationStatus::EXPIRED),
            (
                &other,
                &right,
                "localhost",
                VerificationStatus::SIGNER_NOT_FOUND,
            ),
            (
                &untrusting,
                &right,
                "localhost",
                VerificationStatus::SIGNER_NOT_FOUND,
            ),
        ] {
            let mut pair = if datagram {
                Pair::new(
                    client.datagram_session(name).unwrap(),
                    server.datagram_session().unwrap(),
                )
            } else {
                Pair::new(client.session(name).unwrap(), server.session().unwrap())
            };
            let (one, two) = pair.handshake_both();
            let error = one.unwrap_err();
            assert_eq!(
                error.kind(),
                ErrorKind::Verification,
                "{priority} {name}: {error}"
            );
            assert!(
                error.verification().unwrap().contains(reason),
                "{priority} {name}: {error}"
            );
            assert_eq!(
                error.code(),
                Some(ErrorCode::CERTIFICATE_VERIFICATION_ERROR)
            );
            assert_eq!(error.alert(), Some(Alert::BAD_CERTIFICATE));
            // Hazard 32: the server receives the alert during its handshake, which is not complete.
            let error = two.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Alert, "{priority} {name}: {error}");
            assert_eq!(error.alert(), Some(Alert::BAD_CERTIFICATE));
            assert_eq!(pair.server.received_alert(), Some(Alert::BAD_CERTIFICATE));
            // Neither session is usable any more.
            for (session, io) in [
                (&mut pair.client, &mut pair.near),
                (&mut pair.server, &mut pair.far),
            ] {
                assert_eq!(session.handshake(io).unwrap_err().kind(), ErrorKind::Closed);
                assert_eq!(
                    session.read(io, &mut [0; 9]).unwrap_err().kind(),
                    ErrorKind::Closed
                );
                assert_eq!(
                    session.write(io, b"x").unwrap_err().kind(),
                    ErrorKind::Closed
                );
                assert_eq!(session.flush(io).unwrap_err().kind(), ErrorKind::Closed);
                assert_eq!(session.close(io).unwrap_err().kind(), ErrorKind::Closed);
            }
        }
    }
}

#[test]
fn an_address_is_verified_but_not_sent() {
    for (priority, datagram) in protocols() {
        let client = client(priority).build().unwrap();
        let server = server(priority).build().unwrap();
        let mut pair = Pair::open_with_name(&client, &server, "127.0.0.1", datagram);
        pair.handshake().unwrap();
        assert!(pair.client.verification_status().unwrap().is_trusted());
        assert_eq!(pair.server.server_name(), None);
    }
}

#[test]
fn bug_class_16_a_server_without_a_name_is_not_verified_by_accident() {
    let careful = client(TLS1_2).build().unwrap();
    assert_eq!(
        careful
            .session(gnutls::session::PeerName::Unnamed)
            .unwrap_err()
            .kind(),
        ErrorKind::InvalidInput
    );
    let careless = client(TLS1_2)
        .dangerous_accept_any_certificate()
        .build()
        .unwrap();
    let server = server(TLS1_2).build().unwrap();
    let mut pair = Pair::new(
        careless
            .session(gnutls::session::PeerName::Unnamed)
            .unwrap(),
        server.session().unwrap(),
    );
    pair.handshake().unwrap();
    assert_eq!(
        pair.client.verification_status(),
        None,
        "the session must not report a verification"
    );
}

#[test]
fn hazard_32_the_alert_is_sent_before_the_error_is_returned_however_slow_the_transport() {
    for (priority, datagram) in protocols() {
        let client = client(priority).build().unwrap();
        let server = server(priority).build().unwrap();
        let mut pair = Pair::open_with_name(&client, &server, "example.org", datagram);
        // The transport accepts the first message, and then blocks.
        assert!(pair.client.handshake(&mut pair.near).unwrap().is_pending());
        assert!(pair.server.handshake(&mut pair.far).unwrap().is_pending());
        pair.near.set_capacity(Some(0));
        for _ in 0..3 {
            assert!(
                pair.client.handshake(&mut pair.near).unwrap().is_pending(),
                "{priority}"
            );
        }
        assert!(pair.client.unsent_bytes() > 0, "the alert is not buffered");
        assert!(
            pair.client
                .read(&mut pair.near, &mut [0; 9])
                .unwrap()
                .is_pending()
        );
        pair.near.set_capacity(None);
        let error = pair.client.handshake(&mut pair.near).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verification);
        assert_eq!(pair.client.unsent_bytes(), 0);
        let error = loop {
            match pair.server.handshake(&mut pair.far) {
                Ok(Poll::Pending) => {}
                Ok(Poll::Ready(())) => {
                    break pair.server.read(&mut pair.far, &mut [0; 9]).unwrap_err();
                }
                Err(error) => break error,
            }
        };
        assert_eq!(
            error.alert(),
            Some(Alert::BAD_CERTIFICATE),
            "{priority}: {error}"
        );
    }
}

#[test]
fn a_server_requests_certificates() {
    for (priority, datagram) in protocols() {
        let anonymous = client(priority).build().unwrap();
        let known = client(priority)
            .identity(client_identity())
            .build()
            .unwrap();
        // A server certificate is not valid for a client.
        let wrong = client(priority)
            .identity(server_identity())
            .build()
            .unwrap();
        let requested = server(priority)
            .client_auth(ClientAuth::Requested(trust()))
            .build()
            .unwrap();
        let required = server(priority)
            .client_auth(ClientAuth::Required(trust()))
            .build()
            .unwrap();
        let other = ClientAuth::Requested(Trust::pem(&fixture("other-ca.pem")).unwrap());
        let other = server(priority).client_auth(other).build().unwrap();
        for (client, server, certificates, good) in [
            (&anonymous, &requested, 0, true),
            (&known, &requested, 1, true),
            (&anonymous, &required, 0, false),
            (&known, &required, 1, true),
            (&wrong, &required, 1, false),
            // If none of the server's authorities matches, the client sends an empty list, which is allowed here.
            (&known, &other, 0, true),
        ] {
            let mut pair = Pair::open(client, server, datagram);
            let (_, result) = pair.handshake_both();
            match result {
                Ok(()) => {
                    assert!(good, "{priority}");
                    let seen = pair
                        .server
                        .peer_certificates()
                        .map_or(0, |chain| chain.len());
                    assert_eq!(seen, certificates, "{priority}");
                    let status = pair.server.verification_status();
                    assert_eq!(
                        status.map(|status| status.is_trusted()),
                        (certificates > 0).then_some(true)
                    );
                    assert_eq!(pair.there(b"x"), b"x");
                }
                Err(error) => {
                    assert!(!good, "{priority}: {error}");
                    assert_eq!(error.kind(), ErrorKind::Verification, "{priority}: {error}");
                    let told = match pair.client.read(&mut pair.near, &mut [0; 9]) {
                        Err(error) => error,
                        Ok(poll) => panic!("{priority}: {poll:?}"),
                    };
                    assert!(
                        matches!(told.kind(), ErrorKind::Alert | ErrorKind::Closed),
                        "{priority}: {told}"
                    );
                    assert!(pair.client.received_alert().is_some(), "{priority}");
                }
            }
        }
    }
}

#[test]
fn application_protocols_are_negotiated_or_the_handshake_fails() {
    for (priority, datagram) in protocols() {
        let server = server(priority).alpn(["h2", "http/1.1"]).build().unwrap();
        let knows = client(priority)
            .alpn(["spdy/1", "http/1.1"])
            .build()
            .unwrap();
        let pair = Pair::connect(&knows, &server, datagram);
        assert_eq!(pair.client.alpn(), Some(&b"http/1.1"[..]));
        assert_eq!(pair.server.alpn(), Some(&b"http/1.1"[..]));
        let silent = client(priority).build().unwrap();
        let pair = Pair::connect(&silent, &server, datagram);
        assert_eq!(pair.server.alpn(), None);
        let foreign = client(priority).alpn(["spdy/1"]).build().unwrap();
        let mut pair = Pair::open(&foreign, &server, datagram);
        let (one, two) = pair.handshake_both();
        assert_eq!(
            two.unwrap_err().code(),
            Some(ErrorCode::NO_APPLICATION_PROTOCOL)
        );
        assert_eq!(
            one.unwrap_err().alert(),
            Some(Alert::NO_APPLICATION_PROTOCOL)
        );
    }
}

#[test]
fn sides_with_nothing_in_common_fail() {
    skip_unless!(requirement::TLS1_3);
    let mut pair = Pair::build(client(TLS1_3), server(TLS1_2), false);
    let (one, two) = pair.handshake_both();
    let (one, two) = (one.unwrap_err(), two.unwrap_err());
    assert_eq!(two.kind(), ErrorKind::Protocol);
    assert_eq!(one.kind(), ErrorKind::Alert);
    assert!(two.alert().is_some());
    assert_eq!(one.alert(), two.alert());
}

#[test]
fn hazard_17_a_hook_sees_each_message_and_the_session_at_that_moment() {
    for (priority, datagram) in protocols() {
        let client = client(priority).build().unwrap();
        let server = server(priority).build().unwrap();
        let mut pair = Pair::open(&client, &server, datagram);
        let seen = Arc::new(Mutex::new(Vec::new()));
        let sizes = Arc::clone(&seen);
        pair.client.set_handshake_hook(move |session, message| {
            assert_eq!(session.id2(), session.id().as_bytes());
            assert!(!session.handshake_done());
            assert!(session.description().is_none());
            let mut output = [0; 8];
            assert!(
                session
                    .export_keying_material("label", None, &mut output)
                    .is_err()
            );
            let size = session.id2().len();
            sizes.lock().unwrap().push((
                message.message_type,
                message.incoming,
                message.processed,
                size,
            ));
        });
        pair.handshake().unwrap();
        let seen = seen.lock().unwrap();
        let (first, ..) = seen[0];
        assert_eq!(first, handshake::MessageType::CLIENT_HELLO);
        // The TLS 1.3 client has already chosen its identifier.
        assert!(
            seen[0].3 == 0 || priority == TLS1_3,
            "the identifier is set too early"
        );
        for message in [
            handshake::MessageType::SERVER_HELLO,
            handshake::MessageType::CERTIFICATE,
            handshake::MessageType::FINISHED,
        ] {
            let count = |processed| {
                seen.iter()
                    .filter(|entry| entry.0 == message && entry.1 && entry.2 == processed)
                    .count()
            };
            assert_eq!((count(false), count(true)), (1, 1), "{priority} {message}");
        }
        assert_eq!(first.to_string(), "CLIENT HELLO");
    }
}

#[test]
fn bug_class_13_a_hook_that_panics_panics_in_the_call_that_ran_it() {
    for (priority, datagram) in protocols() {
        for at in 0..6 {
            let client = client(priority).build().unwrap();
            let server = server(priority).build().unwrap();
            let mut pair = Pair::open(&client, &server, datagram);
            let mut calls = 0;
            pair.client.set_handshake_hook(move |_, _| {
                calls += 1;
                assert!(calls <= at, "that is enough");
            });
            let payload = catch_unwind(AssertUnwindSafe(|| pair.handshake()))
                .expect_err("the panic is resumed");
            assert_eq!(payload.downcast_ref(), Some(&"that is enough"));
            let error = pair.client.handshake(&mut pair.near).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Closed);
        }
    }
}

#[test]
fn keys_are_updated_by_both_sides() {
    if !requirement::KEY_UPDATE.has_functions() {
        let mut pair = Pair::connected(TLS1_2, false);
        let error = pair
            .client
            .update_key(&mut pair.near, KeyUpdate::NotRequested)
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    }
    skip_unless!(requirement::KEY_UPDATE);
    skip_unless!(requirement::REPEATED_KEY_UPDATES);
    let mut pair = Pair::connected(TLS1_3, false);
    for update in [KeyUpdate::NotRequested, KeyUpdate::Requested] {
        assert!(
            pair.client
                .update_key(&mut pair.near, update)
                .unwrap()
                .is_ready()
        );
        assert_eq!(pair.there(b"one"), b"one");
        assert_eq!(pair.back(b"two"), b"two");
        assert!(
            pair.server
                .update_key(&mut pair.far, update)
                .unwrap()
                .is_ready()
        );
        assert_eq!(pair.back(b"three"), b"three");
        assert_eq!(pair.there(b"four"), b"four");
    }
    // With a large buffer after the peer's request, the accepted bytes are those that arrive.
    assert!(
        pair.client
            .update_key(&mut pair.near, KeyUpdate::Requested)
            .unwrap()
            .is_ready()
    );
    assert!(
        pair.server
            .read(&mut pair.far, &mut [0; 9])
            .unwrap()
            .is_pending()
    );
    let data: Vec<u8> = (0..100_000u32).map(|i| i as u8).collect();
    assert!(pair.back(&data) == data);
}

#[test]
fn hazard_26_and_33_keys_are_updated_in_finished_sessions_of_tls1_3_alone() {
    let refusal = if requirement::KEY_UPDATE.has_functions() {
        ErrorKind::InvalidState
    } else {
        ErrorKind::Unsupported
    };
    for (priority, datagram) in protocols() {
        let client = client(priority).build().unwrap();
        let server = server(priority).build().unwrap();
        let mut pair = Pair::open(&client, &server, datagram);
        for update in [KeyUpdate::NotRequested, KeyUpdate::Requested] {
            let error = pair.client.update_key(&mut pair.near, update).unwrap_err();
            assert_eq!(error.kind(), refusal, "{error}");
        }
        pair.handshake().unwrap();
        if priority != TLS1_3 {
            let error = pair
                .server
                .update_key(&mut pair.far, KeyUpdate::NotRequested)
                .unwrap_err();
            assert_eq!(error.kind(), refusal, "{error}");
        }
        assert_eq!(pair.there(b"x"), b"x");
    }
}

#[test]
fn hazard_33_too_many_key_updates_are_an_error_with_a_name() {
    skip_unless!(requirement::KEY_UPDATE);
    let mut pair = Pair::connected(TLS1_3, false);
    for _ in 0..20 {
        assert!(
            pair.client
                .update_key(&mut pair.near, KeyUpdate::NotRequested)
                .unwrap()
                .is_ready()
        );
    }
    let error = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
    assert!(error.is_fatal());
    assert_eq!(
        pair.server
            .read(&mut pair.far, &mut [0; 9])
            .unwrap_err()
            .kind(),
        ErrorKind::Closed
    );
    // The client receives the alert.
    let error = pair.client.read(&mut pair.near, &mut [0; 9]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Alert, "{error}");
}

#[test]
fn hazard_33_both_sides_asking_for_keys_at_once_comes_to_a_clear_end() {
    skip_unless!(requirement::KEY_UPDATE);
    let mut pair = Pair::connected(TLS1_3, false);
    assert!(
        pair.client
            .update_key(&mut pair.near, KeyUpdate::Requested)
            .unwrap()
            .is_ready()
    );
    assert!(
        pair.server
            .update_key(&mut pair.far, KeyUpdate::Requested)
            .unwrap()
            .is_ready()
    );
    let mut buffer = [0; 9];
    let one = pair.client.read(&mut pair.near, &mut buffer);
    let two = pair.server.read(&mut pair.far, &mut buffer);
    for (result, alert) in [
        (one, pair.client.received_alert()),
        (two, pair.server.received_alert()),
    ] {
        match result {
            Ok(poll) => assert!(poll.is_pending()),
            Err(error) => assert!(
                matches!(
                    error.kind(),
                    ErrorKind::Protocol | ErrorKind::InvalidInput | ErrorKind::Alert
                ),
                "{error}, {alert:?}"
            ),
        }
    }
}

#[test]
fn hazard_23_tickets_and_key_updates_do_not_read_as_would_block() {
    skip_unless!(requirement::KEY_UPDATE);
    skip_unless!(requirement::REPEATED_KEY_UPDATES);
    let client = client(TLS1_3).build().unwrap();
    let server = server(TLS1_3)
        .tickets(gnutls::resumption::TicketKey::generate().unwrap())
        .build()
        .unwrap();
    let mut pair = Pair::connect(&client, &server, false);
    // Two tickets, new keys and the data are all available, so one call returns the data.
    assert!(
        pair.server
            .update_key(&mut pair.far, KeyUpdate::NotRequested)
            .unwrap()
            .is_ready()
    );
    assert_eq!(
        pair.server.write(&mut pair.far, b"data").unwrap(),
        Poll::Ready(4)
    );
    let mut buffer = [0; 9];
    assert_eq!(
        pair.client.read(&mut pair.near, &mut buffer).unwrap(),
        Poll::Ready(4)
    );
    assert_eq!(&buffer[..4], b"data");
    // Without data, the transport reports that it would block.
    assert!(
        pair.server
            .update_key(&mut pair.far, KeyUpdate::NotRequested)
            .unwrap()
            .is_ready()
    );
    assert!(
        pair.client
            .read(&mut pair.near, &mut buffer)
            .unwrap()
            .is_pending()
    );
    assert_eq!(pair.near.available(), 0);
}

#[test]
fn hazard_34_closing_throws_away_nothing_that_came() {
    for priority in stream_protocols() {
        let mut pair = Pair::connected(priority, false);
        assert_eq!(
            pair.server.write(&mut pair.far, b"late").unwrap(),
            Poll::Ready(4)
        );
        assert!(pair.client.close(&mut pair.near).unwrap().is_ready());
        assert!(
            pair.client.close(&mut pair.near).unwrap().is_ready(),
            "a repeated call must have no effect"
        );
        let mut buffer = [0; 9];
        assert_eq!(
            pair.client.read(&mut pair.near, &mut buffer).unwrap(),
            Poll::Ready(4)
        );
        assert_eq!(
            pair.server.read(&mut pair.far, &mut buffer).unwrap(),
            Poll::Ready(0)
        );
        assert_eq!(pair.server.received_alert(), Some(Alert::CLOSE_NOTIFY));
        assert!(pair.server.close(&mut pair.far).unwrap().is_ready());
        assert_eq!(
            pair.client.read(&mut pair.near, &mut buffer).unwrap(),
            Poll::Ready(0)
        );
        assert_eq!(
            pair.client.read(&mut pair.near, &mut buffer).unwrap(),
            Poll::Ready(0)
        );
    }
}

#[test]
fn hazard_35_a_handshake_that_nobody_answers_is_pending() {
    for (priority, datagram) in protocols() {
        let client = client(priority).build().unwrap();
        let server = server(priority).build().unwrap();
        let mut pair = Pair::open(&client, &server, datagram);
        for _ in 0..3 {
            assert!(pair.client.handshake(&mut pair.near).unwrap().is_pending());
        }
        assert_eq!(
            pair.client.received_alert(),
            None,
            "C returns a number if there was no alert"
        );
        assert_eq!(pair.client.datagram_timeout().is_some(), datagram);
    }
}

#[test]
fn keying_material_is_the_same_on_both_sides() {
    for (priority, datagram) in protocols() {
        let pair = Pair::connected(priority, datagram);
        let export = |session: &gnutls::SessionRef, context| {
            let mut output = [0; 24];
            session
                .export_keying_material("EXPERIMENTAL test", context, &mut output)
                .unwrap();
            output
        };
        for context in [None, Some(&b""[..]), Some(b"context")] {
            assert_eq!(export(&pair.client, context), export(&pair.server, context));
        }
        assert_ne!(
            export(&pair.client, None),
            export(&pair.client, Some(b"context"))
        );
        // Bug class 6: NULL and an empty context differ in TLS 1.2 and older, and are equal in TLS 1.3 (RFC 8446,
        // section 7.5).
        assert_eq!(
            export(&pair.client, None) == export(&pair.client, Some(b"")),
            priority == TLS1_3
        );
        pair.client
            .export_keying_material("x", None, &mut [])
            .unwrap();
    }
}
