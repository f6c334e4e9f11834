//! Certificates of a ticket or a cached session that is too old to be resumed do not authenticate anybody.

use std::io::Write;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use gnutls::resumption::{MemoryCache, SessionData, TicketKey};
use gnutls::{Alert, ClientAuth, ErrorKind, Result, ServerConfig, ServerConfigBuilder};
use gnutls_testing::fixtures::{client_identity, trust};
use gnutls_testing::pair::*;

/// Long enough that the key of the tickets, which GnuTLS replaces after three lifetimes, is still valid after the sleep.
const LIFETIME: Duration = Duration::from_secs(3);

/// Returns the data of a session in which the client had a certificate.
fn saved(server: &ServerConfig) -> SessionData {
    let honest = client(TLS1_2).identity(client_identity()).build().unwrap();
    let mut pair = Pair::connect(&honest, server, false);
    assert!(pair.server.peer_certificates().is_some());
    pair.client.session_data().unwrap()
}

/// Returns the result of a client that offers a saved session.
fn shown(
    client: gnutls::ClientConfigBuilder,
    saved: &SessionData,
    server: &ServerConfig,
) -> (Pair, Result<()>) {
    let client = client.build().unwrap();
    let mut pair = Pair::new(
        client.resume("localhost", saved).unwrap(),
        server.session().unwrap(),
    );
    let (_, result) = pair.handshake_both();
    assert!(!pair.server.is_resumed());
    (pair, result)
}

/// The certificates of a session that is too old to be resumed do not authenticate the client.
#[test]
fn hazard_27_a_chain_of_a_session_that_is_too_old_proves_nothing() {
    let key = || TicketKey::from_bytes(&[7; 64]).unwrap();
    let cache = Arc::new(MemoryCache::new(10));
    let asking = || {
        server(TLS1_2)
            .client_auth(ClientAuth::Requested(trust()))
            .session_lifetime(LIFETIME)
    };
    let built = |server: ServerConfigBuilder| server.build().unwrap();
    let servers = [
        built(asking().tickets(key())),
        built(asking().session_cache(Arc::clone(&cache))),
        // A server that does not request a certificate.
        built(server(TLS1_2).tickets(key()).session_lifetime(LIFETIME)),
    ];
    let saved: Vec<_> = [0, 1, 0].map(|number| saved(&servers[number])).into();
    // GnuTLS counts whole seconds.
    thread::sleep(LIFETIME + Duration::from_millis(1200));
    for (number, (saved, server)) in saved.iter().zip(&servers).enumerate() {
        let (pair, result) = shown(client(TLS1_2), saved, server);
        let error = result.expect_err(&format!("server {number}"));
        assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
        assert_eq!(error.alert(), Some(Alert::HANDSHAKE_FAILURE), "{error}");
        assert!(
            error
                .to_string()
                .contains("has not proven possession of its certificate"),
            "{error}"
        );
        assert!(pair.server.peer_certificates().is_none());
        assert!(pair.server.peer_expiration_time().unwrap().is_none());
        assert_eq!(pair.server.verification_status(), None);
    }
    // A client that proves its certificate is accepted.
    let (pair, result) = shown(
        client(TLS1_2).identity(client_identity()),
        &saved[0],
        &servers[0],
    );
    result.unwrap();
    assert!(pair.server.verification_status().unwrap().is_trusted());
}

/// A restarted handshake could contain certificates that the client has not proven.
#[test]
fn an_alert_does_not_restart_a_first_handshake() {
    let asking = server(TLS1_2).client_auth(ClientAuth::Requested(trust()));
    let client = client(TLS1_2).build().unwrap();
    let mut pair = Pair::open(&client, &asking.build().unwrap(), false);
    assert!(pair.client.handshake(&mut pair.near).unwrap().is_pending());
    assert!(pair.server.handshake(&mut pair.far).unwrap().is_pending());
    // An unencrypted warning alert: no_renegotiation.
    pair.near.write_all(&[21, 3, 3, 0, 2, 1, 100]).unwrap();
    let error = pair.server.handshake(&mut pair.far).unwrap_err();
    assert_eq!(error.alert(), Some(Alert::UNEXPECTED_MESSAGE), "{error}");
    assert!(error.is_fatal());
}
