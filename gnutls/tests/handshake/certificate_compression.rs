//! Certificate compression: the methods of both sides, and errors of a library without a method.

use std::sync::{Arc, Mutex};

use gnutls::extension::CompressionMethod;
use gnutls::{ClientAuth, ErrorKind, handshake};
use gnutls_testing::fixtures::{client_identity, trust};
use gnutls_testing::pair::*;
use gnutls_testing::requirement::{self, compresses_with};
use gnutls_testing::skip_unless;

const METHODS: [CompressionMethod; 3] = [
    CompressionMethod::ZLIB,
    CompressionMethod::BROTLI,
    CompressionMethod::ZSTD,
];

fn available() -> Vec<CompressionMethod> {
    METHODS
        .into_iter()
        .filter(|method| compresses_with(method.as_raw()))
        .collect()
}

#[test]
fn a_method_that_the_library_lacks_is_unsupported() {
    for method in METHODS
        .into_iter()
        .chain([0, 1, 4711].map(CompressionMethod::from_raw))
    {
        let result = client(TLS1_2).compress_certificates([method]).build();
        let available = compresses_with(method.as_raw());
        assert_eq!(method.is_available(), available, "{method}");
        assert_eq!(result.is_ok(), available, "{method}");
        if let Err(error) = result {
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
            assert!(!error.is_fatal());
        }
    }
    let many = std::iter::repeat_n(CompressionMethod::ZLIB, 128);
    let error = server(TLS1_2)
        .compress_certificates(many)
        .build()
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(client(TLS1_2).compress_certificates([]).build().is_ok());
}

#[test]
fn names_are_those_of_the_standard() {
    assert_eq!(
        METHODS.map(CompressionMethod::name),
        [Some("zlib"), Some("brotli"), Some("zstd")]
    );
    assert_eq!(CompressionMethod::from_raw(99).to_string(), "unknown (99)");
    assert_eq!(CompressionMethod::from_raw(99).as_raw(), 99);
}

/// The compression method of either side, and the messages that contained a certificate.
type Outcome = ([Option<CompressionMethod>; 2], Vec<handshake::MessageType>);

fn run(
    priority: &str,
    client_methods: &[CompressionMethod],
    server_methods: &[CompressionMethod],
) -> Outcome {
    let client = client(priority)
        .identity(client_identity())
        .compress_certificates(client_methods.iter().copied())
        .build()
        .unwrap();
    let server = server(priority)
        .client_auth(ClientAuth::Required(trust()))
        .compress_certificates(server_methods.iter().copied())
        .build()
        .unwrap();
    let mut pair = Pair::open(&client, &server, false);
    let seen = Arc::new(Mutex::new(Vec::new()));
    for session in [&mut pair.client, &mut pair.server] {
        let seen = Arc::clone(&seen);
        session.set_handshake_hook(move |_, message| {
            let certificate = [
                handshake::MessageType::CERTIFICATE,
                handshake::MessageType::COMPRESSED_CERTIFICATE,
            ]
            .contains(&message.message_type);
            if message.incoming && !message.processed && certificate {
                seen.lock().unwrap().push(message.message_type);
            }
        });
    }
    pair.handshake().unwrap();
    assert_eq!(pair.there(b"x"), b"x");
    let methods = [&pair.client, &pair.server]
        .map(|session| session.certificate_compression().unwrap_or_default());
    let seen = seen.lock().unwrap().clone();
    (methods, seen)
}

#[test]
fn a_side_uses_the_first_supported_method_of_the_peer() {
    skip_unless!(requirement::CERTIFICATE_COMPRESSION);
    let plain = vec![handshake::MessageType::CERTIFICATE; 2];
    let compressed = vec![handshake::MessageType::COMPRESSED_CERTIFICATE; 2];
    assert_eq!(run(TLS1_3, &[], &[]), ([None, None], plain.clone()));
    for method in available() {
        let one = [method];
        let both = ([Some(method), Some(method)], compressed.clone());
        assert_eq!(run(TLS1_3, &one, &one), both);
        // A peer that does not offer compression receives an uncompressed certificate.
        assert_eq!(run(TLS1_3, &one, &[]), ([None, None], plain.clone()));
        assert_eq!(run(TLS1_3, &[], &one), ([None, None], plain.clone()));
        assert_eq!(run(TLS1_2, &one, &one), ([None, None], plain.clone()));
    }
    if let [first, second, ..] = available()[..] {
        let (methods, seen) = run(TLS1_3, &[first, second], &[second, first]);
        assert_eq!(methods, [Some(second), Some(first)]);
        assert_eq!(seen, compressed);
        let (methods, seen) = run(TLS1_3, &[first], &[second]);
        assert_eq!((methods, seen), ([None, None], plain));
    }
}
