//! The common name of a certificate as the name of a server.

use gnutls::ErrorKind;
use gnutls::ServerConfig;
use gnutls::verify::VerificationStatus;
use gnutls::x509::{Certificate, TrustList, VerifyOptions};
use gnutls_testing::fixtures::{fixture, fixture_path, identity};
use gnutls_testing::pair::{Pair, client, protocols};

fn connect(name: &str, priority: &str, datagram: bool) -> gnutls::Result<()> {
    let server = ServerConfig::builder()
        .identity(identity(name))
        .priority(gnutls::Priority::new(priority).unwrap());
    let client = client(priority).build().unwrap();
    let mut pair = Pair::open(&client, &server.build().unwrap(), datagram);
    pair.handshake_both().0
}

fn is_refused(name: &str, priority: &str, datagram: bool) {
    let error = connect(name, priority, datagram).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Verification);
    let status = error.verification().unwrap();
    let expected = VerificationStatus::INVALID | VerificationStatus::UNEXPECTED_OWNER;
    assert_eq!(status, expected, "{name} {priority}");
    let certificate = Certificate::from_pem(&fixture(&format!("{name}.pem"))).unwrap();
    assert!(!certificate.matches_hostname("localhost"), "{name}");
    let mut list = TrustList::new().unwrap();
    list.add_pem_file(fixture_path("ca.pem")).unwrap();
    let options = VerifyOptions::new().hostname("localhost");
    let verification = list.verify(&[certificate], &options).unwrap();
    assert_eq!(verification.status(), expected, "{name}");
}

#[test]
fn cve_2026_42012_a_uri_or_srv_name_excludes_the_common_name() {
    for (priority, datagram) in protocols() {
        is_refused("uri-name", priority, datagram);
        is_refused("srv-name", priority, datagram);
    }
}

#[test]
fn cve_2026_42013_a_long_name_excludes_the_common_name() {
    for (priority, datagram) in protocols() {
        is_refused("long-name", priority, datagram);
    }
}
