//! Ownership of memory: transferred to C, returned by C, and borrowed by C.

use gnutls::crypto::{Cipher, CipherSuite};
use gnutls::library::Version;
use gnutls::resumption::TicketKey;
use gnutls::{Alert, ClientAuth, ClientConfig, ErrorCode, ServerConfig, SessionRef};
use gnutls_testing::fixtures::{client_identity, fixture, server_identity, trust};
use gnutls_testing::pair::*;
use gnutls_testing::requirement::{self, Requirement};

/// A configuration transfers the chain and the key to C if its construction succeeds, and C frees them with the
/// configuration.
#[test]
fn hazard_7_an_identity_serves_many_configurations_and_outlives_them() {
    let identity = server_identity();
    let client = client(TLS1_2).build().unwrap();
    let build = || server(TLS1_2).identity(identity.clone()).build().unwrap();
    let first = build();
    let second = build();
    drop(first);
    // A failed construction frees the parts that exist.
    for _ in 0..3 {
        let failed = server(TLS1_2)
            .identity(identity.clone())
            .identity_resolver(|_| None)
            .build();
        assert!(failed.is_err());
        let named = identity.clone().with_names(["one.example", "two.example"]);
        drop(server(TLS1_2).identity(named.unwrap()).build().unwrap());
        assert!(identity.clone().with_ocsp_response(b"none").is_err());
    }
    let mut pair = Pair::open(&client, &second, false);
    drop(second);
    pair.handshake().unwrap();
    assert_eq!(pair.there(b"still here"), b"still here");
    drop(pair);
    let certificates: Vec<_> = identity.certificates().collect();
    assert_eq!(certificates, [&fixture("server.der")[..]]);
    Pair::connect(&client, &build(), false);
}

/// Returns copies of all references that a session returns.
fn lent(session: &SessionRef) -> Vec<Option<Vec<u8>>> {
    let certificates = session
        .peer_certificates()
        .map(|chain| chain.flatten().copied().collect());
    vec![
        Some(session.id2().to_vec()),
        session.alpn().map(<[u8]>::to_vec),
        session.own_certificate().map(<[u8]>::to_vec),
        certificates,
        session.peer_certificate().map(<[u8]>::to_vec),
        session.ocsp_response().map(<[u8]>::to_vec),
        session.client_random().map(<[u8]>::to_vec),
        session.server_random().map(<[u8]>::to_vec),
        session.dangerous_master_secret().map(<[u8]>::to_vec),
        session.description().map(String::into_bytes),
    ]
}

#[test]
fn bug_class_14_what_gnutls_lends_is_not_freed() {
    for (priority, datagram) in protocols() {
        let client = client(priority).identity(client_identity()).alpn(["h2"]);
        let server = server(priority)
            .client_auth(ClientAuth::Required(trust()))
            .alpn(["h2"]);
        let pair = Pair::connect(&client.build().unwrap(), &server.build().unwrap(), datagram);
        for session in [&pair.client, &pair.server] {
            let first = lent(session);
            assert!(first[1].is_some() && first[2].is_some() && first[3].is_some());
            // If the memory were freed, it would be allocated again, and freed again with the session.
            for _ in 0..100 {
                assert_eq!(lent(session), first);
            }
        }
    }
}

#[test]
fn bug_class_12_what_c_is_given_to_read_stays_as_it_is() {
    let key = TicketKey::from_bytes(&[7; 64]).unwrap();
    let (id, data, label) = ([9; 32], vec![5; 1000], String::from("EXPERIMENTAL label"));
    for (priority, datagram) in protocols() {
        let server = server(priority).tickets(key.clone()).alpn(["h2"]).build();
        let client = client(priority).alpn(["h2"]).build().unwrap();
        let mut pair = Pair::open(&client, &server.unwrap(), datagram);
        pair.client.set_id(&id).unwrap();
        pair.handshake().unwrap();
        assert_eq!(pair.there(&data), data);
        let mut output = [0; 32];
        let export = |context, output: &mut [u8]| {
            pair.client
                .export_keying_material(&label, Some(context), output)
        };
        export(&data[..116], &mut output).unwrap();
        let error = export(&data, &mut output).err();
        let has_room = priority == TLS1_3 || requirement::LONG_CONTEXTS.is_present();
        assert_eq!(
            error.and_then(|error| error.required_release()),
            (!has_room).then_some(Version::new(3, 7, 0))
        );
        assert_eq!(key.as_bytes(), [7; 64]);
        assert_eq!((id, &data[..]), ([9; 32], &[5; 1000][..]));
        assert_eq!(label, "EXPERIMENTAL label");
    }
}

/// The C function takes the capacity of the buffer and returns the length of the name.
#[test]
fn bug_class_15_a_name_of_any_length_is_read_whole() {
    let server = server(TLS1_2).build().unwrap();
    let client = ClientConfig::builder()
        .dangerous_accept_any_certificate()
        .build()
        .unwrap();
    let longest = format!("{0}.{0}.{0}.{1}", "a".repeat(63), "b".repeat(61));
    assert_eq!(longest.len(), 253);
    for length in [1, 2, 63, 65, 127, 128, 129, 200, 253] {
        let name = &longest[253 - length..];
        let mut pair = Pair::new(client.session(name).unwrap(), server.session().unwrap());
        pair.handshake().unwrap();
        assert_eq!(pair.server.server_name().as_deref(), Some(name));
    }
}

#[test]
fn bug_class_7_what_c_has_not_is_none() {
    assert_eq!(Cipher::from_raw(9999).name(), None);
    assert_eq!(Alert::from_raw(250).description(), None);
    assert_eq!(ErrorCode::from_raw(-64_999).name(), None);
    assert!(!ErrorCode::from_raw(-64_999).description().is_empty());
    assert!(CipherSuite::from_id([0xff, 0xff]).is_none());
    let config = client(TLS1_2).build().unwrap();
    let session = config.session("localhost").unwrap();
    let [id, rest @ ..] = &lent(&session)[..] else {
        panic!("the session returned no data")
    };
    assert_eq!(id.as_deref(), Some(&[][..]));
    assert!(rest.iter().all(Option::is_none), "{rest:?}");
    assert_eq!(session.peer_activation_time().unwrap(), None);
    assert_eq!(session.peer_expiration_time().unwrap(), None);
    assert_eq!((session.psk_identity(), session.psk_hint()), (None, None));
    // A client without a server name and without a certificate.
    let nobody = ClientConfig::builder()
        .dangerous_accept_any_certificate()
        .build()
        .unwrap();
    let server: ServerConfig = server(TLS1_2).build().unwrap();
    let mut pair = Pair::new(
        nobody.session(gnutls::session::PeerName::Unnamed).unwrap(),
        server.session().unwrap(),
    );
    pair.handshake().unwrap();
    assert_eq!(pair.server.server_name(), None);
    assert!(pair.server.peer_certificates().is_none());
    assert_eq!(pair.server.peer_expiration_time().unwrap(), None);
    assert_eq!(pair.server.alpn(), None);
    assert_eq!(pair.client.ocsp_response(), None);
}
