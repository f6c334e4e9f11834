//! Identities: chains and keys from files and memory, passwords, and errors that name the invalid part.

use gnutls::{ErrorCode, ErrorKind, Identity, Trust};
use gnutls_testing::fixtures::{fixture, fixture_path, identity, server_identity};
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::skip_unless;

#[test]
fn chain_and_key_are_read_from_files() {
    Identity::from_pem_files(fixture_path("server.pem"), fixture_path("server-key.pem")).unwrap();
    Identity::from_pem_files(fixture_path("client.pem"), fixture_path("client-key.pem")).unwrap();
}

#[test]
fn hazard_9_pem_without_nul_is_copied_with_one() {
    // The bytes after the slices continue the PEM text, which C would parse if it searched for a NUL.
    let (chain, key) = (fixture("server.pem"), fixture("server-key.pem"));
    let (chain_length, key_length) = (chain.len(), key.len());
    let chain = [
        chain,
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_vec(),
    ]
    .concat();
    let key = [key, b"-----BEGIN PRIVATE KEY-----\nAAAA\n".to_vec()].concat();
    Identity::from_pem(&chain[..chain_length], &key[..key_length]).unwrap();
    assert!(Identity::from_pem(&chain, &key[..key_length]).is_err());
}

#[test]
fn a_chain_can_have_several_certificates() {
    let chain = [fixture("server.pem"), fixture("ca.pem")].concat();
    Identity::from_pem(&chain, &fixture("server-key.pem")).unwrap();
}

#[test]
fn an_error_about_a_mismatched_key_names_both_files() {
    let error =
        Identity::from_pem_files(fixture_path("server.pem"), fixture_path("client-key.pem"))
            .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Certificate);
    assert_eq!(error.code(), Some(ErrorCode::CERTIFICATE_KEY_MISMATCH));
    let text = error.to_string();
    assert!(
        text.contains("server.pem") && text.contains("client-key.pem"),
        "{text}"
    );
}

#[test]
fn bug_class_8_the_password_reaches_c_as_it_is() {
    let (chain, key) = (fixture("server.pem"), fixture("server-key-encrypted.pem"));
    Identity::from_pem_with_password(&chain, &key, "secret").unwrap();
    Identity::from_pem_files_with_password(
        fixture_path("server.pem"),
        fixture_path("server-key-encrypted.pem"),
        "secret",
    )
    .unwrap();
    for wrong in ["", "secre", "secretx", "Secret"] {
        let error = Identity::from_pem_with_password(&chain, &key, wrong).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate, "{wrong}");
        assert!(
            error
                .to_string()
                .contains("cannot be decrypted with this password"),
            "{error}"
        );
    }
    let error = Identity::from_pem_with_password(&chain, &key, "secret\0").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    // An unnecessary password is ignored.
    Identity::from_pem_with_password(&chain, &fixture("server-key.pem"), "secret").unwrap();
}

#[test]
fn an_encrypted_key_requires_a_password() {
    let error = Identity::from_pem(&fixture("server.pem"), &fixture("server-key-encrypted.pem"))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Certificate);
    assert!(
        error
            .to_string()
            .contains("is encrypted and requires a password"),
        "{error}"
    );
}

#[test]
fn an_error_names_the_missing_file() {
    let error = Identity::from_pem_files(fixture_path("server.pem"), fixture_path("no-such.pem"))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    let source = std::error::Error::source(&error)
        .unwrap()
        .downcast_ref::<std::io::Error>()
        .unwrap();
    assert_eq!(source.kind(), std::io::ErrorKind::NotFound);
    assert!(error.to_string().contains("no-such.pem"), "{error}");
}

#[test]
fn bug_class_17_a_file_name_is_nothing_but_a_file_name() {
    for name in [
        "pkcs11:token=x",
        "tpmkey:file=x",
        "system:x",
        "server.pem\0",
    ] {
        let error = Identity::from_pem_files(name, fixture_path("server-key.pem")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{name}");
    }
}

#[test]
fn an_error_names_invalid_pem() {
    let (chain, key) = (fixture("server.pem"), fixture("server-key.pem"));
    let half = &chain[..chain.len() / 2];
    for wrong in [&b""[..], b"hello", half, &key] {
        let error = Identity::from_pem(wrong, &key).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate);
        assert!(
            error.to_string().starts_with("the certificate chain:"),
            "{error}"
        );
    }
    for wrong in [&b""[..], b"hello", &key[..key.len() / 2], &chain] {
        let error = Identity::from_pem(&chain, wrong).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate);
        assert!(error.to_string().starts_with("the private key:"), "{error}");
    }
}

#[test]
fn bug_class_11_a_nul_inside_is_refused_not_taken_for_the_end() {
    let (chain, key) = (fixture("server.pem"), fixture("server-key.pem"));
    let with_nul = |pem: &[u8]| [pem, b"\0more"].concat();
    for error in [
        Identity::from_pem(&with_nul(&chain), &key).unwrap_err(),
        Identity::from_pem(&chain, &with_nul(&key)).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Certificate);
        assert!(error.to_string().contains("NUL"), "{error}");
    }
}

#[test]
fn data_that_is_not_pem_is_named() {
    const DER: &str = "this is DER, not PEM: use the method for DER, or convert the data";
    const NUL: &str = "PEM contains no NUL byte: convert UTF-16 text to UTF-8";
    const NO_KEY: &str = "the data contains no private key: The requested data were not available (GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)";
    let (chain, key) = (fixture("server.pem"), fixture("server-key.pem"));
    let (chain_der, key_der) = (fixture("server.der"), fixture("server-key.der"));
    let utf16 = |text: &[u8]| text.iter().flat_map(|c| [*c, 0]).collect::<Vec<_>>();
    let identity = |chain: &[u8], key: &[u8]| Identity::from_pem(chain, key).unwrap_err();
    let raw = |key: &[u8]| Identity::raw_public_key_pem(key, None).unwrap_err();
    let mut errors = vec![
        (identity(&chain_der, &key), "the certificate chain", DER),
        (identity(&utf16(&chain), &key), "the certificate chain", NUL),
        (identity(&chain, &key_der), "the private key", DER),
        (identity(&chain, &utf16(&key)), "the private key", NUL),
        (identity(&chain, &chain), "the private key", NO_KEY),
        (identity(&chain, b""), "the private key", NO_KEY),
        (
            Trust::pem(&chain_der).unwrap_err(),
            "the trust anchors",
            DER,
        ),
        (
            Trust::pem(&utf16(&chain)).unwrap_err(),
            "the trust anchors",
            NUL,
        ),
    ];
    if requirement::RAW_PUBLIC_KEYS.is_present() {
        let trust = Trust::none().and_raw_public_key_pem(&chain_der);
        errors.extend([
            (raw(&key_der), "the private key", DER),
            (raw(&chain), "the private key", NO_KEY),
            (trust.unwrap_err(), "the raw public key", DER),
        ]);
    }
    for (error, name, problem) in errors {
        assert_eq!(error.to_string(), format!("{name}: {problem}"));
        assert_eq!(error.kind(), ErrorKind::Certificate, "{error}");
        assert!(!error.is_fatal() || error.code().is_some(), "{error}");
    }
}

#[test]
fn a_damaged_entry_in_a_bundle_is_named() {
    let (good, key) = (fixture("server.pem"), fixture("server-key.pem"));
    let mut damaged = good.clone();
    damaged[100..120].fill(b'A');
    let bundle = [&good[..], &damaged, &good].concat();
    for (error, name) in [
        (
            Identity::from_pem(&bundle, &key).unwrap_err(),
            "the certificate chain",
        ),
        (Trust::pem(&bundle).unwrap_err(), "the trust anchors"),
    ] {
        let start = format!("{name}: certificate 2 of 3: ");
        assert!(error.to_string().starts_with(&start), "{error}");
    }
    let error = Trust::pem(&damaged).unwrap_err().to_string();
    assert!(error.starts_with("the trust anchors: ASN1"), "{error}");

    let good = fixture("crl.pem");
    let mut damaged = good.clone();
    damaged[100..120].fill(b'A');
    let bundle = [&good[..], &good, &damaged].concat();
    let error = Trust::none().and_crl_pem(&bundle).unwrap_err().to_string();
    let start = "the revocation list: list 3 of 3: ";
    assert!(error.starts_with(start), "{error}");
    let error = Trust::none().and_crl_pem(&damaged).unwrap_err().to_string();
    assert!(!error.contains("list 1 of 1"), "{error}");
}

#[test]
fn the_key_is_not_printed() {
    let identity = server_identity();
    assert_eq!(format!("{identity:?}"), "Identity { .. }");
}

#[test]
fn der_and_pkcs12_give_the_same_identity() {
    let pem = server_identity();
    let chain = |identity: &Identity| {
        identity
            .certificates()
            .map(<[u8]>::to_vec)
            .collect::<Vec<_>>()
    };
    let der = Identity::from_der(&fixture("server.der"), &fixture("server-key.der")).unwrap();
    let pkcs12 = Identity::from_pkcs12(&fixture("server.p12"), "secret").unwrap();
    assert_eq!(chain(&pem), [fixture("server.der")]);
    assert_eq!(chain(&pem), chain(&der));
    assert_eq!(chain(&pem)[0], chain(&pkcs12)[0]);
    Identity::from_pkcs12_file(fixture_path("server.p12"), "secret").unwrap();
}

#[test]
fn invalid_der_and_pkcs12_are_refused() {
    let (certificate, key) = (fixture("server.der"), fixture("server-key.der"));
    for (certificate, key, at_fault) in [
        (&b""[..], &key[..], "the certificate"),
        (&certificate[..100], &key, "the certificate"),
        (&certificate, b"", "the private key"),
        (&certificate, &key[..100], "the private key"),
    ] {
        let error = Identity::from_der(certificate, key).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate);
        assert!(error.to_string().starts_with(at_fault), "{error}");
    }
    let data = fixture("server.p12");
    for (data, password) in [
        (&data[..], "wrong"),
        (&data[..100], "secret"),
        (b"", "secret"),
    ] {
        let error = Identity::from_pkcs12(data, password).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate, "{error}");
    }
    assert_eq!(
        Identity::from_pkcs12(&data, "se\0cret").unwrap_err().kind(),
        ErrorKind::InvalidInput
    );
    assert_eq!(
        Identity::from_pkcs12_file("no-such.p12", "")
            .unwrap_err()
            .kind(),
        ErrorKind::Io
    );
}

#[test]
fn bug_class_11_names_with_nul_are_refused() {
    let identity = server_identity();
    for wrong in ["", "one.example\0.evil"] {
        let error = identity.clone().with_names([wrong]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{wrong:?}");
    }
    identity.with_names(["one.example", "two.example"]).unwrap();
}

#[test]
fn hazard_10_staples_go_to_the_certificate_that_they_are_for() {
    let identity = || identity("must-staple");
    skip_unless!(requirement::OCSP_STAPLING);
    let good = identity().with_ocsp_response(&fixture("ocsp-good.der"));
    let good = good.unwrap();
    let until = good.ocsp_expiration().unwrap().unwrap();
    assert_eq!(
        until
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_secs(),
        2_145_830_400
    );
    assert_eq!(identity().ocsp_expiration().unwrap(), None);
    for wrong in [
        "ocsp-revoked.der",
        "ocsp-expired.der",
        "ca.pem",
        "server.der",
    ] {
        let error = identity().with_ocsp_response(&fixture(wrong)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate, "{wrong}: {error}");
    }
    // The key belongs to a different certificate.
    let error = server_identity()
        .with_ocsp_response(&fixture("ocsp-good.der"))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Certificate);
    // Earlier identities do not matter, because the response uses the index that GnuTLS returned.
    gnutls::ServerConfig::builder()
        .identity(server_identity())
        .identity(good)
        .build()
        .unwrap();
}
