//! OpenSSL, and tokio-openssl.

use std::fs;
use std::hint::black_box;
use std::io::{BufWriter, Read, Write};
use std::net::TcpStream;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use anyhow::{Result, anyhow, ensure};
use openssl::pkey::PKey;
use openssl::ssl::{
    ErrorCode, ShutdownState, Ssl, SslContext, SslContextBuilder, SslFiletype, SslMethod,
    SslSession, SslSessionCacheMode, SslStream, SslVerifyMode, SslVersion,
};
use openssl::stack::Stack;
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::verify::X509VerifyParam;
use openssl::x509::{X509, X509StoreContext};

use crate::case::{Case, PIECE, PIECES, Protocol, Work};
use crate::certificates::{Certificates, NAME};
use crate::library::Repeat;
use crate::loopback::{self, AsyncLibrary};
use crate::pipe::{self, Pipe};

struct Contexts {
    client: SslContext,
    server: SslContext,
    datagram: bool,
    /// The session that the server has sent last.
    saved: Arc<Mutex<Option<SslSession>>>,
}

/// Creates a context with the version, the cipher and the group of the cases.
fn builder(case: Case) -> Result<SslContextBuilder> {
    let method = match case.protocol() {
        Protocol::Dtls12 => SslMethod::dtls(),
        _ => SslMethod::tls(),
    };
    let mut builder = SslContext::builder(method)?;
    let version = match case.protocol() {
        Protocol::Dtls12 => SslVersion::DTLS1_2,
        Protocol::Tls12 => SslVersion::TLS1_2,
        Protocol::Tls13 => SslVersion::TLS1_3,
    };
    builder.set_min_proto_version(Some(version))?;
    builder.set_max_proto_version(Some(version))?;
    builder.set_ciphersuites("TLS_AES_256_GCM_SHA384")?;
    builder.set_cipher_list("ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384")?;
    // The second is never used: OpenSSL requires the curve of a TLS 1.2 certificate in the list.
    builder.set_groups_list("X25519:P-256")?;
    Ok(builder)
}

impl Contexts {
    fn new(case: Case, certificates: &Certificates) -> Result<Self> {
        let mut client = builder(case)?;
        client.set_ca_file(certificates.ca())?;
        client.set_verify(SslVerifyMode::PEER);
        let saved = Arc::new(Mutex::new(None));
        if case.work() == Work::ResumedHandshake {
            client.set_session_cache_mode(
                SslSessionCacheMode::CLIENT | SslSessionCacheMode::NO_INTERNAL,
            );
            let saved = Arc::clone(&saved);
            client.set_new_session_callback(move |_, session| {
                *saved.lock().expect("no holder panics") = Some(session);
            });
        }
        let mut server = builder(case)?;
        server.set_certificate_chain_file(certificates.chain(case.key()))?;
        server.set_private_key_file(certificates.key(case.key()), SslFiletype::PEM)?;
        server.set_session_id_context(b"bench")?;
        Ok(Self {
            client: client.build(),
            server: server.build(),
            datagram: case.protocol() == Protocol::Dtls12,
            saved,
        })
    }

    fn client(&self) -> Result<Ssl> {
        let mut ssl = Ssl::new(&self.client)?;
        ssl.set_hostname(NAME)?;
        ssl.param_mut().set_host(NAME)?;
        if let Some(session) = self.saved.lock().expect("no holder panics").take() {
            // SAFETY: the session was created by a connection of the same context.
            unsafe { ssl.set_session(&session)? };
        }
        Ok(ssl)
    }

    fn connect(&self) -> Result<Connection> {
        let (near, far) = pipe::pair(self.datagram);
        let (mut client, mut server) = (self.client()?, Ssl::new(&self.server)?);
        if self.datagram {
            // The MTU of GnuTLS.
            client.set_mtu(1200)?;
            server.set_mtu(1200)?;
        }
        let mut client = SslStream::new(client, near)?;
        let mut server = SslStream::new(server, far)?;
        let (mut connected, mut accepted) = (false, false);
        while !connected || !accepted {
            connected = connected || ready(client.connect())?;
            accepted = accepted || ready(server.accept())?;
        }
        Ok(Connection { client, server })
    }
}

/// Returns `false` if the call waits for the peer.
fn ready(result: Result<(), openssl::ssl::Error>) -> Result<bool> {
    match result {
        Ok(()) => Ok(true),
        Err(error) if error.code() == ErrorCode::WANT_READ => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// A client and a server that are connected in memory.
struct Connection {
    client: SslStream<Pipe>,
    server: SslStream<Pipe>,
}

pub(crate) fn prepare(case: Case, certificates: &Certificates) -> Result<Option<Repeat>> {
    let contexts = Contexts::new(case, certificates)?;
    Ok(Some(match case.work() {
        Work::FullHandshake(_) => Box::new(move || contexts.connect().map(drop)),
        Work::ResumedHandshake => {
            let connect = move || -> Result<bool> {
                let mut connection = contexts.connect()?;
                connection.server.write_all(b"1")?;
                connection.client.read_exact(&mut [0])?;
                let resumed = connection.client.ssl().session_reused();
                // OpenSSL does not resume the session of a connection that was released before it was closed.
                let closed = ShutdownState::SENT | ShutdownState::RECEIVED;
                connection.client.set_shutdown(closed);
                connection.server.set_shutdown(closed);
                if case.protocol() == Protocol::Tls12 {
                    // A resumed TLS 1.2 session without a new ticket is used again.
                    let session = connection.client.ssl().session().map(ToOwned::to_owned);
                    *contexts.saved.lock().map_err(|_| anyhow!("poisoned"))? = session;
                }
                Ok(resumed)
            };
            connect()?;
            Box::new(move || {
                ensure!(connect()?, "OpenSSL did not resume the session");
                Ok(())
            })
        }
        Work::Record(size) => {
            let mut connection = contexts.connect()?;
            let (data, mut buffer) = (vec![1; size], vec![0; size]);
            Box::new(move || {
                connection.client.write_all(&data)?;
                connection.server.read_exact(&mut buffer)?;
                Ok(())
            })
        }
        Work::Corked => {
            let mut connection = contexts.connect()?;
            let mut buffer = [0; PIECES * PIECE];
            Box::new(move || {
                // OpenSSL has no cork.
                let mut writer = BufWriter::new(&mut connection.client);
                for _ in 0..PIECES {
                    writer.write_all(&[1; PIECE])?;
                }
                writer.flush()?;
                drop(writer);
                connection.server.read_exact(&mut buffer)?;
                Ok(())
            })
        }
        // OpenSSL copies each record. Its callbacks have other tasks.
        Work::Packet(_) | Work::Callback(_) => return Ok(None),
        Work::ReadTrust => {
            let text = fs::read(certificates.ca())?;
            Box::new(move || {
                let mut store = X509StoreBuilder::new()?;
                store.add_cert(X509::from_pem(&text)?)?;
                let mut client = SslContext::builder(SslMethod::tls())?;
                client.set_cert_store(store.build());
                client.build();
                Ok(())
            })
        }
        Work::ReadIdentity => {
            let chain = fs::read(certificates.chain(case.key()))?;
            let key = fs::read(certificates.key(case.key()))?;
            Box::new(move || {
                let mut server = SslContext::builder(SslMethod::tls())?;
                server.set_certificate(&*X509::from_pem(&chain)?)?;
                server.set_private_key(&*PKey::private_key_from_pem(&key)?)?;
                server.check_private_key()?;
                server.build();
                Ok(())
            })
        }
        Work::Verify => {
            let mut store = X509StoreBuilder::new()?;
            store.add_cert(X509::from_pem(&fs::read(certificates.ca())?)?)?;
            let mut parameters = X509VerifyParam::new()?;
            parameters.set_host(NAME)?;
            store.set_param(&parameters)?;
            let store = store.build();
            let certificate = X509::from_pem(&fs::read(certificates.chain(case.key()))?)?;
            Box::new(move || {
                // The certificate is parsed again: GnuTLS does so, and OpenSSL would reuse results in it.
                let certificate = X509::from_der(&certificate.to_der()?)?;
                let chain = Stack::new()?;
                let verified =
                    X509StoreContext::new()?.init(&store, &certificate, &chain, |context| {
                        context.verify_cert()
                    })?;
                ensure!(verified, "OpenSSL does not trust the certificate");
                Ok(())
            })
        }
        Work::Open => {
            let mut open = Vec::new();
            Box::new(move || {
                open.push(contexts.connect()?);
                Ok(())
            })
        }
        Work::Id => {
            let connection = contexts.connect()?;
            Box::new(move || {
                let session = connection.client.ssl().session();
                black_box(session.map(|session| session.id()));
                Ok(())
            })
        }
        Work::Exchange { .. } | Work::FirstByte | Work::Transfer { .. } | Work::Hold => {
            let contexts = Arc::new(contexts);
            let server = Arc::clone(&contexts);
            loopback::blocking(
                case.work(),
                move |socket| {
                    let mut stream = SslStream::new(Ssl::new(&server.server)?, socket)?;
                    stream.accept()?;
                    Ok(stream)
                },
                move |socket: TcpStream| {
                    let mut stream = SslStream::new(contexts.client()?, socket)?;
                    stream.connect()?;
                    Ok(stream)
                },
            )?
        }
    }))
}

pub(crate) fn prepare_tokio(case: Case, certificates: &Certificates) -> Result<Option<Repeat>> {
    if !case.is_loopback() {
        return Ok(None);
    }
    loopback::tokio(case.work(), Contexts::new(case, certificates)?).map(Some)
}

impl AsyncLibrary for Contexts {
    type Server = tokio_openssl::SslStream<tokio::net::TcpStream>;
    type Client = tokio_openssl::SslStream<tokio::net::TcpStream>;

    async fn accept(&self, socket: tokio::net::TcpStream) -> Result<Self::Server> {
        let mut stream = tokio_openssl::SslStream::new(Ssl::new(&self.server)?, socket)?;
        Pin::new(&mut stream).accept().await?;
        Ok(stream)
    }

    async fn connect(&self, socket: tokio::net::TcpStream) -> Result<Self::Client> {
        let mut stream = tokio_openssl::SslStream::new(self.client()?, socket)?;
        Pin::new(&mut stream).connect().await?;
        Ok(stream)
    }
}
