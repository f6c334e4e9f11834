//! PKCS #7 and CMS signed data.

use std::ptr;
use std::time::{Duration, SystemTime};

use gnutls::crypto::{Curve, Digest, SignatureAlgorithm};
use gnutls::key::PrivateKey;
use gnutls::pkcs7::{Pkcs7, Pkcs7Builder, Signer};
use gnutls::verify::VerificationFlags;
use gnutls::x509::{
    Attribute, BasicConstraints, Certificate, CertificateBuilder, CertificateRevocationList,
    Extensions, KeyUsage, PrintFormat, TrustList, VerifyOptions,
};
use gnutls::{ErrorCode, ErrorKind};
use gnutls_sys as sys;
use gnutls_testing::fixtures::{fixture, fixture_path};
use gnutls_testing::requirement::{PKCS7_SIGNATURE_TEXT, Requirement};

fn certificate(name: &str) -> Certificate {
    Certificate::from_pem_file(fixture_path(&format!("{name}.pem"))).unwrap()
}

fn key(name: &str) -> PrivateKey {
    PrivateKey::from_pem_file(fixture_path(&format!("{name}-key.pem")), None).unwrap()
}

fn authorities() -> TrustList {
    let mut list = TrustList::new().unwrap();
    list.add_certificates(&[certificate("ca")]).unwrap();
    list
}

/// Parses the encoding of created data.
fn parsed(builder: Pkcs7Builder<'_>) -> Pkcs7 {
    Pkcs7::from_der(builder.build().unwrap().as_der()).unwrap()
}

fn verify(signed: &Pkcs7, data: Option<&[u8]>) -> gnutls::Result<bool> {
    let result = signed.verify(0, data, &authorities(), &VerifyOptions::new())?;
    Ok(result.status().is_trusted())
}

#[test]
fn embedded_data_is_verified() {
    let (certificate, key) = (certificate("client"), key("client"));
    let signer = Signer::new(&certificate, &key).signing_time();
    let signed = parsed(Pkcs7Builder::new().embedded_data(b"message").signer(signer));
    assert_eq!(signed.embedded_data().unwrap().unwrap(), b"message");
    assert_eq!(signed.embedded_data_oid().unwrap(), "1.2.840.113549.1.7.1");
    assert_eq!(
        signed.certificates().unwrap(),
        std::slice::from_ref(&certificate)
    );
    assert_eq!(signed.signature_count(), 1);
    assert!(verify(&signed, None).unwrap());
    assert!(verify(&signed, Some(b"message")).unwrap());
    let error = verify(&signed, Some(b"massage")).unwrap_err();
    assert_eq!(
        error.code(),
        Some(ErrorCode::PK_SIG_VERIFY_FAILED),
        "{error}"
    );
    // An empty message does not stand for the embedded one.
    assert!(verify(&signed, Some(b"")).is_err());
    let info = signed.signature(0).unwrap();
    assert_eq!(info.issuer, Some(certificate.issuer().unwrap()));
    assert_eq!(info.serial, Some(certificate.serial().unwrap()));
    assert_eq!(info.key_id, None);
    assert_eq!(info.algorithm, SignatureAlgorithm::RSA_SHA256);
    assert_eq!(info.signature.len(), 256);
    let age = SystemTime::now()
        .duration_since(info.signing_time.unwrap())
        .unwrap();
    assert!(age < Duration::from_secs(24 * 60 * 60));
    let text = signed.print(PrintFormat::FULL).unwrap();
    assert!(text.contains("Number of certificates: 1"), "{text}");
    let text = signed.print_signature(0, PrintFormat::FULL);
    if PKCS7_SIGNATURE_TEXT.is_present() {
        assert!(
            text.unwrap()
                .contains("Signer's issuer DN: CN=gnutls test ca")
        );
    } else {
        assert_eq!(
            text.unwrap_err().required_release(),
            Some(PKCS7_SIGNATURE_TEXT.release())
        );
    }
}

#[test]
fn detached_data_is_verified() {
    let (certificate, key) = (certificate("client"), key("client"));
    let build = |signer| parsed(Pkcs7Builder::new().detached_data(b"message").signer(signer));
    let signed = build(Signer::new(&certificate, &key));
    assert_eq!(signed.embedded_data().unwrap(), None);
    assert!(verify(&signed, Some(b"message")).unwrap());
    assert!(verify(&signed, Some(b"massage")).is_err());
    assert!(verify(&signed, None).is_err());
    assert_eq!(signed.signature(0).unwrap().signing_time, None);
    // RSA without attributes: the same bytes each time.
    assert_eq!(
        signed.as_der(),
        build(Signer::new(&certificate, &key)).as_der()
    );

    let signed = build(
        Signer::new(&certificate, &key)
            .without_certificate()
            .digest(Digest::SHA512),
    );
    assert_eq!(signed.certificates().unwrap(), []);
    let error = verify(&signed, Some(b"message")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Certificate, "{error}");
    let direct = |signer: &Certificate, data| {
        signed.verify_signature(0, signer, Some(data), VerificationFlags::default())
    };
    direct(&certificate, b"message").unwrap();
    assert!(direct(&certificate, b"massage").is_err());
    assert!(direct(&self::certificate("server"), b"message").is_err());
    assert_eq!(
        signed.signature(0).unwrap().algorithm,
        SignatureAlgorithm::RSA_SHA512
    );
}

#[test]
fn attributes_survive_in_their_order() {
    let (certificate, key) = (certificate("client"), key("client"));
    let signed_attributes = [
        Attribute::new("1.2.3.1", [0x0c, 1, b'a']),
        Attribute::new("1.2.3.2", [0x0c, 1, b'b']),
    ];
    let unsigned = Attribute::new("1.2.3.3", [5, 0]);
    let mut signer = Signer::new(&certificate, &key).unsigned_attribute(unsigned.clone());
    for attribute in signed_attributes.clone() {
        signer = signer.signed_attribute(attribute);
    }
    let signed = parsed(Pkcs7Builder::new().embedded_data(b"message").signer(signer));
    assert!(verify(&signed, None).unwrap());
    let info = signed.signature(0).unwrap();
    let own: Vec<_> = info
        .signed_attributes
        .iter()
        .filter(|attribute| attribute.oid.starts_with("1.2.3."))
        .cloned()
        .collect();
    assert_eq!(own, signed_attributes);
    // The digest and the type of the content.
    assert_eq!(info.signed_attributes.len(), 4);
    assert_eq!(info.unsigned_attributes, [unsigned]);
}

#[test]
fn several_signers_sign_the_same_data() {
    let certificates = ["client", "server"].map(certificate);
    let keys = ["client", "server"].map(key);
    let list = CertificateRevocationList::from_pem(&fixture("crl.pem")).unwrap();
    let signed = parsed(
        Pkcs7Builder::new()
            .embedded_data(b"message")
            .certificate(&certificate("ca"))
            .revocation_list(&list)
            .signer(Signer::new(&certificates[0], &keys[0]).signing_time())
            .signer(Signer::new(&certificates[1], &keys[1])),
    );
    assert_eq!(signed.signature_count(), 2);
    assert_eq!(signed.certificates().unwrap().len(), 3);
    assert_eq!(signed.revocation_lists().unwrap(), [list]);
    let mut signers = Vec::new();
    for index in 0..2 {
        let result = signed
            .verify(index, None, &authorities(), &VerifyOptions::new())
            .unwrap();
        assert!(result.status().is_trusted(), "{}", result.status());
        signers.push(result.path()[0].clone());
    }
    // Signatures are a set, which the encoding sorts.
    signers.sort_by_key(|signer| *signer != certificates[0]);
    assert_eq!(signers, certificates);
    assert!(
        signed
            .verify(2, None, &authorities(), &VerifyOptions::new())
            .is_err()
    );
    assert!(signed.signature(2).is_err() && signed.signature(usize::MAX).is_err());
}

#[test]
fn cve_2022_2509_the_chain_of_the_signer_is_verified() {
    let generate = || PrivateKey::generate_on_curve(Curve::SECP256R1).unwrap();
    let keys = [generate(), generate()];
    let time = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    let named = |name: &str| {
        CertificateBuilder::new(&name.parse().unwrap())
            .validity(time(1_704_067_200), time(2_145_830_400))
            .key_ids()
    };
    let extensions = Extensions::new()
        .basic_constraints(BasicConstraints::authority(None))
        .key_usage(KeyUsage::KEY_CERT_SIGN);
    let intermediate = named("CN=intermediate")
        .extensions(extensions)
        .public_key(keys[0].public_key().unwrap())
        .signed_by(&certificate("ca"), &key("ca"))
        .unwrap();
    let signer = named("CN=signer")
        .public_key(keys[1].public_key().unwrap())
        .signed_by(&intermediate, &keys[0])
        .unwrap();
    let build = |signer| Pkcs7Builder::new().detached_data(b"message").signer(signer);
    let signed = parsed(build(Signer::new(&signer, &keys[1])));
    assert!(!verify(&signed, Some(b"message")).unwrap());
    let signed = parsed(build(Signer::new(&signer, &keys[1])).certificate(&intermediate));
    assert!(verify(&signed, Some(b"message")).unwrap());
    // Another authority.
    let mut other = TrustList::new().unwrap();
    other.add_certificates(&[certificate("other-ca")]).unwrap();
    let result = signed
        .verify(0, Some(b"message"), &other, &VerifyOptions::new())
        .unwrap();
    assert!(!result.status().is_trusted());
}

#[test]
fn a_signer_is_found_by_the_identifier_of_its_key() {
    // The output of OpenSSL: GnuTLS cannot create it.
    let signed = Pkcs7::from_der(&fixture("signed-by-key-id.der")).unwrap();
    let info = signed.signature(0).unwrap();
    let client = certificate("client");
    assert_eq!(
        (info.key_id, info.issuer),
        (client.subject_key_id().unwrap(), None)
    );
    assert!(verify(&signed, None).unwrap());
    assert_eq!(signed.embedded_data().unwrap().unwrap(), b"message");
}

#[test]
fn collections_of_certificates_are_read() {
    let list = CertificateRevocationList::from_pem(&fixture("crl.pem")).unwrap();
    let collection = parsed(
        Pkcs7Builder::new()
            .certificate(&certificate("ca"))
            .certificate(&certificate("server"))
            .revocation_list(&list),
    );
    let mut names: Vec<_> = collection
        .certificates()
        .unwrap()
        .iter()
        .map(|certificate| certificate.subject().unwrap().to_string())
        .collect();
    names.sort();
    assert_eq!(names, ["CN=gnutls test ca", "CN=server"]);
    assert_eq!(collection.revocation_lists().unwrap(), [list]);
    assert_eq!(collection.signature_count(), 0);
    assert_eq!(collection.embedded_data().unwrap(), None);
    // Nothing is signed.
    assert!(verify(&collection, Some(b"message")).is_err());
    let pem = collection.to_pem().unwrap();
    assert!(pem.starts_with("-----BEGIN PKCS7-----"), "{pem}");
    assert_eq!(
        Pkcs7::from_pem(pem.as_bytes()).unwrap().as_der(),
        collection.as_der()
    );
}

#[test]
fn values_that_are_not_valid_are_errors() {
    let (certificate, key) = (certificate("client"), key("client"));
    let kind = |builder: Pkcs7Builder<'_>| builder.build().unwrap_err().kind();
    let signer = || Signer::new(&certificate, &key);
    let new = Pkcs7Builder::new;
    assert_eq!(kind(new()), ErrorKind::InvalidInput);
    assert_eq!(
        kind(new().embedded_data(b"message")),
        ErrorKind::InvalidInput
    );
    assert_eq!(kind(new().signer(signer())), ErrorKind::InvalidInput);
    assert_eq!(
        kind(new().embedded_data(b"").signer(signer())),
        ErrorKind::InvalidInput
    );
    let other = self::key("server");
    let wrong = Signer::new(&certificate, &other);
    assert_eq!(
        kind(new().embedded_data(b"message").signer(wrong)),
        ErrorKind::InvalidInput
    );
    for attribute in [Attribute::new("1.2.x", [5, 0]), Attribute::new("1.2.3", [])] {
        let signer = signer()
            .signed_attribute(attribute.clone())
            .unsigned_attribute(Attribute::new("1.2.3", [5, 0]));
        let builder = new().embedded_data(b"message").signer(signer);
        assert_eq!(kind(builder), ErrorKind::InvalidInput, "{attribute:?}");
    }
}

#[test]
fn damaged_data_is_an_error() {
    let (certificate, key) = (certificate("client"), key("client"));
    let signer = Signer::new(&certificate, &key).signing_time();
    let signed = Pkcs7Builder::new()
        .embedded_data(b"message")
        .signer(signer)
        .build()
        .unwrap();
    let der = signed.as_der();
    for length in 0..der.len() {
        assert_eq!(
            Pkcs7::from_der(&der[..length]).unwrap_err().kind(),
            ErrorKind::Certificate,
            "{length}"
        );
    }
    let authorities = authorities();
    for position in 0..der.len() {
        let mut der = der.to_vec();
        der[position] ^= 0x55;
        if let Ok(signed) = Pkcs7::from_der(&der) {
            let _ = (
                signed.certificates(),
                signed.revocation_lists(),
                signed.signature(0),
            );
            let _ = (signed.print(PrintFormat::FULL), signed.embedded_data_oid());
            let result = signed.verify(0, None, &authorities, &VerifyOptions::new());
            if result.is_ok_and(|result| result.status().is_trusted()) {
                // A byte that no signature includes, such as the list of digests.
                assert_eq!(
                    signed.embedded_data().unwrap().unwrap(),
                    b"message",
                    "{position}"
                );
            }
        }
    }
    for pem in [&b"no PEM"[..], b"", b"\0", &fixture("server.pem")] {
        assert_eq!(
            Pkcs7::from_pem(pem).unwrap_err().kind(),
            ErrorKind::Certificate
        );
    }
    assert_eq!(
        Pkcs7::from_pem_file("/nowhere").unwrap_err().kind(),
        ErrorKind::Io
    );
}

#[test]
fn hazard_7_signed_data_of_c_has_one_owner() {
    let collection = Pkcs7Builder::new()
        .certificate(&certificate("ca"))
        .build()
        .unwrap();
    let der = collection.as_der();
    let data = sys::gnutls_datum_t {
        data: der.as_ptr().cast_mut(),
        size: der.len() as u32,
    };
    let mut raw = ptr::null_mut();
    // SAFETY: the objects are created here, and ownership is transferred once.
    unsafe {
        assert_eq!(sys::gnutls_pkcs7_init(&mut raw), 0);
        assert_eq!(
            sys::gnutls_pkcs7_import(raw, &data, sys::GNUTLS_X509_FMT_DER),
            0
        );
        let object = Pkcs7::from_raw(raw).unwrap();
        assert_eq!(object.as_ptr(), raw);
        assert_eq!(object.as_der(), der);
        assert_eq!(object.certificates().unwrap(), [certificate("ca")]);
        // An object without content has no encoding, and is released nevertheless.
        assert_eq!(sys::gnutls_pkcs7_init(&mut raw), 0);
        assert!(Pkcs7::from_raw(raw).is_err());
    }
}

#[test]
fn hazard_55_threads_share_signed_data() {
    let (certificate, key) = (certificate("client"), key("client"));
    let signer = Signer::new(&certificate, &key);
    let signed = parsed(Pkcs7Builder::new().embedded_data(b"message").signer(signer));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..20 {
                    assert!(verify(&signed, None).unwrap());
                    assert_eq!(signed.certificates().unwrap().len(), 1);
                    assert!(signed.print(PrintFormat::FULL).is_ok() && signed.to_pem().is_ok());
                }
            });
        }
    });
}
