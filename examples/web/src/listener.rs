//! The listener of tokio-gnutls for axum.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use tokio::net::TcpStream;
use tokio_gnutls::{ConnectionInfo, Listener, Stream};

/// A TLS listener for `axum::serve`.
pub(crate) struct TlsListener(pub(crate) Listener);

impl axum::serve::Listener for TlsListener {
    type Io = Stream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            match self.0.accept().await {
                Ok(accepted) => return accepted,
                // There are too many open files, for example: others will be closed.
                Err(error) => {
                    eprintln!("cannot accept a connection: {error}");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

/// The connection of a request, which handlers extract as `ConnectInfo<Peer>`.
#[derive(Clone)]
pub(crate) struct Peer(pub(crate) ConnectionInfo);

impl Connected<IncomingStream<'_, TlsListener>> for Peer {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        Self(stream.io().info())
    }
}
