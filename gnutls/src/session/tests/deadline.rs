//! The deadline of a handshake. The time is moved instead of awaited, so that a slow machine changes no result.

use std::time::Duration;

use crate::config::{ClientConfig, ServerConfig};
use crate::error::code::ErrorCode;
use crate::priority::Priority;
use crate::resumption::ticket::TicketKey;
use crate::session::Session;
use crate::session::tests::{DTLS1_2, Pair, TLS1_2, identity, trust};
use crate::verify::status::VerificationStatus;

const HOUR: Duration = Duration::from_secs(3600);

/// Returns the sides of a connection whose handshakes may take an hour.
fn pair(priority: &str, datagram: bool) -> Pair {
    let client = ClientConfig::builder()
        .without_resumption()
        .priority(Priority::new(priority).unwrap())
        .trust(trust())
        .handshake_timeout(HOUR);
    let server = ServerConfig::builder()
        .priority(Priority::new(priority).unwrap())
        .identity(identity("server"))
        .dangerous_allow_forgeable_tickets()
        .tickets(TicketKey::generate().unwrap())
        .handshake_timeout(HOUR);
    Pair::open(&client.build().unwrap(), &server.build().unwrap(), datagram)
}

/// Returns a connection on which each side has sent its first messages.
fn begun(priority: &str, datagram: bool) -> Pair {
    let mut pair = pair(priority, datagram);
    let client = pair.client.handshake(&mut pair.client_io);
    assert!(client.unwrap().is_pending());
    let server = pair.server.handshake(&mut pair.server_io);
    assert!(server.unwrap().is_pending());
    pair
}

fn pass_an_hour(session: &mut Session) {
    session.state_mut().core.lifecycle.pass_time(HOUR);
}

#[test]
fn hazard_35_the_last_message_of_a_handshake_has_a_deadline() {
    // A TLS 1.3 server sends nothing after the last message of the client.
    for (priority, datagram) in [(TLS1_2, false), (DTLS1_2, true)] {
        for other_call in [false, true] {
            let mut pair = begun(priority, datagram);
            let _ = pair.client.handshake(&mut pair.client_io).unwrap();
            // The client does not read the last message.
            pair.server_io.set_capacity(Some(0));
            let blocked = pair.server.handshake(&mut pair.server_io).unwrap();
            assert!(blocked.is_pending(), "{priority}");
            assert!(pair.server.handshake_done(), "{priority}");
            assert!(pair.server.unsent_bytes() > 0, "{priority}");
            if other_call {
                // The program has begun to use the session.
                let read = pair.server.read(&mut pair.server_io, &mut [0; 9]).unwrap();
                assert!(read.is_pending());
                assert_eq!(pair.server.handshake_deadline(), None);
                continue;
            }
            assert!(pair.server.handshake_deadline().is_some(), "{priority}");
            pass_an_hour(&mut pair.server);
            let error = pair.server.handshake(&mut pair.server_io).unwrap_err();
            assert_eq!(
                error.code(),
                Some(ErrorCode::TIMEDOUT),
                "{priority}: {error}"
            );
        }
    }
}

#[test]
fn the_status_of_the_peer_is_the_same_if_the_time_is_over() {
    let mut pair = begun(TLS1_2, false);
    assert!(
        pair.client
            .handshake(&mut pair.client_io)
            .unwrap()
            .is_pending()
    );
    pass_an_hour(&mut pair.client);
    let late = pair.client.handshake(&mut pair.client_io).unwrap_err();
    assert_eq!(late.code(), Some(ErrorCode::TIMEDOUT));
    let trusted = Some(VerificationStatus::default());
    assert_eq!(pair.client.verification_status(), trusted);
    let later = pair.client.handshake(&mut pair.client_io).unwrap_err();
    assert!(later.is_fatal());
    assert_eq!(pair.client.verification_status(), trusted);
}
