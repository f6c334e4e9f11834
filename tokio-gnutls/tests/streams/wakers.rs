//! Wakers: a reader and a writer on one stream, over a transport that keeps only its last waker.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use gnutls::record::KeyUpdate;
use gnutls_testing::pair::*;
use gnutls_testing::{requirement, skip_unless};
use tokio::io::{
    AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf, duplex,
};
use tokio_gnutls::Stream;

use crate::drivers::choppy::{Gate, Gated, Wakes};
use crate::drivers::*;

type Near = Stream<Gated<DuplexStream>>;

/// A connection whose client sends through a gate.
async fn gated(priority: &str) -> (Near, Gate, Stream<DuplexStream>) {
    let (near, far) = duplex(1 << 20);
    let gate = Gate::default();
    let near = Gated {
        io: near,
        gate: gate.clone(),
    };
    let (client, server) = (
        client(priority).build().unwrap(),
        server(priority).build().unwrap(),
    );
    let (near, far) = connected(&client, &server, near, far).await;
    (near, gate, far)
}

fn write(stream: &mut Near, waker: &Waker, data: &[u8]) -> Poll<io::Result<usize>> {
    Pin::new(stream).poll_write(&mut Context::from_waker(waker), data)
}

fn read(stream: &mut Near, waker: &Waker) -> Poll<io::Result<Vec<u8>>> {
    let mut buffer = [0; 100];
    let mut buffer = ReadBuf::new(&mut buffer);
    Pin::new(stream)
        .poll_read(&mut Context::from_waker(waker), &mut buffer)
        .map_ok(|()| buffer.filled().to_vec())
}

/// A writer that waits since the transport takes nothing. One record is kept.
fn writer_waits(stream: &mut Near, waker: &Waker, gate: &Gate) {
    gate.close();
    assert!(matches!(write(stream, waker, b"kept"), Poll::Ready(Ok(4))));
    assert!(write(stream, waker, b"not taken").is_pending());
}

#[tokio::test]
async fn a_reader_does_not_take_the_waker_of_the_writer() {
    for priority in stream_protocols() {
        let (mut near, gate, mut far) = gated(priority).await;
        let ((reads, reader), (writes, writer)) = (Wakes::new(), Wakes::new());
        writer_waits(&mut near, &writer, &gate);
        // The reader sends what is kept, or tries to: the transport has seen it last.
        assert!(read(&mut near, &reader).is_pending());
        assert_eq!(
            (reads.count(), writes.count()),
            (0, 0),
            "nobody is woken for nothing"
        );
        gate.open();
        assert_eq!(writes.count(), 1, "{priority}: the writer sleeps for ever");
        assert!(matches!(
            write(&mut near, &writer, b", sent"),
            Poll::Ready(Ok(6))
        ));
        let mut received = [0; 10];
        far.read_exact(&mut received).await.unwrap();
        assert_eq!(&received, b"kept, sent");
    }
}

#[tokio::test]
async fn a_writer_does_not_take_the_waker_of_the_reader() {
    for priority in stream_protocols() {
        let (mut near, gate, mut far) = gated(priority).await;
        let ((reads, reader), (writes, writer)) = (Wakes::new(), Wakes::new());
        assert!(read(&mut near, &reader).is_pending());
        writer_waits(&mut near, &writer, &gate);
        far.write_all(b"hello").await.unwrap();
        assert_eq!((reads.count(), writes.count()), (1, 0));
        assert!(matches!(read(&mut near, &reader), Poll::Ready(Ok(data)) if data == b"hello"));
    }
}

#[tokio::test]
async fn a_reader_alone_sends_what_is_kept() {
    for priority in stream_protocols() {
        let (mut near, gate, mut far) = gated(priority).await;
        let ((reads, reader), (_, writer)) = (Wakes::new(), Wakes::new());
        gate.close();
        // The writer is content, and does not come again.
        assert!(write(&mut near, &writer, b"kept").is_ready());
        assert!(read(&mut near, &reader).is_pending());
        gate.open();
        assert_eq!(reads.count(), 1);
        assert!(read(&mut near, &reader).is_pending());
        let mut received = [0; 4];
        far.read_exact(&mut received).await.unwrap();
        assert_eq!(&received, b"kept");
    }
}

#[tokio::test]
async fn a_reader_that_has_made_room_wakes_the_writer() {
    for priority in stream_protocols() {
        let (mut near, gate, _far) = gated(priority).await;
        let ((_, reader), (writes, writer)) = (Wakes::new(), Wakes::new());
        writer_waits(&mut near, &writer, &gate);
        // The transport owes no wake to someone who found out without.
        gate.open_silently();
        assert!(read(&mut near, &reader).is_pending());
        assert_eq!(writes.count(), 1, "{priority}");
        assert!(write(&mut near, &writer, b"taken").is_ready());
    }
}

#[tokio::test]
async fn a_failure_to_write_wakes_the_reader_and_ends_writing_only() {
    for priority in stream_protocols() {
        let (mut near, gate, mut far) = gated(priority).await;
        let ((reads, reader), (_, writer)) = (Wakes::new(), Wakes::new());
        assert!(read(&mut near, &reader).is_pending());
        writer_waits(&mut near, &writer, &gate);
        gate.break_down();
        assert!(matches!(
            write(&mut near, &writer, b"lost"),
            Poll::Ready(Err(_))
        ));
        assert_eq!(
            reads.count(),
            1,
            "{priority}: the reader waits for what the writer has changed"
        );
        assert!(read(&mut near, &reader).is_pending());
        far.write_all(b"answer").await.unwrap();
        assert!(matches!(read(&mut near, &reader), Poll::Ready(Ok(data)) if data == b"answer"));
        far.shutdown().await.unwrap();
        assert!(matches!(read(&mut near, &reader), Poll::Ready(Ok(data)) if data.is_empty()));
        for _ in 0..2 {
            assert!(matches!(
                write(&mut near, &writer, b"lost"),
                Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::ConnectionReset
            ));
        }
    }
}

#[tokio::test]
async fn a_failure_that_the_reader_meets_wakes_the_writer() {
    for priority in stream_protocols() {
        let (mut near, gate, far) = gated(priority).await;
        let ((_, reader), (writes, writer)) = (Wakes::new(), Wakes::new());
        writer_waits(&mut near, &writer, &gate);
        gate.break_down();
        assert!(read(&mut near, &reader).is_pending());
        assert_eq!(writes.count(), 1, "{priority}: the writer sleeps for ever");
        assert!(matches!(
            write(&mut near, &writer, b"lost"),
            Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::ConnectionReset
        ));
        drop(far);
        assert!(matches!(
            read(&mut near, &reader),
            Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::UnexpectedEof
        ));
    }
}

#[tokio::test]
async fn halves_read_the_answer_after_a_failed_write() {
    for priority in stream_protocols() {
        let (near, gate, mut far) = gated(priority).await;
        let (mut reader, mut writer) = near.into_split();
        gate.break_down();
        let error = writer.write_all(b"lost").await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
        far.write_all(b"answer").await.unwrap();
        far.shutdown().await.unwrap();
        let mut answer = Vec::new();
        reader.read_to_end(&mut answer).await.unwrap();
        assert_eq!(answer, b"answer");
        let error = writer.flush().await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    }
}

#[tokio::test]
async fn an_idle_stream_wakes_nobody() {
    for priority in stream_protocols() {
        let (mut near, _gate, mut far) = gated(priority).await;
        let ((reads, reader), (writes, writer)) = (Wakes::new(), Wakes::new());
        for _ in 0..10 {
            assert!(write(&mut near, &writer, b"ping").is_ready());
            assert!(read(&mut near, &reader).is_pending());
            far.read_exact(&mut [0; 4]).await.unwrap();
        }
        assert_eq!((reads.count(), writes.count()), (0, 0), "{priority}");
        far.write_all(b"pong").await.unwrap();
        assert_eq!((reads.count(), writes.count()), (1, 0), "{priority}");
    }
}

/// Sends and receives at the same time, in tasks of their own, by either way to split a stream.
async fn both_ways<R, W>(mut reader: R, mut writer: W, sends: Vec<u8>, expects: Vec<u8>)
where
    R: AsyncRead + Unpin + Send + 'static,
    W: AsyncWrite + Unpin + Send + 'static,
{
    let writing = tokio::spawn(async move {
        for part in sends.chunks(3_000) {
            writer.write_all(part).await.unwrap();
        }
        writer.shutdown().await.unwrap();
    });
    let reading = tokio::spawn(async move {
        let mut received = Vec::new();
        reader.read_to_end(&mut received).await.unwrap();
        assert!(received == expects);
    });
    writing.await.unwrap();
    reading.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn halves_send_and_receive_at_once() {
    for priority in stream_protocols() {
        let (near, far) = in_memory(priority, 2_000).await;
        let (there, back) = (pattern(21, 2_000_000), pattern(22, 1_500_000));
        let (near_reader, near_writer) = tokio::io::split(near);
        let (far_reader, far_writer) = far.into_split();
        let both = async {
            tokio::join!(
                both_ways(near_reader, near_writer, there.clone(), back.clone()),
                both_ways(far_reader, far_writer, back.clone(), there.clone()),
            )
        };
        tokio::time::timeout(Duration::from_secs(120), both)
            .await
            .expect("nobody sleeps for ever");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn hazard_18_keys_are_updated_while_both_halves_are_busy() {
    skip_unless!(requirement::KEY_UPDATE);
    skip_unless!(requirement::REPEATED_KEY_UPDATES);
    let (near, far) = in_memory(TLS1_3, 2_000).await;
    let (there, back) = (pattern(23, 400_000), pattern(24, 400_000));
    let (near_reader, near_writer) = tokio::io::split(near);
    let (mut reader, mut writer) = far.into_split();
    let far = async {
        // The peer is asked for new keys as well, while it sends. No more than 8 within a second (hazard 33).
        let writing = async {
            for (number, part) in back.chunks(100_000).enumerate() {
                let update = if number % 2 == 0 {
                    KeyUpdate::Requested
                } else {
                    KeyUpdate::NotRequested
                };
                writer.update_key(update).await.unwrap();
                writer.write_all(part).await.unwrap();
            }
            writer.shutdown().await.unwrap();
        };
        let mut received = Vec::new();
        let reading = reader.read_to_end(&mut received);
        let ((), read) = tokio::join!(writing, reading);
        read.unwrap();
        assert!(received == there);
    };
    let near = both_ways(near_reader, near_writer, there.clone(), back.clone());
    let both = async { tokio::join!(near, far) };
    tokio::time::timeout(Duration::from_secs(120), both)
        .await
        .expect("nobody sleeps for ever");
}

#[tokio::test]
async fn halves_of_one_stream_come_together_again() {
    let (near, far) = in_memory(TLS1_2, 4_000).await;
    let (near_reader, near_writer) = near.into_split();
    let (far_reader, far_writer) = far.into_split();
    assert!(near_writer.is_pair_of(&near_reader) && !near_writer.is_pair_of(&far_reader));
    let id = near_reader.with_session(|session| session.id());
    let error = near_reader.unsplit(far_writer).unwrap_err();
    let mut near = error.0.unsplit(near_writer).unwrap();
    assert_eq!(near.session().id(), id);
    let mut far = far_reader.unsplit(error.1).unwrap();
    near.write_all(b"hello").await.unwrap();
    near.flush().await.unwrap();
    let mut received = [0; 5];
    far.read_exact(&mut received).await.unwrap();
    assert_eq!(&received, b"hello");
}

/// A transport whose operations are interrupted while the flag is set.
struct Interrupted(DuplexStream, bool);

impl Interrupted {
    fn check<R>(&self) -> Result<(), Poll<io::Result<R>>> {
        match self.1 {
            true => Err(Poll::Ready(Err(io::ErrorKind::Interrupted.into()))),
            false => Ok(()),
        }
    }
}

impl AsyncRead for Interrupted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.check() {
            Ok(()) => Pin::new(&mut self.0).poll_read(context, buffer),
            Err(interrupted) => interrupted,
        }
    }
}

impl AsyncWrite for Interrupted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.check() {
            Ok(()) => Pin::new(&mut self.0).poll_write(context, data),
            Err(interrupted) => interrupted,
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.check() {
            Ok(()) => Pin::new(&mut self.0).poll_flush(context),
            Err(interrupted) => interrupted,
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}

#[tokio::test]
async fn a_task_yields_if_its_transport_is_interrupted_endlessly() {
    for priority in stream_protocols() {
        let (client, server) = (
            client(priority).build().unwrap(),
            server(priority).build().unwrap(),
        );
        let (near, far) = duplex(1 << 20);
        let (mut near, mut far) = connected(&client, &server, Interrupted(near, false), far).await;
        near.get_mut().1 = true;
        let (wakes, waker) = Wakes::new();
        let mut context = Context::from_waker(&waker);
        let mut near = Pin::new(&mut near);
        let mut buffer = [0; 9];
        let mut buffer = ReadBuf::new(&mut buffer);
        assert!(
            near.as_mut()
                .poll_read(&mut context, &mut buffer)
                .is_pending()
        );
        assert_eq!(wakes.count(), 1, "{priority}: the task runs again");
        let written = near.as_mut().poll_write(&mut context, b"kept");
        assert!(matches!(written, Poll::Ready(Ok(4))));
        assert!(near.as_mut().poll_flush(&mut context).is_pending());
        assert_eq!(wakes.count(), 2, "{priority}: the task runs again");
        assert!(near.as_mut().poll_shutdown(&mut context).is_pending());
        assert_eq!(wakes.count(), 3, "{priority}: the task runs again");
        near.as_mut().get_mut().get_mut().1 = false;
        near.shutdown().await.unwrap();
        let mut received = Vec::new();
        far.read_to_end(&mut received).await.unwrap();
        assert_eq!(received, b"kept");
    }
}
