//! Diffie-Hellman parameters: their formats, and servers for clients that do not send groups.

use gnutls::crypto::{KeyExchange, SecurityLevel};
use gnutls::dh::DhParams;
use gnutls::psk::{self, PreSharedKey};
use gnutls::{ClientConfig, ErrorKind, Priority, ServerConfig, ServerConfigBuilder};
use gnutls_testing::fixtures::{fixture, server_identity, trust};
use gnutls_testing::pair::Pair;
use gnutls_testing::requirement;
use gnutls_testing::skip_unless;

/// A client that only supports finite field Diffie-Hellman, and sends no groups for it.
const OLD_CLIENT: &str = "NONE:+VERS-TLS1.2:+AES-128-GCM:+AEAD:+DHE-RSA:+SIGN-ALL:+COMP-NULL";
/// A server with the groups of RFC 7919.
const GROUPS: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.2:+DHE-RSA";
/// A server without these groups.
const NO_GROUPS: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.2:+DHE-RSA:-GROUP-ALL:+GROUP-SECP256R1";

fn params() -> DhParams {
    DhParams::from_pem(&fixture("dh.pem")).unwrap()
}

fn server(priority: &str) -> ServerConfigBuilder {
    ServerConfig::builder()
        .identity(server_identity())
        .priority(Priority::new(priority).unwrap())
}

/// Connects the old client, and returns both sessions.
fn connected(server: ServerConfigBuilder) -> Result<Pair, gnutls::Error> {
    let client = ClientConfig::builder()
        .trust(trust())
        .priority(Priority::new(OLD_CLIENT).unwrap());
    let mut pair = Pair::build(client, server, false);
    pair.handshake().map(|()| pair)
}

#[test]
fn parameters_survive_their_formats() {
    let params = params();
    assert_eq!(params.prime().len(), 256);
    assert!(params.order_bits().is_some_and(|bits| bits >= 224));
    let same = |other: &DhParams| {
        assert_eq!(other.prime(), params.prime());
        assert_eq!(other.generator(), params.generator());
        assert_eq!(other.order_bits(), params.order_bits());
    };
    let pem = params.to_pem().unwrap();
    assert!(pem.starts_with("-----BEGIN DH PARAMETERS-----"));
    same(&DhParams::from_pem(pem.as_bytes()).unwrap());
    same(&DhParams::from_der(&params.to_der().unwrap()).unwrap());
    let numbers =
        DhParams::from_numbers(params.prime(), params.generator(), params.order_bits()).unwrap();
    same(&numbers);
    assert_eq!(numbers.to_der().unwrap(), params.to_der().unwrap());
    let unknown = DhParams::from_numbers(params.prime(), params.generator(), None).unwrap();
    assert_eq!(unknown.order_bits(), None);
}

#[test]
fn bug_class_9_other_data_is_refused() {
    let der = params().to_der().unwrap();
    for damaged in [
        &der[..der.len() - 1],
        &[],
        &[0x30, 0],
        &fixture("server.der")[..],
    ] {
        let error = DhParams::from_der(damaged).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Certificate, "{error}");
        assert!(!error.is_fatal());
    }
    let error = DhParams::from_pem(&der).unwrap_err();
    assert!(error.to_string().contains("this is DER"), "{error}");
    // GnuTLS accepts an even number as the prime.
    let prime = params().prime().to_vec();
    let start = der.windows(256).position(|part| part == prime).unwrap();
    let mut even = der.clone();
    even[start + 255] &= 0xfe;
    let error = DhParams::from_der(&even).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.to_string().contains("even"), "{error}");
}

#[test]
fn generated_parameters_have_the_size() {
    let params = DhParams::generate(1024).unwrap();
    assert_eq!(params.prime().len(), 128);
    assert!(params.order_bits().is_some());
}

#[test]
fn a_client_without_groups_requires_parameters_of_the_server() {
    let refused = connected(server(GROUPS)).err().unwrap();
    assert!(
        matches!(refused.kind(), ErrorKind::Protocol | ErrorKind::Alert),
        "{refused}"
    );

    for (server, prime) in [
        (server(GROUPS).known_dh_params(SecurityLevel::MEDIUM), 2048),
        (server(GROUPS).known_dh_params(SecurityLevel::HIGH), 3072),
        (server(NO_GROUPS).dh_params(params()), 2048),
    ] {
        let pair = connected(server).unwrap();
        for session in [&pair.client, &pair.server] {
            assert_eq!(session.key_exchange(), Some(KeyExchange::DHE_RSA));
            assert_eq!(session.dh_prime_bits(), Some(prime));
            assert!(
                session
                    .dh_secret_bits()
                    .is_some_and(|bits| (200..=prime).contains(&bits))
            );
            let bits = session.dh_peer_public_bits().unwrap();
            let key = session.dh_peer_public_key().unwrap();
            assert_eq!(bits.div_ceil(8) as usize, key.len());
        }
        let group = pair.client.dh_group().unwrap().unwrap();
        assert_eq!(group.prime().len() * 8, prime as usize);
        let of_server = pair.server.dh_group().unwrap().unwrap();
        assert_eq!(group.prime(), of_server.prime());
        assert_eq!(group.generator(), of_server.generator());
    }
    let pair = connected(server(NO_GROUPS).dh_params(params())).unwrap();
    let group = pair.client.dh_group().unwrap().unwrap();
    assert_eq!(group.prime(), params().prime());
    assert_eq!(group.generator(), params().generator());
}

#[test]
fn the_last_call_selects_the_parameters() {
    let builder = server(NO_GROUPS).dh_params(params());
    assert!(connected(builder.clone()).is_ok());
    let known = builder.known_dh_params(SecurityLevel::MEDIUM);
    assert!(connected(known).is_err(), "no group is enabled");
}

#[test]
fn bug_class_7_parameters_live_as_long_as_the_configuration() {
    let params = params();
    let config = server(NO_GROUPS).dh_params(params.clone()).build().unwrap();
    drop(params);
    let client = ClientConfig::builder()
        .trust(trust())
        .priority(Priority::new(OLD_CLIENT).unwrap())
        .build()
        .unwrap();
    let mut pair = Pair::open(&client, &config, false);
    drop((config, client));
    pair.handshake().unwrap();
    assert_eq!(pair.server.dh_prime_bits(), Some(2048));
}

#[test]
fn other_key_exchanges_have_no_group() {
    let pair = {
        let client = ClientConfig::builder().trust(trust());
        let mut pair = Pair::build(
            client,
            ServerConfig::builder().identity(server_identity()),
            false,
        );
        assert_eq!(pair.client.dh_prime_bits(), None, "before the handshake");
        pair.handshake().unwrap();
        pair
    };
    for session in [&pair.client, &pair.server] {
        assert_eq!(session.dh_prime_bits(), None);
        assert_eq!(session.dh_secret_bits(), None);
        assert_eq!(session.dh_peer_public_bits(), None);
        assert_eq!(session.dh_peer_public_key(), None);
        assert!(session.dh_group().unwrap().is_none());
    }
}

#[test]
fn pre_shared_keys_and_anonymous_servers_have_parameters_too() {
    skip_unless!(requirement::PSK);
    let psk = "NONE:+VERS-TLS1.2:+AES-128-GCM:+AEAD:+DHE-PSK:+SIGN-ALL:+COMP-NULL";
    let key = || PreSharedKey::new("device", psk::Key::new([7; 32]).unwrap()).unwrap();
    let anonymous = "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+ANON-DH:-GROUP-ALL:+GROUP-SECP256R1";
    for (client, server) in [
        (
            ClientConfig::builder()
                .psk(key())
                .priority(Priority::new(psk).unwrap()),
            ServerConfig::builder()
                .psk(psk::Server::keys([key()]))
                .priority(Priority::new("NORMAL:-VERS-ALL:+VERS-TLS1.2:+DHE-PSK").unwrap()),
        ),
        (
            ClientConfig::builder()
                .dangerous_anonymous()
                .priority(Priority::new(anonymous).unwrap()),
            ServerConfig::builder()
                .dangerous_anonymous()
                .priority(Priority::new("NORMAL:-VERS-ALL:+VERS-TLS1.2:+ANON-DH").unwrap()),
        ),
    ] {
        for parameters in [
            server.clone().known_dh_params(SecurityLevel::MEDIUM),
            server.clone().dh_params(params()),
        ] {
            let mut pair = Pair::build(client.clone(), parameters, false);
            pair.handshake().unwrap();
            assert_eq!(pair.client.dh_prime_bits(), Some(2048));
            assert_eq!(pair.server.dh_prime_bits(), Some(2048));
        }
        assert!(Pair::build(client, server, false).handshake().is_err());
    }
}
