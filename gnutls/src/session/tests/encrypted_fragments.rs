//! The examination of encrypted handshake messages, also with a library that does not require it.

use crate::config::{ClientConfig, ServerConfig};
use crate::priority::Priority;
use crate::session::Session;
use crate::session::fragments::Fragments;
use crate::session::tests::{Pair, configs, identity, trust};

const CIPHERS: &[&str] = &[
    "+AES-128-GCM",
    "+AES-256-GCM",
    "+AES-128-CCM",
    "+AES-256-CCM-8",
    "+CHACHA20-POLY1305",
    "+CAMELLIA-256-GCM",
    "+AES-128-CBC:-MAC-ALL:+SHA1",
    "+AES-128-CBC:-MAC-ALL:+SHA1:%NO_ETM",
    "+AES-256-CBC:-MAC-ALL:+SHA256",
    "+AES-256-CBC:-MAC-ALL:+SHA384:%NO_ETM",
    "+CAMELLIA-128-CBC:-MAC-ALL:+SHA1",
    "+3DES-CBC:-MAC-ALL:+SHA1:%NO_ETM",
    "+NULL:-MAC-ALL:+SHA256:-KX-ALL:+RSA",
];

/// Enables the examination of the messages that both sides receive.
fn examine(pair: &mut Pair) {
    for session in [&mut pair.client, &mut pair.server] {
        session.state_mut().fragments = Some(Fragments::always());
    }
}

/// Returns the epoch of the last Finished message that was decrypted.
fn finished(session: &Session) -> Option<u16> {
    session.state().fragments.as_ref()?.finished_epoch()
}

#[test]
fn hazard_42_the_messages_of_every_cipher_are_examined() {
    let mut handshakes = 0;
    for version in ["DTLS1.2", "DTLS1.0"] {
        let has = |cipher: &&&str| version == "DTLS1.2" || cipher.contains("SHA1");
        for cipher in CIPHERS.iter().filter(has) {
            let priority = format!("NORMAL:-VERS-ALL:+VERS-{version}:-CIPHER-ALL:{cipher}");
            // The library, or its policy, lacks some.
            let Ok(priority) = Priority::new(&priority) else {
                continue;
            };
            let client = ClientConfig::builder()
                .without_resumption()
                .priority(priority.clone())
                .trust(trust())
                .dangerous_allow_renegotiation();
            let server = ServerConfig::builder()
                .priority(priority)
                .identity(identity("server"))
                .dangerous_allow_renegotiation();
            let (client, server) = (client.build().unwrap(), server.build().unwrap());
            let mut pair = Pair::open(&client, &server, true);
            examine(&mut pair);
            handshakes += 1;
            pair.handshake();
            for epoch in 1..4 {
                assert_eq!(finished(&pair.client), Some(epoch), "{version} {cipher}");
                assert_eq!(finished(&pair.server), Some(epoch), "{version} {cipher}");
                assert!(
                    pair.client
                        .rehandshake(&mut pair.client_io)
                        .unwrap()
                        .is_pending()
                );
                let hello = pair.server.read(&mut pair.server_io, &mut [0; 9]);
                assert_eq!(hello.unwrap_err().kind(), crate::ErrorKind::Rehandshake);
                pair.handshake();
            }
            assert_eq!(pair.client.discarded_records(), 0);
            assert_eq!(pair.server.discarded_records(), 0);
        }
    }
    assert!(handshakes > 5, "{handshakes}");
}

/// All records of a flight in one datagram: those behind the change of the keys are encrypted with the new ones.
#[test]
fn hazard_42_records_behind_a_change_of_keys_are_examined() {
    use std::io::{Read, Write};

    let (client, server) = configs(super::DTLS1_2);
    let mut pair = Pair::open(&client, &server, true);
    examine(&mut pair);
    for _ in 0..20 {
        let client = pair.client.handshake(&mut pair.client_io).unwrap();
        let mut flight = Vec::new();
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = pair.server_io.read(&mut buffer) {
            flight.extend_from_slice(&buffer[..length]);
        }
        if !flight.is_empty() {
            pair.client_io.write_all(&flight).unwrap();
        }
        let server = pair.server.handshake(&mut pair.server_io).unwrap();
        if client.is_ready() && server.is_ready() {
            break;
        }
    }
    assert_eq!(finished(&pair.server), Some(1));
    assert_eq!(finished(&pair.client), Some(1));
    assert_eq!(pair.server.discarded_records(), 0);
}
