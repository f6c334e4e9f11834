//! Comparisons with names, purposes and issuers.

use std::net::{IpAddr, Ipv4Addr};

use gnutls::verify::{VerificationFlags, VerificationStatus};
use gnutls::x509::{Certificate, oid};
use gnutls_testing::fixtures::fixture_path;

fn certificate(name: &str) -> Certificate {
    Certificate::from_pem_file(fixture_path(&format!("{name}.pem"))).unwrap()
}

#[test]
fn host_names_match_with_wildcards_and_addresses() {
    let fields = certificate("fields");
    assert!(fields.matches_hostname("www.FIELDS.example"));
    assert!(fields.matches_hostname("192.0.2.1"));
    assert!(fields.matches_hostname("2001:db8::1"));
    for other in [
        "fields.example",
        "a.b.fields.example",
        "192.0.2.2",
        "",
        "all, of them",
    ] {
        assert!(!fields.matches_hostname(other), "{other}");
    }
    let no_wildcards = VerificationFlags::DO_NOT_ALLOW_WILDCARDS;
    assert!(!fields.matches_hostname_with("www.fields.example", no_wildcards));
    let no_addresses = VerificationFlags::DO_NOT_ALLOW_IP_MATCHES;
    assert!(!fields.matches_hostname_with("192.0.2.1", no_addresses));
}

#[test]
fn hazard_9_a_name_with_a_nul_byte_matches_nothing() {
    let server = certificate("server");
    assert!(server.matches_hostname("localhost"));
    assert!(!server.matches_hostname("localhost\0"));
    assert!(!server.matches_hostname("localhost\0.example"));
    let fields = certificate("fields");
    assert!(!fields.matches_email("user@fields.example\0"));
    assert!(fields.permits_purpose(oid::PURPOSE_SERVER));
    assert!(!fields.permits_purpose(&format!("{}\0", oid::PURPOSE_SERVER)));
}

#[test]
fn addresses_match() {
    let fields = certificate("fields");
    assert!(fields.matches_ip(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1))));
    assert!(!fields.matches_ip(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2))));
    assert!(fields.matches_ip("2001:db8::1".parse().unwrap()));
    assert!(!fields.matches_ip("2001:db8::2".parse().unwrap()));
    assert!(fields.matches_email("user@fields.example"));
    assert!(!fields.matches_email("other@fields.example"));
}

#[test]
fn purposes_are_permitted_by_the_certificate() {
    let client = certificate("client");
    assert!(client.permits_purpose(oid::PURPOSE_CLIENT));
    assert!(!client.permits_purpose(oid::PURPOSE_SERVER));
    // Without the extension, all are.
    assert!(certificate("ca").permits_purpose(oid::PURPOSE_CODE_SIGNING));
}

#[test]
fn the_signature_is_verified_with_the_issuer() {
    let (server, ca, other) = (
        certificate("server"),
        certificate("ca"),
        certificate("other-ca"),
    );
    let flags = VerificationFlags::default();
    assert!(server.is_issued_by(&ca) && !server.is_issued_by(&other));
    assert!(
        server
            .verify(&[other.clone(), ca.clone()], flags)
            .unwrap()
            .is_trusted()
    );
    let status = server.verify(&[other], flags).unwrap();
    assert!(
        status.contains(VerificationStatus::SIGNER_NOT_FOUND),
        "{status}"
    );
    let status = server.verify(&[], flags).unwrap();
    assert!(
        status.contains(VerificationStatus::SIGNER_NOT_FOUND),
        "{status}"
    );
    let (expired, issuers) = (certificate("expired"), [ca.clone()]);
    let status = expired.verify(&issuers, flags).unwrap();
    assert!(status.contains(VerificationStatus::EXPIRED), "{status}");
    let any_time = VerificationFlags::DANGEROUS_DISABLE_TIME_CHECKS;
    assert!(expired.verify(&issuers, any_time).unwrap().is_trusted());

    // One bit of the signature, which is at the end.
    let mut der = server.to_der().unwrap();
    *der.last_mut().unwrap() ^= 1;
    let damaged = Certificate::from_der(&der).unwrap();
    assert!(damaged.is_issued_by(&ca));
    let status = damaged.verify(&[ca], flags).unwrap();
    assert!(
        status.contains(VerificationStatus::SIGNATURE_FAILURE),
        "{status}"
    );
}
