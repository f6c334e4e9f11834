//! The files in `gnutls/tests/fixtures`, which the documentation of `gnutls` uses as well.

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

/// Returns the identity of a server, for `localhost` and `127.0.0.1`.
pub fn server_identity() -> Identity {
    Identity::from_pem(&fixture("server.pem"), &fixture("server-key.pem"))
        .expect("the fixture is valid")
}

/// Returns the identity of a client.
pub fn client_identity() -> Identity {
    Identity::from_pem(&fixture("client.pem"), &fixture("client-key.pem"))
        .expect("the fixture is valid")
}

/// Returns trust in the authority of both.
pub fn trust() -> Trust {
    Trust::pem(&fixture("ca.pem")).expect("the fixture is valid")
}
