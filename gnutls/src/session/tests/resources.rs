//! The work and the memory that a peer can cause.

use std::io::Write;
use std::task::Poll;

use super::{MemoryTransport, TLS1_2, configs};
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
