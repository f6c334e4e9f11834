//! rustls with ring, and tokio-rustls.

use std::fs;
use std::io::{self, BufWriter, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use anyhow::{Result, ensure};
use rustls::client::danger::ServerCertVerifier;
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    ClientConfig, ClientConnection, HandshakeKind, RootCertStore, ServerConfig, ServerConnection,
    StreamOwned, SupportedProtocolVersion,
};

use crate::case::{Case, PIECE, PIECES, Protocol, Work};
use crate::certificates::{Certificates, NAME};
use crate::library::Repeat;
use crate::loopback::{self, AsyncLibrary};
use crate::pipe::{self, Pipe};

struct Configs {
    client: Arc<ClientConfig>,
    server: Arc<ServerConfig>,
}

/// Returns ring with the cipher and the group of the cases.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(CryptoProvider {
        cipher_suites: vec![
            ring::cipher_suite::TLS13_AES_256_GCM_SHA384,
            ring::cipher_suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            ring::cipher_suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        ],
        kx_groups: vec![ring::kx_group::X25519],
        ..ring::default_provider()
    })
}

fn versions(case: Case) -> [&'static SupportedProtocolVersion; 1] {
    match case.protocol() {
        Protocol::Tls12 => [&rustls::version::TLS12],
        Protocol::Dtls12 => unreachable!("`prepare` excludes DTLS"),
        Protocol::Tls13 => [&rustls::version::TLS13],
    }
}

impl Configs {
    fn new(case: Case, certificates: &Certificates) -> Result<Self> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(certificates.ca())?)?;
        let mut client = ClientConfig::builder_with_provider(provider())
            .with_protocol_versions(&versions(case))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        if case.work() != Work::ResumedHandshake {
            client.resumption = Resumption::disabled();
        }
        let chain = vec![CertificateDer::from_pem_file(
            certificates.chain(case.key()),
        )?];
        let key = PrivateKeyDer::from_pem_file(certificates.key(case.key()))?;
        let mut server = ServerConfig::builder_with_provider(provider())
            .with_protocol_versions(&versions(case))?
            .with_no_client_auth()
            .with_single_cert(chain, key)?;
        server.ticketer = ring::Ticketer::new()?;
        Ok(Self {
            client: Arc::new(client),
            server: Arc::new(server),
        })
    }

    fn client(&self) -> Result<ClientConnection> {
        let name = ServerName::try_from(NAME)?;
        Ok(ClientConnection::new(Arc::clone(&self.client), name)?)
    }

    fn server(&self) -> Result<ServerConnection> {
        Ok(ServerConnection::new(Arc::clone(&self.server))?)
    }

    fn connect(&self) -> Result<Connection> {
        let (near, far) = pipe::pair(false);
        let mut connection = Connection {
            client: self.client()?,
            server: self.server()?,
            near,
            far,
        };
        while connection.client.is_handshaking() || connection.server.is_handshaking() {
            advance(&mut connection.client, &mut connection.near)?;
            advance(&mut connection.server, &mut connection.far)?;
        }
        Ok(connection)
    }
}

/// A client and a server that are connected in memory.
struct Connection {
    client: ClientConnection,
    server: ServerConnection,
    near: Pipe,
    far: Pipe,
}

/// Sends and receives all that is pending, and processes it.
fn advance<D>(connection: &mut rustls::ConnectionCommon<D>, io: &mut Pipe) -> Result<()> {
    while connection.wants_write() {
        connection.write_tls(io)?;
    }
    loop {
        match connection.read_tls(io) {
            Ok(_) => connection.process_new_packets()?,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
            Err(error) => return Err(error.into()),
        };
    }
    while connection.wants_write() {
        connection.write_tls(io)?;
    }
    Ok(())
}

pub(crate) fn prepare(case: Case, certificates: &Certificates) -> Result<Option<Repeat>> {
    if case.protocol() == Protocol::Dtls12 {
        return Ok(None);
    }
    let configs = Configs::new(case, certificates)?;
    Ok(Some(match case.work() {
        Work::FullHandshake(_) => Box::new(move || configs.connect().map(drop)),
        Work::ResumedHandshake => {
            let connect = move || -> Result<bool> {
                let mut connection = configs.connect()?;
                connection.server.writer().write_all(b"1")?;
                advance(&mut connection.server, &mut connection.far)?;
                advance(&mut connection.client, &mut connection.near)?;
                connection.client.reader().read_exact(&mut [0])?;
                Ok(connection.client.handshake_kind() == Some(HandshakeKind::Resumed))
            };
            connect()?;
            Box::new(move || {
                ensure!(connect()?, "rustls did not resume the session");
                Ok(())
            })
        }
        Work::Record(size) => {
            let mut connection = configs.connect()?;
            let (data, mut buffer) = (vec![1; size], vec![0; size]);
            Box::new(move || {
                connection.client.writer().write_all(&data)?;
                advance(&mut connection.client, &mut connection.near)?;
                advance(&mut connection.server, &mut connection.far)?;
                connection.server.reader().read_exact(&mut buffer)?;
                Ok(())
            })
        }
        Work::Corked => {
            let mut connection = configs.connect()?;
            let mut buffer = [0; PIECES * PIECE];
            Box::new(move || {
                // rustls has no cork.
                let mut writer = BufWriter::new(connection.client.writer());
                for _ in 0..PIECES {
                    writer.write_all(&[1; PIECE])?;
                }
                writer.flush()?;
                drop(writer);
                advance(&mut connection.client, &mut connection.near)?;
                advance(&mut connection.server, &mut connection.far)?;
                connection.server.reader().read_exact(&mut buffer)?;
                Ok(())
            })
        }
        Work::ReadTrust => {
            let text = fs::read(certificates.ca())?;
            Box::new(move || {
                let mut roots = RootCertStore::empty();
                roots.add(CertificateDer::from_pem_slice(&text)?)?;
                ClientConfig::builder_with_provider(provider())
                    .with_protocol_versions(&versions(case))?
                    .with_root_certificates(roots)
                    .with_no_client_auth();
                Ok(())
            })
        }
        Work::ReadIdentity => {
            let chain = fs::read(certificates.chain(case.key()))?;
            let key = fs::read(certificates.key(case.key()))?;
            Box::new(move || {
                ServerConfig::builder_with_provider(provider())
                    .with_protocol_versions(&versions(case))?
                    .with_no_client_auth()
                    .with_single_cert(
                        vec![CertificateDer::from_pem_slice(&chain)?],
                        PrivateKeyDer::from_pem_slice(&key)?,
                    )?;
                Ok(())
            })
        }
        Work::Verify => {
            let mut roots = RootCertStore::empty();
            roots.add(CertificateDer::from_pem_file(certificates.ca())?)?;
            let verifier =
                WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider()).build()?;
            let certificate = CertificateDer::from_pem_file(certificates.chain(case.key()))?;
            let name = ServerName::try_from(NAME)?;
            Box::new(move || {
                verifier.verify_server_cert(&certificate, &[], &name, &[], UnixTime::now())?;
                Ok(())
            })
        }
        Work::Open => {
            let mut open = Vec::new();
            Box::new(move || {
                open.push(configs.connect()?);
                Ok(())
            })
        }
        // rustls does not expose the identifier, and copies each record. Its callbacks have other tasks.
        Work::Id | Work::Packet(_) | Work::Callback(_) => return Ok(None),
        Work::Exchange { .. } | Work::FirstByte | Work::Transfer { .. } | Work::Hold => {
            let configs = Arc::new(configs);
            let server = Arc::clone(&configs);
            loopback::blocking(
                case.work(),
                move |socket| Ok(StreamOwned::new(server.server()?, socket)),
                move |socket: TcpStream| Ok(StreamOwned::new(configs.client()?, socket)),
            )?
        }
    }))
}

pub(crate) fn prepare_tokio(case: Case, certificates: &Certificates) -> Result<Option<Repeat>> {
    if !case.is_loopback() {
        return Ok(None);
    }
    loopback::tokio(case.work(), Configs::new(case, certificates)?).map(Some)
}

impl AsyncLibrary for Configs {
    type Server = tokio_rustls::server::TlsStream<tokio::net::TcpStream>;
    type Client = tokio_rustls::client::TlsStream<tokio::net::TcpStream>;

    async fn accept(&self, socket: tokio::net::TcpStream) -> Result<Self::Server> {
        let acceptor = tokio_rustls::TlsAcceptor::from(Arc::clone(&self.server));
        Ok(acceptor.accept(socket).await?)
    }

    async fn connect(&self, socket: tokio::net::TcpStream) -> Result<Self::Client> {
        let connector = tokio_rustls::TlsConnector::from(Arc::clone(&self.client));
        let name = ServerName::try_from(NAME)?;
        Ok(connector.connect(name, socket).await?)
    }
}
