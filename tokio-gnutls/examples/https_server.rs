//! A web server with HTTP/2 or HTTP/1.1 by hyper, as ALPN selects, over TLS.
//!
//! ```text
//! cargo run --example https_server -- localhost:4433 chain.pem key.pem
//! curl --http2 --cacert ca.pem https://localhost:4433/
//! ```

use std::convert::Infallible;
use std::error::Error;
use std::{env, io, process};

use gnutls::resumption::TicketKey;
use gnutls::{Identity, ServerConfig};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::{TcpListener, TcpStream};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [address, chain, key] = &arguments[..] else {
        eprintln!("usage: https_server ADDRESS:PORT CHAIN.pem KEY.pem");
        process::exit(2);
    };
    let config = config(Identity::from_pem_files(chain, key)?)?;
    let listener = TcpListener::bind(address).await?;
    println!("listening on {}", listener.local_addr()?);
    Ok(serve(listener, config).await?)
}

/// Returns a configuration that offers HTTP/2, HTTP/1.1 and tickets for resumption.
pub fn config(identity: Identity) -> gnutls::Result<ServerConfig> {
    ServerConfig::builder()
        .identity(identity)
        .tickets(TicketKey::generate()?)
        .alpn(["h2", "http/1.1"])
        .build()
}

/// Serves every client in a separate task.
pub async fn serve(listener: TcpListener, config: ServerConfig) -> io::Result<()> {
    loop {
        let (tcp, address) = listener.accept().await?;
        let config = config.clone();
        tokio::spawn(async move {
            if let Err(error) = client(tcp, config).await {
                eprintln!("{address}: {error}");
            }
        });
    }
}

async fn client(tcp: TcpStream, config: ServerConfig) -> Result<(), Box<dyn Error + Send + Sync>> {
    let tls = tokio_gnutls::accept(&config, tcp).await?;
    let session = tls.session();
    let about = session.description().unwrap_or_default();
    let is_http2 = session.alpn() == Some(b"h2");
    let page = service_fn(move |request| answer(request, about.clone()));
    let io = TokioIo::new(tls);
    if is_http2 {
        http2::Builder::new(TokioExecutor::new())
            .serve_connection(io, page)
            .await?;
    } else {
        http1::Builder::new().serve_connection(io, page).await?;
    }
    Ok(())
}

/// Returns a page that describes the connection.
async fn answer(
    request: Request<Incoming>,
    about: String,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let page = format!(
        "<!DOCTYPE html>\n<title>tokio-gnutls</title>\n<p>{} over {about}\n",
        protocol(&request),
    );
    let response = Response::builder().header("content-type", "text/html; charset=utf-8");
    Ok(response
        .body(Full::from(page))
        .expect("the header is valid"))
}

fn protocol(request: &Request<Incoming>) -> String {
    format!("{:?}", request.version())
}
