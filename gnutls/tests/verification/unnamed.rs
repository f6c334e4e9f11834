//! Sessions without a name, which verify only the chain.

use gnutls::session::PeerName;
use gnutls::verify::VerificationStatus;
use gnutls::{ClientConfig, ErrorKind, Priority, ServerConfig, Trust};
use gnutls_testing::fixtures::{fixture_path, identity, trust};
use gnutls_testing::pair::{Pair, client, protocols};

/// Connects a client without a name to a server with this certificate.
fn connect(
    trust: Trust,
    own: &str,
    name: PeerName<'_>,
    (priority, datagram): (&str, bool),
) -> gnutls::Result<Pair> {
    let client = client(priority)
        .trust(trust)
        .allow_unnamed_servers()
        .build()?;
    let server = ServerConfig::builder()
        .identity(identity(own))
        .priority(Priority::new(priority)?)
        .build()?;
    let mut pair = Pair::open_with_name(&client, &server, name, datagram);
    pair.handshake()?;
    Ok(pair)
}

#[test]
fn a_chain_is_verified_without_a_name() {
    let other = || Trust::pem_file(fixture_path("other-ca.pem")).unwrap();
    for protocol in protocols() {
        for own in ["server", "chain", "server-ed25519"] {
            if own == "server-ed25519" && protocol.1 {
                continue;
            }
            let pair = connect(trust(), own, PeerName::Unnamed, protocol).unwrap();
            assert!(pair.client.verification_status().unwrap().is_trusted());
            assert_eq!(pair.server.server_name(), None);
        }
        for (trust, own, reason) in [
            (other(), "server", VerificationStatus::SIGNER_NOT_FOUND),
            (
                Trust::none(),
                "server",
                VerificationStatus::SIGNER_NOT_FOUND,
            ),
            (trust(), "expired", VerificationStatus::EXPIRED),
            (trust(), "client", VerificationStatus::PURPOSE_MISMATCH),
            (trust(), "purpose", VerificationStatus::PURPOSE_MISMATCH),
        ] {
            let error = connect(trust, own, PeerName::Unnamed, protocol)
                .err()
                .expect(own);
            assert_eq!(error.kind(), ErrorKind::Verification, "{error}");
            assert!(
                error.verification().unwrap().contains(reason),
                "{own}: {error}"
            );
        }
    }
}

#[test]
fn bug_class_16_a_name_is_verified_if_there_is_one() {
    for protocol in protocols() {
        connect(trust(), "server", "localhost".into(), protocol).unwrap();
        let error = connect(trust(), "server", "other.example".into(), protocol)
            .err()
            .expect("another name");
        let status = error.verification().unwrap();
        assert!(
            status.contains(VerificationStatus::UNEXPECTED_OWNER),
            "{error}"
        );
    }
}

#[test]
fn bug_class_16_sessions_without_a_name_are_permitted_explicitly() {
    let refused = |config: &ClientConfig| {
        let error = config.session(PeerName::Unnamed).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(
            error.to_string().contains("allow_unnamed_servers"),
            "{error}"
        );
    };
    refused(&ClientConfig::builder().trust(trust()).build().unwrap());
    refused(
        &ClientConfig::builder()
            .trust(Trust::none())
            .build()
            .unwrap(),
    );

    // The authorities of the system issue certificates to anybody.
    let both = Trust::system()
        .and_pem_file(fixture_path("ca.pem"))
        .unwrap();
    for trust in [None, Some(Trust::system()), Some(both)] {
        let mut builder = ClientConfig::builder().allow_unnamed_servers();
        if let Some(trust) = trust {
            builder = builder.trust(trust);
        }
        let error = builder.clone().build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("verifier"), "{error}");
        // A verifier can identify the server.
        match builder.verifier(|_| Ok(())).build() {
            Ok(config) => drop(config.session(PeerName::Unnamed).unwrap()),
            // The machine has no authorities.
            Err(error) => assert_eq!(error.kind(), ErrorKind::Certificate),
        }
    }
}
