//! Raw public keys (RFC 7250): their use by both sides, and the refusal of unexpected keys.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use gnutls::crypto::CertificateType;
use gnutls::handshake::IdentityRequest;
use gnutls::pkcs11::{Pin, PinSource};
use gnutls::resumption::TicketKey;
use gnutls::verify::{KnownHost, KnownHosts, VerificationStatus};
use gnutls::{
    ClientAuth, ClientConfig, ClientConfigBuilder, ErrorKind, Identity, Priority, ServerConfig,
    ServerConfigBuilder, Side, Trust,
};
use gnutls_testing::directory::TemporaryDirectory;
use gnutls_testing::fixtures::{client_identity, fixture, fixture_path, server_identity, trust};
use gnutls_testing::pair::{self, Pair, TLS1_2, protocols};
use gnutls_testing::token::{PIN, with_token};
use gnutls_testing::{requirement, skip_unless, test_name};

fn raw(name: &str) -> Identity {
    Identity::raw_public_key_pem(&fixture(&format!("{name}-key.pem")), None).unwrap()
}

fn key(name: &str) -> Vec<u8> {
    raw(name).public_key().unwrap()
}

/// Returns trust in only the raw public key of this fixture.
fn pinned(name: &str) -> Trust {
    Trust::none().and_raw_public_key_der(&key(name)).unwrap()
}

fn client(priority: &str, trust: Trust) -> ClientConfigBuilder {
    pair::client(priority).trust(trust)
}

fn server(priority: &str, identity: Identity) -> ServerConfigBuilder {
    ServerConfig::builder()
        .dangerous_allow_forgeable_tickets()
        .priority(Priority::new(priority).unwrap())
        .identity(identity)
}

fn open(client: ClientConfigBuilder, server: ServerConfigBuilder, datagram: bool) -> Pair {
    Pair::build(client, server, datagram)
}

#[test]
fn a_key_authenticates_a_server() {
    skip_unless!(requirement::RAW_PUBLIC_KEYS);
    for (priority, datagram) in protocols() {
        let client = client(priority, pinned("server"));
        let mut pair = open(client, server(priority, raw("server")), datagram);
        pair.handshake().unwrap();
        assert_eq!(pair.there(b"no certificate"), b"no certificate");
        let server_key = key("server");
        assert_eq!(pair.client.peer_raw_public_key(), Some(&server_key[..]));
        assert_eq!(pair.server.own_certificate(), Some(&server_key[..]));
        assert!(pair.client.peer_certificates().is_none());
        assert_eq!(pair.client.peer_certificate(), None);
        assert!(pair.client.peer_expiration_time().unwrap().is_none());
        assert_eq!(
            pair.client.verification_status(),
            Some(VerificationStatus::default())
        );
        for session in [&pair.client, &pair.server] {
            assert_eq!(
                session.certificate_type(Side::Server),
                CertificateType::RAW_PUBLIC_KEY
            );
            assert_eq!(
                session.certificate_type(Side::Client),
                CertificateType::X509
            );
        }
    }
}

#[test]
fn keys_authenticate_both_sides() {
    skip_unless!(requirement::RAW_PUBLIC_KEYS);
    for (priority, datagram) in protocols() {
        let client = client(priority, pinned("server")).identity(raw("client"));
        let auth = ClientAuth::Required(pinned("client"));
        let mut pair = open(
            client,
            server(priority, raw("server")).client_auth(auth),
            datagram,
        );
        pair.handshake().unwrap();
        let client_key = key("client");
        assert_eq!(pair.server.peer_raw_public_key(), Some(&client_key[..]));
        assert_eq!(
            pair.server.certificate_type(Side::Client),
            CertificateType::RAW_PUBLIC_KEY
        );
    }
}

#[test]
fn a_key_authenticates_only_the_client() {
    skip_unless!(requirement::RAW_PUBLIC_KEYS);
    for (priority, datagram) in protocols() {
        let client = client(priority, trust()).identity(raw("client"));
        let auth = ClientAuth::Required(pinned("client"));
        let mut pair = open(
            client,
            server(priority, server_identity()).client_auth(auth),
            datagram,
        );
        pair.handshake().unwrap();
        assert!(pair.client.peer_certificates().is_some());
        assert_eq!(
            pair.client.certificate_type(Side::Server),
            CertificateType::X509
        );
        assert!(pair.server.peer_raw_public_key().is_some());
    }
}

#[test]
fn bug_class_16_a_key_that_nobody_expects_is_refused() {
    skip_unless!(requirement::RAW_PUBLIC_KEYS);
    let refused = VerificationStatus::INVALID | VerificationStatus::SIGNER_NOT_FOUND;
    for (priority, datagram) in protocols() {
        let nobody = || Trust::none().and_negotiate_raw_public_keys().unwrap();
        // A server's key is refused if the client expects a different key or none in particular.
        for expected in [pinned("client"), nobody()] {
            let client = client(priority, expected);
            let mut pair = open(client, server(priority, raw("server")), datagram);
            let (client, server) = pair.handshake_both();
            let error = client.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Verification);
            assert_eq!(error.verification(), Some(refused));
            assert_eq!(server.unwrap_err().kind(), ErrorKind::Alert);
        }
        // A client's key is refused, both if it is optional and if it is required.
        for auth in [
            ClientAuth::Required(pinned("server")),
            ClientAuth::Requested(pinned("server")),
            ClientAuth::Required(nobody()),
        ] {
            let client = client(priority, trust()).identity(raw("client"));
            let server = server(priority, server_identity()).client_auth(auth);
            let (_, server) = open(client, server, datagram).handshake_both();
            assert_eq!(server.unwrap_err().verification(), Some(refused));
        }
        // A verifier that accepts the key does not replace the trust in it.
        let client = client(priority, pinned("client")).verifier(|_| Ok(()));
        let mut pair = open(client, server(priority, raw("server")), datagram);
        assert_eq!(
            pair.handshake().unwrap_err().kind(),
            ErrorKind::Verification
        );
        // Priorities that allow raw public keys do not replace it either.
        let all = format!("{priority}:+CTYPE-ALL");
        let client = pair::client(&all);
        let mut pair = open(client, server(priority, raw("server")), datagram);
        assert_eq!(pair.handshake().unwrap_err().verification(), Some(refused));
    }
}

#[test]
fn a_key_is_not_sent_to_a_peer_that_expects_certificates() {
    skip_unless!(requirement::RAW_PUBLIC_KEYS);
    for (priority, datagram) in protocols() {
        // The server has no certificate.
        let mut pair = open(
            client(priority, trust()),
            server(priority, raw("server")),
            datagram,
        );
        assert!(pair.handshake().is_err());
        // The client has no certificate, which the server requires.
        let client = client(priority, trust()).identity(raw("client"));
        let auth = ClientAuth::Required(trust());
        let server = server(priority, server_identity()).client_auth(auth);
        let (_, server) = open(client, server, datagram).handshake_both();
        assert!(server.is_err());
    }
}

#[test]
fn a_client_sends_only_its_key() {
    skip_unless!(requirement::RAW_PUBLIC_KEYS);
    for other in [raw("server"), client_identity()] {
        let client = client(TLS1_2, trust())
            .identity(raw("client"))
            .identity(other);
        assert_eq!(client.build().unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}

#[test]
fn a_certificate_does_not_replace_a_pinned_key() {
    skip_unless!(requirement::RAW_PUBLIC_KEYS);
    for (priority, datagram) in protocols() {
        // The certificate contains the pinned key, but no authority is trusted.
        let client = client(priority, pinned("server"));
        let mut pair = open(client, server(priority, server_identity()), datagram);
        assert!(pair.handshake().is_err());
    }
}

#[test]
fn a_server_with_both_sends_the_type_that_the_client_trusts() {
    skip_unless!(requirement::RAW_PUBLIC_KEYS);
    for (priority, datagram) in protocols() {
        let server = || server(priority, server_identity()).identity(raw("server"));
        for (expected, kind) in [
            (trust(), CertificateType::X509),
            (pinned("server"), CertificateType::RAW_PUBLIC_KEY),
            // If both types are trusted, a certificate is used.
            (
                trust().and_raw_public_key_der(&key("server")).unwrap(),
                CertificateType::X509,
            ),
        ] {
            let mut pair = open(client(priority, expected), server(), datagram);
            pair.handshake().unwrap();
            assert_eq!(pair.client.certificate_type(Side::Server), kind);
        }
    }
}

#[test]
fn hazard_27_a_resumed_session_is_verified_by_the_key_again() {
    skip_unless!(requirement::RAW_PUBLIC_KEYS);
    for (priority, datagram) in protocols() {
        let server = server(priority, raw("server"))
            .tickets(TicketKey::generate().unwrap())
            .build()
            .unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        let config = client(priority, pinned("server"))
            .verifier(move |peer| {
                let key = peer.session().peer_raw_public_key().map(<[u8]>::to_vec);
                log.lock().unwrap().push(key);
                Ok(())
            })
            .build()
            .unwrap();
        let mut first = Pair::connect(&config, &server, datagram);
        first.back(b"the ticket comes along");
        let saved = first.client.session_data().unwrap();
        let second = Pair::resume(&config, &server, &saved, datagram);
        assert!(second.client.is_resumed());
        let expected = Some(key("server"));
        assert_eq!(*seen.lock().unwrap(), [expected.clone(), expected]);
        let server_key = key("server");
        assert_eq!(second.client.peer_raw_public_key(), Some(&server_key[..]));
        assert_eq!(
            second.client.verification_status(),
            Some(VerificationStatus::default())
        );
    }
}

#[test]
fn a_raw_key_is_trusted_on_first_use() {
    skip_unless!(requirement::RAW_PUBLIC_KEYS);
    let folder = TemporaryDirectory::new();
    for (place, (priority, datagram)) in protocols().into_iter().enumerate() {
        let hosts = KnownHosts::file(folder.path().join(place.to_string())).unwrap();
        let trust = Trust::none().and_negotiate_raw_public_keys().unwrap();
        let known = hosts.clone();
        let client: ClientConfig = client(priority, trust)
            .dangerous_verifier(move |peer| {
                let refused = Err(peer.status().into());
                let Some(key) = peer.session().peer_raw_public_key() else {
                    return refused;
                };
                let name = peer.server_name().unwrap();
                match known.verify_raw_public_key(name, None, key).unwrap() {
                    KnownHost::Known => Ok(()),
                    KnownHost::Unknown => {
                        known.store_raw_public_key(name, None, key, None).unwrap();
                        Ok(())
                    }
                    KnownHost::Changed => Err(VerificationStatus::MISMATCH.into()),
                }
            })
            .build()
            .unwrap();
        let server = |name| server(priority, raw(name)).build().unwrap();
        for _ in 0..2 {
            Pair::connect(&client, &server("server"), datagram);
        }
        let error = Pair::open(&client, &server("client"), datagram)
            .handshake()
            .unwrap_err();
        assert!(
            error
                .verification()
                .unwrap()
                .contains(VerificationStatus::MISMATCH)
        );
        // The certificate contains the same key.
        let certificate = server_identity().certificates().next().unwrap().to_vec();
        assert_eq!(
            hosts.verify("localhost", None, &certificate).unwrap(),
            KnownHost::Known
        );
        let error = hosts
            .store_raw_public_key("host", None, b"no key", None)
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate);
    }
}

#[test]
fn a_resolver_chooses_by_the_type_that_was_negotiated() {
    skip_unless!(requirement::RAW_PUBLIC_KEYS);
    for (priority, datagram) in protocols() {
        for (wrong, works) in [(false, true), (true, false)] {
            let server = ServerConfig::builder()
                .priority(Priority::new(&format!("{priority}:+CTYPE-SRV-RAWPK")).unwrap())
                .identity_resolver(move |request| {
                    let kind = request.session().certificate_type(Side::Server);
                    let raw_wanted = kind == CertificateType::RAW_PUBLIC_KEY;
                    Some(if raw_wanted != wrong {
                        raw("server")
                    } else {
                        server_identity()
                    })
                });
            let server = server.build().unwrap();
            for expected in [trust(), pinned("server")] {
                let client = client(priority, expected).build().unwrap();
                let mut pair = Pair::open(&client, &server, datagram);
                assert_eq!(pair.handshake().is_ok(), works);
            }
        }
    }
}

#[test]
fn a_raw_key_can_be_limited_to_names() {
    skip_unless!(requirement::RAW_PUBLIC_KEYS);
    for (priority, datagram) in protocols() {
        let server = server(priority, raw("client").with_names(["elsewhere"]).unwrap())
            .identity(raw("server").with_names(["localhost"]).unwrap())
            .build()
            .unwrap();
        let client = client(priority, pinned("server")).build().unwrap();
        Pair::connect(&client, &server, datagram);
    }
}

#[test]
fn keys_are_read_from_all_sources() {
    skip_unless!(requirement::RAW_PUBLIC_KEYS);
    let expected = key("server");
    let path = fixture_path("server-key.pem");
    let encrypted = fixture("server-key-encrypted.pem");
    let identities = [
        Identity::raw_public_key_pem_file(&path, None),
        Identity::raw_public_key_der(&fixture("server-key.der")),
        Identity::raw_public_key_pem(&encrypted, Some("secret")),
    ];
    for identity in identities {
        let identity = identity.unwrap();
        assert!(identity.is_raw_public_key());
        assert_eq!(identity.certificates().len(), 0);
        assert_eq!(identity.public_key().unwrap(), expected);
    }
    assert!(!server_identity().is_raw_public_key());
    assert_eq!(server_identity().public_key().unwrap(), expected);
    for (error, kind) in [
        (
            Identity::raw_public_key_pem(b"nothing", None),
            ErrorKind::Certificate,
        ),
        (
            Identity::raw_public_key_pem(&encrypted, None),
            ErrorKind::Certificate,
        ),
        (
            Identity::raw_public_key_pem_file("/nowhere", None),
            ErrorKind::Io,
        ),
    ] {
        assert_eq!(error.unwrap_err().kind(), kind);
    }
}

#[test]
fn invalid_public_keys_are_refused() {
    skip_unless!(requirement::RAW_PUBLIC_KEYS);
    let good = key("server");
    for data in [
        &b""[..],
        b"no key",
        &fixture("server.der"),
        &good[..good.len() - 1],
    ] {
        let error = Trust::none().and_raw_public_key_der(data).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate);
        assert!(Trust::none().and_raw_public_key_pem(data).is_err());
    }
    assert!(
        Trust::none()
            .and_raw_public_key_pem(&fixture("server.pem"))
            .is_err()
    );
    // The same key in PEM is equivalent.
    let pem = include_bytes!("../fixtures/server-public.pem");
    let expected = Trust::none().and_raw_public_key_pem(pem).unwrap();
    let mut pair = open(
        client(TLS1_2, expected),
        server(TLS1_2, raw("server")),
        false,
    );
    pair.handshake().unwrap();
}

#[test]
fn a_raw_key_stays_on_its_token() {
    skip_unless!(requirement::RAW_PUBLIC_KEYS);
    with_token(&test_name!(), || {
        let url = "pkcs11:token=test;object=server;type=private";
        let pin = Pin::new(PIN).unwrap();
        let identity = Identity::raw_public_key_pkcs11(url, pin).unwrap();
        for (priority, datagram) in protocols() {
            let client = client(priority, pinned("server"));
            open(client, server(priority, identity.clone()), datagram)
                .handshake()
                .unwrap();
        }
    });
}

/// The identity is dropped below the C function that calls the resolver.
#[test]
fn bug_class_13_an_identity_of_the_wrong_type_may_panic_when_dropped() {
    struct Panics;
    impl Drop for Panics {
        fn drop(&mut self) {
            std::panic::resume_unwind(Box::new("a destructor"));
        }
    }
    skip_unless!(requirement::RAW_PUBLIC_KEYS);
    // A panic that reaches the C function aborts the process.
    with_token(&test_name!(), || {
        let url = "pkcs11:token=test;object=server;type=private";
        for (priority, datagram) in protocols() {
            let resolver = move |_: &IdentityRequest<'_>| {
                let panics = Panics;
                let pin = PinSource::ask(move |_| {
                    std::hint::black_box(&panics);
                    Pin::new(PIN).ok()
                });
                Identity::raw_public_key_pkcs11(url, pin).ok()
            };
            let server = ServerConfig::builder()
                .priority(Priority::new(&format!("{priority}:+CTYPE-SRV-RAWPK")).unwrap())
                .identity_resolver(resolver)
                .build()
                .unwrap();
            let client = client(priority, trust()).build().unwrap();
            let mut pair = Pair::open(&client, &server, datagram);
            let panic = catch_unwind(AssertUnwindSafe(|| pair.handshake())).unwrap_err();
            assert_eq!(panic.downcast_ref(), Some(&"a destructor"));
        }
    });
}
