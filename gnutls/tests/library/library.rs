//! The installed library: configuration, FIPS 140, audit contexts, clock and policy.

use std::time::{Duration, SystemTime};

use gnutls::crypto::{Curve, Digest, SignatureAlgorithm};
use gnutls::library::{FipsMode, FipsOperation};
use gnutls::{ErrorKind, Priority, Protocol};
use gnutls_testing::directory::TemporaryDirectory;
use gnutls_testing::pair::*;
use gnutls_testing::process::is_alone;
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::{skip_unless, test_name};

#[test]
fn the_configuration_of_the_library_is_reported() {
    skip_unless!(requirement::LIBRARY_CONFIG);
    let config = gnutls::library::config().unwrap();
    assert!(
        config
            .iter()
            .any(|(name, value)| *name == "libgnutls-soname" && value.contains("30"))
    );
}

#[test]
fn the_file_of_the_system_is_reported() {
    const VARIABLE: &str = "GNUTLS_SYSTEM_PRIORITY_FILE";
    skip_unless!(requirement::SYSTEM_CONFIG_FILE);
    // Before 3.7.3, GnuTLS returns the name only of a file that sets a priority string.
    let directory = TemporaryDirectory::new();
    let file = directory.write("gnutls.conf", "[priorities]\nTEST = NORMAL\n");
    if is_alone(&test_name!(), &[(VARIABLE, file.to_str().unwrap())]) {
        let name = gnutls::library::system_config_file().unwrap();
        assert_eq!(
            name.unwrap().into_os_string(),
            std::env::var_os(VARIABLE).unwrap()
        );
    }
}

#[test]
fn bug_class_13_contexts_are_taken_off_also_after_a_panic() {
    if !requirement::AUDIT_CONTEXTS.is_present() {
        assert!(gnutls::library::with_audit_context(7, || unreachable!("not run")).is_err());
    }
    skip_unless!(requirement::AUDIT_CONTEXTS);
    let before = gnutls::library::audit_context().unwrap();
    let inside = gnutls::library::with_audit_context(7, || {
        let outer = gnutls::library::audit_context().unwrap();
        let inner = gnutls::library::with_audit_context(8, gnutls::library::audit_context);
        (
            outer,
            inner.unwrap().unwrap(),
            gnutls::library::audit_context().unwrap(),
        )
    });
    // A library that was built without auditing never returns a context.
    let without = (before, before, before);
    let inside = inside.unwrap();
    assert!(inside == (7, 8, 7) || inside == without, "{inside:?}");
    let panicked = std::panic::catch_unwind(|| {
        let _ = gnutls::library::with_audit_context(9, || std::panic::resume_unwind(Box::new(())));
    });
    assert!(panicked.is_err());
    assert_eq!(gnutls::library::audit_context().unwrap(), before);
}

#[test]
fn fips_mode_and_state_can_be_read() {
    let mode = gnutls::library::fips_mode();
    let result =
        gnutls::library::fips_operation(|| Pair::connected(TLS1_2, false).client.handshake_done());
    if requirement::FIPS_OPERATIONS.is_present() {
        let (done, operation) = result.unwrap();
        assert!(done);
        assert_eq!(
            operation == FipsOperation::INITIAL,
            mode == FipsMode::DISABLED
        );
    } else {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    }
    assert_eq!(format!("{:?}", FipsMode::LAX), "FipsMode::LAX");
    assert_eq!(
        format!("{:?}", FipsMode::from_raw(99)),
        "FipsMode(unknown (99))"
    );
    assert_eq!(FipsOperation::from_raw(99).as_raw(), 99);
}

#[test]
fn secrets_are_compared_byte_by_byte() {
    assert!(gnutls::crypto::constant_time_eq(b"", b""));
    for length in 1..40_usize {
        let one = vec![7; length];
        for place in 0..length {
            let mut other = one.clone();
            other[place] = 8;
            assert!(!gnutls::crypto::constant_time_eq(&one, &other));
        }
        assert!(gnutls::crypto::constant_time_eq(&one, &one.clone()));
        assert!(!gnutls::crypto::constant_time_eq(&one, &one[1..]));
    }
}

#[test]
fn hazard_30_a_clock_moves_all_or_is_refused() {
    if !is_alone(&test_name!(), &[]) {
        return;
    }
    // In 40 years the certificates of the fixtures have expired.
    let later = || SystemTime::now() + Duration::from_secs(40 * 365 * 86_400);
    let set = gnutls::library::dangerous_set_time_function(later);
    if !requirement::TIME_FUNCTION.is_present() {
        let release = requirement::TIME_FUNCTION.release();
        let error = set.as_ref().unwrap_err();
        assert_eq!(error.required_release(), Some(release));
        Pair::connected(TLS1_2, false);
    }
    skip_unless!(requirement::TIME_FUNCTION);
    set.unwrap();
    let client = client(TLS1_2).build().unwrap();
    let server = server(TLS1_2).build().unwrap();
    let error = Pair::open(&client, &server, false).handshake().unwrap_err();
    let status = error.verification().expect("the certificate has expired");
    assert!(
        status.contains(gnutls::verify::VerificationStatus::EXPIRED),
        "{error}"
    );
    gnutls::library::dangerous_set_time_function(|| panic!("the clock is broken")).unwrap();
    Pair::connect(&client, &server, false);
    gnutls::library::dangerous_set_time_function(SystemTime::now).unwrap();
    Pair::connect(&client, &server, false);
}

#[test]
fn without_an_allowlist_the_policy_cannot_be_changed() {
    let release = requirement::POLICY_CHANGES.release();
    let protocols = Priority::system().enabled().unwrap().protocols;
    // SAFETY: the library returns an error before it changes anything.
    let results = unsafe {
        [
            Protocol::TLS1_2.disable(),
            Protocol::TLS1_0.dangerous_enable(),
            Curve::SECP256R1.disable(),
            Curve::SECP192R1.dangerous_enable(),
            Digest::SHA1.mark_insecure(),
            Digest::MD5.dangerous_mark_secure(),
            SignatureAlgorithm::RSA_SHA256.mark_insecure(),
            SignatureAlgorithm::RSA_MD5.dangerous_mark_secure(),
            SignatureAlgorithm::RSA_SHA256.mark_insecure_for_certificates(),
            SignatureAlgorithm::RSA_MD5.dangerous_mark_secure_for_certificates(),
        ]
    };
    for result in results {
        let error = result.unwrap_err();
        match error.kind() {
            _ if !requirement::POLICY_CHANGES.is_present() => {
                assert_eq!(error.required_release(), Some(release));
            }
            kind => assert_eq!(kind, ErrorKind::InvalidState, "{error}"),
        }
        assert!(!error.is_fatal());
    }
    assert_eq!(Priority::system().enabled().unwrap().protocols, protocols);
}

#[test]
fn an_allowlist_can_be_changed_before_its_first_use() {
    const LIST: &str = "[global]
override-mode = allowlist
[overrides]
secure-hash = sha256
secure-hash = sha384
enabled-version = tls1.2
enabled-version = tls1.3
tls-enabled-cipher = aes-128-gcm
tls-enabled-mac = aead
tls-enabled-group = secp256r1
tls-enabled-group = secp384r1
tls-enabled-kx = ecdhe-rsa
enabled-curve = secp256r1
enabled-curve = secp384r1
secure-sig = rsa-sha256
secure-sig-for-cert = rsa-sha256
";
    skip_unless!(requirement::POLICY_CHANGES);
    let directory = TemporaryDirectory::new();
    let file = directory.write("list", LIST);
    let environment = [("GNUTLS_SYSTEM_PRIORITY_FILE", file.to_str().unwrap())];
    if !is_alone(&test_name!(), &environment) {
        return;
    }
    // SAFETY: no other thread of this process uses the library.
    unsafe { Protocol::TLS1_3.disable() }.unwrap();
    // SAFETY: no other thread of this process uses the library.
    unsafe {
        SignatureAlgorithm::RSA_SHA384
            .dangerous_mark_secure()
            .unwrap();
        Curve::SECP384R1.disable().unwrap();
    }
    assert!(SignatureAlgorithm::RSA_SHA384.is_secure());
    assert!(!SignatureAlgorithm::RSA_SHA384.is_secure_for_certificates());
    let enabled = Priority::system().enabled().unwrap();
    assert_eq!(enabled.protocols, [Protocol::TLS1_2]);
    // The library is in use now.
    // SAFETY: no other thread of this process uses the library.
    let error = unsafe { Protocol::TLS1_3.dangerous_enable() }.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidState);
}
