//! Anonymous key exchange on both sides: the accepted peers, and the absence of any verification status.

use gnutls::crypto::KeyExchange;
use gnutls::psk::PreSharedKey;
use gnutls::resumption::{MemoryCache, SessionData, TicketKey};
use gnutls::session::CredentialsType;
use gnutls::{
    ClientAuth, ClientConfig, ClientConfigBuilder, Error, ErrorKind, Priority, Protocol,
    ServerConfig, ServerConfigBuilder, Session, psk,
};
use gnutls_testing::fixtures::{client_identity, server_identity, trust};
use gnutls_testing::pair::*;
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::skip_unless;

const BOTH: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.2:+VERS-DTLS1.2";

/// The protocols with anonymous key exchange: the priority, and `true` for datagrams.
const PROTOCOLS: [(&str, bool); 2] = [(TLS1_2, false), (DTLS1_2, true)];

fn anonymous_client(priority: &str) -> ClientConfigBuilder {
    ClientConfig::builder()
        .without_resumption()
        .priority(Priority::new(priority).unwrap())
        .dangerous_anonymous()
}

fn anonymous_server(priority: &str) -> ServerConfigBuilder {
    ServerConfig::builder()
        .dangerous_allow_forgeable_tickets()
        .priority(Priority::new(priority).unwrap())
        .dangerous_anonymous()
}

/// Asserts that the session does not report a verified peer.
fn nobody_is_verified(session: &Session) {
    assert_eq!(session.verification_status(), None);
    assert!(session.peer_certificates().is_none());
    assert!(session.own_certificate().is_none());
    assert_eq!(session.psk_identity(), None);
    assert_eq!(session.srp_username(), None);
    for kind in [
        session.client_credentials_type(),
        session.server_credentials_type(),
        session.peer_credentials_type(),
    ] {
        assert_eq!(kind, Some(CredentialsType::ANONYMOUS));
    }
}

#[test]
fn anonymous_client_and_server_connect() {
    for (priority, datagram) in PROTOCOLS {
        for (more, exchange) in [
            ("", KeyExchange::ANON_ECDH),
            (":+ANON-ECDH", KeyExchange::ANON_ECDH),
            (":+ANON-DH", KeyExchange::ANON_DH),
        ] {
            let priority = format!("{priority}{more}");
            let (mut pair, client, server) = tried(
                anonymous_client(&priority),
                anonymous_server(&priority),
                datagram,
            );
            client.unwrap();
            server.unwrap();
            assert_eq!(pair.client.key_exchange(), Some(exchange));
            nobody_is_verified(&pair.client);
            nobody_is_verified(&pair.server);
            assert_eq!(pair.there(b"hello"), b"hello");
            assert_eq!(pair.back(b"hello"), b"hello");
        }
    }
}

#[test]
fn the_server_name_is_optional_and_sent() {
    let client = anonymous_client(TLS1_2).build().unwrap();
    let server = anonymous_server(TLS1_2).build().unwrap();
    for name in [None, Some("example.org"), Some("127.0.0.1")] {
        let session = match name {
            Some(name) => client.session(name),
            None => client.session(gnutls::session::PeerName::Unnamed),
        };
        let mut pair = Pair::new(session.unwrap(), server.session().unwrap());
        pair.handshake().unwrap();
        nobody_is_verified(&pair.client);
        let sent = pair.server.server_name();
        assert_eq!(sent.as_deref(), name.filter(|name| *name == "example.org"));
    }
}

#[test]
fn bug_class_16_a_client_that_verifies_does_not_fall_back() {
    for (priority, datagram) in PROTOCOLS {
        // The result is the same if the client's priorities contain the key exchange.
        for more in ["", ":+ANON-ECDH:+ANON-DH"] {
            let (pair, verifying, server) = tried(
                client(&format!("{priority}{more}")),
                anonymous_server(priority),
                datagram,
            );
            assert!(verifying.is_err() && server.is_err());
            assert!(!pair.client.handshake_done());
        }
    }
    for builder in [
        anonymous_client(TLS1_2).trust(trust()),
        anonymous_client(TLS1_2).psk(alice()),
        anonymous_client(TLS1_2).srp(gnutls::srp::User::new("alice", "secret").unwrap()),
        anonymous_client(TLS1_2)
            .trust(trust())
            .dangerous_accept_any_certificate(),
    ] {
        assert_eq!(builder.build().unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}

fn alice() -> PreSharedKey {
    PreSharedKey::new("alice", psk::Key::new([1; 32]).unwrap()).unwrap()
}

#[test]
fn an_anonymous_client_refuses_a_server_with_a_certificate() {
    for (priority, datagram) in PROTOCOLS {
        let (_, anonymous, other) = tried(anonymous_client(priority), server(priority), datagram);
        assert!(anonymous.is_err() && other.is_err());
        // A server with a certificate and anonymous credentials uses the latter for this client.
        let (pair, anonymous, other) = tried(
            anonymous_client(priority),
            anonymous_server(priority).identity(server_identity()),
            datagram,
        );
        anonymous.unwrap();
        other.unwrap();
        nobody_is_verified(&pair.client);
    }
}

#[test]
fn hazard_36_a_server_without_an_identity_uses_anonymous_credentials() {
    skip_unless!(requirement::IDENTITY_RESOLVER);
    for (priority, datagram) in PROTOCOLS {
        let without_identity = || anonymous_server(priority).identity_resolver(|_| None);
        // The client prefers a certificate.
        let either = ClientConfig::builder()
            .priority(Priority::new(priority).unwrap())
            .dangerous_accept_any_certificate()
            .dangerous_anonymous();
        let (pair, one, other) = tried(either, without_identity(), datagram);
        one.unwrap();
        other.unwrap();
        nobody_is_verified(&pair.server);
        let (_, one, other) = tried(client(priority), without_identity(), datagram);
        assert!(one.is_err() && other.is_err());
    }
}

#[test]
fn a_server_with_both_authenticates_to_a_client_that_verifies() {
    for (priority, datagram) in PROTOCOLS {
        let both = anonymous_server(priority).identity(server_identity());
        let (pair, verifying, server) = tried(client(priority), both, datagram);
        verifying.unwrap();
        server.unwrap();
        assert!(pair.client.verification_status().unwrap().is_trusted());
        assert_eq!(
            pair.client.peer_credentials_type(),
            Some(CredentialsType::CERTIFICATE)
        );
    }
}

#[test]
fn a_client_that_accepts_any_certificate_can_also_accept_none() {
    for (priority, datagram) in PROTOCOLS {
        let any = || anonymous_client(priority).dangerous_accept_any_certificate();
        let (pair, one, other) = tried(any(), anonymous_server(priority), datagram);
        one.unwrap();
        other.unwrap();
        nobody_is_verified(&pair.client);
        let (pair, one, other) = tried(any(), server(priority), datagram);
        one.unwrap();
        other.unwrap();
        assert!(pair.client.peer_certificates().is_some());
        assert_eq!(pair.client.verification_status(), None);
    }
}

#[test]
fn a_required_certificate_refuses_an_anonymous_client() {
    for (priority, datagram) in PROTOCOLS {
        let server = |auth| {
            anonymous_server(priority)
                .identity(server_identity())
                .client_auth(auth)
        };
        let required = || ClientAuth::Required(trust());
        let (pair, _, strict) =
            tried_until_over(anonymous_client(priority), server(required()), datagram);
        let error = strict.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verification, "{error}");
        assert!(!pair.server.handshake_done());
        let (pair, one, other) = tried(
            anonymous_client(priority),
            server(ClientAuth::Requested(trust())),
            datagram,
        );
        one.unwrap();
        other.unwrap();
        nobody_is_verified(&pair.server);
        // A server with a certificate is still verified.
        let (pair, one, other) = tried(
            client(priority).identity(client_identity()),
            server(required()),
            datagram,
        );
        one.unwrap();
        other.unwrap();
        assert!(pair.server.verification_status().unwrap().is_trusted());
    }
}

#[test]
fn an_anonymous_server_without_an_identity_cannot_require_a_certificate() {
    // RFC 5246, section 7.4.4: an anonymous server must not request a certificate.
    let required = anonymous_server(TLS1_2).client_auth(ClientAuth::Required(trust()));
    let error = required.build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    let requested = anonymous_server(TLS1_2).client_auth(ClientAuth::Requested(trust()));
    requested.build().unwrap();
}

#[test]
fn an_anonymous_server_without_an_identity_accepts_any_client() {
    skip_unless!(requirement::PSK);
    for (priority, datagram) in PROTOCOLS {
        let both = || anonymous_server(priority).psk(psk::Server::keys([alice()]));
        let (pair, one, other) = tried(anonymous_client(priority), both(), datagram);
        one.unwrap();
        other.unwrap();
        nobody_is_verified(&pair.server);
        let with_key = ClientConfig::builder()
            .priority(Priority::new(priority).unwrap())
            .psk(alice());
        let (pair, one, other) = tried(with_key, both(), datagram);
        one.unwrap();
        other.unwrap();
        assert_eq!(pair.server.psk_identity(), Some(&b"alice"[..]));
    }
}

#[test]
fn tls_1_3_has_no_anonymous_key_exchange() {
    skip_unless!(requirement::TLS1_3);
    // Both sides negotiate TLS 1.2.
    let (pair, one, other) = tried(
        anonymous_client("NORMAL"),
        anonymous_server("NORMAL"),
        false,
    );
    one.unwrap();
    other.unwrap();
    assert_eq!(pair.client.protocol(), Some(Protocol::TLS1_2));
    // A client that accepts both, and therefore offers TLS 1.3, does not cause a failure in a server that cannot use
    // TLS 1.3.
    let any = anonymous_client("NORMAL").dangerous_accept_any_certificate();
    let (pair, one, other) = tried(any, anonymous_server("NORMAL"), false);
    one.unwrap();
    other.unwrap();
    assert_eq!(pair.client.protocol(), Some(Protocol::TLS1_2));
    // Without TLS 1.2, no protocol is left.
    let errors = [
        anonymous_server(TLS1_3).build().map(drop),
        anonymous_client(TLS1_3).build().map(drop),
    ];
    for error in errors {
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Priority);
    }
}

fn saved_by(pair: &mut Pair) -> SessionData {
    pair.handshake().unwrap();
    SessionData::from_bytes("localhost", pair.save().as_bytes()).unwrap()
}

#[test]
fn an_anonymous_session_is_resumed_by_ticket_and_by_cache() {
    for (priority, datagram) in PROTOCOLS {
        for more in [":+ANON-ECDH", ":+ANON-DH"] {
            let priority = format!("{priority}{more}");
            let client = anonymous_client(&priority).build().unwrap();
            for cache in [false, true] {
                let server = anonymous_server(&priority);
                let server = if cache {
                    server.session_cache(MemoryCache::new(8))
                } else {
                    server.tickets(TicketKey::generate().unwrap())
                };
                let server = server.build().unwrap();
                let saved = saved_by(&mut Pair::open(&client, &server, datagram));
                let mut again = Pair::resume(&client, &server, &saved, datagram);
                assert!(again.client.is_resumed() && again.server.is_resumed());
                nobody_is_verified(&again.client);
                nobody_is_verified(&again.server);
                assert_eq!(again.there(b"hello"), b"hello");
            }
        }
    }
}

#[test]
fn hazard_27_what_was_anonymous_is_not_resumed_by_who_verifies() {
    for (priority, datagram) in PROTOCOLS {
        let ticket_key = TicketKey::generate().unwrap();
        // The same server is used twice, so that it resumes the session regardless of the client's configuration.
        let open = anonymous_server(priority)
            .identity(server_identity())
            .tickets(ticket_key.clone())
            .build()
            .unwrap();
        let anonymous = anonymous_client(priority).build().unwrap();
        let saved = saved_by(&mut Pair::open(&anonymous, &open, datagram));

        let mut strict = vec![client(priority).build().unwrap()];
        if requirement::PSK.is_present() {
            let builder = || ClientConfig::builder().priority(Priority::new(priority).unwrap());
            strict.push(builder().psk(alice()).build().unwrap());
            strict.push(builder().psk(alice()).trust(trust()).build().unwrap());
        }
        for strict in strict {
            let mut again = Pair::resuming(&strict, &open, &saved, datagram);
            let mut error = None;
            for _ in 0..20 {
                error = error.or(again.step().0.err());
            }
            let error = error.unwrap();
            assert_eq!(error.kind(), ErrorKind::Verification, "{error}");
            assert!(!again.client.handshake_done());
            assert_eq!(again.client.verification_status(), None);
        }

        // A session with a verified server is not resumed by a client that requires an anonymous server.
        let verifying = client(priority).build().unwrap();
        let saved = saved_by(&mut Pair::open(&verifying, &open, datagram));
        let mut again = Pair::resuming(&anonymous, &open, &saved, datagram);
        for _ in 0..20 {
            let _ = again.step();
        }
        assert!(!again.client.handshake_done());

        // A server that requires a certificate does not resume a session without one.
        let closed = anonymous_server(priority)
            .identity(server_identity())
            .client_auth(ClientAuth::Required(trust()))
            .tickets(ticket_key)
            .build()
            .unwrap();
        let saved = saved_by(&mut Pair::open(&anonymous, &open, datagram));
        let mut again = Pair::resuming(&anonymous, &closed, &saved, datagram);
        for _ in 0..20 {
            let _ = again.step();
        }
        assert!(!again.server.handshake_done());
    }
}

#[test]
fn a_client_stores_and_resumes_sessions_automatically() {
    let client = ClientConfig::builder()
        .priority(Priority::new(TLS1_2).unwrap())
        .dangerous_anonymous()
        .build()
        .unwrap();
    let server = anonymous_server(TLS1_2)
        .tickets(TicketKey::generate().unwrap())
        .build()
        .unwrap();
    for resumes in [false, true] {
        let pair = Pair::connect(&client, &server, false);
        assert_eq!(pair.client.is_resumed(), resumes);
        nobody_is_verified(&pair.client);
    }
}

#[test]
fn hazard_26_every_getter_can_be_asked_at_any_time() {
    for (_, datagram) in PROTOCOLS {
        let mut pair = Pair::build(anonymous_client(BOTH), anonymous_server(BOTH), datagram);
        let ask = |session: &gnutls::SessionRef| {
            assert_eq!(session.psk_identity(), None);
            assert_eq!(session.psk_hint(), None);
            assert_eq!(session.srp_username(), None);
            assert_eq!(session.verification_status(), None);
            assert!(session.peer_certificates().is_none());
            assert_eq!(session.peer_certificate(), None);
            assert_eq!(session.peer_activation_time().unwrap(), None);
            assert_eq!(session.ocsp_response(), None);
            let _ = session.own_certificate();
            let _ = session.description();
            let _ = session.peer_credentials_type();
        };
        pair.client
            .set_handshake_hook(move |session, _| ask(session));
        pair.server
            .set_handshake_hook(move |session, _| ask(session));
        for _ in 0..20 {
            ask(&pair.client);
            ask(&pair.server);
            let _ = pair.step();
        }
        assert!(pair.client.handshake_done() && pair.server.handshake_done());
    }
}

#[test]
fn different_key_exchanges_have_nothing_in_common() {
    let code = if requirement::NO_COMMON_KEY_EXCHANGE.is_present() {
        "GNUTLS_E_NO_CIPHER_SUITES"
    } else {
        "GNUTLS_E_INSUFFICIENT_SECURITY"
    };
    for (priority, datagram) in PROTOCOLS {
        let (_, one, other) = tried(
            anonymous_client(&format!("{priority}:+ANON-ECDH")),
            anonymous_server(&format!("{priority}:+ANON-DH")),
            datagram,
        );
        let tell = |error: Error| (error.kind(), error.code().map(|code| code.to_string()));
        assert_eq!(tell(one.unwrap_err()).0, ErrorKind::Alert);
        assert_eq!(
            tell(other.unwrap_err()),
            (ErrorKind::Protocol, Some(code.to_owned()))
        );
    }
}
