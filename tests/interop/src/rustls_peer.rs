//! rustls with ring, inside this program.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result, anyhow, ensure};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::WebPkiClientVerifier;
use rustls::{
    ClientConfig, ClientConnection, HandshakeKind, RootCertStore, ServerConfig, ServerConnection,
    StreamOwned, SupportedProtocolVersion,
};

use crate::case::{Aspect, Case, LINE, OTHER_ALPN, Role, Version};
use crate::lab::{Lab, NAME};
use crate::peer::{self, ASPECTS, Outcome, Peer};
use crate::server::PATIENCE;

pub(crate) struct Client;
pub(crate) struct Server;

fn versions(case: Case) -> [&'static SupportedProtocolVersion; 1] {
    match case.version {
        Version::Tls12 => [&rustls::version::TLS12],
        Version::Tls13 => [&rustls::version::TLS13],
        Version::Dtls12 => unreachable!("rustls has no DTLS"),
    }
}

fn roots(lab: &Lab, authority: &str) -> Result<RootCertStore> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(lab.fixture(authority))?)?;
    Ok(roots)
}

fn identity(
    lab: &Lab,
    name: &str,
) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
    let certificate = CertificateDer::from_pem_file(lab.fixture(&format!("{name}.pem")))?;
    let key = PrivateKeyDer::from_pem_file(lab.fixture(&format!("{name}-key.pem")))?;
    Ok((vec![certificate], key))
}

fn alpn(names: &[Option<&str>]) -> Vec<Vec<u8>> {
    names
        .iter()
        .flatten()
        .map(|name| name.as_bytes().to_vec())
        .collect()
}

fn client_config(lab: &Lab, case: Case) -> Result<ClientConfig> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&versions(case))?
        .with_root_certificates(roots(lab, case.authority())?);
    let mut config = if case.has_client_certificate() {
        let (chain, key) = identity(lab, "client")?;
        builder.with_client_auth_cert(chain, key)?
    } else {
        builder.with_no_client_auth()
    };
    if let Some(name) = case.alpn() {
        config.alpn_protocols = alpn(&[Some(OTHER_ALPN), Some(name)]);
    }
    Ok(config)
}

fn server_config(lab: &Lab, case: Case) -> Result<ServerConfig> {
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
        .with_protocol_versions(&versions(case))?;
    let builder = if case.has_client_certificate() {
        let roots = Arc::new(roots(lab, "ca.pem")?);
        builder.with_client_cert_verifier(
            WebPkiClientVerifier::builder_with_provider(roots, provider).build()?,
        )
    } else {
        builder.with_no_client_auth()
    };
    let (chain, key) = identity(lab, "server")?;
    let mut config = builder.with_single_cert(chain, key)?;
    config.alpn_protocols = alpn(&[case.alpn()]);
    config.ticketer = ring::Ticketer::new()?;
    Ok(config)
}

impl Peer for Client {
    fn name(&self) -> &'static str {
        "rustls client"
    }

    fn version(&self) -> Result<String> {
        Ok("rustls with ring".to_owned())
    }

    fn cases(&self) -> Vec<Case> {
        Case::all(Role::Client, &ASPECTS)
    }

    fn run(&self, lab: &Lab, case: Case) -> Result<Outcome> {
        let config = Arc::new(client_config(lab, case)?);
        peer::as_client(lab, case, |address| {
            for number in 1..=case.connections() {
                let io = TcpStream::connect(address)?;
                io.set_read_timeout(Some(PATIENCE))?;
                let connection =
                    ClientConnection::new(Arc::clone(&config), ServerName::try_from(NAME)?)?;
                let mut stream = StreamOwned::new(connection, io);
                stream.write_all(LINE.as_bytes())?;
                let mut reader = BufReader::new(stream);
                let mut line = String::new();
                reader.read_line(&mut line)?;
                ensure!(line == LINE, "rustls reads {line:?}");
                let mut stream = reader.into_inner();
                let resumed = stream.conn.handshake_kind() == Some(HandshakeKind::Resumed);
                ensure!(
                    resumed == (number > 1),
                    "rustls reports for connection {number}, resumed: {resumed}"
                );
                let chosen = stream.conn.alpn_protocol();
                ensure!(
                    chosen == case.alpn().map(str::as_bytes),
                    "rustls reports for ALPN: {chosen:?}"
                );
                stream.conn.send_close_notify();
                stream.flush()?;
                // Our server closes in turn; rustls returns an error without a close_notify.
                stream.read_to_end(&mut Vec::new())?;
            }
            Ok(())
        })
    }
}

impl Peer for Server {
    fn name(&self) -> &'static str {
        "rustls server"
    }

    fn version(&self) -> Result<String> {
        Ok("rustls with ring".to_owned())
    }

    fn cases(&self) -> Vec<Case> {
        Case::all(Role::Server, &ASPECTS)
    }

    fn run(&self, lab: &Lab, case: Case) -> Result<Outcome> {
        let config = Arc::new(server_config(lab, case)?);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address: SocketAddr = listener.local_addr()?;
        let server = thread::spawn(move || -> Result<()> {
            for number in 1..=case.connections() {
                serve(&config, &listener, case, number)
                    .with_context(|| format!("rustls, connection {number}"))?;
            }
            Ok(())
        });
        let outcome = peer::as_server(lab, case, address, str::to_owned);
        if outcome.is_err() && !server.is_finished() {
            // The server may be waiting for a connection that is not made.
            return outcome;
        }
        let served = server.join().map_err(|_| anyhow!("rustls panicked"))?;
        if case.aspect == Aspect::UnknownAuthority {
            let words = format!("{:#}", served.err().context("rustls received no refusal")?);
            ensure!(
                words.contains("BadCertificate"),
                "rustls received another alert: {words}"
            );
            return outcome;
        }
        served.and(outcome)
    }
}

fn serve(
    config: &Arc<ServerConfig>,
    listener: &TcpListener,
    case: Case,
    number: usize,
) -> Result<()> {
    let (io, _) = listener.accept()?;
    io.set_read_timeout(Some(PATIENCE))?;
    let mut reader = BufReader::new(StreamOwned::new(
        ServerConnection::new(Arc::clone(config))?,
        io,
    ));
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut stream = reader.into_inner();
    stream.write_all(line.as_bytes())?;
    let resumed = stream.conn.handshake_kind() == Some(HandshakeKind::Resumed);
    let expected = case.aspect == Aspect::Resumed && number > 1;
    ensure!(resumed == expected, "rustls reports resumed: {resumed}");
    stream
        .read_to_end(&mut Vec::new())
        .context("our client did not close properly")?;
    stream.conn.send_close_notify();
    Ok(stream.flush()?)
}
