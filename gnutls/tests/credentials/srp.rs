//! Passwords (SRP) on both sides, which require TLS 1.2 or older.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use gnutls::crypto::KeyExchange;
use gnutls::psk::PreSharedKey;
use gnutls::resumption::{MemoryCache, SessionData, TicketKey};
use gnutls::session::CredentialsType;
use gnutls::{
    Alert, ClientAuth, ClientConfig, ClientConfigBuilder, Error, ErrorKind, Priority, Protocol,
    ServerConfig, ServerConfigBuilder, handshake, psk, srp,
};
use gnutls_testing::directory::TemporaryDirectory;
use gnutls_testing::fixtures::{fixture, fixture_path, server_identity, trust};
use gnutls_testing::pair::*;
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::skip_unless;

const PROTOCOLS: [(&str, bool); 2] = [(TLS1_2, false), (DTLS1_2, true)];

fn alice() -> srp::User {
    srp::User::new("alice", "secret").unwrap()
}

fn verifier(username: &str, password: &str) -> srp::Verifier {
    srp::Verifier::new(username, password, srp::Group::BITS_2048).unwrap()
}

fn users() -> srp::Server {
    srp::Server::users([
        ("alice", verifier("alice", "secret")),
        ("bob", verifier("bob", "hunter2")),
    ])
}

fn srp_client(priority: &str) -> ClientConfigBuilder {
    ClientConfig::builder()
        .without_resumption()
        .priority(Priority::new(priority).unwrap())
}

fn srp_server(priority: &str) -> ServerConfigBuilder {
    ServerConfig::builder()
        .dangerous_allow_forgeable_tickets()
        .priority(Priority::new(priority).unwrap())
}

#[test]
fn a_password_authenticates_both_sides() {
    if !requirement::SRP.is_present() {
        let error = srp_client(TLS1_2).srp(alice()).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert_eq!(error.required_release(), None);
        let lookup = srp::Server::lookup(|_, _| None);
        let error = srp_server(TLS1_2).srp(lookup).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }
    skip_unless!(requirement::SRP);
    for (priority, datagram) in PROTOCOLS {
        let (mut pair, client, server) = tried_until_over(
            srp_client(priority).srp(alice()),
            srp_server(priority).srp(users()),
            datagram,
        );
        client.unwrap();
        server.unwrap();
        assert_eq!(pair.server.srp_username(), Some("alice"));
        assert_eq!(pair.client.srp_username(), None);
        assert_eq!(pair.client.key_exchange(), Some(KeyExchange::SRP));
        for session in [&pair.client, &pair.server] {
            assert_eq!(session.peer_credentials_type(), Some(CredentialsType::SRP));
            assert_eq!(session.verification_status(), None);
            assert!(session.peer_certificates().is_none());
        }
        assert_eq!(pair.there(b"hello"), b"hello");
        assert_eq!(pair.back(b"hello"), b"hello");
    }
}

#[test]
fn a_wrong_password_and_an_unknown_user_fail_alike() {
    skip_unless!(requirement::SRP);
    let outcome = |user: srp::User, server: srp::Server| {
        let (pair, client, server) = tried_until_over(
            srp_client(TLS1_2).srp(user),
            srp_server(TLS1_2).srp(server),
            false,
        );
        assert!(!pair.client.handshake_done() && !pair.server.handshake_done());
        assert_eq!(pair.server.srp_username(), None);
        let tell = |error: Error| (error.kind(), error.code(), error.alert());
        (tell(client.unwrap_err()), tell(server.unwrap_err()))
    };
    let seeded = || users().fake_salt_seed(b"seed", 16).unwrap();
    let wrong = outcome(srp::User::new("alice", "other").unwrap(), users());
    assert_eq!(wrong.0.0, ErrorKind::Alert);
    let unknown = || srp::User::new("mallory", "secret").unwrap();
    assert_eq!(outcome(unknown(), users()), wrong);
    assert_eq!(outcome(unknown(), seeded()), wrong);
    assert_eq!(outcome(unknown(), srp::Server::lookup(|_, _| None)), wrong);
    let file = srp::Server::file(fixture_path("users.srp"), fixture_path("groups.srp"));
    assert_eq!(outcome(unknown(), file), wrong);
}

/// Returns the group and the salt that the server sends.
fn parameters(user: srp::User, server: srp::Server) -> (Vec<u8>, Vec<u8>) {
    let client = srp_client(TLS1_2).srp(user).build().unwrap();
    let server = srp_server(TLS1_2).srp(server).build().unwrap();
    let mut pair = Pair::open(&client, &server, false);
    let body = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&body);
    pair.client.set_handshake_hook(move |_, message| {
        if message.message_type == handshake::MessageType::SERVER_KEY_EXCHANGE && !message.processed
        {
            *seen.lock().unwrap() = message.body.to_vec();
        }
    });
    for _ in 0..10 {
        let _ = pair.step();
    }
    let body = body.lock().unwrap();
    let after = |at: usize| at + 2 + usize::from(u16::from_be_bytes([body[at], body[at + 1]]));
    let salt = after(after(0));
    let length = usize::from(body[salt]);
    (
        body[2..after(0)].to_vec(),
        body[salt + 1..][..length].to_vec(),
    )
}

#[test]
fn an_unknown_user_receives_a_fake_salt() {
    skip_unless!(requirement::SRP);
    let mallory = || srp::User::new("mallory", "secret").unwrap();
    let seeded = |seed: &[u8], length| users().fake_salt_seed(seed, length).unwrap();
    let (prime, salt) = parameters(mallory(), seeded(b"one", 20));
    assert_eq!(prime, srp::Group::BITS_2048.prime().unwrap());
    assert_eq!(salt.len(), 20);
    // The same seed and name result in the same salt.
    assert_eq!(parameters(mallory(), seeded(b"one", 20)).1, salt);
    assert_ne!(parameters(mallory(), seeded(b"two", 20)).1, salt);
    let eve = srp::User::new("eve", "secret").unwrap();
    assert_ne!(parameters(eve, seeded(b"one", 20)).1, salt);
    // Without a seed, configurations have different salts.
    let (one, two) = (
        parameters(mallory(), users()).1,
        parameters(mallory(), users()).1,
    );
    assert_eq!((one.len(), two.len()), (16, 16));
    assert_ne!(one, two);
    assert_eq!(parameters(alice(), users()).1.len(), 16);
    // The group is the same as for existing users.
    let large = || srp::Verifier::new("alice", "secret", srp::Group::BITS_3072).unwrap();
    let (prime, _) = parameters(mallory(), srp::Server::users([("alice", large())]));
    assert_eq!(prime, srp::Group::BITS_3072.prime().unwrap());
    let lookup = srp::Server::lookup(|_, _| None).unknown_users(srp::Group::BITS_4096);
    assert_eq!(
        parameters(mallory(), lookup).0,
        srp::Group::BITS_4096.prime().unwrap()
    );
    // The C function would interpret these arguments differently, or ignore them.
    for (seed, length) in [(&b""[..], 16), (b"seed", 0), (b"seed", 21)] {
        let error = users().fake_salt_seed(seed, length).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}

#[test]
fn hazard_26_the_name_is_there_once_the_password_is_proven() {
    skip_unless!(requirement::SRP);
    for (priority, datagram) in PROTOCOLS {
        for password in ["secret", "wrong"] {
            let user = srp::User::new("alice", password).unwrap();
            let client = srp_client(priority).srp(user).build().unwrap();
            let server = srp_server(priority).srp(users()).build().unwrap();
            let mut pair = Pair::open(&client, &server, datagram);
            // The C function returns the name before the password is verified.
            let ask = |session: &gnutls::SessionRef| {
                assert_eq!(session.srp_username(), None);
                assert_eq!(session.psk_identity(), None);
                assert_eq!(session.psk_hint(), None);
                assert!(session.peer_certificates().is_none());
            };
            pair.server
                .set_handshake_hook(move |session, _| ask(session));
            pair.client
                .set_handshake_hook(move |session, _| ask(session));
            for _ in 0..20 {
                assert_eq!(pair.client.srp_username(), None);
                let name = pair.server.srp_username();
                assert_eq!(name.is_some(), pair.server.handshake_done());
                let _ = pair.step();
            }
            assert_eq!(pair.server.handshake_done(), password == "secret");
        }
    }
    // Sessions of other kinds have no name either.
    for (priority, datagram) in protocols() {
        let pair = Pair::connected(priority, datagram);
        assert_eq!(pair.server.srp_username(), None);
        assert_eq!(pair.client.srp_username(), None);
    }
}

#[test]
fn a_client_with_a_password_refuses_a_server_with_a_certificate() {
    skip_unless!(requirement::SRP);
    for (priority, datagram) in PROTOCOLS {
        let (pair, client, _) = tried_until_over(
            srp_client(priority).srp(alice()),
            server(priority),
            datagram,
        );
        assert!(client.is_err());
        assert!(!pair.client.handshake_done());
        // A server with passwords refuses a client without one.
        let (pair, _, server) = tried_until_over(
            client_of(priority),
            srp_server(priority).srp(users()),
            datagram,
        );
        assert!(server.is_err());
        assert!(!pair.server.handshake_done());
    }
}

fn client_of(priority: &str) -> ClientConfigBuilder {
    client(priority)
}

#[test]
fn a_server_can_accept_passwords_and_certificates() {
    skip_unless!(requirement::SRP);
    for (priority, datagram) in PROTOCOLS {
        let both = || {
            srp_server(priority)
                .identity(server_identity())
                .srp(users())
                .client_auth(ClientAuth::Required(trust()))
        };
        // A client that has proven its password does not require a certificate, unlike other clients.
        let (pair, one, other) =
            tried_until_over(srp_client(priority).srp(alice()), both(), datagram);
        one.unwrap();
        other.unwrap();
        assert_eq!(pair.server.srp_username(), Some("alice"));
        let (pair, _, other) = tried_until_over(client(priority), both(), datagram);
        assert!(other.is_err() && !pair.server.handshake_done());
        let (pair, one, other) =
            tried_until_over(client(priority).srp(alice()), server(priority), datagram);
        one.unwrap();
        other.unwrap();
        assert!(pair.client.verification_status().unwrap().is_trusted());
        assert_eq!(pair.server.srp_username(), None);
    }
}

/// With `SRP-RSA` the server has a certificate, which is verified, and the client has a password.
#[test]
fn a_password_and_a_certificate_can_be_combined() {
    skip_unless!(requirement::SRP);
    for (priority, datagram) in PROTOCOLS {
        let priority = format!("{priority}:-KX-ALL:+SRP-RSA");
        let server = || {
            srp_server(&priority)
                .identity(server_identity())
                .srp(users())
                .tickets(TicketKey::from_bytes(&[7; 64]).unwrap())
        };
        let strict = || client(&priority).srp(alice());
        let (mut pair, one, other) = tried_until_over(strict(), server(), datagram);
        one.unwrap();
        other.unwrap();
        assert_eq!(pair.client.key_exchange(), Some(KeyExchange::SRP_RSA));
        assert!(pair.client.verification_status().unwrap().is_trusted());
        assert_eq!(pair.server.srp_username(), Some("alice"));
        assert_eq!(
            pair.client.peer_credentials_type(),
            Some(CredentialsType::CERTIFICATE)
        );
        let saved = pair.client.session_data().unwrap();
        let again = Pair::resume(
            &strict().build().unwrap(),
            &server().build().unwrap(),
            &saved,
            datagram,
        );
        assert!(again.client.is_resumed());
        assert!(again.client.verification_status().unwrap().is_trusted());
        assert_eq!(pair.there(b"hello"), b"hello");

        // The certificate is verified even if the password is correct.
        let other_trust = gnutls::Trust::pem(&fixture("other-ca.pem")).unwrap();
        let (pair, one, _) = tried_until_over(strict().trust(other_trust), server(), datagram);
        assert_eq!(one.unwrap_err().kind(), ErrorKind::Verification);
        assert!(!pair.client.handshake_done());
        // The password is verified even if the certificate is trusted.
        let wrong = client(&priority).srp(srp::User::new("alice", "wrong").unwrap());
        let (pair, _, _) = tried_until_over(wrong, server(), datagram);
        assert!(!pair.client.handshake_done() && !pair.server.handshake_done());
        // A client without trust anchors does not accept the certificate.
        let (pair, one, _) =
            tried_until_over(srp_client(&priority).srp(alice()), server(), datagram);
        assert!(one.is_err() && !pair.client.handshake_done());
    }
}

#[test]
fn small_groups_are_refused_unless_they_are_named() {
    skip_unless!(requirement::SRP);
    let groups = [
        srp::Group::DANGEROUS_BITS_1024,
        srp::Group::DANGEROUS_BITS_1536,
        srp::Group::BITS_2048,
        srp::Group::BITS_3072,
    ];
    for (priority, datagram) in PROTOCOLS {
        for group in groups {
            let server = || {
                let verifier = srp::Verifier::new("alice", "secret", group).unwrap();
                srp_server(priority).srp(srp::Server::users([("alice", verifier)]))
            };
            for smallest in groups {
                let user = srp::Client::from(alice()).smallest_group(smallest);
                let (pair, one, other) =
                    tried_until_over(srp_client(priority).srp(user), server(), datagram);
                assert_eq!(
                    pair.client.handshake_done(),
                    group >= smallest,
                    "{group} {smallest}"
                );
                if group < smallest {
                    let error = one.unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
                    assert_eq!(error.alert(), Some(Alert::INSUFFICIENT_SECURITY));
                    assert_eq!(
                        other.unwrap_err().alert(),
                        Some(Alert::INSUFFICIENT_SECURITY)
                    );
                }
            }
            let (pair, ..) =
                tried_until_over(srp_client(priority).srp(alice()), server(), datagram);
            assert_eq!(pair.client.handshake_done(), group >= srp::Group::BITS_2048);
        }
    }
}

#[test]
fn all_groups_can_be_used() {
    skip_unless!(requirement::SRP);
    for group in srp::Group::ALL {
        let verifier = srp::Verifier::new("alice", "secret", group);
        if group == srp::Group::BITS_8192 && !requirement::SRP_8192.is_present() {
            let release = verifier.unwrap_err().required_release();
            assert_eq!(release, Some(requirement::SRP_8192.release()));
            continue;
        }
        let verifier = verifier.unwrap();
        let user = srp::Client::from(alice()).smallest_group(srp::Group::DANGEROUS_BITS_1024);
        let (pair, one, other) = tried_until_over(
            srp_client(TLS1_2).srp(user),
            srp_server(TLS1_2).srp(srp::Server::users([("alice", verifier)])),
            false,
        );
        one.unwrap();
        other.unwrap();
        assert_eq!(pair.server.srp_username(), Some("alice"));
    }
}

#[test]
fn callbacks_are_called() {
    skip_unless!(requirement::SRP);
    for (priority, datagram) in PROTOCOLS {
        let count = Arc::new(AtomicUsize::new(0));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (counted, names) = (Arc::clone(&count), Arc::clone(&asked));
        let client = srp::Client::lookup(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
            Some(alice())
        });
        let server = srp::Server::lookup(move |_, name| {
            names.lock().unwrap().push(name.to_owned());
            Some(verifier(name, "secret"))
        });
        let (pair, one, other) = tried_until_over(
            srp_client(priority).srp(client),
            srp_server(priority).srp(server),
            datagram,
        );
        one.unwrap();
        other.unwrap();
        assert_eq!(pair.server.srp_username(), Some("alice"));
        assert_eq!(*asked.lock().unwrap(), ["alice"]);
        assert!(count.load(Ordering::Relaxed) >= 1);
    }
}

#[test]
fn no_user_of_the_callback_ends_the_handshake() {
    skip_unless!(requirement::SRP);
    let (_, client, _) = tried_until_over(
        srp_client(TLS1_2).srp(srp::Client::lookup(|_| None)),
        srp_server(TLS1_2).srp(users()),
        false,
    );
    assert_eq!(
        client.unwrap_err().code().unwrap().to_string(),
        "GNUTLS_E_ILLEGAL_SRP_USERNAME"
    );
}

#[test]
fn bug_class_13_a_panic_of_a_password_callback_goes_on_in_the_call() {
    skip_unless!(requirement::SRP);
    for (priority, datagram) in PROTOCOLS {
        for on_client in [true, false] {
            let client = if on_client {
                srp::Client::lookup(|_| panic!("in the lookup"))
            } else {
                alice().into()
            };
            let server = if on_client {
                users()
            } else {
                srp::Server::lookup(|_, _| panic!("in the lookup"))
            };
            let client = srp_client(priority).srp(client).build().unwrap();
            let server = srp_server(priority).srp(server).build().unwrap();
            let mut pair = Pair::open(&client, &server, datagram);
            let payload = catch_unwind(AssertUnwindSafe(|| {
                for _ in 0..10 {
                    let _ = pair.client.handshake(&mut pair.near);
                    let _ = pair.server.handshake(&mut pair.far);
                }
            }))
            .unwrap_err();
            assert_eq!(payload.downcast_ref(), Some(&"in the lookup"));
            let error = if on_client {
                pair.client.handshake(&mut pair.near)
            } else {
                pair.server.handshake(&mut pair.far)
            };
            assert_eq!(error.unwrap_err().kind(), ErrorKind::Closed);
        }
    }
}

#[test]
fn users_come_from_files() {
    skip_unless!(requirement::SRP);
    let groups = || fixture_path("groups.srp");
    for (priority, datagram) in PROTOCOLS {
        for user in [alice(), srp::User::new("bob", "hunter2").unwrap()] {
            let file = srp::Server::file(fixture_path("users.srp"), groups());
            let (pair, one, other) = tried_until_over(
                srp_client(priority).srp(user),
                srp_server(priority).srp(file),
                datagram,
            );
            one.unwrap();
            other.unwrap();
            assert!(pair.server.srp_username().is_some());
        }
    }
    // A name can contain colons.
    let folder = TemporaryDirectory::new();
    let made = verifier("a:b:c", "secret");
    let line = format!(
        "a:b:c:{}:{}:3\r\n",
        srp::base64_encode(made.verifier()).unwrap(),
        srp::base64_encode(made.salt()).unwrap()
    );
    let file = || srp::Server::file(folder.write("users", &line), groups());
    for (name, known) in [("a:b:c", true), ("a", false), ("a:b", false)] {
        let (pair, ..) = tried_until_over(
            srp_client(TLS1_2).srp(srp::User::new(name, "secret").unwrap()),
            srp_server(TLS1_2).srp(file()),
            false,
        );
        assert_eq!(pair.server.srp_username().is_some(), known, "{name}");
    }
}

#[test]
fn bug_class_19_damaged_files_end_handshakes_and_nothing_else() {
    skip_unless!(requirement::SRP);
    let folder = TemporaryDirectory::new();
    let text = String::from_utf8(fixture("users.srp")).unwrap();
    let line = text.lines().next().unwrap();
    let [name, number, salt, index] = line.split(':').collect::<Vec<_>>()[..] else {
        panic!("a line must have four parts");
    };
    let long = "A".repeat(400);
    let zero = "0";
    let users = [
        format!("{name}:{number}:!!!!:{index}"),
        format!("{name}:{number}::{index}"),
        format!("{name}:{number}:{long}:{index}"),
        format!("{name}:!!!!:{salt}:{index}"),
        format!("{name}::{salt}:{index}"),
        format!("{name}:{zero}:{salt}:{index}"),
        format!("{name}:1:{salt}:{index}"),
        format!("{name}:{}:{salt}:{index}", "z".repeat(2000)),
        format!("{name}:{number}:{salt}:9"),
        format!("{name}:{number}:{salt}:x"),
        format!("{name}:{number}:{salt}:"),
    ];
    let groups = fixture("groups.srp");
    let mut cases: Vec<(Vec<u8>, Vec<u8>)> = users
        .into_iter()
        .map(|users| (users.into_bytes(), groups.clone()))
        .collect();
    for groups in [
        "",
        "3",
        "3::",
        "3:!!:!!",
        "3:2:2",
        "3:3:2\n3:",
        "\u{e9}:\u{e9}",
    ] {
        cases.push((text.clone().into_bytes(), groups.into()));
    }
    cases.push((text.clone().into_bytes(), vec![0xff; 100]));
    for (users, groups) in cases {
        let file = srp::Server::file(
            folder.write("users", &users),
            folder.write("groups", groups),
        );
        let (pair, one, other) = tried_until_over(
            srp_client(TLS1_2).srp(alice()),
            srp_server(TLS1_2).srp(file),
            false,
        );
        let shown = String::from_utf8_lossy(&users).into_owned();
        let error = other.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Other, "{shown}: {error}");
        assert!(error.to_string().contains("malformed"), "{error}");
        assert_eq!(one.unwrap_err().alert(), Some(Alert::INTERNAL_ERROR));
        assert!(!pair.server.handshake_done());
    }
    // A damaged line does not affect other users, and a line with only a name is ignored.
    let bob = text.lines().nth(1).unwrap();
    let file = folder.write("users", format!("alice:!\nalice\n\n:::\n{bob}"));
    let file = srp::Server::file(file, fixture_path("groups.srp"));
    let (pair, ..) = tried_until_over(
        srp_client(TLS1_2).srp(srp::User::new("bob", "hunter2").unwrap()),
        srp_server(TLS1_2).srp(file),
        false,
    );
    assert_eq!(pair.server.srp_username(), Some("bob"));
}

#[test]
fn missing_files_are_errors() {
    skip_unless!(requirement::SRP);
    let folder = TemporaryDirectory::new();
    let there = || folder.write("there", fixture("users.srp"));
    for (users, groups) in [
        (there(), folder.path().join("no")),
        (folder.path().join("no"), there()),
        (PathBuf::from("a\0b"), there()),
    ] {
        let error = srp_server(TLS1_2)
            .srp(srp::Server::file(users, groups))
            .build()
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    // If the file is removed later, handshakes fail.
    let config = srp_server(TLS1_2)
        .srp(srp::Server::file(there(), fixture_path("groups.srp")))
        .build()
        .unwrap();
    fs::remove_file(folder.path().join("there")).unwrap();
    let mut pair = Pair::open(
        &srp_client(TLS1_2).srp(alice()).build().unwrap(),
        &config,
        false,
    );
    let (one, other) = pair.handshake_both();
    assert_eq!(other.unwrap_err().kind(), ErrorKind::Io);
    assert_eq!(one.unwrap_err().alert(), Some(Alert::INTERNAL_ERROR));
}

#[test]
fn a_session_with_a_password_is_resumed_with_the_real_name() {
    skip_unless!(requirement::SRP);
    for (priority, datagram) in PROTOCOLS {
        let client = srp_client(priority).srp(alice()).build().unwrap();
        for cache in [false, true] {
            let server = srp_server(priority).srp(users());
            let server = if cache {
                server.session_cache(MemoryCache::new(8))
            } else {
                server.tickets(TicketKey::generate().unwrap())
            };
            let server = server.build().unwrap();
            let mut pair = Pair::connect(&client, &server, datagram);
            let saved = pair.client.session_data().unwrap();
            let saved = SessionData::from_bytes("localhost", saved.as_bytes()).unwrap();
            let mut again = Pair::resume(&client, &server, &saved, datagram);
            assert!(again.client.is_resumed() && again.server.is_resumed());
            // C returns an empty name here.
            assert_eq!(again.server.srp_username(), None);
            assert_eq!(
                again.server.peer_credentials_type(),
                Some(CredentialsType::SRP)
            );
            assert_eq!(again.there(b"hello"), b"hello");
            // A resumed session can be saved and resumed again.
            let saved = again.client.session_data().unwrap();
            let mut third = Pair::resume(&client, &server, &saved, datagram);
            assert_eq!(third.there(b"hello"), b"hello");
        }
    }
}

#[test]
fn hazard_27_resumption_does_not_stand_in_for_the_password() {
    skip_unless!(requirement::SRP);
    for (priority, datagram) in PROTOCOLS {
        let ticket_key = TicketKey::generate().unwrap();
        let open = server(priority)
            .srp(users())
            .dangerous_anonymous()
            .tickets(ticket_key.clone())
            .build()
            .unwrap();
        let closed = srp_server(priority)
            .srp(users())
            .tickets(ticket_key)
            .build()
            .unwrap();
        let with_password = srp_client(priority).srp(alice()).build().unwrap();
        let verifying = client(priority).build().unwrap();
        let anonymous = ClientConfig::builder()
            .without_resumption()
            .priority(Priority::new(priority).unwrap())
            .dangerous_anonymous()
            .build()
            .unwrap();
        let mut strict: Vec<(&str, ClientConfig, SessionData)> = Vec::new();
        for (name, config) in [
            ("password", with_password),
            ("certificate", verifying),
            ("anonymous", anonymous),
        ] {
            let mut pair = Pair::connect(&config, &open, datagram);
            pair.back(b"data");
            let saved = pair.client.session_data().unwrap();
            strict.push((name, config, saved));
        }
        // A configuration with different requirements resumes none of the saved sessions.
        for (wanted, config, _) in &strict {
            for (had, _, saved) in &strict {
                let mut again = Pair::resuming(config, &open, saved, datagram);
                let mut error = None;
                for _ in 0..20 {
                    error = error.or(again.step().0.err());
                }
                assert_eq!(
                    again.client.handshake_done(),
                    wanted == had,
                    "{had} for {wanted}"
                );
                if wanted != had {
                    assert_eq!(error.unwrap().kind(), ErrorKind::Verification);
                }
            }
        }
        // A server that requires a password does not resume them either.
        for (had, config, saved) in &strict {
            let mut again = Pair::resuming(config, &closed, saved, datagram);
            for _ in 0..20 {
                let _ = again.step();
            }
            assert_eq!(again.server.handshake_done(), *had == "password", "{had}");
        }
        // A pre-shared key does not replace a password.
        if requirement::PSK.is_present() {
            let key = PreSharedKey::new("alice", psk::Key::new([1; 32]).unwrap()).unwrap();
            let keyed = ClientConfig::builder()
                .without_resumption()
                .priority(Priority::new(priority).unwrap())
                .psk(key)
                .build()
                .unwrap();
            let mut again = Pair::resuming(&keyed, &open, &strict[0].2, datagram);
            for _ in 0..20 {
                let _ = again.step();
            }
            assert!(!again.client.handshake_done());
        }
    }
}

#[test]
fn tls_1_3_has_no_passwords() {
    skip_unless!(requirement::SRP, requirement::TLS1_3);
    let (pair, one, other) = tried_until_over(
        srp_client("NORMAL").srp(alice()),
        srp_server("NORMAL").srp(users()),
        false,
    );
    one.unwrap();
    other.unwrap();
    assert_eq!(pair.client.protocol(), Some(Protocol::TLS1_2));
    let error = srp_client(TLS1_3).srp(alice()).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Priority, "{error}");
    let error = srp_server(TLS1_3).srp(users()).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Priority, "{error}");
}

#[test]
fn invalid_arguments_are_refused_immediately() {
    let long = "a".repeat(256);
    for (name, password) in [("", "x"), (&*long, "x"), ("a\0b", "x"), ("a", "x\0y")] {
        let error = srp::User::new(name, password).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    assert!(srp::User::new(&long[..255], "").is_ok());
    let text = format!("{:?} {:?}", alice(), srp::Client::from(alice()));
    assert!(text.contains("alice") && !text.contains("secret"), "{text}");
    skip_unless!(requirement::SRP);
    for (name, password) in [("", "x"), (&long[..129], "x"), ("a\0b", "x"), ("a", "x\0y")] {
        let error = srp::Verifier::new(name, password, srp::Group::BITS_2048).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    let text = format!("{:?} {:?}", verifier("alice", "secret"), users());
    assert!(!text.contains("secret") && !text.contains("salt"), "{text}");
}

#[test]
fn names_of_every_length_are_looked_up() {
    skip_unless!(requirement::SRP);
    // GnuTLS accepts names of at most 128 bytes, and releases before 3.7.7 one byte less.
    let longest = if requirement::SRP_LONG_NAMES.is_present() {
        128
    } else {
        127
    };
    for (length, taken) in [(1, true), (longest, true), (129, false), (255, false)] {
        let name = "n".repeat(length);
        let known = name.clone();
        let server = srp::Server::lookup(move |_, asked| {
            assert_eq!(asked, known);
            Some(verifier(asked, "secret"))
        });
        let (pair, ..) = tried_until_over(
            srp_client(TLS1_2).srp(srp::User::new(&name, "secret").unwrap()),
            srp_server(TLS1_2).srp(server),
            false,
        );
        assert_eq!(pair.server.handshake_done(), taken, "{length}");
    }
}

#[test]
fn a_verifier_equals_that_of_the_rfc() {
    skip_unless!(requirement::SRP);
    // RFC 5054, appendix B.
    let hex = |text: &str| -> Vec<u8> {
        text.as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    };
    let made = srp::Verifier::with_salt(
        "alice",
        "password123",
        &hex("BEB25379D1A8581EB5A727673A2441EE"),
        srp::Group::DANGEROUS_BITS_1024,
    )
    .unwrap();
    let expected = hex(concat!(
        "7E273DE8696FFC4F4E337D05B4B375BEB0DDE1569E8FA00A9886D812",
        "9BADA1F1822223CA1A605B530E379BA4729FDC59F105B4787E5186F5",
        "C671085A1447B52A48CF1970B4FB6F8400BBF4CEBFBB168152E08AB5",
        "EA53D15C1AFF87B2B9DA6E04E058AD51CC72BFC9033B564E26480D78",
        "E955A5E29E7AB245DB2BE315E2099AFB"
    ));
    assert_eq!(made.verifier(), expected);
    assert_eq!(made.group().bits(), 1024);
}

#[test]
fn the_base64_of_srp() {
    if !requirement::SRP.is_present() {
        assert_eq!(
            srp::base64_encode(b"x").unwrap_err().kind(),
            ErrorKind::Unsupported
        );
    }
    skip_unless!(requirement::SRP);
    assert_eq!(srp::base64_encode(b"").unwrap(), "");
    assert_eq!(srp::base64_decode("").unwrap(), b"");
    for bytes in [
        &b"\x01"[..],
        b"salt",
        b"\xff\xff\xff",
        b"\x80\0\0\0",
        &[0xab; 1000],
    ] {
        let text = srp::base64_encode(bytes).unwrap();
        assert_eq!(srp::base64_decode(&text).unwrap(), bytes, "{text}");
    }
    for text in ["a b", "a+b", "=", "é", "\0", "ab\n", "!!!!"] {
        let error = srp::base64_decode(text).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{text:?}");
    }
}
