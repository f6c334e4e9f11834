//! A client: a request, which is sent again until the server acknowledges it, and its response.

use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs, UdpSocket};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use coap_lite::{CoapOption, CoapRequest, MessageClass, MessageType, Packet, RequestType};
use gnutls::crypto::random_nonce;
use gnutls::dtls::UdpTransport;
use gnutls::{ClientConfig, Stream};

use crate::empty;

/// The time after which a request is sent again at first (`ACK_TIMEOUT` in RFC 7252, section 4.8).
const ACKNOWLEDGEMENT: Duration = Duration::from_secs(2);

/// The number of times that a request is sent again (`MAX_RETRANSMIT`).
const RETRANSMISSIONS: u32 = 4;

/// The time that the client waits for a response after the acknowledgement of its request.
const RESPONSE: Duration = Duration::from_secs(30);

/// Sends a request and prints the response.
pub(crate) fn run(
    config: &ClientConfig,
    uri: &str,
    method: RequestType,
    value: &str,
) -> Result<()> {
    let rest = uri
        .strip_prefix("coaps://")
        .context("the URI must begin with coaps://")?;
    let (address, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (host, _) = address
        .rsplit_once(':')
        .context("the URI must have the form coaps://HOST:PORT/PATH")?;
    let session = config.datagram_session(host.trim_matches(['[', ']']))?;
    let mut stream = Stream::new(session, UdpTransport::new(socket(address)?)?);
    stream.handshake()?;
    let description = stream.session().description().unwrap_or_default();
    println!("{description}");

    let mut request = CoapRequest::<SocketAddr>::new();
    request.set_method(method);
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    for (option, text, separator) in [
        (CoapOption::UriPath, path, '/'),
        (CoapOption::UriQuery, query, '&'),
    ] {
        for part in text.split(separator).filter(|part| !part.is_empty()) {
            request.message.add_option(option, part.as_bytes().to_vec());
        }
    }
    request.message.payload = value.as_bytes().to_vec();
    let response = exchange(&mut stream, request.message)?;
    stream.close()?;
    let code = response.header.get_code();
    println!("{code} {}", String::from_utf8_lossy(&response.payload));
    match response.header.code {
        MessageClass::Response(status) if !status.is_error() => Ok(()),
        _ => bail!("the server responds with {code}"),
    }
}

fn socket(address: &str) -> Result<UdpSocket> {
    let mut addresses = address.to_socket_addrs()?;
    let address = addresses.next().context("the host has no address")?;
    let socket = match address {
        SocketAddr::V4(_) => UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)),
        SocketAddr::V6(_) => UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)),
    }?;
    socket.connect(address)?;
    Ok(socket)
}

/// Sends a confirmable request, and returns its response.
fn exchange(stream: &mut Stream<UdpTransport>, mut request: Packet) -> Result<Packet> {
    let mut random = [0; 6];
    random_nonce(&mut random)?;
    request.header.set_type(MessageType::Confirmable);
    request.header.message_id = u16::from_be_bytes([random[0], random[1]]);
    request.set_token(random[2..].to_vec());
    let bytes = request.to_bytes()?;
    let mut time = ACKNOWLEDGEMENT;
    for _ in 0..=RETRANSMISSIONS {
        stream.write_all(&bytes)?;
        stream.get_mut().set_timeout(Some(time));
        if let Some(response) = response(stream, &request)? {
            return Ok(response);
        }
        time *= 2;
    }
    bail!("the server does not respond")
}

/// Receives the response to a request, or returns `None` if nothing arrives within the timeout.
fn response(stream: &mut Stream<UdpTransport>, request: &Packet) -> Result<Option<Packet>> {
    let mut buffer = [0; 16_384];
    loop {
        let length = match stream.read(&mut buffer) {
            Ok(0) => bail!("the server has closed the session"),
            Ok(length) => length,
            Err(error) if error.kind() == ErrorKind::TimedOut => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        // Others may be repetitions, or notifications that nothing requested.
        let Ok(packet) = Packet::from_bytes(&buffer[..length]) else {
            continue;
        };
        let of_request = packet.header.message_id == request.header.message_id;
        match (packet.header.get_type(), packet.header.code) {
            (MessageType::Reset, _) if of_request => bail!("the server rejects the request"),
            // The response follows in a message of its own.
            (MessageType::Acknowledgement, MessageClass::Empty) if of_request => {
                stream.get_mut().set_timeout(Some(RESPONSE));
            }
            (kind, MessageClass::Response(_)) if packet.get_token() == request.get_token() => {
                if kind == MessageType::Confirmable {
                    stream.write_all(&empty(&packet, MessageType::Acknowledgement)?)?;
                }
                return Ok(Some(packet));
            }
            _ => {}
        }
    }
}
