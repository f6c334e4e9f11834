//! The example `dtls_server`.

#[allow(dead_code, unreachable_pub, reason = "its main function is not called")]
#[path = "../../examples/dtls_server.rs"]
mod dtls_server;

use std::io::{Read, Write};
use std::net::UdpSocket;
use std::thread;
use std::time::Duration;

use gnutls::Stream;
use gnutls::dtls::{Listener, UdpTransport};

use crate::{client, server};

#[test]
fn the_example_serves_several_clients() {
    const CLIENTS: usize = 3;
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    let mut listener = Listener::new(socket, &server().build().unwrap()).unwrap();
    let timeout = Some(Duration::from_secs(20));
    listener.set_timeout(timeout);
    let config = client().build().unwrap();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let session = config.datagram_session("localhost").unwrap();
            thread::spawn(move || {
                let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
                socket.connect(address).unwrap();
                let mut transport = UdpTransport::new(socket).unwrap();
                transport.set_timeout(timeout);
                let mut stream = Stream::new(session, transport);
                let mut buffer = [0; 100];
                for length in 1..=20 {
                    let data = vec![number as u8; length];
                    stream.write_all(&data).unwrap();
                    let read = stream.read(&mut buffer).unwrap();
                    assert_eq!(&buffer[..read], data);
                }
                stream.close().unwrap();
                assert_eq!(stream.read(&mut buffer).unwrap(), 0);
            })
        })
        .collect();
    for _ in 0..CLIENTS {
        dtls_server::serve_next(&listener).unwrap();
    }
    for client in clients {
        client.join().unwrap();
    }
}
