//! The steps of a verification: the status of every certificate in a chain.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use gnutls::verify::VerificationStatus;
use gnutls::{ClientAuth, ClientConfigBuilder, ErrorKind, Priority, ServerConfig, Trust};
use gnutls_testing::fixtures::{certificate, client_identity, fixture, identity, trust};
use gnutls_testing::pair::{Pair, client, protocols, server};
use gnutls_testing::{requirement, skip_unless};

/// A reported step: certificate, issuer, status and expected name.
type Seen = (Vec<u8>, Option<Vec<u8>>, VerificationStatus, Option<String>);

fn watched(client: ClientConfigBuilder) -> (ClientConfigBuilder, Arc<Mutex<Vec<Seen>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let client = client.on_verification_step(move |step| {
        log.lock().unwrap().push((
            step.certificate().to_vec(),
            step.issuer().map(<[u8]>::to_vec),
            step.status(),
            step.server_name().map(str::to_owned),
        ));
    });
    (client, seen)
}

fn server_with(name: &str, priority: &str) -> ServerConfig {
    ServerConfig::builder()
        .identity(identity(name))
        .priority(Priority::new(priority).unwrap())
        .build()
        .unwrap()
}

#[test]
fn a_valid_chain_is_reported_step_by_step() {
    skip_unless!(requirement::VERIFICATION_STEPS);
    for (priority, datagram) in protocols() {
        let (client, seen) = watched(client(priority));
        let client = client.build().unwrap();
        let server = server(priority).build().unwrap();
        Pair::connect(&client, &server, datagram);
        let seen = std::mem::take(&mut *seen.lock().unwrap());
        let (certificate, issuer, status, name) = &seen[0];
        assert_eq!(*certificate, fixture("server.der"));
        assert_eq!(*issuer, client.trust_anchors().unwrap().pop());
        assert!(status.is_trusted());
        assert_eq!(name.as_deref(), Some("localhost"));
    }
}

#[test]
fn the_failing_certificate_is_reported() {
    skip_unless!(requirement::VERIFICATION_STEPS);
    for (priority, datagram) in protocols() {
        for (name, trust, found) in [
            ("expired", trust(), VerificationStatus::EXPIRED),
            (
                "server",
                Trust::none(),
                VerificationStatus::SIGNER_NOT_FOUND,
            ),
            (
                "revoked",
                trust().and_crl_pem(&fixture("crl.pem")).unwrap(),
                VerificationStatus::REVOKED,
            ),
        ] {
            let (client, seen) = watched(client(priority).trust(trust));
            let server = server_with(name, priority);
            let mut pair = Pair::open(&client.build().unwrap(), &server, datagram);
            let error = pair.handshake().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Verification, "{name}");
            let bad = |step: &&Seen| step.2.contains(found);
            let seen = seen.lock().unwrap();
            let step = seen.iter().find(bad);
            assert_eq!(
                step.unwrap_or_else(|| panic!("{name}: {seen:?}")).0,
                certificate(name)
            );
        }
    }
}

#[test]
fn a_server_observes_the_verification_of_clients() {
    skip_unless!(requirement::VERIFICATION_STEPS);
    for (priority, datagram) in protocols() {
        let count = Arc::new(Mutex::new(0));
        let steps = Arc::clone(&count);
        let server = server(priority)
            .client_auth(ClientAuth::Required(trust()))
            .on_verification_step(move |step| {
                assert_eq!(step.server_name(), None);
                *steps.lock().unwrap() += 1;
            });
        let client = client(priority).identity(client_identity());
        let (client, server) = (client.build().unwrap(), server.build().unwrap());
        Pair::connect(&client, &server, datagram);
        assert!(*count.lock().unwrap() > 0);
    }
}

#[test]
fn every_session_calls_its_own_observer() {
    skip_unless!(requirement::VERIFICATION_STEPS);
    // Several sessions in one thread, one without an observer: GnuTLS itself does not report to which session a step
    // belongs.
    for (priority, datagram) in protocols() {
        let (first, seen) = watched(client(priority));
        let (second, unseen) = watched(client(priority));
        let (first, _second) = (first.build().unwrap(), second.build().unwrap());
        let plain = client(priority).build().unwrap();
        let server = server(priority).build().unwrap();
        Pair::connect(&first, &server, datagram);
        let count = seen.lock().unwrap().len();
        Pair::connect(&plain, &server, datagram);
        assert_eq!(seen.lock().unwrap().len(), count);
        assert!(unseen.lock().unwrap().is_empty());
    }
}

#[test]
fn bug_class_13_a_panic_of_the_observer_ends_the_session() {
    skip_unless!(requirement::VERIFICATION_STEPS);
    for (priority, datagram) in protocols() {
        let client = client(priority).on_verification_step(|_| panic!("no more steps"));
        let server = server(priority).build().unwrap();
        let mut pair = Pair::open(&client.build().unwrap(), &server, datagram);
        let payload = catch_unwind(AssertUnwindSafe(|| pair.handshake())).unwrap_err();
        assert_eq!(payload.downcast_ref(), Some(&"no more steps"));
        assert!(pair.client.handshake(&mut pair.near).is_err());
        assert!(!pair.client.handshake_done());
    }
}
