//! The data of a session: records, datagrams and transports.

mod datagram;
mod datagram_size;
mod descriptors;
mod examples;
mod halves;
mod heartbeat;
mod readme;
mod record;
mod record_state;
mod stream;
mod transport;

use std::net::TcpListener;

use gnutls::resumption::TicketKey;
use gnutls::{ClientConfig, ServerConfig};
use gnutls_testing::pair;

/// Returns the configurations of a client and of a server with tickets, and a listener for the server.
fn over_loopback(priority: &str) -> (ClientConfig, ServerConfig, TcpListener) {
    let tickets = TicketKey::generate().unwrap();
    (
        pair::client(priority).build().unwrap(),
        pair::server(priority).tickets(tickets).build().unwrap(),
        TcpListener::bind("127.0.0.1:0").unwrap(),
    )
}

/// Returns a part of an infinite byte sequence in which any loss and any repetition is visible.
fn data(offset: usize, length: usize) -> Vec<u8> {
    (offset..offset + length)
        .map(|place| (place % 251) as u8)
        .collect()
}
