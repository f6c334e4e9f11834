//! Trust: anchors and revocation lists from files and memory, profiles, flags, limits and purposes, each tested by
//! handshakes.

use gnutls::verify::{VerificationProfile, VerificationStatus};
use gnutls::{ErrorKind, Trust, verify};
use gnutls_testing::directory::TemporaryDirectory;
use gnutls_testing::fixtures::{client_identity, fixture, fixture_path, identity, trust};
use gnutls_testing::pair::{Pair, TLS1_2, client, protocols, server};
use gnutls_testing::{requirement, skip_unless};

/// Returns the result of a handshake between a client with this trust and this server.
fn verdict(trust: Trust, name: &str) -> Result<(), gnutls::Error> {
    let client = client(TLS1_2).trust(trust).build().unwrap();
    let server = gnutls::ServerConfig::builder()
        .identity(identity(name))
        .priority(gnutls::Priority::new(TLS1_2).unwrap())
        .build()
        .unwrap();
    Pair::open(&client, &server, false).handshake()
}

fn reasons(trust: Trust, name: &str) -> VerificationStatus {
    let error = verdict(trust, name).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verification, "{error}");
    error.verification().unwrap_or_default()
}

#[test]
fn anchors_can_be_der_or_a_directory() {
    let pem = String::from_utf8(fixture("ca.pem")).unwrap();
    let directory = TemporaryDirectory::new();
    std::fs::create_dir(directory.path().join("below")).unwrap();
    directory.write("readme", "no certificate");
    let empty = Trust::pem_directory(directory.path()).unwrap_err();
    assert_eq!(empty.kind(), ErrorKind::Certificate);
    directory.write("ca.pem", pem);
    let trust = Trust::pem_directory(directory.path()).unwrap();
    let missing = Trust::pem_directory(directory.path().join("missing")).unwrap_err();
    drop(directory);
    verdict(trust, "server").unwrap();
    assert_eq!(missing.kind(), ErrorKind::Io);

    // A certificate that is itself a trust anchor does not require an authority.
    verdict(Trust::der(&fixture("server.der")).unwrap(), "server").unwrap();
    let strict = Trust::der(&fixture("server.der"))
        .unwrap()
        .verify_flags(verify::VerificationFlags::DO_NOT_ALLOW_SAME);
    assert!(reasons(strict, "server").contains(VerificationStatus::SIGNER_NOT_FOUND));
    assert_eq!(Trust::der(b"0").unwrap_err().kind(), ErrorKind::Certificate);
}

#[test]
fn only_the_anchors_in_the_files_are_trusted() {
    let file = |name| Trust::pem_file(fixture_path(name)).unwrap();
    verdict(file("ca.pem"), "server").unwrap();
    assert!(reasons(file("other-ca.pem"), "server").contains(VerificationStatus::SIGNER_NOT_FOUND));
    let both = file("other-ca.pem").and_pem_file(fixture_path("ca.pem"));
    verdict(both.unwrap(), "server").unwrap();
}

#[test]
fn a_revoked_certificate_is_refused() {
    verdict(trust(), "revoked").unwrap();
    let trust = || trust().and_crl_pem(&fixture("crl.pem")).unwrap();
    assert!(reasons(trust(), "revoked").contains(VerificationStatus::REVOKED));
    verdict(trust(), "server").unwrap();
    let unchecked = trust().verify_flags(verify::VerificationFlags::DANGEROUS_DISABLE_CRL_CHECKS);
    verdict(unchecked, "revoked").unwrap();
    let from_file = Trust::pem(&fixture("ca.pem"))
        .unwrap()
        .and_crl_pem_file(fixture_path("crl.pem"))
        .unwrap();
    assert!(reasons(from_file, "revoked").contains(VerificationStatus::REVOKED));
}

#[test]
fn an_error_names_an_invalid_revocation_list() {
    let error = trust()
        .and_crl_pem_file(fixture_path("ca.pem"))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Certificate);
    assert!(error.to_string().contains("revocation list"), "{error}");
    assert!(trust().and_crl_der(b"0").is_err());
    let error = trust().and_crl_pem(b"\0").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Certificate);
    assert!(error.to_string().contains("NUL"), "{error}");
}

#[test]
fn a_chain_can_contain_an_intermediate_authority() {
    verdict(trust(), "chain").unwrap();
    assert!(reasons(trust(), "below").contains(VerificationStatus::SIGNER_NOT_FOUND));
}

#[test]
fn the_certificate_of_the_peer_is_the_first_one_of_its_chain() {
    let identity = identity("chain");
    let chain: Vec<_> = identity.certificates().map(<[u8]>::to_vec).collect();
    assert_eq!(chain.len(), 2);
    for (priority, datagram) in protocols() {
        let server = gnutls::ServerConfig::builder()
            .identity(identity.clone())
            .priority(gnutls::Priority::new(priority).unwrap())
            .build()
            .unwrap();
        let mut pair = Pair::open(&client(priority).build().unwrap(), &server, datagram);
        assert_eq!(pair.client.peer_certificate(), None);
        pair.handshake().unwrap();
        assert_eq!(pair.client.peer_certificate(), Some(&chain[0][..]));
        let sent: Vec<_> = pair.client.peer_certificates().unwrap().collect();
        assert_eq!(sent, chain);
        assert_eq!(pair.server.peer_certificate(), None);
    }
}

#[test]
fn a_profile_asks_for_more() {
    // RSA with 2048 bits is worth 112.
    verdict(trust().profile(VerificationProfile::MEDIUM), "server").unwrap();
    for profile in [VerificationProfile::HIGH, VerificationProfile::ULTRA] {
        let status = reasons(trust().profile(profile), "server");
        assert!(
            status.contains(VerificationStatus::INSECURE_ALGORITHM),
            "{profile:?}"
        );
    }
}

#[test]
fn profiles_have_names() {
    skip_unless!(requirement::PROFILE_NAMES);
    let profile: VerificationProfile = "medium".parse().unwrap();
    assert_eq!(profile, VerificationProfile::MEDIUM);
    assert_eq!(profile.name().unwrap(), Some("Medium"));
    assert!("heavy".parse::<VerificationProfile>().is_err());
    assert!("me\0dium".parse::<VerificationProfile>().is_err());
    assert_eq!(VerificationProfile::from_raw(99).name().unwrap(), None);
}

#[test]
fn a_certificate_must_be_valid_for_the_purpose() {
    assert!(reasons(trust(), "purpose").contains(VerificationStatus::PURPOSE_MISMATCH));
    let for_clients = || trust().key_purpose("1.3.6.1.5.5.7.3.2").unwrap();
    verdict(for_clients(), "purpose").unwrap();
    assert!(reasons(for_clients(), "server").contains(VerificationStatus::PURPOSE_MISMATCH));
    for wrong in ["", "1", "1.", "1..2", "a.b", "1.2\0"] {
        assert_eq!(
            trust().key_purpose(wrong).unwrap_err().kind(),
            ErrorKind::InvalidInput,
            "{wrong:?}"
        );
    }
}

#[test]
fn a_chain_that_is_too_long_is_refused() {
    verdict(trust().verify_limits(0, 2), "chain").unwrap();
    let error = verdict(trust().verify_limits(0, 1), "chain").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verification);
    assert_eq!(error.verification(), None);
    // The text of GnuTLS ends with a full stop, and is followed by the code's.
    let text = error.to_string();
    assert!(
        text.starts_with("Some constraint limits were reached: "),
        "{text}"
    );
}

#[test]
fn a_revocation_list_applies_to_clients() {
    let authority = trust().profile(VerificationProfile::HIGH);
    let server = server(TLS1_2)
        .client_auth(gnutls::ClientAuth::Required(authority))
        .build()
        .unwrap();
    let client = client(TLS1_2).identity(client_identity()).build().unwrap();
    let (_, refused) = Pair::open(&client, &server, false).handshake_both();
    let status = refused.unwrap_err().verification().unwrap();
    assert!(
        status.contains(VerificationStatus::INSECURE_ALGORITHM),
        "{status}"
    );
}

#[test]
fn a_configuration_returns_its_anchors() {
    let anchors = |trust: Trust| {
        let config = gnutls::ClientConfig::builder()
            .trust(trust)
            .build()
            .unwrap();
        config.trust_anchors().unwrap()
    };
    let (own, other) = (fixture("ca.pem"), fixture("other-ca.pem"));
    assert!(anchors(Trust::none()).is_empty());
    let both = anchors(Trust::pem(&own).unwrap().and_pem(&other).unwrap());
    assert_eq!(both.len(), 2);
    for anchor in both {
        // Every anchor is returned as a certificate that can be an anchor again.
        assert_eq!(anchors(Trust::der(&anchor).unwrap()), [anchor]);
    }
}
