//! A listener whose connections have completed their handshakes.

use std::fmt;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use gnutls::{Error, ServerConfig};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinError, JoinSet};
use tokio::time::timeout;

use crate::Stream;

/// Accepts TLS connections from a TCP socket. Feature `listener`.
///
/// Handshakes run in tasks, so that a slow client does not delay others. Each has a time limit, and their number is
/// limited. A client that fails is reported to [`on_failure`](Self::on_failure) and otherwise ignored. The configuration
/// of each connection is current: [`with_config_source`](Self::with_config_source) reloads it, and
/// [`on_client_hello`](gnutls::ServerConfigBuilder::on_client_hello) selects it by the ClientHello.
///
/// The listener is independent of HTTP libraries: hyper serves each [`Stream`], and a newtype of ten lines implements
/// `axum::serve::Listener` (axum 0.8), see the example `web`.
///
/// ```no_run
/// use std::sync::{Arc, RwLock};
///
/// use gnutls::{Identity, ServerConfig};
/// use tokio::net::TcpListener;
/// use tokio_gnutls::Listener;
///
/// fn load() -> gnutls::Result<ServerConfig> {
///     ServerConfig::builder()
///         .identity(Identity::from_pem_files("chain.pem", "key.pem")?)
///         .build()
/// }
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let config = Arc::new(RwLock::new(load()?));
/// let current = Arc::clone(&config);
/// let tcp = TcpListener::bind("localhost:4433").await?;
/// let mut listener = Listener::with_config_source(tcp, move || current.read().unwrap().clone());
/// // After a renewal of the certificate: connections that follow use it.
/// *config.write().unwrap() = load()?;
/// loop {
///     let (stream, address) = listener.accept().await?;
///     println!("{address}: {}", stream.session().description().unwrap_or_default());
/// }
/// # }
/// ```
pub struct Listener {
    tcp: TcpListener,
    config: Arc<dyn Fn() -> ServerConfig + Send + Sync>,
    on_failure: Box<OnFailure>,
    max_handshakes: usize,
    handshake_timeout: Duration,
    handshakes: JoinSet<(SocketAddr, Result<Stream<TcpStream>, Error>)>,
}

/// The function that is called if a handshake fails.
type OnFailure = dyn Fn(SocketAddr, &Error) + Send + Sync;

impl Listener {
    /// Creates a listener with one configuration.
    pub fn new(tcp: TcpListener, config: ServerConfig) -> Self {
        Self::with_config_source(tcp, move || config.clone())
    }

    /// Creates a listener that calls `config` for the configuration of each connection. The function must not block.
    pub fn with_config_source(
        tcp: TcpListener,
        config: impl Fn() -> ServerConfig + Send + Sync + 'static,
    ) -> Self {
        Self {
            tcp,
            config: Arc::new(config),
            on_failure: Box::new(|_, _| {}),
            max_handshakes: 1024,
            handshake_timeout: Duration::from_secs(10),
            handshakes: JoinSet::new(),
        }
    }

    /// Sets the number of handshakes that run at the same time, by default 1024. Further connections wait in the queue
    /// of the socket.
    pub fn max_handshakes(mut self, number: usize) -> Self {
        self.max_handshakes = number.max(1);
        self
    }

    /// Sets the time limit of a handshake, by default 10 seconds.
    pub fn handshake_timeout(mut self, limit: Duration) -> Self {
        self.handshake_timeout = limit;
        self
    }

    /// Sets a function that is called if a handshake fails, for example to log the error.
    pub fn on_failure(
        mut self,
        report: impl Fn(SocketAddr, &Error) + Send + Sync + 'static,
    ) -> Self {
        self.on_failure = Box::new(report);
        self
    }

    /// Returns the next connection that has completed its handshake. A call that is dropped before completion loses no
    /// connection.
    ///
    /// # Errors
    ///
    /// Returns the error of the socket, for example if the process has too many open files. The next call continues;
    /// wait before calling again.
    pub async fn accept(&mut self) -> io::Result<(Stream<TcpStream>, SocketAddr)> {
        poll_fn(|context| self.poll_accept(context)).await
    }

    fn poll_accept(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<(Stream<TcpStream>, SocketAddr)>> {
        // Completed handshakes first: they make room for others.
        while let Poll::Ready(Some(ended)) = self.handshakes.poll_join_next(context) {
            match ended {
                Ok((address, Ok(stream))) => return Poll::Ready(Ok((stream, address))),
                Ok((address, Err(error))) => (self.on_failure)(address, &error),
                Err(error) => resume(error),
            }
        }
        let mut spawned = false;
        while self.handshakes.len() < self.max_handshakes {
            let Poll::Ready(accepted) = self.tcp.poll_accept(context) else {
                break;
            };
            let (tcp, address) = accepted?;
            let (config, limit) = ((self.config)(), self.handshake_timeout);
            self.handshakes.spawn(async move {
                // Records are complete when they are sent, so that a delay has no benefit. If this fails, so does the
                // handshake.
                let _ = tcp.set_nodelay(true);
                let result = match timeout(limit, crate::accept(&config, tcp)).await {
                    Ok(result) => result,
                    Err(_) => Err(io::Error::from(io::ErrorKind::TimedOut).into()),
                };
                (address, result)
            });
            spawned = true;
        }
        if spawned {
            // A set that was empty has not registered the task.
            context.waker().wake_by_ref();
        }
        Poll::Pending
    }

    /// Returns the address of the socket.
    pub fn local_addr(&self) -> io::Result<SocketAddr> {
        self.tcp.local_addr()
    }
}

/// Resumes the panic of a handshake, such as that of a callback of the configuration.
fn resume(error: JoinError) {
    if let Ok(panic) = error.try_into_panic() {
        std::panic::resume_unwind(panic);
    }
}

impl fmt::Debug for Listener {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener")
            .field("tcp", &self.tcp)
            .field("handshakes", &self.handshakes.len())
            .finish_non_exhaustive()
    }
}
