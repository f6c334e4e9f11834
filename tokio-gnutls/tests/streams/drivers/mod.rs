//! Drivers of streams: connections between two ends in memory, and calls that are dropped.

pub mod choppy;

use std::future::Future;
use std::pin::pin;
use std::task::Poll;

use gnutls::{ClientConfig, ServerConfig};
use gnutls_testing::pair::{client, server};
use tokio::io::{AsyncRead, AsyncWrite, DuplexStream};
use tokio::task::yield_now;
use tokio_gnutls::Stream;

/// Connects two ends of a transport.
pub async fn connected<T, U>(
    client: &ClientConfig,
    server: &ServerConfig,
    near: T,
    far: U,
) -> (Stream<T>, Stream<U>)
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
) -> (Stream<DuplexStream>, Stream<DuplexStream>) {
    let (near, far) = tokio::io::duplex(capacity);
    connected(
        &client(priority).build().unwrap(),
        &server(priority).build().unwrap(),
        near,
        far,
    )
    .await
}

/// Returns bytes that differ between positions, and between seeds.
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

/// Polls a future this often, with other tasks running in between, and drops it if it is not ready by then.
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
