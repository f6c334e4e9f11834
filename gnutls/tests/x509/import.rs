//! Import and export, and data that is no certificate.

use std::ptr;

use gnutls::ErrorKind;
use gnutls::pkcs11::{Pin, PinSource};
use gnutls::x509::Certificate;
use gnutls_testing::directory::TemporaryDirectory;
use gnutls_testing::emulation;
use gnutls_testing::fixtures::{fixture, fixture_path};

#[test]
fn pem_is_exported_as_it_was_imported() {
    let certificate = Certificate::from_pem(&fixture("server.pem")).unwrap();
    let pem = certificate.to_pem().unwrap();
    assert_eq!(
        pem.trim_end(),
        String::from_utf8(fixture("server.pem")).unwrap().trim_end()
    );
    assert_eq!(Certificate::from_pem(pem.as_bytes()).unwrap(), certificate);
}

#[test]
fn a_list_has_the_order_of_the_file() {
    let list = Certificate::list_from_pem_file(fixture_path("chain.pem")).unwrap();
    let names: Vec<_> = list
        .iter()
        .map(|entry| entry.subject().unwrap().to_string())
        .collect();
    assert_eq!(names, ["CN=below", "CN=intermediate"]);
    assert_eq!(
        Certificate::from_pem(&fixture("chain.pem")).unwrap(),
        list[0]
    );
}

#[test]
fn errors_name_the_file_and_the_entry() {
    let directory = TemporaryDirectory::new();
    let path = directory.path().join("damaged.pem");
    let mut text = String::from_utf8(fixture("chain.pem")).unwrap();
    let second = text.rfind("BEGIN CERTIFICATE-----\n").unwrap() + 60;
    text.replace_range(second..=second + 10, "AAAAAAAAAAA");
    std::fs::write(&path, &text).unwrap();
    let error = Certificate::list_from_pem_file(&path).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Certificate);
    let text = error.to_string();
    assert!(
        text.contains("damaged.pem") && text.contains("certificate 2 of 2"),
        "{text}"
    );

    let error = Certificate::from_pem_file(directory.path().join("none.pem")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains("none.pem"), "{error}");
    let error = Certificate::from_pem_file(fixture_path("server-key.pem")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Certificate);
    assert!(error.to_string().contains("server-key.pem"), "{error}");
}

#[test]
fn other_data_is_no_certificate() {
    for data in [
        &b""[..],
        b"text",
        b"\0",
        &[0x30, 0x80],
        &fixture("server.der"),
    ] {
        let error = Certificate::from_pem(data).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate, "{data:?}");
        let error = Certificate::list_from_pem(data).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate, "{data:?}");
    }
    for data in [
        &b""[..],
        b"text",
        b"\0",
        &[0x30, 0x80],
        &fixture("server.pem"),
    ] {
        let error = Certificate::from_der(data).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate, "{data:?}");
    }
    let error = Certificate::from_der(&fixture("server-key.der")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Certificate);
}

/// Every prefix of a certificate, and every certificate with one changed byte, is an error or a certificate whose
/// methods return.
#[test]
fn damaged_certificates_do_not_panic() {
    let der = Certificate::from_pem(&fixture("fields.pem"))
        .unwrap()
        .to_der()
        .unwrap();
    for length in 0..der.len() {
        assert!(Certificate::from_der(&der[..length]).is_err(), "{length}");
    }
    let mut accepted = 0;
    let places: Vec<_> = emulation::cases(0..der.len()).collect();
    for &at in &places {
        let mut damaged = der.clone();
        damaged[at] ^= 0x15;
        let strict = Certificate::from_der(&damaged);
        let lenient = Certificate::dangerous_from_der_without_checks(&damaged);
        assert!(strict.is_err() || lenient.is_ok(), "{at}");
        for certificate in [strict, lenient].iter().flatten() {
            accepted += 1;
            read_all(certificate);
        }
    }
    assert!(accepted > places.len() / 14, "{accepted}");
}

/// Calls the methods that read.
fn read_all(certificate: &Certificate) {
    use gnutls::crypto::Digest;
    use gnutls::x509::PrintFormat;
    let _ = (certificate.version(), certificate.serial());
    let _ = (certificate.not_before(), certificate.not_after());
    for name in [certificate.subject(), certificate.issuer()]
        .iter()
        .flatten()
    {
        let _ = (name.components(), name.oids(), name.to_compatible_text());
    }
    for name in certificate.subject_alt_names().unwrap_or_default() {
        let _ = name.to_string();
    }
    let _ = (
        certificate.issuer_alt_names(),
        certificate.basic_constraints(),
    );
    let _ = (
        certificate.key_usage(),
        certificate.key_purposes(),
        certificate.policies(),
    );
    let _ = (certificate.subject_key_id(), certificate.authority_key_id());
    let _ = (
        certificate.crl_distribution_points(),
        certificate.authority_info_access(),
    );
    let _ = (
        certificate.name_constraints(),
        certificate.private_key_usage_period(),
    );
    let _ = (certificate.tls_features(), certificate.inhibit_any_policy());
    let _ = (
        certificate.proxy_info(),
        certificate.signed_certificate_timestamps(),
    );
    let _ = (
        certificate.extensions(),
        certificate.fingerprint(Digest::SHA256),
    );
    let _ = (certificate.key_id(Digest::SHA256), certificate.pin());
    let _ = (
        certificate.signature_algorithm(),
        certificate.signature_oid(),
    );
    let _ = (
        certificate.signature(),
        certificate.public_key_bits(),
        certificate.public_key_oid(),
    );
    let _ = (
        certificate.subject_unique_id(),
        certificate.issuer_unique_id(),
    );
    let _ = (
        certificate.print(PrintFormat::FULL),
        certificate.matches_hostname("a.example"),
    );
}

/// GnuTLS accepts extensions only in certificates of version 3. Without its checks, such a certificate can be shown.
#[test]
fn checks_of_the_contents_can_be_omitted() {
    let mut der = Certificate::from_pem(&fixture("fields.pem"))
        .unwrap()
        .to_der()
        .unwrap();
    let version = der.windows(5).position(|bytes| bytes == [0xa0, 3, 2, 1, 2]);
    der[version.unwrap() + 4] = 0;
    let error = Certificate::from_der(&der).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Certificate);
    let certificate = Certificate::dangerous_from_der_without_checks(&der).unwrap();
    assert_eq!(certificate.version().unwrap(), 1);
    assert_eq!(certificate.subject_key_id().unwrap().unwrap(), b"subject");
    assert_eq!(certificate.extensions().unwrap().len(), 17);
}

/// A certificate that C created becomes a `Certificate`, which releases it.
#[test]
fn hazard_7_a_certificate_of_c_has_one_owner() {
    let mut raw = ptr::null_mut();
    let mut pem = [fixture("server.pem"), vec![0]].concat();
    let data = gnutls_sys::gnutls_datum_t {
        data: pem.as_mut_ptr(),
        size: (pem.len() - 1) as u32,
    };
    // SAFETY: writes the pointer, and reads the data during the call.
    let certificate = unsafe {
        assert_eq!(gnutls_sys::gnutls_x509_crt_init(&mut raw), 0);
        let format = gnutls_sys::GNUTLS_X509_FMT_PEM;
        assert_eq!(gnutls_sys::gnutls_x509_crt_import(raw, &data, format), 0);
        // Nothing else uses the certificate.
        Certificate::from_raw(raw)
    };
    let clone = certificate.clone();
    assert_eq!(clone.as_ptr(), raw);
    drop(certificate);
    assert_eq!(clone.subject().unwrap().to_string(), "CN=server");
}

#[test]
fn only_urls_of_tokens_are_urls() {
    for url in ["", "server.pem", "file:server.pem", "pkcs11:a\0"] {
        let error = Certificate::from_url(url, PinSource::none()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{url:?}");
        let error = Certificate::list_from_url(url, Pin::new("1234").unwrap()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{url:?}");
    }
}
