//! Futures that are dropped after any number of polls, on transports that move any number of bytes.

use std::time::Duration;

use gnutls::record::KeyUpdate;
use gnutls_testing::pair::*;
use gnutls_testing::{requirement, skip_unless};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, duplex};
use tokio_gnutls::Stream;

use crate::drivers::choppy::Choppy;
use crate::drivers::*;

/// Sends `length` bytes by writes that are dropped and begun again, each with bytes of its own: those of the writes
/// that were ready, and only those, are to arrive. In between flushes and reads are dropped as well. Also gives how
/// many writes were dropped.
async fn send<T: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut Stream<T>,
    length: usize,
    polls: usize,
) -> (Vec<u8>, usize) {
    let (mut taken, mut dropped) = (Vec::new(), 0);
    while taken.len() < length {
        let begin = taken.len();
        let data =
            |attempt: usize| pattern(begin + 31 * attempt, 1 + (begin * 7 + attempt * 13) % 700);
        let (attempt, written) = until_ready(polls, stream, async |stream, attempt| {
            stream.write(&data(attempt)).await
        })
        .await;
        taken.extend_from_slice(&data(attempt)[..written.unwrap()]);
        dropped += attempt;
        // Not after each write: those that find the transport busy have to wait, and are dropped.
        if begin % 3 == 0 {
            until_ready(polls, stream, async |stream, _| {
                stream.flush().await.unwrap()
            })
            .await;
        }
        // The peer sends nothing: a read that is dropped leaves nothing behind.
        assert!(
            cancelled_after(polls, stream.read(&mut [0; 9]))
                .await
                .is_none()
        );
    }
    until_ready(polls, stream, async |stream, _| {
        stream.shutdown().await.unwrap()
    })
    .await;
    (taken, dropped)
}

/// Reads to the end, by reads that are dropped and begun again.
async fn receive<T: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut Stream<T>,
    polls: usize,
) -> (Vec<u8>, usize) {
    let (mut received, mut dropped) = (Vec::new(), 0);
    loop {
        let (attempt, part) = until_ready(polls, stream, async |stream, attempt| {
            let mut buffer = vec![0; 1 + attempt % 50];
            let length = stream.read(&mut buffer).await.unwrap();
            buffer.truncate(length);
            buffer
        })
        .await;
        dropped += attempt;
        if part.is_empty() {
            return (received, dropped);
        }
        received.extend(part);
    }
}

#[tokio::test]
async fn hazard_3_a_write_that_is_dropped_has_sent_nothing_and_one_that_is_ready_is_sent_once() {
    for priority in stream_protocols() {
        let configs = (
            client(priority).build().unwrap(),
            server(priority).build().unwrap(),
        );
        for limit in [1, 2, 3, 7, 64, 1000, 20_000] {
            for polls in 1..=4 {
                // Also less than the smallest record: each side has to receive while it cannot send.
                let (near, far) = duplex(if limit == 3 { 5 } else { 300 });
                let (mut near, mut far) = connected(
                    &configs.0,
                    &configs.1,
                    Choppy::new(near, limit),
                    Choppy::new(far, limit),
                )
                .await;
                let both =
                    async { tokio::join!(send(&mut near, 1500, polls), receive(&mut far, polls)) };
                let ((taken, first), (received, second)) =
                    tokio::time::timeout(Duration::from_secs(120), both)
                        .await
                        .expect("no hang");
                assert!(
                    taken == received,
                    "{priority}, {limit} bytes, {polls} polls"
                );
                assert!(first > 0 && second > 0 || polls > 1, "futures were dropped");
            }
        }
    }
}

#[tokio::test]
async fn every_size_of_what_the_transport_moves_will_do() {
    for priority in stream_protocols() {
        let configs = (
            client(priority).build().unwrap(),
            server(priority).build().unwrap(),
        );
        let data = pattern(11, 40_000);
        for limit in (1..40).chain([100, 255, 256, 1000, 16_383, 16_384, 16_385, 16_406, 17_000]) {
            let (near, far) = duplex(64 + limit);
            let (mut near, mut far) = connected(
                &configs.0,
                &configs.1,
                Choppy::new(near, limit),
                Choppy::new(far, limit),
            )
            .await;
            // Small steps take long: less data for them.
            let data = &data[..(limit * 500).min(data.len())];
            let (_, received) = tokio::join!(
                async {
                    near.write_all(data).await.unwrap();
                    near.shutdown().await.unwrap();
                },
                async {
                    let mut received = Vec::new();
                    far.read_to_end(&mut received).await.unwrap();
                    received
                }
            );
            assert!(received == data, "{priority}, {limit} bytes at a time");
        }
    }
}

#[tokio::test]
async fn a_handshake_that_is_dropped_after_any_number_of_polls_is_seen_by_the_peer() {
    for priority in stream_protocols() {
        let configs = (
            client(priority).build().unwrap(),
            server(priority).build().unwrap(),
        );
        let mut polls = 1;
        loop {
            let (near, far) = duplex(4096);
            let far = tokio_gnutls::accept(&configs.1, Choppy::new(far, 400));
            let near = cancelled_after(
                polls,
                tokio_gnutls::connect(&configs.0, "localhost", Choppy::new(near, 400)),
            );
            let (near, far) = tokio::join!(
                async { near.await.map(|result| drop(result.unwrap())) },
                async {
                    tokio::time::timeout(Duration::from_secs(60), far)
                        .await
                        .expect("no hang")
                },
            );
            match (near, far) {
                (Some(()), _) => break,
                // The server may be done already, and sees the end when it reads.
                (None, Ok(mut stream)) => {
                    let error = stream.read(&mut [0; 9]).await.unwrap_err();
                    assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof);
                }
                (None, Err(error)) => assert!(
                    matches!(
                        error.kind(),
                        gnutls::ErrorKind::UnexpectedEof | gnutls::ErrorKind::Io
                    ),
                    "{error:?}"
                ),
            }
            polls += 1;
        }
        assert!(polls > 5, "{polls}");
    }
}

#[tokio::test]
async fn a_key_update_that_is_dropped_is_made_once() {
    skip_unless!(requirement::KEY_UPDATE);
    let (near, mut far) = in_memory(TLS1_3, 50).await;
    let (session, io) = near.into_parts();
    let mut near = tokio_gnutls::handshake(session, Choppy::new(io, 5))
        .await
        .unwrap();
    let (attempts, received) = tokio::join!(
        async {
            // Longer than the transport holds, so that the update has to wait.
            near.write_all(&[7; 200]).await.unwrap();
            let (attempts, result) = until_ready(1, &mut near, async |near, _| {
                near.update_key(KeyUpdate::NotRequested).await
            })
            .await;
            result.unwrap();
            near.write_all(&[8; 200]).await.unwrap();
            near.shutdown().await.unwrap();
            attempts
        },
        async {
            let mut received = Vec::new();
            far.read_to_end(&mut received).await.unwrap();
            received
        }
    );
    assert!(attempts > 0);
    assert_eq!(received, [[7; 200], [8; 200]].concat());
}
