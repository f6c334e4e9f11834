//! A client on the runtime smol, with the traits of futures-io. Its README has the command line.

use std::env;

use anyhow::{Context, Result, bail};
use gnutls::{ClientConfig, Trust};
use smol::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use smol::net::TcpStream;
use tokio_util::compat::{FuturesAsyncReadCompatExt, TokioAsyncReadCompatExt};

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [address, authorities] = &arguments[..] else {
        bail!("usage: futures HOST:PORT AUTHORITIES.pem");
    };
    let config = ClientConfig::builder()
        .trust(Trust::pem_file(authorities)?)
        .build()?;
    smol::block_on(async {
        let stream = connect(&config, address).await?;
        print!("{}", get(stream, address).await?);
        Ok(())
    })
}

/// Opens a connection with the traits of futures-io.
async fn connect(
    config: &ClientConfig,
    address: &str,
) -> Result<impl AsyncRead + AsyncWrite + Unpin + use<>> {
    let (host, _) = address
        .rsplit_once(':')
        .context("the address must have the form HOST:PORT")?;
    let tcp = TcpStream::connect(address).await?;
    // From futures-io to tokio below TLS, and back above it.
    let stream = tokio_gnutls::connect(config, host, tcp.compat()).await?;
    Ok(stream.compat())
}

/// Fetches a page with HTTP/1.1.
async fn get(mut stream: impl AsyncRead + AsyncWrite + Unpin, host: &str) -> Result<String> {
    let request = format!("GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    stream.flush().await?;
    let mut response = String::new();
    stream.read_to_string(&mut response).await?;
    stream.close().await?;
    Ok(response)
}
