//! Signed certificate timestamps (RFC 6962), and the objects that contain them.

use std::time::{Duration, SystemTime};

use gnutls::crypto::SignatureAlgorithm;
use gnutls::key::PrivateKey;
use gnutls::library::Version;
use gnutls::ocsp::{self, Response};
use gnutls::x509::{
    Certificate, CertificateBuilder, CertificateRequestBuilder, Extension, Extensions, Name,
    PrintFormat, oid,
};
use gnutls::{ErrorKind, version};
use gnutls_testing::fixtures::{fixture, fixture_path};
use gnutls_testing::requirement::SCTS;
use gnutls_testing::skip_unless;

/// The release that parses and prints timestamps.
const TIMESTAMPS: Version = Version::new(3, 7, 3);

/// Returns the number of milliseconds of a timestamp: 2024-01-01, and a half second.
const TIME: u64 = 1_704_067_200_500;

/// Returns a list of timestamps of these versions; version 1 has the number 0.
fn timestamps(versions: &[u8]) -> Extension {
    let timestamps = versions.iter().map(|version| {
        // The identifier of the log, the time, no extensions, and a signature.
        let (log, time) = ([7; 32], TIME.to_be_bytes());
        [
            &[0, 51, *version][..],
            &log,
            &time,
            &[0, 0, 4, 3, 0, 4],
            &[9; 4],
        ]
        .concat()
    });
    let timestamps: Vec<u8> = timestamps.flatten().collect();
    let length = (timestamps.len() as u16).to_be_bytes();
    let list = encode(4, &[&length[..], &timestamps].concat());
    Extension::new(oid::SIGNED_CERTIFICATE_TIMESTAMPS, false, list)
}

fn key() -> PrivateKey {
    PrivateKey::from_pem_file(fixture_path("server-ed25519-key.pem"), None).unwrap()
}

fn name() -> Name {
    Name::from_text("CN=server").unwrap()
}

fn certificate(versions: &[u8]) -> Certificate {
    let time = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    CertificateBuilder::new(&name())
        .validity(time(1_704_067_200), time(2_145_830_400))
        .extensions(Extensions::new().extension(timestamps(versions)))
        .self_signed(&key())
        .unwrap()
}

/// Returns the tag and the content of the first DER element, and the bytes after it.
fn element(der: &[u8]) -> (u8, &[u8], &[u8]) {
    let (header, length) = match der[1] {
        0x82 => (4, usize::from(der[2]) << 8 | usize::from(der[3])),
        0x81 => (3, usize::from(der[2])),
        length => (2, usize::from(length)),
    };
    let (content, rest) = der[header..].split_at(length);
    (der[0], content, rest)
}

fn encode(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = (content.len() as u16).to_be_bytes();
    let header = match content.len() {
        ..0x80 => vec![tag, length[1]],
        0x80..0x100 => vec![tag, 0x81, length[1]],
        _ => vec![tag, 0x82, length[0], length[1]],
    };
    [header, content.to_vec()].concat()
}

/// Replaces the certificates in an OCSP response (RFC 6960, section 4.2.1). No signature includes them.
fn with_certificate(response: &[u8], certificate: &[u8]) -> Response {
    let (_, response, _) = element(response);
    let (_, status, rest) = element(response);
    let (_, explicit, _) = element(rest);
    let (_, bytes, _) = element(explicit);
    let (_, kind, rest) = element(bytes);
    let (_, basic, _) = element(rest);
    let (_, mut fields, _) = element(basic);
    let mut basic = Vec::new();
    for _ in 0..3 {
        let (tag, content, rest) = element(fields);
        basic.extend(encode(tag, content));
        fields = rest;
    }
    basic.extend(encode(0xa0, &encode(0x30, certificate)));
    let bytes = [encode(6, kind), encode(4, &encode(0x30, &basic))].concat();
    let explicit = encode(0xa0, &encode(0x30, &bytes));
    let response = [encode(0x0a, status), explicit].concat();
    Response::from_der(&encode(0x30, &response)).unwrap()
}

#[test]
fn hazard_73_no_object_with_timestamps_of_unknown_versions_is_printed() {
    let prints = version().running >= TIMESTAMPS;
    for (versions, known) in [(&[0][..], true), (&[1], false), (&[0, 3], false)] {
        let certificate = certificate(versions);
        let extensions = Extensions::new().extension(timestamps(versions));
        let request = CertificateRequestBuilder::new(&name())
            .extensions(extensions.clone())
            .signed_by(&key())
            .unwrap();
        let response = with_certificate(&fixture("ocsp-good.der"), &certificate.to_der().unwrap());
        assert_eq!(
            response.certificates().unwrap(),
            std::slice::from_ref(&certificate)
        );
        for printed in [
            certificate.print(PrintFormat::FULL),
            request.print(PrintFormat::FULL),
            extensions.print(PrintFormat::FULL),
            response.print(ocsp::PrintFormat::FULL),
        ] {
            match printed {
                Ok(text) => {
                    assert!(known || !prints, "{versions:?}");
                    let stamp = "Signed Certificate Timestamp 1:";
                    assert_eq!(text.contains(stamp), prints, "{text}");
                }
                Err(error) => {
                    assert!(prints && !known, "{versions:?}");
                    assert_eq!(error.kind(), ErrorKind::Certificate);
                    let text = error.to_string();
                    let number = versions.last().unwrap() + 1;
                    assert!(text.contains(&format!("version {number}")), "{text}");
                }
            }
        }
    }
}

#[test]
fn cve_2025_32989_a_response_with_damaged_timestamps_is_not_printed() {
    let mut certificate = certificate(&[0]).to_der().unwrap();
    // The length of the timestamp, after that of the list.
    let at = certificate
        .windows(4)
        .position(|bytes| bytes == [0, 53, 0, 51]);
    certificate[at.unwrap() + 3] = 90;
    let response = with_certificate(&fixture("ocsp-good.der"), &certificate);
    let printed = response.print(ocsp::PrintFormat::FULL);
    let reads_past_the_end = version().running < Version::new(3, 8, 13);
    assert_eq!(printed.is_err(), reads_past_the_end);
}

#[test]
fn timestamps_of_unknown_versions_are_skipped() {
    skip_unless!(SCTS);
    let read = |versions| {
        certificate(versions)
            .signed_certificate_timestamps()
            .unwrap()
    };
    assert_eq!(read(&[1]), []);
    assert_eq!(read(&[0, 1, 0, 9]).len(), 2);
    let [one] = &read(&[0])[..] else { panic!() };
    assert_eq!(one.log_id, [7; 32]);
    assert_eq!(
        one.timestamp,
        SystemTime::UNIX_EPOCH + Duration::from_secs(TIME / 1000)
    );
    assert_eq!(one.algorithm, SignatureAlgorithm::ECDSA_SHA256);
    assert_eq!(one.signature, [9; 4]);
}
