//! Files with passwords (SRP) and with pre-shared keys, which a server reads in each handshake.

use std::sync::OnceLock;

use gnutls::psk::{Key, PreSharedKey};
use gnutls::{ClientConfig, ServerConfig, Session, psk, srp};
use gnutls_testing::directory::TemporaryDirectory;
use gnutls_testing::fixtures::{fixture, fixture_path};
use gnutls_testing::pair::{TLS1_2, TLS1_3, client};
use gnutls_testing::requirement::{self, Requirement as _};

use crate::input::Input;
use crate::wire::Wire;

/// A kind of file: a server that reads it, the ClientHello that makes it do so, and a valid file.
struct Kind {
    server: ServerConfig,
    hello: Vec<u8>,
    valid: Vec<u8>,
    name: &'static str,
}

struct Setup {
    directory: TemporaryDirectory,
    kinds: Vec<Kind>,
}

fn setup() -> &'static Setup {
    static SETUP: OnceLock<Setup> = OnceLock::new();
    SETUP.get_or_init(|| {
        let directory = TemporaryDirectory::new();
        let mut kinds = Vec::new();
        if requirement::SRP.is_present() {
            let user = srp::User::new("alice", "password").unwrap();
            let client = client(TLS1_2).srp(user).build().unwrap();
            for name in ["users.srp", "groups.srp"] {
                let path = directory.write(name, fixture(name));
                let (users, groups) = match name {
                    "users.srp" => (path, fixture_path("groups.srp")),
                    _ => (fixture_path("users.srp"), path),
                };
                let server = ServerConfig::builder().srp(srp::Server::file(users, groups));
                kinds.push(Kind {
                    server: server.build().unwrap(),
                    hello: hello(&client),
                    valid: fixture(name),
                    name,
                });
            }
        }
        if requirement::TLS1_3.is_present() && requirement::PSK.is_present() {
            let key = Key::from_hex("9e32cf7786321a828ef7668f09fb35db").unwrap();
            let key = PreSharedKey::new("alice", key).unwrap();
            let client = client(TLS1_3).psk(key).build().unwrap();
            let path = directory.write("keys.psk", fixture("keys.psk"));
            let server = ServerConfig::builder().psk(psk::Server::file(path));
            kinds.push(Kind {
                server: server.build().unwrap(),
                hello: hello(&client),
                valid: fixture("keys.psk"),
                name: "keys.psk",
            });
        }
        Setup { directory, kinds }
    })
}

fn hello(client: &ClientConfig) -> Vec<u8> {
    let mut wire = Wire::new(false);
    let mut session: Session = client.session("localhost").unwrap();
    assert!(session.handshake(&mut wire).unwrap().is_pending());
    wire.outgoing.into_iter().flatten().collect()
}

/// Begins a handshake of a server with a damaged file. The first byte chooses the kind of file; with its highest bit
/// set, the rest changes a valid one.
pub fn run(data: &[u8]) {
    let mut input = Input(data);
    let choice = input.byte();
    let setup = setup();
    let Some(index) = usize::from(choice & 0x7f).checked_rem(setup.kinds.len()) else {
        return;
    };
    let kind = &setup.kinds[index];
    let mut file = input.0.to_vec();
    if choice & 0x80 != 0 {
        file.clone_from(&kind.valid);
        input.change(&mut file);
    }
    let is_valid = file == kind.valid;
    setup.directory.write(kind.name, &file);
    let mut session = kind.server.session().unwrap();
    let mut wire = Wire::new(false);
    wire.incoming.push_back(kind.hello.clone());
    let result = session.handshake(&mut wire);
    if is_valid {
        assert!(result.is_ok(), "{} is refused: {result:?}", kind.name);
    }
    assert!(
        !matches!(result, Ok(std::task::Poll::Ready(()))),
        "{}",
        kind.name
    );
}
