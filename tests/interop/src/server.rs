//! Our server: it sends lines back, answers HTTP/1.1 and HTTP/2, and records the facts of each session.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use anyhow::{Context, Result};
use gnutls::dtls::{Connection, Listener};
use gnutls::psk::PreSharedKey;
use gnutls::resumption::{MemoryCache, TicketKey};
use gnutls::session::CredentialsType;
use gnutls::{ClientAuth, Identity, Protocol, ServerConfig, Session, Stream, Trust, psk, srp};

use crate::case::{Aspect, Case, PSK, SRP};
use crate::http;
use crate::lab::Lab;

/// The timeout of one read or write.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// The time after which a server of datagrams examines if it must end.
const INTERVAL: Duration = Duration::from_millis(20);

/// The facts of a session on our side.
#[derive(Debug)]
pub(crate) struct Facts {
    pub(crate) protocol: Option<Protocol>,
    pub(crate) resumed: bool,
    pub(crate) alpn: Option<String>,
    pub(crate) peer_certificates: bool,
    pub(crate) psk_identity: Option<String>,
    pub(crate) srp_username: Option<String>,
    pub(crate) anonymous: bool,
    pub(crate) raw_public_key: bool,
}

impl Facts {
    pub(crate) fn of(session: &Session) -> Self {
        Self {
            protocol: session.protocol(),
            resumed: session.is_resumed(),
            alpn: session
                .alpn()
                .map(|name| String::from_utf8_lossy(name).into_owned()),
            peer_certificates: session.peer_certificates().is_some(),
            psk_identity: session
                .psk_identity()
                .map(|name| String::from_utf8_lossy(name).into_owned()),
            srp_username: session.srp_username().map(str::to_owned),
            raw_public_key: session.peer_raw_public_key().is_some(),
            anonymous: session.peer_credentials_type() == Some(CredentialsType::ANONYMOUS),
        }
    }
}

#[derive(Default)]
struct Seen {
    /// The facts of each session, by the number of its connection: the threads of two connections may end in any order.
    facts: BTreeMap<usize, Facts>,
    problems: Vec<String>,
}

pub(crate) struct Server {
    address: SocketAddr,
    seen: Arc<Mutex<Seen>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(lab: &Lab, case: Case) -> Result<Self> {
        let config = config(lab, case)?;
        let (seen, stop) = (Arc::<Mutex<Seen>>::default(), Arc::<AtomicBool>::default());
        let (address, thread) = match case.is_datagram() {
            true => listen_for_datagrams(&config, &seen, &stop)?,
            false => listen(config, &seen, &stop)?,
        };
        Ok(Self {
            address,
            seen,
            stop,
            thread: Some(thread),
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the facts of each session, and the errors.
    pub(crate) fn finish(self) -> (Vec<Facts>, Vec<String>) {
        let seen = std::mem::take(&mut *seen_by(&self.seen));
        (seen.facts.into_values().collect(), seen.problems)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        // Wakes the thread of a TCP server, unless it has ended already.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Returns the configuration of the case.
fn config(lab: &Lab, case: Case) -> Result<ServerConfig> {
    let mut builder = ServerConfig::builder()
        .priority(case.priority()?)
        .tickets(TicketKey::generate()?)
        .session_cache(MemoryCache::new(16))
        .alpn(case.alpn());
    builder = if case.has_server_certificate() {
        let (chain, key) = (lab.fixture("server.pem"), lab.fixture("server-key.pem"));
        builder.identity(Identity::from_pem_files(chain, key)?)
    } else if case.has_password() {
        let verifier = srp::Verifier::new(SRP.0, SRP.1, srp::Group::BITS_2048)?;
        builder.srp(srp::Server::users([(SRP.0, verifier)]))
    } else if case.aspect == Aspect::Anonymous {
        builder.dangerous_anonymous()
    } else if case.aspect == Aspect::RawPublicKeys {
        let own = Identity::raw_public_key_pem_file(lab.fixture("server-key.pem"), None)?;
        let clients = ClientAuth::Required(lab.raw_public_key("client")?);
        builder.identity(own).client_auth(clients)
    } else {
        let key = PreSharedKey::new(PSK.0, psk::Key::from_hex(PSK.1)?)?;
        builder.psk(psk::Server::keys([key]))
    };
    if case.has_client_certificate() {
        builder = builder.client_auth(ClientAuth::Required(Trust::pem_file(
            lab.fixture("ca.pem"),
        )?));
    }
    Ok(builder.build()?)
}

/// Serves TCP connections. Returns the address and the thread that accepts them.
fn listen(
    config: ServerConfig,
    seen: &Arc<Mutex<Seen>>,
    stop: &Arc<AtomicBool>,
) -> Result<(SocketAddr, JoinHandle<()>)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("cannot listen")?;
    let address = listener.local_addr()?;
    let (seen, stop) = (Arc::clone(seen), Arc::clone(stop));
    let thread = thread::spawn(move || {
        for (number, io) in listener.incoming().flatten().enumerate() {
            if stop.load(Ordering::Relaxed) {
                break;
            }
            let (config, seen) = (config.clone(), Arc::clone(&seen));
            // A browser opens connections without using them, so each has a thread.
            thread::spawn(move || {
                if let Err(problem) = serve(&config, io, number, &seen) {
                    seen_by(&seen).problems.push(format!("{problem:#}"));
                }
            });
        }
    });
    Ok((address, thread))
}

/// Serves the peers of a UDP socket, one after the other.
fn listen_for_datagrams(
    config: &ServerConfig,
    seen: &Arc<Mutex<Seen>>,
    stop: &Arc<AtomicBool>,
) -> Result<(SocketAddr, JoinHandle<()>)> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).context("cannot listen")?;
    let mut listener = Listener::new(socket, config)?;
    listener.set_timeout(Some(INTERVAL));
    let address = listener.local_addr()?;
    let (seen, stop) = (Arc::clone(seen), Arc::clone(stop));
    let thread = thread::spawn(move || {
        let mut number = 0;
        while !stop.load(Ordering::Relaxed) {
            // Fails if there is no peer within the time.
            if let Ok((stream, _)) = listener.accept() {
                if let Err(problem) = serve_datagrams(stream, number, &seen, &stop) {
                    seen_by(&seen).problems.push(format!("{problem:#}"));
                }
                number += 1;
            }
            while let Some((_, problem)) = listener.next_failure() {
                seen_by(&seen)
                    .problems
                    .push(format!("the handshake: {problem}"));
            }
        }
    });
    Ok((address, thread))
}

/// Sends each datagram of a peer back, until the peer closes the session or the server ends.
fn serve_datagrams(
    mut stream: Stream<Connection>,
    number: usize,
    seen: &Mutex<Seen>,
    stop: &AtomicBool,
) -> Result<()> {
    stream.get_mut().set_timeout(Some(INTERVAL));
    seen_by(seen)
        .facts
        .insert(number, Facts::of(stream.session()));
    let mut buffer = [0; 16_384];
    while !stop.load(Ordering::Relaxed) {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(length) => stream.write_all(&buffer[..length]).context("writing")?,
            Err(error) if error.kind() == io::ErrorKind::TimedOut => {}
            Err(error) => return Err(error).context("reading"),
        }
    }
    stream.close().context("closing")
}

fn seen_by(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

fn serve(config: &ServerConfig, io: TcpStream, number: usize, seen: &Mutex<Seen>) -> Result<()> {
    io.set_read_timeout(Some(PATIENCE))?;
    io.set_write_timeout(Some(PATIENCE))?;
    let mut stream = config.accept(io).context("the handshake")?;
    let facts = Facts::of(stream.session());
    let page = http::page(&facts);
    let http2 = facts.alpn.as_deref() == Some("h2");
    seen_by(seen).facts.insert(number, facts);
    if http2 {
        return http::serve_2(&mut stream, &page);
    }
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    while reader.read_line(&mut line).context("reading")? > 0 {
        if line.starts_with("GET ") {
            http::serve_1(&mut reader, &page)?;
            break;
        }
        reader
            .get_mut()
            .write_all(line.as_bytes())
            .context("writing")?;
        line.clear();
    }
    let stream: &mut Stream<TcpStream> = reader.get_mut();
    stream.close().context("closing")
}
