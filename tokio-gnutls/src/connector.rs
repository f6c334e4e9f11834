//! Connections of hyper clients.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use gnutls::ClientConfig;
use http::Uri;
use http::uri::Scheme;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tower_service::Service;

use crate::Stream;

/// Opens TLS connections for the `Client` of hyper-util. Feature `hyper`.
///
/// The scheme of each URI must be `https`: this connector never sends a request without TLS. The client uses HTTP/2 if
/// the configuration offers `h2` by ALPN and the server selects it. The extensions of a response contain the
/// [`ConnectionInfo`](crate::ConnectionInfo).
///
/// ```no_run
/// use http_body_util::Empty;
/// use hyper::body::Bytes;
/// use hyper_util::client::legacy::Client;
/// use hyper_util::rt::TokioExecutor;
/// use tokio_gnutls::HttpsConnector;
///
/// # async fn run() -> Result<(), Box<dyn std::error::Error>> {
/// let config = gnutls::ClientConfig::builder().alpn(["h2", "http/1.1"]).build()?;
/// let connector = HttpsConnector::new(config);
/// let client = Client::builder(TokioExecutor::new()).build::<_, Empty<Bytes>>(connector);
/// let response = client.get("https://example.org/".parse()?).await?;
/// println!("{:?} {}", response.version(), response.status());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct HttpsConnector<C = HttpConnector> {
    config: ClientConfig,
    transport: C,
}

impl HttpsConnector {
    /// Creates a connector over TCP.
    pub fn new(config: ClientConfig) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        Self::with_transport(config, tcp)
    }
}

impl<C> HttpsConnector<C> {
    /// Creates a connector over the connections of another one, for example through a proxy. The other one receives URIs
    /// with the scheme `https`.
    pub fn with_transport(config: ClientConfig, transport: C) -> Self {
        Self { config, transport }
    }
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl<C> Service<Uri> for HttpsConnector<C>
where
    C: Service<Uri>,
    C::Response: hyper::rt::Read + hyper::rt::Write + Unpin + Send + 'static,
    C::Future: Send + 'static,
    C::Error: Into<BoxError>,
{
    type Response = TokioIo<Stream<TokioIo<C::Response>>>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.transport.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        if uri.scheme() != Some(&Scheme::HTTPS) {
            let message = format!("{uri} has not the scheme https: use another connector for it");
            return failed(message);
        }
        let Some(host) = uri.host() else {
            return failed(format!("{uri} has no host, which TLS verifies: add it"));
        };
        // An IPv6 address is in brackets.
        let name = host.trim_matches(['[', ']']).to_owned();
        let config = self.config.clone();
        let connecting = self.transport.call(uri);
        Box::pin(async move {
            let transport = connecting.await.map_err(Into::into)?;
            let stream = crate::connect(&config, name.as_str(), TokioIo::new(transport)).await?;
            Ok(TokioIo::new(stream))
        })
    }
}

fn failed<T: 'static>(
    message: String,
) -> Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>> {
    let error = io::Error::new(io::ErrorKind::InvalidInput, message);
    Box::pin(async move { Err(error.into()) })
}

impl<T: AsyncRead + AsyncWrite + Connection + Unpin> Connection for Stream<T> {
    /// Returns the properties of the transport, the selection of HTTP/2 by ALPN, and the
    /// [`ConnectionInfo`](crate::ConnectionInfo).
    fn connected(&self) -> Connected {
        let connected = self.get_ref().connected().extra(self.info());
        if self.session().alpn() == Some(b"h2") {
            return connected.negotiated_h2();
        }
        connected
    }
}
