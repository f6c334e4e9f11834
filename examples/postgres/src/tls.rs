//! The TLS connector of tokio-postgres.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use gnutls::ClientConfig;
use gnutls::session::ChannelBinding as Binding;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_gnutls::Stream;
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};

/// Opens TLS connections to the hosts of the connection parameters. The certificate of each host is verified for its
/// name, as with `sslmode=verify-full` of libpq.
#[derive(Clone)]
pub(crate) struct MakeGnutlsConnect(ClientConfig);

impl MakeGnutlsConnect {
    pub(crate) fn new(config: ClientConfig) -> Self {
        Self(config)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> MakeTlsConnect<S> for MakeGnutlsConnect {
    type Stream = GnutlsStream<S>;
    type TlsConnect = GnutlsConnect;
    type Error = gnutls::Error;

    fn make_tls_connect(&mut self, host: &str) -> Result<GnutlsConnect, gnutls::Error> {
        Ok(GnutlsConnect {
            config: self.0.clone(),
            host: host.to_owned(),
        })
    }
}

/// The connection to one host.
pub(crate) struct GnutlsConnect {
    config: ClientConfig,
    host: String,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> TlsConnect<S> for GnutlsConnect {
    type Stream = GnutlsStream<S>;
    type Error = gnutls::Error;
    type Future = Pin<Box<dyn Future<Output = Result<GnutlsStream<S>, gnutls::Error>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        Box::pin(async move {
            let stream = tokio_gnutls::connect(&self.config, self.host.as_str(), stream).await?;
            Ok(GnutlsStream(stream))
        })
    }
}

/// A TLS stream with the channel binding of SCRAM-SHA-256-PLUS.
pub(crate) struct GnutlsStream<S>(Stream<S>);

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for GnutlsStream<S> {
    fn channel_binding(&self) -> ChannelBinding {
        match self.0.session().channel_binding(Binding::ServerEndPoint) {
            Ok(hash) => ChannelBinding::tls_server_end_point(hash),
            // GnuTLS before 3.7.2. With `channel_binding=require` the connection fails.
            Err(_) => ChannelBinding::none(),
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for GnutlsStream<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for GnutlsStream<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, data)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }
}
