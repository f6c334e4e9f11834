//! Configurations and their parts: trust anchors, defaults, errors, and use from many threads.

use std::sync::Arc;
use std::thread;

use gnutls::library::Version;
use gnutls::resumption::{MemoryCache, TicketKey};
use gnutls::session::PeerName;
use gnutls::{ClientAuth, ClientConfig, ErrorKind, Identity, Priority, ServerConfig, Trust};
use gnutls_testing::fixtures::{
    certificate, client_identity, fixture, fixture_path, identity, server_identity, trust,
};
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::{pair, skip_unless};

#[test]
fn trust_is_read_from_file_and_memory() {
    Trust::pem_file(fixture_path("ca.pem")).unwrap();
    let both = [fixture("ca.pem"), fixture("other-ca.pem")].concat();
    ClientConfig::builder()
        .trust(Trust::pem(&both).unwrap())
        .build()
        .unwrap();
    let both = trust().and_pem_file(fixture_path("other-ca.pem")).unwrap();
    ClientConfig::builder().trust(both).build().unwrap();
    // Duplicates are accepted.
    ClientConfig::builder()
        .trust(trust().and_pem(&fixture("ca.pem")).unwrap())
        .build()
        .unwrap();
}

#[test]
fn hazard_9_trust_anchors_without_nul_are_copied_with_one() {
    let anchors = fixture("ca.pem");
    let length = anchors.len();
    let longer = [
        anchors,
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec(),
    ]
    .concat();
    Trust::pem(&longer[..length]).unwrap();
}

#[test]
fn trust_without_a_certificate_is_refused() {
    let pem = fixture("ca.pem");
    for text in [
        &b""[..],
        b"hello",
        &pem[..pem.len() / 2],
        &fixture("ca-key.pem"),
    ] {
        let error = Trust::pem(text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate, "{error}");
    }
    let error = Trust::pem(&[&pem[..], b"\0"].concat()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Certificate, "{error}");
    let error = Trust::pem_file(fixture_path("server-key.pem")).unwrap_err();
    assert!(error.to_string().contains("server-key.pem"), "{error}");
    let error = Trust::pem_file("no-such.pem").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains("no-such.pem"), "{error}");
}

/// A machine may have no trust anchors, but the result of the default is reported in both cases.
#[test]
fn bug_class_16_the_default_trust_is_that_of_the_system() {
    match ClientConfig::builder().build() {
        Ok(_) => {}
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Certificate);
            assert!(error.to_string().contains("ca-certificates"), "{error}");
        }
    }
    // If any certificate is accepted, no anchors are required.
    ClientConfig::builder()
        .dangerous_accept_any_certificate()
        .build()
        .unwrap();
}

#[test]
fn a_server_requires_an_identity() {
    let error = ServerConfig::builder().build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("identity"), "{error}");
}

#[test]
fn all_options_of_a_server() {
    let cache = Arc::new(MemoryCache::new(8));
    for client_auth in [
        ClientAuth::None,
        ClientAuth::Requested(trust()),
        ClientAuth::Required(trust()),
    ] {
        let builder = ServerConfig::builder()
            .identity(server_identity())
            .client_auth(client_auth)
            .alpn(["h2", "http/1.1"])
            .priority(Priority::new("NORMAL").unwrap())
            .session_cache(Arc::clone(&cache))
            .dangerous_allow_renegotiation();
        let config = builder.build().unwrap();
        assert!(format!("{config:?}").contains("http/1.1"));
    }
}

#[test]
fn hazard_31_cve_2020_13777_tickets_are_refused_where_they_can_be_forged() {
    let builder = || {
        ServerConfig::builder()
            .identity(server_identity())
            .tickets(TicketKey::generate().unwrap())
    };
    if !requirement::UNFORGEABLE_TICKETS.is_present() {
        let error = builder().build().unwrap_err();
        assert_eq!(error.required_release(), Some(Version::new(3, 6, 14)));
    } else {
        builder().build().unwrap();
    }
    builder()
        .dangerous_allow_forgeable_tickets()
        .build()
        .unwrap();
}

#[test]
fn invalid_application_protocols_are_refused() {
    let most = ClientConfig::builder()
        .trust(trust())
        .alpn([[b'x'; 31]; 8])
        .build()
        .unwrap();
    assert!(most.session("localhost").is_ok());
    let too_many = ClientConfig::builder()
        .trust(trust())
        .alpn(["x"; 9])
        .build();
    assert_eq!(too_many.unwrap_err().kind(), ErrorKind::InvalidInput);
    for protocol in [vec![], vec![b'x'; 32]] {
        let error = ClientConfig::builder()
            .trust(trust())
            .alpn([protocol.clone()])
            .build()
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let error = ServerConfig::builder()
            .identity(server_identity())
            .alpn([protocol])
            .build()
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}

#[test]
fn bug_class_2_a_configuration_keeps_what_it_was_built_from() {
    let config = {
        let chain = fixture("client.pem");
        let identity = Identity::from_pem(&chain, &fixture("client-key.pem")).unwrap();
        ClientConfig::builder()
            .trust(trust())
            .identity(identity)
            .build()
            .unwrap()
    };
    assert!(format!("{:?}", config.clone()).contains("Required"));
}

#[test]
fn hazard_28_values_are_shared_between_threads() {
    let (priority, trust) = (Priority::new("NORMAL").unwrap(), trust());
    let (server, client) = (server_identity(), client_identity());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let config = ClientConfig::builder()
                    .trust(trust.clone())
                    .identity(client.clone())
                    .priority(priority.clone())
                    .build()
                    .unwrap();
                drop(config.clone());
                ServerConfig::builder()
                    .identity(server.clone())
                    .priority(priority.clone())
                    .build()
                    .unwrap();
            });
        }
    });
}

#[test]
fn hazard_15_configurations_are_shared_between_threads() {
    for (priority, datagram) in pair::protocols() {
        let server = pair::server(priority)
            .client_auth(ClientAuth::Required(trust()))
            .build()
            .unwrap();
        let client = pair::client(priority)
            .identity(client_identity())
            .build()
            .unwrap();
        let run = || {
            for _ in 0..8 {
                let mut pair = pair::Pair::open(&client, &server, datagram);
                pair.handshake().unwrap();
                assert_eq!(pair.there(b"data"), b"data");
                assert!(pair.server.peer_certificates().is_some());
            }
        };
        thread::scope(|scope| (0..4).for_each(|_| drop(scope.spawn(run))));
    }
}

#[test]
fn bug_class_20_sessions_outlive_the_values_they_were_made_from() {
    let mut pair = pair::Pair::build(
        pair::client(pair::TLS1_2),
        pair::server(pair::TLS1_2)
            .tickets(TicketKey::generate().unwrap())
            .dangerous_allow_forgeable_tickets(),
        false,
    );
    // Every session runs in a separate thread, after the configurations were dropped.
    pair = thread::spawn(move || {
        pair.handshake().unwrap();
        pair
    })
    .join()
    .unwrap();
    assert_eq!(pair.back(b"data"), b"data");
}

#[test]
fn the_priorities_of_the_system_are_usable() {
    let server = ServerConfig::builder()
        .identity(server_identity())
        .build()
        .unwrap();
    let mut priorities = vec![Priority::system()];
    // Requires GnuTLS 3.6.3.
    priorities.extend(Priority::system().append("-VERS-TLS1.1"));
    for priority in priorities {
        let client = ClientConfig::builder()
            .trust(trust())
            .priority(priority)
            .build()
            .unwrap();
        let mut pair = pair::Pair::open(&client, &server, false);
        pair.handshake().unwrap();
        assert_eq!(pair.there(b"data"), b"data");
    }
}

#[test]
fn an_appended_string_takes_effect() {
    skip_unless!(requirement::APPENDED_PRIORITIES);
    let priority = Priority::system().append("-VERS-ALL:+VERS-TLS1.2");
    let priority = priority.unwrap();
    let client = ClientConfig::builder()
        .trust(trust())
        .priority(priority)
        .build()
        .unwrap();
    let server = ServerConfig::builder()
        .identity(server_identity())
        .build()
        .unwrap();
    let mut pair = pair::Pair::open(&client, &server, false);
    pair.handshake().unwrap();
    assert_eq!(pair.client.protocol(), Some(gnutls::Protocol::TLS1_2));
}

#[test]
fn a_second_identity_is_used_too() {
    // The identities are Ed25519 and RSA: a client that does not support the former receives the latter.
    let ed25519 = identity("server-ed25519");
    let server = ServerConfig::builder()
        .identity(ed25519)
        .identity(server_identity())
        .build()
        .unwrap();
    for signature in ["RSA-SHA256", "EDDSA-ED25519"] {
        let priority = format!(
            "{}:-SIGN-ALL:+SIGN-{signature}:+SIGN-RSA-SHA256",
            pair::TLS1_2
        );
        let mut pair = pair::Pair::open(&pair::client(&priority).build().unwrap(), &server, false);
        pair.handshake().unwrap();
        let chosen = if signature == "RSA-SHA256" {
            "server"
        } else {
            "server-ed25519"
        };
        let shown = pair.client.peer_certificates().unwrap().next();
        assert_eq!(shown, Some(&*certificate(chosen)), "{signature}");
    }
}

#[test]
fn a_priority_is_parsed() {
    let priority: Priority = "NORMAL:-VERS-ALL:+VERS-TLS1.2".parse().unwrap();
    assert_eq!(
        priority.to_string(),
        Priority::new("NORMAL:-VERS-ALL:+VERS-TLS1.2")
            .unwrap()
            .to_string()
    );
    let error = "NORMAL:+NO-SUCH-THING".parse::<Priority>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Priority);
}

#[test]
fn a_builder_is_cloned_with_its_options() {
    let builder = ServerConfig::builder()
        .identity(server_identity())
        .alpn(["h2"]);
    let both = [builder.clone().build().unwrap(), builder.build().unwrap()];
    let client = pair::client("NORMAL").alpn(["h2"]).build().unwrap();
    for server in &both {
        let mut pair = pair::Pair::open(&client, server, false);
        pair.handshake().unwrap();
        assert_eq!(pair.client.alpn(), Some(&b"h2"[..]));
    }
}

#[test]
fn a_session_is_opened_for_a_name_an_address_or_none() {
    let client = ClientConfig::builder()
        .dangerous_accept_any_certificate()
        .build()
        .unwrap();
    let name = String::from("localhost");
    let address = std::net::IpAddr::from([192, 0, 2, 1]);
    for session in [
        client.session("localhost"),
        client.session(&name),
        client.session(address),
        client.session(PeerName::Unnamed),
        client.datagram_session(PeerName::Host("localhost")),
    ] {
        session.unwrap();
    }
    // A client that verifies its server needs a name.
    let client = ClientConfig::builder()
        .trust(Trust::none())
        .build()
        .unwrap();
    let error = client.session(PeerName::Unnamed).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}
