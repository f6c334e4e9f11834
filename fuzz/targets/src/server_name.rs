//! Names of servers, as a program passes them.

use std::net::IpAddr;
use std::sync::OnceLock;

use gnutls::transport::MemoryTransport;
use gnutls::{ClientConfig, ErrorKind, ServerConfig};
use gnutls_testing::fixtures::server_identity;

/// Opens a session for a name. The name that a server receives consists of the characters of host names, without upper
/// case, and is the same for a session with the name that was sent.
pub fn run(data: &[u8]) {
    static CONFIG: OnceLock<(ClientConfig, ServerConfig)> = OnceLock::new();
    let (client, server) = CONFIG.get_or_init(|| {
        let client = ClientConfig::builder().dangerous_accept_any_certificate();
        let server = ServerConfig::builder().identity(server_identity());
        (client.build().unwrap(), server.build().unwrap())
    });
    let Ok(name) = std::str::from_utf8(data) else {
        return;
    };
    let sent = |name: &str| {
        let mut session = match client.session(name) {
            Ok(session) => session,
            Err(error) => {
                let kind = error.kind();
                let expected = matches!(kind, ErrorKind::InvalidInput | ErrorKind::Unsupported);
                assert!(expected, "{name:?}: {error}");
                return None;
            }
        };
        let (mut near, mut far) = MemoryTransport::stream();
        assert!(session.handshake(&mut near).unwrap().is_pending());
        let mut session = server.session().unwrap();
        let std::task::Poll::Ready(hello) = session.client_hello(&mut far).unwrap() else {
            panic!("{name:?}: the ClientHello is not complete");
        };
        Some(hello.server_name().map(str::to_owned))
    };
    let Some(first) = sent(name) else { return };
    let is_address = name.parse::<IpAddr>().is_ok();
    assert_eq!(
        first.is_none(),
        is_address,
        "{name:?} was sent as {first:?}"
    );
    let Some(first) = first else { return };
    let valid = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._".contains(c);
    assert!(
        first.chars().all(valid) && first.len() <= 253,
        "{name:?} was sent as {first:?}"
    );
    assert_eq!(
        sent(&first),
        Some(Some(first.clone())),
        "{name:?} was sent as {first:?}"
    );
}
