//! Pinned public keys, which identify a peer whatever its certificate contains.

use gnutls::resumption::TicketKey;
use gnutls::session::PeerName;
use gnutls::verify::VerificationStatus;
use gnutls::x509::Certificate;
use gnutls::{ClientAuth, ErrorKind, Identity, Trust};
use gnutls_testing::fixtures::{client_identity, fixture, fixture_path, identity, trust};
use gnutls_testing::pair::{Pair, TLS1_2, client, protocols, resumable_protocols, server};
use gnutls_testing::{requirement, skip_unless};

fn pin(name: &str) -> String {
    let path = fixture_path(&format!("{name}.pem"));
    Certificate::from_pem_file(path).unwrap().pin().unwrap()
}

/// Connects a client that trusts this way to a server with this certificate.
fn connect(
    trust: Trust,
    name: PeerName<'_>,
    own: &str,
    (priority, datagram): (&str, bool),
) -> gnutls::Result<Pair> {
    let client = client(priority).trust(trust).build()?;
    let server = server_with(own, priority).build()?;
    let mut pair = Pair::open_with_name(&client, &server, name, datagram);
    pair.handshake()?;
    Ok(pair)
}

fn server_with(own: &str, priority: &str) -> gnutls::ServerConfigBuilder {
    gnutls::ServerConfig::builder()
        .dangerous_allow_forgeable_tickets()
        .identity(identity(own))
        .priority(gnutls::Priority::new(priority).unwrap())
}

fn is_refused(result: gnutls::Result<Pair>, reason: VerificationStatus) {
    let error = result.err().expect("the key is not pinned");
    assert_eq!(error.kind(), ErrorKind::Verification, "{error}");
    assert!(error.verification().unwrap().contains(reason), "{error}");
}

#[test]
fn a_pinned_key_identifies_a_server() {
    for protocol in protocols() {
        // The last two are expired, and for other purposes.
        for own in ["server", "chain", "expired", "purpose"] {
            let trust = || Trust::pinned_key(&pin(own)).unwrap();
            let pair = connect(trust(), PeerName::Unnamed, own, protocol).unwrap();
            let status = pair.client.verification_status().unwrap();
            assert!(status.is_trusted(), "{own}: {status}");
            assert_eq!(pair.server.server_name(), None);
            // A name is sent, but not verified.
            let pair = connect(trust(), PeerName::Host("other.example"), own, protocol).unwrap();
            assert_eq!(pair.server.server_name().as_deref(), Some("other.example"));
        }
        let other = Trust::pinned_key(&pin("client")).unwrap();
        is_refused(
            connect(other.clone(), PeerName::Unnamed, "server", protocol),
            VerificationStatus::SIGNER_NOT_FOUND,
        );
        // The key of the authority is not that of the server.
        let ca = Trust::pinned_key(&pin("ca")).unwrap();
        is_refused(
            connect(ca, PeerName::Unnamed, "server", protocol),
            VerificationStatus::SIGNER_NOT_FOUND,
        );
        let both = other.and_pinned_key(&pin("server")).unwrap();
        connect(both, PeerName::Unnamed, "server", protocol).unwrap();
    }
}

#[test]
fn other_certificates_are_verified_as_usual() {
    for protocol in protocols() {
        let both = trust().and_pinned_key(&pin("expired")).unwrap();
        connect(both.clone(), "localhost".into(), "server", protocol).unwrap();
        connect(both.clone(), "localhost".into(), "expired", protocol).unwrap();
        is_refused(
            connect(both.clone(), "other.example".into(), "server", protocol),
            VerificationStatus::UNEXPECTED_OWNER,
        );
        let client = client(protocol.0).trust(both).build().unwrap();
        let error = client.session(PeerName::Unnamed).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}

#[test]
fn a_pinned_key_identifies_a_client() {
    for (priority, datagram) in protocols() {
        for (pinned, is_known) in [("client", true), ("server", false)] {
            let trust = Trust::pinned_key(&pin(pinned)).unwrap();
            let server = server(priority)
                .client_auth(ClientAuth::Required(trust))
                .build()
                .unwrap();
            let client = client(priority)
                .identity(client_identity())
                .build()
                .unwrap();
            let result = Pair::open(&client, &server, datagram).handshake_both().1;
            assert_eq!(result.is_ok(), is_known, "{result:?}");
        }
    }
}

#[test]
fn hazard_27_a_pin_is_compared_again_when_a_session_is_resumed() {
    for (priority, datagram) in resumable_protocols() {
        let server = server_with("expired", priority)
            .tickets(TicketKey::generate().unwrap())
            .build()
            .unwrap();
        let client = |pinned: &str| {
            let trust = Trust::pinned_key(&pin(pinned)).unwrap();
            client(priority).trust(trust).build().unwrap()
        };
        let mut pair = Pair::connect(&client("expired"), &server, datagram);
        let saved = pair.save();
        let resumed = Pair::resume(&client("expired"), &server, &saved, datagram);
        assert!(resumed.client.is_resumed());
        let mut other = Pair::resuming(&client("server"), &server, &saved, datagram);
        let error = other.handshake().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Verification, "{error}");
    }
}

#[test]
fn a_verifier_can_refuse_a_pinned_key() {
    let trust = Trust::pinned_key(&pin("server")).unwrap();
    let client = client(TLS1_2).trust(trust).verifier(|peer| {
        assert!(peer.status().is_trusted());
        Err(VerificationStatus::REVOKED.into())
    });
    let error = Pair::build(client, server(TLS1_2), false)
        .handshake()
        .unwrap_err();
    assert!(
        error
            .verification()
            .unwrap()
            .contains(VerificationStatus::REVOKED)
    );
}

#[test]
fn a_pinned_key_excludes_raw_public_keys_only_on_request() {
    skip_unless!(requirement::RAW_PUBLIC_KEYS);
    let raw = Identity::raw_public_key_pem(&fixture("client-key.pem"), None).unwrap();
    let key = raw.public_key().unwrap();
    let both = Trust::pinned_key(&pin("server"))
        .and_then(|trust| trust.and_raw_public_key_der(&key))
        .unwrap();
    for protocol in protocols() {
        // The server has only a certificate.
        connect(both.clone(), PeerName::Unnamed, "server", protocol).unwrap();
        let (priority, datagram) = protocol;
        let client = client(priority).trust(both.clone()).build().unwrap();
        let server = gnutls::ServerConfig::builder()
            .identity(raw.clone())
            .priority(gnutls::Priority::new(priority).unwrap())
            .build()
            .unwrap();
        let mut pair = Pair::open_with_name(&client, &server, PeerName::Unnamed, datagram);
        pair.handshake().unwrap();
        assert_eq!(pair.client.peer_raw_public_key(), Some(&key[..]));
    }
}
