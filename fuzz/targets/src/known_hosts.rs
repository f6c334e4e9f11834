//! Files with known hosts.

use std::sync::OnceLock;

use gnutls::verify::{KnownHost, KnownHosts};
use gnutls_testing::directory::TemporaryDirectory;
use gnutls_testing::fixtures::certificate;

/// Searches a file for a host. After the host has been stored in it, the host is known with this key.
pub fn run(data: &[u8]) {
    static SHARED: OnceLock<(TemporaryDirectory, Vec<u8>, Vec<u8>)> = OnceLock::new();
    let (directory, server, other) = SHARED.get_or_init(|| {
        let directory = TemporaryDirectory::new();
        (directory, certificate("server"), certificate("client"))
    });
    let hosts = KnownHosts::file(directory.write("known_hosts", data)).unwrap();
    for service in [None, Some("443")] {
        let _ = hosts.verify("localhost", service, server);
        let _ = hosts.verify("example.org", service, other);
    }
    let before = hosts.verify("localhost", None, server);
    if hosts.store("localhost", None, server, None).is_err() {
        return;
    }
    let after = hosts.verify("localhost", None, server);
    // An earlier entry of the host with another key decides.
    let changed = matches!(before, Ok(KnownHost::Changed));
    let expected = matches!(after, Ok(KnownHost::Known)) || changed;
    assert!(
        expected,
        "before storing: {before:?}, afterwards: {after:?}"
    );
}
