//! All combinations of configurations: who is admitted, in full and in resumed handshakes, compared with a table that is
//! computed from the combination by the rules of the RFCs and of the manual.

mod expected;

use std::sync::OnceLock;
use std::task::Poll;

use anyhow::Result;
use gnutls::psk::{Key, PreSharedKey};
use gnutls::resumption::{SessionData, TicketKey};
use gnutls::verify::VerificationStatus;
use gnutls::{
    ClientAuth, ClientConfig, Identity, Priority, ServerConfig, Session, Trust, psk, srp,
};
use gnutls_testing::fixtures::{certificate, fixture, identity, trust};
use gnutls_testing::pair::{DTLS1_2, Pair, TLS1_2, TLS1_3};
use gnutls_testing::requirement::{self, Requirement as _};
use rand::SeedableRng;
use rand::seq::{IndexedRandom, SliceRandom};
use rand_chacha::ChaCha8Rng;

use crate::Options;
use crate::configurations::expected::{
    Alpn, Auth, Case, ClientCertificate, ClientKind, Protocol, ServerKind,
};
use crate::report::{Report, result};

/// The number of combinations in a quick run.
const SAMPLE: usize = 1500;

pub(crate) fn run(options: &Options, report: &mut Report) -> Result<()> {
    let mut random = ChaCha8Rng::seed_from_u64(options.seed);
    let mut all: Vec<Case> = Case::all().into_iter().filter(is_supported).collect();
    if options.quick {
        all.shuffle(&mut random);
        all.truncate(SAMPLE);
    }
    let (mut admitted, mut resumed) = (0, 0);
    for case in &all {
        // Another client of the same server, to which the session is offered.
        let other = Case {
            client: *ClientKind::ALL
                .choose(&mut random)
                .expect("there are kinds"),
            auth: *Auth::ALL.choose(&mut random).expect("there are kinds"),
            ..*case
        };
        report.case(&format!("{case:?}"), || {
            let saved = check(case, None)?;
            admitted += usize::from(case.is_admitted());
            let Some(saved) = saved else { return Ok(()) };
            resumed += 1;
            check(case, Some(&saved))?;
            if is_supported(&other) {
                check_other(&other, case, &saved)
                    .map_err(|fault| format!("{fault}, as {other:?}"))?;
            }
            Ok(())
        });
    }
    result(format_args!(
        "{admitted} of {} combinations are admitted, {resumed} sessions were resumed by the same and by another client",
        all.len()
    ));
    Ok(())
}

/// Returns `true` if the library supports the combination.
fn is_supported(case: &Case) -> bool {
    let raw_keys = matches!(case.server, ServerKind::RawKey | ServerKind::OtherRawKey)
        || case.client == ClientKind::RawKey;
    let psk = case.server == ServerKind::Psk
        || matches!(case.client, ClientKind::Psk | ClientKind::WrongPsk);
    let srp = case.server == ServerKind::Srp
        || matches!(case.client, ClientKind::Srp | ClientKind::WrongSrp);
    (case.protocol != Protocol::Tls13 || requirement::TLS1_3.is_present())
        && (!raw_keys || requirement::RAW_PUBLIC_KEYS.is_present())
        && (!psk || requirement::PSK.is_present())
        && (!srp || requirement::SRP.is_present())
}

/// Runs a handshake, which must be admitted if the table says so. Returns the session if it can be resumed.
fn check(case: &Case, saved: Option<&SessionData>) -> Result<Option<SessionData>, String> {
    let outcome = connect(case, saved);
    let expected = case.is_admitted();
    if outcome.is_ok() != expected {
        let kind = if saved.is_some() { "resumed" } else { "full" };
        let found = outcome.map_or_else(|error| format!("refused: {error}"), |_| "admitted".into());
        return Err(format!(
            "a {kind} handshake is {found}, expected is {expected}"
        ));
    }
    let Ok(mut pair) = outcome else {
        return Ok(None);
    };
    if pair.client.is_resumed() != pair.server.is_resumed() {
        return Err("only one side takes the session for a resumed one".to_owned());
    }
    if pair.client.is_resumed() && saved.is_none() {
        return Err("a session was resumed that was not offered".to_owned());
    }
    if saved.is_some() && case.must_resume() && !pair.client.is_resumed() {
        return Err("the session was not resumed".to_owned());
    }
    let data = pair.client.session_data();
    if !case.tickets {
        return Ok(None);
    }
    Ok(data.ok())
}

/// Offers the session to a server by another client, which must not be admitted unless the table permits it.
fn check_other(case: &Case, session: &Case, saved: &SessionData) -> Result<(), String> {
    match connect(case, Some(saved)) {
        Ok(_) if !case.may_resume(session) => Err("a session admits another client".to_owned()),
        _ => Ok(()),
    }
}

/// Connects a client and a server, and exchanges data in both directions.
fn connect(case: &Case, saved: Option<&SessionData>) -> Result<Pair, String> {
    let text = |error: gnutls::Error| error.to_string();
    let client = client(case).map_err(text)?;
    let server = server(case).map_err(text)?;
    let datagram = case.protocol == Protocol::Dtls12;
    let open = |saved: Option<&SessionData>| -> gnutls::Result<Session> {
        match (saved, datagram) {
            (Some(saved), false) => client.resume("localhost", saved),
            (Some(saved), true) => client.resume_datagram("localhost", saved),
            (None, false) => client.session("localhost"),
            (None, true) => client.datagram_session("localhost"),
        }
    };
    // A program connects without resumption if the session belongs to another configuration.
    let session = open(saved).or_else(|_| open(None)).map_err(text)?;
    let far = match datagram {
        true => server.datagram_session(),
        false => server.session(),
    };
    let mut pair = Pair::new(session, far.map_err(text)?);
    let (client, server) = handshake(&mut pair);
    client.map_err(|error| format!("client: {error}"))?;
    server.map_err(|error| format!("server: {error}"))?;
    exchange(&mut pair).map_err(text)?;
    Ok(pair)
}

/// Runs both sides until they have completed the handshake or failed.
fn handshake(pair: &mut Pair) -> (gnutls::Result<()>, gnutls::Result<()>) {
    let (mut client, mut server) = (Ok(Poll::Pending), Ok(Poll::Pending));
    for _ in 0..50 {
        for (session, io, result) in [
            (&mut pair.client, &mut pair.near, &mut client),
            (&mut pair.server, &mut pair.far, &mut server),
        ] {
            if matches!(result, Ok(Poll::Pending)) {
                *result = session.handshake(io);
            }
        }
    }
    let done = |result: gnutls::Result<Poll<()>>| match result {
        Ok(Poll::Pending) => Err(gnutls::Error::from(std::io::Error::other("it did not end"))),
        other => other.map(drop),
    };
    (done(client), done(server))
}

/// Sends a byte in both directions. In TLS 1.3 a client learns by it that the server has refused it.
fn exchange(pair: &mut Pair) -> gnutls::Result<()> {
    let _ = pair.client.write(&mut pair.near, b"c")?;
    let mut byte = [0];
    let read = pair.server.read(&mut pair.far, &mut byte)?;
    assert_eq!((read, byte), (Poll::Ready(1), *b"c"));
    let _ = pair.server.write(&mut pair.far, b"s")?;
    let read = pair.client.read(&mut pair.near, &mut byte)?;
    assert_eq!((read, byte), (Poll::Ready(1), *b"s"));
    Ok(())
}

fn priority(case: &Case) -> Priority {
    let text = match case.protocol {
        Protocol::Tls12 => TLS1_2,
        Protocol::Tls13 => TLS1_3,
        Protocol::Dtls12 => DTLS1_2,
    };
    Priority::new(text).unwrap()
}

fn raw_key(name: &str) -> Identity {
    Identity::raw_public_key_pem(&fixture(&format!("{name}-key.pem")), None).unwrap()
}

fn alpn(alpn: Alpn) -> &'static [&'static str] {
    match alpn {
        Alpn::None => &[],
        Alpn::H2 => &["h2"],
        Alpn::Http => &["http/1.1"],
    }
}

fn client(case: &Case) -> gnutls::Result<ClientConfig> {
    let psk = |key: &str| PreSharedKey::new("alice", Key::from_hex(key).unwrap()).unwrap();
    let user = |password| srp::User::new("alice", password).unwrap();
    // With a list of revoked certificates.
    let authority = || trust().and_crl_pem(&fixture("crl.pem")).unwrap();
    let builder = ClientConfig::builder()
        .without_resumption()
        .priority(priority(case))
        .alpn(alpn(case.alpn.0));
    let mut builder = match case.client {
        ClientKind::Authority => builder.trust(authority()),
        ClientKind::OtherAuthority => builder.trust(Trust::pem(&fixture("other-ca.pem")).unwrap()),
        ClientKind::RawKey => {
            let key = raw_key("server").public_key().unwrap();
            builder.trust(Trust::none().and_raw_public_key_der(&key).unwrap())
        }
        ClientKind::Anything => builder.dangerous_accept_any_certificate(),
        ClientKind::Pinned => {
            let expected = certificate("server");
            builder.trust(authority()).verifier(move |peer| {
                match peer.session().peer_certificate() {
                    Some(found) if found == expected => Ok(()),
                    _ => Err(VerificationStatus::MISMATCH.into()),
                }
            })
        }
        ClientKind::Rejecting => builder
            .trust(authority())
            .verifier(|_| Err(VerificationStatus::MISMATCH.into())),
        ClientKind::Accepting => builder.trust(authority()).dangerous_verifier(|_| Ok(())),
        ClientKind::Psk => builder.psk(psk(KEY)),
        ClientKind::WrongPsk => builder.psk(psk("00112233445566778899aabbccddeeff")),
        ClientKind::Anonymous => builder.dangerous_anonymous(),
        ClientKind::Srp => builder.srp(user("secret")),
        ClientKind::WrongSrp => builder.srp(user("wrong")),
    };
    if let Some(name) = match case.certificate {
        ClientCertificate::None => None,
        ClientCertificate::Good => Some("client"),
        ClientCertificate::ForServers => Some("server"),
        ClientCertificate::Expired => Some("expired"),
    } {
        builder = builder.identity(identity(name));
    }
    builder.build()
}

/// The key of both sides.
const KEY: &str = "9e32cf7786321a828ef7668f09fb35db";

fn server(case: &Case) -> gnutls::Result<ServerConfig> {
    static TICKETS: OnceLock<TicketKey> = OnceLock::new();
    static VERIFIER: OnceLock<srp::Verifier> = OnceLock::new();
    let mut builder = ServerConfig::builder()
        .dangerous_allow_forgeable_tickets()
        .priority(priority(case))
        .alpn(alpn(case.alpn.1));
    builder = match case.server {
        ServerKind::Good => builder.identity(identity("server")),
        ServerKind::Expired => builder.identity(identity("expired")),
        ServerKind::OtherName => builder.identity(identity("names")),
        ServerKind::Revoked => builder.identity(identity("revoked")),
        ServerKind::ForClients => builder.identity(identity("purpose")),
        ServerKind::RawKey => builder.identity(raw_key("server")),
        ServerKind::OtherRawKey => builder.identity(raw_key("client")),
        ServerKind::Psk => {
            let key = PreSharedKey::new("alice", Key::from_hex(KEY).unwrap()).unwrap();
            builder.psk(psk::Server::keys([key]))
        }
        ServerKind::Anonymous => builder.dangerous_anonymous(),
        ServerKind::Srp => {
            let verifier = VERIFIER.get_or_init(|| {
                srp::Verifier::new("alice", "secret", srp::Group::BITS_2048).unwrap()
            });
            builder.srp(srp::Server::users([("alice", verifier.clone())]))
        }
    };
    builder = match case.auth {
        Auth::None => builder,
        Auth::Requested => builder.client_auth(ClientAuth::Requested(trust())),
        Auth::Required => builder.client_auth(ClientAuth::Required(trust())),
    };
    if case.tickets {
        let key = TICKETS.get_or_init(|| TicketKey::generate().unwrap());
        builder = builder.tickets(key.clone());
    }
    builder.build()
}
