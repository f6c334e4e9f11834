//! What the tests have in common: configurations over the fixtures, and streams between two ends in memory.

#![allow(dead_code, reason = "each test uses a part of it")]

pub mod choppy;

use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::task::Poll;

use gnutls::{
    ClientConfig, ClientConfigBuilder, Identity, Priority, ServerConfig, ServerConfigBuilder, Trust,
};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream};
use tokio::task::yield_now;
use tokio_gnutls::TlsStream;

pub const TLS1_2: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.2";
pub const TLS1_3: &str = "NORMAL:-VERS-ALL:+VERS-TLS1.3";

/// The protocols that the library has: its own draft of TLS 1.3 is none.
pub fn protocols() -> Vec<&'static str> {
    let mut protocols = vec![TLS1_2];
    if has_tls1_3() {
        protocols.push(TLS1_3);
    }
    protocols
}

pub fn has_tls1_3() -> bool {
    gnutls::version().running >= gnutls::Version::new(3, 6, 4) && Priority::new(TLS1_3).is_ok()
}

/// Whether keys can be updated: in TLS 1.3, by a crate that was built for a library that can.
pub fn has_key_update() -> bool {
    has_tls1_3() && gnutls::version().built >= gnutls::Version::new(3, 6, 3)
}

pub fn fixture_path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name)
}

pub fn trust() -> Trust {
    Trust::pem_file(fixture_path("ca.pem")).expect("the fixture is in order")
}

pub fn server_identity() -> Identity {
    Identity::from_pem_files(fixture_path("server.pem"), fixture_path("server-key.pem"))
        .expect("the fixture is in order")
}

/// A client that trusts the authority of the fixtures.
pub fn client(priority: &str) -> ClientConfigBuilder {
    ClientConfig::builder()
        .trust(trust())
        .priority(Priority::new(priority).unwrap())
}

/// A server that is `localhost`.
pub fn server(priority: &str) -> ServerConfigBuilder {
    ServerConfig::builder()
        .identity(server_identity())
        .priority(Priority::new(priority).unwrap())
}

/// Connects two ends of a transport.
pub async fn connected<T, U>(
    client: &ClientConfig,
    server: &ServerConfig,
    near: T,
    far: U,
) -> (TlsStream<T>, TlsStream<U>)
where
    T: AsyncRead + AsyncWrite + Unpin,
    U: AsyncRead + AsyncWrite + Unpin,
{
    tokio::try_join!(
        tokio_gnutls::connect(client, "localhost", near),
        tokio_gnutls::accept(server, far)
    )
    .unwrap()
}

/// A connection in memory that holds this many bytes each way.
pub async fn in_memory(
    priority: &str,
    capacity: usize,
) -> (TlsStream<DuplexStream>, TlsStream<DuplexStream>) {
    let (near, far) = tokio::io::duplex(capacity);
    connected(
        &client(priority).build().unwrap(),
        &server(priority).build().unwrap(),
        near,
        far,
    )
    .await
}

/// Bytes that differ from place to place, and from one seed to another.
pub fn pattern(seed: usize, length: usize) -> Vec<u8> {
    let mut state = seed as u32 | 1;
    let mut next = || {
        // Marsaglia's xorshift.
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as u8
    };
    (0..length).map(|_| next()).collect()
}

/// Polls a future this often, while other tasks go on in between, and drops it if it is not ready by then.
pub async fn cancelled_after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..polls {
        let poll = std::future::poll_fn(|context| Poll::Ready(future.as_mut().poll(context)));
        if let Poll::Ready(output) = poll.await {
            return Some(output);
        }
        yield_now().await;
    }
    None
}

/// Begins a future again and again, each dropped after as many polls, until one is ready.
pub async fn until_ready<S, R>(
    polls: usize,
    state: &mut S,
    mut begin: impl AsyncFnMut(&mut S, usize) -> R,
) -> (usize, R) {
    for attempt in 0.. {
        if let Some(output) = cancelled_after(polls, begin(state, attempt)).await {
            return (attempt, output);
        }
    }
    unreachable!("the attempts do not end")
}
