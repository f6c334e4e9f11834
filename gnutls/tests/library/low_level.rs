//! Ciphers without authentication, ciphers with several buffers, self-tests, and the FIPS 140 mode of a thread.

use std::io::{IoSlice, IoSliceMut};

use gnutls::crypto::low_level::CipherState;
use gnutls::crypto::{Aead, Cipher, Digest, Mac, PublicKeyAlgorithm, hash};
use gnutls::library::{FipsMode, dangerous_with_fips_mode, fips_mode, fips_operation};
use gnutls::{ErrorCode, ErrorKind};
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::skip_unless;

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().collect();
    let pairs = digits.chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// Every cipher of the module that the library has.
fn ciphers() -> Vec<Cipher> {
    let all = [
        Cipher::THREE_DES_CBC,
        Cipher::AES_128_CBC,
        Cipher::AES_192_CBC,
        Cipher::AES_256_CBC,
        Cipher::CAMELLIA_128_CBC,
        Cipher::CAMELLIA_192_CBC,
        Cipher::CAMELLIA_256_CBC,
        Cipher::AES_128_CFB8,
        Cipher::AES_192_CFB8,
        Cipher::AES_256_CFB8,
        Cipher::AES_128_XTS,
        Cipher::AES_256_XTS,
        Cipher::ARCFOUR_128,
        Cipher::CHACHA20_32,
        Cipher::CHACHA20_64,
        Cipher::SALSA20_256,
    ];
    all.into_iter()
        .filter(|cipher| cipher.name().is_some())
        .collect()
}

fn state(cipher: Cipher) -> CipherState {
    // The halves of a key for XTS must differ.
    let key: Vec<u8> = (1..).take(cipher.key_size()).collect();
    CipherState::new(cipher, &key, &vec![7; cipher.iv_size()]).unwrap()
}

/// NIST SP 800-38A, section F.2.1.
#[test]
fn cbc_is_that_of_the_standard() {
    let key = bytes("2b7e151628aed2a6abf7158809cf4f3c");
    let iv = bytes("000102030405060708090a0b0c0d0e0f");
    let plain = bytes("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
    let expected = bytes("7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2");
    let mut data = plain.clone();
    let mut cipher = CipherState::new(Cipher::AES_128_CBC, &key, &iv).unwrap();
    cipher.encrypt(&mut data).unwrap();
    assert_eq!(data, expected);
    // Calls continue the stream, and another vector begins a new one.
    cipher.set_iv(&iv).unwrap();
    let mut parts = plain.clone();
    cipher.encrypt(&mut parts[..16]).unwrap();
    cipher.encrypt(&mut []).unwrap();
    cipher.encrypt(&mut parts[16..]).unwrap();
    assert_eq!(parts, expected);
    cipher.set_iv(&iv).unwrap();
    cipher.decrypt(&mut data).unwrap();
    assert_eq!(data, plain);
    assert_eq!(format!("{cipher:?}"), "CipherState(Cipher(AES-128-CBC))");
}

/// The implementations abort the process for other lengths.
#[test]
fn hazard_50_lengths_of_data_are_checked() {
    for cipher in ciphers() {
        for length in (0..70).chain([4096]) {
            let plain: Vec<u8> = (0..=255).cycle().take(length).collect();
            let mut data = plain.clone();
            let encrypted = state(cipher).encrypt(&mut data);
            let is_valid = match cipher.name().unwrap() {
                name if name.ends_with("CBC") => length % cipher.block_size() == 0,
                name if name.ends_with("XTS") => length == 0 || length >= 16,
                _ => true,
            };
            if cipher.name().unwrap().ends_with("XTS") && length == 0 {
                assert!(encrypted.is_err());
                continue;
            }
            assert_eq!(encrypted.is_ok(), is_valid, "{cipher} {length}");
            if is_valid {
                assert_eq!(data == plain, length == 0, "{cipher} {length}");
                state(cipher).decrypt(&mut data).unwrap();
                assert_eq!(data, plain, "{cipher} {length}");
            } else {
                assert_eq!(encrypted.unwrap_err().kind(), ErrorKind::InvalidInput);
                assert_eq!(data, plain);
                let error = state(cipher).decrypt(&mut data).unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidInput);
            }
        }
        let (key, iv) = (cipher.key_size(), cipher.iv_size());
        for (key, iv) in [
            (key - 1, iv),
            (key + 1, iv),
            (0, iv),
            (key, iv + 1),
            (key, iv + 100),
        ] {
            let error = CipherState::new(cipher, &vec![1; key], &vec![2; iv]).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput);
            if iv != cipher.iv_size() {
                assert!(state(cipher).set_iv(&vec![2; iv]).is_err());
            }
        }
        assert!(state(cipher).set_iv(&[]).is_err());
    }
    // A wrong vector does not disable the library.
    hash(Digest::SHA256, b"abc").unwrap();
}

#[test]
fn ciphers_of_other_kinds_are_refused() {
    for &cipher in Cipher::list() {
        if !ciphers().contains(&cipher) {
            let (key, iv) = (vec![1; cipher.key_size()], vec![2; cipher.iv_size()]);
            let error = CipherState::new(cipher, &key, &iv).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{cipher}");
        }
    }
    assert!(CipherState::new(Cipher::from_raw(9999), &[], &[]).is_err());
    assert!(ciphers().len() >= 6);
}

#[test]
fn padding_completes_the_last_block() {
    skip_unless!(requirement::PADDING);
    for length in [0, 1, 15, 16, 17, 100] {
        let plain = vec![9; length];
        let encrypted = state(Cipher::AES_128_CBC).encrypt_padded(&plain).unwrap();
        assert_eq!(encrypted.len(), length / 16 * 16 + 16);
        assert_eq!(
            state(Cipher::AES_128_CBC)
                .decrypt_padded(&encrypted)
                .unwrap(),
            plain
        );
    }
    let wrong = |length: usize| state(Cipher::AES_128_CBC).decrypt_padded(&vec![3; length]);
    for length in [0, 1, 15, 17] {
        assert_eq!(wrong(length).unwrap_err().kind(), ErrorKind::InvalidInput);
    }
    // The last byte is 0 or more than 16, or the bytes before it differ (ISO 10126 and ANSI X.923).
    let (mut random, mut zeros) = ([9; 16], [0; 16]);
    (random[15], zeros[15]) = (4, 4);
    for mut block in [[0; 16], [17; 16], random, zeros] {
        state(Cipher::AES_128_CBC).encrypt(&mut block).unwrap();
        let error = state(Cipher::AES_128_CBC)
            .decrypt_padded(&block)
            .unwrap_err();
        assert_eq!(error.code(), Some(ErrorCode::DECRYPTION_FAILED));
    }
    let mut block = [16; 16];
    state(Cipher::AES_128_CBC).encrypt(&mut block).unwrap();
    assert_eq!(
        state(Cipher::AES_128_CBC).decrypt_padded(&block).unwrap(),
        []
    );
    assert!(state(Cipher::CHACHA20_32).encrypt_padded(b"data").is_err());
    assert!(state(Cipher::CHACHA20_32).decrypt_padded(b"data").is_err());
}

#[test]
fn a_message_can_consist_of_several_buffers() {
    skip_unless!(requirement::VECTORED_CIPHERS);
    let message: Vec<u8> = (0..=255).collect();
    let ciphers = [
        Cipher::AES_128_GCM,
        Cipher::AES_256_GCM,
        Cipher::AES_128_CCM,
        Cipher::AES_128_CCM_8,
        Cipher::CHACHA20_POLY1305,
    ];
    for cipher in ciphers {
        let (key, nonce) = (vec![1; cipher.key_size()], vec![2; cipher.iv_size()]);
        let mut aead = Aead::new(cipher, &key).unwrap();
        let expected = aead.seal(&nonce, b"associated", &message).unwrap();
        let header = [
            IoSlice::new(b"asso"),
            IoSlice::new(b""),
            IoSlice::new(b"ciated"),
        ];
        for split in [0, 1, 15, 16, 17, 255, 256] {
            let (mut first, mut second) = (message[..split].to_vec(), message[split..].to_vec());
            let mut parts = [
                IoSliceMut::new(&mut first),
                IoSliceMut::new(&mut []),
                IoSliceMut::new(&mut second),
            ];
            let tag = aead.seal_vectored(&nonce, &header, &mut parts).unwrap();
            let encrypted = [&first[..], &second].concat();
            assert_eq!(
                [&encrypted[..], &tag].concat(),
                expected,
                "{cipher} {split}"
            );
            let mut buffer = encrypted.clone();
            let mut parts = [IoSliceMut::new(&mut buffer)];
            aead.open_vectored(&nonce, &header, &mut parts, &tag)
                .unwrap();
            assert_eq!(buffer, message, "{cipher} {split}");
            // Data that is not authentic is overwritten.
            let mut wrong = tag.clone();
            wrong[0] ^= 1;
            let mut buffer = encrypted.clone();
            let mut parts = [IoSliceMut::new(&mut buffer)];
            let error = aead
                .open_vectored(&nonce, &header, &mut parts, &wrong)
                .unwrap_err();
            assert_eq!(error.code(), Some(ErrorCode::DECRYPTION_FAILED));
            assert_eq!(buffer, vec![0; 256]);
            for length in [0, tag.len() - 1, tag.len() + 1] {
                let mut buffer = encrypted.clone();
                let mut parts = [IoSliceMut::new(&mut buffer)];
                let error = aead
                    .open_vectored(&nonce, &header, &mut parts, &vec![0; length])
                    .unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidInput);
                assert_eq!(buffer, encrypted);
            }
        }
        // Only associated data.
        let tag = aead.seal_vectored(&nonce, &header, &mut []).unwrap();
        assert_eq!(tag, aead.seal(&nonce, b"associated", b"").unwrap());
        aead.open_vectored(&nonce, &header, &mut [], &tag).unwrap();
        let error = aead
            .seal_vectored(&nonce[1..], &header, &mut [])
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}

/// GnuTLS 3.7.9 and 3.8.13 decrypt SIV in several buffers to the bytes of the tag and the beginning of the message.
#[test]
fn hazard_61_siv_is_refused_for_several_buffers() {
    skip_unless!(requirement::VECTORED_CIPHERS, requirement::SIV);
    let cipher = Cipher::AES_128_SIV;
    let mut aead = Aead::new(cipher, &vec![1; cipher.key_size()]).unwrap();
    let mut buffer = [3; 10];
    let nonce = vec![2; cipher.iv_size()];
    let mut parts = [IoSliceMut::new(&mut buffer)];
    let error = aead.seal_vectored(&nonce, &[], &mut parts).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    let error = aead
        .open_vectored(&nonce, &[], &mut parts, &[0; 16])
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert_eq!(buffer, [3; 10]);
}

#[test]
fn the_library_tests_itself() {
    for cipher in [Cipher::AES_128_GCM, Cipher::AES_256_CBC] {
        cipher.self_test().unwrap();
    }
    Mac::SHA256.self_test().unwrap();
    Digest::SHA384.self_test().unwrap();
    for algorithm in [PublicKeyAlgorithm::RSA, PublicKeyAlgorithm::ECDSA] {
        algorithm.self_test().unwrap();
    }
    if requirement::DERIVATION_SELF_TESTS.is_present() {
        Mac::SHA256.hkdf_self_test().unwrap();
        Mac::SHA256.pbkdf2_self_test().unwrap();
        Mac::SHA256.tls_prf_self_test().unwrap();
    }
    for error in [
        Cipher::from_raw(9999).self_test().unwrap_err(),
        Mac::from_raw(9999).self_test().unwrap_err(),
        Digest::from_raw(9999).self_test().unwrap_err(),
        PublicKeyAlgorithm::from_raw(9999).self_test().unwrap_err(),
    ] {
        assert_eq!(error.code().unwrap().name(), Some("GNUTLS_E_NO_SELF_TEST"));
    }
}

#[test]
fn the_fips_mode_of_a_thread_is_restored() {
    skip_unless!(requirement::FIPS_THREAD_MODE);
    let mode = fips_mode();
    let inside = dangerous_with_fips_mode(FipsMode::LAX, fips_mode).unwrap();
    // Without FIPS 140 mode of the library, the mode does not change.
    let expected = if mode == FipsMode::DISABLED {
        mode
    } else {
        FipsMode::LAX
    };
    assert_eq!((inside, fips_mode()), (expected, mode));
    let panic =
        std::panic::catch_unwind(|| dangerous_with_fips_mode(FipsMode::LOG, || panic!("work")));
    assert!(panic.is_err());
    assert_eq!(fips_mode(), mode);
    for refused in [
        FipsMode::DISABLED,
        FipsMode::SELFTESTS,
        FipsMode::from_raw(9999),
    ] {
        let error = dangerous_with_fips_mode(refused, || panic!("not called")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
    }
}

/// Ciphers, signatures and derived keys inside a FIPS 140 context.
#[test]
fn fips_contexts_include_ciphers_and_keys() {
    skip_unless!(requirement::FIPS_OPERATIONS);
    let operations: [fn(); 3] = [
        || state(Cipher::AES_128_CBC).encrypt(&mut [0; 16]).unwrap(),
        || {
            drop(
                Aead::new(Cipher::AES_128_GCM, &[1; 16])
                    .unwrap()
                    .seal(&[2; 12], b"", b"message"),
            )
        },
        || state(Cipher::CHACHA20_32).encrypt(&mut [0; 16]).unwrap(),
    ];
    use gnutls::library::FipsOperation;
    let expected = match fips_mode() {
        FipsMode::DISABLED => [FipsOperation::INITIAL; 3],
        _ => [
            FipsOperation::APPROVED,
            FipsOperation::APPROVED,
            FipsOperation::NOT_APPROVED,
        ],
    };
    let states = operations.map(|operation| fips_operation(operation).unwrap().1);
    assert_eq!(states, expected);
}
