//! Errors: conversions without loss, unknown codes and fatal errors.

use std::error::Error as _;
use std::io;

use gnutls::{Error, ErrorCode, ErrorKind, Priority, Protocol};

#[test]
fn an_io_error_is_unwrapped() {
    let original = io::Error::from_raw_os_error(104);
    let (kind, code) = (original.kind(), original.raw_os_error());
    let error = Error::from(original);
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.is_fatal());
    assert!(error.source().is_some());
    let back = io::Error::from(error);
    assert_eq!((back.kind(), back.raw_os_error()), (kind, code));

    let error = Error::from(io::Error::new(io::ErrorKind::TimedOut, "mine"));
    assert_eq!(error.to_string(), "mine");
    let back = io::Error::from(error);
    assert_eq!(
        (back.kind(), back.to_string().as_str()),
        (io::ErrorKind::TimedOut, "mine")
    );
}

#[test]
fn an_error_is_extracted_from_an_io_error() {
    let original = Priority::new("NORMAL:+WRONG").unwrap_err();
    let text = original.to_string();
    let wrapped = io::Error::from(original);
    assert_eq!(wrapped.kind(), io::ErrorKind::InvalidInput);
    assert_eq!(wrapped.to_string(), text);
    assert!(wrapped.get_ref().unwrap().is::<Error>());
    let back = Error::from(wrapped);
    assert_eq!(back.kind(), ErrorKind::Priority);
    assert_eq!(back.code(), Some(ErrorCode::INVALID_REQUEST));
    assert_eq!(back.to_string(), text);
}

#[test]
fn the_text_ends_with_the_name_of_the_code() {
    let error = Priority::new("NORMAL:+WRONG").unwrap_err();
    assert!(
        error.to_string().ends_with("(GNUTLS_E_INVALID_REQUEST)"),
        "{error}"
    );
}

#[test]
fn bug_class_18_unknown_numbers_survive() {
    let code = ErrorCode::from_raw(-64_999);
    assert_eq!((code.as_raw(), code.name()), (-64_999, None));
    assert_eq!(code.to_string(), "GnuTLS error -64999");
    assert!(!code.description().is_empty());
    let protocol = Protocol::from_raw(77);
    assert_eq!((protocol.as_raw(), protocol.name()), (77, None));
    assert_eq!(protocol.to_string(), "unknown (77)");
}

#[test]
fn names_are_those_of_gnutls() {
    assert_eq!(ErrorCode::AGAIN.name(), Some("GNUTLS_E_AGAIN"));
    assert_eq!(Protocol::TLS1_2.to_string(), "TLS1.2");
    assert_eq!(
        gnutls::crypto::Cipher::AES_128_GCM.to_string(),
        "AES-128-GCM"
    );
    assert_eq!(gnutls::crypto::Mac::AEAD.to_string(), "AEAD");
    assert_eq!(
        gnutls::crypto::KeyExchange::ECDHE_RSA.to_string(),
        "ECDHE-RSA"
    );
    assert_eq!(gnutls::crypto::Group::X25519.to_string(), "X25519");
    let alert = gnutls::Alert::BAD_CERTIFICATE;
    assert_eq!(alert.name(), Some("GNUTLS_A_BAD_CERTIFICATE"));
    assert_eq!(alert.description(), Some("Certificate is bad"));
    assert_eq!(gnutls::Side::Client.to_string(), "client");
}

#[test]
fn hazard_4_what_is_not_fatal() {
    for code in [
        ErrorCode::AGAIN,
        ErrorCode::INTERRUPTED,
        ErrorCode::WARNING_ALERT_RECEIVED,
        ErrorCode::REHANDSHAKE,
    ] {
        assert!(!code.is_fatal(), "{code}");
    }
    for code in [
        ErrorCode::FATAL_ALERT_RECEIVED,
        ErrorCode::PREMATURE_TERMINATION,
        ErrorCode::DECRYPTION_FAILED,
    ] {
        assert!(code.is_fatal(), "{code}");
    }
    // An error that was returned before a session was called.
    assert!(
        !"3.6"
            .parse::<gnutls::library::Version>()
            .unwrap_err()
            .is_fatal()
    );
}
