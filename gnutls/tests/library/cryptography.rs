//! Digests, codes, encryption and derived keys: the vectors of their standards, and the results of C.

use std::io::Write;

use gnutls::ErrorKind;
use gnutls::crypto::{
    Aead, Cipher, Digest, Hash, Hmac, Mac, hash, hkdf_expand, hkdf_extract, pbkdf2, random,
    random_key, random_nonce, random_refresh,
};
use gnutls::library::{FipsOperation, fips_operation};
use gnutls_testing::requirement::{COPIED_HASHES, FIPS_OPERATIONS, HKDF, Requirement, SHAKE, SIV};
use gnutls_testing::skip_unless;

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex
        .bytes()
        .filter(|digit| !digit.is_ascii_whitespace())
        .collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// FIPS 180-4, with the message "abc".
#[test]
fn digests_are_those_of_the_standard() {
    let expected = "ba7816bf 8f01cfea 414140de 5dae2223 b00361a3 96177a9c b410ff61 f20015ad";
    assert_eq!(hash(Digest::SHA256, b"abc").unwrap(), bytes(expected));
    let mut state = Hash::new(Digest::SHA256).unwrap();
    state.update(b"a").unwrap();
    state.update(b"").unwrap();
    state.write_all(b"bc").unwrap();
    assert_eq!(format!("{state:?}"), "Hash(Digest(SHA256))");
    assert_eq!(state.finish(), bytes(expected));
    let sha1 = "a9993e36 4706816a ba3e2571 7850c26c 9cd0d89d";
    assert_eq!(hash(Digest::SHA1, b"abc").unwrap(), bytes(sha1));
    let empty = "e3b0c442 98fc1c14 9afbf4c8 996fb924 27ae41e4 649b934c a495991b 7852b855";
    assert_eq!(hash(Digest::SHA256, b"").unwrap(), bytes(empty));
}

#[test]
fn every_digest_is_that_of_c() {
    let data: Vec<u8> = (0..1000).map(|number| number as u8).collect();
    let mut count = 0;
    for &digest in Digest::list() {
        let mut expected = vec![0; digest.output_size()];
        // SAFETY: the data has the given length, and the output that of the digest.
        let code = unsafe {
            let (data, output) = (data.as_ptr().cast(), expected.as_mut_ptr().cast());
            gnutls_sys::gnutls_hash_fast(digest.as_raw(), data, 1000, output)
        };
        let own = hash(digest, &data);
        if code < 0 {
            assert_eq!(own.unwrap_err().code().unwrap().as_raw(), code, "{digest}");
            continue;
        }
        assert_eq!(own.unwrap(), expected, "{digest}");
        let mut state = Hash::new(digest).unwrap();
        data.chunks(7).for_each(|part| state.update(part).unwrap());
        assert_eq!(state.finish(), expected, "{digest}");
        count += 1;
    }
    assert!(count >= 5, "{count}");
    for unknown in [Digest::from_raw(0), Digest::from_raw(9999)] {
        assert!(hash(unknown, b"").is_err());
        let error = Hash::new(unknown).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }
}

#[test]
fn the_state_of_a_digest_can_be_copied() {
    let mut state = Hash::new(Digest::SHA256).unwrap();
    state.update(b"a").unwrap();
    let copy = state.try_clone();
    if !COPIED_HASHES.is_present() {
        assert_eq!(
            copy.unwrap_err().required_release(),
            Some(COPIED_HASHES.release())
        );
    } else {
        let mut copy = copy.unwrap();
        copy.update(b"bc").unwrap();
        assert_eq!(copy.finish(), hash(Digest::SHA256, b"abc").unwrap());
    }
    state.update(b"b").unwrap();
    assert_eq!(state.finish(), hash(Digest::SHA256, b"ab").unwrap());
}

/// FIPS 202, with an empty message.
#[test]
fn shake_has_output_of_any_length() {
    skip_unless!(SHAKE);
    let mut state = Hash::new(Digest::SHAKE_128).unwrap();
    let mut output = [0; 32];
    state.squeeze(&mut output[..5]).unwrap();
    state.squeeze(&mut output[5..]).unwrap();
    let expected = "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26";
    assert_eq!(output[..], bytes(expected));
    assert_eq!(
        state.update(b"more").unwrap_err().kind(),
        ErrorKind::InvalidState
    );
    let mut fixed = Hash::new(Digest::SHA256).unwrap();
    let error = fixed.squeeze(&mut output).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

/// RFC 4231, case 2.
#[test]
fn hmac_is_that_of_the_standard() {
    let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    let message = b"what do ya want for nothing?";
    let code = |key: &[u8]| {
        let mut state = Hmac::new(Mac::SHA256, key).unwrap();
        state.write_all(&message[..5]).unwrap();
        state.update(&message[5..]).unwrap();
        state
    };
    assert_eq!(code(b"Jefe").finish(), bytes(expected));
    assert!(code(b"Jefe").verify(&bytes(expected)));
    assert!(!code(b"jefe").verify(&bytes(expected)));
    assert!(!code(b"Jefe").verify(&bytes(expected)[..16]));
    assert!(!code(b"Jefe").verify(b""));
    // Keys of any length.
    assert_eq!(code(b"").finish().len(), 32);
    assert_eq!(code(&[1; 1000]).finish().len(), 32);
    if COPIED_HASHES.is_present() {
        assert_eq!(code(b"Jefe").try_clone().unwrap().finish(), bytes(expected));
    }
}

/// RFC 4418, appendix: the message is empty.
#[test]
fn codes_with_a_nonce_are_those_of_the_standard() {
    let (key, nonce) = (b"abcdefghijklmnop", b"bcdefghi");
    let state = Hmac::with_nonce(Mac::UMAC_96, key, nonce).unwrap();
    assert_eq!(state.finish(), bytes("32fedb100c79ad58f07ff764"));
}

/// C aborts the process for such a key or nonce.
#[test]
fn hazard_50_lengths_of_keys_and_nonces_are_checked() {
    let (key, nonce) = ([1; 16], [2; 8]);
    let mut errors = Vec::new();
    for length in [0, 1, 15, 17, 32] {
        errors.push(Hmac::with_nonce(Mac::UMAC_96, &vec![1; length], &nonce).unwrap_err());
        errors.push(Hmac::with_nonce(Mac::UMAC_128, &vec![1; length], &nonce).unwrap_err());
    }
    for length in [0, 1, 7, 9, 17, 1000] {
        errors.push(Hmac::with_nonce(Mac::UMAC_96, &key, &vec![2; length]).unwrap_err());
    }
    errors.push(Hmac::new(Mac::UMAC_96, &key).unwrap_err());
    errors.push(Hmac::with_nonce(Mac::SHA256, &key, &nonce).unwrap_err());
    for length in [0, 15, 17, 32] {
        errors.push(Aead::new(Cipher::AES_128_GCM, &vec![1; length]).unwrap_err());
    }
    let mut aead = Aead::new(Cipher::AES_128_GCM, &key).unwrap();
    for length in [0, 8, 11, 13, 16] {
        let nonce = vec![1; length];
        let mut buffer = b"message".to_vec();
        errors.push(aead.seal(&nonce, b"", &buffer).unwrap_err());
        errors.push(aead.open(&nonce, b"", &[0; 20]).unwrap_err());
        errors.push(aead.seal_in_place(&nonce, b"", &mut buffer).unwrap_err());
        errors.push(aead.open_in_place(&nonce, b"", &mut buffer).unwrap_err());
        assert_eq!(buffer, b"message");
    }
    errors.push(Aead::new(Cipher::AES_128_CBC, &key).unwrap_err());
    if HKDF.is_present() {
        errors.push(pbkdf2(Digest::SHA256, b"password", b"salt", 0, &mut [0; 8]).unwrap_err());
        let mut long = vec![0; 255 * 32 + 1];
        errors.push(hkdf_expand(Digest::SHA256, &key, b"", &mut long).unwrap_err());
    }
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    for mac in Mac::list() {
        // No algorithm aborts the process, whatever the lengths.
        for length in [0, 1, 16, 24, 32, 64] {
            let state = match mac.nonce_size() {
                0 => Hmac::new(*mac, &vec![1; length]),
                size => Hmac::with_nonce(*mac, &vec![1; length], &vec![2; size]),
            };
            if let Ok(mut state) = state {
                state.update(b"data").unwrap();
                assert_eq!(state.finish().len(), mac.output_size(), "{mac}");
            }
        }
    }
    for mac in [Mac::NULL, Mac::AEAD, Mac::from_raw(9999)] {
        let unknown = Hmac::new(mac, b"").unwrap_err();
        assert_eq!(unknown.kind(), ErrorKind::Unsupported, "{mac}");
    }
    let unknown = Aead::new(Cipher::from_raw(9999), b"").unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::Unsupported);
}

struct Vector {
    cipher: Cipher,
    key: &'static str,
    nonce: &'static str,
    associated: &'static str,
    message: &'static str,
    sealed: &'static str,
}

/// The revised GCM proposal of McGrew and Viega, case 4, and RFC 8439, section 2.8.2.
const VECTORS: [Vector; 2] = [
    Vector {
        cipher: Cipher::AES_128_GCM,
        key: "feffe9928665731c6d6a8f9467308308",
        nonce: "cafebabefacedbaddecaf888",
        associated: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        message: "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72
                  1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        sealed: "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e
                 21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091
                 5bc94fbc3221a5db94fae95ae7121a47",
    },
    Vector {
        cipher: Cipher::CHACHA20_POLY1305,
        key: "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
        nonce: "070000004041424344454647",
        associated: "50515253c0c1c2c3c4c5c6c7",
        message: "4c616469657320616e642047656e746c656d656e206f662074686520636c6173
                  73206f66202739393a204966204920636f756c64206f6666657220796f75206f
                  6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73
                  637265656e20776f756c642062652069742e",
        sealed: "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6
                 3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36
                 92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc
                 3ff4def08e4b7a9de576d26586cec64b6116
                 1ae10b594f09e26a7e902ecbd0600691",
    },
];

#[test]
fn encryption_is_that_of_the_standard() {
    for vector in VECTORS {
        let [key, nonce, associated, message, sealed] = [
            vector.key,
            vector.nonce,
            vector.associated,
            vector.message,
            vector.sealed,
        ]
        .map(bytes);
        let mut aead = Aead::new(vector.cipher, &key).unwrap();
        assert_eq!(aead.seal(&nonce, &associated, &message).unwrap(), sealed);
        assert_eq!(aead.open(&nonce, &associated, &sealed).unwrap(), message);
        let mut buffer = message.clone();
        aead.seal_in_place(&nonce, &associated, &mut buffer)
            .unwrap();
        assert_eq!(buffer, sealed);
        aead.open_in_place(&nonce, &associated, &mut buffer)
            .unwrap();
        assert_eq!(buffer, message);
    }
}

#[test]
fn data_that_is_not_authentic_is_never_returned() {
    let ciphers = Cipher::list()
        .iter()
        .copied()
        .filter(|cipher| cipher.tag_size() > 0);
    let mut count = 0;
    for cipher in ciphers {
        let key = vec![7; cipher.key_size()];
        let nonce = vec![9; cipher.iv_size()];
        let Ok(mut aead) = Aead::new(cipher, &key) else {
            continue;
        };
        for message in [&b""[..], b"m", &[5; 100]] {
            let sealed = aead.seal(&nonce, b"header", message).unwrap();
            assert_eq!(sealed.len(), message.len() + cipher.tag_size(), "{cipher}");
            assert_eq!(
                aead.open(&nonce, b"header", &sealed).unwrap(),
                message,
                "{cipher}"
            );
            let mut buffer = message.to_vec();
            aead.seal_in_place(&nonce, b"header", &mut buffer).unwrap();
            assert_eq!(buffer, sealed, "{cipher}");
            for at in [0, sealed.len() - 1] {
                let mut damaged = sealed.clone();
                damaged[at] ^= 1;
                let error = aead.open(&nonce, b"header", &damaged).unwrap_err();
                assert!(error.code().is_some(), "{cipher} {error}");
                assert!(
                    aead.open_in_place(&nonce, b"header", &mut damaged).is_err(),
                    "{cipher}"
                );
                assert_eq!(damaged, b"", "{cipher}");
            }
            assert!(aead.open(&nonce, b"Header", &sealed).is_err(), "{cipher}");
            for length in [0, 1, cipher.tag_size() - 1] {
                let mut short = vec![0; length];
                assert!(aead.open(&nonce, b"header", &short).is_err(), "{cipher}");
                assert!(aead.open_in_place(&nonce, b"header", &mut short).is_err());
            }
        }
        count += 1;
    }
    assert!(count >= 3, "{count}");
}

#[test]
fn ciphers_that_shift_their_output_work_in_place() {
    skip_unless!(SIV);
    let mut aead = Aead::new(Cipher::AES_128_SIV, &[1; 32]).unwrap();
    let nonce = vec![2; Cipher::AES_128_SIV.iv_size()];
    let mut buffer = b"message of more than one block".to_vec();
    let sealed = aead.seal(&nonce, b"", &buffer).unwrap();
    aead.seal_in_place(&nonce, b"", &mut buffer).unwrap();
    assert_eq!(buffer, sealed);
    aead.open_in_place(&nonce, b"", &mut buffer).unwrap();
    assert_eq!(buffer, b"message of more than one block");
}

/// RFC 5869, case 1.
#[test]
fn hkdf_is_that_of_the_standard() {
    let salt: Vec<u8> = (0..13).collect();
    let info: Vec<u8> = (0xf0..0xfa).collect();
    let key = hkdf_extract(Digest::SHA256, &[0x0b; 22], &salt);
    if !HKDF.is_present() {
        assert_eq!(key.unwrap_err().required_release(), Some(HKDF.release()));
        let error = hkdf_expand(Digest::SHA256, &[1; 32], &info, &mut [0; 42]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    } else {
        let key = key.unwrap();
        let expected = "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5";
        assert_eq!(key, bytes(expected));
        let mut output = [0; 42];
        hkdf_expand(Digest::SHA256, &key, &info, &mut output).unwrap();
        let expected = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf
                        34007208d5b887185865";
        assert_eq!(output[..], bytes(expected));
        hkdf_expand(Digest::SHA256, &key, b"", &mut []).unwrap();
        hkdf_expand(Digest::SHA256, &key, b"", &mut vec![0; 255 * 32]).unwrap();
        assert!(hkdf_extract(Digest::from_raw(9999), b"key", b"").is_err());
    }
}

/// RFC 7914, section 11.
#[test]
fn pbkdf2_is_that_of_the_standard() {
    let mut output = [0; 64];
    let result = pbkdf2(Digest::SHA256, b"passwd", b"salt", 1, &mut output);
    if HKDF.is_present() {
        result.unwrap();
        let expected = "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc
                        49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783";
        assert_eq!(output[..], bytes(expected));
    } else {
        assert_eq!(result.unwrap_err().required_release(), Some(HKDF.release()));
    }
}

#[test]
fn random_numbers_differ() {
    for fill in [random, random_key, random_nonce] {
        let (mut first, mut second) = ([0; 32], [0; 32]);
        fill(&mut first).unwrap();
        random_refresh();
        fill(&mut second).unwrap();
        assert!(first != second && first != [0; 32]);
        fill(&mut []).unwrap();
    }
}

#[test]
fn fips_operations_include_digests() {
    skip_unless!(FIPS_OPERATIONS);
    let (digest, state) = fips_operation(|| hash(Digest::SHA256, b"abc")).unwrap();
    assert_eq!(digest.unwrap().len(), 32);
    assert_ne!(state, FipsOperation::ERROR);
    let (unknown, state) = fips_operation(|| Hash::new(Digest::from_raw(9999)).err()).unwrap();
    assert!(unknown.is_some());
    assert!(
        [FipsOperation::ERROR, FipsOperation::INITIAL].contains(&state),
        "{state:?}"
    );
}

/// A state is released once, also if it was not used.
#[test]
fn bug_class_14_a_state_is_released_once() {
    for _ in 0..3 {
        drop(Hash::new(Digest::SHA256).unwrap());
        drop(Hmac::new(Mac::SHA256, b"key").unwrap());
        drop(Aead::new(Cipher::AES_128_GCM, &[0; 16]).unwrap());
    }
    let state = std::thread::spawn(|| Hash::new(Digest::SHA256).unwrap())
        .join()
        .unwrap();
    assert_eq!(state.finish(), hash(Digest::SHA256, b"").unwrap());
}
