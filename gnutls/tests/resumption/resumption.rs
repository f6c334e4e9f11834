//! Resumption by tickets and by a server's cache: sessions are verified again every time, and saved data may be
//! damaged.

use std::sync::Arc;
use std::task::Poll;

use gnutls::library::Version;
use gnutls::resumption::{MemoryCache, SessionData, TicketKey};
use gnutls::verify::VerificationStatus;
use gnutls::{
    Alert, ClientAuth, ClientConfig, ErrorCode, ErrorKind, Priority, ServerConfig, Trust,
};
use gnutls_testing::emulation;
use gnutls_testing::fixtures::{client_identity, fixture, trust};
use gnutls_testing::pair::*;
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::skip_unless;

fn ticket_key() -> TicketKey {
    TicketKey::from_bytes(&[7; 64]).unwrap()
}

fn tickets(priority: &str) -> ServerConfig {
    server(priority).tickets(ticket_key()).build().unwrap()
}

#[test]
fn a_session_is_resumed_repeatedly_by_its_ticket() {
    for (priority, datagram) in resumable_protocols() {
        let client = client(priority).build().unwrap();
        let server = tickets(priority);
        let mut saved = Pair::connect(&client, &server, datagram).save();
        for _ in 0..3 {
            let mut pair = Pair::resume(&client, &server, &saved, datagram);
            assert!(
                pair.client.is_resumed() && pair.server.is_resumed(),
                "{priority}"
            );
            // The chain is the saved one, and it was verified again.
            assert_eq!(pair.client.peer_certificates().unwrap().len(), 1);
            assert_eq!(
                pair.client.verification_status(),
                Some(VerificationStatus::default())
            );
            assert_eq!(pair.back(b"data"), b"data");
            saved = pair.client.session_data().unwrap();
        }
    }
}

#[test]
fn a_session_is_resumed_by_the_cache_of_the_server() {
    for (priority, datagram) in [(TLS1_2, false), (DTLS1_2, true)] {
        let cache = Arc::new(MemoryCache::new(10));
        let client = client(priority).tickets(false).build().unwrap();
        let server = server(priority).session_cache(cache).build().unwrap();
        let saved = Pair::connect(&client, &server, datagram).save();
        let pair = Pair::resume(&client, &server, &saved, datagram);
        assert!(pair.client.is_resumed() && pair.server.is_resumed());
        assert_eq!(pair.client.id2(), pair.server.id2());
        assert_eq!(pair.client.id2().len(), 32);
    }
}

#[test]
fn a_session_is_resumed_from_its_bytes() {
    for (priority, datagram) in resumable_protocols() {
        let client = client(priority).build().unwrap();
        let server = tickets(priority);
        let saved = Pair::connect(&client, &server, datagram).save();
        let again = SessionData::from_bytes("LOCALHOST.", saved.as_bytes()).unwrap();
        assert_eq!(again.protocol(), saved.protocol());
        let pair = Pair::resume(&client, &server, &again, datagram);
        assert!(pair.client.is_resumed());
    }
}

#[test]
fn saved_data_is_bound_to_server_and_transport() {
    let client = client(TLS1_2).build().unwrap();
    let saved = Pair::connect(&client, &tickets(TLS1_2), false).save();
    assert_eq!(saved.server_name(), Some("localhost"));
    assert_eq!(
        client.resume("example.org", &saved).unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    assert_eq!(
        client.resume("127.0.0.1", &saved).unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    assert_eq!(
        client
            .resume_datagram("localhost", &saved)
            .unwrap_err()
            .kind(),
        ErrorKind::InvalidInput
    );
    assert!(
        !format!("{saved:?}").contains("127"),
        "Debug prints the content"
    );
}

#[test]
fn hazard_27_a_session_saved_for_one_name_is_not_resumed_for_another() {
    for (priority, datagram) in resumable_protocols() {
        let client = client(priority).build().unwrap();
        let server = tickets(priority);
        let saved = Pair::connect(&client, &server, datagram).save();
        // The name is replaced, so that only the verification can refuse the session.
        let forged = SessionData::from_bytes("example.org", saved.as_bytes()).unwrap();
        let mut pair = if datagram {
            Pair::new(
                client.resume_datagram("example.org", &forged).unwrap(),
                server.datagram_session().unwrap(),
            )
        } else {
            Pair::new(
                client.resume("example.org", &forged).unwrap(),
                server.session().unwrap(),
            )
        };
        let (one, other) = pair.handshake_both();
        // In TLS 1.2 and older the server does not resume a session with a different name, and the full handshake
        // fails.
        let error = one.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verification, "{priority}: {error}");
        assert!(
            error
                .verification()
                .unwrap()
                .contains(VerificationStatus::UNEXPECTED_OWNER)
        );
        assert_eq!(pair.client.verification_status(), error.verification());
        // No data can be read.
        assert_eq!(
            pair.client
                .read(&mut pair.near, &mut [0; 9])
                .unwrap_err()
                .kind(),
            ErrorKind::Closed
        );
        assert_eq!(
            pair.client.write(&mut pair.near, b"x").unwrap_err().kind(),
            ErrorKind::Closed
        );
        if other.is_ok() {
            let error = pair.server.read(&mut pair.far, &mut [0; 9]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Alert, "{error}");
        }
    }
}

#[test]
fn hazard_27_a_resumed_session_is_measured_against_the_trust_of_now() {
    for (priority, datagram) in resumable_protocols() {
        let careless = client(priority)
            .dangerous_accept_any_certificate()
            .build()
            .unwrap();
        let server = tickets(priority);
        let saved = Pair::connect(&careless, &server, datagram).save();
        let trust = Trust::pem(&fixture("other-ca.pem")).unwrap();
        for trust in [trust, Trust::none()] {
            let careful = ClientConfig::builder()
                .trust(trust)
                .priority(Priority::new(priority).unwrap())
                .build()
                .unwrap();
            let mut pair = Pair::resuming(&careful, &server, &saved, datagram);
            let error = pair.handshake_both().0.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Verification, "{priority}: {error}");
            assert!(
                error
                    .verification()
                    .unwrap()
                    .contains(VerificationStatus::SIGNER_NOT_FOUND)
            );
            // A client of GnuTLS 3.6.0 verifies before it has the identifier of the resumed session.
            let (client, server) = (pair.client.is_resumed(), pair.server.is_resumed());
            assert!(
                server && (client || !requirement::RESUMED_BEFORE_VERIFICATION.is_present()),
                "{priority}: the session was not resumed"
            );
        }
    }
}

#[test]
fn hazard_37_a_session_that_cannot_be_verified_is_not_resumed() {
    for (priority, datagram) in protocols() {
        let verifies = resumable_protocols().contains(&(priority, datagram));
        let required = (!verifies).then_some(Version::new(3, 6, 5));
        let server_with_tickets = || server(priority).tickets(ticket_key());
        let server = server_with_tickets().build().unwrap();
        let careful = client(priority).build().unwrap();
        let saved = Pair::connect(&careful, &server, datagram).save();
        let resumed = if datagram {
            careful.resume_datagram("localhost", &saved)
        } else {
            careful.resume("localhost", &saved)
        };
        assert_eq!(
            resumed.err().and_then(|error| error.required_release()),
            required
        );
        let careless = client(priority).dangerous_accept_any_certificate().build();
        let pair = Pair::resume(&careless.unwrap(), &server, &saved, datagram);
        assert!(pair.client.is_resumed() && pair.server.is_resumed());
        for client_auth in [
            ClientAuth::Requested(trust()),
            ClientAuth::Required(trust()),
            ClientAuth::AfterHandshake(trust()),
        ] {
            let after = matches!(client_auth, ClientAuth::AfterHandshake(_));
            if after && !requirement::POST_HANDSHAKE_AUTH.is_present() {
                continue;
            }
            let builder = server_with_tickets();
            let error = builder.client_auth(client_auth).build().err();
            assert_eq!(error.and_then(|error| error.required_release()), required);
        }
    }
}

#[test]
fn hazard_27_a_server_that_wants_a_certificate_does_not_resume_without_one() {
    for (priority, datagram) in resumable_protocols() {
        let lax = tickets(priority);
        let strict = server(priority)
            .tickets(ticket_key())
            .client_auth(ClientAuth::Required(trust()))
            .build()
            .unwrap();
        let anonymous = client(priority).build().unwrap();
        // A ticket of a server that did not request a certificate, encrypted with the same key.
        let saved = Pair::connect(&anonymous, &lax, datagram).save();
        let mut pair = Pair::resuming(&anonymous, &strict, &saved, datagram);
        let error = pair.handshake_both().1.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verification, "{priority}: {error}");
        assert_eq!(error.alert(), Some(Alert::BAD_CERTIFICATE));

        // With a certificate, the session is resumed and contains the certificate.
        let known = client(priority)
            .identity(client_identity())
            .build()
            .unwrap();
        let saved = Pair::connect(&known, &strict, datagram).save();
        let pair = Pair::resume(&known, &strict, &saved, datagram);
        assert!(pair.server.is_resumed());
        assert_eq!(pair.server.peer_certificates().unwrap().len(), 1);
        assert!(pair.server.verification_status().unwrap().is_trusted());

        // A server with different trust anchors receives the same ticket.
        let other = server(priority)
            .tickets(ticket_key())
            .client_auth(ClientAuth::Requested(
                Trust::pem(&fixture("other-ca.pem")).unwrap(),
            ))
            .build()
            .unwrap();
        let mut pair = Pair::resuming(&known, &other, &saved, datagram);
        let error = pair.handshake_both().1.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verification, "{priority}: {error}");
    }
}

#[test]
fn hazard_13_and_19_without_a_ticket_there_is_nothing_to_save_and_nothing_is_read() {
    skip_unless!(requirement::TLS1_3);
    let client = client(TLS1_3).build().unwrap();
    let mut pair = Pair::open(&client, &tickets(TLS1_3), false);
    assert_eq!(
        pair.client.session_data().unwrap_err().kind(),
        ErrorKind::InvalidState
    );
    pair.handshake().unwrap();
    let waiting = pair.near.available();
    assert!(waiting > 0, "the tickets are missing");
    let error = pair.client.session_data().unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::REQUESTED_DATA_NOT_AVAILABLE));
    assert!(!error.is_fatal());
    assert_eq!(pair.near.available(), waiting);
    assert!(
        pair.client
            .read(&mut pair.near, &mut [0; 9])
            .unwrap()
            .is_pending()
    );
    pair.client.session_data().unwrap();
    assert_eq!(
        pair.server.session_data().unwrap_err().kind(),
        ErrorKind::InvalidState
    );
}

#[test]
fn hazard_14_a_ticket_under_another_key_is_a_full_handshake() {
    skip_unless!(requirement::UNFORGEABLE_TICKETS);
    for (priority, datagram) in protocols() {
        let client = client(priority).build().unwrap();
        let saved = Pair::connect(&client, &tickets(priority), datagram).save();
        let other = server(priority)
            .tickets(TicketKey::generate().unwrap())
            .build()
            .unwrap();
        let pair = Pair::resume(&client, &other, &saved, datagram);
        assert!(!pair.client.is_resumed() && !pair.server.is_resumed());
    }
}

#[test]
fn an_identifier_can_be_set_only_before_the_handshake() {
    let client = client(TLS1_2).build().unwrap();
    let server = tickets(TLS1_2);
    let mut pair = Pair::open(&client, &server, false);
    for length in [0, 33, 200] {
        assert_eq!(
            pair.client.set_id(&vec![1; length]).unwrap_err().kind(),
            ErrorKind::InvalidInput
        );
    }
    assert_eq!(
        pair.server.set_id(&[1; 8]).unwrap_err().kind(),
        ErrorKind::InvalidState
    );
    pair.client.set_id(&[1; 8]).unwrap();
    pair.client.set_id(&[2; 32]).unwrap();
    assert!(
        pair.client.id2().is_empty(),
        "the identifier is visible too early"
    );
    assert!(pair.client.handshake(&mut pair.near).unwrap().is_pending());
    assert_eq!(
        pair.client.set_id(&[1; 8]).unwrap_err().kind(),
        ErrorKind::InvalidState
    );
    pair.handshake().unwrap();
    assert!(!pair.client.is_resumed());

    // Setting the identifier would overwrite the parameters of the session to be resumed.
    let saved = Pair::connect(&client, &server, false).save();
    let mut session = client.resume("localhost", &saved).unwrap();
    assert_eq!(
        session.set_id(&[1; 8]).unwrap_err().kind(),
        ErrorKind::InvalidState
    );
}

#[test]
fn hazard_12_an_identifier_of_200_bytes_never_reaches_the_library() {
    for (priority, datagram) in protocols() {
        let client = client(priority).build().unwrap();
        let saved = Pair::connect(&client, &tickets(priority), datagram).save();
        let data = saved.as_bytes();
        let mut found = 0;
        // Every byte 32 that is followed by 32 bytes is replaced by 200 and followed by 200 bytes, with a corrected
        // length of the enclosing part. The library trusts such a length.
        for at in (0..data.len()).filter(|&at| data[at] == 32) {
            let mut crafted = data.to_vec();
            crafted[at] = 200;
            crafted.splice(at + 1..at + 1, [0xaa; 168]);
            for length_at in (0..at.saturating_sub(4)).rev() {
                let length =
                    u32::from_be_bytes(crafted[length_at..length_at + 4].try_into().unwrap())
                        as usize;
                let end = length_at + 4 + length + 168;
                if length > at - length_at && end <= crafted.len() {
                    let mut crafted = crafted.clone();
                    crafted[length_at..length_at + 4]
                        .copy_from_slice(&(length as u32 + 168).to_be_bytes());
                    assert!(
                        SessionData::from_bytes("localhost", &crafted).is_err(),
                        "at {at}, length at {length_at}"
                    );
                    found += 1;
                }
            }
            assert!(SessionData::from_bytes("localhost", &crafted).is_err());
        }
        assert!(found > 0, "{priority}: no length was modified");
    }
}

/// The results of connections that resume damaged data.
#[derive(Debug, Default)]
struct Outcomes {
    refused: usize,
    resumed: usize,
    full: usize,
    failed: usize,
    /// The number of handshakes that wait because invalid datagrams are discarded.
    stalled: usize,
}

impl Outcomes {
    fn count(&mut self, mut pair: Pair) {
        for _ in 0..20 {
            match pair.step() {
                (Ok(Poll::Ready(())), Ok(Poll::Ready(()))) => {
                    assert!(pair.client.verification_status().unwrap().is_trusted());
                    assert_eq!(pair.back(b"x"), b"x");
                    return *if pair.client.is_resumed() {
                        &mut self.resumed
                    } else {
                        &mut self.full
                    } += 1;
                }
                (Ok(_), Ok(_)) => {}
                _ => return self.failed += 1,
            }
        }
        self.stalled += 1;
    }
}

#[test]
fn hazard_12_damaged_data_are_refused_or_harmless() {
    for (priority, datagram) in resumable_protocols() {
        let client = client(priority).build().unwrap();
        let server = tickets(priority);
        let saved = Pair::connect(&client, &server, datagram).save();
        let data = saved.as_bytes();
        let mut outcomes = Outcomes::default();
        // Damages every byte, but only some bytes of the certificate, which is the largest part.
        let certificate = Pair::connected(priority, datagram)
            .client
            .peer_certificates()
            .unwrap()
            .next()
            .unwrap()
            .to_vec();
        let begin = data
            .windows(certificate.len())
            .position(|window| window == certificate)
            .unwrap();
        let within = begin..begin + certificate.len();
        let places = (0..data.len()).filter(|at| !within.contains(at) || at % 32 == 0);
        let places: Vec<_> = emulation::cases(places).collect();
        for &at in &places {
            let mut damaged = data.to_vec();
            damaged[at] ^= [0x01, 0x80, 0xff, 0x20][at % 4];
            let session = SessionData::from_bytes("localhost", &damaged).and_then(|saved| {
                if datagram {
                    client.resume_datagram("localhost", &saved)
                } else {
                    client.resume("localhost", &saved)
                }
            });
            match session {
                Ok(session) => {
                    let far = if datagram {
                        server.datagram_session()
                    } else {
                        server.session()
                    };
                    outcomes.count(Pair::new(session, far.unwrap()));
                }
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
                    outcomes.refused += 1;
                }
            }
        }
        eprintln!("{priority}: {outcomes:?}");
        assert!(
            outcomes.refused > places.len() / 14 && outcomes.resumed > 0 && outcomes.full > 0,
            "{outcomes:?}"
        );
        // The data is truncated or too long.
        for length in 0..data.len() {
            assert!(SessionData::from_bytes("localhost", &data[..length]).is_err());
        }
        assert!(SessionData::from_bytes("localhost", &[data, &[0]].concat()).is_err());
    }
}

#[test]
fn data_of_another_release_is_refused() {
    // The data was saved by another release, which its first number identifies.
    let client = client(TLS1_2).build().unwrap();
    let saved = Pair::connect(&client, &tickets(TLS1_2), false).save();
    let mut other = saved.as_bytes().to_vec();
    other[3] ^= 1;
    let error = SessionData::from_bytes("localhost", &other).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert_eq!(
        SessionData::from_bytes("not a name", saved.as_bytes())
            .unwrap_err()
            .kind(),
        ErrorKind::InvalidInput
    );
}
