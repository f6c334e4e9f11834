//! Private and public keys.

use std::ptr;
use std::thread;

use gnutls::crypto::{Curve, Digest, PublicKeyAlgorithm, SecurityLevel, SignatureAlgorithm, hash};
use gnutls::key::{PrivateKey, PublicKey};
use gnutls::pkcs11::Pin;
use gnutls::x509::Certificate;
use gnutls::{ErrorCode, ErrorKind, Identity, Priority, ServerConfig};
use gnutls_testing::fixtures::{fixture, fixture_path};
use gnutls_testing::pair::{Pair, client, protocols};
use gnutls_testing::requirement::{ECDSA_PUBLIC_KEYS, Requirement};
use gnutls_testing::test_name;
use gnutls_testing::token::{PIN, with_token};

fn key(name: &str) -> PrivateKey {
    PrivateKey::from_pem_file(fixture_path(&format!("{name}-key.pem")), None).unwrap()
}

fn certificate(name: &str) -> Certificate {
    Certificate::from_pem_file(fixture_path(&format!("{name}.pem"))).unwrap()
}

/// Generated keys with the algorithm of their signatures.
fn generated() -> Vec<(PrivateKey, SignatureAlgorithm)> {
    vec![
        (
            PrivateKey::generate(PublicKeyAlgorithm::RSA, SecurityLevel::MEDIUM).unwrap(),
            SignatureAlgorithm::RSA_SHA256,
        ),
        (
            PrivateKey::generate_on_curve(Curve::SECP256R1).unwrap(),
            SignatureAlgorithm::ECDSA_SHA256,
        ),
        (
            PrivateKey::generate(PublicKeyAlgorithm::ED25519, SecurityLevel::HIGH).unwrap(),
            SignatureAlgorithm::ED25519,
        ),
    ]
}

/// Verifies a signature with a call of C.
fn verified_in_c(
    key: &PublicKey,
    algorithm: SignatureAlgorithm,
    message: &[u8],
    signature: &[u8],
) -> bool {
    let datum = |bytes: &[u8]| gnutls_sys::gnutls_datum_t {
        data: bytes.as_ptr().cast_mut(),
        size: bytes.len() as u32,
    };
    let (message, signature) = (datum(message), datum(signature));
    // SAFETY: the key lives, and it, the message and the signature are only read.
    let code = unsafe {
        let algorithm = algorithm.as_raw();
        gnutls_sys::gnutls_pubkey_verify_data2(key.as_ptr(), algorithm, 0, &message, &signature)
    };
    code >= 0
}

#[test]
fn signatures_are_verified_with_the_public_key() {
    for (key, algorithm) in generated() {
        assert_eq!(key.algorithm(), algorithm.public_key(), "{key:?}");
        key.verify_parameters().unwrap();
        let public = key.public_key().unwrap();
        assert_eq!(public.algorithm(), key.algorithm());
        assert!(public.bits().unwrap() >= 256);
        let signature = key.sign(algorithm, b"message").unwrap();
        public.verify(algorithm, b"message", &signature).unwrap();
        assert!(verified_in_c(&public, algorithm, b"message", &signature));
        for (message, signature) in [
            (&b"other"[..], &signature[..]),
            (b"message", &signature[1..]),
            (b"message", b""),
            (b"", &signature),
        ] {
            let error = public.verify(algorithm, message, signature).unwrap_err();
            assert!(!verified_in_c(&public, algorithm, message, signature));
            assert!(error.code().is_some(), "{error}");
        }
        let mut damaged = signature.clone();
        *damaged.last_mut().unwrap() ^= 1;
        let error = public.verify(algorithm, b"message", &damaged).unwrap_err();
        assert_eq!(error.code(), Some(ErrorCode::PK_SIG_VERIFY_FAILED));
        // Another algorithm, and another key.
        assert!(
            key.sign(SignatureAlgorithm::DSA_SHA256, b"message")
                .is_err()
        );
        assert!(
            public
                .verify(SignatureAlgorithm::DSA_SHA256, b"message", &signature)
                .is_err()
        );
        assert!(
            key.sign(SignatureAlgorithm::from_raw(9999), b"message")
                .is_err()
        );
        let other = certificate("ca");
        let other = PublicKey::from_certificate(&other).unwrap();
        assert!(other.verify(algorithm, b"message", &signature).is_err());
    }
}

#[test]
fn digests_are_signed_if_they_have_the_right_length() {
    let digest = hash(Digest::SHA256, b"message").unwrap();
    for (key, algorithm) in generated() {
        let public = key.public_key().unwrap();
        if algorithm == SignatureAlgorithm::ED25519 {
            assert!(key.sign_hash(algorithm, &digest).is_err(), "{algorithm}");
            continue;
        }
        let signature = key.sign_hash(algorithm, &digest).unwrap();
        public.verify(algorithm, b"message", &signature).unwrap();
        public.verify_hash(algorithm, &digest, &signature).unwrap();
        assert!(public.verify_hash(algorithm, &[0; 32], &signature).is_err());
        for length in [0, 20, 31, 33] {
            let hash = vec![0; length];
            let error = key.sign_hash(algorithm, &hash).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            let error = public
                .verify_hash(algorithm, &hash, &signature)
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
        }
    }
}

#[test]
fn exported_keys_are_imported() {
    for (key, algorithm) in generated() {
        let public = key.public_key().unwrap();
        let id = public.key_id(Digest::SHA256).unwrap();
        for password in [None, Some("password"), Some("")] {
            let pem = key.to_pem(password).unwrap();
            let der = key.to_der(password).unwrap();
            assert_eq!(pem.contains("ENCRYPTED"), password.is_some());
            for copy in [
                PrivateKey::from_pem(pem.as_bytes(), password).unwrap(),
                PrivateKey::from_der(&der, password).unwrap(),
            ] {
                let signature = copy.sign(algorithm, b"message").unwrap();
                public.verify(algorithm, b"message", &signature).unwrap();
                assert_eq!(
                    copy.public_key().unwrap().key_id(Digest::SHA256).unwrap(),
                    id
                );
            }
            if password == Some("password") {
                for wrong in [None, Some("wrong")] {
                    let error = PrivateKey::from_pem(pem.as_bytes(), wrong).unwrap_err();
                    assert_eq!(error.kind(), ErrorKind::Certificate);
                    assert!(PrivateKey::from_der(&der, wrong).is_err());
                }
            }
        }
        let copies = [
            PublicKey::from_pem(public.to_pem().unwrap().as_bytes()),
            PublicKey::from_der(&public.to_der().unwrap()),
        ];
        for copy in copies {
            if algorithm == SignatureAlgorithm::ECDSA_SHA256 && !ECDSA_PUBLIC_KEYS.is_present() {
                let error = copy.unwrap_err();
                assert_eq!(error.required_release(), Some(ECDSA_PUBLIC_KEYS.release()));
            } else {
                assert_eq!(copy.unwrap().key_id(Digest::SHA256).unwrap(), id);
            }
        }
        assert!(!format!("{key:?}").contains("raw"));
    }
}

#[test]
fn hazard_9_passwords_with_a_nul_byte_are_refused() {
    let pem = fixture("server-key.pem");
    let error = PrivateKey::from_pem(&pem, Some("pass\0word")).unwrap_err();
    assert!([ErrorKind::InvalidInput, ErrorKind::Certificate].contains(&error.kind()));
    let error = key("server").to_pem(Some("pass\0word")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
fn other_data_is_no_key() {
    for data in [
        &b""[..],
        b"text",
        b"\0",
        &fixture("server.pem"),
        &fixture("server-key.der"),
    ] {
        let error = PrivateKey::from_pem(data, None).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate, "{data:?}");
        let error = PublicKey::from_pem(data).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate, "{data:?}");
    }
    for data in [
        &b""[..],
        b"text",
        &fixture("server.der"),
        &fixture("server-key.pem"),
    ] {
        assert_eq!(
            PrivateKey::from_der(data, None).unwrap_err().kind(),
            ErrorKind::Certificate
        );
        assert_eq!(
            PublicKey::from_der(data).unwrap_err().kind(),
            ErrorKind::Certificate
        );
    }
    assert_eq!(
        PrivateKey::from_pem_file("/none", None).unwrap_err().kind(),
        ErrorKind::Io
    );
    assert_eq!(
        PublicKey::from_pem_file("/none").unwrap_err().kind(),
        ErrorKind::Io
    );
    let tpm = b"text\n-----BEGIN TSS2 PRIVATE KEY-----\nMDA=\n-----END TSS2 PRIVATE KEY-----\n";
    let errors = [
        PrivateKey::from_pem(tpm, None).unwrap_err(),
        Identity::from_pem(&fixture("server.pem"), tpm).unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(error.to_string().contains("tpm2-pkcs11"), "{error}");
    }
    let error = PrivateKey::from_pkcs11("server-key.pem", Pin::new("1234").unwrap()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
fn a_key_belongs_to_its_certificate() {
    for name in ["server", "client", "server-ed25519", "ca"] {
        let (key, certificate) = (key(name), certificate(name));
        let own = PublicKey::from_certificate(&certificate).unwrap();
        for digest in [Digest::SHA1, Digest::SHA256] {
            let id = certificate.key_id(digest).unwrap();
            assert_eq!(own.key_id(digest).unwrap(), id);
            assert_eq!(key.public_key().unwrap().key_id(digest).unwrap(), id);
        }
        assert_eq!(own.algorithm(), certificate.public_key_algorithm());
        assert_eq!(own.bits(), certificate.public_key_bits());
    }
    let file = PublicKey::from_pem_file(fixture_path("server-public.pem")).unwrap();
    let own = PublicKey::from_certificate(&certificate("server")).unwrap();
    assert_eq!(file.to_der().unwrap(), own.to_der().unwrap());
}

/// The signature of a certificate is that of its issuer's key for the first element of its encoding.
#[test]
fn the_signature_of_a_certificate_is_that_of_the_issuer() {
    let der = fixture("server.der");
    let server = certificate("server");
    // The header of the outer sequence has 4 bytes, and that of the first element, too.
    assert_eq!((der[1], der[5]), (0x82, 0x82));
    let length = usize::from(u16::from_be_bytes([der[6], der[7]]));
    let signed = &der[4..8 + length];
    let issuer = PublicKey::from_certificate(&certificate("ca")).unwrap();
    let algorithm = server.signature_algorithm().unwrap();
    issuer
        .verify(algorithm, signed, &server.signature().unwrap())
        .unwrap();
    assert!(
        issuer
            .verify(algorithm, &signed[1..], &server.signature().unwrap())
            .is_err()
    );
}

#[test]
fn rsa_encrypts_for_the_owner_of_the_key() {
    let key = key("server");
    let public = key.public_key().unwrap();
    let encrypted = public.encrypt(b"secret").unwrap();
    assert_ne!(encrypted, b"secret");
    assert_eq!(key.decrypt(&encrypted).unwrap(), b"secret");
    assert!(key.decrypt(&encrypted[1..]).is_err());
    assert!(public.encrypt(&[0; 1000]).is_err());
    let other = PrivateKey::generate_on_curve(Curve::SECP256R1).unwrap();
    assert!(other.public_key().unwrap().encrypt(b"secret").is_err());
    assert!(other.decrypt(&encrypted).is_err());
}

#[test]
fn sizes_that_do_not_exist_are_refused() {
    let unknown = PublicKeyAlgorithm::from_raw(9999);
    assert!(PrivateKey::generate_with_bits(unknown, 2048).is_err());
    let error = PrivateKey::generate(unknown, SecurityLevel::MEDIUM).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(PrivateKey::generate_on_curve(Curve::from_raw(9999)).is_err());
    let small = PrivateKey::generate_with_bits(PublicKeyAlgorithm::RSA, 2048).unwrap();
    assert_eq!(small.public_key().unwrap().bits(), Some(2048));
}

/// Keys that C created become keys of the crate, which release them.
#[test]
fn hazard_7_a_key_of_c_has_one_owner() {
    let (mut private, mut public) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: writes the pointers; the objects are initialised, and nothing else uses them.
    let (private, public) = unsafe {
        assert_eq!(gnutls_sys::gnutls_privkey_init(&mut private), 0);
        assert_eq!(gnutls_sys::gnutls_pubkey_init(&mut public), 0);
        let algorithm = gnutls_sys::GNUTLS_PK_EDDSA_ED25519;
        assert_eq!(
            gnutls_sys::gnutls_privkey_generate(private, algorithm, 256, 0),
            0
        );
        assert_eq!(
            gnutls_sys::gnutls_pubkey_import_privkey(public, private, 0, 0),
            0
        );
        (PrivateKey::from_raw(private), PublicKey::from_raw(public))
    };
    let signature = private
        .sign(SignatureAlgorithm::ED25519, b"message")
        .unwrap();
    drop(private);
    public
        .verify(SignatureAlgorithm::ED25519, b"message", &signature)
        .unwrap();
}

#[test]
fn bug_class_5_threads_sign_with_one_key() {
    let key = key("server");
    let public = key.public_key().unwrap();
    thread::scope(|scope| {
        for number in 0..4_u8 {
            let (key, public) = (&key, &public);
            scope.spawn(move || {
                for _ in 0..10 {
                    let signature = key.sign(SignatureAlgorithm::RSA_SHA256, &[number]).unwrap();
                    public
                        .verify(SignatureAlgorithm::RSA_SHA256, &[number], &signature)
                        .unwrap();
                }
            });
        }
    });
}

#[test]
fn an_identity_consists_of_objects() {
    for (priority, datagram) in protocols() {
        let chain = Certificate::list_from_pem_file(fixture_path("chain.pem")).unwrap();
        let identity = Identity::from_objects(&chain, key("below")).unwrap();
        let server = ServerConfig::builder()
            .identity(identity)
            .priority(Priority::new(priority).unwrap())
            .build()
            .unwrap();
        let client = client(priority).build().unwrap();
        let pair = Pair::connect(&client, &server, datagram);
        assert_eq!(pair.client.peer_x509_chain().unwrap(), chain);
    }
    for (chain, key) in [
        (vec![], key("server")),
        (vec![certificate("server")], key("client")),
    ] {
        let error = Identity::from_objects(&chain, key).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate);
    }
}

#[test]
fn a_key_on_a_token_signs_and_stays_there() {
    with_token(&test_name!(), || {
        let url = "pkcs11:token=test;object=server;type=private";
        let key = PrivateKey::from_pkcs11(url, Pin::new(PIN).unwrap()).unwrap();
        let signature = key
            .sign(SignatureAlgorithm::RSA_SHA256, b"message")
            .unwrap();
        let public = PublicKey::from_certificate(&certificate("server")).unwrap();
        public
            .verify(SignatureAlgorithm::RSA_SHA256, b"message", &signature)
            .unwrap();
        assert_eq!(
            key.public_key().unwrap().to_der().unwrap(),
            public.to_der().unwrap()
        );
        assert_eq!(
            key.decrypt(&public.encrypt(b"secret").unwrap()).unwrap(),
            b"secret"
        );
        assert!(key.to_pem(None).is_err() && key.to_der(Some("password")).is_err());

        let certificate_url = "pkcs11:token=test;object=server;type=cert";
        let own = Certificate::from_url(certificate_url, Pin::new(PIN).unwrap()).unwrap();
        assert_eq!(own, certificate("server"));
        let chain = Certificate::list_from_url(certificate_url, Pin::new(PIN).unwrap()).unwrap();
        assert_eq!(chain, [certificate("server"), certificate("ca")]);
        assert!(Identity::from_objects(&chain, key).is_ok());
        let none = Certificate::from_url("pkcs11:token=test;object=none", Pin::new(PIN).unwrap());
        assert!(none.is_err());
    });
}
