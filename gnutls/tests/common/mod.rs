//! What the tests have in common: the fixtures.

#![allow(dead_code, reason = "each test uses a part of it")]

use std::fs;
use std::path::PathBuf;

use gnutls::{Identity, Trust};

/// The path of a file in `fixtures`.
pub fn fixture_path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

/// The content of a file in `fixtures`.
pub fn fixture(name: &str) -> Vec<u8> {
    fs::read(fixture_path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// The server, for `localhost` and `127.0.0.1`.
pub fn server_identity() -> Identity {
    Identity::from_pem(&fixture("server.pem"), &fixture("server-key.pem"))
        .expect("the fixture is in order")
}

/// A client.
pub fn client_identity() -> Identity {
    Identity::from_pem(&fixture("client.pem"), &fixture("client-key.pem"))
        .expect("the fixture is in order")
}

/// The authority of both.
pub fn trust() -> Trust {
    Trust::pem(&fixture("ca.pem")).expect("the fixture is in order")
}
