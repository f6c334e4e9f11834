//! Our client: it sends a line to a peer, reads the answer, and resumes if the case requires it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream, UdpSocket};

use anyhow::{Context, Result, ensure};
use gnutls::dtls::UdpTransport;
use gnutls::psk::PreSharedKey;
use gnutls::resumption::SessionData;
use gnutls::{ClientConfig, Identity, Stream, Transport, Trust, psk, srp};

use crate::case::{Aspect, Case, OTHER_ALPN, PSK, SRP};
use crate::lab::{Lab, NAME};
use crate::server::{Facts, PATIENCE};

/// Connects as often as the case requires; returns the facts of each connection on our side.
pub(crate) fn visit(
    lab: &Lab,
    case: Case,
    address: SocketAddr,
    request: &str,
    answer: &str,
) -> Result<Vec<Facts>> {
    let mut builder = ClientConfig::builder().priority(case.priority()?);
    builder = if case.has_server_certificate() {
        builder.trust(Trust::pem_file(lab.fixture(case.authority()))?)
    } else if case.has_password() {
        builder.srp(srp::User::new(SRP.0, case.password())?)
    } else if case.aspect == Aspect::Anonymous {
        builder.dangerous_anonymous()
    } else if case.aspect == Aspect::RawPublicKeys {
        let own = Identity::raw_public_key_pem_file(lab.fixture("client-key.pem"), None)?;
        builder.identity(own).trust(lab.raw_public_key("server")?)
    } else {
        builder.psk(PreSharedKey::new(PSK.0, psk::Key::from_hex(PSK.1)?)?)
    };
    if let Some(name) = case.alpn() {
        builder = builder.alpn([OTHER_ALPN, name]);
    }
    if case.has_client_certificate() {
        let (chain, key) = (lab.fixture("client.pem"), lab.fixture("client-key.pem"));
        builder = builder.identity(Identity::from_pem_files(chain, key)?);
    }
    let config = builder.build()?;
    let mut facts = Vec::new();
    let mut saved = None;
    for number in 1..=case.connections() {
        let (seen, session) = connect(&config, case, address, request, answer, saved.as_ref())
            .with_context(|| format!("connection {number}"))?;
        facts.push(seen);
        saved = session;
    }
    Ok(facts)
}

fn connect(
    config: &ClientConfig,
    case: Case,
    address: SocketAddr,
    request: &str,
    answer: &str,
    saved: Option<&SessionData>,
) -> Result<(Facts, Option<SessionData>)> {
    if case.is_datagram() {
        let socket = UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0))?;
        socket.connect(address).context("connecting")?;
        let mut io = UdpTransport::new(socket)?;
        io.set_timeout(Some(PATIENCE));
        let session = match saved {
            Some(saved) => config.resume_datagram(NAME, saved)?,
            None => config.datagram_session(NAME)?,
        };
        let mut stream = Stream::new(session, io);
        stream.handshake().context("the handshake")?;
        let (facts, saved, _) = converse(stream, case, request, answer)?;
        return Ok((facts, saved));
    }
    let io = TcpStream::connect(address).context("connecting")?;
    io.set_read_timeout(Some(PATIENCE))?;
    io.set_write_timeout(Some(PATIENCE))?;
    let session = match saved {
        Some(saved) => config.resume(NAME, saved)?,
        None => config.session(NAME)?,
    };
    let mut stream = Stream::new(session, io);
    if let Err(problem) = stream.handshake() {
        // Closing with unread bytes would reset the connection, and the peer might not receive our alert.
        let io = stream.get_mut();
        io.shutdown(Shutdown::Write)?;
        let _ = io.read_to_end(&mut Vec::new());
        return Err(problem).context("the handshake");
    }
    let (facts, saved, mut stream) = converse(stream, case, request, answer)?;
    // Some servers close the connection without close_notify after ours.
    let _ = stream.read_to_end(&mut Vec::new());
    Ok((facts, saved))
}

/// Sends a line, reads the answer, and closes our side of the connection.
fn converse<T: Transport>(
    mut stream: Stream<T>,
    case: Case,
    request: &str,
    answer: &str,
) -> Result<(Facts, Option<SessionData>, Stream<T>)> {
    let facts = Facts::of(stream.session());
    stream.write_all(request.as_bytes()).context("writing")?;
    stream.flush().context("flushing")?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).context("reading")?;
    ensure!(line == answer, "the answer is {line:?}, not {answer:?}");
    let mut stream = reader.into_inner();
    let saved = match case.aspect {
        Aspect::Resumed => Some(stream.save_session().context("saving the session")?),
        _ => None,
    };
    stream.close().context("closing")?;
    Ok((facts, saved, stream))
}
