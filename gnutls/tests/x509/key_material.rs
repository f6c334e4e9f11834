//! The numbers, seeds and encodings of keys.

use gnutls::crypto::{Curve, Digest, PublicKeyAlgorithm, SecurityLevel, SignatureAlgorithm, hash};
use gnutls::key::{
    EncryptionInfo, EncryptionScheme, GostParameterSet, PrivateKey, PrivateParameters, PublicKey,
    PublicParameters, RsaOaepParameters, decode_digest_info, decode_rs_value, encode_digest_info,
    encode_rs_value, normalize_password,
};
use gnutls::verify::VerificationFlags;
use gnutls::x509::{Certificate, KeyUsage, PrintFormat, RsaPssParameters};
use gnutls::{ErrorCode, ErrorKind, pem};
use gnutls_testing::fixtures::{fixture, fixture_path};
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::{skip_unless, test_name};

fn key(name: &str) -> PrivateKey {
    PrivateKey::from_pem_file(fixture_path(&format!("{name}-key.pem")), None).unwrap()
}

fn generate(algorithm: PublicKeyAlgorithm) -> PrivateKey {
    PrivateKey::generate(algorithm, SecurityLevel::MEDIUM).unwrap()
}

/// A key of every algorithm with numbers that the library generates.
fn keys() -> Vec<PrivateKey> {
    let mut keys = vec![
        key("server"),
        generate(PublicKeyAlgorithm::RSA_PSS),
        PrivateKey::generate_with_bits(PublicKeyAlgorithm::DSA, 1024).unwrap(),
        PrivateKey::generate_on_curve(Curve::SECP256R1).unwrap(),
        PrivateKey::generate_on_curve(Curve::SECP521R1).unwrap(),
        key("server-ed25519"),
    ];
    if requirement::ED448.is_present() {
        keys.push(generate(PublicKeyAlgorithm::ED448));
    }
    if requirement::GOST.is_present() {
        keys.push(generate(PublicKeyAlgorithm::GOST_12_256));
        keys.push(generate(PublicKeyAlgorithm::GOST_12_512));
    }
    if requirement::PRIVATE_MODERN_ECDH.is_present() {
        keys.push(generate(PublicKeyAlgorithm::ECDH_X25519));
        keys.push(generate(PublicKeyAlgorithm::ECDH_X448));
    }
    keys
}

fn public(parameters: &PrivateParameters) -> PublicParameters {
    match parameters.clone() {
        PrivateParameters::Rsa {
            ref modulus,
            ref public_exponent,
            ..
        } => PublicParameters::Rsa {
            modulus: modulus.clone(),
            exponent: public_exponent.clone(),
        },
        PrivateParameters::Ecc {
            curve,
            ref x,
            ref y,
            ..
        } => PublicParameters::Ecc {
            curve,
            x: x.clone(),
            y: y.clone(),
        },
        PrivateParameters::Dsa {
            ref p,
            ref q,
            ref g,
            ref y,
            ..
        } => PublicParameters::Dsa {
            p: p.clone(),
            q: q.clone(),
            g: g.clone(),
            y: y.clone(),
        },
        PrivateParameters::Gost {
            curve,
            digest,
            parameter_set,
            ref x,
            ref y,
            ..
        } => PublicParameters::Gost {
            curve,
            digest,
            parameter_set,
            x: x.clone(),
            y: y.clone(),
        },
        PrivateParameters::Dh {
            ref p,
            ref g,
            ref y,
            ..
        } => PublicParameters::Dh {
            p: p.clone(),
            g: g.clone(),
            y: y.clone(),
        },
        _ => panic!("other numbers"),
    }
}

#[test]
fn keys_consist_of_numbers() {
    for key in keys() {
        let parameters = key.parameters().unwrap();
        let copy = PrivateKey::from_parameters(&parameters)
            .unwrap_or_else(|error| panic!("{key:?}: {error}"));
        assert_eq!(copy.parameters().unwrap(), parameters, "{key:?}");
        let public_key = key.public_key().unwrap();
        assert_eq!(public_key.parameters().unwrap(), public(&parameters));
        let public_copy = PublicKey::from_parameters(&public(&parameters))
            .unwrap_or_else(|error| panic!("{key:?}: {error}"));
        assert_eq!(public_copy.parameters().unwrap(), public(&parameters));
        // The restriction of an RSA-PSS key to its algorithm is no number.
        if key.algorithm() != Some(PublicKeyAlgorithm::RSA_PSS) {
            assert_eq!(copy.algorithm(), key.algorithm());
            assert_eq!(copy.to_der(None).unwrap(), key.to_der(None).unwrap());
            assert_eq!(public_copy.to_der().unwrap(), public_key.to_der().unwrap());
        }
        // Secrets are not printed.
        let printed = format!("{parameters:?}");
        assert!(printed.len() < 60, "{printed}");
    }
}

/// The key of RFC 8032, section 7.1, test 2, and that of RFC 6979, section A.2.5.
#[test]
fn published_keys_are_imported() {
    let hex = |text: &str| -> Vec<u8> {
        let pairs = text.as_bytes().chunks(2);
        pairs
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    };
    let ed25519 = PrivateKey::from_parameters(&PrivateParameters::Ecc {
        curve: Curve::ED25519,
        x: hex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"),
        y: Vec::new(),
        k: hex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"),
    })
    .unwrap();
    let signature = ed25519.sign(SignatureAlgorithm::ED25519, &[0x72]).unwrap();
    assert_eq!(
        signature,
        hex(
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        )
    );

    let parameters = PrivateParameters::Ecc {
        curve: Curve::SECP256R1,
        x: hex("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"),
        y: hex("7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"),
        k: hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721"),
    };
    let p256 = PrivateKey::from_parameters(&parameters).unwrap();
    let public = p256.public_key().unwrap();
    if requirement::REPRODUCIBLE_SIGNATURES.is_present() {
        // RFC 6979, section A.2.5, with SHA-256 and the message "sample".
        let algorithm = SignatureAlgorithm::ECDSA_SHA256;
        let signature = p256.sign_reproducibly(algorithm, b"sample").unwrap();
        let (r, s) = decode_rs_value(&signature).unwrap();
        assert_eq!(
            r[1..],
            hex("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716")
        );
        assert_eq!(
            s[1..],
            hex("f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8")
        );
        let digest = hash(Digest::SHA256, b"sample").unwrap();
        assert_eq!(
            p256.sign_hash_reproducibly(algorithm, &digest).unwrap(),
            signature
        );
        public.verify(algorithm, b"sample", &signature).unwrap();
    }
    let damaged = |change: fn(&mut Vec<u8>, &mut Vec<u8>, &mut Vec<u8>)| {
        let PrivateParameters::Ecc {
            curve,
            ref x,
            ref y,
            ref k,
        } = parameters
        else {
            panic!()
        };
        let (mut x, mut y, mut k) = (x.clone(), y.clone(), k.clone());
        change(&mut x, &mut y, &mut k);
        let public = PublicParameters::Ecc {
            curve,
            x: x.clone(),
            y: y.clone(),
        };
        let private = PrivateParameters::Ecc { curve, x, y, k };
        (
            PrivateKey::from_parameters(&private),
            PublicKey::from_parameters(&public),
        )
    };
    // Another private key, and points that are not on the curve.
    let (private, public) = damaged(|_, _, k| k[31] ^= 1);
    assert_eq!(private.unwrap_err().kind(), ErrorKind::Certificate);
    assert!(public.is_ok());
    for change in [
        |_: &mut Vec<u8>, y: &mut Vec<u8>, _: &mut Vec<u8>| y[31] ^= 1,
        |x: &mut Vec<u8>, _: &mut Vec<u8>, _: &mut Vec<u8>| x[0] ^= 1,
    ] {
        let (private, public) = damaged(change);
        assert!(private.is_err());
        assert_eq!(public.unwrap_err().kind(), ErrorKind::Certificate);
    }
}

#[test]
fn bug_class_17_numbers_that_are_missing_or_wrong_are_refused() {
    let empty = Vec::new;
    for curve in [
        Curve::SECP256R1,
        Curve::ED25519,
        Curve::X25519,
        Curve::from_raw(8),
        Curve::from_raw(9999),
    ] {
        for (x, y, k) in [
            (empty(), empty(), empty()),
            (vec![1; 32], empty(), empty()),
            (empty(), vec![1; 32], vec![1; 32]),
            (vec![1; 31], vec![1; 31], vec![1; 31]),
            (vec![0; 33], vec![0; 33], vec![0; 33]),
        ] {
            let public = PublicParameters::Ecc {
                curve,
                x: x.clone(),
                y: y.clone(),
            };
            assert!(
                PrivateKey::from_parameters(&PrivateParameters::Ecc { curve, x, y, k }).is_err()
            );
            // Any 32 bytes can be a public key of Ed25519 or X25519.
            if public
                != (PublicParameters::Ecc {
                    curve,
                    x: vec![1; 32],
                    y: empty(),
                })
            {
                assert!(PublicKey::from_parameters(&public).is_err(), "{public:?}");
            }
        }
    }
    let zero = || vec![0; 4];
    let parameters = PrivateParameters::Rsa {
        modulus: zero(),
        public_exponent: zero(),
        private_exponent: zero(),
        prime1: zero(),
        prime2: zero(),
    };
    assert!(PrivateKey::from_parameters(&parameters).is_err());
    let parameters = PrivateParameters::Dsa {
        p: zero(),
        q: zero(),
        g: zero(),
        y: zero(),
        x: zero(),
    };
    assert!(PrivateKey::from_parameters(&parameters).is_err());
    for (curve, digest) in [
        (Curve::SECP256R1, Digest::STREEBOG_256),
        (Curve::from_raw(8), Digest::SHA256),
        (Curve::from_raw(8), Digest::STREEBOG_512),
    ] {
        let set = GostParameterSet::CP_A;
        let (x, y, k) = (vec![1; 32], vec![1; 32], vec![1; 32]);
        let public = PublicParameters::Gost {
            curve,
            digest,
            parameter_set: set,
            x: x.clone(),
            y: y.clone(),
        };
        assert!(PublicKey::from_parameters(&public).is_err());
        let private = PrivateParameters::Gost {
            curve,
            digest,
            parameter_set: set,
            x,
            y,
            k,
        };
        assert!(PrivateKey::from_parameters(&private).is_err());
    }
}

#[test]
fn gost_parameter_sets_have_names() {
    skip_unless!(requirement::GOST);
    let set = GostParameterSet::CP_A;
    assert_eq!(set.name(), Some("CryptoPro-A"));
    assert_eq!(set.oid(), Some("1.2.643.2.2.31.1"));
    assert_eq!(GostParameterSet::from_oid("1.2.643.2.2.31.1"), Some(set));
    assert_eq!(GostParameterSet::from_oid("1.2.3"), None);
    assert_eq!(GostParameterSet::from_raw(99).name(), None);
}

#[test]
fn hazard_62_keys_follow_from_a_seed() {
    let seed = [7; 28];
    let key = PrivateKey::generate_provable(PublicKeyAlgorithm::RSA, 2048, Some(&seed)).unwrap();
    assert_eq!(key.seed().unwrap().as_deref(), Some(&seed[..]));
    key.verify_seed(None).unwrap();
    assert!(key.verify_seed(Some(&[8; 28])).is_err());
    // PKCS #8 contains the seed, and the traditional format does not.
    let copy = PrivateKey::from_der(&key.to_der(None).unwrap(), None).unwrap();
    assert_eq!(copy.seed().unwrap().as_deref(), Some(&seed[..]));
    let copy = PrivateKey::from_der(&key.to_traditional_der().unwrap(), None).unwrap();
    assert_eq!(copy.seed().unwrap(), None);
    assert!(copy.verify_seed(None).is_err());
    copy.verify_seed(Some(&seed)).unwrap();

    let dsa = PrivateKey::generate_provable(PublicKeyAlgorithm::DSA, 1024, None).unwrap();
    dsa.verify_seed(None).unwrap();
    // C would ignore a longer seed.
    for length in [0, 256, 1000] {
        let seed = vec![1; length];
        let error =
            PrivateKey::generate_provable(PublicKeyAlgorithm::RSA, 2048, Some(&seed)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(key.verify_seed(Some(&seed)).is_err());
    }
    let error = PrivateKey::generate_provable(PublicKeyAlgorithm::ECDSA, 256, None).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
fn hazard_62_keys_have_further_encodings() {
    for (key, label) in [
        (key("server"), "RSA PRIVATE KEY"),
        (
            PrivateKey::generate_on_curve(Curve::SECP384R1).unwrap(),
            "EC PRIVATE KEY",
        ),
    ] {
        let text = key.to_traditional_pem().unwrap();
        assert!(text.contains(&format!("-----BEGIN {label}-----\n")));
        let der = key.to_traditional_der().unwrap();
        assert_eq!(pem::decode(Some(label), text.as_bytes()).unwrap(), der);
        for copy in [
            PrivateKey::from_pem(text.as_bytes(), None),
            PrivateKey::from_der(&der, None),
        ] {
            assert_eq!(
                copy.unwrap().to_der(None).unwrap(),
                key.to_der(None).unwrap()
            );
        }
        for scheme in [
            EncryptionScheme::PBES2_AES_128,
            EncryptionScheme::PBES2_AES_192,
            EncryptionScheme::PBES2_AES_256,
            EncryptionScheme::PBES2_3DES,
            EncryptionScheme::PKCS12_3DES,
        ] {
            assert!(
                scheme.name().is_some() && scheme.oid().is_some(),
                "{scheme:?}"
            );
            let text = key.to_encrypted_pem("password", scheme).unwrap();
            let copy = PrivateKey::from_pem(text.as_bytes(), Some("password")).unwrap();
            assert_eq!(copy.to_der(None).unwrap(), key.to_der(None).unwrap());
            let der = key.to_encrypted_der("password", scheme).unwrap();
            for info in [
                EncryptionInfo::from_pem(text.as_bytes()),
                EncryptionInfo::from_der(&der),
            ] {
                let info = info.unwrap();
                assert_eq!(info.scheme, scheme);
                assert!(info.salt.len() >= 8 && info.iterations >= 1000, "{info:?}");
            }
        }
        // C would use another scheme for the first number, and none for the second one.
        for raw in [1 << 30, 1] {
            let error = key
                .to_encrypted_pem("password", EncryptionScheme::from_raw(raw))
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported);
        }
    }
    for data in [
        &b""[..],
        b"text",
        &fixture("server-key.der"),
        &fixture("server.der"),
    ] {
        assert!(EncryptionInfo::from_der(data).is_err());
        assert!(EncryptionInfo::from_pem(data).is_err());
    }
    assert!(EncryptionInfo::from_pem(&fixture("server-key.pem")).is_err());
    assert_eq!(EncryptionScheme::from_raw(1 << 30).name(), None);
}

#[test]
fn signatures_are_reproducible_on_request() {
    skip_unless!(requirement::REPRODUCIBLE_SIGNATURES);
    let dsa = PrivateKey::generate_with_bits(PublicKeyAlgorithm::DSA, 2048).unwrap();
    for (key, algorithm, varies) in [
        (key("server"), SignatureAlgorithm::RSA_PSS_SHA256, true),
        (key("server"), SignatureAlgorithm::RSA_SHA256, false),
        (key("server-ecdsa"), SignatureAlgorithm::ECDSA_SHA384, true),
        (dsa, SignatureAlgorithm::DSA_SHA256, true),
        (key("server-ed25519"), SignatureAlgorithm::ED25519, false),
    ] {
        let first = key.sign_reproducibly(algorithm, b"message").unwrap();
        assert_eq!(key.sign_reproducibly(algorithm, b"message").unwrap(), first);
        // The salt of RSA-PSS is empty, which GnuTLS does not accept.
        if algorithm != SignatureAlgorithm::RSA_PSS_SHA256 {
            key.public_key()
                .unwrap()
                .verify(algorithm, b"message", &first)
                .unwrap();
        }
        let [one, two] = [0; 2].map(|_| key.sign(algorithm, b"message").unwrap());
        assert_eq!(one != two, varies, "{algorithm}");
    }
}

#[test]
fn rsa_signs_digest_infos_of_others() {
    let key = key("server");
    let digest = hash(Digest::SHA256, b"message").unwrap();
    let info = encode_digest_info(Digest::SHA256, &digest).unwrap();
    assert_eq!(decode_digest_info(&info).unwrap(), (Digest::SHA256, digest));
    let signature = key.sign_digest_info(&info).unwrap();
    assert_eq!(
        signature,
        key.sign(SignatureAlgorithm::RSA_SHA256, b"message")
            .unwrap()
    );
    assert!(key.sign_digest_info(&[0; 1000]).is_err());
    for other in ["server-ecdsa", "server-ed25519"] {
        let error = self::key(other).sign_digest_info(&info).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    for length in [0, 31, 33] {
        assert!(encode_digest_info(Digest::SHA256, &vec![0; length]).is_err());
    }
    assert!(encode_digest_info(Digest::from_raw(9999), &[]).is_err());
    for data in [&b""[..], b"text", &info[1..], &info[..info.len() - 1]] {
        assert!(decode_digest_info(data).is_err());
    }
}

#[test]
fn the_numbers_of_a_signature_are_encoded() {
    let key = key("server-ecdsa");
    let algorithm = SignatureAlgorithm::ECDSA_SHA256;
    for _ in 0..20 {
        let signature = key.sign(algorithm, b"message").unwrap();
        let (r, s) = decode_rs_value(&signature).unwrap();
        assert_eq!(encode_rs_value(&r, &s).unwrap(), signature);
        // As hardware returns them.
        let pad = |number: &[u8]| [&[0; 64][number.len()..], number].concat();
        assert_eq!(encode_rs_value(&pad(&r), &pad(&s)).unwrap(), signature);
    }
    assert_eq!(
        encode_rs_value(&[0x80], &[0, 1]).unwrap(),
        [0x30, 7, 2, 2, 0, 0x80, 2, 1, 1]
    );
    for (r, s) in [
        (&[][..], &[1][..]),
        (&[1], &[]),
        (&[0, 0], &[1]),
        (&[1], &[0]),
    ] {
        let error = encode_rs_value(r, s).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
    for data in [&b""[..], b"text", &[0x30, 3, 2, 1]] {
        assert!(decode_rs_value(data).is_err());
    }
}

#[test]
fn decryption_has_a_fixed_length() {
    skip_unless!(requirement::CONSTANT_TIME_DECRYPTION);
    let key = key("server");
    let encrypted = key.public_key().unwrap().encrypt(b"secret").unwrap();
    let mut output = [0; 6];
    key.decrypt_into(&encrypted, &mut output).unwrap();
    assert_eq!(&output, b"secret");
    for length in [0, 5, 7] {
        assert!(key.decrypt_into(&encrypted, &mut vec![0; length]).is_err());
    }
    assert!(key.decrypt_into(&encrypted[1..], &mut output).is_err());
    assert!(
        self::key("server-ed25519")
            .decrypt_into(&encrypted, &mut output)
            .is_err()
    );
}

#[test]
fn both_owners_derive_the_same_secret() {
    skip_unless!(requirement::DERIVED_SECRETS);
    for generate in [
        || generate(PublicKeyAlgorithm::ECDH_X25519),
        || generate(PublicKeyAlgorithm::ECDH_X448),
        || PrivateKey::generate_on_curve(Curve::SECP384R1).unwrap(),
    ] {
        let (one, two): (PrivateKey, PrivateKey) = (generate(), generate());
        let (public_one, public_two) = (one.public_key().unwrap(), two.public_key().unwrap());
        let secret = one.derive_secret(&public_two).unwrap();
        assert!(secret.len() >= 32);
        assert_eq!(two.derive_secret(&public_one).unwrap(), secret);
        assert_ne!(one.derive_secret(&public_one).unwrap(), secret);
        assert!(
            one.derive_secret(&key("server").public_key().unwrap())
                .is_err()
        );
    }
    let key = key("server");
    assert!(key.derive_secret(&key.public_key().unwrap()).is_err());
}

/// The numbers of RFC 5114, section 2.1 would be long; any group of C is sufficient.
#[test]
fn diffie_hellman_keys_consist_of_numbers() {
    skip_unless!(requirement::DERIVED_SECRETS);
    let [one, two] =
        [0; 2].map(|_| PrivateKey::generate_with_bits(PublicKeyAlgorithm::DH, 2048).unwrap());
    let parameters = one.parameters().unwrap();
    let copy = PrivateKey::from_parameters(&parameters).unwrap();
    assert_eq!(copy.parameters().unwrap(), parameters);
    let PrivateParameters::Dh { ref p, ref g, .. } = parameters else {
        panic!()
    };
    let PublicParameters::Dh { y, .. } = two.public_key().unwrap().parameters().unwrap() else {
        panic!()
    };
    // Keys in two groups have no common secret.
    if two.public_key().unwrap().parameters().unwrap()
        == (PublicParameters::Dh {
            p: p.clone(),
            g: g.clone(),
            y,
        })
    {
        assert_eq!(
            one.derive_secret(&two.public_key().unwrap()).unwrap(),
            two.derive_secret(&copy.public_key().unwrap()).unwrap()
        );
    }
}

#[test]
fn weak_algorithms_are_verified_on_request() {
    let key = key("server");
    let public = key.public_key().unwrap();
    let (md5, message) = (SignatureAlgorithm::RSA_MD5, b"message");
    let signature = key.sign(md5, message).unwrap();
    let error = public.verify(md5, message, &signature).unwrap_err();
    assert_eq!(
        error.code().unwrap().name(),
        Some("GNUTLS_E_INSUFFICIENT_SECURITY")
    );
    let flags = VerificationFlags::DANGEROUS_ALLOW_BROKEN;
    public.verify_with(md5, message, &signature, flags).unwrap();
    let error = public
        .verify_with(md5, b"other", &signature, flags)
        .unwrap_err();
    assert_eq!(error.code(), Some(ErrorCode::PK_SIG_VERIFY_FAILED));
    let none = VerificationFlags::default();
    public
        .verify_with(
            SignatureAlgorithm::RSA_SHA256,
            message,
            &key.sign(SignatureAlgorithm::RSA_SHA256, message).unwrap(),
            none,
        )
        .unwrap();
}

#[test]
fn public_keys_have_properties() {
    skip_unless!(requirement::ECDSA_PUBLIC_KEYS);
    let certificate = Certificate::from_pem_file(fixture_path("server-ecdsa.pem")).unwrap();
    let key = PublicKey::from_certificate(&certificate).unwrap();
    assert_eq!(key.key_usage().unwrap(), Some(KeyUsage::DIGITAL_SIGNATURE));
    let copy = key.try_clone().unwrap();
    assert_eq!(copy.key_usage().unwrap(), key.key_usage().unwrap());
    assert_eq!(copy.to_der().unwrap(), key.to_der().unwrap());
    let copy = copy.with_key_usage(KeyUsage::KEY_AGREEMENT).unwrap();
    assert_eq!(copy.key_usage().unwrap(), Some(KeyUsage::KEY_AGREEMENT));
    assert_eq!(
        self::key("server")
            .public_key()
            .unwrap()
            .key_usage()
            .unwrap(),
        None
    );

    let (parameters, point) = key.to_x962().unwrap();
    // The object identifier of the curve, and an uncompressed point.
    assert_eq!(parameters, [6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7]);
    assert_eq!(point[..3], [4, 65, 4]);
    let other = PublicKey::from_x962(&parameters, &point).unwrap();
    assert_eq!(other.parameters().unwrap(), key.parameters().unwrap());
    let mut damaged = point.clone();
    damaged[40] ^= 1;
    for (parameters, point) in [
        (&parameters[1..], &point[..]),
        (&parameters, &point[1..]),
        (&parameters, &damaged),
    ] {
        assert_eq!(
            PublicKey::from_x962(parameters, point).unwrap_err().kind(),
            ErrorKind::Certificate
        );
    }
    assert!(self::key("server").public_key().unwrap().to_x962().is_err());

    let (digest, is_mandatory) = key.preferred_digest().unwrap();
    assert_eq!((digest, is_mandatory), (Digest::SHA256, false));
    assert!(
        key.print(PrintFormat::FULL)
            .unwrap()
            .contains("Curve:\tSECP256R1")
    );
    let picture = key.random_art().unwrap();
    assert_eq!(picture.lines().count(), 11, "{picture}");
    assert_eq!(key.try_clone().unwrap().random_art().unwrap(), picture);
    assert_ne!(
        self::key("server")
            .public_key()
            .unwrap()
            .random_art()
            .unwrap(),
        picture
    );
}

#[test]
fn pem_contains_any_data() {
    for length in [0, 1, 47, 48, 49, 5000] {
        let data: Vec<u8> = (0..=255).cycle().take(length).collect();
        let text = pem::encode("SOME DATA", &data).unwrap();
        let other = pem::encode("OTHER", b"other").unwrap();
        let both = format!("text\n{other}{text}text\n");
        if length > 0 {
            assert_eq!(
                pem::decode(Some("SOME DATA"), both.as_bytes()).unwrap(),
                data
            );
        }
        assert_eq!(pem::decode(None, both.as_bytes()).unwrap(), b"other");
    }
    for label in ["", "a-b", "two\nlines", "nul\0", "\u{e4}", &"x".repeat(51)] {
        assert_eq!(
            pem::encode(label, b"x").unwrap_err().kind(),
            ErrorKind::InvalidInput
        );
        assert_eq!(
            pem::decode(Some(label), b"x").unwrap_err().kind(),
            ErrorKind::InvalidInput
        );
    }
    pem::encode(&"x".repeat(50), b"x").unwrap();
    for text in [
        &b""[..],
        b"text",
        b"-----BEGIN X-----\n!!!!\n-----END X-----\n",
    ] {
        assert_eq!(
            pem::decode(Some("X"), text).unwrap_err().kind(),
            ErrorKind::Certificate
        );
    }
    let error = pem::decode(None, b"-----BEGIN X-----\n\0").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{}", test_name!());
}

#[test]
fn passwords_are_normalized() {
    assert_eq!(normalize_password("password").unwrap(), "password");
    // A space of another width becomes a space.
    assert_eq!(normalize_password("a\u{3000}b").unwrap(), "a b");
    for password in ["", "nul\0", "bell\u{7}"] {
        let error = normalize_password(password).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{password:?}");
    }
}

#[test]
fn rsa_keys_are_restricted_to_parameters() {
    let parameters = RsaPssParameters::new(Digest::SHA384, 48);
    let restricted = [
        PrivateKey::generate_rsa_pss(2048, parameters).unwrap(),
        key("server").with_rsa_pss_parameters(parameters).unwrap(),
    ];
    for key in restricted {
        assert_eq!(key.algorithm(), Some(PublicKeyAlgorithm::RSA_PSS));
        assert_eq!(key.rsa_pss_parameters().unwrap(), Some(parameters));
        let public = key.public_key().unwrap();
        assert_eq!(public.rsa_pss_parameters().unwrap(), Some(parameters));
        let (right, wrong) = (
            SignatureAlgorithm::RSA_PSS_SHA384,
            SignatureAlgorithm::RSA_PSS_SHA256,
        );
        let signature = key.sign(right, b"message").unwrap();
        public.verify(right, b"message", &signature).unwrap();
        assert!(key.sign(wrong, b"message").is_err());
        assert!(
            key.sign(SignatureAlgorithm::RSA_SHA256, b"message")
                .is_err()
        );
        // The encodings contain the parameters.
        let copy = PrivateKey::from_der(&key.to_der(None).unwrap(), None).unwrap();
        assert_eq!(copy.rsa_pss_parameters().unwrap(), Some(parameters));
        let copy = PublicKey::from_der(&public.to_der().unwrap()).unwrap();
        assert_eq!(copy.rsa_pss_parameters().unwrap(), Some(parameters));
        assert_eq!(
            public.try_clone().unwrap().rsa_pss_parameters().unwrap(),
            Some(parameters)
        );
    }
    let public = key("server").public_key().unwrap();
    assert_eq!(public.rsa_pss_parameters().unwrap(), None);
    assert_eq!(key("server").rsa_pss_parameters().unwrap(), None);
    let public = public.with_rsa_pss_parameters(parameters).unwrap();
    assert_eq!(public.algorithm(), Some(PublicKeyAlgorithm::RSA_PSS));
    assert_eq!(public.rsa_pss_parameters().unwrap(), Some(parameters));
    for other in ["server-ecdsa", "server-ed25519"] {
        assert!(
            key(other)
                .public_key()
                .unwrap()
                .with_rsa_pss_parameters(parameters)
                .is_err()
        );
        assert!(key(other).with_rsa_pss_parameters(parameters).is_err());
    }
}

#[test]
fn rsa_keys_are_restricted_to_oaep() {
    let parameters = RsaOaepParameters::new(Digest::SHA256, b"label");
    let key = key("server").with_rsa_oaep_parameters(&parameters);
    skip_unless!(requirement::RSA_OAEP);
    let key = key.unwrap();
    assert_eq!(key.algorithm(), Some(PublicKeyAlgorithm::RSA_OAEP));
    assert_eq!(key.rsa_oaep_parameters().unwrap(), Some(parameters.clone()));
    let public = key.public_key().unwrap();
    assert_eq!(
        public.rsa_oaep_parameters().unwrap(),
        Some(parameters.clone())
    );
    let encrypted = public.encrypt(b"secret").unwrap();
    assert_eq!(key.decrypt(&encrypted).unwrap(), b"secret");
    let public = self::key("server").public_key().unwrap();
    let public = public.with_rsa_oaep_parameters(&parameters).unwrap();
    assert_eq!(
        key.decrypt(&public.encrypt(b"secret").unwrap()).unwrap(),
        b"secret"
    );
    assert!(self::key("server").decrypt(&encrypted).is_err());
}
