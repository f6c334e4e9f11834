//! The fields and extensions of a certificate that has all of them.

use std::time::{Duration, SystemTime};

use gnutls::ErrorKind;
use gnutls::crypto::{Digest, PublicKeyAlgorithm, SignatureAlgorithm};
use gnutls::x509::{
    Certificate, GeneralName, KeyUsage, PolicyQualifier, PrintFormat, RevocationReasons, oid,
};
use gnutls_testing::fixtures::{fixture, fixture_path};
use gnutls_testing::requirement::{REGISTERED_ID, Requirement, SCTS, UPN};
use gnutls_testing::skip_unless;

fn fields() -> Certificate {
    Certificate::from_pem_file(fixture_path("fields.pem")).unwrap()
}

fn named(name: &str) -> Certificate {
    Certificate::from_pem_file(fixture_path(&format!("{name}.pem"))).unwrap()
}

fn time(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

#[test]
fn the_basic_fields_are_those_of_the_fixture() {
    let certificate = fields();
    assert_eq!(certificate.version().unwrap(), 3);
    assert_eq!(certificate.serial().unwrap(), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(certificate.not_before().unwrap(), time(1_704_067_200));
    assert_eq!(certificate.not_after().unwrap(), time(2_145_830_400));
    assert_eq!(
        certificate.signature_algorithm(),
        Some(SignatureAlgorithm::RSA_SHA256)
    );
    assert_eq!(
        certificate.signature_oid().unwrap(),
        "1.2.840.113549.1.1.11"
    );
    assert_eq!(certificate.signature().unwrap().len(), 256);
    assert_eq!(
        certificate.public_key_algorithm(),
        Some(PublicKeyAlgorithm::ED25519)
    );
    assert_eq!(certificate.public_key_bits(), Some(256));
    assert_eq!(certificate.public_key_oid().unwrap(), "1.3.101.112");
    assert_eq!(certificate.subject_unique_id().unwrap(), None);
    assert_eq!(certificate.issuer_unique_id().unwrap(), None);
}

#[test]
fn alternative_names_have_their_types() {
    let certificate = fields();
    let names = certificate.subject_alt_names().unwrap();
    let other = |oid: &str, value: &[u8]| GeneralName::Other {
        oid: oid.into(),
        value: value.into(),
    };
    assert_eq!(
        names,
        [
            GeneralName::Dns("*.fields.example".into()),
            GeneralName::Email("user@fields.example".into()),
            GeneralName::Uri("https://fields.example/".into()),
            GeneralName::Ip([192, 0, 2, 1].into()),
            GeneralName::Ip("2001:db8::1".parse().unwrap()),
            GeneralName::DirectoryName("CN=directory".into()),
            other("1.3.6.1.5.5.7.8.5", b"\x0c\x11user@xmpp.example"),
            other("1.3.6.1.4.1.311.20.2.3", b"\x0c\x10user@upn.example"),
            other("1.2.3.5", b"\x0c\x05other"),
        ]
    );
    assert_eq!(names[6].text().as_deref(), Some("user@xmpp.example"));
    let upn = UPN.is_present().then_some("user@upn.example");
    assert_eq!(names[7].text().as_deref(), upn);
    assert_eq!(names[8].text(), None);
    assert_eq!(
        certificate.issuer_alt_names().unwrap(),
        [GeneralName::Dns("issuer.example".into())]
    );
}

#[test]
fn an_object_identifier_can_be_a_name() {
    skip_unless!(REGISTERED_ID);
    let names = named("registered-id").subject_alt_names().unwrap();
    assert_eq!(names, [GeneralName::RegisteredId("1.2.3.4".into())]);
}

#[test]
fn constraints_usages_and_purposes_are_parsed() {
    let certificate = fields();
    let constraints = certificate.basic_constraints().unwrap().unwrap();
    assert_eq!((constraints.ca, constraints.path_length), (true, Some(3)));
    let usage = KeyUsage::DIGITAL_SIGNATURE
        | KeyUsage::KEY_AGREEMENT
        | KeyUsage::KEY_CERT_SIGN
        | KeyUsage::CRL_SIGN
        | KeyUsage::DECIPHER_ONLY;
    assert_eq!(certificate.key_usage().unwrap(), Some(usage));
    let purposes = [oid::PURPOSE_SERVER, oid::PURPOSE_CLIENT, "1.2.3.6"];
    assert_eq!(certificate.key_purposes().unwrap().unwrap(), purposes);
    let names = certificate.name_constraints().unwrap().unwrap();
    assert_eq!(
        names.permitted,
        [
            GeneralName::Dns("permitted.example".into()),
            GeneralName::Network([192, 0, 2, 0].into(), [255, 255, 255, 0].into()),
        ]
    );
    assert_eq!(
        names.excluded,
        [GeneralName::Dns("excluded.example".into())]
    );
    assert_eq!(certificate.inhibit_any_policy().unwrap(), Some(2));
    assert_eq!(certificate.tls_features().unwrap(), [5, 17]);
    let period = certificate.private_key_usage_period().unwrap().unwrap();
    assert_eq!(period.not_before, Some(time(1_704_067_200)));
    assert_eq!(period.not_after, Some(time(1_924_905_600)));
}

#[test]
fn identifiers_of_keys_are_parsed() {
    let certificate = fields();
    assert_eq!(certificate.subject_key_id().unwrap().unwrap(), b"subject");
    let authority = certificate.authority_key_id().unwrap().unwrap();
    assert_eq!(authority.id.as_deref(), Some(&b"authority"[..]));
    assert_eq!(
        authority.issuer,
        [GeneralName::DirectoryName("CN=directory".into())]
    );
    assert_eq!(authority.serial.as_deref(), Some(&[0x12, 0x34][..]));
    // An identification of only the key.
    let authority = named("server").authority_key_id().unwrap().unwrap();
    assert_eq!(authority.id, named("ca").subject_key_id().unwrap());
    assert!(authority.id.is_some());
    assert_eq!((authority.issuer.len(), authority.serial), (0, None));
}

#[test]
fn locations_are_parsed() {
    let certificate = fields();
    let points = certificate.crl_distribution_points().unwrap();
    let points: Vec<_> = points
        .iter()
        .map(|point| (point.name.to_string(), point.reasons))
        .collect();
    let reasons = RevocationReasons::KEY_COMPROMISE | RevocationReasons::SUPERSEDED;
    assert_eq!(
        points,
        [
            (
                "URI:http://crl.example/all".to_owned(),
                RevocationReasons::default()
            ),
            ("URI:http://crl.example/key".to_owned(), reasons),
        ]
    );
    let access = certificate.authority_info_access().unwrap();
    let access: Vec<_> = access
        .iter()
        .map(|access| (access.method.as_str(), access.location.to_string()))
        .collect();
    assert_eq!(
        access,
        [
            (oid::OCSP, "URI:http://ocsp.example/".to_owned()),
            (oid::CA_ISSUERS, "URI:http://ca.example/".to_owned()),
        ]
    );
}

#[test]
fn policies_are_parsed() {
    let policies = fields().policies().unwrap();
    assert_eq!(policies.len(), 2);
    assert_eq!(
        (policies[0].oid.as_str(), policies[0].qualifiers.len()),
        ("1.2.3.7", 0)
    );
    assert_eq!(policies[1].oid, "1.2.3.8");
    assert_eq!(
        policies[1].qualifiers,
        [
            PolicyQualifier::Uri("http://policy.example/".into()),
            PolicyQualifier::Notice("a notice".into()),
        ]
    );
}

#[test]
fn a_proxy_names_its_policy() {
    let proxy = fields().proxy_info().unwrap().unwrap();
    assert_eq!(proxy.path_length, Some(1));
    assert_eq!(proxy.policy_language, "1.3.6.1.5.5.7.21.1");
    assert_eq!(proxy.policy.as_deref(), Some(&b"policy"[..]));
}

#[test]
fn timestamps_of_logs_are_parsed() {
    let timestamps = fields().signed_certificate_timestamps();
    if !SCTS.is_present() {
        let error = timestamps.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert_eq!(error.required_release(), Some(SCTS.release()));
    } else {
        let timestamps = timestamps.unwrap();
        assert_eq!(timestamps.len(), 1);
        assert_eq!(timestamps[0].log_id, (0..32).collect::<Vec<u8>>());
        assert_eq!(timestamps[0].timestamp, time(1_704_067_200));
        assert_eq!(timestamps[0].algorithm, SignatureAlgorithm::ECDSA_SHA256);
        assert_eq!(timestamps[0].signature, b"sign");
    }
    // Without the extension, no release is required.
    assert_eq!(
        named("server")
            .signed_certificate_timestamps()
            .unwrap()
            .len(),
        0
    );
}

#[test]
fn any_extension_is_found_by_its_identifier() {
    let certificate = fields();
    let extension = certificate.extension("1.2.3.9").unwrap().unwrap();
    assert_eq!(
        (extension.critical, &extension.value[..]),
        (false, &b"\x0c\x07private"[..])
    );
    let all = certificate.extensions().unwrap();
    assert_eq!(all.len(), 17);
    assert_eq!(all.last(), Some(&extension));
    for extension in all {
        assert_eq!(
            certificate.extension(&extension.oid).unwrap(),
            Some(extension)
        );
    }
    assert_eq!(certificate.extension("1.2.3.10").unwrap(), None);
    assert_eq!(certificate.extension("1.2.3.9\0").unwrap(), None);
    assert_eq!(certificate.extension("").unwrap(), None);
}

#[test]
fn a_certificate_without_extensions_has_none() {
    let certificate = named("ca");
    assert_eq!(certificate.subject_alt_names().unwrap(), []);
    assert_eq!(certificate.issuer_alt_names().unwrap(), []);
    assert_eq!(certificate.key_purposes().unwrap(), None);
    assert_eq!(certificate.name_constraints().unwrap(), None);
    assert_eq!(certificate.policies().unwrap(), []);
    assert_eq!(certificate.crl_distribution_points().unwrap(), []);
    assert_eq!(certificate.authority_info_access().unwrap(), []);
    assert_eq!(certificate.private_key_usage_period().unwrap(), None);
    assert_eq!(certificate.tls_features().unwrap(), []);
    assert_eq!(certificate.inhibit_any_policy().unwrap(), None);
    assert_eq!(certificate.proxy_info().unwrap(), None);
    assert_eq!(
        certificate
            .basic_constraints()
            .unwrap()
            .unwrap()
            .path_length,
        None
    );
}

#[test]
fn digests_have_the_length_of_their_algorithm() {
    let certificate = named("server");
    for digest in [Digest::SHA1, Digest::SHA256, Digest::SHA384, Digest::SHA512] {
        assert_eq!(
            certificate.fingerprint(digest).unwrap().len(),
            digest.output_size()
        );
    }
    assert_eq!(certificate.key_id(Digest::SHA1).unwrap().len(), 20);
    assert_eq!(certificate.key_id(Digest::SHA256).unwrap().len(), 32);
    let error = certificate.key_id(Digest::SHA384).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(certificate.fingerprint(Digest::from_raw(999)).is_err());
}

#[test]
fn printing_has_several_formats() {
    let certificate = named("server");
    let texts = [
        PrintFormat::FULL,
        PrintFormat::ONE_LINE,
        PrintFormat::UNSIGNED_FULL,
        PrintFormat::COMPACT,
    ]
    .map(|format| certificate.print(format).unwrap());
    for text in &texts {
        assert!(text.contains("CN=server") && !text.contains('\0'), "{text}");
    }
    assert_eq!(texts[1].lines().count(), 1);
    assert!(texts[0].len() > texts[2].len() && texts[2].len() > texts[3].len());
}

#[test]
fn a_der_file_is_the_same_certificate() {
    let der = Certificate::from_der(&fixture("server.der")).unwrap();
    assert_eq!(der, named("server"));
    assert_eq!(der.to_der().unwrap(), fixture("server.der"));
}
