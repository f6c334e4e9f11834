//! OCSP requests and responses.

use std::ptr;
use std::time::{Duration, SystemTime};

use gnutls::crypto::{Digest, SignatureAlgorithm, hash};
use gnutls::key::PublicKey;
use gnutls::ocsp::{
    CertificateId, CertificateStatus, PrintFormat, Request, Response, ResponseStatus,
    RevocationReason, VerifyStatus,
};
use gnutls::verify::VerificationFlags;
use gnutls::x509::{Certificate, TrustList};
use gnutls::{ErrorCode, ErrorKind, pem};
use gnutls_testing::fixtures::{fixture, fixture_path};
use gnutls_testing::requirement::{self, Requirement};

fn certificate(name: &str) -> Certificate {
    Certificate::from_pem_file(fixture_path(&format!("{name}.pem"))).unwrap()
}

fn response(name: &str) -> Response {
    Response::from_der(&fixture(&format!("ocsp-{name}.der"))).unwrap()
}

/// 2024-01-01, as in the script that creates the fixtures.
fn begin() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_704_067_200)
}

const NONE: VerificationFlags = VerificationFlags::dangerous_from_raw(0);

#[test]
fn a_request_identifies_certificates() {
    let (server, issuer) = (certificate("server"), certificate("ca"));
    let mut request = Request::new().unwrap();
    assert!(request.certificate_ids().unwrap().is_empty());
    request
        .add_certificate(Digest::SHA1, &issuer, &server)
        .unwrap();
    request
        .add_certificate(Digest::SHA256, &issuer, &certificate("client"))
        .unwrap();
    let ids = request.certificate_ids().unwrap();
    assert_eq!(ids.len(), 2);
    for (id, name) in ids.iter().zip(["server", "client"]) {
        let certificate = certificate(name);
        let issuer_name = hash(id.digest, certificate.issuer().unwrap().as_der()).unwrap();
        assert_eq!(id.issuer_name_hash, issuer_name);
        assert_eq!(id.serial, certificate.serial().unwrap());
        assert_eq!(id.issuer_key_hash.len(), id.digest.output_size());
    }
    let mut copy = Request::new().unwrap();
    for id in &ids {
        copy.add_certificate_id(id).unwrap();
    }
    assert_eq!(copy.certificate_ids().unwrap(), ids);
    assert_eq!(copy.to_der().unwrap(), request.to_der().unwrap());
    let parsed = Request::from_der(&request.to_der().unwrap()).unwrap();
    assert_eq!(parsed.certificate_ids().unwrap(), ids);
    assert_eq!(parsed.version().unwrap(), 1);
    assert!(
        parsed
            .print(PrintFormat::FULL)
            .unwrap()
            .contains("Serial Number")
    );
    assert!(format!("{parsed:?}").contains("certificates"));
    assert!(
        request
            .add_certificate(Digest::from_raw(9999), &issuer, &server)
            .is_err()
    );
}

#[test]
fn a_request_has_a_nonce_and_extensions() {
    let mut request = Request::new().unwrap();
    request
        .add_certificate(Digest::SHA1, &certificate("ca"), &certificate("server"))
        .unwrap();
    assert_eq!(request.nonce().unwrap(), None);
    assert!(request.extensions().unwrap().is_empty());
    request.set_random_nonce().unwrap();
    let random = request.nonce().unwrap().unwrap();
    assert_eq!(random.len(), 23);
    request.set_random_nonce().unwrap();
    assert_ne!(request.nonce().unwrap().unwrap(), random);
    request.set_nonce(b"nonce", true).unwrap();
    assert_eq!(request.nonce().unwrap().unwrap(), b"nonce");
    request.set_extension("1.2.3.4", false, &[5, 0]).unwrap();
    let parsed = Request::from_der(&request.to_der().unwrap()).unwrap();
    let extensions = parsed.extensions().unwrap();
    assert_eq!(extensions.len(), 2);
    assert_eq!(extensions[0].oid, "1.3.6.1.5.5.7.48.1.2");
    assert!(extensions[0].critical && !extensions[1].critical);
    assert_eq!(extensions[0].value, b"\x04\x05nonce");
    assert_eq!(
        (&*extensions[1].oid, &*extensions[1].value),
        ("1.2.3.4", &[5, 0][..])
    );
    for length in [0, 129] {
        let error = request.set_nonce(&vec![1; length], false).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}

/// C takes an empty part for a string that ends in NUL.
#[test]
fn hazard_60_empty_parts_of_a_request_are_refused() {
    let mut request = Request::new().unwrap();
    let id = |name: &[u8], key: &[u8], serial: &[u8]| {
        CertificateId::new(Digest::SHA1, name, key, serial)
    };
    for id in [
        id(b"", &[1; 20], &[1]),
        id(&[1; 20], b"", &[1]),
        id(&[1; 20], &[1; 20], b""),
    ] {
        assert_eq!(
            request.add_certificate_id(&id).unwrap_err().kind(),
            ErrorKind::InvalidInput
        );
    }
    assert!(request.certificate_ids().unwrap().is_empty());
    for (oid, value) in [
        ("1.2.3", &b""[..]),
        ("", b"\x05\x00"),
        ("nul\0", b"\x05\x00"),
        ("text", b"\x05\x00"),
    ] {
        let error = request.set_extension(oid, false, value).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{oid:?}");
    }
    assert!(request.extensions().unwrap().is_empty());
}

#[test]
fn a_response_has_fields() {
    let (response, authority) = (response("good"), certificate("ca"));
    assert_eq!(response.status().unwrap(), ResponseStatus::SUCCESSFUL);
    assert_eq!(response.version().unwrap(), 1);
    assert_eq!(
        response.responder().unwrap().as_deref(),
        Some("CN=gnutls test ca")
    );
    assert_eq!(
        response.responder_der().unwrap().unwrap(),
        authority.subject().unwrap().as_der()
    );
    assert_eq!(response.responder_key_hash().unwrap(), None);
    assert!(response.produced().unwrap() > begin());
    assert_eq!(response.nonce().unwrap(), None);
    assert!(response.extensions().unwrap().is_empty());
    assert_eq!(
        response.signature_algorithm().unwrap(),
        Some(SignatureAlgorithm::RSA_SHA256)
    );
    assert!(response.certificates().unwrap().is_empty());
    // The signature is one of the issuer, for the first element of the basic response.
    let (kind, basic) = response.response().unwrap();
    assert_eq!(kind, "1.3.6.1.5.5.7.48.1.1");
    let length = usize::from(basic[5]) + 3;
    assert_eq!((basic[0], basic[4], basic[5] & 0x80), (0x30, 0x30, 0x80));
    let signed = &basic[4..4 + length + usize::from(basic[6]) - usize::from(basic[5])];
    let key = PublicKey::from_certificate(&authority).unwrap();
    key.verify(
        SignatureAlgorithm::RSA_SHA256,
        signed,
        &response.signature().unwrap(),
    )
    .unwrap();

    let entries = response.entries().unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].status, CertificateStatus::Good);
    assert_eq!(entries[0].this_update, begin());
    assert!(entries[0].next_update.unwrap() > begin());
    assert_eq!(
        entries[0].certificate.serial,
        certificate("must-staple").serial().unwrap()
    );
    let der = fixture("ocsp-good.der");
    assert_eq!(response.to_der().unwrap(), der);
    let text = response.to_pem().unwrap();
    assert_eq!(
        pem::decode(Some("OCSP RESPONSE"), text.as_bytes()).unwrap(),
        der
    );
    assert_eq!(
        Response::from_pem(text.as_bytes())
            .unwrap()
            .to_der()
            .unwrap(),
        der
    );
    assert!(
        response
            .print(PrintFormat::COMPACT)
            .unwrap()
            .contains("Certificate Status: good")
    );
}

#[test]
fn cve_2026_3832_the_entry_of_a_certificate_is_found() {
    let (must_staple, server) = (certificate("must-staple"), certificate("server"));
    let revoked = CertificateStatus::Revoked {
        time: Some(begin()),
        reason: RevocationReason::KEY_COMPROMISE,
    };
    for (name, status) in [
        ("good", CertificateStatus::Good),
        ("revoked", revoked.clone()),
        ("expired", CertificateStatus::Good),
    ] {
        let entry = response(name).entry_for(&must_staple).unwrap().unwrap();
        assert_eq!(entry.status, status, "{name}");
        assert_eq!(response(name).entry_for(&certificate("ca")).unwrap(), None);
    }
    let entries = response("entries");
    assert_eq!(entries.entries().unwrap().len(), 2);
    assert_eq!(
        entries.entry_for(&must_staple).unwrap().unwrap().status,
        revoked
    );
    assert_eq!(
        entries.entry_for(&server).unwrap().unwrap().status,
        CertificateStatus::Good
    );
}

#[test]
fn the_signature_of_a_response_is_verified() {
    let (authority, other) = (certificate("ca"), certificate("client"));
    for name in ["good", "revoked", "expired", "entries"] {
        let response = response(name);
        assert!(
            response.verify_direct(&authority, NONE).unwrap().is_valid(),
            "{name}"
        );
        let status = response.verify_direct(&other, NONE).unwrap();
        assert!(
            status.contains(VerifyStatus::SIGNATURE_FAILURE),
            "{status:?}"
        );
        let mut list = TrustList::new().unwrap();
        let status = response.verify(&list, NONE).unwrap();
        assert!(
            status.contains(VerifyStatus::SIGNER_NOT_FOUND),
            "{status:?}"
        );
        list.add_certificates(std::slice::from_ref(&authority))
            .unwrap();
        let status = response.verify(&list, NONE).unwrap();
        if requirement::OCSP_BY_AUTHORITY.is_present() {
            assert!(status.is_valid(), "{name}: {status:?}");
        } else {
            assert!(
                status.contains(VerifyStatus::SIGNER_KEY_USAGE_ERROR),
                "{name}: {status:?}"
            );
        }
    }
    // Another byte of the signature, which is the end.
    let mut der = fixture("ocsp-good.der");
    *der.last_mut().unwrap() ^= 1;
    let status = Response::from_der(&der)
        .unwrap()
        .verify_direct(&authority, NONE)
        .unwrap();
    assert!(
        status.contains(VerifyStatus::SIGNATURE_FAILURE),
        "{status:?}"
    );
    assert!(format!("{status:?}").contains("SIGNATURE_FAILURE"));
}

/// A response that is not successful has no contents.
#[test]
fn hazard_60_a_response_without_contents_is_not_read() {
    // RFC 6960, section 4.2.1: only the status.
    for (number, status) in [
        (1, ResponseStatus::MALFORMED_REQUEST),
        (3, ResponseStatus::TRY_LATER),
        (6, ResponseStatus::UNAUTHORIZED),
    ] {
        let response = Response::from_der(&[0x30, 3, 0x0a, 1, number]).unwrap();
        assert_eq!(response.status().unwrap(), status);
        let errors = [
            response.version().unwrap_err(),
            response.responder().unwrap_err(),
            response.responder_der().unwrap_err(),
            response.produced().unwrap_err(),
            response.entries().unwrap_err(),
            response.entry_for(&certificate("ca")).unwrap_err(),
            response.nonce().unwrap_err(),
            response.extensions().unwrap_err(),
            response.signature().unwrap_err(),
            response.signature_algorithm().unwrap_err(),
            response.certificates().unwrap_err(),
            response
                .verify_direct(&certificate("ca"), NONE)
                .unwrap_err(),
            response
                .verify(&TrustList::new().unwrap(), NONE)
                .unwrap_err(),
        ];
        for error in errors {
            assert_eq!(
                error.code(),
                Some(ErrorCode::REQUESTED_DATA_NOT_AVAILABLE),
                "{error}"
            );
        }
        let _ = response.print(PrintFormat::FULL);
    }
}

#[test]
fn other_data_is_no_request_and_no_response() {
    for data in [
        &b""[..],
        b"text",
        &fixture("server.der"),
        &fixture("server.pem"),
    ] {
        assert_eq!(
            Request::from_der(data).unwrap_err().kind(),
            ErrorKind::Certificate
        );
        assert_eq!(
            Response::from_der(data).unwrap_err().kind(),
            ErrorKind::Certificate
        );
        assert_eq!(
            Response::from_pem(data).unwrap_err().kind(),
            ErrorKind::Certificate
        );
    }
}

/// Reads everything in a response.
fn read(response: &Response, issuer: &Certificate) {
    let _ = (
        response.status(),
        response.response(),
        response.version(),
        response.responder(),
    );
    let _ = (
        response.responder_der(),
        response.responder_key_hash(),
        response.produced(),
    );
    let _ = (
        response.entries(),
        response.entry_for(issuer),
        response.nonce(),
    );
    let _ = (
        response.extensions(),
        response.signature(),
        response.signature_algorithm(),
    );
    let _ = (
        response.certificates(),
        response.verify_direct(issuer, NONE),
        response.to_der(),
    );
    let _ = response.print(PrintFormat::FULL);
}

#[test]
fn bug_class_6_damaged_data_is_refused_or_read() {
    let issuer = certificate("ca");
    let mut request = Request::new().unwrap();
    request
        .add_certificate(Digest::SHA256, &issuer, &certificate("server"))
        .unwrap();
    request.set_random_nonce().unwrap();
    let request = request.to_der().unwrap();
    for index in 0..request.len() {
        for mask in [1, 0x80, 0xff] {
            let mut der = request.clone();
            der[index] ^= mask;
            if let Ok(request) = Request::from_der(&der) {
                let _ = (
                    request.certificate_ids(),
                    request.nonce(),
                    request.extensions(),
                );
                let _ = (
                    request.version(),
                    request.print(PrintFormat::FULL),
                    request.to_der(),
                );
            }
        }
        if let Ok(request) = Request::from_der(&request[..index]) {
            let _ = (
                request.certificate_ids(),
                request.nonce(),
                request.extensions(),
            );
        }
    }
    let mut parsed = 0;
    for name in ["good", "entries"] {
        let response = fixture(&format!("ocsp-{name}.der"));
        for index in 0..response.len() {
            for mask in [1, 0x80, 0xff] {
                let mut der = response.clone();
                der[index] ^= mask;
                if let Ok(response) = Response::from_der(&der) {
                    read(&response, &issuer);
                    parsed += 1;
                }
            }
            // libtasn1 accepts a header without content.
            if let Ok(response) = Response::from_der(&response[..index]) {
                read(&response, &issuer);
            }
        }
    }
    assert!(parsed > 500, "{parsed}");
}

#[test]
fn hazard_7_objects_of_c_have_one_owner() {
    let (mut request, mut response) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: writes the pointers; the objects are initialised, and nothing else uses them.
    let (request, response) = unsafe {
        assert_eq!(gnutls_sys::gnutls_ocsp_req_init(&mut request), 0);
        assert_eq!(gnutls_sys::gnutls_ocsp_resp_init(&mut response), 0);
        (Request::from_raw(request), Response::from_raw(response))
    };
    assert_eq!(request.version().unwrap(), 1);
    assert!(response.status().is_err() && response.entries().is_err());
    assert!(!request.as_ptr().is_null() && !response.as_ptr().is_null());
}
