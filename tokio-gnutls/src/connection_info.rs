//! The properties of a connection, apart from its stream.

use std::sync::Arc;

use gnutls::{Protocol, SessionRef};

/// The properties of a connection that a request handler needs after the stream belongs to an HTTP library: the peer's
/// certificates and the negotiated parameters.
///
/// It is cheap to clone. A server adds it to the extensions of each request, and a client with the feature `hyper` finds
/// it in the extensions of each response.
///
/// ```
/// # use tokio::io::{AsyncRead, AsyncWrite};
/// # fn log<T: AsyncRead + AsyncWrite + Unpin>(server: &tokio_gnutls::Stream<T>) {
/// let info = server.info();
/// let count = info.peer_certificates().map_or(0, <[_]>::len);
/// println!("{:?}, {:?}, {count} certificates", info.protocol(), info.alpn());
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ConnectionInfo(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    protocol: Option<Protocol>,
    description: Option<String>,
    alpn: Option<Vec<u8>>,
    server_name: Option<String>,
    peer_certificates: Option<Vec<Vec<u8>>>,
    is_resumed: bool,
}

impl ConnectionInfo {
    pub(crate) fn new(session: &SessionRef) -> Self {
        let certificates = session.peer_certificates();
        Self(Arc::new(Inner {
            protocol: session.protocol(),
            description: session.description(),
            alpn: session.alpn().map(<[u8]>::to_vec),
            server_name: session.server_name(),
            peer_certificates: certificates.map(|chain| chain.map(<[u8]>::to_vec).collect()),
            is_resumed: session.is_resumed(),
        }))
    }

    /// Returns the version of TLS.
    pub fn protocol(&self) -> Option<Protocol> {
        self.0.protocol
    }

    /// Returns the negotiated parameters as a text, see [`SessionRef::description`].
    pub fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// Returns the application protocol that ALPN selected.
    pub fn alpn(&self) -> Option<&[u8]> {
        self.0.alpn.as_deref()
    }

    /// Returns the server name that the client requested.
    pub fn server_name(&self) -> Option<&str> {
        self.0.server_name.as_deref()
    }

    /// Returns the certificate chain of the peer in DER, its own certificate first, which the configuration has verified.
    /// `None` means that the peer
    /// sent none.
    ///
    /// [`Certificate::from_der`](gnutls::x509::Certificate::from_der) parses a certificate.
    pub fn peer_certificates(&self) -> Option<&[Vec<u8>]> {
        self.0.peer_certificates.as_deref()
    }

    /// Returns `true` if the session resumed an earlier one.
    pub fn is_resumed(&self) -> bool {
        self.0.is_resumed
    }
}
