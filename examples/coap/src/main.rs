//! CoAP over DTLS (RFC 7252), as client and as server. Its README has the command lines.

mod client;
mod credentials;
mod server;

use std::env;

use anyhow::{Result, bail};
use coap_lite::{MessageClass, MessageType, Packet, RequestType};

use crate::credentials::Credentials;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match &arguments[..] {
        ["get", uri, credentials @ ..] => {
            let config = Credentials::parse(credentials)?.client()?;
            client::run(&config, uri, RequestType::Get, "")
        }
        ["put", uri, value, credentials @ ..] => {
            let config = Credentials::parse(credentials)?.client()?;
            client::run(&config, uri, RequestType::Put, value)
        }
        ["serve", address, credentials @ ..] => {
            server::run(&Credentials::parse(credentials)?.server()?, address)
        }
        _ => bail!(
            "usage: coap get coaps://HOST:PORT/PATH CREDENTIALS | coap put coaps://HOST:PORT/PATH VALUE CREDENTIALS | \
             coap serve ADDRESS:PORT CREDENTIALS"
        ),
    }
}

/// Returns a message without contents that refers to another one.
fn empty(packet: &Packet, kind: MessageType) -> Result<Vec<u8>> {
    let mut empty = Packet::new();
    empty.header.set_type(kind);
    empty.header.code = MessageClass::Empty;
    empty.header.message_id = packet.header.message_id;
    Ok(empty.to_bytes()?)
}
