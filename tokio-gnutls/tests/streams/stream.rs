//! One stream: reading, writing, closing, and how it ends.

use std::io::{self, ErrorKind as IoErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};

use gnutls::resumption::{MemoryStore, TicketKey};
use gnutls::{Alert, ErrorKind, Transport, Trust};
use gnutls_testing::pair::*;
use tokio::io::{
    AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, ReadBuf, duplex,
};
use tokio_gnutls::Incoming;

use crate::drivers::*;

#[tokio::test]
async fn what_is_written_is_read() {
    for priority in stream_protocols() {
        let (mut near, mut far) = in_memory(priority, 4096).await;
        let data = pattern(1, 300_000);
        let (_, received) = tokio::join!(
            async {
                near.write_all(&data).await.unwrap();
                near.shutdown().await.unwrap();
            },
            async {
                let mut received = Vec::new();
                far.read_to_end(&mut received).await.unwrap();
                received
            }
        );
        assert!(received == data, "{priority}");
    }
}

#[tokio::test]
async fn each_side_closes_its_own_half() {
    for priority in stream_protocols() {
        let (mut near, mut far) = in_memory(priority, 100_000).await;
        near.write_all(b"question").await.unwrap();
        near.shutdown().await.unwrap();
        near.shutdown().await.unwrap();
        let error = near.write(b"more").await.unwrap_err();
        assert_eq!(error.kind(), IoErrorKind::BrokenPipe);

        let mut question = String::new();
        far.read_to_string(&mut question).await.unwrap();
        assert_eq!(question, "question");
        // The peer has closed, and this side goes on sending.
        let answer = pattern(2, 50_000);
        far.write_all(&answer).await.unwrap();
        far.flush().await.unwrap();
        let mut received = vec![0; answer.len()];
        near.read_exact(&mut received).await.unwrap();
        assert!(received == answer, "{priority}");
        far.shutdown().await.unwrap();
        assert_eq!(near.read(&mut [0; 9]).await.unwrap(), 0);
        assert_eq!(near.read(&mut [0; 9]).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn hazard_5_a_stream_that_is_cut_off_fails() {
    for priority in stream_protocols() {
        let (mut near, mut far) = in_memory(priority, 4096).await;
        far.write_all(b"the beginning").await.unwrap();
        far.flush().await.unwrap();
        drop(far);
        let mut received = Vec::new();
        let error = near.read_to_end(&mut received).await.unwrap_err();
        assert_eq!(received, b"the beginning");
        assert_eq!(error.kind(), IoErrorKind::UnexpectedEof);
        assert_eq!(gnutls::Error::from(error).kind(), ErrorKind::UnexpectedEof);
    }
}

#[tokio::test]
async fn a_server_that_is_not_trusted_is_refused_and_hears_of_it() {
    for priority in stream_protocols() {
        let client = client(priority).trust(Trust::none()).build().unwrap();
        let server = server(priority).build().unwrap();
        let (near, far) = tokio::io::duplex(4096);
        let (refused, told) =
            tokio::join!(tokio_gnutls::connect(&client, "localhost", near), async {
                // In TLS 1.3 the server is done before the client has judged.
                let mut stream = tokio_gnutls::accept(&server, far).await?;
                Ok::<_, gnutls::Error>(stream.read(&mut [0; 9]).await?)
            });
        let refused = refused.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Verification);
        assert!(refused.verification().is_some());
        assert_eq!(told.unwrap_err().alert(), refused.alert(), "{priority}");
    }
}

#[tokio::test]
async fn small_slices_share_a_record() {
    let (mut near, mut far) = in_memory(TLS1_2, 100_000).await;
    let parts = [
        pattern(3, 10),
        Vec::new(),
        pattern(4, 20_000),
        pattern(5, 7),
    ];
    let slices: Vec<_> = parts.iter().map(|part| IoSlice::new(part)).collect();
    assert!(near.is_write_vectored());
    let length = near.write_vectored(&slices).await.unwrap();
    assert_eq!(length, 16_384, "as much as a record takes, of two slices");
    near.flush().await.unwrap();
    let mut received = vec![0; 20_000];
    let read = far.read(&mut received).await.unwrap();
    assert_eq!(received[..read], parts.concat()[..length]);
    assert_eq!(near.write_vectored(&[]).await.unwrap(), 0);
}

#[tokio::test]
async fn a_stream_comes_apart_and_together_again() {
    let (near, mut far) = in_memory(TLS1_2, 4096).await;
    assert!(near.session().handshake_done());
    let (session, io) = near.into_parts();
    let mut near = tokio_gnutls::handshake(session, io).await.unwrap();
    near.write_all(b"hello").await.unwrap();
    near.flush().await.unwrap();
    let mut received = [0; 5];
    far.read_exact(&mut received).await.unwrap();
    assert_eq!(&received, b"hello");

    // After both have closed, the transport is free for something else.
    let (mut plain, mut other) = {
        // A duplex stream cannot be written to once it is shut down, so that this is the reading side.
        far.shutdown().await.unwrap();
        assert_eq!(near.read(&mut [0; 1]).await.unwrap(), 0);
        (near.into_inner().0, far.into_inner().0)
    };
    plain.write_all(b"plain").await.unwrap();
    other.read_exact(&mut received).await.unwrap();
    assert_eq!(&received, b"plain");
}

/// A transport that keeps everything it sends.
struct Kept(Vec<u8>);

impl Transport for Kept {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn receive(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::ErrorKind::WouldBlock.into())
    }
}

#[tokio::test]
async fn bytes_that_were_received_ahead_are_not_lost() {
    for priority in stream_protocols() {
        let (mut near, far) = in_memory(priority, 100_000).await;
        let (mut session, mut far) = far.into_parts();
        let mut sent = Kept(Vec::new());
        for data in [b"one", b"two"] {
            assert!(session.write(&mut sent, data).unwrap().is_ready());
        }
        assert!(session.close(&mut sent).unwrap().is_ready());
        sent.0.extend_from_slice(b"plain");
        far.write_all(&sent.0).await.unwrap();
        let mut received = [0; 3];
        near.read_exact(&mut received).await.unwrap();
        assert_eq!(&received, b"one");
        // The rest stays in the session.
        let (session, io) = near.into_parts();
        assert!(session.unread_bytes() > 5, "{priority}");
        let mut near = tokio_gnutls::handshake(session, io).await.unwrap();
        near.read_exact(&mut received).await.unwrap();
        assert_eq!(&received, b"two");
        assert_eq!(near.read(&mut received).await.unwrap(), 0);
        let (mut io, unread) = near.into_inner();
        assert_eq!(unread, b"plain", "{priority}");
        far.write_all(b"end").await.unwrap();
        io.read_exact(&mut received).await.unwrap();
        assert_eq!(&received, b"end");
    }
}

#[tokio::test]
async fn records_are_received_together() {
    for priority in stream_protocols() {
        let (client, server) = (client(priority).build(), server(priority).build());
        let (near, far) = duplex(1 << 20);
        let (near, far) = (Counted::new(near), Counted::new(far));
        let (mut near, mut far) = connected(&client.unwrap(), &server.unwrap(), near, far).await;
        let data = pattern(9, 400_000);
        near.write_all(&data).await.unwrap();
        let before = far.get_ref().reads;
        let mut received = vec![0; data.len()];
        far.read_exact(&mut received).await.unwrap();
        assert!(received == data, "{priority}");
        // 25 records, of which each receive takes 32 KiB.
        let reads = far.get_ref().reads - before;
        assert_eq!(reads, 13, "{priority}");
        assert_eq!(far.session().unread_bytes(), 0);
    }
}

#[tokio::test]
async fn datagrams_have_no_place_in_a_stream() {
    let config = client(TLS1_2).build().unwrap();
    let session = config.datagram_session("localhost").unwrap();
    let (near, _far) = tokio::io::duplex(4096);
    let error = tokio_gnutls::handshake(session, near).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
}

#[tokio::test]
async fn a_configuration_is_chosen_by_the_hello_however_it_comes() {
    for priority in stream_protocols() {
        let plain = server(priority).build().unwrap();
        let chosen = server(priority).alpn(["h2"]).build().unwrap();
        let client = client(priority).alpn(["h2", "http/1.1"]).build().unwrap();
        for (limit, choose) in [(1, true), (7, false), (100_000, true)] {
            let (near, far) = tokio::io::duplex(4096);
            let near = crate::drivers::choppy::Choppy::new(near, limit);
            let far = crate::drivers::choppy::Choppy::new(far, limit);
            let (near, far) =
                tokio::join!(tokio_gnutls::connect(&client, "localhost", near), async {
                    let mut incoming = Incoming::new(&plain, far)?;
                    let hello = incoming.client_hello().await?;
                    assert_eq!(hello.server_name(), Some("localhost"));
                    assert_eq!(hello.alpn().next(), Some(&b"h2"[..]));
                    // The choice takes its time.
                    tokio::task::yield_now().await;
                    if choose {
                        incoming.accept_with(&chosen).await
                    } else {
                        incoming.accept().await
                    }
                });
            let (near, far) = (near.unwrap(), far.unwrap());
            let expected = choose.then_some(&b"h2"[..]);
            assert_eq!(near.session().alpn(), expected, "{priority}");
            assert_eq!(far.session().alpn(), expected, "{priority}");
        }
    }
}

#[tokio::test]
async fn an_incoming_connection_is_refused_with_an_alert() {
    for priority in stream_protocols() {
        let (near, far) = duplex(4096);
        let client = client(priority).build().unwrap();
        let server = server(priority).build().unwrap();
        let (near, far) = tokio::join!(tokio_gnutls::connect(&client, "localhost", near), async {
            let mut incoming = Incoming::new(&server, far)?;
            assert_eq!(
                incoming.client_hello().await?.server_name(),
                Some("localhost")
            );
            incoming.refuse(Alert::UNRECOGNIZED_NAME).await
        });
        far.unwrap();
        let error = near.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Alert, "{error}");
        assert_eq!(error.alert(), Some(Alert::UNRECOGNIZED_NAME));

        // A peer that is no TLS client is an error.
        let (mut near, far) = duplex(4096);
        near.write_all(b"GET / HTTP/1.0\r\n\r\n").await.unwrap();
        let incoming = Incoming::new(&server, far).unwrap();
        assert!(incoming.refuse(Alert::UNRECOGNIZED_NAME).await.is_err());
    }
}

/// A transport that counts its reads and writes.
struct Counted {
    io: DuplexStream,
    reads: usize,
    writes: usize,
}

impl Counted {
    fn new(io: DuplexStream) -> Self {
        Self {
            io,
            reads: 0,
            writes: 0,
        }
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.reads += 1;
        Pin::new(&mut self.io).poll_read(context, buffer)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.writes += 1;
        Pin::new(&mut self.io).poll_write(context, data)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}

#[tokio::test]
async fn hazard_48_the_records_of_a_flight_are_sent_together() {
    for priority in stream_protocols() {
        let client = client(priority).resumption(MemoryStore::new(1));
        let server = server(priority).tickets(TicketKey::generate().unwrap());
        let (client, server) = (client.build().unwrap(), server.build().unwrap());
        let (near, far) = duplex(100_000);
        let (near, far) = (Counted::new(near), Counted::new(far));
        let (mut near, mut far) = connected(&client, &server, near, far).await;
        let mut buffer = [0; 2];
        near.write_all(b"ab").await.unwrap();
        far.read_exact(&mut buffer).await.unwrap();
        far.write_all(b"cd").await.unwrap();
        near.read_exact(&mut buffer).await.unwrap();
        // Each side has two flights and the data. In TLS 1.3 the second flight of the server has the tickets, which
        // acknowledge that of the client.
        let sends = (near.get_ref().writes, far.get_ref().writes);
        assert_eq!(sends, (3, 3), "{priority}");
    }
}
