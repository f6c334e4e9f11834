//! A web server with axum: HTTP/2 and HTTP/1.1 by ALPN, client certificates for one of its names, and a reload of the
//! certificate. Its README has the command lines.

mod listener;

use std::env;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};

use anyhow::{Context, Result, bail};
use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Version};
use axum::routing::get;
use gnutls::resumption::TicketKey;
use gnutls::{ClientAuth, HelloAnswer, Identity, ServerConfig, Trust};
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use listener::{Peer, TlsListener};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio_gnutls::{HttpsConnector, Listener};

/// Clients that request a name with this prefix must have a certificate.
const ADMINISTRATION: &str = "admin.";

#[tokio::main]
async fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["serve", address, directory] => serve(address, Path::new(directory)).await,
        ["get", uri, authorities] => fetch(uri, authorities).await,
        _ => bail!(
            "usage: web serve ADDRESS:PORT DIRECTORY | web get https://NAME:PORT/PATH AUTHORITIES.pem"
        ),
    }
}

/// The files of the server.
#[derive(Clone)]
struct Files {
    directory: PathBuf,
    tickets: TicketKey,
}

impl Files {
    /// Reads the configuration from the files `server.pem`, `server-key.pem` and `ca.pem`.
    fn config(&self) -> gnutls::Result<ServerConfig> {
        let file = |name| self.directory.join(name);
        let identity = Identity::from_pem_files(file("server.pem"), file("server-key.pem"))?;
        let config = |client_auth| {
            ServerConfig::builder()
                .identity(identity.clone())
                .client_auth(client_auth)
                .tickets(self.tickets.clone())
                .alpn(["h2", "http/1.1"])
        };
        let clients = Trust::pem_file(file("ca.pem"))?;
        let administration = config(ClientAuth::Required(clients)).build()?;
        config(ClientAuth::None)
            .on_client_hello(move |_, hello| match hello.server_name() {
                Some(name) if name.starts_with(ADMINISTRATION) => {
                    HelloAnswer::Use(administration.clone())
                }
                _ => HelloAnswer::Continue,
            })
            .build()
    }
}

async fn serve(address: &str, directory: &Path) -> Result<()> {
    let files = Files {
        directory: directory.to_owned(),
        tickets: TicketKey::generate()?,
    };
    let config = Arc::new(RwLock::new(files.config()?));
    let current = Arc::clone(&config);
    let tcp = TcpListener::bind(address).await?;
    println!("listening on {}", tcp.local_addr()?);
    let listener = Listener::with_config_source(tcp, move || {
        current
            .read()
            .expect("no thread panics while it writes")
            .clone()
    })
    .on_failure(|peer, error| println!("{peer}: {error}"));
    tokio::spawn(reload(files, config));
    let app = Router::new()
        .route("/", get(page))
        .into_make_service_with_connect_info::<Peer>();
    Ok(axum::serve(TlsListener(listener), app).await?)
}

/// Reads the files again on each SIGHUP. Established connections continue.
async fn reload(files: Files, config: Arc<RwLock<ServerConfig>>) -> Result<()> {
    let mut hangups = signal(SignalKind::hangup())?;
    while hangups.recv().await.is_some() {
        match files.config() {
            Ok(new) => {
                *config.write().expect("no thread panics while it writes") = new;
                println!("reloaded");
            }
            // The server continues with the previous configuration.
            Err(error) => println!("not reloaded: {error}"),
        }
    }
    Ok(())
}

/// Returns a description of the connection of a request.
async fn page(
    version: Version,
    headers: HeaderMap,
    ConnectInfo(Peer(info)): ConnectInfo<Peer>,
) -> String {
    let mut text = format!("{version:?} over {}\n", info.description().unwrap_or("TLS"));
    if let Some(name) = info.server_name() {
        text += &format!("server name: {name}\n");
    }
    let certificate = info.peer_certificates().and_then(|chain| chain.first());
    let certificate = certificate.map(|der| gnutls::x509::Certificate::from_der(der));
    if let Some(Ok(name)) = certificate.map(|parsed| parsed.and_then(|it| it.subject())) {
        text += &format!("client: {name}\n");
    }
    // Any client can send them: a server that trusts them accepts only connections of its proxy.
    for name in ["forwarded", "client-cert"] {
        if let Some(Ok(value)) = headers.get(name).map(|value| value.to_str()) {
            text += &format!("{name}: {value}\n");
        }
    }
    text
}

/// Prints a page.
async fn fetch(uri: &str, authorities: &str) -> Result<()> {
    let config = gnutls::ClientConfig::builder()
        .trust(Trust::pem_file(authorities)?)
        .alpn(["h2", "http/1.1"])
        .build()?;
    let client =
        Client::builder(TokioExecutor::new()).build::<_, Empty<Bytes>>(HttpsConnector::new(config));
    let response = client
        .get(uri.parse()?)
        .await
        .context("the request failed")?;
    println!("{:?} {}", response.version(), response.status());
    let body = response.into_body().collect().await?.to_bytes();
    print!("{}", String::from_utf8_lossy(&body));
    Ok(())
}
