//! A proxy for HTTP/2 and HTTP/1.1, with TLS on both sides. Its README has the command line.

mod headers;

use std::env;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use gnutls::resumption::TicketKey;
use gnutls::{ClientAuth, ClientConfig, Identity, ServerConfig, Trust};
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::http::uri::{Authority, PathAndQuery, Scheme};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode, Uri, Version};
use hyper_util::client::legacy::Client;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use tokio::net::{TcpListener, TcpStream};
use tokio_gnutls::{ConnectionInfo, HttpsConnector, Listener};

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [address, directory, server] = &arguments[..] else {
        bail!("usage: proxy ADDRESS:PORT DIRECTORY SERVER:PORT");
    };
    let directory = Path::new(directory);
    let server = server
        .parse()
        .context("the server must have the form HOST:PORT")?;
    let proxy = Arc::new(Proxy::new(directory, server)?);
    let tcp = TcpListener::bind(address).await?;
    println!("listening on {}", tcp.local_addr()?);
    let mut listener = Listener::new(tcp, config(directory)?)
        .on_failure(|peer, error| println!("{peer}: {error}"));
    loop {
        let (stream, peer) = listener.accept().await?;
        let (info, proxy) = (stream.info(), Arc::clone(&proxy));
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let (info, proxy) = (info.clone(), Arc::clone(&proxy));
                async move { proxy.respond(request, &info, peer).await }
            });
            // ALPN has selected the version; the first bytes are those of this version.
            let connection = auto::Builder::new(TokioExecutor::new());
            let served = connection
                .serve_connection_with_upgrades(TokioIo::new(stream), service)
                .await;
            // A client that fails does not end the proxy.
            if let Err(error) = served {
                println!("{peer}: {error}");
            }
        });
    }
}

/// Returns the configuration for clients, whose certificates are optional.
fn config(directory: &Path) -> Result<ServerConfig> {
    let file = |name| directory.join(name);
    Ok(ServerConfig::builder()
        .identity(Identity::from_pem_files(
            file("server.pem"),
            file("server-key.pem"),
        )?)
        .client_auth(ClientAuth::Requested(Trust::pem_file(file("ca.pem"))?))
        .tickets(TicketKey::generate()?)
        .alpn(["h2", "http/1.1"])
        .build()?)
}

type Body = BoxBody<Bytes, hyper::Error>;

struct Proxy {
    client: Client<HttpsConnector, Incoming>,
    server: Authority,
}

impl Proxy {
    fn new(directory: &Path, server: Authority) -> Result<Self> {
        let config = ClientConfig::builder()
            .trust(Trust::pem_file(directory.join("ca.pem"))?)
            .alpn(["h2", "http/1.1"])
            .build()?;
        let client = Client::builder(TokioExecutor::new()).build(HttpsConnector::new(config));
        Ok(Self { client, server })
    }

    async fn respond(
        &self,
        request: Request<Incoming>,
        info: &ConnectionInfo,
        peer: SocketAddr,
    ) -> Result<Response<Body>> {
        let response = match request.method() {
            &Method::CONNECT => self.tunnel(request).await,
            _ => self.forward(request, info, peer).await,
        };
        Ok(response.unwrap_or_else(|error| {
            println!("{peer}: {error:#}");
            empty(StatusCode::BAD_GATEWAY)
        }))
    }

    /// Sends a request to the server over a connection of the pool, and returns the response. The bodies are streams.
    async fn forward(
        &self,
        mut request: Request<Incoming>,
        info: &ConnectionInfo,
        peer: SocketAddr,
    ) -> Result<Response<Body>> {
        headers::forwarded(&mut request, info, peer)?;
        let path = request.uri().path_and_query().cloned();
        let path = path.unwrap_or_else(|| PathAndQuery::from_static("/"));
        *request.uri_mut() = Uri::builder()
            .scheme(Scheme::HTTPS)
            .authority(self.server.clone())
            .path_and_query(path)
            .build()?;
        // The connection to the server has a version of its own.
        *request.version_mut() = Version::HTTP_11;
        let mut response = self.client.request(request).await?;
        headers::remove_of_connection(response.headers_mut());
        Ok(response.map(BodyExt::boxed))
    }

    /// Connects the client to the server, with which it performs its own TLS handshake.
    async fn tunnel(&self, request: Request<Incoming>) -> Result<Response<Body>> {
        if request.uri().authority() != Some(&self.server) {
            return Ok(empty(StatusCode::FORBIDDEN));
        }
        let mut tcp = TcpStream::connect(self.server.as_str()).await?;
        tokio::spawn(async move {
            let client = hyper::upgrade::on(request).await?;
            tokio::io::copy_bidirectional(&mut TokioIo::new(client), &mut tcp).await?;
            anyhow::Ok(())
        });
        Ok(empty(StatusCode::OK))
    }
}

fn empty(status: StatusCode) -> Response<Body> {
    let body = Empty::new().map_err(|never| match never {});
    let mut response = Response::new(body.boxed());
    *response.status_mut() = status;
    response
}
