//! Fetches a page with HTTP/2 or HTTP/1.1, as ALPN selects, over TLS.
//!
//! ```text
//! cargo run --example https_client -- localhost:4433 / ca.pem
//! ```
//!
//! Without a file of authorities, the system's authorities are trusted.

use std::error::Error;
use std::{env, process};

use gnutls::{ClientConfig, Trust};
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::{http1, http2};
use hyper::{Request, Response, Version};
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::TcpStream;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (address, path, trust) = match &arguments[..] {
        [address, path] => (address, path, Trust::system()),
        [address, path, authorities] => (address, path, Trust::pem_file(authorities)?),
        _ => {
            eprintln!("usage: https_client NAME:PORT /PATH [AUTHORITIES.pem]");
            process::exit(2);
        }
    };
    let config = ClientConfig::builder()
        .trust(trust)
        .alpn(["h2", "http/1.1"])
        .build()?;
    let (version, page) = get(&config, address, path).await?;
    eprintln!("{version:?}");
    print!("{page}");
    Ok(())
}

/// Returns the HTTP version and the page.
pub async fn get(
    config: &ClientConfig,
    address: &str,
    path: &str,
) -> Result<(Version, String), Box<dyn Error + Send + Sync>> {
    let (name, _) = address
        .rsplit_once(':')
        .ok_or("the address must have the form NAME:PORT")?;
    let tcp = TcpStream::connect(address).await?;
    // An IPv6 address is in brackets.
    let name = name.trim_matches(['[', ']']);
    let tls = tokio_gnutls::connect(config, name, tcp).await?;
    let is_http2 = tls.session().alpn() == Some(b"h2");
    let io = TokioIo::new(tls);
    let request = Request::builder().uri(if is_http2 {
        // An HTTP/2 request contains the complete URI (RFC 9113, section 8.3.1).
        format!("https://{address}{path}")
    } else {
        // An HTTP/1.1 request contains the path, and the host in a header (RFC 9112, section 3.2.1).
        path.to_owned()
    });
    let request = request
        .header("host", address)
        .body(Empty::<Bytes>::new())?;
    let response = if is_http2 {
        let (mut sender, connection) = http2::handshake(TokioExecutor::new(), io).await?;
        tokio::spawn(connection);
        sender.send_request(request).await?
    } else {
        let (mut sender, connection) = http1::handshake(io).await?;
        tokio::spawn(connection);
        sender.send_request(request).await?
    };
    text(response).await
}

async fn text(
    response: Response<Incoming>,
) -> Result<(Version, String), Box<dyn Error + Send + Sync>> {
    let version = response.version();
    if !response.status().is_success() {
        return Err(format!("the server responded with {}", response.status()).into());
    }
    let body = response.into_body().collect().await?.to_bytes();
    Ok((version, String::from_utf8(body.to_vec())?))
}
