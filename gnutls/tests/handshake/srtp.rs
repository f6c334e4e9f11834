//! SRTP: profiles, keys and the master key identifier, refused arguments, and the absence of resumption.

use gnutls::resumption::{MemoryCache, TicketKey};
use gnutls::{Alert, ClientConfig, ErrorKind, HelloAnswer, Priority, handshake, srtp};
use gnutls_testing::fixtures::trust;
use gnutls_testing::pair::*;
use gnutls_testing::requirement::{self, Requirement};
use gnutls_testing::skip_unless;

const ONE: srtp::Profile = srtp::Profile::AES128_CM_HMAC_SHA1_80;
const OTHER: srtp::Profile = srtp::Profile::AES128_CM_HMAC_SHA1_32;
const GCM: srtp::Profile = srtp::Profile::AEAD_AES_256_GCM;

fn open(
    client_srtp: Option<srtp::Config>,
    server_srtp: Option<srtp::Config>,
    datagram: bool,
) -> Pair {
    let priority = if datagram { DTLS1_2 } else { TLS1_2 };
    let (mut client, mut server) = (client(priority), server(priority));
    if let Some(srtp) = client_srtp {
        client = client.srtp(srtp);
    }
    if let Some(srtp) = server_srtp {
        server = server.srtp(srtp);
    }
    Pair::build(client, server, datagram)
}

fn srtp<const N: usize>(profiles: [srtp::Profile; N]) -> Option<srtp::Config> {
    Some(srtp::Config::new(profiles))
}

#[test]
fn both_sides_have_the_same_keys() {
    let mut pair = open(srtp([ONE, OTHER]), srtp([OTHER, ONE]), true);
    for session in [&pair.client, &pair.server] {
        assert_eq!(session.srtp_profile(), None);
        assert!(session.srtp_keys().unwrap().is_none());
    }
    pair.handshake().unwrap();
    let keys = [&pair.client, &pair.server].map(|session| {
        assert_eq!(
            session.srtp_profile(),
            Some(ONE),
            "not the client's first profile"
        );
        assert_eq!(session.srtp_mki(), None);
        session.srtp_keys().unwrap().unwrap()
    });
    for part in [
        gnutls::srtp::Keys::client_key,
        gnutls::srtp::Keys::client_salt,
        gnutls::srtp::Keys::server_key,
        gnutls::srtp::Keys::server_salt,
    ] {
        assert_eq!(part(&keys[0]), part(&keys[1]));
        assert!(part(&keys[0]).iter().any(|&byte| byte != 0));
    }
    let [keys, _] = keys;
    assert_eq!(
        (keys.client_key().len(), keys.client_salt().len()),
        (16, 14)
    );
    assert_eq!(
        (keys.server_key().len(), keys.server_salt().len()),
        (16, 14)
    );
    assert_ne!(keys.client_key(), keys.server_key());
    // RFC 5764, section 4.2: the keys of client and server are followed by the salts.
    let mut exported = [0; 60];
    pair.client
        .export_keying_material("EXTRACTOR-dtls_srtp", None, &mut exported)
        .unwrap();
    let parts = [
        keys.client_key(),
        keys.server_key(),
        keys.client_salt(),
        keys.server_salt(),
    ];
    assert_eq!(exported[..], parts.concat()[..]);
    assert_eq!(format!("{keys:?}"), "Keys { .. }");
    assert_eq!(pair.there(b"x"), b"x");
}

#[test]
fn the_profile_determines_the_lengths_of_the_keys() {
    if !requirement::SRTP_GCM.is_present() {
        assert_eq!(GCM.name(), None);
        let error = client(DTLS1_2)
            .srtp(srtp::Config::new([GCM]))
            .build()
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert_eq!(
            error.required_release(),
            Some(requirement::SRTP_GCM.release())
        );
    }
    skip_unless!(requirement::SRTP_GCM);
    let mut pair = open(srtp([GCM]), srtp([GCM]), true);
    pair.handshake().unwrap();
    let keys = pair.server.srtp_keys().unwrap().unwrap();
    assert_eq!(
        (keys.client_key().len(), keys.client_salt().len()),
        (32, 12)
    );
}

#[test]
fn without_a_common_profile_there_are_no_keys() {
    for (client, server) in [
        (srtp([ONE]), srtp([OTHER])),
        (srtp([ONE]), None),
        (None, srtp([ONE])),
        (None, None),
    ] {
        let mut pair = open(client, server, true);
        pair.handshake().unwrap();
        for session in [&pair.client, &pair.server] {
            assert_eq!(session.srtp_profile(), None);
            assert!(session.srtp_keys().unwrap().is_none());
            assert_eq!(session.srtp_mki(), None);
        }
        assert_eq!(pair.there(b"x"), b"x");
    }
}

#[test]
fn streams_ignore_srtp() {
    let mut pair = open(srtp([ONE]), srtp([ONE]), false);
    pair.handshake().unwrap();
    assert_eq!(pair.client.srtp_profile(), None);
    assert!(pair.client.session_data().is_ok());
}

#[test]
fn the_server_returns_the_identifier() {
    for length in [1, 255] {
        let mki = vec![7; length];
        let offer = srtp::Config::new([ONE]).mki(&mki);
        let mut pair = open(
            Some(offer),
            Some(srtp::Config::new([ONE]).mki(b"own")),
            true,
        );
        pair.handshake().unwrap();
        assert_eq!(pair.client.srtp_mki(), Some(&mki[..]));
        assert_eq!(pair.server.srtp_mki(), Some(&mki[..]));
    }
}

#[test]
fn a_different_identifier_ends_the_handshake() {
    let mut pair = open(
        Some(srtp::Config::new([ONE]).mki(b"mine")),
        srtp([ONE]),
        true,
    );
    pair.server.set_handshake_hook(|session, message| {
        if message.message_type == handshake::MessageType::CLIENT_HELLO && message.processed {
            let mut mki = *b"yours";
            let mki = gnutls_sys::gnutls_datum_t {
                data: mki.as_mut_ptr(),
                size: 5,
            };
            // SAFETY: copies the bytes into the session, which is live and not borrowed here.
            unsafe { gnutls_sys::gnutls_srtp_set_mki(session.as_ptr(), &mki) };
        }
    });
    let (client, _) = pair.handshake_both();
    let error = client.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
    assert_eq!(error.alert(), Some(Alert::ILLEGAL_PARAMETER));
    assert!(pair.client.srtp_keys().unwrap().is_none());
}

#[test]
fn bug_class_15_what_c_would_write_over_or_cut_is_refused() {
    for wrong in [
        srtp::Config::new([]),
        srtp::Config::new([ONE, OTHER, ONE, OTHER, ONE]),
        srtp::Config::new([ONE]).mki(&[7; 256]),
        srtp::Config::new([srtp::Profile::from_raw(4711)]),
    ] {
        let error = client(DTLS1_2).srtp(wrong.clone()).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{wrong:?}");
        assert!(server(DTLS1_2).srtp(wrong).build().is_err());
    }
    assert!(
        client(DTLS1_2)
            .srtp(srtp::Config::new([ONE, OTHER, ONE, OTHER]))
            .build()
            .is_ok()
    );
}

#[test]
fn names_are_those_of_the_library() {
    for (profile, name) in [
        (ONE, "SRTP_AES128_CM_HMAC_SHA1_80"),
        (OTHER, "SRTP_AES128_CM_HMAC_SHA1_32"),
    ] {
        assert_eq!(profile.name(), Some(name));
        assert_eq!(srtp::Profile::from_name(name), Some(profile));
    }
    for name in ["", "SRTP", "SRTP_AES128_CM_HMAC_SHA1_80\0"] {
        assert_eq!(srtp::Profile::from_name(name), None);
    }
    assert_eq!(srtp::Profile::from_raw(4711).name(), None);
}

/// GnuTLS packs SRTP data in a different format than it unpacks, and copies as many bytes into a buffer of 256 as the
/// next extension has.
#[test]
fn bug_class_9_a_session_with_srtp_is_not_resumed() {
    let connect = |client: &ClientConfig, client_uses_srtp: bool, cache: bool| {
        let server = server(DTLS1_2).srtp(srtp::Config::new([ONE]));
        let server = if cache {
            server.session_cache(MemoryCache::new(9))
        } else {
            server.tickets(TicketKey::generate().unwrap())
        };
        let asks = client_uses_srtp;
        let server = server
            .on_client_hello(move |_, hello| {
                // Old releases do not send it when they offer to resume a session without a ticket.
                if asks || requirement::TICKET_EXTENSION.is_present() {
                    assert_eq!(
                        hello.extension(35).is_none(),
                        asks,
                        "the ticket extension is missing exactly with SRTP"
                    );
                }
                HelloAnswer::Continue
            })
            .build()
            .unwrap();
        for _ in 0..2 {
            let mut pair = Pair::connect(client, &server, true);
            assert!(!pair.client.is_resumed() && !pair.server.is_resumed());
            if client_uses_srtp {
                assert_eq!(pair.client.srtp_profile(), Some(ONE));
                let error = pair.client.session_data().unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidState);
                assert!(!error.is_fatal());
            }
            assert_eq!(pair.there(b"x"), b"x");
        }
    };
    let client = || {
        ClientConfig::builder()
            .trust(trust())
            .priority(Priority::new(DTLS1_2).unwrap())
    };
    for cache in [true, false] {
        connect(
            &client().srtp(srtp::Config::new([ONE])).build().unwrap(),
            true,
            cache,
        );
        // The server also packs its SRTP data if the client does not use SRTP.
        connect(&client().build().unwrap(), false, cache);
    }
}
