//! The listener: handshakes side by side, their limits, and the reload of the configuration.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

use gnutls::{ErrorKind, HelloAnswer, ServerConfig};
use gnutls_testing::pair::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_gnutls::{Listener, Stream};

async fn tcp() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}

async fn connect(address: SocketAddr, alpn: &[&str]) -> gnutls::Result<Stream<TcpStream>> {
    let tcp = TcpStream::connect(address).await?;
    let config = client(TLS1_2).alpn(alpn).build()?;
    tokio_gnutls::connect(&config, "localhost", tcp).await
}

fn with_alpn(name: &str) -> ServerConfig {
    server(TLS1_2).alpn([name]).build().unwrap()
}

#[tokio::test]
async fn a_client_that_says_nothing_delays_no_other() {
    let mut listener = Listener::new(tcp().await, with_alpn("a"))
        .max_handshakes(3)
        .handshake_timeout(Duration::from_secs(3600));
    let address = listener.local_addr().unwrap();
    // These have no handshake, and are accepted first.
    let _silent = [
        TcpStream::connect(address).await.unwrap(),
        TcpStream::connect(address).await.unwrap(),
    ];
    for _ in 0..3 {
        let both = async { tokio::join!(connect(address, &["a"]), listener.accept()) };
        let (near, far) = tokio::time::timeout(Duration::from_secs(30), both)
            .await
            .unwrap();
        let (mut near, (mut far, peer)) = (near.unwrap(), far.unwrap());
        assert_eq!(peer, near.get_ref().local_addr().unwrap());
        assert_eq!(far.info().alpn(), Some(&b"a"[..]));
        assert_eq!(far.info().server_name(), Some("localhost"));
        far.write_all(b"data").await.unwrap();
        far.flush().await.unwrap();
        let mut text = [0; 4];
        near.read_exact(&mut text).await.unwrap();
        assert_eq!(&text, b"data");
    }
}

#[tokio::test]
async fn further_connections_wait_for_a_handshake_in_progress() {
    let mut listener = Listener::new(tcp().await, with_alpn("a"))
        .max_handshakes(1)
        .handshake_timeout(Duration::from_secs(3600));
    let address = listener.local_addr().unwrap();
    let silent = TcpStream::connect(address).await.unwrap();
    let connecting = tokio::spawn(connect(address, &["a"]));
    let waits = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
    assert!(waits.is_err());
    drop(silent);
    let (_far, _) = listener.accept().await.unwrap();
    connecting.await.unwrap().unwrap();
}

#[tokio::test]
async fn failures_are_reported_and_end_nothing() {
    let failures = Arc::<Mutex<Vec<_>>>::default();
    let reported = Arc::clone(&failures);
    let mut listener = Listener::new(tcp().await, with_alpn("a"))
        .handshake_timeout(Duration::from_millis(20))
        .on_failure(move |peer, error| reported.lock().unwrap().push((peer, error.clone())));
    let address = listener.local_addr().unwrap();
    let silent = TcpStream::connect(address).await.unwrap();
    let mut other = TcpStream::connect(address).await.unwrap();
    other.write_all(b"GET / HTTP/1.0\r\n\r\n").await.unwrap();
    let peers = [&silent, &other].map(|tcp| tcp.local_addr().unwrap());
    let waiting = tokio::time::timeout(Duration::from_secs(2), async {
        while failures.lock().unwrap().len() < 2 {
            let accepted = tokio::time::timeout(Duration::from_millis(10), listener.accept());
            assert!(
                accepted.await.is_err(),
                "no client has completed a handshake"
            );
        }
    });
    waiting.await.unwrap();
    let failures = failures.lock().unwrap();
    let of = |peer| &failures.iter().find(|(other, _)| *other == peer).unwrap().1;
    assert_eq!(of(peers[0]).kind(), ErrorKind::Io);
    assert_eq!(of(peers[1]).kind(), ErrorKind::Protocol);
}

#[tokio::test]
async fn the_configuration_is_reloaded_and_selected_by_the_hello() {
    let config = Arc::new(RwLock::new(with_alpn("before")));
    let current = Arc::clone(&config);
    let mut listener =
        Listener::with_config_source(tcp().await, move || current.read().unwrap().clone());
    let address = listener.local_addr().unwrap();
    let offers = ["before", "after", "selected"];
    let mut expect = async |offers: &[&str], expected: &str| {
        let (near, far) = tokio::join!(connect(address, offers), listener.accept());
        assert_eq!(near.unwrap().session().alpn(), Some(expected.as_bytes()));
        far.unwrap();
    };
    expect(&offers, "before").await;
    *config.write().unwrap() = with_alpn("after");
    expect(&offers, "after").await;
    let selected = with_alpn("selected");
    let choosing = server(TLS1_2)
        .alpn(["after"])
        .on_client_hello(move |_, hello| match hello.alpn().next() {
            Some(b"selected") => HelloAnswer::Use(selected.clone()),
            _ => HelloAnswer::Continue,
        })
        .build()
        .unwrap();
    *config.write().unwrap() = choosing;
    expect(&["selected"], "selected").await;
    expect(&["after", "selected"], "after").await;
}
