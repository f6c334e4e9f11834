//! Endpoints with either TLS implementation.

use std::net::{SocketAddr, UdpSocket};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use gnutls::early_data::{AntiReplay, MemoryReplayStore, ReplayStore};
use gnutls::resumption::TicketKey;
use quinn::crypto::rustls::{QuicClientConfig, QuicServerConfig};
use quinn::{ClientConfig, Endpoint, EndpointConfig, ServerConfig, TokioRuntime};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::keys::TokenKey;
use crate::provider;

/// The application protocol.
const PROTOCOL: &str = "digest";

#[derive(Clone, Copy)]
pub(crate) enum Tls {
    GnuTls,
    Rustls,
}

impl FromStr for Tls {
    type Err = anyhow::Error;

    fn from_str(name: &str) -> Result<Self> {
        match name {
            "gnutls" => Ok(Self::GnuTls),
            "rustls" => Ok(Self::Rustls),
            _ => bail!("\"{name}\" is not a TLS implementation: use gnutls or rustls"),
        }
    }
}

fn endpoint(tls: Tls, address: SocketAddr, server: Option<ServerConfig>) -> Result<Endpoint> {
    let config = match tls {
        Tls::GnuTls => EndpointConfig::new(Arc::new(TokenKey::generate()?)),
        Tls::Rustls => EndpointConfig::default(),
    };
    let socket = UdpSocket::bind(address)?;
    Ok(Endpoint::new(
        config,
        server,
        socket,
        Arc::new(TokioRuntime),
    )?)
}

/// Creates a client that trusts the authorities in a file.
pub(crate) fn client(tls: Tls, authorities: &str) -> Result<Endpoint> {
    let config = match tls {
        Tls::GnuTls => {
            let trust = gnutls::Trust::pem(&std::fs::read(authorities)?)?;
            let config = gnutls::ClientConfig::builder()
                .trust(trust)
                .alpn([PROTOCOL]);
            ClientConfig::new(Arc::new(provider::ClientConfig(config.build()?)))
        }
        Tls::Rustls => {
            let mut roots = rustls::RootCertStore::empty();
            for certificate in CertificateDer::pem_file_iter(authorities)? {
                roots.add(certificate?)?;
            }
            let mut config = rustls::ClientConfig::builder()
                .with_root_certificates(roots)
                .with_no_client_auth();
            config.alpn_protocols = vec![PROTOCOL.into()];
            config.enable_early_data = true;
            ClientConfig::new(Arc::new(QuicClientConfig::try_from(config)?))
        }
    };
    let mut endpoint = endpoint(tls, ([127, 0, 0, 1], 0).into(), None)?;
    endpoint.set_default_client_config(config);
    Ok(endpoint)
}

/// A store that reports replays.
struct Reported(MemoryReplayStore);

impl ReplayStore for Reported {
    fn add(&self, key: &[u8], lifetime: Duration) -> bool {
        let is_new = self.0.add(key, lifetime);
        if !is_new {
            println!("a replay was detected");
        }
        is_new
    }
}

/// Creates a server.
pub(crate) fn server(tls: Tls, address: SocketAddr, chain: &str, key: &str) -> Result<Endpoint> {
    let config = match tls {
        Tls::GnuTls => {
            let replays = AntiReplay::new(Reported(MemoryReplayStore::new(10_000)));
            let config = gnutls::ServerConfig::builder()
                .identity(gnutls::Identity::from_pem_files(chain, key)?)
                .alpn([PROTOCOL])
                .tickets(TicketKey::generate()?)
                .early_data(u32::MAX, replays)
                .build()?;
            let config = provider::ServerConfig::new(config)?;
            ServerConfig::new(Arc::new(config), Arc::new(TokenKey::generate()?))
        }
        Tls::Rustls => {
            let chain = CertificateDer::pem_file_iter(chain)?.collect::<Result<_, _>>()?;
            let key = PrivateKeyDer::from_pem_file(key)?;
            let mut config = rustls::ServerConfig::builder()
                .with_no_client_auth()
                .with_single_cert(chain, key)?;
            config.alpn_protocols = vec![PROTOCOL.into()];
            config.max_early_data_size = u32::MAX;
            ServerConfig::with_crypto(Arc::new(QuicServerConfig::try_from(config)?))
        }
    };
    endpoint(tls, address, Some(config)).with_context(|| format!("cannot listen on {address}"))
}
