//! Verifiers of the program: their arguments, refusals, and acceptance, which only the dangerous one allows.

use std::error::Error;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use gnutls::resumption::TicketKey;
use gnutls::verify::{PeerVerification, Rejection, VerificationStatus};
use gnutls::{Alert, ClientAuth, ErrorKind, Trust};
use gnutls_testing::fixtures::{client_identity, fixture, trust};
use gnutls_testing::pair::{Pair, TLS1_2, client, protocols, resumable_protocols, server};

#[test]
fn a_verifier_receives_the_status_of_gnutls() {
    for (priority, datagram) in protocols() {
        let seen = Arc::new(Mutex::new(None));
        let keep = Arc::clone(&seen);
        let client = client(priority).verifier(move |peer| {
            let chain: Vec<_> = peer
                .session()
                .peer_certificates()
                .unwrap()
                .map(<[u8]>::to_vec)
                .collect();
            let name = peer.server_name().map(str::to_owned);
            *keep.lock().unwrap() = Some((chain, name, peer.status()));
            Ok(())
        });
        let (client, server) = (client.build().unwrap(), server(priority).build().unwrap());
        Pair::connect(&client, &server, datagram);
        let (chain, name, status) = seen.lock().unwrap().take().unwrap();
        assert_eq!(chain, [fixture("server.der")]);
        assert_eq!(name.as_deref(), Some("localhost"));
        assert!(status.is_trusted());
    }
}

#[test]
fn a_verifier_can_refuse() {
    for (priority, datagram) in protocols() {
        for (reasons, expected) in [
            (VerificationStatus::MISMATCH, VerificationStatus::MISMATCH),
            // An empty status is also a refusal.
            (VerificationStatus::default(), VerificationStatus::INVALID),
        ] {
            let client = client(priority)
                .verifier(move |_| Err(reasons.into()))
                .build()
                .unwrap();
            let mut pair = Pair::open(&client, &server(priority).build().unwrap(), datagram);
            let (refused, told) = pair.handshake_both();
            let error = refused.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Verification);
            assert!(error.verification().unwrap().contains(expected), "{error}");
            assert_eq!(pair.client.verification_status(), error.verification());
            assert_eq!(told.unwrap_err().alert(), error.alert());
        }
    }
}

#[test]
fn bug_class_16_a_verifier_cannot_accept_what_gnutls_does_not() {
    let strangers = |trust: Trust| {
        let client = client(TLS1_2).trust(trust).verifier(|_| Ok(()));
        Pair::build(client, server(TLS1_2), false)
            .handshake()
            .unwrap_err()
    };
    let error = strangers(Trust::none());
    assert!(
        error
            .verification()
            .unwrap()
            .contains(VerificationStatus::SIGNER_NOT_FOUND)
    );
    assert_eq!(error.alert(), Some(Alert::BAD_CERTIFICATE));
}

#[test]
fn a_dangerous_verifier_decides() {
    for (accepts, priority) in [(true, TLS1_2), (false, TLS1_2)] {
        let client = client(priority)
            .trust(Trust::none())
            .dangerous_verifier(move |peer| {
                assert!(peer.status().contains(VerificationStatus::SIGNER_NOT_FOUND));
                if accepts {
                    Ok(())
                } else {
                    Err(peer.status().into())
                }
            })
            .build()
            .unwrap();
        let mut pair = Pair::open(&client, &server(priority).build().unwrap(), false);
        let result = pair.handshake();
        assert_eq!(result.is_ok(), accepts);
        assert_eq!(
            pair.client.verification_status().unwrap().is_trusted(),
            accepts
        );
    }
}

#[test]
fn hazard_27_a_verifier_runs_again_when_a_session_is_resumed() {
    for (priority, _) in resumable_protocols()
        .into_iter()
        .filter(|(_, datagram)| !datagram)
    {
        let runs = Arc::new(AtomicUsize::new(0));
        let (count, limit) = (Arc::clone(&runs), Arc::new(AtomicUsize::new(usize::MAX)));
        let until = Arc::clone(&limit);
        let client = client(priority)
            .verifier(move |_| {
                if count.fetch_add(1, Ordering::Relaxed) < until.load(Ordering::Relaxed) {
                    Ok(())
                } else {
                    Err(VerificationStatus::REVOKED.into())
                }
            })
            .build()
            .unwrap();
        let server = server(priority)
            .tickets(TicketKey::generate().unwrap())
            .build()
            .unwrap();
        let mut pair = Pair::connect(&client, &server, false);
        pair.back(b"a ticket comes with it");
        assert_eq!(runs.load(Ordering::Relaxed), 1);
        let data = pair.client.session_data().unwrap();

        let resumed = |expected: bool| {
            let session = client.resume("localhost", &data).unwrap();
            let mut pair = Pair::new(session, server.session().unwrap());
            let result = pair.handshake_both().0;
            assert_eq!(result.is_ok(), expected, "{priority} {result:?}");
            pair.client.is_resumed()
        };
        assert!(resumed(true));
        assert_eq!(runs.load(Ordering::Relaxed), 2);
        limit.store(2, Ordering::Relaxed);
        resumed(false);
        assert_eq!(runs.load(Ordering::Relaxed), 3);
    }
}

#[test]
fn a_server_can_verify_its_clients_with_a_verifier() {
    let server = server(TLS1_2)
        .client_auth(ClientAuth::Requested(trust()))
        .verifier(|peer| {
            assert_eq!(peer.server_name(), None);
            Err(VerificationStatus::REVOKED.into())
        })
        .build()
        .unwrap();
    // Without a certificate the verifier is not called.
    let without = client(TLS1_2).build().unwrap();
    Pair::connect(&without, &server, false);
    let with = client(TLS1_2).identity(client_identity()).build().unwrap();
    let (_, refused) = Pair::open(&with, &server, false).handshake_both();
    let status = refused.unwrap_err().verification().unwrap();
    assert!(status.contains(VerificationStatus::REVOKED));
}

#[test]
fn bug_class_13_a_panic_of_a_verifier_goes_on_in_the_handshake() {
    let panics = |resumes: bool| {
        let armed = Arc::new(AtomicUsize::new(usize::from(!resumes)));
        let now = Arc::clone(&armed);
        let client = client(TLS1_2)
            .verifier(move |_| {
                assert!(now.load(Ordering::Relaxed) == 0, "armed");
                Ok(())
            })
            .build()
            .unwrap();
        let server = server(TLS1_2)
            .tickets(TicketKey::generate().unwrap())
            .build()
            .unwrap();
        let mut pair = Pair::open(&client, &server, false);
        if resumes {
            pair.handshake().unwrap();
            let data = pair.client.session_data().unwrap();
            armed.store(1, Ordering::Relaxed);
            pair = Pair::new(
                client.resume("localhost", &data).unwrap(),
                server.session().unwrap(),
            );
        }
        let payload = catch_unwind(AssertUnwindSafe(|| pair.handshake())).unwrap_err();
        assert!(payload.downcast_ref::<&str>().unwrap().contains("armed"));
        // The session is no longer usable.
        let mut buffer = [0; 16];
        for result in [
            pair.client.handshake(&mut pair.near).map(drop),
            pair.client.read(&mut pair.near, &mut buffer).map(drop),
            pair.client.write(&mut pair.near, b"data").map(drop),
        ] {
            assert_eq!(result.unwrap_err().kind(), ErrorKind::Closed);
        }
    };
    panics(false);
    panics(true);
}

#[test]
fn a_verifier_that_would_not_be_called_is_refused() {
    let error = client(TLS1_2)
        .dangerous_accept_any_certificate()
        .verifier(|_| Ok(()))
        .build()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert!(error.to_string().contains("dangerous_verifier"), "{error}");
}

#[test]
fn a_verifier_chooses_the_alert_and_the_reason() {
    for (priority, datagram) in protocols() {
        for dangerous in [false, true] {
            let reject = |_: &PeerVerification<'_>| {
                Err(Rejection::new("the certificate is on the local list")
                    .with_status(VerificationStatus::REVOKED)
                    .with_alert(Alert::CERTIFICATE_REVOKED))
            };
            let client = client(priority);
            let client = if dangerous {
                client.dangerous_verifier(reject)
            } else {
                client.verifier(reject)
            };
            let mut pair = Pair::build(client, server(priority), datagram);
            let (refused, received) = pair.handshake_both();
            let error = refused.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Verification);
            assert!(error.is_fatal());
            let revoked = VerificationStatus::REVOKED | VerificationStatus::INVALID;
            assert_eq!(error.verification(), Some(revoked));
            assert_eq!(pair.client.verification_status(), Some(revoked));
            let text = error.to_string();
            assert!(text.starts_with("the certificate is on the local list: "));
            let source = error.source().unwrap().downcast_ref::<io::Error>().unwrap();
            assert_eq!(source.to_string(), "the certificate is on the local list");
            assert_eq!(error.alert(), Some(Alert::CERTIFICATE_REVOKED));
            assert_eq!(
                received.unwrap_err().alert(),
                Some(Alert::CERTIFICATE_REVOKED)
            );
        }
    }
}

#[test]
fn a_server_chooses_the_alert_for_its_client() {
    for (priority, datagram) in protocols() {
        for (rejection, alert) in [
            (Rejection::from(Alert::ACCESS_DENIED), Alert::ACCESS_DENIED),
            (Rejection::new("unknown client"), Alert::BAD_CERTIFICATE),
        ] {
            let server = server(priority)
                .client_auth(ClientAuth::Required(trust()))
                .verifier(move |_| Err(rejection.clone()));
            let client = client(priority).identity(client_identity());
            let mut pair = Pair::build(client, server, datagram);
            let (_, refused) = pair.handshake_both();
            let error = refused.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Verification);
            assert_eq!(error.verification(), Some(VerificationStatus::INVALID));
            assert_eq!(error.alert(), Some(alert));
            let received = match pair.client.handshake(&mut pair.near) {
                Err(error) => error,
                // A TLS 1.3 client has completed its handshake before.
                Ok(_) => pair.client.read(&mut pair.near, &mut [0; 10]).unwrap_err(),
            };
            let told = received.alert().or(pair.client.received_alert());
            assert_eq!(told, Some(alert), "{received}");
        }
    }
}
