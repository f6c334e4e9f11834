//! Every setting of a configuration that replaces the one of a session: it takes effect, or selecting it fails.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use gnutls::crypto::SecurityLevel;
use gnutls::dh::DhParams;
use gnutls::early_data::{AntiReplay, MemoryReplayStore};
use gnutls::extension::CompressionMethod;
use gnutls::handshake::MessageType;
use gnutls::psk::PreSharedKey;
use gnutls::resumption::{SessionCache, TicketKey};
use gnutls::{
    ClientAuth, ClientConfig, ClientConfigBuilder, ErrorKind, HelloAnswer, Identity, Priority,
    ServerConfig, ServerConfigBuilder, Session, Trust, extension, heartbeat, psk, srp, srtp,
};
use gnutls_testing::fixtures::{client_identity, fixture, identity, trust};
use gnutls_testing::pair::*;
use gnutls_testing::requirement::{self, Feature, Requirement};
use gnutls_testing::sources::public_methods;

const EXTENSION: u16 = 0xfe01;

/// The calls of closures, in order.
#[derive(Clone, Default)]
struct Calls(Arc<Mutex<Vec<String>>>);

impl Calls {
    fn add(&self, call: impl Into<String>) {
        self.0.lock().unwrap().push(call.into());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl SessionCache for Calls {
    fn store(&self, _: &[u8], _: &[u8], lifetime: Duration) {
        self.add(format!("stored for {lifetime:?}"));
    }

    fn retrieve(&self, _: &[u8]) -> Option<Vec<u8>> {
        self.add("retrieved");
        None
    }

    fn remove(&self, _: &[u8]) {}
}

/// A setting of the selected configuration.
struct Setting {
    /// The method of the builder.
    method: &'static str,
    priority: &'static str,
    client: fn(ClientConfigBuilder, &Calls) -> ClientConfigBuilder,
    set: fn(ServerConfigBuilder, &Calls) -> ServerConfigBuilder,
    requirement: Option<&'static Feature>,
    /// The text of the error for a setting that a session cannot change.
    refused: Option<&'static str>,
}

impl Setting {
    const fn new(
        method: &'static str,
        priority: &'static str,
        set: fn(ServerConfigBuilder, &Calls) -> ServerConfigBuilder,
    ) -> Self {
        Self {
            method,
            priority,
            client: |client, _| client,
            set,
            requirement: None,
            refused: None,
        }
    }

    const fn client(
        mut self,
        client: fn(ClientConfigBuilder, &Calls) -> ClientConfigBuilder,
    ) -> Self {
        self.client = client;
        self
    }

    const fn requires(mut self, feature: &'static Feature) -> Self {
        self.requirement = Some(feature);
        self
    }

    const fn refused(mut self, text: &'static str) -> Self {
        self.refused = Some(text);
        self
    }

    fn datagram(&self) -> bool {
        self.priority == DTLS1_2
    }
}

fn with_certificate(client: ClientConfigBuilder, _: &Calls) -> ClientConfigBuilder {
    client.identity(client_identity())
}

/// Returns a client that only supports finite field Diffie-Hellman, and sends no groups for it.
fn without_groups(client: ClientConfigBuilder, _: &Calls) -> ClientConfigBuilder {
    let priority = "NONE:+VERS-TLS1.2:+AES-128-GCM:+AEAD:+DHE-RSA:+SIGN-ALL:+COMP-NULL";
    client.priority(Priority::new(priority).unwrap())
}

fn requests_certificate(server: ServerConfigBuilder) -> ServerConfigBuilder {
    server.client_auth(ClientAuth::Requested(trust()))
}

fn nobody(priority: &str) -> ClientConfigBuilder {
    ClientConfig::builder()
        .without_resumption()
        .priority(Priority::new(priority).unwrap())
}

fn without_identity(priority: &str) -> ServerConfigBuilder {
    ServerConfig::builder().priority(Priority::new(priority).unwrap())
}

fn ticket_key() -> TicketKey {
    TicketKey::from_bytes(&[7; 64]).unwrap()
}

/// Returns the settings of a server.
fn settings() -> Vec<Setting> {
    vec![
        Setting::new("alpn", TLS1_2, |server, _| server.alpn(["h2"])),
        Setting::new("priority", TLS1_2, |server, _| {
            server.priority(Priority::new("NORMAL:-VERS-ALL:+VERS-TLS1.1").unwrap())
        })
        .client(|client, _| {
            let both = "NORMAL:-VERS-ALL:+VERS-TLS1.2:+VERS-TLS1.1";
            client.priority(Priority::new(both).unwrap())
        }),
        Setting::new("dangerous_allow_renegotiation", TLS1_2, |server, _| {
            server.dangerous_allow_renegotiation()
        }),
        Setting::new("identity", TLS1_2, |_, _| {
            without_identity(TLS1_2).identity(identity("server-ed25519"))
        }),
        Setting::new("identity", TLS1_3, |_, _| {
            let key = Identity::raw_public_key_pem(&fixture("server-key.pem"), None);
            without_identity(TLS1_3).identity(key.unwrap())
        })
        .requires(&requirement::RAW_PUBLIC_KEYS)
        .refused("raw public keys"),
        Setting::new("identity_resolver", TLS1_2, |_, calls| {
            let calls = calls.clone();
            without_identity(TLS1_2).identity_resolver(move |_| {
                calls.add("an identity is resolved");
                Some(identity("server-ed25519"))
            })
        })
        .requires(&requirement::IDENTITY_RESOLVER),
        Setting::new("ocsp_responder", TLS1_2, |server, calls| {
            let calls = calls.clone();
            server.ocsp_responder(move |_| {
                calls.add("a response is requested");
                None
            })
        }),
        Setting::new("client_auth", TLS1_2, |server, _| {
            requests_certificate(server)
        })
        .client(with_certificate),
        Setting::new("client_auth", TLS1_3, |server, _| {
            server.client_auth(ClientAuth::AfterHandshake(trust()))
        })
        .client(|client, calls| with_certificate(client, calls).post_handshake_auth(true))
        .requires(&requirement::POST_HANDSHAKE_AUTH)
        .refused("`ClientAuth::AfterHandshake`"),
        Setting::new("name_authorities", TLS1_2, |server, _| {
            requests_certificate(server).name_authorities(false)
        })
        .client(|client, calls| {
            let calls = calls.clone();
            client.identity_resolver(move |request| {
                calls.add(format!("{} authorities", request.authorities().len()));
                None
            })
        })
        .requires(&requirement::IDENTITY_RESOLVER),
        Setting::new("verifier", TLS1_2, |server, calls| {
            let calls = calls.clone();
            requests_certificate(server).verifier(move |_| {
                calls.add("verified");
                Ok(())
            })
        })
        .client(with_certificate),
        Setting::new("dangerous_verifier", TLS1_2, |server, calls| {
            let calls = calls.clone();
            server
                .client_auth(ClientAuth::Requested(Trust::none()))
                .dangerous_verifier(move |_| {
                    calls.add("verified");
                    Ok(())
                })
        })
        .client(with_certificate),
        Setting::new("on_verification_step", TLS1_2, |server, calls| {
            let calls = calls.clone();
            requests_certificate(server).on_verification_step(move |_| calls.add("a step"))
        })
        .client(with_certificate)
        .requires(&requirement::VERIFICATION_STEPS),
        Setting::new("known_dh_params", TLS1_2, |server, _| {
            server.known_dh_params(SecurityLevel::MEDIUM)
        })
        .client(without_groups),
        Setting::new("dh_params", TLS1_2, |server, _| {
            server.dh_params(DhParams::from_pem(&fixture("dh.pem")).unwrap())
        })
        .client(without_groups),
        Setting::new("psk", TLS1_2, |_, _| {
            let key = psk::Key::new([1; 32]).unwrap();
            let alice = PreSharedKey::new("alice", key).unwrap();
            without_identity(TLS1_2).psk(psk::Server::keys([alice]))
        })
        .client(|_, _| {
            let key = psk::Key::new([1; 32]).unwrap();
            nobody(TLS1_2).psk(PreSharedKey::new("alice", key).unwrap())
        })
        .requires(&requirement::PSK),
        Setting::new("srp", TLS1_2, |_, _| {
            let verifier = srp::Verifier::new("alice", "secret", srp::Group::BITS_2048).unwrap();
            without_identity(TLS1_2).srp(srp::Server::users([("alice", verifier)]))
        })
        .client(|_, _| nobody(TLS1_2).srp(srp::User::new("alice", "secret").unwrap()))
        .requires(&requirement::SRP),
        Setting::new("dangerous_anonymous", TLS1_2, |_, _| {
            without_identity(TLS1_2).dangerous_anonymous()
        })
        .client(|_, _| nobody(TLS1_2).dangerous_anonymous()),
        Setting::new("compress_certificates", TLS1_3, |server, _| {
            server.compress_certificates([CompressionMethod::ZLIB])
        })
        .client(|client, _| client.compress_certificates([CompressionMethod::ZLIB]))
        .requires(&requirement::CERTIFICATE_COMPRESSION),
        Setting::new("srtp", DTLS1_2, |server, _| {
            let profile = srtp::Profile::AES128_CM_HMAC_SHA1_80;
            server.srtp(srtp::Config::new([profile]))
        })
        .client(|client, _| {
            let profile = srtp::Profile::AES128_CM_HMAC_SHA1_80;
            client.srtp(srtp::Config::new([profile]))
        }),
        Setting::new("heartbeat", TLS1_2, |server, _| {
            server.heartbeat(heartbeat::Mode::AnswerPings)
        })
        .client(|client, _| client.heartbeat(heartbeat::Mode::AnswerPings))
        .requires(&requirement::HEARTBEAT),
        Setting::new("extension", TLS1_2, |server, _| {
            server.extension(extension::HelloExtension::new(EXTENSION))
        })
        .client(|client, _| {
            let extension = extension::HelloExtension::new(EXTENSION);
            client.extension(extension.on_send(|_, _| Ok(Some(b"sent".to_vec()))))
        })
        .requires(&requirement::EXTENSIONS),
        Setting::new("handshake_timeout", TLS1_2, |server, _| {
            server.handshake_timeout(Duration::from_secs(3600))
        }),
        Setting::new("max_handshake_message", TLS1_2, |server, _| {
            server.max_handshake_message(100)
        }),
        Setting::new("dangerous_key_log", TLS1_2, |server, calls| {
            let calls = calls.clone();
            server.dangerous_key_log(move |_, _| calls.add("a secret is logged"))
        })
        .requires(&requirement::KEY_LOG),
        Setting::new("tickets", TLS1_3, |server, _| server.tickets(ticket_key()))
            .requires(&requirement::TLS1_3),
        Setting::new("session_lifetime", TLS1_3, |server, _| {
            server
                .tickets(ticket_key())
                .session_lifetime(Duration::from_secs(77))
        })
        .requires(&requirement::TLS1_3),
        Setting::new("session_cache", TLS1_2, |server, calls| {
            server.session_cache(calls.clone())
        }),
        Setting::new("automatic_tickets", TLS1_3, |server, _| {
            server.tickets(ticket_key()).automatic_tickets(false)
        })
        .requires(&requirement::AUTOMATIC_TICKETS)
        .refused("`automatic_tickets`"),
        Setting::new("early_data", TLS1_3, |server, _| {
            let anti_replay = AntiReplay::new(MemoryReplayStore::new(10));
            server.tickets(ticket_key()).early_data(100, anti_replay)
        })
        .requires(&requirement::EARLY_DATA)
        .refused("`early_data`"),
    ]
}

/// The methods that do not affect a session: one is called only for the configuration that the session was created
/// with, and two permit a release of the library.
const NOT_SETTINGS: [&str; 4] = [
    "build",
    "dangerous_allow_draft_tls1_3",
    "dangerous_allow_forgeable_tickets",
    "on_client_hello",
];

/// Runs a connection, and returns everything that a setting can affect.
fn facts(client: &ClientConfig, server: Session, calls: &Calls) -> Vec<String> {
    let datagram = server.is_datagram();
    let session = if datagram {
        client.datagram_session("localhost")
    } else {
        client.session("localhost")
    };
    let mut pair = Pair::new(session.unwrap(), server);
    let observed = calls.clone();
    pair.client.set_handshake_hook(move |_, message| {
        let ticket = message.message_type == MessageType::NEW_SESSION_TICKET;
        if ticket && message.incoming && !message.processed {
            observed.add(format!("a ticket for {:?}", message.body.get(..4)));
        }
    });
    let _ = pair.client.handshake(&mut pair.near);
    let first = pair.server.handshake(&mut pair.far);
    let mut facts = vec![
        format!("{:?}", first.map_err(|error| error.code())),
        format!("time limit: {}", pair.server.handshake_deadline().is_some()),
    ];
    let (client, server) = pair.handshake_both();
    let complete = client.is_ok() && server.is_ok();
    facts.push(format!(
        "{:?} {:?}",
        client.map_err(|error| error.kind()),
        server.map_err(|error| error.kind())
    ));
    let (client, server) = (&pair.client, &pair.server);
    facts.push(format!("{:?}", server.protocol()));
    facts.push(format!("{:?}", server.alpn()));
    facts.push(format!("{:?} {:?}", client.flags(), server.flags()));
    facts.push(format!("{:?}", client.peer_certificate().map(<[u8]>::len)));
    facts.push(format!(
        "{:?}",
        client.peer_raw_public_key().map(<[u8]>::len)
    ));
    facts.push(format!("{:?}", server.peer_certificate().map(<[u8]>::len)));
    facts.push(format!("{:?}", server.verification_status()));
    facts.push(format!("{:?}", server.received_extension(EXTENSION)));
    facts.push(format!("{:?}", server.srtp_profile()));
    facts.push(format!("early data: {}", server.max_early_data_size()));
    if complete {
        facts.push(format!("{:?}", server.psk_identity()));
        facts.push(format!("{:?}", server.srp_username()));
        facts.push(format!("{:?}", server.certificate_compression().ok()));
        assert_eq!(
            pair.back(b"tickets come with this"),
            b"tickets come with this"
        );
        facts.push(format!("saved: {}", pair.client.session_data().is_ok()));
        facts.push(format!("authentication: {:?}", authenticate(&mut pair)));
        let sent = pair.server.send_tickets(&mut pair.far, 1);
        facts.push(format!("tickets: {:?}", sent.map_err(|error| error.kind())));
        facts.push(format!("renegotiation: {:?}", renegotiate(&mut pair)));
    }
    facts.extend(calls.take());
    facts
}

fn authenticate(pair: &mut Pair) -> Result<bool, ErrorKind> {
    for _ in 0..10 {
        match pair.server.request_authentication(&mut pair.far) {
            Ok(Poll::Ready(authenticated)) => return Ok(authenticated),
            Ok(Poll::Pending) => drop(pair.client.read(&mut pair.near, &mut [0])),
            Err(error) => return Err(error.kind()),
        }
    }
    panic!("the client does not answer");
}

/// Begins another handshake, and returns the reaction of the server.
fn renegotiate(pair: &mut Pair) -> Result<(), ErrorKind> {
    let begun = pair.client.rehandshake(&mut pair.near);
    let _ = begun.map_err(|error| error.kind())?;
    let read = pair.server.read(&mut pair.far, &mut [0]);
    read.map(drop).map_err(|error| error.kind())
}

fn open(config: &ServerConfig, datagram: bool) -> Session {
    let session = if datagram {
        config.datagram_session()
    } else {
        config.session()
    };
    session.unwrap()
}

#[test]
fn every_setting_of_a_selected_configuration_takes_effect_or_fails() {
    for setting in settings() {
        let (method, datagram) = (setting.method, setting.datagram());
        let calls = Calls::default();
        let plain = || server(setting.priority);
        // Other tests check the error of a setting that the library lacks.
        if setting
            .requirement
            .is_some_and(|feature| !feature.is_present())
        {
            continue;
        }
        let selected = (setting.set)(plain(), &calls).build().unwrap();
        let client = (setting.client)(client(setting.priority).alpn(["h2"]), &calls)
            .build()
            .unwrap();
        let facts = |server: Session| facts(&client, server, &calls);
        let without = facts(open(&plain().build().unwrap(), datagram));
        let expected = facts(open(&selected, datagram));
        assert_ne!(expected, without, "{method} is observed");

        let answer = selected.clone();
        let by_callback = plain()
            .on_client_hello(move |_, _| HelloAnswer::Use(answer.clone()))
            .build()
            .unwrap();
        let mut set = open(&plain().build().unwrap(), datagram);
        let result = set.set_config(&selected);
        let Some(text) = setting.refused else {
            result.unwrap();
            assert_eq!(facts(set), expected, "{method}");
            assert_eq!(facts(open(&by_callback, datagram)), expected, "{method}");
            continue;
        };
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{method}");
        assert!(
            !error.is_fatal() && error.to_string().contains(text),
            "{error}"
        );
        // The session keeps its configuration.
        assert_eq!(facts(set), without, "{method}");
        let mut pair = Pair::open(&client, &by_callback, datagram);
        let error = pair.handshake_both().1.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{method}");
        assert!(error.to_string().contains(text), "{error}");
    }
}

#[test]
fn every_setting_of_a_server_is_in_the_table() {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/config");
    let methods = public_methods(&sources, &["ConfigBuilder<S>", "ServerConfigBuilder"]);
    let settings: BTreeSet<_> = settings()
        .iter()
        .map(|setting| setting.method)
        .chain(NOT_SETTINGS)
        .map(str::to_owned)
        .collect();
    assert_eq!(methods, settings);
}

/// Returns the results of selecting a configuration by both ways.
fn select(own: &ServerConfigBuilder, selected: &ServerConfig, datagram: bool) -> [bool; 2] {
    let answer = selected.clone();
    let by_callback = own
        .clone()
        .on_client_hello(move |_, _| HelloAnswer::Use(answer.clone()))
        .build()
        .unwrap();
    let priority = if datagram { DTLS1_2 } else { TLS1_3 };
    let client = client(priority).build().unwrap();
    let mut pair = Pair::open(&client, &by_callback, datagram);
    let mut set = open(&own.clone().build().unwrap(), datagram);
    [pair.handshake().is_ok(), set.set_config(selected).is_ok()]
}

#[test]
fn settings_that_a_session_cannot_change_must_be_equal() {
    gnutls_testing::skip_unless!(requirement::AUTOMATIC_TICKETS);
    let automatic = |automatic| {
        server("NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-DTLS1.2")
            .tickets(ticket_key())
            .automatic_tickets(automatic)
    };
    for (own, selected) in [(true, true), (true, false), (false, true), (false, false)] {
        let (equal, own) = (own == selected, automatic(own));
        let selected = automatic(selected).build().unwrap();
        assert_eq!(select(&own, &selected, false), [equal; 2]);
        // A DTLS session has no such tickets.
        assert_eq!(select(&own, &selected, true), [true; 2]);
    }
    // A server that can request a certificate after the handshake need not.
    let after = || server(TLS1_3).client_auth(ClientAuth::AfterHandshake(trust()));
    let never = || server(TLS1_3);
    assert_eq!(
        select(&after(), &never().build().unwrap(), false),
        [true; 2]
    );
    assert_eq!(
        select(&after(), &after().build().unwrap(), false),
        [true; 2]
    );
    assert_eq!(
        select(&never(), &after().build().unwrap(), false),
        [false; 2]
    );
}

#[test]
fn a_hello_that_is_read_ahead_is_limited_too() {
    let client = client(TLS1_2).build().unwrap();
    for (limit, fits) in [(100, false), (10_000, true)] {
        let server = server(TLS1_2).max_handshake_message(limit).build().unwrap();
        let mut pair = Pair::open(&client, &server, false);
        let _ = pair.client.handshake(&mut pair.near).unwrap();
        let result = pair.server.client_hello(&mut pair.far).map(drop);
        assert_eq!(
            result.map_err(|error| error.kind()),
            if fits {
                Ok(())
            } else {
                Err(ErrorKind::Protocol)
            }
        );
    }
}
