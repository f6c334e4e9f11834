//! Many peers on one socket with losses, and floods of forged hellos.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use gnutls::dtls::{Limits, Received};
use gnutls_testing::emulation;
use gnutls_testing::network::{Faults, Network, Numbers};
use gnutls_testing::process::is_alone;
use gnutls_testing::{requirement, skip_unless, test_name};

use crate::{Client, address, client, new_server, server};

#[test]
fn each_datagram_of_each_peer_is_accounted_for() {
    // GnuTLS 3.7.9 does not release some records that it receives again (16,799 bytes each).
    skip_unless!(requirement::Uninstrumented);
    let peers = emulation::repetitions(150, "peers");
    const DATAGRAMS: u32 = 8;
    let faults = Faults {
        seed: 14,
        loss: 5,
        repetition: 2,
        delay: 3,
    };
    let limits = Limits {
        retransmission: Duration::from_millis(100),
        ..Limits::default()
    };
    let (client, server) = (client().build().unwrap(), server().build().unwrap());
    let mut network = Network::new(&client, &server, peers, limits, faults);
    network.run(DATAGRAMS);

    assert_eq!(network.accepted(), peers);
    let (received, lost) = network.there.check();
    assert_eq!(received + lost, peers * DATAGRAMS as usize);
    assert!(lost > 0, "the network has lost nothing");
    let (answered, _) = network.back.check();
    assert!(answered > received / 2, "{answered} of {received}");
    let counts = network.server.counts();
    assert_eq!(counts.begun, peers as u64, "{counts:?}");
    assert_eq!(counts.completed, peers as u64, "{counts:?}");
    assert_eq!((counts.failed, counts.replaced, counts.expired), (0, 0, 0));
}

/// Returns the resident memory of this process in bytes.
fn memory() -> usize {
    let text = fs::read_to_string("/proc/self/statm").unwrap();
    let pages: usize = text.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096
}

#[test]
fn forged_hellos_leave_neither_a_session_nor_memory() {
    skip_unless!(requirement::Uninstrumented);
    if !is_alone(&test_name!(), &[]) {
        return;
    }
    let hellos = emulation::repetitions(100_000, "forged hellos") as u64;
    let mut server = new_server(Limits::default());
    let (_, first) = Client::of_fixtures(address(1)).handshake();
    // The same with a cookie of the right length, in place of the empty one after the session identifier.
    let mut with_cookie = first[0].clone();
    let place = 13 + 12 + 34 + 1 + usize::from(with_cookie[13 + 12 + 34]);
    assert_eq!(with_cookie[place], 0);
    with_cookie.splice(place..=place, [&[16][..], &[7; 16]].concat());
    let length = with_cookie.len();
    with_cookie[11..13].copy_from_slice(&((length - 13) as u16).to_be_bytes());
    for index in [14, 22] {
        let bytes = ((length - 25) as u32).to_be_bytes();
        with_cookie[index..index + 3].copy_from_slice(&bytes[1..]);
    }

    let mut numbers = Numbers::new(14);
    let mut before = 0;
    for hello in 0..hellos {
        let mut datagram = if hello % 2 == 0 {
            first[0].clone()
        } else {
            with_cookie.clone()
        };
        // The random number of the client.
        datagram[29..37].copy_from_slice(&numbers.below(u64::MAX).to_be_bytes());
        let ip = Ipv4Addr::from(numbers.below(1 << 32) as u32);
        let from = SocketAddr::from((ip, numbers.below(65_536) as u16));
        let received = server.handle_datagram(Instant::now(), from, &datagram);
        assert!(matches!(received, Ok(Received::Reply(_))), "{received:?}");
        if hello == hellos / 10 {
            before = memory();
        }
    }
    let growth = memory().saturating_sub(before);
    assert!(growth < 512 * 1024, "{growth} bytes");
    assert_eq!(server.peers(), 0);
    assert_eq!(server.counts().replies, hellos);
    assert_eq!(server.counts().begun, 0);
    assert!(server.accept().is_none() && server.next_datagram().is_none());
    assert_eq!(server.next_timeout(), None);

    // A real client connects meanwhile.
    let mut client = Client::of_fixtures(address(1));
    let (mut session, mut peer) = client.connect(&mut server);
    client.send(&mut server, &mut session, &mut peer, b"real");
}
