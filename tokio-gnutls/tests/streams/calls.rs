//! Calls besides reading and writing, completed at once or by futures that are dropped and begun again.

use std::sync::Arc;
use std::time::Duration;

use gnutls::resumption::{MemoryStore, TicketKey};
use gnutls::{Alert, AlertLevel, ClientAuth, ClientConfig, ErrorCode, ErrorKind, ServerConfig};
use gnutls_testing::fixtures::*;
use gnutls_testing::pair::*;
use gnutls_testing::requirement::{self};
use gnutls_testing::skip_unless;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::time::timeout;
use tokio_gnutls::Stream;

use crate::drivers::choppy::Choppy;
use crate::drivers::*;

type Ends = (Stream<Choppy<DuplexStream>>, Stream<Choppy<DuplexStream>>);

/// A connection that moves so many bytes a call and blocks between any two.
async fn choppy(client: &ClientConfig, server: &ServerConfig, limit: usize) -> Ends {
    let (near, far) = duplex(300);
    connected(
        client,
        server,
        Choppy::new(near, limit),
        Choppy::new(far, limit),
    )
    .await
}

fn asking() -> ServerConfig {
    server(TLS1_3)
        .client_auth(ClientAuth::AfterHandshake(trust()))
        .build()
        .unwrap()
}

/// Reads until something came, or the session ended.
async fn read_all(stream: &mut Stream<Choppy<DuplexStream>>) -> std::io::Result<Vec<u8>> {
    let mut data = Vec::new();
    stream.read_to_end(&mut data).await.map(|_| data)
}

#[tokio::test]
async fn a_client_is_asked_for_its_certificate_also_by_calls_that_are_dropped() {
    skip_unless!(requirement::POST_HANDSHAKE_AUTH);
    for (identity, limit) in [(true, 7), (false, 7), (true, 1000)] {
        let mut builder = client(TLS1_3).post_handshake_auth(true);
        if identity {
            builder = builder.identity(client_identity());
        }
        let client = builder.build().unwrap();
        for polls in 1..=4 {
            let (mut near, mut far) = choppy(&client, &asking(), limit).await;
            let ((attempts, came), received) = tokio::join!(
                async {
                    let answer = until_ready(polls, &mut far, async |far, _| {
                        far.request_authentication().await
                    })
                    .await;
                    far.write_all(b"welcome").await.unwrap();
                    far.shutdown().await.unwrap();
                    answer
                },
                read_all(&mut near)
            );
            assert_eq!(came.unwrap(), identity);
            assert!(attempts > 0, "some were dropped");
            assert_eq!(received.unwrap(), b"welcome");
            assert_eq!(far.session().peer_certificates().is_some(), identity);
        }
    }
}

#[tokio::test]
async fn what_the_client_sent_before_its_certificate_is_read_first() {
    skip_unless!(requirement::POST_HANDSHAKE_AUTH);
    let client = client(TLS1_3)
        .post_handshake_auth(true)
        .identity(client_identity())
        .build()
        .unwrap();
    let (mut near, mut far) = choppy(&client, &asking(), 50).await;
    near.write_all(b"before").await.unwrap();
    near.flush().await.unwrap();
    let answer = async {
        let error = far.request_authentication().await.unwrap_err();
        assert_eq!(error.code(), Some(ErrorCode::GOT_APPLICATION_DATA));
        assert!(!error.is_fatal());
        let mut before = [0; 6];
        far.read_exact(&mut before).await.unwrap();
        assert_eq!(&before, b"before");
        let error = far.read(&mut before).await.unwrap_err();
        assert_eq!(gnutls::Error::from(error).kind(), ErrorKind::InvalidState);
        let came = far.request_authentication().await.unwrap();
        far.shutdown().await.unwrap();
        came
    };
    let (came, received) = tokio::join!(answer, read_all(&mut near));
    assert!(came);
    assert_eq!(received.unwrap(), b"");
}

#[tokio::test]
async fn one_half_asks_for_a_certificate_while_the_other_writes() {
    skip_unless!(requirement::POST_HANDSHAKE_AUTH);
    let client = client(TLS1_3)
        .post_handshake_auth(true)
        .identity(client_identity())
        .build()
        .unwrap();
    let (mut near, far) = choppy(&client, &asking(), 50).await;
    let (mut reader, mut writer) = far.into_split();
    // Two tasks, so that each has to be woken for itself.
    let asking = tokio::spawn(async move {
        let came = reader.request_authentication().await.unwrap();
        (came, reader)
    });
    let data = pattern(3, 20_000);
    let written = data.clone();
    let writing = tokio::spawn(async move {
        writer.write_all(&written).await.unwrap();
        writer.flush().await.unwrap();
        writer
    });
    let mut received = vec![0; data.len()];
    let read = near.read_exact(&mut received);
    timeout(Duration::from_secs(20), read)
        .await
        .unwrap()
        .unwrap();
    assert!(received == data);
    // Until the end: the answer may still be on its way.
    let read_on = tokio::spawn(async move { near.read(&mut [0; 9]).await });
    let (came, reader) = timeout(Duration::from_secs(20), asking)
        .await
        .unwrap()
        .unwrap();
    assert!(came);
    assert!(reader.with_session(|session| session.peer_certificates().is_some()));
    let mut writer = timeout(Duration::from_secs(20), writing)
        .await
        .unwrap()
        .unwrap();
    writer.shutdown().await.unwrap();
    assert_eq!(read_on.await.unwrap().unwrap(), 0);
}

#[tokio::test]
async fn alerts_reach_the_peer_also_from_calls_that_are_dropped() {
    for priority in stream_protocols() {
        for (limit, polls) in [(1, 1), (7, 2), (1000, 3)] {
            let configs = (
                client(priority).build().unwrap(),
                server(priority).build().unwrap(),
            );
            let (mut near, mut far) = choppy(&configs.0, &configs.1, limit).await;
            let ((), received) = tokio::join!(
                async {
                    far.write_all(b"last words").await.unwrap();
                    let (_, sent) = until_ready(polls, &mut far, async |far, _| {
                        far.send_alert(AlertLevel::Fatal, Alert::ACCESS_DENIED)
                            .await
                    })
                    .await;
                    sent.unwrap();
                },
                async {
                    let mut words = [0; 10];
                    near.read_exact(&mut words).await.unwrap();
                    assert_eq!(&words, b"last words");
                    near.read(&mut words).await
                }
            );
            let error = gnutls::Error::from(received.unwrap_err());
            assert_eq!(error.alert(), Some(Alert::ACCESS_DENIED), "{priority}");
            let error = far.write(b"x").await.unwrap_err();
            assert_eq!(gnutls::Error::from(error).kind(), ErrorKind::Closed);
        }
    }
}

#[tokio::test]
async fn a_warning_does_not_disturb_up_to_tls_1_2() {
    let (mut near, mut far) = in_memory(TLS1_2, 4096).await;
    far.send_alert(AlertLevel::Warning, Alert::USER_CANCELED)
        .await
        .unwrap();
    far.write_all(b"x").await.unwrap();
    far.flush().await.unwrap();
    assert_eq!(near.read(&mut [0; 9]).await.unwrap(), 1);
    assert_eq!(near.session().received_alert(), Some(Alert::USER_CANCELED));
}

#[tokio::test]
async fn tickets_are_sent_once_each() {
    skip_unless!(requirement::AUTOMATIC_TICKETS);
    for (limit, polls) in [(1, 1), (7, 2), (1000, 3)] {
        let store = Arc::new(MemoryStore::new(100));
        let client = client(TLS1_3)
            .resumption(Arc::clone(&store))
            .build()
            .unwrap();
        let server = server(TLS1_3)
            .tickets(TicketKey::generate().unwrap())
            .automatic_tickets(false)
            .build()
            .unwrap();
        let (mut near, mut far) = choppy(&client, &server, limit).await;
        let ((), received) = tokio::join!(
            async {
                // So that the transport has something to block on.
                far.write_all(&[7; 1000]).await.unwrap();
                let (_, sent) =
                    until_ready(polls, &mut far, async |far, _| far.send_tickets(2).await).await;
                sent.unwrap();
                let (_, mut writer) = far.into_split();
                writer.send_tickets(1).await.unwrap();
                writer.shutdown().await.unwrap();
            },
            read_all(&mut near)
        );
        assert_eq!(received.unwrap(), [7; 1000]);
        assert_eq!(store.len(), 3);
        let (near, _far) = choppy(&client, &server, 1000).await;
        assert!(near.session().is_resumed());
    }
}

#[tokio::test]
async fn a_new_handshake_is_begun_by_either_side_and_refused_by_default() {
    for (by_server, allowed) in [(false, true), (true, true), (false, false), (true, false)] {
        for polls in [1, 3, usize::MAX] {
            let (mut client, mut server) = (client(TLS1_2), server(TLS1_2));
            if allowed {
                client = client.dangerous_allow_renegotiation();
                server = server.dangerous_allow_renegotiation();
            }
            let configs = (client.build().unwrap(), server.build().unwrap());
            let (mut near, mut far) = choppy(&configs.0, &configs.1, 100).await;
            let before = near.session().server_random().unwrap().to_vec();
            let (asking, other) = if by_server {
                (&mut far, &mut near)
            } else {
                (&mut near, &mut far)
            };
            tokio::join!(
                async {
                    let (_, result) =
                        until_ready(polls, asking, async |stream, _| stream.rehandshake().await)
                            .await;
                    if let Err(error) = result {
                        assert!(!allowed && !error.is_fatal(), "{error}");
                        assert_eq!(error.alert(), Some(Alert::NO_RENEGOTIATION));
                    }
                    if by_server && allowed {
                        // The client begins the handshake that it was asked for. A client of GnuTLS that finds data
                        // before the answer to its hello sends another.
                        let mut nothing = [0; 9];
                        let read = asking.read(&mut nothing);
                        assert!(timeout(Duration::from_millis(300), read).await.is_err());
                    }
                    asking.write_all(b"question").await.unwrap();
                    asking.flush().await.unwrap();
                    let mut answer = [0; 6];
                    asking.read_exact(&mut answer).await.unwrap();
                    assert_eq!(&answer, b"answer");
                    asking.write_all(b"thanks").await.unwrap();
                    asking.flush().await.unwrap();
                },
                async {
                    let mut question = [0; 8];
                    other.read_exact(&mut question).await.unwrap();
                    assert_eq!(&question, b"question");
                    other.write_all(b"answer").await.unwrap();
                    other.flush().await.unwrap();
                    let mut thanks = [0; 6];
                    other.read_exact(&mut thanks).await.unwrap();
                    assert_eq!(&thanks, b"thanks");
                }
            );
            let after = near.session().server_random().unwrap();
            assert_eq!(
                after != before,
                allowed,
                "server: {by_server}, polls: {polls}"
            );
        }
    }
}

#[tokio::test]
async fn a_write_in_a_new_handshake_does_not_wait_for_a_reader_of_the_data_before_it() {
    let client = client(TLS1_2).dangerous_allow_renegotiation();
    let server = server(TLS1_2).dangerous_allow_renegotiation();
    let (near, far) = duplex(100_000);
    let (client, server) = (client.build().unwrap(), server.build().unwrap());
    let (mut near, mut far) = connected(&client, &server, near, far).await;
    // The server requests a new handshake, and then sends data.
    far.rehandshake().await.unwrap();
    far.write_all(b"lengbody").await.unwrap();
    far.flush().await.unwrap();
    let mut part = [0; 4];
    near.read_exact(&mut part).await.unwrap();
    assert_eq!(&part, b"leng");
    assert!(!near.session().handshake_done());
    // No other task reads the rest.
    let writing = timeout(Duration::from_secs(20), near.write_all(b"answer"));
    let error = gnutls::Error::from(writing.await.unwrap().unwrap_err());
    assert_eq!(error.code(), Some(ErrorCode::GOT_APPLICATION_DATA));
    assert!(!error.is_fatal(), "{error}");
    near.read_exact(&mut part).await.unwrap();
    assert_eq!(&part, b"body");
}

#[tokio::test]
async fn tls_1_3_has_no_new_handshake_and_tls_1_2_no_tickets_to_send() {
    for priority in stream_protocols() {
        let (mut near, mut far) = in_memory(priority, 4096).await;
        let new = if priority == TLS1_3 {
            near.rehandshake().await
        } else {
            far.send_tickets(1).await
        };
        let error = new.unwrap_err();
        let kinds = [ErrorKind::InvalidState, ErrorKind::Unsupported];
        assert!(
            kinds.contains(&error.kind()) && !error.is_fatal(),
            "{error}"
        );
        near.write_all(b"x").await.unwrap();
        near.flush().await.unwrap();
        assert_eq!(far.read(&mut [0; 9]).await.unwrap(), 1);
    }
}

#[tokio::test]
async fn packets_are_read_by_calls_that_are_dropped() {
    for priority in stream_protocols() {
        for (limit, polls) in [(1, 1), (7, 2), (1000, 3)] {
            let configs = (
                client(priority).build().unwrap(),
                server(priority).build().unwrap(),
            );
            let (mut near, mut far) = choppy(&configs.0, &configs.1, limit).await;
            let data = pattern(5, 3000);
            let ((), received) = tokio::join!(
                async {
                    for part in data.chunks(700) {
                        near.write_all(part).await.unwrap();
                    }
                    near.shutdown().await.unwrap();
                },
                async {
                    let mut received = Vec::new();
                    loop {
                        let (_, packet) = until_ready(polls, &mut far, async |far, _| {
                            far.read_packet(|packet| packet.map(|packet| packet.to_vec()))
                                .await
                        })
                        .await;
                        match packet.unwrap() {
                            Some(packet) => received.push(packet),
                            None => return received,
                        }
                    }
                }
            );
            let expected: Vec<_> = data.chunks(700).map(<[u8]>::to_vec).collect();
            assert!(received == expected, "{priority} {limit}");
        }
    }
}

#[tokio::test]
async fn corked_writes_make_one_record() {
    for priority in stream_protocols() {
        let (mut near, mut far) = in_memory(priority, 4096).await;
        near.cork();
        for _ in 0..10 {
            near.write_all(b"0123456789").await.unwrap();
        }
        near.uncork().await.unwrap();
        near.flush().await.unwrap();
        let length = far
            .read_packet(|packet| packet.map(|packet| packet.len()))
            .await
            .unwrap();
        assert_eq!(length, Some(100));
    }
}

#[tokio::test]
async fn padded_writes_are_taken_once() {
    skip_unless!(requirement::RECORD_PADDING);
    let configs = (
        client(TLS1_3).build().unwrap(),
        server(TLS1_3).build().unwrap(),
    );
    for (limit, polls) in [(1, 1), (7, 2), (1000, 3)] {
        let (mut near, mut far) = choppy(&configs.0, &configs.1, limit).await;
        let ((), received) = tokio::join!(
            async {
                for _ in 0..3 {
                    let (_, taken) = until_ready(polls, &mut near, async |near, _| {
                        near.write_padded(b"padded", 400).await
                    })
                    .await;
                    assert_eq!(taken.unwrap(), 6);
                    let (_, hidden) = until_ready(polls, &mut near, async |near, _| {
                        near.write_hiding_length(b"hidden", 0..=500).await
                    })
                    .await;
                    hidden.unwrap();
                }
                near.shutdown().await.unwrap();
            },
            read_all(&mut far)
        );
        assert_eq!(received.unwrap(), b"paddedhidden".repeat(3));
    }
}
