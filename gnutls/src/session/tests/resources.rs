//! The work and the memory that a peer can cause.

use std::io::Write;
#[cfg(gnutls_3_6_3)]
use std::sync::{Arc, Mutex, Weak};
use std::task::Poll;

#[cfg(gnutls_3_6_3)]
use super::{
    ClientAuth, ClientConfig, Identity, Pair, Priority, ServerConfig, TLS1_3, identity, trust,
};
use super::{MemoryTransport, TLS1_2, configs};
#[cfg(gnutls_3_6_3)]
use crate::error::ErrorKind;
#[cfg(gnutls_3_6_3)]
use crate::identity::material::Material;
use crate::session::Session;
use crate::session::callbacks::transport;
use crate::session::state::state_of;

/// Returns a server, and the ClientHello of a client.
fn server_and_hello() -> (Session, Vec<u8>) {
    let (client, server) = configs(TLS1_2);
    let (mut near, _far) = MemoryTransport::stream();
    near.set_record(true);
    let mut client = client.session("localhost").unwrap();
    assert!(client.handshake(&mut near).unwrap().is_pending());
    (server.session().unwrap(), near.take_record().concat())
}

/// Returns the records of a ClientHello, with one byte in each.
fn in_records_of_one_byte(hello: &[u8]) -> Vec<u8> {
    hello[5..]
        .iter()
        .flat_map(|&byte| [22, 3, 1, 0, 1, byte])
        .collect()
}

#[test]
fn bug_class_19_a_hello_in_pieces_is_processed_once() {
    let (mut server, hello) = server_and_hello();
    let records = in_records_of_one_byte(&hello);
    let (mut near, mut far) = MemoryTransport::stream();
    for byte in records[..records.len() - 1].chunks(1) {
        near.write_all(byte).unwrap();
        assert!(server.client_hello(&mut far).unwrap().is_pending());
    }
    let peeked = &server.state().peeked;
    assert_eq!(peeked.assembly.steps, records.len() - 1);
    assert_eq!(peeked.assembly.message, hello[5..hello.len() - 1]);
    assert_eq!(peeked.records, &records[..records.len() - 1]);
    near.write_all(&records[records.len() - 1..]).unwrap();
    for _ in 0..2 {
        let received = server.client_hello(&mut far).unwrap();
        let received = received.map(|received| received.as_bytes().to_vec());
        assert_eq!(received, Poll::Ready(hello[9..].to_vec()));
    }
}

#[test]
fn bug_class_19_what_was_read_ahead_stays_where_it_is() {
    let (mut server, hello) = server_and_hello();
    let records = in_records_of_one_byte(&hello);
    let (mut near, mut far) = MemoryTransport::stream();
    near.write_all(&records).unwrap();
    assert!(server.client_hello(&mut far).unwrap().is_ready());
    let state = state_of(server.handle());
    let last = || {
        // SAFETY: the state lives as long as the session, and nothing else refers to it during this call.
        let records = unsafe { &(*state).peeked.records };
        records.back().map(std::ptr::from_ref)
    };
    let place = last();
    let mut received = Vec::new();
    while received.len() < records.len() {
        assert_eq!(last(), place, "{}", received.len());
        let mut byte = 0;
        // SAFETY: the state is that of a live session, to which no other reference exists. The buffer has one byte.
        let length = unsafe { transport::pull(state.cast(), (&raw mut byte).cast(), 1) };
        assert_eq!(length, 1);
        received.push(byte);
    }
    assert_eq!(received, records);
    assert_eq!(last(), None);
}

#[test]
fn a_hello_is_released_once_gnutls_has_received_it() {
    let (mut server, hello) = server_and_hello();
    let (mut near, mut far) = MemoryTransport::stream();
    near.write_all(&hello).unwrap();
    assert!(server.client_hello(&mut far).unwrap().is_ready());
    let held = |server: &Session| {
        let peeked = &server.state().peeked;
        let hello = peeked.hello.as_ref().map_or(0, Vec::capacity);
        hello + peeked.records.capacity() + peeked.assembly.message.capacity()
    };
    assert!(held(&server) >= hello.len());
    assert!(server.handshake(&mut far).unwrap().is_pending());
    assert_eq!(held(&server), 0);
}

/// Creates an identity for each request, and counts those that exist.
#[cfg(gnutls_3_6_3)]
#[derive(Clone, Default)]
struct Fresh(Arc<Mutex<Vec<Weak<Material>>>>);

#[cfg(gnutls_3_6_3)]
impl Fresh {
    fn create(&self, name: &str) -> Identity {
        let identity = identity(name);
        let created = Arc::downgrade(&identity.material);
        self.0.lock().unwrap().push(created);
        identity
    }

    fn created(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    fn held(&self) -> usize {
        let created = self.0.lock().unwrap();
        created
            .iter()
            .filter(|created| created.strong_count() > 0)
            .count()
    }
}

/// Returns configurations whose resolvers create identities.
#[cfg(gnutls_3_6_3)]
fn resolving_configs(priority: &str) -> (Fresh, ClientConfig, Fresh, ServerConfig) {
    let (of_client, of_server) = (Fresh::default(), Fresh::default());
    let (fresh, also_fresh) = (of_client.clone(), of_server.clone());
    let client = ClientConfig::builder()
        .without_resumption()
        .priority(Priority::new(priority).unwrap())
        .trust(trust())
        .identity_resolver(move |_| Some(fresh.create("client")))
        .post_handshake_auth(true)
        .dangerous_allow_renegotiation();
    let client_auth = if priority == TLS1_3 {
        ClientAuth::AfterHandshake(trust())
    } else {
        ClientAuth::Required(trust())
    };
    let server = ServerConfig::builder()
        .priority(Priority::new(priority).unwrap())
        .identity_resolver(move |_| Some(also_fresh.create("server")))
        .client_auth(client_auth)
        .dangerous_allow_renegotiation();
    (
        of_client,
        client.build().unwrap(),
        of_server,
        server.build().unwrap(),
    )
}

// Since 3.6.4 the library implements TLS 1.3 rather than a draft of it.
#[cfg(gnutls_3_6_4)]
#[test]
fn bug_class_19_identities_of_earlier_requests_are_released() {
    let (of_client, client, of_server, server) = resolving_configs(TLS1_3);
    let mut pair = Pair::open(&client, &server, false);
    pair.handshake();
    for request in 1..=10 {
        while pair
            .server
            .request_authentication(&mut pair.server_io)
            .unwrap()
            .is_pending()
        {
            let _ = pair.client.read(&mut pair.client_io, &mut [0]).unwrap();
        }
        assert_eq!(of_client.created(), request);
        assert!(of_client.held() <= 3, "{}", of_client.held());
    }
    assert_eq!((of_server.created(), of_server.held()), (1, 1));
    drop(pair);
    assert_eq!((of_client.held(), of_server.held()), (0, 0));
}

#[cfg(gnutls_3_6_3)]
#[test]
fn bug_class_19_identities_of_earlier_handshakes_are_released() {
    let (of_client, client, of_server, server) = resolving_configs(TLS1_2);
    let mut pair = Pair::open(&client, &server, false);
    pair.handshake();
    for handshake in 2..=10 {
        let begun = pair.client.rehandshake(&mut pair.client_io).unwrap();
        assert!(begun.is_pending());
        let error = pair.server.read(&mut pair.server_io, &mut [0]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Rehandshake);
        pair.handshake();
        assert_eq!(of_client.created(), handshake);
        assert!(of_client.held() <= 3, "{}", of_client.held());
        // GnuTLS calls the resolver of a server once per session.
        assert_eq!((of_server.created(), of_server.held()), (1, 1));
        let own = pair.server.own_certificate().map(<[u8]>::to_vec);
        assert_eq!(own.as_deref(), identity("server").certificates().next());
    }
}
