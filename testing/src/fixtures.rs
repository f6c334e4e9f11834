//! The files in `gnutls/tests/fixtures`, which the documentation of `gnutls` also uses.

use std::fs;
use std::path::PathBuf;

use gnutls::{Identity, Trust};

/// Returns the path of a fixture.
pub fn fixture_path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../gnutls/tests/fixtures")
        .join(name)
}

/// Returns the content of a fixture.
pub fn fixture(name: &str) -> Vec<u8> {
    fs::read(fixture_path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Returns the identity of a fixture: its certificate or chain, and its key.
pub fn identity(name: &str) -> Identity {
    let key = if name == "chain" { "below" } else { name };
    let (chain, key) = (format!("{name}.pem"), format!("{key}-key.pem"));
    Identity::from_pem(&fixture(&chain), &fixture(&key)).expect("the fixture is valid")
}

/// Returns the certificate of a fixture in DER.
pub fn certificate(name: &str) -> Vec<u8> {
    let identity = identity(name);
    let certificate = identity.certificates().next();
    certificate.expect("an identity has a certificate").to_vec()
}

/// Returns the identity of a server, for `localhost` and `127.0.0.1`.
pub fn server_identity() -> Identity {
    identity("server")
}

/// Returns the identity of a client.
pub fn client_identity() -> Identity {
    identity("client")
}

/// Returns the trust anchor of both identities.
pub fn trust() -> Trust {
    Trust::pem(&fixture("ca.pem")).expect("the fixture is valid")
}
