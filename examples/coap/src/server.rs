//! A server for many clients on one socket, with a value that they read and replace.

use std::io::{Read, Write};
use std::net::UdpSocket;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use anyhow::Result;
use coap_lite::{
    CoapRequest, ContentFormat, MessageClass, MessageType, Packet, RequestType, ResponseType,
};
use gnutls::dtls::{Connection, Listener};
use gnutls::{ServerConfig, Stream};

use crate::{credentials, empty};

type Value = Arc<Mutex<Vec<u8>>>;

/// Serves each client in a thread of its own.
pub(crate) fn run(config: &ServerConfig, address: &str) -> Result<()> {
    let listener = Listener::new(UdpSocket::bind(address)?, config)?;
    println!("listening on {}", listener.local_addr()?);
    let value = Value::default();
    loop {
        let (mut stream, address) = listener.accept()?;
        let value = Arc::clone(&value);
        thread::spawn(move || {
            // A client that fails does not end the server.
            if let Err(error) = serve(&mut stream, &value) {
                println!("{address}: {error:#}");
            }
        });
        while let Some((address, error)) = listener.next_failure() {
            println!("{address}: {error}");
        }
    }
}

/// Responds to the requests of a client until it closes the session.
fn serve(stream: &mut Stream<Connection>, value: &Value) -> Result<()> {
    let client = credentials::name(stream.session())?;
    let mut buffer = [0; 16_384];
    let mut last = None;
    loop {
        let length = match stream.read(&mut buffer)? {
            0 => return Ok(stream.close()?),
            length => length,
        };
        let Ok(packet) = Packet::from_bytes(&buffer[..length]) else {
            continue;
        };
        let id = packet.header.message_id;
        let response = match &last {
            // A request whose response was lost has its effect only once.
            Some((last, response)) if *last == id => response,
            _ => match response(packet, &client, value)? {
                Some(response) => &last.insert((id, response)).1,
                None => continue,
            },
        };
        stream.write_all(response)?;
    }
}

/// Returns the response to a message, or `None` if it has none.
fn response(packet: Packet, client: &str, value: &Value) -> Result<Option<Vec<u8>>> {
    if packet.header.code == MessageClass::Empty {
        // An empty confirmable message is a ping.
        return Ok(match packet.header.get_type() {
            MessageType::Confirmable => Some(empty(&packet, MessageType::Reset)?),
            _ => None,
        });
    }
    let request = CoapRequest::from_packet(packet, ());
    let (path, method) = (request.get_path(), *request.get_method());
    let Some(mut response) = request.response else {
        return Ok(None);
    };
    let mut value = value.lock().unwrap_or_else(PoisonError::into_inner);
    match (path.as_str(), method) {
        ("", RequestType::Get) => response.message.payload = format!("client: {client}").into(),
        ("value", RequestType::Get) => response.message.payload.clone_from(&value),
        ("value", RequestType::Put) => {
            *value = request.message.payload;
            response.set_status(ResponseType::Changed);
        }
        (".well-known/core", RequestType::Get) => {
            response
                .message
                .set_content_format(ContentFormat::ApplicationLinkFormat);
            response.message.payload = b"</>,</value>".to_vec();
        }
        ("" | "value" | ".well-known/core", _) => {
            response.set_status(ResponseType::MethodNotAllowed);
        }
        _ => response.set_status(ResponseType::NotFound),
    }
    Ok(Some(response.message.to_bytes()?))
}
