//! Certificate requests.

use std::ffi::{CString, c_int, c_uint};
use std::ptr;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, SystemTime};

use gnutls::ErrorKind;
use gnutls::crypto::{Curve, Digest, PublicKeyAlgorithm, SignatureAlgorithm};
use gnutls::key::PrivateKey;
use gnutls::verify::VerificationFlags;
use gnutls::x509::{
    Attribute, BasicConstraints, Certificate, CertificateBuilder, CertificateRequest,
    CertificateRequestBuilder, Extension, Extensions, GeneralName, KeyUsage, Name, PrintFormat,
    PrivateKeyUsagePeriod, oid,
};
use gnutls_sys as sys;
use gnutls_testing::fixtures::{fixture, fixture_path};

fn time(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn key(name: &str) -> PrivateKey {
    PrivateKey::from_pem_file(fixture_path(&format!("{name}-key.pem")), None).unwrap()
}

fn named(subject: &str) -> CertificateRequestBuilder {
    CertificateRequestBuilder::new(&Name::from_text(subject).unwrap())
}

fn extensions() -> Extensions {
    Extensions::new()
        .subject_alt_names(&[GeneralName::Dns("server.example".into())])
        .basic_constraints(BasicConstraints::END_ENTITY)
        .key_usage(KeyUsage::DIGITAL_SIGNATURE)
        .key_purposes(&[oid::PURPOSE_SERVER])
        .private_key_usage_period(PrivateKeyUsagePeriod::new(
            time(1_704_067_200),
            time(2_145_830_400),
        ))
        .tls_features(&[5])
        .extension(Extension::new("1.2.3.4", true, [4, 1, 7]))
}

/// A request with every field.
fn complete() -> CertificateRequestBuilder {
    named("CN=server,O=Example")
        .extensions(extensions())
        .challenge_password("p\u{e4}ssword")
        .attribute(Attribute::new("1.2.3.5", [0x0c, 1, b'a']))
}

#[test]
fn every_value_of_a_created_request_is_read() {
    let key = key("server");
    let request = complete().signed_by(&key).unwrap();
    request.verify(VerificationFlags::default()).unwrap();
    assert_eq!(request.version().unwrap(), 1);
    assert_eq!(
        request.subject().unwrap(),
        "CN=server,O=Example".parse().unwrap()
    );
    assert_eq!(
        request.subject_alt_names().unwrap(),
        [GeneralName::Dns("server.example".into())]
    );
    assert_eq!(
        request.basic_constraints().unwrap(),
        Some(BasicConstraints::END_ENTITY)
    );
    assert_eq!(
        request.key_usage().unwrap(),
        Some(KeyUsage::DIGITAL_SIGNATURE)
    );
    assert_eq!(
        request.key_purposes().unwrap().unwrap(),
        [oid::PURPOSE_SERVER]
    );
    let period = request.private_key_usage_period().unwrap().unwrap();
    assert_eq!(period.not_after, Some(time(2_145_830_400)));
    assert_eq!(request.tls_features().unwrap(), [5]);
    assert_eq!(
        request.extensions().unwrap(),
        extensions().to_vec().unwrap()
    );
    let extension = request.extension("1.2.3.4").unwrap();
    assert_eq!(extension, Some(Extension::new("1.2.3.4", true, [4, 1, 7])));
    assert_eq!(
        request.challenge_password().unwrap().as_deref(),
        Some("p\u{e4}ssword")
    );
    assert_eq!(
        request.attribute("1.2.3.5").unwrap().unwrap(),
        [0x0c, 1, b'a']
    );
    assert_eq!(request.attribute("1.2.3.6").unwrap(), None);
    let attributes = request.attributes().unwrap();
    assert_eq!(attributes.len(), 3);
    assert!(attributes.contains(&Attribute::new("1.2.3.5", [0x0c, 1, b'a'])));

    let public = key.public_key().unwrap();
    assert_eq!(
        request.public_key().unwrap().to_der().unwrap(),
        public.to_der().unwrap()
    );
    assert_eq!(
        request.key_id(Digest::SHA256).unwrap(),
        public.key_id(Digest::SHA256).unwrap()
    );
    assert_eq!(
        request.public_key_algorithm(),
        Some(PublicKeyAlgorithm::RSA)
    );
    assert_eq!(request.public_key_bits(), Some(2048));
    assert_eq!(request.public_key_oid().unwrap(), "1.2.840.113549.1.1.1");
    assert_eq!(request.rsa_pss_parameters().unwrap(), None);
    assert_eq!(
        request.signature_algorithm(),
        Some(SignatureAlgorithm::RSA_SHA256)
    );
    assert_eq!(request.signature_oid().unwrap(), "1.2.840.113549.1.1.11");
    let text = request.print(PrintFormat::FULL).unwrap();
    assert!(text.contains("DNSname: server.example"), "{text}");

    let pem = request.to_pem().unwrap();
    assert!(
        pem.starts_with("-----BEGIN NEW CERTIFICATE REQUEST-----"),
        "{pem}"
    );
    assert_eq!(
        CertificateRequest::from_pem(pem.as_bytes()).unwrap(),
        request
    );
    let other = pem.replace("NEW CERTIFICATE", "CERTIFICATE");
    assert_eq!(
        CertificateRequest::from_pem(other.as_bytes()).unwrap(),
        request
    );
    assert_eq!(
        CertificateRequest::from_der(&request.to_der().unwrap()).unwrap(),
        request
    );
}

#[test]
fn a_request_without_attributes_has_none() {
    let request = named("CN=a").signed_by(&key("server-ed25519")).unwrap();
    assert_eq!(request.attributes().unwrap(), []);
    assert_eq!(request.extensions().unwrap(), []);
    assert_eq!(request.challenge_password().unwrap(), None);
    assert_eq!(request.subject_alt_names().unwrap(), []);
    assert_eq!(request.key_usage().unwrap(), None);
    assert_eq!(
        request.signature_algorithm(),
        Some(SignatureAlgorithm::ED25519)
    );
    request.verify(VerificationFlags::default()).unwrap();
}

/// Creates a request with the functions of C.
fn created_by_c(key: &PrivateKey) -> Vec<u8> {
    let ok = |code: c_int| assert!(code >= 0, "{code}");
    let public = key.public_key().unwrap();
    let subject = c"CN=server,O=Example";
    let names = b"server.example";
    let purpose = CString::new(oid::PURPOSE_SERVER).unwrap();
    // SAFETY: all objects are initialised and used only here; texts end in NUL and lengths are those of the data.
    unsafe {
        let mut raw = ptr::null_mut();
        ok(sys::gnutls_x509_crq_init(&mut raw));
        ok(sys::gnutls_x509_crq_set_version(raw, 1));
        ok(sys::gnutls_x509_crq_set_pubkey(raw, public.as_ptr()));
        ok(sys::gnutls_x509_crq_set_dn(
            raw,
            subject.as_ptr(),
            ptr::null_mut(),
        ));
        ok(sys::gnutls_x509_crq_set_challenge_password(
            raw,
            c"secret".as_ptr(),
        ));
        let (kind, flags) = (sys::GNUTLS_SAN_DNSNAME, sys::GNUTLS_FSAN_SET as c_uint);
        let (data, size) = (names.as_ptr().cast(), names.len() as c_uint);
        ok(sys::gnutls_x509_crq_set_subject_alt_name(
            raw, kind, data, size, flags,
        ));
        let usage = KeyUsage::KEY_AGREEMENT | KeyUsage::DECIPHER_ONLY;
        ok(sys::gnutls_x509_crq_set_key_usage(raw, usage.as_raw()));
        ok(sys::gnutls_x509_crq_set_key_purpose_oid(
            raw,
            purpose.as_ptr().cast(),
            0,
        ));
        ok(sys::gnutls_x509_crq_privkey_sign(
            raw,
            key.as_ptr(),
            sys::GNUTLS_DIG_SHA512,
            0,
        ));
        CertificateRequest::from_raw(raw).to_der().unwrap()
    }
}

#[test]
fn the_bytes_are_those_of_c_and_the_same_each_time() {
    let mut purposes = Extensions::new()
        .key_purposes(&[oid::PURPOSE_SERVER])
        .to_vec()
        .unwrap()
        .remove(0);
    // C ignores the argument and always chooses this.
    purposes.critical = true;
    let extensions = Extensions::new()
        .subject_alt_names(&[GeneralName::Dns("server.example".into())])
        .key_usage(KeyUsage::KEY_AGREEMENT | KeyUsage::DECIPHER_ONLY)
        .extension(purposes);
    let builder = named("CN=server,O=Example")
        .challenge_password("secret")
        .extensions(extensions)
        .digest(Digest::SHA512);
    for name in ["server", "server-ed25519"] {
        let key = key(name);
        let der = builder.signed_by(&key).unwrap().to_der().unwrap();
        assert_eq!(der, created_by_c(&key), "{name}");
        assert_eq!(der, builder.signed_by(&key).unwrap().to_der().unwrap());
    }
}

#[test]
fn a_wrong_signature_is_refused() {
    let mut der = complete()
        .signed_by(&key("server-ed25519"))
        .unwrap()
        .to_der()
        .unwrap();
    *der.last_mut().unwrap() ^= 1;
    let forged = CertificateRequest::from_der(&der).unwrap();
    assert!(forged.verify(VerificationFlags::default()).is_err());
    let ca = Certificate::from_pem_file(fixture_path("ca.pem")).unwrap();
    let builder = CertificateBuilder::from_request(&forged)
        .validity(time(1_704_067_200), time(2_145_830_400));
    assert!(builder.signed_by(&ca, &key("ca")).is_err());
}

#[test]
fn an_authority_chooses_the_extensions_of_the_certificate() {
    let request = complete().signed_by(&key("server")).unwrap();
    let ca = Certificate::from_pem_file(fixture_path("ca.pem")).unwrap();
    let builder = CertificateBuilder::from_request(&request)
        .validity(time(1_704_067_200), time(2_145_830_400));
    let bare = builder.signed_by(&ca, &key("ca")).unwrap();
    assert_eq!(bare.subject().unwrap(), request.subject().unwrap());
    assert_eq!(
        bare.key_id(Digest::SHA256).unwrap(),
        request.key_id(Digest::SHA256).unwrap()
    );
    // Not even the usage of the key.
    assert_eq!(bare.extensions().unwrap(), []);
    let accepted: Extensions = request
        .extensions()
        .unwrap()
        .into_iter()
        .filter(|extension| extension.oid == oid::SUBJECT_ALT_NAME)
        .collect();
    let certificate = builder
        .clone()
        .extensions(accepted)
        .key_ids()
        .signed_by(&ca, &key("ca"))
        .unwrap();
    assert_eq!(
        certificate.subject_alt_names().unwrap(),
        request.subject_alt_names().unwrap()
    );
    assert_eq!(
        certificate.subject_key_id().unwrap().unwrap(),
        request.key_id(Digest::SHA1).unwrap()
    );
    assert_eq!(certificate.extensions().unwrap().len(), 3);
    let status = certificate
        .verify(&[ca], VerificationFlags::default())
        .unwrap();
    assert!(status.is_trusted(), "{status}");
    // Only the key of the request can sign its certificate.
    assert!(builder.self_signed(&key("server")).is_ok());
    let error = builder.self_signed(&key("client")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
}

#[test]
fn values_that_are_not_valid_are_errors() {
    let key = key("server-ed25519");
    let kind = |builder: CertificateRequestBuilder| builder.signed_by(&key).unwrap_err().kind();
    assert_eq!(
        kind(named("CN=a").challenge_password("a\0b")),
        ErrorKind::InvalidInput
    );
    for (oid, value) in [
        ("1.2.x", &[5, 0][..]),
        ("1.2.3", &[]),
        ("1.2.3", &[4, 2, 0]),
        ("1.2.840.113549.1.9.14", &[0x30, 0]),
    ] {
        let builder = named("CN=a").attribute(Attribute::new(oid, value));
        assert_eq!(kind(builder), ErrorKind::InvalidInput, "{oid} {value:?}");
    }
    let invalid = Extensions::new().key_purposes(&["server"]);
    assert_eq!(
        kind(named("CN=a").extensions(invalid)),
        ErrorKind::InvalidInput
    );
}

#[test]
fn ecdsa_requests_are_verified() {
    let key = PrivateKey::generate_on_curve(Curve::SECP384R1).unwrap();
    let request = named("CN=a").signed_by(&key).unwrap();
    assert_eq!(
        request.signature_algorithm(),
        Some(SignatureAlgorithm::ECDSA_SHA384)
    );
    request.verify(VerificationFlags::default()).unwrap();
}

#[test]
fn hazard_54_damaged_requests_are_errors() {
    let der = complete()
        .signed_by(&key("server-ed25519"))
        .unwrap()
        .to_der()
        .unwrap();
    for length in 0..der.len() {
        let error = CertificateRequest::from_der(&der[..length]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate, "{length} {error}");
    }
    // Every getter returns, whatever the bytes are.
    for position in 0..der.len() {
        let mut der = der.clone();
        der[position] ^= 0x55;
        if let Ok(request) = CertificateRequest::from_der(&der) {
            let _ = (
                request.subject(),
                request.public_key(),
                request.challenge_password(),
            );
            let _ = (
                request.attributes(),
                request.extensions(),
                request.subject_alt_names(),
            );
            let _ = (
                request.key_usage(),
                request.print(PrintFormat::FULL),
                request.to_der(),
            );
            let _ = (
                request.signature_oid(),
                request.key_id(Digest::SHA1),
                request.version(),
            );
            assert!(
                request.verify(VerificationFlags::default()).is_err(),
                "{position}"
            );
        }
    }
    for pem in [&b"no PEM"[..], b"", b"\0", &fixture("server.pem")] {
        let error = CertificateRequest::from_pem(pem).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate, "{error}");
    }
    assert_eq!(
        CertificateRequest::from_pem_file("/nowhere")
            .unwrap_err()
            .kind(),
        ErrorKind::Io
    );
}

/// C prints an error in place of the extensions.
#[test]
fn a_request_with_damaged_extensions_is_printed() {
    // An extension with a length that exceeds the list, as another attribute, whose identifier has the same length.
    let other = Attribute::new("1.2.840.113549.1.9.15", [0x30, 3, 0x30, 9, 0]);
    let request = named("CN=server").attribute(other);
    let mut der = request.signed_by(&key("server")).unwrap().to_der().unwrap();
    let id = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 15];
    let start = der.windows(id.len()).position(|bytes| bytes == id).unwrap();
    der[start + id.len() - 1] = 14;

    let request = CertificateRequest::from_der(&der).unwrap();
    assert!(request.extensions().is_err());
    let text = request.print(PrintFormat::FULL).unwrap();
    assert!(text.contains("Subject: CN=server"), "{text}");
    assert!(text.contains("error: get_extension_info"), "{text}");
}

#[test]
fn hazard_7_a_request_of_c_has_one_owner() {
    let created = complete().signed_by(&key("server-ed25519")).unwrap();
    let der = created.to_der().unwrap();
    let data = sys::gnutls_datum_t {
        data: der.as_ptr().cast_mut(),
        size: der.len() as u32,
    };
    let mut raw = ptr::null_mut();
    // SAFETY: the object is created and filled here, and ownership is transferred once.
    let request = unsafe {
        assert_eq!(sys::gnutls_x509_crq_init(&mut raw), 0);
        assert_eq!(
            sys::gnutls_x509_crq_import(raw, &data, sys::GNUTLS_X509_FMT_DER),
            0
        );
        CertificateRequest::from_raw(raw)
    };
    assert_eq!(request.as_ptr(), raw);
    let clone = request.clone();
    drop(request);
    assert_eq!(clone, created);
    // A key is a copy.
    let public = clone.public_key().unwrap();
    drop(clone);
    assert!(public.to_der().is_ok());
}

#[test]
fn bug_class_5_threads_share_a_request() {
    const THREADS: usize = 4;
    let request = complete().signed_by(&key("server-ed25519")).unwrap();
    let start = Barrier::new(THREADS);
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                start.wait();
                for _ in 0..50 {
                    assert_eq!(request.extensions().unwrap().len(), 7);
                    assert_eq!(request.clone().attributes().unwrap().len(), 3);
                    assert!(request.print(PrintFormat::FULL).is_ok());
                    request.verify(VerificationFlags::default()).unwrap();
                }
            });
        }
    });
}
