//! The server on a UDP socket, with one thread and with several.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, UdpSocket};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use gnutls::dtls::{Connection, Limits, Listener, UdpTransport};
use gnutls::{ClientConfig, Error, ErrorKind, Stream};

use crate::{client, server};

const TIMEOUT: Option<Duration> = Some(Duration::from_secs(20));

fn listener(limits: Limits) -> Listener {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let config = server().build().unwrap();
    let mut listener = Listener::with_limits(socket, &config, limits).unwrap();
    listener.set_timeout(TIMEOUT);
    listener
}

fn connect(config: &ClientConfig, listener: SocketAddr) -> Stream<UdpTransport> {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(listener).unwrap();
    let mut transport = UdpTransport::new(socket).unwrap();
    transport.set_timeout(TIMEOUT);
    let session = config.datagram_session("localhost").unwrap();
    let mut stream = Stream::new(session, transport);
    stream.handshake().unwrap();
    stream
}

/// Sends the datagrams of a peer back until it closes. Returns their number.
fn echo(stream: &mut Stream<Connection>) -> io::Result<usize> {
    stream.get_mut().set_timeout(TIMEOUT);
    let mut buffer = [0; 16_384];
    let mut count = 0;
    loop {
        match stream.read(&mut buffer)? {
            0 => break,
            length => stream.write_all(&buffer[..length])?,
        }
        count += 1;
    }
    stream.close()?;
    Ok(count)
}

/// Exchanges datagrams of growing lengths.
fn exchange(stream: &mut Stream<UdpTransport>, count: usize) {
    let mut buffer = [0; 2000];
    for length in 1..=count {
        let data = vec![length as u8; length * 10];
        stream.write_all(&data).unwrap();
        let read = stream.read(&mut buffer).unwrap();
        assert_eq!(&buffer[..read], &data);
    }
}

#[test]
fn one_thread_serves_peers_one_after_another() {
    let listener = listener(Limits::default());
    let address = listener.local_addr().unwrap();
    let config = client().build().unwrap();
    thread::scope(|scope| {
        let clients: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    let mut stream = connect(&config, address);
                    exchange(&mut stream, 10);
                    stream.close().unwrap();
                })
            })
            .collect();
        for _ in 0..4 {
            let (mut stream, from) = listener.accept().unwrap();
            assert_eq!(stream.get_ref().address(), from);
            assert_eq!(echo(&mut stream).unwrap(), 10);
        }
        for client in clients {
            client.join().unwrap();
        }
    });
    assert_eq!(listener.counts().completed, 4);
    assert!(listener.next_failure().is_none());
}

#[test]
fn a_thread_per_peer_serves_peers_at_the_same_time() {
    const PEERS: usize = 8;
    let listener = listener(Limits::default());
    let address = listener.local_addr().unwrap();
    let config = client().build().unwrap();
    let echoed = AtomicUsize::new(0);
    let open = std::sync::Barrier::new(PEERS);
    thread::scope(|scope| {
        for _ in 0..PEERS {
            scope.spawn(|| {
                let mut stream = connect(&config, address);
                // No client continues before all of them are connected.
                open.wait();
                exchange(&mut stream, 20);
                stream.close().unwrap();
            });
        }
        for _ in 0..PEERS {
            let (mut stream, _) = listener.accept().unwrap();
            let echoed = &echoed;
            scope.spawn(move || {
                echoed.fetch_add(echo(&mut stream).unwrap(), Ordering::Relaxed);
            });
        }
    });
    assert_eq!(echoed.into_inner(), PEERS * 20);
}

#[test]
fn a_stream_outlives_its_listener() {
    let listener = listener(Limits::default());
    let address = listener.local_addr().unwrap();
    let config = client().build().unwrap();
    thread::scope(|scope| {
        let client = scope.spawn(|| connect(&config, address));
        let (mut stream, _) = listener.accept().unwrap();
        let mut client = client.join().unwrap();
        drop(listener);
        let server = scope.spawn(move || echo(&mut stream).unwrap());
        exchange(&mut client, 5);
        client.close().unwrap();
        assert_eq!(server.join().unwrap(), 5);
    });
}

#[test]
fn waiting_ends_at_the_timeout_and_can_be_repeated() {
    let timed_out = |error: &Error| {
        let source = std::error::Error::source(error).unwrap();
        let source: &io::Error = source.downcast_ref().unwrap();
        assert_eq!(source.kind(), io::ErrorKind::TimedOut);
        assert_eq!(error.kind(), ErrorKind::Io);
    };
    let mut listener = listener(Limits::default());
    listener.set_timeout(Some(Duration::from_millis(20)));
    timed_out(&listener.accept().unwrap_err());
    listener.set_timeout(TIMEOUT);
    let address = listener.local_addr().unwrap();
    let config = client().build().unwrap();
    thread::scope(|scope| {
        let client = scope.spawn(|| connect(&config, address));
        let (mut stream, _) = listener.accept().unwrap();
        let mut client = client.join().unwrap();
        stream
            .get_mut()
            .set_timeout(Some(Duration::from_millis(20)));
        let error = stream.read(&mut [0; 9]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        stream.get_mut().set_nonblocking(true);
        let error = stream.read(&mut [0; 9]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
        stream.get_mut().set_nonblocking(false);
        client
            .get_mut()
            .set_timeout(Some(Duration::from_millis(20)));
        let error = client.read(&mut [0; 9]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        client.write_all(b"x").unwrap();
        stream.get_mut().set_timeout(TIMEOUT);
        assert_eq!(stream.read(&mut [0; 9]).unwrap(), 1);
    });
}

#[test]
fn a_stream_of_a_server_that_waits_for_a_hello_does_not_spin() {
    /// Receives nothing, and counts how often it waits.
    struct Silent(usize);

    impl gnutls::Transport for Silent {
        fn send(&mut self, _: &[u8]) -> io::Result<usize> {
            unreachable!("there is no peer")
        }

        fn receive(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::WouldBlock.into())
        }

        fn wait(&mut self, _: bool, _: bool, until: Option<std::time::Instant>) -> io::Result<()> {
            assert_eq!(until, None, "nothing has been sent");
            self.0 += 1;
            Err(io::ErrorKind::WouldBlock.into())
        }
    }

    let session = server().build().unwrap().datagram_session().unwrap();
    let mut stream = Stream::new(session, Silent(0));
    let error = stream.handshake().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WouldBlock);
    assert_eq!(stream.get_ref().0, 1);
}

#[test]
#[cfg(target_os = "linux")]
fn the_largest_datagram_of_a_path_is_determined() {
    use gnutls::Transport;

    let unconnected = UdpSocket::bind("127.0.0.1:0").unwrap();
    let error = UdpTransport::new(unconnected).unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::NotConnected);
    for address in ["127.0.0.1:0", "[::1]:0"] {
        let Ok(server) = UdpSocket::bind(address) else {
            // The machine has no IPv6.
            assert!(address.starts_with('['));
            continue;
        };
        let socket = UdpSocket::bind(address).unwrap();
        socket.connect(server.local_addr().unwrap()).unwrap();
        let mut transport = UdpTransport::new(socket).unwrap();
        let largest = transport.largest_datagram().unwrap();
        // The maximum of UDP is less than the MTU of the loopback interface.
        assert!(largest > 10_000, "{largest}");
        let fits = largest.min(65_000);
        assert_eq!(transport.send(&vec![0; fits]).unwrap(), fits);
        if largest < 65_000 {
            let error = transport.send(&vec![0; largest + 1]).unwrap_err();
            assert_eq!(error.raw_os_error(), Some(libc::EMSGSIZE));
        }
    }
}
