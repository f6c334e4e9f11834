//! Post-handshake authentication of clients, and the limits and the key log of a handshake.

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::{Duration, Instant};

use gnutls::record::KeyUpdate;
use gnutls::resumption::TicketKey;
use gnutls::transport::MemoryTransport;
use gnutls::verify::VerificationStatus;
use gnutls::{
    ClientAuth, ClientConfigBuilder, Error, ErrorCode, ErrorKind, Result, ServerConfigBuilder,
    Trust,
};
use gnutls_testing::emulation;
use gnutls_testing::fixtures::{client_identity, fixture, server_identity, trust};
use gnutls_testing::pair::*;
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::skip_unless;

fn asking() -> ServerConfigBuilder {
    server(TLS1_3).client_auth(ClientAuth::AfterHandshake(trust()))
}

fn willing() -> ClientConfigBuilder {
    client(TLS1_3).post_handshake_auth(true)
}

fn pair(client: ClientConfigBuilder, server: ServerConfigBuilder) -> Pair {
    Pair::connect(&client.build().unwrap(), &server.build().unwrap(), false)
}

/// Requests authentication until there is a result, while the client reads.
fn ask(pair: &mut Pair) -> (Result<bool>, Option<Error>) {
    let mut failed = None;
    for _ in 0..10_000 {
        match pair.server.request_authentication(&mut pair.far) {
            Ok(Poll::Ready(answer)) => return (Ok(answer), failed),
            Ok(Poll::Pending) => {}
            Err(error) => {
                let read = pair.client.read(&mut pair.near, &mut [0; 9]);
                return (Err(error), read.err().or(failed));
            }
        }
        if failed.is_none() {
            failed = pair.client.read(&mut pair.near, &mut [0; 9]).err();
        }
    }
    panic!("the request got no response")
}

#[test]
fn a_client_is_authenticated_after_the_handshake() {
    skip_unless!(requirement::POST_HANDSHAKE_AUTH);
    for limit in [None, Some(1)] {
        let mut pair = pair(willing().identity(client_identity()), asking());
        assert!(pair.server.peer_certificates().is_none());
        assert_eq!(pair.server.verification_status(), None);
        pair.near.set_limit(limit);
        pair.far.set_limit(limit);
        assert!(ask(&mut pair).0.unwrap());
        assert_eq!(pair.server.peer_certificates().unwrap().len(), 1);
        let verdict = pair.server.verification_status();
        assert_eq!(verdict, Some(VerificationStatus::default()));
        assert_eq!(pair.there(b"who I am"), b"who I am");
        assert_eq!(pair.back(b"welcome"), b"welcome");
        // The request can be repeated.
        assert!(ask(&mut pair).0.unwrap());
    }
}

#[test]
fn a_client_without_a_certificate_is_accepted() {
    skip_unless!(requirement::POST_HANDSHAKE_AUTH);
    let mut pair = pair(willing(), asking());
    assert!(!ask(&mut pair).0.unwrap());
    assert!(pair.server.peer_certificates().is_none());
    assert_eq!(pair.there(b"x"), b"x");
}

/// A compressed list is not empty on the wire: GnuTLS also compresses a list without certificates.
#[cfg(gnutls_3_7_4)]
#[test]
fn bug_class_16_a_compressed_list_without_a_certificate_proves_nothing() {
    skip_unless!(requirement::CERTIFICATE_COMPRESSION);
    for identity in [None, Some(client_identity())] {
        let proven = identity.is_some();
        let client = identity.map_or(willing(), |identity| willing().identity(identity));
        let mut pair = Pair::build(client, asking(), false);
        let method = gnutls_sys::GNUTLS_COMP_ZLIB;
        for session in [&pair.client, &pair.server] {
            // SAFETY: copies the list into the session, which has not started its handshake.
            let code = unsafe {
                gnutls_sys::gnutls_compress_certificate_set_methods(session.as_ptr(), &method, 1)
            };
            assert_eq!(code, 0);
        }
        let types = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&types);
        pair.server.set_handshake_hook(move |_, message| {
            seen.lock().unwrap().push(message.message_type);
        });
        pair.handshake().unwrap();
        assert_eq!(ask(&mut pair).0.unwrap(), proven);
        assert_eq!(pair.server.peer_certificates().is_some(), proven);
        assert!(
            types
                .lock()
                .unwrap()
                .contains(&gnutls::handshake::MessageType::COMPRESSED_CERTIFICATE)
        );
    }
}

#[test]
fn hazard_2_a_certificate_that_is_not_trusted_ends_the_session() {
    skip_unless!(requirement::POST_HANDSHAKE_AUTH);
    let other = Trust::pem(&fixture("other-ca.pem")).unwrap();
    let server = server(TLS1_3).client_auth(ClientAuth::AfterHandshake(other));
    let mut pair = pair(willing().identity(client_identity()), server);
    match ask(&mut pair) {
        (Err(error), client) => {
            assert_eq!(error.kind(), ErrorKind::Verification, "{error}");
            assert!(!error.verification().unwrap().is_trusted());
            let client = client.expect("hazard 32: the client receives an alert");
            assert_eq!(client.alert(), error.alert(), "{client}");
        }
        // The client selects a certificate by the authorities in the request, and has none that matches.
        (Ok(answer), _) => assert!(!answer),
    }
    assert_eq!(
        pair.server.verification_status().filter(|s| s.is_trusted()),
        None
    );
}

/// Returns a pair with a resumed session.
fn resumed(client: ClientConfigBuilder, server: ServerConfigBuilder) -> Pair {
    let server = server
        .tickets(TicketKey::from_bytes(&[7; 64]).unwrap())
        .build()
        .unwrap();
    let client = client.build().unwrap();
    let saved = Pair::connect(&client, &server, false).save();
    let pair = Pair::resume(&client, &server, &saved, false);
    assert!(pair.server.is_resumed());
    pair
}

#[test]
fn hazard_27_a_certificate_is_verified_in_a_session_that_was_resumed() {
    skip_unless!(requirement::POST_HANDSHAKE_AUTH);
    skip_unless!(requirement::VERIFIED_RESUMPTION);
    let mut pair = resumed(willing().identity(client_identity()), asking());
    assert!(ask(&mut pair).0.unwrap());
    let verdict = pair.server.verification_status();
    assert_eq!(verdict, Some(VerificationStatus::default()));
    assert_eq!(pair.there(b"x"), b"x");
}

#[test]
fn hazard_27_a_certificate_for_servers_is_refused_in_a_session_that_was_resumed_too() {
    skip_unless!(requirement::POST_HANDSHAKE_AUTH);
    skip_unless!(requirement::VERIFIED_RESUMPTION);
    for open in [pair, resumed] {
        let mut pair = open(willing().identity(server_identity()), asking());
        let (result, client) = ask(&mut pair);
        let error = result.unwrap_err();
        let status = error.verification().expect("the certificate was verified");
        assert!(
            status.contains(VerificationStatus::PURPOSE_MISMATCH),
            "{error}"
        );
        let client = client.expect("hazard 32: the client receives an alert");
        assert_eq!(client.alert(), error.alert(), "{client}");
        let trusted = pair.server.verification_status();
        assert_eq!(trusted.filter(|status| status.is_trusted()), None);
    }
}

#[test]
fn hazard_1_what_cannot_be_asked_is_refused() {
    skip_unless!(requirement::POST_HANDSHAKE_AUTH);
    for (priority, datagram) in protocols() {
        let asking = server(priority).client_auth(ClientAuth::AfterHandshake(trust()));
        let asking = asking.build().unwrap();
        let mut pair = Pair::open(&client(priority).build().unwrap(), &asking, datagram);
        for done in [false, true] {
            if done {
                pair.handshake().unwrap();
            }
            for (session, io) in [
                (&mut pair.client, &mut pair.near),
                (&mut pair.server, &mut pair.far),
            ] {
                let error = session.request_authentication(io).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidState, "{priority}: {error}");
                assert!(!error.is_fatal());
            }
        }
        assert_eq!(pair.there(b"x"), b"x");
    }
    let mut pair = pair(willing(), server(TLS1_3));
    let error = ask(&mut pair).0.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidState, "not configured");
}

#[test]
fn data_of_an_unauthenticated_client_is_read_first() {
    skip_unless!(requirement::POST_HANDSHAKE_AUTH);
    let mut pair = pair(willing().identity(client_identity()), asking());
    let _ = pair.client.write(&mut pair.near, b"before").unwrap();
    let error = ask(&mut pair).0.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidState);
    assert!(!error.is_fatal(), "{error}");
    let mut buffer = [0; 100];
    let read = pair.server.read(&mut pair.far, &mut buffer).unwrap();
    assert_eq!(read, Poll::Ready(6));
    // Later data may depend on the client's authentication, so it cannot be read before the result is known.
    let error = pair.server.read(&mut pair.far, &mut buffer).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidState);
    assert!(ask(&mut pair).0.unwrap());
    assert_eq!(pair.there(b"after"), b"after");
}

#[test]
fn a_request_ends_with_either_side_of_the_connection() {
    skip_unless!(requirement::POST_HANDSHAKE_AUTH);
    // The server closes its side before it could send the request.
    let mut one = pair(willing(), asking());
    assert!(one.client.write(&mut one.near, b"xy").unwrap().is_ready());
    let mut byte = [0];
    assert_eq!(
        one.server.read(&mut one.far, &mut byte).unwrap(),
        Poll::Ready(1)
    );
    let error = one.server.request_authentication(&mut one.far).unwrap_err();
    assert_eq!(
        error.code(),
        Some(ErrorCode::GOT_APPLICATION_DATA),
        "{error}"
    );
    assert!(one.server.close(&mut one.far).unwrap().is_ready());
    let error = one.server.request_authentication(&mut one.far).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Closed, "{error}");
    assert_eq!(
        one.server.read(&mut one.far, &mut byte).unwrap(),
        Poll::Ready(1)
    );
    assert!(one.client.write(&mut one.near, b"z").unwrap().is_ready());
    assert_eq!(
        one.server.read(&mut one.far, &mut byte).unwrap(),
        Poll::Ready(1)
    );
    // The client has closed its side, and answers no request.
    let mut one = pair(willing(), asking());
    assert!(one.client.close(&mut one.near).unwrap().is_ready());
    assert_eq!(
        one.server.read(&mut one.far, &mut byte).unwrap(),
        Poll::Ready(0)
    );
    let error = one.server.request_authentication(&mut one.far).unwrap_err();
    assert_eq!(
        (error.kind(), error.is_fatal()),
        (ErrorKind::Closed, true),
        "{error}"
    );
}

#[test]
fn hazard_40_records_without_data_do_not_disturb_a_request() {
    skip_unless!(requirement::POST_HANDSHAKE_AUTH);
    skip_unless!(requirement::KEY_UPDATE);
    let empty = |pair: &mut Pair| {
        let written = pair
            .client
            .write_hiding_length(&mut pair.near, b"", 0..=100);
        assert_eq!(written.unwrap(), Poll::Ready(0));
    };
    let update = |pair: &mut Pair| {
        let update = pair.client.update_key(&mut pair.near, KeyUpdate::Requested);
        assert!(update.unwrap().is_ready());
    };
    let data = |pair: &mut Pair| {
        let written = pair.client.write(&mut pair.near, b"data").unwrap();
        assert_eq!(written, Poll::Ready(4));
    };
    type Send<'a> = &'a dyn Fn(&mut Pair);
    let updates: &[Send<'_>] = if requirement::REPEATED_KEY_UPDATES.is_present() {
        &[&empty, &update, &empty, &update]
    } else {
        &[&empty, &update, &empty]
    };
    let sent: [&[Send<'_>]; 5] = [
        &[&empty],
        &[&update],
        updates,
        &[&data],
        &[&empty, &data, &empty, &update, &data, &empty],
    ];
    for (case, sent) in sent.into_iter().enumerate() {
        // The records arrive before the request is sent, and after it.
        for (crossing, limit) in [
            (false, None),
            (true, None),
            (false, Some(1)),
            (true, Some(1)),
        ] {
            let mut pair = pair(willing().identity(client_identity()), asking());
            pair.far.set_limit(limit);
            if crossing {
                let request = pair.server.request_authentication(&mut pair.far);
                assert!(request.unwrap().is_pending());
            }
            for send in sent {
                send(&mut pair);
            }
            let mut read = 0;
            let proven = loop {
                let error = match ask(&mut pair).0 {
                    Ok(proven) => break proven,
                    Err(error) => error,
                };
                assert_eq!(
                    error.code(),
                    Some(ErrorCode::GOT_APPLICATION_DATA),
                    "{case} {crossing}: {error}"
                );
                let mut buffer = [0; 9];
                let length = pair.server.read(&mut pair.far, &mut buffer).unwrap();
                assert_eq!(length, Poll::Ready(4));
                read += 1;
            };
            assert!(proven, "{case} {crossing} {limit:?}");
            assert_eq!(read, [0, 0, 0, 1, 2][case]);
            assert_eq!(pair.there(b"who I am"), b"who I am");
            assert_eq!(pair.back(b"welcome"), b"welcome");
        }
    }
}

#[test]
fn data_that_is_partly_read_survives_a_request() {
    skip_unless!(requirement::POST_HANDSHAKE_AUTH);
    for case in 0..3 {
        let mut pair = pair(willing().identity(client_identity()), asking());
        let written = pair.client.write(&mut pair.near, b"before").unwrap();
        assert_eq!(written, Poll::Ready(6));
        let read = pair.server.read(&mut pair.far, &mut [0; 2]).unwrap();
        assert_eq!(read, Poll::Ready(2));
        if case == 1 {
            let update = pair
                .client
                .update_key(&mut pair.near, KeyUpdate::NotRequested);
            assert!(update.unwrap().is_ready());
        }
        if case == 2 {
            let written = pair
                .client
                .write_hiding_length(&mut pair.near, b"", 0..=100);
            assert_eq!(written.unwrap(), Poll::Ready(0));
        }
        let error = ask(&mut pair).0.unwrap_err();
        assert_eq!(
            error.code(),
            Some(ErrorCode::GOT_APPLICATION_DATA),
            "{case} {error}"
        );
        let mut buffer = [0; 9];
        let read = pair.server.read(&mut pair.far, &mut buffer).unwrap();
        assert_eq!((read, &buffer[..4]), (Poll::Ready(4), &b"fore"[..]));
        assert!(ask(&mut pair).0.unwrap());
        assert_eq!(pair.there(b"after"), b"after");
    }
}

#[test]
fn hazard_40_a_request_begins_in_the_middle_of_a_record() {
    skip_unless!(requirement::POST_HANDSHAKE_AUTH);
    skip_unless!(requirement::KEY_UPDATE);
    for received in emulation::cases(1..=27) {
        let mut pair = pair(willing().identity(client_identity()), asking());
        // A KeyUpdate has 5 bytes, its record 22 more.
        pair.near.set_capacity(Some(received));
        let update = pair
            .client
            .update_key(&mut pair.near, KeyUpdate::NotRequested);
        assert!(update.unwrap().is_ready());
        let read = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap();
        assert!(read.is_pending());
        let request = pair.server.request_authentication(&mut pair.far);
        assert!(request.unwrap().is_pending(), "{received}");
        pair.near.set_capacity(None);
        assert!(ask(&mut pair).0.unwrap(), "{received}");
        assert_eq!(pair.there(b"who I am"), b"who I am");
    }
}

#[test]
fn hazard_35_a_handshake_has_a_deadline() {
    for (priority, datagram) in protocols() {
        let limit = Duration::from_millis(50);
        let client = client(priority).handshake_timeout(limit).build().unwrap();
        let server = server(priority).handshake_timeout(limit).build().unwrap();
        let mut pair = Pair::open(&client, &server, datagram);
        assert_eq!(pair.client.handshake_deadline(), None);
        let before = Instant::now();
        assert!(pair.client.handshake(&mut pair.near).unwrap().is_pending());
        let deadline = pair.client.handshake_deadline().unwrap();
        assert!(deadline >= before + limit);
        std::thread::sleep(limit * 2);
        let error = pair.client.handshake(&mut pair.near).unwrap_err();
        assert_eq!(error.code(), Some(ErrorCode::TIMEDOUT), "{error}");
        assert_eq!(error.kind(), ErrorKind::Limit);
        let error = pair.client.handshake(&mut pair.near).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Closed);
    }
    // A completed handshake has no deadline.
    let config = client(TLS1_2)
        .handshake_timeout(Duration::from_secs(3600))
        .build()
        .unwrap();
    let pair = Pair::connect(&config, &server(TLS1_2).build().unwrap(), false);
    assert_eq!(pair.client.handshake_deadline(), None);
}

#[test]
fn hazard_35_an_alert_that_cannot_be_sent_does_not_extend_the_handshake() {
    let limit = Duration::from_millis(50);
    let server = server(TLS1_2).handshake_timeout(limit).build().unwrap();
    let mut session = server.session().unwrap();
    let (mut near, mut far) = MemoryTransport::stream();
    far.set_capacity(Some(0));
    near.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
    assert!(session.handshake(&mut far).unwrap().is_pending());
    assert!(session.wants_write(), "the alert is to be sent");
    std::thread::sleep(limit * 2);
    let error = session.handshake(&mut far).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
    let later = session.handshake(&mut far).unwrap_err();
    assert_eq!(later.kind(), ErrorKind::Closed, "{later}");
}

#[test]
fn a_closed_client_still_reads_data() {
    skip_unless!(requirement::POST_HANDSHAKE_AUTH);
    let mut pair = pair(willing().identity(client_identity()), asking());
    let asked = pair.server.request_authentication(&mut pair.far);
    assert!(asked.unwrap().is_pending());
    assert!(pair.client.close(&mut pair.near).unwrap().is_ready());
    let written = pair.server.write(&mut pair.far, b"late").unwrap();
    assert_eq!(written, Poll::Ready(4));
    let mut buffer = [0; 9];
    let read = pair.client.read(&mut pair.near, &mut buffer).unwrap();
    assert_eq!((read, &buffer[..4]), (Poll::Ready(4), &b"late"[..]));
}

#[test]
fn messages_that_are_too_large_are_refused() {
    for (priority, datagram) in protocols() {
        let small = client(priority).max_handshake_message(100).build().unwrap();
        let mut pair = Pair::open(&small, &server(priority).build().unwrap(), datagram);
        let error = (0..99)
            .find_map(|_| {
                let _ = pair.server.handshake(&mut pair.far);
                pair.client.handshake(&mut pair.near).err()
            })
            .expect("the certificate exceeds the limit");
        assert_eq!(error.kind(), ErrorKind::Limit, "{priority}: {error}");
    }
}

#[test]
fn the_key_log_is_the_same_on_both_sides() {
    skip_unless!(requirement::KEY_LOG);
    for (priority, datagram) in protocols() {
        let lines: [Arc<Mutex<Vec<String>>>; 2] = Default::default();
        let keep = |lines: &Arc<Mutex<Vec<String>>>| {
            let lines = Arc::clone(lines);
            move |_: &gnutls::SessionRef, line: &gnutls::key_log::Line<'_>| {
                assert!(!format!("{line:?}").contains(&line.to_string()[80..]));
                lines.lock().unwrap().push(line.to_string());
            }
        };
        let client = client(priority).dangerous_key_log(keep(&lines[0]));
        let server = server(priority).dangerous_key_log(keep(&lines[1]));
        let (client, server) = (client.build().unwrap(), server.build().unwrap());
        let pair = Pair::connect(&client, &server, datagram);
        let [near, far] = lines.map(|lines| {
            let mut lines = lines.lock().unwrap().clone();
            lines.sort();
            lines
        });
        assert_eq!(near, far, "{priority}");
        assert_eq!(near.len() >= 4, priority == TLS1_3, "{}", near.len());
        let random: String = pair
            .client
            .client_random()
            .unwrap()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        for line in &near {
            let fields: Vec<_> = line.split(' ').collect();
            assert_eq!((fields.len(), fields[1]), (3, random.as_str()));
        }
        if let Some(secret) = pair.client.dangerous_master_secret() {
            let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(near, [format!("CLIENT_RANDOM {random} {hex}")]);
        }
    }
}

#[test]
fn bug_class_13_a_panic_of_the_key_log_goes_on_in_the_call() {
    skip_unless!(requirement::KEY_LOG);
    let config = client(TLS1_2).dangerous_key_log(|_, _| panic!("no such luck"));
    let config = config.build().unwrap();
    let mut pair = Pair::open(&config, &server(TLS1_2).build().unwrap(), false);
    let result = catch_unwind(AssertUnwindSafe(|| pair.handshake()));
    assert_eq!(result.unwrap_err().downcast_ref(), Some(&"no such luck"));
}
