//! Cookies: their binding to the address, the hello and the key.

use std::net::SocketAddr;
use std::task::Poll;

use gnutls::dtls::CookieKey;
use gnutls::{Protocol, ServerConfig};

use crate::{Client, address, server};

/// Returns the first hello of a client, and the one with a cookie.
fn hellos(key: &CookieKey, client: &mut Client) -> (Vec<u8>, Vec<u8>) {
    let (_, first) = client.handshake();
    let reply = key.reply(client.address, &first[0]).unwrap().unwrap();
    assert!(reply.len() < first[0].len());
    client.receive(&reply);
    let (_, second) = client.handshake();
    assert_eq!((first.len(), second.len()), (1, 1));
    assert!(second[0].len() > first[0].len());
    (first[0].clone(), second[0].clone())
}

fn accepts(key: &CookieKey, config: &ServerConfig, address: SocketAddr, datagram: &[u8]) -> bool {
    key.session(config, address, datagram).unwrap().is_some()
}

#[test]
fn a_cookie_is_valid_for_its_address_its_hello_and_its_key() {
    let config = server().build().unwrap();
    let key = CookieKey::generate().unwrap();
    let mut client = Client::of_fixtures(address(1));
    let (first, second) = hellos(&key, &mut client);
    assert!(!accepts(&key, &config, address(1), &first));
    assert!(accepts(&key, &config, address(1), &second));
    assert!(!accepts(&key, &config, address(2), &second), "another port");
    let other: SocketAddr = ([192, 0, 2, 2], 1).into();
    assert!(!accepts(&key, &config, other, &second), "another address");
    let other = CookieKey::generate().unwrap();
    assert!(
        !accepts(&other, &config, address(1), &second),
        "another key"
    );
    // The version and the random number of the client.
    for index in 25..59 {
        let mut changed = second.clone();
        changed[index] ^= 1;
        assert!(!accepts(&key, &config, address(1), &changed), "{index}");
    }
    let cookie = 13 + 12 + 34 + 1 + usize::from(second[13 + 12 + 34]) + 1;
    for index in cookie..cookie + 16 {
        let mut changed = second.clone();
        changed[index] ^= 0x80;
        assert!(!accepts(&key, &config, address(1), &changed), "{index}");
    }
}

#[test]
fn a_cookie_of_the_previous_key_is_valid() {
    let config = server().build().unwrap();
    let mut key = CookieKey::generate().unwrap();
    let (_, hello) = hellos(&key, &mut Client::of_fixtures(address(1)));
    key.rotate().unwrap();
    assert!(accepts(&key, &config, address(1), &hello));
    key.rotate().unwrap();
    assert!(!accepts(&key, &config, address(1), &hello));
}

#[test]
fn a_session_continues_after_the_cookie() {
    let config = server().build().unwrap();
    let key = CookieKey::generate().unwrap();
    let mut client = Client::of_fixtures(address(1));
    let (_, hello) = hellos(&key, &mut client);
    let mut session = key.session(&config, address(1), &hello).unwrap().unwrap();
    let (mut far, mut network) = gnutls::transport::MemoryTransport::datagram();
    std::io::Write::write_all(&mut network, &hello).unwrap();
    let mut ready = false;
    for _ in 0..10 {
        ready = session.handshake(&mut far).unwrap().is_ready();
        let mut buffer = [0; 4096];
        while let Ok(length) = std::io::Read::read(&mut network, &mut buffer) {
            client.receive(&buffer[..length]);
        }
        let (client_ready, datagrams) = client.handshake();
        for datagram in datagrams {
            std::io::Write::write_all(&mut network, &datagram).unwrap();
        }
        if ready && client_ready {
            break;
        }
    }
    assert!(ready);
    assert_eq!(client.session.protocol(), Some(Protocol::DTLS1_2));
    assert_eq!(session.write(&mut far, b"x").unwrap(), Poll::Ready(1));
}

#[test]
fn only_a_whole_beginning_of_a_hello_is_one() {
    let key = CookieKey::generate().unwrap();
    let config = server().build().unwrap();
    let mut client = Client::of_fixtures(address(1));
    let (first, second) = hellos(&key, &mut client);
    // Every truncation, also within the record and with a length that lies.
    for hello in [&first, &second] {
        for length in 0..hello.len() {
            let truncated = &hello[..length];
            assert_eq!(key.reply(address(1), truncated).unwrap(), None, "{length}");
            assert!(!accepts(&key, &config, address(1), truncated));
        }
    }
    // Type, version, epoch, handshake type, message number, offset and the length of the session identifier.
    for (index, value) in [
        (0, 23),
        (1, 3),
        (3, 1),
        (4, 1),
        (13, 2),
        (17, 1),
        (19, 1),
        (21, 1),
        (25, 3),
        (59, 33),
        (59, 255),
    ] {
        let mut changed = second.clone();
        changed[index] = value;
        assert_eq!(key.reply(address(1), &changed).unwrap(), None, "{index}");
        assert!(!accepts(&key, &config, address(1), &changed), "{index}");
    }
    // A first fragment is sufficient.
    let mut fragment = second.clone();
    let kept = second.len() - 20;
    fragment.truncate(kept);
    fragment[11..13].copy_from_slice(&((kept - 13) as u16).to_be_bytes());
    fragment[22..25].copy_from_slice(&((kept - 25) as u32).to_be_bytes()[1..]);
    assert!(accepts(&key, &config, address(1), &fragment));
}
