//! An attacker between client and server, who records datagrams and sends them again.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use tokio::net::UdpSocket;

/// Forwards datagrams between one client and a server.
pub(crate) struct Relay {
    address: SocketAddr,
    server: SocketAddr,
    recorded: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Relay {
    pub(crate) async fn start(server: SocketAddr) -> Result<Self> {
        let near = UdpSocket::bind("127.0.0.1:0").await?;
        let far = UdpSocket::bind("127.0.0.1:0").await?;
        far.connect(server).await?;
        let relay = Self {
            address: near.local_addr()?,
            server,
            recorded: Arc::default(),
        };
        let recorded = Arc::clone(&relay.recorded);
        let record = move |datagram: &[u8]| {
            let mut recorded = recorded.lock().unwrap_or_else(PoisonError::into_inner);
            recorded.push(datagram.to_vec());
        };
        tokio::spawn(async move {
            let (mut client, mut up, mut down) = (None, vec![0; 65_535], vec![0; 65_535]);
            loop {
                tokio::select! {
                    received = near.recv_from(&mut up) => {
                        let Ok((length, from)) = received else { break };
                        client = Some(from);
                        record(&up[..length]);
                        let _ = far.send(&up[..length]).await;
                    }
                    received = far.recv(&mut down) => {
                        if let (Ok(length), Some(client)) = (received, client) {
                            let _ = near.send_to(&down[..length], client).await;
                        }
                    }
                }
            }
        });
        Ok(relay)
    }

    /// Returns the address for the client.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sends the recorded datagrams of the client to the server again, from another address.
    pub(crate) async fn replay(&self) -> Result<()> {
        let recorded = self.recorded.lock();
        let recorded = recorded.unwrap_or_else(PoisonError::into_inner).clone();
        let socket = UdpSocket::bind("127.0.0.1:0").await?;
        for datagram in recorded {
            socket.send_to(&datagram, self.server).await?;
        }
        Ok(())
    }
}
