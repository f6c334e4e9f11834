//! Trust on first use: verification of keys with a file of known hosts.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use gnutls::crypto::Digest;
use gnutls::verify::{KnownHost, KnownHosts, VerificationStatus};
use gnutls::{ErrorKind, Trust};
use gnutls_testing::directory::TemporaryDirectory;
use gnutls_testing::fixtures::{certificate, fixture, identity};
use gnutls_testing::pair::{Pair, TLS1_2, client, server};
use gnutls_testing::process::system_program;
use gnutls_testing::{requirement, skip_unless};

/// A file of known hosts, in a directory that only its owner can access.
struct Place(TemporaryDirectory);

impl Place {
    fn new() -> Self {
        Self(TemporaryDirectory::new())
    }

    /// Returns the directory, which is created with the first entry.
    fn directory(&self) -> PathBuf {
        self.0.path().join("gnutls")
    }

    fn file(&self) -> PathBuf {
        self.directory().join("known_hosts")
    }

    fn hosts(&self) -> KnownHosts {
        KnownHosts::file(self.file()).unwrap()
    }
}

#[test]
fn a_host_is_identified_by_its_key() {
    let place = Place::new();
    let hosts = place.hosts();
    let (key, other) = (fixture("server.der"), certificate("client"));
    assert_eq!(
        hosts.verify("host", None, &key).unwrap(),
        KnownHost::Unknown
    );
    hosts.store("host", None, &key, None).unwrap();
    assert_eq!(hosts.verify("host", None, &key).unwrap(), KnownHost::Known);
    assert_eq!(
        hosts.verify("host", Some("443"), &key).unwrap(),
        KnownHost::Known
    );
    assert_eq!(
        hosts.verify("host", None, &other).unwrap(),
        KnownHost::Changed
    );
    assert_eq!(
        hosts.verify("other", None, &other).unwrap(),
        KnownHost::Unknown
    );
    // Only the owner can access the file and its directory.
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(place.file()), 0o600);
    assert_eq!(mode(place.directory()), 0o700);
}

#[test]
fn keys_are_limited_to_a_service_and_a_time() {
    let place = Place::new();
    let hosts = place.hosts();
    let key = fixture("server.der");
    hosts.store("host", Some("443"), &key, None).unwrap();
    assert_eq!(
        hosts.verify("host", Some("443"), &key).unwrap(),
        KnownHost::Known
    );
    assert_eq!(
        hosts.verify("host", Some("853"), &key).unwrap(),
        KnownHost::Unknown
    );
    let now = SystemTime::now();
    for (host, until, known) in [
        ("past", now - Duration::from_secs(60), KnownHost::Unknown),
        ("before-1970", SystemTime::UNIX_EPOCH, KnownHost::Unknown),
        ("future", now + Duration::from_secs(60), KnownHost::Known),
    ] {
        hosts.store(host, None, &key, Some(until)).unwrap();
        assert_eq!(hosts.verify(host, None, &key).unwrap(), known, "{host}");
    }
}

#[test]
fn a_commitment_is_stored() {
    let place = Place::new();
    let hosts = place.hosts();
    let key = fixture("server.der");
    // The commitment is for a different key, so the key of the host has changed.
    hosts
        .store_commitment("host", None, Digest::SHA256, &[7; 32], None)
        .unwrap();
    assert_eq!(
        hosts.verify("host", None, &key).unwrap(),
        KnownHost::Changed
    );
    for (digest, length) in [(Digest::SHA256, 31), (Digest::SHA256, 0), (Digest::MD5, 16)] {
        let error = hosts
            .store_commitment("host", None, digest, &vec![7; length], None)
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{digest:?} {length}");
    }
}

#[test]
fn bug_class_17_names_cannot_be_lines_of_the_file() {
    let place = Place::new();
    let hosts = place.hosts();
    let key = fixture("server.der");
    for name in ["", "*", "*.example", "a|b", "a\n|g0|b", "a b", "a\0b"] {
        for (host, service) in [(name, None), ("host", Some(name))] {
            for error in [
                hosts.verify(host, service, &key).map(drop).unwrap_err(),
                hosts.store(host, service, &key, None).unwrap_err(),
                hosts
                    .store_commitment(host, service, Digest::SHA256, &[7; 32], None)
                    .unwrap_err(),
            ] {
                assert_eq!(error.kind(), ErrorKind::InvalidInput, "{name:?}");
            }
        }
    }
    assert!(!place.file().exists());
    assert!(KnownHosts::file("a\0b").is_err());
}

#[test]
fn failures_of_the_file_are_errors() {
    let place = Place::new();
    // A directory exists at the path of the file.
    fs::create_dir_all(place.file()).unwrap();
    let hosts = place.hosts();
    let error = hosts
        .store("host", None, &fixture("server.der"), None)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains("known_hosts"), "{error}");
    let full = KnownHosts::file("/dev/full").unwrap();
    let error = full
        .store("host", None, &fixture("server.der"), None)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    let error = Place::new()
        .hosts()
        .store("host", None, b"no certificate", None)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Certificate);
}

#[test]
fn a_client_trusts_on_first_use_and_notices_a_change() {
    let place = Place::new();
    let hosts = place.hosts();
    let client = client(TLS1_2)
        .trust(Trust::none())
        .dangerous_verifier(move |peer| {
            let name = peer.server_name().unwrap();
            let certificate = peer.session().peer_certificate().unwrap();
            match hosts.verify(name, None, certificate).unwrap() {
                KnownHost::Known => Ok(()),
                KnownHost::Unknown => {
                    hosts.store(name, None, certificate, None).unwrap();
                    Ok(())
                }
                KnownHost::Changed => Err(VerificationStatus::MISMATCH.into()),
            }
        })
        .build()
        .unwrap();
    let first = server(TLS1_2).build().unwrap();
    let key = identity("server-ed25519");
    let second = gnutls::ServerConfig::builder()
        .identity(key)
        .priority(gnutls::Priority::new(TLS1_2).unwrap())
        .build()
        .unwrap();
    for _ in 0..2 {
        Pair::connect(&client, &first, false);
    }
    let error = Pair::open(&client, &second, false).handshake().unwrap_err();
    assert!(
        error
            .verification()
            .unwrap()
            .contains(VerificationStatus::MISMATCH)
    );
}

#[test]
fn the_issuer_is_found_among_the_trusted() {
    let config = client(TLS1_2).build().unwrap();
    let issuer = config.issuer_of(&fixture("server.der")).unwrap().unwrap();
    assert!(Trust::der(&issuer).is_ok());
    assert_eq!(config.issuer_of(&issuer).unwrap().as_ref(), Some(&issuer));
    let nobody = client(TLS1_2).trust(Trust::none()).build().unwrap();
    assert_eq!(nobody.issuer_of(&fixture("server.der")).unwrap(), None);
    let error = config.issuer_of(b"no certificate").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Certificate);
}

#[test]
fn bug_class_19_a_pipe_is_no_file_and_is_not_waited_for() {
    skip_unless!(requirement::MKFIFO);
    let place = Place::new();
    fs::create_dir(place.directory()).unwrap();
    let made = system_program("mkfifo").arg(place.file()).status();
    assert!(made.unwrap().success());
    let hosts = place.hosts();
    let (done, wait) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let key = fixture("server.der");
        let found = hosts.verify("host", None, &key).map(drop);
        done.send([found, hosts.store("host", None, &key, None)])
    });
    let results = wait.recv_timeout(Duration::from_secs(20));
    for result in results.expect("reading the pipe did not block") {
        assert_eq!(result.unwrap_err().kind(), ErrorKind::Io);
    }
}
