//! The creation of certificates.

use std::ffi::{CString, c_int, c_uint};
use std::ptr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use gnutls::ErrorKind;
use gnutls::crypto::{Curve, Digest, PublicKeyAlgorithm, SecurityLevel, SignatureAlgorithm};
use gnutls::key::{PrivateKey, PublicKey};
use gnutls::verify::VerificationFlags;
use gnutls::x509::{
    BasicConstraints, Certificate, CertificateBuilder, CertificateRequestBuilder, Extension,
    Extensions, GeneralName, KeyUsage, Name, NameConstraints, RevocationListBuilder,
    RsaPssParameters, TrustList, VerifyOptions, oid,
};
use gnutls_sys as sys;
use gnutls_testing::fixtures::fixture_path;

fn time(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

/// 2024-01-01 and 2037-12-31, which a 32-bit clock can represent.
fn from() -> SystemTime {
    time(1_704_067_200)
}

fn until() -> SystemTime {
    time(2_145_830_400)
}

fn certificate(name: &str) -> Certificate {
    Certificate::from_pem_file(fixture_path(&format!("{name}.pem"))).unwrap()
}

fn key(name: &str) -> PrivateKey {
    PrivateKey::from_pem_file(fixture_path(&format!("{name}-key.pem")), None).unwrap()
}

fn named(subject: &str) -> CertificateBuilder {
    CertificateBuilder::new(&Name::from_text(subject).unwrap()).validity(from(), until())
}

fn authority() -> Extensions {
    Extensions::new()
        .basic_constraints(BasicConstraints::authority(None))
        .key_usage(KeyUsage::KEY_CERT_SIGN | KeyUsage::CRL_SIGN)
}

#[test]
fn a_certificate_with_every_extension_equals_that_of_another_program() {
    let original = certificate("fields");
    let copied = |oid| original.extension(oid).unwrap().unwrap();
    let extensions = Extensions::new()
        .basic_constraints(original.basic_constraints().unwrap().unwrap())
        .key_usage(original.key_usage().unwrap().unwrap());
    let purposes = original.key_purposes().unwrap().unwrap();
    let purposes: Vec<_> = purposes.iter().map(String::as_str).collect();
    let extensions = extensions
        .key_purposes(&purposes)
        .subject_key_id(&original.subject_key_id().unwrap().unwrap())
        .authority_key_id(&original.authority_key_id().unwrap().unwrap())
        .subject_alt_names(&original.subject_alt_names().unwrap())
        .issuer_alt_names(&original.issuer_alt_names().unwrap())
        .crl_distribution_points(&original.crl_distribution_points().unwrap())
        .authority_info_access(&original.authority_info_access().unwrap())
        .name_constraints(&original.name_constraints().unwrap().unwrap())
        .policies(&original.policies().unwrap())
        .tls_features(&original.tls_features().unwrap())
        .inhibit_any_policy(original.inhibit_any_policy().unwrap().unwrap())
        .private_key_usage_period(original.private_key_usage_period().unwrap().unwrap())
        .proxy_info(&original.proxy_info().unwrap().unwrap())
        .extension(copied(oid::SIGNED_CERTIFICATE_TIMESTAMPS))
        .extension(copied("1.2.3.9"));
    for (extension, mut expected) in extensions
        .to_vec()
        .unwrap()
        .into_iter()
        .zip(original.extensions().unwrap())
    {
        // GnuTLS chooses another type for the string in a directory name.
        let (own, others) = (b"\x13\x09directory", b"\x0c\x09directory");
        if let Some(start) = expected
            .value
            .windows(others.len())
            .position(|bytes| bytes == others)
        {
            expected.value[start..start + own.len()].copy_from_slice(own);
        }
        // As RFC 3820 requires.
        expected.critical |= expected.oid == oid::PROXY_CERT_INFO;
        assert_eq!(extension, expected);
    }
    let extensions = extensions
        .extension(copied(oid::AUTHORITY_KEY_ID))
        .extension(copied(oid::SUBJECT_ALT_NAME))
        .extension(copied(oid::PROXY_CERT_INFO));
    let created = CertificateBuilder::new(&original.subject().unwrap())
        .public_key(PublicKey::from_certificate(&original).unwrap())
        .serial(&original.serial().unwrap())
        .validity(
            original.not_before().unwrap(),
            original.not_after().unwrap(),
        )
        .extensions(extensions)
        .digest(Digest::SHA256)
        .signed_by(&certificate("ca"), &key("ca"))
        .unwrap();
    assert_eq!(created.to_der().unwrap(), original.to_der().unwrap());
}

#[test]
fn hazard_52_the_key_of_a_certificate_adds_no_usage() {
    let ca = certificate("ca");
    let public = PublicKey::from_certificate(&ca).unwrap();
    assert!(ca.key_usage().unwrap().is_some());
    let created = named("CN=a")
        .public_key(public)
        .signed_by(&ca, &key("ca"))
        .unwrap();
    assert_eq!(created.extensions().unwrap(), []);
}

/// Creates a certificate with the functions of C.
fn created_by_c(
    subject: &str,
    key: &PrivateKey,
    issuer: Option<(&Certificate, &PrivateKey)>,
) -> Vec<u8> {
    let dns = |name: &str| name.to_owned();
    let (names, purpose) = (
        dns("server.example"),
        CString::new(oid::PURPOSE_SERVER).unwrap(),
    );
    let subject = CString::new(subject).unwrap();
    let serial = [1u8, 2, 3];
    let ok = |code: c_int| assert!(code >= 0, "{code}");
    let public = key.public_key().unwrap();
    // SAFETY: all objects are initialised and used only here; texts end in NUL and lengths are those of the data.
    unsafe {
        let mut raw = ptr::null_mut();
        ok(sys::gnutls_x509_crt_init(&mut raw));
        ok(sys::gnutls_x509_crt_set_version(raw, 3));
        ok(sys::gnutls_x509_crt_set_serial(
            raw,
            serial.as_ptr().cast(),
            serial.len(),
        ));
        ok(sys::gnutls_x509_crt_set_activation_time(raw, 1_704_067_200));
        ok(sys::gnutls_x509_crt_set_expiration_time(raw, 2_145_830_400));
        ok(sys::gnutls_x509_crt_set_dn(
            raw,
            subject.as_ptr(),
            ptr::null_mut(),
        ));
        ok(sys::gnutls_x509_crt_set_pubkey(raw, public.as_ptr()));
        ok(sys::gnutls_x509_crt_set_basic_constraints(raw, 1, 2));
        let usage = KeyUsage::KEY_CERT_SIGN | KeyUsage::DECIPHER_ONLY;
        ok(sys::gnutls_x509_crt_set_key_usage(raw, usage.as_raw()));
        ok(sys::gnutls_x509_crt_set_key_purpose_oid(
            raw,
            purpose.as_ptr().cast(),
            0,
        ));
        for (kind, name) in [
            (sys::GNUTLS_SAN_DNSNAME, names.as_bytes()),
            (sys::GNUTLS_SAN_IPADDRESS, &[10, 0, 0, 1]),
            (sys::GNUTLS_SAN_RFC822NAME, b"user@server.example"),
            (sys::GNUTLS_SAN_URI, b"https://server.example/"),
        ] {
            ok(sys::gnutls_x509_crt_set_subject_alt_name(
                raw,
                kind,
                name.as_ptr().cast(),
                name.len() as c_uint,
                sys::GNUTLS_FSAN_APPEND as c_uint,
            ));
        }
        let point = b"http://crl.example/";
        ok(sys::gnutls_x509_crt_set_crl_dist_points2(
            raw,
            sys::GNUTLS_SAN_URI,
            point.as_ptr().cast(),
            point.len() as c_uint,
            0,
        ));
        let (issuer, issuer_key) = issuer.map_or((raw, key.as_ptr()), |(issuer, key)| {
            (issuer.as_ptr(), key.as_ptr())
        });
        ok(sys::gnutls_x509_crt_privkey_sign(
            raw,
            issuer,
            issuer_key,
            sys::GNUTLS_DIG_SHA512,
            0,
        ));
        Certificate::from_raw(raw).to_der().unwrap()
    }
}

fn like_c(subject: &str) -> CertificateBuilder {
    let extensions = Extensions::new()
        .basic_constraints(BasicConstraints::authority(Some(2)))
        .key_usage(KeyUsage::KEY_CERT_SIGN | KeyUsage::DECIPHER_ONLY)
        .key_purposes(&[oid::PURPOSE_SERVER])
        .subject_alt_names(&[
            GeneralName::Dns("server.example".into()),
            GeneralName::Ip("10.0.0.1".parse().unwrap()),
            GeneralName::Email("user@server.example".into()),
            GeneralName::Uri("https://server.example/".into()),
        ])
        .crl_distribution_points(&[gnutls::x509::DistributionPoint::new(
            GeneralName::Uri("http://crl.example/".into()),
            gnutls::x509::RevocationReasons::default(),
        )]);
    named(subject)
        .serial(&[1, 2, 3])
        .extensions(extensions)
        .digest(Digest::SHA512)
}

#[test]
fn the_bytes_are_those_of_c_and_the_same_each_time() {
    let subject = "CN=b\u{fc}cher\\, and more,O=Example,C=DE";
    for name in ["server", "server-ed25519"] {
        let key = key(name);
        let builder = like_c(subject);
        let created = builder.self_signed(&key).unwrap().to_der().unwrap();
        assert_eq!(created, created_by_c(subject, &key, None), "{name}");
        assert_eq!(
            created,
            builder.self_signed(&key).unwrap().to_der().unwrap()
        );
        for authority in ["ca", "intermediate"] {
            let (issuer, issuer_key) = (certificate(authority), self::key(authority));
            let builder = builder.clone().public_key(key.public_key().unwrap());
            let created = builder
                .signed_by(&issuer, &issuer_key)
                .unwrap()
                .to_der()
                .unwrap();
            let expected = created_by_c(subject, &key, Some((&issuer, &issuer_key)));
            assert_eq!(created, expected, "{name} {authority}");
        }
    }
}

#[test]
fn a_chain_of_created_certificates_is_trusted() {
    let generate = || PrivateKey::generate_on_curve(Curve::SECP256R1).unwrap();
    let keys = [generate(), generate(), generate()];
    let root = named("CN=root")
        .extensions(authority())
        .key_ids()
        .self_signed(&keys[0])
        .unwrap();
    let intermediate = named("CN=intermediate")
        .extensions(authority())
        .key_ids()
        .public_key(keys[1].public_key().unwrap())
        .signed_by(&root, &keys[0])
        .unwrap();
    let names = [GeneralName::Dns("server.example".into())];
    let server = named("CN=server")
        .extensions(Extensions::new().subject_alt_names(&names))
        .key_ids()
        .public_key(Arc::new(keys[2].public_key().unwrap()))
        .signed_by(&intermediate, &keys[1])
        .unwrap();
    let mut list = TrustList::new().unwrap();
    list.add_certificates(std::slice::from_ref(&root)).unwrap();
    let options = VerifyOptions::new().hostname("server.example");
    let result = list
        .verify(&[server.clone(), intermediate.clone()], &options)
        .unwrap();
    assert!(result.status().is_trusted(), "{}", result.status());
    assert_eq!(
        result.path(),
        [server.clone(), intermediate.clone(), root.clone()]
    );

    let ids = |certificate: &Certificate| {
        let authority = certificate.authority_key_id().unwrap();
        let subject = certificate.subject_key_id().unwrap().unwrap();
        (subject, authority.and_then(|id| id.id))
    };
    assert_eq!(ids(&root), (root.key_id(Digest::SHA1).unwrap(), None));
    assert_eq!(ids(&server).1, Some(ids(&intermediate).0));
    assert_eq!(ids(&intermediate).1, Some(ids(&root).0));
    assert_eq!(root.version().unwrap(), 3);
    assert_eq!(root.issuer().unwrap(), root.subject().unwrap());
    assert_eq!(
        (root.not_before().unwrap(), root.not_after().unwrap()),
        (from(), until())
    );
    // Serial numbers are random and have the same length.
    let serials = [&root, &intermediate, &server].map(|certificate| certificate.serial().unwrap());
    assert!(
        serials
            .iter()
            .all(|serial| serial.len() == 20 && serial[0] & 0xc0 == 0x40)
    );
    assert!(serials[0] != serials[1] && serials[1] != serials[2]);
}

#[test]
fn given_key_ids_are_kept() {
    let extensions = Extensions::new().subject_key_id(b"own");
    let created = named("CN=a")
        .extensions(extensions)
        .key_ids()
        .self_signed(&key("server"))
        .unwrap();
    assert_eq!(
        created.subject_key_id().unwrap().as_deref(),
        Some(&b"own"[..])
    );
}

#[test]
fn the_key_must_be_that_of_the_issuer() {
    let (ca, other) = (certificate("ca"), key("other-ca"));
    let public = Arc::new(key("server").public_key().unwrap());
    let builder = named("CN=a").public_key(public);
    let error = builder.signed_by(&ca, &other).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert!(
        error.to_string().contains("not that of the issuer"),
        "{error}"
    );
    let error = builder.self_signed(&key("client")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert!(builder.self_signed(&key("server")).is_ok());
}

#[test]
fn values_that_are_missing_or_not_valid_are_errors() {
    let key = key("server-ed25519");
    let kind = |builder: &CertificateBuilder| builder.self_signed(&key).unwrap_err().kind();
    let name = Name::from_text("CN=a").unwrap();
    assert_eq!(
        kind(&CertificateBuilder::new(&name)),
        ErrorKind::InvalidInput
    );
    assert_eq!(
        kind(&named("CN=a").validity(until(), from())),
        ErrorKind::InvalidInput
    );
    for serial in [&[][..], &[0], &[0, 0], &[0x80], &[1; 21]] {
        assert_eq!(
            kind(&named("CN=a").serial(serial)),
            ErrorKind::InvalidInput,
            "{serial:?}"
        );
    }
    let before_1970 = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
    assert_eq!(
        kind(&named("CN=a").validity(before_1970, until())),
        ErrorKind::Limit
    );
    assert_eq!(
        kind(&named("CN=a").valid_from(before_1970)),
        ErrorKind::Limit
    );
    let invalid = Extensions::new().key_purposes(&["server"]);
    assert_eq!(
        kind(&named("CN=a").extensions(invalid)),
        ErrorKind::InvalidInput
    );
    let error = named("CN=a")
        .signed_by(&certificate("ca"), &self::key("ca"))
        .unwrap_err();
    assert!(error.to_string().contains("`public_key`"), "{error}");
    // A serial number of 20 bytes, and a leading 0 that is not encoded.
    let serial = |serial: &[u8]| {
        named("CN=a")
            .serial(serial)
            .self_signed(&key)
            .unwrap()
            .serial()
            .unwrap()
    };
    assert_eq!(serial(&[0x7f; 20]), [0x7f; 20]);
    assert_eq!(serial(&[0, 0, 5]), [5]);
    assert_eq!(serial(&[0, 0x80]), [0, 0x80]);
}

#[test]
fn times_after_the_end_of_a_32_bit_clock_are_exact_or_refused() {
    let key = key("server-ed25519");
    for seconds in [2_147_483_648, 2_524_608_000, 4_102_444_800] {
        let created = named("CN=a")
            .validity(from(), time(seconds))
            .self_signed(&key);
        match created {
            Ok(certificate) => assert_eq!(certificate.not_after().unwrap(), time(seconds)),
            Err(error) => assert_eq!((sys::time_t::BITS, error.kind()), (32, ErrorKind::Limit)),
        }
    }
    let created = named("CN=a").valid_from(from()).self_signed(&key).unwrap();
    assert_eq!(created.not_before().unwrap(), from());
    match created.not_after() {
        Ok(end) => assert!(end > time(253_402_128_000), "{end:?}"),
        Err(error) => assert_eq!((sys::time_t::BITS, error.kind()), (32, ErrorKind::Limit)),
    }
    assert!(
        created
            .to_der()
            .unwrap()
            .windows(15)
            .any(|bytes| bytes == b"99991231235959Z")
    );
}

#[test]
fn the_subject_keeps_the_types_of_its_values() {
    let key = key("server-ed25519");
    let fields = certificate("fields").subject().unwrap();
    let created = CertificateBuilder::new(&fields)
        .validity(from(), until())
        .self_signed(&key)
        .unwrap();
    assert_eq!(created.subject().unwrap().as_der(), fields.as_der());
    assert_eq!(created.issuer().unwrap(), fields);
    let empty = CertificateBuilder::new(&Name::default())
        .validity(from(), until())
        .self_signed(&key);
    assert!(empty.unwrap().subject().unwrap().is_empty());
    // CN=a + O=b
    let several = [
        &[0x30, 0x18, 0x31, 0x16][..],
        &[0x30, 9, 6, 3, 0x55, 4, 3, 0x0c, 2, b'a', b'a'],
        &[0x30, 9, 6, 3, 0x55, 4, 10, 0x0c, 2, b'b', b'b'],
    ]
    .concat();
    let several = Name::from_der(&several).unwrap();
    let error = CertificateBuilder::new(&several)
        .validity(from(), until())
        .self_signed(&key)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("several attributes"), "{error}");
}

#[test]
fn hazard_57_rsa_pss_parameters_restrict_the_key_and_the_signature() {
    let key = key("server");
    let parameters = RsaPssParameters::new(Digest::SHA384, 48);
    let created = named("CN=a")
        .rsa_pss(parameters)
        .extensions(authority())
        .self_signed(&key)
        .unwrap();
    assert_eq!(created.rsa_pss_parameters().unwrap(), Some(parameters));
    assert_eq!(
        created.public_key_algorithm(),
        Some(PublicKeyAlgorithm::RSA_PSS)
    );
    assert_eq!(
        created.signature_algorithm(),
        Some(SignatureAlgorithm::RSA_PSS_SHA384)
    );
    // It signs others with its digest.
    let public = key.public_key().unwrap();
    let below = named("CN=b")
        .public_key(public)
        .signed_by(&created, &key)
        .unwrap();
    assert_eq!(
        below.signature_algorithm(),
        Some(SignatureAlgorithm::RSA_PSS_SHA384)
    );
    assert_eq!(below.rsa_pss_parameters().unwrap(), None);
    let status = below
        .verify(&[created], VerificationFlags::default())
        .unwrap();
    assert!(status.is_trusted(), "{status}");
    assert!(
        named("CN=a")
            .rsa_pss(parameters)
            .digest(Digest::SHA256)
            .self_signed(&key)
            .is_err()
    );
    let other = named("CN=a")
        .rsa_pss(parameters)
        .self_signed(&self::key("server-ed25519"));
    assert_eq!(other.unwrap_err().kind(), ErrorKind::InvalidInput);
    // Only the signature.
    let created = named("CN=a").rsa_pss_signature().self_signed(&key).unwrap();
    assert_eq!(
        created.public_key_algorithm(),
        Some(PublicKeyAlgorithm::RSA)
    );
    assert_eq!(
        created.signature_algorithm(),
        Some(SignatureAlgorithm::RSA_PSS_SHA256)
    );
}

#[test]
fn the_digest_depends_on_the_key() {
    let algorithm = |builder: CertificateBuilder, key: &PrivateKey| {
        builder
            .self_signed(key)
            .unwrap()
            .signature_algorithm()
            .unwrap()
    };
    let rsa = key("server");
    assert_eq!(
        algorithm(named("CN=a"), &rsa),
        SignatureAlgorithm::RSA_SHA256
    );
    assert_eq!(
        algorithm(named("CN=a").digest(Digest::SHA384), &rsa),
        SignatureAlgorithm::RSA_SHA384
    );
    assert_eq!(
        algorithm(named("CN=a"), &key("server-ed25519")),
        SignatureAlgorithm::ED25519
    );
    let ecdsa = PrivateKey::generate_on_curve(Curve::SECP384R1).unwrap();
    assert_eq!(
        algorithm(named("CN=a"), &ecdsa),
        SignatureAlgorithm::ECDSA_SHA384
    );
    // Old libraries do not generate the key.
    let signed = PrivateKey::generate(PublicKeyAlgorithm::ECDH_X25519, SecurityLevel::HIGH)
        .and_then(|agreement| named("CN=a").self_signed(&agreement));
    assert!(signed.is_err());
}

#[test]
fn unique_identifiers_are_written() {
    let created = named("CN=a")
        .issuer_unique_id(b"issuer")
        .subject_unique_id(b"subject")
        .self_signed(&key("server-ed25519"))
        .unwrap();
    assert_eq!(
        created.issuer_unique_id().unwrap().as_deref(),
        Some(&b"issuer"[..])
    );
    assert_eq!(
        created.subject_unique_id().unwrap().as_deref(),
        Some(&b"subject"[..])
    );
}

#[test]
fn created_certificates_are_complete_objects() {
    // C does not update the values that it has stored of a certificate before it was signed.
    let created = like_c("CN=a,O=b").self_signed(&key("server")).unwrap();
    let parsed = Certificate::from_der(&created.to_der().unwrap()).unwrap();
    assert_eq!(created, parsed);
    assert_eq!(created.subject().unwrap().to_string(), "CN=a,O=b");
    assert!(created.matches_hostname("server.example"));
    assert_eq!(created.extensions().unwrap(), parsed.extensions().unwrap());
    let status = created
        .verify(std::slice::from_ref(&created), VerificationFlags::default())
        .unwrap();
    assert!(status.is_trusted(), "{status}");
}

#[test]
fn constraints_are_compared_with_names() {
    let dns = |name: &str| GeneralName::Dns(name.into());
    let address = |text: &str| text.parse().unwrap();
    let constraints = NameConstraints::new(
        vec![
            dns("example"),
            GeneralName::Network(address("10.0.0.0"), address("255.0.0.0")),
            GeneralName::Email("example".into()),
        ],
        vec![dns("secret.example")],
    );
    let permits = |name: GeneralName| constraints.permits(&name).unwrap();
    assert!(permits(dns("www.example")) && permits(GeneralName::Ip(address("10.1.2.3"))));
    assert!(!permits(dns("a.secret.example")) && !permits(GeneralName::Ip(address("11.1.2.3"))));
    assert!(!permits(GeneralName::Email("user@test".into())));
    assert!(permits(GeneralName::Email("user@example".into())));
    for name in [
        GeneralName::DirectoryName("CN=a".into()),
        GeneralName::RegisteredId("1.2".into()),
    ] {
        assert_eq!(
            constraints.permits(&name).unwrap_err().kind(),
            ErrorKind::InvalidInput
        );
    }
    let named = |name: &str| {
        let extensions = Extensions::new().subject_alt_names(&[dns(name)]);
        self::named("CN=a")
            .extensions(extensions)
            .self_signed(&key("server-ed25519"))
            .unwrap()
    };
    let permits = |name: &str| {
        constraints
            .permits_certificate(&dns(""), &named(name))
            .unwrap()
    };
    assert!(permits("www.example") && !permits("a.secret.example") && !permits("www.test"));
}

#[test]
fn an_extension_of_any_type_is_written() {
    let extension = Extension::new("1.2.3.4", true, [4, 2, 1, 2]);
    let extensions = Extensions::new().extension(extension.clone());
    let created = named("CN=a")
        .extensions(extensions)
        .self_signed(&key("server-ed25519"))
        .unwrap();
    assert_eq!(created.extensions().unwrap(), [extension]);
}

#[test]
fn hazard_67_values_can_be_empty() {
    let empty = || Extensions::new().extension(Extension::new("1.2.3.4", false, []));
    let (ca, ca_key) = (certificate("ca"), key("ca"));
    let created = named("CN=empty")
        .public_key(ca_key.public_key().unwrap())
        .extensions(empty())
        .issuer_unique_id(&[])
        .subject_unique_id(&[])
        .signed_by(&ca, &ca_key)
        .unwrap();
    // C does not read an empty extension.
    assert!(created.extensions().is_err());
    let request = CertificateRequestBuilder::new(&"CN=empty".parse().unwrap())
        .extensions(empty())
        .signed_by(&ca_key)
        .unwrap();
    assert!(request.to_der().unwrap().len() > 100);
    let list = RevocationListBuilder::new(from())
        .authority_key_id(&[])
        .signed_by(&ca, &ca_key)
        .unwrap();
    assert_eq!(list.extensions().unwrap().len(), 1);
}
