//! Algorithms: conversions from and to names, lists, sizes, and the algorithms that a priority string enables.

use gnutls::crypto::{
    CertificateType, Cipher, CipherSuite, Curve, Digest, Group, KeyExchange, Mac,
    PublicKeyAlgorithm, SecurityLevel, SignatureAlgorithm,
};
use gnutls::{Alert, ErrorCode, ErrorKind, Priority, Protocol};
use gnutls_testing::requirement::{self, Requirement};

/// Asserts that every listed value has a name, which converts back into it.
macro_rules! names_both_ways {
    ($($type:ident),*) => {
        $(
            let list = $type::list();
            assert!(list.len() > 1, "{}: {list:?}", stringify!($type));
            assert_eq!(list, $type::list());
            for value in list {
                let name = value.name().unwrap_or_else(|| panic!("{value:?} has no name"));
                assert_eq!(value.to_string(), name);
                assert_eq!($type::from_raw(value.as_raw()), *value);
                // If two values share a name, the first one is returned, which has the same name.
                let found = $type::from_name(name).unwrap_or_else(|| panic!("{name} is not found"));
                assert_eq!(found.name(), Some(name));
            }
            for wrong in ["", "NO-SUCH-THING", "AES\0", "\0", "é"] {
                assert_eq!($type::from_name(wrong), None, "{wrong:?}");
            }
        )*
    };
}

#[test]
fn every_listed_algorithm_has_a_name_that_converts_back() {
    names_both_ways!(
        Protocol,
        Cipher,
        Mac,
        KeyExchange,
        Group,
        PublicKeyAlgorithm,
        Digest,
        SignatureAlgorithm,
        Curve
    );
    // "Raw Public Key" is listed as "RAWPK".
    assert!(CertificateType::list().contains(&CertificateType::X509));
    assert_eq!(
        CertificateType::from_name("x.509"),
        Some(CertificateType::X509)
    );
}

#[test]
fn hazard_20_numbers_of_a_newer_library_survive() {
    macro_rules! unknown {
        ($($type:ident),*) => {
            $(
                let value = $type::from_raw(54_321);
                assert_eq!(value.as_raw(), 54_321);
                assert_eq!(value.name(), None, "{}", stringify!($type));
                assert_eq!(value.to_string(), "unknown (54321)");
                assert_eq!(format!("{value:?}"), concat!(stringify!($type), "(unknown (54321))"));
            )*
        };
    }
    unknown!(
        Protocol,
        Cipher,
        Mac,
        KeyExchange,
        Group,
        CertificateType,
        PublicKeyAlgorithm,
        Digest,
        SignatureAlgorithm,
        Curve,
        SecurityLevel,
        Alert
    );
    let strange = Cipher::from_raw(54_321);
    assert_eq!((strange.key_size(), strange.tag_size()), (0, 0));
    assert_eq!(SignatureAlgorithm::from_raw(54_321).digest(), None);
}

#[test]
fn concurrent_lists_are_complete() {
    let lengths: Vec<usize> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| SignatureAlgorithm::list().len() + Group::list().len()))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert!(lengths.iter().all(|length| *length == lengths[0]));
}

#[test]
fn sizes_are_those_of_the_standards() {
    assert_eq!(Cipher::AES_128_GCM.key_size(), 16);
    assert_eq!(Cipher::AES_128_GCM.iv_size(), 12);
    assert_eq!(Cipher::AES_128_GCM.tag_size(), 16);
    assert_eq!(Cipher::AES_256_CBC.key_size(), 32);
    assert_eq!(Cipher::AES_256_CBC.block_size(), 16);
    assert_eq!(Cipher::AES_256_CBC.tag_size(), 0);
    assert_eq!(Mac::SHA256.output_size(), 32);
    assert_eq!(Mac::SHA256.key_size(), 32);
    assert_eq!(Digest::SHA384.output_size(), 48);
    assert_eq!(Curve::SECP256R1.size(), 32);
    assert_eq!(Curve::SECP521R1.size(), 66);
    assert_eq!(SecurityLevel::HIGH.symmetric_bits(), 128);
    assert_eq!(PublicKeyAlgorithm::RSA.bits_for(SecurityLevel::HIGH), 3072);
    assert_eq!(PublicKeyAlgorithm::RSA.level_of(3072), SecurityLevel::HIGH);
    assert!(PublicKeyAlgorithm::RSA.level_of(512).symmetric_bits() < 64);
}

#[test]
fn signature_algorithms_consist_of_keys_and_digests() {
    let pss = if requirement::RSA_PSS_RSAE.is_present() {
        SignatureAlgorithm::RSA_PSS_RSAE_SHA256
    } else {
        SignatureAlgorithm::RSA_PSS_SHA256
    };
    assert_eq!(pss.digest(), Some(Digest::SHA256));
    assert!(pss.supports(PublicKeyAlgorithm::RSA));
    assert!(!pss.supports(PublicKeyAlgorithm::ECDSA));
    assert!(pss.is_secure() && pss.is_secure_for_certificates());
    assert!(!SignatureAlgorithm::RSA_MD5.is_secure());
    assert_eq!(
        SignatureAlgorithm::ECDSA_SHA256.public_key(),
        Some(PublicKeyAlgorithm::ECDSA)
    );
    assert_eq!(
        PublicKeyAlgorithm::RSA.with_digest(Digest::SHA512),
        Some(SignatureAlgorithm::RSA_SHA512)
    );
    assert_eq!(PublicKeyAlgorithm::DH.with_digest(Digest::SHA512), None);
    assert_eq!(
        Curve::SECP256R1.public_key(),
        Some(PublicKeyAlgorithm::ECDSA)
    );
}

#[test]
fn object_identifiers_convert_in_both_directions() {
    assert_eq!(Digest::SHA256.oid(), Some("2.16.840.1.101.3.4.2.1"));
    macro_rules! both_ways {
        ($($value:expr => $type:ident),*) => {
            $(assert_eq!($type::from_oid($value.oid().unwrap()), Some($value));)*
        };
    }
    both_ways!(
        Digest::SHA256 => Digest,
        PublicKeyAlgorithm::RSA => PublicKeyAlgorithm,
        SignatureAlgorithm::RSA_SHA256 => SignatureAlgorithm,
        Curve::SECP384R1 => Curve
    );
    assert_eq!(Mac::from_oid("1.2.840.113549.2.9"), Some(Mac::SHA256));
    for wrong in ["", "1.2.3", "2.16.840.1.101.3.4.2.1\0", "é"] {
        assert_eq!(Digest::from_oid(wrong), None, "{wrong:?}");
    }
}

#[test]
fn cipher_suites_report_their_algorithms() {
    let suite =
        CipherSuite::from_id([0x13, 0x01]).filter(|_| Protocol::from_name("TLS1.3").is_some());
    if let Some(suite) = suite {
        assert_eq!(suite.name(), "TLS_AES_128_GCM_SHA256");
        assert_eq!(suite.cipher(), Cipher::AES_128_GCM);
        assert_eq!(suite.mac(), Mac::AEAD);
        assert_eq!(suite.oldest_protocol(), Protocol::TLS1_3);
        assert_eq!(suite.key_exchange().name(), None);
    }
    let suite = CipherSuite::from_id([0xc0, 0x2f]).unwrap();
    assert_eq!(suite.key_exchange(), KeyExchange::ECDHE_RSA);
    assert_eq!(
        format!("{suite:?}"),
        "CipherSuite(TLS_ECDHE_RSA_AES_128_GCM_SHA256, 0xc0 2f)"
    );
    assert_eq!(CipherSuite::from_id([0xff, 0xfe]), None);
    let mut ids: Vec<_> = CipherSuite::list().iter().map(|suite| suite.id()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), CipherSuite::list().len());
}

#[test]
fn a_priority_string_is_listed_in_its_order() {
    let text = "NONE:+VERS-TLS1.2:+AES-256-GCM:+AES-128-GCM:+AEAD:+ECDHE-RSA:+SIGN-RSA-SHA256:+SIGN-RSA-SHA512\
                :+GROUP-SECP384R1:+GROUP-SECP256R1:+COMP-NULL:+CTYPE-X509";
    let enabled = Priority::new(text).unwrap().enabled().unwrap();
    assert_eq!(enabled.protocols, [Protocol::TLS1_2]);
    assert_eq!(enabled.ciphers, [Cipher::AES_256_GCM, Cipher::AES_128_GCM]);
    assert_eq!(enabled.macs, [Mac::AEAD]);
    assert_eq!(enabled.key_exchanges, [KeyExchange::ECDHE_RSA]);
    assert_eq!(enabled.groups, [Group::SECP384R1, Group::SECP256R1]);
    assert_eq!(
        enabled.signature_algorithms,
        [
            SignatureAlgorithm::RSA_SHA256,
            SignatureAlgorithm::RSA_SHA512
        ]
    );
    let names: Vec<_> = enabled
        .cipher_suites
        .iter()
        .map(|suite| suite.name())
        .collect();
    assert_eq!(
        names,
        [
            "TLS_ECDHE_RSA_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_AES_128_GCM_SHA256"
        ]
    );
    let x509 = enabled
        .client_certificate_types
        .contains(&CertificateType::X509);
    assert_eq!(x509, requirement::CERTIFICATE_TYPES.is_present());
    let switched = Priority::new(&text.replace("+AES-256-GCM:+AES-128-GCM", "+AES-128-GCM"))
        .unwrap()
        .enabled()
        .unwrap();
    assert_eq!(switched.cipher_suites.len(), 1);
}

#[test]
fn the_priorities_of_the_system_are_listed_too() {
    let enabled = Priority::system().enabled().unwrap();
    assert!(enabled.protocols.contains(&Protocol::TLS1_2));
    assert!(!enabled.cipher_suites.is_empty() && !enabled.groups.is_empty());
}

#[test]
fn words_of_priority_strings_can_be_listed() {
    let keywords: Vec<_> = Priority::keywords().collect();
    assert!(keywords.contains(&"NORMAL") && keywords.contains(&"SECURE128"));
    assert!(Priority::options().any(|word| word == "SERVER_PRECEDENCE"));
    for word in Priority::options() {
        Priority::new(&format!("NORMAL:%{word}")).unwrap();
    }
}

#[test]
fn the_position_of_an_error_is_in_the_appended_string() {
    let error = Priority::new("NORMAL")
        .unwrap()
        .append("-VERS-TLS1.0:+WRONG")
        .unwrap_err();
    assert_eq!(error.position(), Some("NORMAL:-VERS-TLS1.0:".len()));
    let error = Priority::system()
        .append("-VERS-TLS1.0:+WRONG")
        .unwrap_err();
    if requirement::APPENDED_PRIORITIES.is_present() {
        assert_eq!(error.position(), Some("-VERS-TLS1.0:".len()));
    } else {
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }
    // No single word is the reason if the string enables nothing.
    let error = Priority::new("NONE").unwrap_err();
    assert_eq!(error.position(), None, "{error}");
}

#[test]
fn hazard_4_what_is_not_fatal_makes_no_alert() {
    for code in [
        ErrorCode::AGAIN,
        ErrorCode::INTERRUPTED,
        ErrorCode::WARNING_ALERT_RECEIVED,
        ErrorCode::FATAL_ALERT_RECEIVED,
        ErrorCode::SUCCESS,
    ] {
        assert_eq!(code.alert_to_send(), None, "{code}");
    }
    assert_eq!(
        ErrorCode::REHANDSHAKE.alert_to_send(),
        Some(Alert::NO_RENEGOTIATION)
    );
    assert_eq!(
        ErrorCode::CERTIFICATE_VERIFICATION_ERROR.alert_to_send(),
        Some(Alert::BAD_CERTIFICATE)
    );
    let error = Priority::new("+WRONG").unwrap_err();
    assert_eq!(error.alert_to_send(), error.code().unwrap().alert_to_send());
}

#[test]
fn all_codes_are_listed_once() {
    let codes: Vec<_> = ErrorCode::list().collect();
    assert!(codes.len() > 150, "{}", codes.len());
    assert_eq!(codes[0], ErrorCode::SUCCESS);
    for code in [ErrorCode::AGAIN, ErrorCode::PREMATURE_TERMINATION] {
        assert!(codes.contains(&code));
    }
    for code in codes {
        assert!(code.name().unwrap().starts_with("GNUTLS_E_"), "{code:?}");
        assert!(!code.description().is_empty());
    }
}
