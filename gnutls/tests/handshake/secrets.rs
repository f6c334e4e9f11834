//! Values that both sides can compute: exporters, the pseudo-random function, channel bindings and randoms.

use gnutls::crypto::Digest;
use gnutls::session::ChannelBinding;
use gnutls::{ErrorKind, SessionRef};
use gnutls_testing::pair::*;
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::skip_unless;

fn export(session: &SessionRef, context: Option<&[u8]>) -> [u8; 40] {
    let mut output = [0; 40];
    session
        .export_keying_material("EXPERIMENTAL test", context, &mut output)
        .unwrap();
    output
}

#[test]
fn both_sides_export_the_same_keying_material() {
    for (priority, datagram) in protocols() {
        let pair = Pair::connected(priority, datagram);
        let other = Pair::connected(priority, datagram);
        let none = export(&pair.client, None);
        assert_eq!(none, export(&pair.server, None));
        assert_ne!(none, export(&other.client, None));
        assert_ne!(none, export(&pair.client, Some(b"context")));
        let same = none == export(&pair.client, Some(b""));
        assert_eq!(same, priority == TLS1_3, "{priority}");
    }
}

#[test]
fn bug_class_9_the_output_is_filled_and_no_more() {
    for (priority, datagram) in protocols() {
        let pair = Pair::connected(priority, datagram);
        for length in [0, 1, 31, 200] {
            let mut buffer = vec![0xa5; length + 1];
            pair.client
                .export_keying_material("test", None, &mut buffer[..length])
                .unwrap();
            assert_eq!(buffer[length], 0xa5);
            pair.client
                .prf("test", false, None, &mut buffer[..length])
                .unwrap();
            assert_eq!(buffer[length], 0xa5);
        }
    }
}

#[test]
fn the_prf_of_tls_1_2_computes_the_exporter() {
    for (priority, datagram) in [(TLS1_2, false), (DTLS1_2, true)] {
        let pair = Pair::connected(priority, datagram);
        let exported = export(&pair.client, None);
        let (mut near, mut far) = ([0; 40], [0; 40]);
        pair.client
            .prf("EXPERIMENTAL test", false, None, &mut near)
            .unwrap();
        assert_eq!(near, exported);
        let seed = [
            pair.server.client_random().unwrap(),
            pair.server.server_random().unwrap(),
        ]
        .concat();
        pair.server
            .prf_raw("EXPERIMENTAL test", &seed, &mut far)
            .unwrap();
        assert_eq!(
            far, exported,
            "the seed consists of the client's and the server's random"
        );
        pair.client.prf("x", true, Some(b"y"), &mut near).unwrap();
        pair.server.prf("x", true, Some(b"y"), &mut far).unwrap();
        assert_eq!(near, far);
        pair.server.prf("x", false, Some(b"y"), &mut far).unwrap();
        assert_ne!(near, far);
    }
}

#[test]
fn tls_1_3_has_exporters_only() {
    skip_unless!(requirement::TLS1_3);
    let pair = Pair::connected(TLS1_3, false);
    let mut output = [0; 40];
    pair.client
        .prf("EXPERIMENTAL test", false, None, &mut output)
        .unwrap();
    assert_eq!(output, export(&pair.server, None));
    for error in [
        pair.client.prf("x", true, None, &mut output).unwrap_err(),
        pair.client
            .prf("x", false, Some(b"y"), &mut output)
            .unwrap_err(),
        pair.client.prf_raw("x", b"y", &mut output).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    }
    assert!(pair.client.dangerous_master_secret().is_none());
}

#[test]
fn hazard_6_randoms_and_the_master_secret_borrow_the_session() {
    for (priority, datagram) in protocols() {
        let pair = Pair::connected(priority, datagram);
        let (client, server) = (&pair.client, &pair.server);
        assert_eq!(client.client_random().unwrap().len(), 32);
        assert_eq!(client.client_random(), server.client_random());
        assert_eq!(client.server_random(), server.server_random());
        assert_ne!(client.client_random(), client.server_random());
        if priority != TLS1_3 {
            let secret = client.dangerous_master_secret().unwrap();
            assert_eq!(secret.len(), 48);
            assert_eq!(Some(secret), server.dangerous_master_secret());
        }
    }
}

#[test]
fn channel_bindings_are_the_same_on_both_sides() {
    let recent = requirement::CHANNEL_BINDINGS.is_present();
    for (priority, datagram) in protocols() {
        let pair = Pair::connected(priority, datagram);
        let other = Pair::connected(priority, datagram);
        for binding in [
            ChannelBinding::Unique,
            ChannelBinding::ServerEndPoint,
            ChannelBinding::Exporter,
        ] {
            let near = pair.client.channel_binding(binding);
            if binding != ChannelBinding::Unique && !recent {
                let error = near.unwrap_err();
                assert_eq!(
                    error.required_release(),
                    Some(requirement::CHANNEL_BINDINGS.release())
                );
                continue;
            }
            if binding == ChannelBinding::Unique && priority == TLS1_3 {
                let error = near.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidState);
                assert!(!error.is_fatal());
                continue;
            }
            let near = near.unwrap();
            assert!(near.len() >= 12, "{binding:?}");
            assert_eq!(near, pair.server.channel_binding(binding).unwrap());
            let elsewhere = other.client.channel_binding(binding).unwrap();
            assert_eq!(near == elsewhere, binding == ChannelBinding::ServerEndPoint);
        }
    }
}

#[test]
fn the_prf_hash_is_reported() {
    skip_unless!(requirement::PRF_HASH);
    for (priority, datagram) in protocols() {
        let pair = Pair::connected(priority, datagram);
        let hash = pair.client.prf_hash().unwrap();
        assert!([Some(Digest::SHA256), Some(Digest::SHA384)].contains(&hash));
        assert_eq!(hash, pair.server.prf_hash().unwrap());
    }
}

#[test]
fn nothing_is_available_before_the_handshake() {
    for (priority, datagram) in protocols() {
        let pair = Pair::build(client(priority), server(priority), datagram);
        for session in [&pair.client, &pair.server] {
            assert!(session.client_random().is_none() && session.server_random().is_none());
            assert!(session.dangerous_master_secret().is_none());
            for error in [
                session.prf("x", false, None, &mut [0; 9]).unwrap_err(),
                session.channel_binding(ChannelBinding::Unique).unwrap_err(),
            ] {
                assert_eq!(error.kind(), ErrorKind::InvalidState);
            }
        }
    }
}
