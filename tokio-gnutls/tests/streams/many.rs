//! Many connections at once, on many threads.

use std::sync::Arc;
use std::time::Duration;

use gnutls::{ClientConfig, Priority, ServerConfig};
use gnutls_testing::emulation;
use gnutls_testing::fixtures::identity;
use gnutls_testing::pair::*;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tokio_gnutls::Stream;

use crate::drivers::*;

/// The number of bytes that each side of each connection sends.
const LENGTH: usize = 1 << 20;

/// Well beyond what any machine needs: a task that is never woken fails the test and does not hang it.
const DEADLINE: Duration = Duration::from_secs(300);

/// Data of their own for each sender, out of one block.
struct Data(Vec<u8>);

impl Data {
    fn new() -> Arc<Self> {
        Arc::new(Self(pattern(7, LENGTH)))
    }

    fn of(&self, sender: usize) -> (&[u8], &[u8]) {
        let (front, back) = self.0.split_at(sender * 509 % LENGTH);
        (back, front)
    }
}

/// Sends the data of one sender and checks those of another, both at the same time.
async fn exchange<T: AsyncRead + AsyncWrite + Unpin>(
    stream: Stream<T>,
    data: Arc<Data>,
    (sends, expects): (usize, usize),
) {
    let (mut reader, mut writer) = tokio::io::split(stream);
    let sending = async {
        let (front, back) = data.of(sends);
        writer.write_all(front).await.unwrap();
        writer.write_all(back).await.unwrap();
        writer.shutdown().await.unwrap();
    };
    let receiving = async {
        let mut buffer = vec![0; 40_000];
        let mut position = 0;
        loop {
            let length = reader.read(&mut buffer).await.unwrap();
            if length == 0 {
                break;
            }
            let mut rest = &buffer[..length];
            while !rest.is_empty() {
                let (front, back) = data.of(expects);
                let (left, _) = [
                    front.get(position..).unwrap_or_default(),
                    back.get(position.saturating_sub(front.len())..)
                        .unwrap_or_default(),
                ]
                .into_iter()
                .find(|left| !left.is_empty())
                .map(|left| left.split_at(left.len().min(rest.len())))
                .expect("no more than what was sent");
                assert!(&rest[..left.len()] == left, "at {position}");
                position += left.len();
                rest = &rest[left.len()..];
            }
        }
        assert_eq!(position, LENGTH);
    };
    tokio::join!(sending, receiving);
}

/// One connection: a handshake on both ends, then, once all have come so far, the data.
async fn connection<T, U>(
    configs: Arc<(ClientConfig, ServerConfig)>,
    (near, far): (T, U),
    all: Arc<Barrier>,
    data: Arc<Data>,
    number: usize,
) where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    U: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (near, far) = connected(&configs.0, &configs.1, near, far).await;
    all.wait().await;
    let (one, other) = (2 * number, 2 * number + 1);
    let client = tokio::spawn(exchange(near, data.clone(), (one, other)));
    let server = tokio::spawn(exchange(far, data, (other, one)));
    client.await.unwrap();
    server.await.unwrap();
}

/// Configurations with a key that signs faster than RSA.
fn configs(priority: &str) -> Arc<(ClientConfig, ServerConfig)> {
    let server = ServerConfig::builder()
        .identity(identity("server-ed25519"))
        .priority(Priority::new(priority).unwrap());
    Arc::new((client(priority).build().unwrap(), server.build().unwrap()))
}

async fn all_of(mut tasks: JoinSet<()>) -> usize {
    let mut done = 0;
    let all = async {
        while let Some(result) = tasks.join_next().await {
            result.unwrap();
            done += 1;
        }
    };
    tokio::time::timeout(DEADLINE, all)
        .await
        .expect("every connection comes to an end");
    done
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn a_thousand_connections_send_and_check_a_mebibyte_each_way() {
    let connections = emulation::repetitions(1000, "connections");
    let (data, all) = (Data::new(), Arc::new(Barrier::new(connections)));
    let configs: Vec<_> = stream_protocols().into_iter().map(configs).collect();
    let mut tasks = JoinSet::new();
    for number in 0..connections {
        // Half of the transports hold less than a record.
        let ends = tokio::io::duplex(if number % 2 == 0 { 5_000 } else { 70_000 });
        let configs = configs[number % configs.len()].clone();
        tasks.spawn(connection(configs, ends, all.clone(), data.clone(), number));
    }
    assert_eq!(all_of(tasks).await, connections);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 8)]
async fn connections_over_tcp_do_so_too() {
    // Few enough for the number of files that a process has open by default.
    let connections = emulation::repetitions(100, "connections over TCP");
    let (data, all) = (Data::new(), Arc::new(Barrier::new(connections)));
    let configs: Vec<_> = stream_protocols().into_iter().map(configs).collect();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut tasks = JoinSet::new();
    for number in 0..connections {
        let near = TcpStream::connect(address).await.unwrap();
        let (far, _) = listener.accept().await.unwrap();
        let configs = configs[number % configs.len()].clone();
        tasks.spawn(connection(
            configs,
            (near, far),
            all.clone(),
            data.clone(),
            number,
        ));
    }
    assert_eq!(all_of(tasks).await, connections);
}
