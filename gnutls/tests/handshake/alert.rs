//! Alerts that a program sends, and the flags and messages by which a session reports its progress.

use std::task::Poll;

use gnutls::session::CredentialsType;
use gnutls::transport::MemoryTransport;
use gnutls::{Alert, AlertLevel, Error, ErrorKind, Session, handshake};
use gnutls_testing::pair::*;
use gnutls_testing::requirement::{self, Requirement};

fn send(session: &mut Session, io: &mut MemoryTransport, level: AlertLevel, alert: Alert) {
    assert!(session.send_alert(io, level, alert).unwrap().is_ready());
}

#[test]
fn a_fatal_alert_ends_the_session_on_both_sides() {
    for (priority, datagram) in protocols() {
        let mut pair = Pair::connected(priority, datagram);
        send(
            &mut pair.server,
            &mut pair.far,
            AlertLevel::Fatal,
            Alert::ACCESS_DENIED,
        );
        let error = pair.server.write(&mut pair.far, b"x").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Closed);
        let error = pair.client.read(&mut pair.near, &mut [0; 9]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Alert, "{error}");
        assert_eq!(error.alert(), Some(Alert::ACCESS_DENIED));
        assert!(error.is_fatal());
        assert_eq!(pair.client.received_alert(), Some(Alert::ACCESS_DENIED));
        // Later calls return the alert as the cause.
        let later = pair.client.write(&mut pair.near, b"x").unwrap_err();
        let cause = std::error::Error::source(&later).unwrap();
        let cause: &Error = cause.downcast_ref().unwrap();
        assert_eq!(cause.alert(), Some(Alert::ACCESS_DENIED), "{later}");
    }
}

#[test]
fn a_warning_does_not_end_a_tls_1_2_session() {
    for (priority, datagram) in protocols() {
        let mut pair = Pair::connected(priority, datagram);
        send(
            &mut pair.client,
            &mut pair.near,
            AlertLevel::Warning,
            Alert::USER_CANCELED,
        );
        if priority == TLS1_3 {
            let error = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap_err();
            assert!(error.is_fatal(), "{error}");
        } else {
            assert_eq!(pair.there(b"still here"), b"still here");
            assert_eq!(pair.back(b"so am I"), b"so am I");
        }
        assert_eq!(pair.server.received_alert(), Some(Alert::USER_CANCELED));
    }
}

#[test]
fn hazard_24_an_alert_is_sent_and_no_record_in_its_place() {
    for priority in [TLS1_2, TLS1_3] {
        if priority == TLS1_3 && !requirement::TLS1_3.is_present() {
            continue;
        }
        let mut pair = Pair::connected(priority, false);
        pair.near.set_limit(Some(10));
        let data = [7; 5000];
        assert_eq!(
            pair.client.write(&mut pair.near, &data).unwrap(),
            Poll::Ready(5000)
        );
        assert!(pair.client.unsent_bytes() > 0, "no record is buffered");
        let mut received = Vec::new();
        let mut sent = false;
        let error = (0..10_000)
            .find_map(|_| {
                if !sent {
                    let result = pair.client.send_alert(
                        &mut pair.near,
                        AlertLevel::Fatal,
                        Alert::USER_CANCELED,
                    );
                    sent = result.unwrap().is_ready();
                }
                let mut buffer = [0; 6000];
                match pair.server.read(&mut pair.far, &mut buffer) {
                    Ok(Poll::Ready(length)) => received.extend_from_slice(&buffer[..length]),
                    Ok(Poll::Pending) => {}
                    Err(error) => return Some(error),
                }
                None
            })
            .expect("the alert did not arrive");
        assert!(sent);
        assert_eq!(received, data, "earlier data must arrive first and once");
        assert_eq!(error.alert(), Some(Alert::USER_CANCELED));
    }
}

#[test]
fn invalid_alerts_are_refused() {
    for (priority, datagram) in protocols() {
        let mut pair = Pair::build(client(priority), server(priority), datagram);
        let refused = |pair: &mut Pair, alert, kind| {
            let error = pair
                .client
                .send_alert(&mut pair.near, AlertLevel::Fatal, alert)
                .unwrap_err();
            assert_eq!(error.kind(), kind);
            assert!(!error.is_fatal());
        };
        refused(&mut pair, Alert::ACCESS_DENIED, ErrorKind::InvalidState);
        assert_eq!(
            pair.far.available(),
            0,
            "hazard 1: no alert can be sent before the handshake"
        );
        pair.handshake().unwrap();
        refused(&mut pair, Alert::CLOSE_NOTIFY, ErrorKind::InvalidInput);
        refused(&mut pair, Alert::from_raw(256), ErrorKind::InvalidInput);
        assert_eq!(pair.there(b"x"), b"x");
    }
}

#[test]
fn an_alert_during_a_handshake_reaches_the_peer() {
    for (priority, datagram) in protocols() {
        let mut pair = Pair::build(client(priority), server(priority), datagram);
        let _ = pair.client.handshake(&mut pair.near).unwrap();
        let _ = pair.server.handshake(&mut pair.far).unwrap();
        send(
            &mut pair.server,
            &mut pair.far,
            AlertLevel::Fatal,
            Alert::USER_CANCELED,
        );
        let error = (0..9)
            .find_map(|_| match pair.client.handshake(&mut pair.near) {
                // In TLS 1.3 the client has completed its handshake before the alert arrives.
                Ok(Poll::Ready(())) => pair.client.read(&mut pair.near, &mut [0; 9]).err(),
                Ok(Poll::Pending) => None,
                Err(error) => Some(error),
            })
            .expect("the alert did not arrive");
        assert_eq!(error.alert(), Some(Alert::USER_CANCELED), "{error}");
        let error = pair.server.handshake(&mut pair.far).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Closed);
    }
}

#[test]
fn a_session_reports_flags_credentials_and_last_messages() {
    for (priority, datagram) in protocols() {
        let mut pair = Pair::build(client(priority), server(priority), datagram);
        assert_eq!(pair.client.last_handshake_out(), None);
        assert_eq!(pair.server.last_handshake_in(), None);
        assert_eq!(pair.client.peer_credentials_type(), None);
        let _ = pair.client.handshake(&mut pair.near).unwrap();
        assert_eq!(
            pair.client.last_handshake_out(),
            Some(handshake::MessageType::CLIENT_HELLO)
        );
        let _ = pair.server.handshake(&mut pair.far).unwrap();
        assert_eq!(
            pair.server.last_handshake_in(),
            Some(handshake::MessageType::CLIENT_HELLO)
        );
        pair.handshake().unwrap();
        for session in [&pair.client, &pair.server] {
            let flags = session.flags();
            assert!(
                flags.extended_master_secret() || priority == TLS1_3,
                "{flags:?}"
            );
            assert!(!flags.false_start() && !flags.early_data());
            assert_eq!(
                flags.extended_master_secret(),
                session.uses_extended_master_secret()
            );
            assert_eq!(flags.encrypt_then_mac(), session.uses_encrypt_then_mac());
            for credentials in [
                session.client_credentials_type(),
                session.server_credentials_type(),
                session.peer_credentials_type(),
            ] {
                assert_eq!(credentials, Some(CredentialsType::CERTIFICATE));
            }
            assert!(!session.resumption_requested());
        }
    }
}
