//! A crypto provider for quinn on the system's GnuTLS, and a client and a server that use it or rustls. See README.md.

mod endpoint;
mod keys;
mod provider;
mod relay;

use std::net::SocketAddr;

use anyhow::{Context, Result, bail, ensure};
use gnutls::crypto::{Digest, Hash};
use quinn::{Connection, Endpoint, Incoming, RecvStream, SendStream};

use crate::relay::Relay;

/// The server name in the certificate.
const NAME: &str = "localhost";

/// The length of a request is below this.
const REQUEST: usize = 100;

/// The maximum number of attempts to send early data.
const ATTEMPTS: u32 = 10;

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["version"] => {
            let version = gnutls::version().running;
            println!("GnuTLS {version}");
            Ok(())
        }
        ["serve", tls, address, chain, key] => {
            let server = endpoint::server(tls.parse()?, address.parse()?, chain, key)?;
            println!("listening on {}", server.local_addr()?);
            serve(&server, false).await
        }
        ["serve-with-retry", tls, address, chain, key] => {
            let server = endpoint::server(tls.parse()?, address.parse()?, chain, key)?;
            println!("listening on {}", server.local_addr()?);
            serve(&server, true).await
        }
        ["transfer", tls, server, authorities, mebibytes] => {
            let client = endpoint::client(tls.parse()?, authorities)?;
            transfer(&client, server.parse()?, mebibytes.parse()?).await
        }
        ["resume", tls, server, authorities] => {
            let client = endpoint::client(tls.parse()?, authorities)?;
            resume(&client, server.parse()?, false).await
        }
        ["replay", tls, server, authorities] => {
            let client = endpoint::client(tls.parse()?, authorities)?;
            resume(&client, server.parse()?, true).await
        }
        _ => bail!(
            "usage: gnutls-example-quinn serve|serve-with-retry gnutls|rustls ADDRESS CERTIFICATE KEY\n       \
             gnutls-example-quinn transfer gnutls|rustls SERVER AUTHORITIES MEBIBYTES\n       \
             gnutls-example-quinn resume|replay gnutls|rustls SERVER AUTHORITIES"
        ),
    }
}

/// Accepts connections. `retry` requires that clients prove their address by a token first.
async fn serve(server: &Endpoint, retry: bool) -> Result<()> {
    while let Some(incoming) = server.accept().await {
        if retry && !incoming.remote_address_validated() {
            println!("sent a Retry packet");
            let _ = incoming.retry();
            continue;
        }
        tokio::spawn(async move {
            if let Err(error) = answer(incoming).await {
                println!("a connection failed: {error:#}");
            }
        });
    }
    Ok(())
}

/// Answers the streams of a connection, also those that arrive before the end of its handshake.
async fn answer(incoming: Incoming) -> Result<()> {
    let connection = match incoming.accept()?.into_0rtt() {
        Ok((connection, _)) => connection,
        Err(connecting) => connecting.await?,
    };
    while let Ok((send, receive)) = connection.accept_bi().await {
        tokio::spawn(async move {
            if let Err(error) = echo(send, receive).await {
                println!("a stream failed: {error:#}");
            }
        });
    }
    Ok(())
}

/// Returns all received data, and prints the request if it is short.
async fn echo(mut send: SendStream, mut receive: RecvStream) -> Result<()> {
    let (mut buffer, mut request) = (vec![0; 65_536], Vec::new());
    while let Some(length) = receive.read(&mut buffer).await? {
        if request.len() < REQUEST {
            request.extend_from_slice(&buffer[..length]);
        }
        send.write_all(&buffer[..length]).await?;
    }
    if request.len() < REQUEST {
        println!("executed {:?}", String::from_utf8_lossy(&request));
    }
    send.finish()?;
    // The client closes the connection.
    let _ = send.stopped().await;
    Ok(())
}

/// Returns a part of the data that is transferred, which does not repeat.
fn block(number: u32, buffer: &mut [u8]) {
    for (place, word) in buffer.chunks_exact_mut(4).enumerate() {
        let word_number = number
            .wrapping_mul(0x9e37_79b9)
            .wrapping_add((place as u32).wrapping_mul(0x85eb_ca6b));
        word.copy_from_slice(&word_number.to_be_bytes());
    }
}

/// Sends data to the server, which returns it, and compares the digests. The keys are updated in the middle.
async fn transfer(client: &Endpoint, server: SocketAddr, mebibytes: u32) -> Result<()> {
    const BLOCK: usize = 1 << 20;
    let connection = client.connect(server, NAME)?.await?;
    let data = connection.handshake_data();
    let protocol = data.and_then(|data| data.downcast::<provider::HandshakeData>().ok());
    if let Some(protocol) = protocol.and_then(|data| data.protocol) {
        println!("protocol {}", String::from_utf8_lossy(&protocol));
    }
    let (mut send, mut receive) = connection.open_bi().await?;
    let sending = async {
        let mut sent = Hash::new(Digest::SHA256)?;
        let mut buffer = vec![0; BLOCK];
        for number in 0..mebibytes {
            if number % 2 == 1 {
                connection.force_key_update();
            }
            block(number, &mut buffer);
            sent.update(&buffer)?;
            send.write_all(&buffer).await?;
        }
        send.finish()?;
        anyhow::Ok(sent.finish())
    };
    let receiving = async {
        let mut received = Hash::new(Digest::SHA256)?;
        let (mut length, mut buffer) = (0, vec![0; 65_536]);
        while let Some(count) = receive.read(&mut buffer).await? {
            received.update(&buffer[..count])?;
            length += count;
        }
        anyhow::Ok((received.finish(), length))
    };
    let (sent, (received, length)) = tokio::try_join!(sending, receiving)?;
    ensure!(
        length == mebibytes as usize * BLOCK,
        "{length} bytes were received"
    );
    ensure!(sent == received, "the received data differs");
    println!(
        "{mebibytes} MiB intact in both directions, {} key updates",
        mebibytes / 2
    );
    close(client, &connection).await;
    Ok(())
}

/// Sends a request on a new stream, and requires that the answer is the same.
async fn request(connection: &Connection, text: &str) -> Result<()> {
    let (mut send, mut receive) = connection.open_bi().await?;
    send.write_all(text.as_bytes()).await?;
    send.finish()?;
    let answer = receive.read_to_end(REQUEST).await?;
    ensure!(answer == text.as_bytes(), "the answer differs");
    Ok(())
}

async fn close(client: &Endpoint, connection: &Connection) {
    connection.close(0_u32.into(), b"");
    client.wait_idle().await;
}

/// Connects once with this request, for the tickets of the server.
async fn connect(client: &Endpoint, server: SocketAddr, text: &str) -> Result<()> {
    let connection = client.connect(server, NAME)?.await?;
    request(&connection, text).await?;
    close(client, &connection).await;
    Ok(())
}

/// The result of early data.
enum EarlyData {
    Accepted,
    Rejected,
    /// The client has no ticket that permits it.
    NotPermitted,
}

/// Sends a request in early data of a resumed session. A server may reject it; the request is then sent again.
async fn resume_once(client: &Endpoint, server: SocketAddr, text: &str) -> Result<EarlyData> {
    let connecting = client.connect(server, NAME)?;
    let Ok((connection, accepted)) = connecting.into_0rtt() else {
        return Ok(EarlyData::NotPermitted);
    };
    let early = request(&connection, text).await;
    let result = if accepted.await {
        early.context("the server has accepted the early data")?;
        EarlyData::Accepted
    } else {
        request(&connection, text).await?;
        EarlyData::Rejected
    };
    close(client, &connection).await;
    Ok(result)
}

/// Connects, and sends a request in early data until the server accepts it: rustls measures the age of a ticket in whole
/// seconds, and GnuTLS rejects early data if the client states a higher age than the ticket has. With `replays` the datagrams
/// of each attempt are sent to the server again.
async fn resume(client: &Endpoint, server: SocketAddr, replays: bool) -> Result<()> {
    let mode = if replays { "replay" } else { "resume" };
    connect(client, server, &format!("{mode}: first")).await?;
    for attempt in 0..ATTEMPTS {
        let text = format!("{mode}: early {attempt}");
        let result = if replays {
            let relay = Relay::start(server).await?;
            let result = resume_once(client, relay.address(), &text).await?;
            // Both sides have forgotten the connection.
            relay.replay().await?;
            result
        } else {
            resume_once(client, server, &text).await?
        };
        match result {
            EarlyData::Accepted => {
                println!("early data accepted");
                break;
            }
            EarlyData::Rejected => println!("early data rejected, and sent again"),
            EarlyData::NotPermitted => {
                println!("the server permits no early data");
                break;
            }
        }
    }
    // The server has processed the repeated datagrams before this connection.
    connect(client, server, &format!("{mode}: last")).await
}
