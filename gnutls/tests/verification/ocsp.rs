//! Stapled OCSP responses: sending by the server and verification by the client.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use gnutls::library::Version;
use gnutls::verify::VerificationStatus;
use gnutls::{ClientConfig, ErrorKind, Identity, Priority, ServerConfig, ServerConfigBuilder};
use gnutls_testing::fixtures::{fixture, identity, server_identity};
use gnutls_testing::pair::{Pair, TLS1_2, client, protocols};
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::skip_unless;

fn must_staple() -> Identity {
    identity("must-staple")
}

fn builder(priority: &str) -> ServerConfigBuilder {
    ServerConfig::builder().priority(Priority::new(priority).unwrap())
}

fn answering(priority: &str, response: &'static str) -> ServerConfig {
    builder(priority)
        .identity(must_staple())
        .ocsp_responder(move |session| {
            assert!(session.server_name().is_some());
            Some(fixture(response))
        })
        .build()
        .unwrap()
}

fn connect(server: &ServerConfig, priority: &str, datagram: bool) -> (Pair, gnutls::Result<()>) {
    connect_with(&client(priority).build().unwrap(), server, datagram)
}

fn connect_with(
    client: &ClientConfig,
    server: &ServerConfig,
    datagram: bool,
) -> (Pair, gnutls::Result<()>) {
    let mut pair = Pair::open(client, server, datagram);
    let result = pair.handshake_both().0;
    (pair, result)
}

/// Returns `true` if a valid response was accepted, which is required if the library accepts responses signed by the
/// authority.
fn accepted(result: gnutls::Result<()>) -> bool {
    if requirement::OCSP_BY_AUTHORITY.is_present() {
        result.unwrap();
        return true;
    }
    let status = result.unwrap_err().verification().unwrap();
    assert!(status.contains(VerificationStatus::INVALID_OCSP_STATUS));
    false
}

#[test]
fn a_valid_response_is_verified_and_returned() {
    for (priority, datagram) in protocols() {
        let (pair, result) = connect(&answering(priority, "ocsp-good.der"), priority, datagram);
        if !accepted(result) {
            continue;
        }
        assert_eq!(
            pair.client.ocsp_response(),
            Some(&fixture("ocsp-good.der")[..])
        );
        if requirement::OCSP_STAPLING.is_present() {
            let first = pair.client.ocsp_response_at(0).unwrap();
            assert_eq!(first, pair.client.ocsp_response());
            assert_eq!(pair.client.ocsp_response_at(1).unwrap(), None);
        }
        assert!(pair.client.ocsp_checked());
        assert_eq!(pair.server.ocsp_response(), None);
    }
}

#[test]
fn stapled_responses_need_no_responder() {
    skip_unless!(requirement::OCSP_STAPLING);
    let identity = must_staple().with_ocsp_response(&fixture("ocsp-good.der"));
    let identity = identity.unwrap();
    let asked = Arc::new(AtomicUsize::new(0));
    for (priority, datagram) in protocols() {
        let (count, chosen) = (Arc::clone(&asked), identity.clone());
        for server in [
            // The responder is not called, because the identity has its own response.
            builder(priority)
                .identity(identity.clone())
                .ocsp_responder(move |_| {
                    count.fetch_add(1, Ordering::Relaxed);
                    None
                }),
            builder(priority).identity_resolver(move |_| Some(chosen.clone())),
        ] {
            let (pair, result) = connect(&server.build().unwrap(), priority, datagram);
            assert_eq!(pair.client.ocsp_checked(), accepted(result), "{priority}");
        }
    }
    assert_eq!(asked.load(Ordering::Relaxed), 0);
}

#[test]
fn an_invalid_response_is_a_reason() {
    for (priority, datagram) in protocols() {
        for (response, reason) in [
            ("ocsp-revoked.der", VerificationStatus::REVOKED),
            (
                "ocsp-expired.der",
                VerificationStatus::REVOCATION_DATA_SUPERSEDED,
            ),
            ("ca.pem", VerificationStatus::INVALID_OCSP_STATUS),
        ] {
            let (pair, result) = connect(&answering(priority, response), priority, datagram);
            let error = result.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Verification);
            let status = error.verification().unwrap();
            let reason = if requirement::OCSP_BY_AUTHORITY.is_present() {
                reason
            } else {
                VerificationStatus::INVALID_OCSP_STATUS
            };
            assert!(status.contains(reason), "{response} {priority}: {status}");
            assert!(!pair.client.ocsp_checked());
        }
    }
}

#[test]
fn a_must_staple_certificate_requires_a_response() {
    for (priority, datagram) in protocols() {
        for silent in [
            builder(priority).identity(must_staple()),
            builder(priority)
                .identity(must_staple())
                .ocsp_responder(|_| None),
            builder(priority)
                .identity(must_staple())
                .ocsp_responder(|_| Some(Vec::new())),
        ] {
            let (_, result) = connect(&silent.build().unwrap(), priority, datagram);
            let status = result.unwrap_err().verification().unwrap();
            assert!(
                status.contains(VerificationStatus::MISSING_OCSP_STATUS),
                "{status}"
            );
        }
        // Without a must-staple certificate, a response is optional.
        let server = builder(priority)
            .identity(server_identity())
            .build()
            .unwrap();
        let (pair, result) = connect(&server, priority, datagram);
        result.unwrap();
        assert_eq!(pair.client.ocsp_response(), None);
        assert!(!pair.client.ocsp_checked());
    }
}

#[test]
fn hazard_28_clients_ask_without_a_call_that_writes_to_shared_priorities() {
    // Threads share one configuration and therefore one priority object. All sessions request a response by a flag of
    // gnutls_init, and no function that writes to the priority object is called.
    let client = client(TLS1_2).build().unwrap();
    let server = answering(TLS1_2, "ocsp-good.der");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let (pair, result) = connect_with(&client, &server, false);
                assert_eq!(pair.client.ocsp_checked(), accepted(result));
            });
        }
    });
}

#[test]
fn bug_class_13_a_panic_of_a_responder_goes_on_in_the_handshake() {
    let server = builder(TLS1_2)
        .identity(must_staple())
        .ocsp_responder(|_| panic!("no response today"))
        .build()
        .unwrap();
    let mut pair = Pair::open(&client(TLS1_2).build().unwrap(), &server, false);
    let payload = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| pair.handshake_both()))
        .unwrap_err();
    assert_eq!(payload.downcast_ref(), Some(&"no response today"));
}

#[test]
fn a_responder_is_called_for_every_identity() {
    let names = || identity("names");
    for (priority, datagram) in protocols() {
        for identities in [[server_identity(), names()], [names(), server_identity()]] {
            let [first, second] = identities;
            let server = builder(priority)
                .identity(first)
                .identity(second)
                .ocsp_responder(|_| Some(fixture("ocsp-good.der")));
            let client = client(priority).dangerous_accept_any_certificate();
            let (pair, result) =
                connect_with(&client.build().unwrap(), &server.build().unwrap(), datagram);
            result.unwrap();
            let response = pair.client.ocsp_response();
            assert_eq!(response, Some(&fixture("ocsp-good.der")[..]), "{priority}");
        }
    }
}

#[test]
fn cve_2026_3832_a_later_entry_can_revoke_the_certificate() {
    for (priority, datagram) in protocols() {
        let server = answering(priority, "ocsp-entries.der");
        let (_, result) = connect(&server, priority, datagram);
        let status = result.unwrap_err().verification().unwrap();
        // From 3.8.8, GnuTLS reads other entries than the first.
        let read = gnutls::version().running >= Version::new(3, 8, 8);
        let reason = match read && requirement::OCSP_BY_AUTHORITY.is_present() {
            true => VerificationStatus::REVOKED,
            false => VerificationStatus::INVALID_OCSP_STATUS,
        };
        assert!(status.contains(reason), "{priority}: {status}");
    }
}
