//! The safe crate, and tokio-gnutls.

use std::fs;
use std::hint::black_box;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::task::Poll;

use anyhow::{Result, bail, ensure};
use gnutls::extension::HelloExtension;
use gnutls::resumption::TicketKey;
use gnutls::transport::ReceiveBuffer;
use gnutls::{ClientConfig, HelloAnswer, Identity, Priority, ServerConfig, Session, Stream, Trust};

use crate::case::{Callback, Case, PIECE, PIECES, Protocol, Work};
use crate::certificates::{Certificates, NAME};
use crate::library::Repeat;
use crate::loopback::{self, AsyncLibrary};
use crate::pipe::{self, Pipe};

/// Returns the priority string of the cases, which C uses too: one cipher and one group, as in the other libraries.
pub(crate) fn priority(protocol: Protocol) -> String {
    let version = match protocol {
        Protocol::Dtls12 => "+VERS-DTLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA",
        Protocol::Tls12 => "+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA",
        Protocol::Tls13 => "+VERS-TLS1.3",
    };
    format!("NORMAL:-VERS-ALL:{version}:-CIPHER-ALL:+AES-256-GCM:-GROUP-ALL:+GROUP-X25519")
}

struct Configs {
    client: ClientConfig,
    server: ServerConfig,
    datagram: bool,
}

/// The number of the extension of the program: one that is reserved for private use.
const EXTENSION: u16 = 65_300;

impl Configs {
    fn new(case: Case, certificates: &Certificates) -> Result<Self> {
        let priority = Priority::new(&priority(case.protocol()))?;
        let client = ClientConfig::builder()
            .priority(priority.clone())
            .trust(Trust::pem_file(certificates.ca())?);
        // A full handshake is one that has no session to resume.
        let client = match case.work() {
            Work::ResumedHandshake => client,
            _ => client.without_resumption(),
        };
        let (chain, key) = (certificates.chain(case.key()), certificates.key(case.key()));
        let identity = Identity::from_pem_files(chain, key)?;
        let server = ServerConfig::builder()
            .priority(priority)
            .tickets(TicketKey::generate()?);
        let server = match case.callback() {
            Some(Callback::Identity) => server.identity_resolver(move |_| Some(identity.clone())),
            _ => server.identity(identity),
        };
        let (client, server) = match case.callback() {
            None | Some(Callback::Identity) => (client, server),
            Some(Callback::Hello) => (client, server.on_client_hello(|_, _| HelloAnswer::Continue)),
            Some(Callback::Verifier) => (client.verifier(|_| Ok(())), server),
            Some(Callback::Extension) => {
                let extension = HelloExtension::new(EXTENSION);
                let receiving = extension.clone().on_receive(|_, _, _| Ok(()));
                let sending = extension.on_send(|_, _| Ok(Some(b"question".to_vec())));
                (client.extension(sending), server.extension(receiving))
            }
            Some(Callback::KeyLog) => (
                client.dangerous_key_log(|_, _| ()),
                server.dangerous_key_log(|_, _| ()),
            ),
        };
        Ok(Self {
            datagram: case.protocol() == Protocol::Dtls12,
            client: client.build()?,
            server: server.build()?,
        })
    }

    fn connect(&self) -> Result<Connection> {
        let (near, far) = pipe::pair(self.datagram);
        let (client, server) = match self.datagram {
            false => (self.client.session(NAME)?, self.server.session()?),
            true => (
                self.client.datagram_session(NAME)?,
                self.server.datagram_session()?,
            ),
        };
        let mut connection = Connection {
            client,
            server,
            near: Memory(near),
            far: Memory(far),
        };
        let (mut client, mut server) = (false, false);
        while !client || !server {
            client = client
                || connection
                    .client
                    .handshake(&mut connection.near)?
                    .is_ready();
            server = server || connection.server.handshake(&mut connection.far)?.is_ready();
        }
        Ok(connection)
    }
}

/// A client and a server that are connected in memory.
struct Connection {
    client: Session,
    server: Session,
    near: Memory,
    far: Memory,
}

/// Like in C, bytes are copied into memory that is not cleared before.
struct Memory(Pipe);

impl gnutls::Transport for Memory {
    fn send(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn receive(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer)
    }

    fn receive_into(&mut self, buffer: &mut ReceiveBuffer<'_>) -> io::Result<()> {
        self.0.receive(|bytes| buffer.append(bytes)).map(drop)
    }
}

impl Connection {
    fn transfer(&mut self, data: &[u8], buffer: &mut [u8]) -> Result<()> {
        transfer(
            (&mut self.client, &mut self.near),
            (&mut self.server, &mut self.far),
            data,
            buffer,
        )
    }
}

fn transfer(
    (from, near): (&mut Session, &mut Memory),
    (to, far): (&mut Session, &mut Memory),
    data: &[u8],
    buffer: &mut [u8],
) -> Result<()> {
    ensure!(from.write(near, data)?.is_ready(), "the record blocked");
    ensure!(to.read(far, buffer)?.is_ready(), "the record is missing");
    Ok(())
}

pub(crate) fn prepare(case: Case, certificates: &Certificates) -> Result<Option<Repeat>> {
    let configs = Configs::new(case, certificates)?;
    Ok(Some(match case.work() {
        Work::FullHandshake(_) | Work::Callback(_) => Box::new(move || configs.connect().map(drop)),
        Work::ResumedHandshake => {
            let connect = move || -> Result<bool> {
                let mut connection = configs.connect()?;
                let Connection {
                    client,
                    server,
                    near,
                    far,
                } = &mut connection;
                transfer((server, far), (client, near), b"1", &mut [0])?;
                Ok(client.is_resumed())
            };
            connect()?;
            Box::new(move || {
                ensure!(connect()?, "gnutls did not resume the session");
                Ok(())
            })
        }
        Work::Record(size) => {
            let mut connection = configs.connect()?;
            let (data, mut buffer) = (vec![1; size], vec![0; size]);
            Box::new(move || connection.transfer(&data, &mut buffer))
        }
        Work::Packet(size) => {
            let mut connection = configs.connect()?;
            let data = vec![1; size];
            Box::new(move || {
                let Connection {
                    client,
                    server,
                    near,
                    far,
                } = &mut connection;
                ensure!(client.write(near, &data)?.is_ready(), "the record blocked");
                match server.read_packet(far)? {
                    Poll::Ready(Some(packet)) => ensure!(packet.len() == size, "a short record"),
                    _ => bail!("the record is missing"),
                }
                Ok(())
            })
        }
        Work::Corked => {
            let mut connection = configs.connect()?;
            let (data, mut buffer) = ([1; PIECE], [0; PIECES * PIECE]);
            Box::new(move || {
                let Connection {
                    client,
                    server,
                    near,
                    far,
                } = &mut connection;
                client.cork();
                for _ in 0..PIECES {
                    ensure!(client.write(near, &data)?.is_ready(), "a write blocked");
                }
                ensure!(client.uncork(near)?.is_ready(), "the record blocked");
                let read = server.read(far, &mut buffer)?;
                ensure!(read == Poll::Ready(PIECES * PIECE), "a short record");
                Ok(())
            })
        }
        Work::ReadTrust => {
            let text = fs::read(certificates.ca())?;
            Box::new(move || {
                let trust = Trust::pem(&text)?;
                ClientConfig::builder().trust(trust).build()?;
                Ok(())
            })
        }
        Work::ReadIdentity => {
            let chain = fs::read(certificates.chain(case.key()))?;
            let key = fs::read(certificates.key(case.key()))?;
            Box::new(move || {
                let identity = Identity::from_pem(&chain, &key)?;
                ServerConfig::builder().identity(identity).build()?;
                Ok(())
            })
        }
        // The crate verifies in handshakes only.
        Work::Verify => return Ok(None),
        Work::Open => {
            let mut open = Vec::new();
            Box::new(move || {
                open.push(configs.connect()?);
                Ok(())
            })
        }
        Work::Id => {
            let connection = configs.connect()?;
            Box::new(move || {
                black_box(connection.client.id2());
                Ok(())
            })
        }
        Work::Exchange { .. } | Work::FirstByte | Work::Transfer { .. } | Work::Hold => {
            let Configs { client, server, .. } = configs;
            loopback::blocking(
                case.work(),
                move |socket| open(server.session()?, socket),
                move |socket| open(client.session(NAME)?, socket),
            )?
        }
    }))
}

fn open(session: Session, socket: TcpStream) -> Result<Stream<TcpStream>> {
    let mut stream = Stream::new(session, socket);
    stream.handshake()?;
    Ok(stream)
}

pub(crate) fn prepare_tokio(case: Case, certificates: &Certificates) -> Result<Option<Repeat>> {
    if !case.is_loopback() {
        return Ok(None);
    }
    let library = Configs::new(case, certificates)?;
    loopback::tokio(case.work(), library).map(Some)
}

impl AsyncLibrary for Configs {
    type Server = tokio_gnutls::Stream<tokio::net::TcpStream>;
    type Client = tokio_gnutls::Stream<tokio::net::TcpStream>;

    async fn accept(&self, socket: tokio::net::TcpStream) -> Result<Self::Server> {
        Ok(tokio_gnutls::accept(&self.server, socket).await?)
    }

    async fn connect(&self, socket: tokio::net::TcpStream) -> Result<Self::Client> {
        Ok(tokio_gnutls::connect(&self.client, NAME, socket).await?)
    }
}
