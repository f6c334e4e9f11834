//! DTLS over the UDP sockets of tokio.

use std::net::SocketAddr;
use std::time::Duration;

use gnutls::dtls::Limits;
use gnutls::resumption::TicketKey;
use gnutls::{ClientConfig, Error, ErrorKind, ServerConfig};
use gnutls_testing::pair::{self, DTLS1_2, TLS1_2};
use tokio::net::UdpSocket;
use tokio::time::timeout;
use tokio_gnutls::dtls::{self, Connection, Listener};

const LIMIT: Duration = Duration::from_secs(60);

fn configs() -> (ClientConfig, ServerConfig) {
    let tickets = TicketKey::generate().unwrap();
    (
        pair::client(DTLS1_2).build().unwrap(),
        pair::server(DTLS1_2).tickets(tickets).build().unwrap(),
    )
}

async fn bound() -> UdpSocket {
    UdpSocket::bind("127.0.0.1:0").await.unwrap()
}

async fn connected(address: SocketAddr) -> UdpSocket {
    let socket = bound().await;
    socket.connect(address).await.unwrap();
    socket
}

/// Sends the datagrams of a peer back until it closes. Returns their number.
async fn echo(mut connection: Connection) -> Result<usize, Error> {
    let mut buffer = [0; 16_384];
    let mut count = 0;
    loop {
        match connection.receive(&mut buffer).await? {
            0 => break,
            length => connection.send(&buffer[..length]).await?,
        }
        count += 1;
    }
    connection.close().await?;
    Ok(count)
}

async fn exchange(client: &mut Connection, data: &[u8]) {
    client.send(data).await.unwrap();
    let mut buffer = [0; 2000];
    let received = timeout(LIMIT, client.receive(&mut buffer)).await.unwrap();
    assert_eq!(&buffer[..received.unwrap()], data);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn peers_are_served_at_the_same_time() {
    const PEERS: usize = 30;
    let (client, server) = configs();
    let listener = Listener::new(bound().await, &server).unwrap();
    let address = listener.local_addr().unwrap();
    let mut clients = Vec::new();
    for peer in 0..PEERS {
        let client = client.clone();
        clients.push(tokio::spawn(async move {
            let socket = connected(address).await;
            let mut client = dtls::connect(&client, "localhost", socket).await.unwrap();
            for round in 0..10 {
                exchange(&mut client, &vec![peer as u8; round * 100 + 1]).await;
            }
            client.close().await.unwrap();
        }));
    }
    let mut servers = Vec::new();
    for _ in 0..PEERS {
        let accepted = timeout(LIMIT, listener.accept()).await.unwrap();
        let (connection, from) = accepted.unwrap();
        assert_eq!(connection.peer_addr().unwrap(), from);
        servers.push(tokio::spawn(echo(connection)));
    }
    for client in clients {
        client.await.unwrap();
    }
    for server in servers {
        assert_eq!(server.await.unwrap().unwrap(), 10);
    }
    assert_eq!(listener.counts().completed, PEERS as u64);
}

#[tokio::test]
async fn a_lost_hello_is_sent_again() {
    let (client, server) = configs();
    let socket = bound().await;
    let address = socket.local_addr().unwrap();
    let client = tokio::spawn(async move {
        let mut session = client.datagram_session("localhost").unwrap();
        let time = Duration::from_millis(50);
        session.set_retransmission_timeout(time).unwrap();
        dtls::handshake(session, connected(address).await).await
    });
    // The first two hellos are lost.
    for _ in 0..2 {
        let mut buffer = [0; 2000];
        let lost = timeout(LIMIT, socket.recv_from(&mut buffer)).await;
        assert!(lost.unwrap().unwrap().0 > 0);
    }
    let listener = Listener::new(socket, &server).unwrap();
    let accepted = timeout(LIMIT, listener.accept()).await.unwrap();
    let server = tokio::spawn(echo(accepted.unwrap().0));
    let mut client = client.await.unwrap().unwrap();
    exchange(&mut client, b"x").await;
    client.close().await.unwrap();
    assert_eq!(server.await.unwrap().unwrap(), 1);
}

#[tokio::test]
async fn dropped_futures_lose_nothing_and_connections_outlive_their_listener() {
    let (client, server) = configs();
    let listener = Listener::new(bound().await, &server).unwrap();
    let address = listener.local_addr().unwrap();
    let moment = Duration::from_millis(20);
    assert!(timeout(moment, listener.accept()).await.is_err());
    let client = tokio::spawn(async move {
        let socket = connected(address).await;
        dtls::connect(&client, "localhost", socket).await
    });
    let accepted = timeout(LIMIT, listener.accept()).await.unwrap();
    let (mut server, _) = accepted.unwrap();
    let mut client = client.await.unwrap().unwrap();
    drop(listener);
    let mut buffer = [0; 100];
    for data in [&b"one"[..], b"two", b"three"] {
        assert!(timeout(moment, server.receive(&mut buffer)).await.is_err());
        client.send(data).await.unwrap();
        let received = timeout(LIMIT, server.receive(&mut buffer)).await.unwrap();
        assert_eq!(&buffer[..received.unwrap()], data);
    }
    // A buffer that is too small loses nothing either.
    client.send(b"four").await.unwrap();
    let error = server.receive(&mut buffer[..3]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert_eq!(server.receive(&mut buffer).await.unwrap(), 4);
    let error = server.send(&[0; 5000]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    server.send(b"answer").await.unwrap();
    let received = timeout(LIMIT, client.receive(&mut buffer)).await.unwrap();
    assert_eq!(received.unwrap(), 6);
}

#[tokio::test]
async fn the_task_ends_with_its_last_user() {
    let (_, server) = configs();
    let listener = Listener::new(bound().await, &server).unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    // The address is free once the task has dropped the socket.
    let free = async {
        while UdpSocket::bind(address).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    timeout(LIMIT, free).await.unwrap();
}

#[tokio::test]
async fn clients_resume_and_idle_peers_expire() {
    let (client, server) = configs();
    let limits = Limits {
        idle: Duration::from_millis(200),
        ..Limits::default()
    };
    let listener = Listener::with_limits(bound().await, &server, limits).unwrap();
    let address = listener.local_addr().unwrap();
    let mut saved = None;
    for resumed in [false, true] {
        let session = match &saved {
            Some(saved) => client.resume_datagram("localhost", saved).unwrap(),
            None => client.datagram_session("localhost").unwrap(),
        };
        assert_eq!(saved.is_some(), resumed);
        let connecting =
            tokio::spawn(async move { dtls::handshake(session, connected(address).await).await });
        let accepted = timeout(LIMIT, listener.accept()).await.unwrap();
        let (mut server, _) = accepted.unwrap();
        let mut client = connecting.await.unwrap().unwrap();
        assert_eq!(client.session().is_resumed(), resumed);
        client.send(b"x").await.unwrap();
        assert_eq!(server.receive(&mut [0; 9]).await.unwrap(), 1);
        saved = Some(client.into_session().session_data().unwrap());
        let error = timeout(LIMIT, server.receive(&mut [0; 9])).await.unwrap();
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Io);
    }
    assert_eq!(listener.counts().expired, 2);
    assert_eq!(listener.peers(), 0);
}

#[tokio::test]
async fn a_tls_session_is_refused() {
    let config = pair::client(TLS1_2).build().unwrap();
    let session = config.session("localhost").unwrap();
    let socket = connected(([127, 0, 0, 1], 9).into()).await;
    let error = dtls::handshake(session, socket).await.unwrap_err();
    assert!(error.to_string().contains("datagram_session"), "{error}");
}
